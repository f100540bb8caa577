//! What a new school year does to schools as they are.

use super::*;
use crate::{DepartmentId, Edit, Field, Kind, MemberId, OrganisationId, Record, RecordId, Value, Verb};
use std::collections::BTreeMap;

/// A school that is being made up.
#[derive(Clone, Debug, Default)]
pub(super) struct School {
    pub departments: Vec<Record>,
    pub members: Vec<Record>,
    pub places: Vec<Record>,
    next: u64,
}

pub(super) fn id(number: u64) -> RecordId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    RecordId::from_parts(1, random)
}

impl School {
    fn fresh(&mut self) -> RecordId {
        self.next += 1;
        id(self.next)
    }
    pub fn department(&mut self, parent: Option<DepartmentId>, name: &str, kind: &str) -> DepartmentId {
        let id = self.fresh();
        let record = Record::empty(Kind::Department, id)
            .with(Field::DepartmentName, name)
            .with(Field::DepartmentKind, kind)
            .with(Field::DepartmentParent, parent.map_or(Value::Null, |parent| Value::from(parent.0)));
        self.departments.push(record);
        DepartmentId(id)
    }
    /// The stream of that name.
    pub fn ensure(&mut self, parent: DepartmentId, name: &str) -> DepartmentId {
        let found = self.departments.iter().find(|record| {
            record.reference(Field::DepartmentParent) == Some(parent.0)
                && record.text(Field::DepartmentName) == Some(name)
        });
        match found {
            Some(record) => DepartmentId(record.id),
            None => self.department(Some(parent), name, "unit"),
        }
    }
    fn member(&mut self, department: DepartmentId, identity: &str, sex: &str) -> MemberId {
        let id = self.fresh();
        let record = Record::empty(Kind::Member, id)
            .with(Field::MemberName, format!("某{}", self.next))
            .with(Field::MemberIdentity, identity)
            .with(Field::MemberSex, sex)
            .with(Field::MemberStatus, "active")
            .with(Field::MemberDepartment, department.0);
        self.members.push(record);
        MemberId(id)
    }
    pub fn pupil(&mut self, class: DepartmentId, sex: &str) -> MemberId {
        self.member(class, "student", sex)
    }
    pub fn staff(&mut self, department: DepartmentId) -> MemberId {
        self.member(department, "staff", "")
    }
    pub fn place(&mut self, member: MemberId, department: DepartmentId) -> RecordId {
        let id = self.fresh();
        let record = Record::empty(Kind::Affiliation, id)
            .with(Field::AffiliationMember, member.0)
            .with(Field::AffiliationDepartment, department.0);
        self.places.push(record);
        id
    }
    pub fn lead(&mut self, member: MemberId, department: DepartmentId) {
        self.place(member, department);
        self.places.last_mut().unwrap().set(Field::AffiliationRole, "head");
    }
    /// Takes the record with that number out, and what refers to it.
    pub fn forget(&mut self, number: u64) {
        let gone = id(number);
        self.members.retain(|record| record.id != gone);
        let members: Vec<RecordId> = self.members.iter().map(|record| record.id).collect();
        self.places.retain(|record| {
            record.id != gone && record.reference(Field::AffiliationMember).is_some_and(|id| members.contains(&id))
        });
    }
    pub fn roster(&self) -> Roster {
        let people = self.members.iter().filter_map(Person::from_record).collect();
        Roster::new(self.departments.clone(), people, self.places.clone())
    }
    pub fn records(&self) -> BTreeMap<(Kind, RecordId), Record> {
        let all = self.departments.iter().chain(&self.members).chain(&self.places);
        all.map(|record| ((record.kind, record.id), record.clone())).collect()
    }
}

