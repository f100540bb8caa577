//! A new school year, through the app, the store and the service, and back again.

use crate::office::{Office, wait_until};
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::roster::{Column, CreateDepartment, RenameDepartment, UndoBatch};
use mingce_ipc::sync::Listed;
use mingce_ipc::year::{
    ApplyYear, YearChange, YearClassFate, YearPlan, YearPupilChoice, YearPupilFate, YearPupilQuery, YearPupils,
};
use tokio::runtime::Runtime;

fn plan(office: &Office) -> YearPlan {
    office.app.year_plan(Nothing {}).expect("a roster is open")
}

fn change(office: &Office, wanted: YearChange) -> YearPlan {
    office.app.change_year_plan(wanted).expect("what is named is there")
}

fn pupils(office: &Office, text: &str) -> YearPupils {
    let asked = YearPupilQuery { class: None, fate: None, text: text.into(), start: 0, count: 100 };
    office.app.year_pupils(asked).expect("a roster is open")
}

fn sync(office: &Office) {
    office.app.sync_now(Nothing {}).expect("the service is there");
    assert_eq!(
        (office.status().refused, office.status().conflicts),
        (0, 0),
        "{:?}",
        office.app.refusals(Listed::default())
    );
}

/// Every path with its members, and every pupil's place, as text to compare.
fn state(office: &Office) -> Vec<String> {
    let departments = office.app.departments(Nothing {}).expect("a roster is open");
    let mut lines: Vec<String> = departments
        .iter()
        .map(|node| format!("{} {} {}", office.app.department_path(&node.id), node.id, node.count))
        .collect();
    lines.sort();
    lines
}

/// 高一 to 高三 with two classes of four pupils.
fn school(office: &Office) -> Vec<String> {
    let make = |parent: Option<&str>, name: &str, kind: &str| {
        let wanted =
            CreateDepartment { parent: parent.map(str::to_owned), name: name.into(), kind: Some(kind.to_owned()) };
        office.app.create_department(wanted).expect("the name is free").id
    };
    let stage = make(None, "高中部", "stage");
    let mut classes = Vec::new();
    for grade in ["高一", "高二", "高三"] {
        let node = make(Some(&stage), grade, "grade");
        for number in 1..=2 {
            let class = make(Some(&node), &format!("{grade}({number})班"), "class");
            for (seat, letter) in ["甲", "乙", "丙", "丁"].into_iter().enumerate() {
                office.add(&[
                    (Column::Name, &format!("{}{letter}", ["王", "李", "张", "陈", "周", "吴"][classes.len()])),
                    (Column::Department, &format!("高中部/{grade}/{grade}({number})班")),
                    (Column::Identity, "student"),
                    (Column::Sex, if seat % 2 == 0 { "male" } else { "female" }),
                ]);
            }
            classes.push(class);
        }
    }
    classes
}

