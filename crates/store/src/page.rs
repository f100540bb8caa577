//! Members as the grid shows them: the record with what other records say about it.

use crate::departments::Departments;
use crate::find::{Mark, View};
use crate::page_extras::{self, Customs, Extras, TagRow};
use crate::parts::in_parts;
use crate::rows::{self, Stored};
use crate::{Store, StoreError};
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::{Field, Kind, Record, RecordId, Value};
use rusqlite::{Connection, OptionalExtension};
use std::sync::Arc;

/// A guardian of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardianRow {
    pub guardianship: RecordId,
    pub guardian: RecordId,
    pub name: String,
    pub phone: Option<String>,
    /// A word of `Field::GuardianshipRelation`.
    pub relation: Option<String>,
    /// May confirm for the member, see `mingce_model::guardians`.
    pub may_confirm: bool,
}

/// How far a member has come with joining.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    NotInvited,
    /// The newest invitation that is not revoked or answered; expired when `expires_at_ms` has passed.
    Invited {
        invitation: RecordId,
        expires_at_ms: i64,
    },
    Joined,
    Refused,
}

/// One member of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    pub member: Record,
    /// Path of the main department; empty without one.
    pub department_path: Arc<str>,
    pub guardians: Vec<GuardianRow>,
    pub join: Join,
    /// When the newest invitation was made that was not taken back.
    pub invited_at_ms: Option<i64>,
    /// What the member has in custom fields, by their ids; of a page only those that were asked for.
    pub custom: Vec<(RecordId, String)>,
    pub tags: Vec<TagRow>,
    /// The gravest thing that a person should know of.
    pub mark: Option<Mark>,
}

impl MemberRow {
    /// When they joined.
    pub fn joined_at_ms(&self) -> Option<i64> {
        self.member.get(Field::MemberJoinedAt).as_int()
    }
}

impl Store {
    /// The members at `start..start + count` of the view; `None` for one that was removed since.
    pub fn page(&self, view: &View, start: usize, count: usize) -> Result<Vec<Option<MemberRow>>, StoreError> {
        self.page_with(view, start, count, Customs::All)
    }

    /// `page` with those custom fields only.
    pub fn page_with(
        &self,
        view: &View,
        start: usize,
        count: usize,
        customs: Customs<'_>,
    ) -> Result<Vec<Option<MemberRow>>, StoreError> {
        let start = start.min(view.len());
        let end = start.saturating_add(count).min(view.len());
        let rows = &view.rows[start..end];
        let departments = self.department_tree()?;
        // When something is written in between, the parts differ by it; the version that follows makes the grid ask again.
        let parts = in_parts(rows.len(), if is_scattered(rows) { PART } else { rows.len() }, |part| {
            self.readers.read(|conn| members(conn, &rows[part], customs, &departments))
        });
        let mut page = Vec::with_capacity(rows.len());
        for part in parts {
            page.extend(part?);
        }
        Ok(page)
    }

    /// One member as the grid shows it.
    pub fn member(&self, id: RecordId) -> Result<Option<MemberRow>, StoreError> {
        let departments = self.department_tree()?;
        self.readers.read(|conn| match rows::find(conn, Kind::Member, id)? {
            Some(stored) => {
                let extra = page_extras::load(conn, &[id], Customs::All)?.remove(&id).unwrap_or_default();
                describe(conn, stored, extra, &departments, &Hints::of(conn)?).map(Some)
            }
            None => Ok(None),
        })
    }
}

/// Rows of a page that are worth a reader of their own when they lie apart.
const PART: usize = 20;
/// So many rows lie on a page of the file, about.
const NEIGHBOURS: u32 = 25;

/// Whether most of the rows lie on pages of the file of their own, as under an order by name: each of these is read,
/// checked and decrypted for one row.
fn is_scattered(rows: &[u32]) -> bool {
    2 * rows.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) > NEIGHBOURS).count() > rows.len()
}

pub(crate) fn members(
    conn: &Connection,
    rows: &[u32],
    customs: Customs<'_>,
    departments: &Departments,
) -> Result<Vec<Option<MemberRow>>, StoreError> {
    let hints = Hints::of(conn)?;
    let stored: Vec<Option<Stored>> =
        rows.iter().map(|row| rows::find_row(conn, Kind::Member, i64::from(*row))).collect::<Result<_, _>>()?;
    let members: Vec<RecordId> = stored.iter().flatten().map(|stored| stored.record.id).collect();
    let mut extras = page_extras::load(conn, &members, customs)?;
    stored
        .into_iter()
        .map(|stored| match stored {
            Some(stored) => {
                let extra = extras.remove(&stored.record.id).unwrap_or_default();
                describe(conn, stored, extra, departments, &hints).map(Some)
            }
            None => Ok(None),
        })
        .collect()
}

