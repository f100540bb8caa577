//! The two requests of the loop: push and pull. Each fetches, has the answer judged, and stores it in one step.

use super::driver::Brought;
use super::photos::Refusals;
use super::verifying::{Patience, Verified};
use crate::host::Host;
use crate::lock;
use crate::masking::Reveals;
use mingce_client::{Answered, Client, ClientError};
use mingce_ipc::Event;
use mingce_model::OrganisationId;
use mingce_model::PhotoHash;
use mingce_model::id::{BatchId, ReplicaId};
use mingce_protocol::{News, Op, PULL_ROWS_MAX, PushHeader, PushedBatch};
use mingce_store::{Store, StoreError, SyncState, Touched};
use mingce_sync::{Failure, Left, PageKind, PushLimits, PushState, judge, judge_page, plan_push};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(super) type Request = Pin<Box<dyn Future<Output = Result<Brought, Failure>> + Send>>;
pub(crate) type Task = JoinHandle<()>;

/// Says to a request that its answer is not wanted any more.
#[derive(Clone)]
pub(super) struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    pub(super) fn stop(&self) {
        self.0.send_replace(true);
    }
    pub(super) fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }
    pub(super) async fn stopped(&self) {
        // The sender lives as long as this value.
        let _ = self.0.subscribe().wait_for(|is_stopped| *is_stopped).await;
    }
}

/// What a page of the past brings.
const STALE: Brought = Brought::Pulled { page: PageKind::More, head: 0, queued: false };

/// A push, and the photos that have to be there before it.
struct Planned {
    header: PushHeader,
    ops: Vec<Op>,
    photos: Vec<PhotoHash>,
}

/// What a request works with.
#[derive(Clone)]
pub(crate) struct Lanes {
    runtime: Handle,
    pub(super) host: Arc<dyn Host>,
    pub(super) store: Arc<Store>,
    pub(super) client: Arc<Client>,
    pub(super) organisation: OrganisationId,
    pub(super) photo_refusals: Refusals,
    /// Records that came from others since the roster was opened.
    received: Arc<AtomicU64>,
    reveals: Arc<Mutex<Reveals>>,
    /// Everything is pulled again because too much differed.
    is_pulling_anew: Arc<AtomicBool>,
    pub(super) verifying: Arc<Mutex<Patience>>,
}

impl Lanes {
    pub(crate) fn new(
        runtime: Handle,
        host: Arc<dyn Host>,
        store: Arc<Store>,
        client: Arc<Client>,
        reveals: Arc<Mutex<Reveals>>,
    ) -> Self {
        let organisation = store.identity().organisation;
        let photo_refusals = Refusals::default();
        Self {
            runtime,
            host,
            store,
            client,
            organisation,
            photo_refusals,
            received: Arc::default(),
            reveals,
            is_pulling_anew: Arc::default(),
            verifying: Arc::default(),
        }
    }

