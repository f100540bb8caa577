use super::*;
use crate::Ids;
use mingce_model::{check_record, parse_choice};
use std::collections::HashSet;

#[test]
fn a_person_is_the_same_in_every_roster_of_the_seed() {
    let few: Vec<Person> = people(50, 7).collect();
    let many: Vec<Person> = people(500, 7).take(50).collect();
    assert_eq!(few, many);
    assert_eq!(person(499, 7), people(500, 7).last().unwrap());
    assert_ne!(few, people(50, 8).collect::<Vec<_>>());
}

#[test]
fn everybody_passes_every_check_as_they_are() {
    let mut ids = Ids::seeded(1);
    for person in people(5_000, 42) {
        let mut record = person.to_record(ids.next_id(), Some(DepartmentId(ids.next_id())));
        let before = record.clone();
        assert_eq!(check_record(&mut record, TODAY), [], "{person:?}");
        assert_eq!(record, before);
        for guardian in &person.guardians {
            let mut record = guardian.to_record(ids.next_id());
            assert_eq!(check_record(&mut record, TODAY), [], "{guardian:?}");
            assert_eq!(parse_choice(Field::GuardianshipRelation, guardian.relation), Some(guardian.relation));
        }
    }
}

#[test]
fn no_two_people_share_a_number() {
    let (mut cards, mut phones, mut documents) = (HashSet::new(), HashSet::new(), HashSet::new());
    for person in people(40_000, 3) {
        assert!(cards.insert(person.card_number));
        assert!(phones.insert(person.phone));
        assert!(documents.insert(person.document_number));
    }
    // Far out in a large roster as well.
    for index in (1_000_000..1_020_000).chain(1_999_000..2_000_000) {
        assert!(documents.insert(person(index, 3).document_number), "{index}");
    }
}

#[test]
fn the_odd_names_come_in_their_shares() {
    let count = |kind| people(20_000, 5).filter(|person| person.name_kind == kind).count();
    for (kind, percent) in [(NameKind::Rare, 2), (NameKind::Minority, 3), (NameKind::Latin, 1)] {
        let expected = 200 * percent;
        let found = count(kind);
        assert!(found.abs_diff(expected) < expected / 4, "{kind:?}: {found}");
    }
    let names: String = people(20_000, 5).map(|person| person.name).collect();
    for rare in ['㛃', '䶮', '𠮷', '𬱖', '𬤇', '鿍', '·'] {
        assert!(names.contains(rare), "{rare}");
    }
}

#[test]
fn classes_have_a_teacher_pupils_have_guardians_and_some_share_them() {
    let roster: Vec<Person> = people(6_000, 11).collect();
    assert_eq!(roster[0].department_path(), "初一/1班");
    assert_eq!(roster[44].title, Some("班主任"));
    assert_eq!(roster[3 * 45].department_path(), "高一/1班");
    assert_eq!(roster[120 * 45].department_path(), "第2校区/初一/1班");
    let classes: HashSet<String> = roster.iter().map(Person::department_path).collect();
    assert_eq!(classes.len(), 6_000usize.div_ceil(45));
    for person in &roster {
        assert_eq!(person.guardians.is_empty(), person.identity == "staff");
        let age = TODAY.year() - person.birth_date.year();
        assert!(if person.identity == "staff" { (26..=56).contains(&age) } else { (12..=18).contains(&age) }, "{age}");
    }
    let shared =
        roster.windows(2).filter(|pair| !pair[0].guardians.is_empty() && pair[0].guardians == pair[1].guardians);
    for pair in shared.clone() {
        assert_eq!(pair[0].surname(), pair[1].surname());
    }
    assert!(shared.count() > 20);
}
