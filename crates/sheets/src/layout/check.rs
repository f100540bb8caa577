//! Whether a layout can be printed and scanned. Said while it is made, with the place to mend.

use super::design::{BoxMm, Element, Item, TextItem, Texts};
use super::fault::{LayoutFault, LayoutProblem};
use super::{LAYOUT_FORMAT, Layout, PICTURES_BYTES_MAX, PICTURES_MAX};
use crate::template;
use crate::words::Words;

const MOST_ELEMENTS: usize = 60;
const MOST_ITEMS: usize = 30;
const MOST_CHARACTERS: usize = 2_000;
/// Characters of all texts of a layout, with room for what takes the place of braces: two full pages of A4.
const MOST_IN_ALL: usize = 10_000;
/// The same of a sheet's labels together: each is laid out and drawn.
const MOST_ON_A_SHEET: usize = 200_000;
/// Faults that are told at a time: whoever has mended these is told the next.
const MOST_FAULTS: usize = 100;
/// Four dots of a 300 dpi printer for each module of the usual code (29 modules and four of white on each side).
const SMALLEST_CODE_MM: f64 = 37.0 * 4.0 * 25.4 / 300.0;
/// Millimetres that sums of measures may be off.
const ROUNDING_MM: f64 = 0.005;
/// Chinese characters below this are not read on paper.
pub(crate) const SMALLEST_TYPE_PT: f64 = 3.5;

/// What is smaller is no type size at all.
const LEAST_DRAWN_PT: f64 = 0.5;

/// What was found wrong so far, in the order of the file.
#[derive(Default)]
struct Finder {
    told: Vec<LayoutFault>,
    /// Those that came after [`MOST_FAULTS`].
    left: usize,
    /// The first of these with which nothing can be drawn: it must not be missed.
    stops: Option<LayoutFault>,
}

impl Finder {
    fn ensure(&mut self, holds: bool, place: impl FnOnce() -> String, problem: LayoutProblem) {
        if holds {
            return;
        }
        if self.told.len() < MOST_FAULTS {
            return self.told.push(LayoutFault::at(place(), problem));
        }
        if self.stops.is_none() && problem.stops_drawing() {
            self.stops = Some(LayoutFault::at(place(), problem));
        } else {
            self.left += 1;
        }
    }

    fn end(mut self) -> Vec<LayoutFault> {
        self.told.extend(self.stops);
        if self.left > 0 {
            self.told.push(LayoutFault::at("", LayoutProblem::AndMore));
        }
        self.told
    }
}

