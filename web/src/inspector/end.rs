//! After the last step: how it went, three facts, a knob to try, the next lesson.

use crate::model::paper::Paper;
use crate::model::{Address, Msg, Show};
use crate::parts::{Tell, says};
use crate::says::{end as words, front, paper};
use crate::words::Explained;
use std::rc::Rc;
use wirestage_core::base::visible::visible;
use wirestage_core::course::{self, Card};
use wirestage_core::save::Format;
use wirestage_core::scenario::model::Knob;
use wirestage_core::view::arrivals::told;
use wirestage_core::view::facts::Facts;
use wirestage_core::view::words::{grouped, grouped_bytes};
use yew::prelude::*;

/// Values of a knob that have a button each, and what each of them brings, so many words.
const VALUES: usize = 3;
const BRINGS: usize = 3;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub tell: Tell,
}

/// The end.
#[component]
pub fn End(props: &Props) -> Html {
    let Props { show, tell } = props;
    let cards = use_memo((), |()| course::cards());
    html! {
        <>
            <h2>{ words::OUTCOME }</h2>
            <ul class="outcomes">{ outcomes(show) }</ul>
            <h2>{ words::NUMBERS }</h2>
            { facts(show) }
            if show.is_live() {
                { keep(show, tell) }
            } else {
                { knob(show, &cards, tell) }
                { next(show, &cards) }
                { on_paper(tell) }
            }
        </>
    }
}

fn outcomes(show: &Show) -> Html {
    let one = |ok: bool, text: String| {
        let (sign, class, word) = if ok {
            ("✓", "ok", words::DONE)
        } else {
            ("✗", "failed", words::FAILED)
        };
        html! {
            <li {class}>
                <span class="sign" aria-hidden="true">{ sign }</span>
                <span><span class="unseen">{ word }</span><Explained {text} /></span>
            </li>
        }
    };
    let files = told(show.timeline(), show.arrivals()).into_iter();
    let files: Html = files.map(|told| one(told.ok, told.text)).collect();
    let all = show.timeline().outcomes();
    if let Some(why) = &show.run.info.stopped {
        return one(false, words::stopped(why));
    }
    if all.is_empty() && show.is_live() {
        return html! { <li>{ words::NOBODY_BUT_YOU }</li> };
    }
    if all.is_empty() {
        return html! { <li>{ words::NOBODY }</li> };
    }
    let asked = all
        .iter()
        .map(|outcome| one(outcome.ok, grouped_bytes(&outcome.text)));
    let asked: Html = asked.collect();
    html! { <>{ asked }{ files }</> }
}

fn facts(show: &Show) -> Html {
    let facts = Facts::of(show.timeline());
    let class = classes!("three", (facts.lookups > 0).then_some("four"));
    html! {
        <ul {class}>
            <li><b>{ grouped(facts.connections) }</b>{ words::connections(facts.connections) }</li>
            if facts.lookups > 0 {
                <li><b>{ grouped(facts.lookups) }</b>{ words::lookups(facts.lookups) }</li>
            }
            <li><b>{ grouped(facts.packets) }</b>{ words::packets(facts.packets, facts.lost) }</li>
            <li><b>{ facts.time.to_string() }</b>{ words::WHOLE_TIME }</li>
        </ul>
    }
}

/// A session is gone when its window is closed: how to keep it, and how to begin another.
fn keep(show: &Show, tell: &Tell) -> Html {
    let save = |format: Format, about: &'static str| {
        let ending = format.ending();
        html! {
            <li>
                <button class="btn" onclick={says(tell, Msg::Export(format))}>{ words::save(ending) }</button>
                <span class="aside">{ " " }{ about }</span>
            </li>
        }
    };
    html! {
        <>
            <h2>{ words::KEEP }</h2>
            <ul class="keep">
                { save(Format::Pcapng, words::PCAPNG) }
                { save(Format::Text, words::TEXT) }
                { save(Format::Json, words::JSON) }
            </ul>
            <h2>{ words::AGAIN }</h2>
            <p class="m">{ format!("{} --page", show.run.info.command()) }</p>
        </>
    }
}

