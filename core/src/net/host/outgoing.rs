//! What a program has asked to send on a connection and the stack has not yet taken.

use crate::base::Content;
use smoltcp::socket::tcp;
use std::collections::VecDeque;
use std::ops::Range;

/// Content is pulled in pieces no smaller than this, so that few calls move much.
const PULL: usize = 32 << 10;

/// A queue of bytes and contents, in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Outgoing {
    items: VecDeque<Item>,
    /// Bytes ever handed to the stack.
    taken: u64,
    /// Bytes ever queued.
    queued: u64,
    /// Where each content ends in the stream whose `Sent` is still owed.
    owed: VecDeque<u64>,
}

#[derive(Debug)]
enum Item {
    Bytes(Vec<u8>, usize),
    Content(Content, Range<u64>),
}

impl Outgoing {
    /// Queues bytes. Answers where they will lie in the stream.
    pub fn push_bytes(&mut self, bytes: Vec<u8>) -> (u64, u64) {
        let range = self.extend(bytes.len() as u64);
        self.items.push_back(Item::Bytes(bytes, 0));
        range
    }

    /// Queues a content's range, whose last byte's acknowledgement is owed an answer.
    pub fn push_content(&mut self, content: Content, range: Range<u64>) -> (u64, u64) {
        let placed = self.extend(range.end - range.start);
        self.owed.push_back(placed.1);
        self.items.push_back(Item::Content(content, range));
        placed
    }

    /// How many bytes of the stream the stack has taken.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Whether the stack has taken all.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Hands the stack as much as it has room for.
    pub fn fill(&mut self, socket: &mut tcp::Socket<'_>) {
        while let Some(item) = self.items.front_mut() {
            let room = socket.send_capacity() - socket.send_queue();
            let wanted = item.len();
            if wanted > 0 && (!socket.can_send() || (room < PULL && (room as u64) < wanted)) {
                return;
            }
            if wanted > 0 {
                let Ok(moved) = socket.send(|buffer| item.move_into(buffer)) else {
                    return;
                };
                self.taken += moved as u64;
            }
            if item.len() == 0 {
                self.items.pop_front();
            }
        }
    }

    /// How many bytes of the stream have been acknowledged.
    pub fn reached(&self, unacknowledged: usize) -> u64 {
        self.taken - unacknowledged as u64
    }

    /// How many contents have been acknowledged whole since the last call, where the
    /// stack still holds `unacknowledged` bytes.
    pub fn acknowledged(&mut self, unacknowledged: usize) -> usize {
        let reached = self.reached(unacknowledged);
        let mut count = 0;
        while self.owed.front().is_some_and(|end| *end <= reached) {
            self.owed.pop_front();
            count += 1;
        }
        count
    }

    fn extend(&mut self, len: u64) -> (u64, u64) {
        let start = self.queued;
        self.queued += len;
        (start, self.queued)
    }
}

impl Item {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes, at) => (bytes.len() - at) as u64,
            Self::Content(_, range) => range.end - range.start,
        }
    }

    /// Fills the front of `buffer`. Answers how much, twice, as smoltcp's `send` wants it.
    fn move_into(&mut self, buffer: &mut [u8]) -> (usize, usize) {
        let n = usize::try_from(self.len()).map_or(buffer.len(), |len| len.min(buffer.len()));
        match self {
            Self::Bytes(bytes, at) => {
                buffer[..n].copy_from_slice(&bytes[*at..*at + n]);
                *at += n;
            }
            Self::Content(content, range) => {
                content.fill(range.start, &mut buffer[..n]);
                range.start += n as u64;
            }
        }
        (n, n)
    }
}
