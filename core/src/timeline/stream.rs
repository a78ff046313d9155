//! What arrived on a connection, put together from the frames that carried it.

use super::{Kind, Timeline};
use crate::base::headers::Tcp;
use crate::base::{ConnId, FrameId};
use std::collections::BTreeMap;
use std::ops::Range;

/// A piece of a stream: where it lies in the stream, and in which frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First byte's offset in the stream.
    pub offset: u64,
    /// The frame that brought it.
    pub frame: FrameId,
    /// Where in the frame's bytes.
    pub range: Range<usize>,
}

impl Timeline {
    /// The pieces of what this end received, in the stream's order, each byte once.
    #[must_use]
    pub fn received_pieces(&self, end: ConnId) -> Vec<Piece> {
        let Some(peer) = self.peer_of(end) else {
            return Vec::new();
        };
        let host = self.end(end).host;
        let mut stream = Reassembly::default();
        for event in self.events.iter() {
            if event.kind != Kind::Delivered || event.host != host {
                continue;
            }
            let frame = FrameId(event.arg);
            if self.frame(frame).conn != Some(peer) {
                continue;
            }
            if let Some(tcp) = Tcp::read(self.bytes(frame)) {
                stream.take(frame, &tcp);
            }
        }
        stream.pieces
    }

    /// What this end received, from stream offset `range.start` to `range.end` or to the
    /// first byte that did not arrive.
    #[must_use]
    pub fn received(&self, end: ConnId, range: Range<u64>) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in self.received_pieces(end) {
            let bytes = &self.bytes(piece.frame)[piece.range];
            let last = piece.offset + bytes.len() as u64;
            let from = range.start.clamp(piece.offset, last) - piece.offset;
            let to = range.end.clamp(piece.offset, last) - piece.offset;
            let cut = |n| usize::try_from(n).expect("inside a frame");
            out.extend_from_slice(&bytes[cut(from)..cut(to)]);
        }
        out
    }
}

/// Puts segments in order, each byte once.
#[derive(Default)]
struct Reassembly {
    /// The sequence number of stream offset 0.
    first: Option<u32>,
    next: u64,
    pieces: Vec<Piece>,
    early: BTreeMap<u64, (FrameId, Range<usize>)>,
}

impl Reassembly {
    fn take(&mut self, frame: FrameId, tcp: &Tcp) {
        if tcp.syn {
            self.first = Some(tcp.seq.wrapping_add(1));
        }
        let Some(first) = self.first else { return };
        if tcp.payload.is_empty() {
            return;
        }
        // The offset nearest to what comes next, since 32 bits wrap every 4 GiB.
        let expected = first.wrapping_add(u32::try_from(self.next & 0xffff_ffff).expect("masked"));
        let ahead = i64::from(tcp.seq.wrapping_sub(expected).cast_signed());
        let Some(offset) = self.next.checked_add_signed(ahead) else {
            return;
        };
        self.early
            .entry(offset)
            .and_modify(|old| {
                if old.1.len() < tcp.payload.len() {
                    *old = (frame, tcp.payload.clone());
                }
            })
            .or_insert((frame, tcp.payload.clone()));
        while let Some(entry) = self.early.first_entry() {
            if *entry.key() > self.next {
                break;
            }
            let (offset, (frame, range)) = entry.remove_entry();
            let skip = usize::try_from(self.next - offset).expect("within memory");
            if skip < range.len() {
                let range = range.start + skip..range.end;
                let len = range.len() as u64;
                self.pieces.push(Piece {
                    offset: self.next,
                    frame,
                    range,
                });
                self.next += len;
            }
        }
    }
}