#[test]
fn a_school_year_is_planned_for_days_carried_out_and_taken_back() {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let office = Office::quiet(&runtime, &world, "here");
    let classes = school(&office);
    sync(&office);
    let before = state(&office);

    let first = plan(&office);
    assert!(first.can_apply && !first.is_changed, "{:?}", first.findings);
    let repeater = pupils(&office, "王甲").rows[0].id.clone();
    let mover = pupils(&office, "李乙").rows[0].id.clone();
    let leaver = pupils(&office, "张丙").rows[0].id.clone();
    for (pupil, choice) in [
        (&repeater, YearPupilChoice::Repeat { class: None }),
        (&mover, YearPupilChoice::Class { class: classes[0].clone() }),
        (&leaver, YearPupilChoice::Transfer { note: "转往二中".into() }),
    ] {
        change(&office, YearChange::Pupils { pupils: vec![pupil.clone()], choice: Some(choice) });
    }
    // The next day the roster is another; what was decided is still there.
    office.app.rename_department(RenameDepartment { id: classes[1].clone(), name: "高一(9)班".into() }).unwrap();
    let newcomer = office.add(&[
        (Column::Name, "赵新"),
        (Column::Department, "高中部/高一/高一(9)班"),
        (Column::Identity, "student"),
    ]);
    let later = plan(&office);
    assert!(later.is_changed && later.version > first.version);
    let of = |id: &str| later.classes.iter().find(|class| class.id == *id).expect("the class is planned");
    assert_eq!(of(&classes[1]).path_after, "高中部/高二/高二(9)班");
    assert_eq!((of(&classes[1]).before, of(&classes[1]).after), (5, 4));
    assert_eq!(of(&classes[5]).fate, YearClassFate::Graduates);
    assert_eq!(later.classes.iter().filter(|class| class.fate == YearClassFate::Made).count(), 2);
    let count = |fate| later.counts.iter().find(|count| count.fate == fate).map_or(0, |count| count.count);
    assert_eq!(
        [YearPupilFate::Graduates, YearPupilFate::Repeats, YearPupilFate::OtherClass, YearPupilFate::Transfers]
            .map(count),
        [8, 1, 1, 1]
    );
    let stale = office.app.apply_year_plan(ApplyYear { version: first.version, job: None });
    assert_eq!(stale.unwrap_err().code, Code::Stale);

    let taken = state(&office);
    let done =
        office.app.apply_year_plan(ApplyYear { version: later.version, job: None }).expect("nothing is against it");
    sync(&office);
    assert_eq!(office.cell(&repeater, Column::Department).as_deref(), Some("高中部/高一/高一(1)班"));
    assert_eq!(office.cell(&mover, Column::Department).as_deref(), Some("高中部/高二/高二(1)班"));
    assert_eq!(office.cell(&leaver, Column::Status).as_deref(), Some("left"));
    assert_eq!(office.cell(&leaver, Column::Note).as_deref(), Some("转往二中"));
    assert_eq!(office.cell(&newcomer, Column::Department).as_deref(), Some("高中部/高二/高二(9)班"));
    let alumnus = office.app.find_members(mingce_ipc::roster::Find { text: "吴丁".into(), limit: 5 }).unwrap();
    assert_eq!(alumnus[0].department, format!("高中部/校友/{}届/高三(2)班", done.year));
    assert_eq!(office.cell(&alumnus[0].id, Column::Identity).as_deref(), Some("alumni"));

    // A colleague who signs in now sees the same.
    let there = Office::open(&runtime, &world, "there");
    wait_until(&runtime, "the colleague has it all", || state(&there) == state(&office));

    let undone =
        office.app.undo_batch(UndoBatch { batch: done.batch, job: None }).expect("the batch can be taken back");
    assert_eq!(undone.kept, 0);
    sync(&office);
    assert_eq!(state(&office), taken);
    assert_ne!(taken, before);
    wait_until(&runtime, "the colleague sees it taken back", || state(&there) == taken);
    // The plan goes on from what was decided.
    let again = plan(&office);
    assert_eq!(again.counts, later.counts);
    assert!(office.app.apply_year_plan(ApplyYear { version: again.version, job: None }).is_ok());
    sync(&office);
}

#[test]
fn what_colleagues_do_offline_meanwhile_stays_with_the_class() {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let (here, there) = (Office::quiet(&runtime, &world, "here"), Office::quiet(&runtime, &world, "there"));
    school(&here);
    sync(&here);
    sync(&there);
    // Offline, a colleague puts somebody into a class that is about to move up.
    let newcomer = there.add(&[
        (Column::Name, "赵新"),
        (Column::Department, "高中部/高一/高一(2)班"),
        (Column::Identity, "student"),
    ]);
    let version = plan(&here).version;
    here.app.apply_year_plan(ApplyYear { version, job: None }).expect("nothing is against it");
    sync(&here);
    sync(&there);
    sync(&here);
    for office in [&here, &there] {
        assert_eq!(office.cell(&newcomer, Column::Department).as_deref(), Some("高中部/高二/高二(2)班"));
    }
    assert_eq!(state(&here), state(&there));
}

#[test]
fn two_offices_with_one_plan_do_not_do_it_twice() {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let (here, there) = (Office::quiet(&runtime, &world, "here"), Office::quiet(&runtime, &world, "there"));
    school(&here);
    sync(&here);
    sync(&there);
    for office in [&here, &there] {
        let version = plan(office).version;
        office.app.apply_year_plan(ApplyYear { version, job: None }).expect("nothing is against it");
    }
    sync(&here);
    sync(&there);
    sync(&here);
    // What both made is one; nobody has gone up two grades.
    let moved = here.app.find_members(mingce_ipc::roster::Find { text: "王甲".into(), limit: 5 }).unwrap();
    assert_eq!(moved[0].department, "高中部/高二/高二(1)班");
    assert_eq!(state(&here), state(&there));
}
