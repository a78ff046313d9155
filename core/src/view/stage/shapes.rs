//! Shapes of the stage, with coordinates in tenths.

use crate::view::draw::{Anchor, Shape};
use crate::view::draw::{between, svg::number};

/// A coordinate in tenths.
pub(super) fn r(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// A line of text, already cut to fit.
pub(super) fn text(class: &str, at: (f64, f64), anchor: Anchor, text: String) -> Shape {
    Shape::Text {
        class: class.into(),
        at: (r(at.0), r(at.1)),
        anchor,
        text,
        full: None,
    }
}

/// A line through points.
pub(super) fn path(class: String, points: &[(f64, f64)]) -> Shape {
    if let [from, to] = *points {
        let round = |(x, y)| (r(x), r(y));
        return Shape::Line {
            class,
            from: round(from),
            to: round(to),
        };
    }
    let mut d = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        d.push(if index == 0 { 'M' } else { 'L' });
        d += &format!("{} {}", number(*x), number(*y));
    }
    Shape::Path { class, d }
}

/// The sign of what is new.
pub(super) fn diamond(x: f64, y: f64) -> Shape {
    let corners = [
        (x - 4.0, y),
        (x, y - 4.0),
        (x + 4.0, y),
        (x, y + 4.0),
        (x - 4.0, y),
    ];
    path("sign".into(), &corners)
}

/// How long a line through points is.
pub(super) fn length(points: &[(f64, f64)]) -> f64 {
    points
        .windows(2)
        .map(|pair| distance(pair[0], pair[1]))
        .sum()
}

/// How far two points lie apart.
pub(super) fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (b.0 - a.0).hypot(b.1 - a.1)
}

/// The part of a line from `from` to `to`, both in parts of its length.
pub(super) fn part(points: &[(f64, f64)], from: f64, to: f64) -> Vec<(f64, f64)> {
    let whole = length(points);
    let (from, to) = (from * whole, to * whole);
    let mut cut = Vec::new();
    let mut passed = 0.0;
    for pair in points.windows(2) {
        let len = distance(pair[0], pair[1]);
        let at = |along: f64| {
            let share = if len > 0.0 {
                (along - passed) / len
            } else {
                0.0
            };
            let share = between(share, 0.0, 1.0);
            let between = |a: f64, b: f64| r(a + (b - a) * share);
            (between(pair[0].0, pair[1].0), between(pair[0].1, pair[1].1))
        };
        if passed + len >= from && passed <= to {
            if cut.is_empty() {
                cut.push(at(from));
            }
            cut.push(at(to));
        }
        passed += len;
    }
    cut.dedup();
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_line_keeps_its_corners() {
        let line = [(0.0, 0.0), (0.0, 10.0), (20.0, 10.0), (20.0, 0.0)];
        assert_eq!(part(&line, 0.0, 1.0), line);
        let middle = part(&line, 0.125, 0.5);
        assert_eq!(middle, [(0.0, 5.0), (0.0, 10.0), (10.0, 10.0)]);
        assert_eq!(part(&line, 0.5, 0.5), [(10.0, 10.0)]);
    }
}
