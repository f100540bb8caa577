//! Whether an answer of the service answers what was asked. Never lets a faulty service make an edit vanish: an answer
//! that does not account for every edit sent is refused as a whole, and the edits stay in the outbox.

use mingce_model::{Kind, RecordId};
use mingce_protocol::{Exception, Op, OpCode, PROTOCOL, PullHeader, PulledRecord, PushAnswer, PushHeader};

/// What became of one edit, in the order sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub m: u64,
    pub kind: Kind,
    pub id: RecordId,
    /// The version that the edit gave its record; 0 when it changed nothing.
    pub ver: u64,
    /// `None`: applied as it stands.
    pub exception: Option<Exception>,
}

/// How an answer departs from the protocol. Nothing of it may be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, thiserror::Error)]
pub enum ProtocolBreach {
    #[error("the answer speaks of another epoch")]
    Epoch,
    #[error("the answer does not reach the last edit sent")]
    Unanswered,
    #[error("the answer has not one version for each edit")]
    VersionCount,
    #[error("versions do not rise or pass the head")]
    VersionOrder,
    #[error("an exception names an edit that was not sent, or one twice, or none")]
    ExceptionRange,
    #[error("an edit was refused and yet given a version")]
    RefusedButApplied,
    #[error("a conflict without a record that keeps the value")]
    ConflictWithoutRecord,
    #[error("a cursor was given that was not asked for")]
    Cursor,
    #[error("the page is of another protocol version")]
    Protocol,
    #[error("the page does not get anywhere")]
    NoProgress,
}

/// Checks a push answer against the push and lists what became of each edit.
pub fn judge(answer: &PushAnswer, header: &PushHeader, sent: &[Op]) -> Result<Vec<Settlement>, ProtocolBreach> {
    if header.epoch != 0 && answer.epoch != header.epoch {
        return Err(ProtocolBreach::Epoch);
    }
    let last_sent = sent.last().map_or(header.acked, |op| op.m);
    if answer.last_m < last_sent {
        return Err(ProtocolBreach::Unanswered);
    }
    if answer.cursor.is_some() && header.cursor.is_none() {
        // Taking it would skip everything that others wrote before.
        return Err(ProtocolBreach::Cursor);
    }
    check_versions(answer, sent.len())?;
    let mut exceptions = answer.exceptions.iter().peekable();
    let mut settlements = Vec::with_capacity(sent.len());
    for (op, ver) in sent.iter().zip(answer.vers.iter()) {
        let exception = exceptions.next_if(|exception| exception.m == op.m);
        if let Some(exception) = exception {
            check_exception(exception, ver)?;
        }
        settlements.push(Settlement { m: op.m, kind: op.kind, id: op.id, ver, exception: exception.cloned() });
    }
    // Whatever is left over was out of order, repeated or about something else.
    if exceptions.next().is_some() {
        return Err(ProtocolBreach::ExceptionRange);
    }
    Ok(settlements)
}

fn check_versions(answer: &PushAnswer, sent: usize) -> Result<(), ProtocolBreach> {
    let mut left = sent as u64;
    let mut newest = 0u64;
    for &(first, count) in &answer.vers.0 {
        left = left.checked_sub(count).ok_or(ProtocolBreach::VersionCount)?;
        if first == 0 || count == 0 {
            continue;
        }
        let last = first.checked_add(count - 1).ok_or(ProtocolBreach::VersionOrder)?;
        if first <= newest || last > answer.head {
            return Err(ProtocolBreach::VersionOrder);
        }
        newest = last;
    }
    if left == 0 { Ok(()) } else { Err(ProtocolBreach::VersionCount) }
}

fn check_exception(exception: &Exception, ver: u64) -> Result<(), ProtocolBreach> {
    match exception.code {
        // Not listed in an answer; a listed one leaves open what it means.
        OpCode::Applied => Err(ProtocolBreach::ExceptionRange),
        OpCode::Conflict if exception.conflicts.is_empty() => Err(ProtocolBreach::ConflictWithoutRecord),
        OpCode::Conflict => Ok(()),
        OpCode::Rejected | OpCode::Forbidden | OpCode::Gone | OpCode::Duplicate | OpCode::GroupFailed => {
            if ver == 0 {
                Ok(())
            } else {
                Err(ProtocolBreach::RefusedButApplied)
            }
        }
    }
}

/// A pull page that may be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    pub rows: usize,
    /// More pages are waiting.
    pub has_more: bool,
}

