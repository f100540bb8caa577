//! Text to glyphs: cleaning, choice of face by character, measuring, line breaking, and fitting into a width.
//! Every character of the data is drawn; nothing is ever cut off with an ellipsis.

use std::collections::HashMap;

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::fonts::{Fonts, Reader, STAND_IN, needs_shaping};

/// One character set in a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub character: char,
    /// Index into the fonts' faces.
    pub face: u8,
    pub id: u16,
    /// In thousandths of the type size.
    pub advance: f32,
    /// The square drawn instead of a character that no face can draw rightly.
    pub is_stand_in: bool,
}

/// A run of glyphs on one baseline.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Line {
    pub glyphs: Vec<Glyph>,
}

impl Line {
    pub fn width_at(&self, size_pt: f64) -> f64 {
        self.glyphs.iter().map(|glyph| f64::from(glyph.advance)).sum::<f64>() * size_pt / 1000.0
    }
}

/// Lines at the size at which they fit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fitted {
    pub lines: Vec<Line>,
    pub size_pt: f64,
}

/// Text as it is drawn: no control or invisible characters, line ends as spaces, marks joined to their letters.
///
/// Only strings with combining marks are composed: normal form C would replace the compatibility ideographs of some names.
pub(crate) fn cleaned(text: &str) -> String {
    let plain = text.chars().filter_map(|character| match u32::from(character) {
        0x09..=0x0D | 0x2028 | 0x2029 => Some(' '),
        0x00..=0x1F | 0x7F..=0x9F => None,
        // Soft hyphen, joiners, direction marks, variation selectors, byte order mark, tags: drawn as nothing.
        0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF => None,
        0xE0000..=0xE0FFF => None,
        _ => Some(character),
    });
    if text.chars().any(is_combining_mark) { plain.nfc().collect() } else { plain.collect() }
}

/// How text of several lines is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// Full lines, the last one as short as it falls.
    Paragraph,
    /// Lines of about equal length, broken after punctuation or spaces when that takes no more lines.
    Balanced,
    /// As balanced, and only between the parts of a name: after a space, a hyphen or the dot of a name of several parts.
    Name,
}

/// Marks that are as wide as a Han character in Chinese and narrow among letters.
const TWO_WIDTHS: [char; 6] = ['·', '‘', '’', '“', '”', '…'];
/// Where a reader takes breath.
const CLAUSE_ENDS: [char; 13] = [' ', '，', '。', '、', '；', '：', '！', '？', '）', ',', ';', ':', '-'];
const NAME_DOTS: [char; 3] = ['·', '•', '‧'];

/// Sets text in the run's faces; remembers each character it has met.
pub(crate) struct Setter<'a> {
    readers: Vec<Option<Reader<'a>>>,
    met: HashMap<char, Glyph>,
}

impl<'a> Setter<'a> {
    pub fn of(fonts: &'a Fonts) -> Self {
        Self { readers: fonts.faces().iter().map(|face| face.reader()).collect(), met: HashMap::new() }
    }

