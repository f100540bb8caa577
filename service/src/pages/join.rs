//! The invitation's pages: who invites, join, refuse. Looking never uses an invitation up.

use super::agree::{AgreeFields, AgreePage, agree_path, check_agreement, not_yet_page};
use super::form::{FormPage, JoinFields, Remarks, check_fields, join_path};
use super::layout::{Page, failure_page, render, see_other, with_cookie};
use super::posted::{Fields, Posted};
use super::visit::Visit;
use super::words::Lang;
use crate::failure::Failure;
use crate::join::{
    Agreement, Claim, Claimed, Consenter, Door, Invitation, Person, Proof, Seen, Shown, apply_claim, apply_refusal,
    find_door, see,
};
use crate::service::{Shared, date_at};
use crate::storage::StorageError;
use crate::token::{MEMBER_PREFIX, Token as Session};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::Offset;
use maud::html;
use mingce_codes::Token;
use serde::Deserialize;

/// How long a phone stays signed in.
const SESSION_S: u32 = 180 * 24 * 3_600;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct RefuseFields {
    seal: String,
}

impl Fields for JoinFields {}
impl Fields for AgreeFields {}
impl Fields for RefuseFields {}

/// Who invites, and the choice.
pub async fn invitation(State(service): State<Shared>, visit: Visit, Path(token): Path<String>) -> Response {
    match look(&service, &token).await {
        Ok((token, Door::Open(invitation))) => invitation_page(&visit, &token, &invitation),
        other => door_page(&service, &visit, other),
    }
}

/// The form to join.
pub async fn join_form(State(service): State<Shared>, visit: Visit, Path(token): Path<String>) -> Response {
    match look(&service, &token).await {
        Ok((token, Door::Open(invitation))) => {
            let page = FormPage { token: &token, invitation: &invitation, fields: &JoinFields::default() };
            page.render(&visit, StatusCode::OK, &Remarks::default())
        }
        other => door_page(&service, &visit, other),
    }
}

/// The first step: who it is. Whoever agrees with the roster is shown what they would agree to.
pub async fn submit_join(
    State(service): State<Shared>,
    visit: Visit,
    Path(token): Path<String>,
    Posted(fields): Posted<JoinFields>,
) -> Response {
    let (token, invitation) = match look(&service, &token).await {
        Ok((token, Door::Open(invitation))) => (token, invitation),
        other => return door_page(&service, &visit, other),
    };
    let page = FormPage { token: &token, invitation: &invitation, fields: &fields };
    if !visit.is_own_form(&join_path(&token), &fields.seal) {
        return page.render(&visit, StatusCode::FORBIDDEN, &Remarks::of(stale_form(visit.lang)));
    }
    let remarks = check_fields(visit.lang, &fields);
    if !remarks.inputs.is_empty() {
        return page.render(&visit, StatusCode::UNPROCESSABLE_ENTITY, &remarks);
    }
    match see_person(&service, &token, &fields.phone, &fields.document_number).await {
        Ok(Seen::Person(person)) => {
            let JoinFields { phone, document_number, .. } = fields;
            let fields = AgreeFields { phone, document_number, ..AgreeFields::default() };
            offer(&service, &visit, (&token, &invitation, &person), &fields, StatusCode::OK, &Remarks::default())
        }
        Ok(Seen::Mismatch { tries_left }) => {
            page.render(&visit, StatusCode::UNPROCESSABLE_ENTITY, &Remarks::of(&mismatch(visit.lang, tries_left)))
        }
        Ok(Seen::Closed { until_ms }) => closed_page(&service, &visit, until_ms),
        Ok(Seen::Unusable) => unusable_page(&visit),
        Err(failure) => failure_page(&visit, &failure),
    }
}

/// Whoever comes back to the second step by its address begins anew.
pub async fn agree_form(visit: Visit, Path(token): Path<String>) -> Response {
    match Token::parse(&token) {
        Ok(token) => see_other(&visit.link(&join_path(&token))),
        Err(_) => unusable_page(&visit),
    }
}

