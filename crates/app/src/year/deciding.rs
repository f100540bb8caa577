//! One decision put into what was decided. What it names must be there, and names must be fit to be stored.

use super::Look;
use crate::departments;
use crate::failure::Outcome;
use crate::host::new_id;
use crate::session::Session;
use mingce_ipc::year::{YearAction, YearChange, YearGraduation, YearPupilChoice, YearRule};
use mingce_ipc::{Code, Failure};
use mingce_model::id::AffiliationId;
use mingce_model::year::{
    Action, AddedClass, Extent, GradeChoice, GradeKey, Graduation, PupilChoice, Regroup, Rule, is_pattern,
    name_by_pattern,
};
use mingce_model::{DepartmentId, Field, MemberId};

/// School years that can be planned.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2150;

pub(super) fn decide(session: &Session, look: &mut Look, wanted: YearChange) -> Outcome<()> {
    match wanted {
        YearChange::Year { year } => {
            if !YEARS.contains(&year) {
                return Err(Failure::from(Code::Invalid).with("field", "year"));
            }
            look.choices.year = year;
        }
        YearChange::Graduation { graduation } => {
            look.choices.graduation = match graduation {
                YearGraduation::Alumni => Graduation::Alumni,
                YearGraduation::Left => Graduation::Left,
            };
        }
        YearChange::Only { grade } => {
            look.choices.extent = match grade {
                Some(key) => Extent::Grade(grade_key(look, key)?),
                None => Extent::Whole,
            };
        }
        YearChange::Action { grade, action, into } => {
            let action = match (action, into) {
                (None, _) => None,
                (Some(YearAction::Up), _) => Some(Action::Up),
                (Some(YearAction::Stay), _) => Some(Action::Stay),
                (Some(YearAction::Graduate), _) => Some(Action::Graduate),
                (Some(YearAction::Into), Some(key)) => Some(Action::Into(grade_key(look, key)?)),
                (Some(YearAction::Into), None) => return Err(Code::Malformed.into()),
            };
            of_grade(look, grade)?.action = action;
        }
        YearChange::Pattern { grade, pattern } => {
            if let Some(pattern) = &pattern {
                if !is_pattern(pattern) {
                    return Err(Failure::from(Code::Invalid).with("field", "pattern").with("rule", "year_pattern"));
                }
                checked_name(session, &name_by_pattern(pattern, 10))?;
            }
            of_grade(look, grade)?.pattern = pattern.map(|pattern| pattern.trim().to_owned());
        }
        YearChange::NewClasses { grade, count } => of_grade(look, grade)?.new_classes = count,
        YearChange::Name { class, name } => {
            let class = known_class(look, &class)?;
            let name = name.map(|name| checked_name(session, &name)).transpose()?;
            look.choices.classes.entry(class).or_default().name = name;
        }
        YearChange::Head { class, member } => {
            let class = known_class(look, &class)?;
            let member = member.map(|member| known_member(look, &member)).transpose()?;
            look.choices.classes.entry(class).or_default().head = member;
        }
        YearChange::AddClass { grade, name } => {
            let grade = grade_key(look, grade)?;
            let name = checked_name(session, &name)?;
            let id = DepartmentId(new_id(&*session.host)?);
            look.choices.added.push(AddedClass { id, grade, name });
        }
        YearChange::RemoveClass { class } => {
            let class = DepartmentId(departments::id(&class)?);
            look.choices.added.retain(|added| added.id != class);
            for regroup in &mut look.choices.regroups {
                regroup.into.retain(|into| *into != class);
            }
            look.choices.regroups.retain(|regroup| !regroup.into.is_empty());
            look.choices.classes.remove(&class);
        }
        YearChange::Pupils { pupils, choice } => choose_for_pupils(look, &pupils, choice)?,
        YearChange::Regroup { from, into, rule } => regroup(look, &from, &into, rule)?,
        YearChange::DrawAgain { number } => {
            for regroup in look.choices.regroups.iter_mut().filter(|regroup| regroup.number == number) {
                regroup.lot = regroup.lot.wrapping_add(1);
            }
        }
        YearChange::RemoveRegroup { number } => look.choices.regroups.retain(|regroup| regroup.number != number),
        YearChange::EndPlace { affiliation } => {
            look.choices.ended.insert(AffiliationId(departments::id(&affiliation)?));
        }
        YearChange::Tidy => tidy(look),
    }
    Ok(())
}

