//! Pull: records in version order, each at its newest version.

use crate::body::{BodyError, Lines, Writer};
use mingce_model::{Kind, RecordId, Value};
use serde::{Deserialize, Serialize};

/// First line of a pull page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// One record on the wire: `[kind, id, version step, values…]`, trailing nulls cut; a tombstone is `[-kind, id, step]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledRecord {
    pub kind: Kind,
    pub id: RecordId,
    pub ver: u64,
    /// `None` for a tombstone; otherwise in registry order, padded to the kind's fields.
    pub values: Option<Vec<Value>>,
}

/// Writes pages without holding more than the compressed bytes.
pub struct PullWriter {
    writer: Writer,
    last_ver: u64,
}

impl PullWriter {
    pub fn new(header: &PullHeader) -> Result<Self, BodyError> {
        Ok(Self { writer: Writer::new(header)?, last_ver: 0 })
    }
    /// Records must come in rising version order.
    pub fn record(&mut self, record: &PulledRecord) -> Result<(), BodyError> {
        let step = record.ver.checked_sub(self.last_ver).ok_or(BodyError::Malformed)?;
        self.last_ver = record.ver;
        let kind = record.kind as u8;
        let line = match &record.values {
            None => format!("[-{kind},\"{}\",{step}]", record.id),
            Some(values) => {
                let filled = values.iter().rposition(|value| !value.is_null()).map_or(0, |last| last + 1);
                let values = serde_json::to_string(&values[..filled]).map_err(|_| BodyError::Malformed)?;
                format!("[{kind},\"{}\",{step},{values}]", record.id)
            }
        };
        self.writer.line(&line)
    }
    pub fn finish(self) -> Result<Vec<u8>, BodyError> {
        self.writer.finish()
    }
}

/// Reads a pull page, calling `each` for every record.
pub fn read_pull<E: From<BodyError>>(
    body: &[u8],
    max_bytes: usize,
    each: &mut dyn FnMut(&PullHeader, PulledRecord) -> Result<(), E>,
) -> Result<PullHeader, E> {
    let mut lines = Lines::new(body, max_bytes)?;
    let header: PullHeader = lines.header()?;
    let mut ver = 0u64;
    while let Some(line) = lines.next_line()? {
        let record = parse(line, &mut ver)?;
        each(&header, record)?;
    }
    Ok(header)
}

fn parse(line: &str, ver: &mut u64) -> Result<PulledRecord, BodyError> {
    let is_tombstone = line.starts_with("[-");
    let (signed, id, step, values): (i16, RecordId, u64, Option<Vec<Value>>) = if is_tombstone {
        let (kind, id, step) = serde_json::from_str(line).map_err(|_| BodyError::Malformed)?;
        (kind, id, step, None)
    } else {
        let (kind, id, step, values): (i16, RecordId, u64, Vec<Value>) =
            serde_json::from_str(line).map_err(|_| BodyError::Malformed)?;
        (kind, id, step, Some(values))
    };
    let number = u8::try_from(signed.unsigned_abs()).map_err(|_| BodyError::Malformed)?;
    let kind = Kind::from_number(number).ok_or(BodyError::Malformed)?;
    *ver = ver.checked_add(step).ok_or(BodyError::Malformed)?;
    let values = match values {
        None => None,
        Some(mut values) => {
            if values.len() > kind.fields().len() {
                return Err(BodyError::Malformed);
            }
            values.resize(kind.fields().len(), Value::Null);
            Some(values)
        }
    };
    Ok(PulledRecord { kind, id, ver: *ver, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_survives_the_wire() {
        let header = PullHeader { protocol: 1, epoch: 2, schema: 1, head: 90, cursor: "x".into(), more: true };
        let mut values = vec![Value::Null; Kind::Member.fields().len()];
        values[0] = Value::from("单于婷");
        let records = [
            PulledRecord { kind: Kind::Member, id: RecordId::from_parts(1, [1; 10]), ver: 7, values: Some(values) },
            PulledRecord { kind: Kind::Department, id: RecordId::from_parts(1, [2; 10]), ver: 90, values: None },
        ];
        let mut writer = PullWriter::new(&header).unwrap();
        records.iter().for_each(|record| writer.record(record).unwrap());
        let body = writer.finish().unwrap();
        let mut seen = Vec::new();
        let read = read_pull::<BodyError>(&body, 1 << 20, &mut |_, record| {
            seen.push(record);
            Ok(())
        });
        assert_eq!(read.unwrap(), header);
        assert_eq!(seen, records);
    }
}
