//! A phone, as far as the demo needs one: plain HTTP on loopback, one cookie jar, one form.

use crate::Trouble;
use crate::office::wrong;
use std::io::{Read, Write};
use std::net::TcpStream;

/// What a page of the demo may hold.
const PAGE_BYTES_MAX: u64 = 1024 * 1024;

pub(crate) struct Phone {
    /// `127.0.0.1:PORT`.
    address: String,
    cookies: Vec<(String, String)>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) page: String,
}

impl Phone {
    pub(crate) fn new(service_url: &str) -> Self {
        let address = service_url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { address, cookies: Vec::new() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Answer, Trouble> {
        self.ask("GET", path, "")
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Trouble> {
        let encoded: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        self.ask("POST", path, &encoded.join("&"))
    }

    fn ask(&mut self, method: &str, path: &str, form: &str) -> Result<Answer, Trouble> {
        let failed = |error: std::io::Error| wrong("the member page", &error);
        let mut stream = TcpStream::connect(&self.address).map_err(failed)?;
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {1}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {2}\r\nConnection: close\r\n\r\n{form}",
            self.address,
            cookies.join("; "),
            form.len()
        );
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut bytes = Vec::new();
        stream.take(PAGE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, page) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let mut location = None;
        for line in head.lines().skip(1) {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("location") {
                location = Some(value.to_owned());
            } else if name.eq_ignore_ascii_case("set-cookie")
                && let Some((name, value)) = value.split(';').next().and_then(|pair| pair.split_once('='))
            {
                self.cookies.retain(|(other, _)| other != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(Answer { status, location, page: page.to_owned() })
    }
}

/// The value of a hidden input of the page.
pub(crate) fn hidden<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let mark = format!("name=\"{name}\" value=\"");
    page.split_once(&mark)?.1.split('"').next()
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
