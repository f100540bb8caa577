//! The roster as it stood at a moment: who was on it, in which departments. Read only.
//!
//! Made by going over what changed since, and going on from there when more was written. Holds the members' ids and
//! departments; everything else of a member is looked up for the page that shows it.

use crate::creation::changes_but_of_creations;
use crate::departments::{Departments, Place, tree_of};
use crate::history::{IS_RESENT, Moment, record_at};
use crate::operation::Progress;
use crate::page::{GuardianRow, Join, MemberRow};
use crate::page_extras::TagRow;
use crate::rewind::Rewind;
use crate::shadow::read_verb;
use crate::{Store, StoreError, identity, rows};
use mingce_model::guardians::may_confirm;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Progress is told every so many rows.
const TOLD_EVERY: u64 = 5_000;

/// The roster at a moment.
#[derive(Debug)]
pub struct Past {
    moment: Moment,
    /// Members in the order they were added, with their main departments.
    members: Vec<(RecordId, Option<RecordId>)>,
    /// Departments of their further places.
    further: HashMap<RecordId, Vec<RecordId>>,
    departments: Departments,
    /// What changed since, up to this place of the history.
    drafts: Drafts,
    reached: i64,
    belonging: Belonging,
}

impl Past {
    pub fn moment(&self) -> Moment {
        self.moment
    }
    /// Departments in which the member had a further place beside the main one.
    pub fn further_places(&self, member: RecordId) -> &[RecordId] {
        self.further.get(&member).map_or(&[], Vec::as_slice)
    }
    /// Places of these members in it, of those who were there.
    pub fn places_of(&self, members: &[RecordId]) -> HashMap<RecordId, u32> {
        let wanted: HashSet<RecordId> = members.iter().copied().collect();
        let found = (0_u32..).zip(&self.members).filter(|(_, (id, _))| wanted.contains(id));
        found.map(|(place, (id, _))| (*id, place)).collect()
    }
    /// Members with a place in one of the departments itself.
    pub(crate) fn members_in(&self, departments: &HashSet<RecordId>) -> Vec<RecordId> {
        let is_there = |(id, main): &&(RecordId, Option<RecordId>)| {
            main.iter().chain(self.further_places(*id)).any(|department| departments.contains(department))
        };
        self.members.iter().filter(is_there).map(|(id, _)| *id).collect()
    }
    /// Members on the roster then.
    pub fn len(&self) -> usize {
        self.members.len()
    }
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
    /// The tree as it was, with everybody counted as in the tree of today: wherever they have a place, once a branch.
    pub fn departments(&self) -> &Departments {
        &self.departments
    }
}

/// Records of one kind that are other than they were then, and those of them that there were, by member.
#[derive(Debug, Default)]
struct Links {
    changed: HashSet<RecordId>,
    then: HashMap<RecordId, Vec<Record>>,
}

/// What belongs to members by records of its own.
#[derive(Debug, Default)]
struct Belonging {
    guardianships: Links,
    values: Links,
    taggings: Links,
}

impl Belonging {
    fn then(conn: &Connection, drafts: &Drafts) -> Result<Self, StoreError> {
        Ok(Self {
            guardianships: links_then(conn, Field::GuardianshipMember, &drafts.guardianships)?,
            values: links_then(conn, Field::CustomValueMember, &drafts.values)?,
            taggings: links_then(conn, Field::TaggingMember, &drafts.taggings)?,
        })
    }
}

/// Counts rows and tells of them.
struct Told<'a> {
    done: u64,
    progress: Progress<'a>,
}

impl Told<'_> {
    fn one(&mut self) -> Result<(), StoreError> {
        self.done += 1;
        if self.done.is_multiple_of(TOLD_EVERY) && (self.progress)(self.done).is_break() {
            return Err(StoreError::Cancelled);
        }
        Ok(())
    }
}

