//! Below the sockets: hosts, links and switches, moved by discrete events in virtual time.

mod checksum;
pub mod host;
mod link;
mod queue;
mod switch;
mod wires;

pub use host::{Host, HostConfig};
pub use link::{Link, LinkConfig};
pub use queue::{Queue, Wake};
pub use switch::Switch;
pub use wires::Wires;

use crate::base::{EventId, FrameId, HostId, Time};
use crate::timeline::{Action, Moment, NodeInfo, Timeline};

/// A node of the network.
#[derive(Debug)]
pub enum Node {
    /// Programs over a TCP/IP stack.
    Host(Box<Host>),
    /// Learns where addresses are, and forwards.
    Switch(Switch),
}

/// Nodes, the wires between them, and the moment they have reached.
#[derive(Debug)]
pub struct Network {
    nodes: Vec<Node>,
    wires: Wires,
    now: Time,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            wires: Wires::new(Timeline::default()),
            now: Time::ZERO,
        }
    }
}

impl Network {
    /// Adds a host before the run begins.
    pub fn add_host(&mut self, info: NodeInfo, config: HostConfig) -> HostId {
        let id = self.wires.timeline.add_node(info);
        self.nodes.push(Node::Host(Box::new(Host::new(id, config))));
        id
    }

    /// Adds a switch before the run begins.
    pub fn add_switch(&mut self, info: NodeInfo) -> HostId {
        let id = self.wires.timeline.add_node(info);
        self.nodes.push(Node::Switch(Switch::default()));
        id
    }

    /// Joins two nodes by a link before the run begins.
    pub fn join(&mut self, a: HostId, b: HostId, name: &str, config: LinkConfig) {
        let link = self.wires.add_link(name, [a, b], config);
        for end in [a, b] {
            match &mut self.nodes[end.index()] {
                Node::Host(host) => host.attach(link),
                Node::Switch(switch) => switch.attach(link),
            }
        }
    }

    /// Brings every host up at time zero.
    pub fn start(&mut self) {
        for index in 0..self.nodes.len() {
            let host = HostId::from_index(index);
            self.wires.queue.push(Time::ZERO, Wake::Start(host));
        }
    }

    /// Has a person do something at a moment, or at once where that has passed.
    ///
    /// # Errors
    /// Where there is no such host.
    pub fn act(&mut self, action: Action) -> Result<(), String> {
        let host = self
            .wires
            .timeline
            .node_named(&action.host)
            .ok_or_else(|| format!("there is no host `{}`", action.host))?;
        let at = action.at.max(self.now);
        self.wires.queue.push(at, Wake::Act(host, Box::new(action)));
        Ok(())
    }

    /// The moment reached.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// When the next event happens, unless only waiting for nothing is left.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        let waits = self.wires.queue.busy() || self.nodes.iter().any(Node::is_live);
        self.wires.queue.next_at().filter(|_| waits)
    }

    /// Lets the next event happen. Answers whether there was one.
    pub fn step(&mut self) -> bool {
        if self.next_at().is_none() {
            return false;
        }
        let Some((time, wake)) = self.wires.queue.pop() else {
            return false;
        };
        self.now = time;
        self.happen(wake);
        true
    }

    /// What has been recorded.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.wires.timeline
    }

    /// What was recorded, when the network is needed no more.
    #[must_use]
    pub fn into_timeline(self) -> Timeline {
        self.wires.timeline
    }

    fn happen(&mut self, wake: Wake) {
        match wake {
            Wake::Arrive { frame, at } => self.arrive(frame, at),
            Wake::Start(id) => {
                let moment = self.moment(id, None);
                let event = self.wires.timeline.record_started(moment);
                if let Node::Host(host) = &mut self.nodes[id.index()] {
                    host.start(&mut self.wires, moment.because(event));
                }
            }
            Wake::Act(id, action) => {
                let moment = self.moment(id, None);
                if let Node::Host(host) = &mut self.nodes[id.index()] {
                    let event = self.wires.timeline.record_action(moment, (*action).clone());
                    host.act(&mut self.wires, moment.because(event), &action);
                }
            }
            Wake::Timer(id, timer) => {
                let moment = self.moment(id, None);
                if let Node::Host(host) = &mut self.nodes[id.index()] {
                    host.on_timer(&mut self.wires, moment, timer);
                }
            }
        }
    }

    fn arrive(&mut self, id: FrameId, at: HostId) {
        let frame = *self.wires.timeline.frame(id);
        let moment = self.moment(at, Some(frame.sent));
        let bytes = self.wires.timeline.arena().get(frame.slot);
        let refusal = match &self.nodes[at.index()] {
            Node::Host(host) => host.refuses(bytes),
            Node::Switch(_) => None,
        };
        if let Some(reason) = refusal {
            self.wires.timeline.record_dropped(moment, id, reason);
            return;
        }
        let event = self.wires.timeline.record_delivered(moment, id);
        let moment = moment.because(event);
        match &mut self.nodes[at.index()] {
            Node::Host(host) => host.on_frame(&mut self.wires, moment, id),
            Node::Switch(switch) => switch.on_frame(&mut self.wires, moment, id),
        }
    }

    fn moment(&self, host: HostId, cause: Option<EventId>) -> Moment {
        Moment {
            now: self.now,
            host,
            cause,
        }
    }
}

impl Node {
    /// Whether it waits for more than the end of TIME-WAIT.
    fn is_live(&self) -> bool {
        match self {
            Self::Host(host) => host.is_live(),
            Self::Switch(_) => false,
        }
    }
}

#[cfg(test)]
mod endings_tests;
#[cfg(test)]
mod seeds_tests;
#[cfg(test)]
mod tests;
