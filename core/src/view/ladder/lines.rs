//! What each kind of line looks like.

use super::arrows::{Point, arrow, broken, rounded};
use super::draw::{Pen, Stand};
use super::plan::{BENEATH, HEADING, LineKind, ROW};
use crate::base::{Duration, FrameId, HostId, TurnKind};
use crate::timeline::StepSize;
use crate::view::draw::between;
use crate::view::draw::letters::{Face, width};
use crate::view::draw::{Shape, Target, svg};
use crate::view::frames::{brief, stroke_of};
use crate::view::outline::{Row, Stroke, What};
use crate::view::rewriting::rewriting;
use crate::view::transcript::shown;
use crate::view::words::{counted, grouped};

/// Heights within a line, in sizes of the text.
const BASE: f64 = 1.15;
const WIRE: f64 = 1.55;
const SLANT: f64 = 0.8;
/// A middle line, as for the name beside a row.
const MIDDLE: f64 = 1.75;
const HEAD: f64 = 0.95;

/// A phase that stands for its rows: its name, and all that was said in a line.
pub(super) fn folded(pen: &mut Pen, phase: usize, y: f64, here: bool) {
    let outline = pen.moment.outline;
    let of = &outline.phases[phase];
    let rows = &outline.rows[of.rows.clone()];
    let later = rows
        .first()
        .map_or(of.events.start, |row| row.opens.index())
        >= pen.seen;
    let mut shapes = Vec::new();
    let mut top = y;
    let sign = if here { "▶" } else { "▸" };
    let name = format!("{sign} {}", of.name);
    if pen.lanes.narrow {
        shapes.push(pen.margin(face_of(here), &name, y + 1.4 * pen.text));
        top += HEADING * pen.text;
    } else {
        shapes.push(pen.margin(face_of(here), &name, y + MIDDLE * pen.text));
    }
    let ends = rows
        .iter()
        .take(64)
        .flat_map(|row| [Some(row.from), row.to]);
    let xs: Vec<f64> = ends
        .flatten()
        .filter_map(|host| pen.lanes.x(host))
        .collect();
    let left = xs.iter().copied().fold(f64::INFINITY, f64::min);
    let right = xs.iter().copied().fold(0.0, f64::max);
    let wire = top + (WIRE + 0.2) * pen.text;
    let mut middle = (pen.room.0 + pen.room.1) / 2.0;
    if right > left {
        shapes.extend(arrow((left, wire), (right, wire), true, HEAD * pen.text));
        middle = (left + right) / 2.0;
    }
    if !rows.is_empty() {
        let text = shorts(pen, of.rows.clone());
        let stand = Stand::Around(middle);
        shapes.push(pen.words("mono", Face::Mono, &text, &stand, top + BASE * pen.text));
    }
    let says = |row: &&Row| matches!(row.what, What::Says(_));
    // What is said on a connection stands for the names asked for besides.
    let on_connection = |row: &&Row| says(row) && row.connection.is_some();
    let stroke = rows.iter().find(on_connection);
    let stroke = stroke.or_else(|| rows.iter().find(says)).or(rows.first());
    let stroke = stroke.map_or(Stroke::Housekeeping, |row| row.stroke);
    pen.shapes.push(Shape::Group {
        class: classes("phase folded", stroke, later, here, ""),
        target: Some(Target::Phase(phase)),
        shapes,
    });
}

/// The short words of rows, with a dot between, and how much was lost.
fn shorts(pen: &Pen, of: std::ops::Range<usize>) -> String {
    let rows = &pen.moment.outline.rows[of];
    let lost: usize = rows.iter().map(|row| row.lost).sum();
    let mut text = String::new();
    if lost > 0 {
        text = format!("✕ {} lost", grouped(lost as u64));
    }
    let room = pen.room.1 - pen.room.0;
    let is_told = |row: &&Row| pen.leaves_out(row).is_none();
    // Where nothing else is said, what is left out elsewhere is told.
    let all = !rows.iter().any(|row| is_told(&row));
    for row in rows.iter().filter(|row| all || is_told(row)) {
        if !text.is_empty() {
            text += " · ";
        }
        text += &row.short;
        if width(&text, Face::Mono, pen.text) > room {
            break;
        }
    }
    text
}

