//! Cells typed, pasted or filled, made into edits of members, guardians and guardianships.
//!
//! What breaks a rule is left as it was and listed; the rest goes through.

use crate::cells_extra::ExtraCells;
use crate::columns::{self, GuardianPart, Source};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::masking::{MASKED_TEXT, is_mask_of};
use crate::session::Session;
use mingce_ipc::roster::{Column, EditOutcome, RefusedCell};
use mingce_model::check::{Problem, document_kind_guess, is_validity_reversed};
use mingce_model::tree::{Tree, parse_path};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value, chips};
use mingce_store::{GuardianRow, MemberRow};
use std::collections::HashSet;

/// Refused cells listed at the most; all are counted.
const LISTED: usize = 200;

/// Turns texts into edits, member by member.
pub(crate) struct Editor<'a> {
    session: &'a Session,
    tree: Tree,
    /// Card numbers given out by this very operation, and numbers of chips.
    taken: HashSet<String>,
    taken_chips: HashSet<String>,
    extra: ExtraCells,
    pub(crate) outcome: EditOutcome,
}

/// A code of a refused cell that is no rule of the model.
pub(crate) const READ_ONLY: &str = "read_only";
pub(crate) const DEPARTMENT_UNKNOWN: &str = "department_unknown";
pub(crate) const DEPARTMENT_ARCHIVED: &str = "department_archived";
pub(crate) const CARD_NUMBER_TAKEN: &str = "card_number_taken";
/// Another member has this in a field where no two may have the same.
pub(crate) const VALUE_TAKEN: &str = "value_taken";
pub(crate) const TAG_UNKNOWN: &str = "tag_unknown";
pub(crate) const GUARDIAN_WITHOUT_NAME: &str = "guardian_without_name";

impl<'a> Editor<'a> {
    pub(crate) fn new(session: &'a Session) -> Outcome<Self> {
        Ok(Self {
            session,
            tree: departments::tree(session)?,
            taken: HashSet::new(),
            taken_chips: HashSet::new(),
            extra: ExtraCells::new(session)?,
            outcome: EditOutcome::default(),
        })
    }

    pub(crate) fn refuse(&mut self, row: u32, column: Column, code: &str) {
        self.outcome.refused_count += 1;
        if self.outcome.refused.len() < LISTED {
            self.outcome.refused.push(RefusedCell { row, column, code: code.to_owned() });
        }
    }

    /// Edits for one member; `row` is what refusals name it by. `texts` holds what to write into which column.
    pub(crate) fn change(
        &mut self,
        row: u32,
        member: &MemberRow,
        texts: &[(Column, &str)],
        edits: &mut Vec<Edit>,
    ) -> Outcome<()> {
        let before = &member.member;
        let mut after = before.clone();
        let mut guardian = GuardianDraft::of(member.guardians.first());
        self.extra.begin(Some(member));
        for (column, text) in status_first(texts) {
            match self.apply(before.id, &mut after, &mut guardian, *column, text)? {
                Ok(Applied::Changed) => self.outcome.changed_cells += 1,
                Ok(Applied::Same) => {}
                Err(code) => self.refuse(row, *column, code),
            }
        }
        self.outcome.changed_cells -= self.leave_validity_unless_it_fits(row, before, &mut after);
        edits.extend(Edit::between(before, &after));
        self.extra.edits(self.session, before.id, edits)?;
        self.guardian_edits(row, before.id, guardian, texts, edits)
    }

