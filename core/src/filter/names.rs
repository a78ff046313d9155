//! What filters may name: layers and fields of the dissector's table, and facts of frames.

use crate::base::sorted::Set;
use crate::dissect::{FieldKind, LAYERS, LayerKind};

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Named {
    Layer(&'static LayerKind),
    /// Fields of this name; or of several, where one name stands for both ends.
    Fields(Vec<&'static FieldKind>),
    Fact(Fact),
}

/// What is known of a frame beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// The frame itself: all of its bytes.
    Frame,
    Number,
    Length,
    Time,
    Comment,
}

const FACTS: [(&str, Fact, &str); 6] = [
    ("frame", Fact::Frame, "The whole frame"),
    ("frame.number", Fact::Number, "Which frame, counted from 1"),
    ("frame.len", Fact::Length, "How many bytes the frame has"),
    (
        "frame.cap_len",
        Fact::Length,
        "How many bytes the frame has",
    ),
    (
        "frame.time_relative",
        Fact::Time,
        "When it was sent, in seconds since the first",
    ),
    ("frame.comment", Fact::Comment, "What is said at it"),
];

/// One name for several.
const BOTH: [(&str, [&str; 2], &str); 7] = [
    (
        "eth.addr",
        ["eth.dst", "eth.src"],
        "Either hardware address",
    ),
    ("ip.addr", ["ip.src", "ip.dst"], "Either address"),
    ("ipv6.addr", ["ipv6.src", "ipv6.dst"], "Either address"),
    ("tcp.port", ["tcp.srcport", "tcp.dstport"], "Either port"),
    ("udp.port", ["udp.srcport", "udp.dstport"], "Either port"),
    (
        "port",
        ["tcp.port", "udp.port"],
        "Either port of TCP or UDP",
    ),
    (
        "host",
        ["ip.addr", "ipv6.addr"],
        "Either address of IPv4 or IPv6",
    ),
];

/// Words for what is often looked for, and the filters that they stand for.
pub(super) const WORDS: [(&str, &str); 15] = [
    ("syn", "tcp.flags.syn == 1"),
    ("fin", "tcp.flags.fin == 1"),
    ("rst", "tcp.flags.reset == 1"),
    ("reset", "tcp.flags.reset == 1"),
    ("psh", "tcp.flags.push == 1"),
    ("push", "tcp.flags.push == 1"),
    ("retransmission", "tcp.analysis.retransmission"),
    (
        "fragment",
        "ip.flags.mf == 1 || ip.frag_offset > 0 || ipv6.fraghdr",
    ),
    ("lost", "frame.comment[0:5] == \"lost \""),
    ("control", "ftp"),
    ("file", "ftp-data"),
    ("mail", "smtp || pop || imf"),
    ("names", "dns"),
    ("web", "http"),
    ("ping", "icmp.type in {0, 8} || icmpv6.type in {128, 129}"),
];

/// What a name stands for, whatever its letters' case.
pub(super) fn find(name: &str) -> Option<Named> {
    let same = |known: &str| known.eq_ignore_ascii_case(name);
    if let Some((_, fact, _)) = FACTS.iter().find(|(known, ..)| same(known)) {
        return Some(Named::Fact(*fact));
    }
    if let Some(layer) = LAYERS.iter().find(|layer| same(layer.filter)) {
        return Some(Named::Layer(layer));
    }
    let mut fields: Vec<&'static FieldKind> = Vec::new();
    match BOTH.iter().find(|(known, ..)| same(known)) {
        Some((_, parts, _)) => {
            for part in parts {
                if let Some(Named::Fields(found)) = find(part) {
                    fields.extend(found);
                }
            }
        }
        None => fields.extend(all_fields().filter(|kind| same(kind.filter))),
    }
    (!fields.is_empty()).then_some(Named::Fields(fields))
}

/// The filter that a plain word stands for.
pub(super) fn word(name: &str) -> Option<&'static str> {
    let mut words = WORDS.iter();
    let found = words.find(|(word, _)| word.eq_ignore_ascii_case(name));
    found.map(|(_, filter)| *filter)
}

fn all_fields() -> impl Iterator<Item = &'static FieldKind> {
    LAYERS.iter().flat_map(|layer| layer.fields).copied()
}

/// Each name with what it is: plain words, then layers, then fields.
pub(super) fn all() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = WORDS.to_vec();
    all.extend(LAYERS.iter().map(|layer| (layer.filter, layer.name)));
    all.extend(FACTS.iter().map(|(name, _, what)| (*name, *what)));
    all.extend(BOTH.iter().map(|(name, _, what)| (*name, *what)));
    all.extend(all_fields().map(|kind| (kind.filter, kind.name)));
    let mut seen = Set::new();
    all.retain(|(name, _)| seen.insert(*name));
    all
}

/// Whether a name begins so, or one of its parts does: `syn` is in `tcp.flags.syn`.
pub(super) fn begins(name: &str, start: &str) -> Begins {
    let fits = |part: &str| {
        let head = part.get(..start.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    if fits(name) {
        return Begins::Name;
    }
    let mut dots = name.match_indices('.');
    match dots.any(|(dot, _)| fits(&name[dot + 1..])) {
        true => Begins::Part,
        false => Begins::Nothing,
    }
}

/// What of a name begins so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    Name,
    Part,
    Nothing,
}

/// The name that may have been meant.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    /// No name is longer.
    const LONGEST: usize = 60;
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let all = all();
    // `ttl` is the end of `ip.ttl`.
    let ends = |(known, _): &&(&'static str, &str)| {
        let before = known.strip_suffix(lower.as_str());
        before.is_some_and(|before| before.ends_with('.'))
    };
    if let Some((known, _)) = all.iter().filter(ends).min_by_key(|(known, _)| known.len()) {
        return Some(known);
    }
    let near = all
        .iter()
        .map(|(known, _)| (distance(&lower, known), *known));
    let (far, best) = near.min_by_key(|(far, _)| *far)?;
    (far <= 1 + lower.len() / 4 && far < lower.len()).then_some(best)
}

/// How many letters to change, add or take away.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}
