//! A second administrator who may, or may not, see numbers whole.

use crate::defining::field;
use crate::layouts::{keep_before, layout_file};
use crate::line::Weather;
use crate::office::{Office, wait_until};
use crate::witness::Witness;
use crate::world::{PASSWORD, World};
use mingce_ipc::Code;
use mingce_ipc::bulk::{Extent, LetterCase, RemoveMembers, Replace};
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::DefineField;
use mingce_ipc::history::{RecordHistory, RestoreFields};
use mingce_ipc::import::{Export, Masking};
use mingce_ipc::invitation::Invite;
use mingce_ipc::layout::{LayoutRef, NameLayout};
use mingce_ipc::masking::AuditAsked;
use mingce_ipc::person::FindGuardians;
use mingce_ipc::profile::{ProfileId, ServicePlace, SignIn, SignInOutcome};
use mingce_ipc::roster::{
    AddMember, Block2d, CellText, Column, CreateDepartment, Direction, EditCell, EditOutcome, Fill, FillPart, Filter,
    Members, RecordRef, SortBy, Undo, ViewQuery,
};
use mingce_ipc::sync::{Listed, RefusalsMeant, SettleRefusals};
use mingce_protocol::{Right, Rights};
use mingce_service::administrators::{Added, AdministratorError, Administrators, NewAdministrator};
use mingce_service::storage::Role;
use tokio::runtime::Runtime;

const COLLEAGUE: &str = "13900139000";