/// Carries one edit out; its bases must hold.
pub(super) fn apply(records: &mut BTreeMap<(Kind, RecordId), Record>, edit: &Edit) {
    let key = (edit.kind, edit.id);
    if edit.verb == Verb::Create {
        assert!(!records.contains_key(&key), "made twice");
        records.insert(key, Record::empty(edit.kind, edit.id));
    }
    let record = records.get_mut(&key).expect("an edit of something that is there");
    for change in &edit.changes {
        assert_eq!(record.get(change.field), &change.base, "{:?}", change.field);
        record.set(change.field, change.new.clone());
    }
    if edit.verb == Verb::Remove {
        assert!(record.values.iter().all(Value::is_null));
        records.remove(&key);
    }
}

pub(super) fn day() -> jiff::civil::Date {
    jiff::civil::date(2026, 7, 1)
}

fn choices(year: i32) -> Choices {
    Choices::new([3; 16], OrganisationId(id(1)), year)
}

/// Paths of all departments and how many members are in each, after the plan.
fn outcome(school: &School, choices: &Choices) -> (Plan, Vec<(String, usize)>) {
    let roster = school.roster();
    let plan = plan(&roster, choices);
    let mut records = school.records();
    for edit in edits(&roster, choices, &plan, day()) {
        apply(&mut records, &edit);
    }
    let of = |kind| records.values().filter(move |record: &&Record| record.kind == kind).cloned().collect::<Vec<_>>();
    let people = of(Kind::Member).iter().filter_map(Person::from_record).collect();
    let after = Roster::new(of(Kind::Department), people, of(Kind::Affiliation));
    let order = after.tree.in_order();
    (plan, order.into_iter().map(|(id, _)| (after.tree.path(id), after.people_in(id).len())).collect())
}

fn codes(plan: &Plan) -> Vec<FindingCode> {
    plan.findings.iter().map(|finding| finding.code).collect()
}

/// Three grades of two classes, two pupils and a head each.
fn senior(names: [&str; 3], pattern: &str) -> (School, Vec<DepartmentId>) {
    let mut school = School::default();
    let mut classes = Vec::new();
    let stage = school.department(None, "高中部", "stage");
    for grade in names {
        let node = school.department(Some(stage), grade, "grade");
        for number in 1..=2 {
            let name = name_by_pattern(&pattern.replace("{g}", grade), number);
            let class = school.department(Some(node), &name, "class");
            school.pupil(class, "male");
            school.pupil(class, "female");
            let head = school.staff(stage);
            school.lead(head, class);
            classes.push(class);
        }
    }
    (school, classes)
}

fn paths(outcome: &[(String, usize)]) -> Vec<String> {
    outcome.iter().map(|(path, count)| format!("{path} {count}")).collect()
}

#[test]
fn classes_move_up_and_the_last_grade_graduates() {
    let (school, classes) = senior(["高一", "高二", "高三"], "{g}({n})班");
    let (plan, after) = outcome(&school, &choices(2026));
    assert!(plan.can_be_applied(), "{:?}", plan.findings);
    assert_eq!(
        paths(&after),
        [
            "高中部 6",
            "高中部/高一 0",
            "高中部/高一/高一(1)班 0",
            "高中部/高一/高一(2)班 0",
            "高中部/高二 0",
            "高中部/高二/高二(1)班 2",
            "高中部/高二/高二(2)班 2",
            "高中部/高三 0",
            "高中部/高三/高三(1)班 2",
            "高中部/高三/高三(2)班 2",
            "高中部/校友 0",
            "高中部/校友/2026届 0",
            "高中部/校友/2026届/高三(1)班 2",
            "高中部/校友/2026届/高三(2)班 2",
        ]
    );
    // The records are those of before: history stays with the class.
    assert_eq!(plan.class(classes[0]).unwrap().name_after, "高二(1)班");
    assert_eq!(plan.class(classes[0]).unwrap().fate, ClassFate::Moves);
    assert_eq!(plan.class(classes[5]).unwrap().fate, ClassFate::Graduates);
    // Only the new classes are without a head.
    assert_eq!(codes(&plan), [FindingCode::ClassWithoutHead; 2]);
}

