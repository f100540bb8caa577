//! One person: further places with what they are there, a status with its date, and two records made one.

use crate::defining::field;
use crate::office::{Office, wait_until};
use crate::world::World;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::{DefineField, DefineTag};
use mingce_ipc::person::{
    AffiliationRef, Belonging, Chosen, CompareMembers, EditAffiliation, FindDuplicates, FindGuardians, Likeness,
    LinkGuardian, MergeMembers, Side, Together,
};
use mingce_ipc::roster::{
    CellText, Column, CreateDepartment, EditCell, EditGuardian, Filter, GuardianRef, RecordRef, Undo, ViewQuery,
};
use mingce_ipc::sync::Listed;
use tokio::runtime::Runtime;

fn office() -> (Runtime, World, Office) {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let office = Office::quiet(&runtime, &world, "here");
    (runtime, world, office)
}

fn department(office: &Office, name: &str) -> String {
    let wanted = CreateDepartment { parent: None, name: name.into(), kind: None };
    office.app.create_department(wanted).expect("the name is free").id
}

fn sync(office: &Office) {
    office.app.sync_now(Nothing {}).expect("the service is there");
    assert_eq!(office.status().refused, 0, "{:?}", office.app.refusals(Listed::default()));
    assert_eq!(office.status().conflicts, 0);
}

fn detail(office: &Office, id: &str) -> mingce_ipc::roster::MemberDetail {
    office.app.member_detail(RecordRef { id: id.into() }).expect("the member is here")
}

#[test]
fn a_teacher_who_is_a_parent_too_has_both_places_and_can_swap_them() {
    let (_runtime, _world, office) = office();
    let (maths, class, art) =
        (department(&office, "数学组"), department(&office, "高一1班"), department(&office, "美术组"));
    let member = office.add(&[
        (Column::Name, "欧阳静"),
        (Column::Identity, "staff"),
        (Column::Department, "数学组"),
        (Column::Title, "教师"),
    ]);
    let add = |department: &str, identity: &str, title: &str| {
        office.app.edit_affiliation(EditAffiliation {
            member: member.clone(),
            affiliation: None,
            department: Some(department.into()),
            title: Some(title.into()),
            identity: Some(identity.into()),
        })
    };
    add(&class, "家长", "").unwrap();
    add(&art, "", "指导老师").unwrap();
    assert!(add(&class, "外星人", "").is_err());
    let places = detail(&office, &member).affiliations;
    assert_eq!(places.len(), 2);
    assert_eq!((places[0].path.as_str(), places[0].identity.as_str()), ("高一1班", "parent"));
    // What they are in one place is one of the things they are.
    assert_eq!(office.cell(&member, Column::Identity).as_deref(), Some("staff;parent"));
    sync(&office);
    let main = |id: &str| office.app.make_main(AffiliationRef { member: member.clone(), affiliation: id.into() });
    main(&places[1].id).unwrap();
    let now = detail(&office, &member);
    assert_eq!(office.cell(&member, Column::Department).as_deref(), Some("美术组"));
    assert_eq!(office.cell(&member, Column::Title).as_deref(), Some("指导老师"));
    assert_eq!((now.affiliations[1].department.as_str(), now.affiliations[1].title.as_str()), (maths.as_str(), "教师"));
    // Nobody comes into a department that was put away, not by a swap either.
    office.app.archive_department(RecordRef { id: maths.clone() }).unwrap();
    assert_eq!(main(&places[1].id).unwrap_err().code, mingce_ipc::Code::DepartmentArchived);
    office.app.undo(Undo::default()).unwrap();
    // Whichever place is the main one, they are both.
    main(&places[0].id).unwrap();
    assert_eq!(office.cell(&member, Column::Identity).as_deref(), Some("staff;parent"));
    assert_eq!(detail(&office, &member).affiliations[0].identity, "staff");
    sync(&office);
    office.app.undo(Undo::default()).unwrap();
    office
        .app
        .remove_affiliation(AffiliationRef { member: member.clone(), affiliation: places[0].id.clone() })
        .unwrap();
    assert_eq!(detail(&office, &member).affiliations.len(), 1);
    sync(&office);
}

