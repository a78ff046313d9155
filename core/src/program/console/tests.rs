//! A person at a console, over the ideal network.

use super::*;
use crate::base::TurnKind;
use crate::program::plain_server::{PlainServer, PlainServerConfig, Service};
use crate::program::rig::{Rig, Scripted, What};

const SERVER: &str = "203.0.113.10";

/// A console and an echo server; their numbers are 0 and 1.
fn pair(lines: &[&str]) -> Rig {
    let echo = PlainServer::new(PlainServerConfig {
        service: Service::Echo,
        pause: None,
    });
    with(echo, lines)
}

fn with(server: impl Program + 'static, lines: &[&str]) -> Rig {
    let mut rig = Rig::new(1000);
    rig.host(
        "192.168.1.10",
        Console::new(ConsoleConfig {
            rng: Rng::from_seed(1),
            name_servers: vec![SERVER.parse().unwrap()],
        }),
    );
    rig.host(SERVER, server);
    rig.name("server", SERVER);
    for line in lines {
        rig.types(0, "Ada", line);
    }
    rig
}

fn ends(rig: &Rig) -> Vec<(bool, &str)> {
    let outcomes = rig.outcomes(0).into_iter();
    outcomes.map(|end| (end.ok, end.text.as_str())).collect()
}

#[test]
fn a_ping_asks_each_second_and_counts_what_comes_back() {
    let mut rig = pair(&["ping server", "ping server 1"]);
    rig.run();
    let expected = [
        (true, "ping server: 3 sent, 3 answered, 20 ms on average."),
        (true, "ping server 1: 1 sent, 1 answered, 20 ms on average."),
    ];
    assert_eq!(ends(&rig), expected);
    assert_eq!(rig.turns()[1], "echo request 2, 56 bytes");
    let asked = rig.log.iter().filter_map(|entry| match &entry.what {
        What::Datagram(turn) if turn.kind == TurnKind::Probe => Some(entry.time.0 / 1_000_000),
        _ => None,
    });
    // A second lies between two questions; the second ping begins when the first is over.
    assert_eq!(asked.collect::<Vec<_>>(), [10, 1010, 2010, 2040]);
    assert_eq!(rig.phases(0), ["ping", "ping"]);
    let sum = rig.notes(0)["ping"];
    assert_eq!(sum, "1 sent, 1 answered, 20 ms on average");
}

#[test]
fn a_ping_waits_ten_seconds_for_a_host_that_is_silent() {
    let mut rig = pair(&["ping server 2"]);
    rig.vanish(1);
    rig.run();
    assert_eq!(
        ends(&rig),
        [(false, "ping server 2: 2 sent, none answered.")]
    );
    assert_eq!(rig.now, Time::ZERO + Duration::from_millis(11_010));
}

#[test]
fn a_ping_says_what_the_network_said() {
    let mut rig = pair(&["ping 198.51.100.1 1", "ping nobody"]);
    rig.name("198.51.100.1", "198.51.100.1");
    rig.run();
    let why = "192.168.1.10 says: network unreachable";
    let first = format!("ping 198.51.100.1 1: 1 sent, none answered; {why}.");
    let expected = [
        (false, first.as_str()),
        (false, "ping nobody: nobody has this name."),
    ];
    assert_eq!(ends(&rig), expected);
}

#[test]
fn traceroute_names_each_router_and_a_silent_one_is_a_star() {
    let mut rig = pair(&["traceroute server"]);
    rig.routers(1, &["192.168.1.1", "", "198.51.100.1"]);
    rig.run();
    let way = "192.168.1.1 20 ms, *, 198.51.100.1 20 ms, 203.0.113.10 20 ms";
    let text = format!("traceroute server: {way}.");
    assert_eq!(ends(&rig), [(true, text.as_str())]);
    let notes = rig.notes(0);
    assert_eq!(notes["hop.1"], "192.168.1.1 20 ms");
    assert_eq!(
        (notes["hop.2"], notes["hop.4"]),
        ("*", "203.0.113.10 20 ms")
    );
    // The silent one is asked three times, and each datagram goes to a port of its own.
    let turns = rig.turns();
    assert_eq!(turns.len(), 6);
    assert_eq!(turns[0], "probe to port 33434, TTL 1");
    assert_eq!(turns[3], "probe to port 33437, TTL 2");
    assert_eq!(turns[5], "probe to port 33439, TTL 4");
    assert_eq!(rig.phases(0), ["find the way"]);
}

