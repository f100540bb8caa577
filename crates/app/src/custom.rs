//! Fields that the organisation defines: made, changed, put in order, put away. Each is one operation.

use crate::departments;
use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::jobs::Job;
use crate::masking;
use crate::rewrite::{CHUNK, streamed};
use crate::session::Session;
use mingce_ipc::custom::{ArchiveField, ArrangeFields, CustomColumn, CustomFieldRow, DefineField};
use mingce_ipc::roster::Column;
use mingce_ipc::{Code, Failure};
use mingce_model::custom::{CHOICES_MAX, CustomField, CustomForm, FIELDS_MAX, read_choices};
use mingce_model::tree::name_key;
use mingce_model::{Change, Edit, Field, Kind, Record, RecordId, Value, Verb};
use mingce_store::{Label, Touched};

/// Room between positions, so that one can be put between two.
const STEP: i64 = 1 << 20;

pub(crate) fn list(session: &Session) -> Outcome<Vec<CustomFieldRow>> {
    let fields = told(session.store.custom_fields())?;
    Ok(fields
        .into_iter()
        .map(|field| CustomFieldRow {
            id: field.id.to_string(),
            column: Column::Custom(CustomColumn(field.id)),
            name: field.name,
            form: field.form.name().to_owned(),
            choices: field.choices,
            is_required: field.is_required,
            is_unique: field.is_unique,
            data_class: field.data_class,
            is_archived: field.is_archived,
        })
        .collect())
}

fn refused(field: &str, rule: &str) -> Failure {
    Failure::from(Code::Invalid).with("field", field).with("rule", rule)
}

fn load(session: &Session, id: RecordId) -> Outcome<Record> {
    told(session.store.get(Kind::CustomField, id))?.ok_or_else(|| Code::NotFound.into())
}

fn checked(session: &Session, field: Field, text: &str) -> Outcome<String> {
    let read = crate::typed::read(field, text, session.host.today(), None);
    Ok(read.map_err(|problem| refused(field.name(), problem.code()))?.value.to_string())
}

/// Makes a field or changes one; answers its id. A choice with another name takes the members' values along.
pub(crate) fn define(session: &Session, wanted: &DefineField) -> Outcome<RecordId> {
    let known = told(session.store.custom_fields())?;
    let before = match &wanted.id {
        Some(id) => Some(load(session, departments::id(id)?)?),
        None if known.len() >= FIELDS_MAX => return Err(Code::TooMany.into()),
        None => None,
    };
    let id = match &before {
        Some(record) => record.id,
        None => new_id(&*session.host)?,
    };
    let field = read_definition(session, wanted, before.as_ref(), id, &known)?;
    // Whoever may not see what is personal does not make it something else.
    if !field.is_masked() && before.as_ref().is_some_and(is_masked) {
        masking::check_right(session)?;
    }
    if field.is_unique && told(session.store.custom_use(id))?.1 {
        return Err(refused("is_unique", "value_taken"));
    }
    let record = before.clone().unwrap_or_else(|| Record::empty(Kind::CustomField, id));
    let mut after = record.clone();
    field.write_to(&mut after);
    let renamed = Renamed::of(session, wanted, id)?;
    match &before {
        Some(before) if renamed.count == 0 => session.write(Label::Field, Edit::between(before, &after))?,
        Some(before) => {
            let meanwhile = with_former_choices(before, &field, &after);
            let ends = [Edit::between(before, &meanwhile), Edit::between(&meanwhile, &after)];
            renamed.write(session, wanted.job.as_deref(), ends)?
        }
        None => session.write(Label::Field, [Edit::create(&after)])?,
    };
    Ok(id)
}

/// Whether values of the field of this definition are masked.
pub(crate) fn is_masked(definition: &Record) -> bool {
    CustomField::from_record(definition).is_some_and(|field| field.is_masked())
}

/// The definition while members' values change their names: old and new ones are choices, so that each value is one
/// whenever the service looks, forwards and, when it is undone, backwards. An old one for which there is no room beside
/// the new ones, or that differs from one by its case only, is left out.
fn with_former_choices(before: &Record, field: &CustomField, after: &Record) -> Record {
    let mut meanwhile = after.clone();
    let mut both = field.clone();
    for former in CustomField::from_record(before).map(|before| before.choices).unwrap_or_default() {
        both.choices.push(former);
        both.write_to(&mut meanwhile);
        if meanwhile.text(Field::CustomFieldChoices).and_then(read_choices).is_none() {
            both.choices.pop();
        }
    }
    both.write_to(&mut meanwhile);
    meanwhile
}

