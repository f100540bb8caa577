//! Measures: millimetres from the top left corner in layouts, points from the bottom left corner in the display list.

/// One dot of a 300 dpi printer; page boxes lie on this grid, which every 600 dpi printer has too.
pub const DOT_PT: f64 = 0.24;

const PT_PER_MM: f64 = 72.0 / 25.4;

/// Millimetres in points.
pub(crate) fn mm(value: f64) -> f64 {
    value * PT_PER_MM
}

/// The nearest place on a grid of dots of this size.
pub(crate) fn on_grid(pt: f64, dot_pt: f64) -> f64 {
    (pt / dot_pt).round() * dot_pt
}

/// The paper in points, on the grid of 1/300 inch, so that no printer at 300 or 600 dpi moves an edge between dots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paper {
    pub width_pt: f64,
    pub height_pt: f64,
}

impl Paper {
    pub(crate) fn from_mm(width: f64, height: f64) -> Self {
        Self { width_pt: on_grid(mm(width), DOT_PT), height_pt: on_grid(mm(height), DOT_PT) }
    }
}

/// A rectangle of the page in points, from the bottom left corner of the paper as in PDF.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Area {
    pub x_pt: f64,
    pub y_pt: f64,
    pub width_pt: f64,
    pub height_pt: f64,
}

impl Area {
    pub(crate) fn right(&self) -> f64 {
        self.x_pt + self.width_pt
    }

    pub(crate) fn top(&self) -> f64 {
        self.y_pt + self.height_pt
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.x_pt < other.right() && other.x_pt < self.right() && self.y_pt < other.top() && other.y_pt < self.top()
    }

    /// A box inside this area, told in millimetres from its top left corner.
    pub(crate) fn inside(&self, left: f64, top: f64, width: f64, height: f64) -> Self {
        Self {
            x_pt: self.x_pt + mm(left),
            y_pt: self.top() - mm(top + height),
            width_pt: mm(width),
            height_pt: mm(height),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paper_lies_on_the_dot_grid() {
        for (width, height) in [(210.0, 297.0), (215.9, 279.4), (85.6, 53.98), (87.6, 55.98)] {
            let paper = Paper::from_mm(width, height);
            for side in [paper.width_pt, paper.height_pt] {
                assert!((side / DOT_PT - (side / DOT_PT).round()).abs() < 1e-9);
            }
            assert!((paper.width_pt - mm(width)).abs() <= DOT_PT / 2.0);
        }
        let a4 = Paper::from_mm(210.0, 297.0);
        assert_eq!(((a4.width_pt * 100.0).round(), (a4.height_pt * 100.0).round()), (59_520.0, 84_192.0));
    }

    #[test]
    fn a_box_inside_is_measured_from_the_top_left() {
        let label = Area { x_pt: 100.0, y_pt: 200.0, width_pt: mm(60.0), height_pt: mm(30.0) };
        let inside = label.inside(0.0, 0.0, 60.0, 30.0);
        assert!((inside.y_pt - label.y_pt).abs() < 1e-9 && (inside.top() - label.top()).abs() < 1e-9);
        let corner = label.inside(10.0, 5.0, 20.0, 4.0);
        assert!((corner.x_pt - 100.0 - mm(10.0)).abs() < 1e-9 && (label.top() - corner.top() - mm(5.0)).abs() < 1e-9);
    }
}
