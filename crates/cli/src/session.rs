//! Opening the home, the vault and the roster for a verb.

use crate::arguments::{Arguments, Sight};
use mingce_app::App;
use mingce_host::{SystemHost, default_home};
use mingce_ipc::profile::{ProfileId, ProfileSummary, ServicePlace};
use mingce_ipc::{Calls, Code, Failure};
use mingce_vault::{FileVault, KeyringVault, Vault};
use std::path::PathBuf;
use std::sync::Arc;

/// The use cases on the home that the command line names; no roster is open yet.
pub(crate) fn app(arguments: &Arguments) -> Result<App, Failure> {
    let home = arguments.home.clone().or_else(default_home).ok_or(Code::FileFailed)?;
    let vault: Box<dyn Vault> = match &arguments.key_file {
        Some(file) => Box::new(mingce_app::told(FileVault::open(file, &home))?),
        None => Box::new(KeyringVault::new()),
    };
    Ok(App::new(Arc::new(SystemHost::new(home, vault)?)))
}

/// The use cases with the home's roster open.
pub(crate) fn open(arguments: &Arguments) -> Result<App, Failure> {
    let app = app(arguments)?;
    let id = choose(app.app_state(Default::default())?.profiles, arguments.organisation.as_deref())?.id;
    app.open_profile_quietly(ProfileId { id })?;
    Ok(app)
}

/// The same, with everybody's numbers whole where that is asked for.
pub(crate) fn open_with(arguments: &Arguments, sight: &Sight) -> Result<App, Failure> {
    let app = open(arguments)?;
    if sight.reveal {
        app.reveal_all(Default::default())?;
    }
    Ok(app)
}

/// The home's rosters that the command line may mean.
pub(crate) fn fitting(profiles: Vec<ProfileSummary>, wanted: Option<&str>) -> Result<Vec<ProfileSummary>, Failure> {
    let Some(wanted) = wanted else { return Ok(profiles) };
    if profiles.is_empty() {
        return Err(Code::NoProfile.into());
    }
    let is_meant = |profile: &ProfileSummary| profile.organisation_name == wanted || profile.id.starts_with(wanted);
    let meant: Vec<ProfileSummary> = profiles.into_iter().filter(is_meant).collect();
    if meant.is_empty() { Err(no_such_organisation()) } else { Ok(meant) }
}

pub(crate) fn no_such_organisation() -> Failure {
    Failure::from(Code::NotFound).with("option", "--organisation").with("see", "mingce organisation list")
}

pub(crate) fn choose(profiles: Vec<ProfileSummary>, wanted: Option<&str>) -> Result<ProfileSummary, Failure> {
    let mut meant = fitting(profiles, wanted)?.into_iter();
    match (meant.next(), meant.next()) {
        (None, _) => Err(Code::NoProfile.into()),
        (Some(profile), None) => Ok(profile),
        (Some(_), Some(_)) => {
            Err(Failure::from(Code::Ambiguous).with("option", "--organisation").with("see", "mingce organisation list"))
        }
    }
}

pub(crate) fn service_place(text: &str) -> ServicePlace {
    if text == "this-computer" { ServicePlace::ThisComputer } else { ServicePlace::Remote { url: text.to_owned() } }
}

/// The first line of standard input.
pub(crate) fn password() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|_| Code::FileFailed)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() { Err(Failure::from(Code::Malformed).with("password", "empty")) } else { Ok(password) }
}

/// `FIELD=VALUE` as its two parts.
pub(crate) fn pair(text: &str) -> Result<(&str, &str), Failure> {
    text.split_once('=').ok_or_else(|| Failure::from(Code::Malformed).with("argument", "FIELD=VALUE"))
}

pub(crate) fn absolute(path: &PathBuf) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.clone()).to_string_lossy().into_owned()
}
