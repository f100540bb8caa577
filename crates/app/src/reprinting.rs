//! What becomes of printed codes: voided for new ones with a reason, or handed out.

use crate::departments;
use crate::failure::{Outcome, told};
use crate::host::Ids;
use crate::invitations::{has_left, view_of};
use crate::inviting::Made;
use crate::rewrite::{Purpose, Rewriting, Step, Walk};
use crate::session::{Session, version};
use mingce_ipc::invitation::{HandOut, Reprint, Reprinted};
use mingce_ipc::roster::EditOutcome;
use mingce_ipc::{Code, Failure};
use mingce_model::{Edit, Field, Form, Kind, Record, RecordId, Value};
use mingce_store::{Join, Label, NewRun, RunLabel, RunWay};
use std::collections::HashSet;
use std::sync::Arc;

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
    let run = NewRun {
        way: RunWay::Void,
        actor: session.account_name(),
        at_ms: now_ms,
        layout: "",
        pages: 0,
        reason: Some(&wanted.reason),
        labels: &voided,
    };
    let written = session.store.write_noting(&session.operation(Label::Reprint)?, edits, &run);
    if written.is_err() {
        told(session.store.drop_invitation_secrets(secrets.iter().map(|(id, _)| *id)))?;
    }
    let touched = told(written)?;
    session.tell_changed(&touched);
    Ok(Reprinted { invitations: made, left_alone, version: version(touched.version) })
}

/// Marks codes as given to those they are for: of a class those that are printed, or just the ones named.
pub(crate) fn hand_out(session: &Session, wanted: &HandOut) -> Outcome<EditOutcome> {
    let now_ms = session.host.now_ms();
    let today = Value::from(session.host.today().to_string());
    let mark = |id: RecordId, is_only_printed: bool| -> Outcome<Option<Edit>> {
        let before = told(session.store.get(Kind::Invitation, id))?.ok_or(Code::NotFound)?;
        let is_printed = !before.get(Field::InvitationPrintedOn).is_null();
        let is_due = is_waiting(&before)
            && before.get(Field::InvitationHandedOutOn).is_null()
            && (is_printed || !is_only_printed);
        let after = before.clone().with(Field::InvitationHandedOutOn, today.clone());
        Ok(if is_due { Edit::between(&before, &after) } else { None })
    };
    if let Some(named) = &wanted.invitations {
        let edits =
            ids(named)?.into_iter().filter_map(|id| mark(id, false).transpose()).collect::<Outcome<Vec<_>>>()?;
        let changed_cells = u32::try_from(edits.len()).unwrap_or(u32::MAX);
        let touched = session.write(Label::HandOut, edits)?;
        return Ok(EditOutcome { changed_cells, version: version(touched.version), ..EditOutcome::default() });
    }
    let department = wanted.department.as_deref().map(departments::id).transpose()?;
    let own = department.filter(|_| wanted.is_without_below == Some(true));
    let view = Arc::new(view_of(session, department, mingce_store::Column::Field(Field::MemberCardNumber))?);
    let walk = Walk::over(&view, [(0, view.len())]);
    let work = Rewriting { label: Label::HandOut, walk, job: wanted.job.as_deref(), purpose: Purpose::Write };
    let touched = work.run(session, &mut |step, edits| {
        let Step::Member { member, .. } = step else { return Ok(()) };
        let is_own = own.is_none() || member.member.reference(Field::MemberDepartment) == own;
        if let Join::Invited { invitation, expires_at_ms } = member.join
            && is_own
            && expires_at_ms > now_ms
        {
            edits.extend(mark(invitation, true)?);
        }
        Ok(())
    })?;
    let changed_cells = u32::try_from(touched.changed).unwrap_or(u32::MAX);
    Ok(EditOutcome { changed_cells, version: version(touched.version), ..EditOutcome::default() })
}
