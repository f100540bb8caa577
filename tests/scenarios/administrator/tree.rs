//! The tree of departments and those who lead them.

use super::{Administrator, among, pick};
use mingce_app::Outcome;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::department::{LeaderRole, LeadersThen, MergeDepartment, SetDepartmentKind, SetLeader};
use mingce_ipc::roster::{CreateDepartment, MoveDepartment, RecordRef, RenameDepartment};

const NAMES: [&str; 6] = ["高一(1)班", "高一(2)班", "数学组", "校办", "高三", "A/B"];
const KINDS: [&str; 5] = ["class", "grade", "stage", "group", "unit"];

pub(super) fn create(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let kind = (c % 3 > 0).then(|| among(&KINDS, c / 3));
    let wanted = CreateDepartment { parent: by.a_department_or_none(a)?, name: among(&NAMES, b), kind };
    by.office.app.create_department(wanted).map(drop)
}

pub(super) fn rename(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    by.office.app.rename_department(RenameDepartment { id: by.a_department(a)?, name: among(&NAMES, b) }).map(drop)
}

pub(super) fn move_to(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let parent = by.a_department_or_none(b)?;
    let siblings = by.office.app.departments(Nothing {})?.into_iter().filter(|node| node.parent == parent);
    let after: Vec<Option<String>> = [None].into_iter().chain(siblings.map(|node| Some(node.id))).collect();
    let wanted = MoveDepartment { id: by.a_department(a)?, parent, after: pick(&after, c)? };
    by.office.app.move_department(wanted).map(drop)
}

pub(super) fn set_kind(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    let wanted = SetDepartmentKind { id: by.a_department(a)?, kind: among(&KINDS, b) };
    by.office.app.set_department_kind(wanted).map(drop)
}

pub(super) fn set_leader(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let role = [Some(LeaderRole::Head), Some(LeaderRole::Deputy), None][usize::from(c % 3)];
    let wanted = SetLeader { department: by.a_department(a)?, member: by.a_member(b)?, role };
    by.office.app.set_leader(wanted).map(drop)
}

pub(super) fn merge(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let leaders = if c % 2 == 0 { LeadersThen::GoOver } else { LeadersThen::End };
    let (from, into) = (by.a_department(a)?, by.a_department_or_none(b)?);
    by.office.app.merge_department(MergeDepartment { from, into, leaders, job: None }).map(drop)
}

pub(super) fn archive(by: &Administrator<'_>, [a, ..]: [u8; 3]) -> Outcome<()> {
    by.office.app.archive_department(RecordRef { id: by.a_department(a)? }).map(drop)
}

pub(super) fn restore(by: &Administrator<'_>, [a, ..]: [u8; 3]) -> Outcome<()> {
    let hidden = by.office.app.departments(Nothing {})?.into_iter().filter(|node| node.is_hidden);
    let id = pick(&hidden.map(|node| node.id).collect::<Vec<_>>(), a)?;
    by.office.app.restore_department(RecordRef { id }).map(drop)
}

pub(super) fn remove(by: &Administrator<'_>, [a, ..]: [u8; 3]) -> Outcome<()> {
    let bare = by.office.app.departments(Nothing {})?.into_iter().filter(|node| node.count == 0);
    let id = pick(&bare.map(|node| node.id).collect::<Vec<_>>(), a)?;
    by.office.app.remove_department(RecordRef { id }).map(drop)
}
