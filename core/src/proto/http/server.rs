//! The server's side: reads a request, says its answer; then the next, where both sides like.

use super::meaning;
use super::parse::{self, HeadReader};
use super::types::{Fields, Request, Response, bytes_of};
use super::{HEAD_LIMIT, MOST_REQUESTS};
use crate::base::{Duration, Time};
use crate::proto::engine::{Engine, Output};
use std::collections::VecDeque;

/// The engine. `Asks` must be answered, by `Server::answer`, and the body's end be said.
#[derive(Debug)]
pub struct Server {
    head: HeadReader,
    state: State,
    deadline: Option<Time>,
    /// How long a client has to ask.
    patience: Duration,
    /// So many more requests are read after the one at hand.
    more: u32,
    /// Whether the next request is awaited once this answer was said.
    goes_on: bool,
    /// Whether anything was asked before.
    began: bool,
    /// The client says no more.
    eof: bool,
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
    /// A connection for one request, whose client has so long to ask.
    #[must_use]
    pub fn new(now: Time, patience: Duration) -> Self {
        Self {
            head: HeadReader::default(),
            state: State::Reading,
            deadline: Some(now + patience),
            patience,
            more: 0,
            goes_on: false,
            began: false,
            eof: false,
            out: VecDeque::new(),
        }
    }

    /// A connection for many requests, one after the other (RFC 9112 §9.3).
    #[must_use]
    pub fn persistent(now: Time, patience: Duration) -> Self {
        Self {
            more: MOST_REQUESTS - 1,
            ..Self::new(now, patience)
        }
    }

