//! What an import says to people.

use crate::arguments::Language;
use crate::print::{Printer, table};
use crate::telling::Telling;
use mingce_ipc::import::{ImportRemark, PlannedRow, RowProblem};
use mingce_ipc::rule::{remedy, rule};

/// Every field that would change, one a line.
pub(crate) fn changes(rows: &[PlannedRow], telling: &Telling) -> Vec<String> {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .flat_map(|row| row.cells.iter().map(move |cell| (row, cell)))
        .map(|(row, cell)| {
            let [from, to] = telling.values(&cell.what, [&cell.from, &cell.to]);
            vec![row.sheet.clone(), row.row.to_string(), row.name.clone(), telling.field(&cell.what), from, to]
        })
        .collect();
    if cells.is_empty() { Vec::new() } else { table(&["sheet", "row", "name", "field", "from", "to"], &cells) }
}

pub(crate) fn problems(problems: &[RowProblem], printer: &Printer) -> Vec<String> {
    let cells: Vec<Vec<String>> = problems
        .iter()
        .map(|problem| {
            let what = rule(&problem.code).map(|(_, words, _)| printer.say(words.0, words.1));
            let step = remedy(&problem.remedy).map(|words| printer.say(words.0, words.1));
            vec![
                problem.sheet.clone(),
                format!("{}{}", problem.letter, problem.row),
                problem.heading.clone(),
                problem.value_kind.clone(),
                problem.code.clone(),
                what.unwrap_or_default().to_owned(),
                step.unwrap_or(&problem.remedy).to_owned(),
            ]
        })
        .collect();
    if cells.is_empty() {
        return Vec::new();
    }
    table(&["sheet", "cell", "heading", "kind", "problem", "", "remedy"], &cells)
}

pub(crate) fn remark(remark: &ImportRemark, printer: &Printer) -> String {
    if remark.code == "quotes_unclosed" {
        let rows = remark.columns.join(", ");
        return match printer.language() {
            Language::Zh => format!("第 {rows} 行的引号没有结尾，已去掉，请核对（共 {} 处）。", remark.count),
            Language::En => format!(
                "The quotation mark opened in row {rows} is not closed; it was left out, please check ({} in all).",
                remark.count
            ),
        };
    }
    let columns = remark.columns.join(", ");
    [remark.code.as_str(), &remark.file, &remark.count.to_string(), &columns].join(" ").trim_end().to_owned()
}
