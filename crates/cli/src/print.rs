//! What the command line prints: tables for people, JSON for scripts.

use crate::arguments::Language;
use mingce_ipc::rule::rule;
use mingce_ipc::{Code, Failure};
use serde::Serialize;
use std::cell::Cell;
use std::io::{ErrorKind, Write};

pub(crate) struct Printer {
    is_json: bool,
    language: Language,
    /// An answer did not reach standard output.
    has_lost: Cell<bool>,
}

impl Printer {
    pub(crate) fn new(is_json: bool, language: Language) -> Self {
        Self { is_json, language, has_lost: Cell::new(false) }
    }
    /// Whether everything that was printed arrived.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.has_lost.get() { Err(Failure::from(Code::FileFailed).with("file", "standard output")) } else { Ok(()) }
    }
    pub(crate) fn language(&self) -> Language {
        self.language
    }
    /// The words of the wanted language.
    pub(crate) fn say<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::Zh => chinese,
            Language::En => english,
        }
    }

    /// The answer: as JSON, or as the lines that `lines` makes of it.
    pub(crate) fn answer<T: Serialize>(&self, answer: &T, lines: impl FnOnce(&T) -> Vec<String>) {
        let text = if self.is_json {
            serde_json::to_string_pretty(answer).unwrap_or_default()
        } else {
            lines(answer).join("\n")
        };
        let mut out = std::io::stdout().lock();
        match writeln!(out, "{text}").and_then(|()| out.flush()) {
            // A reader that closed its end early (`| head`) is not a failure of ours.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => self.has_lost.set(true),
            _ => {}
        }
    }

    /// Why the exit status is 3: so many are listed and stayed out.
    pub(crate) fn left_out(&self, count: u32) {
        let words = self.say("没有完成，见上面列出的内容。", "stayed out or need a look; they are listed.");
        let text = if self.is_json {
            serde_json::json!({ "left_out": count, "words": format!("{count} {words}") }).to_string()
        } else {
            format!("mingce: {count} {words}")
        };
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// Progress and remarks, on standard error, for people only.
    pub(crate) fn remark(&self, text: &str) {
        if !self.is_json {
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }

    pub(crate) fn failure(&self, failure: &Failure) {
        let (words, mut step) = (failure.code.words(), failure.code.next_step());
        let mut words = self.say(words.0, words.1).to_owned();
        // The rule says more than that one is broken.
        if let Some((_, what, remedy)) = failure.params.get("rule").and_then(|code| rule(code)) {
            words = format!("{words} {}", self.say(what.0, what.1));
            step = *remedy;
        }
        let text = if self.is_json {
            let body = serde_json::json!({
                "error": failure.code.code(), "params": failure.params,
                "words": words, "next_step": self.say(step.0, step.1),
            });
            body.to_string()
        } else {
            let params: String =
                failure.params.iter().map(|(key, value)| format!(" {key}={value}")).collect::<Vec<_>>().concat();
            format!("mingce: {}: {words}{params}\n  {}", failure.code.code(), self.say(step.0, step.1))
        };
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}

/// Aligns columns; a wide character counts two.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let mut widths: Vec<usize> = heading.iter().map(|cell| width(cell)).collect();
    for row in rows {
        for (i, cell) in row.iter().enumerate().take(widths.len()) {
            widths[i] = widths[i].max(width(cell));
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (i, cell) in cells.enumerate() {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', widths.get(i).map_or(0, |max| max - width(cell)) + 2));
        }
        text.trim_end().to_owned()
    };
    let mut lines = vec![line(&mut heading.iter().copied())];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) >= 0x1100 && u32::from(c) != 0x00B7 { 2 } else { 1 }).sum()
}

/// `2026-11-22 14:05` in UTC.
pub(crate) fn instant(at_ms: i64) -> String {
    mingce_app::instant_text(at_ms)
}
