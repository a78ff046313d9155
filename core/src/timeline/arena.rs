//! Where frames' bytes lie: chunks that never move, so a byte is written once and stays.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The first chunk's size; each next one doubles, so a short run stays small.
const FIRST_CHUNK: usize = 64 << 10;
/// The largest chunk's size.
const LARGEST_CHUNK: usize = 4 << 20;

/// A frame's bytes in an arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    chunk: u32,
    start: u32,
    len: u32,
}

impl Slot {
    /// How many bytes it holds.
    #[must_use]
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// An append-only store of bytes. A clone shares the chunks that are full.
#[derive(Clone, Debug, Default)]
pub struct Arena {
    full: Vec<Chunk>,
    /// The chunk that is being filled, and how far.
    open: Box<[u8]>,
    used: usize,
    /// What of it is needed as long as the run goes on.
    needed: Vec<Slot>,
    total: u64,
    /// How many bytes of full chunks were let go.
    forgotten: u64,
    /// Of chunks below this one only what is needed is left.
    looked_at: usize,
}

/// A chunk that is full.
#[derive(Clone, Debug)]
struct Chunk {
    /// What was written; only what is needed where the rest was let go.
    bytes: Arc<Box<[u8]>>,
    /// How many of its bytes were written and are held.
    held: u64,
    /// What of it is needed as long as the run goes on.
    needed: Vec<Slot>,
    /// Where the rest was let go: what is left, and where it lies now.
    left: Option<Vec<(Slot, usize)>>,
}

impl Chunk {
    fn get(&self, slot: Slot) -> Option<&[u8]> {
        let start = match &self.left {
            None => slot.start as usize,
            Some(left) => left[left.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?].1,
        };
        self.bytes.get(start..start + slot.len())
    }

    /// Lets go of all but these slots and those that are needed. Answers how much that was.
    fn leave(&mut self, those: &[Slot]) -> u64 {
        let mut slots = std::mem::take(&mut self.needed);
        slots.extend_from_slice(those);
        slots.sort_unstable();
        slots.dedup();
        let len = slots.iter().map(|slot| slot.len()).sum();
        let mut bytes = Vec::with_capacity(len);
        let mut left = Vec::with_capacity(slots.len());
        for slot in slots {
            left.push((slot, bytes.len()));
            bytes.extend_from_slice(self.get(slot).unwrap_or_default());
        }
        self.left = Some(left);
        let before = std::mem::replace(&mut self.held, bytes.len() as u64);
        self.bytes = Arc::new(bytes.into_boxed_slice());
        before.saturating_sub(self.held)
    }
}

impl Arena {
    /// Room for `len` zeroed bytes.
    pub fn reserve(&mut self, len: usize) -> Slot {
        if self.open.len() - self.used < len || self.open.is_empty() {
            let doubled = (self.open.len() * 2).max(FIRST_CHUNK);
            let size = doubled.min(LARGEST_CHUNK).max(len);
            let full = std::mem::replace(&mut self.open, vec![0; size].into_boxed_slice());
            if !full.is_empty() {
                self.full.push(Chunk {
                    bytes: Arc::new(full),
                    held: self.used as u64,
                    needed: std::mem::take(&mut self.needed),
                    left: None,
                });
            }
            self.used = 0;
        }
        let cut = |n: usize| u32::try_from(n).expect("chunks are below 4 GiB");
        let slot = Slot {
            chunk: cut(self.full.len()),
            start: cut(self.used),
            len: cut(len),
        };
        self.used += len;
        self.total += len as u64;
        slot
    }

    /// Stores a copy of `bytes`.
    pub fn push(&mut self, bytes: &[u8]) -> Slot {
        let slot = self.reserve(bytes.len());
        self.get_mut(slot).copy_from_slice(bytes);
        slot
    }

    /// The bytes of a slot; none where they were let go.
    #[must_use]
    pub fn get(&self, slot: Slot) -> &[u8] {
        let start = slot.start as usize;
        let bytes = match self.full.get(slot.chunk as usize) {
            Some(full) => full.get(slot),
            None => self.open.get(start..start + slot.len()),
        };
        bytes.unwrap_or_default()
    }

