//! Texts of a layout: words and data in braces. Words and what is the same for a whole run are put in once; data is put in
//! for each label and never searched again, so a name with braces stays as it is.

use crate::words::Words;

/// Data of one label or page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Name,
    Department,
    Number,
    Link,
    Heading,
    /// "30 people", of the group.
    People,
    /// "Page 1 of 2", within the group.
    PageOf,
    /// The person's place within the group, from 1.
    Place,
}

impl Field {
    fn find(key: &str) -> Option<Self> {
        Some(match key {
            "name" => Self::Name,
            "department" => Self::Department,
            "number" => Self::Number,
            "link" => Self::Link,
            "heading" => Self::Heading,
            "people" => Self::People,
            "page_of" => Self::PageOf,
            "place" => Self::Place,
            _ => return None,
        })
    }

    /// Whether many labels have the same.
    fn is_shared(self) -> bool {
        matches!(self, Self::Department | Self::Heading)
    }
}

/// The program's word for a key of a layout, in the run's language; may itself hold data in braces.
fn word<'w>(key: &str, words: &'w Words) -> Option<&'w str> {
    let letter = &words.letter;
    Some(match key {
        "words.title" => &words.title,
        "words.number" => &words.number,
        "words.scan" => &words.scan,
        "words.valid_until" => &words.valid_until,
        "words.personal" => &words.personal,
        "words.fold" => &words.fold,
        "words.list_title" => &words.list.title,
        "words.list_number" => &words.list.number,
        "words.list_name" => &words.list.name,
        "words.list_handed_out" => &words.list.handed_out,
        "words.list_signature" => &words.list.signature,
        "words.list_teacher" => &words.list.teacher,
        "words.letter_title" => &letter.title,
        "words.letter_greeting" => &letter.greeting,
        "words.letter_introduction" => &letter.introduction,
        "words.letter_step_1" => &letter.steps[0],
        "words.letter_step_2" => &letter.steps[1],
        "words.letter_step_3" => &letter.steps[2],
        "words.letter_link" => &letter.link,
        "words.letter_expiry" => &letter.expiry,
        "words.letter_privacy" => &letter.privacy,
        _ => return None,
    })
}

/// Whether every key in braces is one that a layout may use.
pub(crate) fn knows_words_of(text: &str) -> bool {
    let words = Words::english("");
    parts(text).all(|part| match part {
        Part::Plain(_) => true,
        Part::Key(key) => {
            matches!(key, "organisation" | "expiry") || Field::find(key).is_some() || word(key, &words).is_some()
        }
    })
}

/// Characters that stand for data of which only the label knows how much it is.
const DATA_CHARACTERS: usize = 40;

/// How many characters a text becomes, about.
pub(crate) fn length(text: &str, words: &Words) -> usize {
    let of = |part: Part<'_>| match part {
        Part::Plain(text) => text.chars().count(),
        Part::Key(key) => word(key, words).map_or(DATA_CHARACTERS, |word| word.chars().count().max(DATA_CHARACTERS)),
    };
    parts(text).map(of).sum()
}

enum Part<'t> {
    Plain(&'t str),
    Key(&'t str),
}

/// Text in pieces. A brace without its other is plain.
fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('{')
            && let Some(close) = inside.find(['{', '}'])
            && inside[close..].starts_with('}')
        {
            rest = &inside[close + 1..];
            return Some(Part::Key(&inside[..close]));
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find('{').map_or(rest.len(), |at| first + at);
        let (plain, behind) = rest.split_at(end);
        rest = behind;
        Some(Part::Plain(plain))
    })
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Fixed(String),
    Data(Field),
}

/// A text ready to be filled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

/// How often a template's text differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// Labels by the dozen have the same: worth remembering when it was laid out.
    Often,
    Never,
}

impl Template {
    pub fn of(text: &str, organisation: &str, words: &Words) -> Self {
        let mut template = Self { pieces: Vec::new() };
        for part in parts(text) {
            match part {
                Part::Key(key) if key.starts_with("words.") => {
                    for part in parts(word(key, words).unwrap_or_default()) {
                        template.push(part, organisation, words);
                    }
                }
                other => template.push(other, organisation, words),
            }
        }
        template
    }

