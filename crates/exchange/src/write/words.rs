//! The words of an export: headings and choices, in Chinese and English. Each is understood again by the importer;
//! tests see to that.

use crate::shape::Target;
use mingce_model::{Field, choice_words};
use serde::{Deserialize, Serialize};

/// The language of headings and choices.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "zh")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

/// A column of an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ExportColumn {
    Into(Target),
    /// For reading only: the importer leaves these alone.
    JoinState,
    InvitedOn,
    JoinedOn,
    /// One of the columns that the caller adds, by its place among them.
    More(u16),
}

impl ExportColumn {
    pub(crate) fn heading(self, language: Language) -> String {
        let (chinese, english) = match self {
            Self::JoinState => ("加入状态", "Join state"),
            Self::InvitedOn => ("邀请日期", "Invited on"),
            Self::JoinedOn => ("加入日期", "Joined on"),
            // The caller knows it.
            Self::More(_) => ("", ""),
            Self::Into(target) => match target {
                Target::Field(field) => field_words(field),
                Target::DepartmentPath => ("部门", "Department"),
                Target::DepartmentIfNone => ("无部门时的部门", "Department if none"),
                Target::LeavesDepartments => ("退出部门", "Leaves departments"),
                Target::FurtherDepartments => ("兼属部门", "Further departments"),
                Target::Leads => ("负责部门", "Head of"),
                Target::DeputyOf => ("副职部门", "Deputy of"),
                Target::RecordId => ("名册标识", "Mingce ID"),
                Target::GuardianName(slot) => return numbered(language, slot, "姓名", "name"),
                Target::GuardianPhone(slot) => return numbered(language, slot, "手机号", "phone"),
                Target::GuardianRelation(slot) => return numbered(language, slot, "关系", "relation"),
                Target::GuardianMayConfirm(slot) => return numbered(language, slot, "可确认", "may confirm"),
                _ => ("", ""),
            },
        };
        pick(language, chinese, english).to_owned()
    }

    /// Width in characters of the default font.
    pub(crate) fn width(self) -> f64 {
        match self {
            Self::JoinState | Self::InvitedOn | Self::JoinedOn => 10.0,
            Self::More(_) => 14.0,
            Self::Into(target) => match target {
                Target::Field(Field::MemberDocumentNumber) => 22.0,
                Target::Field(Field::MemberAddress | Field::MemberNote) => 30.0,
                Target::Field(Field::MemberEmail)
                | Target::DepartmentPath
                | Target::FurtherDepartments
                | Target::Leads
                | Target::DeputyOf => 24.0,
                Target::Field(Field::MemberSex | Field::MemberStatus) => 8.0,
                Target::Field(Field::MemberIdentity) => 12.0,
                Target::GuardianRelation(_) | Target::GuardianMayConfirm(_) => 10.0,
                _ => 14.0,
            },
        }
    }
}

fn pick<'w>(language: Language, chinese: &'w str, english: &'w str) -> &'w str {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

fn numbered(language: Language, slot: u8, chinese: &str, english: &str) -> String {
    let number = slot + 1;
    match language {
        Language::Chinese => format!("监护人{number}{chinese}"),
        Language::English => format!("Guardian {number} {english}"),
    }
}

fn field_words(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::MemberName => ("姓名", "Name"),
        Field::MemberCardNumber => ("学工号", "Card number"),
        Field::MemberSex => ("性别", "Sex"),
        Field::MemberBirthDate => ("出生日期", "Birth date"),
        Field::MemberPhone => ("手机号", "Mobile phone"),
        Field::MemberDocumentKind => ("证件类型", "Document type"),
        Field::MemberDocumentNumber => ("证件号码", "Document number"),
        Field::MemberIdentity => ("身份", "Identity"),
        Field::MemberTitle => ("职务", "Title"),
        Field::MemberEntryYear => ("入学年份", "Entry year"),
        Field::MemberEmail => ("邮箱", "Email"),
        Field::MemberAddress => ("地址", "Address"),
        Field::MemberValidFrom => ("有效期起", "Valid from"),
        Field::MemberValidUntil => ("有效期止", "Valid until"),
        Field::MemberStatus => ("状态", "Status"),
        Field::MemberStatusSince => ("状态日期", "Status since"),
        Field::MemberChipNumbers => ("芯片号", "Chip numbers"),
        Field::MemberNote => ("备注", "Note"),
        other => (other.name(), other.name()),
    }
}

/// A choice's word for people; the stored word where there is none.
pub(crate) fn choice_word(field: Field, word: &str, language: Language) -> &str {
    let (chinese, english) = match (field, word) {
        (Field::MemberSex, "male") => ("男", "Male"),
        (Field::MemberSex, "female") => ("女", "Female"),
        (Field::MemberIdentity, "student") => ("学生", "Student"),
        (Field::MemberIdentity, "staff") => ("教职工", "Staff"),
        (Field::MemberIdentity, "parent") => ("家长", "Parent"),
        (Field::MemberIdentity, "alumni") => ("校友", "Alumni"),
        (Field::MemberDocumentKind, "resident_id") => ("居民身份证", "Resident ID"),
        (Field::MemberDocumentKind, "hong_kong_macau_permit") => ("港澳居民来往内地通行证", "Home return permit"),
        (Field::MemberDocumentKind, "taiwan_permit") => ("台湾居民来往大陆通行证", "Taiwan compatriot permit"),
        (Field::MemberDocumentKind, "residence_permit") => ("港澳台居民居住证", "HMT residence permit"),
        (Field::MemberDocumentKind, "foreign_permanent_resident") => ("外国人永久居留身份证", "Permanent resident"),
        (Field::MemberDocumentKind, "passport") => ("护照", "Passport"),
        (Field::MemberStatus, "active") => ("在册", "Active"),
        (Field::MemberStatus, "suspended") => ("停用", "Suspended"),
        (Field::MemberStatus, "left") => ("离校", "Left"),
        (Field::GuardianshipRelation, "father") => ("父亲", "Father"),
        (Field::GuardianshipRelation, "mother") => ("母亲", "Mother"),
        (Field::GuardianshipRelation, "grandparent") => ("祖父母", "Grandparent"),
        (Field::GuardianshipMayConfirm, "yes") => ("是", "Yes"),
        (Field::GuardianshipMayConfirm, "no") => ("否", "No"),
        (Field::MemberJoinState, "joined") => ("已加入", "Joined"),
        (Field::MemberJoinState, "refused") => ("已拒绝", "Refused"),
        (_, "other") => ("其他", "Other"),
        _ => return word,
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// The words of a field that holds several, for people.
pub(crate) fn choice_list(field: Field, stored: &str, language: Language) -> String {
    let words: Vec<&str> = choice_words(stored).map(|word| choice_word(field, word, language)).collect();
    words.join(pick(language, "、", "; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::MEMBER_FIELDS;
    use mingce_model::Form;
    use mingce_model::check::parse_choice;

    #[test]
    fn every_word_written_is_understood_again() {
        for field in MEMBER_FIELDS.into_iter().chain([Field::GuardianshipRelation, Field::MemberJoinState]) {
            if let Form::Choice(words) | Form::Choices(words) = field.form() {
                for word in words {
                    for language in [Language::Chinese, Language::English] {
                        let written = choice_word(field, word, language);
                        assert_eq!(parse_choice(field, written), Some(*word), "{written}");
                    }
                }
            }
        }
    }
}
