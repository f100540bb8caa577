//! OneRoster packages that tell only what changed: made for somebody, and taken in elsewhere.

use super::{Desk, desk};
use mingce_ipc::Code;
use mingce_ipc::bulk::RemoveMembers;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::import::{Exported, Masking, PlannedKind};
use mingce_ipc::one_roster::{ExportOneRoster, PackageExtent};
use mingce_ipc::roster::{Column, Members, RenameDepartment, UndoBatch};
use std::path::Path;

const PUPILS: &str = "学号,姓名,身份,班级,父亲姓名,父亲电话\n\
    101,张一,学生,高一/1班,张大,13800138000\n\
    102,张二,学生,高一/2班,张大,13800138000\n\
    103,李三,学生,高一/2班,,\n";

impl Desk {
    fn for_bureau(&self, name: &str, extent: PackageExtent) -> Result<Exported, Code> {
        let path = self.world.path(name).to_str().expect("plain").to_owned();
        let (to, language) = ("教育局".to_owned(), "zh".to_owned());
        let masking = Some(Masking::Full);
        let wanted = ExportOneRoster { path, to, extent, since: None, language, masking, job: None };
        self.here.app.export_one_roster(wanted).map_err(|failure| failure.code)
    }

    fn taken(&self, path: &str) -> (u32, u32, u32) {
        let file = self.open(Path::new(path));
        let plan = self.plan_with(&file, |_| ());
        assert_eq!(plan.counts.problem, 0);
        let applied = self.apply(&file);
        (applied.added, applied.changed, plan.counts.change)
    }

    fn departments(&self) -> Vec<String> {
        let departments = self.here.app.departments(Nothing {}).expect("a roster is open");
        departments.into_iter().map(|node| node.name).collect()
    }
}

#[test]
fn a_receiver_is_told_the_whole_roster_once_and_then_what_changed() {
    let desk = desk();
    desk.import("pupils.csv", PUPILS);
    assert_eq!(desk.for_bureau("early.zip", PackageExtent::Changes), Err(Code::NothingToldYet));
    let whole = desk.for_bureau("whole.zip", PackageExtent::Whole).expect("a file");
    assert_eq!(whole.rows, 3);
    let nothing = desk.for_bureau("nothing.zip", PackageExtent::Changes).expect("a file");
    assert_eq!(nothing.rows, 0);
    let other = super::desk();
    assert_eq!(other.taken(&whole.path), (3, 0, 0));
    assert_eq!(other.taken(&nothing.path), (0, 0, 0));

    let one = desk.member("张一");
    desk.here.edit(&one, Column::Phone, "13900139000");
    let departments = desk.here.app.departments(Nothing {}).expect("a roster is open");
    let class = departments.into_iter().find(|node| node.name == "2班").expect("it is there").id;
    desk.here.app.rename_department(RenameDepartment { id: class, name: "火箭班".into() }).expect("the name is free");
    let gone = desk.member("李三");
    let members = Members::Ids { ids: vec![gone] };
    desk.here.app.remove_members(RemoveMembers { members, job: None }).expect("the member is here");
    let changes = desk.for_bureau("changes.1.zip", PackageExtent::Changes).expect("a file");
    assert_eq!(changes.rows, 3, "the phone, whoever is in the class, and who is gone");
    let (added, changed, shown) = other.taken(&changes.path);
    assert_eq!((added, changed, shown), (0, 2, 3), "the class's new name is shown beside them");
    assert_eq!(other.here.cell(&other.member("张一"), Column::Phone).as_deref(), Some("13900139000"));
    assert_eq!(other.departments(), ["高一", "1班", "火箭班"]);
    // What was told is not told again; another version or masking does not go on from it.
    assert_eq!(desk.for_bureau("more.zip", PackageExtent::Changes).expect("a file").rows, 0);
    assert_eq!(desk.for_bureau("other.1.1.zip", PackageExtent::Changes), Err(Code::ChangesNotTellable));
    let receivers = desk.here.app.one_roster_receivers(Nothing {}).expect("a roster is open");
    assert_eq!(receivers.len(), 1);
    assert_eq!((receivers[0].name.as_str(), receivers[0].version.as_str()), ("教育局", "1.2"));
    assert!(!receivers[0].is_masked && receivers[0].can_go_on);
}

#[test]
fn a_renamed_class_is_shown_in_the_plan_and_goes_back_with_the_import() {
    let desk = desk();
    desk.import("pupils.csv", PUPILS);
    let whole = desk.for_bureau("whole.zip", PackageExtent::Whole).expect("a file");
    let other = super::desk();
    other.taken(&whole.path);
    let departments = desk.here.app.departments(Nothing {}).expect("a roster is open");
    let class = departments.into_iter().find(|node| node.name == "1班").expect("it is there").id;
    desk.here.app.rename_department(RenameDepartment { id: class, name: "4班".into() }).expect("the name is free");
    let changes = desk.for_bureau("changes.zip", PackageExtent::Changes).expect("a file");
    let file = other.open(Path::new(&changes.path));
    let plan = other.plan_with(&file, |_| ());
    assert!(plan.new_departments.is_empty(), "{:?}", plan.new_departments);
    assert!(plan.changed.iter().any(|column| column.what == "department_renamed" && column.rows == 1));
    let rows = other.rows(&file, PlannedKind::Change);
    let row = rows.iter().find(|row| row.sheet == "classes.csv").expect("a row of its own");
    assert_eq!(row.name, "高一/4班");
    assert_eq!((row.cells[0].from.as_str(), row.cells[0].to.as_str()), ("1班", "4班"));
    let applied = other.apply(&file);
    assert!(other.departments().contains(&"4班".to_owned()));
    other.here.app.undo_import(UndoBatch { batch: applied.batch, job: None }).expect("the batch is there");
    assert_eq!(other.departments(), ["高一", "1班", "2班"]);
}
