//! A workbook as a school office hands it over: a title above the headings, and one number that the spreadsheet spoiled.

use std::path::Path;

use rust_xlsxwriter::{Workbook, XlsxError};

/// Rows that can be imported.
pub(crate) const SOUND_ROWS: usize = 3;
/// The row, as the spreadsheet counts, whose identity number was kept as a number and lost its end.
pub(crate) const SPOILED_ROW: usize = 6;

const HEADINGS: [&str; 6] = ["学号", "姓名", "性别", "班级", "手机号", "身份证号"];
const PEOPLE: [[&str; 6]; SOUND_ROWS] = [
    ["20260001", "张三丰", "男", "高一/1班", "13800138001", ""],
    ["20260002", "李清照", "女", "高一/1班", "13800138002", ""],
    ["20260003", "吕布", "男", "高一/2班", "13800138003", ""],
];

pub(crate) fn write(file: &Path) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "2026 级新生名单")?;
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(1, column, heading)?;
    }
    for (row, person) in (2..).zip(PEOPLE) {
        for (column, text) in (0..).zip(person) {
            sheet.write(row, column, text)?;
        }
    }
    let spoiled = SPOILED_ROW as u32 - 1;
    sheet.write(spoiled, 0, "20260004")?;
    sheet.write(spoiled, 1, "貂蝉")?;
    sheet.write(spoiled, 3, "高一/2班")?;
    sheet.write(spoiled, 5, 110_101_201_308_040_000_f64)?;
    workbook.save(file)
}
