//! The roster as files. An export carries everything that an import can take and each member's id, so that importing it
//! again changes nothing. Rows stream through; nothing is kept.

mod csv;
pub mod guard;
pub(crate) mod words;
mod xlsx;

pub use csv::{CsvEncoding, CsvOutcome, UnwritableName, export_csv, export_csv_with};
pub use words::Language;
pub use xlsx::{XlsxOptions, export_xlsx, export_xlsx_with};

use crate::ExchangeError;
use crate::shape::{GUARDIAN_SLOTS, Target};
use crate::stage::list_of;
use mingce_model::{Field, Record, RecordId};
use std::borrow::Cow;
use thiserror::Error;
use words::{ExportColumn, choice_list, choice_word};

/// A guardian of an exported member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportGuardian {
    pub name: String,
    pub phone: Option<String>,
    /// A word of `GuardianshipRelation`.
    pub relation: Option<String>,
    pub may_confirm: bool,
}

/// A department of an exported member beside the main one, or what it is in the main one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportPlace {
    pub department: RecordId,
    pub path: String,
    /// A word of `AffiliationRole`.
    pub role: Option<String>,
}

/// One member with what is written beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportRow {
    pub member: Record,
    /// Path of the main department, from `Tree::path`.
    pub department: Option<String>,
    /// The days of the invitation and of joining, `YYYY-MM-DD`; empty for none.
    pub invited_on: String,
    pub joined_on: String,
    pub guardians: Vec<ExportGuardian>,
    pub places: Vec<ExportPlace>,
    /// Cells of the columns that the caller adds, in their order.
    pub more: Vec<String>,
}

/// What every export has to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExportOptions {
    pub language: Language,
    /// Columns for so many guardians, at most nine: the most that any exported member has.
    pub guardians: u8,
    /// Columns for the departments that members lead, and for those that they are in beside the main one.
    pub has_places: bool,
}

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ExportSummary {
    pub rows: u64,
    /// Guardians for whom there were no columns.
    pub guardians_left_out: u64,
}

/// Why there is no file: it could not be written, or the roster would not go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ExportError<E> {
    #[error("the file: {0}")]
    File(ExchangeError),
    #[error("the roster could not be read")]
    Roster(E),
}

impl<E> From<ExchangeError> for ExportError<E> {
    fn from(error: ExchangeError) -> Self {
        Self::File(error)
    }
}

/// Columns that tell how far somebody has come with joining; an import leaves them alone.
pub(crate) const FOR_READING: [ExportColumn; 3] =
    [ExportColumn::JoinState, ExportColumn::InvitedOn, ExportColumn::JoinedOn];

/// The columns of an export, in order. The id comes last: it is for the importer, not for people.
pub(crate) fn columns(options: ExportOptions) -> Vec<ExportColumn> {
    let field = |field| ExportColumn::Into(Target::Field(field));
    let mut columns = vec![
        field(Field::MemberName),
        field(Field::MemberCardNumber),
        field(Field::MemberSex),
        field(Field::MemberIdentity),
        ExportColumn::Into(Target::DepartmentPath),
        field(Field::MemberTitle),
        field(Field::MemberPhone),
        field(Field::MemberDocumentKind),
        field(Field::MemberDocumentNumber),
        field(Field::MemberBirthDate),
        field(Field::MemberEntryYear),
        field(Field::MemberEmail),
        field(Field::MemberAddress),
        field(Field::MemberValidFrom),
        field(Field::MemberValidUntil),
        field(Field::MemberChipNumbers),
        field(Field::MemberStatus),
        field(Field::MemberStatusSince),
        field(Field::MemberNote),
    ];
    for slot in 0..options.guardians.min(GUARDIAN_SLOTS) {
        columns.extend([
            ExportColumn::Into(Target::GuardianName(slot)),
            ExportColumn::Into(Target::GuardianPhone(slot)),
            ExportColumn::Into(Target::GuardianRelation(slot)),
            ExportColumn::Into(Target::GuardianMayConfirm(slot)),
        ]);
    }
    if options.has_places {
        let targets = [Target::FurtherDepartments, Target::Leads, Target::DeputyOf];
        columns.extend(targets.map(ExportColumn::Into));
    }
    columns.extend(FOR_READING);
    columns.push(ExportColumn::Into(Target::RecordId));
    columns
}

/// `columns` with those that the caller adds; the id stays last.
pub(crate) fn columns_with(options: ExportOptions, more: &[String]) -> Vec<ExportColumn> {
    let mut columns = columns(options);
    let end = columns.len() - 1 - FOR_READING.len();
    columns.splice(end..end, (0..u16::try_from(more.len()).unwrap_or(u16::MAX)).map(ExportColumn::More));
    columns
}

