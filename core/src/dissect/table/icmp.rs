//! ICMP (RFC 792): echoes, errors and hints.

use super::ip::verdict;
use super::ip_options::since_midnight;
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Address, Bytes, Counted, Hex, Names, Number, Within, Words};

/// ICMP: the network speaks of itself.
pub static ICMP: LayerKind = LayerKind {
    name: "ICMP",
    filter: "icmp",
    meaning: "Carries errors and tests of the network itself: a packet could not arrive, a host \
              answers an echo. Errors quote the packet they are about.",
    reference: "RFC 792, Introduction",
    fields: &[
        &icmp::KIND,
        &icmp::CODE,
        &icmp::CHECKSUM,
        &icmp::IDENTIFIER,
        &icmp::SEQUENCE,
        &icmp::UNUSED,
        &icmp::LENGTH,
        &icmp::MTU,
        &icmp::GATEWAY,
        &icmp::POINTER,
        &icmp::ORIGINATE,
        &icmp::RECEIVE,
        &icmp::TRANSMIT,
        &icmp::CHECKSUM_VERDICT,
    ],
};

/// What a message is.
pub const TYPES: &[(u64, &str)] = &[
    (0, "echo reply"),
    (3, "destination unreachable"),
    (4, "source quench"),
    (5, "redirect"),
    (8, "echo request"),
    (9, "router advertisement"),
    (10, "router solicitation"),
    (11, "time exceeded"),
    (12, "parameter problem"),
    (13, "timestamp request"),
    (14, "timestamp reply"),
    (17, "address mask request"),
    (18, "address mask reply"),
    (42, "extended echo request"),
    (43, "extended echo reply"),
];

/// Why a packet did not arrive (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1).
pub const UNREACHABLE: &[(u64, &str)] = &[
    (0, "no route to the network"),
    (1, "no route to the host"),
    (2, "protocol unknown"),
    (3, "nobody at that port"),
    (4, "too big, and not to be fragmented"),
    (5, "source route failed"),
    (6, "network unknown"),
    (7, "host unknown"),
    (8, "source cut off"),
    (9, "network forbidden"),
    (10, "host forbidden"),
    (11, "no such service to the network"),
    (12, "no such service to the host"),
    (13, "forbidden by a filter"),
    (14, "precedence not allowed"),
    (15, "precedence too low"),
];

/// What a better router is for.
pub const REDIRECTS: &[(u64, &str)] = &[
    (0, "for the network"),
    (1, "for the host"),
    (2, "for the service and network"),
    (3, "for the service and host"),
];

/// Which time ran out.
pub const EXCEEDED: &[(u64, &str)] = &[(0, "time to live used up"), (1, "fragments missing")];

/// What is wrong with a header (RFC 792, RFC 1122 §3.2.2.5).
pub const PROBLEMS: &[(u64, &str)] = &[
    (0, "the pointer tells where"),
    (1, "an option is missing"),
    (2, "the length is wrong"),
];

/// `3 (nobody at that port)`: what a code means depends on the type, which stands before it.
#[must_use]
pub fn code(frame: &[u8], field: &Field) -> String {
    let before = field.range.start.checked_sub(1);
    let names = match before.and_then(|at| frame.get(at)) {
        Some(3) => UNREACHABLE,
        Some(5) => REDIRECTS,
        Some(11) => EXCEEDED,
        Some(12) => PROBLEMS,
        _ => &[],
    };
    match names.iter().find(|(known, _)| *known == field.number) {
        Some((_, name)) => format!("{} ({name})", field.number),
        None => field.number.to_string(),
    }
}

/// `8 (32 bytes)`: a length in words of four bytes.
#[must_use]
pub fn fours(number: u64) -> String {
    format!("{number} ({} bytes)", number.saturating_mul(4))
}

/// Fields of ICMP.
#[expect(
    clippy::module_inception,
    reason = "the fields of a protocol stand in a module of its name, as in all tables"
)]
pub mod icmp {
    use super::*;

    /// Type.
    pub static KIND: FieldKind = field!(
        "Type",
        "icmp.type",
        Names(TYPES),
        "What the message is: an echo, an error about an earlier packet, or a hint.",
        "RFC 792, Message Formats",
        "Nobody sends an error about an error, so that two hosts never complain to each other \
         for ever."
    );

