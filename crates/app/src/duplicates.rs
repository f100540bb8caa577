//! Members who may be one person: found in one pass over everybody, by what they have in common.
//!
//! Memory is a few numbers a member; names and numbers are read again only for what is shown.

use crate::apart;
use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::session::Session;
use mingce_ipc::Failure;
use mingce_ipc::person::{DuplicateGroup, DuplicateMember, Duplicates, FindDuplicates, Likeness};
use mingce_model::check::document_identity;
use mingce_model::{Field, Record, RecordId, birth_date};
use mingce_store::Person;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::ops::ControlFlow;

/// Groups listed at once at the most; all are counted.
const LISTED_MAX: u32 = 500;
/// Members of one group listed at the most.
const MEMBERS_LISTED: usize = 100;
/// Members of all groups of one list: once there are as many, each further group lists the two it needs.
const MEMBERS_OF_ALL: usize = 10_000;
/// Progress is told every so many members.
const TOLD_EVERY: usize = 10_000;

const REASONS: [Likeness; 4] =
    [Likeness::Document, Likeness::Phone, Likeness::NameAndBirthDate, Likeness::SoundAndBirthDate];

/// What a person has in common with others for that reason; nothing when it is not filled in.
fn mark(person: &Person<'_>, born: &str, reason: Likeness) -> Option<(String, String)> {
    let both = |a: &str, b: &str| (!a.is_empty() && !b.is_empty()).then(|| (a.to_owned(), b.to_owned()));
    match reason {
        Likeness::Document => {
            // A number whose kind is not told is the number of whoever has it.
            let number = document_identity(person.document_kind, person.document_number);
            both(number, "document")
        }
        Likeness::Phone => both(person.phone, "phone"),
        Likeness::NameAndBirthDate => both(person.name, born),
        Likeness::SoundAndBirthDate => both(&sound(person.name_key), born),
    }
}

/// When the person was born, by the date or by the ID number; empty when nothing says it.
fn born(person: &Person<'_>) -> String {
    let filled = |text| Some(text).filter(|text: &&str| !text.is_empty());
    let known = birth_date(filled(person.birth_date), filled(person.document_kind), filled(person.document_number));
    known.map(|date| date.to_string()).unwrap_or_default()
}

/// How a name sounds to most ears: its spelling without tones, with sounds that many speakers do not tell apart made one.
fn sound(name_key: &str) -> String {
    let letters: String = name_key.chars().filter(|letter| letter.is_ascii_alphabetic()).collect();
    let mut text = letters.replace("zh", "z").replace("ch", "c").replace("sh", "s");
    for (nasal, plain) in [("ang", "an"), ("eng", "en"), ("ing", "in")] {
        text = text.replace(nasal, plain);
    }
    text
}

/// Numbers that stand for what members have in common, by reason, and whose they are.
struct Marks {
    ids: Vec<RecordId>,
    by_reason: [Vec<(u64, u32)>; 4],
    /// Who was said not to be the same person as whom: places, each pair both ways, sorted.
    apart: HashMap<u32, Vec<u32>>,
}

impl Marks {
    /// The members of a group, by place, less those who were told apart from every other one in it.
    fn open(&self, group: impl Iterator<Item = u32>) -> Vec<u32> {
        let group: Vec<u32> = group.collect();
        let mut open = group.clone();
        open.retain(|place| {
            let Some(others) = self.apart.get(place) else { return true };
            let told = others.iter().filter(|other| group.binary_search(other).is_ok()).count();
            told + 1 < group.len()
        });
        open
    }

    fn are_apart(&self, a: u32, b: u32) -> bool {
        self.apart.get(&a).is_some_and(|others| others.binary_search(&b).is_ok())
    }
}

fn collect(session: &Session, wanted: &FindDuplicates) -> Outcome<Marks> {
    let total = told(session.store.member_count())?;
    let job = Job::begin(session, wanted.job.as_deref(), usize::try_from(total).unwrap_or(usize::MAX));
    // Chance numbers of this very run: nobody can make two members collide on purpose.
    let hashes = RandomState::new();
    let mut marks = Marks { ids: Vec::new(), by_reason: Default::default(), apart: HashMap::new() };
    let apart = apart::all(session)?;
    let mut places: HashMap<RecordId, u32> = HashMap::new();
    let mut stopped: Option<Failure> = None;
    told(session.store.scan_people(&mut |person| {
        let place = marks.ids.len();
        if place.is_multiple_of(TOLD_EVERY)
            && let Err(failure) = job.go_on(u32::try_from(place).unwrap_or(u32::MAX))
        {
            stopped = Some(failure);
            return ControlFlow::Break(());
        }
        marks.ids.push(person.id);
        if apart.contains_key(&person.id) {
            places.insert(person.id, u32::try_from(place).unwrap_or(u32::MAX));
        }
        let born = born(&person);
        for (reason, list) in REASONS.into_iter().zip(&mut marks.by_reason) {
            if let Some(mark) = mark(&person, &born, reason) {
                list.push((hashes.hash_one(&mark), u32::try_from(place).unwrap_or(u32::MAX)));
            }
        }
        ControlFlow::Continue(())
    }))?;
    if let Some(failure) = stopped {
        return Err(failure);
    }
    for (id, others) in apart {
        let Some(place) = places.get(&id) else { continue };
        let mut others: Vec<u32> = others.iter().filter_map(|other| places.get(other).copied()).collect();
        others.sort_unstable();
        marks.apart.insert(*place, others);
    }
    Ok(marks)
}

