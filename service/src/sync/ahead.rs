//! What the edits of a push will ask the storage for, told before the first of them is applied.

use crate::storage::Wanted;
use mingce_model::{Field, Form, Kind, PhotoHash, RecordId, Value, belonging};
use mingce_protocol::{Op, OpFields};

/// Fields by which records belong to a record of the kind: with it they go.
fn belonging_by(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Member => &belonging::OF_MEMBER,
        Kind::Guardian => &[Field::GuardianshipGuardian],
        _ => &[],
    }
}

/// Everything that can be known from the edits alone.
pub(super) fn wanted_by(ops: &[Op]) -> Wanted {
    let mut wanted = Wanted::default();
    for op in ops {
        wanted.records.insert((op.kind, op.id));
        match &op.fields {
            OpFields::Create(values) => {
                for (field, value) in op.kind.fields().iter().zip(values) {
                    note(&mut wanted, *field, value);
                }
                if op.kind == Kind::CustomValue {
                    note_custom(&mut wanted, values);
                }
            }
            OpFields::Edit(parts) => parts.iter().for_each(|part| note(&mut wanted, part.field, &part.new)),
            OpFields::Remove(_) => {
                for field in belonging_by(op.kind) {
                    wanted.live.insert(vec![(*field, Value::from(op.id))]);
                }
            }
        }
    }
    wanted
}

fn note(wanted: &mut Wanted, field: Field, value: &Value) {
    let Some(text) = value.as_text().filter(|text| is_storable(text)) else { return };
    match field {
        Field::MemberCardNumber => {
            wanted.live.insert(vec![(field, value.clone())]);
        }
        Field::InvitationTokenHash => {
            wanted.token_hashes.insert(text.to_owned());
        }
        Field::MemberPhoto => wanted.photos.extend(PhotoHash::from_value(value)),
        _ => {}
    }
    if let Form::Ref(kind) = field.form()
        && let Ok(id) = text.parse::<RecordId>()
    {
        wanted.records.insert((kind, id));
    }
}

/// A value may have to be the only one of its field; whether it must shows only with the field.
fn note_custom(wanted: &mut Wanted, values: &[Value]) {
    let at = |field: Field| values.get(field.index());
    if let (Some(field), Some(value)) = (at(Field::CustomValueField), at(Field::CustomValueValue))
        && field.as_text().and_then(|text| text.parse::<RecordId>().ok()).is_some_and(|id| Value::from(id) == *field)
        && value.as_text().is_some_and(is_storable)
    {
        wanted.live.insert(vec![(Field::CustomValueField, field.clone()), (Field::CustomValueValue, value.clone())]);
    }
}

/// Not every storage can even be asked about a zero; no rule lets one through.
fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}
