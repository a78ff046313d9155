//! DNS over UDP and TCP (RFC 1035, RFC 3596, RFC 4035, RFC 6891): names and what belongs to them.

use super::dns_records::{CLASSES, TYPES, name, record};
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Bytes, Counted, Flag, Hex, Names, Number, Within};

/// DNS: questions about names, and their answers.
pub static DNS: LayerKind = LayerKind {
    name: "DNS",
    filter: "dns",
    meaning: "Asks what belongs to a name (an address, a mail server), and brings the answer.",
    reference: "RFC 1035 §4.1",
    fields: &[
        &message::LENGTH,
        &message::NUMBER,
        &message::FLAGS,
        &message::IS_ANSWER,
        &message::OPCODE,
        &message::AUTHORITATIVE,
        &message::TRUNCATED,
        &message::WANTS_RECURSION,
        &message::OFFERS_RECURSION,
        &message::ZERO,
        &message::AUTHENTIC,
        &message::UNCHECKED,
        &message::RESULT,
        &message::QUESTIONS,
        &message::ANSWERS,
        &message::AUTHORITIES,
        &message::FURTHER,
        &message::ASKED_NAME,
        &message::ASKED_TYPE,
        &message::ASKED_CLASS,
        &record::ANSWER_NAME,
        &record::AUTHORITY_NAME,
        &record::FURTHER_NAME,
        &record::TYPE,
        &record::CLASS,
        &record::TTL,
        &record::DATA_LENGTH,
        &record::A,
        &record::AAAA,
        &record::NS,
        &record::CNAME,
        &record::PTR,
        &record::MX_PREFERENCE,
        &record::MX_HOST,
        &record::TXT_LENGTH,
        &record::TXT,
        &record::SOA_SERVER,
        &record::SOA_PERSON,
        &record::SOA_SERIAL,
        &record::SOA_REFRESH,
        &record::SOA_RETRY,
        &record::SOA_EXPIRE,
        &record::SOA_MINIMUM,
        &record::OPT_SIZE,
        &record::OPT_RESULT,
        &record::OPT_VERSION,
        &record::OPT_FLAGS,
        &record::OPT_DNSSEC,
        &record::OPT_RESERVED,
        &record::OPT_CODE,
        &record::OPT_LENGTH,
        &record::OPT_DATA,
        &record::UNKNOWN,
        &message::REST,
        &message::PART,
        &message::QUESTION_IN,
        &message::ANSWER_IN,
    ],
};

/// Fields of DNS.
pub mod message {
    use super::*;

    /// Over TCP: how long the message is.
    pub static LENGTH: FieldKind = field!(
        "Length",
        "dns.length",
        Counted("byte"),
        "Tells over TCP where the message ends, since a stream of bytes has no ends of its own. A datagram needs none.",
        "RFC 1035 §4.2.2",
        "These two bytes are not counted. Messages on one connection follow each other, each behind its length."
    );

    /// By which an answer is known.
    pub static NUMBER: FieldKind = field!(
        "Number",
        "dns.id",
        Hex(4),
        "The asker chooses it by chance, and the answer repeats it, so that each answer finds its question.",
        "RFC 1035 §4.1.1",
        "Whoever guesses number and port can send a false answer before the true one comes. That is why both are random."
    );

    /// The flags as a whole.
    pub static FLAGS: FieldKind = field!(
        "Flags",
        "dns.flags",
        Hex(4),
        "Sixteen bits that say what sort of message it is, what is wished, and how it turned out.",
        "RFC 1035 §4.1.1"
    );

    /// QR.
    pub static IS_ANSWER: FieldKind = field!(
        "Is an answer",
        "dns.flags.response",
        Flag,
        "Tells an answer from a question: both have the same form.",
        "RFC 1035 §4.1.1"
    );

    /// Opcode.
    pub static OPCODE: FieldKind = field!(
        "What to do",
        "dns.flags.opcode",
        Names(OPCODES),
        "Says what the server shall do; nearly always to look a name up.",
        "RFC 1035 §4.1.1"
    );

    /// AA.
    pub static AUTHORITATIVE: FieldKind = field!(
        "From an authority",
        "dns.flags.authoritative",
        Flag,
        "Says that the server is responsible for the name, and does not pass on what it heard elsewhere.",
        "RFC 1035 §4.1.1"
    );

    /// TC.
    pub static TRUNCATED: FieldKind = field!(
        "Cut short",
        "dns.flags.truncated",
        Flag,
        "Says that the answer was too long for a datagram: ask again over TCP.",
        "RFC 2181 §9"
    );

    /// RD.
    pub static WANTS_RECURSION: FieldKind = field!(
        "Wants all done",
        "dns.flags.recdesired",
        Flag,
        "Asks the server to find the answer itself, and to ask others where it has to. The answer repeats it.",
        "RFC 1035 §4.1.1",
        "A computer asks its resolver so. The resolver asks authorities without it, and gets the names of servers that know more."
    );

    /// RA.
    pub static OFFERS_RECURSION: FieldKind = field!(
        "Would do all",
        "dns.flags.recavail",
        Flag,
        "Says that this server asks others for its clients, if they wish so: it is a resolver.",
        "RFC 1035 §4.1.1"
    );

