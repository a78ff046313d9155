//! Names, as text and as the labels that they are made of (RFC 1035 §3.1, §5.1).

use std::fmt;
use std::net::IpAddr;

/// The longest label (RFC 1035 §2.3.4).
pub const LONGEST_LABEL: usize = 63;
/// The longest name on the wire, lengths of labels included.
pub const LONGEST_NAME: usize = 255;

/// A name as it is written, in small letters and without the last point: `mx1.example.net`;
/// the root is empty (RFC 4343: case does not matter). A point within a label is `\.`, a byte
/// that cannot be seen `\007`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub String);

impl Name {
    /// The name that this text writes.
    #[must_use]
    pub fn new(text: &str) -> Self {
        if text.bytes().all(is_plain) {
            return Self(text.trim_end_matches('.').to_ascii_lowercase());
        }
        Self::from_labels(Self(text.to_owned()).labels().iter().map(Vec::as_slice))
    }

    /// The name under which an address is asked for: `4.2.0.192.in-addr.arpa` (RFC 1035 §3.5,
    /// RFC 3596 §2.5).
    #[must_use]
    pub fn of_address(addr: IpAddr) -> Self {
        match addr {
            IpAddr::V4(addr) => {
                let [a, b, c, d] = addr.octets();
                Self(format!("{d}.{c}.{b}.{a}.in-addr.arpa"))
            }
            IpAddr::V6(addr) => {
                let bytes = addr.octets().into_iter().rev();
                let digits = bytes.map(|byte| format!("{:x}.{:x}.", byte & 15, byte >> 4));
                Self(digits.collect::<String>() + "ip6.arpa")
            }
        }
    }

    /// The name of these labels.
    #[must_use]
    pub fn from_labels<'a>(labels: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut name = Self::default();
        for label in labels {
            name.push(label);
        }
        name
    }

    /// Puts another label behind it.
    pub(super) fn push(&mut self, label: &[u8]) {
        if !self.0.is_empty() {
            self.0.push('.');
        }
        for byte in label {
            match byte {
                b'.' | b'\\' => self.0.extend(['\\', char::from(*byte)]),
                b'!'..=b'~' => self.0.push(char::from(byte.to_ascii_lowercase())),
                _ => {
                    self.0.push('\\');
                    let digit = |n: u8| char::from(b'0' + n % 10);
                    self.0
                        .extend([digit(byte / 100), digit(byte / 10), digit(*byte)]);
                }
            }
        }
    }

    /// Its labels as bytes, the first one first.
    #[must_use]
    pub fn labels(&self) -> Vec<Vec<u8>> {
        let mut labels = vec![Vec::new()];
        let mut rest = self.0.bytes();
        while let Some(byte) = rest.next() {
            let byte = match byte {
                b'.' => {
                    labels.push(Vec::new());
                    continue;
                }
                b'\\' => escaped(&mut rest),
                byte => byte.to_ascii_lowercase(),
            };
            if let Some(last) = labels.last_mut() {
                last.push(byte);
            }
        }
        labels.retain(|label| !label.is_empty());
        labels
    }

    /// Whether it is short enough for the wire, and without empty labels.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let labels = self.labels();
        let len = labels.iter().map(|label| label.len() + 1).sum::<usize>() + 1;
        let points = self.0.is_empty() || labels.len() == self.ends().count();
        points && len <= LONGEST_NAME && labels.iter().all(|label| label.len() <= LONGEST_LABEL)
    }

    /// Where each label's text ends.
    fn ends(&self) -> impl Iterator<Item = usize> {
        let text = self.0.as_bytes();
        let mut is_escaped = false;
        let ends = text.iter().enumerate().filter(move |(_, byte)| {
            let was_escaped = std::mem::take(&mut is_escaped);
            is_escaped = **byte == b'\\' && !was_escaped;
            **byte == b'.' && !was_escaped
        });
        ends.map(|(at, _)| at).chain([text.len()])
    }

    /// The name above it: without its first label. None above the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let end = self.ends().next().filter(|_| !self.0.is_empty())?;
        Some(Self(self.0.get(end + 1..).unwrap_or_default().to_owned()))
    }

    /// Itself, and all names above it up to the root.
    pub fn upwards(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }

    /// How many labels it has.
    #[must_use]
    pub fn depth(&self) -> usize {
        match self.0.is_empty() {
            true => 0,
            false => self.ends().count(),
        }
    }

    /// Whether it lies in a zone: is its top, or below it.
    #[must_use]
    pub fn is_in(&self, zone: &Self) -> bool {
        let start = self.0.len().checked_sub(zone.0.len());
        let Some(start) = start.filter(|_| self.0.ends_with(&zone.0)) else {
            return false;
        };
        start == 0 || zone.0.is_empty() || self.ends().any(|end| end + 1 == start)
    }

    /// This name below another: `www` below `example.net`.
    #[must_use]
    pub fn below(&self, other: &Self) -> Self {
        match (self.0.is_empty(), other.0.is_empty()) {
            (true, _) => other.clone(),
            (_, true) => self.clone(),
            _ => Self(format!("{}.{}", self.0, other.0)),
        }
    }
}

