//! What a member agreed to, and what they can do about it: take a consent back, give one in their own name, close the
//! account. Their data are in `own_data`.

use super::agree::TICKED;
use super::card::{nobody_page, read_own};
use super::layout::{Page, failure_page, render, see_other, with_cookie};
use super::posted::{Fields, Posted};
use super::visit::Visit;
use super::words::Lang;
use crate::consent::{Act, Entry, Giver, Purpose};
use crate::join::{Consents, Lacking, Signed, apply_changes, apply_closing, live};
use crate::service::{Moved, Shared, date_at};
use crate::storage::{StorageError, Transaction};
use crate::token::{MEMBER_PREFIX, Token};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::Offset;
use maud::{Markup, PreEscaped, html};
use mingce_model::guardians::{AgeGroup, age_group};
use mingce_model::{Field, Kind};
use serde::Deserialize;

pub(super) const CONSENTS: &str = "/card/consents";
const CLOSE: &str = "/card/close";

struct Own {
    organisation: String,
    name: String,
    consents: Consents,
    age: AgeGroup,
    lacking: Lacking,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ChangeFields {
    /// `photo`, or `account` where an own consent is asked for.
    purpose: String,
    /// `given` or `withdrawn`.
    act: String,
    /// The mark of the statement that was shown.
    statement: String,
    account: String,
    document: String,
    seal: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct CloseFields {
    seal: String,
}

impl Fields for ChangeFields {}
impl Fields for CloseFields {}

async fn find_own(service: &Shared, visit: &Visit) -> Result<Option<Own>, StorageError> {
    let day = service.date_in_china();
    read_own(service, visit, move |transaction, organisation, member| {
        let own = live(transaction, organisation, Kind::Organisation, Some(organisation.id.0))?;
        let consents = Consents(transaction.load_standing_consents(organisation.key, member.id)?);
        Ok(Own {
            organisation: own.and_then(|own| own.text(Field::OrganisationName).map(str::to_owned)).unwrap_or_default(),
            name: member.text(Field::MemberName).unwrap_or_default().to_owned(),
            age: age_group(member, day),
            lacking: consents.lacking(member, day),
            consents,
        })
    })
    .await
}

/// The list of consents, with what can be done about them.
pub async fn consents(State(service): State<Shared>, visit: Visit) -> Response {
    show(&service, &visit, StatusCode::OK, None).await
}

async fn show(service: &Shared, visit: &Visit, status: StatusCode, remark: Option<&str>) -> Response {
    match find_own(service, visit).await {
        Ok(Some(own)) => consents_page(service, visit, &own, status, remark),
        Ok(None) => nobody_page(visit),
        Err(error) => failure_page(visit, &error.into()),
    }
}

pub async fn change_consents(
    State(service): State<Shared>,
    visit: Visit,
    Posted(fields): Posted<ChangeFields>,
) -> Response {
    if !visit.is_own_form(CONSENTS, &fields.seal) {
        return show(&service, &visit, StatusCode::FORBIDDEN, Some(stale_form(visit.lang))).await;
    }
    let wanted = Purpose::from_word(&fields.purpose).zip(Act::from_word(&fields.act));
    let Some((purpose, act)) = wanted else { return see_other(&visit.link(CONSENTS)) };
    let is_ticked = fields.account == TICKED && fields.document == TICKED;
    if (purpose, act) == (Purpose::Account, Act::Given) && !is_ticked {
        let remark = visit.lang.pick(
            "两项都需要您分别同意；不同意可以在下面注销账号。",
            "Both need your agreement; if you do not agree you can close the account below.",
        );
        return show(&service, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(remark)).await;
    }
    match change(&service, &visit, (purpose, act), fields.statement).await {
        Ok(true) => see_other(&visit.link(CONSENTS)),
        Ok(false) => {
            let remark = visit.lang.pick(
                "没有改动：说明或登记刚刚有变化，请再看一遍。",
                "Nothing was changed: the statement or the roster is another now. Please look again.",
            );
            show(&service, &visit, StatusCode::CONFLICT, Some(remark)).await
        }
        Err(error) => failure_page(&visit, &error.into()),
    }
}

/// What may be changed here: the photo, as far as the person may decide, and the account once they are asked for their own
/// consent. The account is taken back by closing it. Answers whether it was, or was so already.
async fn change(
    service: &Shared,
    visit: &Visit,
    (purpose, act): (Purpose, Act),
    shown: String,
) -> Result<bool, StorageError> {
    let (statements, lang) = (service.statements.clone(), visit.lang);
    let changed = write_own(service, visit, move |transaction, signed| {
        let consents = Consents(transaction.load_standing_consents(signed.organisation.key, signed.member.id)?);
        let age = age_group(signed.member, signed.day);
        let statement = statements.for_age(age, lang);
        let is_shown = consents.shows_photo(age);
        let changes: &[(Purpose, Act)] = match (purpose, act) {
            (Purpose::Photo, Act::Withdrawn) if is_shown => &[(Purpose::Photo, Act::Withdrawn)],
            (Purpose::Photo, Act::Withdrawn) => return Ok((true, None)),
            (Purpose::Photo, Act::Given) if is_shown => return Ok((true, None)),
            (Purpose::Photo, Act::Given) if consents.may_give_photo(age) && statement.mark() == shown => {
                &[(Purpose::Photo, Act::Given)]
            }
            (Purpose::Account, Act::Given)
                if consents.lacking(signed.member, signed.day) == Lacking::Own && statement.mark() == shown =>
            {
                &[(Purpose::Account, Act::Given), (Purpose::Document, Act::Given)]
            }
            _ => return Ok((false, None)),
        };
        apply_changes(transaction, signed, changes, statement)?;
        Ok((true, None))
    });
    Ok(changed.await?.unwrap_or(false))
}

/// Asks once more before closing.
pub async fn close_form(State(service): State<Shared>, visit: Visit) -> Response {
    closing_page(&service, &visit, StatusCode::OK).await
}

async fn closing_page(service: &Shared, visit: &Visit, status: StatusCode) -> Response {
    let own = match find_own(service, visit).await {
        Ok(Some(own)) => own,
        Ok(None) => return nobody_page(visit),
        Err(error) => return failure_page(visit, &error.into()),
    };
    let lang = visit.lang;
    let (seal, cookie) = visit.form_seal(CLOSE);
    let title = lang.pick("注销个人账号？", "Close the account?");
    let body = html! {
        p.eyebrow { (own.organisation) }
        h1 { (title) }
        @if status == StatusCode::FORBIDDEN { p.alert role="alert" { (stale_form(lang)) } }
        p { (lang.pick(
            "您的同意会全部撤回，电子卡和没有用过的邀请不再可用，所有手机上的登录都会结束。组织的名册里仍有您的登记，那由组织负责；需要更正或删除请联系组织。以后想再加入，需要一个新的邀请。",
            "All your consents are withdrawn, the card and invitations that were not used are void, and every phone is signed \
             out. The organisation's roster keeps its own entry; ask the organisation to correct or erase it. To join again you \
             need a new invitation.",
        )) }
        form method="post" action=(visit.link(CLOSE)) {
            input type="hidden" name="seal" value=(seal);
            p.actions {
                button.button.grave type="submit" { (lang.pick("撤回同意并注销", "Withdraw and close")) }
                a.button href=(visit.link(CONSENTS)) { (lang.pick("返回", "Back")) }
            }
        }
    };
    with_cookie(render(visit, status, Page { title, path: CLOSE, body }), cookie)
}

pub async fn submit_closing(
    State(service): State<Shared>,
    visit: Visit,
    Posted(fields): Posted<CloseFields>,
) -> Response {
    if !visit.is_own_form(CLOSE, &fields.seal) {
        return closing_page(&service, &visit, StatusCode::FORBIDDEN).await;
    }
    let (statements, lang) = (service.statements.clone(), visit.lang);
    let closed = write_own(&service, &visit, move |transaction, signed| {
        let statement = statements.for_age(age_group(signed.member, signed.day), lang);
        let moved = apply_closing(transaction, signed, statement)?;
        Ok(((), Some(moved)))
    });
    match closed.await {
        Ok(_) => with_cookie(see_other(&visit.link("/card")), visit.session_cookie("", 0)),
        Err(error) => failure_page(&visit, &error.into()),
    }
}

/// Does something as the member who is signed in on this phone; nothing when nobody is.
async fn write_own<T: Send + 'static>(
    service: &Shared,
    visit: &Visit,
    mut write: impl FnMut(&mut dyn Transaction, &Signed<'_>) -> Result<(T, Option<Moved>), StorageError> + Send + 'static,
) -> Result<Option<T>, StorageError> {
    let Some(token) = visit.session().and_then(|text| Token::parse(MEMBER_PREFIX, text)) else { return Ok(None) };
    let (hash, day, now_ms) = (token.hash(), service.date_in_china(), service.now_ms());
    service
        .write_and_wake(move |transaction| {
            let Some((known, _)) = transaction.find_member_session(&hash, now_ms)? else { return Ok((None, None)) };
            let Some(organisation) = transaction.find_organisation(known.id)? else { return Ok((None, None)) };
            // Held from here on, and looked at again: the account may have been closed meanwhile.
            let Some((_, session)) = transaction.find_member_session(&hash, now_ms)? else { return Ok((None, None)) };
            let member = live(transaction, &organisation, Kind::Member, Some(session.member))?;
            let Some(member) = member else { return Ok((None, None)) };
            let signed = Signed { organisation, member: &member, now_ms, day };
            let (done, moved) = write(transaction, &signed)?;
            Ok((Some(done), moved))
        })
        .await
}

pub(super) fn stale_form(lang: Lang) -> &'static str {
    lang.pick(
        "没有改动：页面停留太久，或浏览器不允许 Cookie。请再按一次。",
        "Nothing was changed: the page was open too long, or cookies are off. Press the button again.",
    )
}

fn consents_page(service: &Shared, visit: &Visit, own: &Own, status: StatusCode, remark: Option<&str>) -> Response {
    let lang = visit.lang;
    let (seal, cookie) = visit.form_seal(CONSENTS);
    let title = lang.pick("同意与数据", "Consent and data");
    let statement = service.statements.for_age(own.age, lang);
    let hidden = |purpose: Purpose, act: Act| {
        html! {
            input type="hidden" name="seal" value=(seal);
            input type="hidden" name="purpose" value=(purpose.word());
            input type="hidden" name="act" value=(act.word());
            input type="hidden" name="statement" value=(statement.mark());
        }
    };
    let button = |purpose: Purpose, act: Act, text: &str| {
        html! {
            form method="post" action=(visit.link(CONSENTS)) {
                (hidden(purpose, act))
                button.button type="submit" { (text) }
            }
        }
    };
    let tick = |name: &str, text: &str| {
        html! {
            div.tick {
                input id=(name) type="checkbox" name=(name) value=(TICKED);
                label for=(name) { (text) }
            }
        }
    };
    let body = html! {
        p.eyebrow { (own.organisation) }
        h1 { (title) }
        @if let Some(remark) = remark { p.alert role="alert" { (remark) } }
        @match own.lacking {
            Lacking::Nothing => {}
            Lacking::Own => section.alert {
                p { strong { (lang.pick("请您自己确认一次", "Please confirm this yourself")) } }
                p { (lang.pick(
                    "以前是在您更小的时候同意的，现在需要您本人的同意，电子卡才能继续使用。请看一下说明；不同意可以在下面注销账号。",
                    "This was agreed to when you were younger; the card needs your own agreement now. Read the statement; if \
                     you do not agree you can close the account below.",
                )) }
            },
            Lacking::Guardian => section.alert {
                p { strong { (lang.pick("需要监护人同意", "A guardian has to agree")) } }
                p { (lang.pick(
                    "按名册里的出生日期，需要监护人同意之后电子卡才能使用。请向邀请您的管理员要一个新的邀请，和监护人一起再加入一次。",
                    "By the birth date on the roster a guardian has to agree before the card can be used. Ask the administrator \
                     for a new invitation and join again together with a guardian.",
                )) }
            },
        }
        section.statement tabindex="0" aria-label=(lang.pick("个人信息保护说明", "Privacy statement")) {
            p.statement-title { (lang.pick("说明", "Statement")) span.version { (lang.pick("版本 ", "version ")) (statement.version()) } }
            (PreEscaped(statement.to_html()))
        }
        @if own.lacking == Lacking::Own {
            form method="post" action=(visit.link(CONSENTS)) {
                (hidden(Purpose::Account, Act::Given))
                fieldset.ticks {
                    legend { (lang.pick("我的决定", "My decision")) }
                    (tick("account", lang.pick("我已经看过说明，同意继续使用个人账号和电子卡", "I have read the statement and agree to go on with the account and the card")))
                    (tick("document", lang.pick("单独同意：处理我的证件号码，用于核对身份", "Separately: my document number may be used to check who I am")))
                }
                button.button.main type="submit" { (lang.pick("我同意", "I agree")) }
            }
        }
        p { (own.name) }
        dl.consents {
            @for purpose in Purpose::ALL {
                div {
                    dt { (purpose_name(lang, purpose)) }
                    dd {
                        (state(lang, own.consents.newest(purpose)))
                        @if purpose == Purpose::Photo {
                            @if own.consents.shows_photo(own.age) {
                                (button(purpose, Act::Withdrawn, lang.pick("撤回", "Withdraw")))
                            } @else if own.consents.may_give_photo(own.age) {
                                (button(purpose, Act::Given, lang.pick("同意", "Agree")))
                            } @else {
                                p.quiet { (lang.pick(
                                    "未满 18 周岁的，显示照片要监护人同意；可以请管理员重新邀请一次。",
                                    "Below 18 a guardian has to agree to the photo; ask the administrator for a new invitation.",
                                )) }
                            }
                        }
                    }
                }
            }
        }
        p.actions {
            a.button href=(visit.link(super::own_data::EXPORT)) { (lang.pick("下载我的数据", "Download my data")) }
            a.button.grave href=(visit.link(CLOSE)) { (lang.pick("撤回同意并注销账号", "Withdraw and close the account")) }
            @if own.lacking == Lacking::Nothing {
                a.button href=(visit.link("/card")) { (lang.pick("返回我的卡", "Back to my card")) }
            }
        }
    };
    with_cookie(render(visit, status, Page { title, path: CONSENTS, body }), cookie)
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
        Giver::Member => lang.pick("本人", "by the person"),
        Giver::Guardian(_) => lang.pick("监护人", "by a guardian"),
    };
    let on = lang.date(date_at(entry.at_ms, Offset::constant(8)));
    html! {
        p { strong { (word) } }
        p.quiet { (by) " · " (on) " · " (entry.text) }
    }
}
