//! Where an administrator's link leads: to accept an invitation, or to choose a new password. Looking never uses it up.
//!
//! The page says of the account only what whoever typed the phone and its password may know.

use super::form::is_typed;
use super::layout::{Page, failure_page, render, with_cookie};
use super::posted::{Fields, Posted};
use super::visit::Visit;
use super::words::Lang;
use crate::administering::{Entrant, Used, Using, accept, find_usable, note_wrong_phone, reset};
use crate::api::account::{begin_try, check, find_account, pair_of};
use crate::audit::neighbourhood;
use crate::failure::Failure;
use crate::join::live;
use crate::password::{PasswordRefusal, find_refusal};
use crate::routes::Peer;
use crate::sealing::Sealed;
use crate::service::{Shared, date_at};
use crate::storage::{AccountRow, LinkPurpose, LinkRow, Role, Transaction};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::Offset;
use maud::{Markup, html};
use mingce_codes::Token;
use mingce_model::id::AccountId;
use mingce_model::{Field, Kind};
use serde::Deserialize;
use std::net::IpAddr;

/// What is typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct LinkFields {
    phone: String,
    password: String,
    repeat: String,
    code: String,
    seal: String,
}

impl Fields for LinkFields {}

/// A link that can be used.
struct Open {
    token: Token,
    organisation: String,
    link: LinkRow,
}

async fn look(service: &Shared, token: &str) -> Result<Option<Open>, Failure> {
    let Ok(token) = Token::parse(token) else { return Ok(None) };
    let now_ms = service.now_ms();
    let read = service.database.read(move |transaction| -> Result<Option<Open>, Failure> {
        let Some((row, link)) = find_usable(transaction, &token, now_ms)? else { return Ok(None) };
        let own = live(transaction, &row, Kind::Organisation, Some(row.id.0))?;
        let name = own.as_ref().and_then(|own| own.text(Field::OrganisationName)).unwrap_or_default();
        Ok(Some(Open { token, organisation: name.to_owned(), link }))
    });
    read.await
}

/// What the link is for, and the form.
pub async fn administrator_link(State(service): State<Shared>, visit: Visit, Path(token): Path<String>) -> Response {
    match look(&service, &token).await {
        Ok(Some(open)) => form_page(&visit, StatusCode::OK, &open, &LinkFields::default(), &[]),
        Ok(None) => unusable_page(&visit),
        Err(failure) => failure_page(&visit, &failure),
    }
}

pub async fn use_administrator_link(
    State(service): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    visit: Visit,
    Path(token): Path<String>,
    Posted(fields): Posted<LinkFields>,
) -> Response {
    let open = match look(&service, &token).await {
        Ok(Some(open)) => open,
        Ok(None) => return unusable_page(&visit),
        Err(failure) => return failure_page(&visit, &failure),
    };
    let lang = visit.lang;
    if !visit.is_own_form(&path_of(&open.token), &fields.seal) {
        let stale = lang.pick(
            "页面停留太久，或浏览器不允许 Cookie。请再提交一次。",
            "The page was open too long, or cookies are off. Submit it again.",
        );
        return form_page(&visit, StatusCode::FORBIDDEN, &open, &fields, &[(None, stale.to_owned())]);
    }
    match carry_out(&service, peer, &visit, &open, &fields).await {
        Ok(Outcome::Done(role)) => done_page(&service, &visit, &open, role),
        Ok(Outcome::Again(remark)) => form_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &open, &fields, &[remark]),
        Ok(Outcome::Unusable) => unusable_page(&visit),
        Err(failure) => failure_page(&visit, &failure),
    }
}

