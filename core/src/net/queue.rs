//! What is to happen, keyed by time and then by the order in which it was asked for.

use super::link::Fate;
use crate::base::{ConnId, FrameId, HostId, LinkId, ProgramId, Time};
use crate::timeline::{Action, DropReason};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something that is to happen.
#[derive(Debug)]
pub enum Wake {
    /// A frame reaches a node.
    Arrive {
        /// The frame.
        frame: FrameId,
        /// The node.
        at: HostId,
    },
    /// A frame is lost on its way.
    Lose {
        /// The frame.
        frame: FrameId,
        /// Why.
        reason: DropReason,
    },
    /// A link makes a second frame of one that is on its way.
    Copy {
        /// The first.
        frame: FrameId,
        /// What becomes of the second.
        fate: Fate,
    },
    /// A host comes up.
    Start(HostId),
    /// A person does something.
    Act(HostId, Box<Action>),
    /// A link goes down, or comes up again.
    Link(LinkId, bool),
    /// A host goes off, or comes up again.
    Power(HostId, bool),
    /// A node's timer may have come due.
    Timer(HostId, NodeTimer),
}

/// Which of a node's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeTimer {
    /// A connection's.
    Conn(ConnId),
    /// A program's.
    Program(ProgramId),
    /// The one for datagrams.
    Datagrams,
    /// A router's, for neighbours that do not answer.
    Neighbours,
    /// A router's, for flows that are to be forgotten.
    Flows,
}

/// The queue of a run.
#[derive(Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Reverse<Entry>>,
    sequence: u64,
    /// Entries that are no timers: as long as there is one, the run goes on.
    certain: usize,
}

#[derive(Debug)]
struct Entry {
    key: (Time, u64),
    wake: Wake,
}

impl Queue {
    /// Has `wake` happen at `time`, after all that was asked for that time before.
    pub fn push(&mut self, time: Time, wake: Wake) {
        self.sequence += 1;
        self.certain += usize::from(is_certain(&wake));
        self.heap.push(Reverse(Entry {
            key: (time, self.sequence),
            wake,
        }));
    }

    /// The next that happens.
    pub fn pop(&mut self) -> Option<(Time, Wake)> {
        let Reverse(entry) = self.heap.pop()?;
        self.certain -= usize::from(is_certain(&entry.wake));
        Some((entry.key.0, entry.wake))
    }

    /// When the next one happens.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse(entry)| entry.key.0)
    }

    /// The frames that are on their way.
    pub fn frames(&self) -> impl Iterator<Item = FrameId> {
        self.heap
            .iter()
            .filter_map(|Reverse(entry)| match entry.wake {
                Wake::Arrive { frame, .. }
                | Wake::Lose { frame, .. }
                | Wake::Copy { frame, .. } => Some(frame),
                _ => None,
            })
    }

    /// Whether anything but timers is left. A timer may have become void meanwhile.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.certain > 0
    }
}

fn is_certain(wake: &Wake) -> bool {
    // A link that changes or a host that goes off with nobody at work is no reason to go on;
    // one that is off comes up in any case.
    !matches!(
        wake,
        Wake::Timer(..) | Wake::Link(..) | Wake::Power(_, false)
    )
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_keep_the_order_of_asking() {
        let mut queue = Queue::default();
        for (time, host) in [(5, 0), (3, 1), (5, 2), (3, 3)] {
            queue.push(Time(time), Wake::Start(HostId(host)));
        }
        let mut order = Vec::new();
        while let Some((time, Wake::Start(host))) = queue.pop() {
            order.push((time.0, host.0));
        }
        assert_eq!(order, [(3, 1), (3, 3), (5, 0), (5, 2)]);
        assert!(!queue.busy());
    }
}
