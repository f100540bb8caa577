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
    threads: usize,
}

impl Prover {
    pub fn of(proof: Proof) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { proof, proofed: 0, threads }
    }

    pub fn proofed(&self) -> usize {
        self.proofed
    }

    pub fn prove(&mut self, run: &SheetRun, page: &Page, setter: &Setter<'_>) -> Result<(), SheetError> {
        if self.proof == Proof::None {
            return Ok(());
        }
        let coded: Vec<(&Place, Area)> = page.places.iter().filter_map(|place| Some((place, place.code?))).collect();
        // Reading is most of a run's work, and no code needs another. The first that is spoilt is told, whoever found it.
        let shares = coded.chunks(coded.len().div_ceil(self.threads).max(1));
        let spoilt = std::thread::scope(|scope| {
            let readers: Vec<_> =
                shares.map(|share| scope.spawn(move || find_spoilt(run, page, setter, share))).collect();
            let mut spoilt = None;
            for reader in readers {
                match reader.join() {
                    Ok(found) => spoilt = spoilt.or(found),
                    Err(panicked) => std::panic::resume_unwind(panicked),
                }
            }
            spoilt
        });
        if let Some((group, person)) = spoilt {
            return Err(SheetError::CodeUnreadable { group, person });
        }
        self.proofed += coded.len();
        Ok(())
    }
}

/// Group and person of the first code that does not say what it should.
fn find_spoilt(run: &SheetRun, page: &Page, setter: &Setter<'_>, coded: &[(&Place, Area)]) -> Option<(usize, usize)> {
    let is_spoilt = |&&(place, code): &&(&Place, Area)| {
        let link = run.groups[place.group].people.get(place.person).link;
        read_back(page, setter, code, &link).as_deref() != Some(link.as_str())
    };
    coded.iter().find(is_spoilt).map(|(place, _)| (place.group, place.person))
}

/// Whether the page says the link at a place.
pub(crate) fn reads(page: &Page, setter: &Setter<'_>, code: Area, link: &str) -> bool {
    read_back(page, setter, code, link).as_deref() == Some(link)
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
