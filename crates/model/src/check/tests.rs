use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const CONTEXT: Context<'static> = Context { today: date(2026, 9, 1), document_kind: Some("resident_id") };

fn check(field: Field, text: &str) -> Result<Value, Problem> {
    check_field(field, Value::from(text), &CONTEXT).map(|checked| checked.value)
}

fn id(number: u8) -> RecordId {
    RecordId::from_parts(1_788_000_000_000, [number; 10])
}

fn member() -> Record {
    Record::empty(Kind::Member, id(1)).with(Field::MemberName, "王明").with(Field::MemberStatus, "active")
}

#[test]
fn each_form_normalises_its_values() {
    for (field, typed, stored) in [
        (Field::MemberName, "\u{3000}买买提•艾力 ", Value::from("买买提·艾力")),
        (Field::MemberCardNumber, "'２０１３－００１", Value::from("2013-001")),
        (Field::MemberSex, "男", Value::from("male")),
        (Field::MemberBirthDate, "2013年8月4日", Value::from("2013-08-04")),
        (Field::MemberPhone, "0086-138-0013-8000", Value::from("13800138000")),
        (Field::MemberDocumentNumber, "110105491231002", Value::from("11010519491231002X")),
        (Field::MemberTitle, "班主任\n 数学 ", Value::from("班主任 数学")),
        (Field::MemberNote, " 一\r\n二 ", Value::from("一\n二")),
        (Field::MemberEntryYear, "2023级", Value::Int(2023)),
        (Field::MemberEmail, " Wang.Ming@Example.EDU.CN", Value::from("Wang.Ming@example.edu.cn")),
        (Field::MemberAddress, "  ", Value::Null),
        (Field::MemberJoinedAt, "1788000000000", Value::Int(1_788_000_000_000)),
        (Field::DepartmentPosition, "-3", Value::Int(-3)),
        (Field::DepartmentName, "高一（3）班", Value::from("高一（3）班")),
        (Field::InvitationTokenHash, &"AB".repeat(32), Value::from("ab".repeat(32))),
        (Field::ConflictMine, "{\"a\":[1]}", Value::from("{\"a\":[1]}")),
        (Field::MemberDepartment, &id(7).to_string().to_uppercase(), Value::from(id(7))),
    ] {
        assert_eq!(check(field, typed), Ok(stored), "{field:?} {typed:?}");
    }
    // A cell that a spreadsheet took for a quantity.
    let number = check_field(Field::MemberCardNumber, Value::Int(20_130_001), &CONTEXT).unwrap();
    assert_eq!(number.value, Value::from("20130001"));
}

#[test]
fn each_form_refuses_what_it_cannot_hold() {
    for (field, typed, problem) in [
        (Field::MemberName, " ", Problem::RequiredMissing),
        (Field::MemberName, "123", Problem::NameWithoutLetters),
        (Field::MemberCardNumber, "A 01", Problem::CardNumberCharacters),
        (Field::MemberCardNumber, "学号1", Problem::CardNumberCharacters),
        (Field::MemberCardNumber, &"1".repeat(33), Problem::CardNumberTooLong),
        (Field::MemberSex, "未知", Problem::ChoiceUnknown),
        (Field::MemberBirthDate, "2026-09-02", Problem::BirthDateInFuture),
        (Field::MemberBirthDate, "0213-08-04", Problem::DateOutOfRange),
        (Field::MemberBirthDate, "4/8/2013", Problem::DateMalformed),
        (Field::MemberPhone, "12345678901", Problem::PhoneMalformed),
        (Field::MemberDocumentNumber, "911124198108030024", Problem::DocumentKindMismatch),
        (Field::MemberTitle, &"长".repeat(65), Problem::TextTooLong),
        (Field::MemberTitle, "a\u{0}b", Problem::ControlCharacter),
        (Field::MemberTitle, "\u{fffd}", Problem::CharacterDamaged),
        (Field::MemberEntryYear, "1066", Problem::NumberOutOfRange),
        (Field::MemberEntryYear, "去年", Problem::NumberMalformed),
        (Field::MemberEmail, "a@b", Problem::EmailMalformed),
        (Field::MemberEmail, "a b@example.com", Problem::EmailMalformed),
        (Field::MemberEmail, "a@-x.com", Problem::EmailMalformed),
        (Field::MemberEmail, "@example.com", Problem::EmailMalformed),
        (Field::MemberJoinedAt, "-1", Problem::NumberOutOfRange),
        (Field::DepartmentName, "高一/3班", Problem::DepartmentNameSeparator),
        (Field::InvitationTokenHash, "abc", Problem::HexMalformed),
        (Field::ConflictMine, "{", Problem::JsonMalformed),
        (Field::MemberDepartment, "3班", Problem::ReferenceMalformed),
    ] {
        assert_eq!(check(field, typed), Err(problem), "{field:?} {typed:?}");
    }
    assert_eq!(check_field(Field::MemberName, Value::Null, &CONTEXT), Err(Problem::RequiredMissing));
}

