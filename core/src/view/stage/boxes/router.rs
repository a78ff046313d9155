//! What stands in a router's box: its two sides, its table of translated addresses, the rule
//! that stopped something.

use super::{Words, room};
use crate::base::HostId;
use crate::base::sorted::sort_by_key;
use crate::timeline::{Flow, RouterInfo, Timeline};
use crate::view::draw::Anchor;
use crate::view::draw::letters::{Face, width};
use crate::view::moment::Moment;
use crate::view::routers::{faces, places, what_it_does};
use crate::view::stage::plan::{NodeBox, Plan};
use crate::view::stage::survey::{Room, address};

/// So many rows of its table are shown; the rest is counted.
const ROWS: usize = 2;
/// As wide as one side of a row gets, more or less.
const PLACE: &str = "⇄ 192.168.10.10:50000";
/// As wide as a row of the table gets, more or less.
const ROW: &str = "192.168.100.100:50000 ⇄ 203.0.113.100:50000";

/// The lines that a router's box ever has, at most.
pub(super) fn most_lines(
    timeline: &Timeline,
    survey: &Room,
    plan: &Plan,
    (host, half): (HostId, f64),
) -> usize {
    let Some(info) = &timeline.node(host).router else {
        return 0;
    };
    let of = NodeBox { host, x: 0.0, half };
    let mut lines = 1 + count(&sides(timeline, info, plan, of));
    if info.nat {
        let row = if is_wide(plan, of) { 1 } else { 2 };
        lines += row * survey.flows.clamp(1, ROWS) + usize::from(survey.flows > ROWS);
    }
    lines + usize::from(survey.ruled)
}

/// What stands below its name.
pub(super) fn lines(moment: &Moment, survey: &Room, plan: &Plan, of: NodeBox) -> Vec<Words> {
    let node = moment.timeline.node(of.host);
    let Some(info) = &node.router else {
        return Vec::new();
    };
    let mut who = what_it_does(info);
    // Its name says it.
    who.retain(|word| *word != node.name);
    if let Some(helper) = who.iter_mut().find(|word| **word == "FTP helper") {
        *helper = "helper";
    }
    let mut lines = vec![Words::plain("who", who.join(" · "), false)];
    lines.extend(sides(moment.timeline, info, plan, of));
    // The rule comes before the table: it says why there is no row.
    if survey.ruled {
        let text = rule(moment, of.host).unwrap_or_default();
        let new = !text.is_empty();
        lines.push(Words {
            face: Face::Bold,
            ..Words::plain("rule", text, new)
        });
    }
    if info.nat {
        lines.extend(table(moment, plan, of));
    }
    lines
}

fn count(lines: &[Words]) -> usize {
    lines.iter().filter(|words| !words.stays).count()
}

/// The addresses to the left at the left, those to the right at the right.
fn sides(timeline: &Timeline, info: &RouterInfo, plan: &Plan, of: NodeBox) -> Vec<Words> {
    let place = |host: HostId| plan.order.iter().position(|id| *id == host);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for port in &info.ports {
        let all: Vec<_> = port.addresses.iter().map(|(address, _)| *address).collect();
        let Some(address) = address(timeline, &all) else {
            continue;
        };
        let other = timeline.link(port.link).other(of.host);
        let side = if place(other) < place(of.host) {
            &mut left
        } else {
            &mut right
        };
        side.push(address.to_string());
    }
    let mut lines = Vec::new();
    for at in 0..left.len().max(right.len()) {
        let text = |side: &[String]| side.get(at).cloned().unwrap_or_default();
        let (left, right) = (text(&left), text(&right));
        let wide = [&left, &right].map(|text| width(text, Face::Plain, plan.sizes.text));
        let together = wide[0] + wide[1] + plan.sizes.text <= room(of, false);
        lines.extend(pair("address", (left, right), false, together));
    }
    lines
}

/// Two texts, one at each side: on one line or on two.
fn pair(
    class: &'static str,
    (left, right): (String, String),
    new: bool,
    together: bool,
) -> impl Iterator<Item = Words> {
    let words = |text: String, new, stands, stays| Words {
        stands,
        stays,
        ..Words::plain(class, text, new)
    };
    let alone = left.is_empty() || right.is_empty();
    let first = words(left, new, Anchor::Start, together && !alone);
    let second = words(right, false, Anchor::End, false);
    let both = [first, second].into_iter();
    both.filter(|words| !words.text.is_empty())
}

fn is_wide(plan: &Plan, of: NodeBox) -> bool {
    width(ROW, Face::Plain, plan.sizes.text) <= room(of, true)
}

/// The rule that stopped something in the step shown: of several the last.
fn rule(moment: &Moment, host: HostId) -> Option<String> {
    let shown = moment.outline.shown(moment.place);
    let events = moment.timeline.events().range(shown);
    let here = events.filter(|event| event.host == host);
    let mut lost = here.filter_map(|event| moment.timeline.loss(&event)?.rule);
    Some(["✕ ", lost.next_back()?].concat())
}

/// The rows of its table, what the step changed first, then the newest.
fn table(moment: &Moment, plan: &Plan, of: NodeBox) -> Vec<Words> {
    let [before, now] = [moment.before, moment.state].map(|state| &state.host(of.host).flows);
    let mut rows: Vec<(bool, bool, u32, &Flow)> = Vec::new();
    for (row, flow) in now.iter().filter(|(_, flow)| flow.is_translated()) {
        rows.push((before.get(row) != Some(flow), false, *row, flow));
    }
    let held = rows.len();
    for (row, flow) in before.iter().filter(|(_, flow)| flow.is_translated()) {
        if !now.contains_key(row) {
            rows.push((true, true, *row, flow));
        }
    }
    if rows.is_empty() {
        return vec![Words::plain("flow", "table empty".into(), false)];
    }
    // What is forgotten makes room for what is not.
    sort_by_key(&mut rows, |(new, gone, row, _)| {
        (!new, *gone, std::cmp::Reverse(*row))
    });
    let wide = is_wide(plan, of);
    let has_room = width(PLACE, Face::Plain, plan.sizes.text) <= room(of, true);
    let mut lines = Vec::new();
    let mut told = 0;
    for (new, gone, _, flow) in rows.into_iter().take(ROWS) {
        let [mut inside, mut outside, _] = places(flow);
        if !has_room {
            [inside, outside] = short(moment.timeline, flow);
        }
        if gone {
            inside = ["forgets ", &inside].concat();
            lines.push(Words::plain("flow", inside, new));
        } else {
            told += 1;
            let row = (inside, ["⇄ ", &outside].concat());
            lines.extend(pair("flow", row, new, wide));
        }
    }
    if held > told && told > 0 {
        let text = format!("+{} more", held - told);
        lines.push(Words::plain("flow", text, false));
    }
    lines
}

/// The same in a box too small for addresses: the name, and the port outside.
fn short(timeline: &Timeline, flow: &Flow) -> [String; 2] {
    let [inside, outside] = faces(flow);
    let mut name = timeline.name_of(inside.ip());
    name += ":";
    name += &inside.port().to_string();
    [name, format!("port {}", outside.port())]
}
