//! Hosts that go off and come up again: what they forget, what others notice, what adds up.

use super::LinkConfig;
use super::Network;
use super::host::TcpConfig;
use super::tests::{
    address, does, host_with, note, run, sink, source, to_connect, to_listen, to_send,
};
use crate::base::{CloseReason, Content, Duration, HostId, Time};
use crate::program::{Input, Program, Request};
use crate::timeline::{DropReason, Kind, States, Timeline};
use std::net::SocketAddr;

const LAPTOP: HostId = HostId(0);
const SERVER: HostId = HostId(1);

fn at(seconds: u64) -> Time {
    Time::ZERO + Duration::from_secs(seconds)
}

/// A laptop that calls, and a server that is off from then to then.
fn called(
    client: Box<dyn Program>,
    server: Vec<Box<dyn Program>>,
    down: Vec<(Time, Time)>,
) -> Timeline {
    let tcp = TcpConfig {
        send_patience: Duration::from_secs(20),
        ..TcpConfig::default()
    };
    let mut network = Network::default();
    let a = host_with(&mut network, 1, tcp, vec![client]);
    let b = host_with(&mut network, 2, tcp, server);
    network.join(a, b, "laptop - server", LinkConfig::default());
    network.plan_outages(b, down);
    run(&mut network);
    network.into_timeline()
}

fn to_server(port: u16) -> SocketAddr {
    SocketAddr::new(address(2, false), port)
}

fn large() -> Content {
    let len = 60_000_000;
    Content::Generated { seed: 7, len }
}

fn count(timeline: &Timeline, kind: Kind) -> usize {
    timeline.events().iter().filter(|e| e.kind == kind).count()
}

fn lost_at_the_dark_host(timeline: &Timeline) -> usize {
    let drops = timeline.events().iter();
    let drops = drops.filter(|e| e.kind == Kind::Dropped && e.host == SERVER);
    drops
        .filter(|e| timeline.dropped(e.arg).reason == DropReason::HostDown)
        .count()
}

fn adds_up(timeline: &Timeline) {
    let sent = count(timeline, Kind::Sent);
    let ended = count(timeline, Kind::Delivered) + count(timeline, Kind::Dropped);
    assert_eq!(sent, ended);
}

#[test]
fn a_host_without_power_sends_nothing_and_hears_nothing() {
    let client = source(to_server(7), large());
    let timeline = called(client, vec![sink(7)], vec![(at(2), Time::MAX)]);
    let down = timeline.events().iter().find(|e| e.kind == Kind::HostDown);
    let down = down.expect("it goes off");
    assert_eq!((down.time, down.host, down.cause), (at(2), SERVER, None));
    let after = timeline.events().iter().filter(|e| e.id > down.id);
    for event in after.filter(|e| e.host == SERVER) {
        let said = matches!(event.kind, Kind::Sent | Kind::Delivered | Kind::Timer);
        assert!(!said, "{event:?}");
    }
    assert!(
        lost_at_the_dark_host(&timeline) > 5,
        "the laptop tries again"
    );
    adds_up(&timeline);
}

#[test]
fn the_connection_ends_at_once_there_and_for_the_other_when_it_gives_up() {
    let client = source(to_server(7), large());
    let timeline = called(client, vec![sink(7)], vec![(at(2), Time::MAX)]);
    let closed = |host: HostId| {
        let mut ends = timeline.ends().iter().filter(|end| end.host == host);
        let end = ends.next().expect("an end");
        let when = timeline.event(end.closed.expect("it is gone")).time;
        (end.reason.expect("a reason"), when)
    };
    assert_eq!(closed(SERVER), (CloseReason::HostDown, at(2)));
    let (reason, when) = closed(LAPTOP);
    assert_eq!(reason, CloseReason::TimedOut);
    assert!(when > at(20), "{when}");
}

