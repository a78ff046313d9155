//! Puts what one side says in order: what comes twice is heard once, what comes early waits.

use super::half::is_before;
use super::notes::Stretch;
use crate::dissect::dissection::Piece;
use crate::dissect::speech::Sort;

/// What one side said, as far as it was not understood yet.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Order {
    /// The number of the next byte.
    next: Option<u32>,
    /// The beginning of something that is not whole yet, and where it lies.
    pub held: Vec<u8>,
    pub pieces: Vec<Piece>,
    early: Vec<Early>,
}

/// Bytes that wait for those before them.
#[derive(Debug)]
struct Early {
    seq: u32,
    bytes: Vec<u8>,
    piece: Piece,
}

/// What can be heard now: all that is not understood yet.
#[derive(Debug)]
pub(in crate::dissect) struct Heard<'a> {
    /// What was held before, and what came.
    pub bytes: std::borrow::Cow<'a, [u8]>,
    /// Where it lies.
    pub pieces: Vec<Piece>,
}

/// Segments that wait for others; more make the missing one a lost cause.
const MOST_EARLY: usize = 256;

impl<'a> Heard<'a> {
    /// Bytes of one frame alone.
    pub fn alone(bytes: &'a [u8], piece: Piece) -> Self {
        Self {
            bytes: bytes.into(),
            pieces: vec![piece],
        }
    }
}

impl Order {
    /// The first byte will have this number.
    pub fn begin(&mut self, seq: u32) {
        self.next.get_or_insert(seq);
    }

    /// Takes a segment's bytes; answers what can be heard now, if anything.
    pub fn take<'a>(
        &mut self,
        seq: u32,
        bytes: &'a [u8],
        piece: Piece,
        stretches: &mut Vec<Stretch>,
    ) -> Option<Heard<'a>> {
        let next = *self.next.get_or_insert(seq);
        let (range, mut from) = (piece.range.clone(), 0);
        let mut lone = |sort, range| {
            stretches.push(Stretch {
                sort,
                range,
                whole: Vec::new(),
                facts: Vec::new(),
            });
        };
        if is_before(next, seq) {
            if !bytes.is_empty() && self.early.len() < MOST_EARLY {
                lone(Sort::Early, range);
                self.wait(seq, bytes, piece);
                return None;
            }
            // What is missing will not come: begin anew behind the gap.
            self.held.clear();
            self.pieces.clear();
        } else if is_before(seq, next) {
            let known = usize::try_from(next.wrapping_sub(seq)).unwrap_or(usize::MAX);
            from = known.min(bytes.len());
            if from > 0 {
                lone(Sort::Again, range.start..range.start + from);
            }
            if from == bytes.len() {
                return None;
            }
        }
        let fresh = &bytes[from..];
        let end = seq.wrapping_add(u32::try_from(bytes.len()).unwrap_or(0));
        self.next = Some(end);
        let piece = Piece {
            frame: piece.frame,
            range: range.start + from..range.end,
        };
        if self.held.is_empty() && self.early.is_empty() {
            return Some(Heard::alone(fresh, piece));
        }
        let mut all = std::mem::take(&mut self.held);
        let mut pieces = std::mem::take(&mut self.pieces);
        all.extend_from_slice(fresh);
        pieces.push(piece);
        self.join_early(&mut all, &mut pieces);
        Some(Heard {
            bytes: all.into(),
            pieces,
        })
    }

    /// Keeps the end of what was heard for what follows.
    pub fn hold(&mut self, bytes: &[u8], pieces: Vec<Piece>) {
        self.held = bytes.to_vec();
        self.pieces = pieces;
    }

    fn wait(&mut self, seq: u32, bytes: &[u8], piece: Piece) {
        let at = self
            .early
            .partition_point(|early| is_before(early.seq, seq));
        let bytes = bytes.to_vec();
        self.early.insert(at, Early { seq, bytes, piece });
    }

    /// What waited and has its turn now.
    fn join_early(&mut self, all: &mut Vec<u8>, pieces: &mut Vec<Piece>) {
        while let Some(first) = self.early.first() {
            let next = self.next.unwrap_or_default();
            if is_before(next, first.seq) {
                return;
            }
            let early = self.early.remove(0);
            let known = usize::try_from(next.wrapping_sub(early.seq)).unwrap_or(usize::MAX);
            let Some(fresh) = early.bytes.get(known..).filter(|fresh| !fresh.is_empty()) else {
                continue;
            };
            all.extend_from_slice(fresh);
            let range = early.piece.range;
            pieces.push(Piece {
                frame: early.piece.frame,
                range: range.start + known..range.end,
            });
            self.next = Some(next.wrapping_add(u32::try_from(fresh.len()).unwrap_or(0)));
        }
    }
}
