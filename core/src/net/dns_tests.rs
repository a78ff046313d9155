//! Names over the real stack: programs ask, resolvers ask for them, name servers answer.

use super::host::{HostConfig, TcpConfig};
use super::link::{Fault, Mischief, Victims};
use super::tests::{address, does, info, note, notes, run};
use super::{LinkConfig, Network};
use crate::base::{Duration, HostId, ProgramId, Rng};
use crate::program::name_server::{
    Data, Name, NameServer, NameServerConfig, Record, Soa, Trouble, Zone,
};
use crate::program::resolver::{Resolver, ResolverConfig};
use crate::program::{Input, NameAnswer, NameData, NameKind, Program, Request};
use crate::timeline::{Kind, Timeline};
use std::net::IpAddr;

/// Hosts around a switch; each host's link may be bad.
struct World {
    network: Network,
    switch: HostId,
}

impl World {
    fn new() -> Self {
        let mut network = Network::default();
        let switch = network.add_switch(info("switch"));
        Self { network, switch }
    }

    fn host(&mut self, number: u8, programs: Vec<Box<dyn Program>>, resolver: bool) {
        self.host_behind(number, programs, resolver, LinkConfig::default());
    }

    fn host_behind(
        &mut self,
        number: u8,
        programs: Vec<Box<dyn Program>>,
        resolver: bool,
        link: LinkConfig,
    ) {
        let name = format!("host{number}");
        let last = programs.len() - 1;
        let config = HostConfig {
            mac: [2, 0, 0, 0, 0, number],
            addresses: vec![(address(number, false), 24), (address(number, true), 64)],
            gateways: Vec::new(),
            tcp: TcpConfig::default(),
            names: Default::default(),
            neighbours: Default::default(),
            programs,
            resolver: resolver.then(|| ProgramId(u16::try_from(last).unwrap())),
            rng: Rng::from_seed(1).fork(&name),
        };
        let host = self.network.add_host(info(&name), config);
        self.network.join(host, self.switch, &name, link);
    }

    fn run(&mut self) -> &Timeline {
        run(&mut self.network)
    }
}

fn resolver(servers: &[u8]) -> ResolverConfig {
    ResolverConfig {
        servers: servers.iter().map(|n| address(*n, false)).collect(),
        search: vec!["example.org".into(), "example.net".into()],
        ipv6: false,
        patience: Duration::from_secs(2),
        tries: 2,
        rng: Rng::from_seed(5),
    }
}

/// Asks for one name after the other, and notes what it is told, and when.
fn asker(names: &'static [(&'static str, NameKind)]) -> Box<dyn Program> {
    let mut next = 0;
    does(move |now, input, out| {
        if let Input::Resolved { token, answers } = &input {
            let said = match answers {
                Ok(all) => all.iter().map(show).collect::<Vec<_>>().join(", "),
                Err(error) => format!("{error:?}"),
            };
            out.push_back(note(&format!("answer {token}"), &said));
            out.push_back(note(&format!("time {token}"), &now.to_string()));
        }
        if let Input::Started | Input::Resolved { .. } = input
            && let Some((name, kind)) = names.get(next as usize)
        {
            next += 1;
            out.push_back(Request::Resolve {
                token: next,
                name: (*name).to_owned(),
                kind: *kind,
            });
        }
    })
}

fn show(answer: &NameAnswer) -> String {
    match &answer.data {
        NameData::Address(addr) => addr.to_string(),
        NameData::Mx(preference, host) => format!("{preference} {host}"),
        NameData::Name(text) | NameData::Text(text) => text.clone(),
    }
}

fn record(name: &str, data: Data) -> Record {
    Record {
        name: Name::new(name),
        ttl_s: 3600,
        data,
    }
}

fn a(name: &str, number: u8) -> Record {
    let IpAddr::V4(addr) = address(number, false) else {
        unreachable!("asked for one");
    };
    record(name, Data::A(addr))
}

