//! What the background loop does in the situations that people meet.

mod loop_host;

use loop_host::Host;
use mingce_protocol::News;
use mingce_sync::{Effect, Event, Failure, Left, PageKind, State, Why};

#[test]
fn starting_looks_both_ways_at_once_and_then_listens() {
    let mut host = Host::new();
    let effects = host.step(Event::Started);
    assert!(matches!(effects[..2], [Effect::Push { .. }, Effect::Pull { .. }]));
    host.push_done(Left::NothingEitherWay);
    let effects = host.pull_done(PageKind::Last);
    assert!(matches!(effects[..2], [Effect::Push { .. }, Effect::Listen { .. }]));
    host.push_done(Left::NothingEitherWay);
    assert!(matches!(host.state(), State::Idle { .. }));
}

#[test]
fn a_push_that_others_wrote_beside_is_followed_by_a_pull_that_starts_after_it() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    let effects = host.push_done(Left::Nothing);
    assert!(matches!(effects[0], Effect::Pull { .. }));
    assert_eq!(host.state(), State::Syncing);
    // Pushed once more while that pull is under way: its page may lack the conflict that the push made.
    host.step(Event::LocalEdit);
    host.push_done(Left::Nothing);
    let effects = host.pull_done(PageKind::Last);
    assert!(matches!(effects[0], Effect::Pull { .. }));
    assert_eq!(host.state(), State::Syncing);
    host.pull_done(PageKind::Nothing);
    assert!(matches!(host.state(), State::Idle { .. }));
}

#[test]
fn what_a_restored_service_lost_is_pushed_after_the_pull_that_found_it_out() {
    let mut host = Host::looking();
    host.pull_failed(Failure::Epoch);
    host.pull_done(PageKind::More);
    assert!(host.push.is_none());
    let effects = host.pull_done(PageKind::Last);
    assert!(matches!(effects[0], Effect::Push { .. }));
}

#[test]
fn pages_follow_each_other_until_the_last() {
    let mut host = Host::new();
    host.step(Event::Started);
    host.push_done(Left::NothingEitherWay);
    for _ in 0..5 {
        let effects = host.pull_done(PageKind::More);
        assert!(matches!(effects[0], Effect::Pull { .. }));
        assert_eq!(host.state(), State::Syncing);
    }
    host.pull_done(PageKind::Last);
    host.push_done(Left::NothingEitherWay);
    assert!(matches!(host.state(), State::Idle { .. }));
}

#[test]
fn an_edit_is_pushed_while_the_stream_is_held() {
    let mut host = Host::idle();
    let effects = host.step(Event::LocalEdit);
    assert!(matches!(effects[0], Effect::Push { .. }));
    assert_eq!(host.state(), State::Syncing);
    host.push_done(Left::NothingEitherWay);
    assert!(matches!(host.state(), State::Idle { .. }));
}

#[test]
fn an_upload_of_many_pushes_does_not_pull_itself_back() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    for left in [Left::More, Left::More, Left::NothingEitherWay] {
        host.head += 1_000;
        host.hear();
        assert!(host.pull.is_none());
        host.push_done(left);
        assert!(host.pull.is_none());
    }
    // A word that comes behind its answer tells nothing new either.
    host.hear();
    assert!(host.pull.is_none() && matches!(host.state(), State::Idle { .. }));
    // Somebody else wrote: that is not kept from here until the upload ends.
    host.step(Event::LocalEdit);
    let effects = host.push_done(Left::MoreEitherWay);
    assert!(matches!(effects[..2], [Effect::Push { .. }, Effect::Pull { .. }]));
    host.pull_done(PageKind::Last);
    host.push_failed(Failure::Network);
    host.pass_until_push();
    host.push_done(Left::NothingEitherWay);
    assert!(matches!(host.state(), State::Idle { .. }));
}

#[test]
fn what_somebody_else_writes_is_pulled_as_soon_as_it_is_heard_of() {
    let mut host = Host::idle();
    // No timer has a part in it: none is due within most of an hour.
    assert!(host.armed_ms() > 3_000_000);
    host.head += 1;
    let effects = host.hear();
    assert!(matches!(effects[0], Effect::Pull { .. }));
    assert_eq!(host.state(), State::Syncing);
    // More of it while the page is under way, which may have been read before.
    host.head += 1;
    let ticket = host.pull.unwrap();
    host.hear();
    let effects = host.step(Event::PullDone { ticket, page: PageKind::Last, head: host.head - 1 });
    assert!(matches!(effects[0], Effect::Pull { .. }));
    host.pull_done(PageKind::Last);
    assert!(matches!(host.state(), State::Idle { .. }));
    // What is heard again is known.
    host.hear();
    assert!(host.pull.is_none());
}

