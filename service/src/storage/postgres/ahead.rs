//! Fetches what the edits of a push will ask for, all of it at once.

use super::super::{OrganisationKey, StorageError, Wanted};
use super::log::{ORGANISATION_COLUMNS, organisation_from};
use super::records::{sql, stored_from};
use super::transaction::PostgresTransaction;
use super::values::{Column, bytes_from, get, id_from, quoted, table, uuid};
use mingce_model::{Field, Kind, PhotoHash, Record, RecordId, Value};
use std::collections::{BTreeSet, HashMap, HashSet};
use tokio_postgres::types::ToSql;

/// How many records may hold a value that is looked up ahead.
const HOLDERS: usize = 64;

impl PostgresTransaction<'_> {
    /// Afterwards what is wanted is known, save what too many records hold.
    pub(super) fn fetch_ahead(&mut self, organisation: OrganisationKey, wanted: &Wanted) -> Result<(), StorageError> {
        self.enter(organisation)?;
        self.flush()?;
        let mut lookups: HashMap<Vec<Field>, Vec<Vec<Value>>> = HashMap::new();
        for filters in &wanted.live {
            let (fields, values): (Vec<Field>, Vec<Value>) = filters.iter().cloned().unzip();
            if !values.iter().any(Value::is_null) {
                lookups.entry(fields).or_default().push(values);
            }
        }
        let mut records: HashSet<(Kind, RecordId)> = wanted.records.clone();
        for (fields, values) in lookups {
            let Some(kind) = fields.first().map(|field| field.kind()) else { continue };
            self.fetch_lookups(organisation, &fields, &values)?;
            for values in &values {
                let filters: Vec<(Field, &Value)> = fields.iter().copied().zip(values).collect();
                records.extend(self.cache.find(kind, &filters).into_iter().flatten().map(|id| (kind, *id)));
            }
        }
        self.fetch(organisation, records.into_iter())?;
        self.expect_tokens(&wanted.token_hashes)?;
        self.expect_photos(organisation, &wanted.photos)
    }

    /// Fetches records that are not known yet.
    pub(super) fn fetch(
        &mut self,
        organisation: OrganisationKey,
        wanted: impl Iterator<Item = (Kind, RecordId)>,
    ) -> Result<(), StorageError> {
        let mut missing: HashMap<Kind, Vec<RecordId>> = HashMap::new();
        for (kind, id) in wanted.filter(|wanted| !self.cache.records.contains_key(wanted)) {
            missing.entry(kind).or_default().push(id);
        }
        let missing: Vec<(Kind, Vec<uuid::Uuid>)> =
            missing.into_iter().map(|(kind, ids)| (kind, ids.into_iter().map(uuid).collect())).collect();
        let values: Vec<[&(dyn ToSql + Sync); 2]> =
            missing.iter().map(|(_, ids)| [&organisation.0 as &(dyn ToSql + Sync), ids]).collect();
        let questions: Vec<_> =
            missing.iter().zip(&values).map(|((kind, _), values)| (sql(*kind).find.as_str(), &values[..])).collect();
        let answers = self.query_all(&questions)?;
        for ((kind, ids), rows) in missing.iter().zip(answers) {
            for row in &rows {
                let stored = stored_from(row, *kind)?;
                self.cache.learn(*kind, stored.record.id, Some(stored));
            }
            for id in ids {
                let id = RecordId::from_slice(id.as_bytes()).ok_or(StorageError::Inconsistent)?;
                self.cache.learn(*kind, id, None);
            }
        }
        Ok(())
    }

    /// Looks up which live records hold some values, for many values at once. What many hold stays unknown.
    fn fetch_lookups(
        &mut self,
        organisation: OrganisationKey,
        fields: &[Field],
        wanted: &[Vec<Value>],
    ) -> Result<(), StorageError> {
        let Some(kind) = fields.first().map(|field| field.kind()) else { return Ok(()) };
        let arrays: Vec<String> =
            fields.iter().enumerate().map(|(i, field)| format!("${}::{}", i + 2, Column::of(*field).array())).collect();
        let names: Vec<String> = (0..fields.len()).map(|i| format!("v{i}")).collect();
        let equal: Vec<String> =
            fields.iter().zip(&names).map(|(field, name)| format!("it.{}=one.{name}", quoted(*field))).collect();
        let text = format!(
            "SELECT one.place, found.id FROM unnest({}) WITH ORDINALITY AS one({}, place) CROSS JOIN LATERAL \
             (SELECT it.id FROM {} AS it WHERE it.organisation=$1 AND NOT it.is_deleted AND {} LIMIT {}) AS found",
            arrays.join(", "),
            names.join(", "),
            table(kind),
            equal.join(" AND "),
            HOLDERS + 1,
        );
        let mut gathered: Vec<Box<dyn ToSql + Sync + '_>> = vec![Box::new(organisation.0)];
        for (i, field) in fields.iter().enumerate() {
            gathered.push(Column::of(*field).gather(wanted.iter().map(|values| &values[i]))?);
        }
        let values: Vec<&(dyn ToSql + Sync)> = gathered.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
        let rows = self.query(&text, &values)?;
        let mut found: Vec<BTreeSet<RecordId>> = vec![BTreeSet::new(); wanted.len()];
        for row in &rows {
            let place = usize::try_from(get::<i64>(row, 0)? - 1).map_err(|_| StorageError::Inconsistent)?;
            found.get_mut(place).ok_or(StorageError::Inconsistent)?.insert(id_from(row, 1)?);
        }
        for (values, ids) in wanted.iter().zip(found) {
            if ids.len() <= HOLDERS {
                self.cache.learn_lookup(kind, fields, values.clone(), ids);
            }
        }
        Ok(())
    }

    fn expect_tokens(&mut self, hashes: &HashSet<String>) -> Result<(), StorageError> {
        if hashes.is_empty() {
            return Ok(());
        }
        let wanted: Vec<&str> = hashes.iter().map(String::as_str).collect();
        let text = format!(
            "SELECT {ORGANISATION_COLUMNS}, record_invitation.id, token_hash FROM record_invitation \
             JOIN organisation ON organisation.key=record_invitation.organisation \
             WHERE token_hash=ANY($1) AND NOT is_deleted"
        );
        let rows = self.query(&text, &[&wanted])?;
        for row in &rows {
            let found = (organisation_from(row)?, id_from(row, 5)?);
            self.cache.tokens.insert(get(row, 6)?, Some(found));
        }
        for hash in hashes {
            self.cache.tokens.entry(hash.clone()).or_insert(None);
        }
        Ok(())
    }

    /// Follows an invitation's token where somebody may ask for it. What it was before is still known.
    pub(super) fn note_token(&mut self, after: &Record) {
        if after.kind != Kind::Invitation {
            return;
        }
        self.cache.tokens.retain(|_, found| found.is_none_or(|(_, id)| id != after.id));
        if let Some(hash) = after.text(Field::InvitationTokenHash) {
            self.cache.tokens.remove(hash);
        }
    }

    fn expect_photos(
        &mut self,
        organisation: OrganisationKey,
        photos: &HashSet<PhotoHash>,
    ) -> Result<(), StorageError> {
        if photos.is_empty() {
            return Ok(());
        }
        let wanted: Vec<&[u8]> = photos.iter().map(|hash| &hash.0[..]).collect();
        let rows =
            self.query("SELECT hash FROM photo WHERE organisation=$1 AND hash=ANY($2)", &[&organisation.0, &wanted])?;
        for row in &rows {
            self.cache.photos.insert(PhotoHash(bytes_from(row, 0)?));
        }
        Ok(())
    }
}
