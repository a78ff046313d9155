//! A box for each node: who it is, what its programs hold, where they listen.

mod router;

use super::plan::{NodeBox, Plan, as_f64};
use super::shapes::{diamond, path, r, text};
use super::survey::{MADE, Room, Survey};
use crate::base::HostId;
use crate::base::sorted::sort_by_key;
use crate::timeline::{HostState, Timeline};
use crate::view::draw::letters::{Face, Sizes, fit, width};
use crate::view::draw::{Anchor, Shape, Target};
use crate::view::moment::Moment;
use crate::view::notes::{in_box, is_for_answers};

/// A line of a box.
struct Words {
    class: &'static str,
    text: String,
    face: Face,
    /// It was not there before the step.
    new: bool,
    /// At the left edge, in the middle, at the right edge.
    stands: Anchor,
    /// The next one stands on the same line.
    stays: bool,
}

impl Words {
    fn plain(class: &'static str, text: String, new: bool) -> Self {
        Self {
            class,
            text,
            face: Face::Plain,
            new,
            stands: Anchor::Middle,
            stays: false,
        }
    }
}

/// How high boxes are: all lines that any of them ever has.
pub(super) fn height(timeline: &Timeline, survey: &Survey, plan: &Plan) -> f64 {
    let sizes = plan.sizes;
    let widest = plan.boxes.iter().map(|b| b.half).fold(0.0, f64::max);
    let nodes = (0..timeline.nodes().len()).map(HostId::from_index);
    let lines = nodes.map(|host| {
        let (node, room) = (timeline.node(host), &survey.hosts[host.index()]);
        if node.router.is_some() {
            return router::most_lines(timeline, room, plan, (host, widest));
        }
        let always = 1 + usize::from(!node.addresses.is_empty());
        let sometimes = [room.notes, room.known_port, room.made_port];
        always + sometimes.iter().filter(|has| **has).count()
    });
    let lines = as_f64(lines.max().unwrap_or(1));
    1.7 * sizes.name + lines * line_height(sizes) + 0.5 * sizes.text
}

fn line_height(sizes: Sizes) -> f64 {
    1.4 * sizes.text
}

/// The boxes with what stands in them.
pub(super) fn shapes(moment: &Moment, survey: &Survey, plan: &Plan) -> Vec<Shape> {
    let boxes = plan.boxes.iter();
    boxes.map(|b| group(moment, survey, plan, *b)).collect()
}

fn group(moment: &Moment, survey: &Survey, plan: &Plan, of: NodeBox) -> Shape {
    let node = moment.timeline.node(of.host);
    let sizes = plan.sizes;
    let mut shapes = vec![outline(&node.kind, plan, of)];
    let mut y = plan.top + 1.35 * sizes.name;
    let mut put = |words: &Words, size: f64, shapes: &mut Vec<Shape>| {
        line(words, (of, y), size, shapes);
        if !words.stays {
            y += line_height(sizes);
        }
    };
    let name = Words {
        face: Face::Bold,
        ..Words::plain("host-name", node.name.clone(), false)
    };
    put(&name, sizes.name, &mut shapes);
    let lines = if node.router.is_some() {
        router::lines(moment, &survey.hosts[of.host.index()], plan, of)
    } else {
        lines(moment, &survey.hosts[of.host.index()], of.host, |text| {
            width(text, Face::Plain, sizes.text) <= room(of, true)
        })
    };
    for words in lines {
        put(&words, sizes.text, &mut shapes);
    }
    let here = moment.outline.here(moment.place);
    let row = here.map(|row| &moment.outline.rows[row]);
    let speaks = row.is_some_and(|row| row.from == of.host);
    let is_off = moment.state.off.contains(&of.host);
    Shape::Group {
        class: [
            "host ",
            &node.kind,
            if is_off { " off" } else { "" },
            if speaks { " here" } else { "" },
        ]
        .concat(),
        target: Some(Target::Host(of.host.index())),
        shapes,
    }
}

/// What a node is shows in its shape, too: a host is round at its corners, a switch is not,
/// a hub is rounder, and a router has its corners cut.
fn outline(kind: &str, plan: &Plan, of: NodeBox) -> Shape {
    let (left, right, top, bottom) = (of.x - of.half, of.x + of.half, plan.top, plan.bottom);
    let cut = 12.0;
    if kind == "router" {
        let corners = [
            (left + cut, top),
            (right - cut, top),
            (right, top + cut),
            (right, bottom - cut),
            (right - cut, bottom),
            (left + cut, bottom),
            (left, bottom - cut),
            (left, top + cut),
            (left + cut, top),
        ];
        return path("box".into(), &corners);
    }
    Shape::Rect {
        class: "box".into(),
        at: (r(left), r(top)),
        size: (r(2.0 * of.half), r(bottom - top)),
        radius: match kind {
            "host" => 10.0,
            "hub" => 28.0,
            _ => 2.0,
        },
    }
}

