//! A layout and people become pages. Everything that does not differ from label to label is worked out once for a run.

use crate::cut;
use crate::failure::SheetError;
use crate::geometry::{Area, mm, on_grid};
use crate::layout::{Block, BoxMm, CutMarks, Element, Layout, LayoutPicture};
use crate::page::{BlockKind, Heading, Mark, Page, Place};
use crate::paging::{self, Leaf, Sheet};
use crate::printer::Side;
use crate::qr::{Code, QUIET_MODULES};
use crate::run::{Person, SheetRun};
use crate::template::{Field, fill};
use crate::text::Setter;
use crate::texts::{Fit, Memory, TextsPlan};

/// People who are tried for size while a layout is designed.
const FITTED_MAX: usize = 20;
/// Below two dots a module no printer draws a code that can be read.
const FEWEST_DOTS: f64 = 2.0;

/// What pages are laid out for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Print,
    /// A code that does not fit is left out, so that the rest can be looked at.
    Look,
}

/// Lays pages out one after the other, keeping what they share.
pub(crate) struct Composer<'a> {
    pub run: &'a SheetRun,
    pub setter: Setter<'a>,
    memory: Memory,
    use_: Use,
    invitations: Plan,
    list: Plan,
}

/// A layout's elements, ready to be drawn.
#[derive(Default)]
struct Plan {
    page: Vec<Part>,
    front: Vec<Part>,
    back: Vec<Part>,
}

impl Plan {
    fn of(layout: &Layout, run: &SheetRun, memory: &mut Memory) -> Self {
        let mut plan = |elements: &[Element]| -> Vec<Part> {
            let parts = elements.iter().map(|element| match element {
                Element::Code(block) => Part::Code(block.place),
                Element::Bar(block) => Part::Bar(*block),
                Element::Frame(block) => Part::Frame(*block),
                Element::Texts(texts) => Part::Texts(TextsPlan::of(texts, &run.organisation, &run.words, memory)),
                Element::Picture(shown) => Part::Picture(shown.place, layout.pictures.get(&shown.picture).cloned()),
            });
            parts.collect()
        };
        let design = &layout.design;
        Self { page: plan(&design.page), front: plan(&design.front), back: plan(&design.back) }
    }
}

/// An element, ready to be drawn.
enum Part {
    Code(BoxMm),
    Bar(Block),
    Frame(Block),
    Texts(TextsPlan),
    /// Nothing where a draft names a picture that it lacks.
    Picture(BoxMm, Option<LayoutPicture>),
}

/// What a page knows beside its people.
struct Captions {
    people: String,
    page_of: String,
}

/// What fills a label's or page's texts.
struct Data<'d> {
    captions: &'d Captions,
    heading: &'d str,
    person: Option<(&'d Person, &'d str)>,
}

impl<'d> Data<'d> {
    fn value(&self, field: Field) -> &'d str {
        let (person, place) = match self.person {
            Some((person, place)) => (Some(person), place),
            None => (None, ""),
        };
        let of_person = |take: fn(&'d Person) -> &'d str| person.map_or("", take);
        match field {
            Field::Name => of_person(|person| &person.name),
            Field::Department => of_person(|person| &person.department),
            Field::Number => of_person(|person| &person.card_number),
            Field::Link => of_person(|person| &person.link),
            Field::Heading => self.heading,
            Field::People => &self.captions.people,
            Field::PageOf => &self.captions.page_of,
            Field::Place => place,
        }
    }
}

impl<'a> Composer<'a> {
    pub fn of(run: &'a SheetRun) -> Result<Self, SheetError> {
        check(run)?;
        Self::planned(run, Use::Print)
    }

    /// For looking at a layout that may be wrong as long as it can be drawn.
    pub fn of_draft(run: &'a SheetRun) -> Result<Self, SheetError> {
        match run.layout.faults().into_iter().find(|fault| fault.problem.stops_drawing()) {
            Some(fault) => Err(fault.into()),
            None => Self::planned(run, Use::Look),
        }
    }

    fn planned(run: &'a SheetRun, use_: Use) -> Result<Self, SheetError> {
        if paging::count(run) == 0 {
            return Err(SheetError::NobodyToPrint);
        }
        let mut memory = Memory::default();
        let invitations = Plan::of(&run.layout, run, &mut memory);
        let list = run.list.as_ref().map(|list| Plan::of(list, run, &mut memory)).unwrap_or_default();
        Ok(Self { run, setter: Setter::of(&run.fonts), memory, use_, invitations, list })
    }

