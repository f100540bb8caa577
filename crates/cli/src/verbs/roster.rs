//! Members, departments, history, undo.

use crate::arguments::{Arguments, Members, Sight};
use crate::print::{Printer, instant, table};
use crate::telling::Telling;
use crate::{DONE, session};
use mingce_app::columns::{self, COLUMNS};
use mingce_ipc::calls::Nothing;
use mingce_ipc::custom::CustomFieldRow;
use mingce_ipc::history::{HistoryLine, KeptField};
use mingce_ipc::import::{BatchRef, ImportUndone, KeptChange};
use mingce_ipc::roster::{
    AddMember, CellText, Column, EditCell, Filter, PageRequest, RecordRef, Row, UndoBatch, Undone, ViewQuery,
};
use mingce_ipc::{Calls, Code, Failure};
use serde_json::{Map, Value, json};

/// Rows asked for at a time.
const PAGE_ROWS: u32 = 500;

pub(crate) fn members(arguments: &Arguments, words: &Members, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open_with(arguments, &words.sight)?;
    let department = words.department.as_deref().map(|path| app.department_by_path(path)).transpose()?;
    let mut filters = Vec::new();
    if let Some(status) = &words.status {
        let column = match status.as_str() {
            "active" | "suspended" | "left" => Column::Status,
            "none" | "invited" | "expired" | "joined" | "refused" => Column::JoinState,
            _ => return Err(Failure::from(Code::Malformed).with("option", "--status")),
        };
        filters.push(Filter::Is { column, value: status.clone() });
    }
    let view = app.open_view(ViewQuery { department, text: words.text.clone(), filters, ..Default::default() })?;
    let wanted = view.total.min(words.limit);
    let defined: Vec<CustomFieldRow> =
        app.custom_fields(Nothing {})?.into_iter().filter(|field| !field.is_archived).collect();
    let columns: Vec<Column> = COLUMNS.into_iter().chain(defined.iter().map(|field| field.column)).collect();
    let mut rows: Vec<Row> = Vec::new();
    while (rows.len() as u32) < wanted {
        let start = rows.len() as u32;
        let count = PAGE_ROWS.min(wanted - start);
        let page = app.page(PageRequest { view: view.view.clone(), start, count, columns: columns.clone() })?;
        if page.rows.is_empty() {
            break;
        }
        rows.extend(page.rows);
    }
    let answer = json!({ "total": view.total, "members": rows.iter().map(|row| member_json(row, &defined)).collect::<Vec<_>>() });
    printer.answer(&answer, |_| {
        let shown = [Column::CardNumber, Column::Name, Column::Department, Column::Phone, Column::JoinState];
        let cells = |row: &Row| {
            shown
                .iter()
                .map(|column| row.cells[COLUMNS.iter().position(|other| other == column).unwrap_or(0)].clone())
                .collect()
        };
        let mut lines = table(
            &shown.each_ref().map(|column| columns::word(*column)).each_ref().map(|word| &**word),
            &rows.iter().map(cells).collect::<Vec<_>>(),
        );
        lines.push(format!("{} / {}", rows.len(), view.total));
        lines
    });
    Ok(DONE)
}

/// A row as an object: every filled column by its word, and what the organisation defined by the names it gave.
fn member_json(row: &Row, defined: &[CustomFieldRow]) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), json!(row.id));
    for (column, cell) in COLUMNS.iter().zip(&row.cells) {
        if !cell.is_empty() {
            object.insert(columns::word(*column).into(), json!(cell));
        }
    }
    let custom: Map<String, Value> = defined
        .iter()
        .zip(row.cells.get(COLUMNS.len()..).unwrap_or_default())
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(field, cell)| (field.name.clone(), json!(cell)))
        .collect();
    if !custom.is_empty() {
        object.insert("custom".into(), Value::Object(custom));
    }
    if let Some(mark) = row.mark {
        object.insert("mark".into(), json!(mark));
    }
    if !row.problems.is_empty() {
        let problems: Vec<Value> = row
            .problems
            .iter()
            .filter_map(|problem| {
                let place = problem.cell as usize;
                let own = COLUMNS.get(place).map(|column| columns::word(*column));
                let field = own.or_else(|| Some(defined.get(place - COLUMNS.len())?.name.as_str().into()))?;
                Some(json!({ "field": field, "code": problem.code }))
            })
            .collect();
        object.insert("problems".into(), Value::Array(problems));
    }
    Value::Object(object)
}

