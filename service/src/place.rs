//! Where the data is, on the command line: a folder, or a PostgreSQL database.

use anyhow::{Context, bail};
use clap::Args;
use mingce_service::{DatabaseAddress, DatabaseKey, ServiceOptions};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Place {
    /// Folder of the database.
    #[arg(long, required_unless_present = "database", conflicts_with = "database")]
    data: Option<PathBuf>,
    /// File with 64 hexadecimal digits: encrypts the database in the folder.
    #[arg(long, conflicts_with = "database")]
    key_file: Option<PathBuf>,
    /// PostgreSQL instead of a folder: postgresql://user@host/database
    #[arg(long, env = "MINGCE_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<String>,
    /// File with the password of the database's user.
    #[arg(long, requires = "database", value_name = "FILE")]
    database_password_file: Option<PathBuf>,
    /// Certificates to trust for the database's server instead of the system's, PEM.
    #[arg(long, requires = "database", value_name = "FILE")]
    database_ca: Option<PathBuf>,
    /// File with the key that signs the audits' heads; made where it is missing. Without it `audit.key` in the data folder.
    #[arg(long, value_name = "FILE")]
    audit_key: Option<PathBuf>,
    /// File with the key under which second factors are sealed; made where it is missing. Without it `secret.key` in the data
    /// folder.
    #[arg(long, value_name = "FILE")]
    secret_key: Option<PathBuf>,
}

impl Place {
    /// Options of a service with its data there.
    pub fn options(self, listen: SocketAddr) -> anyhow::Result<ServiceOptions> {
        let mut options = ServiceOptions::system(listen, self.data.unwrap_or_default());
        options.audit_key = self.audit_key;
        options.secret_key = self.secret_key;
        options.database_key = self.key_file.as_deref().map(read_key).transpose()?;
        if let Some(url) = &self.database {
            let password = self.database_password_file.as_deref().map(read_password).transpose()?;
            let address = DatabaseAddress::parse(url, password.as_deref(), self.database_ca.as_deref())?;
            options.database = Some(address);
        }
        Ok(options)
    }

    /// A folder must be there already where nothing is to be made.
    pub fn check_exists(&self) -> anyhow::Result<()> {
        if self.database.is_none() && !self.data.as_deref().is_some_and(Path::is_dir) {
            bail!("the data folder is not there");
        }
        Ok(())
    }
}

/// The key in a file with 64 hexadecimal digits.
fn read_key(path: &Path) -> anyhow::Result<DatabaseKey> {
    let text = std::fs::read_to_string(path).context("the key file cannot be read")?;
    DatabaseKey::from_hex(&text).context("the key file must hold 64 hexadecimal digits")
}

fn read_password(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).context("the file with the database's password cannot be read")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
