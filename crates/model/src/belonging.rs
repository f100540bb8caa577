//! What hangs on a member and makes no sense without them: it goes when they go, and most of it comes back with them.

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

/// Whether records of the kind come back with their member by themselves. A distinction does not: it was forgotten, unless
/// whoever undoes the removal sends it again.
pub fn comes_back(kind: Kind) -> bool {
    kind != Kind::Distinction && fields_of(kind).next().is_some()
}

/// Whether the record hangs on the member.
pub fn hangs_on(record: &Record, member: RecordId) -> bool {
    fields_of(record.kind).any(|field| record.reference(field) == Some(member))
}
