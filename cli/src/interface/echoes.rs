//! Loopback lets each frame be seen twice: as it leaves, and as it arrives.

use std::collections::VecDeque;

/// So many frames may be on their way; a frame that never arrives is forgotten after them.
const MOST: usize = 256;

/// Frames that have left and not arrived.
#[derive(Debug, Default)]
pub struct Echoes {
    left: VecDeque<Vec<u8>>,
}

impl Echoes {
    /// Whether this is a frame that has been seen before, arriving.
    pub fn is_one(&mut self, frame: &[u8]) -> bool {
        if let Some(at) = self.left.iter().position(|left| left == frame) {
            self.left.remove(at);
            return true;
        }
        if self.left.len() == MOST {
            self.left.pop_front();
        }
        self.left.push_back(frame.to_vec());
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_frame_is_counted_once_however_they_mix() {
        let mut echoes = Echoes::default();
        let seen = [b"a", b"b", b"a", b"b", b"a", b"a", b"c"];
        let kept: Vec<bool> = seen.iter().map(|f| !echoes.is_one(*f)).collect();
        assert_eq!(kept, [true, true, false, false, true, false, true]);
    }

    #[test]
    fn what_never_arrives_is_forgotten() {
        let mut echoes = Echoes::default();
        for n in 0..=MOST {
            assert!(!echoes.is_one(&n.to_ne_bytes()));
        }
        assert!(!echoes.is_one(&0_usize.to_ne_bytes()));
        assert_eq!(echoes.left.len(), MOST);
    }
}
