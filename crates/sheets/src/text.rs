//! Text to glyphs: cleaning, choice of face by character, measuring, line breaking, and fitting into a width.
//! Every character of the data is drawn; nothing is ever cut off with an ellipsis. What must be shaped is left to
//! [`crate::shaping`]; all else, nearly everything, is a glyph for each character.

use std::collections::HashMap;

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::fonts::{Fonts, Reach, Reader, STAND_IN};
use crate::shaping::{self, Cluster, Shaper, is_complex, needs_shaping};

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

/// A run of glyphs on one baseline: one for each character, or shaped.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Line {
    pub glyphs: Vec<Glyph>,
    /// From left to right; without them the line is plain.
    pub shaped: Vec<Cluster>,
}

impl Line {
    fn plain(glyphs: Vec<Glyph>) -> Self {
        Self { glyphs, shaped: Vec::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.glyphs.is_empty() && self.shaped.is_empty()
    }

    pub fn width_at(&self, size_pt: f64) -> f64 {
        let plain = self.glyphs.iter().map(|glyph| f64::from(glyph.advance)).sum::<f64>();
        let shaped = self.shaped.iter().map(|cluster| f64::from(cluster.advance)).sum::<f64>();
        (plain + shaped) * size_pt / 1000.0
    }

    /// How much higher above and lower below its baseline the line reaches than a line of Han characters may, at a type
    /// size of 1: stacks of Tibetan letters do.
    pub fn beyond(&self) -> (f64, f64) {
        let over = self.shaped.iter().map(|cluster| cluster.ink[1] - HAN_INK[1]).fold(0.0, f32::max);
        let under = self.shaped.iter().map(|cluster| HAN_INK[0] - cluster.ink[0]).fold(0.0, f32::max);
        (f64::from(over) / 1000.0, f64::from(under) / 1000.0)
    }
}

/// Room for ink below and above the baseline that every line has, in thousandths of the type size.
const HAN_INK: [f32; 2] = [-240.0, 940.0];

/// Lines at the size at which they fit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fitted {
    pub lines: Vec<Line>,
    pub size_pt: f64,
}

/// Text as it is drawn: no control or invisible characters, line ends as spaces, marks joined to their letters. What says
/// how letters join stays among such letters.
///
/// Only strings with combining marks are composed: normal form C would replace the compatibility ideographs of some names.
pub(crate) fn cleaned(text: &str) -> String {
    let joins = text.chars().any(is_complex);
    let plain = text.chars().filter_map(|character| match u32::from(character) {
        0x200C | 0x200D if joins => Some(character),
        0x09..=0x0D | 0x2028 | 0x2029 => Some(' '),
        0x00..=0x1F | 0x7F..=0x9F => None,
        // Soft hyphen, joiners, direction marks, variation selectors, byte order mark, tags: drawn as nothing.
        0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF => None,
        0xE0000..=0xE0FFF => None,
        _ => Some(character),
    });
    let mut drawn: String =
        if joins && text.chars().any(is_combining_mark) { plain.nfc().collect() } else { plain.collect() };
    // Composed, or rid of what was left out, there may be nothing left to join.
    if joins && !drawn.chars().any(is_complex) {
        drawn.retain(|character| !matches!(character, '\u{200C}' | '\u{200D}'));
    }
    drawn
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
/// What a part of a name ends with: the last is the point between Tibetan syllables.
const NAME_PART_ENDS: [char; 3] = [' ', '-', '\u{0F0B}'];

/// Sets text in the run's faces; remembers each character it has met.
pub(crate) struct Setter<'a> {
    fonts: &'a Fonts,
    readers: Vec<Option<Reader<'a>>>,
    met: HashMap<char, Glyph>,
}

impl<'a> Setter<'a> {
    pub fn of(fonts: &'a Fonts) -> Self {
        Self { fonts, readers: fonts.faces().iter().map(|face| face.reader()).collect(), met: HashMap::new() }
    }

