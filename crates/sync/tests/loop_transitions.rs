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

