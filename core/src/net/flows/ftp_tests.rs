//! FTP's data connections through a router's table of flows.

use super::tests::{LAPTOP, Room, SERVER, ends_are, flagged, forwarding, nat, open, tcp};
use super::*;

#[test]
fn active_ftp_reaches_a_client_inside() {
    let mut room = Room::new(nat());
    let (client, server) = (LAPTOP, "192.0.2.7:21");
    let seen = open(&mut room, client, server);
    let text = b"PORT 192,168,1,10,195,90\r\n";
    // Somebody else has that port outside already.
    let other = flagged("192.168.1.11:50010", SERVER, "S");
    room.out(&other).unwrap();
    let (out, _) = room
        .out(&tcp(client, server, "A", (100, 500), text))
        .unwrap();
    let payload = &out.bytes()[out.tcp_payload().unwrap()];
    assert_eq!(payload, b"PORT 203,0,113,1,195,91\r\n");
    let (ack, _) = room
        .back(&tcp(server, &seen, "A", (500, 125), b""))
        .unwrap();
    assert_eq!(ack.tcp_ack(), Some(126));
    room.changes();
    let stranger = flagged("192.0.2.8:20", "203.0.113.1:50011", "S");
    assert_eq!(room.back(&stranger), Err(DropReason::NoMapping));
    let call = flagged("192.0.2.7:20", "203.0.113.1:50011", "S");
    let (syn, standing) = room.back(&call).unwrap();
    ends_are(&syn, "192.0.2.7:20", "192.168.1.10:50010");
    assert_eq!(standing, Standing::Related);
    assert_eq!(room.back(&call).unwrap().1, Standing::Related, "sent again");
    let made = room.changes()[0].flow.clone().unwrap();
    assert_eq!(made.made_by, FlowMaker::Helper);
    let data = flagged("192.168.1.10:50010", "192.0.2.7:20", "SA");
    let (answer, _) = room.out(&data).unwrap();
    ends_are(&answer, "203.0.113.1:50011", "192.0.2.7:20");
}

#[test]
fn passive_ftp_reaches_a_server_inside() {
    for (text, wanted) in [
        ("227 (192,168,1,20,4,1)\r\n", "227 (203,0,113,1,4,1)\r\n"),
        ("229 Ext (|||1025|)\r\n", "229 Ext (|||1025|)\r\n"),
    ] {
        let mut room = Room::new(forwarding(2121, "192.168.1.20:21"));
        let (client, called, server) = ("198.51.100.5:4000", "203.0.113.1:2121", "192.168.1.20:21");
        room.back(&tcp(client, called, "S", (99, 0), b"")).unwrap();
        room.out(&tcp(server, client, "SA", (499, 100), b""))
            .unwrap();
        room.back(&tcp(client, called, "A", (100, 500), b""))
            .unwrap();
        let reply = tcp(server, client, "A", (500, 100), text.as_bytes());
        let (out, _) = room.out(&reply).unwrap();
        assert_eq!(&out.bytes()[out.tcp_payload().unwrap()], wanted.as_bytes());
        let call = flagged("198.51.100.5:4001", "203.0.113.1:1025", "S");
        let (syn, standing) = room.back(&call).unwrap();
        ends_are(&syn, "198.51.100.5:4001", "192.168.1.20:1025");
        assert_eq!(standing, Standing::Related);
    }
}

#[test]
fn a_damaged_call_does_not_take_the_place_of_the_expected_one() {
    let mut room = Room::new(nat());
    open(&mut room, LAPTOP, "192.0.2.7:21");
    let text = b"PORT 192,168,1,10,200,0\r\n";
    room.out(&tcp(LAPTOP, "192.0.2.7:21", "A", (100, 500), text))
        .unwrap();
    let call = flagged("192.0.2.7:20", "203.0.113.1:51200", "S");
    let mut damaged = call.clone();
    damaged[14 + 20 + 1] ^= 8;
    assert_eq!(room.back(&damaged), Err(DropReason::Checksum));
    assert_eq!(room.back(&call).unwrap().1, Standing::Related);
}

#[test]
fn an_expected_call_is_not_waited_for_for_ever() {
    let mut room = Room::new(nat());
    open(&mut room, LAPTOP, "192.0.2.7:21");
    let text = b"PORT 192,168,1,10,200,0\r\n";
    room.out(&tcp(LAPTOP, "192.0.2.7:21", "A", (100, 500), text))
        .unwrap();
    room.wait(240);
    let call = flagged("192.0.2.7:20", "203.0.113.1:51200", "S");
    assert_eq!(room.back(&call), Err(DropReason::NoMapping));
}

#[test]
fn without_the_helper_nothing_is_read() {
    let mut room = Room::new(FlowsConfig {
        helper: false,
        ..nat()
    });
    open(&mut room, LAPTOP, "192.0.2.7:21");
    let text = b"PORT 192,168,1,10,200,0\r\n";
    let (out, _) = room
        .out(&tcp(LAPTOP, "192.0.2.7:21", "A", (100, 500), text))
        .unwrap();
    assert_eq!(&out.bytes()[out.tcp_payload().unwrap()], text);
    let call = flagged("192.0.2.7:20", "203.0.113.1:51200", "S");
    assert_eq!(room.back(&call), Err(DropReason::NoMapping));
}

#[test]
fn a_firewall_alone_expects_data_connections_too() {
    let mut room = Room::new(FlowsConfig {
        helper: true,
        ..FlowsConfig::default()
    });
    let (client, server) = ("198.51.100.5:4000", "192.0.2.7:21");
    open(&mut room, client, server);
    let text = b"EPRT |1|198.51.100.5|4001|\r\n";
    let bytes = tcp(client, server, "A", (100, 500), text);
    assert_eq!(room.out(&bytes).unwrap().0.bytes(), bytes);
    let call = flagged("192.0.2.7:20", "198.51.100.5:4001", "S");
    assert_eq!(room.back(&call).unwrap().1, Standing::Related);
    assert_eq!(
        room.back(&flagged("192.0.2.7:20", "198.51.100.5:4002", "S"))
            .unwrap()
            .1,
        Standing::New
    );
}
