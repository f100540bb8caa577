//! The many words people use for one of a field's choices.

use super::text::fold_word;
use crate::{Field, Form};

/// What people part several words with in one cell.
const SEPARATORS: [char; 11] = [';', '；', ',', '，', '、', '/', '／', '|', '+', '\n', '\t'];

/// Finds the choice that a word stands for, in Chinese or English, in any case and width. `None` for an unknown word and
/// for a field that holds no choice.
pub fn parse_choice(field: Field, text: &str) -> Option<&'static str> {
    let (Form::Choice(words) | Form::Choices(words)) = field.form() else { return None };
    if let Some(word) = words.iter().find(|word| **word == text) {
        return Some(word);
    }
    if text.len() > 200 {
        return None;
    }
    let folded = fold_word(text);
    if let Some(word) =
        words.iter().find(|word| **word == folded || word.replace('_', "") == folded.replace(['_', '-'], ""))
    {
        return Some(word);
    }
    spellings(field).iter().find(|(_, others)| others.contains(&folded.as_str())).map(|(word, _)| *word)
}

/// The stored form of several words in one cell: `学生、家长` is `student;parent`. `None` when one of them is unknown, and
/// for a field that holds one choice only.
pub fn parse_choices(field: Field, text: &str) -> Option<String> {
    let Form::Choices(words) = field.form() else { return None };
    let typed = text.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty());
    let chosen: Vec<&str> = typed.map(|part| parse_choice(field, part)).collect::<Option<_>>()?;
    let wanted: Vec<&str> = words.iter().copied().filter(|word| chosen.contains(word)).collect();
    Some(wanted.join(";"))
}

/// The words of a stored value that holds several, in their order.
pub fn choice_words(stored: &str) -> impl Iterator<Item = &str> {
    stored.split(';').filter(|word| !word.is_empty())
}

/// Every stored value that a field of several words may hold, those that begin with the list's first word before the
/// others: the order of such values.
pub fn choice_sets(words: &[&str]) -> Vec<String> {
    let Some((first, others)) = words.split_first() else { return Vec::new() };
    let rest = choice_sets(others);
    let with_first = rest.iter().map(|set| format!("{first};{set}"));
    std::iter::once((*first).to_owned()).chain(with_first).chain(rest.iter().cloned()).collect()
}

type Spellings = &'static [(&'static str, &'static [&'static str])];

/// Spellings in folded form. Codes are those of GB/T 2261.1 for sex.
fn spellings(field: Field) -> Spellings {
    match field {
        Field::MemberSex => SEX,
        Field::MemberIdentity | Field::AffiliationIdentity => IDENTITY,
        Field::MemberDocumentKind => DOCUMENT_KIND,
        Field::MemberStatus => STATUS,
        Field::MemberJoinState => JOIN_STATE,
        Field::GuardianshipRelation => RELATION,
        Field::OrganisationKind => ORGANISATION_KIND,
        Field::DepartmentKind => DEPARTMENT_KIND,
        _ => &[],
    }
}

const SEX: Spellings = &[
    ("male", &["男", "男性", "男生", "男孩", "男士", "先生", "m", "man", "boy", "1", "♂"]),
    ("female", &["女", "女性", "女生", "女孩", "女士", "小姐", "f", "woman", "girl", "2", "♀"]),
];

const IDENTITY: Spellings = &[
    (
        "student",
        &["学生", "學生", "在校生", "在校学生", "学员", "同学", "幼儿", "本科生", "研究生", "新生", "pupil", "s"],
    ),
    (
        "staff",
        &[
            "教职工",
            "教职员",
            "教职员工",
            "教工",
            "教师",
            "教員",
            "教员",
            "老师",
            "职工",
            "职员",
            "员工",
            "員工",
            "工作人员",
            "在职",
            "在职员工",
            "正式员工",
            "行政",
            "后勤",
            "teacher",
            "employee",
            "faculty",
            "worker",
            "t",
        ],
    ),
    ("parent", &["家长", "家長", "学生家长", "父母", "监护人", "guardian"]),
    ("alumni", &["校友", "毕业生", "畢業生", "往届生", "alumnus", "alumna", "graduate"]),
    ("other", &["其他", "其它", "访客", "外来人员", "外聘", "临时", "others"]),
];

