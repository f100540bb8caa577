//! What hangs on a member, as people tell one from another: further places, guardians, tags.

use crate::failure::{Outcome, told};
use crate::masking;
use crate::session::Session;
use mingce_ipc::person::{Belonging, Belongings};
use mingce_model::guardians::may_confirm;
use mingce_model::{Field, Kind, Record};

/// Told among a guardian's words.
const MAY_NOT_CONFIRM: &str = "may_not_confirm";

/// The belongings among the records, each list in the order of its names; what they refer to is looked up.
pub(crate) fn told_of(session: &Session, records: &[Record]) -> Outcome<Belongings> {
    let departments = told(session.store.department_tree())?;
    let mut all = Belongings::default();
    let text = |record: &Record, field| record.text(field).unwrap_or_default().to_owned();
    let words = |record: &Record, fields: &[Field]| -> Vec<String> {
        fields.iter().filter_map(|field| record.text(*field).map(str::to_owned)).collect()
    };
    let referred = |record: &Record, kind, field| match record.reference(field) {
        Some(id) => told(session.store.get(kind, id)),
        None => Ok(None),
    };
    for record in records {
        match record.kind {
            Kind::Affiliation => {
                let department = record.reference(Field::AffiliationDepartment);
                let Some(node) = department.and_then(|id| departments.get(id)) else { continue };
                all.places.push(Belonging {
                    name: node.path.to_string(),
                    detail: text(record, Field::AffiliationTitle),
                    words: words(record, &[Field::AffiliationRole, Field::AffiliationIdentity]),
                });
            }
            Kind::Guardianship => {
                let Some(person) = referred(record, Kind::Guardian, Field::GuardianshipGuardian)? else { continue };
                let mut words = words(record, &[Field::GuardianshipRelation]);
                if !may_confirm(record) {
                    words.push(MAY_NOT_CONFIRM.to_owned());
                }
                let phone = text(&person, Field::GuardianPhone);
                let detail = masking::shown(session, person.id, Field::GuardianPhone, phone);
                all.guardians.push(Belonging { name: text(&person, Field::GuardianName), detail, words });
            }
            Kind::Tagging => {
                let Some(tag) = referred(record, Kind::Tag, Field::TaggingTag)? else { continue };
                let name = text(&tag, Field::TagName);
                all.tags.push(Belonging { name, detail: String::new(), words: Vec::new() });
            }
            Kind::Invitation => all.invitations = all.invitations.saturating_add(1),
            _ => {}
        }
    }
    all.places.sort();
    all.guardians.sort();
    all.tags.sort();
    Ok(all)
}
