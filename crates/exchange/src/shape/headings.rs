//! What columns are called in the field, in Chinese and English, and what each name means.

use super::Target;
use mingce_model::Field;
use unicode_normalization::UnicodeNormalization;

/// What a heading says the column is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    Is(Target),
    /// One of several columns that together name the department; they are ordered by this rank, from the top.
    Department(u8),
}

/// A heading's meaning with the confidence that it deserves by itself, 0 to 1.
pub(crate) type Sense = (Meaning, f32);

/// As [`sense_of`] reads it: brackets with their content, marks and white space are gone, Latin letters are small.
/// `*性别（男/女）` and `性 别` are the same heading.
pub(crate) fn normalised(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut text = String::with_capacity(heading.len());
    for character in heading.chars().take(200).nfkc() {
        match character {
            '(' | '[' | '{' | '<' | '【' | '〔' | '《' | '「' => depth += 1,
            ')' | ']' | '}' | '>' | '】' | '〕' | '》' | '」' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '*' | ':' | '_' | '-' | '.' | '#' | '\'' | '"' | '/' | '\\' | '、' | ',' | ';' | '。' | '?' | '!' | '|' =>
                {}
            _ if character.is_whitespace() || character.is_control() => {}
            '\u{200B}'..='\u{200F}' | '\u{FEFF}' => {}
            _ => text.extend(character.to_lowercase()),
        }
    }
    text
}

const fn field(field: Field) -> Meaning {
    Meaning::Is(Target::Field(field))
}

const IGNORE: Meaning = Meaning::Is(Target::Ignore);

