//! Which edits of the outbox go into the next push. Never splits an atomic group, never leaves a hole in the numbers.

use mingce_model::Value;
use mingce_model::id::ReplicaId;
use mingce_protocol::{BODY_BYTES_MAX, Op, OpFields, PROTOCOL, PUSH_OPS_MAX, PushHeader};

/// What the local database knows of its standing with the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushState {
    /// 128 random bits of this local database.
    pub replica: ReplicaId,
    /// The epoch last heard; 0 before the first contact.
    pub epoch: u64,
    /// The highest number whose answer is stored durably.
    pub acked: u64,
    pub cursor: Option<String>,
    /// See `PushHeader::seen`.
    pub seen: Option<String>,
}

/// How much one push may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PushLimits {
    /// Edits at the most.
    pub ops: usize,
    /// A push is closed when the next edit would take it past so many bytes, decompressed.
    pub target_bytes: usize,
    /// What a single atomic group may reach at the most.
    pub max_bytes: usize,
}

impl Default for PushLimits {
    fn default() -> Self {
        Self { ops: PUSH_OPS_MAX, target_bytes: 8 * 1024 * 1024, max_bytes: BODY_BYTES_MAX }
    }
}

impl PushLimits {
    /// The same bounds with fewer edits, for a service that found the last push too large.
    pub fn with_ops(self, ops: usize) -> Self {
        Self { ops: ops.clamp(1, PUSH_OPS_MAX), ..self }
    }
}

/// Why no push can be built from the outbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanError {
    /// The outbox does not start right after the acknowledged number, or misses a number.
    #[error("the outbox misses edit {expected}")]
    Hole { expected: u64 },
    /// An atomic group starting at `m` does not fit into one push.
    #[error("the edits made as one from {m} on are too many for one push")]
    GroupTooLarge { m: u64 },
}

/// Bytes of the header line at the most: its parts are bounded, each of the two cursors is under 200 characters.
const HEADER_BYTES: usize = 1_024;

/// Fills one push with the oldest edits; `None` when the outbox is empty.
///
/// `outbox` is read only as far as the push reaches, so it may be a lazy walk over a table of any length. Atomic
/// groups stand together in it, because one local transaction writes them.
pub fn plan_push(
    state: &PushState,
    outbox: impl IntoIterator<Item = Op>,
    limits: PushLimits,
) -> Result<Option<(PushHeader, Vec<Op>)>, PlanError> {
    let first = state.acked.saturating_add(1);
    let mut ops: Vec<Op> = Vec::new();
    let mut bytes = HEADER_BYTES;
    // Where the last whole unit (a single edit or a complete group) ends.
    let mut settled = 0;
    for op in outbox {
        let expected = first.saturating_add(ops.len() as u64);
        if op.m != expected {
            return Err(PlanError::Hole { expected });
        }
        let is_new_unit = op.group.is_none() || ops.last().is_none_or(|last| last.group != op.group);
        if is_new_unit {
            settled = ops.len();
        }
        let size = op_bytes(&op);
        let is_first_unit = settled == 0;
        // The first unit may pass the soft bounds: waiting would not make it any smaller.
        let (max_ops, max_bytes) = if is_first_unit {
            (limits.ops.max(PUSH_OPS_MAX), limits.max_bytes)
        } else {
            (limits.ops, limits.target_bytes)
        };
        if ops.len() + 1 > max_ops || bytes.saturating_add(size) > max_bytes {
            if is_first_unit {
                return Err(PlanError::GroupTooLarge { m: first });
            }
            ops.truncate(settled);
            break;
        }
        bytes += size;
        ops.push(op);
    }
    if ops.is_empty() {
        return Ok(None);
    }
    let header = PushHeader {
        protocol: PROTOCOL,
        replica: state.replica.to_string(),
        epoch: state.epoch,
        acked: state.acked,
        first,
        cursor: state.cursor.clone(),
        seen: state.seen.clone(),
        batches: Vec::new(),
    };
    Ok(Some((header, ops)))
}

/// Bytes of the edit's line at the most: never less than what the wire form takes.
fn op_bytes(op: &Op) -> usize {
    // [kind,verb,"id",at_ms,group,] and the line end; 36 digits of the id and 20 of each number.
    const LINE: usize = 100;
    // [number,"base digest",] around an edited field.
    const FIELD: usize = 32;
    LINE + match &op.fields {
        OpFields::Create(values) => values.iter().map(|value| value_bytes(value) + 1).sum(),
        OpFields::Edit(parts) => parts.iter().map(|part| FIELD + value_bytes(&part.new)).sum::<usize>(),
        OpFields::Remove(_) => FIELD,
    }
}

