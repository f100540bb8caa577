#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../src/pictures.rs"]
mod pictures;

fuzz_target!(|bytes: &[u8]| pictures::picture(bytes));
