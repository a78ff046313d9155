//! TCP and UDP (RFC 9293, RFC 768).

use super::ip::{frame_number, verdict};
use super::tcp_options as options;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Counted, Flag, Hex, Names, Number, Words};

/// TCP: bytes in order and whole.
pub static TCP: LayerKind = LayerKind {
    name: "TCP",
    filter: "tcp",
    meaning: "Carries bytes in order and whole, both ways, between two programs. It numbers \
              every byte and sends again what got lost.",
    reference: "RFC 9293 §2.2",
    fields: &[
        &tcp::SOURCE_PORT,
        &tcp::DESTINATION_PORT,
        &tcp::SEQUENCE_RAW,
        &tcp::ACKNOWLEDGMENT_RAW,
        &tcp::HEADER_LENGTH,
        &tcp::FLAGS,
        &tcp::RESERVED,
        &tcp::ACCURATE_ECN,
        &tcp::CWR,
        &tcp::ECE,
        &tcp::URG,
        &tcp::ACK,
        &tcp::PSH,
        &tcp::RST,
        &tcp::SYN,
        &tcp::FIN,
        &tcp::WINDOW_RAW,
        &tcp::CHECKSUM,
        &tcp::URGENT_POINTER,
        &options::OPTIONS,
        &options::END,
        &options::NO_OPERATION,
        &options::MSS,
        &options::SCALE,
        &options::SACK_PERMITTED,
        &options::SACK,
        &options::TIMESTAMPS,
        &options::USER_TIMEOUT,
        &options::FAST_OPEN,
        &options::MD5,
        &options::OTHER,
        &options::BROKEN,
        &options::KIND,
        &options::LENGTH,
        &options::MSS_VALUE,
        &options::SCALE_SHIFT,
        &options::LEFT_EDGE_RAW,
        &options::RIGHT_EDGE_RAW,
        &options::STAMP,
        &options::STAMP_ECHO,
        &options::TIMEOUT_UNIT,
        &options::TIMEOUT,
        &options::COOKIE_REQUEST,
        &options::COOKIE,
        &options::DIGEST,
        &options::DATA,
        &options::LEFT_EDGE,
        &options::RIGHT_EDGE,
        &tcp::SEQUENCE,
        &tcp::NEXT_SEQUENCE,
        &tcp::ACKNOWLEDGMENT,
        &tcp::WINDOW,
        &tcp::LENGTH,
        &tcp::CHECKSUM_VERDICT,
        &tcp::ACKNOWLEDGES,
        &tcp::IN_FLIGHT,
        &tcp::RETRANSMISSION,
        &tcp::RETRANSMISSION_OF,
    ],
};

/// UDP: a message, and no promise.
pub static UDP: LayerKind = LayerKind {
    name: "UDP",
    filter: "udp",
    meaning: "Carries one message from program to program, without promise that it arrives, or \
              arrives once.",
    reference: "RFC 768, Introduction",
    fields: &[
        &udp::SOURCE_PORT,
        &udp::DESTINATION_PORT,
        &udp::LENGTH,
        &udp::CHECKSUM,
        &udp::CHECKSUM_VERDICT,
    ],
};

/// Services by the port they wait at, as IANA names them.
pub const PORTS: &[(u64, &str)] = &[
    (7, "echo"),
    (9, "discard"),
    (13, "daytime"),
    (19, "chargen"),
    (20, "ftp-data"),
    (21, "ftp"),
    (22, "ssh"),
    (23, "telnet"),
    (25, "smtp"),
    (37, "time"),
    (43, "whois"),
    (53, "domain"),
    (67, "bootps"),
    (68, "bootpc"),
    (69, "tftp"),
    (70, "gopher"),
    (79, "finger"),
    (80, "http"),
    (88, "kerberos"),
    (110, "pop3"),
    (119, "nntp"),
    (123, "ntp"),
    (137, "netbios-ns"),
    (138, "netbios-dgm"),
    (139, "netbios-ssn"),
    (143, "imap"),
    (161, "snmp"),
    (162, "snmptrap"),
    (179, "bgp"),
    (194, "irc"),
    (389, "ldap"),
    (443, "https"),
    (445, "microsoft-ds"),
    (465, "submissions"),
    (500, "isakmp"),
    (514, "syslog"),
    (546, "dhcpv6-client"),
    (547, "dhcpv6-server"),
    (554, "rtsp"),
    (587, "submission"),
    (631, "ipp"),
    (636, "ldaps"),
    (853, "domain-s"),
    (873, "rsync"),
    (989, "ftps-data"),
    (990, "ftps"),
    (993, "imaps"),
    (995, "pop3s"),
    (1080, "socks"),
    (1900, "ssdp"),
    (3306, "mysql"),
    (3389, "ms-wbt-server"),
    (3478, "stun"),
    (5060, "sip"),
    (5353, "mdns"),
    (5355, "llmnr"),
    (5432, "postgresql"),
    (8080, "http-alt"),
];

