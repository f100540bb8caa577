//! Every verb once as a script reads it and once as people do, against a real service, with the ways in which it fails.

mod desk;

use desk::{Desk, Ended};
use mingce_app::{RunningService, ServicePlan};
use mingce_vault::DatabaseKey;
use serde_json::json;
use std::process::Stdio;

const PHONE: &str = "13800138000";
const ROSTER: &str = "姓名,学号,身份,手机,部门\n\
    张三,S1,学生,13800138001,高中部/高一/高一(1)班\n\
    李四,S2,学生,13800138002,高中部/高一/高一(1)班\n\
    王五,S3,学生,13800138003,高中部/高二/高二(1)班\n";

struct Service {
    running: Box<dyn RunningService>,
    _folder: tempfile::TempDir,
}

impl Service {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = ServicePlan {
            folder: folder.path().join("service"),
            key: DatabaseKey::generate().unwrap(),
            port: 0,
            is_on_network: false,
        };
        Self { running: mingce_host::start_service(plan).unwrap(), _folder: folder }
    }

    fn url(&self) -> String {
        self.running.local_url()
    }

    /// A desk with an organisation of three people.
    fn desk(&self) -> Desk {
        let desk = Desk::bare();
        desk.found_at(&self.url(), "第一中学", PHONE).done();
        let file = desk.file("roster.csv", ROSTER);
        desk.run(&["import", &file]).done();
        desk
    }
}

/// Failed with a code that is told, whatever the form.
fn refused(ended: &Ended, code: &str) {
    assert_eq!(ended.status, 1, "{:?}: {}{}", ended.words, ended.stdout, ended.stderr);
    let complaint = ended.complaint();
    assert_eq!(complaint["error"], code, "{:?}", ended.words);
    for said in ["words", "next_step"] {
        assert!(!complaint[said].as_str().unwrap_or_default().is_empty(), "{:?}", ended.words);
    }
    assert_eq!(ended.stdout, "", "{:?}", ended.words);
}

#[test]
fn verbs_that_only_look_answer_in_json_and_in_words() {
    let service = Service::start();
    let desk = service.desk();
    desk.run(&["invite", "--department", "高中部/高一"]).done();
    let verbs: [&[&str]; 16] = [
        &["organisation", "list"],
        &["imports"],
        &["members"],
        &["members", "zs"],
        &["members", "--department", "高中部", "--limit", "2"],
        &["members", "--status", "active"],
        &["departments"],
        &["history", "S1"],
        &["conflicts"],
        &["refusals"],
        &["invitations"],
        &["invitations", "--state", "waiting"],
        &["runs"],
        &["year"],
        &["year", "plan"],
        &["doctor"],
    ];
    for words in verbs {
        desk.run(words).done();
        let read = desk.read(words);
        assert_eq!((read.status, read.stderr.as_str()), (0, ""), "{words:?}");
        assert!(!read.stdout.trim().is_empty() && !read.stdout.starts_with(['{', '[']), "{words:?}: {}", read.stdout);
    }
}

#[test]
fn numbers_are_printed_whole_only_when_that_is_asked_for_and_then_it_is_written_down() {
    let service = Service::start();
    let desk = service.desk();
    desk.run(&["edit", "S1", "phone=13800138009"]).done();
    let file = desk.file("phones.csv", "姓名,学号,手机\n张三,S1,13800138008\n");
    let verbs: [&[&str]; 3] = [&["members", "S1"], &["history", "S1"], &["import", &file, "--dry-run"]];
    for (looks, words) in verbs.into_iter().enumerate() {
        let ended = desk.read(words);
        assert!(!ended.stdout.contains("138001380"), "{words:?}: {}", ended.stdout);
        assert_eq!(desk.looked(), looks, "a masked number is nothing to write down");
        let ended = desk.read(&[words, &["--reveal"]].concat());
        assert!(ended.stdout.contains("138001380"), "{words:?}: {}", ended.stdout);
        assert_eq!(desk.looked(), looks + 1, "{words:?}");
    }
}

