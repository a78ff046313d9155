//! Requests and answers of HTTP, overheard, on a connection that may carry several.

use super::{PIPELINED, Said, Side, text_of};
use crate::program::contract::Turn;
use crate::program::files::last_name;
use crate::program::http_turns;
use crate::proto::http::parse::{self, HeadReader, path_of};
use crate::proto::http::{Fields, Request, Response};
use std::collections::VecDeque;

/// What a connection has come to.
#[derive(Debug)]
pub(super) struct Http {
    /// The side that is overheard.
    side: Side,
    requests: Stream,
    answers: Stream,
    /// What waits for its answer.
    asked: VecDeque<Request>,
}

/// What one side says: heads, and bodies between them.
#[derive(Debug, Default)]
struct Stream {
    head: HeadReader,
    body: Option<Body>,
    /// Nobody can understand what is said from here on.
    lost: bool,
}

/// A body that is coming.
#[derive(Debug)]
struct Body {
    name: String,
    /// How many bytes have come.
    came: u64,
    /// How many there are; all up to the end where that is not said.
    of: Option<u64>,
}

impl Http {
    pub fn new(side: Side) -> Self {
        Self {
            side,
            requests: Stream::default(),
            answers: Stream::default(),
            asked: VecDeque::new(),
        }
    }

    pub fn says(&mut self, bytes: &[u8]) -> Vec<Said> {
        self.take(self.side == Side::Client, bytes)
    }

    pub fn hears(&mut self, bytes: &[u8]) {
        self.take(self.side == Side::Server, bytes);
    }

    fn take(&mut self, client: bool, bytes: &[u8]) -> Vec<Said> {
        let mut said = Vec::new();
        let stream = if client {
            &mut self.requests
        } else {
            &mut self.answers
        };
        if stream.lost {
            return said;
        }
        stream.head.push(bytes);
        loop {
            if stream.body_goes_on(&mut said) {
                return said;
            }
            let start = stream.head.offset();
            let (turn, body) = match stream.head.pop() {
                None => return said,
                Some(Ok(head)) if client => match parse::request(head) {
                    Ok(request) => {
                        said.push(Said::Phase("ask for the page"));
                        let turn = http_turns::request(&request);
                        let of = request.fields.content_length().unwrap_or(0);
                        let body = body(&request, Some(of));
                        if self.asked.len() < PIPELINED {
                            self.asked.push_back(request);
                        }
                        (turn, body)
                    }
                    Err(_) => return stream.give_up(said),
                },
                Some(Ok(head)) => match parse::response(head) {
                    Ok(response) => {
                        let to = match response.code {
                            100..200 => None,
                            _ => self.asked.pop_front(),
                        };
                        let body = to.and_then(|to| body(&to, length(&to, &response)));
                        (http_turns::response(&response), body)
                    }
                    Err(_) => return stream.give_up(said),
                },
                Some(Err(_)) => return stream.give_up(said),
            };
            let turn = Turn {
                text: text_of(turn.text.as_bytes()),
                ..turn
            };
            let range = (start, stream.head.offset());
            said.push(Said::Turn { range, turn });
            stream.body = body;
        }
    }
}

impl Stream {
    /// Takes what has come of a body; whether there is one that goes on.
    fn body_goes_on(&mut self, said: &mut Vec<Said>) -> bool {
        let Some(body) = &mut self.body else {
            return false;
        };
        let left = body.of.map_or(u64::MAX, |of| of - body.came);
        let start = self.head.offset();
        let taken = self.head.take(left);
        let first = body.came == 0;
        body.came += taken;
        let goes_on = body.of.is_none_or(|of| body.came < of);
        if taken > 0 {
            let turn = || http_turns::data(&body.name, body.of.unwrap_or(body.came));
            said.push(match first {
                true => Said::Turn {
                    range: (start, start + taken),
                    turn: turn(),
                },
                // How long it is shows only as it comes.
                false => Said::More(start + taken, body.of.is_none().then(turn)),
            });
        }
        if !goes_on {
            self.body = None;
        }
        goes_on
    }

    fn give_up(&mut self, said: Vec<Said>) -> Vec<Said> {
        self.lost = true;
        said
    }
}

/// The body of this length that a request brings, or gets.
fn body(request: &Request, of: Option<u64>) -> Option<Body> {
    let path = path_of(&request.target).unwrap_or_default();
    let name = match path.ends_with('/') {
        true => "the page",
        false => last_name(&path),
    };
    (of != Some(0)).then(|| Body {
        name: text_of(name.as_bytes()),
        came: 0,
        of,
    })
}

/// How long an answer's body is; up to the end of all, where that is not said in a way that is
/// understood here (RFC 9112 §6.3).
fn length(to: &Request, response: &Response) -> Option<u64> {
    let fields: &Fields = &response.fields;
    match response.code {
        204 | 304 => Some(0),
        _ if to.method == "HEAD" => Some(0),
        _ if fields.get("Transfer-Encoding").is_some() => None,
        _ => fields.content_length(),
    }
}
