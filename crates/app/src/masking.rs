//! ID numbers, phones and what the organisation calls personal are masked before they leave for the window, until somebody asks to see them. Asking is written
//! down first, never what was seen. What a person types over a mask is taken; the mask itself is never saved.

use crate::columns::{self, GuardianPart, Source};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::lock;
use crate::session::Session;
use mingce_ipc::Code;
use mingce_ipc::masking::{AuditAsked, AuditLine, AuditPage, Sight};
use mingce_ipc::roster::Column;
use mingce_model::custom::CustomField;
use mingce_model::mask::{CUSTOM_MASK, is_masked, mask};
use mingce_model::{Field, Kind, RecordId, Value};
use mingce_protocol::{Limit, Right, Rights};
use mingce_store::{AuditAct, Looked, MemberRow};
use std::collections::HashSet;

/// Lines of one page at the most.
const LINES_MAX: u32 = 500;
/// People whose values stay open at the most; the rest is masked again.
const OPEN_MAX: usize = 10_000;

/// A refused cell whose text was a mask.
pub(crate) const MASKED_TEXT: &str = "masked_text";

/// Whose values are shown in full, until the roster is closed. Without the right to it nobody's are.
pub(crate) struct Reveals {
    may_reveal: bool,
    limit: Option<Limit>,
    all: bool,
    /// Members and their guardians.
    records: HashSet<RecordId>,
}

impl Reveals {
    /// Everything masked, for an account with the rights that the service named; one that names none gives all.
    pub(crate) fn none(rights: Option<&Rights>) -> Self {
        Self { may_reveal: may_reveal(rights), limit: limit(rights), all: false, records: HashSet::new() }
    }
    /// Masks everything again; whether anything was shown.
    pub(crate) fn forget(&mut self) -> bool {
        let had_any = self.all || !self.records.is_empty();
        self.all = false;
        self.records.clear();
        had_any
    }
    /// Hears what the service says of the account's rights; whether that is news.
    pub(crate) fn hear(&mut self, rights: Option<&Rights>) -> bool {
        let before = (self.may_reveal, self.limit);
        (self.may_reveal, self.limit) = (may_reveal(rights), limit(rights));
        if !self.may_reveal {
            self.forget();
        }
        before != (self.may_reveal, self.limit)
    }
    /// What the account may not do.
    pub(crate) fn limit(&self) -> Option<Limit> {
        self.limit
    }
    fn show(&self, record: RecordId) -> bool {
        self.all || self.records.contains(&record)
    }
}

fn may_reveal(rights: Option<&Rights>) -> bool {
    rights.is_none_or(|rights| rights.has(Right::RevealNumbers))
}

fn limit(rights: Option<&Rights>) -> Option<Limit> {
    rights.and_then(Rights::limit)
}

/// Refuses what only somebody may do who may see numbers whole.
pub(crate) fn check_right(session: &Session) -> Outcome<()> {
    if lock(&session.reveals).may_reveal { Ok(()) } else { Err(Code::RevealForbidden.into()) }
}

/// Whether the account may see numbers whole, asked for or not.
pub(crate) fn may_reveal_now(session: &Session) -> bool {
    lock(&session.reveals).may_reveal
}

/// Whether the cells of the column are masked until somebody asks.
pub(crate) fn is_masked_column(column: Column, customs: &[CustomField]) -> bool {
    masked_field(column).is_some() || is_masked_custom(column, customs)
}

/// The masked field behind a column.
pub(crate) fn masked_field(column: Column) -> Option<Field> {
    match columns::source(column) {
        Source::Member(field) => Some(field).filter(|field| is_masked(*field)),
        Source::Guardian(GuardianPart::Phone) => Some(Field::GuardianPhone),
        _ => None,
    }
}

/// A value as the window may show it; `record` is the member, or guardian, whose it is.
pub(crate) fn shown(session: &Session, record: RecordId, field: Field, text: String) -> String {
    if text.is_empty() || !is_masked(field) || lock(&session.reveals).show(record) {
        return text;
    }
    mask(field, &Value::from(text))
}

/// A value of nobody in particular as the window may show it.
pub(crate) fn unowned(session: &Session, field: Field, text: String) -> String {
    if text.is_empty() || !is_masked(field) || lock(&session.reveals).all {
        return text;
    }
    mask(field, &Value::from(text))
}

