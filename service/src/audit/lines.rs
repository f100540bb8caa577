//! What an entry says of the lines that were written into the change log with it: which versions, how many lines, and a
//! hash over everything in them.

use crate::storage::{Chain, LogLine};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Lines of the change log, taken in one after the other.
#[derive(Clone, Default)]
pub struct Lines {
    count: u64,
    hash: Sha256,
}

impl Lines {
    /// Every column counts, each with its length or its absence before it.
    pub fn add(&mut self, line: &LogLine<'_>) {
        let LogLine { ver, replica, m, account, at_ms, received_at_ms, kind, id, verb, changes, chain } = line;
        self.count += 1;
        self.part(Some(&ver.to_be_bytes()));
        self.part(replica.as_ref().map(|id| &id.as_bytes()[..]));
        self.part(m.map(u64::to_be_bytes).as_ref().map(|m| &m[..]));
        self.part(account.as_ref().map(|id| &id.as_bytes()[..]));
        self.part(Some(&at_ms.to_be_bytes()));
        self.part(Some(&received_at_ms.to_be_bytes()));
        self.part(Some(&kind.to_be_bytes()));
        self.part(Some(id.as_bytes()));
        self.part(Some(verb.as_bytes()));
        self.part(Some(changes.as_bytes()));
        self.part(Some(chain));
    }

    fn part(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            None => self.hash.update([0]),
            Some(bytes) => {
                self.hash.update([1]);
                self.hash.update((bytes.len() as u64).to_be_bytes());
                self.hash.update(bytes);
            }
        }
    }

    /// How many they are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// SHA-256, in lower-case hexadecimal.
    pub fn digest(&self) -> String {
        HEXLOWER.encode(&self.hash.clone().finalize())
    }

    /// What an entry says of them: they end at this version, with this chain.
    pub fn bound(&self, head: u64, chain: Chain) -> Value {
        match self.count {
            0 => json!({}),
            count => json!({
                "first_ver": head + 1 - count,
                "last_ver": head,
                "chain": HEXLOWER.encode(&chain),
                "lines": count,
                "log": self.digest(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::RecordId;
    use std::borrow::Cow;

    fn id(n: u8) -> RecordId {
        RecordId::from_parts(u64::from(n), [n; 10])
    }

    fn line() -> LogLine<'static> {
        LogLine {
            ver: 7,
            replica: Some(id(1)),
            m: Some(3),
            account: Some(id(2)),
            at_ms: 5,
            received_at_ms: 6,
            kind: 2,
            id: id(3),
            verb: Cow::Borrowed("edit"),
            changes: Cow::Borrowed("{\"name\":[1,2]}"),
            chain: [9; 8],
        }
    }

    fn digest(lines: &[LogLine<'_>]) -> String {
        let mut hashed = Lines::default();
        lines.iter().for_each(|line| hashed.add(line));
        hashed.digest()
    }

    #[test]
    fn every_column_every_line_and_their_order_count() {
        let changes: [fn(&mut LogLine<'static>); 14] = [
            |it| it.ver = 8,
            |it| it.replica = Some(id(9)),
            |it| it.replica = None,
            |it| it.m = Some(4),
            |it| it.m = None,
            |it| it.account = Some(id(9)),
            |it| it.account = None,
            |it| it.at_ms = 6,
            |it| it.received_at_ms = 5,
            |it| it.kind = 3,
            |it| it.id = id(9),
            |it| it.verb = "remove".into(),
            |it| it.changes = "{\"name\":[1,3]}".into(),
            |it| it.chain[7] = 1,
        ];
        let whole = digest(&[line()]);
        for (place, change) in changes.into_iter().enumerate() {
            let mut other = line();
            change(&mut other);
            assert_ne!(digest(&[other.clone()]), whole, "{place}");
            assert_ne!(digest(&[other.clone(), line()]), digest(&[line(), other]), "{place}");
        }
        assert_ne!(digest(&[line(), line()]), whole);
        let mut moved = line();
        (moved.verb, moved.changes) = ("edit{".into(), "\"name\":[1,2]}".into());
        assert_ne!(digest(&[moved]), whole, "what stands in one part cannot move into the next");
    }

    #[test]
    fn an_entry_names_the_versions_of_its_lines() {
        let mut lines = Lines::default();
        assert_eq!(lines.bound(7, [0; 8]), json!({}));
        lines.add(&line());
        lines.add(&line());
        let bound = lines.bound(7, [0; 8]);
        assert_eq!((&bound["first_ver"], &bound["last_ver"], &bound["lines"]), (&6.into(), &7.into(), &2.into()));
    }
}