/// Whether a byte of text stands for itself.
fn is_plain(byte: u8) -> bool {
    (b'!'..=b'~').contains(&byte) && byte != b'\\'
}

/// What is written behind a `\`: three digits, or a byte that stands for itself.
fn escaped(rest: &mut std::str::Bytes<'_>) -> u8 {
    let digits = rest.clone().take(3).filter(u8::is_ascii_digit);
    let number = digits.fold((0_u32, 0), |(number, count), digit| {
        (number * 10 + u32::from(digit - b'0'), count + 1)
    });
    match (number, u8::try_from(number.0)) {
        ((_, 3), Ok(byte)) => {
            rest.nth(2);
            byte.to_ascii_lowercase()
        }
        _ => rest.next().unwrap_or(b'\\').to_ascii_lowercase(),
    }
}

/// As it is written; the root as a point.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_any_letters_and_written_in_small_ones() {
        assert_eq!(
            Name::new("MX1.Example.NET."),
            Name("mx1.example.net".into())
        );
        assert_eq!(Name::new(".").to_string(), ".");
        let odd = Name::from_labels([&b"a.b"[..], b"\x07\\C", b"net"].into_iter());
        assert_eq!(odd.0, r"a\.b.\007\\c.net");
        assert_eq!(
            odd.labels(),
            [&b"a.b"[..], b"\x07\\c", b"net"].map(<[u8]>::to_vec)
        );
        assert_eq!(Name::new(&odd.0), odd);
        assert_eq!(Name::new("mün.de").0, r"m\195\188n.de");
        assert_eq!(odd.depth(), 3);
    }

    #[test]
    fn a_name_knows_what_lies_above_it() {
        let name = Name::new(r"a\.b.example.net");
        let above: Vec<String> = name.upwards().map(|name| name.to_string()).collect();
        assert_eq!(above, [r"a\.b.example.net", "example.net", "net", "."]);
        assert!(name.is_in(&Name::new("example.net")));
        assert!(name.is_in(&Name::new("")));
        assert!(name.is_in(&name));
        assert!(!name.is_in(&Name::new("ample.net")));
        assert!(!name.is_in(&Name::new("b.example.net")));
        assert!(!Name::new("net").is_in(&Name::new("example.net")));
    }

    #[test]
    fn an_address_has_a_name_that_reads_backwards() {
        let of = |addr: &str| Name::of_address(addr.parse().unwrap()).0;
        assert_eq!(of("192.0.2.4"), "4.2.0.192.in-addr.arpa");
        let v6 = of("2001:db8::a1");
        assert!(v6.starts_with("1.a.0.0.0.") && v6.ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"));
        assert_eq!(Name(v6).depth(), 34);
    }

    #[test]
    fn a_name_that_is_too_long_is_not_whole() {
        assert!(Name::new(&"a".repeat(63)).is_whole());
        assert!(!Name::new(&"a".repeat(64)).is_whole());
        let long = ["a"; 127].join(".");
        assert!(Name::new(&long).is_whole());
        assert!(!Name::new(&format!("{long}.a")).is_whole());
        assert!(!Name::new("a..b").is_whole());
        assert!(Name::new("").is_whole());
    }
}
