//! One function a verb: open what it needs, call the use case, print the answer.

mod exchange;
mod homeless;
mod import;
mod import_lines;
mod invitations;
mod layouts;
mod mapping;
mod organisation;
mod paper;
mod photos;
mod roster;
mod sync;
mod year;

use crate::arguments::{Arguments, KeyVerb, OrganisationVerb, Verb};
use crate::print::Printer;
use mingce_ipc::Failure;
use mingce_ipc::import::Masking;
use mingce_ipc::one_roster::PackageExtent;

/// Runs the verb; answers the exit status.
pub(crate) fn run(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    match &arguments.verb {
        Verb::Key { verb: KeyVerb::New { file } } => organisation::make_key(file, printer),
        Verb::Organisation { verb: OrganisationVerb::Create(words) } => organisation::create(arguments, words, printer),
        Verb::Organisation { verb: OrganisationVerb::List } => organisation::list(arguments, printer),
        Verb::Rebuild(words) => organisation::rebuild(arguments, words, printer),
        Verb::SignIn(words) => organisation::sign_in(arguments, words, printer),
        Verb::Year { verb } => year::run(arguments, verb.as_ref(), printer),
        Verb::Doctor => organisation::doctor(arguments, printer),
        Verb::Import(words) => import::import(arguments, words, printer),
        Verb::Imports => exchange::imports(arguments, printer),
        Verb::Photos(words) => photos::photos(arguments, words, printer),
        Verb::Export { file, masked, to, changes } => {
            let masking = if *masked { Masking::Masked } else { Masking::Full };
            let extent = if *changes { PackageExtent::Changes } else { PackageExtent::Whole };
            exchange::export(arguments, (file, masking, to.as_deref(), extent), printer)
        }
        Verb::Members(words) => roster::members(arguments, words, printer),
        Verb::Departments => roster::departments(arguments, printer),
        Verb::Add { fields } => roster::add(arguments, fields, printer),
        Verb::Edit { member, fields } => roster::edit(arguments, member, fields, printer),
        Verb::Remove { member } => roster::remove(arguments, member, printer),
        Verb::History { member, sight } => roster::history(arguments, (member, sight), printer),
        Verb::Undo { batch } => roster::undo(arguments, batch.as_deref(), printer),
        Verb::Redo => roster::redo(arguments, printer),
        Verb::Sync => sync::sync(arguments, printer),
        Verb::Conflicts { sight } => sync::conflicts(arguments, sight, printer),
        Verb::Resolve { conflict, choice } => sync::resolve(arguments, conflict, *choice, printer),
        Verb::Refusals { sight } => sync::refusals(arguments, sight, printer),
        Verb::Drop(refused) => sync::drop_refusals(arguments, refused, printer),
        Verb::Retry(refused) => sync::retry_refusals(arguments, refused, printer),
        Verb::Invite(words) => invitations::invite(arguments, words, printer),
        Verb::Invitations(words) => invitations::list(arguments, words, printer),
        Verb::Revoke { invitation } => invitations::revoke(arguments, invitation, printer),
        Verb::Sheets(words) => invitations::sheets(arguments, words, printer),
        Verb::Runs { run: None, limit } => paper::runs(arguments, *limit, printer),
        Verb::Runs { run: Some(number), limit } => paper::labels(arguments, (*number, *limit), printer),
        Verb::Printed(words) => paper::printed(arguments, words, printer),
        Verb::HandOut { invitations, department } => {
            paper::hand_out(arguments, (invitations, department.as_deref()), printer)
        }
        Verb::Reprint { invitations, reason } => paper::reprint(arguments, (invitations, *reason), printer),
        Verb::Layouts { verb: None } => layouts::list(arguments, printer),
        Verb::Layouts { verb: Some(verb) } => layouts::run(arguments, verb, printer),
    }
}

/// A field that the organisation defined.
#[cfg(test)]
pub(crate) fn defined(id: &str, name: &str) -> mingce_ipc::custom::CustomFieldRow {
    mingce_ipc::custom::CustomFieldRow {
        id: id.into(),
        column: mingce_ipc::roster::Column::Custom(format!("custom:{id}").parse().expect("a column")),
        name: name.into(),
        form: "text".into(),
        choices: Vec::new(),
        is_required: false,
        is_unique: false,
        data_class: "ordinary".into(),
        is_archived: false,
    }
}
