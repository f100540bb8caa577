//! Each shipped layout with 500 people, as poppler and qpdf read the finished file: every code at 100 dpi, at 300 dpi and at
//! one bit, every name once, fonts embedded in parts. One test a layout, so that they run side by side.

use std::ops::Range;
use std::path::Path;
use std::process::Command;

use crate::support::{NAMES, Picture, layout, run, short_link, with_quiet_zone};
use mingce_sheets::qr::Code;
use mingce_sheets::{Flow, Paper, Proof, SheetRun, export_pdf, label_places, page_count};

fn output_of(program: &str, arguments: &[&str]) -> Vec<u8> {
    let out = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("{program} is needed to check the PDFs (Debian packages poppler-utils and qpdf): {error}")
    });
    assert!(out.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

/// Starting a reader takes longer than drawing a page; more pages at once would take much memory.
const PAGES_AT_ONCE: usize = 8;

/// Pages of the file; `depth` is `-gray`, or `-mono` for black and white with nothing between.
fn pictures(path: &str, paper: Paper, pages: &Range<usize>, dpi: u32, depth: &str) -> Vec<Picture> {
    let (first, last) = ((pages.start + 1).to_string(), pages.end.to_string());
    let bytes = output_of("pdftoppm", &[depth, "-r", &dpi.to_string(), "-f", &first, "-l", &last, path]);
    let mut rest = bytes.as_slice();
    let take = |_| {
        let (picture, behind) = Picture::take_portable_map(rest, paper, f64::from(dpi) / 72.0);
        rest = behind;
        picture
    };
    pages.clone().map(take).collect()
}

fn printed(run: &SheetRun, dir: &Path) -> String {
    let path = dir.join("sheets.pdf");
    let mut file = std::fs::File::create(&path).expect("creates");
    export_pdf(run, &mut file, Proof::None, &mut |_| Flow::Continue).expect("prints");
    path.to_str().expect("UTF-8").to_owned()
}

fn prove(name: &str) {
    let layout = layout(name);
    // A letter a person is 500 pages; fifty of them show all that there is to see.
    let people = if layout.places() == 1 && layout.stock.sheet.width_mm > 100.0 { 50 } else { 500 };
    let mut run = run(&[people * 2 / 5, 0, people * 3 / 5], layout, short_link);
    run.used_places = run.layout.places() / 2;
    let dir = tempfile::tempdir().expect("creates");
    let path = printed(&run, dir.path());

    let check = String::from_utf8_lossy(&output_of("qpdf", &["--check", &path])).into_owned();
    assert!(check.contains("No syntax or stream encoding errors found"), "{check}");
    let fonts = String::from_utf8_lossy(&output_of("pdffonts", &[&path])).into_owned();
    for row in fonts.lines().skip(2) {
        let columns: Vec<_> = row.split_whitespace().collect();
        assert_eq!(columns[columns.len() - 5..columns.len() - 2], ["yes", "yes", "yes"], "{row}");
        assert_eq!(columns[0].find('+'), Some(6), "a subset: {row}");
    }
    let squeezed = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
    let text = squeezed(&String::from_utf8_lossy(&output_of("pdftotext", &["-raw", &path, "-"])));
    // Numbers are part of no other text; names are printed as often as they were put in.
    let sides = if run.layout.design.back.is_empty() { 1 } else { 2 };
    for person in run.groups.iter().flat_map(|group| group.people.iter()) {
        let count = text.matches(&person.card_number).count();
        // The letter repeats the number at its foot, the card on its back.
        assert!(count == 1 || (count == 2 && (sides == 2 || name == "a4-letter")), "{count}");
    }
    for hard in NAMES {
        let given =
            run.groups.iter().flat_map(|group| group.people.iter()).filter(|person| person.name == hard).count();
        let found = text.matches(&squeezed(hard)).count();
        // The letter speaks to its person by name.
        assert!(found == given || (name == "a4-letter" && found == given * 4), "{hard}: {found} of {given}");
    }

    let mut read = 0;
    let all = page_count(&run).expect("fits");
    // The list has no codes.
    let coded = if name == "a4-tick-list" { 0 } else { all };
    for first in (0..coded).step_by(PAGES_AT_ONCE) {
        let pages = first..all.min(first + PAGES_AT_ONCE);
        let rough = pictures(&path, run.layout.stock.paper(), &pages, 100, "-gray");
        // One bit is the harder of the two at 300 dpi; grey is looked at now and then.
        let depth = if first.is_multiple_of(8 * PAGES_AT_ONCE) { "-gray" } else { "-mono" };
        let fine = pictures(&path, run.layout.stock.paper(), &pages, 300, depth);
        for page in pages {
            for place in label_places(&run, page).expect("exists") {
                // A card's front has none.
                let Some(code) = place.code else { continue };
                let link = &run.groups[place.group].people.get(place.person).link;
                let expected = Code::encode(link).expect("fits");
                for picture in [&rough[page - first], &fine[page - first]] {
                    assert_eq!(picture.modules(code, expected.size() + 8), with_quiet_zone(&expected));
                }
                assert_eq!(&fine[page - first].read_code(code), link);
                read += 1;
            }
        }
    }
    assert_eq!(read, if name == "a4-tick-list" { 0 } else { people });
}

macro_rules! presets {
    ($($test:ident $name:literal),*) => {
        $(#[test]
        fn $test() {
            prove($name);
        })*

        #[test]
        fn no_layout_is_left_out() {
            let tested = [$($name),*];
            assert!(mingce_sheets::presets().iter().all(|layout| tested.contains(&layout.id.as_str())));
        }
    };
}

presets! {
    l7159 "avery-l7159", l7160 "avery-l7160", l7163 "avery-l7163", l7651 "avery-l7651", l3474 "avery-3474",
    l5160 "avery-5160", l5163 "avery-5163", l5371 "avery-5371", c32015 "avery-c32015", letter "a4-letter",
    fold_over "a4-fold-over", tick_list "a4-tick-list", card "cr80-card", ten_cards "cr80-10-up"
}
