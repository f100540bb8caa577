//! Keys, organisations, signing in, the doctor.

use crate::arguments::{Arguments, CreateOrganisation, Rebuild, SignIn};
use crate::print::{Printer, table};
use crate::{DONE, LEFT_OUT, session};
use mingce_ipc::profile::{self, ProfileId, ServicePlace, SignInOutcome};
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
        code: words.code.clone(),
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
            code: words.code.clone(),
        })
    };
    let mut outcome = ask(None)?;
    if let (SignInOutcome::Choose { organisations }, Some(wanted)) = (&outcome, &arguments.organisation) {
        let found = organisations.iter().find(|choice| &choice.name == wanted || &choice.id == wanted);
        let missing = || Failure::from(Code::NotFound).with("option", "--organisation");
        outcome = ask(Some(found.ok_or_else(missing)?.id.clone()))?;
    }
    match outcome {
        SignInOutcome::Open { profile } => {
            printer.answer(&profile, |profile| vec![format!("{}  {}", profile.organisation_name, profile.id)]);
            Ok(DONE)
        }
        SignInOutcome::Choose { organisations } => {
            for choice in &organisations {
                printer.remark(&format!("{}  {}", choice.id, choice.name));
            }
            let ids: Vec<&str> = organisations.iter().map(|choice| choice.id.as_str()).collect();
            Err(Failure::from(Code::Ambiguous).with("option", "--organisation").with("ids", ids.join(" ")))
        }
    }
}

/// The rosters of this home.
pub(crate) fn list(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::app(arguments)?;
    let profiles = session::fitting(app.app_state(Default::default())?.profiles, arguments.organisation.as_deref())?;
    printer.answer(&profiles, |profiles| {
        let rows: Vec<Vec<String>> = profiles
            .iter()
            .map(|profile| {
                let service: &str = match &profile.service {
                    ServicePlace::ThisComputer => "this-computer",
                    ServicePlace::Remote { url } => url,
                };
                vec![profile.id.clone(), profile.organisation_name.clone(), service.to_owned()]
            })
            .collect();
        table(&["id", "organisation", "service"], &rows)
    });
    Ok(DONE)
}

/// Keeps a roster that cannot be used aside and makes it again from the service.
pub(crate) fn rebuild(arguments: &Arguments, words: &Rebuild, printer: &Printer) -> Result<u8, Failure> {
    let app = session::app(arguments)?;
    let profile = session::choose(app.app_state(Default::default())?.profiles, arguments.organisation.as_deref())?;
    let password = session::password()?;
    let (organisation, _) = profile.id.split_once('_').ok_or(Code::NotFound)?;
    let sign_in = || {
        app.sign_in(profile::SignIn {
            service: profile.service.clone(),
            phone: words.phone.clone(),
            password: password.clone(),
            organisation: Some(organisation.to_owned()),
            code: words.code.clone(),
        })
    };
    // Whoever cannot sign in keeps the file where it is.
    match sign_in() {
        Ok(_) => {
            let lines = app.doctor(Default::default())?;
            if !lines.iter().any(|line| line.check == "database" && !line.is_ok) {
                return Err(Code::ProfileExists.into());
            }
        }
        Err(failure) if !matches!(failure.code, Code::Damaged | Code::NotARoster | Code::KeyMissing) => {
            return Err(failure);
        }
        Err(_) => {}
    }
    app.set_aside_profile(ProfileId { id: profile.id.clone() })?;
    let outcome = sign_in()?;
    let SignInOutcome::Open { profile } = outcome else { return Err(Code::NotFound.into()) };
    printer.remark(printer.say(
        "原文件保留在名册文件夹的 aside-… 中；没有同步的修改只在那里。",
        "The old file is kept as aside-… in the roster's folder; edits that were not synced are only there.",
    ));
    printer.answer(&profile, |profile| vec![format!("{}  {}", profile.organisation_name, profile.id)]);
    Ok(DONE)
}

pub(crate) fn doctor(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::app(arguments)?;
    let profiles = session::fitting(app.app_state(Default::default())?.profiles, arguments.organisation.as_deref())?;
    let ids: Vec<String> = profiles.iter().map(|profile| profile.id.clone()).collect();
    let lines = app.examine_rosters(&ids);
    printer.answer(&lines, |lines| {
        let rows: Vec<Vec<String>> = lines
            .iter()
            .map(|line| {
                let mark = if line.is_ok { printer.say("正常", "ok") } else { printer.say("有问题", "problem") };
                let about = profiles.iter().find(|profile| Some(&profile.id) == line.roster.as_ref());
                let about = about.map_or("", |profile| profile.organisation_name.as_str()).to_owned();
                vec![line.check.clone(), about, mark.to_owned(), line.detail.clone()]
            })
            .collect();
        table(&["check", "organisation", "state", "detail"], &rows)
    });
    for (line, code) in lines.iter().filter_map(|line| line.code.map(|code| (line, code))) {
        let (words, step) = (code.words(), code.next_step());
        let text = format!("{} {}", printer.say(words.0, words.1), printer.say(step.0, step.1));
        printer.remark(&format!("{}: {text}", line.check));
    }
    let found = lines.iter().filter(|line| !line.is_ok).count();
    if found > 0 {
        printer.left_out(u32::try_from(found).unwrap_or(u32::MAX));
        return Ok(LEFT_OUT);
    }
    Ok(DONE)
}
