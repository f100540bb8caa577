//! Keeps the plan while batches of rows come in: whom each is about, what it changes, who is missing at the end.

use super::arena::{Arena, Borrowed, Item, LeadBy, encode};
use super::compare::{Comparer, compare_departments};
use super::extras::{self, CustomColumn};
use super::first_rows::FirstRows;
use super::guardians::{self, NewGuardians};
use super::matching::{Match, match_rows};
use super::mirror::{Answer, Candidate, Mirror, MirrorScope, candidates_of};
use super::places::{Begin, Place, Places, PlacesFound};
use super::plan::{Action, Plan, PlannedRow, PlannedSheet, StoredProblem};
use super::roster::{GuardianKey, KnownExtras, KnownGuardian, KnownPlace, Roster};
use super::tags::PlannedTags;
use super::{PlanOptions, SheetToPlan};
use crate::oneroster::Extent;
use crate::shape::{Mapping, Subject, Target};
use crate::stage::{PathId, Paths, Problem, ProblemCode, Severity, StageEnd, StagedRow, ZerosLost, noted};
use mingce_model::custom::{CustomField, tag_names};
use mingce_model::{Field, Record, RecordId, Value};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Unsure rows whose candidates are kept.
const UNSURE_ROWS_MAX: usize = 10_000;
/// What a sheet says of its rows is believed up to here: growing a list step by step costs as much memory again.
const RESERVED_ROWS_MAX: u64 = 1 << 20;
/// What must not occur twice, of most rows: the card number and that of the document.
const NUMBERS_OF_A_ROW: usize = 2;

/// Keeps the plan while batches come in.
pub(super) struct Planner<'m, R: Roster> {
    pub(super) comparer: Comparer<'m>,
    fields: &'m [CustomField],
    /// The sheet's columns of custom fields.
    pub(super) customs: Vec<CustomColumn<'m>>,
    /// Fields in which everybody should have something, and for which the sheet has no column.
    required_elsewhere: Vec<&'m CustomField>,
    /// Asked for with the first sheet that has a column of them.
    tags: Option<PlannedTags>,
    sheets: Vec<PlannedSheet>,
    pub(super) roster: &'m mut R,
    has_members: bool,
    places: Places,
    arena: Arena,
    rows: Vec<PlannedRow>,
    problems: Vec<StoredProblem>,
    guardians: NewGuardians,
    seen: FirstRows,
    answers: &'m HashMap<u32, Answer>,
    candidates: HashMap<u32, Vec<Candidate>>,
    mirror: Option<Mirror>,
    mirrored: Option<u32>,
    bytes: Vec<u8>,
}

impl<'m, R: Roster> Planner<'m, R> {
    pub(super) fn new(
        mapping: &'m Mapping,
        begin: Begin,
        roster: &'m mut R,
        options: &'m PlanOptions,
    ) -> Result<Self, R::Error> {
        let departments = roster.departments()?;
        let has_members = !roster.is_empty()?;
        Ok(Self {
            comparer: Comparer { mapping },
            fields: &options.fields,
            customs: Vec::new(),
            required_elsewhere: Vec::new(),
            tags: None,
            sheets: Vec::new(),
            roster,
            has_members,
            places: Places::new(departments, options.organisation_name.as_deref(), &options.organisation_kind)
                .beginning(begin)
                .under(options.under),
            arena: Arena::default(),
            rows: Vec::new(),
            problems: Vec::new(),
            guardians: NewGuardians::default(),
            seen: FirstRows::default(),
            answers: &options.answers,
            candidates: HashMap::new(),
            mirror: options.mirror.map(Mirror::new),
            mirrored: None,
            bytes: Vec::new(),
        })
    }

