//! The story: a workbook, two desktops, a conflict, sheets of paper, a phone.

use crate::Trouble;
use crate::office::{Office, wrong};
use crate::phone::{Answer, Phone, hidden};
use mingce_app::App;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::import::{ApplyImport, ImportPlan, OpenImport, PlanImport};
use mingce_ipc::invitation::Invite;
use mingce_ipc::profile::{CreateOrganisation, ProfileId, ServicePlace, SignIn, SignInOutcome};
use mingce_ipc::roster::{AddMember, CellText, Column, EditCell, Filter, Members, ViewQuery};
use mingce_ipc::sheets::{PrepareSheets, SaveSheets};
use mingce_ipc::sync::{Choice, ConflictsMeant, Listed, Resolve};
use mingce_testkit::{Person, people};
use std::path::Path;

/// Made-up people are the same in every demo.
const SEED: u64 = 20_261_122;
const PHONE: &str = "13800138000";
const PASSWORD: &str = "demo-only-密码-not-secret";

pub(crate) fn tell(members: u64, out: &Path) -> Result<(), Trouble> {
    let office = Office::open(out)?;
    say("folder", &office.folder.display());
    say("service", &office.service_url());

    let workbook = office.folder.join("名单.xlsx");
    let written = mingce_testkit::workbook::write_workbook(&workbook, people(members, SEED))
        .map_err(|error| wrong("the workbook", &error))?;
    say("workbook", &format!("{}, {} rows, {} spoiled", workbook.display(), written.rows, written.spoiled));

    let first = office.desktop("desktop-1")?;
    create(&first, &office)?;
    let plan = import(&first, &workbook)?;
    if plan.counts.problem < written.spoiled {
        return Err(Trouble::Wrong("spoiled rows were not recognised".into()));
    }
    let second = office.desktop("desktop-2")?;
    sync("desktop-1 syncs", &first)?;
    sign_in(&second, &office)?;
    sync("desktop-2 syncs", &second)?;
    let on_both = (count(&first)?, count(&second)?);
    say("members on the desktops", &format!("{} and {}", on_both.0, on_both.1));
    if on_both.0 != on_both.1 || on_both.0 == 0 {
        return Err(Trouble::Wrong("the desktops do not hold the same members".into()));
    }

    offline_edits(&first, &second)?;
    let (class, pupil) = print_and_join(&office, &first)?;
    say("joined", &format!("{} of {class}", pupil.card_number));
    summary(&office, &first, &second)
}

fn say(what: &str, detail: &dyn std::fmt::Display) {
    println!("{what:>24}  {detail}");
}

fn create(app: &App, office: &Office) -> Result<(), Trouble> {
    let made = app.create_organisation(CreateOrganisation {
        name: "第一小学".into(),
        kind: "school".into(),
        admin_name: "王老师".into(),
        phone: PHONE.into(),
        password: PASSWORD.into(),
        service: ServicePlace::Remote { url: office.service_url() },
        code: None,
    })?;
    work_offline(app, made.id)
}

/// Opens the roster again without its background loop: from here on it syncs only when the story says so.
fn work_offline(app: &App, id: String) -> Result<(), Trouble> {
    app.close_profile(Nothing {})?;
    app.open_profile_quietly(ProfileId { id })?;
    app.reveal_all(Nothing {})?;
    Ok(())
}

fn sign_in(app: &App, office: &Office) -> Result<(), Trouble> {
    let service = ServicePlace::Remote { url: office.service_url() };
    match app.sign_in(SignIn {
        service,
        phone: PHONE.into(),
        password: PASSWORD.into(),
        organisation: None,
        code: None,
    })? {
        SignInOutcome::Open { profile } => work_offline(app, profile.id),
        SignInOutcome::Choose { .. } => Err(Trouble::Wrong("one organisation became several".into())),
    }
}

fn import(app: &App, workbook: &Path) -> Result<ImportPlan, Trouble> {
    let file =
        app.open_import(OpenImport { path: workbook.to_string_lossy().into_owned(), ..OpenImport::default() })?;
    let targets = file.columns.iter().map(|column| column.target.clone()).collect();
    let plan = app.plan_import(PlanImport {
        import: file.import.clone(),
        targets,
        card_number_digits: None,
        options: Default::default(),
        new_fields: Vec::new(),
        corrections: Vec::new(),
    })?;
    let counts = &plan.counts;
    say(
        "dry run",
        &format!(
            "add {}, change {}, unchanged {}, problem {}; {} new departments",
            counts.add,
            counts.change,
            counts.unchanged,
            counts.problem,
            plan.new_departments.len()
        ),
    );
    let applied = app.apply_import(ApplyImport {
        import: file.import,
        creates_departments: true,
        creates_tags: true,
        takes_sound_cells: false,
        confirmed_leaving: None,
    })?;
    say("imported", &format!("{} members, {} departments", applied.added, applied.departments));
    Ok(plan)
}

