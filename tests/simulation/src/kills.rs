//! Real processes that are killed: `mingce` and `mingce-service` over a real line, ended by SIGKILL at any instant of a push,
//! a pull, an import or a first pull. What was said to be saved must be there afterwards, once, on every desktop.

use crate::folders;
use mingce_testkit::Random;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PHONE: &str = "13800138000";
const PASSWORD: &str = "correct horse battery\n";
/// People of one import.
const ROWS: usize = 120;
/// A program that has not ended after so long never will.
const LONGEST: Duration = Duration::from_secs(120);
/// Before anything was measured.
const TYPICAL: Duration = Duration::from_millis(300);
/// Rounds for each kill that is asked for: a program that was quicker than its end does not count.
const ROUNDS: u32 = 8;

/// What was under way when the end came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum During {
    Push,
    Pull,
    Import,
    FirstPull,
}

/// How often each was killed.
#[derive(Clone, Default, Debug)]
pub struct Killed {
    pub desktop: BTreeMap<During, u32>,
    pub service: BTreeMap<During, u32>,
    pub members: usize,
}

impl Killed {
    pub fn count(&self) -> u32 {
        self.desktop.values().chain(self.service.values()).sum()
    }
}

impl fmt::Display for Killed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kills (desktop {:?}, service {:?})", self.count(), self.desktop, self.service)?;
        write!(f, "; {} members everywhere, each once", self.members)
    }
}

/// Kills so many times, then looks for everything. `programs` is the folder of the built programs.
pub fn run(programs: &Path, seed: u64, kills: u32) -> Result<Killed, String> {
    let mut scene = Scene::open(programs, seed)?;
    let mut rounds = 0;
    while scene.killed.count() < kills {
        rounds += 1;
        if rounds > kills * ROUNDS + 20 {
            return Err(format!("only {} of {kills} kills came in time", scene.killed.count()));
        }
        scene.round()?;
    }
    scene.finish()
}

/// Where `cargo` puts programs, seen from a test or a program of this package.
pub fn built_programs() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("MINGCE_PROGRAMS") {
        return Some(named.into());
    }
    let own = std::env::current_exe().ok()?;
    let folder = own.parent()?;
    let folder = if folder.ends_with("deps") { folder.parent()? } else { folder };
    let has = |name: &str| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).exists();
    (has("mingce") && has("mingce-service")).then(|| folder.to_owned())
}

struct Service {
    child: Child,
    address: String,
    _out: BufReader<ChildStdout>,
}

struct Scene {
    programs: PathBuf,
    folder: TempDir,
    random: Random,
    service: Option<Service>,
    /// Members that a program said it had saved, by card number, and at which desktop.
    saved: BTreeMap<String, &'static str>,
    /// Titles that a program said it had saved.
    titles: BTreeMap<String, String>,
    next: usize,
    typical: BTreeMap<During, Duration>,
    killed: Killed,
}

/// How a program ended.
struct Ended {
    is_done: bool,
    is_killed: bool,
    out: String,
    errors: String,
}

