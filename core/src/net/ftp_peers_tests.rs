//! An FTP server and peers that are idle, slow or hostile: memory stays bounded, the RFC's
//! reply is given, others are served.

use super::host::TcpConfig;
use super::tests::{address, at, does, host_with, note, notes, to_connect};
use super::{LinkConfig, Network};
use crate::base::{ConnId, Content, Duration, Time};
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig};
use crate::program::ftp_user::{FtpUser, FtpUserConfig};
use crate::program::{Input, Program, Request};
use crate::timeline::{Kind, Timeline};
use std::collections::{BTreeMap, VecDeque};

const FILE: u64 = 30_000;
const LOGIN: &str = "USER ada\r\nPASS x\r\nTYPE I\r\n";

fn config() -> FtpServerConfig {
    let content = Content::Generated { seed: 1, len: FILE };
    FtpServerConfig {
        users: vec![Account::new("ada", "x")],
        files: [("a", content)].into_iter().collect(),
        ..FtpServerConfig::default()
    }
}

/// A server between somebody hostile and Ada, who fetches the file as one should, at 1 s.
fn beside(hostile: Box<dyn Program>, config: FtpServerConfig) -> Network {
    let ada = FtpUser::new(FtpUserConfig {
        server: address(2, false).to_string(),
        user: "ada".to_owned(),
        password: "x".to_owned(),
        ..FtpUserConfig::default()
    });
    let programs: [Box<dyn Program>; 3] = [
        hostile,
        Box::new(FtpServer::new(config)),
        Box::new(Typing(ada, Some(Time::ZERO + Duration::from_secs(1)))),
    ];
    let mut network = Network::default();
    let switch = network.add_switch(super::tests::info("switch"));
    for (number, program) in (1..).zip(programs) {
        let tcp = TcpConfig {
            backlog: 2000,
            ..TcpConfig::default()
        };
        let host = host_with(&mut network, number, tcp, vec![program]);
        network.join(host, switch, "a link", LinkConfig::default());
    }
    network
}

/// A person who types at a moment.
struct Typing(FtpUser, Option<Time>);

impl Program for Typing {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        if self.1.is_some_and(|at| at <= now) {
            self.1 = None;
            for text in ["login", "get a", "quit"] {
                let person = "Ada";
                self.0.handle(now, Input::Typed { person, text });
            }
        }
        self.0.handle(now, input);
    }
    fn poll_timeout(&self) -> Option<Time> {
        [self.0.poll_timeout(), self.1].into_iter().flatten().min()
    }
    fn poll_request(&mut self) -> Option<Request> {
        self.0.poll_request()
    }
}

/// Runs up to a moment, or to the end.
fn run_until(network: &mut Network, end: Duration) -> &Timeline {
    network.start();
    while network
        .next_at()
        .is_some_and(|next| next <= Time::ZERO + end)
    {
        network.step();
    }
    network.timeline()
}

/// How what Ada asked for ended.
fn outcomes(timeline: &Timeline) -> Vec<Option<u16>> {
    let events = timeline.events().iter();
    let outcomes = events.filter(|event| event.kind == Kind::Outcome);
    outcomes
        .map(|event| timeline.outcome(event.arg).code)
        .collect()
}

/// Says a line on a control connection.
fn says(conn: ConnId, line: &str) -> Request {
    let bytes = format!("{line}\r\n").into_bytes();
    let turn = None;
    Request::Send { conn, bytes, turn }
}

/// Says all of `text` at once, and reads the answers unless it is deaf; notes how often each
/// code came.
fn says_at_once(text: Vec<u8>, deaf: bool) -> Box<dyn Program> {
    let mut heard = Vec::new();
    let mut codes: BTreeMap<String, u32> = BTreeMap::new();
    does(move |_, input, out| match input {
        Input::Started => out.push_back(to_connect(at(2, 21, false))),
        Input::Connected { conn, .. } => {
            if deaf {
                out.push_back(Request::Pause { conn });
            }
            let content = Content::from_bytes(&text);
            out.push_back(super::tests::to_send(conn, content));
        }
        Input::Data { bytes, .. } => {
            heard.extend_from_slice(bytes);
            while let Some(end) = heard.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = heard.drain(..=end).collect();
                let code = String::from_utf8_lossy(&line[..3]).into_owned();
                let count = codes.entry(code.clone()).or_default();
                *count += 1;
                out.push_back(note(&code, &count.to_string()));
            }
        }
        Input::Sent { .. } => out.push_back(note("sent", "all")),
        Input::Eof { conn } => out.push_back(Request::Finish { conn }),
        _ => {}
    })
}

