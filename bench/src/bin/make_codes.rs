//! QR codes for the label peers, made beforehand: they are measured for drawing, not for encoding, which costs Python
//! libraries ten times what the rest does. Our own program makes its codes itself.
//!
//! usage: `make_codes IN.tsv > OUT.codes`. A line a label, a hexadecimal number a row, its lowest bit leftmost.

use std::fmt::Write as _;
use std::io::{BufWriter, Write};

use anyhow::{Context, Result};
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode, Version};

fn main() -> Result<()> {
    let path = std::env::args().nth(1).context("usage: make_codes IN.tsv > OUT.codes")?;
    let members = std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for member in members.lines() {
        let link = member.split('\t').nth(3).context("a line without a link")?;
        let code = QrCode::with_version(link, Version::Normal(7), EcLevel::M)?;
        let mut line = String::new();
        for row in code.to_colors().chunks(code.width()) {
            let bits = row.iter().enumerate().filter(|(_, module)| **module == Color::Dark);
            let number: u64 = bits.map(|(column, _)| 1_u64 << column).sum();
            write!(line, "{number:x} ")?;
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    out.flush()?;
    Ok(())
}