#[test]
fn cohorts_keep_their_names_and_the_oldest_goes() {
    let (school, _) = senior(["2023级", "2024级", "2025级"], "{g}{n}班");
    let (plan, after) = outcome(&school, &choices(2026));
    assert!(plan.can_be_applied());
    assert_eq!(
        paths(&after).into_iter().filter(|path| !path.ends_with('0')).collect::<Vec<_>>(),
        [
            "高中部 6",
            "高中部/2024级/2024级1班 2",
            "高中部/2024级/2024级2班 2",
            "高中部/2025级/2025级1班 2",
            "高中部/2025级/2025级2班 2",
            "高中部/校友/2023级/2023级1班 2",
            "高中部/校友/2023级/2023级2班 2",
        ]
    );
    assert!(paths(&after).contains(&"高中部/2026级/2026级2班 0".to_owned()));
}

#[test]
fn classes_without_a_grade_above_them_are_renamed_in_place() {
    let mut school = School::default();
    let root = school.department(None, "实验中学", "school");
    for name in ["初一1班", "初一2班", "初二1班", "初三1班", "七彩班"] {
        let class = school.department(Some(root), name, "class");
        school.pupil(class, "male");
    }
    let (plan, after) = outcome(&school, &choices(2026));
    assert!(plan.can_be_applied(), "{:?}", plan.findings);
    assert_eq!(
        paths(&after),
        [
            "实验中学 0",
            "实验中学/初一1班 0",
            "实验中学/初一2班 0",
            "实验中学/初二1班 1",
            "实验中学/初二2班 1",
            "实验中学/初三1班 1",
            "实验中学/七彩班 1",
            "实验中学/校友 0",
            "实验中学/校友/2026届 0",
            "实验中学/校友/2026届/初三1班 1",
        ]
    );
    assert!(codes(&plan).contains(&FindingCode::GradeUnknown));
}

#[test]
fn pupils_repeat_leave_transfer_and_change_class() {
    let (mut school, classes) = senior(["高一", "高二", "高三"], "{n}班");
    school.members[0].set(Field::MemberNote, "走读");
    let pupils: Vec<MemberId> =
        school.roster().people.iter().filter(|person| person.is_pupil()).map(|person| person.id).collect();
    let mut decided = choices(2026);
    decided.pupils.insert(pupils[0], PupilChoice::Transfer("转往二中".to_owned()));
    decided.pupils.insert(pupils[2], PupilChoice::Repeat(None));
    decided.pupils.insert(pupils[4], PupilChoice::Class(classes[3]));
    decided.pupils.insert(pupils[6], PupilChoice::Suspend);
    decided.pupils.insert(pupils[8], PupilChoice::Repeat(None));
    decided.pupils.insert(pupils[9], PupilChoice::Leave);
    let roster = school.roster();
    let plan = plan(&roster, &decided);
    let mut records = school.records();
    for edit in edits(&roster, &decided, &plan, day()) {
        apply(&mut records, &edit);
    }
    let of = |at: usize| &records[&(Kind::Member, pupils[at].0)];
    assert_eq!(of(0).text(Field::MemberStatus), Some("left"));
    assert_eq!(of(0).text(Field::MemberNote), Some("走读\n转往二中"));
    assert_eq!(of(0).text(Field::MemberStatusSince), Some("2026-07-01"));
    // From the second class of the first year into the new second class of the first year.
    let repeated = of(2).reference(Field::MemberDepartment).map(DepartmentId).unwrap();
    assert_eq!(plan.class(repeated).unwrap().fate, ClassFate::Made);
    assert_eq!(plan.class(repeated).unwrap().name_after, "2班");
    assert_eq!(of(4).reference(Field::MemberDepartment), Some(classes[3].0));
    assert_eq!(of(6).text(Field::MemberStatus), Some("suspended"));
    // A repeater of the last year is no alumnus and joins the class that comes up.
    assert_eq!(of(8).reference(Field::MemberDepartment), Some(classes[2].0));
    assert_eq!(of(8).text(Field::MemberIdentity), Some("student"));
    assert_eq!(of(9).text(Field::MemberStatus), Some("left"));
    assert_eq!(of(9).text(Field::MemberIdentity), Some("student"));
    assert_eq!(of(10).text(Field::MemberIdentity), Some("alumni"));
    assert_eq!(of(10).text(Field::MemberStatus), Some("active"));
}

