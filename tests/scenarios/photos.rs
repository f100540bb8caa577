//! Photos between computers: set without a network, lent before the edits that name them, fetched when they are looked
//! at; two of them, a lost answer, a service that takes none, and a folder of them.

use crate::line::Weather;
use crate::office::{Office, is_at_rest, wait_until};
use crate::world::World;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::photo::{
    ApplyPhotos, ChangePhotoPlan, OpenPicture, PhotoCrop, PhotoMatch, PhotoPlanChange, PhotoPlanPageRequest, PhotoRef,
    PhotoRefs, PhotoVerdict, PictureSource, PlanPhotos, PlannedPhoto, SetPhoto,
};
use mingce_ipc::roster::{Column, CreateDepartment, RecordRef, Undo};
use mingce_ipc::sync::{Choice, ConflictsMeant, Listed, Resolve};
use mingce_testkit::pictures::png;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads can be made")
}

fn picture(folder: &Path, name: &str, seed: u8) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the test's own folder");
    std::fs::write(&path, png(400, 600, seed)).expect("the test's own folder");
    path
}

fn set(office: &Office, member: &str, path: &Path) -> String {
    let source = PictureSource::File { path: path.to_string_lossy().into_owned() };
    let opened = office.app.open_picture(OpenPicture { source }).expect("a picture");
    assert!(opened.preview.starts_with("data:image/jpeg;base64,"));
    let wanted = SetPhoto { member: member.to_owned(), picture: opened.picture, crop: opened.crop };
    assert_eq!(office.app.set_photo(wanted).expect("the member is here").changed_cells, 1);
    photo_of(office, member)
}

fn photo_of(office: &Office, member: &str) -> String {
    office.cell(member, Column::Photo).unwrap_or_default()
}

fn small(office: &Office, hash: &str) -> Option<String> {
    let asked = PhotoRefs { hashes: vec![hash.to_owned()] };
    office.app.thumbnails(asked).expect("a roster is open").remove(0).data
}

fn sync(office: &Office) {
    office.app.sync_now(Nothing {}).expect("the line is clear");
}

#[test]
fn a_photo_set_offline_arrives_elsewhere_when_somebody_looks() {
    let runtime = runtime();
    let world = runtime.block_on(World::new());
    let (here, there) = (Office::open(&runtime, &world, "here"), Office::open(&runtime, &world, "there"));
    let member = here.add(&[(Column::Name, "单于婷")]);
    wait_until(&runtime, "the member is there", || there.cell(&member, Column::Name).is_some());
    here.line.set(Weather::Down);
    let hash = set(&here, &member, &picture(&world.path("pictures"), "a.png", 1));
    assert!(small(&here, &hash).is_some(), "here it is seen at once");
    here.line.set(Weather::Clear);
    wait_until(&runtime, "the edit is through", || {
        let _ = here.app.sync_now(Nothing {});
        is_at_rest(&here)
    });
    wait_until(&runtime, "the edit is there", || photo_of(&there, &member) == hash);
    wait_until(&runtime, "the photo is there", || small(&there, &hash).is_some());
    let whole = |office: &Office| office.app.photo(PhotoRef { hash: hash.clone() }).expect("it is known").data;
    assert_eq!(whole(&there), whole(&here));
    // Away again: nobody's photo, and undo brings it back on either side.
    here.app.remove_photo(RecordRef { id: member.clone() }).expect("the member is here");
    wait_until(&runtime, "it is gone there", || photo_of(&there, &member).is_empty());
    here.app.undo(Undo::default()).expect("something to undo");
    wait_until(&runtime, "it is back there", || photo_of(&there, &member) == hash);
}

#[test]
fn a_lost_answer_neither_loses_nor_doubles_a_photo() {
    let runtime = runtime();
    let world = runtime.block_on(World::new());
    let (here, there) = (Office::quiet(&runtime, &world, "here"), Office::quiet(&runtime, &world, "there"));
    let member = here.add(&[(Column::Name, "单于婷")]);
    sync(&here);
    let hash = set(&here, &member, &picture(&world.path("pictures"), "a.png", 1));
    // Cut on the way there, and in the answer: of the photo, of the push, wherever the bytes end.
    for weather in [
        Weather::REQUESTS_LOST,
        Weather::ANSWERS_LOST,
        Weather::RequestsCutAfter(1_000),
        Weather::AnswersCutAfter(40),
        Weather::RequestsCutAfter(9_000),
    ] {
        here.line.set(weather);
        let _ = here.app.sync_now(Nothing {});
    }
    here.line.set(Weather::Clear);
    wait_until(&runtime, "the edit is through", || {
        let _ = here.app.sync_now(Nothing {});
        here.status().waiting == 0
    });
    assert_eq!((here.status().refused, here.status().conflicts), (0, 0));
    sync(&there);
    assert_eq!(photo_of(&there, &member), hash);
    let fetched = there.app.photo(PhotoRef { hash: hash.clone() }).expect("the service has it").data;
    assert_eq!(fetched, here.app.photo(PhotoRef { hash }).expect("it is here").data);
}

