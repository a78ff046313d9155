//! One transport for both runs.

use super::Seen;
use crate::model::{Do, Form, Msg};
use crate::parts::{Tell, flag, says};
use crate::says::compare as words;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use wirestage_core::compare::{Comparison, Weight};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub seen: Seen,
    pub last: usize,
    pub tell: Tell,
}

/// The bar below.
#[component]
pub fn Bar(props: &Props) -> Html {
    let Props { seen, last, tell } = props;
    let (start, end) = (seen.at == 0, seen.at >= *last);
    let more = seen
        .made
        .as_ref()
        .is_some_and(|made| made.differences.iter().any(|d| d.shown + 1 > seen.at));
    html! {
        <footer class="row transport" aria-label={words::TRANSPORT}>
            <button id="to-start" class="btn" aria-label={words::TO_START} title={words::TO_START_KEY} disabled={start} onclick={says(tell, Msg::ToStart)}>{ "|◀" }</button>
            <button id="back" class="btn" disabled={start} title="←" onclick={says(tell, Msg::Back)}>{ words::BACK }</button>
            <button id="next" class="btn go" disabled={end} title="→" onclick={says(tell, Msg::Next)}>{ words::NEXT }</button>
            <button id="play" class="btn cmp-wide" aria-pressed={flag(seen.playing)} title={words::PLAY_KEY} onclick={says(tell, Msg::Play)}>
                { if seen.playing { words::STOP } else { words::PLAY } }
            </button>
            <button id="cmp-next" class="btn" disabled={!more} title={words::NEXT_DIFFERENCE_KEY} onclick={says(tell, Msg::Compare(Do::Leap(true)))}>{ words::NEXT_DIFFERENCE }</button>
            <Scrubber seen={seen.clone()} last={*last} tell={tell.clone()} />
            <span id="place" class="m cmp-place">{ words::place(seen.at, *last) }</span>
            { forms(props) }
            if seen.present {
                <button id="leave" class="btn" aria-label={words::LEAVE} title={words::LEAVE_KEY} onclick={says(tell, Msg::Present(false))}>{ "✕" }</button>
            }
        </footer>
    }
}

fn forms(props: &Props) -> Html {
    let Props { seen, tell, .. } = props;
    let narrow = crate::browser::is_narrow();
    let form = seen
        .both
        .form
        .unwrap_or(if narrow { Form::Table } else { Form::Picture });
    let one = |of: Form, id: &'static str, word: &'static str| {
        html! { <button {id} aria-pressed={flag(form == of)} onclick={says(tell, Msg::Compare(Do::Form(of)))}>{ word }</button> }
    };
    html! {
        <span class="seg cmp-forms" role="group" aria-label={words::SHOWN_AS}>
            { one(Form::Picture, "cmp-picture", words::PICTURE) }
            { one(Form::Table, "cmp-table-form", words::TABLE) }
        </span>
    }
}

/// All pairs on a line, with the differences marked.
#[component]
fn Scrubber(props: &Props) -> Html {
    let Props { seen, last, tell } = props;
    let input = use_node_ref();
    {
        // The browser moves the thumb while it is dragged; the state has the last word.
        let input = input.clone();
        use_effect_with((seen.at, *last), move |(at, _)| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.set_value(&at.to_string());
            }
        });
    }
    let oninput = {
        let tell = tell.clone();
        Callback::from(move |event: InputEvent| {
            let input: Option<HtmlInputElement> = event.target().and_then(|t| t.dyn_into().ok());
            if let Some(at) = input.and_then(|input| input.value().parse().ok()) {
                tell.emit(Msg::Seek(at));
            }
        })
    };
    let text = words::place(seen.at, *last);
    html! {
        <span class="track">
            if let Some(made) = &seen.made {
                { marks(made, *last) }
            }
            <input ref={input} id="scrubber" type="range" min="0" max={last.to_string()} step="1" aria-label={words::STEP} aria-valuetext={text} {oninput} />
        </span>
    }
}

/// In thousandths of the bar.
fn marks(made: &Comparison, last: usize) -> Html {
    let shown = made.first().map(|first| first.shown);
    let one = |difference: &wirestage_core::compare::Difference| {
        let x = (difference.shown + 1) * 1000 / last.max(1);
        let class = match (shown == Some(difference.shown), difference.weight) {
            (true, _) => "cmp-tick first",
            (false, Weight::Course) => "cmp-tick",
            (false, _) => "cmp-tick small",
        };
        html! { <path {class} d={format!("M{x} 3V23")} /> }
    };
    html! {
        <svg class="marks" viewBox="0 0 1000 26" preserveAspectRatio="none" aria-hidden="true">
            { made.differences.iter().map(one).collect::<Html>() }
        </svg>
    }
}
