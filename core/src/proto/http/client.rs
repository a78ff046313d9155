//! The client's side: says one request, hears one answer.

use super::parse::{self, HeadReader};
use super::types::{Request, Response, bytes_of};
use crate::base::Time;
use crate::proto::engine::{Engine, Output};
use std::collections::VecDeque;

/// The engine.
#[derive(Debug)]
pub struct Client {
    head: HeadReader,
    state: State,
    /// Only the head is wanted (RFC 9110 §9.3.2).
    head_only: bool,
    out: VecDeque<Output<ClientReport>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The head is coming.
    Head,
    /// The body is coming: from where in the stream, how much has come, and of how much.
    Body(u64, u64, Option<u64>),
    /// It is over.
    Ended,
}

/// What happens on the client's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientReport {
    /// The bytes that follow say this.
    Says(Request),
    /// The server answers; so many bytes of a body follow, where it says so.
    Answer(Response, Option<u64>),
    /// All has come: where the body lies in the stream, and how long it is.
    Done {
        /// Its first byte.
        start: u64,
        /// How many bytes.
        len: u64,
    },
    /// The server left before all had come.
    Cut {
        /// How much of the body has come.
        len: u64,
        /// How much should have.
        of: u64,
    },
    /// What the server says is no HTTP, or none that is understood here.
    Broken,
}

impl Client {
    /// A client that says `request`.
    #[must_use]
    pub fn new(request: Request) -> Self {
        let head_only = request.method == "HEAD";
        let bytes = bytes_of(request.text());
        let says = Output::Report(ClientReport::Says(request));
        Self {
            head: HeadReader::default(),
            state: State::Head,
            head_only,
            out: VecDeque::from([says, Output::Send(bytes)]),
        }
    }

    fn report(&mut self, report: ClientReport) {
        self.out.push_back(Output::Report(report));
    }

    /// Reads the head of the answer, and what comes before it.
    fn read_head(&mut self) {
        while self.state == State::Head {
            match self.head.pop().map(|head| head.and_then(parse::response)) {
                None => return,
                // Another answer follows (RFC 9110 §15.2).
                Some(Ok(response)) if response.code < 200 => {}
                Some(Ok(response)) => self.begin_body(response),
                Some(Err(_)) => self.broken(),
            }
        }
    }

    /// How long the body is (RFC 9112 §6.3).
    fn begin_body(&mut self, response: Response) {
        let none = self.head_only || [204, 304].contains(&response.code);
        let fields = &response.fields;
        let length = match none {
            true => Some(0),
            // Pieces with their own lengths are not read here.
            false if fields.get("Transfer-Encoding").is_some() => return self.broken(),
            false if fields.get("Content-Length").is_some() => match fields.content_length() {
                Some(length) => Some(length),
                None => return self.broken(),
            },
            false => None,
        };
        let came = self.head.unread();
        self.state = State::Body(self.head.offset(), came, length);
        self.report(ClientReport::Answer(response, length));
        self.end_of_body();
    }

    fn end_of_body(&mut self) {
        if let State::Body(start, came, Some(len)) = self.state
            && came >= len
        {
            self.done(start, len);
        }
    }

    fn done(&mut self, start: u64, len: u64) {
        self.state = State::Ended;
        self.report(ClientReport::Done { start, len });
        self.out.push_back(Output::Finish);
    }

    fn broken(&mut self) {
        self.state = State::Ended;
        self.report(ClientReport::Broken);
        self.out.push_back(Output::Abort);
    }
}

impl Engine for Client {
    type Report = ClientReport;

    fn handle_input(&mut self, _: Time, bytes: &[u8]) {
        match &mut self.state {
            State::Head => {
                self.head.push(bytes);
                self.read_head();
            }
            State::Body(_, came, _) => {
                *came += bytes.len() as u64;
                self.end_of_body();
            }
            State::Ended => {}
        }
    }

    fn handle_eof(&mut self, _: Time) {
        match self.state {
            State::Head => self.broken(),
            State::Body(start, len, None) => self.done(start, len),
            State::Body(_, len, Some(of)) => {
                self.state = State::Ended;
                self.report(ClientReport::Cut { len, of });
                self.out.push_back(Output::Finish);
            }
            State::Ended => {}
        }
    }

    fn handle_timeout(&mut self, _: Time) {}

    fn poll_timeout(&self) -> Option<Time> {
        None
    }

    fn poll_output(&mut self) -> Option<Output<ClientReport>> {
        self.out.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::laws::{self, Script, says};

    fn new() -> Client {
        Client::new(Request::new("GET", "web", "/a"))
    }

    fn last(client: &mut Client, bytes: &[u8]) -> ClientReport {
        client.handle_input(Time::ZERO, bytes);
        client.handle_eof(Time::ZERO);
        let said: Vec<_> = std::iter::from_fn(|| client.poll_output()).collect();
        let mut reports = said.into_iter().filter_map(|output| match output {
            Output::Report(report) => Some(report),
            _ => None,
        });
        reports.next_back().unwrap()
    }

    const OK: &[u8] = b"HTTP/1.1 100 Wait\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    #[test]
    fn the_five_laws_hold() {
        let open = b"HTTP/1.0 200 OK\r\n\r\nhello";
        let scripts: Vec<Script> = vec![says(OK), says(open), says(&[b'x'; 9000])];
        laws::check(1000, &scripts, new, |_, _, _| {});
    }

    #[test]
    fn a_body_ends_by_its_length_or_with_the_connection() {
        let done = |start, len| ClientReport::Done { start, len };
        assert_eq!(last(&mut new(), OK), done(OK.len() as u64 - 5, 5));
        assert_eq!(
            last(&mut new(), b"HTTP/1.0 200 OK\r\n\r\nhello"),
            done(19, 5)
        );
        let head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n";
        let cut = ClientReport::Cut { len: 0, of: 9 };
        assert_eq!(last(&mut new(), head), cut);
        let mut client = Client::new(Request::new("HEAD", "web", "/a"));
        assert_eq!(last(&mut client, head), done(head.len() as u64, 0));
    }

    #[test]
    fn what_is_no_answer_breaks_the_connection() {
        for bytes in [
            &b"220 ftp ready\r\n\r\n"[..],
            b"HTTP/1.1 20 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            b"",
        ] {
            assert_eq!(last(&mut new(), bytes), ClientReport::Broken);
        }
    }
}
