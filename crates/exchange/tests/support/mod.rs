//! A roster in memory for the tests: answers the importer and takes its edits.
#![allow(dead_code)]

pub mod packages;

use mingce_exchange::diff::{
    ApplyChoices, FaultyCells, GuardianKey, KnownExtras, KnownGuardian, KnownPlace, KnownTag, MemberKey,
    NewDepartments, NewTags, Plan, PlanOptions, Roster, RowsTaken, edits, plan_import,
};
use mingce_exchange::oneroster::KnownPlaces;
use mingce_exchange::read::{Limits, open_bytes_knowing};
use mingce_exchange::shape::{HeadingRow, Mapping, Shape, custom_headings, find_shape_with};
use mingce_exchange::unwatched;
use mingce_exchange::write::{ExportGuardian, ExportPlace, ExportRow, Language};
use mingce_model::custom::{CustomField, tags_text, value_id};
use mingce_model::guardians::may_confirm;
use mingce_model::tree::{Department, Tree};
use mingce_model::{DepartmentId, Edit, Field, Kind, Record, RecordId, Verb, chips};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

pub const TODAY: jiff::civil::Date = jiff::civil::date(2026, 9, 1);

#[derive(Clone, Default, PartialEq, Debug)]
pub struct MemoryRoster {
    pub records: BTreeMap<(Kind, RecordId), Record>,
    pub ids: u64,
}

