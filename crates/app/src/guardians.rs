//! The guardians of a member, one by one: the grid's cells show the first of them only.

use crate::cells::{Editor, GUARDIAN_WITHOUT_NAME};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::grid;
use crate::session::Session;
use mingce_ipc::roster::{Column, EditGuardian, EditOutcome, GuardianRef};
use mingce_ipc::{Code, Failure};
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::{Change, Edit, Field, Kind, Record, Value, Verb};
use mingce_store::{Label, MemberRow};

/// Guardians of one member at the most.
const GUARDIANS_MAX: usize = 20;

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
