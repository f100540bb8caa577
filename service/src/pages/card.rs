//! The member's electronic card, plain: who, where, which number, until when.

use super::consents::CONSENTS;
use super::layout::{Page, failure_page, render, see_other, with_cookie};
use super::visit::Visit;
use super::words::Lang;
use crate::join::{Consents, Lacking, live};
use crate::service::{Shared, date_at};
use crate::storage::{OrganisationRow, StorageError, Transaction};
use crate::token::{MEMBER_PREFIX, Token};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::tz::Offset;
use maud::{Markup, html};
use mingce_model::check::parse_date;
use mingce_model::guardians::age_group;
use mingce_model::tree::DEPTH_MAX;
use mingce_model::{Field, Kind, PhotoHash, Record};
use mingce_protocol::{ApiFailure, PHOTO_MEDIA_TYPE};
use serde::Deserialize;

const SIGN_OUT: &str = "/card/sign-out";

/// What stands on a card.
struct Card {
    organisation: String,
    name: String,
    /// From the top down.
    departments: Vec<String>,
    number: Option<String>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
    is_suspended: bool,
    has_photo: bool,
    lacking: Lacking,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CardState {
    Valid,
    NotYet,
    Expired,
    Suspended,
}

impl Card {
    fn state(&self, today: Date) -> CardState {
        if self.is_suspended {
            CardState::Suspended
        } else if self.valid_from.is_some_and(|from| today < from) {
            CardState::NotYet
        } else if self.valid_until.is_some_and(|until| until < today) {
            CardState::Expired
        } else {
            CardState::Valid
        }
    }
}

pub async fn card(State(service): State<Shared>, visit: Visit) -> Response {
    match find_card(&service, &visit).await {
        // Nobody's card is shown to whom they did not agree, or nobody for them.
        Ok(Some(card)) if card.lacking != Lacking::Nothing => see_other(&visit.link(CONSENTS)),
        Ok(Some(card)) => card_page(&service, &visit, &card),
        Ok(None) => nobody_page(&visit),
        Err(error) => failure_page(&visit, &error.into()),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct SignOutFields {
    seal: String,
}

/// Ends the session on this phone.
pub async fn sign_out(
    State(service): State<Shared>,
    visit: Visit,
    form: Result<Form<SignOutFields>, FormRejection>,
) -> Response {
    let Ok(Form(fields)) = form else { return failure_page(&visit, &ApiFailure::Malformed.into()) };
    if !visit.is_own_form(SIGN_OUT, &fields.seal) {
        return see_other(&visit.link("/card"));
    }
    if let Some(token) = visit.session().and_then(|text| Token::parse(MEMBER_PREFIX, text)) {
        let hash = token.hash();
        let removed = service.database.write(move |transaction| transaction.remove_member_session(&hash)).await;
        if let Err(error) = removed {
            return failure_page(&visit, &error.into());
        }
    }
    with_cookie(see_other(&visit.link("/card")), visit.session_cookie("", 0))
}

/// The photo on the card, for its owner only.
pub async fn card_photo(State(service): State<Shared>, visit: Visit) -> Response {
    let day = service.date_in_china();
    let found = read_own(&service, &visit, move |transaction, organisation, member| {
        match own_photo(transaction, organisation, member, day)? {
            Some(hash) if !has_left(member) => transaction.find_photo(organisation.key, hash),
            _ => Ok(None),
        }
    });
    match found.await {
        Ok(Some(Some(jpeg))) => ([(header::CONTENT_TYPE, PHOTO_MEDIA_TYPE)], jpeg).into_response(),
        Ok(_) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failure_page(&visit, &error.into()),
    }
}

/// The member's photo, unless nobody agreed to its being shown.
fn own_photo(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    member: &Record,
    day: Date,
) -> Result<Option<PhotoHash>, StorageError> {
    let consents = Consents(transaction.load_standing_consents(organisation.key, member.id)?);
    let photo = PhotoHash::from_value(member.get(Field::MemberPhoto));
    Ok(photo.filter(|_| consents.shows_photo(age_group(member, day))))
}

fn has_left(member: &Record) -> bool {
    member.text(Field::MemberStatus) == Some("left")
}

/// Reads something of the member who is signed in on this phone; `None` when nobody is. Who has left still has their data
/// and their consents, though no card.
pub(super) async fn read_own<T: Send + 'static>(
    service: &Shared,
    visit: &Visit,
    read: impl FnOnce(&mut dyn Transaction, &OrganisationRow, &Record) -> Result<T, StorageError> + Send + 'static,
) -> Result<Option<T>, StorageError> {
    let Some(token) = visit.session().and_then(|text| Token::parse(MEMBER_PREFIX, text)) else { return Ok(None) };
    let hash = token.hash();
    let now_ms = service.now_ms();
    service
        .database
        .read(move |transaction| {
            let Some((organisation, session)) = transaction.find_member_session(&hash, now_ms)? else {
                return Ok(None);
            };
            let member = live(transaction, &organisation, Kind::Member, Some(session.member))?;
            member.map(|member| read(transaction, &organisation, &member)).transpose()
        })
        .await
}

async fn find_card(service: &Shared, visit: &Visit) -> Result<Option<Card>, StorageError> {
    let day = service.date_in_china();
    let card = read_own(service, visit, move |transaction, organisation, member| {
        let own = live(transaction, organisation, Kind::Organisation, Some(organisation.id.0))?;
        let Some(own) = own.filter(|_| !has_left(member)) else { return Ok(None) };
        let consents = Consents(transaction.load_standing_consents(organisation.key, member.id)?);
        let photo = own_photo(transaction, organisation, member, day)?;
        let date = |field| member.text(field).and_then(parse_date);
        Ok(Some(Card {
            organisation: own.text(Field::OrganisationName).unwrap_or_default().to_owned(),
            name: member.text(Field::MemberName).unwrap_or_default().to_owned(),
            departments: department_path(transaction, organisation, member)?,
            has_photo: match photo {
                Some(hash) => transaction.has_photo(organisation.key, hash)?,
                None => false,
            },
            number: member.text(Field::MemberCardNumber).map(str::to_owned),
            valid_from: date(Field::MemberValidFrom),
            valid_until: date(Field::MemberValidUntil),
            is_suspended: member.text(Field::MemberStatus) == Some("suspended"),
            lacking: consents.lacking(member, day),
        }))
    });
    Ok(card.await?.flatten())
}

fn department_path(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    member: &Record,
) -> Result<Vec<String>, StorageError> {
    let mut names = Vec::new();
    let mut above = member.reference(Field::MemberDepartment);
    while let Some(department) = live(transaction, organisation, Kind::Department, above)? {
        names.extend(department.text(Field::DepartmentName).map(str::to_owned));
        above = department.reference(Field::DepartmentParent);
        if names.len() > DEPTH_MAX {
            break;
        }
    }
    names.reverse();
    Ok(names)
}

fn card_page(service: &Shared, visit: &Visit, card: &Card) -> Response {
    let lang = visit.lang;
    let today = date_at(service.now_ms(), Offset::constant(8));
    let (seal, cookie) = visit.form_seal(SIGN_OUT);
    let title = lang.pick("我的电子卡", "My card");
    let (state, word) = match card.state(today) {
        CardState::Valid => ("is-valid", lang.pick("有效", "Valid")),
        CardState::NotYet => ("is-waiting", lang.pick("未生效", "Not yet valid")),
        CardState::Expired => ("is-over", lang.pick("已过期", "Expired")),
        CardState::Suspended => ("is-over", lang.pick("已停用", "Suspended")),
    };
    let body = html! {
        h1.unseen { (title) }
        article.card aria-label=(title) {
            header { p.organisation { (card.organisation) } p.state.(state) { (word) } }
            div.person {
                @if card.has_photo {
                    img.portrait src="/card/photo" width="86" height="106" alt=(lang.pick("照片", "Photo"));
                }
                (name(&card.name))
                @if !card.departments.is_empty() { p.place { (card.departments.join(" / ")) } }
            }
            footer {
                @if let Some(number) = &card.number {
                    div { span.term { (lang.pick("卡号", "Number")) } span.number { (number) } }
                }
                @if card.valid_from.is_some() || card.valid_until.is_some() {
                    div { span.term { (lang.pick("有效期", "Validity")) } span { (validity(lang, card)) } }
                }
            }
        }
        p.quiet { (lang.pick("需要时，请出示这个页面。", "Show this page when you are asked for your card.")) }
        p { a href=(visit.link(CONSENTS)) { (lang.pick("同意与数据", "Consent and data")) } }
        form.end method="post" action=(visit.link(SIGN_OUT)) {
            input type="hidden" name="seal" value=(seal);
            button.button type="submit" { (lang.pick("在这部手机上退出", "Sign out on this phone")) }
        }
    };
    with_cookie(render(visit, StatusCode::OK, Page { title, path: "/card", body }), cookie)
}

/// The span of validity; a date is never broken over two lines.
fn validity(lang: Lang, card: &Card) -> Markup {
    let whole = |text: String| html! { span.whole { (text) } };
    match (card.valid_from, card.valid_until) {
        (None, None) => html! {},
        (Some(from), None) => match lang {
            Lang::Zh => whole(format!("{} 起", lang.date(from))),
            Lang::En => whole(format!("from {}", lang.date(from))),
        },
        (None, Some(until)) => match lang {
            Lang::Zh => whole(format!("至 {}", lang.date(until))),
            Lang::En => whole(format!("until {}", lang.date(until))),
        },
        (Some(from), Some(until)) => html! {
            (whole(format!("{} –", lang.date(from)))) " " (whole(lang.date(until)))
        },
    }
}

/// The name; a long one breaks after the dots between its parts.
fn name(name: &str) -> Markup {
    let is_long = name.chars().count() > 6;
    let parts: Vec<&str> = name.split('·').collect();
    html! {
        p.name.is-long[is_long] {
            @for (i, part) in parts.iter().enumerate() {
                @if i > 0 { "·" wbr; }
                (part)
            }
        }
    }
}

pub(super) fn nobody_page(visit: &Visit) -> Response {
    let lang = visit.lang;
    let title = lang.pick("这部手机上还没有卡", "There is no card on this phone");
    let body = html! {
        h1 { (title) }
        p { (lang.pick(
            "请扫描邀请单上的二维码加入。如果您刚刚加入过，请刷新一次；换了手机，请向管理员要一个新的邀请。",
            "Scan the code on your invitation to join. If you have just joined, reload the page. With a new phone, ask the \
             administrator for a new invitation.",
        )) }
        p.actions { a.button href=(visit.link("/card")) { (lang.pick("刷新", "Reload")) } }
    };
    render(visit, StatusCode::OK, Page { title, path: "/card", body })
}
