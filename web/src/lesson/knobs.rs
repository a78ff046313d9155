//! The knobs: what a reader can change, and the way back.

use super::Seen;
use super::live::{Along, Badge};
use crate::model::{Do, Msg};
use crate::parts::{Tell, flag, says};
use crate::says::{compare, knobs as words, lesson, messages};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use wirestage_core::base::visible::visible;
use wirestage_core::scenario::model::{Knob, KnobType, KnobValues};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub seen: Seen,
    pub tell: Tell,
}

/// The row of knobs.
#[component]
pub fn Knobs(props: &Props) -> Html {
    let Props { seen, tell } = props;
    let is_live = seen.live.is_some();
    let one = |knob: &Knob| {
        html! { <OneKnob key={knob.name.clone()} knob={knob.clone()} disabled={is_live} tell={tell.clone()} /> }
    };
    html! {
        <section class={classes!("row", "knobs", seen.knobs_open.then_some("unfolded"))} aria-label={words::KNOBS}>
            <Badge seen={seen.clone()} tell={tell.clone()} />
            <button id="knobs-toggle" class="btn only-phone" aria-expanded={flag(seen.knobs_open)} aria-controls="knob-list" onclick={says(tell, Msg::Knobs)}>{ words::KNOBS }</button>
            <span id="knob-list" class="buttons" title={is_live.then_some(lesson::KEPT)}>{ seen.show.run.scenario.knobs.iter().map(one).collect::<Html>() }
            </span>
            <span class="grow"></span>
            if is_live {
                <Along seen={seen.clone()} tell={tell.clone()} />
            } else {
            <span class="buttons">
                <button id="undo" class="btn" disabled={!seen.can_undo} onclick={says(tell, Msg::Undo)} aria-label={words::UNDO}>{ "↶" }<span class="wide">{ words::UNDO_BESIDE }</span></button>
                <button id="redo" class="btn" disabled={!seen.can_redo} onclick={says(tell, Msg::Redo)} aria-label={words::REDO}>{ "↷" }</button>
                <button id="compare" class="btn" title={compare::COMPARE_WHY} onclick={says(tell, Msg::Compare(Do::Open))}>{ compare::COMPARE }</button>
                <button id="reset" class="btn" onclick={says(tell, Msg::Reset)}>{ words::RESET }</button>
            </span>
            }
        </section>
    }
}

