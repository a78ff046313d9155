//! A peer that follows a script instead of a protocol.

use crate::base::{ConnId, Time};
use crate::program::contract::{Input, Program, Request};
use std::collections::VecDeque;
use std::net::SocketAddr;

/// A peer that follows a script instead of a protocol.
pub struct Scripted {
    role: Role,
    requests: VecDeque<Request>,
}

enum Role {
    /// Connects, says all it has to say, and finishes if told so.
    Client {
        to: SocketAddr,
        says: Vec<u8>,
        finishes: bool,
    },
    /// Answers each connection with a greeting, and each line with the next answer.
    Server {
        port: u16,
        greeting: &'static str,
        answers: VecDeque<&'static str>,
    },
}

impl Scripted {
    /// Connects to `to`, says `bytes`, and then finishes where asked to.
    pub fn client(to: &str, bytes: &[u8], finishes: bool) -> Self {
        let role = Role::Client {
            to: to.parse().expect("an endpoint"),
            says: bytes.to_vec(),
            finishes,
        };
        Self {
            role,
            requests: VecDeque::new(),
        }
    }

    /// Greets at `port`, and answers each line heard with the next of `answers`; an
    /// empty one closes the connection, and none left is silence.
    pub fn server(port: u16, greeting: &'static str, answers: &[&'static str]) -> Self {
        let role = Role::Server {
            port,
            greeting,
            answers: answers.iter().copied().collect(),
        };
        Self {
            role,
            requests: VecDeque::new(),
        }
    }

    fn say(&mut self, conn: ConnId, bytes: &[u8]) {
        for piece in bytes.chunks(65_536) {
            self.requests.push_back(Request::Send {
                conn,
                bytes: piece.to_vec(),
                turn: None,
            });
        }
    }
}

impl Program for Scripted {
    fn handle(&mut self, _: Time, input: Input<'_>) {
        let ask = match (input, &mut self.role) {
            (Input::Started, Role::Client { to, .. }) => Request::Connect {
                token: 0,
                to: *to,
                local_port: None,
            },
            (Input::Started, Role::Server { port, .. }) => Request::Listen {
                token: 0,
                addr: None,
                port: Some(*port),
            },
            (Input::Connected { conn, .. }, Role::Client { says, finishes, .. }) => {
                let (says, finishes) = (std::mem::take(says), *finishes);
                self.say(conn, &says);
                if !finishes {
                    return;
                }
                Request::Finish { conn }
            }
            (Input::Accepted { conn, .. }, Role::Server { greeting, .. }) => {
                let greeting = *greeting;
                return self.say(conn, greeting.as_bytes());
            }
            (Input::Data { conn, bytes, .. }, Role::Server { answers, .. }) => {
                let lines = bytes.iter().filter(|b| **b == b'\n').count();
                let now: Vec<_> = (0..lines).filter_map(|_| answers.pop_front()).collect();
                for answer in now {
                    match answer {
                        "" => self.requests.push_back(Request::Finish { conn }),
                        text => self.say(conn, text.as_bytes()),
                    }
                }
                return;
            }
            (Input::Eof { conn }, _) => Request::Finish { conn },
            _ => return,
        };
        self.requests.push_back(ask);
    }

    fn poll_timeout(&self) -> Option<Time> {
        None
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
