//! The way back from an event to its root, with what stands beside the way.

use super::index::{Index, Side};
use super::matters::{error, resets};
use crate::base::headers::Tcp;
use crate::base::sorted::Set;
use crate::base::{ConnId, Duration, EventId, FrameId, TurnKind};
use crate::timeline::{DropReason, Event, Kind, Timeline, Timer};
use std::net::SocketAddr;

/// So many of what a timer sent are looked at, to count how often it was the same.
const TRIES: usize = 64;

/// So long ago a question may lie that nobody heard, to be the reason for what waited for its
/// answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// An event on the way, and what it tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub event: EventId,
    pub what: What,
    /// How often the like happened on the way, this time counted.
    pub times: u32,
}

/// What an event on the way tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The event itself.
    Itself,
    /// What was sent before is sent again: how often by now.
    Again(u32),
    /// A router writes other addresses or other words into a packet.
    Rewrites,
    /// A node says what became of a packet.
    Errs,
    /// A connection is reset.
    Resets,
}

/// The way, from the event that is explained back to the root.
pub(super) struct Walk<'a> {
    timeline: &'a Timeline,
    index: &'a Index,
    pub nodes: Vec<Node>,
    met: Set<EventId>,
}

impl<'a> Walk<'a> {
    /// The way to an event.
    pub fn from(timeline: &'a Timeline, index: &'a Index, event: EventId) -> Self {
        let mut walk = Self {
            timeline,
            index,
            nodes: Vec::new(),
            met: Set::new(),
        };
        let mut next = Some(event);
        while let Some(id) = next {
            let event = timeline.event(id);
            // Each leads to an earlier one: the way ends.
            next = walk.visit(event).filter(|cause| *cause < id);
        }
        walk
    }

    fn push(&mut self, event: EventId, what: What, times: u32) {
        if self.met.insert(event) {
            self.nodes.push(Node { event, what, times });
        }
    }

    /// Takes an event in, with what stands beside it. Answers what it came of.
    fn visit(&mut self, event: Event) -> Option<EventId> {
        match event.kind {
            Kind::Sent => return self.sent(event),
            Kind::Dropped | Kind::Discarded => self.lost(event),
            Kind::Timer => return self.timer(event),
            Kind::Turn => {
                self.push(event.id, What::Itself, 1);
                return self.answered(event).or(event.cause);
            }
            _ => self.push(event.id, What::Itself, 1),
        }
        event.cause
    }

    /// Several commands may come in one segment: the first answer to it answers the first one.
    fn answered(&self, event: Event) -> Option<EventId> {
        let said = self.timeline.turn(event.arg);
        let heard = self.timeline.event(event.cause?);
        if said.turn.kind != TurnKind::Reply || heard.kind != Kind::Delivered {
            return None;
        }
        let first = self.timeline.origin(FrameId(heard.arg));
        let asker = self.index.side(self.timeline.frame(first).conn?)?;
        let tcp = Tcp::read(self.timeline.bytes(first))?;
        let (row, _) = turn_in(self.timeline, asker, &tcp)?;
        let answers = &self.index.side(said.conn?)?.turns;
        let mine = answers.partition_point(|(row, _)| *row < event.arg);
        let nth = answers[..mine]
            .iter()
            .rev()
            .take(TRIES)
            .take_while(|(_, id)| self.timeline.event(*id).cause == Some(heard.id))
            .count();
        let at = asker.turns.partition_point(|(other, _)| *other < row);
        let (_, command) = asker.turns.get(at + nth)?;
        Some(*command).filter(|command| *command < heard.id)
    }

    fn sent(&mut self, event: Event) -> Option<EventId> {
        let id = FrameId(event.arg);
        let frame = self.timeline.frame(id);
        if frame.forwards.is_some() {
            let what = if self.rewrites(id) {
                What::Rewrites
            } else {
                What::Itself
            };
            self.push(event.id, what, 1);
            return event.cause;
        }
        let own = frame
            .conn
            .filter(|conn| self.timeline.end(*conn).host == event.host);
        let (Some(conn), Some(side)) = (own, own.and_then(|conn| self.index.side(conn))) else {
            let what = if error(self.timeline, event) {
                What::Errs
            } else if resets(self.timeline, event) {
                self.push(event.id, What::Resets, 1);
                return self.gone_before(event).or(event.cause);
            } else {
                What::Itself
            };
            self.push(event.id, what, 1);
            return event.cause;
        };
        self.segment(event, conn, side)
    }

    /// Whoever resets a connection that it does not know has ended it before.
    fn gone_before(&self, event: Event) -> Option<EventId> {
        let tcp = Tcp::read(self.timeline.bytes(FrameId(event.arg)))?;
        let mut ends = self.timeline.ends().iter().rev();
        let end = ends
            .find(|end| end.host == event.host && (end.local, end.remote) == (tcp.from, tcp.to))?;
        end.closed.filter(|closed| *closed < event.id)
    }

