//! The rules of every field. One function normalises and checks a value, the same on the desktop and in the service;
//! one does it for a whole record. Nothing is guessed in silence: a value is cleaned, refused or warned about.

mod area;
mod choice;
mod date;
mod document;
mod phone;
pub(crate) mod problem;
mod resident_id;
pub(crate) mod text;

pub use choice::{choice_sets, choice_words, parse_choice, parse_choices};
pub use date::{parse_date, parse_year};
pub use document::{document_identity, document_kind_guess};
pub use problem::{Problem, Warning};
pub use resident_id::{ResidentIdFacts, check_character, resident_id_facts};

use crate::{Field, Form, Kind, Record, RecordId, Value};
use crate::{chips, tree};
use jiff::civil::Date;
use std::borrow::Cow;

/// Years that a date may have.
const DATE_YEARS: std::ops::RangeInclusive<i16> = resident_id::BIRTH_YEAR_MIN..=2200;
/// Years of entry.
const ENTRY_YEARS: std::ops::RangeInclusive<i64> = 1900..=2200;
/// Instants up to 9999-12-31T23:59:59.999Z.
const INSTANTS_MS: std::ops::RangeInclusive<i64> = 0..=253_402_300_799_999;
/// RFC 5321, 4.5.3.1: octets of a path and of its local part.
const EMAIL_BYTES_MAX: usize = 254;
const EMAIL_LOCAL_BYTES_MAX: usize = 64;

/// What the check of one field needs to know beside the value.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub today: Date,
    /// The record's `document_kind`, for its `document_number`.
    pub document_kind: Option<&'a str>,
}

/// A value fit to be stored. Checking it again gives the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    pub value: Value,
    pub warning: Option<Warning>,
}

/// What `check_record` has to say about a field.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Finding {
    /// The record cannot be stored with this value.
    Problem(Problem),
    /// It can, but a person should look at it.
    Warning(Warning),
}

impl Finding {
    /// The problem's or warning's code.
    pub fn code(self) -> &'static str {
        match self {
            Finding::Problem(problem) => problem.code(),
            Finding::Warning(warning) => warning.code(),
        }
    }
    pub fn is_problem(self) -> bool {
        matches!(self, Finding::Problem(_))
    }
}

/// Normalises a value and checks it against the field's rules. A text that holds nothing becomes `Null`.
pub fn check_field(field: Field, value: Value, context: &Context<'_>) -> Result<Checked, Problem> {
    check_value(field, &value, context)
}

/// `check_field` for a text that need not be owned: an import checks millions of them.
pub fn check_text(field: Field, text: &str, context: &Context<'_>) -> Result<Checked, Problem> {
    check_given(field, Given::Text(text), context)
}

fn check_value(field: Field, value: &Value, context: &Context<'_>) -> Result<Checked, Problem> {
    let given = match value {
        Value::Null => Given::Null,
        Value::Int(number) => Given::Int(*number),
        Value::Text(text) => Given::Text(text),
    };
    check_given(field, given, context)
}

/// A value before it is checked.
#[derive(Clone, Copy)]
enum Given<'v> {
    Null,
    Int(i64),
    Text(&'v str),
}

fn check_given(field: Field, given: Given<'_>, context: &Context<'_>) -> Result<Checked, Problem> {
    let is_empty = match given {
        Given::Null => true,
        Given::Int(_) => false,
        Given::Text(text) => text.chars().all(|c| text::is_blank(c) || text::is_format(c)),
    };
    let (value, warning) = if is_empty { (Value::Null, None) } else { by_form(field, given, context)? };
    if value.is_null() && field.is_required() {
        return Err(Problem::RequiredMissing);
    }
    Ok(Checked { value, warning })
}

/// Normalises every value in place and tells what is wrong or odd. A value with a problem is left as it was.
pub fn check_record(record: &mut Record, today: Date) -> Vec<(Field, Finding)> {
    let mut findings = Vec::new();
    // The kind stands before the number in the registry, so that it is normalised by the time the number is checked.
    for field in record.kind.fields().iter().copied() {
        match check_in(record, field, today) {
            Ok(checked) => {
                record.set(field, checked.value);
                findings.extend(checked.warning.map(|warning| (field, Finding::Warning(warning))));
            }
            Err(problem) => findings.push((field, Finding::Problem(problem))),
        }
    }
    if record.kind == Kind::Member {
        check_member(record, &mut findings);
    }
    findings
}

