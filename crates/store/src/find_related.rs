//! Conditions and orders by what other records say of a member: custom fields and tags.
//!
//! Each is one subquery over an index, so that a filter costs what it finds and not what there is.

use crate::find::{Builder, Test};
use crate::sorted::SortKey;
use crate::{StoreError, rows};
use mingce_model::custom::{CustomField, CustomForm};
use mingce_model::{Field, Kind, RecordId, Value};
use rusqlite::Connection;
use std::collections::HashMap;

/// Definitions of the custom fields, by id; read once for a query that names any.
pub(crate) type CustomFields = HashMap<RecordId, CustomField>;

pub(crate) fn load_custom_fields(conn: &Connection) -> Result<CustomFields, StoreError> {
    let sql = format!("SELECT {} FROM custom_field", rows::columns(Kind::CustomField));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([])?;
    let mut fields = CustomFields::new();
    while let Some(row) = found.next()? {
        let record = rows::read(Kind::CustomField, row)?.record;
        fields.extend(CustomField::from_record(&record).map(|field| (field.id, field)));
    }
    Ok(fields)
}

/// A text inside a statement. Only for choices: what people search for is always bound.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Builder<'_> {
    fn form_of(&self, field: RecordId) -> CustomForm {
        self.customs.get(&field).map_or(CustomForm::Text, |field| field.form)
    }

    /// A member's value in the custom field passes; an empty one passes what asks for none.
    pub(crate) fn custom_condition(&mut self, field: RecordId, test: &Test) -> String {
        let is_number = self.form_of(field) == CustomForm::Number;
        let id = self.bind(field.as_bytes().to_vec());
        let among =
            |condition: &str| format!("(SELECT c.member FROM custom_value c WHERE c.field = {id} AND {condition})");
        let (prefix, condition) = match test {
            Test::AtLeast(value) if is_number => {
                ("", format!("CAST(c.value AS REAL) >= CAST({} AS REAL)", self.bind(value.to_string())))
            }
            Test::AtMost(value) if is_number => {
                ("", format!("CAST(c.value AS REAL) <= CAST({} AS REAL)", self.bind(value.to_string())))
            }
            other => self.relation("c.value", other),
        };
        format!("member.id {prefix}IN {}", among(&condition))
    }

    /// What somebody is in a further place they are, too: a pupil's mother who teaches, a teacher who studies.
    pub(crate) fn identity_condition(&mut self, words: &[&str], test: &Test) -> String {
        let own = self.test_set("member.identity", words, test);
        let words: Vec<Value> = match test {
            Test::Is(value) | Test::IsNot(value) => vec![value.clone()],
            Test::AnyOf(values) => values.clone(),
            _ => Vec::new(),
        };
        let words: Vec<Value> = words.into_iter().filter(|word| !word.is_null()).collect();
        if words.is_empty() {
            return own;
        }
        let further = self.test("a.identity", Some(Field::AffiliationIdentity), &Test::AnyOf(words));
        let among = format!("(SELECT a.member FROM affiliation a WHERE {further})");
        match test {
            Test::IsNot(_) => format!("({own} AND member.id NOT IN {among})"),
            _ => format!("({own} OR member.id IN {among})"),
        }
    }

    /// One of the member's tags passes by its name, or none does for what asks for none.
    pub(crate) fn tag_condition(&mut self, test: &Test) -> String {
        if let Test::AnyOf(values) = test
            && values.iter().any(Value::is_null)
        {
            // Somebody may have one of these tags and others.
            let filled = Test::AnyOf(values.iter().filter(|value| !value.is_null()).cloned().collect());
            return format!("({} OR {})", self.tag_condition(&Test::IsEmpty), self.tag_condition(&filled));
        }
        let (prefix, condition) = self.relation("t.name", test);
        format!("member.id {prefix}IN (SELECT s.member FROM tagging s JOIN tag t ON t.id = s.tag WHERE {condition})")
    }

    /// The test as a condition on what is there, and whether the member is to be among those who pass it or not.
    fn relation(&mut self, column: &str, test: &Test) -> (&'static str, String) {
        match test {
            Test::IsEmpty | Test::Is(Value::Null) => ("NOT ", format!("{column} IS NOT NULL")),
            Test::IsNot(value) if !value.is_null() => ("NOT ", self.test(column, None, &Test::Is(value.clone()))),
            Test::NotContains(part) => ("NOT ", self.test(column, None, &Test::Contains(part.clone()))),
            Test::AnyOf(values) if values.iter().any(Value::is_null) => {
                // Empty or one of these: not among those who have another.
                let filled: Vec<Value> = values.iter().filter(|value| !value.is_null()).cloned().collect();
                if filled.is_empty() {
                    return ("NOT ", format!("{column} IS NOT NULL"));
                }
                let one = self.test(column, None, &Test::AnyOf(filled));
                ("NOT ", format!("{column} IS NOT NULL AND NOT {one}"))
            }
            other => ("", self.test(column, None, other)),
        }
    }

    /// What members are ordered by for the custom field.
    pub(crate) fn custom_order(&mut self, field: RecordId) -> SortKey {
        let id = self.bind(field.as_bytes().to_vec());
        let value = format!("(SELECT c.value FROM custom_value c WHERE c.member = member.id AND c.field = {id})");
        let placed = |words: &mut dyn Iterator<Item = &str>| {
            let cases: String =
                words.enumerate().map(|(place, word)| format!(" WHEN {} THEN {place}", quoted(word))).collect();
            SortKey::plain(format!("CASE {value}{cases} END"))
        };
        match self.customs.get(&field) {
            Some(field) if field.form == CustomForm::Choice && !field.choices.is_empty() => {
                placed(&mut field.choices.iter().map(String::as_str))
            }
            Some(field) if field.form == CustomForm::YesNo => placed(&mut ["yes", "no"].into_iter()),
            Some(field) if field.form == CustomForm::Number => SortKey::plain(format!("CAST({value} AS REAL)")),
            Some(field) if field.form == CustomForm::Date => SortKey::plain(value),
            _ => SortKey::by_number(value),
        }
    }

    /// The name of the member's first tag.
    pub(crate) fn tag_order(&self) -> SortKey {
        SortKey::by_number(
            "(SELECT t.name FROM tagging s JOIN tag t ON t.id = s.tag WHERE s.member = member.id
            ORDER BY coalesce(t.position, 9223372036854775807), t.name LIMIT 1)",
        )
    }
}
