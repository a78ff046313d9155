//! What each host holds at this moment, and what the step changed of it.

use super::Props;
use crate::parts::capital;
use wirestage_core::view::hosts::{Change, Holding, Item, Socket, holdings};
use wirestage_core::view::routers::{FlowRow, Routing, Rule, Side};
use wirestage_core::view::words::grouped;
use yew::prelude::*;

/// The hosts.
#[component]
pub fn Hosts(props: &Props) -> Html {
    let Props { show, place, .. } = props;
    let shown = show.outline.shown(*place);
    let before = show.state(shown.start);
    let after = show.state(shown.end);
    let all = holdings(show.timeline(), &show.outline, [&before, &after], &shown);
    let outside = show.run.info.stands_in.as_deref();
    let host = |holding| host(holding, outside);
    html! { <div class="hosts">{ all.iter().map(host).collect::<Html>() }</div> }
}

/// At `outside` programs run that nobody here sees into.
fn host(holding: &Holding, outside: Option<&str>) -> Html {
    let empty = holding.sockets.is_empty() && holding.items.is_empty();
    html! {
        <section class="host" data-host={holding.host.to_string()}>
            <h2>{ holding.name.clone() }{ " " }<small>{ holding.about.clone() }</small></h2>
            if !holding.addresses.is_empty() {
                <p class="addresses m">{ holding.addresses.join(", ") }</p>
            }
            if let Some(routing) = &holding.router {
                { router(&holding.name, routing) }
            } else if empty && outside == Some(&*holding.name) {
                <p class="note">{ "Your own programs run here: what they hold, they know." }</p>
            } else if empty {
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

fn router(name: &str, routing: &Routing) -> Html {
    let route = |(to, by): &(String, String)| {
        let to = html! { <span class="m">{ to.clone() }</span> };
        held(Change::Same, to, by.clone().into())
    };
    html! {
        <>
            <ul class="held">{ routing.sides.iter().map(side).collect::<Html>() }</ul>
            if let Some(rows) = &routing.table {
                <h3>{ "Table of flows" }</h3>
                { table(name, rows) }
            }
            if !routing.rules.is_empty() {
                <h3>{ "Firewall" }{ " " }<small>{ "the first rule that fits decides" }</small></h3>
                <ol class="held rules">{ routing.rules.iter().map(rule).collect::<Html>() }</ol>
            }
            <h3>{ "Routes" }</h3>
            <ul class="held">{ routing.routes.iter().map(route).collect::<Html>() }</ul>
        </>
    }
}

fn side(side: &Side) -> Html {
    let name = html! {
        <>
            { capital(side.name) }{ " " }<span class="aside">{ side.link.clone() }</span>
            <span class="aside where m">{ side.mac.clone() }</span>
        </>
    };
    let addresses = html! { <span class="m">{ side.addresses.join(", ") }</span> };
    held(Change::Same, name, addresses)
}

fn table(name: &str, rows: &[FlowRow]) -> Html {
    if rows.is_empty() {
        return html! { <p class="note">{ "Empty: nothing has passed yet, or all is forgotten." }</p> };
    }
    const HEADS: [&str; 6] = [
        "",
        "Inside",
        "Seen outside as",
        "With",
        "State",
        "Forgotten at",
    ];
    html! {
        <div class="wide" role="region" aria-label={format!("Table of flows of {name}")} tabindex="0">
            <table class="flows m">
                <thead><tr>{ HEADS.map(|head| html! { <th scope="col">{ head }</th> }).into_iter().collect::<Html>() }</tr></thead>
                <tbody>{ rows.iter().map(flow).collect::<Html>() }</tbody>
            </table>
        </div>
    }
}

fn flow(row: &FlowRow) -> Html {
    let (class, sign) = sign(row.change);
    let cells = row.places.iter().chain([&row.state, &row.forgotten_at]);
    html! {
        <tr {class}>
            <td>{ sign }{ " " }{ row.protocol.to_string() }</td>
            { cells.map(|cell| html! { <td>{ cell.clone() }</td> }).collect::<Html>() }
        </tr>
    }
}

fn rule(rule: &Rule) -> Html {
    let change = if rule.acted {
        Change::Changed
    } else {
        Change::Same
    };
    let name = html! { <>{ rule.name.clone() }<span class="aside where m">{ rule.text.clone() }</span></> };
    let stopped = match rule.stopped {
        0 => String::new(),
        many => format!("✕ {} stopped", grouped(many as u64)),
    };
    held(change, name, html! { stopped })
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
fn sign(change: Change) -> (&'static str, Html) {
    match change {
        Change::Same => ("same", html! {}),
        Change::Changed => (
            "changed",
            html! { <><span class="sign" aria-hidden="true">{ "●" }</span><span class="unseen">{ "changed: " }</span></> },
        ),
        Change::Gone => ("gone", html! { <span class="sign">{ "gone" }</span> }),
    }
}

fn held(change: Change, name: Html, value: Html) -> Html {
    let (class, sign) = sign(change);
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