    /// Z.
    pub static ZERO: FieldKind = field!(
        "Reserved",
        "dns.flags.z",
        Flag,
        "Has no use yet, and must be zero.",
        "RFC 1035 §4.1.1"
    );

    /// AD.
    pub static AUTHENTIC: FieldKind = field!(
        "Signatures are right",
        "dns.flags.authenticated",
        Flag,
        "Says in an answer that the server checked the signatures on its records, and found them right.",
        "RFC 4035 §3.2.3",
        "It is only as good as the way to that server: anyone in between could set it."
    );

    /// CD.
    pub static UNCHECKED: FieldKind = field!(
        "Do not check",
        "dns.flags.checkdisable",
        Flag,
        "Asks the server not to check signatures, since the asker will do that itself.",
        "RFC 4035 §3.2.2"
    );

    /// RCODE.
    pub static RESULT: FieldKind = field!(
        "Result",
        "dns.flags.rcode",
        Names(RESULTS),
        "Says how it turned out: all is well, there is no such name, or what went wrong.",
        "RFC 1035 §4.1.1",
        "No error and no answers mean: the name exists, but has no records of this kind."
    );

    /// QDCOUNT.
    pub static QUESTIONS: FieldKind = field!(
        "Questions",
        "dns.count.queries",
        Number,
        "Tells how many questions follow; in practice one. An answer repeats them.",
        "RFC 1035 §4.1.1"
    );

    /// ANCOUNT.
    pub static ANSWERS: FieldKind = field!(
        "Answers",
        "dns.count.answers",
        Number,
        "Tells how many records answer the question.",
        "RFC 1035 §4.1.1"
    );

    /// NSCOUNT.
    pub static AUTHORITIES: FieldKind = field!(
        "Authorities",
        "dns.count.auth_rr",
        Number,
        "Tells how many records name who is responsible: servers to be asked next, or the zone that has no such name.",
        "RFC 1035 §4.1.1"
    );

    /// ARCOUNT.
    pub static FURTHER: FieldKind = field!(
        "Further records",
        "dns.count.add_rr",
        Number,
        "Tells how many records come besides: addresses that will be asked for next, and extensions.",
        "RFC 1035 §4.1.1"
    );

    /// QNAME.
    pub static ASKED_NAME: FieldKind = field!(
        "Name",
        "dns.qry.name",
        Within(name),
        "The name that is asked about: labels, each behind its length, ended by a zero.",
        "RFC 1035 §4.1.2",
        "Points are not sent. A label has at most 63 letters, and a whole name takes at most 255 bytes."
    );

    /// QTYPE.
    pub static ASKED_TYPE: FieldKind = field!(
        "Type",
        "dns.qry.type",
        Names(TYPES),
        "Says which kind of record is wanted: an address, a mail server, any.",
        "RFC 1035 §3.2.3"
    );

    /// QCLASS.
    pub static ASKED_CLASS: FieldKind = field!(
        "Class",
        "dns.qry.class",
        Names(CLASSES),
        "Says in which network's names to look; nowadays always the Internet's.",
        "RFC 1035 §3.2.5"
    );

    /// What follows the message.
    pub static REST: FieldKind = field!(
        "The rest",
        "dns.extraneous.data",
        Bytes,
        "What could not be read, or stands behind the last record that the header counts.",
        "RFC 1035 §4.1"
    );

    /// A part of a message over TCP.
    pub static PART: FieldKind = field!(
        "Part of a message",
        "wirestage.dns.part",
        Bytes,
        "A part of a message that lies in several segments; it can be read once all of them are there.",
        "RFC 7766 §8"
    );

    /// The question's frame.
    pub static QUESTION_IN: FieldKind = field!(
        "Answers frame",
        "dns.response_to",
        Number,
        "Tells in which frame the question came: the one with the same number, between the same ports.",
        "RFC 1035 §4.1.1").derived();

    /// The answer's frame.
    pub static ANSWER_IN: FieldKind = field!(
        "Answered in frame",
        "dns.response_in",
        Number,
        "Tells in which frame the answer to this question comes.",
        "RFC 1035 §4.1.1"
    )
    .derived();
}

/// What is to be done (RFC 1035 §4.1.1, RFC 1996 §3.1, RFC 2136 §2.2).
pub const OPCODES: &[(u64, &str)] = &[
    (0, "look it up"),
    (1, "look it up backwards"),
    (2, "tell how you are"),
    (4, "note a change"),
    (5, "change the zone"),
    (6, "keep the connection's state"),
];

/// How it turned out (RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 6891 §9).
pub const RESULTS: &[(u64, &str)] = &[
    (0, "no error"),
    (1, "question not understood"),
    (2, "server could not find out"),
    (3, "no such name"),
    (4, "not done here"),
    (5, "refused"),
    (6, "name exists, but should not"),
    (7, "records exist, but should not"),
    (8, "records should exist, but do not"),
    (9, "no authority, or not allowed"),
    (10, "name outside the zone"),
    (16, "version not known"),
];
