//! Fields that the organisation defines, and tags.

use crate::roster::{Column, Members};
use mingce_model::RecordId;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

/// A column of a field that the organisation defined: `custom:` and the field's id.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, TS)]
#[ts(type = "`custom:${string}`")]
pub struct CustomColumn(pub RecordId);

const PREFIX: &str = "custom:";

impl std::fmt::Display for CustomColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

impl std::str::FromStr for CustomColumn {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        text.strip_prefix(PREFIX).and_then(|id| id.parse().ok()).map(Self).ok_or(())
    }
}

impl Serialize for CustomColumn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CustomColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(|()| D::Error::custom("a custom column is custom: and an id"))
    }
}

/// A field as it is defined now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CustomFieldRow {
    pub id: String,
    pub column: Column,
    pub name: String,
    /// `text`, `number`, `date`, `choice`, `yes_no`.
    pub form: String,
    pub choices: Vec<String>,
    pub is_required: bool,
    pub is_unique: bool,
    /// `ordinary`, `personal`, `sensitive`.
    pub data_class: String,
    pub is_archived: bool,
}

/// A choice as it shall be, and what it was called before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DefinedChoice {
    pub name: String,
    #[ts(optional)]
    pub was: Option<String>,
}

/// A new field, or a change of one. Its form never changes; a choice that is renamed takes the members' values along.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DefineField {
    #[ts(optional)]
    pub id: Option<String>,
    pub name: String,
    pub form: String,
    pub choices: Vec<DefinedChoice>,
    pub is_required: bool,
    pub is_unique: bool,
    pub data_class: String,
    #[serde(default)]
    #[ts(optional)]
    pub job: Option<String>,
}

/// Every field that is not archived, in the order they shall have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ArrangeFields {
    pub ids: Vec<String>,
}

/// An archived field is not shown; what members have in it stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ArchiveField {
    pub id: String,
    pub is_archived: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct TagRow {
    pub id: String,
    pub name: String,
    /// A word of `Field::TagColour`; empty for none.
    pub colour: String,
    /// Members who have it.
    pub count: u32,
}

/// A new tag, or a change of one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct DefineTag {
    #[ts(optional)]
    pub id: Option<String>,
    pub name: String,
    pub colour: String,
}

/// Every tag, in the order that they shall have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ArrangeTags {
    pub ids: Vec<String>,
}

/// Tags to give to and to take from all of the members, by id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct TagMembers {
    pub members: Members,
    pub add: Vec<String>,
    pub remove: Vec<String>,
    #[ts(optional)]
    pub job: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_read_as_it_is_written() {
        let id = RecordId::from_parts(1, [2; 10]);
        let column = Column::Custom(CustomColumn(id));
        let json = serde_json::to_value(column).unwrap();
        assert_eq!(json, format!("custom:{id}"));
        assert_eq!(serde_json::from_value::<Column>(json).unwrap(), column);
        assert_eq!(serde_json::from_value::<Column>("card_number".into()).unwrap(), Column::CardNumber);
        for wrong in ["custom:", "custom:1", "colour", ""] {
            assert!(serde_json::from_value::<Column>(wrong.into()).is_err(), "{wrong}");
        }
    }
}

/// Takes a tag from everybody who has it, and removes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RemoveTag {
    pub id: String,
    #[serde(default)]
    #[ts(optional)]
    pub job: Option<String>,
}
