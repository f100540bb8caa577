//! Taking in what the service has: a page of records and the cursor behind it, in one transaction.
//!
//! A page may come twice or late: a record that is not newer than what is here changes nothing.

use crate::author::Authors;
use crate::identity::SyncState;
use crate::journal::{Heading, Journal};
use crate::operation::{Label, Origin, Touched};
use crate::outbox::requeue_whole;
use crate::rebase::{self, Values};
use crate::rows::Stored;
use crate::safeguard::is_news;
use crate::schema::{self, Filling};
use crate::scope::{self, Leaving};
use crate::shadow::Shadow;
use crate::verify::forget_ver;
use crate::{Store, StoreError, forgotten, identity, rows, shadow, told_edits};
use mingce_model::{Edit, Kind, Record, RecordId, Value, Verb};
use mingce_protocol::batches::spread;
use mingce_protocol::{Limit, PullHeader, PulledEdit, PulledRecord, PulledScope, Rights};
use rusqlite::Connection;

impl Store {
    /// Applies a page: clean records become what the service has, records with edits here keep those on top.
    ///
    /// `asked` is how things stood when the page was asked for. `OldPage` when a push was answered since that moved the
    /// cursor or took a removal: nothing is left here to tell that what the page still has was removed after it was read.
    ///
    /// At the end of a pull from the beginning (`begin_epoch`, `reset_cursor`, `reset_log`), records that the service did not send
    /// are queued for it, so that what a restored service lost comes back.
    pub fn apply_page(
        &self,
        asked: &SyncState,
        header: &PullHeader,
        records: impl IntoIterator<Item = PulledRecord>,
        now_ms: i64,
    ) -> Result<Touched, StoreError> {
        let (mut touched, version) = self.transact(|conn| {
            let state = identity::sync_state(conn)?;
            if (&state.cursor, state.removals) != (&asked.cursor, asked.removals) {
                return Err(StoreError::OldPage);
            }
            if state.epoch != 0 && state.epoch != header.epoch {
                return Err(StoreError::OtherEpoch { found: header.epoch, known: state.epoch });
            }
            if state.cursor.is_none() && is_empty(conn)? {
                identity::set(conn, "is_filling", 1i64)?;
                if header.more {
                    schema::drop_indexes(conn, Filling::FirstPull)?;
                    identity::set(conn, "has_no_indexes", 1i64)?;
                }
            }
            if let Some(scope) = &header.scope {
                let is_bound = header.rights.as_ref().and_then(Rights::limit) == Some(Limit::OnlyDepartments);
                if is_bound {
                    scope::overwrite_deleted(conn)?;
                }
                if scope.begins {
                    scope::begin(conn, is_bound)?;
                }
            }
            let authors = Authors::of(conn, header)?;
            let heading = Heading { actor: authors.names(), ..remote(Label::Remote, now_ms) };
            let mut journal = Journal::begin(conn, &heading)?;
            journal.is_filling = identity::get::<i64>(conn, "is_filling")?.unwrap_or(0) != 0;
            journal.is_log_back = identity::has_log_gone_back(conn)?;
            let mut page = Page { journal, is_first: lacks_indexes(conn)?, received: 0, authors };
            let again = header.scope.as_ref().map_or(0, |scope| scope.again);
            page.take_leave(header.scope.as_ref())?;
            let mut edits = header.edits.as_slice();
            for ((place, record), batch) in records.into_iter().enumerate().zip(spread(&header.of_batches)) {
                let begin = edits.partition_point(|edit| edit.record < place);
                let end = edits.partition_point(|edit| edit.record <= place);
                match place < again {
                    true => page.apply_again(record)?,
                    false => page.apply(record, batch, edits.get(begin..end).unwrap_or_default())?,
                }
                edits = edits.get(end..).unwrap_or_default();
            }
            let received = page.received;
            let is_filling = page.journal.is_filling;
            let (mut touched, mut effects) = page.journal.finish()?;
            touched.received = received;
            identity::set(conn, "epoch", header.epoch as i64)?;
            identity::set(conn, "cursor", &header.cursor)?;
            identity::set(conn, "is_behind", header.more)?;
            identity::set_rights(conn, header.rights.as_ref())?;
            if !header.more {
                if state.seen == asked.seen {
                    identity::set(conn, "seen", None::<String>)?;
                }
                restore_indexes(conn)?;
                if is_filling {
                    identity::begin_past(conn, now_ms)?;
                    identity::set(conn, "is_filling", 0i64)?;
                }
                identity::set(conn, "last_synced_at", now_ms)?;
                if header.scope.is_some() {
                    let mut journal = Journal::begin(conn, &remote(Label::Remote, now_ms))?;
                    scope::drop_what_did_not_come(&mut journal)?;
                    let (dropped, more_effects) = journal.finish()?;
                    touched.join(dropped);
                    effects.join(more_effects);
                }
                if identity::is_recovering(conn)? {
                    let mut journal = Journal::begin(conn, &remote(Label::Recover, now_ms))?;
                    recover(&mut journal)?;
                    let (recovered, more_effects) = journal.finish()?;
                    touched.join(recovered);
                    effects.join(more_effects);
                    identity::set(conn, "is_recovering", 0i64)?;
                }
            }
            effects.has_changed |= state.is_behind != header.more;
            Ok((touched, effects))
        })?;
        touched.version = version;
        if header.scope.is_some() {
            self.clean();
        }
        Ok(touched)
    }
}

