//! Options of TCP (RFC 9293 §3.2): each as a whole, and then its parts.

use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, Shows, field};
use Shows::{Bytes, Counted, Flag, Names, Number, Within};

/// Options of TCP by their kind.
pub const KINDS: &[(u64, &str)] = &[
    (0, "end of options"),
    (1, "no operation"),
    (2, "maximum segment size"),
    (3, "window scale"),
    (4, "SACK permitted"),
    (5, "SACK"),
    (8, "timestamps"),
    (19, "MD5 signature"),
    (27, "quick start"),
    (28, "user timeout"),
    (29, "authentication"),
    (30, "multipath"),
    (34, "fast open"),
    (69, "encryption"),
    (172, "count of marks"),
    (174, "count of marks"),
    (253, "experiment"),
    (254, "experiment"),
];

/// The option's bytes.
fn bytes<'a>(frame: &'a [u8], field: &Field) -> &'a [u8] {
    frame.get(field.range.clone()).unwrap_or_default()
}

/// The number in so many bytes of it; zero where they are missing.
fn number(option: &[u8], at: usize, len: usize) -> u64 {
    let bytes = option.get(at..at + len).unwrap_or_default();
    bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))
}

/// `1460`.
#[must_use]
pub fn mss(frame: &[u8], field: &Field) -> String {
    number(bytes(frame, field), 2, 2).to_string()
}

/// `7 (window × 128)`: 14 doublings at most (RFC 7323 §2.3).
#[must_use]
pub fn scale(frame: &[u8], field: &Field) -> String {
    let shift = number(bytes(frame, field), 2, 1);
    format!("{shift} (window × {})", 1u32 << shift.min(14))
}

/// `yes`: of an option that says all by being there.
#[must_use]
pub fn yes(_: &[u8], _: &Field) -> String {
    "yes".into()
}

/// `10–20, 30–40`: the first number of each block, and one past its last (RFC 2018 §3).
#[must_use]
pub fn blocks(frame: &[u8], field: &Field) -> String {
    let blocks = bytes(frame, field)
        .get(2..)
        .unwrap_or_default()
        .chunks_exact(8);
    let words = blocks.map(|b| format!("{}–{}", number(b, 0, 4), number(b, 4, 4)));
    words.collect::<Vec<_>>().join(", ")
}

/// `5, echo 6`.
#[must_use]
pub fn stamps(frame: &[u8], field: &Field) -> String {
    let option = bytes(frame, field);
    format!("{}, echo {}", number(option, 2, 4), number(option, 6, 4))
}

/// `5 minutes`, `90 seconds`.
#[must_use]
pub fn user_timeout(frame: &[u8], field: &Field) -> String {
    let number = number(bytes(frame, field), 2, 2);
    let unit = if number & 0x8000 == 0 {
        "second"
    } else {
        "minute"
    };
    let time = number & 0x7fff;
    let s = if time == 1 { "" } else { "s" };
    format!("{time} {unit}{s}")
}

/// `asks for a cookie`, `cookie of 8 bytes`.
#[must_use]
pub fn fast_open(frame: &[u8], field: &Field) -> String {
    match bytes(frame, field).len() {
        0..=2 => "asks for a cookie".into(),
        len => format!("cookie of {} bytes", len - 2),
    }
}

/// `kind 99, 4 bytes`.
#[must_use]
pub fn other(frame: &[u8], field: &Field) -> String {
    let option = bytes(frame, field);
    format!("kind {}, {} bytes", number(option, 0, 1), option.len())
}

/// Options.
pub static OPTIONS: FieldKind = field!(
    "Options",
    "tcp.options",
    Bytes,
    "What the sides agree on, mostly when the connection opens, and remarks that the fixed \
     header has no room for.",
    "RFC 9293 §3.2"
);

/// End of options.
pub static END: FieldKind = field!(
    "End of options",
    "tcp.options.eol",
    Bytes,
    "Ends the options where they do not fill the header's last word.",
    "RFC 9293 §3.2"
);