/// What the operator says on the service's computer, while the service runs.
fn operate<T>(world: &World, act: impl FnOnce(&Administrators<'_>) -> T) -> T {
    act(&Administrators::open(&world.options()).expect("the database is there"))
}

fn colleague(world: &World, rights: Rights) -> NewAdministrator {
    NewAdministrator {
        organisation: world.organisation,
        name: "李老师".into(),
        phone: COLLEAGUE.into(),
        password: Some(PASSWORD.into()),
        role: Role::Administrator,
        rights,
    }
}

fn sign_in(runtime: &Runtime, world: &World) -> Office {
    let office = Office::closed(runtime, world, "there");
    let service = ServicePlace::Remote { url: office.line.url() };
    let asked = SignIn { service, phone: COLLEAGUE.into(), password: PASSWORD.into(), organisation: None, code: None };
    assert!(matches!(office.app.sign_in(asked), Ok(SignInOutcome::Open { .. })));
    office
}

fn code<T>(outcome: Result<T, mingce_ipc::Failure>) -> Option<Code> {
    outcome.err().map(|failure| failure.code)
}

fn export(world: &World, masking: Masking) -> Export {
    let path = world.path("名单.csv").to_string_lossy().into_owned();
    Export { path, query: Default::default(), language: "zh".into(), masking: Some(masking), job: None }
}

#[test]
fn who_has_no_right_to_it_sees_no_number_whole_and_takes_none_out() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let member = here.add(&[(Column::Name, "单于婷"), (Column::Phone, "13800000001")]);
    here.app.sync_now(Nothing {}).unwrap();
    let added = operate(&world, |operator| operator.add(colleague(&world, Rights::default())));
    assert_eq!(added, Ok(Added::NewAccount));

    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the member is there", || there.cell(&member, Column::Name).is_some());
    let phone = |office: &Office| office.cell(&member, Column::Phone).unwrap();
    assert_eq!(phone(&there), "138****0001");
    let sight = there.app.sight(Nothing {}).unwrap();
    assert_eq!((sight.is_full, sight.may_reveal), (false, false));
    assert_eq!(code(there.app.reveal(RecordRef { id: member.clone() })), Some(Code::RevealForbidden));
    assert_eq!(code(there.app.reveal_all(Nothing {})), Some(Code::RevealForbidden));
    assert_eq!(code(there.app.export_members(export(&world, Masking::Full))), Some(Code::RevealForbidden));
    assert_eq!(there.app.export_members(export(&world, Masking::Masked)).unwrap().rows, 1);
    assert!(std::fs::read_to_string(world.path("名单.csv")).unwrap().contains("138****0001"));
    // Nor is it told by parts of it, one after the other.
    let found = |query: ViewQuery| there.app.open_view(query).map(|view| view.total);
    let by = |filter: Filter| found(ViewQuery { filters: vec![filter], ..Default::default() });
    let (column, value) = (Column::Phone, "13800000001".to_owned());
    assert_eq!(by(Filter::Is { column, value: value.clone() }).unwrap(), 1, "whoever knows it finds whose it is");
    let tests = [
        Filter::StartsWith { column, value: "138".into() },
        Filter::Contains { column, value: "00001".into() },
        Filter::NotContains { column, value: "00001".into() },
        Filter::AtLeast { column, value: "13700000000".into() },
    ];
    for test in tests {
        assert_eq!(code(by(test)), Some(Code::RevealForbidden));
    }
    let sort = vec![SortBy { column, direction: Direction::Ascending }];
    assert_eq!(code(found(ViewQuery { sort, ..Default::default() })), Some(Code::RevealForbidden));
    let searched = |text: &str| found(ViewQuery { text: Some(text.into()), ..Default::default() }).unwrap();
    assert_eq!([searched("1380000"), searched(&value), searched("单于")], [0, 1, 1]);
    let view = there.app.open_view(ViewQuery::default()).unwrap().view;
    let replace = |find: &str, extent| Replace {
        view: view.clone(),
        columns: vec![Column::Phone, Column::Name],
        find: find.into(),
        replacement: "x".into(),
        extent,
        letter_case: LetterCase::Any,
        labels: Vec::new(),
        between: None,
        job: None,
    };
    assert_eq!(there.app.plan_replace(replace("00001", Extent::Part)).unwrap().found, 0);
    assert_eq!(there.app.plan_replace(replace(&value, Extent::Whole)).unwrap().found, 1);
    // Nothing was looked at; the number can be replaced all the same.
    let acts: Vec<String> = there
        .app
        .audit(AuditAsked { before: None, limit: 10 })
        .unwrap()
        .lines
        .into_iter()
        .map(|line| line.act)
        .collect();
    assert_eq!(acts, ["export"]);
    there.edit(&member, Column::Phone, "13800000002");
    there.app.sync_now(Nothing {}).unwrap();
    here.app.sync_now(Nothing {}).unwrap();
    assert!(here.app.sight(Nothing {}).unwrap().may_reveal);
    here.app.reveal_all(Nothing {}).unwrap();
    wait_until(&runtime, "the edit is here", || phone(&here) == "13800000002");

    // Nor is a guardian's phone, which is looked for where one is added.
    let sibling = here.add(&[(Column::Name, "单于明")]);
    here.edit(&member, Column::GuardianName, "单于强");
    here.edit(&member, Column::GuardianPhone, "13900000009");
    here.app.sync_now(Nothing {}).unwrap();
    there.app.sync_now(Nothing {}).unwrap();
    wait_until(&runtime, "the guardian is there", || there.cell(&member, Column::GuardianPhone).is_some());
    let guardians = |text: &str| {
        let asked = FindGuardians { member: sibling.clone(), text: text.into() };
        there.app.find_guardians(asked).unwrap().found.len()
    };
    assert_eq!(["1390000", "00009", "13900000009", "单于强"].map(guardians), [0, 0, 1, 1]);

    // The command line shows what it may, which is nothing.
    let profile = there.app.app_state(Nothing {}).unwrap().profiles.remove(0).id;
    there.app.close_profile(Nothing {}).unwrap();
    there.app.open_profile_quietly(ProfileId { id: profile }).unwrap();
    assert_eq!(phone(&there), "138****0002");
}

/// Repeats the first of the columns over the second, row by row.
fn fill_right(office: &Office, columns: [Column; 2]) -> EditOutcome {
    let view = office.app.open_view(ViewQuery::default()).unwrap();
    let block = |left, right| Block2d { top: 0, bottom: view.total, left, right };
    let part = FillPart { from: block(0, 1), to: block(1, 2) };
    let fill = Fill { view: view.view, parts: vec![part], columns: columns.to_vec(), job: None };
    office.app.fill(fill).unwrap()
}

