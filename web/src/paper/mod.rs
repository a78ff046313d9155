//! The lesson on paper: a handout, or a worksheet with blanks. It is looked at before it is
//! printed; who prints without looking gets the handout.

mod handout;
mod worksheet;

use crate::browser;
use crate::lesson::look::Look;
use crate::model::paper::Paper;
use crate::model::{Msg, Settings, Show};
use crate::parts::{Tell, flag, says};
use crate::says::paper as words;
use gloo_events::EventListener;
use std::rc::Rc;
use wirestage_core::view::words::grouped_bytes;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
}

/// What is printed from the lesson itself. It is made when the page is printed.
#[component]
pub fn Unseen(props: &Props) -> Html {
    let printing = use_state_eq(|| false);
    {
        let printing = printing.clone();
        use_effect_with((), move |()| {
            let listen = |name: &'static str, on: bool| {
                let printing = printing.clone();
                EventListener::new(&browser::window(), name, move |_| printing.set(on))
            };
            let listeners = [listen("beforeprint", true), listen("afterprint", false)];
            move || drop(listeners)
        });
    }
    if !*printing {
        return html! {};
    }
    html! { <div id="print">{ sheets(&props.show, Paper::Handout) }</div> }
}

#[derive(Properties, PartialEq)]
pub struct PreviewProps {
    pub show: Rc<Show>,
    pub paper: Paper,
    pub settings: Settings,
    pub tell: Tell,
}

/// What will be printed, on the screen.
#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let PreviewProps {
        show,
        paper,
        settings,
        tell,
    } = props;
    let sheets = use_memo((Rc::clone(show), *paper), |(show, paper)| {
        sheets(show, *paper)
    });
    let one = |(kind, word): (Paper, &'static str)| {
        html! {
            <button data-paper={word} aria-pressed={flag(kind == *paper)} onclick={says(tell, Msg::Paper(Some(kind)))}>{ words::kind(kind) }</button>
        }
    };
    let print = Callback::from(|_: MouseEvent| {
        let _ = browser::window().print();
    });
    html! {
        <div id="paper">
            <header class="row top">
                <b class="logo">{ words::ON_PAPER }</b>
                <span class="seg" role="group" aria-label={words::ON_PAPER}>{ Paper::ALL.into_iter().map(one).collect::<Html>() }</span>
                <button id="print-now" class="btn go" onclick={print}>{ words::PRINT }</button>
                <span class="grow"></span>
                <button id="paper-back" class="btn" onclick={says(tell, Msg::Paper(None))}>{ words::BACK }</button>
                <Look settings={settings.clone()} tell={tell.clone()} />
            </header>
            <main tabindex="0" aria-label={words::kind(*paper)}>
                <div id="print">{ (*sheets).clone() }</div>
            </main>
        </div>
    }
}

fn sheets(show: &Rc<Show>, paper: Paper) -> Html {
    match paper {
        Paper::Handout => handout::handout(show),
        Paper::Worksheet => worksheet::worksheet(show),
    }
}

/// What every sheet begins with.
fn head(show: &Show, about: Html) -> Html {
    let scenario = &show.run.scenario;
    let turned = scenario
        .knobs
        .iter()
        .filter(|knob| knob.value != knob.default);
    let turned: Vec<String> = turned
        .map(|knob| format!("{}: {}", knob.label, knob.value))
        .collect();
    html! {
        <header class="sheet-head">
            <h1>{ words::title(scenario) }</h1>
            <p>{ scenario.summary.clone() }</p>
            if !turned.is_empty() { <p class="aside">{ turned.join(" · ") }</p> }
            { about }
        </header>
    }
}

/// How to see it again: the command, and where the page shows it.
fn foot(show: &Show) -> Html {
    let info = &show.run.info;
    html! {
        <footer class="sheet-foot">
            <p>{ words::AGAIN }{ " " }<code>{ info.command() }</code></p>
            if let Some(address) = info.address() {
                <p>{ words::IN_THE_PAGE }{ " " }<code>{ address }</code></p>
            }
        </footer>
    }
}

/// How it went, a line each.
fn outcomes(show: &Show) -> Html {
    let one = |outcome: &wirestage_core::base::Outcome| {
        let sign = if outcome.ok { "✓ " } else { "✗ " };
        html! { <li>{ sign }{ grouped_bytes(&outcome.text) }</li> }
    };
    show.timeline().outcomes().iter().map(one).collect()
}
