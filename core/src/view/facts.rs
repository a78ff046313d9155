//! A run in a few facts: what every view says of it in the same numbers.

use crate::base::{HostId, Time, TurnKind};
use crate::timeline::{Kind, Timeline, TurnRecord};
use std::net::IpAddr;

/// What a run comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Connections that were asked for.
    pub connections: u64,
    /// Questions about names.
    pub lookups: u64,
    /// Packets on all links.
    pub packets: u64,
    /// How many of them were lost.
    pub lost: u64,
    /// When the last one was sent or arrived, or somebody gave up waiting for one.
    pub time: Time,
}

impl Facts {
    /// Those of a run.
    #[must_use]
    pub fn of(timeline: &Timeline) -> Self {
        let moves = |kind| matches!(kind, Kind::Sent | Kind::Delivered | Kind::Closed);
        let mut events = timeline.events().iter().rev();
        Self {
            connections: timeline.connections().len() as u64,
            lookups: lookups(timeline),
            packets: timeline.frames().len() as u64,
            lost: timeline.losses().count() as u64,
            time: events
                .find(|event| moves(event.kind))
                .map_or(Time::ZERO, |event| event.time),
        }
    }
}

/// Questions that were asked of name servers, over UDP and TCP.
fn lookups(timeline: &Timeline) -> u64 {
    const NAMES: u16 = 53;
    let asks = |said: &&TurnRecord| said.turn.kind == TurnKind::Command;
    let of_names = |said: &&TurnRecord| {
        said.conn
            .is_none_or(|end| timeline.end(end).remote.port() == NAMES)
    };
    let turns = timeline.turns().iter();
    turns.filter(asks).filter(of_names).count() as u64
}

/// Whether the run is one over IPv6: its first packet is, whatever it asks.
#[must_use]
pub fn speaks_ipv6(timeline: &Timeline) -> bool {
    let first = timeline.frames().first();
    let kind = first.and_then(|frame| timeline.arena().get(frame.slot).get(12..14));
    kind == Some(&[0x86, 0xdd])
}

/// A node's addresses: those it has connections at. Else those of the family which the run
/// uses, as of each router; all where it has none of these.
#[must_use]
pub fn addresses(timeline: &Timeline, node: HostId) -> Vec<String> {
    let all = &timeline.node(node).addresses;
    let shown = |fits: &dyn Fn(&IpAddr) -> bool| -> Vec<String> {
        let fitting = all.iter().filter(|address| fits(address));
        fitting.map(ToString::to_string).collect()
    };
    let v6 = speaks_ipv6(timeline);
    let of_family = |address: &IpAddr| address.is_ipv6() == v6;
    if timeline.node(node).router.is_some() {
        return shown(&of_family);
    }
    let used = |a: &IpAddr| timeline.ends_of(node).any(|(_, end)| end.local.ip() == *a);
    let ways = [shown(&used), shown(&of_family)];
    let first = ways.into_iter().find(|addresses| !addresses.is_empty());
    first.unwrap_or_else(|| shown(&|_| true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{NodeInfo, sample};

    #[test]
    fn a_run_is_counted() {
        let timeline = sample::timeline();
        let facts = Facts::of(&timeline);
        assert_eq!((facts.connections, facts.lookups, facts.lost), (2, 0, 1));
        assert_eq!(facts.packets, timeline.frames().len() as u64);
        let last = timeline
            .events()
            .iter()
            .rev()
            .find(|e| e.kind == Kind::Delivered);
        assert_eq!(Some(facts.time), last.map(|event| event.time));
        assert_eq!(Facts::of(&Timeline::default()).time, Time::ZERO);
    }

    #[test]
    fn an_address_that_was_used_stands_for_all() {
        let timeline = sample::timeline();
        assert_eq!(addresses(&timeline, sample::LAPTOP), ["192.0.2.1"]);
        let unused = sample::Script::new().timeline;
        assert_eq!(addresses(&unused, sample::SERVER), ["192.0.2.2"]);
    }

    #[test]
    fn a_host_without_connections_has_addresses_of_the_family_in_use() {
        let mut s = sample::Script::new();
        let host = |addresses: &[&str]| NodeInfo {
            name: "ns".into(),
            kind: "host".into(),
            person: None,
            runs: Vec::new(),
            mac: None,
            addresses: addresses.iter().map(|a| a.parse().unwrap()).collect(),
            router: None,
        };
        let both = s.timeline.add_node(host(&["192.0.2.3", "2001:db8::3"]));
        let six = s.timeline.add_node(host(&["2001:db8::4"]));
        assert_eq!(addresses(&s.timeline, both), ["192.0.2.3"]);
        assert_eq!(addresses(&s.timeline, six), ["2001:db8::4"]);
    }
}