#[test]
fn a_fill_carries_no_hidden_number_to_where_it_can_be_read() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let cells = [(Column::Name, "单于婷"), (Column::Phone, "13800000001"), (Column::Title, "班长")];
    let member = here.add(&cells);
    let other = here.add(&[(Column::Name, "司马光"), (Column::Phone, "13800000002")]);
    let note = || here.cell(&member, Column::Note).unwrap();

    let refused = fill_right(&here, [Column::Phone, Column::Note]);
    assert_eq!((refused.changed_cells, refused.refused_count), (0, 2));
    assert_eq!((refused.refused[0].column, refused.refused[0].code.as_str()), (Column::Note, "masked_text"));
    assert_eq!(note(), "");
    // What nobody hides goes anywhere.
    assert_eq!(fill_right(&here, [Column::Title, Column::Note]).changed_cells, 1);
    assert_eq!(note(), "班长");
    // Down its own column a number stays hidden, but not beside one that is shown.
    let view = here.app.open_view(ViewQuery::default()).unwrap();
    let block = |top, bottom| Block2d { top, bottom, left: 0, right: 1 };
    let part = FillPart { from: block(0, 1), to: block(1, 2) };
    let down = Fill { view: view.view, parts: vec![part], columns: vec![Column::Phone], job: None };
    here.app.reveal(RecordRef { id: other.clone() }).unwrap();
    assert_eq!(here.app.fill(down.clone()).unwrap().refused_count, 1);
    here.app.mask_again(Nothing {}).unwrap();
    assert_eq!(here.app.fill(down).unwrap().changed_cells, 1);
    assert_eq!(here.cell(&other, Column::Phone).as_deref(), Some("138****0001"));
    // Who was shown, which is written down, may be copied.
    here.app.reveal(RecordRef { id: member.clone() }).unwrap();
    let filled = fill_right(&here, [Column::Phone, Column::Note]);
    assert_eq!((filled.changed_cells, filled.refused_count), (1, 1));
    assert_eq!(note(), "13800000001");
}

#[test]
fn a_right_given_or_taken_is_heard_with_the_next_sync() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let member = here.add(&[(Column::Name, "单于婷"), (Column::Phone, "13800000001")]);
    here.app.sync_now(Nothing {}).unwrap();
    operate(&world, |operator| operator.add(colleague(&world, Rights::all()))).unwrap();
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the member is there", || there.cell(&member, Column::Name).is_some());
    let phone = || there.cell(&member, Column::Phone).unwrap();
    there.app.reveal_all(Nothing {}).unwrap();
    assert_eq!(phone(), "13800000001");

    let set = |rights| operate(&world, |operator| operator.set_rights(world.organisation, COLLEAGUE, rights));
    set(Rights::default()).unwrap();
    there.app.sync_now(Nothing {}).unwrap();
    assert_eq!(phone(), "138****0001");
    assert_eq!(code(there.app.reveal_all(Nothing {})), Some(Code::RevealForbidden));
    // It holds without a network, and is asked for anew when it comes back.
    set([Right::RevealNumbers].into_iter().collect()).unwrap();
    there.app.sync_now(Nothing {}).unwrap();
    assert_eq!(phone(), "138****0001");
    there.app.reveal(RecordRef { id: member.clone() }).unwrap();
    assert_eq!(phone(), "13800000001");
}

#[test]
fn an_auditor_sees_what_others_do_and_changes_nothing() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let member = here.add(&[(Column::Name, "单于婷"), (Column::Title, "班长")]);
    here.app.sync_now(Nothing {}).unwrap();
    operate(&world, |operator| {
        operator.add(NewAdministrator { role: Role::Auditor, ..colleague(&world, Rights::all()) })
    })
    .unwrap();
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the member is there", || there.cell(&member, Column::Name).is_some());
    let sight = there.app.sight(Nothing {}).unwrap();
    assert!(sight.only_reads && sight.may_reveal);
    let edit = EditCell { member: member.clone(), column: Column::Title, text: "组长".into() };
    assert_eq!(code(there.app.edit_cell(edit)), Some(Code::OnlyReads));
    let add = AddMember { cells: vec![CellText { column: Column::Name, text: "张伟".into() }] };
    assert_eq!(code(there.app.add_member(add)), Some(Code::OnlyReads));
    let removal = RemoveMembers { members: Members::Ids { ids: vec![member.clone()] }, job: None };
    assert_eq!(code(there.app.remove_members(removal)), Some(Code::OnlyReads));
    let invite = Invite { members: None, days: 14, replaces_open: false, job: None };
    assert_eq!(code(there.app.invite(invite)), Some(Code::OnlyReads));
    let create = CreateDepartment { parent: None, name: "高一".into(), kind: None };
    assert_eq!(code(there.app.create_department(create)), Some(Code::OnlyReads));
    assert_eq!(there.status().waiting, 0);
    // Looking and taking out is what the role is for.
    assert_eq!(there.app.export_members(export(&world, Masking::Full)).unwrap().rows, 1);
    here.edit(&member, Column::Title, "学习委员");
    wait_until(&runtime, "the edit is there", || there.cell(&member, Column::Title).as_deref() == Some("学习委员"));
}

