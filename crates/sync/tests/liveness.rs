//! Whatever happened before, in whatever order: as soon as the world is kind again, the outbox gets empty by itself.
//!
//! The host checks at every step that a timer is armed, that each lane has at most one request under way, and that
//! numbers and cursor never change under a request.

mod loop_host;

use loop_host::Host;
use mingce_protocol::News;
use mingce_sync::{Event, Failure, Left, PageKind, State, Ticket, TimerId};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Happening {
    Edit,
    Hint,
    TimerFires,
    /// A timer that was replaced fires all the same.
    OldTimer(u64),
    PushDone(Left),
    PullDone(PageKind),
    PushFails(Failure),
    PullFails(Failure),
    /// The answer to a request that was given up long ago.
    OldAnswer(u64),
    SignedIn,
    SignedOut,
    Pause(u64),
    Resume,
    TimePasses(u64),
    /// The request's task dies without a word.
    PushIsForgotten,
    PullIsForgotten,
    /// The log went on, or back, and the stream says so.
    Heard(u64),
    /// The same, and no word of it came.
    Missed(u64),
    EarFails(Failure),
    EarIsForgotten,
}

fn failure() -> impl Strategy<Value = Failure> {
    prop_oneof![
        4 => Just(Failure::Network),
        1 => Just(Failure::Untrusted),
        1 => Just(Failure::NotMingce),
        2 => any::<Option<u64>>().prop_map(|retry_after_s| Failure::Busy { retry_after_s }),
        1 => Just(Failure::Unauthorised),
        1 => Just(Failure::Upgrade),
        2 => Just(Failure::Fork),
        1 => Just(Failure::Gap),
        2 => Just(Failure::Epoch),
        1 => Just(Failure::Malformed),
        1 => Just(Failure::TooLarge),
        1 => Just(Failure::Refused),
        1 => Just(Failure::Breach),
        1 => Just(Failure::Local),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let left = prop::sample::select(vec![Left::Nothing, Left::NothingEitherWay, Left::More, Left::MoreEitherWay]);
    let page = prop_oneof![Just(PageKind::Nothing), Just(PageKind::Last), Just(PageKind::More)];
    prop_oneof![
        4 => Just(Happening::Edit),
        1 => Just(Happening::Hint),
        6 => Just(Happening::TimerFires),
        1 => (0u64..40).prop_map(Happening::OldTimer),
        4 => left.prop_map(Happening::PushDone),
        4 => page.prop_map(Happening::PullDone),
        4 => failure().prop_map(Happening::PushFails),
        4 => failure().prop_map(Happening::PullFails),
        1 => (0u64..40).prop_map(Happening::OldAnswer),
        1 => Just(Happening::SignedIn),
        1 => Just(Happening::SignedOut),
        1 => any::<u64>().prop_map(Happening::Pause),
        1 => Just(Happening::Resume),
        2 => (0u64..400_000).prop_map(Happening::TimePasses),
        1 => Just(Happening::PushIsForgotten),
        1 => Just(Happening::PullIsForgotten),
        4 => (0u64..20).prop_map(Happening::Heard),
        2 => (0u64..20).prop_map(Happening::Missed),
        3 => failure().prop_map(Happening::EarFails),
        1 => Just(Happening::EarIsForgotten),
    ]
}

/// Tickets and timers whose task has died: they stay taken for the machine, but no answer will come.
#[derive(Default)]
struct Forgotten(Vec<Ticket>);

fn apply(host: &mut Host, forgotten: &mut Forgotten, happening: Happening) {
    let push = host.push.filter(|ticket| !forgotten.0.contains(ticket));
    let pull = host.pull.filter(|ticket| !forgotten.0.contains(ticket));
    let ear = host.ear.filter(|ticket| !forgotten.0.contains(ticket));
    match happening {
        Happening::Edit => drop(host.step(Event::LocalEdit)),
        Happening::Hint => drop(host.step(Event::NetworkHint)),
        Happening::TimerFires => drop(host.fire()),
        Happening::OldTimer(age) => {
            let (TimerId(now), _) = host.timer.unwrap();
            host.step(Event::TimerFired(TimerId(now.saturating_sub(age + 1))));
        }
        Happening::OldAnswer(age) => {
            let (TimerId(now), _) = host.timer.unwrap();
            let ticket = Ticket(now.saturating_sub(age));
            if ![host.push, host.pull, host.ear].contains(&Some(ticket)) {
                host.step(Event::PushDone { ticket, left: Left::Nothing, head: 99 });
                host.step(Event::PullDone { ticket, page: PageKind::Last, head: 99 });
                let news = News { epoch: 1, head: 99, scope: 9 };
                host.step(Event::Heard { ticket: Ticket(u64::MAX), news });
                host.step(Event::Failed { ticket, failure: Failure::Fork });
            }
        }
        Happening::PushDone(left) if push.is_some() => drop(host.push_done(left)),
        Happening::PullDone(page) if pull.is_some() => drop(host.pull_done(page)),
        Happening::PushFails(failure) if push.is_some() => drop(host.push_failed(failure)),
        Happening::PullFails(failure) if pull.is_some() => drop(host.pull_failed(failure)),
        Happening::SignedIn => drop(host.step(Event::SignedIn)),
        Happening::SignedOut => drop(host.step(Event::SignedOut)),
        Happening::Pause(for_ms) => drop(host.step(Event::Pause { for_ms })),
        Happening::Resume => drop(host.step(Event::Resume)),
        Happening::TimePasses(ms) => host.mono_ms += ms,
        Happening::PushIsForgotten => forgotten.0.extend(push),
        Happening::PullIsForgotten => forgotten.0.extend(pull),
        Happening::EarIsForgotten => forgotten.0.extend(ear),
        Happening::Heard(head) if ear.is_some() => {
            host.head = head;
            host.hear();
        }
        Happening::Missed(head) => host.head = head,
        Happening::EarFails(failure) if ear.is_some() => drop(host.ear_failed(failure)),
        _ => {}
    }
}

/// Answers every request with success, and fires the timer when there is none; says whether all got quiet.
fn settles(host: &mut Host, forgotten: &Forgotten) -> bool {
    for _ in 0..1_000 {
        let push = host.push.filter(|ticket| !forgotten.0.contains(ticket));
        let pull = host.pull.filter(|ticket| !forgotten.0.contains(ticket));
        if matches!(host.state(), State::Idle { .. }) {
            return true;
        }
        if push.is_some() {
            host.push_done(Left::Nothing);
        } else if pull.is_some() {
            host.pull_done(PageKind::Last);
        } else {
            host.fire();
        }
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_kind_world_empties_the_outbox_whatever_came_before(
        history in prop::collection::vec(happening(), 0..120), jitter in any::<u16>()
    ) {
        let mut host = Host::new();
        host.jitter = jitter;
        let mut forgotten = Forgotten::default();
        host.step(Event::Started);
        for happening in history {
            apply(&mut host, &mut forgotten, happening);
        }
        // The next edit must reach the service without anybody's help but the timer's.
        host.step(Event::LocalEdit);
        prop_assert!(settles(&mut host, &forgotten), "still {:?}", host.state());
    }

    #[test]
    fn an_edit_is_never_left_without_a_push_or_a_time_for_one(history in prop::collection::vec(happening(), 0..80)) {
        let mut host = Host::new();
        let mut forgotten = Forgotten::default();
        host.step(Event::Started);
        for happening in history {
            apply(&mut host, &mut forgotten, happening);
            host.step(Event::LocalEdit);
            match host.state() {
                State::Idle { .. } => prop_assert!(false, "idle with an edit waiting"),
                State::Syncing => prop_assert!(host.push.is_some()),
                State::Offline { .. } | State::SignInNeeded | State::UpgradeNeeded | State::Paused { .. } => {}
            }
        }
    }

    #[test]
    fn what_others_wrote_is_pulled_whatever_became_of_the_stream(history in prop::collection::vec(happening(), 0..80)) {
        let mut host = Host::new();
        let mut forgotten = Forgotten::default();
        host.step(Event::Started);
        for happening in history {
            apply(&mut host, &mut forgotten, happening);
        }
        host.step(Event::Resume);
        host.step(Event::SignedIn);
        prop_assert!(settles(&mut host, &forgotten), "still {:?}", host.state());
        // Somebody else writes, and no word of it comes.
        host.head += 1;
        let told = host.pulls;
        for _ in 0..1_000 {
            if host.pulls > told {
                break;
            }
            match host.pull.filter(|ticket| !forgotten.0.contains(ticket)) {
                Some(_) => drop(host.pull_done(PageKind::Last)),
                None => drop(host.fire()),
            }
        }
        prop_assert!(host.pulls > told, "nobody looks");
    }
}
