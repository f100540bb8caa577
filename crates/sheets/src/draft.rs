//! A layout while it is designed: drawn as it would print as long as it can be drawn at all, with everything that is wrong
//! or that a person should know.

use crate::compose::Composer;
use crate::failure::SheetError;
use crate::geometry::{Area, mm};
use crate::layout::LayoutFault;
use crate::page::Page;
use crate::paging::{Leaf, Sheet};
use crate::printer::Side;
use crate::proof;
use crate::run::SheetRun;
use crate::svg;
use crate::warnings::{Advice, LayoutAdvice, advice};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The first label of the sheet, with its bleed.
    Label(Side),
    /// The whole sheet.
    Sheet(Side),
}

/// A picture of a layout, and what there is to say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Outlines only, safe as the source of an image.
    pub svg: String,
    /// What the picture shows, in millimetres from the top left corner of the label or the sheet.
    pub left_mm: f64,
    pub top_mm: f64,
    pub width_mm: f64,
    pub height_mm: f64,
    /// What keeps the layout from being printed, in the order of its file.
    pub faults: Vec<LayoutFault>,
    /// What is better mended, or better known.
    pub advice: Vec<Advice>,
}

/// Draws the run's layout with its people, who stand for everybody: the first is on the label, all are tried for size.
///
/// # Errors
/// [`SheetError::LayoutUnusable`] when it cannot be drawn, [`SheetError::NobodyToPrint`].
pub fn draft(run: &SheetRun, view: View) -> Result<Draft, SheetError> {
    let mut composer = Composer::of_draft(run)?;
    let stock = &run.layout.stock;
    let (side, people) = match view {
        View::Label(side) => (side, 1),
        View::Sheet(side) => (side, run.layout.places()),
    };
    let people = people.min(run.groups.first().map_or(0, |group| group.people.len()));
    let sheet = |side| Sheet {
        leaf: Leaf::Invitations,
        group: 0,
        first_person: 0,
        people,
        first_place: 0,
        number: 1,
        of: 1,
        side,
    };
    let page = composer.compose(sheet(side))?;
    let window = match view {
        View::Sheet(_) => Area { x_pt: 0.0, y_pt: 0.0, width_pt: page.paper.width_pt, height_pt: page.paper.height_pt },
        View::Label(_) => grown(run.printer.label(stock, side, 0), stock.label.bleed_mm),
    };
    let svg = svg::draw(&page, &composer.setter, window);
    let mut found = Vec::new();
    // A label has its code on one of its sides, and only that page can say whether it reads.
    for (name, side) in [("front", Side::Front), ("back", Side::Back)] {
        let page = composer.compose(sheet(side))?;
        found.extend(unreadable(run, &page, &composer, name));
    }
    found.extend(advice(run, &mut composer));
    let (left_mm, top_mm) = match view {
        View::Sheet(_) => (0.0, 0.0),
        View::Label(_) => (-stock.label.bleed_mm, -stock.label.bleed_mm),
    };
    let in_mm = |pt: f64| pt / mm(1.0);
    let (width_mm, height_mm) = (in_mm(window.width_pt), in_mm(window.height_pt));
    let mut faults = run.layout.faults();
    faults.extend(run.layout.broken_pictures());
    Ok(Draft { svg, left_mm, top_mm, width_mm, height_mm, faults, advice: found })
}

fn grown(area: Area, by_mm: f64) -> Area {
    let by = mm(by_mm);
    Area {
        x_pt: area.x_pt - by,
        y_pt: area.y_pt - by,
        width_pt: area.width_pt + 2.0 * by,
        height_pt: area.height_pt + 2.0 * by,
    }
}

