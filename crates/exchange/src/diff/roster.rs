//! What an import asks the roster. Questions come in batches, so that a database answers each with one prepared
//! statement; the answers are small, because they are kept only until the batch is compared.

use mingce_model::tree::Department;
use mingce_model::{Record, RecordId, Value};

/// By what a member is looked for. Values are normalised as the model stores them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MemberKey<'a> {
    Id(RecordId),
    CardNumber(&'a str),
    DocumentNumber(&'a str),
    /// A Hong Kong or Macau permit whose number begins with these nine characters: reissues change only what follows.
    PermitHolder(&'a str),
    /// Everybody of this name: what else they have in common with a row is told from the members themselves.
    Name(&'a str),
}

/// By what a guardian is looked for: both must be equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GuardianKey<'a> {
    pub name: &'a str,
    pub phone: &'a str,
}

/// A guardian of a member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownGuardian {
    pub guardianship: RecordId,
    pub guardian: RecordId,
    pub name: String,
    pub phone: Option<String>,
    /// A word of `GuardianshipRelation`.
    pub relation: Option<String>,
    /// See `mingce_model::guardians`.
    pub may_confirm: bool,
}

/// A place of a member beside the main department, or what it is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownPlace {
    pub affiliation: RecordId,
    pub department: RecordId,
    /// A word of `AffiliationRole`.
    pub role: Option<String>,
    /// It says more than who leads: a title, or what the member is there.
    pub says_more: bool,
}

/// A tag of the organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownTag {
    pub id: RecordId,
    pub name: String,
    pub position: Option<i64>,
}

/// What a member has in fields that the organisation defined, and its tags.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KnownExtras {
    /// By field; an emptied value is one that is there and `Null`.
    pub values: Vec<(RecordId, Value)>,
    pub tags: Vec<RecordId>,
}

/// The roster as the importer sees it: what is there now, pending edits included, removed records left out.
///
/// Every answer has one entry for each question, in the same order.
pub trait Roster {
    type Error;

    /// Whether there is no member at all; then no member is asked for.
    fn is_empty(&mut self) -> Result<bool, Self::Error>;
    /// Every department. Asked once.
    fn departments(&mut self) -> Result<Vec<Department>, Self::Error>;
    /// The members that fit each key; more than one where several do. Two would be enough, but for a name.
    fn find_members(&mut self, keys: &[MemberKey<'_>]) -> Result<Vec<Vec<Record>>, Self::Error>;
    /// The guardians of each member.
    fn guardians_of(&mut self, members: &[RecordId]) -> Result<Vec<Vec<KnownGuardian>>, Self::Error>;
    /// Any guardian with this name and phone, whose-ever it is.
    fn find_guardians(&mut self, keys: &[GuardianKey<'_>]) -> Result<Vec<Option<RecordId>>, Self::Error>;
    /// Each member's affiliations.
    fn affiliations_of(&mut self, members: &[RecordId]) -> Result<Vec<Vec<KnownPlace>>, Self::Error>;
    /// The organisation's tags in their order. Asked once, if at all.
    fn tags(&mut self) -> Result<Vec<KnownTag>, Self::Error>;
    /// Each member's own values of custom fields, and tags.
    fn extras_of(&mut self, members: &[RecordId]) -> Result<Vec<KnownExtras>, Self::Error>;
    /// Who has this in the custom field; two of them would be enough.
    fn holders(&mut self, values: &[(RecordId, &str)]) -> Result<Vec<Vec<RecordId>>, Self::Error>;
    /// Who has a chip of this number; two of them would be enough.
    fn chip_holders(&mut self, numbers: &[&str]) -> Result<Vec<Vec<RecordId>>, Self::Error>;
    /// Shows every member once, in any order; asked at the end of an import that mirrors the file.
    fn each_member(&mut self, each: &mut dyn FnMut(&Record)) -> Result<(), Self::Error>;
}

/// A roster with nobody in it, for looking at a file before there is an organisation, and for measuring.
#[derive(Clone, Copy, Default, Debug)]
pub struct EmptyRoster;

impl Roster for EmptyRoster {
    type Error = std::convert::Infallible;

    fn is_empty(&mut self) -> Result<bool, Self::Error> {
        Ok(true)
    }
    fn departments(&mut self) -> Result<Vec<Department>, Self::Error> {
        Ok(Vec::new())
    }
    fn find_members(&mut self, keys: &[MemberKey<'_>]) -> Result<Vec<Vec<Record>>, Self::Error> {
        Ok(vec![Vec::new(); keys.len()])
    }
    fn guardians_of(&mut self, members: &[RecordId]) -> Result<Vec<Vec<KnownGuardian>>, Self::Error> {
        Ok(vec![Vec::new(); members.len()])
    }
    fn find_guardians(&mut self, keys: &[GuardianKey<'_>]) -> Result<Vec<Option<RecordId>>, Self::Error> {
        Ok(vec![None; keys.len()])
    }
    fn affiliations_of(&mut self, members: &[RecordId]) -> Result<Vec<Vec<KnownPlace>>, Self::Error> {
        Ok(vec![Vec::new(); members.len()])
    }
    fn tags(&mut self) -> Result<Vec<KnownTag>, Self::Error> {
        Ok(Vec::new())
    }
    fn extras_of(&mut self, members: &[RecordId]) -> Result<Vec<KnownExtras>, Self::Error> {
        Ok(vec![KnownExtras::default(); members.len()])
    }
    fn holders(&mut self, values: &[(RecordId, &str)]) -> Result<Vec<Vec<RecordId>>, Self::Error> {
        Ok(vec![Vec::new(); values.len()])
    }
    fn chip_holders(&mut self, numbers: &[&str]) -> Result<Vec<Vec<RecordId>>, Self::Error> {
        Ok(vec![Vec::new(); numbers.len()])
    }
    fn each_member(&mut self, _each: &mut dyn FnMut(&Record)) -> Result<(), Self::Error> {
        Ok(())
    }
}
