//! A phone's browser, as far as the member pages need one: cookies, forms, one request at a time.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Phone {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Phone {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        self.send("POST", path, &fields.join("&")).await
    }

    /// Opens the form behind an invitation's link, says who it is, and agrees to what is asked then.
    pub async fn join(&mut self, path: &str, phone: &str, document: &str) -> Answer {
        self.join_signed(path, phone, document, "").await
    }

    /// The same; a guardian of somebody of 14 to 17 years signs with their name.
    pub async fn join_signed(&mut self, path: &str, phone: &str, document: &str, guardian: &str) -> Answer {
        let form = self.get(&format!("{path}/join")).await;
        let who = [("phone", phone), ("document_number", document)];
        let offered =
            self.post(&format!("{path}/join"), &[&who[..], &[("seal", &hidden(&form, "seal"))]].concat()).await;
        if offered.status != 200 {
            return offered;
        }
        let password = "a sentence of my own";
        let (seal, statement) = (hidden(&offered, "seal"), hidden(&offered, "statement"));
        let agreed = [
            ("account", "yes"),
            ("document", "yes"),
            ("statement", &statement),
            ("guardian_name", guardian),
            ("password", password),
            ("repeat", password),
            ("seal", &seal),
        ];
        self.post(&format!("{path}/agree"), &[&who[..], &agreed].concat()).await
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            cookies.join("; "),
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).await.expect("the service listens");
        stream.write_all(request.as_bytes()).await.expect("the service reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("the service answers");
        let answer = String::from_utf8(answer).expect("pages are UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        for line in head.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("set-cookie") {
                let (cookie, value) = value.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
                self.cookies.retain(|(known, _)| known != cookie);
                self.cookies.push((cookie.to_owned(), value.to_owned()));
            }
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }
}

/// The value of a hidden field.
fn hidden(page: &Answer, name: &str) -> String {
    let value = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

fn encode(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