enum Outcome {
    Done(Role),
    /// Something has to be put right first: where, and what.
    Again((Option<&'static str>, String)),
    Unusable,
}

fn again(input: &'static str, text: &str) -> Result<Outcome, Failure> {
    Ok(Outcome::Again((Some(input), text.to_owned())))
}

async fn carry_out(
    service: &Shared,
    peer: IpAddr,
    visit: &Visit,
    open: &Open,
    fields: &LinkFields,
) -> Result<Outcome, Failure> {
    let lang = visit.lang;
    if !is_typed(&fields.phone) {
        return again("phone", lang.pick("请填写手机号", "Enter a phone number"));
    }
    let Some(phone) = known_phone(service, open, &fields.phone) else { return wrong_phone(service, lang, open).await };
    let (account, known) = match open.link.purpose {
        LinkPurpose::Reset => (open.link.account, None),
        LinkPurpose::Invite => {
            let known = find_account(service, &phone).await?;
            (known.as_ref().map(|account| account.id), known)
        }
    };
    let pair = pair_of(&phone, peer);
    begin_try(service, &phone, pair)?;
    let entrant = match known {
        // The password that they have: nobody's is changed by being invited.
        Some(known) => {
            let id = known.id;
            if !service.passwords.verify(fields.password.clone(), Some(known.password_hash)).await? {
                service.note_refusal(Some(id), neighbourhood(peer));
                return again(
                    "password",
                    lang.pick(
                        "这个手机号在本服务上已有密码，请填写那个密码",
                        "This phone has a password with this service already: enter that one",
                    ),
                );
            }
            (Entrant::Known(id), String::new())
        }
        None => {
            if let Some(text) = password_remark(lang, fields, &phone) {
                service.delays.take_back(pair);
                return again("password", text);
            }
            if fields.password != fields.repeat {
                service.delays.take_back(pair);
                return again("repeat", lang.pick("两次输入的密码不一样", "The two passwords differ"));
            }
            let password_hash = service.passwords.hash(fields.password.clone()).await?;
            let row = AccountRow {
                id: account.unwrap_or_else(|| AccountId(service.new_id())),
                name: open.link.name.clone(),
                phone: phone.clone(),
                password_hash: password_hash.clone(),
            };
            (Entrant::New(row), password_hash)
        }
    };
    let used = write(service, peer, open, (&phone, entrant), fields).await?;
    match used {
        Used::Done { role, devices } => {
            service.delays.note_right(pair, service.now_ms());
            devices.into_iter().for_each(|device| service.send_away(device));
            Ok(Outcome::Done(role))
        }
        Used::CodeNeeded => {
            service.delays.take_back(pair);
            again(
                "code",
                lang.pick(
                    "这个账号使用两步验证：请填写验证器上的六位数字，或一个恢复码",
                    "This account has a second factor: enter the six digits of the authenticator, or a recovery code",
                ),
            )
        }
        Used::CodeWrong => again(
            "code",
            lang.pick("验证码不对或已用过，请等下一个再填", "The code is wrong or was used: wait for the next one"),
        ),
        Used::AlreadyIn => Ok(Outcome::Again((
            None,
            lang.pick(
                "您已经是这个组织的管理员，直接在电脑上登录即可。",
                "You are an administrator of this organisation already: sign in on your computer.",
            )
            .to_owned(),
        ))),
        Used::Unusable => Ok(Outcome::Unusable),
    }
}

/// The typed phone in its stored form, where it is the one that the link was made for.
fn known_phone(service: &Shared, open: &Open, typed: &str) -> Option<String> {
    let phone = check(service, Field::MemberPhone, "phone", typed).ok()?;
    let whose = open.link.id.as_bytes();
    let is_it = service.sealing.is_digest_of(&open.link.phone_digest, Sealed::LinkPhone, whose, phone.as_bytes());
    is_it.then_some(phone)
}

async fn wrong_phone(service: &Shared, lang: Lang, open: &Open) -> Result<Outcome, Failure> {
    let (token, now_ms) = (open.token, service.now_ms());
    let left = service.database.write(move |transaction| note_wrong_phone(transaction, &token, now_ms)).await?;
    if left == 0 {
        return Ok(Outcome::Unusable);
    }
    let text = match lang {
        Lang::Zh => format!("手机号与邀请人填写的不一致，还可以试 {left} 次"),
        Lang::En => format!("This is not the phone that the link was made for: {left} left"),
    };
    again("phone", &text)
}

async fn write(
    service: &Shared,
    peer: IpAddr,
    open: &Open,
    (phone, (account, password_hash)): (&str, (Entrant, String)),
    fields: &LinkFields,
) -> Result<Used, Failure> {
    let (token, purpose, code) = (open.token, open.link.purpose, fields.code.clone());
    let phone = phone.to_owned();
    let (sealing, network, now_ms) = (service.sealing.clone(), neighbourhood(peer), service.now_ms());
    let write = service.database.write(move |transaction: &mut dyn Transaction| -> Result<Used, Failure> {
        let (account, code) = (account.clone(), Some(code.as_str()));
        let using = Using { token: &token, phone: &phone, account, code, network: &network, now_ms };
        Ok(match purpose {
            LinkPurpose::Invite => accept(transaction, &sealing, &using)?,
            LinkPurpose::Reset => reset(transaction, &sealing, (&using, &password_hash))?,
        })
    });
    write.await
}

fn password_remark(lang: Lang, fields: &LinkFields, phone: &str) -> Option<&'static str> {
    Some(match find_refusal(&fields.password, phone)? {
        PasswordRefusal::TooShort => lang.pick("密码至少要 8 个字符", "Use at least 8 characters"),
        PasswordRefusal::TooLong => lang.pick("密码最多 128 个字符", "Use at most 128 characters"),
        PasswordRefusal::Common => lang.pick(
            "这个密码太常见，别人一猜就中。换一个，比如一句只有您知道的话",
            "This password is among the first anybody guesses. Use another, such as a sentence of your own",
        ),
    })
}

fn path_of(token: &Token) -> String {
    crate::administering::link_path(token)
}

fn role_word(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::Owner => lang.pick("所有者", "an owner"),
        Role::Administrator => lang.pick("管理员", "an administrator"),
        Role::Department => lang.pick("部门管理员（只管理指定的部门）", "an administrator of some departments"),
        Role::Auditor => lang.pick("审计员（只能查看）", "an auditor, who only looks"),
        Role::Printing => lang.pick("打印员（只制作和发放邀请）", "somebody who makes and hands out invitations"),
    }
}

