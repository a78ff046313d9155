//! TCP and UDP.

use super::read::{RIGHT, Reader};
use super::table::tcp_options as o;
use super::table::transport::{tcp as t, udp as u};
use super::talks::{Segment, TcpTold};
use super::{Next, Ports};

/// What became of a checksum that nobody filled in.
const UNUSED: u64 = 3;

/// RFC 9293 §3.1.
pub(super) fn tcp(r: &mut Reader) -> Option<Next> {
    let from = port(r.number(&t::SOURCE_PORT, 2)?);
    let to = port(r.number(&t::DESTINATION_PORT, 2)?);
    let start = r.at() - 4;
    let seq = r.number(&t::SEQUENCE_RAW, 4)?;
    let ack = r.number(&t::ACKNOWLEDGMENT_RAW, 4)?;
    let (bits, range) = r.take_number(2)?;
    let words = r.part(
        &t::HEADER_LENGTH,
        bits >> 8,
        (4, 4),
        range.start..range.start + 1,
    );
    r.correct(words * 4);
    flags(r, bits, range);
    let window = r.number(&t::WINDOW_RAW, 2)?;
    let at = r.at();
    let verdict = r.checksum(&t::CHECKSUM, true)?;
    r.number(&t::URGENT_POINTER, 2)?;
    let header = usize::try_from(words * 4).ok()?;
    let Some(options) = header.checked_sub(20).filter(|len| *len <= r.left()) else {
        r.stop("the header's length cannot be");
        return None;
    };
    if options > 0 {
        let end = r.at() + options;
        r.put(&o::OPTIONS, options as u64, r.at()..end);
        while r.at() < end {
            option(r, end)?;
        }
    }
    r.put(&t::LENGTH, r.left() as u64, r.layer_range());
    r.put(&t::CHECKSUM_VERDICT, verdict, at..at + 2);
    let (from_end, to_end) = r.ends(from, to);
    let flag = |bit: u64| bits >> bit & 1 == 1;
    r.segment(&Segment {
        from: from_end,
        to: to_end,
        seq: low(seq),
        ack: flag(4).then_some(low(ack)),
        syn: flag(1),
        fin: flag(0),
        rst: flag(2),
        window: port(window),
        scale: scale(r.so_far()),
        sacked: sacked(r.so_far(), low(ack)),
    });
    if let Some(told) = r.told.as_ref().and_then(|told| told.tcp) {
        derived(r, &told, start);
    }
    Some(Next::Said(Ports {
        from,
        to,
        over_tcp: true,
    }))
}

/// What follows from the connection's other segments.
fn derived(r: &mut Reader, told: &TcpTold, start: usize) {
    let (seq, ack) = (start + 4..start + 8, start + 8..start + 12);
    r.put(&t::SEQUENCE, told.seq.into(), seq.clone());
    r.put(&t::NEXT_SEQUENCE, told.next.into(), seq.clone());
    if let Some(number) = told.ack {
        r.put(&t::ACKNOWLEDGMENT, number.into(), ack.clone());
    }
    r.put(&t::WINDOW, told.window.into(), start + 14..start + 16);
    if let Some(frame) = told.acks {
        r.put(&t::ACKNOWLEDGES, frame.into(), ack);
    }
    relative_edges(r, told, start);
    if told.in_flight > 0 {
        r.put(&t::IN_FLIGHT, told.in_flight.into(), seq.clone());
    }
    if let Some(frame) = told.again {
        r.put(&t::RETRANSMISSION, 1, seq.clone());
        if frame > 0 {
            r.put(&t::RETRANSMISSION_OF, frame.into(), seq);
        }
    }
}

/// The edges of SACK's blocks, counted like the acknowledgment number beside them.
fn relative_edges(r: &mut Reader, told: &TcpTold, start: usize) {
    let header = r.so_far();
    let (Some(told), Some(ack)) = (told.ack, header.get(8..12)) else {
        return;
    };
    let base = number(ack).wrapping_sub(told);
    let (at, edges) = edges(header);
    for (index, edge) in edges.chunks_exact(4).enumerate() {
        let kind = match index % 2 {
            0 => &o::LEFT_EDGE,
            _ => &o::RIGHT_EDGE,
        };
        let at = start + at + index * 4;
        r.put(kind, number(edge).wrapping_sub(base).into(), at..at + 4);
    }
}

/// How many bytes behind the acknowledgment number SACK reports.
fn sacked(header: &[u8], ack: u32) -> u32 {
    let blocks = edges(header).1.chunks_exact(8);
    let blocks = blocks.map(|block| (number(&block[..4]), number(&block[4..])));
    let behind = blocks.filter(|(left, _)| left.wrapping_sub(ack) < 1 << 31);
    let sizes = behind.map(|(left, right)| right.wrapping_sub(left));
    sizes.fold(0, u32::wrapping_add)
}

/// The edges of SACK's blocks, whole blocks alone, and where in the header they begin.
fn edges(header: &[u8]) -> (usize, &[u8]) {
    let Some((at, len)) = place_of(header, 5) else {
        return (0, &[]);
    };
    let edges = header.get(at + 2..at + len).unwrap_or_default();
    (at + 2, &edges[..edges.len() / 8 * 8])
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |n, byte| n << 8 | u32::from(*byte))
}

