//! Keeps the plan while batches of rows come in: whom each is about, what it changes, who is missing at the end.

use super::arena::{Item, encode};
use super::compare::{Comparer, compare_departments, compare_leaves};
use super::extras::{self, CustomColumn};
use super::guardians;
use super::live::{Live, Looking, Trace};
use super::matching::{Match, match_rows};
use super::mirror::{Answer, Candidate, Mirror, candidates_of};
use super::places::{Begin, Places};
use super::plan::{Action, Plan, PlannedRow, PlannedSheet, StoredProblem};
use super::renaming::rename;
use super::roster::{GuardianKey, KnownExtras, KnownGuardian, KnownPlace, MemberKey, Roster};
use super::shared_keys;
use super::tags::PlannedTags;
use super::{PlanOptions, SheetToPlan};
use crate::oneroster::Renamed;
use crate::shape::{Mapping, Subject, Target};
use crate::stage::{Paths, Problem, ProblemCode, Severity, StagedRow, noted};
use mingce_model::check;
use mingce_model::custom::CustomField;
use mingce_model::{Field, Record, RecordId, Value};
use std::hash::Hash;

/// Unsure rows whose candidates are kept.
pub(super) const UNSURE_ROWS_MAX: usize = 10_000;
/// What a sheet says of its rows is believed up to here: growing a list step by step costs as much memory again.
const RESERVED_ROWS_MAX: u64 = 1 << 20;
/// What must not occur twice, of most rows.
const NUMBERS: [Field; 2] = [Field::MemberCardNumber, Field::MemberDocumentNumber];

fn numbers_of(row: &StagedRow) -> impl Iterator<Item = (Field, &str)> {
    NUMBERS.into_iter().filter_map(|field| Some((field, row.text(field)?)))
}

/// Keeps the plan while batches come in.
pub(super) struct Planner<'m, R: Roster> {
    pub(super) comparer: Comparer<'m>,
    options: &'m PlanOptions,
    /// The sheet's columns of custom fields.
    pub(super) customs: Vec<CustomColumn<'m>>,
    /// Fields in which everybody should have something, and for which the sheet has no column.
    required_elsewhere: Vec<&'m CustomField>,
    pub(super) roster: &'m mut R,
    pub(super) plan: Plan,
    pub(super) live: Box<Live>,
    /// What the row that is being planned shares with others.
    pub(super) trace: Trace,
    /// How it looks at what other rows have.
    pub(super) looking: Looking,
    /// What rows share with others, of those that were only looked at.
    pub(super) traces: Vec<(u32, Trace)>,
    pub(super) bytes: Vec<u8>,
}

/// What a row comes to; its items are written beside it.
pub(super) struct Planned {
    row: u32,
    action: Action,
    worst: Option<Severity>,
    problems: Vec<Problem>,
    candidates: Option<Vec<Candidate>>,
}

impl<'m, R: Roster> Planner<'m, R> {
    pub(super) fn new(
        mapping: &'m Mapping,
        begin: Begin,
        renamed: &[Renamed],
        roster: &'m mut R,
        options: &'m PlanOptions,
    ) -> Result<Self, R::Error> {
        let (departments, renames) = rename(roster.departments()?, renamed);
        let has_members = !roster.is_empty()?;
        let places = Places::new(departments, options.organisation_name.as_deref(), &options.organisation_kind)
            .beginning(begin)
            .under(options.under);
        let mut plan = Plan::empty(Subject::Members, places);
        plan.corrections.clone_from(&options.corrections);
        plan.renames = renames;
        let mut live = Box::new(Live::new(has_members, options));
        live.mirror = options.mirror.map(Mirror::new);
        Ok(Self::going_on(mapping, plan, live, roster, options))
    }

    pub(super) fn going_on(
        mapping: &'m Mapping,
        plan: Plan,
        live: Box<Live>,
        roster: &'m mut R,
        options: &'m PlanOptions,
    ) -> Self {
        Self {
            comparer: Comparer { mapping },
            options,
            customs: Vec::new(),
            required_elsewhere: Vec::new(),
            roster,
            plan,
            live,
            trace: Trace::default(),
            looking: Looking::AtAll,
            traces: Vec::new(),
            bytes: Vec::new(),
        }
    }

