//! What decided that something went wrong: the first event of that kind, with place and reason.

use super::matters::{refuses, resets};
use super::walk::{Node, What};
use crate::base::headers::Tcp;
use crate::base::{ConnId, FrameId, Icmp, IcmpSays};
use crate::timeline::{Event, Kind, Matter, Timeline, Timer, Trouble};
use crate::view::words::error;

/// The decisive event on the way to something that went wrong. The way is told from its end.
pub(super) fn trouble(timeline: &Timeline, matter: Matter, nodes: &[Node]) -> Option<Trouble> {
    if matter == Matter::Nothing && !matches!(nodes.first()?.what, What::Again(_)) {
        return None;
    }
    let at = decisive(timeline, nodes)?;
    let event = timeline.event(nodes[at].event);
    let (place, reason) = decides(timeline, nodes[at], event)?;
    Some(Trouble {
        event: event.id,
        place,
        reason,
    })
}

/// What went wrong last, with the command or the call that led to it: what went wrong still
/// earlier was got over.
pub(super) fn current<'a>(timeline: &Timeline, nodes: &'a [Node]) -> &'a [Node] {
    let Some(at) = decisive(timeline, nodes) else {
        return nodes;
    };
    let after = &nodes[at + 1..];
    let leads = |node: &Node| goes_on(timeline.event(node.event).kind);
    match after.iter().position(leads) {
        Some(more) => &nodes[..at + more + 2],
        None => nodes,
    }
}

/// Which node decided.
fn decisive(timeline: &Timeline, nodes: &[Node]) -> Option<usize> {
    let is_loss = |kind: Kind| matches!(kind, Kind::Dropped | Kind::Discarded);
    if is_loss(timeline.event(nodes.first()?.event).kind) {
        // A loss decides itself, or the loss behind it: nobody heard who was asked for.
        let beside = nodes.iter().take_while(|node| {
            let kind = timeline.event(node.event).kind;
            is_loss(kind) || matches!(kind, Kind::HostDown | Kind::LinkDown | Kind::Flow)
        });
        let losses = beside.enumerate();
        let last = losses.filter(|(_, node)| is_loss(timeline.event(node.event).kind));
        return last.last().map(|(at, _)| at);
    }
    let mut found = None;
    for (at, node) in nodes.iter().enumerate() {
        let event = timeline.event(node.event);
        if decides(timeline, *node, event).is_some() {
            found = Some(at);
        } else if found.is_some() && goes_on(event.kind) {
            // What was said before that had not gone wrong yet.
            break;
        }
    }
    found
}

fn goes_on(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Turn | Kind::Opening | Kind::Acted | Kind::Opened
    )
}

/// Where and why, if an event decides.
fn decides(timeline: &Timeline, node: Node, event: Event) -> Option<(String, String)> {
    let here = || timeline.node(event.host).name.clone();
    match event.kind {
        Kind::Dropped | Kind::Discarded => {
            let loss = timeline.loss(&event)?;
            let why = match loss.rule {
                Some(rule) => format!("its firewall’s rule “{rule}”"),
                None => loss.why(),
            };
            Some((loss.place.to_owned(), why))
        }
        Kind::Turn => {
            let turn = &timeline.turn(event.arg).turn;
            let line = turn.text.lines().next().unwrap_or_default();
            refuses(turn).then(|| (here(), line.to_owned()))
        }
        Kind::Sent if node.what == What::Errs => {
            let icmp = Icmp::read(timeline.bytes(FrameId(event.arg)))?;
            let IcmpSays::Error(why, _) = icmp.says else {
                return None;
            };
            Some((here(), error(why).to_owned()))
        }
        Kind::Sent if node.what == What::Resets || resets(timeline, event) => {
            let asked = event.cause.map(|cause| timeline.event(cause));
            let asked = asked.filter(|cause| cause.kind == Kind::Delivered);
            let asked = asked.and_then(|cause| Tcp::read(timeline.bytes(FrameId(cause.arg))));
            let why = match asked.is_some_and(|tcp| tcp.opens()) {
                true => "nobody listens there (RST)",
                false => "reset (RST)",
            };
            Some((here(), why.to_owned()))
        }
        Kind::Closed => {
            let reason = timeline.end(ConnId(event.arg)).reason?;
            super::matters::breaks(timeline, event).then(|| (here(), reason.to_string()))
        }
        Kind::Timer => {
            let gives_up = matches!(timeline.timer(event.arg), Timer::GiveUp(_));
            gives_up.then(|| (here(), "no answer for too long".to_owned()))
        }
        Kind::Outcome => {
            let outcome = timeline.outcome(event.arg);
            (!outcome.ok).then(|| (here(), outcome.text.clone()))
        }
        _ => None,
    }
}