const ALL_WENT_WELL: [Option<u16>; 3] = [Some(230), Some(226), Some(221)];

#[test]
fn who_asks_for_ever_and_never_reads_is_not_answered_for_ever() {
    let mut text = LOGIN.as_bytes().to_vec();
    text.extend(b"HELP\r\n".repeat(300_000));
    let mut network = beside(says_at_once(text, true), config());
    let timeline = run_until(&mut network, Duration::from_secs(20));
    assert_eq!(outcomes(timeline), ALL_WENT_WELL, "Ada is served");
    assert!(
        !notes(timeline).contains_key("sent"),
        "the server reads no more"
    );
    let turns = timeline.turns().iter();
    let replies = turns.filter(|t| t.turn.verb == "214").count();
    assert!(
        (100..20_000).contains(&replies),
        "{replies} replies were made"
    );
}

#[test]
fn a_line_of_ten_megabytes_is_refused_once_and_not_kept() {
    let mut text = vec![b'x'; 10_000_000];
    text.extend_from_slice(b"\r\nQUIT\r\n");
    let mut network = beside(says_at_once(text, false), config());
    let timeline = run_until(&mut network, Duration::from_secs(60));
    let noted = notes(timeline);
    let count = |code: &str| noted.get(code).map(String::as_str);
    assert_eq!([count("220"), count("500"), count("221")], [Some("1"); 3]);
    assert_eq!(outcomes(timeline), ALL_WENT_WELL);
}

#[test]
fn ten_thousand_refused_calls_leave_nothing_behind() {
    let mut text = LOGIN.as_bytes().to_vec();
    for n in 0..10_000_u32 {
        // Nobody listens at any of these ports of the client's own.
        let [_, _, high, low] = (2_000 + n % 40_000).to_be_bytes();
        text.extend(format!("PORT 192,0,2,1,{high},{low}\r\nRETR a\r\n").bytes());
    }
    text.extend_from_slice(b"NOOP\r\nQUIT\r\n");
    let mut network = beside(says_at_once(text, false), config());
    let timeline = run_until(&mut network, Duration::from_secs(7200));
    let noted = notes(timeline);
    assert_eq!(noted.get("425").map(String::as_str), Some("10000"));
    assert_eq!(noted.get("221").map(String::as_str), Some("1"));
    assert_eq!(outcomes(timeline), ALL_WENT_WELL);
}

/// A crowd at one host: each logs in and waits until all are there, then fetches the file
/// and leaves.
#[derive(Default)]
struct Crowd {
    size: usize,
    present: usize,
    out: VecDeque<Request>,
    heard: BTreeMap<ConnId, Vec<u8>>,
    /// The control connection of each data connection.
    data: BTreeMap<ConnId, ConnId>,
    asked: BTreeMap<u32, ConnId>,
    bytes: u64,
    refused: usize,
}

impl Crowd {
    fn say(&mut self, conn: ConnId, line: &str) {
        self.out.push_back(says(conn, line));
    }

    fn hear(&mut self, conn: ConnId, line: &str) {
        match line.get(..3).unwrap_or_default() {
            "220" => self.say(conn, "USER ada"),
            "331" => self.say(conn, "PASS x"),
            "230" => self.say(conn, "TYPE I"),
            "200" => {
                self.present += 1;
                self.out
                    .push_back(note("present", &self.present.to_string()));
                if self.present == self.size {
                    let all: Vec<ConnId> = self.heard.keys().copied().collect();
                    all.into_iter().for_each(|conn| self.say(conn, "EPSV"));
                }
            }
            "229" => {
                let port = line.split('|').nth(3).and_then(|port| port.parse().ok());
                let port = port.expect("229 names a port");
                let token = 10 + u32::try_from(self.asked.len()).expect("few");
                self.asked.insert(token, conn);
                self.out.push_back(Request::Connect {
                    token,
                    to: at(2, port, false),
                    local_port: None,
                });
            }
            "226" => self.say(conn, "QUIT"),
            "421" => {
                self.refused += 1;
                self.out
                    .push_back(note("refused", &self.refused.to_string()));
            }
            _ => {}
        }
    }
}

