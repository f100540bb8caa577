//! The check of an audit: every entry against the one before, the last against what the organisation's row says, and all
//! against the heads that were signed; and of what its entries bind, the change log and the ledger of consents.

use super::{Act, Entry, Head, Ledger, Lines, first_link, link_after};
use crate::storage::{AuditLink, LogLine, OrganisationKey, StorageError, Transaction};
use data_encoding::HEXLOWER;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};

/// Entries, or heads, read at a time.
const PAGE: usize = 1_000;

/// Where an audit is not what was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Broken {
    #[error("entry {number} is missing")]
    Missing { number: u64 },
    #[error("entry {number} is not what was written, or one before it is not")]
    Changed { number: u64 },
    #[error("entry {number} cannot be read")]
    Unreadable { number: u64 },
    #[error("the end is cut, or was added to behind the service's back: entry {number} is not the last")]
    End { number: u64 },
    #[error("signed head {sequence} is missing")]
    HeadMissing { sequence: u64 },
    #[error("signed head {sequence} is not what was signed, or by another key")]
    HeadChanged { sequence: u64 },
    #[error("signed head {sequence} speaks of entry {number}, which is not there: the end is cut")]
    Cut { sequence: u64, number: u64 },
    #[error("signed head {sequence} speaks of another entry {number}: the audit was written anew")]
    Rewritten { sequence: u64, number: u64 },
    #[error(
        "signed head {sequence} speaks of entry {number}, which the backup that was brought back by entry {restore} did not \
         hold yet: if one was brought back then, put this head away; if not, the audit was cut"
    )]
    Forgotten { sequence: u64, number: u64, restore: u64 },
    #[error("the change log is not what entry {number} says of it")]
    ChangeLog { number: u64 },
    #[error("the ledger of consents is not what entry {number} says of it")]
    Consents { number: u64 },
    #[error("entries or heads are there of an organisation that is not")]
    Orphans,
}

/// What an audit is compared with.
#[derive(Clone, Default, Debug)]
pub struct Evidence {
    /// Keys whose signatures are believed.
    pub keys: Vec<[u8; 32]>,
    /// Heads that somebody kept elsewhere.
    pub heads: Vec<Head>,
}

/// An audit that is whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct State {
    pub entries: u64,
    pub link: AuditLink,
    /// How many heads were signed.
    pub heads: u64,
    /// The last entry that a signed head covers.
    pub signed_to: u64,
}

/// Goes over one audit.
pub fn verify(
    transaction: &mut dyn Transaction,
    ledger: Ledger,
    evidence: &Evidence,
) -> Result<Result<State, Broken>, StorageError> {
    let heads = match load_heads(transaction, ledger, evidence)? {
        Ok(heads) => heads,
        Err(broken) => return Ok(Err(broken)),
    };
    // What each signed head says of its entry; the first head that speaks of it is named.
    let mut said: HashMap<u64, Vec<&Head>> = HashMap::new();
    for head in &heads {
        said.entry(head.number).or_default().push(head);
    }
    let (mut number, mut link) = (0, first_link(ledger.id));
    let mut restores: Vec<Restored> = Vec::new();
    let mut forgotten = None;
    let mut log = Log::of(ledger.key);
    loop {
        let page = match load_page(transaction, ledger, number)? {
            Ok(page) => page,
            Err(broken) => return Ok(Err(broken)),
        };
        if page.is_empty() {
            break;
        }
        for entry in &page {
            if entry.number != number + 1 {
                return Ok(Err(Broken::Missing { number: number + 1 }));
            }
            if entry.link != link_after(&link, entry) {
                return Ok(Err(Broken::Changed { number: entry.number }));
            }
            (number, link) = (entry.number, entry.link);
            restores.extend(Restored::read(entry));
            for head in said.get(&number).into_iter().flatten().filter(|head| head.link != link) {
                match restores.iter().find_map(|restored| restored.forgot(head)) {
                    Some(broken) => forgotten = forgotten.or(Some(broken)),
                    None => return Ok(Err(Broken::Rewritten { sequence: head.sequence, number })),
                }
            }
        }
        if let Err(broken) = check_bound(transaction, ledger, &mut log, &page)? {
            return Ok(Err(broken));
        }
    }
    let mut behind: Vec<&Head> = heads.iter().filter(|head| head.number > number).collect();
    behind.sort_by_key(|head| head.sequence);
    for head in behind {
        match restores.iter().find_map(|restored| restored.forgot(head)) {
            Some(broken) => forgotten = forgotten.or(Some(broken)),
            None => return Ok(Err(Broken::Cut { sequence: head.sequence, number: head.number })),
        }
    }
    // What the database itself holds to be the last.
    let last = match transaction.last_audit(ledger.key) {
        Err(StorageError::Inconsistent) => None,
        last => Some(last?.unwrap_or_else(|| (0, first_link(ledger.id)))),
    };
    if last != Some((number, link)) {
        return Ok(Err(Broken::End { number }));
    }
    // Last: nothing else is wrong.
    if let Some(forgotten) = forgotten {
        return Ok(Err(forgotten));
    }
    let signed_to = heads.iter().map(|head| head.number).max().unwrap_or(0);
    Ok(Ok(State { entries: number, link, heads: heads.len() as u64, signed_to }))
}

