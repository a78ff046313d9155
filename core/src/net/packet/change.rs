//! Changing a packet in place, and its checksums with it by the difference (RFC 1624).

use super::Packet;
use super::field::{ethernet, icmp, ipv4, ipv6, protocol, tcp};
use super::layout::{Layout, be16};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// By how much 16-bit words became more, as a sum that carries are yet to be folded into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Difference(u64);

impl Difference {
    /// From words to others: `~m + m'` of RFC 1624 §3.
    fn between(old: u16, new: u16) -> Self {
        Self(u64::from(!old) + u64::from(new))
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// The 16-bit words added up in ones' complement; an odd byte at the end is padded.
pub fn sum(bytes: &[u8]) -> u16 {
    let (words, rest) = bytes.as_chunks::<2>();
    let words = words
        .iter()
        .map(|word| u64::from(u16::from_be_bytes(*word)));
    let last = rest.first().map_or(0, |byte| u64::from(*byte) << 8);
    fold(words.sum::<u64>() + last)
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u16::try_from(sum).expect("folded")
}

impl Packet {
    /// Gives the frame new hardware addresses.
    pub fn set_macs(&mut self, source: [u8; 6], destination: [u8; 6]) {
        self.bytes[ethernet::SOURCE].copy_from_slice(&source);
        self.bytes[ethernet::DESTINATION].copy_from_slice(&destination);
    }

    /// Takes one from the number of routers that it may still pass.
    pub fn decrease_hop_limit(&mut self) {
        let at = self.hop_limit_at();
        let less = self.bytes[at].saturating_sub(1);
        if !self.layout.is_v4 {
            self.bytes[at] = less;
            return;
        }
        let protocol = self.bytes[at + 1];
        let difference = self.put(at, &[less, protocol]);
        self.mend_header(self.layout, difference);
    }

    /// Puts another source into it: address and port, or the number of an echo.
    pub fn set_source(&mut self, to: SocketAddr) {
        self.set_end(self.layout, None, true, to);
    }

    /// Puts another destination into it.
    pub fn set_destination(&mut self, to: SocketAddr) {
        self.set_end(self.layout, None, false, to);
    }

    /// Puts another source address into it and leaves all else.
    pub fn set_source_address(&mut self, to: IpAddr) {
        self.set_address(self.layout, None, true, to);
    }

    /// Puts another destination address into it and leaves all else.
    pub fn set_destination_address(&mut self, to: IpAddr) {
        self.set_address(self.layout, None, false, to);
    }

    /// Puts another source into the packet that an ICMP error is about.
    pub fn set_quoted_source(&mut self, to: SocketAddr) {
        if let Some(quoted) = self.quoted_layout() {
            self.set_end(quoted, self.layout.checksum_at(), true, to);
        }
    }

    /// Puts another destination into the packet that an ICMP error is about.
    pub fn set_quoted_destination(&mut self, to: SocketAddr) {
        if let Some(quoted) = self.quoted_layout() {
            self.set_end(quoted, self.layout.checksum_at(), false, to);
        }
    }

    /// Puts another sequence number into the segment that an ICMP error is about.
    pub fn set_quoted_seq(&mut self, to: u32) {
        if self.quoted_seq().is_some()
            && let Some(quoted) = self.quoted_layout()
        {
            let difference = self.put(quoted.transport + tcp::SEQ.start, &to.to_be_bytes());
            let inner = self.mend(quoted.checksum_at(), false, difference);
            self.mend(self.layout.checksum_at(), false, difference.and(inner));
        }
    }

    /// Puts another sequence number into a TCP segment.
    pub fn set_tcp_seq(&mut self, to: u32) {
        self.set_tcp(tcp::SEQ.start, to);
    }

    /// Puts another number into a TCP segment that it acknowledges.
    pub fn set_tcp_ack(&mut self, to: u32) {
        self.set_tcp(tcp::ACK.start, to);
    }

    /// Changes the numbers in a segment's SACK blocks; `change` is told whether a number is
    /// a block's first.
    pub fn change_sacks(&mut self, change: &dyn Fn(u32, bool) -> u32) {
        for (nth, at) in self.sack_edges().into_iter().enumerate() {
            let mut number = [0; 4];
            number.copy_from_slice(&self.bytes[at..at + 4]);
            let new = change(u32::from_be_bytes(number), nth % 2 == 0).to_be_bytes();
            // An option may begin anywhere, a checksum's words may not.
            let words = at & !1..(at + 5) & !1;
            let old: Vec<u8> = self.bytes[words.clone()].to_vec();
            self.bytes[at..at + 4].copy_from_slice(&new);
            let difference = self.difference(&old, words);
            self.mend(self.layout.checksum_at(), false, difference);
        }
    }

    /// Takes FIN from a TCP segment.
    pub fn clear_fin(&mut self) {
        if let Some(header) = self.tcp_header() {
            let at = header.start + tcp::HEADER_LEN;
            let word = [self.bytes[at], self.bytes[at + 1] & !tcp::FIN];
            let difference = self.put(at, &word);
            self.mend(self.layout.checksum_at(), false, difference);
        }
    }

    /// Puts other bytes in the place of a part of a whole TCP segment's payload: `range` as
    /// places in the payload. Answers whether that could be done.
    pub fn replace_payload(&mut self, range: Range<usize>, new: &[u8]) -> bool {
        let Some(payload) = self.tcp_payload().filter(|_| self.is_tcp_whole()) else {
            return false;
        };
        let mut layout = self.layout;
        let len = self.layout.end - self.layout.ip + new.len();
        if range.start > range.end || range.end > payload.len() || len - range.len() > 0xffff {
            return false;
        }
        let old = self.segment_sum();
        // What fills up a short frame is no part of the packet.
        self.bytes.truncate(layout.end);
        let place = payload.start + range.start..payload.start + range.end;
        self.bytes.splice(place, new.iter().copied());
        layout.end = self.bytes.len();
        self.layout = layout;
        self.set_length();
        let difference = Difference::between(old, self.segment_sum());
        self.mend(self.layout.checksum_at(), false, difference);
        true
    }

    /// The sum over a segment and its length, which the pseudo header holds.
    fn segment_sum(&self) -> u16 {
        let segment = self.transport();
        fold(u64::from(sum(segment)) + segment.len() as u64)
    }

    /// Writes the packet's length where IP says it.
    fn set_length(&mut self) {
        let Layout { ip, end, is_v4, .. } = self.layout;
        let (at, from) = if is_v4 {
            (ip + ipv4::TOTAL_LEN.start, ip)
        } else {
            (ip + ipv6::PAYLOAD_LEN.start, ip + ipv6::LEN)
        };
        let len = u16::try_from(end - from).unwrap_or(u16::MAX);
        let difference = self.put(at, &len.to_be_bytes());
        self.mend_header(self.layout, difference);
    }

    fn set_tcp(&mut self, field: usize, to: u32) {
        if let Some(header) = self.tcp_header() {
            let difference = self.put(header.start + field, &to.to_be_bytes());
            self.mend(self.layout.checksum_at(), false, difference);
        }
    }

    /// Changes one end of a packet, or of one that lies in an ICMP error whose checksum is
    /// at `outer`.
    fn set_end(&mut self, of: Layout, outer: Option<usize>, source: bool, to: SocketAddr) {
        self.set_address(of, outer, source, to.ip());
        let Some((_, at)) = of.port_at(&self.bytes, source) else {
            return;
        };
        let difference = self.put(at, &to.port().to_be_bytes());
        let inner = self.mend_transport(of, difference);
        self.mend(outer, false, difference.and(inner));
    }

    fn set_address(&mut self, of: Layout, outer: Option<usize>, source: bool, to: IpAddr) {
        let at = of.address_at(source).start;
        let difference = match to {
            IpAddr::V4(to) if of.is_v4 => self.put(at, &to.octets()),
            IpAddr::V6(to) if !of.is_v4 => self.put(at, &to.octets()),
            // An address of the other family has no place here.
            _ => return,
        };
        let mut all = difference.and(self.mend_header(of, difference));
        if of.has_pseudo_header() {
            all = all.and(self.mend_transport(of, difference));
        }
        // An error's own checksum is over all that it quotes, checksums included.
        self.mend(outer, false, all);
    }

    /// Writes words at an even place and answers what that changed.
    fn put(&mut self, at: usize, new: &[u8]) -> Difference {
        let old: Vec<u8> = self.bytes[at..at + new.len()].to_vec();
        self.bytes[at..at + new.len()].copy_from_slice(new);
        self.difference(&old, at..at + new.len())
    }

    fn difference(&self, old: &[u8], now: Range<usize>) -> Difference {
        Difference::between(sum(old), sum(&self.bytes[now]))
    }

    fn mend_header(&mut self, of: Layout, difference: Difference) -> Difference {
        let at = of.is_v4.then_some(of.ip + ipv4::CHECKSUM.start);
        self.mend(at, false, difference)
    }

    fn mend_transport(&mut self, of: Layout, difference: Difference) -> Difference {
        let is_udp = of.protocol == protocol::UDP;
        self.mend(of.checksum_at(), is_udp, difference)
    }

    /// Changes the checksum at a place by what was changed under it, and answers by how much
    /// the checksum itself changed: `HC' = ~(~HC + ~m + m')` (RFC 1624 §3, equation 3).
    fn mend(&mut self, at: Option<usize>, is_udp: bool, by: Difference) -> Difference {
        let Some((at, old)) = at.and_then(|at| Some((at, be16(&self.bytes, at)?))) else {
            return Difference::default();
        };
        // RFC 768: zero means that there is no checksum, and a sum of zero is sent as ones.
        if is_udp && old == 0 {
            return Difference::default();
        }
        let mut new = !fold(u64::from(!old) + by.0);
        if is_udp && new == 0 {
            new = 0xffff;
        }
        self.bytes[at..at + 2].copy_from_slice(&new.to_be_bytes());
        Difference::between(old, new)
    }
}

/// Where the ICMP header ends and the quoted packet begins must be even, or its words would
/// not be those of the checksum.
const _: () = assert!(icmp::LEN.is_multiple_of(2) && ethernet::LEN.is_multiple_of(2));
