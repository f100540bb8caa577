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
use mingce_store::{Join, Label, MemberRow, Query, View};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Departments in the progress table.
const PROGRESS_MAX: usize = 500;

/// Members of the department and below, or everyone; in the tree's order, then by their numbers.
pub(crate) fn audience(session: &Session, department: Option<RecordId>) -> Outcome<Vec<MemberRow>> {
    audience_by(session, department, Field::MemberCardNumber)
}

/// As [`audience`], people of a department by another field.
pub(crate) fn audience_by(session: &Session, department: Option<RecordId>, order: Field) -> Outcome<Vec<MemberRow>> {
    let view = view_of(session, department, order)?;
    let mut found = Vec::with_capacity(view.len());
    let mut at = 0;
    while at < view.len() {
        found.extend(told(session.store.page(&view, at, 1_000))?.into_iter().flatten());
        at += 1_000;
    }
    Ok(found)
}

/// Everybody there, in the order of [`audience`], a page at a time.
pub(crate) fn view_of(session: &Session, department: Option<RecordId>, order: Field) -> Outcome<View> {
    let query = Query {
        department,
        sort: vec![
            (mingce_store::Column::DepartmentPath, mingce_store::Direction::Ascending),
            (mingce_store::Column::Field(order), mingce_store::Direction::Ascending),
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

/// Every word of [`state`].
const STATES: [&str; 6] = ["waiting", "open", "expired", "claimed", "refused", "revoked"];

/// How an invitation stands, in one word.
pub(crate) fn state(session: &Session, invitation: &Record, now_ms: i64) -> Outcome<&'static str> {
    let is_expired = invitation.int(Field::InvitationExpiresAt).is_some_and(|at| at <= now_ms);
    Ok(match invitation.text(Field::InvitationState) {
        Some("claimed") => "claimed",
        Some(_) => "refused",
        None if invitation.int(Field::InvitationIsRevoked) == Some(1) => "revoked",
        None if is_expired => "expired",
        None if told(session.store.mark(Kind::Invitation, invitation.id))?.is_some() => "waiting",
        None => "open",
    })
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
    if asked.state.as_ref().is_some_and(|state| !STATES.contains(&state.as_str())) {
        return Err(Failure::from(Code::Malformed).with("field", "state").with("words", STATES.join(" ")));
    }
    let now_ms = session.host.now_ms();
    let department = asked.department.as_deref().map(departments::id).transpose()?;
    let people = audience(session, department)?;
    // Invitations by member, so that the list has the roster's order and the progress one pass.
    let mut by_member: HashMap<RecordId, Vec<Record>> = HashMap::new();
    let mut papers: HashMap<RecordId, Paper> = HashMap::new();
    told(session.store.scan(Kind::Invitation, &mut |record| {
        if let Some(member) = record.reference(Field::InvitationMember) {
            papers.entry(member).or_default().add(&record, now_ms);
            by_member.entry(member).or_default().push(record);
        }
        ControlFlow::Continue(())
    }))?;
    let mut rows = Vec::new();
    let mut total = 0u32;
    for member in &people {
        let Some(mut invitations) = by_member.remove(&member.member.id) else { continue };
        invitations.sort_by_key(|record| std::cmp::Reverse(record.int(Field::InvitationCreatedAt)));
        for invitation in invitations {
            if let Some(wanted) = &asked.state
                && state(session, &invitation, now_ms)? != wanted
            {
                continue;
            }
            if total >= asked.start && (rows.len() as u32) < asked.count.min(5_000) {
                rows.push(describe(session, &invitation, member, now_ms)?);
            }
            total += 1;
        }
    }
    Ok(InvitationPage { total, rows, progress: progress(session, &people, &papers, now_ms)? })
}

/// How far the paper of a member's present code has come.
#[derive(Clone, Copy, Default)]
struct Paper {
    is_printed: bool,
    is_handed_out: bool,
}

impl Paper {
    /// Paper of a code that works no longer is none, unless its holder came in by it.
    fn add(&mut self, invitation: &Record, now_ms: i64) {
        let is_open = invitation.int(Field::InvitationIsRevoked) != Some(1)
            && invitation.int(Field::InvitationExpiresAt).is_some_and(|at| at > now_ms);
        if is_open || invitation.text(Field::InvitationState) == Some("claimed") {
            self.is_handed_out |= invitation.text(Field::InvitationHandedOutOn).is_some();
            self.is_printed |= self.is_handed_out || invitation.text(Field::InvitationPrintedOn).is_some();
        }
    }
}

/// Invited, printed, handed out and joined by main department, in the tree's order.
fn progress(
    session: &Session,
    people: &[MemberRow],
    papers: &HashMap<RecordId, Paper>,
    now_ms: i64,
) -> Outcome<Vec<DepartmentProgress>> {
    let departments = told(session.store.department_tree())?;
    let mut counted: HashMap<RecordId, DepartmentProgress> = HashMap::new();
    for row in people {
        let Some(id) = row.member.reference(Field::MemberDepartment) else { continue };
        let one = counted.entry(id).or_insert_with(|| DepartmentProgress {
            department: id.to_string(),
            path: row.department_path.to_string(),
            members: 0,
            invited: 0,
            printed: 0,
            handed_out: 0,
            joined: 0,
            refused: 0,
        });
        one.members += 1;
        let paper = papers.get(&row.member.id).copied().unwrap_or_default();
        one.printed += u32::from(paper.is_printed);
        one.handed_out += u32::from(paper.is_handed_out);
        match row.join {
            Join::Joined => one.joined += 1,
            Join::Refused => one.refused += 1,
            Join::Invited { expires_at_ms, .. } if expires_at_ms > now_ms => one.invited += 1,
            _ => {}
        }
    }
    Ok(departments.nodes().iter().filter_map(|node| counted.remove(&node.id)).take(PROGRESS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_store::GuardianRow;

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
