//! The guardians of a member, one by one: the grid's cells show the first of them only. One person may be a guardian
//! of several members; siblings share them.

use crate::cells::{Editor, GUARDIAN_WITHOUT_NAME};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::session::{Session, version};
use crate::{grid, masking};
use mingce_ipc::person::{FindGuardians, FoundGuardian, FoundGuardians, LinkGuardian};
use mingce_ipc::roster::{Column, EditGuardian, EditOutcome, GuardianRef};
use mingce_ipc::{Code, Failure};
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::{Change, Edit, Field, Kind, Record, RecordId, Value, Verb};
use mingce_store::{Label, MemberRow, Query};

/// Guardians of one member at the most.
const GUARDIANS_MAX: usize = 20;
/// Guardians offered at the most.
const FOUND_MAX: usize = 8;
/// Members named of those that a guardian answers for, and those counted.
const NAMED: usize = 3;
const SHARED_MAX: usize = 1_000;

fn member(session: &Session, id: &str) -> Outcome<MemberRow> {
    told(session.store.member(departments::id(id)?))?.ok_or_else(|| Code::NotFound.into())
}

/// Changes a guardian, or makes one. A guardian keeps a name: an empty one is refused, not taken as a removal.
pub(crate) fn edit(session: &Session, wanted: &EditGuardian) -> Outcome<EditOutcome> {
    let member = member(session, &wanted.member)?;
    let texts: Vec<(Column, &str)> = wanted.cells.iter().map(|cell| (cell.column, cell.text.as_str())).collect();
    let guardian = match &wanted.guardian {
        Some(id) => Some(find(&member, id)?),
        None if member.guardians.len() >= GUARDIANS_MAX => return Err(Code::TooMany.into()),
        None => None,
    };
    let name = texts.iter().find(|(column, _)| *column == Column::GuardianName);
    if name.map_or(guardian.is_none(), |(_, text)| text.trim().is_empty()) {
        return Err(refusal(Column::GuardianName, GUARDIAN_WITHOUT_NAME));
    }
    let may_confirm = wanted.may_confirm.map(|may| if may { Value::Null } else { MAY_NOT_CONFIRM });
    write(session, &member, guardian, &texts, may_confirm)
}

/// Ends the guardianship; the person goes too when they answer for nobody else.
pub(crate) fn remove(session: &Session, wanted: &GuardianRef) -> Outcome<EditOutcome> {
    let member = member(session, &wanted.member)?;
    let guardian = find(&member, &wanted.guardian)?;
    write(session, &member, Some(guardian), &[(Column::GuardianName, "")], None)
}

/// Makes somebody who is a guardian already the member's guardian, too; beside the others, or in the place of one of them.
pub(crate) fn link(session: &Session, wanted: &LinkGuardian) -> Outcome<EditOutcome> {
    let member = member(session, &wanted.member)?;
    let guardian = departments::id(&wanted.guardian)?;
    if told(session.store.get(Kind::Guardian, guardian))?.is_none() {
        return Err(Code::NotFound.into());
    }
    if member.guardians.iter().any(|row| row.guardian == guardian) {
        return Err(Code::Duplicate.into());
    }
    let relation = wanted.relation.as_deref().unwrap_or_default();
    let relation = crate::typed::read(Field::GuardianshipRelation, relation, session.host.today(), None)
        .map_err(|problem| refusal(Column::GuardianRelation, problem.code()))?;
    let before = match &wanted.instead_of {
        Some(id) => {
            let former = find(&member, id)?;
            let link = told(session.store.get(Kind::Guardianship, former.guardianship))?.ok_or(Code::NotFound)?;
            Some((link, former.guardian))
        }
        None if member.guardians.len() >= GUARDIANS_MAX => return Err(Code::TooMany.into()),
        None => None,
    };
    let mut link = match &before {
        Some((link, _)) => link.clone(),
        None => {
            Record::empty(Kind::Guardianship, new_id(&*session.host)?).with(Field::GuardianshipMember, member.member.id)
        }
    };
    link.set(Field::GuardianshipGuardian, guardian);
    if !relation.value.is_null() {
        link.set(Field::GuardianshipRelation, relation.value);
    }
    if let Some(may_confirm) = wanted.may_confirm {
        let value = if may_confirm { Value::Null } else { MAY_NOT_CONFIRM };
        link.set(Field::GuardianshipMayConfirm, value);
    }
    let edits = match &before {
        Some((before, former)) => {
            let mut edits: Vec<Edit> = Edit::between(before, &link).into_iter().collect();
            edits.extend(removal_of_nobodys(session, *former)?);
            edits
        }
        None => vec![Edit::create(&link)],
    };
    let touched = session.write(Label::Edit, edits)?;
    Ok(EditOutcome { changed_cells: 1, version: version(touched.version), ..EditOutcome::default() })
}

/// Takes the person away who is about to lose the last member that they answer for; others keep theirs.
pub(crate) fn removal_of_nobodys(session: &Session, guardian: RecordId) -> Outcome<Option<Edit>> {
    let links = told(session.store.find_by(Field::GuardianshipGuardian, &Value::from(guardian), 2))?;
    let person = if links.len() < 2 { told(session.store.get(Kind::Guardian, guardian))? } else { None };
    Ok(person.map(|person| Edit::remove(&person)))
}

