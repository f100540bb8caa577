//! After the printer: what came out well is marked, handed out, voided and printed anew, and colleagues see it.

use crate::office::Office;
use crate::phone::Phone;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::invitation::{DepartmentProgress, HandOut, InvitationQuery, InvitationRow, Invite, Reprint};
use mingce_ipc::roster::{Column, CreateDepartment, MoveDepartment, Undo};
use mingce_ipc::sheets::{
    CameOut, CheckRun, PrepareSheets, RunLabelsAsked, RunRow, RunsAsked, SavePictures, SaveSheets, SavedSheets,
    SheetPageRequest,
};
use std::path::Path;
use tokio::runtime::Runtime;

fn wanted() -> PrepareSheets {
    PrepareSheets { layout: "avery-5371".into(), language: "zh".into(), ..PrepareSheets::default() }
}

fn save(office: &Office, folder: &Path, wanted: PrepareSheets) -> SavedSheets {
    let run = office.app.prepare_sheets(wanted).unwrap().run;
    let path = folder.join("邀请单.pdf").to_string_lossy().into_owned();
    office.app.save_sheets(SaveSheets { run, path }).unwrap()
}

fn invitations(office: &Office, state: Option<&str>) -> Vec<InvitationRow> {
    let query = InvitationQuery { department: None, state: state.map(Into::into), start: 0, count: 100 };
    office.app.invitations(query).unwrap().rows
}

fn progress(office: &Office) -> DepartmentProgress {
    let query = InvitationQuery { department: None, state: None, start: 0, count: 0 };
    office.app.invitations(query).unwrap().progress.remove(0)
}

fn runs(office: &Office) -> Vec<RunRow> {
    office.app.runs(RunsAsked { before: None, count: 10, is_only_unchecked: None }).unwrap()
}

fn passport(number: u32) -> String {
    format!("E123456{number:02}")
}

/// A class of 12 with codes, which are two pages of ten labels.
fn class(runtime: &Runtime) -> (World, Office) {
    let world = runtime.block_on(World::new());
    let office = Office::quiet(runtime, &world, "here");
    let create = CreateDepartment { parent: None, name: "三班".into(), kind: Some("class".into()) };
    office.app.create_department(create).unwrap();
    for number in 0..12 {
        let (phone, document) = (format!("139001390{number:02}"), passport(number));
        let number = format!("{number:02}");
        office.add(&[
            (Column::Name, "张三"),
            (Column::CardNumber, &number),
            (Column::Department, "三班"),
            (Column::Phone, &phone),
            (Column::DocumentKind, "passport"),
            (Column::DocumentNumber, &document),
            (Column::BirthDate, "2001-05-01"),
        ]);
    }
    assert_eq!(
        office.app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).unwrap().made,
        12
    );
    (world, office)
}