/// The column's heading; `more` are those of the columns that the caller adds.
pub(crate) fn heading(column: ExportColumn, more: &[String], language: Language) -> String {
    match column {
        ExportColumn::More(place) => more.get(usize::from(place)).cloned().unwrap_or_default(),
        own => own.heading(language),
    }
}

impl ExportRow {
    /// The text of one column.
    pub(crate) fn text(&self, column: ExportColumn, language: Language) -> Cow<'_, str> {
        let guardian = |slot: u8| self.guardians.get(usize::from(slot));
        let choice = |field: Field| {
            let word = self.member.text(field).unwrap_or_default();
            Cow::Borrowed(choice_word(field, word, language))
        };
        let borrowed = |text: Option<&str>| Cow::Owned(text.unwrap_or_default().to_owned());
        match column {
            ExportColumn::JoinState => choice(Field::MemberJoinState),
            ExportColumn::InvitedOn => Cow::Borrowed(&self.invited_on),
            ExportColumn::JoinedOn => Cow::Borrowed(&self.joined_on),
            ExportColumn::More(place) => Cow::Borrowed(self.more.get(usize::from(place)).map_or("", String::as_str)),
            ExportColumn::Into(target) => match target {
                Target::Field(field @ (Field::MemberSex | Field::MemberDocumentKind | Field::MemberStatus)) => {
                    choice(field)
                }
                Target::Field(field @ Field::MemberIdentity) => {
                    Cow::Owned(choice_list(field, self.member.text(field).unwrap_or_default(), language))
                }
                Target::Field(field) => match self.member.get(field).as_text() {
                    Some(text) => Cow::Borrowed(text),
                    None => Cow::Owned(self.member.get(field).to_string()),
                },
                Target::DepartmentPath => Cow::Borrowed(self.department.as_deref().unwrap_or_default()),
                Target::GuardianName(slot) => borrowed(guardian(slot).map(|it| it.name.as_str())),
                Target::GuardianPhone(slot) => borrowed(guardian(slot).and_then(|it| it.phone.as_deref())),
                Target::GuardianRelation(slot) => {
                    let word = guardian(slot).and_then(|it| it.relation.as_deref()).unwrap_or_default();
                    Cow::Borrowed(choice_word(Field::GuardianshipRelation, word, language))
                }
                Target::GuardianMayConfirm(slot) => {
                    let word = guardian(slot).map(|it| if it.may_confirm { "yes" } else { "no" });
                    Cow::Borrowed(choice_word(Field::GuardianshipMayConfirm, word.unwrap_or_default(), language))
                }
                Target::FurtherDepartments => Cow::Owned(self.further_departments()),
                Target::Leads => Cow::Owned(self.led_as("head")),
                Target::DeputyOf => Cow::Owned(self.led_as("deputy")),
                Target::RecordId => Cow::Owned(self.member.id.to_string()),
                _ => Cow::Borrowed(""),
            },
        }
    }

    /// Paths of the departments in which the member has the role, as one cell.
    pub(crate) fn led_as(&self, role: &str) -> String {
        let led = self.places.iter().filter(|place| place.role.as_deref() == Some(role));
        list_of(led.map(|place| place.path.as_str()))
    }

    /// Paths of the departments beside the main one in which the member has no role, as one cell.
    pub(crate) fn further_departments(&self) -> String {
        let main = self.member.reference(Field::MemberDepartment);
        let further = self.places.iter().filter(|place| place.role.is_none() && main != Some(place.department));
        list_of(further.map(|place| place.path.as_str()))
    }

    pub(crate) fn guardians_left_out(&self, options: ExportOptions) -> u64 {
        self.guardians.len().saturating_sub(usize::from(options.guardians.min(GUARDIAN_SLOTS))) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::headings::{Meaning, normalised, sense_of};

    #[test]
    fn every_heading_written_is_understood_again() {
        for language in [Language::Chinese, Language::English] {
            for column in columns(ExportOptions { language, guardians: 9, has_places: true }) {
                let heading = column.heading(language);
                let Some((meaning, _)) = sense_of(&normalised(&heading)) else { panic!("{heading}") };
                match column {
                    ExportColumn::Into(Target::DepartmentPath) => assert!(matches!(meaning, Meaning::Department(_))),
                    ExportColumn::Into(target) => assert_eq!(meaning, Meaning::Is(target), "{heading}"),
                    ExportColumn::JoinState | ExportColumn::InvitedOn | ExportColumn::JoinedOn => {
                        assert_eq!(meaning, Meaning::Is(Target::Ignore), "{heading}");
                    }
                    ExportColumn::More(_) => unreachable!("nobody added one"),
                }
            }
        }
    }
}
