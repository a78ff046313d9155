//! A chart's numbers as shapes, no more of them than there is room to see.

use super::axes;
use super::gather::Mark;
use super::series::{Curve, Item, Series};
use super::weight::{Weighed, bars};
use crate::base::Time;
use crate::view::draw::letters::{Face, Sizes, fit, width};
use crate::view::draw::{Anchor, Drawing, Shape, Target, between, svg};
use crate::view::words::{counted, grouped};

/// A chart as it is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// Its shapes.
    pub drawing: Drawing,
    /// Where the numbers are drawn: left, top, width, height.
    pub plot: (f64, f64, f64, f64),
    /// From when to when.
    pub span: (Time, Time),
}

/// The room for a chart, and what is marked in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Width and height.
    pub size: (f64, f64),
    /// How much of it stays free at the left and at the right.
    pub edge: f64,
    /// How large letters are.
    pub sizes: Sizes,
    /// The moment of the step that is shown.
    pub here: Option<Time>,
    /// The item that keys have come to.
    pub cursor: Option<usize>,
    /// From when to when; all of it where nothing is said.
    pub window: Option<(Time, Time)>,
}

impl Chart {
    /// The moment at a distance from the left.
    #[must_use]
    pub fn time_at(&self, x: f64) -> Time {
        let (left, _, width, _) = self.plot;
        let part = between((x - left) / width.max(1.0), 0.0, 1.0);
        let length = self.span.1.since(self.span.0).0 as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the span"
        )]
        let along = (part * length) as u64;
        Time(self.span.0.0 + along)
    }
}

/// A chart against time.
#[must_use]
pub fn draw(series: &Series, frame: &Frame) -> Chart {
    let pen = Pen::new(series, frame);
    let mut shapes = Vec::new();
    pen.edges(&mut shapes);
    let first = shapes.len();
    for curve in &series.curves {
        pen.curve(curve, &mut shapes);
    }
    pen.items(&mut shapes);
    pen.legend(&mut shapes);
    if let Some(here) = frame.here {
        pen.upright("here", here, &mut shapes, first);
    }
    if let Some(item) = frame.cursor.and_then(|at| series.items.get(at)) {
        pen.cursor(item, &mut shapes);
    }
    let title = format!("{}: {}", series.ask.kind.label(), series.title);
    Chart {
        drawing: Drawing {
            width: frame.size.0,
            height: frame.size.1,
            title,
            shapes: vec![Shape::Group {
                class: "chart".into(),
                target: None,
                shapes,
            }],
        },
        plot: pen.plot,
        span: pen.span,
    }
}

struct Pen<'a> {
    series: &'a Series,
    text: f64,
    plot: (f64, f64, f64, f64),
    span: (Time, Time),
    /// The number at the upper edge, and the steps of both edges.
    top: u64,
    step: u64,
    tick: u64,
}

impl<'a> Pen<'a> {
    fn new(series: &'a Series, frame: &Frame) -> Self {
        let text = frame.sizes.text;
        let (wide, high) = frame.size;
        let most = series.top().max(1);
        let rows = if high < 14.0 * text { 3 } else { 5 };
        let step = axes::heights(most, rows);
        let top = most.div_ceil(step) * step;
        let label = axes::height(top, top, series.unit);
        let left = frame.edge + width(&label, Face::Plain, text) + 0.9 * text;
        let above = 2.4 * text;
        let span = frame.window.unwrap_or_else(|| series.span());
        // A chart of one moment still has room beside it.
        let span = (span.0, Time(span.1.0.max(span.0.0 + 1_000)));
        let columns = if wide < 36.0 * text { 3 } else { 6 };
        Self {
            series,
            text,
            plot: (
                left,
                above,
                wide - left - frame.edge - 1.2 * text,
                high - above - 2.2 * text,
            ),
            span,
            top,
            step,
            tick: axes::times(span.1.since(span.0).0, columns),
        }
    }

    fn x(&self, time: Time) -> f64 {
        let (left, _, width, _) = self.plot;
        let length = self.span.1.since(self.span.0).0.max(1) as f64;
        left + width * time.since(self.span.0).0 as f64 / length
    }

    fn y(&self, value: u64) -> f64 {
        let (_, above, _, height) = self.plot;
        above + height * (1.0 - value.min(self.top) as f64 / self.top as f64)
    }

    fn is_in(&self, time: Time) -> bool {
        self.span.0 <= time && time <= self.span.1
    }

