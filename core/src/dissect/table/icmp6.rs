//! ICMPv6 (RFC 4443): errors and echoes. Neighbors and groups have files of their own.

use super::ip::verdict;
use super::{mld, neighbors};
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Bytes, Counted, Hex, Names, Number, Within, Words};

/// ICMPv6: the network speaks of itself, and neighbors find each other.
pub static ICMPV6: LayerKind = LayerKind {
    name: "ICMPv6",
    filter: "icmpv6",
    meaning: "Carries errors and tests as ICMP does, and lets hosts and routers on a wire find \
              each other, which ARP does for IPv4.",
    reference: "RFC 4443 §2",
    fields: &[
        &icmpv6::KIND,
        &icmpv6::CODE,
        &icmpv6::CHECKSUM,
        &icmpv6::RESERVED,
        &icmpv6::LENGTH,
        &icmpv6::MTU,
        &icmpv6::POINTER,
        &icmpv6::IDENTIFIER,
        &icmpv6::SEQUENCE,
        &neighbors::HOP_LIMIT,
        &neighbors::RA_FLAGS,
        &neighbors::MANAGED,
        &neighbors::OTHER,
        &neighbors::HOME_AGENT,
        &neighbors::PREFERENCE,
        &neighbors::PROXY,
        &neighbors::RA_RESERVED,
        &neighbors::ROUTER_LIFETIME,
        &neighbors::REACHABLE_TIME,
        &neighbors::RETRANS_TIMER,
        &neighbors::NS_TARGET,
        &neighbors::NA_FLAGS,
        &neighbors::ROUTER,
        &neighbors::SOLICITED,
        &neighbors::OVERRIDE,
        &neighbors::NA_RESERVED,
        &neighbors::NA_TARGET,
        &neighbors::REDIRECT_TARGET,
        &neighbors::REDIRECT_DESTINATION,
        &neighbors::OPTION,
        &neighbors::OPTION_KIND,
        &neighbors::OPTION_LENGTH,
        &neighbors::SOURCE_ADDRESS,
        &neighbors::TARGET_ADDRESS,
        &neighbors::PREFIX_LENGTH,
        &neighbors::PREFIX_FLAGS,
        &neighbors::ON_LINK,
        &neighbors::AUTONOMOUS,
        &neighbors::ROUTER_ADDRESS,
        &neighbors::PREFIX_RESERVED,
        &neighbors::VALID_LIFETIME,
        &neighbors::PREFERRED_LIFETIME,
        &neighbors::OPTION_RESERVED,
        &neighbors::PREFIX,
        &neighbors::OPTION_MTU,
        &neighbors::REDIRECTED,
        &neighbors::OPTION_DATA,
        &mld::RESERVED,
        &mld::RECORD_COUNT,
        &mld::RECORD,
        &mld::RECORD_KIND,
        &mld::AUXILIARY_LENGTH,
        &mld::SOURCE_COUNT,
        &mld::GROUP,
        &mld::SOURCE,
        &mld::AUXILIARY,
        &icmpv6::CHECKSUM_VERDICT,
    ],
};

/// What a message is.
pub const TYPES: &[(u64, &str)] = &[
    (1, "destination unreachable"),
    (2, "packet too big"),
    (3, "time exceeded"),
    (4, "parameter problem"),
    (128, "echo request"),
    (129, "echo reply"),
    (130, "group query"),
    (131, "group report, version 1"),
    (132, "group left"),
    (133, "router solicitation"),
    (134, "router advertisement"),
    (135, "neighbor solicitation"),
    (136, "neighbor advertisement"),
    (137, "redirect"),
    (143, "group report"),
];

/// Why a packet did not arrive (RFC 4443 §3.1).
pub const UNREACHABLE: &[(u64, &str)] = &[
    (0, "no route"),
    (1, "forbidden by a filter"),
    (2, "beyond the reach of its source"),
    (3, "no such host"),
    (4, "nobody at that port"),
    (5, "source forbidden by a filter"),
    (6, "route forbidden"),
    (7, "error in a source route"),
];

/// Which limit was reached (RFC 4443 §3.3).
pub const EXCEEDED: &[(u64, &str)] = &[(0, "hop limit used up"), (1, "fragments missing")];

