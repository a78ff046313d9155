//! What needs no connection: questions about neighbours, echoes, datagrams.

use crate::base::{EventId, Icmp, IcmpSays, Turn, TurnKind};
use crate::program::overheard;
use crate::timeline::{Moment, Slot, Timeline, TurnRecord};
use smoltcp::wire::{EthernetFrame, EthernetProtocol, IpProtocol, Ipv4Packet, Ipv6Packet};
use std::net::{IpAddr, Ipv4Addr};

/// What reached the real side last of each kind that it may answer.
#[derive(Debug, Default)]
pub(super) struct Probes {
    neighbour: Option<EventId>,
    echo: Option<EventId>,
    datagram: Option<EventId>,
    /// What comes in piece by piece.
    cut: Option<Cut>,
}

/// A packet that comes in piece by piece, the first piece first.
#[derive(Clone, Copy, Debug)]
struct Cut {
    name: Name,
    /// What made it come in.
    cause: Option<EventId>,
    /// Its turn, and the number of an echo, where it is one that asks.
    said: Option<(EventId, Option<u16>)>,
}

/// By what a packet's pieces are known: its addresses, protocol and number.
type Name = (Ipv4Addr, Ipv4Addr, IpProtocol, u16);

/// A piece of a packet.
struct Piece {
    name: Name,
    /// Where it lies in what the packet carries, and where it ends.
    range: (u16, u16),
    is_last: bool,
}

/// What a frame is.
enum Looks<'a> {
    /// A question about a neighbour's hardware address, or an answer.
    Neighbour { asks: bool },
    /// A datagram.
    Datagram(Datagram<'a>),
    /// A question or answer of ICMP's.
    Icmp(Icmp, usize),
}

/// A datagram: to whom, the ports it leaves from and goes to, its hop limit, what it says.
struct Datagram<'a> {
    to: IpAddr,
    ports: (u16, u16),
    hop_limit: u8,
    said: &'a [u8],
}

impl Probes {
    /// A frame is about to come in: what made it happen. A probe is a phase of its own where
    /// nothing else goes on.
    pub fn enters(
        &mut self,
        timeline: &mut Timeline,
        at: Moment,
        slot: Slot,
        is_alone: impl Fn() -> bool,
    ) -> Option<EventId> {
        let piece = piece(timeline.arena().get(slot));
        let Some(piece) = piece else {
            return self.enters_whole(timeline, at, slot, is_alone);
        };
        if piece.range.0 == 0 {
            let turns = timeline.turns().len();
            let cause = self.enters_whole(timeline, at, slot, is_alone);
            let turn = cause.filter(|_| timeline.turns().len() > turns);
            let icmp = Icmp::read(timeline.arena().get(slot)).map(|icmp| icmp.says);
            let number = match icmp {
                Some(IcmpSays::EchoRequest(number)) => Some(number),
                _ => None,
            };
            let said = turn.map(|turn| (turn, number));
            let name = piece.name;
            self.cut = Some(Cut { name, cause, said });
            return cause;
        }
        let cut = self.cut.filter(|cut| cut.name == piece.name)?;
        if let (Some((turn, number)), true) = (cut.said, piece.is_last) {
            // Only now it is known how long it is.
            let len = piece.range.1.saturating_sub(8);
            let to = IpAddr::V4(piece.name.1);
            let known = number.map(|number| overheard::echo_request(to, number, len));
            timeline.amend_turn(turn, u64::from(len), known);
        }
        cut.cause
    }

