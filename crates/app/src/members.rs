//! Members as wholes: added, removed, moved, found, looked at.

use crate::affiliations;
use crate::attention;
use crate::cells::Editor;
use crate::columns;
use crate::custom_values;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::masking;
use crate::session::Session;
use crate::views;
use mingce_ipc::custom::CustomColumn;
use mingce_ipc::roster::{
    AddMember, Column, FieldChange, Find, FoundMember, GuardianDetail, HistoryEntry, MemberDetail, Members,
};
use mingce_ipc::{Code, Failure};
use mingce_model::custom::{CustomField, tagging_id, value_id};
use mingce_model::{Field, Kind, RecordId, Value, Verb};
use mingce_store::{Label, Query};
use std::collections::HashMap;

/// Entries of a member's history shown at once.
const HISTORY: usize = 200;
/// Members read at a time.
const CHUNK: usize = 1_000;

pub(crate) fn add(session: &Session, wanted: &AddMember) -> Outcome<RecordId> {
    let mut editor = Editor::new(session)?;
    let mut edits = Vec::new();
    let texts: Vec<(Column, &str)> = wanted.cells.iter().map(|cell| (cell.column, cell.text.as_str())).collect();
    let added = editor.add(0, None, &texts, &mut edits)?;
    if let Some(refused) = editor.outcome.refused.first() {
        let code = if refused.code == crate::cells::CARD_NUMBER_TAKEN { Code::Duplicate } else { Code::Invalid };
        let field = columns::word(refused.column);
        return Err(Failure::from(code).with("field", field).with("rule", refused.code.as_str()));
    }
    let id =
        added.ok_or_else(|| Failure::from(Code::Invalid).with("field", "name").with("rule", "required_missing"))?;
    session.write(Label::Add, edits)?;
    Ok(id)
}

/// Ids of the members that a call names, as they are now.
pub(crate) fn ids(session: &Session, members: &Members) -> Outcome<Vec<RecordId>> {
    match members {
        Members::Ids { ids } => ids.iter().map(|id| departments::id(id)).collect(),
        Members::Rows { view, ranges } => {
            let view = views::find(session, view)?;
            let mut found = Vec::new();
            for (start, end) in ranges {
                of_view(session, &view, *start as usize, *end as usize, &mut found)?;
            }
            Ok(found)
        }
        Members::Department { id } => {
            let query =
                Query { department: Some(departments::id(id)?), now_ms: session.host.now_ms(), ..Query::default() };
            let view = told(session.store.find_members(&query))?;
            let mut found = Vec::new();
            of_view(session, &view, 0, view.len(), &mut found)?;
            Ok(found)
        }
    }
}

pub(crate) fn of_view(
    session: &Session,
    view: &mingce_store::View,
    start: usize,
    end: usize,
    found: &mut Vec<RecordId>,
) -> Outcome<()> {
    let end = end.min(view.len());
    let mut at = start;
    while at < end {
        let count = CHUNK.min(end - at);
        found.extend(told(session.store.page(view, at, count))?.into_iter().flatten().map(|row| row.member.id));
        at += count;
    }
    Ok(())
}

pub(crate) fn detail(session: &Session, id: RecordId) -> Outcome<MemberDetail> {
    let member = told(session.store.member(id))?.ok_or(Code::NotFound)?;
    let guardians = member
        .guardians
        .iter()
        .map(|guardian| GuardianDetail {
            id: guardian.guardian.to_string(),
            name: guardian.name.clone(),
            phone: masking::shown(session, id, Field::GuardianPhone, guardian.phone.clone().unwrap_or_default()),
            relation: guardian.relation.clone().unwrap_or_default(),
            may_confirm: guardian.may_confirm,
        })
        .collect();
    let columns = columns::all(session)?;
    let customs = told(session.store.custom_fields())?;
    Ok(MemberDetail {
        row: views::row(session, Some(&member), &columns, &customs),
        columns,
        guardians,
        affiliations: affiliations::list(session, id)?,
        invitation: crate::invitations::newest_of(session, &member)?,
        history: history(session, Kind::Member, id)?,
    })
}

/// What happened to the record, the newest first; to a member also what they have in custom fields, and their tags.
pub(crate) fn history(session: &Session, kind: Kind, id: RecordId) -> Outcome<Vec<HistoryEntry>> {
    let mut entries = told(session.store.history(kind, id, HISTORY))?;
    let mut fields: HashMap<RecordId, CustomField> = HashMap::new();
    if kind == Kind::Member {
        entries.extend(history_of_extras(session, id, &mut fields)?);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.moment));
        entries.truncate(HISTORY);
    }
    entries.into_iter().map(|entry| history_entry(session, id, entry, &fields)).collect()
}

