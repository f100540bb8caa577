//! A reader of the markup inside XLSX packages: a window that slides over a part while it is unpacked, giving tags and
//! texts as slices of it.
//!
//! General XML readers copy every event and cost more than everything else in an import together. This one knows only
//! what ECMA-376 part 2 (8.1.4) lets a part be: XML 1.0 in UTF-8 without a document type. A token never grows beyond
//! the bound, so no file can make it hold more than that.

use crate::ExchangeError;
use std::borrow::Cow;
use std::io::Read;

/// The longest tag or text: a cell of 32,767 characters, each written as a character reference.
const MAX_TOKEN_BYTES: usize = 1 << 20;
const WINDOW_BYTES: usize = 128 << 10;

/// A piece of markup.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Token<'w> {
    /// `<c r="A1">`; an empty element is opened and not closed.
    Open(Tag<'w>),
    /// `</c>`: the name without its prefix.
    Close(&'w [u8]),
    /// Text as it stands, references and all.
    Text(&'w [u8]),
    /// Text in which references mean nothing.
    Verbatim(&'w [u8]),
}

/// An opening tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Tag<'w> {
    /// Between the brackets, without the slash of an empty element.
    content: &'w [u8],
    name_start: usize,
    name_end: usize,
    pub is_empty: bool,
}

impl<'w> Tag<'w> {
    /// Reads what stands between a tag's brackets.
    pub(crate) fn of(content: &'w [u8]) -> Self {
        let (content, is_empty) = match content.split_last() {
            Some((b'/', rest)) => (rest, true),
            _ => (content, false),
        };
        let name_end = content.iter().position(u8::is_ascii_whitespace).unwrap_or(content.len());
        let name_start = content[..name_end].iter().rposition(|byte| *byte == b':').map_or(0, |colon| colon + 1);
        Self { content, name_start, name_end, is_empty }
    }

    /// The name without its prefix.
    pub(crate) fn name(&self) -> &'w [u8] {
        &self.content[self.name_start..self.name_end]
    }

    /// Names without prefixes, and values as they stand.
    pub(crate) fn attributes(&self) -> Attributes<'w> {
        Attributes { rest: &self.content[self.name_end..] }
    }

    /// An attribute's value with its references resolved.
    pub(crate) fn attribute(&self, name: &[u8]) -> Result<Option<Cow<'w, str>>, ExchangeError> {
        match self.attributes().find(|(other, _)| *other == name) {
            Some((_, value)) => resolve(value).map(Some),
            None => Ok(None),
        }
    }
}

/// See [`Tag::attributes`]. Ends at the first thing that is no attribute.
pub(crate) struct Attributes<'w> {
    rest: &'w [u8],
}

impl<'w> Iterator for Attributes<'w> {
    type Item = (&'w [u8], &'w [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let rest = &self.rest[start..];
        let equals = find_near(b'=', rest)?;
        let name = rest[..equals].trim_ascii_end();
        let name = &name[name.iter().rposition(|byte| *byte == b':').map_or(0, |colon| colon + 1)..];
        let rest = rest[equals + 1..].trim_ascii_start();
        let (quote, rest) = rest.split_first()?;
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        let end = find_near(*quote, rest)?;
        self.rest = &rest[end + 1..];
        Some((name, &rest[..end]))
    }
}

/// Reads a part.
pub(crate) struct Markup<R> {
    reader: R,
    window: Vec<u8>,
    start: usize,
    end: usize,
    ahead: Ahead,
}

/// Whether the part goes on behind the window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ahead {
    More,
    Nothing,
}

/// Where a token ends in the window, and what it is.
enum Found {
    Open,
    Close,
    Text,
    Verbatim,
    /// A comment, declaration or instruction.
    Nothing,
}

