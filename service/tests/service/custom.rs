//! Fields of the organisation's own and tags, asked by a desktop that keeps no rule of its own.

use crate::desk::{House, set};
use mingce_model::custom::{tagging_id, value_id};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_protocol::{OpCode, PushAnswer};

fn field(id: RecordId, name: &str, form: &str) -> Record {
    Record::empty(Kind::CustomField, id)
        .with(Field::CustomFieldName, name)
        .with(Field::CustomFieldForm, form)
        .with(Field::CustomFieldDataClass, "ordinary")
}

fn value(member: RecordId, field: RecordId, text: &str) -> Record {
    Record::empty(Kind::CustomValue, value_id(member, field))
        .with(Field::CustomValueMember, member)
        .with(Field::CustomValueField, field)
        .with(Field::CustomValueValue, text)
}

/// Code and rule of each edit that was not taken.
fn refusals(answer: &PushAnswer) -> Vec<(OpCode, Option<&str>)> {
    answer.exceptions.iter().map(|exception| (exception.code, exception.rule.as_deref())).collect()
}

const fn rejected(rule: &str) -> (OpCode, Option<&str>) {
    (OpCode::Rejected, Some(rule))
}

#[tokio::test]
async fn a_value_must_have_its_own_id_and_fit_its_field() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await.id;
    let (number, dormitory) = (house.new_id(), house.new_id());
    let choice = field(dormitory, "住宿", "choice").with(Field::CustomFieldChoices, r#"["住校","走读"]"#);
    let answer = desk.push(&[field(number, "储物柜", "number"), choice].map(|it| Edit::create(&it))).await;
    assert_eq!(answer.exceptions, []);
    let mut elsewhere = value(member, number, "7");
    elsewhere.id = house.new_id();
    let unknown = value(member, house.new_id(), "7");
    let answer = desk
        .push(&[
            Edit::create(&elsewhere),
            Edit::create(&value(member, number, "七")),
            Edit::create(&value(member, number, "7.0")),
            Edit::create(&value(member, dormitory, "半走读")),
            Edit::create(&unknown),
            Edit::create(&value(member, number, "7")),
        ])
        .await;
    let expected = [
        rejected("id_not_derived"),
        rejected("number_malformed"),
        rejected("not_canonical"),
        rejected("choice_unknown"),
        rejected("reference_missing"),
    ];
    assert_eq!(refusals(&answer), expected);
    // It cannot be made somebody else's afterwards either.
    let other = desk.add_member("李娜").await.id;
    let answer = desk.push(&[set(&value(member, number, "7"), Field::CustomValueMember, other)]).await;
    assert_eq!(refusals(&answer), [rejected("id_not_derived")]);
}

#[tokio::test]
async fn a_definition_is_sound_has_a_name_of_its_own_and_keeps_its_form() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await.id;
    let good = field(house.new_id(), "爱好", "text");
    let nameless_choice = field(house.new_id(), "住宿", "choice");
    let same_name = field(house.new_id(), "爱 好", "date");
    let odd_flag = field(house.new_id(), "其他", "text").with(Field::CustomFieldIsUnique, 7);
    let answer = desk.push(&[&good, &nameless_choice, &same_name, &odd_flag].map(Edit::create)).await;
    let expected = [rejected("choices_malformed"), (OpCode::Duplicate, None), rejected("not_canonical")];
    assert_eq!(refusals(&answer), expected);
    let answer = desk.push(&[set(&good, Field::CustomFieldForm, "date")]).await;
    assert_eq!(refusals(&answer), [rejected("custom_form_fixed")]);
    let filled = value(member, good.id, "下象棋");
    let answer = desk.push(&[Edit::create(&filled), Edit::remove(&good)]).await;
    assert_eq!(refusals(&answer), [rejected("custom_field_in_use")]);
    let answer = desk.push(&[Edit::remove(&filled), Edit::remove(&good)]).await;
    assert_eq!(answer.exceptions, []);
}

#[tokio::test]
async fn a_required_value_is_not_emptied_and_a_unique_one_not_given_twice() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let (first, second) = (desk.add_member("张伟").await.id, desk.add_member("李娜").await.id);
    let strict = field(house.new_id(), "储物柜", "text")
        .with(Field::CustomFieldIsRequired, 1)
        .with(Field::CustomFieldIsUnique, 1);
    let filled = value(first, strict.id, "A1");
    assert_eq!(desk.push(&[&strict, &filled].map(Edit::create)).await.exceptions, []);
    let answer = desk
        .push(&[set(&filled, Field::CustomValueValue, Value::Null), Edit::create(&value(second, strict.id, "A1"))])
        .await;
    assert_eq!(refusals(&answer), [rejected("required_missing"), (OpCode::Duplicate, None)]);
    assert_eq!(answer.exceptions[1].other, Some(first));
}