fn mx(name: &str, preference: u16, host: &str) -> Record {
    record(name, Data::Mx(preference, Name::new(host)))
}

fn ns(name: &str, host: &str) -> Record {
    record(name, Data::Ns(Name::new(host)))
}

fn zone(name: &str, mut records: Vec<Record>) -> Zone {
    let soa = Soa {
        server: Name::new("ns.example.net"),
        person: Name::new("admin.example.net"),
        serial: 1,
        refresh: 3600,
        retry: 600,
        expire: 86_400,
        minimum: 300,
    };
    records.push(record(name, Data::Soa(Box::new(soa))));
    Zone {
        name: Name::new(name),
        records,
    }
}

fn example_net() -> Zone {
    let alias = record("www.example.net", Data::Cname(Name::new("mx1.example.net")));
    zone(
        "example.net",
        vec![
            ns("example.net", "ns.example.net"),
            a("ns.example.net", 53),
            mx("example.net", 20, "mx2.example.net"),
            mx("example.net", 10, "mx1.example.net"),
            a("mx1.example.net", 21),
            a("mx2.example.net", 22),
            alias,
            mx("quiet.example.net", 0, "."),
        ],
    )
}

fn server(zones: Vec<Zone>) -> NameServerConfig {
    NameServerConfig {
        hostname: "ns.example.net".into(),
        zones,
        recursive: true,
        hints: Vec::new(),
        ipv6: false,
        trouble: None,
        largest: 512,
        rng: Rng::from_seed(6),
    }
}

fn serves(config: NameServerConfig) -> Vec<Box<dyn Program>> {
    vec![Box::new(NameServer::new(config))]
}

fn asks(names: &'static [(&'static str, NameKind)], servers: &[u8]) -> Vec<Box<dyn Program>> {
    vec![asker(names), Box::new(Resolver::new(resolver(servers)))]
}

fn turns(timeline: &Timeline) -> Vec<String> {
    let turns = timeline.events().iter().filter(|e| e.kind == Kind::Turn);
    turns
        .map(|event| timeline.turn(event.arg).turn.text.clone())
        .collect()
}

#[test]
fn a_program_asks_and_the_hosts_resolver_finds_out() {
    let mut world = World::new();
    let names = &[
        ("example.net", NameKind::Mx),
        ("mx1.example.net", NameKind::Addresses),
        ("mx1", NameKind::Addresses),
        ("quiet.example.net", NameKind::Mx),
        ("www.example.net", NameKind::Addresses),
        ("www.example.net", NameKind::Cname),
        ("mx1.example.net", NameKind::Mx),
        ("nobody.example.net", NameKind::Addresses),
        ("nobody.example.net", NameKind::Mx),
    ];
    world.host(1, asks(names, &[53]), true);
    world.host(53, serves(server(vec![example_net()])), false);
    let timeline = world.run();
    let notes = notes(timeline);
    let answers: Vec<&str> = (1..=9)
        .map(|n| notes[&format!("answer {n}")].as_str())
        .collect();
    assert_eq!(
        answers,
        [
            "10 mx1.example.net, 20 mx2.example.net",
            "192.0.2.21",
            "192.0.2.21",
            "0 .",
            "192.0.2.21",
            "mx1.example.net",
            "NoData",
            "NoSuchName",
            "NoSuchName",
        ]
    );
    let turns = turns(timeline);
    assert_eq!(turns[0], "MX example.net");
    assert_eq!(
        turns[1],
        "MX example.net: 20 mx2.example.net, 10 mx1.example.net"
    );
    // Of `mx1` it asks below its own domain first, and this server does not know it.
    let asked = turns.iter().filter(|turn| !turn.contains(':')).count();
    assert_eq!(asked, 7, "{turns:#?}");
}

/// The answers of a run, in order.
fn answers(timeline: &Timeline) -> Vec<String> {
    let notes = notes(timeline);
    let answers = (1..).map_while(|n| notes.get(&format!("answer {n}")).cloned());
    answers.collect()
}

