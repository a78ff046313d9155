//! One packet: its layers and its bytes, which light each other up.

use super::bytes::bytes;
use super::tree::tree;
use crate::model::{Msg, Show};
use crate::parts::{Tell, says};
use std::ops::Range;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::dissect::{ShownField, ShownLayer, layers};
use wirestage_core::view::rewriting::passed_on;
use wirestage_core::view::words::counted;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub packet: FrameId,
    pub tell: Tell,
}

/// Bytes that are shown unless the reader wants all: every header, and a letter's beginning.
const FIRST: usize = 320;

/// What is lit: a field, or what a byte belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lit {
    /// The field, among all of the packet; none where a byte is pointed at.
    pub field: Option<usize>,
    /// Its bytes.
    pub bytes: Range<usize>,
}

impl Lit {
    /// Whether a field is lit: that one, or each that shares the byte.
    pub fn holds(&self, index: usize, field: &ShownField) -> bool {
        match self.field {
            Some(lit) => lit == index,
            None => self.bytes.start < field.range.end && field.range.start < self.bytes.end,
        }
    }
}

/// The packet.
#[component]
pub fn Packet(props: &Props) -> Html {
    let Props { show, packet, tell } = props;
    let lit = use_state_eq(|| None::<Lit>);
    let all = use_state_eq(|| false);
    let read = use_memo((Rc::clone(show), *packet), |(show, packet)| {
        layers(show.timeline().bytes(*packet))
    });
    {
        let lit = lit.clone();
        use_effect_with(*packet, move |_| lit.set(None));
    }
    let timeline = show.timeline();
    let frame = timeline.frame(*packet);
    let raw = timeline.bytes(*packet);
    let field = {
        let (lit, read) = (lit.clone(), Rc::clone(&read));
        Callback::from(move |index: Option<usize>| lit.set(index.and_then(|i| of_field(&read, i))))
    };
    let byte = {
        let (lit, read) = (lit.clone(), Rc::clone(&read));
        Callback::from(move |at: Option<usize>| lit.set(at.and_then(|at| of_byte(&read, at))))
    };
    let step = {
        let (lit, read) = (lit.clone(), Rc::clone(&read));
        Callback::from(move |down: bool| {
            let now = lit.as_ref().and_then(|lit| index_of(&read, lit));
            let to = match (now, down) {
                (None, _) => 0,
                (Some(at), true) => at + 1,
                (Some(at), false) => at.saturating_sub(1),
            };
            if let Some(found) = of_field(&read, to) {
                lit.set(Some(found));
            }
        })
    };
    let cut = if *all {
        raw.len()
    } else {
        raw.len().min(FIRST)
    };
    let show_all = Callback::from(move |_: MouseEvent| all.set(true));
    let from = &timeline.node(frame.from).name;
    html! {
        <section class="packet" data-frame={packet.to_string()}>
            <h2>
                { "Packet " }{ packet.index() + 1 }{ " " }
                <small>{ counted(raw.len() as u64, "byte") }{ ", as it left the " }{ from.clone() }</small>
            </h2>
            { neighbours(show, tell, *packet) }
            { tree(&read, lit.as_ref(), &field) }
            { bytes(&raw[..cut], &read, lit.as_ref(), &byte, &step) }
            if cut < raw.len() {
                <button class="btn" onclick={show_all}>{ "Show all " }{ counted(raw.len() as u64, "byte") }</button>
            }
        </section>
    }
}

/// The same packet on the link before, and on the link after.
fn neighbours(show: &Show, tell: &Tell, packet: FrameId) -> Html {
    let timeline = show.timeline();
    let sent = timeline.frame(packet);
    let at = |node| timeline.node(node).name.clone();
    let link = |other: FrameId, words: String| {
        let msg = Msg::Choose(Some(other));
        html! { <li><button class="link" onclick={says(tell, msg)}>{ words }</button></li> }
    };
    let number = |other: FrameId| other.index() + 1;
    let before = sent.forwards.filter(|_| !timeline.is_copy(packet));
    let before = before.map(|other| {
        link(
            other,
            format!(
                "← packet {}, as it arrived at the {}",
                number(other),
                at(sent.from)
            ),
        )
    });
    let after = passed_on(timeline, packet).map(|other| {
        let node = timeline.frame(other).from;
        link(
            other,
            format!("→ packet {}, as it left the {}", number(other), at(node)),
        )
    });
    if before.is_none() && after.is_none() {
        return html! {};
    }
    html! { <ul class="hops">{ before }{ after }</ul> }
}

fn fields(layers: &[ShownLayer]) -> impl Iterator<Item = &ShownField> {
    layers.iter().flat_map(|layer| &layer.fields)
}

fn of_field(layers: &[ShownLayer], index: usize) -> Option<Lit> {
    let field = fields(layers).nth(index)?;
    Some(Lit {
        field: Some(index),
        bytes: field.range.clone(),
    })
}

/// The field that a byte stands in; of several the first.
fn of_byte(layers: &[ShownLayer], at: usize) -> Option<Lit> {
    let field = fields(layers).find(|field| field.range.contains(&at))?;
    Some(Lit {
        field: None,
        bytes: field.range.clone(),
    })
}

fn index_of(layers: &[ShownLayer], lit: &Lit) -> Option<usize> {
    let first = || fields(layers).position(|field| field.range == lit.bytes);
    lit.field.or_else(first)
}
