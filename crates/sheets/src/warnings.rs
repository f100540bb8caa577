//! What a person should know before printing, and can do something about.

use crate::compose::{Composer, inside, whole_dots};
use crate::fonts::missing_glyphs;
use crate::geometry::{Area, mm};
use crate::layout::{BoxMm, Element, Ink, Item, Layout, Texts};
use crate::printer::Dots;
use crate::qr;
use crate::run::SheetRun;
use crate::texts::Fit;

/// Dots a module needs at 300 dpi to be read by phones (DENSO WAVE's advice on printed module size).
pub const MIN_MODULE_DOTS: u32 = 4;
/// Pixels an inch below which a picture is seen to be made of squares.
const COARSE_DPI: f64 = 150.0;
/// Advice that is told at a time.
const MOST_ADVICE: usize = 100;
/// WCAG 2.2, 1.4.11: what must be made out stands out from what is beside it by this much.
const LEAST_CONTRAST: f64 = 3.0;

/// Something about a layout that is better mended, or better known. It prints all the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// As in [`crate::LayoutFault`].
    pub place: String,
    pub what: LayoutAdvice,
    /// The size, in points or pixels an inch, that it is about.
    pub detail: Option<f64>,
}

/// The closed list of advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutAdvice {
    /// The texts of somebody fit only in type smaller than was asked for.
    TextShrinks,
    /// And nobody reads it.
    TextTooLong,
    /// Nearer to the edge than the maker's cut may be off.
    NearTheEdge,
    /// Modules of codes below [`MIN_MODULE_DOTS`].
    SmallCode,
    /// A reader does not read the code back.
    CodeUnreadable,
    /// Texts or pictures stand on one another.
    Overlap,
    /// Something of the sheet stands on a label's code.
    PageOnCode,
    /// Type too light for white paper.
    Faint,
    /// Characters of a fixed text that no font here draws.
    MissingGlyph,
    PictureCoarse,
    /// A frame's line stands on the code or the white around it. Some readers do not mind.
    FrameOnCode,
    /// Stands last, for all that is not told.
    AndMore,
}

impl LayoutAdvice {
    /// The word in messages between programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::TextShrinks => "text_shrinks",
            Self::TextTooLong => "text_too_long",
            Self::NearTheEdge => "near_the_edge",
            Self::SmallCode => "small_code",
            Self::CodeUnreadable => "code_unreadable",
            Self::Overlap => "overlap",
            Self::PageOnCode => "page_on_code",
            Self::Faint => "faint",
            Self::MissingGlyph => "missing_glyph",
            Self::PictureCoarse => "picture_coarse",
            Self::FrameOnCode => "frame_on_code",
            Self::AndMore => "and_more",
        }
    }
}

/// How many codes have modules below [`MIN_MODULE_DOTS`]: they print, and phones may fail on them. The remedy is a larger
/// label, or a shorter address of the service. Looks at the lengths of the links only; lays nothing out.
pub fn small_codes(run: &SheetRun) -> usize {
    let stock = &run.layout.stock;
    let label = Area { x_pt: 0.0, y_pt: 0.0, width_pt: mm(stock.label.width_mm), height_pt: mm(stock.label.height_mm) };
    let mut elements = run.layout.design.front.iter().chain(&run.layout.design.back);
    let code = elements.find_map(|element| if let Element::Code(block) = element { Some(block.place) } else { None });
    let Some(place) = code else { return 0 };
    let room = inside(label, place);
    let needed = f64::from(MIN_MODULE_DOTS) * Dots::Dpi300.pt();
    let dot_pt = run.printer.dots.pt();
    let is_small = |link: &str| {
        let modules = qr::size_of(link).map(|size| (size + 2 * qr::QUIET_MODULES) as f64);
        modules.is_ok_and(|modules| whole_dots(room, modules, dot_pt) * dot_pt < needed - 1e-6)
    };
    run.groups.iter().flat_map(|group| group.people.iter()).filter(|person| is_small(&person.link)).count()
}