#[test]
fn a_status_brings_its_date_unless_one_is_given() {
    let (_runtime, _world, office) = office();
    let member = office.add(&[(Column::Name, "张一")]);
    assert_eq!(office.cell(&member, Column::StatusSince).as_deref(), Some(""));
    office.edit(&member, Column::Status, "离校");
    let since = office.cell(&member, Column::StatusSince).unwrap();
    assert_eq!(since.len(), 10, "{since}");
    let cells = [(Column::StatusSince, "2024-06-30"), (Column::Status, "停用")];
    let edits = cells.map(|(column, text)| EditCell { member: member.clone(), column, text: text.into() });
    office.app.edit_cells(edits.into()).unwrap();
    assert_eq!(office.cell(&member, Column::StatusSince).as_deref(), Some("2024-06-30"));
    let since = Filter::AtMost { column: Column::StatusSince, value: "2024-07-01".into() };
    let found = office.app.open_view(ViewQuery { filters: vec![since], ..ViewQuery::default() }).unwrap();
    assert_eq!(found.total, 1);
    office.edit(&member, Column::Status, "正常");
    assert_eq!(office.cell(&member, Column::StatusSince).as_deref(), Some(""));
    sync(&office);
}

#[test]
fn people_who_are_there_twice_are_found_by_the_strongest_reason() {
    let (_runtime, _world, office) = office();
    let id = [(Column::DocumentKind, "resident_id"), (Column::DocumentNumber, "11010519491231002X")];
    let born = (Column::BirthDate, "2011-05-04");
    office.add(&[(Column::Name, "甲一"), id[0], id[1], (Column::Phone, "13800000001")]);
    office.add(&[(Column::Name, "甲乙"), id[0], id[1], (Column::Phone, "13800000001")]);
    office.add(&[(Column::Name, "丙"), (Column::Phone, "13800000002")]);
    office.add(&[(Column::Name, "丁"), (Column::Phone, "13800000002")]);
    office.add(&[(Column::Name, "张伟"), born]);
    office.add(&[(Column::Name, "张伟"), born]);
    office.add(&[(Column::Name, "章薇"), born]);
    office.add(&[(Column::Name, "张伟"), (Column::BirthDate, "2011-05-05")]);
    // Born on one day, which of one only the ID number tells.
    office.add(&[(Column::Name, "孙平明"), id[0], (Column::DocumentNumber, "440524188001010014")]);
    office.add(&[(Column::Name, "孙平明"), (Column::BirthDate, "1880-01-01")]);
    let found = office.app.find_duplicates(FindDuplicates::default()).unwrap();
    let reasons: Vec<(Likeness, u32)> = found.groups.iter().map(|group| (group.reason, group.count)).collect();
    let expected = [
        (Likeness::Document, 2),
        (Likeness::Phone, 2),
        (Likeness::NameAndBirthDate, 2),
        (Likeness::NameAndBirthDate, 2),
        (Likeness::SoundAndBirthDate, 3),
    ];
    assert_eq!(reasons, expected);
    assert_eq!(found.total, 5);
    assert_eq!(found.groups[0].members[0].name, "甲一");
}

