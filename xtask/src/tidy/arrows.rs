//! Who may import whom among the crates, and which third-party crates have one owner: ARCHITECTURE.md as a table.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Breach;
use crate::places;

/// A room and the rooms whose code it may use.
struct Room {
    name: &'static str,
    may_import: &'static [&'static str],
}

const INNER: &[&str] =
    &["model", "protocol", "ipc", "store", "vault", "sync", "exchange", "sheets", "photos", "codes", "client"];
const ANYTHING: &[&str] = &["*"];

const ROOMS: &[Room] = &[
    Room { name: "model", may_import: &[] },
    Room { name: "vault", may_import: &[] },
    Room { name: "photos", may_import: &["model"] },
    Room { name: "codes", may_import: &["model"] },
    Room { name: "protocol", may_import: &["model"] },
    Room { name: "ipc", may_import: &["model"] },
    Room { name: "store", may_import: &["model", "protocol"] },
    Room { name: "exchange", may_import: &["model"] },
    Room { name: "sheets", may_import: &["model"] },
    Room { name: "sync", may_import: &["model", "protocol"] },
    Room { name: "client", may_import: &["model", "protocol"] },
    Room { name: "app", may_import: INNER },
    Room { name: "host", may_import: &["app", "ipc", "model", "vault", "service"] },
    Room { name: "desktop", may_import: &["app", "host", "ipc", "vault"] },
    Room { name: "devhost", may_import: &["app", "host", "ipc", "vault"] },
    Room { name: "cli", may_import: &["app", "host", "ipc", "vault", "testkit"] },
    Room { name: "service", may_import: &["model", "protocol", "codes", "photos"] },
    Room { name: "testkit", may_import: ANYTHING },
    Room { name: "tests", may_import: ANYTHING },
    Room { name: "simulation", may_import: ANYTHING },
    Room { name: "bench", may_import: ANYTHING },
    Room { name: "xtask", may_import: &[] },
];

/// A third-party crate (or every crate whose name starts so, with `*`) and the rooms that may name it.
const OWNED: &[(&[&str], &[&str])] = &[
    (&["keyring*", "*-keyring-store", "security-framework"], &["vault"]),
    (&["ed25519*", "ring", "p256"], &["codes"]),
    (&["rusqlite*", "libsqlite3-sys"], &["store", "service"]),
    (&["tokio-postgres*", "deadpool-postgres", "postgres*"], &["service"]),
    (&["calamine", "cfb", "chardetng", "encoding_rs*", "quick-xml"], &["exchange"]),
    (
        &[
            "pdf-writer",
            "subsetter",
            "krilla",
            "qrcode*",
            "rqrr",
            "fast_qr",
            "tiny-skia",
            "resvg",
            "rustybuzz",
            "harfrust",
            "ttf-parser",
        ],
        &["sheets"],
    ),
    (&["image", "zune-jpeg", "kamadak-exif"], &["photos"]),
    (&["reqwest", "ureq"], &["client"]),
    (&["axum*", "tower*"], &["service", "devhost"]),
    (&["ts-rs"], &["ipc"]),
    (&["tauri*", "wry", "tao"], &["desktop"]),
    (&["clap*"], &["cli", "devhost", "service", "xtask"]),
];

/// Rooms that drive others from outside and may name what they like.
const OUTSIDE: [&str; 3] = ["tests", "simulation", "bench"];

