//! The use cases on a desktop's machine: the system's clock, keyring and folders from `mingce-host`, events to the
//! window, documents to the system's viewer and print dialog. It never looks into what passes through it.

use std::sync::{Arc, OnceLock};

use mingce_app::{App, Outcome};
use mingce_host::{SystemHost, default_home};
use mingce_ipc::{Code, Event};
use mingce_vault::KeyringVault;
use tauri::{AppHandle, Emitter, EventTarget};

use crate::arguments::Arguments;
use crate::printing;
use crate::{EVENT_CHANNEL, MAIN_WINDOW};

/// The window's side of the app, filled in once there is a window; what happens before is heard by nobody.
type Window = Arc<OnceLock<AppHandle>>;

/// Builds the use cases. `file_failed` when there is no folder to keep anything in.
pub(crate) fn build(arguments: &Arguments, window: &Window) -> Outcome<App> {
    let home = arguments.home.clone().or_else(default_home).ok_or(Code::FileFailed)?;
    let (window, printing_window) = (Arc::clone(window), Arc::clone(window));
    let host = SystemHost::new(home, Box::new(KeyringVault::new()))?
        .with_events(move |event| {
            if let Some(app) = window.get() {
                tell(app, &event);
            }
        })
        .with_printer(move |path| printing::print(printing_window.get(), path));
    Ok(App::new(Arc::new(host)))
}

/// Tells the window's page.
pub(crate) fn tell(app: &AppHandle, event: &Event) {
    // A window that is closing hears nothing more.
    let _ = app.emit_to(EventTarget::webview_window(MAIN_WINDOW), EVENT_CHANNEL, event);
}
