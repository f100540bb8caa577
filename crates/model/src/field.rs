//! The field registry: every kind of record, every field of it, what it may hold and who may write it.
//!
//! Tables, wire columns, imports, exports and the grid are all derived from this one list. A field's number is never
//! reused; a new field gets the next number of its kind and the schema in which it appeared.

use serde::{Deserialize, Serialize};

/// The kinds of synced records.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Kind {
    Organisation = 1,
    Department = 2,
    Member = 3,
    Affiliation = 4,
    Guardian = 5,
    Guardianship = 6,
    Invitation = 7,
    Conflict = 8,
    /// A field of members that the organisation defined itself.
    CustomField = 9,
    /// What a member has in such a field; its id follows from the two, see `custom::value_id`.
    CustomValue = 10,
    Tag = 11,
    /// A tag on a member; its id follows from the two, see `custom::tagging_id`.
    Tagging = 12,
    /// Two members who look like one person and are not; its id follows from the two, see `custom::distinction_id`.
    Distinction = 13,
    /// A printed layout of the organisation's own; crates/sheets knows what its parts may hold.
    Layout = 14,
}

impl Kind {
    /// Every kind, in the order in which they are sent: what is referred to comes first.
    pub const ALL: [Kind; 14] = [
        Kind::Organisation,
        Kind::Department,
        Kind::Member,
        Kind::Affiliation,
        Kind::Guardian,
        Kind::Guardianship,
        Kind::Invitation,
        Kind::Conflict,
        Kind::CustomField,
        Kind::CustomValue,
        Kind::Tag,
        Kind::Tagging,
        Kind::Distinction,
        Kind::Layout,
    ];
    /// The word used for tables and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Organisation => "organisation",
            Kind::Department => "department",
            Kind::Member => "member",
            Kind::Affiliation => "affiliation",
            Kind::Guardian => "guardian",
            Kind::Guardianship => "guardianship",
            Kind::Invitation => "invitation",
            Kind::Conflict => "conflict",
            Kind::CustomField => "custom_field",
            Kind::CustomValue => "custom_value",
            Kind::Tag => "tag",
            Kind::Tagging => "tagging",
            Kind::Distinction => "distinction",
            Kind::Layout => "layout",
        }
    }
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
    pub fn from_number(number: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| *kind as u8 == number)
    }
    /// The kind's fields in registry order; a record's values stand in this order.
    pub fn fields(self) -> &'static [Field] {
        let (first, end) = SPANS[self as usize];
        &Field::ALL[first..end]
    }
    /// Finds a field by its word.
    pub fn field(self, name: &str) -> Option<Field> {
        self.fields().iter().copied().find(|field| field.name() == name)
    }
}

/// Where the fields of each kind begin and end in the registry, by the kind's number: asked for with every record.
static SPANS: [(usize, usize); Kind::ALL.len() + 1] = {
    let mut spans = [(0, 0); Kind::ALL.len() + 1];
    let mut at = 0;
    while at < FIELDS.len() {
        let span = &mut spans[FIELDS[at].kind as usize];
        if span.1 == 0 {
            span.0 = at;
        }
        span.1 = at + 1;
        at += 1;
    }
    spans
};

/// What a field may hold; `check` enforces it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Free text of at most so many characters (code points).
    Text(usize),
    /// A person's name, 民委发〔2016〕33 号.
    PersonName,
    /// A mobile number: 11 digits for the mainland, otherwise E.164 with `+`.
    Phone,
    /// A calendar date, ISO 8601 `YYYY-MM-DD`.
    Date,
    /// A calendar year as an integer.
    Year,
    /// One of the listed words.
    Choice(&'static [&'static str]),
    /// Some of the listed words, each once and in the list's order, parted by `;`, see `check::choice_words`.
    Choices(&'static [&'static str]),
    /// Staff or student number.
    CardNumber,
    /// Numbers of the chips in somebody's cards, see `chips`.
    ChipNumbers,
    /// Number of the document named in `MemberDocumentKind`.
    DocumentNumber,
    Email,
    /// Reference to a record of the kind.
    Ref(Kind),
    /// A whole number.
    Int,
    /// Milliseconds since 1970-01-01 UTC.
    Instant,
    /// Lower-case hexadecimal digits, exactly so many.
    Hex(usize),
    /// A whole JSON value as text, of at most so many characters.
    Json(usize),
}

