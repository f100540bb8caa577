//! Texts in a box: each fitted into the width, all together into the height.

use std::collections::HashMap;

use crate::compose::inside;
use crate::geometry::Area;
use crate::layout::{Align, BoxMm, Flow, Ink, Item, Keep, Stand, TextItem, Texts};
use crate::page::{BlockKind, Page};
use crate::template::{Field, Repeats, Template};
use crate::text::{Breaks, Fitted, Line, Setter};
use crate::words::Words;

/// From the top of a line's box to its baseline, in type sizes: Han characters stand from -0.12 to 0.88.
const RISE: f64 = 0.94;
/// How far the others of a box shrink before a text that shrinks last does too.
const SHRINKS_FIRST: f64 = 0.7;
/// Texts remembered for each item; beyond, it is not one that many labels share.
const MOST_REMEMBERED: usize = 512;

/// Texts that many labels share, as they were fitted, by item.
#[derive(Default)]
pub(crate) struct Memory {
    fitted: Vec<HashMap<String, Fitted>>,
    /// The text being filled.
    filled: String,
}

pub(crate) struct TextsPlan {
    place: BoxMm,
    align: Align,
    stand: Stand,
    items: Vec<Planned>,
}

enum Planned {
    Text(TextPlan),
    Space,
    Rule { thick_pt: f64, gap_pt: f64, ink: Ink },
}

struct TextPlan {
    template: Template,
    /// Place in the memory, for a text that repeats.
    number: Option<usize>,
    breaks: Breaks,
    /// Type size and most lines, best first.
    steps: Vec<(f64, usize)>,
    /// The smallest type that was asked for.
    least_pt: f64,
    leading: f64,
    gap_pt: f64,
    ink: Ink,
    keep: Keep,
}

/// How the texts of a box came out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fit {
    Fits,
    /// The smallest type had to be smaller than what was asked for: so many points.
    Squeezed(f64),
}

/// What an item became on one label.
enum Row {
    Text { text: Fitted, least_pt: f64, leading: f64, gap_pt: f64, ink: Ink },
    Space,
    Rule { thick_pt: f64, gap_pt: f64, ink: Ink },
}

impl Row {
    /// The type size of a text that is smaller than it was meant to become.
    fn squeezed(&self) -> Option<f64> {
        match self {
            Self::Text { text, least_pt, .. } => (text.size_pt < least_pt - 0.01).then_some(text.size_pt),
            Self::Space | Self::Rule { .. } => None,
        }
    }

    fn height(&self) -> f64 {
        match self {
            Self::Text { text, leading, gap_pt, .. } => {
                let beyond = |line: &Line| {
                    let (over, under) = line.beyond();
                    (over + under) * text.size_pt
                };
                let more: f64 = text.lines.iter().map(beyond).sum();
                gap_pt + text.lines.len() as f64 * text.size_pt * leading + more
            }
            Self::Space => 0.0,
            Self::Rule { thick_pt, gap_pt, .. } => gap_pt + thick_pt,
        }
    }
}

impl TextsPlan {
    pub fn of(texts: &Texts, organisation: &str, words: &Words, memory: &mut Memory) -> Self {
        let items = texts.items.iter().map(|item| match item {
            Item::Text(text) => Planned::Text(TextPlan::of(text, organisation, words, memory)),
            Item::Space(_) => Planned::Space,
            Item::Rule(rule) => Planned::Rule { thick_pt: rule.thick_pt, gap_pt: rule.gap_pt, ink: rule.ink },
        });
        Self { place: texts.place, align: texts.align, stand: texts.stand, items: items.collect() }
    }

    pub fn draw<'d>(
        &self,
        (area, label): (Area, Option<usize>),
        data: impl Fn(Field) -> &'d str,
        setter: &mut Setter<'_>,
        memory: &mut Memory,
        page: &mut Page,
    ) -> Fit {
        let area = inside(area, self.place);
        let mut scale: f64 = 1.0;
        let (rows, height) = loop {
            let rows = self.rows(area.width_pt, scale, &data, setter, memory);
            let height: f64 = rows.iter().map(Row::height).sum();
            // At a tenth nothing is readable anyway, and the loop must end.
            if height <= area.height_pt + 0.01 || scale < 0.1 {
                break (rows, height);
            }
            // Lines times size grows with the square of the size, which tells about where it fits.
            scale *= (area.height_pt / height).sqrt().clamp(0.7, 0.97);
        };
        let squeezed = rows.iter().filter_map(Row::squeezed).reduce(f64::min);
        let left_over = (area.height_pt - height).max(0.0);
        let spaces = rows.iter().filter(|row| matches!(row, Row::Space)).count();
        let mut y = area.top();
        if spaces == 0 {
            y -= match self.stand {
                Stand::Top => 0.0,
                Stand::Middle => left_over / 2.0,
                Stand::Bottom => left_over,
            };
        }
        for row in rows {
            match row {
                Row::Space => y -= left_over / spaces as f64,
                Row::Rule { thick_pt, gap_pt, ink } => {
                    y -= gap_pt + thick_pt;
                    page.bar(area.x_pt, y, area.width_pt, thick_pt, ink);
                }
                Row::Text { text, leading, gap_pt, ink, .. } => {
                    y -= gap_pt;
                    page.block(label, BlockKind::Text(text.size_pt));
                    for line in text.lines {
                        let free = area.width_pt - line.width_at(text.size_pt);
                        let x = match self.align {
                            Align::Left => area.x_pt,
                            Align::Middle => area.x_pt + free / 2.0,
                            Align::Right => area.x_pt + free,
                        };
                        let (over, under) = line.beyond();
                        y -= over * text.size_pt;
                        page.text(x, y - text.size_pt * RISE, text.size_pt, ink, line);
                        y -= text.size_pt * (leading + under);
                    }
                }
            }
        }
        squeezed.map_or(Fit::Fits, Fit::Squeezed)
    }

    fn rows<'d>(
        &self,
        width_pt: f64,
        scale: f64,
        data: &impl Fn(Field) -> &'d str,
        setter: &mut Setter<'_>,
        memory: &mut Memory,
    ) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.items.len());
        for item in &self.items {
            match item {
                Planned::Space => rows.push(Row::Space),
                &Planned::Rule { thick_pt, gap_pt, ink } => rows.push(Row::Rule { thick_pt, gap_pt, ink }),
                Planned::Text(plan) => {
                    let scale = match plan.keep {
                        Keep::Shrinks => scale,
                        Keep::ShrinksLast => (scale / SHRINKS_FIRST).min(1.0),
                    };
                    plan.template.fill(data, &mut memory.filled);
                    if memory.filled.is_empty() {
                        continue;
                    }
                    let text = plan.fitted(width_pt, scale, setter, memory);
                    let gap_pt = plan.gap_pt * scale;
                    rows.push(Row::Text {
                        text,
                        least_pt: plan.least_pt,
                        leading: plan.leading,
                        gap_pt,
                        ink: plan.ink,
                    });
                }
            }
        }
        rows
    }
}

