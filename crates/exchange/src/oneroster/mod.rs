//! OneRoster CSV packages (1EdTech OneRoster 1.1.1 CSV Tables, 1.2.1 CSV Binding): the names of files, columns and words
//! that reading and writing share. Reads leniently and says what it tolerated; writes by the letter.

mod export;
mod joins;
mod names;
mod table;
mod users;

pub use export::{OneRosterOptions, Period, export_one_roster, export_one_roster_with};
pub(crate) use users::{OneRosterFile, open};

use serde::{Deserialize, Serialize};

/// The version that is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OneRosterVersion {
    #[serde(rename = "1.1")]
    V1p1,
    #[serde(rename = "1.2")]
    V1p2,
}

/// What was passed over or put up with while a package was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remark {
    /// Columns with values for which a roster has no place.
    ColumnsDropped { file: &'static str, columns: Vec<String> },
    /// Rows marked `tobedeleted` in other files than that of the users.
    RowsDeleted { file: &'static str, rows: u64 },
    /// Rows that name a user, class or organisation which the package has not.
    LooseReferences { file: &'static str, rows: u64 },
    /// No manifest, or one without versions.
    ManifestIncomplete,
    /// A file lies in a folder or has its name in another case.
    FileNameTolerated { file: &'static str },
    /// Text that is not UTF-8, read as GB18030.
    EncodingTolerated { file: &'static str },
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

/// By which a package of our own is known.
pub(crate) const SYSTEM_CODE: &str = "mingce";
/// Columns of ours for what OneRoster has no column for; its own rule for extensions is the first word.
pub(crate) const OWN_PREFIX: &str = "metadata.mingce.";
/// Columns of what the organisation defined: tags, custom fields.
pub(crate) const METADATA_PREFIX: &str = "metadata.";

/// Every data file of the version, in the manifest's order.
pub(crate) fn data_files(version: OneRosterVersion) -> &'static [&'static str] {
    match version {
        OneRosterVersion::V1p1 => &[
            "academicSessions",
            "categories",
            "classes",
            "classResources",
            "courses",
            "courseResources",
            "demographics",
            "enrollments",
            "lineItems",
            "orgs",
            "resources",
            "results",
            "users",
        ],
        OneRosterVersion::V1p2 => &[
            "academicSessions",
            "categories",
            "classes",
            "classResources",
            "courses",
            "courseResources",
            "demographics",
            "enrollments",
            "lineItemLearningObjectiveIds",
            "lineItems",
            "lineItemScoreScales",
            "orgs",
            "resources",
            "resultLearningObjectiveIds",
            "results",
            "resultScoreScales",
            "roles",
            "scoreScales",
            "userProfiles",
            "userResources",
            "users",
        ],
    }
}

/// The columns of a file in the order that the version asks for.
pub(crate) fn headings(version: OneRosterVersion, file: &str) -> &'static [&'static str] {
    match (file, version) {
        (SESSIONS, _) => &[
            "sourcedId",
            "status",
            "dateLastModified",
            "title",
            "type",
            "startDate",
            "endDate",
            "parentSourcedId",
            "schoolYear",
        ],
        (ORGS, _) => &["sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"],
        (COURSES, _) => &[
            "sourcedId",
            "status",
            "dateLastModified",
            "schoolYearSourcedId",
            "title",
            "courseCode",
            "grades",
            "orgSourcedId",
            "subjects",
            "subjectCodes",
        ],
        (CLASSES, _) => &[
            "sourcedId",
            "status",
            "dateLastModified",
            "title",
            "grades",
            "courseSourcedId",
            "classCode",
            "classType",
            "location",
            "schoolSourcedId",
            "termSourcedIds",
            "subjects",
            "subjectCodes",
            "periods",
        ],
        (USERS, OneRosterVersion::V1p1) => &[
            "sourcedId",
            "status",
            "dateLastModified",
            "enabledUser",
            "orgSourcedIds",
            "role",
            "username",
            "userIds",
            "givenName",
            "familyName",
            "middleName",
            "identifier",
            "email",
            "sms",
            "phone",
            "agentSourcedIds",
            "grades",
            "password",
        ],
        (USERS, OneRosterVersion::V1p2) => &[
            "sourcedId",
            "status",
            "dateLastModified",
            "enabledUser",
            "username",
            "userIds",
            "givenName",
            "familyName",
            "middleName",
            "identifier",
            "email",
            "sms",
            "phone",
            "agentSourcedIds",
            "grades",
            "password",
            "userMasterIdentifier",
            "preferredGivenName",
            "preferredMiddleName",
            "preferredFamilyName",
            "primaryOrgSourcedId",
            "pronouns",
        ],
        (ROLES, _) => &[
            "sourcedId",
            "status",
            "dateLastModified",
            "userSourcedId",
            "roleType",
            "role",
            "beginDate",
            "endDate",
            "orgSourcedId",
            "userProfileSourcedId",
        ],
        (ENROLLMENTS, _) => &[
            "sourcedId",
            "status",
            "dateLastModified",
            "classSourcedId",
            "schoolSourcedId",
            "userSourcedId",
            "role",
            "primary",
            "beginDate",
            "endDate",
        ],
        (DEMOGRAPHICS, _) => &[
            "sourcedId",
            "status",
            "dateLastModified",
            "birthDate",
            "sex",
            "americanIndianOrAlaskaNative",
            "asian",
            "blackOrAfricanAmerican",
            "nativeHawaiianOrOtherPacificIslander",
            "white",
            "demographicRaceTwoOrMoreRaces",
            "hispanicOrLatinoEthnicity",
            "countryOfBirthCode",
            "stateOfBirthAbbreviation",
            "cityOfBirth",
            "publicSchoolResidenceStatus",
        ],
        _ => &["propertyName", "value"],
    }
}
