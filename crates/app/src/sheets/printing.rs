//! The printers that sheets are made for, each with its trays, and their calibration sheet.

use super::layouts;
use crate::failure::{Outcome, told};
use crate::session::Session;
use mingce_ipc::sheets::{CalibrationSheet, PrinterSettings, Printers, Sent};
use mingce_ipc::{Code, Failure};
use mingce_sheets::{Calibration, Dots, Duplex, Fonts, Printer, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

const SETTING: &str = "printers";
/// Where the one printer was kept before there were several.
const ONLY_ONE: &str = "printer";
const MOST: usize = 50;
const LONGEST_NAME: usize = 60;

/// What is remembered of printers.
#[derive(Serialize)]
pub(super) struct Kept {
    /// Never empty.
    all: Vec<PrinterSettings>,
    last: String,
    /// By layout, the printer that it was last printed with: label stock stays in its tray.
    by_layout: BTreeMap<String, String>,
}

/// A printer that is not off.
fn plain() -> PrinterSettings {
    let plain = Calibration::default();
    PrinterSettings {
        id: "1".into(),
        name: String::new(),
        dpi: 300,
        turned_over: "long".into(),
        shift_x_mm: plain.shift_x_mm,
        shift_y_mm: plain.shift_y_mm,
        ruler_x_mm: plain.ruler_x_mm,
        ruler_y_mm: plain.ruler_y_mm,
        back_shift_x_mm: plain.back_shift_x_mm,
        back_shift_y_mm: plain.back_shift_y_mm,
        proofs: true,
    }
}

impl Kept {
    pub fn load(session: &Session) -> Outcome<Self> {
        let kept = told(session.store.setting(SETTING))?.map(|value| Self::read(&value));
        if let Some(kept) = kept.filter(|kept| !kept.all.is_empty()) {
            return Ok(kept);
        }
        let earlier = told(session.store.setting(ONLY_ONE))?.and_then(|value| serde_json::from_value(value).ok());
        let one = PrinterSettings { id: "1".into(), name: String::new(), ..earlier.unwrap_or_else(plain) };
        Ok(Self { last: one.id.clone(), all: vec![one], by_layout: BTreeMap::new() })
    }

    /// A printer that cannot be read takes none of the others along.
    fn read(value: &serde_json::Value) -> Self {
        let all = value["all"].as_array().into_iter().flatten();
        Self {
            all: all.filter_map(|printer| PrinterSettings::deserialize(printer).ok()).collect(),
            last: value["last"].as_str().unwrap_or_default().to_owned(),
            by_layout: BTreeMap::deserialize(&value["by_layout"]).unwrap_or_default(),
        }
    }

    fn save(&self, session: &Session) -> Outcome<()> {
        let value = serde_json::to_value(self).map_err(|_| Code::Internal)?;
        told(session.store.set_setting(SETTING, &value))
    }

    fn find(&self, id: &str) -> Option<&PrinterSettings> {
        self.all.iter().find(|printer| printer.id == id)
    }

    /// The wanted printer; without one that of the layout, or the one used last.
    pub fn choose(&self, wanted: Option<&str>, layout: &str) -> Outcome<&PrinterSettings> {
        if let Some(id) = wanted {
            return self.find(id).ok_or_else(|| Failure::from(Code::NotFound).with("field", "printer"));
        }
        let of_layout = self.by_layout.get(layout).and_then(|id| self.find(id));
        of_layout.or_else(|| self.find(&self.last)).or(self.all.first()).ok_or_else(|| Code::Internal.into())
    }

    /// Remembers what a layout was printed with.
    pub fn remember(mut self, session: &Session, printer: &str, layout: &str) -> Outcome<()> {
        // It may have been removed while its sheets were made.
        if self.find(printer).is_none() {
            return Ok(());
        }
        if self.last == printer && self.by_layout.get(layout).is_some_and(|known| known == printer) {
            return Ok(());
        }
        printer.clone_into(&mut self.last);
        self.by_layout.insert(layout.to_owned(), printer.to_owned());
        self.save(session)
    }
}

pub(super) fn for_sheets(settings: &PrinterSettings) -> Printer {
    Printer {
        dots: if settings.dpi == 600 { Dots::Dpi600 } else { Dots::Dpi300 },
        duplex: if settings.turned_over == "short" { Duplex::ShortEdge } else { Duplex::LongEdge },
        calibration: Calibration {
            shift_x_mm: settings.shift_x_mm,
            shift_y_mm: settings.shift_y_mm,
            ruler_x_mm: settings.ruler_x_mm,
            ruler_y_mm: settings.ruler_y_mm,
            back_shift_x_mm: settings.back_shift_x_mm,
            back_shift_y_mm: settings.back_shift_y_mm,
        },
    }
}

pub(crate) fn printers(session: &Session) -> Outcome<Printers> {
    let Kept { all, last, .. } = Kept::load(session)?;
    Ok(Printers { all, last })
}

pub(crate) fn set_printer(session: &Session, mut settings: PrinterSettings) -> Outcome<PrinterSettings> {
    if ![300, 600].contains(&settings.dpi) || !["long", "short"].contains(&settings.turned_over.as_str()) {
        return Err(Failure::from(Code::Malformed).with("field", "printer"));
    }
    told(for_sheets(&settings).check())?;
    let mut kept = Kept::load(session)?;
    let invalid = |rule: &str| Failure::from(Code::Invalid).with("field", "printer").with("rule", rule);
    settings.name = settings.name.trim().to_owned();
    if settings.name.chars().count() > LONGEST_NAME {
        return Err(invalid("text_too_long"));
    }
    // One may be without a name, as long as it is the only such.
    if kept.all.iter().any(|other| other.id != settings.id && other.name == settings.name) {
        return Err(invalid("name_taken"));
    }
    match kept.all.iter().position(|other| other.id == settings.id) {
        Some(at) => kept.all[at].clone_from(&settings),
        None if !settings.id.is_empty() => return Err(Failure::from(Code::NotFound).with("field", "printer")),
        None if kept.all.len() >= MOST => return Err(invalid("too_many_printers")),
        None => {
            let taken = kept.all.iter().filter_map(|other| other.id.parse::<u32>().ok()).max().unwrap_or(0);
            settings.id = taken.saturating_add(1).to_string();
            kept.all.push(settings.clone());
        }
    }
    kept.last.clone_from(&settings.id);
    kept.save(session)?;
    Ok(settings)
}

pub(crate) fn remove_printer(session: &Session, id: &str) -> Outcome<()> {
    let mut kept = Kept::load(session)?;
    kept.choose(Some(id), "")?;
    if kept.all.len() == 1 {
        return Err(Failure::from(Code::Invalid).with("field", "printer").with("rule", "last_printer"));
    }
    kept.all.retain(|printer| printer.id != id);
    kept.by_layout.retain(|_, printer| printer != id);
    if kept.last == id
        && let Some(first) = kept.all.first()
    {
        kept.last.clone_from(&first.id);
    }
    kept.save(session)
}

/// Where files for the system's viewer go. Sheets of earlier runs hold live codes: they do not stay behind.
pub(super) fn empty_folder(session: &Session) -> Outcome<PathBuf> {
    let folder = session.host.home().join("print");
    std::fs::create_dir_all(&folder).map_err(|_| Code::FileFailed)?;
    if let Ok(earlier) = std::fs::read_dir(&folder) {
        for file in earlier.filter_map(Result::ok) {
            let _ = std::fs::remove_file(file.path());
        }
    }
    Ok(folder)
}

pub(crate) fn print_calibration(session: &Session, wanted: &CalibrationSheet) -> Outcome<Sent> {
    let sheet = layouts::load(session, &wanted.layout)?.stock.sheet;
    let words = if wanted.language == "zh" { Words::chinese("") } else { Words::english("") };
    let kept = Kept::load(session)?;
    let settings = kept.choose(wanted.printer.as_deref(), &wanted.layout)?;
    let path = empty_folder(session)?.join("calibration.pdf");
    let mut out = std::fs::File::create(&path).map_err(|_| Code::FileFailed)?;
    let (printer, name) = (for_sheets(settings), settings.name.as_str());
    told(mingce_sheets::export_calibration(sheet, &printer, name, &words, &Fonts::bundled(), &mut out))?;
    Ok(Sent { sent_to: session.host.print_document(&path)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_printer_that_cannot_be_read_takes_none_of_the_others_along() {
        let mut off = plain();
        off.shift_x_mm = 1.5;
        let stored = json!({ "all": [{ "id": "2", "dpi": "many" }, off], "last": "1", "by_layout": { "labels": "1" } });
        let kept = Kept::read(&stored);
        assert_eq!(kept.all.iter().map(|one| (one.id.as_str(), one.shift_x_mm)).collect::<Vec<_>>(), [("1", 1.5)]);
        assert_eq!((kept.last.as_str(), kept.by_layout["labels"].as_str()), ("1", "1"));
    }
}
