//! Links that carry a token. Upper case where it changes nothing, because a QR code in alphanumeric mode
//! (ISO/IEC 18004, 7.4.4) needs 5.5 bits a character instead of 8 and so has coarser, easier squares.

use crate::token::Token;

/// The path segment before the token. The service answers it in either case.
const SEGMENT: &str = "J";

/// The text is not an invitation link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an invitation link")]
pub struct LinkUnreadable;

/// The link to print or send: `HTTPS://HOST/J/TOKEN`.
///
/// `base_url` is the service's address (`https://join.example.cn`, with a port or a path if it has one). Scheme and host
/// do not tell upper from lower case (RFC 3986, 6.2.2.1); a path may, so when upper-casing would change the base's path the
/// link keeps the base as given. A missing scheme is taken as https; a query or fragment of the base is left out.
pub fn link(base_url: &str, token: &Token) -> String {
    let base = base_url.trim();
    let base = base.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (scheme, rest) = base.split_once("://").unwrap_or(("https", base));
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    if path.bytes().any(|byte| byte.is_ascii_lowercase()) {
        format!("{scheme}://{rest}/{}/{token}", SEGMENT.to_ascii_lowercase())
    } else {
        format!("{}://{}/{SEGMENT}/{token}", scheme.to_ascii_uppercase(), rest.to_ascii_uppercase())
    }
}

/// The token of a scanned or typed link, whatever its case, host and base path; query and fragment are ignored.
///
/// Says nothing about whose service the host is: the caller compares that.
pub fn parse_link(text: &str) -> Result<Token, LinkUnreadable> {
    let (scheme, rest) = text.trim().split_once("://").ok_or(LinkUnreadable)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(LinkUnreadable);
    }
    let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (before, token) = rest.rsplit_once('/').ok_or(LinkUnreadable)?;
    let (host, segment) = before.rsplit_once('/').ok_or(LinkUnreadable)?;
    if host.is_empty() || host.starts_with('/') || !segment.eq_ignore_ascii_case(SEGMENT) {
        return Err(LinkUnreadable);
    }
    Token::parse(token).map_err(|_| LinkUnreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOKEN: Token = Token::from_random_bytes([0xA5; 16]);
    const TEXT: &str = "UWS2LJNFUWS2LJNFUWS2LJNFUU";

    #[test]
    fn a_plain_host_gives_an_upper_case_link() {
        let expected = format!("HTTPS://JOIN.EXAMPLE.CN/J/{TEXT}");
        for base in
            ["https://join.example.cn", "https://join.example.cn/", " join.example.cn ", "https://Join.Example.cn/?x=1"]
        {
            assert_eq!(link(base, &TOKEN), expected, "{base}");
        }
        assert_eq!(link("http://192.168.1.7:8080", &TOKEN), format!("HTTP://192.168.1.7:8080/J/{TEXT}"));
    }

    #[test]
    fn a_base_path_that_knows_case_is_kept() {
        assert_eq!(link("https://example.cn/Mingce", &TOKEN), format!("https://example.cn/Mingce/j/{TEXT}"));
        assert_eq!(link("https://example.cn/2026/", &TOKEN), format!("HTTPS://EXAMPLE.CN/2026/J/{TEXT}"));
    }

    #[test]
    fn the_token_is_found_in_any_case_and_place() {
        for text in [
            format!("HTTPS://JOIN.EXAMPLE.CN/J/{TEXT}"),
            format!("https://join.example.cn/j/{}/", TEXT.to_lowercase()),
            format!(" http://[::1]:8080/base/j/{TEXT}?from=chat#top\n"),
        ] {
            assert_eq!(parse_link(&text), Ok(TOKEN), "{text}");
        }
    }

    #[test]
    fn what_is_no_invitation_link_is_refused() {
        for text in ["", TEXT, "https://", "https://j/", &format!("ftp://a/j/{TEXT}"), &format!("https://a/k/{TEXT}")] {
            assert_eq!(parse_link(text), Err(LinkUnreadable), "{text}");
        }
        assert_eq!(parse_link(&format!("https:///j/{TEXT}")), Err(LinkUnreadable));
        assert_eq!(parse_link(&format!("https://j/{TEXT}")), Err(LinkUnreadable));
    }

    proptest! {
        #[test]
        fn a_link_leads_back_to_its_token(bytes: [u8; 16], host in "[a-z]{1,12}(\\.[a-z]{2,8}){0,3}(:[0-9]{2,5})?", path in "(/[A-Za-z0-9]{1,8}){0,2}/?") {
            let token = Token::from_random_bytes(bytes);
            prop_assert_eq!(parse_link(&link(&format!("https://{host}{path}"), &token)), Ok(token));
        }

        #[test]
        fn reading_any_link_never_panics(text in ".{0,60}") {
            let _ = parse_link(&text);
        }
    }
}