/// What is wrong or odd with the named fields of a record whose values should be in their stored form already, and which
/// of them are not.
pub fn check_stored(record: &Record, fields: &[Field], today: Date) -> (Vec<(Field, Finding)>, Vec<Field>) {
    let (mut findings, mut odd) = (Vec::new(), Vec::new());
    for field in fields.iter().copied() {
        match check_in(record, field, today) {
            Ok(checked) => {
                if checked.value != *record.get(field) {
                    odd.push(field);
                }
                findings.extend(checked.warning.map(|warning| (field, Finding::Warning(warning))));
            }
            Err(problem) => findings.push((field, Finding::Problem(problem))),
        }
    }
    if record.kind == Kind::Member {
        check_member(record, &mut findings);
    }
    (findings, odd)
}

fn check_in(record: &Record, field: Field, today: Date) -> Result<Checked, Problem> {
    let document_kind = match field {
        Field::MemberDocumentNumber => record.text(Field::MemberDocumentKind),
        _ => None,
    };
    check_value(field, record.get(field), &Context { today, document_kind })
}

/// The member's card would end before it begins.
pub fn is_validity_reversed(member: &Record) -> bool {
    let date = |field| member.text(field).and_then(parse_date);
    let (from, until) = (date(Field::MemberValidFrom), date(Field::MemberValidUntil));
    from.zip(until).is_some_and(|(from, until)| until < from)
}

/// Rules between a member's fields.
fn check_member(record: &Record, findings: &mut Vec<(Field, Finding)>) {
    if is_validity_reversed(record) {
        findings.push((Field::MemberValidUntil, Finding::Problem(Problem::ValidityReversed)));
    }
    let kind = record.text(Field::MemberDocumentKind);
    let Some(number) = record.text(Field::MemberDocumentNumber) else {
        if kind.is_some() {
            findings.push((Field::MemberDocumentNumber, Finding::Warning(Warning::DocumentNumberMissing)));
        }
        return;
    };
    if !matches!(kind, None | Some("resident_id" | "residence_permit")) {
        return;
    }
    let Some(facts) = resident_id_facts(number) else { return };
    if record.text(Field::MemberSex).is_some_and(|sex| sex != facts.sex) {
        findings.push((Field::MemberSex, Finding::Warning(Warning::SexDiffersFromId)));
    }
    let birth_date = record.text(Field::MemberBirthDate).and_then(parse_date);
    if birth_date.is_some_and(|date| date != facts.birth_date) {
        findings.push((Field::MemberBirthDate, Finding::Warning(Warning::BirthDateDiffersFromId)));
    }
}

type Outcome = Result<(Value, Option<Warning>), Problem>;

fn by_form(field: Field, given: Given<'_>, context: &Context<'_>) -> Outcome {
    let whole = |range: std::ops::RangeInclusive<i64>| -> Outcome {
        let Some(number) = whole_number(given)? else { return Ok((Value::Null, None)) };
        if range.contains(&number) { Ok((Value::Int(number), None)) } else { Err(Problem::NumberOutOfRange) }
    };
    let text = || match given {
        Given::Null => Cow::Borrowed(""),
        Given::Int(number) => Cow::Owned(number.to_string()),
        Given::Text(text) => Cow::Borrowed(text),
    };
    match field.form() {
        Form::Int => whole(i64::MIN..=i64::MAX),
        Form::Instant => whole(INSTANTS_MS),
        Form::Year => match if let Given::Text(text) = given { parse_year(text) } else { None } {
            Some(year) if ENTRY_YEARS.contains(&year) => Ok((Value::Int(year), None)),
            _ => whole(ENTRY_YEARS),
        },
        Form::Text(limit) => plain(free_text(field, &text(), limit)?),
        Form::PersonName => text::name(&text()).map(stored),
        Form::Phone => phone::phone(&text()).map(stored),
        Form::Date => date_text(field, &text(), context.today),
        Form::Choice(_) => choice_text(field, &text()),
        Form::Choices(_) => {
            parse_choices(field, &text()).map(Value::text).map_or(Err(Problem::ChoiceUnknown), |set| Ok((set, None)))
        }
        Form::CardNumber => plain(card_number(&text())?),
        Form::ChipNumbers => plain(chips::canonical(&text())?),
        Form::DocumentNumber => document::document_number(&text(), context.document_kind, context.today).map(stored),
        Form::Email => plain(email(&text())?),
        Form::Ref(_) => reference(&text()),
        Form::Hex(digits) => hex(&text(), digits),
        Form::Json(limit) => json(&text(), limit),
    }
}

