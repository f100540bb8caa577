//! The member pages: where a scanned invitation leads, small enough for any phone.
//!
//! Administrators' links lead here too: to accept an invitation, or to choose a new password.
//!
//! Plain HTML from the service, one style sheet, no script. Personal data is shown to its owner only and never cached.

mod administrator;
mod agree;
mod card;
mod consents;
mod form;
mod join;
mod layout;
mod own_data;
mod posted;
mod visit;
mod words;

pub use administrator::{administrator_link, use_administrator_link};
pub use card::{card, card_photo, sign_out};
pub use consents::{change_consents, close_form, consents, submit_closing};
pub use join::{
    agree_form, declined, invitation, join_form, refuse_form, submit_agreement, submit_join, submit_refusal,
};
pub use layout::failure_page;
pub use own_data::{export, export_form};
pub use visit::Visit;
pub use words::Lang;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use layout::{Page, render};
use maud::html;

/// The one style sheet.
pub async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("style.css"))
}

pub async fn icon() -> Response {
    asset("image/svg+xml", include_str!("icon.svg"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}

/// For who types the bare address.
pub async fn home(visit: Visit) -> Response {
    let lang = visit.lang;
    let body = html! {
        h1 { (lang.pick("名册", "Mingce")) }
        p { (lang.pick(
            "这里是邀请和电子卡的服务。请扫描邀请单上的二维码，或打开您的电子卡。",
            "This service holds invitations and electronic cards. Scan the code on your invitation, or open your card.",
        )) }
        p.actions { a.button.main href=(visit.link("/card")) { (lang.pick("我的电子卡", "My card")) } }
    };
    render(&visit, StatusCode::OK, Page { title: lang.pick("名册", "Mingce"), path: "/", body })
}

/// For an address that leads nowhere.
pub async fn lost(visit: Visit) -> Response {
    let lang = visit.lang;
    let title = lang.pick("没有这个页面", "There is no such page");
    let body = html! {
        h1 { (title) }
        p { (lang.pick("请检查链接是否完整，或重新扫描二维码。", "Check that the link is whole, or scan the code again.")) }
    };
    render(&visit, StatusCode::NOT_FOUND, Page { title, path: "/", body })
}
