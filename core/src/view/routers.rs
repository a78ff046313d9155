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

/// What a router is besides a router: `router`, `NAT`, `FTP helper`, `firewall`.
#[must_use]
pub fn what_it_does(info: &RouterInfo) -> Vec<&'static str> {
    let parts = [
        (true, "router"),
        (info.nat, "NAT"),
        (info.helper, "FTP helper"),
        (!info.rules.is_empty(), "firewall"),
    ];
    let has = parts.into_iter().filter(|(has, _)| *has);
    has.map(|(_, word)| word).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::States;
    use crate::timeline::way::{self, ROUTER};

    /// The router after each event, with what that event did.
    fn story() -> Vec<Routing> {
        let timeline = way::timeline();
        let mut states = States::new(&timeline);
        let counts = 1..=timeline.events().len();
        let held = counts.map(|count| {
            let before = states.after(&timeline, count - 1);
            let after = states.after(&timeline, count);
            routing(&timeline, ROUTER, [&before, &after], &(count - 1..count)).unwrap()
        });
        held.collect()
    }

    #[test]
    fn a_router_has_sides_and_routes() {
        let routing = &story()[0];
        let sides: Vec<_> = routing
            .sides
            .iter()
            .map(|side| (side.name, side.link.as_str(), side.addresses.join(", ")))
            .collect();
        let expected = [
            ("inside", "switch - router", "192.168.1.1/24".to_owned()),
            ("outside", "router - server", "203.0.113.1/24".to_owned()),
        ];
        assert_eq!(sides, expected);
        assert_eq!(routing.sides[0].mac, "02:00:00:00:01:01");
        assert_eq!(
            routing.routes,
            [("203.0.113.0/24".to_owned(), "directly".to_owned())]
        );
        assert_eq!(routing.table, Some(Vec::new()), "empty, but there");
    }

    #[test]
    fn each_change_of_the_table_is_told_in_the_step_that_makes_it() {
        let told = story().into_iter().flat_map(|routing| {
            let rows = routing.table.unwrap().into_iter();
            rows.filter(|row| row.change != Change::Same)
        });
        let told: Vec<_> = told
            .map(|row| format!("{:?} {} {}", row.change, row.places.join(" "), row.state))
            .collect();
        let first = "192.168.1.10:49152 203.0.113.1:49152 203.0.113.10:21";
        let second = "192.168.1.10:49153 203.0.113.1:49153 203.0.113.10:21";
        let expected = [
            format!("Changed {first} new"),
            format!("Changed {first} open"),
            format!("Changed {second} new"),
            format!("Gone {second} new"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_rule_counts_what_it_stopped_and_is_marked_when_it_acts() {
        let rules: Vec<_> = story().into_iter().map(|routing| routing.rules).collect();
        let acted = rules.iter().filter(|rules| rules[0].acted).count();
        assert_eq!(acted, 1, "in one step alone");
        let last = rules.last().unwrap();
        assert_eq!((last[0].name.as_str(), last[0].stopped), ("no telnet", 1));
        assert_eq!((last[1].name.as_str(), last[1].stopped), ("otherwise", 0));
        assert_eq!(rules[0][0].stopped, 0, "not yet");
    }

    #[test]
    fn a_forwarded_port_names_the_one_inside_first() {
        let place = |text: &str| text.parse().unwrap();
        let flow = Flow {
            protocol: Protocol::Tcp,
            from: place("198.51.100.7:5000"),
            to: place("203.0.113.1:2121"),
            seen_from: place("198.51.100.7:5000"),
            goes_to: place("192.168.1.20:21"),
            state: crate::timeline::FlowState::Open,
            made_by: crate::timeline::FlowMaker::Forward,
            forgotten_at: crate::base::Time::ZERO,
        };
        assert_eq!(
            places(&flow),
            ["192.168.1.20:21", "203.0.113.1:2121", "198.51.100.7:5000"]
        );
        let echo = Flow {
            protocol: Protocol::Icmp,
            goes_to: flow.to,
            ..flow
        };
        assert_eq!(places(&echo)[0], "198.51.100.7 echo 5000");
    }
}
