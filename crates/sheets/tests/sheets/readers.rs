//! The PDF as independent programs read it: poppler and qpdf (Debian packages `poppler-utils` and `qpdf`). They are not at
//! hand on Windows; the bytes of a sheet are the same on every system.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::{NAMES, Picture, change, layout, long_link, run, short_link, with_quiet_zone};
use mingce_sheets::qr::Code;
use mingce_sheets::{
    Flow, Progress, Proof, SheetError, SheetRun, export_pdf, label_places, missing_glyphs, page_count,
};

/// What a program prints. Fails with a plain sentence when it is not installed: without it nothing would be checked.
fn output_of(program: &str, arguments: &[&str]) -> Vec<u8> {
    let out = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("{program} is needed to check the PDFs (Debian packages poppler-utils and qpdf): {error}")
    });
    assert!(out.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    assert!(out.stderr.is_empty(), "{program} complains: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

fn text_of(program: &str, arguments: &[&str]) -> String {
    String::from_utf8(output_of(program, arguments)).expect("UTF-8")
}

fn printed(run: &SheetRun, dir: &Path) -> String {
    let path = dir.join("sheets.pdf");
    let mut file = std::fs::File::create(&path).expect("creates");
    let summary = export_pdf(run, &mut file, Proof::None, &mut |_| Flow::Continue).expect("prints");
    assert_eq!(summary.pages, page_count(run).expect("fits"));
    assert_eq!(summary.people, run.groups.iter().map(|group| group.people.len()).sum::<usize>());
    assert_eq!(summary.bytes, std::fs::metadata(&path).expect("exists").len());
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn the_file_is_whole_and_its_fonts_are_embedded_in_parts() {
    for layout in [layout("labels"), layout("letter")] {
        let dir = tempfile::tempdir().expect("creates");
        let path = printed(&run(&[31, 2], layout, short_link), dir.path());
        let check = text_of("qpdf", &["--check", &path]);
        assert!(check.contains("No syntax or stream encoding errors found"), "{check}");

        let fonts = text_of("pdffonts", &[&path]);
        let rows: Vec<_> = fonts.lines().skip(2).collect();
        assert!(rows.len() >= 4, "Han, letters, and two fonts of rare characters: {fonts}");
        for row in rows {
            let columns: Vec<_> = row.split_whitespace().collect();
            let (name, flags) = (columns[0], &columns[columns.len() - 5..columns.len() - 2]);
            assert_eq!(name.find('+'), Some(6), "a subset: {row}");
            assert_eq!(flags, ["yes", "yes", "yes"], "embedded, subset, with Unicode: {row}");
        }
    }
}

#[test]
fn every_name_is_found_as_often_as_it_was_printed() {
    let dir = tempfile::tempdir().expect("creates");
    let run = run(&[70, 20], layout("labels"), short_link);
    let path = printed(&run, dir.path());
    // A label's text is in lines of its own, so names with spaces and long ones are compared without them.
    let squeezed = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
    let text = squeezed(&text_of("pdftotext", &["-raw", &path, "-"]));
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    for person in run.groups.iter().flat_map(|group| group.people.iter()) {
        assert_eq!(text.matches(&person.card_number).count(), 1);
        *expected.entry(person.name).or_default() += 1;
    }
    assert_eq!(expected.len(), NAMES.len(), "every hard name was printed");
    for (name, count) in expected {
        assert_eq!(text.matches(&squeezed(&name)).count(), count, "{name}");
    }
    assert_eq!(text.matches("用手机扫码加入").count(), 90);
}

#[test]
fn a_character_without_a_glyph_is_still_found() {
    let dir = tempfile::tempdir().expect("creates");
    let mut run = run(&[1], layout("labels"), short_link);
    change(&mut run.groups[0], |_, person| person.name = "张\u{2EC15}华".into());
    let text = text_of("pdftotext", &["-raw", &printed(&run, dir.path()), "-"]);
    assert_eq!(text.matches("张\u{2EC15}华").count(), 1);
}

#[test]
fn a_callers_font_of_the_other_outline_kind_is_embedded_too() {
    let dir = tempfile::tempdir().expect("creates");
    let mut run = run(&[1], layout("labels"), short_link);
    change(&mut run.groups[0], |_, person| person.name = "안녕𠮷".into());
    assert_eq!(missing_glyphs(&run.fonts, ["안녕𠮷"]), [(0, vec!['안', '녕'])]);
    let hangul = include_bytes!("fonts/MingceTestHangul.otf").to_vec();
    run.fonts = run.fonts.with_fallback(hangul, 0).expect("a font");
    assert_eq!(missing_glyphs(&run.fonts, ["안녕𠮷"]), []);

    let path = printed(&run, dir.path());
    let fonts = text_of("pdffonts", &[&path]);
    let row = fonts.lines().find(|row| row.contains("MingceTestHangul")).expect("embedded");
    assert!(row.contains("CID Type 0C") && row.contains("yes yes yes"), "{row}");
    assert!(text_of("qpdf", &["--check", &path]).contains("No syntax or stream encoding errors found"));
    assert_eq!(text_of("pdftotext", &["-raw", &path, "-"]).matches("안녕𠮷").count(), 1);
    output_of("pdftoppm", &["-gray", "-r", "50", &path]);
}

/// What MuPDF makes of a file. It says each time how it was built, so what it complains of is not looked at.
fn by_mutool(arguments: &[&str]) -> Vec<u8> {
    let out = Command::new("mutool")
        .args(["draw", "-q"])
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("mutool is needed to check the PDFs (Debian package mupdf-tools): {error}"));
    assert!(out.status.success(), "mutool {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

/// Names whose letters join, stack, carry marks or run from right to left.
const SHAPED_NAMES: [&str; 12] = [
    "ئابدۇرېھىم",
    "گۈلنار ئىسمائىل",
    "پەرھات تۇرسۇن",
    "ئالىم لاھوتى",
    "བཀྲ་ཤིས་ཚེ་རིང",
    "གཡང་ཅན",
    "སྒྲོལ་མ",
    "ᠮᠣᠩᠭᠣᠯ",
    "ᠰᠠᠷᠠᠨᠭᠡᠷᠡᠯ",
    "О\u{0301}льга",
    "M\u{0324}aria",
    "王 ئالىم",
];

fn shaped_run(name: &str) -> SheetRun {
    let mut run = run(&[SHAPED_NAMES.len()], layout(name), short_link);
    change(&mut run.groups[0], |at, person| person.name = SHAPED_NAMES[at].into());
    run
}

#[test]
fn shaped_names_are_found_and_copied_once() {
    let dir = tempfile::tempdir().expect("creates");
    let run = shaped_run("labels");
    assert_eq!(missing_glyphs(&run.fonts, SHAPED_NAMES), []);
    let path = printed(&run, dir.path());
    assert!(text_of("qpdf", &["--check", &path]).contains("No syntax or stream encoding errors found"));
    for row in text_of("pdffonts", &[&path]).lines().skip(2) {
        let columns: Vec<_> = row.split_whitespace().collect();
        assert_eq!(columns[columns.len() - 5..columns.len() - 2], ["yes", "yes", "yes"], "{row}");
    }
    // Readers put marks of direction around text from right to left, and end lines where they see fit.
    let plain = |text: &str| -> String {
        let is_said = |character: &char| !character.is_whitespace() && !matches!(character, '\u{200B}'..='\u{202F}');
        text.chars().filter(is_said).collect()
    };
    // MuPDF of Debian 12 writes down from left to right what is read from right to left.
    let as_it_stands = |name: &str| -> String {
        let is_arabic = |character: char| ('\u{600}'..'\u{700}').contains(&character);
        let (before, arabic) = name.split_at(name.find(is_arabic).unwrap_or(name.len()));
        before.chars().chain(arabic.chars().rev()).collect()
    };
    // Not as it stands in the file: words from right to left are put in order by the reader.
    let by_poppler = plain(&text_of("pdftotext", &[&path, "-"]));
    let by_mupdf = plain(&String::from_utf8_lossy(&by_mutool(&["-F", "txt", "-o", "-", &path])));
    for name in SHAPED_NAMES {
        assert_eq!(by_poppler.matches(&plain(name)).count(), 1, "poppler: {name}");
        assert_eq!(by_mupdf.matches(&plain(&as_it_stands(name))).count(), 1, "mupdf: {name}");
    }
}

#[test]
fn shaped_names_look_the_same_on_paper_and_in_the_preview() {
    let dir = tempfile::tempdir().expect("creates");
    let run = shaped_run("labels");
    let path = printed(&run, dir.path());
    let paper = run.layout.stock.paper();
    let preview = mingce_sheets::page_png(&run, 0, 150).expect("draws");
    let preview = Picture::of_png(&preview, paper, 150.0 / 72.0);
    for theirs in [
        output_of("pdftoppm", &["-gray", "-r", "150", &path]),
        by_mutool(&["-F", "pgm", "-r", "150", "-o", "-", &path]),
    ] {
        let theirs = Picture::of_portable_map(&theirs, paper, 150.0 / 72.0);
        let differing = preview.differing(&theirs);
        assert!(differing < 0.004, "{differing} of the page");
    }
}

#[test]
fn codes_read_back_from_the_printed_file() {
    let dir = tempfile::tempdir().expect("creates");
    for (link, dpi) in [(short_link as fn(usize) -> String, 200), (long_link, 300)] {
        let run = run(&[6], layout("labels"), link);
        let path = printed(&run, dir.path());
        for page in 0..page_count(&run).expect("fits") {
            let number = (page + 1).to_string();
            let pgm = output_of("pdftoppm", &["-gray", "-r", &dpi.to_string(), "-f", &number, "-l", &number, &path]);
            let picture = Picture::of_portable_map(&pgm, run.layout.stock.paper(), f64::from(dpi) / 72.0);
            for place in label_places(&run, page).expect("exists") {
                let link = &run.groups[place.group].people.get(place.person).link;
                assert_eq!(&picture.read_code(place.code.expect("has one")), link);
            }
        }
    }
}

#[test]
fn every_printed_module_has_its_colour_even_on_a_coarse_screen() {
    let dir = tempfile::tempdir().expect("creates");
    for link in [short_link as fn(usize) -> String, long_link] {
        let run = run(&[24], layout("labels"), link);
        let path = printed(&run, dir.path());
        let picture = Picture::of_portable_map(
            &output_of("pdftoppm", &["-gray", "-r", "100", &path]),
            run.layout.stock.paper(),
            100.0 / 72.0,
        );
        for place in label_places(&run, 0).expect("exists") {
            let code = Code::encode(&run.groups[0].people.get(place.person).link).expect("fits");
            assert_eq!(picture.modules(place.code.expect("has one"), code.size() + 8), with_quiet_zone(&code));
        }
    }
}

#[test]
fn the_printer_is_told_not_to_scale_and_the_pages_are_on_its_grid() {
    let dir = tempfile::tempdir().expect("creates");
    let path = printed(&run(&[2], layout("labels"), short_link), dir.path());
    let info = text_of("pdfinfo", &[&path]);
    assert!(info.contains("595.2 x 841.92 pts (A4)"), "{info}");
    assert!(info.contains("示例市第一中学 · 高一年级 1班 · 邀请单"), "{info}");
    assert!(!info.contains("CreationDate") && !info.contains("ModDate"), "{info}");
    let bytes = std::fs::read(&path).expect("exists");
    assert!(bytes.windows(18).any(|window| window == b"/PrintScaling/None"));
}

#[test]
fn a_school_of_many_classes_has_a_table_of_contents() {
    let dir = tempfile::tempdir().expect("creates");
    // More pages than one node of the page tree holds.
    let run = run(&[24 * 200, 24 * 100, 5], layout("labels"), short_link);
    let path = printed(&run, dir.path());
    let info = text_of("pdfinfo", &[&path]);
    assert!(info.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 301")), "{info}");
    let json = text_of("qpdf", &["--json", "--json-key=outlines", &path]);
    for (heading, page) in [("高一年级 1班", 1), ("高一年级 2班", 201), ("高一年级 3班", 301)] {
        assert!(json.contains(heading) || json.contains(&escaped(heading)), "{json}");
        assert!(json.contains(&format!("\"destpageposfrom1\": {page}")), "{json}");
    }
    let last = text_of("pdftotext", &["-raw", "-f", "301", "-l", "301", &path, "-"]);
    assert!(last.contains("共 5 人") && last.contains("第 1 / 1 页"), "{last}");
}

fn escaped(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect()
}

#[test]
fn a_run_is_stopped_when_asked_and_tells_how_far_it_is() {
    let run = run(&[30, 30], layout("labels"), short_link);
    let mut told: Vec<Progress> = Vec::new();
    let stopped = export_pdf(&run, &mut Vec::new(), Proof::None, &mut |progress| {
        told.push(progress);
        if told.len() == 3 { Flow::Cancel } else { Flow::Continue }
    });
    assert!(matches!(stopped, Err(SheetError::Cancelled)));
    let told: Vec<_> = told.iter().map(|at| (at.pages_done, at.pages_total, at.people_done)).collect();
    assert_eq!(told, [(1, 4, 24), (2, 4, 30), (3, 4, 54)]);
}

#[test]
fn a_full_disk_is_told() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let run = run(&[30], layout("labels"), short_link);
    let failed = export_pdf(&run, &mut Full(5_000), Proof::None, &mut |_| Flow::Continue);
    assert!(matches!(failed, Err(SheetError::OutputFailed(error)) if error.kind() == std::io::ErrorKind::StorageFull));
}
