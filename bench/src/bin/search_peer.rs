//! Finding people by what is typed: the store's search beside a LIKE scan of the same text in plain SQLite.
//!
//! usage: `search_peer COUNT`. Fills an encrypted roster with made-up members as a pull does, copies the text that
//! members are found by into an unencrypted table, and puts the same questions to both. The last line is JSON with the
//! median milliseconds of a question (`ours_ms`, `like_ms`); a question with different answers ends it with an error.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use mingce_bench::like::LikeScan;
use mingce_bench::roster::{Files, SEED, make};
use mingce_bench::spread::Spread;
use mingce_store::{Query, Store};
use mingce_testkit::rosters::person;

/// Any fixed present will do.
const NOW_MS: i64 = 1_790_000_000_000;
/// Departments make no difference to what is typed.
const DEPARTMENTS: u64 = 20;
/// People whose name, number and phone are asked for.
const ASKED: [u64; 5] = [0, 11, 222, 3_333, 44_444];
/// What people type without an input method: initials, parts of spellings, a part of a number.
const TYPED: [&str; 7] = ["zwq", "lxm", "wang", "zhangli", "liuy", "0417", "138"];

fn main() -> Result<()> {
    let count: u64 = std::env::args().nth(1).and_then(|word| word.parse().ok()).context("usage: search_peer COUNT")?;
    let folder = tempfile::tempdir()?;
    make(folder.path(), count, DEPARTMENTS)?;
    let files = Files::of(folder.path())?;
    let scan = LikeScan::beside(&files.database, &files.key, &folder.path().join("plain.db"))?;
    let store = Store::open(&files.profile, files.key.as_bytes())?;

    let warmed = Instant::now();
    store.warm_search()?;
    let warm_ms = warmed.elapsed().as_secs_f64() * 1e3;
    let (mut ours, mut scans) = (Vec::new(), Vec::new());
    for text in questions(count) {
        let query = Query { text: Some(text.clone()), now_ms: NOW_MS, ..Query::default() };
        let started = Instant::now();
        let found = store.find_members(&query)?.len();
        ours.push(started.elapsed().as_secs_f64() * 1e3);
        let started = Instant::now();
        let scanned = scan.count(&text)?;
        scans.push(started.elapsed().as_secs_f64() * 1e3);
        ensure!(found == scanned, "a question of {} letters: {found} by us, {scanned} by LIKE", text.chars().count());
        println!("{text}: {found} found, {:.2} ms, LIKE {:.0} ms", ours[ours.len() - 1], scans[scans.len() - 1]);
    }
    let (ours_ms, like_ms) = (Spread::of(ours).median(), Spread::of(scans).median());
    let index_mb = store.search_bytes() as f64 / 1e6;
    println!(
        r#"{{"members":{count},"ours_ms":{ours_ms:.3},"like_ms":{like_ms:.1},"warm_ms":{warm_ms:.0},"index_mb":{index_mb:.0}}}"#
    );
    Ok(())
}

fn questions(count: u64) -> Vec<String> {
    let mut questions: Vec<String> = TYPED.iter().map(|text| (*text).to_owned()).collect();
    for index in ASKED.into_iter().filter(|index| *index < count) {
        let asked = person(index, SEED);
        let start: String = asked.name.chars().take(2).collect();
        let end: String = asked.phone.chars().skip(7).collect();
        questions.extend([asked.name, start, asked.card_number, asked.phone, end]);
    }
    questions
}
