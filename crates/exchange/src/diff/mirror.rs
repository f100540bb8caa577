//! Who is missing from a file that says all there is, and whom a row could be about when it is not sure.

use super::roster::Roster;
use mingce_model::{Field, Record, RecordId};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Among whom those are looked for who are not in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MirrorScope {
    WholeRoster,
    /// Members whose main department the file names.
    NamedDepartments,
}

/// What the user says of a row that is not sure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    SamePerson(RecordId),
    NewPerson,
}

/// A member whom a row could be about. Personal data: for the screen, never for a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    pub id: RecordId,
    pub name: String,
    pub card_number: Option<String>,
    pub birth_date: Option<String>,
    pub phone: Option<String>,
    pub department: Option<RecordId>,
}

/// Candidates shown for one row.
const CANDIDATES_MAX: usize = 5;

pub(super) fn candidates_of(records: &[Record]) -> Vec<Candidate> {
    let text = |record: &Record, field: Field| record.text(field).map(str::to_owned);
    let candidate = |record: &Record| Candidate {
        id: record.id,
        name: text(record, Field::MemberName).unwrap_or_default(),
        card_number: text(record, Field::MemberCardNumber),
        birth_date: text(record, Field::MemberBirthDate),
        phone: text(record, Field::MemberPhone),
        department: record.reference(Field::MemberDepartment),
    };
    records.iter().take(CANDIDATES_MAX).map(candidate).collect()
}

/// How many people would leave, and out of how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Leaving {
    pub people: u32,
    pub of: u32,
}

impl Leaving {
    /// Whether so many leave that the file is more likely a part than the whole: more than 50 people and more than a
    /// fifth, or fewer and more than four fifths.
    pub fn must_be_confirmed(self) -> bool {
        let (people, of) = (u64::from(self.people), u64::from(self.of));
        if people > 50 { people * 100 > of * 20 } else { people * 100 > of * 80 }
    }
}

/// Whom the file has met so far.
pub(super) struct Mirror {
    pub scope: MirrorScope,
    /// Members that a row is about, or could be about.
    pub met: HashSet<RecordId>,
    /// Names of rows that found nobody because something in them cannot be read: nobody of that name leaves.
    pub spared: HashSet<String>,
}

/// Somebody who would leave.
pub(super) struct Missing {
    pub id: RecordId,
    pub name: String,
    pub status: String,
}

impl Mirror {
    pub(super) fn new(scope: MirrorScope) -> Self {
        Self { scope, met: HashSet::new(), spared: HashSet::new() }
    }

    /// Everyone within the scope whom the file did not name, and how many are within it.
    pub(super) fn missing<R: Roster>(
        &self,
        named: &HashSet<RecordId>,
        roster: &mut R,
    ) -> Result<(Vec<Missing>, u32), R::Error> {
        let mut missing = Vec::new();
        let mut of = 0_u32;
        roster.each_member(&mut |member| {
            let status = member.text(Field::MemberStatus).unwrap_or_default();
            let is_within = match self.scope {
                MirrorScope::WholeRoster => true,
                MirrorScope::NamedDepartments => {
                    member.reference(Field::MemberDepartment).is_some_and(|id| named.contains(&id))
                }
            };
            if status == "left" || !is_within {
                return;
            }
            of = of.saturating_add(1);
            let name = member.text(Field::MemberName).unwrap_or_default();
            if !self.met.contains(&member.id) && !self.spared.contains(name) {
                missing.push(Missing { id: member.id, name: name.to_owned(), status: status.to_owned() });
            }
        })?;
        Ok((missing, of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_leaving_must_be_confirmed() {
        let asks = |people, of| Leaving { people, of }.must_be_confirmed();
        assert!(!asks(0, 0) && !asks(0, 10));
        assert!(!asks(51, 1000) && !asks(200, 1000) && asks(201, 1000) && asks(51, 200));
        assert!(!asks(8, 10) && asks(9, 10) && asks(1, 1) && !asks(40, 60) && asks(50, 60));
        assert!(asks(u32::MAX, u32::MAX));
    }
}
