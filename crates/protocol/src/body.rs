//! NDJSON under zstd, with a bound on what it may unpack to (OWASP ASVS 5.0, 5.2.3).

use mingce_model::Value;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use zstd::zstd_safe::CParameter;

/// Bytes that are unpacked at once.
const PIECE_BYTES: usize = 128 * 1024;
/// Largest window a body may ask for: 2^23 = 8 MiB.
const WINDOW_LOG_MAX: u32 = 23;

/// Why a body could not be read or written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BodyError {
    #[error("the body is not zstd, or is cut or damaged")]
    Damaged,
    #[error("the body is larger than allowed")]
    TooLarge,
    #[error("a line is not what the protocol says")]
    Malformed,
}

/// Bounds of a service, as `GET /v1/meta` could state them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    pub push_ops: usize,
    pub body_bytes: usize,
    pub pull_rows: usize,
}

/// A thousand changes are smaller, a page of a first pull or upload is not.
pub(crate) const SMALL_BYTES: usize = 512 * 1024;

/// How tightly a body is packed: levels of zstd.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Packing {
    /// A third of the work of the default level for a twentieth more bytes. For a few edits even fewer: half of what they
    /// say is digests, and whoever looks harder for repetition in those pays for finding it.
    Fast = 1,
    /// The default level of zstd, for what goes up a slow line.
    Even = 3,
    /// A tenth fewer bytes, for bodies that are so small that it takes milliseconds.
    Tight = 9,
}

/// The lines of a body, packed as one when they are complete: the compressor works best on what lies in one piece.
#[derive(Default)]
pub(crate) struct Writer {
    lines: Vec<u8>,
}

impl Writer {
    /// Where the next line goes, without its end.
    pub(crate) fn line(&mut self) -> &mut Vec<u8> {
        &mut self.lines
    }
    pub(crate) fn end_line(&mut self) {
        self.lines.push(b'\n');
    }
    pub(crate) fn bytes(&self) -> usize {
        self.lines.len()
    }
    /// Puts the header, which tells of the other lines, before them and packs everything.
    pub(crate) fn finish(mut self, header: &impl Serialize, packing: Packing) -> Result<Vec<u8>, BodyError> {
        let mut head = serde_json::to_vec(header).map_err(|_| BodyError::Malformed)?;
        head.push(b'\n');
        self.lines.splice(0..0, head);
        let mut compressor = zstd::bulk::Compressor::new(packing as i32).map_err(|_| BodyError::Damaged)?;
        compressor.set_parameter(CParameter::ChecksumFlag(true)).map_err(|_| BodyError::Damaged)?;
        compressor.compress(&self.lines).map_err(|_| BodyError::Damaged)
    }
}

/// Adds what this crate itself builds to a line.
pub(crate) fn write_json(line: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(line, value).expect("values, digests and numbers are always valid JSON");
}

/// A record's values. Room for those of any kind is made at once, so that it need not grow for every record.
pub(crate) struct Row(pub Vec<Value>);

/// No kind has more fields; more would still be read.
const ROW_FIELDS: usize = 24;

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Row;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of values")
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut values: A) -> Result<Row, A::Error> {
                let mut row = Vec::with_capacity(ROW_FIELDS);
                while let Some(value) = values.next_element()? {
                    row.push(value);
                }
                Ok(Row(row))
            }
        }
        deserializer.deserialize_seq(Visitor)
    }
}

/// Lines of a compressed body; stops at the byte bound instead of unpacking on.
pub(crate) struct Lines<'a> {
    reader: BufReader<std::io::Take<zstd::stream::read::Decoder<'static, BufReader<&'a [u8]>>>>,
    line: String,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(body: &'a [u8], max_bytes: usize) -> Result<Self, BodyError> {
        let mut decoder = zstd::stream::read::Decoder::new(body).map_err(|_| BodyError::Damaged)?;
        decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_| BodyError::Damaged)?;
        // One byte more than allowed: reaching it means that there was more.
        let reader = BufReader::with_capacity(PIECE_BYTES, decoder.take(max_bytes as u64 + 1));
        Ok(Self { reader, line: String::new() })
    }
    pub(crate) fn header<T: DeserializeOwned>(&mut self) -> Result<T, BodyError> {
        let line = self.next_line()?.ok_or(BodyError::Malformed)?;
        serde_json::from_str(line).map_err(|_| BodyError::Malformed)
    }
    pub(crate) fn next_line(&mut self) -> Result<Option<&str>, BodyError> {
        self.line.clear();
        let read = self.reader.read_line(&mut self.line).map_err(|_| BodyError::Damaged)?;
        if self.reader.get_ref().limit() == 0 {
            return Err(BodyError::TooLarge);
        }
        if read == 0 {
            return Ok(None);
        }
        // A line without its end means that the body was cut.
        let line = self.line.strip_suffix('\n').ok_or(BodyError::Damaged)?;
        Ok(Some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_stops_at_the_bound() {
        let mut writer = Writer::default();
        for _ in 0..2_000 {
            writer.line().extend_from_slice("a".repeat(10_000).as_bytes());
            writer.end_line();
        }
        let body = writer.finish(&1, Packing::Fast).unwrap();
        assert!(body.len() < 100_000);
        let mut lines = Lines::new(&body, 1_000_000).unwrap();
        let mut result = Ok(());
        while result.is_ok() {
            match lines.next_line() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => result = Err(error),
            }
        }
        assert_eq!(result, Err(BodyError::TooLarge));
    }

    #[test]
    fn a_cut_or_flipped_body_is_damaged() {
        let mut writer = Writer::default();
        writer.line().extend_from_slice(b"[1,2,3]");
        writer.end_line();
        let body = writer.finish(&1, Packing::Fast).unwrap();
        let read_all = |body: &[u8]| -> Result<usize, BodyError> {
            let mut lines = Lines::new(body, 1_000)?;
            let mut count = 0;
            while lines.next_line()?.is_some() {
                count += 1;
            }
            Ok(count)
        };
        assert_eq!(read_all(&body), Ok(2));
        for cut in 1..body.len() {
            assert!(read_all(&body[..cut]).is_err());
        }
        for i in 0..body.len() {
            let mut flipped = body.clone();
            flipped[i] ^= 0x10;
            assert!(read_all(&flipped).is_err() || read_all(&flipped) == Ok(2));
        }
    }
}
