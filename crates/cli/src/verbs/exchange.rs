//! Import and export.

use crate::arguments::{Arguments, Import, ImportAs};
use crate::print::{Printer, table};
use crate::{DONE, LEFT_OUT, session};
use mingce_ipc::calls::Nothing;
use mingce_ipc::custom::CustomFieldRow;
use mingce_ipc::import::{
    ApplyImport, Export, ImportFile, ImportMode, ImportOptions, Masking, OpenImport, PlanImport, PlanPageRequest,
    PlannedKind, PlannedRow,
};
use mingce_ipc::{Calls, Code, Failure};
use serde_json::json;
use std::path::PathBuf;

/// Problem rows listed; the counts always tell how many there are.
const LISTED: u32 = 200;

pub(crate) fn import(arguments: &Arguments, words: &Import, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let file = app.open_import(OpenImport { path: session::absolute(&words.file), sheet: words.sheet.clone() })?;
    let fields = app.custom_fields(Nothing {})?;
    let targets = targets(&file, &fields, &words.maps)?;
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
    };
    let import = file.import.clone();
    let plan = app.plan_import(PlanImport {
        import,
        targets,
        card_number_digits: None,
        options,
        new_fields: Vec::new(),
        corrections: Vec::new(),
    })?;
    let page = |kind| {
        app.plan_page(PlanPageRequest { import: file.import.clone(), kind: Some(kind), start: 0, count: LISTED })
    };
    let mut problems = page(PlannedKind::Problem)?.rows;
    // Nobody is there to ask: whoever is not sure stays out, like a row with a problem.
    problems.extend(page(PlannedKind::Unsure)?.rows);
    let applied = if words.dry_run {
        None
    } else {
        Some(app.apply_import(ApplyImport {
            import: file.import.clone(),
            creates_departments: !words.keep_departments,
            creates_tags: !words.keep_tags,
            takes_sound_cells: false,
            excluded_rows: Vec::new(),
            excluded_cells: Vec::new(),
            confirmed_leaving: words.leaving,
        })?)
    };
    let mut answer = json!({
        "file": file.file_name, "sheet": file.sheet, "rows": file.row_count,
        "counts": plan.counts, "new_departments": plan.new_departments, "new_tags": plan.new_tags,
        "remarks": file.remarks, "left_out_sheets": plan.left_out_sheets,
        "problems": problems.iter().flat_map(|row| &row.problems).collect::<Vec<_>>(),
        "applied": applied,
    });
    if words.dry_run {
        answer["changes"] = json!(page(PlannedKind::Change)?.rows);
    }
    printer.answer(&answer, |_| {
        let counts = &plan.counts;
        let mut lines = vec![format!(
            "{}: {} {}  {} {}  {} {}  {} {}  {} {}  {} {}",
            file.file_name,
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
        )];
        if let Some(applied) = &applied {
            lines.push(format!("{} {}", printer.say("批次", "batch"), applied.batch));
        }
        lines
    });
    for line in problem_lines(&problems) {
        printer.remark(&line);
    }
    app.close_import(mingce_ipc::import::ImportRef { import: file.import })?;
    if plan.counts.problem + plan.counts.unsure > 0 && !words.dry_run {
        return Ok(LEFT_OUT);
    }
    Ok(DONE)
}

/// What each column is for; `--map` names our fields by their words and the organisation's by their names.
fn targets(file: &ImportFile, fields: &[CustomFieldRow], maps: &[String]) -> Result<Vec<String>, Failure> {
    let mut targets: Vec<String> = file.columns.iter().map(|column| column.target.clone()).collect();
    for map in maps {
        let (heading, field) = session::pair(map)?;
        let index = file
            .columns
            .iter()
            .position(|column| column.heading == heading || column.letter == heading)
            .ok_or_else(|| Failure::from(Code::Malformed).with("heading", heading))?;
        // A numbered field without its number is the first: `guardian_phone` is `guardian_phone_1`.
        let first = format!("{field}_1");
        let named = fields.iter().find(|defined| !defined.is_archived && defined.name.trim() == field.trim());
        let named = named.map(|defined| format!("custom:{}", defined.id));
        let target = file
            .targets
            .iter()
            .find(|word| *word == field)
            .or_else(|| file.targets.iter().find(|word| **word == first))
            .or_else(|| file.targets.iter().find(|word| Some(*word) == named.as_ref()))
            .filter(|word| *word != "new_field")
            .ok_or_else(|| Failure::from(Code::Malformed).with("field", field))?;
        // One column for one field: the one named on the command line wins over a guess.
        if target != "ignore" {
            for other in targets.iter_mut().filter(|other| *other == target) {
                *other = "ignore".to_owned();
            }
        }
        targets[index] = target.clone();
    }
    Ok(targets)
}