/// Whole headings, normalised.
const WHOLE: &[(Meaning, f32, &[&str])] = &[
    (
        field(Field::MemberName),
        0.95,
        &[
            "姓名",
            "名字",
            "学生姓名",
            "员工姓名",
            "教师姓名",
            "教职工姓名",
            "职工姓名",
            "成员姓名",
            "人员姓名",
            "真实姓名",
            "中文姓名",
            "中文名",
            "学员姓名",
            "孩子姓名",
            "幼儿姓名",
            "本人姓名",
            "用户姓名",
            "学生名字",
            "學生姓名",
            "员工名称",
            "人员名称",
            "成员名称",
            "name",
            "fullname",
            "studentname",
            "employeename",
            "staffname",
            "membername",
            "realname",
            "displayname",
            "chinesename",
        ],
    ),
    (
        field(Field::MemberName),
        0.6,
        &["学生", "员工", "教师", "名称", "用户名", "孩子", "student", "employee", "username"],
    ),
    (
        field(Field::MemberCardNumber),
        0.95,
        &[
            "学号",
            "工号",
            "學號",
            "工號",
            "学生学号",
            "员工编号",
            "员工号",
            "员工工号",
            "职工号",
            "职工编号",
            "教工号",
            "教师编号",
            "教职工号",
            "学工号",
            "一卡通号",
            "一卡通",
            "学生编号",
            "人员编号",
            "成员编号",
            "工号学号",
            "学号工号",
            "卡号",
            "校园卡号",
            "studentid",
            "studentno",
            "studentnumber",
            "studentnum",
            "employeeid",
            "employeeno",
            "employeenumber",
            "staffid",
            "staffno",
            "cardno",
            "cardnumber",
            "cardid",
            "memberno",
            "membernumber",
            "memberid",
            "badgenumber",
        ],
    ),
    (
        field(Field::MemberCardNumber),
        0.85,
        &["帐号", "账号", "帳號", "员工userid", "userid", "account", "账户", "学生id", "员工id"],
    ),
    (
        field(Field::MemberCardNumber),
        0.6,
        &["编号", "号码", "id", "number", "学籍号", "全国学籍号", "学籍辅号", "档案号", "教育id"],
    ),
    (field(Field::MemberSex), 0.95, &["性别", "性別", "学生性别", "员工性别", "男女", "sex", "gender"]),
    (
        field(Field::MemberBirthDate),
        0.95,
        &[
            "出生日期",
            "生日",
            "出生年月日",
            "出生年月",
            "出生时间",
            "学生生日",
            "学生出生日期",
            "birthdate",
            "birthday",
            "dateofbirth",
            "dob",
            "born",
        ],
    ),
    (
        field(Field::MemberPhone),
        0.95,
        &[
            "手机",
            "手机号",
            "手机号码",
            "手机電話",
            "移动电话",
            "移动电话号码",
            "本人手机",
            "本人手机号",
            "本人电话",
            "学生手机",
            "学生手机号",
            "学生电话",
            "员工手机",
            "员工手机号",
            "手機",
            "手機號碼",
            "mobile",
            "mobilephone",
            "mobileno",
            "mobilenumber",
            "cellphone",
            "cell",
        ],
    ),
    (
        field(Field::MemberPhone),
        0.85,
        &[
            "电话",
            "联系电话",
            "联系方式",
            "电话号码",
            "联系手机",
            "電話",
            "phone",
            "phonenumber",
            "phoneno",
            "tel",
            "telephone",
            "contact",
            "contactnumber",
        ],
    ),
    (
        field(Field::MemberDocumentNumber),
        0.95,
        &[
            "身份证",
            "身份证号",
            "身份证号码",
            "身份证件号",
            "身份证件号码",
            "证件号码",
            "证件号",
            "公民身份号码",
            "居民身份证号",
            "居民身份证号码",
            "学生身份证号",
            "学生身份证",
            "学生身份证号码",
            "身分證",
            "身分證號",
            "身分證字號",
            "護照號碼",
            "护照号",
            "护照号码",
            "通行证号",
            "idcard",
            "idcardnumber",
            "idcardno",
            "idnumber",
            "idno",
            "documentnumber",
            "documentno",
            "passport",
            "passportnumber",
            "passportno",
            "identitynumber",
            "nationalid",
            "nationalidnumber",
        ],
    ),
    (
        field(Field::MemberDocumentKind),
        0.95,
        &[
            "证件类型",
            "证件类别",
            "证件种类",
            "证件名称",
            "身份证件类型",
            "身份证类型",
            "證件類型",
            "documenttype",
            "documentkind",
            "idtype",
            "idcardtype",
        ],
    ),
    (
        field(Field::MemberIdentity),
        0.95,
        &[
            "身份",
            "人员类别",
            "人员类型",
            "人员身份",
            "身份类型",
            "成员类型",
            "用户类型",
            "人员性质",
            "身分",
            "identity",
            "role",
            "usertype",
            "persontype",
            "membertype",
        ],
    ),
    (field(Field::MemberIdentity), 0.6, &["类别", "类型", "type"]),
    (
        field(Field::MemberTitle),
        0.95,
        &[
            "职务",
            "职位",
            "职称",
            "岗位",
            "岗位名称",
            "职务名称",
            "職務",
            "職位",
            "职务职称",
            "担任职务",
            "班级职务",
            "position",
            "title",
            "jobtitle",
            "job",
            "post",
        ],
    ),
    (
        field(Field::MemberEntryYear),
        0.95,
        &[
            "入学年份",
            "入职年份",
            "入学年度",
            "入校年份",
            "入学年",
            "级",
            "届别",
            "入學年份",
            "入学级",
            "entryyear",
            "yearofentry",
            "enrollmentyear",
            "enrolmentyear",
            "admissionyear",
            "intake",
        ],
    ),
    (
        field(Field::MemberEntryYear),
        0.7,
        &[
            "入学时间",
            "入学日期",
            "入职时间",
            "入职日期",
            "入校时间",
            "入校日期",
            "入学年月",
            "hiredate",
            "enrollmentdate",
            "entrydate",
        ],
    ),
    (
        field(Field::MemberEmail),
        0.95,
        &[
            "邮箱",
            "电子邮箱",
            "电子邮件",
            "邮件",
            "邮箱地址",
            "个人邮箱",
            "企业邮箱",
            "電子郵件",
            "信箱",
            "email",
            "emailaddress",
            "mail",
        ],
    ),
    (
        field(Field::MemberAddress),
        0.95,
        &[
            "地址",
            "家庭住址",
            "家庭地址",
            "住址",
            "现住址",
            "现住地址",
            "联系地址",
            "通讯地址",
            "通信地址",
            "居住地址",
            "户籍地址",
            "办公地点",
            "address",
            "homeaddress",
        ],
    ),
    (
        field(Field::MemberValidFrom),
        0.95,
        &["有效期起", "生效日期", "有效期开始", "有效期自", "开始日期", "启用日期", "validfrom", "startdate"],
    ),
    (
        field(Field::MemberValidUntil),
        0.95,
        &[
            "有效期止",
            "有效期至",
            "失效日期",
            "有效期结束",
            "有效期",
            "到期日期",
            "截止日期",
            "结束日期",
            "validuntil",
            "validto",
            "expires",
            "expirydate",
            "enddate",
        ],
    ),
    (
        field(Field::MemberStatus),
        0.95,
        &[
            "状态",
            "在校状态",
            "在职状态",
            "人员状态",
            "成员状态",
            "学籍状态",
            "学生状态",
            "員工狀態",
            "狀態",
            "status",
            "state",
        ],
    ),
    (
        field(Field::MemberNote),
        0.95,
        &[
            "备注",
            "说明",
            "附注",
            "備註",
            "备注信息",
            "note",
            "notes",
            "remark",
            "remarks",
            "comment",
            "comments",
            "memo",
        ],
    ),
    (
        Meaning::Department(5),
        0.9,
        &["学校", "学校名称", "公司", "单位", "所在单位", "工作单位", "公司名称", "school", "company"],
    ),
    (Meaning::Department(10), 0.9, &["校区", "校區", "campus"]),
    (Meaning::Department(11), 0.95, &["一级部门", "部门一", "1级部门"]),
    (Meaning::Department(12), 0.95, &["二级部门", "部门二", "2级部门"]),
    (Meaning::Department(13), 0.95, &["三级部门", "部门三", "3级部门"]),
    (Meaning::Department(14), 0.95, &["四级部门", "部门四", "4级部门"]),
    (Meaning::Department(15), 0.95, &["五级部门", "部门五", "5级部门"]),
    (Meaning::Department(20), 0.9, &["学院", "学部", "學院", "院系", "所在学院", "college", "faculty"]),
    (Meaning::Department(25), 0.9, &["学段", "stage"]),
    (
        Meaning::Department(30),
        0.95,
        &[
            "部门",
            "所在部门",
            "所属部门",
            "部门名称",
            "主部门",
            "部门路径",
            "组织",
            "所属组织",
            "組織",
            "部門",
            "所在部門",
            "组织架构",
            "department",
            "departments",
            "dept",
            "organization",
            "organisation",
            "orgunit",
        ],
    ),
    (Meaning::Department(35), 0.9, &["系", "系别", "科室", "处室", "所属科室"]),
    (Meaning::Department(40), 0.9, &["专业", "专业名称", "major"]),
    (Meaning::Department(50), 0.95, &["年级", "所在年级", "年級", "就读年级", "grade", "gradelevel"]),
    (
        Meaning::Department(60),
        0.95,
        &[
            "班级",
            "所在班级",
            "班別",
            "班级名称",
            "班",
            "班級",
            "行政班",
            "行政班级",
            "教学班",
            "所属班级",
            "就读班级",
            "class",
            "classname",
            "homeroom",
        ],
    ),
    (Meaning::Department(70), 0.8, &["小组", "组别", "班组", "group", "team"]),
    (
        Meaning::Is(Target::GuardianRelation(0)),
        0.9,
        &[
            "关系",
            "与学生关系",
            "与本人关系",
            "亲属关系",
            "家长关系",
            "监护人关系",
            "称谓",
            "与孩子关系",
            "家属关系",
            "關係",
            "relation",
            "relationship",
            "guardianrelation",
            "parentrelation",
        ],
    ),
    (Meaning::Is(Target::GuardianPhone(0)), 0.7, &["家庭电话", "家庭联系电话", "家庭联系方式", "homephone"]),
    (Meaning::Is(Target::RecordId), 0.99, &["名册标识", "mingceid"]),
    (
        IGNORE,
        0.9,
        &[
            "序号",
            "顺序号",
            "序",
            "no",
            "num",
            "行号",
            "座号",
            "民族",
            "籍贯",
            "政治面貌",
            "年龄",
            "照片",
            "座机",
            "座机号",
            "分机号",
            "分机",
            "固定电话",
            "是否部门内领导",
            "是否此部门主管",
            "别名",
            "禁用",
            "禁用项说明",
            "排序",
            "学制",
            "签名",
            "签字",
            "学历",
            "学位",
            "毕业院校",
            "国籍",
            "户口性质",
            "血型",
            "身高",
            "体重",
            "加入状态",
            "激活状态",
            "绑定状态",
            "直属上级",
            "对外职务",
            "index",
            "serial",
            "row",
            "age",
            "photo",
            "ethnicity",
            "nationality",
            "signature",
            "joinstate",
        ],
    ),
];

