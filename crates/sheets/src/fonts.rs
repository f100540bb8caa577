//! Fonts: the bundled ones and a caller's, in order of preference; the face of a character is the first that has it.
//! Must never guess: a character no face can draw rightly is told before printing, and printed as an empty square.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;
use skrifa::{FontRef, GlyphId, MetadataProvider, Tag};

use crate::failure::SheetError;
use crate::text::{Setter, cleaned};

static NOTO_SANS_SC: &[u8] = include_bytes!("../fonts/NotoSansSC-Regular.ttf");
static NAMES_LATIN: &[u8] = include_bytes!("../fonts/MingceNamesLatin.ttf");
static NAMES_HAN: &[u8] = include_bytes!("../fonts/MingceNamesHan.ttf");
static NAMES_HAN_RARE: &[u8] = include_bytes!("../fonts/MingceNamesHanRare.ttf");
static NAMES_MARKS: &[u8] = include_bytes!("../fonts/MingceNamesMarks.ttf");
static NOTO_SANS_ARABIC: &[u8] = include_bytes!("../fonts/NotoSansArabic-Regular.ttf");
static NOTO_SERIF_TIBETAN: &[u8] = include_bytes!("../fonts/NotoSerifTibetan-Regular.ttf");
static NOTO_SANS_MONGOLIAN: &[u8] = include_bytes!("../fonts/NotoSansMongolian-Regular.ttf");

/// Stands on paper for a character that cannot be drawn; every bundled list has it.
pub(crate) const STAND_IN: char = '□';

/// The faces to draw with, best first. Cheap to clone.
#[derive(Clone)]
pub struct Fonts {
    faces: Vec<Arc<Face>>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.faces.iter().map(|face| &face.name)).finish()
    }
}

impl Fonts {
    /// Noto Sans SC, then the name fonts: Latin, Greek and Cyrillic letters, and Han characters beyond Noto Sans SC; and
    /// those of letters that join, stack or carry marks: Arabic, Tibetan and Mongolian script, and combining marks.
    pub fn bundled() -> Self {
        let load = |bytes, reach| {
            let face = Face::load(Cow::Borrowed(bytes), 0).expect("the bundled fonts are whole");
            Arc::new(Face { reach, ..face })
        };
        let alone = [NOTO_SANS_SC, NAMES_LATIN, NAMES_HAN, NAMES_HAN_RARE].map(|bytes| load(bytes, Reach::Everything));
        let together = [NAMES_MARKS, NOTO_SANS_ARABIC, NOTO_SERIF_TIBETAN, NOTO_SANS_MONGOLIAN];
        let together = together.map(|bytes| load(bytes, Reach::ShapedWords));
        Self { faces: alone.into_iter().chain(together).collect() }
    }

    /// Adds a font for what the faces so far lack, as the last choice. `index` is the face in a collection, else 0.
    ///
    /// # Errors
    /// [`SheetError::FontUnreadable`], [`SheetError::FontNotEmbeddable`].
    pub fn with_fallback(mut self, bytes: Vec<u8>, index: u32) -> Result<Self, SheetError> {
        let face = Face::load(Cow::Owned(bytes), index)?;
        // What is embedded must survive subsetting, and this is the moment a bad font can still be refused.
        subsetter::subset(&face.data, index, &subsetter::GlyphRemapper::new())
            .map_err(|_| SheetError::FontUnreadable)?;
        self.faces.push(Arc::new(face));
        Ok(self)
    }

    pub(crate) fn faces(&self) -> &[Arc<Face>] {
        &self.faces
    }
}

/// For each name that cannot be printed rightly: its index and the characters that no font has, or none that can join,
/// stack or place them as their script needs. Each character is given once, in order of appearance; names that print well
/// are not in the answer.
pub fn missing_glyphs<N: AsRef<str>>(fonts: &Fonts, names: impl IntoIterator<Item = N>) -> Vec<(usize, Vec<char>)> {
    let mut setter = Setter::of(fonts);
    let mut out = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let mut missing = Vec::new();
        for character in setter.not_drawn(&cleaned(name.as_ref())) {
            if !missing.contains(&character) {
                missing.push(character);
            }
        }
        if !missing.is_empty() {
            out.push((index, missing));
        }
    }
    out
}

/// What a face is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Everything,
    /// Words whose letters join, stack or carry marks. What else it has, others draw.
    ShapedWords,
}