/// An entry that says that a backup was brought back.
struct Restored {
    number: u64,
    made_at_ms: i64,
    at_ms: i64,
}

impl Restored {
    fn read(entry: &Entry) -> Option<Self> {
        let details: Value = serde_json::from_str(&entry.details).ok().filter(|_| entry.act == Act::Restore.word())?;
        let made_at_ms = details.get("made_at_ms")?.as_i64()?;
        Some(Self { number: entry.number, made_at_ms, at_ms: entry.at_ms })
    }

    /// Whether the head may be of what came after the backup was made and before it was brought back. A chain alone proves
    /// no restore, so this is told and not passed over.
    fn forgot(&self, head: &Head) -> Option<Broken> {
        let is_between = self.number <= head.number && (self.made_at_ms..=self.at_ms).contains(&head.at_ms);
        let Head { sequence, number, .. } = *head;
        is_between.then_some(Broken::Forgotten { sequence, number, restore: self.number })
    }
}

/// The heads of the database, each the next and signed, and those that were kept elsewhere.
fn load_heads(
    transaction: &mut dyn Transaction,
    ledger: Ledger,
    evidence: &Evidence,
) -> Result<Result<Vec<Head>, Broken>, StorageError> {
    let mut heads: Vec<Head> = Vec::new();
    loop {
        let sequence = heads.last().map_or(0, |head| head.sequence);
        let page = match transaction.load_audit_heads(ledger, sequence, PAGE) {
            Err(StorageError::Inconsistent) => return Ok(Err(Broken::HeadChanged { sequence: sequence + 1 })),
            page => page?,
        };
        if page.is_empty() {
            break;
        }
        for head in page {
            let sequence = heads.last().map_or(0, |head| head.sequence) + 1;
            if head.sequence != sequence {
                return Ok(Err(Broken::HeadMissing { sequence }));
            }
            if !head.is_signed_by(&evidence.keys) {
                return Ok(Err(Broken::HeadChanged { sequence }));
            }
            heads.push(head);
        }
    }
    for kept in evidence.heads.iter().filter(|head| head.organisation == ledger.id) {
        if !kept.is_signed_by(&evidence.keys) {
            return Ok(Err(Broken::HeadChanged { sequence: kept.sequence }));
        }
        if !heads.contains(kept) {
            heads.push(kept.clone());
        }
    }
    Ok(Ok(heads))
}

/// The next entries; where one of them cannot be read, those before it.
fn load_page(
    transaction: &mut dyn Transaction,
    ledger: Ledger,
    after: u64,
) -> Result<Result<Vec<Entry>, Broken>, StorageError> {
    match transaction.load_audit_after(ledger.key, after, PAGE) {
        Err(StorageError::Inconsistent) => {}
        page => return page.map(Ok),
    }
    let mut entries = Vec::new();
    let mut number = after;
    loop {
        match transaction.load_audit_after(ledger.key, number, 1) {
            Err(StorageError::Inconsistent) if entries.is_empty() => {
                return Ok(Err(Broken::Unreadable { number: number + 1 }));
            }
            Err(StorageError::Inconsistent) => return Ok(Ok(entries)),
            page => {
                let Some(entry) = page?.pop() else { return Ok(Ok(entries)) };
                number = entry.number;
                entries.push(entry);
            }
        }
    }
}

