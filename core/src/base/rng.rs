//! Randomness from a seed: ChaCha, integers only, forked by name.
//!
//! A fork depends on the seed and its name, never on how much was drawn before, so a
//! new host or a new draw leaves everybody else's numbers as they were.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};

/// A source of numbers that is the same for the same seed and name.
#[derive(Clone, Debug)]
pub struct Rng {
    key: [u8; 32],
    stream: ChaCha8Rng,
}

impl Rng {
    /// The root source of a run.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self::from_key(key)
    }

    /// A source of its own for `name`, whatever was drawn from this one.
    #[must_use]
    pub fn fork(&self, name: &str) -> Self {
        // The name is absorbed 32 bytes at a time, each block permuted by ChaCha itself.
        let mut key = self.key;
        let mut bytes = name.as_bytes().to_vec();
        bytes.push(0x80);
        for block in bytes.chunks(32) {
            for (k, b) in key.iter_mut().zip(block) {
                *k ^= b;
            }
            ChaCha8Rng::from_seed(key).fill_bytes(&mut key);
        }
        Self::from_key(key)
    }

    /// Any 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.stream.next_u64()
    }

    /// A number below `bound`, each equally likely to within 2⁻⁶⁴ of `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next_u64()) * u128::from(bound);
        u64::try_from(wide >> 64).expect("the upper half of a product fits")
    }

    fn from_key(key: [u8; 32]) -> Self {
        Self {
            key,
            stream: ChaCha8Rng::from_seed(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_depends_on_its_name_alone() {
        let mut a = Rng::from_seed(7);
        let before = a.fork("server").next_u64();
        a.next_u64();
        assert_eq!(a.fork("server").next_u64(), before);
        assert_ne!(a.fork("laptop").next_u64(), before);
        assert_ne!(Rng::from_seed(8).fork("server").next_u64(), before);
    }

    #[test]
    fn below_stays_below() {
        let mut rng = Rng::from_seed(1);
        let mut seen = [false; 10];
        for _ in 0..1000 {
            seen[usize::try_from(rng.below(10)).unwrap()] = true;
        }
        assert!(seen.iter().all(|s| *s));
    }
}