#[test]
fn who_only_prints_has_names_on_the_computer_and_nothing_else() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let hidden = ["13812345678", "S20260001", "孤儿"];
    let cells = [Column::Phone, Column::CardNumber, Column::Note].into_iter().zip(hidden);
    let cells: Vec<_> = [(Column::Name, "单于婷")].into_iter().chain(cells).collect();
    let member = here.add(&cells);
    here.app.sync_now(Nothing {}).unwrap();
    operate(&world, |operator| {
        // There is nothing to reveal: nobody is told that there were.
        let revealing = NewAdministrator { role: Role::Printing, ..colleague(&world, Rights::all()) };
        assert_eq!(operator.add(revealing), Err(AdministratorError::PrintingHasNoRights));
        operator.add(NewAdministrator { role: Role::Printing, ..colleague(&world, Rights::default()) })
    })
    .unwrap();
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the name is there", || there.cell(&member, Column::Name).as_deref() == Some("单于婷"));
    let sight = there.app.sight(Nothing {}).unwrap();
    assert!(sight.only_prints && !sight.may_reveal && !sight.only_reads);
    let edit = EditCell { member: member.clone(), column: Column::Name, text: "别人".into() };
    assert_eq!(code(there.app.edit_cell(edit)), Some(Code::OnlyPrints));
    let invited = there.app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).unwrap();
    assert_eq!((invited.made, invited.uncheckable), (1, 0));
    there.app.sync_now(Nothing {}).unwrap();
    here.edit(&member, Column::Note, "转学");
    here.app.sync_now(Nothing {}).unwrap();
    there.app.sync_now(Nothing {}).unwrap();
    assert_eq!((there.status().waiting, there.status().refused), (0, 0));
    let state = here.cell(&member, Column::JoinState).unwrap();
    assert_ne!(state, "none", "the invitation is at the owner's");
    // Nothing of the rest is in the roster's file: not in a row, not in the history, not in what is searched.
    let witness = Witness::open(&world, "there");
    let everything = witness.text();
    assert!(everything.contains("单于婷"));
    for word in hidden.iter().chain(&["转学"]) {
        assert!(!everything.contains(word), "{word} is on the computer");
    }
    // For good: a desktop cannot give back what it has seen, nor be filled up halfway.
    operate(&world, |operator| {
        let set = |role| operator.set_role(world.organisation, COLLEAGUE, role);
        assert_eq!(set(Role::Administrator), Err(AdministratorError::PrintingFixed));
        assert_eq!(set(Role::Printing), Err(AdministratorError::PrintingFixed));
    });
}

