//! A package as one table: a row for each user who is no guardian, with what the other files say of it, under the
//! headings of an export of ours.

use super::joins::{Joins, Manifest, READ, read_manifest};
use super::table::{Files, Line, with_blank};
use super::{
    DEMOGRAPHICS, Extent, KnownPlaces, METADATA_PREFIX, OWN_PREFIX, OneRosterVersion, Remark, Renamed, SOURCED_ID,
    SOURCED_ID_FIELD, ToldPlace, USERS, headings, names,
};
use crate::read::handle::Handle;
use crate::read::rows::RowSink;
use crate::read::{Cell, Limits, Sheet};
use crate::shape::{GUARDIAN_SLOTS, Target};
use crate::stage::list_of;
use crate::write::guard::unguarded;
use crate::write::words::{ExportColumn, choice_list, choice_word};
use crate::write::{ExportOptions, FOR_READING, Language, columns};
use crate::{ExchangeError, Run, unwatched};
use mingce_model::check::parse_choice;
use mingce_model::custom::CHARACTERS_MAX;
use mingce_model::mask::is_custom_mask;
use mingce_model::{Field, RecordId};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// Of the table's headings and of words for choices.
const LANGUAGE: Language = Language::Chinese;
/// Roles of people who are on a roster only through somebody else.
const GUARDIAN_ROLES: [&str; 3] = ["guardian", "parent", "relative"];
/// Columns of `users.csv` that are read.
const READ_COLUMNS: [&str; 14] = [
    "sourcedid",
    "status",
    "datelastmodified",
    "enableduser",
    "orgsourcedids",
    "role",
    "username",
    "givenname",
    "familyname",
    "middlename",
    "identifier",
    "email",
    "sms",
    "phone",
];

/// Columns of the standard that say something of a person for which a roster has no place, in small letters. Of the
/// others some are how a package holds together, and a password is nobody's to keep.
const KEPT_COLUMNS: [&str; 9] = [
    SOURCED_ID,
    "username",
    "userids",
    "grades",
    "usermasteridentifier",
    "preferredgivenname",
    "preferredmiddlename",
    "preferredfamilyname",
    "pronouns",
];
/// Beside those also kept of guardians: of whom a roster has the name and the phone.
const KEPT_OF_GUARDIANS: [&str; 2] = ["email", "identifier"];

#[derive(Default)]
struct Guardian {
    name: String,
    phone: String,
    /// What a roster has no place for, by the numbers of the file's columns.
    more: Vec<(usize, String)>,
}

pub(crate) struct OneRosterFile {
    files: Files,
    manifest: Manifest,
    joins: Joins,
    guardians: HashMap<String, Guardian>,
    /// Guardians by the user they answer for, where only the guardian's own row says so.
    guardians_of: HashMap<String, Vec<String>>,
    guardian_slots: u8,
    /// Columns beside those that are known, with the names that they are shown under.
    extras: Vec<ExtraColumn>,
    remarks: Vec<Remark>,
    rows: u64,
    /// Users whom only other files name, because nothing in their own rows changed.
    strangers: Vec<String>,
}

/// A column for which a roster has no place: one that the standard leaves to whoever writes it, or one of its own.
struct ExtraColumn {
    heading: String,
    /// In small letters, as it is asked for.
    name: String,
    source: Source,
    is_keepable: bool,
}

/// Where the values of such a column stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// In the user's own row.
    User,
    /// In that of one of its guardians, in this column.
    Guardian { slot: u8, column: usize },
    /// Among the demographics, by number.
    Demographics(usize),
}

/// What stands in a column of `users.csv`.
#[derive(Clone, Copy, Default)]
struct Filling {
    is_filled: bool,
    /// In the row of somebody who is no guardian.
    is_of_members: bool,
    /// In the row of a guardian whose value could be kept.
    is_of_guardians: bool,
    /// A value is none that a field of text could take.
    is_unfit: bool,
}