/// Where an option of this kind lies in a header, and how long it is.
fn place_of(header: &[u8], kind: u8) -> Option<(usize, usize)> {
    let mut at = 20;
    loop {
        match *header.get(at..)? {
            [0, ..] | [] | [_] => return None,
            [1, ..] => at += 1,
            [this, len, ..] if this == kind && len >= 2 => return Some((at, usize::from(len))),
            [_, len, ..] => at += usize::from(len).max(2),
        }
    }
}

/// What a SYN offers to scale windows by (RFC 7323 §2.2).
fn scale(header: &[u8]) -> Option<u8> {
    let (at, _) = place_of(header, 3).filter(|(_, len)| *len == 3)?;
    header.get(at + 2).copied()
}

fn low(number: u64) -> u32 {
    u32::try_from(number & 0xffff_ffff).unwrap_or_default()
}

fn flags(r: &mut Reader, bits: u64, range: std::ops::Range<usize>) {
    r.part(&t::FLAGS, bits, (0, 12), range.clone());
    let (first, last) = (range.start..range.start + 1, range.start + 1..range.end);
    r.part(&t::RESERVED, bits >> 8, (1, 3), first.clone());
    r.part(&t::ACCURATE_ECN, bits >> 8, (0, 1), first);
    let each = [
        &t::CWR,
        &t::ECE,
        &t::URG,
        &t::ACK,
        &t::PSH,
        &t::RST,
        &t::SYN,
        &t::FIN,
    ];
    for (shift, flag) in (0..8).rev().zip(each) {
        r.part(flag, bits & 0xff, (shift, 1), last.clone());
    }
}

/// One option, up to the header's end at the latest. A length that cannot be takes the rest.
fn option(r: &mut Reader, end: usize) -> Option<()> {
    let left = end - r.at();
    let next = &r.unread()[..left];
    match next[0] {
        0 => {
            // What follows should be zeros as well: each ends the options once more.
            let zeros = next.iter().take_while(|byte| **byte == 0).count();
            for _ in 0..zeros {
                r.put(&o::END, 0, r.at()..r.at() + 1);
                r.number(&o::KIND, 1)?;
            }
            return match left - zeros {
                0 => Some(()),
                rest => r.blob(&o::DATA, rest),
            };
        }
        1 => {
            r.put(&o::NO_OPERATION, 1, r.at()..r.at() + 1);
            return r.number(&o::KIND, 1).map(drop);
        }
        _ => {}
    }
    let len = next.get(1).map_or(0, |len| usize::from(*len));
    if len < 2 || len > left {
        return r.blob(&o::BROKEN, left);
    }
    let stop = r.at() + len;
    let whole = match (next[0], len) {
        (2, 4) => &o::MSS,
        (3, 3) => &o::SCALE,
        (4, 2) => &o::SACK_PERMITTED,
        (5, _) => &o::SACK,
        (8, 10) => &o::TIMESTAMPS,
        (19, 18) => &o::MD5,
        (28, 4) => &o::USER_TIMEOUT,
        (34, _) => &o::FAST_OPEN,
        _ => &o::OTHER,
    };
    r.put(whole, u64::from(next[0]), r.at()..stop);
    r.number(&o::KIND, 1)?;
    r.number(&o::LENGTH, 1)?;
    content(r, next[0], len)?;
    match stop - r.at() {
        0 => Some(()),
        left => r.blob(&o::DATA, left),
    }
}

/// What stands behind an option's length.
fn content(r: &mut Reader, kind: u8, len: usize) -> Option<()> {
    match (kind, len) {
        (2, 4) => drop(r.number(&o::MSS_VALUE, 2)?),
        (3, 3) => drop(r.number(&o::SCALE_SHIFT, 1)?),
        (5, _) => {
            for _ in 0..(len - 2) / 8 {
                r.number(&o::LEFT_EDGE_RAW, 4)?;
                r.number(&o::RIGHT_EDGE_RAW, 4)?;
            }
        }
        (8, 10) => {
            r.number(&o::STAMP, 4)?;
            r.number(&o::STAMP_ECHO, 4)?;
        }
        (19, 18) => r.blob(&o::DIGEST, 16)?,
        (28, 4) => {
            let (bits, range) = r.take_number(2)?;
            r.part(&o::TIMEOUT_UNIT, bits, (15, 1), range.clone());
            r.part(&o::TIMEOUT, bits, (0, 15), range);
        }
        (34, 2) => r.put(&o::COOKIE_REQUEST, 0, r.at() - 2..r.at()),
        (34, _) => r.blob(&o::COOKIE, len - 2)?,
        _ => {}
    }
    Some(())
}

/// RFC 768.
pub(super) fn udp(r: &mut Reader) -> Option<Next> {
    let from = port(r.number(&u::SOURCE_PORT, 2)?);
    let to = port(r.number(&u::DESTINATION_PORT, 2)?);
    let length = usize::try_from(r.number(&u::LENGTH, 2)?).ok()?;
    let _ = r.narrow(length.max(8));
    let at = r.at();
    let is_unused = r.unread().starts_with(&[0, 0]);
    let mut verdict = r.checksum(&u::CHECKSUM, true)?;
    if is_unused && verdict != RIGHT {
        verdict = UNUSED;
    }
    r.put(&u::CHECKSUM_VERDICT, verdict, at..at + 2);
    r.datagram(from, to);
    Some(Next::Said(Ports {
        from,
        to,
        over_tcp: false,
    }))
}

fn port(number: u64) -> u16 {
    u16::try_from(number).unwrap_or_default()
}
