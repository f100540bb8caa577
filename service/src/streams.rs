//! The streams of events that desktops hold here: how many there may be, and how each hears that what its account may see
//! has changed or that its session has ended.

use crate::storage::SessionRow;
use mingce_model::RecordId;
use mingce_model::id::{AccountId, OrganisationId};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use tokio::sync::watch;

/// Of one device token. A desktop holds one; one more is the one whose connection was lost without a word.
pub const STREAMS_PER_DEVICE: usize = 2;
/// Of one organisation. Who finds no place looks for news by itself.
pub const STREAMS_PER_ORGANISATION: usize = 1_000;

/// What concerns one stream only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Counts the changes of what the account may see and do; 0 before it is known.
    pub scope: u64,
    /// The stream is to end.
    pub is_over: bool,
}

/// All streams of this process.
#[derive(Default)]
pub struct Streams {
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    last: u64,
    streams: HashMap<u64, Stream>,
    /// Each device's streams, the oldest first.
    by_device: HashMap<RecordId, VecDeque<u64>>,
    by_organisation: HashMap<OrganisationId, usize>,
}

struct Stream {
    organisation: OrganisationId,
    account: AccountId,
    device: RecordId,
    notice: watch::Sender<Notice>,
}

/// A place among the streams; dropping it gives it back.
pub struct Place {
    number: u64,
    held: Arc<Mutex<Held>>,
    pub notice: watch::Receiver<Notice>,
    /// The organisation has no room for it.
    pub is_too_many: bool,
}

impl Streams {
    /// Takes a place. A device's oldest stream ends when it has too many.
    pub fn open(&self, organisation: OrganisationId, session: &SessionRow) -> Place {
        let (sender, notice) = watch::channel(Notice { scope: 0, is_over: false });
        let mut held = self.held.lock();
        held.last += 1;
        let number = held.last;
        let own = held.by_device.entry(session.device).or_default();
        own.push_back(number);
        let oldest = if own.len() > STREAMS_PER_DEVICE { own.front().copied() } else { None };
        if let Some(oldest) = oldest {
            held.end(oldest);
        }
        let count = held.by_organisation.entry(organisation).or_default();
        *count += 1;
        let is_too_many = *count > STREAMS_PER_ORGANISATION;
        let stream = Stream { organisation, account: session.account, device: session.device, notice: sender };
        held.streams.insert(number, stream);
        Place { number, held: self.held.clone(), notice, is_too_many }
    }

    pub fn count(&self) -> usize {
        self.held.lock().streams.len()
    }

    /// Ends the device's streams.
    pub fn send_away(&self, device: RecordId) {
        let mut held = self.held.lock();
        for number in held.by_device.get(&device).cloned().unwrap_or_default() {
            held.end(number);
        }
    }

    /// Whoever listens, each once.
    pub fn listeners(&self) -> Listeners {
        let held = self.held.lock();
        let devices: HashSet<RecordId> = held.by_device.keys().copied().collect();
        Listeners {
            organisations: held.by_organisation.keys().copied().collect(),
            devices: devices.into_iter().collect(),
        }
    }

    /// Tells each stream what its account's scope is now; ends those of accounts without one and of devices that are gone.
    pub fn tell(
        &self,
        scopes: &HashMap<(AccountId, OrganisationId), u64>,
        devices: &HashSet<RecordId>,
        asked: &Listeners,
    ) {
        let mut held = self.held.lock();
        let mut over = Vec::new();
        for (number, stream) in &held.streams {
            // Who came after the question was asked is not in the answer.
            let was_asked =
                asked.devices.contains(&stream.device) && asked.organisations.contains(&stream.organisation);
            match scopes.get(&(stream.account, stream.organisation)) {
                Some(scope) if devices.contains(&stream.device) => stream.notice.send_if_modified(|notice| {
                    let is_other = notice.scope != *scope;
                    notice.scope = *scope;
                    is_other
                }),
                _ if was_asked => {
                    over.push(*number);
                    true
                }
                _ => false,
            };
        }
        over.into_iter().for_each(|number| held.end(number));
    }
}

/// Who holds streams.
#[derive(Clone, Default)]
pub struct Listeners {
    pub organisations: Vec<OrganisationId>,
    pub devices: Vec<RecordId>,
}

impl Held {
    /// Tells the stream to end and gives its place back.
    fn end(&mut self, number: u64) {
        let Some(stream) = self.streams.remove(&number) else { return };
        stream.notice.send_modify(|notice| notice.is_over = true);
        if let Some(own) = self.by_device.get_mut(&stream.device) {
            own.retain(|other| *other != number);
            if own.is_empty() {
                self.by_device.remove(&stream.device);
            }
        }
        if let Some(count) = self.by_organisation.get_mut(&stream.organisation) {
            *count -= 1;
            if *count == 0 {
                self.by_organisation.remove(&stream.organisation);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.held.lock().end(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId::from_parts(0, [n; 10])
    }

    fn session(device: u8) -> SessionRow {
        SessionRow { device: id(device), account: AccountId(id(9)), account_name: String::new(), last_used_at_ms: 0 }
    }

    fn is_over(place: &Place) -> bool {
        place.notice.borrow().is_over
    }

    #[test]
    fn a_device_keeps_its_newest_streams_and_an_organisation_has_room_for_so_many() {
        let streams = Streams::default();
        let organisation = OrganisationId(id(1));
        let own: Vec<Place> = (0..3).map(|_| streams.open(organisation, &session(1))).collect();
        assert_eq!(own.iter().map(is_over).collect::<Vec<_>>(), [true, false, false]);
        drop(own);
        let mut all: Vec<Place> = (0..STREAMS_PER_ORGANISATION)
            .map(|n| {
                let device = RecordId::from_parts(n as u64, [7; 10]);
                streams.open(organisation, &SessionRow { device, ..session(1) })
            })
            .collect();
        assert!(all.iter().all(|place| !place.is_too_many));
        assert!(streams.open(organisation, &session(1)).is_too_many);
        assert!(!streams.open(OrganisationId(id(2)), &session(1)).is_too_many);
        all.pop();
        assert!(!streams.open(organisation, &session(1)).is_too_many);
        drop(all);
        let listeners = streams.listeners();
        assert!(listeners.organisations.is_empty() && listeners.devices.is_empty());
        assert_eq!(streams.count(), 0);
    }

    #[test]
    fn a_stream_hears_of_its_scope_and_of_its_end_only() {
        let streams = Streams::default();
        let organisation = OrganisationId(id(1));
        let mut place = streams.open(organisation, &session(1));
        let gone = streams.open(organisation, &session(2));
        let asked = streams.listeners();
        let late = streams.open(organisation, &session(3));
        let scopes = HashMap::from([((AccountId(id(9)), organisation), 4)]);
        streams.tell(&scopes, &HashSet::from([id(1)]), &asked);
        assert_eq!((place.notice.borrow_and_update().scope, is_over(&gone), is_over(&late)), (4, true, false));
        streams.tell(&scopes, &HashSet::from([id(1)]), &asked);
        assert!(!place.notice.has_changed().unwrap());
        streams.tell(&HashMap::new(), &HashSet::from([id(1), id(3)]), &streams.listeners());
        assert!(is_over(&place) && is_over(&late));
    }
}