/// No operation.
pub static NO_OPERATION: FieldKind = field!(
    "No operation",
    "tcp.options.nop",
    Bytes,
    "Does nothing: it fills a gap, so that the next option lies where it is quick to read.",
    "RFC 9293 §3.2"
);

/// Maximum segment size.
pub static MSS: FieldKind = field!(
    "Maximum segment size",
    "tcp.options.mss",
    Within(mss),
    "Tells the other side how many bytes at most it may put into one segment. Only in a SYN.",
    "RFC 9293 §3.7.1",
    "It is what fits the sender's own link. Routers on tunnels lower it in passing, so that \
     segments fit there too."
);

/// Window scale.
pub static SCALE: FieldKind = field!(
    "Window scale",
    "tcp.options.wscale",
    Within(scale),
    "Makes the sender's windows larger by doubling them so many times. Only in a SYN, and only \
     if both send it.",
    "RFC 7323 §2.2",
    "Without it at most 65,535 bytes are on the way at once, which makes long fast paths slow."
);

/// SACK permitted.
pub static SACK_PERMITTED: FieldKind = field!(
    "SACK permitted",
    "tcp.options.sack_perm",
    Within(yes),
    "The sender understands reports of what arrived behind a gap. Only in a SYN.",
    "RFC 2018 §2"
);

/// SACK.
pub static SACK: FieldKind = field!(
    "SACK",
    "tcp.options.sack",
    Within(blocks),
    "Reports which bytes arrived behind a gap, so that the other side sends only the missing \
     ones again.",
    "RFC 2018 §3",
    "The newest block stands first. A first block below the acknowledgment number reports bytes \
     that came twice (RFC 2883)."
);

/// Timestamps.
pub static TIMESTAMPS: FieldKind = field!(
    "Timestamps",
    "tcp.options.timestamp",
    Within(stamps),
    "The sender's clock and an echo of the other's: both learn how long the round takes and \
     spot strays of old.",
    "RFC 7323 §3.2"
);

/// User timeout.
pub static USER_TIMEOUT: FieldKind = field!(
    "User timeout",
    "tcp.options.user_to",
    Within(user_timeout),
    "How long the sender will wait for acknowledgments before it gives the connection up.",
    "RFC 5482 §3.3"
);

/// Fast open.
pub static FAST_OPEN: FieldKind = field!(
    "Fast open",
    "tcp.options.tfo",
    Within(fast_open),
    "Lets a client send bytes with its SYN, if it shows a cookie from an earlier visit.",
    "RFC 7413 §4.1.1"
);

/// MD5 signature.
pub static MD5: FieldKind = field!(
    "MD5 signature",
    "tcp.options.md5",
    Within(other),
    "Proves with a shared password that the segment is from the right neighbor. Routers protect \
     their talk with it.",
    "RFC 2385 §2.0",
    "TCP-AO (RFC 5925) has replaced it, since MD5 is no longer safe."
);

/// Option.
pub static OTHER: FieldKind = field!(
    "Option",
    "tcp.options.unknown",
    Within(other),
    "An option that this reader does not know. Its length tells where the next one begins.",
    "RFC 9293 §3.2"
);

/// Broken options.
pub static BROKEN: FieldKind = field!(
    "Broken options",
    "wirestage.tcp.options.broken",
    Bytes,
    "The rest of the options, which cannot be read because a length among them is impossible.",
    "RFC 9293 §3.2"
);

/// Option kind.
pub static KIND: FieldKind = field!(
    "Option kind",
    "tcp.option_kind",
    Names(KINDS),
    "Which option this is. Readers skip the ones they do not know.",
    "RFC 9293 §3.2"
);

/// Option length.
pub static LENGTH: FieldKind = field!(
    "Option length",
    "tcp.option_len",
    Counted("bytes"),
    "How long the option is, with its kind and this byte, so that readers find the next one.",
    "RFC 9293 §3.2"
);

