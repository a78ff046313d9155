//! How values are shown.

use super::Field;
use super::kinds::{FieldKind, Shows};
use crate::base::digits::{hex, push_decimal, push_hex};
use std::net::{Ipv4Addr, Ipv6Addr};

impl Field {
    /// The value in words: `64`, `6 (TCP)`, `192.0.2.10`. The bytes are those of its source.
    #[must_use]
    pub fn value(&self, frame: &[u8]) -> String {
        let bytes = || frame.get(self.range.clone()).unwrap_or(&[]);
        match self.kind.shows {
            Shows::Number => self.number.to_string(),
            Shows::Counted(what) => counted(self.number, what),
            Shows::Hex(digits) => format!("0x{:0digits$x}", self.number),
            Shows::Flag => if self.number > 0 { "yes" } else { "no" }.to_owned(),
            Shows::Names(names) => match names.iter().find(|(number, _)| *number == self.number) {
                Some((number, name)) => format!("{number} ({name})"),
                None => self.number.to_string(),
            },
            Shows::Mac => mac(bytes()),
            Shows::Address => address(bytes()),
            Shows::Text => {
                let text = String::from_utf8_lossy(bytes());
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
            Shows::Bytes => counted(self.range.len() as u64, "bytes"),
            Shows::Words(words) => words(self.number),
            Shows::Within(words) => words(frame, self),
        }
    }
}

impl Field {
    /// Appends the value as programs read it: `6`, `0x0018`, `192.0.2.10`, bytes as hexadecimal
    /// digits. The bytes are those of its source.
    pub fn plain(&self, frame: &[u8], out: &mut Vec<u8>) {
        let bytes = frame.get(self.range.clone()).unwrap_or(&[]);
        match self.kind.shows {
            Shows::Number | Shows::Counted(_) | Shows::Names(_) | Shows::Words(_) => {
                push_decimal(out, self.number);
            }
            Shows::Flag => out.push(if self.number > 0 { b'1' } else { b'0' }),
            Shows::Mac if bytes.len() == 6 => push_mac(bytes, out),
            Shows::Address if bytes.len() == 4 => push_ipv4(bytes, out),
            Shows::Address => out.extend_from_slice(address(bytes).as_bytes()),
            Shows::Bytes => {
                for byte in bytes {
                    out.extend_from_slice(&hex(*byte));
                }
            }
            Shows::Mac | Shows::Hex(_) | Shows::Text | Shows::Within(_) => {
                out.extend_from_slice(self.value(frame).as_bytes());
            }
        }
    }
}

/// Appends `02:00:00:00:00:01`.
fn push_mac(bytes: &[u8], out: &mut Vec<u8>) {
    let mut text = [b':'; 17];
    for (place, byte) in text.chunks_mut(3).zip(bytes) {
        place[..2].copy_from_slice(&hex(*byte));
    }
    out.extend_from_slice(&text);
}

/// Appends `192.0.2.10`.
fn push_ipv4(bytes: &[u8], out: &mut Vec<u8>) {
    let mut text = [0; 16];
    let mut at = 0;
    for byte in bytes {
        let digits = [byte / 100, byte / 10 % 10, byte % 10];
        let leading = usize::from(*byte < 100) + usize::from(*byte < 10);
        for digit in &digits[leading..] {
            text[at] = b'0' + digit;
            at += 1;
        }
        text[at] = b'.';
        at += 1;
    }
    out.extend_from_slice(&text[..at - 1]);
}

impl FieldKind {
    /// The number that has this name among its values.
    #[must_use]
    pub fn number_named(&self, name: &str) -> Option<u64> {
        let Shows::Names(names) = self.shows else {
            return None;
        };
        let mut names = names.iter();
        let found = names.find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|(number, _)| *number)
    }
}

/// `1 byte`, `20 bytes`: of what there are many.
pub(super) fn counted(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {}{s}", what.trim_end_matches('s'))
}

/// `02:00:00:00:00:01`.
pub(super) fn mac(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            text.push(':');
        }
        push_hex(&mut text, *byte);
    }
    text
}

/// `192.0.2.10`, `2001:db8::1`.
pub(super) fn address(bytes: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Ipv4Addr::from(four).to_string();
    }
    match <[u8; 16]>::try_from(bytes) {
        Ok(all) => Ipv6Addr::from(all).to_string(),
        Err(_) => counted(bytes.len() as u64, "bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_read_addresses_as_people_do() {
        for first in 0..=u8::MAX {
            let bytes = [first, 0, 99, 100, 9, 255];
            let mut text = Vec::new();
            push_ipv4(&bytes[..4], &mut text);
            assert_eq!(text, address(&bytes[..4]).into_bytes());
            text.clear();
            push_mac(&bytes, &mut text);
            assert_eq!(text, mac(&bytes).into_bytes());
        }
    }
}