/// Every arrow that the table does not have, and every crate without a purpose in the map.
pub(crate) fn find() -> Result<Vec<Breach>> {
    let packages = places::metadata()?["packages"].as_array().context("cargo metadata lists no packages")?;
    let manifest = std::fs::read_to_string(places::root().join("Cargo.toml"))?;
    let mut found = Vec::new();
    for package in packages {
        let name = package["name"].as_str().context("a package without a name")?;
        let Some(room) = ROOMS.iter().find(|room| room.name == room_of(name)) else {
            found.push(Breach::new(name, "a crate that ARCHITECTURE.md and xtask's table do not know"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let wanted = dependency["name"].as_str().context("a dependency without a name")?;
            if let Some(why) = forbidden(room, wanted, kind_of(dependency)) {
                found.push(Breach::new(format!("{name} -> {wanted}"), why));
            }
        }
    }
    found.extend(without_purpose(&manifest));
    Ok(found)
}

/// `mingce-store` is the room `store`.
fn room_of(package: &str) -> &str {
    package.strip_prefix("mingce-").unwrap_or(package)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// In the program itself or in its build script.
    Shipped,
    /// Only in its tests.
    Tested,
}

fn kind_of(dependency: &Value) -> Use {
    if dependency["kind"] == "dev" { Use::Tested } else { Use::Shipped }
}

fn forbidden(room: &Room, wanted: &str, use_: Use) -> Option<String> {
    if let Some(other) = wanted.strip_prefix("mingce-") {
        return forbidden_room(room, other, use_);
    }
    if OUTSIDE.contains(&room.name) || use_ == Use::Tested {
        return None;
    }
    let (_, owners) = OWNED.iter().find(|(names, _)| names.iter().any(|name| matches(name, wanted)))?;
    (!owners.contains(&room.name)).then(|| format!("only {} may name it", owners.join(", ")))
}

fn forbidden_room(room: &Room, other: &str, use_: Use) -> Option<String> {
    if room.may_import == ANYTHING || room.may_import.contains(&other) {
        return None;
    }
    match (other, use_) {
        ("testkit", Use::Tested) => None,
        ("testkit", Use::Shipped) => Some("testkit is for tests only".into()),
        _ => Some(format!(
            "{} may import {}",
            room.name,
            if room.may_import.is_empty() { "no other room".into() } else { room.may_import.join(", ") }
        )),
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (_, Some(start)) => name.starts_with(start),
        _ => name == pattern,
    }
}

/// Members of the workspace's list that have no word on what they are for.
fn without_purpose(manifest: &str) -> Vec<Breach> {
    let list = manifest.split("members = [").nth(1).and_then(|rest| rest.split("\n]").next()).unwrap_or_default();
    let lines = list.lines().map(str::trim).filter(|line| line.starts_with('"'));
    let silent = lines.filter(|line| line.split_once('#').is_none_or(|(_, purpose)| purpose.trim().is_empty()));
    silent.map(|line| Breach::new("Cargo.toml", format!("{line} has no purpose beside it"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str) -> &'static Room {
        ROOMS.iter().find(|room| room.name == name).expect("a room of the table")
    }

    #[test]
    fn an_arrow_that_the_map_lacks_is_found() {
        assert!(forbidden(room("service"), "mingce-store", Use::Shipped).is_some());
        assert!(forbidden(room("service"), "mingce-codes", Use::Shipped).is_none());
        assert!(forbidden(room("sheets"), "mingce-testkit", Use::Shipped).is_some());
        assert!(forbidden(room("sheets"), "mingce-testkit", Use::Tested).is_none());
        assert!(forbidden(room("tests"), "mingce-store", Use::Shipped).is_none());
    }

    #[test]
    fn a_crate_with_an_owner_is_named_by_nobody_else() {
        assert!(forbidden(room("app"), "reqwest", Use::Shipped).is_some());
        assert!(forbidden(room("client"), "reqwest", Use::Shipped).is_none());
        assert!(forbidden(room("app"), "keyring-core", Use::Shipped).is_some());
        assert!(forbidden(room("vault"), "zbus-secret-service-keyring-store", Use::Shipped).is_none());
        assert!(forbidden(room("devhost"), "tauri-plugin-dialog", Use::Shipped).is_some());
        assert!(forbidden(room("bench"), "rusqlite", Use::Shipped).is_none());
    }

    #[test]
    fn a_member_without_a_purpose_is_found() {
        let manifest = "[workspace]\nmembers = [\n    \"crates/model\", # people\n    \"crates/odd\",\n]\n";
        let found = without_purpose(manifest);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("crates/odd"));
    }
}
