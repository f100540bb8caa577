//! One desktop: an encrypted store, a client and the sync machine, driven step by step so that a test can stop it
//! anywhere.

use crate::line::{Line, Weather};
use crate::world::{Chance, Place, client_options, copy_folder, eventually};
use mingce_client::{Client, ClientError, FetchedPage};
use mingce_model::id::BatchId;
use mingce_model::{Edit, Field, Kind, OrganisationId, Record, RecordId, Value};
use mingce_protocol::{Op, PULL_ROWS_MAX, PullHeader, PulledRecord, PushAnswer, PushHeader, SignedIn};
use mingce_store::{
    Atomicity, Base, Identity, Label, Operation, Refusal, Removals, Side, Store, StoreError, SyncState,
};
use mingce_sync::{
    ConflictView, Effect, Event, Failure, Left, Machine, PageKind, PushLimits, PushState, State, Tick, Why, judge,
    judge_page, plan_push,
};
use mingce_testkit::Clock;
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Every record of a desktop with its version and values.
pub type Rows = BTreeMap<(u8, RecordId), (u64, Vec<Value>)>;

/// A push that was sent: what was said and what came back.
pub struct Sent {
    pub header: PushHeader,
    pub ops: Vec<Op>,
    pub answer: PushAnswer,
}

pub struct Desktop {
    pub name: &'static str,
    pub client: Client,
    pub line: Line,
    clock: Arc<Clock>,
    organisation: OrganisationId,
    store: Option<Store>,
    folder: PathBuf,
    key: [u8; 32],
    chance: Arc<Chance>,
}

impl Desktop {
    /// A desktop that has signed in and pulled nothing yet.
    pub async fn new(place: &Place, name: &'static str) -> Self {
        let signed_in = place.sign_in(&place.direct(), name).await;
        Self::signed_in(place, name, &signed_in).await
    }

    /// The same with a token that is here already.
    pub async fn signed_in(place: &Place, name: &'static str, signed_in: &SignedIn) -> Self {
        let folder = place.path(name);
        let key = place.chance.bytes();
        let identity = Identity {
            organisation: place.organisation,
            account: signed_in.account,
            actor: signed_in.account_name.clone(),
            replica: place.chance.replica(),
        };
        let store = Store::create(&folder, &key, &identity).expect("the folder is fresh");
        Self::with(place, name, &signed_in.token, folder, key, store).await
    }