fn choose_for_pupils(look: &mut Look, pupils: &[String], choice: Option<YearPupilChoice>) -> Outcome<()> {
    let choice = match choice {
        None => None,
        Some(YearPupilChoice::Repeat { class }) => {
            Some(PupilChoice::Repeat(class.map(|class| known_class(look, &class)).transpose()?))
        }
        Some(YearPupilChoice::Class { class }) => Some(PupilChoice::Class(known_class(look, &class)?)),
        Some(YearPupilChoice::Suspend) => Some(PupilChoice::Suspend),
        Some(YearPupilChoice::Leave) => Some(PupilChoice::Leave),
        Some(YearPupilChoice::Transfer { note }) => Some(PupilChoice::Transfer(note)),
    };
    for pupil in pupils {
        let id = known_member(look, pupil)?;
        match &choice {
            Some(choice) => drop(look.choices.pupils.insert(id, choice.clone())),
            None => drop(look.choices.pupils.remove(&id)),
        }
    }
    Ok(())
}

fn regroup(look: &mut Look, from: &[String], into: &[String], rule: YearRule) -> Outcome<()> {
    let of = |ids: &[String]| -> Outcome<Vec<DepartmentId>> { ids.iter().map(|id| known_class(look, id)).collect() };
    let (from, into) = (of(from)?, of(into)?);
    if from.is_empty() || into.is_empty() {
        return Err(Code::Malformed.into());
    }
    let rule = match rule {
        YearRule::Balanced => Rule::Balanced,
        YearRule::Alphabetical => Rule::Alphabetical,
        YearRule::ByHand => Rule::ByHand,
    };
    let number = look.choices.regroups.iter().map(|regroup| regroup.number).max().unwrap_or(0).saturating_add(1);
    look.choices.regroups.push(Regroup { number, from, into, rule, lot: number });
    Ok(())
}

/// Forgets decisions about what is no longer there.
fn tidy(look: &mut Look) {
    let (plan, roster, choices) = (&look.plan, &look.roster, &mut look.choices);
    choices.grades.retain(|key, _| plan.grade(key).is_some());
    choices.added.retain(|added| plan.grade(&added.grade).is_some());
    choices.classes.retain(|class, _| plan.class(*class).is_some());
    choices
        .classes
        .values_mut()
        .for_each(|class| class.head = class.head.filter(|head| roster.person(*head).is_some()));
    let planned: std::collections::HashSet<MemberId> =
        plan.pupils.iter().map(|pupil| roster.people[pupil.person].id).collect();
    choices.pupils.retain(|pupil, choice| {
        let is_known = |class: &DepartmentId| plan.class(*class).is_some();
        planned.contains(pupil) && !matches!(choice, PupilChoice::Class(class) if !is_known(class))
    });
    for regroup in &mut choices.regroups {
        regroup.from.retain(|class| plan.class(*class).is_some());
        regroup.into.retain(|class| plan.class(*class).is_some());
    }
    choices.regroups.retain(|regroup| !regroup.from.is_empty() && !regroup.into.is_empty());
}

fn grade_key(look: &Look, key: String) -> Outcome<GradeKey> {
    let key = GradeKey(key);
    look.plan.grade(&key).ok_or(Code::NotFound)?;
    Ok(key)
}

fn of_grade(look: &mut Look, key: String) -> Outcome<&mut GradeChoice> {
    let key = grade_key(look, key)?;
    Ok(look.choices.grades.entry(key).or_default())
}

fn known_class(look: &Look, id: &str) -> Outcome<DepartmentId> {
    let id = DepartmentId(departments::id(id)?);
    look.plan.class(id).ok_or(Code::NotFound)?;
    Ok(id)
}

fn known_member(look: &Look, id: &str) -> Outcome<MemberId> {
    let id = MemberId(departments::id(id)?);
    look.roster.person(id).ok_or(Code::NotFound)?;
    Ok(id)
}

fn checked_name(session: &Session, name: &str) -> Outcome<String> {
    let checked = crate::typed::read(Field::DepartmentName, name, session.host.today(), None)
        .map_err(|problem| Failure::from(Code::Invalid).with("field", "name").with("rule", problem.code()))?;
    Ok(checked.value.to_string())
}