#[test]
fn verbs_that_change_the_roster_do_and_can_be_taken_back() {
    let service = Service::start();
    let desk = service.desk();
    let added = desk.run(&["add", "name=赵六", "card_number=S4"]).done();
    assert!(added["id"].is_string(), "{added}");
    desk.run(&["edit", "S4", "note=转入"]).done();
    desk.run(&["undo"]).done();
    desk.run(&["redo"]).done();
    desk.run(&["remove", "S4"]).done();
    assert_eq!(desk.names(), ["张三", "李四", "王五"]);
    let invited = desk.run(&["invite"]).done();
    assert_eq!(invited["made"], 3);
    let listed = desk.run(&["invitations"]).done();
    desk.run(&["revoke", listed["rows"][0]["id"].as_str().unwrap()]).done();
    desk.run(&["sync"]).done();
    for (name, options) in [("a.csv", &[][..]), ("b.xlsx", &["--masked"]), ("c.zip", &[])] {
        let path = desk.path(name).to_string_lossy().into_owned();
        desk.run(&[&["export", path.as_str()], options].concat()).done();
        assert!(std::fs::metadata(&path).unwrap().len() > 0);
    }
    let pdf = desk.path("labels.pdf").to_string_lossy().into_owned();
    let run = desk.run(&["sheets", &pdf]).done()["run"].to_string();
    let labels = desk.run(&["runs", &run]).done();
    let spoiled = labels["rows"][1]["invitation"].as_str().unwrap();
    assert_eq!(desk.run(&["printed", &run, "--all-but", spoiled]).done()["printed"], 1);
    assert_eq!(desk.run(&["hand-out"]).done()["changed_cells"], 1);
    assert_eq!(desk.run(&["sheets", &pdf, "--unprinted"]).done()["people"], 1);
    let new = desk.run(&["reprint", spoiled, "--reason", "misprint"]).done();
    assert_eq!(new["invitations"].as_array().unwrap().len(), 1);
    let runs = desk.run(&["runs"]).done();
    let told: Vec<_> = runs.as_array().unwrap().iter().map(|run| (&run["way"], &run["printed"])).collect();
    assert_eq!(told, [(&json!("void"), &json!(0)), (&json!("pdf"), &json!(0)), (&json!("pdf"), &json!(1))]);
    let zip = desk.path("codes.zip").to_string_lossy().into_owned();
    assert_eq!(desk.run(&["sheets", &zip, "--picture", "svg"]).done()["codes"], 2);
    assert!(std::fs::read(&zip).unwrap().starts_with(b"PK"));
    assert_eq!(desk.run(&["sheets", &pdf, "--layout", "letter", "--list"]).done()["pages"], 4, "two classes");
    for layout in ["labels", "letter"] {
        let path = desk.path(&format!("{layout}.pdf")).to_string_lossy().into_owned();
        assert_eq!(desk.run(&["sheets", &path, "--layout", layout]).done()["people"], 2);
    }
    let file = desk.path("版式.json").to_string_lossy().into_owned();
    desk.run(&["layouts", "export", "labels", &file]).done();
    let own = desk.run(&["layouts", "import", &file]).done()["name_zh"].as_str().unwrap().to_owned();
    desk.run(&["layouts", "rename", &own, "三班标签"]).done();
    assert_eq!(desk.run(&["layouts", "copy", "三班标签", "三班标签"]).done()["name_zh"], "三班标签 2");
    desk.run(&["layouts", "remove", "三班标签 2"]).done();
    assert_eq!(desk.run(&["sheets", &pdf, "--layout", "三班标签"]).done()["people"], 2);
    desk.run(&["layouts", "export", "三班标签", &file]).done();
    assert_eq!(desk.run(&["sheets", &pdf, "--layout-file", &file]).done()["people"], 2);
    let layouts = desk.run(&["layouts"]).done();
    let own: Vec<_> = layouts.as_array().unwrap().iter().filter(|row| row["is_own"] == true).collect();
    assert_eq!(own.len(), 1, "the file's took the place of the one that has its name");
    std::fs::create_dir(desk.path("photos")).unwrap();
    std::fs::write(desk.path("photos/S1.png"), mingce_testkit::pictures::png(300, 400, 1)).unwrap();
    let photos = desk.path("photos").to_string_lossy().into_owned();
    assert_eq!(desk.run(&["photos", &photos]).done()["applied"]["set"], 1);
    let imports = desk.run(&["imports"]).done();
    desk.run(&["undo", imports[0]["batch"].as_str().unwrap()]).done();
}

#[test]
fn an_import_taken_back_says_what_people_changed_since_and_leaves_it() {
    let service = Service::start();
    let desk = service.desk();
    desk.run(&["edit", "S1", "note=转入"]).done();
    let imports = desk.run(&["imports"]).done();
    let batch = imports[0]["batch"].as_str().unwrap();
    let read = desk.read(&["undo", batch]);
    assert!(read.stdout.contains("张三") && read.stdout.contains("转入"), "{}", read.stdout);
    assert_eq!(desk.names(), ["张三"]);
}

