//! A desktop in a folder, with a key file in place of the keyring: the same use cases as the window's.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use mingce_app::App;
use mingce_host::SystemHost;
use mingce_ipc::Calls;
use mingce_ipc::import::{ApplyImport, ImportApplied, ImportRef, OpenImport, PlanImport};
use mingce_ipc::profile::{CreateOrganisation, ProfileId, ServicePlace, SignIn, SignInOutcome};
use mingce_vault::FileVault;

const PHONE: &str = "13800138000";
const PASSWORD: &str = "bench-only-7391-hedgehog";

/// The use cases on the folder, which is made when it is missing. No roster is open yet.
pub fn app(folder: &Path) -> Result<App> {
    std::fs::create_dir_all(folder)?;
    let key_file = folder.join("key");
    let vault =
        if key_file.exists() { FileVault::open(&key_file, folder) } else { FileVault::create(&key_file, folder) };
    Ok(App::new(Arc::new(SystemHost::new(folder.to_owned(), Box::new(vault?))?)))
}

/// Makes the organisation at the service; its roster is closed again, so that nothing syncs until it is told to.
pub fn create(app: &App, service: ServicePlace) -> Result<()> {
    app.create_organisation(CreateOrganisation {
        name: "Bench".to_owned(),
        kind: "company".to_owned(),
        admin_name: "Bench".to_owned(),
        phone: PHONE.to_owned(),
        password: PASSWORD.to_owned(),
        service,
        code: None,
    })?;
    app.close_profile(Default::default())?;
    Ok(())
}

/// Signs in and brings everything that the service has.
pub fn sign_in(app: &App, url: &str) -> Result<()> {
    let service = ServicePlace::Remote { url: url.to_owned() };
    let wanted =
        SignIn { service, phone: PHONE.to_owned(), password: PASSWORD.to_owned(), organisation: None, code: None };
    ensure!(matches!(app.sign_in(wanted)?, SignInOutcome::Open { .. }), "there is more than one organisation");
    Ok(())
}

/// Whether the folder holds a roster.
pub fn has_roster(app: &App) -> Result<bool> {
    Ok(!app.app_state(Default::default())?.profiles.is_empty())
}

/// Opens the folder's only roster; it syncs when it is told to.
pub fn open(app: &App) -> Result<()> {
    app.open_profile_quietly(only_profile(app)?)?;
    Ok(())
}

/// Opens the folder's only roster as the window does: it syncs by itself, the search index is read in the background.
pub fn open_as_window(app: &App) -> Result<()> {
    app.open_profile(only_profile(app)?)?;
    Ok(())
}

fn only_profile(app: &App) -> Result<ProfileId> {
    let profiles = app.app_state(Default::default())?.profiles;
    let profile = profiles.first().context("the folder holds no roster")?;
    Ok(ProfileId { id: profile.id.clone() })
}

/// Exchanges everything there is.
pub fn sync(app: &App) -> Result<()> {
    app.sync_now(Default::default())?;
    check_settled(app)
}

/// Anything that waits, conflicts or was refused is an error.
pub fn check_settled(app: &App) -> Result<()> {
    let status = app.sync_status(Default::default())?;
    let is_settled = status.waiting == 0 && status.conflicts == 0 && status.refused == 0;
    ensure!(is_settled, "{} wait, {} conflict, {} are refused", status.waiting, status.conflicts, status.refused);
    Ok(())
}

/// Brings a file in, its columns mapped as the program proposes unless they are named. A faulty row is an error.
pub fn import(app: &App, file: &Path, targets: Option<&[&str]>) -> Result<ImportApplied> {
    let path = file.to_str().context("a path that is text")?.to_owned();
    let opened = app.open_import(OpenImport { path, ..OpenImport::default() })?;
    let targets = match targets {
        Some(named) => named.iter().map(|target| (*target).to_owned()).collect(),
        None => opened.columns.iter().map(|column| column.target.clone()).collect(),
    };
    let import = opened.import;
    let plan = app.plan_import(PlanImport {
        import: import.clone(),
        targets,
        card_number_digits: None,
        options: Default::default(),
        new_fields: Vec::new(),
        corrections: Vec::new(),
    })?;
    ensure!(plan.counts.problem == 0, "{} rows have a problem", plan.counts.problem);
    let applied = app.apply_import(ApplyImport {
        import: import.clone(),
        creates_departments: true,
        creates_tags: true,
        takes_sound_cells: false,
        confirmed_leaving: None,
    })?;
    app.close_import(ImportRef { import })?;
    Ok(applied)
}
