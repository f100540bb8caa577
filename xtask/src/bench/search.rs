//! Finding people among many by what is typed: our index beside a LIKE scan of the same data in the same process.

use anyhow::Result;

use super::Sizes;
use super::measured::Measured;
use super::peers::Peers;
use super::table::{Reach, Row, Table};

/// At least fifty times as fast.
const MOST: f64 = 0.02;

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    let count = sizes.searched;
    let mut command = peers.command(&peers.program("search_peer")?);
    let measured = Measured::run(peers, command.arg(count.to_string()), None)?;
    table.add(Row {
        what: format!("search in {count} members, median query"),
        unit: "ms",
        ours: measured.number("ours_ms")?,
        peer: "LIKE scan",
        theirs: measured.number("like_ms")?,
        reach: Reach::Ratio(MOST),
    });
    Ok(())
}
