//! The guardians of a member, one by one: the grid's cells show the first of them only.

use crate::cells::{Editor, GUARDIAN_WITHOUT_NAME};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::grid;
use crate::session::Session;
use mingce_ipc::roster::{Column, EditGuardian, EditOutcome, GuardianRef};
use mingce_ipc::{Code, Failure};
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
    write(session, &member, guardian, &texts)
}

/// Ends the guardianship; the person goes too when they answer for nobody else.
pub(crate) fn remove(session: &Session, wanted: &GuardianRef) -> Outcome<EditOutcome> {
    let member = member(session, &wanted.member)?;
    let guardian = find(&member, &wanted.guardian)?;
    write(session, &member, Some(guardian), &[(Column::GuardianName, "")])
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
) -> Outcome<EditOutcome> {
    let mut editor = Editor::new(session)?;
    let mut edits = Vec::new();
    editor.change_guardian(member, guardian, texts, &mut edits)?;
    if let Some(refused) = editor.outcome.refused.first() {
        return Err(refusal(refused.column, &refused.code));
    }
    let touched = session.write(Label::Edit, edits)?;
    Ok(grid::outcome(session, editor, &touched))
}

fn refusal(column: Column, rule: &str) -> Failure {
    Failure::from(Code::Invalid).with("field", crate::columns::word(column)).with("rule", rule)
}
