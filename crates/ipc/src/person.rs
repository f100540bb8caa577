//! A member's further places, members who may be the same person, and making one of two.

use crate::roster::Column;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A further place of a member, beside the main department.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AffiliationDetail {
    pub id: String,
    pub department: String,
    pub path: String,
    pub title: String,
    /// A word of `Field::AffiliationRole`; empty for none.
    pub role: String,
    /// What the person is there, when it is not what they are in the first place: a word of `Field::AffiliationIdentity`.
    pub identity: String,
}

/// A new further place, or a change of one. What is absent stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct EditAffiliation {
    pub member: String,
    #[ts(optional)]
    pub affiliation: Option<String>,
    #[ts(optional)]
    pub department: Option<String>,
    #[ts(optional)]
    pub title: Option<String>,
    #[ts(optional)]
    pub identity: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AffiliationRef {
    pub member: String,
    pub affiliation: String,
}

/// Why two members may be one person, the strongest reason first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same identity document.
    Document,
    /// The same phone.
    Phone,
    /// The same name and date of birth.
    NameAndBirthDate,
    /// Names that sound the same, and the same date of birth.
    SoundAndBirthDate,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct FindDuplicates {
    #[ts(optional)]
    pub job: Option<String>,
    /// Groups to leave out before the first that is listed.
    #[ts(optional)]
    pub skip: Option<u32>,
    /// Groups to list; at the most, and where nothing is said, five hundred.
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// Members who may be the same person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DuplicateGroup {
    pub reason: Likeness,
    /// The first of them: at most a hundred, fewer where many large groups are listed.
    pub members: Vec<DuplicateMember>,
    /// All of them, without those who were told apart from every other.
    pub count: u32,
    /// Places of two members here who were said not to be one person.
    pub apart: Vec<(u32, u32)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DuplicateMember {
    pub id: String,
    pub name: String,
    pub card_number: String,
    pub department: String,
    pub status: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Duplicates {
    /// Those that were asked for, the strongest reasons first.
    pub groups: Vec<DuplicateGroup>,
    /// How many of all come before the first of these. Less than was asked for when there are no longer so many.
    pub skip: u32,
    /// All that were found.
    pub total: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct MemberPair {
    pub a: String,
    pub b: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ToldApartAsked {
    pub skip: u32,
    pub limit: u32,
}

/// Pairs of whom somebody said that they are not one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ToldApart {
    pub pairs: Vec<ApartPair>,
    /// All there are.
    pub total: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ApartPair {
    pub a: DuplicateMember,
    pub b: DuplicateMember,
}

/// Two members to be made one: what the second has and the first is to keep is named column by column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct MergeMembers {
    /// Stays.
    pub kept: String,
    /// Goes; its places, guardians, invitations, tags and values move to the other.
    pub gone: String,
    pub chosen: Chosen,
}

/// Whose values two members made one have; in the other columns it is those of the one that stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct Chosen {
    /// Columns in which the value of the one that goes shall hold.
    pub taken: Vec<Column>,
    /// Columns in which the values of both shall hold together.
    pub united: Vec<Column>,
}

/// Two members side by side.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CompareMembers {
    pub kept: String,
    pub gone: String,
    /// Absent: what is proposed.
    #[ts(optional)]
    pub chosen: Option<Chosen>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Comparison {
    pub lines: Vec<ComparisonLine>,
    /// Some value of the two, or a guardian's phone, is masked: what looks alike may differ.
    pub is_masked: bool,
    /// What hangs on the one that stays, on the one that goes, and on the one that comes of them.
    pub kept: Belongings,
    pub gone: Belongings,
    pub merged: Belongings,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct Belongings {
    pub places: Vec<Belonging>,
    pub guardians: Vec<Belonging>,
    pub tags: Vec<Belonging>,
    pub invitations: u32,
}

/// A further place, a guardian or a tag as people tell it from others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, TS)]
pub struct Belonging {
    /// Path of the department, name of the guardian or tag.
    pub name: String,
    /// The title there, the guardian's phone.
    pub detail: String,
    /// Words of choices: the role and the identity there; the relation, and `may_not_confirm`.
    pub words: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ComparisonLine {
    pub column: Column,
    pub kept: String,
    pub gone: String,
    pub both: Together,
    /// What is proposed.
    pub takes: Side,
    /// The two differ, and only one can stay.
    pub differs: bool,
}

/// Whose value a column is to have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Kept,
    /// The other has none.
    Gone,
    Both,
}

/// Whether the values of two members can hold together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "can")]
pub enum Together {
    /// There can only be one, or one of the two says it all.
    Never,
    Hold {
        text: String,
    },
    /// The code of the rule that they would break together.
    Break {
        rule: String,
    },
}

/// Looks for somebody who is a guardian already, of a sibling mostly.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FindGuardians {
    /// Whose guardian is sought: those they have are left out.
    pub member: String,
    /// A guardian's name, its pinyin or initials, or phone, or what the sibling is found by.
    pub text: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FoundGuardians {
    /// The member's first guardian, whom the grid shows; `others` are without the member.
    pub first: Option<FoundGuardian>,
    /// Guardians of others, the likeliest first.
    pub found: Vec<FoundGuardian>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FoundGuardian {
    pub id: String,
    pub name: String,
    /// Masked as it is elsewhere.
    pub phone: String,
    /// The text is their whole phone.
    pub has_same_phone: bool,
    /// How many members they are a guardian of.
    pub members: u32,
    /// Names of the first few.
    pub others: Vec<String>,
}

/// Somebody who is a guardian already becomes the member's, too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LinkGuardian {
    pub member: String,
    pub guardian: String,
    /// A guardian of the member whose place they take; what that one was to the member stays said of the new one.
    #[ts(optional)]
    pub instead_of: Option<String>,
    /// As typed; absent or empty for none, or for what it was of the one whose place they take.
    #[ts(optional)]
    pub relation: Option<String>,
    /// Absent: they may, or as the one whose place they take.
    #[ts(optional)]
    pub may_confirm: Option<bool>,
}
