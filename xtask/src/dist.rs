//! What is handed to users of this platform: the app's installer, the command line and the service, in target/dist. They bring
//! their own OpenSSL, so that they run on systems with another.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::Args;

use crate::{icons, notices, places, process, ui};

#[derive(Args)]
pub(crate) struct Dist {
    /// Kinds of installer, such as deb,rpm; those of tauri.conf.json for this platform unless given.
    #[arg(long, value_delimiter = ',')]
    bundles: Vec<String>,
}

impl Dist {
    pub(crate) fn run(&self) -> Result<()> {
        let tauri = icons::tauri_program()?;
        ui::build()?;
        let mut bundle = process::command(tauri);
        // The UI is built already, and the bundler would run npm from elsewhere.
        bundle.args(["build", "--config", r#"{"build":{"beforeBuildCommand":""}}"#]);
        bundle.args(["--features", "mingce-app/vendored-openssl"]);
        if !self.bundles.is_empty() {
            bundle.args(["--bundles", &self.bundles.join(",")]);
        }
        process::run(&mut bundle)?;
        let programs = ["--package", "mingce-cli", "--package", "mingce-service"];
        let own_openssl = ["--features", "mingce-app/vendored-openssl,mingce-service/vendored-openssl"];
        process::run(process::cargo().args(["build", "--release", "--bins"]).args(programs).args(own_openssl))?;
        let release = places::target()?.join("release");
        let dist = places::target()?.join("dist");
        fs::create_dir_all(&dist)?;
        for name in ["mingce", "mingce-service"] {
            let name = places::executable(name);
            fs::copy(release.join(&name), dist.join(&name)).with_context(|| format!("{name} was not built"))?;
        }
        copy_installers(&release.join("bundle"), &dist)?;
        notices::write_texts(&dist.join("third-party.txt"))?;
        println!("everything lies in {}", dist.display());
        Ok(())
    }
}

/// The bundler lays each kind into a folder of its own, beside the pieces it is made of.
fn copy_installers(bundles: &Path, dist: &Path) -> Result<()> {
    const KINDS: [&str; 6] = ["deb", "rpm", "exe", "msi", "dmg", "AppImage"];
    for folder in fs::read_dir(bundles).context("the bundler left nothing")? {
        for entry in fs::read_dir(folder?.path())?.flatten() {
            let path = entry.path();
            let is_installer =
                path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| KINDS.contains(&ending));
            if path.is_file() && is_installer {
                fs::copy(&path, dist.join(entry.file_name()))?;
            }
        }
    }
    Ok(())
}