    fn push(&mut self, part: Part<'_>, organisation: &str, words: &Words) {
        let plain = match part {
            Part::Plain(text) => text.to_owned(),
            Part::Key("organisation") => organisation.to_owned(),
            Part::Key("expiry") => words.expiry.clone(),
            Part::Key(key) => match Field::find(key) {
                Some(field) => return self.pieces.push(Piece::Data(field)),
                None => format!("{{{key}}}"),
            },
        };
        match self.pieces.last_mut() {
            Some(Piece::Fixed(before)) => before.push_str(&plain),
            _ => self.pieces.push(Piece::Fixed(plain)),
        }
    }

    pub fn repeats(&self) -> Repeats {
        let is_shared = |piece: &Piece| match piece {
            Piece::Fixed(_) => true,
            Piece::Data(field) => field.is_shared(),
        };
        if self.pieces.iter().all(is_shared) { Repeats::Often } else { Repeats::Never }
    }

    /// The text with its data in `out`; empty when it has data and all of that is empty.
    pub fn fill<'d>(&self, data: impl Fn(Field) -> &'d str, out: &mut String) {
        out.clear();
        let (mut has_data, mut has_value) = (false, false);
        for piece in &self.pieces {
            match piece {
                Piece::Fixed(text) => out.push_str(text),
                Piece::Data(field) => {
                    let value = data(*field);
                    has_data = true;
                    has_value |= !value.is_empty();
                    out.push_str(value);
                }
            }
        }
        if has_data && !has_value {
            out.clear();
        }
    }
}

/// Puts data in the place of `{key}`; an unknown key is printed as it stands.
pub(crate) fn fill(words: &str, data: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(words.len() + 32);
    for part in parts(words) {
        match part {
            Part::Plain(text) => out.push_str(text),
            Part::Key(key) => match data.iter().find(|(name, _)| *name == key) {
                Some((_, value)) => out.push_str(value),
                None => out.extend(["{", key, "}"]),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, name: &'static str, number: &'static str) -> String {
        let template = Template::of(text, "示例中学", &Words::english("1 May"));
        let mut out = "before".to_owned();
        template.fill(
            |field| match field {
                Field::Name => name,
                Field::Number => number,
                _ => "",
            },
            &mut out,
        );
        out
    }

    #[test]
    fn data_is_put_in_once() {
        assert_eq!(filled("{name}: {number}, {unknown} {", "{number}", "7"), "{number}: 7, {unknown} {");
        assert_eq!(filled("{{name}}", "{{number}}", ""), "{{{number}}}");
        assert_eq!(fill("{name}: {number}, {x} {", &[("name", "{number}"), ("number", "7")]), "{number}: 7, {x} {");
    }

    #[test]
    fn words_bring_their_own_data() {
        assert_eq!(filled("{words.number}", "", "7"), "No. 7");
        assert_eq!(filled("{words.valid_until} · {organisation}", "", ""), "Valid until 1 May · 示例中学");
    }

    #[test]
    fn a_text_without_its_data_is_left_out() {
        assert_eq!(filled("{words.number}", "王", ""), "");
        assert_eq!(filled("{name} {number}", "王", ""), "王 ");
    }

    #[test]
    fn unknown_words_are_found() {
        assert!(knows_words_of("{name} {words.scan} {organisation} } {"));
        for text in ["{nmae}", "{ }", "{words.}", "a {words.secret}"] {
            assert!(!knows_words_of(text), "{text}");
        }
    }

    #[test]
    fn a_text_is_as_long_as_what_takes_the_place_of_braces() {
        let words = Words::english("");
        assert_eq!(length("三个字", &words), 3);
        assert_eq!(length("{name}{link}", &words), 2 * DATA_CHARACTERS);
        assert!(length("{words.letter_introduction}", &words) >= words.letter.introduction.chars().count());
    }

    #[test]
    fn what_many_labels_share_is_known() {
        let repeats = |text| Template::of(text, "", &Words::english("")).repeats();
        assert_eq!(repeats("{words.scan} {department}"), Repeats::Often);
        assert_eq!(repeats("{name} {department}"), Repeats::Never);
    }
}
