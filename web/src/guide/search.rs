//! Looking for layers, fields, commands, codes and words.

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
        <input id="guide-search" type="text" placeholder="Find: window, 425, MX …" aria-label="Find in the field guide"
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
    let told = match found.len() {
        0 => format!(
            "Nothing here has “{}” in its name or meaning.",
            typed.trim()
        ),
        1 => "1 thing was found.".to_owned(),
        many => format!("{many} things were found."),
    };
    html! {
        <>
            <h1>{ "Find" }</h1>
            <p class="sub" role="status">{ told }</p>
            <ul class="hits">{ found.iter().map(hit).collect::<Html>() }</ul>
        </>
    }
}
