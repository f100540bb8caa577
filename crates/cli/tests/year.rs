//! The new school year on the command line, as a script drives it: the real program, a service inside it, one home.

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PASSWORD: &str = "correct horse battery\n";
const ROSTER: &str = "\
姓名,学号,身份,部门
王甲,S1,学生,高中部/高一/高一(1)班
王乙,S2,学生,高中部/高一/高一(1)班
李甲,S3,学生,高中部/高二/高二(1)班
张甲,S4,学生,高中部/高三/高三(1)班
";

struct Script {
    folder: tempfile::TempDir,
}

impl Script {
    fn new() -> Self {
        let script = Self { folder: tempfile::tempdir().unwrap() };
        let run = |words: &[&str]| script.run(words).unwrap();
        run(&["key", "new", &script.path("key").to_string_lossy()]);
        run(&[
            "organisation",
            "create",
            "--service",
            "this-computer",
            "--name",
            "第一中学",
            "--admin",
            "王老师",
            "--phone",
            "13800138000",
            "--password-stdin",
        ]);
        let roster = script.path("名单.csv");
        std::fs::write(&roster, ROSTER).unwrap();
        run(&["import", &roster.to_string_lossy()]);
        script
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the program printed as JSON, or the code it failed with.
    fn run(&self, words: &[&str]) -> Result<Value, String> {
        let mut command = self.command(words);
        let mut child =
            command.arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Verbs that read nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(PASSWORD.as_bytes());
        let ended = child.wait_with_output().unwrap();
        let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or(Value::Null);
        if ended.status.success() {
            return Ok(read(&ended.stdout));
        }
        Err(read(&ended.stderr)["error"].as_str().unwrap_or_default().to_owned())
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mingce"));
        command.arg("--home").arg(self.path("home"));
        // The key file is made by the program itself.
        if words.first() != Some(&"key") {
            command.arg("--key-file").arg(self.path("key"));
        }
        command.args(words);
        command
    }

    fn departments(&self) -> Value {
        self.run(&["departments"]).unwrap()
    }

    fn place_of(&self, card_number: &str) -> String {
        let found = self.run(&["members", card_number]).unwrap();
        found["members"][0]["department"].as_str().unwrap().to_owned()
    }
}

fn choices(script: &Script, decided: &Value) -> PathBuf {
    let path = script.path("choices.json");
    std::fs::write(&path, decided.to_string()).unwrap();
    path
}

fn class<'p>(plan: &'p Value, before: &str) -> &'p Value {
    plan["classes"].as_array().unwrap().iter().find(|class| class["path_before"] == before).expect("a class there")
}

fn with<'w>(words: [&'w str; 3], path: &'w Path) -> Vec<&'w str> {
    words.into_iter().chain([path.to_str().unwrap()]).collect()
}

#[test]
fn a_school_year_is_planned_carried_out_and_taken_back_from_a_script() {
    let script = Script::new();
    let before = script.departments();
    let plan = script.run(&["year"]).unwrap();
    assert_eq!(plan["can_apply"], true, "{plan:#}");
    assert_eq!(class(&plan, "高中部/高一/高一(1)班")["path_after"], "高中部/高二/高二(1)班");
    assert_eq!(script.run(&["year", "plan"]).unwrap()["counts"], plan["counts"]);
    // The same for people.
    let shown = script.command(&["year", "--lang", "en"]).output().unwrap();
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.status.success() && text.contains("高中部/高二/高二(1)班"), "{text}");
    assert!(text.trim_end().ends_with("ready: mingce year apply"), "{text}");

    let decided = choices(
        &script,
        &json!([
            { "what": "pupils", "pupils": ["S2"], "choice": { "fate": "repeat", "class": null } },
            { "what": "name", "class": "高中部/高二/高二(1)班", "name": "高三(9)班" },
        ]),
    );
    let planned = script.run(&with(["year", "plan", "--choices"], &decided)).unwrap();
    assert_eq!(class(&planned, "高中部/高二/高二(1)班")["path_after"], "高中部/高三/高三(9)班");
    assert_eq!(script.departments(), before);

    let done = script.run(&with(["year", "apply", "--choices"], &decided)).unwrap();
    assert_eq!(script.place_of("S1"), "高中部/高二/高二(1)班");
    assert_eq!(script.place_of("S2"), "高中部/高一/高一(1)班");
    assert_eq!(script.place_of("S3"), "高中部/高三/高三(9)班");
    assert!(script.place_of("S4").contains("校友"));
    script.run(&["undo", done["batch"].as_str().unwrap()]).unwrap();
    assert_eq!(script.departments(), before);
    assert_eq!(script.place_of("S4"), "高中部/高三/高三(1)班");
}

#[test]
fn a_choice_that_cannot_be_is_named_and_nothing_is_carried_out() {
    let script = Script::new();
    let before = script.departments();
    let apply = |decided: Value| script.run(&with(["year", "apply", "--choices"], &choices(&script, &decided)));
    assert_eq!(apply(json!({ "what": "year" })), Err("malformed".into()));
    assert_eq!(apply(json!([{ "what": "year", "year": 1 }])), Err("invalid".into()));
    let unknown = json!([{ "what": "pupils", "pupils": ["S9"], "choice": { "fate": "leave" } }]);
    assert_eq!(apply(unknown), Err("not_found".into()));
    assert_eq!(script.run(&["year", "plan", "--choices", "nowhere.json"]), Err("file_failed".into()));
    assert_eq!(script.departments(), before);
}
