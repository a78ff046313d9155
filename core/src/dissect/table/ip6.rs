//! IPv6 and the headers between it and its content (RFC 8200).

use super::ip::{PROTOCOLS, SERVICES, congestion, frame_number, offset};
use super::ip6_options as options;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Address, Bytes, Counted, Flag, Hex, Names, Number, Words};

/// IPv6: from host to host.
pub static IPV6: LayerKind = LayerKind {
    name: "IPv6",
    filter: "ipv6",
    meaning: "Carries a packet from host to host across many networks, with addresses enough \
              for every device. It may get lost, doubled or overtaken.",
    reference: "RFC 8200 §3",
    fields: &[
        &ipv6::VERSION,
        &ipv6::TRAFFIC_CLASS,
        &ipv6::SERVICE,
        &ipv6::CONGESTION,
        &ipv6::FLOW_LABEL,
        &ipv6::PAYLOAD_LENGTH,
        &ipv6::NEXT_HEADER,
        &ipv6::HOP_LIMIT,
        &ipv6::SOURCE,
        &ipv6::DESTINATION,
    ],
};

/// Options for every router on the way.
pub static HOP_BY_HOP: LayerKind = LayerKind {
    name: "IPv6 hop-by-hop options",
    filter: "ipv6.hopopts",
    meaning: "Says something to every router on the way, not only to the destination.",
    reference: "RFC 8200 §4.3",
    fields: &[
        &hop_by_hop::NEXT_HEADER,
        &hop_by_hop::LENGTH,
        &options::OPTION,
        &options::KIND,
        &options::KIND_ACTION,
        &options::KIND_CHANGE,
        &options::KIND_REST,
        &options::LENGTH,
        &options::PAD_ONE,
        &options::PADDING,
        &options::ROUTER_ALERT,
        &options::JUMBO,
        &options::DATA,
    ],
};

/// Stops on the way.
pub static ROUTING: LayerKind = LayerKind {
    name: "IPv6 routing",
    filter: "ipv6.routing",
    meaning: "Lists hosts that the packet visits before its real destination.",
    reference: "RFC 8200 §4.4",
    fields: &[
        &routing::NEXT_HEADER,
        &routing::LENGTH,
        &routing::KIND,
        &routing::SEGMENTS_LEFT,
        &routing::RESERVED,
        &routing::ADDRESS,
        &routing::DATA,
    ],
};

/// A piece of a packet.
pub static FRAGMENT: LayerKind = LayerKind {
    name: "IPv6 fragment",
    filter: "ipv6.fraghdr",
    meaning: "Marks a piece of a packet that was too long for a link, and tells where the piece \
              belongs.",
    reference: "RFC 8200 §4.5",
    fields: &[
        &fragment::NEXT_HEADER,
        &fragment::RESERVED,
        &fragment::OFFSET,
        &fragment::RESERVED_BITS,
        &fragment::MORE,
        &fragment::IDENTIFICATION,
        &ipv6::REASSEMBLED_IN,
        &ipv6::FRAGMENT_OF,
        &ipv6::FRAGMENT,
        &ipv6::FRAGMENT_COUNT,
        &ipv6::REASSEMBLED_LENGTH,
    ],
};

/// Options for the destination.
pub static DESTINATION_OPTIONS: LayerKind = LayerKind {
    name: "IPv6 destination options",
    filter: "ipv6.dstopts",
    meaning: "Says something to the destination that is not part of what the packet carries.",
    reference: "RFC 8200 §4.6",
    fields: &[
        &destination_options::NEXT_HEADER,
        &destination_options::LENGTH,
        &options::OPTION,
        &options::KIND,
        &options::KIND_ACTION,
        &options::KIND_CHANGE,
        &options::KIND_REST,
        &options::LENGTH,
        &options::PAD_ONE,
        &options::PADDING,
        &options::ROUTER_ALERT,
        &options::JUMBO,
        &options::DATA,
    ],
};

/// Ways of listing stops (RFC 2460 §4.4, RFC 6275 §6.4, RFC 6554 §3, RFC 8754 §2).
pub const ROUTING_TYPES: &[(u64, &str)] = &[
    (0, "stops to visit, no longer allowed"),
    (2, "home of a host that moves"),
    (3, "stops in a network of sensors"),
    (4, "segments"),
];

/// `1 (16 bytes)`: a length in units of eight bytes that leaves out the first.
#[must_use]
pub fn eights(number: u64) -> String {
    format!(
        "{number} ({} bytes)",
        number.saturating_add(1).saturating_mul(8)
    )
}

/// Fields of IPv6.
pub mod ipv6 {
    use super::*;

    /// Version.
    pub static VERSION: FieldKind = field!(
        "Version",
        "ipv6.version",
        Number,
        "Which version of IP this header follows, so that readers know its form.",
        "RFC 8200 §3"
    );

