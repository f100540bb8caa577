//! NDJSON under zstd, with a bound on what it may unpack to (OWASP ASVS 5.0, 5.2.3).

use mingce_model::Value;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Read;
use zstd::zstd_safe::{self, CParameter};

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

/// Lines of a compressed body, unpacked in one piece: that needs neither a window nor a copy of every line.
pub(crate) struct Lines {
    text: String,
    read: usize,
}

impl Lines {
    pub(crate) fn new(body: &[u8], max_bytes: usize) -> Result<Self, BodyError> {
        let text = String::from_utf8(unpack(body, max_bytes)?).map_err(|_| BodyError::Damaged)?;
        Ok(Self { text, read: 0 })
    }
    pub(crate) fn header<T: DeserializeOwned>(&mut self) -> Result<T, BodyError> {
        let line = self.next_line()?.ok_or(BodyError::Malformed)?;
        serde_json::from_str(line).map_err(|_| BodyError::Malformed)
    }
    pub(crate) fn next_line(&mut self) -> Result<Option<&str>, BodyError> {
        let left = &self.text[self.read..];
        if left.is_empty() {
            return Ok(None);
        }
        // A line without its end means that the body was cut.
        let (line, _) = left.split_once('\n').ok_or(BodyError::Damaged)?;
        self.read += line.len() + 1;
        Ok(Some(line))
    }
}

/// Unpacks the body; never more than so many bytes, whatever it says of itself.
fn unpack(body: &[u8], max_bytes: usize) -> Result<Vec<u8>, BodyError> {
    let stated = zstd_safe::get_frame_content_size(body).map_err(|_| BodyError::Damaged)?;
    let is_one_frame = zstd_safe::find_frame_compressed_size(body) == Ok(body.len());
    if let (Some(bytes), true) = (stated, is_one_frame) {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        if bytes > max_bytes {
            return Err(BodyError::TooLarge);
        }
        let mut decompressor = zstd::bulk::Decompressor::new().map_err(|_| BodyError::Damaged)?;
        return decompressor.decompress(body, bytes).map_err(|_| BodyError::Damaged);
    }
    // Another program may pack as it goes, or in several frames; the format allows both.
    let mut decoder = zstd::stream::read::Decoder::new(body).map_err(|_| BodyError::Damaged)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_| BodyError::Damaged)?;
    let mut text = Vec::new();
    // One byte more than allowed: reaching it means that there was more.
    decoder.take(max_bytes as u64 + 1).read_to_end(&mut text).map_err(|_| BodyError::Damaged)?;
    if text.len() > max_bytes { Err(BodyError::TooLarge) } else { Ok(text) }
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
        assert_eq!(Lines::new(&body, 1_000_000).err(), Some(BodyError::TooLarge));
        // The same without its size stated, and with a size that is not true.
        let unpacked = unpack(&body, 64 << 20).unwrap();
        let streamed = zstd::stream::encode_all(&unpacked[..], 1).unwrap();
        assert!(matches!(zstd_safe::get_frame_content_size(&streamed), Ok(None)));
        assert_eq!(Lines::new(&streamed, 1_000_000).err(), Some(BodyError::TooLarge));
        assert_eq!(unpack(&streamed, 64 << 20), Ok(unpacked));
        let mut lying = body;
        // Behind the magic number, a descriptor and the window come four bytes of size.
        lying[6..10].copy_from_slice(&1_000u32.to_le_bytes());
        assert!(matches!(zstd_safe::get_frame_content_size(&lying), Ok(Some(1_000))));
        assert_eq!(Lines::new(&lying, 1_000_000).err(), Some(BodyError::Damaged));
    }

    #[test]
    fn a_body_in_several_frames_is_read_to_its_end() {
        let frame = |text: &str| zstd::bulk::compress(text.as_bytes(), 1).unwrap();
        let body = [frame("1\n"), frame("2\n")].concat();
        let mut lines = Lines::new(&body, 4).unwrap();
        assert_eq!(lines.next_line(), Ok(Some("1")));
        assert_eq!(lines.next_line(), Ok(Some("2")));
        assert_eq!(lines.next_line(), Ok(None));
        assert_eq!(Lines::new(&body, 3).err(), Some(BodyError::TooLarge));
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
