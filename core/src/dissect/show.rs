//! How values are shown.

use super::Field;
use super::kinds::{FieldKind, Shows};
use crate::base::hex::push_hex;
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
    pub fn plain(&self, frame: &[u8], out: &mut String) {
        let bytes = frame.get(self.range.clone()).unwrap_or(&[]);
        match self.kind.shows {
            Shows::Number | Shows::Counted(_) | Shows::Names(_) | Shows::Words(_) => {
                push_number(out, self.number);
            }
            Shows::Flag => out.push(if self.number > 0 { '1' } else { '0' }),
            Shows::Mac => push_mac(bytes, out),
            Shows::Address => match <[u8; 4]>::try_from(bytes) {
                Ok(four) => {
                    for (index, byte) in four.iter().enumerate() {
                        if index > 0 {
                            out.push('.');
                        }
                        push_number(out, u64::from(*byte));
                    }
                }
                Err(_) => out.push_str(&address(bytes)),
            },
            Shows::Bytes => {
                for byte in bytes {
                    push_hex(out, *byte);
                }
            }
            Shows::Hex(_) | Shows::Text | Shows::Within(_) => out.push_str(&self.value(frame)),
        }
    }
}

/// Appends a number in decimal digits.
fn push_number(out: &mut String, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

/// Appends `02:00:00:00:00:01`.
fn push_mac(bytes: &[u8], out: &mut String) {
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            out.push(':');
        }
        push_hex(out, *byte);
    }
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
    push_mac(bytes, &mut text);
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