#[test]
fn two_records_become_one_with_all_that_hangs_on_them_and_undo_gives_both_back() {
    let (_runtime, _world, office) = office();
    department(&office, "高一1班");
    department(&office, "高一2班");
    let club = department(&office, "象棋社");
    let hobby = office.define(DefineField { is_unique: true, ..field("爱好", "text") });
    for name in ["校队", "贫困生"] {
        office.app.define_tag(DefineTag { id: None, name: name.into(), colour: String::new() }).unwrap();
    }
    let kept = office.add(&[
        (Column::Name, "张伟"),
        (Column::Department, "高一1班"),
        (Column::CardNumber, "S-1"),
        (Column::Tags, "校队"),
    ]);
    let gone = office.add(&[
        (Column::Name, "张玮"),
        (Column::Department, "高一2班"),
        (Column::CardNumber, "S-2"),
        (Column::Phone, "13800000001"),
        (Column::Tags, "校队、贫困生"),
        (hobby, "下象棋"),
    ]);
    for (member, phones) in [(&kept, vec!["13900000001"]), (&gone, vec!["13900000001", "13900000002"])] {
        for phone in phones {
            let cells = [(Column::GuardianName, "张父"), (Column::GuardianPhone, phone)];
            let cells = cells.map(|(column, text)| CellText { column, text: text.into() });
            office
                .app
                .edit_guardian(EditGuardian {
                    member: member.clone(),
                    guardian: None,
                    cells: cells.into(),
                    may_confirm: Some(*member == kept),
                })
                .unwrap();
        }
    }
    let place = EditAffiliation {
        member: gone.clone(),
        affiliation: None,
        department: Some(club),
        title: None,
        identity: None,
    };
    office.app.edit_affiliation(place).unwrap();
    sync(&office);
    let before = (detail(&office, &kept), detail(&office, &gone));

    let compare = |taken: Option<Vec<Column>>| {
        let chosen = taken.map(|taken| Chosen { taken, united: Vec::new() });
        let pair = CompareMembers { kept: kept.clone(), gone: gone.clone(), chosen };
        office.app.compare_members(pair).unwrap()
    };
    office.app.mask_again(Nothing {}).unwrap();
    assert!(compare(None).is_masked);
    office.app.reveal(RecordRef { id: kept.clone() }).unwrap();
    office.app.reveal(RecordRef { id: gone.clone() }).unwrap();
    assert!(!compare(None).is_masked);
    assert!(compare(None).gone.guardians.iter().all(|one| !one.detail.contains('*')));
    office.app.reveal_all(Nothing {}).unwrap();
    let compared = compare(None);
    let line = |column| compared.lines.iter().find(|line| line.column == column).unwrap();
    assert!(line(Column::Name).differs && line(Column::Name).takes == Side::Kept);
    assert!([Column::Phone, hobby].iter().all(|column| line(*column).takes == Side::Gone));
    let names = |all: &[Belonging]| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!((names(&compared.gone.places), names(&compared.gone.tags).len()), (vec!["象棋社".to_owned()], 2));
    // By name what the one who stays will have: places that move, guardians of both once, and who may not confirm.
    assert_eq!(names(&compared.merged.places), ["象棋社", "高一2班"]);
    assert_eq!(names(&compare(Some(vec![Column::Department])).merged.places), ["象棋社"], "it is the main one then");
    assert_eq!(names(&compared.merged.tags), ["校队", "贫困生"]);
    assert_eq!(compared.merged.guardians.len(), 2);
    assert!(compared.merged.guardians.iter().all(|one| one.words.contains(&"may_not_confirm".to_owned())));
    assert_eq!((compared.kept.guardians.len(), compared.gone.guardians.len()), (1, 2));

    let chosen = Chosen { taken: vec![Column::Phone, Column::CardNumber, hobby], united: Vec::new() };
    office.app.merge_members(MergeMembers { kept: kept.clone(), gone: gone.clone(), chosen }).unwrap();
    let now = detail(&office, &kept);
    for (column, text) in [
        (Column::Name, "张伟"),
        (Column::Phone, "13800000001"),
        (Column::CardNumber, "S-2"),
        (Column::Tags, "校队、贫困生"),
        (hobby, "下象棋"),
        (Column::Department, "高一1班"),
    ] {
        assert_eq!(office.cell(&kept, column).as_deref(), Some(text));
    }
    let mut paths: Vec<&str> = now.affiliations.iter().map(|place| place.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["象棋社", "高一2班"]);
    // Who was switched off in one of the two places stays so.
    let guardians: Vec<_> = now.guardians.iter().map(|one| (one.phone.as_str(), one.may_confirm)).collect();
    assert_eq!(guardians, [("13900000001", false), ("13900000002", false)]);
    assert!(office.app.member_detail(RecordRef { id: gone.clone() }).is_err());
    // The service takes it in this order: the one who goes makes room for a number of which there may be one only.
    sync(&office);

    let undone = office.app.undo(Undo::default()).unwrap();
    assert_eq!((undone.operation.as_str(), undone.kept), ("merge", 0));
    let after = (detail(&office, &kept), detail(&office, &gone));
    for (before, after) in [(before.0, after.0), (before.1, after.1)] {
        // Everybody stands where they stood, the guardians too.
        assert_eq!(before.row.cells, after.row.cells);
        assert_eq!(before.guardians, after.guardians);
        assert_eq!(before.affiliations, after.affiliations);
    }
    sync(&office);
}

