//! Syncing, conflicts, refusals.

use crate::arguments::{Arguments, Choice};
use crate::print::{Printer, table};
use crate::telling::Telling;
use crate::{DONE, session};
use mingce_ipc::sync::{self, RefusalRef, Resolve};
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

pub(crate) fn conflicts(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let rows = app.conflicts(Default::default())?;
    let telling = Telling::new(&app, printer)?;
    printer.answer(&rows, |rows| {
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let [base, mine, theirs] = telling.values(&row.field, [&row.base, &row.mine, &row.theirs]);
                vec![row.id.clone(), row.title.clone(), telling.field(&row.field), base, mine, theirs]
            })
            .collect();
        table(&["conflict", "record", "field", "base", "mine", "theirs"], &cells)
    });
    Ok(DONE)
}

pub(crate) fn resolve(arguments: &Arguments, conflict: &str, choice: Choice, printer: &Printer) -> Result<u8, Failure> {
    let choice = match choice {
        Choice::Mine => sync::Choice::Mine,
        Choice::Theirs => sync::Choice::Theirs,
    };
    let outcome =
        session::open(arguments)?.resolve_conflicts(Resolve { conflicts: vec![conflict.to_owned()], choice })?;
    printer.answer(&outcome, |outcome| vec![outcome.changed_cells.to_string()]);
    Ok(DONE)
}

pub(crate) fn refusals(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let rows = app.refusals(Default::default())?;
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

pub(crate) fn drop_refusal(arguments: &Arguments, number: u64, printer: &Printer) -> Result<u8, Failure> {
    let done = session::open(arguments)?.drop_refusal(RefusalRef { m: number })?;
    printer.answer(&done, |_| Vec::new());
    Ok(DONE)
}