fn problem_lines(rows: &[PlannedRow]) -> Vec<String> {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .flat_map(|row| &row.problems)
        .map(|problem| {
            vec![
                problem.sheet.clone(),
                format!("{}{}", problem.letter, problem.row),
                problem.heading.clone(),
                problem.value_kind.clone(),
                problem.code.clone(),
            ]
        })
        .collect();
    if cells.is_empty() { Vec::new() } else { table(&["sheet", "cell", "heading", "kind", "problem"], &cells) }
}

/// The imports made on this computer, newest first; `mingce undo BATCH` takes one back.
pub(crate) fn imports(arguments: &Arguments, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let records = app.import_history(Nothing {})?;
    printer.answer(&records, |records| {
        let cells: Vec<Vec<String>> = records
            .iter()
            .map(|it| {
                let hash: String = it.sha256.chars().take(12).collect();
                let state = if it.is_undone { printer.say("已撤销", "undone") } else { "" };
                let counts = [it.added, it.changed, it.left].map(|count| count.to_string());
                [
                    vec![it.batch.clone(), it.file_name.clone(), hash, it.actor.clone()],
                    counts.to_vec(),
                    vec![state.into()],
                ]
                .concat()
            })
            .collect();
        table(&["batch", "file", "sha256", "by", "added", "changed", "left", ""], &cells)
    });
    Ok(DONE)
}

pub(crate) fn export(
    arguments: &Arguments,
    (file, masking): (&PathBuf, Masking),
    printer: &Printer,
) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let exported = app.export_members(Export {
        path: session::absolute(file),
        query: Default::default(),
        language: printer.language().word().into(),
        masking: Some(masking),
    })?;
    printer.answer(&exported, |exported| vec![format!("{}  {}", exported.path, exported.rows)]);
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::defined;
    use mingce_ipc::import::ImportColumn;

    const DORMITORY: &str = "019a0000-0000-7000-8000-000000000001";
    const LOCKER: &str = "019a0000-0000-7000-8000-000000000002";

    fn file(columns: &[(&str, &str)]) -> ImportFile {
        let column = |(index, (heading, target)): (usize, &(&str, &str))| ImportColumn {
            letter: ["A", "B", "C"][index].into(),
            heading: (*heading).into(),
            samples: Vec::new(),
            target: (*target).into(),
            confidence: 100,
            form: "text".into(),
            choices: Vec::new(),
        };
        let own = [DORMITORY, LOCKER].map(|id| format!("custom:{id}"));
        let targets = ["ignore", "name", "guardian_phone_1", "new_field"].map(str::to_owned);
        ImportFile {
            import: "import-1".into(),
            path: String::new(),
            file_name: String::new(),
            format: String::new(),
            sheets: Vec::new(),
            sheet: String::new(),
            header_row: 1,
            row_count: 0,
            columns: columns.iter().enumerate().map(column).collect(),
            targets: targets.into_iter().chain(own).collect(),
            is_remembered: false,
            is_delta: false,
            remarks: Vec::new(),
        }
    }

    fn mapped(maps: &[&str]) -> Result<Vec<String>, Failure> {
        let archived = CustomFieldRow { is_archived: true, ..defined(LOCKER, "储物柜") };
        let file = file(&[("姓名", "name"), ("寝室", "ignore"), ("监护人 / 电话", "ignore")]);
        targets(
            &file,
            &[defined(DORMITORY, "住宿"), archived],
            &maps.iter().map(|map| (*map).to_owned()).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn a_column_goes_into_a_field_of_the_organisation_by_its_name() {
        let field = format!("custom:{DORMITORY}");
        assert_eq!(mapped(&["寝室=住宿"]).unwrap(), ["name", field.as_str(), "ignore"]);
        assert_eq!(
            mapped(&["C= 住宿 ", "监护人 / 电话=guardian_phone"]).unwrap(),
            ["name", "ignore", "guardian_phone_1"]
        );
        assert_eq!(mapped(&["C=住宿", "B=住宿"]).unwrap(), ["name", field.as_str(), "ignore"], "the last one has it");
    }

    #[test]
    fn what_is_no_field_is_refused_and_named() {
        for (map, param) in [("寝室=储物柜", "field"), ("寝室=new_field", "field"), ("宿舍=住宿", "heading")]
        {
            let failure = mapped(&[map]).unwrap_err();
            assert_eq!(failure.code, Code::Malformed);
            assert!(failure.params.contains_key(param), "{map}");
        }
    }
}
