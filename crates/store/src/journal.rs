//! One operation being written: rows, history, shadows and outbox change together or not at all.
//!
//! Every change of a record, whoever made it, passes through here.

use crate::author::By;
use crate::edited::Edited;
use crate::fresh::Fresh;
use crate::operation::{Base, Label, Origin, Touched};
use crate::rebase::{self, Values};
use crate::rows::{self, Stored};
use crate::shadow::{self, Shadow};
use crate::told_edits::ToldEdit;
use crate::{StoreError, headcount, identity, overtaken, search_text};
use mingce_model::id::BatchId;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Verb, belonging};
use rusqlite::{Connection, ErrorCode};

/// What memory must learn after the commit.
#[derive(Default)]
pub(crate) struct Effects {
    pub has_changed: bool,
    /// Departments are other than before.
    pub has_rearranged: bool,
    /// Departments, or who is in which, are other than before.
    pub has_moved: bool,
    pub search: SearchEffect,
}

/// Who is found by something else than before.
pub(crate) enum SearchEffect {
    Changes(Vec<FoundBy>),
    /// Too many to list: they are read again when next needed.
    Reload,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FoundBy {
    Otherwise(RecordId),
    /// The member of this row, who is gone.
    NoMore {
        row: i64,
    },
}

impl Effects {
    pub(crate) fn join(&mut self, other: Effects) {
        self.has_changed |= other.has_changed;
        self.has_rearranged |= other.has_rearranged;
        self.has_moved |= other.has_moved;
        self.search = match (std::mem::take(&mut self.search), other.search) {
            (SearchEffect::Changes(mut all), SearchEffect::Changes(more)) => {
                all.extend(more);
                SearchEffect::Changes(all)
            }
            _ => SearchEffect::Reload,
        };
    }
}

impl Default for SearchEffect {
    fn default() -> Self {
        Self::Changes(Vec::new())
    }
}

/// After more changes than this all are read again instead of each.
const SEARCH_CHANGES_MAX: usize = 20_000;

/// Who did the operation, as its row in the table says.
pub(crate) struct Heading<'a> {
    /// `None` for what comes from the service.
    pub batch: Option<BatchId>,
    pub label: Label,
    pub origin: Origin,
    pub actor: &'a str,
    pub at_ms: i64,
}

/// How an edit joins the outbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Queue {
    Append,
    /// Taking back the edit in this place of the history: one that was never sent leaves the outbox instead of sending
    /// both. No other edit does, though it may be just the opposite: what came between was made on it.
    Cancel(i64),
}

pub(crate) struct Journal<'c> {
    pub conn: &'c Connection,
    pub operation: i64,
    pub touched: Touched,
    pub effects: Effects,
    /// The first and last history row; without any, the operation leaves no trace.
    logged: Option<(i64, i64)>,
    /// Some record has a shadow; asked once, because it is looked up for every edit.
    pub has_shadows: bool,
    /// Members made, less those removed.
    more_members: i64,
    /// See `identity::frontier`.
    pub frontier: i64,
    /// New records that are put in together soon; see `fresh`.
    pub waiting: Vec<Fresh>,
    /// How the edits among them were based.
    pub waiting_base: Base,
    /// Edits of records that are written together soon; see `edited`. While some wait, no new records do.
    pub edited: Vec<Edited>,
    /// The first pull: what was there before this computer is no part of its history.
    pub is_filling: bool,
    /// Everything comes anew because the service's log went back: see `forgotten`.
    pub is_log_back: bool,
    /// Whose change is logged next, when it is not the operation's own.
    pub author: Option<By>,
    /// The edits by which the record that is taken next became what it is, where they are told.
    pub told: Vec<ToldEdit>,
}

