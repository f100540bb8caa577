//! Paper: layouts, used sheets, people left out, the printer, and the finished file.

use crate::defining::field;
use crate::office::Office;
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::invitation::Invite;
use mingce_ipc::roster::Column;
use mingce_ipc::sheets::{PrepareSheets, PrinterRef, PrinterSettings, SaveSheets, SheetPageRequest, SheetRun};
use tokio::runtime::Runtime;

fn wanted(layout: &str) -> PrepareSheets {
    PrepareSheets { layout: layout.into(), language: "zh".into(), ..PrepareSheets::default() }
}

/// Names on a page, in the order of its labels; empty labels are empty.
fn names(office: &Office, run: &SheetRun, page: u32) -> Vec<String> {
    let page = office.app.sheet_page(SheetPageRequest { run: run.run.clone(), page }).unwrap();
    page.labels.into_iter().map(|label| label.member_name).collect()
}

#[test]
fn sheets_come_out_as_they_were_asked_for() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let office = Office::open(&runtime, &world, "here");
    let people: Vec<String> = [("张三", "3"), ("李四", "1"), ("王五", "2")]
        .into_iter()
        .map(|(name, number)| office.add(&[(Column::Name, name), (Column::CardNumber, number)]))
        .collect();
    assert_eq!(office.app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).unwrap().made, 3);

    let run = office.app.prepare_sheets(wanted("avery-5371")).unwrap();
    assert_eq!((run.pages, run.people, run.small_codes), (1, 3, 0));
    assert_eq!(names(&office, &run, 0)[..4], ["李四", "王五", "张三", ""]);

    // A used sheet, somebody left out, by name.
    let run = PrepareSheets {
        order: Some("name".into()),
        used_places: Some(9),
        left_out: Some(vec![people[2].clone()]),
        ..wanted("avery-5371")
    };
    let run = office.app.prepare_sheets(run).unwrap();
    assert_eq!((run.pages, run.people), (2, 2));
    let first = names(&office, &run, 0);
    assert_eq!((first.len(), first[..9].concat(), first[9].as_str()), (10, String::new(), "李四"));
    assert_eq!(names(&office, &run, 1), ["张三"]);
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("邀请单.pdf").to_string_lossy().into_owned();
    let saved = office.app.save_sheets(SaveSheets { run: run.run, path: path.clone() }).unwrap();
    assert_eq!((saved.codes, saved.proofed), (2, 2));
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF-"));
    // The next run can go on where this one ended.
    let rows = office.app.layouts(Nothing {}).unwrap();
    let ends: Vec<_> = rows.iter().filter_map(|row| Some((row.id.as_str(), row.continues_at?))).collect();
    assert_eq!(ends, [("avery-5371", 1)]);

    // Both sides, and what cannot be.
    assert_eq!(office.app.prepare_sheets(wanted("cr80-card")).unwrap().pages, 6);
    let beyond = PrepareSheets { used_places: Some(10), ..wanted("avery-5371") };
    assert_eq!(office.app.prepare_sheets(beyond).unwrap_err().code, Code::Invalid);
    assert_eq!(office.app.prepare_sheets(wanted("poster")).unwrap_err().code, Code::NotFound);
    let nobody = PrepareSheets { left_out: Some(people), ..wanted("labels") };
    assert_eq!(office.app.prepare_sheets(nobody).unwrap_err().code, Code::NothingToPrint);
}

#[test]
fn the_printer_is_remembered_and_moves_the_labels() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let office = Office::open(&runtime, &world, "here");
    office.add(&[(Column::Name, "张三"), (Column::CardNumber, "3")]);
    office.app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).unwrap();
    let left = || {
        let run = office.app.prepare_sheets(wanted("labels")).unwrap().run;
        office.app.sheet_page(SheetPageRequest { run, page: 0 }).unwrap().labels[0].left
    };
    let before = left();
    let printers = || office.app.printers(Nothing {}).unwrap();
    let plain = printers().all.remove(0);
    let moved = PrinterSettings { shift_x_mm: 2.1, ..plain.clone() };
    assert_eq!(office.app.set_printer(moved.clone()).unwrap(), moved);
    assert_eq!(printers().all, [moved.clone()]);
    assert!((left() - before - 1.0).abs() < 0.01, "2.1 mm of 210");
    for wrong in [
        PrinterSettings { shift_x_mm: 40.0, ..plain.clone() },
        PrinterSettings { ruler_y_mm: 50.0, ..plain.clone() },
        PrinterSettings { dpi: 72, ..plain.clone() },
    ] {
        assert!(office.app.set_printer(wrong).is_err());
    }
    assert_eq!(printers().all, [moved]);
}