    /// Traffic class.
    pub static TRAFFIC_CLASS: FieldKind = field!(
        "Traffic class",
        "ipv6.tclass",
        Hex(2),
        "One byte for two things: how well to treat the packet, and whether a router on the way \
         is crowded.",
        "RFC 8200 §7"
    );

    /// Service. The upper six bits of the traffic class.
    pub static SERVICE: FieldKind = field!(
        "Service",
        "ipv6.tclass.dscp",
        Names(SERVICES),
        "Which treatment the sender asks of routers, such as a shorter queue for voices.",
        "RFC 2474 §3"
    );

    /// Congestion. The lower two bits of the traffic class.
    pub static CONGESTION: FieldKind = field!(
        "Congestion",
        "ipv6.tclass.ecn",
        Words(congestion),
        "Lets a crowded router mark a packet instead of dropping it, and the sender slow down.",
        "RFC 3168 §5"
    );

    /// Flow label.
    pub static FLOW_LABEL: FieldKind = field!(
        "Flow label",
        "ipv6.flow",
        Hex(5),
        "A number that all packets of one conversation share, so that routers send them the \
         same way without looking inside.",
        "RFC 6437 §2",
        "Senders pick it at random. Routers with several equal links pick one by it, so that \
         packets of one conversation do not overtake each other."
    );

    /// Payload length.
    pub static PAYLOAD_LENGTH: FieldKind = field!(
        "Payload length",
        "ipv6.plen",
        Counted("bytes"),
        "How many bytes follow this header, further headers included. Zero where a jumbo option \
         tells instead.",
        "RFC 8200 §3"
    );

    /// Next header.
    pub static NEXT_HEADER: FieldKind = field!(
        "Next header",
        "ipv6.nxt",
        Names(PROTOCOLS),
        "What follows: a protocol such as TCP, or one more header that belongs to IPv6.",
        "RFC 8200 §3"
    );

    /// Hop limit.
    pub static HOP_LIMIT: FieldKind = field!(
        "Hop limit",
        "ipv6.hlim",
        Counted("hops"),
        "How many routers may still pass the packet on. Each takes one off, and drops it at zero.",
        "RFC 8200 §3",
        "Messages between neighbors start with 255 and must arrive with it. One from farther \
         away has lost some, which gives a forger away."
    );

    /// Source.
    pub static SOURCE: FieldKind = field!(
        "Source",
        "ipv6.src",
        Address,
        "Which host sent the packet, and so where answers go.",
        "RFC 8200 §3",
        "Two colons stand for a run of zeros. Addresses that begin with fe80 only mean \
         something on this wire."
    );

    /// Destination.
    pub static DESTINATION: FieldKind = field!(
        "Destination",
        "ipv6.dst",
        Address,
        "Which host, or group of hosts, the packet is for. Each router picks the next hop by it.",
        "RFC 8200 §3",
        "Addresses that begin with ff are groups. IPv6 has no address for everybody: it asks \
         only the group of those who may care."
    );

    /// Whole in.
    pub static REASSEMBLED_IN: FieldKind = field!(
        "Whole in",
        "ipv6.reassembled.in",
        Words(frame_number),
        "The frame with which the last missing piece came: there the content is read as a whole.",
        "RFC 8200 §4.5"
    )
    .derived();

    /// Fragment of.
    pub static FRAGMENT_OF: FieldKind = field!(
        "Fragment of",
        "wirestage.ipv6.fragment_of",
        Words(frame_number),
        "The frame with the first piece of the same packet, in which the header of the content \
         stands.",
        "RFC 8200 §4.5"
    )
    .derived();

    /// Piece in.
    pub static FRAGMENT: FieldKind = field!(
        "Piece in",
        "ipv6.fragment",
        Words(frame_number),
        "A frame that holds a piece of this packet.",
        "RFC 8200 §4.5"
    )
    .derived();

    /// Pieces.
    pub static FRAGMENT_COUNT: FieldKind = field!(
        "Pieces",
        "ipv6.fragment.count",
        Number,
        "How many pieces the packet came in.",
        "RFC 8200 §4.5"
    )
    .derived();

    /// Length of the whole.
    pub static REASSEMBLED_LENGTH: FieldKind = field!(
        "Length of the whole",
        "ipv6.reassembled.length",
        Counted("bytes"),
        "How many bytes the pieces carry together.",
        "RFC 8200 §4.5"
    )
    .derived();
}

/// Fields of the header for every router.
pub mod hop_by_hop {
    use super::*;

    /// Next header.
    pub static NEXT_HEADER: FieldKind = field!(
        "Next header",
        "ipv6.hopopts.nxt",
        Names(PROTOCOLS),
        "What follows this header: one more of them, or what the packet carries.",
        "RFC 8200 §4.3"
    );

