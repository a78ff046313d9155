//! Arrows of the ladder: a line, a head, and the sign of what was lost.

use crate::view::draw::Shape;
use crate::view::draw::svg::path;

/// A point.
pub(super) type Point = (f64, f64);

/// An arrow's line and its head; a head at its beginning, too, where both sides speak.
pub(super) fn arrow(from: Point, to: Point, both: bool, size: f64) -> Vec<Shape> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let long = (dx * dx + dy * dy).sqrt().max(0.1);
    let way = (dx / long, dy / long);
    let head = size.min(long / 2.0);
    // The line ends inside the head, not beyond its tip.
    let inside = |at: Point, sign: f64| {
        let back = sign * head * 0.95;
        (at.0 - way.0 * back, at.1 - way.1 * back)
    };
    let begins = if both { inside(from, -1.0) } else { from };
    let mut shapes = vec![
        Shape::Line {
            class: "wire".into(),
            from: rounded(begins),
            to: rounded(inside(to, 1.0)),
        },
        tip(to, way, head),
    ];
    if both {
        shapes.push(tip(from, (-way.0, -way.1), head));
    }
    shapes
}

/// A line that breaks off, and a cross where it does.
pub(super) fn broken(from: Point, to: Point, size: f64) -> Vec<Shape> {
    let mut shapes = vec![Shape::Line {
        class: "wire".into(),
        from: rounded(from),
        to: rounded(to),
    }];
    shapes.push(cross(to, size));
    shapes
}

/// ✕ as a shape, so that it looks alike everywhere.
pub(super) fn cross(at: Point, size: f64) -> Shape {
    let r = size / 2.0;
    let line = |sign: f64| {
        let ends = [(at.0 - r, at.1 - sign * r), (at.0 + r, at.1 + sign * r)];
        path(&ends, false)
    };
    Shape::Path {
        class: "cross".into(),
        d: line(1.0) + &line(-1.0),
    }
}

fn tip(at: Point, way: Point, head: f64) -> Shape {
    let half = head * 0.42;
    let base = (at.0 - way.0 * head, at.1 - way.1 * head);
    let corner = |sign: f64| (base.0 - sign * way.1 * half, base.1 + sign * way.0 * half);
    Shape::Path {
        class: "head".into(),
        d: path(&[at, corner(1.0), corner(-1.0)], true),
    }
}

/// A point, to a tenth.
pub(super) fn rounded(at: Point) -> Point {
    let tenth = |length: f64| (length * 10.0).round() / 10.0;
    (tenth(at.0), tenth(at.1))
}