/// Guardians of others by their name, its spelling or phone, or by the name or number of somebody they answer for.
pub(crate) fn find_any(session: &Session, wanted: &FindGuardians) -> Outcome<FoundGuardians> {
    let member = member(session, &wanted.member)?;
    let first = match member.guardians.first() {
        Some(row) => {
            let (members, others) = answers_for(session, row.guardian, Some(member.member.id))?;
            let known = row.phone.clone().unwrap_or_default();
            let phone = masking::unowned(session, Field::GuardianPhone, known);
            let (id, name) = (row.guardian.to_string(), row.name.clone());
            Some(FoundGuardian { id, name, phone, has_same_phone: false, members, others })
        }
        None => None,
    };
    let text = wanted.text.trim();
    if text.is_empty() {
        return Ok(FoundGuardians { first, found: Vec::new() });
    }
    let read = crate::typed::read(Field::GuardianPhone, text, session.host.today(), None).ok();
    let phone = read.and_then(|checked| checked.value.as_text().map(str::to_owned));
    let mut found: Vec<(RecordId, String, String)> = Vec::new();
    let mut add = |id: RecordId, name: String, phone: String| {
        let is_known = member.guardians.iter().any(|row| row.guardian == id) || found.iter().any(|one| one.0 == id);
        if !is_known && found.len() < FOUND_MAX {
            found.push((id, name, phone));
        }
    };
    let text_of = |record: &Record, field| record.text(field).unwrap_or_default().to_owned();
    let asked = FOUND_MAX + member.guardians.len();
    let masked = crate::views::masked_text(session);
    for guardian in told(session.store.find_guardians(text, phone.as_deref(), masked, asked))? {
        add(guardian.id, text_of(&guardian, Field::GuardianName), text_of(&guardian, Field::GuardianPhone));
    }
    let query = Query { text: Some(text.to_owned()), masked, now_ms: session.host.now_ms(), ..Query::default() };
    let view = told(session.store.find_members(&query))?;
    for sibling in told(session.store.page(&view, 0, FOUND_MAX))?.into_iter().flatten() {
        for guardian in sibling.guardians {
            add(guardian.guardian, guardian.name, guardian.phone.unwrap_or_default());
        }
    }
    let shown = |(id, name, known): (RecordId, String, String)| {
        let (members, others) = answers_for(session, id, None)?;
        let has_same_phone = phone.as_ref() == Some(&known);
        let phone = masking::unowned(session, Field::GuardianPhone, known);
        Ok(FoundGuardian { id: id.to_string(), name, phone, has_same_phone, members, others })
    };
    Ok(FoundGuardians { first, found: found.into_iter().map(shown).collect::<Outcome<_>>()? })
}

/// How many members the guardian answers for, and the names of the first few but the one.
pub(crate) fn answers_for(session: &Session, guardian: RecordId, but: Option<RecordId>) -> Outcome<(u32, Vec<String>)> {
    let links = told(session.store.find_by(Field::GuardianshipGuardian, &Value::from(guardian), SHARED_MAX))?;
    let members = links.iter().filter_map(|link| link.reference(Field::GuardianshipMember));
    let mut names = Vec::new();
    for id in members.filter(|id| Some(*id) != but).take(NAMED) {
        let member = told(session.store.get(Kind::Member, id))?;
        names.extend(member.map(|member| member.get(Field::MemberName).to_string()));
    }
    Ok((u32::try_from(links.len()).unwrap_or(u32::MAX), names))
}

fn find<'a>(member: &'a MemberRow, id: &str) -> Outcome<&'a mingce_store::GuardianRow> {
    let id = departments::id(id)?;
    member.guardians.iter().find(|row| row.guardian == id).ok_or_else(|| Code::NotFound.into())
}

fn write(
    session: &Session,
    member: &MemberRow,
    guardian: Option<&mingce_store::GuardianRow>,
    texts: &[(Column, &str)],
    may_confirm: Option<Value>,
) -> Outcome<EditOutcome> {
    let mut editor = Editor::new(session)?;
    let mut edits = Vec::new();
    editor.change_guardian(member, guardian, texts, &mut edits)?;
    if let Some(refused) = editor.outcome.refused.first() {
        return Err(refusal(refused.column, &refused.code));
    }
    if let Some(value) = may_confirm {
        let known = guardian.map(|row| told(session.store.get(Kind::Guardianship, row.guardianship))).transpose()?;
        editor.outcome.changed_cells += set_may_confirm(known.flatten().as_ref(), value, &mut edits);
    }
    let touched = session.write(Label::Edit, edits)?;
    Ok(grid::outcome(session, editor, &touched))
}

/// Adds the value to what is done to the guardianship anyway, `known` or made by one of the edits; answers how many
/// values that changed.
fn set_may_confirm(known: Option<&Record>, value: Value, edits: &mut Vec<Edit>) -> u32 {
    let field = Field::GuardianshipMayConfirm;
    let base = known.map_or(Value::Null, |link| link.get(field).clone());
    if base == value {
        return 0;
    }
    let change = Change { field, base, new: value };
    match edits.iter_mut().find(|edit| edit.kind == Kind::Guardianship) {
        Some(edit) => edit.changes.push(change),
        None => edits.extend(known.map(|link| Edit {
            kind: Kind::Guardianship,
            id: link.id,
            verb: Verb::Edit,
            changes: vec![change],
        })),
    }
    1
}

fn refusal(column: Column, rule: &str) -> Failure {
    Failure::from(Code::Invalid).with("field", crate::columns::word(column)).with("rule", rule)
}
