//! Gathers a server's lines into replies: `250-one`, `250 two` is one reply of two lines.

use super::parse::{self, ReplyLine};
use super::types::Reply;
use super::{MAX_REPLY_LINE, MAX_REPLY_LINES};
use crate::proto::lines::{Framed, LineFramer};

/// Takes bytes in any pieces and gives replies.
#[derive(Clone, Debug)]
pub struct ReplyReader {
    lines: LineFramer,
    begun: Option<Reply>,
}

/// What came instead of a reply: the line, or why there is none to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonsense(pub String);

impl Default for ReplyReader {
    fn default() -> Self {
        Self {
            lines: LineFramer::new(MAX_REPLY_LINE),
            begun: None,
        }
    }
}

impl ReplyReader {
    /// Takes bytes from the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
    }

    /// How many bytes wait to be read.
    #[must_use]
    pub fn held(&self) -> usize {
        self.lines.unread().len()
    }

    /// The next reply, once it is whole, or what came instead.
    pub fn pop(&mut self) -> Option<Result<Reply, Nonsense>> {
        while let Some(framed) = self.lines.pop() {
            let Framed::Line(line) = framed else {
                return Some(self.nonsense("a line without end"));
            };
            let Ok(read) = parse::reply_line(&line.bytes).value else {
                return Some(self.nonsense(&String::from_utf8_lossy(&line.bytes)));
            };
            match self.add(read) {
                Ok(None) => {}
                Ok(Some(reply)) => return Some(Ok(reply)),
                Err(why) => return Some(self.nonsense(why)),
            }
        }
        None
    }

    fn add(&mut self, line: ReplyLine) -> Result<Option<Reply>, &'static str> {
        let code = line.code;
        let reply = self.begun.get_or_insert(Reply {
            code,
            lines: Vec::new(),
        });
        // RFC 5321 §4.2.1: each line of a reply bears the same code.
        if reply.code != code {
            return Err("a reply with two codes");
        }
        if reply.lines.len() == MAX_REPLY_LINES {
            return Err("a reply without end");
        }
        reply.lines.push(line.text);
        Ok(if line.last { self.begun.take() } else { None })
    }

    fn nonsense(&mut self, what: &str) -> Result<Reply, Nonsense> {
        self.begun = None;
        Err(Nonsense(what.chars().take(80).collect()))
    }
}
