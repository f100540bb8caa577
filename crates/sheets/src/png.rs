//! Pages and codes as PNG, for a look at a page without a PDF viewer and for sending one code to one person.

use skrifa::outline::OutlinePen;
use tiny_skia::{Color, FillRule, FilterQuality, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Rect, Transform};

use crate::compose::Composer;
use crate::failure::SheetError;
use crate::geometry::Area;
use crate::layout::Ink;
use crate::page::{Heading, Mark, Page};
use crate::paging;
use crate::qr::{Code, QUIET_MODULES};
use crate::run::SheetRun;
use crate::text::Setter;

/// One page as PNG at 36 to 600 dots an inch. Lays out no other page.
///
/// # Errors
/// [`SheetError::PictureSizeOutOfRange`], [`SheetError::NoSuchPage`], and those of the layout and the links.
pub fn page_png(run: &SheetRun, page_index: usize, dpi: u16) -> Result<Vec<u8>, SheetError> {
    if !(36..=600).contains(&dpi) {
        return Err(SheetError::PictureSizeOutOfRange);
    }
    let mut composer = Composer::of(run)?;
    let page = composer.compose(paging::load_sheet(run, page_index)?)?;
    let scale = f64::from(dpi) / 72.0;
    let (width, height) = (page.paper.width_pt, page.paper.height_pt);
    let whole = Area { x_pt: 0.0, y_pt: 0.0, width_pt: width, height_pt: height };
    encoded(&picture(&page, &composer.setter, whole, scale).ok_or(SheetError::PictureSizeOutOfRange)?)
}

/// What `window` of the paper shows, at `scale` dots a point.
pub(crate) fn picture(page: &Page, setter: &Setter<'_>, window: Area, scale: f64) -> Option<Pixmap> {
    let (width, height) = ((window.width_pt * scale).round() as u32, (window.height_pt * scale).round() as u32);
    let mut pixmap = Pixmap::new(width, height)?;
    pixmap.fill(Color::WHITE);
    draw(page, setter, window, scale, &mut pixmap);
    Some(pixmap)
}

/// A code with its quiet zone in a white square of `px` dots a side, its modules as large as whole dots allow.
///
/// # Errors
/// [`SheetError::LinkTooLong`] with group and person 0, [`SheetError::PictureSizeOutOfRange`].
pub fn code_png(link: &str, px: u32) -> Result<Vec<u8>, SheetError> {
    let code = Code::encode(link).map_err(|_| SheetError::LinkTooLong { group: 0, person: 0 })?;
    let modules = (code.size() + 2 * QUIET_MODULES) as u32;
    if px < modules || px > 4096 {
        return Err(SheetError::PictureSizeOutOfRange);
    }
    let module = px / modules;
    let edge = (px - modules * module) / 2 + QUIET_MODULES as u32 * module;
    let mut pixmap = Pixmap::new(px, px).ok_or(SheetError::PictureSizeOutOfRange)?;
    pixmap.fill(Color::WHITE);
    if let Some(path) = modules_path(&code) {
        let place = Transform::from_row(module as f32, 0.0, 0.0, module as f32, edge as f32, edge as f32);
        pixmap.fill_path(&path, &paint(Ink::BLACK), FillRule::Winding, place, None);
    }
    encoded(&pixmap)
}

fn encoded(pixmap: &Pixmap) -> Result<Vec<u8>, SheetError> {
    pixmap.encode_png().map_err(|error| SheetError::OutputFailed(std::io::Error::other(error)))
}

fn paint(ink: Ink) -> Paint<'static> {
    let mut paint = Paint::default();
    let [red, green, blue] = ink.0;
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}

