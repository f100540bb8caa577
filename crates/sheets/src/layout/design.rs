//! Design: what stands where. Boxes are millimetres from the top left corner of the label; those of `page` from that of the
//! sheet.
//!
//! Texts hold data and words in braces: `{name}`, `{department}`, `{number}`, `{organisation}`, `{expiry}`, `{link}`,
//! `{heading}`, `{people}`, `{page_of}`, `{place}`, and the program's words in the run's language, such as `{words.scan}`
//! (crate::template has the list). A text whose data is empty is left out.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Once on each front page, whatever labels it has: the head of a class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub page: Vec<Element>,
    /// On each label.
    pub front: Vec<Element>,
    /// On the other side of each label. Without it sheets are printed on one side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub back: Vec<Element>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Element {
    /// The invitation's code with its quiet zone, as large as the box and whole dots a module allow.
    Code(Block),
    /// A filled rectangle: a line, a band of colour. Where it reaches the label's edge it runs on by the bleed.
    Bar(Block),
    /// The outline of a rectangle: a field to tick, a panel.
    Frame(Block),
    Texts(Texts),
    /// One of the layout's pictures, whole and as large as the box allows, in its middle.
    Picture(PictureBox),
}

/// A rectangle in one colour.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    #[serde(rename = "box")]
    pub place: BoxMm,
    #[serde(default, skip_serializing_if = "Ink::is_black")]
    pub ink: Ink,
}

/// Where a picture stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureBox {
    #[serde(rename = "box")]
    pub place: BoxMm,
    /// Its name among the layout's pictures.
    pub picture: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoxMm {
    pub x_mm: f64,
    pub y_mm: f64,
    pub width_mm: f64,
    pub height_mm: f64,
}

/// Texts one under the other in a box. What does not fit makes all of them smaller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    #[serde(rename = "box")]
    pub place: BoxMm,
    #[serde(default)]
    pub align: Align,
    #[serde(default)]
    pub stand: Stand,
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    #[default]
    Left,
    Middle,
    Right,
}

/// Where texts stand that leave room in their box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    #[default]
    Top,
    Middle,
    Bottom,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Item {
    Text(TextItem),
    /// Takes the room that is left, so that what follows stands at the bottom.
    Space(Nothing),
    /// A line over the width of the box.
    Rule(Rule),
}

/// No settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub thick_pt: f64,
    #[serde(default)]
    pub gap_pt: f64,
    #[serde(default, skip_serializing_if = "Ink::is_black")]
    pub ink: Ink,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextItem {
    pub text: String,
    /// Smallest and largest type.
    pub size_pt: [f64; 2],
    /// Most lines.
    #[serde(default = "one")]
    pub lines: u8,
    #[serde(default)]
    pub flow: Flow,
    /// White above.
    #[serde(default)]
    pub gap_pt: f64,
    /// Height of a line beside the type size.
    #[serde(default = "usual_leading")]
    pub leading: f64,
    #[serde(default, skip_serializing_if = "Ink::is_black")]
    pub ink: Ink,
    #[serde(default)]
    pub keep: Keep,
}

fn one() -> u8 {
    1
}

fn usual_leading() -> f64 {
    1.18
}

/// How a long text is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// One line a little smaller before two of about equal length.
    #[default]
    Line,
    /// One line much smaller before two, and only between the parts of a name.
    Name,
    /// Full lines, as large as they fit.
    Paragraph,
}

/// Whether a text shrinks with the others of its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    #[default]
    Shrinks,
    /// Stays as large as on the other labels while it can.
    ShrinksLast,
}

/// A colour, `#RRGGBB` in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ink(pub [u8; 3]);

impl Ink {
    pub const BLACK: Self = Self([0; 3]);

    fn is_black(&self) -> bool {
        *self == Self::BLACK
    }
}

impl Serialize for Ink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [red, green, blue] = self.0;
        serializer.collect_str(&format_args!("#{red:02X}{green:02X}{blue:02X}"))
    }
}

impl<'de> Deserialize<'de> for Ink {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
        let part = |at: usize| u8::from_str_radix(digits?.get(at..at + 2)?, 16).ok();
        match (part(0), part(2), part(4)) {
            (Some(red), Some(green), Some(blue)) => Ok(Self([red, green, blue])),
            _ => Err(serde::de::Error::custom("a colour is written #RRGGBB")),
        }
    }
}
