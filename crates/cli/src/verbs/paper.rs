//! What became of printed sheets.

use crate::arguments::{Arguments, Printed, Reason};
use crate::print::{Printer, instant, table};
use crate::{DONE, session};
use mingce_ipc::invitation::{HandOut, Reprint};
use mingce_ipc::sheets::{CameOut, CheckRun, RunLabelsAsked, RunRow, RunsAsked};
use mingce_ipc::{Calls, Failure};

pub(crate) fn runs(arguments: &Arguments, limit: u32, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let runs = app.runs(RunsAsked { before: None, count: limit, is_only_unchecked: None })?;
    let printed = |run: &RunRow| match run.checked_at {
        Some(_) => format!("{} / {}", run.printed, run.people),
        None if run.is_paper => printer.say("还没有核对", "not checked").to_owned(),
        None if run.is_undone => printer.say("已撤销", "undone").to_owned(),
        None => String::new(),
    };
    printer.answer(&runs, |runs| {
        let cells: Vec<Vec<String>> = runs
            .iter()
            .map(|run| {
                vec![
                    run.number.to_string(),
                    instant(run.at),
                    run.actor.clone(),
                    run.reason.clone().unwrap_or_else(|| run.way.clone()),
                    run.layout.clone(),
                    run.pages.to_string(),
                    run.people.to_string(),
                    printed(run),
                ]
            })
            .collect();
        table(&["run", "when (UTC)", "who", "what", "layout", "pages", "people", "printed"], &cells)
    });
    Ok(DONE)
}

pub(crate) fn labels(arguments: &Arguments, asked: (u32, u32), printer: &Printer) -> Result<u8, Failure> {
    let (number, count) = asked;
    let app = session::open(arguments)?;
    let labels = app.run_labels(RunLabelsAsked { number, text: None, start: 0, count })?;
    printer.answer(&labels, |labels| {
        let cells: Vec<Vec<String>> = labels
            .rows
            .iter()
            .map(|row| {
                let printed = if row.is_printed { printer.say("已印好", "printed") } else { "" };
                vec![
                    row.page.to_string(),
                    row.card_number.clone(),
                    row.member_name.clone(),
                    row.department.clone(),
                    row.invitation.clone(),
                    row.state.clone(),
                    printed.to_owned(),
                ]
            })
            .collect();
        table(&["page", "number", "name", "department", "invitation", "state", "printed"], &cells)
    });
    Ok(DONE)
}

pub(crate) fn printed(arguments: &Arguments, words: &Printed, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let what = &words.what;
    let came_out = match what.to_page {
        Some(page) => CameOut::UpTo { page },
        None if what.all => CameOut::All {},
        None if !what.pages.is_empty() => CameOut::Pages { pages: what.pages.clone() },
        None if !what.all_but.is_empty() => CameOut::AllBut { invitations: what.all_but.clone() },
        None => CameOut::Nothing {},
    };
    let checked = app.check_run(CheckRun { number: words.run, came_out, job: None })?;
    printer.answer(&checked, |checked| vec![checked.printed.to_string()]);
    Ok(DONE)
}

pub(crate) fn hand_out(
    arguments: &Arguments,
    whose: (&[String], Option<&str>),
    printer: &Printer,
) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let department = whose.1.map(|path| app.department_by_path(path)).transpose()?;
    let invitations = (!whose.0.is_empty()).then(|| whose.0.to_vec());
    let outcome = app.hand_out(HandOut { department, is_without_below: None, invitations, job: None })?;
    printer.answer(&outcome, |outcome| vec![outcome.changed_cells.to_string()]);
    Ok(DONE)
}

pub(crate) fn reprint(arguments: &Arguments, what: (&[String], Reason), printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let reason = match what.1 {
        Reason::Damaged => "damaged",
        Reason::Lost => "lost",
        Reason::Misprint => "misprint",
        Reason::Other => "other",
    };
    let reprinted = app.reprint(Reprint { invitations: what.0.to_vec(), reason: reason.into() })?;
    printer.answer(&reprinted, |reprinted| reprinted.invitations.clone());
    if reprinted.left_alone > 0 {
        let words = printer.say("张没有换：已加入、已离开或早已作废", "were left alone: joined, left or void before");
        printer.remark(&format!("{} {words}", reprinted.left_alone));
    }
    Ok(DONE)
}
