//! The real program with a home of its own and a service inside it, as a script drives it.
#![allow(dead_code, reason = "every test program uses what it needs")]

use mingce_app::App;
use mingce_host::SystemHost;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::masking::AuditAsked;
use mingce_ipc::profile::ProfileId;
use mingce_vault::FileVault;
use serde_json::Value;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PASSWORD: &str = "correct horse battery\n";
/// A verb that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(180);

pub struct Desk {
    folder: tempfile::TempDir,
}

/// How one run ended.
pub struct Ended {
    pub words: Vec<String>,
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// The answer of a run with `--json` that succeeded as a whole.
    pub fn done(&self) -> Value {
        assert_eq!(self.status, 0, "{:?}: {}{}", self.words, self.stdout, self.stderr);
        self.answer()
    }

    pub fn answer(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{:?}: no JSON: {}", self.words, self.stdout))
    }

    /// What the last line on standard error says with `--json`.
    pub fn complaint(&self) -> Value {
        let line = self.stderr.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|_| panic!("{:?}: no JSON: {}", self.words, self.stderr))
    }

    /// The code that it failed with.
    pub fn code(&self) -> String {
        self.complaint()["error"].as_str().unwrap_or_default().to_owned()
    }
}

impl Desk {
    /// A key and nothing else.
    pub fn bare() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(desk.temporary()).unwrap();
        let key = desk.path("key");
        desk.run(&["key", "new", &key.to_string_lossy()]).done();
        desk
    }

    pub fn new() -> Self {
        let desk = Self::bare();
        desk.found("第一中学", "13800138000").done();
        desk
    }

    pub fn with_roster(csv: &str) -> Self {
        let desk = Self::new();
        let file = desk.file("roster.csv", csv);
        desk.run(&["import", &file]).done();
        desk
    }

    /// Makes an organisation with a service inside the program.
    pub fn found(&self, name: &str, phone: &str) -> Ended {
        self.found_at("this-computer", name, phone)
    }

    pub fn found_at(&self, service: &str, name: &str, phone: &str) -> Ended {
        let words = ["organisation", "create", "--service", service, "--name", name, "--admin", "王老师"];
        self.run(&[&words[..], &["--phone", phone, "--password-stdin"]].concat())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// Where the program finds the system's folder for what is soon thrown away.
    pub fn temporary(&self) -> PathBuf {
        self.path("temporary")
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name).to_string_lossy().into_owned()
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mingce"));
        command.arg("--home").arg(self.home());
        for name in ["TMPDIR", "TMP", "TEMP"] {
            command.env(name, self.temporary());
        }
        // The key file is made by the program itself.
        if words.first() != Some(&"key") {
            command.arg("--key-file").arg(self.path("key"));
        }
        command.args(words);
        command
    }

    /// With JSON.
    pub fn run(&self, words: &[&str]) -> Ended {
        self.run_as(words, &["--json", "--lang", "en"])
    }

    /// As people read it, in English.
    pub fn read(&self, words: &[&str]) -> Ended {
        self.run_as(words, &["--lang", "en"])
    }

    fn run_as(&self, words: &[&str], options: &[&str]) -> Ended {
        let mut command = self.command(words);
        command.args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, errors) = (read_all(child.stdout.take().unwrap()), read_all(child.stderr.take().unwrap()));
        // Verbs that read nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(PASSWORD.as_bytes());
        let (Ok(stdout), Ok(stderr)) = (out.recv_timeout(LONGEST), errors.recv_timeout(LONGEST)) else {
            let _ = child.kill();
            panic!("{words:?} does not end");
        };
        Ended {
            words: words.iter().map(|&word| word.to_owned()).collect(),
            status: child.wait().unwrap().code().unwrap_or(-1),
            stdout,
            stderr,
        }
    }

    /// How many looks at masked values are written down.
    pub fn looked(&self) -> usize {
        let vault = FileVault::open(&self.path("key"), &self.home()).unwrap();
        let app = App::new(Arc::new(SystemHost::new(self.home(), Box::new(vault)).unwrap()));
        let id = app.app_state(Nothing {}).unwrap().profiles.remove(0).id;
        app.open_profile_quietly(ProfileId { id }).unwrap();
        app.audit(AuditAsked { before: None, limit: 100 }).unwrap().lines.len()
    }

    /// Everybody's names, in their order.
    pub fn names(&self) -> Vec<String> {
        let found = self.run(&["members"]).done();
        let members = found["members"].as_array().unwrap();
        let mut names: Vec<String> = members.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

fn read_all(mut from: impl Read + Send + 'static) -> Receiver<String> {
    let (told, hears) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        let _ = told.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    hears
}
