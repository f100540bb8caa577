//! The operator's verbs on the command line, beside serving.

use crate::place::Place;
use anyhow::Context;
use clap::{Args, Subcommand};
use data_encoding::HEXLOWER;
use mingce_model::OrganisationId;
use mingce_protocol::{Right, Rights};
use mingce_service::ServiceOptions;
use mingce_service::administrators::{Added, Administrators, NewAdministrator};
use mingce_service::consent::Ledgers;
use mingce_service::storage::Role;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

#[derive(Subcommand)]
pub enum AdministratorVerb {
    /// Lets a further person administer an organisation.
    Add(Add),
    /// Gives an administrator just the rights that are named.
    Rights(SetRights),
    /// Gives somebody another role in an organisation.
    Role(SetRole),
    /// Takes somebody out of an organisation; their sessions end. The last owner stays.
    Remove(Whom),
    /// Prints a link by which somebody chooses a new password, once and within a day.
    Reset(Reset),
    /// Takes away the second factor of somebody who lost authenticator and recovery codes.
    DropSecondFactor(Whom),
    /// Lets somebody work on some departments, with all below them, and see nothing else.
    Departments(SetDepartments),
    /// Who may sign in to which organisation, and with which rights.
    List(Place),
}

#[derive(Subcommand)]
pub enum ConsentsVerb {
    /// Goes over every organisation's ledger; fails where one was changed or has a gap.
    Verify(Place),
    /// Writes an organisation's ledger to standard output, a JSON object a line.
    Export(ExportConsents),
}

#[derive(Args)]
pub struct ExportConsents {
    #[command(flatten)]
    place: Place,
    /// Id of the organisation, from `administrator list`.
    #[arg(long)]
    organisation: OrganisationId,
}

#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    /// Id of the organisation, from `administrator list`.
    #[arg(long)]
    organisation: OrganisationId,
    #[arg(long)]
    name: String,
    /// Phone that the person signs in with.
    #[arg(long)]
    phone: String,
    /// Reads the first password from standard input; not needed where the phone has an account.
    #[arg(long)]
    password_stdin: bool,
    /// owner; administrator; auditor: sees the roster and changes nothing; printing: sees names, departments and invitations
    /// and makes invitations, for good; or department: works on the departments that are named and sees nothing else.
    #[arg(long, value_parser = first_role, default_value = "administrator")]
    role: Role,
    /// With the role department: the names from the top down parted by `/`, or its id. May be given several times.
    #[arg(long = "department", required_if_eq("role", "department"))]
    departments: Vec<String>,
    /// A right: reveal_numbers. May be given several times; without any, numbers stay masked for the person.
    #[arg(long = "right", value_parser = right)]
    rights: Vec<Right>,
}

#[derive(Args)]
pub struct Whom {
    #[command(flatten)]
    place: Place,
    /// Id of the organisation, from `administrator list`.
    #[arg(long)]
    organisation: OrganisationId,
    #[arg(long)]
    phone: String,
}

#[derive(Args)]
pub struct Reset {
    #[command(flatten)]
    whom: Whom,
    /// Address that phones use, such as https://join.example.cn
    #[arg(long)]
    public_url: String,
}

#[derive(Args)]
pub struct SetRole {
    #[command(flatten)]
    place: Place,
    /// Id of the organisation, from `administrator list`.
    #[arg(long)]
    organisation: OrganisationId,
    #[arg(long)]
    phone: String,
    /// owner; administrator; or auditor: sees the roster and changes nothing.
    #[arg(long, value_parser = role)]
    role: Role,
}

#[derive(Args)]
pub struct SetDepartments {
    #[command(flatten)]
    place: Place,
    /// Id of the organisation, from `administrator list`.
    #[arg(long)]
    organisation: OrganisationId,
    #[arg(long)]
    phone: String,
    /// A department: the names from the top down parted by `/`, or its id. May be given several times.
    #[arg(long = "department", required = true)]
    departments: Vec<String>,
}

#[derive(Args)]
pub struct SetRights {
    #[command(flatten)]
    place: Place,
    /// Id of the organisation, from `administrator list`.
    #[arg(long)]
    organisation: OrganisationId,
    #[arg(long)]
    phone: String,
    /// A right: reveal_numbers. May be given several times; without any, all are taken.
    #[arg(long = "right", value_parser = right)]
    rights: Vec<Right>,
}

fn right(word: &str) -> Result<Right, String> {
    let all = || Right::ALL.map(Right::word).join(", ");
    Right::from_word(word).ok_or_else(|| format!("the rights are: {}", all()))
}

/// The roles that can be given.
fn role(word: &str) -> Result<Role, String> {
    let given = [Role::Owner, Role::Administrator, Role::Auditor, Role::Printing];
    let all = || given.map(Role::name).join(", ");
    given.into_iter().find(|role| role.name() == word).ok_or_else(|| format!("the roles are: {}", all()))
}