    /// The bytes of a slot, to finish a frame before it is sent. Sent bytes never change.
    pub fn get_mut(&mut self, slot: Slot) -> &mut [u8] {
        let start = slot.start as usize;
        let chunk = match self.full.get_mut(slot.chunk as usize) {
            Some(full) => Arc::get_mut(&mut full.bytes).expect("nobody has seen it finished"),
            None => &mut self.open,
        };
        &mut chunk[start..start + slot.len as usize]
    }

    /// Says that these bytes are needed as long as the run goes on.
    pub fn need(&mut self, slot: Slot) {
        match self.full.get_mut(slot.chunk as usize) {
            // Of one that was let go of, what is left stays.
            Some(full) if full.left.is_some() => {}
            Some(full) => full.needed.push(slot),
            None => self.needed.push(slot),
        }
    }

    /// Lets go of the oldest bytes that nobody needs, until no more than `keep` are held.
    /// `busy` slots, in order, are needed at the moment.
    pub fn forget(&mut self, keep: u64, busy: &[Slot]) {
        while self.held() > keep
            && let Some(chunk) = self.full.get_mut(self.looked_at)
        {
            let of = |slot: &Slot| (slot.chunk as usize).cmp(&self.looked_at);
            let from = busy.partition_point(|slot| of(slot).is_lt());
            let to = busy.partition_point(|slot| of(slot).is_le());
            self.forgotten += chunk.leave(&busy[from..to]);
            self.looked_at += 1;
        }
    }

    /// How many bytes it holds now.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.total.saturating_sub(self.forgotten)
    }

    /// How many bytes it was given in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stay_where_they_were_written() {
        let mut arena = Arena::default();
        let pieces: Vec<Vec<u8>> = (0..2000u32)
            .map(|i| vec![u8::try_from(i % 251).unwrap(); (i % 1600) as usize])
            .collect();
        let slots: Vec<Slot> = pieces.iter().map(|p| arena.push(p)).collect();
        for (piece, slot) in pieces.iter().zip(&slots) {
            assert_eq!(arena.get(*slot), piece);
        }
        assert!(arena.full.len() > 3);
        let sum: usize = pieces.iter().map(Vec::len).sum();
        assert_eq!(arena.total(), sum as u64);
    }

    #[test]
    fn the_oldest_bytes_that_nobody_needs_are_let_go() {
        // Given many chunks, one of whose bytes somebody needs.
        let mut arena = Arena::default();
        let slots: Vec<Slot> = (0..40).map(|_| arena.push(&[7; 1 << 20])).collect();
        arena.need(slots[3]);
        let before = arena.clone();
        // When only the newest are kept.
        arena.forget(10 << 20, &[]);
        // Then the oldest are gone, but not what is needed, nor from an earlier clone.
        assert!(arena.held() <= 10 << 20, "{}", arena.held());
        assert!(arena.get(slots[0]).is_empty());
        assert_eq!(arena.get(slots[3]), [7; 1 << 20]);
        assert_eq!(arena.get(slots[39]), [7; 1 << 20]);
        assert_eq!(before.get(slots[0]), [7; 1 << 20]);
        assert_eq!(arena.total(), 40 << 20);
    }

    #[test]
    fn a_little_that_is_needed_holds_back_no_more_than_itself() {
        // Given many chunks, in each of which somebody needs a few bytes.
        let mut arena = Arena::default();
        let mut slots = Vec::new();
        for round in 0..40_u8 {
            arena.push(&[7; 1 << 20]);
            let slot = arena.push(&[round; 60]);
            arena.need(slot);
            arena.need(slot);
            slots.push(slot);
        }
        let busy = arena.push(&[9; 90]);
        for _ in 0..20 {
            arena.push(&[7; 1 << 20]);
        }
        // When only the newest are kept.
        arena.forget(10 << 20, &[busy]);
        // Then those few are all that is left of the others.
        assert!(arena.held() <= 10 << 20, "{}", arena.held());
        for (round, slot) in (0..).zip(slots) {
            assert_eq!(arena.get(slot), [round; 60]);
        }
        assert_eq!(arena.get(busy), [9; 90]);
        arena.forget(0, &[]);
        assert!(arena.held() < 6 << 20, "{}", arena.held());
    }

    #[test]
    fn a_piece_larger_than_a_chunk_has_a_chunk_of_its_own() {
        let mut arena = Arena::default();
        let slot = arena.reserve(LARGEST_CHUNK + 1);
        assert_eq!(arena.get(slot).len(), LARGEST_CHUNK + 1);
    }
}
