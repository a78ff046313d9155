//! Two programs timed in turn, so that a slow moment of the machine meets both.

use super::measure::Cost;
use std::error::Error;

/// One run of each, one right after the other.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Ours.
    pub ours: Cost,
    /// The peer's.
    pub theirs: Cost,
}

impl Pair {
    /// How many of our runs fit into one of theirs.
    pub fn ratio(&self) -> f64 {
        self.theirs.seconds / self.ours.seconds
    }
}

/// Runs each once to warm up, then `runs` pairs: ours, theirs, ours, theirs …
pub fn in_turn(
    runs: usize,
    mut ours: impl FnMut() -> Result<Cost, Box<dyn Error>>,
    mut theirs: impl FnMut() -> Result<Cost, Box<dyn Error>>,
) -> Result<Vec<Pair>, Box<dyn Error>> {
    ours()?;
    theirs()?;
    (0..runs)
        .map(|_| {
            Ok(Pair {
                ours: ours()?,
                theirs: theirs()?,
            })
        })
        .collect()
}

/// The middle value; of an even number, the mean of the two in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}

/// The power of `x` with which `y` grows: 1 for twice as much of both.
pub fn growth_exponent(x: (f64, f64), y: (f64, f64)) -> f64 {
    (y.1 / y.0).ln() / (x.1 / x.0).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn runs_take_turns_after_a_warm_up() {
        let log = RefCell::new(String::new());
        let run = |name, seconds| {
            log.borrow_mut().push(name);
            Ok(Cost {
                seconds,
                peak_bytes: 0,
            })
        };
        let pairs = in_turn(2, || run('a', 0.5), || run('b', 6.0)).unwrap();
        assert_eq!(log.into_inner(), "ababab");
        assert_eq!(pairs.len(), 2);
        assert!((pairs[0].ratio() - 12.0).abs() < 1e-9);
    }

    #[test]
    fn one_slow_run_does_not_move_the_median() {
        assert!((median([1.0, 90.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median([1.0, 4.0, 2.0, 90.0]) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn growth_is_told_from_two_points() {
        assert!((growth_exponent((1.0, 10.0), (3.0, 30.0)) - 1.0).abs() < 1e-9);
        assert!((growth_exponent((1.0, 10.0), (2.0, 200.0)) - 2.0).abs() < 1e-9);
    }
}