/// The roles that somebody can begin with: to departments somebody is bound by a verb of its own later.
fn first_role(word: &str) -> Result<Role, String> {
    if word == Role::Department.name() { Ok(Role::Department) } else { role(word) }
}

/// Carries the verb out; what it says goes to standard output.
pub fn run(verb: AdministratorVerb) -> anyhow::Result<()> {
    match verb {
        AdministratorVerb::Add(add) => {
            let options = existing(add.place)?;
            let password = if add.password_stdin { Some(password_from_stdin()?) } else { None };
            let administrators = Administrators::open(&options)?;
            let (organisation, phone, role) = (add.organisation, add.phone.clone(), add.role);
            let departments = administrators.find_departments(organisation, &add.departments)?;
            let added = administrators.add(NewAdministrator {
                organisation: add.organisation,
                name: add.name,
                phone: add.phone,
                password,
                role: add.role,
                rights: add.rights.into_iter().collect(),
            })?;
            if role == Role::Department {
                administrators.set_departments(organisation, &phone, &departments)?;
            }
            println!(
                "{}",
                match added {
                    Added::NewAccount => "added, with a new account",
                    Added::KnownAccount => "added; the phone's account keeps its name and password",
                }
            );
        }
        AdministratorVerb::Rights(wanted) => {
            let options = existing(wanted.place)?;
            let rights: Rights = wanted.rights.into_iter().collect();
            Administrators::open(&options)?.set_rights(wanted.organisation, &wanted.phone, rights)?;
            println!("changed; desktops hear of it within seconds where they are on line");
        }
        AdministratorVerb::Role(wanted) => {
            let options = existing(wanted.place)?;
            Administrators::open(&options)?.set_role(wanted.organisation, &wanted.phone, wanted.role)?;
            println!("changed; desktops hear of it within seconds where they are on line");
        }
        AdministratorVerb::Remove(whom) => {
            let options = existing(whom.place)?;
            Administrators::open(&options)?.remove(whom.organisation, &whom.phone)?;
            println!("removed; the sessions have ended");
        }
        AdministratorVerb::Reset(Reset { whom, public_url }) => {
            let options = existing(whom.place)?;
            let path = Administrators::open(&options)?.start_reset(whom.organisation, &whom.phone)?;
            println!("{}{path}", public_url.trim_end_matches('/'));
        }
        AdministratorVerb::DropSecondFactor(whom) => {
            let options = existing(whom.place)?;
            Administrators::open(&options)?.drop_second_factor(whom.organisation, &whom.phone)?;
            println!("taken away; the password alone lets the person in");
        }
        AdministratorVerb::Departments(wanted) => {
            let options = existing(wanted.place)?;
            let administrators = Administrators::open(&options)?;
            let departments = administrators.find_departments(wanted.organisation, &wanted.departments)?;
            administrators.set_departments(wanted.organisation, &wanted.phone, &departments)?;
            println!("changed; desktops let go of the rest within seconds where they are on line");
        }
        AdministratorVerb::List(place) => {
            let options = existing(place)?;
            let administrators = Administrators::open(&options)?;
            for row in administrators.list()? {
                let rights = row.standing.rights.clone().within(None).0.join(",");
                let (id, role) = (row.organisation.id, row.standing.role.name());
                let departments: Vec<String> =
                    administrators.departments_of(&row)?.iter().map(ToString::to_string).collect();
                let departments =
                    if departments.is_empty() { String::new() } else { format!("\t{}", departments.join(",")) };
                println!("{id}\t{}\t{}\t{}\t{role}\t{rights}{departments}", row.organisation.name, row.name, row.phone);
            }
        }
    }
    Ok(())
}

/// Carries the verb out; what it says goes to standard output.
pub fn run_consents(verb: ConsentsVerb) -> anyhow::Result<()> {
    match verb {
        ConsentsVerb::Verify(place) => {
            let mut broken = 0;
            let options = existing(place)?;
            for checked in Ledgers::open(&options)?.verify()? {
                match checked.state {
                    Ok((entries, link)) => println!("{}\t{entries}\t{}", checked.organisation, HEXLOWER.encode(&link)),
                    Err(what) => {
                        broken += 1;
                        println!("{}\t{what}", checked.organisation);
                    }
                }
            }
            anyhow::ensure!(broken == 0, "{broken} of the ledgers are not what was written");
        }
        ConsentsVerb::Export(wanted) => {
            let mut out = std::io::stdout().lock();
            let options = existing(wanted.place)?;
            Ledgers::open(&options)?.export(wanted.organisation, &mut |entry| writeln!(out, "{}", entry.to_json()))?;
        }
    }
    Ok(())
}

/// Of a service that is there; nothing is listened on.
pub fn existing(place: Place) -> anyhow::Result<ServiceOptions> {
    place.check_exists()?;
    place.options(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
}

fn password_from_stdin() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("no password came on standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