#[test]
fn who_comes_up_again_listens_again_and_knows_no_old_connection() {
    // It calls again as soon as the first connection is gone.
    let mut told = 0;
    let client = does(move |_, input, out| match input {
        Input::Started => out.push_back(to_connect(to_server(7))),
        Input::Connected { conn, .. } if told == 0 => out.push_back(to_send(conn, large())),
        Input::Connected { conn, .. } => out.push_back(Request::Finish { conn }),
        Input::Closed { reason, .. } => {
            told += 1;
            out.push_back(note(&format!("closed.{told}"), &reason.to_string()));
            if told == 1 {
                out.push_back(to_connect(to_server(7)));
            }
        }
        _ => {}
    });
    let timeline = called(client, vec![sink(7)], vec![(at(2), at(6))]);
    let mut states = States::new(&timeline);
    let end = states.after(&timeline, timeline.events().len());
    let said = |key: &str| end.host(LAPTOP).notes.get(&(0, key.to_owned())).cloned();
    // Of the old connection the server knows nothing, and says so (RFC 9293 §3.5.1).
    let reset = CloseReason::Reset.to_string();
    assert_eq!(said("closed.1"), Some(reset));
    let finished = CloseReason::Finished.to_string();
    assert_eq!(said("closed.2"), Some(finished));
    assert!(end.off.is_empty());
    assert_eq!(end.host(SERVER).listening.iter().count(), 1);
    let before = timeline.events().count_until(at(3));
    let before = states.after(&timeline, before);
    assert!(before.off.contains(&SERVER) && before.host(SERVER).listening.is_empty());
    adds_up(&timeline);
}

#[test]
fn a_program_may_write_down_what_it_keeps_and_nothing_else() {
    let server = does(|_, input, out| match input {
        Input::Started => {
            out.push_back(note("up", "yes"));
            out.push_back(to_listen(7));
        }
        Input::Stopped => {
            out.push_back(note("up", ""));
            out.push_back(to_connect(SocketAddr::new(address(1, false), 7)));
            out.push_back(to_listen(8));
        }
        _ => {}
    });
    let client = source(to_server(7), large());
    let timeline = called(client, vec![server], vec![(at(2), Time::MAX)]);
    let end = States::new(&timeline).after(&timeline, timeline.events().len());
    assert!(end.host(SERVER).notes.is_empty());
    assert!(end.host(SERVER).listening.is_empty());
    let ends = timeline.ends().iter();
    assert_eq!(ends.filter(|e| e.host == SERVER && e.active).count(), 0);
}

#[test]
fn who_is_off_from_the_first_starts_later() {
    let timeline = called(
        source(to_server(7), Content::from_bytes(b"hello")),
        vec![sink(7)],
        vec![(Time::ZERO, at(10))],
    );
    let started = timeline.events().iter().filter(|e| e.kind == Kind::Started);
    assert_eq!(started.map(|e| e.host).collect::<Vec<_>>(), [LAPTOP]);
    let up = timeline.events().iter().find(|e| e.kind == Kind::HostUp);
    assert_eq!(up.map(|e| e.time), Some(at(10)));
    let opened = timeline.events().iter().find(|e| e.kind == Kind::Opened);
    assert!(
        opened.is_none(),
        "nobody answered who asked for its address"
    );
    assert!(lost_at_the_dark_host(&timeline) > 0);
    adds_up(&timeline);
}

#[test]
fn a_host_that_is_off_keeps_no_run_going_unless_it_comes_up() {
    let quiet = || does(|_, _, _| {});
    let never = called(quiet(), vec![quiet()], vec![(at(100), at(200))]);
    assert_eq!(never.last_time(), Time::ZERO);
    let again = called(quiet(), vec![quiet()], vec![(Time::ZERO, at(200))]);
    assert_eq!(again.last_time(), at(200));
}

#[test]
fn two_such_runs_are_the_same() {
    let one = || {
        let client = source(to_server(7), large());
        called(client, vec![sink(7)], vec![(at(1), at(3))])
    };
    let (a, b) = (one(), one());
    assert_eq!(a.frames().len(), b.frames().len());
    assert!(a.events().iter().eq(b.events().iter()));
    assert_eq!(count(&a, Kind::HostUp), 1);
    adds_up(&a);
}
