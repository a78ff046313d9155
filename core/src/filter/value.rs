//! What filters compare: numbers, addresses, bytes and texts.

use crate::dissect::{Field, FieldKind, Shows};
use std::net::IpAddr;

/// What sort of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Number,
    /// Yes or no.
    Flag,
    Seconds,
    Address,
    Bytes,
    Text,
}

/// A value that a frame has, or that stands in the filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(u64),
    Seconds(f64),
    Address(IpAddr),
    /// A network: an address, and how many bits of it count.
    Network(IpAddr, u8),
    Bytes(Vec<u8>),
    Text(String),
}

pub(super) fn sort_of(kind: &FieldKind) -> Sort {
    match kind.shows {
        Shows::Number | Shows::Counted(_) | Shows::Hex(_) | Shows::Names(_) | Shows::Words(_) => {
            Sort::Number
        }
        Shows::Flag => Sort::Flag,
        Shows::Address => Sort::Address,
        Shows::Mac | Shows::Bytes => Sort::Bytes,
        Shows::Text | Shows::Within(_) => Sort::Text,
    }
}

/// The value that a field has in a frame.
pub(super) fn value_of(field: &Field, frame: &[u8]) -> Value {
    let bytes = || frame.get(field.range.clone()).unwrap_or(&[]);
    match sort_of(field.kind) {
        Sort::Number | Sort::Flag | Sort::Seconds => Value::Number(field.number),
        Sort::Bytes => Value::Bytes(bytes().to_vec()),
        Sort::Text => Value::Text(field.value(frame)),
        Sort::Address => match bytes().len() {
            4 => <[u8; 4]>::try_from(bytes()).map_or(Value::Bytes(Vec::new()), |b| {
                Value::Address(IpAddr::from(b))
            }),
            _ => match <[u8; 16]>::try_from(bytes()) {
                Ok(b) => Value::Address(IpAddr::from(b)),
                Err(_) => Value::Bytes(bytes().to_vec()),
            },
        },
    }
}

/// Reads what stands in the filter as a value of a sort; the error says what would be one.
pub(super) fn read(text: &str, quoted: bool, sort: Sort) -> Result<Value, String> {
    match sort {
        Sort::Text => Ok(Value::Text(text.to_owned())),
        Sort::Number => {
            let named = number(text);
            named
                .map(Value::Number)
                .ok_or_else(|| format!("`{text}` is no number; write 21 or 0x15."))
        }
        Sort::Flag => match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "set" => Ok(Value::Number(1)),
            "0" | "false" | "no" => Ok(Value::Number(0)),
            _ => Err(format!("`{text}` is neither yes nor no; write 1 or 0.")),
        },
        Sort::Seconds => match text.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() => Ok(Value::Seconds(seconds)),
            _ => Err(format!("`{text}` is no time; write seconds, 0.25.")),
        },
        Sort::Address => address(text)
            .ok_or_else(|| format!("`{text}` is no address; write 192.0.2.10 or 192.0.2.0/24.")),
        Sort::Bytes if quoted => Ok(Value::Bytes(text.as_bytes().to_vec())),
        Sort::Bytes => bytes(text)
            .map(Value::Bytes)
            .ok_or_else(|| format!("`{text}` are no bytes; write 02:00:5e or \"text\".")),
    }
}

pub(super) fn number(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    match lower.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => match lower.strip_prefix('0').filter(|rest| !rest.is_empty()) {
            Some(digits) => u64::from_str_radix(digits, 8).ok(),
            None => lower.parse().ok(),
        },
    }
}

fn address(text: &str) -> Option<Value> {
    let Some((addr, bits)) = text.split_once('/') else {
        return text.parse().ok().map(Value::Address);
    };
    let addr: IpAddr = addr.parse().ok()?;
    let most = if addr.is_ipv4() { 32 } else { 128 };
    let bits = bits.parse().ok().filter(|bits| *bits <= most)?;
    Some(Value::Network(addr, bits))
}

/// Two hexadecimal digits a byte, with `:`, `-` or `.` between them or nothing.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|c| !":-.".contains(*c)).collect();
    let is_even = digits.len().is_multiple_of(2) && !digits.is_empty();
    if !is_even || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
        .collect()
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
