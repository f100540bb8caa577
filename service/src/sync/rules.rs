//! The rules an edit must keep beside its base: rights to fields, forms of values, references, natural keys.
//!
//! The desktop has checked all of it already; here it is checked again because the service trusts nobody.

use super::apply::{Applier, Stop};
use super::departments::{comes_back, find_tree_refusal, is_archived, is_in_use};
use mingce_model::check::{Finding, Problem, check_stored};
use mingce_model::tree::{SEPARATORS, TreeProblem, name_key};
use mingce_model::{Field, Form, Kind, Owner, PhotoHash, Record, RecordId, Value, chips};
use mingce_protocol::{Limit, OpCode, PHOTO_MISSING};

/// Why an edit was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    pub code: OpCode,
    pub fields: Vec<Field>,
    pub rule: Option<&'static str>,
    pub other: Option<RecordId>,
}

impl Refusal {
    pub fn rejected(fields: Vec<Field>, rule: &'static str) -> Self {
        Self { code: OpCode::Rejected, fields, rule: Some(rule), other: None }
    }
    pub fn plain(code: OpCode) -> Self {
        Self { code, fields: Vec::new(), rule: None, other: None }
    }
    /// The account may not do this at all.
    pub fn beyond(limit: Limit) -> Self {
        Self { code: OpCode::Forbidden, fields: Vec::new(), rule: Some(limit.word()), other: None }
    }
    pub fn forbidden_by(rule: &'static str, field: Field) -> Self {
        Self { code: OpCode::Forbidden, fields: vec![field], rule: Some(rule), other: None }
    }
    pub fn forbidden(fields: Vec<Field>) -> Self {
        Self { code: OpCode::Forbidden, fields, rule: None, other: None }
    }
    pub fn duplicate(field: Field, other: RecordId) -> Self {
        Self { code: OpCode::Duplicate, fields: vec![field], rule: None, other: Some(other) }
    }
}

/// Refuses fields that only the service writes, unless the value is what stands there already.
pub(super) fn check_owners(now: &Record, wanted: &Record, fields: &[Field]) -> Result<(), Stop> {
    let taken: Vec<Field> = fields
        .iter()
        .copied()
        .filter(|field| field.owner() == Owner::Service && now.get(*field) != wanted.get(*field))
        .collect();
    if taken.is_empty() { Ok(()) } else { Err(Refusal::forbidden(taken).into()) }
}

/// Only who may not confirm is written down.
fn check_may_confirm(wanted: &Record) -> Result<(), Stop> {
    let field = Field::GuardianshipMayConfirm;
    match wanted.get(field) {
        Value::Null | Value::Int(0) => Ok(()),
        _ => Err(Refusal::rejected(vec![field], "not_canonical").into()),
    }
}

