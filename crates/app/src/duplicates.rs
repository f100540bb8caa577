//! Members who may be one person: found in one pass over everybody, by what they have in common.
//!
//! Memory is a few numbers a member; names and numbers are read again only for what is shown.

use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::session::Session;
use mingce_ipc::Failure;
use mingce_ipc::person::{DuplicateGroup, DuplicateMember, Duplicates, FindDuplicates, Likeness};
use mingce_model::check::document_identity;
use mingce_model::{Field, Record, RecordId, birth_date};
use mingce_store::Person;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::ops::ControlFlow;

/// Groups shown at the most; all are counted.
const SHOWN: usize = 500;
/// Members of one group shown at the most.
const MEMBERS_SHOWN: usize = 20;
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
}

fn collect(session: &Session, wanted: &FindDuplicates) -> Outcome<Marks> {
    let total = told(session.store.member_count())?;
    let job = Job::begin(session, wanted.job.as_deref(), usize::try_from(total).unwrap_or(usize::MAX));
    // Chance numbers of this very run: nobody can make two members collide on purpose.
    let hashes = RandomState::new();
    let mut marks = Marks { ids: Vec::new(), by_reason: Default::default() };
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
        let born = born(&person);
        for (reason, list) in REASONS.into_iter().zip(&mut marks.by_reason) {
            if let Some(mark) = mark(&person, &born, reason) {
                list.push((hashes.hash_one(&mark), u32::try_from(place).unwrap_or(u32::MAX)));
            }
        }
        ControlFlow::Continue(())
    }))?;
    match stopped {
        Some(failure) => Err(failure),
        None => Ok(marks),
    }
}

/// Looks through everybody once.
pub(crate) fn find(session: &Session, wanted: &FindDuplicates) -> Outcome<Duplicates> {
    let marks = collect(session, wanted)?;
    let mut found: Vec<(Likeness, Vec<u32>)> = Vec::new();
    let mut known: HashSet<Vec<u32>> = HashSet::new();
    for (reason, mut list) in REASONS.into_iter().zip(marks.by_reason) {
        list.sort_unstable();
        for group in list.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            let members: Vec<u32> = group.iter().map(|(_, place)| *place).collect();
            // A stronger reason has brought the same people together already.
            if known.insert(members.clone()) {
                found.push((reason, members));
            }
        }
    }
    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
    found.sort_by(|a, b| (a.0, a.1[0]).cmp(&(b.0, b.1[0])));
    let mut groups = Vec::new();
    for (reason, places) in found.into_iter().take(SHOWN) {
        let mut members = Vec::new();
        for place in places.iter().take(MEMBERS_SHOWN) {
            let id = marks.ids[*place as usize];
            members.extend(told(session.store.member(id))?.map(|row| shown(&row.member, &row.department_path)));
        }
        if members.len() > 1 {
            groups.push(DuplicateGroup { reason, members, count: u32::try_from(places.len()).unwrap_or(u32::MAX) });
        }
    }
    Ok(Duplicates { groups, total })
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
}
