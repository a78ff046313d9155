//! IPv4 (RFC 791), and what both versions of IP share.

use super::ip_options as options;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Address, Counted, Flag, Hex, Names, Number, Words};

/// IPv4: from host to host.
pub static IPV4: LayerKind = LayerKind {
    name: "IPv4",
    filter: "ip",
    meaning: "Carries a packet from host to host across many networks, each router picking the \
              next hop. It may get lost, doubled or overtaken.",
    reference: "RFC 791 §3.1",
    fields: &[
        &ipv4::VERSION,
        &ipv4::HEADER_LENGTH,
        &ipv4::SERVICE_BYTE,
        &ipv4::SERVICE,
        &ipv4::CONGESTION,
        &ipv4::TOTAL_LENGTH,
        &ipv4::IDENTIFICATION,
        &ipv4::FLAGS,
        &ipv4::RESERVED,
        &ipv4::DONT_FRAGMENT,
        &ipv4::MORE_FRAGMENTS,
        &ipv4::FRAGMENT_OFFSET,
        &ipv4::TIME_TO_LIVE,
        &ipv4::PROTOCOL,
        &ipv4::CHECKSUM,
        &ipv4::SOURCE,
        &ipv4::DESTINATION,
        &ipv4::NEXT_STOP,
        &options::OPTIONS,
        &options::END,
        &options::NO_OPERATION,
        &options::RECORD_ROUTE,
        &options::TIMESTAMP,
        &options::LOOSE_ROUTE,
        &options::STRICT_ROUTE,
        &options::ROUTER_ALERT,
        &options::OTHER,
        &options::BROKEN,
        &options::KIND,
        &options::KIND_COPY,
        &options::KIND_CLASS,
        &options::KIND_NUMBER,
        &options::LENGTH,
        &options::POINTER,
        &options::RECORDED,
        &options::FREE,
        &options::TO_VISIT,
        &options::OVERFLOW,
        &options::FORM,
        &options::STAMP_ADDRESS,
        &options::STAMP,
        &options::ALERT,
        &options::DATA,
        &ipv4::CHECKSUM_VERDICT,
        &ipv4::REASSEMBLED_IN,
        &ipv4::FRAGMENT_OF,
        &ipv4::FRAGMENT,
        &ipv4::FRAGMENT_COUNT,
        &ipv4::REASSEMBLED_LENGTH,
    ],
};

/// What IP carries, by its number (also the headers between IPv6 and its content).
pub const PROTOCOLS: &[(u64, &str)] = &[
    (0, "hop-by-hop options"),
    (1, "ICMP"),
    (2, "IGMP"),
    (4, "IPv4"),
    (6, "TCP"),
    (17, "UDP"),
    (41, "IPv6"),
    (43, "routing"),
    (44, "fragment"),
    (47, "GRE"),
    (50, "encrypted"),
    (51, "signed"),
    (58, "ICMPv6"),
    (59, "nothing"),
    (60, "destination options"),
    (89, "OSPF"),
    (103, "PIM"),
    (112, "VRRP"),
    (115, "L2TP"),
    (132, "SCTP"),
    (135, "mobility"),
    (136, "UDP-Lite"),
];

/// Ways to treat a packet (RFC 2474, RFC 2597, RFC 3246, RFC 8622).
pub const SERVICES: &[(u64, &str)] = &[
    (0, "as usual"),
    (1, "less than usual"),
    (8, "class 1"),
    (10, "assured 11"),
    (12, "assured 12"),
    (14, "assured 13"),
    (16, "class 2"),
    (18, "assured 21"),
    (20, "assured 22"),
    (22, "assured 23"),
    (24, "class 3"),
    (26, "assured 31"),
    (28, "assured 32"),
    (30, "assured 33"),
    (32, "class 4"),
    (34, "assured 41"),
    (36, "assured 42"),
    (38, "assured 43"),
    (40, "class 5"),
    (44, "voice, admitted"),
    (46, "expedited"),
    (48, "class 6"),
    (56, "class 7"),
];

/// What a packet says of congestion (RFC 3168 §5).
pub const CONGESTION: &[(u64, &str)] = &[
    (0, "not told"),
    (1, "to be told"),
    (2, "to be told"),
    (3, "met on the way"),
];

/// What becomes of checking a checksum, by Wireshark's numbers.
pub const VERDICTS: &[(u64, &str)] = &[
    (0, "wrong"),
    (1, "right"),
    (2, "not checked"),
    (3, "not used"),
    (4, "not allowed"),
];

