//! The printer that sheets are made for, and its calibration sheet.

use super::layouts;
use crate::failure::{Outcome, told};
use crate::session::Session;
use mingce_ipc::sheets::{CalibrationSheet, PrinterSettings, Sent};
use mingce_ipc::{Code, Failure};
use mingce_sheets::{Calibration, Dots, Duplex, Fonts, Printer, Words};
use std::path::PathBuf;

const SETTING: &str = "printer";

/// The settings as they were kept, or those of a printer that is not off.
pub(super) fn load(session: &Session) -> Outcome<PrinterSettings> {
    let kept = told(session.store.setting(SETTING))?;
    let plain = Calibration::default();
    Ok(kept.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_else(|| PrinterSettings {
        dpi: 300,
        turned_over: "long".into(),
        shift_x_mm: plain.shift_x_mm,
        shift_y_mm: plain.shift_y_mm,
        ruler_x_mm: plain.ruler_x_mm,
        ruler_y_mm: plain.ruler_y_mm,
        back_shift_x_mm: plain.back_shift_x_mm,
        back_shift_y_mm: plain.back_shift_y_mm,
        proofs: true,
    }))
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

pub(crate) fn printer(session: &Session) -> Outcome<PrinterSettings> {
    load(session)
}

pub(crate) fn set_printer(session: &Session, settings: &PrinterSettings) -> Outcome<()> {
    if ![300, 600].contains(&settings.dpi) || !["long", "short"].contains(&settings.turned_over.as_str()) {
        return Err(Failure::from(Code::Malformed).with("field", "printer"));
    }
    told(for_sheets(settings).check())?;
    let value = serde_json::to_value(settings).map_err(|_| Code::Internal)?;
    told(session.store.set_setting(SETTING, &value))
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
    let path = empty_folder(session)?.join("calibration.pdf");
    let mut out = std::fs::File::create(&path).map_err(|_| Code::FileFailed)?;
    let printer = for_sheets(&load(session)?);
    told(mingce_sheets::export_calibration(sheet, &printer, &words, &Fonts::bundled(), &mut out))?;
    Ok(Sent { sent_to: session.host.print_document(&path)? })
}
