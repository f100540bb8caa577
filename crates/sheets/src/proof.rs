//! Proof: the finished page is drawn and each code read back from it by an independent reader, before anybody prints.
//! What stands on a code, or pushes it off the paper, is found here too.

use rqrr::PreparedImage;

use crate::failure::SheetError;
use crate::geometry::Area;
use crate::page::{Page, Place};
use crate::png::picture;
use crate::qr::{Code, QUIET_MODULES};
use crate::run::SheetRun;
use crate::text::Setter;

/// Whether codes are read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    EveryCode,
    /// Takes a fraction of the time.
    None,
}

/// Dots a module in the picture that is read. A phone sees more.
const DOTS_A_MODULE: f64 = 4.0;

/// Reads codes page by page and counts them.
pub(crate) struct Prover {
    proof: Proof,
    proofed: usize,
}

impl Prover {
    pub fn of(proof: Proof) -> Self {
        Self { proof, proofed: 0 }
    }

    pub fn proofed(&self) -> usize {
        self.proofed
    }

    pub fn prove(&mut self, run: &SheetRun, page: &Page, setter: &Setter<'_>) -> Result<(), SheetError> {
        if self.proof == Proof::None {
            return Ok(());
        }
        for place in &page.places {
            let Some(code) = place.code else { continue };
            let link = &run.groups[place.group].people[place.person].link;
            if read_back(page, setter, code, link).as_deref() != Some(link) {
                let &Place { group, person, .. } = place;
                return Err(SheetError::CodeUnreadable { group, person });
            }
            self.proofed += 1;
        }
        Ok(())
    }
}

/// What the page says at a place; none when it says nothing, or not wholly on the paper.
fn read_back(page: &Page, setter: &Setter<'_>, code: Area, link: &str) -> Option<String> {
    let modules = (Code::encode(link).ok()?.size() + 2 * QUIET_MODULES) as f64;
    let window = page.on_paper(code);
    let paper = page.paper;
    let is_on_paper = window.x_pt > -0.01
        && window.y_pt > -0.01
        && window.right() < paper.width_pt + 0.01
        && window.top() < paper.height_pt + 0.01;
    if !is_on_paper {
        return None;
    }
    let pixmap = picture(page, setter, window, DOTS_A_MODULE * modules / window.width_pt)?;
    let (width, height) = (pixmap.width() as usize, pixmap.height() as usize);
    let pixels = pixmap.pixels();
    let mut image = PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x].green());
    let grids = image.detect_grids();
    grids.iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}