/// Headings of a file of departments; only asked for when the first of them is there.
const DEPARTMENTS: &[(Target, &[&str])] = &[
    (Target::DepartmentName, &["部门名称", "departmentname"]),
    (Target::DepartmentNumber, &["部门id", "departmentid"]),
    (Target::DepartmentParentNumber, &["父部门id", "上级部门id", "parentdepartmentid", "parentid"]),
    (Target::DepartmentPosition, &["排序", "order", "sort"]),
];

/// Who a guardian's heading speaks of, with the relation that it implies (a word of `GuardianshipRelation`) and the
/// number that such a guardian gets when the heading has none.
const GUARDIANS: &[(&str, Option<&str>, u8)] = &[
    ("父亲", Some("father"), 0),
    ("母亲", Some("mother"), 1),
    ("父親", Some("father"), 0),
    ("母親", Some("mother"), 1),
    ("爸爸", Some("father"), 0),
    ("妈妈", Some("mother"), 1),
    ("媽媽", Some("mother"), 1),
    ("祖父母", Some("grandparent"), 2),
    ("爷爷", Some("grandparent"), 2),
    ("奶奶", Some("grandparent"), 3),
    ("外公", Some("grandparent"), 4),
    ("外婆", Some("grandparent"), 5),
    ("家长", None, 0),
    ("家長", None, 0),
    ("监护人", None, 0),
    ("監護人", None, 0),
    ("father", Some("father"), 0),
    ("mother", Some("mother"), 1),
    ("grandparent", Some("grandparent"), 2),
    ("guardian", None, 0),
    ("parent", None, 0),
];

