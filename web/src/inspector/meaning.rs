//! What the chosen field means: its value, its bits, where it lies, and what to do with it.

use super::packet::to_packet;
use crate::model::{Msg, Show};
use crate::parts::{Tell, flag, says};
use crate::says::{guide, packet as words};
use crate::words::Explained;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::dissect::{Piece, ShownField, ShownLayer};
use wirestage_core::view::hidden::is_hidden;
use wirestage_core::view::reading::{Leaves, bits};
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
            <div class="meaning aside"><p>{ words::CHOOSE }</p></div>
        };
    };
    let (name, means, reference, more, derived) = match field {
        Some(field) => {
            let kind = field.kind;
            (
                kind.name,
                kind.meaning(),
                kind.reference(),
                kind.more(),
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
        <div class="meaning" role="group" aria-label={words::MEANING} data-field={read.name(at)}>
            <h3>
                { name }
                if derived { { " " }<span class="derived">{ words::DERIVED }</span> }
                { " " }<span class="m value">{ value.clone() }</span>
            </h3>
            <p><Explained text={means} />{ " " }<span class="reference">{ reference }</span></p>
            if let Some(field) = field { { in_bits(show, packet, read, layer, field) } }
            <p class="aside">
                if derived { { words::NO_BYTE } }
                { place(show, packet, read, layer, field, tell) }
                if let Some(number) = there { { " · " }{ to_packet(tell, number, words::go_to(number)) } }
            </p>
            { does((show, packet), read, at, pins, tell) }
            if !more.is_empty() { <details><summary>{ words::MORE }</summary><p><Explained text={more} /></p></details> }
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
            <code title={words::FILTER_NAME}>{ filter }</code>
            { copy(tell, filter) }
            <button class="chip" onclick={sift}>{ words::FILTER_BY }</button>
            <button id="pin-it" class="chip" aria-pressed={flag(is_pinned)} onclick={says::<MouseEvent>(tell, Msg::Pin(own))}>{ words::PIN }</button>
            <a href={guide}>{ guide::NAME }</a>
        </div>
    }
}

fn copy(tell: &Tell, filter: &'static str) -> Html {
    let tell = tell.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        let text = match crate::browser::copy(filter) {
            Some(_) => words::copied(filter),
            None => words::NOT_COPIED.to_owned(),
        };
        tell.emit(Msg::Say(text));
    });
    html! { <button class="chip" aria-label={words::copy(filter)} {onclick}>{ words::COPY }</button> }
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
            <p class="m flag-bits"><span class="unseen">{ words::BITS }</span>{ bits }{ " = " }{ field.value.clone() }</p>
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
        return html! { { words::within(range, len) } };
    };
    let len = read.gathered.get(at).map_or(0, |whole| whole.bytes.len());
    let pieces = field.map_or(&[][..], |field| &field.pieces);
    let one = |piece: &Piece| {
        let name = words::packet(piece.frame);
        html! { <>{ words::piece(&piece.range) }{ to_packet(tell, piece.frame, name) }</> }
    };
    let more = pieces.len().saturating_sub(NAMED);
    html! {
        <>
            { words::within_message(range, len) }
            { pieces.iter().take(NAMED).map(one).collect::<Html>() }
            if more > 0 { { words::more_pieces(more) } }
        </>
    }
}