#[test]
fn two_photos_of_one_member_are_a_conflict_that_shows_both() {
    let runtime = runtime();
    let world = runtime.block_on(World::new());
    let (here, there) = (Office::quiet(&runtime, &world, "here"), Office::quiet(&runtime, &world, "there"));
    let member = here.add(&[(Column::Name, "单于婷")]);
    sync(&here);
    sync(&there);
    let pictures = world.path("pictures");
    let first = set(&here, &member, &picture(&pictures, "a.png", 1));
    let second = set(&there, &member, &picture(&pictures, "b.png", 2));
    assert_ne!(first, second);
    sync(&here);
    sync(&there);
    let conflicts = there.app.conflicts(Listed::default()).expect("a roster is open").rows;
    assert_eq!(conflicts.len(), 1);
    assert_eq!((conflicts[0].field.as_str(), &conflicts[0].mine, &conflicts[0].theirs), ("photo", &second, &first));
    for hash in [&first, &second] {
        assert!(there.app.photo(PhotoRef { hash: hash.clone() }).expect("the service has both").data.is_some());
    }
    let resolve = Resolve {
        conflicts: ConflictsMeant::These { ids: vec![conflicts[0].id.clone()] },
        choice: Choice::Mine,
        job: None,
    };
    there.app.resolve_conflicts(resolve).expect("the conflict is open");
    sync(&there);
    sync(&here);
    assert_eq!((photo_of(&here, &member), photo_of(&there, &member)), (second.clone(), second));
}

#[test]
fn a_photo_without_room_at_the_service_is_refused_in_words_and_holds_nobody_up() {
    let runtime = runtime();
    let world = runtime.block_on(World::with(|options| options.photo_quota_bytes = 100));
    let here = Office::quiet(&runtime, &world, "here");
    let member = here.add(&[(Column::Name, "单于婷")]);
    sync(&here);
    set(&here, &member, &picture(&world.path("pictures"), "a.png", 1));
    let other = here.add(&[(Column::Name, "欧阳·买买提")]);
    sync(&here);
    assert_eq!(here.status().waiting, 0, "the edits behind it are through");
    let refusals = here.app.refusals(Listed::default()).expect("a roster is open").rows;
    assert_eq!(refusals.len(), 1);
    assert_eq!((refusals[0].record.as_str(), refusals[0].rule.as_deref()), (member.as_str(), Some("photo_quota")));
    assert_eq!(refusals[0].fields[0].field, "photo");
    let there = Office::quiet(&runtime, &world, "there");
    assert!(there.cell(&other, Column::Name).is_some());
    assert_eq!(photo_of(&there, &member), "");
}

fn rows(office: &Office, plan: &str, verdict: PhotoVerdict) -> Vec<PlannedPhoto> {
    let asked = PhotoPlanPageRequest { plan: plan.to_owned(), verdict: Some(verdict), start: 0, count: 100 };
    office.app.photo_plan_page(asked).expect("the plan is open").rows
}