/// What the last turn brought, or what is wrong with it; over the stage, so that nothing jumps.
#[component]
pub fn Note(props: &Props) -> Html {
    let Props { seen, tell } = props;
    if let Some(progress) = &seen.running {
        return html! {
            <div class="toast" role="region" aria-label={words::NEXT_RUN}>
                <span><span role="status">{ words::RUNNING }</span>{ ": " }{ progress.clone() }{ " …" }</span>
                <button class="btn" onclick={says(tell, Msg::Cancel)}>{ words::STOP }</button>
            </div>
        };
    }
    let close = html! {
        <button class="btn plain" aria-label={words::CLOSE} onclick={says(tell, Msg::Dismiss)}>{ "✕" }</button>
    };
    if let Some(trouble) = &seen.trouble {
        return html! {
            <div class="toast trouble" id="trouble" role="alert">
                <span>{ trouble.clone() }</span>
                { close }
            </div>
        };
    }
    let Some(note) = &seen.note else {
        return html! {};
    };
    let undo = seen.can_undo && note.starts_with(messages::RERUN) || note == messages::RESET;
    html! {
        <div class="toast" id="note" role="region" aria-label={words::CHANGED}>
            <span>{ note.clone() }</span>
            if undo {
                <button class="btn" onclick={says(tell, Msg::Undo)}>{ words::UNDO }</button>
            }
            { close }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct KnobProps {
    knob: Knob,
    disabled: bool,
    tell: Tell,
}

#[component]
fn OneKnob(props: &KnobProps) -> Html {
    let knob = &props.knob;
    let label = format!("knob-{}", knob.name);
    let inside = match &knob.values {
        KnobValues::Choices(choices) => segments(props, choices),
        KnobValues::Typed { kind, suggestions } => {
            html! { <Typed knob={knob.clone()} kind={*kind} suggestions={suggestions.clone()} disabled={props.disabled} tell={props.tell.clone()} /> }
        }
    };
    html! {
        <span class="knob" data-knob={knob.name.clone()} role="group" aria-labelledby={label.clone()}>
            <span class="lbl" id={label}>{ visible(&knob.label).into_owned() }</span>
            { inside }
        </span>
    }
}

fn turn(knob: &Knob, value: &str) -> Msg {
    Msg::Turn {
        knob: knob.name.clone(),
        value: value.to_owned(),
    }
}

fn segments(props: &KnobProps, choices: &[String]) -> Html {
    let choice = |value: &String| {
        let on = *value == props.knob.value;
        html! {
            <button disabled={props.disabled} aria-pressed={flag(on)} data-value={value.clone()} onclick={says(&props.tell, turn(&props.knob, value))}>{ value.clone() }</button>
        }
    };
    html! { <span class="seg">{ choices.iter().map(choice).collect::<Html>() }</span> }
}

#[derive(Properties, PartialEq)]
pub struct TypedProps {
    pub knob: Knob,
    pub kind: KnobType,
    pub suggestions: Vec<String>,
    pub disabled: bool,
    pub tell: Tell,
}

/// A list of values worth trying, and a field for any other.
#[component]
pub fn Typed(props: &TypedProps) -> Html {
    let typing = use_state_eq(|| false);
    let (field, list) = (use_node_ref(), use_node_ref());
    let typed = use_mut_ref(|| false);
    {
        let (field, list) = (field.clone(), list.clone());
        use_effect_with(*typing, move |typing| {
            let had = typed.replace(*typing);
            if let Some(input) = field.cast::<HtmlInputElement>().filter(|_| *typing) {
                let _ = input.focus();
                input.select();
            } else if let Some(list) = list.cast::<HtmlSelectElement>().filter(|_| had) {
                let _ = list.focus();
            }
        });
    }
    {
        let list = list.clone();
        use_effect_with(props.knob.value.clone(), move |value| {
            if let Some(list) = list.cast::<HtmlSelectElement>() {
                list.set_value(value);
            }
        });
    }
    let knob = &props.knob;
    if *typing {
        return typed_field(props, typing, field);
    }
    let onchange = {
        let (tell, knob) = (props.tell.clone(), knob.clone());
        Callback::from(move |event: Event| {
            let select: Option<HtmlSelectElement> = event.target().and_then(|t| t.dyn_into().ok());
            let Some(select) = select else {
                return;
            };
            let value = select.value();
            // It shows what the run has: another run may be refused, or stopped.
            select.set_value(&knob.value);
            if value == words::OTHER {
                typing.set(true);
            } else {
                tell.emit(turn(&knob, &value));
            }
        })
    };
    let option = |value: String| {
        let selected = value == knob.value;
        html! { <option value={value.clone()} {selected}>{ value }</option> }
    };
    html! {
        <select ref={list} disabled={props.disabled} aria-label={visible(&knob.label).into_owned()} {onchange}>{ listed(props).into_iter().map(option).collect::<Html>() }</select>
    }
}

/// What is worth trying, what the knob is, and the way to anything else.
fn listed(props: &TypedProps) -> Vec<String> {
    let mut values = props.suggestions.clone();
    for value in [&props.knob.default, &props.knob.value] {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    values.push(words::OTHER.to_owned());
    values
}

/// The field for any value: Enter takes it, Escape leaves it.
fn typed_field(props: &TypedProps, typing: UseStateHandle<bool>, field: NodeRef) -> Html {
    let (tell, knob) = (props.tell.clone(), props.knob.clone());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let input: Option<HtmlInputElement> = event.target().and_then(|t| t.dyn_into().ok());
        match (event.key().as_str(), input) {
            ("Enter", Some(input)) => {
                typing.set(false);
                tell.emit(turn(&knob, input.value().trim()));
            }
            ("Escape", _) => {
                event.stop_propagation();
                typing.set(false);
            }
            _ => {}
        }
    });
    let (now, label) = (
        props.knob.value.clone(),
        visible(&props.knob.label).into_owned(),
    );
    html! {
        <input ref={field} type="text" size="9" value={now} aria-label={label} placeholder={words::example(props.kind)} {onkeydown} />
    }
}