    async fn with(
        place: &Place,
        name: &'static str,
        token: &str,
        folder: PathBuf,
        key: [u8; 32],
        store: Store,
    ) -> Self {
        let line = place.line().await;
        let client = Client::new(&line.url(), client_options()).expect("a loopback address");
        client.set_token(token);
        Self {
            name,
            client,
            line,
            clock: place.clock.clone(),
            organisation: place.organisation,
            store: Some(store),
            folder,
            key,
            chance: place.chance.clone(),
        }
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().expect("the store is open")
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.clock.now_ms()).expect("a date of this age")
    }

    // What a person does.

    fn operation(&self, label: Label) -> Operation {
        self.clock.advance_ms(1_000);
        Operation::new(BatchId(self.chance.id()), label, self.name, self.now_ms())
    }

    pub fn write(&self, label: Label, edits: impl IntoIterator<Item = Edit>) -> BatchId {
        let operation = self.operation(label);
        self.store().write(&operation, edits).expect("the edits fit what is there");
        operation.id
    }

    /// Adds a member and says under which id.
    pub fn add(&self, name: &str) -> RecordId {
        self.add_with(name, &[])
    }

    pub fn add_with(&self, name: &str, values: &[(Field, &str)]) -> RecordId {
        let mut record = Record::empty(Kind::Member, self.chance.id())
            .with(Field::MemberName, name)
            .with(Field::MemberStatus, "active");
        for (field, value) in values {
            record.set(*field, *value);
        }
        self.write(Label::Add, [Edit::create(&record)]);
        record.id
    }

    pub fn set(&self, id: RecordId, field: Field, value: impl Into<Value>) -> BatchId {
        let before = self.record(field.kind(), id).expect("the record is here");
        let edit = Edit::between(&before, &before.clone().with(field, value)).expect("the value differs");
        self.write(Label::Edit, [edit])
    }

    pub fn remove(&self, kind: Kind, id: RecordId) {
        let record = self.record(kind, id).expect("the record is here");
        let operation = self.operation(Label::Remove).with_atomicity(Atomicity::WithMember);
        let mut edits = Vec::new();
        match kind {
            Kind::Member => {
                let mut removals = Removals::begin(self.store()).expect("the store reads");
                removals.add(&record, &mut edits).expect("the store reads");
            }
            _ => edits.push(Edit::remove(&record)),
        }
        self.store().write(&operation, edits).expect("the edits fit what is there");
    }

    pub fn import(&self, records: &[Record]) -> BatchId {
        let operation = self.operation(Label::Import).with_base(Base::TakeCurrent);
        self.store().write(&operation, records.iter().map(Edit::create)).expect("the rows are new");
        operation.id
    }

    pub fn undo(&self) {
        let operation = self.operation(Label::Edit);
        self.store().undo(&operation).expect("there is something to undo");
    }

    /// Undoes if there is anything to undo.
    pub fn try_undo(&self) {
        match self.store().undo(&self.operation(Label::Edit)) {
            Ok(_) | Err(StoreError::NothingToDo) => {}
            Err(error) => panic!("undo failed: {error}"),
        }
    }

    pub fn try_redo(&self) {
        match self.store().redo(&self.operation(Label::Edit)) {
            Ok(_) | Err(StoreError::NothingToDo) => {}
            Err(error) => panic!("redo failed: {error}"),
        }
    }

    pub fn undo_batch(&self, batch: BatchId) {
        let operation = self.operation(Label::Edit);
        self.store().undo_batch(batch, &operation).expect("the batch can be undone");
    }

    pub fn resolve(&self, conflict: RecordId, side: Side) {
        let operation = self.operation(Label::Resolve);
        self.store().resolve(&[conflict], side, &operation).expect("the conflict is open");
    }

    pub fn drop_refusal(&self, number: u64) {
        let operation = self.operation(Label::Drop);
        self.store().drop_refusal(number, &operation).expect("the refusal is open");
    }

    pub fn take_over_department(&self, number: u64) -> Result<(), StoreError> {
        let operation = self.operation(Label::Department);
        self.store().take_over_department(number, &operation).map(drop)
    }

    pub fn retry_refusal(&self, number: u64) {
        let operation = self.operation(Label::Retry);
        self.store().retry_refusal(number, &operation).expect("the refusal is open");
    }

    // What a person sees.

    pub fn record(&self, kind: Kind, id: RecordId) -> Option<Record> {
        self.store().get(kind, id).expect("the store reads")
    }

    pub fn value(&self, id: RecordId, field: Field) -> Value {
        self.record(field.kind(), id).expect("the record is here").get(field).clone()
    }

    pub fn conflicts(&self) -> Vec<ConflictView> {
        let records = self.store().conflicts(1_000).expect("the store reads");
        records.iter().map(|record| ConflictView::from_record(record).expect("a conflict of this build")).collect()
    }

    pub fn refusals(&self) -> Vec<Refusal> {
        self.store().refusals(1_000).expect("the store reads")
    }

    /// Edits that the service has not answered.
    pub fn waiting(&self) -> u64 {
        self.store().counts().expect("the store reads").waiting
    }

    pub fn rows(&self) -> Rows {
        let mut rows = Rows::new();
        for kind in Kind::ALL {
            let mut keep = |record: Record| {
                rows.insert((kind as u8, record.id), (record.ver, record.values));
                ControlFlow::Continue(())
            };
            self.store().scan(kind, &mut keep).expect("the store reads");
        }
        rows
    }

    // What the program does.

    /// Runs the machine until nothing is left to do or it would wait for its next try.
    pub async fn sync(&self) -> State {
        let mut machine = Machine::new();
        let mut events = VecDeque::from([Event::Started]);
        let (mut state, mut mono_ms) = (None, 0);
        while let Some(event) = events.pop_front() {
            mono_ms += 1;
            let tick = Tick { mono_ms, wall_ms: self.now_ms(), jitter: 0 };
            for effect in machine.step(event, tick) {
                match effect {
                    Effect::Push { ticket, ops } => events.push_back(match self.push(ops).await {
                        Ok((left, head)) => Event::PushDone { ticket, left, head },
                        Err(failure) => Event::Failed { ticket, failure },
                    }),
                    Effect::Pull { ticket } => events.push_back(match self.pull().await {
                        Ok((page, head)) => Event::PullDone { ticket, page, head },
                        Err(failure) => Event::Failed { ticket, failure },
                    }),
                    Effect::RenewReplica => self.renew_replica(),
                    Effect::ResetCursor => self.store().reset_cursor().expect("the store writes"),
                    Effect::ResetLog => self.store().reset_log().expect("the store writes"),
                    Effect::Report(reported) => state = Some(reported),
                    // Requests end before the next step here; neither timers nor news are waited for.
                    Effect::Cancel(_)
                    | Effect::Listen { .. }
                    | Effect::ArmTimer { .. }
                    | Effect::AskSignIn
                    | Effect::TellUpgrade => {}
                }
            }
        }
        state.expect("the first step reports a state")
    }

    /// Syncs, and nothing may be in the way.
    pub async fn sync_all(&self) {
        let mut state = self.sync().await;
        // A connection kept from before a fault breaks once more; the program's timer would try again.
        for _ in 0..5 {
            if matches!(state, State::Offline { why: Why::Network, .. }) {
                state = self.sync().await;
            }
        }
        assert!(matches!(state, State::Idle { .. }), "{} is {state:?}", self.name);
        assert_eq!(self.waiting(), 0);
    }

    /// Sends what waits, and the answer gets lost. A connection kept from before the weather changed may break first, with
    /// nothing said over it; then it is sent once more, until the service has it as the witness sees.
    pub async fn sync_and_lose_answer(&self, witness: &Desktop) {
        let before = witness.head().await;
        self.line.set(Weather::ANSWERS_LOST);
        for _ in 0..5 {
            let state = self.sync().await;
            assert!(matches!(state, State::Offline { why: Why::Network, .. }), "{} is {state:?}", self.name);
            if witness.head().await > before {
                return;
            }
        }
        panic!("the service never heard {}", self.name);
    }

    fn renew_replica(&self) {
        self.store().renew_replica(self.chance.replica()).expect("the store writes");
    }

    pub fn plan(&self, ops: usize) -> Option<(PushHeader, Vec<Op>)> {
        let state = self.store().sync_state().expect("the store reads");
        let limits = PushLimits::default().with_ops(ops);
        let entries = self.store().outbox_page(limits.ops).expect("the store numbers its edits");
        let outbox = entries.into_iter().map(|entry| Op::from_edit(entry.m, entry.at_ms, entry.group, entry.edit));
        let SyncState { replica, epoch, acked, cursor, seen, .. } = state;
        let state = PushState { replica, epoch, acked, cursor, seen };
        plan_push(&state, outbox, limits).expect("the outbox is whole")
    }

    pub async fn send(&self, header: &PushHeader, ops: &[Op]) -> Result<PushAnswer, ClientError> {
        self.client.push(self.organisation, header, ops).await
    }

    /// Sends what waits and stores nothing of the answer.
    pub async fn send_only(&self) -> Sent {
        let (header, ops) = self.plan(PULL_ROWS_MAX).expect("something waits");
        let answer = self.send(&header, &ops).await.expect("the line is clear");
        Sent { header, ops, answer }
    }

    pub fn settle(&self, sent: &Sent) {
        judge(&sent.answer, &sent.header, &sent.ops).expect("an honest answer");
        let last = sent.header.first + sent.ops.len() as u64 - 1;
        self.store().settle(&sent.answer, sent.header.first..=last, self.now_ms()).expect("the store writes");
    }

    async fn push(&self, ops: usize) -> Result<(Left, u64), Failure> {
        let Some((header, ops)) = self.plan(ops) else { return Ok((Left::NothingEitherWay, 0)) };
        let answer = self.send(&header, &ops).await.map_err(|error| failure(&error))?;
        judge(&answer, &header, &ops).map_err(|_| Failure::Breach)?;
        let (is_alone, head) = (answer.cursor.is_some(), answer.head);
        self.settle(&Sent { header, ops, answer });
        let left = match (self.waiting(), is_alone) {
            (0, true) => Left::NothingEitherWay,
            (0, false) => Left::Nothing,
            (_, true) => Left::More,
            (_, false) => Left::MoreEitherWay,
        };
        Ok((left, head))
    }

    /// Fetches a page and stores nothing of it.
    pub async fn fetch(&self, limit: usize) -> Result<(PullHeader, Vec<PulledRecord>), Failure> {
        let state = self.store().sync_state().expect("the store reads");
        let cursor = state.cursor.as_deref();
        let pulled = self.client.pull(self.organisation, cursor, limit, None).await;
        let (header, records) = pulled.and_then(FetchedPage::read).map_err(|error| failure(&error))?;
        judge_page(&header, &records, state.epoch, cursor).map_err(|_| Failure::Breach)?;
        Ok((header, records))
    }

    /// The organisation's newest version at the service.
    pub async fn head(&self) -> u64 {
        let ask = async || self.client.pull(self.organisation, None, 1, None).await.ok();
        let page = eventually("the service says its head", ask).await;
        page.read().expect("the page is read").0.head
    }

    pub fn apply(&self, header: &PullHeader, records: Vec<PulledRecord>) -> Result<PageKind, Failure> {
        let kind = match (records.is_empty(), header.more) {
            (_, true) => PageKind::More,
            (true, false) => PageKind::Nothing,
            (false, false) => PageKind::Last,
        };
        // Requests take turns here: nothing happens between asking and storing.
        let now = self.store().sync_state().expect("the store reads");
        match self.store().apply_page(&now, header, records, self.now_ms()) {
            Ok(_) => Ok(kind),
            Err(StoreError::OtherEpoch { .. }) => Err(Failure::Epoch),
            Err(error) => panic!("the store did not take a page: {error}"),
        }
    }

    async fn pull(&self) -> Result<(PageKind, u64), Failure> {
        let state = self.store().sync_state().expect("the store reads");
        let (header, records) = self.fetch(PULL_ROWS_MAX).await?;
        if state.cursor.is_none() && state.epoch != 0 && state.epoch != header.epoch {
            self.store().begin_epoch(header.epoch, self.chance.replica()).expect("the store writes");
        }
        Ok((self.apply(&header, records)?, header.head))
    }

    // What befalls it.

    /// The power goes: what was on the disk at this moment is all there is when the program starts again.
    pub fn crash(&mut self) {
        let moment = self.folder.with_extension("moment");
        copy_folder(&roster(&self.folder), &moment);
        // Closing tidies the files up; that did not happen, so the moment's files are put back.
        self.store = None;
        std::fs::remove_dir_all(roster(&self.folder)).expect("the test's own folder");
        std::fs::rename(&moment, roster(&self.folder)).expect("the test's own folder");
        self.reopen();
    }

    fn reopen(&mut self) {
        self.store = Some(Store::open(&self.folder, &self.key).expect("the store opens again"));
    }

    /// Somebody copies the whole profile, as it is while it is open, to another computer that goes on with it.
    pub async fn copied(&self, place: &Place, name: &'static str) -> Self {
        let token = place.sign_in(&place.direct(), name).await.token;
        self.copied_with(place, name, &token).await
    }

    pub async fn copied_with(&self, place: &Place, name: &'static str, token: &str) -> Self {
        let folder = place.path(name);
        copy_folder(&roster(&self.folder), &roster(&folder));
        let store = Store::open(&folder, &self.key).expect("a copy opens like the original");
        Self::with(place, name, token, folder, self.key, store).await
    }
}

fn roster(folder: &Path) -> PathBuf {
    mingce_store::database_path(folder).parent().expect("the database lies in a folder").to_owned()
}

fn failure(error: &ClientError) -> Failure {
    match error {
        ClientError::Offline => Failure::Network,
        ClientError::Untrusted | ClientError::Unencrypted => Failure::Untrusted,
        ClientError::NotMingce => Failure::NotMingce,
        ClientError::TooOld => Failure::Upgrade,
        ClientError::Refused(error) => Failure::from(error),
    }
}

/// Every desktop's rows are the same, and nothing waits anywhere.
pub fn assert_equal(desktops: &[&Desktop]) {
    for pair in desktops.windows(2) {
        let (left, right) = (pair[0].rows(), pair[1].rows());
        for (key, row) in &left {
            assert_eq!(Some(row), right.get(key), "{key:?} of {} and {}", pair[0].name, pair[1].name);
        }
        assert_eq!(left.len(), right.len());
    }
}
