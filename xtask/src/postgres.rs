//! A PostgreSQL server of its own for tests: made in a temporary folder, reached by a socket in it, gone with the value.
//! The system's server, if there is one, is left alone.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::process;

/// Names the database that tests of the service use instead of a file.
pub(crate) const TEST_DATABASE: &str = "MINGCE_TEST_DATABASE";

/// Where Debian keeps each version's programs; they are not in PATH.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The server refuses to run as root; Debian's package makes this user.
const USER: &str = "postgres";
/// Nobody keeps what tests write, so nothing waits for the disk.
const SETTINGS: [&str; 5] =
    ["listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB"];

/// What the server's log says, in English by its locale, when it takes connections.
const READY: &str = "ready to accept connections";
const START_WAIT: Duration = Duration::from_secs(60);

/// A running server.
pub(crate) struct Cluster {
    server: Child,
    folder: TempDir,
}

impl Cluster {
    /// Makes and starts one; `None` where PostgreSQL's server is not installed.
    pub(crate) fn start() -> Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        // Sockets may have 107 bytes of path at most, so no folder below `target`.
        let folder = tempfile::Builder::new().prefix("mingce-pg-").tempdir().context("a folder for the database")?;
        let runs_as_other = process::output(Command::new("id").arg("-u"))?.trim() == "0";
        if runs_as_other {
            process::run(Command::new("chown").arg(format!("{USER}:")).arg(folder.path()))?;
        }
        let own = |program: &str| {
            let mut command = Command::new("setpriv");
            // With us it ends too, however we end.
            command.args(["--pdeathsig", "INT"]);
            if runs_as_other {
                command.args(["--reuid", USER, "--regid", USER, "--init-groups"]);
            }
            command.arg(programs.join(program)).current_dir(folder.path());
            command
        };
        let data = folder.path().join("data");
        let mut make = own("initdb");
        make.arg("--pgdata").arg(&data).args(["--username", USER, "--auth", "trust", "--encoding", "UTF8"]);
        process::output(make.args(["--locale", "C", "--no-sync"]))?;
        let mut serve = own("postgres");
        serve.arg("-D").arg(&data).arg("-k").arg(folder.path());
        for setting in SETTINGS {
            serve.args(["-c", setting]);
        }
        let mut server =
            serve.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().context("the server does not start")?;
        let log = server.stderr.take().context("the server has a log")?;
        let cluster = Self { server, folder };
        wait_until_ready(log)?;
        Ok(Some(cluster))
    }

    /// How programs reach it.
    pub(crate) fn url(&self) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgresql://{USER}@{folder}/postgres")
    }

    fn stop(&mut self) -> Result<()> {
        // A fast shutdown, which leaves no shared memory behind.
        let stopped = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status()?;
        ensure!(stopped.success(), "the database server cannot be told to stop");
        self.server.wait()?;
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.stop().is_err() {
            let _ = self.server.kill();
        }
    }
}

/// Reads the log until the server takes connections; what follows in it is of no interest.
fn wait_until_ready(log: ChildStderr) -> Result<()> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            if line.contains(READY) {
                let _ = tell.send(());
            }
        }
    });
    told.recv_timeout(START_WAIT).context("the database server does not answer")
}

/// The folder of the newest installed version's programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    let elsewhere = || Some(process::find("initdb")?.parent()?.to_owned());
    versions.pop().map(|(_, bin)| bin).or_else(elsewhere)
}

/// The database that somebody has named for tests.
pub(crate) fn named() -> Option<String> {
    env::var(TEST_DATABASE).ok().filter(|url| !url.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_server_answers_and_leaves_nothing_behind() {
        let Some(cluster) = Cluster::start().unwrap() else { return };
        let folder = cluster.folder.path().to_owned();
        let mut ask = Command::new(programs().unwrap().join("psql"));
        let answer = process::output(ask.args(["-At", "-c", "SHOW server_encoding"]).arg(cluster.url()));
        assert_eq!(answer.unwrap().trim(), "UTF8");
        drop(cluster);
        assert!(!folder.exists());
    }
}