/// Tables that are empty need not be asked for every row.
struct Hints {
    has_guardians: bool,
    has_invitations: bool,
    has_marks: bool,
}

impl Hints {
    fn of(conn: &Connection) -> Result<Self, StoreError> {
        let has_any = |table: &str| -> Result<bool, StoreError> {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {table})");
            Ok(conn.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
        };
        Ok(Self {
            has_guardians: has_any("guardianship")?,
            has_invitations: has_any("invitation")?,
            has_marks: has_any("shadow")? || has_any("\"conflict\" WHERE settled IS NULL")?,
        })
    }
}

fn describe(
    conn: &Connection,
    stored: Stored,
    extra: Extras,
    departments: &Departments,
    hints: &Hints,
) -> Result<MemberRow, StoreError> {
    let member = stored.record;
    let department_path = member
        .reference(Field::MemberDepartment)
        .and_then(|id| departments.get(id))
        .map_or_else(|| Arc::from(""), |node| Arc::clone(&node.path));
    let guardians = if hints.has_guardians { guardians_of(conn, member.id)? } else { Vec::new() };
    let join = match member.text(Field::MemberJoinState) {
        Some("joined") => Join::Joined,
        Some("refused") => Join::Refused,
        _ if hints.has_invitations => open_invitation(conn, member.id)?,
        _ => Join::NotInvited,
    };
    let invited_at_ms = if hints.has_invitations { invited_at(conn, member.id)? } else { None };
    let mark = match (hints.has_marks, stored.is_fresh) {
        (true, is_fresh) => mark_of(conn, Kind::Member, member.id, is_fresh)?,
        (false, true) => Some(Mark::Pending),
        (false, false) => None,
    };
    let mark = mark.max(extra.mark);
    let (custom, tags) = (extra.custom, extra.tags);
    Ok(MemberRow { member, department_path, guardians, join, invited_at_ms, custom, tags, mark })
}

pub(crate) fn guardians_of(conn: &Connection, member: RecordId) -> Result<Vec<GuardianRow>, StoreError> {
    let sql = "SELECT s.id, g.id, g.name, g.phone, s.relation, s.may_confirm
        FROM guardianship s JOIN guardian g ON g.id = s.guardian
        WHERE s.member = ?1 ORDER BY s.row";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([member.as_bytes()])?;
    let mut guardians = Vec::new();
    while let Some(row) = found.next()? {
        let text = |column| Ok::<_, StoreError>(rows::read_value(row.get_ref(column)?)?.as_text().map(str::to_owned));
        guardians.push(GuardianRow {
            guardianship: rows::read_id(row.get_ref(0)?)?,
            guardian: rows::read_id(row.get_ref(1)?)?,
            name: text(2)?.unwrap_or_default(),
            phone: text(3)?,
            relation: text(4)?,
            may_confirm: rows::read_value(row.get_ref(5)?)? != MAY_NOT_CONFIRM,
        });
    }
    Ok(guardians)
}

fn invited_at(conn: &Connection, member: RecordId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT max(created_at) FROM invitation WHERE member = ?1 AND coalesce(is_revoked, 0) = 0";
    Ok(conn.prepare_cached(sql)?.query_row([member.as_bytes()], |row| row.get(0))?)
}

fn open_invitation(conn: &Connection, member: RecordId) -> Result<Join, StoreError> {
    let sql = "SELECT id, expires_at FROM invitation
        WHERE member = ?1 AND state IS NULL AND coalesce(is_revoked, 0) = 0 ORDER BY expires_at DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([member.as_bytes()])?;
    match found.next()? {
        Some(row) => Ok(Join::Invited {
            invitation: rows::read_id(row.get_ref(0)?)?,
            expires_at_ms: rows::read_value(row.get_ref(1)?)?.as_int().unwrap_or(0),
        }),
        None => Ok(Join::NotInvited),
    }
}

/// The gravest mark of a record: refused before conflict before pending.
pub(crate) fn mark_of(conn: &Connection, kind: Kind, id: RecordId, is_fresh: bool) -> Result<Option<Mark>, StoreError> {
    let sql = "SELECT pending, refused FROM shadow WHERE id = ?1 AND kind = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let own: Option<(i64, i64)> =
        statement.query_row((id.as_bytes(), kind as u8), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if own.is_some_and(|(_, refused)| refused > 0) {
        return Ok(Some(Mark::Refused));
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM \"conflict\" WHERE record = ?1 AND kind = ?2 AND settled IS NULL)";
    let record = Value::from(id).to_string();
    if conn.prepare_cached(sql)?.query_row((record, kind.name()), |row| row.get(0))? {
        return Ok(Some(Mark::Conflict));
    }
    let is_pending = is_fresh || own.is_some_and(|(pending, _)| pending > 0);
    Ok(is_pending.then_some(Mark::Pending))
}
