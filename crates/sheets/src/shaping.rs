//! Words whose letters join, stack, carry marks or run from right to left: which face draws them, how harfrust sets them,
//! and in which order they stand on a line (UAX 9). Must never be asked for text that is drawn letter by letter: that is
//! the rule, and much faster.

use std::ops::Range;

use harfrust::{Buffer, BufferFlags, Direction, ShapeOptions, ShaperFont};
use unicode_bidi::{BidiInfo, Level};
use unicode_normalization::char::is_combining_mark;

use crate::fonts::{Face, Fonts, Reach, Reader};
use crate::text::Glyph;

/// Characters that are drawn as one: a letter with its marks, letters that become one sign. A line breaks between them only.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cluster {
    pub text: Box<str>,
    /// Where it ends in the text it is from, in bytes.
    pub end: usize,
    /// In the order they are drawn.
    pub glyphs: Vec<Placed>,
    /// In thousandths of the type size.
    pub advance: f32,
    /// From where to where its ink reaches above the baseline, in thousandths of the type size.
    pub ink: [f32; 2],
    level: Level,
}

/// A glyph beside where its advance would put it, in thousandths of the type size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placed {
    pub glyph: Glyph,
    pub right: f32,
    pub up: f32,
    /// What is added to the glyph's own advance.
    pub more: f32,
}

impl Placed {
    pub fn plain(glyph: Glyph) -> Self {
        Self { glyph, right: 0.0, up: 0.0, more: 0.0 }
    }
}

impl Cluster {
    /// The glyph that stands for all of it: marks and dots take no room of their own.
    pub fn main(&self) -> usize {
        let room = |placed: &Placed| placed.glyph.advance + placed.more;
        let wider = |best: usize, at: usize| if room(&self.glyphs[at]) > room(&self.glyphs[best]) { at } else { best };
        (0..self.glyphs.len()).fold(0, wider)
    }
}

/// Whether a character makes its text one that must be shaped.
pub(crate) fn is_complex(character: char) -> bool {
    match u32::from(character) {
        0..=0x2FF | 0x3400..=0x9FFF | 0x20000.. => false,
        _ => needs_shaping(character) || is_combining_mark(character),
    }
}

/// Whether the script of a character joins, stacks or reorders its letters, or runs from right to left.
pub(crate) fn needs_shaping(character: char) -> bool {
    matches!(u32::from(character),
        0x0590..=0x109F     // Hebrew, Arabic, Syriac, Thaana, N'Ko, Indic, Thai, Lao, Tibetan, Myanmar
        | 0x1100..=0x11FF   // Hangul letters that did not compose
        | 0x1700..=0x18AF   // Philippine, Khmer, Mongolian
        | 0x1900..=0x1AFF   // Limbu, Tai, Balinese neighbours
        | 0x1B00..=0x1C7F   // Balinese, Sundanese, Batak, Lepcha
        | 0x1CD0..=0x1CFF   // Vedic
        | 0xA800..=0xA8FF   // Syloti, Phags-pa, Saurashtra, Devanagari
        | 0xA900..=0xA92F   // Kayah
        | 0xA930..=0xAAFF   // Rejang, Javanese, Cham, Tai Viet
        | 0xABC0..=0xABFF   // Meetei
        | 0xD7B0..=0xD7FF   // Hangul letters that did not compose
        | 0xFB1D..=0xFDFF   // Hebrew and Arabic forms
        | 0xFE70..=0xFEFE   // Arabic forms
        | 0x10800..=0x11FFF // right-to-left and Indic scripts of plane 1
        | 0x1E800..=0x1EFFF // right-to-left scripts of plane 1
    )
}

/// Says how letters join, and is drawn as nothing: joiners, Mongolian variation selectors and vowel separator.
pub(crate) fn is_joiner(character: char) -> bool {
    matches!(u32::from(character), 0x200C | 0x200D | 0x180B..=0x180F)
}

