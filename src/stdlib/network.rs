//! IP addresses and ranges of them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address; one mapped into IPv6 is the IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ip(IpAddr);

impl Ip {
    /// Reads an address without a zone; the form `::ffff:192.0.2.1` is none.
    pub fn parse(text: &str) -> Option<Self> {
        match text.parse().ok()? {
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(_) if text.contains('.') => None,
                Some(mapped) => Some(Self(mapped.into())),
                None => Some(Self(address.into())),
            },
            address => Some(Self(address)),
        }
    }

    /// Whether an address is written as RFC 5952 asks.
    pub fn is_canonical(text: &str) -> Option<bool> {
        Some(Self::parse(text)?.to_string() == text)
    }

    /// 4 or 6.
    pub fn family(self) -> i64 {
        if self.0.is_ipv4() { 4 } else { 6 }
    }

    /// Whether it is `0.0.0.0` or `::`.
    pub fn is_unspecified(self) -> bool {
        self.0.is_unspecified()
    }

    /// Whether it is the machine itself.
    pub fn is_loopback(self) -> bool {
        self.0.is_loopback()
    }

    /// Whether it names one host beyond the link; private addresses do.
    pub fn is_global_unicast(self) -> bool {
        self.0 != IpAddr::V4(Ipv4Addr::BROADCAST)
            && !self.is_unspecified()
            && !self.is_loopback()
            && !self.0.is_multicast()
            && !self.is_link_local_unicast()
    }

    /// Whether it names a group on the link.
    pub fn is_link_local_multicast(self) -> bool {
        match self.0 {
            IpAddr::V4(address) => address.octets().starts_with(&[224, 0, 0]),
            IpAddr::V6(address) => address.segments()[0] & 0xff0f == 0xff02,
        }
    }

    /// Whether it names one host on the link.
    pub fn is_link_local_unicast(self) -> bool {
        match self.0 {
            IpAddr::V4(address) => address.is_link_local(),
            IpAddr::V6(address) => address.is_unicast_link_local(),
        }
    }

    /// The address with all bits after the first `prefix` cleared.
    fn masked(self, prefix: u8) -> Self {
        let prefix = u32::from(prefix);
        Self(match self.0 {
            IpAddr::V4(address) => {
                let host = u32::MAX.checked_shr(prefix).unwrap_or(0);
                Ipv4Addr::from_bits(address.to_bits() & !host).into()
            }
            IpAddr::V6(address) => {
                let host = u128::MAX.checked_shr(prefix).unwrap_or(0);
                Ipv6Addr::from_bits(address.to_bits() & !host).into()
            }
        })
    }
}

impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An address and how many of its first bits are those of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cidr {
    address: Ip,
    prefix: u8,
}