    /// Records that others made, changed or removed and that came here since the roster was opened.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> Task {
        self.runtime.spawn(work)
    }

    /// Waits until the task has ended and stores nothing any more.
    pub(crate) fn wait_for(&self, task: Task) {
        let _ = self.runtime.block_on(task);
    }

    pub(super) fn renew_replica(&self, host: &dyn Host) -> Result<(), Failure> {
        self.store.renew_replica(fresh_replica(host)?).map_err(local)
    }

    pub(super) fn reset_cursor(&self) -> Result<(), Failure> {
        self.store.reset_cursor().map_err(local)
    }

    pub(super) fn reset_log(&self) -> Result<(), Failure> {
        self.store.reset_log().map_err(local)
    }

    /// Sends the oldest edits of the outbox.
    pub(super) fn push(&self, ops: usize, stop: Stop) -> Request {
        let lanes = self.clone();
        Box::pin(async move {
            let reader = lanes.clone();
            let planned = lanes.blocking(move || reader.plan(ops)).await?;
            let Some(Planned { header, ops: sent, photos }) = planned else {
                // Behind all edits: who looked and took out here.
                let left = if lanes.report_looks(&stop).await? { Left::More } else { Left::NothingEitherWay };
                return Ok(Brought::Pushed { left, head: 0 });
            };
            lanes.lend_photos(photos, &stop).await?;
            let answer = tokio::select! {
                answer = lanes.client.push(lanes.organisation, &header, &sent) => answer.map_err(|error| network(&error))?,
                () = stop.stopped() => return Err(Failure::Network),
            };
            judge(&answer, &header, &sent).map_err(|_| Failure::Breach)?;
            let range = header.first..=sent.last().map_or(header.first, |op| op.m);
            let writer = lanes.clone();
            lanes
                .blocking(move || {
                    if stop.is_stopped() {
                        return Err(Failure::Network);
                    }
                    let settled = writer.store.settle(&answer, range, writer.host.now_ms()).map_err(local)?;
                    writer.note_missing(&sent, &answer.exceptions)?;
                    writer.tell(&settled.touched);
                    let has_more = writer.store.counts().map_err(local)?.waiting > 0 || writer.has_looks()?;
                    let left = match (has_more, &answer.cursor) {
                        (false, Some(_)) => Left::NothingEitherWay,
                        (false, None) => Left::Nothing,
                        (true, Some(_)) => Left::More,
                        (true, None) => Left::MoreEitherWay,
                    };
                    Ok(Brought::Pushed { left, head: answer.head })
                })
                .await
        })
    }

    fn plan(&self, ops: usize) -> Result<Option<Planned>, Failure> {
        let state = self.store.sync_state().map_err(local)?;
        let limits = PushLimits::default().with_ops(ops);
        let entries = self.store.outbox_page(limits.ops).map_err(local)?;
        let (photos, count) = self.photos_to_lend(&entries)?;
        let made_as = entries.iter().map(|entry| (entry.m, entry.batch, entry.word));
        let batches = batches(&made_as.take(count).collect::<Vec<_>>());
        let outbox = entries.into_iter().take(count);
        let outbox = outbox.map(|entry| Op::from_edit(entry.m, entry.at_ms, entry.group, entry.edit));
        let SyncState { replica, epoch, acked, cursor, seen, .. } = state;
        let state = PushState { replica, epoch, acked, cursor, seen };
        let planned = plan_push(&state, outbox, limits).map_err(|_| Failure::Local)?;
        Ok(planned.map(|(header, ops)| {
            let end = header.first.saturating_add(ops.len() as u64);
            let batches = batches.into_iter().filter(|batch| batch.first < end).collect();
            Planned { header: PushHeader { batches, ..header }, ops, photos }
        }))
    }

    /// Fetches and stores one page.
    pub(super) fn pull(&self, stop: Stop) -> Request {
        let (lanes, stopping) = (self.clone(), stop.clone());
        Box::pin(async move {
            let reader = lanes.clone();
            let state = lanes.blocking(move || reader.store.sync_state().map_err(local)).await?;
            let asked = state.cursor.as_deref();
            let answered = Answered { replica: state.replica, acked: state.acked, seen: state.seen.as_deref() };
            let fetched = lanes.client.pull(lanes.organisation, asked, PULL_ROWS_MAX, Some(answered));
            let fetched = tokio::select! {
                page = fetched => page.map_err(|error| network(&error))?,
                () = stop.stopped() => return Err(Failure::Network),
            };
            let writer = lanes.clone();
            let brought = lanes
                .blocking(move || {
                    // A push that was settled meanwhile moved the cursor: this page is of the past, and comes again.
                    let is_stale = writer.store.sync_state().map_err(local)?.cursor != state.cursor;
                    if stop.is_stopped() || is_stale {
                        return if is_stale { Ok(STALE) } else { Err(Failure::Network) };
                    }
                    let (header, records) = fetched.read().map_err(|error| network(&error))?;
                    let page = judge_page(&header, &records, state.epoch, state.cursor.as_deref());
                    let page = page.map_err(|_| Failure::Breach)?;
                    if state.cursor.is_none() && state.epoch != 0 && state.epoch != header.epoch {
                        // A restored service: everything comes anew under a new author number.
                        let replica = fresh_replica(&*writer.host)?;
                        writer.store.begin_epoch(header.epoch, replica).map_err(local)?;
                    }
                    let touched = match writer.store.apply_page(&state, &header, records, writer.host.now_ms()) {
                        Err(StoreError::OldPage) => return Ok(STALE),
                        applied => applied.map_err(local)?,
                    };
                    writer.received.fetch_add(touched.received, Ordering::Relaxed);
                    writer.tell(&touched);
                    if lock(&writer.reveals).hear(header.rights.as_ref()) {
                        writer.host.emit(Event::Rights {});
                    }
                    let page = match (page.rows, page.has_more) {
                        (_, true) => PageKind::More,
                        (0, false) => PageKind::Nothing,
                        (_, false) => PageKind::Last,
                    };
                    Ok(Brought::Pulled { page, head: header.head, queued: false })
                })
                .await?;
            match brought {
                Brought::Pulled { page: page @ (PageKind::Nothing | PageKind::Last), head, .. } => {
                    // A pull from the beginning that a comparison asked for may have found what the service has not.
                    let was_anew = lanes.is_pulling_anew.swap(false, Ordering::Relaxed);
                    let verified = lanes.verify_if_due(&stopping).await;
                    let is_anew = verified == Verified::PulledAnew;
                    lanes.is_pulling_anew.store(is_anew, Ordering::Relaxed);
                    let has_sent =
                        matches!(verified, Verified::Alike { sent: 1.., .. } | Verified::Partly { sent: 1.., .. });
                    let goes_on = is_anew || matches!(verified, Verified::Partly { .. });
                    let page = if goes_on { PageKind::More } else { page };
                    Ok(Brought::Pulled { page, head, queued: was_anew || has_sent })
                }
                other => Ok(other),
            }
        })
    }

    /// Holds a stream of the service until it ends, and tells what it says.
    pub(super) fn listen(
        &self,
        stop: Stop,
        tell: impl Fn(News) + Send + 'static,
    ) -> impl Future<Output = Failure> + Send + 'static {
        let (client, organisation) = (self.client.clone(), self.organisation);
        async move {
            tokio::select! {
                error = hold(&client, organisation, tell) => network(&error),
                () = stop.stopped() => Failure::Network,
            }
        }
    }

    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.runtime.spawn_blocking(work).await.unwrap_or(Err(Failure::Local))
    }

    pub(super) fn tell(&self, touched: &Touched) {
        if touched.changed > 0 {
            self.host.emit(Event::Changed {
                kinds: touched.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
                version: crate::session::version(touched.version),
            });
        }
    }
}

