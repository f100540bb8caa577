//! The result of a dry run: what an import would do, row by row, kept so small that a million rows fit.

use super::SheetToPlan;
use super::arena::{Arena, Item, Items, Span};
use super::corrections::Corrections;
use super::edits::{ApplyChoices, NewDepartments};
use super::guardians::NewGuardians;
use super::kept::KeptRows;
use super::live::{Live, Size};
use super::mirror::{Candidate, Leaving};
use super::places::{Above, Place, Places};
use super::renaming::PlannedRename;
use super::tags::PlannedTags;
use super::view::{PlannedRowView, ProblemView};
use crate::read::ValueKind;
use crate::shape::{Mapping, Subject};
use crate::stage::{PathId, Paths, ProblemCode, Severity, Skipped};
use mingce_model::tree::join_path;
use mingce_model::{DepartmentId, RecordId};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// What becomes of a row. Every row has exactly one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Add,
    Change,
    Unchanged,
    /// It could be about somebody who is on the roster: the user has to say whom. It does not go in before.
    Unsure,
    /// Not in the file: marked as left when the file is mirrored.
    Leave,
    /// Something is wrong with it: it does not go in, unless the user lets its sound cells in.
    Problem,
}

/// How many rows of each verdict there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    pub add: u32,
    pub change: u32,
    pub unchanged: u32,
    pub unsure: u32,
    pub leave: u32,
    pub problem: u32,
}

/// What a row would do, whatever is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    Add,
    Change(RecordId),
    Unchanged,
    /// Several people fit, or one who may be somebody else.
    Unsure,
    Leave(RecordId),
    /// It is about a department, which is called otherwise by now.
    Rename(RecordId),
    /// It is not known what the row is about.
    Nothing,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct PlannedRow {
    pub row: u32,
    pub action: Action,
    pub worst: Option<Severity>,
    pub is_excluded: bool,
    pub span: Span,
}