#[test]
fn a_record_is_normalised_and_its_faults_are_named() {
    let mut record = member()
        .with(Field::MemberSex, "男")
        .with(Field::MemberBirthDate, "1950/1/1")
        .with(Field::MemberDocumentKind, "身份证")
        .with(Field::MemberDocumentNumber, "110105491231002")
        .with(Field::MemberPhone, "1440013800")
        .with(Field::MemberValidFrom, "2026-09-01")
        .with(Field::MemberValidUntil, "2026-08-31");
    let findings = check_record(&mut record, CONTEXT.today);
    assert_eq!(
        findings,
        [
            (Field::MemberPhone, Finding::Problem(Problem::PhoneMalformed)),
            (Field::MemberValidUntil, Finding::Problem(Problem::ValidityReversed)),
            (Field::MemberSex, Finding::Warning(Warning::SexDiffersFromId)),
            (Field::MemberBirthDate, Finding::Warning(Warning::BirthDateDiffersFromId)),
        ]
    );
    assert_eq!(record.text(Field::MemberDocumentKind), Some("resident_id"));
    assert_eq!(record.text(Field::MemberDocumentNumber), Some("11010519491231002X"));
    assert_eq!(record.text(Field::MemberPhone), Some("1440013800"), "a refused value stays");
}

#[test]
fn a_sound_record_has_no_findings_and_nothing_is_filled_in() {
    let mut record = member();
    let before = record.clone();
    assert_eq!(check_record(&mut record, CONTEXT.today), []);
    assert_eq!(record, before);

    let mut empty = Record::empty(Kind::Member, id(2));
    let missing = Finding::Problem(Problem::RequiredMissing);
    assert_eq!(check_record(&mut empty, CONTEXT.today), [(Field::MemberName, missing), (Field::MemberStatus, missing)]);
}

#[test]
fn half_a_document_is_warned_about() {
    let mut record = member().with(Field::MemberDocumentNumber, "11010519491231002X");
    let warned = check_record(&mut record, CONTEXT.today);
    assert_eq!(warned, [(Field::MemberDocumentNumber, Finding::Warning(Warning::DocumentKindMissing))]);
    let mut record = member().with(Field::MemberDocumentKind, "护照");
    let warned = check_record(&mut record, CONTEXT.today);
    assert_eq!(warned, [(Field::MemberDocumentNumber, Finding::Warning(Warning::DocumentNumberMissing))]);
}

/// Seventeen digits of a sound number, and the number.
fn resident_ids() -> impl Strategy<Value = String> {
    (0u32..31, 0u32..=30_000, 1i16..=999).prop_map(|(province, day, sequence)| {
        let provinces = [
            11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61,
            62, 63, 64, 65,
        ];
        let birth = date(1940, 1, 1).checked_add(jiff::Span::new().days(i64::from(day))).unwrap();
        let head = format!("{}0101{}{sequence:03}", provinces[province as usize], birth.strftime("%Y%m%d"));
        let check = check_character(&head).unwrap();
        format!("{head}{check}")
    })
}

proptest! {
    #[test]
    fn a_sound_number_passes_unchanged_and_agrees_with_its_facts(number in resident_ids()) {
        prop_assert_eq!(check(Field::MemberDocumentNumber, &number), Ok(Value::from(number.as_str())));
        let facts = resident_id_facts(&number).unwrap();
        prop_assert_eq!(facts.birth_date.strftime("%Y%m%d").to_string(), &number[6..14]);
    }

    #[test]
    fn no_single_wrong_character_passes(number in resident_ids(), at in 0usize..18, other in "[0-9X]") {
        if number[at..=at] == other {
            return Ok(());
        }
        let mut wrong = number.clone();
        wrong.replace_range(at..=at, &other);
        prop_assert!(check(Field::MemberDocumentNumber, &wrong).is_err());
    }

    #[test]
    fn no_swap_of_two_neighbours_passes(number in resident_ids(), at in 0usize..16) {
        if number[at..=at] == number[at + 1..=at + 1] {
            return Ok(());
        }
        let mut wrong = number.clone().into_bytes();
        wrong.swap(at, at + 1);
        prop_assert!(check(Field::MemberDocumentNumber, &String::from_utf8(wrong).unwrap()).is_err());
    }

    #[test]
    fn checking_a_checked_value_returns_it(
        field in prop::sample::select(Field::ALL.to_vec()),
        text in hostile_text(),
        kind in prop::option::of(prop::sample::select(vec!["resident_id", "passport", "other", "taiwan_permit", "?"])),
    ) {
        let context = Context { today: CONTEXT.today, document_kind: kind };
        if let Ok(checked) = check_field(field, Value::from(text), &context) {
            prop_assert_ne!(&checked.value, &Value::Text(String::new()));
            prop_assert_eq!(check_field(field, checked.value.clone(), &context), Ok(checked));
        }
    }
}

/// Anything, with a liking for what normalisation touches.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9A-Za-z]{1,4}",
        "[·•・.‧ ＡＢ１２　'\u{200b}\u{200d}\u{202d}\u{301}\u{308}\u{fe0f}\u{ad}\u{b4}]{1,3}",
        "[一-三王明𠮷㛃\u{1100}\u{1161}\u{ac00}ﬀ①½]{1,3}",
        "[-+@_/(){}\\[\\]\",:?*\n\t]{1,2}",
        "\\PC{0,3}",
        prop::sample::select(vec![
            "13800138000",
            "+852 51234567",
            "11010519491231002x",
            "男",
            "学生",
            "2013.8.4",
            "a@b.cn",
            "{\"a\":1}",
            "0086-",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}
