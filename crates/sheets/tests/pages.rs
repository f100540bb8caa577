//! Pages as pictures: what a phone would read from them, and that they never change by themselves.

mod support;

use mingce_sheets::qr::Code;
use mingce_sheets::{
    DOT_PT, Flow, Layout, MIN_MODULE_DOTS, PAGE_HEIGHT_PT, Person, SheetError, SheetRun, Words, code_png, code_svg,
    export_pdf, label_places, page_count, page_png, page_svg,
};
use support::{Picture, long_link, run, short_link, with_quiet_zone};

fn picture(png: &[u8], dots_a_pt: f64) -> Picture {
    let pixmap = tiny_skia::Pixmap::decode_png(png).expect("a PNG");
    let grey = pixmap.pixels().iter().map(|pixel| pixel.green()).collect();
    Picture { width: pixmap.width() as usize, grey, dots_a_pt }
}

fn person_of(run: &SheetRun, place: mingce_sheets::Place) -> &Person {
    &run.groups[place.group].people[place.person]
}

#[test]
fn every_label_reads_back_as_its_link() {
    // At these resolutions the reader of the tests finds every code; it is weaker than a phone on smaller pictures.
    for (link, dpi, people) in [(short_link as fn(usize) -> String, 200, 25), (long_link, 300, 6)] {
        let run = run(&[people], Layout::label(), link);
        let mut read = 0;
        for page in 0..page_count(&run).expect("fits") {
            let picture = picture(&page_png(&run, page, dpi).expect("draws"), f64::from(dpi) / 72.0);
            for place in label_places(&run, page).expect("exists") {
                assert_eq!(picture.read_code(place.code), person_of(&run, place).link);
                read += 1;
            }
        }
        assert_eq!(read, people);
    }
}

#[test]
fn every_module_has_its_colour_even_in_a_small_picture() {
    for link in [short_link as fn(usize) -> String, long_link] {
        let run = run(&[24], Layout::label(), link);
        let picture = picture(&page_png(&run, 0, 100).expect("draws"), 100.0 / 72.0);
        for place in label_places(&run, 0).expect("exists") {
            let code = Code::encode(&person_of(&run, place).link).expect("fits");
            assert_eq!(picture.modules(place.code, code.size() + 8), with_quiet_zone(&code));
        }
    }
}

#[test]
fn every_letter_reads_back_as_its_link() {
    let run = run(&[2, 1], Layout::letter(), short_link);
    for page in 0..page_count(&run).expect("fits") {
        let picture = picture(&page_png(&run, page, 100).expect("draws"), 100.0 / 72.0);
        let places = label_places(&run, page).expect("exists");
        assert_eq!(places.len(), 1);
        assert_eq!(picture.read_code(places[0].code), person_of(&run, places[0]).link);
    }
}

#[test]
fn codes_lie_on_the_dot_grid_with_modules_of_four_dots_or_more() {
    let on_grid = |pt: f64| (pt / DOT_PT - (pt / DOT_PT).round()).abs() < 1e-6;
    for link in [short_link as fn(usize) -> String, long_link] {
        for layout in [Layout::label(), Layout::letter()] {
            let run = run(&[24], layout, link);
            for place in label_places(&run, 0).expect("exists") {
                let modules = Code::encode(&person_of(&run, place).link).expect("fits").size() + 8;
                let dots = place.code.width_pt / modules as f64 / DOT_PT;
                assert!(on_grid(place.code.x_pt) && on_grid(place.code.y_pt));
                assert!((dots - dots.round()).abs() < 1e-6 && dots.round() >= f64::from(MIN_MODULE_DOTS));
                assert!(place.code.x_pt >= place.area.x_pt && place.code.y_pt >= place.area.y_pt);
                assert!(place.code.x_pt + place.code.width_pt <= place.area.x_pt + place.area.width_pt);
                assert!(place.code.y_pt + place.code.height_pt <= place.area.y_pt + place.area.height_pt);
            }
        }
    }
}