    /// How the texts at `at` of a part come out for whom they fit worst, among the people of the first group.
    pub fn worst_fit(&mut self, part: &str, at: usize) -> Option<Fit> {
        let run = self.run;
        let stock = &run.layout.stock;
        let (parts, size) = match part {
            "page" => (&self.invitations.page, (stock.sheet.width_mm, stock.sheet.height_mm)),
            "front" => (&self.invitations.front, (stock.label.width_mm, stock.label.height_mm)),
            _ => (&self.invitations.back, (stock.label.width_mm, stock.label.height_mm)),
        };
        let Some(Part::Texts(texts)) = parts.get(at) else { return None };
        let area = Area { x_pt: 0.0, y_pt: 0.0, width_pt: mm(size.0), height_pt: mm(size.1) };
        let group = run.groups.first()?;
        let captions = Captions { people: run.words.people.clone(), page_of: run.words.page_of.clone() };
        let mut scratch = Page::of(stock.paper(), Heading::Up);
        let mut worst = Fit::Fits;
        // A sheet is full of the same few people.
        let mut tried: Vec<Person> = Vec::new();
        for person in group.people.iter().take(FITTED_MAX) {
            if tried.contains(&person) {
                continue;
            }
            let data = Data { captions: &captions, heading: &group.heading, person: Some((&person, "1")) };
            scratch.marks.clear();
            let fit =
                texts.draw((area, None), |field| data.value(field), &mut self.setter, &mut self.memory, &mut scratch);
            worst = match (worst, fit) {
                (Fit::Squeezed(one), Fit::Squeezed(other)) => Fit::Squeezed(one.min(other)),
                (Fit::Fits, other) => other,
                (worst, Fit::Fits) => worst,
            };
            tried.push(person);
        }
        Some(worst)
    }

    pub fn compose(&mut self, sheet: Sheet) -> Result<Page, SheetError> {
        let run = self.run;
        let stock = &run.layout_of(sheet.leaf).stock;
        let plan = match sheet.leaf {
            Leaf::List => &self.list,
            Leaf::Invitations => &self.invitations,
        };
        let paper = stock.paper();
        let heading = if run.printer.turns(sheet.side) { Heading::Down } else { Heading::Up };
        let mut page = Page::of(paper, heading);
        let group = &run.groups[sheet.group];
        let captions = captions(run, sheet);
        if sheet.side == Side::Front {
            let size = (stock.sheet.width_mm, stock.sheet.height_mm);
            let whole = run.printer.area(paper, sheet.side, (0.0, 0.0), size);
            let data = Data { captions: &captions, heading: &group.heading, person: None };
            for part in &plan.page {
                draw_plain(part, whole, (None, 0.0), &mut page);
                if let Part::Texts(texts) = part {
                    let whole = (whole, None);
                    texts.draw(whole, |field| data.value(field), &mut self.setter, &mut self.memory, &mut page);
                }
            }
            if stock.cut == CutMarks::Ticks {
                cut::ticks(stock, &run.printer, &mut page);
            }
        }
        let parts = match sheet.side {
            Side::Front => &plan.front,
            Side::Back => &plan.back,
        };
        for at in 0..sheet.people {
            let index = sheet.first_person + at;
            let person = group.people.get(index);
            let label = run.printer.label(stock, sheet.side, sheet.first_place + at);
            let place = (index + 1).to_string();
            let data = Data { captions: &captions, heading: &group.heading, person: Some((&person, &place)) };
            let mut code = None;
            for part in parts {
                draw_plain(part, label, (Some(at), stock.label.bleed_mm), &mut page);
                match part {
                    Part::Code(place) => {
                        let room = inside(label, *place);
                        let fault = (sheet.group, index);
                        page.block(Some(at), BlockKind::Code);
                        match draw_code(room, &person.link, fault, run.printer.dots.pt(), &mut page) {
                            Ok(drawn) => code = Some(drawn),
                            Err(_) if self.use_ == Use::Look => {}
                            Err(error) => return Err(error),
                        }
                    }
                    Part::Texts(texts) => {
                        let label = (label, Some(at));
                        texts.draw(label, |field| data.value(field), &mut self.setter, &mut self.memory, &mut page);
                    }
                    Part::Bar(_) | Part::Frame(_) | Part::Picture(..) => {}
                }
            }
            let place = Place { group: sheet.group, person: index, area: label, code };
            page.places.push(place);
        }
        Ok(page)
    }
}

