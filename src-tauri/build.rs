//! Prepares the shell's build: the list of commands the web view may be allowed to call, and a page to embed.
//! A fresh clone has no built UI yet; a page that says so is laid in its place, so that everything still compiles.

use std::path::Path;

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"zh-CN\">\n<meta charset=\"utf-8\">\n<title>名册 Mingce</title>\n\
    <p>界面尚未构建：请运行 <code>cargo xtask run</code>。</p>\n<p>The user interface has not been built: run <code>cargo xtask run</code>.</p>\n</html>\n";

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist");
    let index = dist.join("index.html");
    println!("cargo:rerun-if-changed={}", dist.display());
    if !index.exists() {
        println!("cargo:warning=ui/dist is missing: the window will only say so. `npm run build` in ui/ makes it");
        std::fs::create_dir_all(&dist).expect("ui/dist can be created");
        std::fs::write(&index, PLACEHOLDER).expect("ui/dist/index.html can be written");
    }
    // Naming the commands puts them under the capability file too: what it does not allow is refused.
    let commands = tauri_build::AppManifest::new().commands(&["call"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)).expect("src-tauri is well formed");
}
