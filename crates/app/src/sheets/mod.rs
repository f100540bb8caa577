//! Sheets: a run is prepared once; its pages are shown, saved or handed to the system from the very same list.

use crate::days::day_of;
use crate::departments;
use crate::failure::{Outcome, Told, told};
use crate::invitations::{can_be_checked, has_left, view_of};
use crate::rewrite::Walk;
use crate::session::Session;
use crate::{App, lock};
use mingce_codes::Token;
use mingce_ipc::custom::CustomColumn;
use mingce_ipc::sheets::{MissingGlyph, PrepareSheets, SheetLabel, SheetPage, SheetRun};
use mingce_ipc::{Code, Failure};
use mingce_model::tree::has_classes;
use mingce_model::{Field, Kind, RecordId, choice_words};
use mingce_sheets::{Area, Fonts, Group, People, Person, Proof, SheetError, Words};
use mingce_store::{Column, Join, Mark, RunLabel};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

mod codes;
mod designing;
mod layouts;
mod log;
mod own_layouts;
mod printing;
mod saving;

pub(crate) use codes::{code_svg, link_of_member, save_code};
pub(crate) use designing::{draft, people, picture};
pub(crate) use layouts::{copy, export, import, keep, layout, layouts, remove, rename};
pub(crate) use log::{check_run, run_labels, runs};
pub(crate) use own_layouts::shown as layout_part;
pub(crate) use printing::{print_calibration, printers, remove_printer, set_printer};
pub(crate) use saving::{print, save, save_accessible, save_pictures};

/// The layout of the list that a class's teacher ticks.
const LIST: &str = "a4-tick-list";
/// Prepared runs kept at a time.
const RUNS_MAX: usize = 4;

/// What the organisation calls the number of the people with these identities, in Chinese and English: where there are
/// pupils, they have another number than the staff.
fn number_words(organisation_kind: &str, identities: &HashSet<String>) -> (&'static str, &'static str) {
    let are_all = |words: &[&str]| identities.iter().all(|identity| words.contains(&identity.as_str()));
    match has_classes(organisation_kind) {
        true if are_all(&["student", "alumni"]) => ("学号", "Student no."),
        true if !are_all(&["staff"]) => ("学号 / 工号", "No."),
        _ => ("工号", "Staff no."),
    }
}

/// Prepared runs, the newest last.
#[derive(Default)]
pub(crate) struct Runs {
    next: u64,
    open: VecDeque<(String, Arc<Prepared>)>,
}

/// What is printed, and who stands where in it.
pub(crate) struct Prepared {
    run: mingce_sheets::SheetRun,
    /// By group and person.
    standing: Vec<Vec<Standing>>,
    proof: Proof,
    /// Id of the printer that it is made for.
    printer: String,
}

/// Who stands on a label, by which invitation.
#[derive(Clone, Copy)]
struct Standing {
    member: RecordId,
    invitation: RecordId,
}