#[test]
fn cards_of_both_stay_with_the_one_who_comes_of_two() {
    let (_runtime, _world, office) = office();
    let with_chips = |name: &str, chips: &str| office.add(&[(Column::Name, name), (Column::ChipNumbers, chips)]);
    let (kept, gone) = (with_chips("张伟", "04A32F1B;0012345678"), with_chips("张玮", "04FF00AA"));
    sync(&office);
    let chips = |gone: &String| {
        let pair = CompareMembers { kept: kept.clone(), gone: gone.clone(), chosen: None };
        let lines = office.app.compare_members(pair).unwrap().lines;
        lines.into_iter().find(|line| line.column == Column::ChipNumbers).unwrap()
    };
    let both = "04A32F1B;0012345678;04FF00AA";
    assert_eq!((chips(&gone).takes, chips(&gone).both), (Side::Both, Together::Hold { text: both.into() }));
    let merge = |gone: &str, united: Vec<Column>| {
        let chosen = Chosen { taken: Vec::new(), united };
        office.app.merge_members(MergeMembers { kept: kept.clone(), gone: gone.into(), chosen })
    };
    merge(&gone, vec![Column::ChipNumbers]).unwrap();
    assert_eq!(office.cell(&kept, Column::ChipNumbers).as_deref(), Some(both));
    sync(&office);
    office.app.undo(Undo::default()).unwrap();
    assert_eq!(office.cell(&kept, Column::ChipNumbers).as_deref(), Some("04A32F1B;0012345678"));
    assert_eq!(office.cell(&gone, Column::ChipNumbers).as_deref(), Some("04FF00AA"));
    sync(&office);

    // More than one member can have: one side it is, until somebody leaves a card out.
    let many = with_chips("张炜", &(0..7).map(|n| format!("1000000{n}")).collect::<Vec<_>>().join(";"));
    let rule = "chip_numbers_too_many";
    assert_eq!((chips(&many).takes, chips(&many).both), (Side::Kept, Together::Break { rule: rule.into() }));
    let refused = merge(&many, vec![Column::ChipNumbers]).unwrap_err();
    assert_eq!(refused.params.get("rule").map(String::as_str), Some(rule));
    // Nothing to unite where one has none.
    let none = office.add(&[(Column::Name, "章薇")]);
    assert_eq!((chips(&none).takes, chips(&none).both), (Side::Kept, Together::Never));
    assert!(merge(&none, vec![Column::Name]).is_err());
}

#[test]
fn a_value_of_which_there_may_be_one_goes_over_after_what_makes_room_for_it_however_often_that_is_undone() {
    let (_runtime, _world, office) = office();
    let locker = office.define(DefineField { is_unique: true, ..field("储物柜", "text") });
    let (kept, gone) = (office.add(&[(Column::Name, "张伟")]), office.add(&[(Column::Name, "张玮")]));
    sync(&office);
    let work = || {
        office.edit(&gone, locker, "乙");
        let chosen = Chosen { taken: vec![locker], united: Vec::new() };
        office.app.merge_members(MergeMembers { kept: kept.clone(), gone: gone.clone(), chosen }).unwrap();
    };
    let twice = |step: &dyn Fn()| (0..2).for_each(|_| step());
    let undo = || drop(office.app.undo(Undo::default()).unwrap());
    let redo = || drop(office.app.redo(Undo::default()).unwrap());
    // Once through the service, so that both values were there and went.
    work();
    sync(&office);
    twice(&undo);
    sync(&office);
    work();
    twice(&undo);
    twice(&redo);
    sync(&office);
    assert_eq!(office.cell(&kept, locker).as_deref(), Some("乙"));
    twice(&undo);
    work();
    twice(&undo);
    sync(&office);
    assert_eq!(office.cell(&kept, locker).as_deref(), Some(""));
}

