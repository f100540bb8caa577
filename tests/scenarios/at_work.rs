//! Two computers with the program open: nobody presses "sync", and yet all goes where it should.

use crate::line::Weather;
use crate::office::{Office, is_at_rest, wait_until};
use crate::phone::Phone;
use crate::world::{PASSWORD, World};
use mingce_ipc::Code;
use mingce_ipc::bulk::RemoveMembers;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::invitation::{InvitationQuery, Invite};
use mingce_ipc::profile::{Password, ProfileId};
use mingce_ipc::roster::{Column, Members, RecordRef};
use mingce_ipc::sync::{Choice, ConflictsMeant, Listed, Resolve, SyncPhase};
use tokio::runtime::Runtime;

fn two_offices() -> (Runtime, World, Office, Office) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let there = Office::open(&runtime, &world, "there");
    for office in [&here, &there] {
        // Numbers are compared, and they are masked until somebody asks.
        office.app.reveal_all(Nothing {}).unwrap();
    }
    (runtime, world, here, there)
}

#[test]
fn an_edit_arrives_on_the_other_computer_by_itself() {
    let (runtime, _world, here, there) = two_offices();
    let member = here.add(&[(Column::Name, "单于婷"), (Column::Phone, "13800000001")]);
    wait_until(&runtime, "the member is there", || there.cell(&member, Column::Phone).is_some());
    there.edit(&member, Column::Phone, "13800000002");
    wait_until(&runtime, "the edit is here", || here.cell(&member, Column::Phone).as_deref() == Some("13800000002"));
    wait_until(&runtime, "both rest", || is_at_rest(&here) && is_at_rest(&there));
}

#[test]
fn asking_to_sync_waits_for_a_try_of_its_own() {
    let (_runtime, _world, here, there) = two_offices();
    for round in 0..8 {
        here.line.set(Weather::Down);
        let member = here.add(&[(Column::Name, &format!("学生{round}"))]);
        // Tries of the loop fail meanwhile; some are under way when somebody asks.
        if round % 2 == 0 {
            assert_eq!(here.app.sync_now(Nothing {}).unwrap_err().code, Code::Offline);
        }
        here.line.set(Weather::Clear);
        here.app.sync_now(Nothing {}).unwrap();
        assert_eq!(here.status().waiting, 0);
        there.app.sync_now(Nothing {}).unwrap();
        assert!(there.cell(&member, Column::Name).is_some());
    }
}

#[test]
fn an_outage_passes_by_itself() {
    let (runtime, mut world, here, there) = two_offices();
    let member = here.add(&[(Column::Name, "张三")]);
    wait_until(&runtime, "the member is there", || there.cell(&member, Column::Name).is_some());
    runtime.block_on(world.stop_service());
    here.edit(&member, Column::Title, "班长");
    there.edit(&member, Column::Note, "转学");
    wait_until(&runtime, "both know", || {
        [&here, &there].iter().all(|office| office.status().phase == SyncPhase::Offline)
    });
    // Nothing is an error meanwhile, and people go on.
    here.edit(&member, Column::Title, "组长");
    let address = runtime.block_on(world.start_again());
    here.line.lead_to(address);
    there.line.lead_to(address);
    wait_until(&runtime, "both rest", || is_at_rest(&here) && is_at_rest(&there));
    wait_until(&runtime, "both hold both", || {
        [&here, &there].iter().all(|office| {
            office.cell(&member, Column::Title).as_deref() == Some("组长")
                && office.cell(&member, Column::Note).as_deref() == Some("转学")
        })
    });
    assert_eq!((here.status().conflicts, here.status().refused), (0, 0));
}

#[test]
fn answers_that_get_lost_in_the_background_lose_nothing() {
    let (runtime, _world, here, there) = two_offices();
    here.line.set(Weather::ANSWERS_LOST);
    let members: Vec<String> = (0..10).map(|n| here.add(&[(Column::Name, &format!("学生{n}"))])).collect();
    wait_until(&runtime, "answers got lost", || here.line.cuts() >= 2);
    here.line.set(Weather::Clear);
    wait_until(&runtime, "all is there", || {
        members.iter().all(|member| there.cell(member, Column::Name).is_some()) && is_at_rest(&here)
    });
    assert_eq!((here.status().conflicts, here.status().refused), (0, 0));
}

