//! A file that says all there is: whoever is missing leaves, but never by mistake; and whoever is not sure is asked for.

mod support;

use mingce_exchange::diff::{
    Answer, ApplyChoices, Counts, DiffOf, Exclusion, Leaving, MirrorScope, Plan, RowsTaken, Verdict,
};
use mingce_model::{Field, Kind, RecordId};
use proptest::prelude::*;
use std::collections::HashMap;
use support::{ALL_IN, MemoryRoster, options, plan, plan_wanted};

fn school(classes: &[(&str, usize)]) -> (MemoryRoster, String) {
    let mut file = String::from("学号,姓名,班级\n");
    for (class, pupils) in classes {
        for pupil in 0..*pupils {
            let digit = |c: char| "零一二三四五六七八九".chars().nth(c as usize - '0' as usize).expect("a digit");
            let name: String = pupil.to_string().chars().map(digit).collect();
            file.push_str(&format!("{class}{pupil:03},学{name},{class}\n"));
        }
    }
    let mut roster = MemoryRoster::default();
    let first = plan(file.clone(), &mut roster);
    assert_eq!(first.counts().problem, 0);
    roster.apply_plan(&first, ALL_IN);
    (roster, file)
}

fn mirrored(file: &str, roster: &mut MemoryRoster, scope: MirrorScope) -> Plan {
    plan_wanted(
        file.as_bytes().to_vec(),
        roster,
        &mingce_exchange::diff::PlanOptions { mirror: Some(scope), ..options() },
    )
}

fn without(file: &str, numbers: impl Fn(usize) -> bool) -> String {
    file.lines()
        .enumerate()
        .filter(|(line, _)| *line == 0 || !numbers(*line))
        .map(|(_, line)| format!("{line}\n"))
        .collect()
}

fn left(roster: &MemoryRoster) -> usize {
    roster.all(Kind::Member).filter(|it| it.text(Field::MemberStatus) == Some("left")).count()
}

#[test]
fn whoever_is_missing_leaves_and_nobody_else() {
    let (mut roster, file) = school(&[("A", 10)]);
    let part = without(&file, |line| line == 3 || line == 5);
    let plan = mirrored(&part, &mut roster, MirrorScope::WholeRoster);
    assert_eq!(plan.counts(), Counts { unchanged: 8, leave: 2, ..Counts::default() });
    assert_eq!(plan.leaving(), Some(Leaving { people: 2, of: 10 }));
    let rows = plan.rows(Some(Verdict::Leave), 0, 10);
    assert_eq!((rows[0].row, rows[0].sheet.as_str(), rows[0].label.as_str()), (0, "", "学二"));
    assert_eq!(rows[0].diffs[0].what, DiffOf::Field(Field::MemberStatus));
    let edits = roster.apply_plan(&plan, ALL_IN);
    assert_eq!(edits.len(), 2);
    assert_eq!(left(&roster), 2);
    let again = mirrored(&part, &mut roster, MirrorScope::WholeRoster);
    assert_eq!(again.leaving(), Some(Leaving { people: 0, of: 8 }), "whoever left is not asked for again");
    assert!(roster.apply_plan(&again, ALL_IN).is_empty());
}

#[test]
fn somebody_who_is_taken_out_stays() {
    let (mut roster, file) = school(&[("A", 10)]);
    let mut plan = mirrored(&without(&file, |line| line < 3), &mut roster, MirrorScope::WholeRoster);
    let key = plan.rows(Some(Verdict::Leave), 0, 1)[0].key;
    assert!(plan.exclude(key, Exclusion::Excluded));
    assert_eq!(plan.leaving(), Some(Leaving { people: 1, of: 10 }));
    roster.apply_plan(&plan, ALL_IN);
    assert_eq!(left(&roster), 1);
}

#[test]
fn the_scope_is_the_departments_that_the_file_names() {
    let (mut roster, file) = school(&[("A", 5), ("B", 5)]);
    let only_a: String = without(&file, |line| line == 1 || line > 5);
    let plan = mirrored(&only_a, &mut roster, MirrorScope::NamedDepartments);
    assert_eq!(plan.leaving(), Some(Leaving { people: 1, of: 5 }));
    let plan = mirrored(&only_a, &mut roster, MirrorScope::WholeRoster);
    assert_eq!(plan.leaving(), Some(Leaving { people: 6, of: 10 }));
    let file_without_members = mirrored(&file, &mut roster, MirrorScope::WholeRoster);
    assert_eq!(file_without_members.counts().leave, 0);
}