    fn enters_whole(
        &self,
        timeline: &mut Timeline,
        at: Moment,
        slot: Slot,
        is_alone: impl Fn() -> bool,
    ) -> Option<EventId> {
        let (to, len, turn, phase) = match looks(timeline.arena().get(slot))? {
            Looks::Neighbour { asks } => return self.neighbour.filter(|_| !asks),
            Looks::Icmp(icmp, len) => match icmp.says {
                IcmpSays::EchoRequest(number) => {
                    let bytes = u16::try_from(len.saturating_sub(8)).unwrap_or(u16::MAX);
                    let turn = overheard::echo_request(icmp.to, number, bytes);
                    (icmp.to, u64::from(bytes), turn, "ping")
                }
                IcmpSays::EchoReply(_) => return self.echo,
                IcmpSays::Error(..) => return self.datagram,
            },
            Looks::Datagram(datagram) => match datagram.turn() {
                Some((turn, phase)) => (datagram.to, datagram.said.len() as u64, turn, phase),
                None => return self.datagram,
            },
        };
        let record = TurnRecord {
            conn: None,
            to: Some(to),
            range: (0, len),
            turn,
            carried: None,
        };
        // Who answers was asked; all else begins here.
        let answers = record.turn.kind == TurnKind::Reply;
        let cause = self.datagram.filter(|_| answers);
        let moment = Moment { cause, ..at };
        if is_alone() && !answers {
            timeline.record_phase(moment, phase);
        }
        Some(timeline.record_turn(moment, record))
    }

    /// A frame has reached the real side.
    pub fn leaves(&mut self, at: Moment, frame: &[u8]) {
        match looks(frame) {
            Some(Looks::Neighbour { asks: true }) => self.neighbour = at.cause,
            Some(Looks::Datagram(..)) => self.datagram = at.cause,
            Some(Looks::Icmp(icmp, _)) if matches!(icmp.says, IcmpSays::EchoRequest(_)) => {
                self.echo = at.cause;
            }
            _ => {}
        }
    }
}

impl Datagram<'_> {
    /// What it says, and to which phase that belongs: a probe, or a word about names.
    fn turn(&self) -> Option<(Turn, &'static str)> {
        let (from, to) = self.ports;
        if let Some(turn) = overheard::probe(self.to, to, self.hop_limit) {
            return Some((turn, "find the way"));
        }
        let turn = overheard::datagram(from, to, self.said)?;
        Some((turn, "ask for the name"))
    }
}

/// The piece of a packet that a frame carries, where it is cut.
fn piece(frame: &[u8]) -> Option<Piece> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    if ethernet.ethertype() != EthernetProtocol::Ipv4 {
        return None;
    }
    let ip = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
    let (start, is_last) = (ip.frag_offset(), !ip.more_frags());
    let len = u16::try_from(ip.payload().len()).unwrap_or(u16::MAX);
    (start > 0 || !is_last).then(|| Piece {
        name: (ip.src_addr(), ip.dst_addr(), ip.next_header(), ip.ident()),
        range: (start, start.saturating_add(len)),
        is_last,
    })
}

fn looks(frame: &[u8]) -> Option<Looks<'_>> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    let (to, protocol, hop_limit, payload): (IpAddr, _, _, &[u8]) = match ethernet.ethertype() {
        EthernetProtocol::Arp => {
            let asks = ethernet.payload().get(6..8) == Some(&[0, 1]);
            return Some(Looks::Neighbour { asks });
        }
        EthernetProtocol::Ipv4 => {
            let ip = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
            if ip.frag_offset() != 0 {
                return None;
            }
            let to = ip.dst_addr().into();
            (to, ip.next_header(), ip.hop_limit(), ip.payload())
        }
        EthernetProtocol::Ipv6 => {
            let ip = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            let to = ip.dst_addr().into();
            (to, ip.next_header(), ip.hop_limit(), ip.payload())
        }
        _ => return None,
    };
    match (protocol, payload) {
        (IpProtocol::Udp, [a, b, c, d, e, f, _, _, rest @ ..]) => {
            // What lies behind it fills up a short frame.
            let len = usize::from(u16::from_be_bytes([*e, *f])).saturating_sub(8);
            Some(Looks::Datagram(Datagram {
                to,
                ports: (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d])),
                hop_limit,
                said: rest.get(..len).unwrap_or(rest),
            }))
        }
        (IpProtocol::Icmpv6, [kind @ (135 | 136), ..]) => {
            Some(Looks::Neighbour { asks: *kind == 135 })
        }
        (IpProtocol::Icmp | IpProtocol::Icmpv6, _) => {
            Some(Looks::Icmp(Icmp::read(frame)?, payload.len()))
        }
        _ => None,
    }
}
