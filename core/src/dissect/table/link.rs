//! Ethernet, 802.1Q tags and ARP (IEEE 802.3, IEEE 802.1Q, RFC 826).

use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Address, Bytes, Counted, Flag, Mac, Names, Number, Words};

/// Ethernet: from one card to the next.
pub static ETHERNET: LayerKind = LayerKind {
    name: "Ethernet",
    filter: "eth",
    meaning: "Carries data between two network cards on the same wire or behind the same \
              switches.",
    reference: "IEEE 802.3 §3.1",
    fields: &[
        &ethernet::DESTINATION,
        &ethernet::DESTINATION_LOCAL,
        &ethernet::DESTINATION_GROUP,
        &ethernet::SOURCE,
        &ethernet::SOURCE_LOCAL,
        &ethernet::SOURCE_GROUP,
        &ethernet::TYPE,
        &ethernet::LENGTH,
        &ethernet::PADDING,
    ],
};

/// An 802.1Q tag: several networks over one wire.
pub static VLAN: LayerKind = LayerKind {
    name: "802.1Q",
    filter: "vlan",
    meaning: "Marks which of several separate networks on one wire a frame belongs to, and how \
              urgent it is.",
    reference: "IEEE 802.1Q §9.3",
    fields: &[
        &vlan::PRIORITY,
        &vlan::DROP_ELIGIBLE,
        &vlan::ID,
        &vlan::TYPE,
    ],
};

/// ARP: who owns an address.
pub static ARP: LayerKind = LayerKind {
    name: "ARP",
    filter: "arp",
    meaning: "Finds out which network card owns an IPv4 address, by asking everybody on the wire.",
    reference: "RFC 826, Packet format",
    fields: &[
        &arp::HARDWARE,
        &arp::PROTOCOL,
        &arp::HARDWARE_LENGTH,
        &arp::PROTOCOL_LENGTH,
        &arp::OPERATION,
        &arp::SENDER_HARDWARE,
        &arp::SENDER,
        &arp::TARGET_HARDWARE,
        &arp::TARGET,
        &arp::GRATUITOUS,
        &arp::PROBE,
        &arp::ANNOUNCEMENT,
        &super::data::bytes::DATA,
    ],
};

/// What a frame carries, by the number in its type.
pub const ETHER_TYPES: &[(u64, &str)] = &[
    (0x0800, "IPv4"),
    (0x0806, "ARP"),
    (0x0842, "wake on LAN"),
    (0x8035, "RARP"),
    (0x8100, "802.1Q tag"),
    (0x86dd, "IPv6"),
    (0x8808, "flow control"),
    (0x8847, "MPLS"),
    (0x8863, "PPPoE discovery"),
    (0x8864, "PPPoE session"),
    (0x888e, "port login"),
    (0x88a8, "outer 802.1Q tag"),
    (0x88cc, "LLDP"),
    (0x88f7, "precise time"),
];

/// What the priorities of an 802.1Q tag are meant for.
pub const PRIORITIES: &[(u64, &str)] = &[
    (0, "best effort"),
    (1, "background"),
    (2, "excellent effort"),
    (3, "critical applications"),
    (4, "video"),
    (5, "voice"),
    (6, "control between networks"),
    (7, "control of the network"),
];

/// Kinds of networks that ARP knows.
pub const HARDWARE_TYPES: &[(u64, &str)] = &[
    (1, "Ethernet"),
    (6, "IEEE 802"),
    (15, "frame relay"),
    (24, "FireWire"),
    (32, "InfiniBand"),
];

/// What an ARP packet does.
pub const OPERATIONS: &[(u64, &str)] = &[
    (1, "asks"),
    (2, "answers"),
    (3, "asks for its own address"),
    (4, "answers with an address"),
    (8, "asks backwards"),
    (9, "answers backwards"),
];

/// `0x0800 (IPv4)`: a type in words.
#[must_use]
pub fn ether_type(number: u64) -> String {
    match ETHER_TYPES.iter().find(|(known, _)| *known == number) {
        Some((_, name)) => format!("0x{number:04x} ({name})"),
        None => format!("0x{number:04x}"),
    }
}

