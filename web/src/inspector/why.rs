//! Why: the few causes that the step or the packet came of, each of which is a place to go to.

use super::Props;
use crate::model::address::size_word;
use crate::model::{Asked, Msg};
use crate::parts::{flag, says};
use crate::says::why as words;
use wirestage_core::base::EventId;
use wirestage_core::explain::why::matter;
use wirestage_core::timeline::{Chain, Link};
use yew::prelude::*;

/// The box: closed it asks, open it answers.
pub fn why(props: &Props) -> Html {
    let Props { show, place, .. } = props;
    let Some(here) = show.explained(*place, props.packet) else {
        return html! {};
    };
    let events = show.timeline().events().len();
    let asked = props.looks.why;
    let of = match asked {
        Some(Asked::Of(event)) if event.index() < events => event,
        _ => here,
    };
    let timeline = show.timeline();
    let is_open = asked.is_some();
    let question = words::question(matter(timeline, timeline.event(of)));
    let next = if is_open { None } else { Some(Asked::Here) };
    html! {
        <section class="why" aria-label={words::WHY}>
            <h2>
                <button id="why" aria-expanded={flag(is_open)} aria-controls={is_open.then_some("why-links")} onclick={says(&props.tell, Msg::Why(next))}>
                    { question }
                </button>
            </h2>
            if is_open { { answer(props, of, here) } }
        </section>
    }
}

fn answer(props: &Props, of: EventId, here: EventId) -> Html {
    let chain = props.show.chain(of);
    let elsewhere = of != here;
    html! {
        <>
            if elsewhere {
                <p class="why-of">
                    if let Some(last) = chain.links.last() {
                        <span>{ words::EXPLAINED }<b>{ name(props, last) }</b>{ " " }{ last.says.clone() }</span>
                    }
                    <button id="why-here" class="btn" onclick={says(&props.tell, Msg::Why(Some(Asked::Here)))}>{ words::THIS_STEP }</button>
                </p>
            }
            if let Some(trouble) = &chain.trouble {
                <p class="why-trouble">{ words::trouble(chain.matter, &trouble.words()) }</p>
            }
            if chain.links.len() < 2 {
                <p class="note">{ words::ROOT }</p>
            }
            <ol id="why-links" aria-label={words::LINKS}>
                { chain.links.iter().enumerate().map(|(at, link)| one(props, &chain, at, link)).collect::<Html>() }
            </ol>
        </>
    }
}

fn one(props: &Props, chain: &Chain, at: usize, link: &Link) -> Html {
    let Props { show, place, .. } = props;
    let outline = &show.outline;
    let there = outline.place_of(place.size, link.event.index());
    let is_here = there == *place;
    let phase = outline.phase_here(there);
    let phase = phase.map_or("", |phase| outline.phases[phase].name);
    let decided = chain.trouble.as_ref();
    let decided = decided.is_some_and(|trouble| trouble.event == link.event);
    let go = Msg::ToCause {
        of: chain.event,
        to: link.event,
        frame: link.frame,
    };
    html! {
        <li class={classes!(decided.then_some("decided"))}>
            <button id={format!("why-{at}")} class="why-link" aria-current={is_here.then_some("step")} onclick={says(&props.tell, go)}>
                <span class="why-says"><b>{ name(props, link) }</b>{ " " }{ link.says.clone() }</span>
                <span class="why-at">
                    { link.time.to_string() }{ " · " }{ words::place(size_word(place.size), there.at, phase) }
                    if decided { { " · " }{ words::DECISIVE } }
                </span>
            </button>
        </li>
    }
}

fn name(props: &Props, link: &Link) -> String {
    props.show.timeline().node(link.host).name.clone()
}
