//! Members with what the rules look at and nothing else, and which of them changed: for looking through everybody.

use crate::creation::changes_but_of_creations;
use crate::find::View;
use crate::history::Moment;
use crate::page_extras::list;
use crate::parts::in_parts;
use crate::shadow::read_verb;
use crate::{Store, StoreError, identity, rows};
use mingce_model::{Field, Kind, Record, RecordId, Verb};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// One member, read to be checked.
#[derive(Clone, Debug)]
pub struct Glance {
    pub member: Record,
    /// What the member has in the custom fields that were asked for.
    pub custom: Vec<(RecordId, String)>,
    /// There are guardians, and none of them may confirm.
    pub can_nobody_confirm: bool,
}

/// What happened after a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The moment that this is as of; `None` while the roster is fetched for the first time, which no history tells.
    pub as_of: Option<Moment>,
    /// Row numbers of the members whose rules may have another answer; `None` when that may be any of them.
    pub rows: Option<Vec<u32>>,
}

/// Rows that are worth a reader of their own.
const PART: usize = 1_000;
/// Changes beyond so many are not gone through one by one.
const CHANGES_MAX: usize = 20_000;

impl View {
    /// The members' row numbers, in the view's order. No two members ever have the same within one roster.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }
}

impl Store {
    /// The members of those rows, `None` for one that was removed.
    pub fn glance(&self, rows: &[u32], fields: &[RecordId]) -> Result<Vec<Option<Glance>>, StoreError> {
        let parts = in_parts(rows.len(), PART, |part| self.readers.read(|conn| glance(conn, &rows[part], fields)));
        let mut found = Vec::with_capacity(rows.len());
        for part in parts {
            found.extend(part?);
        }
        Ok(found)
    }

    /// Which members' rules may have another answer than at `since`.
    pub fn changes_since(&self, since: Option<Moment>) -> Result<Changes, StoreError> {
        self.readers.read(|conn| {
            if identity::get::<i64>(conn, "is_filling")?.unwrap_or(0) != 0 {
                return Ok(Changes { as_of: None, rows: None });
            }
            let last: i64 =
                conn.prepare_cached("SELECT coalesce(max(seq), 0) FROM history")?.query_row([], |row| row.get(0))?;
            let rows = match since {
                Some(since) => changed(conn, since)?,
                None => None,
            };
            Ok(Changes { as_of: Some(Moment(last.unsigned_abs())), rows })
        })
    }
}

fn glance(conn: &Connection, rows: &[u32], fields: &[RecordId]) -> Result<Vec<Option<Glance>>, StoreError> {
    let mut found = Vec::with_capacity(rows.len());
    let mut places: HashMap<RecordId, usize> = HashMap::new();
    for row in rows {
        let stored = rows::find_row(conn, Kind::Member, i64::from(*row))?;
        places.extend(stored.as_ref().map(|stored| (stored.record.id, found.len())));
        let of = |member| Glance { member, custom: Vec::new(), can_nobody_confirm: false };
        found.push(stored.map(|stored| of(stored.record)));
    }
    let among = list(places.keys().copied());
    let mut each = |member: RecordId, tell: &mut dyn FnMut(&mut Glance)| {
        if let Some(glance) = places.get(&member).and_then(|place| found[*place].as_mut()) {
            tell(glance);
        }
    };
    if !fields.is_empty() {
        let sql = "SELECT member, field, value FROM custom_value
            WHERE member IN (SELECT unhex(value) FROM json_each(?1))
            AND field IN (SELECT unhex(value) FROM json_each(?2)) AND value IS NOT NULL";
        let mut statement = conn.prepare_cached(sql)?;
        let mut values = statement.query((&among, list(fields.iter().copied())))?;
        while let Some(row) = values.next()? {
            let field = rows::read_id(row.get_ref(1)?)?;
            let value = rows::read_value(row.get_ref(2)?)?.to_string();
            each(rows::read_id(row.get_ref(0)?)?, &mut |glance| glance.custom.push((field, value.clone())));
        }
    }
    let sql = "SELECT member FROM guardianship WHERE member IN (SELECT unhex(value) FROM json_each(?1))
        GROUP BY member HAVING min(may_confirm IS 0) = 1";
    let mut statement = conn.prepare_cached(sql)?;
    let mut members = statement.query([&among])?;
    while let Some(row) = members.next()? {
        each(rows::read_id(row.get_ref(0)?)?, &mut |glance| glance.can_nobody_confirm = true);
    }
    Ok(found)
}

fn changed(conn: &Connection, since: Moment) -> Result<Option<Vec<u32>>, StoreError> {
    let mut members: HashSet<RecordId> = HashSet::new();
    let sql = "SELECT kind, id, verb, changes FROM history WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query((since.seq(), i64::try_from(CHANGES_MAX + 1).unwrap_or(i64::MAX)))?;
    let mut count = 0;
    while let Some(row) = found.next()? {
        count += 1;
        if count > CHANGES_MAX {
            return Ok(None);
        }
        let kind = Kind::from_number(row.get(0)?).ok_or(StoreError::Damaged)?;
        let id = rows::read_id(row.get_ref(1)?)?;
        let of = match kind {
            // Who is in an archived department, or what a field asks for, may be anybody.
            Kind::Department | Kind::CustomField => return Ok(None),
            Kind::Member => {
                members.insert(id);
                continue;
            }
            Kind::Guardianship => Field::GuardianshipMember,
            Kind::CustomValue => Field::CustomValueMember,
            _ => continue,
        };
        // A record that is gone names its member in what was taken away.
        if let Some(stored) = rows::find(conn, kind, id)? {
            members.extend(stored.record.reference(of));
        }
        let verb = read_verb(row.get(2)?)?;
        // Of a creation it is enough to have looked at the record: whatever changed it since says what was there.
        let text = row.get_ref(3)?.as_str().map_err(|_| StoreError::Damaged)?;
        for change in changes_but_of_creations(kind, verb, text)?.iter().filter(|change| change.field == of) {
            let value = if verb == Verb::Remove { &change.base } else { &change.new };
            members.extend(value.as_text().and_then(|text| text.parse::<RecordId>().ok()));
        }
    }
    let mut rows = Vec::with_capacity(members.len());
    for member in members {
        let row = match rows::find(conn, Kind::Member, member)? {
            Some(stored) => Some(stored.row),
            None => rows::former(conn, Kind::Member, member)?,
        };
        rows.extend(row.and_then(|row| u32::try_from(row).ok()));
    }
    Ok(Some(rows))
}
