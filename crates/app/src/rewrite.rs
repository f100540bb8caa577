//! Walks over members and writes what becomes of them as one operation, a chunk at a time: memory stays flat however
//! many they are, and the work can be watched and stopped. Never holds the ids of a whole view.

use crate::departments;
use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::session::Session;
use crate::views;
use mingce_ipc::roster::Members;
use mingce_model::{Edit, RecordId};
use mingce_store::{Atomicity, Base, Label, MemberRow, Progress, Query, StoreError, Touched, View};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// Members read and changed at a time.
pub(crate) const CHUNK: usize = 1_000;

/// Members in order: rows of a view, or some that were named.
pub(crate) struct Walk {
    source: Source,
    spans: VecDeque<(usize, usize)>,
}

enum Source {
    View(Arc<View>),
    Named(Vec<RecordId>),
}

/// A place of the walk, and who stands there; nobody where a member was removed since.
type Met = (usize, Option<MemberRow>);

impl Walk {
    /// Rows `start..end` of the view, span by span; what lies beyond its end is left out.
    pub(crate) fn over(view: &Arc<View>, spans: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let fitted = spans.into_iter().map(|(start, end)| (start, end.min(view.len())));
        Self { source: Source::View(view.clone()), spans: fitted.filter(|(start, end)| start < end).collect() }
    }

    /// The members that a call names, as they are now.
    pub(crate) fn of(session: &Session, members: &Members) -> Outcome<Self> {
        Ok(match members {
            Members::Ids { ids } => {
                let named: Vec<RecordId> = ids.iter().map(|id| departments::id(id)).collect::<Outcome<_>>()?;
                let all = (0, named.len());
                Self { source: Source::Named(named), spans: VecDeque::from([all]) }
            }
            Members::Rows { view, ranges } => {
                let view = views::find(session, view)?;
                Self::over(&view, ranges.iter().map(|(start, end)| (*start as usize, *end as usize)))
            }
            Members::Department { id } => {
                let department = Some(departments::id(id)?);
                let query = Query { department, now_ms: session.host.now_ms(), ..Query::default() };
                let view = Arc::new(told(session.store.find_members(&query))?);
                Self::over(&view, [(0, view.len())])
            }
        })
    }

    /// The view and the places in it, unless the members are named one by one.
    pub(crate) fn view(&self) -> Option<(&View, Vec<Range<usize>>)> {
        match &self.source {
            Source::View(view) => Some((view, self.spans.iter().map(|(start, end)| *start..*end).collect())),
            Source::Named(_) => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.iter().map(|(start, end)| end - start).sum()
    }

    /// The next members; nothing at the end.
    pub(crate) fn next(&mut self, session: &Session) -> Outcome<Option<Vec<Met>>> {
        let Some((start, end)) = self.spans.pop_front() else { return Ok(None) };
        let until = end.min(start.saturating_add(CHUNK));
        if until < end {
            self.spans.push_front((until, end));
        }
        let found = match &self.source {
            Source::View(view) => told(session.store.page(view, start, until - start))?,
            Source::Named(ids) => {
                let members = ids[start..until].iter().map(|id| told(session.store.member(*id)));
                members.collect::<Outcome<_>>()?
            }
        };
        Ok(Some((start..).zip(found).collect()))
    }
}

/// What is asked for, one after the other.
pub(crate) enum Step<'a> {
    /// `row` counts through the walk, `place` is the row of the view.
    Member { row: u32, place: usize, member: &'a MemberRow },
    /// All members were seen.
    End,
}

/// Whether the edits are written or only made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Write,
    Try,
}

/// A walk with what it is for.
pub(crate) struct Rewriting<'a> {
    pub(crate) label: Label,
    pub(crate) walk: Walk,
    pub(crate) job: Option<&'a str>,
    pub(crate) purpose: Purpose,
}

impl Rewriting<'_> {
    /// Asks `each` for the edits of every member and writes them as one operation. When it fails or is stopped, nothing
    /// was written.
    pub(crate) fn run(
        self,
        session: &Session,
        each: &mut dyn FnMut(Step<'_>, &mut Vec<Edit>) -> Outcome<()>,
    ) -> Outcome<Touched> {
        let job = Job::begin(session, self.job, self.walk.len());
        let mut walk = self.walk;
        let mut row = 0u32;
        let mut is_done = false;
        let mut more = |made: &mut Vec<Edit>| -> Outcome<bool> {
            if is_done {
                return Ok(false);
            }
            job.go_on(row)?;
            match walk.next(session)? {
                Some(members) => {
                    for (place, member) in members {
                        if let Some(member) = &member {
                            each(Step::Member { row, place, member }, made)?;
                        }
                        row = row.saturating_add(1);
                    }
                }
                None => {
                    is_done = true;
                    each(Step::End, made)?;
                }
            }
            Ok(true)
        };
        if self.purpose == Purpose::Try {
            let mut made = Vec::new();
            while more(&mut made)? {
                made.clear();
            }
            return Ok(Touched::default());
        }
        // The person acts on what they see: the last word counts, and undo has the old values.
        let atomicity = match self.label {
            Label::Remove => Atomicity::WithMember,
            _ => Atomicity::Each,
        };
        let operation = session.operation(self.label)?.with_base(Base::TakeCurrent).with_atomicity(atomicity);
        let touched = streamed(&mut more, |edits, stop| session.store.write_with(&operation, edits, stop))?;
        session.tell_changed(&touched);
        Ok(touched)
    }
}

/// Writes edits that are made on the way: `more` adds the next of them and answers whether there may be others. When it
/// fails, `write` is stopped, and takes back what it did.
pub(crate) fn streamed(
    more: &mut dyn FnMut(&mut Vec<Edit>) -> Outcome<bool>,
    write: impl FnOnce(&mut dyn Iterator<Item = Edit>, Progress<'_>) -> Result<Touched, StoreError>,
) -> Outcome<Touched> {
    let failure = RefCell::new(None);
    let mut ready: VecDeque<Edit> = VecDeque::new();
    let mut edits = std::iter::from_fn(|| {
        while ready.is_empty() && failure.borrow().is_none() {
            let mut made = Vec::new();
            match more(&mut made) {
                Ok(true) => ready.extend(made),
                Ok(false) => return None,
                Err(error) => *failure.borrow_mut() = Some(error),
            }
        }
        ready.pop_front()
    });
    let mut stop = |_| if failure.borrow().is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let written = write(&mut edits, &mut stop);
    match failure.into_inner() {
        Some(error) => Err(error),
        None => told(written),
    }
}
