//! Who is missing from a file that says all there is, and whom a row could be about when it is not sure.

use super::roster::Roster;
use mingce_model::{Field, Record, RecordId};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

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
    /// Departments whose members it looks for, where the scope is those that the file names.
    pub named: HashSet<RecordId>,
    /// Members that a row is about, or could be about, with how many rows.
    met: HashMap<RecordId, u32>,
    /// Names of rows that found nobody because something in them cannot be read: nobody of that name leaves.
    spared: HashMap<String, u32>,
    /// Who was met or not met, spared or not spared since they were last looked for.
    changed: (HashSet<RecordId>, HashSet<String>),
}

/// Somebody who would leave.
pub(super) struct Missing {
    pub id: RecordId,
    pub name: String,
    pub status: String,
}

impl Mirror {
    pub(super) fn new(scope: MirrorScope) -> Self {
        Self {
            scope,
            named: HashSet::new(),
            met: HashMap::new(),
            spared: HashMap::new(),
            changed: (HashSet::new(), HashSet::new()),
        }
    }

    pub(super) fn meet(&mut self, members: &[RecordId], spared: Option<&str>) {
        for member in members {
            let times = self.met.entry(*member).or_default();
            *times += 1;
            if *times == 1 {
                self.changed.0.insert(*member);
            }
        }
        if let Some(name) = spared {
            let times = self.spared.entry(name.to_owned()).or_default();
            *times += 1;
            if *times == 1 {
                self.changed.1.insert(name.to_owned());
            }
        }
    }

    /// Takes a meeting back.
    pub(super) fn part(&mut self, members: &[RecordId], spared: Option<&str>) {
        for member in members {
            if let Some(times) = self.met.get_mut(member) {
                *times -= 1;
                if *times == 0 {
                    self.met.remove(member);
                    self.changed.0.insert(*member);
                }
            }
        }
        if let Some(name) = spared
            && let Some(times) = self.spared.get_mut(name)
        {
            *times -= 1;
            if *times == 0 {
                self.spared.remove(name);
                self.changed.1.insert(name.to_owned());
            }
        }
    }

    pub(super) fn forget_changes(&mut self) {
        self.changed.0.clear();
        self.changed.1.clear();
    }

    /// Whose lot may be another than when they were last looked for: members, and everybody of a name.
    pub(super) fn take_changes(&mut self) -> (HashSet<RecordId>, HashSet<String>) {
        std::mem::take(&mut self.changed)
    }

    /// Somebody on the roster who would leave; `None` for whoever stays.
    pub(super) fn misses(&self, member: &Record) -> Option<Missing> {
        let name = member.text(Field::MemberName).unwrap_or_default();
        let is_missing =
            self.is_within(member) && !self.met.contains_key(&member.id) && !self.spared.contains_key(name);
        let status = member.text(Field::MemberStatus).unwrap_or_default();
        is_missing.then(|| Missing { id: member.id, name: name.to_owned(), status: status.to_owned() })
    }

    fn is_within(&self, member: &Record) -> bool {
        let is_in_scope = match self.scope {
            MirrorScope::WholeRoster => true,
            MirrorScope::NamedDepartments => {
                member.reference(Field::MemberDepartment).is_some_and(|id| self.named.contains(&id))
            }
        };
        is_in_scope && member.text(Field::MemberStatus) != Some("left")
    }

    /// Everyone within the scope whom the file did not name, and how many are within it.
    pub(super) fn missing<R: Roster>(&self, roster: &mut R) -> Result<(Vec<Missing>, u32), R::Error> {
        let mut missing = Vec::new();
        let mut of = 0_u32;
        roster.each_member(&mut |member| {
            of = of.saturating_add(u32::from(self.is_within(member)));
            missing.extend(self.misses(member));
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
