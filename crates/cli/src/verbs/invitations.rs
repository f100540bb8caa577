//! Invitations and sheets.

use crate::arguments::{Arguments, Invitations, Invite, Picture, Sheets};
use crate::print::{Printer, instant, table};
use crate::verbs::layouts::{self, Take};
use crate::{DONE, session};
use mingce_app::App;
use mingce_ipc::calls::Nothing;
use mingce_ipc::invitation::{self, InvitationQuery, InvitationRefs};
use mingce_ipc::roster::Members;
use mingce_ipc::sheets::{PrepareSheets, SavePictures, SaveSheets, SheetRunRef};
use mingce_ipc::{Calls, Code, Failure};
use serde_json::json;

pub(crate) fn invite(arguments: &Arguments, words: &Invite, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let members = match &words.department {
        Some(path) => Some(Members::Department { id: app.department_by_path(path)? }),
        None => None,
    };
    let invited =
        app.invite(invitation::Invite { members, days: words.days, replaces_open: words.replace, job: None })?;
    printer.answer(&invited, |invited| vec![invited.made.to_string()]);
    let counts = [
        (invited.already_open, "人已有邀请", "had one already"),
        (invited.already_joined, "人已加入", "have joined"),
        (invited.left, "人已离开，没有生成", "have left and got none"),
        (invited.uncheckable, UNCHECKABLE.0, UNCHECKABLE.1),
    ];
    remark_counts(&counts, printer);
    Ok(DONE)
}

/// Those whom the service would not let in.
const UNCHECKABLE: (&str, &str) = (
    "人在名册里没有可核对的手机号或证件号码，或者未成年（年龄不明的也算）却没有可联系的监护人，补上以前无法加入",
    "have no phone or document number to be checked by, or are below 18 (or of an unknown age) without a guardian who could be reached; they cannot join before that is added",
);

fn remark_counts(counts: &[(u32, &str, &str)], printer: &Printer) {
    for (count, chinese, english) in counts.iter().filter(|(count, ..)| *count > 0) {
        printer.remark(&format!("{count} {}", printer.say(chinese, english)));
    }
}

pub(crate) fn list(arguments: &Arguments, words: &Invitations, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let department = words.department.as_deref().map(|path| app.department_by_path(path)).transpose()?;
    let page =
        app.invitations(InvitationQuery { department, state: words.state.clone(), start: 0, count: words.limit })?;
    printer.answer(&page, |page| {
        let cells: Vec<Vec<String>> = page
            .rows
            .iter()
            .map(|row| {
                vec![
                    row.id.clone(),
                    row.card_number.clone(),
                    row.member_name.clone(),
                    row.department.clone(),
                    row.state.clone(),
                    instant(row.expires_at),
                ]
            })
            .collect();
        let mut lines = table(&["invitation", "number", "name", "department", "state", "expires (UTC)"], &cells);
        lines.push(format!("{} / {}", page.rows.len(), page.total));
        lines
    });
    Ok(DONE)
}

pub(crate) fn revoke(arguments: &Arguments, invitation: &str, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let outcome = app.revoke_invitations(InvitationRefs { ids: vec![invitation.to_owned()] })?;
    printer.answer(&outcome, |outcome| vec![outcome.changed_cells.to_string()]);
    Ok(DONE)
}

/// The order in the app's words.
fn order(app: &App, wanted: &str) -> Result<String, Failure> {
    if ["number", "name"].contains(&wanted) {
        return Ok(wanted.to_owned());
    }
    let fields = app.custom_fields(Nothing {})?;
    let found = fields.into_iter().find(|field| field.name == wanted && !field.is_archived);
    let field = found.ok_or_else(|| Failure::from(Code::NotFound).with("field", "order"))?;
    Ok(format!("custom:{}", field.id))
}

pub(crate) fn sheets(arguments: &Arguments, words: &Sheets, printer: &Printer) -> Result<u8, Failure> {
    let app = session::open(arguments)?;
    let department = words.department.as_deref().map(|path| app.department_by_path(path)).transpose()?;
    let layout = match &words.layout_file {
        Some(file) => layouts::read(&app, file, Take::Replace, printer)?.id,
        None => words.layout.clone(),
    };
    let order = order(&app, &words.order)?;
    let used = match &words.printer {
        Some(name) => {
            let known = app.printers(Nothing {})?.all.into_iter().find(|known| known.name == *name);
            Some(known.ok_or_else(|| Failure::from(Code::NotFound).with("field", "printer"))?.id)
        }
        None => None,
    };
    let run = app.prepare_sheets(PrepareSheets {
        layout,
        department,
        language: printer.language().word().into(),
        order: Some(order),
        printer: used,
        used_places: Some(words.used),
        is_only_unprinted: Some(words.unprinted),
        is_with_list: Some(words.list),
        ..PrepareSheets::default()
    })?;
    for missing in &run.missing_glyphs {
        let words = printer.say("没有字体能显示", "no font draws");
        printer.remark(&format!("{}: {words} {}", missing.member_name, missing.characters));
    }
    if run.small_codes > 0 {
        let words = printer.say(
            "张二维码的格子小于 4 点（300 dpi），手机可能扫不出：请换大一些的标签",
            "codes have squares below 4 dots at 300 dpi, and phones may fail on them: choose a larger label",
        );
        printer.remark(&format!("{} {words}", run.small_codes));
    }
    let path = session::absolute(&words.file);
    let is_zip = words.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let saved = if is_zip {
        let picture = match words.picture {
            Picture::Png => "png",
            Picture::Svg => "svg",
        };
        app.save_pictures(SavePictures { run: run.run.clone(), path, picture: picture.into() })?
    } else {
        let wanted = SaveSheets { run: run.run.clone(), path };
        if words.accessible { app.save_accessible_sheets(wanted)? } else { app.save_sheets(wanted)? }
    };
    let answer = json!({
        "path": saved.path, "bytes": saved.bytes, "pages": run.pages, "people": run.people, "groups": run.groups,
        "not_synced": run.not_synced, "elsewhere": run.elsewhere, "left": run.left, "uncheckable": run.uncheckable,
        "missing_glyphs": run.missing_glyphs, "small_codes": run.small_codes, "codes": saved.codes,
        "proofed": saved.proofed, "run": saved.number, "link_base": run.link_base, "is_loopback": run.is_loopback,
    });
    app.close_sheets(SheetRunRef { run: run.run })?;
    if let Some(number) = saved.number.filter(|_| !is_zip) {
        let words = printer.say("打印好以后请说明哪些印好了", "once printed, say what came out well");
        printer.remark(&format!("{words}: mingce printed {number} --all"));
    }
    printer.answer(&answer, |_| {
        vec![format!(
            "{}  {} {}  {} {}  {} {}/{}",
            saved.path,
            run.pages,
            printer.say("页", "pages"),
            run.people,
            printer.say("人", "people"),
            printer.say("已校验", "proofed"),
            saved.proofed,
            saved.codes
        )]
    });
    let counts = [
        (run.not_synced, "张邀请还没有同步，同步后二维码才有效", "are not synced yet; their codes work after syncing"),
        (run.elsewhere, "张邀请在另一台电脑上生成，没有打印", "were made on another computer and are not printed"),
        (run.left, "人已离开，没有打印", "have left and are not printed"),
        (run.uncheckable, UNCHECKABLE.0, UNCHECKABLE.1),
    ];
    remark_counts(&counts, printer);
    if run.is_loopback {
        let words =
            printer.say("二维码里的地址只有这台电脑能打开", "only this computer can open the address in the codes");
        printer.remark(&format!("{}: {words}", run.link_base));
    }
    Ok(DONE)
}
