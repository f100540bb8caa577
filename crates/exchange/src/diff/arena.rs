//! Planned changes as bytes: a plan of 300,000 rows would take ten times the memory as values. Private to the plan.

use mingce_model::{Field, RecordId, Value};

/// Where a row's changes lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Span {
    chunk: u32,
    start: u32,
    len: u32,
}

/// Bytes in chunks that never move.
#[derive(Default, Debug)]
pub(crate) struct Arena {
    chunks: Vec<Vec<u8>>,
}

const CHUNK_BYTES: usize = 1 << 20;

impl Arena {
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Span {
        let has_room = self.chunks.last().is_some_and(|chunk| chunk.capacity() - chunk.len() >= bytes.len());
        if !has_room {
            self.chunks.push(Vec::with_capacity(CHUNK_BYTES.max(bytes.len())));
        }
        let index = self.chunks.len() - 1;
        let chunk = &mut self.chunks[index];
        let start = chunk.len();
        chunk.extend_from_slice(bytes);
        Span { chunk: index as u32, start: start as u32, len: bytes.len() as u32 }
    }

    /// Bytes that were put in, those among them that nobody looks at any more.
    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    pub(crate) fn get(&self, span: Span) -> &[u8] {
        let start = span.start as usize;
        self.chunks
            .get(span.chunk as usize)
            .and_then(|chunk| chunk.get(start..start + span.len as usize))
            .unwrap_or(&[])
    }

    pub(crate) fn text(&self, span: Span) -> &str {
        std::str::from_utf8(self.get(span)).unwrap_or_default()
    }
}

/// A guardian that a row links to: on the roster already, or made by this plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum GuardianRef {
    Known(RecordId),
    New(u32),
}

/// A value that is borrowed, from a staged row or from the arena.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Borrowed<'a> {
    Null,
    Int(i64),
    Text(&'a str),
}

impl Borrowed<'_> {
    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(number),
            Self::Text(text) => Value::Text(text.to_owned()),
        }
    }
}

impl<'a> From<&'a Value> for Borrowed<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(number) => Self::Int(*number),
            Value::Text(text) => Self::Text(text),
        }
    }
}

impl<'a> From<Option<&'a str>> for Borrowed<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

/// One thing that a row changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Item<'a> {
    /// What the row is called in lists, where the name is not among its changes.
    Label(&'a str),
    Field {
        field: Field,
        old: Borrowed<'a>,
        new: Borrowed<'a>,
    },
    /// The main department; `new` is a path of the file.
    Department {
        old: Option<RecordId>,
        new: u32,
    },
    FurtherDepartment(u32),
    Guardian {
        guardian: GuardianRef,
        /// Which of the row's guardians it is.
        slot: u8,
        relation: Borrowed<'a>,
        may_confirm: Borrowed<'a>,
    },
    /// A field of a guardian who is on the roster.
    GuardianField {
        guardian: RecordId,
        slot: u8,
        field: Field,
        old: Borrowed<'a>,
        new: Borrowed<'a>,
    },
    /// A field of a guardianship that is on the roster.
    Guardianship {
        guardianship: RecordId,
        slot: u8,
        field: Field,
        old: Borrowed<'a>,
        new: Borrowed<'a>,
    },
    /// A value of a field that the organisation defined. One that was emptied is a record that is there.
    Custom {
        field: RecordId,
        is_there: bool,
        old: Borrowed<'a>,
        new: Borrowed<'a>,
    },
    /// All the tags that the member has and shall have, by their names.
    Tags {
        old: &'a str,
        new: &'a str,
    },
    /// What the member is in a department that it leads, or leads no more: words of `AffiliationRole`.
    Leads {
        path: u32,
        old: Borrowed<'a>,
        new: Borrowed<'a>,
        by: LeadBy,
    },
}

/// How a member's role in a department comes about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LeadBy {
    /// By a place that is made for it.
    Making,
    /// By the role of a place that the member has.
    Changing(RecordId),
    /// By taking away a place that said nothing else, in this department: a path may lead to one that was put away, or to
    /// several.
    Removing { place: RecordId, department: RecordId },
}

const LABEL: u8 = 0;
const FIELD: u8 = 1;
const DEPARTMENT: u8 = 2;
const FURTHER_DEPARTMENT: u8 = 3;
const KNOWN_GUARDIAN: u8 = 4;
const NEW_GUARDIAN: u8 = 5;
const GUARDIAN_FIELD: u8 = 6;
const GUARDIANSHIP: u8 = 7;
const CUSTOM: u8 = 8;
const TAGS: u8 = 9;
const LEADS: u8 = 10;

