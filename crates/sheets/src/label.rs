//! The label layout: a header for the group, a grid of labels, ticks to cut by.

use crate::failure::SheetError;
use crate::layout::{Area, CutTicks, LabelLayout, PAGE_HEIGHT_PT, mm};
use crate::page::{BLACK, Composer, DARK_GREY, GREY, LIGHT_GREY, Page, Place, Shade};
use crate::paging::Sheet;
use crate::run::Person;
use crate::text::{Breaks, Fitted, Line};
use crate::words::fill;

/// Baseline of the header below the paper's top edge; printers keep 5 mm white.
const HEADER_MM: f64 = 7.4;
/// White inside a label's edge, at the code and at the end of the text.
const INSET_MM: f64 = 2.0;
const TEXT_END_MM: f64 = 2.8;
const TEXT_TOP_MM: f64 = 2.8;
/// Between the code's room, whose rim is white, and the text.
const GAP_MM: f64 = 1.0;
/// Most of a label's width a code may take.
const CODE_SHARE: f64 = 0.45;
const TICK_PT: f64 = 0.48;
/// Height of a line of type beside its size.
const LEADING: f64 = 1.18;
/// From the top of a line's box to its baseline, in type sizes: Han characters stand from -0.12 to 0.88.
const RISE: f64 = 0.94;

pub(crate) fn compose(
    composer: &mut Composer<'_>,
    layout: &LabelLayout,
    sheet: Sheet,
    page: &mut Page,
) -> Result<(), SheetError> {
    header(composer, layout, sheet, page);
    if layout.cut_ticks == CutTicks::Draw {
        ticks(layout, page);
    }
    for (at, (index, person)) in composer.people(sheet).enumerate() {
        let area = layout.area(sheet.first_place + at);
        let code = label(composer, area, person, (sheet.group, index), page)?;
        page.places.push(Place { group: sheet.group, person: index, area, code });
    }
    Ok(())
}

fn header(composer: &mut Composer<'_>, layout: &LabelLayout, sheet: Sheet, page: &mut Page) {
    // Stickers that begin at the paper's edge leave no room for a header.
    if layout.top_mm < HEADER_MM + 1.5 {
        return;
    }
    let words = &composer.run.words;
    let group = &composer.run.groups[sheet.group];
    let first = layout.area(0);
    let last = layout.area(usize::from(layout.columns) - 1);
    let (left, right) = (first.x_pt + mm(INSET_MM), last.right() - mm(TEXT_END_MM));
    let baseline = PAGE_HEIGHT_PT - mm(HEADER_MM + layout.shift_y_mm);

    let count = group.people.len();
    let people =
        if count == 1 { words.one_person.clone() } else { fill(&words.people, &[("count", &count.to_string())]) };
    let page_of = fill(&words.page_of, &[("page", &sheet.number.to_string()), ("pages", &sheet.of.to_string())]);
    let note = composer.setter.line(&format!("{people}    {page_of}"));
    let note_width = note.width_at(8.0);
    page.text_to_right(right, baseline, 8.0, DARK_GREY, note);

    let room = right - left - note_width - mm(6.0);
    let heading = one_line(composer, &group.heading, room * 0.66, &[13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0]);
    let heading_width = heading.lines.first().map_or(0.0, |line| line.width_at(heading.size_pt));
    draw(page, &heading, left, baseline, BLACK);
    let beside = left + heading_width + if heading_width > 0.0 { mm(3.0) } else { 0.0 };
    let organisation = one_line(composer, &composer.run.organisation, left + room - beside, &[8.0, 7.0, 6.0, 5.0]);
    draw(page, &organisation, beside, baseline, GREY);
}

fn one_line(composer: &mut Composer<'_>, text: &str, width_pt: f64, sizes: &[f64]) -> Fitted {
    let line = composer.setter.line(text);
    let fits = sizes.iter().copied().find(|&size| line.width_at(size) <= width_pt);
    let size_pt = fits.unwrap_or_else(|| width_pt.max(1.0) / line.width_at(1.0).max(1.0));
    Fitted { lines: vec![line], size_pt }
}

fn draw(page: &mut Page, fitted: &Fitted, x: f64, baseline: f64, shade: Shade) {
    for line in &fitted.lines {
        page.text(x, baseline, fitted.size_pt, shade, line.clone());
    }
}

/// Short strokes in the white around the grid, at both edges of each label.
fn ticks(layout: &LabelLayout, page: &mut Page) {
    let (far, length) = (mm(1.0), mm(3.0));
    let columns = usize::from(layout.columns);
    let first = layout.area(0);
    let last = layout.area(columns * usize::from(layout.rows) - 1);
    let half = TICK_PT / 2.0;
    for column in 0..columns {
        let area = layout.area(column);
        for x in [area.x_pt, area.right()] {
            page.bar(x - half, first.top() + far, TICK_PT, length, DARK_GREY);
            page.bar(x - half, last.y_pt - far - length, TICK_PT, length, DARK_GREY);
        }
    }
    let mut edges: Vec<f64> = Vec::new();
    for row in 0..usize::from(layout.rows) {
        let area = layout.area(row * columns);
        for y in [area.top(), area.y_pt] {
            // Labels without a gap share an edge: one tick for both.
            if edges.last().is_none_or(|&above: &f64| (above - y).abs() > 0.1) {
                edges.push(y);
            }
        }
    }
    for y in edges {
        page.bar(first.x_pt - far - length, y - half, length, TICK_PT, DARK_GREY);
        page.bar(last.right() + far, y - half, length, TICK_PT, DARK_GREY);
    }
}

/// How far name, department and number shrink before the instructions shrink too.
const SMALLEST_WHO: f64 = 0.7;
/// White between the last line of who and the rule.
const OVER_RULE_PT: f64 = 2.2;

