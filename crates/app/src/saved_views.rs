//! The views that people keep under a name, in the encrypted roster on this computer: a filter may hold a person's name.

use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::session::Session;
use mingce_ipc::Code;
use mingce_ipc::bulk::SavedView;

const KEY: &str = "views";
const VIEWS_MAX: usize = 100;
const NAME_CHARACTERS: usize = 60;

/// All of them in the order they were made. Those that do not read any more count as none.
pub(crate) fn list(session: &Session) -> Outcome<Vec<SavedView>> {
    let kept = told(session.store.setting(KEY))?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default())
}

/// Keeps a new view, or puts this one in place of the one with its id.
pub(crate) fn keep(session: &Session, mut view: SavedView) -> Outcome<SavedView> {
    view.name = view.name.trim().to_owned();
    if view.name.is_empty() || view.name.chars().count() > NAME_CHARACTERS || view.columns.len() > 200 {
        return Err(Code::Malformed.into());
    }
    let mut views = list(session)?;
    match views.iter().position(|one| one.id == view.id && !view.id.is_empty()) {
        Some(place) => views[place].clone_from(&view),
        None if views.len() >= VIEWS_MAX => return Err(Code::TooMany.into()),
        None => {
            view.id = new_id(&*session.host)?.to_string();
            views.push(view.clone());
        }
    }
    write(session, &views)?;
    Ok(view)
}

pub(crate) fn remove(session: &Session, id: &str) -> Outcome<()> {
    let mut views = list(session)?;
    views.retain(|view| view.id != id);
    write(session, &views)
}

fn write(session: &Session, views: &[SavedView]) -> Outcome<()> {
    told(session.store.set_setting(KEY, &serde_json::to_value(views).map_err(|_| Code::Internal)?))
}