/// Writes the items of one row: links to other records first, because they are looked through more often.
pub(crate) fn encode(items: &[Item<'_>], bytes: &mut Vec<u8>) {
    bytes.clear();
    let is_field = |item: &&Item<'_>| matches!(item, Item::Field { .. });
    for item in items.iter().filter(|item| !is_field(item)).chain(items.iter().filter(is_field)) {
        match *item {
            Item::Label(text) => {
                bytes.push(LABEL);
                put_text(text, bytes);
            }
            Item::Field { field, old, new } => {
                bytes.extend([FIELD, field as u8]);
                put_value(old, bytes);
                put_value(new, bytes);
            }
            Item::Department { old, new } => {
                bytes.extend([DEPARTMENT, u8::from(old.is_some())]);
                bytes.extend(old.iter().flat_map(|id| id.as_bytes()));
                bytes.extend(new.to_le_bytes());
            }
            Item::FurtherDepartment(path) => {
                bytes.push(FURTHER_DEPARTMENT);
                bytes.extend(path.to_le_bytes());
            }
            Item::Guardian { guardian, slot, relation, may_confirm } => {
                match guardian {
                    GuardianRef::Known(id) => {
                        bytes.push(KNOWN_GUARDIAN);
                        bytes.extend(id.as_bytes());
                    }
                    GuardianRef::New(index) => {
                        bytes.push(NEW_GUARDIAN);
                        bytes.extend(index.to_le_bytes());
                    }
                }
                bytes.push(slot);
                put_value(relation, bytes);
                put_value(may_confirm, bytes);
            }
            Item::GuardianField { guardian, slot, field, old, new } => {
                bytes.extend([GUARDIAN_FIELD, field as u8, slot]);
                bytes.extend(guardian.as_bytes());
                put_value(old, bytes);
                put_value(new, bytes);
            }
            Item::Guardianship { guardianship, slot, field, old, new } => {
                bytes.extend([GUARDIANSHIP, field as u8, slot]);
                bytes.extend(guardianship.as_bytes());
                put_value(old, bytes);
                put_value(new, bytes);
            }
            Item::Custom { field, is_there, old, new } => {
                bytes.extend([CUSTOM, u8::from(is_there)]);
                bytes.extend(field.as_bytes());
                put_value(old, bytes);
                put_value(new, bytes);
            }
            Item::Tags { old, new } => {
                bytes.push(TAGS);
                put_text(old, bytes);
                put_text(new, bytes);
            }
            Item::Leads { path, old, new, by } => {
                let (how, ids) = match by {
                    LeadBy::Making => (0, [None, None]),
                    LeadBy::Changing(place) => (1, [Some(place), None]),
                    LeadBy::Removing { place, department } => (2, [Some(place), Some(department)]),
                };
                bytes.extend([LEADS, how]);
                bytes.extend(ids.iter().flatten().flat_map(|id| id.as_bytes()));
                bytes.extend(path.to_le_bytes());
                put_value(old, bytes);
                put_value(new, bytes);
            }
        }
    }
}

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn put_value(value: Borrowed<'_>, bytes: &mut Vec<u8>) {
    match value {
        Borrowed::Null => bytes.push(0),
        Borrowed::Int(number) => {
            bytes.push(1);
            bytes.extend(number.to_le_bytes());
        }
        Borrowed::Text(text) if text.len() < 250 => {
            bytes.extend([2, text.len() as u8]);
            bytes.extend(text.as_bytes());
        }
        Borrowed::Text(text) => {
            bytes.push(3);
            put_text(text, bytes);
        }
    }
}

/// Reads the items of one row again. Ends where the bytes are not what [`encode`] wrote, which they always are.
pub(crate) struct Items<'a> {
    bytes: &'a [u8],
}

