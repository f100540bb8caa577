//! Two members made one: shown side by side, then merged as one operation that undo takes back whole.

use crate::columns::{self, Source};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::session::{Session, version};
use crate::{belongings, cells_extra, masking, views};
use mingce_ipc::person::{Chosen, CompareMembers, Comparison, ComparisonLine, MergeMembers, Side, Together};
use mingce_ipc::roster::{Column, EditOutcome};
use mingce_ipc::{Code, Failure};
use mingce_model::check::Problem;
use mingce_model::guardians::{MAY_NOT_CONFIRM, may_confirm};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value, Verb, belonging, chips, choice_words};
use mingce_store::{Label, MemberRow};

/// Records of one kind that hang on one member at the most.
const BELONGING_MAX: usize = 10_000;

fn pair(session: &Session, kept: &str, gone: &str) -> Outcome<(MemberRow, MemberRow)> {
    let (kept, gone) = (departments::id(kept)?, departments::id(gone)?);
    if kept == gone {
        return Err(Code::Malformed.into());
    }
    let load = |id| told(session.store.member(id))?.ok_or_else(|| Failure::from(Code::NotFound));
    Ok((load(kept)?, load(gone)?))
}

/// Columns in which only one value can stay. Guardians and tags add up; how far somebody has joined is not chosen.
fn compared(session: &Session) -> Outcome<Vec<Column>> {
    let all = columns::all(session)?;
    Ok(all
        .into_iter()
        .filter(|column| match columns::source(*column) {
            Source::Member(_) | Source::DepartmentPath | Source::Photo | Source::Custom(_) => true,
            Source::Guardian(_) | Source::JoinState | Source::InvitedOn | Source::JoinedOn | Source::Tags => false,
        })
        .collect())
}

pub(crate) fn compare(session: &Session, wanted: &CompareMembers) -> Outcome<Comparison> {
    let (kept, gone) = pair(session, &wanted.kept, &wanted.gone)?;
    let now_ms = session.host.now_ms();
    let customs = told(session.store.custom_fields())?;
    let comes_from_archive = is_put_away(session, gone.member.reference(Field::MemberDepartment))?;
    let lines: Vec<ComparisonLine> = compared(session)?
        .into_iter()
        .map(|column| {
            let (of_kept, of_gone) = (views::cell(&kept, column, now_ms), views::cell(&gone, column, now_ms));
            let masked = |id: RecordId, text: String| masking::cell(session, &customs, id, column, text);
            let both = match together(column, &kept.member, &gone.member) {
                // The numbers of the one that goes are looked at beside those of the other.
                Together::Hold { text } => Together::Hold { text: masked(gone.member.id, text) },
                other => other,
            };
            let has_only_gone = of_kept.is_empty() && !of_gone.is_empty();
            let takes = match both {
                Together::Hold { .. } => Side::Both,
                _ if column == Column::Department && comes_from_archive => Side::Kept,
                _ if has_only_gone => Side::Gone,
                _ if is_less(column, &kept.member, &gone.member) => Side::Gone,
                _ => Side::Kept,
            };
            ComparisonLine {
                column,
                differs: !of_kept.is_empty() && !of_gone.is_empty() && of_kept != of_gone && takes != Side::Both,
                both,
                takes,
                kept: masked(kept.member.id, of_kept),
                gone: masked(gone.member.id, of_gone),
            }
        })
        .filter(|line| !(line.kept.is_empty() && line.gone.is_empty()))
        .collect();
    let proposed = || {
        let columns = |side| lines.iter().filter(|line| line.takes == side).map(|line| line.column).collect();
        Chosen { taken: columns(Side::Gone), united: columns(Side::Both) }
    };
    let mut chosen = wanted.chosen.clone().unwrap_or_else(proposed);
    // The merge itself says that it cannot be.
    chosen.taken.retain(|column| *column != Column::Department || !comes_from_archive);
    chosen.united.retain(|column| matches!(together(*column, &kept.member, &gone.member), Together::Hold { .. }));
    let edits = plan(session, &kept, &gone, &chosen)?;
    let own = |member: RecordId| -> Outcome<Vec<Record>> {
        let found = belonging::OF_MEMBER.map(|field| belonging_to(session, field, member));
        Ok(found.into_iter().collect::<Outcome<Vec<_>>>()?.concat())
    };
    let (of_kept, of_gone) = (own(kept.member.id)?, own(gone.member.id)?);
    let mut merged = [of_kept.as_slice(), of_gone.as_slice()].concat();
    edits.iter().for_each(|edit| apply(&mut merged, edit));
    merged.retain(|record| belonging::hangs_on(record, kept.member.id));
    Ok(Comparison {
        lines,
        is_masked: hides_any(session, &kept)? || hides_any(session, &gone)?,
        kept: belongings::told_of(session, &of_kept)?,
        gone: belongings::told_of(session, &of_gone)?,
        merged: belongings::told_of(session, &merged)?,
    })
}