/// One face of a font file, its measures in thousandths of the type size.
pub(crate) struct Face {
    data: Arc<Cow<'static, [u8]>>,
    index: u32,
    /// Opened for shaping when a word first needs it.
    shaping: OnceLock<Option<harfrust::Font>>,
    pub reach: Reach,
    /// Has rules for how glyphs take each other's place, and for where they stand on each other.
    pub substitutes: bool,
    pub places_marks: bool,
    pub name: String,
    pub has_cff: bool,
    pub ascent: f32,
    pub descent: f32,
    pub cap_height: f32,
    pub bounds: [f32; 4],
}

impl Face {
    fn load(data: Cow<'static, [u8]>, index: u32) -> Result<Self, SheetError> {
        let font = FontRef::from_index(&data, index).map_err(|_| SheetError::FontUnreadable)?;
        let metrics = font.metrics(Size::new(1000.0), LocationRef::default());
        let has_glyf = font.data_for_tag(Tag::new(b"glyf")).is_some();
        let has_cff = font.data_for_tag(Tag::new(b"CFF ")).is_some();
        if !font.charmap().has_map() || metrics.units_per_em == 0 || !(has_glyf || has_cff) {
            return Err(SheetError::FontUnreadable);
        }
        // OpenType OS/2 fsType: of the lowest four bits only 2 (restricted) forbids a print document; bit 8 forbids parts.
        let permission = font.os2().map_or(0, |os2| os2.fs_type());
        if permission & 0x000F == 0x0002 || permission & 0x0100 != 0 {
            return Err(SheetError::FontNotEmbeddable);
        }
        let name: String = font
            .localized_strings(skrifa::string::StringId::POSTSCRIPT_NAME)
            .english_or_first()
            .map(|name| name.chars().filter(char::is_ascii_alphanumeric).take(60).collect())
            .unwrap_or_default();
        let bounds = metrics.bounds.unwrap_or_default();
        let places_marks = font.gpos().and_then(|gpos| gpos.feature_list()).is_ok_and(|features| {
            features.feature_records().iter().any(|record| record.feature_tag() == Tag::new(b"mark"))
        });
        let substitutes = font.gsub().is_ok();
        Ok(Self {
            shaping: OnceLock::new(),
            reach: Reach::Everything,
            substitutes,
            places_marks,
            name: if name.is_empty() { "Font".into() } else { name },
            has_cff: !has_glyf,
            ascent: metrics.ascent,
            descent: metrics.descent,
            cap_height: metrics.cap_height.unwrap_or(metrics.ascent * 0.7),
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max],
            data: Arc::new(data),
            index,
        })
    }

    /// The face opened for shaping.
    pub fn shaping(&self) -> Option<&harfrust::Font> {
        let open = || {
            let bytes: Arc<dyn AsRef<[u8]> + Send + Sync> = self.data.clone();
            harfrust::Font::new(bytes, self.index)
        };
        self.shaping.get_or_init(open).as_ref()
    }

    /// The face opened for look-ups; made once for a page or a run.
    pub fn reader(&self) -> Option<Reader<'_>> {
        let font = FontRef::from_index(&self.data, self.index).ok()?;
        Some(Reader {
            charmap: font.charmap(),
            metrics: font.glyph_metrics(Size::new(1000.0), LocationRef::default()),
            outlines: font.outline_glyphs(),
        })
    }

    /// The glyphs of `wanted` alone, as PDF embeds them: a TrueType file, or the bare CFF table.
    pub fn subset(&self, wanted: &subsetter::GlyphRemapper) -> Result<Vec<u8>, SheetError> {
        let made = subsetter::subset(&self.data, self.index, wanted).map_err(|_| SheetError::FontUnreadable)?;
        if !self.has_cff {
            return Ok(made);
        }
        let font = FontRef::new(&made).map_err(|_| SheetError::FontUnreadable)?;
        let table = font.data_for_tag(Tag::new(b"CFF ")).ok_or(SheetError::FontUnreadable)?;
        Ok(table.as_bytes().to_vec())
    }
}

/// A face opened for look-ups.
pub(crate) struct Reader<'a> {
    charmap: skrifa::charmap::Charmap<'a>,
    metrics: skrifa::metrics::GlyphMetrics<'a>,
    outlines: skrifa::OutlineGlyphCollection<'a>,
}

