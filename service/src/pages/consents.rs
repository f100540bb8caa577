//! What a member agreed to, and their data: see it, take it with them, take a consent back, close the account.

use super::card::{nobody_page, read_own};
use super::layout::{Page, failure_page, render, see_other, with_cookie};
use super::visit::Visit;
use super::words::Lang;
use crate::consent::{Act, Entry, Giver, Purpose};
use crate::join::{ENTRIES_MAX, Signed, apply_changes, apply_closing, is_agreed, lacks_own_consent, live, standing};
use crate::service::{Moved, Shared, date_at};
use crate::storage::{StorageError, Transaction};
use crate::token::{MEMBER_PREFIX, Token};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::Offset;
use maud::{Markup, PreEscaped, html};
use mingce_model::{Field, Kind, Record, Value};
use mingce_protocol::ApiFailure;
use serde::Deserialize;
use serde_json::{Map, json};

pub(super) const CONSENTS: &str = "/card/consents";
const CLOSE: &str = "/card/close";

/// What of a member's own records they are given: everything but what the program keeps for itself.
const EXPORTED: [Kind; 3] = [Kind::Member, Kind::Guardian, Kind::Guardianship];
/// Guardians of one member that are exported.
const GUARDIANS_MAX: usize = 50;

struct Own {
    organisation: String,
    name: String,
    entries: Vec<Entry>,
    /// Turned 14 or 18 since.
    is_asked: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ChangeFields {
    /// `photo`, or `account` where an own consent is asked for.
    purpose: String,
    /// `given` or `withdrawn`.
    act: String,
    seal: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct CloseFields {
    seal: String,
}

async fn find_own(service: &Shared, visit: &Visit) -> Result<Option<Own>, StorageError> {
    let day = service.date_in_china();
    read_own(service, visit, move |transaction, organisation, member| {
        let own = live(transaction, organisation, Kind::Organisation, Some(organisation.id.0))?;
        let entries = transaction.load_consents_of(organisation.key, member.id, ENTRIES_MAX)?;
        Ok(Own {
            organisation: own.and_then(|own| own.text(Field::OrganisationName).map(str::to_owned)).unwrap_or_default(),
            name: member.text(Field::MemberName).unwrap_or_default().to_owned(),
            is_asked: lacks_own_consent(&entries, member, day),
            entries,
        })
    })
    .await
}

/// The list of consents, with what can be done about them.
pub async fn consents(State(service): State<Shared>, visit: Visit) -> Response {
    match find_own(&service, &visit).await {
        Ok(Some(own)) => consents_page(&service, &visit, &own),
        Ok(None) => nobody_page(&visit),
        Err(error) => failure_page(&visit, &error.into()),
    }
}

pub async fn change_consents(
    State(service): State<Shared>,
    visit: Visit,
    form: Result<Form<ChangeFields>, FormRejection>,
) -> Response {
    let Ok(Form(fields)) = form else { return failure_page(&visit, &ApiFailure::Malformed.into()) };
    let wanted = Purpose::from_word(&fields.purpose).zip(Act::from_word(&fields.act));
    if visit.is_own_form(CONSENTS, &fields.seal)
        && let Some((purpose, act)) = wanted
        && let Err(failure) = change(&service, &visit, purpose, act).await
    {
        return failure_page(&visit, &failure.into());
    }
    see_other(&visit.link(CONSENTS))
}

/// What may be changed here: the photo either way, and the account once somebody is asked for their own consent. The
/// account is taken back by closing it.
async fn change(service: &Shared, visit: &Visit, purpose: Purpose, act: Act) -> Result<(), StorageError> {
    let (day, now_ms) = (service.date_in_china(), service.now_ms());
    let statement = service.statements.privacy(visit.lang).clone();
    write_own(
        service,
        visit,
        move |transaction, signed| {
            let entries = transaction.load_consents_of(signed.organisation.key, signed.member.id, ENTRIES_MAX)?;
            let changes: &[(Purpose, Act)] = match (purpose, act) {
                (Purpose::Photo, Act::Given) if !is_agreed(&entries, Purpose::Photo) => &[(Purpose::Photo, Act::Given)],
                (Purpose::Photo, Act::Withdrawn) if is_agreed(&entries, Purpose::Photo) => {
                    &[(Purpose::Photo, Act::Withdrawn)]
                }
                (Purpose::Account, Act::Given) if lacks_own_consent(&entries, signed.member, day) => {
                    &[(Purpose::Account, Act::Given), (Purpose::Document, Act::Given)]
                }
                _ => &[],
            };
            apply_changes(transaction, signed, changes, &statement)?;
            Ok(((), None))
        },
        now_ms,
    )
    .await
    .map(|_| ())
}

/// Asks once more before closing.
pub async fn close_form(State(service): State<Shared>, visit: Visit) -> Response {
    let own = match find_own(&service, &visit).await {
        Ok(Some(own)) => own,
        Ok(None) => return nobody_page(&visit),
        Err(error) => return failure_page(&visit, &error.into()),
    };
    let lang = visit.lang;
    let (seal, cookie) = visit.form_seal(CLOSE);
    let title = lang.pick("注销个人账号？", "Close the account?");
    let body = html! {
        p.eyebrow { (own.organisation) }
        h1 { (title) }
        p { (lang.pick(
            "您的同意会全部撤回，电子卡不再可用，所有手机上的登录都会结束。组织的名册里仍有您的登记，那由组织负责；需要更正或删除请联系组织。以后想再加入，需要一个新的邀请。",
            "All your consents are withdrawn, the card can no longer be used, and every phone is signed out. The organisation's \
             roster keeps its own entry; ask the organisation to correct or erase it. To join again you need a new invitation.",
        )) }
        form method="post" action=(visit.link(CLOSE)) {
            input type="hidden" name="seal" value=(seal);
            p.actions {
                button.button.grave type="submit" { (lang.pick("撤回同意并注销", "Withdraw and close")) }
                a.button href=(visit.link(CONSENTS)) { (lang.pick("返回", "Back")) }
            }
        }
    };
    with_cookie(render(&visit, StatusCode::OK, Page { title, path: CLOSE, body }), cookie)
}

pub async fn submit_closing(
    State(service): State<Shared>,
    visit: Visit,
    form: Result<Form<CloseFields>, FormRejection>,
) -> Response {
    let Ok(Form(fields)) = form else { return failure_page(&visit, &ApiFailure::Malformed.into()) };
    if !visit.is_own_form(CLOSE, &fields.seal) {
        return see_other(&visit.link(CLOSE));
    }
    let statement = service.statements.privacy(visit.lang).clone();
    let now_ms = service.now_ms();
    let closed = write_own(
        &service,
        &visit,
        move |transaction, signed| {
            let moved = apply_closing(transaction, signed, &statement)?;
            Ok(((), Some(moved)))
        },
        now_ms,
    );
    match closed.await {
        Ok(_) => with_cookie(see_other(&visit.link("/card")), visit.session_cookie("", 0)),
        Err(error) => failure_page(&visit, &error.into()),
    }
}

/// The member's data as a file (个人信息保护法 45).
pub async fn export(State(service): State<Shared>, visit: Visit) -> Response {
    let exported = read_own(&service, &visit, |transaction, organisation, member| {
        let mut records = vec![member.clone()];
        let of = Value::from(member.id);
        let filter = [(Field::GuardianshipMember, &of)];
        for tie in transaction.find_live(organisation.key, Kind::Guardianship, &filter, GUARDIANS_MAX)? {
            if let Some(tie) = live(transaction, organisation, Kind::Guardianship, Some(tie))? {
                let guardian = tie.reference(Field::GuardianshipGuardian);
                records.extend(live(transaction, organisation, Kind::Guardian, guardian)?);
                records.push(tie);
            }
        }
        let consents = transaction.load_consents_of(organisation.key, member.id, ENTRIES_MAX)?;
        Ok(json!({
            "records": records.iter().filter(|record| EXPORTED.contains(&record.kind)).map(exported).collect::<Vec<_>>(),
            "consents": consents.iter().map(crate::consent::Entry::to_json).collect::<Vec<_>>(),
        }))
    });
    match exported.await {
        Ok(Some(data)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"mingce-my-data.json\""),
            ];
            (headers, serde_json::to_string_pretty(&data).unwrap_or_default()).into_response()
        }
        Ok(None) => nobody_page(&visit),
        Err(error) => failure_page(&visit, &error.into()),
    }
}

