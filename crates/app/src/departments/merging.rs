//! A department emptied into another one: members, further places, those who lead it, and departments below it.

use super::{Refused, STEP, id, load, tree};
use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::session::{Session, version};
use mingce_ipc::department::{LeadersThen, MergeDepartment, MergeOutcome};
use mingce_model::tree::Tree;
use mingce_model::{Change, DepartmentId, Edit, Field, Kind, Record, RecordId, Value, Verb};
use mingce_store::Label;
use std::collections::{BTreeMap, HashMap};

/// More places than anybody has.
const PLACES_MAX: usize = 1_000_000;

/// What a merge would do, and the edits that do it, in an order that the service takes.
pub(crate) struct Merge {
    pub(crate) outcome: MergeOutcome,
    edits: Vec<Edit>,
}

pub(crate) fn merge(session: &Session, wanted: &MergeDepartment) -> Outcome<MergeOutcome> {
    let Merge { outcome, edits } = plan_merge(session, wanted)?;
    let job = Job::begin(session, wanted.job.as_deref(), edits.len());
    let operation = session.operation(Label::Department)?;
    let touched = told(session.store.write_with(&operation, edits, &mut job.progress()))?;
    session.tell_changed(&touched);
    Ok(MergeOutcome { version: version(touched.version), ..outcome })
}

pub(crate) fn plan_merge(session: &Session, wanted: &MergeDepartment) -> Outcome<Merge> {
    let from = id(&wanted.from)?;
    let into = wanted.into.as_deref().map(id).transpose()?;
    let tree = tree(session)?;
    let plan = tree.plan_merge(from.into(), into.map(DepartmentId)).map_err(Refused)?;
    let targets: HashMap<RecordId, Option<RecordId>> =
        plan.emptied.iter().map(|(source, target)| (source.0, target.map(RecordId::from))).collect();
    let mut edits = Vec::new();
    let (mut members, mut places) = (0, 0);
    for (source, target) in &plan.emptied {
        let (source, target) = (source.0, target.map(RecordId::from));
        let (base, new) = (Value::from(source), target.map_or(Value::Null, Value::from));
        for member in told(session.store.members_directly_in(source))? {
            let change = Change { field: Field::MemberDepartment, base: base.clone(), new: new.clone() };
            edits.push(Edit { kind: Kind::Member, id: member, verb: Verb::Edit, changes: vec![change] });
            members += 1;
        }
        places += Places { session, source, target, targets: &targets, leaders: wanted.leaders }.merge(&mut edits)?;
    }
    let mut arrivals: HashMap<Option<DepartmentId>, i64> = HashMap::new();
    for (child, target) in &plan.moved {
        let before = load(session, child.0)?;
        let order = arrivals.entry(*target).or_insert(0);
        *order += 1;
        let after = before
            .clone()
            .with(Field::DepartmentParent, target.map_or(Value::Null, |target| Value::from(target.0)))
            .with(Field::DepartmentPosition, position_behind(&tree, *target, *order));
        edits.extend(Edit::between(&before, &after));
    }
    for (source, _) in plan.emptied.iter().rev() {
        edits.push(Edit::remove(&load(session, source.0)?));
    }
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let outcome = MergeOutcome {
        members,
        places: count(places),
        departments: count(plan.moved.len()),
        namesakes: count(plan.emptied.len() - 1),
        version: 0,
    };
    Ok(Merge { outcome, edits })
}

/// Behind those that somebody put in order; in the natural order where nobody did.
fn position_behind(tree: &Tree, parent: Option<DepartmentId>, order: i64) -> Value {
    let last = tree.children(parent).iter().filter_map(|id| tree.get(*id)?.position).max();
    last.map_or(Value::Null, |last| Value::Int(last.saturating_add(order.saturating_mul(STEP))))
}

/// The affiliations of one emptied department.
struct Places<'a> {
    session: &'a Session,
    source: RecordId,
    target: Option<RecordId>,
    /// Where every emptied department's members go.
    targets: &'a HashMap<RecordId, Option<RecordId>>,
    leaders: LeadersThen,
}

impl Places<'_> {
    /// Nobody has two places in the department they come to, and nobody who leads one loses that unasked.
    /// Answers how many places there were.
    fn merge(&self, edits: &mut Vec<Edit>) -> Outcome<usize> {
        let in_department = |department: RecordId| {
            told(self.session.store.find_by(Field::AffiliationDepartment, &Value::from(department), PLACES_MAX))
        };
        let Some(target) = self.target else {
            let ended = in_department(self.source)?;
            edits.extend(ended.iter().map(Edit::remove));
            return Ok(ended.len());
        };
        // By member: as it is, and as it shall be.
        let mut there: BTreeMap<RecordId, (Record, Record)> = BTreeMap::new();
        for place in in_department(target)? {
            let Some(member) = place.reference(Field::AffiliationMember) else { continue };
            there.entry(member).or_insert_with(|| (place.clone(), place));
        }
        let coming = in_department(self.source)?;
        let count = coming.len();
        for place in coming {
            let Some(member) = place.reference(Field::AffiliationMember) else { continue };
            let mut after = place.clone().with(Field::AffiliationDepartment, target);
            if self.leaders == LeadersThen::End {
                after.set(Field::AffiliationRole, Value::Null);
            }
            match there.get_mut(&member) {
                Some((_, kept)) => {
                    join(kept, &after);
                    edits.push(Edit::remove(&place));
                }
                None if says_nothing(&after) && self.main_after(member)? == Some(target) => {
                    edits.push(Edit::remove(&place));
                }
                None => edits.extend(Edit::between(&place, &after)),
            }
        }
        for (member, (before, after)) in there {
            // A further place in what becomes the main department.
            if says_nothing(&after) && self.main_after(member)? == Some(target) {
                edits.push(Edit::remove(&before));
            } else {
                edits.extend(Edit::between(&before, &after));
            }
        }
        Ok(count)
    }

    /// The member's main department after the merge.
    fn main_after(&self, member: RecordId) -> Outcome<Option<RecordId>> {
        let member = told(self.session.store.get(Kind::Member, member))?;
        let main = member.and_then(|member| member.reference(Field::MemberDepartment));
        Ok(main.and_then(|main| self.targets.get(&main).copied().unwrap_or(Some(main))))
    }
}

/// Takes over what the other place of the same member says; of two roles the higher.
fn join(kept: &mut Record, other: &Record) {
    for field in [Field::AffiliationTitle, Field::AffiliationIdentity] {
        if kept.get(field).is_null() {
            kept.set(field, other.get(field).clone());
        }
    }
    if kept.get(Field::AffiliationRole).is_null() || other.text(Field::AffiliationRole) == Some(super::HEAD) {
        kept.set(Field::AffiliationRole, other.get(Field::AffiliationRole).clone());
    }
}

/// A place that only says that the member is there.
pub(super) fn says_nothing(place: &Record) -> bool {
    [Field::AffiliationRole, Field::AffiliationTitle, Field::AffiliationIdentity]
        .into_iter()
        .all(|field| place.get(field).is_null())
}
