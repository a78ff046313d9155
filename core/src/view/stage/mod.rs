//! The stage: the hosts side by side, their connections as pipes between them, and what rides
//! on these during a step.

mod boxes;
mod cast;
mod fallen;
mod flight;
mod flights;
mod pipes;
mod plan;
mod progress;
mod rewritten;
mod routes;
mod shapes;
mod survey;
#[cfg(test)]
mod tests;
mod tree;

use super::draw::lanes::Lanes;
use super::draw::letters::{Face, width};
use super::draw::{Drawing, Shape};
use super::moment::Moment;
use super::rewriting::Edit;
use crate::base::LinkId;
pub use cast::{cast, lanes};
pub use flight::Flight;
use flights::Moving;
use plan::Plan;
pub use progress::Progress;
pub(super) use survey::Survey;

/// So many things on their way are told in words.
const MOST_TOLD: usize = 3;

/// The stage at a moment, and what moves on it on the way there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stage {
    /// What stands.
    pub drawing: Drawing,
    /// What moves, in the order in which it begins to.
    pub flights: Vec<Flight>,
}

/// The stage at a moment.
#[must_use]
pub fn draw(moment: &Moment, lanes: &Lanes) -> Stage {
    let survey = Survey::of(moment.timeline, moment.outline);
    let mut plan = Plan::new(moment, survey, lanes);
    let pipes = pipes::pipes(moment, &mut plan);
    let moving = flights::flights(moment, &plan);
    let fallen = fallen::fallen(moment, &plan);
    let mut shapes = pipes::links(moment, &plan);
    shapes.extend(pipes::shapes(moment, &pipes, &plan));
    shapes.extend(boxes::shapes(moment, survey, &plan));
    let labels = pipes::labels(moment, &pipes, &plan).into_iter();
    shapes.extend(labels.filter(|label| is_free(label, &moving, &plan)));
    shapes.extend(rewritten::shapes(moment, &plan));
    shapes.extend(fallen);
    let drawing = Drawing {
        width: lanes.width,
        height: plan.height,
        title: title(moment, &plan, &pipes, &moving),
        shapes,
    };
    let flights = moving.into_iter().map(|moving| moving.flight).collect();
    Stage { drawing, flights }
}

/// A label makes room for what comes to rest on it.
fn is_free(label: &Shape, moving: &[Moving], plan: &Plan) -> bool {
    let Shape::Text { at, text, .. } = label else {
        return true;
    };
    let size = plan.sizes.text;
    let half = width(text, Face::Plain, size) / 2.0;
    let middle = at.1 - 0.35 * size;
    let rests_on_it = |moving: &Moving| {
        let flight = &moving.flight;
        let end = flight.at(1.0);
        flight.lost.is_none()
            && (end.0 - at.0).abs() < half + flight.size.0 / 2.0 + size / 2.0
            && (end.1 - middle).abs() < (size + flight.size.1) / 2.0 + size / 4.0
    };
    !moving.iter().any(rests_on_it)
}

/// All of it in a sentence.
fn title(moment: &Moment, plan: &Plan, pipes: &[pipes::Pipe], moving: &[Moving]) -> String {
    let name = |host| moment.timeline.node(host).name.as_str();
    let names: Vec<&str> = plan.boxes.iter().map(|b| name(b.host)).collect();
    let mut told = vec![match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, more)) => format!("{} and {last}", more.join(", ")),
        None => String::new(),
    }];
    for pipe in pipes {
        let line = &moment.outline.connections[pipe.line];
        let mut words = format!("{} connection ", line.purpose);
        if let Some(to) = line.to.filter(|_| plan.boxes.len() > 2) {
            words += &format!("from {} to {} ", name(line.from), name(to));
        }
        told.push(words + pipe.health.words());
    }
    for (index, link) in moment.timeline.links().iter().enumerate() {
        if moment.state.down.contains(&LinkId::from_index(index)) {
            told.push(["link ", &link.name, " is down"].concat());
        }
    }
    let off = plan.boxes.iter().map(|b| b.host);
    for host in off.filter(|host| moment.state.off.contains(host)) {
        told.push([name(host), " is off"].concat());
    }
    if let Some(found) = rewritten::here(moment) {
        let words = found.edits.iter().map(Edit::words);
        told.extend(words.map(|words| [name(found.at), ": ", &words].concat()));
    }
    for (index, Moving { flight, from, to }) in moving.iter().enumerate() {
        // What comes first says most; what is lost is never left out.
        if index >= MOST_TOLD && flight.lost.is_none() {
            continue;
        }
        let (from, to) = (name(*from), name(*to));
        let mut words = format!("{} on its way from {from} to {to}", flight.label);
        if let Some(lost) = &flight.lost {
            words += &format!(", lost: {lost}");
        }
        told.push(words);
    }
    told.join("; ")
}
