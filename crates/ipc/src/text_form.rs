//! How a text table (CSV) is written: its encoding, and what stands between two cells.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What stands between two cells of a text table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
    Bar,
}

/// How a text table is read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct TextForm {
    /// Its name in the WHATWG Encoding Standard, in lower case: `utf-8`, `gb18030`, `big5` …
    pub encoding: String,
    pub delimiter: Delimiter,
}
