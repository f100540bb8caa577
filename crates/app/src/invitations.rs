//! Invitations: who is asked, how they stand, revoked. `inviting` makes them.

use crate::departments;
use crate::failure::{Outcome, told};
use crate::session::{Session, version};
use jiff::civil::Date;
use mingce_ipc::invitation::{DepartmentProgress, InvitationPage, InvitationQuery, InvitationRefs, InvitationRow};
use mingce_ipc::roster::EditOutcome;
use mingce_ipc::{Code, Failure};
use mingce_model::guardians::is_adult;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_protocol::Limit;
use mingce_store::{InvitationProgress, InvitationState, Label, MemberRow, Query, View};
use std::collections::HashMap;

/// Departments in the progress table.
const PROGRESS_MAX: usize = 500;
/// Invitations of one answer.
const ROWS_MAX: u32 = 5_000;

/// Members of the department and below, or everyone: in the tree's order, then by the field.
pub(crate) fn view_of(session: &Session, department: Option<RecordId>, order: mingce_store::Column) -> Outcome<View> {
    let query = Query {
        department,
        sort: vec![
            (mingce_store::Column::DepartmentPath, mingce_store::Direction::Ascending),
            (order, mingce_store::Direction::Ascending),
        ],
        now_ms: session.host.now_ms(),
        ..Query::default()
    };
    told(session.store.find_members(&query))
}

/// An invitation of somebody who has left is none to the service.
pub(crate) fn has_left(row: &MemberRow) -> bool {
    row.member.text(Field::MemberStatus) == Some("left")
}

/// Whether the roster has what whoever joins has to show, and a guardian where one has to agree; the service lets nobody in
/// without it.
pub(crate) fn can_be_checked(row: &MemberRow, today: Date, limit: Option<Limit>) -> bool {
    if limit == Some(Limit::OnlyPrints) {
        // What they would be checked by is not here; others are told.
        return true;
    }
    // Of those who are not of age, as far as is known, a guardian has to agree, and shows who they are by their phone.
    if !is_adult(&row.member, today) {
        return row.guardians.iter().any(|guardian| guardian.phone.is_some() && guardian.may_confirm);
    }
    // What is there has to be shown; something must be.
    row.member.text(Field::MemberPhone).is_some() || row.member.text(Field::MemberDocumentNumber).is_some()
}

pub(crate) fn revocation(session: &Session, invitation: RecordId) -> Outcome<Option<Edit>> {
    let Some(before) = told(session.store.get(Kind::Invitation, invitation))? else { return Ok(None) };
    let after = before.clone().with(Field::InvitationIsRevoked, 1);
    Ok(Edit::between(&before, &after))
}

pub(crate) fn revoke(session: &Session, wanted: &InvitationRefs) -> Outcome<EditOutcome> {
    let mut edits = Vec::new();
    for id in &wanted.ids {
        let id = departments::id(id)?;
        told(session.store.get(Kind::Invitation, id))?.ok_or(Code::NotFound)?;
        edits.extend(revocation(session, id)?);
    }
    let changed_cells = u32::try_from(edits.len()).unwrap_or(u32::MAX);
    let touched = session.write(Label::Revoke, edits)?;
    Ok(EditOutcome { changed_cells, version: version(touched.version), ..EditOutcome::default() })
}

/// How an invitation stands, in one word.
pub(crate) fn state(session: &Session, invitation: &Record, now_ms: i64) -> Outcome<&'static str> {
    Ok(told(session.store.invitation_state(invitation, now_ms))?.word())
}

fn text(record: &Record, field: Field) -> Option<String> {
    record.text(field).map(str::to_owned)
}

fn describe(session: &Session, invitation: &Record, member: &MemberRow, now_ms: i64) -> Outcome<InvitationRow> {
    Ok(InvitationRow {
        id: invitation.id.to_string(),
        member: member.member.id.to_string(),
        member_name: member.member.get(Field::MemberName).to_string(),
        card_number: member.member.get(Field::MemberCardNumber).to_string(),
        department: member.department_path.to_string(),
        state: state(session, invitation, now_ms)?.to_owned(),
        created_at: invitation.int(Field::InvitationCreatedAt).unwrap_or(0),
        expires_at: invitation.int(Field::InvitationExpiresAt).unwrap_or(0),
        answered_at: invitation.int(Field::InvitationAnsweredAt),
        is_printable: told(session.store.invitation_secret(invitation.id))?.is_some(),
        printed_on: text(invitation, Field::InvitationPrintedOn),
        handed_out_on: text(invitation, Field::InvitationHandedOutOn),
        voided_for: text(invitation, Field::InvitationVoidedFor),
    })
}

