//! Looks at a ZIP package (XLSX, ODS, OneRoster) before anything of it is parsed: sizes, and for ODS declarations and the longest
//! token, which the XLSX reader sees to itself.
//!
//! The directory's sizes can be trusted afterwards, because the ZIP reader refuses a part that unpacks to more than it
//! declares. Nothing here keeps a part in memory.

use super::limits::Limits;
use crate::ExchangeError;
use quick_xml::events::Event;
use std::io::{BufReader, Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// A part that unpacks to more than this many times its size is refused, when it is large enough to matter. Real
/// sheets unpack to 5 to 60 times their size; DEFLATE can reach 1032.
const MAX_RATIO: u64 = 200;
const RATIO_MATTERS_FROM_BYTES: u64 = 20 << 20;

/// The longest stretch without a `<`: a cell of 32,767 characters, each written as a character reference.
const MAX_TOKEN_BYTES: u64 = 1 << 20;

/// How far into a part its root element must begin.
const PROLOG_BYTES: u64 = 64 << 10;

/// What kind of package it is, by the parts it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PackageKind {
    Xlsx,
    Ods,
    OneRoster,
    Other,
}

/// Inspects the package; an error means that it must not be parsed.
pub(crate) fn inspect<R: Read + Seek>(reader: R, limits: &Limits) -> Result<PackageKind, ExchangeError> {
    let mut zip = ZipArchive::new(reader).map_err(zip_error)?;
    if zip.len() > limits.parts {
        return Err(ExchangeError::TooManyParts { limit: limits.parts });
    }
    let mut unpacked: u64 = 0;
    let mut kind = PackageKind::Other;
    // Of a package that tells only of changes any file may be missing.
    let (mut has_manifest, mut has_changes) = (false, false);
    for index in 0..zip.len() {
        let part = zip.by_index_raw(index).map_err(zip_error)?;
        let name = part.name().map_err(zip_error)?.to_ascii_lowercase();
        unpacked = unpacked.saturating_add(part.size());
        if unpacked > limits.unpacked_bytes {
            return Err(ExchangeError::UnpacksTooLarge { limit_bytes: limits.unpacked_bytes });
        }
        if part.size() > RATIO_MATTERS_FROM_BYTES && part.size() / part.compressed_size().max(1) > MAX_RATIO {
            return Err(ExchangeError::SuspiciousCompression);
        }
        if part.encrypted() {
            return Err(ExchangeError::PasswordProtected);
        }
        if name.ends_with("workbook.bin") || name.ends_with(".iwa") {
            return Err(ExchangeError::UnsupportedFormat);
        }
        if name == "content.xml" && kind == PackageKind::Other {
            kind = PackageKind::Ods;
        } else if name == "[content_types].xml" {
            kind = PackageKind::Xlsx;
        } else if kind == PackageKind::Other {
            match name.rsplit(['/', '\\']).next() {
                Some("users.csv") => kind = PackageKind::OneRoster,
                Some("manifest.csv") => has_manifest = true,
                Some("orgs.csv" | "classes.csv" | "roles.csv" | "enrollments.csv" | "demographics.csv") => {
                    has_changes = true;
                }
                _ => {}
            }
        }
    }
    if kind == PackageKind::Other && has_manifest && has_changes {
        kind = PackageKind::OneRoster;
    }
    if matches!(kind, PackageKind::Ods | PackageKind::Other) && is_encrypted(&mut zip)? {
        return Err(ExchangeError::PasswordProtected);
    }
    if kind == PackageKind::Ods {
        let part = zip.by_name("content.xml").map_err(zip_error)?;
        let size = part.size();
        check_prolog(BufReader::new(part.take(PROLOG_BYTES)), size)?;
        check_tokens(zip.by_name("content.xml").map_err(zip_error)?)?;
    }
    Ok(kind)
}

/// Whether an OpenDocument manifest says that a part is encrypted (OpenDocument 1.2, part 3, 3.4). Asked before any part is
/// looked at as XML. In a package that is encrypted as a whole the one part is not even called `content.xml`.
fn is_encrypted<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<bool, ExchangeError> {
    let part = match zip.by_name("META-INF/manifest.xml") {
        Ok(part) => part,
        Err(ZipError::FileNotFound) => return Ok(false),
        Err(error) => return Err(zip_error(error)),
    };
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) if element.local_name().as_ref() == "encryption-data" => {
                return Ok(true);
            }
            Ok(Event::Eof) => return Ok(false),
            Ok(_) => {}
            Err(quick_xml::Error::Io(error)) => return Err(std::io::Error::from(error.kind()).into()),
            Err(_) => return Err(ExchangeError::Damaged),
        }
    }
}

/// Reads up to the root element: refuses document type declarations.
fn check_prolog(reader: impl std::io::BufRead, part_bytes: u64) -> Result<(), ExchangeError> {
    let mut xml = quick_xml::Reader::from_reader(reader);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::DocType(_)) => return Err(ExchangeError::ForbiddenMarkup),
            Ok(Event::Start(_) | Event::Empty(_)) => return Ok(()),
            // A part without a root element is for the parser to judge; here it is only known to be small.
            Ok(Event::Eof) if part_bytes < PROLOG_BYTES => return Ok(()),
            Ok(Event::Eof) | Err(_) => return Err(ExchangeError::Damaged),
            Ok(_) => {}
        }
    }
}

/// Unpacks a part once, keeping nothing: no token may be longer than the bound.
fn check_tokens(mut reader: impl Read) -> Result<(), ExchangeError> {
    let mut buffer = vec![0; 128 << 10];
    let mut since_token: u64 = 0;
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        let mut from = 0;
        for at in memchr::memchr_iter(b'<', &buffer[..read]) {
            since_token += (at - from) as u64;
            if since_token > MAX_TOKEN_BYTES {
                return Err(ExchangeError::CellTooLong { limit: MAX_TOKEN_BYTES as usize });
            }
            since_token = 0;
            from = at;
        }
        since_token += (read - from) as u64;
        if since_token > MAX_TOKEN_BYTES {
            return Err(ExchangeError::CellTooLong { limit: MAX_TOKEN_BYTES as usize });
        }
    }
}

pub(crate) fn zip_error(error: ZipError) -> ExchangeError {
    match error {
        ZipError::Io(error) => error.into(),
        ZipError::UnsupportedArchive(text) if text == ZipError::PASSWORD_REQUIRED => ExchangeError::PasswordProtected,
        _ => ExchangeError::Damaged,
    }
}
