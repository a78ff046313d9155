//! After the last step: how it went, three facts, a knob to try, the next lesson.

use crate::model::{Address, Msg, Show};
use crate::parts::{Tell, says};
use std::rc::Rc;
use wirestage_core::base::visible::visible;
use wirestage_core::save::Format;
use wirestage_core::scenario::model::{Knob, KnobValues};
use wirestage_core::scenario::{catalogue, load};
use wirestage_core::view::arrivals::told;
use wirestage_core::view::facts::Facts;
use wirestage_core::view::words::{counted, grouped, grouped_bytes};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub tell: Tell,
}

/// The end.
#[component]
pub fn End(props: &Props) -> Html {
    let Props { show, tell } = props;
    let next = use_memo(show.run.info.id.clone(), |id| next(id));
    html! {
        <>
            <h2>{ "How it went" }</h2>
            <ul class="outcomes">{ outcomes(show) }</ul>
            <h2>{ "In numbers" }</h2>
            { facts(show) }
            if show.is_live() {
                { keep(show, tell) }
            } else {
                { knob(show, tell) }
            }
            if let Some((id, title)) = next.as_ref().as_ref().filter(|_| !show.is_live()) {
                <h2>{ "Next" }</h2>
                <p><a class="btn go" id="next-lesson" href={Address::of(id).fragment()}>{ title.clone() }{ " ▶" }</a></p>
            }
        </>
    }
}

fn outcomes(show: &Show) -> Html {
    let one = |ok: bool, text: String| {
        let (sign, class, word) = if ok {
            ("✓", "ok", "done: ")
        } else {
            ("✗", "failed", "failed: ")
        };
        html! {
            <li {class}>
                <span class="sign" aria-hidden="true">{ sign }</span>
                <span><span class="unseen">{ word }</span>{ visible(&text).into_owned() }</span>
            </li>
        }
    };
    let files = told(show.timeline(), show.arrivals()).into_iter();
    let files: Html = files.map(|told| one(told.ok, told.text)).collect();
    let all = show.timeline().outcomes();
    if let Some(why) = &show.run.info.stopped {
        return one(false, format!("Stopped early: {why}"));
    }
    if all.is_empty() && show.is_live() {
        return html! { <li>{ "Nobody but you asked for anything." }</li> };
    }
    if all.is_empty() {
        return html! { <li>{ "Nobody asked for anything." }</li> };
    }
    let asked = all
        .iter()
        .map(|outcome| one(outcome.ok, grouped_bytes(&outcome.text)));
    let asked: Html = asked.collect();
    html! { <>{ asked }{ files }</> }
}

fn facts(show: &Show) -> Html {
    let facts = Facts::of(show.timeline());
    let lost = match facts.lost {
        0 => String::new(),
        lost => format!(", {} lost", grouped(lost)),
    };
    let class = classes!("three", (facts.lookups > 0).then_some("four"));
    html! {
        <ul {class}>
            <li><b>{ grouped(facts.connections) }</b>{ after(facts.connections, "connection") }</li>
            if facts.lookups > 0 {
                <li><b>{ grouped(facts.lookups) }</b>{ after(facts.lookups, "lookup") }{ " of names" }</li>
            }
            <li><b>{ grouped(facts.packets) }</b>{ after(facts.packets, "packet") }{ lost }</li>
            <li><b>{ facts.time.to_string() }</b>{ "from start to end" }</li>
        </ul>
    }
}

/// The word for so many, without the number.
fn after(number: u64, what: &str) -> String {
    let text = counted(number, what);
    text.rsplit(' ').next().unwrap_or_default().to_owned()
}

/// A session is gone when its window is closed: how to keep it, and how to begin another.
fn keep(show: &Show, tell: &Tell) -> Html {
    let save = |format: Format, about: &'static str| {
        let ending = format.ending();
        html! {
            <li>
                <button class="btn" onclick={says(tell, Msg::Export(format))}>{ "Save ." }{ ending }</button>
                <span class="aside">{ " " }{ about }</span>
            </li>
        }
    };
    html! {
        <>
            <h2>{ "Keep it" }</h2>
            <ul class="keep">
                { save(Format::Pcapng, "the capture, for Wireshark") }
                { save(Format::Text, "the transcript") }
                { save(Format::Json, "the whole timeline") }
            </ul>
            <h2>{ "Again" }</h2>
            <p class="m">{ show.run.info.command() }{ " --page" }</p>
        </>
    }
}

/// The first knob that can be otherwise, and two values it does not have.
fn knob(show: &Show, tell: &Tell) -> Html {
    let knobs = show.run.scenario.knobs.iter();
    let mut worth = knobs.map(|knob| (knob, others(knob)));
    let Some((knob, values)) = worth.find(|(_, values)| !values.is_empty()) else {
        return html! {};
    };
    let turn = |value: &String| {
        let msg = Msg::Turn {
            knob: knob.name.clone(),
            value: value.clone(),
        };
        html! { <button class="btn" onclick={says(tell, msg)}>{ value.clone() }</button> }
    };
    html! {
        <>
            <h2>{ "Try" }</h2>
            <p class="try">
                { "Turn " }<b>{ knob.label.clone() }</b>{ " from " }{ knob.value.clone() }{ " to " }
                { values.iter().take(2).map(turn).collect::<Html>() }
            </p>
        </>
    }
}

fn others(knob: &Knob) -> Vec<String> {
    let all = match &knob.values {
        KnobValues::Choices(choices) => choices,
        KnobValues::Typed { suggestions, .. } => suggestions,
    };
    all.iter()
        .filter(|value| **value != knob.value)
        .cloned()
        .collect()
}

/// The lesson after this one: its name and title. After the last there is none.
fn next(id: &str) -> Option<(&'static str, String)> {
    let mut entries = catalogue::CATALOGUE.iter();
    entries.find(|entry| entry.id == id)?;
    let next = entries.next()?;
    let loaded = load(next.id, next.text, &[]).ok()?;
    Some((next.id, loaded.scenario.title))
}
