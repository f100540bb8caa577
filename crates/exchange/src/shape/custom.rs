//! Columns of fields that the organisation defined: what an export calls them, how they are known again, and what kind
//! of field an unknown column could become.

use super::header_row::SampleRow;
use super::headings::{Meaning, normalised, sense_of};
use super::{Mapping, Origin, Target};
use crate::read::{Cell, ValueKind};
use crate::write::Language;
use mingce_model::check::parse_date;
use mingce_model::custom::{CHOICES_MAX, CustomField, CustomForm};
use std::collections::HashSet;

/// Stands before a name that would otherwise be taken for another column.
const APART: [&str; 2] = ["自定义：", "Custom: "];
/// OneRoster's own mark of columns that it does not know.
const METADATA: &str = "metadata.";

/// The headings under which an export writes the fields, in their order.
pub fn custom_headings(fields: &[CustomField], language: Language) -> Vec<String> {
    let apart = match language {
        Language::Chinese => APART[0],
        Language::English => APART[1],
    };
    let heading = |field: &CustomField| {
        let normal = normalised(&field.name);
        let small = field.name.to_ascii_lowercase();
        let stands_alone = !normal.is_empty()
            && sense_of(&normal).is_none()
            && !["mingce.", METADATA].iter().any(|start| small.starts_with(start))
            && !APART.iter().any(|apart| field.name.starts_with(apart.trim_end()));
        if stands_alone { field.name.clone() } else { format!("{apart}{}", field.name) }
    };
    fields.iter().map(heading).collect()
}

/// What a field that a column is made into is called: its heading, without what exports and packages put before it.
pub fn field_name(heading: &str) -> &str {
    let heading = without_mark(heading);
    let own = APART.iter().find_map(|apart| heading.strip_prefix(apart.trim_end()));
    own.unwrap_or(heading).trim()
}

/// Last words of headings under which the standard's packages keep what tells a person apart or where somebody comes from
/// and lives, in small letters.
const PERSONAL: [&str; 11] = [
    "sourcedid",
    "username",
    "userids",
    "usermasteridentifier",
    "identifier",
    "email",
    "pronouns",
    "countryofbirthcode",
    "stateofbirthabbreviation",
    "cityofbirth",
    "publicschoolresidencestatus",
];

/// Whether a column that becomes a field holds what is shown as a mask until somebody asks to see it.
pub fn is_personal(heading: &str) -> bool {
    let last = field_name(heading).split_whitespace().next_back().unwrap_or_default();
    PERSONAL.contains(&last.to_ascii_lowercase().as_str())
}

fn without_mark(heading: &str) -> &str {
    match heading.get(..METADATA.len()) {
        Some(start) if start.eq_ignore_ascii_case(METADATA) => &heading[METADATA.len()..],
        _ => heading,
    }
}

/// Whether the cell's text is what a field is called.
pub(super) fn is_named(cell: &str, fields: &[CustomField]) -> bool {
    !fields.is_empty() && fields.iter().any(|field| Likeness::ALL.iter().any(|likeness| likeness.holds(cell, field)))
}

/// How a heading says that it is a field's, the surest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// As an export of ours writes a name that needs to be told apart.
    Apart,
    Exact,
    /// Brackets, marks and case aside.
    Dressed,
}

impl Likeness {
    const ALL: [Likeness; 3] = [Likeness::Apart, Likeness::Exact, Likeness::Dressed];

    fn holds(self, heading: &str, field: &CustomField) -> bool {
        let heading = without_mark(heading);
        match self {
            Likeness::Apart => APART.iter().any(|apart| {
                heading.strip_prefix(apart.trim_end()).is_some_and(|rest| rest.trim_start() == field.name)
            }),
            Likeness::Exact => heading == field.name,
            Likeness::Dressed => {
                let normal = normalised(heading);
                !normal.is_empty() && normal == normalised(&field.name)
            }
        }
    }
}

