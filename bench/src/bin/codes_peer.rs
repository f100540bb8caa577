//! Codes alone, by ours and by the `qrcode` crate in one process, and how long the first page of very many takes beside the
//! first page of one.
//!
//! usage: `codes_peer CODES PAGES`. One line of JSON: codes a CPU second of each, and milliseconds a preview.

use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use mingce_bench::meter::Meter;
use mingce_sheets::qr::Code;
use mingce_sheets::{Group, Layout, Person, SheetRun, Words, page_count, page_svg};
use qrcode::{EcLevel, QrCode};

/// Previews of each size; the median counts.
const PREVIEWS: usize = 9;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let (Some(codes), Some(pages)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: codes_peer CODES PAGES");
    };
    let (codes, pages) = (codes?, pages?);
    let links: Vec<String> = (0..codes).map(link).collect();

    let meter = Meter::start();
    for link in &links {
        black_box(Code::encode(link).map_err(|_| anyhow::anyhow!("a link that does not fit"))?);
    }
    let ours = codes as f64 / meter.cpu_s();
    // A tenth of them: it takes long enough.
    let some = links.iter().take((codes / 10).max(1));
    let count = some.len();
    let meter = Meter::start();
    for link in some {
        black_box(QrCode::with_error_correction_level(link, EcLevel::M)?);
    }
    let theirs = count as f64 / meter.cpu_s();

    let (many, one) = (preview_ms(pages)?, preview_ms(1)?);
    println!(r#"{{"ours_codes_a_s":{ours:.0},"qrcode_codes_a_s":{theirs:.0},"many_ms":{many:.3},"one_ms":{one:.3}}}"#);
    Ok(())
}

/// As the program makes them: upper case, so that codes are of few modules.
fn link(index: usize) -> String {
    format!("HTTPS://JOIN.EXAMPLE.EDU.CN/J/{:A>26}", format!("{index:X}"))
}

/// The first page of a run of so many, as CPU milliseconds.
fn preview_ms(pages: usize) -> Result<f64> {
    let layout = Layout::find_named("labels").context("it is shipped")?;
    let person = |index: usize| Person {
        name: "王小明".into(),
        department: "高一年级/3班".into(),
        card_number: index.to_string(),
        link: link(index),
    };
    let people = (0..pages * layout.places()).map(person).collect();
    let groups = vec![Group { heading: "高一年级".into(), people }];
    let run = SheetRun::of("示例中学", groups, Words::chinese("2026年9月8日"), layout);
    ensure!(page_count(&run)? == pages, "as many pages as were asked for");
    let mut times = Vec::new();
    for _ in 0..PREVIEWS {
        let meter = Meter::start();
        black_box(page_svg(&run, 0)?);
        times.push(meter.cpu_s() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[PREVIEWS / 2])
}
