//! Windows: WebView2 shows the PDF in a window of its own and opens the system's print dialog over it. The window stays
//! until the person closes it, because WebView2 does not say when printing is over.

use std::path::Path;
use std::sync::Once;

use tauri::webview::PageLoadEvent;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use webview2_com::Microsoft::Web::WebView2::Win32::{COREWEBVIEW2_PRINT_DIALOG_KIND_SYSTEM, ICoreWebView2_16};
use windows_core::Interface;

use super::{Asked, JOB, PRINT_WINDOW};

/// Opens the window; the dialog comes as soon as the PDF is there.
pub(super) fn ask(app: &AppHandle, path: &Path) -> Asked {
    let Ok(url) = Url::from_file_path(path) else { return Asked::Unavailable };
    // The window of the run before: its file is gone.
    if let Some(earlier) = app.get_webview_window(PRINT_WINDOW) {
        let _ = earlier.destroy();
    }
    let once = Once::new();
    let built = WebviewWindowBuilder::new(app, PRINT_WINDOW, WebviewUrl::External(url))
        .title(JOB)
        .inner_size(900.0, 1000.0)
        .on_page_load(move |window, loaded| {
            if loaded.event() == PageLoadEvent::Finished {
                once.call_once(|| show_dialog(&window));
            }
        })
        .build();
    if built.is_ok() { Asked::Shown } else { Asked::Unavailable }
}

#[allow(unsafe_code, reason = "the print dialog of WebView2 is only to be had this way")]
fn show_dialog(window: &WebviewWindow) {
    // Where it fails the PDF stands in the window, which has a print button of its own.
    let _ = window.with_webview(|view| {
        // SAFETY: WebView2's interfaces are called on the window's thread, where `with_webview` runs this.
        let _ = unsafe {
            view.controller()
                .CoreWebView2()
                .and_then(|core| core.cast::<ICoreWebView2_16>())
                .and_then(|core| core.ShowPrintUI(COREWEBVIEW2_PRINT_DIALOG_KIND_SYSTEM))
        };
    });
}
