//! How IPv6 hosts and routers on a wire find each other (RFC 4861): fields of ICMPv6.

use super::icmp6::eights;
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, Shows, field};
use Shows::{Address, Bytes, Counted, Flag, Hex, Mac, Names, Number, Within, Words};

/// How willingly to take a router (RFC 4191 §2.1).
pub const PREFERENCES: &[(u64, &str)] = &[(0, "medium"), (1, "high"), (2, "reserved"), (3, "low")];

/// Options of messages between neighbors, by their type.
pub const OPTIONS: &[(u64, &str)] = &[
    (1, "source's hardware address"),
    (2, "target's hardware address"),
    (3, "prefix"),
    (4, "redirected packet"),
    (5, "MTU"),
    (7, "interval of advertisements"),
    (8, "home agent"),
    (14, "number used once"),
    (24, "route"),
    (25, "name servers"),
    (26, "router flags"),
    (31, "search domains"),
    (37, "captive portal"),
    (38, "prefix for IPv4 addresses"),
];

/// `router, asked for`: the flags of an advertisement, as the first bits of four bytes.
#[must_use]
pub fn advertised(bits: u64) -> String {
    let flags = [(31, "router"), (30, "asked for"), (29, "override")];
    let set = flags.iter().filter(|(bit, _)| bits >> bit & 1 != 0);
    let words: Vec<&str> = set.map(|(_, word)| *word).collect();
    if words.is_empty() {
        "none".into()
    } else {
        words.join(", ")
    }
}

/// `30000 ms`, and zero for a time that is not told.
#[must_use]
pub fn milliseconds(number: u64) -> String {
    if number == 0 {
        "not told".into()
    } else {
        format!("{number} ms")
    }
}

/// `600 seconds`, and all ones for a time without end.
#[must_use]
pub fn lifetime(number: u64) -> String {
    match number {
        0xffff_ffff => "forever".into(),
        1 => "1 second".into(),
        _ => format!("{number} seconds"),
    }
}

/// `prefix`: an option by its name, or by its type.
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

/// Hop limit to use.
pub static HOP_LIMIT: FieldKind = field!(
    "Hop limit to use",
    "icmpv6.nd.ra.cur_hop_limit",
    Number,
    "Which hop limit hosts here should give their packets; zero leaves it to them.",
    "RFC 4861 §4.2"
);

/// Flags.
pub static RA_FLAGS: FieldKind = field!(
    "Flags",
    "icmpv6.nd.ra.flag",
    Hex(2),
    "What the router tells of itself and of how hosts get their addresses.",
    "RFC 4861 §4.2"
);

/// Addresses by DHCP.
pub static MANAGED: FieldKind = field!(
    "Addresses by DHCP",
    "icmpv6.nd.ra.flag.m",
    Flag,
    "Tells hosts to ask a DHCPv6 server for addresses.",
    "RFC 4861 §4.2"
);

/// Other settings by DHCP.
pub static OTHER: FieldKind = field!(
    "Other settings by DHCP",
    "icmpv6.nd.ra.flag.o",
    Flag,
    "Tells hosts to ask a DHCPv6 server for the rest, such as name servers.",
    "RFC 4861 §4.2"
);

/// Home agent.
pub static HOME_AGENT: FieldKind = field!(
    "Home agent",
    "icmpv6.nd.ra.flag.h",
    Flag,
    "The router also forwards packets to hosts that have moved elsewhere.",
    "RFC 6275 §7.1"
);

/// Preference.
pub static PREFERENCE: FieldKind = field!(
    "Preference",
    "icmpv6.nd.ra.flag.prf",
    Names(PREFERENCES),
    "How willingly hosts should take this router, where they hear of several.",
    "RFC 4191 §2.2"
);

/// Proxy.
pub static PROXY: FieldKind = field!(
    "Proxy",
    "icmpv6.nd.ra.flag.p",
    Flag,
    "Another router passed this message on from the wire next to it.",
    "RFC 4389 §4.1.3.3"
);

/// Reserved flags.
pub static RA_RESERVED: FieldKind = field!(
    "Reserved flags",
    "icmpv6.nd.ra.flag.rsv",
    Number,
    "Have no use: the router writes zero and hosts do not look.",
    "RFC 4861 §4.2"
);