#[test]
fn a_second_traceroute_leaves_from_the_same_port_and_ends_at_fifteen() {
    let mut rig = pair(&["traceroute server", "traceroute server"]);
    rig.routers(1, &["192.0.2.1"; 20]);
    rig.run();
    let ends = ends(&rig);
    assert_eq!(ends.len(), 2);
    assert!(
        !ends[1].0 && ends[1].1.ends_with(", and not found."),
        "{ends:?}"
    );
    assert_eq!(rig.turns().len(), 30);
    assert_eq!(
        rig.notes(0)
            .keys()
            .filter(|k| k.starts_with("hop."))
            .count(),
        15
    );
}

#[test]
fn a_line_is_said_and_comes_back() {
    let lines = [
        "connect server 7",
        "say hello",
        "hear",
        "send 20 kB",
        "close",
    ];
    let mut rig = pair(&lines);
    rig.run();
    let expected = [
        (true, "connect server 7: connected after 20 ms."),
        (true, "hear: an answer after 20 ms."),
        (true, "send 20 kB: arrived after 20 ms."),
        (true, "close: closed after 30 ms."),
    ];
    assert_eq!(ends(&rig), expected);
    let phases = ["open the connection", "talk", "talk", "talk", "close"];
    assert_eq!(rig.phases(0), phases);
    let heard = rig.heard_bytes(0).concat();
    assert_eq!(heard.len(), 20_007);
    assert!(heard.starts_with(b"hello\r\n00000000 "));
    assert_eq!(
        rig.turns(),
        [
            "hello",
            "hello",
            "lines of text",
            "(what comes, as it comes)"
        ]
    );
    assert_eq!(rig.history(0, "connection").last(), Some(&""));
    assert_eq!(rig.notes(0)["heard"], "20007 bytes");
}

#[test]
fn a_call_that_fails_says_why_and_the_rest_is_skipped() {
    let mut rig = pair(&["connect server 23", "say hello", "close", "ping server 1"]);
    rig.run();
    let expected = [
        (false, "connect server 23: refused after 20 ms."),
        (false, "say hello: skipped, there is no connection."),
        (false, "close: skipped, there is no connection."),
        (true, "ping server 1: 1 sent, 1 answered, 20 ms on average."),
    ];
    assert_eq!(ends(&rig), expected);
    let mut rig = pair(&["connect server 7"]);
    rig.block(0, 1);
    rig.run();
    let text = "connect server 7: no answer, gave up after 60 s.";
    assert_eq!(ends(&rig), [(false, text)]);
}

#[test]
fn another_address_of_the_same_family_is_tried() {
    let mut rig = Rig::new(1000);
    let rng = Rng::from_seed(1);
    let name_servers = Vec::new();
    rig.host(
        "192.168.1.10",
        Console::new(ConsoleConfig { rng, name_servers }),
    );
    rig.host(SERVER, Scripted::server(7, "hello\r\n", &[]));
    rig.name("server", "198.51.100.9");
    rig.name("server", "2001:db8::9");
    rig.name("server", SERVER);
    rig.types(0, "Ada", "connect server 7");
    rig.types(0, "Ada", "connect server 7");
    rig.types(0, "Ada", "hear");
    rig.types(0, "Ada", "abort");
    rig.run();
    let expected = [
        (true, "connect server 7: connected after 20 ms."),
        (
            false,
            "connect server 7: there is a connection already; close it first.",
        ),
        (true, "hear: an answer was there."),
    ];
    assert_eq!(ends(&rig), expected);
    assert_eq!((rig.open(0), rig.open(1)), (0, 0));
}