fn stored((text, warning): (String, Option<Warning>)) -> (Value, Option<Warning>) {
    (Value::text(text), warning)
}

fn plain(text: String) -> Outcome {
    Ok((Value::text(text), None))
}

fn whole_number(given: Given<'_>) -> Result<Option<i64>, Problem> {
    match given {
        Given::Null => Ok(None),
        Given::Int(number) => Ok(Some(number)),
        Given::Text(text) => {
            let digits = text::number(text)?;
            if digits.is_empty() { Ok(None) } else { digits.parse().map(Some).map_err(|_| Problem::NumberMalformed) }
        }
    }
}

fn free_text(field: Field, text: &str, limit: usize) -> Result<String, Problem> {
    if field == Field::MemberNote {
        return text::lines(text, limit);
    }
    let line = text::line(text, limit)?;
    if field == Field::DepartmentName && line.contains(tree::SEPARATORS) {
        return Err(Problem::DepartmentNameSeparator);
    }
    Ok(line)
}

fn date_text(field: Field, text: &str, today: Date) -> Outcome {
    let date = parse_date(text).ok_or(Problem::DateMalformed)?;
    if !DATE_YEARS.contains(&date.year()) {
        return Err(Problem::DateOutOfRange);
    }
    if field == Field::MemberBirthDate && date > today {
        return Err(Problem::BirthDateInFuture);
    }
    plain(if date::is_iso(text) { text.to_owned() } else { date.to_string() })
}

fn choice_text(field: Field, text: &str) -> Outcome {
    parse_choice(field, text).map(|word| (Value::from(word), None)).ok_or(Problem::ChoiceUnknown)
}

/// 1 to 32 of `[A-Za-z0-9-_./]`.
fn card_number(text: &str) -> Result<String, Problem> {
    let number = text::number(text)?;
    if !number.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/')) {
        return Err(Problem::CardNumberCharacters);
    }
    if number.len() > 32 { Err(Problem::CardNumberTooLong) } else { Ok(number) }
}

/// The parts of RFC 5321 that people's addresses use: no quoted local part, no address literal. The domain becomes
/// lower-case, the local part stays as typed.
fn email(text: &str) -> Result<String, Problem> {
    let typed = text::number(text)?;
    if typed.is_empty() {
        return Ok(typed);
    }
    let (local, domain) = typed.rsplit_once('@').ok_or(Problem::EmailMalformed)?;
    let domain = domain.to_lowercase();
    let is_local = !local.is_empty()
        && local.len() <= EMAIL_LOCAL_BYTES_MAX
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if !is_local || !domain.contains('.') || !domain.split('.').all(is_label) {
        return Err(Problem::EmailMalformed);
    }
    let address = format!("{local}@{domain}");
    if address.len() > EMAIL_BYTES_MAX { Err(Problem::EmailMalformed) } else { Ok(address) }
}

fn reference(text: &str) -> Outcome {
    let id: RecordId = text.parse().map_err(|_| Problem::ReferenceMalformed)?;
    Ok((Value::from(id), None))
}

fn hex(text: &str, digits: usize) -> Outcome {
    let lower = text.to_ascii_lowercase();
    if lower.len() == digits && lower.bytes().all(|b| b.is_ascii_hexdigit()) {
        plain(lower)
    } else {
        Err(Problem::HexMalformed)
    }
}

fn json(text: &str, limit: usize) -> Outcome {
    if text.len() > limit && text.chars().count() > limit {
        return Err(Problem::TextTooLong);
    }
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|_| Problem::JsonMalformed)?;
    plain(text.to_owned())
}

#[cfg(test)]
mod tests;