/// Belongs to the character before it.
fn extends(character: char) -> bool {
    is_joiner(character) || is_combining_mark(character)
}

/// The narrow space within Mongolian words, which every face can draw.
const NARROW_SPACE: char = '\u{202F}';

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\u{3000}')
}

/// Sets text in the faces of a run.
pub(crate) struct Shaper<'a, 's> {
    pub fonts: &'a Fonts,
    pub readers: &'s [Option<Reader<'a>>],
}

/// Text in one direction that one face draws, or none does.
struct Run {
    text: Range<usize>,
    level: Level,
    face: Option<u8>,
}

impl Shaper<'_, '_> {
    /// The clusters of a text, in the order they are read. `alone` draws a character that needs no neighbour, if a face
    /// has it; `stand_in` is what stands for one that none has.
    pub fn shape(
        &self,
        text: &str,
        mut alone: impl FnMut(char) -> Option<Glyph>,
        mut stand_in: impl FnMut(char) -> Glyph,
    ) -> Vec<Cluster> {
        let levels = BidiInfo::new(text, None).levels;
        let mut out: Vec<Cluster> = Vec::new();
        let mut push = |part: Range<usize>, level, glyphs: Vec<Placed>, ink| {
            let advance = glyphs.iter().map(|placed| placed.glyph.advance + placed.more).sum();
            let (end, text) = (part.end, text[part].into());
            out.push(Cluster { text, end, glyphs, advance, ink, level });
        };
        let mut buffer = Buffer::new();
        for run in self.runs(text, &levels) {
            let piece = &text[run.text.clone()];
            let shaped = run.face.and_then(|face| self.set(piece, face, run.level, &mut buffer));
            for (range, glyphs, ink) in shaped.unwrap_or_else(|| vec![(0..piece.len(), Vec::new(), [0.0; 2])]) {
                let start = run.text.start + range.start;
                if !glyphs.is_empty() {
                    push(start..start + range.len(), run.level, glyphs, ink);
                    continue;
                }
                for (at, character) in piece[range].char_indices() {
                    // What carries the mark that cannot be drawn may be drawn all the same.
                    let found = if at == 0 && !needs_shaping(character) { alone(character) } else { None };
                    if found.is_some() || !is_joiner(character) {
                        let glyph = Placed::plain(found.unwrap_or_else(|| stand_in(character)));
                        let from = start + at;
                        push(from..from + character.len_utf8(), run.level, vec![glyph], [0.0; 2]);
                    }
                }
            }
        }
        // What is drawn as nothing goes with what stands before it.
        if let Some(last) = out.last_mut() {
            last.end = text.len();
        }
        out
    }

    /// Which face draws which part. A word in one face where there is one that has all of it.
    fn runs(&self, text: &str, levels: &[Level]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut start = 0;
        while let Some(first) = text[start..].chars().next() {
            let level = levels[start];
            let ends_word = |(at, character): (usize, char)| {
                is_space(character) != is_space(first) || levels[start + at] != level && !extends(character)
            };
            // A face may have Latin letters beside its own; set together, the one kind would not join or stack.
            let mut joining = None;
            let mut is_other_kind = |character: char| {
                let is_letter = character.is_alphabetic() && !extends(character);
                let is_new = is_letter && joining.is_some_and(|joining| joining != needs_shaping(character));
                if is_letter {
                    joining = Some(needs_shaping(character));
                }
                is_new
            };
            let rest = &text[start..];
            let ends = |next: &(usize, char)| ends_word(*next) || is_other_kind(next.1);
            let end = rest.char_indices().find(ends).map_or(text.len(), |(at, _)| start + at);
            let word = &text[start..end];
            if is_space(first) {
                let before = runs.last().and_then(|run| run.face).filter(|&face| self.covers(face, word));
                push(&mut runs, start..end, level, before.or_else(|| self.face_of(word)));
            } else if let Some(face) = self.face_of(word) {
                push(&mut runs, start..end, level, Some(face));
            } else {
                for group in groups(word) {
                    let face = self.face_of(&word[group.clone()]);
                    push(&mut runs, start + group.start..start + group.end, level, face);
                }
            }
            start = end;
        }
        runs
    }

