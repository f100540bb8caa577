//! Two members who look like one person and are not: said once, remembered for everybody, taken back like any change.

use crate::departments;
use crate::duplicates;
use crate::failure::{Outcome, told};
use crate::session::{Session, version};
use mingce_ipc::person::{ApartPair, MemberPair, ToldApart, ToldApartAsked};
use mingce_ipc::roster::EditOutcome;
use mingce_ipc::{Code, Failure};
use mingce_model::custom::{distinction, distinction_id};
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_store::Label;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Pairs of one answer at the most.
const LISTED_MAX: u32 = 200;

/// Says that the two are not one person; nothing when that is said already.
pub(crate) fn tell(session: &Session, pair: &MemberPair) -> Outcome<EditOutcome> {
    let (a, b) = ids(pair)?;
    for member in [a, b] {
        told(session.store.get(Kind::Member, member))?.ok_or(Code::NotFound)?;
    }
    let known = told(session.store.get(Kind::Distinction, distinction_id(a, b)))?;
    written(session, known.is_none().then(|| Edit::create(&distinction(a, b))))
}

/// The two may be one person after all.
pub(crate) fn take_back(session: &Session, pair: &MemberPair) -> Outcome<EditOutcome> {
    let (a, b) = ids(pair)?;
    let known = told(session.store.get(Kind::Distinction, distinction_id(a, b)))?;
    written(session, known.as_ref().map(Edit::remove))
}

/// What was said, the newest first.
pub(crate) fn list(session: &Session, asked: &ToldApartAsked) -> Outcome<ToldApart> {
    let (skip, limit) = (asked.skip as usize, asked.limit.min(LISTED_MAX) as usize);
    let mut pairs = Vec::new();
    for record in told(session.store.newest(Kind::Distinction, skip, limit))? {
        let Some((a, b)) = members(&record) else { continue };
        if let (Some(a), Some(b)) = (duplicates::look_up(session, a)?, duplicates::look_up(session, b)?) {
            pairs.push(ApartPair { a, b });
        }
    }
    let total = told(session.store.count(Kind::Distinction))?;
    Ok(ToldApart { pairs, total: u32::try_from(total).unwrap_or(u32::MAX) })
}

/// Who is not the same person as whom, each pair both ways.
pub(crate) fn all(session: &Session) -> Outcome<HashMap<RecordId, Vec<RecordId>>> {
    let mut apart: HashMap<RecordId, Vec<RecordId>> = HashMap::new();
    told(session.store.scan(Kind::Distinction, &mut |record| {
        if let Some((a, b)) = members(&record) {
            apart.entry(a).or_default().push(b);
            apart.entry(b).or_default().push(a);
        }
        ControlFlow::Continue(())
    }))?;
    Ok(apart)
}

fn members(distinction: &Record) -> Option<(RecordId, RecordId)> {
    Some((distinction.reference(Field::DistinctionMember)?, distinction.reference(Field::DistinctionOther)?))
}

fn ids(pair: &MemberPair) -> Outcome<(RecordId, RecordId)> {
    let (a, b) = (departments::id(&pair.a)?, departments::id(&pair.b)?);
    if a == b { Err(Failure::from(Code::Malformed)) } else { Ok((a, b)) }
}

fn written(session: &Session, edit: Option<Edit>) -> Outcome<EditOutcome> {
    let changed_cells = u32::from(edit.is_some());
    let touched = session.write(Label::Apart, edit)?;
    let version = version(touched.version.max(session.store.version()));
    Ok(EditOutcome { changed_cells, version, ..EditOutcome::default() })
}