fn sync(what: &str, app: &App) -> Result<(), Trouble> {
    let done = app.sync_now(Nothing {})?;
    let status = app.sync_status(Nothing {})?;
    say(what, &format!("waiting {}, conflicts {}, refused {}", status.waiting, done.conflicts, done.refused));
    if status.waiting > 0 { Err(Trouble::Wrong("edits are still waiting after a sync".into())) } else { Ok(()) }
}

fn count(app: &App) -> Result<u32, Trouble> {
    Ok(app.open_view(ViewQuery::default())?.total)
}

/// Somebody whom the import took: sound rows only.
fn on_roster(app: &App, mut fits: impl FnMut(&Person) -> bool) -> Result<(Person, String), Trouble> {
    for person in people(2_000, SEED) {
        if !fits(&person) {
            continue;
        }
        if let Ok(id) = app.member_by_reference(&person.card_number) {
            return Ok((person, id));
        }
    }
    Err(Trouble::Wrong("nobody fits the story".into()))
}

/// Both desktops edit without syncing: different fields merge, the same field becomes a conflict that is settled.
fn offline_edits(first: &App, second: &App) -> Result<(), Trouble> {
    let (person, member) = on_roster(first, |person| person.identity == "student")?;
    let edit = |app: &App, column: Column, text: &str| {
        app.edit_cell(EditCell { member: member.clone(), column, text: text.into() })
    };
    edit(first, Column::Note, "爱下象棋")?;
    edit(second, Column::Title, "班长")?;
    edit(first, Column::Phone, "13911112222")?;
    edit(second, Column::Phone, "13933334444")?;
    first.add_member(AddMember {
        cells: vec![
            CellText { column: Column::Name, text: "单于婷".into() },
            CellText { column: Column::CardNumber, text: "DEMO-1".into() },
        ],
    })?;
    say("edited offline", &format!("{} on both desktops, one member added", person.card_number));
    sync("desktop-1 syncs", first)?;
    sync("desktop-2 syncs", second)?;
    let conflicts = second.conflicts(Listed::default())?.rows;
    let [conflict] = conflicts.as_slice() else {
        return Err(Trouble::Wrong(format!("{} conflicts where there should be one", conflicts.len())));
    };
    say(
        "conflict",
        &format!("{}: base {}, mine {}, theirs {}", conflict.field, conflict.base, conflict.mine, conflict.theirs),
    );
    second.resolve_conflicts(Resolve {
        conflicts: ConflictsMeant::These { ids: vec![conflict.id.clone()] },
        choice: Choice::Mine,
        job: None,
    })?;
    sync("desktop-2 settles it", second)?;
    sync("desktop-1 syncs", first)?;
    for app in [first, second] {
        let view = app.open_view(ViewQuery { text: Some(person.card_number.clone()), ..ViewQuery::default() })?;
        let columns = vec![Column::Phone, Column::Note, Column::Title];
        let page = app.page(mingce_ipc::roster::PageRequest { view: view.view, start: 0, count: 1, columns })?;
        let cells = page.rows.first().map(|row| row.cells.clone()).unwrap_or_default();
        if cells != ["13933334444", "爱下象棋", "班长"] {
            return Err(Trouble::Wrong("the desktops did not come to the same values".into()));
        }
    }
    say("both desktops hold", &"the settled phone, and the note and title that each wrote");
    Ok(())
}

