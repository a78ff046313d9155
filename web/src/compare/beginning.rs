//! Where no two runs are chosen yet: pairs that are worth a look.

use crate::model::{Address, Both};
use crate::says::compare as words;
use wirestage_core::compare::{WORTH, Which, Worth};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub trouble: Option<String>,
}

/// The list of pairs, each a link.
#[component]
pub fn Beginning(props: &Props) -> Html {
    let entry = |worth: &Worth| {
        let [a, b] = worth.sides.map(address);
        html! {
            <li><a class="card cmp-card" href={Both::of(&a, &b).fragment()}>
                <b>{ worth.title }</b>
                <span class="about m">{ named(worth.sides[0]) }</span>
                <span class="about m">{ named(worth.sides[1]) }</span>
            </a></li>
        }
    };
    html! {
        <main class="cmp-begin">
            if let Some(trouble) = &props.trouble {
                <p class="trouble" role="alert" id="trouble">{ trouble.clone() }</p>
            }
            <h2>{ words::PURPOSE }</h2>
            <p>{ words::CHOOSE }</p>
            <ul class="cards">{ WORTH.iter().map(entry).collect::<Html>() }</ul>
            <p>{ words::FROM_LESSON }</p>
        </main>
    }
}

fn address((id, knobs): Which<'_>) -> Address {
    let owned = |(knob, value): &(&str, &str)| ((*knob).to_owned(), (*value).to_owned());
    Address {
        knobs: knobs.iter().map(owned).collect(),
        ..Address::of(id)
    }
}

/// `ftp-download, mode: active`.
fn named((id, knobs): Which<'_>) -> String {
    let mut text = id.to_owned();
    for (knob, value) in knobs {
        text += ", ";
        text += knob;
        text += ": ";
        text += value;
    }
    text
}
