//! What is written into the audit, what is not, who may see it, and what desktops report.

use crate::desk::{Answer, Desk, House, PASSWORD, START_MS, set};
use crate::join::invitation;
use crate::phone::{Phone, hidden, seal, token};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use mingce_model::{Edit, Field, Kind, Record, RecordId};
use mingce_protocol::{ApiFailure, AuditLine, AuditPage, Device, Look, ReportLooks, Right, Rights, SignIn, SignedIn};
use mingce_service::Rate;
use mingce_service::administrators::{Administrators, NewAdministrator};
use mingce_service::audit::{Audits, Checked, Entry, Evidence, Head, Until, Wanted};
use mingce_service::storage::{Role, StorageError};
use serde_json::Value;
use std::time::Duration;

const DAY_MS: i64 = 24 * 3_600_000;
const OWNER: &str = "13800138000";
const OTHER: &str = "13700137000";
const PASSPORT: &str = "E12345678";

pub fn verified(house: &House, evidence: Evidence) -> Vec<Checked> {
    house.with_options(|options| Audits::open(options).unwrap().verify(evidence).unwrap())
}

pub fn assert_whole(house: &House) {
    for checked in verified(house, Evidence::default()) {
        assert_eq!(checked.state.err(), None, "{:?}", checked.ledger);
    }
}

pub fn exported(house: &House, wanted: Wanted) -> Vec<Entry> {
    house.with_options(|options| {
        let mut all = Vec::new();
        let each = &mut |entry: &Entry| {
            all.push(entry.clone());
            Ok(())
        };
        Audits::open(options).unwrap().export(wanted, each).unwrap();
        all
    })
}

pub fn heads(house: &House) -> Vec<Head> {
    house.with_options(|options| {
        let mut all = Vec::new();
        let each = &mut |head: &Head| {
            all.push(head.clone());
            Ok(())
        };
        Audits::open(options).unwrap().heads(each).unwrap();
        all
    })
}

async fn ask(desk: &Desk<'_>, query: &str) -> Answer {
    let path = format!("/v1/organisations/{}/audit{query}", desk.organisation);
    let request = Request::get(path).header("authorization", format!("Bearer {}", desk.token));
    desk.house.send(request.body(Body::empty()).unwrap()).await
}

async fn page(desk: &Desk<'_>, query: &str) -> Vec<AuditLine> {
    ask(desk, query).await.json::<AuditPage>().lines
}

fn acts(lines: &[AuditLine]) -> Vec<&str> {
    lines.iter().map(|line| line.act.as_str()).collect()
}

fn details(line: &AuditLine) -> Value {
    serde_json::from_str(&line.details).unwrap()
}

async fn sign_in(house: &House, phone: &str, password: &str) -> Answer {
    let form = SignIn { phone: phone.into(), password: password.into(), device: "家里".into(), code: None };
    let answer = house.post_json("/v1/sign-in", &form).await;
    // A refusal is written behind the answer.
    house.service().write_refusals(Until::Due).await.unwrap();
    answer
}

async fn send(house: &House, method: &str, path: &str, token: &str) -> StatusCode {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
    house.send(request.body(Body::empty()).unwrap()).await.status
}

async fn report(desk: &Desk<'_>, looks: &[Look]) -> Answer {
    report_from(desk, None, looks).await
}

async fn report_from(desk: &Desk<'_>, store: Option<&str>, looks: &[Look]) -> Answer {
    let body = ReportLooks { replica: desk.replica.clone(), store: store.map(str::to_owned), looks: looks.to_vec() };
    let path = format!("/v1/organisations/{}/audit", desk.organisation);
    let request = Request::post(path).header("authorization", format!("Bearer {}", desk.token));
    desk.house.send(request.body(serde_json::to_vec(&body).unwrap().into()).unwrap()).await
}

fn look(number: u64, act: &str) -> Look {
    let fields = vec!["phone".to_owned(), "guardian_phone".to_owned()];
    Look { number, act: act.into(), at: START_MS - 5, member: None, fields, people: 300, full: true }
}

