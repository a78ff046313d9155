//! Keys and words.

use crate::guide::here;
use crate::model::Msg;
use crate::model::guide::WORDS;
use crate::parts::{Tell, says};
use crate::says::help as words;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub tell: Tell,
}

/// The help, over the page.
#[component]
pub fn Help(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let row = |(key, what): &(&'static str, &'static str)| {
        html! { <><dt class="m">{ *key }</dt><dd>{ *what }</dd></> }
    };
    // The dialog closes itself, so that the browser gives the focus back.
    let close = {
        let node = node.clone();
        move || {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "?" {
                event.prevent_default();
                close();
            }
        })
    };
    let close = Callback::from(move |_: MouseEvent| close());
    html! {
        <dialog ref={node} id="help-dialog" aria-label={words::NAME} {onkeydown} onclose={says::<Event>(&props.tell, Msg::Menu(None))}>
            <h2>{ words::KEYS_HEADING }</h2>
            <dl>{ words::KEYS.iter().map(row).collect::<Html>() }</dl>
            <h2>{ words::WORDS_HEADING }</h2>
            <p class="more">
                { words::DOTS }<a href={here(WORDS, "")}>{ words::THE_GLOSSARY }</a>
                { words::HEADERS }<a href={here("", "")}>{ words::THE_GUIDE }</a>{ "." }
            </p>
            <button class="btn go" onclick={close}>{ words::CLOSE }</button>
        </dialog>
    }
}