impl<R: Read> Markup<R> {
    pub(crate) fn new(reader: R) -> Result<Self, ExchangeError> {
        let mut markup = Self { reader, window: vec![0; WINDOW_BYTES], start: 0, end: 0, ahead: Ahead::More };
        while markup.end < 3 && markup.fill()? {}
        let head = &markup.window[..markup.end];
        if head.starts_with(b"\xEF\xBB\xBF") {
            markup.start = 3;
        } else if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
            return Err(ExchangeError::UnsupportedFormat);
        }
        Ok(markup)
    }

    /// The next token; `None` at the end of the part.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'_>>, ExchangeError> {
        loop {
            if self.start == self.end && !self.fill()? {
                return Ok(None);
            }
            let Some((found, inner, after)) = find_token(&self.window[self.start..self.end], self.ahead)? else {
                if self.end - self.start > MAX_TOKEN_BYTES {
                    return Err(ExchangeError::CellTooLong { limit: MAX_TOKEN_BYTES });
                }
                if !self.fill()? {
                    self.ahead = Ahead::Nothing;
                }
                continue;
            };
            let inner = self.start + inner.start..self.start + inner.end;
            self.start += after;
            if matches!(found, Found::Nothing) {
                continue;
            }
            let slice = &self.window[inner];
            return Ok(Some(match found {
                Found::Open => Token::Open(Tag::of(slice)),
                Found::Close => {
                    let name = slice.trim_ascii_end();
                    Token::Close(&name[name.iter().rposition(|byte| *byte == b':').map_or(0, |colon| colon + 1)..])
                }
                Found::Text | Found::Nothing => Token::Text(slice),
                Found::Verbatim => Token::Verbatim(slice),
            }));
        }
    }

    /// Takes the next cell in one go when it is written as nearly all are and lies in the window whole. `None` leaves
    /// everything as it is, for [`Self::next`].
    pub(crate) fn next_plain_cell(&mut self) -> Option<PlainCell<'_>> {
        let (cell, length) = plain_cell(&self.window[self.start..self.end])?;
        self.start += length;
        Some(cell)
    }

    /// Reads more behind what is left; false at the end of the part.
    fn fill(&mut self) -> Result<bool, ExchangeError> {
        self.window.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end * 2 > self.window.len() {
            self.window.resize(self.window.len() * 2, 0);
        }
        let read = self.reader.read(&mut self.window[self.end..])?;
        self.end += read;
        Ok(read > 0)
    }

    /// Passes over everything up to the end of the element that was just opened.
    pub(crate) fn skip_element(&mut self) -> Result<(), ExchangeError> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.next()? {
                Some(Token::Open(tag)) if !tag.is_empty => depth += 1,
                Some(Token::Close(_)) => depth -= 1,
                Some(_) => {}
                None => return Err(ExchangeError::Damaged),
            }
        }
        Ok(())
    }

    /// Adds the text of the element that was just opened.
    pub(crate) fn read_text(&mut self, text: &mut String) -> Result<(), ExchangeError> {
        let start = text.len();
        let mut depth = 1_u32;
        while depth > 0 {
            match self.next()? {
                Some(Token::Open(tag)) if !tag.is_empty => depth += 1,
                Some(Token::Open(_)) => {}
                Some(Token::Close(_)) => depth -= 1,
                Some(Token::Text(bytes)) => text.push_str(&resolve(bytes)?),
                Some(Token::Verbatim(bytes)) => {
                    text.push_str(std::str::from_utf8(bytes).map_err(|_| ExchangeError::Damaged)?);
                }
                None => return Err(ExchangeError::Damaged),
            }
            if text.len() - start > MAX_TOKEN_BYTES {
                return Err(ExchangeError::CellTooLong { limit: MAX_TOKEN_BYTES });
            }
        }
        Ok(())
    }
}

/// A cell without formula, runs or anything else out of the way.
pub(crate) struct PlainCell<'w> {
    pub reference: &'w [u8],
    pub style: Option<&'w [u8]>,
    pub kind: Option<&'w [u8]>,
    pub content: PlainContent<'w>,
}

