//! What an ICMP message says that hosts and routers send each other about packets.

use super::Unreachable;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where things lie in a frame and in a packet (RFC 894, RFC 791, RFC 8200).
const ETHERTYPE: usize = 12;
const PACKET: usize = 14;
const HEADER6: usize = 40;
/// An ICMP header, in both families, before what it quotes.
const HEADER: usize = 8;
/// The protocols whose first four bytes are two ports.
const TCP: u8 = 6;
const UDP: u8 = 17;

/// An ICMP message, as far as it is about echoes or about a packet that did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// Who sent it.
    pub from: IpAddr,
    /// For whom.
    pub to: IpAddr,
    /// What it says.
    pub says: IcmpSays,
}

/// What an ICMP message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IcmpSays {
    /// Send these bytes back, and the question's number.
    EchoRequest(u16),
    /// Here they are, and the question's number.
    EchoReply(u16),
    /// A packet did not arrive, and whither it was sent: port 0 where it has none.
    Error(Unreachable, Option<SocketAddr>),
}

impl Icmp {
    /// Reads a frame; none where it says nothing of the kind.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        let packet = Packet::read(frame.get(PACKET..)?, ethertype(frame)?)?;
        let (kind, code) = (*packet.payload.first()?, *packet.payload.get(1)?);
        let number = || short(packet.payload, 6);
        let about = || {
            let quoted = packet.payload.get(HEADER..)?;
            let quoted = Packet::read(quoted, packet.version)?;
            let ported = matches!(quoted.protocol, TCP | UDP);
            let port = short(quoted.payload, 2).filter(|_| ported);
            Some(SocketAddr::new(quoted.to, port.unwrap_or(0)))
        };
        let says = match (packet.version, packet.protocol, kind) {
            (Version::V4, 1, 8) | (Version::V6, 58, 128) => IcmpSays::EchoRequest(number()?),
            (Version::V4, 1, 0) | (Version::V6, 58, 129) => IcmpSays::EchoReply(number()?),
            (Version::V4, 1, 3 | 11) => IcmpSays::Error(why4(kind, code), about()),
            (Version::V6, 58, 1..=3) => IcmpSays::Error(why6(kind, code), about()),
            _ => return None,
        };
        Some(Self {
            from: packet.from,
            to: packet.to,
            says,
        })
    }
}

/// RFC 792; codes 9, 10 and 13 are of RFC 1812 §5.2.7.1.
fn why4(kind: u8, code: u8) -> Unreachable {
    match (kind, code) {
        (11, _) => Unreachable::HopLimit,
        (_, 0 | 5 | 6) => Unreachable::Net,
        (_, 3) => Unreachable::Port,
        (_, 4) => Unreachable::TooBig,
        (_, 9 | 10 | 13) => Unreachable::Prohibited,
        _ => Unreachable::Host,
    }
}

/// RFC 4443 §3.
fn why6(kind: u8, code: u8) -> Unreachable {
    match (kind, code) {
        (2, _) => Unreachable::TooBig,
        (3, _) => Unreachable::HopLimit,
        (_, 0) => Unreachable::Net,
        (_, 1 | 5 | 6) => Unreachable::Prohibited,
        (_, 4) => Unreachable::Port,
        _ => Unreachable::Host,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V4,
    V6,
}

/// The headers of a packet, which may be cut short where it is quoted.
struct Packet<'a> {
    version: Version,
    protocol: u8,
    from: IpAddr,
    to: IpAddr,
    payload: &'a [u8],
}

impl<'a> Packet<'a> {
    fn read(bytes: &'a [u8], version: Version) -> Option<Self> {
        let (protocol, from, to, payload): (u8, IpAddr, IpAddr, _) = match version {
            Version::V4 => {
                // A later fragment begins in the middle.
                if short(bytes, 6)? & 0x1fff != 0 {
                    return None;
                }
                let header = usize::from(bytes.first()? & 0xf) * 4;
                let address = |at| Some(Ipv4Addr::from(array::<4>(bytes, at)?));
                let (from, to) = (address(12)?.into(), address(16)?.into());
                (*bytes.get(9)?, from, to, bytes.get(header..)?)
            }
            Version::V6 => {
                let address = |at| Some(Ipv6Addr::from(array::<16>(bytes, at)?));
                let (from, to) = (address(8)?.into(), address(24)?.into());
                (*bytes.get(6)?, from, to, bytes.get(HEADER6..)?)
            }
        };
        Some(Self {
            version,
            protocol,
            from,
            to,
            payload,
        })
    }
}

