//! Rows that a person corrects or answers are planned anew by themselves, and the plan is the one that the whole corrected
//! file would come to.

mod support;

use mingce_exchange::diff::{
    Again, Answer, ApplyChoices, Direction, Exclusion, FaultyCells, MirrorScope, Part, Plan, PlanOptions, SheetToPlan,
    Stop, TakenOut, Verdict, edits, plan_again, plan_sheets,
};
use mingce_exchange::shape::{FittedSheets, Mapping, Shape, Target, find_shape, fit_sheets};
use mingce_exchange::unwatched;
use mingce_model::custom::{CustomField, CustomForm};
use mingce_model::{Field, Kind, Record, RecordId};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use support::{ALL_IN, MemoryRoster, understand_with};

const HEADINGS: &str = "学号,姓名,身份证号,手机号,班级,储物柜,标签,备注,父亲姓名,父亲电话,芯片号\n";

/// What stands in each column, made so that rows share much of it.
const POOLS: [&[&str]; 11] = [
    &["1001", "1002", "1003", "0012", "0013", "0014", "15", "", "1.5E+07"],
    &["张三", "李四", "王五", "赵六", "", "合计"],
    &["", "", "", "11010519491231002X", "440524188001010014", "540102201007255000"],
    &["", "13800138000", "13900139000", "138", "13800138000、13700137000"],
    &["高一/1班", "高一/2班", "1班", "高 一/１班", "Class A", "class a", "旧/3班", "/", ""],
    &["", "", "", "7", "8", "9", "x"],
    &["", "", "校队", "少先队、校队", "新、旧", "旧、新"],
    &["", "注", "走读"],
    &["", "", "张大", "李大"],
    &["", "13600136000", "13600136001", "136"],
    &["", "", "04A32F1B", "04A32F1B;0012345678"],
];

fn line() -> impl Strategy<Value = [usize; 11]> {
    prop::array::uniform11(0_usize..1100)
}

fn text(column: usize, choice: usize) -> &'static str {
    POOLS[column][choice % POOLS[column].len()]
}

fn file(lines: &[[usize; 11]]) -> Vec<u8> {
    let mut text_of_file = HEADINGS.to_owned();
    for line in lines {
        let cells: Vec<&str> = line.iter().enumerate().map(|(column, choice)| text(column, *choice)).collect();
        text_of_file.push_str(&cells.join(","));
        text_of_file.push('\n');
    }
    text_of_file.into_bytes()
}

#[derive(Clone, Debug)]
enum Step {
    Type {
        row: usize,
        column: usize,
        choice: usize,
    },
    PutBack {
        row: usize,
    },
    /// Of the corrections that are there; more than one at a time.
    PutAllBack,
    Answer {
        row: usize,
        candidate: usize,
    },
    TakeOut {
        row: usize,
        exclusion: bool,
    },
    TakeOutOfRow {
        row: usize,
        item: u16,
        exclusion: bool,
    },
    TakeOutColumn {
        row: usize,
        column: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let row = || 0_usize..110;
    prop_oneof![
        8 => (row(), 0_usize..11, 0_usize..1100).prop_map(|(row, column, choice)| Step::Type { row, column, choice }),
        1 => row().prop_map(|row| Step::PutBack { row }),
        1 => Just(Step::PutAllBack),
        2 => (row(), 0_usize..4).prop_map(|(row, candidate)| Step::Answer { row, candidate }),
        2 => (row(), any::<bool>()).prop_map(|(row, exclusion)| Step::TakeOut { row, exclusion }),
        2 => (row(), 0_u16..8, any::<bool>())
            .prop_map(|(row, item, exclusion)| Step::TakeOutOfRow { row, item, exclusion }),
        1 => (row(), 0_usize..11).prop_map(|(row, column)| Step::TakeOutColumn { row, column }),
    ]
}

fn exclusion(is_out: bool) -> Exclusion {
    if is_out { Exclusion::Excluded } else { Exclusion::Included }
}

/// A roster with departments of one name, two fields and a tag, and whoever the lines add.
fn roster_of(lines: &[[usize; 11]]) -> MemoryRoster {
    let mut roster = MemoryRoster::default();
    let field = CustomField {
        id: roster.new_id(),
        name: "储物柜".into(),
        form: CustomForm::Number,
        choices: Vec::new(),
        is_required: false,
        is_unique: true,
        data_class: "ordinary".into(),
        position: None,
        is_archived: false,
    };
    let mut record = Record::empty(Kind::CustomField, field.id);
    field.write_to(&mut record);
    roster.insert(record);
    let required = CustomField { id: roster.new_id(), name: "校车".into(), is_required: true, ..field };
    let mut record = Record::empty(Kind::CustomField, required.id);
    CustomField { is_unique: false, ..required }.write_to(&mut record);
    roster.insert(record);
    let tag = Record::empty(Kind::Tag, roster.new_id()).with(Field::TagName, "校队");
    roster.insert(tag);
    if !lines.is_empty() {
        let plan = Planned::of(file(lines)).plan(&mut roster, &support::options());
        roster.apply_plan(&plan, ApplyChoices { faulty_cells: FaultyCells::LeaveCellOut, ..ALL_IN });
    }
    roster
}

/// A file with its columns understood.
struct Planned {
    bytes: Vec<u8>,
    shape: Shape,
    mapping: Mapping,
    fields: Vec<CustomField>,
}

impl Planned {
    fn of(bytes: Vec<u8>) -> Self {
        let (_, _, shape) = understand_with(bytes.clone(), &[]);
        let mapping = shape.proposed.clone();
        Self { bytes, shape, mapping, fields: Vec::new() }
    }

