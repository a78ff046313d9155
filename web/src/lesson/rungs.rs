//! The bar between stage and ladder: what of the ladder is shown, and how.

use crate::browser::document;
use crate::focus;
use crate::model::{Msg, Rung, Show};
use crate::parts::{Tell, flag, says as tells};
use crate::says::ladder as says;
use std::rc::Rc;
use wirestage_core::view::ladder::{Noise, Pace, Rungs};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub rungs: Rungs,
    pub tell: Tell,
}

/// The bar; on a phone it opens by a button.
#[component]
pub fn Bar(props: &Props) -> Html {
    let Props { show, rungs, tell } = props;
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let kinds = use_memo(Rc::clone(show), |show| {
        Rungs::kinds(show.timeline(), &show.outline)
    });
    html! {
        <div id="rungs" class={classes!("rungs", open.then_some("unfolded"))} role="group" aria-label={says::LADDER}>
            <button id="rungs-toggle" class="btn only-phone" aria-expanded={flag(*open)} onclick={toggle}>{ says::SHOW_BAR }</button>
            <span class="rungs-parts">
                { noises(&kinds, rungs, tell) }
                if show.outline.connections.len() > 1 {
                    <Connections show={Rc::clone(show)} rungs={rungs.clone()} tell={tell.clone()} />
                }
                { times(rungs, tell) }
                { zoom(rungs, tell) }
                if !rungs.is_usual() {
                    <button id="rungs-usual" class="btn plain" title={says::USUAL_TITLE} onclick={tells(tell, Msg::Rung(Rung::Usual))}>{ says::USUAL }</button>
                }
            </span>
        </div>
    }
}

fn noises(kinds: &[Noise], rungs: &Rungs, tell: &Tell) -> Html {
    let button = |noise: &Noise| {
        let on = rungs.folded.contains(noise);
        html! {
            <button id={format!("noise-{}", noise.word())} aria-pressed={flag(on)} title={says::about(*noise)} onclick={tells(tell, Msg::Rung(Rung::Noise(*noise)))}>{ says::noise(*noise) }</button>
        }
    };
    if kinds.is_empty() {
        return html! {};
    }
    html! {
        <span class="rung" role="group" aria-label={says::FOLD_TITLE} title={says::FOLD_TITLE}>
            <span class="lbl">{ says::FOLD }</span>
            <span class="seg">{ kinds.iter().map(button).collect::<Html>() }</span>
        </span>
    }
}

fn times(rungs: &Rungs, tell: &Tell) -> Html {
    let button = |(pace, id, word): (Pace, &'static str, &'static str)| {
        let on = rungs.pace == pace;
        html! { <button {id} aria-pressed={flag(on)} onclick={tells(tell, Msg::Rung(Rung::Time(pace)))}>{ word }</button> }
    };
    let both = [
        (Pace::Steps, "time-steps", says::BY_STEP),
        (Pace::Scale, "time-scale", says::TO_SCALE),
    ];
    html! {
        <span class="rung" role="group" aria-label={says::TIME_TITLE} title={says::TIME_TITLE}>
            <span class="lbl">{ says::TIME }</span>
            <span class="seg">{ both.into_iter().map(button).collect::<Html>() }</span>
        </span>
    }
}

fn zoom(rungs: &Rungs, tell: &Tell) -> Html {
    let end = |larger| rungs.zoom.next(larger).is_none();
    html! {
        <span class="rung" role="group" aria-label={says::SIZE}>
            <button id="zoom-out" class="btn" aria-label={says::SMALLER} title={says::SMALLER} aria-disabled={flag(end(false))} onclick={tells(tell, Msg::Rung(Rung::Zoom(false)))}>{ "−" }</button>
            <span id="zoom" class="m">{ says::percent(rungs.zoom.percent()) }</span>
            <button id="zoom-in" class="btn" aria-label={says::LARGER} title={says::LARGER} aria-disabled={flag(end(true))} onclick={tells(tell, Msg::Rung(Rung::Zoom(true)))}>{ "+" }</button>
        </span>
    }
}

/// The button, and the list of connections to choose from.
#[component]
fn Connections(props: &Props) -> Html {
    let Props { show, rungs, tell } = props;
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let close = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(false))
    };
    let onkeydown = {
        let open = open.clone();
        Callback::from(move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                event.stop_propagation();
                open.set(false);
                if let Some(button) = document().get_element_by_id("rungs-lines") {
                    focus::give(&button);
                }
            }
        })
    };
    let all = &show.outline.connections;
    let hidden = (1..)
        .zip(all)
        .filter(|(number, _)| rungs.hidden.contains(number));
    let shown = all.len() - hidden.count();
    html! {
        <span class="menu-at" {onkeydown}>
            <button id="rungs-lines" class="btn" aria-expanded={flag(*open)} onclick={toggle}>{ says::connections(shown, all.len()) }</button>
            if *open {
                <div class="scrim" onclick={close}></div>
                <div class="menu rungs-list" role="group" aria-label={says::SHOWN}>
                    { entries(show, rungs, tell) }
                    <button id="rungs-all" class="entry" onclick={tells(tell, Msg::Rung(Rung::AllConnections))}>{ says::ALL }</button>
                </div>
            }
        </span>
    }
}

fn entries(show: &Show, rungs: &Rungs, tell: &Tell) -> Html {
    let name = |host| show.timeline().node(host).name.as_str();
    let lines = (1..).zip(&show.outline.connections);
    let entry = |(number, line): (u32, &wirestage_core::view::outline::Line)| {
        let on = !rungs.hidden.contains(&number);
        let text = says::connection(number, line, name(line.from), line.to.map(name));
        let sign = if on { "✓" } else { "" };
        html! {
            <button class="entry" aria-pressed={flag(on)} data-connection={number.to_string()} onclick={tells(tell, Msg::Rung(Rung::Connection(number)))}>
                <span aria-hidden="true">{ sign }</span>
                <span>{ text }</span>
            </button>
        }
    };
    lines.map(entry).collect()
}
