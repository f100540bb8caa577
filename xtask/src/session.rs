//! A desktop session of its own for tests on Linux: a virtual screen, a message bus and an unlocked
//! keyring. Nothing of the user's own session is touched, and everything ends with the command.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::process;

/// What the session must offer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// A message bus and a keyring that is unlocked.
    Keyring,
    /// The same and a screen.
    Screen,
}

/// Tells tests that there is a keyring they may write to.
pub(crate) const KEYRING_IS_OURS: &str = "MINGCE_TEST_KEYRING";

/// Unlocks the keyring of the session's own folder. The newline is its (empty) password: without it the daemon starts
/// but stays unusable.
const UNLOCK: &str = r#"printf '\n' | HOME="$SESSION_HOME" XDG_DATA_HOME="$SESSION_HOME/share" gnome-keyring-daemon --unlock --components=secrets >/dev/null
"#;

/// A command that runs in a session of its own; the folder lives as long as the value.
pub(crate) struct Session {
    pub(crate) command: Command,
    _folder: TempDir,
}

impl Session {
    /// Wraps a command. It is ended when it takes longer than the limit, so that a hung window cannot hang the run.
    pub(crate) fn around(inner: &Command, offer: Offer, limit_s: u32) -> Result<Self> {
        // Sockets in it may have 107 bytes of path at most, so no folder below `target`.
        let folder = tempfile::Builder::new().prefix("mingce-").tempdir().context("a folder for the session")?;
        let runtime = folder.path().join("run");
        std::fs::create_dir(&runtime)?;
        close_to_others(&runtime)?;
        let mut command = process::command("timeout");
        command.args(["--kill-after=20", &limit_s.to_string()]);
        if offer == Offer::Screen {
            command.args(["xvfb-run", "--auto-servernum", "--server-args=-screen 0 1280x800x24", "--"]);
        }
        let script = folder.path().join("session");
        std::fs::write(&script, format!("set -eu\n{UNLOCK}exec \"$@\"\n"))?;
        command.args(["dbus-run-session", "--", "bash"]).arg(script);
        command.arg(inner.get_program()).args(inner.get_args());
        for (name, value) in inner.get_envs() {
            command.env(name, value.unwrap_or(OsStr::new("")));
        }
        command.env("SESSION_HOME", folder.path()).env("XDG_RUNTIME_DIR", &runtime).env("NO_AT_BRIDGE", "1");
        command.env(KEYRING_IS_OURS, "1");
        // A session that was left behind by another desktop must not be taken for ours.
        command.env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
        Ok(Self { command, _folder: folder })
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Result<()> {
        process::run(&mut self.command)
    }
}

#[cfg(unix)]
fn close_to_others(folder: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    Ok(())
}

#[cfg(not(unix))]
fn close_to_others(_folder: &std::path::Path) -> Result<()> {
    anyhow::bail!("a session of its own is made on Linux only")
}