const DOCUMENT_KIND: Spellings = &[
    (
        "resident_id",
        &[
            "身份证",
            "身份證",
            "居民身份证",
            "中国居民身份证",
            "中华人民共和国居民身份证",
            "二代身份证",
            "第二代身份证",
            "二代证",
            "大陆身份证",
            "公民身份号码",
            "身份证号",
            "户口簿",
            "户口本",
            "idcard",
            "id",
            "residentid",
            "residentidcard",
            "residentidentitycard",
            "identitycard",
            "nationalid",
        ],
    ),
    (
        "hong_kong_macau_permit",
        &[
            "港澳居民来往内地通行证",
            "港澳居民通行证",
            "港澳通行证",
            "港澳来往内地通行证",
            "回乡证",
            "回鄉證",
            "港澳",
            "港澳居民",
            "homereturnpermit",
            "hkmacaupermit",
            "hkmopermit",
        ],
    ),
    (
        "taiwan_permit",
        &[
            "台湾居民来往大陆通行证",
            "台湾居民通行证",
            "台湾通行证",
            "台胞证",
            "台胞證",
            "臺胞證",
            "taiwancompatriotpermit",
            "mtp",
        ],
    ),
    (
        "residence_permit",
        &[
            "港澳台居民居住证",
            "港澳居民居住证",
            "台湾居民居住证",
            "中华人民共和国港澳居民居住证",
            "中华人民共和国台湾居民居住证",
            "港澳台居住证",
            "居住证",
            "居住證",
            "hmtresidencepermit",
        ],
    ),
    (
        "foreign_permanent_resident",
        &[
            "外国人永久居留身份证",
            "外国人永久居留证",
            "外国人永久居留",
            "永久居留身份证",
            "永久居留证",
            "境外永久居住证",
            "绿卡",
            "五星卡",
            "foreignerpermanentresidentid",
            "permanentresident",
            "permanentresidencecard",
        ],
    ),
    ("passport", &["护照", "護照", "中国护照", "外国护照", "因私护照", "普通护照", "外籍护照"]),
    ("other", &["其他", "其它", "其他证件", "其它证件", "其他有效证件", "军官证", "警官证", "士兵证", "others"]),
];

const STATUS: Spellings = &[
    (
        "active",
        &[
            "在校",
            "在职",
            "在职在岗",
            "在岗",
            "在读",
            "在籍",
            "在学",
            "在園",
            "在园",
            "正常",
            "启用",
            "啟用",
            "已启用",
            "有效",
            "在册",
            "试用",
            "enabled",
            "enable",
            "normal",
            "current",
            "valid",
            "employed",
            "enrolled",
        ],
    ),
    (
        "suspended",
        &[
            "停用",
            "已停用",
            "禁用",
            "已禁用",
            "暂停",
            "冻结",
            "休学",
            "停学",
            "停职",
            "停薪留职",
            "disabled",
            "disable",
            "inactive",
            "frozen",
            "onleave",
        ],
    ),
    (
        "left",
        &[
            "离校",
            "離校",
            "离职",
            "離職",
            "已离职",
            "已离校",
            "毕业",
            "已毕业",
            "畢業",
            "结业",
            "肄业",
            "退学",
            "转学",
            "转出",
            "退休",
            "辞职",
            "开除",
            "注销",
            "resigned",
            "graduated",
            "retired",
            "withdrawn",
            "gone",
            "departed",
        ],
    ),
];

const JOIN_STATE: Spellings = &[("joined", &["已加入", "加入", "已激活"]), ("refused", &["已拒绝", "拒绝"])];

const RELATION: Spellings = &[
    ("father", &["父亲", "父親", "爸爸", "爸", "父", "父子", "父女", "dad"]),
    ("mother", &["母亲", "母親", "妈妈", "媽媽", "妈", "母", "母子", "母女", "mum", "mom"]),
    (
        "grandparent",
        &[
            "祖父",
            "祖母",
            "外祖父",
            "外祖母",
            "爷爷",
            "奶奶",
            "外公",
            "外婆",
            "姥爷",
            "姥姥",
            "祖父母",
            "外祖父母",
            "祖父母或外祖父母",
            "爺爺",
            "公公",
            "婆婆",
            "grandfather",
            "grandmother",
            "grandpa",
            "grandma",
        ],
    ),
    (
        "other",
        &[
            "其他",
            "其它",
            "其他监护人",
            "监护人",
            "亲属",
            "亲戚",
            "叔叔",
            "伯伯",
            "伯父",
            "阿姨",
            "姑姑",
            "姑妈",
            "舅舅",
            "姨妈",
            "哥哥",
            "姐姐",
            "兄",
            "姐",
            "兄弟姐妹",
            "继父",
            "继母",
            "养父",
            "养母",
            "guardian",
            "relative",
            "uncle",
            "aunt",
            "brother",
            "sister",
            "others",
        ],
    ),
];

