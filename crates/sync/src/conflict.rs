//! A conflict record read as the three values a person compares. Never decides which of them is right.

use mingce_model::{Field, Kind, Record, RecordId, Value};

/// What two people disagree about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    Field(Field),
    /// One removed the record while the other edited it; on the wire the field is `*`.
    Removal,
}

/// Base, mine and theirs of one conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictView {
    pub id: RecordId,
    pub kind: Kind,
    pub record: RecordId,
    pub subject: Subject,
    pub base: Value,
    /// The value of the edit that came second and was set aside.
    pub mine: Value,
    /// The value the record holds.
    pub theirs: Value,
    pub mine_by: String,
    pub theirs_by: String,
    /// Milliseconds since 1970 UTC by the desktop's clock, for people only.
    pub mine_at: Option<i64>,
    pub theirs_at: Option<i64>,
    pub is_open: bool,
}

impl ConflictView {
    /// `None` when the record is no conflict or names a kind, record or field that this build does not know.
    pub fn from_record(conflict: &Record) -> Option<Self> {
        if conflict.kind != Kind::Conflict {
            return None;
        }
        let kind = Kind::from_name(conflict.text(Field::ConflictKind)?)?;
        let subject = match conflict.text(Field::ConflictField)? {
            "*" => Subject::Removal,
            name => Subject::Field(kind.field(name)?),
        };
        let text = |field| conflict.text(field).unwrap_or_default().to_owned();
        Some(Self {
            id: conflict.id,
            kind,
            record: conflict.text(Field::ConflictRecord)?.parse().ok()?,
            subject,
            base: value_in(conflict, Field::ConflictBase),
            mine: value_in(conflict, Field::ConflictMine),
            theirs: value_in(conflict, Field::ConflictTheirs),
            mine_by: text(Field::ConflictMineBy),
            theirs_by: text(Field::ConflictTheirsBy),
            mine_at: conflict.int(Field::ConflictMineAt),
            theirs_at: conflict.int(Field::ConflictTheirsAt),
            is_open: conflict.get(Field::ConflictSettled).is_null(),
        })
    }
}

/// Values stand in a conflict as JSON; what is not a single value (a whole record, or damage) is shown as its text.
fn value_in(conflict: &Record, field: Field) -> Value {
    match conflict.text(field) {
        None => Value::Null,
        Some(json) => serde_json::from_str(json).unwrap_or_else(|_| Value::from(json)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict() -> Record {
        Record::empty(Kind::Conflict, RecordId::from_parts(1, [1; 10]))
            .with(Field::ConflictKind, "member")
            .with(Field::ConflictRecord, RecordId::from_parts(2, [2; 10]))
            .with(Field::ConflictField, "phone")
            .with(Field::ConflictMine, "\"13800138000\"")
            .with(Field::ConflictTheirs, "5")
    }

    #[test]
    fn a_conflict_shows_its_three_values() {
        let view = ConflictView::from_record(&conflict()).unwrap();
        assert_eq!(view.subject, Subject::Field(Field::MemberPhone));
        assert_eq!((view.base, view.mine, view.theirs), (Value::Null, Value::from("13800138000"), Value::Int(5)));
        assert!(view.is_open);
    }

    #[test]
    fn a_removal_that_met_an_edit_is_a_conflict_about_the_record() {
        let record = conflict().with(Field::ConflictField, "*").with(Field::ConflictMine, "{\"name\":1}");
        let view = ConflictView::from_record(&record).unwrap();
        assert_eq!(view.subject, Subject::Removal);
        assert_eq!(view.mine, Value::from("{\"name\":1}"));
    }

    #[test]
    fn what_this_build_does_not_know_is_not_guessed_at() {
        for (field, value) in [
            (Field::ConflictKind, "planet"),
            (Field::ConflictField, "orbit"),
            (Field::ConflictRecord, "x"),
            (Field::ConflictRecord, ""),
        ] {
            assert_eq!(ConflictView::from_record(&conflict().with(field, value)), None);
        }
    }
}