/// The second step: what they agree to, and the password.
pub async fn submit_agreement(
    State(service): State<Shared>,
    visit: Visit,
    Path(token): Path<String>,
    Posted(fields): Posted<AgreeFields>,
) -> Response {
    let (token, invitation) = match look(&service, &token).await {
        Ok((token, Door::Open(invitation))) => (token, invitation),
        other => return door_page(&service, &visit, other),
    };
    // Before anything is said of the person.
    if !visit.is_own_form(&agree_path(&token), &fields.seal) {
        let first =
            JoinFields { phone: fields.phone, document_number: fields.document_number, ..JoinFields::default() };
        let page = FormPage { token: &token, invitation: &invitation, fields: &first };
        return page.render(&visit, StatusCode::FORBIDDEN, &Remarks::of(stale_form(visit.lang)));
    }
    let person = match see_person(&service, &token, &fields.phone, &fields.document_number).await {
        Ok(Seen::Person(person)) => person,
        Ok(Seen::Mismatch { tries_left }) => {
            let first =
                JoinFields { phone: fields.phone, document_number: fields.document_number, ..JoinFields::default() };
            let page = FormPage { token: &token, invitation: &invitation, fields: &first };
            let remarks = Remarks::of(&mismatch(visit.lang, tries_left));
            return page.render(&visit, StatusCode::UNPROCESSABLE_ENTITY, &remarks);
        }
        Ok(Seen::Closed { until_ms }) => return closed_page(&service, &visit, until_ms),
        Ok(Seen::Unusable) => return unusable_page(&visit),
        Err(failure) => return failure_page(&visit, &failure),
    };
    let whose = (&token, &invitation, &person);
    let remarks = check_agreement(visit.lang, &fields, person.consenter);
    if !remarks.inputs.is_empty() {
        return offer(&service, &visit, whose, &fields, StatusCode::UNPROCESSABLE_ENTITY, &remarks);
    }
    match claim(&service, &visit, &token, &fields).await {
        Ok((Claimed::Joined(_), session)) => {
            let cookie = visit.session_cookie(&session.reveal(), SESSION_S);
            with_cookie(see_other(&visit.link("/card")), cookie)
        }
        Ok((Claimed::NotYet(person), _)) => {
            // The roster or the text changed meanwhile: it is shown as it is now, and decided anew.
            let AgreeFields { phone, document_number, .. } = fields;
            let fields = AgreeFields { phone, document_number, ..AgreeFields::default() };
            let changed = visit.lang.pick(
                "说明或名册刚刚有变化，请再看一遍并重新决定。",
                "The statement or the roster has just changed. Please read it again and decide anew.",
            );
            let whose = (&token, &invitation, &person);
            offer(&service, &visit, whose, &fields, StatusCode::CONFLICT, &Remarks::of(changed))
        }
        Ok((Claimed::Mismatch { tries_left }, _)) => {
            let remarks = Remarks::of(&mismatch(visit.lang, tries_left));
            offer(&service, &visit, whose, &fields, StatusCode::UNPROCESSABLE_ENTITY, &remarks)
        }
        Ok((Claimed::Closed { until_ms }, _)) => closed_page(&service, &visit, until_ms),
        Ok((Claimed::Unusable, _)) => unusable_page(&visit),
        Err(failure) => failure_page(&visit, &failure),
    }
}

/// The statement and the decision, or why there is none to take yet.
fn offer(
    service: &Shared,
    visit: &Visit,
    (token, invitation, person): (&Token, &Invitation, &Person),
    fields: &AgreeFields,
    status: StatusCode,
    remarks: &Remarks,
) -> Response {
    match person.consenter {
        Consenter::GuardianIsMissing | Consenter::NobodyCan { .. } => not_yet_page(visit, token, person),
        Consenter::Oneself | Consenter::Guardian(_) | Consenter::Both { .. } => {
            let page = AgreePage { token, invitation, person, fields, statements: &service.statements };
            page.render(visit, status, remarks)
        }
    }
}

fn stale_form(lang: Lang) -> &'static str {
    lang.pick(
        "页面停留太久，或浏览器不允许 Cookie。请再提交一次。",
        "The page was open too long, or cookies are off. Submit it again.",
    )
}

/// Asks once more before refusing.
pub async fn refuse_form(State(service): State<Shared>, visit: Visit, Path(token): Path<String>) -> Response {
    match look(&service, &token).await {
        Ok((token, Door::Open(invitation))) => refuse_page(&visit, StatusCode::OK, &token, &invitation),
        other => door_page(&service, &visit, other),
    }
}

pub async fn submit_refusal(
    State(service): State<Shared>,
    visit: Visit,
    Path(token): Path<String>,
    Posted(fields): Posted<RefuseFields>,
) -> Response {
    let (token, invitation) = match look(&service, &token).await {
        Ok((token, Door::Open(invitation))) => (token, invitation),
        other => return door_page(&service, &visit, other),
    };
    if !visit.is_own_form(&refuse_path(&token), &fields.seal) {
        return refuse_page(&visit, StatusCode::FORBIDDEN, &token, &invitation);
    }
    let hash = token.hash_hex();
    let now_ms = service.now_ms();
    let refused = service
        .write_and_wake(move |transaction| {
            let moved = apply_refusal(transaction, &hash, now_ms)?;
            Ok::<_, StorageError>((moved, moved))
        })
        .await;
    match refused {
        Ok(Some(_)) => see_other(&visit.link("/declined")),
        Ok(None) => unusable_page(&visit),
        Err(error) => failure_page(&visit, &error.into()),
    }
}