impl<'c> Journal<'c> {
    pub(crate) fn begin(conn: &'c Connection, heading: &Heading<'_>) -> Result<Self, StoreError> {
        let can_undo = heading.origin == Origin::Local && !matches!(heading.label, Label::Retry | Label::Recover);
        let sql = "INSERT INTO operation (batch, label, origin, actor, at_ms, changed, can_undo, done_by)
            VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 0)";
        let words = (heading.label.word(), heading.origin.word());
        let parameters =
            (heading.batch.map(|batch| *batch.0.as_bytes()), words.0, words.1, heading.actor, heading.at_ms, can_undo);
        match conn.prepare_cached(sql)?.execute(parameters) {
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                return Err(StoreError::BatchExists);
            }
            Err(error) => return Err(error.into()),
        }
        let operation = conn.last_insert_rowid();
        Ok(Self {
            conn,
            operation,
            touched: Touched::default(),
            effects: Effects::default(),
            logged: None,
            has_shadows: shadow::exist(conn)?,
            more_members: 0,
            frontier: identity::frontier(conn)?,
            waiting: Vec::new(),
            waiting_base: Base::default(),
            edited: Vec::new(),
            is_filling: false,
            is_log_back: false,
            author: None,
            told: Vec::new(),
        })
    }

    /// Closes the operation; one without history leaves no trace.
    pub(crate) fn finish(mut self) -> Result<(Touched, Effects), StoreError> {
        self.put_in()?;
        headcount::add(self.conn, self.more_members)?;
        match self.logged {
            None => {
                self.conn.prepare_cached("DELETE FROM operation WHERE number = ?1")?.execute([self.operation])?;
            }
            Some((first, last)) => {
                let sql = "UPDATE operation SET changed = ?2, first_seq = ?3, last_seq = ?4, done_by = ?1
                    WHERE number = ?1";
                let parameters = (self.operation, self.touched.changed as i64, first, last);
                self.conn.prepare_cached(sql)?.execute(parameters)?;
            }
        }
        Ok((self.touched, self.effects))
    }

    /// Makes an edit of this computer: row, history, shadow, outbox. Answers whether anything changed.
    pub(crate) fn local(
        &mut self,
        wanted: &Edit,
        base: Base,
        queue: Queue,
        unit: Option<i64>,
    ) -> Result<bool, StoreError> {
        let (kind, id) = (wanted.kind, wanted.id);
        self.put_in()?;
        let current = rows::find(self.conn, kind, id)?;
        let Some(mut edit) = on_what_is_there(wanted, current.as_ref(), base)? else { return Ok(false) };
        let shadow = self.shadow_of(kind, id, current.as_ref())?;
        let before = current.as_ref().map(|stored| &stored.record.values);
        let mut after = rebase::rebase(before, before, std::slice::from_ref(&edit));
        let ver = match (&shadow, &current) {
            (Some(shadow), _) => shadow.ver,
            (None, Some(stored)) => stored.record.ver,
            (None, None) => 0,
        };
        let mut shadow = shadow.unwrap_or_else(|| Shadow { ver, pending: 0, refused: 0, stored: before.cloned() });
        let is_withdrawn = match queue {
            Queue::Append => false,
            Queue::Cancel(done) => self.withdraw(&edit, done, &mut shadow)?,
        };
        if is_withdrawn {
            // Without the edit the record is what the service has, not what it was when the edit was made.
            let mine = shadow::mine(self.conn, kind, id, &shadow)?;
            after = rebase::rebase(shadow.stored.as_ref(), before, &mine);
            match rebase::step(kind, id, before, after.as_ref()) {
                Some(step) => edit = step,
                None => {
                    self.put_shadow(kind, id, &shadow)?;
                    self.note_touched(kind, id);
                    return Ok(true);
                }
            }
        }
        let seq = self.log_on(current.as_ref(), &edit)?;
        self.set_row(kind, id, current.as_ref(), after.as_ref(), ver)?;
        if is_withdrawn {
            // Nothing to send.
        } else if shadow.refused > 0 {
            self.mend(seq, (kind, id), &mut shadow, (before, after.as_ref()), unit)?;
        } else {
            self.conn.prepare_cached("INSERT INTO outbox (seq, unit) VALUES (?1, ?2)")?.execute((seq, unit))?;
            shadow.pending += 1;
        }
        self.put_shadow(kind, id, &shadow)?;
        Ok(true)
    }

    /// Takes out of the outbox the edit that was `done` there, or out of the refused ones the record's youngest, if it is
    /// the record's last and `inverse` takes just that back, and the service has not and will not apply it.
    fn withdraw(&mut self, inverse: &Edit, done: i64, shadow: &mut Shadow) -> Result<bool, StoreError> {
        let (kind, id) = (inverse.kind, inverse.id);
        if shadow.pending > 0 {
            if let Some((seq, edit)) = shadow::last_unsent(self.conn, kind, id, self.frontier)?
                && seq == done
                && rebase::cancel_out(&edit, inverse)
                && !self.returns_with_member(&edit)?
            {
                self.conn.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?.execute([seq])?;
                shadow.pending -= 1;
                return Ok(true);
            }
        } else if shadow.refused > 0
            && let Some((number, edit)) = shadow::last_refused(self.conn, kind, id)?
            && rebase::cancel_out(&edit, inverse)
        {
            self.conn.prepare_cached("UPDATE attention SET state = 'dropped' WHERE number = ?1")?.execute([number])?;
            shadow.refused -= 1;
            return Ok(true);
        }
        Ok(false)
    }

    /// The creation of something that went with a member before who is on the way back. With the member the service brings it
    /// back by itself, so that it has to be told of both the return and its end.
    fn returns_with_member(&self, edit: &Edit) -> Result<bool, StoreError> {
        let hangs_on_member = edit.kind == Kind::Guardian || belonging::comes_back(edit.kind);
        if edit.verb != Verb::Create || !hangs_on_member || rows::former(self.conn, edit.kind, edit.id)?.is_none() {
            return Ok(false);
        }
        // Of a member who is there nothing comes back; and the creation would wait at its old place, before what makes room
        // for it.
        let named = |field: Field| {
            let change = edit.changes.iter().find(|change| change.field == field);
            change.and_then(|change| change.new.as_text()?.parse::<RecordId>().ok())
        };
        let Some(member) = belonging::fields_of(edit.kind).find_map(named) else { return Ok(true) };
        let waiting = shadow::pending_edits(self.conn, Kind::Member, member)?;
        Ok(waiting.iter().any(|edit| edit.verb == Verb::Create))
    }

    /// The table has a shadow of the record.
    pub(crate) fn has_shadow(&self, kind: Kind, id: RecordId) -> Result<bool, StoreError> {
        Ok(self.has_shadows && shadow::find(self.conn, kind, id)?.is_some())
    }

    /// The record's shadow, also of one that was created here and has no row in the table.
    pub(crate) fn shadow_of(
        &self,
        kind: Kind,
        id: RecordId,
        current: Option<&Stored>,
    ) -> Result<Option<Shadow>, StoreError> {
        if current.is_some_and(|stored| stored.is_fresh) {
            return Ok(Some(Shadow { ver: 0, pending: 1, refused: 0, stored: None }));
        }
        if self.has_shadows { shadow::find(self.conn, kind, id) } else { Ok(None) }
    }

    pub(crate) fn put_shadow(&mut self, kind: Kind, id: RecordId, shadow: &Shadow) -> Result<(), StoreError> {
        self.has_shadows |= shadow.is_needed();
        shadow::put(self.conn, kind, id, shadow)
    }

    /// Sends one fresh edit in place of the record's refused ones: all that the service would lack once the edits that
    /// already wait are through. Its bases are what the person saw, not what somebody else has put there since.
    pub(crate) fn mend(
        &mut self,
        seq: i64,
        (kind, id): (Kind, RecordId),
        shadow: &mut Shadow,
        (before, after): (Option<&Values>, Option<&Values>),
        unit: Option<i64>,
    ) -> Result<(), StoreError> {
        let waiting = shadow::pending_edits(self.conn, kind, id)?;
        let refused = shadow::refused_edits(self.conn, kind, id)?;
        let expected = rebase::rebase(shadow.stored.as_ref(), before, &waiting);
        let sql = "UPDATE attention SET state = 'mended' WHERE state = 'open'
            AND seq IN (SELECT seq FROM history WHERE id = ?1 AND kind = ?2)";
        self.conn.prepare_cached(sql)?.execute((id.as_bytes(), kind as u8))?;
        shadow.refused = 0;
        if let Some(fresh) = rebase::difference(kind, id, expected.as_ref(), after) {
            let fresh = overtaken::as_it_was_seen(fresh, &refused, &waiting);
            let sql = "INSERT INTO outbox (seq, verb, changes, unit) VALUES (?1, ?2, ?3, ?4)";
            let changes = rows::changes_to_json(&fresh)?;
            self.conn.prepare_cached(sql)?.execute((seq, fresh.verb as u8, changes, unit))?;
            shadow.pending += 1;
        }
        Ok(())
    }

    /// Adds the edit to the history and answers its place.
    pub(crate) fn log(&mut self, edit: &Edit) -> Result<i64, StoreError> {
        self.log_on(None, edit)
    }

    /// `log`, noting of a removal in which row the record stood, so that it can come back there, and of a further place
    /// that ends or is moved which department it was in.
    pub(crate) fn log_on(&mut self, current: Option<&Stored>, edit: &Edit) -> Result<i64, StoreError> {
        let sql = "INSERT INTO history (operation, kind, id, verb, changes, author, at_ms, row, owner, place, batch)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let changes = rows::changes_to_json(edit)?;
        let (author, at_ms) = self.author.map(|by| (by.author, by.at_ms)).unzip();
        let batch = self.author.and_then(|by| by.batch);
        let row = current.filter(|_| edit.verb == Verb::Remove).map(|stored| stored.row);
        let (kind, id, verb) = (edit.kind as u8, edit.id.as_bytes(), edit.verb as u8);
        let (owner, place) = (owner_of_removed(edit), place_left(edit));
        let parameters = (self.operation, kind, id, verb, changes, author, at_ms, row, owner, place, batch);
        self.conn.prepare_cached(sql)?.execute(parameters)?;
        let seq = self.conn.last_insert_rowid();
        self.note_logged(seq, seq);
        Ok(seq)
    }

    /// Notes rows of the history that were just written.
    pub(crate) fn note_logged(&mut self, first: i64, last: i64) {
        self.logged = Some((self.logged.map_or(first, |(earliest, _)| earliest), last));
    }

    /// Makes the record's row hold the values and version, and notes what changed.
    pub(crate) fn set_row(
        &mut self,
        kind: Kind,
        id: RecordId,
        current: Option<&Stored>,
        after: Option<&Values>,
        ver: u64,
    ) -> Result<(), StoreError> {
        match (current, after) {
            (None, None) => return Ok(()),
            (None, Some(values)) => {
                let record = Record { kind, id, ver, values: values.clone() };
                let row = rows::former(self.conn, kind, id)?;
                if rows::insert(self.conn, &record, row)? {
                    self.more_members += i64::from(kind == Kind::Member);
                }
                self.note_found(&record, None);
                self.note_place(kind, None);
            }
            (Some(stored), None) => {
                rows::delete(self.conn, stored)?;
                if kind == Kind::Member {
                    self.note_search(FoundBy::NoMore { row: stored.row });
                    self.more_members -= 1;
                } else {
                    self.note_found(&stored.record, None);
                }
                self.note_place(kind, None);
            }
            (Some(stored), Some(values)) => {
                let changed = rows::differing(kind, &stored.record.values, values);
                if changed.is_empty() && stored.record.ver == ver && !stored.is_fresh {
                    return Ok(());
                }
                let record = Record { kind, id, ver, values: values.clone() };
                rows::update(self.conn, stored.row, &record, &changed)?;
                if !changed.is_empty() {
                    self.note_changed(&record, &changed);
                }
                return Ok(());
            }
        }
        self.note_touched(kind, id);
        Ok(())
    }

    /// Notes which fields of a record were changed; `after` is what it holds now.
    pub(crate) fn note_changed(&mut self, after: &Record, changed: &[Field]) {
        self.note_found(after, Some(changed));
        self.note_place(after.kind, Some(changed));
        self.note_touched(after.kind, after.id);
    }

    /// Notes a record that was put in without `set_row`.
    pub(crate) fn note_created(&mut self, record: &Record) {
        self.more_members += i64::from(record.kind == Kind::Member);
        self.note_found(record, None);
        self.note_place(record.kind, None);
        self.note_touched(record.kind, record.id);
    }

    /// Notes whether somebody may be found by something else now; `None`: created or removed.
    fn note_found(&mut self, record: &Record, changed: Option<&[Field]>) {
        let is_any = |wanted: fn(Field) -> bool| changed.is_none_or(|fields| fields.iter().any(|field| wanted(*field)));
        let member = match record.kind {
            Kind::Member if is_any(search_text::is_searched) => Some(record.id),
            Kind::CustomValue if is_any(|field| field == Field::CustomValueValue) => {
                record.reference(Field::CustomValueMember)
            }
            // A field that is put away finds nobody.
            Kind::CustomField if is_any(|field| field == Field::CustomFieldIsArchived) => {
                self.effects.search = SearchEffect::Reload;
                None
            }
            _ => None,
        };
        if let Some(member) = member {
            self.note_search(FoundBy::Otherwise(member));
        }
    }

    /// Notes whether the department tree or its counts may differ now; `None`: created or removed.
    fn note_place(&mut self, kind: Kind, changed: Option<&[Field]>) {
        self.effects.has_rearranged |= kind == Kind::Department;
        self.effects.has_moved |= match kind {
            Kind::Department | Kind::Affiliation => true,
            Kind::Member => changed.is_none_or(|fields| fields.contains(&Field::MemberDepartment)),
            _ => false,
        };
    }

    /// Notes a change that `set_row` did not make itself.
    pub(crate) fn note_touched(&mut self, kind: Kind, id: RecordId) {
        self.effects.has_changed = true;
        self.touched.kinds.add(kind);
        self.touched.changed += 1;
        if self.touched.records.len() < Touched::LISTED {
            self.touched.records.push((kind, id));
        }
    }

    /// Notes a change of many members that moved nobody and is nothing that they are found by; the first of them.
    pub(crate) fn note_many_changed(&mut self, first: &[RecordId], count: usize) {
        self.effects.has_changed = true;
        self.touched.kinds.add(Kind::Member);
        self.touched.changed += count as u64;
        let room = Touched::LISTED.saturating_sub(self.touched.records.len());
        self.touched.records.extend(first.iter().take(room).map(|id| (Kind::Member, *id)));
    }

    fn note_search(&mut self, found: FoundBy) {
        if let SearchEffect::Changes(changes) = &mut self.effects.search
            && changes.last() != Some(&found)
        {
            if changes.len() < SEARCH_CHANGES_MAX {
                changes.push(found);
            } else {
                self.effects.search = SearchEffect::Reload;
            }
        }
    }
}

