//! Options of IPv6, for every router on the way or for the destination (RFC 8200 §4.2).

use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, Shows, field};
use Shows::{Bytes, Counted, Flag, Hex, Names, Within};

/// Options of IPv6 by their type.
pub const OPTIONS: &[(u64, &str)] = &[
    (0x00, "one byte of padding"),
    (0x01, "padding"),
    (0x04, "limit of tunnels"),
    (0x05, "router alert"),
    (0x07, "security"),
    (0x0f, "measure of delays"),
    (0x26, "quick start"),
    (0x30, "smallest packet on the path"),
    (0x63, "route of sensors"),
    (0x6d, "group of sensors"),
    (0xc2, "jumbo length"),
    (0xc9, "home address"),
];

/// What to do about an unknown option.
pub const ACTIONS: &[(u64, &str)] = &[
    (0, "skip it"),
    (1, "drop the packet"),
    (2, "drop it and tell the sender"),
    (3, "drop it and tell the sender, unless sent to a group"),
];

/// Why routers should look into a packet.
pub const ALERTS: &[(u64, &str)] = &[
    (0, "group membership"),
    (1, "reservation"),
    (2, "active network"),
];

/// `router alert`: an option by its name, or by its type.
#[must_use]
pub fn option(frame: &[u8], field: &Field) -> String {
    let kind = frame
        .get(field.range.start)
        .map_or(0, |kind| u64::from(*kind));
    match OPTIONS.iter().find(|(known, _)| *known == kind) {
        Some((_, name)) => (*name).to_owned(),
        None => format!("type {kind}"),
    }
}

/// Option.
pub static OPTION: FieldKind = field!(
    "Option",
    "ipv6.opt",
    Within(option),
    "One wish or remark of the sender, made of a type, a length and what it says.",
    "RFC 8200 §4.2"
);

/// Option type.
pub static KIND: FieldKind = field!(
    "Option type",
    "ipv6.opt.type",
    Names(OPTIONS),
    "Which option this is, and in its first bits what to do about it if it is unknown.",
    "RFC 8200 §4.2"
);

/// If unknown. The first two bits of the type.
pub static KIND_ACTION: FieldKind = field!(
    "If unknown",
    "ipv6.opt.type.action",
    Names(ACTIONS),
    "What a host does that does not know the option: skip it, or drop the packet and perhaps \
     tell the sender.",
    "RFC 8200 §4.2"
);

/// May change on the way. The third bit of the type.
pub static KIND_CHANGE: FieldKind = field!(
    "May change on the way",
    "ipv6.opt.type.change",
    Flag,
    "Whether routers may change what the option says. Signatures leave it out if so.",
    "RFC 8200 §4.2"
);

/// Rest of the type. The last five bits of the type.
pub static KIND_REST: FieldKind = field!(
    "Rest of the type",
    "ipv6.opt.type.rest",
    Hex(2),
    "Tells options apart that agree in the bits before.",
    "RFC 8200 §4.2"
);

/// Option length.
pub static LENGTH: FieldKind = field!(
    "Option length",
    "ipv6.opt.length",
    Counted("bytes"),
    "How many bytes the option says, without its type and this byte.",
    "RFC 8200 §4.2"
);

/// One byte of padding.
pub static PAD_ONE: FieldKind = field!(
    "One byte of padding",
    "ipv6.opt.pad1",
    Bytes,
    "Fills a gap of one byte, so that what follows lies where it should. It has no length.",
    "RFC 8200 §4.2"
);

/// Padding.
pub static PADDING: FieldKind = field!(
    "Padding",
    "ipv6.opt.padn",
    Bytes,
    "Fills a gap of several bytes, so that what follows lies where it should.",
    "RFC 8200 §4.2"
);

/// Router alert.
pub static ROUTER_ALERT: FieldKind = field!(
    "Router alert",
    "ipv6.opt.router_alert",
    Names(ALERTS),
    "Asks routers on the way to look into the packet, though it is not for them, and tells why.",
    "RFC 2711 §2.1"
);

/// Jumbo length.
pub static JUMBO: FieldKind = field!(
    "Jumbo length",
    "ipv6.opt.jumbo",
    Counted("bytes"),
    "How long a packet is that is too long for the usual field of two bytes.",
    "RFC 2675 §2"
);

/// Option data.
pub static DATA: FieldKind = field!(
    "Option data",
    "ipv6.opt.unknown",
    Bytes,
    "What an unknown option says.",
    "RFC 8200 §4.2"
);
