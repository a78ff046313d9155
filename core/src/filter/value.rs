//! What filters compare: numbers, addresses, bytes and texts.

use super::Subject;
use crate::dissect::{Field, FieldKind, Layer, Shows};
use std::borrow::Cow;
use std::net::IpAddr;

/// What sort of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Number,
    /// Yes or no.
    Flag,
    /// Nanoseconds, written as seconds.
    Time,
    Address,
    /// Six bytes.
    Mac,
    Bytes,
    Text,
}

impl Sort {
    /// In words: `tcp.port` is …
    pub fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Flag => "yes or no",
            Self::Time => "a time",
            Self::Address => "an address",
            Self::Mac => "a hardware address",
            Self::Bytes => "bytes",
            Self::Text => "a text",
        }
    }

    /// Whether values of both can be equal.
    pub fn goes_with(self, other: Self) -> bool {
        let class = |sort| match sort {
            Self::Number | Self::Flag => 0,
            Self::Time => 1,
            Self::Address => 2,
            Self::Mac | Self::Bytes => 3,
            Self::Text => 4,
        };
        class(self) == class(other)
    }
}

/// A value that a frame has, or that stands in the filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Number(u64),
    Address(IpAddr),
    /// A network: an address, and how many bits of it count.
    Network(IpAddr, u8),
    Bytes(Cow<'a, [u8]>),
    Text(Cow<'a, str>),
}

impl Value<'_> {
    /// Its bytes, where it is made of such.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Text(text) => Some(text.as_bytes()),
            _ => None,
        }
    }
}

/// A value that stands in the filter.
pub(super) type Constant = Value<'static>;

/// Of these, words are shown where the value is something else.
const NUMBERS: [&str; 2] = ["icmp.code", "icmpv6.code"];
const ADDRESSES: [&str; 4] = [
    "ftp.passive.ip",
    "ftp.active.cip",
    "ftp.eprt.ip",
    "ftp.eprt.ipv6",
];

pub(super) fn sort_of(kind: &FieldKind) -> Sort {
    match kind.shows {
        Shows::Number | Shows::Counted(_) | Shows::Hex(_) | Shows::Names(_) | Shows::Words(_) => {
            Sort::Number
        }
        Shows::Flag => Sort::Flag,
        Shows::Address => Sort::Address,
        Shows::Mac => Sort::Mac,
        Shows::Bytes => Sort::Bytes,
        Shows::Text | Shows::Within(_) if NUMBERS.contains(&kind.filter) => Sort::Number,
        Shows::Text | Shows::Within(_) if ADDRESSES.contains(&kind.filter) => Sort::Address,
        Shows::Text | Shows::Within(_) => Sort::Text,
    }
}

/// The value that a field has in a frame.
pub(super) fn value_of<'a>(field: &Field, subject: &Subject<'a>) -> Value<'a> {
    match sort_of(field.kind) {
        Sort::Number | Sort::Flag | Sort::Time => Value::Number(field.number),
        Sort::Bytes | Sort::Mac => Value::Bytes(Cow::Borrowed(bytes_of(field, subject))),
        Sort::Text => Value::Text(Cow::Owned(text_of(field, subject))),
        Sort::Address if !matches!(field.kind.shows, Shows::Address) => {
            let text = text_of(field, subject);
            match text.parse() {
                Ok(addr) => Value::Address(addr),
                Err(_) => Value::Text(Cow::Owned(text)),
            }
        }
        Sort::Address => {
            let bytes = bytes_of(field, subject);
            let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
            let address = four.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from));
            address.map_or(Value::Bytes(Cow::Borrowed(bytes)), Value::Address)
        }
    }
}

/// The bytes that a field stands in.
pub(super) fn bytes_of<'a>(field: &Field, subject: &Subject<'a>) -> &'a [u8] {
    let source = subject.dissection.source(subject.frame, field.source);
    source.get(field.range.clone()).unwrap_or(&[])
}

/// A layer's bytes, and all that lie behind it: what it carries is in it, too.
pub(super) fn layer_bytes<'a>(layer: &Layer, subject: &Subject<'a>) -> &'a [u8] {
    let source = subject.dissection.source(subject.frame, layer.source);
    source.get(layer.range.start..).unwrap_or(&[])
}

