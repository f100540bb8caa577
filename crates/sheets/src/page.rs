//! The display list: what stands where on one page. PDF, SVG and PNG all draw from it, so that preview equals print.
//! Measures are points from the bottom left corner of the paper.

use crate::geometry::{Area, Paper};
use crate::layout::{Ink, LayoutPicture};
use crate::qr::Code;
use crate::text::Line;

/// One thing drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    Text {
        x: f64,
        baseline: f64,
        size_pt: f64,
        ink: Ink,
        line: Line,
    },
    /// A filled rectangle; rules and ticks too.
    Bar {
        area: Area,
        ink: Ink,
    },
    /// A code without its quiet zone: `x`, `y` of its bottom left corner, on the dot grid.
    Code {
        x: f64,
        y: f64,
        module_pt: f64,
        code: Box<Code>,
    },
    /// A picture that fills the rectangle.
    Picture {
        area: Area,
        picture: LayoutPicture,
    },
}

impl Mark {
    /// A rectangle that holds all of it.
    pub fn bounds(&self) -> Area {
        match self {
            // Letters reach below the baseline and beyond their advance, never by a whole type size.
            Self::Text { x, baseline, size_pt, line, .. } => Area {
                x_pt: x - size_pt,
                y_pt: baseline - size_pt,
                width_pt: line.width_at(*size_pt) + 2.0 * size_pt,
                height_pt: 3.0 * size_pt,
            },
            Self::Bar { area, .. } | Self::Picture { area, .. } => *area,
            Self::Code { x, y, module_pt, code } => {
                let side = code.size() as f64 * module_pt;
                Area { x_pt: *x, y_pt: *y, width_pt: side, height_pt: side }
            }
        }
    }
}

/// Where a person stands on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Index of the group in the run.
    pub group: usize,
    /// Index of the person in the group.
    pub person: usize,
    /// The label, or the whole sheet of a letter.
    pub area: Area,
    /// The code with its quiet zone, on a side that has one.
    pub code: Option<Area>,
}

/// A page ready to draw.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    pub paper: Paper,
    pub heading: Heading,
    pub marks: Vec<Mark>,
    pub places: Vec<Place>,
    pub blocks: Vec<Block>,
}

/// Marks that are one thing to a reader, from `first_mark` to those of the next block; bars among them are decoration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    pub first_mark: usize,
    /// Index of the label in the page's places; none for what is said of the whole page.
    pub label: Option<usize>,
    pub kind: BlockKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum BlockKind {
    /// A text, with its type size.
    Text(f64),
    Code,
    Picture,
}

/// Which way a page is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    Up,
    /// Turned by 180 degrees.
    Down,
}

impl Page {
    pub fn of(paper: Paper, heading: Heading) -> Self {
        Self { paper, heading, marks: Vec::new(), places: Vec::new(), blocks: Vec::new() }
    }

    /// What is drawn from here on is one thing, of the label that is being drawn or of the page.
    pub fn block(&mut self, label: Option<usize>, kind: BlockKind) {
        self.blocks.push(Block { first_mark: self.marks.len(), label, kind });
    }

    pub fn text(&mut self, x: f64, baseline: f64, size_pt: f64, ink: Ink, line: Line) {
        if !line.is_empty() {
            self.marks.push(Mark::Text { x, baseline, size_pt, ink, line });
        }
    }

    pub fn bar(&mut self, x_pt: f64, y_pt: f64, width_pt: f64, height_pt: f64, ink: Ink) {
        self.marks.push(Mark::Bar { area: Area { x_pt, y_pt, width_pt, height_pt }, ink });
    }

    /// A picture whole, as large as `room` allows and in its middle.
    pub fn picture(&mut self, room: Area, picture: &LayoutPicture, label: Option<usize>) {
        let (width, height) = picture.size();
        let (width, height) = (f64::from(width), f64::from(height));
        let scale = (room.width_pt / width).min(room.height_pt / height);
        let (width_pt, height_pt) = (width * scale, height * scale);
        let x_pt = room.x_pt + (room.width_pt - width_pt) / 2.0;
        let y_pt = room.y_pt + (room.height_pt - height_pt) / 2.0;
        let area = Area { x_pt, y_pt, width_pt, height_pt };
        self.block(label, BlockKind::Picture);
        self.marks.push(Mark::Picture { area, picture: picture.clone() });
    }

    /// Four hairlines inside `area`.
    pub fn frame(&mut self, area: Area, ink: Ink) {
        const LINE_PT: f64 = 0.48;
        self.bar(area.x_pt, area.y_pt, area.width_pt, LINE_PT, ink);
        self.bar(area.x_pt, area.top() - LINE_PT, area.width_pt, LINE_PT, ink);
        self.bar(area.x_pt, area.y_pt + LINE_PT, LINE_PT, area.height_pt - 2.0 * LINE_PT, ink);
        self.bar(area.right() - LINE_PT, area.y_pt + LINE_PT, LINE_PT, area.height_pt - 2.0 * LINE_PT, ink);
    }

    /// As the paper comes out: an area of a page that is drawn head down stands at the other end.
    pub fn on_paper(&self, area: Area) -> Area {
        match self.heading {
            Heading::Up => area,
            Heading::Down => {
                Area { x_pt: self.paper.width_pt - area.right(), y_pt: self.paper.height_pt - area.top(), ..area }
            }
        }
    }
}
