//! The shell: opens the window, hands each call of the web view to the use cases and their events to the web view.
//! It decides nothing: no rule of the product is here, and the web view gets no power but the one command.

mod arguments;
mod documents;
pub mod host;
mod page;

use std::process::ExitCode;
use std::sync::Arc;

use arguments::Arguments;
use host::{DesktopHost, Host, UseCases};
use serde_json::Value;
use tauri::{AppHandle, Manager, RunEvent, State};

/// The label of the one window, as in tauri.conf.json and the capability file.
pub(crate) const MAIN_WINDOW: &str = "main";
/// The one channel on which the use cases speak unasked.
pub(crate) const EVENT_CHANNEL: &str = "mingce";

type Calls = Arc<dyn UseCases>;

/// The one command: a request of `ipc` in, its answer or failure out. Everything in it is checked by the use cases.
#[tauri::command]
async fn call(request: Value, calls: State<'_, Calls>) -> Result<Value, Value> {
    calls.answer(request).await
}

/// Runs the desktop app until its window is closed.
pub fn run() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            eprintln!("mingce-desktop: {wrong}");
            return ExitCode::from(2);
        }
    };
    let mut builder = tauri::Builder::default();
    // A home named on the command line is a desktop of its own, beside the usual one; its store knows a second opener.
    if arguments.home.is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _arguments, _directory| show_window(app)));
    }
    let built = builder
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(page::guard())
        .invoke_handler(tauri::generate_handler![call])
        .setup(move |app| {
            let host: Arc<dyn Host> = Arc::new(DesktopHost::for_app(app.handle().clone(), arguments)?);
            app.manage::<Calls>(host::use_cases(host));
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(on_event)).unwrap_or(1)),
        Err(failure) => {
            eprintln!("mingce-desktop: the window system is not available: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn on_event(app: &AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event
        && let Some(calls) = app.try_state::<Calls>()
    {
        calls.close();
    }
}

/// A second start brings the first one's window to the front instead of opening the same profile twice.
fn show_window(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN_WINDOW) {
        // A window system may refuse any of these; the app works all the same.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}
