//! Now and then, after everything was pulled: is what is here what the service has? Digests are compared part by part; a
//! part that differs is taken anew. Nobody has to ask for it, and nothing waits for it.

use super::lanes::{Lanes, Stop};
use crate::lock;
use mingce_client::ClientError;
use mingce_protocol::digest::{Compare, Part, PartDigests};
use mingce_protocol::{ApiFailure, SCHEMA};
use mingce_store::{Mended, StoreError};

/// So long a comparison that went well counts.
const EVERY_MS: i64 = 6 * 3_600_000;
/// After one that came to nothing the next is tried no sooner than this, twice as late each time: going over a large roster
/// costs both sides seconds, and where somebody writes all the time few tries succeed.
const AGAIN_MS: u64 = 2_000;
const AGAIN_MS_MAX: u64 = 30 * 60_000;
/// Parts that are mended one by one; where more differ, everything is pulled again.
const PARTS_MAX: usize = 200;

/// A comparison is part of the pull before it, which others wait for: so many parts and so much time by the clock that only
/// rises, and the rest after another pull.
const PARTS_AT_ONCE: usize = 25;
const AT_ONCE_MS: u64 = 20_000;

fn is_enough(parts: usize, spent_ms: u64) -> bool {
    parts >= PARTS_AT_ONCE || parts > 0 && spent_ms >= AT_ONCE_MS
}

/// How long tries that came to nothing put the next one off, and how far the last one came.
#[derive(Default)]
pub(super) struct Patience {
    failures: u32,
    /// By the clock that only rises.
    not_before_ms: u64,
    /// Up to this part, in their order, a comparison that is not at its end has mended. None is mended twice by it, so that
    /// it has an end whatever the service says.
    reached: Option<Part>,
}

impl Patience {
    fn fail(&mut self, now_ms: u64) {
        let delay_ms = AGAIN_MS.saturating_mul(1 << self.failures.min(16)).min(AGAIN_MS_MAX);
        self.failures = self.failures.saturating_add(1);
        self.not_before_ms = now_ms.saturating_add(delay_ms);
    }
}

/// What a comparison came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verified {
    /// Everything is the same, or is now: so many records were taken anew, and so many that the service had not wait for it.
    Alike { mended: u64, sent: u64 },
    /// The same for some parts; others are still to be compared, after another pull.
    Partly { mended: u64, sent: u64 },
    /// Too much differs: everything is pulled again.
    PulledAnew,
    /// Not now: somebody wrote meanwhile, the service could not, or it is of another schema.
    NotNow,
}

impl Lanes {
    /// Compares when the last time is long ago. What keeps it from it is no failure of the pull before: it comes again.
    pub(super) async fn verify_if_due(&self, stop: &Stop) -> Verified {
        if self.host.mono_ms() < lock(&self.verifying).not_before_ms {
            return Verified::NotNow;
        }
        let reader = self.clone();
        let due = self.blocking(move || {
            let (now_ms, last_ms) = (reader.host.now_ms(), reader.store.verified_at_ms().map_err(super::lanes::local)?);
            // A clock that was turned back must not put it off for ever.
            Ok(last_ms.is_none_or(|last_ms| !(0..EVERY_MS).contains(&now_ms.saturating_sub(last_ms))))
        });
        if due.await != Ok(true) {
            return Verified::NotNow;
        }
        let verified = self.verify(stop).await;
        match verified {
            Verified::NotNow => lock(&self.verifying).fail(self.host.mono_ms()),
            Verified::Partly { .. } => lock(&self.verifying).failures = 0,
            _ => *lock(&self.verifying) = Patience::default(),
        }
        verified
    }

    /// Compares now.
    pub(super) async fn verify(&self, stop: &Stop) -> Verified {
        let verified = tokio::select! {
            verified = self.compare_all() => verified.unwrap_or(Verified::NotNow),
            () = stop.stopped() => Verified::NotNow,
        };
        match verified {
            Verified::Alike { mended: 0, sent: 0 } => tracing::debug!("the roster here is what the service has"),
            Verified::Alike { mended, sent } | Verified::Partly { mended, sent } => {
                tracing::warn!(mended, sent, "records differed from the service's and were taken anew");
            }
            Verified::PulledAnew => tracing::warn!("too much differed from the service's: everything is pulled again"),
            Verified::NotNow => tracing::debug!("the roster could not be compared with the service's now"),
        }
        verified
    }