#[test]
fn a_guardian_who_may_not_confirm_is_marked_and_a_minor_without_any_is_warned_of() {
    let (runtime, world, here) = office();
    let there = Office::open(&runtime, &world, "there");
    let child = here.add(&[(Column::Name, "欧阳静怡"), (Column::BirthDate, "2016-05-01")]);
    let guardian = |name: &str, may_confirm| EditGuardian {
        member: child.clone(),
        guardian: None,
        cells: vec![CellText { column: Column::GuardianName, text: name.into() }],
        may_confirm,
    };
    here.app.edit_guardian(guardian("欧阳梅", None)).unwrap();
    here.app.edit_guardian(guardian("欧阳建国", Some(false))).unwrap();
    let marks = |office: &Office| {
        let detail = detail(office, &child);
        let guardians: Vec<bool> = detail.guardians.iter().map(|one| one.may_confirm).collect();
        let codes: Vec<String> = detail.row.problems.iter().map(|problem| problem.code.clone()).collect();
        (guardians, codes)
    };
    assert_eq!(marks(&here), (vec![true, false], vec![]));
    let mother = detail(&here, &child).guardians[0].id.clone();
    let switch = |may_confirm| EditGuardian {
        guardian: Some(mother.clone()),
        cells: Vec::new(),
        ..guardian("", Some(may_confirm))
    };
    assert_eq!(here.app.edit_guardian(switch(false)).unwrap().changed_cells, 1);
    assert_eq!(here.app.edit_guardian(switch(false)).unwrap().changed_cells, 0);
    assert_eq!(marks(&here), (vec![false, false], vec!["nobody_may_confirm".to_owned()]));
    sync(&here);
    wait_until(&runtime, "the other computer hears of it", || {
        there.cell(&child, Column::Name).is_some() && marks(&there) == marks(&here)
    });
    // Nobody answers for an adult.
    here.edit(&child, Column::BirthDate, "1990-05-01");
    assert_eq!(marks(&here).1, Vec::<String>::new());
    here.app.undo(Undo::default()).unwrap();
    here.app.undo(Undo::default()).unwrap();
    assert_eq!(marks(&here), (vec![true, false], vec![]));
}

#[test]
fn siblings_share_a_guardian_who_is_found_by_phone_by_name_and_by_the_sibling() {
    let (_runtime, _world, office) = office();
    let elder = office.add(&[
        (Column::Name, "王小明"),
        (Column::GuardianName, "王建国"),
        (Column::GuardianPhone, "13800138000"),
        (Column::GuardianRelation, "父亲"),
    ]);
    let younger = office.add(&[(Column::Name, "王小芳")]);
    let find = |member: &str, text: &str| {
        office.app.find_guardians(FindGuardians { member: member.into(), text: text.into() }).unwrap().found
    };
    // However the number is written.
    let found = find(&younger, "+86 138-0013-8000");
    assert_eq!(found.len(), 1);
    let father = &found[0];
    assert_eq!((father.name.as_str(), father.phone.as_str()), ("王建国", "13800138000"));
    assert!(father.has_same_phone);
    assert_eq!((father.members, father.others.as_slice()), (1, &["王小明".to_owned()][..]));
    for text in ["建国", "0138", "王小明", "wxm"] {
        let found = find(&younger, text);
        assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [father.id.as_str()], "{text}");
        assert!(!found[0].has_same_phone);
    }
    assert_eq!(find(&younger, " "), []);
    assert_eq!(find(&younger, "138"), [], "three digits are everybody's");
    assert_eq!(find(&elder, "13800138000"), [], "who is there already is not offered");

    let link = |member: &str, relation: &str| {
        office.app.link_guardian(LinkGuardian {
            member: member.into(),
            guardian: father.id.clone(),
            instead_of: None,
            relation: Some(relation.into()),
            may_confirm: Some(false),
        })
    };
    assert!(link(&younger, "外星人").is_err());
    link(&younger, "父亲").unwrap();
    assert_eq!(link(&younger, "父亲").unwrap_err().code, mingce_ipc::Code::Duplicate);
    let shared = &detail(&office, &younger).guardians[0];
    assert_eq!((shared.members, shared.others.as_slice()), (2, &["王小明".to_owned()][..]));
    assert_eq!((shared.relation.as_str(), shared.may_confirm), ("father", false));
    assert!(detail(&office, &elder).guardians[0].may_confirm, "each child has its own answer");
    sync(&office);

    // What is changed is changed for both; what is ended is ended for one.
    let phone = CellText { column: Column::GuardianPhone, text: "13900139000".into() };
    let edit = EditGuardian {
        member: younger.clone(),
        guardian: Some(father.id.clone()),
        cells: vec![phone],
        may_confirm: None,
    };
    office.app.edit_guardian(edit).unwrap();
    assert_eq!(detail(&office, &elder).guardians[0].phone, "13900139000");
    let unlink = |member: &str| {
        office.app.remove_guardian(GuardianRef { member: member.into(), guardian: father.id.clone() }).unwrap()
    };
    unlink(&younger);
    assert_eq!(detail(&office, &younger).guardians, []);
    let left = &detail(&office, &elder).guardians[0];
    assert_eq!((left.name.as_str(), left.members, left.others.len()), ("王建国", 1, 0));
    office.app.undo(Undo::default()).unwrap();
    assert_eq!(detail(&office, &younger).guardians[0].members, 2);
    unlink(&elder);
    unlink(&younger);
    assert_eq!(find(&younger, "王建国"), [], "nobody is kept who answers for nobody");
    sync(&office);
}

