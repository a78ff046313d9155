//! The inspector: what there is to know about the step, the run and its packets.

mod bytes;
mod charts;
mod dialogue;
mod end;
mod filter;
mod hosts;
mod kept;
mod list;
mod meaning;
mod packet;
mod packets;
mod passwords;
mod pins;
mod spoken;
mod start;
mod this_step;
mod transcript;
mod tree;
mod why;

use crate::browser::document;
use crate::model::{Looks, Msg, Show, Tab};
use crate::parts::{Tell, flag, says};
use crate::says::desk;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use wirestage_core::base::FrameId;
use wirestage_core::view::outline::Place;
use yew::prelude::*;

#[derive(Clone, Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub place: Place,
    /// The packet whose bytes are shown.
    pub packet: Option<FrameId>,
    pub tab: Tab,
    pub looks: Looks,
    /// Passwords are shown.
    pub passwords: bool,
    /// As wide as the page.
    pub wide: bool,
    pub tell: Tell,
}

/// The tabs and the panel that is open.
#[component]
pub fn Inspector(props: &Props) -> Html {
    let inside = props.clone();
    let panel = match props.tab {
        Tab::Step => html! { <this_step::ThisStep ..inside /> },
        Tab::Dialogue => html! { <dialogue::Dialogue ..inside /> },
        Tab::Hosts => html! { <hosts::Hosts ..inside /> },
        Tab::Packets => html! { <packets::Packets ..inside /> },
        Tab::Charts => html! { <charts::Charts ..inside /> },
        Tab::Text => html! { <transcript::Transcript ..inside /> },
    };
    let word = props.tab.word();
    let lists = matches!(props.tab, Tab::Dialogue | Tab::Packets | Tab::Text);
    // A list scrolls by itself; what is no list scrolls with its panel.
    let tabindex = (!lists).then_some("0");
    html! {
        <>
            <div class="desk-tabs">
                <div class="tabs" role="tablist" aria-label={desk::INSPECTOR} onkeydown={turn(props)}>
                    { Tab::ALL.into_iter().map(|tab| button(props, tab)).collect::<Html>() }
                </div>
                <button id="widen" class="btn plain" aria-pressed={flag(props.wide)} aria-label={desk::WIDEN} title={desk::WIDEN} onclick={says(&props.tell, Msg::Widen)}>{ "⤢" }</button>
            </div>
            <div key={word} id={format!("panel-{word}")} class={classes!("panel", lists.then_some("lists"))} role="tabpanel" aria-labelledby={format!("tab-{word}")} {tabindex}>
                { panel }
            </div>
        </>
    }
}

fn button(props: &Props, tab: Tab) -> Html {
    let on = tab == props.tab;
    let word = tab.word();
    html! {
        <button id={format!("tab-{word}")} role="tab" aria-selected={flag(on)} aria-controls={on.then(|| format!("panel-{word}"))}
            tabindex={if on { "0" } else { "-1" }} onclick={says(&props.tell, Msg::Tab(tab))}>
            { tab.label() }
        </button>
    }
}

/// Arrows go from tab to tab, round and round.
fn turn(props: &Props) -> Callback<KeyboardEvent> {
    let (tell, tab) = (props.tell.clone(), props.tab);
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let all = Tab::ALL;
        let at = all.iter().position(|known| *known == tab).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % all.len(),
            "ArrowLeft" => (at + all.len() - 1) % all.len(),
            "Home" => 0,
            "End" => all.len() - 1,
            _ => return,
        };
        event.prevent_default();
        tell.emit(Msg::Tab(all[to]));
        let button = document().get_element_by_id(&format!("tab-{}", all[to].word()));
        if let Some(button) = button.and_then(|b| b.dyn_into::<HtmlElement>().ok()) {
            let _ = button.focus();
        }
    })
}
