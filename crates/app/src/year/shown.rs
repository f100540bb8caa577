//! The plan as calls carry it: paths spelled out, pupils by the page.

use super::Look;
use crate::failure::Outcome;
use crate::session::version;
use mingce_ipc::year::*;
use mingce_model::tree::join_path;
use mingce_model::year::{
    Action, ClassFate, ClassPlan, Extent, GradeKey, GradePlan, Graduation, PupilFate, Rule, Sex, pattern_of,
};
use mingce_model::{DepartmentId, MemberId};
use std::collections::HashMap;

/// Findings told at once.
const FINDINGS: usize = 500;
const PUPILS_MAX: usize = 1_000;

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

pub(super) fn plan(look: &Look, applied: Option<YearApplied>) -> YearPlan {
    let plan = &look.plan;
    let pupil_name = |id: Option<MemberId>| {
        id.and_then(|id| look.roster.person(id)).map(|person| person.name.clone()).unwrap_or_default()
    };
    let counts = PupilFate::ALL.map(|fate| YearCount {
        fate: fate_word(fate),
        count: number(plan.pupils.iter().filter(|pupil| pupil.fate == fate).count()),
    });
    YearPlan {
        year: look.choices.year,
        graduation: match look.choices.graduation {
            Graduation::Alumni => YearGraduation::Alumni,
            Graduation::Left => YearGraduation::Left,
        },
        only_grade: match &look.choices.extent {
            Extent::Whole => None,
            Extent::Grade(key) => Some(key.0.clone()),
        },
        grades: plan.grades.iter().map(|grade| self::grade(look, grade)).collect(),
        classes: plan.classes.iter().map(|class| self::class(look, class)).collect(),
        counts: counts.into_iter().filter(|count| count.count > 0).collect(),
        findings: plan
            .findings
            .iter()
            .take(FINDINGS)
            .map(|finding| YearFinding {
                code: finding.code.code().to_owned(),
                is_stop: finding.code.is_stop(),
                class: finding.class.map(|class| class.to_string()),
                pupil: finding.pupil.map(|pupil| pupil.to_string()),
                pupil_name: pupil_name(finding.pupil),
                other_name: pupil_name(finding.other),
                affiliation: finding.affiliation.map(|affiliation| affiliation.to_string()),
                name: finding.name.clone(),
            })
            .collect(),
        finding_count: number(plan.findings.len()),
        can_apply: plan.can_be_applied(),
        made: plan.made.iter().map(|made| path_after(look, Some(made.id))).collect(),
        regroups: look
            .choices
            .regroups
            .iter()
            .map(|regroup| YearRegroup {
                number: regroup.number,
                from: regroup.from.iter().map(DepartmentId::to_string).collect(),
                into: regroup.into.iter().map(DepartmentId::to_string).collect(),
                rule: match regroup.rule {
                    Rule::Balanced => YearRule::Balanced,
                    Rule::Alphabetical => YearRule::Alphabetical,
                    Rule::ByHand => YearRule::ByHand,
                },
            })
            .collect(),
        is_changed: look.is_changed,
        version: version(look.version),
        applied,
    }
}

fn grade(look: &Look, plan: &GradePlan) -> YearGrade {
    let grade = &plan.grade;
    let own = || {
        look.plan
            .classes
            .iter()
            .filter(|class| class.fate != ClassFate::Made)
            .filter(|class| look.plan.grades[class.grade].grade.key == grade.key)
    };
    let direct =
        grade.node.map_or(0, |node| look.plan.pupils.iter().filter(|pupil| pupil.before == Some(node)).count());
    let named = own().find_map(|class| pattern_of(&class.name_after, plan.standing_after));
    YearGrade {
        key: grade.key.0.clone(),
        name: grade.name.clone(),
        stage: grade.parent.map(|parent| look.roster.tree.path(parent)).unwrap_or_default(),
        action: match &plan.action {
            Action::Up => YearAction::Up,
            Action::Into(_) => YearAction::Into,
            Action::Graduate => YearAction::Graduate,
            Action::Stay => YearAction::Stay,
        },
        into: match &plan.action {
            Action::Into(GradeKey(key)) => Some(key.clone()),
            _ => None,
        },
        is_default: plan.is_default,
        takes_part: plan.takes_part,
        name_after: plan.name_after.clone(),
        classes: number(grade.classes.len()),
        pupils: own().map(|class| class.before).sum::<u32>() + number(direct),
        first: plan.first.clone(),
        new_classes: plan.new_classes,
        pattern: look.choices.grades.get(&grade.key).and_then(|choice| choice.pattern.clone()).unwrap_or_default(),
        pattern_offered: named.unwrap_or_default(),
    }
}

