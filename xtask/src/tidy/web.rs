//! Who may import whom in the web UI: only `host` knows the shell's JavaScript, no feature knows another, and the kit
//! knows no feature.

use super::Breach;
use super::tree::{File, Tree};

const TOP: &str = "ui/src/";

pub(crate) fn find(tree: &Tree) -> Vec<Breach> {
    tree.files.iter().flat_map(breaches).collect()
}

fn breaches(file: &File) -> Vec<Breach> {
    let Some(path) = file.path.strip_prefix(TOP) else { return Vec::new() };
    let Some(text) = file.text.as_deref().filter(|_| path.ends_with(".ts") || path.ends_with(".tsx")) else {
        return Vec::new();
    };
    let found = imports(text).into_iter().filter_map(|(line, specifier)| {
        let why = forbidden(path, &specifier)?;
        Some(Breach::new(format!("{}:{line}", file.path), format!("imports {specifier:?}: {why}")))
    });
    found.collect()
}

fn forbidden(path: &str, specifier: &str) -> Option<&'static str> {
    let room = path.split('/').next().unwrap_or_default();
    if specifier.starts_with("@tauri-apps/") {
        return (room != "host").then_some("only ui/src/host knows the shell's JavaScript");
    }
    let wanted = resolve(path, specifier)?;
    match (room, feature(path), feature(&wanted)) {
        ("kit", _, Some(_)) => Some("the kit knows no feature"),
        ("host", _, Some(_)) => Some("the host knows no feature"),
        (_, Some(own), Some(other)) if own != other => {
            Some("no feature imports another: share by the kit, or by a call")
        }
        _ => None,
    }
}

/// The feature a path lies in.
fn feature(path: &str) -> Option<&str> {
    path.strip_prefix("features/").and_then(|rest| rest.split('/').next())
}

/// An own module's path from ui/src; none for a package.
fn resolve(importer: &str, specifier: &str) -> Option<String> {
    if let Some(rest) = specifier.strip_prefix("@/") {
        return Some(rest.to_owned());
    }
    if !specifier.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = importer.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Every module named in an import, export-from or dynamic import, with its line.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("//") || line.trim_start().starts_with('*') {
            continue;
        }
        for word in ["from ", "import ", "import(", "vi.mock("] {
            for (at, _) in line.match_indices(word) {
                let rest = line[at + word.len()..].trim_start();
                let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
                if let Some(specifier) = rest[1..].split(quote).next() {
                    found.push((index + 1, specifier.to_owned()));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_knows_the_shell() {
        assert!(forbidden("features/roster/Grid.tsx", "@tauri-apps/api/core").is_some());
        assert!(forbidden("host/desktop.ts", "@tauri-apps/api/core").is_none());
    }

    #[test]
    fn no_feature_imports_another() {
        assert!(forbidden("features/roster/Grid.tsx", "../import/Wizard").is_some());
        assert!(forbidden("features/roster/Grid.tsx", "@/features/import/Wizard").is_some());
        assert!(forbidden("features/roster/grid/Row.tsx", "../columns").is_none());
        assert!(forbidden("features/roster/Grid.tsx", "../../kit/Button").is_none());
        assert!(forbidden("kit/Button.tsx", "../features/roster/Grid").is_some());
        assert!(forbidden("App.tsx", "./features/roster/Grid").is_none());
    }

    #[test]
    fn every_form_of_import_is_seen() {
        let text = "import a from \"./a\";\nimport {\n  b,\n} from './b';\nimport \"./c.css\";\nconst d = import('./d');\nexport * from \"./e\";\n";
        let seen: Vec<String> = imports(text).into_iter().map(|(_, specifier)| specifier).collect();
        assert_eq!(seen, ["./a", "./b", "./c.css", "./d", "./e"]);
    }
}