/// What there is to be said of a layout beside its faults. Its people are tried one after the other.
pub(crate) fn advice(run: &SheetRun, composer: &mut Composer<'_>) -> Vec<Advice> {
    let layout = &run.layout;
    let mut found = Vec::new();
    for (part, elements) in layout.parts() {
        for (at, element) in elements.iter().enumerate() {
            if found.len() >= MOST_ADVICE {
                found.truncate(MOST_ADVICE);
                found.push(Advice { place: String::new(), what: LayoutAdvice::AndMore, detail: None });
                return found;
            }
            let mut say =
                |place: String, what: LayoutAdvice, detail: Option<f64>| found.push(Advice { place, what, detail });
            let place = format!("design.{part}[{at}].box");
            if part != "page" && is_near_the_edge(layout, element) {
                say(place.clone(), LayoutAdvice::NearTheEdge, Some(layout.stock.tolerance_mm));
            }
            if part == "page" && stands_on_a_code(layout, element.place()) {
                say(place.clone(), LayoutAdvice::PageOnCode, None);
            }
            let before = elements[..at].iter().any(|other| overlap(other, element));
            if before {
                say(place.clone(), LayoutAdvice::Overlap, None);
            }
            match element {
                Element::Texts(texts) => {
                    if let Some((what, size_pt)) = composer.worst_fit(part, at).and_then(told) {
                        say(place, what, Some(size_pt));
                    }
                    for (item, what) in of_items(run, texts, stands_on_colour(elements, texts.place)) {
                        say(format!("design.{part}[{at}].items[{item}]"), what, None);
                    }
                }
                Element::Picture(shown) => {
                    let dpi = layout.pictures.get(&shown.picture).map(|picture| {
                        let (width, height) = picture.size();
                        let dots = |pixels: u32, size_mm: f64| f64::from(pixels) / size_mm.max(0.1) * 25.4;
                        dots(width, shown.place.width_mm).max(dots(height, shown.place.height_mm))
                    });
                    if let Some(dpi) = dpi.filter(|dpi| *dpi < COARSE_DPI) {
                        say(place, LayoutAdvice::PictureCoarse, Some(dpi.round()));
                    }
                }
                Element::Code(_) if small_codes(run) > 0 => say(place, LayoutAdvice::SmallCode, None),
                Element::Frame(_) => {
                    let code = elements.iter().find(|other| other.is_code());
                    if code.is_some_and(|code| element.frames_over(&code.place())) {
                        say(place, LayoutAdvice::FrameOnCode, None);
                    }
                }
                Element::Code(_) | Element::Bar(_) => {}
            }
        }
    }
    found
}

fn told(fit: Fit) -> Option<(LayoutAdvice, f64)> {
    match fit {
        Fit::Fits => None,
        Fit::Squeezed(size) if size < crate::layout::SMALLEST_TYPE_PT => Some((LayoutAdvice::TextTooLong, size)),
        Fit::Squeezed(size) => Some((LayoutAdvice::TextShrinks, size)),
    }
}

/// Whether a cut that is off could take something of it away.
fn is_near_the_edge(layout: &Layout, element: &Element) -> bool {
    if !matches!(element, Element::Code(_) | Element::Texts(_) | Element::Picture(_)) {
        return false;
    }
    let (label, place, off) = (&layout.stock.label, element.place(), layout.stock.tolerance_mm);
    place.x_mm < off
        || place.y_mm < off
        || place.x_mm + place.width_mm > label.width_mm - off
        || place.y_mm + place.height_mm > label.height_mm - off
}

/// Whether a box of the sheet lies on the code of one of its labels.
fn stands_on_a_code(layout: &Layout, place: BoxMm) -> bool {
    let Some(code) = layout.design.front.iter().find(|element| element.is_code()) else { return false };
    let code = code.place();
    (0..layout.places()).any(|label| {
        let (left, top) = layout.stock.corner_mm(label);
        place.meets(&BoxMm { x_mm: left + code.x_mm, y_mm: top + code.y_mm, ..code })
    })
}

/// Whether two things that are both to be seen stand on each other.
fn overlap(one: &Element, other: &Element) -> bool {
    let is_seen = |element: &Element| matches!(element, Element::Texts(_) | Element::Picture(_));
    is_seen(one) && is_seen(other) && one.place().meets(&other.place())
}

fn stands_on_colour(elements: &[Element], place: BoxMm) -> bool {
    elements.iter().any(|element| matches!(element, Element::Bar(bar) if bar.place.meets(&place)))
}

/// Advice on single texts of a box.
fn of_items(run: &SheetRun, texts: &Texts, is_on_colour: bool) -> Vec<(usize, LayoutAdvice)> {
    let mut found = Vec::new();
    for (at, item) in texts.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        if !is_on_colour && contrast_with_white(text.ink) < LEAST_CONTRAST {
            found.push((at, LayoutAdvice::Faint));
        }
        if !missing_glyphs(&run.fonts, [text.text.as_str()]).is_empty() {
            found.push((at, LayoutAdvice::MissingGlyph));
        }
    }
    found
}

/// WCAG 2.2's contrast ratio, by relative luminance.
fn contrast_with_white(ink: Ink) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = ink.0.map(linear);
    1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guideline() {
        assert!((contrast_with_white(Ink::BLACK) - 21.0).abs() < 0.01);
        assert!((contrast_with_white(Ink([0x76; 3])) - 4.54).abs() < 0.01);
        assert!((contrast_with_white(Ink([255; 3])) - 1.0).abs() < 0.01);
    }
}
