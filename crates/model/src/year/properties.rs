//! Plans of any school with any decisions: nobody is lost or doubled, every step leaves a sound tree, undo gives the
//! first state back.

use super::tests::{School, apply, day, id};
use super::*;
use crate::id::AffiliationId;
use crate::tree::{DEPTH_MAX, name_key};
use crate::{Department, DepartmentId, Edit, Field, Kind, MemberId, OrganisationId, Record, RecordId, Tree, Verb};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Numbers that choose what is decided.
#[derive(Clone, Debug)]
struct Wish {
    kind: u8,
    one: usize,
    other: usize,
    third: usize,
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let wish = (0u8..14, 0usize..1000, 0usize..1000, 0usize..1000);
    prop::collection::vec(wish.prop_map(|(kind, one, other, third)| Wish { kind, one, other, third }), 0..12)
}

fn school() -> impl Strategy<Value = School> {
    let grades = prop::sample::select(vec![
        vec!["高一", "高二", "高三"],
        vec!["七年级", "八年级", "九年级"],
        vec!["2024级", "2025级", "2026级"],
        vec!["Grade 7", "Grade 8"],
        vec!["小班", "中班", "大班"],
        vec!["高二", "特长年级"],
    ]);
    let names = prop::sample::select(vec!["{n}班", "{g}({n})班", "2024级{n}班", "{g}{一}班"]);
    let layer = prop::sample::select(vec!["grade", "none", "stream"]);
    (grades, names, layer, 1usize..4, 0usize..5, any::<bool>()).prop_map(
        |(grades, names, layer, classes, pupils, named)| {
            let mut school = School::default();
            let root = named.then(|| school.department(None, "实验学校", "school"));
            let stage = school.department(root, "学部", "stage");
            for grade in &grades {
                let top = match layer {
                    "none" => stage,
                    _ => school.department(Some(stage), grade, "grade"),
                };
                for number in 1..=classes {
                    let top = match layer {
                        "stream" if number > 1 => school.ensure(top, "理科"),
                        _ => top,
                    };
                    let text = name_by_pattern(&names.replace("{g}", grade), number as u32);
                    let text = if layer == "none" && !names.contains("{g}") { format!("{grade}{text}") } else { text };
                    let class = school.department(Some(top), &text, "class");
                    for seat in 0..pupils {
                        school.pupil(class, if seat % 2 == 0 { "male" } else { "female" });
                    }
                    let teacher = school.staff(class);
                    school.lead(teacher, class);
                    let guest = school.staff(stage);
                    school.place(guest, class);
                }
                if layer != "none" {
                    school.pupil(top, "male");
                }
            }
            school
        },
    )
}

fn decide(roster: &Roster, wishes: &[Wish]) -> Choices {
    let mut choices = Choices::new([7; 16], OrganisationId(id(1)), 2027);
    for wish in wishes {
        let plan = plan(roster, &choices);
        let class = |at: usize| plan.classes.get(at % plan.classes.len().max(1)).map(|class| class.id);
        let grade = |at: usize| plan.grades.get(at % plan.grades.len().max(1)).map(|grade| grade.grade.key.clone());
        let pupil = |at: usize| plan.pupils.get(at % plan.pupils.len().max(1)).map(|it| roster.people[it.person].id);
        let (Some(one), Some(other), Some(key)) = (class(wish.one), class(wish.other), grade(wish.third)) else {
            continue;
        };
        match (wish.kind, pupil(wish.third)) {
            (0, Some(id)) => drop(choices.pupils.insert(id, PupilChoice::Repeat(None))),
            (1, Some(id)) => drop(choices.pupils.insert(id, PupilChoice::Repeat(Some(one)))),
            (2, Some(id)) => drop(choices.pupils.insert(id, PupilChoice::Class(one))),
            (3, Some(id)) => drop(choices.pupils.insert(id, PupilChoice::Suspend)),
            (4, Some(id)) => drop(choices.pupils.insert(id, PupilChoice::Transfer("转往外校".to_owned()))),
            (5, Some(id)) => drop(choices.pupils.insert(id, PupilChoice::Leave)),
            (6, _) => choices.grades.entry(key).or_default().action = Some(Action::Graduate),
            (7, _) => choices.grades.entry(key).or_default().action = Some(Action::Stay),
            (8, _) => choices.extent = Extent::Grade(key),
            (9, _) => choices.graduation = Graduation::Left,
            (10, _) => {
                let teacher = roster.people.iter().find(|person| person.is_staff()).map(|person| person.id);
                choices.classes.entry(one).or_default().head = teacher;
            }
            (11, _) => {
                let added = DepartmentId(id(9000 + wish.one as u64));
                choices.added.push(AddedClass { id: added, grade: key, name: format!("新{}班", wish.one) });
            }
            (12, _) => choices.classes.entry(one).or_default().name = Some(format!("改{}班", wish.other)),
            _ => {
                let rule = [Rule::Balanced, Rule::Alphabetical, Rule::ByHand][wish.third % 3];
                let (from, into) = (vec![one, other], vec![other]);
                choices.regroups.push(Regroup { number: wish.kind.into(), from, into, rule, lot: 1 });
            }
        }
    }
    choices
}

