//! OneRoster packages for somebody: the whole roster, or what changed since that one was told last.
//!
//! Whom packages are for is a name that the person gives. Beside it this computer keeps the moment of the history up to
//! which the last package told, and how: a package of changes is made like the one that it goes on from.

use crate::days::day_of;
use crate::exporting::{self, Meter, More, export_row};
use crate::failure::{Outcome, Told, told};
use crate::masking;
use crate::past;
use crate::session::Session;
use jiff::Timestamp;
use mingce_exchange::oneroster::{
    DeltaOptions, OneRosterVersion, Pair, Standing, delta_passes, export_one_roster_delta,
};
use mingce_exchange::write::{ExportError, ExportGuardian};
use mingce_ipc::import::{Export, Exported, Masking};
use mingce_ipc::one_roster::{ExportOneRoster, OneRosterReceiver, PackageExtent};
use mingce_ipc::{Code, Failure};
use mingce_model::tree::Department;
use mingce_model::{DepartmentId, Field, RecordId};
use mingce_store::{AuditAct, Departments, Moment, Past, Place, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::Path;

const SETTING: &str = "one-roster-receivers";
/// Those who were told last stay.
const RECEIVERS_MAX: usize = 50;
const NAME_CHARACTERS_MAX: usize = 64;
/// Members read at a time.
const CHUNK: usize = 500;

/// Who was told how much.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Receiver {
    name: String,
    moment: u64,
    at_ms: i64,
    version: OneRosterVersion,
    masking: Masking,
    organisation_name: String,
}

fn receivers(session: &Session) -> Outcome<Vec<Receiver>> {
    let found = told(session.store.setting(SETTING))?;
    Ok(found.and_then(|found| serde_json::from_value(found).ok()).unwrap_or_default())
}

/// Whom packages were made for, the last one first.
pub(crate) fn list(session: &Session) -> Outcome<Vec<OneRosterReceiver>> {
    let begins = told(session.store.past_begins())?.0;
    let shown = |it: Receiver| OneRosterReceiver {
        can_go_on: Moment(it.moment) >= begins,
        name: it.name,
        at: it.at_ms,
        is_masked: it.masking == Masking::Masked,
        version: if it.version == OneRosterVersion::V1p1 { "1.1" } else { "1.2" }.to_owned(),
    };
    Ok(receivers(session)?.into_iter().map(shown).collect())
}

fn remember(session: &Session, receiver: Receiver) -> Outcome<()> {
    let mut all = receivers(session)?;
    all.retain(|other| other.name != receiver.name);
    all.insert(0, receiver);
    all.truncate(RECEIVERS_MAX);
    told(session.store.set_setting(SETTING, &serde_json::to_value(&all).map_err(|_| Code::Internal)?))
}

pub(crate) fn export(session: &Session, wanted: &ExportOneRoster) -> Outcome<Exported> {
    let to = wanted.to.trim();
    if to.chars().count() > NAME_CHARACTERS_MAX {
        return Err(Failure::from(Code::Malformed).with("to", "too_long"));
    }
    if !wanted.path.to_ascii_lowercase().ends_with(".zip") {
        return Err(Failure::from(Code::Malformed).with("path", "not_zip"));
    }
    let version = exporting::version_of(Path::new(&wanted.path));
    // What is written while the package is made is told again by the next one.
    let moment = told(session.store.newest_moment())?;
    let at_ms = session.host.now_ms();
    let masking = wanted.masking.unwrap_or_default();
    let exported = match wanted.extent {
        PackageExtent::Whole => exporting::export(session, &whole(wanted))?,
        PackageExtent::Changes => export_changes(session, wanted, (to, version, masking), (moment, at_ms))?,
    };
    if !to.is_empty() {
        let organisation_name = session.profile.organisation_name.clone();
        let name = to.to_owned();
        remember(session, Receiver { name, moment: moment.0, at_ms, version, masking, organisation_name })?;
    }
    Ok(exported)
}

fn whole(wanted: &ExportOneRoster) -> Export {
    Export {
        path: wanted.path.clone(),
        query: Default::default(),
        language: wanted.language.clone(),
        masking: wanted.masking,
        job: wanted.job.clone(),
    }
}

/// From where the changes are told: the moment, its instant, and what the organisation was called.
fn since(
    session: &Session,
    wanted: &ExportOneRoster,
    (to, version, masking): (&str, OneRosterVersion, Masking),
) -> Outcome<(Moment, i64, String)> {
    let begins = told(session.store.past_begins())?.0;
    if let Some(at) = wanted.since {
        let moment = past::moment_at(session, at)?;
        return Ok((moment, at, session.profile.organisation_name.clone()));
    }
    let receiver = receivers(session)?.into_iter().find(|it| it.name == to).ok_or(Code::NothingToldYet)?;
    if receiver.version != version || receiver.masking != masking || Moment(receiver.moment) < begins {
        return Err(Code::ChangesNotTellable.into());
    }
    Ok((Moment(receiver.moment), receiver.at_ms, receiver.organisation_name))
}

/// The roster at one of the two moments.
struct Side {
    past: Past,
    more: More,
    places: HashMap<RecordId, u32>,
}