type Remark = (Option<&'static str>, String);

fn form_page(visit: &Visit, status: StatusCode, open: &Open, fields: &LinkFields, remarks: &[Remark]) -> Response {
    let lang = visit.lang;
    let action = path_of(&open.token);
    let (seal, cookie) = visit.form_seal(&action);
    let is_invite = open.link.purpose == LinkPurpose::Invite;
    let until = lang.date(date_at(open.link.ends_at_ms, Offset::constant(8)));
    let role = role_word(lang, open.link.role);
    let name = &open.organisation;
    let title = match (is_invite, lang) {
        (true, Lang::Zh) => format!("{name} 请您担任{role}"),
        (true, Lang::En) => format!("{name} asks you to be {role}"),
        (false, Lang::Zh) => format!("为 {name} 的账号设置新密码"),
        (false, Lang::En) => format!("Choose a new password for {name}"),
    };
    let lead = match is_invite {
        true => lang.pick(
            "填写邀请人为您登记的手机号，再设置密码。以后在电脑上的名册程序里用手机号和密码登录。",
            "Enter the phone that you were invited by and choose a password. You sign in with both in Mingce on a computer.",
        ),
        false => lang.pick(
            "填写您账号的手机号，再设置新密码。设置后，所有电脑都要重新登录。除了您，没有人知道这个密码。",
            "Enter the phone of your account and choose a new password. Every computer has to sign in again. Nobody but you \
             knows the password.",
        ),
    };
    let password_hint = match is_invite {
        true => lang.pick(
            "至少 8 个字符，可以是一句话。如果这个手机号已在本服务上管理其他组织，请填写原来的密码。",
            "At least 8 characters; a sentence will do. If this phone manages another organisation with this service, enter the \
             password that it has.",
        ),
        false => lang.pick("至少 8 个字符，可以是一句话。", "At least 8 characters; a sentence will do."),
    };
    let remark = |input: &str| remarks.iter().find(|(place, _)| *place == Some(input)).map(|(_, text)| text.as_str());
    let general = remarks.iter().find(|(place, _)| place.is_none()).map(|(_, text)| text.as_str());
    let body = html! {
        p.eyebrow { (if is_invite { lang.pick("管理员邀请", "Invitation of an administrator") } else { lang.pick("重设密码", "New password") }) }
        h1 { (title) }
        p { (lead) }
        @if let Some(text) = general { p.alert role="alert" { (text) } }
        form method="post" action=(visit.link(&action)) {
            input type="hidden" name="seal" value=(seal);
            (Input { name: "phone", label: lang.pick("手机号", "Phone"), kind: "tel", complete: "tel", hint: "", is_required: true }
                .markup(&fields.phone, remark("phone")))
            (Input { name: "password", label: lang.pick("密码", "Password"), kind: "password", complete: "new-password", hint: password_hint, is_required: true }
                .markup("", remark("password")))
            (Input { name: "repeat", label: lang.pick("再输一次密码", "Password again"), kind: "password", complete: "new-password", hint: "", is_required: true }
                .markup("", remark("repeat")))
            (Input {
                name: "code",
                label: lang.pick("两步验证码（没有就不填）", "Second-factor code, if you have one"),
                kind: "text",
                complete: "one-time-code",
                hint: "",
                is_required: false,
            }.markup("", remark("code")))
            p.actions { button.button.main type="submit" {
                (if is_invite { lang.pick("接受", "Accept") } else { lang.pick("设置密码", "Set the password") })
            } }
        }
        p.quiet {
            @match lang {
                Lang::Zh => { "链接在 " (until) " 前有效，只能用一次。如果您没有等这个链接，请不要填写任何信息。" }
                Lang::En => { "Valid until " (until) ", once. If you did not expect this link, enter nothing." }
            }
        }
    };
    with_cookie(render(visit, status, Page { title: &title, path: &action, body }), cookie)
}

struct Input<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    complete: &'a str,
    hint: &'a str,
    is_required: bool,
}

