//! One order for each organisation: whoever pulls beside many writers never misses a version.

use crate::desk::{Desk, House};
use mingce_model::Edit;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const PUSHERS: usize = 16;
const PUSHES: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_pushers_and_a_reader_skip_no_version() {
    let house: &'static House = Box::leak(Box::new(House::open()));
    let first = house.found("13800138000").await;
    let running = Arc::new(AtomicUsize::new(PUSHERS));
    let mut tasks = Vec::new();
    for pusher in 0..PUSHERS {
        let mut desk: Desk<'static> = first.second();
        let running = running.clone();
        tasks.push(tokio::spawn(async move {
            for push in 0..PUSHES {
                let edits: Vec<Edit> =
                    (0..3).map(|i| Edit::create(&desk.member(&format!("学生{pusher}·{push}·{i}")))).collect();
                assert_eq!(desk.push(&edits).await.exceptions, []);
            }
            running.fetch_sub(1, Ordering::SeqCst);
        }));
    }
    // Every record is written once, so what one reader sees must be every version from 1 on, in order.
    let mut reader = first.second();
    let mut seen: Vec<u64> = Vec::new();
    loop {
        let is_last = running.load(Ordering::SeqCst) == 0;
        let (header, records) = reader.pull_page(7).await;
        seen.extend(records.iter().map(|record| record.ver));
        if is_last && !header.more {
            break;
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    let total = (PUSHERS * PUSHES * 3 + 1) as u64;
    assert_eq!(seen, (1..=total).collect::<Vec<u64>>());
    let mut whole: BTreeMap<u64, usize> = BTreeMap::new();
    for record in first.second().pull().await {
        *whole.entry(record.ver).or_default() += 1;
    }
    assert_eq!(whole.len() as u64, total);
}
