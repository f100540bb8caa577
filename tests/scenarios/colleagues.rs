//! What colleagues did elsewhere, told here edit by edit: who, on which computer, as part of what.

use crate::office::Office;
use crate::world::World;
use mingce_ipc::bulk::SetField;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::history::{BatchElsewhere, HistoryLine, RecordHistory};
use mingce_ipc::roster::{Column, Members};
use tokio::runtime::Runtime;

impl Office {
    fn lines(&self, member: &str) -> Vec<HistoryLine> {
        let asked = RecordHistory { kind: "member".into(), id: member.into(), before: None, limit: 50 };
        self.app.record_history(asked).expect("it is known").lines
    }
    fn up_to_date(&self) {
        self.app.sync_now(Nothing {}).expect("the service is there");
    }
}

/// Field, from and to of each change of the line.
fn changes(line: &HistoryLine) -> Vec<(&str, &str, &str)> {
    line.changes.iter().map(|change| (change.field.as_str(), change.from.as_str(), change.to.as_str())).collect()
}

fn offices() -> (Runtime, World, [Office; 3]) {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let offices = ["here", "there", "elsewhere"].map(|place| Office::quiet(&runtime, &world, place));
    (runtime, world, offices)
}

#[test]
fn edits_of_several_people_between_two_pulls_are_each_told_with_their_author() {
    let (_runtime, _world, [here, there, elsewhere]) = offices();
    let member = here.add(&[(Column::Name, "张伟"), (Column::Title, "甲")]);
    here.up_to_date();
    there.up_to_date();
    there.edit(&member, Column::Title, "乙");
    there.edit(&member, Column::Note, "住校");
    there.up_to_date();
    elsewhere.up_to_date();
    elsewhere.edit(&member, Column::Title, "丙");
    elsewhere.up_to_date();
    here.up_to_date();

    let lines = here.lines(&member);
    let told: Vec<_> = lines.iter().map(changes).collect();
    assert_eq!(told[0], [("title", "乙", "丙")]);
    assert_eq!(told[1], [("note", "", "住校")]);
    assert_eq!(told[2], [("title", "甲", "乙")]);
    assert_ne!(lines[0].device, lines[1].device, "two computers");
    assert_eq!(lines[1].device, lines[2].device);
    for line in &lines[..3] {
        assert!(line.device.as_deref().is_some_and(|device| !device.is_empty()));
        assert_eq!(line.operation, "edit");
        assert_eq!(line.batch, None);
    }
    let batches: Vec<_> = lines[..3].iter().map(|line| line.elsewhere.clone().expect("it is told")).collect();
    assert!(batches[0] != batches[1] && batches[1] != batches[2], "each was a step of its own");
    // Where they were made they are not from elsewhere.
    assert!(there.lines(&member).iter().filter(|line| line.device.is_none()).all(|line| line.elsewhere.is_none()));
}

#[test]
fn a_batch_of_a_colleague_opens_as_a_whole() {
    let (_runtime, _world, [here, there, elsewhere]) = offices();
    let ids: Vec<String> = ["甲", "乙", "丙"].map(|name| here.add(&[(Column::Name, name)])).into();
    for office in [&here, &there, &elsewhere] {
        office.up_to_date();
    }
    let members = Members::Ids { ids: ids.clone() };
    there.app.set_field(SetField { members, column: Column::Title, text: "班长".into(), job: None }).unwrap();
    there.up_to_date();
    // Somebody changes one of them again before it comes here.
    elsewhere.up_to_date();
    elsewhere.edit(&ids[1], Column::Note, "后来");
    elsewhere.up_to_date();
    here.up_to_date();

    let line = here.lines(&ids[0]).remove(0);
    assert_eq!((line.operation.as_str(), changes(&line)), ("set", vec![("title", "", "班长")]));
    let batch = line.elsewhere.expect("it is known as part of what");
    let page = |after, limit| here.app.batch_elsewhere(BatchElsewhere { batch: batch.clone(), after, limit }).unwrap();
    let whole = page(None, 50);
    assert_eq!((whole.records, whole.lines.len(), whole.has_more), (3, 3, false));
    assert!(whole.lines.iter().all(|line| changes(line) == [("title", "", "班长")]));
    let first = page(None, 2);
    assert!(first.has_more);
    assert_eq!(page(Some(first.lines[1].moment), 2).lines, whole.lines[2..]);
    let unknown = here.app.batch_elsewhere(BatchElsewhere { batch: ids[0].clone(), after: None, limit: 5 }).unwrap();
    assert_eq!((unknown.records, unknown.lines.len()), (0, 0));
}

#[test]
fn whoever_made_a_member_is_told_though_another_changed_them_before_it_came_here() {
    let (_runtime, _world, [here, there, elsewhere]) = offices();
    here.up_to_date();
    there.up_to_date();
    let member = there.add(&[(Column::Name, "王芳"), (Column::Title, "甲")]);
    there.up_to_date();
    elsewhere.up_to_date();
    elsewhere.edit(&member, Column::Title, "乙");
    elsewhere.up_to_date();
    here.up_to_date();
    let lines = here.lines(&member);
    assert_eq!(lines.iter().map(|line| line.verb.as_str()).collect::<Vec<_>>(), ["edit", "create"]);
    assert_eq!(changes(&lines[0]), [("title", "甲", "乙")]);
    assert_ne!(lines[0].device, lines[1].device);
    assert_eq!(lines[1].operation, "add");
}
