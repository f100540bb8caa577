//! A roster that is damaged, in use, or one of two: what the doctor says, and how it is made again.

mod desk;

use desk::Desk;
use serde_json::Value;
use std::path::PathBuf;

const PHONE: &str = "13800138000";

/// The files of the first roster that are its database.
fn database(desk: &Desk) -> PathBuf {
    let profiles = std::fs::read_dir(desk.home().join("profiles")).unwrap();
    let profile = profiles.map(|entry| entry.unwrap().path()).next().unwrap();
    let mut found = Vec::new();
    let mut folders = vec![profile];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.into_iter().max_by_key(|path| std::fs::metadata(path).unwrap().len()).unwrap()
}

fn line<'l>(lines: &'l Value, check: &str) -> &'l Value {
    lines.as_array().unwrap().iter().find(|line| line["check"] == check).expect("a line")
}

#[test]
fn a_damaged_roster_is_found_and_made_again() {
    let desk = Desk::with_roster("姓名,学号\n张三,S1\n");
    desk.run(&["sync"]).done();
    assert_eq!(line(&desk.run(&["doctor"]).done(), "database")["is_ok"], true);
    let sound = ["rebuild", "--phone", PHONE, "--password-stdin"];
    assert_eq!(desk.run(&sound).code(), "profile_exists");

    let path = database(&desk);
    let length = usize::try_from(std::fs::metadata(&path).unwrap().len()).unwrap();
    std::fs::write(&path, vec![0x55; length]).unwrap();
    let ended = desk.run(&["doctor"]);
    assert_eq!(ended.status, 3);
    let answer = ended.answer();
    assert_eq!(line(&answer, "database")["is_ok"], false);
    assert_eq!(desk.run(&["members"]).status, 1);
    let text = desk.read(&["doctor"]);
    assert!(text.status == 3 && text.stderr.contains("rebuild"), "{}{}", text.stdout, text.stderr);

    // Whoever cannot sign in loses nothing.
    let wrong = desk.run(&["rebuild", "--phone", "13900139000", "--password-stdin"]);
    assert_eq!(wrong.code(), "wrong_credentials");
    assert_eq!(desk.run(&["doctor"]).status, 3);
    desk.run(&sound).done();
    assert_eq!(desk.names(), ["张三"]);
    assert_eq!(desk.run(&["doctor"]).status, 0);
}

#[test]
fn every_organisation_of_a_home_is_looked_at() {
    let desk = Desk::new();
    desk.found("第二中学", "13900139000").done();
    let listed = desk.run(&["organisation", "list"]).done();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let databases = |lines: &Value| lines.as_array().unwrap().iter().filter(|line| line["check"] == "database").count();
    assert_eq!(databases(&desk.run(&["doctor"]).done()), 2);
    assert_eq!(databases(&desk.run(&["--organisation", "第二中学", "doctor"]).done()), 1);
    let id = listed[0]["id"].as_str().unwrap();
    assert_eq!(databases(&desk.run(&["--organisation", id, "doctor"]).done()), 1);

    assert_eq!(desk.run(&["members"]).code(), "ambiguous");
    assert_eq!(desk.run(&["--organisation", "第三中学", "members"]).code(), "not_found");
    assert_eq!(desk.run(&["--organisation", "第三中学", "doctor"]).code(), "not_found");
    assert_eq!(Desk::bare().run(&["--organisation", "第三中学", "members"]).code(), "no_profile");
}
