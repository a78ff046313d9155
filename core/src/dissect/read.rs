//! Reads a frame field by field, from its first byte to its last.

use super::dissection::{Dissection, Field, Layer, Stop};
use super::kinds::{FieldKind, LayerKind};
use super::talks::{End, Fragment, FragmentTold, Packet, Segment, Talks, Told, Whole};
use std::ops::Range;

/// A frame, how far it has been read, and what was read.
pub(super) struct Reader<'a> {
    frame: &'a [u8],
    into: &'a mut Dissection,
    /// Where these bytes lie: 0 in the frame itself.
    source: u8,
    around: Around<'a>,
    /// Where the layer at hand begins, and its fields.
    start: usize,
    first: usize,
    /// The next byte.
    at: usize,
    /// One past the last byte that belongs to the packet: what follows is padding.
    end: usize,
    /// The sum over the addresses and the protocol, for the checksums of what IP carries. None
    /// where not all of it is there.
    pseudo: Option<u32>,
    /// From which address to which.
    addresses: [[u8; 16]; 2],
    /// Where the first of them stands.
    sender: Option<Range<usize>>,
    /// Inside what an ICMP error quotes, which is cut short on purpose.
    pub quoted: bool,
    /// What is known of the frame beside its bytes, once its headers were read.
    pub told: Option<Told>,
    /// The packet of which the frame brought the last missing fragment; and its bytes, where
    /// they are at hand.
    pub whole: Option<(Box<Whole>, Option<Vec<u8>>)>,
}