fn exported(record: &Record) -> serde_json::Value {
    let filled = record.kind.fields().iter().zip(&record.values).filter(|(_, value)| !value.is_null());
    let values: Map<String, serde_json::Value> = filled
        .map(|(field, value)| {
            let value = match value {
                Value::Int(number) => json!(number),
                other => json!(other.as_text()),
            };
            (field.name().to_owned(), value)
        })
        .collect();
    json!({ "kind": record.kind.name(), "id": record.id.to_string(), "values": values })
}

/// Does something as the member who is signed in on this phone; nothing when nobody is.
async fn write_own<T: Send + 'static>(
    service: &Shared,
    visit: &Visit,
    mut write: impl FnMut(&mut dyn Transaction, &Signed<'_>) -> Result<(T, Option<Moved>), StorageError> + Send + 'static,
    now_ms: i64,
) -> Result<Option<T>, StorageError> {
    let Some(token) = visit.session().and_then(|text| Token::parse(MEMBER_PREFIX, text)) else { return Ok(None) };
    let (hash, day) = (token.hash(), service.date_in_china());
    service
        .write_and_wake(move |transaction| {
            let Some((known, session)) = transaction.find_member_session(&hash, now_ms)? else {
                return Ok((None, None));
            };
            // Held from here on: nobody else adds to its ledger meanwhile.
            let Some(organisation) = transaction.find_organisation(known.id)? else { return Ok((None, None)) };
            let member = live(transaction, &organisation, Kind::Member, Some(session.member))?;
            let Some(member) = member.filter(|member| member.text(Field::MemberStatus) != Some("left")) else {
                return Ok((None, None));
            };
            let signed = Signed { organisation, member: &member, now_ms, day };
            let (done, moved) = write(transaction, &signed)?;
            Ok((Some(done), moved))
        })
        .await
}

