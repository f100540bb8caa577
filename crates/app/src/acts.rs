//! The service's audit, asked for page by page: nothing of it is kept here, so without the network there is none.

use crate::App;
use crate::failure::{Outcome, told};
use crate::history;
use crate::jobs::Job;
use crate::session::Session;
use mingce_client::AuditAsk;
use mingce_ipc::acts::{ActFilter, ActLine, ActPage, ActsAsked, ExportActs};
use mingce_ipc::import::Exported;
use mingce_ipc::{Code, Failure};
use mingce_model::Kind;
use mingce_protocol::{AUDIT_LINES_MAX, AuditLine, AuditPage};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const CSV_HEAD: [&str; 13] = [
    "number",
    "at",
    "act",
    "actor_kind",
    "actor",
    "actor_name",
    "device",
    "device_name",
    "network",
    "subject",
    "subject_name",
    "details",
    "link",
];

impl App {
    fn fetch(&self, session: &Session, filter: &ActFilter, before: Option<u64>, limit: usize) -> Outcome<AuditPage> {
        let ask = AuditAsk {
            before,
            from: filter.from,
            to: filter.to,
            act: filter.act.clone(),
            actor: filter.actor.clone(),
            limit,
        };
        let organisation = session.store.identity().organisation;
        told(self.runtime.block_on(session.client.audit(organisation, &ask)))
    }

    /// One page as the window shows it.
    pub(crate) fn acts_page(&self, session: &Session, asked: &ActsAsked) -> Outcome<ActPage> {
        let limit = (asked.limit as usize).clamp(1, AUDIT_LINES_MAX);
        let page = self.fetch(session, &asked.filter, asked.before, limit)?;
        let lines = page.lines.into_iter().map(|line| shown(session, line)).collect();
        Ok(ActPage { lines, has_more: page.more })
    }

    /// Everything that the filter lets through, the newest first, in a file that is there when it is whole.
    pub(crate) fn export_acts_to(&self, session: &Session, wanted: &ExportActs) -> Outcome<Exported> {
        let path = Path::new(&wanted.path);
        let ends_in = |ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
        let is_csv = ends_in("csv");
        if !is_csv && !ends_in("jsonl") {
            return Err(Failure::from(Code::Malformed).with("path", "not_csv_or_jsonl"));
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".part");
        let beside = Path::new(&beside);
        let written = self.write_acts(session, wanted, beside, is_csv).and_then(|rows| {
            std::fs::rename(beside, path).map_err(|_| Failure::from(Code::FileFailed))?;
            Ok(Exported { path: path.to_string_lossy().into_owned(), rows })
        });
        written.inspect_err(|_| {
            let _ = std::fs::remove_file(beside);
        })
    }

    fn write_acts(&self, session: &Session, wanted: &ExportActs, beside: &Path, is_csv: bool) -> Outcome<u32> {
        let job = Job::begin(session, wanted.job.as_deref(), 0);
        let failed = |_| Failure::from(Code::FileFailed);
        let mut out = BufWriter::new(File::create(beside).map_err(failed)?);
        if is_csv {
            // Spreadsheets take a file without it for another encoding.
            write!(out, "\u{feff}{}\r\n", CSV_HEAD.join(",")).map_err(failed)?;
        }
        let (mut before, mut rows, mut total) = (None, 0_u64, 0_u64);
        loop {
            let page = self.fetch(session, &wanted.filter, before, AUDIT_LINES_MAX)?;
            for line in &page.lines {
                let text = if is_csv { csv_line(line) } else { json_line(line)? };
                out.write_all(text.as_bytes()).map_err(failed)?;
            }
            rows += page.lines.len() as u64;
            before = page.lines.last().map(|line| line.number);
            // Numbers begin at 1, so there are no more than the highest.
            total = total.max(page.lines.first().map_or(0, |line| line.number));
            if job.watch(rows, total.max(rows)).is_break() {
                return Err(Code::Cancelled.into());
            }
            if !page.more || before.is_none() {
                break;
            }
        }
        let file = out.into_inner().map_err(|_| Failure::from(Code::FileFailed))?;
        file.sync_all().map_err(failed)?;
        Ok(u32::try_from(rows).unwrap_or(u32::MAX))
    }
}

fn shown(session: &Session, line: AuditLine) -> ActLine {
    // Accounts are named by the service, members are on the roster here.
    let member = |id: &Option<String>| match id {
        Some(id) => history::called(session, Kind::Member, id),
        None => String::new(),
    };
    let by = line.actor_name.unwrap_or_else(|| member(&line.actor));
    let subject = line.subject_name.unwrap_or_else(|| member(&line.subject));
    ActLine {
        number: line.number,
        at: line.at,
        act: line.act,
        by_kind: line.actor_kind,
        by_id: line.actor,
        by,
        device: line.device_name.unwrap_or_default(),
        network: line.network,
        subject,
        details: line.details,
    }
}

fn json_line(line: &AuditLine) -> Outcome<String> {
    let mut text = serde_json::to_string(line).map_err(|_| Code::Internal)?;
    text.push('\n');
    Ok(text)
}

fn csv_line(line: &AuditLine) -> String {
    let own = |text: &Option<String>| text.clone().unwrap_or_default();
    let at = jiff::Timestamp::from_millisecond(line.at).map(|at| at.to_string()).unwrap_or_default();
    let cells = [
        line.number.to_string(),
        at,
        line.act.clone(),
        line.actor_kind.clone(),
        own(&line.actor),
        own(&line.actor_name),
        own(&line.device),
        own(&line.device_name),
        own(&line.network),
        own(&line.subject),
        own(&line.subject_name),
        line.details.clone(),
        line.link.clone(),
    ];
    format!("{}\r\n", cells.map(|cell| quoted(&cell)).join(","))
}

/// A name may begin like a formula: it must not become one.
fn quoted(cell: &str) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_csv_has_all_cells_and_no_formula() {
        let line = AuditLine {
            number: 7,
            at: 1_788_220_800_000,
            act: "sign_in".into(),
            actor_kind: "account".into(),
            actor: None,
            actor_name: Some("王,老师".into()),
            device: None,
            device_name: Some("=HYPERLINK(\"x\")".into()),
            network: Some("203.0.113.0/24".into()),
            subject: None,
            subject_name: None,
            details: "{}".into(),
            link: "00".into(),
        };
        let text = csv_line(&line);
        let start = "7,2026-09-01T00:00:00Z,sign_in,account,,\"王,老师\",,\"'=HYPERLINK(\"\"x\"\")\",203.0.113.0/24,";
        assert!(text.starts_with(start), "{text}");
        let outside: String = text.split('"').step_by(2).collect();
        assert_eq!(outside.matches(',').count(), CSV_HEAD.len() - 1);
    }
}
