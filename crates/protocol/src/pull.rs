//! Pull: records in version order, each at its newest version.

use crate::account::Rights;
use crate::batches::{PulledBatch, PulledEdit};
use crate::body::{BodyError, Lines, Packing, Row, SMALL_BYTES, Writer, write_json};
use mingce_model::{Kind, RecordId, Value};
use serde::{Deserialize, Serialize};
use std::io::Write;

/// First line of a pull page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullHeader {
    pub protocol: u16,
    pub epoch: u64,
    pub schema: u16,
    /// The organisation's newest version in the snapshot this page was read from.
    pub head: u64,
    /// Opaque, authenticated by the service; give it back with the next pull.
    pub cursor: String,
    /// More pages are waiting: the local roster is not yet a consistent cut.
    pub more: bool,
    /// Those who made the records' newest versions, each once; records refer to their places. Not sent with a pull from
    /// the beginning, whose records are nobody's news.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<PullAuthor>,
    /// What the account that pulls may do now; a service that knows no rights says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<Rights>,
    /// Batches in which records of this page were changed, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<PulledBatch>,
    /// Of which batch the newest version of each record is, in the order of the records: runs of `(how many, place)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of_batches: Vec<(usize, Option<usize>)>,
    /// Of records that were changed more than once since the desktop heard of them: each of those edits, the newest
    /// included, by record and then the oldest first. Of some records there may be none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<PulledEdit>,
    /// What came into or left what the account may see; nothing for an account that sees the whole roster, unless it did
    /// not before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<PulledScope>,
}

/// What a page says of the bounds of what an account may see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PulledScope {
    /// The bounds are other ones than before, or there were none: everything comes anew, beginning with this page, and what
    /// has not come when no more pages are waiting is not for this account any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub begins: bool,
    /// So many records at the beginning of the page came within the bounds, or are shown otherwise than before, without a
    /// new version: they count whatever version is known.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub again: usize,
    /// Records that left the bounds: nothing of them may stay, nor of what hangs on them. Taken before the page's records.
    /// They were not removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<(u8, RecordId)>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Somebody who changed records.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PullAuthor {
    /// Empty for the member's own doing.
    pub name: String,
    /// Empty when it is not known.
    pub device: String,
}

/// Who made a record's newest version, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authored {
    /// Place among the header's authors.
    pub author: usize,
    /// By the author's clock, but never later than the service received it; milliseconds since 1970 UTC.
    pub at_ms: i64,
}

/// One record on the wire: `[kind, id, version step, values…]`, trailing nulls cut; a tombstone is `[-kind, id, step]`.
/// Where the header lists authors, each line ends with the author's place and the milliseconds since the line before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledRecord {
    pub kind: Kind,
    pub id: RecordId,
    pub ver: u64,
    /// `None` for a tombstone; otherwise in registry order, padded to the kind's fields.
    pub values: Option<Vec<Value>>,
    /// `None` in a pull from the beginning.
    pub by: Option<Authored>,
}

/// A value that lies elsewhere: in a row of a database, or in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueRef<'v> {
    Null,
    Int(i64),
    Text(&'v str),
    Reference(RecordId),
}

impl<'v> From<&'v Value> for ValueRef<'v> {
    fn from(value: &'v Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(number) => Self::Int(*number),
            Value::Text(text) => Self::Text(text),
        }
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Int(number) => Self::Int(number),
            ValueRef::Text(text) => Self::Text(text.to_owned()),
            ValueRef::Reference(id) => Self::from(id),
        }
    }
}

/// Writes a page.
pub struct PullWriter {
    writer: Writer,
    last_ver: u64,
    authors: usize,
    last_at_ms: i64,
}

