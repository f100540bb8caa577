//! Fields that an organisation defines itself, what they may hold, and the ids that follow from what they belong to.
//!
//! A custom value is a record of its own: two desktops that fill the same field of the same member offline make the same
//! record, which then merges by value like any other.

use crate::check::problem::Problem;
use crate::check::{parse_date, text};
use crate::{Field, Kind, Record, RecordId, Value};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use uuid::Builder;

/// Characters of a value.
pub const CHARACTERS_MAX: usize = 500;
/// Choices of one field.
pub const CHOICES_MAX: usize = 100;
/// Fields that an organisation may define, archived ones among them.
pub const FIELDS_MAX: usize = 60;
/// Tags that an organisation may have.
pub const TAGS_MAX: usize = 200;
/// Printed layouts of its own that an organisation may have.
pub const LAYOUTS_MAX: usize = 100;
/// What divides the names of tags in one text; the first is the one written.
pub const TAG_DIVIDERS: [char; 7] = ['、', ',', '，', ';', '；', '|', '\n'];
/// Digits of a number before and behind its point.
const DIGITS_MAX: usize = 15;
const DECIMALS_MAX: usize = 6;

/// What a custom field holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CustomForm {
    Text,
    /// A decimal number, stored as the shortest text: `-12.5`.
    Number,
    /// ISO 8601.
    Date,
    /// One of the field's choices, stored as its text.
    Choice,
    /// `yes` or `no`.
    YesNo,
}

impl CustomForm {
    pub const ALL: [CustomForm; 5] =
        [CustomForm::Text, CustomForm::Number, CustomForm::Date, CustomForm::Choice, CustomForm::YesNo];

    /// A word of `Field::CustomFieldForm`.
    pub fn name(self) -> &'static str {
        match self {
            CustomForm::Text => "text",
            CustomForm::Number => "number",
            CustomForm::Date => "date",
            CustomForm::Choice => "choice",
            CustomForm::YesNo => "yes_no",
        }
    }
    pub fn from_name(name: &str) -> Option<CustomForm> {
        CustomForm::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// A field as the organisation defined it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomField {
    pub id: RecordId,
    pub name: String,
    pub form: CustomForm,
    /// In the order they are offered; of other forms nothing.
    pub choices: Vec<String>,
    /// Every member should have a value; one that is there cannot be emptied.
    pub is_required: bool,
    /// No two members have the same value.
    pub is_unique: bool,
    /// A word of `Field::CustomFieldDataClass`.
    pub data_class: String,
    pub position: Option<i64>,
    /// No longer shown; its values stay.
    pub is_archived: bool,
}

impl CustomField {
    /// Reads a `Kind::CustomField` record; `None` for another kind and for a form that this program does not know.
    pub fn from_record(record: &Record) -> Option<CustomField> {
        if record.kind != Kind::CustomField {
            return None;
        }
        let is_set = |field| record.int(field) == Some(1);
        Some(CustomField {
            id: record.id,
            name: record.text(Field::CustomFieldName).unwrap_or_default().to_owned(),
            form: CustomForm::from_name(record.text(Field::CustomFieldForm)?)?,
            choices: record.text(Field::CustomFieldChoices).and_then(read_choices).unwrap_or_default(),
            is_required: is_set(Field::CustomFieldIsRequired),
            is_unique: is_set(Field::CustomFieldIsUnique),
            data_class: record.text(Field::CustomFieldDataClass).unwrap_or("ordinary").to_owned(),
            position: record.int(Field::CustomFieldPosition),
            is_archived: is_set(Field::CustomFieldIsArchived),
        })
    }

