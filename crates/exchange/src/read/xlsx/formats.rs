//! Which number formats show dates, and which fill up with zeros.

use super::markup::{Markup, Token};
use crate::ExchangeError;
use crate::read::cell::digits_of_format;
use std::collections::HashMap;
use std::io::Read;

/// What a cell's format makes of its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum NumberFormat {
    /// A number, filled up with zeros to so many digits.
    Number {
        shown_digits: u8,
    },
    Date,
    #[default]
    Plain,
}

/// More cell formats than Excel allows (64,000) are not looked at.
const MAX_FORMATS: usize = 65_536;

/// Reads the formats of `styles.xml`, in the order in which cells name them.
pub(crate) fn read(part: impl Read) -> Result<Vec<NumberFormat>, ExchangeError> {
    let mut markup = Markup::new(part)?;
    let mut codes: HashMap<u32, String> = HashMap::new();
    let mut formats = Vec::new();
    let mut is_in_cell_formats = false;
    while let Some(token) = markup.next()? {
        match token {
            Token::Open(tag) => match tag.name() {
                b"numFmt" if codes.len() < MAX_FORMATS => {
                    let id = tag.attribute(b"numFmtId")?.and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, tag.attribute(b"formatCode")?) {
                        codes.insert(id, code.into_owned());
                    }
                }
                b"cellXfs" => is_in_cell_formats = !tag.is_empty,
                b"xf" if is_in_cell_formats && formats.len() < MAX_FORMATS => {
                    let id = tag.attribute(b"numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                    formats.push(match codes.get(&id) {
                        Some(code) => of_code(code),
                        None => of_id(id),
                    });
                }
                _ => {}
            },
            Token::Close(b"cellXfs") => is_in_cell_formats = false,
            _ => {}
        }
    }
    Ok(formats)
}

/// Formats that have no code in the file: ECMA-376 part 1, 18.8.30, with the Chinese ones (27 to 36, 50 to 58). 46 is a
/// duration.
fn of_id(id: u32) -> NumberFormat {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => NumberFormat::Date,
        _ => NumberFormat::Plain,
    }
}

fn of_code(code: &str) -> NumberFormat {
    match digits_of_format(code) {
        0 if is_date_code(code) => NumberFormat::Date,
        0 => NumberFormat::Plain,
        shown_digits => NumberFormat::Number { shown_digits },
    }
}

/// A letter of a date outside quotation marks and brackets, in the section for positive numbers. `[h]:mm` is a duration.
fn is_date_code(code: &str) -> bool {
    let mut characters = code.chars();
    let (mut quoted, mut brackets) = (false, 0_u32);
    let mut is_date = false;
    let mut bracket = String::new();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            _ if quoted => {}
            // The next character is literal, a width to leave free, or what fills the cell.
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => {
                brackets += 1;
                bracket.clear();
            }
            ']' => {
                brackets = brackets.saturating_sub(1);
                let first = bracket.chars().next().map(|c| c.to_ascii_lowercase());
                let is_elapsed = first.is_some_and(|first| {
                    matches!(first, 'h' | 'm' | 's') && bracket.chars().all(|c| c.to_ascii_lowercase() == first)
                });
                if is_elapsed {
                    return false;
                }
            }
            _ if brackets > 0 => bracket.push(character),
            ';' => break,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => is_date = true,
            _ => {}
        }
    }
    is_date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_numbers() {
        for date in [
            "yyyy-mm-dd",
            "yyyy\"年\"m\"月\"d\"日\";@",
            "[$-804]yyyy/m/d;@",
            "DD/MM/YY",
            "m\"M\"d",
            "*-yyyy",
            "h:mm AM/PM",
        ] {
            assert!(is_date_code(date), "{date}");
        }
        for number in [
            "General",
            "G/通用格式",
            "0.00",
            "#,##0\\ [$-46D]",
            "[Red]0",
            "\"d\"0",
            "0_d",
            "#,##0*y",
            "[h]:mm",
            "[ss]",
            "0;d",
            "@",
        ] {
            assert!(!is_date_code(number), "{number}");
        }
    }

    #[test]
    fn formats_are_read_in_the_order_cells_name_them() {
        let styles = br#"<styleSheet><numFmts count="2"><numFmt numFmtId="164" formatCode="00000000"/><numFmt numFmtId="165" formatCode="yyyy&quot;-&quot;mm"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"><alignment/></xf><xf numFmtId="165"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
        assert_eq!(
            read(styles.as_slice()).unwrap(),
            [NumberFormat::Plain, NumberFormat::Number { shown_digits: 8 }, NumberFormat::Date, NumberFormat::Date]
        );
    }
}