/// Router lifetime.
pub static ROUTER_LIFETIME: FieldKind = field!(
    "Router lifetime",
    "icmpv6.nd.ra.router_lifetime",
    Counted("seconds"),
    "How long hosts may use this router for packets that leave the wire; zero means not at all.",
    "RFC 4861 §4.2"
);

/// Reachable time. In milliseconds; zero tells nothing.
pub static REACHABLE_TIME: FieldKind = field!(
    "Reachable time",
    "icmpv6.nd.ra.reachable_time",
    Words(milliseconds),
    "How long after a sign of life a host may take its neighbor to be there.",
    "RFC 4861 §4.2"
);

/// Time between questions. In milliseconds; zero tells nothing.
pub static RETRANS_TIMER: FieldKind = field!(
    "Time between questions",
    "icmpv6.nd.ra.retrans_timer",
    Words(milliseconds),
    "How long a host waits before it asks for a neighbor again.",
    "RFC 4861 §4.2"
);

/// Target.
pub static NS_TARGET: FieldKind = field!(
    "Target",
    "icmpv6.nd.ns.target_address",
    Address,
    "The address in question: who owns it should answer with its network card.",
    "RFC 4861 §4.3",
    "A host also asks for the address that it would like to take. If another one answers, it \
     must not take it."
);

/// Flags. All four bytes as one number.
pub static NA_FLAGS: FieldKind = field!(
    "Flags",
    "icmpv6.nd.na.flag",
    Words(advertised),
    "Who answers, whether somebody asked, and whether the answer replaces older ones.",
    "RFC 4861 §4.4"
);

/// Router.
pub static ROUTER: FieldKind = field!(
    "Router",
    "icmpv6.nd.na.flag.r",
    Flag,
    "The sender is a router. Hosts stop sending through it once this is no.",
    "RFC 4861 §4.4"
);

/// Asked for.
pub static SOLICITED: FieldKind = field!(
    "Asked for",
    "icmpv6.nd.na.flag.s",
    Flag,
    "Somebody asked, so that the answer also proves that both directions work.",
    "RFC 4861 §4.4"
);

/// Override.
pub static OVERRIDE: FieldKind = field!(
    "Override",
    "icmpv6.nd.na.flag.o",
    Flag,
    "Hosts should replace the hardware address they remember by the one given here.",
    "RFC 4861 §4.4"
);

/// Reserved.
pub static NA_RESERVED: FieldKind = field!(
    "Reserved",
    "icmpv6.nd.na.flag.rsv",
    Hex(8),
    "Has no use: the sender writes zeros and readers do not look.",
    "RFC 4861 §4.4"
);

/// Target.
pub static NA_TARGET: FieldKind = field!(
    "Target",
    "icmpv6.nd.na.target_address",
    Address,
    "The address that the sender owns, and for which it gives its network card.",
    "RFC 4861 §4.4"
);

/// Better next hop.
pub static REDIRECT_TARGET: FieldKind = field!(
    "Better next hop",
    "icmpv6.nd.rd.target_address",
    Address,
    "Where on this wire to send packets for the destination next time: a nearer router, or the \
     destination itself.",
    "RFC 4861 §4.5"
);

/// Destination.
pub static REDIRECT_DESTINATION: FieldKind = field!(
    "Destination",
    "icmpv6.rd.na.destination_address",
    Address,
    "Which destination the better next hop is for.",
    "RFC 4861 §4.5"
);

/// Option.
pub static OPTION: FieldKind = field!(
    "Option",
    "icmpv6.opt",
    Within(option),
    "One more thing that the message tells, made of a type, a length and what it says.",
    "RFC 4861 §4.6"
);

/// Option type.
pub static OPTION_KIND: FieldKind = field!(
    "Option type",
    "icmpv6.opt.type",
    Names(OPTIONS),
    "Which option this is, so that readers skip those they do not know.",
    "RFC 4861 §4.6"
);

/// Option length. The number as it stands there.
pub static OPTION_LENGTH: FieldKind = field!(
    "Option length",
    "icmpv6.opt.length",
    Words(eights),
    "How long the option is, in units of eight bytes. Zero is not allowed: the whole message is \
     dropped.",
    "RFC 4861 §4.6"
);

