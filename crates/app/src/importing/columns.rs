//! What the columns of a file can be: our fields, those that the organisation defined, and ones that the import makes.

use crate::custom::read_definition;
use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::session::Session;
use mingce_exchange::diff::{DiffOf, Plan};
use mingce_exchange::read::Workbook;
use mingce_exchange::shape::{DEPARTMENT_PARTS, GUARDIAN_SLOTS, MEMBER_FIELDS, Mapping, Shape, Target};
use mingce_ipc::Code;
use mingce_ipc::custom::{CustomColumn, DefineField, DefinedChoice};
use mingce_ipc::import::{ChangedColumn, PlanImport, PlannedField};
use mingce_model::custom::{CustomField, FIELDS_MAX};
use mingce_model::tree::name_key;
use mingce_model::{Edit, Field, Form, Kind, Record};
use std::collections::HashSet;

/// Asks for a field that the import makes.
pub(super) const NEW_FIELD: &str = "new_field";

/// Every word that a column may be given, those of one kind together.
pub(super) fn words_of_targets(fields: &[CustomField]) -> Vec<String> {
    let mut words = vec![Target::Ignore.name()];
    words.extend(MEMBER_FIELDS.map(|field| Target::Field(field).name()));
    words.extend(fields.iter().map(|field| Target::Custom(field.id).name()));
    words.extend([Target::Tags.name(), NEW_FIELD.to_owned()]);
    words.push(Target::DepartmentPath.name());
    words.extend((0..DEPARTMENT_PARTS).map(|part| Target::DepartmentPart(part).name()));
    let places = [
        Target::DepartmentIfNone,
        Target::LeavesDepartments,
        Target::FurtherDepartments,
        Target::IsLeader,
        Target::Leads,
        Target::DeputyOf,
    ];
    words.extend(places.map(Target::name));
    for slot in 0..GUARDIAN_SLOTS {
        let parts = [Target::GuardianName, Target::GuardianPhone, Target::GuardianRelation, Target::GuardianMayConfirm];
        words.extend(parts.map(|part: fn(u8) -> Target| part(slot).name()));
    }
    words.extend(
        [
            Target::RecordId,
            Target::DepartmentName,
            Target::DepartmentNumber,
            Target::DepartmentParentNumber,
            Target::DepartmentPosition,
        ]
        .map(Target::name),
    );
    words
}

/// Fields of the organisation that are in use.
pub(super) fn fields(session: &Session) -> Outcome<Vec<CustomField>> {
    let mut fields = told(session.store.custom_fields())?;
    fields.retain(|field| !field.is_archived);
    Ok(fields)
}

pub(super) fn setting_key(shape: &Shape) -> String {
    format!("import-mapping:{}", serde_json::to_string(&shape.signature).unwrap_or_default())
}

/// The mapping of an earlier file of the same shape. Fields are remembered by their ids; a column of one that is gone is
/// left alone.
pub(super) fn remembered(session: &Session, shape: &Shape, fields: &[CustomField]) -> Outcome<Option<Mapping>> {
    let saved = told(session.store.setting(&setting_key(shape)))?;
    let mapping = saved.and_then(|json| serde_json::from_value::<Mapping>(json).ok()).map(|mut mapping| {
        for target in &mut mapping.columns {
            if let Target::Custom(id) = target
                && !fields.iter().any(|field| field.id == *id)
            {
                *target = Target::Ignore;
            }
        }
        mapping
    });
    Ok(mapping.and_then(|mapping| shape.adopt(mapping)))
}

/// Columns of a package that nothing here is for and that fields of their own keep, word for word.
pub(super) fn kept(session: &Session, workbook: &Workbook, shape: &Shape, mapping: &Mapping) -> Outcome<Vec<usize>> {
    let columns = workbook.columns_to_keep();
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let known = told(session.store.custom_fields())?;
    let mut names: HashSet<String> = known.iter().map(|field| name_key(&field.name)).collect();
    let mut is_kept = |column: &usize| {
        let Some(heading) = shape.columns.get(*column).map(|it| &it.heading) else { return false };
        let name = field_name(heading);
        let is_sound = crate::typed::read(Field::CustomFieldName, &name, session.host.today(), None).is_ok();
        // A field that was put away was put away on purpose.
        mapping.columns.get(*column) == Some(&Target::Ignore) && is_sound && names.insert(name_key(&name))
    };
    let room = FIELDS_MAX.saturating_sub(known.len());
    Ok(columns.into_iter().filter(|column| is_kept(column)).take(room).collect())
}