fn export_changes(
    session: &Session,
    wanted: &ExportOneRoster,
    (to, version, masking): (&str, OneRosterVersion, Masking),
    (moment, at_ms): (Moment, i64),
) -> Outcome<Exported> {
    if masking == Masking::Full {
        masking::check_right(session)?;
    }
    let (first, first_ms, organisation_name) = since(session, wanted, (to, version, masking))?;
    let mut pasts = Vec::new();
    for moment in [first, moment] {
        pasts.push(told(session.store.open_past(moment, &mut |_| ControlFlow::Continue(())))?);
    }
    let (Some(mut after), Some(mut before)) = (pasts.pop(), pasts.pop()) else { return Err(Code::Internal.into()) };
    let mut ids: BTreeSet<RecordId> = told(session.store.members_between(&before, &after))?.into_iter().collect();
    let places = [told(session.store.past_places(&mut before))?, told(session.store.past_places(&mut after))?];
    add_fellow_heads(&mut ids, &places);
    let ids: Vec<RecordId> = ids.into_iter().collect();
    let standing = |past: &Past, organisation_name: String, at_ms: i64| Standing {
        departments: departments_of(past.departments()),
        organisation_name,
        today: day_of(at_ms).unwrap_or_else(|| session.host.today()),
    };
    let options = DeltaOptions {
        version,
        before: standing(&before, organisation_name, first_ms),
        after: Standing {
            today: session.host.today(),
            ..standing(&after, session.profile.organisation_name.clone(), at_ms)
        },
        made_at: Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH),
    };
    let mut sides = Vec::new();
    for mut past in [before, after] {
        let more = More::of_past(session, &wanted.language, &mut past)?;
        let places = past.places_of(&ids);
        sides.push(Side { past, more, places });
    }
    let headings = sides[1].more.headings().to_vec();
    let meter = Meter::begin(session, wanted.job.as_deref(), delta_passes(version) * ids.len());
    let sides = std::cell::RefCell::new(sides);
    let chunk = |ids: &[RecordId]| -> Result<Vec<Pair>, StoreError> {
        meter.go_on(ids.len())?;
        let mut pairs: Vec<Pair> = ids.iter().map(|_| Pair { before: None, after: None }).collect();
        for (number, side) in sides.borrow_mut().iter_mut().enumerate() {
            let (at, places): (Vec<usize>, Vec<u32>) =
                ids.iter().enumerate().filter_map(|(at, id)| Some((at, *side.places.get(id)?))).unzip();
            let rows = session.store.past_page(&mut side.past, &places)?;
            for (at, row) in at.into_iter().zip(rows) {
                let row = Some(export_row(row, masking, &side.more));
                if number == 0 { pairs[at].before = row } else { pairs[at].after = row }
            }
        }
        Ok(pairs)
    };
    let (chunk, all) = (&chunk, &ids);
    let mut pairs = || {
        all.chunks(CHUNK).flat_map(move |part| match chunk(part) {
            Err(error) => vec![Err(error)],
            Ok(pairs) => pairs.into_iter().map(Ok).collect(),
        })
    };
    let mut is_there = |guardian: &ExportGuardian| {
        let phones = session.store.phones_of_guardians(&guardian.name)?;
        let shown = |phone: Option<String>| phone.map(|phone| exporting::hidden(masking, Field::GuardianPhone, phone));
        Ok(phones.into_iter().map(shown).any(|phone| phone == guardian.phone))
    };
    let written = exporting::write_beside(&wanted.path, |target| {
        mingce_exchange::unwatched(|run| {
            export_one_roster_delta(&mut pairs, &mut is_there, &options, &headings, target, run)
                .map(|summary| summary.rows)
                .map_err(|error: ExportError<StoreError>| match error {
                    ExportError::File(error) => error.failure(),
                    ExportError::Roster(error) => error.failure(),
                })
        })
    })?;
    masking::note_export(session, AuditAct::Export, u64::from(written.rows), masking == Masking::Full)?;
    exporting::put_in_place(written)
}

/// Of the heads of a class one is its primary teacher: when one of them is told, the others are looked at too.
fn add_fellow_heads(ids: &mut BTreeSet<RecordId>, places: &[Vec<Place>; 2]) {
    let mut heads: HashMap<RecordId, BTreeSet<RecordId>> = HashMap::new();
    let mut led: HashMap<RecordId, BTreeSet<RecordId>> = HashMap::new();
    for place in places.iter().flatten().filter(|place| place.role.as_deref() == Some("head")) {
        heads.entry(place.department).or_default().insert(place.member);
        led.entry(place.member).or_default().insert(place.department);
    }
    let mut waiting: Vec<RecordId> = ids.iter().copied().filter(|id| led.contains_key(id)).collect();
    while let Some(member) = waiting.pop() {
        let fellows = led.get(&member).into_iter().flatten().filter_map(|class| heads.get(class)).flatten();
        for fellow in fellows {
            if ids.insert(*fellow) {
                waiting.push(*fellow);
            }
        }
    }
}

fn departments_of(departments: &Departments) -> Vec<Department> {
    let as_model = |node: &mingce_store::DepartmentNode| Department {
        id: DepartmentId(node.id),
        parent: node.parent.map(DepartmentId),
        name: node.name.to_string(),
        kind: node.kind.to_string(),
        position: node.position,
        is_archived: node.is_archived,
    };
    departments.nodes().iter().map(as_model).collect()
}