/// Adds somebody as the operator does.
fn add(house: &House, desk: &Desk<'_>, role: Role) {
    house.with_options(|options| {
        let wanted = NewAdministrator {
            organisation: desk.organisation,
            name: "李老师".into(),
            phone: OTHER.into(),
            password: Some(PASSWORD.into()),
            role,
            rights: Rights::default(),
        };
        Administrators::open(options).unwrap().add(wanted).unwrap();
    });
}

/// Two people, one invited twice over: one joins and thinks again, the other refuses.
async fn join_and_leave(desk: &mut Desk<'_>) -> Record {
    let house = desk.house;
    let born = |desk: &Desk<'_>, n: u8| {
        desk.member("欧阳静怡")
            .with(Field::MemberPhone, format!("1390013900{n}"))
            .with(Field::MemberDocumentKind, "passport")
            .with(Field::MemberDocumentNumber, PASSPORT)
            .with(Field::MemberBirthDate, "1990-05-01")
    };
    let (first, second) = (born(desk, 1), born(desk, 2));
    let codes = [invitation(desk, &first, &token(1)), invitation(desk, &second, &token(2))];
    let edits = [&first, &second, &codes[0], &codes[1]].map(Edit::create);
    assert_eq!(desk.push(&edits).await.exceptions, []);
    let mut phone = Phone::new(house);
    let joined = phone.join_with(&token(1), "13900139001", PASSPORT, &[("photo", "yes")]).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER);
    let refuse = format!("/j/{}/refuse", token(2));
    let mut other = Phone::new(house);
    let form = seal(&other.get(&refuse).await).unwrap();
    assert_eq!(other.post(&refuse, &[("seal", &form)]).await.status, StatusCode::SEE_OTHER);
    let consents = phone.get("/card/consents").await;
    let (form, statement) = (seal(&consents).unwrap(), hidden(&consents, "statement").unwrap());
    let fields = [("purpose", "photo"), ("act", "withdrawn"), ("statement", &*statement), ("seal", &*form)];
    assert_eq!(phone.post("/card/consents", &fields).await.status, StatusCode::SEE_OTHER);
    let form = seal(&phone.get("/card/close").await).unwrap();
    assert_eq!(phone.post("/card/close", &[("seal", &form)]).await.status, StatusCode::SEE_OTHER);
    first
}

/// Everything that an organisation can go through.
pub async fn live_through(house: &House) -> Desk<'_> {
    let mut desk = house.found(OWNER).await;
    let other: SignedIn = sign_in(house, OWNER, PASSWORD).await.json();
    assert_eq!(sign_in(house, OWNER, "wrong horse").await.failure().code, ApiFailure::WrongCredentials);
    assert_eq!(sign_in(house, OTHER, "wrong horse").await.failure().code, ApiFailure::WrongCredentials);
    let devices = Request::get("/v1/devices").header("authorization", format!("Bearer {}", desk.token));
    let devices: Vec<Device> = house.send(devices.body(Body::empty()).unwrap()).await.json();
    let lost = devices.iter().find(|device| !device.is_current).unwrap();
    let path = format!("/v1/devices/{}", lost.id);
    assert_eq!(send(house, "DELETE", &path, &desk.token).await, StatusCode::NO_CONTENT);
    assert_eq!(send(house, "DELETE", &path, &desk.token).await, StatusCode::NOT_FOUND);
    drop(other);
    let second: SignedIn = sign_in(house, OWNER, PASSWORD).await.json();
    assert_eq!(send(house, "POST", "/v1/sign-out", &second.token).await, StatusCode::NO_CONTENT);
    add(house, &desk, Role::Administrator);
    house.with_options(|options| {
        let administrators = Administrators::open(options).unwrap();
        let rights = [Right::RevealNumbers].into_iter().collect();
        administrators.set_rights(desk.organisation, OTHER, rights).unwrap();
        administrators.set_role(desk.organisation, OTHER, Role::Auditor).unwrap();
        administrators.list().unwrap();
    });
    join_and_leave(&mut desk).await;
    assert_eq!(report(&desk, &[look(1, "export")]).await.status, StatusCode::NO_CONTENT);
    desk
}

