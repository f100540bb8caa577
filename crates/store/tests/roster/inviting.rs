//! The list of invitations, a part at a time: in the roster's order, however many there are.

use crate::support::*;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::{Column, Direction, InvitationState, Label, Query, Store, View};

fn view(store: &Store, department: Option<RecordId>) -> View {
    let sort = [Column::DepartmentPath, Column::Field(Field::MemberCardNumber)].map(|by| (by, Direction::Ascending));
    store.find_members(&Query { department, sort: sort.into(), now_ms: NOW, ..Query::default() }).unwrap()
}

/// What each invitation is called, as the whole list has them: looked for member by member.
fn one_by_one(store: &Store, view: &View, state: Option<InvitationState>) -> Vec<(String, RecordId)> {
    let mut all = Vec::new();
    for row in store.page(view, 0, view.len()).unwrap().into_iter().flatten() {
        let mut own = store.find_by(Field::InvitationMember, &Value::from(row.member.id), 100).unwrap();
        own.sort_by_key(|record| std::cmp::Reverse(record.int(Field::InvitationCreatedAt)));
        own.retain(|record| state.is_none_or(|state| store.invitation_state(record, NOW).unwrap() == state));
        all.extend(own.into_iter().map(|record| (row.member.get(Field::MemberName).to_string(), record.id)));
    }
    all
}

#[test]
fn parts_of_the_list_are_the_list_in_the_rosters_order() {
    let desk = Desk::new();
    let school = department("第一中学", None);
    let classes = ["二班", "一班"].map(|name| department(name, Some(&school)));
    desk.write(Label::Department, [&school].into_iter().chain(&classes).map(Edit::create));
    let mut edits = Vec::new();
    for n in 0..40_i64 {
        let mut one = member(&format!("学生{n}")).with(Field::MemberCardNumber, format!("S{:03}", (n * 7) % 40));
        if n % 5 < 4 {
            one.set(Field::MemberDepartment, classes[usize::try_from(n % 2).unwrap()].id);
        }
        edits.push(Edit::create(&one));
        // Nobody, one, or three: of these the oldest was revoked and one is past.
        for k in 0..[0, 1, 3][usize::try_from(n % 3).unwrap()] {
            let mut record = Record::empty(Kind::Invitation, id())
                .with(Field::InvitationMember, one.id)
                .with(Field::InvitationTokenHash, format!("{:064x}", n * 10 + k))
                .with(Field::InvitationCreatedAt, NOW - 1_000 + k * 10)
                .with(Field::InvitationExpiresAt, if k == 1 { NOW } else { NOW + 1_000 });
            if k == 0 && n % 3 == 2 {
                record.set(Field::InvitationIsRevoked, 1);
            }
            if n % 4 == 0 {
                record.set(Field::InvitationPrintedOn, "2026-09-01");
            }
            if n % 8 == 0 {
                record.set(Field::InvitationHandedOutOn, "2026-09-02");
            }
            edits.push(Edit::create(&record));
        }
    }
    desk.write(Label::Add, edits);
    let store = &desk.store;
    for of in [None, Some(school.id), Some(classes[0].id)] {
        let view = view(store, of);
        for state in [None].into_iter().chain(InvitationState::ALL.map(Some)) {
            let expected = one_by_one(store, &view, state);
            for size in [1, 7, 1_000] {
                let mut found = Vec::new();
                for start in (0..expected.len() + 3).step_by(size) {
                    let list = store.invitations_of(&view, state, start..start + size, NOW).unwrap();
                    assert_eq!(list.total, expected.len() as u64);
                    for (row, records) in list.part {
                        let name = row.member.get(Field::MemberName).to_string();
                        found.extend(records.into_iter().map(|record| (name.clone(), record.id)));
                    }
                }
                assert_eq!(found, expected, "{of:?} {state:?} {size}");
            }
        }
    }
    let list = store.invitations_of(&view(store, None), Some(InvitationState::Waiting), 0..0, NOW).unwrap();
    assert!(list.part.is_empty() && list.total > 0);
    assert_eq!(list.progress.len(), 2);
    let (even, odd) = (list.progress[&classes[0].id], list.progress[&classes[1].id]);
    assert_eq!(even.members + odd.members, 32);
    // By hand: of the even ones, those whose code works still.
    let counted = |is_of: &dyn Fn(i64) -> bool, class: i64| {
        let of = (0..40).filter(|n| n % 5 < 4 && n % 2 == class && n % 3 != 0 && is_of(*n));
        u32::try_from(of.count()).unwrap()
    };
    for (class, told) in [(0, even), (1, odd)] {
        assert_eq!(told.invited, counted(&|_| true, class));
        assert_eq!(told.printed, counted(&|n| n % 4 == 0, class));
        assert_eq!(told.handed_out, counted(&|n| n % 8 == 0, class));
        assert_eq!((told.joined, told.refused), (0, 0));
    }
}