    /// The first face that draws all of it as it must be drawn.
    fn face_of(&self, text: &str) -> Option<u8> {
        let has_letters = text.chars().any(needs_shaping);
        let is_complex = has_letters || text.chars().any(is_complex);
        let find = |suits: &dyn Fn(&Face) -> bool| {
            let mut all = (0u8..).zip(self.fonts.faces());
            all.find(|(at, face)| suits(face) && self.covers(*at, text)).map(|(at, _)| at)
        };
        match (has_letters, is_complex) {
            (true, _) => find(&|face| face.substitutes),
            // Others place the marks of one script at most.
            (false, true) => find(&|face| face.places_marks && face.reach == Reach::ShapedWords)
                .or_else(|| find(&|face| face.places_marks && face.reach == Reach::Everything)),
            (false, false) => find(&|face| face.reach == Reach::Everything),
        }
    }

    fn covers(&self, face: u8, text: &str) -> bool {
        let Some(Some(reader)) = self.readers.get(usize::from(face)) else { return false };
        text.chars().all(|character| is_joiner(character) || character == NARROW_SPACE || reader.has(character))
    }

    /// The clusters of a run in reading order, each with its glyphs and its ink; without glyphs where the face lacks some.
    #[expect(clippy::type_complexity, reason = "used in one place, and named there")]
    fn set(
        &self,
        text: &str,
        face: u8,
        level: Level,
        buffer: &mut Buffer,
    ) -> Option<Vec<(Range<usize>, Vec<Placed>, [f32; 2])>> {
        let font = self.fonts.faces().get(usize::from(face))?.shaping()?;
        let reader = self.readers.get(usize::from(face))?.as_ref()?;
        buffer.reset();
        buffer.push_str(text);
        buffer.set_direction(if level.is_rtl() { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES | BufferFlags::DO_NOT_INSERT_DOTTED_CIRCLE);
        buffer.guess_segment_properties();
        harfrust::shape(&ShaperFont::new(font), buffer, ShapeOptions::new()).ok()?;
        let scale = 1000.0 / f32::from(font.units_per_em().max(1));
        let (infos, positions) = (buffer.glyph_infos(), buffer.glyph_positions());
        let mut starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        // What was removed without a trace goes with what comes behind.
        if let Some(first) = starts.first_mut() {
            *first = 0;
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let mut out: Vec<_> = starts.iter().zip(ends).map(|(&from, to)| (from..to, Vec::new(), [0.0f32; 2])).collect();
        let mut lacking = vec![false; out.len()];
        for (info, position) in infos.iter().zip(positions) {
            let at = starts.partition_point(|&start| start <= info.cluster as usize).saturating_sub(1);
            let (range, glyphs, ink) = &mut out[at];
            let id = u16::try_from(info.glyph_id).ok().filter(|id| *id != 0);
            lacking[at] |= id.is_none();
            let id = id.unwrap_or_default();
            let (advance, bounds) = reader.measures(id);
            let in_thousandths = |units: i32| units as f32 * scale;
            let up = in_thousandths(position.y_offset);
            if let Some([low, high]) = bounds {
                *ink = [ink[0].min(low + up), ink[1].max(high + up)];
            }
            let character = text[range.clone()].chars().next().unwrap_or(NARROW_SPACE);
            glyphs.push(Placed {
                glyph: Glyph { character, face, id, advance, is_stand_in: false },
                right: in_thousandths(position.x_offset),
                up,
                more: in_thousandths(position.x_advance) - advance,
            });
        }
        for ((_, glyphs, _), is_lacking) in out.iter_mut().zip(lacking) {
            if is_lacking {
                glyphs.clear();
            }
        }
        Some(out)
    }
}

fn push(runs: &mut Vec<Run>, text: Range<usize>, level: Level, face: Option<u8>) {
    match runs.last_mut() {
        Some(last) if face.is_some() && last.face == face && last.level == level => last.text.end = text.end,
        _ => runs.push(Run { text, level, face }),
    }
}

/// Characters with what belongs to them.
fn groups(word: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let mut behind = word[start..].char_indices().skip(1);
        let first = start;
        if first == word.len() {
            return None;
        }
        start = behind.find(|(_, character)| !extends(*character)).map_or(word.len(), |(at, _)| first + at);
        Some(first..start)
    })
}