#[test]
fn every_verb_says_why_it_failed_and_what_to_do() {
    let service = Service::start();
    let (desk, url) = (service.desk(), service.url());
    let key = desk.path("key").to_string_lossy().into_owned();
    let pdf = desk.path("x.pdf").to_string_lossy().into_owned();
    let broken = desk.path("broken.json").to_string_lossy().into_owned();
    std::fs::write(&broken, "{\n  \"format\": 1,,").unwrap();
    let failing: [(&[&str], &str); 32] = [
        (&["key", "new", &key], "key_file_unusable"),
        (&["sign-in", "--service", &url, "--phone", "12", "--password-stdin"], "invalid"),
        (&["sign-in", "--service", &url, "--phone", "13900139000", "--password-stdin"], "wrong_credentials"),
        (&["sign-in", "--service", "http://example.com", "--phone", PHONE, "--password-stdin"], "unencrypted"),
        (&["sign-in", "--service", "nowhere", "--phone", PHONE, "--password-stdin"], "not_mingce"),
        (&["--organisation", "别的", "members"], "not_found"),
        (&["import", "/nowhere/list.csv"], "file_failed"),
        (&["export", "/nowhere/list.csv"], "file_failed"),
        (&["members", "--department", "没有"], "not_found"),
        (&["add", "name"], "malformed"),
        (&["add", "bogus=x"], "malformed"),
        (&["edit", "S99", "note=x"], "not_found"),
        (&["remove", "S99"], "not_found"),
        (&["history", "S99"], "not_found"),
        (&["redo"], "nothing_to_redo"),
        (&["undo", "nonsense"], "malformed"),
        (&["resolve", "nonsense", "mine"], "malformed"),
        (&["drop", "99"], "not_found"),
        (&["invite", "--days", "0"], "invalid"),
        (&["invite", "--department", "没有"], "not_found"),
        (&["invitations", "--state", "bogus"], "malformed"),
        (&["revoke", "nonsense"], "malformed"),
        (&["runs", "99"], "not_found"),
        (&["printed", "99", "--all"], "not_found"),
        (&["reprint", "nonsense", "--reason", "lost"], "malformed"),
        (&["sheets", &pdf], "nothing_to_print"),
        (&["sheets", &pdf, "--layout", "bogus"], "not_found"),
        (&["layouts", "import", &broken], "layout_unusable"),
        (&["layouts", "export", "bogus", &pdf], "not_found"),
        (&["layouts", "remove", "labels"], "not_found"),
        (&["year", "plan", "--choices", "/nowhere.json"], "file_failed"),
        (&["rebuild", "--phone", PHONE, "--password-stdin"], "profile_exists"),
    ];
    for (words, code) in failing {
        refused(&desk.run(words), code);
        let read = desk.read(words);
        assert_eq!(read.status, 1, "{words:?}");
        assert!(read.stderr.contains(&format!("mingce: {code}: ")), "{words:?}: {}", read.stderr);
    }
    // A rule that is broken is named in words.
    let phone = desk.run(&["sign-in", "--service", &url, "--phone", "12", "--password-stdin"]).complaint();
    assert!(phone["words"].as_str().unwrap().contains("Not a phone number"), "{phone}");
    refused(&Desk::bare().run(&["members"]), "no_profile");
}

#[test]
fn two_computers_meet_in_a_conflict_and_in_a_refusal() {
    let service = Service::start();
    let (here, there) = (service.desk(), Desk::bare());
    here.run(&["sync"]).done();
    there.run(&["sign-in", "--service", &service.url(), "--phone", PHONE, "--password-stdin"]).done();
    assert_eq!(there.names(), ["张三", "李四", "王五"]);
    here.run(&["edit", "S1", "note=一"]).done();
    here.run(&["add", "name=甲", "card_number=S9"]).done();
    here.run(&["sync"]).done();
    there.run(&["edit", "S1", "note=二"]).done();
    there.run(&["add", "name=乙", "card_number=S9"]).done();
    let synced = there.run(&["sync"]).done();
    assert_eq!((&synced["conflicts"], &synced["refused"]), (&json!(1), &json!(1)));
    assert!(there.read(&["conflicts"]).stdout.contains("二") && there.read(&["refusals"]).stdout.contains("乙"));
    let conflict = there.run(&["conflicts"]).done()[0]["id"].as_str().unwrap().to_owned();
    there.run(&["resolve", &conflict, "mine"]).done();
    assert_eq!(there.run(&["conflicts"]).done(), json!([]));
    let refusal = there.run(&["refusals"]).done()[0]["m"].to_string();
    assert_eq!(there.run(&["retry", &refusal, "--alike"]).done()["settled"], 1);
    assert_eq!(there.run(&["refusals"]).done(), json!([]));
    assert_eq!(there.run(&["sync"]).done()["refused"], 1, "the number is still somebody else's");
    assert_eq!(there.run(&["drop", "--all"]).done()["settled"], 1);
    assert_eq!(there.run(&["refusals"]).done(), json!([]));
}

#[test]
fn arguments_that_are_none_are_told_to_scripts_as_json() {
    let desk = Desk::bare();
    for words in [&["bogus"][..], &["import"], &["members", "--limit", "many"]] {
        let ended = desk.run(words);
        assert_eq!((ended.status, ended.code().as_str()), (2, "usage"), "{words:?}");
        let read = desk.read(words);
        assert!(read.status == 2 && read.stderr.starts_with("error:"), "{words:?}: {}", read.stderr);
    }
    assert_eq!(desk.run(&["--help"]).status, 0);
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_is_a_failure_and_a_reader_that_left_is_none() {
    let desk = Desk::with_roster(ROSTER);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = desk.command(&["members"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("file_failed"));

    let mut child = desk.command(&["members"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
