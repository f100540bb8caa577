//! Kinds of departments: those that an organisation is offered, and what kind a name speaks of.

use super::order::school_year;
use crate::check::text::fold_word;

/// Words of `Field::DepartmentKind` that fit where there are classes, from the largest to the smallest, the plain ones last.
const OF_SCHOOLS: &[&str] = &["school", "campus", "stage", "grade", "class", "group", "unit"];
/// The same for companies and everything else.
const OF_OTHERS: &[&str] = &["company", "division", "unit", "group"];

/// Whether organisations of the kind, a word of `Field::OrganisationKind`, may have classes and pupils: most public schools
/// are registered as institutions.
pub fn has_classes(organisation_kind: &str) -> bool {
    matches!(organisation_kind, "school" | "institution")
}

/// The kinds to offer in an organisation; `organisation_kind` is a word of `Field::OrganisationKind`. Others stay
/// valid: an organisation may have changed its kind.
pub fn kinds_offered(organisation_kind: &str) -> &'static [&'static str] {
    if has_classes(organisation_kind) { OF_SCHOOLS } else { OF_OTHERS }
}

/// A word of `Field::DepartmentKind`. `organisation_kind` is a word of `Field::OrganisationKind`: stages, grades and
/// classes are looked for only where there may be any.
pub fn kind_guess(name: &str, organisation_kind: &str) -> &'static str {
    let name = fold_word(name);
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    if has_classes(organisation_kind) {
        if ends(&["校区", "分校"]) {
            return "campus";
        }
        if let Some((_, tail)) = school_year(&name) {
            // 小班, 高一, 2年级 on their own are years; 高一3班 and 小班二班 are classes.
            return if tail.ends_with('班') { "class" } else { "grade" };
        }
        if ends(&["班", "班级"]) {
            return "class";
        }
        if ends(&["年级", "级", "届"]) {
            return "grade";
        }
        if ends(&[
            "学部",
            "小学部",
            "初中部",
            "高中部",
            "中学部",
            "国际部",
            "幼儿部",
            "学段",
            "初中",
            "高中",
            "小学",
            "幼儿园",
        ]) {
            return "stage";
        }
        if ends(&["学校", "中学", "大学", "学院"]) {
            return "school";
        }
    } else {
        if ends(&["公司", "子公司", "分公司", "集团"]) {
            return "company";
        }
        if ends(&["事业部", "事业群", "中心", "大区", "分部", "division"]) {
            return "division";
        }
    }
    if ends(&["组", "小队", "社", "社团", "团队", "协会", "俱乐部", "兴趣班", "team", "group"]) {
        return "group";
    }
    "unit"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, Form};

    #[test]
    fn what_is_offered_and_guessed_can_be_stored() {
        let Form::Choice(words) = Field::DepartmentKind.form() else { panic!("a choice") };
        let Form::Choice(organisations) = Field::OrganisationKind.form() else { panic!("a choice") };
        for organisation in organisations {
            let offered = kinds_offered(organisation);
            assert!(offered.iter().all(|kind| words.contains(kind)), "{organisation}");
            for name in ["东校区", "高一", "3班", "研发中心", "上海分公司", "财务部", "项目组"] {
                assert!(offered.contains(&kind_guess(name, organisation)), "{name} in a {organisation}");
            }
        }
    }

    #[test]
    fn the_names_of_a_school_tell_their_kind() {
        for (name, kind) in [
            ("东校区", "campus"),
            ("小学部", "stage"),
            ("高中", "stage"),
            ("高一", "grade"),
            ("三年级", "grade"),
            ("2023级", "grade"),
            ("大班", "grade"),
            ("大班（1）班", "class"),
            ("3班", "class"),
            ("高一（3）班", "class"),
            ("高2023级3班", "class"),
            ("语文教研组", "group"),
            ("文学社", "group"),
            ("教务处", "unit"),
            ("实验中学", "school"),
            ("", "unit"),
        ] {
            assert_eq!(kind_guess(name, "school"), kind, "{name}");
            assert_eq!(kind_guess(name, "institution"), kind, "{name}");
        }
        assert!(kinds_offered("institution").contains(&"class"));
        assert_eq!(kind_guess("3班", "company"), "unit");
        assert_eq!(kind_guess("研发一组", "company"), "group");
        assert_eq!(kind_guess("财务部", "company"), "unit");
        assert_eq!(kind_guess("上海分公司", "company"), "company");
        assert_eq!(kind_guess("云事业部", "company"), "division");
    }
}