/// Invites one class, writes its sheets, and lets one pupil's phone claim the code.
fn print_and_join(office: &Office, app: &App) -> Result<(String, Person), Trouble> {
    let (pupil, member) = on_roster(app, |person| {
        let is_known = person.document_kind == "resident_id" && !person.guardians.is_empty();
        person.identity == "student" && person.index > 50 && is_known
    })?;
    let class = pupil.department_path();
    let department = app.department_by_path(&class)?;
    let invited = app.invite(Invite {
        members: Some(Members::Department { id: department.clone() }),
        days: 14,
        replaces_open: false,
        job: None,
    })?;
    sync("invitations sync", app)?;
    let run = app.prepare_sheets(PrepareSheets {
        layout: "labels".into(),
        department: Some(department),
        language: "zh".into(),
        ..PrepareSheets::default()
    })?;
    let path = office.folder.join("邀请单.pdf");
    let saved = app.save_sheets(SaveSheets { run: run.run, path: path.to_string_lossy().into_owned() })?;
    say(
        "invitation sheets",
        &format!("{} ({} invitations, {} pages, {} bytes)", saved.path, invited.made, run.pages, saved.bytes),
    );
    for missing in &run.missing_glyphs {
        say("no font draws", &missing.characters);
    }

    let link = app.invitation_link(&member)?;
    let path = link.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
    let path = path.ok_or_else(|| Trouble::Wrong("the link has no path".into()))?;
    let mut phone = Phone::new(&office.service_url());
    let opened = phone.get(&path)?;
    say("the phone opens", &format!("{link} ({})", opened.status));
    let path = path.replacen("/J/", "/j/", 1);
    let claimed = claim(&mut phone, &path, &pupil)?;
    let card = phone.get(claimed.location.as_deref().unwrap_or("/card"))?;
    if card.status != 200 || !card.page.contains(&pupil.card_number) {
        return Err(Trouble::Wrong(format!("the card was answered {}", card.status)));
    }
    sync("desktop-1 hears of it", app)?;
    let joined = ViewQuery {
        filters: vec![Filter::Is { column: Column::JoinState, value: "joined".into() }],
        ..ViewQuery::default()
    };
    if app.open_view(joined)?.total != 1 {
        return Err(Trouble::Wrong("the desktop does not show the pupil as joined".into()));
    }
    Ok((class, pupil))
}

/// The phone's two forms: who it is, then what is agreed to. Of a minor a guardian shows their phone and signs.
fn claim(phone: &mut Phone, path: &str, pupil: &Person) -> Result<Answer, Trouble> {
    let sealed = |page: &Answer, form: &str| -> Result<String, Trouble> {
        let seal = hidden(&page.page, "seal").map(str::to_owned);
        seal.ok_or_else(|| Trouble::Wrong(format!("no form at {form} ({})", page.status)))
    };
    let (join, agree) = (format!("{path}/join"), format!("{path}/agree"));
    let guardian = pupil.guardians.first().ok_or_else(|| Trouble::Wrong("the pupil has no guardian".into()))?;
    // Of age, a pupil shows their own.
    for shown in [&guardian.phone, &pupil.phone] {
        let seal = sealed(&phone.get(&join)?, &join)?;
        let who = [("phone", shown.as_str()), ("document_number", pupil.document_number.as_str())];
        let offered = phone.post(&join, &[&who[..], &[("seal", &seal)]].concat())?;
        if offered.status != 200 {
            continue;
        }
        let (seal, password) = (sealed(&offered, &agree)?, "a-phone-of-my-own");
        let statement = hidden(&offered.page, "statement").unwrap_or_default();
        let agreed = [
            ("seal", seal.as_str()),
            ("account", "yes"),
            ("document", "yes"),
            ("statement", statement),
            ("guardian_name", &guardian.name),
            ("password", password),
            ("repeat", password),
        ];
        let claimed = phone.post(&agree, &[&who[..], &agreed].concat())?;
        if claimed.status != 303 {
            return Err(Trouble::Wrong(format!("the claim was answered {}", claimed.status)));
        }
        return Ok(claimed);
    }
    Err(Trouble::Wrong("the roster knows neither the guardian's phone nor the pupil's".into()))
}

fn summary(office: &Office, first: &App, second: &App) -> Result<(), Trouble> {
    second.sync_now(Nothing {})?;
    println!();
    for (name, app) in [("desktop-1", first), ("desktop-2", second)] {
        let status = app.sync_status(Nothing {})?;
        say(
            name,
            &format!(
                "{}: {} members, {} departments, waiting {}, conflicts {}, refused {}",
                office.folder.join(name).display(),
                count(app)?,
                app.departments(Nothing {})?.len(),
                status.waiting,
                status.conflicts,
                status.refused
            ),
        );
    }
    say(
        "open a desktop",
        &format!("mingce --home {0} --key-file {0}.key members", office.folder.join("desktop-1").display()),
    );
    Ok(())
}