    pub fn reader(&self, face: u8) -> Option<&Reader<'a>> {
        self.readers.get(usize::from(face))?.as_ref()
    }

    /// One line, whatever its length.
    pub fn line(&mut self, text: &str) -> Line {
        let text = cleaned(text);
        match self.shaped(&text) {
            Some(clusters) => Line { glyphs: Vec::new(), shaped: shaping::as_they_stand(&clusters) },
            None => Line::plain(self.glyphs(&text)),
        }
    }

    /// The clusters of a text that must be shaped, in the order they are read.
    fn shaped(&self, text: &str) -> Option<Vec<Cluster>> {
        if !text.chars().any(is_complex) {
            return None;
        }
        let shaper = Shaper { fonts: self.fonts, readers: &self.readers };
        let alone = |character| self.candidates(character).next();
        Some(shaper.shape(text, alone, |character| self.stand_in(character)))
    }

    /// The characters of a text that a square stands for.
    pub fn not_drawn(&mut self, text: &str) -> Vec<char> {
        match self.shaped(text) {
            Some(clusters) => {
                let glyphs = clusters.iter().flat_map(|cluster| &cluster.glyphs);
                glyphs.filter(|placed| placed.glyph.is_stand_in).map(|placed| placed.glyph.character).collect()
            }
            None => text.chars().filter(|character| self.glyph(*character).is_stand_in).collect(),
        }
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
        let found = self.candidates(character).next().filter(|_| !needs_shaping(character));
        let glyph = found.unwrap_or_else(|| self.stand_in(character));
        self.met.insert(character, glyph);
        glyph
    }

    fn stand_in(&self, character: char) -> Glyph {
        let nothing = Glyph { character, face: 0, id: 0, advance: 1000.0, is_stand_in: true };
        Glyph { character, is_stand_in: true, ..self.candidates(STAND_IN).next().unwrap_or(nothing) }
    }

    fn narrowest(&mut self, character: char) -> Glyph {
        let found = self.candidates(character).min_by(|one, other| one.advance.total_cmp(&other.advance));
        found.unwrap_or_else(|| self.glyph(character))
    }

    /// The character in each face that has it, best face first.
    fn candidates(&self, character: char) -> impl Iterator<Item = Glyph> {
        let faces = self.fonts.faces().iter().zip(&self.readers).enumerate();
        let asked = faces.filter(|(_, (face, _))| face.reach == Reach::Everything);
        asked.filter_map(move |(face, (_, reader))| {
            let (id, advance) = reader.as_ref()?.find_glyph(character)?;
            // Faces are few: a caller adds a handful at most.
            Some(Glyph { character, face: u8::try_from(face).ok()?, id, advance, is_stand_in: false })
        })
    }

    /// Breaks text into lines no wider than `width_pt`, by Unicode's line breaking rules (UAX 14), which keep Chinese
    /// punctuation from the start of a line; inside a word, or a part of a name, only where that alone is too wide.
    pub fn wrap(&mut self, text: &str, width_pt: f64, size_pt: f64, breaks: Breaks) -> Vec<Line> {
        let text = cleaned(text);
        let shaped = self.shaped(&text);
        let glyphs = match &shaped {
            Some(clusters) => units(clusters),
            None => self.glyphs(&text),
        };
        let lines = broken(&text, &glyphs, shaped.as_deref(), width_pt * 1000.0 / size_pt, breaks);
        match shaped {
            Some(clusters) => lines.iter().map(|line| line_of(&clusters, line)).collect(),
            None => lines,
        }
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

/// Glyphs in lines no wider than `limit`, in thousandths of the type size. Of shaped text each glyph stands for a cluster.
fn broken(text: &str, glyphs: &[Glyph], shaped: Option<&[Cluster]>, limit: f64, breaks: Breaks) -> Vec<Line> {
    let mut ends = Vec::new();
    let mut characters = 0;
    let mut from = 0;
    // Where each cluster ends, in bytes: a line breaks there only.
    let cluster_ends: Option<Vec<usize>> = shaped.map(|clusters| clusters.iter().map(|cluster| cluster.end).collect());
    for (to, opportunity) in linebreaks(text) {
        characters += text[from..to].chars().count();
        from = to;
        let (before, behind) = (text[..to].chars().next_back(), text[to..].chars().next());
        let may_break = match breaks {
            _ if opportunity == BreakOpportunity::Mandatory => true,
            Breaks::Name => before.is_some_and(|last| NAME_PART_ENDS.contains(&last) || NAME_DOTS.contains(&last)),
            // The dot in a name of several parts stays with the part before it.
            Breaks::Paragraph | Breaks::Balanced => !behind.is_some_and(|next| NAME_DOTS.contains(&next)),
        };
        let end = match &cluster_ends {
            Some(ends) => ends.binary_search(&to).ok().map(|at| at + 1),
            None => Some(characters),
        };
        ends.extend(end.filter(|_| may_break));
    }
    let lines = filled(glyphs, &ends, limit);
    if breaks == Breaks::Paragraph || lines.len() < 2 {
        return lines;
    }
    if breaks == Breaks::Balanced {
        let is_clause_end = |&end: &usize| end == glyphs.len() || CLAUSE_ENDS.contains(&glyphs[end - 1].character);
        let clauses: Vec<usize> = ends.iter().copied().filter(is_clause_end).collect();
        if !breaks_a_piece(glyphs, &clauses, limit) && filled(glyphs, &clauses, limit).len() == lines.len() {
            ends = clauses;
        }
    }
    balanced(glyphs, &ends, limit)
}

/// A glyph for each cluster, to fill lines with.
fn units(clusters: &[Cluster]) -> Vec<Glyph> {
    let unit = |(at, cluster): (usize, &Cluster)| Glyph {
        character: cluster.text.chars().next().unwrap_or(' '),
        face: 0,
        // A text of more would fill many pages.
        id: u16::try_from(at).unwrap_or(u16::MAX),
        advance: cluster.advance,
        is_stand_in: false,
    };
    clusters.iter().enumerate().map(unit).collect()
}

/// The line that a line of such glyphs stands for. Letters keep the forms they have in the unbroken word, as CSS asks where
/// a line breaks within one (CSS Text 3, 5.1).
fn line_of(clusters: &[Cluster], units: &Line) -> Line {
    let (first, last) = match &units.glyphs[..] {
        [] => return Line::default(),
        [first, .., last] => (first, last),
        [one] => (one, one),
    };
    Line { glyphs: Vec::new(), shaped: shaping::as_they_stand(&clusters[usize::from(first.id)..=usize::from(last.id)]) }
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
    // What is read last may stand first.
    while let Some(last) = (0..line.shaped.len()).max_by_key(|&at| line.shaped[at].end)
        && &*line.shaped[last].text == " "
    {
        line.shaped.remove(last);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shaping::is_joiner;
    use proptest::prelude::*;

    fn text_of(lines: &[Line]) -> Vec<String> {
        let read = |line: &Line| -> String {
            let mut shaped: Vec<&Cluster> = line.shaped.iter().collect();
            shaped.sort_by_key(|cluster| cluster.end);
            let plain = line.glyphs.iter().map(|glyph| glyph.character);
            plain.chain(shaped.iter().flat_map(|cluster| cluster.text.chars())).collect()
        };
        lines.iter().map(read).collect()
    }

    /// A joiner among squares joins nothing.
    fn without_joiners(text: &str) -> String {
        text.chars().filter(|character| !is_joiner(*character)).collect()
    }

    fn pieces_of(line: &Line) -> usize {
        line.glyphs.len() + line.shaped.len()
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
        assert_eq!(cleaned("Jose\u{301}\u{200D}"), "José", "nothing is left to join");
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
                let given = cleaned(&text).replace(' ', "");
                prop_assert_eq!(without_joiners(&kept), without_joiners(&given));
                for line in lines {
                    prop_assert!(pieces_of(&line) == 1 || line.width_at(size) <= width + 0.05);
                }
            }
        }

        #[test]
        fn fitting_always_ends(text in "\\PC{0,80}") {
            let fonts = Fonts::bundled();
            let fitted = Setter::of(&fonts).fit(&text, 60.0, Breaks::Name, &[(14.0, 1), (6.0, 2)]);
            prop_assert!(fitted.lines.iter().all(|line| pieces_of(line) <= 1 || line.width_at(fitted.size_pt) <= 60.1));
        }
    }
}