fn ethertype(frame: &[u8]) -> Option<Version> {
    match short(frame, ETHERTYPE)? {
        0x0800 => Some(Version::V4),
        0x86dd => Some(Version::V6),
        _ => None,
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_be_bytes)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    const ROUTER: [u8; 4] = [192, 0, 2, 1];
    const LAPTOP: [u8; 4] = [192, 0, 2, 10];
    const SERVER: [u8; 4] = [203, 0, 113, 10];

    /// An error about a datagram from the laptop to the server's port 33434.
    fn error4(kind: u8, code: u8) -> Vec<u8> {
        let mut lost = Vec::new();
        let builder = PacketBuilder::ipv4(LAPTOP, SERVER, 1).udp(50_000, 33_434);
        builder.write(&mut lost, b"hello").unwrap();
        let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(ROUTER, LAPTOP, 64);
        let mut frame = Vec::new();
        let builder = builder.icmpv4_raw(kind, code, [0; 4]);
        builder.write(&mut frame, &lost[..28]).unwrap();
        frame
    }

    fn error6(kind: u8, code: u8) -> Vec<u8> {
        let mut lost = Vec::new();
        let builder = PacketBuilder::ipv6([1; 16], [2; 16], 1).udp(50_000, 33_434);
        builder.write(&mut lost, b"hello").unwrap();
        let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv6([3; 16], [1; 16], 64);
        let mut frame = Vec::new();
        let builder = builder.icmpv6_raw(kind, code, [0; 4]);
        builder.write(&mut frame, &lost).unwrap();
        frame
    }

    #[test]
    fn an_error_says_why_and_about_what() {
        let about = Some("203.0.113.10:33434".parse().unwrap());
        for (kind, code, why) in [
            (11, 0, Unreachable::HopLimit),
            (3, 0, Unreachable::Net),
            (3, 1, Unreachable::Host),
            (3, 3, Unreachable::Port),
            (3, 4, Unreachable::TooBig),
            (3, 13, Unreachable::Prohibited),
        ] {
            let icmp = Icmp::read(&error4(kind, code)).unwrap();
            assert_eq!(icmp.says, IcmpSays::Error(why, about), "{kind} {code}");
            assert_eq!((icmp.from, icmp.to), (ROUTER.into(), LAPTOP.into()));
        }
        let about = Some(SocketAddr::new([2; 16].into(), 33_434));
        for (kind, code, why) in [
            (3, 0, Unreachable::HopLimit),
            (2, 0, Unreachable::TooBig),
            (1, 0, Unreachable::Net),
            (1, 1, Unreachable::Prohibited),
            (1, 3, Unreachable::Host),
            (1, 4, Unreachable::Port),
        ] {
            let icmp = Icmp::read(&error6(kind, code)).unwrap();
            assert_eq!(icmp.says, IcmpSays::Error(why, about), "{kind} {code}");
        }
    }

    #[test]
    fn echoes_have_their_numbers() {
        let mut frame = Vec::new();
        let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(LAPTOP, SERVER, 64);
        let builder = builder.icmpv4_echo_request(7, 3);
        builder.write(&mut frame, &[0; 56]).unwrap();
        let says = Icmp::read(&frame).unwrap().says;
        assert_eq!(says, IcmpSays::EchoRequest(3));
        let mut frame = Vec::new();
        let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv6([1; 16], [2; 16], 64);
        let builder = builder.icmpv6_echo_reply(7, 4);
        builder.write(&mut frame, &[0; 56]).unwrap();
        assert_eq!(Icmp::read(&frame).unwrap().says, IcmpSays::EchoReply(4));
    }

    #[test]
    fn what_is_cut_short_or_something_else_is_none() {
        let whole = error4(11, 0);
        for len in 0..whole.len() {
            // The header may be there without all of what it quotes.
            let says = Icmp::read(&whole[..len]).map(|icmp| icmp.says);
            let bare = matches!(says, None | Some(IcmpSays::Error(Unreachable::HopLimit, _)));
            assert!(
                bare && (len >= 36 || says.is_none()),
                "cut at {len}: {says:?}"
            );
        }
        assert_eq!(Icmp::read(&error4(5, 0)), None, "a redirect");
        assert_eq!(Icmp::read(&error6(135, 0)), None, "a neighbour's question");
        let mut fragment = whole;
        fragment[21] = 4;
        assert_eq!(Icmp::read(&fragment), None);
        assert_eq!(Icmp::read(&[0; 80]), None);
    }
}
