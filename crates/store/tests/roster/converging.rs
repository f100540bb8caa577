//! Random histories of two desks and a service: whatever happened on the way, all agree in the end.

use crate::service::*;
use crate::support::*;
use mingce_model::{Edit, Field, Record, Value};
use mingce_store::{Label, StoreError};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Edit { desk: usize, who: usize, field: u8, value: u8 },
    Create { desk: usize, who: usize },
    Remove { desk: usize, who: usize },
    Undo { desk: usize },
    Push { desk: usize },
    LoseAnswer { desk: usize },
    Pull { desk: usize },
    Restart { desk: usize },
    Kill { desk: usize },
}

fn any_act() -> impl Strategy<Value = Act> {
    let (desk, who) = (0usize..2, 0usize..3);
    prop_oneof![
        4 => (desk.clone(), who.clone(), 0u8..3, 0u8..4)
            .prop_map(|(desk, who, field, value)| Act::Edit { desk, who, field, value }),
        2 => (desk.clone(), who.clone()).prop_map(|(desk, who)| Act::Create { desk, who }),
        1 => (desk.clone(), who).prop_map(|(desk, who)| Act::Remove { desk, who }),
        1 => desk.clone().prop_map(|desk| Act::Undo { desk }),
        2 => desk.clone().prop_map(|desk| Act::Push { desk }),
        1 => desk.clone().prop_map(|desk| Act::LoseAnswer { desk }),
        2 => desk.clone().prop_map(|desk| Act::Pull { desk }),
        1 => desk.clone().prop_map(|desk| Act::Restart { desk }),
        1 => desk.prop_map(|desk| Act::Kill { desk }),
    ]
}

fn act(act: &Act, desks: &mut Vec<Desk>, service: &mut Service, people: &[Record]) {
    let fields = [Field::MemberTitle, Field::MemberNote, Field::MemberAddress];
    match *act {
        Act::Edit { desk, who, field, value } => {
            if let Some(before) = desks[desk].get(&people[who]) {
                // Value 3 is refused by the service's rule.
                let value = if value == 0 { Value::Null } else { format!("值{value}").into() };
                let after = before.clone().with(fields[usize::from(field)], value);
                desks[desk].store.write(&operation(Label::Edit), Edit::between(&before, &after)).unwrap();
            }
        }
        Act::Create { desk, who } => {
            if desks[desk].get(&people[who]).is_none() {
                let _ = desks[desk].store.write(&operation(Label::Add), [Edit::create(&people[who])]).unwrap();
            }
        }
        Act::Remove { desk, who } => {
            if let Some(person) = desks[desk].get(&people[who]) {
                desks[desk].store.write(&operation(Label::Remove), [Edit::remove(&person)]).unwrap();
            }
        }
        Act::Undo { desk } => {
            let undone = desks[desk].store.undo(&request());
            assert!(matches!(undone, Ok(_) | Err(StoreError::NothingToDo)), "{undone:?}");
        }
        Act::Push { desk } => {
            desks[desk].push(service, 2);
        }
        Act::LoseAnswer { desk } => {
            desks[desk].push_without_answer(service, 2);
        }
        Act::Pull { desk } => desks[desk].pull(service, 2),
        Act::Restart { desk } => {
            let old = desks.remove(desk);
            desks.insert(desk, old.reopened());
        }
        Act::Kill { desk } => {
            let killed = desks[desk].killed();
            desks[desk] = killed;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn desks_converge_once_nothing_waits_whatever_happened_on_the_way(acts in prop::collection::vec(any_act(), 1..30)) {
        let mut desks = vec![Desk::new(), Desk::new()];
        let mut service = Service::new();
        service.refuses.push("值3".into());
        let people: Vec<Record> = (0..3).map(|number| member(&format!("成员{number}"))).collect();
        for step in &acts {
            act(step, &mut desks, &mut service, &people);
        }
        for _ in 0..2 {
            for desk in &desks {
                desk.sync(&mut service);
            }
        }
        // What was refused stays different until a person gives it up.
        for desk in &desks {
            let mut left = desk.store.refusals(1).unwrap();
            while let Some(refusal) = left.pop() {
                desk.store.drop_refusal(refusal.number, &request()).unwrap();
                left = desk.store.refusals(1).unwrap();
            }
            prop_assert_eq!(desk.store.counts().unwrap().waiting, 0);
            prop_assert_eq!(everything(&desk.store), service.everything());
        }
    }
}
