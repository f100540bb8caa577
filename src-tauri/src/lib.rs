//! The shell: opens the window, hands each call of the web view to the use cases and their events to the web view.
//! It decides nothing: no rule of the product is here, and the web view gets no power but the one command.

mod arguments;
mod documents;
mod host;
mod page;
mod printing;

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use arguments::Arguments;
use mingce_app::App;
use mingce_ipc::{Code, Event, Failure};
use serde_json::Value;
use tauri::{AppHandle, Manager, RunEvent, State};

/// The label of the one window, as in tauri.conf.json and the capability file.
pub(crate) const MAIN_WINDOW: &str = "main";
/// The one channel on which the use cases speak unasked.
pub(crate) const EVENT_CHANNEL: &str = "mingce";

/// A call of `ipc` by its name; what the name and the arguments may be is `ipc`'s to say.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    name: String,
    args: Value,
}

/// The one command. Use cases block, so each runs on a thread of its own.
#[tauri::command]
async fn call(request: Request, app: State<'_, Arc<App>>) -> Result<Value, Failure> {
    let app = Arc::clone(&app);
    let answered =
        tauri::async_runtime::spawn_blocking(move || mingce_ipc::dispatch(&*app, &request.name, request.args));
    answered.await.unwrap_or_else(|_| Err(Code::Internal.into()))
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
    let window = Arc::new(OnceLock::new());
    let app = match host::build(&arguments, &window) {
        Ok(app) => Arc::new(app),
        Err(failure) => {
            let ((_, words), (_, next_step)) = (failure.code.words(), failure.code.next_step());
            eprintln!("mingce-desktop: {failure}: {words} {next_step}");
            return ExitCode::FAILURE;
        }
    };
    let mut builder = tauri::Builder::default();
    // A home named on the command line is a desktop of its own, beside the usual one; its store knows a second opener.
    if arguments.home.is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, words, directory| {
            show_window(app);
            open_file_of(app, words, &directory);
        }));
    }
    if let Some(file) = std::env::current_dir().ok().and_then(|directory| arguments.file_in(&directory)) {
        builder = builder.plugin(page::opened_with(&file));
    }
    let built = builder
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(page::guard())
        .on_permission_request(|_webview, wanted| page::answer(&wanted))
        .manage(app)
        .invoke_handler(tauri::generate_handler![call])
        .setup(move |shell| {
            // There is only this one setup, so it is empty.
            let _ = window.set(shell.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(shell) => ExitCode::from(u8::try_from(shell.run_return(on_event)).unwrap_or(1)),
        Err(failure) => {
            eprintln!("mingce-desktop: the window system is not available: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The window is gone: what runs in the background ends, and the roster is let go.
fn on_event(shell: &AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event {
        shell.state::<Arc<App>>().close();
    }
}

/// The file that a second start was given goes to the window of the first.
fn open_file_of(shell: &AppHandle, words: Vec<String>, directory: &str) {
    let arguments = Arguments::parse(words.into_iter().skip(1).map(Into::into));
    if let Some(path) = arguments.ok().and_then(|arguments| arguments.file_in(Path::new(directory))) {
        host::tell(shell, &Event::FileDropped { path, others: Vec::new() });
    }
}

/// A second start brings the first one's window to the front instead of opening the same profile twice.
fn show_window(shell: &AppHandle) {
    if let Some(window) = shell.get_webview_window(MAIN_WINDOW) {
        // A window system may refuse any of these; the app works all the same.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}
