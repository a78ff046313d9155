//! Addresses for every host and every router's port, from the ranges kept for
//! documentation and private use.

use super::network::HostFiles;
use super::segments::Segments;
use crate::base::sorted::Map;
use crate::base::{HostId, Span};
use crate::scenario::file::HostFile;
use crate::scenario::model::{Addresses, NodeKind, Scenario};
use crate::scenario::problem::{Problems, short};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// RFC 5737 §3.
const DOCUMENTATION: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
const PREFIX4: u8 = 24;
const PREFIX6: u8 = 64;
/// The first host's last number; those before it are for routers.
const FIRST: u8 = 10;
/// The longest prefix that leaves two addresses.
const LONGEST4: u8 = 30;

/// Gives each host and each port its addresses: those the file asks for, then the next
/// free ones.
pub(super) fn give(
    files: &HostFiles<'_>,
    segments: &Segments,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    let mut seats = seats(segments, scenario);
    let mut strays = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let Some(file) = file else { continue };
        for (address, span) in asked(file, problems) {
            match seats.iter_mut().find(|seat| seat.node == index) {
                Some(seat) if seat.port.is_none() => seat.ask(address, span, problems),
                Some(_) => strays.push((index, address, span)),
                None => {}
            }
        }
    }
    if problems.failed() {
        return;
    }
    let nets = nets(&seats, segments, scenario, problems);
    if problems.failed() {
        return;
    }
    for (router, address, span) in strays {
        at_a_port(
            router,
            (address, span),
            &mut seats,
            &nets,
            scenario,
            problems,
        );
    }
    let taken = taken(&seats, &nets, scenario, problems);
    if !problems.failed() {
        fill(&seats, &nets, &taken, scenario, problems);
    }
}

/// Where addresses belong: a host, or a router's port.
struct Seat {
    node: usize,
    port: Option<usize>,
    segment: usize,
    v4: Option<(Ipv4Addr, Span)>,
    v6: Option<(Ipv6Addr, Span)>,
}

impl Seat {
    fn ask(&mut self, address: IpAddr, span: Span, problems: &mut Problems) {
        let twice = match address {
            IpAddr::V4(a) => self.v4.replace((a, span)).is_some(),
            IpAddr::V6(a) => self.v6.replace((a, span)).is_some(),
        };
        if twice {
            let (message, help) = match self.port {
                None => (
                    "a host has one address of each version of IP",
                    "take one of them out",
                ),
                Some(_) => (
                    "this port of the router has an address of this version already",
                    "give one address for each of its networks",
                ),
            };
            problems.error(span, message, help);
        }
    }

    fn asked(&self) -> impl Iterator<Item = (IpAddr, Span)> + use<> {
        let v4 = self.v4.map(|(a, span)| (a.into(), span));
        let v6 = self.v6.map(|(a, span)| (a.into(), span));
        v4.into_iter().chain(v6)
    }
}

/// Hosts and ports, in the order of nodes.
fn seats(segments: &Segments, scenario: &Scenario) -> Vec<Seat> {
    let mut seats = Vec::new();
    for (node, kind) in scenario.nodes.iter().enumerate() {
        let router = match kind.kind {
            NodeKind::Host(_) => false,
            NodeKind::Router(_) => true,
            NodeKind::Switch | NodeKind::Hub => continue,
        };
        let at = segments.at(scenario, HostId::from_index(node));
        for (port, segment) in at.into_iter().enumerate() {
            seats.push(Seat {
                node,
                port: router.then_some(port),
                segment,
                v4: None,
                v6: None,
            });
        }
    }
    seats
}

/// The addresses that the file asks for.
fn asked(file: &HostFile, problems: &mut Problems) -> Vec<(IpAddr, Span)> {
    let mut found = Vec::new();
    for text in file.address.iter().flat_map(|a| &a.0) {
        let (message, help) = match text.value.parse::<IpAddr>() {
            Ok(IpAddr::V4(a)) if fits4(a) => {
                found.push((a.into(), text.span));
                continue;
            }
            Ok(IpAddr::V6(a)) if fits6(a) => {
                found.push((a.into(), text.span));
                continue;
            }
            Ok(address) => (
                format!("{address} is not an address to play with"),
                "take one such as 192.0.2.7, 10.0.0.7 or 2001:db8:1::7",
            ),
            Err(_) => (
                format!("`{}` is not an IP address", short(&text.value)),
                "write four numbers up to 255, 192.0.2.7, or 2001:db8:1::7",
            ),
        };
        problems.error(text.span, message, help);
    }
    found
}

/// A segment's networks, one of each family.
#[derive(Clone, Copy)]
struct Net {
    v4: Ipv4Addr,
    prefix4: u8,
    v6: Ipv6Addr,
}

