//! Pages as pictures: what a phone would read from them, and that they never change by themselves.

use crate::support::{Dots, Picture, change, layout, long_link, run, short_link, with_quiet_zone};
use mingce_sheets::qr::Code;
use mingce_sheets::{
    Area, Calibration, DOT_PT, Duplex, Flow, MIN_MODULE_DOTS, Person, Place, Printer, Proof, SheetError, SheetRun,
    Words, code_png, code_svg, export_pdf, label_places, page_count, page_png, page_svg, presets, sheet_places,
    small_codes,
};
use proptest::prelude::*;

fn picture(png: &[u8], height_pt: f64, dots_a_pt: f64) -> Picture {
    let pixmap = tiny_skia::Pixmap::decode_png(png).expect("a PNG");
    let grey = pixmap.pixels().iter().map(|pixel| pixel.green()).collect();
    let (width, height) = (pixmap.width() as usize, pixmap.height() as usize);
    Picture { width, height, height_pt, dots: Dots::Grey(grey), dots_a_pt }
}

fn code_of(place: &Place) -> Area {
    place.code.expect("this side has the code")
}

fn person_of(run: &SheetRun, place: mingce_sheets::Place) -> Person {
    run.groups[place.group].people.get(place.person)
}

#[test]
fn every_label_reads_back_as_its_link() {
    // At these resolutions the reader of the tests finds every code; it is weaker than a phone on smaller pictures.
    for (link, dpi, people) in [(short_link as fn(usize) -> String, 200, 25), (long_link, 300, 6)] {
        let run = run(&[people], layout("labels"), link);
        let mut read = 0;
        for page in 0..page_count(&run).expect("fits") {
            let picture = picture(
                &page_png(&run, page, dpi).expect("draws"),
                run.layout.stock.paper().height_pt,
                f64::from(dpi) / 72.0,
            );
            for place in label_places(&run, page).expect("exists") {
                assert_eq!(picture.read_code(code_of(&place)), person_of(&run, place).link);
                read += 1;
            }
        }
        assert_eq!(read, people);
    }
}

#[test]
fn every_module_has_its_colour_even_in_a_small_picture() {
    for link in [short_link as fn(usize) -> String, long_link] {
        let run = run(&[24], layout("labels"), link);
        let picture =
            picture(&page_png(&run, 0, 100).expect("draws"), run.layout.stock.paper().height_pt, 100.0 / 72.0);
        for place in label_places(&run, 0).expect("exists") {
            let code = Code::encode(&person_of(&run, place).link).expect("fits");
            assert_eq!(picture.modules(code_of(&place), code.size() + 8), with_quiet_zone(&code));
        }
    }
}

#[test]
fn every_letter_reads_back_as_its_link() {
    let run = run(&[2, 1], layout("letter"), short_link);
    for page in 0..page_count(&run).expect("fits") {
        let picture =
            picture(&page_png(&run, page, 100).expect("draws"), run.layout.stock.paper().height_pt, 100.0 / 72.0);
        let places = label_places(&run, page).expect("exists");
        assert_eq!(places.len(), 1);
        assert_eq!(picture.read_code(code_of(&places[0])), person_of(&run, places[0]).link);
    }
}

#[test]
fn codes_lie_on_the_dot_grid_with_modules_of_four_dots_or_more() {
    let on_grid = |pt: f64, dot: f64| (pt / dot - (pt / dot).round()).abs() < 1e-6;
    for (dots, dot) in [(mingce_sheets::Dots::Dpi300, DOT_PT), (mingce_sheets::Dots::Dpi600, DOT_PT / 2.0)] {
        for preset in presets() {
            let mut run = run(&[24], preset.clone(), short_link);
            // Off by what no grid has.
            let calibration = Calibration { shift_x_mm: 0.123, ruler_y_mm: 99.3, ..Calibration::default() };
            run.printer = Printer { dots, calibration, ..Printer::default() };
            assert_eq!(small_codes(&run), 0, "{}", preset.id);
            for page in 0..page_count(&run).expect("fits").min(2) {
                for place in label_places(&run, page).expect("exists") {
                    let Some(code) = place.code else { continue };
                    let modules = Code::encode(&person_of(&run, place).link).expect("fits").size() + 8;
                    let module = code.width_pt / modules as f64;
                    assert!(on_grid(code.x_pt, dot) && on_grid(code.y_pt, dot) && on_grid(module, dot));
                    assert!(module >= f64::from(MIN_MODULE_DOTS) * DOT_PT - 1e-9, "{}", preset.id);
                    assert!(code.x_pt >= place.area.x_pt && code.y_pt >= place.area.y_pt);
                    assert!(code.x_pt + code.width_pt <= place.area.x_pt + place.area.width_pt);
                    assert!(code.y_pt + code.height_pt <= place.area.y_pt + place.area.height_pt);
                }
            }
        }
    }
}

