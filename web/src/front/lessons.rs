//! The lessons as cards, and what hangs on each of them.

use super::{sketch::sketch, tick};
use crate::model::{Address, Settings};
use crate::says::front as words;
use wirestage_core::course::{self, Card};
use wirestage_core::scenario::model::{Group, Level};
use yew::prelude::*;

/// The course, in its two halves.
pub fn lessons(cards: &[Card], settings: &Settings) -> Html {
    let all = course::lessons(cards);
    let done = all.iter().filter(|card| settings.done.contains(&card.id));
    let progress = words::progress(done.count(), all.len());
    let half = |(index, (name, about)): (usize, &(&'static str, &'static str))| {
        let is_mail = index == 1;
        let mine = all
            .iter()
            .filter(|card| (card.group == Group::Mail) == is_mail);
        html! {
            <section>
                <h2>{ *name }{ " " }<small>{ *about }</small></h2>
                <ol class="cards lessons">{ mine.map(|card| lesson(cards, card, settings)).collect::<Html>() }</ol>
            </section>
        }
    };
    html! {
        <>
            if !progress.is_empty() { <p class="progress" id="progress">{ progress }</p> }
            { words::HALVES.iter().enumerate().map(half).collect::<Html>() }
        </>
    }
}

/// A lesson, and what hangs on it.
fn lesson(cards: &[Card], card: &Card, settings: &Settings) -> Html {
    let done = settings.done.contains(&card.id);
    let hanging = course::hanging(cards, card);
    html! {
        <li class="lesson" key={card.id.clone()}>
            <a class={classes!("card", done.then_some("done"))} data-scenario={card.id.clone()} href={Address::of(&card.id).fragment()}>
                <b>{ words::title(card) }{ tick(done) }</b>
                <span class="about">{ card.summary.clone() }</span>
                { sketch(&card.sketch) }
            </a>
            if !hanging.is_empty() { { more(&hanging, settings) } }
        </li>
    }
}

/// What hangs on a lesson, folded until somebody asks.
fn more(hanging: &[&Card], settings: &Settings) -> Html {
    let of = |level: Level| hanging.iter().filter(move |card| card.level == level);
    let (deeper, broken) = (of(Level::Deeper).count(), of(Level::BreakIt).count());
    let group = |level: Level| {
        if of(level).next().is_none() {
            return html! {};
        }
        html! {
            <>
                <h3>{ words::level(level) }</h3>
                <ul>{ of(level).map(|card| entry(card, settings)).collect::<Html>() }</ul>
            </>
        }
    };
    html! {
        <details class="hanging">
            <summary><span class="unseen">{ words::HANGING }{ ": " }</span>{ words::hangs(deeper, broken) }</summary>
            { group(Level::Deeper) }
            { group(Level::BreakIt) }
        </details>
    }
}

fn entry(card: &Card, settings: &Settings) -> Html {
    let done = settings.done.contains(&card.id);
    html! {
        <li>
            <a data-scenario={card.id.clone()} href={Address::of(&card.id).fragment()}>{ card.title.clone() }{ tick(done) }</a>
            <span class="about">{ card.summary.clone() }</span>
        </li>
    }
}