#[test]
fn classes_are_merged_and_split_by_rule() {
    let (mut school, classes) = senior(["高一", "高二", "高三"], "{n}班");
    for place in 0..10 {
        school.pupil(classes[0], if place < 7 { "male" } else { "female" });
    }
    let mut decided = choices(2026);
    let third = DepartmentId(id(5000));
    let grade = find_grades(&school.roster())[0].key.clone();
    decided.added.push(AddedClass { id: third, grade, name: "3班".to_owned() });
    let from = vec![classes[0], classes[1]];
    let into = vec![classes[0], third];
    decided.regroups.push(Regroup { number: 1, from, into, rule: Rule::Balanced, lot: 1 });
    let (plan, after) = outcome(&school, &decided);
    assert!(plan.can_be_applied(), "{:?}", plan.findings);
    let (one, other) = (plan.class(classes[0]).unwrap(), plan.class(third).unwrap());
    assert_eq!((one.after, other.after), (7, 7));
    assert!(one.boys.abs_diff(other.boys) <= 1 && one.girls.abs_diff(other.girls) <= 1);
    assert_eq!(plan.class(classes[1]).unwrap().fate, ClassFate::Dissolved);
    let names: Vec<String> = paths(&after);
    assert!(names.contains(&"高中部/高二/3班 7".to_owned()), "{names:?}");
    assert!(!names.iter().any(|path| path.starts_with("高中部/高二/2班")), "{names:?}");
}

#[test]
fn two_classes_can_change_names() {
    let (school, classes) = senior(["高一", "高二", "高三"], "{n}班");
    let mut decided = choices(2026);
    decided.extent = Extent::Grade(find_grades(&school.roster())[1].key.clone());
    for (class, name) in [(classes[2], "2班"), (classes[3], "1班")] {
        decided.classes.insert(class, ClassChoice { name: Some(name.to_owned()), head: None });
    }
    let (plan, after) = outcome(&school, &decided);
    assert!(plan.can_be_applied(), "{:?}", plan.findings);
    // Only that grade took part.
    assert_eq!(paths(&after), paths(&outcome(&school, &Choices { classes: BTreeMap::new(), ..decided.clone() }).1));
    assert_eq!(plan.class(classes[2]).unwrap().name_after, "2班");
    assert_eq!(plan.classes.iter().filter(|class| class.fate == ClassFate::Moves).count(), 2);
}

#[test]
fn a_grade_into_an_occupied_one_clashes_and_says_so() {
    let (school, _) = senior(["高一", "高二", "高三"], "{n}班");
    let grades = find_grades(&school.roster());
    let mut decided = choices(2026);
    decided.extent = Extent::Grade(grades[0].key.clone());
    decided.grades.insert(grades[0].key.clone(), GradeChoice { action: Some(Action::Up), ..GradeChoice::default() });
    let plan = plan(&school.roster(), &decided);
    assert!(!plan.can_be_applied());
    assert_eq!(codes(&plan).iter().filter(|code| **code == FindingCode::NameTaken).count(), 2);
    decided.grades.get_mut(&grades[0].key).unwrap().pattern = Some("新{n}班".to_owned());
    let (plan, after) = outcome(&school, &decided);
    assert!(plan.can_be_applied());
    assert!(paths(&after).contains(&"高中部/高二/新2班 2".to_owned()));
}

