//! Finds the row of headings under titles, instructions and merged banners.

use super::headings;
use crate::read::{Cell, ValueKind};

/// Rows from the top among which the headings are looked for.
pub(crate) const HEADER_WITHIN_ROWS: usize = 30;

/// A row as the sample keeps it: its number in the file, and its cells.
pub(crate) type SampleRow = (u32, Vec<Cell<'static>>);

/// Which row the headings are taken from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeadingRow<'n> {
    /// Wherever they are found. A row that holds one of the named texts is it, whatever else is known of them.
    Find { named: &'n [String] },
    /// The row of this number as the spreadsheet counts; 0 when data begins at once.
    At(u32),
}

/// What was found, by index into the sample.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Header {
    /// Row whose columns are headings; data begins below it.
    pub row: usize,
    /// For each column the plain heading, and the one with the banner over it (`家长信息 / 姓名`).
    pub plain: Vec<String>,
    pub full: Vec<String>,
}

fn text_of(cell: Option<&Cell<'_>>) -> String {
    cell.map(|cell| words_of(&cell.text())).unwrap_or_default()
}

fn words_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is a heading, of ours or of the organisation's.
type IsKnown<'k> = &'k dyn Fn(&str) -> bool;

fn known_in(row: &SampleRow, is_known: IsKnown<'_>) -> usize {
    row.1.iter().filter(|cell| cell.kind() == ValueKind::Text && is_known(&cell.text())).count()
}

fn filled_in(row: &SampleRow) -> usize {
    row.1.iter().filter(|cell| !cell.is_blank()).count()
}

/// The header among the rows, if there is one.
pub(crate) fn find(rows: &[SampleRow], named: &[String], is_known: IsKnown<'_>) -> Option<Header> {
    let upper = &rows[..rows.len().min(HEADER_WITHIN_ROWS)];
    let named_in = |row: &SampleRow| {
        row.1.iter().filter(|cell| named.iter().any(|name| words_of(name) == text_of(Some(cell)))).count()
    };
    // The earliest of the best: a repeated header further down is data.
    let rank = |index: &usize| (named_in(&upper[*index]), known_in(&upper[*index], is_known));
    let best = (0..upper.len()).rev().max_by_key(rank)?;
    let (named, known) = rank(&best);
    let enough = named > 0 || known >= 2 || (known == 1 && filled_in(&upper[best]) <= 2);
    if !enough {
        return find_unknown(upper);
    }
    let width = upper.iter().map(|row| row.1.len()).max().unwrap_or(0);
    let next = best + 1;
    // Two rows of headings: the lower one only names what the upper one leaves open.
    if next < upper.len() && known_in(&upper[next], is_known) > 0 && is_sub_header(&upper[best], &upper[next], is_known)
    {
        return Some(combine(&upper[best], &upper[next], next, width));
    }
    if best > 0 && holds_groups(&upper[best - 1], &upper[best]) {
        return Some(combine(&upper[best - 1], &upper[best], best, width));
    }
    let plain: Vec<String> = (0..width).map(|column| text_of(upper[best].1.get(column))).collect();
    Some(Header { row: best, full: plain.clone(), plain })
}

/// The row that somebody pointed at; two rows of headings are joined where they would be without that.
pub(crate) fn at(rows: &[SampleRow], number: u32, is_known: IsKnown<'_>) -> Option<Header> {
    let row = rows.iter().position(|(of, _)| *of == number)?;
    if let Some(found) = find(rows, &[], is_known).filter(|header| header.row == row) {
        return Some(found);
    }
    let plain: Vec<String> = rows[row].1.iter().map(|cell| text_of(Some(cell))).collect();
    Some(Header { row, full: plain.clone(), plain })
}

fn is_label(cell: &Cell<'_>) -> bool {
    cell.is_blank() || (cell.kind() == ValueKind::Text && cell.text().chars().count() <= 20)
}

/// Whether the row above the headings gathers them into groups; a title, the day and whoever made the list do not.
fn holds_groups(upper: &SampleRow, lower: &SampleRow) -> bool {
    let Some(first) = upper.1.iter().position(|cell| !cell.is_blank()).filter(|_| upper.1.iter().all(is_label)) else {
        return false;
    };
    let is_of_guardians =
        |cell: &Cell<'_>| !cell.is_blank() && headings::guardian_heading(&headings::normalised(&cell.text())).is_some();
    // A single text is a title, unless it stands over columns further right and says whose they are.
    if filled_in(upper) == 1 {
        return first > 0 && upper.1.iter().any(is_of_guardians);
    }
    upper.1.iter().any(is_of_guardians) || tells_apart(upper, lower) || !upper.1.iter().any(is_of_title)
}