#[tokio::test]
async fn every_act_is_written_and_bound_to_what_it_did() {
    let house = House::open();
    let desk = live_through(&house).await;
    house.with_ledgers(|ledgers| ledgers.export(desk.organisation, &mut |_| Ok(())).unwrap());
    let mut lines = page(&desk, "").await;
    lines.reverse();
    assert_eq!(
        acts(&lines),
        [
            "organisation_created",
            "sign_in",
            "sign_in_refused",
            "device_revoked",
            "sign_in",
            "sign_out",
            "administrator_added",
            "rights_changed",
            "role_changed",
            "push",
            "invitation_claimed",
            "invitation_refused",
            "consents_changed",
            "account_closed",
            "export",
            "operator_verb",
        ]
    );
    assert!(lines.iter().zip(1..).all(|(line, number)| line.number == number && line.at == START_MS));
    assert_eq!((lines[0].actor_name.as_deref(), lines[0].device_name.as_deref()), (Some("王老师"), Some("教务处")));
    assert_eq!(lines[1].network.as_deref(), Some("0.0.0.0/24"));
    // A stranger was not let in to an account of the organisation.
    assert_eq!(
        (lines[2].actor_kind.as_str(), &lines[2].actor, &lines[2].subject),
        ("stranger", &None, &lines[0].actor)
    );
    assert_eq!(lines[3].subject, lines[1].device);
    assert_eq!(lines[6].subject_name.as_deref(), Some("李老师"));
    assert_eq!(details(&lines[7]), serde_json::json!({ "before": [], "after": ["reveal_numbers"] }));
    assert_eq!(details(&lines[8]), serde_json::json!({ "before": "administrator", "after": "auditor" }));
    let push = details(&lines[9]);
    assert_eq!(push["kinds"], serde_json::json!({ "member": 2, "invitation": 2 }));
    assert_eq!(
        (&push["edits"], &push["not_applied"], &push["replica"]),
        (&4.into(), &0.into(), &(*desk.replica).into())
    );
    assert_eq!((&push["first_ver"], &push["last_ver"]), (&2.into(), &5.into()));
    let claimed = details(&lines[10]);
    assert_eq!((&claimed["first_consent"], &claimed["last_consent"]), (&1.into(), &3.into()));
    assert_eq!((lines[10].actor_kind.as_str(), &lines[10].network), ("member", &None));
    assert_eq!(details(&lines[12])["first_consent"], 4);
    assert_eq!(details(&lines[13])["last_consent"], 7);
    assert_eq!(details(&lines[14])["people"], 300);
    assert_eq!(details(&lines[15])["verb"], "consents export");
    let own: Vec<String> = exported(&house, Wanted::Service).into_iter().map(|entry| entry.act).collect();
    assert_eq!(own, ["sign_in_refused", "operator_verb", "operator_verb"]);
    assert_whole(&house);
}

#[tokio::test]
async fn nothing_of_anybody_is_in_it() {
    let house = House::open();
    let desk = live_through(&house).await;
    let mut all = exported(&house, Wanted::Service);
    all.extend(exported(&house, Wanted::Organisation(desk.organisation)));
    assert!(all.len() > 15);
    for entry in &all {
        let text = entry.to_json().to_string();
        for value in ["1380013", "1370013", "1390013", PASSPORT, "老师", "欧阳", "教务处", "家里", "第一中学"]
        {
            assert!(!text.contains(value), "{value} in {text}");
        }
    }
}

#[tokio::test]
async fn a_push_says_what_was_refused_and_a_repeated_one_nothing() {
    let house = House::open();
    let mut desk = house.found(OWNER).await;
    let member = desk.add_member("张伟").await;
    let same = Edit::create(&desk.member("李娜").with(Field::MemberDepartment, member.id));
    let (header, ops) = (desk.header(), desk.ops(&[same, set(&member, Field::MemberTitle, "班长")]));
    let first = desk.send_push(&header, &ops).await;
    let again = desk.send_push(&header, &ops).await;
    assert_eq!((first.status, again.status), (StatusCode::OK, StatusCode::OK));
    let lines = page(&desk, "?act=push").await;
    assert_eq!(lines.len(), 2);
    let push = details(&lines[0]);
    assert_eq!((&push["edits"], &push["not_applied"], &push["last_ver"]), (&2.into(), &1.into(), &3.into()));
    // One that changed nothing at all names no version.
    let none = Edit::create(&desk.member("王芳").with(Field::MemberDepartment, member.id));
    desk.next_m = 4;
    desk.acked = 3;
    desk.push(&[none]).await;
    assert_eq!(details(&page(&desk, "?act=push").await[0]).get("last_ver"), None);
    assert_whole(&house);
}