pub(crate) fn departments(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let rows: Vec<Value> = app
        .departments(Default::default())?
        .into_iter()
        .map(|node| {
            let path = app.department_path(&node.id);
            json!({ "id": node.id, "path": path, "name": node.name, "kind": node.kind, "count": node.count })
        })
        .collect();
    printer.answer(&rows, |rows| {
        let cells: Vec<Vec<String>> =
            rows.iter().map(|row| ["path", "kind", "count"].map(|key| plain(&row[key])).to_vec()).collect();
        table(&["path", "kind", "count"], &cells)
    });
    Ok(DONE)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn cells(fields: &[String]) -> Result<Vec<CellText>, Failure> {
    fields
        .iter()
        .map(|field| {
            let (word, text) = session::pair(field)?;
            let column = columns::by_word(word).ok_or_else(|| Failure::from(Code::Malformed).with("field", word))?;
            Ok(CellText { column, text: text.to_owned() })
        })
        .collect()
}

pub(crate) fn add(arguments: &Arguments, fields: &[String], printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let added = app.add_member(AddMember { cells: cells(fields)? })?;
    printer.answer(&added, |added| vec![added.id.clone()]);
    Ok(DONE)
}

pub(crate) fn edit(arguments: &Arguments, member: &str, fields: &[String], printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let member = app.member_by_reference(member)?;
    let edits: Vec<EditCell> = cells(fields)?
        .into_iter()
        .map(|cell| EditCell { member: member.clone(), column: cell.column, text: cell.text })
        .collect();
    let outcome = app.edit_cells(edits)?;
    printer.answer(&outcome, |outcome| vec![outcome.changed_cells.to_string()]);
    Ok(DONE)
}

pub(crate) fn remove(arguments: &Arguments, member: &str, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let id = app.member_by_reference(member)?;
    let outcome = app.remove_members(mingce_ipc::bulk::RemoveMembers {
        members: mingce_ipc::roster::Members::Ids { ids: vec![id] },
        job: None,
    })?;
    printer.answer(&outcome, |outcome| vec![outcome.changed_cells.to_string()]);
    Ok(DONE)
}

pub(crate) fn history(
    arguments: &Arguments,
    (member, sight): (&str, &Sight),
    printer: &Printer,
) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let id = app.member_by_reference(member)?;
    if sight.reveal {
        app.reveal(RecordRef { id: id.clone() })?;
    }
    let history = app.member_detail(RecordRef { id })?.history;
    let telling = Telling::new(&app, printer)?;
    let by = |entry: &HistoryLine| match entry.by.as_str() {
        "" => printer.say("（未说明）", "(not told)").to_owned(),
        name => name.to_owned(),
    };
    printer.answer(&history, |history| {
        let mut rows = Vec::new();
        for entry in history {
            for change in &entry.changes {
                let [from, to] = telling.values(&change.field, [&change.from, &change.to]);
                let field = match entry.kind.as_str() {
                    "guardian" => format!("guardian_{}", change.field),
                    _ => telling.field(&change.field),
                };
                rows.push(vec![instant(entry.at), by(entry), entry.operation.clone(), field, from, to]);
            }
            if entry.changes.is_empty() {
                rows.push(vec![instant(entry.at), by(entry), entry.operation.clone(), entry.verb.clone()]);
            }
        }
        table(&["at (UTC)", "by", "operation", "field", "from", "to"], &rows)
    });
    Ok(DONE)
}

pub(crate) fn undo(arguments: &Arguments, batch: Option<&str>, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let Some(batch) = batch.map(str::to_owned) else {
        print_undone(&app.undo(Default::default())?, &[], &Telling::new(&app, printer)?, printer);
        return Ok(DONE);
    };
    let wanted = UndoBatch { batch: batch.clone(), job: None };
    let (undone, kept) = if app.import_history(Nothing {})?.iter().any(|import| import.batch == batch) {
        let ImportUndone { changed, kept_count, kept, version } = app.undo_import(wanted)?;
        (Undone { operation: "import".into(), changed, kept: kept_count, version }, kept)
    } else {
        // Asked before it is done: afterwards nobody knows.
        let plan = app.plan_undo_batch(BatchRef { batch })?;
        let told = |kept: KeptField| KeptChange {
            name: kept.title,
            what: kept.field.unwrap_or_default(),
            value: String::new(),
        };
        (app.undo_batch(wanted)?, plan.kept.into_iter().map(told).collect())
    };
    print_undone(&undone, &kept, &Telling::new(&app, printer)?, printer);
    Ok(DONE)
}

pub(crate) fn redo(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    print_undone(&app.redo(Default::default())?, &[], &Telling::new(&app, printer)?, printer);
    Ok(DONE)
}

/// What was taken back, and the first of what stays because somebody changed it since.
fn print_undone(undone: &Undone, kept: &[KeptChange], telling: &Telling, printer: &Printer) {
    let Undone { operation, changed, kept: count, version } = undone;
    let answer =
        json!({ "operation": operation, "changed": changed, "kept": count, "version": version, "kept_changes": kept });
    printer.answer(&answer, |_| {
        let word = printer.say("后来改过而保留的字段", "fields kept because they changed since");
        let mut lines = vec![format!("{operation}  {changed}"), format!("{word}: {count}")];
        for KeptChange { name, what, value } in kept {
            let what = if what.is_empty() {
                printer.say("整条记录", "the whole record").to_owned()
            } else {
                telling.field(what)
            };
            let [value] = telling.values(&what, [value]);
            lines.push(format!("  {name}  {what}  {value}").trim_end().to_owned());
        }
        if kept.len() < *count as usize && !kept.is_empty() {
            lines.push(printer.say("  ……", "  ...").to_owned());
        }
        lines
    });
}
