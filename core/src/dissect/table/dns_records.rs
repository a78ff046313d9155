//! The records of DNS (RFC 1035, RFC 3596, RFC 6891): what belongs to a name.

use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, Shows, field};
use crate::proto::dns::Name;
use Shows::{Address, Bytes, Counted, Flag, Hex, Names, Number, Text, Within};

/// Fields of DNS's records.
pub mod record {
    use super::*;

    /// The name that an answer is about.
    pub static ANSWER_NAME: FieldKind = field!(
        "Answer",
        "dns.resp.name",
        Within(name),
        "The name that this answer is about: the one asked for, or the true name behind an alias.",
        "RFC 1035 §4.1.3",
        POINTER
    );

    /// The name that an authority is responsible for.
    pub static AUTHORITY_NAME: FieldKind = field!(
        "Authority",
        "dns.resp.name",
        Within(name),
        "The zone whose servers, or whose rules, this record tells.",
        "RFC 1035 §4.1.3",
        POINTER
    );

    /// The name that a further record is about.
    pub static FURTHER_NAME: FieldKind = field!(
        "Further record",
        "dns.resp.name",
        Within(name),
        "The name that this further record is about: a host named above, or the root, where it tells extensions.",
        "RFC 1035 §4.1.3",
        POINTER
    );

    /// TYPE.
    pub static TYPE: FieldKind = field!(
        "Type",
        "dns.resp.type",
        Names(TYPES),
        "Says of which kind the record is, and so how its data is to be read.",
        "RFC 1035 §3.2.2"
    );

    /// CLASS.
    pub static CLASS: FieldKind = field!(
        "Class",
        "dns.resp.class",
        Names(CLASSES),
        "Says to which network's names the record belongs; nowadays always the Internet's.",
        "RFC 1035 §3.2.4"
    );

    /// TTL.
    pub static TTL: FieldKind = field!(
        "May be kept",
        "dns.resp.ttl",
        Counted("second"),
        "Says for how long others may keep the record before they have to ask again.",
        "RFC 1035 §3.2.1",
        "The zone's owner chooses it. A resolver that answers from memory counts it down. Long times save questions; short ones make changes known sooner."
    );

    /// RDLENGTH.
    pub static DATA_LENGTH: FieldKind = field!(
        "Data length",
        "dns.resp.len",
        Counted("byte"),
        "Tells how long the record's data is, so that whoever does not know its kind can pass over it.",
        "RFC 1035 §3.2.1"
    );

    /// A record of kind A.
    pub static A: FieldKind = field!(
        "Address",
        "dns.a",
        Address,
        "An IPv4 address of the host that has this name.",
        "RFC 1035 §3.4.1",
        "A name may have several. The asker tries them one after the other."
    );

    /// A record of kind AAAA.
    pub static AAAA: FieldKind = field!(
        "Address",
        "dns.aaaa",
        Address,
        "An IPv6 address of the host that has this name.",
        "RFC 3596 §2.2",
        "Four times as long as an A record's address, hence four times the letter."
    );

    /// A record of kind NS.
    pub static NS: FieldKind = field!(
        "Name server",
        "dns.ns",
        Within(name),
        "A server that is responsible for the zone: whoever wants to know more asks there.",
        "RFC 1035 §3.3.11",
        "Where the server's own name lies in that zone, its address must come along, or nobody could find it."
    );

    /// A record of kind CNAME.
    pub static CNAME: FieldKind = field!(
        "True name",
        "dns.cname",
        Within(name),
        "The true name of which the asked one is an alias: the asker goes on with it.",
        "RFC 1035 §3.3.1"
    );

    /// A record of kind PTR.
    pub static PTR: FieldKind = field!(
        "Name of the address",
        "dns.ptr.domain_name",
        Within(name),
        "The name that belongs to an address, which is asked about backwards, below in-addr.arpa or ip6.arpa.",
        "RFC 1035 §3.3.12"
    );

    /// A mail server's preference.
    pub static MX_PREFERENCE: FieldKind = field!(
        "Preference",
        "dns.mx.preference",
        Number,
        "Says which mail server to try first: the one with the smallest number. Others help out when it is down.",
        "RFC 1035 §3.3.9"
    );