/// After a refusal. Holds nothing about anybody, so that it may be opened again.
pub async fn declined(visit: Visit) -> Response {
    let lang = visit.lang;
    let title = lang.pick("已记下您的选择", "Your choice is noted");
    let body = html! {
        h1 { (title) }
        p { (lang.pick(
            "您没有加入。现在可以关闭这个页面。",
            "You have not joined. You can close this page now.",
        )) }
    };
    render(&visit, StatusCode::OK, Page { title, path: "/declined", body })
}

async fn look(service: &Shared, token: &str) -> Result<(Token, Door), Failure> {
    let Ok(token) = Token::parse(token) else { return Ok((Token::from_random_bytes([0; 16]), Door::Unusable)) };
    let hash = token.hash_hex();
    let now_ms = service.now_ms();
    let door = service.database.read(move |transaction| find_door(transaction, &hash, now_ms)).await?;
    Ok((token, door))
}

async fn see_person(service: &Shared, token: &Token, phone: &str, document_number: &str) -> Result<Seen, Failure> {
    let token_hash = token.hash_hex();
    let proof = Proof { phone: phone.to_owned(), document_number: document_number.to_owned() };
    let (now_ms, today, day) = (service.now_ms(), service.today(), service.date_in_china());
    let seen = service.database.write(move |transaction| {
        see(transaction, &Shown { token_hash: &token_hash, proof: &proof, now_ms, today, day })
    });
    Ok(seen.await?)
}

/// Of somebody whom the first step knew. The password is hashed before the transaction, which holds the organisation.
async fn claim(
    service: &Shared,
    visit: &Visit,
    token: &Token,
    fields: &AgreeFields,
) -> Result<(Claimed, Session), Failure> {
    let password_hash = service.passwords.hash(fields.password.clone()).await?;
    let session = Session::random(MEMBER_PREFIX, &service.random);
    let session_hash = session.hash();
    let token_hash = token.hash_hex();
    let proof = Proof { phone: fields.phone.clone(), document_number: fields.document_number.clone() };
    let (photo, signature) = (fields.agrees_to_photo(), fields.signature());
    let (statements, lang, shown) = (service.statements.clone(), visit.lang, fields.statement.clone());
    let (now_ms, today, day) = (service.now_ms(), service.today(), service.date_in_china());
    let claimed = service
        .write_and_wake(move |transaction| {
            let claim = Claim {
                shown: Shown { token_hash: &token_hash, proof: &proof, now_ms, today, day },
                agreement: Agreement {
                    photo,
                    signature: signature.as_ref(),
                    statements: &statements,
                    lang,
                    shown: &shown,
                },
                password_hash: &password_hash,
                session_hash: &session_hash,
                session_ends_at_ms: now_ms + i64::from(SESSION_S) * 1_000,
            };
            let claimed = apply_claim(transaction, &claim)?;
            let moved = match claimed {
                Claimed::Joined(moved) => Some(moved),
                _ => None,
            };
            Ok::<_, StorageError>((claimed, moved))
        })
        .await?;
    Ok((claimed, session))
}

fn mismatch(lang: Lang, tries_left: u32) -> String {
    match lang {
        Lang::Zh => format!(
            "填写的信息与名册不一致。请核对后再试，还可以试 {tries_left} 次。如果确认无误，请联系给您邀请的管理员。"
        ),
        Lang::En => format!(
            "What you entered does not agree with the roster. Check it and try again: {tries_left} left. If you are sure \
             it is right, ask the administrator who invited you."
        ),
    }
}

fn door_page(service: &Shared, visit: &Visit, door: Result<(Token, Door), Failure>) -> Response {
    match door {
        Ok((_, Door::Closed { until_ms, .. })) => closed_page(service, visit, until_ms),
        Ok(_) => unusable_page(visit),
        Err(failure) => failure_page(visit, &failure),
    }
}

fn refuse_path(token: &Token) -> String {
    format!("/j/{token}/refuse")
}

