//! Where the classes and organisations of other systems are on this roster, by those systems' ids: a package that tells
//! only of changes names them without telling them. Kept on this computer, from one import to the next.

use crate::failure::{Outcome, told};
use crate::session::Session;
use mingce_exchange::oneroster::{KnownPlaces, SourcePlace, ToldPlace};
use mingce_ipc::Code;
use mingce_model::RecordId;
use mingce_store::{DepartmentNode, Departments};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

const SETTING: &str = "one-roster-places";
/// More than any school has; those that were told last stay.
const PLACES_MAX: usize = 50_000;

/// Departments by ids of other systems.
type Kept = BTreeMap<String, KeptPlace>;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptPlace {
    department: RecordId,
    /// What the other system called it last: by that a name that it changed is told from one that was changed here.
    called: String,
}

fn kept(session: &Session) -> Outcome<Kept> {
    let found = told(session.store.setting(SETTING))?;
    Ok(found.and_then(|found| serde_json::from_value(found).ok()).unwrap_or_default())
}

/// The present paths of all places whose ids are known; our own ids are, where another system has them from an export.
pub(super) fn known(session: &Session) -> Outcome<KnownPlaces> {
    let departments = told(session.store.department_tree())?;
    let place = |node: &DepartmentNode, called| SourcePlace { path: node.path.to_string(), called };
    let own = departments.nodes().iter().map(|node| (node.id.to_string(), place(node, None)));
    let mut places: KnownPlaces = own.collect();
    for (id, KeptPlace { department, called }) in kept(session)? {
        if let Some(node) = departments.get(department) {
            places.insert(id, place(node, Some(called)));
        }
    }
    Ok(places)
}

/// Keeps where the places of a package are now that it is imported, and what it calls them.
pub(super) fn remember(session: &Session, told_of: &[ToldPlace]) -> Outcome<()> {
    if told_of.is_empty() {
        return Ok(());
    }
    let departments = told(session.store.department_tree())?;
    let organisation = &session.profile.organisation_name;
    let before = kept(session)?;
    let found = ByLastStep::of(&departments);
    let mut places = Kept::new();
    for place in told_of.iter().take(PLACES_MAX) {
        // What was not renamed after all is where it was.
        let at = found.at(&place.path, organisation).map(|node| node.id);
        if let Some(department) = at.or_else(|| before.get(&place.id).map(|kept| kept.department)) {
            places.insert(place.id.clone(), KeptPlace { department, called: place.name.clone() });
        }
    }
    for (id, place) in before {
        if places.len() < PLACES_MAX {
            places.entry(id).or_insert(place);
        }
    }
    let json = serde_json::to_value(&places).map_err(|_| Code::Internal)?;
    told(session.store.set_setting(SETTING, &json))
}

/// Departments by the last steps of their paths.
struct ByLastStep<'d>(HashMap<&'d str, Vec<&'d DepartmentNode>>);

impl<'d> ByLastStep<'d> {
    fn of(departments: &'d Departments) -> Self {
        let mut named: HashMap<&str, Vec<&DepartmentNode>> = HashMap::new();
        for node in departments.nodes() {
            named.entry(last_step(&node.path)).or_default().push(node);
        }
        Self(named)
    }

    /// The department at the path, which may begin with the organisation itself, or be the end of one below another.
    fn at(&self, path: &str, organisation: &str) -> Option<&'d DepartmentNode> {
        let named = self.0.get(last_step(path))?;
        let below = path.strip_prefix(organisation).and_then(|rest| rest.strip_prefix('/'));
        let is_at = |wanted: &str| named.iter().find(|node| &*node.path == wanted).copied();
        if let Some(node) = is_at(path).or_else(|| is_at(below?)) {
            return Some(node);
        }
        let ends_so = |node: &&&DepartmentNode| node.path.strip_suffix(path).is_some_and(|above| above.ends_with('/'));
        let mut found = named.iter().filter(ends_so);
        found.next().filter(|_| found.next().is_none()).copied()
    }
}

fn last_step(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