/// The name of a phase whose rows follow.
pub(super) fn heading(pen: &mut Pen, index: usize, phase: usize, here: bool) {
    let outline = pen.moment.outline;
    let of = &outline.phases[phase];
    let y = pen.y(index);
    // Beside its first row the name takes that row's sign.
    let plan = pen.plan;
    let row_here = || plan.here.as_ref().is_some_and(|h| h.contains(&(index + 1)));
    let here = here || !pen.lanes.narrow && row_here();
    let sign = match of.rows.len() {
        _ if here => "▶ ",
        // A sheet cannot be folded.
        _ if plan.captions => "",
        0 | 1 => "",
        _ => "▾ ",
    };
    let later = outline.rows[of.rows.start].opens.index() >= pen.seen;
    let height = if pen.lanes.narrow { 1.4 } else { MIDDLE };
    let name = format!("{sign}{}", of.name);
    let name = pen.margin(face_of(here), &name, y + height * pen.text);
    pen.shapes.push(Shape::Group {
        class: classes("phase", Stroke::Housekeeping, later, here, ""),
        target: Some(Target::Phase(phase)),
        shapes: vec![name],
    });
}

/// One turn: an arrow with its words above.
pub(super) fn row(pen: &mut Pen, index: usize, row: usize, here: bool) {
    let target = Some(Target::Row(row));
    let of = &pen.moment.outline.rows[row];
    let y = pen.y(index);
    let mut shapes = Vec::new();
    // Beside the first row stands the phase's name.
    let after_name = index > 0 && {
        let before = pen.plan.lines[index - 1].what;
        matches!(before, LineKind::Phase { .. })
    };
    let by_phase = pen.moment.place.size == StepSize::Phase;
    if here && !by_phase && (pen.lanes.narrow || !after_name) {
        shapes.push(sign(pen, &of.time.to_string(), y));
    }
    let lost = lost(pen, of);
    let class = match of.what {
        What::Opens | What::Ends | What::Breaks(_) if of.stroke != Stroke::Data => {
            Stroke::Housekeeping
        }
        _ => of.stroke,
    };
    let mut beneath = y + (ROW + 0.75) * pen.text;
    shapes.extend(across(pen, of, y, lost.as_ref().map(|(_, x)| *x)));
    if let Some(text) = trouble(pen, of, lost.as_ref()) {
        let middle = (pen.room.0 + pen.room.1) / 2.0;
        let x = lost.as_ref().map_or(middle, |(_, x)| *x);
        let class = if of.lost > 0 { "bad" } else { "again" };
        shapes.push(pen.words(class, Face::Bold, &text, &Stand::Around(x), beneath));
        beneath += BENEATH * pen.text;
    }
    if pen.plan.captions {
        for caption in &of.captions {
            let stand = Stand::From(pen.room.0);
            shapes.push(pen.words("caption", Face::Plain, caption, &stand, beneath));
            beneath += BENEATH * pen.text;
        }
    }
    let later = of.opens.index() >= pen.seen;
    // What the network says of itself, and whoever asks it.
    let asks = of.what == What::Says(TurnKind::Probe);
    let network = asks || of.what == What::Network && of.connection.is_none();
    let extra = match (lost.is_some(), network) {
        (true, true) => "lost network",
        (true, false) => "lost",
        (_, true) => "network",
        _ => "",
    };
    pen.shapes.push(Shape::Group {
        class: classes("row", class, later, here, extra),
        target,
        shapes,
    });
}

/// What went wrong in a row, and what was sent again.
fn trouble(pen: &Pen, row: &Row, lost: Option<&(String, f64)>) -> Option<String> {
    let again = pen.moment.outline.again_in(pen.moment.timeline, row);
    let again = (again > 0).then(|| format!("↻ {} sent again", counted(again as u64, "packet")));
    let lost = (row.lost > 0).then(|| match lost {
        Some((why, _)) => ["lost: ", why].concat(),
        None => format!("✕ {} lost", counted(row.lost as u64, "packet")),
    });
    let told: Vec<String> = lost.into_iter().chain(again).collect();
    (!told.is_empty()).then(|| told.join(" · "))
}

