//! Stories of an FTP server and peers that keep to no protocol.

use super::*;
use crate::base::Content;
use crate::program::rig::{Rig, Scripted};

pub(super) const SERVER: &str = "192.0.2.11";

pub(super) fn config() -> FtpServerConfig {
    FtpServerConfig {
        users: vec![
            Account::new("ada", "lovelace"),
            Account::new("grace", "hopper"),
        ],
        files: [("a.txt", Content::from_bytes(b"Hello.\n"))]
            .into_iter()
            .collect(),
        ..FtpServerConfig::default()
    }
}

/// What a client that says `lines` at once hears.
fn heard(config: FtpServerConfig, piece: usize, lines: &[u8], finishes: bool) -> (Rig, String) {
    let mut rig = Rig::new(piece);
    rig.host(SERVER, FtpServer::new(config));
    let client = Scripted::client("192.0.2.11:21", lines, finishes);
    let client = rig.host("192.0.2.10", client);
    rig.run();
    let heard = rig.heard(client).remove(0);
    (rig, heard)
}

pub(super) fn codes(heard: &str) -> Vec<&str> {
    let last = heard.lines().filter(|line| line.get(3..4) == Some(" "));
    last.map(|line| &line[..3])
        .filter(|code| code.parse::<u16>().is_ok())
        .collect()
}

const LOGIN: &str = "USER ada\r\nPASS lovelace\r\nTYPE I\r\n";

#[test]
fn pipelined_commands_are_answered_in_order_in_any_pieces() {
    let lines = format!("{LOGIN}PASV\r\nPASV\r\nRETR b.txt\r\nRETR a.txt\r\nQUIT\r\n");
    for piece in [1, 5, 1000] {
        let (rig, heard) = heard(config(), piece, lines.as_bytes(), false);
        assert_eq!(
            codes(&heard),
            [
                "220", "331", "230", "200", "227", "227", "550", "150", "425", "221"
            ]
        );
        assert_eq!((rig.open(0), rig.listening(0)), (0, 1));
    }
}

#[test]
fn a_guest_comes_in_where_guests_may() {
    let lines = b"USER Anonymous\r\nPASS ada@example.net\r\nTYPE I\r\nQUIT\r\n";
    let answers = |anonymous: bool| {
        let config = FtpServerConfig {
            guests: anonymous.then(Place::default),
            ..config()
        };
        let (_, heard) = heard(config, 1000, lines, false);
        codes(&heard).join(" ")
    };
    assert_eq!(answers(true), "220 331 230 200 221");
    assert_eq!(answers(false), "220 331 530 530 221");
}

#[test]
fn thousands_of_pipelined_commands_wait_their_turn() {
    let mut lines = "TYPE I\r\n".repeat(30_000);
    lines.push_str("QUIT\r\n");
    let (_, heard) = heard(config(), 60_000, lines.as_bytes(), false);
    assert_eq!(heard.lines().count(), 30_002);
    assert!(heard.ends_with("221 Goodbye.\r\n"));
}

#[test]
fn a_client_that_talks_while_it_must_wait_is_read_no_further() {
    let lines = format!(
        "{LOGIN}PASV\r\nRETR a.txt\r\n{}QUIT\r\n",
        "NOOP\r\n".repeat(9000)
    );
    let (rig, heard) = heard(config(), 1460, lines.as_bytes(), false);
    let codes = codes(&heard);
    assert_eq!(
        codes[..7],
        ["220", "331", "230", "200", "227", "150", "425"]
    );
    assert_eq!(codes.len(), 7 + 9000 + 1);
    assert_eq!(rig.open(0), 0);
}

#[test]
fn a_megabyte_of_line_is_refused_once() {
    let mut lines = vec![b'x'; 1_000_000];
    lines.extend_from_slice(b"\r\nQUIT\r\n");
    let (_, heard) = heard(config(), 1460, &lines, false);
    assert_eq!(codes(&heard), ["220", "500", "221"]);
}

#[test]
fn a_client_that_leaves_without_quit_is_let_go() {
    let (rig, heard) = heard(config(), 10, b"USER ada\r\nPASS love", true);
    assert_eq!(codes(&heard), ["220", "331"]);
    assert_eq!(rig.open(0), 0);
    assert_eq!(rig.notes(0)["sessions"], "0");
}

#[test]
fn passive_and_nobody_comes_is_425_after_a_while() {
    let lines = format!("{LOGIN}PASV\r\nRETR a.txt\r\nQUIT\r\n");
    let (rig, heard) = heard(config(), 100, lines.as_bytes(), false);
    assert!(heard.contains("425 Cannot open a data connection: no answer for too long.\r\n"));
    assert_eq!(rig.listening(0), 1);
    let waited = rig.now.since(Time::ZERO);
    let about = Duration::from_secs(60)..Duration::from_secs(62);
    assert!(about.contains(&waited), "{waited:?}");
}

