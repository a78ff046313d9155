//! The server's side: reads one request, says one answer.

use super::meaning;
use super::parse::{self, HeadReader};
use super::types::{Request, Response, bytes_of};
use crate::base::{Duration, Time};
use crate::proto::engine::{Engine, Output};
use std::collections::VecDeque;

/// The engine. `Asks` must be answered, by `Server::answer`, and the body's end be said.
#[derive(Debug)]
pub struct Server {
    head: HeadReader,
    state: State,
    deadline: Option<Time>,
    out: VecDeque<Output<ServerReport>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The request is coming.
    Reading,
    /// The program has it.
    Asked,
    /// The head was said, the body is the program's.
    Answered,
    /// Nothing more is said.
    Ended,
}

/// What happens on the server's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerReport {
    /// The client asks for something.
    Asks(Request),
    /// The bytes that follow say this.
    Says(Response),
    /// The client left before it had asked.
    Left,
}

impl Server {
    /// A connection whose client has so long to ask.
    #[must_use]
    pub fn new(now: Time, patience: Duration) -> Self {
        Self {
            head: HeadReader::default(),
            state: State::Reading,
            deadline: Some(now + patience),
            out: VecDeque::new(),
        }
    }

    /// Says an answer's head, once. The body follows, then `end`.
    pub fn answer(&mut self, response: Response) {
        if self.state == State::Asked {
            self.state = State::Answered;
            let bytes = bytes_of(response.text());
            self.out
                .push_back(Output::Report(ServerReport::Says(response)));
            self.out.push_back(Output::Send(bytes));
        }
    }

    /// All was said: the connection closes (RFC 9112 §9.6).
    pub fn end(&mut self) {
        if self.state != State::Ended {
            self.state = State::Ended;
            self.deadline = None;
            self.out.push_back(Output::Finish);
        }
    }

    /// Refuses what is no request.
    fn refuse(&mut self, code: u16) {
        self.state = State::Asked;
        self.deadline = None;
        let text = meaning::reason(code);
        let length = (text.len() + 1).to_string();
        let response = Response::new(code).with("Content-Type", "text/plain");
        let response = response.with("Content-Length", length);
        self.answer(response);
        let body = [text, "\n"].concat().into_bytes();
        self.out.push_back(Output::Send(body));
        self.end();
    }
}

impl Engine for Server {
    type Report = ServerReport;

    fn handle_input(&mut self, _: Time, bytes: &[u8]) {
        // What stands behind the request is neither read nor kept.
        if self.state != State::Reading {
            return;
        }
        self.head.push(bytes);
        match self.head.pop().map(|head| head.and_then(parse::request)) {
            None => {}
            Some(Ok(request)) => {
                self.state = State::Asked;
                self.deadline = None;
                self.out
                    .push_back(Output::Report(ServerReport::Asks(request)));
            }
            Some(Err(bad)) => self.refuse(bad.code()),
        }
    }

    fn handle_eof(&mut self, _: Time) {
        if self.state == State::Reading {
            self.out.push_back(Output::Report(ServerReport::Left));
            self.end();
        }
    }

    fn handle_timeout(&mut self, now: Time) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.refuse(408);
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.deadline
    }

    fn poll_output(&mut self) -> Option<Output<ServerReport>> {
        self.out.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::laws::{self, Script, Step, says};

    fn new() -> Server {
        Server::new(Time::ZERO, Duration::from_secs(30))
    }

    fn agree(server: &mut Server, _: Time, report: &ServerReport) {
        if let ServerReport::Asks(_) = report {
            server.answer(Response::new(200));
            server.end();
        }
    }

    fn codes(bytes: &[u8]) -> Vec<u16> {
        let mut server = new();
        server.handle_input(Time::ZERO, bytes);
        let mut codes = Vec::new();
        while let Some(output) = server.poll_output() {
            if let Output::Report(report) = output {
                agree(&mut server, Time::ZERO, &report);
                if let ServerReport::Says(response) = report {
                    codes.push(response.code);
                }
            }
        }
        codes
    }

    const GET: &[u8] = b"GET /docs/ HTTP/1.1\r\nHost: web\r\nAccept: */*\r\n\r\nand more";

    #[test]
    fn the_five_laws_hold() {
        let mut scripts: Vec<Script> = vec![says(GET), says(b"GET /\r\n\r\n")];
        scripts.push(says(&[b'x'; 9000]));
        scripts.push(vec![Step::Input(b"GET / HT".to_vec()), Step::Timeout]);
        laws::check(1000, &scripts, new, agree);
        laws::check(300, &scripts, new, |_, _, _| {});
    }

    #[test]
    fn a_request_is_answered_and_what_is_none_is_refused() {
        assert_eq!(codes(GET), [200]);
        assert_eq!(codes(b"\r\nGET / HTTP/1.0\r\n\r\n"), [200]);
        for (bytes, code) in [
            (&b"GET / HTTP/1.1\r\n\r\n"[..], 400),
            (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
            (b"USER ada\r\n\r\n", 400),
        ] {
            assert_eq!(codes(bytes), [code], "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(codes(&[b'x'; 10_000]), [431]);
        let many = b"a: b\r\n".repeat(9000);
        assert_eq!(codes(&[&b"GET / HTTP/1.1\r\n"[..], &many].concat()), [431]);
    }

    #[test]
    fn who_does_not_ask_in_time_hears_408() {
        let mut server = new();
        let due = server.poll_timeout().unwrap();
        server.handle_timeout(due);
        let said = std::iter::from_fn(|| server.poll_output());
        let head = said.into_iter().find_map(|output| match output {
            Output::Send(bytes) => Some(bytes),
            _ => None,
        });
        assert!(
            head.unwrap()
                .starts_with(b"HTTP/1.1 408 Request Timeout\r\n")
        );
        assert_eq!(server.poll_timeout(), None);
    }
}
