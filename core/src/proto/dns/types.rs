//! The words of DNS: names, kinds of records, what they say.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A name as it is written, in small letters and without the last point: `mx1.example.net`;
/// the root is empty (RFC 4343: case does not matter).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub String);

impl Name {
    /// The name that this text writes.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim_end_matches('.').to_ascii_lowercase())
    }

    /// Whether it lies in a zone: is its top, or below it.
    #[must_use]
    pub fn is_in(&self, zone: &Name) -> bool {
        let below = self.0.strip_suffix(&zone.0);
        zone.0.is_empty() || below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

/// As it is written; the root as a point.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

/// What may be asked for (RFC 1035 §3.2.2, RFC 3596 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An IPv4 address.
    A,
    /// A zone's name server.
    Ns,
    /// The true name of an alias.
    Cname,
    /// What holds for a whole zone.
    Soa,
    /// The name of an address.
    Ptr,
    /// Who takes a domain's letters.
    Mx,
    /// Texts.
    Txt,
    /// An IPv6 address.
    Aaaa,
    /// All there are.
    Any,
    /// Another, by its number.
    Other(u16),
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// A zone's name server.
    Ns(Name),
    /// The true name.
    Cname(Name),
    /// What holds for a whole zone.
    Soa(Box<Soa>),
    /// The name of an address.
    Ptr(Name),
    /// How much preferred (the smallest number most), and the host; the root for nobody (RFC 7505).
    Mx(u16, Name),
    /// Texts of at most 255 bytes each.
    Txt(Vec<String>),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// Of a kind that is not known here.
    Other(u16, Vec<u8>),
}

/// The start of a zone of authority (RFC 1035 §3.3.13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soa {
    /// Its first name server.
    pub server: Name,
    /// The mail address of who looks after it, its `@` a point.
    pub person: Name,
    /// Which edition of the zone.
    pub serial: u32,
    /// When others look for a new one, in seconds.
    pub refresh: u32,
    /// When they try again.
    pub retry: u32,
    /// When they give up.
    pub expire: u32,
    /// How long it may be kept that there is no such name (RFC 2308 §4).
    pub minimum: u32,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Of what.
    pub name: Name,
    /// For how many seconds it may be kept.
    pub ttl_s: u32,
    /// What it says.
    pub data: Data,
}

/// What one authority knows: its own records and, of zones below that others serve, `NS`
/// records and the addresses of those servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its top.
    pub name: Name,
    /// All records, the SOA among them.
    pub records: Vec<Record>,
}