/// A value of a masked custom field of the member as the window may show it.
pub(crate) fn shown_custom(session: &Session, member: RecordId, text: String) -> String {
    if text.is_empty() || lock(&session.reveals).show(member) { text } else { CUSTOM_MASK.to_owned() }
}

/// A value of a masked custom field of nobody in particular.
pub(crate) fn hidden(session: &Session, text: String) -> String {
    if text.is_empty() || lock(&session.reveals).all { text } else { CUSTOM_MASK.to_owned() }
}

/// Whether the column is of one of these fields and its values are masked.
fn is_masked_custom(column: Column, customs: &[CustomField]) -> bool {
    let id = columns::custom_of(column);
    id.is_some_and(|id| customs.iter().any(|field| field.id == id && field.is_masked()))
}

/// A cell of the member as the window may show it; `customs` are the organisation's fields.
pub(crate) fn cell(
    session: &Session,
    customs: &[CustomField],
    member: RecordId,
    column: Column,
    text: String,
) -> String {
    if is_hidden(session, customs, member, column, &text) { mask_text(column, text) } else { text }
}

/// Whether the window may not show the cell of the member as it is.
pub(crate) fn is_hidden(
    session: &Session,
    customs: &[CustomField],
    member: RecordId,
    column: Column,
    text: &str,
) -> bool {
    let is_masked = || masked_field(column).is_some() || is_masked_custom(column, customs);
    !text.is_empty() && is_masked() && !lock(&session.reveals).show(member)
}

/// A hidden cell of the column as the window may show it.
pub(crate) fn mask_text(column: Column, text: String) -> String {
    match masked_field(column) {
        Some(field) => mask(field, &Value::from(text)),
        None => CUSTOM_MASK.to_owned(),
    }
}

/// Masks those of the cells that may not be shown; answers which.
pub(crate) fn mask_cells(
    session: &Session,
    customs: &[CustomField],
    member: RecordId,
    columns: &[Column],
    cells: &mut [String],
) -> Vec<u32> {
    let mut masked = Vec::new();
    for (place, (column, text)) in columns.iter().zip(cells).enumerate() {
        if is_hidden(session, customs, member, *column, text) {
            *text = mask_text(*column, std::mem::take(text));
            masked.extend(u32::try_from(place));
        }
    }
    masked
}

/// What to make of a text that stands for a masked value: `Some(true)` leaves it as it is, `Some(false)` refuses it.
pub(crate) fn is_mask_of(field: Field, text: &str, current: &Value) -> Option<bool> {
    if !is_masked(field) || !text.contains("**") {
        return None;
    }
    Some(!current.is_null() && mask(field, current) == text.trim())
}

pub(crate) fn sight(session: &Session) -> Sight {
    let reveals = lock(&session.reveals);
    Sight {
        is_full: reveals.all,
        may_reveal: reveals.may_reveal,
        only_reads: reveals.limit == Some(Limit::OnlyReads),
        only_prints: reveals.limit == Some(Limit::OnlyPrints),
        only_departments: reveals.limit == Some(Limit::OnlyDepartments),
    }
}

/// Shows one person's numbers and phones, and their guardians'.
pub(crate) fn reveal(session: &Session, id: RecordId) -> Outcome<()> {
    check_right(session)?;
    let member = told(session.store.member(id))?.ok_or(Code::NotFound)?;
    if lock(&session.reveals).show(id) {
        return Ok(());
    }
    note(session, AuditAct::Reveal, Some(id), &filled(session, &member)?, 1, true)?;
    let mut reveals = lock(&session.reveals);
    // The right may have gone while it was written down.
    if !reveals.may_reveal {
        return Err(Code::RevealForbidden.into());
    }
    if reveals.records.len() >= OPEN_MAX {
        reveals.records.clear();
    }
    reveals.records.insert(id);
    reveals.records.extend(member.guardians.iter().map(|guardian| guardian.guardian));
    Ok(())
}

/// The masked fields that hold something.
fn filled(session: &Session, member: &MemberRow) -> Outcome<Vec<Field>> {
    let own = [Field::MemberPhone, Field::MemberDocumentNumber].into_iter();
    let mut fields: Vec<Field> = own.filter(|field| !member.member.get(*field).is_null()).collect();
    if member.guardians.iter().any(|guardian| guardian.phone.is_some()) {
        fields.push(Field::GuardianPhone);
    }
    let customs = told(session.store.custom_fields())?;
    let is_filled = |field: &CustomField| member.custom.iter().any(|(id, _)| *id == field.id);
    if customs.iter().any(|field| field.is_masked() && is_filled(field)) {
        fields.push(Field::CustomValueValue);
    }
    Ok(fields)
}

