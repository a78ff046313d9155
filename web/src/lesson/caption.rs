//! The caption: one sentence on what the reader sees, and where in the run they are.

use crate::model::Show;
use crate::says::lesson as words;
use crate::words::Explained;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::base::visible::visible_line;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::frames::brief;
use wirestage_core::view::outline::{Place, Row};
use wirestage_core::view::words::grouped_bytes;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub place: Place,
}

/// The caption and the line below it.
#[component]
pub fn Caption(props: &Props) -> Html {
    let Props { show, place } = props;
    let reference = reference(show, *place);
    html! {
        <div class="cap">
            <h1 id="caption"><Explained text={sentence(show, *place)} /></h1>
            <p class="where">
                { visible_line(&whereabouts(show, *place)).into_owned() }
                if !reference.is_empty() {
                    <span class="reference">{ " · " }{ reference }</span>
                }
                <span class="legend" aria-hidden="true">
                    { " · " }
                    { legend(show) }
                </span>
            </p>
        </div>
    }
}

/// Where the protocol says what is seen. Of packets only the one that speaks has it.
fn reference(show: &Show, place: Place) -> &'static str {
    match row(show, place) {
        Some(row) if place.size == StepSize::Packet => {
            let frame = FrameId::from_index(place.at - 1);
            let speaks = row.carrier == Some(frame);
            if speaks { row.reference } else { "" }
        }
        Some(row) if place.size == StepSize::Turn => row.reference,
        _ => "",
    }
}

fn row(show: &Show, place: Place) -> Option<&Row> {
    let here = show.outline.here(place)?;
    Some(&show.outline.rows[here])
}

/// What a teacher would say, or what it means.
fn sentence(show: &Show, place: Place) -> String {
    if place.at == 0 && show.is_live() && show.is_empty() {
        return words::NOTHING_YET.to_owned();
    }
    if place.at == 0 {
        return show.run.info.title.clone();
    }
    if show.outline.is_end(place) && show.is_live() {
        return words::SESSION_OVER.to_owned();
    }
    if show.outline.is_end(place) {
        return ending(show);
    }
    let Some(row) = row(show, place) else {
        return String::new();
    };
    match place.size {
        StepSize::Phase => {
            let rows = &show.outline.phases[place.at - 1].rows;
            let said = show.outline.rows[rows.clone()].iter().rev();
            let caption = said.flat_map(|row| row.captions.iter()).next();
            caption.cloned().unwrap_or_else(|| means(show, row))
        }
        StepSize::Turn => row
            .captions
            .first()
            .cloned()
            .unwrap_or_else(|| means(show, row)),
        StepSize::Packet => packet(show, FrameId::from_index(place.at - 1), row),
    }
}

/// A packet that carries a turn's first byte stands for the turn.
fn packet(show: &Show, frame: FrameId, row: &Row) -> String {
    if row.carrier == Some(frame) {
        return row
            .captions
            .first()
            .cloned()
            .unwrap_or_else(|| means(show, row));
    }
    let timeline = show.timeline();
    let sent = timeline.frame(frame);
    let from = &timeline.node(sent.from).name;
    let to = &timeline
        .node(timeline.link(sent.link).other(sent.from))
        .name;
    words::packet(from, to, &brief(timeline, &show.outline, frame))
}

fn means(show: &Show, row: &Row) -> String {
    let name = &show.timeline().node(row.from).name;
    let meaning = if row.meaning.is_empty() {
        &row.label
    } else {
        &row.meaning
    };
    words::does(name, meaning)
}

/// What decided it: the first thing that went wrong, else what was done last but the goodbye.
fn ending(show: &Show) -> String {
    let outcomes = show.timeline().outcomes();
    let failed = outcomes.iter().find(|outcome| !outcome.ok);
    // All went well, and yet a file is not what it was.
    let harmed = || {
        let all = show.arrivals().iter();
        let mut harmed = all.filter(|arrival| !arrival.is_equal() && !arrival.is_cut());
        let path = &harmed.next()?.path;
        Some(words::harmed(path.trim_start_matches('/')))
    };
    if let (None, Some(harmed)) = (failed, harmed()) {
        return harmed;
    }
    let decisive = failed
        .or_else(|| outcomes.iter().rev().nth(1))
        .or(outcomes.last());
    decisive.map_or_else(
        || words::THE_END.to_owned(),
        |outcome| grouped_bytes(&outcome.text),
    )
}

fn whereabouts(show: &Show, place: Place) -> String {
    if place.at == 0 {
        return show.run.info.summary.clone();
    }
    if show.outline.is_end(place) {
        return words::AT_END.to_owned();
    }
    let steps = show.outline.steps(place.size);
    let phase = show.outline.phase_here(place);
    let phase = phase.map_or("", |phase| show.outline.phases[phase].name);
    words::place(place.size, (place.at, steps), phase)
}

/// The strokes that this run has.
fn legend(show: &Show) -> Html {
    let strokes = show.outline.strokes();
    let entry = |class: &'static str, word: &'static str| {
        html! {
            <span class="entry">
                <svg width="22" height="10"><path class={classes!("stroke", class)} d="M1 5H21" /></svg>
                { word }
            </span>
        }
    };
    let strokes = strokes.into_iter();
    html! {
        <>
            { strokes.map(|(stroke, word)| entry(stroke.class(), word)).collect::<Html>() }
            { entry("housekeeping", words::HOUSEKEEPING) }
            if show.timeline().losses().next().is_some() {
                <span class="entry lost">{ words::LOST }</span>
            }
        </>
    }
}
