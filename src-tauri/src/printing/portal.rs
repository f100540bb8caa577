//! Linux: the print portal of the desktop (org.freedesktop.portal.Print). It shows the desktop's own dialog and takes the
//! PDF as it is, in a sandbox too.

use std::fs::File;
use std::path::Path;

use ashpd::WindowIdentifier;
use ashpd::desktop::ResponseError;
use ashpd::desktop::print::{PrintOptions, PrintProxy};
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use tauri::{AppHandle, Manager};

use super::{Asked, JOB};
use crate::MAIN_WINDOW;

/// Shows the dialog and hands the file over; the portal asks which printer by itself, and prints the file as it is.
pub(super) async fn ask(app: &AppHandle, path: &Path) -> Asked {
    match sent(app, path).await {
        Ok(()) => Asked::Shown,
        // Some desktops say "something else" where somebody closes the dialog with a key.
        Err(ashpd::Error::Response(ResponseError::Cancelled | ResponseError::Other)) => Asked::Declined,
        // No bus, no portal, or none that prints.
        Err(_) => Asked::Unavailable,
    }
}

async fn sent(app: &AppHandle, path: &Path) -> Result<(), ashpd::Error> {
    let file = File::open(path).map_err(ashpd::Error::IO)?;
    let portal = PrintProxy::new().await?;
    let options = PrintOptions::default().set_modal(true);
    portal.print(parent(app).as_ref(), JOB, &file, options).await?.response()
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
