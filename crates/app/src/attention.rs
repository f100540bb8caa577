//! What needs a person: conflicts to settle, refused edits to mend or give up.

use crate::custom_values;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::history::title;
use crate::jobs::Job;
use crate::members::shown;
use crate::session::{Session, version};
use mingce_ipc::Code;
use mingce_ipc::roster::{EditOutcome, FieldChange};
use mingce_ipc::sync::{
    Choice, ConflictEdit, ConflictPage, ConflictRow, ConflictsMeant, Listed, RefusalPage, RefusalRow, RefusalsMeant,
    RefusalsSettled, Resolve, SettleRefusals,
};
use mingce_model::{Field, Kind, PhotoHash, RecordId, Value, Verb};
use mingce_protocol::PHOTO_MISSING;
use mingce_store::{HistoryEntry, Label, Operation, Origin, Progress, Refusal, Refusals, Side, StoreError, Touched};
use mingce_sync::{ConflictView, Subject};
use std::collections::BTreeMap;

/// Rows of one page at the most.
const LISTED: u32 = 500;
/// Entries of a record's history in which this computer's own edits are looked for.
const LOOKED_THROUGH: usize = 200;
/// What the side of a removal shows in place of a value.
const REMOVED: &str = "removed";

/// Where the part asked for begins and how long it is: not behind the end, where the list became shorter meanwhile.
fn part(asked: Listed, total: u64) -> (u32, usize) {
    let count = asked.count.clamp(1, LISTED);
    let last = total.saturating_sub(1) / u64::from(count) * u64::from(count);
    (asked.start.min(u32::try_from(last).unwrap_or(u32::MAX)), count as usize)
}

pub(crate) fn conflicts(session: &Session, asked: Listed) -> Outcome<ConflictPage> {
    let total = told(session.store.counts())?.conflicts;
    let (newest, _) = told(session.store.newest_attention())?;
    let (start, count) = part(asked, total);
    let mut rows = Vec::new();
    for record in told(session.store.conflicts_from(start as usize, count))? {
        let Some(view) = ConflictView::from_record(&record) else { continue };
        let of = (view.kind, view.record);
        let text = |value: &Value| match view.subject {
            Subject::Field(field) => custom_values::shown(session, of, field, &[], shown(session, field, value)),
            Subject::Removal => Ok(String::new()),
        };
        let edited = edited_meanwhile(&view);
        let edits = edited.iter().map(|edited| edited.told(session)).collect::<Outcome<Vec<_>>>()?;
        let (mine, theirs) = match view.subject {
            Subject::Field(_) => (text(&view.mine)?, text(&view.theirs)?),
            Subject::Removal => {
                let told = edits.iter().map(|edit| format!("{}: {} → {}", edit.field, edit.from, edit.to));
                (REMOVED.to_owned(), told.collect::<Vec<_>>().join("; "))
            }
        };
        rows.push(ConflictRow {
            id: view.id.to_string(),
            kind: view.kind.name().to_owned(),
            record: view.record.to_string(),
            title: title(session, view.kind, view.record)?,
            field: match view.subject {
                Subject::Field(field) => custom_values::word(session, view.kind, view.record, field, &[])?,
                Subject::Removal => "*".to_owned(),
            },
            base: text(&view.base)?,
            mine,
            theirs,
            mine_by: view.mine_by.clone(),
            theirs_by: view.theirs_by.clone(),
            mine_at: view.mine_at,
            theirs_at: view.theirs_at,
            edits,
            written_here: written_here(session, &view, &edited)?,
        });
    }
    Ok(ConflictPage { total: u32::try_from(total).unwrap_or(u32::MAX), start, newest, rows })
}

/// An edit that a removal met.
struct Edited {
    kind: Kind,
    id: RecordId,
    field: Field,
    from: Value,
    to: Value,
}

impl Edited {
    fn told(&self, session: &Session) -> Outcome<ConflictEdit> {
        let of = (self.kind, self.id);
        let text =
            |value: &Value| custom_values::shown(session, of, self.field, &[], shown(session, self.field, value));
        Ok(ConflictEdit {
            kind: self.kind.name().to_owned(),
            field: custom_values::word(session, self.kind, self.id, self.field, &[])?,
            from: text(&self.from)?,
            to: text(&self.to)?,
        })
    }
}

