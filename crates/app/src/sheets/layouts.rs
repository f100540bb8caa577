//! Layouts: the shipped ones and the organisation's own; chosen, kept, read from files and written to them.

use super::own_layouts::{self, Own, Wanted};
use crate::failure::{Outcome, told};
use crate::session::Session;
use mingce_ipc::invitation::Saved;
use mingce_ipc::layout::{KeepLayout, LayoutFile, LayoutFinding, LayoutRow, LayoutWhole, NameLayout, SaveLayout};
use mingce_ipc::{Code, Failure};
use mingce_sheets::{Layout, LayoutFault, SheetRun, presets};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// By layout, the first free label of the last sheet printed.
const POSITIONS: &str = "sheet_positions";
const MOST_BYTES: u64 = 256 * 1024;

pub(super) fn unusable(fault: &LayoutFault) -> Failure {
    Failure::from(Code::LayoutUnusable).with("place", fault.place.as_str()).with("problem", fault.problem.word())
}

/// A layout to print with: a shipped one, or an own one by its id or name.
pub(super) fn load(session: &Session, id: &str) -> Outcome<Layout> {
    match Layout::find_named(id) {
        Some(layout) => Ok(layout),
        None => own_layouts::load(session, id)?.layout.map_err(|fault| unusable(&fault)),
    }
}

type Positions = BTreeMap<String, u32>;