/// What is known of other frames.
#[derive(Debug)]
pub(super) enum Around<'a> {
    Nothing,
    /// The frame is the next one of these.
    New(&'a mut Talks, u32),
    /// It was followed before, with this number.
    Known(&'a Talks, u32),
}

/// What a checksum turned out to be, by the numbers of the table.
pub(super) const RIGHT: u64 = 1;
pub(super) const WRONG: u64 = 0;
pub(super) const UNTOLD: u64 = 2;

impl<'a> Reader<'a> {
    pub fn new(frame: &'a [u8], into: &'a mut Dissection, around: Around<'a>) -> Self {
        into.clear();
        Self {
            around,
            ..Self::over(frame, 0, into)
        }
    }

    /// Reads a message that was put together, beside what was read already.
    pub fn over(frame: &'a [u8], source: u8, into: &'a mut Dissection) -> Self {
        let first = into.fields.len();
        Self {
            frame,
            source,
            around: Around::Nothing,
            addresses: [[0; 16]; 2],
            sender: None,
            told: None,
            whole: None,
            into,
            start: 0,
            first,
            at: 0,
            end: frame.len(),
            pseudo: None,
            quoted: false,
        }
    }

    /// Reads what a packet carries whose fragments were put together.
    pub fn inside(
        carried: &'a [u8],
        packet: &Packet,
        into: &'a mut Dissection,
        around: Around<'a>,
    ) -> Self {
        let [from, to] = &packet.addresses;
        // Two words of ones stand before an IPv4 address; in such a sum they count nothing.
        let sum = summed(from) + summed(to) + u32::from(packet.protocol);
        Self {
            around,
            addresses: packet.addresses,
            pseudo: Some(sum),
            ..Self::over(carried, 1, into)
        }
    }

    /// How many bytes there are, padding and all.
    pub fn total(&self) -> usize {
        self.frame.len()
    }

    /// Whether the bytes are the frame's own.
    pub fn is_frame(&self) -> bool {
        self.source == 0
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
    pub fn put(&mut self, kind: &'static FieldKind, number: u64, range: Range<usize>) {
        let (bits, source) = (None, self.source);
        self.into.fields.push(Field {
            kind,
            number,
            range,
            source,
            bits,
        });
    }

    /// Some bits of a number that was read from these bytes: `count` of them, the last at
    /// `shift` from its end.
    pub fn part(
        &mut self,
        kind: &'static FieldKind,
        number: u64,
        (shift, count): (u8, u8),
        range: Range<usize>,
    ) -> u64 {
        let value = number >> shift & ((1 << count) - 1);
        let width = u8::try_from(range.len() * 8).unwrap_or(64);
        let last = width.saturating_sub(shift);
        let bits = Some(last.saturating_sub(count)..last);
        self.into.fields.push(Field {
            kind,
            number: value,
            range,
            source: self.source,
            bits,
        });
        value
    }

    /// Moves a field that stands before its parts behind them no further: the number of the
    /// field put last.
    pub fn correct(&mut self, number: u64) {
        if let Some(field) = self.into.fields.last_mut() {
            field.number = number;
        }
    }

    /// A number of at most eight bytes.
    pub fn number(&mut self, kind: &'static FieldKind, len: usize) -> Option<u64> {
        let (number, range) = self.take_number(len)?;
        self.put(kind, number, range);
        Some(number)
    }

    /// A number of at most eight bytes that no field has yet, and where it stands.
    pub fn take_number(&mut self, len: usize) -> Option<(u64, Range<usize>)> {
        let (bytes, range) = self.take(len)?;
        let number = bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b));
        Some((number, range))
    }

    /// The same, to be read again.
    pub fn peek(&self, len: usize) -> Option<u64> {
        let bytes = self.unread().get(..len)?;
        Some(bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    /// The bytes of the layer so far.
    pub fn layer_range(&self) -> Range<usize> {
        self.start..self.at
    }

    /// So many bytes as one field.
    pub fn blob(&mut self, kind: &'static FieldKind, len: usize) -> Option<()> {
        let (_, range) = self.take(len)?;
        self.put(kind, len as u64, range);
        Some(())
    }

    /// All that is left of the packet as one field; none where nothing is.
    pub fn rest(&mut self, kind: &'static FieldKind) -> Option<()> {
        let left = self.left();
        if left == 0 {
            return None;
        }
        self.blob(kind, left)
    }

    /// From which address to which, IPv4 as IPv6 sees it.
    pub fn addresses(&self) -> [[u8; 16]; 2] {
        self.addresses
    }

    /// Notes what IP's addresses add to the checksum of what it carries.
    pub fn carries(&mut self, addresses: &[u8], protocol: u8, whole: bool) {
        let (from, to) = addresses.split_at(addresses.len() / 2);
        self.addresses = [from, to].map(as_one_kind);
        // RFC 791 §3.1, RFC 8200 §3.
        let at = self.start + if from.len() == 4 { 12 } else { 8 };
        self.sender = Some(at..at + from.len());
        let sum = summed(addresses) + u32::from(protocol);
        self.pseudo = Some(sum).filter(|_| whole);
    }

    /// Where in the frame the address stands that it comes from.
    pub fn sender(&self) -> Option<Range<usize>> {
        self.sender.clone()
    }

    /// An extension stood between IP's header and what it carries: checksums count the protocol
    /// that comes last (RFC 8200 §8.1).
    pub fn carries_behind(&mut self, before: u8, protocol: u8) {
        self.pseudo = self
            .pseudo
            .map(|sum| sum - u32::from(before) + u32::from(protocol));
    }

    /// A transport checksum: whether it is right, where that can be told. It covers the layer
    /// from its beginning to the packet's end, and with `pseudo` IP's addresses.
    pub fn checksum(&mut self, kind: &'static FieldKind, pseudo: bool) -> Option<u64> {
        self.number(kind, 2)?;
        let covered = &self.frame[self.start..self.end];
        let length = u32::try_from(covered.len()).unwrap_or(u32::MAX);
        let sum = self.pseudo.map(|sum| {
            let over = if pseudo { sum + length } else { 0 };
            folded(over + summed(covered))
        });
        Some(match sum {
            Some(0xffff) => RIGHT,
            Some(_) => WRONG,
            None => UNTOLD,
        })
    }

    /// The ends of a connection or datagram between these ports.
    pub fn ends(&self, from: u16, to: u16) -> (End, End) {
        let [source, destination] = self.addresses;
        let end = |addr, port| End { addr, port };
        (end(source, from), end(destination, to))
    }

    /// The header of a fragment was read, and its bytes are what is left.
    pub fn fragment(&mut self, fragment: &Fragment) -> FragmentTold {
        let payload = self.at..self.end;
        // Where a fragment's bytes are missing, its packet cannot be put together.
        let is_whole = self.pseudo.is_some() && self.source == 0 && !self.quoted;
        let (told, bytes) = match &mut self.around {
            Around::Known(talks, frame) if is_whole => {
                let told = talks.told_of_fragment(*frame);
                (told.cloned().unwrap_or_default(), None)
            }
            Around::New(talks, frame) if is_whole => {
                let bytes = &self.frame[payload.clone()];
                talks.fragment(*frame, fragment, bytes, payload)
            }
            _ => (FragmentTold::default(), None),
        };
        if let Some(whole) = told.whole.clone() {
            self.whole = Some((whole, bytes));
        }
        told
    }

    /// A TCP segment's header was read, and its payload is what is left.
    pub fn segment(&mut self, segment: &Segment) {
        let payload = self.at..self.end;
        self.told = match &mut self.around {
            _ if self.quoted => None,
            Around::Nothing => None,
            Around::Known(talks, frame) => talks.told(*frame).cloned(),
            Around::New(talks, frame) => {
                Some(talks.segment(*frame, segment, &self.frame[payload.clone()], payload))
            }
        };
    }

    /// A datagram's header was read, and its payload is what is left.
    pub fn datagram(&mut self, from: u16, to: u16) {
        let ends = self.ends(from, to);
        let payload = self.at..self.end;
        self.told = match &mut self.around {
            _ if self.quoted => None,
            Around::Nothing => None,
            Around::Known(talks, frame) => talks.told(*frame).cloned(),
            Around::New(talks, frame) => {
                talks.datagram(*frame, ends, &self.frame[payload.clone()], payload)
            }
        };
    }

    /// Reads the next bytes up to a place as if nothing followed.
    pub fn within(&mut self, end: usize, read: impl FnOnce(&mut Self)) {
        let outer = self.end;
        self.end = end.clamp(self.at, outer);
        read(self);
        self.end = outer;
    }

    /// Reading stops here.
    pub fn stop(&mut self, why: &'static str) {
        self.into.stop.get_or_insert(Stop { at: self.at, why });
    }

    /// The layer was read, up to here.
    pub fn finish(&mut self, kind: &'static LayerKind) {
        let fields = self.first..self.into.fields.len();
        if self.at > self.start {
            self.into.layers.push(Layer {
                kind,
                source: self.source,
                range: self.start..self.at,
                fields,
                quoted: self.quoted,
            });
        }
        self.start = self.at;
        self.first = self.into.fields.len();
    }
}

/// An address as IPv6 sees it (RFC 4291 §2.5.5.2).
fn as_one_kind(addr: &[u8]) -> [u8; 16] {
    let mut all = [0; 16];
    match (<[u8; 16]>::try_from(addr), <[u8; 4]>::try_from(addr)) {
        (Ok(six), _) => all = six,
        (_, Ok(four)) => {
            all[10..12].fill(0xff);
            all[12..].copy_from_slice(&four);
        }
        _ => {}
    }
    all
}

/// The sum of 16-bit words, the last one filled with a zero (RFC 1071). Two words are added at
/// a time, in the order of bytes that the machine has: their carries come round as well, and the
/// bytes of the sum are swapped at the end (§2 B).
pub(super) fn summed(bytes: &[u8]) -> u32 {
    let (pairs, rest) = bytes.as_chunks::<4>();
    let pairs = pairs
        .iter()
        .map(|pair| u64::from(u32::from_ne_bytes(*pair)));
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    let mut sum = pairs.sum::<u64>() + u64::from(u32::from_ne_bytes(last));
    while let high @ 1.. = sum >> 16 {
        sum = (sum & 0xffff) + high;
    }
    u16::try_from(sum).map_or(0, u16::to_be).into()
}

/// The sum in 16 bits, carries brought round. All ones where a checksum is right.
pub(super) fn folded(mut sum: u32) -> u32 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_any_length_are_those_of_their_words() {
        let bytes: Vec<u8> = (0..=u8::MAX).rev().cycle().take(1500).collect();
        for len in (0..40).chain([1499, 1500]) {
            let words = bytes[..len].chunks(2);
            let words = words.map(|word| {
                let low = word.get(1).copied().unwrap_or(0);
                u32::from(u16::from_be_bytes([word[0], low]))
            });
            assert_eq!(folded(summed(&bytes[..len])), folded(words.sum()), "{len}");
        }
    }
}
