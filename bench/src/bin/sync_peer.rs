//! One step of our desktop, or our service, for the comparison of sync programs.
//!
//! usage: `sync_peer serve PORT FOLDER | load FOLDER URL NDJSON | edit FOLDER URL NDJSON | push FOLDER URL |
//! pull FOLDER URL | verify FOLDER URL`. The last line is JSON. `pull` signs a fresh desktop in where there is none;
//! `push` and `pull` are both a whole exchange, since the program knows no half of it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use mingce_bench::desk;
use mingce_bench::meter::Meter;
use mingce_ipc::Calls;
use mingce_ipc::import::{Export, Masking};
use mingce_ipc::profile::ServicePlace;
use serde_json::Value;

/// Columns of the file that `load` brings in.
const COLUMNS: [&str; 12] = [
    "name",
    "card_number",
    "sex",
    "birth_date",
    "phone",
    "email",
    "address",
    "department",
    "title",
    "valid_from",
    "status",
    "note",
];
/// Columns of the file that `edit` brings in.
const EDITED: [&str; 3] = ["card_number", "phone", "address"];
/// Every so many records are edited.
const EDITED_EACH: usize = 100;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match *words.as_slice() {
        ["serve", port, folder] => serve(port.parse()?, folder),
        ["load", folder, url, members] => load(Path::new(folder), url, Path::new(members)),
        ["edit", folder, _, members] => edit(Path::new(folder), Path::new(members)),
        ["push" | "pull", folder, url] => exchange(Path::new(folder), url),
        ["verify", folder, url] => verify(Path::new(folder), url),
        _ => bail!("usage: sync_peer serve PORT FOLDER | load|edit FOLDER URL NDJSON | push|pull|verify FOLDER URL"),
    }
}

fn serve(port: u16, folder: &str) -> Result<()> {
    let options = mingce_service::ServiceOptions::system(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), folder);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // Held until the runner ends the process.
        let _running = mingce_service::start(options).await?;
        std::future::pending().await
    })
}

fn load(folder: &Path, url: &str, members: &Path) -> Result<()> {
    let app = desk::app(folder)?;
    desk::create(&app, ServicePlace::Remote { url: url.to_owned() })?;
    desk::open(&app)?;
    let meter = Meter::start();
    let file = folder.join("members.csv");
    let count = write_csv(&file, &COLUMNS, members, |_, member| Some(row(member)))?;
    let applied = desk::import(&app, &file, Some(&COLUMNS))?;
    ensure!(u64::from(applied.added) == count, "{} of {count} members were added", applied.added);
    meter.print(count)
}

fn edit(folder: &Path, members: &Path) -> Result<()> {
    let app = desk::app(folder)?;
    desk::open(&app)?;
    let meter = Meter::start();
    let file = folder.join("edited.csv");
    let count = write_csv(&file, &EDITED, members, |index, member| {
        let change = || vec![text(member, "no"), "+447000000000".to_owned(), "1 New Road, 12345 Ashford".to_owned()];
        (index % EDITED_EACH == 0).then(change)
    })?;
    let applied = desk::import(&app, &file, Some(&EDITED))?;
    ensure!(u64::from(applied.changed) == count, "{} of {count} members were changed", applied.changed);
    meter.print(count)
}

fn exchange(folder: &Path, url: &str) -> Result<()> {
    let app = desk::app(folder)?;
    if desk::has_roster(&app)? {
        desk::open(&app)?;
        let meter = Meter::start();
        desk::sync(&app)?;
        meter.print(0)
    } else {
        let meter = Meter::start();
        desk::sign_in(&app, url)?;
        desk::check_settled(&app)?;
        meter.print(0)
    }
}

/// A third desktop that starts from nothing must export the very same rows.
fn verify(folder: &Path, url: &str) -> Result<()> {
    let app = desk::app(folder)?;
    desk::open(&app)?;
    let meter = Meter::start();
    desk::sync(&app)?;
    let mine = exported(&app, &folder.join("verified.csv"))?;
    let beside = folder.with_extension("verifying");
    let fresh = desk::app(&beside)?;
    desk::sign_in(&fresh, url)?;
    desk::check_settled(&fresh)?;
    let theirs = exported(&fresh, &beside.join("verified.csv"))?;
    ensure!(!mine.is_empty() && mine == theirs, "desktop and service do not hold the same");
    meter.print(mine.len() as u64)
}

/// The lines of the export, in an order that does not depend on who added what when.
fn exported(app: &impl Calls, file: &Path) -> Result<Vec<String>> {
    let path = file.to_str().context("a path that is text")?.to_owned();
    app.export_members(Export {
        path,
        query: Default::default(),
        language: "en".to_owned(),
        masking: Some(Masking::Full),
        job: None,
    })?;
    let mut lines: Vec<String> = std::fs::read_to_string(file)?.lines().map(str::to_owned).collect();
    lines.sort();
    Ok(lines)
}

/// Writes a row for each member that has one; answers how many.
fn write_csv(
    file: &PathBuf,
    columns: &[&str],
    members: &Path,
    row: impl Fn(usize, &Value) -> Option<Vec<String>>,
) -> Result<u64> {
    let mut out = csv::Writer::from_path(file)?;
    out.write_record(columns)?;
    let mut count = 0;
    for (index, line) in BufReader::new(File::open(members)?).lines().enumerate() {
        let member: Value = serde_json::from_str(&line?)?;
        if let Some(row) = row(index, &member) {
            out.write_record(row)?;
            count += 1;
        }
    }
    out.flush()?;
    Ok(count)
}

fn text(member: &Value, field: &str) -> String {
    match &member[field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A record of the other programs in our fields.
fn row(member: &Value) -> Vec<String> {
    let sex = match text(member, "sex").as_str() {
        "f" => "female",
        "m" => "male",
        _ => "",
    };
    let status = match text(member, "status").as_str() {
        "leave" => "suspended",
        "former" => "left",
        _ => "active",
    };
    vec![
        format!("{} {}", text(member, "given"), text(member, "family")),
        text(member, "no"),
        sex.to_owned(),
        text(member, "birth"),
        text(member, "phone").replace(' ', ""),
        text(member, "email"),
        text(member, "address"),
        // The digits of the department's id that tell it from others.
        format!("Department {}", text(member, "org").chars().skip(4).take(4).collect::<String>()),
        text(member, "role"),
        text(member, "joined"),
        status.to_owned(),
        text(member, "note"),
    ]
}