impl PullWriter {
    /// For a page whose header will list so many authors.
    pub fn new(authors: usize) -> Self {
        Self { writer: Writer::default(), last_ver: 0, authors, last_at_ms: 0 }
    }
    /// Records must come in rising version order, and with an author of the header where that has any.
    pub fn record(&mut self, record: &PulledRecord) -> Result<(), BodyError> {
        let values = record.values.as_ref().map(|values| values.iter().map(ValueRef::from));
        self.row((record.kind, record.id, record.ver), values, record.by)
    }
    /// `record`, its values as they lie elsewhere.
    pub fn row<'v>(
        &mut self,
        (kind, id, ver): (Kind, RecordId, u64),
        values: Option<impl Iterator<Item = ValueRef<'v>>>,
        by: Option<Authored>,
    ) -> Result<(), BodyError> {
        let step = ver.checked_sub(self.last_ver).ok_or(BodyError::Malformed)?;
        self.last_ver = ver;
        let kind = kind as u8;
        let line = self.writer.line();
        // Writing into a vector does not fail.
        match values {
            None => drop(write!(line, "[-{kind},\"{id}\",{step}")),
            Some(values) => {
                drop(write!(line, "[{kind},\"{id}\",{step},["));
                write_values(line, values);
            }
        }
        match by {
            Some(by) if by.author < self.authors => {
                let step_ms = by.at_ms.checked_sub(self.last_at_ms).ok_or(BodyError::Malformed)?;
                self.last_at_ms = by.at_ms;
                drop(write!(line, ",{},{step_ms}", by.author));
            }
            None if self.authors == 0 => {}
            _ => return Err(BodyError::Malformed),
        }
        line.push(b']');
        self.writer.end_line();
        Ok(())
    }
    /// The header is known last: it says how far the records reach.
    pub fn finish(self, header: &PullHeader) -> Result<Vec<u8>, BodyError> {
        if header.authors.len() != self.authors {
            return Err(BodyError::Malformed);
        }
        let packing = if self.writer.bytes() <= SMALL_BYTES { Packing::Tight } else { Packing::Fast };
        self.writer.finish(header, packing)
    }
}

/// Adds the values, trailing nulls cut, and closes the array.
fn write_values<'v>(line: &mut Vec<u8>, values: impl Iterator<Item = ValueRef<'v>>) {
    let (mut is_first, mut nulls) = (true, 0);
    for value in values {
        if value == ValueRef::Null {
            nulls += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut nulls) {
            line.extend_from_slice(if std::mem::take(&mut is_first) { b"null" } else { b",null" });
        }
        if !std::mem::take(&mut is_first) {
            line.push(b',');
        }
        match value {
            ValueRef::Null => {}
            ValueRef::Int(number) => write_json(line, &number),
            ValueRef::Text(text) => write_json(line, text),
            ValueRef::Reference(id) => drop(write!(line, "\"{id}\"")),
        }
    }
    line.push(b']');
}

/// Reads a pull page, calling `each` for every record.
pub fn read_pull<E: From<BodyError>>(
    body: &[u8],
    max_bytes: usize,
    each: &mut dyn FnMut(&PullHeader, PulledRecord) -> Result<(), E>,
) -> Result<PullHeader, E> {
    let mut lines = Lines::new(body, max_bytes)?;
    let header: PullHeader = lines.header()?;
    let (mut ver, mut at_ms) = (0u64, 0i64);
    while let Some(line) = lines.next_line()? {
        let record = parse(line, &mut ver, header.authors.len(), &mut at_ms)?;
        each(&header, record)?;
    }
    Ok(header)
}

