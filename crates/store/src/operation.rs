//! What callers say and hear about writing: operations, their labels, what they changed.

use mingce_model::id::BatchId;
use mingce_model::{Field, Kind, RecordId};
use std::ops::ControlFlow;

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// What kind of work an operation was, for the words on the undo button and in the history.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Label { $($(#[$doc])* $name),* }
        impl Label {
            pub const ALL: &'static [Label] = &[$(Label::$name),*];
            /// The word it is stored and shown under.
            pub fn word(self) -> &'static str {
                match self { $(Label::$name => $word),* }
            }
            pub fn from_word(word: &str) -> Option<Label> {
                Label::ALL.iter().copied().find(|label| label.word() == word)
            }
        }
    };
}

labels! {
    Edit = "edit";
    Add = "add";
    Remove = "remove";
    Paste = "paste";
    Fill = "fill";
    /// One text into a field of many members.
    Set = "set";
    /// Find and replace.
    Replace = "replace";
    Clear = "clear";
    Move = "move";
    Import = "import";
    /// A new school year.
    Year = "year";
    /// Making, renaming, moving departments.
    Department = "department";
    Organisation = "organisation";
    /// Defining custom fields.
    Field = "field";
    /// Defining tags, giving and taking them.
    Tag = "tag";
    /// Photos set or taken away.
    Photo = "photo";
    /// Two members made one.
    Merge = "merge";
    /// Two members said not to be one person, or that taken back.
    Apart = "apart";
    /// Printed layouts of the organisation's own made, changed, taken away.
    Layout = "layout";
    Invite = "invite";
    Revoke = "revoke";
    /// Sheets came out well.
    Print = "print";
    /// Old codes voided for new ones.
    Reprint = "reprint";
    /// Sheets given to those they are for.
    HandOut = "hand_out";
    /// Something of the past was brought back.
    Restore = "restore";
    /// Settling conflicts.
    Resolve = "resolve";
    /// A refused edit was given up.
    Drop = "drop";
    /// A refused edit was sent again as it was.
    Retry = "retry";
    /// Others' changes that came from the service.
    Remote = "remote";
    /// Records that a restored service had lost were queued for it again.
    Recover = "recover";
}

/// Where an operation came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// A person at this computer.
    Local,
    Undo,
    Redo,
    /// The service.
    Remote,
}

impl Origin {
    pub fn word(self) -> &'static str {
        match self {
            Origin::Local => "local",
            Origin::Undo => "undo",
            Origin::Redo => "redo",
            Origin::Remote => "remote",
        }
    }
    pub fn from_word(word: &str) -> Option<Origin> {
        [Origin::Local, Origin::Undo, Origin::Redo, Origin::Remote].into_iter().find(|origin| origin.word() == word)
    }
}

/// What to do when a record is not what an edit was based on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Base {
    /// Refuse the whole operation with `Stale`: for edits that a person made looking at the values.
    #[default]
    MustMatch,
    /// Take the present values as base: for bulk work where the last word counts.
    TakeCurrent,
}

/// How the service applies the operation's edits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Atomicity {
    /// Each on its own: a refused one does not hold up the others.
    #[default]
    Each,
    /// All or none, within one push.
    AllOrNone,
    /// Removals of what belongs to a member stand or fall with the member's own.
    WithMember,
}

/// Who did what and when. For undo, redo and what is settled, only `id`, `actor` and `at_ms` count.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Fresh for every operation; names it for `undo_batch`.
    pub id: BatchId,
    pub label: Label,
    /// Name of the person, as the history shows it.
    pub actor: String,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    pub base: Base,
    pub atomicity: Atomicity,
}

impl Operation {
    /// An operation whose edits must match what is there and are sent each on its own.
    pub fn new(id: BatchId, label: Label, actor: impl Into<String>, at_ms: i64) -> Self {
        Self { id, label, actor: actor.into(), at_ms, base: Base::default(), atomicity: Atomicity::default() }
    }
    pub fn with_base(self, base: Base) -> Self {
        Self { base, ..self }
    }
    pub fn with_atomicity(self, atomicity: Atomicity) -> Self {
        Self { atomicity, ..self }
    }
}

/// A set of kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kinds(u16);

impl Kinds {
    pub fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
    pub(crate) fn add(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u8;
    }
}

/// What a write changed, so that just that is shown anew.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Touched {
    /// Records created, changed or removed.
    pub changed: u64,
    pub kinds: Kinds,
    /// The first `Touched::LISTED` of them; all when `changed` is not larger.
    pub records: Vec<(Kind, RecordId)>,
    /// Of a pulled page: records that others made, changed or removed. Conflicts are not counted, they are news of their
    /// own kind; neither are own edits that come back.
    pub received: u64,
    /// The roster's version after it; rises with every change, within one opening.
    pub version: u64,
}

impl Touched {
    /// Records listed at the most.
    pub const LISTED: usize = 256;

    /// Takes in what a further write of the same transaction changed.
    pub(crate) fn join(&mut self, other: Touched) {
        self.changed += other.changed;
        other.kinds.iter().for_each(|kind| self.kinds.add(kind));
        self.records.extend(other.records);
        self.records.truncate(Self::LISTED);
    }
}

/// A field, or with `None` the whole record, that undo or redo left alone because it was changed since.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    pub kind: Kind,
    pub id: RecordId,
    pub field: Option<Field>,
}

/// What undo or redo did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undone {
    /// Of the operation that was taken back or done again.
    pub label: Label,
    pub batch: BatchId,
    pub touched: Touched,
    /// The first `Touched::LISTED` fields that were left alone.
    pub kept: Vec<Kept>,
    pub kept_count: u64,
}

/// What the undo and redo buttons would act on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UndoState {
    pub undo: Option<Label>,
    pub redo: Option<Label>,
}

/// Hears how many edits are done, now and then; `Break` stops the write, which then leaves nothing behind.
pub type Progress<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;
