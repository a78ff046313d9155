//! Where the fields of a packet's headers lie: ranges of bytes, each from the start of its
//! own header.

/// Ethernet II.
pub mod ethernet {
    use std::ops::Range;

    /// Whom the frame is for.
    pub const DESTINATION: Range<usize> = 0..6;
    /// Whose it is.
    pub const SOURCE: Range<usize> = 6..12;
    /// What it carries.
    pub const TYPE: Range<usize> = 12..14;
    /// How long the header is.
    pub const LEN: usize = 14;
    /// The type of IPv4.
    pub const IPV4: u16 = 0x0800;
    /// The type of IPv6.
    pub const IPV6: u16 = 0x86dd;
}

/// IPv4, RFC 791 §3.1.
pub mod ipv4 {
    use std::ops::Range;

    /// Version and length of the header, four bits each.
    pub const VERSION_LEN: usize = 0;
    /// The length of header and payload.
    pub const TOTAL_LEN: Range<usize> = 2..4;
    /// Which fragments belong together.
    pub const IDENT: Range<usize> = 4..6;
    /// Three flags and the fragment's offset.
    pub const FRAGMENT: Range<usize> = 6..8;
    /// The flag: do not fragment.
    pub const DONT: u16 = 0x4000;
    /// The flag: more fragments follow.
    pub const MORE: u16 = 0x2000;
    /// The offset, in units of eight bytes.
    pub const OFFSET: u16 = 0x1fff;
    /// How many routers it may still pass.
    pub const HOP_LIMIT: usize = 8;
    /// What it carries.
    pub const PROTOCOL: usize = 9;
    /// The checksum of the header.
    pub const CHECKSUM: Range<usize> = 10..12;
    /// Whose it is.
    pub const SOURCE: Range<usize> = 12..16;
    /// Whom it is for.
    pub const DESTINATION: Range<usize> = 16..20;
    /// How short the header may be.
    pub const MIN_LEN: usize = 20;
}

/// IPv6, RFC 8200 §3 and §4.
pub mod ipv6 {
    use std::ops::Range;

    /// The version, in the upper four bits.
    pub const VERSION: usize = 0;
    /// The length of all behind this header.
    pub const PAYLOAD_LEN: Range<usize> = 4..6;
    /// What follows.
    pub const NEXT: usize = 6;
    /// How many routers it may still pass.
    pub const HOP_LIMIT: usize = 7;
    /// Whose it is.
    pub const SOURCE: Range<usize> = 8..24;
    /// Whom it is for.
    pub const DESTINATION: Range<usize> = 24..40;
    /// How long the header is.
    pub const LEN: usize = 40;

    /// Extension header: options for every router.
    pub const HOP_BY_HOP: u8 = 0;
    /// Extension header: places to visit.
    pub const ROUTING: u8 = 43;
    /// Extension header: a fragment.
    pub const FRAGMENT: u8 = 44;
    /// Extension header: options for the destination.
    pub const OPTIONS: u8 = 60;
    /// In an extension header: what follows it.
    pub const EXTENSION_NEXT: usize = 0;
    /// In an extension header: its length beyond the first eight bytes, in such units.
    pub const EXTENSION_LEN: usize = 1;
    /// In a fragment's header: the offset, and the flag that more follow.
    pub const FRAGMENT_OFFSET: Range<usize> = 2..4;
    /// In a fragment's header: which fragments belong together.
    pub const FRAGMENT_IDENT: Range<usize> = 4..8;
    /// How long a fragment's header is.
    pub const FRAGMENT_LEN: usize = 8;
}

/// What TCP and UDP have in common.
pub mod ports {
    use std::ops::Range;

    /// The sender's port.
    pub const SOURCE: Range<usize> = 0..2;
    /// The receiver's.
    pub const DESTINATION: Range<usize> = 2..4;
}

/// TCP, RFC 9293 §3.1.
pub mod tcp {
    use std::ops::Range;

    /// The number of the first byte.
    pub const SEQ: Range<usize> = 4..8;
    /// The number of the byte that is expected next.
    pub const ACK: Range<usize> = 8..12;
    /// The length of the header, in the upper four bits, in units of four bytes.
    pub const HEADER_LEN: usize = 12;
    /// The flags. With the byte before they are a 16-bit word.
    pub const FLAGS: usize = 13;
    /// The checksum.
    pub const CHECKSUM: Range<usize> = 16..18;
    /// How short the header may be.
    pub const MIN_LEN: usize = 20;

    /// The flag FIN.
    pub const FIN: u8 = 1;
    /// The flag SYN.
    pub const SYN: u8 = 2;
    /// The flag RST.
    pub const RST: u8 = 4;
    /// The flag ACK.
    pub const WITH_ACK: u8 = 16;

    /// Option: the end of all options.
    pub const OPTION_END: u8 = 0;
    /// Option: nothing, one byte long.
    pub const OPTION_NOTHING: u8 = 1;
    /// Option: what arrived beyond a gap (RFC 2018 §3).
    pub const OPTION_SACK: u8 = 5;
}

/// UDP, RFC 768.
pub mod udp {
    use std::ops::Range;

    /// The checksum; zero where there is none.
    pub const CHECKSUM: Range<usize> = 6..8;
    /// How long the header is.
    pub const LEN: usize = 8;
}

/// ICMP and ICMPv6, RFC 792 and RFC 4443.
pub mod icmp {
    use std::ops::Range;

    /// What it says.
    pub const TYPE: usize = 0;
    /// The checksum.
    pub const CHECKSUM: Range<usize> = 2..4;
    /// The number of an echo, the same in the answer.
    pub const IDENT: Range<usize> = 4..6;
    /// How long the header is; in an error the packet that it is about follows.
    pub const LEN: usize = 8;
}

/// Numbers of the protocols above IP.
pub mod protocol {
    /// ICMP.
    pub const ICMP: u8 = 1;
    /// TCP.
    pub const TCP: u8 = 6;
    /// UDP.
    pub const UDP: u8 = 17;
    /// ICMPv6.
    pub const ICMPV6: u8 = 58;
}