fn parse(line: &str, ver: &mut u64, authors: usize, at_ms: &mut i64) -> Result<PulledRecord, BodyError> {
    type Head = (i16, RecordId, u64);
    fn read<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, BodyError> {
        serde_json::from_str(line).map_err(|_| BodyError::Malformed)
    }
    let is_tombstone = line.starts_with("[-");
    let ((signed, id, step), values, by): (Head, Option<Row>, Option<(usize, i64)>) = match (is_tombstone, authors == 0)
    {
        (true, true) => (read(line)?, None, None),
        (true, false) => {
            let (kind, id, step, place, step_ms) = read(line)?;
            ((kind, id, step), None, Some((place, step_ms)))
        }
        (false, true) => {
            let (kind, id, step, values) = read(line)?;
            ((kind, id, step), Some(values), None)
        }
        (false, false) => {
            let (kind, id, step, values, place, step_ms) = read(line)?;
            ((kind, id, step), Some(values), Some((place, step_ms)))
        }
    };
    let by = match by {
        None => None,
        Some((author, step_ms)) if author < authors => {
            *at_ms = at_ms.checked_add(step_ms).ok_or(BodyError::Malformed)?;
            Some(Authored { author, at_ms: *at_ms })
        }
        Some(_) => return Err(BodyError::Malformed),
    };
    let number = u8::try_from(signed.unsigned_abs()).map_err(|_| BodyError::Malformed)?;
    let kind = Kind::from_number(number).ok_or(BodyError::Malformed)?;
    *ver = ver.checked_add(step).ok_or(BodyError::Malformed)?;
    let values = match values {
        None => None,
        Some(Row(mut values)) => {
            if values.len() > kind.fields().len() {
                return Err(BodyError::Malformed);
            }
            values.resize(kind.fields().len(), Value::Null);
            Some(values)
        }
    };
    Ok(PulledRecord { kind, id, ver: *ver, values, by })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(authors: &[(&str, &str)]) -> PullHeader {
        let author = |(name, device): &(&str, &str)| PullAuthor { name: (*name).into(), device: (*device).into() };
        let authors = authors.iter().map(author).collect();
        PullHeader {
            protocol: 1,
            epoch: 2,
            schema: 1,
            head: 90,
            cursor: "x".into(),
            more: true,
            authors,
            ..PullHeader::default()
        }
    }

    fn records() -> [PulledRecord; 2] {
        let mut values = vec![Value::Null; Kind::Member.fields().len()];
        values[0] = Value::from("单于婷");
        let (person, class) = (RecordId::from_parts(1, [1; 10]), RecordId::from_parts(1, [2; 10]));
        [
            PulledRecord { kind: Kind::Member, id: person, ver: 7, values: Some(values), by: None },
            PulledRecord { kind: Kind::Department, id: class, ver: 90, values: None, by: None },
        ]
    }

    fn write(header: &PullHeader, records: &[PulledRecord]) -> Result<Vec<u8>, BodyError> {
        let mut writer = PullWriter::new(header.authors.len());
        records.iter().try_for_each(|record| writer.record(record))?;
        writer.finish(header)
    }

    fn read(body: &[u8]) -> (PullHeader, Vec<PulledRecord>) {
        let mut seen = Vec::new();
        let header = read_pull::<BodyError>(body, 1 << 20, &mut |_, record| {
            seen.push(record);
            Ok(())
        });
        (header.unwrap(), seen)
    }

    #[test]
    fn a_page_survives_the_wire() {
        let (header, records) = (header(&[]), records());
        assert_eq!(read(&write(&header, &records).unwrap()), (header, records.to_vec()));
    }

    #[test]
    fn values_that_lie_elsewhere_are_written_alike() {
        let id = RecordId::from_parts(1, [1; 10]);
        let cases: [(&[ValueRef<'_>], &str); 5] = [
            (&[], "[]"),
            (&[ValueRef::Null, ValueRef::Null], "[]"),
            (&[ValueRef::Null, ValueRef::Null, ValueRef::Int(-3), ValueRef::Null], "[null,null,-3]"),
            (&[ValueRef::Text("a\"\n"), ValueRef::Null, ValueRef::Text("单")], r#"["a\"\n",null,"单"]"#),
            (&[ValueRef::Reference(id)], &format!("[\"{id}\"]")),
        ];
        for (values, expected) in cases {
            let mut line = b"[".to_vec();
            write_values(&mut line, values.iter().copied());
            assert_eq!(String::from_utf8(line).unwrap(), expected);
            let owned: Vec<Value> = values.iter().copied().map(Value::from).collect();
            let mut line = b"[".to_vec();
            write_values(&mut line, owned.iter().map(ValueRef::from));
            assert_eq!(String::from_utf8(line).unwrap(), expected);
        }
    }

    #[test]
    fn a_page_says_what_its_reader_may_do_and_an_old_one_says_nothing() {
        let header = PullHeader { rights: Some(Rights::all()), ..header(&[]) };
        assert_eq!(read(&write(&header, &[]).unwrap()).0, header);
        let line = r#"{"protocol":1,"epoch":2,"schema":1,"head":90,"cursor":"x","more":true}"#;
        let old = serde_json::from_str::<PullHeader>(line).unwrap();
        assert_eq!((old.rights, old.batches, old.of_batches, old.edits), (None, vec![], vec![], vec![]));
    }

    #[test]
    fn a_page_says_who_changed_what_and_when() {
        let header = header(&[("王老师", "教务处电脑"), ("", "")]);
        let mut records = records();
        records[0].by = Some(Authored { author: 1, at_ms: 1_790_000_000_000 });
        records[1].by = Some(Authored { author: 0, at_ms: 1_789_000_000_000 });
        assert_eq!(read(&write(&header, &records).unwrap()), (header.clone(), records.to_vec()));
        records[1].by = None;
        assert_eq!(write(&header, &records), Err(BodyError::Malformed));
        let line = format!("[-2,\"{}\",1,2,0]", records[1].id);
        assert_eq!(parse(&line, &mut 0, 2, &mut 0), Err(BodyError::Malformed));
    }
}