#[tokio::test]
async fn what_hangs_on_a_removed_member_or_tag_goes_with_it() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let member = desk.add_member("张伟").await;
    let hobby = field(house.new_id(), "爱好", "text");
    let tags = ["校队", "贫困生"].map(|name| Record::empty(Kind::Tag, house.new_id()).with(Field::TagName, name));
    let given = tags.each_ref().map(|tag| {
        Record::empty(Kind::Tagging, tagging_id(member.id, tag.id))
            .with(Field::TaggingMember, member.id)
            .with(Field::TaggingTag, tag.id)
    });
    let filled = value(member.id, hobby.id, "下象棋");
    let all = [&hobby, &tags[0], &tags[1], &given[0], &given[1], &filled].map(Edit::create);
    assert_eq!(desk.push(&all).await.exceptions, []);
    assert_eq!(desk.push(&[Edit::remove(&tags[0])]).await.exceptions, []);
    assert!(desk.look(Kind::Tagging, given[0].id).await.is_none());
    assert!(desk.look(Kind::Tagging, given[1].id).await.is_some());
    assert_eq!(desk.push(&[Edit::remove(&member)]).await.exceptions, []);
    assert!(desk.look(Kind::Tagging, given[1].id).await.is_none());
    assert!(desk.look(Kind::CustomValue, filled.id).await.is_none());
}

fn layout(id: RecordId, name: &str) -> Record {
    Record::empty(Kind::Layout, id)
        .with(Field::LayoutName, name)
        .with(Field::LayoutFormat, 1)
        .with(Field::LayoutStock, "{\"sheet\":{}}")
        .with(Field::LayoutDesign, "{\"front\":[]}")
}

#[tokio::test]
async fn a_layout_has_a_name_of_its_own_is_whole_json_and_there_are_not_more_than_a_hundred() {
    let house = House::open();
    let mut desk = house.found("13800138000").await;
    let good = layout(house.new_id(), "两列标签").with(Field::LayoutPictures, "{\"logo\":\"AAAA\"}");
    let same_name = layout(house.new_id(), "两列 标签");
    let broken = layout(house.new_id(), "坏的").with(Field::LayoutDesign, "{\"front\":");
    let long = layout(house.new_id(), "长的").with(Field::LayoutPictures, format!("\"{}\"", "A".repeat(60_001)));
    let nothing = Record::empty(Kind::Layout, house.new_id()).with(Field::LayoutName, "空的");
    let answer = desk.push(&[&good, &same_name, &broken, &long, &nothing].map(Edit::create)).await;
    let expected = [
        (OpCode::Duplicate, None),
        rejected("json_malformed"),
        rejected("text_too_long"),
        rejected("required_missing"),
    ];
    assert_eq!(refusals(&answer), expected);
    assert_eq!(desk.look(Kind::Layout, good.id).await.expect("was taken").values, good.values);
    let renamed = desk.push(&[set(&good, Field::LayoutName, "三列标签")]).await;
    assert_eq!(renamed.exceptions, []);
    let more: Vec<Edit> = (0..100).map(|n| Edit::create(&layout(house.new_id(), &format!("第{n}个")))).collect();
    assert_eq!(refusals(&desk.push(&more).await), [rejected("too_many")]);
    assert_eq!(desk.push(&[Edit::remove(&set_name(&good, "三列标签"))]).await.exceptions, []);
    assert_eq!(desk.look(Kind::Layout, good.id).await, None);
}

fn set_name(layout: &Record, name: &str) -> Record {
    layout.clone().with(Field::LayoutName, name)
}

#[tokio::test]
async fn two_who_move_boxes_of_one_layout_meet_and_whoever_changed_the_paper_does_not() {
    let house = House::open();
    let mut here = house.found("13800138000").await;
    let mut there = here.second();
    let long = |mark: &str| format!("{{\"front\":[\"{}\"]}}", mark.repeat(20_000));
    let shared = layout(house.new_id(), "两列标签");
    assert_eq!(here.push(&[Edit::create(&shared)]).await.exceptions, []);
    there.pull().await;
    assert_eq!(here.push(&[set(&shared, Field::LayoutDesign, long("a").as_str())]).await.exceptions, []);
    // Another part of it: both count.
    assert_eq!(there.push(&[set(&shared, Field::LayoutStock, "{\"sheet\":1}")]).await.exceptions, []);
    let answer = there.push(&[set(&shared, Field::LayoutDesign, long("b").as_str())]).await;
    assert_eq!(answer.exceptions[0].code, OpCode::Conflict);
    let conflict = here.pull().await.into_iter().find(|record| record.kind == Kind::Conflict).expect("is told");
    let values = conflict.values.expect("a live conflict");
    let mine = &values[Field::ConflictMine.index()];
    assert!(mine.to_string().len() > 20_000, "the whole value is kept");
    assert_eq!(here.look(Kind::Layout, shared.id).await.unwrap().text(Field::LayoutStock), Some("{\"sheet\":1}"));
}
