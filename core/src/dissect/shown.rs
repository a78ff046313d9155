//! Layers and fields in words, as a page shows them.

use super::table::icmp::icmp as i4;
use super::table::icmp6::icmpv6 as i6;
use super::table::ip::ipv4;
use super::table::ip6::ipv6;
use super::table::link::{arp, ethernet};
use super::table::neighbors;
use super::table::transport::{tcp, udp};
use super::{Dissection, Field, FieldKind, Layer, LayerKind, Piece, table};
use crate::proto::dns::{meaning, parse::parse};
use std::ops::Range;

/// One layer of a frame, in words.
#[derive(Clone, Debug)]
pub struct ShownLayer {
    /// What it is.
    pub kind: &'static LayerKind,
    /// `Ethernet`, `IPv4`, `TCP`, `FTP`.
    pub name: &'static str,
    /// In a few words: `192.0.2.10 → 192.0.2.11`.
    pub summary: String,
    /// Where its bytes lie: 0 in the frame, else in that one of the messages that were put
    /// together.
    pub source: u8,
    /// Which of these bytes.
    pub range: Range<usize>,
    /// Its fields, in the order of their bytes.
    pub fields: Vec<ShownField>,
}

/// One field of a layer, in words.
#[derive(Clone, Debug)]
pub struct ShownField {
    /// What it is.
    pub kind: &'static FieldKind,
    /// `Source port`.
    pub name: &'static str,
    /// `49152`, `SYN, ACK`, `0x3ce2`.
    pub value: String,
    /// Which bytes it stands in: of the frame, or of the message that its layer lies in.
    pub range: Range<usize>,
    /// In which frames these bytes lie, and where there. Empty where it is this frame alone.
    pub pieces: Vec<Piece>,
    /// Which of their bits, the highest first, where it does not take them all.
    pub bits: Option<Range<u8>>,
}

/// The layers of a frame in words, outermost first. Nothing is known of other frames.
#[must_use]
pub fn layers(frame: &[u8]) -> Vec<ShownLayer> {
    shown(&Dissection::of(frame), frame)
}

/// The layers that were read of a frame, in words.
#[must_use]
pub fn shown(dissection: &Dissection, frame: &[u8]) -> Vec<ShownLayer> {
    let shown = dissection.layers().iter().map(|layer| {
        let fields = dissection.fields_of(layer).iter();
        ShownLayer {
            kind: layer.kind,
            name: layer.kind.name,
            summary: summary(dissection, layer, frame),
            source: layer.source,
            range: layer.range.clone(),
            fields: fields
                .map(|field| field_of(dissection, field, frame))
                .collect(),
        }
    });
    shown.collect()
}

fn field_of(dissection: &Dissection, field: &Field, frame: &[u8]) -> ShownField {
    ShownField {
        kind: field.kind,
        name: field.kind.name,
        value: dissection.value(field, frame),
        range: field.range.clone(),
        pieces: dissection.span(field.source, &field.range),
        bits: field.bits.clone(),
    }
}

/// What a layer says in a few words.
#[must_use]
pub fn summary(dissection: &Dissection, layer: &Layer, frame: &[u8]) -> String {
    let fields = dissection.fields_of(layer);
    let find = |kind: &'static FieldKind| fields.iter().find(|f| std::ptr::eq(f.kind, kind));
    let value = |kind| {
        find(kind)
            .map(|field| dissection.value(field, frame))
            .unwrap_or_default()
    };
    let number = |kind| find(kind).map_or(0, |field| field.number);
    let way = |from, to| format!("{} → {}", value(from), value(to));
    let is = |kind: &'static LayerKind| std::ptr::eq(layer.kind, kind);
    let text = if is(&table::link::ETHERNET) {
        way(&ethernet::SOURCE, &ethernet::DESTINATION)
    } else if is(&table::link::ARP) {
        match number(&arp::OPERATION) {
            1 => format!(
                "who has {}? Tell {}",
                value(&arp::TARGET),
                value(&arp::SENDER)
            ),
            2 => format!(
                "{} is at {}",
                value(&arp::SENDER),
                value(&arp::SENDER_HARDWARE)
            ),
            _ => String::new(),
        }
    } else if is(&table::ip::IPV4) {
        way(&ipv4::SOURCE, &ipv4::DESTINATION)
    } else if is(&table::ip6::IPV6) {
        way(&ipv6::SOURCE, &ipv6::DESTINATION)
    } else if is(&table::transport::TCP) {
        let ports = (number(&tcp::SOURCE_PORT), number(&tcp::DESTINATION_PORT));
        format!("{} → {} · {}", ports.0, ports.1, value(&tcp::FLAGS))
    } else if is(&table::transport::UDP) {
        format!(
            "{} → {}",
            number(&udp::SOURCE_PORT),
            number(&udp::DESTINATION_PORT)
        )
    } else if is(&table::icmp::ICMP) {
        error(&value(&i4::KIND), &value(&i4::CODE))
    } else if is(&table::icmp6::ICMPV6) {
        match number(&i6::KIND) {
            135 => format!("who has {}?", value(&neighbors::NS_TARGET)),
            136 => format!("I have {}", value(&neighbors::NA_TARGET)),
            _ => error(&value(&i6::KIND), &value(&i6::CODE)),
        }
    } else if is(&table::dns::DNS) {
        names(dissection, layer, frame)
    } else {
        let bytes = dissection.source(frame, layer.source);
        first_line(bytes.get(layer.range.clone()).unwrap_or_default())
    };
    match layer.quoted {
        true => format!("quoted: {text}"),
        false => text,
    }
}

/// `destination unreachable: nobody at that port`, of `3 (destination unreachable)` and so on.
fn error(kind: &str, code: &str) -> String {
    let word = |text: &str| {
        let (_, word) = text.split_once(" (")?;
        Some(word.trim_end_matches(')').to_owned())
    };
    match (word(kind), word(code)) {
        (Some(kind), Some(code)) => format!("{kind}: {code}"),
        (Some(kind), None) => kind,
        _ => kind.to_owned(),
    }
}

fn names(dissection: &Dissection, layer: &Layer, frame: &[u8]) -> String {
    let fields = dissection.fields_of(layer);
    let number = &table::dns::message::NUMBER;
    let Some(first) = fields.iter().find(|f| std::ptr::eq(f.kind, number)) else {
        return "a part of a message".into();
    };
    let bytes = dissection.source(frame, layer.source);
    let message = bytes.get(first.range.start..layer.range.end);
    let parsed = parse(message.unwrap_or_default());
    let Some(header) = parsed.header else {
        return String::new();
    };
    let mut text = match parsed.questions.first() {
        Some(asked) => asked.question.to_string(),
        None => "no question".into(),
    };
    if !header.is_answer {
        text.push('?');
        return text;
    }
    text += ": ";
    text += &match parsed.message() {
        Some(message) => meaning::answer_text(&message),
        None => header.rcode.word().to_owned(),
    };
    text
}

/// The first line of what is readable.
fn first_line(bytes: &[u8]) -> String {
    const LONG: usize = 60;
    let end = bytes
        .iter()
        .position(|b| *b == b'\n')
        .unwrap_or(bytes.len());
    let Ok(line) = std::str::from_utf8(bytes[..end].trim_ascii_end()) else {
        return String::new();
    };
    if line.chars().any(|c| c.is_control() && c != '\t') {
        return String::new();
    }
    match line.char_indices().nth(LONG) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.to_owned(),
    }
}