/// The field of each column whose heading names one.
pub(super) fn by_heading<'f>(
    plain: &[String],
    full: &[String],
    fields: &'f [CustomField],
    origin: Origin,
) -> Vec<Option<&'f CustomField>> {
    let mut found: Vec<Option<&CustomField>> = vec![None; plain.len()];
    let mut taken = HashSet::new();
    for likeness in Likeness::ALL {
        for field in fields {
            if taken.contains(&field.id) {
                continue;
            }
            let is_theirs = |column: &usize| {
                let names = [full[*column].as_str(), plain[*column].as_str()];
                let known = names.iter().find_map(|name| sense_of(&normalised(name)));
                // An export of ours never means a field where it writes the heading of another column. Elsewhere the
                // organisation's own word for it goes before ours, if it is just that word.
                let is_free = match (likeness, known) {
                    (Likeness::Apart, _) | (_, None) => true,
                    (Likeness::Exact, Some(_)) => origin != Origin::Mingce,
                    (Likeness::Dressed, Some((meaning, _))) => {
                        origin != Origin::Mingce && meaning == Meaning::Is(Target::Ignore)
                    }
                };
                found[*column].is_none() && is_free && names.iter().any(|name| likeness.holds(name, field))
            };
            if let Some(column) = (0..plain.len()).find(is_theirs) {
                found[column] = Some(field);
                taken.insert(field.id);
            }
        }
    }
    found
}

/// Values of a column, as text.
fn filled(data: &[SampleRow], column: usize) -> impl Iterator<Item = &Cell<'static>> {
    data.iter().filter_map(move |(_, cells)| cells.get(column)).filter(|cell| !cell.is_blank())
}