/// How many questions were asked.
fn asked(timeline: &Timeline) -> usize {
    let turns = turns(timeline);
    turns.iter().filter(|turn| !turn.contains(": ")).count()
}

const MX: &[(&str, NameKind)] = &[("example.net", NameKind::Mx)];
const MX_TOLD: &str = "10 mx1.example.net, 20 mx2.example.net";

#[test]
fn over_a_bad_link_it_asks_again() {
    for seed in 0..20 {
        let mut world = World::new();
        world.network = Network::with_rng(Rng::from_seed(seed));
        world.switch = world.network.add_switch(info("switch"));
        let lossy = LinkConfig {
            faults: vec![Fault {
                does: Mischief::Lose,
                to: Victims::Share(200_000),
            }],
            ..LinkConfig::default()
        };
        let mut patient = resolver(&[53]);
        patient.tries = 12;
        let programs = vec![
            asker(MX),
            Box::new(Resolver::new(patient)) as Box<dyn Program>,
        ];
        world.host_behind(1, programs, true, lossy);
        world.host(53, serves(server(vec![example_net()])), false);
        assert_eq!(answers(world.run()), [MX_TOLD], "seed {seed}");
    }
}

#[test]
fn where_the_first_name_server_is_down_the_second_answers() {
    let mut world = World::new();
    world.host(1, asks(MX, &[9, 53]), true);
    world.host(53, serves(server(vec![example_net()])), false);
    let timeline = world.run();
    assert_eq!(answers(timeline), [MX_TOLD]);
    assert_eq!(asked(timeline), 2);
    let mut world = World::new();
    world.host(1, asks(MX, &[9]), true);
    world.host(53, vec![does(|_, _, _| {})], false);
    assert_eq!(answers(world.run()), ["TimedOut"]);
}

#[test]
fn a_name_server_with_troubles_is_told_apart() {
    for (trouble, told) in [
        (Trouble::Fails, "Failed"),
        (Trouble::Refuses, "Failed"),
        (Trouble::Silent, "TimedOut"),
    ] {
        let mut world = World::new();
        world.host(1, asks(MX, &[53]), true);
        let mut config = server(vec![example_net()]);
        config.trouble = Some(trouble);
        world.host(53, serves(config), false);
        assert_eq!(answers(world.run()), [told]);
    }
}

#[test]
fn what_is_too_long_for_a_datagram_comes_over_tcp() {
    let mut records = vec![ns("example.net", "ns.example.net")];
    for number in 10..60 {
        records.push(mx(
            "example.net",
            number,
            &format!("mx{number}.example.net"),
        ));
    }
    let mut world = World::new();
    world.host(1, asks(MX, &[53]), true);
    world.host(
        53,
        serves(server(vec![zone("example.net", records)])),
        false,
    );
    let timeline = world.run();
    let told = &answers(timeline)[0];
    assert!(told.starts_with("10 mx10.example.net, ") && told.ends_with(", 59 mx59.example.net"));
    let turns = turns(timeline);
    assert_eq!(turns.len(), 4);
    assert_eq!(turns[1], "MX example.net: too long for a datagram");
    assert_eq!(turns[2], "MX example.net");
    let notes = notes(timeline);
    assert_eq!(notes["connections"], "0");
}

/// A resolving server, and servers of the root, of `net`, and of `example.net`.
fn tree(names: &'static [(&'static str, NameKind)], resolving: NameServerConfig) -> World {
    let mut world = World::new();
    world.host(1, asks(names, &[53]), true);
    world.host(53, serves(resolving), false);
    let iterates = |zones| NameServerConfig {
        recursive: false,
        ..server(zones)
    };
    let root = zone(
        "",
        vec![ns("net", "ns.net"), a("ns.net", 11), ns("org", "ns.net")],
    );
    let net = zone(
        "net",
        vec![ns("example.net", "ns.example.net"), a("ns.example.net", 12)],
    );
    let org = zone("org", vec![ns("example.org", "ns.example.net")]);
    let alias = record("www.example.org", Data::Cname(Name::new("mx1.example.net")));
    let example_org = zone("example.org", vec![alias]);
    world.host(10, serves(iterates(vec![root])), false);
    world.host(11, serves(iterates(vec![net, org])), false);
    world.host(
        12,
        serves(iterates(vec![example_net(), example_org])),
        false,
    );
    world
}