    /// Writes the field into a record of its id, over what stands there.
    pub fn write_to(&self, record: &mut Record) {
        let flag = |is_set: bool| if is_set { Value::Int(1) } else { Value::Null };
        record.set(Field::CustomFieldName, self.name.as_str());
        record.set(Field::CustomFieldForm, self.form.name());
        record.set(Field::CustomFieldChoices, write_choices(&self.choices));
        record.set(Field::CustomFieldIsRequired, flag(self.is_required));
        record.set(Field::CustomFieldIsUnique, flag(self.is_unique));
        record.set(Field::CustomFieldDataClass, self.data_class.as_str());
        record.set(Field::CustomFieldPosition, self.position.map_or(Value::Null, Value::Int));
        record.set(Field::CustomFieldIsArchived, flag(self.is_archived));
    }

    /// Makes what people type into the value that is stored. What a record holds already comes back as it is.
    pub fn read(&self, typed: &str) -> Result<Value, Problem> {
        let line = text::line(typed, CHARACTERS_MAX)?;
        if line.is_empty() {
            return if self.is_required { Err(Problem::RequiredMissing) } else { Ok(Value::Null) };
        }
        match self.form {
            CustomForm::Text => Ok(Value::Text(line)),
            CustomForm::Number => number(&line).map(Value::Text),
            CustomForm::Date => {
                let date = parse_date(&line).ok_or(Problem::DateMalformed)?;
                let is_near = (1800..=2200).contains(&date.year());
                if is_near { Ok(Value::Text(date.to_string())) } else { Err(Problem::DateOutOfRange) }
            }
            CustomForm::Choice => self.choice(&line).map(Value::from).ok_or(Problem::ChoiceUnknown),
            CustomForm::YesNo => yes_or_no(&line).map(Value::from).ok_or(Problem::ChoiceUnknown),
        }
    }

    /// Whether a stored value is just what `read` makes of it, or why it cannot be stored.
    pub fn check(&self, value: &Value) -> Result<bool, Problem> {
        let text: Cow<'_, str> = match value {
            Value::Text(text) => Cow::Borrowed(text),
            other => Cow::Owned(other.to_string()),
        };
        Ok(self.read(&text)? == *value)
    }

    /// Whether values are shown as a mask until somebody asks to see them: what the organisation calls personal.
    pub fn is_masked(&self) -> bool {
        self.data_class != "ordinary"
    }

    fn choice(&self, line: &str) -> Option<&str> {
        let exact = self.choices.iter().find(|choice| *choice == line);
        exact
            .or_else(|| {
                let folded = text::fold_word(line);
                self.choices.iter().find(|choice| text::fold_word(choice) == folded)
            })
            .map(String::as_str)
    }
}

/// Names of tags as one text.
pub fn tags_text<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push(TAG_DIVIDERS[0]);
        }
        text.push_str(name);
    }
    text
}

/// The names that a text of tags holds.
pub fn tag_names(text: &str) -> impl Iterator<Item = &str> {
    text.split(TAG_DIVIDERS).map(str::trim).filter(|name| !name.is_empty())
}

/// The choices in their stored form; `None` when it is no list of distinct, filled lines.
pub fn read_choices(json: &str) -> Option<Vec<String>> {
    let choices: Vec<String> = serde_json::from_str(json).ok()?;
    let is_sound = !choices.is_empty()
        && choices.len() <= CHOICES_MAX
        && choices.iter().enumerate().all(|(place, choice)| {
            !choice.is_empty()
                && text::line(choice, 40).is_ok_and(|line| line == *choice)
                && !choices[..place].iter().any(|other| text::fold_word(other) == text::fold_word(choice))
        });
    is_sound.then_some(choices)
}

fn write_choices(choices: &[String]) -> Value {
    if choices.is_empty() {
        return Value::Null;
    }
    serde_json::to_string(choices).map_or(Value::Null, Value::Text)
}

/// The shortest way to write the number: no leading zeros, no zeros behind the last decimal, no `-0`.
fn number(line: &str) -> Result<String, Problem> {
    let clean = text::number(line)?.replace(',', "");
    let (sign, digits) = match clean.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", clean.strip_prefix('+').unwrap_or(&clean)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = !(whole.is_empty() && decimals.is_empty())
        && whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(Problem::NumberMalformed);
    }
    let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
    if whole.len() > DIGITS_MAX || decimals.len() > DECIMALS_MAX {
        return Err(Problem::NumberOutOfRange);
    }
    let sign = if whole.is_empty() && decimals.is_empty() { "" } else { sign };
    let whole = if whole.is_empty() { "0" } else { whole };
    Ok(if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") })
}

