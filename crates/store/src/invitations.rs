//! Invitations of many members at once: how far each department has come, and a part of the list in the roster's order.
//! A few numbers are kept of everybody who was invited; the records themselves are read only for what is shown.

use crate::find::View;
use crate::page::{MemberRow, mark_of, members};
use crate::page_extras::Customs;
use crate::rows;
use crate::{Store, StoreError};
use mingce_model::{Field, Kind, Record, RecordId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::collections::HashMap;
use std::ops::Range;

/// How an invitation stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum InvitationState {
    /// Somebody has to know of it, or it was not synced yet.
    Waiting,
    Open,
    Expired,
    Claimed,
    Refused,
    Revoked,
}

impl InvitationState {
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Open, Self::Expired, Self::Claimed, Self::Refused, Self::Revoked];

    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Expired => "expired",
            Self::Claimed => "claimed",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What an invitation's state follows from.
struct Standing {
    answered: Option<bool>,
    is_revoked: bool,
    expires_at_ms: Option<i64>,
}

impl Standing {
    fn of(invitation: &Record) -> Self {
        Self {
            answered: invitation.text(Field::InvitationState).map(|word| word == "claimed"),
            is_revoked: invitation.int(Field::InvitationIsRevoked) == Some(1),
            expires_at_ms: invitation.int(Field::InvitationExpiresAt),
        }
    }

    fn is_expired(&self, now_ms: i64) -> bool {
        self.expires_at_ms.is_some_and(|at_ms| at_ms <= now_ms)
    }

    fn state(
        &self,
        now_ms: i64,
        has_mark: impl FnOnce() -> Result<bool, StoreError>,
    ) -> Result<InvitationState, StoreError> {
        Ok(match self.answered {
            Some(true) => InvitationState::Claimed,
            Some(false) => InvitationState::Refused,
            None if self.is_revoked => InvitationState::Revoked,
            None if self.is_expired(now_ms) => InvitationState::Expired,
            None if has_mark()? => InvitationState::Waiting,
            None => InvitationState::Open,
        })
    }

    /// Somebody may still come in by it.
    fn is_open(&self, now_ms: i64) -> bool {
        !self.is_revoked && self.expires_at_ms.is_some_and(|at_ms| at_ms > now_ms)
    }
}

/// Members of a department, by their main one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct InvitationProgress {
    pub members: u32,
    pub invited: u32,
    /// The paper of a code that works still, or by which its holder came in.
    pub printed: u32,
    pub handed_out: u32,
    pub joined: u32,
    pub refused: u32,
}

/// Invitations of the members of a view.
pub struct InvitationList {
    /// All that were asked for.
    pub total: u64,
    /// Those of the part, in the order of the view, each member's newest first.
    pub part: Vec<(MemberRow, Vec<Record>)>,
    pub progress: HashMap<RecordId, InvitationProgress>,
}

/// What is kept of somebody who was invited.
#[derive(Clone, Copy, Default)]
struct Sum {
    listed: u32,
    is_invited: bool,
    is_printed: bool,
    is_handed_out: bool,
}

impl Store {
    /// How the invitation stands.
    pub fn invitation_state(&self, invitation: &Record, now_ms: i64) -> Result<InvitationState, StoreError> {
        Standing::of(invitation).state(now_ms, || Ok(self.mark(Kind::Invitation, invitation.id)?.is_some()))
    }

    /// The invitations of the view's members: those that stand so, or all; of the list only the part.
    pub fn invitations_of(
        &self,
        view: &View,
        state: Option<InvitationState>,
        part: Range<usize>,
        now_ms: i64,
    ) -> Result<InvitationList, StoreError> {
        let departments = self.department_tree()?;
        self.readers.read(|conn| {
            let sums = sum_up(conn, state, now_ms)?;
            let progress = progress(conn, view, &sums)?;
            let listed = |row: &u32| sums.get(row).map_or(0, |sum| sum.listed as usize);
            let mut total = 0;
            // Rows of members in whose invitations the part lies, and how many come before it.
            let (mut rows, mut before) = (Vec::new(), 0);
            for row in &view.rows {
                let (first, end) = (total, total + listed(row));
                total = end;
                if first < part.end && end > part.start && first < end {
                    if rows.is_empty() {
                        before = part.start.saturating_sub(first);
                    }
                    rows.push(*row);
                }
            }
            let mut left = part.len();
            let mut found = Vec::with_capacity(rows.len());
            for member in members(conn, &rows, Customs::Some(&[]), &departments)?.into_iter().flatten() {
                let mut own = of_member(conn, member.member.id, state, now_ms)?;
                own.drain(..std::mem::take(&mut before).min(own.len()));
                own.truncate(left);
                left -= own.len();
                found.push((member, own));
            }
            Ok(InvitationList { total: total as u64, part: found, progress })
        })
    }
}

