//! Made-up names: common surnames by weight, given names by sex, and the names that programs get wrong.

use crate::Random;

/// By frequency; the first are drawn most often.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任\
    沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单仇解查翟朴\
    区乐缪盖郗种";
const COMPOUND_SURNAMES: [&str; 12] =
    ["欧阳", "司马", "上官", "诸葛", "尉迟", "万俟", "澹台", "单于", "令狐", "皇甫", "慕容", "长孙"];
const BOYS: &str = "伟强磊军洋勇杰涛明超平刚文辉国宇浩轩博然俊熙嘉豪铭皓宸煜祺瑞逸航朝天泽昊阳子涵睿鹏飞志远建华思源鑫凯旭东海\
    峰林森立诚毅恒正宁乐长行之一安辰铮廷屹岩川";
const GIRLS: &str = "芳娜秀英敏静丽艳娟霞玲桂红梅兰欣怡雨诗琪佳雪梦婷颖慧琳莹洁蕾薇菲悦晨曦梓涵子萱紫语桐可馨若思彤依诺一诺\
    文清月晴岚芷婉宁安妍瑶茜莎乐书涵佩凝霖云";
/// In Extension A, Extension B and later, or after the first release of the unified block: none fits into GBK.
const RARE: [char; 14] = ['㛃', '䶮', '𠮷', '𬱖', '𬤇', '鿍', '𣲗', '𬍛', '𫖯', '𬭎', '𤧛', '𬘭', '𫍯', '𬭚'];
const MINORITY_GIVEN: [&str; 16] = [
    "阿卜杜拉",
    "买买提",
    "艾力",
    "古丽娜尔",
    "阿依古丽",
    "迪丽热巴",
    "努尔艾力",
    "吐尔逊",
    "热依木",
    "巴合提",
    "木拉提",
    "古丽",
    "玛依拉",
    "叶尔江",
    "阿依努尔",
    "热孜万",
];
const MINORITY_FATHER: [&str; 12] = [
    "买买提",
    "艾力",
    "迪力木拉提",
    "阿不都热合曼",
    "吐尔逊",
    "玉素甫",
    "司马义",
    "热合曼",
    "巴图尔",
    "卡德尔",
    "沙吾提",
    "托合提",
];
const LATIN_FIRST: [&str; 12] =
    ["Anna", "Liam", "José", "Zoë", "Daniel", "Sofía", "Noah", "Maria Luisa", "Søren", "Emma", "Jean-Luc", "Aoife"];
const LATIN_LAST: [&str; 10] =
    ["Smith", "García", "O'Neill", "Müller", "Nguyen", "Rossi", "van der Berg", "Kowalski", "Martin", "Silva"];

/// What kind of name a person bears.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameKind {
    /// A Han surname and a given name.
    Han,
    /// The same with a character outside GBK.
    Rare,
    /// Parts joined by U+00B7.
    Minority,
    Latin,
}

/// Two in a hundred rare, three of minorities, one Latin.
pub(super) fn name_kind(random: &mut Random) -> NameKind {
    match random.below(100) {
        0 | 1 => NameKind::Rare,
        2..=4 => NameKind::Minority,
        5 => NameKind::Latin,
        _ => NameKind::Han,
    }
}

pub(super) fn surname(random: &mut Random) -> String {
    if random.percent(1) {
        return (*random.pick(&COMPOUND_SURNAMES)).to_owned();
    }
    let surnames: Vec<char> = SURNAMES.chars().collect();
    // The product of two uniform numbers: the head of the list comes up far more often than its tail.
    let at = random.below(surnames.len() as u64 + 1).min(random.below(surnames.len() as u64));
    surnames[at as usize].to_string()
}

pub(super) fn given_name(random: &mut Random, sex: &str) -> String {
    let characters: Vec<char> = if sex == "male" { BOYS } else { GIRLS }.chars().collect();
    let count = if random.percent(25) { 1 } else { 2 };
    (0..count).map(|_| *random.pick(&characters)).collect()
}

pub(super) fn whole_name(random: &mut Random, kind: NameKind, surname: &str, sex: &str) -> String {
    match kind {
        NameKind::Han => format!("{surname}{}", given_name(random, sex)),
        NameKind::Rare => {
            let rare = *random.pick(&RARE);
            if random.percent(50) {
                format!("{surname}{rare}")
            } else {
                format!("{surname}{}{rare}", given_name(random, sex))
            }
        }
        NameKind::Minority => format!("{}·{}", random.pick(&MINORITY_GIVEN), random.pick(&MINORITY_FATHER)),
        NameKind::Latin => format!("{} {}", random.pick(&LATIN_FIRST), random.pick(&LATIN_LAST)),
    }
}

/// Whether a Han name begins with a compound surname.
pub(super) fn is_compound(name: &str) -> bool {
    COMPOUND_SURNAMES.iter().any(|surname| name.starts_with(surname))
}
