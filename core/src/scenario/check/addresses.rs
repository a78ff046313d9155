//! Addresses for every host, from the ranges kept for documentation and private use.

use super::network::HostFiles;
use crate::base::Span;
use crate::base::sorted::{Map, Set};
use crate::scenario::model::{NodeKind, Scenario};
use crate::scenario::problem::{Problems, short};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// RFC 5737 §3.
const DOCUMENTATION: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
const PREFIX4: u8 = 24;
const PREFIX6: u8 = 64;
/// The first host's last number.
const FIRST: u8 = 10;

/// Gives each host its addresses: those the file asks for, then the next free ones.
pub(super) fn give(
    files: &HostFiles<'_>,
    segment: &[usize],
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    let heads: Set<usize> = segment.iter().copied().collect();
    for (n, head) in heads.iter().enumerate() {
        let members: Vec<usize> = (0..segment.len())
            .filter(|i| {
                segment[*i] == *head && matches!(scenario.nodes[*i].kind, NodeKind::Host(_))
            })
            .collect();
        let mut taken: Map<IpAddr, usize> = Map::new();
        let mut wanted: Map<usize, Wanted> = Map::new();
        for i in &members {
            let asked = ask(files[*i], problems);
            for (address, span) in asked
                .v4
                .map(|(a, s)| (a.into(), s))
                .into_iter()
                .chain(asked.v6.map(|(a, s)| (a.into(), s)))
            {
                if let Some(other) = taken.insert(address, *i) {
                    problems.error(
                        span,
                        format!(
                            "{address} belongs to `{}` already",
                            scenario.nodes[other].name
                        ),
                        "give each host an address of its own",
                    );
                }
            }
            wanted.insert(*i, asked);
        }
        let net4 = wanted.values().find_map(|w| w.v4);
        let net6 = wanted.values().find_map(|w| w.v6);
        let net4 = net4.map_or_else(|| default4(n), |(a, _)| net_of4(a));
        let net6 = net6.map_or_else(|| default6(n), |(a, _)| net_of6(a));
        for asked in wanted.values() {
            same_network(asked, net4, net6, problems);
        }
        let mut next = FIRST;
        for i in &members {
            let free = |last: u8| -> bool {
                !taken.contains_key(&at4(net4, last).into())
                    && !taken.contains_key(&at6(net6, last).into())
            };
            while next < 254 && !free(next) {
                next += 1;
            }
            let asked = &wanted[i];
            let NodeKind::Host(host) = &mut scenario.nodes[*i].kind else {
                continue;
            };
            host.address4 = asked.v4.map_or(at4(net4, next), |(a, _)| a);
            host.address6 = asked.v6.map_or(at6(net6, next), |(a, _)| a);
            host.prefix4 = PREFIX4;
            host.prefix6 = PREFIX6;
            if asked.v4.is_none() || asked.v6.is_none() {
                next += 1;
            }
        }
    }
}

/// The addresses a host's author asks for.
#[derive(Default)]
struct Wanted {
    v4: Option<(Ipv4Addr, Span)>,
    v6: Option<(Ipv6Addr, Span)>,
}

fn ask(file: Option<&crate::scenario::file::HostFile>, problems: &mut Problems) -> Wanted {
    let mut wanted = Wanted::default();
    for text in file
        .and_then(|f| f.address.as_ref())
        .iter()
        .flat_map(|a| &a.0)
    {
        let twice = match text.value.parse::<IpAddr>() {
            Ok(IpAddr::V4(a)) if fits4(a) => wanted.v4.replace((a, text.span)).is_some(),
            Ok(IpAddr::V6(a)) if fits6(a) => wanted.v6.replace((a, text.span)).is_some(),
            Ok(address) => {
                problems.error(
                    text.span,
                    format!("{address} is not an address to play with"),
                    "take one such as 192.0.2.7, 10.0.0.7 or 2001:db8:1::7",
                );
                false
            }
            Err(_) => {
                problems.error(
                    text.span,
                    format!("`{}` is not an IP address", short(&text.value)),
                    "write four numbers up to 255, 192.0.2.7, or 2001:db8:1::7",
                );
                false
            }
        };
        if twice {
            problems.error(
                text.span,
                "a host has one address of each version of IP",
                "take one of them out",
            );
        }
    }
    wanted
}

/// Documentation (RFC 5737) or private (RFC 1918), and neither the network nor everybody.
fn fits4(a: Ipv4Addr) -> bool {
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

fn same_network(wanted: &Wanted, net4: Ipv4Addr, net6: Ipv6Addr, problems: &mut Problems) {
    if let Some((a, span)) = wanted.v4.filter(|(a, _)| net_of4(*a) != net4) {
        problems.error(
            span,
            format!("{a} lies outside its neighbours' network, {net4}/{PREFIX4}"),
            format!("write an address such as {}", at4(net4, FIRST)),
        );
    }
    if let Some((a, span)) = wanted.v6.filter(|(a, _)| net_of6(*a) != net6) {
        problems.error(
            span,
            format!("{a} lies outside its neighbours' network, {net6}/{PREFIX6}"),
            format!("write an address such as {}", at6(net6, FIRST)),
        );
    }
}

fn default4(n: usize) -> Ipv4Addr {
    let [x, y, z] = DOCUMENTATION[n % DOCUMENTATION.len()];
    Ipv4Addr::new(x, y, z, 0)
}

fn default6(n: usize) -> Ipv6Addr {
    let n = u16::try_from(n + 1).expect("few segments");
    Ipv6Addr::new(0x2001, 0xdb8, n, 0, 0, 0, 0, 0)
}

fn net_of4(a: Ipv4Addr) -> Ipv4Addr {
    at4(a, 0)
}

fn net_of6(a: Ipv6Addr) -> Ipv6Addr {
    Ipv6Addr::from(u128::from(a) >> 64 << 64)
}

fn at4(net: Ipv4Addr, last: u8) -> Ipv4Addr {
    let [x, y, z, _] = net.octets();
    Ipv4Addr::new(x, y, z, last)
}

/// The same digits as in IPv4, so that `.10` and `::10` are the same host.
fn at6(net: Ipv6Addr, last: u8) -> Ipv6Addr {
    let digits = u128::from_str_radix(&last.to_string(), 16).expect("digits");
    Ipv6Addr::from(u128::from(net) | digits)
}