#[test]
fn a_slow_push_keeps_no_news_from_here() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    host.head += 1;
    host.hear();
    // It may be that push; its answer does not come.
    assert!(host.pull.is_none() && host.armed_ms() <= 250);
    let effects = host.fire();
    assert!(matches!(effects[0], Effect::Pull { .. }));
}

#[test]
fn another_scope_is_a_reason_to_pull() {
    let mut host = Host::idle();
    let ticket = host.ear.unwrap();
    let effects = host.step(Event::Heard { ticket, news: News { scope: 2, ..host.news() } });
    assert!(matches!(effects[0], Effect::Pull { .. }));
}

#[test]
fn a_service_whose_log_is_shorter_than_before_is_pulled_from() {
    let mut host = Host::idle();
    host.ear_failed(Failure::Network);
    host.pull_done(PageKind::Nothing);
    while host.ear.is_none() {
        host.fire();
        host.pull.is_some().then(|| host.pull_done(PageKind::Nothing));
    }
    host.head -= 3;
    assert!(matches!(host.hear()[0], Effect::Pull { .. }));
}

#[test]
fn a_log_that_gets_shorter_or_another_one_while_the_stream_stands_is_pulled_from_at_once() {
    let mut host = Host::looking();
    host.pull_done(PageKind::Last);
    host.head -= 1;
    assert!(matches!(host.hear()[0], Effect::Pull { .. }));
    host.pull_done(PageKind::Nothing);
    // Nothing moved since.
    assert!(!host.hear().iter().any(|effect| matches!(effect, Effect::Pull { .. })));
    host.epoch += 1;
    assert!(matches!(host.hear()[0], Effect::Pull { .. }));
}

#[test]
fn a_stream_that_is_lost_is_looked_behind_at_once_and_sought_less_and_less() {
    let mut host = Host::idle();
    let effects = host.ear_failed(Failure::Network);
    assert!(matches!(effects[0], Effect::Pull { .. }));
    // Looking is no news: all is as well as before.
    assert!(matches!(host.state(), State::Idle { .. }));
    host.pull_done(PageKind::Nothing);
    let mut waits = Vec::new();
    for _ in 0..12 {
        let start_ms = host.mono_ms;
        while host.ear.is_none() {
            host.fire();
            host.pull.is_some().then(|| host.pull_done(PageKind::Nothing));
        }
        waits.push(host.mono_ms - start_ms);
        host.ear_failed(Failure::NotMingce);
        host.pull_done(PageKind::Nothing);
    }
    assert!((1_000..=2_000).contains(&waits[0]), "{waits:?}");
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
    assert!((150_000..=300_000).contains(&waits[11]), "{waits:?}");
}

#[test]
fn without_a_stream_the_loop_looks_twice_a_minute() {
    let mut host = Host::deaf();
    host.ear_failed(Failure::NotMingce);
    host.pull_done(PageKind::Nothing);
    let start_ms = host.mono_ms;
    while host.mono_ms - start_ms < 3_600_000 {
        if host.ear.is_some() {
            host.ear_failed(Failure::NotMingce);
        }
        match host.pull {
            Some(_) => drop(host.pull_done(PageKind::Nothing)),
            None => drop(host.fire()),
        }
    }
    assert!((120..=150).contains(&host.pulls), "{}", host.pulls);
}

#[test]
fn a_full_service_says_when_it_has_room_for_a_stream_again() {
    let mut host = Host::deaf();
    host.ear_failed(Failure::Busy { retry_after_s: Some(600) });
    let start_ms = host.mono_ms;
    while host.ear.is_none() {
        host.pull.is_some().then(|| host.pull_done(PageKind::Nothing));
        host.fire();
    }
    assert!(host.mono_ms - start_ms >= 600_000);
    assert!(matches!(host.state(), State::Idle { .. }));
}

#[test]
fn a_stream_is_begun_anew_after_an_hour() {
    let mut host = Host::idle();
    let old = host.ear.unwrap();
    let effects = host.fire();
    assert_eq!(effects[0], Effect::Cancel(old));
    assert!(matches!(effects[1..3], [Effect::Pull { .. }, Effect::Listen { .. }]));
}

#[test]
fn a_lost_network_shows_although_nothing_is_to_be_sent() {
    let mut host = Host::idle();
    host.ear_failed(Failure::Network);
    host.pull_failed(Failure::Network);
    assert!(matches!(host.state(), State::Offline { why: Why::Network, .. }));
    // Nobody listens at a service that does not answer; the first answer brings the stream back.
    for _ in 0..5 {
        while host.pull.is_none() {
            host.fire();
        }
        assert!(host.ear.is_none());
        host.pull_failed(Failure::Network);
    }
    while host.pull.is_none() {
        host.fire();
    }
    let effects = host.pull_done(PageKind::Nothing);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Listen { .. })));
}