impl Layout {
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), LayoutFault> {
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    /// What is wrong, for whoever is designing it: the first hundred, and whether there is more.
    pub fn faults(&self) -> Vec<LayoutFault> {
        let mut found = Finder::default();
        let at = |place: &'static str| move || place.to_owned();
        found.ensure(self.format == LAYOUT_FORMAT, at("format"), LayoutProblem::OtherFormat);
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let id_holds = (1..=60).contains(&self.id.len()) && self.id.bytes().all(is_plain);
        found.ensure(id_holds, at("id"), LayoutProblem::BadId);
        for (text, place) in
            [(&self.name.zh, "name.zh"), (&self.name.en, "name.en"), (&self.stock.source, "stock.source")]
        {
            found.ensure((1..=200).contains(&text.chars().count()), at(place), LayoutProblem::BadLength);
        }
        self.check_stock(&mut found);
        found.ensure(!self.design.front.is_empty(), at("design.front"), LayoutProblem::NothingOnIt);
        let label = (self.stock.label.width_mm, self.stock.label.height_mm, self.stock.label.safe_mm);
        let sheet = (self.stock.sheet.width_mm, self.stock.sheet.height_mm, 0.0);
        self.check_elements("design.page", &self.design.page, sheet, &mut found);
        self.check_elements("design.front", &self.design.front, label, &mut found);
        self.check_elements("design.back", &self.design.back, label, &mut found);
        let codes = |elements: &[Element]| elements.iter().filter(|one| matches!(one, Element::Code(_))).count();
        found.ensure(codes(&self.design.page) == 0, at("design.page"), LayoutProblem::CodeOnThePage);
        let on_label = codes(&self.design.front) + codes(&self.design.back);
        found.ensure(on_label < 2, at("design"), LayoutProblem::TwoCodes);
        self.check_pictures(&mut found);
        self.check_amount(&mut found);
        found.end()
    }

    /// Pictures that are shown and cannot be unpacked. Reading a layout unpacks none.
    pub fn broken_pictures(&self) -> Vec<LayoutFault> {
        let mut found = Vec::new();
        for (part, elements) in self.parts() {
            for (at, element) in elements.iter().enumerate() {
                let Element::Picture(shown) = element else { continue };
                if self.pictures.get(&shown.picture).is_some_and(|picture| picture.pixels().is_none()) {
                    let place = format!("design.{part}[{at}].picture");
                    found.push(LayoutFault::at(place, LayoutProblem::UnknownPicture));
                }
            }
        }
        found
    }

    /// Laying out takes as long as there is text.
    fn check_amount(&self, found: &mut Finder) {
        let words = Words::english("");
        let of_item = |item: &Item| -> usize {
            if let Item::Text(text) = item { template::length(&text.text, &words) } else { 0 }
        };
        let length = |element: &Element| -> usize {
            if let Element::Texts(texts) = element { texts.items.iter().map(of_item).sum() } else { 0 }
        };
        let [page, front, back] = self.parts().map(|(_, elements)| elements.iter().map(&length).sum::<usize>());
        let on_a_sheet = page + front.max(back) * self.places();
        let holds = page + front + back <= MOST_IN_ALL && on_a_sheet <= MOST_ON_A_SHEET;
        found.ensure(holds, || "design".to_owned(), LayoutProblem::TooMuchText);
    }

    fn check_pictures(&self, found: &mut Finder) {
        let place = || "pictures".to_owned();
        let bytes: usize = self.pictures.values().map(|picture| picture.png().len()).sum();
        let holds = self.pictures.len() <= PICTURES_MAX && bytes <= PICTURES_BYTES_MAX;
        found.ensure(holds, place, LayoutProblem::PicturesTooLarge);
        for name in self.pictures.keys() {
            let is_named = (1..=40).contains(&name.chars().count());
            found.ensure(is_named, place, LayoutProblem::BadLength);
        }
    }

    fn check_stock(&self, found: &mut Finder) {
        let (stock, sheet, grid, label) = (&self.stock, &self.stock.sheet, &self.stock.grid, &self.stock.label);
        let ranges = [
            ("stock.tolerance_mm", stock.tolerance_mm, 0.0, 5.0),
            ("stock.sheet.width_mm", sheet.width_mm, 20.0, 1_000.0),
            ("stock.sheet.height_mm", sheet.height_mm, 20.0, 1_000.0),
            ("stock.grid.columns", f64::from(grid.columns), 1.0, 40.0),
            ("stock.grid.rows", f64::from(grid.rows), 1.0, 80.0),
            ("stock.grid.left_mm", grid.left_mm, 0.0, 500.0),
            ("stock.grid.top_mm", grid.top_mm, 0.0, 500.0),
            ("stock.grid.pitch_x_mm", grid.pitch_x_mm, 1.0, 1_000.0),
            ("stock.grid.pitch_y_mm", grid.pitch_y_mm, 1.0, 1_000.0),
            ("stock.label.width_mm", label.width_mm, 5.0, 1_000.0),
            ("stock.label.height_mm", label.height_mm, 5.0, 1_000.0),
            ("stock.label.safe_mm", label.safe_mm, 0.0, 10.0),
            ("stock.label.bleed_mm", label.bleed_mm, 0.0, 5.0),
        ];
        for (place, value, least, most) in ranges {
            // No number that is not one is between two.
            found.ensure((least..=most).contains(&value), || place.to_owned(), LayoutProblem::OutOfRange);
        }
        let overlap = [
            ("stock.grid.pitch_x_mm", grid.columns, grid.pitch_x_mm, label.width_mm),
            ("stock.grid.pitch_y_mm", grid.rows, grid.pitch_y_mm, label.height_mm),
        ];
        for (place, count, pitch, size) in overlap {
            let holds = count == 1 || pitch >= size - ROUNDING_MM;
            found.ensure(holds, || place.to_owned(), LayoutProblem::LabelsOverlap);
        }
        let right = grid.left_mm + grid.pitch_x_mm * (f64::from(grid.columns) - 1.0) + label.width_mm;
        let bottom = grid.top_mm + grid.pitch_y_mm * (f64::from(grid.rows) - 1.0) + label.height_mm;
        // Half a millimetre for the makers' rounding.
        let off = LayoutProblem::OffTheSheet;
        found.ensure(right <= sheet.width_mm + 0.5, || "stock.grid.left_mm".into(), off);
        found.ensure(bottom <= sheet.height_mm + 0.5, || "stock.grid.top_mm".into(), off);
    }

    fn check_elements(
        &self,
        part: &str,
        elements: &[Element],
        (width, height, safe): (f64, f64, f64),
        found: &mut Finder,
    ) {
        found.ensure(elements.len() <= MOST_ELEMENTS, || part.to_owned(), LayoutProblem::TooMany);
        for (at, element) in elements.iter().enumerate().take(MOST_ELEMENTS) {
            let place = || format!("{part}[{at}].box");
            let area = element.place();
            let numbers = [area.x_mm, area.y_mm, area.width_mm, area.height_mm];
            let are_numbers = numbers.iter().all(|number| (0.0..=1_000.0).contains(number));
            found.ensure(are_numbers, place, LayoutProblem::OutOfRange);
            // Only what must be read keeps away from the edge.
            let safe = if matches!(element, Element::Code(_) | Element::Texts(_)) { safe } else { 0.0 } - ROUNDING_MM;
            let is_inside = area.x_mm >= safe
                && area.y_mm >= safe
                && area.x_mm + area.width_mm <= width - safe
                && area.y_mm + area.height_mm <= height - safe;
            found.ensure(!are_numbers || is_inside, place, LayoutProblem::OffTheLabel);
            match element {
                Element::Code(code) => {
                    let side = code.place.width_mm.min(code.place.height_mm);
                    found.ensure(side >= SMALLEST_CODE_MM, place, LayoutProblem::CodeTooSmall);
                    for (other_at, other) in elements.iter().enumerate().take(MOST_ELEMENTS) {
                        // A frame is empty inside; where its line stands on the code is advice.
                        let covers =
                            other_at != at && !matches!(other, Element::Frame(_)) && other.place().meets(&code.place);
                        found.ensure(!covers, || format!("{part}[{other_at}].box"), LayoutProblem::CodeCovered);
                    }
                }
                Element::Texts(texts) => check_texts(&format!("{part}[{at}]"), texts, found),
                Element::Picture(picture) => {
                    let is_known = self.pictures.contains_key(&picture.picture);
                    found.ensure(is_known, || format!("{part}[{at}].picture"), LayoutProblem::UnknownPicture);
                }
                Element::Bar(_) | Element::Frame(_) => {}
            }
        }
    }
}

