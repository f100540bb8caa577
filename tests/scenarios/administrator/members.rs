//! Members in the grid: cells, blocks, bulk work, and two made one.

use super::{Administrator, among, cell, pick};
use mingce_app::Outcome;
use mingce_ipc::bulk::{Extent, LetterCase, MoveMembers, RemoveMembers, Replace, SetField};
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::person::{Chosen, MemberPair, MergeMembers};
use mingce_ipc::roster::{
    AddMember, Block2d, Column, EditCell, Fill, FillPart, Members, PasteBlock, Range, WriteCells,
};

/// Columns with texts that somebody types there, sound and otherwise; an empty one clears.
const TEXTS: [(Column, &[&str]); 18] = [
    (Column::Name, &["王小明", "欧阳静", "李四", ""]),
    (Column::Phone, &["13800138000", "13900139000", "", "12"]),
    (Column::Title, &["班长", "老师", ""]),
    (Column::Note, &["转学", "", "走读老师"]),
    (Column::CardNumber, &["S001", "S002", "S003", ""]),
    (Column::Sex, &["男", "女", ""]),
    (Column::BirthDate, &["2010-05-06", "1980.1.2", ""]),
    (Column::Status, &["正常", "停用", "离校"]),
    (Column::StatusSince, &["2024-06-30", "", "2020-01-01"]),
    (Column::EntryYear, &["2024", "2025", ""]),
    (Column::Identity, &["student", "staff", "学生、家长", ""]),
    (Column::Department, &["高中部/高一/高一(1)班", "高中部/高二/高二(1)班", "", "没有的"]),
    (Column::DocumentNumber, &["11010519491231002X", "", "E12345678"]),
    (Column::DocumentKind, &["resident_id", "passport", ""]),
    (Column::GuardianName, &["王大", "李母", ""]),
    (Column::GuardianPhone, &["13700137000", "13800138000", ""]),
    (Column::GuardianRelation, &["父亲", "母亲", ""]),
    (Column::Tags, &["住校", "贫困", "住校、贫困", ""]),
];

impl Administrator<'_> {
    /// A column and what is typed there; those that the organisation defined among them.
    fn typing(&self, column: u8, text: u8) -> Outcome<(Column, String)> {
        let fields = self.office.app.custom_fields(Nothing {})?;
        let place = usize::from(column) % (TEXTS.len() + fields.len());
        Ok(match TEXTS.get(place) {
            Some((column, texts)) => (*column, among(texts, text)),
            None => {
                let field = &fields[place - TEXTS.len()];
                let choices = || field.choices.iter().cloned().chain([String::new()]).collect::<Vec<_>>();
                let text = match field.form.as_str() {
                    "number" => among(&["1", "2.50", ""], text),
                    "date" => among(&["2024-01-02", "2024/3/4", ""], text),
                    "yes_no" => among(&["是", "否", ""], text),
                    "choice" => pick(&choices(), text)?,
                    _ => among(&["甲", "乙", ""], text),
                };
                (field.column, text)
            }
        })
    }

    /// Some members as calls name them: one by one, rows of a view, a department.
    pub(super) fn some(&self, a: u8, b: u8) -> Outcome<Members> {
        Ok(match a % 3 {
            0 => Members::Ids { ids: vec![self.a_member(a / 3)?, self.a_member(b)?] },
            1 => {
                let view = self.view()?;
                let start = u32::from(a / 3) % view.total.max(1);
                Members::Rows { view: view.view, ranges: vec![(start, start + 1 + u32::from(b % 4))] }
            }
            _ => Members::Department { id: self.a_department(b)? },
        })
    }
}

pub(super) fn add(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let mut cells = vec![cell(Column::Name, among(&["赵新", "钱来", "孙到"], a))];
    for number in [b, c] {
        let (column, text) = by.typing(number, number / 16)?;
        if column != Column::Name && !text.is_empty() {
            cells.push(cell(column, text));
        }
    }
    by.office.app.add_member(AddMember { cells }).map(drop)
}

pub(super) fn edit(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let (column, text) = by.typing(b, c)?;
    by.office.app.edit_cell(EditCell { member: by.a_member(a)?, column, text }).map(drop)
}

