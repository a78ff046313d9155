//! What is asked and answered of names, overheard: in datagrams, and over TCP.

use super::{Said, Side};
use crate::program::contract::Turn;
use crate::program::dns_turns;
use crate::proto::dns::{PORT, parse};

/// What a datagram between these ports says, where it asks a name server or is its answer.
#[must_use]
pub fn datagram(from: u16, to: u16, bytes: &[u8]) -> Option<Turn> {
    if from != PORT && to != PORT {
        return None;
    }
    let message = parse::parse(bytes).message()?;
    let fits = match message.header.is_answer {
        true => from == PORT,
        false => to == PORT,
    };
    dns_turns::message(&message).filter(|_| fits)
}

/// One side of a connection with a name server.
#[derive(Debug)]
pub(super) struct Dns {
    side: Side,
    buffer: Vec<u8>,
    /// Where the buffer lies in the stream.
    offset: u64,
    has_spoken: bool,
}

impl Dns {
    pub fn new(side: Side) -> Self {
        Self {
            side,
            buffer: Vec::new(),
            offset: 0,
            has_spoken: false,
        }
    }

    pub fn says(&mut self, bytes: &[u8]) -> Vec<Said> {
        let mut said = Vec::new();
        self.buffer.extend(bytes);
        let mut head = 0;
        while let Some(message) = message_at(&self.buffer, head) {
            let end = head + 2 + message.len();
            let message = parse::parse(message).message();
            let is_ours = |answers| answers == (self.side == Side::Server);
            let message = message.filter(|message| is_ours(message.header.is_answer));
            if let Some(turn) = message.as_ref().and_then(dns_turns::message) {
                if !self.has_spoken && self.side == Side::Client {
                    said.push(Said::Phase("ask for the name"));
                }
                self.has_spoken = true;
                let range = (self.offset + head as u64, self.offset + end as u64);
                said.push(Said::Turn { range, turn });
            }
            head = end;
        }
        self.buffer.drain(..head);
        self.offset += head as u64;
        said
    }
}

/// The message that begins there behind its length, where it is there whole.
fn message_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let (len, rest) = bytes.get(at..)?.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_be_bytes(*len)))
}
