//! The new school year: what would happen, decisions from a file, and carrying it out as one batch.

use crate::arguments::{Arguments, YearVerb};
use crate::print::{Printer, table};
use crate::{DONE, session};
use mingce_app::App;
use mingce_ipc::calls::Nothing;
use mingce_ipc::year::{ApplyYear, YearChange, YearPlan, YearPupilChoice};
use mingce_ipc::{Calls, Code, Failure};
use serde::Serialize;
use std::path::Path;

/// Without a verb the plan is shown.
pub(crate) fn run(arguments: &Arguments, verb: Option<&YearVerb>, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    match verb {
        None => printer.answer(&app.year_plan(Nothing {})?, |plan| lines(plan, printer)),
        Some(YearVerb::Plan { choices }) => {
            printer.answer(&decide(&app, choices.as_deref())?, |plan| lines(plan, printer))
        }
        Some(YearVerb::Apply { choices }) => {
            let plan = decide(&app, choices.as_deref())?;
            let applied = app.apply_year_plan(ApplyYear { version: plan.version, job: None })?;
            printer.answer(&applied, |applied| {
                let done =
                    printer.say("已执行；用 mingce undo 加批次号可以撤回", "done; mingce undo BATCH takes it back");
                vec![
                    done.to_owned(),
                    format!("batch {}  classes {}  pupils {}", applied.batch, applied.classes, applied.pupils),
                ]
            });
        }
    }
    Ok(DONE)
}

/// The plan after the decisions of the file, which replace those kept on this computer; without one the plan as it is.
fn decide(app: &App, choices: Option<&Path>) -> Result<YearPlan, Failure> {
    let Some(path) = choices else { return app.year_plan(Nothing {}) };
    let text = std::fs::read(path).map_err(|_| Code::FileFailed)?;
    let changes: Vec<YearChange> =
        serde_json::from_slice(&text).map_err(|_| Failure::from(Code::Malformed).with("option", "--choices"))?;
    let mut plan = app.drop_year_plan(Nothing {})?;
    for (place, change) in (1..).zip(changes) {
        let decided = named(app, change).and_then(|change| app.change_year_plan(change));
        plan = decided.map_err(|failure| failure.with("choice", place.to_string()))?;
    }
    Ok(plan)
}

/// The decision with ids: in a file pupils may be named by card number and classes by path.
fn named(app: &App, change: YearChange) -> Result<YearChange, Failure> {
    let class = |text: String| if text.contains('/') { app.department_by_path(&text) } else { Ok(text) };
    let all = |texts: Vec<String>| texts.into_iter().map(class).collect::<Result<Vec<_>, _>>();
    let member = |text: String| app.member_by_reference(&text);
    Ok(match change {
        YearChange::Name { class: id, name } => YearChange::Name { class: class(id)?, name },
        YearChange::Head { class: id, member: head } => {
            YearChange::Head { class: class(id)?, member: head.map(member).transpose()? }
        }
        YearChange::Pupils { pupils, choice } => YearChange::Pupils {
            pupils: pupils.into_iter().map(member).collect::<Result<_, _>>()?,
            choice: match choice {
                Some(YearPupilChoice::Repeat { class: id }) => {
                    Some(YearPupilChoice::Repeat { class: id.map(class).transpose()? })
                }
                Some(YearPupilChoice::Class { class: id }) => Some(YearPupilChoice::Class { class: class(id)? }),
                other => other,
            },
        },
        YearChange::Regroup { from, into, rule } => YearChange::Regroup { from: all(from)?, into: all(into)?, rule },
        other => other,
    })
}

/// The plan for people: grades, classes, what becomes of pupils, and what a person should look at.
fn lines(plan: &YearPlan, printer: &Printer) -> Vec<String> {
    let mut lines = vec![format!("{}–{}", plan.year, plan.year + 1), String::new()];
    let grades: Vec<Vec<String>> = plan
        .grades
        .iter()
        .map(|grade| {
            let action = if grade.takes_part { word(&grade.action) } else { "-".to_owned() };
            let name = [grade.stage.as_str(), grade.name.as_str()].join(" ").trim().to_owned();
            vec![
                grade.key.clone(),
                name,
                action,
                grade.name_after.clone(),
                grade.classes.to_string(),
                grade.pupils.to_string(),
            ]
        })
        .collect();
    lines.extend(table(&["key", "grade", "action", "becomes", "classes", "pupils"], &grades));
    lines.push(String::new());
    let classes: Vec<Vec<String>> = plan
        .classes
        .iter()
        .map(|class| {
            vec![
                class.path_before.clone(),
                word(&class.fate),
                class.path_after.clone(),
                class.before.to_string(),
                class.after.to_string(),
                class.head.as_ref().map(|head| head.name.clone()).unwrap_or_default(),
            ]
        })
        .collect();
    lines.extend(table(&["class", "fate", "becomes", "before", "after", "head"], &classes));
    lines.push(String::new());
    lines.extend(plan.counts.iter().map(|count| format!("{}: {}", word(&count.fate), count.count)));
    lines.extend(plan.made.iter().map(|path| format!("{}: {path}", printer.say("新建部门", "makes"))));
    for finding in &plan.findings {
        let mark = if finding.is_stop { "!" } else { "?" };
        let whom = [&finding.pupil_name, &finding.other_name, &finding.name].map(String::as_str).join(" ");
        lines.push(format!("{mark} {} {}", finding.code, whom.trim()).trim_end().to_owned());
    }
    let rest = (plan.finding_count as usize).saturating_sub(plan.findings.len());
    if rest > 0 {
        lines.push(format!("… {rest}"));
    }
    lines.push(
        if plan.can_apply {
            printer.say("可以执行：mingce year apply", "ready: mingce year apply")
        } else {
            printer.say("带 ! 的问题解决后才能执行", "what is marked ! stands in the way")
        }
        .to_owned(),
    );
    lines
}

/// A closed word as JSON has it.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