    pub(super) fn begin_sheet(
        &mut self,
        base: u32,
        sheet: &SheetToPlan<'m>,
        rows_expected: u64,
    ) -> Result<(), R::Error> {
        let rows_expected = rows_expected.min(RESERVED_ROWS_MAX) as usize;
        self.rows.reserve(rows_expected);
        self.seen.reserve(NUMBERS_OF_A_ROW * rows_expected);
        self.comparer = Comparer { mapping: sheet.mapping };
        let fields = self.fields;
        let custom = |(column, target): (usize, &Target)| match target {
            Target::Custom(id) => {
                let field = fields.iter().find(|field| field.id == *id)?;
                Some(CustomColumn { column: u16::try_from(column).ok()?, field })
            }
            _ => None,
        };
        self.customs = sheet.mapping.columns.iter().enumerate().filter_map(custom).collect();
        let has_column = |id| sheet.mapping.column_of(Target::Custom(id)).is_some();
        let is_required = |field: &&CustomField| field.is_required && !field.is_archived && !has_column(field.id);
        self.required_elsewhere = fields.iter().filter(is_required).collect();
        if self.tags.is_none() && sheet.mapping.column_of(Target::Tags).is_some() {
            self.tags = Some(PlannedTags::new(self.roster.tags()?));
        }
        let card_number = sheet.mapping.column_of(Target::Field(Field::MemberCardNumber));
        self.sheets.push(PlannedSheet {
            base,
            name: sheet.name.to_owned(),
            headings: sheet.shape.columns.iter().map(|column| column.heading.clone()).collect(),
            card_number_column: card_number.and_then(|column| u16::try_from(column).ok()),
        });
        Ok(())
    }