fn positions(session: &Session) -> Outcome<Positions> {
    let kept = told(session.store.setting(POSITIONS))?;
    Ok(kept.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
}

/// Remembers where a run ended, for the next on the same stock.
pub(super) fn remember_position(session: &Session, run: &SheetRun) -> Outcome<()> {
    if run.layout.places() == 1 {
        return Ok(());
    }
    let mut all = positions(session)?;
    match u32::try_from(mingce_sheets::next_free_place(run)) {
        Ok(place) if place > 0 => all.insert(run.layout.id.clone(), place),
        _ => all.remove(&run.layout.id),
    };
    told(session.store.set_setting(POSITIONS, &serde_json::to_value(all).map_err(|_| Code::Internal)?))
}

fn shipped_row(layout: &Layout, positions: &Positions) -> LayoutRow {
    LayoutRow {
        id: layout.id.clone(),
        name_zh: layout.name.zh.clone(),
        name_en: layout.name.en.clone(),
        source: layout.stock.source.clone(),
        places: u32::try_from(layout.places()).unwrap_or(u32::MAX),
        width_mm: layout.stock.sheet.width_mm,
        height_mm: layout.stock.sheet.height_mm,
        has_back: !layout.design.back.is_empty(),
        is_own: false,
        // A layout may have been changed to have fewer labels.
        continues_at: positions.get(&layout.id).copied().filter(|place| (*place as usize) < layout.places()),
        fault: None,
    }
}

fn own_row(own: &Own, positions: &Positions) -> LayoutRow {
    match &own.layout {
        Ok(layout) => LayoutRow { is_own: true, ..shipped_row(layout, positions) },
        Err(fault) => LayoutRow {
            id: own.record.id.to_string(),
            name_zh: own.name().to_owned(),
            name_en: own.name().to_owned(),
            source: String::new(),
            places: 0,
            width_mm: 0.0,
            height_mm: 0.0,
            has_back: false,
            is_own: true,
            continues_at: None,
            fault: Some(finding(fault)),
        },
    }
}

pub(super) fn finding(fault: &LayoutFault) -> LayoutFinding {
    LayoutFinding { place: fault.place.clone(), problem: fault.problem.word().to_owned(), detail: None }
}

pub(crate) fn layouts(session: &Session) -> Outcome<Vec<LayoutRow>> {
    let positions = positions(session)?;
    let shipped = presets().iter().map(|layout| shipped_row(layout, &positions));
    Ok(shipped.chain(own_layouts::all(session)?.iter().map(|own| own_row(own, &positions))).collect())
}

pub(crate) fn layout(session: &Session, id: &str) -> Outcome<LayoutWhole> {
    let positions = positions(session)?;
    if let Some(layout) = Layout::find_named(id) {
        let content = own_layouts::content_of(&layout)?;
        return Ok(LayoutWhole { row: shipped_row(&layout, &positions), content, state: String::new() });
    }
    let own = own_layouts::load(session, id)?;
    let content = own_layouts::content_of(&own.readable().map_err(|fault| unusable(&fault))?)?;
    Ok(LayoutWhole { row: own_row(&own, &positions), content, state: own.state() })
}

fn kept(session: &Session, own: &Own) -> Outcome<LayoutRow> {
    Ok(own_row(own, &positions(session)?))
}

pub(crate) fn keep(session: &Session, wanted: &KeepLayout) -> Outcome<LayoutRow> {
    let content = own_layouts::layout_of(&wanted.content, "x").map_err(|fault| unusable(&fault))?;
    check(&content)?;
    let new = Wanted { name: wanted.name.clone(), content };
    let own = match &wanted.id {
        Some(id) => own_layouts::change(session, id, new, wanted.state.as_deref())?,
        None => own_layouts::create(session, new)?,
    };
    kept(session, &own)
}

/// Whether it can be printed. Of a layout that comes in its pictures are unpacked once; whoever lists layouts unpacks none.
fn check(content: &Layout) -> Outcome<()> {
    content.check().map_err(|fault| unusable(&fault))?;
    content.broken_pictures().first().map_or(Ok(()), |fault| Err(unusable(fault)))
}

pub(crate) fn rename(session: &Session, wanted: &NameLayout) -> Outcome<LayoutRow> {
    kept(session, &own_layouts::rename(session, &wanted.id, &wanted.name)?)
}

/// An own layout like another.
pub(crate) fn copy(session: &Session, wanted: &NameLayout) -> Outcome<LayoutRow> {
    let content = load(session, &wanted.id)?;
    let name = own_layouts::free_name(&wanted.name, &own_layouts::all(session)?);
    kept(session, &own_layouts::create(session, Wanted { name, content })?)
}

pub(crate) fn remove(session: &Session, id: &str) -> Outcome<()> {
    own_layouts::remove(session, id)
}

pub(crate) fn import(session: &Session, wanted: &LayoutFile) -> Outcome<LayoutRow> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(Path::new(&wanted.path)).map_err(|_| Code::FileFailed)?;
    // One byte more than a layout may have shows that it has too many.
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|_| Code::FileFailed)?;
    let content = Layout::read_draft(&bytes).map_err(|fault| unusable(&fault))?;
    check(&content)?;
    let name = if wanted.language.as_deref() == Some("en") { &content.name.en } else { &content.name.zh }.clone();
    let replaced = match wanted.is_replacing {
        Some(true) => own_layouts::find(session, &name)?,
        _ => None,
    };
    let own = match replaced {
        Some(own) => {
            let name = own.name().to_owned();
            own_layouts::change(session, &own.record.id.to_string(), Wanted { name, content }, None)?
        }
        None => {
            let name = own_layouts::free_name(&name, &own_layouts::all(session)?);
            own_layouts::create(session, Wanted { name, content })?
        }
    };
    kept(session, &own)
}

/// Writes a layout as a file, to change it by hand or to take it elsewhere.
pub(crate) fn export(session: &Session, wanted: &SaveLayout) -> Outcome<Saved> {
    let layout = match Layout::find_named(&wanted.id) {
        Some(layout) => layout,
        None => {
            let own = own_layouts::load(session, &wanted.id)?;
            let name = own.name().to_owned();
            own_layouts::titled(own.layout.map_err(|fault| unusable(&fault))?, &name)
        }
    };
    let text = layout.to_json();
    std::fs::write(&wanted.path, &text).map_err(|_| Code::FileFailed)?;
    Ok(Saved { path: wanted.path.clone(), bytes: text.len() as u64 })
}