/// The member's invitations that stand so, the newest first.
fn of_member(
    conn: &Connection,
    member: RecordId,
    wanted: Option<InvitationState>,
    now_ms: i64,
) -> Result<Vec<Record>, StoreError> {
    let columns = rows::columns(Kind::Invitation);
    let sql = format!("SELECT {columns} FROM invitation WHERE member = ?1 ORDER BY row");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([member.as_bytes()])?;
    let mut own = Vec::new();
    while let Some(row) = found.next()? {
        let rows::Stored { record, is_fresh, .. } = rows::read(Kind::Invitation, row)?;
        if let Some(wanted) = wanted {
            let has_mark = || Ok(mark_of(conn, Kind::Invitation, record.id, is_fresh)?.is_some());
            if Standing::of(&record).state(now_ms, has_mark)? != wanted {
                continue;
            }
        }
        own.push(record);
    }
    own.sort_by_key(|record| std::cmp::Reverse(record.int(Field::InvitationCreatedAt)));
    Ok(own)
}

/// By the member's row.
fn sum_up(conn: &Connection, wanted: Option<InvitationState>, now_ms: i64) -> Result<HashMap<u32, Sum>, StoreError> {
    let sql = "SELECT (SELECT row FROM member WHERE id = i.member), i.id, i.ver, i.state, i.is_revoked, i.expires_at,
        i.printed_on IS NOT NULL, i.handed_out_on IS NOT NULL FROM invitation i ORDER BY i.row";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([])?;
    let mut sums: HashMap<u32, Sum> = HashMap::new();
    while let Some(row) = found.next()? {
        let Some(member) = row.get::<_, Option<u32>>(0)? else { continue };
        let standing = standing(row)?;
        let sum = sums.entry(member).or_default();
        let is_listed = match wanted {
            None => true,
            Some(wanted) => {
                let is_fresh = row.get::<_, i64>(2)? == rows::FRESH;
                let id = rows::read_id(row.get_ref(1)?)?;
                let has_mark = || Ok(mark_of(conn, Kind::Invitation, id, is_fresh)?.is_some());
                standing.state(now_ms, has_mark)? == wanted
            }
        };
        sum.listed += u32::from(is_listed);
        let is_open = standing.is_open(now_ms);
        sum.is_invited |= is_open && standing.answered.is_none();
        if is_open || standing.answered == Some(true) {
            let is_handed_out: bool = row.get(7)?;
            sum.is_handed_out |= is_handed_out;
            sum.is_printed |= is_handed_out || row.get(6)?;
        }
    }
    Ok(sums)
}

fn standing(row: &Row<'_>) -> Result<Standing, StoreError> {
    let answered = match row.get_ref(3)? {
        ValueRef::Text(word) => Some(word == b"claimed"),
        _ => None,
    };
    Ok(Standing { answered, is_revoked: row.get::<_, Option<i64>>(4)? == Some(1), expires_at_ms: row.get(5)? })
}

/// By the members' main departments.
fn progress(
    conn: &Connection,
    view: &View,
    sums: &HashMap<u32, Sum>,
) -> Result<HashMap<RecordId, InvitationProgress>, StoreError> {
    let mut shown = view.rows.clone();
    shown.sort_unstable();
    let sql = "SELECT row, department, join_state FROM member WHERE department IS NOT NULL ORDER BY row";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([])?;
    let mut counted: HashMap<RecordId, InvitationProgress> = HashMap::new();
    while let Some(row) = found.next()? {
        let member: u32 = row.get(0)?;
        if shown.binary_search(&member).is_err() {
            continue;
        }
        let one = counted.entry(rows::read_id(row.get_ref(1)?)?).or_default();
        let sum = sums.get(&member).copied().unwrap_or_default();
        one.members += 1;
        one.printed += u32::from(sum.is_printed);
        one.handed_out += u32::from(sum.is_handed_out);
        match row.get_ref(2)? {
            ValueRef::Text(b"joined") => one.joined += 1,
            ValueRef::Text(b"refused") => one.refused += 1,
            _ => one.invited += u32::from(sum.is_invited),
        }
    }
    Ok(counted)
}
