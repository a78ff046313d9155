//! How far a stream has come without gaps.

/// So many pieces beyond a gap are remembered; of more the farthest are forgotten.
const PIECES: usize = 256;

/// What of a stream has come.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// All before it has come.
    next: u64,
    /// What came beyond, in order, without touching each other.
    beyond: Vec<(u64, u64)>,
}

impl Reach {
    /// All before it has come.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// A piece came.
    pub fn add(&mut self, from: u64, to: u64) {
        if from <= self.next {
            self.reach(to);
        } else {
            let at = self.beyond.partition_point(|(_, end)| *end < from);
            let touched = self.beyond[at..]
                .iter()
                .take_while(|(start, _)| *start <= to);
            let count = touched.count();
            let piece = self.beyond[at..at + count]
                .iter()
                .fold((from, to), |all, one| (all.0.min(one.0), all.1.max(one.1)));
            self.beyond.splice(at..at + count, [piece]);
            self.beyond.truncate(PIECES);
        }
    }

    /// All before `to` has come, as somebody knows.
    pub fn reach(&mut self, to: u64) {
        self.next = self.next.max(to);
        while let Some(&(from, to)) = self.beyond.first()
            && from <= self.next
        {
            self.next = self.next.max(to);
            self.beyond.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn pieces_in_any_order_make_the_stream() {
        let mut rng = Rng::from_seed(7);
        for _ in 0..200 {
            let mut reach = Reach::default();
            let mut come = [false; 100];
            for _ in 0..60 {
                let from = rng.below(90);
                let to = from + rng.below(10);
                reach.add(from, to);
                let range = usize::try_from(from).unwrap()..usize::try_from(to).unwrap();
                come[range].fill(true);
                let next = come.iter().position(|came| !came).unwrap_or(100);
                assert_eq!(reach.next(), next as u64);
            }
        }
    }
}
