#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../src/layouts.rs"]
mod layouts;

fuzz_target!(|bytes: &[u8]| layouts::layout(bytes));
