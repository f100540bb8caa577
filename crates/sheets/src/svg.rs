//! Pages and codes as SVG: outlines and pictures of their own only, no text, fonts, scripts or links out, so it is safe as the source of an image.

use std::collections::HashMap;
use std::fmt::Write;

use skrifa::outline::OutlinePen;

use crate::compose::Composer;
use crate::failure::SheetError;
use crate::geometry::Area;
use crate::layout::{Ink, LayoutPicture};
use crate::page::{Heading, Mark, Page};
use crate::paging;
use crate::qr::{Code, QUIET_MODULES};
use crate::run::SheetRun;
use crate::text::{Glyph, Setter};

/// One page as SVG, of the paper's size. Lays out no other page.
///
/// # Errors
/// [`SheetError::NoSuchPage`], and those of the layout and the links.
pub fn page_svg(run: &SheetRun, page_index: usize) -> Result<String, SheetError> {
    let mut composer = Composer::of(run)?;
    let page = composer.compose(paging::load_sheet(run, page_index)?)?;
    Ok(draw(&page, &composer.setter, whole(&page)))
}

fn whole(page: &Page) -> Area {
    Area { x_pt: 0.0, y_pt: 0.0, width_pt: page.paper.width_pt, height_pt: page.paper.height_pt }
}

/// A code with its quiet zone, one unit a module.
///
/// # Errors
/// [`SheetError::LinkTooLong`], with group and person 0.
pub fn code_svg(link: &str) -> Result<String, SheetError> {
    let code = Code::encode(link).map_err(|_| SheetError::LinkTooLong { group: 0, person: 0 })?;
    let side = code.size() + 2 * QUIET_MODULES;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path transform=\"translate({QUIET_MODULES} {QUIET_MODULES})\" d=\""
    );
    modules(&code, &mut out);
    out.push_str("\"/></svg>");
    Ok(out)
}

/// What `window` of the page shows, on white.
pub(crate) fn draw(page: &Page, setter: &Setter<'_>, window: Area) -> String {
    let (width, height) = (page.paper.width_pt, page.paper.height_pt);
    let mut pictures: Vec<LayoutPicture> = Vec::new();
    let mut glyphs: HashMap<(u8, u16), usize> = HashMap::new();
    let mut outlines = String::new();
    let mut marks = String::with_capacity(64 * 1024);
    for mark in &page.marks {
        match mark {
            Mark::Text { x, baseline, size_pt, ink, line } => {
                // Outlines are in thousandths of the type size with y upwards.
                let scale = size_pt / 1000.0;
                let (x, y) = (Short(*x), Short(height - baseline));
                let _ = write!(marks, "<g transform=\"matrix({scale:.5} 0 0 -{scale:.5} {x} {y})\"{}>", Fill(*ink));
                let mut along = 0.0;
                let mut draw = |glyph: &Glyph, right: f64, up: f64, marks: &mut String| {
                    let next = glyphs.len();
                    let number = *glyphs.entry((glyph.face, glyph.id)).or_insert_with(|| {
                        let mut pen = SvgPen(String::new());
                        if let Some(reader) = setter.reader(glyph.face) {
                            reader.draw(glyph.id, &mut pen);
                        }
                        let _ = write!(outlines, "<path id=\"g{next}\" d=\"{}\"/>", pen.0);
                        next
                    });
                    let _ = write!(marks, "<use href=\"#g{number}\" x=\"{}\"", Short(right));
                    let _ = if up == 0.0 { write!(marks, "/>") } else { write!(marks, " y=\"{}\"/>", Short(up)) };
                };
                for glyph in &line.glyphs {
                    draw(glyph, along, 0.0, &mut marks);
                    along += f64::from(glyph.advance);
                }
                for placed in line.shaped.iter().flat_map(|cluster| &cluster.glyphs) {
                    draw(&placed.glyph, along + f64::from(placed.right), f64::from(placed.up), &mut marks);
                    along += f64::from(placed.glyph.advance + placed.more);
                }
                marks.push_str("</g>");
            }
            Mark::Bar { area, ink } => {
                let _ = write!(
                    marks,
                    "<path{} d=\"M{} {}h{}v{}h-{}z\"/>",
                    Fill(*ink),
                    Short(area.x_pt),
                    Short(height - area.top()),
                    Short(area.width_pt),
                    Short(area.height_pt),
                    Short(area.width_pt)
                );
            }
            Mark::Code { x, y, module_pt, code } => {
                let top = height - y - code.size() as f64 * module_pt;
                let (x, y, module) = (Short(*x), Short(top), Short(*module_pt));
                let _ = write!(marks, "<path transform=\"matrix({module} 0 0 {module} {x} {y})\" d=\"");
                modules(code, &mut marks);
                marks.push_str("\"/>");
            }
            Mark::Picture { area, picture } => {
                let number = pictures.iter().position(|known| known == picture).unwrap_or_else(|| {
                    pictures.push(picture.clone());
                    pictures.len() - 1
                });
                let (x, y) = (Short(area.x_pt), Short(height - area.top()));
                let (across, down) = (Short(area.width_pt), Short(area.height_pt));
                let _ = write!(marks, "<use href=\"#p{number}\" transform=\"matrix({across} 0 0 {down} {x} {y})\"/>");
            }
        }
    }
    for (number, picture) in pictures.iter().enumerate() {
        let png = data_encoding::BASE64.encode(picture.png());
        let _ = write!(
            outlines,
            "<image id=\"p{number}\" width=\"1\" height=\"1\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,{png}\"/>"
        );
    }
    let (turn, end) = match page.heading {
        Heading::Up => (String::new(), ""),
        Heading::Down => (format!("<g transform=\"matrix(-1 0 0 -1 {} {})\">", Short(width), Short(height)), "</g>"),
    };
    let mm = |pt: f64| Short(pt * 25.4 / 72.0);
    let (width_mm, height_mm) = (mm(window.width_pt), mm(window.height_pt));
    let (left, top) = (Short(window.x_pt), Short(height - window.top()));
    let (width, height) = (Short(window.width_pt), Short(window.height_pt));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width_mm}mm\" height=\"{height_mm}mm\" \
         viewBox=\"{left} {top} {width} {height}\"><defs>{outlines}</defs>\
         <path fill=\"#fff\" d=\"M{left} {top}h{width}v{height}H{left}z\"/>{turn}{marks}{end}</svg>"
    )
}

/// The dark modules as one path, so that no seam shows between them.
fn modules(code: &Code, out: &mut String) {
    code.for_each_block(|block| {
        let _ = write!(out, "M{} {}h{}v{}h-{}z", block.x, block.y, block.width, block.height, block.width);
    });
}

/// A number to a hundredth, without needless zeros.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.0 * 100.0).round();
        write!(f, "{}", hundredths / 100.0)
    }
}

struct Fill(Ink);

impl std::fmt::Display for Fill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0.0;
        if self.0 == Ink::BLACK { Ok(()) } else { write!(f, " fill=\"#{red:02x}{green:02x}{blue:02x}\"") }
    }
}

struct SvgPen(String);

impl OutlinePen for SvgPen {
    fn move_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "M{} {}", x.round(), y.round());
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "L{} {}", x.round(), y.round());
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let _ = write!(self.0, "Q{} {} {} {}", cx0.round(), cy0.round(), x.round(), y.round());
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let [a, b, c, d, e, f] = [cx0, cy0, cx1, cy1, x, y].map(f32::round);
        let _ = write!(self.0, "C{a} {b} {c} {d} {e} {f}");
    }

    fn close(&mut self) {
        self.0.push('z');
    }
}