impl MemoryRoster {
    pub fn new_id(&mut self) -> RecordId {
        self.ids += 1;
        RecordId::from_parts(1_700_000_000_000 + self.ids, [7; 10])
    }
    pub fn insert(&mut self, record: Record) {
        self.records.insert((record.kind, record.id), record);
    }
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.records
            .range((kind, RecordId::from_slice(&[0; 16]).unwrap())..)
            .map(|(_, it)| it)
            .take_while(move |it| it.kind == kind)
    }
    pub fn member(&self, name: &str) -> &Record {
        self.all(Kind::Member).find(|it| it.text(Field::MemberName) == Some(name)).expect("a member of that name")
    }
    pub fn tree(&self) -> Tree {
        Tree::new(self.all(Kind::Department).filter_map(Department::from_record))
    }
    pub fn fields(&self) -> Vec<CustomField> {
        self.all(Kind::CustomField).filter_map(CustomField::from_record).collect()
    }
    /// What the member has in the field of that name.
    pub fn custom(&self, member: RecordId, name: &str) -> Option<String> {
        let field = self.fields().into_iter().find(|field| field.name == name).expect("a field of that name");
        let record = self.records.get(&(Kind::CustomValue, value_id(member, field.id)))?;
        record.text(Field::CustomValueValue).map(str::to_owned)
    }
    pub fn tags_of(&self, member: RecordId) -> Vec<RecordId> {
        let of = |it: &&Record| it.reference(Field::TaggingMember) == Some(member);
        self.all(Kind::Tagging).filter(of).filter_map(|it| it.reference(Field::TaggingTag)).collect()
    }
    pub fn tag_text(&self, member: RecordId) -> String {
        let mine = self.tags_of(member);
        let mine = self.all(Kind::Tag).filter(|tag| mine.contains(&tag.id));
        tags_text(mine.filter_map(|tag| tag.text(Field::TagName)))
    }
    /// Headings of the columns that `export_rows` adds.
    pub fn more_headings(&self, language: Language) -> Vec<String> {
        let tags = if language == Language::Chinese { "标签" } else { "Tags" };
        std::iter::once(tags.to_owned()).chain(custom_headings(&self.fields(), language)).collect()
    }
    pub fn places_of(&self, member: RecordId) -> Vec<KnownPlace> {
        self.all(Kind::Affiliation)
            .filter(|it| it.reference(Field::AffiliationMember) == Some(member))
            .filter_map(|it| {
                Some(KnownPlace {
                    affiliation: it.id,
                    department: it.reference(Field::AffiliationDepartment)?,
                    role: it.text(Field::AffiliationRole).map(str::to_owned),
                    says_more: it.text(Field::AffiliationTitle).is_some(),
                })
            })
            .collect()
    }
    pub fn path_of(&self, member: &Record) -> Option<String> {
        member.reference(Field::MemberDepartment).map(|id| self.tree().path(DepartmentId(id)))
    }
    pub fn guardians(&self, member: RecordId) -> Vec<KnownGuardian> {
        self.all(Kind::Guardianship)
            .filter(|it| it.reference(Field::GuardianshipMember) == Some(member))
            .filter_map(|it| {
                let guardian = it.reference(Field::GuardianshipGuardian)?;
                let record = &self.records[&(Kind::Guardian, guardian)];
                Some(KnownGuardian {
                    guardianship: it.id,
                    guardian,
                    name: record.text(Field::GuardianName)?.to_owned(),
                    phone: record.text(Field::GuardianPhone).map(str::to_owned),
                    relation: it.text(Field::GuardianshipRelation).map(str::to_owned),
                    may_confirm: may_confirm(it),
                })
            })
            .collect()
    }

    /// Makes an edit; its bases must hold.
    pub fn apply(&mut self, edit: &Edit) {
        let key = (edit.kind, edit.id);
        if edit.verb == Verb::Create {
            assert!(!self.records.contains_key(&key), "made twice");
            self.records.insert(key, Record::empty(edit.kind, edit.id));
        }
        if edit.verb == Verb::Remove {
            let removed = self.records.remove(&key).expect("what is removed was there");
            for change in &edit.changes {
                assert_eq!(removed.get(change.field), &change.base, "{:?}", change.field);
            }
            return;
        }
        let record = self.records.get_mut(&key).expect("edits of what is there");
        for change in &edit.changes {
            assert_eq!(record.get(change.field), &change.base, "{:?}", change.field);
            record.set(change.field, change.new.clone());
        }
        for (field, finding) in mingce_model::check::check_record(&mut record.clone(), TODAY) {
            assert!(!finding.is_problem(), "{field:?} {finding:?}");
        }
        let references: Vec<(Kind, RecordId)> = edit
            .changes
            .iter()
            .filter_map(|change| match change.field.form() {
                mingce_model::Form::Ref(kind) => Some((kind, change.new.as_text()?.parse().unwrap())),
                _ => None,
            })
            .collect();
        for reference in references {
            assert!(self.records.contains_key(&reference), "refers to what is not there yet");
        }
    }

    pub fn apply_plan(&mut self, plan: &Plan, choices: ApplyChoices) -> Vec<Edit> {
        let mut next = self.ids;
        let mut new_id = || {
            next += 1;
            RecordId::from_parts(1_700_000_000_000 + next, [7; 10])
        };
        let edits: Vec<Edit> = edits(plan, choices, &mut new_id).collect();
        self.ids = next;
        for edit in &edits {
            self.apply(edit);
        }
        edits
    }

    pub fn export_rows(&self) -> Vec<ExportRow> {
        let tree = self.tree();
        self.all(Kind::Member)
            .map(|member| ExportRow {
                member: member.clone(),
                invited_on: "2026-08-20".into(),
                joined_on: String::new(),
                department: member.reference(Field::MemberDepartment).map(|id| tree.path(DepartmentId(id))),
                guardians: self
                    .guardians(member.id)
                    .into_iter()
                    .map(|it| ExportGuardian {
                        name: it.name,
                        phone: it.phone,
                        relation: it.relation,
                        may_confirm: it.may_confirm,
                    })
                    .collect(),
                places: self
                    .places_of(member.id)
                    .into_iter()
                    .map(|it| {
                        let path = tree.path(DepartmentId(it.department));
                        ExportPlace { department: it.department, path, role: it.role }
                    })
                    .collect(),
                more: std::iter::once(self.tag_text(member.id))
                    .chain(self.fields().iter().map(|field| self.custom(member.id, &field.name).unwrap_or_default()))
                    .collect(),
            })
            .collect()
    }
}