    async fn compare_all(&self) -> Result<Verified, NotNow> {
        let reader = self.clone();
        let Some((cursor, mine)) = self.storing(move || reader.store.part_digests()).await? else {
            return Ok(Verified::NotNow);
        };
        let theirs = match self.client.digests(self.organisation, &cursor).await {
            // A service of before knows nothing of digests.
            Err(ClientError::Refused(error)) if error.code == ApiFailure::NotFound => None,
            theirs => Some(theirs?).filter(|theirs| theirs.schema == SCHEMA),
        };
        let Some(theirs) = theirs else {
            // Nor does it in a minute: what cannot be compared is not asked for again and again.
            let writer = self.clone();
            self.storing(move || writer.store.note_verified(writer.host.now_ms(), 0)).await?;
            return Ok(Verified::NotNow);
        };
        let Some(parts) = theirs.parts else { return Ok(Verified::NotNow) };
        let mut differing = mine.differing(&PartDigests(parts.into_iter().collect()));
        let reached = lock(&self.verifying).reached;
        differing.retain(|part| reached.is_none_or(|reached| *part > reached));
        if differing.len() > PARTS_MAX {
            return self.pull_anew().await;
        }
        let (mut mended, mut sent) = (0, 0);
        let began_ms = self.host.mono_ms();
        for (parts, part) in differing.into_iter().enumerate() {
            if is_enough(parts, self.host.mono_ms().saturating_sub(began_ms)) {
                let writer = self.clone();
                self.storing(move || writer.store.note_mended(mended + sent)).await?;
                return Ok(Verified::Partly { mended, sent });
            }
            match self.mend(part, &cursor).await? {
                Some(part) => {
                    mended += part.records;
                    sent += part.sent;
                }
                None => return self.pull_anew().await,
            }
            lock(&self.verifying).reached = Some(part);
        }
        let writer = self.clone();
        self.storing(move || writer.store.note_verified(writer.host.now_ms(), mended + sent)).await?;
        Ok(Verified::Alike { mended, sent })
    }

    /// Takes a part anew. `None` when it is too large for that.
    async fn mend(&self, part: Part, cursor: &str) -> Result<Option<Mended>, NotNow> {
        let reader = self.clone();
        let Some(rows) = self.storing(move || reader.store.part_rows(part)).await? else { return Ok(None) };
        let asked = Compare { cursor: cursor.to_owned(), part, rows };
        let compared = match self.client.compare(self.organisation, &asked).await {
            Err(ClientError::Refused(error)) if error.code == ApiFailure::TooLarge => return Ok(None),
            compared => compared?,
        };
        let writer = self.clone();
        let mended = self.storing(move || {
            let now_ms = writer.host.now_ms();
            writer.store.take_part(part, compared, &asked.cursor, now_ms)
        });
        let mended = mended.await?;
        self.tell(&mended.touched);
        Ok(Some(mended))
    }

    /// The next pull begins from the beginning; what is here stays until it is told otherwise.
    async fn pull_anew(&self) -> Result<Verified, NotNow> {
        let writer = self.clone();
        self.storing(move || {
            writer.store.reset_cursor()?;
            writer.store.note_verified(writer.host.now_ms(), 0)
        })
        .await?;
        Ok(Verified::PulledAnew)
    }

    async fn storing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, NotNow> {
        self.blocking(move || work().map_err(super::lanes::local)).await.map_err(|_| NotNow)
    }
}

/// Something came in between; it is tried again after a later pull.
struct NotNow;

impl From<ClientError> for NotNow {
    fn from(_: ClientError) -> Self {
        NotNow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pull_is_not_held_up_for_long_and_each_brings_one_part_at_least() {
        assert!(!is_enough(0, u64::MAX));
        assert!(is_enough(1, AT_ONCE_MS) && !is_enough(1, AT_ONCE_MS - 1));
        assert!(is_enough(PARTS_AT_ONCE, 0));
    }

    #[test]
    fn tries_that_come_to_nothing_come_ever_less_often() {
        let mut patience = Patience::default();
        let mut waits = Vec::new();
        for _ in 0..40 {
            patience.fail(1_000);
            waits.push(patience.not_before_ms - 1_000);
        }
        assert_eq!(waits[..3], [2_000, 4_000, 8_000]);
        assert_eq!(waits[39], AGAIN_MS_MAX);
    }
}