#[tokio::test]
async fn what_a_desktop_reports_is_taken_once() {
    let house = House::open();
    let mut desk = house.found(OWNER).await;
    let member = desk.add_member("张伟").await;
    let one = Look { member: Some(member.id.to_string()), ..look(1, "reveal") };
    for _ in 0..2 {
        assert_eq!(report(&desk, &[one.clone(), look(2, "print")]).await.status, StatusCode::NO_CONTENT);
    }
    // A desktop that was put back to an earlier state gives a number to another line: that is taken too.
    assert_eq!(report(&desk, &[look(2, "export")]).await.status, StatusCode::NO_CONTENT);
    let lines = page(&desk, "").await;
    assert_eq!(acts(&lines[..3]), ["export", "print", "reveal"]);
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[2].subject.as_deref(), Some(&*member.id.to_string()));
    assert_eq!(details(&lines[1])["number"], 2);
    let spoilt = [
        Look { act: "sign_in".into(), ..look(3, "print") },
        Look { fields: vec!["13800138000".into()], ..look(3, "print") },
        Look { member: Some("张伟".into()), ..look(3, "print") },
        look(0, "print"),
    ];
    for look in spoilt {
        assert_eq!(report(&desk, &[look]).await.failure().code, ApiFailure::Malformed);
    }
    let many: Vec<Look> = (1..=201).map(|number| look(number, "print")).collect();
    assert_eq!(report(&desk, &many).await.failure().code, ApiFailure::TooLarge);
    let stranger = house.found("13600136000").await;
    let foreign = Desk::new(&house, desk.organisation, stranger.token.clone());
    assert_eq!(report(&foreign, &[look(9, "print")]).await.failure().code, ApiFailure::NotFound);
    assert_eq!(ask(&foreign, "").await.failure().code, ApiFailure::NotFound);
    assert_eq!(page(&desk, "").await.len(), 5);
    assert_whole(&house);
}

#[tokio::test]
async fn an_auditor_sees_it_and_whoever_prints_only_reports() {
    for (role, sees) in [(Role::Auditor, true), (Role::Administrator, true), (Role::Printing, false)] {
        let house = House::open();
        let owner = house.found(OWNER).await;
        add(&house, &owner, role);
        let signed_in: SignedIn = sign_in(&house, OTHER, PASSWORD).await.json();
        let desk = Desk::new(&house, owner.organisation, signed_in.token);
        assert_eq!(report(&desk, &[look(1, "print")]).await.status, StatusCode::NO_CONTENT);
        let answer = ask(&desk, "").await;
        match sees {
            true => assert_eq!(acts(&answer.json::<AuditPage>().lines)[0], "print"),
            false => assert_eq!(answer.failure().code, ApiFailure::Forbidden),
        }
        assert_eq!(acts(&page(&owner, "?act=print").await), ["print"]);
    }
}

#[tokio::test]
async fn pages_follow_one_another_and_filters_let_through_what_they_say() {
    let house = House::open();
    let mut desk = house.found(OWNER).await;
    for name in ["甲", "乙", "丙"] {
        house.pass(DAY_MS);
        desk.add_member(name).await;
    }
    let first: AuditPage = ask(&desk, "?limit=3").await.json();
    assert_eq!((acts(&first.lines), first.more), (vec!["push", "push", "push"], true));
    let before = format!("?limit=3&before={}", first.lines[2].number);
    let last: AuditPage = ask(&desk, &before).await.json();
    assert_eq!((acts(&last.lines), last.more), (vec!["organisation_created"], false));
    let day = |n: i64| START_MS + n * DAY_MS;
    let between = format!("?from={}&to={}", day(1), day(3));
    assert_eq!(page(&desk, &between).await.iter().map(|line| line.at).collect::<Vec<_>>(), [day(2), day(1)]);
    let account = first.lines[0].actor.clone().unwrap();
    assert_eq!(page(&desk, &format!("?actor={account}")).await.len(), 4);
    assert_eq!(page(&desk, &format!("?actor={}", house.new_id())).await, []);
    assert_eq!(page(&desk, "?act=export").await, []);
    assert_eq!(ask(&desk, "?actor=somebody").await.failure().code, ApiFailure::Malformed);
    assert_eq!(ask(&desk, "?limit=many").await.failure().code, ApiFailure::Malformed);
}

