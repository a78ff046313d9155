//! A client that does what a script says, line by line, for the stories of the server.

use super::tests::SERVER;
use super::{FtpServer, FtpServerConfig};
use crate::base::{ConnId, Duration, Time};
use crate::program::contract::{Input, Program, Request};
use crate::program::rig::Rig;
use crate::proto::ftp::parse::{ReplyReader, extended_passive_port, passive_endpoint};
use crate::proto::ftp::{CONTROL_PORT, Class, Reply, emit};
use crate::proto::lines::{Framed, LineFramer};
use std::collections::VecDeque;
use std::net::SocketAddr;

/// Where the client sits.
pub const CLIENT: &str = "192.0.2.10";

/// What the story left behind: the rig with the server as host 0 and the client as host 1,
/// and all that the client heard on its control connection.
pub struct Told {
    pub rig: Rig,
    pub heard: String,
}

impl Told {
    /// The codes of all replies.
    pub fn codes(&self) -> String {
        super::tests::codes(&self.heard).join(" ")
    }

    /// The last codes, behind the greeting and the login.
    pub fn then(&self) -> String {
        let codes = self.codes();
        codes
            .strip_prefix("220 331 230 ")
            .unwrap_or(&codes)
            .to_owned()
    }

    /// What came over each data connection.
    pub fn brought(&self) -> Vec<String> {
        self.rig.heard(1).split_off(1)
    }

    /// What the server keeps at a path, in the end.
    pub fn file(&self, path: &str) -> Option<String> {
        let kept = self.rig.kept(0);
        let file = kept.get(path)?.clone()?;
        Some(String::from_utf8(file).expect("text"))
    }
}

/// Lets a client follow a script. A line is said, and its final reply awaited; `> line` is
/// said, and any reply awaited; and there is `hear` (another reply), `open` (the data
/// connection that was agreed on), `listen` (and PORT), `bring TEXT`, `finish`, `cut`,
/// `leave` (the control connection is closed), and `wait SECONDS`.
pub fn play(config: FtpServerConfig, piece: usize, script: &[&str]) -> Told {
    let mut rig = Rig::new(piece);
    rig.host(SERVER, FtpServer::new(config));
    rig.host(CLIENT, Hand::new(script));
    rig.run();
    let heard = rig.heard(1).remove(0);
    Told { rig, heard }
}

/// The same, logged in as Ada.
pub fn ada(config: FtpServerConfig, script: &[&str]) -> Told {
    let mut lines = vec!["USER ada", "PASS lovelace"];
    lines.extend(script);
    play(config, 7, &lines)
}

pub struct Hand {
    steps: VecDeque<String>,
    waits: Waits,
    control: Option<ConnId>,
    data: Option<ConnId>,
    at: Option<SocketAddr>,
    lines: LineFramer,
    reader: ReplyReader,
    replies: VecDeque<Reply>,
    deadline: Option<Time>,
    requests: VecDeque<Request>,
}

#[derive(Clone, Copy, PartialEq)]
enum Waits {
    No,
    ForFinal,
    ForAny,
    ToOpen,
    ToListen,
}

impl Hand {
    pub fn new(script: &[&str]) -> Self {
        Self {
            steps: script.iter().map(|step| (*step).to_owned()).collect(),
            waits: Waits::ForFinal,
            control: None,
            data: None,
            at: None,
            lines: LineFramer::new(8192),
            reader: ReplyReader::default(),
            replies: VecDeque::new(),
            deadline: None,
            requests: VecDeque::new(),
        }
    }

    fn say(&mut self, line: &str) {
        let conn = self.control.expect("connected");
        let bytes = format!("{line}\r\n").into_bytes();
        let turn = None;
        self.requests.push_back(Request::Send { conn, bytes, turn });
    }

