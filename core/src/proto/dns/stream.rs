//! Messages over TCP, each behind its length (RFC 1035 §4.2.2, RFC 7766).

use crate::base::{Duration, Time};
use crate::proto::engine::{Engine, Output};
use std::collections::VecDeque;

/// One side of a connection that carries messages.
#[derive(Debug)]
pub struct Stream {
    buffer: Vec<u8>,
    /// Where the next message lies in it, and where the last whole one ends.
    head: usize,
    framed: usize,
    /// What to send, and that it ends.
    outputs: VecDeque<Output<StreamReport>>,
    idle: Duration,
    deadline: Option<Time>,
    /// The other side sends no more.
    is_eof: bool,
    is_told: bool,
    is_over: bool,
}

/// What comes over a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamReport {
    /// A message, of at most 65,535 bytes.
    Message(Vec<u8>),
    /// No more will come.
    Ended(StreamEnd),
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamEnd {
    /// The other side has said all.
    Finished,
    /// It broke off within a message.
    Cut,
    /// No whole message came, and none went, for too long (RFC 7766 §6.2.3).
    Idle,
}

impl Stream {
    /// A connection that is open, and ends when nothing was said for so long.
    #[must_use]
    pub fn new(now: Time, idle: Duration) -> Self {
        Self {
            buffer: Vec::new(),
            head: 0,
            framed: 0,
            outputs: VecDeque::new(),
            idle,
            deadline: Some(now + idle),
            is_eof: false,
            is_told: false,
            is_over: false,
        }
    }

    /// Sends a message, as far as it has room behind its length.
    pub fn send(&mut self, now: Time, message: &[u8]) {
        if self.is_over {
            return;
        }
        if let Ok(len) = u16::try_from(message.len()) {
            let mut bytes = len.to_be_bytes().to_vec();
            bytes.extend(message);
            self.outputs.push_back(Output::Send(bytes));
            self.touch(now);
        }
    }

    /// Sends no more, and reads no more.
    pub fn finish(&mut self) {
        self.is_told = true;
        self.forget();
        if !std::mem::replace(&mut self.is_over, true) {
            self.outputs.push_back(Output::Finish);
        }
        self.deadline = None;
    }

    fn forget(&mut self) {
        self.buffer.clear();
        self.head = 0;
        self.framed = 0;
    }

    fn touch(&mut self, now: Time) {
        if !self.is_over {
            self.deadline = Some(now + self.idle);
        }
    }

    /// Finds the end of the message that begins at `at`, where it is there whole.
    fn end_of(&self, at: usize) -> Option<usize> {
        let len = self.buffer.get(at..)?.first_chunk::<2>()?;
        let end = at + 2 + usize::from(u16::from_be_bytes(*len));
        (end <= self.buffer.len()).then_some(end)
    }

    /// The next message that is there whole.
    fn next_message(&mut self) -> Option<Vec<u8>> {
        let end = self.end_of(self.head)?;
        let message = self.buffer.get(self.head + 2..end)?.to_vec();
        self.head = end;
        if self.head >= self.framed {
            self.buffer.drain(..self.head);
            self.head = 0;
            self.framed = 0;
        }
        Some(message)
    }
}

impl Engine for Stream {
    type Report = StreamReport;

    fn handle_input(&mut self, now: Time, bytes: &[u8]) {
        if self.is_eof || self.is_told {
            return;
        }
        self.buffer.extend(bytes);
        // Only a whole message counts: who drips a byte now and then is not busy.
        while let Some(end) = self.end_of(self.framed) {
            self.framed = end;
            self.touch(now);
        }
    }

    fn handle_eof(&mut self, _: Time) {
        self.is_eof = true;
    }

    fn handle_timeout(&mut self, now: Time) {
        if self.deadline.is_some_and(|due| due <= now) {
            if !std::mem::replace(&mut self.is_told, true) {
                let ended = StreamReport::Ended(StreamEnd::Idle);
                self.outputs.push_back(Output::Report(ended));
            }
            self.finish();
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.deadline
    }

    fn poll_output(&mut self) -> Option<Output<StreamReport>> {
        if let Some(output) = self.outputs.pop_front() {
            return Some(output);
        }
        if self.is_told {
            return None;
        }
        if let Some(message) = self.next_message() {
            return Some(Output::Report(StreamReport::Message(message)));
        }
        let ended = match (self.is_eof, self.head == self.buffer.len()) {
            (false, _) => return None,
            (true, true) => StreamEnd::Finished,
            (true, false) => StreamEnd::Cut,
        };
        self.is_told = true;
        Some(Output::Report(StreamReport::Ended(ended)))
    }
}
