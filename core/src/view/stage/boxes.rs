//! A box for each node: who it is, what its programs hold, where they listen.

use super::plan::{NodeBox, Plan, as_f64};
use super::shapes::{path, r, text};
use super::survey::{MADE, Room, Survey};
use crate::base::HostId;
use crate::base::sorted::sort_by_key;
use crate::timeline::{HostState, Timeline};
use crate::view::draw::letters::{Face, Sizes, fit, width};
use crate::view::draw::{Anchor, Shape, Target};
use crate::view::moment::Moment;

/// A line of a box.
struct Words {
    class: &'static str,
    text: String,
    face: Face,
    /// It was not there before the step.
    new: bool,
}

/// How high boxes are: all lines that any of them ever has.
pub(super) fn height(timeline: &Timeline, survey: &Survey, sizes: Sizes) -> f64 {
    let nodes = timeline.nodes().iter().zip(&survey.hosts);
    let lines = nodes.map(|(node, room)| {
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
    let mut shapes = vec![Shape::Rect {
        class: "box".into(),
        at: (r(of.x - of.half), r(plan.top)),
        size: (r(2.0 * of.half), r(plan.bottom - plan.top)),
        radius: if node.kind == "host" { 10.0 } else { 2.0 },
    }];
    let mut y = plan.top + 1.35 * sizes.name;
    let mut put = |words: &Words, size: f64, shapes: &mut Vec<Shape>| {
        line(words, (of, y), size, shapes);
        y += line_height(sizes);
    };
    let name = Words {
        class: "host-name",
        text: node.name.clone(),
        face: Face::Bold,
        new: false,
    };
    put(&name, sizes.name, &mut shapes);
    for words in lines(moment, &survey.hosts[of.host.index()], of.host, |text| {
        width(text, Face::Plain, sizes.text) <= room(of, true)
    }) {
        put(&words, sizes.text, &mut shapes);
    }
    let here = moment.outline.here(moment.place);
    let row = here.map(|row| &moment.outline.rows[row]);
    let speaks = row.is_some_and(|row| row.from == of.host);
    Shape::Group {
        class: format!("host {}{}", node.kind, if speaks { " here" } else { "" }),
        target: Some(Target::Host(of.host.index())),
        shapes,
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
    if words.new {
        // A diamond before it: that something is new shows without colour, too.
        let x = of.x - width(&shown, words.face, size) / 2.0 - 7.0;
        let y = y - 0.36 * size;
        let corners = [
            (x - 4.0, y),
            (x, y - 4.0),
            (x + 4.0, y),
            (x, y + 4.0),
            (x - 4.0, y),
        ];
        shapes.push(path("sign".into(), &corners));
    }
    let class = format!("{}{}", words.class, if words.new { " new" } else { "" });
    let mut label = text(&class, (of.x, y), Anchor::Middle, shown);
    if let Shape::Text { full: whole, .. } = &mut label {
        *whole = full;
    }
    shapes.push(label);
}

/// What stands below the name.
fn lines(moment: &Moment, room: &Room, host: HostId, fits: impl Fn(&str) -> bool) -> Vec<Words> {
    let node = moment.timeline.node(host);
    let (before, now) = (moment.before.host(host), moment.state.host(host));
    let plain = |class, text, new| Words {
        class,
        text,
        face: Face::Plain,
        new,
    };
    let mut who: Vec<String> = node.person.iter().cloned().collect();
    who.extend(node.runs.iter().map(|runs| runs.replace("ftp", "FTP")));
    if who.is_empty() && node.kind != node.name {
        who.push(node.kind.clone());
    }
    let mut lines = vec![plain("who", who.join(" · "), false)];
    if let Some(address) = room.address {
        lines.push(plain("address", address.to_string(), false));
    }
    if room.known_port {
        lines.push(listening(before, now, false));
    }
    if room.notes {
        let (text, new) = notes(before, now, fits);
        lines.push(plain("notes", text, new));
    }
    if room.made_port {
        lines.push(listening(before, now, true));
    }
    lines
}

/// The ports that everybody knows, or those made for once.
fn listening(before: &HostState, now: &HostState, made: bool) -> Words {
    let (was, is) = (ports(before, made), ports(now, made));
    let list: Vec<String> = is.iter().map(u16::to_string).collect();
    Words {
        class: if made { "listens made" } else { "listens" },
        text: if list.is_empty() {
            String::new()
        } else {
            format!("listening: {}", list.join(", "))
        },
        face: Face::Plain,
        new: is.iter().any(|port| !was.contains(port)),
    }
}

fn ports(state: &HostState, made: bool) -> Vec<u16> {
    let ports = state.listening.iter().map(|(at, _)| at.port());
    let mut ports: Vec<u16> = ports.filter(|port| (*port >= MADE) == made).collect();
    ports.dedup();
    ports
}

/// Whether a note is told in the box: not what the picture shows anyway.
pub(super) fn is_told(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    !matches!(last, "sessions" | "listens" | "peer")
}

/// What the programs hold, as much as fits, what is new first.
fn notes(before: &HostState, now: &HostState, fits: impl Fn(&str) -> bool) -> (String, bool) {
    let told = now.notes.iter().filter(|((_, key), _)| is_told(key));
    // Of a session, who it is says more than how it goes: `user` and `type` before `mode`.
    let mut pieces: Vec<(bool, String)> = told
        .rev()
        .map(|(key, value)| (before.notes.get(key) != Some(value), piece(&key.1, value)))
        .collect();
    sort_by_key(&mut pieces, |(new, _)| !new);
    let new = pieces.first().is_some_and(|(new, _)| *new);
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

/// `session.1.user = ada` is `user ada`; `mailbox.grace = 1 letter` is `grace: 1 letter`.
fn piece(key: &str, value: &str) -> String {
    match key.split_once('.') {
        None if key == "state" => value.to_owned(),
        None => format!("{key} {value}"),
        Some(("session", rest)) => {
            let what = rest.split_once('.').map_or(rest, |(_, what)| what);
            format!("{what} {value}")
        }
        Some((group, number)) if number.parse::<u32>().is_ok() => format!("{group}: {value}"),
        Some((_, name)) => format!("{name}: {value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_in_a_few_words() {
        assert_eq!(piece("state", "connected"), "connected");
        assert_eq!(piece("session.3.user", "ada"), "user ada");
        assert_eq!(
            piece("mailbox.grace@example.net", "1 letter"),
            "grace@example.net: 1 letter"
        );
        assert_eq!(piece("sent.2", "Lunch?"), "sent: Lunch?");
        assert!(is_told("session.1.user") && !is_told("session.1.peer") && !is_told("sessions"));
    }
}
