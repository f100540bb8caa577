//! Custom fields as tests define them.

use crate::office::Office;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::custom::{DefineField, DefinedChoice};
use mingce_ipc::roster::Column;

/// A field that nobody must have, that may repeat, and that is not personal. A choice is between 住校 and 走读.
pub fn field(name: &str, form: &str) -> DefineField {
    let choices = if form == "choice" { vec!["住校", "走读"] } else { Vec::new() };
    DefineField {
        id: None,
        name: name.into(),
        form: form.into(),
        choices: choices.into_iter().map(|name| DefinedChoice { name: name.into(), was: None }).collect(),
        is_required: false,
        is_unique: false,
        data_class: "ordinary".into(),
        job: None,
    }
}

impl Office {
    /// Defines the field and answers its column.
    pub fn define(&self, wanted: DefineField) -> Column {
        let id = self.app.define_field(wanted).expect("the definition is sound").id;
        let fields = self.app.custom_fields(Nothing {}).expect("a roster is open");
        fields.into_iter().find(|field| field.id == id).expect("it is there").column
    }
}