impl Prepared {
    /// In print order.
    fn labels(&self) -> Vec<RunLabel> {
        let of_front = |front: mingce_sheets::Front| {
            let people = &self.standing[front.group][front.first_person..][..front.people];
            let page = count(front.page + 1);
            people.iter().map(move |one| RunLabel { page, invitation: one.invitation, member: one.member })
        };
        mingce_sheets::fronts(&self.run).flat_map(of_front).collect()
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Told for SheetError {
    fn failure(self) -> Failure {
        match self {
            SheetError::Cancelled => Code::Cancelled.into(),
            SheetError::NoSuchPage { .. } => Code::NotFound.into(),
            SheetError::LayoutUnusable(fault) => layouts::unusable(&fault),
            SheetError::CodeDoesNotFit { .. } | SheetError::LinkTooLong { .. } => Code::CodeDoesNotFit.into(),
            SheetError::CodeUnreadable { .. } => Code::CodeUnreadable.into(),
            SheetError::OtherPaper => Failure::from(Code::Invalid).with("field", "list").with("rule", "other_paper"),
            SheetError::NoSuchPlace => {
                Failure::from(Code::Invalid).with("field", "used_places").with("rule", "out_of_range")
            }
            SheetError::CalibrationOutOfRange => {
                Failure::from(Code::Invalid).with("field", "calibration").with("rule", "out_of_range")
            }
            SheetError::OutputFailed(_) => Failure::from(Code::FileFailed).with("reason", "pdf"),
            _ => Failure::from(Code::Internal).with("reason", "sheets"),
        }
    }
}

fn find(session: &Session, name: &str) -> Outcome<Arc<Prepared>> {
    let runs = lock(&session.runs);
    let found = runs.open.iter().find(|(other, _)| other == name);
    found.map(|(_, run)| run.clone()).ok_or_else(|| Failure::from(Code::NotFound).with("run", "closed"))
}

pub(crate) fn close(session: &Session, name: &str) {
    lock(&session.runs).open.retain(|(other, _)| other != name);
}

impl App {
    /// The address in the codes: what the service says that phones should use.
    fn link_base(&self, session: &Session) -> Outcome<String> {
        // Printing needs no network: what was heard last is kept.
        let heard = self.runtime.block_on(session.client.meta()).ok().map(|meta| meta.public_url);
        match heard.filter(|url| !url.is_empty()) {
            Some(url) => {
                told(session.store.set_setting("public_url", &serde_json::Value::from(url.as_str())))?;
                Ok(url)
            }
            None => {
                let kept = told(session.store.setting("public_url"))?;
                let kept = kept.and_then(|value| value.as_str().map(str::to_owned));
                Ok(kept.unwrap_or_else(|| session.service_url.clone()))
            }
        }
    }

    pub(crate) fn prepare(&self, session: &Session, wanted: &PrepareSheets) -> Outcome<SheetRun> {
        let layout = layouts::load(session, &wanted.layout)?;
        let list = match wanted.is_with_list {
            Some(true) if layout.id != LIST => Some(layouts::load(session, LIST)?),
            _ => None,
        };
        let order = order_of(session, wanted.order.as_deref())?;
        let left_out: HashSet<RecordId> =
            wanted.left_out.iter().flatten().map(|id| departments::id(id)).collect::<Outcome<_>>()?;
        let chosen = wanted.invitations.as_ref().map(|ids| ids.iter().map(|id| departments::id(id)).collect());
        let chosen: Option<HashSet<RecordId>> = chosen.transpose()?;
        let printers = printing::Kept::load(session)?;
        let printer = printers.choose(wanted.printer.as_deref(), &layout.id)?.clone();
        let department = wanted.department.as_deref().map(departments::id).transpose()?;
        let now_ms = session.host.now_ms();
        let link_base = self.link_base(session)?;
        let (mut not_synced, mut elsewhere, mut earliest_ms) = (0, 0, i64::MAX);
        let (mut left, mut uncheckable) = (0, 0);
        let mut groups: Vec<Group> = Vec::new();
        let mut standing: Vec<Vec<Standing>> = Vec::new();
        let mut identities = HashSet::new();
        let view = Arc::new(view_of(session, department, order)?);
        let mut walk = Walk::over(&view, [(0, view.len())]);
        // A part at a time, and of each person what is printed only: there may be a code for everybody.
        while let Some(met) = walk.next(session)? {
            for row in met.into_iter().filter_map(|(_, row)| row) {
                let Join::Invited { invitation, expires_at_ms } = row.join else { continue };
                let is_chosen = chosen.as_ref().is_none_or(|chosen| chosen.contains(&invitation));
                if expires_at_ms <= now_ms || left_out.contains(&row.member.id) || !is_chosen {
                    continue;
                }
                if wanted.is_only_unprinted == Some(true) && is_printed(session, invitation)? {
                    continue;
                }
                if has_left(&row) {
                    left += 1;
                    continue;
                }
                let Some(secret) = told(session.store.invitation_secret(invitation))? else {
                    elsewhere += 1;
                    continue;
                };
                uncheckable += u32::from(!can_be_checked(&row, session.host.today(), session.limit()));
                if told(session.store.mark(Kind::Invitation, invitation))? == Some(Mark::Pending) {
                    not_synced += 1;
                }
                earliest_ms = earliest_ms.min(expires_at_ms);
                let heading = if row.department_path.is_empty() {
                    &session.profile.organisation_name
                } else {
                    &*row.department_path
                };
                let words = row.member.text(Field::MemberIdentity).unwrap_or_default();
                // The number is a pupil's or a colleague's; parents have none of their own.
                let numbered = choice_words(words).filter(|word| *word != "parent");
                for word in numbered.chain(words.is_empty().then_some("")) {
                    if !identities.contains(word) {
                        identities.insert(word.to_owned());
                    }
                }
                if groups.last().is_none_or(|group| group.heading != heading) {
                    groups.push(Group { heading: heading.to_owned(), people: People::default() });
                    standing.push(Vec::new());
                }
                if let (Some(group), Some(places)) = (groups.last_mut(), standing.last_mut()) {
                    group.people.push(&Person {
                        name: row.member.get(Field::MemberName).to_string(),
                        department: row.department_path.to_string(),
                        card_number: row.member.get(Field::MemberCardNumber).to_string(),
                        link: mingce_codes::link(&link_base, &token_of(&secret)?),
                    });
                    places.push(Standing { member: row.member.id, invitation });
                }
            }
        }
        let people: usize = groups.iter().map(|group| group.people.len()).sum();
        if people == 0 {
            let code = if elsewhere > 0 { Code::InvitationElsewhere } else { Code::NothingToPrint };
            return Err(code.into());
        }
        let is_chinese = wanted.language == "zh";
        let mut words =
            if is_chinese { Words::chinese(day(earliest_ms, true)) } else { Words::english(day(earliest_ms, false)) };
        let (chinese, english) = number_words(&session.profile.organisation_kind, &identities);
        let number = if is_chinese { chinese } else { english };
        words.number = format!("{number} {{number}}");
        words.list.number = number.to_owned();
        let fonts = Fonts::bundled();
        let missing_glyphs = missing_glyphs(&fonts, &groups, &standing);
        let group_count = count(groups.len());
        let run = mingce_sheets::SheetRun {
            organisation: session.profile.organisation_name.clone(),
            groups,
            words,
            layout,
            list,
            printer: printing::for_sheets(&printer),
            used_places: wanted.used_places.unwrap_or_default() as usize,
            fonts,
        };
        let small_codes = count(mingce_sheets::small_codes(&run));
        let proof = if printer.proofs { Proof::EveryCode } else { Proof::None };
        let pages = count(told(mingce_sheets::page_count(&run))?);
        let is_loopback = ["//127.", "//localhost", "//[::1]"].iter().any(|part| link_base.contains(part));
        let mut runs = lock(&session.runs);
        runs.next += 1;
        let name = format!("sheets-{}", runs.next);
        let prepared = Prepared { run, standing, proof, printer: printer.id.clone() };
        runs.open.push_back((name.clone(), Arc::new(prepared)));
        if runs.open.len() > RUNS_MAX {
            runs.open.pop_front();
        }
        Ok(SheetRun {
            run: name,
            pages,
            people: count(people),
            groups: group_count,
            link_base,
            is_loopback,
            not_synced,
            elsewhere,
            left,
            uncheckable,
            small_codes,
            printer: printer.id,
            missing_glyphs,
        })
    }
}

/// What the people of a class are ordered by.
fn order_of(session: &Session, wanted: Option<&str>) -> Outcome<Column> {
    let unknown = || Failure::from(Code::Malformed).with("order", "unknown");
    match wanted {
        None | Some("number") => Ok(Column::Field(Field::MemberCardNumber)),
        Some("name") => Ok(Column::Field(Field::MemberName)),
        Some(other) => {
            let CustomColumn(id) = other.parse().map_err(|_| unknown())?;
            let defined = told(session.store.custom_fields())?;
            match defined.iter().any(|field| field.id == id && !field.is_archived) {
                true => Ok(Column::Custom(id)),
                false => Err(unknown()),
            }
        }
    }
}

/// Whose names cannot be printed rightly, and which characters it is.
fn missing_glyphs(fonts: &Fonts, groups: &[Group], standing: &[Vec<Standing>]) -> Vec<MissingGlyph> {
    let names = groups.iter().flat_map(|group| group.people.iter()).map(|person| person.name);
    let mut people =
        groups.iter().zip(standing).flat_map(|(group, places)| group.people.iter().zip(places)).enumerate();
    let found = mingce_sheets::missing_glyphs(fonts, names).into_iter();
    let told = found.filter_map(|(wanted, characters)| {
        let (_, (person, place)) = people.find(|(at, _)| *at == wanted)?;
        Some(MissingGlyph {
            member: place.member.to_string(),
            member_name: person.name,
            characters: characters.into_iter().collect(),
        })
    });
    told.collect()
}

fn is_printed(session: &Session, invitation: RecordId) -> Outcome<bool> {
    let record = told(session.store.get(Kind::Invitation, invitation))?;
    Ok(record.is_some_and(|record| record.text(Field::InvitationPrintedOn).is_some()))
}

/// The token of 16 kept bytes.
fn token_of(secret: &[u8]) -> Outcome<Token> {
    let bytes: [u8; 16] = secret.try_into().map_err(|_| Code::Damaged)?;
    Ok(Token::from_random_bytes(bytes))
}

/// The day as it is printed.
fn day(at_ms: i64, is_chinese: bool) -> String {
    let Some(local) = day_of(at_ms) else { return String::new() };
    if is_chinese {
        format!("{}年{}月{}日", local.year(), local.month(), local.day())
    } else {
        local.strftime("%-d %B %Y").to_string()
    }
}

pub(crate) fn page(session: &Session, name: &str, index: u32) -> Outcome<SheetPage> {
    let prepared = find(session, name)?;
    let run = &prepared.run;
    let svg = told(mingce_sheets::page_svg(run, index as usize))?;
    let paper = run.layout.stock.paper();
    let hundredths = |part: f64, whole: f64| (part / whole * 1e6).round() / 1e4;
    let label = |area: &Area| SheetLabel {
        place: None,
        member: None,
        member_name: String::new(),
        left: hundredths(area.x_pt, paper.width_pt),
        top: hundredths(paper.height_pt - area.y_pt - area.height_pt, paper.height_pt),
        width: hundredths(area.width_pt, paper.width_pt),
        height: hundredths(area.height_pt, paper.height_pt),
    };
    let mut labels: Vec<SheetLabel> = (0..)
        .zip(mingce_sheets::sheet_places(run, index as usize))
        .map(|(place, area)| SheetLabel { place: Some(place), ..label(&area) })
        .collect();
    let is_first = !labels.is_empty();
    for (at, place) in told(mingce_sheets::label_places(run, index as usize))?.iter().enumerate() {
        let standing = prepared.standing.get(place.group).and_then(|group| group.get(place.person));
        let filled = SheetLabel {
            member: standing.map(|one| one.member.to_string()),
            member_name: run.groups[place.group].people.get(place.person).name,
            ..label(&place.area)
        };
        match labels.get_mut(run.used_places + at).filter(|_| is_first) {
            Some(empty) => *empty = SheetLabel { place: empty.place, ..filled },
            None => labels.push(filled),
        }
    }
    Ok(SheetPage { svg, ratio: paper.height_pt / paper.width_pt, labels })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_called_as_those_call_it_whose_it_is() {
        let word = |kind: &str, identities: &[&str]| {
            number_words(kind, &identities.iter().map(|word| (*word).to_owned()).collect()).0
        };
        assert_eq!(word("school", &["student"]), "学号");
        assert_eq!(word("institution", &["student"]), "学号");
        assert_eq!(word("school", &["staff"]), "工号");
        assert_eq!(word("school", &["student", "staff"]), "学号 / 工号");
        assert_eq!(word("company", &["", "staff"]), "工号");
    }
}
