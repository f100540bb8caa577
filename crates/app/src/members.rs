//! Members as wholes: added, removed, moved, found, looked at.

use crate::affiliations;
use crate::cells::Editor;
use crate::columns;
use crate::failure::{Outcome, told};
use crate::guardians;
use crate::history;
use crate::masking;
use crate::session::Session;
use crate::views;
use mingce_ipc::roster::{AddMember, Column, Find, FoundMember, GuardianDetail, MemberDetail};
use mingce_ipc::{Code, Failure};
use mingce_model::{Field, Kind, RecordId, Value};
use mingce_store::{GuardianRow, Label, Query};

/// Entries of a member's history shown at once.
const HISTORY: usize = 200;

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

pub(crate) fn detail(session: &Session, id: RecordId) -> Outcome<MemberDetail> {
    let member = told(session.store.member(id))?.ok_or(Code::NotFound)?;
    let guardian = |guardian: &GuardianRow| -> Outcome<GuardianDetail> {
        let (members, others) = guardians::answers_for(session, guardian.guardian, Some(id))?;
        Ok(GuardianDetail {
            id: guardian.guardian.to_string(),
            name: guardian.name.clone(),
            phone: masking::shown(session, id, Field::GuardianPhone, guardian.phone.clone().unwrap_or_default()),
            relation: guardian.relation.clone().unwrap_or_default(),
            may_confirm: guardian.may_confirm,
            members,
            others,
        })
    };
    let guardians = member.guardians.iter().map(guardian).collect::<Outcome<_>>()?;
    let columns = columns::all(session)?;
    let customs = told(session.store.custom_fields())?;
    Ok(MemberDetail {
        row: views::row(session, Some(&member), &columns, &customs),
        columns,
        guardians,
        affiliations: affiliations::list(session, id)?,
        invitation: crate::invitations::newest_of(session, &member)?,
        history: history::with_belonging(session, (Kind::Member, id), None, HISTORY)?.lines,
    })
}

/// A value for people: departments by their path, other records by their names, instants as dates.
pub(crate) fn shown(session: &Session, field: Field, value: &Value) -> String {
    match (field.form(), value) {
        (mingce_model::Form::Ref(Kind::Department), Value::Text(id)) => {
            let departments = session.store.department_tree().ok();
            let node = id.parse().ok().and_then(|id| departments.as_ref()?.get(id).map(|node| node.path.to_string()));
            node.unwrap_or_else(|| history::called(session, Kind::Department, id))
        }
        (mingce_model::Form::Ref(kind), Value::Text(id)) => history::called(session, kind, id),
        (mingce_model::Form::Json(_), Value::Text(text)) => {
            crate::sheets::layout_part(field, text).unwrap_or_else(|| text.clone())
        }
        (mingce_model::Form::Instant, Value::Int(at_ms)) => crate::instant_text(*at_ms),
        _ => value.to_string(),
    }
}

pub(crate) fn find(session: &Session, asked: &Find) -> Outcome<Vec<FoundMember>> {
    let masked = crate::views::masked_text(session);
    let query = Query { text: Some(asked.text.clone()), masked, now_ms: session.host.now_ms(), ..Query::default() };
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
