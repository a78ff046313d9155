//! Keys and words.

use crate::guide::here;
use crate::keys::KEYS;
use crate::model::Msg;
use crate::model::guide::WORDS;
use crate::parts::{Tell, says};
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
        <dialog ref={node} id="help-dialog" aria-label="Keys and words" {onkeydown} onclose={says::<Event>(&props.tell, Msg::Menu(None))}>
            <h2>{ "Keys" }</h2>
            <dl>{ KEYS.iter().map(row).collect::<Html>() }</dl>
            <h2>{ "Words" }</h2>
            <p class="more">
                { "A word with dots below it opens a note. All of them: " }<a href={here(WORDS, "")}>{ "the glossary" }</a>
                { ". Every header and command: " }<a href={here("", "")}>{ "the field guide" }</a>{ "." }
            </p>
            <button class="btn go" onclick={close}>{ "Close" }</button>
        </dialog>
    }
}