impl Applier<'_> {
    /// Checks the record's values at `fields` and what depends on them. A value must be in its stored form already.
    pub(super) fn check_values(&self, wanted: &Record, fields: &[Field]) -> Result<(), Stop> {
        let mut concerned = fields.to_vec();
        for (field, depends) in [
            (Field::MemberDocumentKind, Field::MemberDocumentNumber),
            (Field::MemberValidFrom, Field::MemberValidUntil),
        ] {
            if fields.contains(&field) && !fields.contains(&depends) {
                concerned.push(depends);
            }
        }
        concerned.sort_unstable();
        let (findings, mut odd) = check_stored(wanted, &concerned, self.today);
        for (field, finding) in findings {
            if let Finding::Problem(problem) = finding
                && concerned.contains(&field)
            {
                return Err(Refusal::rejected(vec![field], problem.code()).into());
            }
        }
        odd.retain(|field| fields.contains(field));
        if odd.is_empty() { Ok(()) } else { Err(Refusal::rejected(odd, "not_canonical").into()) }
    }

    /// Checks what `fields` of the record refer to and that its natural keys are its own.
    pub(super) fn check_relations(&mut self, wanted: &Record, fields: &[Field]) -> Result<(), Stop> {
        for field in fields {
            if let Form::Ref(kind) = field.form()
                && let Some(id) = wanted.reference(*field)
            {
                self.check_reference(wanted, *field, (kind, id))?;
            }
        }
        match wanted.kind {
            Kind::Department => self.check_department(wanted, fields),
            Kind::Member => self.check_member(wanted, fields),
            Kind::Invitation if fields.contains(&Field::InvitationTokenHash) => self.check_token_hash(wanted),
            Kind::CustomField => self.check_custom_field(wanted, fields),
            Kind::CustomValue => self.check_custom_value(wanted),
            Kind::Tag => self.check_tag(wanted, fields),
            Kind::Layout => self.check_layout(wanted, fields),
            Kind::Tagging | Kind::Distinction => self.check_due_id(wanted),
            Kind::Guardianship => check_may_confirm(wanted),
            _ => Ok(()),
        }
    }

    /// Checks that nothing would be left hanging in the air.
    pub(super) fn check_removal(&mut self, record: &Record) -> Result<(), Stop> {
        if record.kind == Kind::Department
            && is_in_use(self.journal.transaction, self.journal.organisation.key, record.id)?
        {
            return Err(Refusal::rejected(Vec::new(), "department_not_empty").into());
        }
        if record.kind == Kind::CustomField {
            return self.check_unused(record.id);
        }
        Ok(())
    }

    fn check_department(&mut self, wanted: &Record, fields: &[Field]) -> Result<(), Stop> {
        let key = self.journal.organisation.key;
        if fields.contains(&Field::DepartmentParent) || fields.contains(&Field::DepartmentState) {
            // What is open may be archived after this, and the other way round.
            self.live.retain(|(kind, _)| *kind != Kind::Department);
        }
        let name = wanted.text(Field::DepartmentName).unwrap_or_default();
        if fields.contains(&Field::DepartmentName) && name.contains(SEPARATORS) {
            let rule = Problem::DepartmentNameSeparator.code();
            return Err(Refusal::rejected(vec![Field::DepartmentName], rule).into());
        }
        if fields.contains(&Field::DepartmentParent) {
            let parent = wanted.reference(Field::DepartmentParent);
            if let Some(refusal) = find_tree_refusal(self.journal.transaction, key, wanted.id, parent)? {
                return Err(refusal.into());
            }
        }
        if fields.contains(&Field::DepartmentParent) || fields.contains(&Field::DepartmentName) {
            return self.check_sibling_names(wanted);
        }
        Ok(())
    }

    fn check_member(&mut self, wanted: &Record, fields: &[Field]) -> Result<(), Stop> {
        if fields.contains(&Field::MemberPhoto)
            && let Some(hash) = PhotoHash::from_value(wanted.get(Field::MemberPhoto))
            && !self.journal.transaction.has_photo(self.journal.organisation.key, hash)?
        {
            return Err(Refusal::rejected(vec![Field::MemberPhoto], PHOTO_MISSING).into());
        }
        if fields.contains(&Field::MemberCardNumber) {
            self.check_unique(wanted, Field::MemberCardNumber)?;
        }
        if fields.contains(&Field::MemberChipNumbers) {
            self.check_chips(wanted)?;
        }
        Ok(())
    }

    /// A chip leads to one member.
    fn check_chips(&mut self, wanted: &Record) -> Result<(), Stop> {
        let organisation = self.journal.organisation.key;
        for number in chips::numbers(wanted.text(Field::MemberChipNumbers).unwrap_or_default()) {
            let holders = self.journal.transaction.find_chip(organisation, number, 2)?;
            if let Some(other) = holders.into_iter().find(|holder| *holder != wanted.id) {
                return Err(Refusal::duplicate(Field::MemberChipNumbers, other).into());
            }
        }
        Ok(())
    }

    /// Siblings' names differ by more than width and case.
    fn check_sibling_names(&mut self, wanted: &Record) -> Result<(), Stop> {
        let parent = wanted.reference(Field::DepartmentParent);
        let name = name_key(wanted.text(Field::DepartmentName).unwrap_or_default());
        let organisation = self.journal.organisation.key;
        let siblings = self.journal.transaction.load_departments_below(organisation, parent)?;
        match siblings.into_iter().find(|(id, sibling)| *id != wanted.id && name_key(sibling) == name) {
            Some((other, _)) => {
                let mut refusal = Refusal::duplicate(Field::DepartmentName, other);
                refusal.rule = Some(TreeProblem::NameTaken.code());
                Err(refusal.into())
            }
            None => Ok(()),
        }
    }

    /// Refuses when another live record holds the same value at `field`.
    fn check_unique(&mut self, wanted: &Record, field: Field) -> Result<(), Stop> {
        let value = wanted.get(field);
        if value.is_null() {
            return Ok(());
        }
        let organisation = self.journal.organisation.key;
        let holders = self.journal.transaction.find_live(organisation, wanted.kind, &[(field, value)], 2)?;
        match holders.into_iter().find(|holder| *holder != wanted.id) {
            Some(other) => Err(Refusal::duplicate(field, other).into()),
            None => Ok(()),
        }
    }

    /// A scanned code must lead to one invitation only, in whatever organisation.
    fn check_token_hash(&mut self, wanted: &Record) -> Result<(), Stop> {
        let Some(hash) = wanted.text(Field::InvitationTokenHash) else { return Ok(()) };
        match self.journal.transaction.find_invitation(hash)? {
            Some((organisation, id)) if organisation.key == self.journal.organisation.key => {
                if id == wanted.id {
                    Ok(())
                } else {
                    Err(Refusal::duplicate(Field::InvitationTokenHash, id).into())
                }
            }
            Some(_) => Err(Refusal::rejected(vec![Field::InvitationTokenHash], "token_hash_taken").into()),
            None => Ok(()),
        }
    }

    /// Refuses a reference to what is not there, and one that puts something into an archived department.
    fn check_reference(&mut self, wanted: &Record, field: Field, (kind, id): (Kind, RecordId)) -> Result<(), Stop> {
        // Of departments only those in use are remembered.
        if self.live.contains(&(kind, id)) {
            return Ok(());
        }
        let key = self.journal.organisation.key;
        let is_live = self.journal.transaction.find_record(key, kind, id)?.is_some_and(|stored| !stored.is_deleted);
        if !is_live {
            return Err(Refusal::rejected(vec![field], "reference_missing").into());
        }
        if kind == Kind::Department && is_archived(self.journal.transaction, key, id)? {
            if comes_back(self.journal.transaction, key, wanted, field)? {
                return Ok(());
            }
            return Err(Refusal::rejected(vec![field], TreeProblem::Archived.code()).into());
        }
        self.live.insert((kind, id));
        Ok(())
    }
}