fn draw(page: &Page, setter: &Setter<'_>, window: Area, scale: f64, pixmap: &mut Pixmap) {
    // Points from the bottom left to dots from the top left of the window.
    let across = |x: f64| ((x - window.x_pt) * scale) as f32;
    let down = |y: f64| ((window.top() - y) * scale) as f32;
    let turn = match page.heading {
        Heading::Up => Transform::identity(),
        Heading::Down => {
            let x = (page.paper.width_pt - 2.0 * window.x_pt) * scale;
            let y = (2.0 * window.top() - page.paper.height_pt) * scale;
            Transform::from_row(-1.0, 0.0, 0.0, -1.0, x as f32, y as f32)
        }
    };
    // Seen from the page, before it is turned.
    let seen = page.on_paper(window);
    for mark in page.marks.iter().filter(|mark| mark.bounds().meets(&seen)) {
        match mark {
            Mark::Text { x, baseline, size_pt, ink, line } => {
                let em = (size_pt * scale / 1000.0) as f32;
                let mut pen = SkiaPen { builder: PathBuilder::new(), along: 0.0, up: 0.0 };
                for glyph in &line.glyphs {
                    if let Some(reader) = setter.reader(glyph.face) {
                        reader.draw(glyph.id, &mut pen);
                    }
                    pen.along += glyph.advance;
                }
                let mut along = pen.along;
                for placed in line.shaped.iter().flat_map(|cluster| &cluster.glyphs) {
                    if let Some(reader) = setter.reader(placed.glyph.face) {
                        (pen.along, pen.up) = (along + placed.right, placed.up);
                        reader.draw(placed.glyph.id, &mut pen);
                    }
                    along += placed.glyph.advance + placed.more;
                }
                if let Some(path) = pen.builder.finish() {
                    let place = Transform::from_row(em, 0.0, 0.0, -em, across(*x), down(*baseline)).post_concat(turn);
                    pixmap.fill_path(&path, &paint(*ink), FillRule::Winding, place, None);
                }
            }
            Mark::Bar { area, ink } => {
                let corners = (across(area.x_pt), down(area.top()), across(area.right()), down(area.y_pt));
                if let Some(rect) = Rect::from_ltrb(corners.0, corners.1, corners.2, corners.3) {
                    pixmap.fill_rect(rect, &paint(*ink), turn, None);
                }
            }
            Mark::Picture { area, picture } => {
                let Some(pixels) = picture.pixels() else { continue };
                let across_by = (area.width_pt * scale) as f32 / pixels.width() as f32;
                let down_by = (area.height_pt * scale) as f32 / pixels.height() as f32;
                let (left, top) = (across(area.x_pt), down(area.top()));
                let place = Transform::from_row(across_by, 0.0, 0.0, down_by, left, top).post_concat(turn);
                let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
                pixmap.draw_pixmap(0, 0, pixels.as_ref(), &paint, place, None);
            }
            Mark::Code { x, y, module_pt, code } => {
                if let Some(path) = modules_path(code) {
                    let module = (module_pt * scale) as f32;
                    let top = down(y + code.size() as f64 * module_pt);
                    let place = Transform::from_row(module, 0.0, 0.0, module, across(*x), top).post_concat(turn);
                    pixmap.fill_path(&path, &paint(Ink::BLACK), FillRule::Winding, place, None);
                }
            }
        }
    }
}

fn modules_path(code: &Code) -> Option<Path> {
    let mut builder = PathBuilder::new();
    code.for_each_block(|block| {
        let [x, y, width, height] = [block.x, block.y, block.width, block.height].map(f32::from);
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            builder.push_rect(rect);
        }
    });
    builder.finish()
}

struct SkiaPen {
    builder: PathBuilder,
    along: f32,
    up: f32,
}

impl OutlinePen for SkiaPen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.builder.move_to(self.along + x, self.up + y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.builder.line_to(self.along + x, self.up + y);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.builder.quad_to(self.along + cx0, self.up + cy0, self.along + x, self.up + y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (along, up) = (self.along, self.up);
        self.builder.cubic_to(along + cx0, up + cy0, along + cx1, up + cy1, along + x, up + y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}
