//! What there is to make room for in the whole run, so that the stage stands still in it.

use crate::base::sorted::{Map, Set};
use crate::base::{EventId, FrameId, HostId};
use crate::timeline::{Flow, Kind, Timeline};
use crate::view::facts::speaks_ipv6;
use crate::view::notes::{is_for_answers, is_in_box};
use crate::view::outline::{Fate, Outline};
use std::net::{IpAddr, SocketAddr};

/// What the whole run asks for.
#[derive(Clone, Debug)]
pub(in crate::view) struct Survey {
    /// What each node's box has lines for.
    pub hosts: Vec<Room>,
    /// For each connection its level among those that are there at the same time.
    pub levels: Vec<usize>,
    /// The same for each stretch of its way, below the boxes: none crosses another.
    pub nested: Vec<Vec<usize>>,
    /// Whether a frame is ever lost.
    pub losses: bool,
    /// Frames that a node could not pass on, and when it gave them up.
    pub discarded: Map<FrameId, EventId>,
}

/// What a box has lines for.
#[derive(Clone, Debug, Default)]
pub(in crate::view) struct Room {
    /// The address that its connections use, or its first.
    pub address: Option<IpAddr>,
    /// Its programs note something.
    pub notes: bool,
    /// It listens at a port that everybody knows.
    pub known_port: bool,
    /// It listens at a port made for once.
    pub made_port: bool,
    /// So many rows of its table have translated addresses at once, at most.
    pub flows: usize,
    /// A rule of its firewall stops something.
    pub ruled: bool,
}

impl Room {
    fn listens(&mut self, at: (SocketAddr, bool)) {
        match at.0.port() {
            _ if is_for_answers(at) => {}
            ..MADE => self.known_port = true,
            MADE.. => self.made_port = true,
        }
    }
}

/// The least of the ports that are made for once.
pub(super) const MADE: u16 = 1024;

impl Survey {
    /// Made when the stage is drawn first.
    pub fn of<'a>(timeline: &Timeline, outline: &'a Outline) -> &'a Self {
        outline.survey.get_or_init(|| Self::made(timeline, outline))
    }

    fn made(timeline: &Timeline, outline: &Outline) -> Self {
        let mut hosts: Vec<Room> = timeline.nodes().iter().map(|_| Room::default()).collect();
        // How many ends of each connection are done; when it was gone.
        let mut done = vec![0; outline.connections.len()];
        let mut gone = vec![None; outline.connections.len()];
        let mut finished = vec![false; timeline.ends().len()];
        let mut discarded = Map::new();
        let mut flows: Set<(HostId, u32)> = Set::new();
        let mut held = vec![0; hosts.len()];
        for event in timeline.events().iter() {
            let room = &mut hosts[event.host.index()];
            match event.kind {
                Kind::Note => room.notes |= is_in_box(&timeline.note(event.arg).key),
                Kind::Listening => {
                    let listener = timeline.listener(event.arg);
                    room.listens((listener.at, listener.udp));
                }
                Kind::Flow => {
                    let record = timeline.flow(event.arg);
                    let row = (event.host, record.row);
                    let held = &mut held[event.host.index()];
                    if record.flow.as_ref().is_some_and(Flow::is_translated) {
                        *held += usize::from(flows.insert(row));
                        room.flows = room.flows.max(*held);
                    } else {
                        *held -= usize::from(flows.remove(&row));
                    }
                }
                Kind::Dropped => room.ruled |= timeline.dropped(event.arg).rule.is_some(),
                Kind::Discarded => {
                    discarded.insert(timeline.dropped(event.arg).frame, event.id);
                }
                Kind::HeardFinish | Kind::Closed => {
                    let end = event.arg as usize;
                    let line = outline.line_of(crate::base::ConnId(event.arg));
                    let Some((number, line)) = line else { continue };
                    if !std::mem::replace(&mut finished[end], true) {
                        let at = number as usize - 1;
                        done[at] += 1;
                        if done[at] == 1 + usize::from(line.ends.server.is_some()) {
                            gone[at] = Some(event.id);
                        }
                    }
                }
                _ => {}
            }
        }
        for (index, room) in hosts.iter_mut().enumerate() {
            let mut used = timeline.ends_of(HostId::from_index(index));
            let first = address(timeline, &timeline.nodes()[index].addresses);
            room.address = used.next().map(|(_, end)| end.local.ip()).or(first);
        }
        let lost = |row: &crate::view::outline::Row| row.lost > 0;
        let early = 0..outline.rows.first().map_or(0, |row| row.packets.start);
        let mut early = early.map(crate::base::FrameId::from_index);
        Self {
            hosts,
            levels: levels(timeline, outline, &gone),
            nested: super::tree::over_all(timeline, outline, &gone),
            losses: outline.rows.iter().any(lost)
                || !discarded.is_empty()
                || early.any(|id| matches!(outline.fate(timeline, id), Fate::Lost(..))),
            discarded,
        }
    }

    /// How many connections are there at once, at most.
    pub fn level_count(&self) -> usize {
        self.levels.iter().max().map_or(0, |level| level + 1)
    }

    /// How deep pipes lie below the boxes, at most.
    pub fn depth(&self) -> usize {
        let levels = self.nested.iter().flatten();
        levels.max().map_or(0, |level| level.saturating_add(1))
    }
}

/// The first of some addresses that is of the family which the run uses.
pub(super) fn address(timeline: &Timeline, all: &[IpAddr]) -> Option<IpAddr> {
    let v6 = speaks_ipv6(timeline);
    all.iter().copied().find(|address| address.is_ipv6() == v6)
}

/// For each connection the first level that is free when it begins, and kept until it is gone.
fn levels(timeline: &Timeline, outline: &Outline, gone: &[Option<EventId>]) -> Vec<usize> {
    // When each level is free again.
    let mut busy: Vec<Option<EventId>> = Vec::new();
    let mut levels = Vec::new();
    for (line, gone) in outline.connections.iter().zip(gone) {
        let begins = timeline.end(line.ends.client).opening;
        let free = busy
            .iter()
            .position(|until| until.is_some_and(|until| until < begins));
        let level = free.unwrap_or_else(|| {
            busy.push(None);
            busy.len() - 1
        });
        busy[level] = *gone;
        levels.push(level);
    }
    levels
}
