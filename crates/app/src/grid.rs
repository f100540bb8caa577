//! Editing in the grid: one cell, a pasted block, filled and overwritten ranges. Each is one operation.

use crate::cells::Editor;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::masking;
use crate::rewrite::{Purpose, Rewriting, Step, Walk};
use crate::session::{Session, version};
use crate::views::{self, WholeCell};
use mingce_ipc::bulk::PastePlan;
use mingce_ipc::roster::{Block2d, Column, EditCell, EditOutcome, Fill, FillPart, PasteBlock, Range, WriteCells};
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
    // Only those who are added come there.
    if let Some(id) = department.filter(|_| end > view.len()) {
        departments::check_home(session, id)?;
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
    if wanted.parts.is_empty() {
        return Ok(EditOutcome::default());
    }
    let view = views::find(session, &wanted.view)?;
    let parts: Vec<Repeated> =
        wanted.parts.iter().map(|part| Repeated::read(session, wanted, part)).collect::<Outcome<_>>()?;
    let walk = Walk::over(&view, parts.iter().map(|part| (part.to.top as usize, part.to.bottom as usize)));
    let customs = told(session.store.custom_fields())?;
    let mut editor = Editor::new(session)?;
    let job = wanted.job.as_deref();
    let touched =
        Rewriting { label: Label::Fill, walk, job, purpose: Purpose::Write }.run(session, &mut |step, edits| {
            let Step::Member { row, place, member } = step else { return Ok(()) };
            let mut texts: Vec<(Column, &str)> = Vec::new();
            for (column, cell) in parts.iter().flat_map(|part| part.cells_at(place)) {
                let stays_hidden = || masking::is_hidden(session, &customs, member.member.id, column, &cell.text);
                // What is hidden may go only where it stays as hidden as it was.
                if cell.is_hidden && !(column == cell.column && stays_hidden()) {
                    editor.refuse(row, column, masking::MASKED_TEXT);
                } else {
                    texts.push((column, cell.text.as_str()));
                }
            }
            editor.change(row, member, &texts, edits)
        })?;
    Ok(outcome(session, editor, &touched))
}

/// A block of cells, read before anything is changed, and the block that it is repeated over.
struct Repeated {
    from: Block2d,
    to: Block2d,
    cells: Vec<Vec<WholeCell>>,
    target: Vec<Column>,
}

impl Repeated {
    fn read(session: &Session, wanted: &Fill, &FillPart { from, to }: &FillPart) -> Outcome<Self> {
        let columns = |left: u32, right: u32| wanted.columns.get(left as usize..right as usize).ok_or(Code::Malformed);
        let (source, target) = (columns(from.left, from.right)?.to_vec(), columns(to.left, to.right)?.to_vec());
        if from.bottom <= from.top || source.is_empty() || to.bottom <= to.top {
            return Err(Code::Malformed.into());
        }
        let range = Range { view: wanted.view.clone(), start: from.top, end: from.bottom, columns: source };
        let cells = views::read_whole(session, &range)?;
        if cells.is_empty() {
            return Err(Code::Malformed.into());
        }
        Ok(Self { from, to, cells, target })
    }

    /// What the member at that place of the view gets: nothing outside the block.
    fn cells_at(&self, place: usize) -> impl Iterator<Item = (Column, &WholeCell)> {
        let wrap = |place: i64, origin: u32, length: usize| {
            usize::try_from((place - i64::from(origin)).rem_euclid(length as i64)).unwrap_or(0)
        };
        let is_inside = (self.to.top as usize..self.to.bottom as usize).contains(&place);
        let cells = &self.cells[wrap(place as i64, self.from.top, self.cells.len())];
        let target = if is_inside { &self.target[..] } else { &[] };
        target
            .iter()
            .zip(i64::from(self.to.left)..)
            .map(move |(column, at)| (*column, &cells[wrap(at, self.from.left, cells.len())]))
    }
}

/// Writes the same text into every cell of some ranges; an empty one empties them.
pub(crate) fn write(session: &Session, wanted: &WriteCells) -> Outcome<EditOutcome> {
    let Some(first) = wanted.ranges.first() else { return Ok(EditOutcome::default()) };
    let view = views::find(session, &first.view)?;
    if wanted.ranges.iter().any(|range| range.view != first.view) {
        return Err(Code::Malformed.into());
    }
    let spans = wanted.ranges.iter().map(|range| (range.start as usize, range.end as usize));
    let walk = Walk::over(&view, spans);
    let text_of = |column: Column| {
        let text = wanted.texts.iter().find(|text| text.column == column);
        (column, text.map_or("", |text| text.text.as_str()))
    };
    let texts_at = |place: usize| -> Vec<(Column, &str)> {
        let mut texts: Vec<(Column, &str)> = Vec::new();
        for range in &wanted.ranges {
            if (range.start as usize..range.end as usize).contains(&place) {
                for column in &range.columns {
                    if !texts.iter().any(|(known, _)| known == column) {
                        texts.push(text_of(*column));
                    }
                }
            }
        }
        texts
    };
    let label = if wanted.texts.iter().all(|text| text.text.is_empty()) { Label::Clear } else { Label::Set };
    let mut editor = Editor::new(session)?;
    let job = wanted.job.as_deref();
    let touched = Rewriting { label, walk, job, purpose: Purpose::Write }.run(session, &mut |step, edits| {
        let Step::Member { row, place, member } = step else { return Ok(()) };
        editor.change(row, member, &texts_at(place), edits)
    })?;
    Ok(outcome(session, editor, &touched))
}
