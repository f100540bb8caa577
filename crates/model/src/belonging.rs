//! What hangs on a member and makes no sense without them: it goes when they go and comes back when they come back.

use crate::{Field, Kind, Record, RecordId};

/// The fields by which such records name their member. A distinction hangs on both of its two.
pub const OF_MEMBER: [Field; 7] = [
    Field::AffiliationMember,
    Field::GuardianshipMember,
    Field::InvitationMember,
    Field::CustomValueMember,
    Field::TaggingMember,
    Field::DistinctionMember,
    Field::DistinctionOther,
];

/// Those of them that records of the kind have.
pub fn fields_of(kind: Kind) -> impl Iterator<Item = Field> {
    OF_MEMBER.into_iter().filter(move |field| field.kind() == kind)
}

/// Whether the record hangs on the member.
pub fn hangs_on(record: &Record, member: RecordId) -> bool {
    fields_of(record.kind).any(|field| record.reference(field) == Some(member))
}
