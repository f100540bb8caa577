//! What is here is held against what the service has, and what was spoiled is mended by itself.

use crate::line::Weather;
use crate::office::{Office, is_at_rest, wait_until};
use crate::witness::Witness;
use crate::world::World;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::roster::{Column, CreateDepartment};
use tokio::runtime::Runtime;

/// Longer than a comparison that went well counts.
const LATER_MS: u64 = 7 * 3_600_000;

fn sync(office: &Office, runtime: &Runtime) {
    office.app.sync_now(Nothing {}).unwrap();
    wait_until(runtime, "all is synced", || is_at_rest(office));
}

fn mended(office: &Office) -> String {
    let lines = office.app.doctor(Nothing {}).unwrap();
    let found = lines.iter().find(|line| line.check == "database").unwrap();
    assert!(found.is_ok, "{found:?}");
    found.detail.rsplit(", ").next().unwrap().to_owned()
}

#[test]
fn a_spoiled_row_a_lost_one_and_a_spoiled_tree_are_mended() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let department = |parent: Option<&str>, name: &str| {
        let wanted = CreateDepartment { parent: parent.map(str::to_owned), name: name.into(), kind: None };
        here.app.create_department(wanted).unwrap().id
    };
    let school = department(None, "初中部");
    let class = department(Some(&school), "初一一班");
    let member = here.add(&[(Column::Name, "单于婷"), (Column::Phone, "13800000001")]);
    let lost = here.add(&[(Column::Name, "李娜")]);
    let whole = here.add(&[(Column::Name, "王芳")]);
    sync(&here, &runtime);
    assert_eq!(mended(&here), "0 ever mended");
    let before = Witness::open(&world, "here").state();

    here.line.set(Weather::Down);
    let hex = |id: &str| id.replace('-', "");
    Witness::spoil(
        &world,
        "here",
        &format!(
            "UPDATE member SET name = '坏' WHERE id = x'{}'; DELETE FROM member WHERE id = x'{}';
             UPDATE department SET parent = NULL, name = '坏' WHERE id = x'{}';",
            hex(&member),
            hex(&lost),
            hex(&class),
        ),
    );
    assert_eq!(here.cell(&member, Column::Name).as_deref(), Some("坏"));
    here.edit(&member, Column::Title, "班长");
    here.line.set(Weather::Clear);
    sync(&here, &runtime);
    world.clock.advance_ms(LATER_MS);
    // A comparison that an answer to a push overtakes is put off to a later pull.
    wait_until(&runtime, "all three are mended", || {
        here.app.sync_now(Nothing {}).unwrap();
        mended(&here) == "3 ever mended"
    });
    assert_eq!(here.cell(&member, Column::Name).as_deref(), Some("单于婷"));
    assert_eq!(here.cell(&lost, Column::Name).as_deref(), Some("李娜"));
    let tree = here.app.departments(Nothing {}).unwrap();
    let found = tree.iter().find(|department| department.id == class).unwrap();
    assert_eq!((found.name.as_str(), found.parent.as_deref()), ("初一一班", Some(school.as_str())));
    assert_eq!(here.cell(&member, Column::Title).as_deref(), Some("班长"));
    assert_eq!(here.cell(&whole, Column::Name).as_deref(), Some("王芳"));
    assert_eq!(Witness::open(&world, "here").state().len(), before.len());
    world.clock.advance_ms(LATER_MS);
    sync(&here, &runtime);
    assert_eq!(mended(&here), "3 ever mended", "there is nothing left to mend");
}

#[test]
fn what_the_service_lost_behind_its_back_comes_from_the_desktop() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    here.add(&[(Column::Name, "单于婷")]);
    sync(&here, &runtime);
    let kept = || {
        let sql = "SELECT name FROM record_member WHERE name IN ('单于婷', '王芳')";
        world.database.query(sql).len()
    };
    assert_eq!(kept(), 1);
    world.database.execute("DELETE FROM record_member WHERE name = '单于婷'");
    assert_eq!(kept(), 0);
    // Digests are kept until the log goes on.
    here.add(&[(Column::Name, "王芳")]);
    world.clock.advance_ms(LATER_MS);
    wait_until(&runtime, "the member is at the service again", || {
        here.app.sync_now(Nothing {}).unwrap();
        kept() == 2
    });
}
