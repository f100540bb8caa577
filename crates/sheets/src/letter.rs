//! The letter layout: one person a page, for a family that has never heard of the program.

use crate::failure::SheetError;
use crate::layout::{Area, LetterLayout, PAGE_HEIGHT_PT, PAGE_WIDTH_PT, mm};
use crate::page::{BLACK, Composer, DARK_GREY, GREY, LIGHT_GREY, Page, Place, Shade};
use crate::paging::Sheet;
use crate::run::Person;
use crate::text::{Breaks, Fitted};
use crate::words::fill;

const HAIRLINE_PT: f64 = 0.48;

pub(crate) fn compose(
    composer: &mut Composer<'_>,
    layout: &LetterLayout,
    sheet: Sheet,
    page: &mut Page,
) -> Result<(), SheetError> {
    let Some((index, person)) = composer.people(sheet).next() else { return Ok(()) };
    let left = mm(layout.margin_mm);
    let width = PAGE_WIDTH_PT - 2.0 * left;
    let right = left + width;
    let run = composer.run;
    let words = &run.words.letter;
    let number = if person.card_number.is_empty() {
        String::new()
    } else {
        fill(&run.words.number, &[("number", &person.card_number)])
    };
    let say = |text: &str| {
        fill(
            text,
            &[
                ("name", &person.name),
                ("organisation", &run.organisation),
                ("department", &person.department),
                ("number", &person.card_number),
                ("expiry", &run.words.expiry),
            ],
        )
    };

    // Head: who writes, and for which group.
    let mut pen = Pen { composer, page, left, width };
    let head = from_top(23.0);
    let heading = pen.composer.setter.fit(
        &run.groups[sheet.group].heading,
        width * 0.4,
        Breaks::Balanced,
        &[(10.0, 1), (8.0, 1), (6.0, 2)],
    );
    let heading_width = heading.lines.iter().map(|line| line.width_at(heading.size_pt)).fold(0.0, f64::max);
    for (row, line) in heading.lines.iter().enumerate() {
        let baseline = head - row as f64 * heading.size_pt * 1.2;
        pen.page.text_to_right(right, baseline, heading.size_pt, GREY, line.clone());
    }
    let organisation = pen.composer.setter.fit(
        &run.organisation,
        width - heading_width - mm(8.0),
        Breaks::Balanced,
        &[(12.0, 1), (10.5, 1), (9.0, 1), (8.0, 2)],
    );
    for (row, line) in organisation.lines.iter().enumerate() {
        pen.page.text(left, head - row as f64 * organisation.size_pt * 1.2, organisation.size_pt, BLACK, line.clone());
    }
    let below_head = head - organisation.lines.len().saturating_sub(1) as f64 * 10.0 - mm(3.6);
    pen.page.bar(left, below_head, width, HAIRLINE_PT, LIGHT_GREY);

    let mut y = below_head - mm(14.0);
    y = pen.paragraph(&say(&words.title), y, &[(26.0, 1), (20.0, 2)], 1.3, BLACK);
    y -= mm(7.0);
    y = pen.paragraph(&say(&words.greeting), y, &[(13.0, 1), (12.0, 3)], 1.5, BLACK);
    y -= mm(2.0);
    y = pen.paragraph(&say(&words.introduction), y, &[(11.0, 6), (10.0, 9), (8.0, 12)], 1.7, BLACK);
    y -= mm(9.0);

    // The panel: code at the left, steps at the right of it.
    let side = mm(layout.code_mm);
    let pad = mm(5.0);
    let beside = left + side + 2.0 * pad;
    let steps =
        Steps::fit(&mut pen, &words.steps.iter().map(|step| say(step)).collect::<Vec<_>>(), right - pad - beside);
    let caption = pen.composer.setter.fit(&person.name, side, Breaks::Name, &[(11.0, 1), (9.0, 1), (8.0, 2)]);
    let caption_number = pen.composer.setter.fit(&number, side, Breaks::Balanced, &[(8.5, 1), (7.0, 2)]);
    let caption_height = height_of(&caption, 1.3) + height_of(&caption_number, 1.35);
    let inner = (side + caption_height + mm(1.0)).max(steps.height());
    let panel = Area { x_pt: left, y_pt: y - inner - 2.0 * pad, width_pt: width, height_pt: inner + 2.0 * pad };
    frame(pen.page, panel);
    let code_top = panel.top() - pad - (inner - side - caption_height - mm(1.0)) / 2.0;
    let room = Area { x_pt: left + pad, y_pt: code_top - side, width_pt: side, height_pt: side };
    let code = pen.page.code(room, &person.link, sheet.group, index)?;
    let middle = room.x_pt + side / 2.0;
    let below = centred(pen.page, &caption, middle, code.y_pt - mm(0.6), 1.3, BLACK);
    centred(pen.page, &caption_number, middle, below, 1.35, DARK_GREY);
    steps.draw(pen.page, beside, panel.top() - pad - (inner - steps.height()) / 2.0);

    y = panel.y_pt - mm(8.0);
    y = pen.paragraph(&say(&words.expiry), y, &[(11.0, 2), (9.0, 3)], 1.6, BLACK);
    y -= mm(3.0);
    y = pen.paragraph(&say(&words.link), y, &[(9.0, 2)], 1.5, DARK_GREY);
    pen.paragraph(&person.link, y, &[(9.0, 2), (8.0, 3), (7.0, 5)], 1.5, BLACK);

    foot(&mut pen, &say(&words.privacy), person, &number, sheet);
    page.places.push(Place {
        group: sheet.group,
        person: index,
        area: Area { x_pt: 0.0, y_pt: 0.0, width_pt: PAGE_WIDTH_PT, height_pt: PAGE_HEIGHT_PT },
        code,
    });
    Ok(())
}

