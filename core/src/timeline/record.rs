//! How a run is written down: the one place that appends to a timeline.

use super::{
    Action, Arena, Drop, DropReason, End, FlowRecord, Frame, KeptRecord, Kind, LinkInfo, Listener,
    NodeInfo, Note, RuleInfo, Slot, Timeline, Timer, TurnRecord,
};
use crate::base::{
    CloseReason, ConnId, EventId, FrameId, HostId, LinkId, Outcome, RuleId, Time, Turn,
};

/// Where and when something happens, and what made it happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub now: Time,
    /// At which node.
    pub host: HostId,
    /// What made it happen; none for a root.
    pub cause: Option<EventId>,
}

impl Moment {
    /// The same moment, made to happen by `cause`.
    #[must_use]
    pub fn because(self, cause: EventId) -> Self {
        Self {
            cause: Some(cause),
            ..self
        }
    }
}

impl Timeline {
    /// Adds a node before the run begins.
    pub fn add_node(&mut self, node: NodeInfo) -> HostId {
        self.nodes.push(node);
        HostId::from_index(self.nodes.len() - 1)
    }

    /// Adds a link before the run begins.
    pub fn add_link(&mut self, link: LinkInfo) -> LinkId {
        self.links.push(link);
        LinkId::from_index(self.links.len() - 1)
    }

    /// Adds a firewall's rule before the run begins.
    pub fn add_rule(&mut self, rule: RuleInfo) -> RuleId {
        self.rules.push(rule);
        RuleId::from_index(self.rules.len() - 1)
    }

    /// Says what a node that was added is like.
    pub fn node_mut(&mut self, id: HostId) -> &mut NodeInfo {
        &mut self.nodes[id.index()]
    }

    /// Where frames are written before they are sent.
    pub fn arena_mut(&mut self) -> &mut Arena {
        &mut self.arena
    }

    /// Where frames' bytes lie.
    #[must_use]
    pub fn arena(&self) -> &Arena {
        &self.arena
    }

    /// Lets go of the oldest frames' bytes that no node needs, until no more than `keep` are held.
    /// Views of such a run are missing them. `busy` frames are not done with yet.
    pub fn forget(&mut self, keep: u64, busy: &[FrameId]) {
        let slots = |id: &FrameId| {
            // A fault looks at a frame as it was sent first.
            let first = self.frame(self.origin(*id)).slot;
            [self.frame(*id).slot, self.arrived_slot(*id), first]
        };
        let mut busy: Vec<Slot> = busy.iter().flat_map(slots).collect();
        busy.sort_unstable();
        self.arena.forget(keep, &busy);
    }

    /// A host came up.
    pub fn record_started(&mut self, at: Moment) -> EventId {
        self.record(at, Kind::Started, 0)
    }

    /// A person did something.
    pub fn record_action(&mut self, at: Moment, action: Action) -> EventId {
        self.actions.push(action);
        let row = last_row(&self.actions);
        self.record(at, Kind::Acted, row)
    }

    /// A node put a frame on a link. One that passes on another belongs to the same
    /// connection.
    pub fn record_sent(
        &mut self,
        at: Moment,
        slot: Slot,
        link: LinkId,
        conn: Option<ConnId>,
        forwards: Option<FrameId>,
    ) -> (FrameId, EventId) {
        let id = FrameId::from_index(self.frames.len());
        let sent = self.record(at, Kind::Sent, id.0);
        self.frames.push(Frame {
            slot,
            link,
            from: at.host,
            conn,
            sent,
            forwards,
        });
        (id, sent)
    }

    /// A link damaged a frame: so it will arrive, where it arrives. What was sent stays.
    pub fn record_spoilt(&mut self, frame: FrameId, slot: Slot) {
        self.spoilt.push((frame, slot));
    }

    /// A frame reached a node.
    pub fn record_delivered(&mut self, at: Moment, frame: FrameId) -> EventId {
        self.record(at, Kind::Delivered, frame.0)
    }

    /// A frame was lost.
    pub fn record_dropped(&mut self, at: Moment, frame: FrameId, reason: DropReason) -> EventId {
        self.lose(at, Kind::Dropped, frame, (reason, None))
    }

    /// A frame was lost by a firewall's rule.
    pub fn record_ruled_out(&mut self, at: Moment, frame: FrameId, rule: RuleId) -> EventId {
        let why = (DropReason::Firewall, Some(rule));
        self.lose(at, Kind::Dropped, frame, why)
    }

    /// A node could not pass on a frame that had been delivered to it.
    pub fn record_discarded(&mut self, at: Moment, frame: FrameId, reason: DropReason) -> EventId {
        self.lose(at, Kind::Discarded, frame, (reason, None))
    }

