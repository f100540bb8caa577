//! One thing done to many members: a field set, moved, removed. One operation each, however many they are.

use crate::cells::Editor;
use crate::columns::{self, Source};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::grid;
use crate::jobs::Job;
use crate::rewrite::{Purpose, Rewriting, Step, Walk};
use crate::session::{Session, version};
use mingce_ipc::bulk::{MoveMembers, RemoveMembers, SetField};
use mingce_ipc::roster::EditOutcome;
use mingce_model::{Edit, Field, Value};
use mingce_store::{Label, Removals, Store};

pub(crate) fn set_field(session: &Session, wanted: &SetField) -> Outcome<EditOutcome> {
    if let Some(outcome) = set_for_all(session, wanted)? {
        return Ok(outcome);
    }
    let mut editor = Editor::new(session)?;
    let walk = Walk::of(session, &wanted.members)?;
    let job = wanted.job.as_deref();
    let touched = Rewriting { label: Label::Set, walk, job, purpose: Purpose::Write }.run(
        session,
        &mut |step, edits| match step {
            Step::Member { row, member, .. } => {
                editor.change(row, member, &[(wanted.column, wanted.text.as_str())], edits)
            }
            Step::End => Ok(()),
        },
    )?;
    Ok(grid::outcome(session, editor, &touched))
}

/// Fields whose value says nothing of the rest of the record and that no two members must differ in: what is typed is
/// right for all or for nobody, so that nobody need be looked at. `None`: not such a field, or not right.
fn set_for_all(session: &Session, wanted: &SetField) -> Outcome<Option<EditOutcome>> {
    let Source::Member(field) = columns::source(wanted.column) else { return Ok(None) };
    let depends_on_others = matches!(
        field,
        Field::MemberCardNumber
            | Field::MemberDocumentKind
            | Field::MemberDocumentNumber
            | Field::MemberStatus
            | Field::MemberValidFrom
            | Field::MemberValidUntil
    );
    if depends_on_others || !Store::can_set_all(field) {
        return Ok(None);
    }
    let Ok(checked) = crate::typed::read(field, &wanted.text, session.host.today(), None) else { return Ok(None) };
    let walk = Walk::of(session, &wanted.members)?;
    let Some((view, places)) = walk.view() else { return Ok(None) };
    let job = Job::begin(session, wanted.job.as_deref(), walk.len());
    // The person acts on what they see: the last word counts, and undo has the old values.
    let operation = session.operation(Label::Set)?;
    let set = (field, &checked.value);
    let touched = told(session.store.set_all(&operation, view, &places, set, &mut job.progress()))?;
    session.tell_changed(&touched);
    Ok(Some(EditOutcome {
        changed_cells: u32::try_from(touched.changed).unwrap_or(u32::MAX),
        version: version(touched.version.max(session.store.version())),
        ..EditOutcome::default()
    }))
}

pub(crate) fn move_to(session: &Session, wanted: &MoveMembers) -> Outcome<EditOutcome> {
    let department = wanted.department.as_deref().map(departments::id).transpose()?;
    if let Some(id) = department {
        departments::check_home(session, id)?;
    }
    let mut moved = 0;
    let walk = Walk::of(session, &wanted.members)?;
    let job = wanted.job.as_deref();
    let touched =
        Rewriting { label: Label::Move, walk, job, purpose: Purpose::Write }.run(session, &mut |step, edits| {
            let Step::Member { member, .. } = step else { return Ok(()) };
            let before = &member.member;
            let after = before.clone().with(Field::MemberDepartment, department.map_or(Value::Null, Value::from));
            if let Some(edit) = Edit::between(before, &after) {
                edits.push(edit);
                moved += 1;
            }
            Ok(())
        })?;
    Ok(EditOutcome { changed_cells: moved, version: version(touched.version), ..EditOutcome::default() })
}

pub(crate) fn remove(session: &Session, wanted: &RemoveMembers) -> Outcome<EditOutcome> {
    let mut removed = 0;
    let mut removals = told(Removals::begin(&session.store))?;
    let walk = Walk::of(session, &wanted.members)?;
    let job = wanted.job.as_deref();
    let touched =
        Rewriting { label: Label::Remove, walk, job, purpose: Purpose::Write }.run(session, &mut |step, edits| {
            let Step::Member { member, .. } = step else { return Ok(()) };
            told(removals.add(&member.member, edits))?;
            removed += 1;
            Ok(())
        })?;
    Ok(EditOutcome { changed_cells: removed, version: version(touched.version), ..EditOutcome::default() })
}