/// Room for words, and for the sign before those that are new.
fn room(of: NodeBox, new: bool) -> f64 {
    2.0 * of.half - if new { 26.0 } else { 8.0 }
}

fn line(words: &Words, (of, y): (NodeBox, f64), size: f64, shapes: &mut Vec<Shape>) {
    if words.text.is_empty() {
        return;
    }
    let (shown, full) = fit(&words.text, words.face, size, room(of, words.new));
    let wide = width(&shown, words.face, size);
    let at = match words.stands {
        Anchor::Start => of.x - of.half + if words.new { 18.0 } else { 6.0 },
        Anchor::Middle => of.x,
        Anchor::End => of.x + of.half - 6.0,
    };
    if words.new {
        // A diamond before it: that something is new shows without colour, too.
        let begins = match words.stands {
            Anchor::Start => at,
            Anchor::Middle => at - wide / 2.0,
            Anchor::End => at - wide,
        };
        shapes.push(diamond(begins - 7.0, y - 0.36 * size));
    }
    let class = format!("{}{}", words.class, if words.new { " new" } else { "" });
    let mut label = text(&class, (at, y), words.stands, shown);
    if let Shape::Text { full: whole, .. } = &mut label {
        *whole = full;
    }
    shapes.push(label);
}

/// What stands below the name of a host, a switch, a hub.
fn lines(moment: &Moment, room: &Room, host: HostId, fits: impl Fn(&str) -> bool) -> Vec<Words> {
    let node = moment.timeline.node(host);
    let (before, now) = (moment.before.host(host), moment.state.host(host));
    let mut who: Vec<String> = node.person.iter().cloned().collect();
    who.extend(node.runs.iter().map(|runs| runs.replace("ftp", "FTP")));
    if who.is_empty() && node.kind != node.name {
        who.push(node.kind.clone());
    }
    let is_off = moment.state.off.contains(&host);
    let mut lines = vec![if is_off {
        Words {
            face: Face::Bold,
            ..Words::plain("off", "✕ off".into(), !moment.before.off.contains(&host))
        }
    } else {
        Words::plain("who", who.join(" · "), false)
    }];
    if let Some(address) = room.address {
        lines.push(Words::plain("address", address.to_string(), false));
    }
    if room.known_port {
        lines.push(listening(before, now, false, &fits));
    }
    if room.notes {
        let (text, new) = notes(before, now, &fits);
        lines.push(Words::plain("notes", text, new));
    }
    if room.made_port {
        lines.push(listening(before, now, true, &fits));
    }
    lines
}

/// The ports that everybody knows, or those made for once.
fn listening(
    before: &HostState,
    now: &HostState,
    made: bool,
    fits: impl Fn(&str) -> bool,
) -> Words {
    let (was, is) = (ports(before, made), ports(now, made));
    let list: Vec<String> = is.iter().map(u16::to_string).collect();
    let class = if made { "listens made" } else { "listens" };
    let text = if list.is_empty() {
        String::new()
    } else {
        let list = list.join(", ");
        let long = ["listening: ", &list].concat();
        if fits(&long) {
            long
        } else {
            ["at ", &list].concat()
        }
    };
    Words::plain(class, text, is.iter().any(|port| !was.contains(port)))
}

fn ports(state: &HostState, made: bool) -> Vec<u16> {
    let told = state.listening.iter().filter(|at| !is_for_answers(**at));
    let ports = told.map(|(at, _)| at.port());
    let mut ports: Vec<u16> = ports.filter(|port| (*port >= MADE) == made).collect();
    ports.dedup();
    ports
}

/// What the programs hold, as much as fits, what is new first.
fn notes(before: &HostState, now: &HostState, fits: impl Fn(&str) -> bool) -> (String, bool) {
    // Of a session, who it is says more than how it goes: `user` and `type` before `mode`.
    let mut pieces: Vec<((bool, bool), String)> = Vec::new();
    for (key, value) in now.notes.iter().rev() {
        let Some(piece) = in_box(&key.1, value) else {
            continue;
        };
        let is_old = before.notes.get(key) == Some(value);
        let is_name = piece.starts_with("knows ");
        if is_name && pieces.iter().any(|(_, known)| *known == piece) {
            continue;
        }
        pieces.push(((is_old, is_name), piece));
    }
    sort_by_key(&mut pieces, |(rank, _)| *rank);
    let new = pieces.first().is_some_and(|(rank, _)| !rank.0);
    let mut text = String::new();
    for (_, piece) in pieces {
        let longer = if text.is_empty() {
            piece
        } else {
            format!("{text} · {piece}")
        };
        if !text.is_empty() && !fits(&longer) {
            break;
        }
        text = longer;
    }
    (text, new)
}