/// A block of lines in a label's text column.
struct Block {
    text: Fitted,
    shade: Shade,
    /// White above it.
    gap_pt: f64,
}

impl Block {
    fn height(&self) -> f64 {
        self.gap_pt + self.text.lines.len() as f64 * self.text.size_pt * LEADING
    }
}

fn label(
    composer: &mut Composer<'_>,
    area: Area,
    person: &Person,
    (group, index): (usize, usize),
    page: &mut Page,
) -> Result<Area, SheetError> {
    // The room is the same on every label, so that texts stand in line whatever the length of a link.
    let side = (area.height_pt - 2.0 * mm(1.0)).min(area.width_pt * CODE_SHARE);
    let room = Area {
        x_pt: area.x_pt + mm(INSET_MM),
        y_pt: area.y_pt + (area.height_pt - side) / 2.0,
        width_pt: side,
        height_pt: side,
    };
    let code = page.code(room, &person.link, group, index)?;

    let left = room.right() + mm(GAP_MM);
    let width = area.right() - mm(TEXT_END_MM) - left;
    let top = area.top() - mm(TEXT_TOP_MM);
    let bottom = area.y_pt + mm(TEXT_TOP_MM);
    // Long names and departments take more lines. Then who it is becomes a little smaller until the label holds it;
    // what to do stays as large as on the other labels while it can.
    let mut scale: f64 = 1.0;
    let (who, what) = loop {
        let who = who_blocks(composer, person, width, scale);
        let what = what_blocks(composer, width, (scale / SMALLEST_WHO).min(1.0));
        let height = who.iter().chain(&what).map(Block::height).sum::<f64>() + OVER_RULE_PT;
        if height <= top - bottom || scale < 0.1 {
            break (who, what);
        }
        scale *= 0.95;
    };
    let mut y = top;
    for block in &who {
        y = stack(page, block, left, y);
    }
    let mut y = bottom + what.iter().map(Block::height).sum::<f64>();
    page.bar(left, y, width, 0.36, LIGHT_GREY);
    for block in &what {
        y = stack(page, block, left, y);
    }
    Ok(code)
}

fn stack(page: &mut Page, block: &Block, left: f64, top: f64) -> f64 {
    let mut y = top - block.gap_pt;
    for line in &block.text.lines {
        page.text(left, y - block.text.size_pt * RISE, block.text.size_pt, block.shade, line.clone());
        y -= block.text.size_pt * LEADING;
    }
    y
}

/// Who: organisation, name, department, number.
fn who_blocks(composer: &mut Composer<'_>, person: &Person, width: f64, scale: f64) -> Vec<Block> {
    const ORGANISATION: [(f64, usize); 3] = [(6.5, 1), (6.0, 1), (5.5, 2)];
    const NAME: [(f64, usize); 12] = [
        (14.0, 1),
        (13.0, 1),
        (12.0, 1),
        (11.0, 1),
        (10.0, 1),
        (9.0, 1),
        (8.5, 1),
        (9.5, 2),
        (8.5, 2),
        (8.5, 3),
        (7.0, 3),
        (6.0, 4),
    ];
    const DEPARTMENT: [(f64, usize); 5] = [(8.0, 1), (7.5, 1), (7.0, 1), (6.5, 2), (6.0, 3)];
    const NUMBER: [(f64, usize); 4] = [(7.5, 1), (7.0, 1), (6.5, 1), (6.0, 2)];

    let run = composer.run;
    let number = match person.card_number.as_str() {
        "" => String::new(),
        number => fill(&run.words.number, &[("number", number)]),
    };
    let parts: [(&str, Breaks, &[(f64, usize)], Shade, f64); 4] = [
        (&run.organisation, Breaks::Balanced, &ORGANISATION, GREY, 0.0),
        (&person.name, Breaks::Name, &NAME, BLACK, 2.6),
        (&person.department, Breaks::Balanced, &DEPARTMENT, BLACK, 2.2),
        (&number, Breaks::Balanced, &NUMBER, DARK_GREY, 1.2),
    ];
    let mut blocks = Vec::with_capacity(parts.len());
    for (text, breaks, steps, shade, gap_pt) in parts {
        if text.is_empty() {
            continue;
        }
        let steps: Vec<_> = steps.iter().map(|&(size, lines)| (size * scale, lines)).collect();
        blocks.push(Block { text: composer.setter.fit(text, width, breaks, &steps), shade, gap_pt: gap_pt * scale });
    }
    blocks
}

/// What to do: scan, until when, for whom.
fn what_blocks(composer: &mut Composer<'_>, width: f64, scale: f64) -> Vec<Block> {
    let words = &composer.run.words;
    let valid = fill(&words.valid_until, &[("expiry", &words.expiry)]);
    let mut blocks = Vec::with_capacity(3);
    for (text, size, shade, gap_pt) in
        [(words.scan.as_str(), 7.5, BLACK, 2.6), (&valid, 6.0, DARK_GREY, 0.6), (&words.personal, 6.0, DARK_GREY, 0.2)]
    {
        if text.is_empty() {
            continue;
        }
        let line = composer.fixed_line(text);
        blocks.push(Block {
            text: fixed_fit(composer, text, line, width, size * scale),
            shade,
            gap_pt: gap_pt * scale,
        });
    }
    blocks
}

fn fixed_fit(composer: &mut Composer<'_>, text: &str, line: Line, width: f64, size_pt: f64) -> Fitted {
    if line.width_at(size_pt) <= width {
        return Fitted { lines: vec![line], size_pt };
    }
    composer.setter.fit(text, width, Breaks::Balanced, &[(size_pt * 0.92, 1), (size_pt * 0.85, 2)])
}