impl PlannedRow {
    pub(crate) fn verdict(&self) -> Verdict {
        match (self.worst, self.action) {
            (_, Action::Unsure) => Verdict::Unsure,
            (_, Action::Leave(_)) => Verdict::Leave,
            (Some(Severity::Cell | Severity::Row), _) | (_, Action::Nothing) => Verdict::Problem,
            (_, Action::Add) => Verdict::Add,
            (_, Action::Change(_) | Action::Rename(_)) => Verdict::Change,
            (_, Action::Unchanged) => Verdict::Unchanged,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredProblem {
    pub row: u32,
    pub column: Option<u16>,
    pub value_kind: ValueKind,
    pub code: ProblemCode,
    pub other_row: Option<u32>,
    pub value: Span,
    pub proposal: Option<Span>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct NewGuardian {
    pub name: Span,
    pub phone: Option<Span>,
}

/// One sheet of a plan: its rows are numbered from `base` on.
#[derive(Clone, Debug)]
pub(crate) struct PlannedSheet {
    pub base: u32,
    pub name: String,
    /// The row of its headings; 0 where it has none.
    pub header_row: u32,
    pub headings: Vec<String>,
    pub mapping: Mapping,
    /// The last step of the members' department, where the sheet's name is one.
    pub department: Option<String>,
}

impl PlannedSheet {
    pub(super) fn of(base: u32, sheet: &SheetToPlan<'_>) -> Self {
        Self {
            base,
            name: sheet.name.to_owned(),
            header_row: sheet.shape.header_row,
            headings: sheet.shape.columns.iter().map(|column| column.heading.clone()).collect(),
            mapping: sheet.mapping.clone(),
            department: sheet.department.map(str::to_owned),
        }
    }

    /// Whether the sheet is read just as this one was.
    pub(super) fn is_read_as(&self, sheet: &SheetToPlan<'_>) -> bool {
        let headings = sheet.shape.columns.iter().map(|column| &column.heading);
        self.name == sheet.name
            && self.header_row == sheet.shape.header_row
            && self.headings.iter().eq(headings)
            && self.mapping == *sheet.mapping
            && self.department.as_deref() == sheet.department
    }
}

/// A dry run. Shows everything, changes nothing; [`super::edits`] turns it into edits.
pub struct Plan {
    pub(crate) subject: Subject,
    /// In the order of their rows; never empty.
    pub(crate) sheets: Vec<PlannedSheet>,
    pub(crate) rows: Vec<PlannedRow>,
    pub(crate) arena: Arena,
    pub(crate) problems: Vec<StoredProblem>,
    pub(crate) paths: Paths,
    pub(crate) places: Places,
    pub(crate) tags: PlannedTags,
    /// Departments that are called otherwise once the plan is carried out; in `places` they are already.
    pub(crate) renames: Vec<PlannedRename>,
    pub(crate) guardians: NewGuardians,
    pub(crate) skipped: Skipped,
    pub(crate) card_number_digits: Option<u8>,
    /// Whom the unsure rows could be about, by row.
    pub(crate) candidates: HashMap<u32, Vec<Candidate>>,
    /// Members among whom the missing were looked for; `None` when nobody leaves.
    pub(crate) mirrored: Option<u32>,
    /// Single changes that were taken out, by row and place among its items.
    pub(crate) excluded_items: HashSet<(u32, u16)>,
    /// Who was said to stay, whether the file names them now or not: only somebody who says otherwise changes that.
    pub(crate) staying: HashSet<RecordId>,
    /// The file's rows below its headings, whatever became of them.
    pub(crate) kept: KeptRows,
    /// The key of the last row of the last sheet.
    pub(crate) rows_end: u32,
    /// What was typed over them.
    pub(crate) corrections: Corrections,
    /// What single rows are planned anew with; none where that cannot be.
    pub(crate) live: Option<Box<Live>>,
}

impl Plan {
    /// A plan of nothing yet.
    pub(super) fn empty(subject: Subject, places: Places) -> Self {
        Self {
            subject,
            sheets: Vec::new(),
            rows: Vec::new(),
            arena: Arena::default(),
            problems: Vec::new(),
            paths: Paths::default(),
            places,
            tags: PlannedTags::default(),
            renames: Vec::new(),
            guardians: NewGuardians::default(),
            skipped: Skipped::default(),
            card_number_digits: None,
            candidates: HashMap::new(),
            mirrored: None,
            excluded_items: HashSet::new(),
            staying: HashSet::new(),
            kept: KeptRows::default(),
            rows_end: 0,
            corrections: Corrections::default(),
            live: None,
        }
    }

    /// Bytes that the changes of the rows take.
    pub fn bytes(&self) -> usize {
        self.arena.len()
    }

    pub(super) fn size(&self) -> Size {
        Size {
            bytes: self.arena.len(),
            guardians: self.guardians.len(),
            departments: self.places.made().len(),
            paths: self.paths.len(),
        }
    }

    pub fn subject(&self) -> Subject {
        self.subject
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            *match row.verdict() {
                Verdict::Add => &mut counts.add,
                Verdict::Change => &mut counts.change,
                Verdict::Unchanged => &mut counts.unchanged,
                Verdict::Unsure => &mut counts.unsure,
                Verdict::Leave => &mut counts.leave,
                Verdict::Problem => &mut counts.problem,
            } += 1;
        }
        counts
    }

    /// Rows that were no data.
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }

    /// The length to which lost zeros would be filled up; set it in the mapping and plan again when the user agrees.
    pub fn offered_card_number_digits(&self) -> Option<u8> {
        self.card_number_digits
    }

    /// Paths of the departments that would be made, each below the ones before it.
    pub fn departments_to_create(&self) -> Vec<String> {
        let needed = self.places.made().iter().enumerate().filter(|(_, department)| department.is_needed);
        needed.map(|(index, _)| self.new_path(index as u32)).collect()
    }

    /// Departments that the file names by the end of their paths.
    pub fn departments_by_end(&self) -> Vec<FoundDepartment> {
        let found = |path: &PathId| match self.places.at(*path)? {
            Place::Known(id) => {
                let whole = self.places.tree().path(DepartmentId(id));
                Some(FoundDepartment { named: self.paths.text(*path), path: whole })
            }
            _ => None,
        };
        self.places.by_end().iter().filter_map(found).collect()
    }

    /// Where a path of the file leads: as the file has it, unless that is only the end of it or has yet to be made.
    pub(super) fn path_to(&self, path: PathId) -> String {
        match self.places.at(path) {
            Some(Place::Known(id)) if self.places.by_end().contains(&path) => self.places.tree().path(DepartmentId(id)),
            Some(Place::New(index)) => self.new_path(index),
            _ => self.paths.text(path),
        }
    }

    /// Names of the tags that would be made.
    pub fn tags_to_create(&self) -> Vec<String> {
        let needed = self.tags.all().iter().filter(|tag| tag.id.is_none() && tag.is_needed);
        needed.map(|tag| tag.name.clone()).collect()
    }

    /// How many rows there are, of one verdict or of all.
    pub fn len(&self, verdict: Option<Verdict>) -> usize {
        match verdict {
            None => self.rows.len(),
            Some(verdict) => self.rows.iter().filter(|row| row.verdict() == verdict).count(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A page of rows, of one verdict or of all, in the file's order.
    pub fn rows(&self, verdict: Option<Verdict>, offset: usize, limit: usize) -> Vec<PlannedRowView> {
        let wanted = |row: &&PlannedRow| verdict.is_none_or(|verdict| row.verdict() == verdict);
        self.rows.iter().filter(wanted).skip(offset).take(limit).map(|row| self.view(row)).collect()
    }

    /// The row with the key, if it is in the plan.
    pub fn find_row(&self, key: u32) -> Option<PlannedRowView> {
        self.index_of(key).map(|index| self.view(&self.rows[index]))
    }

    /// How many leave because the file does not name them, without those who were taken out; `None` when the file is
    /// not mirrored.
    pub fn leaving(&self) -> Option<Leaving> {
        let of = self.mirrored?;
        let people = self.rows.iter().filter(|row| matches!(row.action, Action::Leave(_)) && !row.is_excluded).count();
        Some(Leaving { people: u32::try_from(people).unwrap_or(u32::MAX), of })
    }

    /// How many people on the roster these choices change.
    pub fn count_changed(&self, choices: &ApplyChoices) -> u32 {
        let is_new = |path: u32| matches!(self.places.at(PathId(path)), Some(Place::New(_)));
        let leaves_out = choices.new_departments == NewDepartments::LeaveOut;
        let changes = |item: Item<'_>| match item {
            Item::Label(_) => false,
            Item::Department { new: path, .. } | Item::FurtherDepartment(path) | Item::Leads { path, .. } => {
                !(leaves_out && is_new(path))
            }
            _ => true,
        };
        let is_changed = |row: &&PlannedRow| {
            matches!(row.action, Action::Change(_))
                && row.goes_in(choices.faulty_cells)
                && row.is_taken(choices.rows)
                && self.chosen(row).any(changes)
        };
        u32::try_from(self.rows.iter().filter(is_changed).count()).unwrap_or(u32::MAX)
    }

    pub fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// A page of problems, in the file's order.
    pub fn problems(&self, offset: usize, limit: usize) -> impl Iterator<Item = ProblemView<'_>> {
        self.problems.iter().skip(offset).take(limit).map(|problem| self.problem_view(problem))
    }

    /// The problems of one row.
    pub fn problems_of(&self, row: u32) -> impl Iterator<Item = ProblemView<'_>> {
        self.stored_problems(row).iter().map(|problem| self.problem_view(problem))
    }

    /// The sheet that a row's key lies in, and the row's number there.
    pub(crate) fn locate(&self, key: u32) -> (&PlannedSheet, u32) {
        let index = self.sheets.partition_point(|sheet| sheet.base < key).saturating_sub(1);
        let sheet = &self.sheets[index];
        (sheet, key.saturating_sub(sheet.base))
    }

    pub(crate) fn index_of(&self, row: u32) -> Option<usize> {
        self.rows.binary_search_by_key(&row, |planned| planned.row).ok()
    }

    pub(crate) fn items(&self, row: &PlannedRow) -> Items<'_> {
        Items::new(self.arena.get(row.span))
    }

    /// What of a row goes in: all but the changes that were taken out.
    pub(crate) fn chosen(&self, row: &PlannedRow) -> impl Iterator<Item = Item<'_>> {
        let (key, excluded) = (row.row, &self.excluded_items);
        let is_chosen = move |index: usize| {
            excluded.is_empty() || !u16::try_from(index).is_ok_and(|index| excluded.contains(&(key, index)))
        };
        self.items(row).enumerate().filter(move |(index, _)| is_chosen(*index)).map(|(_, item)| item)
    }

