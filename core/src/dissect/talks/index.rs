//! Finds a connection by its two ends.

use super::End;

/// An open table: as many rows again as there are connections, each looked for from where its
/// hash points. Nobody walks over it, so its order is never seen.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Vec<Option<((End, End), usize)>>,
    filled: usize,
}

impl Index {
    pub fn get(&self, key: &(End, End)) -> Option<usize> {
        let at = self.place(key)?;
        self.rows[at].as_ref().map(|row| row.1)
    }

    /// Puts a connection in the place of the one that had these ends.
    pub fn insert(&mut self, key: (End, End), value: usize) {
        if self.filled * 2 >= self.rows.len() {
            self.grow();
        }
        if let Some(at) = self.place(&key) {
            self.filled += usize::from(self.rows[at].is_none());
            self.rows[at] = Some((key, value));
        }
    }

    /// Where a key is, or would be.
    fn place(&self, key: &(End, End)) -> Option<usize> {
        let mask = self.rows.len().checked_sub(1)?;
        let mut at = hash(key) & mask;
        while self.rows[at].as_ref().is_some_and(|row| row.0 != *key) {
            at = (at + 1) & mask;
        }
        Some(at)
    }

    fn grow(&mut self) {
        let rows = (self.rows.len() * 2).max(64);
        let old = std::mem::replace(&mut self.rows, vec![None; rows]);
        self.filled = 0;
        for (key, value) in old.into_iter().flatten() {
            self.insert(key, value);
        }
    }
}

/// FNV-1a over words, its high half folded in.
fn hash((a, b): &(End, End)) -> usize {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |word: u64| hash = (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    for end in [a, b] {
        let (high, low) = end.addr.split_at(8);
        for half in [high, low] {
            add(half
                .iter()
                .fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
        add(u64::from(end.port));
    }
    let folded = hash ^ hash >> 32;
    usize::try_from(folded & 0xffff_ffff).unwrap_or_default()
}