#[test]
fn port_may_name_only_the_client_itself() {
    let lines = format!("{LOGIN}PORT 192,0,2,99,200,1\r\nPORT 192,0,2,10,0,25\r\nQUIT\r\n");
    let (_, strict) = heard(config(), 100, lines.as_bytes(), false);
    assert_eq!(codes(&strict)[4..], ["500", "504", "221"]);
    let lax = FtpServerConfig {
        port_check: false,
        ..config()
    };
    let (_, lax) = heard(lax, 100, lines.as_bytes(), false);
    assert_eq!(codes(&lax)[4..], ["200", "200", "221"]);
}

#[test]
fn active_towards_a_closed_port_is_425() {
    let lines = format!("{LOGIN}PORT 192,0,2,10,200,1\r\nRETR a.txt\r\nQUIT\r\n");
    let (_, heard) = heard(config(), 100, lines.as_bytes(), false);
    assert!(heard.contains("425 Cannot open a data connection to you: refused"));
}

#[test]
fn a_stranger_cannot_take_the_data_connection() {
    let lines = format!("{LOGIN}PASV\r\nRETR a.txt\r\n");
    let mut rig = Rig::new(1000);
    rig.host(SERVER, FtpServer::new(config()));
    let client = rig.host(
        "192.0.2.10",
        Scripted::client("192.0.2.11:21", lines.as_bytes(), false),
    );
    rig.run_until(Time::ZERO + Duration::from_secs(1));
    assert!(rig.heard(client)[0].contains("(192,0,2,11,192,1)"));
    let stranger = Scripted::client("192.0.2.11:49153", b"", false);
    let stranger = rig.host("192.0.2.66", stranger);
    rig.run_until(Time::ZERO + Duration::from_secs(2));
    assert_eq!(rig.heard(stranger), [""]);
    assert_eq!(rig.open(stranger), 0);
    assert_eq!(rig.listening(0), 2, "the client itself may still come");
}

#[test]
fn sessions_do_not_mix() {
    let mut rig = Rig::new(3);
    let server = rig.host(SERVER, FtpServer::new(config()));
    let says = |lines| Scripted::client("192.0.2.11:21", lines, false);
    let ada = rig.host("192.0.2.10", says(b"USER ada\r\nPASS lovelace\r\n"));
    let grace = rig.host("192.0.2.20", says(b"USER grace\r\nPASS lovelace\r\n"));
    rig.run();
    assert_eq!(codes(&rig.heard(ada)[0]), ["220", "331", "230"]);
    assert_eq!(codes(&rig.heard(grace)[0]), ["220", "331", "530"]);
    let notes = rig.notes(server);
    assert_eq!(notes["sessions"], "2");
    assert_eq!(notes["session.1.user"], "ada");
    assert_eq!(notes.get("session.2.user"), None);
}

#[test]
fn the_idle_are_dismissed_with_421() {
    let config = FtpServerConfig {
        idle: Some(Duration::from_secs(300)),
        ..config()
    };
    let (rig, heard) = heard(config, 100, LOGIN.as_bytes(), false);
    assert_eq!(codes(&heard), ["220", "331", "230", "200", "421"]);
    assert_eq!(rig.open(0), 0);
}

#[test]
fn what_did_not_all_arrive_is_never_confirmed() {
    let mut server = FtpServer::new(config());
    let mut said = String::new();
    let mut tell = |input: Input<'_>| {
        server.handle(Time::ZERO, input);
        while let Some(request) = server.poll_request() {
            if let Request::Send { bytes, .. } = request {
                said += &String::from_utf8_lossy(&bytes);
            }
        }
    };
    let (control, data) = (ConnId(1), ConnId(2));
    let (local, remote) = (
        "192.0.2.11:21".parse().unwrap(),
        "192.0.2.10:5000".parse().unwrap(),
    );
    let accepted = |token, conn| Input::Accepted {
        token,
        conn,
        local,
        remote,
    };
    tell(accepted(CONTROL, control));
    let bytes = format!("{LOGIN}PASV\r\nRETR a.txt\r\n");
    tell(Input::Data {
        conn: control,
        offset: 0,
        bytes: bytes.as_bytes(),
    });
    tell(Input::Listening {
        token: 1,
        at: local,
    });
    tell(accepted(1, data));
    // The client sends no more, and then resets: both sides had finished, in a way.
    tell(Input::Eof { conn: data });
    tell(Input::Closed {
        conn: data,
        reason: CloseReason::Finished,
    });
    assert_eq!(
        codes(&said),
        ["220", "331", "230", "200", "227", "150", "426"]
    );
}
