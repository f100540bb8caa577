//! An administrator of some departments: what comes to their computer, what leaves it, and that nothing stays behind.

use crate::line::Weather;
use crate::office::{Office, is_at_rest, wait_until};
use crate::raw_pages::{holds, unsealed};
use crate::witness::Witness;
use crate::world::{PASSWORD, World};
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::profile::{ServicePlace, SignIn, SignInOutcome};
use mingce_ipc::roster::{Column, CreateDepartment, MoveDepartment};
use mingce_ipc::sync::{Listed, RefusalsMeant, SettleRefusals};
use mingce_model::RecordId;
use mingce_protocol::Rights;
use mingce_service::administrators::{AdministratorError, Administrators, NewAdministrator};
use mingce_service::storage::Role;
use tokio::runtime::Runtime;

const COLLEAGUE: &str = "13900139000";

fn operate<T>(world: &World, act: impl FnOnce(&Administrators<'_>) -> T) -> T {
    act(&Administrators::open(&world.options()).expect("the database is there"))
}

fn add_colleague(world: &World, role: Role) {
    let wanted = NewAdministrator {
        organisation: world.organisation,
        name: "李老师".into(),
        phone: COLLEAGUE.into(),
        password: Some(PASSWORD.into()),
        role,
        rights: Rights::all(),
    };
    operate(world, |operator| operator.add(wanted)).expect("nobody has the phone");
}

fn bind(world: &World, departments: &[&str]) {
    let ids: Vec<RecordId> = departments.iter().map(|id| id.parse().expect("an id")).collect();
    operate(world, |operator| operator.set_departments(world.organisation, COLLEAGUE, &ids)).expect("they are there");
}

fn sign_in(runtime: &Runtime, world: &World) -> Office {
    let office = Office::closed(runtime, world, "there");
    let service = ServicePlace::Remote { url: office.line.url() };
    let asked = SignIn { service, phone: COLLEAGUE.into(), password: PASSWORD.into(), organisation: None, code: None };
    assert!(matches!(office.app.sign_in(asked), Ok(SignInOutcome::Open { .. })));
    office
}

fn make(office: &Office, parent: Option<&str>, name: &str) -> String {
    let wanted = CreateDepartment { parent: parent.map(str::to_owned), name: name.to_owned(), kind: None };
    office.app.create_department(wanted).expect("the name is free").id
}

fn member(office: &Office, name: &str, place: &str) -> String {
    let guardian = format!("{name}之母");
    let note = format!("{name}的备注");
    office.add(&[
        (Column::Name, name),
        (Column::Department, place),
        (Column::Note, &note),
        (Column::GuardianName, &guardian),
    ])
}

/// Two classes, and somebody in each.
struct School {
    one: String,
    two: String,
    ours: String,
    theirs: String,
}

fn school(here: &Office) -> School {
    let (one, two) = (make(here, None, "东校"), make(here, None, "西校"));
    let (ours, theirs) = (member(here, "单于婷", "东校"), member(here, "欧阳锋", "西校"));
    here.app.sync_now(Nothing {}).unwrap();
    School { one, two, ours, theirs }
}

/// Nothing on the computer holds any of the texts, in any page of the file or of its log.
fn assert_clean(runtime: &Runtime, world: &World, texts: &[&str]) {
    wait_until(runtime, "nothing is left behind", || {
        let bytes = unsealed(&Witness::database(world, "there"), &Witness::key(world, "there"));
        // Whoever is still there is found: the pages are read, and not while they are being written.
        holds(&bytes, "单于婷") && texts.iter().all(|text| !holds(&bytes, text))
    });
}

#[test]
fn only_the_own_departments_come_and_what_leaves_is_nowhere_in_the_file() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let School { one, two, ours, theirs } = school(&here);
    add_colleague(&world, Role::Department);
    assert_eq!(
        operate(&world, |operator| operator.set_departments(world.organisation, COLLEAGUE, &[])),
        Err(AdministratorError::NoDepartments)
    );
    // People call departments by name.
    let found =
        |words: &str| operate(&world, |operator| operator.find_departments(world.organisation, &[words.into()]));
    assert_eq!(found("东校"), Ok(vec![one.parse().unwrap()]));
    assert_eq!(found("东校/三班"), Err(AdministratorError::DepartmentUnknown));
    bind(&world, &[&one]);
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the own class is there", || there.cell(&ours, Column::Name).is_some());
    assert_eq!(there.cell(&theirs, Column::Name), None);
    assert_clean(&runtime, &world, &["欧阳锋", "西校"]);
    // Somebody comes, with all that hangs on them, and goes again.
    here.edit(&theirs, Column::Department, "东校");
    wait_until(&runtime, "who was moved in is there", || there.cell(&theirs, Column::GuardianName).is_some());
    assert_eq!(there.cell(&theirs, Column::GuardianName).as_deref(), Some("欧阳锋之母"));
    there.edit(&theirs, Column::Note, "在我班时的备注");
    wait_until(&runtime, "it is synced", || is_at_rest(&there));
    wait_until(&runtime, "it is known", || here.cell(&theirs, Column::Note).as_deref() == Some("在我班时的备注"));
    here.edit(&theirs, Column::Department, "西校");
    wait_until(&runtime, "who was moved out is gone", || there.cell(&theirs, Column::Name).is_none());
    assert_clean(&runtime, &world, &["欧阳锋", "欧阳锋之母", "欧阳锋的备注", "在我班时的备注", "西校"]);
    // A department moves with everybody in it.
    here.app.move_department(MoveDepartment { id: two, parent: Some(one.clone()), after: None }).unwrap();
    wait_until(&runtime, "the other class is there", || there.cell(&theirs, Column::Name).is_some());
    // Their own hand moves nobody out.
    assert_eq!(there.status().refused, 0);
    let other = make(&here, None, "北校");
    here.app.sync_now(Nothing {}).unwrap();
    there.app.sync_now(Nothing {}).unwrap();
    assert!(there.app.departments(Nothing {}).unwrap().iter().all(|node| node.id != other));
}