fn class(look: &Look, class: &ClassPlan) -> YearClass {
    let head = class.head.and_then(|head| look.roster.person(head.member));
    YearClass {
        id: class.id.to_string(),
        grade: look.plan.grades[class.grade].grade.key.0.clone(),
        fate: match class.fate {
            ClassFate::Moves => YearClassFate::Moves,
            ClassFate::Stays => YearClassFate::Stays,
            ClassFate::Graduates => YearClassFate::Graduates,
            ClassFate::Dissolved => YearClassFate::Dissolved,
            ClassFate::Made => YearClassFate::Made,
        },
        path_before: match class.fate {
            ClassFate::Made => String::new(),
            _ => look.roster.tree.path(class.id),
        },
        path_after: match class.fate {
            ClassFate::Dissolved => String::new(),
            _ => path_after(look, Some(class.id)),
        },
        name_before: class.name_before.clone(),
        name_after: class.name_after.clone(),
        is_name_unsure: class.is_name_unsure,
        head: head.map(|head| YearHead { id: head.id.to_string(), name: head.name.clone() }),
        before: class.before,
        after: class.after,
        girls: class.girls,
        boys: class.boys,
        come: class.come,
        go: class.go,
        is_added: look.choices.added.iter().any(|added| added.id == class.id),
    }
}

/// The path of a department as it will be.
fn path_after(look: &Look, id: Option<DepartmentId>) -> String {
    let plan = &look.plan;
    let mut names = Vec::new();
    let mut at = id;
    // No tree is deeper; a plan that would make a ring must not hang.
    while let Some(id) = at.filter(|_| names.len() <= mingce_model::tree::DEPTH_MAX) {
        let parent = match plan.class(id) {
            Some(class) => class.parent_after,
            None => match (
                plan.made.iter().find(|made| made.id == id),
                plan.moved_grades.iter().find(|(node, _)| *node == id),
            ) {
                (Some(made), _) => made.parent,
                (None, Some((_, parent))) => Some(*parent),
                (None, None) => look.roster.tree.get(id).and_then(|department| department.parent),
            },
        };
        let name = plan.name_after(id).or_else(|| look.roster.tree.get(id).map(|department| department.name.as_str()));
        names.push(name.unwrap_or_default());
        at = parent;
    }
    names.reverse();
    join_path(names)
}

fn fate_word(fate: PupilFate) -> YearPupilFate {
    match fate {
        PupilFate::WithClass => YearPupilFate::WithClass,
        PupilFate::Graduates => YearPupilFate::Graduates,
        PupilFate::Repeats => YearPupilFate::Repeats,
        PupilFate::OtherClass => YearPupilFate::OtherClass,
        PupilFate::Dealt => YearPupilFate::Dealt,
        PupilFate::Suspended => YearPupilFate::Suspended,
        PupilFate::Leaves => YearPupilFate::Leaves,
        PupilFate::Transfers => YearPupilFate::Transfers,
        PupilFate::NoPlace => YearPupilFate::NoPlace,
    }
}

pub(super) fn pupils(look: &Look, asked: &YearPupilQuery) -> Outcome<YearPupils> {
    let class = asked.class.as_deref().map(crate::departments::id).transpose()?.map(DepartmentId);
    let text = asked.text.trim().to_lowercase();
    let mut paths: HashMap<DepartmentId, (String, String)> = HashMap::new();
    let mut total = 0usize;
    let mut rows = Vec::new();
    for pupil in &look.plan.pupils {
        let person = &look.roster.people[pupil.person];
        let is_asked = class.is_none_or(|class| pupil.before == Some(class) || pupil.after == Some(class))
            && asked.fate.is_none_or(|fate| fate == fate_word(pupil.fate))
            && (text.is_empty()
                || person.name.to_lowercase().contains(&text)
                || person.card_number.to_lowercase().contains(&text));
        if !is_asked {
            continue;
        }
        total += 1;
        let is_on_page = total > asked.start as usize && rows.len() < (asked.count as usize).min(PUPILS_MAX);
        if !is_on_page {
            continue;
        }
        let mut path = |id: Option<DepartmentId>| {
            let Some(id) = id else { return (String::new(), String::new()) };
            let spelled = || (look.roster.tree.path(id), path_after(look, Some(id)));
            paths.entry(id).or_insert_with(spelled).clone()
        };
        rows.push(YearPupil {
            id: person.id.to_string(),
            name: person.name.clone(),
            card_number: person.card_number.clone(),
            sex: match person.sex {
                Sex::Female => "female",
                Sex::Male => "male",
                Sex::Unknown => "",
            }
            .to_owned(),
            fate: fate_word(pupil.fate),
            is_exception: look.choices.pupils.contains_key(&person.id),
            before: pupil.before.map(|id| id.to_string()),
            path_before: path(pupil.before).0,
            after: pupil.after.map(|id| id.to_string()),
            path_after: path(pupil.after).1,
        });
    }
    Ok(YearPupils { total: number(total), rows })
}