    /// Lines across with their numbers, moments below.
    fn edges(&self, shapes: &mut Vec<Shape>) {
        let (left, above, width, height) = self.plot;
        let mut value = 0;
        while value <= self.top {
            let y = self.y(value);
            shapes.push(line("grid", (left, y), (left + width, y)));
            let label = axes::height(value, self.top, self.series.unit);
            shapes.push(text(
                "",
                (left - 0.5 * self.text, y + 0.35 * self.text),
                Anchor::End,
                label,
            ));
            value += self.step;
        }
        let mut at = self.span.0.0.div_ceil(self.tick) * self.tick;
        let below = above + height;
        let mut free = left - self.text;
        while at <= self.span.1.0 {
            let x = self.x(Time(at));
            shapes.push(line("grid", (x, below), (x, below + 0.4 * self.text)));
            let label = axes::moment(Time(at), self.tick);
            let half = self::width(&label, Face::Plain, self.text) / 2.0;
            let edge = left + width + 1.1 * self.text;
            let middle = x.max(half).min(edge - half);
            if middle - half > free {
                free = middle + half + 0.4 * self.text;
                shapes.push(text(
                    "",
                    (middle, below + 1.6 * self.text),
                    Anchor::Middle,
                    label,
                ));
            }
            at += self.tick;
        }
    }

    /// A line that stays as it is until the next point: of all that share a column of the
    /// picture, the first, the least, the greatest and the last.
    fn curve(&self, curve: &Curve, shapes: &mut Vec<Shape>) {
        let before = curve
            .points
            .partition_point(|(time, _)| *time < self.span.0);
        let end = curve
            .points
            .partition_point(|(time, _)| *time <= self.span.1);
        let first = before.saturating_sub(1);
        let mut d = String::new();
        let mut last: Option<f64> = None;
        let mut put = |x: f64, y: f64| {
            d += if d.is_empty() { "M" } else { "L" };
            d += &svg::number(x);
            d += " ";
            d += &svg::number(y);
        };
        let left = self.plot.0;
        let mut at = first;
        while at < end {
            let x = self.x(curve.points[at].0).max(left);
            let column = x.floor();
            let same = curve.points[at..end].iter();
            let same = same.take_while(|(time, _)| self.x(*time).max(left).floor() <= column);
            let many = same.clone().count().max(1);
            let values = same.map(|(_, value)| *value);
            let (low, high) = (values.clone().min(), values.max());
            let y = self.y(curve.points[at].1);
            if let Some(last) = last {
                put(x, last);
            }
            put(x, y);
            let end_y = self.y(curve.points[at + many - 1].1);
            if many > 2 {
                put(x, self.y(high.unwrap_or(0)));
                put(x, self.y(low.unwrap_or(0)));
            }
            if many > 1 {
                put(x, end_y);
            }
            last = Some(end_y);
            at += many;
        }
        if let Some(last) = last {
            put(self.plot.0 + self.plot.2, last);
        }
        if !d.is_empty() {
            let class = format!("curve {}", curve.class);
            shapes.push(Shape::Path { class, d });
        }
    }

    /// Strokes: those of one column that say the same and touch are one.
    fn items(&self, shapes: &mut Vec<Shape>) {
        let is_strokes = self.series.items.iter().any(|item| item.low > 0);
        let mut open: [Option<(f64, Item)>; 3] = [None; 3];
        for item in self
            .series
            .items
            .iter()
            .filter(|item| self.is_in(item.time))
        {
            if !is_strokes && item.mark == Mark::Usual {
                continue;
            }
            let column = self.x(item.time).floor();
            let slot = &mut open[item.mark as usize];
            match slot {
                Some((at, known)) if (*at - column).abs() < 1.0 && item.low <= known.high => {
                    known.low = known.low.min(item.low);
                    known.high = known.high.max(item.high);
                }
                _ => {
                    if let Some((_, known)) = slot.replace((column, *item)) {
                        shapes.push(self.stroke(&known));
                    }
                }
            }
        }
        for (_, known) in open.into_iter().flatten() {
            shapes.push(self.stroke(&known));
        }
    }

    /// A stroke from a segment's first number to its last; a sign where it went wrong.
    fn stroke(&self, item: &Item) -> Shape {
        let x = self.x(item.time);
        let (low, high) = (self.y(item.low), self.y(item.high));
        let high = high.min(low - 3.0);
        let class = match item.mark {
            Mark::Usual => "stroke",
            Mark::Again => "stroke again",
            Mark::Lost => "stroke lost",
        };
        let mut shapes = vec![line(class, (x, low), (x, high))];
        let sign = match item.mark {
            Mark::Usual => None,
            Mark::Again => Some("↻"),
            Mark::Lost => Some("✕"),
        };
        if let Some(sign) = sign {
            let at = (x, high - 0.3 * self.text);
            shapes.push(text(class, at, Anchor::Middle, sign.to_owned()));
        }
        Shape::Group {
            class: "item".into(),
            target: item.frame.map(|frame| Target::Packet(frame.index())),
            shapes,
        }
    }