    /// A new member with these cells, in the department unless they name another; nothing when its required cells are refused or missing.
    pub(crate) fn add(
        &mut self,
        row: u32,
        department: Option<RecordId>,
        texts: &[(Column, &str)],
        edits: &mut Vec<Edit>,
    ) -> Outcome<Option<RecordId>> {
        if texts.iter().all(|(_, text)| text.trim().is_empty()) {
            return Ok(None);
        }
        let id = new_id(&*self.session.host)?;
        let mut record = Record::empty(Kind::Member, id).with(Field::MemberStatus, "active");
        if let Some(department) = department {
            record.set(Field::MemberDepartment, department);
        }
        let mut guardian = GuardianDraft::of(None);
        self.extra.begin(None);
        let mut changed = 0;
        for (column, text) in status_first(texts) {
            // An empty cell says nothing of somebody new: what is set beforehand stays.
            if text.trim().is_empty() {
                continue;
            }
            match self.apply(id, &mut record, &mut guardian, *column, text)? {
                Ok(Applied::Changed) => changed += 1,
                Ok(Applied::Same) => {}
                Err(code) => self.refuse(row, *column, code),
            }
        }
        if record.get(Field::MemberName).is_null() {
            let is_told = texts.iter().any(|(column, text)| *column == Column::Name && !text.trim().is_empty());
            if !is_told {
                self.refuse(row, Column::Name, Problem::RequiredMissing.code());
            }
            return Ok(None);
        }
        changed -= self.leave_validity_unless_it_fits(row, &Record::empty(Kind::Member, id), &mut record);
        self.outcome.changed_cells += changed;
        self.outcome.added_members += 1;
        edits.push(Edit::create(&record));
        self.extra.edits(self.session, id, edits)?;
        self.guardian_edits(row, id, guardian, texts, edits)?;
        Ok(Some(id))
    }

    /// A card that would end before it begins keeps its dates; both are looked at together, in whatever order they were
    /// typed. Answers for how many cells that were counted as changed.
    fn leave_validity_unless_it_fits(&mut self, row: u32, before: &Record, after: &mut Record) -> u32 {
        if !is_validity_reversed(after) {
            return 0;
        }
        let mut left = 0;
        let dates = [(Field::MemberValidFrom, Column::ValidFrom), (Field::MemberValidUntil, Column::ValidUntil)];
        for (field, column) in dates {
            if put(after, field, before.get(field).clone()) {
                self.refuse(row, column, Problem::ValidityReversed.code());
                left += 1;
            }
        }
        left
    }

    /// Edits for one guardian of the member, or for a new one. Cells of other columns are left alone.
    pub(crate) fn change_guardian(
        &mut self,
        member: &MemberRow,
        guardian: Option<&GuardianRow>,
        texts: &[(Column, &str)],
        edits: &mut Vec<Edit>,
    ) -> Outcome<()> {
        let mut draft = GuardianDraft::of(guardian);
        let mut record = member.member.clone();
        for (column, text) in texts {
            if !matches!(columns::source(*column), Source::Guardian(_)) {
                continue;
            }
            match self.apply(record.id, &mut record, &mut draft, *column, text)? {
                Ok(Applied::Changed) => self.outcome.changed_cells += 1,
                Ok(Applied::Same) => {}
                Err(code) => self.refuse(0, *column, code),
            }
        }
        self.guardian_edits(0, member.member.id, draft, texts, edits)
    }