/// Who may write a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// An administrator's edit.
    Administrator,
    /// Only the service itself (a claim, a conflict it found).
    Service,
}

struct FieldSpec {
    kind: Kind,
    number: u16,
    name: &'static str,
    form: Form,
    owner: Owner,
    is_required: bool,
}

/// A field of a kind. Compare, copy and use as a key freely.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Field {
    OrganisationName,
    OrganisationKind,
    DepartmentParent,
    DepartmentName,
    DepartmentKind,
    DepartmentPosition,
    DepartmentState,
    MemberName,
    MemberCardNumber,
    MemberSex,
    MemberBirthDate,
    MemberPhone,
    MemberDocumentKind,
    MemberDocumentNumber,
    MemberIdentity,
    MemberDepartment,
    MemberTitle,
    MemberEntryYear,
    MemberEmail,
    MemberAddress,
    MemberValidFrom,
    MemberValidUntil,
    MemberStatus,
    MemberNote,
    MemberJoinState,
    MemberJoinedAt,
    MemberStatusSince,
    MemberPhoto,
    MemberChipNumbers,
    AffiliationMember,
    AffiliationDepartment,
    AffiliationTitle,
    AffiliationRole,
    AffiliationIdentity,
    GuardianName,
    GuardianPhone,
    GuardianshipMember,
    GuardianshipGuardian,
    GuardianshipRelation,
    GuardianshipMayConfirm,
    InvitationMember,
    InvitationTokenHash,
    InvitationCreatedAt,
    InvitationExpiresAt,
    InvitationIsRevoked,
    InvitationState,
    InvitationAnsweredAt,
    InvitationPrintedOn,
    InvitationHandedOutOn,
    InvitationVoidedFor,
    ConflictKind,
    ConflictRecord,
    ConflictField,
    ConflictBase,
    ConflictMine,
    ConflictTheirs,
    ConflictMineBy,
    ConflictTheirsBy,
    ConflictMineAt,
    ConflictTheirsAt,
    ConflictSettled,
    CustomFieldName,
    CustomFieldForm,
    CustomFieldChoices,
    CustomFieldIsRequired,
    CustomFieldIsUnique,
    CustomFieldDataClass,
    CustomFieldPosition,
    CustomFieldIsArchived,
    CustomValueMember,
    CustomValueField,
    CustomValueValue,
    TagName,
    TagColour,
    TagPosition,
    TaggingMember,
    TaggingTag,
    DistinctionMember,
    DistinctionOther,
    LayoutName,
    LayoutFormat,
    LayoutStock,
    LayoutDesign,
    LayoutPictures,
}

macro_rules! registry {
    ($($variant:ident = $kind:ident $number:literal $name:literal $form:expr, $owner:ident $required:ident;)*) => {
        const FIELDS: &[FieldSpec] = &[$(FieldSpec {
            kind: Kind::$kind, number: $number, name: $name, form: $form, owner: Owner::$owner,
            is_required: registry!(@ $required),
        }),*];
        impl Field {
            /// Every field in registry order.
            pub const ALL: &'static [Field] = &[$(Field::$variant),*];
        }
    };
    (@ required) => { true };
    (@ optional) => { false };
}