#[test]
fn a_folder_of_photos_finds_its_members_and_is_one_batch() {
    let runtime = runtime();
    let world = runtime.block_on(World::new());
    let here = Office::quiet(&runtime, &world, "here");
    for name in ["3班", "4班"] {
        let made = CreateDepartment { parent: None, name: name.into(), kind: Some("class".into()) };
        here.app.create_department(made).expect("a fresh name");
    }
    let add = |name, number, class| {
        here.add(&[(Column::Name, name), (Column::CardNumber, number), (Column::Department, class)])
    };
    let numbered = add("张三", "S20230101", "3班");
    let named = add("李四", "20230102", "3班");
    let [third, fourth] = [add("王伟", "20230103", "3班"), add("王伟", "20230104", "4班")];
    let folder = world.path("照片");
    for (place, name) in [
        "ｓ20230101.png",
        "李四-照片.png",
        "3班_王伟.png",
        "4班/王伟.png",
        "王伟.png",
        "李四 20230101x.png",
        "IMG_20230102.png",
        "谁也不是.png",
        "S20230101_李四.png",
    ]
    .iter()
    .enumerate()
    {
        picture(&folder, name, u8::try_from(place).expect("few"));
    }
    std::fs::write(folder.join("损坏.jpg"), b"\xFF\xD8\xFF\xE0 cut").expect("the test's own folder");
    std::fs::write(folder.join("手机.HEIC"), b"\0\0\0\x18ftypheic\0\0\0\0").expect("the test's own folder");
    std::fs::write(folder.join("说明.txt"), b"-").expect("the test's own folder");

    let paths = vec![folder.to_string_lossy().into_owned()];
    let plan = here.app.plan_photos(PlanPhotos { paths: paths.clone(), job: None }).expect("a folder");
    let told = |verdict| -> Vec<(String, Option<String>, Option<PhotoMatch>)> {
        let rows = rows(&here, &plan.plan, verdict);
        rows.into_iter().map(|row| (row.file, row.member.map(|member| member.id), row.matched_by)).collect()
    };
    let matched = told(PhotoVerdict::Matched);
    for expected in [
        ("ｓ20230101.png", &numbered, PhotoMatch::CardNumber),
        ("李四 20230101x.png", &named, PhotoMatch::Name),
        ("3班_王伟.png", &third, PhotoMatch::NameAndPlace),
        ("4班/王伟.png", &fourth, PhotoMatch::NameAndPlace),
    ] {
        let (file, member, by) = expected;
        assert!(matched.contains(&(file.to_owned(), Some(member.clone()), Some(by))), "{file}: {matched:?}");
    }
    assert_eq!(matched.len(), 4);
    let ambiguous = rows(&here, &plan.plan, PhotoVerdict::Ambiguous);
    let files: Vec<&str> = ambiguous.iter().map(|row| row.file.as_str()).collect();
    assert_eq!(files, ["S20230101_李四.png", "王伟.png"]);
    assert_eq!(ambiguous[0].reason.as_deref(), Some("number_and_name_differ"));
    assert_eq!(ambiguous[1].candidates.len(), 2);
    assert_eq!(told(PhotoVerdict::Repeated).len(), 1, "two files name 李四");
    let unmatched = rows(&here, &plan.plan, PhotoVerdict::Unmatched);
    assert_eq!(unmatched.len(), 2);
    let unusable = rows(&here, &plan.plan, PhotoVerdict::Unusable);
    let mut reasons: Vec<&str> = unusable.iter().filter_map(|row| row.reason.as_deref()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["unreadable", "unsupported"]);
    assert_eq!((plan.passed_over, plan.counts.to_set), (1, 4));

    // A person says whose a photo is, adjusts one and leaves one out.
    let change = |change| {
        here.app.change_photo_plan(ChangePhotoPlan { plan: plan.plan.clone(), change }).expect("the plan is open")
    };
    let loose = unmatched.iter().find(|row| row.file == "谁也不是.png").expect("nobody's").row;
    let fifth = here.add(&[(Column::Name, "赵六")]);
    change(PhotoPlanChange::Choose { row: loose, member: Some(fifth.clone()) });
    change(PhotoPlanChange::Crop { row: loose, crop: PhotoCrop { x: 0.1, y: 0.5, width: 0.5 } });
    let fourths = rows(&here, &plan.plan, PhotoVerdict::Matched).into_iter().find(|row| row.file == "4班/王伟.png");
    let after = change(PhotoPlanChange::LeaveOut { row: fourths.expect("it is matched").row });
    assert_eq!((after.counts.matched, after.counts.to_set, after.counts.left_out), (5, 4, 1));
    let applied = here.app.apply_photos(ApplyPhotos { plan: plan.plan.clone(), job: None }).expect("all are whole");
    assert_eq!((applied.set, applied.unchanged, applied.failed_count), (4, 0, 0));
    for (member, has) in [(&numbered, true), (&named, true), (&third, true), (&fourth, false), (&fifth, true)] {
        assert_eq!(!photo_of(&here, member).is_empty(), has);
    }
    let before = photo_of(&here, &numbered);

    // The same folder again: they have theirs; replaced only when asked, and equal ones are no change.
    let again = here.app.plan_photos(PlanPhotos { paths, job: None }).expect("a folder");
    assert_eq!((again.counts.matched, again.counts.known, again.counts.to_set), (1, 3, 1));
    let replace = PhotoPlanChange::Replace { replaces: true };
    let wanted = ChangePhotoPlan { plan: again.plan.clone(), change: replace };
    assert_eq!(here.app.change_photo_plan(wanted).expect("the plan is open").counts.to_set, 4);
    let replaced = here.app.apply_photos(ApplyPhotos { plan: again.plan, job: None }).expect("all are whole");
    assert_eq!((replaced.set, replaced.unchanged), (1, 3));

    // The whole batch is taken back at once.
    here.app.undo(Undo::default()).expect("something to undo");
    here.app.undo(Undo::default()).expect("something to undo");
    assert_eq!(photo_of(&here, &numbered), "");
    here.app.redo(Undo::default()).expect("something to do again");
    assert_eq!(photo_of(&here, &numbered), before);
    sync(&here);
    assert_eq!((here.status().waiting, here.status().refused), (0, 0));
}
