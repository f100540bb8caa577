//! What a column of a file can be.

use mingce_model::{Field, RecordId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a column's values go. Written and saved as a word: `card_number`, `department_part_2`, `guardian_phone_1`, `custom:` with an id …
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Target {
    /// A field of the member itself; never a reference and never one that only the service writes.
    Field(Field),
    /// The member's department as a path from the top: `高一/3班`. Several, parted by `;`: the first is the main one.
    DepartmentPath,
    /// One step of that path, counted from 0 at the top: `年级` and `班级` in columns of their own.
    DepartmentPart(u8),
    /// Such a path, or several, that counts only for members who are in no department: what a list of changes says of
    /// everybody and means of newcomers.
    DepartmentIfNone,
    /// Paths of departments that the member is in no longer, parted by `;`: of the main one it goes to that above.
    LeavesDepartments,
    /// Paths of departments that the member is in beside the main one, parted by `;`.
    FurtherDepartments,
    /// The member's guardians are numbered, because a row may name several.
    GuardianName(u8),
    GuardianPhone(u8),
    GuardianRelation(u8),
    GuardianMayConfirm(u8),
    /// Whether the member leads the departments that the row names, one word for each: `是`, `1;0`.
    IsLeader,
    /// Paths of departments that the member is head of, or deputy in, parted by `;`.
    Leads,
    DeputyOf,
    /// Names of tags: all that the member shall have.
    Tags,
    /// A field that the organisation defined, by its id: a new name does not part it from its columns.
    Custom(RecordId),
    /// The id that an export of ours carries, by which its rows find their members again.
    RecordId,
    /// A file of departments instead of members: name, own number, number of the one above, order.
    DepartmentName,
    DepartmentNumber,
    DepartmentParentNumber,
    DepartmentPosition,
    Ignore,
}

/// Guardians that one row can name.
pub const GUARDIAN_SLOTS: u8 = 9;
/// Columns that one department path can be spread over.
pub const DEPARTMENT_PARTS: u8 = 9;

/// The member's fields that a column may fill.
pub const MEMBER_FIELDS: [Field; 18] = [
    Field::MemberName,
    Field::MemberCardNumber,
    Field::MemberSex,
    Field::MemberBirthDate,
    Field::MemberPhone,
    Field::MemberDocumentKind,
    Field::MemberDocumentNumber,
    Field::MemberIdentity,
    Field::MemberTitle,
    Field::MemberEntryYear,
    Field::MemberEmail,
    Field::MemberAddress,
    Field::MemberValidFrom,
    Field::MemberValidUntil,
    Field::MemberStatus,
    Field::MemberStatusSince,
    Field::MemberNote,
    Field::MemberChipNumbers,
];

/// Makes the target of a number, counted from 0.
pub(super) type Numbered = fn(u8) -> Target;

const NUMBERED: [(&str, Numbered, u8); 5] = [
    ("department_part_", Target::DepartmentPart, DEPARTMENT_PARTS),
    ("guardian_name_", Target::GuardianName, GUARDIAN_SLOTS),
    ("guardian_phone_", Target::GuardianPhone, GUARDIAN_SLOTS),
    ("guardian_relation_", Target::GuardianRelation, GUARDIAN_SLOTS),
    ("guardian_may_confirm_", Target::GuardianMayConfirm, GUARDIAN_SLOTS),
];

const PLAIN: [(&str, Target); 14] = [
    ("department", Target::DepartmentPath),
    ("department_if_none", Target::DepartmentIfNone),
    ("leaves_departments", Target::LeavesDepartments),
    ("further_departments", Target::FurtherDepartments),
    ("is_leader", Target::IsLeader),
    ("leads", Target::Leads),
    ("deputy_of", Target::DeputyOf),
    ("tags", Target::Tags),
    ("record_id", Target::RecordId),
    ("department_name", Target::DepartmentName),
    ("department_number", Target::DepartmentNumber),
    ("department_parent_number", Target::DepartmentParentNumber),
    ("department_position", Target::DepartmentPosition),
    ("ignore", Target::Ignore),
];

const CUSTOM: &str = "custom:";

impl Target {
    /// The word for it; numbered ones count from 1.
    pub fn name(self) -> String {
        match self {
            Self::Field(field) => field.name().to_owned(),
            Self::DepartmentPart(index) => format!("department_part_{}", index + 1),
            Self::GuardianName(slot) => format!("guardian_name_{}", slot + 1),
            Self::GuardianPhone(slot) => format!("guardian_phone_{}", slot + 1),
            Self::GuardianRelation(slot) => format!("guardian_relation_{}", slot + 1),
            Self::GuardianMayConfirm(slot) => format!("guardian_may_confirm_{}", slot + 1),
            Self::Custom(field) => format!("{CUSTOM}{field}"),
            plain => PLAIN.iter().find(|(_, target)| *target == plain).map_or("ignore", |(name, _)| name).to_owned(),
        }
    }

    /// Reads the word; a numbered one without its number is the first.
    pub fn from_name(name: &str) -> Option<Self> {
        if let Some((_, target)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
            return Some(*target);
        }
        if let Some(id) = name.strip_prefix(CUSTOM) {
            return id.parse().ok().map(Self::Custom);
        }
        for (prefix, make, count) in NUMBERED {
            if name == prefix.trim_end_matches('_') && prefix.starts_with("guardian") {
                return Some(make(0));
            }
            if let Some(number) = name.strip_prefix(prefix).and_then(|rest| rest.parse::<u8>().ok()) {
                return (1..=count).contains(&number).then(|| make(number - 1));
            }
        }
        MEMBER_FIELDS.into_iter().find(|field| field.name() == name).map(Self::Field)
    }

    /// The number of the guardian that it belongs to.
    pub fn guardian_slot(self) -> Option<u8> {
        match self {
            Self::GuardianName(slot)
            | Self::GuardianPhone(slot)
            | Self::GuardianRelation(slot)
            | Self::GuardianMayConfirm(slot) => Some(slot),
            _ => None,
        }
    }

    /// Whether it belongs to a file of departments.
    pub fn is_of_departments(self) -> bool {
        matches!(
            self,
            Self::DepartmentName | Self::DepartmentNumber | Self::DepartmentParentNumber | Self::DepartmentPosition
        )
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| serde::de::Error::custom("unknown column target"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_found_by_its_word() {
        let mut all: Vec<Target> = MEMBER_FIELDS.into_iter().map(Target::Field).collect();
        all.extend(PLAIN.iter().map(|(_, target)| *target));
        for (_, make, count) in NUMBERED {
            all.extend((0..count).map(make));
        }
        all.push(Target::Custom(RecordId::from_parts(1, [2; 10])));
        for target in all {
            assert_eq!(Target::from_name(&target.name()), Some(target));
        }
        assert_eq!(Target::from_name("guardian_name"), Some(Target::GuardianName(0)));
        assert_eq!(Target::from_name("guardian_name_10"), None);
        assert_eq!(Target::from_name("join_state"), None);
        assert_eq!(Target::from_name("custom:1"), None);
    }
}