    fn with(bytes: Vec<u8>, fields: Vec<CustomField>) -> Self {
        let (_, _, shape) = understand_with(bytes.clone(), &fields);
        let mapping = shape.proposed.clone();
        Self { bytes, shape, mapping, fields }
    }

    fn sheet(&self) -> [SheetToPlan<'_>; 1] {
        [SheetToPlan { name: "", shape: &self.shape, mapping: &self.mapping, department: None }]
    }

    fn plan(&self, roster: &mut MemoryRoster, options: &PlanOptions) -> Plan {
        let options = PlanOptions { fields: self.fields.clone(), ..options.clone() };
        let (mut workbook, ..) = understand_with(self.bytes.clone(), &self.fields);
        unwatched(|run| plan_sheets(&mut workbook, &self.sheet(), roster, &options, run)).unwrap()
    }

    fn again(&self, plan: Plan, roster: &mut MemoryRoster, options: &PlanOptions) -> Again {
        let options = PlanOptions { fields: self.fields.clone(), ..options.clone() };
        let Ok(again) = plan_again(plan, &self.sheet(), roster, &options);
        again
    }
}

/// Everything that a plan says, and the edits that it comes to.
fn told(plan: &Plan) -> Vec<String> {
    let mut told = vec![
        format!("{:?} {:?} {:?}", plan.counts(), plan.skipped(), plan.leaving()),
        format!("{:?} {:?}", plan.offered_card_number_digits(), plan.changed()),
        format!("departments {:?}", plan.departments_to_create()),
        format!("by end {:?}", plan.departments_by_end()),
        format!("tags {:?}", plan.tags_to_create()),
    ];
    let targets: Vec<Target> =
        (0..4).map(Target::GuardianName).chain([Target::Field(Field::MemberName), Target::Tags]).collect();
    for row in plan.rows(None, 0, 1000) {
        told.push(format!("{row:?} {:?}", plan.texts(row.key, &targets)));
    }
    told.extend(plan.problems(0, 1000).map(|problem| format!("{problem:?}")));
    let choices = ApplyChoices {
        faulty_cells: FaultyCells::LeaveCellOut,
        leaving_confirmed: plan.leaving().map(|leaving| leaving.people),
        ..ALL_IN
    };
    let mut ids = 0;
    let mut new_id = || {
        ids += 1;
        RecordId::from_parts(ids, [9; 10])
    };
    told.extend(edits(plan, choices, &mut new_id).map(|edit| format!("{edit:?}")));
    told
}

fn key_of(plan: &Plan, row: usize) -> Option<u32> {
    let count = plan.len(None);
    (count > 0).then(|| plan.rows(None, row % count, 1)[0].key)
}

fn run(known: &[[usize; 11]], lines: &[[usize; 11]], mirror: Option<MirrorScope>, steps: &[Step]) -> (usize, usize) {
    let mut roster = roster_of(known);
    let planned = Planned::with(file(lines), roster.fields());
    let options = PlanOptions { mirror, ..support::options() };
    let mut typed: BTreeMap<(u32, u16), String> = BTreeMap::new();
    let mut answers: HashMap<u32, Answer> = HashMap::new();
    let mut plan = planned.plan(&mut roster, &options);
    let (mut done, mut whole) = (0, 0);
    for step in steps {
        let (typed_before, answers_before) = (typed.clone(), answers.clone());
        match *step {
            Step::Type { row, column, choice } => {
                let row = u32::try_from(row % lines.len()).unwrap() + 2;
                typed.insert((row, column as u16), text(column, choice).to_owned());
            }
            Step::PutBack { row } => {
                let typed_over: Vec<_> = typed.keys().copied().collect();
                if !typed_over.is_empty() {
                    typed.remove(&typed_over[row % typed_over.len()]);
                }
            }
            Step::PutAllBack => typed.clear(),
            Step::Answer { row, candidate } => {
                let unsure = plan.rows(Some(Verdict::Unsure), 0, 1000);
                if !unsure.is_empty() {
                    let row = &unsure[row % unsure.len()];
                    let answer =
                        row.candidates.get(candidate).map_or(Answer::NewPerson, |it| Answer::SamePerson(it.id));
                    answers.insert(row.key, answer);
                }
            }
            Step::TakeOut { row, exclusion: is_out } => {
                if let Some(key) = key_of(&plan, row) {
                    let before = plan.find_row(key).unwrap();
                    let goes_in = matches!(before.verdict, Verdict::Add | Verdict::Change | Verdict::Leave);
                    let can_be = !is_out || goes_in || before.can_go_in_partly;
                    assert_eq!(plan.exclude(key, exclusion(is_out)), can_be && before.is_excluded != is_out);
                    assert_eq!(plan.find_row(key).unwrap().is_excluded, is_out && can_be);
                }
            }
            Step::TakeOutOfRow { row, item, exclusion: is_out } => {
                if let Some(key) = key_of(&plan, row)
                    && plan.exclude_item(key, item, exclusion(is_out))
                {
                    let view = plan.find_row(key).unwrap();
                    assert!(view.diffs.iter().any(|diff| diff.item == item && diff.is_excluded == is_out));
                }
            }
            Step::TakeOutColumn { row, column } => {
                if let Some(key) = key_of(&plan, row) {
                    let target = planned.mapping.columns[column];
                    let before = told(&plan);
                    let changed = plan.take_out(&[key], Part::Columns(&[target]), Exclusion::Excluded);
                    let after = told(&plan);
                    assert_eq!(changed.is_empty(), before == after);
                    // Once back and out again: just what was otherwise before.
                    assert_eq!(plan.take(&changed, Exclusion::Included), changed);
                    assert_eq!(told(&plan), before);
                    assert_eq!(plan.take(&changed, Exclusion::Excluded), changed);
                    assert_eq!(told(&plan), after);
                }
            }
        }
        let mut corrections = mingce_exchange::diff::Corrections::default();
        for ((row, column), text) in &typed {
            corrections.type_over(*row, *column, text.clone());
        }
        let now = PlanOptions { corrections, answers: answers.clone(), ..options.clone() };
        let before: TakenOut = plan.taken_out();
        let changed = |row: u32| {
            let of = |typed: &BTreeMap<(u32, u16), String>| {
                typed.range((row, 0)..=(row, u16::MAX)).map(|(at, text)| (*at, text.clone())).collect::<Vec<_>>()
            };
            of(&typed) != of(&typed_before) || answers.get(&row) != answers_before.get(&row)
        };
        let mut scratch = planned.plan(&mut roster, &now);
        scratch.take_out_again(&before, changed);
        plan = match planned.again(plan, &mut roster, &now) {
            Again::Done(plan, _) => {
                done += 1;
                plan
            }
            Again::Whole(_) => {
                whole += 1;
                let mut plan = planned.plan(&mut roster, &now);
                plan.take_out_again(&before, changed);
                plan
            }
        };
        assert_eq!(told(&plan), told(&scratch), "after {step:?}, typed {typed:?}");
    }
    (done, whole)
}

fn scope() -> impl Strategy<Value = Option<MirrorScope>> {
    prop_oneof![Just(None), Just(Some(MirrorScope::WholeRoster)), Just(Some(MirrorScope::NamedDepartments))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn what_is_planned_by_itself_is_what_the_whole_file_comes_to(
        known in prop::collection::vec(line(), 0..8),
        lines in prop::collection::vec(line(), 1..9),
        mirror in scope(),
        steps in prop::collection::vec(step(), 1..8),
    ) {
        run(&known, &lines, mirror, &steps);
    }
}

/// A thousand pupils, all known but for what the lines say otherwise.
fn thousand() -> (MemoryRoster, Vec<u8>) {
    let mut lines = String::from("学号,姓名,手机号,班级\n");
    for pupil in 0..1000 {
        let name: String = format!("{pupil}").chars().map(|c| char::from_u32(0x4E00 + c as u32).unwrap()).collect();
        lines.push_str(&format!("S{pupil:04},学{name},13{:09},高一/{}班\n", 800_138_000 + pupil, pupil % 20));
    }
    let mut roster = MemoryRoster::default();
    let plan = Planned::of(lines.clone().into_bytes()).plan(&mut roster, &support::options());
    assert_eq!(plan.counts().problem, 0);
    roster.apply_plan(&plan, ALL_IN);
    (roster, lines.into_bytes())
}

fn typed(cells: &[(u32, u16, &str)]) -> PlanOptions {
    let mut options = support::options();
    for (row, column, text) in cells {
        options.corrections.type_over(*row, *column, (*text).to_owned());
    }
    options
}

#[track_caller]
fn touched(again: Again) -> (Plan, usize) {
    match again {
        Again::Done(plan, touched) => (plan, touched),
        Again::Whole(_) => panic!("planned as a whole"),
    }
}

#[test]
fn only_what_a_correction_touches_is_planned_anew() {
    let (mut roster, bytes) = thousand();
    let planned = Planned::of(bytes);
    let plan = planned.plan(&mut roster, &support::options());
    // A phone concerns nobody else, a new class neither; a number that another row has concerns that one too.
    let steps: [(&[(u32, u16, &str)], usize); 5] = [
        (&[(500, 2, "138")], 1),
        (&[(500, 2, "13900139000")], 1),
        (&[(500, 2, "13900139000"), (700, 3, "高三/9班")], 1),
        (&[(500, 2, "13900139000"), (700, 3, "高三/9班"), (800, 0, "S0000")], 2),
        (&[(500, 2, "13900139000")], 3),
    ];
    let mut plan = plan;
    for (cells, expected) in steps {
        let (next, count) = touched(planned.again(plan, &mut roster, &typed(cells)));
        assert_eq!(count, expected, "{cells:?}");
        assert_eq!(told(&next), told(&planned.plan(&mut roster, &typed(cells))));
        plan = next;
    }
}

#[test]
fn a_row_may_become_no_data_and_come_back() {
    let planned = Planned::of("学号,姓名,班级\n1,张三,1班\n2,李四,2班\n合计,2,\n".into());
    let mut roster = MemoryRoster::default();
    let plan = planned.plan(&mut roster, &support::options());
    let empty = typed(&[(2, 0, ""), (2, 1, ""), (2, 2, "")]);
    let (without, _) = touched(planned.again(plan, &mut roster, &empty));
    assert_eq!((without.len(None), without.skipped().blank, without.skipped().totals), (1, 1, 1));
    assert_eq!(without.departments_to_create(), ["2班"]);
    let (with, _) = touched(planned.again(without, &mut roster, &support::options()));
    assert_eq!((with.len(None), with.skipped().blank), (2, 0));
    assert_eq!(with.departments_to_create(), ["1班", "2班"], "in the file's order");
    let (people, _) = touched(planned.again(with, &mut roster, &typed(&[(4, 0, "3"), (4, 1, "王五")])));
    assert_eq!((people.len(None), people.skipped().totals), (3, 0));
}

#[test]
fn what_depends_on_the_order_of_the_file_is_planned_as_a_whole() {
    let planned = Planned::of("学号,姓名,标签\n1,张三,校队\n2,李四,乐队、校队\n".into());
    let mut roster = MemoryRoster::default();
    let plan = planned.plan(&mut roster, &support::options());
    let again = planned.again(plan, &mut roster, &typed(&[(2, 2, "乐队")]));
    assert!(matches!(again, Again::Whole(_)), "the tags would be made in another order");
}

#[test]
fn rows_of_several_sheets_are_planned_by_themselves() {
    let lines: &[&[&[&str]]] = &[
        &[&["年级", "姓名", "学号"], &["高一", "张三", "1"], &["高一", "李四", "2"]],
        &[&["学号", "姓名", "爱好", "年级"], &["3", "王五", "足球", "高一"], &["1", "赵六", "", "高一"]],
    ];
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, lines) in ["1班", "2班"].into_iter().zip(lines) {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, line) in lines.iter().enumerate() {
            for (column, text) in line.iter().enumerate() {
                sheet.write_string(row as u32, column as u16, *text).unwrap();
            }
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let mut workbook = mingce_exchange::read::open_bytes(bytes, &Default::default()).unwrap();
    let shape = unwatched(|run| find_shape(&mut workbook, "1班", run)).unwrap();
    let fitted: FittedSheets = unwatched(|run| fit_sheets(&mut workbook, "1班", &shape, &shape.proposed, run)).unwrap();
    let sheets: Vec<SheetToPlan<'_>> = fitted
        .sheets
        .iter()
        .map(|it| SheetToPlan { name: &it.name, shape: &it.shape, mapping: &it.mapping, department: Some(&it.name) })
        .collect();
    let mut roster = MemoryRoster::default();
    let plan = unwatched(|run| plan_sheets(&mut workbook, &sheets, &mut roster, &support::options(), run)).unwrap();
    assert_eq!(plan.counts().problem, 1);
    // The last row of the second sheet: its number stands in column A there, not in C.
    let options = typed(&[(6, 0, "4")]);
    let Ok(again) = plan_again(plan, &sheets, &mut roster, &options);
    let (plan, count) = touched(again);
    assert_eq!((plan.counts().problem, count), (0, 2));
    let whole = unwatched(|run| plan_sheets(&mut workbook, &sheets, &mut roster, &options, run)).unwrap();
    assert_eq!(told(&plan), told(&whole));
}

#[test]
fn a_sheet_that_is_read_otherwise_is_planned_as_a_whole() {
    let planned = Planned::of("学号,姓名,年级\n1,张三,高一\n2,李四,高一\n".into());
    let mut roster = MemoryRoster::default();
    let options = support::options();
    let [alone] = planned.sheet();
    let named = SheetToPlan { department: Some("1班"), ..alone };
    let lower = Shape { header_row: 2, ..planned.shape.clone() };
    let below = SheetToPlan { shape: &lower, ..alone };
    let mut renamed = planned.shape.clone();
    renamed.columns[2].heading = "部门".into();
    let renamed = SheetToPlan { shape: &renamed, ..alone };
    for (before, now) in [(alone, named), (named, alone), (alone, below), (below, alone), (alone, renamed)] {
        let (mut workbook, ..) = understand_with(planned.bytes.clone(), &[]);
        let plan = unwatched(|run| plan_sheets(&mut workbook, &[before], &mut roster, &options, run)).unwrap();
        let Ok(again) = plan_again(plan, &[now], &mut roster, &options);
        assert!(matches!(again, Again::Whole(_)), "{:?} {}", now.department, now.shape.header_row);
    }
}

#[test]
fn whoever_is_told_to_stay_stays_until_somebody_says_otherwise() {
    let mut roster = MemoryRoster::default();
    let all = Planned::of("学号,姓名\n1,张三\n2,李四\n3,王五\n".into());
    let plan = all.plan(&mut roster, &support::options());
    roster.apply_plan(&plan, ALL_IN);
    let planned = Planned::of("学号,姓名\n1,张三\n3,王五\n".into());
    let options = PlanOptions { mirror: Some(MirrorScope::WholeRoster), ..support::options() };
    let stays = |plan: &Plan| {
        let leavers = plan.rows(Some(Verdict::Leave), 0, 10);
        leavers.into_iter().map(|row| (row.label, row.is_excluded)).collect::<Vec<_>>()
    };
    let mut plan = planned.plan(&mut roster, &options);
    let [leaver] = &plan.rows(Some(Verdict::Leave), 0, 10)[..] else { panic!("one is missing") };
    assert!(plan.exclude(leaver.key, Exclusion::Excluded));
    // The file names the one who stays for a while.
    let named = PlanOptions { corrections: typed(&[(3, 0, "2"), (3, 1, "李四")]).corrections, ..options.clone() };
    let (plan, _) = touched(planned.again(plan, &mut roster, &named));
    assert_eq!(stays(&plan), [("王五".to_owned(), false)]);
    let known = plan.taken_out();
    let (mut plan, _) = touched(planned.again(plan, &mut roster, &options));
    assert_eq!(stays(&plan), [("李四".to_owned(), true)]);
    let mut whole = planned.plan(&mut roster, &options);
    whole.take_out_again(&known, |_| false);
    assert_eq!(told(&plan), told(&whole));
    let leaver = plan.rows(Some(Verdict::Leave), 0, 10).remove(0);
    assert!(plan.exclude(leaver.key, Exclusion::Included));
    let (plan, _) = touched(planned.again(plan, &mut roster, &named));
    let (plan, _) = touched(planned.again(plan, &mut roster, &options));
    assert_eq!(stays(&plan), [("李四".to_owned(), false)]);
}

#[test]
fn what_touches_many_rows_is_planned_as_a_whole() {
    let lines: String = (0..1001).map(|pupil| format!("{pupil},张三,13800138000\n")).collect();
    let planned = Planned::of(format!("学号,姓名,手机号\n{lines}").into_bytes());
    let mut roster = MemoryRoster::default();
    let plan = planned.plan(&mut roster, &support::options());
    let cells: Vec<(u32, u16, &str)> = (2..1003).map(|row| (row, 2, "13900139000")).collect();
    let Again::Whole(plan) = planned.again(plan, &mut roster, &typed(&cells)) else { panic!("without a way to stop") };
    let (plan, count) = touched(planned.again(plan, &mut roster, &typed(&cells[..1000])));
    assert_eq!(count, 1000);
    assert_eq!(told(&plan), told(&planned.plan(&mut roster, &typed(&cells[..1000]))));
}

#[test]
fn a_row_that_was_taken_out_needs_no_look() {
    let planned = Planned::of("学号,姓名,手机号\n1,张三,138\n2,李四,139\n3,,13900139000\n".into());
    let mut roster = MemoryRoster::default();
    let mut plan = planned.plan(&mut roster, &support::options());
    let places: Vec<u32> = (0..3).collect();
    let targets = [Target::Field(Field::MemberPhone)];
    let next = |plan: &Plan, row| {
        let stop = plan.next_stop(&places, &targets, Stop { row, column: None }, Direction::Next);
        stop.map(|stop| stop.row)
    };
    assert_eq!(next(&plan, 2), Some(0));
    assert!(plan.exclude(2, Exclusion::Excluded));
    assert!(!plan.exclude(2, Exclusion::Excluded), "it is out already");
    assert!(plan.find_row(2).unwrap().can_go_in_partly, "it can be taken back in");
    assert_eq!(next(&plan, 2), Some(1));
    assert!(!plan.exclude(4, Exclusion::Excluded), "without a name it does not go in");
    assert!(!plan.find_row(4).unwrap().is_excluded);
}

/// Whoever types into one cell for hours gets back what earlier texts took: planning the whole file does it, and it is
/// planned as rarely as that costs nothing.
#[test]
fn ten_thousand_corrections_of_one_cell_take_no_more_memory_than_a_few() {
    let lines: Vec<[usize; 11]> = (0..20).map(|row| [row; 11]).collect();
    for column in [7, 9, 4] {
        let mut roster = roster_of(&[]);
        let planned = Planned::with(file(&lines), roster.fields());
        let mut options = support::options();
        let mut plan = planned.plan(&mut roster, &options);
        let (made, mut whole, mut most) = (plan.bytes(), 0, 0);
        for n in 0..10_000 {
            let text = match column {
                7 => format!("第 {n} 次 {}", "很长的备注".repeat(20)),
                9 => format!("136{n:08}"),
                _ => format!("高一/{n}班"),
            };
            options.corrections.type_over(3, column, text);
            plan = match planned.again(plan, &mut roster, &options) {
                Again::Done(plan, _) => plan,
                Again::Whole(_) => {
                    whole += 1;
                    planned.plan(&mut roster, &options)
                }
            };
            most = most.max(plan.bytes());
        }
        assert!(most <= 2 * made + (2 << 20), "column {column}: {made} bytes grew to {most}");
        assert!(whole <= 20, "column {column}: planned as a whole {whole} times");
        assert_eq!(told(&plan), told(&planned.plan(&mut roster, &options)), "column {column}");
    }
}
