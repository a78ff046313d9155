//! Packets of another program's making, read and changed.

use super::*;
use crate::base::Rng;
use crate::net::checksum::verify;
use etherparse::{Icmpv4Type, Icmpv6Type, PacketBuilder, icmpv4, icmpv6};

type Ends = (SocketAddr, SocketAddr);

pub fn end(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// A frame with the payload: TCP, UDP or an echo, which takes the port of its sender.
pub fn frame(protocol: Protocol, (from, to): Ends, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let ethernet = PacketBuilder::ethernet2([2; 6], [4; 6]);
    let ip = match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => ethernet.ipv4(from.octets(), to.octets(), 64),
        (IpAddr::V6(from), IpAddr::V6(to)) => ethernet.ipv6(from.octets(), to.octets(), 64),
        _ => panic!("two families"),
    };
    let (a, b) = (from.port(), to.port());
    match protocol {
        Protocol::Tcp => ip.tcp(a, b, 1000, 9000).ack(77).write(&mut bytes, payload),
        Protocol::Udp => ip.udp(a, b).write(&mut bytes, payload),
        Protocol::Icmp if from.is_ipv4() => ip.icmpv4_echo_request(a, 3).write(&mut bytes, payload),
        Protocol::Icmp => ip.icmpv6_echo_request(a, 3).write(&mut bytes, payload),
    }
    .unwrap();
    bytes
}

/// What a router at `from` says to `to` about a packet that it could not pass on.
pub fn error(from: IpAddr, to: IpAddr, about: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let ethernet = PacketBuilder::ethernet2([6; 6], [8; 6]);
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => ethernet
            .ipv4(from.octets(), to.octets(), 64)
            .icmpv4(Icmpv4Type::TimeExceeded(
                icmpv4::TimeExceededCode::TtlExceededInTransit,
            ))
            .write(&mut bytes, about),
        (IpAddr::V6(from), IpAddr::V6(to)) => ethernet
            .ipv6(from.octets(), to.octets(), 64)
            .icmpv6(Icmpv6Type::TimeExceeded(
                icmpv6::TimeExceededCode::HopLimitExceeded,
            ))
            .write(&mut bytes, about),
        _ => panic!("two families"),
    }
    .unwrap();
    bytes
}

/// The checksum that an IPv4 header is to have.
pub fn header_sum(header: &[u8]) -> [u8; 2] {
    let mut header = header.to_vec();
    header[ipv4::CHECKSUM].fill(0);
    (!change::sum(&header)).to_be_bytes()
}

/// Before and after, in each family.
fn moves() -> [(Ends, Ends); 2] {
    [
        (
            (end("192.168.1.10:50000"), end("192.0.2.7:21")),
            (end("203.0.113.1:1025"), end("10.255.0.9:2121")),
        ),
        (
            (end("[2001:db8::1]:50000"), end("[2001:db8:1::2]:21")),
            (end("[2001:db8:ff::9]:1"), end("[2001:db8:8::ffff]:65535")),
        ),
    ]
}

#[test]
fn a_changed_packet_is_what_another_program_would_have_made() {
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Icmp] {
        for (old, new) in moves() {
            for len in [0, 1, 2, 33, 1400] {
                let payload: Vec<u8> = (0u8..=255).cycle().skip(len).take(len).collect();
                let old_frame = frame(protocol, old, &payload);
                let mut packet = Packet::read(&old_frame).unwrap();
                let port = |port| match protocol {
                    Protocol::Icmp => old.0.port(),
                    _ => port,
                };
                let was = SocketAddr::new(old.1.ip(), port(old.1.port()));
                assert_eq!(packet.ends(), Some((protocol, old.0, was)));
                packet.set_destination(new.1);
                packet.set_source(new.0);
                assert_eq!(packet.bytes(), frame(protocol, new, &payload));
                packet.set_destination(old.1);
                packet.set_source(old.0);
                assert_eq!(packet.bytes(), old_frame);
            }
        }
    }
}

#[test]
fn a_corrupted_packet_stays_corrupted() {
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Icmp] {
        for (old, new) in moves() {
            let good = frame(protocol, old, b"some bytes");
            let first = Packet::read(&good).unwrap().layout.transport;
            for bit in first * 8..good.len() * 8 {
                let mut bad = good.clone();
                bad[bit / 8] ^= 1 << (bit % 8);
                let mut packet = Packet::read(&bad).unwrap();
                assert!(!verify(packet.bytes()));
                packet.set_source(new.0);
                packet.set_destination(new.1);
                packet.decrease_hop_limit();
                packet.set_tcp_seq(12345);
                packet.replace_payload(2..3, b"others");
                assert!(!verify(packet.bytes()), "bit {bit} of {protocol}");
            }
        }
    }
}