/// The field of which two members' values can hold together: somebody may have the cards of both.
fn can_be_united(column: Column) -> Option<Field> {
    match columns::source(column) {
        Source::Member(field @ Field::MemberChipNumbers) => Some(field),
        _ => None,
    }
}

fn united(field: Field, kept: &Record, gone: &Record) -> Result<String, Problem> {
    chips::united(kept.text(field).unwrap_or_default(), gone.text(field).unwrap_or_default())
}

/// What can be offered beside the values of the two.
fn together(column: Column, kept: &Record, gone: &Record) -> Together {
    let Some(field) = can_be_united(column).filter(|field| !is_all(*field, kept, gone) && !is_all(*field, gone, kept))
    else {
        return Together::Never;
    };
    match united(field, kept, gone) {
        Ok(text) => Together::Hold { text },
        Err(problem) => Together::Break { rule: problem.code().to_owned() },
    }
}

/// Whether the first has all the numbers of the second.
fn is_all(field: Field, one: &Record, other: &Record) -> bool {
    let numbers = |record: &Record| -> Vec<String> {
        chips::numbers(record.text(field).unwrap_or_default()).map(str::to_owned).collect()
    };
    let own = numbers(one);
    numbers(other).iter().all(|number| own.contains(number))
}

/// Whether the second has all that the first has, and more.
fn is_less(column: Column, kept: &Record, gone: &Record) -> bool {
    can_be_united(column).is_some_and(|field| is_all(field, gone, kept) && !is_all(field, kept, gone))
}

/// Whether something of the member is masked that can be shown.
fn hides_any(session: &Session, member: &MemberRow) -> Outcome<bool> {
    let customs = told(session.store.custom_fields())?;
    let hides = |column: Column, text: &str| masking::is_hidden(session, &customs, member.member.id, column, text);
    let now_ms = session.host.now_ms();
    let hides_own = compared(session)?.into_iter().any(|column| hides(column, &views::cell(member, column, now_ms)));
    let mut phones = member.guardians.iter().filter_map(|guardian| guardian.phone.as_deref());
    Ok(hides_own || phones.any(|phone| hides(Column::GuardianPhone, phone)))
}

/// What the edit makes of the records.
fn apply(records: &mut Vec<Record>, edit: &Edit) {
    let Some(place) = records.iter().position(|record| (record.kind, record.id) == (edit.kind, edit.id)) else {
        if edit.verb == Verb::Create {
            let mut record = Record::empty(edit.kind, edit.id);
            edit.changes.iter().for_each(|change| record.set(change.field, change.new.clone()));
            records.push(record);
        }
        return;
    };
    match edit.verb {
        Verb::Remove => drop(records.remove(place)),
        _ => edit.changes.iter().for_each(|change| records[place].set(change.field, change.new.clone())),
    }
}

fn belonging_to(session: &Session, field: Field, member: RecordId) -> Outcome<Vec<Record>> {
    told(session.store.find_by(field, &Value::from(member), BELONGING_MAX))
}