impl Program for Crowd {
    fn handle(&mut self, _: Time, input: Input<'_>) {
        match input {
            Input::Started => {
                // One too many.
                for _ in 0..=self.size {
                    self.out.push_back(to_connect(at(2, 21, false)));
                }
            }
            Input::Connected { token: 1, conn, .. } => {
                self.heard.insert(conn, Vec::new());
            }
            Input::Connected { token, conn, .. } => {
                let control = self.asked[&token];
                self.data.insert(conn, control);
                self.say(control, "RETR a");
            }
            Input::Data { conn, bytes, .. } if self.data.contains_key(&conn) => {
                self.bytes += bytes.len() as u64;
                self.out.push_back(note("bytes", &self.bytes.to_string()));
            }
            Input::Data { conn, bytes, .. } => {
                let heard = self.heard.get_mut(&conn).expect("a control connection");
                heard.extend_from_slice(bytes);
                let text = String::from_utf8_lossy(heard).into_owned();
                let (whole, rest) = text.rsplit_once('\n').unwrap_or(("", &text));
                *heard = rest.as_bytes().to_vec();
                whole.lines().for_each(|line| self.hear(conn, line));
            }
            Input::Eof { conn } => self.out.push_back(Request::Finish { conn }),
            _ => {}
        }
    }
    fn poll_timeout(&self) -> Option<Time> {
        None
    }
    fn poll_request(&mut self) -> Option<Request> {
        self.out.pop_front()
    }
}

#[test]
fn a_thousand_sessions_are_served_side_by_side() {
    let crowd = Crowd {
        size: 1000,
        ..Crowd::default()
    };
    let config = FtpServerConfig {
        sessions: Some(1000),
        ..config()
    };
    // Ada comes when the house is full.
    let mut network = beside(Box::new(crowd), config);
    let timeline = run_until(&mut network, Duration::from_secs(600));
    let noted = notes(timeline);
    assert_eq!(noted["present"], "1000");
    assert_eq!(noted["refused"], "1", "one too many");
    assert_eq!(noted["bytes"], (1000 * FILE).to_string());
    assert_eq!(noted["sessions"], "0 of 1000", "all have left");
}

/// A client that fetches the file twice, and is called back at the same port both times.
fn calls_back_twice() -> Box<dyn Program> {
    let own = address(1, false).to_string().replace('.', ",");
    let port = format!("PORT {own},156,64");
    let script = [
        "USER ada", "PASS x", "TYPE I", &port, "RETR a", &port, "RETR a", "QUIT",
    ];
    let mut script: VecDeque<String> = script.map(str::to_owned).into();
    let mut control = None;
    let mut came = 0;
    does(move |_, input, out| match input {
        Input::Started => {
            out.push_back(Request::Listen {
                token: 9,
                addr: None,
                port: Some(156 * 256 + 64),
            });
            out.push_back(to_connect(at(2, 21, false)));
        }
        Input::Connected { conn, .. } => control = Some(conn),
        Input::Data { conn, bytes, .. } if Some(conn) == control => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            for line in text.lines().filter(|line| !line.starts_with("150")) {
                out.push_back(note(&line[..3], "heard"));
                if let Some(line) = script.pop_front() {
                    out.push_back(says(conn, &line));
                }
            }
        }
        Input::Data { bytes, .. } => {
            came += bytes.len();
            out.push_back(note("came", &came.to_string()));
        }
        Input::Eof { conn } => out.push_back(Request::Finish { conn }),
        _ => {}
    })
}

#[test]
fn a_call_back_to_the_same_port_waits_until_the_last_one_is_forgotten() {
    let mut network = beside(calls_back_twice(), config());
    let timeline = run_until(&mut network, Duration::from_secs(60));
    let noted = notes(timeline);
    assert_eq!(noted["came"], (2 * FILE).to_string(), "the file, twice");
    assert_eq!(noted["221"], "heard", "{noted:?}");
    assert!(!noted.contains_key("425"), "{noted:?}");
}