impl<'a> Items<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*head)
    }
    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }
    fn id(&mut self) -> Option<RecordId> {
        RecordId::from_slice(&self.take::<16>()?)
    }
    fn field(&mut self) -> Option<Field> {
        let [index] = self.take()?;
        Field::ALL.get(usize::from(index)).copied()
    }
    fn text(&mut self, len: usize) -> Option<&'a str> {
        let (head, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        std::str::from_utf8(head).ok()
    }
    fn value(&mut self) -> Option<Borrowed<'a>> {
        let [kind] = self.take()?;
        Some(match kind {
            0 => Borrowed::Null,
            1 => Borrowed::Int(i64::from_le_bytes(self.take()?)),
            2 => {
                let [len] = self.take()?;
                Borrowed::Text(self.text(usize::from(len))?)
            }
            _ => {
                let len = self.number()?;
                Borrowed::Text(self.text(len as usize)?)
            }
        })
    }
    fn item(&mut self) -> Option<Item<'a>> {
        let [kind] = self.take()?;
        Some(match kind {
            LABEL => {
                let len = self.number()?;
                Item::Label(self.text(len as usize)?)
            }
            FIELD => Item::Field { field: self.field()?, old: self.value()?, new: self.value()? },
            DEPARTMENT => {
                let [has_old] = self.take()?;
                let old = if has_old == 1 { Some(self.id()?) } else { None };
                Item::Department { old, new: self.number()? }
            }
            FURTHER_DEPARTMENT => Item::FurtherDepartment(self.number()?),
            KNOWN_GUARDIAN | NEW_GUARDIAN => {
                let guardian = match kind {
                    KNOWN_GUARDIAN => GuardianRef::Known(self.id()?),
                    _ => GuardianRef::New(self.number()?),
                };
                let [slot] = self.take()?;
                Item::Guardian { guardian, slot, relation: self.value()?, may_confirm: self.value()? }
            }
            GUARDIAN_FIELD => {
                let (field, [slot]) = (self.field()?, self.take()?);
                Item::GuardianField { guardian: self.id()?, slot, field, old: self.value()?, new: self.value()? }
            }
            GUARDIANSHIP => {
                let (field, [slot]) = (self.field()?, self.take()?);
                Item::Guardianship { guardianship: self.id()?, slot, field, old: self.value()?, new: self.value()? }
            }
            CUSTOM => {
                let [is_there] = self.take()?;
                Item::Custom { is_there: is_there == 1, field: self.id()?, old: self.value()?, new: self.value()? }
            }
            TAGS => {
                let len = self.number()?;
                let old = self.text(len as usize)?;
                let len = self.number()?;
                Item::Tags { old, new: self.text(len as usize)? }
            }
            LEADS => {
                let by = match self.take()? {
                    [0] => LeadBy::Making,
                    [1] => LeadBy::Changing(self.id()?),
                    _ => LeadBy::Removing { place: self.id()?, department: self.id()? },
                };
                Item::Leads { path: self.number()?, old: self.value()?, new: self.value()?, by }
            }
            _ => return None,
        })
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        self.item()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back_as_they_were() {
        let id = RecordId::from_parts(1, [7; 10]);
        let long = "长".repeat(300);
        let items = vec![
            Item::Label("张三"),
            Item::Field { field: Field::MemberNote, old: Borrowed::Null, new: Borrowed::Text(&long) },
            Item::Field { field: Field::MemberEntryYear, old: Borrowed::Int(-1), new: Borrowed::Int(2023) },
            Item::Department { old: Some(id), new: 7 },
            Item::Department { old: None, new: 8 },
            Item::FurtherDepartment(9),
            Item::Guardian {
                guardian: GuardianRef::Known(id),
                slot: 1,
                relation: Borrowed::Text("father"),
                may_confirm: Borrowed::Int(0),
            },
            Item::Guardian {
                guardian: GuardianRef::New(3),
                slot: 0,
                relation: Borrowed::Null,
                may_confirm: Borrowed::Null,
            },
            Item::GuardianField {
                guardian: id,
                slot: 2,
                field: Field::GuardianPhone,
                old: Borrowed::Null,
                new: Borrowed::Text("1"),
            },
            Item::Guardianship {
                guardianship: id,
                slot: 3,
                field: Field::GuardianshipRelation,
                old: Borrowed::Text("father"),
                new: Borrowed::Text("other"),
            },
            Item::Custom { field: id, is_there: true, old: Borrowed::Null, new: Borrowed::Text(&long) },
            Item::Tags { old: "", new: "校队、贫困生" },
            Item::Leads { path: 4, old: Borrowed::Null, new: Borrowed::Text("head"), by: LeadBy::Making },
            Item::Leads { path: 4, old: Borrowed::Text("head"), new: Borrowed::Null, by: LeadBy::Changing(id) },
            Item::Leads {
                path: 4,
                old: Borrowed::Text("head"),
                new: Borrowed::Null,
                by: LeadBy::Removing { place: id, department: RecordId::from_parts(8, [8; 10]) },
            },
        ];
        let mut bytes = Vec::new();
        encode(&items, &mut bytes);
        let mut arena = Arena::default();
        arena.add(b"before");
        let span = arena.add(&bytes);
        arena.add(b"behind");
        let mut expected = items.clone();
        expected.sort_by_key(|item| matches!(item, Item::Field { .. }));
        assert_eq!(Items::new(arena.get(span)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn spans_stay_right_over_many_chunks() {
        let mut arena = Arena::default();
        let spans: Vec<Span> = (0..100_000_u32).map(|n| arena.add(format!("row {n} ").repeat(3).as_bytes())).collect();
        for (n, span) in spans.iter().enumerate() {
            assert_eq!(arena.text(*span), format!("row {n} ").repeat(3));
        }
    }
}
