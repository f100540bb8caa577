//! The first page of each shipped layout, of names whose letters join, stack or carry marks, and of the calibration sheet, as
//! poppler and MuPDF draw the finished file, beside pictures kept in `tests/fixtures/sheets`. What differs by more than how
//! edges are smoothed is a change of what comes out of the printer: look at it, and if it is meant, make them anew with
//! `MINGCE_PICTURES=1 cargo test -p mingce-sheets --test sheets reference`.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Picture, change, layout, run, short_link};
use mingce_sheets::{
    Flow, Fonts, Paper, Printer, Proof, SheetRun, Words, export_calibration, export_pdf, page_png, presets,
};

/// Coarse, so that the pictures are small; a millimetre is two dots.
const DPI: u32 = 50;
/// The part of a page's dots that may differ: what another version of a program smoothes otherwise.
const MOST_DIFFERING: f64 = 0.004;

const SHAPED: [&str; 6] = ["ئابدۇرېھىم", "گۈلنار ئىسمائىل", "བཀྲ་ཤིས་ཚེ་རིང", "ᠮᠣᠩᠭᠣᠯ", "О\u{0301}льга", "王 ئالىم"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/sheets")
}

fn drawn_by(program: &str, arguments: &[&str], paper: Paper) -> Picture {
    let out = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("{program} is needed to draw the PDFs (Debian packages poppler-utils and mupdf-tools): {error}")
    });
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    Picture::of_portable_map(&out.stdout, paper, f64::from(DPI) / 72.0)
}

/// As both programs draw the first page of a file.
fn as_drawn(file: &[u8], paper: Paper) -> [(&'static str, Picture); 2] {
    let dir = tempfile::tempdir().expect("creates");
    let path = dir.path().join("sheet.pdf");
    std::fs::write(&path, file).expect("writes");
    let path = path.to_str().expect("UTF-8");
    let dpi = DPI.to_string();
    [
        ("poppler", drawn_by("pdftoppm", &["-gray", "-r", &dpi, "-f", "1", "-l", "1", path], paper)),
        ("mupdf", drawn_by("mutool", &["draw", "-q", "-F", "pgm", "-r", &dpi, "-o", "-", path, "1"], paper)),
    ]
}

fn compare(name: &str, file: &[u8], paper: Paper) {
    // MuPDF thickens the thinnest lines, so each program has its own.
    for (program, picture) in as_drawn(file, paper) {
        let path = folder().join(format!("{name}.{program}.png"));
        if std::env::var_os("MINGCE_PICTURES").is_some() {
            std::fs::write(&path, picture.to_png()).expect("writes");
        }
        let bytes = std::fs::read(&path).unwrap_or_else(|_| panic!("{name} has a picture; see above how to make it"));
        let kept = Picture::of_png(&bytes, paper, f64::from(DPI) / 72.0);
        let differing = kept.differing(&picture);
        assert!(differing < MOST_DIFFERING, "{name} by {program}: {:.2} % of the page differ", differing * 100.0);
    }
}

fn pdf(run: &SheetRun) -> Vec<u8> {
    let mut file = Vec::new();
    export_pdf(run, &mut file, Proof::None, &mut |_| Flow::Continue).expect("prints");
    file
}

#[test]
fn shipped_layouts_look_as_they_did() {
    for layout in presets() {
        let run = run(&[26], layout.clone(), short_link);
        compare(&layout.id, &pdf(&run), layout.stock.paper());
    }
}

#[test]
fn shaped_names_look_as_they_did() {
    let mut run = run(&[SHAPED.len()], layout("avery-l7160"), short_link);
    change(&mut run.groups[0], |at, person| person.name = SHAPED[at].into());
    compare("shaped-names", &pdf(&run), run.layout.stock.paper());
}

#[test]
fn the_calibration_sheet_looks_as_it_did() {
    let stock = layout("labels").stock;
    let mut file = Vec::new();
    let (printer, words) = (Printer::default(), Words::chinese(""));
    export_calibration(stock.sheet, &printer, "二楼 · 手送纸盒", &words, &Fonts::bundled(), &mut file).expect("prints");
    compare("calibration", &file, stock.paper());
}

#[test]
fn labels_that_stand_a_millimetre_and_a_half_off_are_seen() {
    let mut run = run(&[24], layout("labels"), short_link);
    let paper = run.layout.stock.paper();
    let dots_a_pt = f64::from(DPI) / 72.0;
    let right = Picture::of_png(&page_png(&run, 0, DPI as u16).expect("draws"), paper, dots_a_pt);
    run.printer.calibration.shift_x_mm = 1.5;
    let off = Picture::of_png(&page_png(&run, 0, DPI as u16).expect("draws"), paper, dots_a_pt);
    assert!(right.differing(&off) > 2.0 * MOST_DIFFERING, "{}", right.differing(&off));
}
