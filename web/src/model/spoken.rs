//! What is read aloud when the reader moves.

use super::Show;
use super::address::size_word;
use wirestage_core::base::FrameId;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::frames::brief;
use wirestage_core::view::outline::{Fate, Place, Row};

/// A place in words.
#[must_use]
pub fn at(show: &Show, place: Place) -> String {
    let steps = show.outline.steps(place.size);
    if place.at == 0 {
        let summary = &show.run.info.summary;
        let word = size_word(place.size);
        return format!("Start. {summary} {steps} steps, by {word}.");
    }
    if show.outline.is_end(place) {
        if show.is_live() {
            return "End of the session.".to_owned();
        }
        let outcomes = show.timeline().outcomes().iter();
        let told: Vec<&str> = outcomes.map(|outcome| outcome.text.as_str()).collect();
        return format!("End. {}", told.join(" "));
    }
    let what = match (place.size, show.outline.here(place)) {
        (StepSize::Phase, _) => show.outline.phases[place.at - 1].name.to_owned(),
        (StepSize::Packet, _) => packet(show, FrameId::from_index(place.at - 1)),
        (StepSize::Turn, Some(row)) => turn(show, &show.outline.rows[row]),
        (StepSize::Turn, None) => String::new(),
    };
    let word = match place.size {
        StepSize::Packet => "Packet",
        StepSize::Turn => "Turn",
        StepSize::Phase => "Phase",
    };
    format!("{word} {} of {steps}. {what}", place.at)
}

fn turn(show: &Show, row: &Row) -> String {
    let name = |host| &show.timeline().node(host).name;
    let mut text = match row.to {
        Some(to) => format!("{} to {}: {}.", name(row.from), name(to), row.label),
        None => format!("{}: {}.", name(row.from), row.label),
    };
    let said = row.captions.first().unwrap_or(&row.meaning);
    text.push(' ');
    text += said;
    text
}

fn packet(show: &Show, frame: FrameId) -> String {
    let timeline = show.timeline();
    let from = &timeline.node(timeline.frame(frame).from).name;
    let what = brief(timeline, &show.outline, frame);
    match show.outline.fate(timeline, frame) {
        Fate::Delivered(_, to) => format!("{from} to {}: {what}", timeline.node(to).name),
        Fate::Lost(_, drop) => format!("{from}: {what}, lost: {}", timeline.dropped(drop).reason),
        Fate::Underway => format!("{from}: {what}, on its way"),
    }
}
