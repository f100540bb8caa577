//! Who is asking: the socket's peer, or what a trusted proxy says of it (OWASP ASVS 5.0, 4.1.3).

use axum::http::HeaderMap;
use std::net::IpAddr;

/// The nearest address on the way that is not a trusted proxy. Headers of other peers are not read.
pub fn find_peer(socket: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let plain = |address: IpAddr| address.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|proxy| plain(*proxy) == plain(address));
    let mut nearest = plain(socket);
    if !is_trusted(nearest) {
        return nearest;
    }
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).collect();
    for hop in hops.into_iter().rev() {
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        nearest = plain(address);
        if !is_trusted(nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn peer(socket: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        let trusted: Vec<IpAddr> = trusted.iter().map(|address| address.parse().unwrap()).collect();
        find_peer(socket.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_may_name_another_peer() {
        assert_eq!(peer("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(peer("10.0.0.1", &["198.51.100.1"], &["10.0.0.1"]), "198.51.100.1");
        assert_eq!(peer("::ffff:10.0.0.1", &["198.51.100.1"], &["10.0.0.1"]), "198.51.100.1");
    }

    #[test]
    fn what_a_client_wrote_into_the_header_is_passed_over() {
        assert_eq!(peer("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"], &["10.0.0.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(peer("10.0.0.1", &["1.2.3.4", "198.51.100.1"], &["10.0.0.1"]), "198.51.100.1");
        assert_eq!(peer("10.0.0.1", &["nonsense"], &["10.0.0.1"]), "10.0.0.1");
        assert_eq!(peer("10.0.0.1", &[], &["10.0.0.1"]), "10.0.0.1");
    }
}
