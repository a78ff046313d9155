//! Which two runs: for each the scenario, its knobs, and the way to it alone.

use super::{Props, Seen};
use crate::lesson::knobs::Typed;
use crate::model::{Do, Msg, Show};
use crate::parts::{Tell, flag};
use crate::says::compare as words;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use wirestage_core::compare::NAMES;
use wirestage_core::scenario::model::{Knob, KnobValues};
use wirestage_core::scenario::{catalogue, load};
use yew::prelude::*;

/// Both, side by side.
#[component]
pub fn Sides(props: &Props) -> Html {
    let titles = use_memo((), |()| titles());
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let one = |side: usize| side_of(&props.seen, side, &titles, &props.tell);
    html! {
        <div class={classes!("cmp-sides", open.then_some("cmp-open"))}>
            <button id="cmp-knobs" class="btn only-phone" aria-expanded={flag(*open)} onclick={toggle}>{ words::KNOBS }</button>
            { one(0) }
            { one(1) }
        </div>
    }
}

/// All scenarios: names and titles.
fn titles() -> Vec<(&'static str, String)> {
    let entries = catalogue::CATALOGUE.iter();
    let titled = entries.filter_map(|entry| {
        let loaded = load(entry.id, entry.text, &[]).ok()?;
        Some((entry.id, loaded.scenario.title))
    });
    titled.collect()
}

fn side_of(seen: &Seen, side: usize, titles: &[(&'static str, String)], tell: &Tell) -> Html {
    let Some(show) = &seen.shows[side] else {
        return html! {};
    };
    let name = NAMES[side];
    let address = &seen.both.sides[side];
    let disabled = seen.running.is_some();
    let one = |knob: &Knob| {
        html! { <OneKnob key={knob.name.clone()} {side} knob={knob.clone()} {disabled} tell={tell.clone()} /> }
    };
    html! {
        <section class="cmp-side" aria-label={words::run(name)}>
            <b class="cmp-name">{ name }</b>
            { scenarios(show, side, titles, tell) }
            <span class="cmp-knobs">{ show.run.scenario.knobs.iter().map(one).collect::<Html>() }</span>
            <a class="cmp-alone" href={address.fragment()}>{ words::alone(name) }</a>
            { apart(seen, side) }
        </section>
    }
}

/// What sets it apart, in words: where knobs are out of sight.
fn apart(seen: &Seen, side: usize) -> Html {
    let told = seen.made.as_ref().map(|made| made.apart[side].join(" · "));
    let told = told.filter(|told| !told.is_empty());
    let told = told.unwrap_or_else(|| words::SAME_SETTINGS.to_owned());
    html! { <span class="cmp-apart">{ told }</span> }
}

fn scenarios(show: &Show, side: usize, titles: &[(&'static str, String)], tell: &Tell) -> Html {
    let tell = tell.clone();
    let onchange = Callback::from(move |event: Event| {
        if let Some(select) = list(&event) {
            tell.emit(Msg::Compare(Do::Choose(side, select.value())));
        }
    });
    let option = |(id, title): &(&'static str, String)| {
        let selected = *id == show.run.info.id;
        html! { <option value={*id} {selected}>{ title.clone() }</option> }
    };
    let label = words::scenario(NAMES[side]);
    let id = format!("cmp-scenario-{side}");
    html! {
        <select {id} class="cmp-scenario" aria-label={label} {onchange}>{ titles.iter().map(option).collect::<Html>() }</select>
    }
}

fn list(event: &Event) -> Option<HtmlSelectElement> {
    event.target().and_then(|target| target.dyn_into().ok())
}

#[derive(Properties, PartialEq)]
struct KnobProps {
    side: usize,
    knob: Knob,
    disabled: bool,
    tell: Tell,
}

/// A knob as a list: two rows of buttons would leave no room for the ladders.
#[component]
fn OneKnob(props: &KnobProps) -> Html {
    let (side, knob) = (props.side, &props.knob);
    let tell = props.tell.clone();
    let turn = Callback::from(move |msg: Msg| match msg {
        Msg::Turn { knob, value } => tell.emit(Msg::Compare(Do::Turn(side, knob, value))),
        other => tell.emit(other),
    });
    let inside = match &knob.values {
        KnobValues::Choices(choices) => choice(props, choices, &turn),
        KnobValues::Typed { kind, suggestions } => {
            html! { <Typed knob={knob.clone()} kind={*kind} suggestions={suggestions.clone()} disabled={props.disabled} tell={turn} /> }
        }
    };
    let turned = knob.value != knob.default;
    html! {
        <span class={classes!("cmp-knob", turned.then_some("cmp-turned"))} data-cmp-knob={knob.name.clone()}>
            <span class="lbl" aria-hidden="true">{ knob.label.clone() }</span>
            { inside }
        </span>
    }
}

fn choice(props: &KnobProps, choices: &[String], turn: &Tell) -> Html {
    let knob = &props.knob;
    let onchange = {
        let (turn, knob) = (turn.clone(), knob.clone());
        Callback::from(move |event: Event| {
            let Some(select) = list(&event) else { return };
            let value = select.value();
            // It shows what the run has: another run may be refused, or stopped.
            select.set_value(&knob.value);
            turn.emit(Msg::Turn {
                knob: knob.name.clone(),
                value,
            });
        })
    };
    let option = |value: &String| {
        let selected = *value == knob.value;
        html! { <option value={value.clone()} {selected}>{ value.clone() }</option> }
    };
    let label = format!("{}, {}", knob.label, words::run(NAMES[props.side]));
    html! {
        <select key={knob.value.clone()} disabled={props.disabled} aria-label={label} {onchange}>{ choices.iter().map(option).collect::<Html>() }</select>
    }
}
