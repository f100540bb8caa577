//! Two people who look like one: said once, it stays said, here and at the colleague's, until one of them goes.

use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::bulk::RemoveMembers;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::history::{OperationsAsked, RestoreRecord};
use mingce_ipc::person::{Chosen, Duplicates, FindDuplicates, MemberPair, MergeMembers, ToldApart, ToldApartAsked};
use mingce_ipc::profile::ProfileId;
use mingce_ipc::roster::{Column, Members, Undo};
use tokio::runtime::Runtime;

const PHONE: (Column, &str) = (Column::Phone, "13800000001");

fn office() -> (Runtime, World, Office) {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let office = Office::quiet(&runtime, &world, "here");
    (runtime, world, office)
}

impl Office {
    fn twin(&self, name: &str) -> String {
        self.add(&[(Column::Name, name), PHONE])
    }
    fn found(&self) -> Duplicates {
        self.app.find_duplicates(FindDuplicates::default()).expect("everybody is looked at")
    }
    fn tell_apart(&self, a: &str, b: &str) -> u32 {
        let pair = MemberPair { a: a.into(), b: b.into() };
        self.app.tell_apart(pair).expect("both are here").changed_cells
    }
    fn told_apart(&self) -> ToldApart {
        self.app.told_apart(ToldApartAsked { skip: 0, limit: 50 }).expect("a roster is open")
    }
    fn names_apart(&self) -> Vec<(String, String)> {
        let sorted = |a: String, b: String| if a > b { (b, a) } else { (a, b) };
        self.told_apart().pairs.into_iter().map(|pair| sorted(pair.a.name, pair.b.name)).collect()
    }
    fn remove(&self, ids: &[&String]) {
        let ids = ids.iter().map(|id| (*id).clone()).collect();
        self.app.remove_members(RemoveMembers { members: Members::Ids { ids }, job: None }).expect("they are here");
    }
    fn undo(&self) {
        self.app.undo(Undo::default()).expect("there is something to undo");
    }
    fn sync(&self) {
        self.app.sync_now(Nothing {}).expect("the service is there");
        let status = self.status();
        assert_eq!((status.refused, status.conflicts), (0, 0), "{:?}", self.app.refusals(Default::default()));
    }
}

#[test]
fn groups_are_listed_page_by_page_and_any_two_of_a_group_can_be_merged() {
    let (_runtime, _world, office) = office();
    let phones = ["13800000001", "13800000002", "13800000003"];
    for phone in phones {
        for name in ["甲", "乙", "丙"] {
            office.add(&[(Column::Name, &format!("{name}{phone}")), (Column::Phone, phone)]);
        }
    }
    let page = |skip| {
        let asked = FindDuplicates { job: None, skip: Some(skip), limit: Some(2) };
        office.app.find_duplicates(asked).expect("everybody is looked at")
    };
    let (first, next) = (page(0), page(2));
    assert_eq!((first.groups.len(), first.skip, first.total), (2, 0, 3));
    assert_eq!((next.groups.len(), next.skip, next.total), (1, 2, 3));
    assert!(!first.groups.contains(&next.groups[0]));
    // The first and the last of the third group, then who is left of it.
    let third: Vec<String> = next.groups[0].members.iter().map(|member| member.id.clone()).collect();
    let merge = |kept: &str, gone: &str| {
        let wanted = MergeMembers { kept: kept.into(), gone: gone.into(), chosen: Chosen::default() };
        office.app.merge_members(wanted).expect("they can be one")
    };
    merge(&third[0], &third[2]);
    assert_eq!((page(2).groups[0].count, page(2).skip), (2, 2));
    merge(&third[1], &third[0]);
    let left = page(2);
    assert_eq!((left.groups.len(), left.skip, left.total), (2, 0, 2), "the page before, when the last one is empty");
}

#[test]
fn what_was_told_apart_stays_so_after_a_restart_and_at_the_colleagues() {
    let (runtime, world, here) = office();
    let there = Office::quiet(&runtime, &world, "there");
    let (a, b) = (here.twin("张伟"), here.twin("张玮"));
    assert_eq!(here.found().total, 1);
    assert_eq!(here.tell_apart(&b, &a), 1);
    assert_eq!(here.tell_apart(&a, &b), 0, "it is said already");
    assert_eq!((here.found().total, here.told_apart().total), (0, 1));

    let profiles = here.app.app_state(Nothing {}).unwrap().profiles;
    here.app.close_profile(Nothing {}).unwrap();
    here.app.open_profile_quietly(ProfileId { id: profiles[0].id.clone() }).unwrap();
    assert_eq!(here.found().total, 0);

    here.sync();
    // The colleague may say it too before hearing of it: it is the same saying.
    there.sync();
    assert_eq!((there.found().total, there.told_apart().total), (0, 1));
    there.app.bring_pair_back(MemberPair { a: a.clone(), b: b.clone() }).unwrap();
    assert_eq!((there.found().total, there.told_apart().total), (1, 0));
    here.app.bring_pair_back(MemberPair { a: b.clone(), b: a.clone() }).unwrap();
    here.tell_apart(&a, &b);
    there.tell_apart(&a, &b);
    for office in [&here, &there, &here] {
        office.sync();
    }
    assert_eq!((here.told_apart().total, there.told_apart().total), (1, 1));
}

