//! What is exported and imported again changes nothing, whatever is on the roster.

mod support;

use mingce_exchange::diff::Counts;
use mingce_exchange::oneroster::{OneRosterOptions, OneRosterVersion, export_one_roster_with};
use mingce_exchange::unwatched;
use mingce_exchange::write::{
    CsvEncoding, CsvOutcome, ExportOptions, ExportRow, Language, XlsxOptions, export_csv_with, export_xlsx_with,
};
use mingce_model::check::check_record;
use mingce_model::custom::{CustomField, CustomForm, tagging_id, value_id};
use mingce_model::guardians::MAY_NOT_CONFIRM;
use mingce_model::mask::{CUSTOM_MASK, mask, mask_phone};
use mingce_model::tree::Department;
use mingce_model::{Field, Kind, Record, RecordId, Value};
use proptest::prelude::*;
use std::convert::Infallible;
use support::{MemoryRoster, TODAY, plan};

const OPTIONS: ExportOptions = ExportOptions { language: Language::Chinese, guardians: 3, has_places: true };

fn xlsx(roster: &MemoryRoster, export: ExportOptions) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = XlsxOptions { export, today: TODAY, temporary_directory: None };
    let rows = roster.export_rows().into_iter().map(Ok::<_, Infallible>);
    let more = roster.more_headings(export.language);
    unwatched(|run| export_xlsx_with(rows, options, &more, &mut bytes, run)).unwrap();
    bytes
}

fn csv(roster: &MemoryRoster, export: ExportOptions, encoding: CsvEncoding) -> (CsvOutcome, Vec<u8>) {
    csv_of(roster, roster.export_rows(), export, encoding)
}

/// The rows as they leave when numbers and phones are not shown.
fn masked(roster: &MemoryRoster) -> Vec<ExportRow> {
    let mut rows = roster.export_rows();
    for row in &mut rows {
        for field in [Field::MemberPhone, Field::MemberDocumentNumber] {
            let shown = mask(field, row.member.get(field));
            row.member.set(field, Value::text(shown));
        }
        for guardian in &mut row.guardians {
            guardian.phone = guardian.phone.as_deref().map(mask_phone);
        }
        // The first of them are the tags.
        for (field, cell) in roster.fields().iter().zip(&mut row.more[1..]) {
            if field.is_masked() && !cell.is_empty() {
                CUSTOM_MASK.clone_into(cell);
            }
        }
    }
    rows
}

fn csv_of(
    roster: &MemoryRoster,
    rows: Vec<ExportRow>,
    export: ExportOptions,
    encoding: CsvEncoding,
) -> (CsvOutcome, Vec<u8>) {
    let mut bytes = Vec::new();
    let more = roster.more_headings(export.language);
    let rows = rows.into_iter().map(Ok::<_, Infallible>);
    let outcome = unwatched(|run| export_csv_with(rows, export, &more, encoding, &mut bytes, run)).unwrap();
    (outcome, bytes)
}

fn one_roster(roster: &MemoryRoster, version: OneRosterVersion) -> Vec<u8> {
    let departments: Vec<_> = roster.all(Kind::Department).filter_map(Department::from_record).collect();
    let options = OneRosterOptions { version, organisation_name: "第一中学".into(), today: TODAY };
    let mut target = std::io::Cursor::new(Vec::new());
    let mut rows = || roster.export_rows().into_iter().map(Ok::<_, Infallible>);
    let more = roster.more_headings(Language::Chinese);
    unwatched(|run| export_one_roster_with(&mut rows, &departments, &options, &more, &mut target, run)).unwrap();
    target.into_inner()
}

fn assert_unchanged(roster: &mut MemoryRoster, bytes: Vec<u8>, what: &str) {
    let members = roster.all(Kind::Member).count() as u32;
    let plan = plan(bytes, roster);
    let expected = Counts { unchanged: members, ..Counts::default() };
    let changed: Vec<_> = plan.rows(None, 0, 100).into_iter().filter(|row| !row.diffs.is_empty()).collect();
    let problems: Vec<_> = plan.problems(0, 100).collect();
    assert_eq!(plan.counts(), expected, "{what}: {changed:#?} {problems:#?}");
    assert!(plan.departments_to_create().is_empty(), "{what}");
}

