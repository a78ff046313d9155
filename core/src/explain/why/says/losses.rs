//! What was lost, where, and why, in a sentence; and what a packet is called by what it carries.

use super::words::{fitting, quoted, times};
use super::{Speaker, is_verb};
use crate::base::headers::Tcp;
use crate::base::{FrameId, Icmp, IcmpSays, TurnKind};
use crate::explain::why::index::asks_for;
use crate::timeline::{DropReason, Event, Timeline};
use crate::view::words::without_passwords;

impl Speaker<'_> {
    /// A packet by what it carries: `the SYN`, `the reply 250`, `a piece of report.pdf`.
    pub(super) fn what(&self, frame: FrameId) -> String {
        let bytes = self.timeline.bytes(frame);
        match Tcp::read(bytes) {
            Some(tcp) if tcp.syn && tcp.ack.is_some() => "the SYN-ACK".into(),
            Some(tcp) if tcp.syn => "the SYN".into(),
            Some(tcp) if tcp.rst => "the RST".into(),
            Some(tcp) if tcp.payload.is_empty() && tcp.fin => "the FIN".into(),
            Some(tcp) if tcp.payload.is_empty() => "an acknowledgement".into(),
            Some(_) => self.carried(frame).unwrap_or_else(|| "a segment".into()),
            None => self.message(frame, bytes),
        }
    }

    fn carried(&self, frame: FrameId) -> Option<String> {
        let turn = &self.timeline.turn(self.turn_of(frame)?).turn;
        Some(match turn.kind {
            TurnKind::Data => format!("a piece of {}", turn.text),
            TurnKind::Command if !is_verb(&turn.verb, &turn.text) => {
                format!("the line {}", quoted(&without_passwords(turn).0))
            }
            TurnKind::Command => format!("the command {}", turn.verb),
            TurnKind::Reply if turn.verb.is_empty() => "an answer".into(),
            TurnKind::Reply => format!("the reply {}", turn.verb),
            TurnKind::Probe => "the probe".into(),
        })
    }

    fn message(&self, frame: FrameId, bytes: &[u8]) -> String {
        if let Some(address) = asks_for(bytes) {
            return format!("the question who has {address}");
        }
        match Icmp::read(bytes).map(|icmp| icmp.says) {
            Some(IcmpSays::EchoRequest(_)) => return "an echo request".into(),
            Some(IcmpSays::EchoReply(_)) => return "an echo reply".into(),
            Some(IcmpSays::Error(..)) => return "an ICMP error".into(),
            None => {}
        }
        let row = self.turn_of(frame);
        match row.map(|row| &self.timeline.turn(row).turn) {
            Some(turn) if turn.kind == TurnKind::Command => {
                format!("the question “{}?”", turn.text)
            }
            Some(turn) if turn.kind == TurnKind::Probe => "the probe".into(),
            Some(turn) => format!("the answer about {}", turn.verb),
            None => "a packet".into(),
        }
    }

    /// `drops the SYN: no route leads there`.
    pub(super) fn loses(&self, event: Event, count: u32) -> String {
        let lost = self.timeline.dropped(event.arg);
        let what = self.what(lost.frame);
        let short = match what.split_once(" of ") {
            Some(("a piece", _)) => "a piece",
            _ => what.as_str(),
        };
        let said = |what: &str| self.lost(event, what);
        let often = match count {
            0 | 1 => String::new(),
            _ => format!(", {}", times(count)),
        };
        let all = said(&what);
        fitting(&[
            [all.as_str(), &often].concat(),
            all,
            said(short) + &often,
            said(short),
            said("it"),
        ])
    }

    fn lost(&self, event: Event, what: &str) -> String {
        let timeline = self.timeline;
        let lost = timeline.dropped(event.arg);
        if timeline.is_lost_on_link(&event) {
            let to = self.far_end(event, lost.frame);
            return match lost.reason {
                DropReason::LinkDown => format!("loses {what}: the link to {to} is down"),
                DropReason::QueueFull => format!("drops {what}: the queue to {to} is full"),
                DropReason::TooBig => format!("drops {what}: too big for the link to {to}"),
                _ => format!("sends {what}: it is lost on the way to {to}"),
            };
        }
        match lost.reason {
            DropReason::Firewall => match lost.rule.map(|rule| timeline.rule(rule)) {
                Some(rule) => format!("drops {what}: its rule “{}” forbids it", rule.name),
                None => format!("drops {what}: its firewall forbids it"),
            },
            DropReason::NoMapping => format!("drops {what}: no row of its table fits"),
            DropReason::TableFull => format!("drops {what}: its table is full"),
            DropReason::HopLimit => format!("drops {what}: it has passed too many routers"),
            DropReason::NoRoute => match destination(timeline, lost.frame) {
                Some(to) => format!("drops {what}: no route leads to {to}"),
                None => format!("drops {what}: no route leads there"),
            },
            DropReason::NoNeighbour => match destination(timeline, lost.frame) {
                Some(to) => format!("drops {what}: {to} does not answer"),
                None => format!("drops {what}: the next node does not answer"),
            },
            DropReason::Checksum => format!("drops {what}: damaged on the way (checksum)"),
            DropReason::BacklogFull => format!("drops {what}: too many calls wait already"),
            DropReason::HostDown => format!("is off: {what} finds nobody"),
            DropReason::Malformed => format!("drops {what}: its headers make no sense"),
            DropReason::TooBig => format!("drops {what}: too big for the next link"),
            DropReason::QueueFull | DropReason::LinkDown | DropReason::Loss => {
                format!("loses {what}: {}", lost.reason)
            }
        }
    }

    /// The name of the node that the link leads to.
    fn far_end(&self, event: Event, frame: FrameId) -> &str {
        let link = self.timeline.link(self.timeline.frame(frame).link);
        &self.timeline.node(link.other(event.host)).name
    }

    /// A router writes another address, or other words, into a packet.
    pub(super) fn rewrites(&self, event: Event) -> String {
        let id = FrameId(event.arg);
        let was = self.timeline.frame(id).forwards;
        let pair = was.and_then(|was| {
            let [was, is] = [was, id].map(|id| self.timeline.bytes(id));
            Some(((was, Tcp::read(was)?), (is, Tcp::read(is)?)))
        });
        let Some(((was, a), (is, b))) = pair else {
            return "passes it on, rewritten".into();
        };
        if was[a.payload.clone()] != is[b.payload.clone()] {
            let row = self.turn_of(id);
            let verb = row.map(|row| self.timeline.turn(row).turn.verb.clone());
            let verb = verb.unwrap_or_else(|| "the words".into());
            return format!("writes its own address into {verb}, and passes it on");
        }
        if a.from == b.from {
            return format!("passes it on to {}, not {}", b.to, a.to);
        }
        let what = self.what(id);
        let (from, by) = if a.from.ip() == b.from.ip() {
            (a.from.to_string(), b.from.to_string())
        } else {
            (a.from.ip().to_string(), b.from.ip().to_string())
        };
        format!("passes {what} on as {by}, not {from}")
    }
}

/// Where a packet goes.
fn destination(timeline: &Timeline, frame: FrameId) -> Option<String> {
    let bytes = timeline.bytes(frame);
    if let Some(tcp) = Tcp::read(bytes) {
        return Some(tcp.to.ip().to_string());
    }
    Icmp::read(bytes).map(|icmp| icmp.to.to_string())
}