/// Flags by their bits, in the order in which they are told.
const FLAGS: [(u64, &str); 9] = [
    (0x100, "AE"),
    (0x80, "CWR"),
    (0x40, "ECE"),
    (0x20, "URG"),
    (0x02, "SYN"),
    (0x01, "FIN"),
    (0x04, "RST"),
    (0x08, "PSH"),
    (0x10, "ACK"),
];

/// `PSH, ACK`.
#[must_use]
pub fn flags_in_words(bits: u64) -> String {
    let set = FLAGS.iter().filter(|(bit, _)| bits & bit != 0);
    let words: Vec<&str> = set.map(|(_, word)| *word).collect();
    if words.is_empty() {
        "none".into()
    } else {
        words.join(", ")
    }
}

/// Fields of TCP, but for its options.
pub mod tcp {
    use super::*;

    /// Source port.
    pub static SOURCE_PORT: FieldKind = field!(
        "Source port",
        "tcp.srcport",
        Names(PORTS),
        "From which program: the host's system knows its programs by port. Clients get a random \
         one.",
        "RFC 9293 §3.1",
        "With both addresses and the other port it names the connection. NAT may replace it, \
         and keeps a list to undo that for answers."
    );

    /// Destination port.
    pub static DESTINATION_PORT: FieldKind = field!(
        "Destination port",
        "tcp.dstport",
        Names(PORTS),
        "For which program on the host. Services wait at ports that everybody knows.",
        "RFC 9293 §3.1",
        "Where nobody listens at the port, the host answers with a reset: connection refused."
    );

    /// Sequence number. As it stands there.
    pub static SEQUENCE_RAW: FieldKind = field!(
        "Sequence number",
        "tcp.seq_raw",
        Number,
        "Where the first byte of this segment stands in all that the sender ever says on this \
         connection.",
        "RFC 9293 §3.4",
        "It begins at a number nobody can guess, so that strangers cannot slip bytes in. After \
         4,294,967,295 comes zero."
    );

    /// Acknowledgment number. As it stands there.
    pub static ACKNOWLEDGMENT_RAW: FieldKind = field!(
        "Acknowledgment number",
        "tcp.ack_raw",
        Number,
        "The number of the byte that the sender of this segment waits for next: all before it \
         have arrived.",
        "RFC 9293 §3.4",
        "It stays the same while a byte is missing. Three repeats make the other side send that \
         byte again without waiting."
    );

    /// Header length. In bytes: four times the number that stands there.
    pub static HEADER_LENGTH: FieldKind = field!(
        "Header length",
        "tcp.hdr_len",
        Counted("bytes"),
        "Where the header ends and the bytes it carries begin: longer than 20 with options.",
        "RFC 9293 §3.1"
    );

    /// Flags. Twelve bits, the reserved ones included.
    pub static FLAGS: FieldKind = field!(
        "Flags",
        "tcp.flags",
        Words(flags_in_words),
        "What the segment does beside carrying bytes: open, acknowledge, end or break off the \
         connection.",
        "RFC 9293 §3.1"
    );

    /// Reserved. Three bits.
    pub static RESERVED: FieldKind = field!(
        "Reserved",
        "tcp.flags.res",
        Number,
        "Has no use yet: senders write zero, so that a later meaning stays possible.",
        "RFC 9293 §3.1"
    );

    /// AE.
    pub static ACCURATE_ECN: FieldKind = field!(
        "AE",
        "tcp.flags.ae",
        Flag,
        "Part of a count of the packets that crowded routers marked, where both sides agreed on \
         counting.",
        "RFC 9768 §3.2.2"
    );

