//! Syncing, conflicts, refusals.

use crate::arguments::{Arguments, Choice, Refused, Sight};
use crate::print::{Printer, instant, table};
use crate::telling::Telling;
use crate::{DONE, session};
use mingce_app::App;
use mingce_ipc::sync::{
    self, ConflictRow, ConflictsMeant, Listed, RefusalsMeant, RefusalsSettled, Resolve, SettleRefusals,
};
use mingce_ipc::{Calls, Failure};

pub(crate) fn sync(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let done = session::open(arguments)?.sync_now(Default::default())?;
    printer.answer(&done, |done| {
        vec![format!(
            "{} {}  {} {}  {} {}  {} {}",
            printer.say("已上传", "sent"),
            done.pushed,
            printer.say("已下载", "received"),
            done.pulled,
            printer.say("冲突", "conflicts"),
            done.conflicts,
            printer.say("被拒", "refused"),
            done.refused
        )]
    });
    Ok(DONE)
}

pub(crate) fn conflicts(arguments: &Arguments, sight: &Sight, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open_with(arguments, sight)?;
    let rows: Vec<ConflictRow> = all_conflicts(&app)?.into_iter().map(from_here).collect();
    let telling = Telling::new(&app, printer)?;
    if rows.iter().any(|row| row.written_here.is_none()) {
        printer.remark(printer.say(
            "有些冲突的两边都不是在这台电脑上写的：那里 mine 是后到的修改，theirs 是现在的值。",
            "of some conflicts neither side was written on this computer: there mine is the edit that came later, theirs the value that holds now.",
        ));
    }
    printer.answer(&rows, |rows| {
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let [base, mine, theirs] = telling.values(&row.field, [&row.base, &row.mine, &row.theirs]);
                let mine_by = by(&row.mine_by, row.mine_at);
                let theirs_by = by(&row.theirs_by, row.theirs_at);
                let (id, title) = (row.id.clone(), row.title.clone());
                vec![id, title, telling.field(&row.field), base, mine, mine_by, theirs, theirs_by]
            })
            .collect();
        table(&["conflict", "record", "field", "base", "mine", "by", "theirs", "by"], &cells)
    });
    Ok(DONE)
}

/// Every open conflict, page by page.
fn all_conflicts(app: &App) -> Result<Vec<ConflictRow>, Failure> {
    let (mut rows, mut asked) = (Vec::new(), Listed::default());
    loop {
        let page = app.conflicts(asked)?;
        rows.extend(page.rows);
        // A page leaves out what this version cannot read.
        asked.start += asked.count;
        if asked.start >= page.total {
            return Ok(rows);
        }
    }
}

/// The conflict as this computer sees it: mine is what was written here.
fn from_here(mut row: ConflictRow) -> ConflictRow {
    if row.written_here == Some(sync::Choice::Theirs) {
        std::mem::swap(&mut row.mine, &mut row.theirs);
        std::mem::swap(&mut row.mine_by, &mut row.theirs_by);
        std::mem::swap(&mut row.mine_at, &mut row.theirs_at);
        row.written_here = Some(sync::Choice::Mine);
    }
    row
}

/// Who wrote it and when.
fn by(name: &str, at_ms: Option<i64>) -> String {
    at_ms.map_or_else(|| name.to_owned(), |at_ms| format!("{name} {}", instant(at_ms)))
}

pub(crate) fn resolve(arguments: &Arguments, conflict: &str, choice: Choice, printer: &Printer) -> Result<u8, Failure> {
    let choice = match choice {
        Choice::Mine => sync::Choice::Mine,
        Choice::Theirs => sync::Choice::Theirs,
    };
    let app = session::open(arguments)?;
    let open = all_conflicts(&app)?;
    let is_written_second = open.iter().all(|row| row.id != conflict || row.written_here != Some(sync::Choice::Theirs));
    let choice = match (choice, is_written_second) {
        (choice, true) => choice,
        (sync::Choice::Mine, false) => sync::Choice::Theirs,
        (sync::Choice::Theirs, false) => sync::Choice::Mine,
    };
    let outcome = app.resolve_conflicts(Resolve {
        conflicts: ConflictsMeant::These { ids: vec![conflict.to_owned()] },
        choice,
        job: None,
    })?;
    printer.answer(&outcome, |outcome| vec![outcome.changed_cells.to_string()]);
    Ok(DONE)
}

pub(crate) fn refusals(arguments: &Arguments, sight: &Sight, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open_with(arguments, sight)?;
    let mut rows = Vec::new();
    loop {
        let page = app.refusals(Listed { start: rows.len() as u32, ..Listed::default() })?;
        rows.extend(page.rows);
        if rows.len() >= page.total as usize {
            break;
        }
    }
    let telling = Telling::new(&app, printer)?;
    printer.answer(&rows, |rows| {
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let fields: Vec<String> = row.fields.iter().map(|change| telling.field(&change.field)).collect();
                vec![
                    row.m.to_string(),
                    row.title.clone(),
                    row.verb.clone(),
                    row.code.clone(),
                    row.rule.clone().unwrap_or_default(),
                    fields.join(","),
                ]
            })
            .collect();
        table(&["number", "record", "verb", "code", "rule", "fields"], &cells)
    });
    Ok(DONE)
}

pub(crate) fn drop_refusals(arguments: &Arguments, refused: &Refused, printer: &Printer) -> Result<u8, Failure> {
    let done = session::open(arguments)?.drop_refusals(meant(refused))?;
    print_settled(&done, printer.say("已放弃", "given up"), printer)
}

/// Sending is for `sync`, as with any other edit.
pub(crate) fn retry_refusals(arguments: &Arguments, refused: &Refused, printer: &Printer) -> Result<u8, Failure> {
    let done = session::open(arguments)?.retry_refusals(meant(refused))?;
    print_settled(&done, printer.say("下次同步再次上传", "sent again by the next sync"), printer)
}

fn meant(refused: &Refused) -> SettleRefusals {
    let refusals = match refused.number {
        Some(m) if refused.alike => RefusalsMeant::Alike { m },
        Some(m) => RefusalsMeant::One { m },
        None => RefusalsMeant::Until { m: u64::MAX },
    };
    SettleRefusals { refusals, job: None }
}

fn print_settled(done: &RefusalsSettled, word: &str, printer: &Printer) -> Result<u8, Failure> {
    printer.answer(done, |done| vec![format!("{word} {}", done.settled)]);
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(written_here: Option<sync::Choice>) -> ConflictRow {
        ConflictRow {
            id: "c".into(),
            kind: "member".into(),
            record: "m".into(),
            title: "张三".into(),
            field: "title".into(),
            base: String::new(),
            mine: "丁".into(),
            theirs: "丙".into(),
            mine_by: "李老师".into(),
            theirs_by: "王老师".into(),
            mine_at: Some(2),
            theirs_at: Some(1),
            edits: Vec::new(),
            written_here,
        }
    }

    #[test]
    fn mine_is_what_was_written_on_this_computer() {
        let seen = from_here(row(Some(sync::Choice::Theirs)));
        assert_eq!((seen.mine.as_str(), seen.mine_by.as_str(), seen.mine_at), ("丙", "王老师", Some(1)));
        assert_eq!((seen.theirs.as_str(), seen.theirs_by.as_str(), seen.theirs_at), ("丁", "李老师", Some(2)));
        assert_eq!(seen.written_here, Some(sync::Choice::Mine));
        for as_it_is in [row(Some(sync::Choice::Mine)), row(None)] {
            assert_eq!(from_here(as_it_is.clone()), as_it_is);
        }
    }
}
