//! Options of IPv4 (RFC 791 §3.1): each as a whole, and then its parts.

use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, Shows, field};
use Shows::{Address, Bytes, Counted, Flag, Names, Number, Within, Words};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// Options of IPv4 by their type.
pub const OPTION_KINDS: &[(u64, &str)] = &[
    (0, "end of options"),
    (1, "no operation"),
    (7, "record route"),
    (25, "quick start"),
    (68, "timestamps"),
    (82, "traceroute"),
    (130, "security"),
    (131, "loose source route"),
    (133, "extended security"),
    (134, "commercial security"),
    (136, "stream number"),
    (137, "strict source route"),
    (148, "router alert"),
];

/// What options are for.
pub const CLASSES: &[(u64, &str)] = &[(0, "steers"), (2, "measures")];

/// What routers write into a timestamp option.
pub const FORMS: &[(u64, &str)] = &[
    (0, "time only"),
    (1, "address and time"),
    (3, "time of the routers named"),
];

/// What routers should do with a packet that alerts them.
pub const ALERTS: &[(u64, &str)] = &[(0, "look into it")];

/// `192.0.2.1, 192.0.2.9, 3 free`: the addresses of a route, and how many places are left.
#[must_use]
pub fn route(frame: &[u8], field: &Field) -> String {
    let option = frame.get(field.range.clone()).unwrap_or_default();
    let records = option.first() == Some(&7);
    // The next place's number counts from one.
    let next = option.get(2).map_or(0, |at| usize::from(*at));
    let mut text = String::new();
    let mut left = 0;
    let places = option.get(3..).unwrap_or_default().chunks_exact(4);
    for (index, place) in places.enumerate() {
        let done = index * 4 + 4 < next;
        left += usize::from(!done);
        if let Some(address) = address(place)
            && (done || !records)
        {
            let comma = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{comma}{address}");
        }
    }
    let comma = if text.is_empty() { "" } else { ", " };
    let word = if records { "free" } else { "to go" };
    text + &format!("{comma}{left} {word}")
}

fn address(bytes: &[u8]) -> Option<Ipv4Addr> {
    <[u8; 4]>::try_from(bytes).ok().map(Ipv4Addr::from)
}

/// `2 written, 1 left out`: of a timestamp option.
#[must_use]
pub fn times(frame: &[u8], field: &Field) -> String {
    let option = frame.get(field.range.clone()).unwrap_or_default();
    let next = option.get(2).map_or(0, |at| usize::from(*at));
    let form = option.get(3).copied().unwrap_or(0);
    let each = if form & 15 == 0 { 4 } else { 8 };
    let written = next.min(option.len() + 1).saturating_sub(5) / each;
    match form >> 4 {
        0 => format!("{written} written"),
        left_out => format!("{written} written, {left_out} left out"),
    }
}

/// `type 158, 8 bytes`: of an option that is not known.
#[must_use]
pub fn other(frame: &[u8], field: &Field) -> String {
    let option = frame.get(field.range.clone()).unwrap_or_default();
    let kind = option.first().copied().unwrap_or(0);
    let bytes = if option.len() == 1 { "byte" } else { "bytes" };
    format!("type {kind}, {} {bytes}", option.len())
}