/// Text that hurts: formulas, quotes, separators, Excel's escapes, numbers in disguise, other planes, look-alikes.
fn hurtful() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("=1+1"),
        Just("'"),
        Just("\""),
        Just(","),
        Just(";"),
        Just("\t"),
        Just("\n"),
        Just("_x000D_"),
        Just("_x005F_"),
        Just("@SUM"),
        Just("-"),
        Just("+"),
        Just("00123"),
        Just("1E5"),
        Just("5.4E+17"),
        Just("2023-01-02"),
        Just("𬤇"),
        Just("㛃"),
        Just("𠮷"),
        Just("·"),
        Just("张"),
        Just("三班"),
        Just("合计"),
        Just("姓名"),
        Just("TRUE"),
        Just("&lt;"),
        Just("<b>"),
        Just("]]>"),
        Just("é"),
        Just("＝"),
        Just(" "),
        Just("\\"),
        Just("|"),
        Just("€"),
        Just("😀"),
        Just("1"),
    ];
    prop::collection::vec(pieces, 0..5).prop_map(|pieces| pieces.concat())
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["张三", "李四", "欧阳娜娜", "买买提·艾力", "𬤇㛃", "合计", "示例", "姓名", "J. Smith", "O'Neill"]).prop_map(str::to_owned),
        1 => hurtful().prop_map(|text| format!("张{text}")),
    ]
}

fn maybe(strategy: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
    prop_oneof![Just(String::new()).boxed(), strategy.boxed()].boxed()
}

/// What a member has beside its own fields: texts for the custom fields, tags, departments that it is in or leads.
type Extras = (Vec<String>, Vec<bool>, Vec<(usize, Option<&'static str>)>);

fn extras() -> impl Strategy<Value = Extras> {
    let value = prop_oneof![
        Just(String::new()),
        hurtful(),
        prop::sample::select(vec!["是", "否", "住校", "走读", "-0.5", "007", "2024-09-01", "***", "5.4E+17"])
            .prop_map(str::to_owned)
    ];
    let leads =
        prop::collection::vec((0_usize..6, prop::sample::select(vec![Some("head"), Some("deputy"), None])), 0..3);
    (prop::collection::vec(value, 8), prop::collection::vec(any::<bool>(), 4), leads)
}

/// Fields of every form under names that hurt, and tags.
fn defined() -> impl Strategy<Value = (Vec<(String, usize, bool)>, Vec<String>)> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "宿舍",
            "标签",
            "姓名",
            "手机号",
            "备注",
            "身高(cm)",
            "身高(m)",
            "（）",
            "民族",
            "名册标识"
        ])
        .prop_map(str::to_owned),
        hurtful(),
    ];
    let fields = prop::collection::vec((name, 0_usize..5, any::<bool>()), 0..8);
    (fields, prop::collection::vec(hurtful(), 0..4))
}

type Member = (Vec<(Field, String)>, usize, Vec<(String, String, String, bool)>, Extras);