/// Looks through everybody once.
pub(crate) fn find(session: &Session, wanted: &FindDuplicates) -> Outcome<Duplicates> {
    let marks = collect(session, wanted)?;
    let mut found: Vec<(Likeness, Vec<u32>)> = Vec::new();
    let mut known: HashSet<Vec<u32>> = HashSet::new();
    let mut marks = marks;
    for (reason, mut list) in REASONS.into_iter().zip(std::mem::take(&mut marks.by_reason)) {
        list.sort_unstable();
        for group in list.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            let members = marks.open(group.iter().map(|(_, place)| *place));
            if members.is_empty() {
                continue;
            }
            // A stronger reason has brought the same people together already.
            if known.insert(members.clone()) {
                found.push((reason, members));
            }
        }
    }
    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
    found.sort_by(|a, b| (a.0, a.1[0]).cmp(&(b.0, b.1[0])));
    let limit = wanted.limit.unwrap_or(LISTED_MAX).clamp(1, LISTED_MAX);
    let skip = start_of(wanted.skip.unwrap_or(0), limit, total);
    let mut groups = Vec::new();
    let mut left = MEMBERS_OF_ALL;
    for (reason, places) in found.into_iter().skip(skip as usize).take(limit as usize) {
        let mut members = Vec::new();
        let mut listed: Vec<u32> = Vec::new();
        for place in places.iter().take(left.clamp(2, MEMBERS_LISTED)) {
            if let Some(member) = look_up(session, marks.ids[*place as usize])? {
                members.push(member);
                listed.push(*place);
            }
        }
        left = left.saturating_sub(members.len());
        if members.len() > 1 {
            let apart = pairs(&listed).filter(|(a, b)| marks.are_apart(listed[*a], listed[*b]));
            let apart = apart.map(|(a, b)| (a as u32, b as u32)).collect();
            let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
            groups.push(DuplicateGroup { reason, members, count, apart });
        }
    }
    Ok(Duplicates { groups, skip, total })
}

/// Where the list begins: as asked for, or with the last page when groups have gone meanwhile.
fn start_of(skip: u32, limit: u32, total: u32) -> u32 {
    if skip < total { skip } else { total.saturating_sub(1) / limit * limit }
}

/// Each two of them, by index.
fn pairs<T>(all: &[T]) -> impl Iterator<Item = (usize, usize)> {
    let count = all.len();
    (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
}

/// The member as the lists here show them; nothing when they are gone.
pub(crate) fn look_up(session: &Session, id: RecordId) -> Outcome<Option<DuplicateMember>> {
    Ok(told(session.store.member(id))?.map(|row| shown(&row.member, &row.department_path)))
}

fn shown(member: &Record, path: &str) -> DuplicateMember {
    DuplicateMember {
        id: member.id.to_string(),
        name: member.get(Field::MemberName).to_string(),
        card_number: member.get(Field::MemberCardNumber).to_string(),
        department: path.to_owned(),
        status: member.get(Field::MemberStatus).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_alike_have_one_mark() {
        let of = |name: &str| sound(&mingce_model::sort_key(name));
        assert_eq!(of("张伟"), of("章薇"));
        assert_eq!(of("陈静"), of("岑劲"));
        assert_eq!(of("金三"), of("荆山"));
        assert_ne!(of("张伟"), of("李伟"));
        assert_eq!(of(""), "");
    }

    #[test]
    fn a_list_begins_where_there_still_is_something() {
        assert_eq!([start_of(0, 500, 0), start_of(500, 500, 501), start_of(500, 500, 500)], [0, 500, 0]);
        assert_eq!([start_of(1000, 500, 700), start_of(u32::MAX, 1, 3)], [500, 2]);
    }

    #[test]
    fn who_was_told_apart_from_everybody_in_a_group_is_not_in_it() {
        let marks = |pairs: &[(u32, u32)]| {
            let mut apart: HashMap<u32, Vec<u32>> = HashMap::new();
            for (a, b) in pairs {
                apart.entry(*a).or_default().push(*b);
                apart.entry(*b).or_default().push(*a);
            }
            apart.values_mut().for_each(|others| others.sort_unstable());
            Marks { ids: Vec::new(), by_reason: Default::default(), apart }
        };
        let open = |pairs: &[(u32, u32)], group: &[u32]| marks(pairs).open(group.iter().copied());
        assert_eq!(open(&[], &[1, 5]), [1, 5]);
        assert!(open(&[(1, 5)], &[1, 5]).is_empty());
        assert_eq!(open(&[(1, 5)], &[1, 5, 9]), [1, 5, 9]);
        assert_eq!(open(&[(1, 9), (5, 9)], &[1, 5, 9]), [1, 5]);
        assert!(open(&[(1, 9), (5, 9), (1, 5)], &[1, 5, 9]).is_empty());
        // What was said of others is nothing to this group.
        assert_eq!(open(&[(1, 7)], &[1, 5]), [1, 5]);
    }
}