/// What is wrong with a header (RFC 4443 §3.4, RFC 7112 §5).
pub const PROBLEMS: &[(u64, &str)] = &[
    (0, "a field is wrong"),
    (1, "next header unknown"),
    (2, "option unknown"),
    (3, "first fragment lacks a header"),
];

/// `4 (nobody at that port)`: what a code means depends on the type, which stands before it.
#[must_use]
pub fn code(frame: &[u8], field: &Field) -> String {
    let before = field.range.start.checked_sub(1);
    let names = match before.and_then(|at| frame.get(at)) {
        Some(1) => UNREACHABLE,
        Some(3) => EXCEEDED,
        Some(4) => PROBLEMS,
        _ => &[],
    };
    match names.iter().find(|(known, _)| *known == field.number) {
        Some((_, name)) => format!("{} ({name})", field.number),
        None => field.number.to_string(),
    }
}

/// `2 (16 bytes)`: a length in units of eight bytes.
#[must_use]
pub fn eights(number: u64) -> String {
    format!("{number} ({} bytes)", number.saturating_mul(8))
}

/// Fields of ICMPv6 but for neighbors and groups.
pub mod icmpv6 {
    use super::*;

    /// Type.
    pub static KIND: FieldKind = field!(
        "Type",
        "icmpv6.type",
        Names(TYPES),
        "What the message is: an error below 128; from 128 on an echo, or hosts and routers \
         finding each other.",
        "RFC 4443 §2.1"
    );

    /// Code.
    pub static CODE: FieldKind = field!(
        "Code",
        "icmpv6.code",
        Within(code),
        "Tells more about the type, such as why a packet did not arrive.",
        "RFC 4443 §2.1"
    );

    /// Checksum.
    pub static CHECKSUM: FieldKind = field!(
        "Checksum",
        "icmpv6.checksum",
        Hex(4),
        "Lets the receiver notice damage in the message or in the addresses of its packet.",
        "RFC 4443 §2.3",
        "Unlike ICMP's it covers the addresses as well, because IPv6 has no checksum of its own."
    );

    /// Reserved.
    pub static RESERVED: FieldKind = field!(
        "Reserved",
        "icmpv6.reserved",
        Bytes,
        "Has no use in this type: the sender writes zeros and readers do not look.",
        "RFC 4443 §3.1"
    );

    /// Quoted length. In units of eight bytes, as it stands there.
    pub static LENGTH: FieldKind = field!(
        "Quoted length",
        "icmpv6.length",
        Words(eights),
        "How much of the packet in error is quoted, where more is told behind it.",
        "RFC 4884 §4.4"
    );

    /// MTU.
    pub static MTU: FieldKind = field!(
        "MTU",
        "icmpv6.mtu",
        Counted("bytes"),
        "The longest packet that fits the link where this one did not; the sender cuts its \
         packets to it.",
        "RFC 4443 §3.2",
        "IPv6 routers never cut packets, so that this message must get through. Firewalls that \
         drop it make connections hang once they send much."
    );

    /// Pointer.
    pub static POINTER: FieldKind = field!(
        "Pointer",
        "icmpv6.pointer",
        Number,
        "Which byte of the quoted packet the complainer could not accept, counted from zero.",
        "RFC 4443 §3.4"
    );

    /// Identifier.
    pub static IDENTIFIER: FieldKind = field!(
        "Identifier",
        "icmpv6.echo.identifier",
        Number,
        "Tells which program's echo this is; the reply repeats it.",
        "RFC 4443 §4.1"
    );

    /// Sequence.
    pub static SEQUENCE: FieldKind = field!(
        "Sequence",
        "icmpv6.echo.sequence_number",
        Number,
        "Counts the echoes, so that each reply finds its request, and lost ones are missed.",
        "RFC 4443 §4.1"
    );

    /// Checksum verdict.
    pub static CHECKSUM_VERDICT: FieldKind = field!(
        "Checksum verdict",
        "icmpv6.checksum.status",
        Words(verdict),
        "Whether message and addresses sum up as the checksum says. Hosts drop it without a \
         word if not.",
        "RFC 4443 §2.3"
    )
    .derived();
}