    /// Header length. The number as it stands there.
    pub static LENGTH: FieldKind = field!(
        "Header length",
        "ipv6.hopopts.len",
        Words(eights),
        "Where this header ends. It counts units of eight bytes and leaves out the first.",
        "RFC 8200 §4.3"
    );
}

/// Fields of the header with stops.
pub mod routing {
    use super::*;

    /// Next header.
    pub static NEXT_HEADER: FieldKind = field!(
        "Next header",
        "ipv6.routing.nxt",
        Names(PROTOCOLS),
        "What follows this header: one more of them, or what the packet carries.",
        "RFC 8200 §4.4"
    );

    /// Header length. The number as it stands there.
    pub static LENGTH: FieldKind = field!(
        "Header length",
        "ipv6.routing.len",
        Words(eights),
        "Where this header ends. It counts units of eight bytes and leaves out the first.",
        "RFC 8200 §4.4"
    );

    /// Routing type.
    pub static KIND: FieldKind = field!(
        "Routing type",
        "ipv6.routing.type",
        Names(ROUTING_TYPES),
        "Which way of listing stops follows, and what they are for.",
        "RFC 8200 §4.4"
    );

    /// Stops left.
    pub static SEGMENTS_LEFT: FieldKind = field!(
        "Stops left",
        "ipv6.routing.segleft",
        Number,
        "How many of the listed stops the packet has still to visit before its real destination.",
        "RFC 8200 §4.4",
        "A host that does not know the type ignores the header if none is left, and else drops \
         the packet."
    );

    /// Reserved.
    pub static RESERVED: FieldKind = field!(
        "Reserved",
        "ipv6.routing.src.reserved",
        Bytes,
        "Has no use: the sender writes zeros and readers do not look.",
        "RFC 2460 §4.4"
    );

    /// Stop.
    pub static ADDRESS: FieldKind = field!(
        "Stop",
        "ipv6.routing.src.addr",
        Address,
        "A host that the packet shall visit on its way.",
        "RFC 2460 §4.4",
        "Hosts must refuse this type since RFC 5095: a list that goes back and forth let one \
         packet load a link many times."
    );

    /// Routing data.
    pub static DATA: FieldKind = field!(
        "Routing data",
        "ipv6.routing.unknown_data",
        Bytes,
        "What a routing header of another type says.",
        "RFC 8200 §4.4"
    );
}

/// Fields of the header of a piece.
pub mod fragment {
    use super::*;

    /// Next header.
    pub static NEXT_HEADER: FieldKind = field!(
        "Next header",
        "ipv6.fraghdr.nxt",
        Names(PROTOCOLS),
        "What the whole packet carries; it begins in the first piece.",
        "RFC 8200 §4.5"
    );

    /// Reserved.
    pub static RESERVED: FieldKind = field!(
        "Reserved",
        "ipv6.fraghdr.reserved_octet",
        Hex(2),
        "Has no use: the sender writes zero and readers do not look.",
        "RFC 8200 §4.5"
    );

    /// Fragment offset. In units of eight bytes, as Wireshark counts.
    pub static OFFSET: FieldKind = field!(
        "Fragment offset",
        "ipv6.fraghdr.offset",
        Words(offset),
        "Where in the whole packet this piece belongs, in units of eight bytes; zero for the \
         first.",
        "RFC 8200 §4.5",
        "Only senders cut packets in IPv6. A router that finds one too long drops it and tells \
         the sender how long it may be."
    );

    /// Reserved bits.
    pub static RESERVED_BITS: FieldKind = field!(
        "Reserved bits",
        "ipv6.fraghdr.reserved_bits",
        Number,
        "Have no use: the sender writes zero and readers do not look.",
        "RFC 8200 §4.5"
    );

    /// More fragments.
    pub static MORE: FieldKind = field!(
        "More fragments",
        "ipv6.fraghdr.more",
        Flag,
        "Says that this is a piece of a packet and not its last one.",
        "RFC 8200 §4.5"
    );

    /// Identification.
    pub static IDENTIFICATION: FieldKind = field!(
        "Identification",
        "ipv6.fraghdr.ident",
        Hex(8),
        "A number that all fragments of one packet share, so that the receiver puts the right \
         ones together.",
        "RFC 8200 §4.5"
    );
}

/// Fields of the header for the destination.
pub mod destination_options {
    use super::*;

    /// Next header.
    pub static NEXT_HEADER: FieldKind = field!(
        "Next header",
        "ipv6.dstopts.nxt",
        Names(PROTOCOLS),
        "What follows this header: one more of them, or what the packet carries.",
        "RFC 8200 §4.6"
    );

    /// Header length. The number as it stands there.
    pub static LENGTH: FieldKind = field!(
        "Header length",
        "ipv6.dstopts.len",
        Words(eights),
        "Where this header ends. It counts units of eight bytes and leaves out the first.",
        "RFC 8200 §4.6"
    );
}