    /// A segment comes of what it carries, not of the acknowledgement that let it go.
    fn segment(&mut self, event: Event, conn: ConnId, side: &'a Side) -> Option<EventId> {
        let Some(tcp) = Tcp::read(self.timeline.bytes(FrameId(event.arg))) else {
            self.push(event.id, What::Itself, 1);
            return event.cause;
        };
        if tcp.rst {
            self.push(event.id, What::Resets, 1);
            return event.cause;
        }
        let said = self.said(side, &tcp, event.id);
        let before = self.lost_before(side, &tcp, event.id);
        let tries = self.tries(side, &tcp, event.id);
        if tries > 0 || before.is_some() {
            let lost = before.map_or(1, |(_, times)| times);
            self.push(event.id, What::Again(tries.max(lost)), 1);
            if let Some((first, times)) = before {
                self.drop_at(first, times);
            }
            let opening = self.timeline.end(conn).opening;
            let opening = Some(opening).filter(|_| tcp.syn);
            return said.or(opening).or(event.cause);
        }
        self.push(event.id, What::Itself, 1);
        said.or(event.cause)
    }

    /// What was said in a segment: the turn of its first byte.
    fn said(&self, side: &Side, tcp: &Tcp, before: EventId) -> Option<EventId> {
        let said = turn_in(self.timeline, side, tcp)?.1;
        Some(said).filter(|said| *said < before)
    }

    /// How often a timer has sent this again by now.
    fn tries(&self, side: &Side, tcp: &Tcp, until: EventId) -> u32 {
        let end = side.again.partition_point(|event| *event <= until);
        let start = end.saturating_sub(TRIES);
        // What it sends now must be one of them.
        if side.again[start..end].last() != Some(&until) {
            return 0;
        }
        let same = side.again[start..end]
            .iter()
            .filter(|event| self.tcp_of(**event).is_some_and(|it| it.seq == tcp.seq));
        u32::try_from(same.count()).unwrap_or(u32::MAX)
    }

    /// The last loss of what a segment holds, before it was sent again, and how often it was
    /// lost.
    fn lost_before(&self, side: &Side, tcp: &Tcp, until: EventId) -> Option<(EventId, u32)> {
        let end = side.losses.partition_point(|event| *event < until);
        let start = end.saturating_sub(TRIES);
        let mut last = None;
        let mut times = 0;
        for &loss in side.losses[start..end].iter().rev() {
            let first = self.timeline.origin(self.frame_lost(loss));
            let lost = Tcp::read(self.timeline.bytes(first));
            let same = lost.is_some_and(|lost| {
                let ahead = tcp.seq.wrapping_sub(lost.seq) as usize;
                ahead < lost.sequence_len()
            });
            if same && tcp.sequence_len() > 0 {
                times += 1;
                last.get_or_insert(loss);
            }
        }
        last.map(|last| (last, times))
    }

    fn frame_lost(&self, loss: EventId) -> FrameId {
        self.timeline.dropped(self.timeline.event(loss).arg).frame
    }

    fn tcp_of(&self, sent: EventId) -> Option<Tcp> {
        Tcp::read(self.timeline.bytes(FrameId(self.timeline.event(sent).arg)))
    }

    /// Whether a node writes other addresses or other words into what it passes on.
    fn rewrites(&self, id: FrameId) -> bool {
        let frame = self.timeline.frame(id);
        let Some(before) = frame.forwards else {
            return false;
        };
        // A switch shares the bytes.
        if self.timeline.frame(before).slot == frame.slot {
            return false;
        }
        let [was, is] = [before, id].map(|id| self.timeline.bytes(id));
        match (Tcp::read(was), Tcp::read(is)) {
            (Some(a), Some(b)) => {
                (a.from, a.to) != (b.from, b.to) || was[a.payload] != is[b.payload]
            }
            _ => false,
        }
    }

    fn lost(&mut self, event: Event) {
        let frame = self.timeline.dropped(event.arg).frame;
        let times = self.lost_so_far(frame, event);
        self.drop_at(event.id, times);
    }

    /// How often the same was lost by now.
    fn lost_so_far(&self, frame: FrameId, event: Event) -> u32 {
        let first = self.timeline.origin(frame);
        let side = self.timeline.frame(first).conn;
        let side = side.and_then(|conn| self.index.side(conn));
        let tcp = Tcp::read(self.timeline.bytes(first));
        let (Some(side), Some(tcp)) = (side, tcp) else {
            return 1;
        };
        let before = self.lost_before(side, &tcp, event.id);
        before.map_or(1, |(_, times)| times + 1)
    }

