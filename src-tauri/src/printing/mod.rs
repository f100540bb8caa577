//! A finished PDF goes to the system's print dialog just as it is: no page is scaled, turned or drawn anew, so that codes
//! stay on the printer's dots and labels on their stock. Where the system has no such dialog, its viewer is opened.

#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "macos")]
mod quartz;
#[cfg(windows)]
mod webview2;

use std::path::Path;

use mingce_app::Outcome;
use mingce_ipc::Code;
use mingce_ipc::sheets::SentTo;
use tauri::{AppHandle, Url};

use crate::documents::may_open;

/// The label of the window that holds a PDF while Windows prints it. No capability file names it: its page can ask for
/// nothing.
pub(crate) const PRINT_WINDOW: &str = "print";

/// What the job is called in the printer's queue. It names nobody: others see the queue.
const JOB: &str = "Mingce 名册";

/// What became of asking the system for its dialog.
#[cfg_attr(windows, allow(dead_code, reason = "WebView2 does not say what the person chose"))]
pub(crate) enum Asked {
    /// The dialog was shown and the person printed, or may still.
    Shown,
    /// The person closed the dialog without printing.
    Declined,
    /// There is no dialog to be had.
    Unavailable,
}

/// Prints the PDF. Blocks while the person looks at the dialog, so it is never called on the window's thread.
///
/// # Errors
/// `cannot_open` when it is no PDF of ours, or neither a dialog nor a viewer could be had.
pub(crate) fn print(app: Option<&AppHandle>, path: &Path) -> Outcome<SentTo> {
    if !is_printable(path) {
        return Err(Code::CannotOpen.into());
    }
    match app.map_or(Asked::Unavailable, |app| ask(app, path)) {
        Asked::Shown => Ok(SentTo::Dialog),
        Asked::Declined => Ok(SentTo::Nowhere),
        Asked::Unavailable => {
            tauri_plugin_opener::open_path(path, None::<&str>).map_err(|_| Code::CannotOpen)?;
            Ok(SentTo::Viewer)
        }
    }
}

#[cfg(target_os = "linux")]
fn ask(app: &AppHandle, path: &Path) -> Asked {
    tauri::async_runtime::block_on(portal::ask(app, path))
}

#[cfg(target_os = "macos")]
fn ask(app: &AppHandle, path: &Path) -> Asked {
    quartz::ask(app, path)
}

#[cfg(windows)]
fn ask(app: &AppHandle, path: &Path) -> Asked {
    webview2::ask(app, path)
}

/// Whether the address is of a PDF that the print window may show.
pub(crate) fn may_show(url: &Url) -> bool {
    url.scheme() == "file" && url.to_file_path().is_ok_and(|path| is_printable(&path))
}

fn is_printable(path: &Path) -> bool {
    may_open(path) && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_print_window_shows_nothing_but_pdfs_that_are_there() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let address = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, b"x").expect("a file for the test");
            Url::from_file_path(path).expect("an address")
        };
        assert!(may_show(&address("邀请单 1.pdf")));
        assert!(!may_show(&address("page.html")));
        assert!(!may_show(&address("list.xlsx")));
        let mut gone = address("gone.pdf");
        std::fs::remove_file(gone.to_file_path().expect("a path")).expect("removed");
        assert!(!may_show(&gone));
        gone.set_path("/");
        assert!(!may_show(&gone));
        assert!(!may_show(&Url::parse("https://example.org/a.pdf").expect("an address")));
    }
}
