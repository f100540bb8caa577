//! The desktop's own audit on its way to the service's: who looked and took out here, behind the edits.

use super::lanes::{Lanes, Stop, local, network};
use mingce_client::ClientError;
use mingce_protocol::{ApiFailure, LOOKS_MAX, Look, ReportLooks};
use mingce_store::AuditRow;
use mingce_sync::Failure;

/// A line as the service takes it: words and ids, never a name or a value.
fn look(row: AuditRow) -> Look {
    Look {
        number: row.number,
        act: row.act.word().to_owned(),
        at: row.at_ms,
        member: row.record.map(|(_, id)| id.to_string()),
        fields: row.fields,
        people: row.people,
        full: row.is_full,
    }
}

impl Lanes {
    /// Whether lines wait to be reported.
    pub(super) fn has_looks(&self) -> Result<bool, Failure> {
        Ok(!self.store.unreported_looks(1).map_err(local)?.is_empty())
    }

    /// Reports the oldest lines that the service has not been told of; whether more wait. One that does not take them, as
    /// of before there was an audit, or that takes no more today, holds nothing up: they wait for a later push.
    pub(super) async fn report_looks(&self, stop: &Stop) -> Result<bool, Failure> {
        let reader = self.clone();
        let (replica, rows) = self
            .blocking(move || {
                let rows = reader.store.unreported_looks(LOOKS_MAX).map_err(local)?;
                Ok((reader.store.sync_state().map_err(local)?.replica, rows))
            })
            .await?;
        let Some(last) = rows.last().map(|row| row.number) else { return Ok(false) };
        let is_full = rows.len() == LOOKS_MAX;
        let report = ReportLooks {
            replica: replica.to_string(),
            store: Some(self.store.identity().replica.to_string()),
            looks: rows.into_iter().map(look).collect(),
        };
        let sent = tokio::select! {
            sent = self.client.report_looks(self.organisation, &report) => sent,
            () = stop.stopped() => return Err(Failure::Network),
        };
        match sent {
            Ok(()) => {}
            Err(ClientError::Refused(error)) if waits(error.code) => return Ok(false),
            Err(error) => return Err(network(&error)),
        }
        let writer = self.clone();
        self.blocking(move || writer.store.note_reported(last).map_err(local)).await?;
        Ok(is_full)
    }
}

/// Asking again at once would be answered the same: the lines wait for a later push, and nothing waits for them.
fn waits(code: ApiFailure) -> bool {
    matches!(
        code,
        ApiFailure::NotFound
            | ApiFailure::Malformed
            | ApiFailure::Forbidden
            | ApiFailure::TooLarge
            | ApiFailure::TooMany
    )
}