#[tokio::test]
async fn heads_are_signed_once_a_day_where_something_was_done() {
    let house = House::open();
    let mut desk = house.found(OWNER).await;
    let sign = async || house.service().sign_audits().await.unwrap().len();
    assert_eq!((sign().await, sign().await), (1, 0));
    desk.add_member("张伟").await;
    assert_eq!(sign().await, 0, "today's is there");
    house.pass(DAY_MS);
    sign_in(&house, OTHER, "wrong horse").await;
    assert_eq!((sign().await, sign().await), (2, 0));
    house.pass(DAY_MS);
    assert_eq!(sign().await, 0, "nothing was done since");
    let signed: Vec<(u64, u64)> = heads(&house).iter().map(|head| (head.sequence, head.number)).collect();
    assert_eq!(signed, [(1, 1), (1, 1), (2, 2)]);
    let key = house.with_options(|options| Audits::open(options).unwrap().public_key().unwrap());
    assert!(heads(&house).iter().all(|head| head.public == key && head.is_signed_by(&[key])));
    // The day is that of China: a minute before midnight there nothing is due, then it is.
    let midnight = START_MS + 3 * DAY_MS - 8 * 3_600_000;
    house.pass(midnight - 60_000 - (START_MS + 2 * DAY_MS));
    desk.add_member("李娜").await;
    assert_eq!(sign().await, 1);
    desk.add_member("王芳").await;
    assert_eq!(sign().await, 0);
    house.pass(60_000);
    assert_eq!(sign().await, 1);
    assert_whole(&house);
}

/// Signing in, pushing and refusing at the same time, by accounts of two organisations.
#[tokio::test(flavor = "multi_thread")]
async fn the_chain_stays_whole_however_many_write_at_once() {
    let house = House::open();
    let (mut first, second) = (house.found(OWNER).await, house.found(OWNER).await);
    let other = first.second();
    let member = first.add_member("张伟").await;
    let jobs = (0..8).map(async |n: u64| {
        let mut desk =
            Desk::new(&house, if n % 2 == 0 { first.organisation } else { second.organisation }, first.token.clone());
        for _ in 0..5 {
            sign_in(&house, OWNER, if n % 3 == 0 { "wrong horse" } else { PASSWORD }).await;
            sign_in(&house, OTHER, "wrong horse").await;
            desk.push(&[Edit::create(&desk.member("李娜"))]).await;
        }
    });
    futures_util::future::join_all(jobs).await;
    assert_eq!(other.look(Kind::Member, member.id).await.map(|it| it.id), Some(member.id));
    assert_eq!(page(&first, "?act=push&limit=500").await.len(), 21);
    assert_whole(&house);
}

#[tokio::test]
async fn strangers_who_try_and_try_are_one_entry_with_a_count() {
    let house = House::open();
    let desk = house.found(OWNER).await;
    let refused = || exported(&house, Wanted::Service).into_iter().filter(|it| it.act == "sign_in_refused");
    let count = |entry: Entry| serde_json::from_str::<Value>(&entry.details).unwrap()["count"].as_u64().unwrap();
    for n in 0..5 {
        sign_in(&house, &format!("1370013700{n}"), "wrong horse").await;
    }
    assert_eq!(refused().map(count).collect::<Vec<_>>(), [1]);
    house.pass(10 * 60_000);
    house.service().write_refusals(Until::Due).await.unwrap();
    assert_eq!(refused().map(count).collect::<Vec<_>>(), [1, 4]);
    assert!(refused().all(|entry| entry.subject.is_none() && entry.network.as_deref() == Some("0.0.0.0/24")));
    // With a phone that somebody has each is an entry of its own, whose organisation it is.
    for _ in 0..3 {
        sign_in(&house, OWNER, "wrong horse").await;
    }
    assert_eq!((page(&desk, "?act=sign_in_refused").await.len(), refused().count()), (3, 2));
    sign_in(&house, OTHER, "wrong horse").await;
    house.service().write_refusals(Until::All).await.unwrap();
    assert_eq!(refused().map(count).collect::<Vec<_>>(), [1, 4, 1]);
    assert_whole(&house);
}