impl Store {
    /// Before this moment and instant (milliseconds since 1970, UTC) this computer does not know the roster's past.
    pub fn past_begins(&self) -> Result<(Moment, i64), StoreError> {
        self.readers.read(|conn| {
            let number = |key| Ok::<_, StoreError>(identity::get::<i64>(conn, key)?.unwrap_or(0));
            let first_ms = match number("past_from_ms")? {
                0 => conn.query_row("SELECT coalesce(min(at_ms), 0) FROM operation", [], |row| row.get(0))?,
                known => known,
            };
            Ok((Moment(number("past_from")?.unsigned_abs()), first_ms))
        })
    }

    /// Rows that `open_past` goes over.
    pub fn past_size(&self, moment: Moment) -> Result<u64, StoreError> {
        self.readers.read(|conn| {
            let newest: i64 = conn.query_row("SELECT coalesce(max(seq), 0) FROM history", [], |row| row.get(0))?;
            let members: i64 = conn.query_row("SELECT count(*) FROM member", [], |row| row.get(0))?;
            Ok((newest - moment.seq()).max(0).unsigned_abs() + members.unsigned_abs())
        })
    }

    /// The roster as it stood at the moment; at its earliest when that is before `past_begins`.
    ///
    /// Tells how many of `past_size` rows are done; a `Break` answers `Cancelled`.
    pub fn open_past(&self, moment: Moment, progress: Progress<'_>) -> Result<Past, StoreError> {
        let moment = moment.max(self.past_begins()?.0);
        self.readers.read(|conn| {
            let mut told = Told { done: 0, progress };
            let mut drafts = Drafts::default();
            let reached = read_drafts(conn, moment.seq(), &mut drafts, &mut told)?;
            let members = read_members(conn, &drafts.members, &mut told)?;
            let further = further_then(conn, &drafts)?;
            let departments = records_then(conn, Kind::Department, std::mem::take(&mut drafts.departments))?;
            let belonging = Belonging::then(conn, &drafts)?;
            let departments = tree_of(&departments, (&members, &further));
            Ok(Past { moment, members, further, departments, drafts, reached, belonging })
        })
    }

    /// Places of members in the past roster: of a department and those below it, with a text in name or card number.
    pub fn find_in_past(
        &self,
        past: &mut Past,
        department: Option<RecordId>,
        text: Option<&str>,
    ) -> Result<Vec<u32>, StoreError> {
        let named = match text.map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Some(self.readers.read(|conn| {
                past.catch_up(conn)?;
                find_named(conn, past, text)
            })?),
            None => None,
        };
        let branch: Option<HashSet<RecordId>> =
            department.map(|id| past.departments.branch(id).iter().map(|node| node.id).collect());
        let fits = |(id, main): &(RecordId, Option<RecordId>)| {
            let further = past.further.get(id).into_iter().flatten();
            let is_there =
                branch.as_ref().is_none_or(|branch| main.iter().chain(further).any(|id| branch.contains(id)));
            is_there && named.as_ref().is_none_or(|named| named.contains(id))
        };
        Ok((0u32..).zip(&past.members).filter(|(_, member)| fits(member)).map(|(place, _)| place).collect())
    }

    /// Every place beside the main departments then.
    pub fn past_places(&self, past: &mut Past) -> Result<Vec<Place>, StoreError> {
        self.readers.read(|conn| {
            past.catch_up(conn)?;
            let places = records_then(conn, Kind::Affiliation, past.drafts.affiliations.clone())?;
            let read = |place: Record| {
                Some(Place {
                    member: place.reference(Field::AffiliationMember)?,
                    department: place.reference(Field::AffiliationDepartment)?,
                    role: place.text(Field::AffiliationRole).map(str::to_owned),
                })
            };
            Ok(places.into_iter().filter_map(read).collect())
        })
    }

    /// Members of the past roster by their places.
    pub fn past_page(&self, past: &mut Past, places: &[u32]) -> Result<Vec<MemberRow>, StoreError> {
        self.readers.read(|conn| {
            past.catch_up(conn)?;
            let past = &*past;
            let members = places.iter().filter_map(|place| past.members.get(*place as usize));
            members.map(|(id, _)| member_then(conn, past, *id)).collect()
        })
    }
}

