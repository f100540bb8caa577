//! The texts that an XLSX package keeps apart from its cells, held in one piece.

use super::markup::{Markup, Token, resolve};
use crate::ExchangeError;
use crate::read::limits::Limits;
use std::borrow::Cow;
use std::io::Read;

/// The table of shared strings: all texts one behind the other, and where each ends.
#[derive(Default)]
pub(crate) struct SharedStrings {
    texts: String,
    ends: Vec<u32>,
}

impl SharedStrings {
    /// Reads `sharedStrings.xml`. What the part says of its own length is not believed.
    pub(crate) fn read(part: impl Read, limits: &Limits) -> Result<Self, ExchangeError> {
        let mut markup = Markup::new(part)?;
        let mut strings = Self::default();
        while let Some(token) = markup.next()? {
            let Token::Open(tag) = token else { continue };
            if tag.name() != b"si" {
                continue;
            }
            if strings.ends.len() as u64 == limits.shared_strings {
                return Err(ExchangeError::TooManyCells { limit: limits.shared_strings });
            }
            if !tag.is_empty {
                read_item(&mut markup, b"si", &mut strings.texts)?;
            }
            let end = u32::try_from(strings.texts.len());
            strings.ends.push(end.map_err(|_| ExchangeError::UnpacksTooLarge { limit_bytes: u64::from(u32::MAX) })?);
        }
        Ok(strings)
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.texts.get(start..end)
    }
}

/// Adds the runs of a text up to the end of its element (`si` or `is`); readings above characters are left out.
pub(crate) fn read_item<R: Read>(
    markup: &mut Markup<R>,
    element: &[u8],
    text: &mut String,
) -> Result<(), ExchangeError> {
    loop {
        match markup.next()? {
            Some(Token::Open(tag)) if tag.name() == b"t" => {
                if !tag.is_empty {
                    let start = text.len();
                    let is_kept = tag.attributes().any(|(name, value)| name == b"space" && value == b"preserve");
                    let space = if is_kept { Space::Keep } else { Space::Trim };
                    markup.read_text(text)?;
                    finish_run(text, start, space);
                }
            }
            Some(Token::Open(tag)) if tag.name() == b"rPh" && !tag.is_empty => markup.skip_element()?,
            Some(Token::Close(name)) if name == element => return Ok(()),
            Some(_) => {}
            None => return Err(ExchangeError::Damaged),
        }
    }
}

/// Adds a run whose text stands in one piece and whose white space is not to be kept.
pub(crate) fn read_run(bytes: &[u8], text: &mut String) -> Result<(), ExchangeError> {
    let start = text.len();
    text.push_str(&resolve(bytes)?);
    finish_run(text, start, Space::Trim);
    Ok(())
}

/// What happens to white space around a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Keep,
    Trim,
}

/// Drops white space that the writer did not ask to keep, and resolves Excel's own escapes.
fn finish_run(text: &mut String, start: usize, space: Space) {
    let run = &text[start..];
    let is_padded = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    let has_padding = space == Space::Trim && (is_padded(run.as_bytes().first()) || is_padded(run.as_bytes().last()));
    if !has_padding && memchr::memchr(b'_', run.as_bytes()).is_none() {
        return;
    }
    let trimmed = if has_padding { run.trim_matches([' ', '\t', '\r', '\n']) } else { run };
    let kept = unescape(trimmed).into_owned();
    text.truncate(start);
    text.push_str(&kept);
}

/// `_x000D_` stands for a carriage return, `_x005F_` for the underscore that would begin such an escape (ECMA-376 part 1,
/// 22.9.2.19). Each escape is a UTF-16 unit.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'_', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let unit = |at: usize| {
        let escape = text.as_bytes().get(at..at + 7)?;
        let is_escape =
            escape.starts_with(b"_x") && escape[6] == b'_' && escape[2..6].iter().all(u8::is_ascii_hexdigit);
        is_escape.then(|| u16::from_str_radix(std::str::from_utf8(&escape[2..6]).ok()?, 16).ok()).flatten()
    };
    let mut units = Vec::new();
    let mut resolved = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if let Some(found) = unit(at) {
            units.push(found);
            at += 7;
            continue;
        }
        resolved.push_str(&String::from_utf16_lossy(&units));
        units.clear();
        let character = text[at..].chars().next().unwrap_or_default();
        resolved.push(character);
        at += character.len_utf8();
    }
    resolved.push_str(&String::from_utf16_lossy(&units));
    if resolved == text { Cow::Borrowed(text) } else { Cow::Owned(resolved) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(xml: &str) -> Vec<String> {
        let strings = SharedStrings::read(xml.as_bytes(), &Limits::default()).unwrap();
        (0..strings.ends.len()).map(|index| strings.get(index).unwrap().to_owned()).collect()
    }

    #[test]
    fn runs_are_joined_and_readings_left_out() {
        assert_eq!(
            strings(
                "<sst><si><t>张三</t></si><si/><si><r><rPr/><t xml:space=\"preserve\">a </t></r><r><t>b&amp;</t></r></si>\
                 <si><t> x </t><rPh><t>ふり</t></rPh></si><si><t xml:space='preserve'> y </t></si></sst>"
            ),
            ["张三", "", "a b&", "x", " y "]
        );
    }

    #[test]
    fn excels_escapes_are_resolved() {
        assert_eq!(unescape("a_x000D_b"), "a\rb");
        assert_eq!(unescape("_x005F_x000D_"), "_x000D_");
        assert_eq!(unescape("_xD842__xDFB7_野"), "𠮷野");
        assert_eq!(unescape("_x00_ _X000D_"), "_x00_ _X000D_");
        assert_eq!(unescape("_xD842_"), "\u{FFFD}");
    }

    #[test]
    fn more_strings_than_allowed_are_refused() {
        let limits = Limits { shared_strings: 2, ..Limits::default() };
        let read = SharedStrings::read("<sst><si/><si/><si/></sst>".as_bytes(), &limits);
        assert_eq!(read.err(), Some(ExchangeError::TooManyCells { limit: 2 }));
    }
}
