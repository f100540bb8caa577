//! A phone with its browser: the member pages' forms as a person would fill them in.

use crate::desk::{Answer, House};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use mingce_codes::Token;

pub const NEW_PASSWORD: &str = "a sentence of my own";

/// A browser with its cookies.
pub struct Phone<'h> {
    house: &'h House,
    pub cookies: Vec<(String, String)>,
}

impl<'h> Phone<'h> {
    pub fn new(house: &'h House) -> Self {
        Self { house, cookies: Vec::new() }
    }

    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = self.house.send(request.header("cookie", cookies.join("; ")).body(body).unwrap()).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            assert!(text.contains("HttpOnly; SameSite=Strict; Secure") && text.contains("Path=/;"), "{text}");
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            assert!(name.starts_with("__Host-"));
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(path, fields, &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn post_from(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| -> String {
            text.bytes()
                .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
                .collect()
        };
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, body.join("&").into()).await
    }

    /// Says who it is; where that agrees with the roster, agrees to what is asked and submits it.
    pub async fn join(&mut self, token: &Token, phone: &str, document: &str) -> Answer {
        self.join_with(token, phone, document, &[]).await
    }

    /// The same, with further fields in the second form.
    pub async fn join_with(&mut self, token: &Token, phone: &str, document: &str, more: &[(&str, &str)]) -> Answer {
        let offered = self.show(token, phone, document).await;
        if offered.status != StatusCode::OK {
            return offered;
        }
        let (seal, statement) = (seal(&offered).expect("the second form"), hidden(&offered, "statement").unwrap());
        let mut fields = vec![
            ("phone", phone),
            ("document_number", document),
            ("account", "yes"),
            ("document", "yes"),
            ("statement", statement.as_str()),
            ("password", NEW_PASSWORD),
            ("repeat", NEW_PASSWORD),
            ("seal", seal.as_str()),
        ];
        fields.extend(more);
        self.post(&format!("/j/{token}/agree"), &fields).await
    }

    /// The first form only.
    pub async fn show(&mut self, token: &Token, phone: &str, document: &str) -> Answer {
        let path = format!("/j/{token}/join");
        let form = self.get(&path).await;
        let seal = seal(&form).unwrap_or_default();
        self.post(&path, &[("phone", phone), ("document_number", document), ("seal", seal.as_str())]).await
    }
}

pub fn seal(answer: &Answer) -> Option<String> {
    hidden(answer, "seal")
}

/// The value of a hidden field.
pub fn hidden(answer: &Answer, name: &str) -> Option<String> {
    let text = answer.text();
    let rest = text.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
    Some(rest.split('"').next()?.to_owned())
}

pub fn token(n: u8) -> Token {
    Token::from_random_bytes([n; 16])
}
