//! One packet: its layers, its bytes and what they mean, which light each other up.

use super::bytes::{Bytes, bytes};
use super::meaning::meaning;
use super::passwords::Passwords;
use super::pins::pins;
use super::tree::{Tree, keep_in_sight, tree};
use crate::browser::{Slices, document, now_ms};
use crate::model::{Msg, Show};
use crate::parts::{Tell, says};
use crate::says::packet as words;
use gloo_timers::callback::Timeout;
use std::ops::Range;
use std::rc::Rc;
use web_sys::Element;
use wirestage_core::base::FrameId;
use wirestage_core::view::hidden::hide;
use wirestage_core::view::reading::{Leaves, Node, before};
use wirestage_core::view::rewriting::passed_on;
use yew::prelude::*;

/// Packets that are followed at once.
const AT_ONCE: usize = 250;
/// Packets that are followed between two looks at the clock.
const BETWEEN: usize = 16;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub packet: FrameId,
    /// The field that is chosen.
    pub field: Option<String>,
    /// The fields that are watched.
    pub pins: Vec<String>,
    /// Passwords are shown.
    pub passwords: bool,
    pub tell: Tell,
}

/// What is lit: a line of the tree, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lit {
    pub node: usize,
    /// Where the bytes lie: 0 in the packet, else in a message that was put together.
    pub source: u8,
    pub bytes: Range<usize>,
}

impl Lit {
    /// A line of the tree.
    pub fn of(read: &Leaves, node: usize) -> Option<Self> {
        let (layer, field) = read.line(read.nodes.get(node)?)?;
        Some(Self {
            node,
            source: layer.source,
            bytes: field.map_or(&layer.range, |field| &field.range).clone(),
        })
    }

    /// What a byte stands in: the smallest field; of those that share it by bits the widest.
    pub fn of_byte(read: &Leaves, source: u8, at: usize) -> Option<Self> {
        let mut best: Option<(bool, usize, usize)> = None;
        for (index, node) in read.nodes.iter().enumerate() {
            let Some((layer, Some(field))) = read.line(node) else {
                continue;
            };
            if layer.source != source || field.kind.derived || !field.range.contains(&at) {
                continue;
            }
            let size = match &field.bits {
                None => field.range.len(),
                Some(_) => node.depth,
            };
            let this = (field.bits.is_some(), size, index);
            best = best.filter(|best| *best < this).or(Some(this));
        }
        Self::of(read, best?.2)
    }

    /// Which of its bytes lie in a source; for those of a message that was put together, which
    /// of the packet's own.
    pub fn within(&self, read: &Leaves, packet: FrameId, source: u8) -> Vec<Range<usize>> {
        if self.source == source {
            return vec![self.bytes.clone()];
        }
        let line = read.nodes.get(self.node).and_then(|node| read.line(node));
        let pieces = match line {
            Some((_, Some(field))) if source == 0 => &field.pieces[..],
            _ => &[],
        };
        let own = pieces.iter().filter(|piece| piece.frame == packet.0 + 1);
        own.map(|piece| piece.range.clone()).collect()
    }
}

/// What was done by hand in a packet, forgotten when another field is chosen.
#[derive(Clone, Debug, Default, PartialEq)]
struct Hand {
    /// In which packet, and where which field was chosen.
    at: Option<(FrameId, Option<usize>)>,
    /// Which bytes are shown: the packet's own, or those of a message.
    source: Option<u8>,
    /// The byte that the keys have come to.
    cursor: Option<usize>,
}

impl Hand {
    /// Whose bytes are shown, and which of them the keys have come to: unless done by hand, the
    /// first of what is chosen.
    fn place(&self, here: (FrameId, Option<usize>), selected: Option<&Lit>) -> (u8, usize) {
        let by_hand = Some(self).filter(|hand| hand.at == Some(here));
        let own = selected.map_or(0, |lit| lit.source);
        let source = by_hand.and_then(|hand| hand.source).unwrap_or(own);
        let start = selected.filter(|lit| lit.source == source);
        let start = start.map_or(0, |lit| lit.bytes.start);
        (
            source,
            by_hand.and_then(|hand| hand.cursor).unwrap_or(start),
        )
    }
}

