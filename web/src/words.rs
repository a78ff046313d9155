//! Words are explained: the first place of each word of the glossary in a text opens a note.

use crate::model::Spot;
use crate::model::guide::WORDS;
use crate::parts::flag;
use crate::says::help::GLOSSARY;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};
use wirestage_core::base::visible::visible;
use wirestage_core::guide::Term;
use wirestage_core::guide::terms::marks;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub text: String,
}

/// A text, with its words explained.
#[component]
pub fn Explained(props: &Props) -> Html {
    let text = &*visible(&props.text);
    let found = use_memo(text.to_owned(), |text| marks(text));
    let mut parts: Vec<Html> = Vec::new();
    let mut at = 0;
    for (range, term) in found.iter() {
        let between = text.get(at..range.start).unwrap_or_default();
        let word = text.get(range.clone()).unwrap_or_default().to_owned();
        let key = format!("{} {word}", term.id);
        parts.push(html! { <>{ between.to_owned() }</> });
        parts.push(html! { <Word {key} id={term.id} {word} /> });
        at = range.end;
    }
    let rest = text.get(at..).unwrap_or_default().to_owned();
    html! { <>{ parts }{ rest }</> }
}

#[derive(Properties, PartialEq)]
struct WordProps {
    id: &'static str,
    word: String,
}

/// A word that opens its note.
#[component]
fn Word(props: &WordProps) -> Html {
    let open = use_state_eq(|| false);
    let note = use_node_ref();
    let button = use_node_ref();
    {
        let (note, button) = (note.clone(), button.clone());
        use_effect_with(*open, move |open| {
            if *open {
                place(&note, &button);
            }
        });
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let onfocus = {
        let open = open.clone();
        // Who comes by keyboard is shown the note; a click opens it by itself.
        Callback::from(move |event: FocusEvent| {
            let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
            if target.is_some_and(|t| t.matches(":focus-visible").unwrap_or(false)) {
                open.set(true);
            }
        })
    };
    let onfocusout = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event
                .related_target()
                .and_then(|t| t.dyn_into::<Node>().ok());
            let around = button.get().and_then(|button| button.parent_node());
            if !around.is_some_and(|around| around.contains(to.as_ref())) {
                open.set(false);
            }
        })
    };
    let onkeydown = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                event.stop_propagation();
                if let Some(button) = button.cast::<HtmlElement>() {
                    let _ = button.focus();
                }
                open.set(false);
            }
        })
    };
    let term = wirestage_core::guide::terms::named(props.id);
    html! {
        <span class="word-at" {onfocusout} {onkeydown}>
            <button ref={button} class="word" aria-expanded={flag(*open)} {onfocus} onclick={toggle}>{ props.word.clone() }</button>
            if let Some(term) = term.filter(|_| *open) {
                <span ref={note} class="explained" role="note" aria-label={term.words[0]}>
                    { note_of(term) }
                </span>
            }
        </span>
    }
}

fn note_of(term: &'static Term) -> Html {
    let spot = Spot {
        layer: WORDS.to_owned(),
        item: term.id.to_owned(),
        ..Spot::default()
    };
    let note = term.note();
    html! {
        <>
            <b>{ term.words[0] }</b>
            <span role="status">{ note.says }</span>
            <span class="foot">
                <span class="reference">{ note.reference }</span>
                <a href={spot.fragment()}>{ GLOSSARY }</a>
            </span>
        </>
    }
}

/// Puts the note below its word, wherever there is room for it: what scrolls would cut it off.
fn place(note: &NodeRef, button: &NodeRef) {
    let (Some(note), Some(button)) = (note.cast::<HtmlElement>(), button.cast::<Element>()) else {
        return;
    };
    const EDGE: f64 = 8.0;
    let word = button.get_bounding_client_rect();
    let size = note.get_bounding_client_rect();
    let window = crate::browser::window();
    let length = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0)
    };
    let (width, height) = (length(window.inner_width()), length(window.inner_height()));
    let left = word.left().min(width - size.width() - EDGE).max(EDGE);
    let below = word.bottom() + EDGE;
    let top = if below + size.height() > height {
        (word.top() - size.height() - EDGE).max(EDGE)
    } else {
        below
    };
    let style = note.style();
    for (name, value) in [("left", left), ("top", top)] {
        let _ = style.set_property(name, &format!("{}px", whole(value)));
    }
}

fn whole(value: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in the window"
    )]
    let whole = value as u32;
    whole
}
