//! `--keep-departments`: rows whose departments are not there stay out.

use crate::arguments::ImportAs;
use mingce_ipc::import::{ImportCounts, PlanPageRequest, PlannedCell, PlannedKind, PlannedRow, RowProblem};
use mingce_ipc::{Calls, Failure};
use std::collections::HashSet;

/// Rows asked for at a time.
const PAGE: u32 = 5_000;
/// Rows that are described; all are left out.
const LISTED: usize = 200;

#[derive(Default)]
pub(crate) struct Homeless {
    /// By key.
    pub(crate) rows: Vec<u32>,
    pub(crate) listed: Vec<RowProblem>,
    added: u32,
    changed: u32,
}

impl Homeless {
    pub(crate) fn find(app: &impl Calls, import: &str, new: &[String], mode: ImportAs) -> Result<Self, Failure> {
        let mut homeless = Self::default();
        if new.is_empty() {
            return Ok(homeless);
        }
        let new: HashSet<&str> = new.iter().map(String::as_str).collect();
        for kind in [PlannedKind::Add, PlannedKind::Change].into_iter().filter(|kind| takes(mode, *kind)) {
            let mut start = 0;
            loop {
                let asked = PlanPageRequest {
                    import: import.to_owned(),
                    kind: Some(kind),
                    what: None,
                    text: None,
                    start,
                    count: PAGE,
                };
                let rows = app.plan_page(asked)?.rows;
                for row in &rows {
                    if let Some(cell) = row.cells.iter().find(|cell| is_place(cell) && new.contains(cell.to.as_str())) {
                        homeless.take(row, &cell.to, kind);
                    }
                }
                if rows.len() < PAGE as usize {
                    break;
                }
                start += PAGE;
            }
        }
        Ok(homeless)
    }

    fn take(&mut self, row: &PlannedRow, path: &str, kind: PlannedKind) {
        self.rows.push(row.key);
        *(if kind == PlannedKind::Add { &mut self.added } else { &mut self.changed }) += 1;
        if self.listed.len() < LISTED {
            self.listed.push(RowProblem {
                sheet: row.sheet.clone(),
                row: row.row,
                letter: String::new(),
                column: None,
                heading: String::new(),
                value_kind: "text".into(),
                value: path.to_owned(),
                code: "department_unknown".into(),
                remedy: "create_department".into(),
                is_warning: false,
                other_row: None,
                other_sheet: None,
                proposal: None,
            });
        }
    }

    /// What really happens of what the plan counts: without these rows, and without those that the mode passes over.
    pub(crate) fn without(&self, counts: &ImportCounts, mode: ImportAs) -> ImportCounts {
        let taken = |kind, count: u32| if takes(mode, kind) { count } else { 0 };
        ImportCounts {
            add: taken(PlannedKind::Add, counts.add).saturating_sub(self.added),
            change: taken(PlannedKind::Change, counts.change).saturating_sub(self.changed),
            ..counts.clone()
        }
    }
}

fn takes(mode: ImportAs, kind: PlannedKind) -> bool {
    match mode {
        ImportAs::OnlyNew => kind == PlannedKind::Add,
        ImportAs::OnlyKnown => kind == PlannedKind::Change,
        ImportAs::Merge | ImportAs::MirrorRoster | ImportAs::MirrorDepartments => true,
    }
}

fn is_place(cell: &PlannedCell) -> bool {
    matches!(cell.what.as_str(), "department" | "further_department" | "leads" | "deputy_of")
}