/// Source's hardware address.
pub static SOURCE_ADDRESS: FieldKind = field!(
    "Source's hardware address",
    "icmpv6.opt.src_linkaddr",
    Mac,
    "The sender's network card, so that the answer needs no question of its own.",
    "RFC 4861 §4.6.1"
);

/// Target's hardware address.
pub static TARGET_ADDRESS: FieldKind = field!(
    "Target's hardware address",
    "icmpv6.opt.target_linkaddr",
    Mac,
    "The network card that owns the target address: what the asker wanted to know.",
    "RFC 4861 §4.6.1",
    "Nothing proves it. As with ARP, a forged answer draws the packets to the forger's card."
);

/// Prefix length.
pub static PREFIX_LENGTH: FieldKind = field!(
    "Prefix length",
    "icmpv6.opt.prefix.length",
    Counted("bits"),
    "How many leading bits of the prefix count; the rest is for hosts to choose.",
    "RFC 4861 §4.6.2"
);

/// Prefix flags.
pub static PREFIX_FLAGS: FieldKind = field!(
    "Prefix flags",
    "icmpv6.opt.prefix.flag",
    Hex(2),
    "What hosts may do with the prefix.",
    "RFC 4861 §4.6.2"
);

/// On this wire.
pub static ON_LINK: FieldKind = field!(
    "On this wire",
    "icmpv6.opt.prefix.flag.l",
    Flag,
    "Addresses with this prefix are neighbors, to be reached without a router.",
    "RFC 4861 §4.6.2"
);

/// Make your own address.
pub static AUTONOMOUS: FieldKind = field!(
    "Make your own address",
    "icmpv6.opt.prefix.flag.a",
    Flag,
    "Hosts may make themselves an address from this prefix, without asking a server.",
    "RFC 4862 §5.5.3"
);

/// Router's own address.
pub static ROUTER_ADDRESS: FieldKind = field!(
    "Router's own address",
    "icmpv6.opt.prefix.flag.r",
    Flag,
    "The prefix field holds a whole address, which is the router's own.",
    "RFC 6275 §7.2"
);

/// Reserved bits.
pub static PREFIX_RESERVED: FieldKind = field!(
    "Reserved bits",
    "icmpv6.opt.prefix.flag.reserved",
    Number,
    "Have no use: the router writes zero and hosts do not look.",
    "RFC 4861 §4.6.2"
);

/// Valid for. In seconds; all ones means forever.
pub static VALID_LIFETIME: FieldKind = field!(
    "Valid for",
    "icmpv6.opt.prefix.valid_lifetime",
    Words(lifetime),
    "How long addresses made from the prefix may be used at all.",
    "RFC 4861 §4.6.2"
);

/// Preferred for. In seconds; all ones means forever.
pub static PREFERRED_LIFETIME: FieldKind = field!(
    "Preferred for",
    "icmpv6.opt.prefix.preferred_lifetime",
    Words(lifetime),
    "How long addresses made from the prefix are good for new conversations.",
    "RFC 4862 §5.5.4",
    "After that hosts finish what they began with the address, and begin nothing more. So a \
     network changes its prefix without breaking connections."
);

/// Reserved.
pub static OPTION_RESERVED: FieldKind = field!(
    "Reserved",
    "icmpv6.opt.reserved",
    Bytes,
    "Has no use: the sender writes zeros and readers do not look.",
    "RFC 4861 §4.6"
);

/// Prefix.
pub static PREFIX: FieldKind = field!(
    "Prefix",
    "icmpv6.opt.prefix",
    Address,
    "What addresses on this wire begin with.",
    "RFC 4861 §4.6.2"
);

/// MTU of the wire.
pub static OPTION_MTU: FieldKind = field!(
    "MTU of the wire",
    "icmpv6.opt.mtu",
    Counted("bytes"),
    "The longest packet that every host on this wire can take.",
    "RFC 4861 §4.6.4"
);

/// Redirected packet.
pub static REDIRECTED: FieldKind = field!(
    "Redirected packet",
    "icmpv6.opt.redirected_packet",
    Bytes,
    "As much of the packet that went the long way as fits, so that the host knows which one.",
    "RFC 4861 §4.6.3"
);

/// Option data.
pub static OPTION_DATA: FieldKind = field!(
    "Option data",
    "icmpv6.data",
    Bytes,
    "What an unknown option says.",
    "RFC 4861 §4.6"
);