/// What can be said without laying anything out.
pub(crate) fn check(run: &SheetRun) -> Result<(), SheetError> {
    check_layout(&run.layout)?;
    if let Some(list) = &run.list {
        check_layout(list)?;
        if list.stock.paper() != run.layout.stock.paper() {
            return Err(SheetError::OtherPaper);
        }
    }
    run.printer.check()?;
    if run.used_places >= run.layout.places() { Err(SheetError::NoSuchPlace) } else { Ok(()) }
}

fn check_layout(layout: &Layout) -> Result<(), SheetError> {
    layout.check()?;
    layout.broken_pictures().into_iter().next().map_or(Ok(()), |fault| Err(fault.into()))
}

fn captions(run: &SheetRun, sheet: Sheet) -> Captions {
    let words = &run.words;
    let people = match run.groups[sheet.group].people.len() {
        1 => words.one_person.clone(),
        count => fill(&words.people, &[("count", &count.to_string())]),
    };
    let page_of = fill(&words.page_of, &[("page", &sheet.number.to_string()), ("pages", &sheet.of.to_string())]);
    Captions { people, page_of }
}

pub(crate) fn inside(area: Area, place: BoxMm) -> Area {
    area.inside(place.x_mm, place.y_mm, place.width_mm, place.height_mm)
}

/// Bars, frames and pictures of a label or the page; where a bar reaches the label's edge it runs on by the bleed.
fn draw_plain(part: &Part, area: Area, (label, bleed_mm): (Option<usize>, f64), page: &mut Page) {
    match part {
        Part::Bar(block) => {
            let bar = inside(area, block.place);
            let bleed = mm(bleed_mm);
            let grown = |distance: f64| if distance < 0.05 { bleed } else { 0.0 };
            let (left, right) = (grown(bar.x_pt - area.x_pt), grown(area.right() - bar.right()));
            let (down, up) = (grown(bar.y_pt - area.y_pt), grown(area.top() - bar.top()));
            let (width, height) = (bar.width_pt + left + right, bar.height_pt + down + up);
            page.bar(bar.x_pt - left, bar.y_pt - down, width, height, block.ink);
        }
        Part::Frame(block) => page.frame(inside(area, block.place), block.ink),
        Part::Picture(place, Some(picture)) => page.picture(inside(area, *place), picture, label),
        Part::Picture(_, None) | Part::Code(_) | Part::Texts(_) => {}
    }
}

/// Puts a code in the middle of `room`, as large as whole dots a module allow; answers its area with quiet zone.
fn draw_code(
    room: Area,
    link: &str,
    (group, person): (usize, usize),
    dot_pt: f64,
    page: &mut Page,
) -> Result<Area, SheetError> {
    let code = Code::encode(link).map_err(|_| SheetError::LinkTooLong { group, person })?;
    let modules = (code.size() + 2 * QUIET_MODULES) as f64;
    let dots = whole_dots(room, modules, dot_pt);
    if dots < FEWEST_DOTS {
        return Err(SheetError::CodeDoesNotFit { group, person });
    }
    let module_pt = dots * dot_pt;
    let side = modules * module_pt;
    let x_pt = on_grid(room.x_pt + (room.width_pt - side) / 2.0, dot_pt);
    let y_pt = on_grid(room.y_pt + (room.height_pt - side) / 2.0, dot_pt);
    let quiet = QUIET_MODULES as f64 * module_pt;
    page.marks.push(Mark::Code { x: x_pt + quiet, y: y_pt + quiet, module_pt, code: Box::new(code) });
    Ok(Area { x_pt, y_pt, width_pt: side, height_pt: side })
}

/// Most dots a module of a code with so many modules, quiet zone counted, can have in `room`.
pub(crate) fn whole_dots(room: Area, modules: f64, dot_pt: f64) -> f64 {
    (room.width_pt.min(room.height_pt) / modules / dot_pt + 1e-6).floor()
}