/// What was edited while the record was removed: `field`, or `kind:id.field` of what hangs on it.
fn edited_meanwhile(view: &ConflictView) -> Vec<Edited> {
    let fields = |value: &Value| -> BTreeMap<String, Value> {
        value.as_text().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    };
    if view.subject != Subject::Removal {
        return Vec::new();
    }
    let mut before = fields(&view.base);
    let edited = fields(&view.theirs).into_iter().filter_map(|(name, to)| {
        let (kind, id, word) = match name.split_once('.') {
            None => (view.kind, view.record, name.as_str()),
            Some((of, word)) => {
                let (kind, id) = of.split_once(':')?;
                (Kind::from_name(kind)?, id.parse().ok()?, word)
            }
        };
        let field = kind.field(word).filter(|field| !custom_values::says_whose(*field))?;
        Some(Edited { kind, id, field, from: before.remove(&name).unwrap_or(Value::Null), to })
    });
    edited.collect()
}

/// The side that this computer's own history holds.
fn written_here(session: &Session, view: &ConflictView, edited: &[Edited]) -> Outcome<Option<Choice>> {
    let own = |kind, id| -> Outcome<Vec<HistoryEntry>> {
        let mut entries = told(session.store.history(kind, id, LOOKED_THROUGH))?;
        entries.retain(|entry| entry.origin != Origin::Remote);
        Ok(entries)
    };
    let wrote = |entry: &HistoryEntry, field: Field, value: &Value| {
        entry.edit.changes.iter().any(|change| change.field == field && change.new == *value)
    };
    let entries = own(view.kind, view.record)?;
    let field = match view.subject {
        Subject::Field(field) => field,
        Subject::Removal => {
            if entries.first().is_some_and(|newest| newest.edit.verb == Verb::Remove) {
                return Ok(Some(Choice::Mine));
            }
            for edited in edited {
                if own(edited.kind, edited.id)?.iter().any(|entry| wrote(entry, edited.field, &edited.to)) {
                    return Ok(Some(Choice::Theirs));
                }
            }
            return Ok(None);
        }
    };
    Ok(entries.iter().find_map(|entry| {
        let is_mine = wrote(entry, field, &view.mine).then_some(Choice::Mine);
        is_mine.or_else(|| wrote(entry, field, &view.theirs).then_some(Choice::Theirs))
    }))
}

/// Who wrote the value for which the service set one of this computer's aside: the answer did not say, but the conflict
/// does. Nothing for anything else.
pub(crate) fn author_of_what_held(session: &Session, entry: &HistoryEntry) -> Outcome<Option<String>> {
    if entry.origin != Origin::Remote || !entry.actor.is_empty() {
        return Ok(None);
    }
    let of = Value::from(entry.edit.id.to_string());
    let conflicts = told(session.store.find_by(Field::ConflictRecord, &of, LOOKED_THROUGH))?;
    let holds = |view: &ConflictView| match view.subject {
        _ if view.kind != entry.edit.kind => false,
        Subject::Field(field) => entry
            .edit
            .changes
            .iter()
            .any(|change| change.field == field && (change.new == view.theirs || change.base == view.mine)),
        Subject::Removal => false,
    };
    let mut views = conflicts.iter().filter_map(ConflictView::from_record);
    Ok(views.rfind(holds).map(|view| view.theirs_by))
}

/// Settles conflicts as one operation. A value that moved on meanwhile shows up as a conflict again.
pub(crate) fn resolve(session: &Session, wanted: &Resolve) -> Outcome<EditOutcome> {
    let side = match wanted.choice {
        Choice::Mine => Side::Mine,
        Choice::Theirs => Side::Theirs,
    };
    let before = told(session.store.counts())?.conflicts;
    let operation = session.operation(Label::Resolve)?;
    let touched = match &wanted.conflicts {
        ConflictsMeant::These { ids } => resolve_these(session, ids, side, &operation)?,
        ConflictsMeant::Until { newest } => {
            let total = usize::try_from(before).unwrap_or(usize::MAX);
            let job = Job::begin(session, wanted.job.as_deref(), total);
            told(session.store.resolve_until(*newest, side, &operation, &mut job.progress()))?
        }
    };
    session.tell_changed(&touched);
    let settled = before.saturating_sub(told(session.store.counts())?.conflicts);
    let changed_cells = u32::try_from(settled).unwrap_or(u32::MAX);
    Ok(EditOutcome { changed_cells, version: version(touched.version), ..EditOutcome::default() })
}

