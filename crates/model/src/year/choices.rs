//! What a person decided about a new school year. Everything else is derived from the roster anew each time, so that a
//! plan worked on for days follows the roster; a decision about something that is gone is reported and left out.

use crate::id::AffiliationId;
use crate::{DepartmentId, MemberId, OrganisationId, RecordId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A mean year in milliseconds.
const MS_OF_YEAR: u64 = 31_556_952_000;

/// Names a grade: a department, or classes of one year below one department. The same for every derivation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GradeKey(pub String);

/// What becomes of those who finish school.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Graduation {
    /// They stay on the roster as alumni and keep their cards.
    #[default]
    Alumni,
    /// They become alumni and are marked as having left.
    Left,
}

/// How much of the school takes part.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    #[default]
    Whole,
    /// Only this grade; all others stay as they are.
    Grade(GradeKey),
}

/// What a grade does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A year on: into the next grade, or, where grades are named by their cohort, on under the same name.
    Up,
    /// Into that grade, of another stage for instance.
    Into(GradeKey),
    Graduate,
    Stay,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GradeChoice {
    pub action: Option<Action>,
    /// How the grade's classes are to be named, see `naming::name_by_pattern`.
    pub pattern: Option<String>,
    /// New classes of a first grade.
    pub new_classes: Option<u32>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClassChoice {
    pub name: Option<String>,
    pub head: Option<MemberId>,
}

/// What becomes of one pupil instead of going on with the class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PupilChoice {
    /// The same year again, in the given class or the one of the same number.
    Repeat(Option<DepartmentId>),
    /// On, in another class.
    Class(DepartmentId),
    /// Away for a time; keeps the place in class.
    Suspend,
    /// Gone.
    Leave,
    /// Gone to another school; what is to be noted, empty for nothing.
    Transfer(String),
}

/// How pupils are dealt to classes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// By lot, so that numbers and sexes are even.
    Balanced,
    /// By name, in blocks of even size.
    Alphabetical,
    /// Only as said pupil by pupil.
    ByHand,
}

/// Classes whose pupils come into classes anew: a split, a merger, or both.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Regroup {
    pub number: u32,
    pub from: Vec<DepartmentId>,
    /// A class of `from` that is not among these is dissolved; others keep the pupils they have.
    pub into: Vec<DepartmentId>,
    pub rule: Rule,
    /// Another lot with another number.
    pub lot: u32,
}

/// A further class in a grade.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddedClass {
    pub id: DepartmentId,
    /// The grade as it is now; the class goes where that goes.
    pub grade: GradeKey,
    pub name: String,
}

/// All that was decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Choices {
    /// Decides lots.
    pub seed: [u8; 16],
    /// Whose plan it is.
    pub organisation: OrganisationId,
    /// The calendar year in which the new school year begins.
    pub year: i32,
    #[serde(default)]
    pub extent: Extent,
    #[serde(default)]
    pub graduation: Graduation,
    #[serde(default)]
    pub grades: BTreeMap<GradeKey, GradeChoice>,
    #[serde(default)]
    pub classes: BTreeMap<DepartmentId, ClassChoice>,
    #[serde(default)]
    pub added: Vec<AddedClass>,
    #[serde(default)]
    pub regroups: Vec<Regroup>,
    #[serde(default)]
    pub pupils: BTreeMap<MemberId, PupilChoice>,
    /// Further places that end.
    #[serde(default)]
    pub ended: BTreeSet<AffiliationId>,
}

impl Choices {
    pub fn new(seed: [u8; 16], organisation: OrganisationId, year: i32) -> Self {
        Self {
            seed,
            organisation,
            year,
            extent: Extent::default(),
            graduation: Graduation::default(),
            grades: BTreeMap::new(),
            classes: BTreeMap::new(),
            added: Vec::new(),
            regroups: Vec::new(),
            pupils: BTreeMap::new(),
            ended: BTreeSet::new(),
        }
    }

    /// The id of what the plan creates under this label: the same on every computer, so that two administrators who
    /// carry out the same plan make one school year and not two.
    pub(super) fn id_for(&self, label: &str) -> RecordId {
        let hash = Sha256::new().chain_update(self.organisation.0.as_bytes()).chain_update(self.year.to_be_bytes());
        let mut random = [0; 10];
        random.copy_from_slice(&hash.chain_update(label.as_bytes()).finalize()[..10]);
        let years = u64::try_from(self.year.saturating_sub(1970)).unwrap_or(0);
        RecordId::from_parts(years * MS_OF_YEAR, random)
    }

    /// Bytes that nobody can foresee and that are the same each time.
    pub(super) fn lot(&self, label: &[u8]) -> [u8; 32] {
        Sha256::new().chain_update(self.seed).chain_update(label).finalize().into()
    }
}

/// The school year to plan on a day: the one whose 1 September is nearest, but not one that has begun already by the
/// newest cohort on the roster.
pub fn year_to_plan(today: jiff::civil::Date, newest_cohort: Option<i32>) -> i32 {
    let nearest = i32::from(today.year()) - i32::from(today.month() < 3);
    match newest_cohort {
        Some(newest) if newest >= nearest && newest <= nearest + 1 => newest + 1,
        _ => nearest,
    }
}