pub(crate) enum PlainContent<'w> {
    /// Of `<v>`, as it stands.
    Value(&'w [u8]),
    /// Of `<is><t>`, as it stands.
    Inline(&'w [u8]),
}

/// `<c r="A1" s="1" t="s"><v>0</v></c>` or `<c r="A1" t="inlineStr"><is><t>text</t></is></c>` at the start of the bytes,
/// and how long it is.
fn plain_cell(bytes: &[u8]) -> Option<(PlainCell<'_>, usize)> {
    let (reference, mut rest) = up_to(b'"', bytes.strip_prefix(b"<c r=\"")?)?;
    let mut attribute = |start: &[u8]| {
        let (value, behind) = up_to(b'"', rest.strip_prefix(start)?)?;
        rest = behind;
        Some(value)
    };
    let (style, kind) = (attribute(b" s=\""), attribute(b" t=\""));
    let inside = rest.strip_prefix(b">")?;
    let (content, rest) = if let Some(value) = inside.strip_prefix(b"<v>") {
        let (value, rest) = up_to(b'<', value)?;
        (PlainContent::Value(value), rest.strip_prefix(b"/v></c>")?)
    } else {
        let (text, rest) = up_to(b'<', inside.strip_prefix(b"<is><t>")?)?;
        (PlainContent::Inline(text), rest.strip_prefix(b"/t></is></c>")?)
    };
    Some((PlainCell { reference, kind, style, content }, bytes.len() - rest.len()))
}

/// What stands before the byte, and behind it.
fn up_to(byte: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = find_near(byte, bytes)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

/// Finds a byte that is nearly always near: looks at the first bytes one by one before it calls for wider means.
fn find_near(byte: u8, bytes: &[u8]) -> Option<usize> {
    const NEAR: usize = 16;
    let near = bytes.len().min(NEAR);
    match bytes[..near].iter().position(|other| *other == byte) {
        Some(at) => Some(at),
        None => memchr::memchr(byte, &bytes[near..]).map(|at| at + near),
    }
}

type Place = (Found, std::ops::Range<usize>, usize);

/// The token at the start of the bytes, its inner range and where the next begins; `None` when more bytes are needed.
fn find_token(bytes: &[u8], ahead: Ahead) -> Result<Option<Place>, ExchangeError> {
    let incomplete = || if ahead == Ahead::Nothing { Err(ExchangeError::Damaged) } else { Ok(None) };
    if bytes[0] != b'<' {
        return Ok(match find_near(b'<', bytes) {
            Some(end) => Some((Found::Text, 0..end, end)),
            None if ahead == Ahead::Nothing => Some((Found::Text, 0..bytes.len(), bytes.len())),
            None => None,
        });
    }
    match bytes.get(1) {
        None => incomplete(),
        Some(b'/') => match find_near(b'>', bytes) {
            Some(end) => Ok(Some((Found::Close, 2..end, end + 1))),
            None => incomplete(),
        },
        Some(b'?') => match memchr::memmem::find(bytes, b"?>") {
            Some(end) => Ok(Some((Found::Nothing, 0..0, end + 2))),
            None => incomplete(),
        },
        Some(b'!') => {
            // Long enough to tell `<!--` from `<![CDATA[` and from what is forbidden.
            if bytes.len() < 9 && ahead == Ahead::More {
                return Ok(None);
            }
            let (start, close, found): (usize, &[u8], _) = if bytes.starts_with(b"<!--") {
                (4, b"-->", Found::Nothing)
            } else if bytes.starts_with(b"<![CDATA[") {
                (9, b"]]>", Found::Verbatim)
            } else {
                return Err(ExchangeError::ForbiddenMarkup);
            };
            match memchr::memmem::find(&bytes[start..], close) {
                Some(end) => Ok(Some((found, start..start + end, start + end + close.len()))),
                None => incomplete(),
            }
        }
        Some(_) => match find_tag_end(bytes) {
            Some(end) => Ok(Some((Found::Open, 1..end, end + 1))),
            None => incomplete(),
        },
    }
}

/// The `>` that ends a tag and does not stand in a value.
fn find_tag_end(bytes: &[u8]) -> Option<usize> {
    let mut open = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (open, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => open = Some(*byte),
            (Some(quote), byte) if quote == *byte => open = None,
            _ => {}
        }
    }
    None
}

/// Text with its references resolved (XML 1.0, 4.6: five names and numbers) and its line ends as `\n` (2.11).
pub(crate) fn resolve(bytes: &[u8]) -> Result<Cow<'_, str>, ExchangeError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ExchangeError::Damaged)?;
    if memchr::memchr2(b'&', b'\r', bytes).is_none() {
        return Ok(Cow::Borrowed(text));
    }
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'&', b'\r', rest.as_bytes()) {
        resolved.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\r') {
            resolved.push('\n');
            rest = after.strip_prefix('\n').unwrap_or(after);
            continue;
        }
        let end = rest.find(';').ok_or(ExchangeError::Damaged)?;
        resolved.push(character(&rest[1..end])?);
        rest = &rest[end + 1..];
    }
    resolved.push_str(rest);
    Ok(Cow::Owned(resolved))
}