#[test]
fn each_printer_and_tray_is_remembered_with_the_layout_it_printed() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let office = Office::open(&runtime, &world, "here");
    office.add(&[(Column::Name, "张三"), (Column::CardNumber, "3")]);
    office.app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).unwrap();
    let first = office.app.printers(Nothing {}).unwrap().all.remove(0);
    let new = |name: &str, shift_x_mm: f64| PrinterSettings {
        id: String::new(),
        name: name.into(),
        shift_x_mm,
        ..first.clone()
    };
    let labels_tray = office.app.set_printer(new("二楼 · 手送纸盒", 2.1)).unwrap();
    let cards = office.app.set_printer(new("证卡机", 4.2)).unwrap();
    assert_eq!(office.app.printers(Nothing {}).unwrap().last, cards.id);
    let same_name = office.app.set_printer(new("证卡机", 0.0)).unwrap_err();
    assert_eq!(same_name.code, Code::Invalid);

    let prepare = |layout: &str, printer: Option<&str>| {
        let printer = printer.map(str::to_owned);
        office.app.prepare_sheets(PrepareSheets { printer, ..wanted(layout) }).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf").to_string_lossy().into_owned();
    let run = prepare("labels", Some(&labels_tray.id));
    let left = |run: &SheetRun| {
        let page = SheetPageRequest { run: run.run.clone(), page: 0 };
        office.app.sheet_page(page).unwrap().labels[0].left
    };
    let shifted = left(&run);
    office.app.save_sheets(SaveSheets { run: run.run, path }).unwrap();
    assert_eq!(prepare("labels", None).printer, labels_tray.id, "the stock is in that tray");
    assert_eq!(prepare("cr80-card", None).printer, labels_tray.id, "the one that was used last");
    let plain = prepare("labels", Some(&first.id));
    assert!((shifted - left(&plain) - 1.0).abs() < 0.01, "2.1 mm of 210");

    let unknown = PrepareSheets { printer: Some("77".into()), ..wanted("labels") };
    assert_eq!(office.app.prepare_sheets(unknown).unwrap_err().code, Code::NotFound);
    for id in [&labels_tray.id, &cards.id] {
        office.app.remove_printer(PrinterRef { id: id.clone() }).unwrap();
    }
    assert_eq!(prepare("labels", None).printer, first.id);
    let last = office.app.remove_printer(PrinterRef { id: first.id.clone() });
    assert_eq!(last.unwrap_err().code, Code::Invalid);
}

#[test]
fn a_class_is_printed_in_the_order_of_its_seats() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let office = Office::open(&runtime, &world, "here");
    let seat = office.define(field("座位", "text"));
    for (name, number, place) in [("张三", "1", "10"), ("李四", "2", "2"), ("王五", "3", "9")] {
        office.add(&[(Column::Name, name), (Column::CardNumber, number), (seat, place)]);
    }
    office.app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).unwrap();
    let names = |order: String| -> Vec<String> {
        let run = office.app.prepare_sheets(PrepareSheets { order: Some(order), ..wanted("labels") }).unwrap().run;
        let labels = office.app.sheet_page(SheetPageRequest { run, page: 0 }).unwrap().labels;
        labels.into_iter().filter(|label| label.member.is_some()).map(|label| label.member_name).collect()
    };
    let order = serde_json::to_value(seat).unwrap();
    assert_eq!(names(order.as_str().unwrap().to_owned()), ["李四", "王五", "张三"]);
    assert_eq!(names("number".into()), ["张三", "李四", "王五"]);
    let unknown = PrepareSheets { order: Some("seat".into()), ..wanted("labels") };
    assert_eq!(office.app.prepare_sheets(unknown).unwrap_err().code, Code::Malformed);
}