fn member() -> impl Strategy<Value = Member> {
    let field = |field: Field, value: BoxedStrategy<String>| value.prop_map(move |value| (field, value)).boxed();
    let fields = vec![
        field(Field::MemberName, name().boxed()),
        field(
            Field::MemberCardNumber,
            maybe(prop_oneof!["[0-9]{1,8}", "0[0-9]{3}", "[A-Z0-9._/-]{1,12}", Just("1.5E10".to_owned())]),
        ),
        field(Field::MemberSex, maybe(prop::sample::select(vec!["male", "female"]).prop_map(str::to_owned))),
        field(Field::MemberBirthDate, maybe(Just("2008-01-02".to_owned()))),
        field(
            Field::MemberPhone,
            maybe(prop::sample::select(vec!["13800138000", "+85291234567", "14000000000"]).prop_map(str::to_owned)),
        ),
        field(
            Field::MemberDocumentKind,
            maybe(
                prop::sample::select(vec!["resident_id", "passport", "other", "hong_kong_macau_permit"])
                    .prop_map(str::to_owned),
            ),
        ),
        field(
            Field::MemberDocumentNumber,
            maybe(
                prop::sample::select(vec![
                    "11010519491231002X",
                    "E12345678",
                    "H1234567801",
                    "H1234567802",
                    "5.4E+17",
                    "军字 1",
                ])
                .prop_map(str::to_owned),
            ),
        ),
        field(
            Field::MemberIdentity,
            maybe(
                prop::sample::select(vec![
                    "student",
                    "staff",
                    "alumni",
                    "other",
                    "parent",
                    "student;staff",
                    "staff;parent;other",
                ])
                .prop_map(str::to_owned),
            ),
        ),
        field(Field::MemberTitle, maybe(hurtful())),
        field(Field::MemberEntryYear, maybe(Just("2023".to_owned()))),
        field(Field::MemberEmail, maybe(prop::sample::select(vec!["a@b.cn", "=x@b.cn"]).prop_map(str::to_owned))),
        field(Field::MemberAddress, maybe(hurtful())),
        field(Field::MemberValidFrom, maybe(Just("2023-09-01".to_owned()))),
        field(
            Field::MemberChipNumbers,
            maybe(prop_oneof!["[0-9]{4,10}", "[0-9A-F]{8}", "[0-9A-F]{14};[0-9]{10}", Just("1234E567".to_owned())]),
        ),
        field(
            Field::MemberStatus,
            prop::sample::select(vec!["active", "suspended", "left"]).prop_map(str::to_owned).boxed(),
        ),
        field(Field::MemberStatusSince, maybe(Just("2026-03-01".to_owned()))),
        field(Field::MemberNote, maybe(hurtful())),
    ];
    let phone = maybe(prop::sample::select(vec!["13800138000", "13900139000"]).prop_map(str::to_owned));
    let relation =
        maybe(prop::sample::select(vec!["father", "mother", "grandparent", "other"]).prop_map(str::to_owned));
    (fields, 0_usize..6, prop::collection::vec((name(), phone, relation, any::<bool>()), 0..4), extras())
}

/// A roster of valid records; values that the rules refuse are left out.
fn roster() -> impl Strategy<Value = MemoryRoster> {
    let departments = prop::collection::vec((hurtful(), 0_usize..6), 0..5);
    (departments, defined(), prop::collection::vec(member(), 1..8)).prop_map(|(departments, defined, members)| {
        let mut roster = MemoryRoster::default();
        let mut places: Vec<RecordId> = Vec::new();
        for (name, above) in departments {
            let id = roster.new_id();
            let mut record = valid(Record::empty(Kind::Department, id), [(Field::DepartmentName, format!("部{name}"))]);
            record.set(Field::DepartmentKind, "unit");
            if let Some(parent) = places.get(above) {
                record.set(Field::DepartmentParent, *parent);
            }
            if record.text(Field::DepartmentName).is_some() {
                places.push(id);
                roster.insert(record);
            }
        }
        let (fields, tags) = define(&mut roster, defined);
        for (values, place, guardians, (customs, tagged, leads)) in members {
            let id = roster.new_id();
            let mut record = valid(Record::empty(Kind::Member, id), values);
            if record.text(Field::MemberName).is_none() {
                continue;
            }
            if let Some(place) = places.get(place) {
                record.set(Field::MemberDepartment, *place);
            }
            roster.insert(record);
            for (field, text) in fields.iter().zip(customs) {
                // What somebody typed so was never a value of such a field.
                let is_mask = field.is_masked() && mingce_model::mask::is_custom_mask(&text);
                if let (Ok(value), false) = (field.read(&text), is_mask || text.is_empty()) {
                    let record = Record::empty(Kind::CustomValue, value_id(id, field.id))
                        .with(Field::CustomValueMember, id)
                        .with(Field::CustomValueField, field.id)
                        .with(Field::CustomValueValue, value);
                    roster.insert(record);
                }
            }
            for (tag, _) in tags.iter().zip(tagged).filter(|(_, has)| *has) {
                let record = Record::empty(Kind::Tagging, tagging_id(id, *tag))
                    .with(Field::TaggingMember, id)
                    .with(Field::TaggingTag, *tag);
                roster.insert(record);
            }
            let mut led: Vec<RecordId> = Vec::new();
            for (place, role) in leads {
                let Some(place) = places.get(place).filter(|place| !led.contains(place)) else { continue };
                led.push(*place);
                let id_of_place = roster.new_id();
                let record = Record::empty(Kind::Affiliation, id_of_place)
                    .with(Field::AffiliationMember, id)
                    .with(Field::AffiliationDepartment, *place);
                roster.insert(match role {
                    Some(role) => record.with(Field::AffiliationRole, role),
                    None => record,
                });
            }
            for (name, phone, relation, may_confirm) in guardians {
                let guardian = roster.new_id();
                let values = [(Field::GuardianName, name), (Field::GuardianPhone, phone)];
                let record = valid(Record::empty(Kind::Guardian, guardian), values);
                if record.text(Field::GuardianName).is_none() {
                    continue;
                }
                roster.insert(record);
                let guardianship = roster.new_id();
                let mut record = Record::empty(Kind::Guardianship, guardianship)
                    .with(Field::GuardianshipMember, id)
                    .with(Field::GuardianshipGuardian, guardian);
                record.set(Field::GuardianshipRelation, relation);
                if !may_confirm {
                    record.set(Field::GuardianshipMayConfirm, MAY_NOT_CONFIRM);
                }
                roster.insert(record);
            }
        }
        roster
    })
}