    /// Whether nothing more is said, now or later.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// Says an answer's head, once. The body follows, then `end` or `next`.
    pub fn answer(&mut self, mut response: Response) {
        if self.state == State::Asked {
            self.state = State::Answered;
            if self.goes_on {
                response.fields.0.retain(|(name, _)| name != "Connection");
            }
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

    /// The answer was said whole: the next request, or the end where there is none.
    pub fn next(&mut self, now: Time) {
        match self.state {
            State::Answered if self.goes_on => {
                self.goes_on = false;
                self.state = State::Reading;
                self.deadline = Some(now + self.patience);
                self.read();
            }
            State::Answered => self.end(),
            State::Reading | State::Asked | State::Ended => {}
        }
    }

    fn read(&mut self) {
        match self.head.pop() {
            None if self.eof => self.end(),
            None => {}
            Some(Ok(head)) => {
                let goes_on = self.more > 0 && goes_on(&head);
                match parse::request(head) {
                    Ok(request) => {
                        self.state = State::Asked;
                        self.deadline = None;
                        self.began = true;
                        self.goes_on = goes_on;
                        self.more = self.more.saturating_sub(1);
                        let asks = ServerReport::Asks(request);
                        self.out.push_back(Output::Report(asks));
                    }
                    Err(bad) => self.refuse(bad.code()),
                }
            }
            Some(Err(bad)) => self.refuse(bad.code()),
        }
    }

    /// Refuses what is no request.
    fn refuse(&mut self, code: u16) {
        self.state = State::Asked;
        self.goes_on = false;
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
        match self.state {
            State::Reading => {
                self.head.push(bytes);
                self.read();
            }
            // The next request waits; so much of it that the connection is not kept for it.
            State::Asked | State::Answered if self.goes_on => {
                self.head.push(bytes);
                self.goes_on = self.head.unread() <= HEAD_LIMIT as u64;
            }
            // What stands behind the last request is neither read nor kept.
            State::Asked | State::Answered | State::Ended => {}
        }
    }

    fn handle_eof(&mut self, _: Time) {
        self.eof = true;
        if self.state == State::Reading {
            if !self.began {
                self.out.push_back(Output::Report(ServerReport::Left));
            }
            self.end();
        }
    }

    fn handle_timeout(&mut self, now: Time) {
        if self.deadline.is_none_or(|deadline| deadline > now) {
            return;
        }
        match self.began && self.head.is_empty() {
            // It had what it wanted.
            true => self.end(),
            false => self.refuse(408),
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.deadline
    }

    fn poll_output(&mut self) -> Option<Output<ServerReport>> {
        self.out.pop_front()
    }
}

/// Whether a client may ask again on this connection (RFC 9112 §9.3): not where it says no,
/// nor in the old version; and not where a body comes with the request, which nobody reads.
fn goes_on((first, fields): &(String, Fields)) -> bool {
    let closes = |value: &str| {
        let mut words = value.split(',');
        words.any(|word| word.trim().eq_ignore_ascii_case("close"))
    };
    let has_body = fields.get("Content-Length").is_some_and(|len| len != "0")
        || fields.get("Transfer-Encoding").is_some();
    first.ends_with(" HTTP/1.1") && !fields.get("Connection").is_some_and(closes) && !has_body
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

    const GET: &[u8] = b"GET /docs/ HTTP/1.1\r\nHost: web\r\nAccept: */*\r\n\r\n";

    #[test]
    fn the_five_laws_hold() {
        let mut scripts: Vec<Script> = vec![says(GET), says(b"GET /\r\n\r\n")];
        scripts.push(says(&[b'x'; 9000]));
        scripts.push(vec![Step::Input(b"GET / HT".to_vec()), Step::Timeout]);
        laws::check(1000, &scripts, new, agree);
        laws::check(300, &scripts, new, |_, _, _| {});
        scripts.push(says(&GET.repeat(3)));
        let kept = || Server::persistent(Time::ZERO, Duration::from_secs(30));
        laws::check(1000, &scripts, kept, |server, now, report| {
            if let ServerReport::Asks(_) = report {
                server.answer(Response::new(200));
                server.next(now);
            }
        });
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

    /// Asks on a persistent connection, in pieces of so many bytes.
    fn kept(bytes: &[u8], piece: usize) -> (Vec<String>, Server) {
        let mut server = Server::persistent(Time::ZERO, Duration::from_secs(30));
        let mut said = Vec::new();
        for bytes in bytes.chunks(piece) {
            server.handle_input(Time::ZERO, bytes);
            while let Some(output) = server.poll_output() {
                match output {
                    Output::Report(ServerReport::Asks(request)) => {
                        said.push(request.target);
                        server.answer(Response::new(200));
                        server.next(Time::ZERO);
                    }
                    Output::Report(ServerReport::Says(response)) => {
                        let last = response.fields.get("Connection") == Some("close");
                        said.push(format!("{}{}", response.code, if last { "!" } else { "" }));
                    }
                    Output::Finish => said.push("end".into()),
                    _ => {}
                }
            }
        }
        (said, server)
    }

    #[test]
    fn one_connection_carries_many_requests() {
        let ask =
            |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: web\r\n{more}\r\n");
        let two = ask("/a", "") + &ask("/b", "Connection: Close\r\n") + &ask("/c", "");
        for piece in [1, 7, 1000] {
            let (said, _) = kept(two.as_bytes(), piece);
            assert_eq!(said, ["/a", "200", "/b", "200!", "end"]);
        }
        let old = b"GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n";
        assert_eq!(kept(old, 1000).0, ["/a", "200!", "end"]);
        let body = ask("/a", "Content-Length: 3\r\n") + "GET /b";
        assert_eq!(kept(body.as_bytes(), 1000).0, ["/a", "200!", "end"]);
        let many = ask("/a", "").repeat(MOST_REQUESTS as usize + 5);
        let (said, _) = kept(many.as_bytes(), 1000);
        assert_eq!(said.iter().filter(|word| *word == "/a").count(), 100);
        assert_eq!(said.last().unwrap(), "end");
    }

    #[test]
    fn who_wants_nothing_more_is_let_go_without_a_word() {
        let ask = b"GET /a HTTP/1.1\r\nHost: web\r\n\r\n";
        for (more, end) in [("", vec![Output::Finish]), ("GET", Vec::new())] {
            let (said, mut server) = kept(&[ask, more.as_bytes()].concat(), 1000);
            assert_eq!(said, ["/a", "200"]);
            let due = server.poll_timeout().unwrap();
            server.handle_timeout(due);
            let out: Vec<_> = std::iter::from_fn(|| server.poll_output()).collect();
            if more.is_empty() {
                assert_eq!(out, end);
            } else {
                let starts = |out: &Output<_>| matches!(out, Output::Send(b) if b.starts_with(b"HTTP/1.1 408"));
                assert!(out.iter().any(starts), "{out:?}");
            }
        }
    }

    #[test]
    fn what_waits_behind_an_answer_is_bounded() {
        let mut server = Server::persistent(Time::ZERO, Duration::from_secs(30));
        server.handle_input(Time::ZERO, GET);
        for _ in 0..100 {
            server.handle_input(Time::ZERO, &[b'x'; 1000]);
        }
        assert!(server.head.unread() <= HEAD_LIMIT as u64 + 1000);
        server.answer(Response::new(200));
        server.next(Time::ZERO);
        assert!(server.has_ended());
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