    pub fn reader(&self, face: u8) -> Option<&Reader<'a>> {
        self.readers.get(usize::from(face))?.as_ref()
    }

    /// One line, whatever its length.
    pub fn line(&mut self, text: &str) -> Line {
        Line { glyphs: self.glyphs(&cleaned(text)) }
    }

    /// One glyph for each character.
    fn glyphs(&mut self, text: &str) -> Vec<Glyph> {
        let mut out: Vec<Glyph> = Vec::with_capacity(text.len());
        for (at, character) in text.char_indices() {
            let glyph = if TWO_WIDTHS.contains(&character) && is_among_letters(text, at, character) {
                self.narrowest(character)
            } else {
                self.glyph(character)
            };
            out.push(glyph);
        }
        out
    }

    fn glyph(&mut self, character: char) -> Glyph {
        if let Some(&glyph) = self.met.get(&character) {
            return glyph;
        }
        let glyph = self.candidates(character).next().filter(|_| !needs_shaping(character)).unwrap_or_else(|| {
            let nothing = Glyph { character, face: 0, id: 0, advance: 1000.0, is_stand_in: true };
            Glyph { character, is_stand_in: true, ..self.candidates(STAND_IN).next().unwrap_or(nothing) }
        });
        self.met.insert(character, glyph);
        glyph
    }

    fn narrowest(&mut self, character: char) -> Glyph {
        let found = self.candidates(character).min_by(|one, other| one.advance.total_cmp(&other.advance));
        found.unwrap_or_else(|| self.glyph(character))
    }

    /// The character in each face that has it, best face first.
    fn candidates(&self, character: char) -> impl Iterator<Item = Glyph> {
        self.readers.iter().enumerate().filter_map(move |(face, reader)| {
            let (id, advance) = reader.as_ref()?.find_glyph(character)?;
            // Faces are few: a caller adds a handful at most.
            Some(Glyph { character, face: u8::try_from(face).ok()?, id, advance, is_stand_in: false })
        })
    }

    /// Breaks text into lines no wider than `width_pt`, by Unicode's line breaking rules (UAX 14), which keep Chinese
    /// punctuation from the start of a line; inside a word, or a part of a name, only where that alone is too wide.
    pub fn wrap(&mut self, text: &str, width_pt: f64, size_pt: f64, breaks: Breaks) -> Vec<Line> {
        let text = cleaned(text);
        let glyphs = self.glyphs(&text);
        let mut ends = Vec::new();
        let mut characters = 0;
        let mut from = 0;
        for (to, opportunity) in linebreaks(&text) {
            characters += text[from..to].chars().count();
            from = to;
            let (before, behind) = (text[..to].chars().next_back(), text[to..].chars().next());
            let may_break = match breaks {
                _ if opportunity == BreakOpportunity::Mandatory => true,
                Breaks::Name => before.is_some_and(|last| last == ' ' || last == '-' || NAME_DOTS.contains(&last)),
                // The dot in a name of several parts stays with the part before it.
                Breaks::Paragraph | Breaks::Balanced => !behind.is_some_and(|next| NAME_DOTS.contains(&next)),
            };
            if may_break {
                ends.push(characters);
            }
        }
        let limit = width_pt * 1000.0 / size_pt;
        let lines = filled(&glyphs, &ends, limit);
        if breaks == Breaks::Paragraph || lines.len() < 2 {
            return lines;
        }
        if breaks == Breaks::Balanced {
            let is_clause_end = |&end: &usize| end == glyphs.len() || CLAUSE_ENDS.contains(&glyphs[end - 1].character);
            let clauses: Vec<usize> = ends.iter().copied().filter(is_clause_end).collect();
            if !breaks_a_piece(&glyphs, &clauses, limit) && filled(&glyphs, &clauses, limit).len() == lines.len() {
                ends = clauses;
            }
        }
        balanced(&glyphs, &ends, limit)
    }

    /// The first of `steps` (type size, most lines allowed) at which the text fits the width. When even the last
    /// step is too large, the type shrinks further until the lines take no more height than that step allows.
    pub fn fit(&mut self, text: &str, width_pt: f64, breaks: Breaks, steps: &[(f64, usize)]) -> Fitted {
        let whole = trimmed(self.line(text));
        let whole_width = whole.width_at(1.0);
        for &(size_pt, most_lines) in steps {
            if whole_width * size_pt <= width_pt + 0.01 {
                return Fitted { lines: vec![whole], size_pt };
            }
            // No arrangement takes fewer lines than the widths add up to.
            if whole_width * size_pt > width_pt * most_lines as f64 {
                continue;
            }
            let lines = self.wrap(text, width_pt, size_pt, breaks);
            if lines.len() <= most_lines {
                return Fitted { lines, size_pt };
            }
        }
        let (size, most_lines) = steps.last().copied().unwrap_or((6.0, 1));
        let height = size * most_lines as f64;
        // Lines times size grows with the square of the size, which tells where to begin.
        let mut size_pt = size.min((height * width_pt / whole_width.max(f64::MIN_POSITIVE)).sqrt() * 1.1);
        loop {
            size_pt *= 0.9;
            let lines = self.wrap(text, width_pt, size_pt, breaks);
            // At a hundredth of a point any text is unreadable anyway, and the loop must end.
            if lines.len() as f64 * size_pt <= height || size_pt < 0.01 {
                return Fitted { lines, size_pt };
            }
        }
    }
}

