//! How much each event on the way matters to a teacher who has seven links to tell it in.

use super::matters::{error, refuses, resets};
use super::trouble::current;
use super::walk::{Node, What};
use crate::base::headers::Tcp;
use crate::base::sorted::{Map, Set};
use crate::base::{ConnId, Duration, EventId, FrameId, TurnKind};
use crate::timeline::{Event, Kind, RunInfo, Timeline, Timer, TurnRecord};

/// Always told.
pub(super) const DECISIVE: u8 = 10;
/// What is told where there is room; what ranks lower only where there is little else.
pub(super) const WORTH: u8 = 4;
/// What waits less does so in the course of its work.
const LONG: Duration = Duration::from_secs(5);
/// Never told.
pub(super) const NOTHING: u8 = 0;

/// What the ranks of a chain's events depend on.
pub(super) struct Ranks<'a> {
    timeline: &'a Timeline,
    /// The connection, or else none, that the explained event belongs to.
    here: Option<u32>,
    numbers: Vec<Option<u32>>,
    /// Words that agreed on a data connection on the way, or used it.
    tied: Set<EventId>,
    /// Commands that were refused.
    refused: Set<EventId>,
    /// What belongs to what went wrong last: all before that was got over.
    current: Set<EventId>,
}

impl<'a> Ranks<'a> {
    /// Those of a way.
    pub fn of(timeline: &'a Timeline, info: &RunInfo, nodes: &[Node]) -> Self {
        let mut ranks = Self {
            timeline,
            here: None,
            numbers: timeline.connection_numbers(),
            tied: Set::new(),
            refused: Set::new(),
            current: current(timeline, nodes)
                .iter()
                .map(|node| node.event)
                .collect(),
        };
        let first = nodes.first().map(|node| timeline.event(node.event));
        ranks.here = first.and_then(|event| ranks.connection(event));
        for node in nodes {
            let event = timeline.event(node.event);
            if event.kind == Kind::Opening
                && let Some(number) = ranks.numbers[event.arg as usize]
                && let Some(tie) = info.tie(number)
            {
                ranks.tied.insert(tie.announced);
                ranks.tied.extend(tie.used);
            }
        }
        ranks.refused = refused(timeline, nodes);
        ranks
    }

    /// How much an event matters. What went wrong before, and was got over, matters less.
    pub fn rank(&self, node: Node) -> u8 {
        let event = self.timeline.event(node.event);
        let rank = self.by_itself(node, event);
        let is_said = event.kind == Kind::Turn;
        match rank {
            7.. if self.current.contains(&event.id) || self.tied.contains(&event.id) => rank,
            7.. if is_said => WORTH + 1,
            7.. => WORTH - 1,
            _ => rank,
        }
    }

    fn by_itself(&self, node: Node, event: Event) -> u8 {
        match node.what {
            What::Again(_) | What::Errs => return 7,
            What::Resets => return 9,
            What::Rewrites => return self.rewriting(event),
            What::Itself => {}
        }
        match event.kind {
            Kind::Dropped | Kind::Discarded => DECISIVE,
            Kind::Turn => self.turn(event),
            Kind::Opening => self.opening(event),
            Kind::Closed => self.closed(event),
            Kind::Timer => match self.timeline.timer(event.arg) {
                // That the connection is given up says the same.
                Timer::GiveUp(_) => 3,
                Timer::Program(_) if self.waited(event) < LONG => 3,
                Timer::Program(_) => 6,
                Timer::Stack(_) => 3,
                Timer::Host | Timer::Router => 2,
            },
            Kind::HostDown | Kind::HostUp | Kind::LinkDown | Kind::LinkUp => 9,
            Kind::Flow => match self.timeline.flow(event.arg).flow {
                None => 9,
                Some(_) => 2,
            },
            Kind::Sent if error(self.timeline, event) || resets(self.timeline, event) => 8,
            Kind::Kept => 3,
            Kind::Outcome | Kind::Acted => 2,
            Kind::Opened | Kind::HeardFinish => 1,
            _ => NOTHING,
        }
    }

    fn waited(&self, event: Event) -> Duration {
        let since = event.cause.map(|cause| self.timeline.event(cause).time);
        event.time.since(since.unwrap_or(event.time))
    }

    fn connection(&self, event: Event) -> Option<u32> {
        let end = match event.kind {
            Kind::Turn => self.timeline.turn(event.arg).conn,
            Kind::Sent | Kind::Delivered => self.timeline.frame(FrameId(event.arg)).conn,
            Kind::Dropped | Kind::Discarded => {
                let frame = self.timeline.dropped(event.arg).frame;
                self.timeline.frame(frame).conn
            }
            Kind::Opening | Kind::Opened | Kind::HeardFinish | Kind::Closed => {
                Some(ConnId(event.arg))
            }
            _ => None,
        };
        self.numbers[end?.index()]
    }

    fn turn(&self, event: Event) -> u8 {
        let said = self.timeline.turn(event.arg);
        if refuses(&said.turn) {
            return DECISIVE;
        }
        if self.refused.contains(&event.id) {
            return 8;
        }
        if self.tied.contains(&event.id) {
            return 7;
        }
        let rank = rank_of(said);
        // In a dialogue that is over only what it was for matters.
        let elsewhere = said.conn.is_some() && self.connection(event) != self.here;
        if elsewhere && rank < 6 {
            rank.saturating_sub(2).max(1)
        } else {
            rank
        }
    }

