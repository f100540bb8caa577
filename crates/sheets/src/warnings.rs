//! What a person should know before printing, and can do something about.

use crate::compose::{inside, whole_dots};
use crate::geometry::{Area, mm};
use crate::layout::Element;
use crate::printer::Dots;
use crate::qr;
use crate::run::SheetRun;

/// Dots a module needs at 300 dpi to be read by phones (DENSO WAVE's advice on printed module size).
pub const MIN_MODULE_DOTS: u32 = 4;

/// How many codes have modules below [`MIN_MODULE_DOTS`]: they print, and phones may fail on them. The remedy is a larger
/// label, or a shorter address of the service. Looks at the lengths of the links only; lays nothing out.
pub fn small_codes(run: &SheetRun) -> usize {
    let stock = &run.layout.stock;
    let label = Area { x_pt: 0.0, y_pt: 0.0, width_pt: mm(stock.label.width_mm), height_pt: mm(stock.label.height_mm) };
    let mut elements = run.layout.design.front.iter().chain(&run.layout.design.back);
    let code = elements.find_map(|element| if let Element::Code(block) = element { Some(block.place) } else { None });
    let Some(place) = code else { return 0 };
    let room = inside(label, place);
    let needed = f64::from(MIN_MODULE_DOTS) * Dots::Dpi300.pt();
    let dot_pt = run.printer.dots.pt();
    let is_small = |link: &str| {
        let modules = qr::size_of(link).map(|size| (size + 2 * qr::QUIET_MODULES) as f64);
        modules.is_ok_and(|modules| whole_dots(room, modules, dot_pt) * dot_pt < needed - 1e-6)
    };
    run.groups.iter().flat_map(|group| group.people.iter()).filter(|person| is_small(&person.link)).count()
}