/// Nothing but the organisation itself is here.
pub(crate) fn is_empty(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM member) AND NOT EXISTS (SELECT 1 FROM department)";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

pub(crate) fn lacks_indexes(conn: &Connection) -> Result<bool, StoreError> {
    Ok(identity::get::<i64>(conn, "has_no_indexes")?.unwrap_or(0) != 0)
}

/// Builds the indexes that a first pull left out; also when that pull was cut off.
pub(crate) fn restore_indexes(conn: &Connection) -> Result<(), StoreError> {
    if lacks_indexes(conn)? {
        schema::create_indexes(conn)?;
        identity::set(conn, "has_no_indexes", 0i64)?;
    }
    Ok(())
}

pub(crate) fn remote(label: Label, at_ms: i64) -> Heading<'static> {
    Heading { batch: None, label, origin: Origin::Remote, actor: "", at_ms }
}

struct Page<'c> {
    journal: Journal<'c>,
    /// An empty roster is being filled: most records are not here yet.
    is_first: bool,
    /// See `Touched::received`.
    received: u64,
    authors: Authors,
}

impl Page<'_> {
    /// Lets go of what left what this account may see.
    fn take_leave(&mut self, scope: Option<&PulledScope>) -> Result<(), StoreError> {
        let Some(scope) = scope.filter(|scope| !scope.left.is_empty()) else { return Ok(()) };
        let mut leaving = Leaving::new(&mut self.journal);
        for (kind, id) in &scope.left {
            leaving.leave(Kind::from_number(*kind).ok_or(StoreError::Damaged)?, *id)?;
        }
        leaving.finish()
    }

    /// A record that came within what this account may see, or is shown otherwise: it counts whatever version is known.
    fn apply_again(&mut self, incoming: PulledRecord) -> Result<(), StoreError> {
        let (kind, id) = (incoming.kind, incoming.id);
        self.journal.put_in()?;
        forget_ver(self.journal.conn, kind, id)?;
        self.journal.author = incoming.by.and_then(|by| self.authors.find(by, None));
        let values = incoming.values.map(|mut values| {
            values.resize(kind.fields().len(), Value::Null);
            values
        });
        // It was not made now: only here it is new.
        let was_filling = std::mem::replace(&mut self.journal.is_filling, true);
        let is_news = self.journal.take(kind, id, incoming.ver, values);
        self.journal.is_filling = was_filling;
        self.received += u64::from(is_news? && kind != Kind::Conflict);
        Ok(())
    }

    /// `batch`: place of what its newest version was part of. `edits`: those that led to it, where they are told.
    fn apply(&mut self, incoming: PulledRecord, batch: Option<usize>, edits: &[PulledEdit]) -> Result<(), StoreError> {
        let (kind, id) = (incoming.kind, incoming.id);
        self.journal.author = incoming.by.and_then(|by| self.authors.find(by, batch));
        let values = incoming.values.map(|mut values| {
            values.resize(kind.fields().len(), Value::Null);
            values
        });
        let is_news = match values {
            Some(values) if self.is_first && !self.journal.has_shadow(kind, id)? => {
                self.journal.put_in_soon(Record { kind, id, ver: incoming.ver, values })?;
                true
            }
            values => {
                self.journal.put_in()?;
                self.journal.told = told_edits::read(&self.authors, kind, edits);
                let is_news = self.journal.take(kind, id, incoming.ver, values)?;
                self.journal.told.clear();
                is_news
            }
        };
        self.received += u64::from(is_news && kind != Kind::Conflict);
        Ok(())
    }
}