    pub(super) fn begin_sheet(
        &mut self,
        base: u32,
        sheet: &SheetToPlan<'m>,
        rows_expected: u64,
    ) -> Result<(), R::Error> {
        let rows_expected = rows_expected.min(RESERVED_ROWS_MAX) as usize;
        self.plan.rows.reserve(rows_expected);
        self.live.seen.reserve(NUMBERS.len() * rows_expected);
        self.turn_to_sheet(sheet.mapping);
        if !self.live.has_tags && sheet.mapping.column_of(Target::Tags).is_some() {
            self.live.has_tags = true;
            self.plan.tags = PlannedTags::new(self.roster.tags()?);
        }
        self.plan.sheets.push(PlannedSheet::of(base, sheet));
        Ok(())
    }

    /// The rows that come are of a sheet with these columns.
    pub(super) fn turn_to_sheet(&mut self, mapping: &'m Mapping) {
        self.comparer = Comparer { mapping };
        let fields = &self.options.fields;
        let custom = |(column, target): (usize, &Target)| match target {
            Target::Custom(id) => {
                let field = fields.iter().find(|field| field.id == *id)?;
                Some(CustomColumn { column: u16::try_from(column).ok()?, field })
            }
            _ => None,
        };
        self.customs = mapping.columns.iter().enumerate().filter_map(custom).collect();
        let has_column = |id| mapping.column_of(Target::Custom(id)).is_some();
        let is_required = |field: &&CustomField| field.is_required && !field.is_archived && !has_column(field.id);
        self.required_elsewhere = fields.iter().filter(is_required).collect();
    }

    /// Plans a batch and empties it.
    pub(super) fn add(&mut self, batch: &mut Vec<StagedRow>, paths: &Paths) -> Result<(), R::Error> {
        self.plan_batch(batch, paths, Self::push)
    }

