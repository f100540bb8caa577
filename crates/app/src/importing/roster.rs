//! The open roster as an import asks it.

use crate::session::Session;
use mingce_exchange::diff::{GuardianKey, KnownExtras, KnownGuardian, KnownPlace, KnownTag, MemberKey, Roster};
use mingce_model::tree::Department;
use mingce_model::{DepartmentId, Field, Kind, Record, RecordId, Value};
use mingce_store::StoreError;
use std::ops::ControlFlow;

/// Far more than bear one name even where a hundred thousand are on the roster.
const NAMESAKES_MAX: usize = 300;

/// Answers from the store, a batch of questions at a time.
pub(super) struct OpenRoster<'a> {
    pub(super) session: &'a Session,
}

impl OpenRoster<'_> {
    fn find(&self, key: &MemberKey<'_>) -> Result<Vec<Record>, StoreError> {
        let store = &self.session.store;
        let by = |field, text: &str| store.find_by(field, &Value::from(text), 50);
        match key {
            MemberKey::Id(id) => Ok(store.get(Kind::Member, *id)?.into_iter().collect()),
            MemberKey::CardNumber(number) => by(Field::MemberCardNumber, number),
            MemberKey::DocumentNumber(number) => by(Field::MemberDocumentNumber, number),
            MemberKey::PermitHolder(number) => store.find_by_prefix(Field::MemberDocumentNumber, number, 2),
            MemberKey::Name(name) => store.find_by(Field::MemberName, &Value::from(*name), NAMESAKES_MAX),
        }
    }
}

impl Roster for OpenRoster<'_> {
    type Error = StoreError;

    fn is_empty(&mut self) -> Result<bool, StoreError> {
        Ok(self.session.store.member_count()? == 0)
    }
    fn departments(&mut self) -> Result<Vec<Department>, StoreError> {
        let departments = self.session.store.departments()?;
        let as_model = |node: &mingce_store::DepartmentNode| Department {
            id: DepartmentId(node.id),
            parent: node.parent.map(DepartmentId),
            name: node.name.to_string(),
            kind: node.kind.to_string(),
            position: None,
            is_archived: node.is_archived,
        };
        Ok(departments.nodes().iter().map(as_model).collect())
    }
    fn find_members(&mut self, keys: &[MemberKey<'_>]) -> Result<Vec<Vec<Record>>, StoreError> {
        keys.iter().map(|key| self.find(key)).collect()
    }
    fn guardians_of(&mut self, members: &[RecordId]) -> Result<Vec<Vec<KnownGuardian>>, StoreError> {
        let of = |id: &RecordId| -> Result<Vec<KnownGuardian>, StoreError> {
            let guardians = self.session.store.member(*id)?.map(|row| row.guardians).unwrap_or_default();
            Ok(guardians
                .into_iter()
                .map(|row| KnownGuardian {
                    guardianship: row.guardianship,
                    guardian: row.guardian,
                    name: row.name,
                    phone: row.phone,
                    relation: row.relation,
                    may_confirm: row.may_confirm,
                })
                .collect())
        };
        members.iter().map(of).collect()
    }
    fn find_guardians(&mut self, keys: &[GuardianKey<'_>]) -> Result<Vec<Option<RecordId>>, StoreError> {
        let of = |key: &GuardianKey<'_>| -> Result<Option<RecordId>, StoreError> {
            let found = self.session.store.find_by(Field::GuardianPhone, &Value::from(key.phone), 50)?;
            Ok(found.iter().find(|record| record.text(Field::GuardianName) == Some(key.name)).map(|record| record.id))
        };
        keys.iter().map(of).collect()
    }
    fn each_member(&mut self, each: &mut dyn FnMut(&Record)) -> Result<(), StoreError> {
        self.session.store.scan(Kind::Member, &mut |record| {
            each(&record);
            ControlFlow::Continue(())
        })
    }
    fn affiliations_of(&mut self, members: &[RecordId]) -> Result<Vec<Vec<KnownPlace>>, StoreError> {
        let place = |record: &Record| {
            let says_more = [Field::AffiliationTitle, Field::AffiliationIdentity];
            Some(KnownPlace {
                affiliation: record.id,
                department: record.reference(Field::AffiliationDepartment)?,
                role: record.text(Field::AffiliationRole).map(str::to_owned),
                says_more: says_more.iter().any(|field| !record.get(*field).is_null()),
            })
        };
        let of = |id: &RecordId| -> Result<Vec<KnownPlace>, StoreError> {
            let found = self.session.store.find_by(Field::AffiliationMember, &Value::from(*id), 100)?;
            Ok(found.iter().filter_map(place).collect())
        };
        members.iter().map(of).collect()
    }
    fn tags(&mut self) -> Result<Vec<KnownTag>, StoreError> {
        let known = |tag: &Record| KnownTag {
            id: tag.id,
            name: tag.text(Field::TagName).unwrap_or_default().to_owned(),
            position: tag.int(Field::TagPosition),
        };
        Ok(self.session.store.tags()?.iter().map(|(tag, _)| known(tag)).collect())
    }
    fn extras_of(&mut self, members: &[RecordId]) -> Result<Vec<KnownExtras>, StoreError> {
        let mut found = self.session.store.extras_of(members)?;
        let known = |id: &RecordId| {
            let (values, tags) = found.remove(id).unwrap_or_default();
            KnownExtras { values, tags }
        };
        Ok(members.iter().map(known).collect())
    }
    fn holders(&mut self, values: &[(RecordId, &str)]) -> Result<Vec<Vec<RecordId>>, StoreError> {
        values.iter().map(|(field, text)| self.session.store.custom_holders(*field, text, 2)).collect()
    }
    fn chip_holders(&mut self, numbers: &[&str]) -> Result<Vec<Vec<RecordId>>, StoreError> {
        let ids = |members: Vec<Record>| members.iter().map(|member| member.id).collect();
        numbers.iter().map(|number| self.session.store.find_chip(number, 2).map(ids)).collect()
    }
}
