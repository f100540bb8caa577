//! What a person feels of a roster of any size, each measured through the calls that the window makes.
//!
//! usage: `roster_peer make FOLDER MEMBERS DEPARTMENTS`   a desktop with such a roster and no service to reach
//!        `roster_peer start FOLDER`                      opening it until its first page is there
//!        `roster_peer pages FOLDER`                      pages at random places under each sort
//!        `roster_peer search FOLDER MEMBERS`             keystrokes until their page, beside a LIKE scan in such a file
//!        `roster_peer problems FOLDER`                   everybody looked through for what is wrong, and again after an edit
//!        `roster_peer hold FOLDER`                       a good deal of all this; for its memory
//!        `roster_peer set FOLDER`                        one field of everybody set as one operation, and undone
//!        `roster_peer raw FOLDER`                        a raw UPDATE of the same column of the same rows
//!
//! The last line is JSON. `problems`, `set` and `raw` change the roster; `set` and `raw` want one that nobody wrote into.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use mingce_app::App;
use mingce_bench::like::LikeScan;
use mingce_bench::meter::Meter;
use mingce_bench::roster::{self, Files, SEED};
use mingce_bench::spread::Spread;
use mingce_bench::{desk, sqlcipher};
use mingce_ipc::Calls;
use mingce_ipc::bulk::SetField;
use mingce_ipc::problem::{LookForProblems, ProblemCount, ProblemPageRequest};
use mingce_ipc::roster::{Column, Direction, EditCell, Members, PageRequest, SortBy, ViewInfo, ViewQuery};
use mingce_model::search_keys;
use mingce_testkit::Random;
use mingce_testkit::rosters::person;
use serde_json::{Map, Value, json};

/// Rows of a page as the window asks for them.
const PAGE: u32 = 100;
/// What a new grid shows.
const SHOWN: [Column; 14] = [
    Column::CardNumber,
    Column::Name,
    Column::Sex,
    Column::Department,
    Column::Phone,
    Column::BirthDate,
    Column::DocumentKind,
    Column::DocumentNumber,
    Column::Identity,
    Column::Title,
    Column::EntryYear,
    Column::GuardianName,
    Column::JoinState,
    Column::Status,
];
/// The orders that pages are fetched under.
const SORTS: [(&str, Option<Column>); 9] = [
    ("added", None),
    ("name", Some(Column::Name)),
    ("card_number", Some(Column::CardNumber)),
    ("department", Some(Column::Department)),
    ("phone", Some(Column::Phone)),
    ("birth_date", Some(Column::BirthDate)),
    ("document_number", Some(Column::DocumentNumber)),
    ("entry_year", Some(Column::EntryYear)),
    ("address", Some(Column::Address)),
];
/// Pages fetched under each.
const FETCHED: usize = 300;
/// People whose names and numbers are typed, and those of them for whom the scan is asked as well: it is slow.
const TYPED: u64 = 40;
const SCANNED: u64 = 2;
/// What is written into everybody's title.
const TITLE: &str = "学生代表";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let told = match words.as_slice() {
        ["make", folder, members, departments] => make(Path::new(folder), members.parse()?, departments.parse()?)?,
        ["start", folder] => start(Path::new(folder))?,
        ["pages", folder] => pages(&open(Path::new(folder))?)?,
        ["search", folder, members] => search(Path::new(folder), members.parse()?)?,
        ["problems", folder] => problems(Path::new(folder))?,
        ["hold", folder] => hold(Path::new(folder))?,
        ["set", folder] => set(Path::new(folder))?,
        ["raw", folder] => raw(Path::new(folder))?,
        _ => bail!("usage: roster_peer make|start|pages|search|problems|hold|set|raw FOLDER …"),
    };
    println!("{told}");
    Ok(())
}

fn make(folder: &Path, members: u64, departments: u64) -> Result<Value> {
    roster::make(folder, members, departments)?;
    Ok(json!({ "rows": members }))
}

/// The roster as the window opens it: with its background loop, which finds no service.
fn open(folder: &Path) -> Result<App> {
    let app = desk::app(folder)?;
    desk::open_as_window(&app)?;
    Ok(app)
}

