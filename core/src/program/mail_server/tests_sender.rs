//! A client that hands letters in over any network, and knows what it was told of each.

use crate::base::{ConnId, Time};
use crate::program::{Input, Program, Request};
use crate::proto::smtp::client::{Client, ClientOptions, Envelope, Failure, Report};
use crate::proto::smtp::{Path, Prompt, parse};
use crate::proto::{Engine, Output};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// What became of a letter at the first server, as far as its sender knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Taken,
    Refused,
    /// The answer to the letter never came.
    Nothing,
}

/// By letter and recipient.
pub(crate) type Tried = Arc<Mutex<BTreeMap<(usize, String), Told>>>;

/// When each letter begins its way, and its envelope.
pub(crate) type Letters = VecDeque<(Time, Envelope)>;

pub(crate) fn envelope(from: &str, to: &[&str], letter: &str) -> Envelope {
    Envelope {
        from: Path::Mailbox(parse::mailbox(from).unwrap()),
        to: to.iter().map(|to| parse::mailbox(to).unwrap()).collect(),
        letter: letter.as_bytes().into(),
    }
}

/// A program that hands in letters, each once, at the first server.
pub(crate) struct Sender {
    to: SocketAddr,
    letters: Letters,
    number: usize,
    talk: Option<(ConnId, Client)>,
    busy: bool,
    tried: Tried,
    requests: VecDeque<Request>,
}

impl Sender {
    pub fn new(to: SocketAddr, letters: Letters, tried: Tried) -> Self {
        Self {
            to,
            letters,
            number: 0,
            talk: None,
            busy: false,
            tried,
            requests: VecDeque::new(),
        }
    }

    fn drain(&mut self) {
        while let Some((conn, engine)) = &mut self.talk {
            let conn = *conn;
            let Some(output) = engine.poll_output() else {
                return;
            };
            match output {
                Output::Send(bytes) => {
                    let turn = None;
                    self.requests.push_back(Request::Send { conn, bytes, turn });
                }
                Output::Report(Report::Ended(deliveries)) => {
                    for delivery in deliveries {
                        let told = match delivery.result {
                            Ok(_) => Told::Taken,
                            Err(
                                Failure::Lost {
                                    awaited: Prompt::Letter,
                                }
                                | Failure::TimedOut {
                                    awaited: Prompt::Letter,
                                },
                            ) => Told::Nothing,
                            Err(_) => Told::Refused,
                        };
                        let key = (self.number, delivery.to.to_string());
                        self.tried.lock().unwrap().insert(key, told);
                    }
                }
                Output::Report(_) => {}
                Output::Finish => self.requests.push_back(Request::Finish { conn }),
                Output::Abort => self.requests.push_back(Request::Abort { conn }),
            }
        }
    }
}

impl Program for Sender {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Timeout if !self.busy && self.poll_timeout().is_some_and(|t| t <= now) => {
                self.busy = true;
                self.number += 1;
                self.requests.push_back(Request::Connect {
                    token: 1,
                    to: self.to,
                    local_port: None,
                });
            }
            Input::Connected { conn, .. } => {
                let (_, envelope) = self.letters.pop_front().unwrap();
                let options = ClientOptions {
                    hostname: "laptop".into(),
                    ..ClientOptions::default()
                };
                self.talk = Some((conn, Client::new(now, options, envelope)));
            }
            Input::ConnectFailed { .. } => {
                self.letters.pop_front();
                self.busy = false;
            }
            Input::Closed { conn, .. } => {
                if let Some((of, engine)) = &mut self.talk
                    && *of == conn
                {
                    engine.handle_eof(now);
                    self.drain();
                    self.talk = None;
                    self.busy = false;
                }
                return;
            }
            _ => {
                if let Some((_, engine)) = &mut self.talk {
                    match input {
                        Input::Data { bytes, .. } => engine.handle_input(now, bytes),
                        Input::Eof { .. } => engine.handle_eof(now),
                        Input::Timeout => engine.handle_timeout(now),
                        _ => {}
                    }
                }
            }
        }
        self.drain();
    }

    fn poll_timeout(&self) -> Option<Time> {
        match &self.talk {
            Some((_, engine)) => engine.poll_timeout(),
            None if self.busy => None,
            None => self.letters.front().map(|(at, _)| *at),
        }
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