/// The member's newest invitation.
pub(crate) fn newest_of(session: &Session, member: &MemberRow) -> Outcome<Option<InvitationRow>> {
    let found = told(session.store.find_by(Field::InvitationMember, &Value::from(member.member.id), 1_000))?;
    let newest = found.iter().max_by_key(|record| record.int(Field::InvitationCreatedAt));
    newest.map(|record| describe(session, record, member, session.host.now_ms())).transpose()
}

pub(crate) fn list(session: &Session, asked: &InvitationQuery) -> Outcome<InvitationPage> {
    let state = asked.state.as_ref().map(|word| {
        let words = || InvitationState::ALL.map(InvitationState::word).join(" ");
        let unknown = || Failure::from(Code::Malformed).with("field", "state").with("words", words());
        InvitationState::from_word(word).ok_or_else(unknown)
    });
    let state = state.transpose()?;
    let now_ms = session.host.now_ms();
    let department = asked.department.as_deref().map(departments::id).transpose()?;
    let view = view_of(session, department, mingce_store::Column::Field(Field::MemberCardNumber))?;
    let start = asked.start as usize;
    let part = start..start + asked.count.min(ROWS_MAX) as usize;
    let found = told(session.store.invitations_of(&view, state, part, now_ms))?;
    let mut rows = Vec::new();
    for (member, invitations) in &found.part {
        for invitation in invitations {
            rows.push(describe(session, invitation, member, now_ms)?);
        }
    }
    let total = u32::try_from(found.total).unwrap_or(u32::MAX);
    Ok(InvitationPage { total, rows, progress: progress(session, found.progress)? })
}

/// By main department, in the tree's order.
fn progress(session: &Session, mut counted: HashMap<RecordId, InvitationProgress>) -> Outcome<Vec<DepartmentProgress>> {
    let departments = told(session.store.department_tree())?;
    let told = departments.nodes().iter().filter_map(|node| {
        let counts = counted.remove(&node.id)?;
        Some(DepartmentProgress {
            department: node.id.to_string(),
            path: node.path.to_string(),
            members: counts.members,
            invited: counts.invited,
            printed: counts.printed,
            handed_out: counts.handed_out,
            joined: counts.joined,
            refused: counts.refused,
        })
    });
    Ok(told.take(PROGRESS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_store::{GuardianRow, Join};

    const TODAY: Date = jiff::civil::date(2026, 9, 1);

    fn row(fields: &[(Field, &str)], guardians: &[(Option<&str>, bool)]) -> MemberRow {
        let id = RecordId::from_parts(1, [1; 10]);
        let mut member = Record::empty(Kind::Member, id);
        for (field, text) in fields {
            member.set(*field, *text);
        }
        let guardian = |(phone, may_confirm): &(Option<&str>, bool)| GuardianRow {
            guardianship: id,
            guardian: id,
            name: "王大".into(),
            phone: phone.map(str::to_owned),
            relation: None,
            may_confirm: *may_confirm,
        };
        MemberRow {
            member,
            department_path: "".into(),
            guardians: guardians.iter().map(guardian).collect(),
            join: Join::NotInvited,
            invited_at_ms: None,
            custom: Vec::new(),
            tags: Vec::new(),
            mark: None,
        }
    }

    #[test]
    fn those_are_counted_whom_the_service_would_not_let_in() {
        let checked = |fields: &[(Field, &str)], guardians: &[(Option<&str>, bool)]| {
            can_be_checked(&row(fields, guardians), TODAY, None)
        };
        let (phone, document) = (Field::MemberPhone, Field::MemberDocumentNumber);
        let adult = (Field::MemberBirthDate, "1990-01-01");
        let youth = (Field::MemberBirthDate, "2010-01-01");
        assert!(!checked(&[adult], &[]));
        assert!(checked(&[adult, (phone, "+8613800138000")], &[]));
        assert!(checked(&[adult, (document, "E12345678")], &[]));
        assert!(!checked(&[adult], &[(Some("+8613800138000"), true)]));
        assert!(checked(&[adult, (document, "E12345678")], &[(Some("+8613800138000"), false)]));
        // Below 18, or of an unknown age, a guardian has to agree.
        for age in [&[][..], &[youth]] {
            let own = [age, &[(phone, "+8613800138000"), (document, "E12345678")]].concat();
            assert!(!checked(&own, &[]));
            assert!(!checked(&own, &[(None, true)]));
            assert!(!checked(&own, &[(Some("+8613800138000"), false)]));
            assert!(checked(&own, &[(Some("+8613800138000"), true)]));
            assert!(checked(age, &[(Some("+8613800138000"), true)]));
        }
    }
}
