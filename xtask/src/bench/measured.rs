//! One run of one program, as bench/peers/measure.py tells it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::peers::Peers;
use crate::process;

/// What a run cost, and what the program itself said on its last line.
pub(crate) struct Measured(Value);

impl Measured {
    /// Runs the command to its end. The file is what it writes, when its size matters.
    pub(crate) fn run(peers: &Peers, inner: &Command, out: Option<&Path>) -> Result<Self> {
        let mut measure = peers.command(peers.python()?);
        measure.arg(Peers::script("measure.py")).args(["--limit", "900"]);
        if let Some(out) = out {
            measure.arg("--out").arg(out);
        }
        measure.arg("--").arg(inner.get_program()).args(inner.get_args());
        for (name, value) in inner.get_envs() {
            measure.env(name, value.unwrap_or(OsStr::new("")));
        }
        let shown = process::shown(inner);
        println!("{shown}");
        let printed = process::output(&mut measure)?;
        let answer: Value =
            serde_json::from_str(printed.trim()).with_context(|| format!("no measurement of {shown}"))?;
        println!("  {answer}");
        ensure!(answer["status"] == 0, "ended with {}: {shown}", answer["status"]);
        Ok(Self(answer))
    }

    /// A number of the measurement.
    pub(crate) fn number(&self, name: &str) -> Result<f64> {
        self.0[name].as_f64().with_context(|| format!("the measurement has no {name}"))
    }
}
