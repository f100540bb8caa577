//! What becomes of printed codes: voided for new ones with a reason, or handed out.

use crate::departments;
use crate::failure::{Outcome, told};
use crate::host::Ids;
use crate::invitations::{audience, has_left};
use crate::inviting::Made;
use crate::session::{Session, version};
use mingce_ipc::invitation::{HandOut, Reprint, Reprinted};
use mingce_ipc::roster::EditOutcome;
use mingce_ipc::{Code, Failure};
use mingce_model::{Edit, Field, Form, Kind, Record, RecordId, Value};
use mingce_store::{Join, Label, MemberRow, NewRun, RunLabel, RunWay};
use std::collections::HashSet;

/// A new code lasts as long as the old one did, but not longer than codes may.
const LASTS_MS: std::ops::RangeInclusive<i64> = 86_400_000..=365 * 86_400_000;

fn ids(some: &[String]) -> Outcome<Vec<RecordId>> {
    let mut seen = HashSet::new();
    let all: Vec<RecordId> = some.iter().map(|id| departments::id(id)).collect::<Outcome<_>>()?;
    Ok(all.into_iter().filter(|id| seen.insert(*id)).collect())
}

fn is_waiting(invitation: &Record) -> bool {
    invitation.get(Field::InvitationState).is_null() && invitation.int(Field::InvitationIsRevoked) != Some(1)
}

/// How long the code was to last.
fn lasts_ms(invitation: &Record) -> i64 {
    let at = |field| invitation.int(field).unwrap_or(0);
    let lasts = at(Field::InvitationExpiresAt).saturating_sub(at(Field::InvitationCreatedAt));
    lasts.clamp(*LASTS_MS.start(), *LASTS_MS.end())
}

pub(crate) fn reprint(session: &Session, wanted: &Reprint) -> Outcome<Reprinted> {
    let Form::Choice(reasons) = Field::InvitationVoidedFor.form() else { return Err(Code::Internal.into()) };
    if !reasons.contains(&wanted.reason.as_str()) {
        return Err(Failure::from(Code::Malformed).with("field", "reason").with("words", reasons.join(" ")));
    }
    let now_ms = session.host.now_ms();
    let mut left_alone = 0;
    let mut new_ids = Ids::new(&*session.host);
    let (mut edits, mut secrets, mut voided, mut made) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for id in ids(&wanted.invitations)? {
        let old = told(session.store.get(Kind::Invitation, id))?.ok_or(Code::NotFound)?;
        let member = match old.reference(Field::InvitationMember) {
            Some(member) => told(session.store.member(member))?,
            None => None,
        };
        let Some(row) = member.filter(|row| is_waiting(&old) && row.join != Join::Joined && !has_left(row)) else {
            left_alone += 1;
            continue;
        };
        let void =
            old.clone().with(Field::InvitationIsRevoked, 1).with(Field::InvitationVoidedFor, wanted.reason.as_str());
        edits.extend(Edit::between(&old, &void));
        let new = Made::draw(session, &mut new_ids, row.member.id)?;
        secrets.push(new.secret());
        made.push(new.secret().0.to_string());
        edits.push(Edit::create(&new.record(now_ms, now_ms + lasts_ms(&old))));
        voided.push(RunLabel { page: 0, invitation: id, member: row.member.id });
    }
    if voided.is_empty() {
        return Err(Code::NothingToPrint.into());
    }
    told(session.store.keep_invitation_secrets(&secrets))?;
    told(session.store.note_run(&NewRun {
        way: RunWay::Void,
        actor: session.account_name(),
        at_ms: now_ms,
        layout: "",
        pages: 0,
        reason: Some(&wanted.reason),
        labels: &voided,
    }))?;
    let touched = session.write(Label::Reprint, edits)?;
    Ok(Reprinted { invitations: made, left_alone, version: version(touched.version) })
}

/// Marks codes as given to those they are for: of a class those that are printed, or just the ones named.
pub(crate) fn hand_out(session: &Session, wanted: &HandOut) -> Outcome<EditOutcome> {
    let now_ms = session.host.now_ms();
    let named = wanted.invitations.as_deref().map(ids).transpose()?;
    let only_printed = named.is_none();
    let some = match named {
        Some(some) => some,
        None => {
            let department = wanted.department.as_deref().map(departments::id).transpose()?;
            let open = |join| match join {
                Join::Invited { invitation, expires_at_ms } if expires_at_ms > now_ms => Some(invitation),
                _ => None,
            };
            let own = department.filter(|_| wanted.is_without_below == Some(true));
            let is_own = |row: &MemberRow| own.is_none() || row.member.reference(Field::MemberDepartment) == own;
            audience(session, department)?.into_iter().filter(is_own).filter_map(|row| open(row.join)).collect()
        }
    };
    let today = Value::from(session.host.today().to_string());
    let mut edits = Vec::new();
    for id in some {
        let before = told(session.store.get(Kind::Invitation, id))?.ok_or(Code::NotFound)?;
        let is_printed = !before.get(Field::InvitationPrintedOn).is_null();
        if is_waiting(&before) && before.get(Field::InvitationHandedOutOn).is_null() && (is_printed || !only_printed) {
            edits.extend(Edit::between(&before, &before.clone().with(Field::InvitationHandedOutOn, today.clone())));
        }
    }
    let changed_cells = u32::try_from(edits.len()).unwrap_or(u32::MAX);
    let touched = session.write(Label::HandOut, edits)?;
    Ok(EditOutcome { changed_cells, version: version(touched.version), ..EditOutcome::default() })
}