#[test]
fn an_edit_made_during_a_push_goes_with_the_next_one() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    assert!(host.step(Event::LocalEdit).iter().all(|effect| !matches!(effect, Effect::Push { .. })));
    let effects = host.push_done(Left::NothingEitherWay);
    assert!(matches!(effects[0], Effect::Push { .. }));
}

#[test]
fn offline_is_a_state_with_a_next_try_that_moves_away() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    host.push_failed(Failure::Network);
    let mut waits = Vec::new();
    for _ in 0..12 {
        let State::Offline { why, .. } = host.state() else { panic!("not offline") };
        assert_eq!(why, Why::Network);
        waits.push(host.pass_until_push());
        host.push_failed(Failure::Network);
    }
    assert!((1_000..=2_000).contains(&waits[0]), "{waits:?}");
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
    assert!((150_000..=300_000).contains(&waits[11]), "{waits:?}");
}

#[test]
fn a_hint_that_the_network_is_back_tries_at_once() {
    let mut host = Host::looking();
    host.pull_failed(Failure::Network);
    let effects = host.step(Event::NetworkHint);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Pull { .. })));
    host.pull_done(PageKind::Nothing);
    assert!(matches!(host.state(), State::Idle { .. }));
}

#[test]
fn a_hint_replaces_a_stream_that_hangs_on_a_dead_connection() {
    let mut host = Host::idle();
    let held = host.ear.unwrap();
    let effects = host.step(Event::NetworkHint);
    assert_eq!(effects[0], Effect::Cancel(held));
    assert!(matches!(effects[1], Effect::Pull { .. }));
    let effects = host.pull_done(PageKind::Nothing);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Listen { .. })));
}

#[test]
fn the_first_pull_after_an_outage_takes_the_waiting_push_along() {
    let mut host = Host::looking();
    host.step(Event::LocalEdit);
    host.push_failed(Failure::Network);
    host.pull_failed(Failure::Network);
    host.fire();
    if host.pull.is_none() {
        host.fire();
    }
    if host.push.is_some() {
        host.push_failed(Failure::Network);
    }
    let effects = host.pull_done(PageKind::Nothing);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Push { .. })));
}

#[test]
fn a_busy_service_says_when_it_wants_to_be_asked_again() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    host.push_failed(Failure::Busy { retry_after_s: Some(40) });
    // Only the push waits: the stream stays.
    assert!(host.ear.is_some());
    assert!(host.armed_ms() >= 40_000);
    assert!(matches!(host.state(), State::Offline { why: Why::Busy, .. }));
}

#[test]
fn a_copied_database_takes_a_new_name_and_pushes_again() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    let effects = host.push_failed(Failure::Fork);
    assert!(matches!(effects[..2], [Effect::RenewReplica, Effect::Push { .. }]));
}

#[test]
fn a_restored_service_is_read_from_the_beginning_with_both_requests_ended_first() {
    let mut host = Host::idle();
    host.head += 1;
    host.hear();
    let pulling = host.pull.unwrap();
    host.step(Event::LocalEdit);
    let effects = host.push_failed(Failure::Epoch);
    assert!(matches!(
        effects[..5],
        [
            Effect::Cancel(ticket),
            Effect::RenewReplica,
            Effect::ResetLog,
            Effect::Push { .. },
            Effect::Pull { .. }
        ] if ticket == pulling
    ));
}

#[test]
fn a_push_under_way_ends_before_its_numbers_change() {
    let mut host = Host::looking();
    host.step(Event::LocalEdit);
    let pushing = host.push.unwrap();
    let effects = host.pull_failed(Failure::Epoch);
    let cancelled = effects.iter().position(|effect| *effect == Effect::Cancel(pushing)).unwrap();
    let renewed = effects.iter().position(|effect| *effect == Effect::RenewReplica).unwrap();
    assert!(cancelled < renewed);
}

#[test]
fn a_push_under_way_ends_before_its_cursor_is_given_up() {
    let mut host = Host::looking();
    host.step(Event::LocalEdit);
    let pushing = host.push.unwrap();
    let effects = host.pull_failed(Failure::Malformed);
    let cancelled = effects.iter().position(|effect| *effect == Effect::Cancel(pushing)).unwrap();
    let reset = effects.iter().position(|effect| *effect == Effect::ResetCursor).unwrap();
    assert!(cancelled < reset);
}