#[test]
fn udp_without_a_checksum_keeps_none_and_with_one_never_loses_it() {
    let (old, _) = moves()[0];
    let mut bytes = frame(Protocol::Udp, old, b"x");
    bytes[40..42].fill(0);
    let mut packet = Packet::read(&bytes).unwrap();
    packet.set_source(end("203.0.113.1:9"));
    assert_eq!(packet.bytes()[40..42], [0, 0]);
    let bytes = frame(Protocol::Udp, old, b"x");
    let mut ones = 0;
    for port in 0..=u16::MAX {
        let mut packet = Packet::read(&bytes).unwrap();
        packet.set_source(SocketAddr::new(old.0.ip(), port));
        assert_ne!(packet.bytes()[40..42], [0, 0]);
        ones += usize::from(packet.bytes()[40..42] == [255, 255]);
        assert!(verify(packet.bytes()));
    }
    assert!(ones > 0, "some port gives a sum of zero");
}

#[test]
fn what_an_error_quotes_is_changed_like_the_packet_itself() {
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Icmp] {
        for (old, mut new) in moves() {
            if protocol == Protocol::Icmp {
                // An echo has one number for both sides.
                new.1.set_port(new.0.port());
            }
            for cut in [8, 11, 20, 24] {
                let whole = |ends| {
                    let frame = frame(protocol, ends, b"some bytes more");
                    let packet = Packet::read(&frame).unwrap();
                    let len = packet.layout.transport - packet.layout.ip + cut;
                    packet.ip()[..len.min(packet.ip().len())].to_vec()
                };
                let from = old.1.ip();
                let bytes = error(from, old.0.ip(), &whole(old));
                assert!(verify(&bytes));
                let mut packet = Packet::read(&bytes).unwrap();
                assert!(packet.is_icmp_error() && packet.ends().is_none());
                assert_eq!(packet.quoted().unwrap().1, old.0);
                packet.set_destination_address(new.0.ip());
                packet.set_quoted_source(new.0);
                packet.set_quoted_destination(new.1);
                let wanted = error(from, new.0.ip(), &whole(new));
                // A TCP checksum that is not quoted cannot be mended.
                assert_eq!(packet.bytes(), wanted, "{protocol}, {cut} bytes quoted");
            }
        }
    }
}

#[test]
fn a_payload_may_grow_and_shrink() {
    for (ends, _) in moves() {
        let text = b"PORT 192,168,1,10,4,1\r\n";
        for (range, new) in [
            (5..21, &b"203,0,113,254,200,201"[..]),
            (5..21, b"1,2,3,4,5"),
            (0..23, b""),
            (23..23, b"more"),
            (3..4, b"x"),
        ] {
            let mut packet = Packet::read(&frame(Protocol::Tcp, ends, text)).unwrap();
            assert!(packet.replace_payload(range.clone(), new));
            let mut wanted = text.to_vec();
            wanted.splice(range, new.iter().copied());
            assert_eq!(packet.bytes(), frame(Protocol::Tcp, ends, &wanted));
            let again = Packet::read(packet.bytes()).unwrap();
            assert_eq!(again, packet);
        }
        let mut packet = Packet::read(&frame(Protocol::Tcp, ends, text)).unwrap();
        assert!(!packet.replace_payload(5..24, b"beyond"));
        assert!(!packet.replace_payload(0..0, &[0; 65_536]));
    }
}

#[test]
fn sequence_numbers_and_sack_blocks_change_at_any_place() {
    use etherparse::TcpOptionElement::{Noop, SelectiveAcknowledgement as Sack};
    let (ends, _) = moves()[0];
    let (IpAddr::V4(from), IpAddr::V4(to)) = (ends.0.ip(), ends.1.ip()) else {
        panic!("IPv4");
    };
    for noops in 0..4 {
        let mut options = vec![Noop; noops];
        options.push(Sack((10, 20), [Some((30, 40)), None, None]));
        let mut bytes = Vec::new();
        PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4(from.octets(), to.octets(), 64)
            .tcp(1, 2, 1000, 9000)
            .ack(77)
            .fin()
            .options(&options)
            .unwrap()
            .write(&mut bytes, b"odd")
            .unwrap();
        let mut packet = Packet::read(&bytes).unwrap();
        packet.change_sacks(&|number, first| number + if first { 100_000 } else { 200_000 });
        packet.set_tcp_seq(packet.tcp_seq().unwrap() + 70_000);
        packet.set_tcp_ack(packet.tcp_ack().unwrap() + 80_000);
        packet.clear_fin();
        assert!(verify(packet.bytes()));
        let numbers = packet.sack_edges();
        let numbers: Vec<_> = numbers.iter().map(|at| be32(packet.bytes(), *at)).collect();
        let wanted = [100_010, 200_020, 100_030, 200_040].map(Some);
        assert_eq!(numbers, wanted);
        assert_eq!(packet.tcp_seq(), Some(71_000));
        assert_eq!(packet.tcp_ack(), Some(80_077));
        assert!(!packet.tcp_flags().unwrap().fin);
    }
}

#[test]
fn the_hop_limit_goes_down_and_the_header_stays_right() {
    for (ends, _) in moves() {
        let mut packet = Packet::read(&frame(Protocol::Udp, ends, b"x")).unwrap();
        for left in (0..64).rev() {
            packet.decrease_hop_limit();
            assert_eq!(packet.hop_limit(), left);
            assert!(packet.header_is_right() && verify(packet.bytes()));
        }
        packet.decrease_hop_limit();
        assert_eq!(packet.hop_limit(), 0);
    }
}

