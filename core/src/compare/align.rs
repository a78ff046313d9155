//! Which items of two lists belong together: the longest row of equal ones in the same order.

/// So many insertions and deletions are looked through; lists that differ more than that
/// have their common beginning and end, and nothing in between.
const MOST: usize = 1_500;

/// Indices of items that belong together, in order of both lists (Myers, 1986: the time is
/// that of the lists' length times the number of differences).
#[must_use]
pub fn align<K: PartialEq>(a: &[K], b: &[K]) -> Vec<(usize, usize)> {
    let ahead = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[ahead..], &b[ahead..]);
    let ends = rest_a.iter().rev().zip(rest_b.iter().rev());
    let behind = ends.take_while(|(x, y)| x == y).count();
    let middle_a = &rest_a[..rest_a.len() - behind];
    let middle_b = &rest_b[..rest_b.len() - behind];
    let mut pairs: Vec<_> = (0..ahead).map(|at| (at, at)).collect();
    let between = middle(middle_a, middle_b).into_iter();
    pairs.extend(between.map(|(x, y)| (x + ahead, y + ahead)));
    pairs.extend((0..behind).map(|at| (a.len() - behind + at, b.len() - behind + at)));
    pairs
}

/// How far each diagonal was followed, before a round.
type Reached = Vec<usize>;

fn middle<K: PartialEq>(a: &[K], b: &[K]) -> Vec<(usize, usize)> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let most = (a.len() + b.len()).min(MOST);
    // Diagonal 0 lies in the middle; one more on either side is looked at.
    let zero = most + 1;
    let mut reached: Reached = vec![0; 2 * zero + 1];
    let mut rounds: Vec<Reached> = Vec::new();
    for round in 0..=most {
        rounds.push(reached[zero - round - 1..=zero + round + 1].to_vec());
        for diagonal in (zero - round..=zero + round).step_by(2) {
            let mut x = step(&reached, diagonal, (zero - round, zero + round)).1;
            // A diagonal that has left both lists leads nowhere.
            let Some(mut y) = (x + zero).checked_sub(diagonal) else {
                continue;
            };
            while x < a.len() && y < b.len() && a[x] == b[y] {
                x += 1;
                y += 1;
            }
            reached[diagonal] = x;
            if x >= a.len() && y >= b.len() {
                return back(&rounds, (a.len(), b.len()));
            }
        }
    }
    Vec::new()
}

/// The diagonal from which this one is reached, and how far along `a` that leads.
fn step(reached: &[usize], diagonal: usize, (low, high): (usize, usize)) -> (usize, usize) {
    let down = diagonal == low || diagonal != high && reached[diagonal - 1] < reached[diagonal + 1];
    if down {
        (diagonal + 1, reached[diagonal + 1])
    } else {
        (diagonal - 1, reached[diagonal - 1] + 1)
    }
}

/// From the end of both lists back to their beginning, along what was reached.
fn back(rounds: &[Reached], (mut x, mut y): (usize, usize)) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (round, reached) in rounds.iter().enumerate().rev() {
        // Within a round's own row diagonal 0 lies here.
        let zero = round + 1;
        let diagonal = x + zero - y;
        let (from, start) = step(reached, diagonal, (zero - round, zero + round));
        let start = if round == 0 { 0 } else { start };
        while x > start && y > 0 {
            x -= 1;
            y -= 1;
            pairs.push((x, y));
        }
        if round == 0 {
            break;
        }
        x = reached[from];
        y = x + zero - from;
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(a: &str, b: &str) -> String {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let pairs = align(&a, &b);
        assert!(
            pairs.is_sorted_by(|p, q| p.0 < q.0 && p.1 < q.1),
            "{pairs:?}"
        );
        let same = |(x, y): &(usize, usize)| {
            assert_eq!(a[*x], b[*y]);
            a[*x]
        };
        pairs.iter().map(same).collect()
    }

    #[test]
    fn the_longest_common_row_is_found() {
        assert_eq!(common("abcabba", "cbabac").len(), 4);
        assert_eq!(common("", "abc"), "");
        assert_eq!(common("abc", "abc"), "abc");
        assert_eq!(common("abc", "xyz"), "");
        assert_eq!(common("axbycz", "abc"), "abc");
        assert_eq!(common("abc", "xaybzc"), "abc");
        assert_eq!(common("ab", "ba").len(), 1);
    }

    #[test]
    fn it_is_as_long_as_the_slow_way_finds_it() {
        let mut seed = 7_u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed >> 16
        };
        for _ in 0..300 {
            let mut list = |_| (0..next() % 12).map(|_| next() % 4).collect::<Vec<_>>();
            let (a, b) = (list(0), list(1));
            let pairs = align(&a, &b);
            assert!(pairs.iter().all(|(x, y)| a[*x] == b[*y]));
            assert!(pairs.is_sorted_by(|p, q| p.0 < q.0 && p.1 < q.1));
            assert_eq!(pairs.len(), longest(&a, &b), "{a:?} {b:?}");
        }
    }

    fn longest(a: &[u32], b: &[u32]) -> usize {
        match (a, b) {
            ([], _) | (_, []) => 0,
            ([x, more @ ..], [y, rest @ ..]) if x == y => 1 + longest(more, rest),
            ([_, more @ ..], [_, rest @ ..]) => longest(more, b).max(longest(a, rest)),
        }
    }

    #[test]
    fn lists_that_have_little_in_common_end_soon() {
        let a: Vec<u32> = (0..40_000).collect();
        let b: Vec<u32> = (0..40_000)
            .map(|n| if n < 10 { n } else { n + 100_000 })
            .collect();
        assert_eq!(align(&a, &b).len(), 10);
    }
}