registry! {
    OrganisationName      = Organisation 1 "name" Form::Text(100), Administrator required;
    OrganisationKind      = Organisation 2 "kind" Form::Choice(&["school", "company", "government", "institution", "partnership", "sole_trader"]), Administrator required;
    DepartmentParent      = Department 1 "parent" Form::Ref(Kind::Department), Administrator optional;
    DepartmentName        = Department 2 "name" Form::Text(64), Administrator required;
    DepartmentKind        = Department 3 "kind" Form::Choice(&["unit", "school", "campus", "stage", "grade", "class", "group", "company", "division"]), Administrator required;
    DepartmentPosition    = Department 4 "position" Form::Int, Administrator optional;
    DepartmentState       = Department 5 "state" Form::Choice(&["archived"]), Administrator optional;
    MemberName            = Member 1 "name" Form::PersonName, Administrator required;
    MemberCardNumber      = Member 2 "card_number" Form::CardNumber, Administrator optional;
    MemberSex             = Member 3 "sex" Form::Choice(&["male", "female"]), Administrator optional;
    MemberBirthDate       = Member 4 "birth_date" Form::Date, Administrator optional;
    MemberPhone           = Member 5 "phone" Form::Phone, Administrator optional;
    MemberDocumentKind    = Member 6 "document_kind" Form::Choice(&["resident_id", "hong_kong_macau_permit", "taiwan_permit", "residence_permit", "foreign_permanent_resident", "passport", "other"]), Administrator optional;
    MemberDocumentNumber  = Member 7 "document_number" Form::DocumentNumber, Administrator optional;
    MemberIdentity        = Member 8 "identity" Form::Choices(&["student", "staff", "parent", "alumni", "other"]), Administrator optional;
    MemberDepartment      = Member 9 "department" Form::Ref(Kind::Department), Administrator optional;
    MemberTitle           = Member 10 "title" Form::Text(64), Administrator optional;
    MemberEntryYear       = Member 11 "entry_year" Form::Year, Administrator optional;
    MemberEmail           = Member 12 "email" Form::Email, Administrator optional;
    MemberAddress         = Member 13 "address" Form::Text(200), Administrator optional;
    MemberValidFrom       = Member 14 "valid_from" Form::Date, Administrator optional;
    MemberValidUntil      = Member 15 "valid_until" Form::Date, Administrator optional;
    MemberStatus          = Member 16 "status" Form::Choice(&["active", "suspended", "left"]), Administrator required;
    MemberNote            = Member 17 "note" Form::Text(1000), Administrator optional;
    MemberJoinState       = Member 18 "join_state" Form::Choice(&["joined", "refused"]), Service optional;
    MemberJoinedAt        = Member 19 "joined_at" Form::Instant, Service optional;
    MemberStatusSince     = Member 20 "status_since" Form::Date, Administrator optional;
    MemberPhoto           = Member 21 "photo" Form::Hex(64), Administrator optional;
    MemberChipNumbers     = Member 22 "chip_numbers" Form::ChipNumbers, Administrator optional;
    AffiliationMember     = Affiliation 1 "member" Form::Ref(Kind::Member), Administrator required;
    AffiliationDepartment = Affiliation 2 "department" Form::Ref(Kind::Department), Administrator required;
    AffiliationTitle      = Affiliation 3 "title" Form::Text(64), Administrator optional;
    AffiliationRole       = Affiliation 4 "role" Form::Choice(&["head", "deputy"]), Administrator optional;
    AffiliationIdentity   = Affiliation 5 "identity" Form::Choice(&["student", "staff", "parent", "alumni", "other"]), Administrator optional;
    GuardianName          = Guardian 1 "name" Form::PersonName, Administrator required;
    GuardianPhone         = Guardian 2 "phone" Form::Phone, Administrator optional;
    GuardianshipMember    = Guardianship 1 "member" Form::Ref(Kind::Member), Administrator required;
    GuardianshipGuardian  = Guardianship 2 "guardian" Form::Ref(Kind::Guardian), Administrator required;
    GuardianshipRelation  = Guardianship 3 "relation" Form::Choice(&["father", "mother", "grandparent", "other"]), Administrator optional;
    GuardianshipMayConfirm = Guardianship 4 "may_confirm" Form::Int, Administrator optional;
    InvitationMember      = Invitation 1 "member" Form::Ref(Kind::Member), Administrator required;
    InvitationTokenHash   = Invitation 2 "token_hash" Form::Hex(64), Administrator required;
    InvitationCreatedAt   = Invitation 3 "created_at" Form::Instant, Administrator required;
    InvitationExpiresAt   = Invitation 4 "expires_at" Form::Instant, Administrator required;
    InvitationIsRevoked   = Invitation 5 "is_revoked" Form::Int, Administrator optional;
    InvitationState       = Invitation 6 "state" Form::Choice(&["claimed", "refused"]), Service optional;
    InvitationAnsweredAt  = Invitation 7 "answered_at" Form::Instant, Service optional;
    InvitationPrintedOn   = Invitation 8 "printed_on" Form::Date, Administrator optional;
    InvitationHandedOutOn = Invitation 9 "handed_out_on" Form::Date, Administrator optional;
    InvitationVoidedFor   = Invitation 10 "voided_for" Form::Choice(&["damaged", "lost", "misprint", "other"]), Administrator optional;
    ConflictKind          = Conflict 1 "kind" Form::Text(20), Service required;
    ConflictRecord        = Conflict 2 "record" Form::Text(36), Service required;
    ConflictField         = Conflict 3 "field" Form::Text(40), Service required;
    ConflictBase          = Conflict 4 "base" Form::Json(130_000), Service optional;
    ConflictMine          = Conflict 5 "mine" Form::Json(130_000), Service optional;
    ConflictTheirs        = Conflict 6 "theirs" Form::Json(130_000), Service optional;
    ConflictMineBy        = Conflict 7 "mine_by" Form::Text(100), Service optional;
    ConflictTheirsBy      = Conflict 8 "theirs_by" Form::Text(100), Service optional;
    ConflictMineAt        = Conflict 9 "mine_at" Form::Instant, Service optional;
    ConflictTheirsAt      = Conflict 10 "theirs_at" Form::Instant, Service optional;
    ConflictSettled       = Conflict 11 "settled" Form::Choice(&["mine", "theirs"]), Administrator optional;
    CustomFieldName       = CustomField 1 "name" Form::Text(40), Administrator required;
    CustomFieldForm       = CustomField 2 "form" Form::Choice(&["text", "number", "date", "choice", "yes_no"]), Administrator required;
    CustomFieldChoices    = CustomField 3 "choices" Form::Json(4000), Administrator optional;
    CustomFieldIsRequired = CustomField 4 "is_required" Form::Int, Administrator optional;
    CustomFieldIsUnique   = CustomField 5 "is_unique" Form::Int, Administrator optional;
    CustomFieldDataClass  = CustomField 6 "data_class" Form::Choice(&["ordinary", "personal", "sensitive"]), Administrator required;
    CustomFieldPosition   = CustomField 7 "position" Form::Int, Administrator optional;
    CustomFieldIsArchived = CustomField 8 "is_archived" Form::Int, Administrator optional;
    CustomValueMember     = CustomValue 1 "member" Form::Ref(Kind::Member), Administrator required;
    CustomValueField      = CustomValue 2 "field" Form::Ref(Kind::CustomField), Administrator required;
    CustomValueValue      = CustomValue 3 "value" Form::Text(500), Administrator optional;
    TagName               = Tag 1 "name" Form::Text(20), Administrator required;
    TagColour             = Tag 2 "colour" Form::Choice(&["grey", "red", "orange", "gold", "green", "cyan", "blue", "purple"]), Administrator optional;
    TagPosition           = Tag 3 "position" Form::Int, Administrator optional;
    TaggingMember         = Tagging 1 "member" Form::Ref(Kind::Member), Administrator required;
    TaggingTag            = Tagging 2 "tag" Form::Ref(Kind::Tag), Administrator required;
    DistinctionMember     = Distinction 1 "member" Form::Ref(Kind::Member), Administrator required;
    DistinctionOther      = Distinction 2 "other" Form::Ref(Kind::Member), Administrator required;
    LayoutName            = Layout 1 "name" Form::Text(60), Administrator required;
    LayoutFormat          = Layout 2 "format" Form::Int, Administrator required;
    LayoutStock           = Layout 3 "stock" Form::Json(4000), Administrator required;
    LayoutDesign          = Layout 4 "design" Form::Json(60_000), Administrator required;
    LayoutPictures        = Layout 5 "pictures" Form::Json(60_000), Administrator optional;
}

