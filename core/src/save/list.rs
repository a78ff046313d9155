//! The frames that a filter lets through, one line each: number, time, from, to, protocol, length,
//! and what it says.

use super::Choice;
use super::sieve::Sieve;
use crate::capture::{Caught, Places, each};
use crate::dissect::{Dissection, FieldKind, LayerKind, summary, table};
use crate::timeline::{RunInfo, Timeline};
use crate::view::outline::Outline;
use crate::view::packets::Packet;
use table::ip::ipv4;
use table::ip6::ipv6;
use table::link::{arp, ethernet};

/// Both ends, by the layer that names them. The first that a frame has is shown.
static ENDS: [[&FieldKind; 2]; 4] = [
    [&ipv4::SOURCE, &ipv4::DESTINATION],
    [&ipv6::SOURCE, &ipv6::DESTINATION],
    [&arp::SENDER, &arp::TARGET],
    [&ethernet::SOURCE, &ethernet::DESTINATION],
];

const COLUMNS: usize = 6;

pub(super) fn list(
    (timeline, info): (&Timeline, &RunInfo),
    choice: Choice,
    places: Places<'_>,
    sieve: &mut Sieve<'_>,
) -> String {
    let outline = Outline::of(timeline, info);
    let mut rows: Vec<[String; COLUMNS + 1]> = Vec::new();
    each((timeline, info), choice.tap, places, &mut |caught| {
        if sieve.lets_through(caught) {
            let packet = Packet::of(timeline, &outline, caught.frame);
            let us = sieve.nanoseconds(caught.time) / 1000;
            let [from, to] = ends(&sieve.dissection, caught.bytes);
            let show = choice.transcript.show_passwords;
            rows.push([
                caught.number.to_string(),
                format!("{}.{:06}", us / 1_000_000, us % 1_000_000),
                from,
                to,
                packet.protocol.to_owned(),
                caught.bytes.len().to_string(),
                says(packet, &sieve.dissection, caught, show),
            ]);
        }
    });
    written(&rows)
}

/// What it says, and whether it never arrived.
fn says(packet: Packet, dissection: &Dissection, caught: &Caught<'_>, passwords: bool) -> String {
    let mut text = packet.info;
    if passwords && text.contains('•') {
        let is_padding = |kind: &LayerKind| std::ptr::eq(kind, &table::data::PADDING);
        let mut layers = dissection.layers().iter().rev();
        if let Some(last) = layers.find(|layer| !is_padding(layer.kind)) {
            text = summary(dissection, last, caught.bytes);
        }
    }
    if let Some(why) = packet.lost {
        text += " · lost: ";
        text += &why;
    }
    text
}

fn ends(dissection: &Dissection, frame: &[u8]) -> [String; 2] {
    for pair in ENDS {
        if let [Some(from), Some(to)] = pair.map(|kind| dissection.first(kind)) {
            return [from, to].map(|field| dissection.value(field, frame));
        }
    }
    [String::new(), String::new()]
}

/// The rows, their columns as wide as what stands in them; numbers to the right.
fn written(rows: &[[String; COLUMNS + 1]]) -> String {
    let mut widths = [0; COLUMNS];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            line += &match column {
                0 | 1 | 5 => format!("{cell:>width$}  "),
                2 => format!("{cell:>width$} → "),
                _ => format!("{cell:width$}  "),
            };
        }
        line += &row[COLUMNS];
        text += line.trim_end();
        text.push('\n');
    }
    text
}
