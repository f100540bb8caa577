//! The organisation's tags, and those that the file would make.

use super::roster::KnownTag;
use mingce_model::RecordId;
use mingce_model::custom::TAGS_MAX;
use mingce_model::tree::name_key;
use std::collections::HashMap;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PlannedTag {
    pub name: String,
    /// None of one that would have to be made.
    pub id: Option<RecordId>,
    /// New ones stand behind the others, in the order in which the file names them.
    pub position: Option<i64>,
    /// Whether a row that goes in has it.
    pub is_needed: bool,
}

/// By number: those on the roster first, in their order.
#[derive(Default, Debug)]
pub(crate) struct PlannedTags {
    all: Vec<PlannedTag>,
    by_key: HashMap<String, u32>,
    by_id: HashMap<RecordId, u32>,
    last_position: i64,
}

impl PlannedTags {
    pub(crate) fn new(known: Vec<KnownTag>) -> Self {
        let mut tags = Self::default();
        for KnownTag { id, name, position } in known {
            let number = tags.all.len() as u32;
            tags.by_key.entry(name_key(&name)).or_insert(number);
            tags.by_id.insert(id, number);
            tags.last_position = tags.last_position.max(position.unwrap_or(0));
            tags.all.push(PlannedTag { name, id: Some(id), position, is_needed: false });
        }
        tags
    }

    /// The tag of that name, made if need be; `None` when there is no room for another.
    pub(crate) fn of_name(&mut self, name: &str) -> Option<u32> {
        let key = name_key(name);
        if let Some(number) = self.by_key.get(&key) {
            return Some(*number);
        }
        if self.all.len() >= TAGS_MAX {
            return None;
        }
        let number = self.all.len() as u32;
        self.by_key.insert(key, number);
        self.last_position = self.last_position.saturating_add(1);
        let position = Some(self.last_position);
        self.all.push(PlannedTag { name: name.to_owned(), id: None, position, is_needed: false });
        Some(number)
    }

    pub(crate) fn of_id(&self, id: RecordId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The first tag that is called like this one.
    pub(crate) fn first_of_name(&self, number: u32) -> u32 {
        self.by_key.get(&name_key(self.name(number))).copied().unwrap_or(number)
    }

    /// Finds a tag that was found before.
    pub(crate) fn find(&self, name: &str) -> Option<(usize, &PlannedTag)> {
        let number = *self.by_key.get(&name_key(name))? as usize;
        Some((number, &self.all[number]))
    }

    pub(crate) fn name(&self, number: u32) -> &str {
        &self.all[number as usize].name
    }

    pub(crate) fn need_those(&mut self, is_needed: impl Fn(u32) -> bool) {
        for (number, tag) in (0_u32..).zip(&mut self.all) {
            tag.is_needed = is_needed(number);
        }
    }

    /// Whether there is no room for another: then it depends on the order of the rows which there are.
    pub(crate) fn is_full(&self) -> bool {
        self.all.len() >= TAGS_MAX
    }

    pub(crate) fn all(&self) -> &[PlannedTag] {
        &self.all
    }
}