impl Field {
    fn spec(self) -> &'static FieldSpec {
        &FIELDS[self as usize]
    }
    pub fn kind(self) -> Kind {
        self.spec().kind
    }
    /// The word used as column name, on the wire, in imports' mappings and on the command line.
    pub fn name(self) -> &'static str {
        self.spec().name
    }
    /// The field's number within its kind, for compact wire forms.
    pub fn number(self) -> u16 {
        self.spec().number
    }
    pub fn form(self) -> Form {
        self.spec().form
    }
    pub fn owner(self) -> Owner {
        self.spec().owner
    }
    /// A record of the kind cannot exist without it.
    pub fn is_required(self) -> bool {
        self.spec().is_required
    }
    /// Index of the field's value in a record of its kind.
    pub fn index(self) -> usize {
        usize::from(self.spec().number) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_contiguous_within_each_kind_and_names_unique() {
        assert_eq!(FIELDS.len(), Field::ALL.len());
        for kind in Kind::ALL {
            let fields = kind.fields();
            assert!(!fields.is_empty());
            for (i, field) in fields.iter().enumerate() {
                assert_eq!(field.kind(), kind);
                assert_eq!(field.index(), i);
                assert_eq!(kind.field(field.name()), Some(*field));
            }
        }
        for (i, field) in Field::ALL.iter().enumerate() {
            assert_eq!(*field as usize, i);
        }
    }
}
