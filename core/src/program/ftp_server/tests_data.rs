//! Stories of how both sides agree on a data connection.

use super::tests::{SERVER, codes, config};
use super::tests_hand::{Hand, ada};
use super::*;
use crate::program::rig::{Rig, Scripted};

#[test]
fn every_way_of_agreeing_carries_a_file() {
    for (agree, code, first) in [
        ("PASV", "227", "125"),
        ("EPSV", "229", "125"),
        ("EPSV 1", "229", "125"),
    ] {
        let told = ada(config(), &["TYPE I", agree, "open", "RETR a.txt", "QUIT"]);
        assert_eq!(told.then(), format!("200 {code} {first} 226 221"));
        assert_eq!(told.brought(), ["Hello.\n"]);
    }
    let told = ada(
        config(),
        &[
            "EPSV ALL",
            "PASV",
            "PORT 192,0,2,10,200,1",
            "EPSV",
            "open",
            "NLST",
            "QUIT",
        ],
    );
    assert_eq!(told.then(), "200 503 503 229 125 226 221");
}

#[test]
fn other_families_are_refused_with_those_that_will_do() {
    let script = ["EPSV 2", "EPSV 9", "EPRT |9|x|1|", "QUIT"];
    let told = ada(config(), &script);
    assert_eq!(told.then(), "522 522 522 221");
    assert!(told.heard.contains("use (1)."));
    let lax = FtpServerConfig {
        port_check: false,
        ..config()
    };
    assert_eq!(
        ada(lax, &["EPRT |2|2001:db8::1|5000|", "QUIT"]).then(),
        "522 221"
    );
}

#[test]
fn strangers_are_not_connected_to() {
    let script = [
        "EPRT |1|192.0.2.99|50000|",
        "EPRT |1|192.0.2.10|25|",
        "EPRT |1|192.0.2.10|50000|",
        "PASV",
        "PORT 192,0,2,99,200,1",
        "open",
        "NLST",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(
        told.then(),
        "500 504 200 227 500 125 226 221",
        "PASV still holds"
    );
    assert_eq!(
        told.rig.history(0, "session.1.mode"),
        [
            "active, to 192.0.2.10:50000",
            "passive, at 192.0.2.11:49153",
            ""
        ]
    );
}

#[test]
fn a_server_of_old_does_not_know_the_extended_ways() {
    let old = FtpServerConfig {
        extended: false,
        ..config()
    };
    let told = ada(old, &["EPSV", "EPRT |1|192.0.2.10|50000|", "PASV", "QUIT"]);
    assert_eq!(told.then(), "500 500 227 221");
}

#[test]
fn only_the_ports_that_were_given_are_listened_at() {
    let narrow = FtpServerConfig {
        passive_ports: Some(50_000..=50_001),
        passive_address: Some("203.0.113.9".parse().unwrap()),
        ..config()
    };
    let mut rig = Rig::new(100);
    rig.host(SERVER, FtpServer::new(narrow));
    let login = "USER ada\r\nPASS lovelace\r\n";
    let says = |lines: &str| {
        let lines = format!("{login}{lines}");
        Scripted::client("192.0.2.11:21", lines.as_bytes(), false)
    };
    let hosts =
        ["192.0.2.20", "192.0.2.21", "192.0.2.22"].map(|addr| rig.host(addr, says("PASV\r\n")));
    rig.run_until(Time::ZERO + Duration::from_secs(1));
    let heard = hosts.map(|host| rig.heard(host)[0].clone());
    assert!(heard[0].contains("(203,0,113,9,195,80)"), "{}", heard[0]);
    assert!(heard[1].contains("(203,0,113,9,195,81)"));
    assert_eq!(codes(&heard[2]), ["220", "331", "230", "425"]);
    assert_eq!(rig.listening(0), 3);
}

#[test]
fn a_refused_file_leaves_the_data_connection_for_the_next() {
    let told = ada(
        config(),
        &["TYPE I", "PASV", "open", "RETR none", "RETR a.txt", "QUIT"],
    );
    assert_eq!(told.then(), "200 227 550 125 226 221");
    assert_eq!(told.brought(), ["Hello.\n"]);
}

#[test]
fn ten_thousand_refused_ports_leave_nothing_behind() {
    let lines = format!(
        "USER ada\r\nPASS lovelace\r\n{}QUIT\r\n",
        "PORT 192,0,2,99,200,1\r\n".repeat(10_000)
    );
    let mut rig = Rig::new(1460);
    rig.host(SERVER, FtpServer::new(config()));
    let client = rig.host(
        "192.0.2.10",
        Scripted::client("192.0.2.11:21", lines.as_bytes(), false),
    );
    rig.run();
    let heard = rig.heard(client).remove(0);
    assert_eq!(codes(&heard).len(), 10_004);
    assert_eq!((rig.open(0), rig.listening(0)), (0, 1));
}

#[test]
fn a_thousand_sessions_are_served_at_a_time() {
    let mut rig = Rig::new(1460);
    rig.host(SERVER, FtpServer::new(config()));
    let script = [
        "USER ada",
        "PASS lovelace",
        "wait 5",
        "TYPE I",
        "PASV",
        "open",
        "RETR a.txt",
        "QUIT",
    ];
    let clients: Vec<usize> = (0..1000_u32)
        .map(|i| {
            rig.host(
                &format!("198.18.{}.{}", i / 250, i % 250 + 1),
                Hand::new(&script),
            )
        })
        .collect();
    rig.run();
    for client in clients {
        assert_eq!(rig.heard(client)[1], "Hello.\n");
    }
    assert!(rig.history(0, "sessions").contains(&"1000"));
    assert_eq!((rig.open(0), rig.listening(0)), (0, 1));
}

#[test]
fn a_client_that_does_not_leave_is_cut_off() {
    let mut rig = Rig::new(100);
    let idle = FtpServerConfig {
        idle: Some(Duration::from_secs(10)),
        ..config()
    };
    rig.host(SERVER, FtpServer::new(idle));
    let client = rig.host("192.0.2.10", Stays::default());
    rig.run();
    assert_eq!(codes(&rig.heard(client)[0]), ["220", "421"]);
    assert_eq!(rig.open(0), 0);
    let waited = rig.now.since(Time::ZERO);
    assert!(waited < Duration::from_secs(75), "{waited:?}");
}

/// Connects, and never says or closes anything.
#[derive(Default)]
struct Stays {
    asked: bool,
}

impl Program for Stays {
    fn handle(&mut self, _: Time, _: Input<'_>) {}
    fn poll_timeout(&self) -> Option<Time> {
        None
    }
    fn poll_request(&mut self) -> Option<Request> {
        let first = !std::mem::replace(&mut self.asked, true);
        first.then(|| Request::Connect {
            token: 0,
            to: "192.0.2.11:21".parse().unwrap(),
            local_port: None,
        })
    }
}
