//! Below the sockets: hosts, links and switches, moved by discrete events in virtual time.

mod checksum;
pub mod door;
pub mod firewall;
pub mod flows;
pub mod host;
mod hub;
pub mod link;
pub mod packet;
mod queue;
pub mod router;
mod switch;
mod wires;

pub use door::Door;
pub use host::{Host, HostConfig};
pub use hub::Hub;
pub use link::{Link, LinkConfig};
pub use queue::{Queue, Wake};
pub use router::{Router, RouterConfig};
pub use switch::Switch;
pub use wires::Wires;

use crate::base::{EventId, FrameId, HostId, LinkId, Rng, Time};
use crate::timeline::{Action, Moment, NodeInfo, Timeline};

/// A node of the network.
#[derive(Debug)]
pub enum Node {
    /// Programs over a TCP/IP stack.
    Host(Box<Host>),
    /// Learns where addresses are, and forwards.
    Switch(Switch),
    /// Repeats whatever it hears.
    Hub(Hub),
    /// Passes packets between networks.
    Router(Box<Router>),
    /// Somebody outside stands in for a host.
    Door(Box<Door>),
}

/// Nodes, the wires between them, and the moment they have reached.
#[derive(Debug)]
pub struct Network {
    nodes: Vec<Node>,
    wires: Wires,
    now: Time,
    /// What links do by chance comes from here, forked by their names.
    rng: Rng,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            wires: Wires::new(Timeline::default()),
            now: Time::ZERO,
            rng: Rng::from_seed(0),
        }
    }
}

impl Network {
    /// A network whose links take their chances from `rng`.
    #[must_use]
    pub fn with_rng(rng: Rng) -> Self {
        Self {
            rng,
            ..Self::default()
        }
    }

    /// Adds a host before the run begins.
    pub fn add_host(&mut self, info: NodeInfo, config: HostConfig) -> HostId {
        let id = self.wires.timeline.add_node(info);
        self.nodes.push(Node::Host(Box::new(Host::new(id, config))));
        id
    }

    /// A host is to be off from then to then, in order; for good at `Time::MAX`. To be said
    /// before the run begins.
    pub fn plan_outages(&mut self, host: HostId, down: Vec<(Time, Time)>) {
        if let Node::Host(host) = &mut self.nodes[host.index()] {
            host.plan_outages(&mut self.wires, down);
        }
    }

    /// Adds a switch before the run begins.
    pub fn add_switch(&mut self, info: NodeInfo) -> HostId {
        let id = self.wires.timeline.add_node(info);
        self.nodes.push(Node::Switch(Switch::default()));
        id
    }

    /// Adds a hub before the run begins.
    pub fn add_hub(&mut self, info: NodeInfo) -> HostId {
        let id = self.wires.timeline.add_node(info);
        self.nodes.push(Node::Hub(Hub::default()));
        id
    }

    /// Adds a router before the run begins. Its ports take the links in the order in which
    /// they are joined; what it is like is put into the timeline's `NodeInfo::router` here.
    pub fn add_router(&mut self, info: NodeInfo, config: RouterConfig) -> HostId {
        let id = self.wires.timeline.add_node(info);
        let router = Router::new(id, config, &mut self.wires.timeline);
        self.nodes.push(Node::Router(Box::new(router)));
        id
    }

    /// Joins two nodes by a link before the run begins.
    pub fn join(&mut self, a: HostId, b: HostId, name: &str, config: LinkConfig) {
        let rng = self.rng.fork(name);
        let longest_frame = config.longest_frame;
        let link = self.wires.add_link(name, [a, b], config, rng);
        for end in [a, b] {
            match &mut self.nodes[end.index()] {
                Node::Host(host) => host.attach(link, longest_frame),
                Node::Switch(switch) => switch.attach(link),
                Node::Hub(hub) => hub.attach(link),
                Node::Router(router) => {
                    router.attach(link, longest_frame, &mut self.wires.timeline);
                }
                Node::Door(door) => door.attach(link),
            }
        }
    }