fn word(of: &[(u64, &str)], number: u64) -> String {
    match of.iter().find(|(known, _)| *known == number) {
        Some((_, word)) => (*word).to_owned(),
        None => number.to_string(),
    }
}

/// `met on the way`: what the two bits of congestion say.
#[must_use]
pub fn congestion(bits: u64) -> String {
    word(CONGESTION, bits)
}

/// `right`, `wrong`: what became of a checksum.
#[must_use]
pub fn verdict(number: u64) -> String {
    word(VERDICTS, number)
}

/// `frame 12`.
#[must_use]
pub fn frame_number(number: u64) -> String {
    format!("frame {number}")
}

/// `181 (1448 bytes)`: an offset in units of eight bytes.
#[must_use]
pub fn offset(number: u64) -> String {
    format!("{number} ({} bytes)", number.saturating_mul(8))
}

/// `don't fragment`: the three bits before the fragment offset.
#[must_use]
pub fn flags_in_words(bits: u64) -> String {
    let flags = [
        (4, "reserved"),
        (2, "don't fragment"),
        (1, "more fragments"),
    ];
    let set = flags.iter().filter(|(bit, _)| bits & bit != 0);
    let words: Vec<&str> = set.map(|(_, word)| *word).collect();
    if words.is_empty() {
        "none".into()
    } else {
        words.join(", ")
    }
}

/// Fields of IPv4, but for its options.
pub mod ipv4 {
    use super::*;

    /// Version.
    pub static VERSION: FieldKind = field!(
        "Version",
        "ip.version",
        Number,
        "Which version of IP this header follows, so that readers know its form.",
        "RFC 791 §3.1"
    );

    /// Header length. In bytes: four times the number that stands there.
    pub static HEADER_LENGTH: FieldKind = field!(
        "Header length",
        "ip.hdr_len",
        Counted("bytes"),
        "Where the header ends and its content begins: longer than usual only with options.",
        "RFC 791 §3.1",
        "It counts words of four bytes, so that a header has 20 to 60 bytes."
    );

    /// Service and congestion.
    pub static SERVICE_BYTE: FieldKind = field!(
        "Service and congestion",
        "ip.dsfield",
        Hex(2),
        "One byte for two things: how well to treat the packet, and whether a router on the way \
         is crowded.",
        "RFC 2474 §3"
    );

    /// Service. The upper six bits.
    pub static SERVICE: FieldKind = field!(
        "Service",
        "ip.dsfield.dscp",
        Names(SERVICES),
        "Which treatment the sender asks of routers, such as a shorter queue for voices.",
        "RFC 2474 §3",
        "Each network decides what it honours. Many reset it at their border, so that it rarely \
         means much across the Internet."
    );

    /// Congestion. The lower two bits.
    pub static CONGESTION: FieldKind = field!(
        "Congestion",
        "ip.dsfield.ecn",
        Words(congestion),
        "Lets a crowded router mark a packet instead of dropping it, and the sender slow down.",
        "RFC 3168 §5",
        "The sender says that it understands marks; a router changes that into met on the way. \
         The receiver tells the sender, in TCP with a flag."
    );

    /// Total length.
    pub static TOTAL_LENGTH: FieldKind = field!(
        "Total length",
        "ip.len",
        Counted("bytes"),
        "How long the packet is, header and content. What lies behind it in the frame is padding.",
        "RFC 791 §3.1"
    );

    /// Identification.
    pub static IDENTIFICATION: FieldKind = field!(
        "Identification",
        "ip.id",
        Hex(4),
        "A number that all fragments of one packet share, so that the receiver puts the right \
         ones together.",
        "RFC 6864 §4",
        "Where a packet must not be fragmented, the number has no meaning."
    );

    /// Flags. Three bits: 4 is reserved, 2 don't fragment, 1 more fragments.
    pub static FLAGS: FieldKind = field!(
        "Flags",
        "ip.flags",
        Words(flags_in_words),
        "Whether routers may cut the packet into fragments, and whether more fragments follow.",
        "RFC 791 §3.1"
    );

    /// Reserved bit.
    pub static RESERVED: FieldKind = field!(
        "Reserved bit",
        "ip.flags.rb",
        Flag,
        "Has no use and must be no.",
        "RFC 791 §3.1"
    );

    /// Don't fragment.
    pub static DONT_FRAGMENT: FieldKind = field!(
        "Don't fragment",
        "ip.flags.df",
        Flag,
        "Forbids routers to cut the packet. One that is too long for a link is dropped, and its \
         sender told.",
        "RFC 791 §3.1",
        "Senders use the refusals to find the longest packet the path takes. Where a firewall \
         swallows the refusals, long packets vanish without a word."
    );

