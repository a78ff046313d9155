//! How IPv6 hosts tell routers which groups they listen to (RFC 3810): fields of ICMPv6.

use super::icmp::fours;
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, Shows, field};
use Shows::{Address, Bytes, Names, Number, Within, Words};
use std::net::Ipv6Addr;

/// What a record says of a group.
pub const RECORD_TYPES: &[(u64, &str)] = &[
    (1, "includes these senders"),
    (2, "excludes these senders"),
    (3, "changes to including these"),
    (4, "changes to excluding these"),
    (5, "allows new senders"),
    (6, "blocks old senders"),
];

/// `ff02::fb: changes to excluding these`: the group, and what becomes of it.
#[must_use]
pub fn record(frame: &[u8], field: &Field) -> String {
    let record = frame.get(field.range.clone()).unwrap_or_default();
    let kind = record.first().map_or(0, |kind| u64::from(*kind));
    let word = match RECORD_TYPES.iter().find(|(known, _)| *known == kind) {
        Some((_, word)) => (*word).to_owned(),
        None => format!("type {kind}"),
    };
    match record
        .get(4..20)
        .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
    {
        Some(group) => format!("{}: {word}", Ipv6Addr::from(group)),
        None => word,
    }
}

/// Reserved.
pub static RESERVED: FieldKind = field!(
    "Reserved",
    "icmpv6.reserved",
    Bytes,
    "Has no use: the sender writes zeros and readers do not look.",
    "RFC 3810 §5.2.1"
);

/// Records.
pub static RECORD_COUNT: FieldKind = field!(
    "Records",
    "icmpv6.mldr.nb_mcast_records",
    Number,
    "How many groups the host speaks of in this message.",
    "RFC 3810 §5.2.3"
);

/// Record.
pub static RECORD: FieldKind = field!(
    "Record",
    "icmpv6.mldr.mar",
    Within(record),
    "What the host tells of one group: whether it listens, and to which senders.",
    "RFC 3810 §5.2.4"
);

/// Record type.
pub static RECORD_KIND: FieldKind = field!(
    "Record type",
    "icmpv6.mldr.mar.record_type",
    Names(RECORD_TYPES),
    "Whether the record states how things are or that they changed, and how to read the list of \
     senders.",
    "RFC 3810 §5.2.12",
    "To join a group, a host changes to excluding nobody. To leave it, the host changes to \
     including nobody."
);

/// Auxiliary length.
pub static AUXILIARY_LENGTH: FieldKind = field!(
    "Auxiliary length",
    "icmpv6.mldr.mar.aux_data_len",
    Words(fours),
    "How much further data ends the record, in units of four bytes. So far always zero.",
    "RFC 3810 §5.2.6"
);

/// Senders.
pub static SOURCE_COUNT: FieldKind = field!(
    "Senders",
    "icmpv6.mldr.mar.nb_sources",
    Number,
    "How many senders the record lists.",
    "RFC 3810 §5.2.7"
);

/// Group.
pub static GROUP: FieldKind = field!(
    "Group",
    "icmpv6.mldr.mar.multicast_address",
    Address,
    "The group that the record is about: whoever listens gets what is sent to this address.",
    "RFC 3810 §5.2.8"
);

/// Sender.
pub static SOURCE: FieldKind = field!(
    "Sender",
    "icmpv6.mldr.mar.source_address",
    Address,
    "A sender whose packets to the group the host wants, or does not want.",
    "RFC 3810 §5.2.9"
);

/// Auxiliary data.
pub static AUXILIARY: FieldKind = field!(
    "Auxiliary data",
    "icmpv6.mldr.mar.auxiliary_data",
    Bytes,
    "Further data, for which no use was ever defined.",
    "RFC 3810 §5.2.10"
);
