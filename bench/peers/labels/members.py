#!/usr/bin/env python3
"""The people whose labels every program prints, the same for the same number.

usage: members.py COUNT OUT.tsv

Columns: number, name, class, link (118 characters); 45 a class, sorted by class. 2 % of the names hold rare characters
(CJK extensions A, B, C and E), 3 % are minority names, 1 % Latin."""

import base64
import hashlib
import random
import sys

FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
RARE = "㛃䶮𠮷堃喆㼆𬍛𬬭𬱖𬀩𬍤䲟𫖯𫍯𬘭𬤇𬴊𤩽㑇㕫㳘𣲗𬇙𦈡𨱏𬭎𪟝𬸣"
MINORITY = [
    "阿卜杜热西提·买买提",
    "古丽娜尔·吐尔逊",
    "买买提艾力·阿不都热合曼",
    "索朗次仁",
    "扎西多吉·旺堆",
    "迪丽热巴·阿布都克里木",
    "那仁花·乌日图那顺",
]
LATIN = ["Anna Schmidt", "Nguyễn Văn Anh", "Jean-Luc Dupré", "O'Connor Seán"]


def frequent_characters():
    """1,500 of the 3,755 characters of GB 2312 level 1."""
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                pass


def main():
    count, out = int(sys.argv[1]), sys.argv[2]
    chance = random.Random(20260101)
    given = chance.sample(list(frequent_characters()), 1500)
    weights = [1 / (rank + 8) for rank in range(len(given))]
    with open(out, "w", encoding="utf-8") as lines:
        for index in range(count):
            grade, number = divmod(index // 45, 18)
            letter = "ABCDEFG"[grade // 40 % 7] if grade >= 40 else ""
            group = f"{2020 + grade % 40}级{letter}高一（{number + 1}）班"
            drawn = chance.random()
            if drawn < 0.03:
                name = chance.choice(MINORITY)
            elif drawn < 0.04:
                name = chance.choice(LATIN)
            else:
                name = chance.choice(FAMILY) + "".join(chance.choices(given, weights, k=chance.choice((1, 2, 2, 2))))
                if chance.random() < 0.02:
                    name = name[0] + chance.choice(RARE) + name[1:2]
            secret = hashlib.sha512(b"seed%d" % index).digest() + hashlib.md5(b"x%d" % index).digest()
            link = "https://join.example.edu.cn/i#" + base64.urlsafe_b64encode(secret[:66]).decode().rstrip("=")
            lines.write(f"{20260000001 + index * 7}\t{name}\t{group}\t{link}\n")


main()
