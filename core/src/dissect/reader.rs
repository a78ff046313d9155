//! Reads a frame field by field, from its first byte to its last.

use super::{Field, Layer};
use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// A frame, and how far it has been read.
pub(super) struct Reader<'a> {
    frame: &'a [u8],
    /// Where the layer at hand begins.
    start: usize,
    /// The next byte.
    at: usize,
    /// One past the last byte that belongs to the packet: what follows is padding.
    end: usize,
    fields: Vec<Field>,
    summary: String,
    /// The sum over the addresses and the protocol, for the checksums of what IP carries. None
    /// where not all of it is there.
    pseudo: Option<u32>,
    /// Inside what an ICMP error quotes, which is cut short on purpose.
    pub quoted: bool,
}

impl<'a> Reader<'a> {
    pub fn new(frame: &'a [u8]) -> Self {
        Self {
            frame,
            start: 0,
            at: 0,
            end: frame.len(),
            fields: Vec::new(),
            summary: String::new(),
            pseudo: None,
            quoted: false,
        }
    }

    /// Where the packet ends.
    pub fn end(&self) -> usize {
        self.end
    }

    /// How many bytes are left of it.
    pub fn left(&self) -> usize {
        self.end - self.at
    }

    /// The next byte's place.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What follows the packet is read as well.
    pub fn widen(&mut self) {
        self.end = self.frame.len();
    }

    /// The packet ends `len` bytes after the layer's beginning; answers whether all of it is here.
    pub fn narrow(&mut self, len: usize) -> bool {
        let wanted = (self.start + len).max(self.at);
        let whole = wanted <= self.end;
        self.end = self.end.min(wanted);
        whole
    }

    /// The bytes that were not read yet.
    pub fn unread(&self) -> &'a [u8] {
        &self.frame[self.at..self.end]
    }

    /// The bytes of the layer so far.
    pub fn so_far(&self) -> &'a [u8] {
        &self.frame[self.start..self.at]
    }

    /// The next `len` bytes.
    pub fn take(&mut self, len: usize) -> Option<(&'a [u8], Range<usize>)> {
        let range = self.at..self.at.checked_add(len).filter(|end| *end <= self.end)?;
        self.at = range.end;
        Some((&self.frame[range.clone()], range))
    }

    /// A field over bytes that were read already.
    pub fn put(&mut self, name: &'static str, value: impl Into<String>, range: Range<usize>) {
        self.fields.push(Field {
            name,
            value: value.into(),
            range,
        });
    }

    /// The last field says more than its number.
    pub fn explain(&mut self, value: impl Into<String>) {
        if let Some(field) = self.fields.last_mut() {
            field.value = value.into();
        }
    }

    /// The same for a field that was read before.
    pub fn explain_field(&mut self, name: &str, value: impl Into<String>) {
        let field = self.fields.iter_mut().find(|field| field.name == name);
        if let Some(field) = field {
            field.value = value.into();
        }
    }

    /// A number of one, two or four bytes.
    pub fn number(&mut self, name: &'static str, len: usize) -> Option<u32> {
        let (bytes, range) = self.take(len)?;
        let number = bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b));
        self.put(name, number.to_string(), range);
        Some(number)
    }

    /// The same, which fits 16 bits.
    pub fn short(&mut self, name: &'static str) -> Option<u16> {
        self.number(name, 2).and_then(|n| u16::try_from(n).ok())
    }

    /// The same, which fits 8 bits.
    pub fn byte(&mut self, name: &'static str) -> Option<u8> {
        self.number(name, 1).and_then(|n| u8::try_from(n).ok())
    }

    /// A hardware address.
    pub fn mac(&mut self, name: &'static str) -> Option<String> {
        let (bytes, range) = self.take(6)?;
        let mut text = String::new();
        for (index, byte) in bytes.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            let _ = write!(text, "{colon}{byte:02x}");
        }
        self.put(name, text.clone(), range);
        Some(text)
    }

    /// An IPv4 address.
    pub fn ipv4(&mut self, name: &'static str) -> Option<Ipv4Addr> {
        let (bytes, range) = self.take(4)?;
        let address = Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?);
        self.put(name, address.to_string(), range);
        Some(address)
    }

    /// An IPv6 address.
    pub fn ipv6(&mut self, name: &'static str) -> Option<Ipv6Addr> {
        let (bytes, range) = self.take(16)?;
        let address = Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?);
        self.put(name, address.to_string(), range);
        Some(address)
    }

    /// So many bytes as one field that says how many.
    pub fn blob(&mut self, name: &'static str, len: usize) -> Option<()> {
        let (_, range) = self.take(len)?;
        self.put(name, bytes_in_words(len), range);
        Some(())
    }

    /// All that is left of the packet as one field; none where nothing is.
    pub fn rest(&mut self, name: &'static str) -> Option<()> {
        let left = self.left();
        if left == 0 {
            return None;
        }
        self.blob(name, left)
    }

    /// What the layer says in a few words.
    pub fn sum_up(&mut self, summary: String) {
        self.summary = if self.quoted {
            format!("quoted: {summary}")
        } else {
            summary
        };
    }

    /// Notes what IP's addresses add to the checksum of what it carries.
    pub fn carries(&mut self, addresses: &[u8], protocol: u8, whole: bool) {
        let sum = summed(addresses) + u32::from(protocol);
        self.pseudo = Some(sum).filter(|_| whole && !self.quoted);
    }

    /// A transport checksum: whether it is right, where that can be told. It covers the layer
    /// from its beginning to the packet's end, and with `pseudo` IP's addresses.
    pub fn checksum(&mut self, pseudo: bool) -> Option<()> {
        let (bytes, range) = self.take(2)?;
        let covered = &self.frame[self.start..self.end];
        let length = u32::try_from(covered.len()).unwrap_or(u32::MAX);
        let sum = self.pseudo.map(|sum| {
            let over = if pseudo { sum + length } else { 0 };
            folded(over + summed(covered))
        });
        let verdict = match sum {
            Some(0xffff) => " (right)",
            Some(_) => " (wrong)",
            None => "",
        };
        let (high, low) = (bytes[0], bytes[1]);
        self.put("Checksum", format!("0x{high:02x}{low:02x}{verdict}"), range);
        Some(())
    }

    /// The layer that was read, up to here.
    pub fn finish(&mut self, name: &'static str) -> Layer {
        let range = self.start..self.at;
        self.start = self.at;
        Layer {
            name,
            summary: std::mem::take(&mut self.summary),
            range,
            fields: std::mem::take(&mut self.fields),
        }
    }
}

/// `1 byte`, `20 bytes`.
pub(super) fn bytes_in_words(len: usize) -> String {
    let s = if len == 1 { "" } else { "s" };
    format!("{len} byte{s}")
}

/// The sum of 16-bit words, the last one filled with a zero (RFC 1071).
pub(super) fn summed(bytes: &[u8]) -> u32 {
    let words = bytes.chunks(2);
    words
        .map(|word| u32::from(word[0]) << 8 | u32::from(word.get(1).copied().unwrap_or(0)))
        .sum()
}

/// The sum in 16 bits, carries brought round. All ones where a checksum is right.
pub(super) fn folded(mut sum: u32) -> u32 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}
