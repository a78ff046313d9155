//! Looking for layers, fields, commands, codes and words.

use crate::says::guide as words;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use wirestage_core::guide::{Hit, find};
use yew::prelude::*;

/// Where a reader types.
pub fn field(typed: &UseStateHandle<String>) -> Html {
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            let input = event
                .target()
                .and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            typed.set(input.map(|input| input.value()).unwrap_or_default());
        })
    };
    let onkeydown = {
        let typed = typed.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && !typed.is_empty() {
                event.stop_propagation();
                typed.set(String::new());
            }
        })
    };
    html! {
        <input id="guide-search" type="text" placeholder={words::FIND_EXAMPLE} aria-label={words::FIND_LABEL}
            autocomplete="off" spellcheck="false" value={(**typed).clone()} {oninput} {onkeydown} />
    }
}

/// What was found.
pub fn hits(typed: &UseStateHandle<String>) -> Html {
    let found = find(typed);
    let clear = {
        let typed = typed.clone();
        Callback::from(move |_: MouseEvent| typed.set(String::new()))
    };
    let hit = |hit: &Hit| {
        html! {
            <li>
                <a href={format!("#/guide/{}", hit.at)} onclick={clear.clone()}><b>{ hit.name.clone() }</b>{ " " }<small>{ hit.of }</small></a>
                <span>{ hit.meaning }</span>
            </li>
        }
    };
    let told = words::found(found.len(), typed.trim());
    html! {
        <>
            <h1>{ words::FIND }</h1>
            <p class="sub" role="status">{ told }</p>
            <ul class="hits">{ found.iter().map(hit).collect::<Html>() }</ul>
        </>
    }
}
