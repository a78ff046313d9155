//! What a router holds at a moment, as plain rows: its sides, its routes, its table of flows,
//! its firewall's rules.

use super::facts::speaks_ipv6;
use super::hosts::Change;
use crate::base::HostId;
use crate::base::sorted::Map;
use crate::timeline::{Flow, Protocol, RouterInfo, State, Timeline};
use std::net::SocketAddr;
use std::ops::Range;

/// A router and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routing {
    /// Its ports.
    pub sides: Vec<Side>,
    /// Its routes in words: to which network, by which way.
    pub routes: Vec<(String, String)>,
    /// Its table of flows; none where it keeps none.
    pub table: Option<Vec<FlowRow>>,
    /// Its firewall's rules, in the order in which they are tried.
    pub rules: Vec<Rule>,
}

/// A router's port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The link it leads to.
    pub link: String,
    /// `inside` or `outside`, where it translates.
    pub name: &'static str,
    /// Its hardware address.
    pub mac: String,
    /// Its addresses with the lengths of their prefixes.
    pub addresses: Vec<String>,
}

/// A row of the table of flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowRow {
    /// `TCP`.
    pub protocol: Protocol,
    /// The one inside, as it calls itself; as the others see it; the one beyond.
    pub places: [String; 3],
    /// `open`, `new`.
    pub state: String,
    /// When it is forgotten unless something is said on it: `240.010 s`.
    pub forgotten_at: String,
    /// What the step did to it.
    pub change: Change,
}

/// A firewall's rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What it says.
    pub text: String,
    /// How many packets it has stopped.
    pub stopped: usize,
    /// It stopped one in the step shown.
    pub acted: bool,
}

/// What a router holds after the events `shown`, between which it held `states`; none where
/// the node is no router.
#[must_use]
pub fn routing(
    timeline: &Timeline,
    host: HostId,
    states: [&State; 2],
    shown: &Range<usize>,
) -> Option<Routing> {
    let info = timeline.node(host).router.as_ref()?;
    let keeps = info.nat || !info.rules.is_empty();
    let [before, after] = states.map(|state| &state.host(host).flows);
    Some(Routing {
        sides: sides(timeline, info),
        routes: routes(timeline, info),
        table: keeps.then(|| table(before, after)),
        rules: rules(timeline, info, shown),
    })
}

fn sides(timeline: &Timeline, info: &RouterInfo) -> Vec<Side> {
    let v6 = speaks_ipv6(timeline);
    let ports = info.ports.iter();
    ports
        .map(|port| {
            let own = port.addresses.iter().filter(|(a, _)| a.is_ipv6() == v6);
            Side {
                link: timeline.link(port.link).name.clone(),
                name: match (info.nat, port.inside) {
                    (false, _) => "",
                    (true, true) => "inside",
                    (true, false) => "outside",
                },
                mac: mac(port.mac),
                addresses: own.map(|(a, prefix)| format!("{a}/{prefix}")).collect(),
            }
        })
        .collect()
}

fn mac(bytes: [u8; 6]) -> String {
    bytes.map(|byte| format!("{byte:02x}")).join(":")
}

/// Those of the family which the run uses.
fn routes(timeline: &Timeline, info: &RouterInfo) -> Vec<(String, String)> {
    let v6 = speaks_ipv6(timeline);
    let routes = info.routes.iter().filter(|(to, _)| to.contains(':') == v6);
    routes.cloned().collect()
}

/// The rows that are there, and those that the step took out.
fn table(before: &Map<u32, Flow>, after: &Map<u32, Flow>) -> Vec<FlowRow> {
    let row = |flow: &Flow, change| FlowRow {
        protocol: flow.protocol,
        places: places(flow),
        state: flow.state.to_string(),
        forgotten_at: flow.forgotten_at.to_string(),
        change,
    };
    let mut rows: Vec<FlowRow> = Vec::new();
    for (number, flow) in after.iter() {
        let same = before.get(number) == Some(flow);
        let change = if same { Change::Same } else { Change::Changed };
        rows.push(row(flow, change));
    }
    let gone = before.iter().filter(|(row, _)| !after.contains_key(*row));
    rows.extend(gone.map(|(_, flow)| row(flow, Change::Gone)));
    rows
}

fn rules(timeline: &Timeline, info: &RouterInfo, shown: &Range<usize>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for id in &info.rules {
        let rule = timeline.rule(*id);
        rules.push(Rule {
            name: rule.name.clone(),
            text: rule.text.clone(),
            stopped: 0,
            acted: false,
        });
    }
    if rules.is_empty() {
        return rules;
    }
    for (event, id) in timeline.ruled_out() {
        let at = info.rules.iter().position(|own| *own == id);
        if let Some(at) = at.filter(|_| event.index() < shown.end) {
            rules[at].stopped += 1;
            rules[at].acted |= shown.contains(&event.index());
        }
    }
    rules
}

/// The two that a flow joins, the hidden one with both its faces: as it calls itself, as it
/// is seen, and the other one.
pub(super) fn places(flow: &Flow) -> [String; 3] {
    let places = if flow.goes_to == flow.to {
        [flow.from, flow.seen_from, flow.to]
    } else {
        // A port of the router leads to it.
        [flow.goes_to, flow.to, flow.from]
    };
    places.map(|place| named(flow.protocol, place))
}

/// An echo has a number and no port.
fn named(protocol: Protocol, place: SocketAddr) -> String {
    match protocol {
        Protocol::Icmp => format!("{} echo {}", place.ip(), place.port()),
        _ => place.to_string(),
    }
}