/// Shows everybody's until the roster is closed.
pub(crate) fn reveal_all(session: &Session) -> Outcome<Sight> {
    check_right(session)?;
    if !lock(&session.reveals).all {
        let people = told(session.store.member_count())?;
        note(session, AuditAct::RevealAll, None, &masked_fields(session)?, people, true)?;
        let mut reveals = lock(&session.reveals);
        reveals.all = reveals.may_reveal;
    }
    Ok(sight(session))
}

/// The fields that are masked: all custom ones as one.
fn masked_fields(session: &Session) -> Outcome<Vec<Field>> {
    let mut fields = vec![Field::MemberPhone, Field::MemberDocumentNumber, Field::GuardianPhone];
    if told(session.store.custom_fields())?.iter().any(CustomField::is_masked) {
        fields.push(Field::CustomValueValue);
    }
    Ok(fields)
}

/// Masks everything again.
pub(crate) fn mask_again(session: &Session) -> Outcome<Sight> {
    let had_any = lock(&session.reveals).forget();
    if had_any {
        note(session, AuditAct::Mask, None, &[], 0, false)?;
    }
    Ok(sight(session))
}

/// Writes down that so many people's values left the program.
pub(crate) fn note_export(session: &Session, act: AuditAct, people: u64, is_full: bool) -> Outcome<()> {
    note(session, act, None, &masked_fields(session)?, people, is_full)
}

/// Writes down that invitations or codes of so many people were printed or saved. There are no numbers on them.
pub(crate) fn note_print(session: &Session, people: u64) -> Outcome<()> {
    note(session, AuditAct::Print, None, &[], people, false)
}

fn note(
    session: &Session,
    act: AuditAct,
    member: Option<RecordId>,
    fields: &[Field],
    people: u64,
    is_full: bool,
) -> Outcome<()> {
    let looked = Looked {
        act,
        actor: session.account_name(),
        at_ms: session.host.now_ms(),
        record: member.map(|id| (Kind::Member, id)),
        fields,
        people,
        is_full,
    };
    told(session.store.note_look(&looked))?;
    session.tell_waiting();
    Ok(())
}

pub(crate) fn audit(session: &Session, asked: &AuditAsked) -> Outcome<AuditPage> {
    let limit = asked.limit.clamp(1, LINES_MAX) as usize;
    let mut rows = told(session.store.audit(asked.before, limit + 1))?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let title = match row.record {
            Some((kind, id)) => Some(crate::history::title(session, kind, id)?),
            None => None,
        };
        lines.push(AuditLine {
            number: row.number,
            act: row.act.word().to_owned(),
            by: row.actor,
            at: row.at_ms,
            title,
            member: row.record.map(|(_, id)| id.to_string()),
            fields: row.fields,
            people: u32::try_from(row.people).unwrap_or(u32::MAX),
            is_full: row.is_full,
        });
    }
    Ok(AuditPage { lines, has_more })
}

pub(crate) fn reveal_by_text(session: &Session, id: &str) -> Outcome<()> {
    reveal(session, departments::id(id)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_loses_the_right_sees_nothing_more_and_begins_anew_when_it_comes_back() {
        let id = RecordId::from_parts(1, [1; 10]);
        let (all, none) = (Rights::all(), Rights::default());
        let mut reveals = Reveals::none(Some(&all));
        reveals.records.insert(id);
        assert!(reveals.show(id));
        assert!(!reveals.hear(None));
        assert!(reveals.hear(Some(&none)));
        assert!(!reveals.show(id));
        assert!(reveals.hear(Some(&all)));
        assert!(!reveals.show(id));
        assert!(!Reveals::none(None).show(id));
    }

    #[test]
    fn a_mask_is_never_saved() {
        let phone = Value::from("13812345678");
        let of = |text| is_mask_of(Field::MemberPhone, text, &phone);
        assert_eq!(of("138****5678"), Some(true));
        assert_eq!(of("139****5678"), Some(false));
        assert_eq!(is_mask_of(Field::MemberPhone, "138****5678", &Value::Null), Some(false));
        assert_eq!(of("13900000000"), None);
        assert_eq!(is_mask_of(Field::MemberNote, "**", &Value::Null), None);
    }
}
