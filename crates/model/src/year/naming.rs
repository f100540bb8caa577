//! What a class is called after it moved up: 高一(3)班 becomes 高二(3)班, 2024级3班 and 3班 stay.
//!
//! Whoever writes names their own way keeps it: numerals, brackets and spaces stay as they are.

use super::standing::{Standing, chinese, class_number, find_standing};

/// A name and whether the rule was sure of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Naming {
    pub name: String,
    /// The name speaks of a year, but not of the one the class was in, or the next year cannot be written that way.
    pub is_unsure: bool,
}

/// A grade on the way: where it stands and its name.
#[derive(Clone, Copy, Debug)]
pub struct GradeName<'a> {
    pub standing: Option<Standing>,
    pub name: &'a str,
}

/// The name of a class of the grade `from` in the grade `to`.
pub fn name_after(name: &str, from: GradeName<'_>, to: GradeName<'_>) -> Naming {
    let keep = |is_unsure| Naming { name: name.to_owned(), is_unsure };
    let (Some(Standing::Level(before)), Some(Standing::Level(after))) = (from.standing, to.standing) else {
        return keep(false);
    };
    let Some(token) = find_standing(name, from.standing) else { return keep(false) };
    let Standing::Level(said) = token.standing else { return keep(false) };
    if said == after && before != after {
        // Renamed by hand already.
        return keep(false);
    }
    if said != before {
        return keep(true);
    }
    if before == after {
        return keep(false);
    }
    let grade = find_standing(from.name, from.standing).map(|token| &from.name[token.range]);
    let next = find_standing(to.name, to.standing).filter(|token| token.standing == Standing::Level(after));
    let written = match next {
        // The class repeats the grade's own words: it repeats the next grade's then.
        Some(next) if grade == Some(&name[token.range.clone()]) => Some(to.name[next.range].to_owned()),
        _ => token.at_level(name, after),
    };
    match written {
        Some(written) => Naming {
            name: format!("{}{written}{}", &name[..token.range.start], &name[token.range.end..]),
            is_unsure: false,
        },
        None => keep(true),
    }
}

/// The name of a grade a year on: 高一 → 高二, and for a new one 2024级 → 2026级. `None` when it cannot be written.
pub fn grade_name_at(name: &str, standing: Standing) -> Option<String> {
    let token = find_standing(name, None)?;
    let written = match (token.standing, standing) {
        (Standing::Level(_), Standing::Level(level)) => token.at_level(name, level)?,
        (Standing::Entered(_), Standing::Entered(year)) | (Standing::Leaving(_), Standing::Leaving(year)) => {
            let said = &name[token.range.clone()];
            let is_digit = |c: char| c.is_ascii_digit() || super::standing::fold(c).is_ascii_digit();
            let first = said.find(is_digit)?;
            let behind = said[first..].find(|c| !is_digit(c)).map_or(said.len(), |end| first + end);
            let is_short = said[first..behind].chars().count() == 2;
            let year = if is_short { format!("{:02}", year.rem_euclid(100)) } else { year.to_string() };
            format!("{}{year}{}", &said[..first], &said[behind..])
        }
        _ => return None,
    };
    Some(format!("{}{written}{}", &name[..token.range.start], &name[token.range.end..]))
}

/// A class's name with a place for its number: 高一({n})班. `{n}` stands for 3, `{nn}` for 03, `{一}` for 三, `{A}` for C.
pub fn pattern_of(name: &str, around: Option<Standing>) -> Option<String> {
    let (_, range, place) = class_number(name, around)?;
    Some(format!("{}{place}{}", &name[..range.start], &name[range.end..]))
}

/// The number of a class, as its name says it.
pub fn number_of(name: &str, around: Option<Standing>) -> Option<u32> {
    class_number(name, around).map(|(number, ..)| number)
}

/// Whether a pattern gives every number a name of its own.
pub fn is_pattern(pattern: &str) -> bool {
    ["{n}", "{nn}", "{一}", "{A}"].iter().any(|place| pattern.contains(place))
}