    /// Code.
    pub static CODE: FieldKind = field!(
        "Code",
        "icmp.code",
        Within(code),
        "Tells more about the type, such as why a packet did not arrive.",
        "RFC 792, Message Formats"
    );

    /// Checksum.
    pub static CHECKSUM: FieldKind = field!(
        "Checksum",
        "icmp.checksum",
        Hex(4),
        "Lets the receiver notice damage anywhere in the message.",
        "RFC 792, Message Formats"
    );

    /// Identifier.
    pub static IDENTIFIER: FieldKind = field!(
        "Identifier",
        "icmp.ident",
        Number,
        "Tells which program's echo this is; the reply repeats it.",
        "RFC 792, Echo or Echo Reply Message",
        "Ping picks one for each run. NAT uses it as it uses ports, and may replace it."
    );

    /// Sequence.
    pub static SEQUENCE: FieldKind = field!(
        "Sequence",
        "icmp.seq",
        Number,
        "Counts the echoes, so that each reply finds its request, and lost ones are missed.",
        "RFC 792, Echo or Echo Reply Message"
    );

    /// Unused.
    pub static UNUSED: FieldKind = field!(
        "Unused",
        "icmp.unused",
        Bytes,
        "Has no use in this type: the sender writes zeros and readers do not look.",
        "RFC 792, Destination Unreachable Message"
    );

    /// Quoted length. In words of four bytes, as it stands there.
    pub static LENGTH: FieldKind = field!(
        "Quoted length",
        "icmp.length",
        Words(fours),
        "How much of the packet in error is quoted, where more is told behind it.",
        "RFC 4884 §4.1"
    );

    /// Next-hop MTU. In a message that a packet was too big and not to be fragmented.
    pub static MTU: FieldKind = field!(
        "Next-hop MTU",
        "icmp.mtu",
        Counted("bytes"),
        "The longest packet that fits the link where this one did not; the sender cuts its \
         packets to it.",
        "RFC 1191 §4",
        "This is how a sender learns the longest packet of its path. Firewalls that drop these \
         messages make connections hang once they send much."
    );

    /// Better router.
    pub static GATEWAY: FieldKind = field!(
        "Better router",
        "icmp.redir_gw",
        Address,
        "The router on the same wire that is nearer to the destination: use that one next time.",
        "RFC 792, Redirect Message",
        "Anyone on the wire can forge it and draw traffic to itself, which is why many hosts \
         ignore it."
    );

    /// Pointer.
    pub static POINTER: FieldKind = field!(
        "Pointer",
        "icmp.pointer",
        Number,
        "Which byte of the quoted header the complainer could not accept, counted from zero.",
        "RFC 792, Parameter Problem Message"
    );

    /// Sent at. Milliseconds since midnight.
    pub static ORIGINATE: FieldKind = field!(
        "Sent at",
        "icmp.originate_timestamp",
        Words(since_midnight),
        "When the asker last touched the message, by its own clock.",
        "RFC 792, Timestamp or Timestamp Reply Message"
    );

    /// Received at. Milliseconds since midnight.
    pub static RECEIVE: FieldKind = field!(
        "Received at",
        "icmp.receive_timestamp",
        Words(since_midnight),
        "When the answerer first touched the message, by its own clock.",
        "RFC 792, Timestamp or Timestamp Reply Message"
    );

    /// Answered at. Milliseconds since midnight.
    pub static TRANSMIT: FieldKind = field!(
        "Answered at",
        "icmp.transmit_timestamp",
        Words(since_midnight),
        "When the answerer sent it back. With the other two times the asker tells travel from \
         work.",
        "RFC 792, Timestamp or Timestamp Reply Message"
    );

    /// Checksum verdict.
    pub static CHECKSUM_VERDICT: FieldKind = field!(
        "Checksum verdict",
        "icmp.checksum.status",
        Words(verdict),
        "Whether the message's bytes sum up as its checksum says. Hosts drop it without a word \
         if not.",
        "RFC 1071 §1"
    )
    .derived();
}
