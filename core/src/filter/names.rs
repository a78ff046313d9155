//! What filters may name: layers and fields of the dissector's table, and facts of frames.

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
    Seconds,
    Comment,
}

const FACTS: [(&str, Fact, &str); 5] = [
    ("frame", Fact::Frame, "the whole frame"),
    ("frame.number", Fact::Number, "which frame, counted from 1"),
    ("frame.len", Fact::Length, "how many bytes the frame has"),
    (
        "frame.time_relative",
        Fact::Seconds,
        "when it was sent, in seconds",
    ),
    ("frame.comment", Fact::Comment, "what is said at it"),
];

/// One name for both ends.
const BOTH: [(&str, [&str; 2]); 6] = [
    ("eth.addr", ["eth.dst", "eth.src"]),
    ("ip.addr", ["ip.src", "ip.dst"]),
    ("ipv6.addr", ["ipv6.src", "ipv6.dst"]),
    ("tcp.port", ["tcp.srcport", "tcp.dstport"]),
    ("udp.port", ["udp.srcport", "udp.dstport"]),
    ("port", ["tcp.port", "udp.port"]),
];

/// Words for what is often looked for, and the filters that they stand for.
pub(super) const WORDS: [(&str, &str); 10] = [
    ("syn", "tcp.flags.syn == 1"),
    ("fin", "tcp.flags.fin == 1"),
    ("reset", "tcp.flags.reset == 1"),
    ("lost", "frame.comment contains \"lost \""),
    ("control", "ftp"),
    ("data", "ftp-data"),
    ("mail", "smtp || pop || imf"),
    ("names", "dns"),
    ("web", "http"),
    (
        "ping",
        "icmp.type == 8 || icmp.type == 0 || icmpv6.type == 128 || icmpv6.type == 129",
    ),
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
    match BOTH.iter().find(|(known, _)| same(known)) {
        Some((_, parts)) => {
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

fn all_fields() -> impl Iterator<Item = &'static FieldKind> {
    LAYERS.iter().flat_map(|layer| layer.fields).copied()
}

/// All names that begin so, each with what it is: of layers first, then of fields.
pub(super) fn beginning(start: &str) -> Vec<(&'static str, &'static str)> {
    let fits = |name: &str| {
        name.get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    let layers = LAYERS.iter().map(|layer| (layer.filter, layer.name));
    let facts = FACTS.iter().map(|(name, _, what)| (*name, *what));
    let both = BOTH.iter().map(|(name, _)| (*name, "either end"));
    let fields = all_fields().map(|kind| (kind.filter, kind.name));
    let words = WORDS.iter().copied();
    let mut all: Vec<_> = words
        .chain(layers)
        .chain(facts)
        .chain(both)
        .chain(fields)
        .collect();
    all.retain(|(name, _)| fits(name));
    let mut seen = crate::base::sorted::Set::new();
    all.retain(|(name, _)| seen.insert(*name));
    all
}

/// The name that may have been meant.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let near = beginning("")
        .into_iter()
        .map(|(known, _)| (distance(&lower, known), known));
    let (far, best) = near.min_by_key(|(far, _)| *far)?;
    (far <= 1 + lower.len() / 4).then_some(best)
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