    fn apply(
        &mut self,
        id: RecordId,
        record: &mut Record,
        guardian: &mut GuardianDraft,
        column: Column,
        text: &str,
    ) -> Outcome<Result<Applied, &'static str>> {
        let today = self.session.host.today();
        match columns::source(column) {
            Source::JoinState | Source::InvitedOn | Source::JoinedOn | Source::Photo => Ok(Err(READ_ONLY)),
            Source::Custom(field) => {
                let set = self.extra.set(self.session, id, field, text)?;
                Ok(set.map(Applied::when))
            }
            Source::Tags => Ok(self.extra.set_tags(text).map(Applied::when)),
            Source::Guardian(part) => {
                let field = part.field();
                if let Some(is_same) = is_mask_of(field, text, &guardian.phone) {
                    return Ok(if is_same { Ok(Applied::Same) } else { Err(MASKED_TEXT) });
                }
                match crate::typed::read(field, text, today, None) {
                    Ok(checked) => Ok(Ok(Applied::when(guardian.set(part, checked.value)))),
                    // An emptied name is an emptied guardian, which is said when the row is done.
                    Err(Problem::RequiredMissing) => Ok(Ok(Applied::when(guardian.set(part, Value::Null)))),
                    Err(problem) => Ok(Err(problem.code())),
                }
            }
            Source::DepartmentPath => {
                let value = if text.trim().is_empty() {
                    Value::Null
                } else {
                    match parse_path(text).and_then(|names| self.tree.find(&names)) {
                        Some(id) => {
                            let value = Value::from(RecordId::from(id));
                            let is_there = *record.get(Field::MemberDepartment) == value;
                            if !is_there && self.tree.check_home(id).is_err() {
                                return Ok(Err(DEPARTMENT_ARCHIVED));
                            }
                            value
                        }
                        None => return Ok(Err(DEPARTMENT_UNKNOWN)),
                    }
                };
                Ok(Ok(Applied::when(put(record, Field::MemberDepartment, value))))
            }
            Source::Member(field) => self.apply_field(id, record, field, text),
        }
    }

    fn apply_field(
        &mut self,
        id: RecordId,
        record: &mut Record,
        field: Field,
        text: &str,
    ) -> Outcome<Result<Applied, &'static str>> {
        if let Some(is_same) = is_mask_of(field, text, record.get(field)) {
            return Ok(if is_same { Ok(Applied::Same) } else { Err(MASKED_TEXT) });
        }
        let kind = match field {
            // A number typed without its kind says itself what it is, when it can.
            Field::MemberDocumentNumber if record.get(Field::MemberDocumentKind).is_null() => document_kind_guess(text),
            _ => None,
        };
        let known = record.text(Field::MemberDocumentKind).or(kind).map(str::to_owned);
        let checked = match crate::typed::read(field, text, self.session.host.today(), known.as_deref()) {
            Ok(checked) => checked,
            Err(problem) => return Ok(Err(problem.code())),
        };
        if field == Field::MemberCardNumber
            && let Some(number) = checked.value.as_text()
            && record.get(field) != &checked.value
        {
            let holders = told(self.session.store.find_by(field, &checked.value, 2))?;
            if holders.iter().any(|holder| holder.id != id) || !self.taken.insert(number.to_owned()) {
                return Ok(Err(CARD_NUMBER_TAKEN));
            }
        }
        if field == Field::MemberChipNumbers
            && record.get(field) != &checked.value
            && self.is_any_chip_taken(id, checked.value.as_text().unwrap_or_default())?
        {
            return Ok(Err(VALUE_TAKEN));
        }
        if field == Field::MemberDocumentKind
            && let Some(number) = record.text(Field::MemberDocumentNumber)
        {
            // The number must be one of the new kind, or the pair would be refused by the service.
            let number = number.to_owned();
            let fits = crate::typed::read(
                Field::MemberDocumentNumber,
                &number,
                self.session.host.today(),
                checked.value.as_text(),
            );
            if let Err(problem) = fits {
                return Ok(Err(problem.code()));
            }
        }
        let mut has_changed = put(record, field, checked.value);
        if field == Field::MemberStatus && has_changed {
            let is_active = record.text(Field::MemberStatus) == Some("active");
            let since = if is_active { Value::Null } else { Value::from(self.session.host.today().to_string()) };
            put(record, Field::MemberStatusSince, since);
        }
        if let Some(kind) = kind
            && has_changed
        {
            has_changed |= put(record, Field::MemberDocumentKind, Value::from(kind));
        }
        Ok(Ok(Applied::when(has_changed)))
    }

    /// A chip leads to one member, also within this operation.
    fn is_any_chip_taken(&mut self, id: RecordId, stored: &str) -> Outcome<bool> {
        for number in chips::numbers(stored) {
            let holders = told(self.session.store.find_chip(number, 2))?;
            if holders.iter().any(|holder| holder.id != id) {
                return Ok(true);
            }
        }
        Ok(chips::numbers(stored).any(|number| !self.taken_chips.insert(number.to_owned())))
    }

    fn guardian_edits(
        &mut self,
        row: u32,
        member: RecordId,
        draft: GuardianDraft,
        texts: &[(Column, &str)],
        edits: &mut Vec<Edit>,
    ) -> Outcome<()> {
        if !draft.has_changed {
            return Ok(());
        }
        let first_column = texts
            .iter()
            .map(|(column, _)| *column)
            .find(|column| matches!(columns::source(*column), Source::Guardian(_)))
            .unwrap_or(Column::GuardianName);
        let store = &self.session.store;
        match draft.known {
            None if draft.name.is_null() => {
                self.outcome.changed_cells = self.outcome.changed_cells.saturating_sub(1);
                self.refuse(row, first_column, GUARDIAN_WITHOUT_NAME);
            }
            None => {
                let guardian = Record::empty(Kind::Guardian, new_id(&*self.session.host)?)
                    .with(Field::GuardianName, draft.name)
                    .with(Field::GuardianPhone, draft.phone);
                let link = Record::empty(Kind::Guardianship, new_id(&*self.session.host)?)
                    .with(Field::GuardianshipMember, member)
                    .with(Field::GuardianshipGuardian, guardian.id)
                    .with(Field::GuardianshipRelation, draft.relation);
                edits.extend([Edit::create(&guardian), Edit::create(&link)]);
            }
            Some((guardian, link)) => {
                let Some(link) = told(store.get(Kind::Guardianship, link))? else { return Ok(()) };
                let Some(before) = told(store.get(Kind::Guardian, guardian))? else { return Ok(()) };
                if draft.name.is_null() {
                    // The person is no longer this member's guardian; for a sibling they still are.
                    edits.push(Edit::remove(&link));
                    edits.extend(crate::guardians::removal_of_nobodys(self.session, guardian)?);
                    return Ok(());
                }
                let after =
                    before.clone().with(Field::GuardianName, draft.name).with(Field::GuardianPhone, draft.phone);
                edits.extend(Edit::between(&before, &after));
                let relation = link.clone().with(Field::GuardianshipRelation, draft.relation);
                edits.extend(Edit::between(&link, &relation));
            }
        }
        Ok(())
    }
}