    /// What the lines are, above them.
    fn legend(&self, shapes: &mut Vec<Shape>) {
        let mut entries: Vec<(&str, &str, &str)> = Vec::new();
        if self.series.items.iter().any(|item| item.low > 0) {
            entries.push(("stroke", "", "sent"));
        }
        for curve in &self.series.curves {
            entries.push(("curve", curve.class, curve.label));
        }
        let has = |mark| self.series.items.iter().any(|item| item.mark == mark);
        if has(Mark::Again) {
            entries.push(("", "stroke again", "↻ sent again"));
        }
        if has(Mark::Lost) {
            entries.push(("", "stroke lost", "✕ lost"));
        }
        let mut x = self.plot.0;
        let y = 1.1 * self.text;
        for (kind, class, label) in entries {
            let end = self.plot.0 + self.plot.2 + self.text;
            if !kind.is_empty() {
                let class = format!("{kind} {class}");
                let mid = y - 0.35 * self.text;
                shapes.push(line(&class, (x, mid), (x + 1.6 * self.text, mid)));
                x += 2.0 * self.text;
            }
            let class = if kind.is_empty() { class } else { "" };
            let (label, full) = fit(label, Face::Plain, self.text, (end - x).max(0.0));
            let wide = width(&label, Face::Plain, self.text);
            shapes.push(Shape::Text {
                class: class.to_owned(),
                at: (x, y),
                anchor: Anchor::Start,
                text: label,
                full,
            });
            x += wide + self.text;
        }
    }

    /// The moment of the step, behind what is drawn there.
    fn upright(&self, class: &str, time: Time, shapes: &mut Vec<Shape>, behind: usize) {
        let (_, above, _, height) = self.plot;
        if !self.is_in(time) {
            return;
        }
        let x = self.x(time);
        shapes.insert(behind, line(class, (x, above), (x, above + height)));
    }

    fn cursor(&self, item: &Item, shapes: &mut Vec<Shape>) {
        let (left, above, width, height) = self.plot;
        if !self.is_in(item.time) {
            return;
        }
        let (x, y) = (self.x(item.time), self.y(item.high));
        shapes.push(line("cursor", (x, above), (x, above + height)));
        shapes.push(line("cursor", (left, y), (left + width, y)));
        let side = 0.7 * self.text;
        shapes.push(Shape::Rect {
            class: "cursor".into(),
            at: (x - side / 2.0, y - side / 2.0),
            size: (side, side),
            radius: side / 2.0,
        });
    }
}

/// Bars, one below the other: what each layer weighs.
#[must_use]
pub fn draw_bars(
    weighed: &Weighed,
    title: &str,
    (size, edge): (f64, f64),
    sizes: Sizes,
) -> Drawing {
    let text_size = sizes.text;
    let row = 2.0 * text_size;
    let labels = weighed.parts.iter();
    let labels = labels.map(|share| width(share.part.label(), Face::Plain, text_size));
    let left = edge + labels.fold(0.0, f64::max) + text_size;
    let right = edge + width("1 000 000  100.0 %", Face::Plain, text_size);
    // Where there is no room for three columns, each bar stands below its words.
    let narrow = size < left + right + 8.0 * text_size;
    let start = if narrow { edge } else { left };
    let room = size - start - if narrow { edge } else { right };
    let mut y = 0.0;
    let mut shapes = Vec::new();
    for (share, long) in bars(weighed, room) {
        let middle = y + 0.5 * row;
        let base = middle + 0.35 * text_size;
        let says = format!("{}  {}", grouped(share.bytes), percent(share.tenths));
        let mut own = vec![Shape::Rect {
            class: "hit".into(),
            at: (0.0, y),
            size: (size, if narrow { 1.9 * row } else { row }),
            radius: 0.0,
        }];
        own.push(text(
            "",
            (edge, base),
            Anchor::Start,
            share.part.label().into(),
        ));
        own.push(text("", (size - edge, base), Anchor::End, says));
        let top = if narrow { y + row } else { y + 0.2 * row };
        own.push(Shape::Rect {
            class: format!("bar {}", share.part.class()),
            at: (start, top),
            size: (long.max(1.0), 0.6 * row),
            radius: 2.0,
        });
        shapes.push(Shape::Group {
            class: "item".into(),
            target: Some(Target::Packet(share.frame.index())),
            shapes: own,
        });
        y += if narrow { 1.9 * row } else { row };
    }
    let sum = format!(
        "{} in {}",
        counted(weighed.bytes, "byte"),
        counted(weighed.packets, "packet")
    );
    y += row;
    shapes.push(text("sum", (edge, y - 0.5 * text_size), Anchor::Start, sum));
    Drawing {
        width: size,
        height: y + 0.3 * text_size,
        title: title.to_owned(),
        shapes: vec![Shape::Group {
            class: "chart".into(),
            target: None,
            shapes,
        }],
    }
}

/// `12.3 %`.
pub(super) fn percent(tenths: u64) -> String {
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Shape {
    Shape::Line {
        class: class.to_owned(),
        from,
        to,
    }
}

fn text(class: &str, at: (f64, f64), anchor: Anchor, text: String) -> Shape {
    Shape::Text {
        class: class.to_owned(),
        at,
        anchor,
        text,
        full: None,
    }
}