/// Checks a pull page: asked for with `cursor` while the desktop knew `epoch` (0 before the first contact).
pub fn judge_page(
    header: &PullHeader,
    records: &[PulledRecord],
    epoch: u64,
    cursor: Option<&str>,
) -> Result<Page, ProtocolBreach> {
    if header.protocol != PROTOCOL {
        return Err(ProtocolBreach::Protocol);
    }
    // Without a cursor everything is fetched anew, whatever the epoch was.
    if cursor.is_some() && epoch != 0 && header.epoch != epoch {
        return Err(ProtocolBreach::Epoch);
    }
    let mut newest = 0;
    for record in records {
        if record.ver <= newest || record.ver > header.head {
            return Err(ProtocolBreach::VersionOrder);
        }
        newest = record.ver;
    }
    if header.more && (records.is_empty() || cursor == Some(header.cursor.as_str())) {
        return Err(ProtocolBreach::NoProgress);
    }
    Ok(Page { rows: records.len(), has_more: header.more })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::{Edit, Field, Record};
    use mingce_protocol::VersionRuns;

    fn id(n: u64) -> RecordId {
        RecordId::from_parts(n, [3; 10])
    }

    fn sent() -> (PushHeader, Vec<Op>) {
        let header = PushHeader {
            protocol: PROTOCOL,
            replica: id(1).to_string(),
            epoch: 4,
            acked: 10,
            first: 11,
            cursor: Some("c".into()),
            seen: None,
            batches: Vec::new(),
        };
        let ops = (11..=14)
            .map(|m| {
                let record = Record::empty(Kind::Member, id(m)).with(Field::MemberName, "张三");
                Op::from_edit(m, 0, None, Edit::create(&record))
            })
            .collect();
        (header, ops)
    }

    fn exception(m: u64, code: OpCode) -> Exception {
        Exception { m, code, fields: Vec::new(), rule: None, other: None, conflicts: Vec::new() }
    }

    fn answer() -> PushAnswer {
        PushAnswer {
            epoch: 4,
            head: 33,
            last_m: 14,
            vers: VersionRuns(vec![(30, 2), (0, 1), (33, 1)]),
            exceptions: vec![exception(13, OpCode::Rejected)],
            cursor: Some("d".into()),
            seen: None,
        }
    }

    fn breach_of(change: impl FnOnce(&mut PushAnswer)) -> Option<ProtocolBreach> {
        let (header, ops) = sent();
        let mut answer = answer();
        change(&mut answer);
        judge(&answer, &header, &ops).err()
    }

    #[test]
    fn an_honest_answer_settles_every_edit() {
        let (header, ops) = sent();
        let settled = judge(&answer(), &header, &ops).unwrap();
        assert_eq!(
            settled.iter().map(|one| (one.m, one.ver)).collect::<Vec<_>>(),
            [(11, 30), (12, 31), (13, 0), (14, 33)]
        );
        assert_eq!(settled[2].exception.as_ref().unwrap().code, OpCode::Rejected);
        assert!(settled[3].exception.is_none());
    }

    #[test]
    fn an_answer_that_passes_over_an_edit_is_a_breach() {
        use ProtocolBreach::*;
        assert_eq!(breach_of(|_| {}), None);
        assert_eq!(breach_of(|answer| answer.epoch = 5), Some(Epoch));
        assert_eq!(breach_of(|answer| answer.last_m = 13), Some(Unanswered));
        assert_eq!(breach_of(|answer| answer.vers.0.truncate(2)), Some(VersionCount));
        assert_eq!(breach_of(|answer| answer.vers.0.push((0, 1))), Some(VersionCount));
        assert_eq!(breach_of(|answer| answer.vers.0[0].1 = u64::MAX), Some(VersionCount));
        assert_eq!(breach_of(|answer| answer.vers.0 = vec![(u64::MAX, 4)]), Some(VersionOrder));
        assert_eq!(breach_of(|answer| answer.head = 32), Some(VersionOrder));
        assert_eq!(breach_of(|answer| answer.vers.0[2].0 = 31), Some(VersionOrder));
    }

    #[test]
    fn an_exception_out_of_place_is_a_breach() {
        use ProtocolBreach::*;
        assert_eq!(breach_of(|answer| answer.exceptions[0].m = 15), Some(ExceptionRange));
        assert_eq!(breach_of(|answer| answer.exceptions[0].m = 10), Some(ExceptionRange));
        assert_eq!(breach_of(|answer| answer.exceptions.push(exception(13, OpCode::Gone))), Some(ExceptionRange));
        assert_eq!(breach_of(|answer| answer.exceptions.push(exception(12, OpCode::Gone))), Some(ExceptionRange));
        assert_eq!(breach_of(|answer| answer.exceptions[0].code = OpCode::Applied), Some(ExceptionRange));
        assert_eq!(breach_of(|answer| answer.exceptions[0].m = 12), Some(RefusedButApplied));
        assert_eq!(breach_of(|answer| answer.exceptions[0].code = OpCode::Conflict), Some(ConflictWithoutRecord));
        let with_record = breach_of(|answer| {
            answer.exceptions[0].code = OpCode::Conflict;
            answer.exceptions[0].conflicts.push(id(9));
        });
        assert_eq!(with_record, None);
    }

    #[test]
    fn a_cursor_that_was_not_asked_for_is_not_taken() {
        let (mut header, ops) = sent();
        header.cursor = None;
        assert_eq!(judge(&answer(), &header, &ops), Err(ProtocolBreach::Cursor));
    }

    #[test]
    fn a_desktop_that_sent_more_before_takes_the_answer_to_fewer() {
        // The first try carried more edits and its answer was lost; the repeat was packed smaller.
        assert_eq!(breach_of(|answer| answer.last_m = 90), None);
    }

    #[test]
    fn a_page_that_would_loop_or_skip_is_a_breach() {
        let header = PullHeader {
            protocol: PROTOCOL,
            epoch: 4,
            schema: 1,
            head: 9,
            cursor: "b".into(),
            more: true,
            ..PullHeader::default()
        };
        let record = |ver| PulledRecord { kind: Kind::Member, id: id(ver), ver, values: None, by: None };
        let judged = judge_page(&header, &[record(3), record(9)], 4, Some("a"));
        assert_eq!(judged, Ok(Page { rows: 2, has_more: true }));
        let breach = |records: &[PulledRecord], epoch, cursor| judge_page(&header, records, epoch, cursor).err();
        assert_eq!(breach(&[record(3)], 3, Some("a")), Some(ProtocolBreach::Epoch));
        assert_eq!(breach(&[record(3)], 3, None), None);
        assert_eq!(breach(&[record(3), record(3)], 4, Some("a")), Some(ProtocolBreach::VersionOrder));
        assert_eq!(breach(&[record(10)], 4, Some("a")), Some(ProtocolBreach::VersionOrder));
        assert_eq!(breach(&[], 4, Some("a")), Some(ProtocolBreach::NoProgress));
        assert_eq!(breach(&[record(3)], 4, Some("b")), Some(ProtocolBreach::NoProgress));
    }
}
