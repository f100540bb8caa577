//! NDJSON under zstd, with a bound on what it may unpack to (OWASP ASVS 5.0, 5.2.3).

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader, Read, Write};

/// zstd level: 3 costs a tenth of level 9 for a tenth more bytes.
const LEVEL: i32 = 3;
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

pub(crate) struct Writer {
    encoder: zstd::stream::write::Encoder<'static, Vec<u8>>,
}

impl Writer {
    pub(crate) fn new(header: &impl Serialize) -> Result<Self, BodyError> {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), LEVEL).map_err(|_| BodyError::Damaged)?;
        encoder.include_checksum(true).map_err(|_| BodyError::Damaged)?;
        let mut writer = Self { encoder };
        let header = serde_json::to_string(header).map_err(|_| BodyError::Malformed)?;
        writer.line(&header)?;
        Ok(writer)
    }
    pub(crate) fn line(&mut self, line: &str) -> Result<(), BodyError> {
        self.encoder
            .write_all(line.as_bytes())
            .and_then(|()| self.encoder.write_all(b"\n"))
            .map_err(|_| BodyError::Damaged)
    }
    pub(crate) fn finish(self) -> Result<Vec<u8>, BodyError> {
        self.encoder.finish().map_err(|_| BodyError::Damaged)
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
        let reader = BufReader::new(decoder.take(max_bytes as u64 + 1));
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
        let mut writer = Writer::new(&1).unwrap();
        for _ in 0..2_000 {
            writer.line(&"a".repeat(10_000)).unwrap();
        }
        let body = writer.finish().unwrap();
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
        let mut writer = Writer::new(&1).unwrap();
        writer.line("[1,2,3]").unwrap();
        let body = writer.finish().unwrap();
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
