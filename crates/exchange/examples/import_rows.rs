//! Reads a file and plans its import into an empty roster, then counts the edits: what an import costs before anything is
//! stored. For measuring beside other readers: `import_rows FILE [SHEET]`.

use mingce_exchange::diff::{
    ApplyChoices, EmptyRoster, FaultyCells, NewDepartments, NewTags, PlanError, PlanOptions, RowsTaken, edits,
    plan_import,
};
use mingce_exchange::read::{Limits, open};
use mingce_exchange::shape::find_shape;
use mingce_exchange::{ExchangeError, unwatched};
use mingce_model::RecordId;
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
    Ok(serde_json::json!({
        "counts": plan.counts(),
        "skipped": plan.skipped(),
        "problems": plan.problem_count(),
        "departments": plan.departments_to_create().len(),
        "edits": edit_count,
        "planned_ms": planned_ms,
        "total_ms": start.elapsed().as_millis() as u64,
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
