//! Reads a file and plans its import into an empty roster, counts the edits, then corrects one cell: what an import costs
//! before anything is stored. For measuring beside other readers: `import_rows FILE [SHEET]`.

use mingce_exchange::diff::{
    Again, ApplyChoices, EmptyRoster, FaultyCells, NewDepartments, NewTags, PlanError, PlanOptions, RowsTaken,
    SheetToPlan, edits, plan_again, plan_import,
};
use mingce_exchange::read::{Limits, open};
use mingce_exchange::shape::{Target, find_shape};
use mingce_exchange::{ExchangeError, unwatched};
use mingce_model::{Field, RecordId};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

fn import(path: PathBuf, sheet: Option<String>) -> Result<serde_json::Value, ExchangeError> {
    let start = Instant::now();
    let mut workbook = open(&path, &Limits::default())?;
    let sheet = sheet.unwrap_or_else(|| workbook.default_sheet().name.clone());
    let shape = unwatched(|run| find_shape(&mut workbook, &sheet, run))?;
    let options = PlanOptions {
        today: jiff::civil::date(2026, 9, 1),
        organisation_name: None,
        organisation_kind: "school".to_owned(),
        under: None,
        mirror: None,
        answers: Default::default(),
        corrections: Default::default(),
        fields: Vec::new(),
    };
    let mapping = shape.proposed.clone();
    let plan = unwatched(|run| plan_import(&mut workbook, &sheet, &shape, &mapping, &mut EmptyRoster, &options, run))
        .map_err(|error| match error {
        PlanError::File(error) => error,
        PlanError::Roster(never) => match never {},
    })?;
    drop(workbook);
    let planned_ms = start.elapsed().as_millis() as u64;
    let mut made = 0_u64;
    let mut new_id = || {
        made += 1;
        RecordId::from_parts(made, [0; 10])
    };
    let choices = ApplyChoices {
        new_departments: NewDepartments::Create,
        new_tags: NewTags::Create,
        faulty_cells: FaultyCells::LeaveRowOut,
        rows: RowsTaken::All,
        leaving_confirmed: None,
    };
    let edit_count = edits(&plan, choices, &mut new_id).count();
    let total_ms = start.elapsed().as_millis() as u64;
    let (counts, skipped, problems) = (plan.counts(), plan.skipped(), plan.problem_count());
    let departments = plan.departments_to_create().len();
    // The name in the middle row is typed anew.
    let middle = plan.rows(None, plan.len(None) / 2, 1).first().map_or(0, |row| row.key);
    let name = mapping.column_of(Target::Field(Field::MemberName)).unwrap_or_default() as u16;
    let mut options = options;
    options.corrections.type_over(middle, name, "欧阳娜娜".into());
    let sheets = [SheetToPlan { name: &sheet, shape: &shape, mapping: &mapping, department: None }];
    let corrected = Instant::now();
    let Ok(again) = plan_again(plan, &sheets, &mut EmptyRoster, &options);
    let touched = if let Again::Done(_, touched) = again { Some(touched) } else { None };
    let corrected_us = corrected.elapsed().as_micros() as u64;
    Ok(serde_json::json!({
        "counts": counts,
        "skipped": skipped,
        "problems": problems,
        "departments": departments,
        "edits": edit_count,
        "planned_ms": planned_ms,
        "total_ms": total_ms,
        "corrected_us": corrected_us,
        "rows_planned_again": touched,
    }))
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("import_rows FILE [SHEET]");
        return ExitCode::from(2);
    };
    match import(path.into(), arguments.next().map(|sheet| sheet.to_string_lossy().into_owned())) {
        Ok(result) => {
            println!("{result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            ExitCode::FAILURE
        }
    }
}
