//! The front page: the lessons, and all scenarios behind a search.

mod lessons;
mod search;
mod sketch;

use crate::lesson::look::Look;
use crate::model::address::size_word;
use crate::model::guide::WORDS;
use crate::model::{Address, Settings};
use crate::parts::Tell;
use crate::says::front as words;
use wirestage_core::course::{self, Card};
use wirestage_core::timeline::StepSize;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub settings: Settings,
    pub trouble: Option<String>,
    /// What is looked for.
    pub find: Option<String>,
    /// What is found: it comes with what is looked for, once the rest of the page is there.
    pub results: Option<Html>,
    pub tell: Tell,
}

/// What is found, where something is looked for.
pub fn results(find: Option<&String>, settings: &Settings, tell: &Tell) -> Option<Html> {
    let find = find?.clone();
    let done = settings.done.clone();
    Some(html! { <search::Results {find} {done} tell={tell.clone()} /> })
}

/// The front page.
#[component]
pub fn Front(props: &Props) -> Html {
    let Props { settings, tell, .. } = props;
    let cards = use_memo((), |()| course::cards());
    let main = match &props.results {
        Some(results) => results.clone(),
        None => lessons::lessons(&cards, settings),
    };
    html! {
        <div id="front">
            <header class="top">
                <b class="logo">{ words::LOGO }</b>
                <span class="grow"></span>
                { crate::versus::link() }
                { crate::guide::link() }
                <a class="btn" id="words-link" href={crate::guide::here(WORDS, "")}>{ words::WORDS }</a>
                <Look settings={settings.clone()} tell={tell.clone()} />
            </header>
            <main>
                if let Some(trouble) = &props.trouble {
                    <p class="trouble" role="alert" id="trouble">{ trouble.clone() }</p>
                }
                <h1>{ words::TITLE }</h1>
                <p class="sub">{ words::ABOUT }</p>
                <p class="begin">
                    { begin(settings, &cards) }
                    if props.find.is_none() {
                        <a class="btn" id="all" href="#/?find=">{ words::all(cards.len()) }</a>
                    } else {
                        <a class="btn" id="to-lessons" href="#/">{ words::CLEAR }</a>
                    }
                </p>
                <search::Field find={props.find.clone()} tell={tell.clone()} />
                { main }
            </main>
        </div>
    }
}

/// Where to begin, or to go on: the most likely way is the first button.
fn begin(settings: &Settings, cards: &[Card]) -> Html {
    let go = |id: &'static str, card: &Card, text: String| {
        html! { <a class="btn go" {id} href={Address::of(&card.id).fragment()}>{ text }</a> }
    };
    let Some((address, card)) = last(settings, cards) else {
        return course::lessons(cards)
            .first()
            .map(|first| go("begin", first, words::begin(first)))
            .unwrap_or_default();
    };
    let (size, at) = (address.place.size, address.place.at);
    let of = (size == StepSize::Turn && address.knobs.is_empty()).then_some(card.turns);
    let text = words::resume(card, size_word(size), (at, of));
    let is_over = settings.done.contains(&card.id) && of.is_some_and(|of| at > of);
    let next = course::next(cards, &card.id).filter(|_| is_over);
    html! {
        <>
            if let Some(next) = next { { go("go-on", next, words::go_on(next)) } }
            <a class={classes!("btn", next.is_none().then_some("go"))} id="continue" href={address.fragment()}>{ text }</a>
        </>
    }
}

/// Where the reader was.
fn last<'a>(settings: &Settings, cards: &'a [Card]) -> Option<(Address, &'a Card)> {
    let address = Address::read(settings.last.as_deref()?);
    let id = address.scenario.clone()?;
    let card = cards.iter().find(|card| card.id == id)?;
    Some((address, card))
}

/// The sign of what was seen to its end.
fn tick(done: bool) -> Html {
    if !done {
        return html! {};
    }
    html! {
        <span class="tick" title={words::DONE}>{ "\u{a0}✓" }<span class="unseen">{ words::DONE }</span></span>
    }
}