fn card<'a>(show: &Show, cards: &'a [Card]) -> Option<&'a Card> {
    cards.iter().find(|card| card.id == show.run.scenario.id)
}

/// A knob worth turning, with the values that it does not have: one whose values bring what was
/// not there before, where there is such a one.
fn knob(show: &Show, cards: &[Card], tell: &Tell) -> Html {
    let card = card(show, cards);
    let tells = |knob: &&Knob| {
        let mut said = card.iter().flat_map(|card| &card.said);
        said.any(|said| {
            said.setting
                .as_ref()
                .is_some_and(|(name, _)| *name == knob.name)
        })
    };
    let knobs = || {
        show.run
            .scenario
            .knobs
            .iter()
            .filter(|k| !others(k).is_empty())
    };
    let Some(knob) = knobs().find(tells).or_else(|| knobs().next()) else {
        return html! {};
    };
    let turn = |value: &String| {
        let msg = Msg::Turn {
            knob: knob.name.clone(),
            value: value.clone(),
        };
        let brings = card.map(|card| brings(card, knob, value));
        html! {
            <li>
                <button class="btn" onclick={says(tell, msg)}>{ value.clone() }</button>
                <span class="aside">{ " " }{ brings.unwrap_or_default() }</span>
            </li>
        }
    };
    html! {
        <>
            <h2>{ words::TRY }</h2>
            <p class="try">{ words::TURN }<b>{ visible(&knob.label).into_owned() }</b>{ words::from_to(&knob.value) }</p>
            <ul class="try-list">{ others(knob).into_iter().take(VALUES).map(turn).collect::<Html>() }</ul>
        </>
    }
}

/// What a value brings that the defaults do not.
fn brings(card: &Card, knob: &Knob, value: &str) -> String {
    let is_this = |(name, known): &(String, String)| *name == knob.name && known == value;
    let said = card.said.iter();
    let mut said = said.filter(|said| said.setting.as_ref().is_some_and(is_this));
    let words = said.next().map_or(&[][..], |said| &said.words);
    let words: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
    words::brings(&words[..words.len().min(BRINGS)])
}

fn others(knob: &Knob) -> Vec<&String> {
    let all = knob.values.worth_trying().iter();
    all.filter(|value| **value != knob.value).collect()
}

/// The next lesson, and what else hangs on this one.
fn next(show: &Show, cards: &[Card]) -> Html {
    let Some(card) = card(show, cards) else {
        return html! {};
    };
    let next = course::next(cards, &card.id);
    let mut lesson = course::lessons(cards).into_iter();
    let lesson = lesson.find(|lesson| lesson.lesson == card.lesson);
    let same = lesson.map_or_else(Vec::new, |lesson| {
        let mut same = course::hanging(cards, lesson);
        same.insert(0, lesson);
        same.retain(|other| other.id != card.id);
        same
    });
    let entry = |card: &&Card| {
        html! {
            <li>
                <a href={Address::of(&card.id).fragment()} data-scenario={card.id.clone()}>{ card.title.clone() }</a>
                <span class="aside">{ " " }{ front::level(card.level) }</span>
            </li>
        }
    };
    html! {
        <>
            <h2>{ words::NEXT }</h2>
            if let Some(next) = next {
                <p><a class="btn go" id="next-lesson" href={Address::of(&next.id).fragment()}>{ words::next(next) }</a></p>
            } else {
                <p>{ words::WHOLE }{ " " }<a id="next-lesson" href="#/?find=">{ words::ALL }</a></p>
            }
            if !same.is_empty() {
                <h2>{ words::MORE }</h2>
                <ul class="same-lesson">{ same.iter().map(entry).collect::<Html>() }</ul>
            }
        </>
    }
}

/// What a class takes home.
fn on_paper(tell: &Tell) -> Html {
    let one = |(kind, word): (Paper, &'static str)| {
        html! { <><button class="btn" data-to-paper={word} onclick={says(tell, Msg::Paper(Some(kind)))}>{ paper::kind(kind) }</button>{ " " }</> }
    };
    html! {
        <>
            <h2>{ words::PAPER }</h2>
            <p>{ Paper::ALL.into_iter().map(one).collect::<Html>() }</p>
        </>
    }
}