#[test]
fn labels_stand_where_the_sheet_of_stickers_has_them() {
    let run = run(&[24], layout("labels"), short_link);
    let mm = |pt: f64| (pt / 72.0 * 25.4 * 100.0).round() / 100.0;
    let places = label_places(&run, 0).expect("exists");
    let height = run.layout.stock.paper().height_pt;
    let corner = |at: usize| (mm(places[at].area.x_pt), mm(height - places[at].area.y_pt - places[at].area.height_pt));
    assert_eq!(
        [corner(0), corner(1), corner(3), corner(23)],
        [(7.25, 13.0), (73.29, 13.0), (7.25, 46.9), (139.33, 250.3)]
    );
    let code = code_of(&places[0]);
    assert_eq!((mm(code.width_pt), mm(code.height_pt)), (28.19, 28.19));
    // Nine dots a module for a 29-module code with its quiet zone.
    assert!((code.width_pt - 37.0 * 9.0 * DOT_PT).abs() < 1e-6);
    assert_eq!(sheet_places(&run, 0), places.iter().map(|place| place.area).collect::<Vec<_>>());
}

proptest! {
    #[test]
    fn calibration_moves_by_exactly_what_it_says(
        preset in proptest::sample::select(presets()),
        shift_x_mm in -10.0f64..10.0,
        shift_y_mm in -10.0f64..10.0,
        ruler_x_mm in 95.0f64..105.0,
        ruler_y_mm in 95.0f64..105.0,
        back_shift_x_mm in -10.0f64..10.0,
        back_shift_y_mm in -10.0f64..10.0,
        duplex in proptest::sample::select(vec![Duplex::LongEdge, Duplex::ShortEdge]),
    ) {
        let people = preset.places();
        let mut run = run(&[people], preset.clone(), short_link);
        run.printer.duplex = duplex;
        let sides = page_count(&run).expect("fits");
        let plain: Vec<_> = (0..sides).map(|page| label_places(&run, page).expect("exists")).collect();
        run.printer.calibration =
            Calibration { shift_x_mm, shift_y_mm, ruler_x_mm, ruler_y_mm, back_shift_x_mm, back_shift_y_mm };
        let pt = |mm: f64| mm / 25.4 * 72.0;
        let height = preset.stock.paper().height_pt;
        for (page, before) in plain.iter().enumerate() {
            let (back_x, back_y) = if page == 1 { (back_shift_x_mm, back_shift_y_mm) } else { (0.0, 0.0) };
            let after = label_places(&run, page).expect("exists");
            for (before, after) in before.iter().zip(&after) {
                let x = before.area.x_pt * 100.0 / ruler_x_mm + pt(shift_x_mm + back_x);
                prop_assert!((after.area.x_pt - x).abs() < 1e-6);
                let top = |area: &Area| height - area.y_pt - area.height_pt;
                let y = top(&before.area) * 100.0 / ruler_y_mm + pt(shift_y_mm + back_y);
                prop_assert!((top(&after.area) - y).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_back_lies_behind_its_front(
        people in 1usize..25,
        used_places in 0usize..10,
        duplex in proptest::sample::select(vec![Duplex::LongEdge, Duplex::ShortEdge]),
    ) {
        let mut run = run(&[people], layout("cr80-10-up"), short_link);
        (run.used_places, run.printer.duplex) = (used_places, duplex);
        let paper = run.layout.stock.paper();
        for sheet in 0..page_count(&run).expect("fits") / 2 {
            let fronts = label_places(&run, sheet * 2).expect("exists");
            let backs = label_places(&run, sheet * 2 + 1).expect("exists");
            prop_assert_eq!(fronts.len(), backs.len());
            for (front, back) in fronts.iter().zip(&backs) {
                prop_assert_eq!((front.group, front.person), (back.group, back.person));
                prop_assert!(front.code.is_none() && back.code.is_some());
                // Turned over the long edge left is right; over the short edge top is bottom.
                let (x, y) = match duplex {
                    Duplex::LongEdge => (paper.width_pt - back.area.x_pt - back.area.width_pt, back.area.y_pt),
                    Duplex::ShortEdge => (back.area.x_pt, paper.height_pt - back.area.y_pt - back.area.height_pt),
                };
                // The paper's width is rounded to a dot.
                prop_assert!((x - front.area.x_pt).abs() < DOT_PT && (y - front.area.y_pt).abs() < DOT_PT);
            }
        }
    }
}

#[test]
fn a_back_turned_over_the_short_edge_is_the_other_one_head_down() {
    let mut run = run(&[3], layout("cr80-10-up"), short_link);
    let grey = |run: &SheetRun| {
        picture(&page_png(run, 1, 150).expect("draws"), run.layout.stock.paper().height_pt, 150.0 / 72.0)
    };
    let upright = grey(&run);
    run.printer.duplex = Duplex::ShortEdge;
    let turned = grey(&run);
    let (Dots::Grey(here), Dots::Grey(there)) = (&upright.dots, &turned.dots) else { return };
    let all = here.len();
    let differing = (0..all).filter(|&at| here[at].abs_diff(there[all - 1 - at]) > 128).count();
    assert!(differing < all / 500, "{differing} of {all} dots differ");
    for place in label_places(&run, 1).expect("exists") {
        assert_eq!(turned.read_code(code_of(&place)), person_of(&run, place).link);
    }
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    for layout in [layout("labels"), layout("letter")] {
        let made = || {
            let run = run(&[26, 2], layout.clone(), short_link);
            let mut pdf = Vec::new();
            export_pdf(&run, &mut pdf, Proof::None, &mut |_| Flow::Continue).expect("prints");
            (
                pdf,
                page_svg(&run, 1).expect("draws"),
                run.layout.stock.paper().height_pt,
                page_png(&run, 1, 60).expect("draws"),
            )
        };
        assert!(made() == made());
    }
}

#[test]
fn a_page_alone_is_the_page_of_the_whole() {
    let all = run(&[30, 5], layout("labels"), short_link);
    let mut second = all.clone();
    second.groups.remove(0);
    assert_eq!(page_svg(&all, 2).expect("draws"), page_svg(&second, 0).expect("draws"));
    assert!(matches!(page_svg(&all, 3), Err(SheetError::NoSuchPage { index: 3 })));
}

#[test]
fn a_page_as_svg_holds_outlines_only() {
    let mut run = run(&[3], layout("labels"), short_link);
    change(&mut run.groups[0], |at, person| {
        if at == 0 {
            person.name = "<script>alert('&')</script>".into();
        }
    });
    let svg = page_svg(&run, 0).expect("draws");
    let known = ["<svg ", "<defs>", "<path ", "<g ", "<use ", "</svg>", "</defs>", "</g>"];
    for tag in svg.split('<').skip(1) {
        assert!(known.iter().any(|known| format!("<{tag}").starts_with(known)), "an element that was not expected");
    }
    assert!(!svg.contains("script") && !svg.contains("<text"));
    assert_eq!(svg.matches("http").count(), 1, "the namespace and no other address");
}

#[test]
fn one_code_is_made_as_svg_and_png() {
    let link = short_link(1);
    let svg = code_svg(&link).expect("fits");
    assert!(svg.starts_with("<svg ") && svg.contains("viewBox=\"0 0 37 37\""));
    let png = code_png(&link, 200).expect("fits");
    let side = picture(&png, 200.0, 1.0);
    let Dots::Grey(grey) = &side.dots else { unreachable!("made above") };
    assert_eq!(side.width, 200);
    let all = Area { x_pt: 0.0, y_pt: 0.0, width_pt: 200.0, height_pt: 200.0 };
    assert_eq!(side.read_code(all), link);
    assert!(grey.iter().all(|&dot| dot == 0 || dot == 255), "no module falls between dots");
    assert!(matches!(code_png(&link, 36), Err(SheetError::PictureSizeOutOfRange)));
    assert!(matches!(code_png(&link, 5000), Err(SheetError::PictureSizeOutOfRange)));
    assert!(matches!(code_svg(&long_link(1).repeat(3)), Err(SheetError::LinkTooLong { .. })));
}

#[test]
fn a_preview_does_not_lay_out_the_pages_before_it() {
    let run = run(&[240_000], layout("labels"), short_link);
    assert_eq!(page_count(&run).expect("fits"), 10_000);
    // Each page has a link that cannot be drawn, but for the last.
    let mut run = run;
    change(&mut run.groups[0], |at, person| {
        if at < 9_999 * 24 {
            person.link = "x".repeat(300);
        }
    });
    assert!(page_svg(&run, 9_999).is_ok());
    assert!(matches!(page_svg(&run, 9_998), Err(SheetError::LinkTooLong { group: 0, .. })));
}

#[test]
fn what_cannot_be_printed_says_why() {
    let nobody = run(&[0, 0], layout("labels"), short_link);
    assert_eq!(page_count(&nobody).expect("fits"), 0);
    assert!(matches!(page_svg(&nobody, 0), Err(SheetError::NobodyToPrint)));
    let one = run(&[1], layout("labels"), short_link);
    for dpi in [0, 35, 601] {
        assert!(matches!(page_png(&one, 0, dpi), Err(SheetError::PictureSizeOutOfRange)));
    }
    // Small labels and long links leave fewer than four dots for a module, very long ones fewer than two.
    let small = run(&[3], layout("avery-l7651"), long_link);
    assert_eq!(small_codes(&small), 3);
    assert!(page_svg(&small, 0).is_ok());
    let longer = run(&[1], layout("avery-l7651"), |index| long_link(index).repeat(2));
    assert_eq!(small_codes(&longer), 1);
    let mut beyond = run(&[1], layout("labels"), short_link);
    beyond.used_places = 24;
    assert!(matches!(page_count(&beyond), Err(SheetError::NoSuchPlace)));
    let mut off = run(&[1], layout("labels"), short_link);
    off.printer.calibration.ruler_x_mm = f64::NAN;
    assert!(matches!(page_count(&off), Err(SheetError::CalibrationOutOfRange)));
}

#[test]
fn proof_reads_every_code_back_and_finds_a_spoilt_one() {
    for preset in presets() {
        let run = run(&[5, 2], preset.clone(), short_link);
        let summary = export_pdf(&run, &mut Vec::new(), Proof::EveryCode, &mut |_| Flow::Continue).expect("proofs");
        let codes = if preset.id == "a4-tick-list" { 0 } else { 7 };
        assert_eq!((summary.people, summary.codes, summary.proofed), (7, codes, codes), "{}", preset.id);
    }
    // Moved off the paper by its calibration.
    let mut off = run(&[24], layout("avery-3474"), short_link);
    off.printer.calibration.shift_x_mm = -10.0;
    let failed = export_pdf(&off, &mut Vec::new(), Proof::EveryCode, &mut |_| Flow::Continue);
    assert!(matches!(failed, Err(SheetError::CodeUnreadable { group: 0, person: 0 })));
    assert!(export_pdf(&off, &mut Vec::new(), Proof::None, &mut |_| Flow::Continue).is_ok());
}

#[test]
fn hostile_names_are_printed_without_harm() {
    let hostile = [
        String::new(),
        " \u{0}\u{1b}\u{202e}\n\t".into(),
        "{name}{number}".into(),
        "长".repeat(3_000),
        "a".repeat(3_000),
        "ab ".repeat(1_000),
        "e\u{301}\u{301}\u{301}".repeat(100),
        "\u{1F468}\u{200D}\u{1F469}".into(),
        ")Tj ET (".into(),
    ];
    for preset in presets() {
        let mut run = run(&[hostile.len()], preset.clone(), short_link);
        change(&mut run.groups[0], |at, person| {
            let name = &hostile[at];
            person.name.clone_from(name);
            person.department.clone_from(name);
            person.card_number = name.chars().take(400).collect();
        });
        run.organisation = "校".repeat(2_000);
        run.groups[0].heading = "班".repeat(2_000);
        for words in [Words::chinese("{expiry}"), Words::english(")")] {
            run.words = words;
            export_pdf(&run, &mut Vec::new(), Proof::None, &mut |_| Flow::Continue).expect("prints");
        }
    }
}