/// The one field whose choices the column's values are.
pub(super) fn by_choices<'f>(
    data: &[SampleRow],
    column: usize,
    mapping: &Mapping,
    fields: &'f [CustomField],
) -> Option<&'f CustomField> {
    let mut fitting = fields.iter().filter(|field| {
        if field.form != CustomForm::Choice || mapping.column_of(Target::Custom(field.id)).is_some() {
            return false;
        }
        let (mut count, mut fit, mut seen) = (0_usize, 0_usize, HashSet::new());
        for cell in filled(data, column) {
            count += 1;
            if let Ok(value) = field.read(&cell.text()) {
                fit += 1;
                seen.insert(value.to_string());
            }
        }
        count >= 3 && fit * 10 >= count * 8 && seen.len() >= 2
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// What field could be made from a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormGuess {
    pub form: CustomForm,
    /// For a choice: those that were seen, the most frequent first.
    pub choices: Vec<String>,
}

/// Different values that still are a choice.
const GUESSED_CHOICES: usize = 12;

/// Looks at the values; text where nothing else is sure.
pub(super) fn guess_form(data: &[SampleRow], column: usize) -> FormGuess {
    let cells: Vec<&Cell<'static>> = filled(data, column).collect();
    let plain = |form| FormGuess { form, choices: Vec::new() };
    if cells.is_empty() {
        return plain(CustomForm::Text);
    }
    let texts: Vec<String> = cells.iter().map(|cell| cell.text().trim().to_owned()).collect();
    let all = |fits: &dyn Fn(&str) -> bool| texts.iter().all(|text| fits(text));
    if all(&|text| mingce_model::custom::yes_or_no(text).is_some() && text != "0" && text != "1") {
        return plain(CustomForm::YesNo);
    }
    let has_separator = |text: &str| text.contains(['-', '/', '.', '年']);
    if cells.iter().all(|cell| cell.kind() == ValueKind::Date)
        || all(&|text| has_separator(text) && parse_date(text).is_some())
    {
        return plain(CustomForm::Date);
    }
    // What begins with a zero or is long is a number by name only: of a room, an account.
    let is_amount = |text: &str| {
        let digits = text.trim_start_matches('-');
        let is_code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        !is_code && digits.len() <= 9 && digits.parse::<f64>().is_ok_and(f64::is_finite)
    };
    if all(&is_amount) {
        return plain(CustomForm::Number);
    }
    let mut seen: Vec<(String, usize)> = Vec::new();
    for text in &texts {
        match seen.iter().position(|(known, _)| known == text) {
            Some(at) => seen[at].1 += 1,
            None if seen.len() >= GUESSED_CHOICES => return plain(CustomForm::Text),
            None => seen.push((text.clone(), 1)),
        }
    }
    let is_choice = texts.len() >= 6
        && seen.len() >= 2
        && seen.len() * 3 <= texts.len()
        && seen.iter().all(|(text, _)| text.chars().count() <= 20);
    if !is_choice {
        return plain(CustomForm::Text);
    }
    seen.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    FormGuess { form: CustomForm::Choice, choices: seen.into_iter().map(|(text, _)| text).take(CHOICES_MAX).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::RecordId;

    fn field(number: u8, name: &str, form: CustomForm, choices: &[&str]) -> CustomField {
        CustomField {
            id: RecordId::from_parts(1, [number; 10]),
            name: name.into(),
            form,
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            is_required: false,
            is_unique: false,
            data_class: "ordinary".into(),
            position: None,
            is_archived: false,
        }
    }
    fn found(headings: &[&str], fields: &[CustomField], origin: Origin) -> Vec<String> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let found = by_heading(&headings, &headings, fields, origin);
        found.into_iter().map(|field| field.map(|field| field.name.clone()).unwrap_or_default()).collect()
    }
    fn rows(values: &[&str]) -> Vec<SampleRow> {
        (2..).zip(values).map(|(row, value)| (row, vec![Cell::Text((*value).to_owned().into())])).collect()
    }

    #[test]
    fn a_field_is_known_by_its_name_in_any_dress_and_once() {
        let fields = ["宿舍", "身高(cm)", "身高(m)", "民族", "手机号"]
            .iter()
            .zip(1..)
            .map(|(name, number)| field(number, name, CustomForm::Text, &[]))
            .collect::<Vec<_>>();
        assert_eq!(
            found(&["*宿 舍（必填）", "身高(m)", "身高(cm)", "民族", "Metadata.宿舍"], &fields, Origin::Unknown),
            ["", "身高(m)", "身高(cm)", "民族", "宿舍"]
        );
        assert_eq!(found(&["手机号", "手机"], &fields, Origin::Unknown), ["手机号", ""]);
        assert_eq!(found(&["手机号", "自定义：手机号"], &fields, Origin::Mingce), ["", "手机号"]);
    }

    #[test]
    fn every_name_written_is_known_again() {
        let names = [
            "宿舍",
            "标签",
            "手机号",
            "姓名",
            "（）",
            "Mingce.name",
            "metadata.x",
            "自定义：宿舍",
            "Custom:宿舍",
            "加入状态",
        ];
        let fields: Vec<CustomField> =
            names.iter().zip(1..).map(|(name, number)| field(number, name, CustomForm::Text, &[])).collect();
        for language in [Language::Chinese, Language::English] {
            let headings = custom_headings(&fields, language);
            let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
            assert_eq!(found(&headings, &fields, Origin::Mingce), names);
        }
    }

    #[test]
    fn a_column_without_a_name_is_known_by_the_choices_in_it() {
        let fields = [
            field(1, "住宿", CustomForm::Choice, &["住校", "走读"]),
            field(2, "衣服", CustomForm::Choice, &["大", "中", "小"]),
        ];
        let mapping = Mapping::ignoring(1);
        let data = rows(&["走读", "住校", "走读", "", "走读"]);
        assert_eq!(by_choices(&data, 0, &mapping, &fields).map(|field| field.id), Some(fields[0].id));
        assert_eq!(by_choices(&rows(&["走读", "走读", "走读"]), 0, &mapping, &fields), None, "one word proves little");
        assert_eq!(by_choices(&rows(&["甲", "乙", "走读"]), 0, &mapping, &fields), None);
    }

    #[test]
    fn the_form_of_a_new_field_is_guessed_and_text_in_doubt() {
        let form = |values: &[&str]| guess_form(&rows(values), 0).form;
        assert_eq!(form(&["是", "否", "√"]), CustomForm::YesNo);
        assert_eq!(form(&["2024-09-01", "2024年9月2日"]), CustomForm::Date);
        assert_eq!(form(&["1.5", "-20", "3"]), CustomForm::Number);
        assert_eq!(form(&["0312", "0417"]), CustomForm::Text);
        assert_eq!(form(&["6222020200112233445", "1"]), CustomForm::Text);
        assert_eq!(form(&[]), CustomForm::Text);
        let guess = guess_form(&rows(&["走读", "住校", "走读", "走读", "住校", "走读"]), 0);
        assert_eq!((guess.form, guess.choices), (CustomForm::Choice, vec!["走读".to_owned(), "住校".to_owned()]));
        assert_eq!(form(&["张三", "李四", "王五", "赵六", "钱七", "孙八"]), CustomForm::Text);
    }

    #[test]
    fn what_tells_a_person_apart_is_personal() {
        for heading in
            ["metadata.username", "metadata.监护人1 email", "cityOfBirth", "userIds", "Guardian 2 identifier"]
        {
            assert!(is_personal(heading), "{heading}");
        }
        for heading in ["metadata.house", "grades", "preferredGivenName", "email of the bus", ""] {
            assert!(!is_personal(heading), "{heading}");
        }
    }
}