/// Of a removed record that belongs to another, or a department to the one above: that one's id. It is the first field.
fn owner_of_removed(edit: &Edit) -> Option<&str> {
    let belongs = matches!(
        edit.kind,
        Kind::Department
            | Kind::Affiliation
            | Kind::Guardianship
            | Kind::Invitation
            | Kind::CustomValue
            | Kind::Tagging
    );
    let first = edit.changes.iter().find(|change| change.field.index() == 0);
    first.filter(|_| belongs && edit.verb == Verb::Remove)?.base.as_text()
}

/// The department that a further place was in before the edit took it away from there.
pub(crate) fn place_left(edit: &Edit) -> Option<&str> {
    let left = edit.changes.iter().find(|change| change.field == Field::AffiliationDepartment);
    left.filter(|_| edit.verb != Verb::Create)?.base.as_text()
}

/// The edit with the present values as its bases; `None` when it would change nothing.
pub(crate) fn on_what_is_there(
    wanted: &Edit,
    current: Option<&Stored>,
    base: Base,
) -> Result<Option<Edit>, StoreError> {
    let (kind, id) = (wanted.kind, wanted.id);
    let stale = |field| StoreError::Stale { kind, id, field };
    match (wanted.verb, current) {
        (Verb::Create, None) => {
            let changes = wanted.changes.iter().filter(|change| !change.new.is_null()).cloned().collect();
            Ok(Some(Edit { changes, ..wanted.clone() }))
        }
        (Verb::Create, Some(_)) if base == Base::MustMatch => Err(stale(None)),
        (Verb::Edit | Verb::Remove, None) if base == Base::MustMatch => Err(StoreError::NotFound { kind, id }),
        (Verb::Edit, None) => Err(StoreError::NotFound { kind, id }),
        (Verb::Remove, None) => Ok(None),
        (Verb::Remove, Some(stored)) => {
            let removal = Edit::remove(&stored.record);
            if base == Base::MustMatch {
                let differs = |a: &Edit, b: &Edit| {
                    let lacks = |change: &&mingce_model::Change| !b.changes.contains(change);
                    a.changes.iter().find(lacks).map(|change| change.field)
                };
                if let Some(field) = differs(&removal, wanted).or_else(|| differs(wanted, &removal)) {
                    return Err(stale(Some(field)));
                }
            }
            Ok(Some(removal))
        }
        (Verb::Create | Verb::Edit, Some(stored)) => {
            let values = &stored.record.values;
            if base == Base::MustMatch {
                let is_stale = |change: &&mingce_model::Change| {
                    let present = &values[change.field.index()];
                    *present != change.base && *present != change.new
                };
                if let Some(change) = wanted.changes.iter().find(is_stale) {
                    return Err(stale(Some(change.field)));
                }
            }
            let changes = rebase::on_current(values, &wanted.changes);
            Ok((!changes.is_empty()).then_some(Edit { kind, id, verb: Verb::Edit, changes }))
        }
    }
}