#[test]
fn who_may_not_see_what_is_personal_does_not_make_it_something_else() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::quiet(&runtime, &world, "here");
    let allergy = DefineField { data_class: "sensitive".into(), ..field("过敏", "text") };
    let column = here.define(allergy.clone());
    let bus = here.define(field("乘校车", "yes_no"));
    let member = here.add(&[(Column::Name, "单于婷"), (column, "花生"), (bus, "是")]);
    here.app.sync_now(Nothing {}).unwrap();
    operate(&world, |operator| operator.add(colleague(&world, Rights::default()))).unwrap();
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the value is there", || there.cell(&member, column).is_some());
    let known = |name: &str| there.app.custom_fields(Nothing {}).unwrap().into_iter().find(|field| field.name == name);
    let id = known("过敏").map(|field| field.id);
    let classed = |class: &str, wanted: DefineField| {
        there.app.define_field(DefineField { id: id.clone(), data_class: class.into(), ..wanted })
    };
    assert_eq!(code(classed("ordinary", allergy.clone())), Some(Code::RevealForbidden));
    assert_eq!(there.cell(&member, column).as_deref(), Some("***"));
    // Anything else of it can be changed, and another field can be made personal.
    classed("personal", DefineField { name: "过敏源".into(), ..allergy.clone() }).expect("it stays masked");
    let bus_id = known("乘校车").map(|field| field.id);
    let raised = DefineField { id: bus_id.clone(), data_class: "personal".into(), ..field("乘校车", "yes_no") };
    there.app.define_field(raised).expect("it is masked from now on");
    there.app.sync_now(Nothing {}).unwrap();
    here.app.sync_now(Nothing {}).unwrap();
    // What it was before is not brought back either: not by taking that back, nor from the history.
    assert_eq!(code(there.app.undo(Undo { job: None })), Some(Code::RevealForbidden));
    let asked = RecordHistory { kind: "custom_field".into(), id: bus_id.clone().unwrap(), before: None, limit: 5 };
    let before = there.app.record_history(asked).unwrap().lines[0].moment;
    let fields = vec!["data_class".to_owned()];
    let restored = there.app.restore_fields(RestoreFields {
        kind: "custom_field".into(),
        id: bus_id.clone().unwrap(),
        fields,
        before,
    });
    assert_eq!(code(restored), Some(Code::RevealForbidden));
    // Anything else of it is.
    let named = DefineField { id: bus_id.clone(), data_class: "personal".into(), ..field("校车", "yes_no") };
    there.app.define_field(named).expect("it stays masked");
    let restored = there.app.restore_fields(RestoreFields {
        kind: "custom_field".into(),
        id: bus_id.clone().unwrap(),
        fields: vec!["name".to_owned()],
        before,
    });
    assert_eq!(restored.map(|it| it.changed).ok(), Some(1));
    there.app.undo(Undo { job: None }).expect("a name is nobody's secret");
    there.app.redo(Undo { job: None }).expect("as well");
    there.app.sync_now(Nothing {}).unwrap();
    here.app.sync_now(Nothing {}).unwrap();
    // Whoever has the right may.
    let lowered = DefineField { id: bus_id, ..field("乘校车", "yes_no") };
    here.app.define_field(lowered).expect("the right is there");
    here.app.sync_now(Nothing {}).unwrap();
    assert_eq!(here.status().refused, 0);
}

#[test]
fn what_an_administrator_wrote_before_becoming_an_auditor_is_refused_where_it_is_seen() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let member = here.add(&[(Column::Name, "单于婷"), (Column::Title, "班长")]);
    here.app.sync_now(Nothing {}).unwrap();
    operate(&world, |operator| operator.add(colleague(&world, Rights::default()))).unwrap();
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the member is there", || there.cell(&member, Column::Name).is_some());
    there.line.set(Weather::Down);
    there.edit(&member, Column::Title, "组长");
    operate(&world, |operator| operator.set_role(world.organisation, COLLEAGUE, Role::Auditor)).unwrap();
    there.line.set(Weather::Clear);
    wait_until(&runtime, "it is refused", || (there.status().waiting, there.status().refused) == (0, 1));
    wait_until(&runtime, "the role is known", || there.app.sight(Nothing {}).unwrap().only_reads);
    let refusals = there.app.refusals(Listed::default()).unwrap().rows;
    assert_eq!((refusals[0].code.as_str(), refusals[0].rule.as_deref()), ("forbidden", Some("only_reads")));
    assert_eq!(refusals[0].fields[0].to, "组长");
    // Given up, the service's word is here again; nobody else ever saw the other.
    let one = RefusalsMeant::One { m: refusals[0].m };
    assert_eq!(there.app.drop_refusals(SettleRefusals { refusals: one, job: None }).unwrap().settled, 1);
    assert_eq!(there.cell(&member, Column::Title).as_deref(), Some("班长"));
    here.app.sync_now(Nothing {}).unwrap();
    assert_eq!(here.cell(&member, Column::Title).as_deref(), Some("班长"));
    assert_eq!(there.status().refused, 0);
}