#[test]
fn only_what_a_person_confirms_counts_as_printed() {
    let runtime = Runtime::new().unwrap();
    let (world, office) = class(&runtime);
    let folder = tempfile::tempdir().unwrap();
    let check = |number, came_out| {
        office.app.check_run(CheckRun { number, came_out, job: None }).map(|checked| checked.printed)
    };

    let number = save(&office, folder.path(), wanted()).number.unwrap();
    let run = runs(&office).remove(0);
    assert_eq!((run.number, run.way.as_str(), run.pages, run.people), (number, "pdf", 2, 12));
    assert_eq!((run.checked_at, run.layout.as_str(), run.is_paper), (None, "avery-5371", true));
    assert_eq!(progress(&office).printed, 0, "a file is not paper");

    // Page 2 jammed, and before that somebody had said all by mistake.
    assert_eq!(check(number, CameOut::All {}).unwrap(), 12);
    assert_eq!(check(number, CameOut::UpTo { page: 1 }).unwrap(), 10);
    assert_eq!((progress(&office).printed, runs(&office)[0].printed), (10, 10));
    for page in [0, 3] {
        assert_eq!(check(number, CameOut::Pages { pages: vec![page] }).unwrap_err().code, Code::Invalid);
    }
    assert_eq!(check(77, CameOut::All {}).unwrap_err().code, Code::NotFound);

    // The rest, on one sheet; one label is spoiled.
    let rest = PrepareSheets { is_only_unprinted: Some(true), ..wanted() };
    let number = save(&office, folder.path(), rest).number.unwrap();
    let labels = |text: Option<&str>, start, count| {
        let asked = RunLabelsAsked { number, text: text.map(Into::into), start, count };
        office.app.run_labels(asked).unwrap()
    };
    let all = labels(None, 0, 10);
    assert_eq!(all.rows.iter().map(|row| row.card_number.as_str()).collect::<Vec<_>>(), ["10", "11"]);
    assert_eq!((all.next, labels(None, 0, 1).next, labels(Some("11"), 0, 10).rows.len()), (None, Some(1), 1));
    let spoiled = vec![all.rows[1].invitation.clone()];
    assert_eq!(check(number, CameOut::AllBut { invitations: spoiled }).unwrap(), 1);
    assert_eq!((progress(&office).printed, progress(&office).invited), (11, 12));

    // What is printed is handed out, and colleagues see it.
    let hand_out = |invitations| {
        office
            .app
            .hand_out(HandOut { department: None, is_without_below: None, invitations, job: None })
            .unwrap()
            .changed_cells
    };
    let of = |department: &str, is_without_below| {
        let wanted = HandOut { department: Some(department.into()), is_without_below, invitations: None, job: None };
        office.app.hand_out(wanted).unwrap().changed_cells
    };
    let class = progress(&office).department;
    let create = CreateDepartment { parent: None, name: "高一".into(), kind: None };
    let grade = office.app.create_department(create).unwrap().id;
    office.app.move_department(MoveDepartment { id: class.clone(), parent: Some(grade.clone()), after: None }).unwrap();
    assert_eq!((of(&grade, Some(true)), of(&class, Some(true)), of(&grade, None)), (0, 11, 0));
    assert_eq!(hand_out(None), 0);
    office.app.sync_now(Nothing {}).unwrap();
    let there = Office::quiet(&runtime, &world, "there");
    there.app.sync_now(Nothing {}).unwrap();
    let seen = progress(&there);
    assert_eq!((seen.members, seen.invited, seen.printed, seen.handed_out, seen.joined), (12, 12, 11, 11, 0));
    assert!(runs(&there).is_empty(), "the log stays where the paper came out");
    // A list without codes is no invitation.
    let list = PrepareSheets { layout: "a4-tick-list".into(), ..wanted() };
    assert_eq!(save(&office, folder.path(), list).number, None);
    assert_eq!(runs(&office).len(), 2);
}

#[test]
fn a_class_has_its_list_before_its_labels_and_its_codes_as_pictures() {
    let runtime = Runtime::new().unwrap();
    let (_world, office) = class(&runtime);
    let folder = tempfile::tempdir().unwrap();
    let with_list = |layout: &str| {
        let wanted = PrepareSheets { layout: layout.into(), is_with_list: Some(true), ..wanted() };
        office.app.prepare_sheets(wanted)
    };
    assert_eq!(with_list("cr80-card").unwrap_err().code, Code::Invalid, "not on a card");
    let run = with_list("labels").unwrap();
    assert_eq!((run.pages, run.people), (2, 12));
    let page = |page| office.app.sheet_page(SheetPageRequest { run: run.run.clone(), page }).unwrap().labels;
    let places = |at| page(at).iter().filter(|label| label.place.is_some()).count();
    assert_eq!((places(0), places(1)), (0, 24), "one begins where the labels do");
    assert_eq!((page(0).len(), page(1)[11].member_name.as_str(), page(1)[12].member_name.as_str()), (12, "张三", ""));
    // Labels stand on the page after the list.
    let path = folder.path().join("带签收表.pdf").to_string_lossy().into_owned();
    let saved = office.app.save_sheets(SaveSheets { run: run.run.clone(), path }).unwrap();
    assert_eq!((saved.codes, saved.proofed, runs(&office)[0].pages), (12, 12, 2));
    let asked = RunLabelsAsked { number: saved.number.unwrap(), text: None, start: 0, count: 1 };
    assert_eq!(office.app.run_labels(asked).unwrap().rows[0].page, 2);

    let path = folder.path().join("二维码.zip");
    let pictures = |path: &Path, picture: &str| {
        let path = path.to_string_lossy().into_owned();
        office.app.save_pictures(SavePictures { run: run.run.clone(), path, picture: picture.into() })
    };
    assert_eq!(pictures(&path, "svg").unwrap().codes, 12);
    assert!(std::fs::read(&path).unwrap().starts_with(b"PK"));
    let log = runs(&office).remove(0);
    assert_eq!((log.way.as_str(), log.pages, log.people, log.is_paper), ("pictures", 0, 12, false));
    let check = CheckRun { number: log.number, came_out: CameOut::All {}, job: None };
    assert_eq!(office.app.check_run(check).unwrap_err().code, Code::Malformed, "no paper");
    assert_eq!(pictures(&path, "gif").unwrap_err().code, Code::Malformed);
    assert_eq!(pictures(&path.with_extension("rar"), "png").unwrap_err().code, Code::Malformed);
}