/// `yes` or `no`, in any of their spellings.
pub fn yes_or_no(line: &str) -> Option<&'static str> {
    const YES: &[&str] = &["yes", "y", "true", "1", "是", "有", "对", "√", "✓", "✔"];
    const NO: &[&str] = &["no", "n", "false", "0", "否", "无", "没有", "不是", "×", "x", "✗", "✘"];
    let folded = text::fold_word(line);
    let is_in = |words: &[&str]| words.contains(&line) || words.contains(&folded.as_str());
    if is_in(YES) {
        Some("yes")
    } else if is_in(NO) {
        Some("no")
    } else {
        None
    }
}

/// Id of what a member has in a custom field.
pub fn value_id(member: RecordId, field: RecordId) -> RecordId {
    derived(b"custom_value", member, field)
}

/// Id of a member's having a tag.
pub fn tagging_id(member: RecordId, tag: RecordId) -> RecordId {
    derived(b"tagging", member, tag)
}

/// Id of the saying that two members are not one person, whichever of them is named first.
pub fn distinction_id(a: RecordId, b: RecordId) -> RecordId {
    derived(b"distinction", a.min(b), a.max(b))
}

/// The record that says so, the smaller id first.
pub fn distinction(a: RecordId, b: RecordId) -> Record {
    Record::empty(Kind::Distinction, distinction_id(a, b))
        .with(Field::DistinctionMember, a.min(b))
        .with(Field::DistinctionOther, a.max(b))
}

/// The id that the record must have by what it refers to; `None` for kinds whose ids are free.
pub fn due_id(record: &Record) -> Option<RecordId> {
    match record.kind {
        Kind::CustomValue => {
            Some(value_id(record.reference(Field::CustomValueMember)?, record.reference(Field::CustomValueField)?))
        }
        Kind::Tagging => {
            Some(tagging_id(record.reference(Field::TaggingMember)?, record.reference(Field::TaggingTag)?))
        }
        Kind::Distinction => {
            let (a, b) = (record.reference(Field::DistinctionMember)?, record.reference(Field::DistinctionOther)?);
            // One way to write it, and nobody is told from themselves.
            (a < b).then(|| distinction_id(a, b))
        }
        _ => None,
    }
}

/// Whether records of the kind have ids that follow from what they refer to.
pub fn has_due_id(kind: Kind) -> bool {
    matches!(kind, Kind::CustomValue | Kind::Tagging | Kind::Distinction)
}

