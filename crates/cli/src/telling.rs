//! Fields and values of the roster as people read them on a terminal.

use crate::print::Printer;
use mingce_ipc::Failure;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::CustomFieldRow;

pub(crate) struct Telling {
    fields: Vec<CustomFieldRow>,
    photo: String,
}

impl Telling {
    pub(crate) fn new(app: &impl Calls, printer: &Printer) -> Result<Self, Failure> {
        Ok(Self::of(app.custom_fields(Nothing {})?, printer.say("照片", "photo")))
    }

    fn of(fields: Vec<CustomFieldRow>, photo: &str) -> Self {
        Self { fields, photo: photo.to_owned() }
    }

    /// A field of ours is called by its word, one of the organisation's by its name.
    pub(crate) fn field(&self, word: &str) -> String {
        let id = word.strip_prefix("custom:");
        let named = self.fields.iter().find(|field| Some(field.id.as_str()) == id);
        named.map_or(word, |field| field.name.as_str()).to_owned()
    }

    /// Values of one field that stand beside one another. Of photos the hash tells nobody anything: they are numbered, so
    /// that two that differ are seen to.
    pub(crate) fn values<const N: usize>(&self, field: &str, values: [&str; N]) -> [String; N] {
        if field != "photo" {
            return values.map(str::to_owned);
        }
        let mut seen: Vec<&str> = Vec::new();
        values.map(|hash| {
            if hash.is_empty() {
                return String::new();
            }
            let known = seen.iter().position(|other| *other == hash);
            let number = known.unwrap_or_else(|| {
                seen.push(hash);
                seen.len() - 1
            });
            format!("{} {}", self.photo, number + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_photo_is_seen_to_have_changed_without_its_hash() {
        let telling = Telling::of(Vec::new(), "照片");
        assert_eq!(telling.values("photo", ["", "ab12"]), ["", "照片 1"]);
        assert_eq!(telling.values("photo", ["ab12", "cd34"]), ["照片 1", "照片 2"]);
        assert_eq!(telling.values("photo", ["ab12", "ab12", "cd34"]), ["照片 1", "照片 1", "照片 2"]);
        assert_eq!(telling.values("note", ["ab12", ""]), ["ab12", ""]);
    }

    #[test]
    fn a_field_of_the_organisation_is_called_by_its_name() {
        let id = "019a0000-0000-7000-8000-000000000001";
        let telling = Telling::of(vec![crate::verbs::defined(id, "住宿")], "photo");
        assert_eq!(telling.field(&format!("custom:{id}")), "住宿");
        assert_eq!(telling.field("phone"), "phone");
        assert_eq!(telling.field("custom:gone"), "custom:gone");
    }
}