impl Reader<'_> {
    /// Glyph id and advance in thousandths of the type size.
    pub fn find_glyph(&self, character: char) -> Option<(u16, f32)> {
        let glyph = self.charmap.map(character).filter(|glyph| *glyph != GlyphId::NOTDEF)?;
        let id = u16::try_from(glyph.to_u32()).ok()?;
        Some((id, self.metrics.advance_width(glyph).unwrap_or_default()))
    }

    pub fn has(&self, character: char) -> bool {
        self.charmap.map(character).is_some_and(|glyph| glyph != GlyphId::NOTDEF)
    }

    /// Advance of a glyph, and from where to where its ink reaches above the baseline, in thousandths of the type size.
    pub fn measures(&self, id: u16) -> (f32, Option<[f32; 2]>) {
        let glyph = GlyphId::from(id);
        let bounds = self.metrics.bounds(glyph).map(|bounds| [bounds.y_min, bounds.y_max]);
        (self.metrics.advance_width(glyph).unwrap_or_default(), bounds)
    }

    /// Draws a glyph in thousandths of the type size, y upwards. A spoilt outline draws nothing.
    pub fn draw(&self, glyph: u16, pen: &mut impl skrifa::outline::OutlinePen) {
        let settings = skrifa::outline::DrawSettings::unhinted(Size::new(1000.0), LocationRef::default());
        if let Some(outline) = self.outlines.get(GlyphId::from(glyph)) {
            let _ = outline.draw(settings, pen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_fonts_cover_the_characters_of_chinese_names() {
        let names = [
            "张伟",
            "欧阳娜娜",
            "王㛃",
            "李䶮",
            "𠮷田",
            "陈𬍛",
            "𬬭𬱖𬀩𬍤",
            "㕫㳘𣲗𪟝𬸣",
            "阿卜杜热西提·买买提",
            "O’Connor Seán",
            "Nguyễn Văn Anh",
            "Łukasz Żółć",
            "Нұрсұлтан Әлібек",
            "Ελένη",
            "鄧穎芝",
            "〇",
        ];
        assert_eq!(missing_glyphs(&Fonts::bundled(), names), []);
    }

    #[test]
    fn names_that_would_print_wrongly_are_told() {
        let names = ["张伟", "สมชาย", "आरव", "张\u{2EC15}\u{2EC15}", "张\u{0308}", "안녕", "ئابد\u{2EC15}ۇ"];
        let found = missing_glyphs(&Fonts::bundled(), names);
        let indices: Vec<_> = found.iter().map(|(index, _)| *index).collect();
        assert_eq!(indices, [1, 2, 3, 4, 5, 6]);
        assert_eq!(found[2].1, ['\u{2EC15}'], "each character once");
        assert_eq!(found[3].1, ['\u{0308}'], "a mark on what cannot carry it");
        assert_eq!(found[5].1, ['\u{2EC15}'], "the letters around it print");
    }

    #[test]
    fn names_whose_letters_join_stack_or_carry_marks_are_covered() {
        let names = [
            "ئابدۇرېھىم",
            "گۈلنار ئىسمائىل",
            "بەختىيار·قاسىم",
            "བཀྲ་ཤིས་ཚེ་རིང",
            "གཡང་ཅན",
            "ᠮᠣᠩᠭᠣᠯ",
            "ᠪᠠᠲᠤ\u{202F}ᠶᠢᠨ",
            "Ñ\u{0308}ame",
            "О\u{0301}льга",
        ];
        assert_eq!(missing_glyphs(&Fonts::bundled(), names), []);
    }

    #[test]
    fn a_fallback_font_gives_what_the_others_lack() {
        let fonts = Fonts { faces: Fonts::bundled().faces[..1].to_vec() };
        assert_eq!(missing_glyphs(&fonts, ["𠮷"]).len(), 1);
        let fonts = fonts.with_fallback(NAMES_HAN.to_vec(), 0).expect("a font");
        assert_eq!(missing_glyphs(&fonts, ["𠮷"]), []);
    }

    #[test]
    fn bytes_that_are_no_font_are_refused() {
        for bytes in [Vec::new(), b"not a font at all".to_vec(), NAMES_LATIN[..400].to_vec()] {
            assert!(matches!(Fonts::bundled().with_fallback(bytes, 0), Err(SheetError::FontUnreadable)));
        }
        assert!(matches!(Fonts::bundled().with_fallback(NAMES_LATIN.to_vec(), 3), Err(SheetError::FontUnreadable)));
    }

    #[test]
    fn a_font_that_forbids_embedding_is_refused() {
        let mut bytes = NAMES_LATIN.to_vec();
        let at = FontRef::new(&bytes)
            .expect("font")
            .table_directory()
            .table_records()
            .iter()
            .find(|record| record.tag() == Tag::new(b"OS/2"))
            .expect("has one")
            .offset() as usize;
        bytes[at + 9] = 2; // fsType, low byte
        assert!(matches!(Fonts::bundled().with_fallback(bytes, 0), Err(SheetError::FontNotEmbeddable)));
    }
}
