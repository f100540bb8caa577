//! The grid's columns and the fields behind them.

use crate::failure::{Outcome, told};
use crate::session::Session;
use mingce_ipc::custom::CustomColumn;
use mingce_ipc::roster::Column;
use mingce_model::{Field, RecordId};
use std::borrow::Cow;

/// What stands behind a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A field of the member.
    Member(Field),
    /// The main department, shown and typed as a path.
    DepartmentPath,
    /// A field of the first guardian.
    Guardian(GuardianPart),
    /// The member's photo; read-only, for it is not typed.
    Photo,
    /// Computed from invitations and the service's answers; read-only.
    JoinState,
    /// The day of the invitation and of the answer to it, as invitations and the service tell; read-only.
    InvitedOn,
    JoinedOn,
    /// A field that the organisation defined.
    Custom(RecordId),
    /// Shown and typed as names.
    Tags,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GuardianPart {
    Name,
    Phone,
    Relation,
}

/// Every column that there is from the beginning, in the order in which a new grid shows them.
pub const COLUMNS: [Column; 27] = [
    Column::CardNumber,
    Column::Name,
    Column::Sex,
    Column::Department,
    Column::Phone,
    Column::BirthDate,
    Column::DocumentKind,
    Column::DocumentNumber,
    Column::Identity,
    Column::Tags,
    Column::Title,
    Column::EntryYear,
    Column::GuardianName,
    Column::GuardianPhone,
    Column::GuardianRelation,
    Column::JoinState,
    Column::InvitedOn,
    Column::JoinedOn,
    Column::Status,
    Column::StatusSince,
    Column::Email,
    Column::Address,
    Column::ValidFrom,
    Column::ValidUntil,
    Column::ChipNumbers,
    Column::Note,
    Column::Photo,
];

pub fn source(column: Column) -> Source {
    match column {
        Column::CardNumber => Source::Member(Field::MemberCardNumber),
        Column::Name => Source::Member(Field::MemberName),
        Column::Sex => Source::Member(Field::MemberSex),
        Column::BirthDate => Source::Member(Field::MemberBirthDate),
        Column::Phone => Source::Member(Field::MemberPhone),
        Column::DocumentKind => Source::Member(Field::MemberDocumentKind),
        Column::DocumentNumber => Source::Member(Field::MemberDocumentNumber),
        Column::Identity => Source::Member(Field::MemberIdentity),
        Column::Department => Source::DepartmentPath,
        Column::Title => Source::Member(Field::MemberTitle),
        Column::EntryYear => Source::Member(Field::MemberEntryYear),
        Column::Email => Source::Member(Field::MemberEmail),
        Column::Address => Source::Member(Field::MemberAddress),
        Column::ValidFrom => Source::Member(Field::MemberValidFrom),
        Column::ValidUntil => Source::Member(Field::MemberValidUntil),
        Column::Status => Source::Member(Field::MemberStatus),
        Column::Note => Source::Member(Field::MemberNote),
        Column::GuardianName => Source::Guardian(GuardianPart::Name),
        Column::GuardianPhone => Source::Guardian(GuardianPart::Phone),
        Column::GuardianRelation => Source::Guardian(GuardianPart::Relation),
        Column::JoinState => Source::JoinState,
        Column::InvitedOn => Source::InvitedOn,
        Column::JoinedOn => Source::JoinedOn,
        Column::StatusSince => Source::Member(Field::MemberStatusSince),
        Column::Tags => Source::Tags,
        Column::Photo => Source::Photo,
        Column::ChipNumbers => Source::Member(Field::MemberChipNumbers),
        Column::Custom(CustomColumn(field)) => Source::Custom(field),
    }
}

/// The column's word, as in calls and on the command line.
pub fn word(column: Column) -> Cow<'static, str> {
    Cow::Borrowed(match source(column) {
        Source::Member(field) => field.name(),
        Source::DepartmentPath => "department",
        Source::Guardian(GuardianPart::Name) => "guardian_name",
        Source::Guardian(GuardianPart::Phone) => "guardian_phone",
        Source::Guardian(GuardianPart::Relation) => "guardian_relation",
        Source::JoinState => "join_state",
        Source::InvitedOn => "invited_on",
        Source::JoinedOn => "joined_on",
        Source::Tags => "tags",
        Source::Photo => Field::MemberPhoto.name(),
        Source::Custom(field) => return Cow::Owned(CustomColumn(field).to_string()),
    })
}

/// The custom field behind a column.
pub(crate) fn custom_of(column: Column) -> Option<RecordId> {
    match column {
        Column::Custom(CustomColumn(field)) => Some(field),
        _ => None,
    }
}

/// Every column of the organisation: those from the beginning, then the fields it defined.
pub(crate) fn all(session: &Session) -> Outcome<Vec<Column>> {
    let defined = told(session.store.custom_fields())?;
    let shown = defined.iter().filter(|field| !field.is_archived).map(|field| Column::Custom(CustomColumn(field.id)));
    Ok(COLUMNS.into_iter().chain(shown).collect())
}

/// Finds a column by its word.
pub fn by_word(text: &str) -> Option<Column> {
    let built_in = COLUMNS.into_iter().find(|column| word(*column) == text);
    built_in.or_else(|| text.parse().ok().map(Column::Custom))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_the_same_as_in_calls() {
        for column in COLUMNS {
            assert_eq!(by_word(&word(column)), Some(column));
            assert_eq!(serde_json::to_value(column).unwrap(), *word(column));
        }
    }
}