#[test]
fn what_was_refused_for_want_of_a_right_is_sent_again_once_it_is_there() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let members = ["单于婷", "欧阳娜娜", "张三"].map(|name| here.add(&[(Column::Name, name)]));
    here.app.sync_now(Nothing {}).unwrap();
    operate(&world, |operator| operator.add(colleague(&world, Rights::default()))).unwrap();
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the members are there", || there.cell(&members[2], Column::Name).is_some());
    there.line.set(Weather::Down);
    members.iter().for_each(|member| there.edit(member, Column::Title, "组长"));
    operate(&world, |operator| operator.set_role(world.organisation, COLLEAGUE, Role::Auditor)).unwrap();
    there.line.set(Weather::Clear);
    wait_until(&runtime, "all are refused", || (there.status().waiting, there.status().refused) == (0, 3));
    operate(&world, |operator| operator.set_role(world.organisation, COLLEAGUE, Role::Administrator)).unwrap();
    wait_until(&runtime, "the role is known", || !there.app.sight(Nothing {}).unwrap().only_reads);
    let m = there.app.refusals(Listed::default()).unwrap().rows[0].m;
    let alike = SettleRefusals { refusals: RefusalsMeant::Alike { m }, job: None };
    assert_eq!(there.app.retry_refusals(alike.clone()).unwrap().settled, 3);
    assert_eq!(code(there.app.retry_refusals(alike)), Some(Code::NotFound), "they wait no more");
    wait_until(&runtime, "they went through", || (there.status().waiting, there.status().refused) == (0, 0));
    here.app.sync_now(Nothing {}).unwrap();
    for member in &members {
        assert_eq!(here.cell(member, Column::Title).as_deref(), Some("组长"));
    }
}

#[test]
fn an_operator_adds_nobody_twice_and_leaves_owners_alone() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    operate(&world, |operator| {
        let wanted = || colleague(&world, Rights::default());
        let refused = |wanted: NewAdministrator| operator.add(wanted).err();
        assert_eq!(refused(NewAdministrator { password: None, ..wanted() }), Some(AdministratorError::PasswordNeeded));
        let weak = NewAdministrator { password: Some("12345678".into()), ..wanted() };
        assert_eq!(refused(weak), Some(AdministratorError::Password("password_common")));
        let odd = NewAdministrator { phone: "12".into(), ..wanted() };
        assert_eq!(refused(odd), Some(AdministratorError::Value { field: "phone", rule: "phone_malformed" }));
        let nowhere = NewAdministrator { organisation: world.chance.id().into(), ..wanted() };
        assert_eq!(refused(nowhere), Some(AdministratorError::OrganisationUnknown));
        assert_eq!(operator.add(wanted()), Ok(Added::NewAccount));
        assert_eq!(refused(wanted()), Some(AdministratorError::Known));
        let owner = crate::world::PHONE;
        let set = |phone| operator.set_rights(world.organisation, phone, Rights::default());
        assert_eq!(set(owner), Err(AdministratorError::IsOwner));
        assert_eq!(set("13700137000"), Err(AdministratorError::Unknown));
        let listed: Vec<_> = operator
            .list()
            .unwrap()
            .into_iter()
            .map(|row| (row.phone, row.standing.role.name(), row.standing.rights))
            .collect();
        let owner = (owner.to_owned(), "owner", Rights::all());
        assert_eq!(listed, [owner, (COLLEAGUE.to_owned(), "administrator", Rights::default())]);
    });
}

#[test]
fn who_only_prints_is_offered_the_layouts_that_were_kept_on_the_computer_before() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    operate(&world, |operator| {
        operator.add(NewAdministrator { role: Role::Printing, ..colleague(&world, Rights::default()) })
    })
    .unwrap();
    let there = sign_in(&runtime, &world);
    wait_until(&runtime, "the limit is known", || there.app.sight(Nothing {}).is_ok_and(|sight| sight.only_prints));
    keep_before(&world, "there", &[layout_file(&there, &world, "旧标签")]);
    let offered = || there.app.layouts(Nothing {}).unwrap().into_iter().find(|row| row.is_own).unwrap();
    let row = offered();
    assert_eq!((row.name_zh.as_str(), row.places, row.fault.is_none()), ("旧标签", 24, true));
    assert_eq!(row.id, offered().id, "it is the same one each time");
    assert_eq!(there.app.layout(LayoutRef { id: row.id.clone() }).unwrap().row.name_zh, "旧标签");
    let name = NameLayout { id: row.id.clone(), name: "新".into() };
    assert_eq!(code(there.app.rename_layout(name)), Some(Code::OnlyPrints));
    assert_eq!(code(there.app.drop_layout(LayoutRef { id: row.id })), Some(Code::OnlyPrints));
    assert!(Witness::open(&world, "there").text().contains("旧标签"), "for whoever may keep it");
    assert_eq!(there.status().waiting, 0);
}
