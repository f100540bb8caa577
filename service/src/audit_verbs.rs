//! The operator's verbs about audits.

use crate::place::Place;
use crate::verbs::existing;
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use data_encoding::HEXLOWER;
use mingce_service::audit::{Audits, CSV_HEAD, Evidence, Head, Wanted, csv_line};
use std::io::Write;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum AuditVerb {
    /// Goes over every audit; fails where one was changed, has a gap or was cut behind a signed head.
    Verify(Verify),
    /// Writes an audit to standard output.
    Export(Export),
    /// Prints every signed head, one a line: keep them somewhere else.
    Heads(Place),
    /// Prints the public half of the key that signs heads.
    Key(Place),
}

#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
    /// A head that was kept elsewhere, as `heads` prints it; may be given several times.
    #[arg(long, value_name = "HEAD")]
    head: Vec<Head>,
    /// File of such heads, one a line.
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
    /// Public key whose signatures are believed beside the service's own, in hexadecimal; may be given several times.
    #[arg(long, value_name = "KEY", value_parser = public_key)]
    public_key: Vec<[u8; 32]>,
}

#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
    /// Id of the organisation, from `administrator list`; `service` for what concerns none.
    #[arg(long, value_parser = wanted)]
    organisation: Wanted,
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

fn public_key(text: &str) -> Result<[u8; 32], String> {
    let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| "a public key has 64 hexadecimal digits".to_owned())
}

fn wanted(text: &str) -> Result<Wanted, String> {
    match text {
        "service" => Ok(Wanted::Service),
        _ => text.parse().map(Wanted::Organisation).map_err(|_| "neither an id nor `service`".to_owned()),
    }
}

/// Carries the verb out; what it says goes to standard output.
pub fn run(verb: AuditVerb) -> anyhow::Result<()> {
    match verb {
        AuditVerb::Verify(wanted) => verify(wanted),
        AuditVerb::Export(wanted) => {
            let options = existing(wanted.place)?;
            let mut out = std::io::stdout().lock();
            if wanted.format == Format::Csv {
                writeln!(out, "{CSV_HEAD}")?;
            }
            Audits::open(&options)?.export(wanted.organisation, &mut |entry| match wanted.format {
                Format::Csv => writeln!(out, "{}", csv_line(entry)),
                Format::Jsonl => writeln!(out, "{}", entry.to_json()),
            })?;
            Ok(())
        }
        AuditVerb::Heads(place) => {
            let options = existing(place)?;
            let mut out = std::io::stdout().lock();
            Audits::open(&options)?.heads(&mut |head| writeln!(out, "{head}"))?;
            Ok(())
        }
        AuditVerb::Key(place) => {
            let options = existing(place)?;
            println!("{}", HEXLOWER.encode(&Audits::open(&options)?.public_key()?));
            Ok(())
        }
    }
}

fn verify(wanted: Verify) -> anyhow::Result<()> {
    let mut heads = wanted.head;
    if let Some(file) = &wanted.heads {
        let text = std::fs::read_to_string(file).context("the file of heads cannot be read")?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            heads.push(line.parse().context("a line of the file is no head")?);
        }
    }
    let options = existing(wanted.place)?;
    let checked = Audits::open(&options)?.verify(Evidence { keys: wanted.public_key, heads })?;
    let mut broken = 0;
    for checked in checked {
        let whose = match checked.ledger {
            Some(ledger) if ledger.key == mingce_service::storage::OrganisationKey::SERVICE => "service".to_owned(),
            Some(ledger) => ledger.id.to_string(),
            None => "unknown".to_owned(),
        };
        match checked.state {
            Ok(state) => {
                let link = HEXLOWER.encode(&state.link);
                println!("{whose}\t{}\t{link}\tsigned to {} by {} heads", state.entries, state.signed_to, state.heads);
            }
            Err(what) => {
                broken += 1;
                println!("{whose}\t{what}");
            }
        }
    }
    anyhow::ensure!(broken == 0, "{broken} of the audits are not what was written");
    Ok(())
}