/// What a guardian's heading asks about the guardian; empty stands for the name.
const GUARDIAN_PARTS: &[(fn(u8) -> Target, &[&str])] = &[
    (Target::GuardianRelation, &["关系", "關係", "称谓", "relation", "relationship"]),
    (
        Target::GuardianPhone,
        &[
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "电话号码",
            "联系电话",
            "联系方式",
            "联系手机",
            "手機",
            "電話",
            "phone",
            "phonenumber",
            "mobile",
            "tel",
            "telephone",
            "mobilephone",
            "contact",
        ],
    ),
    (Target::GuardianName, &["", "姓名", "名字", "name", "信息姓名", "fullname"]),
];

/// Numbers of guardians in headings.
const NUMBERS: [[&str; 2]; 9] = [
    ["1", "一"],
    ["2", "二"],
    ["3", "三"],
    ["4", "四"],
    ["5", "五"],
    ["6", "六"],
    ["7", "七"],
    ["8", "八"],
    ["9", "九"],
];

/// A guardian's column, with the relation that the heading itself states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct GuardianHeading {
    pub target: Target,
    pub relation: Option<&'static str>,
}

/// Reads headings such as `家长手机号`, `母亲姓名`, `监护人2电话`, `第二监护人姓名`, `家长信息姓名`.
pub(crate) fn guardian_heading(normal: &str) -> Option<GuardianHeading> {
    let (word, relation, usual_slot) = GUARDIANS.iter().find(|(word, _, _)| normal.contains(word))?;
    let mut rest = normal.replacen(word, "", 1);
    let mut slot = *usual_slot;
    for (index, names) in (0_u8..).zip(NUMBERS) {
        if let Some(name) = names.iter().find(|name| rest.contains(**name)) {
            rest = rest.replacen(name, "", 1);
            slot = index;
            break;
        }
    }
    let rest = rest.replace(['第', '的'], "");
    let rest = rest.strip_prefix("信息").unwrap_or(&rest);
    let (make, _) = GUARDIAN_PARTS.iter().find(|(_, parts)| parts.contains(&rest))?;
    Some(GuardianHeading { target: make(slot), relation: *relation })
}