    /// A mail server.
    pub static MX_HOST: FieldKind = field!(
        "Takes mail",
        "dns.mx.mail_exchange",
        Within(name),
        "The host that takes letters for this domain; the root alone means that nobody does.",
        "RFC 1035 §3.3.9"
    );

    /// A text's length.
    pub static TXT_LENGTH: FieldKind = field!(
        "Text length",
        "dns.txt.length",
        Counted("byte"),
        "Tells how long the next text is; at most 255 bytes, so that long texts come in several.",
        "RFC 1035 §3.3"
    );

    /// A text.
    pub static TXT: FieldKind = field!(
        "Text",
        "dns.txt",
        Text,
        "A text that belongs to the name. Programs agree on its form: who may send mail for a domain, for one.",
        "RFC 1035 §3.3.14"
    );

    /// MNAME.
    pub static SOA_SERVER: FieldKind = field!(
        "First server",
        "dns.soa.mname",
        Within(name),
        "The server where the zone's owner makes changes; the others copy from it.",
        "RFC 1035 §3.3.13"
    );

    /// RNAME.
    pub static SOA_PERSON: FieldKind = field!(
        "Who looks after it",
        "dns.soa.rname",
        Within(name),
        "The mail address of the person responsible for the zone, with a point in place of the @.",
        "RFC 1035 §3.3.13"
    );

    /// SERIAL.
    pub static SOA_SERIAL: FieldKind = field!(
        "Edition",
        "dns.soa.serial_number",
        Number,
        "Grows with each change of the zone, so that the other servers notice that they need a new copy.",
        "RFC 1035 §3.3.13",
        "Owners who change the zone and forget this number wonder why half of their servers give old answers."
    );

    /// REFRESH.
    pub static SOA_REFRESH: FieldKind = field!(
        "Look again after",
        "dns.soa.refresh_interval",
        Counted("second"),
        "Says how often the other servers look whether there is a new edition.",
        "RFC 1035 §3.3.13"
    );

    /// RETRY.
    pub static SOA_RETRY: FieldKind = field!(
        "Try again after",
        "dns.soa.retry_interval",
        Counted("second"),
        "Says how soon they try again when the first server did not answer.",
        "RFC 1035 §3.3.13"
    );

    /// EXPIRE.
    pub static SOA_EXPIRE: FieldKind = field!(
        "Give up after",
        "dns.soa.expire_limit",
        Counted("second"),
        "Says when they stop answering, if they could not reach the first server for so long.",
        "RFC 1035 §3.3.13"
    );

    /// MINIMUM.
    pub static SOA_MINIMUM: FieldKind = field!(
        "A no may be kept",
        "dns.soa.minimum_ttl",
        Counted("second"),
        "Says for how long others may remember that there is no such name.",
        "RFC 2308 §4",
        "A no is kept for this time, or for the record's own, whichever is shorter. It was once meant as the shortest time of any record."
    );

    /// CLASS of an OPT record.
    pub static OPT_SIZE: FieldKind = field!(
        "Largest datagram",
        "dns.rr.udp_payload_size",
        Counted("byte"),
        "Says how long a datagram the sender can take; without it 512 bytes is the most.",
        "RFC 6891 §6.2.3",
        "It stands where other records have their class. 1232 is usual: such datagrams are hardly ever cut into fragments on their way."
    );

    /// Upper bits of the result.
    pub static OPT_RESULT: FieldKind = field!(
        "More of the result",
        "dns.resp.ext_rcode",
        Number,
        "Eight more bits in front of the header's four, since there are more than sixteen results by now.",
        "RFC 6891 §6.1.3"
    );

    /// VERSION.
    pub static OPT_VERSION: FieldKind = field!(
        "Version",
        "dns.resp.edns0_version",
        Number,
        "Says which version of the extensions the sender knows; there is only 0 so far.",
        "RFC 6891 §6.1.3"
    );

    /// The flags as a whole.
    pub static OPT_FLAGS: FieldKind = field!(
        "Flags",
        "dns.resp.z",
        Hex(4),
        "Sixteen more flags, of which one has a use so far.",
        "RFC 6891 §6.1.4"
    );

    /// DO.
    pub static OPT_DNSSEC: FieldKind = field!(
        "Wants signatures",
        "dns.resp.z.do",
        Flag,
        "Asks for the signatures of the records too, so that the asker can check them.",
        "RFC 3225 §3"
    );

