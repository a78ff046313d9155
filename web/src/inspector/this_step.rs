//! The step that is shown: what was said, what it means, which packets carry it, and the bytes
//! of one of them.

use super::Props;
use super::end::End;
use super::packet::Packet;
use super::spoken::spoken;
use super::start::Start;
use crate::model::{Msg, Show};
use crate::parts::{Tell, capital, flag, says};
use crate::says::step as words;
use crate::words::Explained;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::frames::brief;
use wirestage_core::view::outline::{Fate, Row, What};
use wirestage_core::view::rewriting::{Edit, on_its_way, rewriting};
use yew::prelude::*;

/// Packets that have a button each; of more the first and the last ones have.
const BUTTONS: usize = 6;
const LAST: usize = 1;
/// Losses that are told one by one.
const LOSSES: usize = 5;

/// The step.
#[component]
pub fn ThisStep(props: &Props) -> Html {
    let Props { show, place, .. } = props;
    if place.at == 0 {
        return html! { <Start show={Rc::clone(show)} /> };
    }
    if show.outline.is_end(*place) {
        return html! { <End show={Rc::clone(show)} tell={props.tell.clone()} /> };
    }
    let Some(index) = show.outline.here(*place) else {
        return html! {};
    };
    let row = &show.outline.rows[index];
    html! {
        <>
            { phase(props) }
            { said(show, row) }
            { super::why::why(props) }
            { travel(show, row, props.packet) }
            { packets(props, row) }
            { losses(show, row) }
            if let Some(packet) = props.packet {
                { rewritten(props, packet) }
                <Packet show={Rc::clone(show)} {packet} field={props.looks.field.clone()} pins={props.looks.pins.clone()} passwords={props.passwords} tell={props.tell.clone()} />
            }
        </>
    }
}

/// A phase is several turns: each a button.
fn phase(props: &Props) -> Html {
    let Props {
        show, place, tell, ..
    } = props;
    if place.size != StepSize::Phase {
        return html! {};
    }
    let phase = &show.outline.phases[place.at - 1];
    let title = if phase.name.is_empty() {
        words::WHOLE_RUN.to_owned()
    } else {
        capital(phase.name)
    };
    let turn = |index: usize| {
        let row = &show.outline.rows[index];
        let Some(packet) = row.carrier else {
            return html! { <li class="m">{ row.label.clone() }</li> };
        };
        let msg = Msg::Choose(Some(packet));
        html! {
            <li><button class="link m" onclick={says(tell, msg)}>{ row.label.clone() }</button></li>
        }
    };
    html! {
        <>
            <h2>{ title }{ " " }<small>{ words::turns(phase.rows.len()) }</small></h2>
            <ol class="turns">{ phase.rows.clone().map(turn).collect::<Html>() }</ol>
        </>
    }
}

fn said(show: &Show, row: &Row) -> Html {
    let name = |host| show.timeline().node(host).name.clone();
    let line = row.connection.map(|number| {
        let purpose = show.outline.connections[number as usize - 1].purpose;
        words::connection(number, purpose)
    });
    let said = matches!(row.what, What::Says(_));
    let captions = row.captions.iter().skip(1);
    html! {
        <div class={classes!("said", row.stroke.class())}>
            <p class="who">
                <b>{ name(row.from) }</b>
                if let Some(to) = row.to { { " → " }<b>{ name(to) }</b> }
                <span class="aside">{ line.unwrap_or_default() }</span>
            </p>
            if said {
                <pre class="wire m">{ row.text.clone() }</pre>
            }
            <p class="means">
                <Explained text={sentence(row)} />
                if !row.reference.is_empty() {
                    { " " }<span class="reference">{ row.reference }</span>
                }
            </p>
            { spoken(&show.outline, row) }
            { captions.map(|caption| html! { <p class="means"><Explained text={caption.clone()} /></p> }).collect::<Html>() }
        </div>
    }
}

fn sentence(row: &Row) -> String {
    let meaning = if row.meaning.is_empty() {
        &row.label
    } else {
        &row.meaning
    };
    capital(meaning) + "."
}

/// When the step began, and how long its packet travelled.
fn travel(show: &Show, row: &Row, packet: Option<FrameId>) -> Html {
    let timeline = show.timeline();
    let journey = packet.map(|packet| {
        let number = packet.index() + 1;
        let sent = timeline.event(show.outline.sent(packet)).time;
        match show.outline.fate(timeline, packet) {
            Fate::Delivered(arrived, _) => words::arrived(number, sent, arrived),
            Fate::Lost(at, _) => words::lost_at(number, at),
            Fate::Underway => words::underway(number),
        }
    });
    html! {
        <dl class="facts">
            <dt>{ words::BEGINS }</dt><dd>{ row.time.to_string() }</dd>
            if let Some(journey) = journey {
                <dt>{ words::TRAVELS }</dt><dd>{ journey }</dd>
            }
        </dl>
    }
}