impl Past {
    /// Takes in what was written since it was made: the past stays the same, the present that it is read from does not.
    fn catch_up(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let told = &mut Told { done: 0, progress: &mut |_| ControlFlow::Continue(()) };
        let reached = read_drafts(conn, self.reached, &mut self.drafts, told)?;
        if reached > self.reached {
            self.reached = reached;
            self.belonging = Belonging::then(conn, &self.drafts)?;
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Drafts {
    members: HashMap<RecordId, Rewind>,
    departments: HashMap<RecordId, Rewind>,
    guardianships: HashMap<RecordId, Rewind>,
    values: HashMap<RecordId, Rewind>,
    taggings: HashMap<RecordId, Rewind>,
    affiliations: HashMap<RecordId, Rewind>,
}

/// What of a member decides where and how they are found.
fn is_kept(field: Field) -> bool {
    field.kind() != Kind::Member
        || matches!(field, Field::MemberDepartment | Field::MemberName | Field::MemberCardNumber)
}

/// Takes in the history after a place; answers the last place of it.
fn read_drafts(conn: &Connection, after: i64, drafts: &mut Drafts, told: &mut Told<'_>) -> Result<i64, StoreError> {
    let reached: i64 = conn.query_row("SELECT coalesce(max(seq), 0) FROM history", [], |row| row.get(0))?;
    let sql = format!(
        "SELECT h.kind, h.id, h.verb, h.changes FROM history h JOIN operation p ON p.number = h.operation
        WHERE h.seq > ?1 AND NOT {IS_RESENT} ORDER BY h.seq"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([after])?;
    while let Some(row) = found.next()? {
        told.one()?;
        let kind = Kind::from_number(row.get(0)?).ok_or(StoreError::Damaged)?;
        let drafts = match kind {
            Kind::Member => &mut drafts.members,
            Kind::Department => &mut drafts.departments,
            Kind::Guardianship => &mut drafts.guardianships,
            Kind::CustomValue => &mut drafts.values,
            Kind::Tagging => &mut drafts.taggings,
            Kind::Affiliation => &mut drafts.affiliations,
            _ => continue,
        };
        let id = rows::read_id(row.get_ref(1)?)?;
        let verb = read_verb(row.get(2)?)?;
        let text = row.get_ref(3)?.as_str().map_err(|_| StoreError::Damaged)?;
        let edit = Edit { kind, id, verb, changes: changes_but_of_creations(kind, verb, text)? };
        match drafts.get_mut(&id) {
            Some(draft) => draft.tell(&edit, is_kept),
            None => {
                let mut draft = Rewind::default();
                draft.tell(&edit, is_kept);
                if draft != Rewind::Unchanged {
                    drafts.insert(id, draft);
                }
            }
        }
    }
    Ok(reached.max(after))
}

/// Everybody who was there: today's members without those who came later, and those who have left since, in the order of
/// ids, which is that of making.
fn read_members(
    conn: &Connection,
    drafts: &HashMap<RecordId, Rewind>,
    told: &mut Told<'_>,
) -> Result<Vec<(RecordId, Option<RecordId>)>, StoreError> {
    let reference = |value: Option<Value>| value.and_then(|value| value.as_text().and_then(|text| text.parse().ok()));
    let mut members = Vec::new();
    let mut present = HashSet::new();
    let mut statement = conn.prepare_cached("SELECT id, department FROM member ORDER BY row")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        told.one()?;
        let id = rows::read_id(row.get_ref(0)?)?;
        let department = rows::read_value(row.get_ref(1)?)?;
        match drafts.get(&id) {
            None => members.push((id, reference(Some(department)))),
            Some(draft) => {
                present.insert(id);
                if let Some(department) = draft.value(Field::MemberDepartment, || department) {
                    members.push((id, reference(Some(department))));
                }
            }
        }
    }
    let mut gone: Vec<(RecordId, Option<RecordId>)> = drafts
        .iter()
        .filter(|(id, draft)| matches!(draft, Rewind::Wholly(_)) && !present.contains(id))
        .map(|(id, draft)| (*id, reference(draft.value(Field::MemberDepartment, || Value::Null))))
        .collect();
    if gone.is_empty() {
        return Ok(members);
    }
    gone.sort_unstable_by_key(|(id, _)| *id);
    let mut gone = gone.into_iter().peekable();
    let mut all = Vec::with_capacity(members.len() + gone.len());
    for member in members {
        while let Some(earlier) = gone.next_if(|(id, _)| *id < member.0) {
            all.push(earlier);
        }
        all.push(member);
    }
    all.extend(gone);
    Ok(all)
}

/// Where everybody had further places.
fn further_then(conn: &Connection, drafts: &Drafts) -> Result<HashMap<RecordId, Vec<RecordId>>, StoreError> {
    let mut further: HashMap<RecordId, Vec<RecordId>> = HashMap::new();
    for place in records_then(conn, Kind::Affiliation, drafts.affiliations.clone())? {
        let (member, department) = (Field::AffiliationMember, Field::AffiliationDepartment);
        if let Some((member, department)) = place.reference(member).zip(place.reference(department)) {
            further.entry(member).or_default().push(department);
        }
    }
    Ok(further)
}

/// All records of a kind as they were; the table of the kind is small or its changes are few.
fn records_then(
    conn: &Connection,
    kind: Kind,
    mut drafts: HashMap<RecordId, Rewind>,
) -> Result<Vec<Record>, StoreError> {
    let mut records = Vec::new();
    let sql = format!("SELECT {} FROM \"{}\" ORDER BY row", rows::columns(kind), kind.name());
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let Record { id, values, .. } = rows::read(kind, row)?.record;
        let draft = drafts.remove(&id).unwrap_or_default();
        records.extend(draft.values(Some(values), kind.fields().len()).map(|values| Record {
            kind,
            id,
            ver: 0,
            values,
        }));
    }
    for (id, draft) in drafts {
        records.extend(draft.values(None, kind.fields().len()).map(|values| Record { kind, id, ver: 0, values }));
    }
    Ok(records)
}

/// `of` names the member in records of its kind.
fn links_then(conn: &Connection, of: Field, drafts: &HashMap<RecordId, Rewind>) -> Result<Links, StoreError> {
    let kind = of.kind();
    let mut links = Links::default();
    for (&id, draft) in drafts {
        let current = rows::find(conn, kind, id)?.map(|stored| stored.record.values);
        links.changed.insert(id);
        if let Some(values) = draft.clone().values(current, kind.fields().len()) {
            let link = Record { kind, id, ver: 0, values };
            if let Some(member) = link.reference(of) {
                links.then.entry(member).or_default().push(link);
            }
        }
    }
    for of_member in links.then.values_mut() {
        of_member.sort_unstable_by_key(|link| link.id);
    }
    Ok(links)
}

fn find_named(conn: &Connection, past: &Past, text: &str) -> Result<HashSet<RecordId>, StoreError> {
    let wanted = text.to_lowercase();
    let holds = |value: &Value| value.as_text().is_some_and(|text| text.to_lowercase().contains(&wanted));
    let mut named = HashSet::new();
    let mut statement = conn.prepare_cached("SELECT id, name, card_number FROM member")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let id = rows::read_id(row.get_ref(0)?)?;
        let (name, number) = (rows::read_value(row.get_ref(1)?)?, rows::read_value(row.get_ref(2)?)?);
        let (name, number) = match past.drafts.members.get(&id) {
            None => (Some(name), Some(number)),
            Some(draft) => (draft.value(Field::MemberName, || name), draft.value(Field::MemberCardNumber, || number)),
        };
        if name.is_some_and(|name| holds(&name)) || number.is_some_and(|number| holds(&number)) {
            named.insert(id);
        }
    }
    for (id, draft) in past.drafts.members.iter().filter(|(_, draft)| matches!(draft, Rewind::Wholly(_))) {
        let held = |field| draft.value(field, || Value::Null).is_some_and(|value| holds(&value));
        if held(Field::MemberName) || held(Field::MemberCardNumber) {
            named.insert(*id);
        }
    }
    Ok(named)
}

fn member_then(conn: &Connection, past: &Past, id: RecordId) -> Result<MemberRow, StoreError> {
    let member = record_at(conn, Kind::Member, id, past.moment)?.ok_or(StoreError::Damaged)?;
    let department = member.reference(Field::MemberDepartment).and_then(|id| past.departments.get(id));
    let department_path = department.map_or_else(|| Arc::from(""), |node| Arc::clone(&node.path));
    let mut guardians = Vec::new();
    let belonging = &past.belonging;
    for link in of_member_then(conn, Kind::Guardianship, &belonging.guardianships, id)? {
        let Some(guardian) = link.reference(Field::GuardianshipGuardian) else { continue };
        let Some(person) = record_at(conn, Kind::Guardian, guardian, past.moment)? else { continue };
        guardians.push(GuardianRow {
            guardianship: link.id,
            guardian,
            name: person.text(Field::GuardianName).unwrap_or("").to_owned(),
            phone: person.text(Field::GuardianPhone).map(str::to_owned),
            relation: link.text(Field::GuardianshipRelation).map(str::to_owned),
            may_confirm: may_confirm(&link),
        });
    }
    let join = match member.text(Field::MemberJoinState) {
        Some("joined") => Join::Joined,
        Some("refused") => Join::Refused,
        _ => Join::NotInvited,
    };
    let values = of_member_then(conn, Kind::CustomValue, &belonging.values, id)?;
    let value = |record: &Record| {
        Some((record.reference(Field::CustomValueField)?, record.text(Field::CustomValueValue)?.to_owned()))
    };
    let custom = values.iter().filter_map(value).collect();
    let tags = tags_then(conn, past, id)?;
    // Invitations are not gone back over: of joining the past knows what the member tells.
    let (invited_at_ms, mark) = (None, None);
    Ok(MemberRow { member, department_path, guardians, join, invited_at_ms, custom, tags, mark })
}

/// The member's tags in their order, called as they were then.
fn tags_then(conn: &Connection, past: &Past, member: RecordId) -> Result<Vec<TagRow>, StoreError> {
    let mut tags = Vec::new();
    for tagging in of_member_then(conn, Kind::Tagging, &past.belonging.taggings, member)? {
        let Some(id) = tagging.reference(Field::TaggingTag) else { continue };
        let Some(tag) = record_at(conn, Kind::Tag, id, past.moment)? else { continue };
        let name = tag.text(Field::TagName).unwrap_or_default().to_owned();
        let row = TagRow { id, name, colour: tag.text(Field::TagColour).map(str::to_owned) };
        tags.push((tag.int(Field::TagPosition).unwrap_or(i64::MAX), row));
    }
    tags.sort_by(|(a, one), (b, other)| (a, &one.name).cmp(&(b, &other.name)));
    Ok(tags.into_iter().map(|(_, row)| row).collect())
}

/// Records of the kind that belonged to the member then.
fn of_member_then(conn: &Connection, kind: Kind, links: &Links, member: RecordId) -> Result<Vec<Record>, StoreError> {
    let sql = format!("SELECT {} FROM \"{}\" WHERE member = ?1 ORDER BY row", rows::columns(kind), kind.name());
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([member.as_bytes()])?;
    let mut found_then = Vec::new();
    while let Some(row) = found.next()? {
        let link = rows::read(kind, row)?.record;
        if !links.changed.contains(&link.id) {
            found_then.push(link);
        }
    }
    found_then.extend(links.then.get(&member).into_iter().flatten().cloned());
    Ok(found_then)
}