#[test]
fn the_check_list_finds_what_a_person_should_see() {
    let (mut school, classes) = senior(["高一", "高二", "高三"], "{n}班");
    let pupil = school.pupil(classes[0], "male");
    let further = school.place(pupil, classes[1]);
    for _ in 0..2 {
        school.pupil(classes[0], "female");
        let twin = school.members.last_mut().unwrap();
        twin.set(Field::MemberName, "张三");
        twin.set(Field::MemberBirthDate, "2010-01-02");
    }
    school.pupil(classes[0], "male");
    school.members.last_mut().unwrap().set(Field::MemberDepartment, Value::Null);
    let mut decided = choices(2026);
    decided.pupils.insert(MemberId(id(7777)), PupilChoice::Leave);
    decided.regroups.push(Regroup {
        number: 1,
        from: vec![classes[1]],
        into: vec![classes[0]],
        rule: Rule::ByHand,
        lot: 0,
    });
    let found = codes(&plan(&school.roster(), &decided));
    for code in [
        FindingCode::InTwoClasses,
        FindingCode::PupilTwice,
        FindingCode::Unplaced,
        FindingCode::PupilGone,
        FindingCode::NoPlace,
        FindingCode::ClassWithoutHead,
    ] {
        assert!(found.contains(&code), "{code:?}");
    }
    // Remedies take them away.
    decided.ended.insert(crate::id::AffiliationId(further));
    decided.regroups[0].rule = Rule::Alphabetical;
    let found = codes(&plan(&school.roster(), &decided));
    assert!(!found.contains(&FindingCode::InTwoClasses) && !found.contains(&FindingCode::NoPlace));
}

#[test]
fn staff_do_not_follow_a_class_to_the_alumni() {
    let (mut school, classes) = senior(["高一", "高二", "高三"], "{n}班");
    let teacher = school.staff(classes[4]);
    let (plan, _) = outcome(&school, &choices(2026));
    let roster = school.roster();
    let moved = &plan.moved_people;
    assert_eq!(moved.len(), 1);
    assert_eq!(roster.people[moved[0].0].id, teacher);
    assert_eq!(moved[0].1, find_grades(&roster)[2].node);
}

#[test]
fn a_plan_made_next_year_leaves_the_alumni_alone() {
    let (mut school, _) = senior(["高一", "高二", "高三"], "{g}({n})班");
    for year in 2026..2029 {
        let roster = school.roster();
        let decided = Choices::new([year as u8; 16], OrganisationId(id(1)), year);
        let plan = plan(&roster, &decided);
        assert!(plan.can_be_applied(), "{year}: {:?}", plan.findings);
        assert_eq!(plan.grades.iter().filter(|grade| grade.action == Action::Graduate).count(), 1);
        let mut records = school.records();
        for edit in edits(&roster, &decided, &plan, day()) {
            apply(&mut records, &edit);
        }
        let of = |kind| records.values().filter(|record| record.kind == kind).cloned().collect::<Vec<_>>();
        (school.departments, school.members, school.places) =
            (of(Kind::Department), of(Kind::Member), of(Kind::Affiliation));
    }
    let alumni = school.roster().people.iter().filter(|person| person.identity == Value::from("alumni")).count();
    assert_eq!(alumni, 12);
}

#[test]
fn the_year_to_plan_is_the_one_that_begins_next_or_has_not_been_made() {
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(year_to_plan(day("2026-07-01"), None), 2026);
    assert_eq!(year_to_plan(day("2026-11-22"), None), 2026);
    assert_eq!(year_to_plan(day("2027-02-01"), None), 2026);
    assert_eq!(year_to_plan(day("2026-07-01"), Some(2025)), 2026);
    assert_eq!(year_to_plan(day("2026-11-22"), Some(2026)), 2027);
    assert_eq!(year_to_plan(day("2026-11-22"), Some(2199)), 2026);
}
