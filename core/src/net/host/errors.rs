//! What the network says of packets that did not arrive: ICMP errors, and whom they concern.

use super::connection::Tuple;
use super::{Host, Mac, device, stack_now};
use crate::base::{CloseReason, ConnId, Unreachable};
use crate::net::wires::Wires;
use crate::program::Input;
use crate::timeline::{Moment, Slot};
use smoltcp::socket::tcp::State;
use smoltcp::wire::{EthernetFrame, EthernetProtocol, IpProtocol, Ipv4Packet, Ipv6Packet};
use std::net::{IpAddr, SocketAddr};

/// Where the quoted packet begins in an ICMP error of either version.
const QUOTED: usize = 8;
/// What every path takes in one piece: RFC 791 and RFC 8200 §5.
const LEAST_MTU: [usize; 2] = [68, 1280];
/// Sizes that links have, for a router that does not say which (RFC 1191 §7.1).
const PLATEAUS: [usize; 8] = [8166, 4352, 2002, 1492, 1006, 508, 296, 68];

/// What an ICMP error says.
pub(in crate::net) struct Complaint {
    /// Who says it.
    from: IpAddr,
    /// For whom.
    to: IpAddr,
    /// Who brought it here.
    mac: Mac,
    reason: Unreachable,
    /// How long packets may be on the path, where they are too long.
    mtu: Option<usize>,
    /// The host that sent the packet, as the quoted header says.
    sender: IpAddr,
    about: About,
}

/// What the packet was.
enum About {
    Tcp(Tuple, u32),
    Udp { from: u16, to: u16 },
    Echo { ident: u16, sequence: u16 },
}

impl Complaint {
    /// Reads a frame; none where it is no ICMP error about something a host sends.
    pub(in crate::net) fn read(frame: &[u8]) -> Option<Self> {
        let ethernet = EthernetFrame::new_checked(frame).ok()?;
        let mac = ethernet.src_addr().0;
        let (from, to, icmp): (IpAddr, IpAddr, &[u8]) = match ethernet.ethertype() {
            EthernetProtocol::Ipv4 => {
                let ip = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
                let whole = !ip.more_frags() && ip.frag_offset() == 0;
                if ip.next_header() != IpProtocol::Icmp || !whole {
                    return None;
                }
                (ip.src_addr().into(), ip.dst_addr().into(), ip.payload())
            }
            EthernetProtocol::Ipv6 => {
                let ip = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
                if ip.next_header() != IpProtocol::Icmpv6 {
                    return None;
                }
                (ip.src_addr().into(), ip.dst_addr().into(), ip.payload())
            }
            _ => return None,
        };
        let quoted = icmp.get(QUOTED..)?;
        let reason = reason(to.is_ipv4(), *icmp.first()?, *icmp.get(1)?)?;
        let mtu = match (reason, to) {
            (Unreachable::TooBig, IpAddr::V4(_)) => {
                let said = usize::from(be16(icmp, 6)?);
                let len = usize::from(be16(quoted, 2)?);
                let guess = || PLATEAUS.into_iter().find(|size| *size < len);
                Some(said).filter(|mtu| *mtu > 0).or_else(guess)
            }
            (Unreachable::TooBig, IpAddr::V6(_)) => usize::try_from(be32(icmp, 4)?).ok(),
            _ => None,
        };
        let (sender, about) = about(to.is_ipv4(), quoted)?;
        Some(Self {
            from,
            to,
            mac,
            reason,
            mtu,
            sender,
            about,
        })
    }
}

impl Complaint {
    /// The segment that was lost for good, and why: its sender, whom it was for, its number.
    pub(in crate::net) fn lost_segment(&self) -> Option<(Tuple, u32, Unreachable)> {
        match self.about {
            About::Tcp(tuple, seq) if self.mtu.is_none() && self.to == self.sender => {
                Some((tuple, seq, self.reason))
            }
            _ => None,
        }
    }
}

/// What type and code mean. RFC 792 and RFC 1812 §5.2.7, RFC 4443 §3.
fn reason(v4: bool, kind: u8, code: u8) -> Option<Unreachable> {
    Some(match (v4, kind, code) {
        (true, 3, 0 | 5 | 6 | 11) | (false, 1, 0 | 2) => Unreachable::Net,
        (true, 3, 2 | 3) | (false, 1, 4) => Unreachable::Port,
        (true, 3, 4) | (false, 2, _) => Unreachable::TooBig,
        (true, 3, 9 | 10 | 13) | (false, 1, 1 | 5 | 6) => Unreachable::Prohibited,
        (true, 3, _) | (false, 1, _) => Unreachable::Host,
        (true, 11, 0) | (false, 3, 0) => Unreachable::HopLimit,
        _ => return None,
    })
}

