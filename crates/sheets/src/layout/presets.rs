//! The shipped layouts: the very files, checked by the same door as anybody's.

use std::sync::LazyLock;

use super::Layout;

const FILES: [&str; 14] = [
    include_str!("../../presets/avery-l7159.json"),
    include_str!("../../presets/avery-l7160.json"),
    include_str!("../../presets/avery-l7163.json"),
    include_str!("../../presets/avery-l7651.json"),
    include_str!("../../presets/avery-3474.json"),
    include_str!("../../presets/avery-5160.json"),
    include_str!("../../presets/avery-5163.json"),
    include_str!("../../presets/avery-5371.json"),
    include_str!("../../presets/avery-c32015.json"),
    include_str!("../../presets/a4-letter.json"),
    include_str!("../../presets/a4-fold-over.json"),
    include_str!("../../presets/a4-tick-list.json"),
    include_str!("../../presets/cr80-card.json"),
    include_str!("../../presets/cr80-10-up.json"),
];

static PRESETS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    FILES.iter().map(|file| Layout::read(file.as_bytes()).expect("the shipped layouts are whole")).collect()
});

/// The shipped layouts, in the order in which they are offered.
pub fn presets() -> &'static [Layout] {
    &PRESETS
}
