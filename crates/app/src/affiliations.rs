//! Where else a member belongs, and what they are there: further places beside the main department.

use crate::departments;
use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::session::{Session, version};
use mingce_ipc::person::{AffiliationDetail, AffiliationRef, EditAffiliation};
use mingce_ipc::roster::EditOutcome;
use mingce_ipc::{Code, Failure};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value, choice_words, parse_choices};
use mingce_store::Label;

/// Further places of one member at the most.
const PLACES_MAX: usize = 100;

/// The member's further places, in the order they were added.
pub(crate) fn list(session: &Session, member: RecordId) -> Outcome<Vec<AffiliationDetail>> {
    let departments = told(session.store.department_tree())?;
    let places = told(session.store.find_by(Field::AffiliationMember, &Value::from(member), PLACES_MAX))?;
    Ok(places
        .iter()
        .filter_map(|place| {
            let node = departments.get(place.reference(Field::AffiliationDepartment)?)?;
            let text = |field| place.text(field).unwrap_or_default().to_owned();
            Some(AffiliationDetail {
                id: place.id.to_string(),
                department: node.id.to_string(),
                path: node.path.to_string(),
                title: text(Field::AffiliationTitle),
                role: text(Field::AffiliationRole),
                identity: text(Field::AffiliationIdentity),
            })
        })
        .collect())
}

fn load(session: &Session, wanted: &AffiliationRef) -> Outcome<(Record, Record)> {
    let member = departments::id(&wanted.member)?;
    let member = told(session.store.get(Kind::Member, member))?.ok_or(Code::NotFound)?;
    let place = told(session.store.get(Kind::Affiliation, departments::id(&wanted.affiliation)?))?;
    let is_theirs = |place: &Record| place.reference(Field::AffiliationMember) == Some(member.id);
    let place = place.filter(is_theirs).ok_or(Code::NotFound)?;
    Ok((member, place))
}

/// Changes a further place or makes one.
pub(crate) fn edit(session: &Session, wanted: &EditAffiliation) -> Outcome<EditOutcome> {
    let member = departments::id(&wanted.member)?;
    let before = match &wanted.affiliation {
        Some(id) => {
            let of = AffiliationRef { member: wanted.member.clone(), affiliation: id.clone() };
            Some(load(session, &of)?.1)
        }
        None => None,
    };
    let mut after = match &before {
        Some(before) => before.clone(),
        None => {
            told(session.store.get(Kind::Member, member))?.ok_or(Code::NotFound)?;
            if told(session.store.find_by(Field::AffiliationMember, &Value::from(member), PLACES_MAX))?.len()
                >= PLACES_MAX
            {
                return Err(Code::TooMany.into());
            }
            Record::empty(Kind::Affiliation, new_id(&*session.host)?).with(Field::AffiliationMember, member)
        }
    };
    if let Some(department) = &wanted.department {
        let department = departments::id(department)?;
        departments::check_home(session, department)?;
        after.set(Field::AffiliationDepartment, department);
    }
    for (field, text) in [(Field::AffiliationTitle, &wanted.title), (Field::AffiliationIdentity, &wanted.identity)] {
        if let Some(text) = text {
            let read = crate::typed::read(field, text, session.host.today(), None);
            let checked = read.map_err(|problem| {
                Failure::from(Code::Invalid).with("field", field.name()).with("rule", problem.code())
            })?;
            after.set(field, checked.value);
        }
    }
    if after.get(Field::AffiliationDepartment).is_null() {
        return Err(Failure::from(Code::Invalid).with("field", "department").with("rule", "required_missing"));
    }
    let edit = match &before {
        Some(before) => Edit::between(before, &after),
        None => Some(Edit::create(&after)),
    };
    let is_said = before.as_ref().map(|place| place.get(IDENTITY)) != Some(after.get(IDENTITY));
    let as_well = if is_said { also_is(session, member, after.get(IDENTITY))? } else { None };
    write(session, Label::Edit, edit.into_iter().chain(as_well))
}

const IDENTITY: Field = Field::AffiliationIdentity;

/// What somebody is in one of their places is one of the things they are: lists, filters and files know them by it.
fn also_is(session: &Session, member: RecordId, identity: &Value) -> Outcome<Option<Edit>> {
    let Some(identity) = identity.as_text() else { return Ok(None) };
    let member = told(session.store.get(Kind::Member, member))?.ok_or(Code::NotFound)?;
    let present = member.text(Field::MemberIdentity).unwrap_or_default();
    let both = parse_choices(Field::MemberIdentity, &format!("{present};{identity}")).ok_or(Code::Invalid)?;
    Ok(Edit::between(&member, &member.clone().with(Field::MemberIdentity, both)))
}

pub(crate) fn remove(session: &Session, wanted: &AffiliationRef) -> Outcome<EditOutcome> {
    let (_, place) = load(session, wanted)?;
    write(session, Label::Edit, [Edit::remove(&place)])
}

/// Swaps the further place with the main one: department and title.
pub(crate) fn make_main(session: &Session, wanted: &AffiliationRef) -> Outcome<EditOutcome> {
    let (member, place) = load(session, wanted)?;
    // One of the two would come into it.
    let both = [(&member, Field::MemberDepartment), (&place, Field::AffiliationDepartment)];
    for department in both.into_iter().filter_map(|(record, field)| record.reference(field)) {
        departments::check_home(session, department)?;
    }
    let then = member
        .clone()
        .with(Field::MemberDepartment, place.get(Field::AffiliationDepartment).clone())
        .with(Field::MemberTitle, place.get(Field::AffiliationTitle).clone());
    let mut further = place.clone().with(Field::AffiliationTitle, member.get(Field::MemberTitle).clone());
    if let Some(identity) = place.text(IDENTITY) {
        // All that they are stays with them. Of the place that was the main one it is known what they are there when one
        // thing is left.
        let all = choice_words(member.text(Field::MemberIdentity).unwrap_or_default());
        let other: Vec<&str> = all.filter(|word| *word != identity).collect();
        further.set(IDENTITY, if let [one] = other[..] { Value::from(one) } else { Value::Null });
    }
    let mut edits: Vec<Edit> = Edit::between(&member, &then).into_iter().collect();
    if member.get(Field::MemberDepartment).is_null() {
        edits.push(Edit::remove(&place));
    } else {
        further.set(Field::AffiliationDepartment, member.get(Field::MemberDepartment).clone());
        edits.extend(Edit::between(&place, &further));
    }
    write(session, Label::Move, edits)
}

fn write(session: &Session, label: Label, edits: impl IntoIterator<Item = Edit>) -> Outcome<EditOutcome> {
    let touched = session.write(label, edits)?;
    Ok(EditOutcome {
        changed_cells: u32::from(touched.changed > 0),
        version: version(touched.version.max(session.store.version())),
        ..EditOutcome::default()
    })
}
