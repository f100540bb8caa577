//! First upload, fresh pull and a change of 1 % of the records: CPU of client and server together, bytes, memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Sizes;
use super::peers::Peers;
use super::table::{Reach, Row, Table};
use crate::process;

/// The programs compared with: the runner's name, what the table calls it, and whether ours is judged by it. Anki's
/// row protocol is the nearest in kind; a whole file needs no work on the server at all.
const PEERS: [(&str, &str, bool); 3] =
    [("anki-inc", "Anki by rows", true), ("anki", "Anki whole file", false), ("pouch", "PouchDB", true)];

/// No more bytes a record on the wire, whatever others need.
const MOST_BYTES_A_RECORD: f64 = 75.0;

/// The steps by name, each with what run.py said of it.
struct Steps(BTreeMap<String, Value>);

pub(crate) fn compare(peers: &Peers, sizes: Sizes, table: &mut Table) -> Result<()> {
    let count = sizes.synced;
    let members = peers.folder.join(format!("members_{count}.ndjson"));
    if !members.exists() {
        let made = File::create(&members)?;
        process::run(peers.command(&peers.program("make_members")?).arg(count.to_string()).stdout(made))?;
    }
    let ours = Steps::of("ours", peers, count, Some(peers.program("sync_peer")?))?;
    for (name, title, is_judged) in PEERS {
        match Steps::of(name, peers, count, None) {
            Ok(theirs) => add_rows(&ours, &theirs, title, is_judged, count, table)?,
            Err(failure) => table.leave_out(format!("sync by {title}"), format!("{failure:#}")),
        }
    }
    Ok(())
}

fn add_rows(
    ours: &Steps,
    theirs: &Steps,
    peer: &'static str,
    is_judged: bool,
    count: u32,
    table: &mut Table,
) -> Result<()> {
    let no_slower = if is_judged { Reach::Ratio(1.0) } else { Reach::Nothing };
    let mut add = |what: &str, unit, ours, theirs, reach| {
        table.add(Row { what: what.to_owned(), unit, ours, peer, theirs, reach });
    };
    let records = f64::from(count);
    for (step, what) in [("first-upload", "first upload"), ("fresh-pull", "fresh pull")] {
        let what = format!("{what} of {count}");
        add(&format!("{what}, CPU"), "s", ours.cpu_s(&[step])?, theirs.cpu_s(&[step])?, no_slower);
        let bytes = |steps: &Steps| steps.bytes(&[step]).map(|bytes| bytes / records);
        add(&format!("{what}, wire"), "B/record", bytes(ours)?, bytes(theirs)?, Reach::Amount(MOST_BYTES_A_RECORD));
    }
    let delta = ["delta-push", "delta-pull"];
    let what = format!("1 % of {count} changed, pushed, pulled");
    add(&format!("{what}, CPU"), "s", ours.cpu_s(&delta)?, theirs.cpu_s(&delta)?, no_slower);
    let bytes = |steps: &Steps| steps.bytes(&delta).map(|bytes| bytes / (records / 100.0));
    add(&format!("{what}, wire"), "B/edit", bytes(ours)?, bytes(theirs)?, Reach::Nothing);
    for (member, what) in [("client_peak_mb", "client"), ("server_peak_mb", "service")] {
        add(
            &format!("sync of {count}, {what}'s peak memory"),
            "MB",
            ours.most(member)?,
            theirs.most(member)?,
            Reach::Nothing,
        );
    }
    Ok(())
}

impl Steps {
    /// Runs a program through its steps.
    fn of(name: &str, peers: &Peers, count: u32, program: Option<PathBuf>) -> Result<Self> {
        let mut run = peers.command(peers.python()?);
        run.arg(Peers::script("sync/run.py")).arg(name).arg(count.to_string());
        run.env("BENCH_DIR", &peers.folder).env("BENCH_PYTHON", peers.python()?);
        run.env("COUNT_PROXY", peers.program("count_proxy")?);
        if name == "pouch" {
            run.env("BENCH_POUCH", peers.pouch.as_deref().context("PouchDB is not installed")?);
        }
        if let Some(program) = program {
            run.env("SYNC_PEER", program);
        }
        println!("{}", process::shown(&run));
        let printed = process::output(&mut run)?;
        let mut steps = BTreeMap::new();
        for line in printed.lines() {
            println!("  {line}");
            let step: Value = serde_json::from_str(line).context("a step is a JSON line")?;
            let name = step["step"].as_str().context("a step without a name")?.to_owned();
            steps.insert(name, step);
        }
        Ok(Self(steps))
    }

    fn sum(&self, steps: &[&str], members: &[&str]) -> Result<f64> {
        let mut sum = 0.0;
        for name in steps {
            let step = self.0.get(*name).with_context(|| format!("step {name} was not run"))?;
            for member in members {
                sum += step[member].as_f64().with_context(|| format!("step {name} tells no {member}"))?;
            }
        }
        Ok(sum)
    }

    /// Client, without its interpreter's start, and server.
    fn cpu_s(&self, steps: &[&str]) -> Result<f64> {
        self.sum(steps, &["op_cpu_s", "server_cpu_s"])
    }

    /// Both directions.
    fn bytes(&self, steps: &[&str]) -> Result<f64> {
        self.sum(steps, &["up_bytes", "down_bytes"])
    }

    /// The largest of all steps.
    fn most(&self, member: &str) -> Result<f64> {
        let told = self.0.values().filter_map(|step| step[member].as_f64());
        told.reduce(f64::max).with_context(|| format!("no step tells {member}"))
    }
}