/// Says why the stream has ended.
async fn hold(client: &Client, organisation: OrganisationId, tell: impl Fn(News)) -> ClientError {
    let mut stream = match client.listen(organisation).await {
        Ok(stream) => stream,
        Err(error) => return error,
    };
    loop {
        match stream.next().await {
            Ok(news) => tell(news),
            Err(error) => return error,
        }
    }
}

/// 128 random bits for this database as an author.
fn fresh_replica(host: &dyn Host) -> Result<ReplicaId, Failure> {
    let mut random = [0; 16];
    host.fill_random(&mut random).map_err(|_| Failure::Local)?;
    mingce_model::RecordId::from_slice(&random).map(ReplicaId).ok_or(Failure::Local)
}

/// The local database would not take it. Only the condition is logged, never a value.
pub(super) fn local(error: StoreError) -> Failure {
    tracing::warn!(condition = %error, "the local roster did not take what was synced");
    match error {
        StoreError::AnswerMismatch => Failure::Breach,
        StoreError::OtherEpoch { .. } => Failure::Epoch,
        _ => Failure::Local,
    }
}

pub(super) fn network(error: &ClientError) -> Failure {
    match error {
        ClientError::Offline => Failure::Network,
        ClientError::Untrusted | ClientError::Unencrypted => Failure::Untrusted,
        ClientError::NotMingce => Failure::NotMingce,
        ClientError::TooOld => Failure::Upgrade,
        ClientError::Refused(error) => Failure::from(error),
    }
}

/// Where in a push each batch begins, from the number, batch and word of each edit.
fn batches(made_as: &[(u64, Option<BatchId>, &str)]) -> Vec<PushedBatch> {
    let runs = made_as.chunk_by(|a, b| (a.1, a.2) == (b.1, b.2));
    runs.map(|run| PushedBatch { first: run[0].0, id: run[0].1, label: run[0].2.to_owned() }).collect()
}
