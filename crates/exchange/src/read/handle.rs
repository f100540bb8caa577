//! The bytes of one file, from disk or from memory.

use super::limits::Limits;
use crate::ExchangeError;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the bytes are; a handle on them can be had again and again.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

impl Source {
    /// A handle at the first byte. Refuses what is too large before reading it.
    pub(crate) fn open(&self, limits: &Limits) -> Result<Handle, ExchangeError> {
        let (handle, bytes) = match self {
            Self::File(path) => {
                let file = File::open(path).map_err(|error| ExchangeError::FileUnreadable(error.kind()))?;
                let metadata = file.metadata().map_err(|error| ExchangeError::FileUnreadable(error.kind()))?;
                if !metadata.is_file() {
                    return Err(ExchangeError::FileUnreadable(io::ErrorKind::IsADirectory));
                }
                (Handle::File(BufReader::with_capacity(64 << 10, file)), metadata.len())
            }
            Self::Bytes(bytes) => (Handle::Bytes(Cursor::new(Arc::clone(bytes))), bytes.len() as u64),
        };
        if bytes > limits.file_bytes {
            return Err(ExchangeError::FileTooLarge { limit_bytes: limits.file_bytes });
        }
        Ok(handle)
    }

    /// The lower-case extension of a file's name.
    pub(crate) fn extension_of(path: &Path) -> String {
        path.extension().map(|text| text.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
    }
}

/// Bytes that can be read and sought.
pub(crate) enum Handle {
    File(BufReader<File>),
    Bytes(Cursor<Arc<[u8]>>),
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Bytes(bytes) => bytes.read(buffer),
        }
    }
}

impl BufRead for Handle {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::File(file) => file.fill_buf(),
            Self::Bytes(bytes) => bytes.fill_buf(),
        }
    }
    fn consume(&mut self, amount: usize) {
        match self {
            Self::File(file) => file.consume(amount),
            Self::Bytes(bytes) => bytes.consume(amount),
        }
    }
}

impl Seek for Handle {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Bytes(bytes) => bytes.seek(to),
        }
    }
}
