//! Whose work is in what is shipped: the list that the window shows (ui/src/generated/parts.json), and the licences' own
//! texts beside the installers.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{places, process};

const LIST: &str = "ui/src/generated/parts.json";
const SHIPPED: [&str; 3] = ["mingce-desktop", "mingce-cli", "mingce-service"];
/// What crates bring along of other languages, under a licence of its own. OpenSSL: shipped programs have their own.
const INSIDE: [(&str, &str, &str); 4] = [
    ("libsqlite3-sys", "SQLCipher", "BSD-3-Clause"),
    ("libsqlite3-sys", "OpenSSL", "Apache-2.0"),
    ("zstd-sys", "Zstandard", "BSD-3-Clause"),
    ("libmimalloc-sys", "mimalloc", "MIT"),
];
/// A package's files that say how it may be used begin so.
const TEXTS: [&str; 5] = ["licence", "license", "copying", "notice", "unlicense"];

/// Somebody else's work.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Part {
    name: String,
    version: String,
    licence: String,
    /// Where its files lie, if they do.
    folder: Option<PathBuf>,
}

/// Writes the list anew.
pub(crate) fn write() -> Result<()> {
    let rows: Vec<Value> = parts(None)?.iter().map(|part| json!([part.name, part.version, part.licence])).collect();
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    Ok(fs::write(places::root().join(LIST), format!("[\n{}\n]\n", lines.join(",\n")))?)
}

/// What is in the programs of this platform and not in the list, and what is listed and in none.
pub(crate) fn stale(platform: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(places::root().join(LIST)).with_context(|| format!("{LIST} is missing"))?;
    let listed: HashSet<(String, String)> = serde_json::from_str::<Vec<(String, String, String)>>(&text)?
        .into_iter()
        .map(|(name, version, _)| (name, version))
        .collect();
    let shipped = parts(Some(platform))?;
    let missing = shipped.iter().map(|part| (part.name.clone(), part.version.clone()));
    let mut stale: Vec<String> = missing
        .filter(|part| !listed.contains(part))
        .map(|(name, version)| format!("{name} {version} is shipped and not listed"))
        .collect();
    let locked = fs::read_to_string(places::root().join("Cargo.lock"))?;
    let packages: BTreeSet<(String, String)> = npm()?.into_iter().map(|part| (part.name, part.version)).collect();
    for (name, version) in &listed {
        let is_crate = locked.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n"));
        if !is_crate && !version.is_empty() && !packages.contains(&(name.clone(), version.clone())) {
            stale.push(format!("{name} {version} is listed and no longer used"));
        }
    }
    stale.sort();
    Ok(stale)
}

/// The texts of all licences, for whoever gets the programs.
pub(crate) fn write_texts(to: &Path) -> Result<()> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in parts(None)? {
        let title = format!("{} {} ({})", part.name, part.version, part.licence);
        let files = part.folder.as_deref().map(licence_files).transpose()?.unwrap_or_default();
        if files.is_empty() {
            texts.entry(format!("See https://spdx.org/licenses/ for {}.", part.licence)).or_default().push(title);
            continue;
        }
        for file in files {
            let text = String::from_utf8_lossy(&fs::read(file)?).trim().to_owned();
            texts.entry(text).or_default().push(title.clone());
        }
    }
    let whole = texts.into_iter().map(|(text, of)| format!("{}\n\n{text}\n", of.join("\n")));
    Ok(fs::write(to, whole.collect::<Vec<_>>().join(&format!("\n{}\n\n", "-".repeat(100))))?)
}

fn licence_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        path.is_file() && TEXTS.iter().any(|begin| name.starts_with(begin))
    });
    files.sort();
    Ok(files)
}

/// Everything, or of crates only what the platform links; in the order of names.
fn parts(platform: Option<&str>) -> Result<Vec<Part>> {
    let mut all = crates(platform)?;
    let inside = INSIDE.iter().filter(|(with, _, _)| all.iter().any(|part| part.name == *with));
    let inside: Vec<Part> = inside.map(|(_, name, licence)| unversioned(name, licence)).collect();
    all.extend(inside);
    all.extend(npm()?);
    all.extend(fonts()?);
    all.sort();
    // The same package may lie in several folders.
    all.dedup_by(|one, other| (&one.name, &one.version) == (&other.name, &other.version));
    Ok(all)
}

fn unversioned(name: &str, licence: &str) -> Part {
    Part { name: name.to_owned(), version: String::new(), licence: licence.to_owned(), folder: None }
}

/// What the programs are made of, by the dependencies that are linked into them.
fn crates(platform: Option<&str>) -> Result<Vec<Part>> {
    let mut cargo = process::cargo();
    cargo.args(["metadata", "--format-version", "1", "--locked"]);
    if let Some(platform) = platform {
        cargo.args(["--filter-platform", platform]);
    }
    let metadata: Value = serde_json::from_str(&process::output(&mut cargo)?).context("cargo metadata")?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: HashMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|package| (text(&package["id"]), package)).collect();
    let nodes: HashMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().map(|node| (text(&node["id"]), node)).collect();
    let is_shipped = |id: &&String| SHIPPED.contains(&packages[*id]["name"].as_str().unwrap_or_default());
    let mut waiting: Vec<String> = packages.keys().filter(is_shipped).cloned().collect();
    ensure!(waiting.len() == SHIPPED.len(), "not all of the programs are in the workspace");
    let mut seen: HashSet<String> = waiting.iter().cloned().collect();
    while let Some(id) = waiting.pop() {
        for dependency in list(&nodes[&id]["deps"]) {
            let is_linked = list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let id = text(&dependency["pkg"]);
            if is_linked && seen.insert(id.clone()) {
                waiting.push(id);
            }
        }
    }
    let theirs = seen.iter().map(|id| &packages[id]).filter(|package| !package["source"].is_null());
    Ok(theirs
        .map(|package| Part {
            name: text(&package["name"]),
            version: text(&package["version"]),
            licence: text(&package["license"]),
            folder: Path::new(&text(&package["manifest_path"])).parent().map(Path::to_owned),
        })
        .collect())
}

/// What the page in the window is bundled from.
fn npm() -> Result<Vec<Part>> {
    let ui = places::root().join("ui");
    let lock: Value = serde_json::from_str(&fs::read_to_string(ui.join("package-lock.json"))?)?;
    let packages = lock["packages"].as_object().context("the lock file lists no packages")?;
    let bundled = packages.iter().filter(|(path, package)| !path.is_empty() && package["dev"] != json!(true));
    let bundled = bundled.filter(|(_, package)| package["optional"] != json!(true));
    Ok(bundled
        .map(|(path, package)| Part {
            name: path.rsplit("node_modules/").next().unwrap_or(path).to_owned(),
            version: package["version"].as_str().unwrap_or_default().to_owned(),
            licence: package["license"].as_str().unwrap_or_default().to_owned(),
            folder: Some(ui.join(path)).filter(|folder| folder.exists()),
        })
        .collect::<BTreeSet<Part>>()
        .into_iter()
        .collect())
}

/// The fonts that sheets embed, by the licences that lie beside them.
fn fonts() -> Result<Vec<Part>> {
    let names = fs::read_dir(places::root().join("crates/sheets/fonts"))?.flatten().map(|entry| entry.file_name());
    Ok(names
        .filter_map(|name| {
            let name = name.to_string_lossy().into_owned();
            let font = name.strip_prefix("OFL-")?.strip_suffix(".txt")?;
            Some(unversioned(font, "OFL-1.1"))
        })
        .collect())
}
