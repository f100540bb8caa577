//! Finding people by what is typed: the store's search beside a LIKE scan of the same text in plain SQLite.
//!
//! usage: `search_peer COUNT`. Fills an encrypted roster with made-up members as a pull does, copies the text that
//! members are found by into an unencrypted table, and puts the same questions to both. The last line is JSON with the
//! median milliseconds of a question (`ours_ms`, `like_ms`); a question with different answers ends it with an error.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use mingce_model::{Kind, RecordId, needle};
use mingce_protocol::{PROTOCOL, PullHeader, PulledRecord, SCHEMA};
use mingce_store::{Identity, Query, Store, database_path};
use mingce_testkit::Ids;
use mingce_testkit::rosters::person;
use rusqlite::Connection;

const SEED: u64 = 20_261_122;
const KEY: [u8; 32] = [0x4b; 32];
const PAGE: u64 = 5_000;
/// Any fixed present will do.
const NOW_MS: i64 = 1_790_000_000_000;
/// People whose name, number and phone are asked for.
const ASKED: [u64; 5] = [0, 11, 222, 3_333, 44_444];
/// What people type without an input method: initials, parts of spellings, a part of a number.
const TYPED: [&str; 7] = ["zwq", "lxm", "wang", "zhangli", "liuy", "0417", "138"];

fn main() -> Result<()> {
    let count: u64 = std::env::args().nth(1).and_then(|word| word.parse().ok()).context("usage: search_peer COUNT")?;
    let folder = tempfile::tempdir()?;
    let profile = folder.path().join("profile");
    let store = fill(&profile, count)?;
    let plain = copy_haystacks(&profile, &folder.path().join("plain.db"))?;

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
        let scanned = scan(&plain, &text)?;
        scans.push(started.elapsed().as_secs_f64() * 1e3);
        ensure!(found == scanned, "a question of {} letters: {found} by us, {scanned} by LIKE", text.chars().count());
        println!("{text}: {found} found, {:.2} ms, LIKE {:.0} ms", ours[ours.len() - 1], scans[scans.len() - 1]);
    }
    let (ours_ms, like_ms, index_mb) = (median(ours), median(scans), store.search_bytes() as f64 / 1e6);
    println!(
        r#"{{"members":{count},"ours_ms":{ours_ms:.3},"like_ms":{like_ms:.1},"warm_ms":{warm_ms:.0},"index_mb":{index_mb:.0}}}"#
    );
    Ok(())
}

fn fill(profile: &std::path::Path, count: u64) -> Result<Store> {
    let mut ids = Ids::seeded(SEED);
    let mut fresh = || ids.next_id();
    let identity = Identity {
        organisation: fresh().into(),
        account: fresh().into(),
        actor: "bench".to_owned(),
        replica: fresh().into(),
    };
    let store = Store::create(profile, &KEY, &identity)?;
    for first in (0..count).step_by(PAGE as usize) {
        let end = count.min(first + PAGE);
        let header = PullHeader {
            protocol: PROTOCOL,
            epoch: 1,
            schema: SCHEMA,
            head: count,
            cursor: end.to_string(),
            more: end < count,
            authors: Vec::new(),
            rights: None,
        };
        let records: Vec<PulledRecord> = (first..end).map(|index| pulled(index, fresh())).collect();
        store.apply_page(&header, records, NOW_MS)?;
    }
    Ok(store)
}

fn pulled(index: u64, id: RecordId) -> PulledRecord {
    let record = person(index, SEED).to_record(id, None);
    PulledRecord { kind: Kind::Member, id, ver: index + 1, values: Some(record.values), by: None }
}

/// The scan gets the best conditions there are: no encryption, nothing but the text, all of it in the page cache.
fn copy_haystacks(profile: &std::path::Path, to: &std::path::Path) -> Result<Connection> {
    let from = Connection::open(database_path(profile))?;
    let digits: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    from.query_row(&format!("PRAGMA key = \"x'{digits}'\""), [], |_| Ok(()))?;
    // The rest of the file's format.
    for pragma in ["cipher_page_size = 8192", "cipher_hmac_algorithm = HMAC_SHA256"] {
        from.execute_batch(&format!("PRAGMA {pragma}"))?;
    }
    from.execute("ATTACH ?1 AS plain KEY ''", [to.to_str().context("a path that is text")?])?;
    from.execute_batch("CREATE TABLE plain.haystack AS SELECT row, text FROM haystack; DETACH plain;")?;
    let plain = Connection::open(to)?;
    plain.execute_batch("PRAGMA cache_size = -1000000; PRAGMA mmap_size = 4000000000;")?;
    plain.query_row("SELECT sum(length(text)) FROM haystack", [], |_| Ok(()))?;
    Ok(plain)
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

/// Every word of what is typed has to be in the text, in the same folded form that the store searches.
fn scan(plain: &Connection, text: &str) -> Result<usize> {
    let words: Vec<String> = text.split_whitespace().map(|word| format!("%{}%", needle(word))).collect();
    let conditions = vec!["text LIKE ?"; words.len()].join(" AND ");
    let mut statement = plain.prepare(&format!("SELECT row FROM haystack WHERE {conditions}"))?;
    let rows = statement.query_map(rusqlite::params_from_iter(words), |row| row.get::<_, i64>(0))?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?.len())
}

fn median(mut times_ms: Vec<f64>) -> f64 {
    times_ms.sort_by(f64::total_cmp);
    times_ms[times_ms.len() / 2]
}
