//! The client's side: says one request, hears one answer.

use super::parse::{self, HeadReader};
use super::pieces::{Pieces, Progress};
use super::types::{Request, Response, bytes_of};
use crate::base::Time;
use crate::proto::engine::{Engine, Output};
use std::collections::VecDeque;

/// The engine.
#[derive(Debug)]
pub struct Client {
    head: HeadReader,
    state: State,
    /// A body that comes in pieces.
    pieces: Pieces,
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
    /// The body is coming in pieces.
    Pieces,
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
    /// All has come: where the body's parts lie in the stream, the first byte and how many.
    Done(Vec<(u64, u64)>),
    /// The server left before all had come.
    Cut {
        /// How much of the body has come.
        len: u64,
        /// How much should have, where that is known.
        of: Option<u64>,
    },
    /// What the server says cannot be understood here, in words that follow its name.
    Broken(&'static str),
}

/// Why an answer is none.
const NO_HTTP: &str = "answered with no HTTP";

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
            pieces: Pieces::default(),
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
                Some(Err(_)) => self.broken(NO_HTTP),
            }
        }
    }

    /// How long the body is (RFC 9112 §6.3).
    fn begin_body(&mut self, response: Response) {
        let none = self.head_only || [204, 304].contains(&response.code);
        let fields = &response.fields;
        let coding = fields.get("Transfer-Encoding").filter(|_| !none);
        if let Some(coding) = coding {
            // What else a body may be packed in is not unpacked here.
            if !coding.eq_ignore_ascii_case("chunked") {
                return self.broken("packs its answer in a way that is not known here");
            }
            self.state = State::Pieces;
            self.report(ClientReport::Answer(response, None));
            return self.read_pieces();
        }
        let length = match fields.get("Content-Length") {
            _ if none => Some(0),
            None => None,
            Some(_) => match fields.content_length() {
                Some(length) => Some(length),
                None => return self.broken("does not say in a number how long its answer is"),
            },
        };
        let came = self.head.unread();
        self.state = State::Body(self.head.offset(), came, length);
        self.report(ClientReport::Answer(response, length));
        self.end_of_body();
    }

    fn read_pieces(&mut self) {
        match self.pieces.read(&mut self.head) {
            Progress::Waits => {}
            Progress::Whole => {
                let parts = std::mem::take(&mut self.pieces).into_parts();
                self.done(parts);
            }
            Progress::Broken => self.broken("sends pieces that make no whole"),
        }
    }

    fn end_of_body(&mut self) {
        if let State::Body(start, came, Some(len)) = self.state
            && came >= len
        {
            self.done(vec![(start, len)]);
        }
    }

    fn done(&mut self, parts: Vec<(u64, u64)>) {
        self.state = State::Ended;
        self.report(ClientReport::Done(parts));
        self.out.push_back(Output::Finish);
    }

    fn cut(&mut self, len: u64, of: Option<u64>) {
        self.state = State::Ended;
        self.report(ClientReport::Cut { len, of });
        self.out.push_back(Output::Finish);
    }

    fn broken(&mut self, why: &'static str) {
        self.state = State::Ended;
        self.report(ClientReport::Broken(why));
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
                *came = came.saturating_add(bytes.len() as u64);
                self.end_of_body();
            }
            State::Pieces => {
                self.head.push(bytes);
                self.read_pieces();
            }
            State::Ended => {}
        }
    }

    fn handle_eof(&mut self, _: Time) {
        match self.state {
            State::Head => self.broken(NO_HTTP),
            State::Body(start, len, None) => self.done(vec![(start, len)]),
            State::Body(_, len, of) => self.cut(len, of),
            State::Pieces => self.cut(self.pieces.len(), None),
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
        let scripts: Vec<Script> = vec![says(OK), says(open), says(PIECES), says(&[b'x'; 9000])];
        laws::check(1000, &scripts, new, |_, _, _| {});
    }

    #[test]
    fn a_body_ends_by_its_length_or_with_the_connection() {
        let done = |start, len| ClientReport::Done(vec![(start, len)]);
        assert_eq!(last(&mut new(), OK), done(OK.len() as u64 - 5, 5));
        assert_eq!(
            last(&mut new(), b"HTTP/1.0 200 OK\r\n\r\nhello"),
            done(19, 5)
        );
        let head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n";
        let cut = ClientReport::Cut {
            len: 0,
            of: Some(9),
        };
        assert_eq!(last(&mut new(), head), cut);
        let mut client = Client::new(Request::new("HEAD", "web", "/a"));
        assert_eq!(last(&mut client, head), done(head.len() as u64, 0));
    }

    const PIECES: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        5\r\nhello\r\n006 ; why=not\r\n world\r\n0\r\nAge: 1\r\n\r\n";

    #[test]
    fn a_body_in_pieces_is_found_piece_by_piece() {
        for step in [1, 2, 7, PIECES.len()] {
            let mut client = new();
            for bytes in PIECES.chunks(step) {
                client.handle_input(Time::ZERO, bytes);
            }
            let ClientReport::Done(parts) = last(&mut client, b"") else {
                panic!("not whole in steps of {step}");
            };
            let at = |(start, len): (u64, u64)| {
                let start = usize::try_from(start).unwrap();
                &PIECES[start..start + usize::try_from(len).unwrap()]
            };
            let whole: Vec<u8> = parts.into_iter().flat_map(at).copied().collect();
            assert_eq!(whole, b"hello world");
        }
        let cut = ClientReport::Cut { len: 5, of: None };
        assert_eq!(last(&mut new(), &PIECES[..PIECES.len() - 30]), cut);
    }

    #[test]
    fn pieces_that_make_no_whole_break_the_connection() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let many = "1\r\nx\r\n".repeat(20_000);
        let fields = "0\r\n".to_owned() + &"a: b\r\n".repeat(20_000);
        let long = "5;".to_owned() + &"x".repeat(10_000);
        for pieces in [
            "x\r\n",
            "\r\n",
            "-5\r\n",
            "+5\r\n",
            "5\r\nhello!\r\n",
            "ffffffffffffffff\r\n",
            &many,
            &fields,
            &long,
        ] {
            let said = last(&mut new(), &[head.as_bytes(), pieces.as_bytes()].concat());
            let broken = ClientReport::Broken("sends pieces that make no whole");
            assert_eq!(said, broken, "{}", &pieces[..pieces.len().min(40)]);
        }
        let gzip = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
        assert!(
            matches!(last(&mut new(), gzip), ClientReport::Broken(why) if why.contains("packs"))
        );
    }

    #[test]
    fn what_is_no_answer_breaks_the_connection() {
        for bytes in [
            &b"220 ftp ready\r\n\r\n"[..],
            b"HTTP/1.1 20 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"",
        ] {
            let said = last(&mut new(), bytes);
            assert!(matches!(said, ClientReport::Broken(_)), "{said:?}");
        }
    }
}
