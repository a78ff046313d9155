//! A drawing as the text of an SVG file.

use super::{Anchor, Drawing, Shape};
use crate::base::visible::visible;

/// A file that stands alone, with a style sheet inside.
#[must_use]
pub fn to_svg(drawing: &Drawing, style: &str) -> String {
    stacked(&drawing.title, &[drawing], style)
}

/// The same with several drawings, one below the other.
#[must_use]
pub fn stacked(title: &str, drawings: &[&Drawing], style: &str) -> String {
    let height = number(drawings.iter().map(|drawing| drawing.height).sum());
    let width = drawings.iter().map(|drawing| drawing.width);
    let width = number(width.fold(0.0, f64::max));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n"
    );
    element(&mut out, "title", title);
    out += "\n";
    element(&mut out, "style", style);
    out += "\n";
    let mut top = 0.0;
    for drawing in drawings {
        let y = number(top);
        out += &format!("<g transform=\"translate(0 {y})\">\n");
        for shape in &drawing.shapes {
            write(shape, &mut out);
        }
        out += "</g>\n";
        top += drawing.height;
    }
    out += "</svg>\n";
    out
}

/// A length with at most one digit after the point, as SVG's attributes take it.
#[must_use]
pub fn number(length: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "pictures are small")]
    let tenths = (length * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if tenth == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{tenth}")
    }
}

/// `M 1 2 L 3 4`, or with more points; an outline where it is closed.
#[must_use]
pub fn path(points: &[(f64, f64)], closed: bool) -> String {
    let mut d = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        d += if index == 0 { "M" } else { "L" };
        d += &number(*x);
        d += " ";
        d += &number(*y);
    }
    if closed {
        d += "z";
    }
    d
}

fn write(shape: &Shape, out: &mut String) {
    match shape {
        Shape::Group { class, shapes, .. } => {
            open(out, "g", class);
            out.push_str(">\n");
            for shape in shapes {
                write(shape, out);
            }
            out.push_str("</g>\n");
        }
        Shape::Line { class, from, to } => {
            open(out, "line", class);
            let ends = [("x1", from.0), ("y1", from.1), ("x2", to.0), ("y2", to.1)];
            lengths(out, &ends);
            out.push_str("/>\n");
        }
        Shape::Path { class, d } => {
            open(out, "path", class);
            attribute(out, "d", d);
            out.push_str("/>\n");
        }
        Shape::Rect {
            class,
            at,
            size,
            radius,
        } => {
            open(out, "rect", class);
            let edges = [("x", at.0), ("y", at.1), ("width", size.0)];
            lengths(out, &edges);
            lengths(out, &[("height", size.1), ("rx", *radius)]);
            out.push_str("/>\n");
        }
        Shape::Text {
            class,
            at,
            anchor,
            text,
            full,
        } => {
            open(out, "text", class);
            lengths(out, &[("x", at.0), ("y", at.1)]);
            let anchor = match anchor {
                Anchor::Start => None,
                Anchor::Middle => Some("middle"),
                Anchor::End => Some("end"),
            };
            if let Some(anchor) = anchor {
                attribute(out, "text-anchor", anchor);
            }
            out.push('>');
            if let Some(full) = full {
                element(out, "title", full);
            }
            escape(out, text);
            out.push_str("</text>\n");
        }
    }
}

fn open(out: &mut String, name: &str, class: &str) {
    out.push('<');
    out.push_str(name);
    if !class.is_empty() {
        attribute(out, "class", class);
    }
}

fn lengths(out: &mut String, all: &[(&str, f64)]) {
    for (name, length) in all {
        attribute(out, name, &number(*length));
    }
}

fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value);
    out.push('"');
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    escape(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Text as XML takes it, every sign to be seen; what XML cannot hold at all becomes `�`.
fn escape(out: &mut String, text: &str) {
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the elements, in order, where all is well-formed: each that opens closes,
    /// each attribute is quoted, no sign stands bare.
    fn elements(xml: &str) -> Vec<String> {
        let mut open: Vec<String> = Vec::new();
        let mut names = Vec::new();
        let mut rest = xml;
        while let Some(at) = rest.find('<') {
            let text = &rest[..at];
            assert!(!text.contains('>'), "{text}");
            for entity in text.split('&').skip(1) {
                let name = entity.split(';').next().unwrap();
                assert!(["amp", "lt", "gt", "quot"].contains(&name), "{text}");
            }
            let end = rest.find('>').unwrap();
            let tag = &rest[at + 1..end];
            rest = &rest[end + 1..];
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name));
                continue;
            }
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            let (tag, alone) = match tag.strip_suffix('/') {
                Some(tag) => (tag, true),
                None => (tag, false),
            };
            let name = tag.split(' ').next().unwrap().to_owned();
            names.push(name.clone());
            if !alone {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
        names
    }

    #[test]
    fn whatever_is_said_the_file_is_well_formed() {
        let nasty = "</text><script>\"&'\u{0}\u{1b}";
        let text = Shape::Text {
            class: "a\"b".into(),
            at: (1.0, -0.25),
            anchor: Anchor::End,
            text: nasty.into(),
            full: Some(format!("{nasty} and more")),
        };
        let group = Shape::Group {
            class: String::new(),
            target: None,
            shapes: vec![text],
        };
        let head = Shape::Path {
            class: "head".into(),
            d: path(&[(0.0, 1.04), (2.5, 3.0)], true),
        };
        let drawing = Drawing {
            width: 100.0,
            height: 50.5,
            title: nasty.into(),
            shapes: vec![group, head],
        };
        let svg = to_svg(&drawing, ".a > .b { fill: red }");
        let names = elements(&svg);
        let expected = ["svg", "title", "style", "g", "g", "text", "title", "path"];
        assert_eq!(names, expected, "{svg}");
        assert!(svg.contains("d=\"M0 1L2.5 3z\""), "{svg}");
        assert!(svg.contains("y=\"-0.3\"") || svg.contains("y=\"-0.2\""));
        assert!(svg.contains("viewBox=\"0 0 100 50.5\""));
        assert!(!svg.contains('\u{1b}') && svg.contains('␛'));
    }

    #[test]
    fn drawings_stand_below_one_another() {
        let drawing = |height| Drawing {
            width: 10.0 + height,
            height,
            ..Drawing::default()
        };
        let svg = stacked("all", &[&drawing(5.0), &drawing(7.5)], "");
        assert!(svg.contains("width=\"17.5\" height=\"12.5\""), "{svg}");
        assert!(svg.contains("translate(0 0)") && svg.contains("translate(0 5)"));
    }
}