    /// CWR.
    pub static CWR: FieldKind = field!(
        "CWR",
        "tcp.flags.cwr",
        Flag,
        "Congestion window reduced: I heard of the crowded router and have slowed down.",
        "RFC 3168 §6.1"
    );

    /// ECE.
    pub static ECE: FieldKind = field!(
        "ECE",
        "tcp.flags.ece",
        Flag,
        "A router on the way marked your packets as crowded: slow down. In a SYN: I understand \
         marks.",
        "RFC 3168 §6.1"
    );

    /// URG.
    pub static URG: FieldKind = field!(
        "URG",
        "tcp.flags.urg",
        Flag,
        "The urgent pointer means something: bytes up to there should be read first.",
        "RFC 9293 §3.1"
    );

    /// ACK.
    pub static ACK: FieldKind = field!(
        "ACK",
        "tcp.flags.ack",
        Flag,
        "The acknowledgment number means something. So it does in every segment but the first.",
        "RFC 9293 §3.1"
    );

    /// PSH.
    pub static PSH: FieldKind = field!(
        "PSH",
        "tcp.flags.push",
        Flag,
        "The sender has said all for now: give it to the program without waiting for more.",
        "RFC 9293 §3.1"
    );

    /// RST.
    pub static RST: FieldKind = field!(
        "RST",
        "tcp.flags.reset",
        Flag,
        "Breaks the connection off at once, or refuses it. What is on its way is lost.",
        "RFC 9293 §3.5.2",
        "Hosts send it where nobody listens, and programs that end without reading all. \
         Firewalls forge it to stop a connection."
    );

    /// SYN.
    pub static SYN: FieldKind = field!(
        "SYN",
        "tcp.flags.syn",
        Flag,
        "Opens the connection and tells where the sender's numbering starts.",
        "RFC 9293 §3.5",
        "Each side sends one and acknowledges the other's: three segments make a connection. It \
         takes up one sequence number, like a byte."
    );

    /// FIN.
    pub static FIN: FieldKind = field!(
        "FIN",
        "tcp.flags.fin",
        Flag,
        "The sender has said all it will ever say; it still listens until the other side ends \
         too.",
        "RFC 9293 §3.6",
        "It takes up one sequence number, so that the other side can acknowledge it."
    );

    /// Window. As it stands there, before it is multiplied.
    pub static WINDOW_RAW: FieldKind = field!(
        "Window",
        "tcp.window_size_value",
        Number,
        "How much more the sender of this segment has room for. Zero stops the other side.",
        "RFC 9293 §3.1",
        "Both sides multiply it as agreed when the connection opened. In a SYN itself it is \
         never multiplied."
    );

    /// Checksum.
    pub static CHECKSUM: FieldKind = field!(
        "Checksum",
        "tcp.checksum",
        Hex(4),
        "Lets the receiver notice damage in header, bytes or addresses; damaged segments are \
         dropped and come again.",
        "RFC 9293 §3.1",
        "It covers the addresses of IP as well, which is why NAT has to mend it."
    );

    /// Urgent pointer.
    pub static URGENT_POINTER: FieldKind = field!(
        "Urgent pointer",
        "tcp.urgent_pointer",
        Number,
        "How far urgent bytes reach, counted from the sequence number. New programs should not \
         use it.",
        "RFC 9293 §3.8.5"
    );

    /// Relative sequence number.
    pub static SEQUENCE: FieldKind = field!(
        "Relative sequence number",
        "tcp.seq",
        Number,
        "The sequence number counted from this side's SYN, which is zero, so that it is easy to \
         follow.",
        "RFC 9293 §3.4"
    )
    .derived();

    /// Next sequence number. Relative, as the sequence number beside it.
    pub static NEXT_SEQUENCE: FieldKind = field!(
        "Next sequence number",
        "tcp.nxtseq",
        Number,
        "Where the sender's next segment begins, and what the other side acknowledges once it \
         has all of this one.",
        "RFC 9293 §3.4"
    )
    .derived();

