//! What only another system's OneRoster package has: kept as fields of text, and given back as it came.

use super::{Desk, desk};
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::{ArchiveField, CustomFieldRow};
use mingce_ipc::import::{ImportFile, ImportMode, ImportPlan, Masking, NewField, PlanImport};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const USERS: &str = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,metadata.house,metadata.lunch number,metadata.parking,metadata.story,boarding\n\
    u1,,,true,s1,student,a,,三,张,,S1,,,,,,,红屋,007,,LONG,true\n\
    u2,,,true,s1,student,b,,四,李,,S2,,,,,,,蓝屋,,,,false\n\
    p1,,,true,s1,parent,p,,大,张,,,,13800138000,,u1,,,,,B12,,\n";
const ORGS: &str = "sourcedId,name,type\ns1,第一小学,school\n";

impl Desk {
    fn package(&self, name: &str) -> ImportFile {
        let path = self.world.path(name);
        let mut zip = ZipWriter::new(File::create(&path).expect("the test's own folder"));
        let users = USERS.replace("LONG", &"很长".repeat(300));
        for (name, content) in [("users.csv", users.as_str()), ("orgs.csv", ORGS)] {
            zip.start_file(name, SimpleFileOptions::default()).expect("a name");
            zip.write_all(content.as_bytes()).expect("room");
        }
        zip.finish().expect("room");
        self.open(&path)
    }

    /// Takes what is proposed, new fields with it.
    fn plan_as_proposed(&self, file: &ImportFile, change: impl FnOnce(&mut PlanImport)) -> ImportPlan {
        let columns = (0..).zip(&file.columns).filter(|(_, column)| column.target == "new_field");
        let new_fields = columns.map(|(place, column)| NewField {
            column: place,
            name: column.field_name.clone(),
            form: column.form.clone(),
            choices: column.choices.clone(),
            data_class: column.data_class.clone(),
        });
        self.plan_with(file, |wanted| {
            wanted.new_fields = new_fields.collect();
            change(wanted);
        })
    }

    fn defined(&self) -> Vec<CustomFieldRow> {
        self.here.app.custom_fields(Nothing {}).expect("a roster is open")
    }
}

fn kept(file: &ImportFile) -> Vec<&str> {
    let kept = file.columns.iter().filter(|column| column.target == "new_field");
    kept.map(|column| column.field_name.as_str()).collect()
}

/// Rows of the package's users, by the names of their columns.
fn users(path: &Path) -> String {
    let mut zip = ZipArchive::new(File::open(path).expect("it was written")).expect("a package");
    let mut text = String::new();
    zip.by_name("users.csv").expect("it has users").read_to_string(&mut text).expect("UTF-8");
    text
}

#[test]
fn columns_of_another_system_are_kept_and_go_out_as_they_came() {
    let desk = desk();
    let file = desk.package("theirs.zip");
    assert_eq!(
        kept(&file),
        ["sourcedId", "username", "house", "lunch number", "boarding", "监护人1 username", "监护人1 parking"],
        "a parent's beside the child's, but not what is no field's value"
    );
    assert!(file.columns.iter().filter(|it| it.target == "new_field").all(|it| it.form == "text"));
    assert!(!file.remarks.iter().any(|remark| remark.code == "columns_dropped"), "{:?}", file.remarks);
    let classes = file.columns.iter().filter(|it| it.target == "new_field").map(|it| it.data_class.as_str());
    let expected = ["personal", "personal", "ordinary", "ordinary", "ordinary", "personal", "ordinary"];
    assert_eq!(classes.collect::<Vec<_>>(), expected);
    let plan = desk.plan_as_proposed(&file, |_| ());
    assert_eq!((plan.counts.add, plan.counts.problem, plan.new_fields.len()), (2, 0, 7));
    desk.apply(&file);
    let one = desk.member("张三");
    let cells: Vec<Option<String>> = desk.defined().iter().map(|it| desk.here.cell(&one, it.column)).collect();
    assert_eq!(cells, ["u1", "a", "红屋", "007", "true", "p", "B12"].map(|text| Some(text.to_owned())));
    for name in ["out.zip", "out.1.1.zip"] {
        let path = desk.exported(name, Masking::Full);
        let users = users(&path);
        let headings = users.lines().next().unwrap_or_default();
        assert!(headings.contains("metadata.house,metadata.lunch number,metadata.boarding,metadata."), "{headings}");
        assert!(users.lines().any(|line| line.ends_with("a,红屋,007,true,p,B12")), "{users}");
        let ours = desk.open(&path);
        assert!(kept(&ours).is_empty());
        let plan = desk.plan_with(&ours, |wanted| wanted.options.mode = ImportMode::MirrorRoster);
        assert_eq!((plan.counts.unchanged, plan.counts.change, plan.counts.leave), (2, 0, 0), "{name}");
    }
    let again = desk.package("again.zip");
    assert!(kept(&again).is_empty(), "the fields are there by now");
    let plan = desk.plan_with(&again, |_| ());
    assert_eq!((plan.counts.unchanged, plan.new_fields.len()), (2, 0));
}

#[test]
fn a_roster_elsewhere_keeps_the_columns_of_our_package_and_none_that_it_put_away() {
    let desk = desk();
    let [dormitory, locker, _] = desk.fields();
    desk.import("pupils.csv", super::FILE);
    let path = desk.exported("out.zip", Masking::Masked);
    for column in [dormitory, locker] {
        let field = desk.defined().into_iter().find(|field| field.column == column).expect("it is defined").id;
        desk.here.app.archive_field(ArchiveField { id: field, is_archived: true }).expect("it is defined");
    }
    assert!(kept(&desk.open(&path)).is_empty(), "put away on purpose");
    let other = super::desk();
    let file = other.open(&path);
    assert_eq!(kept(&file), ["住宿", "储物柜"], "a mask is no value");
    let plan = other.plan_as_proposed(&file, |_| ());
    assert_eq!((plan.counts.add, plan.counts.problem), (2, 0));
    other.apply(&file);
    let cells = other.defined().iter().map(|it| other.here.cell(&other.member("张一"), it.column)).collect::<Vec<_>>();
    assert_eq!(cells, [Some("走读".to_owned()), Some("7".to_owned())]);
}

#[test]
fn whoever_leaves_such_a_column_out_is_not_asked_again() {
    let desk = desk();
    let file = desk.package("theirs.zip");
    desk.plan_as_proposed(&file, |wanted| {
        let all = wanted.targets.iter_mut().filter(|target| *target == "new_field");
        all.for_each(|target| "ignore".clone_into(target));
    });
    desk.apply(&file);
    assert!(desk.defined().is_empty());
    assert!(kept(&desk.package("next.zip")).is_empty());
}