    /// A loss, and what stands behind its reason.
    fn drop_at(&mut self, loss: EventId, times: u32) {
        self.push(loss, What::Itself, times);
        let event = self.timeline.event(loss);
        let lost = *self.timeline.dropped(event.arg);
        match lost.reason {
            DropReason::HostDown | DropReason::LinkDown => {
                let downs = self.index.downs.iter().rev();
                let mut downs = downs
                    .filter(|down| **down < loss)
                    .map(|id| self.timeline.event(*id));
                let link = u32::from(self.timeline.frame(lost.frame).link.0);
                let down = downs.find(|down| match down.kind {
                    Kind::LinkDown => lost.reason == DropReason::LinkDown && down.arg == link,
                    _ => lost.reason == DropReason::HostDown && down.host == event.host,
                });
                if let Some(down) = down {
                    self.push(down.id, What::Itself, 1);
                }
            }
            DropReason::NoNeighbour => {
                let unheard = self.index.unheard.iter().rev();
                let mut unheard = unheard.filter(|(id, asker, _)| {
                    let asked = *id < loss && *asker == event.host;
                    asked && event.time.since(self.timeline.event(*id).time) <= PATIENCE
                });
                if let Some((question, ..)) = unheard.next() {
                    self.drop_at(*question, 1);
                }
            }
            DropReason::NoMapping => {
                if let Some(gone) = self.forgotten(lost.frame, event) {
                    self.push(gone, What::Itself, 1);
                }
            }
            _ => {}
        }
    }

    /// When the router forgot the row that a packet would have needed.
    fn forgotten(&self, frame: FrameId, event: Event) -> Option<EventId> {
        let tcp = Tcp::read(self.timeline.bytes(frame))?;
        let gone = self.index.forgotten.iter().rev();
        let mut gone = gone.filter(|(id, _)| *id < event.id);
        let fits = |(id, last): &&(EventId, u32)| {
            let flow = self.timeline.flow(*last).flow.as_ref();
            self.timeline.event(*id).host == event.host
                && flow.is_some_and(|flow| {
                    let there: (SocketAddr, SocketAddr) = (flow.from, flow.to);
                    let back = (flow.to, flow.seen_from);
                    [there, back].contains(&(tcp.from, tcp.to))
                })
        };
        gone.find(fits).map(|(id, _)| *id)
    }

    /// What a program waited for in vain was lost, on its way here or from here: what that loss
    /// came of.
    fn waited(&mut self, event: Event) -> Option<EventId> {
        let since = event.cause?;
        let mut last = None;
        for (number, end) in self.timeline.ends_of(event.host) {
            let lives = end.closed.is_none_or(|closed| closed > since);
            if !lives || end.opening > event.id {
                continue;
            }
            for side in [Some(number), self.timeline.peer_of(number)] {
                let side = side.and_then(|side| self.index.side(side));
                let losses = side.map_or(&[][..], |side| &side.losses);
                let before = losses.partition_point(|loss| *loss < event.id);
                let loss = before.checked_sub(1).map(|at| losses[at]);
                last = last.max(loss.filter(|loss| *loss > since));
            }
        }
        let loss = self.timeline.event(last?);
        let times = self.lost_so_far(self.frame_lost(loss.id), loss);
        self.drop_at(loss.id, times);
        loss.cause
    }

    /// Whoever gives up has tried: what it said last, how often it asked, and what was lost.
    fn timer(&mut self, event: Event) -> Option<EventId> {
        self.push(event.id, What::Itself, 1);
        let conn = match *self.timeline.timer(event.arg) {
            Timer::GiveUp(conn) => conn,
            Timer::Program(_) => return self.waited(event).or(event.cause),
            _ => return event.cause,
        };
        let Some(side) = self.index.side(conn) else {
            return event.cause;
        };
        let since = event.cause.unwrap_or(EventId(0));
        let tried = side.again.iter().rev().find(|again| **again < event.id);
        let lost = side.losses.iter().rev().find(|lost| **lost < event.id);
        if let Some(again) = tried.filter(|again| **again > since)
            && let Some(tcp) = self.tcp_of(*again)
        {
            let tries = self.tries(side, &tcp, *again);
            self.push(*again, What::Again(tries), 1);
        }
        if let Some(lost) = lost.filter(|lost| **lost > since) {
            let times = self.lost_so_far(self.frame_lost(*lost), self.timeline.event(*lost));
            self.drop_at(*lost, times);
        }
        let said = side.turns.iter().rev().map(|(_, said)| *said);
        let said = said.take(TRIES).find(|said| *said < event.id);
        // The call itself may have been made at the same moment as what armed the timer.
        let end = self.timeline.end(conn);
        let call = Some(end.opening).filter(|opening| end.active && *opening < event.id);
        said.max(event.cause).max(call)
    }
}

/// What was said in a segment of an end: the row of the turn of its first byte, and its event.
pub(super) fn turn_in(timeline: &Timeline, side: &Side, tcp: &Tcp) -> Option<(u32, EventId)> {
    if tcp.payload.is_empty() {
        return None;
    }
    let sequence = side.sequence?;
    let begins = |row: u32| timeline.turn(row).range.0;
    // The offset is near one of the turns: the one it is nearest to decides among all the
    // offsets that a number can stand for.
    let near = side.turns.last().map_or(0, |(row, _)| begins(*row));
    let at = sequence.offset(tcp.seq, near + 1)?.checked_sub(1)?;
    let after = side.turns.partition_point(|(row, _)| begins(*row) <= at);
    side.turns.get(after.checked_sub(1)?).copied()
}