/// `fields` learns of which field a value is.
fn history_of_extras(
    session: &Session,
    id: RecordId,
    fields: &mut HashMap<RecordId, CustomField>,
) -> Outcome<Vec<mingce_store::HistoryEntry>> {
    let mut entries = Vec::new();
    let of = |kind: Kind, record: RecordId| told(session.store.history(kind, record, HISTORY));
    for field in told(session.store.custom_fields())? {
        let value = value_id(id, field.id);
        fields.insert(value, field);
        entries.extend(of(Kind::CustomValue, value)?);
    }
    for (tag, _) in told(session.store.tags())? {
        entries.extend(of(Kind::Tagging, tagging_id(id, tag.id))?);
    }
    Ok(entries)
}

fn history_entry(
    session: &Session,
    member: RecordId,
    entry: mingce_store::HistoryEntry,
    fields: &HashMap<RecordId, CustomField>,
) -> Outcome<HistoryEntry> {
    let by = attention::author_of_what_held(session, &entry)?.unwrap_or_else(|| entry.actor.clone());
    let edit = &entry.edit;
    let custom = fields.get(&edit.id);
    let text = |field, value: &Value| match custom {
        Some(custom) if custom.is_masked() => masking::shown_custom(session, member, value.to_string()),
        _ => masking::shown(session, member, field, shown(session, field, value)),
    };
    let changes =
        edit.changes
            .iter()
            .filter(|change| !custom_values::says_whose(change.field))
            .map(|change| FieldChange {
                field: match edit.kind {
                    Kind::Tagging => columns::word(Column::Tags).into_owned(),
                    _ => custom
                        .map_or_else(|| change.field.name().to_owned(), |custom| CustomColumn(custom.id).to_string()),
                },
                from: text(change.field, &change.base),
                to: text(change.field, &change.new),
            })
            .collect();
    // That a value or tag is a record of its own concerns nobody: something of the member was changed.
    let is_extra = matches!(edit.kind, Kind::CustomValue | Kind::Tagging);
    let verb = if is_extra { Verb::Edit } else { edit.verb };
    Ok(HistoryEntry {
        at: entry.at_ms,
        by,
        verb: verb.name().to_owned(),
        operation: match entry.origin {
            mingce_store::Origin::Local => entry.label.word(),
            other => other.word(),
        }
        .to_owned(),
        changes,
    })
}

/// A value for people: departments by their path, instants as dates.
pub(crate) fn shown(session: &Session, field: Field, value: &Value) -> String {
    match (field.form(), value) {
        (mingce_model::Form::Ref(Kind::Department), Value::Text(id)) => {
            let departments = session.store.department_tree().ok();
            let node = id.parse().ok().and_then(|id| departments.as_ref()?.get(id).map(|node| node.path.to_string()));
            node.unwrap_or_default()
        }
        (mingce_model::Form::Ref(Kind::Tag), Value::Text(id)) => {
            let tag = id.parse().ok().and_then(|id| session.store.get(Kind::Tag, id).ok().flatten());
            tag.map(|tag| tag.get(Field::TagName).to_string()).unwrap_or_default()
        }
        (mingce_model::Form::Instant, Value::Int(at_ms)) => crate::instant_text(*at_ms),
        _ => value.to_string(),
    }
}

pub(crate) fn find(session: &Session, asked: &Find) -> Outcome<Vec<FoundMember>> {
    let query = Query { text: Some(asked.text.clone()), now_ms: session.host.now_ms(), ..Query::default() };
    if asked.text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let view = told(session.store.find_members(&query))?;
    let rows = told(session.store.page(&view, 0, asked.limit.min(100) as usize))?;
    Ok(rows
        .into_iter()
        .flatten()
        .map(|row| FoundMember {
            id: row.member.id.to_string(),
            name: row.member.get(Field::MemberName).to_string(),
            card_number: row.member.get(Field::MemberCardNumber).to_string(),
            department: row.department_path.to_string(),
        })
        .collect())
}

/// A member by id or card number.
pub(crate) fn by_reference(session: &Session, text: &str) -> Outcome<RecordId> {
    if let Ok(id) = text.parse::<RecordId>()
        && told(session.store.get(Kind::Member, id))?.is_some()
    {
        return Ok(id);
    }
    let found = told(session.store.find_by(Field::MemberCardNumber, &Value::from(text), 2))?;
    match found.as_slice() {
        [] => Err(Code::NotFound.into()),
        [only] => Ok(only.id),
        _ => Err(Code::Ambiguous.into()),
    }
}