const ORGANISATION_KIND: Spellings = &[
    ("school", &["学校", "學校", "中学", "小学", "大学", "学院", "幼儿园", "幼稚园", "教育机构"]),
    ("company", &["企业", "企業", "公司", "有限公司", "enterprise"]),
    ("government", &["政府", "政府机关", "机关", "行政机关", "国家机关"]),
    ("institution", &["事业单位", "事業單位", "publicinstitution"]),
    ("partnership", &["合伙企业", "合伙"]),
    ("sole_trader", &["个体工商户", "个体户", "个体"]),
];

const DEPARTMENT_KIND: Spellings = &[
    ("unit", &["部门", "部門", "单位", "处室", "科室", "科", "处", "室", "院系", "department", "office"]),
    ("school", &["学校", "學校", "分校", "学院"]),
    ("campus", &["校区", "校區"]),
    ("stage", &["学段", "學段", "学部", "小学部", "初中部", "高中部"]),
    ("grade", &["年级", "年級", "级"]),
    ("class", &["班级", "班級", "班", "行政班", "教学班"]),
    ("group", &["小组", "组", "社团", "团队", "team"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_words_in_one_cell_stand_in_the_order_of_the_list() {
        let set = |text| parse_choices(Field::MemberIdentity, text);
        for typed in ["教职工;学生", "学生、教师", "student；STAFF", "学生/教职工", " 学生 , 老师 ,学生 ", "学生\n教工"]
        {
            assert_eq!(set(typed).as_deref(), Some("student;staff"), "{typed}");
        }
        assert_eq!(set("家长").as_deref(), Some("parent"));
        assert_eq!(set("学生、外星人"), None);
        assert_eq!(parse_choices(Field::MemberSex, "男"), None);
        let Form::Choices(words) = Field::MemberIdentity.form() else { panic!("several words") };
        let sets = choice_sets(words);
        assert_eq!(sets.len(), 31);
        assert_eq!(sets[..3], ["student", "student;staff", "student;staff;parent"]);
        for stored in &sets {
            assert_eq!(set(stored).as_ref(), Some(stored));
        }
    }

    #[test]
    fn every_choice_and_every_spelling_leads_to_a_word_of_the_field() {
        for field in Field::ALL {
            let (Form::Choice(words) | Form::Choices(words)) = field.form() else {
                assert_eq!(parse_choice(*field, "男"), None);
                continue;
            };
            for word in words {
                assert_eq!(parse_choice(*field, word), Some(*word));
                assert_eq!(parse_choice(*field, &format!(" {} ", word.to_uppercase())), Some(*word));
            }
            let mut seen = std::collections::HashSet::new();
            for (word, others) in spellings(*field) {
                assert!(words.contains(word), "{word}");
                for other in *others {
                    assert_eq!(fold_word(other), *other, "a spelling stands folded");
                    assert!(seen.insert(*other), "{other} stands twice in {}", field.name());
                    assert_eq!(parse_choice(*field, other), Some(*word), "{other}");
                }
            }
        }
    }

    #[test]
    fn words_are_read_in_any_width_and_case() {
        assert_eq!(parse_choice(Field::MemberSex, " Ｍ "), Some("male"));
        assert_eq!(parse_choice(Field::MemberSex, "女\u{3000}"), Some("female"));
        assert_eq!(parse_choice(Field::MemberSex, "0"), None);
        assert_eq!(parse_choice(Field::MemberStatus, "在 校"), Some("active"));
        assert_eq!(parse_choice(Field::MemberIdentity, "Teacher"), Some("staff"));
        assert_eq!(parse_choice(Field::MemberDocumentKind, "Resident-ID"), Some("resident_id"));
        assert_eq!(parse_choice(Field::GuardianshipRelation, "爸爸"), Some("father"));
        assert_eq!(parse_choice(Field::MemberStatus, ""), None);
        assert_eq!(parse_choice(Field::MemberName, "男"), None);
    }
}