/// `03:00:01.250`: milliseconds since midnight in Greenwich. The first bit marks a time that
/// counts from elsewhere.
#[must_use]
pub fn since_midnight(number: u64) -> String {
    if number >= 1 << 31 {
        return format!("{} by a clock of its own", number & 0x7fff_ffff);
    }
    let (seconds, ms) = (number / 1000, number % 1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{ms:03}")
}

/// Options.
pub static OPTIONS: FieldKind = field!(
    "Options",
    "wirestage.ip.options",
    Bytes,
    "Extra wishes after the fixed header. Almost nobody uses them, and many routers drop \
     packets that do.",
    "RFC 791 §3.1"
);

/// End of options.
pub static END: FieldKind = field!(
    "End of options",
    "ip.options.eol",
    Bytes,
    "Ends the options where they do not fill the header's last word.",
    "RFC 791 §3.1"
);

/// No operation.
pub static NO_OPERATION: FieldKind = field!(
    "No operation",
    "ip.options.nop",
    Bytes,
    "Does nothing: it fills the gap before an option that should begin at a word.",
    "RFC 791 §3.1"
);

/// Record route.
pub static RECORD_ROUTE: FieldKind = field!(
    "Record route",
    "ip.options.record_route",
    Within(route),
    "Asks every router on the way to write down its address, as far as there is room.",
    "RFC 791 §3.1",
    "There is room for nine at most. Today most routers ignore it, and traceroute serves instead."
);

/// Timestamps.
pub static TIMESTAMP: FieldKind = field!(
    "Timestamps",
    "ip.options.timestamp",
    Within(times),
    "Asks every router on the way to write down when the packet passed.",
    "RFC 791 §3.1"
);

/// Loose source route.
pub static LOOSE_ROUTE: FieldKind = field!(
    "Loose source route",
    "ip.options.route",
    Within(route),
    "Names hosts that the packet shall visit in this order; others may lie between them.",
    "RFC 791 §3.1",
    "It lets a sender lead packets around a filter. Most routers therefore drop packets that \
     have it (RFC 7126)."
);

/// Strict source route.
pub static STRICT_ROUTE: FieldKind = field!(
    "Strict source route",
    "ip.options.source_route",
    Within(route),
    "Names every router that the packet shall pass, in this order and with no other between.",
    "RFC 791 §3.1"
);

/// Router alert.
pub static ROUTER_ALERT: FieldKind = field!(
    "Router alert",
    "ip.options.routeralert",
    Bytes,
    "Asks routers on the way to look into the packet, though it is not for them.",
    "RFC 2113 §2.1"
);

/// Option.
pub static OTHER: FieldKind = field!(
    "Option",
    "wirestage.ip.options.other",
    Within(other),
    "An option that this reader does not know. Its length tells where the next one begins.",
    "RFC 791 §3.1"
);

/// Broken options.
pub static BROKEN: FieldKind = field!(
    "Broken options",
    "wirestage.ip.options.broken",
    Bytes,
    "The rest of the options, which cannot be read because a length among them is impossible.",
    "RFC 791 §3.1"
);

/// Option type.
pub static KIND: FieldKind = field!(
    "Option type",
    "ip.opt.type",
    Names(OPTION_KINDS),
    "Which option this is; its three parts stand in the bits below.",
    "RFC 791 §3.1"
);

/// Copied into fragments.
pub static KIND_COPY: FieldKind = field!(
    "Copied into fragments",
    "ip.opt.type.copy",
    Flag,
    "Whether every fragment of the packet must have the option, or only the first.",
    "RFC 791 §3.1"
);

/// Option class.
pub static KIND_CLASS: FieldKind = field!(
    "Option class",
    "ip.opt.type.class",
    Names(CLASSES),
    "Whether the option steers the packet or only measures.",
    "RFC 791 §3.1"
);

/// Option number.
pub static KIND_NUMBER: FieldKind = field!(
    "Option number",
    "ip.opt.type.number",
    Number,
    "Tells options of one class from each other.",
    "RFC 791 §3.1"
);

/// Option length.
pub static LENGTH: FieldKind = field!(
    "Option length",
    "ip.opt.len",
    Counted("bytes"),
    "How long the option is, with its type and this byte, so that readers find the next one.",
    "RFC 791 §3.1"
);

/// Pointer.
pub static POINTER: FieldKind = field!(
    "Pointer",
    "ip.opt.ptr",
    Number,
    "Where in the option the next router reads or writes, counted from one at its type. Past \
     the end: all done.",
    "RFC 791 §3.1"
);

/// Recorded address.
pub static RECORDED: FieldKind = field!(
    "Recorded address",
    "ip.rec_rt",
    Address,
    "A router that the packet passed, as the router itself wrote down.",
    "RFC 791 §3.1"
);

/// Free place.
pub static FREE: FieldKind = field!(
    "Free place",
    "ip.empty_rt",
    Address,
    "Room for an address that a router on the way may still write down.",
    "RFC 791 §3.1"
);

/// Address to visit.
pub static TO_VISIT: FieldKind = field!(
    "Address to visit",
    "ip.src_rt",
    Address,
    "A host that the packet shall visit, or the one that it has visited.",
    "RFC 791 §3.1"
);

/// Left out.
pub static OVERFLOW: FieldKind = field!(
    "Left out",
    "ip.opt.overflow",
    Counted("routers"),
    "How many routers found no more room for their time.",
    "RFC 791 §3.1"
);

/// Form.
pub static FORM: FieldKind = field!(
    "Form",
    "ip.opt.flag",
    Names(FORMS),
    "Whether routers write only the time, their address as well, or only if the sender named \
     them.",
    "RFC 791 §3.1"
);

/// Time of.
pub static STAMP_ADDRESS: FieldKind = field!(
    "Time of",
    "ip.opt.time_stamp_addr",
    Address,
    "The router that the time beside it is from.",
    "RFC 791 §3.1"
);

/// Time.
pub static STAMP: FieldKind = field!(
    "Time",
    "ip.opt.time_stamp",
    Words(since_midnight),
    "When the packet passed, in milliseconds since midnight in Greenwich.",
    "RFC 791 §3.1"
);

/// What to do.
pub static ALERT: FieldKind = field!(
    "What to do",
    "ip.opt.ra",
    Names(ALERTS),
    "Why routers should look into the packet.",
    "RFC 2113 §2.1"
);

/// Option data.
pub static DATA: FieldKind = field!(
    "Option data",
    "wirestage.ip.options.data",
    Bytes,
    "What an unknown option says.",
    "RFC 791 §3.1"
);
