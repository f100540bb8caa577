//! Which column is what: guessed, changed by the user, remembered for the next file of the same shape.

use super::{PathForm, Target};
use crate::ExchangeError;
use mingce_model::Field;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// What the rows of a file are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Members,
    /// WeCom's second file: departments with their numbers.
    Departments,
}

/// What to do with a guardian of whom only a phone number is known, as in most parent lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnnamedGuardian {
    /// Named after the child, as parents name themselves in class groups: 张三家长, 张三妈妈.
    NameAfterMember,
    /// The row has a problem.
    Refuse,
}

/// How a sheet's columns are read. Saved as JSON under the file's [`Signature`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mapping {
    pub subject: Subject,
    /// One target for each column from A on.
    pub columns: Vec<Target>,
    /// What parts the steps of a department path: `/`, or `-` as DingTalk writes it.
    pub department_separator: char,
    /// Whether a cell may name several departments, as in WeCom's files: the first is the main one.
    #[serde(default)]
    pub has_department_lists: bool,
    /// The relation that a guardian's headings state (母亲电话), by the guardian's number; used where no column says it.
    #[serde(default)]
    pub guardian_relations: Vec<Option<String>>,
    /// Identity of members that are added, where no column says it: `student` in a file with a column 学号.
    #[serde(default)]
    pub identity_of_added: Option<String>,
    pub unnamed_guardian: UnnamedGuardian,
    /// Card numbers that the spreadsheet turned into numbers get their zeros back up to this many digits. Only ever
    /// set by the user, after a problem offered it.
    #[serde(default)]
    pub card_number_digits: Option<u8>,
}

impl Mapping {
    /// A mapping that reads nothing.
    pub fn ignoring(columns: usize) -> Self {
        Self {
            subject: Subject::Members,
            columns: vec![Target::Ignore; columns],
            department_separator: '/',
            has_department_lists: false,
            guardian_relations: Vec::new(),
            identity_of_added: None,
            unnamed_guardian: UnnamedGuardian::NameAfterMember,
            card_number_digits: None,
        }
    }

    /// Gives a column a target, and takes that target from any other column.
    pub fn assign(&mut self, column: usize, target: Target) {
        if column >= self.columns.len() {
            self.columns.resize(column + 1, Target::Ignore);
        }
        for other in &mut self.columns {
            if *other == target {
                *other = Target::Ignore;
            }
        }
        self.columns[column] = target;
    }

    /// Reads the column of departments as its values are written.
    pub fn read_departments(&mut self, paths: PathForm) {
        self.department_separator = paths.separator;
        self.has_department_lists = paths.has_lists;
    }

    /// The column with the target.
    pub fn column_of(&self, target: Target) -> Option<usize> {
        self.columns.iter().position(|column| *column == target)
    }

    /// How many guardians have columns, counted up to the last of them.
    pub(crate) fn guardian_slots(&self) -> usize {
        let last = self.columns.iter().filter_map(|target| target.guardian_slot()).max();
        last.map_or(0, |slot| usize::from(slot) + 1)
    }

    /// Refuses what cannot be imported: no way to know a member, or one target in two columns.
    pub fn check(&self) -> Result<(), ExchangeError> {
        let mut seen = HashSet::new();
        let is_unique = self.columns.iter().all(|target| *target == Target::Ignore || seen.insert(*target));
        let keys = [Target::Field(Field::MemberName), Target::Field(Field::MemberCardNumber), Target::RecordId];
        let has_key = match self.subject {
            Subject::Members => {
                keys.iter().any(|key| seen.contains(key)) || seen.contains(&Target::Field(Field::MemberDocumentNumber))
            }
            Subject::Departments => seen.contains(&Target::DepartmentName),
        };
        if is_unique && has_key { Ok(()) } else { Err(ExchangeError::UnusableMapping) }
    }
}

/// Stands for the shape of a file: two files with the same headings in the same order have the same signature.
/// The first 128 bits of SHA-256 over the normalised headings, in hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signature(pub String);

impl Signature {
    pub(crate) fn of<'t>(headings: impl Iterator<Item = &'t str>) -> Self {
        let mut hash = Sha256::new();
        for heading in headings {
            hash.update(super::headings::normalised(heading).as_bytes());
            hash.update([0x1F]);
        }
        Self(hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_survives_being_saved() {
        let mut mapping = Mapping::ignoring(3);
        mapping.assign(0, Target::Field(Field::MemberName));
        mapping.assign(2, Target::GuardianPhone(1));
        mapping.guardian_relations = vec![None, Some("mother".into())];
        let saved = serde_json::to_string(&mapping).unwrap();
        assert_eq!(serde_json::from_str::<Mapping>(&saved).unwrap(), mapping);
    }

    #[test]
    fn a_target_stands_in_one_column_only() {
        let mut mapping = Mapping::ignoring(2);
        assert_eq!(mapping.check(), Err(ExchangeError::UnusableMapping));
        mapping.assign(0, Target::Field(Field::MemberName));
        mapping.assign(1, Target::Field(Field::MemberName));
        assert_eq!(mapping.columns, [Target::Ignore, Target::Field(Field::MemberName)]);
        assert_eq!(mapping.check(), Ok(()));
        mapping.columns[0] = Target::Field(Field::MemberName);
        assert_eq!(mapping.check(), Err(ExchangeError::UnusableMapping));
    }

    #[test]
    fn the_signature_looks_through_dress() {
        let plain = Signature::of(["姓名", "手机"].into_iter());
        assert_eq!(plain, Signature::of(["*姓 名", "手机（必填）"].into_iter()));
        assert_ne!(plain, Signature::of(["手机", "姓名"].into_iter()));
        assert_ne!(plain, Signature::of(["姓名手", "机"].into_iter()));
    }
}
