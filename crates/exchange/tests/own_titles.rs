//! What the grid calls its columns: such a heading fills its own field or none, whatever stands below it.

mod support;

use mingce_exchange::shape::Target;
use mingce_model::Field;
use support::understand;

const WORDS: [&str; 2] =
    [include_str!("../../../ui/src/words/zh/choices.ts"), include_str!("../../../ui/src/words/en/choices.ts")];

/// Columns that no file fills.
const NOT_READ: [&str; 4] = ["join_state", "invited_on", "joined_on", "photo"];

fn titles(words: &'static str) -> Vec<(&'static str, &'static str)> {
    let (_, rest) = words.split_once("columns: {").expect("the grid has columns");
    let (columns, _) = rest.split_once('}').expect("they end");
    let pair = |line: &'static str| {
        let (column, title) = line.trim().trim_end_matches(',').split_once(": ")?;
        Some((column, title.trim_matches('"')))
    };
    columns.lines().filter_map(pair).collect()
}

fn own_target(column: &str) -> Target {
    match column {
        "department" => Target::DepartmentPath,
        _ if NOT_READ.contains(&column) => Target::Ignore,
        _ => Target::from_name(column).expect("a column of the grid is a target"),
    }
}

fn proposed(title: &str, value: &str, companion: &str) -> Target {
    let file = format!("{companion},\"{title}\"\n甲,{value}\n乙,{value}\n丙,{value}\n");
    let (_, _, shape) = understand(file.into_bytes());
    assert_eq!(shape.header_row, 1, "{title}");
    shape.proposed.columns[1]
}

#[test]
fn the_grids_own_titles_fill_their_own_fields_or_none() {
    let values = ["2026-03-01", "13800138000", "11010519491231002X", "男", "张三", "甲/乙", "a@b.cn", ""];
    for words in WORDS {
        let titles = titles(words);
        assert!(titles.len() > 20);
        for (column, title) in titles {
            let own = own_target(column);
            let companion = if column == "name" { "备注" } else { "姓名" };
            assert_eq!(proposed(title, "", companion), own, "{title}");
            for value in values {
                let target = proposed(title, value, companion);
                // Under some headings values of quite another kind say that the heading is wrong; of dates none does.
                let is_corrected = !NOT_READ.contains(&column) && target != Target::Field(Field::MemberBirthDate);
                assert!(
                    target == own || target == Target::Ignore || is_corrected,
                    "{title} with {value}: {}",
                    target.name()
                );
            }
        }
    }
}

#[test]
fn a_date_of_which_nobody_knows_what_it_is_is_no_birth_date() {
    for heading in ["入团日期", "转入日期", "Contract signed"] {
        assert_eq!(proposed(heading, "2026-03-01", "姓名"), Target::Ignore, "{heading}");
    }
    assert_eq!(proposed("本人出生的日子", "2008-01-02", "姓名"), Target::Field(Field::MemberBirthDate));
}
