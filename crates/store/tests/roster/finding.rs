//! Finding members, pages, the tree.

use crate::support::*;
use mingce_model::custom::value_id;
use mingce_model::{Edit, Field, Kind, Record, Value};
use mingce_store::{Column, Direction, Filter, Join, Label, Mark, Masked, Query, Test};
use std::iter::once;

fn names(desk: &Desk, query: &Query) -> Vec<String> {
    let view = desk.store.find_members(query).unwrap();
    let page = desk.store.page(&view, 0, view.len()).unwrap();
    page.into_iter().map(|row| row.unwrap().member.text(Field::MemberName).unwrap().to_owned()).collect()
}

fn text(text: &str) -> Query {
    Query { text: Some(text.into()), ..Query::default() }
}

#[test]
fn the_tree_counts_members_below_once() {
    let desk = Desk::new();
    let grade = department("高一", None);
    let (one, two) = (department("10班", Some(&grade)), department("2班", Some(&grade)));
    let members = [
        member("甲").with(Field::MemberDepartment, one.id),
        member("乙").with(Field::MemberDepartment, two.id),
        member("丙").with(Field::MemberDepartment, grade.id),
        member("丁"),
    ];
    let further = Record::empty(Kind::Affiliation, id())
        .with(Field::AffiliationMember, members[0].id)
        .with(Field::AffiliationDepartment, two.id);
    let all = [&grade, &one, &two].into_iter().chain(&members).chain([&further]);
    desk.write(Label::Add, all.map(Edit::create));
    let tree = desk.store.departments().unwrap();
    let seen: Vec<_> = tree.nodes().iter().map(|node| (&*node.path, node.depth, node.direct, node.count)).collect();
    assert_eq!(seen, [("高一", 0, 1, 3), ("高一/2班", 1, 2, 2), ("高一/10班", 1, 1, 1)]);
    assert_eq!(tree.unplaced, 1);
    assert_eq!(tree.find_path("高一/2班").unwrap().id, two.id);

    let below = |department: &Record| names(&desk, &Query { department: Some(department.id), ..Query::default() });
    assert_eq!(below(&grade), ["甲", "乙", "丙"]);
    assert_eq!(below(&two), ["甲", "乙"]);
    desk.set(&members[3], Field::MemberDepartment, two.id);
    assert_eq!(desk.store.departments().unwrap().get(two.id).unwrap().count, 3);
    desk.set(&two, Field::DepartmentName, "3班");
    assert_eq!(&*desk.store.member(members[3].id).unwrap().unwrap().department_path, "高一/3班");
}

#[test]
fn whoever_is_something_else_in_a_further_place_is_found_as_that() {
    let desk = Desk::new();
    let office = department("教务处", None);
    let people = [
        member("甲").with(Field::MemberIdentity, "student"),
        member("乙").with(Field::MemberIdentity, "staff"),
        member("丙").with(Field::MemberIdentity, "student"),
        member("丁"),
    ];
    let place = Record::empty(Kind::Affiliation, id())
        .with(Field::AffiliationMember, people[2].id)
        .with(Field::AffiliationDepartment, office.id)
        .with(Field::AffiliationIdentity, "staff");
    desk.write(Label::Add, [&office].into_iter().chain(&people).chain([&place]).map(Edit::create));
    let found = |test: Test| {
        let filters = vec![Filter { column: Column::Field(Field::MemberIdentity), test }];
        names(&desk, &Query { filters, ..Query::default() })
    };
    assert_eq!(found(Test::Is("staff".into())), ["乙", "丙"]);
    assert_eq!(found(Test::Is("student".into())), ["甲", "丙"]);
    assert_eq!(found(Test::IsNot("staff".into())), ["甲", "丁"]);
    assert_eq!(found(Test::AnyOf(vec!["staff".into(), Value::Null])), ["乙", "丙", "丁"]);
    assert_eq!(found(Test::IsEmpty), ["丁"]);
}