    /// Relative acknowledgment number.
    pub static ACKNOWLEDGMENT: FieldKind = field!(
        "Relative acknowledgment number",
        "tcp.ack",
        Number,
        "The acknowledgment number counted from the other side's SYN, which is zero.",
        "RFC 9293 §3.4"
    )
    .derived();

    /// Window in bytes.
    pub static WINDOW: FieldKind = field!(
        "Window in bytes",
        "tcp.window_size",
        Counted("bytes"),
        "How much room the sender really has: the window times what it announced when the \
         connection opened.",
        "RFC 7323 §2.3"
    )
    .derived();

    /// Payload length.
    pub static LENGTH: FieldKind = field!(
        "Payload length",
        "tcp.len",
        Counted("bytes"),
        "How many bytes the segment carries: the packet's length without both headers. Zero for \
         a mere acknowledgment.",
        "RFC 9293 §3.3.1"
    )
    .derived();

    /// Checksum verdict.
    pub static CHECKSUM_VERDICT: FieldKind = field!(
        "Checksum verdict",
        "tcp.checksum.status",
        Words(verdict),
        "Whether header, bytes and addresses sum up as the checksum says.",
        "RFC 9293 §3.1",
        "A capture on the sending machine often shows a wrong sum, because the card only fills \
         it in later."
    )
    .derived();

    /// Acknowledges.
    pub static ACKNOWLEDGES: FieldKind = field!(
        "Acknowledges",
        "tcp.analysis.acks_frame",
        Words(frame_number),
        "The frame whose bytes, the last so far, this segment says have arrived.",
        "RFC 9293 §3.4"
    )
    .derived();

    /// Bytes in flight.
    pub static IN_FLIGHT: FieldKind = field!(
        "Bytes in flight",
        "tcp.analysis.bytes_in_flight",
        Counted("bytes"),
        "How many bytes the sender has on the way that nobody has acknowledged yet, these \
         included.",
        "RFC 5681 §2",
        "The sender keeps it below the other side's window and below its own guess of what the \
         network can bear."
    )
    .derived();

    /// Sent again.
    pub static RETRANSMISSION: FieldKind = field!(
        "Sent again",
        "tcp.analysis.retransmission",
        Flag,
        "The segment's bytes were sent before: the first time they, or their acknowledgment, \
         seem to have got lost.",
        "RFC 9293 §3.8.1"
    )
    .derived();

    /// Repeats.
    pub static RETRANSMISSION_OF: FieldKind = field!(
        "Repeats",
        "wirestage.tcp.retransmission_of",
        Words(frame_number),
        "The frame that carried these bytes the first time.",
        "RFC 9293 §3.8.1"
    )
    .derived();
}

/// Fields of UDP.
pub mod udp {
    use super::*;

    /// Source port.
    pub static SOURCE_PORT: FieldKind = field!(
        "Source port",
        "udp.srcport",
        Names(PORTS),
        "From which program, and so where an answer goes. Zero where none is wanted.",
        "RFC 768, Fields"
    );

    /// Destination port.
    pub static DESTINATION_PORT: FieldKind = field!(
        "Destination port",
        "udp.dstport",
        Names(PORTS),
        "For which program on the host. Services wait at ports that everybody knows.",
        "RFC 768, Fields",
        "Where nobody listens at the port, the host answers with an ICMP error."
    );

    /// Length.
    pub static LENGTH: FieldKind = field!(
        "Length",
        "udp.length",
        Counted("bytes"),
        "How long the datagram is, with these eight bytes of header.",
        "RFC 768, Fields"
    );

    /// Checksum.
    pub static CHECKSUM: FieldKind = field!(
        "Checksum",
        "udp.checksum",
        Hex(4),
        "Lets the receiver notice damage in header, bytes or addresses. Zero means that the \
         sender left it out.",
        "RFC 768, Fields",
        "Leaving it out is allowed over IPv4 only: IPv6 has no checksum of its own. A sum that \
         comes out as zero is sent as all ones."
    );

    /// Checksum verdict.
    pub static CHECKSUM_VERDICT: FieldKind = field!(
        "Checksum verdict",
        "udp.checksum.status",
        Words(verdict),
        "Whether header, bytes and addresses sum up as the checksum says.",
        "RFC 768, Fields",
        "A capture on the sending machine often shows a wrong sum, because the card only fills \
         it in later."
    )
    .derived();
}