/// Clusters of one line, from left to right.
pub(crate) fn as_they_stand(read: &[Cluster]) -> Vec<Cluster> {
    let levels: Vec<Level> = read.iter().map(|cluster| cluster.level).collect();
    BidiInfo::reorder_visual(&levels).into_iter().map(|at| read[at].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Setter;

    /// Glyph numbers, advances and offsets from left to right as `hb-shape` 6.0 of HarfBuzz gives them for the font file:
    /// `hb-shape --no-glyph-names --no-clusters FONT TEXT`, in units of 1/1000.
    const REFERENCE: &[(&str, &str)] = include!("shaping_reference.in");

    fn said(text: &str) -> String {
        let fonts = Fonts::bundled();
        let mut setter = Setter::of(&fonts);
        let line = setter.line(text);
        let glyphs = line.shaped.iter().flat_map(|cluster| &cluster.glyphs);
        let each = glyphs.map(|placed| {
            let advance = placed.glyph.advance + placed.more;
            let moved = if placed.right == 0.0 && placed.up == 0.0 {
                String::new()
            } else {
                format!("@{},{}", placed.right, placed.up)
            };
            format!("{}{moved}+{advance}", placed.glyph.id)
        });
        each.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn letters_join_and_stack_behind_letters_that_do_not() {
        for (whole, part) in [
            ("Bat(ᠪᠠᠲᠤ)", "810+863|145+613|43+634"),
            ("A·ᠪᠠᠲᠤ", "810+863|145+613|43+634"),
            ("Drolma(སྒྲོལ་མ)", "1102+675|1341@-702,0+0|40+706|1261+210|29+702"),
        ] {
            let said = said(whole);
            assert!(said.contains(part), "{whole}: {said}");
        }
    }

    #[test]
    fn words_are_set_as_harfbuzz_sets_them() {
        assert!(REFERENCE.len() >= 12);
        for (text, reference) in REFERENCE {
            assert_eq!(&said(text), reference, "{text}");
        }
    }

    #[test]
    fn words_from_right_to_left_stand_so_and_numbers_among_them_do_not() {
        let fonts = Fonts::bundled();
        let mut setter = Setter::of(&fonts);
        let mut order = |text: &str| -> String {
            let line = setter.line(text);
            line.shaped.iter().map(|cluster| &*cluster.text).collect()
        };
        assert_eq!(order("ئالىم"), "مىلائ");
        assert_eq!(order("ئالىم 12"), "12 مىلائ");
        assert_eq!(order("王 ئالىم 李"), "王 مىلائ 李");
    }

    #[test]
    fn letters_with_marks_are_one_and_ligatures_too() {
        let fonts = Fonts::bundled();
        let mut setter = Setter::of(&fonts);
        let mut texts = |text: &str| -> Vec<String> {
            let mut shaped = setter.line(text).shaped;
            shaped.sort_by_key(|cluster| cluster.end);
            shaped.iter().map(|cluster| cluster.text.to_string()).collect()
        };
        assert_eq!(texts("О\u{0301}льга"), ["О\u{0301}", "л", "ь", "г", "а"]);
        assert_eq!(texts("བཀྲ"), ["བ", "ཀྲ"]);
        assert_eq!(texts("རྡོ་རྗེ"), ["རྡོ", "་", "རྗེ"]);
    }
}
