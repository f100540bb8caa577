//! Photos on their way. Going out they travel before the edits that name them; coming in, those that are looked at come
//! first and the others quietly after, a few at a time.

use super::lanes::{Lanes, Stop, Task, local, network};
use mingce_client::{Client, ClientError};
use mingce_ipc::Event;
use mingce_model::{Field, Kind, OrganisationId, PhotoHash};
use mingce_protocol::{ApiFailure, Exception, Op, OpFields, PHOTO_MISSING};
use mingce_store::{NewPhoto, OutboxEntry, PhotoOrigin};
use mingce_sync::Failure;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Photos lent before one push at the most: other edits are not to wait long behind them.
const LENT_MAX: usize = 64;
/// Requests for photos at the same time.
const AT_ONCE: usize = 4;
/// Photos asked for by the window and not fetched yet; older wishes are forgotten first.
const WANTED_MAX: usize = 500;
/// Photos kept here without anybody having looked at them: about 800 MB.
const FILLED_MAX: u64 = 20_000;
/// Between photos that nobody waits for.
const FILL_PAUSE: Duration = Duration::from_millis(200);
/// Until it is looked again whether there is anything to do, and after a failure.
const REST: Duration = Duration::from_secs(30);

/// Why the service would not take photos, for the words of the refusal that follows.
pub(super) type Refusals = Arc<Mutex<HashMap<PhotoHash, String>>>;

/// What the window waits for.
#[derive(Default)]
pub(crate) struct Wanted {
    hashes: Mutex<VecDeque<PhotoHash>>,
    added: Notify,
}

impl Wanted {
    pub(crate) fn add(&self, hashes: impl IntoIterator<Item = PhotoHash>) {
        let mut wanted = crate::lock(&self.hashes);
        for hash in hashes {
            if !wanted.contains(&hash) {
                wanted.push_back(hash);
            }
        }
        let over = wanted.len().saturating_sub(WANTED_MAX);
        wanted.drain(..over);
        drop(wanted);
        self.added.notify_one();
    }

    /// The newest wishes first: what is on the screen now.
    fn take(&self) -> Vec<PhotoHash> {
        let mut wanted = crate::lock(&self.hashes);
        let from = wanted.len().saturating_sub(AT_ONCE);
        wanted.drain(from..).collect()
    }
}

/// The photo that an edit of a member gives them.
fn named(kind: Kind, values: impl Iterator<Item = (Field, PhotoHash)>) -> Option<PhotoHash> {
    if kind != Kind::Member {
        return None;
    }
    values.into_iter().find(|(field, _)| *field == Field::MemberPhoto).map(|(_, hash)| hash)
}

fn named_by_entry(entry: &OutboxEntry) -> Option<PhotoHash> {
    let changes = entry.edit.changes.iter();
    named(entry.edit.kind, changes.filter_map(|change| Some((change.field, PhotoHash::from_value(&change.new)?))))
}

fn named_by_op(op: &Op) -> Option<PhotoHash> {
    match &op.fields {
        OpFields::Create(values) => {
            let fields = op.kind.fields().iter().copied().zip(values);
            named(op.kind, fields.filter_map(|(field, value)| Some((field, PhotoHash::from_value(value)?))))
        }
        OpFields::Edit(bases) => {
            named(op.kind, bases.iter().filter_map(|part| Some((part.field, PhotoHash::from_value(&part.new)?))))
        }
        OpFields::Remove(_) => None,
    }
}

impl Lanes {
    /// Why the service would not take the photo.
    pub(crate) fn photo_refusal(&self, hash: PhotoHash) -> Option<String> {
        crate::lock(&self.photo_refusals).get(&hash).cloned()
    }

    /// The photos that these edits name and the service may not have, and how many edits may go with them.
    pub(super) fn photos_to_lend(&self, entries: &[OutboxEntry]) -> Result<(Vec<PhotoHash>, usize), Failure> {
        let now_ms = self.host.now_ms();
        let mut lent = Vec::new();
        let mut seen = HashSet::new();
        // Where the last whole unit begins: edits that are applied all or none go together.
        let mut unit = 0;
        for (place, entry) in entries.iter().enumerate() {
            let goes_on = entry.group.is_some() && place > 0 && entries[place - 1].group == entry.group;
            if !goes_on {
                unit = place;
            }
            let Some(hash) = named_by_entry(entry) else { continue };
            if !seen.insert(hash) || !self.store.is_photo_unsent(hash, now_ms).map_err(local)? {
                continue;
            }
            if lent.len() >= LENT_MAX && unit > 0 {
                return Ok((lent, unit));
            }
            lent.push(hash);
        }
        Ok((lent, entries.len()))
    }