/// Whether the same heading stands under different banners.
fn tells_apart(upper: &SampleRow, lower: &SampleRow) -> bool {
    let (mut under, mut banner): (Vec<(String, usize)>, usize) = (Vec::new(), 0);
    for (column, cell) in lower.1.iter().enumerate() {
        if !text_of(upper.1.get(column)).is_empty() {
            banner = column;
        }
        let text = text_of(Some(cell));
        if !text.is_empty() {
            if under.iter().any(|(other, of)| *other == text && *of != banner) {
                return true;
            }
            under.push((text, banner));
        }
    }
    false
}

/// How the line over a list ends that says what the list is, and whose.
const TITLE_ENDS: &[&str] = &[
    "名单",
    "名單",
    "名册",
    "名冊",
    "表",
    "清单",
    "清單",
    "通讯录",
    "通訊錄",
    "中学",
    "中學",
    "小学",
    "小學",
    "大学",
    "大學",
    "学校",
    "學校",
    "学院",
    "學院",
    "幼儿园",
    "幼兒園",
    "公司",
    "学年",
    "學年",
    "学期",
    "學期",
    "list",
    "roster",
    "school",
    "college",
];

/// Whether a text is of a title: it ends like one, names a year or a day, or says something after a colon.
fn is_of_title(cell: &Cell<'_>) -> bool {
    let text = text_of(Some(cell)).to_lowercase();
    let plain = text.trim_end_matches([')', '）', '】', '》', ' ']);
    let has_year = text.split(|c: char| !c.is_ascii_digit()).any(|digits| matches!(digits.len(), 4 | 8));
    has_year || text.contains([':', '：']) || TITLE_ENDS.iter().any(|end| plain.ends_with(end))
}

/// Whether every cell of the lower row is a heading, and some stand where the upper row has a banner or nothing.
fn is_sub_header(upper: &SampleRow, lower: &SampleRow, is_known: IsKnown<'_>) -> bool {
    lower.1.iter().enumerate().all(|(column, cell)| {
        cell.is_blank() || is_known(&cell.text()) || text_of(upper.1.get(column)) == text_of(Some(cell))
    }) && known_in(lower, is_known) < known_in(upper, is_known) + filled_in(lower)
        && lower.1.iter().enumerate().any(|(column, cell)| {
            !cell.is_blank() && {
                let above = text_of(upper.1.get(column));
                above.is_empty()
                    || headings::sense_of(&headings::normalised(&above)).is_none()
                    || headings::guardian_heading(&headings::normalised(&above)).is_some()
            }
        })
}

fn combine(upper: &SampleRow, lower: &SampleRow, row: usize, width: usize) -> Header {
    let (mut plain, mut full) = (Vec::with_capacity(width), Vec::with_capacity(width));
    let mut banner = String::new();
    for column in 0..width {
        let (above, below) = (text_of(upper.1.get(column)), text_of(lower.1.get(column)));
        if !above.is_empty() {
            banner.clone_from(&above);
        }
        if below.is_empty() || below == above {
            // The upper row's heading reaches down; a banner does not spread over columns without a lower heading.
            plain.push(above.clone());
            full.push(above);
            banner.clear();
        } else {
            full.push(joined(&banner, &below));
            plain.push(below);
        }
    }
    Header { row, plain, full }
}

/// Both rows as one heading, as people read it; the mark between them is none to whoever guesses at the column.
fn joined(banner: &str, below: &str) -> String {
    if banner.is_empty() { below.to_owned() } else { format!("{banner} / {below}") }
}