impl Journal<'_> {
    /// Takes what the service has of a record; `None`: it was removed. Answers whether somebody else changed it.
    pub(crate) fn take(
        &mut self,
        kind: Kind,
        id: RecordId,
        ver: u64,
        values: Option<Values>,
    ) -> Result<bool, StoreError> {
        self.put_in()?;
        let current = rows::find(self.conn, kind, id)?;
        if let Some(mut own) = self.shadow_of(kind, id, current.as_ref())? {
            return self.take_under_edits(kind, id, ver, values, &mut own, current.as_ref());
        }
        if current.as_ref().is_some_and(|stored| !is_news(ver, stored.record.ver)) {
            return Ok(false);
        }
        if let (true, Some(stored), Some(said)) = (self.is_log_back, &current, &values) {
            let forgotten = forgotten::find(self.conn, kind, id, &stored.record.values, said)?;
            if !forgotten.is_empty() {
                let mut own = Shadow { ver, pending: 0, refused: 0, stored: values };
                return self.send_forgotten((kind, id), forgotten, &mut own, current.as_ref());
            }
        }
        let is_news = current.as_ref().map(|stored| &stored.record.values) != values.as_ref();
        match (&current, &values) {
            (Some(_), _) => self.log_remote((kind, id), current.as_ref(), values.as_ref(), values.as_ref())?,
            (None, Some(values)) if !self.is_filling => self.log_made(kind, id, values)?,
            (None, _) => {}
        }
        self.set_row(kind, id, current.as_ref(), values.as_ref(), ver)?;
        Ok(is_news)
    }

    /// The record has edits here: the shadow follows the service, the row is the shadow with the edits on top.
    fn take_under_edits(
        &mut self,
        kind: Kind,
        id: RecordId,
        ver: u64,
        values: Option<Values>,
        own: &mut Shadow,
        current: Option<&Stored>,
    ) -> Result<bool, StoreError> {
        if !is_news(ver, own.ver) {
            return Ok(false);
        }
        let mine = shadow::mine(self.conn, kind, id, own)?;
        let local = current.map(|stored| &stored.record.values);
        // What the record becomes as the service takes these edits one by one is no news, whether or not it shows here.
        let is_own =
            |taken: usize| rebase::rebase(own.stored.as_ref(), local, &mine[..taken]).as_ref() == values.as_ref();
        let is_news = !(0..=mine.len()).any(is_own);
        own.ver = ver;
        if let (true, Some(known), Some(said)) = (self.is_log_back, &own.stored, &values) {
            let mut forgotten = forgotten::find(self.conn, kind, id, known, said)?;
            // Where I have changed more since, that goes out anyway.
            forgotten.retain(|change| !mine.iter().flat_map(|edit| &edit.changes).any(|own| own.field == change.field));
            if !forgotten.is_empty() {
                own.stored = values;
                return self.send_forgotten((kind, id), forgotten, own, current);
            }
        }
        own.stored = values;
        let after = rebase::rebase(own.stored.as_ref(), local, &mine);
        self.log_remote((kind, id), current, after.as_ref(), own.stored.as_ref())?;
        self.set_row(kind, id, current, after.as_ref(), ver)?;
        self.put_shadow(kind, id, own)?;
        Ok(is_news)
    }

    /// Others' changes of what was here belong into its history. `stored`: what the service has of it now.
    pub(crate) fn log_remote(
        &mut self,
        (kind, id): (Kind, RecordId),
        before: Option<&Stored>,
        after: Option<&Values>,
        stored: Option<&Values>,
    ) -> Result<(), StoreError> {
        let Some(change) = rebase::step(kind, id, before.map(|stored| &stored.record.values), after) else {
            return Ok(());
        };
        let parts = match stored {
            Some(stored) if change.verb == Verb::Edit => told_edits::parts(&change, &self.told, stored),
            _ => Vec::new(),
        };
        if parts.is_empty() {
            self.log_on(before, &change)?;
        }
        for (by, part) in parts {
            self.author = Some(by);
            self.log_on(before, &part)?;
        }
        Ok(())
    }

    /// Somebody made the record elsewhere, and perhaps changed it. That it was made is enough: what it held is told by
    /// the changes that follow and by what it is now.
    fn log_made(&mut self, kind: Kind, id: RecordId, values: &Values) -> Result<(), StoreError> {
        let maker = told_edits::maker(&self.told);
        self.author = maker.or(self.author);
        self.log(&Edit { kind, id, verb: Verb::Create, changes: Vec::new() })?;
        if maker.is_some() {
            for (by, changes) in told_edits::since_made(kind, &self.told, values) {
                self.author = Some(by);
                self.log(&Edit { kind, id, verb: Verb::Edit, changes })?;
            }
        }
        Ok(())
    }
}

/// Queues whatever still has no version after everything was pulled.
fn recover(journal: &mut Journal<'_>) -> Result<(), StoreError> {
    let conn = journal.conn;
    for kind in Kind::ALL {
        // The rows, and removed records whose removal waits.
        let sql = format!(
            "SELECT id FROM \"{}\" WHERE ver = 0 UNION SELECT id FROM shadow WHERE kind = ?1 AND ver = 0",
            kind.name()
        );
        let mut statement = conn.prepare(&sql)?;
        let lost = statement.query_map([kind as u8], |row| row.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
        for id in lost {
            let id = RecordId::from_slice(&id).ok_or(StoreError::Damaged)?;
            send_lost(journal, kind, id)?;
        }
    }
    Ok(())
}

/// Queues a record that the service does not have.
pub(crate) fn send_lost(journal: &mut Journal<'_>, kind: Kind, id: RecordId) -> Result<(), StoreError> {
    let conn = journal.conn;
    let is_own_creation = shadow::find(conn, kind, id)?.is_some_and(|shadow| shadow.stored.is_none());
    if is_own_creation {
        return Ok(());
    }
    if kind != Kind::Conflict {
        return requeue_whole(journal, kind, id);
    }
    // Only the service makes conflicts; the values stay in the history.
    let current = rows::find(conn, kind, id)?;
    if let Some(removal) = rebase::step(kind, id, current.as_ref().map(|stored| &stored.record.values), None) {
        journal.log(&removal)?;
    }
    journal.set_row(kind, id, current.as_ref(), None, 0)?;
    forgotten::withdraw(conn, kind, id)
}
