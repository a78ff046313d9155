//! Which two runs: for each the scenario, its knobs, and the way to it alone.

use super::{Props, Seen};
use crate::lesson::knobs::Typed;
use crate::model::{Do, Msg, Show};
use crate::parts::{Tell, flag};
use crate::says::compare as words;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use wirestage_core::base::visible::visible;
use wirestage_core::compare::NAMES;
use wirestage_core::course::{self, Card};
use wirestage_core::scenario::model::{Knob, KnobValues};
use yew::prelude::*;

/// Both, side by side.
#[component]
pub fn Sides(props: &Props) -> Html {
    let cards = use_memo((), |()| course::cards());
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let one = |side: usize| side_of(&props.seen, side, &cards, &props.tell);
    html! {
        <div class={classes!("cmp-sides", open.then_some("cmp-open"))}>
            <button id="cmp-knobs" class="btn only-phone" aria-expanded={flag(*open)} onclick={toggle}>{ words::KNOBS }</button>
            { one(0) }
            { one(1) }
        </div>
    }
}

fn side_of(seen: &Seen, side: usize, cards: &[Card], tell: &Tell) -> Html {
    let Some(show) = &seen.shows[side] else {
        return html! {};
    };
    let name = NAMES[side];
    let address = &seen.both.sides[side];
    let one = |knob: &Knob| {
        html! { <OneKnob key={knob.name.clone()} {side} knob={knob.clone()} tell={tell.clone()} /> }
    };
    html! {
        <section class="cmp-side" aria-label={words::run(name)}>
            <b class="cmp-name">{ name }</b>
            { scenarios(show, side, cards, tell) }
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

fn scenarios(show: &Show, side: usize, cards: &[Card], tell: &Tell) -> Html {
    let tell = tell.clone();
    let chosen = Callback::from(move |id| tell.emit(Msg::Compare(Do::Choose(side, id))));
    let entries = cards.iter();
    let entries: Vec<_> = entries
        .map(|card| (card.id.clone(), card.title.clone()))
        .collect();
    html! {
        <List id={format!("cmp-scenario-{side}")} label={words::scenario(NAMES[side])} value={show.run.info.id.clone()} {entries} {chosen} />
    }
}

#[derive(Properties, PartialEq)]
struct ListProps {
    #[prop_or_default]
    id: Option<String>,
    label: String,
    value: String,
    /// Values with what is read of each.
    entries: Vec<(String, String)>,
    chosen: Callback<String>,
}

/// A list that shows what the run has, whatever was chosen: another run may be refused.
#[component]
fn List(props: &ListProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.value.clone(), move |value| {
            if let Some(list) = node.cast::<HtmlSelectElement>() {
                list.set_value(value);
            }
        });
    }
    let onchange = {
        let (chosen, value) = (props.chosen.clone(), props.value.clone());
        Callback::from(move |event: Event| {
            let list = event.target().and_then(|target| target.dyn_into().ok());
            let Some(list): Option<HtmlSelectElement> = list else {
                return;
            };
            let now = list.value();
            list.set_value(&value);
            chosen.emit(now);
        })
    };
    let option = |(value, text): &(String, String)| {
        let selected = *value == props.value;
        html! { <option value={value.clone()} {selected}>{ text.clone() }</option> }
    };
    let class = props.id.is_some().then_some("cmp-scenario");
    html! {
        <select ref={node} id={props.id.clone()} {class} aria-label={props.label.clone()} {onchange}>{ props.entries.iter().map(option).collect::<Html>() }</select>
    }
}

#[derive(Properties, PartialEq)]
struct KnobProps {
    side: usize,
    knob: Knob,
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
            // Both sides have such a knob: each says whose it is.
            let knob = Knob {
                label: words::knob(&knob.label, NAMES[side]),
                ..knob.clone()
            };
            html! { <Typed {knob} kind={*kind} suggestions={suggestions.clone()} disabled={false} tell={turn} /> }
        }
    };
    let turned = knob.value != knob.default;
    html! {
        <span class={classes!("cmp-knob", turned.then_some("cmp-turned"))} data-cmp-knob={knob.name.clone()}>
            <span class="lbl" aria-hidden="true">{ visible(&knob.label).into_owned() }</span>
            { inside }
        </span>
    }
}

fn choice(props: &KnobProps, choices: &[String], turn: &Tell) -> Html {
    let name = props.knob.name.clone();
    let turn = turn.clone();
    let chosen = Callback::from(move |value| {
        turn.emit(Msg::Turn {
            knob: name.clone(),
            value,
        });
    });
    let entries = choices.iter().map(|value| (value.clone(), value.clone()));
    let label = words::knob(&props.knob.label, NAMES[props.side]);
    html! {
        <List {label} value={props.knob.value.clone()} entries={entries.collect::<Vec<_>>()} {chosen} />
    }
}
