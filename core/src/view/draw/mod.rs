//! Drawings as plain shapes: laid out once, as numbers, and drawn as SVG by page and program alike.

pub mod lanes;
pub mod letters;
pub mod svg;

/// A picture: shapes in a box.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// What it shows, for those who cannot see it.
    pub title: String,
    /// Back to front.
    pub shapes: Vec<Shape>,
}

/// A piece of a drawing. Classes say how it looks: colours are the style sheet's.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Shapes that belong together.
    Group {
        /// Its classes.
        class: String,
        /// What a click on it, or its key, chooses.
        target: Option<Target>,
        /// Its shapes.
        shapes: Vec<Shape>,
    },
    /// A straight line; an arrow's head is a shape of its own.
    Line {
        /// Its classes.
        class: String,
        /// Where it begins.
        from: (f64, f64),
        /// Where it ends.
        to: (f64, f64),
    },
    /// A line through points, or an outline that is filled.
    Path {
        /// Its classes.
        class: String,
        /// In the words of SVG's `d`.
        d: String,
    },
    /// A box.
    Rect {
        /// Its classes.
        class: String,
        /// Left, top.
        at: (f64, f64),
        /// Width, height.
        size: (f64, f64),
        /// How round its corners are.
        radius: f64,
    },
    /// A line of text.
    Text {
        /// Its classes.
        class: String,
        /// Where its baseline begins, is centred or ends.
        at: (f64, f64),
        /// Which of these.
        anchor: Anchor,
        /// What stands there, already cut to fit.
        text: String,
        /// All of it, where it was cut.
        full: Option<String>,
    },
}

/// Where a text's point is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    #[default]
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// What a part of a drawing stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A row of the outline.
    Row(usize),
    /// A phase, folded or unfolded.
    Phase(usize),
    /// A frame, by index.
    Packet(usize),
    /// A host, by index.
    Host(usize),
}
/// The number, or the end of the range that it lies beyond.
///
/// Unlike `clamp` it cannot panic with the numbers in its words: what writes a float of any
/// size weighs more in the page than a picture does.
#[must_use]
#[expect(
    clippy::manual_clamp,
    reason = "the numbers of a panic would have to be written"
)]
pub fn between(number: f64, low: f64, high: f64) -> f64 {
    number.max(low).min(high)
}
