//! Everybody at a glance, for work that compares all members with each other: one pass, nothing kept.

use crate::{Store, StoreError, rows};
use mingce_model::RecordId;
use rusqlite::types::ValueRef;
use std::ops::ControlFlow;

/// What a member is recognised by. Texts as stored, empty when there is none.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    pub id: RecordId,
    pub name: &'a str,
    /// `mingce_model::sort_key` of the name.
    pub name_key: &'a str,
    pub birth_date: &'a str,
    pub phone: &'a str,
    pub document_kind: &'a str,
    pub document_number: &'a str,
}

impl Store {
    /// Hands every member to `each`, in the order they were added, all as of one moment. `Break` ends it early.
    pub fn scan_people(&self, each: &mut dyn FnMut(Person<'_>) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.readers.read(|conn| {
            let sql =
                "SELECT id, name, name_key, birth_date, phone, document_kind, document_number FROM member ORDER BY row";
            let mut statement = conn.prepare_cached(sql)?;
            let mut found = statement.query([])?;
            while let Some(row) = found.next()? {
                let text = |column| match row.get_ref(column)? {
                    ValueRef::Text(text) => std::str::from_utf8(text).map_err(|_| StoreError::Damaged),
                    _ => Ok(""),
                };
                let person = Person {
                    id: rows::read_id(row.get_ref(0)?)?,
                    name: text(1)?,
                    name_key: text(2)?,
                    birth_date: text(3)?,
                    phone: text(4)?,
                    document_kind: text(5)?,
                    document_number: text(6)?,
                };
                if each(person).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }
}