    /// Lends the service photos. What it will not take is noted; the edit that names it is then refused and says so.
    pub(super) async fn lend_photos(&self, hashes: Vec<PhotoHash>, stop: &Stop) -> Result<(), Failure> {
        let mut waiting = hashes.into_iter();
        // Tasks hold the connection only, so that whoever is stopped leaves nobody with the roster in hand.
        let mut tasks = JoinSet::new();
        let mut sent = Vec::new();
        let mut outcome = Ok(());
        loop {
            while outcome.is_ok() && tasks.len() < AT_ONCE {
                let Some(hash) = waiting.next() else { break };
                let reader = self.clone();
                // One that is gone since was not needed.
                let read = self.blocking(move || reader.store.photo(hash).map_err(local)).await?;
                let Some(jpeg) = read else { continue };
                let (client, organisation) = (self.client.clone(), self.organisation);
                tasks.spawn(async move { (hash, client.put_photo(organisation, hash, jpeg).await) });
            }
            let done = tokio::select! {
                done = tasks.join_next() => done,
                () = stop.stopped() => return Err(Failure::Network),
            };
            match done {
                None => break,
                Some(Ok((hash, answer))) => match self.judge_lent(hash, answer) {
                    Ok(true) => sent.push(hash),
                    Ok(false) => {}
                    Err(failure) => outcome = Err(failure),
                },
                Some(Err(_)) => outcome = Err(Failure::Local),
            }
        }
        let lanes = self.clone();
        self.blocking(move || lanes.store.note_photos_sent(&sent, lanes.host.now_ms()).map_err(local)).await?;
        outcome
    }

    /// Whether the service has the photo now.
    fn judge_lent(&self, hash: PhotoHash, answer: Result<(), ClientError>) -> Result<bool, Failure> {
        match answer {
            Ok(()) => {
                crate::lock(&self.photo_refusals).remove(&hash);
                Ok(true)
            }
            Err(ClientError::Refused(error))
                if matches!(error.code, ApiFailure::Invalid | ApiFailure::TooLarge | ApiFailure::NotFound) =>
            {
                let rule = error.rule.unwrap_or_else(|| PHOTO_MISSING.to_owned());
                crate::lock(&self.photo_refusals).insert(hash, rule);
                Ok(false)
            }
            Err(error) => Err(network(&error)),
        }
    }

    /// Photos that the service does not have after all are lent again when their edits are.
    pub(super) fn note_missing(&self, ops: &[Op], exceptions: &[Exception]) -> Result<(), Failure> {
        let missing = exceptions.iter().filter(|exception| exception.rule.as_deref() == Some(PHOTO_MISSING));
        let of = |exception: &Exception| ops.iter().find(|op| op.m == exception.m).and_then(named_by_op);
        let hashes: Vec<PhotoHash> = missing.filter_map(of).collect();
        self.store.note_photos_lost(&hashes).map_err(local)
    }

    /// Fetches a photo and keeps it here; `false` when the service does not have it.
    pub(crate) async fn fetch_photo(&self, hash: PhotoHash) -> Result<bool, ClientError> {
        match download(&self.client, self.organisation, hash).await? {
            Some(jpeg) => Ok(self.keep_photo(jpeg).await),
            None => Ok(false),
        }
    }

    /// Keeps a photo that another computer made; it is looked at as closely as the service did.
    async fn keep_photo(&self, jpeg: Vec<u8>) -> bool {
        let lanes = self.clone();
        let kept = self.blocking(move || {
            mingce_photos::check(&jpeg).map_err(|_| Failure::Breach)?;
            let thumbnail = mingce_photos::thumbnail(&jpeg).map_err(|_| Failure::Breach)?;
            let photo = NewPhoto { jpeg: &jpeg, thumbnail: &thumbnail };
            lanes.store.put_photos(&[photo], PhotoOrigin::Service, lanes.host.now_ms()).map_err(local)
        });
        kept.await.is_ok()
    }
}

