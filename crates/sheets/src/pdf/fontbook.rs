//! The fonts of one PDF: characters get numbers (CIDs) in the order they are met, so that pages can be written at once and
//! the fonts, cut down to those characters, last.

use std::collections::HashMap;
use std::io::Write;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Rect, Ref, Str};
use sha2::{Digest, Sha256};
use skrifa::outline::OutlinePen;
use subsetter::GlyphRemapper;

use crate::failure::SheetError;
use crate::fonts::{Face, Fonts};
use crate::pdf::file::PdfFile;
use crate::pdf::packer::Packer;
use crate::text::Glyph;

const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// A face as the PDF embeds it. Each CID is one glyph and one character, both ways.
struct Embedded {
    face: u8,
    glyphs: GlyphRemapper,
    /// Character and advance by CID, from CID 1.
    characters: Vec<(char, f32)>,
    /// The characters of CIDs that are several.
    several: HashMap<u16, String>,
}

pub(super) struct FontBook<'a> {
    fonts: &'a Fonts,
    embedded: Vec<Embedded>,
    met: HashMap<(u8, char), (u16, u16)>,
    /// Of glyphs that shaping chose: a letter has more than one form.
    met_shaped: HashMap<(u8, u16, String), (u16, u16)>,
}

impl<'a> FontBook<'a> {
    pub fn of(fonts: &'a Fonts) -> Self {
        Self { fonts, embedded: Vec::new(), met: HashMap::new(), met_shaped: HashMap::new() }
    }

    /// Number of the embedded font and CID of a glyph.
    ///
    /// Two characters that share a glyph (⼀ and 一, say) must not share a CID, or one would be copied as the other: the
    /// second goes to a further embedded font of the same face.
    pub fn cid(&mut self, glyph: &Glyph) -> (u16, u16) {
        // Every stand-in is the same square; what it stands for is told beside it.
        let character = if glyph.is_stand_in { crate::fonts::STAND_IN } else { glyph.character };
        if let Some(&found) = self.met.get(&(glyph.face, character)) {
            return found;
        }
        let found = self.add(glyph, character, "");
        self.met.insert((glyph.face, character), found);
        found
    }

    /// As [`Self::cid`], of a glyph that stands for `text` after shaping.
    pub fn shaped_cid(&mut self, glyph: &Glyph, text: &str) -> (u16, u16) {
        if glyph.is_stand_in {
            return self.cid(glyph);
        }
        let key = (glyph.face, glyph.id, text.to_owned());
        if let Some(&found) = self.met_shaped.get(&key) {
            return found;
        }
        let mut characters = text.chars();
        let first = characters.next().unwrap_or('\u{200B}');
        let found = self.add(glyph, first, if characters.next().is_some() { text } else { "" });
        self.met_shaped.insert(key, found);
        found
    }

    /// Draws a glyph without writing it.
    pub fn outline(&self, face: u8, id: u16, pen: &mut impl OutlinePen) {
        if let Some(reader) = self.fonts.faces().get(usize::from(face)).and_then(|face| face.reader()) {
            reader.draw(id, pen);
        }
    }

    fn add(&mut self, glyph: &Glyph, character: char, several: &str) -> (u16, u16) {
        let free = self.embedded.iter().position(|font| {
            font.face == glyph.face && font.glyphs.get(glyph.id).is_none() && font.characters.len() < 0xFFF0
        });
        let number = free.unwrap_or_else(|| {
            self.embedded.push(Embedded {
                face: glyph.face,
                glyphs: GlyphRemapper::new(),
                characters: Vec::new(),
                several: HashMap::new(),
            });
            self.embedded.len() - 1
        });
        let font = &mut self.embedded[number];
        let cid = font.glyphs.remap(glyph.id);
        font.characters.push((character, glyph.advance));
        if !several.is_empty() {
            font.several.insert(cid, several.to_owned());
        }
        (number as u16, cid) // a font for each repetition of one glyph: never near 65,536
    }