pub(crate) fn open(
    handle: Handle,
    limits: &Limits,
    places: &KnownPlaces,
) -> Result<(OneRosterFile, Vec<Sheet>), ExchangeError> {
    let mut remarks = Vec::new();
    let mut files = Files::new(handle, &READ, &mut remarks)?;
    let rows_max = u64::from(limits.rows);
    unwatched(|run| {
        let manifest = read_manifest(&mut files, run, &mut remarks)?;
        if !files.has(USERS) && manifest.extent == Extent::Bulk {
            return Err(ExchangeError::UnknownFormat);
        }
        let joins = Joins::read(&mut files, (&manifest, places), rows_max, run, &mut remarks)?;
        let mut file = OneRosterFile {
            files,
            manifest,
            joins,
            guardians: HashMap::new(),
            guardians_of: HashMap::new(),
            guardian_slots: 0,
            extras: Vec::new(),
            remarks,
            rows: 0,
            strangers: Vec::new(),
        };
        file.read_guardians(rows_max, run)?;
        Ok((file, vec![Sheet { name: USERS.to_owned(), is_hidden: false }]))
    })
}

impl OneRosterFile {
    pub(crate) fn remarks(&self) -> &[Remark] {
        &self.remarks
    }
    pub(crate) fn extent(&self) -> Extent {
        self.manifest.extent
    }
    pub(crate) fn rows(&self) -> u64 {
        self.rows + self.strangers.len() as u64
    }
    pub(crate) fn places_told(&self) -> Vec<ToldPlace> {
        self.joins.places_told()
    }
    pub(crate) fn renamed(&self) -> &[Renamed] {
        self.joins.renamed()
    }