/// A UUIDv8 (RFC 9562, section 5.8): the first 128 bits of SHA-256 over the purpose and both ids, less the six bits of
/// version and variant.
fn derived(purpose: &[u8], a: RecordId, b: RecordId) -> RecordId {
    let full = Sha256::new().chain_update(purpose).chain_update(a.as_bytes()).chain_update(b.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&full[..16]);
    RecordId(Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(form: CustomForm) -> CustomField {
        CustomField {
            id: RecordId::from_parts(1, [1; 10]),
            name: "宿舍".into(),
            form,
            choices: if form == CustomForm::Choice { vec!["住校".into(), "走读".into()] } else { Vec::new() },
            is_required: false,
            is_unique: false,
            data_class: "ordinary".into(),
            position: None,
            is_archived: false,
        }
    }
    fn read(form: CustomForm, text: &str) -> Result<String, Problem> {
        field(form).read(text).map(|value| value.to_string())
    }

    #[test]
    fn every_form_takes_what_people_type_and_stores_one_spelling() {
        assert_eq!(read(CustomForm::Text, "  3 号楼 "), Ok("3 号楼".into()));
        for (typed, stored) in
            [("１，２３４.50", "1234.5"), ("-0.0", "0"), ("007", "7"), (".5", "0.5"), ("+3", "3"), ("-12", "-12")]
        {
            assert_eq!(read(CustomForm::Number, typed), Ok(stored.into()), "{typed}");
        }
        assert_eq!(read(CustomForm::Date, "2024年9月1日"), Ok("2024-09-01".into()));
        assert_eq!(read(CustomForm::Choice, " 走读"), Ok("走读".into()));
        assert_eq!(read(CustomForm::YesNo, "是"), Ok("yes".into()));
        assert_eq!(read(CustomForm::YesNo, "NO"), Ok("no".into()));
        assert_eq!(read(CustomForm::YesNo, ""), Ok(String::new()));
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        assert_eq!(read(CustomForm::Number, "三十"), Err(Problem::NumberMalformed));
        assert_eq!(read(CustomForm::Number, "1.2.3"), Err(Problem::NumberMalformed));
        assert_eq!(read(CustomForm::Number, "1234567890123456"), Err(Problem::NumberOutOfRange));
        assert_eq!(read(CustomForm::Date, "1-2-3"), Err(Problem::DateMalformed));
        assert_eq!(read(CustomForm::Choice, "半走读"), Err(Problem::ChoiceUnknown));
        assert_eq!(read(CustomForm::YesNo, "也许"), Err(Problem::ChoiceUnknown));
        assert_eq!(read(CustomForm::Text, &"长".repeat(501)), Err(Problem::TextTooLong));
        let mut required = field(CustomForm::Text);
        required.is_required = true;
        assert_eq!(required.read(" "), Err(Problem::RequiredMissing));
        assert_eq!(required.check(&Value::Null), Err(Problem::RequiredMissing));
    }

    #[test]
    fn a_definition_survives_its_record() {
        for form in CustomForm::ALL {
            let mut defined = field(form);
            defined.is_unique = true;
            defined.position = Some(3);
            let mut record = Record::empty(Kind::CustomField, defined.id);
            defined.write_to(&mut record);
            assert_eq!(CustomField::from_record(&record), Some(defined));
        }
        let Form::Choice(words) = Field::CustomFieldForm.form() else { panic!("a choice") };
        assert_eq!(words.to_vec(), CustomForm::ALL.map(CustomForm::name));
    }

    #[test]
    fn a_list_of_choices_is_sound_or_none() {
        assert_eq!(read_choices(r#"["a","b"]"#), Some(vec!["a".to_owned(), "b".to_owned()]));
        for json in ["[]", r#"["a","A"]"#, r#"[""]"#, r#"[" a"]"#, "{}", r#"["a",1]"#] {
            assert_eq!(read_choices(json), None, "{json}");
        }
    }

    #[test]
    fn an_id_follows_from_both_and_from_the_kind() {
        let (a, b) = (RecordId::from_parts(1, [1; 10]), RecordId::from_parts(2, [2; 10]));
        assert_eq!(value_id(a, b), value_id(a, b));
        assert_ne!(value_id(a, b), value_id(b, a));
        assert_ne!(value_id(a, b), tagging_id(a, b));
        assert_eq!(value_id(a, b).0.get_version_num(), 8);
        // Lasts for ever: every desktop and the service must come to the same.
        assert_eq!(value_id(a, b).to_string(), PINNED);
    }
    const PINNED: &str = "ac23af92-307d-8f0f-9b32-ab1112676319";

    proptest! {
        #[test]
        fn reading_what_was_stored_gives_the_same(text in "\\PC{0,12}", number in any::<i32>(), form in 0usize..5) {
            let field = field(CustomForm::ALL[form]);
            for typed in [text, number.to_string(), format!("{number}.250")] {
                if let Ok(value) = field.read(&typed) {
                    prop_assert_eq!(field.check(&value), Ok(true));
                    prop_assert_eq!(field.read(&value.to_string()), Ok(value));
                }
            }
        }
    }

    use crate::Form;
}
