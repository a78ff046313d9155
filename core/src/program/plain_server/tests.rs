//! Plain servers over the ideal network.

use super::*;
use crate::program::rig::{Rig, Scripted, What};

fn server(service: Service, pause: Option<(u64, Duration)>) -> PlainServer {
    PlainServer::new(PlainServerConfig { service, pause })
}

#[test]
fn echo_says_the_same_and_finishes_when_the_peer_does() {
    for piece in [1, 7, 5000] {
        let mut rig = Rig::new(piece);
        let echo = rig.host("192.0.2.1", server(Service::Echo, None));
        let client = rig.host(
            "192.0.2.2",
            Scripted::client("192.0.2.1:7", b"a\r\nb\r\n", true),
        );
        rig.run();
        assert_eq!(rig.heard(client), ["a\r\nb\r\n"], "{piece}");
        assert_eq!((rig.open(client), rig.open(echo)), (0, 0));
        assert_eq!(rig.notes(echo)["taken"], "6 bytes");
        assert_eq!(rig.notes(echo)["connections"], "0");
    }
}

#[test]
fn echo_stops_reading_while_too_much_waits_to_leave() {
    let mut rig = Rig::new(1000);
    let echo = rig.host("192.0.2.1", server(Service::Echo, None));
    let long = vec![b'x'; 300_000];
    let client = rig.host("192.0.2.2", Scripted::client("192.0.2.1:7", &long, true));
    rig.run();
    assert_eq!(rig.heard_bytes(client), [long]);
    assert_eq!(
        rig.turns(),
        ["(what comes, as it comes)"],
        "many bytes are one turn"
    );
    assert_eq!((rig.open(client), rig.open(echo)), (0, 0));
}

#[test]
fn discard_reads_all_and_says_nothing_though_it_pauses() {
    let mut rig = Rig::new(1000);
    let pause = Some((20_000, Duration::from_secs(3)));
    let discard = rig.host("192.0.2.1", server(Service::Discard, pause));
    let long = vec![b'x'; 50_000];
    let client = rig.host("192.0.2.2", Scripted::client("192.0.2.1:9", &long, true));
    rig.run();
    assert_eq!(rig.heard_bytes(client), [b""]);
    assert_eq!(rig.notes(discard)["taken"], "50000 bytes");
    assert_eq!(rig.history(discard, "reading"), ["paused", ""]);
    let at = |value: &str| {
        let is = |what: &What| matches!(what, What::Note(k, v) if k == "reading" && v == value);
        rig.log.iter().find(|entry| is(&entry.what)).unwrap().time
    };
    assert_eq!(at("").since(at("paused")), Duration::from_secs(3));
    assert_eq!((rig.open(client), rig.open(discard)), (0, 0));
}

#[test]
fn a_datagram_comes_back_unless_that_would_never_end() {
    let mut echo = server(Service::Echo, None);
    let to = "192.0.2.1:7".parse().unwrap();
    let mut answers = |from: &str| {
        let from = from.parse().unwrap();
        echo.handle(
            Time::ZERO,
            Input::Datagram {
                token: TOKEN_UDP,
                from,
                to,
                bytes: b"hello",
            },
        );
        let requests = std::iter::from_fn(|| echo.poll_request());
        let sent = requests.filter_map(|request| match request {
            Request::SendTo { to, bytes, .. } => Some((to, bytes)),
            _ => None,
        });
        sent.collect::<Vec<_>>()
    };
    let from = "192.0.2.2:5000";
    assert_eq!(answers(from), [(from.parse().unwrap(), b"hello".to_vec())]);
    assert_eq!(answers("192.0.2.2:7"), []);
}