#[test]
fn whoever_is_several_things_is_found_as_each_and_stands_behind_those_who_are_the_first_only() {
    let desk = Desk::new();
    let people = [
        ("甲", "staff;parent"),
        ("乙", "student;staff"),
        ("丙", "parent"),
        ("丁", "student"),
        ("戊", "staff"),
        ("己", "student;parent"),
    ]
    .map(|(name, identity)| member(name).with(Field::MemberIdentity, identity));
    let nobody = member("庚");
    desk.write(Label::Add, people.iter().chain([&nobody]).map(Edit::create));
    let column = Column::Field(Field::MemberIdentity);
    let found = |test: Test| {
        let filters = vec![Filter { column, test }];
        names(&desk, &Query { filters, ..Query::default() })
    };
    assert_eq!(found(Test::Is("parent".into())), ["甲", "丙", "己"]);
    assert_eq!(found(Test::IsNot("parent".into())), ["乙", "丁", "戊", "庚"]);
    assert_eq!(found(Test::AnyOf(vec!["student".into(), Value::Null])), ["乙", "丁", "己", "庚"]);
    assert_eq!(found(Test::IsEmpty), ["庚"]);
    let sorted = |direction| names(&desk, &Query { sort: vec![(column, direction)], ..Query::default() });
    assert_eq!(sorted(Direction::Ascending), ["丁", "乙", "己", "戊", "甲", "丙", "庚"]);
    assert_eq!(sorted(Direction::Descending), ["丙", "甲", "戊", "己", "乙", "丁", "庚"]);
}

#[test]
fn members_stand_in_the_order_of_their_newest_invitation_that_was_not_taken_back() {
    let desk = Desk::new();
    let people = ["甲", "乙", "丙", "丁"].map(member);
    let invitation = |whose: usize, created_at: i64| {
        Record::empty(Kind::Invitation, id())
            .with(Field::InvitationMember, people[whose].id)
            .with(Field::InvitationTokenHash, "0".repeat(64))
            .with(Field::InvitationCreatedAt, created_at)
            .with(Field::InvitationExpiresAt, created_at + 1_000)
    };
    let taken_back = invitation(2, 900).with(Field::InvitationIsRevoked, 1);
    let made = [invitation(0, 500), invitation(1, 100), invitation(1, 300), taken_back.clone(), invitation(2, 200)];
    desk.write(Label::Add, people.iter().chain(&made).map(Edit::create));
    let sorted = |direction| names(&desk, &Query { sort: vec![(Column::InvitedAt, direction)], ..Query::default() });
    assert_eq!(sorted(Direction::Ascending), ["丙", "乙", "甲", "丁"]);
    assert_eq!(sorted(Direction::Descending), ["甲", "乙", "丙", "丁"]);
    let found = |test: Test| {
        let filters = vec![Filter { column: Column::InvitedAt, test }];
        names(&desk, &Query { filters, ..Query::default() })
    };
    assert_eq!(found(Test::IsEmpty), ["丁"]);
    assert_eq!(found(Test::IsFilled), ["甲", "乙", "丙"]);
    assert_eq!(found(Test::Within(once(200..301).collect())), ["乙", "丙"]);
    assert_eq!(found(Test::Within(vec![200..300, 500..501])), ["甲", "丙"]);
    assert_eq!(found(Test::Within(Vec::new())), [""; 0]);
    assert_eq!(found(Test::NotWithin(once(200..300).collect())), ["甲", "乙", "丁"]);
    assert_eq!(found(Test::AtLeast(300.into())), ["甲", "乙"]);
    let at = |person: &Record| desk.store.member(person.id).unwrap().unwrap().invited_at_ms;
    assert_eq!([at(&people[1]), at(&people[2]), at(&people[3])], [Some(300), Some(200), None]);
    // Given again, it counts again.
    desk.write(
        Label::Edit,
        Edit::between(&taken_back, &taken_back.clone().with(Field::InvitationIsRevoked, Value::Null)),
    );
    assert_eq!(sorted(Direction::Descending), ["丙", "甲", "乙", "丁"]);
}

#[test]
fn guardians_are_found_by_pinyin_and_initials_after_a_change_of_name_too() {
    let desk = Desk::new();
    let guardian = |name: &str| Record::empty(Kind::Guardian, id()).with(Field::GuardianName, name);
    let (father, mother) = (guardian("单建国"), guardian("Maria Wang"));
    desk.write(Label::Add, [&father, &mother].map(Edit::create));
    let found = |text: &str| -> Vec<String> {
        let found = desk.store.find_guardians(text, None, Masked::ByParts, 8).unwrap();
        found.iter().map(|record| record.get(Field::GuardianName).to_string()).collect()
    };
    for text in ["sjg", "shanjian", "Shan Jian", "单", "建国"] {
        assert_eq!(found(text), ["单建国"], "{text}");
    }
    assert_eq!(found("maria"), ["Maria Wang"]);
    assert_eq!(found("mw"), ["Maria Wang"]);
    assert_eq!(found("zjg"), [""; 0]);
    desk.write(Label::Edit, Edit::between(&father, &father.clone().with(Field::GuardianName, "朱建国")));
    assert_eq!(found("zjg"), ["朱建国"]);
    assert_eq!(found("sjg"), [""; 0]);
}