#[test]
fn a_service_that_always_cries_fork_is_asked_less_and_less() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    let mut renewals = 0;
    for _ in 0..20 {
        let effects = host.push_failed(Failure::Fork);
        renewals += effects.iter().filter(|effect| **effect == Effect::RenewReplica).count();
        host.pass_until_push();
    }
    assert!((3..=12).contains(&renewals), "{renewals}");
    assert!(matches!(host.state(), State::Offline { why: Why::Refused, .. }));
}

#[test]
fn a_push_that_is_too_large_is_halved_down_to_one_edit() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    let mut sizes = Vec::new();
    while host.push.is_some() {
        let effects = host.push_failed(Failure::TooLarge);
        sizes.extend(effects.iter().filter_map(|effect| match effect {
            Effect::Push { ops, .. } => Some(*ops),
            _ => None,
        }));
    }
    assert_eq!((sizes[0], *sizes.last().unwrap()), (2_500, 1));
    assert!(matches!(host.state(), State::Offline { why: Why::Refused, .. }));
}

#[test]
fn a_refused_token_asks_once_and_keeps_looking() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    let effects = host.push_failed(Failure::Unauthorised);
    assert!(effects.contains(&Effect::AskSignIn));
    assert_eq!(host.state(), State::SignInNeeded);
    assert!(host.pull.is_none() && host.ear.is_none());
    for _ in 0..3 {
        host.fire();
        assert!(!host.pull_failed(Failure::Unauthorised).contains(&Effect::AskSignIn));
    }
    let effects = host.step(Event::SignedIn);
    assert!(matches!(effects[..2], [Effect::Push { .. }, Effect::Pull { .. }]));
}

#[test]
fn an_old_desktop_is_told_and_goes_on_when_the_service_takes_it_again() {
    let mut host = Host::looking();
    let effects = host.pull_failed(Failure::Upgrade);
    assert!(effects.contains(&Effect::TellUpgrade));
    assert_eq!(host.state(), State::UpgradeNeeded);
    host.step(Event::LocalEdit);
    host.fire();
    let effects = host.pull_done(PageKind::Last);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Push { .. })));
}

#[test]
fn a_pause_uses_no_network_and_ends_by_itself_within_a_day() {
    let mut host = Host::idle();
    host.step(Event::Pause { for_ms: u64::MAX });
    assert!(matches!(host.state(), State::Paused { .. }));
    host.step(Event::LocalEdit);
    host.step(Event::NetworkHint);
    assert!(host.push.is_none() && host.pull.is_none() && host.ear.is_none());
    assert!(host.armed_ms() <= 24 * 3_600_000);
    host.fire();
    assert!(host.push.is_some() && host.pull.is_some());
}

#[test]
fn a_request_whose_answer_never_comes_is_given_up() {
    let mut host = Host::idle();
    host.step(Event::LocalEdit);
    let lost = host.push.unwrap();
    for _ in 0..100 {
        if host.push == Some(lost) {
            host.fire();
        }
        if host.pull.is_some() && host.push == Some(lost) {
            host.pull_done(PageKind::Nothing);
        }
    }
    assert_ne!(host.push, Some(lost));
    // Its answer, should it come after all, moves nothing.
    let before = host.state();
    host.step(Event::PushDone { ticket: lost, left: Left::NothingEitherWay, head: 99 });
    assert_eq!(host.state(), before);
}

#[test]
fn a_full_disk_is_no_reason_to_stop_trying() {
    let mut host = Host::looking();
    host.pull_failed(Failure::Local);
    assert!(matches!(host.state(), State::Offline { why: Why::Local, .. }));
    host.fire();
    host.pull_done(PageKind::Last);
    assert!(matches!(host.state(), State::Idle { .. }));
}

#[test]
fn a_clock_that_stands_still_does_not_stop_the_next_try() {
    let mut host = Host::looking();
    host.pull_failed(Failure::Network);
    let (id, _) = host.timer.unwrap();
    let effects = host.step(Event::TimerFired(id));
    assert!(matches!(effects[0], Effect::Pull { .. }));
}

#[test]
fn whoever_asks_to_sync_now_hears_how_it_ended() {
    for failure in [Failure::Unauthorised, Failure::Upgrade, Failure::Network] {
        let mut host = Host::looking();
        host.pull_failed(failure);
        let state = host.state();
        host.step(Event::NetworkHint);
        let effects = host.pull_failed(failure);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Report(_))), "{state:?}");
    }
    let mut host = Host::idle();
    host.step(Event::Pause { for_ms: 1_000 });
    let effects = host.step(Event::NetworkHint);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Report(State::Paused { .. }))));
}
