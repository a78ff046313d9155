//! The rows: found by what a packet says, both ways, and forgotten in time.

use super::Standing;
use super::helper::Talk;
use super::ports::Lease;
use crate::base::Time;
use crate::base::sorted::Map;
use crate::net::checksum;
use crate::net::packet::Packet;
use crate::timeline::{Flow, FlowMaker, FlowRecord, FlowState, Protocol};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::net::{IpAddr, SocketAddr};

/// What a packet says on arrival: protocol, source, destination.
pub type Key = (Protocol, SocketAddr, SocketAddr);

/// How many packets in fragments are known at a time.
const FRAGMENTED: usize = 16;

/// A row, and what is remembered for it alone.
#[derive(Debug)]
pub struct Row {
    /// What it says.
    pub flow: Flow,
    /// What the FTP helper knows, where it listens.
    pub talk: Option<Box<Talk>>,
    /// Whether nobody was told of it yet.
    pub is_new: bool,
    /// Whether the other side has spoken.
    answered: bool,
    /// Ports outside that are its own while it lasts.
    leases: Vec<Lease>,
    /// The deadline that counts, of those in the heap.
    armed: Time,
}

impl Row {
    /// A row of a flow that begins.
    pub fn new(flow: Flow, leases: Vec<Lease>, talk: Option<Box<Talk>>) -> Self {
        Self {
            flow,
            talk,
            is_new: true,
            answered: false,
            leases,
            armed: Time::MAX,
        }
    }

    /// What a packet on it is to the firewall.
    pub fn standing(&self, forth: bool, opens: bool) -> Standing {
        let again = opens && self.flow.state == FlowState::Closing;
        if !forth || (self.answered && !again) {
            Standing::Established
        } else if self.flow.made_by == FlowMaker::Helper {
            Standing::Related
        } else {
            Standing::New
        }
    }

    /// Follows a packet that passes.
    pub fn note(&mut self, packet: &Packet, forth: bool) {
        self.answered |= !forth;
        let flow = &mut self.flow;
        if flow.protocol != Protocol::Tcp {
            if self.answered {
                flow.state = FlowState::Open;
            }
            return;
        }
        let Some(flags) = packet.tcp_flags() else {
            return;
        };
        let turns = flags.syn || flags.fin || flags.rst;
        if turns && !checksum::verify(packet.bytes()) {
            // Its receiver will not believe it either.
        } else if flags.rst || flags.fin {
            flow.state = FlowState::Closing;
        } else if flags.opens() && forth && flow.state == FlowState::Closing {
            // The same two ends begin anew.
            flow.state = FlowState::New;
            self.answered = false;
            if let Some(talk) = &mut self.talk {
                **talk = Talk::default();
            }
        } else if flow.state == FlowState::New && forth && self.answered && !flags.syn {
            flow.state = FlowState::Open;
        }
    }

    /// What a packet from the other side says: an echo has one number for both sides.
    fn back(&self) -> Key {
        let Flow {
            protocol,
            goes_to,
            seen_from,
            ..
        } = self.flow;
        let mut source = goes_to;
        if protocol == Protocol::Icmp {
            source.set_port(seen_from.port());
        }
        (protocol, source, seen_from)
    }

    fn forth(&self) -> Key {
        (self.flow.protocol, self.flow.from, self.flow.to)
    }
}

/// A packet in fragments: the row of its first one tells where the others go.
#[derive(Debug)]
struct Fragmented {
    of: (IpAddr, u8, u32),
    row: u32,
    forth: bool,
}

/// All rows.
#[derive(Debug, Default)]
pub struct Table {
    rows: Map<u32, Box<Row>>,
    keys: Map<Key, (u32, bool)>,
    next: u32,
    /// Deadlines, among them such that were put off or brought forward since.
    deadlines: BinaryHeap<Reverse<(Time, u32)>>,
    changes: VecDeque<FlowRecord>,
    fragmented: VecDeque<Fragmented>,
}

