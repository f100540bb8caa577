//! Layouts of sheets: listed, written to files, read from them.

use crate::arguments::{Arguments, LayoutVerb};
use crate::print::{Printer, table};
use crate::{DONE, session};
use mingce_app::App;
use mingce_ipc::calls::Nothing;
use mingce_ipc::layout::{LayoutFile, LayoutRef, LayoutRow, NameLayout, SaveLayout};
use mingce_ipc::{Calls, Failure};
use std::path::PathBuf;

/// What becomes of an own layout that has the name of the one that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    Replace,
    Beside,
}

pub(crate) fn list(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let layouts = app.layouts(Nothing {})?;
    printer.answer(&layouts, |layouts| {
        let cells: Vec<Vec<String>> = layouts
            .iter()
            .map(|row| {
                let own = if row.is_own { printer.say("自有", "own") } else { "" };
                let told = row.fault.as_ref().map(|fault| format!("{}: {}", fault.place, fault.problem));
                let name = printer.say(&row.name_zh, &row.name_en).to_owned();
                vec![row.id.clone(), own.to_owned(), name, told.unwrap_or_else(|| row.source.clone())]
            })
            .collect();
        table(&["layout", "own", "name", "source"], &cells)
    });
    Ok(DONE)
}

/// Reads a layout from a file and keeps it.
pub(crate) fn read(app: &App, file: &PathBuf, take: Take, printer: &Printer) -> Result<LayoutRow, Failure> {
    app.import_layout(LayoutFile {
        path: session::absolute(file),
        language: Some(printer.language().word().into()),
        is_replacing: Some(take == Take::Replace),
    })
}

pub(crate) fn run(arguments: &Arguments, verb: &LayoutVerb, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let row = match verb {
        LayoutVerb::Export { layout, file } => {
            let saved = app.export_layout(SaveLayout { id: layout.clone(), path: session::absolute(file) })?;
            printer.answer(&saved, |saved| vec![saved.path.clone()]);
            return Ok(DONE);
        }
        LayoutVerb::Remove { layout } => {
            app.drop_layout(LayoutRef { id: layout.clone() })?;
            printer.answer(&Nothing {}, |_| Vec::new());
            return Ok(DONE);
        }
        LayoutVerb::Import { file, replace } => {
            read(&app, file, if *replace { Take::Replace } else { Take::Beside }, printer)?
        }
        LayoutVerb::Rename { layout, name } => {
            app.rename_layout(NameLayout { id: layout.clone(), name: name.clone() })?
        }
        LayoutVerb::Copy { layout, name } => app.copy_layout(NameLayout { id: layout.clone(), name: name.clone() })?,
    };
    printer.answer(&row, |row| vec![format!("{}  {}", row.id, row.name_zh)]);
    Ok(DONE)
}