    fn go_on(&mut self, now: Time) {
        while self.ready() {
            let Some(step) = self.steps.pop_front() else {
                return;
            };
            let (word, rest) = step.split_once(' ').unwrap_or((&step, ""));
            let data = self.data;
            match word {
                ">" => {
                    self.say(rest);
                    self.waits = Waits::ForAny;
                }
                "hear" => self.waits = Waits::ForAny,
                "open" => {
                    self.data = None;
                    let to = self.at.expect("a place was agreed on");
                    self.requests.push_back(Request::Connect {
                        token: 1,
                        to,
                        local_port: None,
                    });
                    self.waits = Waits::ToOpen;
                }
                "listen" => {
                    self.data = None;
                    self.requests.push_back(Request::Listen {
                        token: 2,
                        addr: None,
                        port: None,
                    });
                    self.waits = Waits::ToListen;
                }
                "bring" => self.requests.push_back(Request::Send {
                    conn: data.expect("open"),
                    bytes: rest.as_bytes().to_vec(),
                    turn: None,
                }),
                "finish" => {
                    let conn = data.expect("open");
                    self.requests.push_back(Request::Finish { conn });
                }
                "cut" => {
                    let conn = data.expect("open");
                    self.requests.push_back(Request::Abort { conn });
                }
                "leave" => {
                    let conn = self.control.expect("connected");
                    self.requests.push_back(Request::Finish { conn });
                }
                "wait" => {
                    let secs = rest.parse().expect("seconds");
                    self.deadline = Some(now + Duration::from_secs(secs));
                }
                _ => {
                    self.say(&step);
                    self.waits = Waits::ForFinal;
                }
            }
        }
    }

    /// Whether what was waited for is there.
    fn ready(&mut self) -> bool {
        if self.deadline.is_some() {
            return false;
        }
        let there = match self.waits {
            Waits::No => true,
            Waits::ForAny => self.replies.pop_front().is_some(),
            Waits::ForFinal => loop {
                match self.replies.pop_front() {
                    Some(reply) if reply.class() == Class::Preliminary => {}
                    other => break other.is_some(),
                }
            },
            Waits::ToOpen => self.data.is_some(),
            Waits::ToListen => false,
        };
        if there {
            self.waits = Waits::No;
        }
        there
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
        while let Some(framed) = self.lines.pop() {
            let Framed::Line(line) = framed else {
                panic!("a line without end");
            };
            let Some(reply) = self.reader.push(&line.bytes) else {
                continue;
            };
            let reply = reply.expect("a reply");
            let server = SERVER.parse().expect("an address");
            match reply.code {
                227 => {
                    let (at, _) = passive_endpoint(&reply.text()).expect("an endpoint");
                    self.at = Some(SocketAddr::new(server, at.port()));
                }
                229 => {
                    let (port, _) = extended_passive_port(&reply.text()).expect("a port");
                    self.at = Some(SocketAddr::new(server, port));
                }
                _ => {}
            }
            self.replies.push_back(reply);
        }
    }
}

impl Program for Hand {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started => self.requests.push_back(Request::Connect {
                token: 0,
                to: format!("{SERVER}:{CONTROL_PORT}")
                    .parse()
                    .expect("an endpoint"),
                local_port: None,
            }),
            Input::Connected { token: 0, conn, .. } => self.control = Some(conn),
            Input::Connected { conn, .. } | Input::Accepted { conn, .. } => self.data = Some(conn),
            Input::Listening { at, .. } => {
                let SocketAddr::V4(at) = at else {
                    panic!("IPv4");
                };
                self.say(&format!("PORT {}", emit::host_port(at)));
                self.waits = Waits::ForFinal;
            }
            Input::Data { conn, bytes, .. } if Some(conn) == self.control => self.hear(bytes),
            Input::Eof { conn } => self.requests.push_back(Request::Finish { conn }),
            Input::Timeout => self.deadline = None,
            _ => {}
        }
        if self.control.is_some() {
            self.go_on(now);
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.deadline
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
