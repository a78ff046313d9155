//! A live run tells the same of the real side as a whole simulation tells of its host.
//!
//! The real side is another live run, joined at the doors, or one wire made of both.

use super::tests::joined;
use super::*;
use crate::base::ConnId;
use crate::scenario::{catalogue, load};
use crate::timeline::{Kind, Timeline};

fn scenario(text: &str, settings: &[(&str, &str)]) -> Scenario {
    let settings: Vec<_> = settings
        .iter()
        .map(|(knob, value)| ((*knob).to_owned(), (*value).to_owned()))
        .collect();
    load("test", text, &settings).expect("it loads").scenario
}

fn text(id: &str) -> &'static str {
    catalogue::find(id).expect("it is in the catalogue").text
}

fn begin(scenario: &Scenario, host: &str) -> Live {
    let scenario = scenario.clone();
    Live::begin("test", scenario, &Options::default(), Some(host)).expect("it begins")
}

const MINUTE: Time = Time(60_000_000_000);

/// Joins a run in which `a` is a door with one in which `b` is. The story is told where its
/// people are.
fn both(first: (&Scenario, &str), second: (&Scenario, &str)) -> (Live, Live) {
    let mut a = begin(first.0, first.1);
    let mut b = begin(second.0, second.1);
    a.begin_story(Time::ZERO);
    b.begin_story(Time::ZERO);
    joined(&mut a, &mut b, MINUTE);
    (a, b)
}

fn whole(scenario: &Scenario) -> Timeline {
    let mut simulation = Simulation::new(scenario, &Options::default()).expect("it begins");
    simulation.run_to_end();
    simulation.into_timeline()
}

/// What a host's end of each connection went through, and what it said there, in order.
fn told_of(timeline: &Timeline, host: &str) -> Vec<String> {
    let host = timeline.node_named(host).expect("it is there");
    let numbers = timeline.connection_numbers();
    let number = |conn: ConnId| numbers[conn.index()].map_or("?".into(), |n| format!("#{n}"));
    let mut told = Vec::new();
    for event in timeline.events().iter().filter(|e| e.host == host) {
        let end = || timeline.end(ConnId(event.arg));
        told.push(match event.kind {
            Kind::Opening => {
                let (end, number) = (end(), number(ConnId(event.arg)));
                let way = if end.active { "asks" } else { "is asked" };
                // Of ports of the moment, runs choose their own.
                format!("{number} {way}, {} to {}", end.local.ip(), end.remote.ip())
            }
            Kind::Opened => format!("{} opened", number(ConnId(event.arg))),
            Kind::HeardFinish => format!("{} heard FIN", number(ConnId(event.arg))),
            Kind::Closed => format!("{} {:?}", number(ConnId(event.arg)), end().reason),
            Kind::Turn => {
                let said = timeline.turn(event.arg);
                let on = said.conn.map_or(String::new(), number);
                format!("{on} says {:?} {:?}", said.range, said.turn)
            }
            _ => continue,
        });
    }
    // At one moment a program does things on several connections in an order of its own.
    told.sort_by_key(|line| line.split(' ').next().map(str::to_owned));
    told
}

/// The phases of a run, whoever told of them.
fn phases(timeline: &Timeline) -> Vec<&'static str> {
    let events = timeline.events().iter().filter(|e| e.kind == Kind::Phase);
    let mut phases: Vec<_> = events.map(|e| timeline.phase(e.arg)).collect();
    phases.dedup();
    phases
}

/// Panics unless a run with a door tells what the whole simulation does.
fn same(whole: &Timeline, live: &Timeline) {
    same_of(whole, live, &["laptop", "server"]);
    assert_eq!(phases(whole), phases(live));
}

fn same_of(whole: &Timeline, live: &Timeline, hosts: &[&str]) {
    for host in hosts {
        let (of_whole, of_live) = (told_of(whole, host), told_of(live, host));
        for (one, other) in of_whole.iter().zip(&of_live) {
            assert_eq!(one, other, "{host}: {of_whole:#?} {of_live:#?}");
        }
        assert_eq!(
            of_whole.len(),
            of_live.len(),
            "{host}: {of_whole:#?} {of_live:#?}"
        );
    }
    holds(live);
}

/// What always holds: each frame ends once, and every turn on a connection is in a frame
/// that it made.
fn holds(timeline: &Timeline) {
    let count = |kind| timeline.events().iter().filter(|e| e.kind == kind).count();
    for event in timeline.events().iter().filter(|e| e.kind == Kind::Turn) {
        assert!(
            timeline.frame_of(event).is_some(),
            "in no frame: {:?}",
            timeline.turn(event.arg)
        );
    }
    assert_eq!(
        count(Kind::Sent),
        count(Kind::Delivered) + count(Kind::Dropped)
    );
}

