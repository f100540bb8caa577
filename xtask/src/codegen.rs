//! The UI's types and client are written from crates/ipc: regenerated here, committed, never edited by hand. A test of
//! that crate, which every test run does, tells when the committed files are stale. So does tidy of the list of others' parts.

use anyhow::Result;
use clap::Args;

use crate::{notices, process};

#[derive(Args)]
pub(crate) struct Codegen {
    /// Write nothing: fail when the committed files are not those that would be written.
    #[arg(long)]
    check: bool,
}

impl Codegen {
    pub(crate) fn run(&self) -> Result<()> {
        let mut cargo = process::cargo();
        if !self.check {
            cargo.env("MINGCE_CODEGEN", "1");
        }
        if !self.check {
            notices::write()?;
        }
        let test = "the_committed_client_is_the_generated_one";
        process::run(cargo.args(["test", "--quiet", "--package", "mingce-ipc", "--lib", "--", test]))
    }
}