impl Scene {
    fn open(programs: &Path, seed: u64) -> Result<Self, String> {
        let mut scene = Self {
            programs: programs.to_owned(),
            folder: folders::fresh(),
            random: Random::for_index(seed, 4),
            service: None,
            saved: BTreeMap::new(),
            titles: BTreeMap::new(),
            next: 0,
            typical: BTreeMap::new(),
            killed: Killed::default(),
        };
        scene.serve()?;
        let url = format!("http://{}", scene.service.as_ref().map_or("", |service| &service.address));
        for home in ["one", "two", "template"] {
            let key = scene.path(&format!("{home}.key")).to_string_lossy().into_owned();
            scene.must("none", &["key", "new", &key])?;
            let founding = [
                "organisation",
                "create",
                "--service",
                &url,
                "--name",
                "第一中学",
                "--admin",
                "王老师",
                "--phone",
                PHONE,
            ];
            let signing = ["sign-in", "--service", &url, "--phone", PHONE];
            let words = if home == "one" { &founding[..] } else { &signing[..] };
            scene.must(home, &[words, &["--password-stdin"]].concat())?;
        }
        Ok(scene)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the service on what lies there, at the address that it had.
    fn serve(&mut self) -> Result<(), String> {
        let address = self.service.take().map_or("127.0.0.1:0".to_owned(), |service| service.address);
        let mut command = Command::new(self.programs.join("mingce-service"));
        command.args(["serve", "--listen", &address, "--data"]).arg(self.path("service"));
        command.env("RUST_LOG", "error").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let until = Instant::now() + LONGEST;
        loop {
            let mut child = command.spawn().map_err(|error| format!("mingce-service does not start: {error}"))?;
            let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
            let mut line = String::new();
            out.read_line(&mut line).map_err(|error| error.to_string())?;
            if let Some(told) = line.strip_prefix("listening on ") {
                let address = told.split_whitespace().next().unwrap_or_default().to_owned();
                self.service = Some(Service { child, address, _out: out });
                return Ok(());
            }
            // The address may not be free yet.
            let status = child.wait().map_err(|error| error.to_string())?;
            if Instant::now() > until {
                return Err(format!("mingce-service does not serve after a kill: {status}"));
            }
            pause(Duration::from_millis(20));
        }
    }

    fn command(&self, home: &str, words: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join("mingce"));
        command.arg("--home").arg(self.path(home)).args(["--json", "--lang", "en"]);
        if words.first() != Some(&"key") {
            // A first pull begins on a copy of the home that signed in.
            let key = if home.starts_with("fresh") { "template" } else { home };
            command.arg("--key-file").arg(self.path(&format!("{key}.key")));
        }
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program; `end_it`: when and what to kill.
    fn run(&mut self, home: &str, words: &[&str], end_it: Option<(Duration, Victim)>) -> Result<Ended, String> {
        let mut child = self.command(home, words).spawn().map_err(|error| format!("mingce does not start: {error}"))?;
        let began = Instant::now();
        if let Some(mut input) = child.stdin.take() {
            // Verbs that read nothing may be gone already.
            let _ = input.write_all(PASSWORD.as_bytes());
        }
        let out = reading(child.stdout.take().ok_or("no output")?);
        let errors = reading(child.stderr.take().ok_or("no output")?);
        let mut end_it = end_it;
        let mut is_killed = false;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break status;
            }
            if let Some((_, victim)) = end_it.take_if(|(after, _)| began.elapsed() >= *after) {
                is_killed = true;
                match victim {
                    Victim::Desktop => child.kill().map_err(|error| error.to_string())?,
                    Victim::Service => self.kill_service()?,
                }
            }
            if began.elapsed() > LONGEST {
                let _ = child.kill();
                return Err(format!("mingce {words:?} does not end"));
            }
            pause(Duration::from_millis(1));
        };
        let text = |reading: std::thread::JoinHandle<String>| reading.join().unwrap_or_default();
        Ok(Ended { is_done: status.success(), is_killed, out: text(out), errors: text(errors) })
    }

    fn kill_service(&mut self) -> Result<(), String> {
        let service = self.service.as_mut().ok_or("no service runs")?;
        service.child.kill().map_err(|error| error.to_string())?;
        service.child.wait().map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Runs the program, which must do what it is told.
    fn must(&mut self, home: &str, words: &[&str]) -> Result<Value, String> {
        let ended = self.run(home, words, None)?;
        if !ended.is_done {
            let told: String = ended.out.chars().take(500).chain(ended.errors.chars().take(500)).collect();
            return Err(format!("mingce {words:?} at {home} failed: {told}"));
        }
        serde_json::from_str(&ended.out).map_err(|_| format!("mingce {words:?} did not answer with JSON"))
    }

    /// One piece of work that is cut off, and a look at what is left.
    fn round(&mut self) -> Result<(), String> {
        let home = *self.random.pick(&["one", "two"]);
        let other = if home == "one" { "two" } else { "one" };
        match *self.random.pick(&[During::Push, During::Pull, During::Import, During::FirstPull]) {
            During::Import => self.import(home),
            During::Push => {
                self.add_some(home)?;
                self.cut_off(During::Push, home, &["sync"])?;
                self.look(home, false)
            }
            During::Pull => {
                self.add_some(other)?;
                self.must(other, &["sync"])?;
                self.cut_off(During::Pull, home, &["sync"])?;
                self.look(home, false)
            }
            During::FirstPull => self.pull_first(home),
        }
    }

    /// Runs it and kills it or the service anywhere in it.
    fn cut_off(&mut self, during: During, home: &str, words: &[&str]) -> Result<Ended, String> {
        let typical = self.typical.get(&during).copied().unwrap_or(TYPICAL);
        let after = Duration::from_micros(self.random.below(typical.as_micros() as u64));
        let is_service = during != During::Import && self.random.percent(50);
        let victim = if is_service { Victim::Service } else { Victim::Desktop };
        let began = Instant::now();
        let ended = self.run(home, words, Some((after, victim)))?;
        if ended.is_killed {
            let killed = if is_service { &mut self.killed.service } else { &mut self.killed.desktop };
            *killed.entry(during).or_default() += 1;
        } else {
            self.typical.insert(during, (typical + began.elapsed()) / 2);
        }
        // Whatever a kill cuts off was shorter than the whole.
        if ended.is_killed && !ended.is_done {
            self.typical.insert(during, typical + typical / 16);
        }
        if is_service && ended.is_killed {
            self.serve()?;
        }
        Ok(ended)
    }

    fn numbers(&mut self, count: usize) -> Vec<String> {
        let from = self.next;
        self.next += count;
        (from..self.next).map(|number| format!("K{number:06}")).collect()
    }

    /// Each desktop has departments of its own: two that made the same one apart would have to be told which is meant.
    fn sheet(&self, home: &str, numbers: &[String]) -> Result<String, String> {
        let mut text = "姓名,学号,部门\n".to_owned();
        for (place, number) in numbers.iter().enumerate() {
            text.push_str(&format!("学生{number},{number},{home} {}班\n", place % 7 + 1));
        }
        let path = self.path("people.csv");
        std::fs::write(&path, text).map_err(|error| error.to_string())?;
        Ok(path.to_string_lossy().into_owned())
    }

    /// People and a title that are saved before anything is cut off.
    fn add_some(&mut self, home: &'static str) -> Result<(), String> {
        let numbers = self.numbers(ROWS);
        let file = self.sheet(home, &numbers)?;
        self.must(home, &["import", &file])?;
        let title = format!("班长{}", self.next);
        self.must(home, &["edit", &numbers[0], &format!("title={title}")])?;
        self.titles.insert(numbers[0].clone(), title);
        self.saved.extend(numbers.into_iter().map(|number| (number, home)));
        Ok(())
    }

    /// An import that is cut off left everything or nothing.
    fn import(&mut self, home: &'static str) -> Result<(), String> {
        let numbers = self.numbers(ROWS);
        let file = self.sheet(home, &numbers)?;
        let ended = self.cut_off(During::Import, home, &["import", &file])?;
        let here = self.members(home)?;
        let found = numbers.iter().filter(|number| here.contains_key(*number)).count();
        if found != 0 && found != numbers.len() {
            return Err(format!("a killed import left {found} of {} people", numbers.len()));
        }
        if ended.is_done && found == 0 {
            return Err("an import that said it was done is gone".into());
        }
        if found > 0 {
            self.saved.extend(numbers.into_iter().map(|number| (number, home)));
        }
        Ok(())
    }

    /// A roster that is filled for the first time goes on after it was cut off.
    fn pull_first(&mut self, other: &str) -> Result<(), String> {
        self.must(other, &["sync"])?;
        let home = format!("fresh-{}", self.killed.count());
        copy_folder(&self.path("template"), &self.path(&home))?;
        self.cut_off(During::FirstPull, &home, &["sync"])?;
        self.must(&home, &["sync"])?;
        let (here, there) = (self.members(&home)?, self.members(other)?);
        // The other one may have taken in more meanwhile, never less.
        if let Some(number) = there.keys().find(|number| !here.contains_key(*number)) {
            return Err(format!("{number} did not come to a roster whose first pull was cut off"));
        }
        std::fs::remove_dir_all(self.path(&home)).map_err(|error| error.to_string())
    }

    /// Everybody at a desktop, by card number; each once.
    fn members(&mut self, home: &str) -> Result<BTreeMap<String, Value>, String> {
        let answer = self.must(home, &["members", "--limit", "1000000"])?;
        let mut all = BTreeMap::new();
        for member in answer["members"].as_array().ok_or("no list of members")? {
            let number = member["card_number"].as_str().ok_or("a member without a number")?.to_owned();
            if all.insert(number.clone(), member.clone()).is_some() {
                return Err(format!("{number} is there twice at {home}"));
            }
        }
        Ok(all)
    }

    /// What this desktop must have: what it said itself to have saved, or what any said.
    fn look(&mut self, home: &str, is_all: bool) -> Result<(), String> {
        let here = self.members(home)?;
        let is_due = |at: &str| is_all || at == home;
        if let Some((number, at)) = self.saved.iter().find(|(number, at)| is_due(at) && !here.contains_key(*number)) {
            return Err(format!("{number} was saved at {at} and is not at {home}"));
        }
        if !is_all {
            return Ok(());
        }
        if let Some(number) = here.keys().find(|number| !self.saved.contains_key(*number)) {
            return Err(format!("{number} at {home} was never saved"));
        }
        for (number, title) in &self.titles {
            if here[number]["title"].as_str() != Some(title) {
                return Err(format!("the title of {number} at {home} is {}, not {title}", here[number]["title"]));
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Killed, String> {
        copy_folder(&self.path("template"), &self.path("fresh-last"))?;
        for _ in 0..2 {
            for home in ["one", "two", "fresh-last"] {
                self.must(home, &["sync"])?;
            }
        }
        for home in ["one", "two", "fresh-last"] {
            self.look(home, true)?;
            for verb in ["conflicts", "refusals"] {
                let found = self.must(home, &[verb])?;
                if found.as_array().is_none_or(|found| !found.is_empty()) {
                    return Err(format!("{verb} at {home}: {found}"));
                }
            }
        }
        self.kill_service()?;
        let database = rusqlite::Connection::open(self.path("service").join("service.db"));
        let database = database.map_err(|error| error.to_string())?;
        let number = |sql| database.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|error| error.to_string());
        let twice = "SELECT count(*) FROM (SELECT 1 FROM change WHERE replica IS NOT NULL
            GROUP BY organisation, replica, m, kind, id HAVING count(*) > 1)";
        if number(twice)? != 0 || number("SELECT count(*) FROM change")? != number("SELECT head FROM organisation")? {
            return Err("the service's log has an edit twice or leaves a version out".into());
        }
        self.killed.members = self.saved.len();
        Ok(self.killed.clone())
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(service) = &mut self.service {
            let _ = service.child.kill();
            let _ = service.child.wait();
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Victim {
    Desktop,
    Service,
}

fn reading(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(to).map_err(failed)?;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target).map_err(failed)?;
        }
    }
    Ok(())
}

#[allow(
    clippy::disallowed_methods,
    reason = "the instant of a kill is what this is about; nothing else waits for time"
)]
fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
