//! Layouts: the shipped ones, and those read from files here, which stay in this roster's settings.

use crate::failure::{Outcome, told};
use crate::session::Session;
use mingce_ipc::invitation::Saved;
use mingce_ipc::sheets::{LayoutRow, SaveLayout};
use mingce_ipc::{Code, Failure};
use mingce_sheets::{Layout, LayoutFault, SheetRun, presets};
use std::collections::BTreeMap;
use std::path::Path;

const SETTING: &str = "layouts";
/// By layout, the first free label of the last sheet printed.
const POSITIONS: &str = "sheet_positions";
/// Layouts of one's own.
const MOST_OWN: usize = 100;
const MOST_BYTES: u64 = 256 * 1024;

pub(super) fn unusable(fault: &LayoutFault) -> Failure {
    Failure::from(Code::LayoutUnusable).with("place", fault.place.as_str()).with("problem", fault.problem.word())
}

fn own(session: &Session) -> Outcome<Vec<Layout>> {
    let kept = told(session.store.setting(SETTING))?;
    let kept = kept.as_ref().and_then(serde_json::Value::as_array);
    // Kept by another version, perhaps: what does not read now is not offered.
    Ok(kept.into_iter().flatten().filter_map(|one| Layout::read(one.to_string().as_bytes()).ok()).collect())
}

fn keep(session: &Session, layouts: &[Layout]) -> Outcome<()> {
    let value = serde_json::to_value(layouts).map_err(|_| Code::Internal)?;
    told(session.store.set_setting(SETTING, &value))
}

pub(super) fn load(session: &Session, id: &str) -> Outcome<Layout> {
    match Layout::find_named(id) {
        Some(layout) => Ok(layout),
        None => own(session)?
            .into_iter()
            .find(|layout| layout.id == id)
            .ok_or_else(|| Failure::from(Code::NotFound).with("field", "layout")),
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

fn row(layout: &Layout, is_own: bool, positions: &Positions) -> LayoutRow {
    LayoutRow {
        id: layout.id.clone(),
        name_zh: layout.name.zh.clone(),
        name_en: layout.name.en.clone(),
        source: layout.stock.source.clone(),
        places: u32::try_from(layout.places()).unwrap_or(u32::MAX),
        width_mm: layout.stock.sheet.width_mm,
        height_mm: layout.stock.sheet.height_mm,
        has_back: !layout.design.back.is_empty(),
        is_own,
        // A layout may have been read again with fewer labels.
        continues_at: positions.get(&layout.id).copied().filter(|place| (*place as usize) < layout.places()),
    }
}

pub(crate) fn layouts(session: &Session) -> Outcome<Vec<LayoutRow>> {
    let positions = positions(session)?;
    let shipped = presets().iter().map(|layout| row(layout, false, &positions));
    Ok(shipped.chain(own(session)?.iter().map(|layout| row(layout, true, &positions))).collect())
}

pub(crate) fn keep_layout(session: &Session, path: &Path) -> Outcome<LayoutRow> {
    let size = std::fs::metadata(path).map_err(|_| Code::FileFailed)?.len();
    if size > MOST_BYTES {
        return Err(Failure::from(Code::LayoutUnusable).with("place", "").with("problem", "file_too_large"));
    }
    let bytes = std::fs::read(path).map_err(|_| Code::FileFailed)?;
    let layout = Layout::read(&bytes).map_err(|fault| unusable(&fault))?;
    if Layout::find_named(&layout.id).is_some() {
        return Err(Failure::from(Code::LayoutUnusable).with("place", "id").with("problem", "id_taken"));
    }
    let mut all = own(session)?;
    all.retain(|other| other.id != layout.id);
    if all.len() >= MOST_OWN {
        return Err(Failure::from(Code::LayoutUnusable).with("place", "").with("problem", "too_many_layouts"));
    }
    let kept = row(&layout, true, &positions(session)?);
    all.push(layout);
    keep(session, &all)?;
    Ok(kept)
}

pub(crate) fn drop_layout(session: &Session, id: &str) -> Outcome<()> {
    let mut all = own(session)?;
    all.retain(|layout| layout.id != id);
    keep(session, &all)
}

/// Writes a layout as a file, to change it and read it in again under another id.
pub(crate) fn save_layout(session: &Session, wanted: &SaveLayout) -> Outcome<Saved> {
    let text = load(session, &wanted.id)?.to_json();
    std::fs::write(&wanted.path, &text).map_err(|_| Code::FileFailed)?;
    Ok(Saved { path: wanted.path.clone(), bytes: text.len() as u64 })
}
