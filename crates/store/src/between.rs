//! Who on the roster is, or may be, other at one moment than at a later one.

use crate::history::{Moment, record_at};
use crate::past::Past;
use crate::{Store, StoreError, rows};
use mingce_model::{Field, Kind, RecordId};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap, HashSet};

impl Store {
    /// The newest place of the history.
    pub fn newest_moment(&self) -> Result<Moment, StoreError> {
        self.readers.read(|conn| {
            let newest: i64 = conn.query_row("SELECT coalesce(max(seq), 0) FROM history", [], |row| row.get(0))?;
            Ok(Moment(newest.unsigned_abs()))
        })
    }

    /// Members of whom something is written down between the moments: of themselves, of what belongs to them, of their
    /// guardians and tags, or of how their departments are called and where they lie. In the order of their ids; nobody
    /// who is other is missing, some may be as they were.
    pub fn members_between(&self, before: &Past, after: &Past) -> Result<Vec<RecordId>, StoreError> {
        let mut members = BTreeSet::new();
        self.readers.read(|conn| {
            for (kind, id) in touched(conn, before.moment(), after.moment())? {
                let of = match kind {
                    Kind::Member => {
                        members.insert(id);
                        continue;
                    }
                    Kind::Guardianship => Field::GuardianshipMember,
                    Kind::CustomValue => Field::CustomValueMember,
                    Kind::Tagging => Field::TaggingMember,
                    Kind::Affiliation => Field::AffiliationMember,
                    Kind::Guardian => {
                        members.extend(linked(conn, "SELECT member FROM guardianship WHERE guardian = ?1", id)?);
                        continue;
                    }
                    Kind::Tag => {
                        members.extend(linked(conn, "SELECT member FROM tagging WHERE tag = ?1", id)?);
                        continue;
                    }
                    _ => continue,
                };
                for moment in [before.moment(), after.moment()] {
                    members.extend(record_at(conn, kind, id, moment)?.and_then(|record| record.reference(of)));
                }
            }
            Ok(())
        })?;
        let moved = departments_between(before, after);
        if !moved.is_empty() {
            members.extend(before.members_in(&moved));
            members.extend(after.members_in(&moved));
        }
        Ok(members.into_iter().collect())
    }

    /// The phones of guardians of that name who answer for somebody.
    pub fn phones_of_guardians(&self, name: &str) -> Result<Vec<Option<String>>, StoreError> {
        self.readers.read(|conn| {
            let sql = "SELECT phone FROM guardian WHERE name = ?1
                AND EXISTS (SELECT 1 FROM guardianship WHERE guardianship.guardian = guardian.id)";
            let mut statement = conn.prepare_cached(sql)?;
            let mut found = statement.query([name])?;
            let mut phones = Vec::new();
            while let Some(row) = found.next()? {
                phones.push(rows::read_value(row.get_ref(0)?)?.as_text().map(str::to_owned));
            }
            Ok(phones)
        })
    }
}

fn touched(conn: &Connection, after: Moment, until: Moment) -> Result<Vec<(Kind, RecordId)>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT DISTINCT kind, id FROM history WHERE seq > ?1 AND seq <= ?2")?;
    let mut found = statement.query([after.seq(), until.seq()])?;
    let mut touched = Vec::new();
    while let Some(row) = found.next()? {
        let kind = Kind::from_number(row.get(0)?).ok_or(StoreError::Damaged)?;
        touched.push((kind, rows::read_id(row.get_ref(1)?)?));
    }
    Ok(touched)
}

fn linked(conn: &Connection, sql: &str, id: RecordId) -> Result<Vec<RecordId>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([id.as_bytes()])?;
    let mut members = Vec::new();
    while let Some(row) = found.next()? {
        members.push(rows::read_id(row.get_ref(0)?)?);
    }
    Ok(members)
}

/// Departments that are called otherwise, lie elsewhere or are of another kind, they or those above them; and those that
/// have others below them at one of the moments only.
fn departments_between(before: &Past, after: &Past) -> HashSet<RecordId> {
    let (were, are) = (signatures(before), signatures(after));
    were.keys().chain(are.keys()).filter(|id| were.get(id) != are.get(id)).copied().collect()
}

type Signature = (String, Option<RecordId>, String, bool);

fn signatures(past: &Past) -> HashMap<RecordId, Signature> {
    let nodes = past.departments().nodes();
    let parents: HashSet<RecordId> = nodes.iter().filter_map(|node| node.parent).collect();
    let mut signatures: HashMap<RecordId, Signature> = HashMap::new();
    // Parents stand before their children.
    for node in nodes {
        let above =
            node.parent.and_then(|parent| signatures.get(&parent)).map_or("", |(_, _, kinds, _)| kinds.as_str());
        let signature =
            (node.path.to_string(), node.parent, format!("{above}/{}", node.kind), parents.contains(&node.id));
        signatures.insert(node.id, signature);
    }
    signatures
}
