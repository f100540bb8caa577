//! The frame around every page, and pages for what went wrong.

use super::visit::Visit;
use crate::failure::Failure;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use mingce_protocol::ApiFailure;

/// No script at all; styles, pictures and forms of this service only.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// One page.
pub struct Page<'a> {
    pub title: &'a str,
    /// Where the other language is to be had.
    pub path: &'a str,
    pub body: Markup,
}

/// The page as an answer.
pub fn render(visit: &Visit, status: StatusCode, page: Page<'_>) -> Response {
    let lang = visit.lang;
    let other = lang.other();
    let markup = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex, nofollow";
                meta name="format-detection" content="telephone=no";
                title { (page.title) }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/pages.css";
            }
            body {
                header.top {
                    span.brand { img src="/icon.svg" alt="" width="28" height="28"; (lang.pick("名册", "Mingce")) }
                    a.language href=(format!("{}?lang={}", page.path, other.word())) lang=(other.tag()) hreflang=(other.tag()) {
                        (other.pick("中文", "English"))
                    }
                }
                main { (page.body) }
            }
        }
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // `no-referrer` would make the forms' own origin unreadable (Fetch, "append a request Origin header").
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_LANGUAGE, lang.tag()),
        (header::VARY, "Accept-Language, Cookie"),
    ];
    (status, headers, markup).into_response()
}

/// Adds a cookie to an answer.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// To another page, by GET. The browser forgets the form that led here.
pub fn see_other(target: &str) -> Response {
    let target = HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, target)]).into_response()
}

/// A failure in words.
pub fn failure_page(visit: &Visit, failure: &Failure) -> Response {
    let lang = visit.lang;
    let wait = failure.0.retry_after_s;
    let (title, text) = match failure.0.code {
        ApiFailure::TooMany => {
            let time = lang.wait(wait.unwrap_or(60));
            let text = match lang {
                super::words::Lang::Zh => format!("请求太多了。请在 {time} 后再试。"),
                super::words::Lang::En => format!("Too many requests. Try again in {time}."),
            };
            (lang.pick("请稍后再试", "Try again later"), text)
        }
        ApiFailure::Malformed | ApiFailure::TooLarge => (
            lang.pick("没有收到表单", "The form did not arrive"),
            lang.pick("请返回后再提交一次。", "Go back and submit it again.").to_owned(),
        ),
        _ => (
            lang.pick("服务暂时不可用", "The service is busy"),
            lang.pick("没有保存任何内容。请稍后再试。", "Nothing was saved. Try again in a little while.").to_owned(),
        ),
    };
    let status = StatusCode::from_u16(failure.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = html! { h1 { (title) } p { (text) } };
    let mut response = render(visit, status, Page { title, path: "/", body });
    if let Some(seconds) = wait {
        response.headers_mut().insert(HeaderName::from_static("retry-after"), HeaderValue::from(seconds));
    }
    response
}
