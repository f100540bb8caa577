//! `cargo xtask test`: what is missing is installed, then every test there is runs, from formatting to a person's
//! journey through the real window.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::packages::{self, Consent};
use crate::postgres::{self, Cluster, TEST_DATABASE};
use crate::session::{KEYRING_IS_OURS, Offer, Session};
use crate::steps::{self, Outcome, Step};
use crate::{places, process, python, tidy, ui};

/// The version that speaks to the web view of Debian stable and to WebView2.
const TAURI_DRIVER: &str = "2.1.0";
/// The package whose test programs drive whole programs, and the one of them that needs a screen.
const WHOLE_PROGRAM_TESTS: &str = "mingce-tests";
const JOURNEYS: &str = "desktop";
/// The packages whose tests run over every storage that the service has, and these tests' programs.
const STORAGE_TESTS: [(&str, &str); 3] =
    [("mingce-service", "service"), (WHOLE_PROGRAM_TESTS, "scenarios"), ("mingce-simulation", "postgres")];
/// The tests of screens and pages: every file of the folder whose name ends so.
const BROWSER_TESTS: (&str, &str) = ("tests/e2e", ".spec.mjs");
/// Asks the service whatever its description allows.
const FUZZER: &str = "tests/api";
/// Makes a desktop session of its own with an input method in it.
const TYPING_TEST: &str = "tests/e2e/ime.mjs";

#[derive(Args)]
pub(crate) struct Test {
    /// Install what is missing without asking (also when CI=true).
    #[arg(long)]
    yes: bool,
    /// Do only this step; may be given more than once.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Show the steps and do nothing.
    #[arg(long)]
    list: bool,
}

const STEPS: &[Step<Consent>] = &[
    Step { name: "packages", purpose: "what the system has to bring", work: install_packages },
    Step { name: "tools", purpose: "the driver of the real window", work: install_tools },
    Step { name: "format", purpose: "rustfmt finds nothing to change", work: check_format },
    Step { name: "tidy", purpose: "the house rules", work: |_| done(tidy::run()) },
    Step { name: "ui-install", purpose: "packages of the lock file", work: |_| done(ui::install()) },
    Step { name: "ui-lint", purpose: "Biome finds nothing to change", work: |_| done(ui::script("lint")) },
    Step { name: "ui-test", purpose: "tests of the UI's parts", work: |_| done(ui::script("test")) },
    Step { name: "ui-build", purpose: "types checked, ui/dist made", work: |_| done(ui::script("build")) },
    Step { name: "build", purpose: "every program and test program", work: build_everything },
    Step {
        name: "rust",
        purpose: "tests of every crate, generated files, scenarios with a real service",
        work: run_rust_tests,
    },
    Step {
        name: "postgresql",
        purpose: "the service's tests, the scenarios and histories over PostgreSQL",
        work: run_database_tests,
    },
    Step { name: "api", purpose: "the service keeps to its own description, whatever it is asked", work: fuzz_service },
    Step { name: "fuzz", purpose: "the fuzz targets compile", work: check_fuzz_targets },
    Step { name: "doc", purpose: "examples in the documentation", work: run_doc_tests },
    Step { name: "browser", purpose: "every screen and page in a browser", work: run_browser_tests },
    Step { name: "typing", purpose: "the grid under a real Pinyin input method", work: run_typing_test },
    Step { name: "journeys", purpose: "the real window with the real keyring", work: run_journeys },
];

impl Test {
    pub(crate) fn run(&self) -> Result<()> {
        if self.list {
            steps::list(STEPS);
            return Ok(());
        }
        steps::run("test", STEPS, &self.only, &Consent::from_yes(self.yes))
    }
}