    /// The chosen links of a row, without the member's own fields.
    pub(crate) fn chosen_links(&self, row: &PlannedRow) -> impl Iterator<Item = Item<'_>> {
        self.chosen(row).take_while(|item| !matches!(item, Item::Field { .. }))
    }

    pub(super) fn new_path(&self, index: u32) -> String {
        let mut names = Vec::new();
        let mut at = Above::New(index);
        let mut top = String::new();
        while let Above::New(index) = at {
            let department = &self.places.made()[index as usize];
            names.push(department.name.as_str());
            at = department.above;
        }
        if let Above::Known(id) = at {
            top = self.places.tree().path(DepartmentId(id));
        }
        names.reverse();
        join_path(std::iter::once(top.as_str()).filter(|top| !top.is_empty()).chain(names))
    }
}

/// A department that was found by the end of its path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundDepartment {
    /// As the file names it.
    pub named: String,
    /// The whole path of the department that was taken.
    pub path: String,
}

/// What happens to rows of which some cells cannot go in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultyCells {
    /// The whole row stays out.
    LeaveRowOut,
    /// The rest of the row goes in; the faulty cells' fields stay as they are.
    LeaveCellOut,
}

/// Which of the file's rows are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowsTaken {
    All,
    /// Only people who are not on the roster yet.
    OnlyNew,
    /// Only people who are.
    OnlyKnown,
}

impl PlannedRow {
    pub(crate) fn is_taken(&self, taken: RowsTaken) -> bool {
        match self.action {
            Action::Add => taken != RowsTaken::OnlyKnown,
            Action::Change(_) | Action::Rename(_) => taken != RowsTaken::OnlyNew,
            _ => true,
        }
    }

    pub(crate) fn goes_in(&self, faulty: FaultyCells) -> bool {
        let is_sound_enough = match self.worst {
            None | Some(Severity::Caution) => true,
            Some(Severity::Cell) => faulty == FaultyCells::LeaveCellOut,
            Some(Severity::Row) => false,
        };
        !self.is_excluded
            && is_sound_enough
            && matches!(self.action, Action::Add | Action::Change(_) | Action::Leave(_) | Action::Rename(_))
    }
}