/// Makes one of two. Somebody who has joined stays: their account hangs on the record.
pub(crate) fn merge(session: &Session, wanted: &MergeMembers) -> Outcome<EditOutcome> {
    let (kept, gone) = pair(session, &wanted.kept, &wanted.gone)?;
    let has_joined = |row: &MemberRow| row.member.text(Field::MemberJoinState) == Some("joined");
    if has_joined(&gone) && !has_joined(&kept) {
        return Err(Failure::from(Code::Invalid).with("field", "join_state").with("rule", "joined_stays"));
    }
    let edits = plan(session, &kept, &gone, &wanted.chosen)?;
    let touched = session.write(Label::Merge, edits)?;
    Ok(EditOutcome {
        changed_cells: 1,
        version: version(touched.version.max(session.store.version())),
        ..EditOutcome::default()
    })
}

/// The edits that make one of the two, in an order that the service takes.
fn plan(session: &Session, kept: &MemberRow, gone: &MemberRow, chosen: &Chosen) -> Outcome<Vec<Edit>> {
    let (into, from) = (kept.member.id, gone.member.id);
    let mut after = kept.member.clone();
    let mut values = Vec::new();
    for column in compared(session)? {
        let takes = chosen.taken.contains(&column);
        if chosen.united.contains(&column) {
            let field = can_be_united(column).ok_or(Code::Malformed)?;
            let refused = |rule: &str| Failure::from(Code::Invalid).with("field", field.name()).with("rule", rule);
            let text = united(field, &kept.member, &gone.member).map_err(|problem| refused(problem.code()))?;
            after.set(field, Value::text(text));
            continue;
        }
        match columns::source(column) {
            Source::Member(field) if takes => after.set(field, gone.member.get(field).clone()),
            Source::Photo if takes => after.set(Field::MemberPhoto, gone.member.get(Field::MemberPhoto).clone()),
            Source::DepartmentPath if takes => {
                let department = gone.member.reference(Field::MemberDepartment);
                if let Some(id) = department.filter(|_| department != kept.member.reference(Field::MemberDepartment)) {
                    departments::check_home(session, id)?;
                }
                after.set(Field::MemberDepartment, gone.member.get(Field::MemberDepartment).clone());
            }
            Source::Custom(field) if takes => {
                let value = gone.custom.iter().find(|(other, _)| *other == field);
                let value = value.map_or(Value::Null, |(_, value)| Value::from(value.as_str()));
                values.extend(cells_extra::value_edit(session, into, field, value)?);
            }
            _ => {}
        }
    }
    // The one who goes makes room first: card numbers and values of which there may be one only.
    let mut edits = Vec::new();
    let mut moved = Moving { session, into, from, edits: &mut edits };
    moved.guardianships()?;
    moved.places(&after, &gone.member)?;
    moved.invitations()?;
    moved.tags(kept, gone)?;
    moved.distinctions()?;
    for value in belonging_to(session, Field::CustomValueMember, from)? {
        edits.push(Edit::remove(&value));
    }
    edits.push(Edit::remove(&gone.member));
    edits.extend(Edit::between(&kept.member, &after));
    edits.extend(values);
    Ok(edits)
}

/// What somebody is, where that is one thing.
fn only_identity(member: &Record) -> Value {
    let all: Vec<&str> = choice_words(member.text(Field::MemberIdentity).unwrap_or_default()).collect();
    if let [one] = all[..] { Value::from(one) } else { Value::Null }
}

/// The department, or one above it, is archived.
fn is_put_away(session: &Session, department: Option<RecordId>) -> Outcome<bool> {
    let tree = told(session.store.department_tree())?;
    Ok(department.and_then(|id| tree.get(id)).is_some_and(|node| node.is_hidden))
}

/// What hangs on the one who goes, on its way to the one who stays.
struct Moving<'a> {
    session: &'a Session,
    into: RecordId,
    from: RecordId,
    edits: &'a mut Vec<Edit>,
}

