//! What the window's page is: the embedded UI and nothing else, on ground that no script of it can shift.
//! A link or script that would lead the window elsewhere is refused; the content security policy does not cover that.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{Runtime, Url};

use crate::printing;

/// Where `npm run dev` serves the UI.
const DEVELOPMENT_PORT: u16 = 1420;

/// Tauri's own `freezePrototype` stays off: it stops the UI's libraries (see the script).
const FREEZE_PROTOTYPE: &str = include_str!("freeze_prototype.js");

/// A plugin that refuses every page but the app's own and freezes the prototype of all objects in it.
pub(crate) fn guard<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("page-guard")
        .js_init_script(FREEZE_PROTOTYPE)
        .on_navigation(|webview, url| match webview.label() {
            printing::PRINT_WINDOW => printing::may_show(url),
            _ => is_own_page(url, tauri::is_dev()),
        })
        .build()
}

/// A plugin that leaves the page word of the file that the program was opened with. The page is told before any of its
/// scripts runs, because an event would come before anyone listens.
pub(crate) fn opened_with<R: Runtime>(file: &str) -> TauriPlugin<R> {
    Builder::new("opened-with").js_init_script(opened_with_script(file)).build()
}

/// The one part of the computer that the page may use: a camera, for photos of members. It asks when somebody presses the
/// button for it, and the system's own settings stand above this.
pub(crate) fn answer(wanted: &PermissionKind) -> PermissionResponse {
    match wanted {
        PermissionKind::Camera => PermissionResponse::Allow,
        _ => PermissionResponse::Default,
    }
}

fn opened_with_script(file: &str) -> String {
    format!("window.mingceFile = {};", serde_json::Value::from(file))
}

/// Own pages: `tauri://localhost` (Linux, macOS), `http://tauri.localhost` (Windows), and with an unembedded UI the
/// development server of tauri.conf.json.
fn is_own_page(url: &Url, is_dev: bool) -> bool {
    match (url.scheme(), url.host_str(), url.port()) {
        ("tauri", Some("localhost"), None) | ("http" | "https", Some("tauri.localhost"), None) => true,
        ("http", Some("127.0.0.1"), Some(DEVELOPMENT_PORT)) => is_dev,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str, is_dev: bool) -> bool {
        is_own_page(&Url::parse(url).expect("a URL"), is_dev)
    }

    #[test]
    fn the_window_stays_on_its_own_pages() {
        assert!(allowed("tauri://localhost/index.html#/members", false));
        assert!(allowed("http://tauri.localhost/", false));
        for elsewhere in [
            "https://example.org/",
            "http://127.0.0.1:1420/",
            "http://tauri.localhost:8080/",
            "http://tauri.localhost.example.org/",
            "file:///etc/hosts",
            "data:text/html,hello",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(!allowed(elsewhere, false), "{elsewhere}");
        }
        assert!(allowed("http://127.0.0.1:1420/", true));
    }

    #[test]
    fn a_file_name_stays_a_name_in_the_script() {
        let script = opened_with_script("/tmp/\"; alert(1); //\n名单.xlsx");
        assert_eq!(script, r#"window.mingceFile = "/tmp/\"; alert(1); //\n名单.xlsx";"#);
    }

    #[test]
    fn the_development_server_is_where_all_three_look_for_it() {
        let configuration: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).expect("JSON");
        assert_eq!(configuration["build"]["devUrl"], format!("http://127.0.0.1:{DEVELOPMENT_PORT}"));
        let vite = include_str!("../../ui/vite.config.ts");
        assert!(vite.contains(&format!("port: {DEVELOPMENT_PORT}")), "ui/vite.config.ts serves elsewhere");
    }
}
