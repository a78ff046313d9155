//! What is for other networks goes to the gateway.

use super::host::{HostConfig, TcpConfig};
use super::tests::{address, generated, info, notes, run, source};
use super::{LinkConfig, Network};
use crate::base::headers::Tcp;
use crate::base::sorted::Map;
use crate::base::{CloseReason, Rng};

const GATEWAY: [u8; 6] = [2, 0, 0, 0, 0, 2];

/// A caller of `far` whose gateway is another host, which passes nothing on.
fn caller(far: &str, known: bool) -> Network {
    let mut network = Network::default();
    let ends = [1, 2].map(|number| {
        let neighbours = [false, true].map(|v6| (address(2, v6), GATEWAY));
        let config = HostConfig {
            mac: [2, 0, 0, 0, 0, number],
            addresses: vec![(address(number, false), 24), (address(number, true), 64)],
            gateways: vec![address(2, false), address(2, true)],
            tcp: TcpConfig::default(),
            names: Default::default(),
            neighbours: Map::from_iter(neighbours.into_iter().filter(|_| known)),
            programs: vec![source(far.parse().unwrap(), generated(1))]
                .into_iter()
                .filter(|_| number == 1)
                .collect(),
            resolver: None,
            rng: Rng::from_seed(1).fork(&number.to_string()),
        };
        network.add_host(info(&number.to_string()), config)
    });
    network.join(ends[0], ends[1], "a - b", LinkConfig::default());
    network
}

#[test]
fn what_is_for_another_network_goes_to_the_gateway() {
    for far in ["198.51.100.7:80", "[2001:db8:9::7]:80"] {
        for known in [false, true] {
            let mut network = caller(far, known);
            let timeline = run(&mut network);
            let frames: Vec<&[u8]> = timeline
                .frames()
                .iter()
                .filter(|frame| frame.from.index() == 0)
                .map(|frame| timeline.arena().get(frame.slot))
                .collect();
            let (calls, rest): (Vec<_>, Vec<_>) = frames
                .into_iter()
                .partition(|bytes| Tcp::read(bytes).is_some());
            assert!(calls.len() > 3, "{far}: asked again and again");
            assert_eq!(rest.is_empty(), known, "{far}: asked for the gateway");
            for call in calls {
                assert_eq!(call[..6], GATEWAY, "{far}");
                assert_eq!(Tcp::read(call).unwrap().to, far.parse().unwrap());
            }
            assert_eq!(notes(timeline)["failed"], CloseReason::TimedOut.to_string());
        }
    }
}

#[test]
fn nowhere_is_behind_a_gateway_either() {
    let nowhere = [
        "192.0.2.1:7",
        "192.0.2.255:7",
        "0.0.0.0:7",
        "127.0.0.1:7",
        "224.0.0.1:7",
        "[::]:7",
        "[::1]:7",
        "[ff02::1]:7",
    ];
    for far in nowhere {
        let mut network = caller(far, false);
        let timeline = run(&mut network);
        assert_eq!(notes(timeline)["failed"], CloseReason::NoRoute.to_string());
        assert!(timeline.frames().is_empty(), "{far}");
    }
}