/// The arrow of a row, and its words.
fn across(pen: &Pen, row: &Row, y: f64, lost: Option<f64>) -> Vec<Shape> {
    let from = pen.lanes.x(row.from);
    let to = row.to.and_then(|host| pen.lanes.x(host));
    let (base, wire) = (y + BASE * pen.text, y + WIRE * pen.text);
    let slant = SLANT * pen.text;
    let pad = 1.2 * pen.text;
    let mut shapes = Vec::new();
    if let (Some(x), What::Power) = (from, row.what) {
        // A bar across its lane.
        shapes.push(Shape::Line {
            class: "wire".into(),
            from: rounded((x - 0.7 * pen.text, wire)),
            to: rounded((x + 0.7 * pen.text, wire)),
        });
    }
    let words_alone = matches!(row.what, What::Breaks(_) | What::Other | What::Power);
    let (Some(start), false) = (from, words_alone) else {
        let x = from.or(to).unwrap_or(pen.room.0);
        let text = match (from, row.what) {
            (Some(_), What::Power) => row.label.clone(),
            _ => named(pen, row),
        };
        shapes.push(pen.words("mono", Face::Mono, &text, &Stand::From(x + pad), base));
        return shapes;
    };
    // Nobody is known to have heard: a stub toward where there is room.
    let stub = || {
        let half = pen.lanes.gap() / 2.0;
        let right = start + half <= pen.lanes.width;
        if right { start + half } else { start - half }
    };
    let hidden = to.is_none();
    let end = to.unwrap_or_else(stub);
    let stand = if end < start {
        Stand::To(start - pad)
    } else {
        Stand::From(start + pad)
    };
    let text = if hidden {
        named(pen, row)
    } else {
        row.label.clone()
    };
    let head = HEAD * pen.text;
    if let Some(at) = lost {
        let part = between((at - start) / (end - start), 0.1, 1.0);
        let at = start + (end - start) * part;
        shapes.extend(broken((start, wire), (at, wire + slant * part), head));
        shapes.push(pen.words("mono", Face::Mono, &text, &stand, base));
    } else if hidden {
        shapes.push(pen.words("mono", Face::Mono, &text, &stand, base));
    } else if is_whole(pen, row) {
        let level = wire + slant / 4.0;
        shapes.extend(arrow((start, level), (end, level), true, head));
        let stand = Stand::Around((start + end) / 2.0);
        shapes.push(pen.words("mono", Face::Mono, &text, &stand, base));
    } else {
        shapes.extend(arrow((start, wire), (end, wire + slant), false, head));
        shapes.push(pen.words("mono", Face::Mono, &text, &stand, base));
    }
    shapes
}

/// Whether a connection is asked for and open within one row.
fn is_whole(pen: &Pen, row: &Row) -> bool {
    let line = row.connection.filter(|_| row.what == What::Opens);
    line.is_some_and(|number| {
        let line = &pen.moment.outline.connections[number as usize - 1];
        let opened = pen.moment.timeline.end(line.ends.client).opened;
        opened.is_some_and(|event| row.events.contains(&event.index()))
    })
}

/// `server → mx: 250 OK`, where the lanes do not say it.
fn named(pen: &Pen, row: &Row) -> String {
    let name = |host: HostId| pen.moment.timeline.node(host).name.as_str();
    match row.to {
        _ if row.what == What::Other => row.label.clone(),
        Some(to) => format!("{} → {}: {}", name(row.from), name(to), row.label),
        None => format!("{}: {}", name(row.from), row.label),
    }
}

/// Where and why the frame that carries a row was lost.
fn lost(pen: &Pen, row: &Row) -> Option<(String, f64)> {
    let frame = pen.moment.outline.lost_carrier(pen.moment.timeline, row)?;
    loss(pen, frame)
}

/// Where and why a frame was lost: at a node, or half-way along its link.
fn loss(pen: &Pen, frame: FrameId) -> Option<(String, f64)> {
    let timeline = pen.moment.timeline;
    let event = timeline.event(pen.moment.outline.fate_event(frame)?);
    let loss = timeline.loss(&event)?;
    let sent = timeline.frame(frame);
    let ends = [sent.from, timeline.link(sent.link).other(sent.from)];
    let xs = ends.map(|host| pen.lanes.x(host));
    let half = match xs {
        [Some(from), Some(to)] => f64::midpoint(from, to),
        [Some(from), None] => from + pen.lanes.gap() / 2.0,
        [None, Some(to)] => to - pen.lanes.gap() / 2.0,
        [None, None] => f64::midpoint(pen.room.0, pen.room.1),
    };
    let x = if loss.on_link {
        half
    } else {
        pen.lanes.x(event.host).unwrap_or(half)
    };
    Some((loss.why(), x))
}

