//! The same lesson as text: the transcript, line by line, each going to its step.

use super::Props;
use super::list::{List, Row};
use super::packet::use_again;
use super::passwords::Passwords;
use crate::browser::{Work, now_ms, rest};
use crate::model::{Msg, Show};
use crate::says::desk;
use crate::width::use_width;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::outline::Place;
use wirestage_core::view::transcript::{Line, Options, Telling};
use yew::prelude::*;

/// With more lines than these only those are made that are seen.
const MANY: usize = 400;
/// A part of telling a long run, in milliseconds: half a frame.
const PART_MS: f64 = 8.0;

/// The transcript.
#[component]
pub fn Transcript(props: &Props) -> Html {
    let Props { show, place, .. } = props;
    let node = use_node_ref();
    let width = use_width(&node);
    // As many letters as there is room for, beside the line's own edges.
    let letters = usize::try_from((width - 40).max(0)).unwrap_or(0) * 10 / 79;
    let options = Options {
        show_passwords: props.passwords,
    };
    let all = use_lines(show, options, letters);
    let chosen = use_state_eq(|| None::<usize>);
    let here = here(show, &all, *place);
    // The line that was chosen, as long as its step is shown; else the step's first.
    let line = chosen
        .filter(|line| here.contains(line))
        .unwrap_or(here.start);
    let row = {
        let (all, here) = (Rc::clone(&all), here);
        let seen = show.outline.seen(*place);
        Callback::from(move |index: usize| row(&all[index], here.contains(&index), seen))
    };
    let choose = {
        let (tell, show, all) = (props.tell.clone(), Rc::clone(show), Rc::clone(&all));
        let first = first(&all);
        Callback::from(move |index: usize| {
            chosen.set(Some(index));
            let Some(line) = all.get(index) else {
                return;
            };
            tell.emit(match line.event {
                Some(event) => {
                    let turn = show.outline.place_of(StepSize::Turn, event.index());
                    Msg::GoTo(turn)
                }
                None if index < first => Msg::ToStart,
                None => Msg::ToEnd,
            });
        })
    };
    let count = all.len();
    html! {
        <>
            <div class="desk-bar" ref={node}>
                <p class="aside">{ desk::TEXT_KEYS }</p>
                <Passwords show={Rc::clone(show)} on={props.passwords} tell={props.tell.clone()} />
            </div>
            if count == 0 {
                <p class="note" role="status">{ desk::TELLING }</p>
            }
            <List id="transcript" label={desk::TRANSCRIPT} {count} here={Some(line)} fixed={count > MANY} grows={show.is_live()} {row} {choose} />
        </>
    }
}

/// The lines. A long run is told between what else the page does; until then what was told of it
/// before stands there, and at first nothing.
#[hook]
fn use_lines(show: &Rc<Show>, options: Options, letters: usize) -> Rc<Vec<Line>> {
    let before = use_mut_ref(|| (Rc::clone(show), Rc::default()));
    let key = (Rc::clone(show), options, letters);
    let work = use_memo(key, |(show, options, letters)| {
        let work = Work::new(lines(Rc::clone(show), *options, *letters));
        RefCell::new(Some(work))
    });
    let mut work = work.borrow_mut();
    let mut before = before.borrow_mut();
    if !Rc::ptr_eq(&before.0, show) && !show.is_live() {
        before.1 = Rc::default();
    }
    if let Some(all) = work.as_mut().and_then(|work| work.part(now_ms() + PART_MS)) {
        *before = (Rc::clone(show), Rc::new(all));
        *work = None;
    }
    use_again(work.is_some());
    Rc::clone(&before.1)
}

async fn lines(show: Rc<Show>, options: Options, letters: usize) -> Vec<Line> {
    let seen = (show.timeline(), &show.run.info, show.arrivals());
    let mut telling = Telling::new(seen, options, letters);
    while telling.go_on() {
        rest().await;
    }
    telling.lines()
}

/// The first line that tells of an event.
fn first(all: &[Line]) -> usize {
    let told = all.iter().position(|line| line.event.is_some());
    told.unwrap_or(all.len())
}

/// The lines that tell of the step; before the first step those above it, at the end those below.
fn here(show: &Show, all: &[Line], place: Place) -> Range<usize> {
    let first = first(all);
    let behind = all.iter().rposition(|line| line.event.is_some());
    let behind = behind.map_or(all.len(), |last| last + 1);
    if place.at == 0 {
        return 0..first.max(1);
    }
    if show.outline.is_end(place) {
        return behind.min(all.len().saturating_sub(1))..all.len();
    }
    let shown = show.outline.shown(place);
    let is_in = |line: &Line| line.event.is_some_and(|at| shown.contains(&at.index()));
    let told = all.iter().position(is_in);
    if let Some(start) = told {
        let end = all.iter().rposition(is_in).unwrap_or(start);
        return start..end + 1;
    }
    // A step that is not told: the last line before it.
    let before = all[first..behind]
        .iter()
        .rposition(|line| line.event.is_some_and(|at| at.index() < shown.end));
    let at = before.map_or(0, |at| first + at);
    at..at + 1
}

fn row(line: &Line, is_here: bool, seen: usize) -> Row {
    let later = line.event.is_some_and(|event| event.index() >= seen);
    let class = classes!(
        "text-row",
        is_here.then_some("here"),
        later.then_some("later"),
    );
    // A line without a letter has a height all the same.
    if line.text.is_empty() {
        let inside =
            html! { <span class="m" role="img" aria-label={desk::EMPTY_LINE}>{ "\u{a0}" }</span> };
        return (class, inside);
    }
    let text = line.text.clone();
    let inside = html! { <span class="m" aria-current={is_here.then_some("step")}>{ text }</span> };
    (class, inside)
}
