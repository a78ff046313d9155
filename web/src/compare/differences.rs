//! What differs, in words and in numbers; and the two turns that are shown.

use crate::model::compare::side;
use crate::model::{Msg, Show};
use crate::parts::{Tell, says};
use crate::says::compare as words;
use crate::words::Explained;
use std::rc::Rc;
use wirestage_core::compare::{Comparison, Difference, Fact, NAMES, phrase};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub made: Rc<Comparison>,
    pub shows: [Rc<Show>; 2],
    pub at: usize,
    pub tell: Tell,
}

/// All of it, what matters most first.
#[component]
pub fn Differences(props: &Props) -> Html {
    let Props { made, at, tell, .. } = props;
    let here = at.checked_sub(1).and_then(|pair| made.at(pair));
    let entry = |difference: &Difference| {
        let current = here.is_some_and(|here| here == difference);
        let to = difference.shown + 1;
        html! {
            <li><button class="cmp-entry" aria-current={current.then_some("step")} onclick={says(tell, Msg::Seek(to))}>
                <span class="m cmp-line">{ to }</span><span>{ difference.title.clone() }</span>
            </button></li>
        }
    };
    html! {
        <>
            { first(props) }
            { turns(props) }
            if made.differences.len() > 1 {
                <h2>{ words::ALL }</h2>
                <ol class="cmp-list">{ made.differences.iter().map(entry).collect::<Html>() }</ol>
            }
            { numbers(&made.facts) }
        </>
    }
}

/// The first difference that matters; that there is none, where there is none.
fn first(props: &Props) -> Html {
    let Props { made, at, tell, .. } = props;
    let Some(first) = made.first() else {
        return html! {
            <div class="cmp-first" id="cmp-first">
                <h2>{ words::FIRST }</h2>
                <p>{ made.alike }</p>
            </div>
        };
    };
    let to = first.shown + 1;
    html! {
        <div class="cmp-first" id="cmp-first">
            <h2>{ words::FIRST }</h2>
            <h3>{ first.title.clone() }</h3>
            { both(&first.says) }
            if to != *at {
                <button id="cmp-go" class="btn" onclick={says(tell, Msg::Seek(to))}>{ words::GO_THERE }</button>
            }
        </div>
    }
}

/// A sentence for each run.
fn both(says: &[String; 2]) -> Html {
    let one = |side: usize| {
        html! {
            <><dt class="cmp-name">{ NAMES[side] }</dt><dd><Explained key={says[side].clone()} text={says[side].clone()} /></dd></>
        }
    };
    html! { <dl class="cmp-both">{ one(0) }{ one(1) }</dl> }
}

/// The pair that is shown: what each run does, what it means, when.
fn turns(props: &Props) -> Html {
    let Props {
        made, shows, at, ..
    } = props;
    let Some(index) = at.checked_sub(1).filter(|index| *index < made.pairs.len()) else {
        return html! { <div class="cmp-here"><h2>{ words::HERE }</h2><p>{ words::AT_START }</p></div> };
    };
    let pair = made.pairs[index];
    let one = |of: usize| {
        let Some(row) = pair.rows[of] else {
            return html! { <><dt class="cmp-name">{ NAMES[of] }</dt><dd class="cmp-nothing">{ words::NOTHING }</dd></> };
        };
        let row = &shows[of].outline.rows[row];
        html! {
            <>
                <dt class="cmp-name">{ NAMES[of] }</dt>
                <dd>
                    <span class="cmp-phrase">{ phrase(&side(&shows[of]), row) }</span>
                    <span class="cmp-meaning"><Explained key={row.meaning.clone()} text={row.meaning.clone()} /></span>
                    <span class="cmp-when m">{ row.time.to_string() }{ " " }{ row.reference }</span>
                </dd>
            </>
        }
    };
    let difference = made
        .at(index)
        .filter(|d| made.first() != Some(*d) && d.shown == index);
    // What only repeats the turns' own words is not said twice.
    let says_more = |of: usize, says: &String| {
        let row = pair.rows[of].map(|row| &shows[of].outline.rows[row]);
        let phrase = row.map(|row| phrase(&side(&shows[of]), row));
        phrase.is_none_or(|phrase| !says.starts_with(&phrase))
    };
    let difference = difference.filter(|d| says_more(0, &d.says[0]) || says_more(1, &d.says[1]));
    html! {
        <div class="cmp-here" id="cmp-here">
            <h2>{ words::HERE }{ " " }<span class={classes!("cmp-mark-word", pair.mark.class())}>{ pair.mark.sign() }{ " " }{ pair.mark.word() }</span></h2>
            <dl class="cmp-both">{ one(0) }{ one(1) }</dl>
            if let Some(difference) = difference {
                <h3>{ difference.title.clone() }</h3>
                { both(&difference.says) }
            }
        </div>
    }
}

/// The numbers, and what B has more.
fn numbers(facts: &[Fact]) -> Html {
    let row = |fact: &Fact| {
        let class = fact.differs.then_some("cmp-differs");
        let long = fact.values.iter().any(|value| value.chars().count() > 14);
        if long {
            return html! {
                <>
                    <tr {class}><th scope="row" colspan="4" class="cmp-long">{ fact.name }</th></tr>
                    <tr {class}><td colspan="4">{ both(&fact.values) }</td></tr>
                </>
            };
        }
        let [a, b] = &fact.values;
        html! {
            <tr {class}><th scope="row">{ fact.name }</th><td>{ a.clone() }</td><td>{ b.clone() }</td><td>{ fact.difference.clone() }</td></tr>
        }
    };
    html! {
        <>
            <h2>{ words::NUMBERS }</h2>
            <table class="cmp-numbers" id="cmp-numbers">
                <thead><tr><td></td><th scope="col">{ NAMES[0] }</th><th scope="col">{ NAMES[1] }</th><th scope="col">{ words::MORE }</th></tr></thead>
                <tbody>{ facts.iter().map(row).collect::<Html>() }</tbody>
            </table>
            <p class="cmp-small">{ words::ROUND_TRIPS }{ " " }{ words::OVERHEAD }</p>
        </>
    }
}