/// `None` when the service does not have it.
async fn download(
    client: &Client,
    organisation: OrganisationId,
    hash: PhotoHash,
) -> Result<Option<Vec<u8>>, ClientError> {
    match client.photo(organisation, hash).await {
        Ok(jpeg) => Ok(Some(jpeg)),
        Err(ClientError::Refused(error)) if error.code == ApiFailure::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Fetches photos in the background. Dropping it stops it and waits for what it has in hand.
pub(crate) struct Fetcher {
    lanes: Lanes,
    stop: Stop,
    task: Option<Task>,
    pub(crate) wanted: Arc<Wanted>,
}

impl Fetcher {
    pub(crate) fn start(lanes: Lanes) -> Self {
        let (stop, wanted) = (Stop::default(), Arc::new(Wanted::default()));
        let fetching = Fetching {
            lanes: lanes.clone(),
            wanted: wanted.clone(),
            stop: stop.clone(),
            absent: HashSet::new(),
            fill: Fill::default(),
        };
        let task = lanes.spawn(fetching.run());
        Self { lanes, stop, task: Some(task), wanted }
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(task) = self.task.take() {
            self.lanes.wait_for(task);
        }
    }
}

struct Fetching {
    lanes: Lanes,
    wanted: Arc<Wanted>,
    stop: Stop,
    /// The service did not have these; asked for again after the next opening.
    absent: HashSet<PhotoHash>,
    fill: Fill,
}

/// The quiet filling: where it is, and up to which state of the roster it is through.
#[derive(Default)]
struct Fill {
    waiting: VecDeque<PhotoHash>,
    after: Option<PhotoHash>,
    done_at_version: u64,
}

impl Fetching {
    async fn run(mut self) {
        self.prune().await;
        while !self.stop.is_stopped() {
            let wanted = self.wanted.take();
            let pause = if wanted.is_empty() { self.fill().await } else { self.fetch(wanted).await };
            let Some(pause) = pause else { continue };
            tokio::select! {
                () = self.stop.stopped() => return,
                () = self.wanted.added.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn prune(&self) {
        let lanes = self.lanes.clone();
        // What cannot be thrown away now is thrown away later.
        let _ = self.lanes.blocking(move || lanes.store.prune_photos(lanes.host.now_ms()).map_err(local)).await;
    }

    /// Fetches photos and tells of them. Answers how long to rest: only after a failure.
    async fn fetch(&mut self, wanted: Vec<PhotoHash>) -> Option<Duration> {
        let mut tasks = JoinSet::new();
        for hash in wanted.into_iter().filter(|hash| !self.absent.contains(hash)) {
            let (client, organisation) = (self.lanes.client.clone(), self.lanes.organisation);
            tasks.spawn(async move { (hash, download(&client, organisation, hash).await) });
        }
        let mut fetched = Vec::new();
        let mut has_failed = false;
        loop {
            let done = tokio::select! {
                done = tasks.join_next() => done,
                () = self.stop.stopped() => return None,
            };
            match done {
                None => break,
                Some(Ok((hash, Ok(Some(jpeg))))) => {
                    if self.lanes.keep_photo(jpeg).await {
                        fetched.push(hash.to_string());
                    } else {
                        self.absent.insert(hash);
                    }
                }
                Some(Ok((hash, Ok(None)))) => drop(self.absent.insert(hash)),
                Some(Ok((_, Err(_))) | Err(_)) => has_failed = true,
            }
        }
        if !fetched.is_empty() {
            self.lanes.host.emit(Event::Photos { hashes: fetched });
        }
        has_failed.then_some(REST)
    }

    /// Fetches one photo that nobody waits for.
    async fn fill(&mut self) -> Option<Duration> {
        if self.fill.waiting.is_empty() && !self.look_for_more().await {
            return Some(REST);
        }
        let next = self.fill.waiting.pop_front().into_iter().collect();
        Some(self.fetch(next).await.unwrap_or(FILL_PAUSE))
    }

    /// Lists the next photos that members have and that are not here, unless there are enough here.
    async fn look_for_more(&mut self) -> bool {
        let version = self.lanes.store.version();
        if self.fill.after.is_none() && self.fill.done_at_version == version {
            return false;
        }
        let (reader, after) = (self.lanes.clone(), self.fill.after);
        let listed = self.lanes.blocking(move || {
            if reader.store.photo_count().map_err(local)? >= FILLED_MAX {
                return Ok(Vec::new());
            }
            reader.store.lacking_photos(after, 100).map_err(local)
        });
        let listed = listed.await.unwrap_or_default();
        self.fill.after = listed.last().copied();
        if listed.is_empty() {
            self.fill.done_at_version = version;
            self.prune().await;
        }
        self.fill.waiting = listed.into();
        !self.fill.waiting.is_empty()
    }
}
