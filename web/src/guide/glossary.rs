//! The glossary: every word that the page explains, with its note.

use super::here;
use crate::model::guide::WORDS;
use crate::says::guide as words;
use wirestage_core::guide::Term;
use wirestage_core::guide::terms::{TABLES, named};
use yew::prelude::*;

/// All words, by what they are about.
pub fn page(chosen: &str) -> Html {
    let table = |(name, terms): &(&'static str, &'static [Term])| {
        html! {
            <section>
                <h2>{ *name }</h2>
                <dl class="terms">{ terms.iter().map(|term| entry(term, chosen)).collect::<Html>() }</dl>
            </section>
        }
    };
    html! {
        <>
            <h1>{ words::GLOSSARY }</h1>
            <p class="sub">{ words::GLOSSARY_ABOUT }</p>
            { TABLES.iter().map(table).collect::<Html>() }
        </>
    }
}

fn entry(term: &'static Term, chosen: &str) -> Html {
    let is_here = term.id == chosen;
    let note = term.note();
    let see = note.see.iter().filter_map(|id| named(id));
    let see = see
        .map(|other| html! { <>{ " " }<a href={here(WORDS, other.id)}>{ other.words[0] }</a></> });
    let (layer, item) = note.at.split_once('/').unwrap_or((note.at, ""));
    html! {
        <div class={classes!("term", is_here.then_some("here"), is_here.then_some("here-row"))}>
            <dt><a href={here(WORDS, term.id)} aria-current={is_here.then_some("true")}>{ term.words[0] }</a></dt>
            <dd>
                { note.says }
                <span class="foot">
                    if !note.reference.is_empty() {
                        <span class="reference">{ note.reference }</span>
                    }
                    if !note.at.is_empty() {
                        <a href={here(layer, item)}>{ words::NAME }</a>
                    }
                    if !note.see.is_empty() {
                        <span class="see">{ words::SEE }{ see.collect::<Html>() }</span>
                    }
                </span>
            </dd>
        </div>
    }
}
