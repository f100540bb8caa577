//! Single codes as pictures: shown, or saved.

use super::token_of;
use crate::App;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::session::Session;
use mingce_ipc::invitation::{SaveCode, Saved};
use mingce_ipc::sheets::CodePicture;
use mingce_ipc::{Code, Failure};
use mingce_model::RecordId;
use mingce_store::Join;
use std::path::Path;

/// Side of a single code as a picture.
pub(super) const CODE_PX: u32 = 1_024;

fn link_of(app: &App, session: &Session, invitation: RecordId) -> Outcome<String> {
    let secret = told(session.store.invitation_secret(invitation))?.ok_or(Code::InvitationElsewhere)?;
    Ok(mingce_codes::link(&app.link_base(session)?, &token_of(&secret)?))
}

pub(crate) fn link_of_member(app: &App, session: &Session, member: RecordId) -> Outcome<String> {
    match told(session.store.member(member))?.ok_or(Code::NotFound)?.join {
        Join::Invited { invitation, .. } => link_of(app, session, invitation),
        _ => Err(Code::NothingToPrint.into()),
    }
}

pub(crate) fn code_svg(app: &App, session: &Session, invitation: RecordId) -> Outcome<CodePicture> {
    Ok(CodePicture { svg: told(mingce_sheets::code_svg(&link_of(app, session, invitation)?))? })
}

pub(crate) fn save_code(app: &App, session: &Session, wanted: &SaveCode) -> Outcome<Saved> {
    let link = link_of(app, session, departments::id(&wanted.invitation)?)?;
    let path = Path::new(&wanted.path);
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let bytes = match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("png") => told(mingce_sheets::code_png(&link, CODE_PX))?,
        Some("svg") => told(mingce_sheets::code_svg(&link))?.into_bytes(),
        _ => return Err(Failure::from(Code::Malformed).with("path", "not_png_or_svg")),
    };
    std::fs::write(path, &bytes).map_err(|_| Code::FileFailed)?;
    Ok(Saved { path: wanted.path.clone(), bytes: bytes.len() as u64 })
}