    /// Plans a batch, empties it, and hands on what each row comes to.
    pub(super) fn plan_batch(
        &mut self,
        batch: &mut Vec<StagedRow>,
        paths: &Paths,
        then: fn(&mut Self, Planned),
    ) -> Result<(), R::Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut matches = if self.live.has_members {
            match_rows(batch, &mut self.plan.places, paths, self.roster)?
        } else {
            batch.iter().map(|_| Match::Nobody).collect()
        };
        self.match_by_source(batch, &mut matches)?;
        for (row, found) in batch.iter().zip(&mut matches) {
            if let Some(answer) = self.live.answers.get(&row.row) {
                answered(found, *answer);
            }
        }
        for (row, found) in batch.iter_mut().zip(&matches) {
            place_newcomer(row, found);
        }
        let known = self.ask_about(batch, &matches)?;
        self.live
            .seen
            .touch(batch.iter().flat_map(numbers_of).map(|(field, number)| shared_keys::key((field, number))));
        for ((row, found), known) in batch.drain(..).zip(matches).zip(known) {
            self.trace.begin(&row, &found, self.comparer.mapping);
            let planned = self.plan_row(row, &found, &known, paths);
            then(self, planned);
        }
        Ok(())
    }

    /// Finds those again whom another system's package names by an id that was kept.
    fn match_by_source(&mut self, batch: &[StagedRow], matches: &mut [Match]) -> Result<(), R::Error> {
        let Some(field) = self.live.source.as_ref().and_then(|source| source.field) else { return Ok(()) };
        let mut wanted: Vec<(usize, &str)> = Vec::new();
        for (index, (row, found)) in batch.iter().zip(&*matches).enumerate() {
            let id = row.custom.iter().find(|staged| staged.field == field).and_then(|staged| staged.value.as_text());
            if let (Match::Nobody | Match::NobodyButSimilar(_), Some(id)) = (found, id) {
                wanted.push((index, id));
            }
        }
        if wanted.is_empty() || !self.live.has_members {
            return Ok(());
        }
        let values: Vec<(RecordId, &str)> = wanted.iter().map(|(_, id)| (field, *id)).collect();
        let holders = self.roster.holders(&values)?;
        // Of an id that two have nobody knows whose it is.
        let single = wanted.iter().zip(holders).filter_map(|((index, _), holders)| match holders[..] {
            [member] => Some((*index, member)),
            _ => None,
        });
        let (places, keys): (Vec<usize>, Vec<MemberKey<'_>>) =
            single.map(|(index, member)| (index, MemberKey::Id(member))).unzip();
        if !keys.is_empty() {
            for (index, mut members) in places.into_iter().zip(self.roster.find_members(&keys)?) {
                if let Some(member) = members.pop() {
                    matches[index] = Match::Member(Box::new(member));
                }
            }
        }
        Ok(())
    }

    /// Asks for what belongs to the members found: guardians, affiliations; and for guardians on the roster.
    fn ask_about(&mut self, batch: &[StagedRow], matches: &[Match]) -> Result<Vec<Known>, R::Error> {
        let mut known: Vec<Known> = batch.iter().map(|_| Known::default()).collect();
        if !self.live.has_members {
            return Ok(known);
        }
        let member = |index: usize| if let Match::Member(member) = &matches[index] { Some(member.id) } else { None };
        let with_guardians: Vec<(usize, RecordId)> = (0..batch.len())
            .filter(|index| !batch[*index].guardians.is_empty())
            .filter_map(|index| Some((index, member(index)?)))
            .collect();
        if !with_guardians.is_empty() {
            let ids: Vec<RecordId> = with_guardians.iter().map(|(_, id)| *id).collect();
            for ((index, _), guardians) in with_guardians.iter().zip(self.roster.guardians_of(&ids)?) {
                known[*index].guardians = guardians;
            }
        }
        let with_places: Vec<(usize, RecordId)> = (0..batch.len())
            .filter(|index| {
                let row = &batch[*index];
                !row.further_departments.is_empty() || !row.leading.is_empty() || !row.leaves.is_empty()
            })
            .filter_map(|index| Some((index, member(index)?)))
            .collect();
        if !with_places.is_empty() {
            let ids: Vec<RecordId> = with_places.iter().map(|(_, id)| *id).collect();
            for ((index, _), affiliations) in with_places.iter().zip(self.roster.affiliations_of(&ids)?) {
                known[*index].affiliations = affiliations;
            }
        }
        if !self.customs.is_empty() || self.live.has_tags {
            let members: Vec<(usize, RecordId)> =
                (0..batch.len()).filter_map(|index| Some((index, member(index)?))).collect();
            let ids: Vec<RecordId> = members.iter().map(|(_, id)| *id).collect();
            for ((index, _), extras) in members.into_iter().zip(self.roster.extras_of(&ids)?) {
                known[index].extras = extras;
            }
            self.ask_for_holders(batch, &mut known)?;
        }
        self.ask_for_chips(batch, &mut known)?;
        let mut keys = Vec::new();
        let mut owners = Vec::new();
        for (index, row) in batch.iter().enumerate() {
            known[index].elsewhere = vec![None; row.guardians.len()];
            for (place, guardian) in row.guardians.iter().enumerate() {
                if let (Some(name), Some(phone)) = (&guardian.name, &guardian.phone) {
                    keys.push(GuardianKey { name, phone });
                    owners.push((index, place));
                }
            }
        }
        if !keys.is_empty() {
            for ((index, place), id) in owners.into_iter().zip(self.roster.find_guardians(&keys)?) {
                known[index].elsewhere[place] = id;
            }
        }
        Ok(known)
    }

    fn plan_row(&mut self, mut row: StagedRow, found: &Match, known: &Known, paths: &Paths) -> Planned {
        let mut problems = std::mem::take(&mut row.problems);
        if !row.other_phones.is_empty() {
            note_other_phones(&mut row, if let Match::Member(member) = found { Some(member) } else { None });
        }
        let row = &row;
        let tags = match found {
            Match::Member(_) | Match::Nobody if self.live.has_tags => {
                let tags = extras::compare_tags(row, &known.extras, &mut self.plan.tags, &mut problems);
                self.trace.name_tags(row, &self.plan.tags);
                tags
            }
            _ => None,
        };
        let mut items: Vec<Item<'_>> = Vec::with_capacity(row.values.len() + 6);
        let column = self.department_column();
        let mut action;
        let mut member = None;
        let mut candidates = None;
        match found {
            Match::Unclear(code, others) => {
                problems.push(row.problem(None, *code));
                // To be looked at beside those it could be about.
                self.comparer.added(row, &mut problems, &mut items);
                action = Action::Unsure;
                candidates = Some(candidates_of(others));
            }
            Match::NobodyButSimilar(others) => {
                problems.push(row.problem(None, ProblemCode::PossibleDuplicate));
                self.comparer.added(row, &mut problems, &mut items);
                action = Action::Unsure;
                candidates = Some(candidates_of(others));
            }
            Match::Nobody => {
                self.comparer.added(row, &mut problems, &mut items);
                if self.tells_changes() && row.get(Field::MemberName).is_none() {
                    // It is about somebody who should be here.
                    problems.retain(|problem| problem.code != ProblemCode::Rule(check::Problem::RequiredMissing));
                    problems.push(row.problem(None, ProblemCode::MemberUnknown));
                }
                problems.extend(self.required_elsewhere.iter().map(|field| {
                    let problem = row.problem(None, ProblemCode::CustomValueMissing);
                    Problem { value: field.name.clone(), ..problem }
                }));
                action = Action::Add;
            }
            Match::Member(known) => {
                self.comparer.against(known, row, &mut problems, &mut items);
                action = Action::Unchanged;
                member = Some(&**known);
            }
        }
        if action != Action::Unsure {
            self.comparer.forgive_masked_guardians(&known.guardians, &mut problems);
            self.comparer.check_together(member, row, &items, &mut problems);
            let places = &mut self.plan.places;
            compare_departments(member, &known.affiliations, row, places, paths, column, &mut problems, &mut items);
            if !row.leaves.is_empty() {
                let places = &mut self.plan.places;
                compare_leaves(member, &known.affiliations, row, places, paths, &mut items);
            }
            if !row.leading.is_empty() {
                let affiliations = &known.affiliations;
                let column = self.leader_column().or(column);
                extras::compare_leading(
                    member,
                    affiliations,
                    row,
                    &mut self.plan.places,
                    paths,
                    column,
                    &mut problems,
                    &mut items,
                );
            }
            if !self.customs.is_empty() {
                extras::compare_values(row, &known.extras, &self.customs, &mut problems, &mut items);
            }
            items.extend(tags.as_ref().map(|(old, new)| Item::Tags { old, new }));
            let (new, arena) = (&mut self.plan.guardians, &mut self.plan.arena);
            guardians::compare(&row.guardians, &known.guardians, &known.elsewhere, new, arena, &mut items);
        }
        if let Some(member) = member
            && !items.is_empty()
        {
            action = Action::Change(member.id);
        }
        // Of whom it is not known whose number it is, a number says nothing.
        if action != Action::Unsure {
            self.check_repeated(row, member.map(|member| member.id), &items, &mut problems);
            self.check_unique(row, member.map(|member| member.id), known, &mut items, &mut problems);
            self.check_chips(row, member.map(|member| member.id), known, &mut items, &mut problems);
        }
        if !items.iter().any(|item| matches!(item, Item::Field { field: Field::MemberName, .. })) {
            let label = row.text(Field::MemberName).or(member.and_then(|member| member.text(Field::MemberName)));
            items.push(Item::Label(label.unwrap_or_default()));
        }
        let worst = problems.iter().map(|problem| problem.code.severity()).max();
        self.trace.need(&items, action, worst, &self.plan.tags);
        encode(&items, &mut self.bytes);
        Planned { row: row.row, action, worst, problems, candidates }
    }

    fn tells_changes(&self) -> bool {
        self.live.source.as_ref().is_some_and(|source| source.is_delta)
    }

    fn leader_column(&self) -> Option<usize> {
        let mapping = self.comparer.mapping;
        [Target::Leads, Target::DeputyOf, Target::IsLeader].into_iter().find_map(|target| mapping.column_of(target))
    }

    fn department_column(&self) -> Option<usize> {
        let mapping = self.comparer.mapping;
        let targets =
            [Target::DepartmentPath, Target::DepartmentPart(0), Target::DepartmentIfNone, Target::LeavesDepartments];
        targets.into_iter().find_map(|target| mapping.column_of(target))
    }

    /// What must not stand in two rows: a number, or a member.
    fn check_repeated(
        &mut self,
        row: &StagedRow,
        member: Option<RecordId>,
        items: &[Item<'_>],
        problems: &mut Vec<Problem>,
    ) {
        // Two members who share a number on the roster already are not this file's doing.
        let sets =
            |wanted: Field| items.iter().any(|item| matches!(item, Item::Field { field, .. } if *field == wanted));
        let mut has_number = false;
        let mut first = None;
        for (field, number) in numbers_of(row) {
            has_number = true;
            let other = self.first_with((field, number), row.row);
            if other != row.row && first.is_none() && sets(field) {
                let code = match field {
                    Field::MemberCardNumber => ProblemCode::CardNumberRepeated,
                    _ => ProblemCode::DocumentNumberRepeated,
                };
                let column = self.comparer.mapping.column_of(Target::Field(field));
                first = Some(Problem { other_row: Some(other), value: number.to_owned(), ..row.problem(column, code) });
            }
        }
        let other = match member {
            Some(id) => self.first_with(("member", id), row.row),
            // Without any number, a name with a birth date or phone is all there is.
            None if !has_number => match row.text(Field::MemberBirthDate).or(row.text(Field::MemberPhone)) {
                Some(other) => self.first_with((row.text(Field::MemberName), other), row.row),
                None => row.row,
            },
            None => row.row,
        };
        if other != row.row && first.is_none() {
            first = Some(Problem { other_row: Some(other), ..row.problem(None, ProblemCode::MemberRepeated) });
        }
        problems.extend(first);
    }

    /// The first row in which this stood.
    pub(super) fn first_with(&mut self, what: impl Hash, row: u32) -> u32 {
        let key = shared_keys::key(what);
        self.trace.keys.push(key);
        if self.looking == Looking::Ahead { row } else { self.live.seen.put(key, row) }
    }

    /// Adds a row behind the others.
    fn push(&mut self, planned: Planned) {
        self.live.count(planned.row, &self.trace);
        let at = (self.plan.rows.len(), self.plan.problems.len());
        self.keep(planned, at);
    }

    /// Puts a row in its place among the others, instead of what it was before.
    pub(super) fn put(&mut self, planned: Planned) {
        self.live.count(planned.row, &self.trace);
        let at = self.plan.remove_row(planned.row);
        self.keep(planned, at);
    }

    /// Notes what a row shares with others, and nothing else.
    pub(super) fn note(&mut self, planned: Planned) {
        self.traces.push((planned.row, std::mem::take(&mut self.trace)));
    }

    pub(super) fn finish(self) -> Plan {
        Plan { live: Some(self.live), ..self.plan }
    }

    /// Keeps a row, at its place among the rows and those of its problems.
    fn keep(&mut self, planned: Planned, at: (usize, usize)) {
        let Planned { row, action, worst, problems, candidates } = planned;
        let plan = &mut self.plan;
        let stored = |problem: Problem, plan: &mut Plan| StoredProblem {
            row: problem.row,
            column: problem.column,
            value_kind: problem.value_kind,
            code: problem.code,
            other_row: problem.other_row,
            value: plan.arena.add(problem.value.as_bytes()),
            proposal: problem.proposal.as_ref().map(|text| plan.arena.add(text.as_bytes())),
        };
        for (place, problem) in (at.1..).zip(problems) {
            let problem = stored(problem, plan);
            plan.problems.insert(place, problem);
        }
        // Of as many rows as anybody goes through by hand.
        if let Some(candidates) = candidates.filter(|_| plan.candidates.len() < UNSURE_ROWS_MAX) {
            plan.candidates.insert(row, candidates);
        }
        let span = plan.arena.add(&self.bytes);
        plan.rows.insert(at.0, PlannedRow { row, action, worst, is_excluded: false, span });
    }
}

/// Puts the phone numbers that have no field into the note: behind what the file says there, or what the roster has.
fn note_other_phones(row: &mut StagedRow, member: Option<&Record>) {
    let field = Field::MemberNote;
    let known = row.text(field).or(member.and_then(|member| member.text(field))).unwrap_or_default();
    if let Some(note) = noted(known, &row.other_phones) {
        row.values.retain(|(other, _)| *other != field);
        row.values.push((field, Value::text(note)));
        row.values.sort_by_key(|(field, _)| *field);
    }
}

/// Puts whoever is in no department where the row says that such people go.
fn place_newcomer(row: &mut StagedRow, found: &Match) {
    let is_nowhere = match found {
        Match::Member(member) => member.reference(Field::MemberDepartment).is_none(),
        Match::Nobody => true,
        Match::NobodyButSimilar(_) | Match::Unclear(..) => false,
    };
    if is_nowhere && row.department.is_none() {
        let mut paths = std::mem::take(&mut row.departments_if_none).into_iter();
        row.department = paths.next();
        row.further_departments.extend(paths);
    }
}

/// What the user said takes the place of what was found, where it can: a number that somebody has cannot be given to
/// somebody new.
fn answered(found: &mut Match, answer: Answer) {
    let (Match::Unclear(_, others) | Match::NobodyButSimilar(others)) = found else { return };
    let answered = match answer {
        Answer::SamePerson(id) => {
            let at = others.iter().position(|other| other.id == id);
            at.map(|at| Match::Member(Box::new(others.swap_remove(at))))
        }
        Answer::NewPerson => match found {
            Match::Unclear(code, _) if !code.leaves_room_for_another() => None,
            _ => Some(Match::Nobody),
        },
    };
    if let Some(answered) = answered {
        *found = answered;
    }
}

/// What the roster knows about one row's member.
#[derive(Default)]
pub(super) struct Known {
    guardians: Vec<KnownGuardian>,
    affiliations: Vec<KnownPlace>,
    extras: KnownExtras,
    /// Members who have a value of the row in a field in which no two may have the same.
    pub(super) holders: Vec<(RecordId, RecordId)>,
    /// Members who have one of the row's chips.
    pub(super) chip_holders: Vec<RecordId>,
    elsewhere: Vec<Option<RecordId>>,
}