/// Puts the fields and tags with sound names on the roster.
fn define(
    roster: &mut MemoryRoster,
    (fields, tags): (Vec<(String, usize, bool)>, Vec<String>),
) -> (Vec<CustomField>, Vec<RecordId>) {
    let mut known: Vec<String> = Vec::new();
    let mut is_new = |name: &str| {
        let key = mingce_model::tree::name_key(name);
        let is_new = !key.is_empty() && !known.contains(&key);
        known.push(key);
        is_new
    };
    for (name, form, is_masked) in fields {
        let id = roster.new_id();
        let record = valid(Record::empty(Kind::CustomField, id), [(Field::CustomFieldName, name)]);
        let Some(name) = record.text(Field::CustomFieldName).filter(|name| is_new(name)) else { continue };
        let form = CustomForm::ALL[form];
        let field = CustomField {
            id,
            name: name.to_owned(),
            form,
            choices: if form == CustomForm::Choice { vec!["住校".into(), "走读".into()] } else { Vec::new() },
            is_required: false,
            is_unique: false,
            data_class: if is_masked { "sensitive" } else { "ordinary" }.to_owned(),
            position: None,
            is_archived: false,
        };
        let mut record = record.clone();
        field.write_to(&mut record);
        roster.insert(record);
    }
    let mut ids = Vec::new();
    for name in tags {
        let id = roster.new_id();
        let record = valid(Record::empty(Kind::Tag, id), [(Field::TagName, name)]);
        let name = record.text(Field::TagName).unwrap_or_default();
        if !name.contains(mingce_model::custom::TAG_DIVIDERS) && is_new(name) {
            ids.push(id);
            roster.insert(record);
        }
    }
    (roster.fields(), ids)
}

/// The record with those values that the rules let in, as they let them in.
fn valid(mut record: Record, values: impl IntoIterator<Item = (Field, String)>) -> Record {
    for (field, value) in values {
        record.set(field, value);
    }
    for _ in 0..3 {
        for (field, finding) in check_record(&mut record, TODAY) {
            if finding.is_problem() {
                record.set(field, Value::Null);
            }
        }
    }
    record
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn an_export_imported_again_changes_nothing(roster in roster()) {
        let mut roster = roster;
        for language in [Language::Chinese, Language::English] {
            let options = ExportOptions { language, ..OPTIONS };
            let bytes = xlsx(&roster, options);
            assert_unchanged(&mut roster, bytes, "xlsx");
            for encoding in [CsvEncoding::Utf8, CsvEncoding::Gb18030] {
                let (outcome, bytes) = csv(&roster, options, encoding);
                prop_assert!(matches!(outcome, CsvOutcome::Written(_)));
                assert_unchanged(&mut roster, bytes, "csv");
            }
        }
        let masked = masked(&roster);
        let (_, bytes) = csv_of(&roster, masked, OPTIONS, CsvEncoding::Utf8);
        assert_unchanged(&mut roster, bytes, "masked");
        for version in [OneRosterVersion::V1p1, OneRosterVersion::V1p2] {
            let bytes = one_roster(&roster, version);
            assert_unchanged(&mut roster, bytes, "one roster");
        }
    }
}

