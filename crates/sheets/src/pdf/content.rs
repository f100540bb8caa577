//! A page's marks as a content stream (ISO 32000-1, 8 and 9). Plain bytes: this is where a run spends its time.

use skrifa::outline::OutlinePen;

use crate::layout::Ink;
use crate::page::{Heading, Mark, Page};
use crate::pdf::fontbook::FontBook;
use crate::pdf::picturebook::PictureBook;
use crate::pdf::tags::Belongs;
use crate::qr::Code;
use crate::shaping::{Cluster, Placed};
use crate::text::{Glyph, Line};

/// Writes content streams, one page after the other in the same memory.
#[derive(Default)]
pub(super) struct ContentWriter {
    bytes: Vec<u8>,
    ink: Option<Ink>,
}

impl ContentWriter {
    /// `tags` say what each mark belongs to, where that is told.
    pub fn draw(
        &mut self,
        page: &Page,
        tags: Option<&[Belongs]>,
        fonts: &mut FontBook<'_>,
        pictures: &mut PictureBook,
    ) -> &[u8] {
        self.bytes.clear();
        self.ink = None;
        if page.heading == Heading::Down {
            self.bytes.extend_from_slice(b"-1 0 0 -1 ");
            self.number(page.paper.width_pt);
            self.number(page.paper.height_pt);
            self.bytes.extend_from_slice(b"cm\n");
        }
        let mut open = None;
        for (at, mark) in page.marks.iter().enumerate() {
            if let Some(belongs) = tags.and_then(|tags| tags.get(at))
                && open != Some(*belongs)
            {
                self.begin(*belongs, open.is_some());
                open = Some(*belongs);
            }
            match mark {
                Mark::Text { x, baseline, size_pt, ink, line } => {
                    self.ink(*ink);
                    if line.shaped.is_empty() {
                        self.text(*x, *baseline, *size_pt, line, fonts);
                    } else {
                        self.shaped_text(*x, *baseline, *size_pt, &line.shaped, fonts);
                    }
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
        if open.is_some() {
            self.bytes.extend_from_slice(b"EMC\n");
        }
        &self.bytes
    }

    /// Marked content (ISO 32000-1, 14.6), behind what was open.
    fn begin(&mut self, belongs: Belongs, is_open: bool) {
        if is_open {
            self.bytes.extend_from_slice(b"EMC\n");
        }
        match belongs {
            Belongs::ToNothing => self.bytes.extend_from_slice(b"/Artifact BMC\n"),
            Belongs::To { content, role } => {
                self.bytes.push(b'/');
                self.bytes.extend_from_slice(role);
                self.bytes.extend_from_slice(b"<</MCID ");
                self.integer(content);
                self.bytes.extend_from_slice(b">>BDC\n");
            }
        }
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

    /// Each cluster as its widest glyph, from left to right in one run, as readers expect that turn around by themselves what
    /// is read from right to left. The dots and marks on them are drawn, not written: as glyphs of a font they would be
    /// characters to some readers, and part a name.
    fn shaped_text(&mut self, x: f64, baseline: f64, size_pt: f64, clusters: &[Cluster], fonts: &mut FontBook<'_>) {
        let in_pt = |thousandths: f64| thousandths * size_pt / 1000.0;
        self.bytes.extend_from_slice(b"BT 1 0 0 1 ");
        self.number(x);
        self.number(baseline);
        self.bytes.extend_from_slice(b"Tm\n");
        let mut font = None;
        let mut rise = 0.0;
        let mut is_open = false;
        // Where the next glyph would come to stand, and where the cluster begins, in thousandths of the type size.
        let (mut pen, mut along) = (0.0, 0.0);
        let mut marks: Vec<(&Placed, f64)> = Vec::new();
        for cluster in clusters {
            let main = cluster.main();
            for (at, placed) in cluster.glyphs.iter().enumerate() {
                let wanted = along + f64::from(placed.right);
                along += f64::from(placed.glyph.advance + placed.more);
                if at != main {
                    marks.push((placed, wanted));
                    continue;
                }
                let up = f64::from(placed.up);
                let (number, cid) = fonts.shaped_cid(&placed.glyph, &cluster.text);
                if is_open && (font != Some(number) || rise != up || placed.glyph.is_stand_in) {
                    self.bytes.extend_from_slice(b">]TJ\n");
                    is_open = false;
                }
                if font != Some(number) {
                    font = Some(number);
                    self.font(number, size_pt);
                }
                if rise != up {
                    rise = up;
                    self.number(in_pt(up));
                    self.bytes.extend_from_slice(b"Ts\n");
                }
                // Numbers between glyphs move back (ISO 32000-1, 9.4.3).
                let back = ((pen - wanted) * 10.0_f64).round() / 10.0;
                if placed.glyph.is_stand_in {
                    self.begin_told(&cluster.text);
                }
                if !is_open {
                    self.bytes.push(b'[');
                    if back != 0.0 {
                        self.number(back);
                    }
                    self.bytes.push(b'<');
                } else if back != 0.0 {
                    self.bytes.push(b'>');
                    self.number(back);
                    self.bytes.push(b'<');
                }
                is_open = true;
                self.hex(cid);
                pen = wanted + f64::from(placed.glyph.advance);
                if placed.glyph.is_stand_in {
                    self.bytes.extend_from_slice(b">]TJ\nEMC\n");
                    is_open = false;
                }
            }
        }
        if is_open {
            self.bytes.extend_from_slice(b">]TJ\n");
        }
        if rise != 0.0 {
            self.bytes.extend_from_slice(b"0 Ts\n");
        }
        self.bytes.extend_from_slice(b"ET\n");
        let begun = self.bytes.len();
        for (placed, wanted) in &marks {
            let (face, id) = (placed.glyph.face, placed.glyph.id);
            let origin = (x + in_pt(*wanted), baseline + in_pt(f64::from(placed.up)));
            let mut pen = PathPen { writer: self, origin, scale: size_pt / 1000.0, at: (0.0, 0.0) };
            fonts.outline(face, id, &mut pen);
        }
        if self.bytes.len() > begun {
            self.bytes.extend_from_slice(b"f\n");
        }
    }

    fn font(&mut self, number: u16, size_pt: f64) {
        self.bytes.extend_from_slice(b"/F");
        self.integer(u32::from(number));
        self.bytes.push(b' ');
        self.number(size_pt);
        self.bytes.extend_from_slice(b"Tf\n");
    }

    /// What follows is `text` to search and copy, whatever is drawn (ISO 32000-1, 14.9.4).
    fn begin_told(&mut self, text: &str) {
        self.bytes.extend_from_slice(b"/Span<</ActualText<FEFF");
        text.encode_utf16().for_each(|unit| self.hex(unit));
        self.bytes.extend_from_slice(b">>>BDC\n");
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

/// Writes outlines, which come in thousandths of the type size.
struct PathPen<'w> {
    writer: &'w mut ContentWriter,
    origin: (f64, f64),
    scale: f64,
    at: (f32, f32),
}

impl PathPen<'_> {
    fn point(&mut self, x: f32, y: f32) {
        self.writer.number(self.origin.0 + f64::from(x) * self.scale);
        self.writer.number(self.origin.1 + f64::from(y) * self.scale);
    }

    fn end(&mut self, operator: &[u8], x: f32, y: f32) {
        self.point(x, y);
        self.writer.bytes.extend_from_slice(operator);
        self.at = (x, y);
    }
}

impl OutlinePen for PathPen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.end(b"m\n", x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.end(b"l\n", x, y);
    }

    /// PDF has curves of the third order only.
    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let third = |from: f32, by: f32| from + (by - from) * 2.0 / 3.0;
        let (from_x, from_y) = self.at;
        self.point(third(from_x, cx0), third(from_y, cy0));
        self.point(third(x, cx0), third(y, cy0));
        self.end(b"c\n", x, y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.point(cx0, cy0);
        self.point(cx1, cy1);
        self.end(b"c\n", x, y);
    }

    fn close(&mut self) {
        self.writer.bytes.extend_from_slice(b"h\n");
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