/// Whether a letter that is no Han character stands next to the mark at `at`, spaces not counted.
fn is_among_letters(text: &str, at: usize, mark: char) -> bool {
    let is_letter = |character: char| character.is_alphabetic() && u32::from(character) < 0x2000;
    let before = text[..at].chars().rev().find(|character| *character != ' ');
    let behind = text[at + mark.len_utf8()..].chars().find(|character| *character != ' ');
    before.is_some_and(is_letter) || behind.is_some_and(is_letter)
}

fn width_of(glyphs: &[Glyph]) -> f64 {
    let visible = glyphs.iter().rposition(|glyph| glyph.character != ' ').map_or(0, |last| last + 1);
    glyphs[..visible].iter().map(|glyph| f64::from(glyph.advance)).sum()
}

fn pieces<'g>(glyphs: &'g [Glyph], ends: &'g [usize]) -> impl Iterator<Item = &'g [Glyph]> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, &end)| &glyphs[start..end])
}

fn breaks_a_piece(glyphs: &[Glyph], ends: &[usize], limit: f64) -> bool {
    pieces(glyphs, ends).any(|piece| width_of(piece) > limit + ROUNDING)
}

/// The narrowest width with as many lines makes them about equal.
fn balanced(glyphs: &[Glyph], ends: &[usize], limit: f64) -> Vec<Line> {
    let mut best = filled(glyphs, ends, limit);
    let (mut narrow, mut wide) = (limit / best.len() as f64 * 0.5, limit);
    for _ in 0..9 {
        let middle = (narrow + wide) / 2.0;
        let tried = filled(glyphs, ends, middle);
        if tried.len() <= best.len() && !breaks_a_piece(glyphs, ends, middle) {
            best = tried;
            wide = middle;
        } else {
            narrow = middle;
        }
    }
    best
}

/// Thousandths of the type size that sums of widths may be off.
const ROUNDING: f64 = 0.01;

/// Fills lines piece by piece up to the limit, in thousandths of the type size.
fn filled(glyphs: &[Glyph], ends: &[usize], limit: f64) -> Vec<Line> {
    let limit = limit + ROUNDING;
    let mut lines = Vec::new();
    let mut line = Line::default();
    let mut used = 0.0;
    for piece in pieces(glyphs, ends) {
        if used + width_of(piece) > limit && !line.glyphs.is_empty() {
            lines.push(trimmed(std::mem::take(&mut line)));
            used = 0.0;
        }
        for glyph in piece {
            let advance = f64::from(glyph.advance);
            if used + advance > limit && glyph.character != ' ' && !line.glyphs.is_empty() {
                lines.push(trimmed(std::mem::take(&mut line)));
                used = 0.0;
            }
            used += advance;
            line.glyphs.push(*glyph);
        }
    }
    if !line.glyphs.is_empty() || lines.is_empty() {
        lines.push(trimmed(line));
    }
    lines
}

