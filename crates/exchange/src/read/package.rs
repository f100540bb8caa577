//! Looks at a ZIP package (XLSX, ODS) before anything of it is parsed: sizes, declarations, longest token.
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
    Other,
}

/// What the look brought to light.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Package {
    pub kind: PackageKind,
    /// Whether any sheet may have merged cells.
    pub has_merges: bool,
}

/// Inspects the package; an error means that it must not be parsed.
pub(crate) fn inspect<R: Read + Seek>(reader: R, limits: &Limits) -> Result<Package, ExchangeError> {
    let mut zip = ZipArchive::new(reader).map_err(zip_error)?;
    if zip.len() > limits.parts {
        return Err(ExchangeError::TooManyParts { limit: limits.parts });
    }
    let mut unpacked: u64 = 0;
    let mut package = Package { kind: PackageKind::Other, has_merges: false };
    let (mut has_workbook, mut has_content) = (false, false);
    let mut markup = Vec::new();
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
        has_workbook |= name.ends_with("workbook.xml");
        if name.ends_with("workbook.bin") || name.ends_with(".iwa") {
            return Err(ExchangeError::UnsupportedFormat);
        }
        has_content |= name == "content.xml";
        if name.ends_with(".xml") || name.ends_with(".rels") {
            markup.push((index, part.size(), name));
        }
    }
    if has_workbook {
        package.kind = PackageKind::Xlsx;
    } else if has_content {
        package.kind = PackageKind::Ods;
    }
    for (index, size, name) in markup {
        let is_strings = name.ends_with("sharedstrings.xml");
        if is_strings && size > limits.shared_strings_bytes {
            return Err(ExchangeError::UnpacksTooLarge { limit_bytes: limits.shared_strings_bytes });
        }
        check_prolog(BufReader::new(zip.by_index(index).map_err(zip_error)?.take(PROLOG_BYTES)), size)?;
        // A part that is shorter than the longest token allowed needs no counting.
        if size > MAX_TOKEN_BYTES {
            let scan = scan_tokens(zip.by_index(index).map_err(zip_error)?)?;
            package.has_merges |= scan.has_merges;
            // A string is at least `<si><t>x</t></si>`.
            if is_strings && scan.tokens / 4 > limits.shared_strings {
                return Err(ExchangeError::TooManyCells { limit: limits.shared_strings });
            }
        } else if name.contains("worksheets/") {
            package.has_merges = true;
        }
    }
    Ok(package)
}

/// Reads up to the root element: refuses document type declarations, and a count of strings that the part cannot hold
/// (readers reserve memory for that count before they see a string).
fn check_prolog(reader: impl std::io::BufRead, part_bytes: u64) -> Result<(), ExchangeError> {
    let mut xml = quick_xml::Reader::from_reader(reader);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::DocType(_)) => return Err(ExchangeError::ForbiddenMarkup),
            Ok(Event::Start(root) | Event::Empty(root)) => {
                for attribute in root.attributes().with_checks(false) {
                    let Ok(attribute) = attribute else { return Err(ExchangeError::Damaged) };
                    let name = attribute.key.local_name();
                    if matches!(name.as_ref(), "uniqueCount" | "count") {
                        // `<si/>` is the shortest string there is.
                        let count: u64 = attribute.value.trim().parse().unwrap_or(0);
                        if count > part_bytes / 5 + 1 {
                            return Err(ExchangeError::Damaged);
                        }
                    }
                }
                return Ok(());
            }
            // A part without a root element is for the parser to judge; here it is only known to be small.
            Ok(Event::Eof) if part_bytes < PROLOG_BYTES => return Ok(()),
            Ok(Event::Eof) | Err(_) => return Err(ExchangeError::Damaged),
            Ok(_) => {}
        }
    }
}

/// What one pass over a part's bytes shows.
struct Scan {
    has_merges: bool,
    /// How often `<` occurs.
    tokens: u64,
}

/// Unpacks a part once, keeping nothing: no token may be longer than the bound.
fn scan_tokens(mut reader: impl Read) -> Result<Scan, ExchangeError> {
    let merge = memchr::memmem::Finder::new(b"mergeCell ");
    let mut buffer = vec![0; 128 << 10];
    let (mut since_token, mut kept) = (0_u64, 0);
    let mut scan = Scan { has_merges: false, tokens: 0 };
    loop {
        let read = reader.read(&mut buffer[kept..])?;
        if read == 0 {
            return Ok(scan);
        }
        let fresh = &buffer[kept..kept + read];
        let mut last = None;
        let mut before = since_token;
        for at in memchr::memchr_iter(b'<', fresh) {
            let gap = last.map_or(before + at as u64, |previous| (at - previous) as u64);
            before = 0;
            if gap > MAX_TOKEN_BYTES {
                return Err(ExchangeError::CellTooLong { limit: MAX_TOKEN_BYTES as usize });
            }
            last = Some(at);
            scan.tokens += 1;
        }
        since_token = last.map_or(since_token + read as u64, |at| (read - at) as u64);
        if since_token > MAX_TOKEN_BYTES {
            return Err(ExchangeError::CellTooLong { limit: MAX_TOKEN_BYTES as usize });
        }
        let end = kept + read;
        scan.has_merges = scan.has_merges || merge.find(&buffer[..end]).is_some();
        // The needle may lie across two reads.
        kept = end.min(16);
        buffer.copy_within(end - kept..end, 0);
    }
}

pub(crate) fn zip_error(error: ZipError) -> ExchangeError {
    match error {
        ZipError::Io(error) => error.into(),
        ZipError::UnsupportedArchive(text) if text == ZipError::PASSWORD_REQUIRED => ExchangeError::PasswordProtected,
        _ => ExchangeError::Damaged,
    }
}
