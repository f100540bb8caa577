//! Linux: the print portal of the desktop (org.freedesktop.portal.Print). It shows the desktop's own dialog and takes the
//! PDF as it is, in a sandbox too.

use std::fs::File;
use std::path::Path;

use ashpd::WindowIdentifier;
use ashpd::desktop::ResponseError;
use ashpd::desktop::print::{PageSetup, PreparePrintOptions, PrintOptions, PrintProxy, Settings};
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use tauri::{AppHandle, Manager};

use super::{Asked, JOB};
use crate::MAIN_WINDOW;

/// Asks which printer, then hands over the file.
pub(super) async fn ask(app: &AppHandle, path: &Path) -> Asked {
    match sent(app, path).await {
        Ok(()) => Asked::Shown,
        Err(ashpd::Error::Response(ResponseError::Cancelled)) => Asked::Declined,
        // No bus, no portal, or none that prints.
        Err(_) => Asked::Unavailable,
    }
}

async fn sent(app: &AppHandle, path: &Path) -> Result<(), ashpd::Error> {
    let file = File::open(path).map_err(ashpd::Error::IO)?;
    let portal = PrintProxy::new().await?;
    let parent = parent(app);
    // Without a scale of ours the dialog might fit pages to the paper.
    let settings = Settings::default().set_scale(100);
    let options = PreparePrintOptions::default().set_modal(true);
    let chosen =
        portal.prepare_print(parent.as_ref(), JOB, settings, PageSetup::default(), options).await?.response()?;
    let options = PrintOptions::default().set_token(chosen.token).set_modal(true);
    portal.print(parent.as_ref(), JOB, &file, options).await?.response()
}

/// The window that the dialog belongs to, where that can be told: under X11. Elsewhere the dialog stands by itself.
fn parent(app: &AppHandle) -> Option<WindowIdentifier> {
    let window = app.get_webview_window(MAIN_WINDOW)?;
    match window.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xlib(handle) => Some(WindowIdentifier::from_xid(handle.window)),
        RawWindowHandle::Xcb(handle) => Some(WindowIdentifier::from_xid(handle.window.get().into())),
        _ => None,
    }
}