#[test]
fn departments_taken_away_while_offline_leave_what_was_typed_in_sight_and_nothing_else() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let School { one, ours, theirs, .. } = school(&here);
    add_colleague(&world, Role::Administrator);
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "everybody is there", || there.cell(&theirs, Column::Name).is_some());
    there.line.set(Weather::Down);
    there.edit(&theirs, Column::Title, "我写的职务");
    there.edit(&ours, Column::Title, "班长");
    bind(&world, &[&one]);
    there.line.set(Weather::Clear);
    wait_until(&runtime, "the rest is gone", || there.cell(&theirs, Column::Name).is_none());
    wait_until(&runtime, "what was typed is in sight", || (there.status().waiting, there.status().refused) == (0, 1));
    let refusals = there.app.refusals(Listed::default()).unwrap().rows;
    let refusal = &refusals[0];
    assert_eq!((refusal.code.as_str(), refusal.rule.as_deref()), ("forbidden", Some("out_of_scope")));
    assert_eq!((refusal.title.as_str(), refusal.fields[0].to.as_str()), ("欧阳锋", "我写的职务"));
    wait_until(&runtime, "the own edit arrives", || here.cell(&ours, Column::Title).as_deref() == Some("班长"));
    assert_clean(&runtime, &world, &["欧阳锋之母", "欧阳锋的备注", "西校"]);
    // It cannot be sent again while it is beyond the account's departments, and is not lost by the trying.
    let one = RefusalsMeant::One { m: refusal.m };
    assert!(there.app.retry_refusals(SettleRefusals { refusals: one, job: None }).is_err());
    let kept = there.app.refusals(Listed::default()).unwrap().rows;
    assert_eq!(kept.iter().map(|one| one.fields[0].to.as_str()).collect::<Vec<_>>(), ["我写的职务"]);
    // Given up, nothing of it is left.
    let one = RefusalsMeant::One { m: refusal.m };
    there.app.drop_refusals(SettleRefusals { refusals: one, job: None }).unwrap();
    there.app.sync_now(Nothing {}).unwrap();
    assert_eq!(there.status().refused, 0);
    assert_clean(&runtime, &world, &["欧阳锋", "我写的职务"]);
    // Set free again, everything comes.
    operate(&world, |operator| operator.set_role(world.organisation, COLLEAGUE, Role::Administrator)).unwrap();
    wait_until(&runtime, "everybody is there again", || there.cell(&theirs, Column::GuardianName).is_some());
}

#[test]
fn who_moved_away_meanwhile_is_not_changed_by_an_edit_on_its_way() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let School { one, ours, .. } = school(&here);
    let second = member(&here, "慕容复", "东校");
    add_colleague(&world, Role::Department);
    bind(&world, &[&one]);
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "they are there", || there.cell(&second, Column::Name).is_some());
    there.line.set(Weather::Down);
    there.edit(&second, Column::Title, "课代表");
    here.edit(&second, Column::Department, "西校");
    here.app.sync_now(Nothing {}).unwrap();
    there.line.set(Weather::Clear);
    wait_until(&runtime, "it is refused", || (there.status().waiting, there.status().refused) == (0, 1));
    wait_until(&runtime, "they are gone", || there.cell(&second, Column::Name).is_none());
    assert!(there.cell(&ours, Column::Name).is_some());
    here.app.sync_now(Nothing {}).unwrap();
    assert_eq!(here.cell(&second, Column::Title).as_deref(), Some(""));
    assert_clean(&runtime, &world, &["慕容复之母", "慕容复的备注", "西校"]);
    // They come back, and what was typed stands on top until somebody decides.
    here.edit(&second, Column::Department, "东校");
    wait_until(&runtime, "they are back", || there.cell(&second, Column::Title).as_deref() == Some("课代表"));
    assert_eq!(there.status().refused, 1);
}

#[test]
fn a_service_that_was_put_back_gives_nothing_of_another_department_away() {
    let runtime = Runtime::new().unwrap();
    let mut world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let School { one, ours, theirs, .. } = school(&here);
    add_colleague(&world, Role::Department);
    bind(&world, &[&one]);
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the own class is there", || there.cell(&ours, Column::Name).is_some());
    runtime.block_on(world.stop_service());
    world.keep_service();
    let address = runtime.block_on(world.start_again());
    [&here, &there].iter().for_each(|office| office.line.lead_to(address));
    // Forgotten by the copy: who comes in, and what is written within.
    here.edit(&theirs, Column::Department, "东校");
    there.edit(&ours, Column::Title, "班长");
    wait_until(&runtime, "who was moved in is there", || there.cell(&theirs, Column::Name).is_some());
    wait_until(&runtime, "all rest", || is_at_rest(&here) && is_at_rest(&there));
    runtime.block_on(world.stop_service());
    world.put_service_back();
    world.begin_epoch();
    let address = runtime.block_on(world.start_again());
    [&here, &there].iter().for_each(|office| office.line.lead_to(address));
    // The owner's desktop brings the move back, the other one its title; each is in its place again.
    wait_until(&runtime, "the title is back", || here.cell(&ours, Column::Title).as_deref() == Some("班长"));
    wait_until(&runtime, "the move is back", || there.cell(&theirs, Column::Name).as_deref() == Some("欧阳锋"));
    wait_until(&runtime, "all rest", || is_at_rest(&here) && is_at_rest(&there));
    assert_eq!((there.status().refused, here.status().refused), (0, 0));
}
