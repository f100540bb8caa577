//! What the organisation defines itself: tags and fields.

use super::{Administrator, among, pick};
use mingce_app::Outcome;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::{
    ArchiveField, ArrangeFields, CustomFieldRow, DefineField, DefineTag, DefinedChoice, RemoveTag, TagMembers,
};
use mingce_ipc::roster::RecordRef;

const TAGS: [&str; 6] = ["住校", "贫困", "团员", "走读", "党员", "校队"];
const COLOURS: [&str; 3] = ["", "red", "green"];
const FIELDS: [&str; 4] = ["宿舍", "血型", "校车", "入团日"];
const FORMS: [&str; 5] = ["choice", "text", "number", "date", "yes_no"];
const CLASSES: [&str; 3] = ["ordinary", "personal", "sensitive"];

impl Administrator<'_> {
    fn a_tag(&self, number: u8) -> Outcome<String> {
        let all: Vec<String> = self.office.app.tags(Nothing {})?.into_iter().map(|tag| tag.id).collect();
        pick(&all, number)
    }

    fn a_field(&self, number: u8) -> Outcome<CustomFieldRow> {
        pick(&self.office.app.custom_fields(Nothing {})?, number)
    }
}

pub(super) fn define_tag(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    let wanted = DefineTag { id: None, name: among(&TAGS, a), colour: among(&COLOURS, b) };
    by.office.app.define_tag(wanted).map(drop)
}

pub(super) fn change_tag(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let wanted = DefineTag { id: Some(by.a_tag(a)?), name: among(&TAGS, b), colour: among(&COLOURS, c) };
    by.office.app.define_tag(wanted).map(drop)
}

pub(super) fn remove_tag(by: &Administrator<'_>, [a, ..]: [u8; 3]) -> Outcome<()> {
    by.office.app.remove_tag(RemoveTag { id: by.a_tag(a)?, job: None }).map(drop)
}

pub(super) fn tag_members(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let tag = by.a_tag(b)?;
    let (add, remove) = if c % 2 == 0 { (vec![tag], Vec::new()) } else { (Vec::new(), vec![tag]) };
    by.office.app.tag_members(TagMembers { members: by.some(a, c / 2)?, add, remove, job: None }).map(drop)
}

pub(super) fn define_field(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let form = among(&FORMS, b);
    let choices = if form == "choice" { vec!["甲", "乙", "丙"] } else { Vec::new() };
    let wanted = DefineField {
        id: None,
        name: among(&FIELDS, a),
        form,
        choices: choices.into_iter().map(|name| DefinedChoice { name: name.into(), was: None }).collect(),
        is_required: c % 4 == 1,
        is_unique: c % 4 == 2,
        data_class: among(&CLASSES, c / 4),
        job: None,
    };
    by.office.app.define_field(wanted).map(drop)
}

/// Another name, other rules, and of the choices one renamed, one gone or one more: members' values go along.
pub(super) fn change_field(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let field = by.a_field(a)?;
    let mut choices: Vec<DefinedChoice> =
        field.choices.iter().map(|name| DefinedChoice { name: name.clone(), was: Some(name.clone()) }).collect();
    match (choices.first_mut(), c % 3) {
        (Some(first), 0) => first.name = among(&["甲班", "丁"], c / 3),
        (Some(_), 1) => drop(choices.remove(0)),
        (Some(_), _) => choices.push(DefinedChoice { name: "戊".into(), was: None }),
        (None, _) => {}
    }
    let wanted = DefineField {
        id: Some(field.id),
        name: among(&FIELDS, b),
        form: field.form,
        choices,
        is_required: b % 3 == 1,
        is_unique: b % 3 == 2,
        data_class: field.data_class,
        job: None,
    };
    by.office.app.define_field(wanted).map(drop)
}

pub(super) fn arrange_fields(by: &Administrator<'_>, [a, ..]: [u8; 3]) -> Outcome<()> {
    let fields = by.office.app.custom_fields(Nothing {})?;
    let mut ids: Vec<String> = fields.into_iter().filter(|field| !field.is_archived).map(|field| field.id).collect();
    let places = ids.len().max(1);
    ids.rotate_left(usize::from(a) % places);
    by.office.app.arrange_fields(ArrangeFields { ids }).map(drop)
}

pub(super) fn archive_field(by: &Administrator<'_>, [a, ..]: [u8; 3]) -> Outcome<()> {
    let field = by.a_field(a)?;
    by.office.app.archive_field(ArchiveField { id: field.id, is_archived: !field.is_archived }).map(drop)
}

pub(super) fn remove_field(by: &Administrator<'_>, [a, ..]: [u8; 3]) -> Outcome<()> {
    by.office.app.remove_field(RecordRef { id: by.a_field(a)?.id }).map(drop)
}
