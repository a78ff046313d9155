//! The moments that captions wait for.

use crate::base::{HostId, LinkId};

/// Packets that a caption can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketKind {
    /// TCP: asks for a connection.
    Syn,
    /// TCP: grants it.
    SynAck,
    /// TCP: has no more to say.
    Fin,
    /// TCP: refuses, or breaks off.
    Rst,
    /// TCP: carries bytes.
    Data,
    /// TCP: carries bytes that three same acknowledgements ask for (RFC 5681 §3.2).
    AskedFor,
    /// TCP: carries bytes that were waited for in vain (RFC 6298).
    Overdue,
    /// TCP: has no room for more bytes.
    ZeroWindow,
    /// TCP: asks whether there is room again.
    WindowProbe,
    /// TCP: has room again.
    WindowUpdate,
    /// TCP: asks after a silence whether the other side is still there.
    KeepAlive,
    /// ICMP: asks for bytes back.
    EchoRequest,
    /// ICMP: gives them back.
    EchoReply,
    /// ICMP: it has passed too many routers.
    TimeExceeded,
    /// ICMP: no way, no answer, nobody at that port, or forbidden.
    Unreachable,
    /// ICMP: it is too big for a link on the way.
    TooBig,
    /// ARP, or neighbour discovery: who has this address?
    ArpQuestion,
}

impl PacketKind {
    /// Each with its name.
    pub const NAMES: [(&'static str, Self); 15] = [
        ("SYN", Self::Syn),
        ("SYN-ACK", Self::SynAck),
        ("FIN", Self::Fin),
        ("RST", Self::Rst),
        ("data", Self::Data),
        ("zero window", Self::ZeroWindow),
        ("window probe", Self::WindowProbe),
        ("window update", Self::WindowUpdate),
        ("keep-alive", Self::KeepAlive),
        ("echo request", Self::EchoRequest),
        ("echo reply", Self::EchoReply),
        ("time exceeded", Self::TimeExceeded),
        ("unreachable", Self::Unreachable),
        ("too big", Self::TooBig),
        ("ARP question", Self::ArpQuestion),
    ];
}

/// A moment worth a caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// A command leaves a host: `laptop says PORT`.
    Says {
        /// Who says it.
        host: HostId,
        /// The verb, in capitals.
        verb: String,
    },
    /// A reply leaves a host: `server replies 227`.
    Replies {
        /// Who says it.
        host: HostId,
        /// The reply's code.
        code: u16,
    },
    /// A question about a name leaves a host: `laptop asks MX example.net`.
    Asks {
        /// Who asks.
        host: HostId,
        /// The kind of record, in capitals.
        kind: String,
        /// The name, in small letters.
        name: String,
    },
    /// A name server answers one: `server answers MX example.net`.
    Answers {
        /// Who answers.
        host: HostId,
        /// The kind of record, in capitals.
        kind: String,
        /// The name, in small letters.
        name: String,
    },
    /// A host goes off: `server goes down`.
    HostDown {
        /// Which host.
        host: HostId,
    },
    /// A host comes up again: `server goes up`.
    HostUp {
        /// Which host.
        host: HostId,
    },
    /// A node sends a packet of its own: `router sends time exceeded`.
    Sends {
        /// Which node.
        host: HostId,
        /// What it sends.
        what: PacketKind,
    },
    /// A host sends again what it sent before: `laptop repeats SYN`.
    Repeats {
        /// Which host.
        host: HostId,
        /// What it repeats.
        what: PacketKind,
    },
    /// A host waits no longer: `laptop gives up`.
    GivesUp {
        /// Which host.
        host: HostId,
    },
    /// A node throws a packet away: `packet lost at router`.
    PacketLost {
        /// Where.
        host: HostId,
    },
    /// A packet is lost on its way: `packet lost on laptop-router`.
    PacketLostOn {
        /// Where.
        link: LinkId,
    },
    /// A firewall's rule stops a packet: `router forbids`.
    Forbids {
        /// Which router.
        host: HostId,
    },
    /// A router begins to translate a flow's addresses: `router translates`.
    Translates {
        /// Which router.
        host: HostId,
    },
    /// A router forgets a flow: `router forgets`.
    Forgets {
        /// Which router.
        host: HostId,
    },
    /// `link laptop-router goes down`.
    LinkDown {
        /// Which link.
        link: LinkId,
    },
    /// `link laptop-router goes up`.
    LinkUp {
        /// Which link.
        link: LinkId,
    },
    /// `connection opens`.
    ConnectionOpens,
    /// `connection closes`.
    ConnectionCloses,
}