#[test]
fn gbk_stops_at_names_it_cannot_write_and_lists_them() {
    let mut roster = MemoryRoster::default();
    for name in ["张三", "𬤇丽", "李㛃", "王五"] {
        let id = roster.new_id();
        roster
            .insert(Record::empty(Kind::Member, id).with(Field::MemberName, name).with(Field::MemberStatus, "active"));
    }
    let (outcome, _) = csv(&roster, OPTIONS, CsvEncoding::Gbk);
    let CsvOutcome::Unwritable { rows, count } = outcome else { panic!("must not be written") };
    assert_eq!(count, 2);
    assert_eq!(
        rows.iter().map(|row| (row.name.as_str(), row.character)).collect::<Vec<_>>(),
        [("𬤇丽", '𬤇'), ("李㛃", '㛃')]
    );
    roster.records.retain(|_, record| !matches!(record.text(Field::MemberName), Some("𬤇丽" | "李㛃")));
    let (outcome, bytes) = csv(&roster, OPTIONS, CsvEncoding::Gbk);
    assert!(matches!(outcome, CsvOutcome::Written(summary) if summary.rows == 2));
    assert_unchanged(&mut roster, bytes, "gbk");
}

#[test]
fn guardians_without_columns_are_counted() {
    let mut roster = MemoryRoster::default();
    let bytes = "姓名,父亲电话,母亲电话\n张三,13800138000,13900139000\n";
    let first = plan(bytes, &mut roster);
    roster.apply_plan(&first, support::ALL_IN);
    let (outcome, bytes) = csv(&roster, ExportOptions { guardians: 1, ..OPTIONS }, CsvEncoding::Utf8);
    assert!(matches!(outcome, CsvOutcome::Written(summary) if summary.guardians_left_out == 1));
    assert_unchanged(&mut roster, bytes, "one guardian");
}

#[test]
fn further_places_and_the_date_of_a_status_reach_another_roster() {
    let mut first = MemoryRoster::default();
    let file = "工号,姓名,身份,部门,兼属部门,状态,状态日期\n\
        1,张三,教职工,高一/1班,\"高一/2班;社团/象棋社\",离校,2026-03-01\n\
        2,李四,教职工,高一/1班,,在册,\n";
    let planned = plan(file, &mut first);
    assert_eq!(planned.counts(), Counts { add: 2, ..Counts::default() });
    first.apply_plan(&planned, support::ALL_IN);
    let of = |roster: &MemoryRoster| {
        let member = roster.member("张三");
        let tree = roster.tree();
        let places = roster.places_of(member.id).into_iter();
        let mut paths: Vec<String> = places.map(|it| tree.path(mingce_model::DepartmentId(it.department))).collect();
        paths.sort_unstable();
        (paths, member.text(Field::MemberStatusSince).map(str::to_owned))
    };
    let expected = (vec!["社团/象棋社".to_owned(), "高一/2班".to_owned()], Some("2026-03-01".to_owned()));
    assert_eq!(of(&first), expected);
    for language in [Language::Chinese, Language::English] {
        let export = ExportOptions { language, ..OPTIONS };
        let (_, text) = csv(&first, export, CsvEncoding::Utf8);
        for bytes in [xlsx(&first, export), text] {
            let mut other = MemoryRoster::default();
            let planned = plan(bytes, &mut other);
            other.apply_plan(&planned, support::ALL_IN);
            assert_eq!(of(&other), expected);
        }
    }
    for version in [OneRosterVersion::V1p1, OneRosterVersion::V1p2] {
        let mut other = MemoryRoster::default();
        let planned = plan(one_roster(&first, version), &mut other);
        other.apply_plan(&planned, support::ALL_IN);
        assert_eq!(of(&other), expected);
    }
}