impl TextPlan {
    fn of(item: &TextItem, organisation: &str, words: &Words, memory: &mut Memory) -> Self {
        let template = Template::of(&item.text, organisation, words);
        let number = (template.repeats() == Repeats::Often).then(|| {
            memory.fitted.push(HashMap::new());
            memory.fitted.len() - 1
        });
        let breaks = match item.flow {
            Flow::Line => Breaks::Balanced,
            Flow::Name => Breaks::Name,
            Flow::Paragraph => Breaks::Paragraph,
        };
        Self {
            template,
            number,
            breaks,
            steps: steps(item),
            least_pt: item.size_pt[0],
            leading: item.leading,
            gap_pt: item.gap_pt,
            ink: item.ink,
            keep: item.keep,
        }
    }

    /// The filled text, fitted; remembered when it is at its full size and many labels have it.
    fn fitted(&self, width_pt: f64, scale: f64, setter: &mut Setter<'_>, memory: &mut Memory) -> Fitted {
        let Memory { fitted, filled } = memory;
        let remembered = self.number.filter(|_| scale == 1.0).map(|number| &mut fitted[number]);
        if let Some(found) = remembered.as_ref().and_then(|known| known.get(filled.as_str())) {
            return found.clone();
        }
        let made = if scale == 1.0 {
            setter.fit(filled, width_pt, self.breaks, &self.steps)
        } else {
            let steps: Vec<_> = self.steps.iter().map(|&(size, lines)| (size * scale, lines)).collect();
            setter.fit(filled, width_pt, self.breaks, &steps)
        };
        if let Some(known) = remembered {
            if known.len() >= MOST_REMEMBERED {
                known.clear();
            }
            known.insert(filled.clone(), made.clone());
        }
        made
    }
}

/// Type sizes to try, with the most lines allowed at each.
fn steps(item: &TextItem) -> Vec<(f64, usize)> {
    let [least, most] = item.size_pt;
    let lines = usize::from(item.lines);
    // One line, somewhat smaller, before two.
    let shrinks_to = match item.flow {
        _ if lines == 1 => least,
        Flow::Name => least.max(most * 0.6),
        Flow::Line => least.max(most * 0.85),
        Flow::Paragraph => most,
    };
    let mut steps = Vec::new();
    let down = |from: f64, to: f64| {
        let step = if from > 10.0 { 1.0 } else { 0.5 };
        let count = ((from - to) / step).ceil().max(0.0) as usize;
        (0..=count).map(move |at| (from - at as f64 * step).max(to))
    };
    if item.flow != Flow::Paragraph || lines == 1 {
        steps.extend(down(most, shrinks_to).map(|size| (size, 1)));
    }
    if lines > 1 {
        // Two lines may again be a little larger than the one that did not fit.
        let from = match item.flow {
            Flow::Name => (shrinks_to * 1.12).min(most).max(least),
            _ => shrinks_to,
        };
        for size in down(from, least) {
            let few = if item.flow == Flow::Paragraph { lines } else { lines.min(2) };
            steps.push((size, few));
        }
        steps.push((least, lines));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(size_pt: [f64; 2], lines: u8, flow: Flow) -> TextItem {
        let text = r#"{"text":"{name}","size_pt":[6,14]}"#;
        TextItem { size_pt, lines, flow, ..serde_json::from_str(text).expect("reads") }
    }

    #[test]
    fn a_name_shrinks_on_one_line_before_it_takes_two() {
        let steps = steps(&item([6.0, 14.0], 3, Flow::Name));
        assert_eq!(&steps[..3], [(14.0, 1), (13.0, 1), (12.0, 1)]);
        assert!(steps.contains(&(8.4, 1)) && steps.last() == Some(&(6.0, 3)));
        let first_of_two = steps.iter().find(|(_, lines)| *lines == 2).expect("has one");
        assert!(first_of_two.0 > 9.0);
    }

    #[test]
    fn one_size_is_one_step_and_every_step_is_within_the_range() {
        assert_eq!(steps(&item([8.0, 8.0], 1, Flow::Line)), [(8.0, 1)]);
        for flow in [Flow::Line, Flow::Name, Flow::Paragraph] {
            for lines in [1, 2, 5] {
                let steps = steps(&item([5.0, 11.5], lines, flow));
                assert!(steps.iter().all(|(size, _)| (5.0..=11.5).contains(size)));
                assert_eq!(steps.last().expect("some").0, 5.0);
            }
        }
    }
}