#[test]
fn undo_takes_the_saying_back_and_redo_says_it_again() {
    let (_runtime, _world, here) = office();
    let (a, b) = (here.twin("张伟"), here.twin("张玮"));
    here.tell_apart(&a, &b);
    here.sync();
    let operations = here.app.operations(OperationsAsked { before: None, until: None, limit: 1 }).unwrap();
    assert_eq!(operations.operations[0].operation, "apart");
    here.undo();
    assert_eq!((here.found().total, here.told_apart().total), (1, 0));
    here.sync();
    here.app.redo(Undo::default()).unwrap();
    assert_eq!((here.found().total, here.told_apart().total), (0, 1));
    here.app.bring_pair_back(MemberPair { a, b }).unwrap();
    assert_eq!(here.found().total, 1);
    here.undo();
    assert_eq!(here.found().total, 0);
    here.sync();
}

#[test]
fn it_is_forgotten_with_either_of_the_two_and_comes_back_with_them() {
    let (runtime, world, here) = office();
    let there = Office::quiet(&runtime, &world, "there");
    let (a, b, c) = (here.twin("张伟"), here.twin("张玮"), here.twin("章薇"));
    for (one, other) in [(&a, &b), (&a, &c), (&b, &c)] {
        here.tell_apart(one, other);
    }
    here.sync();
    assert_eq!(here.found().total, 0);
    // Each alone, then two of one pair in one go.
    for gone in [vec![&a], vec![&b], vec![&c], vec![&a, &b], vec![&c, &a]] {
        here.remove(&gone);
        let left = if gone.len() == 1 { 1 } else { 0 };
        assert_eq!(here.told_apart().total, left);
        here.sync();
        there.sync();
        assert_eq!(there.told_apart().total, left);
        here.undo();
        assert_eq!((here.found().total, here.told_apart().total), (0, 3));
        here.sync();
        there.sync();
        assert_eq!((there.found().total, there.told_apart().total), (0, 3));
    }
    // Unsent, too.
    here.remove(&[&a]);
    here.undo();
    here.sync();
    assert_eq!(here.told_apart().total, 3);
}

#[test]
fn who_comes_back_from_the_history_may_be_anybody_again() {
    let (_runtime, _world, here) = office();
    let (a, b) = (here.twin("张伟"), here.twin("张玮"));
    here.tell_apart(&a, &b);
    here.sync();
    here.remove(&[&a]);
    here.sync();
    let wanted = RestoreRecord { kind: "member".into(), id: a, before: None, past: None };
    here.app.restore_record(wanted).expect("they were here");
    assert_eq!((here.found().total, here.told_apart().total), (1, 0));
    // The service forgot it too.
    here.sync();
    assert_eq!((here.found().total, here.told_apart().total), (1, 0));
}

#[test]
fn a_removal_forgets_what_a_colleague_said_meanwhile() {
    let (runtime, world, here) = office();
    let there = Office::quiet(&runtime, &world, "there");
    let (a, b) = (here.twin("张伟"), here.twin("张玮"));
    here.sync();
    there.sync();
    there.tell_apart(&a, &b);
    there.sync();
    here.remove(&[&b]);
    for office in [&here, &there, &here] {
        office.sync();
    }
    assert_eq!((here.told_apart().total, there.told_apart().total), (0, 0));
}

#[test]
fn a_merge_forgets_it_and_undo_remembers() {
    let (_runtime, _world, here) = office();
    let (a, b, c) = (here.twin("张伟"), here.twin("张玮"), here.twin("章薇"));
    here.tell_apart(&a, &b);
    here.tell_apart(&b, &c);
    here.sync();
    // Whoever was sure is not any more.
    here.app.merge_members(MergeMembers { kept: a.clone(), gone: b.clone(), chosen: Chosen::default() }).unwrap();
    assert_eq!(here.told_apart().total, 0);
    let found = here.found();
    assert_eq!((found.total, found.groups[0].count), (1, 2));
    here.sync();
    here.undo();
    let mut names = here.names_apart();
    names.sort();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(names, [pair("张伟", "张玮"), pair("张玮", "章薇")]);
    here.sync();
}

#[test]
fn in_a_larger_group_only_those_are_left_who_may_still_be_somebody_there() {
    let (_runtime, _world, here) = office();
    let (a, b, c) = (here.twin("张伟"), here.twin("张玮"), here.twin("章薇"));
    here.tell_apart(&a, &c);
    let found = here.found();
    assert_eq!((found.groups[0].count, found.groups[0].apart.as_slice()), (3, &[(0, 2)][..]));
    here.tell_apart(&b, &c);
    let found = here.found();
    assert_eq!((found.groups[0].count, found.groups[0].apart.as_slice()), (2, &[][..]));
    here.tell_apart(&a, &b);
    assert_eq!(here.found().total, 0);
    // The newest first, a page at a time.
    let page = here.app.told_apart(ToldApartAsked { skip: 1, limit: 1 }).unwrap();
    assert_eq!((page.pairs.len(), page.total), (1, 3));
    assert_eq!(page.pairs[0], here.told_apart().pairs[1]);
    assert_eq!(here.names_apart()[0], ("张伟".to_owned(), "张玮".to_owned()));
}

#[test]
fn nobody_is_told_apart_from_themselves_or_from_nobody() {
    let (_runtime, _world, here) = office();
    let (a, b) = (here.twin("张伟"), here.twin("张玮"));
    let tell = |a: &str, b: &str| here.app.tell_apart(MemberPair { a: a.into(), b: b.into() });
    assert_eq!(tell(&a, &a).unwrap_err().code, Code::Malformed);
    here.remove(&[&b]);
    assert_eq!(tell(&a, &b).unwrap_err().code, Code::NotFound);
}
