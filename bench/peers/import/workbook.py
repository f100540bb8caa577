#!/usr/bin/env python3
"""The workbook that both programs bring in, the same for the same number.
usage: workbook.py COUNT members|guardians OUT.xlsx

One sheet, a heading row, 12 columns as schools and companies keep them: names, numbers, ID documents with right check
digits as text, phones, departments by path, dates as dates. `guardians` has a guardian's name and phone in place of the
last two columns: each of its rows is three records of ours and still one row of the other program's."""

import datetime
import random
import sys

import xlsxwriter

HEADINGS = ["姓名", "学号", "性别", "出生日期", "手机号", "证件类型", "证件号码", "部门", "入学年份", "邮箱"]
LAST = {"members": ["住址", "备注"], "guardians": ["监护人姓名", "监护人手机"]}
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
GIVEN = "梓涵宇轩浩然欣怡子墨雨桐思远佳慧俊杰一诺若曦明哲诗琪博文静雯天佑可馨志强丽华建国秀英"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


DAYS = 3 * 365


def document_number(birth, nth_of_day, is_male):
    """GB 11643-1999, check digit by ISO 7064 MOD 11-2; no two people have the same."""
    sequence = nth_of_day * 2 + (1 if is_male else 2)
    body = f"110105{birth:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS))
    return body + "10X98765432"[total % 11]


def phone(chance):
    return f"13{chance.randrange(0, 10)}{chance.randrange(0, 100_000_000):08d}"


def name(chance):
    return chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))


def main():
    count, kind, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    chance = random.Random(20260101)
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("学生")
    sheet.write_row(0, 0, HEADINGS + LAST[kind])
    for index in range(count):
        birth = datetime.date(2008, 1, 1) + datetime.timedelta(days=index % DAYS)
        is_male = chance.random() < 0.5
        row = index + 1
        sheet.write_string(row, 0, name(chance))
        sheet.write_string(row, 1, f"S{20260000 + index:09d}")
        sheet.write_string(row, 2, "男" if is_male else "女")
        sheet.write_datetime(row, 3, datetime.datetime.combine(birth, datetime.time()), day)
        sheet.write_string(row, 4, phone(chance))
        sheet.write_string(row, 5, "居民身份证")
        sheet.write_string(row, 6, document_number(birth, index // DAYS, is_male))
        sheet.write_string(row, 7, f"高{'一二三'[index % 3]}/{index // 3 % 20 + 1}班")
        sheet.write_number(row, 8, 2023 + index % 3)
        sheet.write_string(row, 9, f"s{20260000 + index}@school.example")
        if kind == "guardians":
            sheet.write_string(row, 10, name(chance))
            sheet.write_string(row, 11, phone(chance))
        else:
            sheet.write_string(row, 10, f"和平路{chance.randrange(1, 400)}号{chance.randrange(1, 30)}幢{chance.randrange(101, 1800)}室")
            sheet.write_string(row, 11, chance.choice(("住校", "走读", "借读，九月转入")))
    book.close()


main()