/// Stands at the bottom whatever is above: what happens to the data, and to whom this sheet belongs.
fn foot(pen: &mut Pen<'_, '_>, privacy: &str, person: &Person, number: &str, sheet: Sheet) {
    let (left, width) = (pen.left, pen.width);
    let line_y = mm(22.0);
    let privacy = pen.composer.setter.fit(privacy, width, Breaks::Paragraph, &[(8.5, 4), (7.5, 6), (6.0, 9)]);
    let top = line_y + mm(5.0) + height_of(&privacy, 1.6);
    pen.stack(&privacy, top, 1.6, GREY);
    pen.page.bar(left, line_y, width, HAIRLINE_PT, LIGHT_GREY);

    let words = &pen.composer.run.words;
    let page_of = fill(&words.page_of, &[("page", &sheet.number.to_string()), ("pages", &sheet.of.to_string())]);
    let page_of = pen.composer.setter.line(&page_of);
    let page_width = page_of.width_at(8.0);
    pen.page.text_to_right(left + width, line_y - 14.0, 8.0, GREY, page_of);
    let whose: Vec<&str> =
        [person.department.as_str(), &person.name, number].into_iter().filter(|part| !part.is_empty()).collect();
    let whose = pen.composer.setter.fit(
        &whose.join("    "),
        width - page_width - mm(6.0),
        Breaks::Paragraph,
        &[(8.0, 1), (7.0, 1), (6.0, 2)],
    );
    pen.stack(&whose, line_y - 14.0 + whose.size_pt * RISE, 1.3, GREY);
}

/// From the top of a line's box to its baseline, in type sizes.
const RISE: f64 = 0.94;

fn from_top(below_mm: f64) -> f64 {
    PAGE_HEIGHT_PT - mm(below_mm)
}

fn height_of(text: &Fitted, leading: f64) -> f64 {
    let lines = text.lines.iter().filter(|line| !line.glyphs.is_empty()).count();
    lines as f64 * text.size_pt * leading
}

