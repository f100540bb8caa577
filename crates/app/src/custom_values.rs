//! Custom values as records of their own: whose they are, what their field is called, how they are shown.

use crate::columns;
use crate::failure::{Outcome, told};
use crate::masking;
use crate::session::Session;
use mingce_ipc::custom::CustomColumn;
use mingce_ipc::roster::Column;
use mingce_model::custom::CustomField;
use mingce_model::{Change, Field, Kind, Record, RecordId};

/// What a custom value belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Owner {
    pub(crate) member: RecordId,
    pub(crate) field: RecordId,
}

impl Owner {
    fn of_record(record: &Record) -> Option<Self> {
        Some(Self {
            member: record.reference(Field::CustomValueMember)?,
            field: record.reference(Field::CustomValueField)?,
        })
    }

    /// As an edit tells it that made or removed the value.
    fn of_changes(changes: &[Change]) -> Option<Self> {
        let told = |field: Field| {
            let change = changes.iter().find(|change| change.field == field)?;
            [&change.new, &change.base].into_iter().find_map(|value| value.as_text()?.parse().ok())
        };
        Some(Self { member: told(Field::CustomValueMember)?, field: told(Field::CustomValueField)? })
    }

    /// By the record, by what an edit tells of it, or by what it was before it was removed.
    pub(crate) fn of(session: &Session, id: RecordId, changes: &[Change]) -> Outcome<Option<Self>> {
        if let Some(owner) = Self::of_changes(changes) {
            return Ok(Some(owner));
        }
        let kind = Kind::CustomValue;
        if let Some(record) = told(session.store.get(kind, id))? {
            return Ok(Self::of_record(&record));
        }
        let Some(moment) = told(session.store.removed_at(kind, id))? else { return Ok(None) };
        Ok(told(session.store.record_at(kind, id, moment))?.as_ref().and_then(Self::of_record))
    }
}

/// A value of a record as the window may show it, whatever the kind of the record.
pub(crate) fn shown(
    session: &Session,
    (kind, id): (Kind, RecordId),
    field: Field,
    changes: &[Change],
    text: String,
) -> Outcome<String> {
    if kind != Kind::CustomValue || field != Field::CustomValueValue || text.is_empty() {
        return Ok(masking::shown(session, id, field, text));
    }
    // What cannot be told is hidden.
    let Some(owner) = Owner::of(session, id, changes)? else { return Ok(masking::hidden(session, text)) };
    let defined = told(session.store.get(Kind::CustomField, owner.field))?;
    let field = defined.as_ref().and_then(CustomField::from_record);
    let is_masked = field.is_none_or(|field| field.is_masked());
    Ok(if is_masked { masking::shown_custom(session, owner.member, text) } else { text })
}

/// The field's word as the UI knows it: of a custom value, the column's.
pub(crate) fn word(session: &Session, kind: Kind, id: RecordId, field: Field, changes: &[Change]) -> Outcome<String> {
    if kind == Kind::CustomValue
        && let Some(owner) = Owner::of(session, id, changes)?
    {
        return Ok(CustomColumn(owner.field).to_string());
    }
    Ok(match field {
        Field::TaggingTag => columns::word(Column::Tags).into_owned(),
        field => field.name().to_owned(),
    })
}

/// Kinds of records that belong to a member, or to a guardian of one.
pub(crate) const BELONGS: [Kind; 5] =
    [Kind::CustomValue, Kind::Tagging, Kind::Affiliation, Kind::Guardianship, Kind::Guardian];

/// Fields that only tell whose a record is; the title says it.
pub(crate) fn says_whose(field: Field) -> bool {
    matches!(
        field,
        Field::CustomValueMember
            | Field::CustomValueField
            | Field::TaggingMember
            | Field::AffiliationMember
            | Field::GuardianshipMember
    )
}