impl Input<'_> {
    fn markup(&self, value: &str, remark: Option<&str>) -> Markup {
        let name = self.name;
        let (has_remark, has_hint) = (remark.is_some(), !self.hint.is_empty());
        let described = match (has_remark, has_hint) {
            (true, true) => Some(format!("{name}-error {name}-hint")),
            (true, false) => Some(format!("{name}-error")),
            (false, true) => Some(format!("{name}-hint")),
            (false, false) => None,
        };
        html! {
            div.field {
                label for=(name) { (self.label) }
                @if let Some(text) = remark { p.error id=(format!("{name}-error")) role="alert" { (text) } }
                input id=(name) name=(name) type=(self.kind) autocomplete=(self.complete) required[self.is_required]
                    spellcheck="false" maxlength="200" value=[(!value.is_empty()).then_some(value)]
                    aria-describedby=[described] aria-invalid=[remark.map(|_| "true")];
                @if has_hint { p.hint id=(format!("{name}-hint")) { (self.hint) } }
            }
        }
    }
}

fn done_page(service: &Shared, visit: &Visit, open: &Open, role: Role) -> Response {
    let lang = visit.lang;
    let is_invite = open.link.purpose == LinkPurpose::Invite;
    let title = match (is_invite, lang) {
        (true, Lang::Zh) => format!("您现在是 {} 的{}", open.organisation, role_word(lang, role)),
        (true, Lang::En) => format!("You are now {} of {}", role_word(lang, role), open.organisation),
        (false, _) => lang.pick("新密码已设置", "The new password is set").to_owned(),
    };
    let body = html! {
        h1 { (title) }
        p { (lang.pick(
            "下一步：在电脑上打开名册，选“登录”，服务地址填写：",
            "Next: open Mingce on a computer, choose “Sign in”, and enter as the address of the service:",
        )) }
        p { code { (service.public_url) } }
        p { (lang.pick("再填写您的手机号和刚才的密码。", "Then enter your phone and the password.")) }
        p.quiet { (lang.pick(
            "建议登录后在“设置”里打开两步验证。现在可以关闭这个页面。",
            "Once signed in, turn the second factor on in the settings. You can close this page now.",
        )) }
    };
    render(visit, StatusCode::OK, Page { title: &title, path: "/", body })
}

/// The same for every link that cannot be used, whatever the reason.
fn unusable_page(visit: &Visit) -> Response {
    let lang = visit.lang;
    let title = lang.pick("这个链接不能使用", "This link cannot be used");
    let body = html! {
        h1 { (title) }
        p { (lang.pick(
            "它可能已经用过、过期或被收回，也可能不完整。请向给您链接的人要一个新的。",
            "It may have been used, have expired or been taken back, or be cut. Ask whoever gave it to you for a new one.",
        )) }
    };
    render(visit, StatusCode::NOT_FOUND, Page { title, path: "/", body })
}