fn resolving() -> NameServerConfig {
    let root = vec![address(10, false)];
    NameServerConfig {
        hints: vec![(Name::default(), root)],
        ..server(Vec::new())
    }
}

#[test]
fn a_resolving_server_follows_referrals_from_the_root() {
    let names = &[
        ("example.net", NameKind::Mx),
        ("mx2.example.net", NameKind::Addresses),
        ("www.example.org", NameKind::Addresses),
        ("nobody.example.net", NameKind::A),
        ("example.com", NameKind::Mx),
    ];
    let mut world = tree(names, resolving());
    let timeline = world.run();
    let expected = [
        MX_TOLD,
        "192.0.2.22",
        "192.0.2.21",
        "NoSuchName",
        "NoSuchName",
    ];
    assert_eq!(answers(timeline), expected);
    let turns = turns(timeline);
    let first = [
        "MX example.net",
        "MX example.net",
        "MX example.net: ask ns.net",
        "MX example.net",
        "MX example.net: ask ns.example.net",
        "MX example.net",
    ];
    assert_eq!(turns[..6], first);
    // The next name is asked of the nearest server that is known now.
    assert_eq!(turns[8..11].len(), 3);
    assert_eq!(turns[8], "A mx2.example.net");
    assert_eq!(turns[9], "A mx2.example.net");
    assert_eq!(turns[10], "A mx2.example.net: 192.0.2.22");
    let notes = notes(timeline);
    assert!(notes["cache.example.net.NS"].starts_with("ns.example.net (until "));
    assert!(
        !notes
            .iter()
            .any(|(key, value)| key.starts_with("asks.") && !value.is_empty())
    );
}

#[test]
fn a_resolving_server_that_reaches_nobody_says_so() {
    let mut config = resolving();
    config.hints = vec![(Name::default(), vec![address(99, false)])];
    let mut world = tree(MX, config);
    assert_eq!(answers(world.run()), ["Failed"]);
    let mut config = resolving();
    config.hints.clear();
    assert_eq!(answers(tree(MX, config).run()), ["Failed"]);
}

#[test]
fn two_runs_are_the_same() {
    let run = || {
        let mut world = tree(MX, resolving());
        let timeline = world.run();
        let frames = timeline.frames().iter();
        frames
            .map(|frame| timeline.arena().get(frame.slot).to_vec())
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

#[test]
fn a_name_servers_own_host_asks_it_without_a_wire() {
    let names = &[
        ("mx1", NameKind::Addresses),
        ("nobody.example.net", NameKind::A),
        ("example.net", NameKind::Mx),
    ];
    let mut records = Vec::new();
    for number in 10..60 {
        records.push(mx(
            "example.net",
            number,
            &format!("mx{number}.example.net"),
        ));
    }
    records.push(a("mx1.example.net", 21));
    let mut world = World::new();
    let programs: Vec<Box<dyn Program>> = vec![
        Box::new(NameServer::new(server(vec![zone("example.net", records)]))),
        asker(names),
        Box::new(Resolver::new(resolver(&[53]))),
    ];
    world.host(53, programs, true);
    world.host(1, vec![does(|_, _, _| {})], false);
    let timeline = world.run();
    let told = answers(timeline);
    assert_eq!(told[..2], ["192.0.2.21", "NoSuchName"]);
    assert!(told[2].ends_with(", 59 mx59.example.net"), "nothing is cut");
    assert!(timeline.frames().is_empty() && turns(timeline).is_empty());
}