impl Roster for MemoryRoster {
    type Error = Infallible;

    fn is_empty(&mut self) -> Result<bool, Infallible> {
        Ok(self.all(Kind::Member).next().is_none())
    }
    fn departments(&mut self) -> Result<Vec<Department>, Infallible> {
        Ok(self.all(Kind::Department).filter_map(Department::from_record).collect())
    }
    fn find_members(&mut self, keys: &[MemberKey<'_>]) -> Result<Vec<Vec<Record>>, Infallible> {
        let text = |record: &Record, field: Field, wanted: &str| record.text(field) == Some(wanted);
        let fits = |record: &Record, key: &MemberKey<'_>| match *key {
            MemberKey::Id(id) => record.id == id,
            MemberKey::CardNumber(number) => text(record, Field::MemberCardNumber, number),
            MemberKey::DocumentNumber(number) => text(record, Field::MemberDocumentNumber, number),
            MemberKey::PermitHolder(start) => {
                record.text(Field::MemberDocumentNumber).is_some_and(|number| number.starts_with(start))
            }
            MemberKey::Name(name) => text(record, Field::MemberName, name),
        };
        Ok(keys
            .iter()
            .map(|key| self.all(Kind::Member).filter(|record| fits(record, key)).cloned().collect())
            .collect())
    }
    fn guardians_of(&mut self, members: &[RecordId]) -> Result<Vec<Vec<KnownGuardian>>, Infallible> {
        Ok(members.iter().map(|member| self.guardians(*member)).collect())
    }
    fn find_guardians(&mut self, keys: &[GuardianKey<'_>]) -> Result<Vec<Option<RecordId>>, Infallible> {
        Ok(keys
            .iter()
            .map(|key| {
                self.all(Kind::Guardian)
                    .find(|it| {
                        it.text(Field::GuardianName) == Some(key.name)
                            && it.text(Field::GuardianPhone) == Some(key.phone)
                    })
                    .map(|it| it.id)
            })
            .collect())
    }
    fn affiliations_of(&mut self, members: &[RecordId]) -> Result<Vec<Vec<KnownPlace>>, Infallible> {
        Ok(members.iter().map(|member| self.places_of(*member)).collect())
    }
    fn tags(&mut self) -> Result<Vec<KnownTag>, Infallible> {
        let known = |tag: &Record| KnownTag {
            id: tag.id,
            name: tag.text(Field::TagName).unwrap_or_default().to_owned(),
            position: tag.int(Field::TagPosition),
        };
        Ok(self.all(Kind::Tag).map(known).collect())
    }
    fn extras_of(&mut self, members: &[RecordId]) -> Result<Vec<KnownExtras>, Infallible> {
        let of = |member: &RecordId| KnownExtras {
            values: self
                .all(Kind::CustomValue)
                .filter(|it| it.reference(Field::CustomValueMember) == Some(*member))
                .filter_map(|it| {
                    Some((it.reference(Field::CustomValueField)?, it.get(Field::CustomValueValue).clone()))
                })
                .collect(),
            tags: self.tags_of(*member),
        };
        Ok(members.iter().map(of).collect())
    }
    fn holders(&mut self, values: &[(RecordId, &str)]) -> Result<Vec<Vec<RecordId>>, Infallible> {
        let of = |(field, text): &(RecordId, &str)| {
            self.all(Kind::CustomValue)
                .filter(|it| it.reference(Field::CustomValueField) == Some(*field))
                .filter(|it| it.text(Field::CustomValueValue) == Some(text))
                .filter_map(|it| it.reference(Field::CustomValueMember))
                .collect()
        };
        Ok(values.iter().map(of).collect())
    }
    fn chip_holders(&mut self, numbers: &[&str]) -> Result<Vec<Vec<RecordId>>, Infallible> {
        let has = |member: &Record, number: &str| {
            chips::numbers(member.text(Field::MemberChipNumbers).unwrap_or_default()).any(|other| other == number)
        };
        let of = |number: &&str| self.all(Kind::Member).filter(|it| has(it, number)).map(|it| it.id).collect();
        Ok(numbers.iter().map(of).collect())
    }
    fn each_member(&mut self, each: &mut dyn FnMut(&Record)) -> Result<(), Infallible> {
        self.all(Kind::Member).for_each(each);
        Ok(())
    }
}

pub fn options() -> PlanOptions {
    PlanOptions {
        today: TODAY,
        organisation_name: Some("第一中学".into()),
        organisation_kind: "school".into(),
        under: None,
        mirror: None,
        answers: HashMap::new(),
        corrections: Default::default(),
        fields: Vec::new(),
    }
}

pub const ALL_IN: ApplyChoices = ApplyChoices {
    new_departments: NewDepartments::Create,
    new_tags: NewTags::Create,
    faulty_cells: FaultyCells::LeaveRowOut,
    rows: RowsTaken::All,
    leaving_confirmed: None,
};

/// Opens the bytes and understands the default sheet.
pub fn understand(bytes: Vec<u8>) -> (mingce_exchange::read::Workbook, String, Shape) {
    understand_with(bytes, &[])
}

pub fn understand_with(bytes: Vec<u8>, fields: &[CustomField]) -> (mingce_exchange::read::Workbook, String, Shape) {
    understand_knowing(bytes, fields, &KnownPlaces::new())
}

/// A package that tells of changes, where it is known which departments its ids are.
pub fn plan_knowing(bytes: Vec<u8>, roster: &mut MemoryRoster, places: &KnownPlaces) -> Plan {
    let options = PlanOptions { fields: roster.fields(), ..options() };
    let (mut workbook, sheet, shape) = understand_knowing(bytes, &options.fields, places);
    let mapping = shape.proposed.clone();
    unwatched(|run| plan_import(&mut workbook, &sheet, &shape, &mapping, roster, &options, run)).unwrap()
}

fn understand_knowing(
    bytes: Vec<u8>,
    fields: &[CustomField],
    places: &KnownPlaces,
) -> (mingce_exchange::read::Workbook, String, Shape) {
    let mut workbook = open_bytes_knowing(bytes, &Limits::default(), places).unwrap();
    let sheet = workbook.default_sheet().name.clone();
    let shape =
        unwatched(|run| find_shape_with(&mut workbook, &sheet, fields, HeadingRow::Find { named: &[] }, run)).unwrap();
    (workbook, sheet, shape)
}

pub fn plan_wanted(bytes: Vec<u8>, roster: &mut MemoryRoster, options: &PlanOptions) -> Plan {
    let options = PlanOptions { fields: roster.fields(), ..options.clone() };
    let (mut workbook, sheet, shape) = understand_with(bytes, &options.fields);
    let mapping = shape.proposed.clone();
    unwatched(|run| plan_import(&mut workbook, &sheet, &shape, &mapping, roster, &options, run)).unwrap()
}

pub fn plan_with(bytes: Vec<u8>, roster: &mut MemoryRoster, adjust: impl FnOnce(&Shape, &mut Mapping)) -> Plan {
    let options = PlanOptions { fields: roster.fields(), ..options() };
    let (mut workbook, sheet, shape) = understand_with(bytes, &options.fields);
    let mut mapping = shape.proposed.clone();
    adjust(&shape, &mut mapping);
    unwatched(|run| plan_import(&mut workbook, &sheet, &shape, &mapping, roster, &options, run)).unwrap()
}

pub fn plan(bytes: impl Into<Vec<u8>>, roster: &mut MemoryRoster) -> Plan {
    plan_with(bytes.into(), roster, |_, _| ())
}
