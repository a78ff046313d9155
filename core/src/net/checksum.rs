//! Checksums of whole frames: filled in as a network card does, and verified on arrival.

use std::ops::Range;

const ETHERNET: usize = 14;
const TYPE_IPV4: u16 = 0x0800;
const TYPE_IPV6: u16 = 0x86dd;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP: u8 = 1;
const ICMPV6: u8 = 58;

/// An IP packet's transport part, as far as checksums go.
struct Transport {
    protocol: u8,
    /// Where it lies in the frame.
    range: Range<usize>,
    /// The sum over the addresses, as the pseudo header wants it.
    addresses: u64,
    version: u8,
}

/// Fills in the checksum of a TCP segment that lies whole in `frame`; leaves others alone.
pub fn fill_tcp(frame: &mut [u8]) {
    let Some(transport) = transport(frame) else {
        return;
    };
    if transport.protocol != TCP || transport.range.len() < 20 {
        return;
    }
    let at = transport.range.start + 16;
    frame[at..at + 2].fill(0);
    let sum = sum(frame, &transport);
    frame[at..at + 2].copy_from_slice(&sum.to_ne_bytes());
}

/// Fills in the checksum of a TCP segment or datagram whose sender left that to its card:
/// there stands the sum over the pseudo header alone. Any other is left as it is.
pub fn complete(frame: &mut [u8]) {
    let Some(transport) = transport(frame) else {
        return;
    };
    let field = match transport.protocol {
        TCP => transport.range.start + 16,
        UDP => transport.range.start + 6,
        _ => return,
    };
    if field + 2 > transport.range.end {
        return;
    }
    let left = !complement(pseudo_header(&transport));
    if frame[field..field + 2] != left.to_ne_bytes() {
        return;
    }
    frame[field..field + 2].fill(0);
    let sum = match (sum(frame, &transport), transport.protocol) {
        // RFC 768: a sum of zero is said as its other form, since zero means that there is none.
        (0, UDP) => 0xffff,
        (sum, _) => sum,
    };
    frame[field..field + 2].copy_from_slice(&sum.to_ne_bytes());
}

/// Whether every checksum that `frame` carries is right. Unknown protocols carry none.
#[must_use]
pub fn verify(frame: &[u8]) -> bool {
    if !ipv4_header_is_right(frame) {
        return false;
    }
    let Some(transport) = transport(frame) else {
        return true;
    };
    match transport.protocol {
        TCP | ICMP | ICMPV6 => sum(frame, &transport) == 0,
        UDP => {
            let field = transport.range.start + 6;
            // RFC 768: a checksum of zero means that there is none.
            frame.get(field..field + 2) == Some(&[0, 0]) || sum(frame, &transport) == 0
        }
        _ => true,
    }
}

fn ethertype(frame: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(frame.get(12..14)?.try_into().ok()?))
}

fn ipv4_header_is_right(frame: &[u8]) -> bool {
    if ethertype(frame) != Some(TYPE_IPV4) {
        return true;
    }
    let Some(first) = frame.get(ETHERNET) else {
        return false;
    };
    let len = usize::from(first & 15) * 4;
    let header = frame.get(ETHERNET..ETHERNET + len);
    header.is_some_and(|header| len >= 20 && complement(add(header)) == 0)
}

/// Finds the transport part of an unfragmented packet whose lengths add up.
fn transport(frame: &[u8]) -> Option<Transport> {
    let ip = frame.get(ETHERNET..)?;
    let be16 = |at: usize| Some(u16::from_be_bytes(ip.get(at..at + 2)?.try_into().ok()?));
    let (version, protocol, range, addresses) = match ethertype(frame)? {
        TYPE_IPV4 => {
            let header = usize::from(ip.first()? & 15) * 4;
            let fragmented = be16(6)? & 0x3fff != 0;
            if fragmented || header < 20 {
                return None;
            }
            (
                4,
                *ip.get(9)?,
                header..usize::from(be16(2)?),
                ip.get(12..20)?,
            )
        }
        TYPE_IPV6 => (
            6,
            *ip.get(6)?,
            40..40 + usize::from(be16(4)?),
            ip.get(8..40)?,
        ),
        _ => return None,
    };
    if range.start > range.end || range.end > ip.len() {
        return None;
    }
    Some(Transport {
        protocol,
        range: range.start + ETHERNET..range.end + ETHERNET,
        addresses: add(addresses),
        version,
    })
}

/// The sum over addresses, length and protocol.
fn pseudo_header(transport: &Transport) -> u64 {
    let len = u32::try_from(transport.range.len()).expect("an IP packet is short");
    let protocol = [0, transport.protocol];
    transport.addresses + add(&len.to_be_bytes()) + add(&protocol)
}

/// The checksum over pseudo header and segment, in the byte order of this machine.
fn sum(frame: &[u8], transport: &Transport) -> u16 {
    let mut sum = add(&frame[transport.range.clone()]);
    // ICMP over IPv4 has no pseudo header (RFC 792); all others do.
    if !(transport.version == 4 && transport.protocol == ICMP) {
        sum += pseudo_header(transport);
    }
    complement(sum)
}

/// The bytes as 16-bit words, added up without their carries folded in. RFC 1071 §2 shows
/// that wider words in any byte order give the same in the end; sixteen bytes at a time let
/// the compiler use vectors.
fn add(bytes: &[u8]) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let mut lanes = [0u64; 4];
    for block in blocks {
        let (words, _) = block.as_chunks::<4>();
        for (lane, word) in lanes.iter_mut().zip(words) {
            *lane += u64::from(u32::from_ne_bytes(*word));
        }
    }
    let mut last = [0; 16];
    last[..rest.len()].copy_from_slice(rest);
    let (words, _) = last.as_chunks::<4>();
    let tail = words.iter().map(|w| u64::from(u32::from_ne_bytes(*w)));
    lanes.iter().sum::<u64>() + tail.sum::<u64>()
}

