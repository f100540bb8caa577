//! The doctor: looks at keyring, database, disk, service and fonts, and says how they stand without a name in it.

use crate::failure::{Outcome, told};
use crate::session::Session;
use crate::{App, lock};
use mingce_ipc::profile::{DoctorLine, ProfileId};
use mingce_vault::Sensitive;

/// Kept for the length of the check only.
const PROBE: &str = "doctor-probe";

fn line(check: &str, outcome: Outcome<String>) -> DoctorLine {
    match outcome {
        Ok(detail) => DoctorLine { check: check.to_owned(), roster: None, is_ok: true, code: None, detail },
        Err(failure) => {
            let params: Vec<String> = failure.params.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let detail = format!("{} {}", failure.code.code(), params.join(" "));
            let detail = detail.trim_end().to_owned();
            DoctorLine { check: check.to_owned(), roster: None, is_ok: false, code: Some(failure.code), detail }
        }
    }
}

impl App {
    /// This computer, and the roster that is open.
    pub(crate) fn examine(&self) -> Vec<DoctorLine> {
        let mut lines = vec![line("keyring", self.examine_vault()), line("disk", self.examine_disk())];
        if let Some(session) = lock(&self.session).clone() {
            lines.extend(self.examine_session(&session));
        }
        lines.push(line("fonts", examine_fonts()));
        lines
    }

    /// This computer, and each of these rosters: one that does not open is a finding. None is open afterwards.
    pub fn examine_rosters(&self, ids: &[String]) -> Vec<DoctorLine> {
        drop(lock(&self.session).take());
        let mut lines = self.examine();
        for id in ids {
            let opened = self.open_profile_quietly(ProfileId { id: id.clone() }).and_then(|_| self.session());
            let found = match opened {
                Ok(session) => self.examine_session(&session),
                Err(failure) => vec![line("database", Err(failure))],
            };
            lines.extend(found.into_iter().map(|line| DoctorLine { roster: Some(id.clone()), ..line }));
            drop(lock(&self.session).take());
        }
        lines
    }

    fn examine_session(&self, session: &Session) -> Vec<DoctorLine> {
        vec![line("database", examine_database(session)), line("service", self.examine_service(session))]
    }

    /// Writes, reads and forgets a secret that means nothing.
    fn examine_vault(&self) -> Outcome<String> {
        let vault = self.host.vault();
        let secret = Sensitive::new(b"probe".to_vec());
        told(vault.store(PROBE, &secret))?;
        let read = told(vault.load(PROBE))?;
        told(vault.remove(PROBE))?;
        match read {
            Some(read) if read.reveal() == secret.reveal() => Ok("writes and reads".to_owned()),
            _ => Err(mingce_ipc::Code::KeyringFailed.into()),
        }
    }

    fn examine_disk(&self) -> Outcome<String> {
        std::fs::create_dir_all(self.host.home()).map_err(|_| mingce_ipc::Code::FileFailed)?;
        let probe = self.host.home().join("doctor.part");
        let write = std::fs::write(&probe, [0; 4096]).and_then(|()| std::fs::remove_file(&probe));
        write.map_err(|_| mingce_ipc::Code::FileFailed)?;
        Ok("writable".to_owned())
    }

    fn examine_service(&self, session: &Session) -> Outcome<String> {
        let meta = told(self.runtime.block_on(session.client.meta()))?;
        let skew_s = (meta.now_ms - self.host.now_ms()).abs() / 1_000;
        Ok(format!(
            "version {}, protocol {}-{}, clocks differ by {skew_s} s",
            meta.version, meta.protocol_min, meta.protocol_max
        ))
    }
}

/// A common, a rare and a minority name must all be drawable.
fn examine_fonts() -> Outcome<String> {
    let missing =
        mingce_sheets::missing_glyphs(&mingce_sheets::Fonts::bundled(), ["王小明", "𬱖㛃", "阿依古丽·买买提"]);
    if missing.is_empty() { Ok("bundled".to_owned()) } else { Err(mingce_ipc::Code::Internal.into()) }
}

fn examine_database(session: &Session) -> Outcome<String> {
    told(session.store.check_integrity())?;
    let members = told(session.store.member_count())?;
    let waiting = told(session.store.counts())?.waiting;
    let mended = told(session.store.mended())?;
    Ok(format!("whole, {members} members, {waiting} edits waiting, {mended} ever mended"))
}