impl Moving<'_> {
    fn of(&self, field: Field, member: RecordId) -> Outcome<Vec<Record>> {
        belonging_to(self.session, field, member)
    }

    /// Guardians that both have stay once: by record, or by name and phone.
    fn guardianships(&mut self) -> Outcome<()> {
        let person = |link: &Record| -> Outcome<Option<Record>> {
            match link.reference(Field::GuardianshipGuardian) {
                Some(id) => told(self.session.store.get(Kind::Guardian, id)),
                None => Ok(None),
            }
        };
        let mut known = Vec::new();
        for link in self.of(Field::GuardianshipMember, self.into)? {
            known.extend(person(&link)?.map(|guardian| (guardian, link)));
        }
        let mut edits = Vec::new();
        for link in self.of(Field::GuardianshipMember, self.from)? {
            let guardian = person(&link)?;
            let same = guardian.as_ref().and_then(|guardian| {
                known.iter_mut().find(|(other, _)| other.id == guardian.id || other.values == guardian.values)
            });
            let Some((_, kept)) = same else {
                edits.extend(Edit::between(&link, &link.clone().with(Field::GuardianshipMember, self.into)));
                continue;
            };
            // Who was switched off in one place is not switched on by the merge.
            if !may_confirm(&link) {
                let after = kept.clone().with(Field::GuardianshipMayConfirm, MAY_NOT_CONFIRM);
                edits.extend(Edit::between(kept, &after));
                *kept = after;
            }
            edits.push(Edit::remove(&link));
            // A second record of the same guardian goes with its last link.
            if let Some(guardian) = guardian.filter(|guardian| !known.iter().any(|(other, _)| other.id == guardian.id))
            {
                let links =
                    told(self.session.store.find_by(Field::GuardianshipGuardian, &Value::from(guardian.id), 2))?;
                if links.len() == 1 {
                    edits.push(Edit::remove(&guardian));
                }
            }
        }
        self.edits.extend(edits);
        Ok(())
    }

    /// Further places move; the main department of the one who goes becomes one, unless the other is there already.
    fn places(&mut self, after: &Record, gone: &Record) -> Outcome<()> {
        let main = after.reference(Field::MemberDepartment);
        let own = self.of(Field::AffiliationMember, self.into)?;
        let mut there: Vec<RecordId> =
            own.iter().filter_map(|place| place.reference(Field::AffiliationDepartment)).chain(main).collect();
        for place in self.of(Field::AffiliationMember, self.from)? {
            let department = place.reference(Field::AffiliationDepartment);
            let says_more = !place.get(Field::AffiliationRole).is_null();
            if department.is_some_and(|department| there.contains(&department)) && !says_more {
                self.edits.push(Edit::remove(&place));
                continue;
            }
            there.extend(department);
            self.edits.extend(Edit::between(&place, &place.clone().with(Field::AffiliationMember, self.into)));
        }
        // Nothing comes into a department that was put away: who was there is there no more.
        if let Some(department) = gone.reference(Field::MemberDepartment)
            && !there.contains(&department)
            && !is_put_away(self.session, Some(department))?
        {
            let place = Record::empty(Kind::Affiliation, new_id(&*self.session.host)?)
                .with(Field::AffiliationMember, self.into)
                .with(Field::AffiliationDepartment, department)
                .with(Field::AffiliationTitle, gone.get(Field::MemberTitle).clone())
                .with(Field::AffiliationIdentity, only_identity(gone));
            self.edits.push(Edit::create(&place));
        }
        Ok(())
    }

    fn invitations(&mut self) -> Outcome<()> {
        for invitation in self.of(Field::InvitationMember, self.from)? {
            let moved = invitation.clone().with(Field::InvitationMember, self.into);
            self.edits.extend(Edit::between(&invitation, &moved));
        }
        Ok(())
    }

    /// Who the one who goes was told apart from says nothing of the one who stays.
    fn distinctions(&mut self) -> Outcome<()> {
        for field in belonging::fields_of(Kind::Distinction) {
            self.edits.extend(self.of(field, self.from)?.iter().map(Edit::remove));
        }
        Ok(())
    }

    fn tags(&mut self, kept: &MemberRow, gone: &MemberRow) -> Outcome<()> {
        for tag in &gone.tags {
            if !kept.tags.iter().any(|own| own.id == tag.id) {
                self.edits.push(Edit::create(&cells_extra::tagging(self.into, tag.id)));
            }
            self.edits.push(Edit::remove(&cells_extra::tagging(self.from, tag.id)));
        }
        Ok(())
    }
}
