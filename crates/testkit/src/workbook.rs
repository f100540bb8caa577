//! A roster workbook as an office hands it over: a banner above the headings, IDs as text, a few rows spoiled the way
//! spreadsheets spoil them, a totals row at the end.

use crate::rosters::Person;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::path::Path;

/// Headings in the order of the columns.
const HEADINGS: [&str; 12] = [
    "学号",
    "姓名",
    "性别",
    "出生日期",
    "班级",
    "手机号",
    "证件类型",
    "证件号码",
    "入学年份",
    "家长姓名",
    "家长手机号",
    "关系",
];

/// Every so many rows one is spoiled.
const SPOILED_EVERY: usize = 97;

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Written {
    pub rows: u32,
    /// Rows that an import must not take as they are.
    pub spoiled: u32,
}

/// Writes the people into one sheet, row by row, so that memory stays flat.
pub fn write_workbook(path: &Path, people: impl Iterator<Item = Person>) -> Result<Written, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name("学生名单")?;
    sheet.write_with_format(0, 0, "2026 学年学生名单", &bold)?;
    for (column, heading) in (0u16..).zip(HEADINGS) {
        sheet.write_with_format(2, column, heading, &bold)?;
    }
    let mut written = Written { rows: 0, spoiled: 0 };
    for (index, person) in people.enumerate() {
        let row = 3 + written.rows;
        let path = person.department_path();
        let guardian = person.guardians.first();
        let texts = [
            (0, person.card_number.as_str()),
            (1, person.name.as_str()),
            (2, if person.sex == "male" { "男" } else { "女" }),
            (3, &person.birth_date.to_string()),
            (4, path.as_str()),
            (5, person.phone.as_str()),
            (6, document_word(person.document_kind)),
            (9, guardian.map_or("", |guardian| guardian.name.as_str())),
            (10, guardian.map_or("", |guardian| guardian.phone.as_str())),
            (11, guardian.map_or("", |guardian| relation_word(guardian.relation))),
        ];
        for (column, text) in texts {
            if !text.is_empty() {
                sheet.write(row, column, text)?;
            }
        }
        sheet.write(row, 8, person.entry_year as f64)?;
        let number = person.document_number.as_str();
        match (index % SPOILED_EVERY == SPOILED_EVERY - 1, number.parse::<f64>()) {
            // Typed as a number: the spreadsheet keeps 15 digits and shows an exponent.
            (true, Ok(number)) if number > 1e15 => {
                sheet.write(row, 7, (number / 1_000.0).floor() * 1_000.0)?;
                written.spoiled += 1;
            }
            _ => {
                sheet.write(row, 7, number)?;
            }
        }
        written.rows += 1;
    }
    sheet.write(3 + written.rows, 0, "合计")?;
    sheet.write(3 + written.rows, 1, f64::from(written.rows))?;
    workbook.save(path)?;
    Ok(written)
}

fn document_word(kind: &str) -> &str {
    match kind {
        "resident_id" => "居民身份证",
        "hong_kong_macau_permit" => "港澳居民来往内地通行证",
        "taiwan_permit" => "台湾居民来往大陆通行证",
        "residence_permit" => "港澳台居民居住证",
        "foreign_permanent_resident" => "外国人永久居留身份证",
        "passport" => "护照",
        _ => "其他",
    }
}

fn relation_word(relation: &str) -> &str {
    match relation {
        "father" => "父亲",
        "mother" => "母亲",
        "grandparent" => "祖父母",
        _ => "其他",
    }
}