/// JSON bytes of a value at the most (RFC 8259, section 7: controls, quotes and backslashes are escaped).
fn value_bytes(value: &Value) -> usize {
    match value {
        Value::Null => 4,
        Value::Int(_) => 20,
        Value::Text(text) => {
            let escapes = text.bytes().map(|byte| match byte {
                0..0x20 => 5,
                b'"' | b'\\' => 1,
                _ => 0,
            });
            2 + text.len() + escapes.sum::<usize>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::{Edit, Field, Kind, Record, RecordId};
    use mingce_protocol::push::{read_push, write_push};
    use proptest::prelude::*;

    fn id(n: u64) -> RecordId {
        RecordId::from_parts(n, [7; 10])
    }

    fn state(acked: u64) -> PushState {
        PushState { replica: id(1).into(), epoch: 2, acked, cursor: Some("c".into()), seen: None }
    }

    fn op(m: u64, group: Option<u64>, note: &str) -> Op {
        let record = Record::empty(Kind::Member, id(m)).with(Field::MemberName, "张三").with(Field::MemberNote, note);
        Op::from_edit(m, i64::MIN, group, Edit::create(&record))
    }

    fn small(ops: usize) -> PushLimits {
        PushLimits::default().with_ops(ops)
    }

    #[test]
    fn an_empty_outbox_needs_no_push() {
        assert_eq!(plan_push(&state(0), [], PushLimits::default()), Ok(None));
    }

    #[test]
    fn a_push_goes_on_right_after_the_last_answer() {
        let outbox = (8..=10).map(|m| op(m, None, ""));
        let (header, ops) = plan_push(&state(7), outbox, PushLimits::default()).unwrap().unwrap();
        assert_eq!((header.first, header.acked, header.epoch), (8, 7, 2));
        assert_eq!(ops.iter().map(|op| op.m).collect::<Vec<_>>(), [8, 9, 10]);
    }

    #[test]
    fn a_hole_in_the_numbers_is_an_error_and_not_a_push() {
        let skipped = plan_push(&state(7), [op(9, None, "")], PushLimits::default());
        assert_eq!(skipped, Err(PlanError::Hole { expected: 8 }));
        let torn = plan_push(&state(7), [op(8, None, ""), op(10, None, "")], PushLimits::default());
        assert_eq!(torn, Err(PlanError::Hole { expected: 9 }));
    }

    #[test]
    fn a_group_that_no_longer_fits_waits_for_the_next_push() {
        let outbox = [op(1, None, ""), op(2, None, ""), op(3, Some(1), ""), op(4, Some(1), ""), op(5, None, "")];
        let (_, ops) = plan_push(&state(0), outbox.clone(), small(3)).unwrap().unwrap();
        assert_eq!(ops.len(), 2);
        let (_, ops) = plan_push(&state(0), outbox, small(4)).unwrap().unwrap();
        assert_eq!(ops.len(), 4);
    }

    #[test]
    fn a_group_larger_than_asked_for_still_goes_as_one() {
        let outbox = [op(1, Some(1), ""), op(2, Some(1), ""), op(3, Some(2), ""), op(4, None, "")];
        let (_, ops) = plan_push(&state(0), outbox, small(1)).unwrap().unwrap();
        assert_eq!(ops.len(), 2);
    }

    #[test]
    fn a_group_larger_than_a_push_is_named() {
        let outbox = (1..=PUSH_OPS_MAX as u64 + 1).map(|m| op(m, Some(1), ""));
        assert_eq!(plan_push(&state(0), outbox, PushLimits::default()), Err(PlanError::GroupTooLarge { m: 1 }));
    }

    #[test]
    fn a_long_outbox_is_read_no_further_than_one_push() {
        let mut read = 0;
        let outbox = (1..1_000_000).map(|m| {
            read += 1;
            op(m, None, "")
        });
        let (_, ops) = plan_push(&state(0), outbox, PushLimits::default()).unwrap().unwrap();
        assert_eq!(ops.len(), PUSH_OPS_MAX);
        assert!(read <= PUSH_OPS_MAX + 1);
    }

    #[test]
    fn bytes_close_a_push_before_its_edits_do() {
        let limits = PushLimits { target_bytes: 10_000, ..PushLimits::default() };
        let outbox = (1..100).map(|m| op(m, None, &"\u{1}".repeat(200)));
        let (_, ops) = plan_push(&state(0), outbox, limits).unwrap().unwrap();
        assert!((2..10).contains(&ops.len()), "{}", ops.len());
    }

    proptest! {
        #[test]
        fn the_estimate_is_never_less_than_the_wire(note in any::<String>(), year in any::<i64>(), at in any::<i64>()) {
            let before = Record::empty(Kind::Member, id(1));
            let after = before.clone().with(Field::MemberNote, note).with(Field::MemberEntryYear, year);
            let edits = [Edit::create(&after), Edit::remove(&after)].into_iter().chain(Edit::between(&before, &after));
            let ops: Vec<Op> =
                edits.zip(1..).map(|(edit, m)| Op::from_edit(m, at, Some(u64::MAX), edit)).collect();
            let header = plan_push(&state(0), ops.clone(), PushLimits::default()).unwrap().unwrap().0;
            let body = write_push(&header, &ops).unwrap();
            let estimate = HEADER_BYTES + ops.iter().map(op_bytes).sum::<usize>();
            prop_assert!(read_push(&body, estimate, ops.len()).is_ok());
        }

        #[test]
        fn pushes_cover_the_outbox_once_in_order_with_groups_whole(
            groups in prop::collection::vec(prop::option::of(0u64..4), 1..60), bound in 1usize..12
        ) {
            let outbox: Vec<Op> = groups.iter().zip(1..).map(|(group, m)| op(m, *group, "")).collect();
            let mut acked = 0;
            while (acked as usize) < outbox.len() {
                let rest = outbox[acked as usize..].iter().cloned();
                let (_, ops) = plan_push(&state(acked), rest, small(bound)).unwrap().unwrap();
                let end = acked as usize + ops.len();
                prop_assert_eq!(&outbox[acked as usize..end], ops.as_slice());
                if let (Some(group), Some(next)) = (ops[ops.len() - 1].group, outbox.get(end)) {
                    prop_assert_ne!(Some(group), next.group);
                }
                acked = end as u64;
            }
        }
    }
}
