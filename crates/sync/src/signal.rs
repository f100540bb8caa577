//! What the background loop hears (events), asks for (effects) and shows (states).

use mingce_protocol::{ApiError, ApiFailure, News};

/// Names one request. Answers to a request that was cancelled are passed over by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Ticket(pub u64);

/// Names one setting of the timer. A timer that was set anew no longer counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct TimerId(pub u64);

/// What is left to do after a push was settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Left {
    /// The outbox is empty, and the answer had a cursor: nobody else wrote, so there is nothing to pull either.
    NothingEitherWay,
    /// The outbox is empty. What others wrote in between, and conflicts that these edits made, wait to be pulled.
    Nothing,
    /// The outbox holds more edits. The answer had a cursor: until then nobody else wrote.
    More,
    /// The outbox holds more edits, and there is something to pull.
    MoreEitherWay,
}

/// What a stored pull page was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageKind {
    /// No records: the desktop is up to date.
    Nothing,
    /// Records, and now the desktop is up to date.
    Last,
    /// Records, and more pages are waiting.
    More,
}

/// What the host tells the machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A profile was opened and has a device token.
    Started,
    /// Something was put into the outbox.
    LocalEdit,
    /// The network may be back: the system said so, the computer woke, or a person asked to sync now. Sooner or later a
    /// report follows that tells how the try ended.
    NetworkHint,
    TimerFired(TimerId),
    /// The answer was judged and is stored durably. Also: there was nothing to push.
    PushDone {
        ticket: Ticket,
        left: Left,
        /// The organisation's head as the answer states it; 0 when there was nothing to push.
        head: u64,
    },
    /// The page was judged and is stored durably.
    PullDone {
        ticket: Ticket,
        page: PageKind,
        /// The organisation's head as the page states it.
        head: u64,
    },
    /// The stream says how far the organisation's log has come, and counts the changes of what this account may see.
    Heard {
        ticket: Ticket,
        news: News,
    },
    Failed {
        ticket: Ticket,
        failure: Failure,
    },
    SignedIn,
    SignedOut,
    /// Not to use the network for so long (a day at the most).
    Pause {
        for_ms: u64,
    },
    Resume,
}

/// Why a request, or storing what it brought, came to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// No way to the service, no answer in time, or a connection that was cut.
    Network,
    /// The service's certificate is not trusted.
    Untrusted,
    /// Something else answers at the address (a hotel's sign-in page, another program).
    NotMingce,
    /// The service is there but cannot now.
    Busy {
        retry_after_s: Option<u64>,
    },
    Unauthorised,
    Upgrade,
    Fork,
    Gap,
    Epoch,
    /// The service could not read the request: if anything of it is stale, it is the cursor.
    Malformed,
    TooLarge,
    /// Any other refusal of a whole request.
    Refused,
    /// The answer departs from the protocol (see `ProtocolBreach`).
    Breach,
    /// The local database would not take it: disk full, or the outbox is damaged.
    Local,
}

impl From<&ApiError> for Failure {
    fn from(error: &ApiError) -> Self {
        match error.code {
            ApiFailure::Unauthorised
            | ApiFailure::WrongCredentials
            | ApiFailure::CodeNeeded
            | ApiFailure::CodeWrong => Failure::Unauthorised,
            ApiFailure::Upgrade => Failure::Upgrade,
            ApiFailure::Fork => Failure::Fork,
            ApiFailure::Gap => Failure::Gap,
            ApiFailure::Epoch => Failure::Epoch,
            ApiFailure::Malformed => Failure::Malformed,
            ApiFailure::TooLarge => Failure::TooLarge,
            ApiFailure::TooMany | ApiFailure::Unavailable | ApiFailure::Internal => {
                Failure::Busy { retry_after_s: error.retry_after_s }
            }
            ApiFailure::Forbidden | ApiFailure::NotFound | ApiFailure::AccountExists | ApiFailure::Invalid => {
                Failure::Refused
            }
        }
    }
}

/// What the machine asks of its host, to be done in order.
///
/// `Cancel` is finished only when the request's task has ended and stores nothing any more. When `RenewReplica` or
/// `ResetCursor` or `ResetLog` fails, the host leaves out the rest and reports `Failure::Local` for the requests among it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    Cancel(Ticket),
    /// Take a new replica id, number the outbox from 1, forget what was sent and acknowledged.
    RenewReplica,
    /// Forget cursor and epoch: the next pull starts from the beginning.
    ResetCursor,
    /// The same, because the service's log went back: what it lacks then, it has forgotten.
    ResetLog,
    AskSignIn,
    TellUpgrade,
    /// Plan a push of so many edits at the most (a larger atomic group excepted), send it, judge and store the answer.
    Push {
        ticket: Ticket,
        ops: usize,
    },
    /// Fetch, judge and store one page.
    Pull {
        ticket: Ticket,
    },
    /// Hold a stream of the service and tell each word of it (`Heard`), and its end (`Failed`).
    Listen {
        ticket: Ticket,
    },
    /// Replaces the timer set before.
    ArmTimer {
        id: TimerId,
        ms: u64,
    },
    Report(State),
}

/// Why syncing waits for its next try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    Network,
    Untrusted,
    NotMingce,
    Busy,
    Refused,
    Breach,
    Local,
}

/// How syncing stands, for people. Instants are milliseconds since 1970 UTC by the local wall clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Everything is at the service, and everything there is here.
    Idle {
        synced_at: i64,
    },
    Syncing,
    /// No error: edits wait in the outbox until the next try.
    Offline {
        since: i64,
        next_try: i64,
        why: Why,
    },
    SignInNeeded,
    UpgradeNeeded,
    Paused {
        until: i64,
    },
}
