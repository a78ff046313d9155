//! A stream's bytes in their order, each once, however they come.

use crate::base::sorted::Map;

/// So many bytes that came early are kept. A sender has no reason to go on beyond.
const KEPT: usize = 1 << 20;

/// Puts pieces of a stream in order.
#[derive(Debug, Default)]
pub(super) struct InOrder {
    next: u64,
    early: Map<u64, Vec<u8>>,
    kept: usize,
}

impl InOrder {
    /// Takes a piece. Answers what can be read now, and where that lies.
    pub fn take(&mut self, offset: u64, bytes: &[u8]) -> (u64, Vec<u8>) {
        let at = self.next;
        let mut ready = Vec::new();
        if offset > at {
            let longer = self
                .early
                .get(&offset)
                .is_none_or(|e| e.len() < bytes.len());
            if longer && self.kept + bytes.len() <= KEPT {
                self.kept += bytes.len();
                let old = self.early.insert(offset, bytes.to_vec());
                self.kept -= old.map_or(0, |old| old.len());
            }
            return (at, ready);
        }
        self.add(offset, bytes, &mut ready);
        while let Some((&offset, _)) = self.early.first_key_value() {
            if offset > self.next {
                break;
            }
            if let Some((_, bytes)) = self.early.pop_first() {
                self.kept -= bytes.len();
                self.add(offset, &bytes, &mut ready);
            }
        }
        (at, ready)
    }

    fn add(&mut self, offset: u64, bytes: &[u8], ready: &mut Vec<u8>) {
        let known = usize::try_from(self.next.saturating_sub(offset)).unwrap_or(usize::MAX);
        let new = bytes.get(known..).unwrap_or_default();
        ready.extend_from_slice(new);
        self.next += new.len() as u64;
    }
}