/// Fields of Ethernet.
pub mod ethernet {
    use super::*;

    /// Destination.
    pub static DESTINATION: FieldKind = field!(
        "Destination",
        "eth.dst",
        Mac,
        "Which network card on this wire should take the frame. Every switch on the way looks \
         only at this.",
        "IEEE 802.3 §3.2.4",
        "It names the next stop, not the far end: each router puts the address of the next one \
         here. All ones means everybody on the wire."
    );

    /// Destination made up locally. The second bit of the first byte.
    pub static DESTINATION_LOCAL: FieldKind = field!(
        "Destination made up locally",
        "eth.dst.lg",
        Flag,
        "Tells whether somebody chose the destination's address on the spot, or a maker burned \
         it into the card.",
        "IEEE 802.3 §3.2.3"
    );

    /// Destination is a group. The last bit of the first byte.
    pub static DESTINATION_GROUP: FieldKind = field!(
        "Destination is a group",
        "eth.dst.ig",
        Flag,
        "Tells whether several cards should take the frame, or only one. Switches send it out \
         of every port if so.",
        "IEEE 802.3 §3.2.3"
    );

    /// Source.
    pub static SOURCE: FieldKind = field!(
        "Source",
        "eth.src",
        Mac,
        "Which network card sent the frame. Switches remember at which of their ports they saw \
         it.",
        "IEEE 802.3 §3.2.5",
        "A switch learns the way back from this address. Two cards with the same one confuse \
         it: frames go now to the one, now to the other."
    );

    /// Source made up locally.
    pub static SOURCE_LOCAL: FieldKind = field!(
        "Source made up locally",
        "eth.src.lg",
        Flag,
        "Tells whether somebody chose the sender's address on the spot, as simulators and \
         phones do, or a maker burned it in.",
        "IEEE 802.3 §3.2.3"
    );

    /// Source is a group.
    pub static SOURCE_GROUP: FieldKind = field!(
        "Source is a group",
        "eth.src.ig",
        Flag,
        "Says no in every proper frame, since a frame comes from exactly one card.",
        "IEEE 802.3 §3.2.3"
    );

    /// Type.
    pub static TYPE: FieldKind = field!(
        "Type",
        "eth.type",
        Words(ether_type),
        "What the frame carries, so that the receiver hands its content to the right reader.",
        "IEEE 802.3 §3.2.6",
        "Numbers of 1536 and more are types. Smaller ones, up to 1500, are lengths, as the \
         first standard had them."
    );

    /// Length. In place of the type, where the number is at most 1500.
    pub static LENGTH: FieldKind = field!(
        "Length",
        "eth.len",
        Counted("bytes"),
        "How many bytes the frame carries, where a length stands in place of a type.",
        "IEEE 802.3 §3.2.6"
    );

    /// Padding.
    pub static PADDING: FieldKind = field!(
        "Padding",
        "eth.padding",
        Bytes,
        "Fills a short frame up to the least that Ethernet allows, and means nothing.",
        "IEEE 802.3 §3.2.8",
        "Sixty bytes is the least before the check sequence. On old shared wires a shorter \
         frame could end before its sender heard of a collision."
    );
}

/// Fields of an 802.1Q tag.
pub mod vlan {
    use super::*;

    /// Priority.
    pub static PRIORITY: FieldKind = field!(
        "Priority",
        "vlan.priority",
        Names(PRIORITIES),
        "How urgent the frame is. A switch with a full queue lets the more urgent ones go first.",
        "IEEE 802.1Q §9.6"
    );

    /// May be dropped first.
    pub static DROP_ELIGIBLE: FieldKind = field!(
        "May be dropped first",
        "vlan.dei",
        Flag,
        "Marks a frame that switches may drop before others when a queue runs full.",
        "IEEE 802.1Q §9.6"
    );

    /// Network number.
    pub static ID: FieldKind = field!(
        "Network number",
        "vlan.id",
        Number,
        "Which of several separate networks on one wire the frame belongs to.",
        "IEEE 802.1Q §9.6",
        "Switches keep frames of different numbers apart as if each had wires of its own. Zero \
         means none: the tag then only tells the priority."
    );