    /// Goes over the users once: who the guardians are, how many a pupil has, and which columns would be lost.
    fn read_guardians(&mut self, rows_max: u64, run: &mut Run<'_>) -> Result<(), ExchangeError> {
        let mut fillings: Vec<Filling> = Vec::new();
        let (joins, guardians, guardians_of) = (&self.joins, &mut self.guardians, &mut self.guardians_of);
        let (mut rows, mut most, mut tolerated) = (0, 0, Vec::new());
        let mut unmet: HashSet<&str> = joins.named().iter().map(String::as_str).collect();
        let standard = standard_columns();
        let is_standard = |small: &str| standard.iter().any(|column| column == small);
        let is_own = self.manifest.is_own;
        // A package of ours says what it keeps of guardians in their children's rows.
        let is_kept_of_guardians = |small: &str| {
            // A guardian is found again by what the roster says of them.
            let is_kept = KEPT_COLUMNS.contains(&small) && small != SOURCED_ID || KEPT_OF_GUARDIANS.contains(&small);
            !is_own && (is_kept || !small.is_empty() && !is_standard(small))
        };
        let found = self.files.read(USERS, rows_max, run, &mut tolerated, &mut |_, line| {
            rows += 1;
            let user = line.get(SOURCED_ID);
            unmet.remove(user.as_ref());
            let others = line.list("agentsourcedids");
            let is_member = !is_guardian(joins, &user, line);
            for (index, value) in line.filled() {
                if fillings.len() <= index {
                    fillings.resize(index + 1, Filling::default());
                }
                let filling = &mut fillings[index];
                filling.is_filled = true;
                filling.is_of_members |= is_member;
                let is_of_guardian = !is_member && line.name(index).is_some_and(is_kept_of_guardians);
                filling.is_of_guardians |= is_of_guardian;
                filling.is_unfit |= (is_member || is_of_guardian) && !is_text(&value);
            }
            if is_member {
                most = most.max(others.len());
            } else if !line.is_deleted() {
                for other in others.into_iter().take(100) {
                    guardians_of.entry(other).or_default().push(user.clone().into_owned());
                }
                let phone = [line.get("sms"), line.get("phone")].into_iter().find(|phone| !phone.is_empty());
                let is_kept = |index: &usize| line.name(*index).is_some_and(is_kept_of_guardians);
                let more = line.filled().filter(|(index, _)| is_kept(index));
                let guardian = Guardian {
                    name: name_of(line),
                    phone: phone.unwrap_or_default().into_owned(),
                    more: more.map(|(index, value)| (index, value.into_owned())).collect(),
                };
                guardians.insert(user.into_owned(), guardian);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let is_known_guardian = |user: &str| joins.role(user).is_some_and(|role| GUARDIAN_ROLES.contains(&role));
        // A package of ours has a row for everybody whom it tells of.
        let named = if is_own { &[][..] } else { joins.named() };
        let strangers = named.iter().filter(|user| unmet.contains(user.as_str()) && !is_known_guardian(user));
        self.strangers = strangers.cloned().collect();
        self.remarks.extend(tolerated);
        let most = most.max(self.guardians_of.values().map(Vec::len).max().unwrap_or(0));
        self.guardian_slots = u8::try_from(most).unwrap_or(u8::MAX).min(GUARDIAN_SLOTS);
        self.rows = rows;
        fillings.resize(found.len().max(fillings.len()), Filling::default());
        let is_kept = |small: &str, filling: &Filling| {
            let is_of_user = filling.is_of_members && (!is_standard(small) || KEPT_COLUMNS.contains(&small));
            is_of_user || filling.is_of_guardians
        };
        let is_dropped = |(heading, filling): &(&String, &Filling)| {
            let small = heading.to_ascii_lowercase();
            let is_read = READ_COLUMNS.contains(&small.as_str()) && small != "username" || small == "agentsourcedids";
            filling.is_filled && !small.is_empty() && !is_own && !is_read && !is_kept(&small, filling)
        };
        let dropped = |file, columns: Vec<String>| Remark::ColumnsDropped { file, columns };
        let lost: Vec<String> = found.iter().zip(&fillings).filter(is_dropped).map(|(it, _)| it.clone()).collect();
        if !lost.is_empty() {
            self.remarks.push(dropped(USERS, lost));
        }
        let lost = if is_own { Vec::new() } else { self.joins.demographics_dropped() };
        if !lost.is_empty() {
            self.remarks.push(dropped(DEMOGRAPHICS, lost));
        }
        self.list_extras(&found, &fillings, &is_standard);
        Ok(())
    }

    /// Columns for which a roster has no place: of the users, then of their guardians, then of the demographics.
    fn list_extras(&mut self, found: &[String], fillings: &[Filling], is_standard: &dyn Fn(&str) -> bool) {
        let is_own = self.manifest.is_own;
        for (heading, filling) in found.iter().zip(fillings) {
            let name = heading.to_ascii_lowercase();
            let is_kept = !is_own && KEPT_COLUMNS.contains(&name.as_str());
            let is_known = name.is_empty() || is_standard(&name) && !is_kept || is_own && name.starts_with(OWN_PREFIX);
            let is_there = is_own || filling.is_of_members;
            if is_known || !is_there || self.has_extra(&name) {
                continue;
            }
            // A package of ours has the very headings of our other exports behind the mark.
            let own = heading.get(METADATA_PREFIX.len()..).filter(|_| is_own && name.starts_with(METADATA_PREFIX));
            // Marked like the others, a column of the standard is not taken for what it is called like.
            let heading = if name == SOURCED_ID {
                marked(SOURCED_ID_FIELD)
            } else if is_kept {
                marked(heading)
            } else {
                own.unwrap_or(heading).to_owned()
            };
            if is_kept && found.iter().any(|other| other.eq_ignore_ascii_case(&heading)) {
                continue;
            }
            let is_keepable = filling.is_of_members && !filling.is_unfit;
            self.extras.push(ExtraColumn { heading, name, source: Source::User, is_keepable });
        }
        // By which those are known again whom only another file names.
        if self.tells_changes() && !self.has_extra(SOURCED_ID) {
            let (heading, name) = (marked(SOURCED_ID_FIELD), SOURCED_ID.to_owned());
            self.extras.push(ExtraColumn { heading, name, source: Source::User, is_keepable: true });
        }
        for slot in 0..self.guardian_slots {
            for (column, (heading, filling)) in found.iter().zip(fillings).enumerate() {
                if !filling.is_of_guardians {
                    continue;
                }
                let word = heading.get(METADATA_PREFIX.len()..).filter(|_| is_marked(heading)).unwrap_or(heading);
                let heading = marked(&format!("监护人{} {word}", slot + 1));
                let (name, source) = (heading.to_ascii_lowercase(), Source::Guardian { slot, column });
                if !self.has_extra(&name) {
                    self.extras.push(ExtraColumn { heading, name, source, is_keepable: !filling.is_unfit });
                }
            }
        }
        for (number, column) in self.joins.demographics_kept().filter(|_| !is_own) {
            let heading = marked(column);
            let (name, source) = (heading.to_ascii_lowercase(), Source::Demographics(number));
            if !self.has_extra(&name) {
                self.extras.push(ExtraColumn { heading, name, source, is_keepable: true });
            }
        }
    }

    fn has_extra(&self, name: &str) -> bool {
        self.extras.iter().any(|extra| extra.name == name)
    }

    /// Whether a pupil may be in a class of which the package says nothing, because nothing about it changed, and so on.
    fn tells_changes(&self) -> bool {
        self.manifest.extent == Extent::Delta && !self.manifest.is_own
    }

    /// The table's columns before those that only this package has.
    fn columns(&self) -> Vec<ExportColumn> {
        let is_own = self.manifest.is_own;
        let has_places = is_own || self.joins.has_heads();
        let options = ExportOptions { language: LANGUAGE, guardians: self.guardian_slots, has_places };
        let mut columns: Vec<ExportColumn> = columns(options)
            .into_iter()
            .filter(|column| !FOR_READING.contains(column))
            // Another system may have its ids from an export of ours.
            .filter(|column| is_own || self.tells_changes() || *column != ExportColumn::Into(Target::RecordId))
            .collect();
        if self.tells_changes() {
            let path = columns.iter().position(|column| *column == ExportColumn::Into(Target::DepartmentPath));
            let behind = path.map_or(columns.len(), |path| path + 1);
            columns.insert(behind, ExportColumn::Into(Target::LeavesDepartments));
            columns.insert(behind, ExportColumn::Into(Target::DepartmentIfNone));
        } else if self.manifest.extent == Extent::Delta {
            columns.push(ExportColumn::Into(Target::LeavesDepartments));
        }
        columns
    }

    /// The table's columns that only this package has and that fields of text could keep, by their numbers.
    pub(crate) fn columns_to_keep(&self) -> Vec<usize> {
        let first = self.columns().len();
        (first..).zip(&self.extras).filter(|(_, extra)| extra.is_keepable).map(|(index, _)| index).collect()
    }

    pub(crate) fn read_rows(
        &mut self,
        limits: &Limits,
        run: &mut Run<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<(), ExchangeError> {
        let (is_own, is_delta) = (self.manifest.is_own, self.tells_changes());
        let columns = self.columns();
        let extras = &self.extras;
        let titles = columns.iter().map(|column| column.heading(LANGUAGE));
        let titles: Vec<String> = titles.chain(extras.iter().map(|extra| extra.heading.clone())).collect();
        let titles: Vec<Cell<'_>> = titles.iter().map(|title| Cell::Text(Cow::Borrowed(title.as_str()))).collect();
        sink.expect_rows(Some(self.rows));
        if sink.row(0, &titles, run)?.is_break() {
            return Ok(());
        }
        let (joins, guardians, guardians_of) = (&self.joins, &self.guardians, &self.guardians_of);
        let mut tolerated = Vec::new();
        let mut last = 0;
        let put = |view: &UserRow<'_>, index: u32, sink: &mut RowSink<'_>, run: &mut Run<'_>| {
            let values = columns.iter().map(|column| view.value(*column));
            let texts: Vec<String> = values.chain(extras.iter().map(|extra| view.extra(extra))).collect();
            let cell = |text: &'_ String| {
                if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Owned(text.clone())) }
            };
            sink.row(index, &texts.iter().map(cell).collect::<Vec<Cell<'_>>>(), run)
        };
        // The sink reports progress itself.
        unwatched(|still| {
            self.files.read(USERS, u64::from(limits.rows), still, &mut tolerated, &mut |row, line| {
                let user = line.get("sourcedid");
                if is_guardian(joins, &user, line) {
                    return Ok(ControlFlow::Continue(()));
                }
                let others = others_of(line, guardians_of.get(user.as_ref()));
                let view = UserRow { line, user: &user, joins, guardians, others: &others, is_own, is_delta };
                last = u32::try_from(row - 1).unwrap_or(u32::MAX);
                put(&view, last, sink, run)
            })
        })?;
        for user in &self.strangers {
            last = last.saturating_add(1);
            let goes_on = with_blank(|line| {
                let view = UserRow { line, user, joins, guardians, others: &[], is_own, is_delta };
                put(&view, last, sink, run)
            })?;
            if goes_on.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Whether a field of text takes the value as it is. What an export showed in place of a value is none.
pub(super) fn is_text(value: &str) -> bool {
    let is_short = value.len() <= CHARACTERS_MAX || value.chars().count() <= CHARACTERS_MAX;
    is_short && !value.contains(char::is_control) && !is_custom_mask(value)
}

fn is_marked(heading: &str) -> bool {
    heading.get(..METADATA_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(METADATA_PREFIX))
}

fn marked(heading: &str) -> String {
    format!("{METADATA_PREFIX}{heading}")
}

fn standard_columns() -> Vec<String> {
    let versions = [OneRosterVersion::V1p1, OneRosterVersion::V1p2];
    versions.iter().flat_map(|version| headings(*version, USERS)).map(|heading| heading.to_ascii_lowercase()).collect()
}

fn role_of<'l>(joins: &'l Joins, user: &str, line: &'l Line<'_>) -> Cow<'l, str> {
    match joins.role(user) {
        Some(role) => Cow::Borrowed(role),
        None => Cow::Owned(line.get("role").to_ascii_lowercase()),
    }
}

/// What somebody with the role is here.
fn identity_of(role: &str) -> &'static str {
    match role {
        "student" => "student",
        role if GUARDIAN_ROLES.contains(&role) => "parent",
        _ => "staff",
    }
}

fn is_guardian(joins: &Joins, user: &str, line: &Line<'_>) -> bool {
    let role = role_of(joins, user, line);
    // Of a user who is deleted, the role is too.
    let role = if role.is_empty() { joins.role_ended(user).unwrap_or_default() } else { role.as_ref() };
    // A member who is a parent and nothing else has their role, and a status, which our guardians have not.
    GUARDIAN_ROLES.contains(&role) && line.get(&format!("{OWN_PREFIX}{}", Field::MemberStatus.name())).is_empty()
}

fn name_of(line: &Line<'_>) -> String {
    let own = line.get(&format!("{OWN_PREFIX}name"));
    if own.is_empty() {
        names::joined(&line.get("familyname"), &line.get("givenname"), &line.get("middlename"))
    } else {
        unguarded(&own).to_owned()
    }
}

fn others_of(line: &Line<'_>, more: Option<&Vec<String>>) -> Vec<String> {
    let mut others = line.list("agentsourcedids");
    for other in more.into_iter().flatten() {
        if !others.contains(other) {
            others.push(other.clone());
        }
    }
    others
}

/// One user with everything that belongs to it.
struct UserRow<'r> {
    line: &'r Line<'r>,
    user: &'r str,
    joins: &'r Joins,
    guardians: &'r HashMap<String, Guardian>,
    others: &'r [String],
    is_own: bool,
    /// Whether a pupil's class may be one that goes unsaid.
    is_delta: bool,
}

