//! The run as a file.

use crate::model::paper::Paper;
use crate::model::{Menu, Msg, Show};
use crate::parts::{Tell, flag, says};
use crate::says::{header as words, ladder, paper};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use wirestage_core::capture::Tap;
use wirestage_core::save::Format;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub open: bool,
    pub tap: Option<String>,
    pub tell: Tell,
}

/// The button and its menu.
#[component]
pub fn Export(props: &Props) -> Html {
    let tell = &props.tell;
    html! {
        <span class="menu-at">
            <button id="export" class="btn" aria-expanded={flag(props.open)} onclick={says(tell, Msg::Menu(Some(Menu::Export)))}>{ words::EXPORT_OPEN }</button>
            if props.open {
                <div class="scrim" onclick={says(tell, Msg::Menu(None))}></div>
                <div class="menu wide" role="group" aria-label={words::EXPORT}>
                    { Format::ALL.iter().map(|format| entry(*format, tell)).collect::<Html>() }
                    <button class="entry" data-export="png" onclick={says(tell, Msg::Png)}>
                        <b class="m">{ words::PNG }</b>
                        <span>{ ladder::PNG }</span>
                    </button>
                    { on_paper(props) }
                    { taps(props) }
                    <p class="hint">
                        { words::IN_WIRESHARK }
                        <code>{ words::FILTER }</code>
                        { words::PROFILE }
                        <code>{ words::PROFILE_COMMAND }</code>
                        { "." }
                    </p>
                </div>
            }
        </span>
    }
}

fn entry(format: Format, tell: &Tell) -> Html {
    html! {
        <button class="entry" data-export={format.ending()} onclick={says(tell, Msg::Export(format))}>
            <b class="m">{ "." }{ format.ending() }</b>
            <span>{ words::format(format) }</span>
        </button>
    }
}

/// The sheets that can be printed.
fn on_paper(props: &Props) -> Html {
    let one = |(kind, word): (Paper, &'static str)| {
        let about = match kind {
            Paper::Handout => paper::HANDOUT,
            Paper::Worksheet => paper::WORKSHEET,
        };
        html! {
            <button class="entry" data-export-paper={word} onclick={says(&props.tell, Msg::Paper(Some(kind)))}>
                <b>{ paper::kind(kind) }</b>
                <span>{ about }</span>
            </button>
        }
    };
    if props.show.is_live() {
        return html! {};
    }
    Paper::ALL.into_iter().map(one).collect()
}

/// Where a capture is taken.
fn taps(props: &Props) -> Html {
    let timeline = props.show.timeline();
    let first = Tap::first(timeline).name(timeline);
    let chosen = props.tap.clone().unwrap_or(first);
    let tell = props.tell.clone();
    let onchange = Callback::from(move |event: Event| {
        let select: Option<HtmlSelectElement> = event.target().and_then(|t| t.dyn_into().ok());
        if let Some(select) = select {
            tell.emit(Msg::TapAt(select.value()));
        }
    });
    let option = |name: String| {
        let selected = name == chosen;
        let text = if name == "all" {
            words::EVERYWHERE.to_owned()
        } else {
            name.clone()
        };
        html! { <option value={name} {selected}>{ text }</option> }
    };
    let names = Tap::names(timeline).into_iter();
    html! {
        <label class="tap">
            { words::TAKEN_AT }
            <select id="tap" {onchange}>{ names.map(option).collect::<Html>() }</select>
        </label>
    }
}