fn check_texts(part: &str, texts: &Texts, found: &mut Finder) {
    let count = texts.items.len();
    found.ensure((1..=MOST_ITEMS).contains(&count), || format!("{part}.items"), LayoutProblem::TooMany);
    let size = texts.place.width_mm >= 2.0 && texts.place.height_mm >= 1.0;
    found.ensure(size, || format!("{part}.box"), LayoutProblem::OutOfRange);
    for (at, item) in texts.items.iter().enumerate() {
        let place = |key: &str| format!("{part}.items[{at}].{key}");
        match item {
            Item::Text(text) => check_text(text, &place, found),
            Item::Rule(rule) => {
                let holds = (0.1..=20.0).contains(&rule.thick_pt);
                found.ensure(holds, || place("thick_pt"), LayoutProblem::OutOfRange);
                found.ensure((0.0..=200.0).contains(&rule.gap_pt), || place("gap_pt"), LayoutProblem::OutOfRange);
            }
            Item::Space(_) => {}
        }
    }
}

fn check_text(text: &TextItem, place: &dyn Fn(&str) -> String, found: &mut Finder) {
    let length = text.text.chars().count();
    found.ensure(length > 0, || place("text"), LayoutProblem::BadLength);
    found.ensure(length <= MOST_CHARACTERS, || place("text"), LayoutProblem::TooMuchText);
    found.ensure(template::knows_words_of(&text.text), || place("text"), LayoutProblem::UnknownWord);
    let [least, most] = text.size_pt;
    let is_range = (0.0..=200.0).contains(&most) && least <= most && least >= LEAST_DRAWN_PT;
    found.ensure(is_range, || place("size_pt"), LayoutProblem::OutOfRange);
    found.ensure(least >= SMALLEST_TYPE_PT, || place("size_pt"), LayoutProblem::TypeTooSmall);
    found.ensure((1..=60).contains(&text.lines), || place("lines"), LayoutProblem::OutOfRange);
    found.ensure((0.0..=200.0).contains(&text.gap_pt), || place("gap_pt"), LayoutProblem::OutOfRange);
    found.ensure((0.8..=4.0).contains(&text.leading), || place("leading"), LayoutProblem::OutOfRange);
}

impl Element {
    pub(crate) fn is_code(&self) -> bool {
        matches!(self, Self::Code(_))
    }

    pub(crate) fn place(&self) -> BoxMm {
        match self {
            Self::Code(block) | Self::Bar(block) | Self::Frame(block) => block.place,
            Self::Texts(texts) => texts.place,
            Self::Picture(picture) => picture.place,
        }
    }

    /// Whether it is a frame whose line stands on a code's box, the edge of which is the white that a reader needs.
    pub(crate) fn frames_over(&self, code: &BoxMm) -> bool {
        matches!(self, Self::Frame(frame) if frame.place.edges().iter().any(|edge| edge.meets(code)))
    }
}

impl BoxMm {
    /// Its four sides, as thick as a frame is drawn.
    fn edges(&self) -> [Self; 4] {
        const LINE_MM: f64 = 0.17;
        let (right, bottom) = (self.x_mm + self.width_mm - LINE_MM, self.y_mm + self.height_mm - LINE_MM);
        [
            Self { height_mm: LINE_MM, ..*self },
            Self { y_mm: bottom, height_mm: LINE_MM, ..*self },
            Self { width_mm: LINE_MM, ..*self },
            Self { x_mm: right, width_mm: LINE_MM, ..*self },
        ]
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.x_mm + ROUNDING_MM < other.x_mm + other.width_mm
            && other.x_mm + ROUNDING_MM < self.x_mm + self.width_mm
            && self.y_mm + ROUNDING_MM < other.y_mm + other.height_mm
            && other.y_mm + ROUNDING_MM < self.y_mm + self.height_mm
    }
}
