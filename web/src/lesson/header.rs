//! The header: which scenario, and what can be done with it.

use super::Seen;
use super::export::Export;
use super::look::Look;
use crate::model::{Address, Menu, Msg};
use crate::parts::{Tell, flag, says};
use crate::says::{header as words, help};
use wirestage_core::base::visible::visible_line;
use wirestage_core::course::{self, Card};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub seen: Seen,
    pub tell: Tell,
}

/// The header.
#[component]
pub fn Header(props: &Props) -> Html {
    let Props { seen, tell } = props;
    let open = seen.header_open;
    html! {
        <header class={classes!("row", "top", open.then_some("unfolded"))}>
            <a class="logo" href="#/" title={words::ALL}>{ "Wirestage" }</a>
            <Scenarios seen={seen.clone()} tell={tell.clone()} />
            <span class="lbl group">{ words::group(seen.show.run.scenario.group) }</span>
            <span class="grow"></span>
            <button id="more" class="btn only-phone" aria-expanded={flag(open)} aria-controls="header-buttons" onclick={says(tell, Msg::Header)} aria-label={words::MORE}>{ "≡" }</button>
            <span id="header-buttons" class="buttons">
                <Export show={std::rc::Rc::clone(&seen.show)} open={seen.menu == Some(Menu::Export)} tap={seen.tap.clone()} tell={tell.clone()} />
                <button id="copy-link" class="btn" onclick={says(tell, Msg::CopyLink)}>{ words::COPY }</button>
                <button id="present" class="btn" aria-pressed={flag(seen.present)} onclick={says(tell, Msg::TogglePresent)}>
                    { if seen.present { words::LEAVE } else { words::PRESENT } }
                </button>
                <Look settings={seen.settings.clone()} tell={tell.clone()} />
                <button id="help" class="btn" aria-label={help::NAME} title={help::NAME} onclick={says(tell, Msg::Menu(Some(Menu::Help)))}>{ "?" }</button>
            </span>
        </header>
    }
}

/// The other scenarios.
#[component]
fn Scenarios(props: &Props) -> Html {
    let Props { seen, tell } = props;
    let open = seen.menu == Some(Menu::Scenarios);
    let scenario = &seen.show.run.scenario;
    let name = words::shown(scenario);
    let entries = use_memo(
        open,
        |open| if *open { course::cards() } else { Vec::new() },
    );
    let entry = |card: &Card| {
        let current = (card.id == scenario.id).then_some("page");
        html! {
            <li><a href={Address::of(&card.id).fragment()} aria-current={current}>{ card.title.clone() }</a></li>
        }
    };
    html! {
        <span class="menu-at">
            <button id="scenarios" class="pick" aria-expanded={flag(open)} onclick={says(tell, Msg::Menu(Some(Menu::Scenarios)))}>{ visible_line(&name).into_owned() }</button>
            if open {
                <div class="scrim" onclick={says(tell, Msg::Menu(None))}></div>
                <ul class="menu">
                    { entries.iter().map(entry).collect::<Html>() }
                    <li><a href="#/">{ words::ALL }</a></li>
                </ul>
            }
        </span>
    }
}
