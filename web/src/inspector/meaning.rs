//! What the chosen field means: its value, its bits, where it lies, and what to do with it.

use super::packet::to_packet;
use crate::model::{Msg, Show};
use crate::parts::{Tell, flag, says};
use crate::words::Explained;
use std::ops::Range;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::dissect::{Piece, ShownField, ShownLayer};
use wirestage_core::view::hidden::is_hidden;
use wirestage_core::view::reading::{Leaves, bits};
use wirestage_core::view::words::grouped;
use yew::prelude::*;

/// Pieces that are named one by one.
const NAMED: usize = 6;

/// The panel.
pub fn meaning(
    show: &Rc<Show>,
    packet: FrameId,
    read: &Leaves,
    chosen: Option<usize>,
    pins: &[String],
    tell: &Tell,
) -> Html {
    let line = chosen.map(|at| (at, &read.nodes[at]));
    let found = line.and_then(|(at, node)| Some((at, node, read.line(node)?)));
    let Some((at, node, (layer, field))) = found else {
        return html! {
            <div class="meaning aside"><p>{ "Choose a field or a byte: its meaning stands here." }</p></div>
        };
    };
    let (name, means, reference, more, derived) = match field {
        Some(field) => {
            let kind = field.kind;
            (
                kind.name,
                kind.meaning,
                kind.reference,
                kind.more,
                kind.derived,
            )
        }
        None => (
            layer.kind.name,
            layer.kind.meaning,
            layer.kind.reference,
            "",
            false,
        ),
    };
    let value = field.map_or(&layer.summary, |field| &field.value);
    let there = read
        .leads_to(node)
        .and_then(|number| u32::try_from(number).ok());
    let there = there.filter(|number| *number != packet.0 + 1);
    html! {
        <div class="meaning" role="group" aria-label="Meaning" data-field={read.name(at)}>
            <h3>
                { name }
                if derived { { " " }<span class="derived">{ "derived" }</span> }
                { " " }<span class="m value">{ value.clone() }</span>
            </h3>
            <p><Explained text={means} />{ " " }<span class="reference">{ reference }</span></p>
            if let Some(field) = field { { in_bits(show, packet, read, layer, field) } }
            <p class="aside">
                if derived { { "Stands in no byte of its own: it follows from others. " } }
                { place(show, packet, read, layer, field, tell) }
                if let Some(number) = there { { " · " }{ to_packet(tell, number, format!("go to packet {number}")) } }
            </p>
            { does((show, packet), read, at, pins, tell) }
            if !more.is_empty() { <details><summary>{ "More" }</summary><p><Explained text={more} /></p></details> }
        </div>
    }
}

/// What can be done with a field.
fn does(
    (show, packet): (&Rc<Show>, FrameId),
    read: &Leaves,
    at: usize,
    pins: &[String],
    tell: &Tell,
) -> Html {
    let node = &read.nodes[at];
    let own = read.name(at);
    let filter = read.filter(node);
    let layer = read.layers[node.layer].kind.filter;
    let guide = match node.field {
        Some(_) => format!("#/guide/{layer}/{filter}"),
        None => format!("#/guide/{filter}"),
    };
    let is_pinned = pins.contains(&own);
    let sift = {
        let (show, tell, node) = (Rc::clone(show), tell.clone(), node.clone());
        let field = node
            .field
            .and_then(|at| read.layers[node.layer].fields.get(at));
        let secret = field.is_some_and(is_hidden);
        Callback::from(move |_: MouseEvent| {
            // A password that is hidden stands in no filter either.
            tell.emit(Msg::SiftBy(match secret {
                true => filter.to_owned(),
                false => show.filter_for(packet, &node),
            }));
        })
    };
    html! {
        <div class="does">
            <code title="its name in filters">{ filter }</code>
            { copy(tell, filter) }
            <button class="chip" onclick={sift}>{ "Filter by this" }</button>
            <button id="pin-it" class="chip" aria-pressed={flag(is_pinned)} onclick={says::<MouseEvent>(tell, Msg::Pin(own))}>{ "Pin" }</button>
            <a href={guide}>{ "Field guide" }</a>
        </div>
    }
}

fn copy(tell: &Tell, filter: &'static str) -> Html {
    let tell = tell.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        let text = match crate::browser::copy(filter) {
            Some(_) => format!("{filter} is copied."),
            None => "The browser keeps its clipboard shut.".to_owned(),
        };
        tell.emit(Msg::Say(text));
    });
    html! { <button class="chip" aria-label={format!("Copy {filter}")} {onclick}>{ "Copy" }</button> }
}

/// `0100 .... = 4`.
fn in_bits(
    show: &Show,
    packet: FrameId,
    read: &Leaves,
    layer: &ShownLayer,
    field: &ShownField,
) -> Html {
    let bytes = match usize::from(layer.source).checked_sub(1) {
        None => show.timeline().bytes(packet),
        Some(at) => read.gathered.get(at).map_or(&[][..], |whole| &whole.bytes),
    };
    match bits(field, bytes) {
        Some(bits) => html! {
            <p class="m flag-bits"><span class="unseen">{ "bits " }</span>{ bits }{ " = " }{ field.value.clone() }</p>
        },
        None => html! {},
    }
}

/// Where it lies: `Bytes 34–37 of 66`, or in which packets.
fn place(
    show: &Show,
    packet: FrameId,
    read: &Leaves,
    layer: &ShownLayer,
    field: Option<&ShownField>,
    tell: &Tell,
) -> Html {
    let range = field.map_or(&layer.range, |field| &field.range);
    let Some(at) = usize::from(layer.source).checked_sub(1) else {
        let len = show.timeline().bytes(packet).len();
        return html! { { within(range, len) } };
    };
    let len = read.gathered.get(at).map_or(0, |whole| whole.bytes.len());
    let pieces = field.map_or(&[][..], |field| &field.pieces);
    let one = |piece: &Piece| {
        let words = format!("packet {}", piece.frame);
        html! { <>{ "; " }{ span(&piece.range) }{ " of " }{ to_packet(tell, piece.frame, words) }</> }
    };
    let more = pieces.len().saturating_sub(NAMED);
    html! {
        <>
            { within(range, len) }{ " together" }
            { pieces.iter().take(NAMED).map(one).collect::<Html>() }
            if more > 0 { { format!("; and {more} more") } }
        </>
    }
}

fn within(range: &Range<usize>, len: usize) -> String {
    let mut text = crate::parts::capital(&span(range));
    text += " of ";
    text += &grouped(len as u64);
    text
}

/// `bytes 34–37`.
fn span(range: &Range<usize>) -> String {
    let number = |at: usize| grouped(at as u64);
    match range.len() {
        0 => format!("before byte {}", number(range.start)),
        1 => format!("byte {}", number(range.start)),
        _ => format!("bytes {}–{}", number(range.start), number(range.end - 1)),
    }
}
