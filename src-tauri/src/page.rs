//! What the window's page is: the embedded UI and nothing else, on ground that no script of it can shift.
//! A link or script that would lead the window elsewhere is refused; the content security policy does not cover that.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Runtime, Url};

/// Where `npm run dev` serves the UI.
const DEVELOPMENT_PORT: u16 = 1420;

/// Tauri's own `freezePrototype` stays off: it stops the UI's libraries (see the script).
const FREEZE_PROTOTYPE: &str = include_str!("freeze_prototype.js");

/// A plugin that refuses every page but the app's own and freezes the prototype of all objects in it.
pub(crate) fn guard<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("page-guard")
        .js_init_script(FREEZE_PROTOTYPE)
        .on_navigation(|_webview, url| is_own_page(url, tauri::is_dev()))
        .build()
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
    fn the_development_server_is_where_all_three_look_for_it() {
        let configuration: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).expect("JSON");
        assert_eq!(configuration["build"]["devUrl"], format!("http://127.0.0.1:{DEVELOPMENT_PORT}"));
        let vite = include_str!("../../ui/vite.config.ts");
        assert!(vite.contains(&format!("port: {DEVELOPMENT_PORT}")), "ui/vite.config.ts serves elsewhere");
    }
}