/// Who sent the quoted packet, and what it was. Eight bytes behind the IP header are enough.
fn about(v4: bool, quoted: &[u8]) -> Option<(IpAddr, About)> {
    let (protocol, from, to, rest): (u8, IpAddr, IpAddr, &[u8]) = if v4 {
        let header = usize::from(quoted.first()? & 15) * 4;
        let first = be16(quoted, 6)? & 0x1fff == 0;
        if quoted.first()? >> 4 != 4 || header < 20 || !first {
            return None;
        }
        let addr = |at: usize| Some(IpAddr::from(*quoted.get(at..)?.first_chunk::<4>()?));
        (*quoted.get(9)?, addr(12)?, addr(16)?, quoted.get(header..)?)
    } else {
        let addr = |at: usize| Some(IpAddr::from(*quoted.get(at..)?.first_chunk::<16>()?));
        (*quoted.get(6)?, addr(8)?, addr(24)?, quoted.get(40..)?)
    };
    let [source, destination] = [be16(rest, 0)?, be16(rest, 2)?];
    let about = match (IpProtocol::from(protocol), rest.first()?) {
        (IpProtocol::Tcp, _) => {
            let own = SocketAddr::new(from, source);
            About::Tcp((own, SocketAddr::new(to, destination)), be32(rest, 4)?)
        }
        (IpProtocol::Udp, _) => About::Udp {
            from: source,
            to: destination,
        },
        (IpProtocol::Icmp, 8) | (IpProtocol::Icmpv6, 128) => About::Echo {
            ident: be16(rest, 4)?,
            sequence: be16(rest, 6)?,
        },
        _ => return None,
    };
    Some((from, about))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl Host {
    /// Does what an ICMP error calls for, where it concerns something of this host's own.
    pub(super) fn on_complaint(&mut self, wires: &mut Wires, at: Moment, said: &Complaint) {
        if !self.addresses.contains(&said.to) || said.to != said.sender {
            return;
        }
        let found = match said.about {
            About::Tcp(tuple, seq) => return self.on_lost_segment(wires, at, said, (tuple, seq)),
            About::Udp { from, to } => self.binding(from).map(|bound| (bound, to)),
            About::Echo { ident, sequence } => {
                self.asked(ident, sequence).map(|asked| (asked, sequence))
            }
        };
        if let Some(((program, token), sequence)) = found {
            let input = Input::Undelivered {
                token,
                sequence,
                from: said.from,
                reason: said.reason,
            };
            self.tell(wires, at, program, input);
        }
    }

    /// A segment did not arrive. An attempt to connect ends (Linux does so, and RFC 5461 §3
    /// tells why); an open connection waits on and remembers it (RFC 1122 §4.2.3.9).
    fn on_lost_segment(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        said: &Complaint,
        (tuple, seq): (Tuple, u32),
    ) {
        let Some(&id) = self.tuples.get(&tuple) else {
            return;
        };
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        // RFC 5927 §4.1: who made it up does not know what was sent.
        if !conn.has_in_flight(seq) {
            return;
        }
        if let Some(mtu) = said.mtu {
            self.narrow(at, id, mtu, said.mac);
        } else if conn.state() == State::SynSent {
            self.end(wires, at, id, CloseReason::Unreachable(said.reason));
            self.forget(id);
        } else {
            conn.soft_error = Some(said.reason);
        }
    }

    /// The path takes packets of `mtu` bytes at most (RFC 1191, RFC 8201): the connection's
    /// segments become shorter, and what is not acknowledged is sent again at once.
    fn narrow(&mut self, at: Moment, id: ConnId, mtu: usize, mac: Mac) {
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        let (own, other) = (conn.tuple.0.ip(), conn.tuple.1.ip());
        let least = LEAST_MTU[usize::from(own.is_ipv6())];
        let longest = EthernetFrame::<&[u8]>::buffer_len(mtu.max(least));
        if longest >= conn.longest_frame {
            return;
        }
        conn.longest_frame = longest;
        if self.stack.add(longest)
            && let Some(hop) = self.next_hop(other)
        {
            self.learn(at, own, hop, mac);
        }
        self.hasten(at, id);
        self.disturb(id);
    }

    /// Makes the stack believe that its patience with the peer is over. It is told a later
    /// time for once, and cannot send meanwhile: it forgets how far it had sent. It begins
    /// slowly again, as RFC 1191 §6.5 wants it.
    fn hasten(&mut self, at: Moment, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        let iface = self.stack.of(conn.longest_frame);
        let now = stack_now(at.now);
        let Some(later) = iface.poll_at(now, &conn.set) else {
            return;
        };
        let mut none = crate::timeline::Arena::default();
        let mut deaf = device::Egress {
            arena: &mut none,
            sent: Some(Slot::default()),
            longest_frame: conn.longest_frame,
        };
        iface.poll_egress(later.max(now), &mut deaf, &mut conn.set);
    }
}