/// Largest segment.
pub static MSS_VALUE: FieldKind = field!(
    "Largest segment",
    "tcp.options.mss_val",
    Counted("bytes"),
    "How many bytes one segment may carry at most, headers not counted.",
    "RFC 9293 §3.7.1"
);

/// Doublings.
pub static SCALE_SHIFT: FieldKind = field!(
    "Doublings",
    "tcp.options.wscale.shift",
    Number,
    "How often to double the window: 14 times at most.",
    "RFC 7323 §2.2"
);

/// Left edge. As it stands there: Wireshark only counts from the SYN.
pub static LEFT_EDGE_RAW: FieldKind = field!(
    "Left edge",
    "wirestage.tcp.options.sack_le_raw",
    Number,
    "The first byte of a block that arrived.",
    "RFC 2018 §3"
);

/// Right edge. As it stands there: Wireshark only counts from the SYN.
pub static RIGHT_EDGE_RAW: FieldKind = field!(
    "Right edge",
    "wirestage.tcp.options.sack_re_raw",
    Number,
    "The byte just behind a block that arrived.",
    "RFC 2018 §3"
);

/// Timestamp value.
pub static STAMP: FieldKind = field!(
    "Timestamp value",
    "tcp.options.timestamp.tsval",
    Number,
    "The sender's clock when it sent the segment, in ticks of its own choice.",
    "RFC 7323 §3.2"
);

/// Timestamp echo reply.
pub static STAMP_ECHO: FieldKind = field!(
    "Timestamp echo reply",
    "tcp.options.timestamp.tsecr",
    Number,
    "The other side's clock as last heard: that side subtracts it from now and knows the \
     round's time.",
    "RFC 7323 §3.2"
);

/// In minutes.
pub static TIMEOUT_UNIT: FieldKind = field!(
    "In minutes",
    "tcp.options.user_to_granularity",
    Flag,
    "Whether the timeout counts minutes or seconds.",
    "RFC 5482 §3.3"
);

/// Timeout. The last fifteen bits.
pub static TIMEOUT: FieldKind = field!(
    "Timeout",
    "tcp.options.user_to_val",
    Number,
    "For how many seconds or minutes the sender will wait.",
    "RFC 5482 §3.3"
);

/// Asks for a cookie. The whole option, which has no more than kind and length.
pub static COOKIE_REQUEST: FieldKind = field!(
    "Asks for a cookie",
    "tcp.options.tfo.request",
    Bytes,
    "The client has no cookie yet and would like one for its next visit.",
    "RFC 7413 §4.1.1"
);

/// Cookie.
pub static COOKIE: FieldKind = field!(
    "Cookie",
    "tcp.options.tfo.cookie",
    Bytes,
    "Proves that the client was here before with the same address, so that the server trusts \
     its early bytes.",
    "RFC 7413 §4.1.2"
);

/// Digest.
pub static DIGEST: FieldKind = field!(
    "Digest",
    "tcp.options.md5.digest",
    Bytes,
    "A fingerprint of the segment and the shared password.",
    "RFC 2385 §2.0"
);

/// Option data.
pub static DATA: FieldKind = field!(
    "Option data",
    "tcp.options.unknown.payload",
    Bytes,
    "What an unknown option says.",
    "RFC 9293 §3.2"
);

/// Relative left edge.
pub static LEFT_EDGE: FieldKind = field!(
    "Relative left edge",
    "tcp.options.sack_le",
    Number,
    "The first byte of a block that arrived, counted from the other side's SYN.",
    "RFC 2018 §3"
)
.derived();

/// Relative right edge.
pub static RIGHT_EDGE: FieldKind = field!(
    "Relative right edge",
    "tcp.options.sack_re",
    Number,
    "The byte just behind a block that arrived, counted from the other side's SYN.",
    "RFC 2018 §3"
)
.derived();
