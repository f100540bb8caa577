//! What the desktop lends to the use cases: the clock, chance, folders, the system's viewer and the window's ear.
//! It never looks into what passes through it.
//!
//! `Host` and `UseCases` are this crate's own sketch of the seam to `mingce-app`; once `app` has its trait, `DesktopHost`
//! implements that one, `use_cases` builds the real thing, and both traits here go.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tauri::{AppHandle, Emitter, EventTarget, Manager};
use tauri_plugin_opener::OpenerExt;

use crate::arguments::Arguments;
use crate::documents::may_open;
use crate::{EVENT_CHANNEL, MAIN_WINDOW};

/// What the use cases need from the machine they run on.
pub trait Host: Send + Sync + 'static {
    /// The wall clock, in milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;
    /// Fills the bytes from the system's generator for secrets.
    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), HostFailure>;
    /// Where profiles and settings lie. It need not exist yet.
    fn home(&self) -> &Path;
    /// Where a person expects saved files, when the system knows.
    fn documents(&self) -> Option<&Path>;
    /// Shows a document that Mingce wrote in the system's viewer.
    fn open_document(&self, path: &Path) -> Result<(), HostFailure>;
    /// Shows a file in the system's file manager.
    fn reveal(&self, path: &Path) -> Result<(), HostFailure>;
    /// Tells the window of something that happened. Nobody listening is not a failure.
    fn emit(&self, event: &Value);
}

/// What a machine can fail at.
#[derive(Debug, thiserror::Error)]
pub enum HostFailure {
    #[error("the system gives no random bytes")]
    NoRandomness,
    #[error("this kind of file is not opened")]
    NotADocument,
    #[error("the system has no viewer for this file")]
    NoViewer,
}

/// An answer on its way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Value>> + Send + 'a>>;

/// The use cases as the shell sees them: requests in, answers out.
pub trait UseCases: Send + Sync + 'static {
    /// Answers one request of `ipc`.
    fn answer(&self, request: Value) -> Answering<'_>;
    /// The window is gone: settle what is under way and let go of the profile.
    fn close(&self);
}

/// Builds the use cases on this host.
pub fn use_cases(host: Arc<dyn Host>) -> Arc<dyn UseCases> {
    Arc::new(NotConnected { _host: host })
}

struct NotConnected {
    _host: Arc<dyn Host>,
}

impl UseCases for NotConnected {
    fn answer(&self, _request: Value) -> Answering<'_> {
        Box::pin(async { Err(json!({ "code": "not_connected" })) })
    }

    fn close(&self) {}
}

/// The host of a desktop window.
pub struct DesktopHost {
    app: AppHandle,
    home: PathBuf,
    documents: Option<PathBuf>,
}

impl DesktopHost {
    /// A host for this app; fails when the system names no folder for application data.
    pub(crate) fn for_app(app: AppHandle, arguments: Arguments) -> tauri::Result<Self> {
        let home = match arguments.home {
            Some(home) => std::path::absolute(home)?,
            None => app.path().app_local_data_dir()?,
        };
        let documents = app.path().document_dir().ok();
        Ok(Self { app, home, documents })
    }
}

impl Host for DesktopHost {
    #[expect(clippy::disallowed_methods, reason = "the host is where the clock is read")]
    fn now_ms(&self) -> i64 {
        // A clock before 1970 is as wrong as any other; zero keeps it a number.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), HostFailure> {
        getrandom::fill(bytes).map_err(|_| HostFailure::NoRandomness)
    }

    fn home(&self) -> &Path {
        &self.home
    }

    fn documents(&self) -> Option<&Path> {
        self.documents.as_deref()
    }

    fn open_document(&self, path: &Path) -> Result<(), HostFailure> {
        let name = path.to_str().filter(|_| may_open(path)).ok_or(HostFailure::NotADocument)?;
        self.app.opener().open_path(name, None::<&str>).map_err(|_| HostFailure::NoViewer)
    }

    fn reveal(&self, path: &Path) -> Result<(), HostFailure> {
        self.app.opener().reveal_item_in_dir(path).map_err(|_| HostFailure::NoViewer)
    }

    fn emit(&self, event: &Value) {
        let _ = self.app.emit_to(EventTarget::webview_window(MAIN_WINDOW), EVENT_CHANNEL, event);
    }
}
