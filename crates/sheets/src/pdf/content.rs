//! A page's marks as a content stream (ISO 32000-1, 8 and 9). Plain bytes: this is where a run spends its time.

use crate::layout::Ink;
use crate::page::{Heading, Mark, Page};
use crate::pdf::fontbook::FontBook;
use crate::pdf::picturebook::PictureBook;
use crate::qr::Code;
use crate::text::{Glyph, Line};

/// Writes content streams, one page after the other in the same memory.
#[derive(Default)]
pub(super) struct ContentWriter {
    bytes: Vec<u8>,
    ink: Option<Ink>,
}

impl ContentWriter {
    pub fn draw(&mut self, page: &Page, fonts: &mut FontBook<'_>, pictures: &mut PictureBook) -> &[u8] {
        self.bytes.clear();
        self.ink = None;
        if page.heading == Heading::Down {
            self.bytes.extend_from_slice(b"-1 0 0 -1 ");
            self.number(page.paper.width_pt);
            self.number(page.paper.height_pt);
            self.bytes.extend_from_slice(b"cm\n");
        }
        for mark in &page.marks {
            match mark {
                Mark::Text { x, baseline, size_pt, ink, line } => {
                    self.ink(*ink);
                    self.text(*x, *baseline, *size_pt, line, fonts);
                }
                Mark::Bar { area, ink } => {
                    self.ink(*ink);
                    for value in [area.x_pt, area.y_pt, area.width_pt, area.height_pt] {
                        self.number(value);
                    }
                    self.bytes.extend_from_slice(b"re f\n");
                }
                Mark::Code { x, y, module_pt, code } => {
                    self.ink(Ink::BLACK);
                    self.code(*x, *y, *module_pt, code);
                }
                Mark::Picture { area, picture } => {
                    self.bytes.extend_from_slice(b"q ");
                    self.number(area.width_pt);
                    self.bytes.extend_from_slice(b"0 0 ");
                    for value in [area.height_pt, area.x_pt, area.y_pt] {
                        self.number(value);
                    }
                    self.bytes.extend_from_slice(b"cm /P");
                    self.integer(pictures.number(picture));
                    self.bytes.extend_from_slice(b" Do Q\n");
                }
            }
        }
        &self.bytes
    }

    fn ink(&mut self, ink: Ink) {
        if self.ink == Some(ink) {
            return;
        }
        self.ink = Some(ink);
        let [red, green, blue] = ink.0.map(|part| f64::from(part) / 255.0);
        self.number(red);
        if ink.0[0] == ink.0[1] && ink.0[1] == ink.0[2] {
            self.bytes.extend_from_slice(b"g\n");
        } else {
            self.number(green);
            self.number(blue);
            self.bytes.extend_from_slice(b"rg\n");
        }
    }

    fn text(&mut self, x: f64, baseline: f64, size_pt: f64, line: &Line, fonts: &mut FontBook<'_>) {
        self.bytes.extend_from_slice(b"BT 1 0 0 1 ");
        self.number(x);
        self.number(baseline);
        self.bytes.extend_from_slice(b"Tm\n");
        let mut font = None;
        let mut is_open = false;
        for glyph in &line.glyphs {
            let (number, cid) = fonts.cid(glyph);
            if is_open && (font != Some(number) || glyph.is_stand_in) {
                self.bytes.extend_from_slice(b">Tj\n");
                is_open = false;
            }
            if font != Some(number) {
                font = Some(number);
                self.bytes.extend_from_slice(b"/F");
                self.integer(u32::from(number));
                self.bytes.push(b' ');
                self.number(size_pt);
                self.bytes.extend_from_slice(b"Tf\n");
            }
            if glyph.is_stand_in {
                self.stand_in(glyph, cid);
                continue;
            }
            if !is_open {
                self.bytes.push(b'<');
                is_open = true;
            }
            self.hex(cid);
        }
        if is_open {
            self.bytes.extend_from_slice(b">Tj\n");
        }
        self.bytes.extend_from_slice(b"ET\n");
    }

    /// A square on paper, but the character itself for search and copy (ISO 32000-1, 14.9.4).
    fn stand_in(&mut self, glyph: &Glyph, cid: u16) {
        self.bytes.extend_from_slice(b"/Span<</ActualText<FEFF");
        for &unit in glyph.character.encode_utf16(&mut [0; 2]).iter() {
            self.hex(unit);
        }
        self.bytes.extend_from_slice(b">>>BDC\n<");
        self.hex(cid);
        self.bytes.extend_from_slice(b">Tj\nEMC\n");
    }

    /// One path and one fill for all modules: separate fills show as white seams in viewers.
    fn code(&mut self, x: f64, y: f64, module_pt: f64, code: &Code) {
        self.bytes.extend_from_slice(b"q ");
        self.number(module_pt);
        self.bytes.extend_from_slice(b"0 0 ");
        self.number(module_pt);
        self.number(x);
        self.number(y);
        self.bytes.extend_from_slice(b"cm\n");
        let size = code.size() as u32;
        code.for_each_block(|block| {
            // PDF counts upwards from the bottom.
            let bottom = size - u32::from(block.y) - u32::from(block.height);
            for value in [u32::from(block.x), bottom, u32::from(block.width), u32::from(block.height)] {
                self.integer(value);
                self.bytes.push(b' ');
            }
            self.bytes.extend_from_slice(b"re\n");
        });
        self.bytes.extend_from_slice(b"f Q\n");
    }

    fn hex(&mut self, value: u16) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        for shift in [12, 8, 4, 0] {
            self.bytes.push(DIGITS[usize::from(value >> shift & 15)]);
        }
    }

    fn integer(&mut self, value: u32) {
        if value < 10 {
            self.bytes.push(b'0' + value as u8);
        } else if value < 100 {
            self.bytes.extend_from_slice(&[b'0' + (value / 10) as u8, b'0' + (value % 10) as u8]);
        } else {
            self.integer(value / 100);
            let rest = value % 100;
            self.bytes.extend_from_slice(&[b'0' + (rest / 10) as u8, b'0' + (rest % 10) as u8]);
        }
    }

    /// To a hundredth of a point, with a space behind.
    fn number(&mut self, value: f64) {
        let hundredths = (value * 100.0).round();
        if hundredths < 0.0 {
            self.bytes.push(b'-');
        }
        // A page is 60,000 hundredths wide; what is far outside it may saturate.
        let hundredths = hundredths.abs() as u32;
        let (whole, part) = (hundredths / 100, hundredths % 100);
        self.integer(whole);
        if part != 0 {
            self.bytes.extend_from_slice(&[b'.', b'0' + (part / 10) as u8]);
            if part % 10 != 0 {
                self.bytes.push(b'0' + (part % 10) as u8);
            }
        }
        self.bytes.push(b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_short() {
        let mut writer = ContentWriter::default();
        for value in [0.0, 595.2, 841.92, 1.44, -3.5, 100.0, 7.009, 0.24, -0.001, 12345.0] {
            writer.number(value);
        }
        assert_eq!(String::from_utf8_lossy(&writer.bytes), "0 595.2 841.92 1.44 -3.5 100 7.01 0.24 0 12345 ");
    }
}
