//! The whole run as a conversation: who said what, and what it means.

use super::Props;
use super::list::{List, Row};
use super::passwords::Passwords;
use super::spoken::{named, spoken};
use crate::model::{Msg, Show};
use crate::says::step as words;
use std::ops::Range;
use std::rc::Rc;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::outline::{Outline, Place};
use yew::prelude::*;

/// With more rows than these, rows are of one height and only those are made that are seen.
const MANY: usize = 200;

/// The conversation.
#[component]
pub fn Dialogue(props: &Props) -> Html {
    let Props { show, place, .. } = props;
    let outline = &show.outline;
    let count = outline.rows.len();
    if count == 0 {
        return html! { <p class="note">{ words::NOBODY }</p> };
    }
    let seen = outline.seen(*place);
    let here = here(outline, *place);
    let chosen = outline.here(*place);
    let row = {
        let show = Rc::clone(show);
        Callback::from(move |index| row(&show, index, seen, &here))
    };
    let choose = {
        let (tell, show) = (props.tell.clone(), Rc::clone(show));
        Callback::from(move |index: usize| {
            let start = show.outline.rows[index].events.start;
            tell.emit(Msg::GoTo(show.outline.place_of(StepSize::Turn, start)));
        })
    };
    html! {
        <>
        <Passwords show={Rc::clone(show)} on={props.passwords} tell={props.tell.clone()} />
        <List id="dialogue" label={words::DIALOGUE} {count} here={chosen} fixed={count > MANY} grows={show.is_live()} {row} {choose} />
        </>
    }
}

/// The rows that the step shows.
fn here(outline: &Outline, place: Place) -> Range<usize> {
    match (place.size, outline.here(place)) {
        (_, None) => 0..0,
        (StepSize::Phase, _) => outline.phases[place.at - 1].rows.clone(),
        (_, Some(row)) => row..row + 1,
    }
}

fn row(show: &Show, index: usize, seen: usize, here: &Range<usize>) -> Row {
    let row = &show.outline.rows[index];
    let count = show.outline.rows.len();
    let is_here = here.contains(&index);
    let class = classes!(
        "said-row",
        row.stroke.class(),
        is_here.then_some("here"),
        (row.events.start >= seen).then_some("later"),
    );
    let name = |host| show.timeline().node(host).name.clone();
    let phase = &show.outline.phases[row.phase];
    let begins = index == phase.rows.start && !phase.name.is_empty();
    let said = if row.captions.is_empty() {
        row.meaning.clone()
    } else {
        row.captions.join(" ")
    };
    let inside = html! {
        <>
            <span class="line">
                <span class="time">{ row.time.to_string() }</span>
                <span class="who">
                    { name(row.from) }
                    if let Some(to) = row.to { { " → " }{ name(to) } }
                </span>
                if begins { <span class="phase">{ phase.name }</span> }
            </span>
            <span class="wire m" aria-current={is_here.then_some("step")}>{ row.label.clone() }</span>
            if row.lost > 0 { <span class="lost">{ words::lost(row.lost) }</span> }
            <span class="means">{ said }</span>
            { named(&show.outline, row) }
            // The step's own reply is explained, digit by digit.
            if is_here && count <= MANY { { spoken(&show.outline, row) } }
        </>
    };
    (class, inside)
}