    /// Plans a batch and empties it.
    pub(super) fn add(&mut self, batch: &mut Vec<StagedRow>, paths: &Paths) -> Result<(), R::Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut matches = if self.has_members {
            match_rows(batch, &mut self.places, paths, self.roster)?
        } else {
            batch.iter().map(|_| Match::Nobody).collect()
        };
        for (row, found) in batch.iter().zip(&mut matches) {
            if let Some(answer) = self.answers.get(&row.row) {
                answered(found, *answer);
            }
            self.meet(found);
        }
        let known = self.ask_about(batch, &matches)?;
        for ((row, found), known) in batch.drain(..).zip(matches).zip(known) {
            self.plan_row(row, &found, &known, paths);
        }
        Ok(())
    }

    /// Asks for what belongs to the members found: guardians, affiliations; and for guardians on the roster.
    fn ask_about(&mut self, batch: &[StagedRow], matches: &[Match]) -> Result<Vec<Known>, R::Error> {
        let mut known: Vec<Known> = batch.iter().map(|_| Known::default()).collect();
        if !self.has_members {
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
            .filter(|index| !batch[*index].further_departments.is_empty() || !batch[*index].leading.is_empty())
            .filter_map(|index| Some((index, member(index)?)))
            .collect();
        if !with_places.is_empty() {
            let ids: Vec<RecordId> = with_places.iter().map(|(_, id)| *id).collect();
            for ((index, _), affiliations) in with_places.iter().zip(self.roster.affiliations_of(&ids)?) {
                known[*index].affiliations = affiliations;
            }
        }
        if !self.customs.is_empty() || self.tags.is_some() {
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

    fn plan_row(&mut self, mut row: StagedRow, found: &Match, known: &Known, paths: &Paths) {
        let mut problems = std::mem::take(&mut row.problems);
        if !row.other_phones.is_empty() {
            note_other_phones(&mut row, if let Match::Member(member) = found { Some(member) } else { None });
        }
        let row = &row;
        let tags = match (found, &mut self.tags) {
            (Match::Member(_) | Match::Nobody, Some(tags)) => {
                extras::compare_tags(row, &known.extras, tags, &mut problems)
            }
            _ => None,
        };
        let mut items: Vec<Item<'_>> = Vec::with_capacity(row.values.len() + 6);
        let column = self.department_column();
        let mut action;
        let mut member = None;
        match found {
            Match::Unclear(code, others) => {
                problems.push(row.problem(None, *code));
                // To be looked at beside those it could be about.
                self.comparer.added(row, &mut problems, &mut items);
                action = Action::Unsure;
                self.offer(row.row, others);
            }
            Match::NobodyButSimilar(others) => {
                problems.push(row.problem(None, ProblemCode::PossibleDuplicate));
                self.comparer.added(row, &mut problems, &mut items);
                action = Action::Unsure;
                self.offer(row.row, others);
            }
            Match::Nobody => {
                self.comparer.added(row, &mut problems, &mut items);
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
            let places = &mut self.places;
            compare_departments(member, &known.affiliations, row, places, paths, column, &mut problems, &mut items);
            if !row.leading.is_empty() {
                let affiliations = &known.affiliations;
                let column = self.leader_column().or(column);
                extras::compare_leading(
                    member,
                    affiliations,
                    row,
                    &mut self.places,
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
            let (new, arena) = (&mut self.guardians, &mut self.arena);
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
        self.keep(row.row, &problems, action, &items, paths);
    }

    /// Keeps whom an unsure row could be about, for as many rows as anybody goes through by hand.
    fn offer(&mut self, row: u32, others: &[Record]) {
        if self.candidates.len() < UNSURE_ROWS_MAX {
            self.candidates.insert(row, candidates_of(others));
        }
    }

    /// Remembers whom the file names, or could mean: they do not leave.
    fn meet(&mut self, found: &Match) {
        let Some(mirror) = &mut self.mirror else { return };
        match found {
            Match::Member(member) => {
                mirror.met.insert(member.id);
            }
            Match::Unclear(_, others) | Match::NobodyButSimilar(others) => {
                mirror.met.extend(others.iter().map(|other| other.id));
            }
            Match::Nobody => {}
        }
    }

    /// Adds a row for everybody who is not in the file, numbered behind the sheets' rows.
    pub(super) fn find_missing(&mut self, base: u32, extent: Option<Extent>, paths: &Paths) -> Result<(), R::Error> {
        let Some(mirror) = self.mirror.take().filter(|_| extent != Some(Extent::Delta)) else { return Ok(()) };
        let mut named = HashSet::new();
        if mirror.scope == MirrorScope::NamedDepartments {
            for index in 0..paths.len() as u32 {
                if let Place::Known(id) | Place::Archived(Some(id)) = self.places.find(PathId(index), paths) {
                    named.insert(id);
                }
            }
        }
        let (missing, of) = mirror.missing(&named, self.roster)?;
        self.mirrored = Some(of);
        if missing.is_empty() {
            return Ok(());
        }
        let sheet = PlannedSheet { base, name: String::new(), headings: Vec::new(), card_number_column: None };
        self.sheets.push(sheet);
        for (key, member) in (base.saturating_add(1)..).zip(missing) {
            let (old, new) = (Borrowed::Text(&member.status), Borrowed::Text("left"));
            let items = [Item::Label(&member.name), Item::Field { field: Field::MemberStatus, old, new }];
            encode(&items, &mut self.bytes);
            let span = self.arena.add(&self.bytes);
            let action = Action::Leave(member.id);
            self.rows.push(PlannedRow { row: key, action, worst: None, is_excluded: false, span });
        }
        Ok(())
    }

    fn leader_column(&self) -> Option<usize> {
        let mapping = self.comparer.mapping;
        [Target::Leads, Target::DeputyOf, Target::IsLeader].into_iter().find_map(|target| mapping.column_of(target))
    }

    fn department_column(&self) -> Option<usize> {
        let mapping = self.comparer.mapping;
        mapping.column_of(Target::DepartmentPath).or(mapping.column_of(Target::DepartmentPart(0)))
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
        let numbers = [
            (Field::MemberCardNumber, ProblemCode::CardNumberRepeated),
            (Field::MemberDocumentNumber, ProblemCode::DocumentNumberRepeated),
        ];
        let mut has_number = false;
        let mut first = None;
        for (field, code) in numbers {
            let Some(number) = row.text(field) else { continue };
            has_number = true;
            let other = self.first_with((field as u8, number), row.row);
            if other != row.row && first.is_none() && sets(field) {
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
        self.seen.of(what, row)
    }

    fn keep(&mut self, row: u32, problems: &[Problem], action: Action, items: &[Item<'_>], paths: &Paths) {
        let worst = problems.iter().map(|problem| problem.code.severity()).max();
        if !matches!(worst, Some(Severity::Row)) {
            for item in items {
                match item {
                    Item::Department { new: path, .. }
                    | Item::FurtherDepartment(path)
                    | Item::Leads { path, by: LeadBy::Making, .. } => {
                        let place = self.places.find(PathId(*path), paths);
                        self.places.need(place);
                    }
                    Item::Tags { new, .. } => {
                        for name in tag_names(new) {
                            if let Some(tags) = &mut self.tags
                                && let Some(tag) = tags.of_name(name)
                            {
                                tags.need(tag);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        for problem in problems {
            self.problems.push(StoredProblem {
                row: problem.row,
                column: problem.column,
                value_kind: problem.value_kind,
                code: problem.code,
                other_row: problem.other_row,
                value: self.arena.add(problem.value.as_bytes()),
                proposal: problem.proposal.as_ref().map(|text| self.arena.add(text.as_bytes())),
            });
        }
        // Somebody who could not be found because of a faulty cell is not missing.
        if action == Action::Add
            && matches!(worst, Some(Severity::Cell | Severity::Row))
            && let Some(mirror) = &mut self.mirror
        {
            mirror.spared.extend(items.iter().find_map(|item| match item {
                Item::Field { field: Field::MemberName, new: Borrowed::Text(name), .. } => Some((*name).to_owned()),
                _ => None,
            }));
        }
        encode(items, &mut self.bytes);
        let span = self.arena.add(&self.bytes);
        self.rows.push(PlannedRow { row, action, worst, is_excluded: false, span });
    }

    pub(super) fn finish(self, end: StageEnd) -> Plan {
        let mut places = self.places;
        let StageEnd { paths, skipped, zeros_lost } = end;
        // Every path has to be known to lead somewhere before the places are taken apart.
        for index in 0..paths.len() as u32 {
            places.find(PathId(index), &paths);
        }
        let PlacesFound { tree, places: found, new: departments, by_end } = places.into_parts();
        let mut plan = Plan {
            subject: Subject::Members,
            sheets: self.sheets,
            rows: self.rows,
            arena: self.arena,
            problems: self.problems,
            paths,
            places: found,
            tree,
            departments,
            by_end,
            tags: self.tags.unwrap_or_default(),
            guardians: self.guardians.into_all(),
            skipped,
            card_number_digits: None,
            candidates: self.candidates,
            mirrored: self.mirrored,
            excluded_items: HashSet::new(),
        };
        if let Some((digits, rows)) = zeros_lost {
            point_out_lost_zeros(&mut plan, digits, &rows);
        }
        plan
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

/// Offers the zeros back for rows whose card number would come into the roster without them.
fn point_out_lost_zeros(plan: &mut Plan, digits: u8, rows: &[ZerosLost]) {
    let mut is_offered = false;
    for lost in rows {
        let Some(index) = plan.index_of(lost.row) else { continue };
        let number = plan.items(&plan.rows[index]).find_map(|item| match item {
            Item::Field { field: Field::MemberCardNumber, new: Borrowed::Text(number), .. } => Some(number.to_owned()),
            _ => None,
        });
        // A member who has just this number on the roster has lost nothing.
        let Some(number) = number else { continue };
        let proposal = format!("{number:0>width$}", width = usize::from(digits));
        let column = plan.locate(lost.row).0.card_number_column;
        plan.problems.push(StoredProblem {
            row: lost.row,
            column,
            value_kind: lost.value_kind,
            code: ProblemCode::LeadingZerosLost,
            other_row: None,
            value: plan.arena.add(number.as_bytes()),
            proposal: Some(plan.arena.add(proposal.as_bytes())),
        });
        let severity = ProblemCode::LeadingZerosLost.severity();
        plan.rows[index].worst = plan.rows[index].worst.max(Some(severity));
        is_offered = true;
    }
    if is_offered {
        plan.card_number_digits = Some(digits);
        plan.problems.sort_by_key(|problem| problem.row);
    }
}
