//! The transport: Next, Back, Play, the size of a step, the scrubber.

use super::Seen;
use crate::model::address::size_word;
use crate::model::{Msg, SPEEDS};
use crate::parts::{Tell, flag, says};
use crate::says::{lesson, transport as words};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use wirestage_core::timeline::StepSize;
use wirestage_core::view::outline::Place;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub seen: Seen,
    pub tell: Tell,
}

/// The bar below.
#[component]
pub fn Transport(props: &Props) -> Html {
    let Props { seen, tell } = props;
    let place = seen.address.place;
    let start = place.at == 0;
    let end = place.at >= seen.last;
    // What happens now plays by itself.
    let plays = end && seen.live.is_some_and(|live| !live.standing.is_end());
    html! {
        <footer class="row transport" aria-label={words::TRANSPORT}>
            <button id="to-start" class="btn" aria-label={words::TO_START} title={words::TO_START_KEY} disabled={start} onclick={says(tell, Msg::ToStart)}>{ "|◀" }</button>
            <button id="back" class="btn" disabled={start} onclick={says(tell, Msg::Back)} title="←">{ words::BACK }</button>
            <button id="next" class="btn go" disabled={end} onclick={says(tell, Msg::Next)} title="→">{ words::NEXT }</button>
            <button id="play" class="btn" disabled={plays} aria-pressed={flag(seen.playing)} onclick={says(tell, Msg::Play)} title={words::PLAY_KEY}>
                { if seen.playing { words::STOP } else { words::PLAY } }
            </button>
            <span class="by" role="group" aria-label={words::STEP_BY}>
                <span class="lbl">{ words::STEP_BY_LABEL }</span>
                <span class="seg">
                    { by(props, StepSize::Packet) }
                    { by(props, StepSize::Turn) }
                    { by(props, StepSize::Phase) }
                </span>
            </span>
            <Scrubber seen={seen.clone()} tell={tell.clone()} />
            <span id="place" class="m">{ whereabouts(seen) }</span>
            { speeds(props) }
            if seen.present {
                <button id="leave" class="btn" aria-label={words::LEAVE} title={words::LEAVE_KEY} onclick={says(tell, Msg::Present(false))}>{ "✕" }</button>
            }
        </footer>
    }
}

fn by(props: &Props, size: StepSize) -> Html {
    let on = props.seen.address.place.size == size;
    html! {
        <button data-by={size_word(size)} aria-pressed={flag(on)} onclick={says(&props.tell, Msg::By(size))}>{ lesson::size(size) }</button>
    }
}

/// `9/17 · 0.265 s`.
fn whereabouts(seen: &Seen) -> String {
    let place = seen.address.place;
    let outline = &seen.show.outline;
    let timeline = seen.show.timeline();
    let steps = outline.steps(place.size).min(seen.last);
    let seen_events = outline.seen(place);
    let time = match seen_events.checked_sub(1) {
        Some(last) if place.at > 0 => {
            let id = wirestage_core::base::EventId::from_index(last);
            timeline.event(id).time
        }
        _ => wirestage_core::base::Time::ZERO,
    };
    if outline.is_end(place) {
        words::end(time)
    } else {
        words::place(place.at, steps, time)
    }
}

fn speeds(props: &Props) -> Html {
    let tell = props.tell.clone();
    let onchange = Callback::from(move |event: Event| {
        let select: Option<HtmlSelectElement> = event.target().and_then(|t| t.dyn_into().ok());
        if let Some(speed) = select.and_then(|select| select.value().parse().ok()) {
            tell.emit(Msg::SetSpeed(speed));
        }
    });
    let option = |(index, (word, _)): (usize, &(&'static str, u32))| {
        let selected = props.seen.speed.0 == index;
        html! { <option value={index.to_string()} {selected}>{ *word }</option> }
    };
    html! {
        <label class="speed">
            <span class="lbl">{ words::SPEED }</span>
            <select id="speed" {onchange}>{ SPEEDS.iter().enumerate().map(option).collect::<Html>() }</select>
        </label>
    }
}

/// All places of the run on a line, with phases and losses marked.
#[component]
fn Scrubber(props: &Props) -> Html {
    let Props { seen, tell } = props;
    let place = seen.address.place;
    let last = seen.last;
    let input = use_node_ref();
    {
        // The browser moves the thumb while it is dragged; the state has the last word.
        let input = input.clone();
        use_effect_with((place.at, last), move |(at, _)| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.set_value(&at.to_string());
            }
        });
    }
    let marks = use_memo(
        (Rc::clone(&seen.show), place.size, last),
        |(show, size, last)| marks(&show.outline, show.timeline(), *size, *last),
    );
    let oninput = {
        let tell = tell.clone();
        Callback::from(move |event: InputEvent| {
            let input: Option<HtmlInputElement> = event.target().and_then(|t| t.dyn_into().ok());
            if let Some(at) = input.and_then(|input| input.value().parse().ok()) {
                tell.emit(Msg::Seek(at));
            }
        })
    };
    let text = words::step_of(place.at, last);
    html! {
        <span class="track">
            { (*marks).clone() }
            <input ref={input} id="scrubber" type="range" min="0" max={last.to_string()} step="1" aria-label={words::STEP} aria-valuetext={text} {oninput} />
        </span>
    }
}

/// In thousandths of the bar. Of many losses in one spot one is drawn.
fn marks(
    outline: &wirestage_core::view::outline::Outline,
    timeline: &wirestage_core::timeline::Timeline,
    size: StepSize,
    last: usize,
) -> Html {
    let last = last.max(1);
    let at = |place: Place| place.at * 1000 / last;
    let phases = outline.phases.iter().skip(1);
    let mut ticks: Vec<usize> = phases
        .map(|phase| at(outline.place_of(size, phase.events.start)))
        .collect();
    ticks.dedup();
    let mut losses: Vec<usize> = timeline
        .losses()
        .map(|loss| at(outline.place_of(size, loss.event.index())))
        .collect();
    losses.dedup();
    let tick = |x: usize| html! { <path class="phase" d={format!("M{x} 6V20")} /> };
    let loss = |x: usize| html! { <path class="lost" d={format!("M{x} 1V25")} /> };
    html! {
        <svg class="marks" viewBox="0 0 1000 26" preserveAspectRatio="none" aria-hidden="true">
            { ticks.into_iter().map(tick).collect::<Html>() }
            { losses.into_iter().map(loss).collect::<Html>() }
        </svg>
    }
}