/// The code of the page's first label, when an independent reader cannot read it from what is drawn.
fn unreadable(run: &SheetRun, page: &Page, composer: &Composer<'_>, part: &str) -> Option<Advice> {
    let place = page.places.first()?;
    let code = place.code?;
    let link = run.groups.get(place.group)?.people.get(place.person).link;
    if proof::reads(page, &composer.setter, code, &link) {
        return None;
    }
    let elements = if part == "back" { &run.layout.design.back } else { &run.layout.design.front };
    let at = elements.iter().position(|element| element.is_code())?;
    Some(Advice { place: format!("design.{part}[{at}].box"), what: LayoutAdvice::CodeUnreadable, detail: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Block, BoxMm, Element, Ink, LayoutPicture, LayoutProblem, PictureBox, presets};
    use crate::{Group, Layout, Person, Words};

    fn run_of(layout: Layout, names: &[&str]) -> SheetRun {
        let person = |name: &&str| Person {
            name: (*name).to_owned(),
            department: "高一/高一(3)班".into(),
            card_number: "S2026001".into(),
            link: "HTTPS://ROSTER.SCHOOL.EXAMPLE.CN/J/ABCDEFGHJKMNPQRSTUVWXYZ234".into(),
        };
        let group = Group { heading: "高一(3)班".into(), people: names.iter().map(person).collect() };
        SheetRun::of("示例中学", vec![group], Words::chinese("2027年1月1日"), layout)
    }

    fn whats(draft: &Draft) -> Vec<LayoutAdvice> {
        draft.advice.iter().map(|advice| advice.what).collect()
    }

    fn labels() -> Layout {
        Layout::find_named("labels").expect("shipped")
    }

    fn box_of(layout: &mut Layout, at: usize) -> &mut BoxMm {
        match &mut layout.design.front[at] {
            Element::Code(block) | Element::Bar(block) | Element::Frame(block) => &mut block.place,
            Element::Texts(texts) => &mut texts.place,
            Element::Picture(picture) => &mut picture.place,
        }
    }

    #[test]
    fn shipped_layouts_have_nothing_to_be_said_against_them() {
        for layout in presets() {
            for view in [View::Label(Side::Front), View::Sheet(Side::Front)] {
                let draft = draft(&run_of(layout.clone(), &["张小明"]), view).expect("draws");
                assert_eq!((draft.faults, draft.advice), (Vec::new(), Vec::new()), "{}", layout.id);
            }
        }
    }

    #[test]
    fn what_is_drawn_is_what_is_printed() {
        let run = run_of(labels(), &["张小明"]);
        let whole = draft(&run, View::Sheet(Side::Front)).expect("draws").svg;
        assert_eq!(whole, crate::page_svg(&run, 0).expect("draws"));
    }

    #[test]
    fn a_layout_that_cannot_be_printed_is_drawn_all_the_same_with_all_its_faults() {
        let mut layout = labels();
        box_of(&mut layout, 0).x_mm = 60.0;
        layout.design.page.push(layout.design.front[0].clone());
        let draft = draft(&run_of(layout, &["张小明"]), View::Label(Side::Front)).expect("draws");
        let problems: Vec<_> = draft.faults.iter().map(|fault| fault.problem).collect();
        assert!(problems.contains(&LayoutProblem::OffTheLabel), "{problems:?}");
        assert!(problems.contains(&LayoutProblem::CodeOnThePage), "{problems:?}");
        let mut layout = labels();
        layout.stock.label.width_mm = f64::NAN;
        let failed = super::draft(&run_of(layout, &["张小明"]), View::Label(Side::Front));
        assert!(matches!(failed, Err(SheetError::LayoutUnusable(_))));
    }

    #[test]
    fn a_name_that_is_too_long_for_its_box_is_told_whoever_is_looked_at() {
        let mut layout = labels();
        box_of(&mut layout, 1).height_mm = 14.0;
        box_of(&mut layout, 1).width_mm = 12.0;
        let long = "阿卜杜热西提·买买提艾力·吐尔逊江·阿卜杜热合曼";
        let found = draft(&run_of(layout, &["王一", long]), View::Label(Side::Front)).expect("draws");
        assert!(whats(&found).iter().any(|what| matches!(what, LayoutAdvice::TextTooLong)), "{:?}", found.advice);
        assert!(found.advice.iter().any(|advice| advice.place.starts_with("design.front[1]")));
    }

    #[test]
    fn what_stands_on_the_white_around_the_code_is_told_and_so_is_a_code_that_does_not_read() {
        let mut layout = labels();
        let code = *box_of(&mut layout, 0);
        *box_of(&mut layout, 1) = BoxMm { x_mm: code.x_mm + code.width_mm - 0.5, ..*box_of(&mut layout.clone(), 1) };
        let found = draft(&run_of(layout, &["王一"]), View::Label(Side::Front)).expect("draws");
        assert!(found.faults.iter().any(|fault| fault.problem == LayoutProblem::CodeCovered));
        let mut layout = labels();
        let mut bar = serde_json::to_value(&layout.design.front[0]).expect("JSON");
        bar["kind"] = "bar".into();
        bar["ink"] = "#000000".into();
        layout.design.front.push(serde_json::from_value(bar).expect("a bar"));
        let found = draft(&run_of(layout, &["王一"]), View::Label(Side::Front)).expect("draws");
        assert!(whats(&found).contains(&LayoutAdvice::CodeUnreadable));
    }

    #[test]
    fn faint_type_coarse_pictures_and_boxes_on_each_other_are_told() {
        let mut layout = labels();
        let mut faint = serde_json::to_value(&layout.design.front[1]).expect("JSON");
        faint["items"] =
            serde_json::json!([{"kind": "text", "text": "龘𰻝{name}", "size_pt": [6, 8], "ink": "#EEEEEE"}]);
        layout.design.front.push(serde_json::from_value(faint).expect("texts"));
        let picture = LayoutPicture::of_pixels(20, 20, &[10; 1600]).expect("a picture");
        layout.pictures.insert("logo".into(), picture);
        let place = BoxMm { x_mm: 30.0, y_mm: 20.0, width_mm: 12.0, height_mm: 12.0 };
        layout.design.front.push(Element::Picture(PictureBox { place, picture: "logo".into() }));
        let found = draft(&run_of(layout, &["王一"]), View::Label(Side::Front)).expect("draws");
        for what in [LayoutAdvice::Faint, LayoutAdvice::PictureCoarse, LayoutAdvice::Overlap] {
            assert!(whats(&found).contains(&what), "{what:?} in {:?}", found.advice);
        }
        assert!(found.svg.contains("data:image/png;base64,"));
    }

    #[test]
    fn a_code_too_small_for_a_camera_is_told_and_left_out_where_it_cannot_be_drawn() {
        let mut layout = labels();
        let code = box_of(&mut layout, 0);
        (code.width_mm, code.height_mm) = (13.0, 13.0);
        let mut run = run_of(layout, &["王一"]);
        let person = Person { link: format!("HTTPS://A.CN/J/{}", "A".repeat(90)), ..run.groups[0].people.get(0) };
        run.groups[0].people = vec![person].into();
        let found = draft(&run, View::Label(Side::Front)).expect("draws");
        assert!(whats(&found).contains(&LayoutAdvice::SmallCode));
        let mut layout = labels();
        let code = box_of(&mut layout, 0);
        (code.width_mm, code.height_mm) = (3.0, 3.0);
        let left_out = draft(&run_of(layout, &["王一"]), View::Label(Side::Front)).expect("draws");
        assert!(left_out.faults.iter().any(|fault| fault.problem == LayoutProblem::CodeTooSmall));
        // The modules of a code are the one path that is moved to its place.
        let codes = |draft: &Draft| draft.svg.matches("<path transform=").count();
        assert_eq!((codes(&found), codes(&left_out)), (1, 0));
        assert!(left_out.svg.contains("<use href="), "the rest is there");
    }

    #[test]
    fn a_frame_whose_line_stands_on_the_code_is_told_and_printed_all_the_same() {
        let mut layout = labels();
        let code = *box_of(&mut layout, 0);
        let frame = |place: BoxMm| -> Element {
            let mut frame = serde_json::to_value(Element::Code(Block { place, ink: Ink::BLACK })).expect("JSON");
            frame["kind"] = "frame".into();
            serde_json::from_value(frame).expect("a frame")
        };
        let around = BoxMm { x_mm: 0.5, y_mm: 0.5, width_mm: 62.0, height_mm: 32.0 };
        layout.design.front.push(frame(around));
        let found = draft(&run_of(layout.clone(), &["王一"]), View::Label(Side::Front)).expect("draws");
        assert!(!whats(&found).contains(&LayoutAdvice::FrameOnCode), "its line is elsewhere: {:?}", found.advice);
        layout.design.front.push(frame(code));
        let run = run_of(layout, &["王一"]);
        let found = draft(&run, View::Label(Side::Front)).expect("draws");
        assert_eq!(found.faults, Vec::new());
        assert!(whats(&found).contains(&LayoutAdvice::FrameOnCode));
        assert!(crate::page_svg(&run, 0).is_ok(), "as it was before frames were looked at");
    }

    #[test]
    fn a_picture_that_cannot_be_unpacked_is_a_fault_and_nothing_is_printed_with_it() {
        let mut layout = labels();
        let mut png = LayoutPicture::of_pixels(40, 40, &[10; 6400]).expect("a picture").png().to_vec();
        png[16..24].copy_from_slice(&[0, 0, 0, 41, 0, 0, 0, 41]);
        layout.pictures.insert("logo".into(), LayoutPicture::read(png).expect("its head is fine"));
        let place = BoxMm { x_mm: 1.0, y_mm: 1.0, width_mm: 3.0, height_mm: 3.0 };
        layout.design.back.push(Element::Picture(PictureBox { place, picture: "logo".into() }));
        let run = run_of(layout, &["王一"]);
        let found = draft(&run, View::Label(Side::Back)).expect("draws");
        let fault = found.faults.first().map(|fault| (fault.place.as_str(), fault.problem));
        assert_eq!(fault, Some(("design.back[0].picture", LayoutProblem::UnknownPicture)));
        assert!(matches!(crate::page_svg(&run, 0), Err(SheetError::LayoutUnusable(_))));
    }

    #[test]
    fn advice_ends_somewhere() {
        let mut layout = labels();
        let texts = layout.design.front[1].clone();
        let mut faint = serde_json::to_value(&texts).expect("JSON");
        let item = serde_json::json!({"kind": "text", "text": "a", "size_pt": [4, 4], "ink": "#EEEEEE"});
        faint["items"] = vec![item; 30].into();
        layout.design.page.extend((0..10).map(|_| serde_json::from_value::<Element>(faint.clone()).expect("texts")));
        let found = draft(&run_of(layout, &["王一"]), View::Label(Side::Front)).expect("draws");
        assert_eq!(whats(&found).last(), Some(&LayoutAdvice::AndMore));
        assert!(found.advice.len() <= 110, "{}", found.advice.len());
    }
}