#[test]
fn so_many_leaving_stops_until_their_number_is_said() {
    let (mut roster, file) = school(&[("A", 300)]);
    let plan = mirrored(&without(&file, |line| line <= 61), &mut roster, MirrorScope::WholeRoster);
    let leaving = Leaving { people: 61, of: 300 };
    assert_eq!(ALL_IN.check_leaving(&plan), Err(leaving));
    assert!(roster.apply_plan(&plan, ALL_IN).is_empty(), "nobody leaves unasked, whatever the caller does");
    let wrong = ApplyChoices { leaving_confirmed: Some(60), ..ALL_IN };
    assert_eq!(wrong.check_leaving(&plan), Err(leaving));
    let right = ApplyChoices { leaving_confirmed: Some(61), ..ALL_IN };
    assert_eq!(right.check_leaving(&plan), Ok(()));
    roster.apply_plan(&plan, right);
    assert_eq!(left(&roster), 61);
    let (mut small, file) = school(&[("A", 10)]);
    let plan = mirrored(&without(&file, |line| line > 1), &mut small, MirrorScope::WholeRoster);
    assert_eq!(ALL_IN.check_leaving(&plan), Err(Leaving { people: 9, of: 10 }));
}

#[test]
fn a_row_that_cannot_be_read_does_not_make_its_person_leave() {
    let (mut roster, file) = school(&[("A", 6)]);
    // The card number was spoiled, so the row finds nobody; and one may be another of the same name.
    let file = file.replace("A002,学二", "2.0230001E+07,学二");
    let plan = mirrored(&file, &mut roster, MirrorScope::WholeRoster);
    assert_eq!(plan.counts().leave, 0, "{:?}", plan.counts());
    assert_eq!(plan.counts().problem, 1);
}

fn answered(file: &str, roster: &mut MemoryRoster, row: u32, answer: Answer) -> Plan {
    let options = mingce_exchange::diff::PlanOptions { answers: HashMap::from([(row, answer)]), ..options() };
    plan_wanted(file.as_bytes().to_vec(), roster, &options)
}

