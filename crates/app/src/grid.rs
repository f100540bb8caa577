//! Editing in the grid: one cell, a pasted block, a filled range, cleared cells. Each is one operation.

use crate::cells::Editor;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::masking::Reading;
use crate::rewrite::{Purpose, Rewriting, Step, Walk};
use crate::session::{Session, version};
use crate::views;
use mingce_ipc::bulk::PastePlan;
use mingce_ipc::roster::{Column, EditCell, EditOutcome, Fill, PasteBlock, Range, Ranges};
use mingce_ipc::{Code, Failure};
use mingce_store::{Label, Touched};

/// New members of one paste at the most; more come by import.
const ADDED_MAX: usize = 200_000;

pub(crate) fn edit_cells(session: &Session, edits: &[EditCell]) -> Outcome<EditOutcome> {
    let Some(first) = edits.first() else { return Ok(EditOutcome::default()) };
    let member = told(session.store.member(departments::id(&first.member)?))?.ok_or(Code::NotFound)?;
    let texts: Vec<(Column, &str)> = edits.iter().map(|edit| (edit.column, edit.text.as_str())).collect();
    let mut editor = Editor::new(session)?;
    let mut changes = Vec::new();
    editor.change(0, &member, &texts, &mut changes)?;
    // What a person typed into one cell and cannot be saved is a failure, not a list.
    if let Some(refused) = editor.outcome.refused.first() {
        let code = match refused.code.as_str() {
            crate::cells::CARD_NUMBER_TAKEN => Code::Duplicate,
            crate::cells::READ_ONLY => Code::Forbidden,
            _ => Code::Invalid,
        };
        let field = crate::columns::word(refused.column);
        return Err(Failure::from(code).with("field", field).with("rule", refused.code.as_str()));
    }
    let touched = session.write(Label::Edit, changes)?;
    Ok(EditOutcome { version: version(touched.version.max(session.store.version())), ..editor.outcome })
}

/// What the editor did, at the version that it led to.
pub(crate) fn outcome(session: &Session, editor: Editor<'_>, touched: &Touched) -> EditOutcome {
    EditOutcome { version: version(touched.version.max(session.store.version())), ..editor.outcome }
}

pub(crate) fn paste(session: &Session, wanted: &PasteBlock) -> Outcome<EditOutcome> {
    put_block(session, wanted, Purpose::Write)
}

pub(crate) fn plan_paste(session: &Session, wanted: &PasteBlock) -> Outcome<PastePlan> {
    let EditOutcome { changed_cells, added_members, refused, refused_count, .. } =
        put_block(session, wanted, Purpose::Try)?;
    Ok(PastePlan { changed_cells, added_members, refused, refused_count })
}

fn put_block(session: &Session, wanted: &PasteBlock, purpose: Purpose) -> Outcome<EditOutcome> {
    let view = views::find(session, &wanted.view)?;
    let department = wanted.department.as_deref().map(departments::id).transpose()?;
    let height = wanted.rows.len();
    if height == 0 {
        return Ok(EditOutcome::default());
    }
    let texts = |place: usize| -> Vec<(Column, &str)> {
        let cells = &wanted.rows[place % height];
        wanted.columns.iter().copied().zip(cells.iter().map(String::as_str)).collect()
    };
    let start = wanted.start as usize;
    let end = wanted.end.max(wanted.start) as usize;
    if end.saturating_sub(start.max(view.len())) > ADDED_MAX {
        return Err(Code::TooMany.into());
    }
    let mut editor = Editor::new(session)?;
    let walk = Walk::over(&view, [(start, end)]);
    let touched = Rewriting { label: Label::Paste, walk, job: wanted.job.as_deref(), purpose }.run(
        session,
        &mut |step, edits| match step {
            Step::Member { place, member, .. } => {
                let row = u32::try_from(place - start).unwrap_or(u32::MAX);
                editor.change(row, member, &texts(place - start), edits)
            }
            Step::End => {
                // Rows below the last member become new members.
                for place in view.len().max(start)..end {
                    let row = u32::try_from(place - start).unwrap_or(u32::MAX);
                    editor.add(row, department, &texts(place - start), edits)?;
                }
                Ok(())
            }
        },
    )?;
    Ok(outcome(session, editor, &touched))
}

pub(crate) fn fill(session: &Session, wanted: &Fill) -> Outcome<EditOutcome> {
    let view = views::find(session, &wanted.view)?;
    let (from, to) = (wanted.from, wanted.to);
    let columns = |left: u32, right: u32| wanted.columns.get(left as usize..right as usize).ok_or(Code::Malformed);
    let (source, target) = (columns(from.left, from.right)?.to_vec(), columns(to.left, to.right)?.to_vec());
    if from.bottom <= from.top || source.is_empty() || to.bottom <= to.top {
        return Err(Code::Malformed.into());
    }
    let range = Range { view: wanted.view.clone(), start: from.top, end: from.bottom, columns: source.clone() };
    let block = views::read_range(session, &range, Reading::Whole)?.rows;
    if block.is_empty() {
        return Err(Code::Malformed.into());
    }
    let wrap = |place: i64, origin: u32, length: usize| {
        usize::try_from((place - i64::from(origin)).rem_euclid(length as i64)).unwrap_or(0)
    };
    let mut editor = Editor::new(session)?;
    let walk = Walk::over(&view, [(to.top as usize, to.bottom as usize)]);
    let job = wanted.job.as_deref();
    let touched =
        Rewriting { label: Label::Fill, walk, job, purpose: Purpose::Write }.run(session, &mut |step, edits| {
            let Step::Member { row, place, member } = step else { return Ok(()) };
            let cells = &block[wrap(place as i64, from.top, block.len())];
            let texts: Vec<(Column, &str)> = target
                .iter()
                .zip(i64::from(to.left)..)
                .map(|(column, at)| (*column, cells[wrap(at, from.left, source.len())].as_str()))
                .collect();
            editor.change(row, member, &texts, edits)
        })?;
    Ok(outcome(session, editor, &touched))
}

pub(crate) fn clear(session: &Session, wanted: &Ranges) -> Outcome<EditOutcome> {
    let Some(first) = wanted.ranges.first() else { return Ok(EditOutcome::default()) };
    let view = views::find(session, &first.view)?;
    if wanted.ranges.iter().any(|range| range.view != first.view) {
        return Err(Code::Malformed.into());
    }
    let spans = wanted.ranges.iter().map(|range| (range.start as usize, range.end as usize));
    let walk = Walk::over(&view, spans);
    let columns_at = |place: usize| -> Vec<Column> {
        let mut columns = Vec::new();
        for range in &wanted.ranges {
            if (range.start as usize..range.end as usize).contains(&place) {
                for column in &range.columns {
                    if !columns.contains(column) {
                        columns.push(*column);
                    }
                }
            }
        }
        columns
    };
    let mut editor = Editor::new(session)?;
    let job = wanted.job.as_deref();
    let touched =
        Rewriting { label: Label::Clear, walk, job, purpose: Purpose::Write }.run(session, &mut |step, edits| {
            let Step::Member { row, place, member } = step else { return Ok(()) };
            let columns = columns_at(place);
            let texts: Vec<(Column, &str)> = columns.iter().map(|column| (*column, "")).collect();
            editor.change(row, member, &texts, edits)
        })?;
    Ok(outcome(session, editor, &touched))
}
