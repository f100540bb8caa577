//! Whose each edit was and what it was part of: told beside the edits of a push and the records of a pull, in their
//! headers, so that whoever does not know of it reads the bodies as before. Only people are told; nothing is decided by it.

use mingce_model::id::BatchId;
use mingce_model::{Kind, Value, Verb};
use serde::{Deserialize, Serialize};

/// Letters of a batch's word at the most.
const LABEL_MAX: usize = 32;

/// From this edit of a push on, up to the next of these, all edits are of one batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedBatch {
    /// Number of the batch's first edit in this body.
    pub first: u64,
    /// `None`: of no batch that anybody could look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<BatchId>,
    /// What kind of work it was: `import`, `paste`, `undo` …; see `label_of`.
    pub label: String,
}

/// Edits that were made as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PulledBatch {
    pub id: BatchId,
    /// See `label_of`.
    pub label: String,
}

/// The word when it is one: small letters and `_`, not too long. Otherwise nothing: it comes from somebody else's program.
pub fn label_of(word: &str) -> &str {
    let is_word = word.len() <= LABEL_MAX && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_word { word } else { "" }
}

/// One of several edits by which a record of a page became what it is since the desktop last heard of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PulledEditLine", into = "PulledEditLine")]
pub struct PulledEdit {
    /// Place of the record on the page.
    pub record: usize,
    /// Place among the header's authors.
    pub author: usize,
    /// By the author's clock, but never later than the service received it; milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Place among the header's batches.
    pub batch: Option<usize>,
    /// A creation only as a record's first; never a removal.
    pub is_creation: bool,
    /// What the edit found in each field that it changed, by the field's number; what it put there the next edit of that
    /// field found, or the record has.
    pub bases: Vec<(u16, Value)>,
}

/// `[record, author, at_ms, batch, verb, [[number, base], …]]`.
#[derive(Serialize, Deserialize)]
struct PulledEditLine(usize, usize, i64, Option<usize>, u8, Vec<(u16, Value)>);

impl From<PulledEdit> for PulledEditLine {
    fn from(edit: PulledEdit) -> Self {
        let verb = if edit.is_creation { Verb::Create } else { Verb::Edit };
        Self(edit.record, edit.author, edit.at_ms, edit.batch, verb as u8, edit.bases)
    }
}

impl From<PulledEditLine> for PulledEdit {
    fn from(PulledEditLine(record, author, at_ms, batch, verb, bases): PulledEditLine) -> Self {
        Self { record, author, at_ms, batch, is_creation: verb == Verb::Create as u8, bases }
    }
}

impl PulledEdit {
    /// The fields with what they held before, each once; `None` when this build does not know one of them.
    pub fn fields(&self, kind: Kind) -> Option<Vec<(mingce_model::Field, &Value)>> {
        let field = |number: u16| kind.fields().get(usize::from(number).checked_sub(1)?).copied();
        self.bases.iter().map(|(number, base)| Some((field(*number)?, base))).collect()
    }
}

/// Of each record of a page its place among the batches, from runs of `(how many, place)`; for those beyond, nothing.
pub fn spread(runs: &[(usize, Option<usize>)]) -> impl Iterator<Item = Option<usize>> + '_ {
    let told = runs.iter().flat_map(|(count, place)| std::iter::repeat_n(*place, *count));
    told.chain(std::iter::repeat(None))
}

/// Adds one more to the runs.
pub fn add_to_runs(runs: &mut Vec<(usize, Option<usize>)>, place: Option<usize>) {
    match runs.last_mut() {
        Some((count, same)) if *same == place => *count += 1,
        _ => runs.push((1, place)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::{Field, RecordId};

    #[test]
    fn runs_say_of_each_record_which_batch_it_is_of() {
        let mut runs = Vec::new();
        let places = [None, Some(1), Some(1), Some(0)];
        places.iter().for_each(|place| add_to_runs(&mut runs, *place));
        assert_eq!(runs, [(1, None), (2, Some(1)), (1, Some(0))]);
        let spread_out: Vec<_> = spread(&runs).take(6).collect();
        assert_eq!(spread_out, [None, Some(1), Some(1), Some(0), None, None]);
        // A hostile length is not counted out.
        assert_eq!(spread(&[(usize::MAX, Some(3)), (usize::MAX, None)]).take(2).count(), 2);
    }

    #[test]
    fn an_edit_survives_the_wire_and_an_unknown_field_is_told_apart() {
        let bases = vec![(Field::MemberPhone.number(), Value::from("1")), (1, Value::Null)];
        let edit = PulledEdit { record: 4, author: 1, at_ms: -7, batch: Some(2), is_creation: false, bases };
        let line = serde_json::to_string(&edit).unwrap();
        assert_eq!(serde_json::from_str::<PulledEdit>(&line).unwrap(), edit);
        let fields = edit.fields(Kind::Member).unwrap();
        assert_eq!(fields[0], (Field::MemberPhone, &Value::from("1")));
        for number in [0, u16::MAX] {
            let odd = PulledEdit { bases: vec![(number, Value::Null)], ..edit.clone() };
            assert_eq!(odd.fields(Kind::Member), None);
        }
    }

    #[test]
    fn a_word_is_a_word() {
        assert_eq!(["import", "hand_out", ""].map(label_of), ["import", "hand_out", ""]);
        assert_eq!(["Import", "<b>", "导入", &"a".repeat(33)].map(label_of), ["", "", "", ""]);
    }

    #[test]
    fn batches_of_older_programs_are_none() {
        let id = RecordId::from_parts(1, [1; 10]);
        let batch = PushedBatch { first: 3, id: Some(id.into()), label: "import".into() };
        let line = serde_json::to_string(&batch).unwrap();
        assert_eq!(serde_json::from_str::<PushedBatch>(&line).unwrap(), batch);
        let header = r#"{"protocol":1,"replica":"x","epoch":1,"acked":0,"first":1}"#;
        assert!(serde_json::from_str::<crate::PushHeader>(header).unwrap().batches.is_empty());
    }
}