impl Net {
    fn holds(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(a) => u32::from(a) & mask4(self.prefix4) == u32::from(self.v4),
            IpAddr::V6(a) => net_of6(a) == self.v6,
        }
    }

    /// The addresses with this number.
    fn at(&self, number: u8) -> (Ipv4Addr, Ipv6Addr) {
        let v4 = Ipv4Addr::from(u32::from(self.v4) + u32::from(number));
        (v4, at6(self.v6, v4.octets()[3]))
    }

    /// The greatest number that a node may have.
    fn last(&self) -> u8 {
        let all = 1u16 << (32 - self.prefix4).min(8);
        u8::try_from(all - 2).unwrap_or(254)
    }
}

/// Each segment's networks: those of the addresses asked for in it, or what is left over.
fn nets(
    seats: &[Seat],
    segments: &Segments,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Vec<Net> {
    let mut asked4: Vec<Option<Ipv4Addr>> = vec![None; segments.count];
    let mut asked6: Vec<Option<Ipv6Addr>> = vec![None; segments.count];
    for seat in seats {
        for (address, span) in seat.asked() {
            let again = match address {
                IpAddr::V4(a) => claim(&mut asked4, seat.segment, net_of4(a)),
                IpAddr::V6(a) => claim(&mut asked6, seat.segment, net_of6(a)),
            };
            if let Some(other) = again {
                let near = seats.iter().find(|s| s.segment == other);
                let near = near.map_or("", |s| &scenario.nodes[s.node].name);
                problems.error(
                    span,
                    format!("{address} lies in the network of `{near}`, across a router"),
                    "a router joins different networks; take an address of another",
                );
            }
        }
    }
    let mut next4 = free4(&asked4, segments);
    let mut next6 = (1..=u16::MAX).map(default6);
    let mut nets = Vec::new();
    for segment in 0..segments.count {
        let private = segments.is_private(segment);
        let v4 = asked4[segment].map(|net| (net, PREFIX4));
        let Some((v4, prefix4)) = v4.or_else(|| next4.take(private)) else {
            problems.error(
                Span::default(),
                "there are more networks than addresses for them",
                "leave some routers out",
            );
            return nets;
        };
        let free = next6.by_ref().find(|net| !asked6.contains(&Some(*net)));
        let v6 = asked6[segment].or(free).unwrap_or(Ipv6Addr::UNSPECIFIED);
        nets.push(Net { v4, prefix4, v6 });
    }
    nets
}

/// Makes a network a segment's, unless it is another's: then that one is the answer. The
/// first that is asked for in a segment is its.
fn claim<T: Copy + PartialEq>(nets: &mut [Option<T>], segment: usize, net: T) -> Option<usize> {
    let other = nets.iter().position(|n| *n == Some(net));
    if other.is_none() && nets[segment].is_none() {
        nets[segment] = Some(net);
    }
    other.filter(|other| *other != segment)
}

/// The IPv4 networks that are left for the segments nobody asks for addresses in.
struct Free4 {
    public: Vec<(Ipv4Addr, u8)>,
    private: Vec<(Ipv4Addr, u8)>,
}

impl Free4 {
    fn take(&mut self, private: bool) -> Option<(Ipv4Addr, u8)> {
        if private {
            self.private.pop()
        } else {
            self.public.pop()
        }
    }
}

/// A documentation network for each; where there are too few, the last is divided. Private
/// ones where a NAT hides them.
fn free4(asked: &[Option<Ipv4Addr>], segments: &Segments) -> Free4 {
    let is_free = |net: &Ipv4Addr| !asked.contains(&Some(*net));
    let left = DOCUMENTATION.map(|[x, y, z]| Ipv4Addr::new(x, y, z, 0));
    let mut public: Vec<(Ipv4Addr, u8)> = left
        .into_iter()
        .filter(is_free)
        .map(|net| (net, PREFIX4))
        .collect();
    let wanted = (0..segments.count)
        .filter(|s| asked[*s].is_none() && !segments.is_private(*s))
        .count();
    if wanted > public.len()
        && let Some((last, _)) = public.pop()
    {
        let parts = wanted - public.len();
        let mut prefix = PREFIX4;
        while prefix < LONGEST4 && (1 << (prefix - PREFIX4)) < parts {
            prefix += 1;
        }
        let size = 1u32 << (32 - prefix);
        let all =
            (0..1u32 << (prefix - PREFIX4)).map(|n| Ipv4Addr::from(u32::from(last) + n * size));
        public.extend(all.map(|net| (net, prefix)));
    }
    public.reverse();
    let private = (1..=254).rev().map(|n| Ipv4Addr::new(192, 168, n, 0));
    let private = private.filter(is_free).map(|net| (net, PREFIX4)).collect();
    Free4 { public, private }
}

/// An address that is asked for at a router belongs to the port of its network.
fn at_a_port(
    router: usize,
    (address, span): (IpAddr, Span),
    seats: &mut [Seat],
    nets: &[Net],
    scenario: &Scenario,
    problems: &mut Problems,
) {
    let mut ports = seats.iter_mut().filter(|seat| seat.node == router);
    if let Some(seat) = ports.find(|seat| nets[seat.segment].holds(address)) {
        seat.ask(address, span, problems);
        return;
    }
    let own = seats.iter().filter(|seat| seat.node == router);
    let own: Vec<String> = own
        .map(|seat| match (address, nets[seat.segment]) {
            (IpAddr::V4(_), net) => format!("{}/{}", net.v4, net.prefix4),
            (IpAddr::V6(_), net) => format!("{}/{PREFIX6}", net.v6),
        })
        .collect();
    problems.error(
        span,
        format!(
            "{address} lies in no network of `{}`",
            scenario.nodes[router].name
        ),
        format!("its networks are {}", own.join(", ")),
    );
}

/// Who has which address, as asked for.
fn taken(
    seats: &[Seat],
    nets: &[Net],
    scenario: &Scenario,
    problems: &mut Problems,
) -> Map<IpAddr, usize> {
    let mut taken = Map::new();
    for seat in seats {
        let net = &nets[seat.segment];
        for (address, span) in seat.asked() {
            if let Some(other) = taken.insert(address, seat.node) {
                problems.error(
                    span,
                    format!(
                        "{address} belongs to `{}` already",
                        scenario.nodes[other].name
                    ),
                    "give each host an address of its own",
                );
            }
            if !net.holds(address) {
                let (v4, v6) = net.at(FIRST);
                let (net, such) = match address {
                    IpAddr::V4(_) => (format!("{}/{}", net.v4, net.prefix4), v4.to_string()),
                    IpAddr::V6(_) => (format!("{}/{PREFIX6}", net.v6), v6.to_string()),
                };
                problems.error(
                    span,
                    format!("{address} lies outside its neighbours' network, {net}"),
                    format!("write an address such as {such}"),
                );
            }
        }
    }
    taken
}

/// Addresses for all: routers from the first number on, hosts from the tenth where there
/// is room.
fn fill(
    seats: &[Seat],
    nets: &[Net],
    taken: &Map<IpAddr, usize>,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    let is_free = |(v4, v6): (Ipv4Addr, Ipv6Addr)| {
        !taken.contains_key(&IpAddr::from(v4)) && !taken.contains_key(&IpAddr::from(v6))
    };
    for (segment, net) in nets.iter().enumerate() {
        let here = |router: bool| {
            let seats = seats.iter().filter(move |seat| seat.segment == segment);
            seats.filter(move |seat| seat.port.is_some() == router)
        };
        let count = |router| u8::try_from(here(router).count()).unwrap_or(u8::MAX);
        let first = FIRST.min(net.last().saturating_sub(count(false)).saturating_add(1));
        let first = first.max(count(true).saturating_add(1));
        for (router, mut number) in [(true, 1), (false, first)] {
            for seat in here(router) {
                while number <= net.last() && !is_free(net.at(number)) {
                    number += 1;
                }
                let needs = seat.v4.is_none() || seat.v6.is_none();
                if needs && number > net.last() {
                    let node = &scenario.nodes[seat.node];
                    problems.error(
                        node.span,
                        format!(
                            "there is no address left for `{}` in {}/{}",
                            node.name, net.v4, net.prefix4
                        ),
                        "leave some hosts or some routers out",
                    );
                    return;
                }
                let (v4, v6) = net.at(number.min(net.last()));
                let address = Addresses {
                    v4: seat.v4.map_or(v4, |(a, _)| a),
                    prefix4: net.prefix4,
                    v6: seat.v6.map_or(v6, |(a, _)| a),
                    prefix6: PREFIX6,
                };
                put(seat, address, scenario);
                number += u8::from(needs);
            }
        }
    }
}

fn put(seat: &Seat, address: Addresses, scenario: &mut Scenario) {
    match (&mut scenario.nodes[seat.node].kind, seat.port) {
        (NodeKind::Host(host), _) => host.address = address,
        (NodeKind::Router(router), Some(port)) => router.ports[port].address = address,
        _ => {}
    }
}

/// Documentation (RFC 5737) or private (RFC 1918), and neither the network nor everybody.
pub(super) fn fits4(a: Ipv4Addr) -> bool {
    let [x, y, z, last] = a.octets();
    (DOCUMENTATION.contains(&[x, y, z]) || a.is_private()) && (1..=254).contains(&last)
}

/// Documentation (RFC 3849, RFC 9637) or private (RFC 4193).
fn fits6(a: Ipv6Addr) -> bool {
    let [first, second, ..] = a.segments();
    let documentation = (first, second) == (0x2001, 0xdb8) || (first == 0x3fff && second < 0x1000);
    let host = u128::from(a) & u128::from(u64::MAX);
    (documentation || first >> 8 == 0xfd) && host != 0
}

fn default6(n: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, n, 0, 0, 0, 0, 0)
}

fn mask4(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)
}

fn net_of4(a: Ipv4Addr) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(a) & mask4(PREFIX4))
}

fn net_of6(a: Ipv6Addr) -> Ipv6Addr {
    Ipv6Addr::from(u128::from(a) >> 64 << 64)
}

/// The same digits as in IPv4, so that `.10` and `::10` are the same host.
fn at6(net: Ipv6Addr, last: u8) -> Ipv6Addr {
    let digits = u128::from_str_radix(&last.to_string(), 16).expect("digits");
    Ipv6Addr::from(u128::from(net) | digits)
}
