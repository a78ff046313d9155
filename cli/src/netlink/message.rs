//! Netlink's letters: a header, then attributes, each with its length and its kind, some of them in others.

use std::ops::Range;

/// A request that wants to be answered with "done" or with what is wrong.
pub const REQUEST: u16 = 0x1 | 0x4;
/// Make it; …
pub const CREATE: u16 = 0x400;
/// … and refuse where there is one already, …
pub const EXCLUSIVE: u16 = 0x200;
/// … or put it in the other one's place.
pub const REPLACE: u16 = 0x100;

/// An attribute that holds others says so.
const NESTED: u16 = 0x8000;
/// What of an attribute's kind is the kind.
const KIND: u16 = 0x3fff;

const HEADER: usize = 16;
const ATTRIBUTE: usize = 4;

/// A letter to the kernel, while it is written.
#[derive(Debug)]
pub struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// A letter of a kind. `head` is what this kind has before its attributes.
    #[must_use]
    pub fn new(kind: u16, flags: u16, head: &[u8]) -> Self {
        let mut bytes = vec![0; HEADER];
        bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        bytes[6..8].copy_from_slice(&flags.to_ne_bytes());
        bytes.extend_from_slice(head);
        pad(&mut bytes);
        Self { bytes }
    }

    /// An attribute.
    #[must_use]
    pub fn with(mut self, kind: u16, value: &[u8]) -> Self {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; ATTRIBUTE]);
        self.bytes.extend_from_slice(value);
        self.close(start, kind);
        self
    }

    /// A text, which ends with a zero.
    #[must_use]
    pub fn with_text(self, kind: u16, text: &str) -> Self {
        let mut value = text.as_bytes().to_vec();
        value.push(0);
        self.with(kind, &value)
    }

    /// An attribute that holds what `fill` puts into it.
    #[must_use]
    pub fn with_nest(mut self, kind: u16, fill: impl FnOnce(Self) -> Self) -> Self {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; ATTRIBUTE]);
        self = fill(self);
        self.close(start, kind | NESTED);
        self
    }

    /// Bytes that are no attribute: the head of what is nested.
    #[must_use]
    pub fn with_head(mut self, head: &[u8]) -> Self {
        self.bytes.extend_from_slice(head);
        pad(&mut self.bytes);
        self
    }

    /// The letter, with its length and its number.
    pub fn finish(mut self, number: u32) -> Vec<u8> {
        let length = u32::try_from(self.bytes.len()).expect("a letter is short");
        self.bytes[..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes[8..12].copy_from_slice(&number.to_ne_bytes());
        self.bytes
    }

    fn close(&mut self, start: usize, kind: u16) {
        let length = u16::try_from(self.bytes.len() - start).expect("an attribute is short");
        self.bytes[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        self.bytes[start + 2..start + 4].copy_from_slice(&kind.to_ne_bytes());
        pad(&mut self.bytes);
    }
}

/// All begins at a multiple of four.
fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}

/// What the kernel said: a letter's kind and what follows its header.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    /// What it is.
    pub kind: u16,
    /// What it says.
    pub body: Vec<u8>,
}

/// Takes apart what came in at once.
pub fn replies(mut bytes: &[u8]) -> Vec<Reply> {
    let mut found = Vec::new();
    while let (Some(length), Some(kind)) = (number(bytes, 0..4), number(bytes, 4..6)) {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let (Some(body), Ok(kind)) = (bytes.get(HEADER..length), u16::try_from(kind)) else {
            break;
        };
        let body = body.to_vec();
        found.push(Reply { kind, body });
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    found
}

/// Finds an attribute's value. The attributes begin at the start of `bytes`.
pub fn attribute(mut bytes: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let length = usize::try_from(number(bytes, 0..2)?).ok()?;
        let value = bytes.get(ATTRIBUTE..length)?;
        if number(bytes, 2..4)? & u32::from(KIND) == u32::from(kind) {
            return Some(value);
        }
        bytes = bytes.get(length.next_multiple_of(4)..)?;
    }
}

/// A number of two or four bytes, as this machine has it.
pub fn number(bytes: &[u8], range: Range<usize>) -> Option<u32> {
    match *bytes.get(range)? {
        [a, b] => Some(u16::from_ne_bytes([a, b]).into()),
        [a, b, c, d] => Some(u32::from_ne_bytes([a, b, c, d])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_a_letter_is_found_in_it_again() {
        let message = Message::new(16, REQUEST, &[7; 6])
            .with_text(3, "door")
            .with_nest(18, |inner| inner.with_head(&[9; 4]).with(1, &[1, 2, 3]))
            .with(4, &1500_u32.to_ne_bytes());
        let bytes = message.finish(5);
        assert_eq!(bytes.len() % 4, 0);
        let all = replies(&[bytes.clone(), bytes].concat());
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], all[1]);
        assert_eq!(all[0].kind, 16);
        let attributes = &all[0].body[8..];
        assert_eq!(attribute(attributes, 3), Some(&b"door\0"[..]));
        assert_eq!(attribute(attributes, 4), Some(&1500_u32.to_ne_bytes()[..]));
        let nest = attribute(attributes, 18).expect("it is there");
        assert_eq!(attribute(&nest[4..], 1), Some(&[1, 2, 3][..]));
        assert_eq!(attribute(attributes, 5), None);
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        let bytes = Message::new(16, REQUEST, &[]).with(4, &[1; 8]).finish(1);
        for end in 0..bytes.len() {
            assert_eq!(replies(&bytes[..end]), []);
        }
        let body = &replies(&bytes)[0].body;
        for end in 0..body.len() {
            assert_eq!(attribute(&body[..end], 4), None);
        }
        assert_eq!(attribute(&[0; 8], 4), None);
    }
}
