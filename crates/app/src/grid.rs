//! Editing in the grid: one cell, a pasted block, a filled range, cleared cells. Each is one operation.

use crate::cells::Editor;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::session::{Session, version};
use crate::views;
use mingce_ipc::roster::{Column, EditCell, EditOutcome, Fill, PasteBlock, Range, Ranges};
use mingce_ipc::{Code, Failure};
use mingce_model::Edit;
use mingce_store::{Base, Label, MemberRow, View};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

/// Members read and changed at a time, so that memory stays flat however long a range is.
const CHUNK: usize = 1_000;

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

/// Runs `each` over the members of `start..end` in chunks and writes what it makes as one operation.
fn rewrite(
    session: &Session,
    label: Label,
    view: &Arc<View>,
    spans: Vec<(usize, usize)>,
    each: &mut dyn FnMut(&mut Editor<'_>, u32, usize, &MemberRow, &mut Vec<Edit>) -> Outcome<()>,
    then: &mut dyn FnMut(&mut Editor<'_>, &mut Vec<Edit>) -> Outcome<()>,
) -> Outcome<EditOutcome> {
    let editor = RefCell::new(Editor::new(session)?);
    let failure = RefCell::new(None);
    let mut spans: VecDeque<(usize, usize)> = spans.into();
    let mut ready: VecDeque<Edit> = VecDeque::new();
    let mut row = 0u32;
    let mut is_done = false;
    let edits = std::iter::from_fn(|| {
        while ready.is_empty() && !is_done {
            let mut made = Vec::new();
            let mut work = || -> Outcome<()> {
                let Some((start, end)) = spans.pop_front() else {
                    is_done = true;
                    return then(&mut editor.borrow_mut(), &mut made);
                };
                let until = end.min(start + CHUNK);
                if until < end {
                    spans.push_front((until, end));
                }
                let members = told(session.store.page(view, start, until - start))?;
                for (place, member) in (start..).zip(&members) {
                    if let Some(member) = member {
                        each(&mut editor.borrow_mut(), row, place, member, &mut made)?;
                    }
                    row += 1;
                }
                Ok(())
            };
            if let Err(error) = work() {
                *failure.borrow_mut() = Some(error);
                is_done = true;
            }
            ready.extend(made);
        }
        ready.pop_front()
    });
    // The person acts on what they see: the last word counts, and undo has the old values.
    let operation = session.operation(label)?.with_base(Base::TakeCurrent);
    let stop = |_| {
        if failure.borrow().is_some() { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    };
    let written = session.store.write_with(&operation, edits, &mut { stop });
    if let Some(error) = failure.into_inner() {
        return Err(error);
    }
    let touched = told(written)?;
    session.tell_changed(&touched);
    let outcome = editor.into_inner().outcome;
    Ok(EditOutcome { version: version(touched.version.max(session.store.version())), ..outcome })
}

pub(crate) fn paste(session: &Session, wanted: &PasteBlock) -> Outcome<EditOutcome> {
    let view = views::find(session, &wanted.view)?;
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
    let inside = (start.min(view.len()), end.min(view.len()));
    rewrite(
        session,
        Label::Paste,
        &view,
        vec![inside],
        &mut |editor, row, place, member, edits| editor.change(row, member, &texts(place - start), edits),
        &mut |editor, edits| {
            // Rows below the last member become new members.
            for place in end.min(view.len()).max(start)..end {
                let row = u32::try_from(place - start).unwrap_or(u32::MAX);
                editor.add(row, &texts(place - start), edits)?;
            }
            Ok(())
        },
    )
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
    let block = views::read_range(session, &range)?.rows;
    if block.is_empty() {
        return Err(Code::Malformed.into());
    }
    let wrap = |place: i64, origin: u32, length: usize| {
        usize::try_from((place - i64::from(origin)).rem_euclid(length as i64)).unwrap_or(0)
    };
    rewrite(
        session,
        Label::Fill,
        &view,
        vec![(to.top as usize, (to.bottom as usize).min(view.len()))],
        &mut |editor, row, place, member, edits| {
            let cells = &block[wrap(place as i64, from.top, block.len())];
            let texts: Vec<(Column, &str)> = target
                .iter()
                .zip(i64::from(to.left)..)
                .map(|(column, at)| (*column, cells[wrap(at, from.left, source.len())].as_str()))
                .collect();
            editor.change(row, member, &texts, edits)
        },
        &mut |_, _| Ok(()),
    )
}

pub(crate) fn clear(session: &Session, wanted: &Ranges) -> Outcome<EditOutcome> {
    let Some(first) = wanted.ranges.first() else { return Ok(EditOutcome::default()) };
    let view = views::find(session, &first.view)?;
    if wanted.ranges.iter().any(|range| range.view != first.view) {
        return Err(Code::Malformed.into());
    }
    let spans = wanted
        .ranges
        .iter()
        .map(|range| (range.start as usize, (range.end as usize).min(view.len())))
        .filter(|(start, end)| start < end)
        .collect();
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
    rewrite(
        session,
        Label::Clear,
        &view,
        spans,
        &mut |editor, row, place, member, edits| {
            let columns = columns_at(place);
            let texts: Vec<(Column, &str)> = columns.iter().map(|column| (*column, "")).collect();
            editor.change(row, member, &texts, edits)
        },
        &mut |_, _| Ok(()),
    )
}
