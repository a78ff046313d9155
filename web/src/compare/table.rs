//! The turns of both runs as a table: instead of the picture, and on a phone.

use crate::model::{Msg, Show};
use crate::parts::{Tell, says};
use crate::says::compare as words;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use wirestage_core::compare::{Comparison, NAMES, Pair};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub made: Rc<Comparison>,
    pub shows: [Rc<Show>; 2],
    pub at: usize,
    pub tell: Tell,
}

/// So many pairs around the one shown are drawn: what is longer scrolls with the steps.
const MOST: usize = 400;

/// The table.
#[component]
pub fn Table(props: &Props) -> Html {
    let scroller = use_node_ref();
    {
        let scroller = scroller.clone();
        use_effect_with(props.at, move |_| bring_up(&scroller));
    }
    let pairs = &props.made.pairs;
    let first = props
        .at
        .saturating_sub(MOST / 2)
        .min(pairs.len().saturating_sub(MOST));
    let shown = first..(first + MOST).min(pairs.len());
    html! {
        <section ref={scroller} class="cmp-turns" id="cmp-turns" tabindex="0" aria-label={words::TURNS}>
            <table class="cmp-table">
                <thead><tr>
                    <th scope="col">{ NAMES[0] }</th>
                    <th scope="col"><span class="unseen">{ words::SIGN }</span></th>
                    <th scope="col">{ NAMES[1] }</th>
                </tr></thead>
                <tbody>{ shown.map(|index| row(props, index, pairs[index])).collect::<Html>() }</tbody>
            </table>
        </section>
    }
}

/// Scrolls the table, and nothing else, so that the pair shown is seen.
fn bring_up(scroller: &NodeRef) {
    let Some(room) = scroller.cast::<HtmlElement>() else {
        return;
    };
    let here = room.query_selector("tr[aria-current]").ok().flatten();
    let Some(here) = here.and_then(|here| here.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let (top, high) = (here.offset_top(), here.offset_height());
    let (seen, height) = (room.scroll_top(), room.client_height());
    let margin = 2 * high;
    if top - margin < seen {
        room.set_scroll_top(top - margin);
    } else if top + high + margin > seen + height {
        room.set_scroll_top((top + high + margin - height).min(top - margin));
    }
}

fn row(props: &Props, index: usize, pair: Pair) -> Html {
    let here = props.at == index + 1;
    let first = props.made.first().is_some_and(|first| first.shown == index);
    let class = classes!(
        pair.mark.class(),
        here.then_some("here"),
        first.then_some("first"),
        (index >= props.at).then_some("later")
    );
    let cell = |side: usize| {
        let Some(row) = pair.rows[side] else {
            return html! { <td class="cmp-empty"><span class="unseen">{ words::NOTHING }</span></td> };
        };
        let show = &props.shows[side];
        let row = &show.outline.rows[row];
        let who = show.timeline().node(row.from).name.clone();
        html! {
            <td>
                <span class="cmp-side-name" aria-hidden="true">{ NAMES[side] }</span>
                <span class="cmp-who">{ who }</span>{ " " }
                if row.lost > 0 {
                    <b class="cmp-lost">{ "✕ " }</b>
                }
                <span class={classes!("m", "cmp-label", row.stroke.class())}>{ row.label.clone() }</span>
            </td>
        }
    };
    let go = says(&props.tell, Msg::Seek(index + 1));
    html! {
        <tr {class} data-pair={index.to_string()} aria-current={here.then_some("step")} onclick={go}>
            { cell(0) }
            <td class="cmp-sign"><span aria-hidden="true">{ pair.mark.sign() }</span><span class="unseen">{ pair.mark.word() }</span></td>
            { cell(1) }
        </tr>
    }
}
