//! Making invitations, for one member or for everybody: random tokens, of which only the hash ever leaves this computer.
//!
//! First everybody is looked at, then what came of it is written as one operation. Both can be watched and stopped, and
//! then nothing is left behind.

use crate::failure::{Outcome, told};
use crate::host::Ids;
use crate::invitations::{can_be_checked, has_left, revocation, view_of};
use crate::jobs::Job;
use crate::rewrite::Walk;
use crate::session::{Session, version};
use mingce_codes::Token;
use mingce_ipc::invitation::{Invite, Invited};
use mingce_ipc::{Code, Failure};
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_store::{Join, Label, StoreError};
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;
/// Printed sheets must not stay valid for ever.
const DAYS_MAX: u16 = 365;

/// An invitation to be made, small: there may be one for each of a great many people.
pub(crate) struct Made {
    id: RecordId,
    member: RecordId,
    random: [u8; 16],
}

impl Made {
    pub(crate) fn draw(session: &Session, ids: &mut Ids<'_>, member: RecordId) -> Outcome<Self> {
        let mut random = [0; 16];
        session.host.fill_random(&mut random)?;
        Ok(Self { id: ids.next_id()?, member, random })
    }

    /// The invitation with what its code is made of, which stays here.
    pub(crate) fn secret(&self) -> (RecordId, [u8; 16]) {
        (self.id, self.random)
    }

    pub(crate) fn record(&self, now_ms: i64, expires_at_ms: i64) -> Record {
        Record::empty(Kind::Invitation, self.id)
            .with(Field::InvitationMember, self.member)
            .with(Field::InvitationTokenHash, Token::from_random_bytes(self.random).hash_hex())
            .with(Field::InvitationCreatedAt, now_ms)
            .with(Field::InvitationExpiresAt, expires_at_ms)
    }
}

pub(crate) fn invite(session: &Session, wanted: &Invite) -> Outcome<Invited> {
    if wanted.days == 0 || wanted.days > DAYS_MAX {
        return Err(Failure::from(Code::Invalid).with("field", "days").with("rule", "out_of_range"));
    }
    let mut walk = match &wanted.members {
        Some(some) => Walk::of(session, some)?,
        None => {
            let view = Arc::new(view_of(session, None, mingce_store::Column::Field(Field::MemberCardNumber))?);
            Walk::over(&view, [(0, view.len())])
        }
    };
    let people = walk.len() as u64;
    let job = Job::begin(session, wanted.job.as_deref(), walk.len());
    let (now_ms, today) = (session.host.now_ms(), session.host.today());
    let mut ids = Ids::new(&*session.host);
    let mut invited = Invited { made: 0, already_open: 0, already_joined: 0, left: 0, uncheckable: 0, version: 0 };
    let (mut replaced, mut made) = (Vec::new(), Vec::new());
    let mut seen = 0;
    // As much again is for the writing.
    let go_on = |seen: u64| if job.watch(seen, 2 * people).is_break() { Err(Code::Cancelled) } else { Ok(()) };
    while let Some(rows) = walk.next(session)? {
        go_on(seen)?;
        seen += rows.len() as u64;
        for row in rows.into_iter().filter_map(|(_, row)| row) {
            if has_left(&row) {
                invited.left += 1;
                continue;
            }
            match row.join {
                Join::Joined => {
                    invited.already_joined += 1;
                    continue;
                }
                Join::Invited { invitation, expires_at_ms } if expires_at_ms > now_ms => {
                    if !wanted.replaces_open {
                        invited.already_open += 1;
                        continue;
                    }
                    replaced.push(invitation);
                }
                _ => {}
            }
            made.push(Made::draw(session, &mut ids, row.member.id)?);
            invited.made += 1;
            invited.uncheckable += u32::from(!can_be_checked(&row, today, session.limit()));
        }
    }
    go_on(people)?;
    // The secret first: a code that was never valid is harmless, an invitation without its code cannot be printed.
    let secrets: Vec<(RecordId, [u8; 16])> = made.iter().map(Made::secret).collect();
    told(session.store.keep_invitation_secrets(&secrets))?;
    let edits_count = (replaced.len() + made.len()).max(1) as u64;
    let expires_at_ms = now_ms + i64::from(wanted.days) * DAY_MS;
    let new = made.iter().map(|one| Edit::create(&one.record(now_ms, expires_at_ms)));
    // Read again on the way: there may be one for everybody.
    let failure = RefCell::new(None);
    let old =
        replaced.iter().map_while(|id| revocation(session, *id).map_err(|error| failure.replace(Some(error))).ok());
    let edits = old.flatten().chain(new);
    let operation = session.operation(Label::Invite)?;
    let mut progress = |done: u64| match &*failure.borrow() {
        Some(_) => ControlFlow::Break(()),
        None => job.watch(people + done * people / edits_count, 2 * people),
    };
    let written = session.store.write_with(&operation, edits, &mut progress);
    if matches!(written, Err(StoreError::Cancelled)) {
        told(session.store.drop_invitation_secrets(made.iter().map(|one| one.id)))?;
    }
    if let Some(failure) = failure.take() {
        return Err(failure);
    }
    let touched = told(written)?;
    session.tell_changed(&touched);
    invited.version = version(touched.version);
    Ok(invited)
}