#[test]
fn a_label_printed_anew_voids_the_old_code() {
    let runtime = Runtime::new().unwrap();
    let (world, office) = class(&runtime);
    let folder = tempfile::tempdir().unwrap();
    let number = save(&office, folder.path(), wanted()).number.unwrap();
    office.app.check_run(CheckRun { number, came_out: CameOut::All {}, job: None }).unwrap();
    let old = invitations(&office, Some("waiting")).remove(3);
    let path = |office: &Office| {
        let link = office.app.invitation_link(&old.member).unwrap();
        link[link.find("/J/").unwrap()..].to_lowercase()
    };
    let old_path = path(&office);
    office.app.sync_now(Nothing {}).unwrap();
    let opens = |path: &str| runtime.block_on(Phone::new(world.address).get(path)).status == 200;
    assert!(opens(&old_path));

    let reprint = |invitation: &str, reason: &str| {
        office.app.reprint(Reprint { invitations: vec![invitation.into(); 2], reason: reason.into() })
    };
    assert_eq!(reprint(&old.id, "bored").unwrap_err().code, Code::Malformed);
    let made = reprint(&old.id, "damaged").unwrap();
    assert_eq!((made.invitations.len(), made.left_alone), (1, 0));
    let log = runs(&office).remove(0);
    assert_eq!(
        (log.way.as_str(), log.reason.as_deref(), log.people, log.is_paper),
        ("void", Some("damaged"), 1, false)
    );
    assert_eq!(reprint(&old.id, "lost").unwrap_err().code, Code::NothingToPrint, "it is void already");
    assert_eq!((progress(&office).printed, progress(&office).invited), (11, 12), "the new one is still to be printed");

    let new_path = path(&office);
    office.app.sync_now(Nothing {}).unwrap();
    assert!(!opens(&old_path) && opens(&new_path));
    let mut phone = Phone::new(world.address);
    let joined = runtime.block_on(phone.join(&old_path, "13900139003", &passport(3)));
    assert_ne!(joined.status, 303, "the old code lets nobody in");

    // Just the new label is printed, where the sheet goes on.
    let one = PrepareSheets { invitations: Some(made.invitations), used_places: Some(2), ..wanted() };
    let saved = save(&office, folder.path(), one);
    assert_eq!(saved.codes, 1);
    office.app.check_run(CheckRun { number: saved.number.unwrap(), came_out: CameOut::All {}, job: None }).unwrap();
    assert_eq!(progress(&office).printed, 12);
    let joined = runtime.block_on(Phone::new(world.address).join(&new_path, "13900139003", &passport(3)));
    assert_eq!(joined.status, 303, "{}", joined.body);
    office.app.sync_now(Nothing {}).unwrap();
    assert_eq!((progress(&office).joined, progress(&office).printed), (1, 12));

    // A colleague sees why the old one is void; whoever joined needs no other.
    let there = Office::quiet(&runtime, &world, "there");
    there.app.sync_now(Nothing {}).unwrap();
    let void = invitations(&there, Some("revoked"));
    assert_eq!((void.len(), void[0].voided_for.as_deref()), (1, Some("damaged")));
    let claimed = invitations(&office, Some("claimed")).remove(0);
    assert_eq!(reprint(&claimed.id, "lost").unwrap_err().code, Code::NothingToPrint);
}

#[test]
fn an_answer_that_is_undone_is_none_in_the_log_either() {
    let runtime = Runtime::new().unwrap();
    let (_world, office) = class(&runtime);
    let folder = tempfile::tempdir().unwrap();
    let number = save(&office, folder.path(), wanted()).number.unwrap();
    let unchecked = || {
        let asked = RunsAsked { before: None, count: 1, is_only_unchecked: Some(true) };
        office.app.runs(asked).unwrap().len()
    };
    office.app.check_run(CheckRun { number, came_out: CameOut::UpTo { page: 1 }, job: None }).unwrap();
    assert_eq!((progress(&office).printed, runs(&office)[0].printed, unchecked()), (10, 10, 0));
    office.app.undo(Undo::default()).unwrap();
    assert_eq!((progress(&office).printed, runs(&office)[0].printed, unchecked()), (0, 0, 1));
    assert_eq!(runs(&office)[0].checked_at, None);
    office.app.redo(Undo::default()).unwrap();
    assert_eq!((progress(&office).printed, runs(&office)[0].printed, unchecked()), (10, 10, 0));
}
