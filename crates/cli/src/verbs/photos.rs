//! Photos of a folder.

use crate::arguments::{Arguments, Photos};
use crate::print::{Printer, table};
use crate::{DONE, LEFT_OUT, session};
use mingce_ipc::photo::{
    ApplyPhotos, ChangePhotoPlan, PhotoPlan, PhotoPlanChange, PhotoPlanPageRequest, PhotoPlanRef, PhotoVerdict,
    PlanPhotos, PlannedPhoto,
};
use mingce_ipc::{Calls, Failure};
use serde_json::json;

/// Files listed of each kind; the counts always tell how many there are.
const LISTED: u32 = 200;

pub(crate) fn photos(arguments: &Arguments, words: &Photos, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let paths = words.paths.iter().map(session::absolute).collect();
    let mut plan = app.plan_photos(PlanPhotos { paths, job: None })?;
    if words.replace {
        let change = PhotoPlanChange::Replace { replaces: true };
        plan = app.change_photo_plan(ChangePhotoPlan { plan: plan.plan.clone(), change })?;
    }
    let page = |verdict| {
        let verdict = Some(verdict);
        app.photo_plan_page(PhotoPlanPageRequest { plan: plan.plan.clone(), verdict, start: 0, count: LISTED })
    };
    let mut left = Vec::new();
    for verdict in [PhotoVerdict::Ambiguous, PhotoVerdict::Unmatched, PhotoVerdict::Repeated, PhotoVerdict::Unusable] {
        left.extend(page(verdict)?.rows);
    }
    let applied =
        if words.dry_run { None } else { Some(app.apply_photos(ApplyPhotos { plan: plan.plan.clone(), job: None })?) };
    let mut answer =
        json!({ "counts": plan.counts, "passed_over": plan.passed_over, "left": left, "applied": applied });
    if words.dry_run {
        answer["matched"] = json!(page(PhotoVerdict::Matched)?.rows);
    }
    printer.answer(&answer, |_| {
        let mut lines = vec![counts(&plan, printer)];
        if let Some(applied) = &applied {
            lines.push(format!(
                "{} {}  {} {}  {} {}",
                printer.say("已设置", "set"),
                applied.set,
                printer.say("不变", "unchanged"),
                applied.unchanged,
                printer.say("失败", "failed"),
                applied.failed_count
            ));
            if !applied.batch.is_empty() {
                lines.push(format!("{} {}", printer.say("批次", "batch"), applied.batch));
            }
            lines.extend(applied.failed.iter().map(|failed| format!("{}  {}", failed.file, failed.reason)));
        }
        lines
    });
    for line in left_lines(&left) {
        printer.remark(&line);
    }
    let failed = applied.map_or(0, |applied| applied.failed_count);
    let left_out = u32::try_from(left.len()).unwrap_or(u32::MAX).saturating_add(failed);
    app.close_photo_plan(PhotoPlanRef { plan: plan.plan })?;
    if left_out > 0 && !words.dry_run {
        printer.left_out(left_out);
        return Ok(LEFT_OUT);
    }
    Ok(DONE)
}

fn counts(plan: &PhotoPlan, printer: &Printer) -> String {
    let counts = &plan.counts;
    format!(
        "{}: {} {}  {} {}  {} {}  {} {}  {} {}  {} {}",
        plan.title,
        printer.say("匹配", "matched"),
        counts.matched,
        printer.say("已有照片", "have one"),
        counts.known,
        printer.say("不确定", "ambiguous"),
        counts.ambiguous,
        printer.say("未匹配", "unmatched"),
        counts.unmatched,
        printer.say("重复", "repeated"),
        counts.repeated,
        printer.say("不可用", "unusable"),
        counts.unusable,
    )
}

fn left_lines(rows: &[PlannedPhoto]) -> Vec<String> {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let verdict = serde_json::to_value(row.verdict).ok();
            let verdict = verdict.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
            let who: Vec<&str> = row.candidates.iter().map(|member| member.card_number.as_str()).collect();
            vec![row.file.clone(), verdict, row.reason.clone().unwrap_or_default(), who.join(" ")]
        })
        .collect();
    if cells.is_empty() { Vec::new() } else { table(&["file", "", "reason", "candidates"], &cells) }
}