/// What the service asks of the departments after every single edit.
fn is_sound(records: &BTreeMap<(Kind, RecordId), Record>) -> Result<(), TestCaseError> {
    let departments: Vec<&Record> = records.values().filter(|record| record.kind == Kind::Department).collect();
    let mut names = HashSet::new();
    for record in &departments {
        let parent = record.reference(Field::DepartmentParent);
        prop_assert!(parent.is_none_or(|parent| records.contains_key(&(Kind::Department, parent))));
        let name = name_key(record.text(Field::DepartmentName).unwrap_or_default());
        prop_assert!(!name.is_empty() && names.insert((parent, name)), "a name stands twice");
    }
    let tree = Tree::new(departments.into_iter().filter_map(Department::from_record));
    for (id, depth) in tree.in_order() {
        prop_assert!(depth <= DEPTH_MAX);
        let parent = records[&(Kind::Department, id.0)].reference(Field::DepartmentParent).map(DepartmentId);
        prop_assert_eq!(tree.get(id).unwrap().parent, parent, "a cycle");
    }
    Ok(())
}

fn references_hold(records: &BTreeMap<(Kind, RecordId), Record>) -> Result<(), TestCaseError> {
    for record in records.values() {
        for field in record.kind.fields() {
            if let crate::Form::Ref(kind) = field.form()
                && let Some(id) = record.reference(*field)
            {
                prop_assert!(records.contains_key(&(kind, id)), "{field:?}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_loses_and_doubles_nobody_and_can_be_undone(school in school(), wishes in wishes()) {
        let roster = school.roster();
        let choices = decide(&roster, &wishes);
        let plan = plan(&roster, &choices);
        let all = edits(&roster, &choices, &plan, day());
        prop_assert_eq!(&all, &edits(&roster, &choices, &super::plan(&roster, &choices), day()), "the same each time");
        // Every pupil stands in the plan once.
        let planned: HashSet<usize> = plan.pupils.iter().map(|pupil| pupil.person).collect();
        prop_assert_eq!(planned.len(), plan.pupils.len());
        prop_assert_eq!(planned.len(), roster.people.iter().filter(|person| person.is_pupil()).count());
        prop_assume!(plan.can_be_applied());

        let first = school.records();
        let mut now = first.clone();
        for edit in &all {
            apply(&mut now, edit);
            if edit.kind == Kind::Department {
                is_sound(&now)?;
            }
        }
        references_hold(&now)?;
        // Nobody is lost or made.
        let ids = |records: &BTreeMap<(Kind, RecordId), Record>| -> Vec<RecordId> {
            records.keys().filter(|(kind, _)| *kind == Kind::Member).map(|(_, id)| *id).collect()
        };
        prop_assert_eq!(ids(&first), ids(&now));
        // Everybody stands where the plan says.
        let class_names: HashMap<DepartmentId, &str> =
            plan.classes.iter().map(|class| (class.id, class.name_after.as_str())).collect();
        for pupil in &plan.pupils {
            let id = roster.people[pupil.person].id;
            let record = &now[&(Kind::Member, id.0)];
            let stands = record.reference(Field::MemberDepartment).map(DepartmentId);
            prop_assert_eq!(stands, pupil.after);
            if let Some(name) = stands.and_then(|stands| class_names.get(&stands)) {
                let class = &now[&(Kind::Department, stands.unwrap().0)];
                prop_assert_eq!(class.text(Field::DepartmentName), Some(*name));
            }
            prop_assert_eq!(record.text(Field::MemberIdentity) == Some("alumni"), pupil.graduates);
        }
        let places: BTreeSet<AffiliationId> =
            now.keys().filter(|(kind, _)| *kind == Kind::Affiliation).map(|(_, id)| AffiliationId(*id)).collect();
        prop_assert!(choices.ended.is_disjoint(&places));

        for edit in all.iter().rev() {
            apply(&mut now, &edit.inverse());
            if edit.kind == Kind::Department {
                is_sound(&now)?;
            }
        }
        prop_assert!(now == first, "undone is as it was");
    }

    #[test]
    fn what_was_decided_survives_being_kept(school in school(), wishes in wishes()) {
        let choices = decide(&school.roster(), &wishes);
        let json = serde_json::to_string(&choices).unwrap();
        prop_assert_eq!(serde_json::from_str::<Choices>(&json).unwrap(), choices);
    }

    #[test]
    fn decisions_about_what_is_gone_are_told_and_left_out(school in school(), wishes in wishes(), gone in 0u64..60) {
        let choices = decide(&school.roster(), &wishes);
        let mut later = school.clone();
        later.forget(gone);
        let roster = later.roster();
        let plan = plan(&roster, &choices);
        let mut now = later.records();
        if plan.can_be_applied() {
            for edit in edits(&roster, &choices, &plan, day()) {
                apply(&mut now, &edit);
            }
            references_hold(&now)?;
        }
        let _: Vec<MemberId> = roster.people.iter().map(|person| person.id).collect();
    }
}

#[test]
fn twenty_thousand_pupils_are_planned_at_once() {
    let mut school = School::default();
    for grade in ["高一", "高二", "高三"] {
        let grade = school.department(None, grade, "grade");
        for number in 1..=130 {
            let class = school.department(Some(grade), &format!("{number}班"), "class");
            for seat in 0..52 {
                school.pupil(class, if seat % 2 == 0 { "male" } else { "female" });
            }
        }
    }
    let roster = school.roster();
    let choices = Choices::new([1; 16], OrganisationId(id(1)), 2026);
    let plan = plan(&roster, &choices);
    assert_eq!(plan.pupils.len(), 20_280);
    let all: Vec<Edit> = edits(&roster, &choices, &plan, day());
    // Classes move; of the pupils only those who graduate change.
    assert_eq!(all.iter().filter(|edit| edit.kind == Kind::Member).count(), 130 * 52);
    assert_eq!(all.iter().filter(|edit| edit.kind == Kind::Department && edit.verb == Verb::Edit).count(), 390);
}