/// The pattern's name for a number.
pub fn name_by_pattern(pattern: &str, number: u32) -> String {
    let letter = match number {
        1..=26 => char::from(b'A' + (number - 1) as u8).to_string(),
        _ => number.to_string(),
    };
    pattern
        .replace("{nn}", &format!("{number:02}"))
        .replace("{n}", &number.to_string())
        .replace("{一}", &chinese(number))
        .replace("{A}", &letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grade(name: &str) -> GradeName<'_> {
        GradeName { standing: find_standing(name, None).map(|token| token.standing), name }
    }
    fn after(name: &str, from: &str, to: &str) -> String {
        let naming = name_after(name, grade(from), grade(to));
        assert!(!naming.is_unsure, "{name}");
        naming.name
    }

    #[test]
    fn a_class_says_the_next_year_in_its_own_way() {
        for (name, from, to, wanted) in [
            ("高一(3)班", "高一", "高二", "高二(3)班"),
            ("高一（3）班", "高一", "高二", "高二（3）班"),
            ("高１３班", "高三", "高三", "高１３班"),
            ("高1(3)班", "高一", "高二", "高2(3)班"),
            ("高中一年级3班", "高一", "高二", "高中二年级3班"),
            ("初二3班", "初二", "初三", "初三3班"),
            ("初三（2）班", "初三", "高一", "高一（2）班"),
            ("八年级3班", "八年级", "九年级", "九年级3班"),
            ("8年级3班", "八年级", "九年级", "9年级3班"),
            ("小学三年级2班", "三年级", "四年级", "小学四年级2班"),
            ("六年级一班", "六年级", "七年级", "七年级一班"),
            ("六年级1班", "六年级", "初一", "初一1班"),
            ("七(1)班", "七年级", "八年级", "八(1)班"),
            ("七1班", "七年级", "八年级", "八1班"),
            ("一（2）班", "高一", "高二", "二（2）班"),
            ("701班", "七年级", "八年级", "801班"),
            ("1201班", "高三", "高三", "1201班"),
            ("101", "一年级", "二年级", "201"),
            ("十(2)班", "高一", "高二", "十一(2)班"),
            ("小一班", "小班", "中班", "中一班"),
            ("小(1)班", "小班", "中班", "中(1)班"),
            ("中班2班", "中班", "大班", "大班2班"),
            ("小一(2)班", "一年级", "二年级", "小二(2)班"),
            ("Grade 7 Class 2", "Grade 7", "Grade 8", "Grade 8 Class 2"),
            ("grade 9 Class 2", "Grade 9", "Grade 10", "grade 10 Class 2"),
            ("G7-2", "Grade 7", "Grade 8", "G8-2"),
            ("7A", "Grade 7", "Grade 8", "8A"),
            ("Year 7 Blue", "Year 7", "Year 8", "Year 8 Blue"),
            ("实验高一1班", "高一", "高二", "实验高二1班"),
            // What says nothing of the year stays.
            ("3班", "高一", "高二", "3班"),
            ("三班", "高一", "高二", "三班"),
            ("2024级3班", "高一", "高二", "2024级3班"),
            ("高2024级3班", "高一", "高二", "高2024级3班"),
            ("24级3班", "高一", "高二", "24级3班"),
            ("2027届3班", "高一", "高二", "2027届3班"),
            ("Class of 2027", "Grade 9", "Grade 10", "Class of 2027"),
            ("火箭班", "高一", "高二", "火箭班"),
            // Renamed already.
            ("高二(3)班", "高一", "高二", "高二(3)班"),
        ] {
            assert_eq!(after(name, from, to), wanted, "{name}");
        }
    }

    #[test]
    fn a_name_that_speaks_of_another_year_is_left_and_told() {
        for (name, from, to) in [("高三(3)班", "高一", "高二"), ("大一班", "大班", "一年级")] {
            let naming = name_after(name, grade(from), grade(to));
            assert_eq!(naming, Naming { name: name.to_owned(), is_unsure: true });
        }
    }

    #[test]
    fn grades_are_named_a_year_on() {
        let at = |name, level| grade_name_at(name, Standing::Level(level));
        assert_eq!(at("高二", 22).as_deref(), Some("高三"));
        assert_eq!(at("初三年级", 20).as_deref(), Some("高一年级"));
        assert_eq!(at("Grade 9", 20).as_deref(), Some("Grade 10"));
        assert_eq!(at("十二年级", 23), None);
        assert_eq!(grade_name_at("2023级", Standing::Entered(2026)).as_deref(), Some("2026级"));
        assert_eq!(grade_name_at("高23级", Standing::Entered(2026)).as_deref(), Some("高26级"));
        assert_eq!(grade_name_at("2026届", Standing::Leaving(2029)).as_deref(), Some("2029届"));
        assert_eq!(grade_name_at("教务处", Standing::Level(12)), None);
    }

    #[test]
    fn a_pattern_names_new_classes_as_the_others_are_named() {
        for (name, pattern, third) in [
            ("高一(12)班", "高一({n})班", "高一(3)班"),
            ("高一三班", "高一{一}班", "高一三班"),
            ("2024级3班", "2024级{n}班", "2024级3班"),
            ("701班", "7{nn}班", "703班"),
            ("7A", "7{A}", "7C"),
            ("Grade 7 Class 2", "Grade 7 Class {n}", "Grade 7 Class 3"),
        ] {
            let around = find_standing("七年级", None).map(|token| token.standing);
            assert_eq!(pattern_of(name, around).as_deref(), Some(pattern));
            assert_eq!(name_by_pattern(pattern, 3), third);
        }
        assert_eq!(pattern_of("火箭班", None), None);
        assert_eq!(name_by_pattern("{一}班", 21), "二十一班");
        assert_eq!(number_of("高一十二班", None), Some(12));
    }

    proptest! {
        #[test]
        fn any_name_can_be_asked(name in "\\PC{0,30}|[0-9０-９一二十年级班届高初小中大()（）Ggradeof ]{0,20}", level in 0u8..40) {
            let from = GradeName { standing: Some(Standing::Level(level)), name: "高一" };
            let to = GradeName { standing: Some(Standing::Level(level + 1)), name: "高二" };
            name_after(&name, from, to);
            grade_name_at(&name, Standing::Level(level));
            grade_name_at(&name, Standing::Entered(2026));
            pattern_of(&name, from.standing);
        }
    }
}
