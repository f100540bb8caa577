#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../src/entries.rs"]
mod entries;

fuzz_target!(|bytes: &[u8]| entries::text_table(bytes));