pub(super) fn set_status(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let member = by.a_member(a)?;
    let since = (Column::StatusSince, among(&["2024-06-30", "2025-09-01"], c));
    let status = (Column::Status, among(&["停用", "离校", "正常"], b));
    let edits = [since, status].map(|(column, text)| EditCell { member: member.clone(), column, text });
    by.office.app.edit_cells(edits.into()).map(drop)
}

pub(super) fn paste(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let view = by.view()?;
    let start = u32::from(a) % (view.total + 1);
    let (second, _) = by.typing(b, 0)?;
    let row = |name: u8, text: u8| -> Outcome<Vec<String>> {
        Ok(vec![among(&["贴一", "贴二", "王小明"], name), by.typing(b, text)?.1])
    };
    // Where it goes past the end, members are added.
    let wanted = PasteBlock {
        view: view.view,
        start,
        end: start + 2,
        columns: if second == Column::Name { vec![Column::Note, second] } else { vec![Column::Name, second] },
        rows: vec![row(c, c)?, row(c / 3, c / 3)?],
        department: by.a_department_or_none(c)?,
        job: None,
    };
    by.office.app.paste_block(wanted).map(drop)
}

pub(super) fn fill(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let view = by.view()?;
    let (left, right) = (by.typing(a, 0)?.0, by.typing(b, 0)?.0);
    let columns = if left == right { vec![left] } else { vec![left, right] };
    let width = u32::try_from(columns.len()).expect("two at the most");
    let top = u32::from(c) % view.total.max(1);
    let from = Block2d { top, bottom: top + 1, left: 0, right: width };
    let to = Block2d { bottom: view.total, ..from };
    by.office.app.fill(Fill { view: view.view, parts: vec![FillPart { from, to }], columns, job: None }).map(drop)
}

pub(super) fn clear(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let view = by.view()?;
    let start = u32::from(a) % view.total.max(1);
    let columns = vec![by.typing(b, 0)?.0, by.typing(c, 0)?.0];
    let ranges = vec![Range { view: view.view, start, end: start + 2, columns }];
    by.office.app.write_cells(WriteCells { ranges, texts: Vec::new(), job: None }).map(drop)
}

pub(super) fn set_field(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let (column, text) = by.typing(b, c)?;
    by.office.app.set_field(SetField { members: by.some(a, c)?, column, text, job: None }).map(drop)
}

pub(super) fn replace(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let (other, _) = by.typing(a, 0)?;
    let wanted = Replace {
        view: by.view()?.view,
        columns: vec![Column::Name, Column::Title, Column::Note, other],
        find: among(&["老师", "1", "王", "s"], b),
        replacement: among(&["教师", "2", "汪", ""], c),
        extent: if a % 2 == 0 { Extent::Part } else { Extent::Whole },
        letter_case: LetterCase::Any,
        labels: Vec::new(),
        between: None,
        job: None,
    };
    by.office.app.replace_cells(wanted).map(drop)
}

pub(super) fn move_to(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let department = by.a_department_or_none(c)?;
    by.office.app.move_members(MoveMembers { members: by.some(a, b)?, department, job: None }).map(drop)
}

pub(super) fn remove(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    by.office.app.remove_members(RemoveMembers { members: by.some(a, b)?, job: None }).map(drop)
}

pub(super) fn merge(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let mut taken = vec![by.typing(c, 0)?.0, [Column::CardNumber, Column::Photo][usize::from(c % 2)]];
    if c % 3 == 0 {
        taken.extend(by.office.app.custom_fields(Nothing {})?.into_iter().map(|field| field.column));
    }
    let chosen = Chosen { taken, united: Vec::new() };
    by.office.app.merge_members(MergeMembers { kept: by.a_member(a)?, gone: by.a_member(b)?, chosen }).map(drop)
}

pub(super) fn tell_apart(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let pair = MemberPair { a: by.a_member(a)?, b: by.a_member(b)? };
    match c % 4 {
        0 => by.office.app.bring_pair_back(pair).map(drop),
        _ => by.office.app.tell_apart(pair).map(drop),
    }
}
