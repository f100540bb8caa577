//! Import.

use crate::arguments::{Arguments, Between, Import, ImportAs};
use crate::print::Printer;
use crate::telling::Telling;
use crate::verbs::homeless::Homeless;
use crate::verbs::import_lines;
use crate::verbs::mapping::{NEW_FIELD, named_headings, new_fields, targets};
use crate::{DONE, LEFT_OUT, session};
use mingce_ipc::calls::Nothing;
use mingce_ipc::import::{
    ApplyImport, ImportMode, ImportOptions, OpenImport, PlanImport, PlanPageRequest, PlannedKind, RowProblem, TakeOut,
};
use mingce_ipc::text_form::Delimiter;
use mingce_ipc::{Calls, Code, Failure};
use serde_json::json;

/// Problem rows listed; the counts always tell how many there are.
const LISTED: u32 = 200;

pub(crate) fn import(arguments: &Arguments, words: &Import, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open_with(arguments, &words.sight)?;
    let file = app.open_import(OpenImport {
        path: session::absolute(&words.file),
        sheet: words.sheet.clone(),
        header_row: words.heading_row,
        headings: named_headings(&words.maps)?,
        encoding: words.encoding.clone(),
        delimiter: words.delimiter.map(|between| match between {
            Between::Comma => Delimiter::Comma,
            Between::Semicolon => Delimiter::Semicolon,
            Between::Tab => Delimiter::Tab,
            Between::Bar => Delimiter::Bar,
        }),
    })?;
    // Guessing by values alone would take headings and instructions for people, and nobody is there to see it.
    if file.header_row == 0 && words.heading_row.is_none() && words.maps.is_empty() {
        return Err(Failure::from(Code::NoHeader)
            .with("sheet", file.sheet)
            .with("option", "--heading-row, --map, --sheet"));
    }
    let fields = app.custom_fields(Nothing {})?;
    let mut targets = targets(&file, &fields, &words.maps)?;
    if words.keep_fields {
        targets.iter_mut().filter(|target| *target == NEW_FIELD).for_each(|target| "ignore".clone_into(target));
    }
    let new_fields = new_fields(&file, &targets);
    let options = ImportOptions {
        takes_all_sheets: words.all_sheets,
        mode: match words.mode {
            ImportAs::Merge => ImportMode::Merge,
            ImportAs::OnlyNew => ImportMode::OnlyNew,
            ImportAs::OnlyKnown => ImportMode::OnlyKnown,
            ImportAs::MirrorRoster => ImportMode::MirrorRoster,
            ImportAs::MirrorDepartments => ImportMode::MirrorDepartments,
        },
        answers: Vec::new(),
        under: words.under.as_deref().map(|path| app.department_by_path(path)).transpose()?,
    };
    let import = file.import.clone();
    let plan = app.plan_import(PlanImport {
        import,
        targets,
        card_number_digits: None,
        options,
        new_fields,
        corrections: Vec::new(),
    })?;
    let page = |kind| {
        app.plan_page(PlanPageRequest {
            import: file.import.clone(),
            kind: Some(kind),
            what: None,
            text: None,
            start: 0,
            count: LISTED,
        })
    };
    let homeless = if words.keep_departments {
        Homeless::find(&app, &file.import, &plan.new_departments, words.mode)?
    } else {
        Homeless::default()
    };
    let counts = homeless.without(&plan.counts, words.mode);
    let mut problems = page(PlannedKind::Problem)?.rows;
    // Nobody is there to ask: whoever is not sure stays out, like a row with a problem.
    problems.extend(page(PlannedKind::Unsure)?.rows);
    let mut problems: Vec<RowProblem> = problems.into_iter().flat_map(|row| row.problems).collect();
    let left_out = counts.problem + counts.unsure + u32::try_from(homeless.rows.len()).unwrap_or(u32::MAX);
    problems.extend(homeless.listed);
    let new_tags: &[String] = if words.keep_tags { &[] } else { &plan.new_tags };
    let new_departments: &[String] = if words.keep_departments { &[] } else { &plan.new_departments };
    let applied = if words.dry_run {
        None
    } else {
        let keys = homeless.rows.clone();
        app.take_out(TakeOut { import: file.import.clone(), keys, is_out: true, ..TakeOut::default() })?;
        Some(app.apply_import(ApplyImport {
            import: file.import.clone(),
            creates_departments: !words.keep_departments,
            creates_tags: !words.keep_tags,
            takes_sound_cells: false,
            confirmed_leaving: words.leaving,
        })?)
    };
    let new_fields: Vec<&str> = plan.new_fields.iter().map(|field| field.name.as_str()).collect();
    let mut answer = json!({
        "file": file.file_name, "sheet": file.sheet, "header_row": file.header_row, "rows": file.row_count,
        "is_remembered": file.is_remembered,
        "counts": counts, "left_out": homeless.rows.len(), "new_departments": new_departments, "new_tags": new_tags,
        "new_fields": new_fields,
        "found_departments": plan.found_departments,
        "remarks": file.remarks, "left_out_sheets": plan.left_out_sheets,
        "problems": problems,
        "applied": applied,
    });
    let changes = if words.dry_run { page(PlannedKind::Change)?.rows } else { Vec::new() };
    if words.dry_run {
        answer["changes"] = json!(changes);
    }
    let telling = Telling::new(&app, printer)?;
    printer.answer(&answer, |_| {
        let mut lines = vec![format!(
            "{}: {} {}  {} {}  {} {}  {} {}  {} {}  {} {}  {} {}",
            if file.sheet.is_empty() { file.file_name.clone() } else { format!("{} {}", file.file_name, file.sheet) },
            printer.say("新增", "add"),
            counts.add,
            printer.say("修改", "change"),
            counts.change,
            printer.say("不变", "unchanged"),
            counts.unchanged,
            printer.say("离开", "leave"),
            counts.leave,
            printer.say("待确认", "unsure"),
            counts.unsure,
            printer.say("有问题", "problem"),
            counts.problem,
            printer.say("部门不存在", "without a department"),
            homeless.rows.len(),
        )];
        let made = |names: &[String]| names.join(", ");
        for (names, chinese, english) in [
            (made(new_departments), "新建部门", "new departments"),
            (made(new_tags), "新建标签", "new tags"),
            (new_fields.join(", "), "新建字段", "new fields"),
        ] {
            if !names.is_empty() {
                lines.push(format!("{}: {names}", printer.say(chinese, english)));
            }
        }
        if !plan.found_departments.is_empty() {
            let found = plan.found_departments.iter().map(|it| format!("{} → {}", it.named, it.path));
            let found: Vec<String> = found.collect();
            lines.push(format!(
                "{}: {}",
                printer.say("按路径末尾找到的部门", "departments found by the end"),
                found.join(", ")
            ));
        }
        lines.extend(import_lines::changes(&changes, &telling));
        if let Some(applied) = &applied {
            lines.push(format!("{} {}", printer.say("批次", "batch"), applied.batch));
        }
        lines
    });
    for remark in &file.remarks {
        printer.remark(&import_lines::remark(remark, printer));
    }
    if file.is_remembered {
        printer.remark(printer.say(
            "各列按上次导入同样标题的文件时的对应关系读取；--map 可以改。",
            "The columns are read as in the last import of a file with these headings; --map changes that.",
        ));
    }
    for line in import_lines::problems(&problems, printer) {
        printer.remark(&line);
    }
    app.close_import(mingce_ipc::import::ImportRef { import: file.import })?;
    if left_out > 0 && !words.dry_run {
        printer.left_out(left_out);
        return Ok(LEFT_OUT);
    }
    Ok(DONE)
}