/// Clippy compiles every dependency once more, so it has a command of its own.
pub(crate) fn lint() -> Result<()> {
    let mut cargo = process::cargo();
    process::run(cargo.args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

fn done(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Done)
}

fn left_out(reason: &str) -> Result<Outcome> {
    Ok(Outcome::LeftOut(reason.into()))
}

fn install_packages(consent: &Consent) -> Result<Outcome> {
    match packages::install(&[&packages::BUILD, &packages::TEST], *consent)? {
        None => Ok(Outcome::Done),
        Some(remark) => Ok(Outcome::LeftOut(remark)),
    }
}

fn install_tools(_: &Consent) -> Result<Outcome> {
    if cfg!(target_os = "macos") {
        return left_out("macOS has no WebDriver for its web view");
    }
    if driver()?.exists() {
        return Ok(Outcome::Done);
    }
    let mut cargo = process::cargo();
    cargo.args(["install", "tauri-driver", "--version", TAURI_DRIVER, "--locked", "--root"]);
    done(process::run(cargo.arg(places::tools()?)))
}

/// The program between WebDriver and the window.
fn driver() -> Result<PathBuf> {
    Ok(places::tools()?.join("bin").join(places::executable("tauri-driver")))
}

fn check_format(_: &Consent) -> Result<Outcome> {
    done(process::run(process::cargo().args(["fmt", "--all", "--check"])))
}

/// All in one go and all with the same features, so that no later step compiles a dependency again.
fn build_everything(_: &Consent) -> Result<Outcome> {
    done(process::run(process::cargo().args(["build", "--workspace", "--all-targets"]).args(process::OWN_OPENSSL)))
}

fn run_rust_tests(_: &Consent) -> Result<Outcome> {
    let mut tests = rust_tests(Which::AllButJourneys)?;
    tests.env(TEST_DATABASE, "");
    if !cfg!(target_os = "linux") {
        // A session of its own cannot be made there; a build machine's keyring is nobody's.
        if env::var_os("CI").is_some() {
            tests.env(KEYRING_IS_OURS, "1");
        }
        return done(process::run(&mut tests));
    }
    done(Session::around(&tests, Offer::Keyring, 2_400)?.run())
}

/// Over the database that is named, or over a server of their own.
fn run_database_tests(_: &Consent) -> Result<Outcome> {
    let mut tests = rust_tests(Which::Storage)?;
    if let Some(url) = postgres::named() {
        return done(process::run(tests.env(TEST_DATABASE, url)));
    }
    if !cfg!(target_os = "linux") {
        return left_out("a server of their own is started on Linux only; MINGCE_TEST_DATABASE names another");
    }
    let Some(cluster) = Cluster::start()? else { return left_out("PostgreSQL's server is not installed") };
    done(process::run(tests.env(TEST_DATABASE, cluster.url())))
}

/// With the programs of the last build.
fn fuzz_service(_: &Consent) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return left_out("the reader of printed codes that it takes its invitation from is there on Linux");
    }
    let folder = places::target()?.join("api");
    fs::create_dir_all(&folder)?;
    let python =
        match python::environment(&folder.join("python"), &places::root().join(FUZZER).join("requirements.txt")) {
            Ok(python) => python,
            Err(failure) => return Ok(Outcome::LeftOut(format!("Schemathesis could not be had: {failure:#}"))),
        };
    let work = folder.join("work");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir(&work)?;
    let built = |name: &str| Ok::<_, anyhow::Error>(places::target()?.join("debug").join(places::executable(name)));
    let mut fuzz = process::command(python);
    fuzz.arg(places::root().join(FUZZER).join("fuzz.py")).arg(built("mingce-service")?).arg(built("mingce")?).arg(work);
    done(process::run(&mut fuzz))
}

/// A workspace of its own, which nothing else compiles. Only looked at: its options, and the fuzzer, are for whoever fuzzes.
fn check_fuzz_targets(_: &Consent) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return left_out("fuzzing is done on Linux");
    }
    let mut cargo = process::cargo();
    cargo.args(["check", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target-dir"]);
    cargo.arg(places::root().join("target").join("fuzz"));
    // A check links nothing, so that the fuzzer itself need not be compiled.
    cargo.env("CUSTOM_LIBFUZZER_PATH", "/nonexistent/libfuzzer.a");
    done(process::run(&mut cargo))
}

fn run_doc_tests(_: &Consent) -> Result<Outcome> {
    done(process::run(process::cargo().args(["test", "--quiet", "--workspace", "--doc"]).args(process::OWN_OPENSSL)))
}

fn run_browser_tests(_: &Consent) -> Result<Outcome> {
    let Some(mut node) = node_tests(BROWSER_TESTS)? else { return left_out("there are no browser tests") };
    if browser().is_none() {
        return left_out("no Chromium, Chrome or Edge was found");
    }
    if !cfg!(target_os = "linux") {
        return done(process::run(&mut node));
    }
    done(Session::around(&node, Offer::Keyring, 1_200)?.run())
}

fn run_typing_test(_: &Consent) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return left_out("ibus, the input method that a test can drive, is for Linux only");
    }
    if !places::root().join(TYPING_TEST).exists() {
        return left_out("there is no typing test");
    }
    let mut node = process::command("timeout");
    name_programs(&mut node)?;
    done(process::run(node.args(["--kill-after=20", "600", "node", TYPING_TEST])))
}

