//! What is kept of a network address: the neighbourhood, so that an unusual place shows and nobody's line does.

use std::net::{IpAddr, Ipv6Addr};

/// The first 24 bits of an IPv4 address, the first 48 of an IPv6 one: what a provider gives to many at once.
pub fn neighbourhood(peer: IpAddr) -> String {
    match peer.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => format!("{}/48", Ipv6Addr::from_bits(address.to_bits() >> 80 << 80)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_cut() {
        let of = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(of("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("2001:db8:1:2:aaaa::1"), "2001:db8:1::/48");
    }
}
