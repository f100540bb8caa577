//! Cells of custom fields and tags, made into edits of the records behind them.

use crate::cells::{TAG_UNKNOWN, VALUE_TAKEN};
use crate::failure::{Outcome, told};
use crate::masking::MASKED_TEXT;
use crate::session::Session;
use mingce_model::custom::{CustomField, tag_names, tagging_id, value_id};
use mingce_model::mask::{CUSTOM_MASK, is_custom_mask};
use mingce_model::tree::name_key as text_key;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::{MemberRow, TagRow};
use std::collections::{HashMap, HashSet};

/// Names of tags as one cell.
pub(crate) fn tags_text(tags: &[TagRow]) -> String {
    mingce_model::custom::tags_text(tags.iter().map(|tag| tag.name.as_str()))
}

/// What one member has in custom fields and which tags, as the cells leave it.
pub(crate) struct ExtraCells {
    fields: HashMap<RecordId, CustomField>,
    /// Tags of the organisation by the key of their names.
    tags: HashMap<String, RecordId>,
    /// Values given out by this very operation in fields where none may be twice.
    taken: HashSet<(RecordId, String)>,
    present: Vec<(RecordId, Value)>,
    changed: Vec<(RecordId, Value)>,
    present_tags: Vec<RecordId>,
    wanted_tags: Option<Vec<RecordId>>,
}

impl ExtraCells {
    pub(crate) fn new(session: &Session) -> Outcome<Self> {
        let fields = told(session.store.custom_fields())?;
        let tags = told(session.store.tags())?;
        let key = |record: &Record| text_key(record.text(Field::TagName).unwrap_or_default());
        Ok(Self {
            fields: fields.into_iter().map(|field| (field.id, field)).collect(),
            tags: tags.iter().map(|(record, _)| (key(record), record.id)).collect(),
            taken: HashSet::new(),
            present: Vec::new(),
            changed: Vec::new(),
            present_tags: Vec::new(),
            wanted_tags: None,
        })
    }

    /// Begins with what the member has; `None` for a new one.
    pub(crate) fn begin(&mut self, member: Option<&MemberRow>) {
        self.present.clear();
        self.changed.clear();
        self.present_tags.clear();
        self.wanted_tags = None;
        if let Some(member) = member {
            self.present.extend(member.custom.iter().map(|(field, value)| (*field, Value::from(value.as_str()))));
            self.present_tags.extend(member.tags.iter().map(|tag| tag.id));
        }
    }

    /// Writes a text into a custom field; whether that changed anything.
    pub(crate) fn set(
        &mut self,
        session: &Session,
        member: RecordId,
        id: RecordId,
        text: &str,
    ) -> Outcome<Result<bool, &'static str>> {
        let Some(field) = self.fields.get(&id) else { return Ok(Err(crate::cells::READ_ONLY)) };
        if field.is_masked() && is_custom_mask(text) {
            let is_filled = self.present.iter().any(|(field, value)| *field == id && !value.is_null());
            let stands_for_it = is_filled && text.trim() == CUSTOM_MASK;
            return Ok(if stands_for_it { Ok(false) } else { Err(MASKED_TEXT) });
        }
        let value = match field.read(text) {
            Ok(value) => value,
            Err(problem) => return Ok(Err(problem.code())),
        };
        let present = self.present.iter().find(|(field, _)| *field == id).map_or(&Value::Null, |(_, value)| value);
        if *present == value {
            self.changed.retain(|(field, _)| *field != id);
            return Ok(Ok(false));
        }
        if field.is_unique
            && let Some(text) = value.as_text()
        {
            let holders = told(session.store.custom_holders(id, text, 2))?;
            if holders.iter().any(|holder| *holder != member) || !self.taken.insert((id, text.to_owned())) {
                return Ok(Err(VALUE_TAKEN));
            }
        }
        self.changed.retain(|(field, _)| *field != id);
        self.changed.push((id, value));
        Ok(Ok(true))
    }

    /// Takes the names as all the tags that the member shall have.
    pub(crate) fn set_tags(&mut self, text: &str) -> Result<bool, &'static str> {
        let mut wanted = Vec::new();
        for name in tag_names(text) {
            let tag = *self.tags.get(&text_key(name)).ok_or(TAG_UNKNOWN)?;
            if !wanted.contains(&tag) {
                wanted.push(tag);
            }
        }
        let has_changed =
            wanted.len() != self.present_tags.len() || wanted.iter().any(|tag| !self.present_tags.contains(tag));
        self.wanted_tags = Some(wanted);
        Ok(has_changed)
    }

    /// The edits that make it so.
    pub(crate) fn edits(&mut self, session: &Session, member: RecordId, edits: &mut Vec<Edit>) -> Outcome<()> {
        for (field, value) in std::mem::take(&mut self.changed) {
            edits.extend(value_edit(session, member, field, value)?);
        }
        let Some(wanted) = self.wanted_tags.take() else { return Ok(()) };
        for tag in wanted.iter().filter(|tag| !self.present_tags.contains(tag)) {
            edits.push(Edit::create(&tagging(member, *tag)));
        }
        for tag in self.present_tags.iter().filter(|tag| !wanted.contains(tag)) {
            edits.push(Edit::remove(&tagging(member, *tag)));
        }
        Ok(())
    }
}

/// The edit that gives the member the value. What was emptied before is a record that is there.
pub(crate) fn value_edit(session: &Session, member: RecordId, field: RecordId, value: Value) -> Outcome<Option<Edit>> {
    let id = value_id(member, field);
    Ok(match told(session.store.get(Kind::CustomValue, id))? {
        Some(before) => Edit::between(&before, &before.clone().with(Field::CustomValueValue, value)),
        None if value.is_null() => None,
        None => Some(Edit::create(&value_record(member, field, value))),
    })
}

pub(crate) fn value_record(member: RecordId, field: RecordId, value: Value) -> Record {
    Record::empty(Kind::CustomValue, value_id(member, field))
        .with(Field::CustomValueMember, member)
        .with(Field::CustomValueField, field)
        .with(Field::CustomValueValue, value)
}

pub(crate) fn tagging(member: RecordId, tag: RecordId) -> Record {
    Record::empty(Kind::Tagging, tagging_id(member, tag))
        .with(Field::TaggingMember, member)
        .with(Field::TaggingTag, tag)
}