#[test]
fn a_guardian_chosen_in_a_cell_takes_the_place_of_the_one_who_stood_there() {
    let (_runtime, _world, office) = office();
    let elder = office.add(&[
        (Column::Name, "王小明"),
        (Column::GuardianName, "王建国"),
        (Column::GuardianPhone, "13800138000"),
        (Column::GuardianRelation, "父亲"),
    ]);
    // Written down once more for the sister, with a grandmother behind.
    let younger =
        office.add(&[(Column::Name, "王小芳"), (Column::GuardianName, "王健国"), (Column::GuardianRelation, "父亲")]);
    let grandmother = CellText { column: Column::GuardianName, text: "刘桂兰".into() };
    office
        .app
        .edit_guardian(EditGuardian {
            member: younger.clone(),
            guardian: None,
            cells: vec![grandmother],
            may_confirm: None,
        })
        .unwrap();
    let find =
        |text: &str| office.app.find_guardians(FindGuardians { member: younger.clone(), text: text.into() }).unwrap();
    // By pinyin and by initials; of the one in the cell it is told whom else a new name would be for.
    for text in ["wangjian", "wjg", "王建", "13800138000"] {
        let found = find(text);
        assert_eq!(found.found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["王建国"], "{text}");
        assert_eq!(found.found[0].others, ["王小明"]);
        let first = found.first.expect("the one in the cell");
        assert_eq!((first.name.as_str(), first.members, first.others.len()), ("王健国", 1, 0));
    }
    let (twin, known) = (find("").first.unwrap().id, find("wjg").found[0].id.clone());
    let choose = |instead_of: &str| {
        office.app.link_guardian(LinkGuardian {
            member: younger.clone(),
            guardian: known.clone(),
            instead_of: Some(instead_of.into()),
            relation: None,
            may_confirm: None,
        })
    };
    choose(&twin).unwrap();
    assert_eq!(choose(&twin).unwrap_err().code, mingce_ipc::Code::Duplicate);
    let told = |member: &str| -> Vec<(String, String, u32)> {
        let guardians = detail(&office, member).guardians.into_iter();
        guardians.map(|one| (one.name, one.relation, one.members)).collect()
    };
    let line = |name: &str, relation: &str, members| (name.to_owned(), relation.to_owned(), members);
    assert_eq!(told(&younger), [line("王建国", "father", 2), line("刘桂兰", "", 1)]);
    assert_eq!(find("").first.unwrap().others, ["王小明"]);
    assert_eq!(find("王健国").found, [], "nobody is kept who answers for nobody");
    sync(&office);
    // Renaming in the cell renames for both; one step back, and one more.
    office.edit(&younger, Column::GuardianName, "王建军");
    assert_eq!(told(&elder), [line("王建军", "father", 2)]);
    office.app.undo(Undo::default()).unwrap();
    office.app.undo(Undo::default()).unwrap();
    assert_eq!(told(&younger), [line("王健国", "father", 1), line("刘桂兰", "", 1)]);
    assert_eq!(told(&elder), [line("王建国", "father", 1)]);
    sync(&office);
}

