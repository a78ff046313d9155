//! Light or dark, and how large text is.

use crate::browser::document;
use crate::focus;
use crate::model::Msg;
use crate::model::settings::{Settings, Size, Theme};
use crate::parts::{Tell, flag, says};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub settings: Settings,
    pub tell: Tell,
}

/// The button and its menu, which keeps open for itself: the front page has no other.
#[component]
pub fn Look(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    let close = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(false))
    };
    let onkeydown = {
        let open = open.clone();
        Callback::from(move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                event.stop_propagation();
                open.set(false);
                if let Some(button) = document().get_element_by_id("look") {
                    focus::give(&button);
                }
            }
        })
    };
    let theme = |(theme, word): &(Theme, &'static str)| {
        let on = props.settings.theme == *theme;
        html! { <button aria-pressed={flag(on)} data-theme-choice={*word} onclick={says(&props.tell, Msg::Theme(*theme))}>{ *word }</button> }
    };
    let size = |(size, word): &(Size, &'static str)| {
        let on = props.settings.size == *size;
        html! { <button aria-pressed={flag(on)} data-size-choice={*word} onclick={says(&props.tell, Msg::Size(*size))}>{ *word }</button> }
    };
    html! {
        <span class="menu-at" {onkeydown}>
            <button id="look" class="btn" title="Text and colours" aria-expanded={flag(*open)} onclick={toggle}><span aria-hidden="true">{ "Aa ◐" }</span><span class="unseen">{ "Text and colours" }</span></button>
            if *open {
                <div class="scrim" onclick={close}></div>
                <div class="menu wide" role="group" aria-label="Text and colours">
                    <span class="lbl">{ "Colours" }</span>
                    <span class="seg">{ Theme::ALL.iter().map(theme).collect::<Html>() }</span>
                    <span class="lbl">{ "Text" }</span>
                    <span class="seg">{ Size::ALL.iter().map(size).collect::<Html>() }</span>
                </div>
            }
        </span>
    }
}