fn run_journeys(_: &Consent) -> Result<Outcome> {
    if cfg!(target_os = "macos") {
        return left_out("macOS has no WebDriver for its web view");
    }
    if !journeys_exist()? {
        return left_out("there are no journeys");
    }
    if cfg!(windows) && process::find("msedgedriver").is_none() {
        return left_out("msedgedriver, in the version of the installed WebView2, is not in PATH");
    }
    let mut tests = rust_tests(Which::Journeys)?;
    if !cfg!(target_os = "linux") {
        return done(process::run(&mut tests));
    }
    done(Session::around(&tests, Offer::Screen, 1_200)?.run())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    AllButJourneys,
    Journeys,
    /// The service as its callers and desktops meet it.
    Storage,
}

fn journeys_exist() -> Result<bool> {
    let packages = places::packages()?;
    let tests = packages.iter().find(|package| package.name == WHOLE_PROGRAM_TESTS);
    Ok(tests.is_some_and(|package| package.tests.iter().any(|test| test == JOURNEYS)))
}

/// By nextest where it is installed, otherwise by cargo's own runner. `--workspace` in both, so that the features, and
/// with them what is built, stay the same.
fn rust_tests(which: Which) -> Result<Command> {
    let mut cargo = process::cargo();
    if process::find("cargo-nextest").is_some() {
        let journeys = format!("(package(={WHOLE_PROGRAM_TESTS}) and binary(={JOURNEYS}))");
        cargo.args(["nextest", "run", "--workspace", "--no-fail-fast"]).args(process::OWN_OPENSSL).arg("--filterset");
        match which {
            Which::AllButJourneys if journeys_exist()? => cargo.arg(format!("not {journeys}")),
            Which::AllButJourneys => cargo.arg("all()"),
            Which::Journeys => cargo.arg(journeys).args(["--test-threads", "1"]),
            Which::Storage => {
                let tests = STORAGE_TESTS.map(|(package, test)| format!("(package(={package}) and binary(={test}))"));
                cargo.arg(tests.join(" or "))
            }
        };
    } else {
        cargo.args(["test", "--workspace", "--no-fail-fast"]).args(process::OWN_OPENSSL);
        match which {
            Which::AllButJourneys => {
                cargo.args(["--lib", "--bins"]);
                for test in places::packages()?.into_iter().flat_map(|package| package.tests) {
                    if test != JOURNEYS {
                        cargo.args(["--test", &test]);
                    }
                }
            }
            Which::Journeys => {
                cargo.args(["--test", JOURNEYS, "--", "--test-threads", "1"]);
            }
            Which::Storage => {
                for (_, test) in STORAGE_TESTS {
                    cargo.args(["--test", test]);
                }
            }
        }
    }
    name_programs(&mut cargo)?;
    Ok(cargo)
}

/// Node's own test runner over the files of a folder that end so; none when there are none.
fn node_tests((folder, ending): (&str, &str)) -> Result<Option<Command>> {
    let files = places::files_ending(folder, ending);
    if files.is_empty() {
        return Ok(None);
    }
    let mut node = process::command("node");
    name_programs(&mut node)?;
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).args(files);
    Ok(Some(node))
}

/// Tells a test where the programs lie that it drives.
pub(crate) fn name_programs(command: &mut Command) -> Result<()> {
    command.env("MINGCE_PROGRAMS", places::target()?.join("debug"));
    command.env("TAURI_DRIVER", driver()?);
    if let Some(browser) = browser() {
        command.env("CHROMIUM", browser);
    }
    Ok(())
}

/// A browser that the tests can drive: the one named in the environment, or one of Chromium's family.
pub(crate) fn browser() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let in_path = || {
        ["chromium", "chromium-browser", "google-chrome", "chrome", "msedge"]
            .iter()
            .find_map(|name| process::find(name))
    };
    let usual = || {
        [
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            r"C:\Program Files\Google\Chrome\Application\chrome.exe",
            r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        ]
        .iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
    };
    named.or_else(in_path).or_else(usual)
}