    /// Writes all fonts; answers their names in the content streams.
    pub fn write<W: Write>(&self, file: &mut PdfFile<'_, W>) -> Result<Vec<(Vec<u8>, Ref)>, SheetError> {
        let mut packer = Packer::new();
        let mut out = Vec::with_capacity(self.embedded.len());
        for (number, font) in self.embedded.iter().enumerate() {
            let face = &self.fonts.faces()[usize::from(font.face)];
            out.push((format!("F{number}").into_bytes(), font.write(face, &mut packer, file)?));
        }
        Ok(out)
    }
}

impl Embedded {
    fn write<W: Write>(&self, face: &Face, packer: &mut Packer, file: &mut PdfFile<'_, W>) -> Result<Ref, SheetError> {
        let name = format!("{}+{}", self.tag(), face.name);
        let name = Name(name.as_bytes());
        let [font, descendant, descriptor, program, to_unicode] = std::array::from_fn(|_| file.take_ref());

        let subset = face.subset(&self.glyphs)?;
        let packed = packer.pack(&subset);
        file.object(program, |chunk| {
            let mut stream = chunk.stream(program, packed);
            stream.filter(Filter::FlateDecode);
            if face.has_cff {
                stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
            } else {
                stream.pair(Name(b"Length1"), i32::try_from(subset.len()).unwrap_or(i32::MAX));
            }
        })?;
        file.object(descriptor, |chunk| {
            let mut dict = chunk.font_descriptor(descriptor);
            let [left, bottom, right, top] = face.bounds;
            dict.name(name)
                .flags(FontFlags::SYMBOLIC)
                .bbox(Rect::new(left, bottom, right, top))
                .italic_angle(0.0)
                .ascent(face.ascent)
                .descent(face.descent)
                .cap_height(face.cap_height)
                .stem_v(80.0); // not told by OpenType; the usual value of a regular weight
            if face.has_cff {
                dict.font_file3(program)
            } else {
                dict.font_file2(program)
            };
        })?;
        file.object(descendant, |chunk| {
            let mut dict = chunk.cid_font(descendant);
            dict.subtype(if face.has_cff { CidFontType::Type0 } else { CidFontType::Type2 })
                .base_font(name)
                .system_info(IDENTITY)
                .font_descriptor(descriptor)
                .default_width(1000.0);
            if !face.has_cff {
                dict.cid_to_gid_map_predefined(Name(b"Identity"));
            }
            // Han characters have the default width; the others are told in runs.
            let mut widths = dict.widths();
            let mut at = 0;
            while at < self.characters.len() {
                let is_told = |at: usize| self.characters.get(at).is_some_and(|(_, advance)| *advance != 1000.0);
                let end = (at..).find(|&next| !is_told(next)).unwrap_or(at);
                if end > at {
                    widths.consecutive(at as u16 + 1, self.characters[at..end].iter().map(|(_, advance)| *advance));
                }
                at = end + 1;
            }
            widths.finish();
        })?;
        let mut map = UnicodeCmap::<u16>::new(Name(b"Mingce"), IDENTITY);
        for (at, (character, _)) in self.characters.iter().enumerate() {
            let cid = at as u16 + 1;
            match self.several.get(&cid) {
                Some(several) => map.pair_with_multiple(cid, several.chars()),
                None => map.pair(cid, *character),
            }
        }
        let map = map.finish();
        let packed = packer.pack(map.as_slice());
        file.object(to_unicode, |chunk| {
            chunk.stream(to_unicode, packed).filter(Filter::FlateDecode);
        })?;
        file.object(font, |chunk| {
            chunk
                .type0_font(font)
                .base_font(name)
                .encoding_predefined(Name(b"Identity-H"))
                .descendant_font(descendant)
                .to_unicode(to_unicode);
        })?;
        Ok(font)
    }

    /// Six letters that differ with the characters (ISO 32000-1, 9.6.4).
    fn tag(&self) -> String {
        let mut digest = Sha256::new();
        for (character, _) in &self.characters {
            digest.update(u32::from(*character).to_be_bytes());
        }
        for cid in 1..=self.characters.len() as u16 {
            digest.update(self.several.get(&cid).map_or("", String::as_str));
        }
        digest.finalize().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
    }
}