impl UserRow<'_> {
    /// Whether the user is a pupil whose class, if any, is not among what changed.
    fn is_in_unsaid_class(&self) -> bool {
        // Of whom nothing else is told, it may be a pupil.
        let may_be_pupil = matches!(role_of(self.joins, self.user, self.line).as_ref(), "student" | "");
        self.is_delta && may_be_pupil && !self.joins.is_enrolled(self.user)
    }

    fn orgs(&self) -> Vec<String> {
        let mut orgs = self.line.list("orgsourcedids");
        orgs.extend(self.joins.org(self.user).filter(|_| orgs.is_empty()).map(str::to_owned));
        orgs
    }

    fn own(&self, word: &str) -> String {
        if !self.is_own {
            return String::new();
        }
        unguarded(&self.line.get(&format!("{OWN_PREFIX}{word}"))).to_owned()
    }

    fn extra(&self, column: &ExtraColumn) -> String {
        match column.source {
            Source::User if column.name == SOURCED_ID => return self.user.to_owned(),
            Source::User => {}
            Source::Guardian { slot, column } => {
                let more = self.guardian(slot).map(|(_, guardian)| guardian.more.as_slice()).unwrap_or_default();
                let found = more.iter().find(|(index, _)| *index == column);
                return found.map(|(_, value)| value.clone()).unwrap_or_default();
            }
            Source::Demographics(number) => return self.joins.demographic(self.user, number).to_owned(),
        }
        let text = self.line.get(&column.name);
        if self.is_own { unguarded(&text).to_owned() } else { text.into_owned() }
    }

    fn guardian(&self, slot: u8) -> Option<(usize, &Guardian)> {
        let known = self.others.iter().enumerate().filter_map(|(at, id)| Some((at, self.guardians.get(id)?)));
        known.into_iter().nth(usize::from(slot))
    }

    fn value(&self, column: ExportColumn) -> String {
        let ExportColumn::Into(target) = column else { return String::new() };
        // Where somebody was who is gone stands there as it was called then.
        let says_where = [Target::DepartmentPath, Target::FurtherDepartments, Target::Leads, Target::DeputyOf];
        if self.is_own && self.line.is_deleted() && says_where.contains(&target) {
            return String::new();
        }
        let first = |columns: [&str; 2]| {
            let value = columns.into_iter().map(|column| self.line.get(column)).find(|value| !value.is_empty());
            value.unwrap_or_default().into_owned()
        };
        match target {
            // What is no id of ours says nothing.
            Target::RecordId if !self.is_own && self.user.parse::<RecordId>().is_err() => String::new(),
            Target::RecordId => self.user.to_owned(),
            Target::DepartmentPath if self.is_own => self.own("department"),
            Target::DepartmentPath if self.is_in_unsaid_class() => String::new(),
            Target::DepartmentPath => self.joins.departments(self.user, &self.orgs()),
            Target::DepartmentIfNone if self.is_in_unsaid_class() => self.joins.org_paths(&self.orgs()),
            Target::LeavesDepartments if self.is_own => self.own("left_departments"),
            Target::LeavesDepartments => list_of(self.joins.left_by(self.user).iter().map(String::as_str)),
            Target::FurtherDepartments => self.own("further_departments"),
            Target::Leads if self.is_own => self.own("leads"),
            Target::DeputyOf => self.own("deputy_of"),
            Target::Leads => list_of(self.joins.led_by(self.user).iter().map(String::as_str)),
            Target::GuardianName(slot) => self.guardian(slot).map(|(_, it)| it.name.clone()).unwrap_or_default(),
            Target::GuardianPhone(slot) => self.guardian(slot).map(|(_, it)| it.phone.clone()).unwrap_or_default(),
            Target::GuardianRelation(slot) => {
                let Some((at, _)) = self.guardian(slot) else { return String::new() };
                let relations = self.own("relations");
                let word = relations.split(',').nth(at).unwrap_or_default();
                choice_word(Field::GuardianshipRelation, word, LANGUAGE).to_owned()
            }
            Target::GuardianMayConfirm(slot) => {
                let Some((at, _)) = self.guardian(slot) else { return String::new() };
                let confirmations = self.own("confirmations");
                let word = confirmations.split(',').nth(at).unwrap_or_default();
                choice_word(Field::GuardianshipMayConfirm, word, LANGUAGE).to_owned()
            }
            Target::Field(field) => match field {
                Field::MemberName => name_of(self.line),
                Field::MemberCardNumber => self.line.get("identifier").into_owned(),
                Field::MemberEmail => self.line.get("email").into_owned(),
                Field::MemberPhone => first(["sms", "phone"]),
                Field::MemberSex => self.choice(field, self.joins.sex(self.user)),
                Field::MemberBirthDate => self.joins.birth_date(self.user).to_owned(),
                Field::MemberIdentity if !self.is_own => {
                    let role = role_of(self.joins, self.user, self.line);
                    let words: Vec<&str> = match self.joins.roles(self.user) {
                        [] if self.is_delta && role.is_empty() => Vec::new(),
                        [] => vec![identity_of(&role)],
                        roles => roles.iter().map(|role| identity_of(role)).collect(),
                    };
                    choice_list(field, &words.join(";"), LANGUAGE)
                }
                Field::MemberStatus if self.line.is_deleted() => self.choice(field, "left"),
                Field::MemberStatus if !self.is_own => {
                    // Whoever may not sign in there is suspended; whoever may says nothing of the status here.
                    let is_disabled = self.line.get("enableduser").eq_ignore_ascii_case("false");
                    self.choice(field, if is_disabled { "suspended" } else { "" })
                }
                field => {
                    let own = self.own(field.name());
                    if field == Field::MemberIdentity {
                        return choice_list(field, &own, LANGUAGE);
                    }
                    match parse_choice(field, &own) {
                        Some(word) => self.choice(field, word),
                        None => own,
                    }
                }
            },
            _ => String::new(),
        }
    }

    fn choice(&self, field: Field, word: &str) -> String {
        choice_word(field, word, LANGUAGE).to_owned()
    }
}