fn invitation_page(visit: &Visit, token: &Token, invitation: &Invitation) -> Response {
    let lang = visit.lang;
    let name = &invitation.organisation_name;
    let title = match lang {
        Lang::Zh => format!("{name} 邀请您加入"),
        Lang::En => format!("{name} invites you to join"),
    };
    // Shown by the calendar of China, where invitations are handed out.
    let until = lang.date(date_at(invitation.expires_at_ms(), Offset::constant(8)));
    let body = html! {
        p.eyebrow { (lang.pick("邀请", "Invitation")) }
        h1 {
            span.inviter { (name) }
            " " (lang.pick("邀请您加入", "invites you to join"))
        }
        p { (lang.pick(
            "加入后，您会得到一张电子卡。为确认是您本人，需要核对手机号和证件号码。未满 14 周岁的由监护人决定，未满 18 周岁的还要监护人确认。",
            "Once you join you get an electronic card. To be sure it is you, your phone and document number are checked. Below \
             14 a guardian decides; below 18 a guardian confirms.",
        )) }
        p.actions {
            a.button.main href=(visit.link(&join_path(token))) { (lang.pick("加入", "Join")) }
            a.button href=(visit.link(&refuse_path(token))) { (lang.pick("不加入", "Do not join")) }
        }
        p.quiet {
            @match lang {
                Lang::Zh => { "邀请在 " (until) " 前有效。如果您不认识这个组织，请不要填写任何信息。" }
                Lang::En => { "Valid until " (until) ". If you do not know this organisation, enter nothing." }
            }
        }
    };
    render(visit, StatusCode::OK, Page { title: &title, path: &format!("/j/{token}"), body })
}

fn refuse_page(visit: &Visit, status: StatusCode, token: &Token, invitation: &Invitation) -> Response {
    let lang = visit.lang;
    let action = refuse_path(token);
    let (seal, cookie) = visit.form_seal(&action);
    let title = match lang {
        Lang::Zh => format!("不加入 {}？", invitation.organisation_name),
        Lang::En => format!("Do not join {}?", invitation.organisation_name),
    };
    let body = html! {
        h1 { (title) }
        @if status == StatusCode::FORBIDDEN {
            p.alert role="alert" { (lang.pick(
                "页面停留太久，或浏览器不允许 Cookie。请再按一次。",
                "The page was open too long, or cookies are off. Press the button again.",
            )) }
        }
        p { (lang.pick(
            "管理员会看到您没有加入。以后想加入，需要一个新的邀请。",
            "The administrator will see that you did not join. To join later you need a new invitation.",
        )) }
        form method="post" action=(visit.link(&action)) {
            input type="hidden" name="seal" value=(seal);
            p.actions {
                button.button.grave type="submit" { (lang.pick("不加入", "Do not join")) }
                a.button href=(visit.link(&format!("/j/{token}"))) { (lang.pick("返回", "Back")) }
            }
        }
    };
    with_cookie(render(visit, status, Page { title: &title, path: &action, body }), cookie)
}

fn closed_page(service: &Shared, visit: &Visit, until_ms: i64) -> Response {
    let lang = visit.lang;
    let seconds = u64::try_from(until_ms - service.now_ms()).unwrap_or(0).div_ceil(1_000);
    let wait = lang.wait(seconds);
    let title = lang.pick("请稍后再试", "Try again later");
    let body = html! {
        h1 { (title) }
        p { @match lang {
            Lang::Zh => { "填错的次数太多。为了安全，这个邀请暂时关闭，约 " strong { (wait) } " 后可以再试。" }
            Lang::En => { "There were too many wrong tries. To be safe this invitation is closed; try again in about "
                strong { (wait) } "." }
        } }
        p.quiet { (lang.pick(
            "不清楚该填什么？请联系给您邀请的管理员。",
            "Not sure what to enter? Ask the administrator who invited you.",
        )) }
    };
    render(visit, StatusCode::TOO_MANY_REQUESTS, Page { title, path: "/", body })
}

/// The same for every invitation that cannot be used, whatever the reason.
fn unusable_page(visit: &Visit) -> Response {
    let lang = visit.lang;
    let title = lang.pick("这个邀请不能使用", "This invitation cannot be used");
    let body = html! {
        h1 { (title) }
        p { (lang.pick(
            "它可能已经用过、过期或被收回，也可能链接不完整。请向给您邀请的管理员要一个新的。",
            "It may have been used, have expired or been withdrawn, or the link is cut. Ask the administrator for a new one.",
        )) }
        p.actions { a.button href=(visit.link("/card")) { (lang.pick("我已经加入，打开我的卡", "I have joined: open my card")) } }
    };
    render(visit, StatusCode::NOT_FOUND, Page { title, path: "/", body })
}