impl Table {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of a packet, and whether it goes the way of the flow's first one.
    pub fn find(&self, key: &Key) -> Option<(u32, bool)> {
        self.keys.get(key).copied()
    }

    /// A row.
    pub fn row(&self, id: u32) -> Option<&Row> {
        self.rows.get(&id).map(|row| &**row)
    }

    /// A row, to be changed.
    pub fn row_mut(&mut self, id: u32) -> Option<&mut Row> {
        self.rows.get_mut(&id).map(|row| &mut **row)
    }

    /// Adds a row. Numbers are never given twice.
    pub fn add(&mut self, row: Row) -> u32 {
        let id = self.next;
        self.next += 1;
        self.keys.insert(row.back(), (id, false));
        self.keys.insert(row.forth(), (id, true));
        self.rows.insert(id, Box::new(row));
        id
    }

    /// Forgets a row. Answers the ports that were its own.
    pub fn remove(&mut self, id: u32) -> Vec<Lease> {
        let Some(row) = self.rows.remove(&id) else {
            return Vec::new();
        };
        for key in [row.forth(), row.back()] {
            if self.find(&key).is_some_and(|(of, _)| of == id) {
                self.keys.remove(&key);
            }
        }
        self.changes.push_back(FlowRecord {
            row: id,
            flow: None,
        });
        row.leases
    }

    /// Sees to it that a row is forgotten when it says, and tells of it where it is news.
    pub fn watch(&mut self, id: u32, is_news: bool) {
        let Some(row) = self.rows.get_mut(&id) else {
            return;
        };
        // A deadline that is put off stays in the heap, and is moved when it comes due.
        if row.flow.forgotten_at < row.armed {
            row.armed = row.flow.forgotten_at;
            self.deadlines.push(Reverse((row.armed, id)));
        }
        if is_news {
            let flow = Some(row.flow.clone());
            self.changes.push_back(FlowRecord { row: id, flow });
        }
    }

    /// When the next deadline is to be looked at.
    pub fn next_at(&self) -> Option<Time> {
        self.deadlines.peek().map(|Reverse((at, _))| *at)
    }

    /// A row whose time has come.
    pub fn due(&mut self, now: Time) -> Option<u32> {
        while self.next_at().is_some_and(|at| at <= now) {
            let Reverse((at, id)) = self.deadlines.pop()?;
            let Some(row) = self.rows.get_mut(&id).filter(|row| row.armed == at) else {
                continue;
            };
            if row.flow.forgotten_at <= now {
                return Some(id);
            }
            row.armed = row.flow.forgotten_at;
            self.deadlines.push(Reverse((row.armed, id)));
        }
        None
    }

    /// The next change that is to be recorded.
    pub fn poll_change(&mut self) -> Option<FlowRecord> {
        self.changes.pop_front()
    }

    /// Takes note of a packet's first fragment: the others bear no ports.
    pub fn note_fragment(&mut self, packet: &Packet, row: u32, forth: bool) {
        let Some(of) = fragments_of(packet).filter(|_| !packet.is_later_fragment()) else {
            return;
        };
        self.fragmented.retain(|known| known.of != of);
        self.fragmented.truncate(FRAGMENTED - 1);
        self.fragmented.push_front(Fragmented { of, row, forth });
    }

    /// The row of a later fragment, where its packet's first one came before it.
    pub fn fragment(&self, packet: &Packet) -> Option<(u32, bool)> {
        let of = fragments_of(packet).filter(|_| packet.is_later_fragment())?;
        let known = self.fragmented.iter().find(|known| known.of == of)?;
        Some((known.row, known.forth))
    }
}

/// What the fragments of a packet have in common, as long as its source is the true one.
fn fragments_of(packet: &Packet) -> Option<(IpAddr, u8, u32)> {
    let ident = packet.fragment_ident()?;
    Some((packet.source(), packet.protocol(), ident))
}
