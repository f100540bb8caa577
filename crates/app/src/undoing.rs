//! Taking back and doing again, as the window hears of it.

use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::session::{Session, version};
use crate::{App, import_history, masking};
use mingce_ipc::Code;
use mingce_ipc::roster::Undone;
use mingce_store::TakenBack;

/// Refuses to whoever may not see what is personal to take back that a field was made so.
pub(crate) fn check_unmasking(session: &Session, what: TakenBack) -> Outcome<()> {
    if masking::may_reveal_now(session) || !told(session.store.would_unmask(what))? {
        return Ok(());
    }
    masking::check_right(session)
}

impl App {
    /// `nothing` is what is said when there is nothing to take back, or to do again.
    pub(crate) fn undone(
        &self,
        nothing: Code,
        what: TakenBack,
        job: Option<&str>,
        work: impl FnOnce(
            &mingce_store::Store,
            &mingce_store::Operation,
            mingce_store::UndoProgress<'_>,
        ) -> Result<mingce_store::Undone, mingce_store::StoreError>,
    ) -> Outcome<Undone> {
        let session = self.session()?;
        check_unmasking(&session, what)?;
        let job = Job::begin(&session, job, 0);
        // The label is that of the operation taken back; the store puts it in.
        let operation = session.operation(mingce_store::Label::Edit)?;
        let undone = match work(&session.store, &operation, &mut |done, total| job.watch(done, total)) {
            Err(mingce_store::StoreError::NothingToDo) => return Err(nothing.into()),
            other => told(other)?,
        };
        if undone.label == mingce_store::Label::Import {
            let is_undone = match nothing {
                Code::NothingToRedo => import_history::IsUndone::No,
                _ => import_history::IsUndone::Yes,
            };
            import_history::mark(&session, undone.batch, is_undone)?;
        }
        session.tell_changed(&undone.touched);
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Undone {
            operation: undone.label.word().to_owned(),
            changed: count(undone.touched.changed),
            kept: count(undone.kept_count),
            version: version(undone.touched.version),
        })
    }
}
