//! What is wrong with a member, cell by cell: the same answer for the grid, the side panel and the list of problems.

use crate::columns::{self, COLUMNS, Source};
use crate::session::Session;
use mingce_ipc::custom::CustomColumn;
use mingce_ipc::roster::Column;
use mingce_model::check::{Finding, check_record};
use mingce_model::custom::CustomField;
use mingce_model::guardians::is_adult;
use mingce_model::{Field, Record, RecordId};
use mingce_store::{Departments, Glance, MemberRow};
use std::sync::Arc;

const IN_ARCHIVED_DEPARTMENT: &str = "in_archived_department";
/// A minor has guardians, but none of them may confirm.
const NOBODY_MAY_CONFIRM: &str = "nobody_may_confirm";

/// Something about one cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
    pub(crate) column: Column,
    pub(crate) code: &'static str,
    pub(crate) is_warning: bool,
}

/// What rules look at.
#[derive(Clone, Copy)]
pub(crate) struct Looked<'a> {
    pub(crate) member: &'a Record,
    pub(crate) custom: &'a [(RecordId, String)],
    /// There are guardians, and none of them may confirm.
    pub(crate) can_nobody_confirm: bool,
}

impl<'a> From<&'a MemberRow> for Looked<'a> {
    fn from(row: &'a MemberRow) -> Self {
        let guardians = &row.guardians;
        let can_nobody_confirm = !guardians.is_empty() && guardians.iter().all(|guardian| !guardian.may_confirm);
        Self { member: &row.member, custom: &row.custom, can_nobody_confirm }
    }
}

impl<'a> From<&'a Glance> for Looked<'a> {
    fn from(glance: &'a Glance) -> Self {
        Self { member: &glance.member, custom: &glance.custom, can_nobody_confirm: glance.can_nobody_confirm }
    }
}

/// The rules as they are today.
pub(crate) struct Rules<'a> {
    today: jiff::civil::Date,
    departments: Option<Arc<Departments>>,
    customs: &'a [CustomField],
}

impl<'a> Rules<'a> {
    /// `customs`: the organisation's own fields that are looked at.
    pub(crate) fn of(session: &Session, customs: &'a [CustomField]) -> Self {
        Self { today: session.host.today(), departments: session.store.department_tree().ok(), customs }
    }

    pub(crate) fn wrong_with(&self, looked: Looked<'_>) -> Vec<Wrong> {
        let findings = check_record(&mut looked.member.clone(), self.today);
        let mut wrong: Vec<Wrong> = findings
            .into_iter()
            .filter_map(|(field, finding)| {
                let is_warning = matches!(finding, Finding::Warning(_));
                Some(Wrong { column: column_of(field)?, code: finding.code(), is_warning })
            })
            .collect();
        for field in self.customs.iter().filter(|field| !field.is_archived) {
            let value = looked.custom.iter().find(|(id, _)| *id == field.id).map_or("", |(_, value)| value);
            if let Err(problem) = field.read(value) {
                let column = Column::Custom(CustomColumn(field.id));
                wrong.push(Wrong { column, code: problem.code(), is_warning: false });
            }
        }
        if self.is_home_archived(looked.member) {
            wrong.push(Wrong { column: Column::Department, code: IN_ARCHIVED_DEPARTMENT, is_warning: true });
        }
        if looked.can_nobody_confirm && !is_adult(looked.member, self.today) {
            wrong.push(Wrong { column: Column::GuardianName, code: NOBODY_MAY_CONFIRM, is_warning: true });
        }
        wrong
    }

    fn is_home_archived(&self, member: &Record) -> bool {
        let home = member.reference(Field::MemberDepartment);
        let tree = self.departments.as_ref();
        home.zip(tree).and_then(|(home, tree)| tree.get(home)).is_some_and(|node| node.is_hidden)
    }
}

/// The column that shows the field; some are shown nowhere.
fn column_of(field: Field) -> Option<Column> {
    COLUMNS.into_iter().find(|column| match columns::source(*column) {
        Source::Member(own) => own == field,
        Source::DepartmentPath => field == Field::MemberDepartment,
        _ => false,
    })
}