fn packets(props: &Props, row: &Row) -> Html {
    let all = row.packets.clone();
    if all.is_empty() {
        return match row.carrier {
            Some(carrier) => html! {
                <div class="carriers" role="group" aria-label={words::LATER}>
                    <span class="lbl">{ words::LATER }</span>
                    { packet(props, carrier) }
                </div>
            },
            None => html! { <p class="note">{ words::NO_PACKET }</p> },
        };
    }
    let one = |index: usize| packet(props, FrameId::from_index(index));
    let count = words::packets(all.len());
    let many = all.len() > BUTTONS;
    let (first, last) = if many {
        let cut = all.start + BUTTONS - LAST;
        (all.start..cut, all.end - LAST..all.end)
    } else {
        (all.clone(), all.end..all.end)
    };
    let chosen = props.packet.map(FrameId::index);
    let between = chosen.filter(|at| (first.end..last.start).contains(at));
    html! {
        <div class="carriers" role="group" aria-label={words::in_turn(&count)}>
            <span class="lbl">{ count }</span>
            { first.map(one).collect::<Html>() }
            if many { <span aria-hidden="true">{ "…" }</span> }
            if let Some(index) = between { { one(index) }<span aria-hidden="true">{ "…" }</span> }
            { last.map(one).collect::<Html>() }
        </div>
    }
}

fn packet(props: &Props, id: FrameId) -> Html {
    let Props { show, tell, .. } = props;
    let what = brief(show.timeline(), &show.outline, id);
    let lost = matches!(show.outline.fate(show.timeline(), id), Fate::Lost(..));
    html! {
        <button class={classes!("chip", lost.then_some("lost"))} aria-pressed={flag(props.packet == Some(id))} onclick={chosen(tell, id)}>
            <b>{ id.index() + 1 }</b>{ " " }
            if lost { { "✕ " } }
            { what }
        </button>
    }
}

fn chosen(tell: &Tell, id: FrameId) -> Callback<MouseEvent> {
    says(tell, Msg::Choose(Some(id)))
}

/// What a router made of the packet; in a turn, on its way.
fn rewritten(props: &Props, packet: FrameId) -> Html {
    let timeline = props.show.timeline();
    let found = match props.place.size {
        StepSize::Packet => rewriting(timeline, packet),
        _ => on_its_way(timeline, packet),
    };
    let Some(found) = found else {
        return html! {};
    };
    let edit = |edit: &Edit| {
        html! {
            <>
                <dt>{ capital(&edit.what) }</dt>
                <dd class="m">{ edit.before.clone() }{ " → " }<b>{ edit.after.clone() }</b></dd>
            </>
        }
    };
    // Numbers that say something alone: a sum or a hardware address does not.
    let quiet = found.quiet.iter().map(|edit| match edit.after.len() {
        0..5 => format!("{} {} → {}", edit.what, edit.before, edit.after),
        _ => edit.what.clone(),
    });
    let mut quiet: Vec<String> = quiet.collect();
    quiet.dedup();
    html! {
        <div class="rewritten">
            <h2>{ words::rewritten_by(&timeline.node(found.at).name) }</h2>
            <dl class="facts">{ found.edits.iter().map(edit).collect::<Html>() }</dl>
            <p class="aside">{ words::besides(&quiet) }</p>
        </div>
    }
}

fn losses(show: &Show, row: &Row) -> Html {
    if row.lost == 0 {
        return html! {};
    }
    let timeline = show.timeline();
    let carrier = show.outline.lost_carrier(timeline, row);
    let lost = timeline.losses();
    let lost = lost
        .filter(|loss| row.packets.contains(&loss.frame.index()) || carrier == Some(loss.frame));
    let told = lost.take(LOSSES).map(|loss| {
        html! {
            <li>
                { words::lost_packet(loss.frame.index() + 1) }<b>{ loss.place.to_owned() }</b>
                { ": " }<Explained text={loss.why()} />
            </li>
        }
    });
    let more = row.lost.saturating_sub(LOSSES);
    html! {
        <div class="losses">
            <h2>{ words::LOST }</h2>
            <ul>
                { told.collect::<Html>() }
                if more > 0 { <li>{ words::more_lost(more) }</li> }
            </ul>
        </div>
    }
}
