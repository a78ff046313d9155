//! What each host holds at this moment, and what the step changed of it.

use super::Props;
use crate::parts::capital;
use wirestage_core::view::hosts::{Change, Holding, Item, Socket, holdings};
use yew::prelude::*;

/// The hosts.
#[component]
pub fn Hosts(props: &Props) -> Html {
    let Props { show, place, .. } = props;
    let shown = show.outline.shown(*place);
    let before = show.state(shown.start);
    let after = show.state(shown.end);
    let all = holdings(show.timeline(), &show.outline, &before, &after);
    html! { <div class="hosts">{ all.iter().map(host).collect::<Html>() }</div> }
}

fn host(holding: &Holding) -> Html {
    let empty = holding.sockets.is_empty() && holding.items.is_empty();
    html! {
        <section class="host" data-host={holding.host.to_string()}>
            <h2>{ holding.name.clone() }{ " " }<small>{ holding.about.clone() }</small></h2>
            <p class="addresses m">{ holding.addresses.join(", ") }</p>
            if empty {
                <p class="note">{ "Holds nothing yet." }</p>
            } else {
                <ul class="held">
                    { holding.sockets.iter().map(socket).collect::<Html>() }
                    { holding.items.iter().map(item).collect::<Html>() }
                </ul>
            }
        </section>
    }
}

fn socket(socket: &Socket) -> Html {
    let number = socket.connection.map(|number| format!("{number} "));
    let name = html! {
        <>
            <span class={classes!("tie", socket.stroke.class())}></span>
            { "Connection " }{ number.unwrap_or_default() }
            <span class="aside">{ socket.purpose }</span>
            <span class="aside where">{ "port " }{ socket.port }{ " ↔ " }{ socket.peer.clone() }</span>
        </>
    };
    held(socket.change, name, html! { socket.state.clone() })
}

fn item(item: &Item) -> Html {
    held(
        item.change,
        html! { capital(&item.name) },
        html! { item.value.clone() },
    )
}

/// A sign and a word besides the colour.
fn held(change: Change, name: Html, value: Html) -> Html {
    let (class, sign) = match change {
        Change::Same => ("same", html! {}),
        Change::Changed => (
            "changed",
            html! { <><span class="sign" aria-hidden="true">{ "●" }</span><span class="unseen">{ "changed: " }</span></> },
        ),
        Change::Gone => ("gone", html! { <span class="sign">{ "gone" }</span> }),
    };
    let inside = html! {
        <>
            <span class="name">{ name }</span>
            <span class="value">{ value }</span>
        </>
    };
    html! {
        <li {class}>
            { sign }
            if change == Change::Gone { <s>{ inside }</s> } else { { inside } }
        </li>
    }
}
