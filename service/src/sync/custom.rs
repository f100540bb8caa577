//! Fields that the organisation defines, what members have in them, tags and printed
//! layouts, as the service guards them.
//!
//! That a required field is filled in for everybody cannot be asked of single edits: what is refused is emptying one.

use super::apply::{Applier, Stop};
use super::rules::Refusal;
use mingce_model::custom::{self, CustomField, CustomForm, FIELDS_MAX, LAYOUTS_MAX, TAGS_MAX};
use mingce_model::tree::name_key;
use mingce_model::{Field, Kind, Record, RecordId, Value};

impl Applier<'_> {
    /// Checks a definition: sound choices, a form that stays what it was, a name of its own.
    pub(super) fn check_custom_field(&mut self, wanted: &Record, fields: &[Field]) -> Result<(), Stop> {
        for flag in [Field::CustomFieldIsRequired, Field::CustomFieldIsUnique, Field::CustomFieldIsArchived] {
            if !matches!(wanted.get(flag), Value::Null | Value::Int(1)) {
                return Err(Refusal::rejected(vec![flag], "not_canonical").into());
            }
        }
        let is_choice = wanted.text(Field::CustomFieldForm) == Some(CustomForm::Choice.name());
        let choices = wanted.text(Field::CustomFieldChoices);
        if is_choice != choices.is_some_and(|json| custom::read_choices(json).is_some())
            || (!is_choice && choices.is_some())
        {
            return Err(Refusal::rejected(vec![Field::CustomFieldChoices], "choices_malformed").into());
        }
        if fields.contains(&Field::CustomFieldForm) {
            let key = self.key();
            let stored = self.transaction().find_record(key, Kind::CustomField, wanted.id)?;
            let is_other = |before: &Record| before.get(Field::CustomFieldForm) != wanted.get(Field::CustomFieldForm);
            if stored.is_some_and(|stored| !stored.is_deleted && is_other(&stored.record)) {
                return Err(Refusal::rejected(vec![Field::CustomFieldForm], "custom_form_fixed").into());
            }
        }
        self.check_named(wanted, Field::CustomFieldName, FIELDS_MAX, fields)
    }

    pub(super) fn check_tag(&mut self, wanted: &Record, fields: &[Field]) -> Result<(), Stop> {
        self.check_named(wanted, Field::TagName, TAGS_MAX, fields)
    }

    /// What a layout's parts say only desktops know, and each of them checks it before it prints.
    pub(super) fn check_layout(&mut self, wanted: &Record, fields: &[Field]) -> Result<(), Stop> {
        self.check_named(wanted, Field::LayoutName, LAYOUTS_MAX, fields)
    }

    /// Checks that the record has the id that follows from what it refers to.
    pub(super) fn check_due_id(&self, wanted: &Record) -> Result<(), Stop> {
        if custom::due_id(wanted) == Some(wanted.id) {
            return Ok(());
        }
        Err(Refusal::rejected(Vec::new(), "id_not_derived").into())
    }

    /// Checks a value against its field: form, required, unique.
    pub(super) fn check_custom_value(&mut self, wanted: &Record) -> Result<(), Stop> {
        self.check_due_id(wanted)?;
        let refused = |rule| Stop::from(Refusal::rejected(vec![Field::CustomValueValue], rule));
        let Some(id) = wanted.reference(Field::CustomValueField) else { return Err(refused("reference_missing")) };
        let key = self.key();
        let stored = self.transaction().find_record(key, Kind::CustomField, id)?;
        let field = stored.and_then(|stored| CustomField::from_record(&stored.record));
        let Some(field) = field else { return Err(refused("reference_missing")) };
        let value = wanted.get(Field::CustomValueValue);
        match field.check(value) {
            Ok(true) => {}
            Ok(false) => return Err(refused("not_canonical")),
            Err(problem) => return Err(refused(problem.code())),
        }
        if !field.is_unique || value.is_null() {
            return Ok(());
        }
        let filters = [(Field::CustomValueField, &Value::from(id)), (Field::CustomValueValue, value)];
        let holders = self.transaction().find_live(key, Kind::CustomValue, &filters, 2)?;
        let Some(other) = holders.into_iter().find(|holder| *holder != wanted.id) else { return Ok(()) };
        let holder = self.transaction().find_record(key, Kind::CustomValue, other)?;
        let member = holder.and_then(|holder| holder.record.reference(Field::CustomValueMember)).unwrap_or(other);
        Err(Refusal::duplicate(Field::CustomValueValue, member).into())
    }

    /// Checks that a definition is not removed while members have something in it.
    pub(super) fn check_unused(&mut self, field: RecordId) -> Result<(), Stop> {
        let (key, value) = (self.key(), Value::from(field));
        let used = self.transaction().find_live(key, Kind::CustomValue, &[(Field::CustomValueField, &value)], 1)?;
        if used.is_empty() { Ok(()) } else { Err(Refusal::rejected(Vec::new(), "custom_field_in_use").into()) }
    }

    /// Names of one kind differ by more than width and case, and there are not more of them than allowed.
    fn check_named(&mut self, wanted: &Record, name: Field, most: usize, fields: &[Field]) -> Result<(), Stop> {
        if !fields.contains(&name) {
            return Ok(());
        }
        let own = name_key(wanted.text(name).unwrap_or_default());
        let key = self.key();
        let others = self.transaction().find_live(key, wanted.kind, &[], most + 1)?;
        if others.iter().filter(|other| **other != wanted.id).count() >= most {
            return Err(Refusal::rejected(vec![name], "too_many").into());
        }
        for other in others.into_iter().filter(|other| *other != wanted.id) {
            let stored = self.transaction().find_record(key, wanted.kind, other)?;
            let is_same = |record: &Record| name_key(record.text(name).unwrap_or_default()) == own;
            if stored.is_some_and(|stored| is_same(&stored.record)) {
                return Err(Refusal::duplicate(name, other).into());
            }
        }
        Ok(())
    }
}