fn trimmed(mut line: Line) -> Line {
    while line.glyphs.last().is_some_and(|glyph| glyph.character == ' ') {
        line.glyphs.pop();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.glyphs.iter().map(|glyph| glyph.character).collect()).collect()
    }

    #[test]
    fn chinese_punctuation_does_not_begin_a_line() {
        let fonts = Fonts::bundled();
        let mut setter = Setter::of(&fonts);
        let lines = setter.wrap("请用手机扫码，核对身份。", 60.0, 10.0, Breaks::Paragraph);
        assert_eq!(text_of(&lines), ["请用手机扫", "码，核对身", "份。"]);
    }

    #[test]
    fn a_name_of_several_parts_breaks_between_them() {
        let fonts = Fonts::bundled();
        let mut setter = Setter::of(&fonts);
        let mut lines = |name| text_of(&setter.wrap(name, 81.0, 10.0, Breaks::Name));
        assert_eq!(lines("阿卜杜热西提·买买提"), ["阿卜杜热西提·", "买买提"]);
        assert_eq!(lines("买买提艾力·阿不都热合曼·吐尔逊"), ["买买提艾力·", "阿不都热合曼·", "吐尔逊"]);
        assert_eq!(lines("Jean-Luc Dupré-Lefèvre"), ["Jean-Luc", "Dupré-Lefèvre"]);
    }

    #[test]
    fn lines_are_balanced_where_asked() {
        let fonts = Fonts::bundled();
        let mut setter = Setter::of(&fonts);
        let lines = setter.wrap("核对页面上的单位和姓名并设置密码", 150.0, 10.0, Breaks::Balanced);
        assert_eq!(text_of(&lines), ["核对页面上的单位", "和姓名并设置密码"]);
        let lines = setter.wrap("打开手机相机，或微信的“扫一扫”，对准左边的二维码。", 210.0, 11.0, Breaks::Balanced);
        assert_eq!(text_of(&lines), ["打开手机相机，或微信的“扫一扫”，", "对准左边的二维码。"]);
    }

    #[test]
    fn quotation_marks_and_dots_are_narrow_among_letters() {
        let fonts = Fonts::bundled();
        let mut setter = Setter::of(&fonts);
        let mut advance = |text: &str, at: usize| setter.line(text).glyphs[at].advance;
        assert_eq!(advance("买·提", 1), 1000.0);
        assert!(advance("O’Connor", 1) < 300.0);
        assert!(advance("A · B", 2) < 400.0);
        assert_eq!(advance("看到“已", 2), 1000.0);
    }

    #[test]
    fn a_short_name_takes_the_largest_size() {
        let fonts = Fonts::bundled();
        let mut setter = Setter::of(&fonts);
        let fitted = setter.fit("王小明", 70.0, Breaks::Name, &[(14.0, 1), (9.0, 1)]);
        assert_eq!((fitted.lines.len(), fitted.size_pt), (1, 14.0));
    }

    #[test]
    fn letters_and_marks_are_joined_but_compatibility_characters_kept() {
        assert_eq!(cleaned("e\u{0301}\u{200B}\n"), "é ");
        assert_eq!(cleaned("\u{F91D}"), "\u{F91D}", "a compatibility ideograph in a name stays");
    }

    #[test]
    fn what_cannot_be_drawn_is_a_square_that_remembers_the_character() {
        let fonts = Fonts::bundled();
        let line = Setter::of(&fonts).line("张\u{2EC15}");
        assert!(!line.glyphs[0].is_stand_in);
        assert!(line.glyphs[1].is_stand_in);
        assert_eq!(line.glyphs[1].character, '\u{2EC15}');
        assert_ne!(line.glyphs[1].id, 0);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_is_too_wide(text in "[\\PC\\n\\t]{0,60}", width in 20.0f64..200.0, size in 5.0f64..20.0) {
            let fonts = Fonts::bundled();
            let mut setter = Setter::of(&fonts);
            for breaks in [Breaks::Paragraph, Breaks::Balanced, Breaks::Name] {
                let lines = setter.wrap(&text, width, size, breaks);
                let kept: String = text_of(&lines).concat().replace(' ', "");
                prop_assert_eq!(kept, cleaned(&text).replace(' ', ""));
                for line in lines {
                    prop_assert!(line.glyphs.len() == 1 || line.width_at(size) <= width + 0.05);
                }
            }
        }

        #[test]
        fn fitting_always_ends(text in "\\PC{0,80}") {
            let fonts = Fonts::bundled();
            let fitted = Setter::of(&fonts).fit(&text, 60.0, Breaks::Name, &[(14.0, 1), (6.0, 2)]);
            prop_assert!(fitted.lines.iter().all(|line| line.glyphs.len() <= 1 || line.width_at(fitted.size_pt) <= 60.1));
        }
    }
}
