//! What a program has asked to send on a connection and the stack has not yet taken.

use crate::base::{Content, Converter, Transform};
use smoltcp::socket::tcp;
use std::collections::VecDeque;
use std::ops::Range;

/// Content is pulled in pieces no smaller than this, so that few calls move much.
const PULL: usize = 32 << 10;

/// A program is told how far a content has come about this many bytes apart.
const TOLD_EVERY: u64 = 8 << 10;

/// Above this many bytes of answers that wait, no more is read.
const SWAMPED: usize = 64 << 10;

/// A queue of bytes and contents, in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Outgoing {
    items: VecDeque<Item>,
    /// Bytes ever handed to the stack.
    taken: u64,
    /// Bytes ever queued.
    queued: u64,
    /// Of the bytes that wait, those that the program has made already.
    made: usize,
    /// Where each content ends in the stream whose `Sent` is still owed.
    owed: VecDeque<u64>,
    /// How many acknowledged bytes the program knows of.
    told: u64,
}

#[derive(Debug)]
enum Item {
    Bytes(Vec<u8>, usize),
    Content(Content, Range<u64>),
    Converted(Box<Converted>),
}

/// Content whose line ends are converted as it is pulled.
#[derive(Debug)]
struct Converted {
    content: Content,
    /// What of it has not been converted yet.
    range: Range<u64>,
    converter: Converter,
    /// What has been converted and not been taken, from `at` on.
    ready: Vec<u8>,
    at: usize,
    /// How many bytes of the stream are still to be taken.
    left: u64,
}

impl Outgoing {
    /// Queues bytes. Answers where they will lie in the stream.
    pub fn push_bytes(&mut self, bytes: Vec<u8>) -> (u64, u64) {
        let range = self.extend(bytes.len() as u64);
        self.made += bytes.len();
        self.items.push_back(Item::Bytes(bytes, 0));
        range
    }

    /// Queues a content's range, whose last byte's acknowledgement is owed an answer. The
    /// range counts the content's bytes; the answer counts the stream's.
    pub fn push_content(
        &mut self,
        content: Content,
        range: Range<u64>,
        by: Transform,
    ) -> (u64, u64) {
        let left = content.len_after(by, range.clone());
        let placed = self.extend(left);
        self.owed.push_back(placed.1);
        self.items.push_back(match by {
            Transform::AsIs => Item::Content(content, range),
            Transform::ToNetwork | Transform::FromNetwork => Item::Converted(Box::new(Converted {
                content,
                range,
                converter: Converter::new(by),
                ready: Vec::new(),
                at: 0,
                left,
            })),
        });
        placed
    }

    /// How many bytes of the stream the stack has taken.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Whether so much has been said that waits to be sent that nothing more should be heard:
    /// it is what is heard that is answered. Contents wait where they lie, and count for nothing.
    pub fn is_swamped(&self) -> bool {
        self.made > SWAMPED
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
                if let Item::Bytes(..) = item {
                    self.made -= moved;
                }
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

    /// How many bytes have been acknowledged, where a content is on its way and that is a
    /// good deal more than at the last call.
    pub fn progress(&mut self, unacknowledged: usize) -> Option<u64> {
        let reached = self.reached(unacknowledged);
        if self.owed.is_empty() || reached < self.told + TOLD_EVERY {
            return None;
        }
        self.told = reached;
        Some(reached)
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
            Self::Converted(converted) => converted.left,
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
            Self::Converted(converted) => converted.move_into(&mut buffer[..n]),
        }
        (n, n)
    }
}

impl Converted {
    /// Fills `buffer`, which is no longer than what is left.
    fn move_into(&mut self, buffer: &mut [u8]) {
        let mut filled = 0;
        while filled < buffer.len() {
            if self.at == self.ready.len() {
                self.convert();
            }
            let n = (self.ready.len() - self.at).min(buffer.len() - filled);
            buffer[filled..filled + n].copy_from_slice(&self.ready[self.at..self.at + n]);
            self.at += n;
            filled += n;
        }
        self.left -= filled as u64;
    }

    /// Converts the next piece, or what is held back at the end.
    fn convert(&mut self) {
        self.ready.clear();
        self.at = 0;
        if self.range.is_empty() {
            return self.converter.finish(&mut self.ready);
        }
        let end = self.range.end.min(self.range.start + PULL as u64);
        let piece = self.content.read(self.range.start..end);
        self.range.start = end;
        self.converter.push(&piece, &mut self.ready);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converted_content_comes_whole_in_buffers_of_any_size() {
        let content = Content::Generated {
            seed: 9,
            len: 150_000,
        };
        let range = 100..149_001;
        let mut whole = Vec::new();
        let mut converter = Converter::new(Transform::ToNetwork);
        converter.push(&content.read(range.clone()), &mut whole);
        for size in [1, 700, 40_000, 400_000] {
            let mut outgoing = Outgoing::default();
            let by = Transform::ToNetwork;
            let placed = outgoing.push_content(content.clone(), range.clone(), by);
            assert_eq!(placed, (0, whole.len() as u64), "the stream's bytes");
            let mut item = outgoing.items.pop_front().unwrap();
            let mut taken = Vec::new();
            let mut buffer = vec![0; size];
            while item.len() > 0 {
                let (n, _) = item.move_into(&mut buffer);
                taken.extend_from_slice(&buffer[..n]);
            }
            assert!(taken == whole, "in buffers of {size}");
        }
    }

    #[test]
    fn a_cr_at_the_very_end_is_not_forgotten() {
        let text = Content::from_bytes(b"a\r\nb\r");
        let mut outgoing = Outgoing::default();
        let placed = outgoing.push_content(text, 0..5, Transform::FromNetwork);
        assert_eq!(placed, (0, 4));
        let mut buffer = [0; 9];
        let mut item = outgoing.items.pop_front().unwrap();
        assert_eq!(item.move_into(&mut buffer).0, 4);
        assert_eq!(&buffer[..4], b"a\nb\r");
        assert_eq!(item.len(), 0);
    }
}
