//! Codes alone beside the `qrcode` crate, and the preview of the first of very many pages beside that of one.

use anyhow::Result;

use super::Sizes;
use super::measured::Measured;
use super::peers::Peers;
use super::table::{Reach, Row, Table};

/// At least twenty times as fast.
const MOST: f64 = 0.05;
/// What is not shown costs next to nothing.
const PREVIEW_MOST: f64 = 2.0;

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    let (codes, pages) = (sizes.codes, sizes.pages);
    let mut command = peers.command(&peers.program("codes_peer")?);
    let measured = Measured::run(peers, command.arg(codes.to_string()).arg(pages.to_string()), None)?;
    let ms_a_thousand = |name: &str| measured.number(name).map(|a_second| 1e6 / a_second);
    table.add(Row {
        what: "1,000 codes, CPU".into(),
        unit: "ms",
        ours: ms_a_thousand("ours_codes_a_s")?,
        peer: "qrcode",
        theirs: ms_a_thousand("qrcode_codes_a_s")?,
        reach: Reach::Ratio(MOST),
    });
    table.add(Row {
        what: format!("preview of page 1 of {pages}, CPU"),
        unit: "ms",
        ours: measured.number("many_ms")?,
        peer: "of 1 page",
        theirs: measured.number("one_ms")?,
        reach: Reach::Ratio(PREVIEW_MOST),
    });
    Ok(())
}