/// A field's value in words.
pub(super) fn text_of(field: &Field, subject: &Subject<'_>) -> String {
    subject.dissection.value(field, subject.frame)
}

/// Reads what stands in the filter as a value of a sort; the error says what would be one.
pub(super) fn read(text: &str, quoted: bool, sort: Sort) -> Result<Constant, String> {
    match sort {
        Sort::Text => Ok(Value::Text(Cow::Owned(text.to_owned()))),
        Sort::Number => number(text)
            .map(Value::Number)
            .ok_or_else(|| format!("`{text}` is no number; write 21 or 0x15.")),
        Sort::Flag => match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "set" => Ok(Value::Number(1)),
            "0" | "false" | "no" | "not set" => Ok(Value::Number(0)),
            _ => Err(format!("`{text}` is neither yes nor no; write 1 or 0.")),
        },
        Sort::Time => nanoseconds(text)
            .map(Value::Number)
            .ok_or_else(|| format!("`{text}` is no time; write seconds, 0.25.")),
        Sort::Address => address(text)
            .ok_or_else(|| format!("`{text}` is no address; write 192.0.2.10 or 192.0.2.0/24.")),
        Sort::Mac => match bytes(text) {
            Some(bytes) if bytes.len() == 6 => Ok(Value::Bytes(Cow::Owned(bytes))),
            _ => Err(format!(
                "`{text}` is no hardware address; write 02:00:00:00:00:01, or [0:3] behind the field for a part of it."
            )),
        },
        Sort::Bytes if quoted => Ok(Value::Bytes(Cow::Owned(text.as_bytes().to_vec()))),
        Sort::Bytes => bytes(text)
            .map(|bytes| Value::Bytes(Cow::Owned(bytes)))
            .ok_or_else(|| format!("`{text}` are no bytes; write 02:00:5e or \"text\".")),
    }
}

pub(super) fn number(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let digits = |digits: &str, radix| {
        let plain = digits.bytes().all(|b| b.is_ascii_alphanumeric());
        u64::from_str_radix(digits, radix).ok().filter(|_| plain)
    };
    if let Some(rest) = lower.strip_prefix("0x") {
        return digits(rest, 16);
    }
    match lower.strip_prefix('0').filter(|rest| !rest.is_empty()) {
        Some(rest) => digits(rest, 8),
        None => digits(&lower, 10),
    }
}

/// `0.25`, in seconds.
fn nanoseconds(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fits = is_number(whole) && is_number(part) && !text.is_empty() && part.len() <= 9;
    let whole: u64 = whole.parse().ok().filter(|_| fits)?;
    let part: u64 = format!("{part:0<9}").parse().ok()?;
    whole.checked_mul(1_000_000_000)?.checked_add(part)
}

/// An address, or a network.
pub(super) fn address(text: &str) -> Option<Constant> {
    let Some((addr, bits)) = text.split_once('/') else {
        return text.parse().ok().map(Value::Address);
    };
    let addr: IpAddr = addr.parse().ok()?;
    let most = if addr.is_ipv4() { 32 } else { 128 };
    let bits = bits.parse().ok().filter(|bits| *bits <= most)?;
    Some(Value::Network(addr, bits))
}

/// Two hexadecimal digits a byte, with `:`, `-` or `.` between them or nothing; or one byte alone.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix("0x").unwrap_or(text);
    let parts = text.split([':', '-', '.']);
    let mut bytes = Vec::new();
    for part in parts {
        let digits = part.as_bytes();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        if digits.len() == 1 {
            bytes.push(u8::from_str_radix(part, 16).ok()?);
            continue;
        }
        if digits.len() % 2 > 0 {
            return None;
        }
        for at in (0..part.len()).step_by(2) {
            bytes.push(u8::from_str_radix(&part[at..at + 2], 16).ok()?);
        }
    }
    Some(bytes)
}

/// Whether an address lies in a network.
pub(super) fn is_in(addr: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (addr, network) {
        (IpAddr::V4(addr), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            u32::from(addr) & mask == u32::from(network) & mask
        }
        (IpAddr::V6(addr), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            u128::from(addr) & mask == u128::from(network) & mask
        }
        _ => false,
    }
}
