//! Whole batches: files, photos, the school year, and what is brought back from the past.

use super::{Administrator, among, pick};
use mingce_app::Outcome;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::history::{
    OpenPast, OperationEntries, OperationsAsked, PastPageRequest, PastRef, RestoreFields, RestoreRecord,
};
use mingce_ipc::import::{ApplyImport, ImportMode, ImportOptions, ImportRef, OpenImport, PlanImport};
use mingce_ipc::photo::{ApplyPhotos, ChangePhotoPlan, PhotoPlanChange, PhotoPlanRef, PlanPhotos};
use mingce_ipc::year::{ApplyYear, YearChange, YearGraduation, YearPupilChoice, YearRule};
use mingce_testkit::pictures::png;

const HEADINGS: &str = "学号,姓名,部门,手机号,家长姓名,家长手机,标签,备注\n";
const ROWS: [&str; 6] = [
    "S001,王小明,高中部/高一/高一(1)班,13800138000,王大,13700137000,住校,来自表格\n",
    "S002,李四,高中部/高二/高二(1)班,,李母,13600136000,走读,\n",
    "S010,周新,高中部/高一/高一(9)班,13300133000,周父,13100131000,新标签,\n",
    "S011,吴新,新部门,,王大,13700137000,,新人\n",
    ",欧阳静,,13900139000,,,,\n",
    "S012,郑新,,,,,住校、贫困,\n",
];

pub(super) fn import(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    // Which rows the file has is told by bits.
    let rows = ROWS.iter().enumerate().filter(|(place, _)| a >> place & 1 == 1).map(|(_, row)| *row);
    let content = [HEADINGS].into_iter().chain(rows).collect::<String>();
    let path = by.file("roster.csv", content.as_bytes());
    let app = &by.office.app;
    let file = app.open_import(OpenImport { path, ..OpenImport::default() })?;
    let modes = [
        ImportMode::Merge,
        ImportMode::OnlyNew,
        ImportMode::OnlyKnown,
        ImportMode::MirrorRoster,
        ImportMode::MirrorDepartments,
    ];
    let work = || {
        let plan = app.plan_import(PlanImport {
            import: file.import.clone(),
            targets: file.columns.iter().map(|column| column.target.clone()).collect(),
            card_number_digits: None,
            options: ImportOptions { mode: pick(&modes, b)?, ..ImportOptions::default() },
            new_fields: Vec::new(),
            corrections: Vec::new(),
        })?;
        app.apply_import(ApplyImport {
            import: file.import.clone(),
            creates_departments: c % 3 > 0,
            creates_tags: c % 2 == 0,
            takes_sound_cells: true,
            confirmed_leaving: plan.confirms_leaving.then_some(plan.counts.leave),
        })
    };
    let done = work();
    app.close_import(ImportRef { import: file.import.clone() })?;
    done.map(drop)
}

pub(super) fn apply_photos(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let names = ["S001.png", "李四.png", "王小明.png", "S003.png"];
    let paths = [a, b].map(|number| by.file(&among(&names, number), &png(60, 90, c % 4)));
    let app = &by.office.app;
    let plan = app.plan_photos(PlanPhotos { paths: paths.into(), job: None })?.plan;
    let change = PhotoPlanChange::Replace { replaces: c % 2 == 0 };
    app.change_photo_plan(ChangePhotoPlan { plan: plan.clone(), change })?;
    let done = app.apply_photos(ApplyPhotos { plan: plan.clone(), job: None });
    app.close_photo_plan(PhotoPlanRef { plan })?;
    done.map(drop)
}

pub(super) fn apply_year(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let app = &by.office.app;
    let plan = app.drop_year_plan(Nothing {})?;
    let classes: Vec<String> =
        plan.classes.iter().filter(|class| !class.path_before.is_empty()).map(|class| class.id.clone()).collect();
    let grades: Vec<String> = plan.grades.iter().map(|grade| grade.key.clone()).collect();
    let change = match a % 6 {
        0 => YearChange::Graduation { graduation: YearGraduation::Left },
        1 => YearChange::NewClasses { grade: pick(&grades, b)?, count: Some(u32::from(c % 3)) },
        2 => YearChange::Only { grade: Some(pick(&grades, b)?) },
        3 => YearChange::Regroup { from: classes.clone(), into: vec![pick(&classes, b)?], rule: YearRule::Balanced },
        4 => YearChange::Name { class: pick(&classes, b)?, name: Some(among(&["实验班", "高三(7)班"], c)) },
        _ => {
            let choice = match c % 4 {
                0 => YearPupilChoice::Repeat { class: None },
                1 => YearPupilChoice::Suspend,
                2 => YearPupilChoice::Leave,
                _ => YearPupilChoice::Transfer { note: "转往二中".into() },
            };
            YearChange::Pupils { pupils: vec![by.a_member(b)?], choice: Some(choice) }
        }
    };
    let planned = app.change_year_plan(change)?;
    app.apply_year_plan(ApplyYear { version: planned.version, job: None }).map(drop)
}

/// What one entry of the history changed is brought back, or the whole record as it was before.
pub(super) fn restore_from_history(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let app = &by.office.app;
    let operations = app.operations(OperationsAsked { before: None, until: None, limit: 30 })?.operations;
    let operation = pick(&operations, a)?.number;
    let lines = app.operation_entries(OperationEntries { operation, after: None, limit: 100 })?.lines;
    let line = pick(&lines, b)?;
    if line.verb == "edit" && c % 2 == 0 {
        let fields = line.changes.into_iter().map(|change| change.field).collect();
        let wanted = RestoreFields { kind: line.kind, id: line.record, fields, before: line.moment };
        return app.restore_fields(wanted).map(drop);
    }
    let before = (line.is_there || line.verb == "remove").then_some(line.moment);
    app.restore_record(RestoreRecord { kind: line.kind, id: line.record, before, past: None }).map(drop)
}

/// Somebody as they were in an open past, with everything that belonged to them.
pub(super) fn restore_from_past(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    let app = &by.office.app;
    let operations = app.operations(OperationsAsked { before: None, until: None, limit: 30 })?.operations;
    let moment = Some(pick(&operations, a)?.moment);
    let past = app.open_past(OpenPast { at: None, moment, job: None })?.past;
    let bring = || {
        let page = app.past_page(PastPageRequest {
            past: past.clone(),
            department: None,
            text: None,
            start: 0,
            count: 100,
            columns: Vec::new(),
        })?;
        let row = page.rows.get(usize::from(b).checked_rem(page.rows.len()).ok_or(Code::NotFound)?);
        let id = row.ok_or(Code::NotFound)?.id.clone();
        app.restore_record(RestoreRecord { kind: "member".into(), id, before: None, past: Some(past.clone()) })
    };
    let done = bring();
    app.close_past(PastRef { past: past.clone() })?;
    done.map(drop)
}
