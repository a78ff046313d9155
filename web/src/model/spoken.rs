//! What is read aloud when the reader moves.

use super::Show;
use crate::says::messages;
use wirestage_core::base::FrameId;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::frames::brief;
use wirestage_core::view::outline::{Fate, Place, Row};

/// A place in words.
#[must_use]
pub fn at(show: &Show, place: Place) -> String {
    let steps = show.outline.steps(place.size);
    if place.at == 0 {
        return messages::start(&show.run.info.summary, steps, place.size);
    }
    if show.outline.is_end(place) {
        if show.is_live() {
            return messages::SESSION_END.to_owned();
        }
        let outcomes = show.timeline().outcomes().iter();
        let told: Vec<&str> = outcomes.map(|outcome| outcome.text.as_str()).collect();
        return messages::end(&told.join(" "));
    }
    let what = match (place.size, show.outline.here(place)) {
        (StepSize::Phase, _) => show.outline.phases[place.at - 1].name.to_owned(),
        (StepSize::Packet, _) => packet(show, FrameId::from_index(place.at - 1)),
        (StepSize::Turn, Some(row)) => turn(show, &show.outline.rows[row]),
        (StepSize::Turn, None) => String::new(),
    };
    messages::at(place.size, (place.at, steps), &what)
}

fn turn(show: &Show, row: &Row) -> String {
    let name = |host| show.timeline().node(host).name.as_str();
    let said = row.captions.first().unwrap_or(&row.meaning);
    messages::turn(name(row.from), row.to.map(name), &row.label, said)
}

fn packet(show: &Show, frame: FrameId) -> String {
    let timeline = show.timeline();
    let from = &timeline.node(timeline.frame(frame).from).name;
    let what = brief(timeline, &show.outline, frame);
    match show.outline.fate(timeline, frame) {
        Fate::Delivered(_, to) => messages::delivered(from, &timeline.node(to).name, &what),
        Fate::Lost(_, drop) => {
            let why = timeline.dropped(drop).reason.to_string();
            messages::lost(from, &what, &why)
        }
        Fate::Underway => messages::underway(from, &what),
    }
}
