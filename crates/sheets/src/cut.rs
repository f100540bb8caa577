//! Short strokes in the white around the grid, at both edges of each label, to cut by.

use crate::geometry::mm;
use crate::layout::{Ink, Stock};
use crate::page::Page;
use crate::printer::{Printer, Side};

const TICK_PT: f64 = 0.48;
const INK: Ink = Ink([70; 3]);

pub(crate) fn ticks(stock: &Stock, printer: &Printer, page: &mut Page) {
    // Behind the bleed, or a cut along the tick would leave colour in it.
    let (far, length) = (mm(1.0 + stock.label.bleed_mm), mm(3.0));
    let columns = usize::from(stock.grid.columns);
    let label = |place: usize| printer.label(stock, Side::Front, place);
    let first = label(0);
    let last = label(columns * usize::from(stock.grid.rows) - 1);
    let half = TICK_PT / 2.0;
    for x in edges((0..columns).flat_map(|column| [label(column).x_pt, label(column).right()])) {
        page.bar(x - half, first.top() + far, TICK_PT, length, INK);
        page.bar(x - half, last.y_pt - far - length, TICK_PT, length, INK);
    }
    let rows = 0..usize::from(stock.grid.rows);
    for y in edges(rows.flat_map(|row| [label(row * columns).top(), label(row * columns).y_pt])) {
        page.bar(first.x_pt - far - length, y - half, length, TICK_PT, INK);
        page.bar(last.right() + far, y - half, length, TICK_PT, INK);
    }
}

/// Labels without a gap share an edge: one tick for both.
fn edges(all: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut edges: Vec<f64> = Vec::new();
    for edge in all {
        if edges.last().is_none_or(|before| (before - edge).abs() > 0.1) {
            edges.push(edge);
        }
    }
    edges
}
