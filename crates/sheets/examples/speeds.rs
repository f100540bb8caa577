//! How fast codes and previews are made: `speeds`. Run it from a release build.

use std::time::Instant;

use mingce_sheets::qr::Code;
use mingce_sheets::{Group, Layout, Person, SheetRun, Words, page_count, page_png, page_svg};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let link = |index: usize| format!("HTTPS://JOIN.EXAMPLE.EDU.CN/J/{:A>26}", format!("{index:X}"));
    let long = |index: usize| format!("https://join.example.edu.cn/i#{index:a>88x}");
    for (name, links) in [
        ("upper-case link of 56 characters", (0..50_000).map(link).collect::<Vec<_>>()),
        ("mixed-case link of 118 characters", (0..50_000).map(long).collect()),
    ] {
        let begun = Instant::now();
        let dark: u64 = links.iter().filter_map(|link| Code::encode(link).ok()).map(|code| code.rows()[0]).sum();
        let seconds = begun.elapsed().as_secs_f64();
        println!("{name}: {:.0} codes a second ({dark:x})", links.len() as f64 / seconds);
    }

    let person = |index: usize| Person {
        name: "王小明".into(),
        department: "高一年级/3班".into(),
        card_number: index.to_string(),
        link: link(index),
    };
    let group = Group { heading: "高一年级".into(), people: (0..240_000).map(person).collect() };
    let run = SheetRun::of(
        "示例中学",
        vec![group],
        Words::chinese("2026年9月8日"),
        Layout::find_named("labels").ok_or("not shipped")?,
    );
    println!("{} pages", page_count(&run)?);
    for index in [0, 0, 9_999] {
        let begun = Instant::now();
        let svg = page_svg(&run, index)?;
        println!("page {index} as SVG: {:.1} ms, {} bytes", begun.elapsed().as_secs_f64() * 1000.0, svg.len());
    }
    let begun = Instant::now();
    let png = page_png(&run, 0, 96)?;
    println!("page 0 as PNG at 96 dpi: {:.1} ms, {} bytes", begun.elapsed().as_secs_f64() * 1000.0, png.len());
    Ok(())
}