    /// Type.
    pub static TYPE: FieldKind = field!(
        "Type",
        "vlan.etype",
        Words(ether_type),
        "What follows the tag: it takes over the part of Ethernet's own type, which names the \
         tag.",
        "IEEE 802.1Q §9.3"
    );
}

/// Fields of ARP.
pub mod arp {
    use super::*;

    /// Hardware.
    pub static HARDWARE: FieldKind = field!(
        "Hardware",
        "arp.hw.type",
        Names(HARDWARE_TYPES),
        "Which kind of network the hardware addresses below belong to.",
        "RFC 826, Packet format"
    );

    /// Protocol.
    pub static PROTOCOL: FieldKind = field!(
        "Protocol",
        "arp.proto.type",
        Words(ether_type),
        "Which kind of address the asker wants to turn into a hardware address.",
        "RFC 826, Packet format"
    );

    /// Hardware address length.
    pub static HARDWARE_LENGTH: FieldKind = field!(
        "Hardware address length",
        "arp.hw.size",
        Counted("bytes"),
        "How long each hardware address below is, so that readers find where the next field \
         begins.",
        "RFC 826, Packet format"
    );

    /// Address length.
    pub static PROTOCOL_LENGTH: FieldKind = field!(
        "Address length",
        "arp.proto.size",
        Counted("bytes"),
        "How long each network address below is, so that readers find where the next field \
         begins.",
        "RFC 826, Packet format"
    );

    /// Operation.
    pub static OPERATION: FieldKind = field!(
        "Operation",
        "arp.opcode",
        Names(OPERATIONS),
        "Tells a question (who has this address?) from an answer (I do).",
        "RFC 826, Packet format",
        "Questions go to everybody, answers only to who asked. Nobody checks an answer: whoever \
         answers first is believed, which attackers use."
    );

    /// Sender's hardware address.
    pub static SENDER_HARDWARE: FieldKind = field!(
        "Sender's hardware address",
        "arp.src.hw_mac",
        Mac,
        "The sender's network card. Whoever reads this learns to reach the sender's address \
         there.",
        "RFC 826, Packet Generation",
        "In an answer this is what the asker wanted to know. Listeners also refresh what they \
         remembered of the sender."
    );

    /// Sender's address.
    pub static SENDER: FieldKind = field!(
        "Sender's address",
        "arp.src.proto_ipv4",
        Address,
        "The sender's own network address, which belongs to its hardware address.",
        "RFC 826, Packet Generation",
        "All zeros means that the sender has no address yet and first asks whether another host \
         uses the one it wants."
    );

    /// Target's hardware address.
    pub static TARGET_HARDWARE: FieldKind = field!(
        "Target's hardware address",
        "arp.dst.hw_mac",
        Mac,
        "The card of whom it goes to. A question leaves it empty, since that is what it asks for.",
        "RFC 826, Packet Generation"
    );

    /// Target's address.
    pub static TARGET: FieldKind = field!(
        "Target's address",
        "arp.dst.proto_ipv4",
        Address,
        "The network address in question: who owns it should answer.",
        "RFC 826, Packet Reception"
    );

    /// Speaks of itself.
    pub static GRATUITOUS: FieldKind = field!(
        "Speaks of itself",
        "arp.isgratuitous",
        Flag,
        "Sender and target are the same address: nobody needs to answer, and all who listen \
         update what they remember.",
        "RFC 5944 §4.6",
        "Hosts send it when they start or move to another card, so that neighbors do not go on \
         sending to the old one."
    )
    .derived();

    /// Asks whether it is free. A question whose sender's address is all zeros.
    pub static PROBE: FieldKind = field!(
        "Asks whether it is free",
        "arp.isprobe",
        Flag,
        "The sender asks for an address that it would like to take, without claiming it yet.",
        "RFC 5227 §2.1.1"
    )
    .derived();

    /// Takes the address. A question about the sender's own address, with an empty target's
    /// hardware address.
    pub static ANNOUNCEMENT: FieldKind = field!(
        "Takes the address",
        "arp.isannouncement",
        Flag,
        "The sender tells everybody that from now on it uses this address.",
        "RFC 5227 §2.3"
    )
    .derived();
}
