//! Where frames' bytes lie: chunks that never move, so a byte is written once and stays.

use serde::{Deserialize, Serialize};

/// The first chunk's size; each next one doubles, so a short run stays small.
const FIRST_CHUNK: usize = 64 << 10;
/// The largest chunk's size.
const LARGEST_CHUNK: usize = 4 << 20;

/// A frame's bytes in an arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// An append-only store of bytes.
#[derive(Debug, Default)]
pub struct Arena {
    chunks: Vec<Box<[u8]>>,
    used: usize,
    total: u64,
}

impl Arena {
    /// Room for `len` zeroed bytes.
    pub fn reserve(&mut self, len: usize) -> Slot {
        let fits = self
            .chunks
            .last()
            .is_some_and(|chunk| chunk.len() - self.used >= len);
        if !fits {
            let doubled = self.chunks.last().map_or(FIRST_CHUNK, |c| c.len() * 2);
            let size = doubled.min(LARGEST_CHUNK).max(len);
            self.chunks.push(vec![0; size].into_boxed_slice());
            self.used = 0;
        }
        let cut = |n: usize| u32::try_from(n).expect("chunks are below 4 GiB");
        let slot = Slot {
            chunk: cut(self.chunks.len() - 1),
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

    /// The bytes of a slot.
    #[must_use]
    pub fn get(&self, slot: Slot) -> &[u8] {
        let start = slot.start as usize;
        &self.chunks[slot.chunk as usize][start..start + slot.len as usize]
    }

    /// The bytes of a slot, to finish a frame before it is sent. Sent bytes never change.
    pub fn get_mut(&mut self, slot: Slot) -> &mut [u8] {
        let start = slot.start as usize;
        &mut self.chunks[slot.chunk as usize][start..start + slot.len as usize]
    }

    /// How many bytes it holds in all.
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
        assert!(arena.chunks.len() > 3);
        let sum: usize = pieces.iter().map(Vec::len).sum();
        assert_eq!(arena.total(), sum as u64);
    }

    #[test]
    fn a_piece_larger_than_a_chunk_has_a_chunk_of_its_own() {
        let mut arena = Arena::default();
        let slot = arena.reserve(LARGEST_CHUNK + 1);
        assert_eq!(arena.get(slot).len(), LARGEST_CHUNK + 1);
    }
}