/// The date of the status last, so that one that is given holds over the one that a new status brings along.
fn status_first<'t>(texts: &'t [(Column, &'t str)]) -> impl Iterator<Item = &'t (Column, &'t str)> {
    let is_date = |cell: &&(Column, &str)| cell.0 == Column::StatusSince;
    texts.iter().filter(move |cell| !is_date(cell)).chain(texts.iter().filter(is_date))
}

/// Puts the value; whether that changed anything.
fn put(record: &mut Record, field: Field, value: Value) -> bool {
    let has_changed = record.get(field) != &value;
    record.set(field, value);
    has_changed
}

enum Applied {
    Changed,
    Same,
}

impl Applied {
    fn when(has_changed: bool) -> Self {
        if has_changed { Self::Changed } else { Self::Same }
    }
}

/// The first guardian as the row's cells leave it.
struct GuardianDraft {
    known: Option<(RecordId, RecordId)>,
    name: Value,
    phone: Value,
    relation: Value,
    has_changed: bool,
}

impl GuardianDraft {
    fn of(guardian: Option<&GuardianRow>) -> Self {
        let text = |text: Option<&String>| text.map_or(Value::Null, |text| Value::from(text.as_str()));
        Self {
            known: guardian.map(|row| (row.guardian, row.guardianship)),
            name: text(guardian.map(|row| &row.name)),
            phone: text(guardian.and_then(|row| row.phone.as_ref())),
            relation: text(guardian.and_then(|row| row.relation.as_ref())),
            has_changed: false,
        }
    }
    fn set(&mut self, part: GuardianPart, value: Value) -> bool {
        let place = match part {
            GuardianPart::Name => &mut self.name,
            GuardianPart::Phone => &mut self.phone,
            GuardianPart::Relation => &mut self.relation,
        };
        let has_changed = *place != value;
        *place = value;
        self.has_changed |= has_changed;
        has_changed
    }
}

impl GuardianPart {
    fn field(self) -> Field {
        match self {
            GuardianPart::Name => Field::GuardianName,
            GuardianPart::Phone => Field::GuardianPhone,
            GuardianPart::Relation => Field::GuardianshipRelation,
        }
    }
}