impl Cidr {
    /// Reads `address/prefix`; an address mapped into IPv6 is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let (written, prefix) = text.rsplit_once('/')?;
        let address = Ip::parse(written)?;
        let bits = if address.0.is_ipv4() { 32 } else { 128 };
        // A mapped address would leave open which family the prefix counts in.
        if bits == 32 && written.contains(':') {
            return None;
        }
        let plain = prefix.bytes().all(|byte| byte.is_ascii_digit()) && (prefix == "0" || !prefix.starts_with('0'));
        let prefix = prefix.parse().ok().filter(|prefix| plain && *prefix <= bits)?;
        Some(Self { address, prefix })
    }

    /// Whether the address is in the network.
    pub fn contains_ip(self, ip: Ip) -> bool {
        self.address.family() == ip.family() && ip.masked(self.prefix) == self.address.masked(self.prefix)
    }

    /// Whether all of the other network is in this one.
    pub fn contains_cidr(self, other: Cidr) -> bool {
        self.prefix <= other.prefix && self.contains_ip(other.address)
    }

    /// The address as written.
    pub fn ip(self) -> Ip {
        self.address
    }

    /// The network with its first address.
    pub fn masked(self) -> Self {
        Self { address: self.address.masked(self.prefix), ..self }
    }

    /// How many first bits are those of the network.
    pub fn prefix_length(self) -> i64 {
        self.prefix.into()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(text: &str, kind: fn(Ip) -> bool) -> Option<bool> {
        Ip::parse(text).map(kind)
    }

    fn written(text: &str) -> Option<String> {
        Ip::parse(text).map(|ip| ip.to_string())
    }

    #[test]
    fn addresses() {
        assert_eq!(written("203.0.113.9").as_deref(), Some("203.0.113.9"));
        assert_eq!(written("2001:0DB8:0:0:1:0:0:1").as_deref(), Some("2001:db8::1:0:0:1"));
        assert_eq!(written("1:0:2:3:4:5:6:7").as_deref(), Some("1:0:2:3:4:5:6:7"));
        assert_eq!(written("::198.51.100.1").as_deref(), Some("::c633:6401"));
        assert_eq!(written("0:0:0:0:0:FFFF:CB00:7109").as_deref(), Some("203.0.113.9"));
        for text in [
            "",
            " 1.2.3.4",
            "1.2.3",
            "01.2.3.4",
            "1.2.3.256",
            "1.2.3.4/8",
            "[::1]",
            "1::2::3",
            "1:2:3:4:5:6:7::8:9",
            "12345::",
            "fe80::1%1",
            "::1%lo",
            "::ffff:203.0.113.9",
            "0:0:0:0:0:ffff:203.0.113.9",
        ] {
            assert_eq!(Ip::parse(text), None, "{text}");
        }
    }

    #[test]
    fn mapped_is_the_same_address() {
        assert_eq!(Ip::parse("::ffff:cb00:7109"), Ip::parse("203.0.113.9"));
        assert_eq!(Ip::parse("::ffff:cb00:7109").map(Ip::family), Some(4));
        assert_ne!(Ip::parse("::cb00:7109"), Ip::parse("203.0.113.9"));
    }

    #[test]
    fn canonical() {
        assert_eq!(Ip::is_canonical("2001:db8::a"), Some(true));
        assert_eq!(Ip::is_canonical("::"), Some(true));
        assert_eq!(Ip::is_canonical("2001:db8:0::a"), Some(false));
        assert_eq!(Ip::is_canonical("2001:db8::0a"), Some(false));
        assert_eq!(Ip::is_canonical("::ffff:cb00:7109"), Some(false));
        assert_eq!(Ip::is_canonical("nowhere"), None);
    }

    #[test]
    fn kinds() {
        assert_eq!(is("::", Ip::is_unspecified), Some(true));
        assert_eq!(is("127.255.0.1", Ip::is_loopback), Some(true));
        assert_eq!(is("::2", Ip::is_loopback), Some(false));
        assert_eq!(is("::ffff:7f00:1", Ip::is_loopback), Some(true));
        assert_eq!(is("224.0.0.251", Ip::is_link_local_multicast), Some(true));
        assert_eq!(is("ff12::fb", Ip::is_link_local_multicast), Some(true));
        assert_eq!(is("ff05::fb", Ip::is_link_local_multicast), Some(false));
        assert_eq!(is("169.253.0.1", Ip::is_link_local_unicast), Some(false));
        assert_eq!(is("febf::1", Ip::is_link_local_unicast), Some(true));
        assert_eq!(is("fec0::1", Ip::is_link_local_unicast), Some(false));
        for (text, global) in [
            ("10.0.0.1", true),
            ("198.51.100.7", true),
            ("fd00::1", true),
            ("0.0.0.0", false),
            ("127.0.0.1", false),
            ("169.254.0.1", false),
            ("239.1.2.3", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("fe80::1", false),
            ("ff0e::1", false),
        ] {
            assert_eq!(is(text, Ip::is_global_unicast), Some(global), "{text}");
        }
    }

    #[test]
    fn ranges() {
        let shown = |text| Cidr::parse(text).map(|cidr| cidr.to_string());
        assert_eq!(shown("203.0.113.9/24").as_deref(), Some("203.0.113.9/24"));
        assert_eq!(shown("2001:DB8::/0").as_deref(), Some("2001:db8::/0"));
        for text in [
            "203.0.113.9",
            "203.0.113.9/",
            "203.0.113.9/33",
            "203.0.113.9/256",
            "203.0.113.9/08",
            "203.0.113.9/00",
            "203.0.113.9/+8",
            "203.0.113.9/-1",
            "203.0.113.9/8/8",
            "/8",
            "2001:db8::/129",
            "fe80::1%1/64",
            "::ffff:203.0.113.0/24",
            "::ffff:cb00:7100/120",
        ] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }

    #[test]
    fn inside() {
        let ip = |cidr, ip| Some(Cidr::parse(cidr)?.contains_ip(Ip::parse(ip)?));
        assert_eq!(ip("203.0.113.77/25", "203.0.113.127"), Some(true));
        assert_eq!(ip("203.0.113.77/25", "203.0.113.128"), Some(false));
        assert_eq!(ip("203.0.113.77/0", "1.1.1.1"), Some(true));
        assert_eq!(ip("203.0.113.77/32", "203.0.113.77"), Some(true));
        assert_eq!(ip("203.0.113.77/32", "203.0.113.76"), Some(false));
        assert_eq!(ip("::/0", "203.0.113.77"), Some(false));
        assert_eq!(ip("0.0.0.0/0", "::"), Some(false));
        assert_eq!(ip("203.0.113.0/24", "::ffff:cb00:7109"), Some(true));
        assert_eq!(ip("2001:db8:8000::/33", "2001:db8:ffff::1"), Some(true));
        assert_eq!(ip("2001:db8::1/128", "2001:db8::1"), Some(true));

        let cidr = |outer, inner| Some(Cidr::parse(outer)?.contains_cidr(Cidr::parse(inner)?));
        assert_eq!(cidr("203.0.113.99/24", "203.0.113.0/24"), Some(true));
        assert_eq!(cidr("203.0.113.0/25", "203.0.113.0/24"), Some(false));
        assert_eq!(cidr("203.0.113.0/25", "203.0.113.128/25"), Some(false));
        assert_eq!(cidr("::/0", "203.0.113.0/24"), Some(false));
    }

    #[test]
    fn parts_of_a_range() {
        let cidr = Cidr::parse("203.0.113.77/25");
        assert_eq!(cidr.map(Cidr::ip), Ip::parse("203.0.113.77"));
        assert_eq!(cidr.map(Cidr::masked), Cidr::parse("203.0.113.0/25"));
        assert_ne!(cidr, Cidr::parse("203.0.113.0/25"));
        assert_eq!(cidr.map(Cidr::prefix_length), Some(25));
        assert_eq!(Cidr::parse("2001:db8::9/0").map(Cidr::masked), Cidr::parse("::/0"));
        assert_eq!(Cidr::parse("2001:db8::9/128").map(Cidr::masked), Cidr::parse("2001:db8::9/128"));
    }
}