#[test]
fn nobody_waits_for_ever() {
    let silent = || Scripted::server(7, "", &[]);
    let mut rig = with(silent(), &["connect server 7", "say a", "hear"]);
    rig.run();
    assert_eq!(
        ends(&rig)[1],
        (false, "hear: no answer, gave up after 60 s.")
    );
    let mut rig = with(
        silent(),
        &["connect server 7", "wait 10 min", "close", "hear"],
    );
    rig.vanish(0);
    rig.run();
    assert_eq!(ends(&rig), []);
}

#[test]
fn a_connection_that_is_reset_ends_what_is_under_way() {
    let mut rig = pair(&["connect server 7", "send 20 kB", "say hello"]);
    rig.reset_after(1, 5000);
    rig.run();
    let expected = [
        (true, "connect server 7: connected after 20 ms."),
        (false, "send 20 kB: the other side reset it, after 10 ms."),
        (false, "say hello: skipped, there is no connection."),
    ];
    assert_eq!(ends(&rig), expected);
    let mut rig = pair(&["connect server 7", "wait 10 min"]);
    rig.run_until(Time::ZERO + Duration::from_secs(60));
    rig.stop(1);
    rig.run();
    let text = "The connection is gone: the other side reset it.";
    assert_eq!(ends(&rig)[1], (false, text));
}

#[test]
fn a_line_that_is_none_is_told_and_a_host_that_goes_down_tells_the_rest() {
    let mut rig = pair(&["pong server", "wait 5 s", "hear"]);
    rig.run_until(Time::ZERO + Duration::from_secs(1));
    rig.stop(0);
    rig.run();
    let told = ends(&rig);
    assert!(
        told[0]
            .1
            .starts_with("`pong` is nothing a console knows; write ")
    );
    assert_eq!(
        told[1..],
        [
            (false, "wait 5 s: the computer went down."),
            (false, "hear: the computer went down."),
        ]
    );
}

#[test]
fn dig_asks_the_name_server_of_the_host_or_another() {
    use crate::program::name_server::{NameServer, NameServerConfig};
    use crate::proto::dns::{Data, Name, Record, Zone};
    let record = Record {
        name: Name::new("example.net"),
        ttl_s: 60,
        data: Data::Mx(10, Name::new("mx1.example.net")),
    };
    let server = NameServer::new(NameServerConfig {
        hostname: "ns".into(),
        zones: vec![Zone {
            name: Name::new("example.net"),
            records: vec![record],
        }],
        recursive: false,
        hints: Vec::new(),
        ipv6: false,
        trouble: None,
        largest: 512,
        rng: Rng::from_seed(3),
    });
    let lines = [
        "dig example.net MX",
        "dig example.net mx @server",
        "dig nobody.example.net",
        "dig example.net MX @192.0.2.99",
        "dig example.net MX @nobody",
    ];
    let mut rig = with(server, &lines);
    rig.name("192.0.2.99", "192.0.2.99");
    rig.run();
    let says = "10 mx1.example.net, says 203.0.113.10 after 20 ms";
    let expected = [
        (true, format!("dig example.net MX: {says}.")),
        (true, format!("dig example.net MX @server: {says}.")),
        (
            false,
            "dig nobody.example.net: no such name, says 203.0.113.10 after 20 ms.".into(),
        ),
        (
            false,
            "dig example.net MX @192.0.2.99: no name server can be reached.".into(),
        ),
        (
            false,
            "dig example.net MX @nobody: nobody has this name.".into(),
        ),
    ];
    let ends: Vec<(bool, String)> = ends(&rig)
        .into_iter()
        .map(|(ok, text)| (ok, text.to_owned()))
        .collect();
    assert_eq!(ends, expected);
    assert_eq!(rig.phases(0)[0], "ask for the name");
}