fn consents_page(service: &Shared, visit: &Visit, own: &Own) -> Response {
    let lang = visit.lang;
    let (seal, cookie) = visit.form_seal(CONSENTS);
    let title = lang.pick("同意与数据", "Consent and data");
    let button = |purpose: Purpose, act: Act, text: &str| {
        html! {
            form method="post" action=(visit.link(CONSENTS)) {
                input type="hidden" name="seal" value=(seal);
                input type="hidden" name="purpose" value=(purpose.word());
                input type="hidden" name="act" value=(act.word());
                button.button type="submit" { (text) }
            }
        }
    };
    let statement = service.statements.privacy(lang);
    let body = html! {
        p.eyebrow { (own.organisation) }
        h1 { (title) }
        @if own.is_asked {
            section.alert {
                p { strong { (lang.pick("请您自己确认一次", "Please confirm this yourself")) } }
                p { (lang.pick(
                    "您的年龄已经可以自己决定。请看一下说明；同意就继续使用，不同意可以在下面注销账号。",
                    "You are now of an age to decide yourself. Read the statement: agree and go on, or close the account below.",
                )) }
            }
            section.statement tabindex="0" aria-label=(lang.pick("个人信息保护说明", "Privacy statement")) {
                (PreEscaped(statement.to_html()))
            }
            (button(Purpose::Account, Act::Given, lang.pick("我同意", "I agree")))
        }
        p { (own.name) }
        dl.consents {
            @for purpose in Purpose::ALL {
                div {
                    dt { (purpose_name(lang, purpose)) }
                    dd {
                        (state(lang, standing(&own.entries, purpose)))
                        @if purpose == Purpose::Photo {
                            @if is_agreed(&own.entries, purpose) {
                                (button(purpose, Act::Withdrawn, lang.pick("撤回", "Withdraw")))
                            } @else {
                                (button(purpose, Act::Given, lang.pick("同意", "Agree")))
                            }
                        }
                    }
                }
            }
        }
        p.actions {
            a.button href="/card/export.json" { (lang.pick("下载我的数据", "Download my data")) }
            a.button.grave href=(visit.link(CLOSE)) { (lang.pick("撤回同意并注销账号", "Withdraw and close the account")) }
            a.button href=(visit.link("/card")) { (lang.pick("返回我的卡", "Back to my card")) }
        }
    };
    with_cookie(render(visit, StatusCode::OK, Page { title, path: CONSENTS, body }), cookie)
}

fn purpose_name(lang: Lang, purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Account => lang.pick("个人账号和电子卡", "Account and card"),
        Purpose::Document => lang.pick("证件号码用于核对身份", "Document number to check who it is"),
        Purpose::Photo => lang.pick("在电子卡上显示照片", "Photo on the card"),
    }
}

/// What was last said, by whom, when, on which text.
fn state(lang: Lang, entry: Option<&Entry>) -> Markup {
    let Some(entry) = entry else {
        return html! { p.quiet { (lang.pick("没有记录", "Nothing on record")) } };
    };
    let word = match entry.act {
        Act::Given => lang.pick("已同意", "Agreed"),
        Act::Refused => lang.pick("没有同意", "Not agreed"),
        Act::Withdrawn => lang.pick("已撤回", "Withdrawn"),
    };
    let by = match entry.giver {
        Giver::Member => lang.pick("本人", "in person"),
        Giver::Guardian(_) => lang.pick("监护人", "by a guardian"),
    };
    let on = lang.date(date_at(entry.at_ms, Offset::constant(8)));
    html! {
        p { strong { (word) } }
        p.quiet { (by) " · " (on) " · " (entry.text) }
    }
}
