//! The ear at the service: a stream that says how far the organisation's log has come. It never tells what changed; what
//! it says is compared with what is known here, and a pull does the rest. Losing it loses nothing.

use crate::lane::Lane;
use crate::signal::{Failure, Ticket, Why};
use crate::timing::Tick;
use mingce_protocol::News;

/// A stream is begun anew after an hour, whatever became of its task; a pull then looks as well.
pub(crate) const STREAM_MS_MAX: u64 = 3_600_000;
/// A stream that held so long was a good one: after it the tries begin anew.
const GOOD_MS: u64 = 60_000;
/// What is heard while a push is under way is most often that push: its answer is waited for so long.
const GRACE_MS: u64 = 250;

#[derive(Clone, Copy, Debug)]
struct Stream {
    ticket: Ticket,
    deadline_ms: u64,
    /// When the first word came.
    open_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    news: News,
    /// The first of its stream: the service may be another one than before, with a shorter log.
    is_first: bool,
    at_ms: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Ear {
    stream: Option<Stream>,
    /// Failures and the next try, as for requests; never shown.
    lane: Lane,
    /// The last word, until it was compared.
    word: Option<Word>,
    /// Everything up to here is here.
    known_head: u64,
    /// What was compared last.
    compared: Option<News>,
}

impl Ear {
    pub(crate) fn is_open(&self) -> bool {
        self.stream.is_some_and(|stream| stream.open_ms.is_some())
    }

    pub(crate) fn may_listen(&self) -> bool {
        self.stream.is_none() && self.lane.retry_ms.is_none()
    }

    pub(crate) fn listen(&mut self, ticket: Ticket, now_ms: u64) {
        let deadline_ms = now_ms.saturating_add(STREAM_MS_MAX);
        self.stream = Some(Stream { ticket, deadline_ms, open_ms: None });
    }

    pub(crate) fn hear(&mut self, ticket: Ticket, news: News, now_ms: u64) {
        let Some(stream) = self.stream.as_mut().filter(|stream| stream.ticket == ticket) else { return };
        let is_first = stream.open_ms.is_none() || self.word.is_some_and(|word| word.is_first);
        stream.open_ms.get_or_insert(now_ms);
        let at_ms = self.word.map_or(now_ms, |word| word.at_ms);
        self.word = Some(Word { news, is_first, at_ms });
    }

    /// Takes note that everything up to the head is here, and that it is the head.
    pub(crate) fn know(&mut self, head: u64) {
        self.known_head = head;
    }

    /// The log of before is not the service's any more.
    pub(crate) fn forget(&mut self) {
        self.known_head = 0;
    }

    /// Whether there is something to pull. Asked while no pull is under way; what one brings is known afterwards.
    pub(crate) fn has_news(&mut self, is_sending: bool, now_ms: u64) -> bool {
        let Some(word) = self.word.take_if(|word| !is_sending || word.at_ms.saturating_add(GRACE_MS) <= now_ms) else {
            return false;
        };
        let Word { news, is_first, .. } = word;
        let has_moved = if is_first { news.head != self.known_head } else { news.head > self.known_head };
        let Some(before) = self.compared.replace(news) else { return true };
        // A log of another epoch, or one that got shorter while the stream stood, is not the one that is known here: a
        // backup was brought back.
        let is_other_log = news.epoch != before.epoch || news.head < before.head;
        news.scope != before.scope || is_other_log || has_moved
    }

    /// The stream of the ticket has ended or did not begin; whether it was ours.
    pub(crate) fn lose(&mut self, ticket: Ticket, failure: Failure, tick: Tick, now_ms: u64) -> bool {
        let Some(stream) = self.stream.take_if(|stream| stream.ticket == ticket) else { return false };
        if stream.open_ms.is_some_and(|open_ms| open_ms.saturating_add(GOOD_MS) <= now_ms) {
            self.lane.trouble = None;
        }
        let asked_s = match failure {
            Failure::Busy { retry_after_s } => retry_after_s,
            _ => None,
        };
        self.lane.back_off(Why::Network, asked_s, tick, now_ms);
        true
    }

    /// Ends the stream, if there is one, and begins with fresh patience.
    pub(crate) fn close(&mut self) -> Option<Ticket> {
        (self.lane, self.word) = (Lane::default(), None);
        self.stream.take().map(|stream| stream.ticket)
    }

    /// The network is back.
    pub(crate) fn try_again(&mut self) {
        self.lane.retry_ms = None;
    }

    /// The stream that is too old, if it is.
    pub(crate) fn fire(&mut self, now_ms: u64) -> Option<Ticket> {
        self.lane.retry_ms.take_if(|retry_ms| *retry_ms <= now_ms);
        self.stream.take_if(|stream| stream.deadline_ms <= now_ms).map(|stream| stream.ticket)
    }

    /// When something is to be done next; `is_held`: nothing but a push under way keeps the word from being compared.
    pub(crate) fn due_ms(&self, is_held: bool) -> Option<u64> {
        let word_ms = self.word.filter(|_| is_held).map(|word| word.at_ms.saturating_add(GRACE_MS));
        let stream_ms = self.stream.map(|stream| stream.deadline_ms);
        [word_ms, stream_ms, self.lane.retry_ms].into_iter().flatten().min()
    }
}
