//! What a replica still believes of records because edits of it were refused within the same push.
//!
//! A desktop makes its next edit on top of the last one, long before it hears that the last one was refused. The base of
//! such an edit is a value that never came to be and that nobody but its author has seen: the edit stands on what the
//! refused one stood on. If that is still the present value it applies; if somebody else has changed it, it conflicts
//! with them as ever. Nothing of this is kept beyond the push: once the desktop has its answer it moves the bases itself.

use mingce_model::merge::{Merged, merge_field};
use mingce_model::{Field, Kind, Record, RecordId, Value, ValueDigest};
use mingce_protocol::push::record_digest;
use mingce_protocol::{Exception, FieldBase, Op, OpCode, OpFields};
use std::collections::HashMap;

/// A refused value and the base it was to replace.
struct Believed {
    value: Value,
    base: ValueDigest,
}

#[derive(Default)]
pub(super) struct Refused {
    records: HashMap<(Kind, RecordId), HashMap<Field, Believed>>,
}

impl Refused {
    /// Takes note of how an edit was answered.
    pub fn note(&mut self, op: &Op, exception: Option<&Exception>) {
        let key = (op.kind, op.id);
        let is_refused = exception.is_some_and(|exception| match exception.code {
            OpCode::Applied | OpCode::Conflict => false,
            OpCode::Rejected | OpCode::Forbidden | OpCode::Gone | OpCode::Duplicate | OpCode::GroupFailed => true,
        });
        match &op.fields {
            OpFields::Edit(parts) if is_refused => {
                for part in parts {
                    let base = self.base(op, part);
                    let believed = Believed { value: part.new.clone(), base };
                    self.records.entry(key).or_default().insert(part.field, believed);
                }
            }
            OpFields::Edit(parts) => {
                if let Some(fields) = self.records.get_mut(&key) {
                    parts.iter().for_each(|part| drop(fields.remove(&part.field)));
                }
            }
            OpFields::Create(_) | OpFields::Remove(_) if is_refused => {}
            OpFields::Create(_) | OpFields::Remove(_) => drop(self.records.remove(&key)),
        }
    }

    /// The base that this part of an edit really stands on.
    fn base(&self, op: &Op, part: &FieldBase) -> ValueDigest {
        let believed = self.records.get(&(op.kind, op.id)).and_then(|fields| fields.get(&part.field));
        believed.filter(|believed| believed.value.digest() == part.base).map_or(part.base, |believed| believed.base)
    }

    /// The parts of an edit with the bases that they really stand on; `None` when these are the ones it names.
    pub fn on_what_held(&self, op: &Op, current: &Record, parts: &[FieldBase]) -> Option<Vec<FieldBase>> {
        self.records.get(&(op.kind, op.id))?;
        let moved = parts.iter().map(|part| match merge_field(part.base, current.get(part.field), &part.new) {
            Merged::Conflict => FieldBase { base: self.base(op, part), ..part.clone() },
            Merged::Same | Merged::Apply => part.clone(),
        });
        Some(moved.collect())
    }

    /// Whether the digest is that of the present record as its author must believe it to be.
    pub fn knows_as(&self, current: &Record, digest: ValueDigest) -> bool {
        let Some(fields) = self.records.get(&(current.kind, current.id)) else { return false };
        let mut believed = current.clone();
        for (field, refused) in fields {
            if current.get(*field).digest() == refused.base {
                believed.set(*field, refused.value.clone());
            }
        }
        record_digest(&believed.values) == digest
    }
}