    fn opening(&self, event: Event) -> u8 {
        let end = self.timeline.end(ConnId(event.arg));
        match (end.active, end.opened) {
            (false, _) => 1,
            (true, None) => 8,
            // Where it led to another call, that one matters.
            (true, Some(_)) if !self.tied.is_empty() => WORTH,
            (true, Some(_)) if self.connection(event) == self.here => 6,
            (true, Some(_)) => 5,
        }
    }

    fn closed(&self, event: Event) -> u8 {
        use crate::base::CloseReason::{Finished, TimedOut};
        match self.timeline.end(ConnId(event.arg)).reason {
            None | Some(Finished) => 1,
            Some(TimedOut) => 7,
            Some(_) => 6,
        }
    }

    /// What a helper writes into words matters more than another address.
    fn rewriting(&self, event: Event) -> u8 {
        let id = FrameId(event.arg);
        let frame = self.timeline.frame(id);
        let Some(was) = frame.forwards else {
            return NOTHING;
        };
        let [was, is] = [was, id].map(|id| self.timeline.bytes(id));
        match (Tcp::read(was), Tcp::read(is)) {
            (Some(a), Some(b)) if was[a.payload.clone()] != is[b.payload.clone()] => 6,
            (Some(tcp), _) if tcp.opens() && self.is_in_vain(frame.conn) => 6,
            (Some(tcp), _) if tcp.opens() => 3,
            _ => NOTHING,
        }
    }

    fn is_in_vain(&self, end: Option<ConnId>) -> bool {
        end.is_some_and(|end| self.timeline.end(end).opened.is_none())
    }
}

/// The commands that were answered with no: on the way the turn before the no.
fn refused(timeline: &Timeline, nodes: &[Node]) -> Set<EventId> {
    let mut refused = Set::new();
    let mut awaits = false;
    for node in nodes {
        let event = timeline.event(node.event);
        if event.kind != Kind::Turn {
            continue;
        }
        let turn = &timeline.turn(event.arg).turn;
        if refuses(turn) {
            awaits = true;
        } else if awaits {
            refused.insert(event.id);
            awaits = false;
        }
    }
    refused
}

/// What commands and replies are for, by themselves.
fn rank_of(said: &TurnRecord) -> u8 {
    let verb = said.turn.verb.as_str();
    match said.turn.kind {
        TurnKind::Data => 6,
        TurnKind::Probe => 5,
        TurnKind::Command => match verb {
            "RETR" | "STOR" | "APPE" | "STOU" | "LIST" | "NLST" | "MLSD" | "DELE" | "GET"
            | "POST" | "ABOR" | "RNTO" | "TOP" => 6,
            "RCPT" | "SAY" => 5,
            "PORT" | "EPRT" | "PASV" | "EPSV" | "MAIL" | "DATA" | "REST" | "MX" => 4,
            "PASS" | "AUTH" | "USER" | "EHLO" | "HELO" | "A" | "AAAA" | "QUIT" | "TYPE" => 2,
            _ => 3,
        },
        TurnKind::Reply => match verb {
            // What an exchanger's name and its address lead to.
            "MX" => 5,
            "227" | "229" => 4,
            "A" | "AAAA" | "PTR" | "CNAME" => 3,
            "150" | "125" | "226" | "354" => 3,
            _ => 1,
        },
    }
}

/// The like of an event: what happened again and again is told once.
pub(super) fn likeness(timeline: &Timeline, node: Node) -> Option<(u8, u64, String)> {
    let event = timeline.event(node.event);
    let host = u64::from(event.host.0);
    let end = |conn: ConnId| timeline.end(conn);
    Some(match (node.what, event.kind) {
        (What::Again(_), _) => (0, host, String::new()),
        (What::Errs, _) => (1, host, String::new()),
        (What::Rewrites, _) => (2, host, rewritten(timeline, event)),
        (_, Kind::Dropped | Kind::Discarded) => {
            let loss = timeline.loss(&event)?;
            (3, host, format!("{} {}", loss.place, loss.why()))
        }
        (_, Kind::Timer) => match timeline.timer(event.arg) {
            Timer::Program(program) => (4, host, program.to_string()),
            Timer::GiveUp(_) => (5, host, String::new()),
            _ => (6, host, String::new()),
        },
        (_, Kind::Opening) => {
            let end = end(ConnId(event.arg));
            (7, host, format!("{} {}", end.remote, end.opened.is_some()))
        }
        (_, Kind::Closed) => (8, host, format!("{:?}", end(ConnId(event.arg)).reason)),
        (_, Kind::Turn) => {
            let said = timeline.turn(event.arg);
            let is_command = said.turn.kind == TurnKind::Command;
            let what = if said.turn.kind == TurnKind::Probe {
                String::new()
            } else if is_command
                || said.turn.kind == TurnKind::Data
                || matches!(said.turn.verb.as_str(), "227" | "229")
            {
                said.turn.verb.clone()
            } else {
                said.turn.text.clone()
            };
            (9, host, what)
        }
        _ => return None,
    })
}

fn rewritten(timeline: &Timeline, event: Event) -> String {
    let tcp = Tcp::read(timeline.bytes(FrameId(event.arg)));
    tcp.map_or(String::new(), |tcp| format!("{} {}", tcp.from, tcp.to))
}

/// How often the like of each event happened on the way, by likeness.
pub(super) type Likes = Map<(u8, u64, String), u32>;
