//! A router between two silent ends, driven by frames made by another program.

mod answers;
mod hosts;
mod neighbours;
mod rules;
mod translated;
mod ways;
mod wild;

use super::{PortConfig, Route, RouterConfig};
use crate::base::sorted::Map;
use crate::base::{EventId, FrameId, HostId, LinkId, Rng, Time};
use crate::net::firewall::FirewallConfig;
use crate::net::flows::FlowsConfig;
use crate::net::tests::info;
use crate::net::{LinkConfig, Network, checksum};
use crate::timeline::{DropReason, Event, Kind, Loss, Moment, Timeline};
use etherparse::{PacketBuilder, PacketBuilderStep, SlicedPacket};
use std::net::IpAddr;

/// The router's two sides.
const LEFT: usize = 0;
const RIGHT: usize = 1;
/// Who is on either side, and the router's ports there.
const NEAR: [&str; 2] = ["192.168.1.10", "2001:db8:1::10"];
const FAR: [&str; 2] = ["192.0.2.10", "2001:db8:2::10"];
const PORTS: [[u8; 6]; 2] = [[2, 0, 0, 0, 9, 1], [2, 0, 0, 0, 9, 2]];
const ENDS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];

/// A router with an end on each side that hears everything and says nothing.
struct Bench {
    network: Network,
    router: HostId,
    ends: [HostId; 2],
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Inside on the left, and a way to everywhere on the right.
fn config() -> RouterConfig {
    let port = |index: usize, v4: &str, v6: &str| PortConfig {
        mac: PORTS[index],
        addresses: vec![(ip(v4), 24), (ip(v6), 64)],
        inside: index == LEFT,
    };
    RouterConfig {
        ports: vec![
            port(LEFT, "192.168.1.1", "2001:db8:1::1"),
            port(RIGHT, "192.0.2.1", "2001:db8:2::1"),
        ],
        routes: vec![Route {
            to: ip("198.51.100.0"),
            prefix: 24,
            via: ip("192.0.2.10"),
            port: RIGHT,
        }],
        flows: None,
        firewall: None,
        neighbours: [NEAR, FAR]
            .iter()
            .zip(ENDS)
            .flat_map(|(both, mac)| both.map(|address| (ip(address), mac)))
            .collect(),
        rng: Rng::from_seed(1),
    }
}

impl Bench {
    fn new() -> Self {
        Self::with(config())
    }

    fn with(config: RouterConfig) -> Self {
        Self::over(config, LinkConfig::default())
    }

    /// With this link on the right.
    fn over(config: RouterConfig, right: LinkConfig) -> Self {
        let mut network = Network::default();
        let router = network.add_router(info("router"), config);
        // A switch with one link hears, and says nothing.
        let ends = ["left", "right"].map(|name| network.add_switch(info(name)));
        network.join(ends[LEFT], router, "left - router", LinkConfig::default());
        network.join(router, ends[RIGHT], "router - right", right);
        Self {
            network,
            router,
            ends,
        }
    }

    /// With a firewall of these rules, which sees flows.
    fn ruled(firewall: FirewallConfig) -> Self {
        Self::with(RouterConfig {
            flows: Some(FlowsConfig::default()),
            firewall: Some(firewall),
            ..config()
        })
    }

    /// Sends a frame from a side, and lets happen what follows from it.
    fn put(&mut self, side: usize, frame: &[u8]) -> FrameId {
        let id = self.post(side, frame);
        self.run();
        id
    }

    /// Puts a frame on the link of a side.
    fn post(&mut self, side: usize, frame: &[u8]) -> FrameId {
        let wires = &mut self.network.wires;
        let id = FrameId::from_index(wires.timeline.frames().len());
        let slot = wires.timeline.arena_mut().push(frame);
        let at = Moment {
            now: self.network.now,
            host: self.ends[side],
            cause: None,
        };
        wires.send(at, LinkId::from_index(side), slot, None);
        id
    }

    fn run(&mut self) {
        for _ in 0..10_000 {
            if !self.network.step() {
                return;
            }
        }
        panic!("the run does not end");
    }

    fn timeline(&self) -> &Timeline {
        self.network.timeline()
    }

    /// What the router sent to a side, in order.
    fn heard(&self, side: usize) -> Vec<Vec<u8>> {
        self.sent(side)
            .into_iter()
            .map(|(_, bytes)| bytes)
            .collect()
    }

    fn sent(&self, side: usize) -> Vec<(EventId, Vec<u8>)> {
        let timeline = self.timeline();
        let mine = |frame: &&crate::timeline::Frame| {
            frame.from == self.router && frame.link.index() == side
        };
        let frames = timeline.frames().iter().filter(mine);
        frames
            .map(|frame| (frame.sent, timeline.arena().get(frame.slot).to_vec()))
            .collect()
    }

    /// The one frame that it sent to a side.
    fn only(&self, side: usize) -> Vec<u8> {
        let heard = self.heard(side);
        assert_eq!(heard.len(), 1, "one frame: {heard:02x?}");
        heard.into_iter().next().unwrap()
    }

