//! A laptop that is found or stolen: without its key, nothing that the program wrote on it tells who is on the roster.

mod desk;

use desk::Desk;
use encoding_rs::GB18030;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// What each of these people would be known by, in the roster, in its history, or in what was taken back.
const SECRETS: [&str; 12] = [
    "欧阳静怡",
    "买买提江·吐尔逊",
    "䶮小龙",
    "ouyang",
    "13912345678",
    "13812340987",
    "11010519491231002X",
    "S10000031",
    "诸葛大力",
    "13711112222",
    "高一三班",
    "慕容改名",
];

const ROSTER: &str = "姓名,学号,手机,身份证号,部门,监护人姓名,监护人手机\n\
    欧阳静怡,S10000031,13912345678,11010519491231002X,高一三班,诸葛大力,13711112222\n\
    买买提江·吐尔逊,S10000032,13812340987,,高一三班,,\n\
    䶮小龙,S10000033,,,高一三班,,\n";

/// Every way in which a text may lie in a file here.
fn written(text: &str) -> Vec<Vec<u8>> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let little = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    vec![text.as_bytes().to_vec(), little, big, GB18030.encode(text).0.into_owned()]
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

/// Which of the secrets stands in which file, or in its name.
fn told_by(folder: &Path) -> Vec<String> {
    let needles: Vec<(&str, Vec<u8>)> =
        SECRETS.iter().flat_map(|&secret| written(secret).into_iter().map(move |bytes| (secret, bytes))).collect();
    let mut told = Vec::new();
    for path in files_below(folder) {
        // A file that goes away while it is looked for has told nothing.
        let content = fs::read(&path).unwrap_or_default();
        let name = path.to_string_lossy().into_owned();
        for (secret, bytes) in &needles {
            if memchr::memmem::find(&content, bytes).is_some() || memchr::memmem::find(name.as_bytes(), bytes).is_some()
            {
                told.push(format!("{secret} in {name}"));
            }
        }
    }
    // Digits are the same in UTF-8 and GB18030.
    told.dedup();
    told
}

#[test]
fn the_search_finds_a_name_in_every_writing() {
    let folder = tempfile::tempdir().unwrap();
    for (number, bytes) in written("欧阳静怡").into_iter().enumerate() {
        fs::write(folder.path().join(number.to_string()), [b"\0\x01".as_slice(), &bytes, b"\xff"].concat()).unwrap();
    }
    fs::write(folder.path().join("13912345678.txt"), "").unwrap();
    assert_eq!(told_by(folder.path()).len(), 5);
}

#[test]
fn without_its_key_a_laptop_tells_nobody_on_the_roster() {
    let desk = Desk::with_roster(ROSTER);
    let people: String = (0..4000).map(|number| format!("欧阳静怡,T{number},139{number:08},,高一三班,,\n")).collect();
    let many = desk.file("many.csv", format!("{}\n{people}", ROSTER.lines().next().unwrap()));

    desk.run(&["edit", "S10000032", "name=慕容改名"]).done();
    desk.run(&["sync"]).done();
    desk.run(&["undo"]).done();
    desk.run(&["history", "S10000032"]).done();
    desk.run(&["members", "ouyang"]).done();
    desk.run(&["import", &many, "--dry-run"]).done();
    desk.run(&["invite"]).done();
    desk.run(&["sync"]).done();
    // What somebody asks to have written lies where they said, and not with the program's own.
    let (sheets, export) = (desk.path("sheets.pdf"), desk.path("export.xlsx"));
    desk.run(&["sheets", &sheets.to_string_lossy()]).done();
    desk.run(&["export", &export.to_string_lossy()]).done();
    desk.run(&["remove", "S10000033"]).done();
    let kept = desk.home();
    assert_eq!(told_by(&kept), [""; 0]);
    assert_eq!(told_by(&desk.temporary()), [""; 0]);

    // The power goes while much is being written: what lies in the log of the database and in temporary files stays.
    for after_ms in [50, 200, 400, 800] {
        let mut command = desk.command(&["import", &many, "--json"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(after_ms));
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(told_by(&kept), [""; 0]);
        assert_eq!(told_by(&desk.temporary()), [""; 0]);
    }
    // All of it was really there.
    assert_eq!(
        desk.run(&["history", "S10000032", "--reveal"]).done().to_string().matches("慕容改名").count() > 0,
        true
    );
}