struct Pen<'p, 'a> {
    composer: &'p mut Composer<'a>,
    page: &'p mut Page,
    left: f64,
    width: f64,
}

impl Pen<'_, '_> {
    /// Fits and draws text over the whole width from `top`; answers where it ends.
    fn paragraph(&mut self, text: &str, top: f64, steps: &[(f64, usize)], leading: f64, shade: Shade) -> f64 {
        let fitted = self.composer.setter.fit(text, self.width, Breaks::Paragraph, steps);
        self.stack(&fitted, top, leading, shade)
    }

    fn stack(&mut self, text: &Fitted, top: f64, leading: f64, shade: Shade) -> f64 {
        stack(self.page, text, self.left, top, leading, shade)
    }
}

fn stack(page: &mut Page, text: &Fitted, x: f64, top: f64, leading: f64, shade: Shade) -> f64 {
    let mut y = top;
    for line in text.lines.iter().filter(|line| !line.glyphs.is_empty()) {
        page.text(x, y - text.size_pt * RISE, text.size_pt, shade, line.clone());
        y -= text.size_pt * leading;
    }
    y
}

fn centred(page: &mut Page, text: &Fitted, middle: f64, top: f64, leading: f64, shade: Shade) -> f64 {
    let mut y = top;
    for line in text.lines.iter().filter(|line| !line.glyphs.is_empty()) {
        let x = middle - line.width_at(text.size_pt) / 2.0;
        page.text(x, y - text.size_pt * RISE, text.size_pt, shade, line.clone());
        y -= text.size_pt * leading;
    }
    y
}

fn frame(page: &mut Page, area: Area) {
    let line = HAIRLINE_PT;
    page.bar(area.x_pt, area.y_pt, area.width_pt, line, LIGHT_GREY);
    page.bar(area.x_pt, area.top() - line, area.width_pt, line, LIGHT_GREY);
    page.bar(area.x_pt, area.y_pt + line, line, area.height_pt - 2.0 * line, LIGHT_GREY);
    page.bar(area.right() - line, area.y_pt + line, line, area.height_pt - 2.0 * line, LIGHT_GREY);
}

/// Numbered instructions, one under the other.
struct Steps {
    texts: Vec<(Fitted, Fitted)>,
}

const STEP_NUMBER_PT: f64 = 20.0;
const STEP_INDENT_PT: f64 = 24.0;
const STEP_LEADING: f64 = 1.55;
const STEP_GAP_PT: f64 = 13.0;

impl Steps {
    fn fit(pen: &mut Pen<'_, '_>, steps: &[String], width: f64) -> Self {
        let text_width = width - STEP_INDENT_PT;
        let texts = steps.iter().enumerate().map(|(at, step)| {
            let number =
                Fitted { lines: vec![pen.composer.setter.line(&(at + 1).to_string())], size_pt: STEP_NUMBER_PT };
            (number, pen.composer.setter.fit(step, text_width, Breaks::Balanced, &[(11.0, 3), (10.0, 4), (8.0, 6)]))
        });
        Self { texts: texts.collect() }
    }

    fn height(&self) -> f64 {
        let texts: f64 = self.texts.iter().map(|(_, text)| height_of(text, STEP_LEADING).max(STEP_NUMBER_PT)).sum();
        texts + STEP_GAP_PT * self.texts.len().saturating_sub(1) as f64
    }

    fn draw(&self, page: &mut Page, x: f64, top: f64) {
        let mut y = top;
        for (number, text) in &self.texts {
            // The large figure stands on the first line's baseline.
            let baseline = y - text.size_pt * RISE;
            for line in &number.lines {
                page.text(x, baseline - 1.0, number.size_pt, GREY, line.clone());
            }
            let end = stack(page, text, x + STEP_INDENT_PT, y, STEP_LEADING, BLACK);
            y = end.min(y - STEP_NUMBER_PT) - STEP_GAP_PT;
        }
    }
}
