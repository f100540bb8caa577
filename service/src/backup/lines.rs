//! What stands inside a backup, before it is compressed and sealed: marked parts, each with its length before it.

use super::sealed::damaged;
use crate::storage::whole::{Cell, OwnedCell, Table};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// The parts' version. A reader takes its own and no later one.
pub(super) const FORMAT: u32 = 1;
/// No row is longer; the largest are photos.
const PART_BYTES_MAX: usize = 64 << 20;

const HEADER: u8 = b'H';
const TABLE: u8 = b'T';
const ROW: u8 = b'R';
const END: u8 = b'E';

/// What a backup says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    pub format: u32,
    /// When the snapshot was taken, milliseconds since 1970 UTC by the service's clock.
    pub made_at_ms: i64,
    /// Version of the program that made it.
    pub program: String,
}

/// One part.
pub(super) enum Part<T> {
    Header(Header),
    Table(Table),
    /// A row of the table before it, encoded.
    Row(Vec<u8>),
    End(T),
}

pub(super) struct PartWriter<W: Write> {
    out: W,
}

impl<W: Write> PartWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }

    pub(super) fn header(&mut self, header: &Header) -> io::Result<()> {
        self.part(HEADER, &serde_json::to_vec(header)?)
    }

    pub(super) fn table(&mut self, table: &Table) -> io::Result<()> {
        self.part(TABLE, &serde_json::to_vec(table)?)
    }

    pub(super) fn row(&mut self, row: &[u8]) -> io::Result<()> {
        self.part(ROW, row)
    }

    /// Writes the last part and gives back what is below.
    pub(super) fn end(mut self, totals: &impl Serialize) -> io::Result<W> {
        self.part(END, &serde_json::to_vec(totals)?)?;
        Ok(self.out)
    }

    fn part(&mut self, mark: u8, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > PART_BYTES_MAX {
            return Err(damaged());
        }
        self.out.write_all(&[mark])?;
        self.out.write_all(&(bytes.len() as u32).to_le_bytes())?;
        self.out.write_all(bytes)
    }
}

pub(super) struct PartReader<R: Read> {
    from: R,
}

impl<R: Read> PartReader<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from }
    }

    /// The next part. After `End` there must be nothing more.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> io::Result<Part<T>> {
        let mut head = [0; 5];
        self.from.read_exact(&mut head).map_err(as_damage)?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if length > PART_BYTES_MAX {
            return Err(damaged());
        }
        let mut bytes = Vec::with_capacity(length.min(1 << 20));
        self.from.by_ref().take(length as u64).read_to_end(&mut bytes).map_err(as_damage)?;
        if bytes.len() != length {
            return Err(damaged());
        }
        Ok(match head[0] {
            HEADER => Part::Header(serde_json::from_slice(&bytes).map_err(|_| damaged())?),
            TABLE => Part::Table(serde_json::from_slice(&bytes).map_err(|_| damaged())?),
            ROW => Part::Row(bytes),
            END => {
                let end = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
                if self.from.read(&mut [0]).map_err(as_damage)? != 0 {
                    return Err(damaged());
                }
                Part::End(end)
            }
            _ => return Err(damaged()),
        })
    }
}

/// Whatever a decoder says of bytes that are not what was written.
fn as_damage(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(_) => error,
        None => damaged(),
    }
}

/// Encodes one row behind what is there.
pub(super) fn write_row<'c>(cells: impl IntoIterator<Item = Cell<'c>>, out: &mut Vec<u8>) {
    for cell in cells {
        match cell {
            Cell::Null => out.push(0),
            Cell::Number(number) => {
                out.push(1);
                out.extend(number.to_le_bytes());
            }
            Cell::Text(text) => {
                out.push(2);
                out.extend((text.len() as u32).to_le_bytes());
                out.extend(text.as_bytes());
            }
            Cell::Bytes(bytes) => {
                out.push(3);
                out.extend((bytes.len() as u32).to_le_bytes());
                out.extend(bytes);
            }
            Cell::Id(id) => {
                out.push(4);
                out.extend(id);
            }
        }
    }
}

/// Reads the cells of one row of the table.
pub(super) fn read_row(table: &Table, mut bytes: &[u8]) -> io::Result<Vec<OwnedCell>> {
    fn take<'b>(bytes: &mut &'b [u8], count: usize) -> io::Result<&'b [u8]> {
        let (taken, rest) = bytes.split_at_checked(count).ok_or_else(damaged)?;
        *bytes = rest;
        Ok(taken)
    }
    fn long<'b>(bytes: &mut &'b [u8]) -> io::Result<&'b [u8]> {
        let length = u32::from_le_bytes(take(bytes, 4)?.try_into().map_err(|_| damaged())?);
        take(bytes, length as usize)
    }
    let mut cells = Vec::with_capacity(table.columns.len());
    for _ in &table.columns {
        cells.push(match take(&mut bytes, 1)?[0] {
            0 => OwnedCell::Null,
            1 => OwnedCell::Number(i64::from_le_bytes(take(&mut bytes, 8)?.try_into().map_err(|_| damaged())?)),
            2 => OwnedCell::Text(String::from_utf8(long(&mut bytes)?.to_vec()).map_err(|_| damaged())?),
            3 => OwnedCell::Bytes(long(&mut bytes)?.to_vec()),
            4 => OwnedCell::Id(take(&mut bytes, 16)?.try_into().map_err(|_| damaged())?),
            _ => return Err(damaged()),
        });
    }
    if bytes.is_empty() { Ok(cells) } else { Err(damaged()) }
}