/// What a field that is made from a column is called.
pub(super) fn field_name(heading: &str) -> String {
    let Form::Text(most) = Field::CustomFieldName.form() else { return heading.to_owned() };
    mingce_exchange::shape::field_name(heading).chars().take(most).collect()
}

/// What class a field that is made from a column is proposed as.
pub(super) fn data_class(heading: &str) -> &'static str {
    if mingce_exchange::shape::is_personal(heading) { "personal" } else { "ordinary" }
}

/// The fields that are to be made, by the places of their columns. One that was planned before keeps its id.
pub(super) fn fresh(
    session: &Session,
    before: &[(usize, CustomField)],
    wanted: &PlanImport,
) -> Outcome<Vec<(usize, CustomField)>> {
    let mut known = told(session.store.custom_fields())?;
    let mut fresh = Vec::new();
    for new in &wanted.new_fields {
        let column = new.column as usize;
        if wanted.targets.get(column).is_none_or(|word| word != NEW_FIELD) {
            continue;
        }
        if known.len() >= FIELDS_MAX {
            return Err(Code::TooMany.into());
        }
        let id = match before.iter().find(|(of, _)| *of == column) {
            Some((_, field)) => field.id,
            None => new_id(&*session.host)?,
        };
        let choice = |name: &String| DefinedChoice { name: name.clone(), was: None };
        let definition = DefineField {
            id: None,
            name: new.name.clone(),
            form: new.form.clone(),
            choices: new.choices.iter().map(choice).collect(),
            is_required: false,
            is_unique: false,
            data_class: new.data_class.clone(),
            job: None,
        };
        let field = read_definition(session, &definition, None, id, &known)?;
        known.push(field.clone());
        fresh.push((column, field));
    }
    Ok(fresh)
}

/// The field as the preview names it.
pub(super) fn planned(field: &CustomField) -> PlannedField {
    PlannedField {
        column: CustomColumn(field.id).to_string(),
        name: field.name.clone(),
        form: field.form.name().to_owned(),
    }
}

/// The edit that makes the field.
pub(super) fn definition(field: &CustomField) -> Edit {
    let mut record = Record::empty(Kind::CustomField, field.id);
    field.write_to(&mut record);
    Edit::create(&record)
}

/// What the rows that change somebody change, by the words of the preview.
pub(super) fn changed(plan: &Plan) -> Vec<ChangedColumn> {
    let mut columns: Vec<ChangedColumn> = Vec::new();
    for (of, rows) in plan.changed() {
        let word = what(of);
        match columns.iter_mut().find(|column| column.what == word) {
            // Fields that share a word are one column; a row that changes several of them is one row.
            Some(column) => column.rows = u32::try_from(plan.count_changing(&called(plan, &word))).unwrap_or(u32::MAX),
            None => columns.push(ChangedColumn { what: word, rows }),
        }
    }
    columns
}

/// What of the plan's changes has this word.
pub(super) fn called(plan: &Plan, word: &str) -> Vec<DiffOf> {
    plan.changed().into_iter().map(|(of, _)| of).filter(|of| what(*of) == word).collect()
}

/// The word of what a line of the preview is about.
pub(super) fn what(of: DiffOf) -> String {
    let word = match of {
        // It has the word of a person's name.
        DiffOf::Field(Field::DepartmentName) => "department_renamed",
        DiffOf::Field(field) => field.name(),
        DiffOf::Department => "department",
        DiffOf::FurtherDepartment => "further_department",
        DiffOf::Leads => "leads",
        DiffOf::DeputyOf => "deputy_of",
        DiffOf::Tags => "tags",
        DiffOf::Guardian => "guardian",
        DiffOf::GuardianField(Field::GuardianName) => "guardian_name",
        DiffOf::GuardianField(Field::GuardianPhone) => "guardian_phone",
        DiffOf::GuardianField(Field::GuardianshipMayConfirm) => "guardian_may_confirm",
        DiffOf::GuardianField(_) => "guardian_relation",
        DiffOf::Custom(id) => return CustomColumn(id).to_string(),
    };
    word.to_owned()
}
