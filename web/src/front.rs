//! The front page: what there is to see, and where to begin.

use crate::lesson::look::Look;
use crate::model::{Address, Settings};
use crate::parts::Tell;
use wirestage_core::base::sorted::sort_by_key;
use wirestage_core::scenario::model::{Group, Level, Scenario};
use wirestage_core::scenario::{catalogue, load};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub settings: Settings,
    pub trouble: Option<String>,
    pub tell: Tell,
}

/// The front page.
#[component]
pub fn Front(props: &Props) -> Html {
    let scenarios = use_memo((), |()| all());
    let first = scenarios.iter().min_by_key(|s| s.lesson.unwrap_or(u8::MAX));
    html! {
        <div id="front">
            <header class="top">
                <b class="logo">{ "Wirestage" }</b>
                <span class="grow"></span>
                { crate::versus::link() }
                { crate::guide::link() }
                <Look settings={props.settings.clone()} tell={props.tell.clone()} />
            </header>
            <main>
                if let Some(trouble) = &props.trouble {
                    <p class="trouble" role="alert" id="trouble">{ trouble.clone() }</p>
                }
                <h1>{ "See what your computer says to theirs." }</h1>
                <p class="sub">
                    { "Real packets between simulated hosts, one step at a time. Nothing leaves this page." }
                </p>
                <p class="begin">
                    if let Some(first) = first {
                        <a class="btn go" href={Address::of(&first.id).fragment()}>
                            { begin(first) }
                        </a>
                    }
                    { resume(&props.settings, &scenarios) }
                </p>
                { GROUPS.iter().map(|group| section(group, &scenarios, &props.settings)).collect::<Html>() }
            </main>
        </div>
    }
}

const GROUPS: &[(Group, &str, &str)] = &[
    (Group::Files, "Files", "FTP, and what networks do to it"),
    (Group::Mail, "Mail", "SMTP from keyboard to mailbox"),
    (Group::Networks, "Networks", "what lies below"),
];

/// The catalogue; a test of core's makes sure that all of it loads.
fn all() -> Vec<Scenario> {
    let entries = catalogue::CATALOGUE.iter();
    let loaded = entries.filter_map(|entry| load(entry.id, entry.text, &[]).ok());
    loaded.map(|loaded| loaded.scenario).collect()
}

fn begin(scenario: &Scenario) -> String {
    match scenario.lesson {
        Some(number) => format!("Start lesson {number} ▶"),
        None => format!("Start “{}” ▶", scenario.title),
    }
}

/// The way back to where the reader was.
fn resume(settings: &Settings, scenarios: &[Scenario]) -> Html {
    let Some(last) = settings.last.as_deref() else {
        return html! {};
    };
    let address = Address::read(last);
    let id = address.scenario.as_deref().unwrap_or_default();
    let Some(scenario) = scenarios.iter().find(|s| s.id == id) else {
        return html! {};
    };
    let text = if address.place.at == 0 {
        format!("Continue “{}”", scenario.title)
    } else {
        let word = crate::model::address::size_word(address.place.size);
        format!("Continue “{}”, {word} {}", scenario.title, address.place.at)
    };
    html! { <a class="btn" id="continue" href={address.fragment()}>{ text }</a> }
}

fn section(
    (group, name, about): &(Group, &'static str, &'static str),
    scenarios: &[Scenario],
    settings: &Settings,
) -> Html {
    let mine = scenarios.iter().filter(|s| s.group == *group);
    let (mut lessons, mut others): (Vec<_>, Vec<_>) = mine.partition(|s| s.level == Level::Lesson);
    // Where all are of one kind, they need no second heading.
    if lessons.is_empty() || lessons.iter().all(|s| s.lesson.is_none()) {
        lessons.append(&mut others);
    }
    if lessons.is_empty() {
        return html! {};
    }
    let cards = |mut all: Vec<&Scenario>| {
        sort_by_key(&mut all, |s| s.lesson.unwrap_or(u8::MAX));
        let cards = all.into_iter().map(|scenario| card(scenario, settings));
        html! { <ul class="cards">{ cards.collect::<Html>() }</ul> }
    };
    html! {
        <section>
            <h2>{ *name }{ " " }<small>{ *about }</small></h2>
            { cards(lessons) }
            if !others.is_empty() {
                <h3>{ "Deeper, or broken" }{ " " }<small>{ "each with the number of its lesson" }</small></h3>
                { cards(others) }
            }
        </section>
    }
}

fn card(scenario: &Scenario, settings: &Settings) -> Html {
    let title = match scenario.lesson {
        Some(number) => format!("{number} · {}", scenario.title),
        None => scenario.title.clone(),
    };
    let done = settings.done.contains(&scenario.id);
    html! {
        <li>
            <a class={classes!("card", done.then_some("done"))} data-scenario={scenario.id.clone()} href={Address::of(&scenario.id).fragment()}>
                <b>
                    { title }
                    if done {
                        <span class="tick" title="seen to the end">{ " ✓" }</span>
                    }
                </b>
                <span class="about">{ scenario.summary.clone() }</span>
                { picture(scenario.group) }
            </a>
        </li>
    }
}

/// Two hosts and what goes between them, in the colours of the group.
fn picture(group: Group) -> Html {
    let second = match group {
        Group::Files => "data",
        Group::Mail => "mail",
        Group::Networks => "housekeeping",
    };
    let first = if group == Group::Files {
        "control"
    } else {
        second
    };
    let line = |(index, class): (usize, &'static str)| {
        let y = 8 + index * 10;
        let (from, to) = if index % 2 == 0 { (8, 56) } else { (56, 8) };
        let d = format!("M{from} {y}L{to} {}", y + 4);
        html! { <path class={classes!("stroke", class)} {d} /> }
    };
    let lines = [first, first, second, second];
    html! {
        <svg class="sketch" width="64" height="48" aria-hidden="true">
            <path class="lane" d="M8 2V46M56 2V46" />
            { lines.into_iter().enumerate().map(line).collect::<Html>() }
        </svg>
    }
}