/// Folds the carries in and inverts.
fn complement(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).expect("folded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    fn frames() -> Vec<Vec<u8>> {
        let ethernet = || PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);
        let mut all = Vec::new();
        for len in [0, 1, 2, 7, 1459, 1460] {
            let payload: Vec<u8> = (0u8..=255).cycle().step_by(7).take(len).collect();
            let v4 = || ethernet().ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64);
            let v6 = || ethernet().ipv6([0x20; 16], [0x21; 16], 64);
            let mut put = |write: &dyn Fn(&mut Vec<u8>)| {
                let mut frame = Vec::new();
                write(&mut frame);
                all.push(frame);
            };
            put(&|f| v4().tcp(20, 21, 1, 2).write(f, &payload).unwrap());
            put(&|f| v6().tcp(20, 21, 1, 2).write(f, &payload).unwrap());
            put(&|f| v4().udp(53, 54).write(f, &payload).unwrap());
            put(&|f| v6().udp(53, 54).write(f, &payload).unwrap());
            put(&|f| v4().icmpv4_echo_request(1, 2).write(f, &payload).unwrap());
            put(&|f| v6().icmpv6_echo_request(1, 2).write(f, &payload).unwrap());
        }
        all
    }

    #[test]
    fn another_program_s_checksums_are_right() {
        for frame in frames() {
            assert!(verify(&frame), "{frame:02x?}");
        }
    }

    #[test]
    fn every_flipped_bit_of_an_ip_packet_is_found() {
        for frame in frames().into_iter().filter(|f| f.len() < 100) {
            let is_v4 = ethertype(&frame) == Some(TYPE_IPV4);
            // IPv6 has no checksum over its own first eight bytes.
            let from = if is_v4 { ETHERNET } else { ETHERNET + 8 };
            for bit in from * 8..frame.len() * 8 {
                let mut bad = frame.clone();
                bad[bit / 8] ^= 1 << (bit % 8);
                assert!(!verify(&bad), "bit {bit} of {frame:02x?}");
            }
        }
    }

    #[test]
    fn filling_gives_what_another_program_gives() {
        for frame in frames() {
            let mut filled = frame.clone();
            fill_tcp(&mut filled);
            assert_eq!(filled, frame);
        }
    }

    #[test]
    fn cut_frames_are_never_a_panic() {
        for frame in frames() {
            for len in 0..frame.len().min(80) {
                let mut cut = frame[..len].to_vec();
                let _ = verify(&cut);
                fill_tcp(&mut cut);
            }
        }
    }

    /// Where a frame's transport checksum lies, if a card may be left to fill it in.
    fn field(frame: &[u8]) -> Option<std::ops::Range<usize>> {
        let transport = transport(frame)?;
        let at = match transport.protocol {
            TCP => 16,
            UDP => 6,
            _ => return None,
        };
        let start = transport.range.start + at;
        Some(start..start + 2)
    }

    /// The frame as it leaves a stack that leaves its checksum to the card.
    fn left_to_the_card(frame: &[u8]) -> Vec<u8> {
        let mut left = frame.to_vec();
        if let (Some(field), Some(transport)) = (field(frame), transport(frame)) {
            let sum = !complement(pseudo_header(&transport));
            left[field].copy_from_slice(&sum.to_ne_bytes());
        }
        left
    }

    #[test]
    fn what_was_left_to_the_card_is_filled_in_and_nothing_else() {
        for frame in frames() {
            let mut left = left_to_the_card(&frame);
            complete(&mut left);
            assert_eq!(left, frame);
            // What is right stays, and what is wrong stays wrong.
            let mut right = frame.clone();
            complete(&mut right);
            assert_eq!(right, frame);
            if let Some(field) = field(&frame) {
                let mut wrong = frame.clone();
                wrong[field.start] ^= 0x55;
                let mut same = wrong.clone();
                complete(&mut same);
                assert_eq!(same, wrong);
                assert!(!verify(&same));
            }
        }
    }

    #[test]
    fn a_datagram_s_sum_of_zero_is_said_as_its_other_form() {
        // Given a datagram whose sum comes out as zero.
        let packet = |said: [u8; 2]| {
            let mut frame = Vec::new();
            PacketBuilder::ethernet2([2; 6], [4; 6])
                .ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
                .udp(53, 54)
                .write(&mut frame, &said)
                .unwrap();
            frame
        };
        let without = packet([0, 0]);
        let sum = field(&without).map(|field| [without[field.start], without[field.start + 1]]);
        let frame = packet(sum.unwrap());
        assert_eq!(frame[field(&frame).unwrap()], [0xff, 0xff]);
        let mut left = left_to_the_card(&frame);
        complete(&mut left);
        assert_eq!(left, frame);
    }

    #[test]
    fn without_a_checksum_or_in_pieces_a_datagram_is_left_alone() {
        for frame in frames() {
            let Some(field) = field(&frame) else { continue };
            let mut none = frame.clone();
            none[field].fill(0);
            let mut same = none.clone();
            complete(&mut same);
            assert_eq!(same, none);
            if ethertype(&frame) == Some(TYPE_IPV4) {
                let mut piece = left_to_the_card(&frame);
                piece[ETHERNET + 6] |= 0x20;
                let mut same = piece.clone();
                complete(&mut same);
                assert_eq!(same, piece);
            }
            for len in 0..frame.len().min(80) {
                complete(&mut left_to_the_card(&frame)[..len]);
            }
        }
    }
}
