//! OneRoster CSV packages (1EdTech OneRoster 1.1.1 CSV Tables, 1.2.1 CSV Binding): the names of files, columns and words
//! that reading and writing share. Reads leniently and says what it tolerated; writes by the letter.

mod delta;
mod export;
mod joins;
mod lines;
mod names;
mod places;
mod table;
mod users;

pub use delta::{DeltaOptions, Pair, Standing, delta_passes, export_one_roster_delta};
pub use export::{OneRosterOptions, export_one_roster, export_one_roster_with, passes};
pub use lines::Period;
pub use places::{KnownPlaces, Renamed, SourcePlace, ToldPlace};
pub(crate) use users::{OneRosterFile, open};

use serde::{Deserialize, Serialize};

/// The version that is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum OneRosterVersion {
    #[serde(rename = "1.1")]
    V1p1,
    #[serde(rename = "1.2")]
    V1p2,
}

/// What was passed over or put up with while a file was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remark {
    /// Columns with values for which a roster has no place.
    ColumnsDropped { file: &'static str, columns: Vec<String> },
    /// Rows marked `tobedeleted` in other files than that of the users.
    RowsDeleted { file: &'static str, rows: u64 },
    /// Rows that name a user, class or organisation which the package has not.
    LooseReferences { file: &'static str, rows: u64 },
    /// Rows that call a class or organisation otherwise than the roster, which keeps its own name: the source has called
    /// it so before, or another department has the name.
    NamesKept { file: &'static str, rows: u64 },
    /// No manifest, or one without versions.
    ManifestIncomplete,
    /// A file lies in a folder or has its name in another case.
    FileNameTolerated { file: &'static str },
    /// Text that is not UTF-8, read as GB18030.
    EncodingTolerated { file: &'static str },
    /// Quotation marks that open a cell and close none, by the rows of a text table; they were left out.
    QuotesUnclosed { rows: Vec<u32> },
}

impl Remark {
    /// How many of them there are, where they are counted.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::QuotesUnclosed { rows } => rows.len(),
            _ => 0,
        }
    }
}

/// Whether a package says all there is, or only what changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    Bulk,
    Delta,
}

pub(crate) const MANIFEST: &str = "manifest.csv";
pub(crate) const SESSIONS: &str = "academicSessions.csv";
pub(crate) const ORGS: &str = "orgs.csv";
pub(crate) const COURSES: &str = "courses.csv";
pub(crate) const CLASSES: &str = "classes.csv";
pub(crate) const USERS: &str = "users.csv";
pub(crate) const ROLES: &str = "roles.csv";
pub(crate) const ENROLLMENTS: &str = "enrollments.csv";
pub(crate) const DEMOGRAPHICS: &str = "demographics.csv";

/// The column of a record's id, in small letters; kept under the name that the standard gives it.
pub(crate) const SOURCED_ID: &str = "sourcedid";
/// The field in which it is kept, by which later packages find people again.
pub(crate) const SOURCED_ID_FIELD: &str = "sourcedId";
/// By which a package of our own is known.
pub(crate) const SYSTEM_CODE: &str = "mingce";
/// Columns of ours for what OneRoster has no column for; its own rule for extensions is the first word.
pub(crate) const OWN_PREFIX: &str = "metadata.mingce.";
/// The column of ours that says where a class or organisation is in the tree.
pub(crate) const OWN_PATH: &str = "metadata.mingce.path";
/// The column of ours that says which further departments somebody is in no longer, in a package of changes.
pub(crate) const LEFT_DEPARTMENTS: &str = "metadata.mingce.left_departments";
/// Columns of what the organisation defined: tags, custom fields.
pub(crate) const METADATA_PREFIX: &str = "metadata.";

/// Data files in the manifest's order, with the version that has them first.
const DATA_FILES: [(&str, OneRosterVersion); 21] = {
    use OneRosterVersion::{V1p1, V1p2};
    [
        ("academicSessions", V1p1),
        ("categories", V1p1),
        ("classes", V1p1),
        ("classResources", V1p1),
        ("courses", V1p1),
        ("courseResources", V1p1),
        ("demographics", V1p1),
        ("enrollments", V1p1),
        ("lineItemLearningObjectiveIds", V1p2),
        ("lineItems", V1p1),
        ("lineItemScoreScales", V1p2),
        ("orgs", V1p1),
        ("resources", V1p1),
        ("resultLearningObjectiveIds", V1p2),
        ("results", V1p1),
        ("resultScoreScales", V1p2),
        ("roles", V1p2),
        ("scoreScales", V1p2),
        ("userProfiles", V1p2),
        ("userResources", V1p2),
        ("users", V1p1),
    ]
};

/// Every data file of the version, in the manifest's order.
pub(crate) fn data_files(version: OneRosterVersion) -> impl Iterator<Item = &'static str> {
    DATA_FILES.into_iter().filter(move |(_, since)| *since <= version).map(|(file, _)| file)
}

/// With these the columns of every data file begin.
const RECORD: &str = "sourcedId status dateLastModified";

/// The columns of a file in the order that the version asks for.
pub(crate) fn headings(version: OneRosterVersion, file: &str) -> impl Iterator<Item = &'static str> {
    let (first, others) = match (file, version) {
        (SESSIONS, _) => (RECORD, "title type startDate endDate parentSourcedId schoolYear"),
        (ORGS, _) => (RECORD, "name type identifier parentSourcedId"),
        (COURSES, _) => (RECORD, "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes"),
        (CLASSES, _) => (
            RECORD,
            "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects \
             subjectCodes periods",
        ),
        (USERS, OneRosterVersion::V1p1) => (
            RECORD,
            "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone \
             agentSourcedIds grades password",
        ),
        (USERS, OneRosterVersion::V1p2) => (
            RECORD,
            "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds \
             grades password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName \
             primaryOrgSourcedId pronouns",
        ),
        (ROLES, _) => (RECORD, "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId"),
        (ENROLLMENTS, _) => (RECORD, "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate"),
        (DEMOGRAPHICS, _) => (
            RECORD,
            "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican \
             nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity \
             countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus",
        ),
        _ => ("", "propertyName value"),
    };
    first.split_whitespace().chain(others.split_whitespace())
}
