//! What it takes to find causes quickly: one pass over the events, made once.

use crate::base::headers::Tcp;
use crate::base::sorted::Map;
use crate::base::{ConnId, EventId, FrameId, HostId, Sequence};
use crate::timeline::{Event, Kind, Timeline, Timer};
use std::net::IpAddr;

/// Where in a timeline the events are that chains lead to. It grows with its timeline.
#[derive(Debug, Default)]
pub struct Index {
    /// How many events were looked at.
    seen: usize,
    ends: Vec<Side>,
    /// Lost questions about hardware addresses: the loss, who asked, and for which address.
    pub(super) unheard: Vec<(EventId, HostId, IpAddr)>,
    /// Links and hosts that went down.
    pub(super) downs: Vec<EventId>,
    /// Rows of routers' tables that were forgotten, and what each said last.
    pub(super) forgotten: Vec<(EventId, u32)>,
    /// What each row says now.
    flows: Map<(HostId, u32), u32>,
}

/// What one end of a connection said and did.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// The number of its stream's beginning.
    pub sequence: Option<Sequence>,
    /// What was said on it: rows of turns, and their events.
    pub turns: Vec<(u32, EventId)>,
    /// Losses of what it sent.
    pub losses: Vec<EventId>,
    /// What its timer let it send.
    pub again: Vec<EventId>,
}

impl Index {
    /// Looks at the events that it has not seen yet.
    pub fn follow(&mut self, timeline: &Timeline) {
        let all = timeline.events().len();
        self.ends.resize_with(timeline.ends().len(), Side::default);
        for event in timeline.events().range(self.seen..all) {
            self.see(timeline, event);
        }
        self.seen = all;
    }

    /// What is known of an end.
    pub(super) fn side(&self, end: ConnId) -> Option<&Side> {
        self.ends.get(end.index())
    }

    fn see(&mut self, timeline: &Timeline, event: Event) {
        match event.kind {
            Kind::Turn => {
                if let Some(conn) = timeline.turn(event.arg).conn {
                    self.ends[conn.index()].turns.push((event.arg, event.id));
                }
            }
            Kind::Sent => self.sent(timeline, event),
            Kind::Dropped | Kind::Discarded => self.lost(timeline, event),
            Kind::HostDown | Kind::LinkDown => self.downs.push(event.id),
            Kind::Flow => {
                let record = timeline.flow(event.arg);
                let row = (event.host, record.row);
                if record.flow.is_some() {
                    self.flows.insert(row, event.arg);
                } else if let Some(last) = self.flows.remove(&row) {
                    self.forgotten.push((event.id, last));
                }
            }
            _ => {}
        }
    }

    fn sent(&mut self, timeline: &Timeline, event: Event) {
        let id = FrameId(event.arg);
        let frame = timeline.frame(id);
        let Some(conn) = frame.conn.filter(|_| frame.forwards.is_none()) else {
            return;
        };
        if timeline.end(conn).host != event.host {
            return;
        }
        let side = &mut self.ends[conn.index()];
        let by_timer = event.cause.is_some_and(|cause| {
            let cause = timeline.event(cause);
            cause.kind == Kind::Timer && *timeline.timer(cause.arg) == Timer::Stack(conn)
        });
        if side.sequence.is_some() && !by_timer {
            return;
        }
        let Some(tcp) = Tcp::read(timeline.bytes(id)) else {
            return;
        };
        let is_first = side.sequence.is_none();
        if is_first && tcp.syn {
            side.sequence = Some(Sequence::from(tcp.seq));
        }
        if by_timer && !is_first && tcp.sequence_len() > 0 {
            side.again.push(event.id);
        }
    }

    fn lost(&mut self, timeline: &Timeline, event: Event) {
        let frame = timeline.dropped(event.arg).frame;
        if let Some(conn) = timeline.frame(frame).conn {
            self.ends[conn.index()].losses.push(event.id);
        } else if let Some(address) = asks_for(timeline.bytes(frame)) {
            let asker = timeline.frame(timeline.origin(frame)).from;
            self.unheard.push((event.id, asker, address));
        }
    }
}

/// Whose hardware address a frame asks for: by ARP (RFC 826), or as a neighbour (RFC 4861 §4.3).
pub(super) fn asks_for(frame: &[u8]) -> Option<IpAddr> {
    const ARP: [u8; 4] = [0x08, 0x06, 0, 1];
    const REQUEST: [u8; 2] = [0, 1];
    const NEXT_HEADER: usize = 20;
    const ICMP6: u8 = 58;
    const SOLICITATION: u8 = 135;
    if frame.get(12..16)? == ARP && frame.get(20..22)? == REQUEST {
        let target = <[u8; 4]>::try_from(frame.get(38..42)?).ok()?;
        return Some(target.into());
    }
    let is_six = frame.get(12..14)? == [0x86, 0xdd];
    let solicits = *frame.get(NEXT_HEADER)? == ICMP6 && *frame.get(54)? == SOLICITATION;
    if is_six && solicits {
        let target = <[u8; 16]>::try_from(frame.get(62..78)?).ok()?;
        return Some(target.into());
    }
    None
}