#[test]
fn a_clash_shows_on_both_computers_and_is_settled_on_one() {
    let (runtime, _world, here, there) = two_offices();
    let member = here.add(&[(Column::Name, "张三"), (Column::Phone, "13800000001")]);
    wait_until(&runtime, "the member is there", || there.cell(&member, Column::Phone).is_some());
    here.line.set(Weather::Down);
    there.line.set(Weather::Down);
    here.edit(&member, Column::Phone, "13800000002");
    there.edit(&member, Column::Phone, "13800000003");
    here.line.set(Weather::Clear);
    wait_until(&runtime, "one is through", || is_at_rest(&here));
    there.line.set(Weather::Clear);
    wait_until(&runtime, "both see the clash", || {
        [&here, &there].iter().all(|office| office.status().conflicts == 1 && is_at_rest(office))
    });
    let conflicts = here.app.conflicts(Listed::default()).unwrap().rows;
    assert_eq!(conflicts[0].title, "张三");
    assert_eq!((conflicts[0].base.as_str(), conflicts[0].theirs.as_str()), ("13800000001", "13800000002"));
    assert_eq!(conflicts[0].mine, "13800000003");
    let resolve = Resolve {
        conflicts: ConflictsMeant::These { ids: vec![conflicts[0].id.clone()] },
        choice: Choice::Mine,
        job: None,
    };
    here.app.resolve_conflicts(resolve).unwrap();
    wait_until(&runtime, "settled on both", || {
        [&here, &there].iter().all(|office| {
            office.status().conflicts == 0 && office.cell(&member, Column::Phone).as_deref() == Some("13800000003")
        })
    });
}

#[test]
fn a_computer_that_was_sent_away_signs_in_again_and_keeps_its_edits() {
    let (runtime, _world, here, there) = two_offices();
    let lost = here.app.devices(Nothing {}).unwrap().into_iter().find(|device| device.name == "there").unwrap();
    there.line.set(Weather::Down);
    let member = there.add(&[(Column::Name, "李四")]);
    here.app.revoke_device(RecordRef { id: lost.id }).unwrap();
    assert!(there.cell(&member, Column::Name).is_some(), "without a contact nothing is known of it");
    there.line.set(Weather::Clear);
    wait_until(&runtime, "signing in is asked for", || there.status().phase == SyncPhase::SignInNeeded);
    assert_eq!(there.app.sync_now(Nothing {}).unwrap_err().code, Code::SignInNeeded);
    assert_eq!(there.status().waiting, 1);
    // What is here shows nobody anything until then, and no restart changes that.
    let state = there.app.app_state(Nothing {}).unwrap();
    assert!(state.is_locked);
    let id = state.profile.unwrap().id;
    assert_eq!(there.app.departments(Nothing {}).unwrap_err().code, Code::Locked);
    assert_eq!(there.app.devices(Nothing {}).unwrap_err().code, Code::Locked);
    there.app.close_profile(Nothing {}).unwrap();
    there.app.open_profile(ProfileId { id }).unwrap();
    assert_eq!(there.app.departments(Nothing {}).unwrap_err().code, Code::Locked);
    let wrong = there.app.sign_in_again(Password { password: "not the password".into(), code: None }).unwrap_err();
    assert_eq!(wrong.code, Code::WrongCredentials);
    there.app.sign_in_again(Password { password: PASSWORD.into(), code: None }).unwrap();
    assert!(!there.app.app_state(Nothing {}).unwrap().is_locked);
    wait_until(&runtime, "the edit is here", || here.cell(&member, Column::Name).is_some());
    wait_until(&runtime, "at rest", || is_at_rest(&there));
}

#[test]
fn a_pupil_who_scans_and_joins_shows_as_joined() {
    let (runtime, world, here, there) = two_offices();
    let member = here.add(&[
        (Column::Name, "欧阳静怡"),
        (Column::Phone, "13900139001"),
        (Column::DocumentKind, "resident_id"),
        (Column::DocumentNumber, "11010519491231002X"),
        (Column::CardNumber, "20260001"),
    ]);
    let members = Some(Members::Ids { ids: vec![member.clone()] });
    let invited = here.app.invite(Invite { members, days: 14, replaces_open: false, job: None }).unwrap();
    assert_eq!(invited.made, 1);
    let link = here.app.invitation_link(&member).unwrap();
    let scanned = link[link.find("/J/").unwrap()..].to_owned();
    let path = scanned.replacen("/J/", "/j/", 1);
    wait_until(&runtime, "the invitation is at the service", || is_at_rest(&here));
    wait_until(&runtime, "invited there too", || there.cell(&member, Column::JoinState).as_deref() == Some("invited"));

    let mut stranger = Phone::new(world.address);
    let wrong = runtime.block_on(stranger.join(&path, "13900139001", "110105194912310011"));
    assert_eq!(wrong.status, 422);
    assert!(!wrong.body.contains("20260001"));
    let mut phone = Phone::new(world.address);
    let page = runtime.block_on(phone.get(&scanned));
    assert!(page.status == 200 && page.body.contains("第一中学") && page.body.contains(&format!("{path}/join")));
    let joined = runtime.block_on(phone.join(&path, "13900139001", "11010519491231002X"));
    assert_eq!(joined.status, 303, "{}", joined.body);
    assert!(joined.head.contains("/card"), "{}", joined.head);
    let card = runtime.block_on(phone.get("/card"));
    assert!(card.status == 200 && card.body.contains("欧阳静怡") && card.body.contains("20260001"));

    for office in [&here, &there] {
        wait_until(&runtime, "joined", || office.cell(&member, Column::JoinState).as_deref() == Some("joined"));
    }
    // A code serves once.
    let again = runtime.block_on(Phone::new(world.address).join(&path, "13900139001", "11010519491231002X"));
    assert_ne!(again.status, 303);
    let query = InvitationQuery { department: None, state: Some("claimed".into()), start: 0, count: 10 };
    assert_eq!(here.app.invitations(query).unwrap().rows.len(), 1);
}