/// A header in unknown words: the first row of short, different texts with something unlike it below.
fn find_unknown(rows: &[SampleRow]) -> Option<Header> {
    // A line of title above them may have several cells; a heading may sound like one of them.
    let is_title = |row: &SampleRow| {
        let is_titles = |cell: &Cell<'_>| cell.is_blank() || is_of_title(cell);
        row.1.iter().all(is_titles)
    };
    let index = rows.iter().position(|row| filled_in(row) >= 2 && !is_title(row))?;
    let (row, below) = (rows.get(index)?, rows.get(index + 1)?);
    let texts: Vec<String> = row.1.iter().map(|cell| text_of(Some(cell))).collect();
    let filled: Vec<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
    let is_header_like = row.1.iter().all(is_label)
        && filled.iter().all(|text| !text.chars().any(|c| c.is_ascii_digit()))
        && filled.iter().enumerate().all(|(i, text)| !filled[..i].contains(text))
        && below.1.iter().any(|cell| cell.kind() != ValueKind::Text || cell.text().chars().any(|c| c.is_ascii_digit()));
    is_header_like.then(|| Header { row: index, full: texts.clone(), plain: texts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&[&str]]) -> Vec<SampleRow> {
        let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned().into()) };
        lines.iter().enumerate().map(|(i, line)| (i as u32 + 1, line.iter().map(cell).collect())).collect()
    }

    #[test]
    fn titles_and_instructions_above_are_passed_over() {
        let rows = rows(&[
            &["第一中学学生名册"],
            &["填写须知：姓名、手机必填，身份证号请设为文本"],
            &["序号", "姓名", "手机"],
            &["1", "张三", "13800138000"],
        ]);
        assert_eq!(find(&rows, &[], &headings::is_known).unwrap().row, 2);
    }

    #[test]
    fn a_banner_over_columns_qualifies_them() {
        let rows = rows(&[
            &["学生信息", "", "家长信息", ""],
            &["姓名", "学号", "姓名", "电话"],
            &["张三", "20230001", "张大", "13800138000"],
        ]);
        let header = find(&rows, &[], &headings::is_known).unwrap();
        assert_eq!(header.row, 1);
        assert_eq!(header.full[2], "家长信息 / 姓名");
        assert_eq!(header.plain[0], "姓名");
    }

    #[test]
    fn headings_in_two_rows_are_joined() {
        let rows = rows(&[
            &["学号", "姓名", "家长", ""],
            &["", "", "姓名", "电话"],
            &["20230001", "张三", "张大", "13800138000"],
        ]);
        let header = find(&rows, &[], &headings::is_known).unwrap();
        assert_eq!(header.row, 1);
        assert_eq!(header.full, ["学号", "姓名", "家长 / 姓名", "家长 / 电话"]);
    }

    #[test]
    fn a_title_in_cells_of_its_own_qualifies_nothing() {
        let headings_row: &[&str] = &["学号", "姓名", "性别", "班级"];
        for title in [
            &["2024级学生名单", "", "", ""][..],
            &["", "高一学生名册", "", ""],
            &["2024级学生名单", "", "", "制表日期：2024-09-01"],
            &["实验中学", "2024-2025学年", "", ""],
            &["家长名单", "", "共 40 人", ""],
            &["学校: 一中", "", "年级: 高一", ""],
        ] {
            let rows = rows(&[title, headings_row, &["20240001", "张三", "男", "1班"]]);
            let header = find(&rows, &[], &headings::is_known).unwrap();
            assert_eq!((header.row, &header.full[..]), (1, &["学号", "姓名", "性别", "班级"].map(str::to_owned)[..]));
        }
    }

    #[test]
    fn a_group_over_some_columns_is_no_title() {
        let full = |upper: &[&str], lower: &[&str]| {
            let rows = rows(&[upper, lower, &["20240001", "张三", "张大", "13800138000"]]);
            find(&rows, &[], &headings::is_known).unwrap().full
        };
        assert_eq!(
            full(&["", "", "监护人", ""], &["学号", "姓名", "姓名", "电话"])[2..],
            ["监护人 / 姓名", "监护人 / 电话"]
        );
        assert_eq!(
            full(&["基本信息", "", "健康信息", ""], &["学号", "姓名", "身高", "体重"])[2..],
            ["健康信息 / 身高", "健康信息 / 体重"]
        );
        // Years above are a title where they do not keep two columns apart.
        assert_eq!(
            full(&["", "", "2024年", "2025年"], &["学号", "姓名", "身高", "身高"])[2..],
            ["2024年 / 身高", "2025年 / 身高"]
        );
    }

    #[test]
    fn a_title_in_several_cells_above_unknown_headings_is_passed_over() {
        let rows = rows(&[&["2024 名单", "", "制表：王"], &["Spitzname", "Größe", "Verein"], &["Anni", "163", "TSV"]]);
        assert_eq!(find(&rows, &[], &headings::is_known).unwrap().row, 1);
    }

    #[test]
    fn a_table_without_headings_has_none() {
        let rows = rows(&[&["张三", "13800138000"], &["李四", "13900139000"]]);
        assert_eq!(find(&rows, &[], &headings::is_known), None);
    }

    #[test]
    fn a_row_with_a_heading_that_was_named_holds_the_headings() {
        let rows = rows(&[&["2026"], &["Vorname  Nachname", "Klasse"], &["Anna", "Igel"]]);
        assert_eq!(find(&rows, &[], &headings::is_known), None);
        let found = find(&rows, &["Vorname Nachname".to_owned()], &headings::is_known).unwrap();
        assert_eq!((found.row, found.plain[1].as_str()), (1, "Klasse"));
    }

    #[test]
    fn the_row_that_was_pointed_at_is_taken() {
        let rows = rows(&[&["姓名", "学号"], &["姓", "号"], &["张三", "1"]]);
        assert_eq!(at(&rows, 2, &headings::is_known).unwrap().plain, ["姓", "号"]);
        assert_eq!(at(&rows, 9, &headings::is_known), None);
    }
}