fn resolve_these(session: &Session, ids: &[String], side: Side, operation: &Operation) -> Outcome<Touched> {
    let ids: Vec<RecordId> = ids.iter().map(|id| departments::id(id)).collect::<Outcome<_>>()?;
    let mut is_any_open = ids.is_empty();
    for id in &ids {
        let conflict = told(session.store.get(Kind::Conflict, *id))?.ok_or(Code::NotFound)?;
        is_any_open |= conflict.get(Field::ConflictSettled).is_null();
    }
    if !is_any_open {
        return Err(Code::AlreadySettled.into());
    }
    told(session.store.resolve(&ids, side, operation))
}

pub(crate) fn refusals(session: &Session, asked: Listed) -> Outcome<RefusalPage> {
    let total = told(session.store.counts())?.refused;
    let (_, newest) = told(session.store.newest_attention())?;
    let (start, count) = part(asked, total);
    let mut rows = Vec::new();
    for refusal in told(session.store.refusals_from(start as usize, count))? {
        let edit = &refusal.edit;
        let code = serde_json::to_value(refusal.answer.code).ok();
        rows.push(RefusalRow {
            m: refusal.number,
            kind: edit.kind.name().to_owned(),
            record: edit.id.to_string(),
            title: title(session, edit.kind, edit.id)?,
            verb: edit.verb.name().to_owned(),
            code: code.and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default(),
            rule: rule_of(session, &refusal),
            other: refusal.answer.other.map(|other| other.to_string()),
            fields: edit
                .changes
                .iter()
                // An edit that names somebody moves the record to them: that is what it was.
                .filter(|change| edit.verb == Verb::Edit || !custom_values::says_whose(change.field))
                .map(|change| {
                    let (of, field) = ((edit.kind, edit.id), change.field);
                    let text = |value: &Value| {
                        custom_values::shown(session, of, field, &edit.changes, shown(session, field, value))
                    };
                    Ok(FieldChange {
                        field: custom_values::word(session, edit.kind, edit.id, field, &edit.changes)?,
                        from: text(&change.base)?,
                        to: text(&change.new)?,
                    })
                })
                .collect::<Outcome<_>>()?,
            at: refusal.at_ms,
        });
    }
    Ok(RefusalPage { total: u32::try_from(total).unwrap_or(u32::MAX), start, newest, rows })
}

/// The rule that the edit broke; where it named a photo that the service would not take, why that was so.
fn rule_of(session: &Session, refusal: &Refusal) -> Option<String> {
    let rule = refusal.answer.rule.clone()?;
    if rule != PHOTO_MISSING {
        return Some(rule);
    }
    let photo = refusal.edit.changes.iter().find(|change| change.field == Field::MemberPhoto);
    let hash = photo.and_then(|change| PhotoHash::from_value(&change.new));
    Some(hash.and_then(|hash| session.lanes.photo_refusal(hash)).unwrap_or(rule))
}

/// Gives a refused new department up for the one of that name which the service has.
pub(crate) fn take_over_department(session: &Session, m: u64) -> Outcome<()> {
    let touched = told(session.store.take_over_department(m, &session.operation(Label::Department)?))?;
    session.tell_changed(&touched);
    Ok(())
}

pub(crate) fn drop_refusals(session: &Session, wanted: &SettleRefusals) -> Outcome<RefusalsSettled> {
    settle(session, wanted, Label::Drop, &|which, operation, progress| {
        session.store.drop_refusals(which, operation, progress)
    })
}

pub(crate) fn retry_refusals(session: &Session, wanted: &SettleRefusals) -> Outcome<RefusalsSettled> {
    settle(session, wanted, Label::Retry, &|which, operation, progress| {
        session.store.retry_refusals(which, operation, progress)
    })
}

type Settle<'a> = dyn Fn(Refusals, &Operation, Progress<'_>) -> Result<Touched, StoreError> + 'a;

fn settle(session: &Session, wanted: &SettleRefusals, label: Label, settle: &Settle<'_>) -> Outcome<RefusalsSettled> {
    let which = match wanted.refusals {
        RefusalsMeant::One { m } => Refusals::One(m),
        RefusalsMeant::Alike { m } => Refusals::Alike(m),
        RefusalsMeant::Until { m } => Refusals::Until(m),
    };
    let before = told(session.store.counts())?.refused;
    let job = Job::begin(session, wanted.job.as_deref(), usize::try_from(before).unwrap_or(usize::MAX));
    let operation = session.operation(label)?;
    let touched = told(settle(which, &operation, &mut job.progress()))?;
    session.tell_changed(&touched);
    let settled = before.saturating_sub(told(session.store.counts())?.refused);
    let can_undo = told(session.store.is_next_undone(operation.id))?;
    Ok(RefusalsSettled { settled: u32::try_from(settled).unwrap_or(u32::MAX), can_undo })
}