#[test]
fn extension_headers_are_walked_to_the_transport() {
    let (ends, _) = moves()[1];
    let plain = frame(Protocol::Udp, ends, b"x");
    let with = |next: u8, extensions: &[u8]| {
        let mut bytes = plain.clone();
        bytes.splice(54..54, extensions.iter().copied());
        bytes[20] = next;
        let len = u16::try_from(bytes.len() - 54).unwrap();
        bytes[18..20].copy_from_slice(&len.to_be_bytes());
        Packet::read(&bytes)
    };
    let hops = [60, 0, 1, 4, 0, 0, 0, 0];
    let options = [43, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let routing = [44, 0, 0, 0, 0, 0, 0, 0];
    let first = [17, 0, 0, 1, 0, 0, 0, 9];
    let all = [&hops[..], &options, &routing, &first].concat();
    let packet = with(0, &all).unwrap();
    assert_eq!(packet.ends(), Some((Protocol::Udp, ends.0, ends.1)));
    assert_eq!(packet.fragment_ident(), Some(9));
    assert!(!packet.is_later_fragment());
    let later = with(44, &[17, 0, 0, 8, 0, 0, 0, 9]).unwrap();
    assert!(later.is_later_fragment() && later.ends().is_none());
    assert_eq!(with(0, &[17, 255, 0, 0, 0, 0, 0, 0]), None, "too long");
}

#[test]
fn headers_that_make_no_sense_are_none() {
    let (ends, _) = moves()[0];
    let good = frame(Protocol::Tcp, ends, b"hello");
    for len in 0..good.len() {
        assert_eq!(Packet::read(&good[..len]), None, "cut at {len}");
    }
    for (at, byte) in [
        (12, 9),
        (14, 0x65),
        (14, 0x44),
        (14, 0x4f),
        (16, 1),
        (17, 9),
    ] {
        let mut bad = good.clone();
        bad[at] = byte;
        let packet = Packet::read(&bad);
        // A header of 60 bytes fits into this packet; then it is a TCP header that does not.
        assert!(packet.is_none_or(|packet| at == 14 && packet.ends().is_none()));
    }
    let mut padded = good.clone();
    padded.extend([0; 9]);
    let packet = Packet::read(&padded).unwrap();
    assert_eq!(packet.ip(), &good[14..]);
    assert_eq!(padded[packet.tcp_payload().unwrap()], *b"hello");
}

/// Everything that can be asked of a packet, and done to it.
fn use_all(packet: &mut Packet, rng: &mut Rng) {
    let v4 = end("203.0.113.1:1025");
    let v6 = end("[2001:db8::1]:50000");
    let own = if packet.is_v4() { v4 } else { v6 };
    let _ = (packet.source(), packet.destination(), packet.ends());
    let _ = (packet.hop_limit(), packet.is_whole_or_nothing());
    let _ = (packet.fragment_ident(), packet.quoted(), packet.echo());
    let _ = (packet.tcp_flags(), packet.tcp_payload(), packet.transport());
    packet.set_source(own);
    packet.set_destination(if rng.below(2) == 0 { v4 } else { v6 });
    packet.set_quoted_source(own);
    packet.set_quoted_destination(own);
    packet.set_quoted_seq(1);
    packet.set_tcp_seq(7);
    packet.set_tcp_ack(7);
    packet.change_sacks(&|number, _| number.wrapping_add(3));
    packet.clear_fin();
    packet.decrease_hop_limit();
    packet.set_macs([1; 6], [2; 6]);
    packet.replace_payload(0..1, b"ab");
}

#[test]
fn any_bytes_are_read_and_changed_and_keep_their_truth() {
    let mut rng = Rng::from_seed(3);
    let mut seeds = Vec::new();
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Icmp] {
        for (old, _) in moves() {
            let frame = frame(protocol, old, b"PORT 192,168,1,10,4,1\r\n");
            seeds.push(error(old.1.ip(), old.0.ip(), &frame[14..]));
            seeds.push(frame);
        }
    }
    let (mut right, mut wrong) = (0, 0);
    for round in 0..30_000_usize {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..rng.below(4) {
            let at = usize::try_from(rng.below(bytes.len() as u64)).unwrap();
            bytes[at] = u8::try_from(rng.below(256)).unwrap();
        }
        if rng.below(8) == 0 {
            bytes.truncate(usize::try_from(rng.below(bytes.len() as u64)).unwrap());
        }
        let Some(mut packet) = Packet::read(&bytes) else {
            continue;
        };
        let before = verify(packet.bytes());
        use_all(&mut packet, &mut rng);
        assert_eq!(verify(packet.bytes()), before, "{bytes:02x?}");
        assert_eq!(Packet::read(packet.bytes()).as_ref(), Some(&packet));
        right += u32::from(before);
        wrong += u32::from(!before);
    }
    assert!(right > 1000 && wrong > 1000, "{right} right, {wrong} wrong");
}
