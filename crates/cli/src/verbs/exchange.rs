//! Imports that were made, and export.

use crate::arguments::Arguments;
use crate::print::{Printer, table};
use crate::{DONE, session};
use mingce_ipc::calls::Nothing;
use mingce_ipc::import::{Export, Masking};
use mingce_ipc::one_roster::{ExportOneRoster, PackageExtent};
use mingce_ipc::{Calls, Failure};
use std::path::PathBuf;

/// The imports made on this computer, newest first; `mingce undo BATCH` takes one back.
pub(crate) fn imports(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let records = app.import_history(Nothing {})?;
    printer.answer(&records, |records| {
        let cells: Vec<Vec<String>> = records
            .iter()
            .map(|it| {
                let hash: String = it.sha256.chars().take(12).collect();
                let state = if it.is_undone { printer.say("已撤销", "undone") } else { "" };
                let counts = [it.added, it.changed, it.left].map(|count| count.to_string());
                [
                    vec![it.batch.clone(), it.file_name.clone(), hash, it.actor.clone()],
                    counts.to_vec(),
                    vec![state.into()],
                ]
                .concat()
            })
            .collect();
        table(&["batch", "file", "sha256", "by", "added", "changed", "left", ""], &cells)
    });
    Ok(DONE)
}

pub(crate) fn export(
    arguments: &Arguments,
    (file, masking, to, extent): (&PathBuf, Masking, Option<&str>, PackageExtent),
    printer: &Printer,
) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let (path, language) = (session::absolute(file), printer.language().word().to_owned());
    let exported = match to {
        Some(to) => app.export_one_roster(ExportOneRoster {
            path,
            to: to.to_owned(),
            extent,
            since: None,
            language,
            masking: Some(masking),
            job: None,
        })?,
        None => {
            app.export_members(Export { path, query: Default::default(), language, masking: Some(masking), job: None })?
        }
    };
    printer.answer(&exported, |exported| vec![format!("{}  {}", exported.path, exported.rows)]);
    Ok(DONE)
}