#[test]
fn who_may_be_the_same_is_asked_for_and_the_answer_counts() {
    let mut roster = MemoryRoster::default();
    let first = plan("学号,姓名,手机号\n1001,张三,13800138000\n1002,李四,13900139000\n", &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let file = "学号,姓名,手机号,备注\n2001,张三,13800138000,转班\n1002,李四,13900139000,\n";
    let unsure = plan(file, &mut roster);
    assert_eq!(unsure.counts(), Counts { unsure: 1, unchanged: 1, ..Counts::default() });
    let row = unsure.rows(Some(Verdict::Unsure), 0, 1).remove(0);
    assert!(row.can_be_new);
    let id = roster.member("张三").id;
    assert_eq!(
        row.candidates.iter().map(|it| (it.id, it.card_number.as_deref())).collect::<Vec<_>>(),
        [(id, Some("1001"))]
    );
    assert!(roster.clone().apply_plan(&unsure, ALL_IN).is_empty(), "unsure rows stay out");
    let mut same = roster.clone();
    let plan = answered(file, &mut same, row.key, Answer::SamePerson(id));
    assert_eq!(plan.counts(), Counts { change: 1, unchanged: 1, ..Counts::default() });
    same.apply_plan(&plan, ALL_IN);
    assert_eq!(same.member("张三").text(Field::MemberCardNumber), Some("2001"));
    let mut other = roster.clone();
    let plan = answered(file, &mut other, row.key, Answer::NewPerson);
    assert_eq!(plan.counts(), Counts { add: 1, unchanged: 1, ..Counts::default() });
    other.apply_plan(&plan, ALL_IN);
    assert_eq!(other.all(Kind::Member).count(), 3);
    // Somebody who was never offered is no answer.
    let nobody = RecordId::from_parts(1, [9; 10]);
    assert_eq!(answered(file, &mut roster, row.key, Answer::SamePerson(nobody)).counts().unsure, 1);
}

#[test]
fn a_number_that_somebody_has_is_not_given_to_somebody_new() {
    let mut roster = MemoryRoster::default();
    let first = plan("学号,姓名,身份证号\n1,张三,11010519491231002X\n2,李四,440524188001010014\n", &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let file = "学号,姓名,身份证号\n1,李四,440524188001010014\n";
    let unsure = plan(file, &mut roster);
    let row = unsure.rows(Some(Verdict::Unsure), 0, 1).remove(0);
    assert!(!row.can_be_new);
    assert_eq!(row.candidates.len(), 1);
    assert_eq!(answered(file, &mut roster, 2, Answer::NewPerson).counts().unsure, 1);
    let holder = roster.member("张三").id;
    assert_eq!(answered(file, &mut roster, 2, Answer::SamePerson(holder)).counts().change, 1);
}

#[test]
fn only_the_new_or_only_the_known_go_in_when_that_is_wanted() {
    let mut roster = MemoryRoster::default();
    let first = plan("学号,姓名\n1,张三\n", &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let plan = plan("学号,姓名,班级\n1,张三,1班\n2,李四,2班\n", &mut roster);
    let mut new = roster.clone();
    new.apply_plan(&plan, ApplyChoices { rows: RowsTaken::OnlyNew, ..ALL_IN });
    assert_eq!(
        (new.all(Kind::Member).count(), new.tree().len()),
        (2, 1),
        "no department is made for rows that stay out"
    );
    assert_eq!(new.path_of(new.member("张三")), None);
    let mut known = roster.clone();
    known.apply_plan(&plan, ApplyChoices { rows: RowsTaken::OnlyKnown, ..ALL_IN });
    assert_eq!(known.all(Kind::Member).count(), 1);
    assert_eq!(known.path_of(known.member("张三")).as_deref(), Some("1班"));
}

#[test]
fn each_change_can_be_taken_out_by_itself() {
    let mut roster = MemoryRoster::default();
    let first = plan("学号,姓名,手机号,班级\n1,张三,13800138000,1班\n", &mut roster);
    roster.apply_plan(&first, ALL_IN);
    let mut plan =
        plan("学号,姓名,手机号,班级,家长姓名\n1,张三,13900139000,2班,张大\n2,李四,13700137000,2班,\n", &mut roster);
    let rows = plan.rows(None, 0, 10);
    let item = |row: usize, what: DiffOf| rows[row].diffs.iter().find(|diff| diff.what == what).unwrap().item;
    let (key, new) = (rows[0].key, rows[1].key);
    assert!(plan.exclude_item(key, item(0, DiffOf::Department), Exclusion::Excluded));
    assert!(plan.exclude_item(key, item(0, DiffOf::Guardian), Exclusion::Excluded));
    assert!(plan.exclude_item(new, item(1, DiffOf::Field(Field::MemberPhone)), Exclusion::Excluded));
    assert!(
        !plan.exclude_item(new, item(1, DiffOf::Field(Field::MemberName)), Exclusion::Excluded),
        "nobody is nameless"
    );
    assert!(!plan.exclude_item(99, 0, Exclusion::Excluded));
    let shown: Vec<bool> = plan.find_row(key).unwrap().diffs.iter().map(|diff| diff.is_excluded).collect();
    assert_eq!(shown.iter().filter(|is_excluded| **is_excluded).count(), 2);
    roster.apply_plan(&plan, ALL_IN);
    let member = roster.member("张三");
    assert_eq!(member.text(Field::MemberPhone), Some("13900139000"));
    assert_eq!(roster.path_of(member).as_deref(), Some("1班"));
    assert!(roster.guardians(member.id).is_empty());
    assert_eq!(roster.all(Kind::Guardian).count(), 0, "no guardian is made for a link that was taken out");
    assert_eq!(roster.member("李四").text(Field::MemberPhone), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_mirrored_file_leaves_exactly_its_people(keeps in prop::collection::vec(any::<bool>(), 1..40), news in 0_usize..5) {
        let (mut roster, file) = school(&[("A", keeps.len())]);
        let mut part = without(&file, |line| !keeps[line - 1]);
        for new in 0..news {
            part.push_str(&format!("N{new},新人,A\n"));
        }
        let plan = mirrored(&part, &mut roster, MirrorScope::WholeRoster);
        let gone = keeps.iter().filter(|keeps| !**keeps).count() as u32;
        prop_assert_eq!(plan.leaving(), Some(Leaving { people: gone, of: keeps.len() as u32 }));
        roster.apply_plan(&plan, ApplyChoices { leaving_confirmed: Some(gone), ..ALL_IN });
        prop_assert_eq!(left(&roster) as u32, gone);
        prop_assert_eq!(roster.all(Kind::Member).count(), keeps.len() + news);
        let again = mirrored(&part, &mut roster, MirrorScope::WholeRoster);
        prop_assert!(roster.apply_plan(&again, ALL_IN).is_empty());
    }
}