fn start(folder: &Path) -> Result<Value> {
    let app = desk::app(folder)?;
    let started = Instant::now();
    desk::open_as_window(&app)?;
    let open_ms = ms(started);
    let view = view(&app, None, None)?;
    let rows = page(&app, &view, 0)?;
    let start_ms = ms(started);
    ensure!(rows == PAGE.min(view.total) as usize, "the first page is not whole");
    Ok(json!({ "members": view.total, "open_ms": open_ms, "start_ms": start_ms }))
}

fn pages(app: &App) -> Result<Value> {
    let mut told = Map::new();
    // The search index is being read meanwhile; it is not what is measured.
    view(app, Some("wang"), None)?;
    for (name, column) in SORTS {
        let started = Instant::now();
        let view = view(app, None, column)?;
        told.insert(format!("open_{name}_ms"), ms(started).into());
        told.insert(format!("page_{name}_ms"), fetch(app, &view, FETCHED)?.median().into());
    }
    Ok(Value::Object(told))
}

/// Pages at random places, each fetched once.
fn fetch(app: &App, view: &ViewInfo, count: usize) -> Result<Spread> {
    let mut random = Random::new(SEED);
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let place = random.below(u64::from(view.total.saturating_sub(PAGE)) + 1);
        let started = Instant::now();
        ensure!(page(app, view, u32::try_from(place)?)? == PAGE.min(view.total) as usize, "a page is not whole");
        times.push(ms(started));
    }
    Ok(Spread::of(times))
}

