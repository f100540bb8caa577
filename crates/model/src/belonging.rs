//! What hangs on a member and makes no sense without them: it goes when they go and comes back when they come back.

use crate::{Field, Record, RecordId};

/// The fields by which such records name their member.
pub const OF_MEMBER: [Field; 5] = [
    Field::AffiliationMember,
    Field::GuardianshipMember,
    Field::InvitationMember,
    Field::CustomValueMember,
    Field::TaggingMember,
];

/// The member that the record hangs on.
pub fn member_of(record: &Record) -> Option<RecordId> {
    OF_MEMBER.into_iter().find(|field| field.kind() == record.kind).and_then(|field| record.reference(field))
}