    /// The rest of the flags.
    pub static OPT_RESERVED: FieldKind = field!(
        "Reserved",
        "dns.resp.z.reserved",
        Hex(4),
        "Flags without a use yet; zero when sent, and not looked at.",
        "RFC 6891 §6.1.4"
    );

    /// An option's code.
    pub static OPT_CODE: FieldKind = field!(
        "Option",
        "dns.opt.code",
        Names(OPTIONS),
        "Says which extension the next bytes belong to. Whoever does not know it passes over it.",
        "RFC 6891 §6.1.2"
    );

    /// An option's length.
    pub static OPT_LENGTH: FieldKind = field!(
        "Option length",
        "dns.opt.len",
        Counted("byte"),
        "Tells how many bytes of the option follow, so that an unknown one can be passed over.",
        "RFC 6891 §6.1.2"
    );

    /// An option's data.
    pub static OPT_DATA: FieldKind = field!(
        "Option data",
        "dns.opt.data",
        Bytes,
        "What the option says, in a form of its own.",
        "RFC 6891 §6.1.2"
    );

    /// Data of a kind not known here.
    pub static UNKNOWN: FieldKind = field!(
        "Data",
        "dns.data",
        Bytes,
        "What the record says, of a kind that is not looked into here; it is passed on as it is.",
        "RFC 3597 §3"
    );
}

/// What is said of names that may be shortened.
const POINTER: &str = "A name that stood in the message before is not written again: two bytes point back to it. The first two bits of these are ones, which no length can have.";

/// Kinds of records (RFC 1035 §3.2.2, §3.2.3).
pub const TYPES: &[(u64, &str)] = &[
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (12, "PTR"),
    (13, "HINFO"),
    (15, "MX"),
    (16, "TXT"),
    (28, "AAAA"),
    (33, "SRV"),
    (35, "NAPTR"),
    (39, "DNAME"),
    (41, "OPT"),
    (43, "DS"),
    (44, "SSHFP"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (50, "NSEC3"),
    (51, "NSEC3PARAM"),
    (52, "TLSA"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (99, "SPF"),
    (251, "IXFR"),
    (252, "AXFR"),
    (255, "ANY"),
    (257, "CAA"),
];

/// Classes (RFC 1035 §3.2.4, §3.2.5).
pub const CLASSES: &[(u64, &str)] = &[
    (1, "Internet"),
    (3, "Chaosnet"),
    (4, "Hesiod"),
    (254, "none"),
    (255, "any"),
];

/// Options of OPT records (RFC 5001, RFC 7871, RFC 7314, RFC 7873, RFC 7828, RFC 7830, RFC 8914).
pub const OPTIONS: &[(u64, &str)] = &[
    (3, "name of the server"),
    (8, "network of the client"),
    (9, "when the zone expires"),
    (10, "cookie against false senders"),
    (11, "how long to stay connected"),
    (12, "padding"),
    (15, "why it went wrong"),
];

/// A name, at the field's first byte; the field's number is where in the frame the message
/// begins, since pointers count from there. The root is `<Root>`, as filters know it.
#[must_use]
pub fn name(frame: &[u8], field: &Field) -> String {
    let start = usize::try_from(field.number).unwrap_or(usize::MAX);
    match labels(frame.get(start..), field.range.start.checked_sub(start)) {
        Some(labels) if labels.is_empty() => "<Root>".into(),
        Some(labels) => Name::from_labels(labels.into_iter()).to_string(),
        None => format!("{} bytes", field.range.len()),
    }
}

/// A name's labels; none where it is broken. Pointers lead back only, so that it ends.
fn labels(message: Option<&[u8]>, at: Option<usize>) -> Option<Vec<&[u8]>> {
    const POINTS: u8 = 0xc0;
    let (message, mut at) = (message?, at?);
    let mut start = at;
    let mut labels = Vec::new();
    loop {
        let length = *message.get(at)?;
        match length {
            0 => return Some(labels),
            POINTS.. => {
                let low = *message.get(at + 1)?;
                let to = usize::from(length & !POINTS) << 8 | usize::from(low);
                if to >= start {
                    return None;
                }
                (at, start) = (to, to);
            }
            1..=63 if labels.len() < 128 => {
                let end = at + 1 + usize::from(length);
                labels.push(message.get(at + 1..end)?);
                at = end;
            }
            _ => return None,
        }
    }
}