    fn losses(&self) -> Vec<Loss<'_>> {
        self.timeline().losses().collect()
    }

    /// The one loss that there was.
    fn loss(&self) -> (EventId, FrameId, DropReason) {
        let losses = self.losses();
        assert_eq!(losses.len(), 1, "{losses:?}");
        (losses[0].event, losses[0].frame, losses[0].reason)
    }

    /// What made the router send its last frame to a side.
    fn cause_of_last(&self, side: usize) -> Event {
        let (sent, _) = self.sent(side).pop().unwrap();
        let timeline = self.timeline();
        timeline.event(timeline.event(sent).cause.unwrap())
    }
}

impl Drop for Bench {
    /// However a story ends: each frame came to one end, and what the router said is whole.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let timeline = self.network.timeline();
        let mut ends = vec![0; timeline.frames().len()];
        for event in timeline.events().iter() {
            match event.kind {
                Kind::Delivered => ends[event.arg as usize] += 1,
                Kind::Dropped => ends[timeline.dropped(event.arg).frame.index()] += 1,
                _ => {}
            }
        }
        assert!(ends.iter().all(|count| *count == 1), "{ends:?}");
        for frame in timeline.frames().iter().filter(|f| f.from == self.router) {
            let bytes = timeline.arena().get(frame.slot);
            match frame.forwards {
                // What was damaged stays so, what was whole as well.
                Some(before) => {
                    let was = checksum::verify(timeline.bytes(before));
                    assert!(!was || checksum::verify(bytes), "{bytes:02x?}");
                }
                None => {
                    assert!(checksum::verify(bytes), "{bytes:02x?}");
                    SlicedPacket::from_ethernet(bytes).unwrap();
                }
            }
        }
    }
}

/// A packet from one side to the other, to be filled.
fn packet(v6: bool, from: usize, hops: u8) -> PacketBuilderStep<etherparse::IpHeaders> {
    let names = if from == LEFT {
        [NEAR, FAR]
    } else {
        [FAR, NEAR]
    };
    let [source, destination] = names.map(|both| ip(both[usize::from(v6)]));
    packet_between(source, destination, from, hops)
}

fn packet_between(
    source: IpAddr,
    destination: IpAddr,
    from: usize,
    hops: u8,
) -> PacketBuilderStep<etherparse::IpHeaders> {
    let ethernet = PacketBuilder::ethernet2(ENDS[from], PORTS[from]);
    match (source, destination) {
        (IpAddr::V4(a), IpAddr::V4(b)) => ethernet.ipv4(a.octets(), b.octets(), hops),
        (IpAddr::V6(a), IpAddr::V6(b)) => ethernet.ipv6(a.octets(), b.octets(), hops),
        _ => panic!("of one family"),
    }
}

fn udp(ip: PacketBuilderStep<etherparse::IpHeaders>, ports: (u16, u16), len: usize) -> Vec<u8> {
    let payload: Vec<u8> = (0..=250).cycle().take(len).collect();
    let mut frame = Vec::new();
    let udp = ip.udp(ports.0, ports.1);
    udp.write(&mut frame, &payload).unwrap();
    frame
}

fn tcp(
    ip: PacketBuilderStep<etherparse::IpHeaders>,
    ports: (u16, u16),
    flags: impl FnOnce(
        PacketBuilderStep<etherparse::TcpHeader>,
    ) -> PacketBuilderStep<etherparse::TcpHeader>,
) -> Vec<u8> {
    let mut frame = Vec::new();
    let tcp = flags(ip.tcp(ports.0, ports.1, 1000, 1024));
    tcp.write(&mut frame, b"").unwrap();
    frame
}

fn ping(ip: PacketBuilderStep<etherparse::IpHeaders>, v6: bool) -> Vec<u8> {
    let mut frame = Vec::new();
    if v6 {
        let echo = ip.icmpv6_echo_request(7, 1);
        echo.write(&mut frame, b"anybody there?").unwrap();
    } else {
        let echo = ip.icmpv4_echo_request(7, 1);
        echo.write(&mut frame, b"anybody there?").unwrap();
    }
    frame
}

/// Writes a field of an IPv4 header, and its checksum anew.
fn patched(mut frame: Vec<u8>, at: usize, value: &[u8]) -> Vec<u8> {
    frame[14 + at..14 + at + value.len()].copy_from_slice(value);
    smoltcp::wire::Ipv4Packet::new_unchecked(&mut frame[14..]).fill_checksum();
    frame
}

/// What an ICMP error says: type, code, the word behind them, and what it quotes.
fn icmp(frame: &[u8]) -> ((u8, u8), u32, Vec<u8>) {
    let v4 = frame[12..14] == [8, 0];
    let icmp = &frame[if v4 { 34 } else { 54 }..];
    let word = u32::from_be_bytes(icmp[4..8].try_into().unwrap());
    ((icmp[0], icmp[1]), word, icmp[8..].to_vec())
}

/// Who sent a packet, and to whom.
fn between(frame: &[u8]) -> (IpAddr, IpAddr) {
    let header = super::header::Header::read(frame).unwrap();
    (header.source, header.destination)
}