/// One frame on one link.
pub(super) fn packet(pen: &mut Pen, index: usize, y: f64, here: bool) {
    let Pen { moment, text, .. } = *pen;
    let id = FrameId::from_index(index);
    let frame = moment.timeline.frame(id);
    let to = moment.timeline.link(frame.link).other(frame.from);
    let (from_x, to_x) = (pen.lanes.x(frame.from), pen.lanes.x(to));
    let mut shapes = Vec::new();
    if here {
        shapes.push(sign(pen, &format!("packet {}", index + 1), y));
    }
    let mut words = brief(moment.timeline, moment.outline, id);
    if moment.outline.is_again(moment.timeline, id) {
        words = ["↻ again: ", &words].concat();
    }
    let loss = loss(pen, id);
    if let Some(edit) = rewriting(moment.timeline, id).and_then(|r| r.edits.into_iter().next()) {
        words = [&words, " ◆ ", &edit.what, " becomes ", &edit.after].concat();
    }
    if let Some((why, _)) = &loss {
        words += " ✕ lost: ";
        words += why;
    }
    let (base, wire) = (y + 1.05 * text, y + 1.45 * text);
    let pad = 1.2 * text;
    let (Some(start), Some(end)) = (from_x, to_x) else {
        let name = |host| moment.timeline.node(host).name.as_str();
        let x = from_x.or(to_x).unwrap_or(pen.room.0) + pad;
        let words = format!("{} → {}: {words}", name(frame.from), name(to));
        shapes.push(pen.words("mono", Face::Mono, &words, &Stand::From(x), base));
        return finish(pen, (id, index), loss.is_some(), here, shapes);
    };
    let stand = if end < start {
        Stand::To(start - pad)
    } else {
        Stand::From(start + pad)
    };
    shapes.push(pen.words("mono", Face::Mono, &words, &stand, base));
    let slant = 0.4 * text;
    if let Some((_, at)) = loss {
        let part = between((at - start) / (end - start), 0.1, 1.0);
        let at: Point = (start + (end - start) * part, wire + slant * part);
        shapes.extend(broken((start, wire), at, 0.6 * text));
    } else {
        shapes.extend(arrow((start, wire), (end, wire + slant), false, 0.6 * text));
    }
    finish(pen, (id, index), loss.is_some(), here, shapes);
}

fn finish(
    pen: &mut Pen,
    (id, index): (FrameId, usize),
    lost: bool,
    here: bool,
    shapes: Vec<Shape>,
) {
    let moment = pen.moment;
    let frame = moment.timeline.frame(id);
    let stroke = stroke_of(moment.timeline, moment.outline, id);
    let later = frame.sent.index() >= pen.seen;
    let mut extra = if lost { "lost" } else { "" }.to_owned();
    if moment.packet == Some(id) {
        extra += " chosen";
    }
    pen.shapes.push(Shape::Group {
        class: classes("packet", stroke, later, here, extra.trim_start()),
        target: Some(Target::Packet(index)),
        shapes,
    });
}

/// `⋯ 30 min later`.
pub(super) fn silence(pen: &mut Pen, silence: Duration, y: f64) {
    let text = format!("⋯ {} later", shown(silence));
    let middle = f64::midpoint(pen.room.0, pen.room.1);
    let text = pen.words(
        "silence",
        Face::Plain,
        &text,
        &Stand::Around(middle),
        y + 1.3 * pen.text,
    );
    pen.shapes.push(text);
}

/// ▶ beside the step shown, and what to call it where there is room.
fn sign(pen: &Pen, name: &str, y: f64) -> Shape {
    if pen.lanes.narrow {
        // Beneath its words, beside its arrow, and no letter: those need more room.
        let (x, top, size) = (0.6 * pen.text, y + 1.6 * pen.text, 0.6 * pen.text);
        let points = [(x, top), (x + size, top + size / 2.0), (x, top + size)];
        return Shape::Path {
            class: "sign".into(),
            d: svg::path(&points, true),
        };
    }
    let height = MIDDLE * pen.text;
    pen.margin("heading here", &format!("▶ {name}"), y + height)
}

fn face_of(here: bool) -> &'static str {
    if here { "heading here" } else { "heading" }
}

fn classes(kind: &str, stroke: Stroke, later: bool, here: bool, extra: &str) -> String {
    let mut class = format!("{kind} {}", stroke.class());
    for (is_so, word) in [(later, "later"), (here, "here"), (!extra.is_empty(), extra)] {
        if is_so {
            class += " ";
            class += word;
        }
    }
    class
}
