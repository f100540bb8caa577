#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../src/entries.rs"]
mod entries;

fuzz_target!(init: entries::let_panics_be_caught(), |bytes: &[u8]| entries::xlsx_parts(bytes));