pub(crate) fn read_definition(
    session: &Session,
    wanted: &DefineField,
    before: Option<&Record>,
    id: RecordId,
    known: &[CustomField],
) -> Outcome<CustomField> {
    let name = checked(session, Field::CustomFieldName, &wanted.name)?;
    if known.iter().any(|other| other.id != id && name_key(&other.name) == name_key(&name)) {
        return Err(refused("name", "name_taken"));
    }
    let form = CustomForm::from_name(&wanted.form).ok_or(Code::Malformed)?;
    let now = before.and_then(CustomField::from_record);
    if now.as_ref().is_some_and(|now| now.form != form) {
        return Err(refused("form", "custom_form_fixed"));
    }
    let mut choices = Vec::new();
    if form == CustomForm::Choice {
        for choice in wanted.choices.iter().filter(|choice| !choice.name.trim().is_empty()) {
            choices.push(checked(session, Field::CustomFieldName, &choice.name)?);
        }
        let json = serde_json::to_string(&choices).map_err(|_| Code::Internal)?;
        if choices.len() > CHOICES_MAX || read_choices(&json).is_none() {
            return Err(refused("choices", "choices_malformed"));
        }
    }
    let last = known.iter().filter_map(|field| field.position).max();
    Ok(CustomField {
        id,
        name,
        form,
        choices,
        is_required: wanted.is_required,
        is_unique: wanted.is_unique,
        data_class: checked(session, Field::CustomFieldDataClass, &wanted.data_class)?,
        position: match &now {
            Some(now) => now.position,
            None => Some(last.unwrap_or(0).saturating_add(STEP)),
        },
        is_archived: now.is_some_and(|now| now.is_archived),
    })
}

/// Choices that get another name, and how many values that is.
struct Renamed<'w> {
    field: RecordId,
    choices: Vec<(&'w str, Value)>,
    count: u64,
}

impl<'w> Renamed<'w> {
    fn of(session: &Session, wanted: &'w DefineField, field: RecordId) -> Outcome<Self> {
        let mut renamed = Self { field, choices: Vec::new(), count: 0 };
        for choice in &wanted.choices {
            let Some(was) = choice.was.as_deref().filter(|was| *was != choice.name.trim()) else { continue };
            let new = Value::from(checked(session, Field::CustomFieldName, &choice.name)?);
            if !new.is_null() {
                renamed.count += told(session.store.custom_holder_count(field, was))?;
                renamed.choices.push((was, new));
            }
        }
        Ok(renamed)
    }

    /// Gives the values their new names, a chunk at a time, between two edits of the field.
    fn write(self, session: &Session, job: Option<&str>, ends: [Option<Edit>; 2]) -> Outcome<Touched> {
        let [mut begin, mut end] = ends;
        let job = Job::begin(session, job, usize::try_from(self.count).unwrap_or(usize::MAX));
        let mut choices = self.choices.iter();
        let mut at = choices.next();
        let (mut after, mut done) = (0, 0u32);
        let mut more = |made: &mut Vec<Edit>| -> Outcome<bool> {
            job.go_on(done)?;
            made.extend(begin.take());
            let Some((was, new)) = at else {
                made.extend(end.take());
                return Ok(!made.is_empty());
            };
            let (members, row) = told(session.store.custom_holders_after((self.field, was), after, CHUNK))?;
            after = row;
            if members.is_empty() {
                (at, after) = (choices.next(), 0);
            }
            done = done.saturating_add(u32::try_from(members.len()).unwrap_or(u32::MAX));
            made.extend(members.into_iter().map(|member| {
                let change = Change { field: Field::CustomValueValue, base: Value::from(*was), new: new.clone() };
                let id = mingce_model::custom::value_id(member, self.field);
                Edit { kind: Kind::CustomValue, id, verb: Verb::Edit, changes: vec![change] }
            }));
            Ok(true)
        };
        let operation = session.operation(Label::Field)?;
        let touched = streamed(&mut more, |edits, stop| session.store.write_with(&operation, edits, stop))?;
        session.tell_changed(&touched);
        Ok(touched)
    }
}

/// Puts the fields into that order.
pub(crate) fn arrange(session: &Session, wanted: &ArrangeFields) -> Outcome<()> {
    let mut edits = Vec::new();
    for (id, place) in wanted.ids.iter().zip(1i64..) {
        let before = load(session, departments::id(id)?)?;
        let after = before.clone().with(Field::CustomFieldPosition, place * STEP);
        edits.extend(Edit::between(&before, &after));
    }
    session.write(Label::Field, edits)?;
    Ok(())
}

pub(crate) fn archive(session: &Session, wanted: &ArchiveField) -> Outcome<()> {
    let before = load(session, departments::id(&wanted.id)?)?;
    let flag = if wanted.is_archived { Value::Int(1) } else { Value::Null };
    let after = before.clone().with(Field::CustomFieldIsArchived, flag);
    session.write(Label::Field, Edit::between(&before, &after))?;
    Ok(())
}

/// Removes a field in which nobody has anything; of emptied values the records go with it.
pub(crate) fn remove(session: &Session, id: RecordId) -> Outcome<()> {
    let record = load(session, id)?;
    if told(session.store.custom_use(id))?.0 > 0 {
        return Err(refused("field", "custom_field_in_use"));
    }
    let emptied = told(session.store.find_by(Field::CustomValueField, &Value::from(id), usize::MAX >> 1))?;
    let edits = emptied.iter().map(Edit::remove).chain([Edit::remove(&record)]);
    session.write(Label::Field, edits.collect::<Vec<_>>())?;
    Ok(())
}