#[test]
fn several_identities_are_typed_found_merged_and_come_back_from_a_file() {
    let (_runtime, _world, office) = office();
    let both = office.add(&[(Column::Name, "欧阳静"), (Column::Identity, "教职工、家长")]);
    let pupil = office.add(&[(Column::Name, "王小明"), (Column::Identity, "student")]);
    assert_eq!(office.cell(&both, Column::Identity).as_deref(), Some("staff;parent"));
    office.edit(&pupil, Column::Identity, "教职工;学生");
    assert_eq!(office.cell(&pupil, Column::Identity).as_deref(), Some("student;staff"));
    let refused =
        office
            .app
            .edit_cell(EditCell { member: pupil.clone(), column: Column::Identity, text: "学生、外星人".into() });
    assert_eq!(refused.unwrap_err().code, mingce_ipc::Code::Invalid);
    let total = |value: &str| {
        let filter = Filter::Is { column: Column::Identity, value: value.into() };
        let query = ViewQuery { filters: vec![filter], ..ViewQuery::default() };
        office.app.open_view(query).unwrap().total
    };
    assert_eq!([total("staff"), total("parent"), total("student"), total("alumni")], [2, 1, 1, 0]);
    sync(&office);
    office.app.undo(Undo::default()).unwrap();
    assert_eq!(office.cell(&pupil, Column::Identity).as_deref(), Some("student"));
    sync(&office);
}

#[test]
fn the_days_of_invitation_and_of_joining_are_shown_filtered_and_written_and_nobodys_to_type() {
    let (_runtime, _world, office) = office();
    let invited = office.add(&[(Column::Name, "王小明"), (Column::Phone, "13800138000")]);
    let other = office.add(&[(Column::Name, "李四")]);
    let members = mingce_ipc::roster::Members::Ids { ids: vec![invited.clone()] };
    let invite = mingce_ipc::invitation::Invite { members: Some(members), days: 14, replaces_open: false, job: None };
    office.app.invite(invite).unwrap();
    let day = office.cell(&invited, Column::InvitedOn).unwrap();
    assert_eq!(day.len(), "2026-11-29".len(), "{day}");
    assert_eq!(office.cell(&other, Column::InvitedOn).as_deref(), Some(""));
    assert_eq!(office.cell(&invited, Column::JoinedOn).as_deref(), Some(""));
    let total = |filter: Filter| {
        office.app.open_view(ViewQuery { filters: vec![filter], ..ViewQuery::default() }).unwrap().total
    };
    let column = Column::InvitedOn;
    let value = || day.clone();
    assert_eq!(total(Filter::Is { column, value: value() }), 1);
    assert_eq!(total(Filter::IsNot { column, value: value() }), 1);
    assert_eq!(total(Filter::AtLeast { column, value: value() }), 1);
    assert_eq!(total(Filter::AtMost { column, value: value() }), 1);
    assert_eq!(total(Filter::AtMost { column, value: "2001-01-01".into() }), 0);
    assert_eq!(total(Filter::Is { column, value: "昨天".into() }), 0);
    assert_eq!(total(Filter::IsEmpty { column }), 1);
    assert_eq!(total(Filter::IsEmpty { column: Column::JoinedOn }), 2);
    for column in [Column::InvitedOn, Column::JoinedOn] {
        let refused = office.app.edit_cell(EditCell { member: other.clone(), column, text: value() });
        assert_eq!(refused.unwrap_err().code, mingce_ipc::Code::Forbidden);
    }
    sync(&office);
}

#[test]
fn a_guardian_who_cannot_be_moved_to_a_member_who_is_gone_says_so() {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let (here, there) = (Office::quiet(&runtime, &world, "here"), Office::quiet(&runtime, &world, "there"));
    let kept = here.add(&[(Column::Name, "张伟")]);
    let gone = here.add(&[(Column::Name, "张玮"), (Column::GuardianName, "张父")]);
    for office in [&here, &there] {
        office.app.sync_now(Nothing {}).unwrap();
    }
    // Merged there, while the one to stay is removed here.
    there.app.merge_members(MergeMembers { kept: kept.clone(), gone, chosen: Chosen::default() }).unwrap();
    let members = mingce_ipc::roster::Members::Ids { ids: vec![kept] };
    here.app.remove_members(mingce_ipc::bulk::RemoveMembers { members, job: None }).unwrap();
    for office in [&here, &there] {
        office.app.sync_now(Nothing {}).unwrap();
    }
    let refused = there.app.refusals(Listed::default()).unwrap().rows;
    let moved = refused.iter().find(|row| row.kind == "guardianship").expect("it could not go to nobody");
    let told: Vec<_> = moved.fields.iter().map(|field| (&*field.field, &*field.from, &*field.to)).collect();
    assert_eq!(told, [("member", "张玮", "张伟")]);
}