fn alike(scenario: &Scenario) {
    let whole = whole(scenario);
    let (a, b) = both((scenario, "server"), (scenario, "laptop"));
    same(&whole, a.timeline());
    same(&whole, b.timeline());
}

#[test]
fn a_download_is_told_alike_whoever_is_real() {
    for mode in ["passive", "active"] {
        alike(&scenario(text("ftp-download"), &[("mode", mode)]));
    }
}

#[test]
fn a_letter_is_told_alike_whoever_is_real() {
    alike(&scenario(text("mail-submit"), &[]));
    alike(&scenario(text("mail-submit"), &[("ip", "6")]));
    alike(&scenario(
        text("mail-submit"),
        &[("to", "nobody@example.net")],
    ));
}

#[test]
fn frames_that_get_lost_change_nothing_in_what_is_told() {
    for seed in 0..12 {
        for mode in ["passive", "active"] {
            let text = text("ftp-download").to_owned() + "\n[link.laptop-server]\nlose = \"4 %\"\n";
            let scenario = scenario(&text, &[("mode", mode)]);
            let options = Options {
                seed,
                ..Options::default()
            };
            let begin = |host| {
                let scenario = scenario.clone();
                Live::begin("test", scenario, &options, Some(host)).expect("it begins")
            };
            let (mut a, mut b) = (begin("server"), begin("laptop"));
            a.begin_story(Time::ZERO);
            joined(&mut a, &mut b, Time(400_000_000_000));
            // Each is overheard as it tells of itself.
            let (a, b) = (a.timeline(), b.timeline());
            if a.outcomes().iter().all(|outcome| outcome.ok) {
                same_of(a, b, &["laptop"]);
                same_of(b, a, &["server"]);
            }
        }
    }
}

#[test]
fn behind_a_router_that_translates_both_sides_are_told_alike() {
    for mode in ["passive", "active"] {
        // Given a laptop behind a router; somebody else is the server.
        let inside = format!(
            "title = \"x\"\nsummary = \"x\"\ncourse = \"files 1\"\nlinks = [\"laptop - router - server\"]\n\
             [hosts]\nlaptop = {{ person = \"Ada\", runs = \"ftp client\", mode = \"{mode}\" }}\n\
             router = {{ nat = \"helper\" }}\n\
             server = {{ runs = \"ftp server\", files = {{ \"report.pdf\" = \"40 kB\" }} }}\n\
             [[story]]\nAda = [\"login\", \"get report.pdf\", \"quit\"]\n"
        );
        let inside = scenario(&inside, &[]);
        let mut a = begin(&inside, "server");
        let router = a.timeline().node_named("router").unwrap();
        let router = a.timeline().node(router).router.clone().unwrap();
        let outside = router.ports[1].addresses[0].0;
        let server = a.stand_in().addresses[0].0;
        // And a server, which sees somebody at the router's address.
        let beyond = format!(
            "title = \"x\"\nsummary = \"x\"\ncourse = \"files 1\"\nlinks = [\"laptop - switch - server\"]\n\
             [hosts]\nlaptop = {{ person = \"Ada\", runs = \"ftp client\", address = \"{outside}\" }}\n\
             server = {{ runs = \"ftp server\", address = \"{server}\", files = {{ \"report.pdf\" = \"40 kB\" }} }}\n"
        );
        let mut b = begin(&scenario(&beyond, &[]), "laptop");
        a.begin_story(Time::ZERO);
        joined(&mut a, &mut b, MINUTE);
        let outcomes = a.timeline().outcomes();
        assert!(outcomes.iter().all(|o| o.ok), "{outcomes:?}");
        // Then the server is overheard as it tells of itself, and both ends are joined.
        same_of(b.timeline(), a.timeline(), &["server"]);
        let connections = a.timeline().connections();
        assert_eq!(connections.len(), 2);
        assert!(
            connections.iter().all(|c| c.server.is_some()),
            "{connections:?}"
        );
        assert!(phases(a.timeline()).contains(&"transfer the file"));
    }
}

#[test]
fn captions_come_in_a_live_run_as_in_a_whole_one() {
    let scenario = scenario(text("ftp-download"), &[]);
    let (a, b) = both((&scenario, "server"), (&scenario, "laptop"));
    let said = |timeline: &Timeline| -> Vec<String> {
        let run = Run::looked_at(RunInfo::default(), scenario.clone(), timeline.clone());
        run.info.captions.into_iter().map(|c| c.say).collect()
    };
    let whole = said(&whole(&scenario));
    assert!(whole.len() > 8);
    assert_eq!(said(a.timeline()), whole);
    assert_eq!(said(b.timeline()), whole);
}