fn character(name: &str) -> Result<char, ExchangeError> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        name => match name.strip_prefix('#') {
            Some(digits) => match digits.strip_prefix('x') {
                Some(digits) => number(digits, 16),
                None => number(digits, 10),
            },
            // A name that only a document type could have defined.
            None => return Err(ExchangeError::ForbiddenMarkup),
        },
    }
    .ok_or(ExchangeError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that every token is cut everywhere.
    struct Trickle<'b>(&'b [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match self.0.split_first() {
                Some((first, rest)) if !buffer.is_empty() => {
                    buffer[0] = *first;
                    self.0 = rest;
                    Ok(1)
                }
                _ => Ok(0),
            }
        }
    }

    fn tokens(text: &str) -> Result<Vec<String>, ExchangeError> {
        let read = |reader: &mut dyn Read| {
            let mut markup = Markup::new(reader)?;
            let mut tokens = Vec::new();
            while let Some(token) = markup.next()? {
                tokens.push(match token {
                    Token::Open(tag) => {
                        format!("{}{}", String::from_utf8_lossy(tag.name()), if tag.is_empty { "/" } else { "" })
                    }
                    Token::Close(name) => format!("-{}", String::from_utf8_lossy(name)),
                    Token::Text(bytes) => format!("'{}'", resolve(bytes)?),
                    Token::Verbatim(bytes) => format!("[{}]", String::from_utf8_lossy(bytes)),
                });
            }
            Ok(tokens)
        };
        let whole = read(&mut text.as_bytes());
        assert_eq!(whole, read(&mut Trickle(text.as_bytes())));
        whole
    }

    #[test]
    fn tags_texts_and_references_come_out_however_the_bytes_arrive() {
        assert_eq!(
            tokens("\u{FEFF}<?xml version=\"1.0\"?><!-- <a> --><x:a b=\"1 > 0\" c='\"'>t&lt;&#x5F20;&#65;\r\n<b/><![CDATA[<&]]></x:a >").unwrap(),
            ["a", "'t<张A\n'", "b/", "[<&]", "-a"]
        );
        assert_eq!(tokens("text only").unwrap(), ["'text only'"]);
    }

    #[test]
    fn attributes_are_found_in_any_dress() {
        let tag = Tag::of(b"x:c r = 'A1'\n x:s=\"&quot;5\" t=\"s\" /");
        assert!(tag.is_empty);
        assert_eq!(tag.name(), b"c");
        assert_eq!(tag.attribute(b"r").unwrap().as_deref(), Some("A1"));
        assert_eq!(tag.attribute(b"s").unwrap().as_deref(), Some("\"5"));
        assert_eq!(tag.attribute(b"t").unwrap().as_deref(), Some("s"));
        assert_eq!(tag.attribute(b"q").unwrap(), None);
    }

    #[test]
    fn what_is_no_markup_is_refused() {
        for cut in ["<a", "<a b=\"", "<!-- ", "<![CDATA[ ]]", "</a", "<?x"] {
            assert_eq!(tokens(cut), Err(ExchangeError::Damaged), "{cut}");
        }
        assert_eq!(tokens("<!DOCTYPE a><a/>"), Err(ExchangeError::ForbiddenMarkup));
        assert_eq!(tokens("<a>&bomb;</a>"), Err(ExchangeError::ForbiddenMarkup));
        assert_eq!(tokens("<a>&#xD800;</a>"), Err(ExchangeError::Damaged));
        let long = format!("<a>{}</a>", "x".repeat(2 << 20));
        let mut markup = Markup::new(long.as_bytes()).unwrap();
        markup.next().unwrap();
        assert!(matches!(markup.next(), Err(ExchangeError::CellTooLong { .. })));
    }
}