#[tokio::test]
async fn a_desktop_reports_for_itself_only_and_not_without_end() {
    let house = House::open_with(|options| {
        options.rate_limits.reports = Rate { burst: 6, refill: Duration::from_secs(3_600) };
    });
    let mut desk = house.found(OWNER).await;
    desk.add_member("张伟").await;
    add(&house, &desk, Role::Administrator);
    let signed_in: SignedIn = sign_in(&house, OTHER, PASSWORD).await.json();
    let mut other = Desk::new(&house, desk.organisation, signed_in.token);
    let own = other.replica.clone();
    // Neither as somebody else's desktop nor in the place of its lines.
    other.replica = desk.replica.clone();
    assert_eq!(report(&other, &[look(1, "print")]).await.failure().code, ApiFailure::Forbidden);
    other.replica = own;
    let foreign = report_from(&other, Some(&desk.replica), &[look(1, "print")]).await;
    assert_eq!(foreign.failure().code, ApiFailure::Forbidden);
    assert_eq!(report(&other, &[look(1, "print")]).await.status, StatusCode::NO_CONTENT);
    // What was taken once is so for good, under whatever number the desktop works by then.
    let first = desk.replica.clone();
    assert_eq!(report_from(&desk, Some(&first), &[look(1, "print")]).await.status, StatusCode::NO_CONTENT);
    let renewed = Desk { replica: house.new_id().to_string(), ..desk };
    let again = [look(1, "print"), look(2, "print")];
    assert_eq!(report_from(&renewed, Some(&first), &again).await.status, StatusCode::NO_CONTENT);
    assert_eq!(page(&renewed, "?act=print").await.len(), 3);
    // Three lines are left of the day.
    let four: Vec<Look> = (3..7).map(|number| look(number, "print")).collect();
    assert_eq!(report(&renewed, &four).await.failure().code, ApiFailure::TooMany);
    assert_eq!(report(&renewed, &four[..3]).await.status, StatusCode::NO_CONTENT);
    assert_whole(&house);
}

#[tokio::test]
async fn names_are_told_of_those_of_the_organisation_only() {
    let house = House::open();
    let desk = house.found(OWNER).await;
    let stranger = house.found("13600136000").await;
    let foreign = page(&stranger, "").await.remove(0);
    let own = page(&desk, "").await.remove(0);
    for (number, id) in (1..).zip([&foreign.actor, &foreign.device, &own.actor]) {
        let look = Look { member: id.clone(), ..look(number, "reveal") };
        assert_eq!(report(&desk, &[look]).await.status, StatusCode::NO_CONTENT);
    }
    let lines = page(&desk, "?act=reveal").await;
    assert!(lines.len() == 3 && lines.iter().all(|line| line.subject.is_some() && line.subject_name.is_none()));
    assert!(lines.iter().all(|line| line.actor_name.as_deref() == Some("王老师")));
    let (own, organisation) = (own.actor.unwrap(), foreign.actor.unwrap());
    let service = house.service();
    let known = service.database.read(move |transaction| {
        let mut names = Vec::new();
        for row in transaction.load_organisations()? {
            let ids: [RecordId; 2] = [own.parse().unwrap(), organisation.parse().unwrap()];
            names.push(transaction.load_names(row.key, &ids)?.len());
        }
        Ok::<_, StorageError>(names)
    });
    assert_eq!(known.await.unwrap(), [1, 1]);
}

#[tokio::test]
async fn a_head_of_a_clock_that_was_ahead_does_not_stop_the_next() {
    let house = House::open();
    let mut desk = house.found(OWNER).await;
    let sign = async || house.service().sign_audits().await.unwrap().len();
    house.pass(400 * DAY_MS);
    assert_eq!(sign().await, 1);
    house.pass(-400 * DAY_MS);
    assert_eq!(sign().await, 0, "nothing was done since");
    desk.add_member("张伟").await;
    assert_eq!((sign().await, sign().await), (1, 0));
    desk.add_member("李娜").await;
    assert_eq!(sign().await, 0, "today's is there");
    house.pass(DAY_MS);
    assert_eq!(sign().await, 1);
    assert_whole(&house);
}