/// What is typed to find one of the people, by its kind.
fn typed(index: u64) -> [(&'static str, String); 6] {
    let person = person(index, SEED);
    let keys = search_keys(&person.name);
    let (full, initials) = (keys.full.into_iter().next(), keys.initials.into_iter().next());
    let middle = person.phone.chars().skip(3).take(6).collect();
    [
        ("name", person.name),
        ("pinyin", full.unwrap_or_default()),
        ("initials", initials.unwrap_or_default()),
        ("number", person.card_number),
        ("phone", person.phone),
        ("middle", middle),
    ]
}

/// The beginnings of a text, as they come up letter by letter.
fn keystrokes(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(move |(at, letter)| &text[..at + letter.len_utf8()])
}

fn search(folder: &Path, members: u64) -> Result<Value> {
    let files = Files::of(folder)?;
    let scratch = tempfile::tempdir()?;
    let scan = LikeScan::within(&files.database, &files.key, &scratch.path().join("like.db"))?;
    let app = open(folder)?;
    view(&app, Some("wang"), None)?;
    let mut told = Map::new();
    for kind in 0..6 {
        let (mut ours, mut like) = (Vec::new(), Vec::new());
        for person in 0..TYPED.min(members) {
            let (_, text) = &typed(person * members / TYPED)[kind];
            for typed in keystrokes(text) {
                let started = Instant::now();
                let found = view(&app, Some(typed), None)?;
                page(&app, &found, 0)?;
                ours.push(ms(started));
                if person < SCANNED {
                    let started = Instant::now();
                    let scanned = scan.count(typed)?;
                    like.push(ms(started));
                    let letters = typed.chars().count();
                    ensure!(
                        found.total as usize == scanned,
                        "{letters} letters: {} by us, {scanned} by LIKE",
                        found.total
                    );
                }
            }
        }
        let (name, ours, like) = (typed(0)[kind].0, Spread::of(ours), Spread::of(like));
        for (figure, percent) in [("p50", 50.0), ("p95", 95.0), ("p99", 99.0)] {
            told.insert(format!("{name}_{figure}_ms"), ours.percentile(percent).into());
        }
        told.insert(format!("{name}_like_ms"), like.median().into());
    }
    Ok(Value::Object(told))
}

fn hold(folder: &Path) -> Result<Value> {
    let app = open(folder)?;
    app.departments(Default::default())?;
    for (_, column) in SORTS {
        fetch(&app, &view(&app, None, column)?, 20)?;
    }
    for (_, text) in typed(0) {
        for typed in keystrokes(&text) {
            page(&app, &view(&app, Some(typed), None)?, 0)?;
        }
    }
    Ok(json!({ "members": view(&app, None, None)?.total }))
}

fn problems(folder: &Path) -> Result<Value> {
    let app = desk::app(folder)?;
    desk::open(&app)?;
    let everybody = view(&app, None, None)?;
    let look = |view: &ViewInfo| -> Result<(ProblemCount, f64)> {
        let started = Instant::now();
        let found = app.look_for_problems(LookForProblems { view: view.view.clone(), job: None })?;
        Ok((found, ms(started)))
    };
    let meter = Meter::start();
    let (found, first_ms) = look(&everybody)?;
    let cpu_s = meter.cpu_s();
    let last = PageRequest { view: everybody.view.clone(), start: everybody.total - 1, count: 1, columns: vec![] };
    let member = app.page(last)?.rows.remove(0).id;
    app.edit_cell(EditCell { member, column: Column::DocumentNumber, text: String::new() })?;
    let (edited, again_ms) = look(&everybody)?;
    ensure!(edited.cells == found.cells + 1, "{} and {} cells", found.cells, edited.cells);
    // Another order of the same people.
    let sorted = view(&app, None, Some(Column::Name))?;
    let (_, sorted_ms) = look(&sorted)?;
    let started = Instant::now();
    let wanted = ProblemPageRequest { view: sorted.view, columns: SHOWN.to_vec(), start: found.cells, count: PAGE };
    ensure!(app.problem_page(wanted)?.cells.len() == 1, "the last page of the list");
    let page_ms = ms(started);
    Ok(json!({
        "cells": found.cells, "first_ms": first_ms, "cpu_s": cpu_s, "again_ms": again_ms, "sorted_ms": sorted_ms,
        "page_ms": page_ms
    }))
}

fn set(folder: &Path) -> Result<Value> {
    let app = desk::app(folder)?;
    desk::open(&app)?;
    let view = view(&app, None, None)?;
    let members = Members::Rows { view: view.view, ranges: vec![(0, view.total)] };
    let meter = Meter::start();
    let outcome = app.set_field(SetField { members, column: Column::Title, text: TITLE.to_owned(), job: None })?;
    let (set_s, set_cpu_s) = (meter.elapsed_s(), meter.cpu_s());
    ensure!(outcome.changed_cells == view.total, "{} of {} cells were set", outcome.changed_cells, view.total);
    let waiting = app.sync_status(Default::default())?.waiting;
    ensure!(waiting == view.total, "{waiting} of {} edits wait for the service", view.total);
    let meter = Meter::start();
    let undone = app.undo(Default::default())?;
    ensure!(undone.kept == 0, "{} cells were not taken back", undone.kept);
    Ok(json!({ "op_s": set_s, "op_cpu_s": set_cpu_s, "rows": view.total, "undo_cpu_s": meter.cpu_s() }))
}

fn raw(folder: &Path) -> Result<Value> {
    let files = Files::of(folder)?;
    let conn = sqlcipher::open(&files.database, &files.key)?;
    let meter = Meter::start();
    let rows = conn.execute("UPDATE member SET title = ?1", [TITLE])?;
    Ok(json!({ "op_s": meter.elapsed_s(), "op_cpu_s": meter.cpu_s(), "rows": rows }))
}

fn view(app: &App, text: Option<&str>, sort: Option<Column>) -> Result<ViewInfo> {
    let sort = sort.map(|column| SortBy { column, direction: Direction::Ascending });
    let query = ViewQuery { text: text.map(str::to_owned), sort: sort.into_iter().collect(), ..ViewQuery::default() };
    Ok(app.open_view(query)?)
}

/// How many rows came.
fn page(app: &App, view: &ViewInfo, start: u32) -> Result<usize> {
    let wanted = PageRequest { view: view.view.clone(), start, count: PAGE, columns: SHOWN.to_vec() };
    let page = app.page(wanted).context("the page of a view that was just opened")?;
    Ok(page.rows.iter().filter(|row| !row.id.is_empty()).count())
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