/// What a heading means; `None` for one that nobody knows.
pub(crate) fn sense_of(normal: &str) -> Option<Sense> {
    if normal.is_empty() {
        return None;
    }
    if let Some((meaning, confidence, _)) = WHOLE.iter().find(|(_, _, names)| names.contains(&normal)) {
        return Some((*meaning, *confidence));
    }
    if let Some(guardian) = guardian_heading(normal) {
        return Some((Meaning::Is(guardian.target), 0.9));
    }
    None
}

/// The target of a heading in a file of departments.
pub(crate) fn department_sense(normal: &str) -> Option<Target> {
    DEPARTMENTS.iter().find(|(_, names)| names.contains(&normal)).map(|(target, _)| *target)
}

/// Whether the cell's text is a heading that is known.
pub(crate) fn is_known(cell: &str) -> bool {
    // No heading is long; prose that happens to stand in brackets is no heading either.
    cell.len() <= 120 && {
        let normal = normalised(cell);
        sense_of(&normal).is_some() || department_sense(&normal).is_some()
    }
}

/// How many known headings stand in the first lines of a text, whatever its delimiter.
pub(crate) fn count_known(text: &str) -> usize {
    text.lines().take(20).flat_map(|line| line.split([',', ';', '\t', '|'])).filter(|cell| is_known(cell)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn target(heading: &str) -> Option<Target> {
        match sense_of(&normalised(heading)) {
            Some((Meaning::Is(target), _)) => Some(target),
            _ => None,
        }
    }

    #[test]
    fn no_heading_has_two_meanings() {
        let mut seen = HashMap::new();
        for (meaning, _, names) in WHOLE {
            for name in *names {
                assert_eq!(&normalised(name), name, "the table holds normalised headings");
                assert_eq!(seen.insert(*name, *meaning), None, "{name}");
            }
        }
    }

    #[test]
    fn dressed_up_headings_are_read_as_plain_ones() {
        assert_eq!(target("* 姓 名（必填）"), Some(Target::Field(Field::MemberName)));
        assert_eq!(target("性别(男/女)"), Some(Target::Field(Field::MemberSex)));
        assert_eq!(target("Date of Birth"), Some(Target::Field(Field::MemberBirthDate)));
        assert_eq!(target("出生日期【格式：2008-01-01】"), Some(Target::Field(Field::MemberBirthDate)));
        assert_eq!(target("ＩＤ Card No."), Some(Target::Field(Field::MemberDocumentNumber)));
        assert_eq!(target("口味"), None);
    }

    #[test]
    fn guardians_are_told_apart() {
        assert_eq!(target("家长手机号"), Some(Target::GuardianPhone(0)));
        assert_eq!(target("家长姓名"), Some(Target::GuardianName(0)));
        assert_eq!(target("监护人"), Some(Target::GuardianName(0)));
        assert_eq!(target("母亲姓名"), Some(Target::GuardianName(1)));
        assert_eq!(target("监护人2电话"), Some(Target::GuardianPhone(1)));
        assert_eq!(target("第二监护人姓名"), Some(Target::GuardianName(1)));
        assert_eq!(target("家长信息姓名"), Some(Target::GuardianName(0)));
        assert_eq!(target("Guardian 2 phone"), Some(Target::GuardianPhone(1)));
        assert_eq!(guardian_heading("父亲电话").unwrap().relation, Some("father"));
        assert_eq!(target("家长职业"), None);
    }
}