/// The packet.
#[component]
pub fn Packet(props: &Props) -> Html {
    let Props {
        show, packet, tell, ..
    } = props;
    let over = use_state_eq(|| None::<Lit>);
    let folds = use_state_eq(Vec::<(&'static str, bool)>::new);
    let hand = use_state_eq(Hand::default);
    let all = use_state_eq(|| false);
    let (tree_at, bytes_at) = (use_node_ref(), use_node_ref());
    let knows = use_followed(show, *packet);
    let how = (knows, props.passwords);
    let read = use_memo((Rc::clone(show), *packet, how), |(show, packet, how)| {
        leaves(show, *packet, how.1)
    });
    let earlier = use_memo(
        (Rc::clone(show), *packet, how, props.pins.is_empty()),
        |(show, packet, how, none)| {
            let id = before(show.timeline(), *packet).filter(|_| !none)?;
            Some((id, leaves(show, id, how.1)))
        },
    );
    {
        let over = over.clone();
        use_effect_with(*packet, move |_| over.set(None));
    }
    let chosen = props.field.as_deref().and_then(|name| read.find(name));
    let selected = chosen.and_then(|node| Lit::of(&read, node));
    let (source, cursor) = hand.place((*packet, chosen), selected.as_ref());
    let lit = (*over).clone().or(selected);
    use_in_sight(&tree_at, &bytes_at, (*packet, chosen, cursor));
    let choose = {
        let (tell, read) = (tell.clone(), Rc::clone(&read));
        Callback::from(move |node: usize| tell.emit(Msg::Field(Some(read.name(node)))))
    };
    let point = over_node(&over, &read);
    let point_byte = over_byte(&over, &read, source);
    let to_byte = to_byte(&hand, &read, (*packet, chosen, source), &choose);
    let to_source = to_source(&hand, (*packet, chosen));
    let timeline = show.timeline();
    let raw = timeline.bytes(*packet);
    let from = &timeline.node(timeline.frame(*packet).from).name;
    let shown = Bytes {
        show,
        packet: *packet,
        read: &read,
        source,
        cursor,
        lit: lit.as_ref(),
        all: *all,
    };
    html! {
        <section class="packet" data-frame={packet.to_string()} data-known={knows.then_some("")}>
            <h2>
                { words::title(packet.index() + 1) }{ " " }
                <small>{ words::as_it_left(raw.len(), from) }</small>
            </h2>
            { switch(props, &read) }
            { neighbours(show, tell, *packet) }
            { pins(&props.pins, &read, (*earlier).as_ref(), tell) }
            { gathered(&read, *packet, tell) }
            <div class="panes">
                { tree(&Tree { read: &read, lit: lit.as_ref(), chosen, folds: &folds }, &tree_at, (&choose, &point)) }
                <div class="pane" ref={bytes_at}>
                    { bytes(&shown, tell, (&point_byte, &to_byte, &to_source), all.setter()) }
                </div>
                { meaning(show, *packet, &read, chosen, &props.pins, tell) }
            </div>
        </section>
    }
}

/// The switch for passwords, where the packet has one.
fn switch(props: &Props, read: &Leaves) -> Html {
    let (on, tell) = (props.passwords, props.tell.clone());
    if !on && read.hidden.is_empty() {
        return html! {};
    }
    html! { <Passwords show={Rc::clone(&props.show)} {on} {tell} /> }
}

/// A packet's layers and fields, with passwords or without.
fn leaves(show: &Show, packet: FrameId, passwords: bool) -> Leaves {
    let mut leaves = show.read(packet);
    if !passwords {
        hide(&mut leaves, packet, show.timeline().bytes(packet));
    }
    leaves
}

/// Follows the packet's link; answers whether all that its connection says of it is known. What
/// is long is followed between what else the page does, and is drawn once it is known.
#[hook]
fn use_followed(show: &Rc<Show>, packet: FrameId) -> bool {
    let drawing = use_force_update();
    let knows = show.left_to_follow(packet) <= AT_ONCE && show.follow(packet, AT_ONCE);
    let link = show.timeline().frame(packet).link;
    use_effect_with((Rc::clone(show), link, knows), move |(show, _, knows)| {
        let show = Rc::clone(show);
        let slices = (!knows).then(|| {
            Slices::new(move |until_ms| {
                while now_ms() < until_ms {
                    if show.follow(packet, BETWEEN) {
                        drawing.force_update();
                        return true;
                    }
                }
                false
            })
        });
        move || drop(slices)
    });
    knows
}

/// Draws the component again in a moment, as long as there is more to do.
#[hook]
pub fn use_again(more: bool) {
    let round = use_state(|| 0_u32);
    use_effect_with((more, *round), move |(more, at)| {
        let next = at.wrapping_add(1);
        let again = more.then(|| Timeout::new(0, move || round.set(next)));
        move || drop(again)
    });
}

/// What was chosen is brought into sight in the tree, and where the cursor is in the bytes. Where
/// the tree has the focus, that goes along.
#[hook]
fn use_in_sight(tree: &NodeRef, bytes: &NodeRef, at: (FrameId, Option<usize>, usize)) {
    let (tree, bytes) = (tree.clone(), bytes.clone());
    use_effect_with(at, move |_| {
        let find = |at: &NodeRef, selector: &str| {
            let found = at.cast::<Element>()?.query_selector(selector);
            found.ok().flatten()
        };
        if let (Some(tree), Some(line)) =
            (tree.cast::<Element>(), find(&tree, "[aria-selected=true]"))
        {
            keep_in_sight(&tree, &line, None);
            let has_focus = |at: &NodeRef| {
                let at = at.cast::<Element>();
                at.is_some_and(|at| at.contains(document().active_element().as_deref()))
            };
            // Who goes through the bytes stays there.
            let panel = tree.closest(".panel").ok().flatten();
            if let Some(panel) = panel.filter(|_| !has_focus(&bytes)) {
                let below = panel.query_selector(".meaning").ok().flatten();
                keep_in_sight(&panel, &line, below.as_ref());
            }
            if tree.contains(document().active_element().as_deref()) {
                crate::focus::give(&line);
            }
        }
        let (scroller, byte) = (find(&bytes, ".bytes"), find(&bytes, ".hex .cursor"));
        if let (Some(scroller), Some(byte)) = (scroller, byte) {
            keep_in_sight(&scroller, &byte, None);
        }
    });
}

fn over_node(over: &UseStateHandle<Option<Lit>>, read: &Rc<Leaves>) -> Callback<Option<usize>> {
    let (over, read) = (over.clone(), Rc::clone(read));
    Callback::from(move |node: Option<usize>| {
        over.set(node.and_then(|node| Lit::of(&read, node)));
    })
}

fn over_byte(
    over: &UseStateHandle<Option<Lit>>,
    read: &Rc<Leaves>,
    source: u8,
) -> Callback<Option<usize>> {
    let (over, read) = (over.clone(), Rc::clone(read));
    Callback::from(move |at: Option<usize>| {
        over.set(at.and_then(|at| Lit::of_byte(&read, source, at)));
    })
}

/// The cursor goes to a byte, and with it what is chosen.
fn to_byte(
    hand: &UseStateHandle<Hand>,
    read: &Rc<Leaves>,
    (packet, chosen, source): (FrameId, Option<usize>, u8),
    choose: &Callback<usize>,
) -> Callback<usize> {
    let (hand, read, choose) = (hand.clone(), Rc::clone(read), choose.clone());
    Callback::from(move |at: usize| {
        let found = Lit::of_byte(&read, source, at).map(|lit| lit.node);
        hand.set(Hand {
            at: Some((packet, found.or(chosen))),
            source: Some(source),
            cursor: Some(at),
        });
        if let Some(node) = found.filter(|node| Some(*node) != chosen) {
            choose.emit(node);
        }
    })
}

fn to_source(hand: &UseStateHandle<Hand>, here: (FrameId, Option<usize>)) -> Callback<u8> {
    let hand = hand.clone();
    Callback::from(move |source: u8| {
        hand.set(Hand {
            at: Some(here),
            source: Some(source),
            cursor: None,
        });
    })
}

/// A button that goes to a packet, by its number.
pub fn to_packet(tell: &Tell, number: u32, words: String) -> Html {
    let id = FrameId(number.saturating_sub(1));
    html! { <button class="link" onclick={says(tell, Msg::Choose(Some(id)))}>{ words }</button> }
}

/// Packets that are named one by one.
const NAMED: usize = 8;

/// Where the messages come from that were put together.
fn gathered(read: &Leaves, packet: FrameId, tell: &Tell) -> Html {
    let one = |(at, whole): (usize, &wirestage_core::dissect::Gathered)| {
        let layer = |node: &&Node| {
            let source = read.layers[node.layer].source;
            node.field.is_none() && usize::from(source) == at + 1
        };
        let name = read
            .nodes
            .iter()
            .find(layer)
            .map_or("", |node| read.layers[node.layer].name);
        let mut numbers: Vec<u32> = whole.pieces.iter().map(|piece| piece.frame).collect();
        numbers.dedup();
        let last = numbers.len().saturating_sub(1);
        let many = numbers.len() > NAMED;
        let links = numbers.iter().enumerate().map(|(index, number)| {
            if many && (NAMED - 2..last).contains(&index) {
                return html! { if index == last - 1 { { "… " } } };
            }
            let comma = if index < last { ", " } else { "" };
            let this = *number == packet.0 + 1;
            html! {
                <>
                    if this { { number } } else { { to_packet(tell, *number, number.to_string()) } }
                    { comma }
                </>
            }
        });
        html! {
            <p class="gathered"><b>{ name }</b>{ words::FROM_PACKETS }{ links.collect::<Html>() }</p>
        }
    };
    read.gathered.iter().enumerate().map(one).collect()
}

/// The same packet on the link before, and on the link after.
fn neighbours(show: &Show, tell: &Tell, packet: FrameId) -> Html {
    let timeline = show.timeline();
    let sent = timeline.frame(packet);
    let at = |node| timeline.node(node).name.clone();
    let link = |other: FrameId, words: String| {
        html! { <li>{ to_packet(tell, other.0 + 1, words) }</li> }
    };
    let number = |other: FrameId| other.index() + 1;
    let before = sent.forwards.filter(|_| !timeline.is_copy(packet));
    let before = before.map(|other| {
        let words = words::hop_before(number(other), &at(sent.from));
        link(other, words)
    });
    let after = passed_on(timeline, packet).map(|other| {
        let node = timeline.frame(other).from;
        link(other, words::hop_after(number(other), &at(node)))
    });
    if before.is_none() && after.is_none() {
        return html! {};
    }
    html! { <ul class="hops">{ before }{ after }</ul> }
}
