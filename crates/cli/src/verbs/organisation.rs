//! Keys, organisations, signing in, the doctor.

use crate::arguments::{Arguments, CreateOrganisation, SignIn};
use crate::print::{Printer, table};
use crate::{DONE, session};
use mingce_ipc::profile::{self, ProfileId, SignInOutcome};
use mingce_ipc::{Calls, Code, Failure};
use std::path::Path;

pub(crate) fn make_key(file: &Path, printer: &Printer) -> Result<u8, Failure> {
    mingce_app::told(mingce_vault::FileVault::create_key_file(file))?;
    let answer = serde_json::json!({ "key_file": session::absolute(&file.to_path_buf()) });
    printer.answer(&answer, |_| vec![session::absolute(&file.to_path_buf())]);
    Ok(DONE)
}

pub(crate) fn create(arguments: &Arguments, words: &CreateOrganisation, printer: &Printer) -> Result<u8, Failure> {
    let app = session::app(arguments)?;
    let made = app.create_organisation(profile::CreateOrganisation {
        name: words.name.clone(),
        kind: words.kind.clone(),
        admin_name: words.admin.clone(),
        phone: words.phone.clone(),
        password: session::password()?,
        service: session::service_place(&words.service),
    })?;
    printer.answer(&made, |made| vec![format!("{}  {}", made.organisation_name, made.id)]);
    Ok(DONE)
}

pub(crate) fn sign_in(arguments: &Arguments, words: &SignIn, printer: &Printer) -> Result<u8, Failure> {
    let app = session::app(arguments)?;
    let password = session::password()?;
    let ask = |organisation| {
        app.sign_in(profile::SignIn {
            service: session::service_place(&words.service),
            phone: words.phone.clone(),
            password: password.clone(),
            organisation,
        })
    };
    let mut outcome = ask(None)?;
    if let (SignInOutcome::Choose { organisations }, Some(wanted)) = (&outcome, &arguments.organisation) {
        let found = organisations.iter().find(|choice| &choice.name == wanted || &choice.id == wanted);
        outcome = ask(Some(found.ok_or(Code::NotFound)?.id.clone()))?;
    }
    match outcome {
        SignInOutcome::Open { profile } => {
            printer.answer(&profile, |profile| vec![format!("{}  {}", profile.organisation_name, profile.id)]);
            Ok(DONE)
        }
        SignInOutcome::Choose { organisations } => {
            for choice in organisations {
                printer.remark(&choice.name);
            }
            Err(Failure::from(Code::Ambiguous).with("option", "--organisation"))
        }
    }
}

pub(crate) fn doctor(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::app(arguments)?;
    let profiles = app.app_state(Default::default())?.profiles;
    if let [only] = profiles.as_slice() {
        // A roster that does not open is what the doctor is asked about: its lines say why.
        if let Err(failure) = app.open_profile_quietly(ProfileId { id: only.id.clone() }) {
            printer.failure(&failure);
        }
    }
    let lines = app.doctor(Default::default())?;
    printer.answer(&lines, |lines| {
        let rows: Vec<Vec<String>> = lines
            .iter()
            .map(|line| {
                let mark = if line.is_ok { printer.say("正常", "ok") } else { printer.say("有问题", "problem") };
                vec![line.check.clone(), mark.to_owned(), line.detail.clone()]
            })
            .collect();
        table(&["check", "state", "detail"], &rows)
    });
    if lines.iter().all(|line| line.is_ok) { Ok(DONE) } else { Ok(crate::LEFT_OUT) }
}
