//! The words of DNS: kinds of records, what they say.

use super::Name;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

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

/// The kinds with their words and numbers.
const KINDS: [(Kind, &str, u16); 9] = [
    (Kind::A, "A", 1),
    (Kind::Ns, "NS", 2),
    (Kind::Cname, "CNAME", 5),
    (Kind::Soa, "SOA", 6),
    (Kind::Ptr, "PTR", 12),
    (Kind::Mx, "MX", 15),
    (Kind::Txt, "TXT", 16),
    (Kind::Aaaa, "AAAA", 28),
    (Kind::Any, "ANY", 255),
];

impl Kind {
    /// The kind of this number.
    #[must_use]
    pub fn from_number(number: u16) -> Self {
        let known = KINDS.iter().find(|row| row.2 == number);
        known.map_or(Self::Other(number), |row| row.0)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Self::Other(number) => number,
            known => KINDS
                .iter()
                .find(|row| row.0 == known)
                .map_or(0, |row| row.2),
        }
    }

    /// The kind of this word, in letters of any size: `MX`, or `TYPE99` (RFC 3597 §5).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_uppercase();
        let known = KINDS.iter().find(|row| row.1 == word);
        let other = || word.strip_prefix("TYPE")?.parse().ok();
        known
            .map(|row| row.0)
            .or_else(|| other().map(Self::from_number))
    }
}

/// Its word: `MX`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match KINDS.iter().find(|row| row.0 == *self) {
            Some((_, word, _)) => f.write_str(word),
            None => write!(f, "TYPE{}", self.number()),
        }
    }
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

impl Data {
    /// Of which kind the record is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::A(_) => Kind::A,
            Self::Ns(_) => Kind::Ns,
            Self::Cname(_) => Kind::Cname,
            Self::Soa(_) => Kind::Soa,
            Self::Ptr(_) => Kind::Ptr,
            Self::Mx(..) => Kind::Mx,
            Self::Txt(_) => Kind::Txt,
            Self::Aaaa(_) => Kind::Aaaa,
            Self::Other(number, _) => Kind::Other(*number),
        }
    }
}

/// As it stands in a zone's file (RFC 1035 §5.1): `10 mx1.example.net`.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(addr) => addr.fmt(f),
            Self::Aaaa(addr) => addr.fmt(f),
            Self::Ns(name) | Self::Cname(name) | Self::Ptr(name) => name.fmt(f),
            Self::Mx(preference, host) => write!(f, "{preference} {host}"),
            Self::Txt(texts) => write!(f, "\"{}\"", texts.concat()),
            Self::Soa(soa) => write!(
                f,
                "{} {} {} {} {} {} {}",
                soa.server, soa.person, soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum
            ),
            Self::Other(_, bytes) => write!(f, "({} bytes)", bytes.len()),
        }
    }
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