    fn lose(
        &mut self,
        at: Moment,
        kind: Kind,
        frame: FrameId,
        (reason, rule): (DropReason, Option<RuleId>),
    ) -> EventId {
        self.drops.push(Drop {
            frame,
            reason,
            rule,
        });
        let row = last_row(&self.drops);
        self.record(at, kind, row)
    }

    /// A router's table of flows changed.
    pub fn record_flow(&mut self, at: Moment, flow: FlowRecord) -> EventId {
        self.flows.push(flow);
        let row = last_row(&self.flows);
        self.record(at, Kind::Flow, row)
    }

    /// A link went down, or came up again.
    pub fn record_link(&mut self, now: Time, link: LinkId, up: bool) -> EventId {
        let at = Moment {
            now,
            host: self.link(link).ends[0],
            cause: None,
        };
        let kind = if up { Kind::LinkUp } else { Kind::LinkDown };
        self.record(at, kind, u32::from(link.0))
    }

    /// A host went off, or comes up again.
    pub fn record_power(&mut self, at: Moment, up: bool) -> EventId {
        let kind = if up { Kind::HostUp } else { Kind::HostDown };
        self.record(at, kind, 0)
    }

    /// A timer went off.
    pub fn record_timer(&mut self, at: Moment, timer: Timer) -> EventId {
        self.timers.push(timer);
        let row = last_row(&self.timers);
        self.record(at, Kind::Timer, row)
    }

    /// A host made its end of a connection. The end's events are filled in here.
    pub fn record_opening(&mut self, at: Moment, end: End) -> (ConnId, EventId) {
        let conn = ConnId::from_index(self.ends.len());
        let event = self.record(at, Kind::Opening, conn.0);
        self.ends.push(End {
            opening: event,
            ..end
        });
        (conn, event)
    }

    /// A connection is open at this end.
    pub fn record_opened(&mut self, at: Moment, conn: ConnId) -> EventId {
        let event = self.record(at, Kind::Opened, conn.0);
        self.ends[conn.index()].opened = Some(event);
        event
    }

    /// The peer sends no more.
    pub fn record_heard_finish(&mut self, at: Moment, conn: ConnId) -> EventId {
        self.record(at, Kind::HeardFinish, conn.0)
    }

    /// A connection is gone at this end.
    pub fn record_closed(&mut self, at: Moment, conn: ConnId, reason: CloseReason) -> EventId {
        let event = self.record(at, Kind::Closed, conn.0);
        let end = &mut self.ends[conn.index()];
        end.closed = Some(event);
        end.reason = Some(reason);
        event
    }

    /// A program listens at a port. Answers the row, which `record_unlistened` takes.
    pub fn record_listening(&mut self, at: Moment, listener: Listener) -> u32 {
        self.listeners.push(listener);
        let row = last_row(&self.listeners);
        self.record(at, Kind::Listening, row);
        row
    }

    /// A program listens there no more.
    pub fn record_unlistened(&mut self, at: Moment, row: u32) -> EventId {
        self.record(at, Kind::Unlistened, row)
    }

    /// A program said something.
    pub fn record_turn(&mut self, at: Moment, turn: TurnRecord) -> EventId {
        self.turns.push(turn);
        let row = last_row(&self.turns);
        self.record(at, Kind::Turn, row)
    }

    /// A turn went on after it had begun: it ends there, and says this, where that is known
    /// better now.
    pub fn amend_turn(&mut self, said: EventId, end: u64, turn: Option<Turn>) {
        let row = self.event(said).arg as usize;
        let record = &mut self.turns[row];
        record.range.1 = end;
        if let Some(turn) = turn {
            record.turn = turn;
        }
    }

    /// A program's own state changed.
    pub fn record_note(&mut self, at: Moment, note: Note) -> EventId {
        self.notes.push(note);
        let row = last_row(&self.notes);
        self.record(at, Kind::Note, row)
    }

    /// A program's files changed, or it says what it starts with.
    pub fn record_kept(&mut self, at: Moment, kept: KeptRecord) -> EventId {
        self.kept.push(kept);
        let row = last_row(&self.kept);
        self.record(at, Kind::Kept, row)
    }

    /// A phase of the work began.
    pub fn record_phase(&mut self, at: Moment, name: &'static str) -> EventId {
        self.phases.push(name);
        let row = last_row(&self.phases);
        self.record(at, Kind::Phase, row)
    }

    /// What a person asked for came to an end.
    pub fn record_outcome(&mut self, at: Moment, outcome: Outcome) -> EventId {
        self.outcomes.push(outcome);
        let row = last_row(&self.outcomes);
        self.record(at, Kind::Outcome, row)
    }

    fn record(&mut self, at: Moment, kind: Kind, arg: u32) -> EventId {
        self.events.push(at.now, kind, at.host, at.cause, arg)
    }
}

fn last_row<T>(table: &[T]) -> u32 {
    u32::try_from(table.len() - 1).expect("a table outgrew its index")
}