    /// More fragments.
    pub static MORE_FRAGMENTS: FieldKind = field!(
        "More fragments",
        "ip.flags.mf",
        Flag,
        "Says that this is a piece of a packet and not its last one.",
        "RFC 791 §3.1"
    );

    /// Fragment offset. In units of eight bytes, as Wireshark counts.
    pub static FRAGMENT_OFFSET: FieldKind = field!(
        "Fragment offset",
        "ip.frag_offset",
        Words(offset),
        "Where in the whole packet this piece belongs; zero for the first piece and for a whole \
         packet.",
        "RFC 791 §3.1",
        "It counts units of eight bytes, so that every piece but the last has a multiple of \
         eight. Pieces may come in any order."
    );

    /// Time to live.
    pub static TIME_TO_LIVE: FieldKind = field!(
        "Time to live",
        "ip.ttl",
        Counted("hops"),
        "How many routers may still pass the packet on. Each takes one off, and drops it at zero.",
        "RFC 791 §3.1",
        "It keeps packets from circling forever. Traceroute sends packets with one, two, three \
         hops, and collects the complaints of the routers that drop them."
    );

    /// Protocol.
    pub static PROTOCOL: FieldKind = field!(
        "Protocol",
        "ip.proto",
        Names(PROTOCOLS),
        "What the packet carries, so that the receiver hands the content to the right reader.",
        "RFC 791 §3.1"
    );

    /// Checksum.
    pub static CHECKSUM: FieldKind = field!(
        "Checksum",
        "ip.checksum",
        Hex(4),
        "Lets each router notice a damaged header. It does not cover the content.",
        "RFC 791 §3.1",
        "Every router computes it anew, because it changes the time to live. NAT does so too, \
         because it changes addresses. IPv6 left it out."
    );

    /// Source.
    pub static SOURCE: FieldKind = field!(
        "Source",
        "ip.src",
        Address,
        "Which host sent the packet, and so where answers go.",
        "RFC 791 §3.1",
        "Nothing on the way proves it: a sender can write any address. NAT replaces it with its \
         own."
    );

    /// Destination.
    pub static DESTINATION: FieldKind = field!(
        "Destination",
        "ip.dst",
        Address,
        "Which host the packet is for. Each router picks the next hop by it.",
        "RFC 791 §3.1"
    );

    /// Next stop. In place of the destination, where a source route is not yet at its end.
    pub static NEXT_STOP: FieldKind = field!(
        "Next stop",
        "ip.cur_rt",
        Address,
        "The next host of a source route, which stands where the destination would; the real \
         destination waits in the option.",
        "RFC 791 §3.1"
    );

    /// Checksum verdict.
    pub static CHECKSUM_VERDICT: FieldKind = field!(
        "Checksum verdict",
        "ip.checksum.status",
        Words(verdict),
        "Whether the header's bytes sum up as its checksum says. Hosts drop the packet without \
         a word if not.",
        "RFC 1071 §1",
        "The verdict follows from summing up the bytes. A capture on the sending machine often \
         shows a wrong sum, because the card only fills it in later."
    )
    .derived();

    /// Whole in.
    pub static REASSEMBLED_IN: FieldKind = field!(
        "Whole in",
        "ip.reassembled_in",
        Words(frame_number),
        "The frame with which the last missing piece came: there the content is read as a whole.",
        "RFC 791 §3.2"
    )
    .derived();

    /// Fragment of.
    pub static FRAGMENT_OF: FieldKind = field!(
        "Fragment of",
        "wirestage.ip.fragment_of",
        Words(frame_number),
        "The frame with the first piece of the same packet, in which the header of the content \
         stands.",
        "RFC 791 §3.2"
    )
    .derived();

    /// Piece in.
    pub static FRAGMENT: FieldKind = field!(
        "Piece in",
        "ip.fragment",
        Words(frame_number),
        "A frame that holds a piece of this packet.",
        "RFC 791 §3.2"
    )
    .derived();

    /// Pieces.
    pub static FRAGMENT_COUNT: FieldKind = field!(
        "Pieces",
        "ip.fragment.count",
        Number,
        "How many pieces the packet came in.",
        "RFC 791 §3.2"
    )
    .derived();

    /// Length of the whole.
    pub static REASSEMBLED_LENGTH: FieldKind = field!(
        "Length of the whole",
        "ip.reassembled.length",
        Counted("bytes"),
        "How many bytes the pieces carry together.",
        "RFC 791 §3.2"
    )
    .derived();
}