#[test]
fn labels_stand_where_the_sheet_of_stickers_has_them() {
    let run = run(&[24], Layout::label(), short_link);
    let mm = |pt: f64| (pt / 72.0 * 25.4 * 100.0).round() / 100.0;
    let places = label_places(&run, 0).expect("exists");
    let corner =
        |at: usize| (mm(places[at].area.x_pt), mm(PAGE_HEIGHT_PT - places[at].area.y_pt - places[at].area.height_pt));
    assert_eq!(
        [corner(0), corner(1), corner(3), corner(23)],
        [(7.25, 13.0), (73.29, 13.0), (7.25, 46.9), (139.33, 250.3)]
    );
    assert_eq!((mm(places[0].code.width_pt), mm(places[0].code.height_pt)), (28.19, 28.19));
    // Nine dots a module for a 29-module code with its quiet zone.
    assert!((places[0].code.width_pt - 37.0 * 9.0 * DOT_PT).abs() < 1e-6);
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    for layout in [Layout::label(), Layout::letter()] {
        let made = || {
            let run = run(&[26, 2], layout.clone(), short_link);
            let mut pdf = Vec::new();
            export_pdf(&run, &mut pdf, &mut |_| Flow::Continue).expect("prints");
            (pdf, page_svg(&run, 1).expect("draws"), page_png(&run, 1, 60).expect("draws"))
        };
        assert!(made() == made());
    }
}

#[test]
fn a_page_alone_is_the_page_of_the_whole() {
    let all = run(&[30, 5], Layout::label(), short_link);
    let mut second = all.clone();
    second.groups.remove(0);
    assert_eq!(page_svg(&all, 2).expect("draws"), page_svg(&second, 0).expect("draws"));
    assert!(matches!(page_svg(&all, 3), Err(SheetError::NoSuchPage { index: 3 })));
}

#[test]
fn a_page_as_svg_holds_outlines_only() {
    let mut run = run(&[3], Layout::label(), short_link);
    run.groups[0].people[0].name = "<script>alert('&')</script>".into();
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
    let side = picture(&png, 1.0);
    assert_eq!(side.width, 200);
    let all = mingce_sheets::Area { x_pt: 0.0, y_pt: PAGE_HEIGHT_PT - 200.0, width_pt: 200.0, height_pt: 200.0 };
    assert_eq!(side.read_code(all), link);
    assert!(side.grey.iter().all(|&dot| dot == 0 || dot == 255), "no module falls between dots");
    assert!(matches!(code_png(&link, 36), Err(SheetError::PictureSizeOutOfRange)));
    assert!(matches!(code_png(&link, 5000), Err(SheetError::PictureSizeOutOfRange)));
    assert!(matches!(code_svg(&long_link(1).repeat(3)), Err(SheetError::LinkTooLong { .. })));
}

#[test]
fn a_preview_does_not_lay_out_the_pages_before_it() {
    let run = run(&[240_000], Layout::label(), short_link);
    assert_eq!(page_count(&run).expect("fits"), 10_000);
    // Each page has a link that cannot be drawn, but for the last.
    let mut run = run;
    for person in &mut run.groups[0].people[..9_999 * 24] {
        person.link = "x".repeat(300);
    }
    assert!(page_svg(&run, 9_999).is_ok());
    assert!(matches!(page_svg(&run, 9_998), Err(SheetError::LinkTooLong { group: 0, .. })));
}

#[test]
fn what_cannot_be_printed_says_why() {
    let nobody = run(&[0, 0], Layout::label(), short_link);
    assert_eq!(page_count(&nobody).expect("fits"), 0);
    assert!(matches!(page_svg(&nobody, 0), Err(SheetError::NobodyToPrint)));
    let one = run(&[1], Layout::label(), short_link);
    for dpi in [0, 35, 601] {
        assert!(matches!(page_png(&one, 0, dpi), Err(SheetError::PictureSizeOutOfRange)));
    }
    // Small labels and long links leave fewer than four dots for a module.
    let mut small = Layout::label();
    if let Layout::Label(label) = &mut small {
        (label.width_mm, label.height_mm) = (38.1, 21.2);
    }
    assert!(matches!(label_places(&run(&[1], small, long_link), 0), Err(SheetError::LayoutDoesNotFit)));
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
    for layout in [Layout::label(), Layout::letter()] {
        let mut run = run(&[hostile.len()], layout, short_link);
        for (person, name) in run.groups[0].people.iter_mut().zip(&hostile) {
            person.name.clone_from(name);
            person.department.clone_from(name);
            person.card_number = name.chars().take(400).collect();
        }
        run.organisation = "校".repeat(2_000);
        run.groups[0].heading = "班".repeat(2_000);
        for words in [Words::chinese("{expiry}"), Words::english(")")] {
            run.words = words;
            export_pdf(&run, &mut Vec::new(), &mut |_| Flow::Continue).expect("prints");
        }
    }
}