#[test]
fn members_are_found_by_any_part_and_the_best_match_comes_first() {
    let desk = Desk::new();
    let people = ["张三丰", "小张三", "张三", "李四"].map(member);
    let numbered = member("王五").with(Field::MemberCardNumber, "S-2026-0042").with(Field::MemberPhone, "13800138000");
    desk.write(Label::Add, people.iter().chain([&numbered]).map(Edit::create));
    assert_eq!(names(&desk, &text("张三")), ["张三", "张三丰", "小张三"]);
    assert_eq!(names(&desk, &text("0042")), ["王五"]);
    assert_eq!(names(&desk, &text("138 0013")), ["王五"]);
    assert_eq!(names(&desk, &text("王五 8000")), ["王五"]);
    assert_eq!(names(&desk, &text("王五 9999")), Vec::<String>::new());
    assert_eq!(names(&desk, &text("  ")).len(), 5);
}

#[test]
fn a_member_is_found_by_each_of_their_chips_whatever_becomes_of_them() {
    let desk = Desk::new();
    let person = member("张三").with(Field::MemberChipNumbers, "04A32F1B;0012345678");
    let other = member("李四").with(Field::MemberChipNumbers, "0012345679");
    desk.write(Label::Add, [Edit::create(&person), Edit::create(&other)]);
    let holders = |desk: &Desk, number: &str| {
        let found = desk.store.find_chip(number, 2).unwrap();
        found.iter().map(|member| member.text(Field::MemberName).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((holders(&desk, "04A32F1B"), holders(&desk, "0012345678")), (vec!["张三".into()], vec!["张三".into()]));
    assert_eq!(holders(&desk, "001234567"), Vec::<String>::new(), "part of a number is no number");
    // The search finds it by any part, as it does every number.
    assert_eq!(names(&desk, &text("a32f")), ["张三"]);
    desk.set(&person, Field::MemberChipNumbers, "0012345678");
    assert!(holders(&desk, "04A32F1B").is_empty() && names(&desk, &text("04a32f1b")).is_empty());
    desk.store.undo(&request()).unwrap();
    assert_eq!(holders(&desk, "04A32F1B"), ["张三"]);
    let person = desk.get(&person).unwrap();
    desk.write(Label::Remove, [Edit::remove(&person)]);
    assert!(holders(&desk, "0012345678").is_empty());
    desk.store.undo(&request()).unwrap();
    let desk = desk.reopened();
    assert_eq!(holders(&desk, "0012345678"), ["张三"]);
}

#[test]
fn the_search_follows_every_change() {
    let desk = Desk::new();
    let person = member("张三");
    assert!(names(&desk, &text("张三")).is_empty());
    let added = desk.write(Label::Add, [Edit::create(&person)]);
    assert_eq!(names(&desk, &text("张三")), ["张三"]);
    desk.set(&person, Field::MemberName, "李四");
    assert!(names(&desk, &text("张三")).is_empty());
    assert_eq!(names(&desk, &text("李四")), ["李四"]);
    desk.store.undo(&request()).unwrap();
    assert_eq!(names(&desk, &text("张三")), ["张三"]);
    desk.store.undo_batch(added, &request()).unwrap();
    assert!(names(&desk, &text("张三")).is_empty());
    desk.store.redo(&request()).unwrap();
    assert_eq!(names(&desk, &text("张三")), ["张三"]);
    let desk = desk.reopened();
    assert_eq!(names(&desk, &text("张三")), ["张三"]);
}

#[test]
fn a_search_within_a_filter_keeps_its_order() {
    let desk = Desk::new();
    let class = department("一班", None);
    let inside = |name: &str| member(name).with(Field::MemberDepartment, class.id);
    let people = [inside("小张三"), member("张三"), inside("张三丰")];
    desk.write(Label::Add, [&class].into_iter().chain(&people).map(Edit::create));
    let query = Query { department: Some(class.id), ..text("张三") };
    assert_eq!(names(&desk, &query), ["张三丰", "小张三"]);
    let sorted = Query { sort: vec![(Column::Field(Field::MemberName), Direction::Ascending)], ..query };
    assert_eq!(names(&desk, &sorted).len(), 2);
}

#[test]
fn filters_and_orders_work_on_every_column() {
    let desk = Desk::new();
    let class = department("一班", None);
    let a = member("甲")
        .with(Field::MemberCardNumber, "10")
        .with(Field::MemberSex, "male")
        .with(Field::MemberEntryYear, 2025);
    let b = member("乙").with(Field::MemberCardNumber, "9").with(Field::MemberDepartment, class.id);
    let c = member("丙")
        .with(Field::MemberSex, "female")
        .with(Field::MemberEntryYear, 2026)
        .with(Field::MemberNote, "50%_x");
    let mother =
        Record::empty(Kind::Guardian, id()).with(Field::GuardianName, "赵妈").with(Field::GuardianPhone, "13700137000");
    let bond = Record::empty(Kind::Guardianship, id())
        .with(Field::GuardianshipMember, a.id)
        .with(Field::GuardianshipGuardian, mother.id)
        .with(Field::GuardianshipRelation, "mother");
    desk.write(Label::Add, [&class, &a, &b, &c, &mother, &bond].map(Edit::create));
    let filtered = |column, test| names(&desk, &Query { filters: vec![Filter { column, test }], ..Query::default() });
    let field = Column::Field;
    assert_eq!(filtered(field(Field::MemberSex), Test::Is("male".into())), ["甲"]);
    assert_eq!(filtered(field(Field::MemberSex), Test::IsNot("male".into())), ["乙", "丙"]);
    assert_eq!(filtered(field(Field::MemberSex), Test::IsEmpty), ["乙"]);
    assert_eq!(filtered(field(Field::MemberEntryYear), Test::Is(Value::Int(2026))), ["丙"]);
    assert_eq!(filtered(field(Field::MemberNote), Test::Contains("50%_X".into())), ["丙"]);
    assert!(filtered(field(Field::MemberNote), Test::Contains("50__".into())).is_empty());
    assert_eq!(filtered(field(Field::MemberDepartment), Test::Is(class.id.into())), ["乙"]);
    assert_eq!(filtered(Column::DepartmentPath, Test::Contains("一".into())), ["乙"]);
    assert_eq!(filtered(Column::DepartmentPath, Test::IsNot("一班".into())), ["甲", "丙"]);
    assert_eq!(filtered(Column::DepartmentPath, Test::IsEmpty), ["甲", "丙"]);
    assert_eq!(filtered(Column::GuardianName, Test::Contains("赵".into())), ["甲"]);
    assert_eq!(filtered(Column::GuardianPhone, Test::IsEmpty), ["乙", "丙"]);
    assert_eq!(filtered(Column::GuardianRelation, Test::IsNot("mother".into())), ["乙", "丙"]);
    assert_eq!(filtered(Column::JoinState, Test::Is("none".into())).len(), 3);

    let sorted = |column, direction| names(&desk, &Query { sort: vec![(column, direction)], ..Query::default() });
    assert_eq!(sorted(field(Field::MemberCardNumber), Direction::Ascending), ["乙", "甲", "丙"]);
    assert_eq!(sorted(field(Field::MemberCardNumber), Direction::Descending), ["甲", "乙", "丙"]);
    assert_eq!(sorted(field(Field::MemberEntryYear), Direction::Descending), ["丙", "甲", "乙"]);
    assert_eq!(sorted(field(Field::MemberSex), Direction::Ascending), ["甲", "丙", "乙"]);
    assert_eq!(sorted(Column::DepartmentPath, Direction::Ascending), ["乙", "甲", "丙"]);
    for column in [Column::GuardianName, Column::GuardianPhone, Column::GuardianRelation] {
        assert_eq!(sorted(column, Direction::Ascending)[0], "甲");
    }
    assert_eq!(sorted(Column::JoinState, Direction::Ascending).len(), 3);

    let row = desk.store.member(a.id).unwrap().unwrap();
    assert_eq!((row.guardians[0].name.as_str(), row.guardians[0].relation.as_deref()), ("赵妈", Some("mother")));
    assert_eq!((row.join, row.mark), (Join::NotInvited, Some(Mark::Pending)));
    let pending = Query { mark: Some(Mark::Pending), ..Query::default() };
    assert_eq!(names(&desk, &pending).len(), 3);
    for mark in [Mark::Conflict, Mark::Refused] {
        assert!(names(&desk, &Query { mark: Some(mark), ..Query::default() }).is_empty());
    }
}

#[test]
fn a_masked_value_is_found_by_parts_only_where_it_may_be_seen() {
    let desk = Desk::new();
    let (open, closed) = (text_field("座位", "ordinary"), text_field("备注二", "sensitive"));
    let person = member("张三丰").with(Field::MemberCardNumber, "S138").with(Field::MemberPhone, "13812345678");
    let other = member("李四").with(Field::MemberPhone, "13900138000");
    let value = |field: &Record, text: &str| {
        Record::empty(Kind::CustomValue, mingce_model::custom::value_id(person.id, field.id))
            .with(Field::CustomValueMember, person.id)
            .with(Field::CustomValueField, field.id)
            .with(Field::CustomValueValue, text)
    };
    let values = [value(&open, "窗边7座"), value(&closed, "家境贫困")];
    desk.write(Label::Add, [&open, &closed, &person, &other].into_iter().chain(&values).map(Edit::create));
    let found = |words: &str, masked| names(&desk, &Query { masked, ..text(words) });
    for words in ["138", "3812345", "贫困", "pk 138"] {
        let all = found(words, Masked::ByParts);
        assert_eq!(all.contains(&"张三丰".to_owned()), words != "pk 138", "{words}");
    }
    let whole = |words: &str| found(words, Masked::Whole);
    assert_eq!(whole("138"), ["张三丰"], "by the card number, which everybody sees");
    assert_eq!(whole("139"), [""; 0]);
    assert_eq!(whole("3812345"), [""; 0]);
    assert_eq!(whole("贫困"), [""; 0]);
    for words in ["13812345678", "138-1234-5678", "家境贫困", "窗边", "7座", "zsf", "张三 13812345678"] {
        assert_eq!(whole(words), ["张三丰"], "{words}");
    }
}

#[test]
fn a_view_keeps_its_places_when_members_go() {
    let desk = Desk::new();
    let people = ["甲", "乙", "丙"].map(member);
    desk.write(Label::Add, people.iter().map(Edit::create));
    let view = desk.store.find_members(&Query::default()).unwrap();
    assert_eq!(desk.store.locate(&view, people[2].id).unwrap(), Some(2));
    let removed = desk.write(Label::Remove, [Edit::remove(&people[1])]);
    desk.write(Label::Add, [Edit::create(&member("丁"))]);
    let page = desk.store.page(&view, 0, 10).unwrap();
    let seen: Vec<_> = page.iter().map(|row| row.as_ref().map(|row| row.member.id)).collect();
    assert_eq!(seen, [Some(people[0].id), None, Some(people[2].id)]);
    desk.store.undo_batch(removed, &request()).unwrap();
    // Who comes back stands where they stood, and nobody else ever does.
    let back = desk.store.page(&view, 1, 1).unwrap().remove(0);
    assert_eq!(back.map(|row| row.member.id), Some(people[1].id));
    assert_eq!(desk.store.find_members(&Query::default()).unwrap().len(), 4);
    assert!(desk.store.page(&view, 3, usize::MAX).unwrap().is_empty());
}

#[test]
fn people_are_recognised_by_their_numbers_and_names() {
    let desk = Desk::new();
    let person = member("单雄信")
        .with(Field::MemberCardNumber, "0042")
        .with(Field::MemberDocumentKind, "hong_kong_macau_permit")
        .with(Field::MemberDocumentNumber, "H1234567801");
    let namesake = member("单雄信").with(Field::MemberDocumentNumber, "H1234567");
    desk.write(Label::Add, [Edit::create(&person), Edit::create(&namesake), Edit::create(&member("单雄"))]);
    let by = |field, value: &str| desk.store.find_by(field, &Value::from(value), 10).unwrap();
    assert_eq!(by(Field::MemberName, "单雄信"), [person.clone(), namesake.clone()]);
    assert_eq!(by(Field::MemberCardNumber, "0042"), std::slice::from_ref(&person));
    assert_eq!(desk.store.find_by(Field::MemberName, &"单雄信".into(), 1).unwrap().len(), 1);
    assert!(by(Field::MemberCardNumber, "42").is_empty());
    let prefixed = |prefix| desk.store.find_by_prefix(Field::MemberDocumentNumber, prefix, 10).unwrap();
    assert_eq!(prefixed("H12345678"), std::slice::from_ref(&person));
    assert_eq!(prefixed("H1234567"), [person, namesake]);
    assert!(prefixed("H2").is_empty());
}

/// Members whose order by note has nothing to do with the order they were added in.
fn scattered(count: usize) -> Vec<Record> {
    let note = |number: usize| format!("{:03}", number * 37 % count);
    (0..count).map(|number| member(&format!("原名{number}")).with(Field::MemberNote, note(number))).collect()
}

fn by_note() -> Query {
    Query { sort: vec![(Column::Field(Field::MemberNote), Direction::Ascending)], ..Query::default() }
}

#[test]
fn a_page_of_members_from_all_over_the_roster_has_each_in_its_place() {
    let desk = Desk::new();
    let mut people = scattered(400);
    desk.write(Label::Add, people.iter().map(Edit::create));
    let (guardian, removed) = (Record::empty(Kind::Guardian, id()).with(Field::GuardianName, "父"), people[7].clone());
    let guardianship = Record::empty(Kind::Guardianship, id())
        .with(Field::GuardianshipMember, people[200].id)
        .with(Field::GuardianshipGuardian, guardian.id);
    desk.write(Label::Add, [Edit::create(&guardian), Edit::create(&guardianship)]);
    let view = desk.store.find_members(&by_note()).unwrap();
    desk.write(Label::Remove, [Edit::remove(&removed)]);
    people.sort_by_key(|person| person.text(Field::MemberNote).unwrap().to_owned());
    for (start, count) in [(0, 400), (3, 100), (390, 100), (17, 2), (400, 5)] {
        let page = desk.store.page(&view, start, count).unwrap();
        let wanted = people.iter().skip(start).take(count).map(|person| desk.store.member(person.id).unwrap());
        assert_eq!(page, wanted.collect::<Vec<_>>());
    }
}

#[test]
fn whoever_leafs_and_searches_while_somebody_writes_sees_whole_rows() {
    let desk = Desk::new();
    let people = scattered(400);
    desk.write(Label::Add, people.iter().map(Edit::create));
    let view = desk.store.find_members(&by_note()).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..30 {
                let renamed = |person: &Record| {
                    let before = desk.get(person).unwrap();
                    let (name, title) = (format!("改名{round}"), format!("第{round}"));
                    let after = before.clone().with(Field::MemberName, name).with(Field::MemberTitle, title);
                    Edit::between(&before, &after).unwrap()
                };
                desk.write(Label::Edit, people.iter().step_by(9).map(renamed));
            }
        });
        while !writer.is_finished() {
            let page = desk.store.page(&view, 0, 400).unwrap();
            for (place, row) in page.into_iter().enumerate() {
                let member = row.unwrap().member;
                assert_eq!(member.text(Field::MemberNote).unwrap(), format!("{place:03}"));
                if let Some(title) = member.text(Field::MemberTitle) {
                    assert_eq!(title.replace("第", "改名"), member.text(Field::MemberName).unwrap());
                }
            }
            assert_eq!(desk.store.find_members(&text("名")).unwrap().len(), 400);
        }
    });
    assert_eq!(names(&desk, &text("改名29")).len(), 400usize.div_ceil(9));
}

#[test]
fn what_stands_in_a_field_that_was_put_away_finds_nobody() {
    let (desk, person) = (Desk::new(), member("尉迟恭"));
    let field = text_field("爱好", "ordinary");
    let value = Record::empty(Kind::CustomValue, value_id(person.id, field.id))
        .with(Field::CustomValueMember, person.id)
        .with(Field::CustomValueField, field.id)
        .with(Field::CustomValueValue, "下象棋");
    desk.write(Label::Add, [&person, &field, &value].map(Edit::create));
    let query = Query { text: Some("象棋".into()), ..Query::default() };
    let found = |desk: &Desk| desk.store.find_members(&query).unwrap().len();
    assert_eq!(found(&desk), 1);
    desk.set(&field, Field::CustomFieldIsArchived, 1);
    assert_eq!(found(&desk), 0);
    let desk = desk.reopened();
    assert_eq!(found(&desk), 0);
    desk.set(&field, Field::CustomFieldIsArchived, Value::Null);
    assert_eq!(found(&desk), 1);
}