    /// Has a node put any bytes on one of its links now, as if they were a frame of its own.
    pub fn put(&mut self, node: HostId, link: LinkId, frame: &[u8]) {
        let slot = self.wires.timeline.arena_mut().push(frame);
        let moment = self.moment(node, None);
        self.wires.send(moment, link, slot, None);
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

    /// Lets go of the oldest frames' bytes, as far as nobody in the network needs them, until
    /// no more than `keep` bytes are held.
    pub fn forget(&mut self, keep: u64) {
        if self.wires.timeline.held_bytes() <= keep {
            return;
        }
        let mut busy: Vec<FrameId> = self.wires.queue.frames().collect();
        for node in &self.nodes {
            match node {
                Node::Host(host) => busy.extend(host.frames_at_hand()),
                Node::Router(router) => busy.extend(router.frames_at_hand()),
                Node::Door(door) => busy.extend(door.frames_at_hand()),
                Node::Switch(_) | Node::Hub(_) => {}
            }
        }
        self.wires.timeline.forget(keep, &busy);
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
            Wake::Lose { frame, reason } => self.wires.lose(self.now, frame, reason),
            Wake::Copy { frame, fate } => self.wires.copy(self.now, frame, fate),
            Wake::Start(id) => {
                if matches!(&self.nodes[id.index()], Node::Host(host) if host.is_off()) {
                    return;
                }
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
                match &mut self.nodes[id.index()] {
                    Node::Host(host) => host.on_timer(&mut self.wires, moment, timer),
                    Node::Router(router) => router.on_timer(&mut self.wires, moment, timer),
                    Node::Switch(_) | Node::Hub(_) | Node::Door(_) => {}
                }
            }
            Wake::Power(id, up) => {
                let moment = self.moment(id, None);
                let event = self.wires.timeline.record_power(moment, up);
                let moment = moment.because(event);
                match &mut self.nodes[id.index()] {
                    Node::Host(host) if up => host.come_up(&mut self.wires, moment),
                    Node::Host(host) => host.go_down(&mut self.wires, moment),
                    _ => {}
                }
            }
            Wake::Link(link, up) => {
                self.wires.timeline.record_link(self.now, link, up);
            }
        }
    }

    fn arrive(&mut self, id: FrameId, at: HostId) {
        let sent = self.wires.timeline.frame(id).sent;
        let moment = self.moment(at, Some(sent));
        let bytes = self.wires.timeline.arrived(id);
        let refusal = match &mut self.nodes[at.index()] {
            Node::Host(host) => host.refuses(bytes),
            Node::Switch(_) | Node::Hub(_) => None,
            // It says itself what becomes of the frame.
            Node::Router(router) => return router.on_frame(&mut self.wires, moment, id),
            Node::Door(_) => return self.arrive_at_door(id, moment),
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
            Node::Hub(hub) => hub.on_frame(&mut self.wires, moment, id),
            Node::Router(_) | Node::Door(_) => {}
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
            Self::Router(router) => router.is_live(),
            Self::Switch(_) | Self::Hub(_) => false,
            // Nobody knows what comes in next.
            Self::Door(_) => true,
        }
    }
}

#[cfg(test)]
mod backlog_tests;
#[cfg(test)]
mod contents_tests;
#[cfg(test)]
mod dns_tests;
#[cfg(test)]
mod endings_tests;
#[cfg(test)]
mod faults_tests;
#[cfg(test)]
mod ftp_peers_tests;
#[cfg(test)]
mod ftp_seeds_tests;
#[cfg(test)]
mod gateway_tests;
#[cfg(test)]
mod mail_seeds_tests;
#[cfg(test)]
mod power_tests;
#[cfg(test)]
mod probes_tests;
#[cfg(test)]
mod seeds_tests;
#[cfg(test)]
mod tcp_tests;
#[cfg(test)]
mod tests;
