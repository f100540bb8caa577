//! A run as a file: noted in the log before it is in its place.

use super::{Prepared, codes, count, find, layouts, printing};
use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::masking;
use crate::session::Session;
use mingce_ipc::sheets::{SavePictures, SavedSheets};
use mingce_ipc::{Code, Failure};
use mingce_sheets::{Flow, Picture, Progress, SheetError, Summary};
use mingce_store::{NewRun, RunWay};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

/// Writes the PDF to a file of the person's.
pub(crate) fn save(session: &Session, name: &str, path: &Path) -> Outcome<SavedSheets> {
    save_pdf(session, name, (path, RunWay::Pdf), Form::Plain)
}

/// Writes it for readers of every kind and for the archive.
pub(crate) fn save_accessible(session: &Session, name: &str, path: &Path) -> Outcome<SavedSheets> {
    save_pdf(session, name, (path, RunWay::Pdf), Form::Accessible)
}

/// Which PDF it becomes.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    Accessible,
}

/// Hands the PDF to the system's print dialog.
pub(crate) fn print(session: &Session, name: &str) -> Outcome<SavedSheets> {
    let folder = printing::empty_folder(session)?;
    let saved = save_pdf(session, name, (&folder.join(format!("{name}.pdf")), RunWay::Print), Form::Plain)?;
    let sent_to = session.host.print_document(Path::new(&saved.path))?;
    Ok(SavedSheets { sent_to: Some(sent_to), ..saved })
}

fn save_pdf(session: &Session, name: &str, (path, way): (&Path, RunWay), form: Form) -> Outcome<SavedSheets> {
    let prepared = find(session, name)?;
    if !ends_in(path, "pdf") {
        return Err(Failure::from(Code::Malformed).with("path", "not_pdf"));
    }
    let saved = write(session, (name, &prepared), (path, way), |out, progress| match form {
        Form::Plain => mingce_sheets::export_pdf(&prepared.run, out, prepared.proof, progress),
        Form::Accessible => mingce_sheets::export_accessible_pdf(&prepared.run, out, prepared.proof, progress),
    })?;
    layouts::remember_position(session, &prepared.run)?;
    printing::Kept::load(session)?.remember(session, &prepared.printer, &prepared.run.layout.id)?;
    Ok(saved)
}

/// The codes of everybody in the run as pictures in a ZIP file.
pub(crate) fn save_pictures(session: &Session, wanted: &SavePictures) -> Outcome<SavedSheets> {
    let prepared = find(session, &wanted.run)?;
    let picture = match wanted.picture.as_str() {
        "png" => Picture::Png(codes::CODE_PX),
        "svg" => Picture::Svg,
        _ => return Err(Failure::from(Code::Malformed).with("picture", "not_png_or_svg")),
    };
    let path = Path::new(&wanted.path);
    if !ends_in(path, "zip") {
        return Err(Failure::from(Code::Malformed).with("path", "not_zip"));
    }
    write(session, (&wanted.run, &prepared), (path, RunWay::Pictures), |out, progress| {
        mingce_sheets::export_pictures(&prepared.run, out, picture, progress)
    })
}

fn ends_in(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(wanted))
}

/// Writes a file beside its place, notes the run in the log, and moves the file there when it is whole.
fn write(
    session: &Session,
    (name, prepared): (&str, &Prepared),
    (path, way): (&Path, RunWay),
    export: impl FnOnce(&mut File, &mut dyn FnMut(Progress) -> Flow) -> Result<Summary, SheetError>,
) -> Outcome<SavedSheets> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    let mut out = File::create(beside).map_err(|_| Code::FileFailed)?;
    let job = Job::begin(session, Some(name), 0);
    let mut progress = |progress: Progress| match job.watch(progress.pages_done as u64, progress.pages_total as u64) {
        ControlFlow::Continue(()) => Flow::Continue,
        ControlFlow::Break(()) => Flow::Cancel,
    };
    let written = told(export(&mut out, &mut progress)).and_then(|summary| {
        out.sync_all().map_err(|_| Code::FileFailed)?;
        let is_paper = way.is_paper();
        let mut labels = prepared.labels();
        if !is_paper {
            labels.iter_mut().for_each(|label| label.page = 0);
        }
        let run = NewRun {
            way,
            actor: session.account_name(),
            at_ms: session.host.now_ms(),
            layout: if is_paper { &prepared.run.layout.id } else { "" },
            pages: count(summary.pages),
            reason: None,
            labels: &labels,
        };
        // A list without codes is no invitation.
        let number = if summary.codes > 0 { Some(told(session.store.note_run(&run))?) } else { None };
        masking::note_print(session, labels.len() as u64)?;
        std::fs::rename(beside, path).map_err(|_| Failure::from(Code::FileFailed))?;
        Ok((summary, number))
    });
    let (summary, number) = written.inspect_err(|_| {
        let _ = std::fs::remove_file(beside);
    })?;
    Ok(SavedSheets {
        path: path.to_string_lossy().into_owned(),
        bytes: summary.bytes,
        codes: count(summary.codes),
        proofed: count(summary.proofed),
        number: number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)),
        sent_to: None,
    })
}
