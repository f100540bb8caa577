//! The service's address as a person typed it: what is usable, and where plain HTTP is acceptable.

use crate::ClientError;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where the service is, as far as proxies and encryption care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// This computer or the network around it.
    Near,
    Far,
}

/// The base of all addresses, without a slash at its end.
///
/// `NotMingce` for what is no HTTP address; `Unencrypted` for plain HTTP across the public network, where anybody on the
/// way could read the password and the roster.
pub(crate) fn parse(text: &str) -> Result<(Url, Place), ClientError> {
    let url = Url::parse(text.trim()).map_err(|_| ClientError::NotMingce)?;
    let is_plain = match url.scheme() {
        "https" => false,
        "http" => true,
        _ => return Err(ClientError::NotMingce),
    };
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(ClientError::NotMingce)?;
    let has_extras =
        !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some();
    if has_extras {
        return Err(ClientError::NotMingce);
    }
    let place = place_of(host);
    if is_plain && place == Place::Far {
        return Err(ClientError::Unencrypted);
    }
    Ok((url, place))
}

fn place_of(host: &str) -> Place {
    let is_near = match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => is_near_v4(ip),
        Ok(IpAddr::V6(ip)) => is_near_v6(ip),
        Err(_) => is_near_name(host.trim_end_matches('.')),
    };
    if is_near { Place::Near } else { Place::Far }
}

/// RFC 1918, RFC 3927 and loopback.
fn is_near_v4(ip: Ipv4Addr) -> bool {
    ip.is_loopback() || ip.is_private() || ip.is_link_local()
}

/// RFC 4193, RFC 4291 section 2.5.6 and loopback.
fn is_near_v6(ip: Ipv6Addr) -> bool {
    match ip.to_ipv4_mapped() {
        Some(ip) => is_near_v4(ip),
        None => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// Names without a dot, and those set aside for local networks (RFC 6761, RFC 6762, ICANN 2024 for `internal`).
fn is_near_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.contains('.')
        || ["localhost", "local", "internal", "lan"].iter().any(|last| name.rsplit('.').next() == Some(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_computer_and_the_network_around_it() {
        for near in [
            "http://127.0.0.1:8080",
            "http://[::1]:8080/",
            "http://localhost:1",
            "http://192.168.1.20:8080",
            "http://10.0.0.1",
            "http://[fd00::1]",
            "http://[::ffff:192.168.0.1]",
            "http://server:8080",
            "http://roster.local",
        ] {
            assert_eq!(parse(near).map(|(_, place)| place), Ok(Place::Near), "{near}");
        }
        for far in ["http://example.cn", "http://8.8.8.8", "http://[2001:db8::1]", "http://local.example.cn"] {
            assert_eq!(parse(far).map(|(_, place)| place), Err(ClientError::Unencrypted), "{far}");
            let safe = far.replace("http:", "https:");
            assert_eq!(parse(&safe).map(|(_, place)| place), Ok(Place::Far), "{safe}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_service_is_said_to_be_none() {
        for text in
            ["", "example.cn", "ftp://a", "https://", "https://me:secret@a.cn", "https://a.cn?x=1", "https://a.cn#x"]
        {
            assert_eq!(parse(text).err(), Some(ClientError::NotMingce), "{text}");
        }
    }
}