/// Two computers that sync when told to, with a member on both.
fn two_quiet_offices() -> (Runtime, World, Office, Office, String) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::quiet(&runtime, &world, "here");
    let there = Office::quiet(&runtime, &world, "there");
    let member = here.add(&[(Column::Name, "张三")]);
    sync(&[&here, &there]);
    (runtime, world, here, there, member)
}

fn sync(offices: &[&Office]) {
    for office in offices.iter().chain(offices) {
        office.app.sync_now(Nothing {}).unwrap();
    }
}

#[test]
fn each_computer_knows_which_side_of_a_conflict_was_written_on_it() {
    let (runtime, world, here, there, member) = two_quiet_offices();
    let third = Office::quiet(&runtime, &world, "third");
    here.edit(&member, Column::Title, "丙");
    there.edit(&member, Column::Title, "丁");
    sync(&[&here, &there, &third]);
    let side = |office: &Office| office.app.conflicts(Listed::default()).unwrap().rows[0].written_here;
    assert_eq!((side(&here), side(&there)), (Some(Choice::Theirs), Some(Choice::Mine)));
    assert_eq!(side(&third), None);
    // Where 丁 was typed, 丙 has taken its place: by whom, the history says.
    let history = there.app.member_detail(RecordRef { id: member }).unwrap().history;
    assert!(history.iter().any(|entry| entry.changes.iter().any(|change| change.to == "丙")));
    assert!(history.iter().all(|entry| entry.by == "王老师"), "{history:?}");
}

#[test]
fn a_conflict_that_is_settled_is_not_settled_again() {
    let (_runtime, _world, here, there, member) = two_quiet_offices();
    here.edit(&member, Column::Title, "丙");
    there.edit(&member, Column::Title, "丁");
    sync(&[&here, &there]);
    let conflict = here.app.conflicts(Listed::default()).unwrap().rows.remove(0).id;
    let resolve = || Resolve {
        conflicts: ConflictsMeant::These { ids: vec![conflict.clone()] },
        choice: Choice::Mine,
        job: None,
    };
    assert_eq!(here.app.resolve_conflicts(resolve()).unwrap().changed_cells, 1);
    assert_eq!(here.app.resolve_conflicts(resolve()).unwrap_err().code, Code::AlreadySettled);
    sync(&[&here, &there]);
    assert_eq!(there.app.resolve_conflicts(resolve()).unwrap_err().code, Code::AlreadySettled);
    assert_eq!(there.cell(&member, Column::Title).as_deref(), Some("丁"));
}

#[test]
fn who_removed_somebody_that_was_edited_elsewhere_sees_what_was_edited() {
    let (_runtime, _world, here, there, member) = two_quiet_offices();
    here.edit(&member, Column::Title, "班长");
    let members = Members::Ids { ids: vec![member.clone()] };
    there.app.remove_members(RemoveMembers { members, job: None }).unwrap();
    sync(&[&here, &there]);
    for (office, side) in [(&here, Choice::Theirs), (&there, Choice::Mine)] {
        let conflicts = office.app.conflicts(Listed::default()).unwrap().rows;
        let conflict = &conflicts[0];
        assert_eq!((conflict.field.as_str(), conflict.mine.as_str()), ("*", "removed"));
        assert_eq!(conflict.theirs, "title:  → 班长");
        let edit = &conflict.edits[0];
        assert_eq!((edit.field.as_str(), edit.from.as_str(), edit.to.as_str()), ("title", "", "班长"));
        assert_eq!(conflict.written_here, Some(side));
    }
}
