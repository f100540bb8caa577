//! What an account may see and change: decided for each record here, wherever it is read for a desktop or written by one.

use crate::storage::FedRecord;
use mingce_model::{Field, Kind};
use mingce_protocol::pull::ValueRef;
use mingce_protocol::{Limit, Op};

/// Whether an account under the limit may send this edit.
pub(super) fn may_write(limit: Option<Limit>, op: &Op) -> bool {
    match limit {
        // What is beyond the departments of an account is refused by its bounds.
        None | Some(Limit::OnlyDepartments) => true,
        Some(Limit::OnlyReads) => false,
        Some(Limit::OnlyPrints) => op.kind == Kind::Invitation,
    }
}

/// Whether an account under the limit is told of the record at all, its removal included.
pub(super) fn is_shown(limit: Option<Limit>, record: &FedRecord<'_>) -> bool {
    match (limit, record.kind) {
        (None | Some(Limit::OnlyReads), _) => true,
        // Whoever has bounds is told within them, and nothing by this way.
        (Some(Limit::OnlyDepartments), _) => false,
        // Whoever prints needs the paper.
        (_, Kind::Organisation | Kind::Department | Kind::Member | Kind::Invitation | Kind::Layout) => true,
        // A conflict is shown to whoever sees what it is about.
        (_, Kind::Conflict) => is_about_an_invitation(record),
        _ => false,
    }
}

/// Whether an account under the limit is told what a record of the kind was before.
pub(super) fn may_see_edits(limit: Option<Limit>, kind: Kind) -> bool {
    limit != Some(Limit::OnlyPrints) || kind != Kind::Member
}

fn is_about_an_invitation(record: &FedRecord<'_>) -> bool {
    let fields = Kind::Conflict.fields();
    let place = fields.iter().position(|field| *field == Field::ConflictKind);
    let kind = record.values.zip(place).and_then(|(values, place)| values.get(place));
    matches!(kind, Some(ValueRef::Text(kind)) if *kind == Kind::Invitation.name())
}

/// The values of a record as an account under the limit is told them; `None` when these are all.
pub(super) fn shown_values<'v>(limit: Option<Limit>, kind: Kind, values: &[ValueRef<'v>]) -> Option<Vec<ValueRef<'v>>> {
    if limit != Some(Limit::OnlyPrints) || kind != Kind::Member {
        return None;
    }
    let shown = [Field::MemberName, Field::MemberDepartment, Field::MemberStatus];
    let fields = kind.fields().iter().zip(values);
    Some(fields.map(|(field, value)| if shown.contains(field) { *value } else { ValueRef::Null }).collect())
}