/// Compares what the entries bind with what is there.
fn check_bound(
    transaction: &mut dyn Transaction,
    ledger: Ledger,
    log: &mut Log,
    page: &[Entry],
) -> Result<Result<(), Broken>, StorageError> {
    let read = |entry: &Entry, place: &str, hash: &str| {
        let details: Value = serde_json::from_str(&entry.details).ok()?;
        let (place, hash) = (details.get(place)?.as_u64()?, details.get(hash)?.as_str()?.to_owned());
        Some((entry.number, place, hash))
    };
    let versions: Vec<_> = page.iter().filter_map(|entry| read(entry, "last_ver", "chain")).collect();
    let asked: Vec<u64> = versions.iter().map(|(_, ver, _)| *ver).collect();
    let chains = if asked.is_empty() { HashMap::new() } else { transaction.load_chains(ledger.key, &asked)? };
    let is_so = |chain: Option<&[u8]>, said: &str| chain.is_some_and(|chain| HEXLOWER.encode(chain) == said);
    for (number, ver, said) in versions {
        if !is_so(chains.get(&ver).map(|chain| &chain[..]), &said) {
            return Ok(Err(Broken::ChangeLog { number }));
        }
    }
    for entry in page {
        let Some(bound) = Bound::of(entry) else { continue };
        let is_whole = match log.read(transaction, (bound.first, bound.last)) {
            Err(StorageError::Inconsistent) => false,
            lines => {
                let lines = lines?;
                lines.count() == bound.count && lines.digest() == bound.digest
            }
        };
        if !is_whole {
            return Ok(Err(Broken::ChangeLog { number: entry.number }));
        }
    }
    let consents: Vec<_> = page.iter().filter_map(|entry| read(entry, "last_consent", "consent_link")).collect();
    let asked: Vec<u64> = consents.iter().map(|(_, consent, _)| *consent).collect();
    let links = if asked.is_empty() { HashMap::new() } else { transaction.load_consent_links(ledger.key, &asked)? };
    for (number, consent, said) in consents {
        if !is_so(links.get(&consent).map(|link| &link[..]), &said) {
            return Ok(Err(Broken::Consents { number }));
        }
    }
    Ok(Ok(()))
}

/// What an entry says of the lines that were written with it. Entries of before lines were bound say nothing.
struct Bound {
    first: u64,
    last: u64,
    count: u64,
    digest: String,
}

impl Bound {
    fn of(entry: &Entry) -> Option<Self> {
        let details: Value = serde_json::from_str(&entry.details).ok()?;
        let number = |name: &str| details.get(name)?.as_u64();
        Some(Self {
            first: number("first_ver")?,
            last: number("last_ver")?,
            count: number("lines")?,
            digest: details.get("log")?.as_str()?.to_owned(),
        })
    }
}

/// A change log, read once from its beginning to its end: entries bind one stretch of it after the other.
struct Log {
    organisation: OrganisationKey,
    /// Lines that were read ahead.
    ahead: VecDeque<LogLine<'static>>,
    /// The version after the last that was given out.
    next: u64,
}

impl Log {
    fn of(organisation: OrganisationKey) -> Self {
        Self { organisation, ahead: VecDeque::new(), next: 0 }
    }

    /// Goes over the lines of these versions.
    fn read(&mut self, transaction: &mut dyn Transaction, (first, last): (u64, u64)) -> Result<Lines, StorageError> {
        if self.next != first {
            self.ahead.clear();
            self.next = first;
        }
        let mut lines = Lines::default();
        while self.next <= last && self.next < u64::MAX {
            if self.ahead.is_empty() {
                self.ahead = self.load(transaction, last)?.into();
            }
            match self.ahead.pop_front() {
                Some(line) if line.ver <= last => {
                    lines.add(&line);
                    self.next = line.ver.saturating_add(1);
                }
                later => {
                    later.into_iter().for_each(|line| self.ahead.push_front(line));
                    self.next = last.saturating_add(1);
                }
            }
        }
        Ok(lines)
    }

    /// The next lines; where one of those that come later cannot be read, no later ones.
    fn load(&self, transaction: &mut dyn Transaction, last: u64) -> Result<Vec<LogLine<'static>>, StorageError> {
        match transaction.load_log(self.organisation, (self.next, u64::MAX), PAGE) {
            Err(StorageError::Inconsistent) => transaction.load_log(self.organisation, (self.next, last), PAGE),
            lines => lines,
        }
    }
}
