//! What each host holds at this moment, and what the step changed of it.

use super::Props;
use super::kept::Opened;
use crate::model::Show;
use crate::parts::{capital, flag};
use crate::says::{desk, hosts as words};
use wirestage_core::base::visible::visible_line;
use wirestage_core::view::arrivals::in_words;
use wirestage_core::view::hosts::{
    Change, FileRow, Group, Holding, Item, LetterRow, Session, Socket, holdings, progress,
};
use wirestage_core::view::routers::{FlowRow, Routing, Rule, Side};
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
    let opened = use_state(|| None);
    let host = |holding| host(holding, outside, (&**show, props, &opened));
    html! { <div class="hosts">{ all.iter().map(host).collect::<Html>() }</div> }
}

/// At `outside` programs run that nobody here sees into.
fn host(holding: &Holding, outside: Option<&str>, page: Page) -> Html {
    let facts = holding.sockets.len() + holding.items.len() + holding.groups.len();
    let kept = holding.files.len() + holding.letters.len();
    let empty = facts + holding.sessions.len() + kept == 0;
    html! {
        <section class="host" data-host={holding.host.to_string()}>
            <details open=true>
            <summary class="desk-fold"><h2>{ holding.name.clone() }{ " " }<small>{ holding.about.clone() }</small></h2></summary>
            if !holding.addresses.is_empty() {
                <p class="addresses m">{ holding.addresses.join(", ") }</p>
            }
            if holding.off {
                <p class="off">{ words::OFF }</p>
            }
            if let Some(routing) = &holding.router {
                { router(&holding.name, routing) }
            } else if empty && outside == Some(&*holding.name) {
                <p class="note">{ words::OUTSIDE }</p>
            } else if empty {
                <p class="note">{ words::NOTHING }</p>
            } else {
                <>
                    { list(holding.sockets.iter().map(|s| (s.change, socket(s))), ROWS) }
                    { list(holding.items.iter().map(|i| (i.change, item(i))), ROWS) }
                    { list(holding.sessions.iter().map(session), SESSIONS) }
                    { holding.groups.iter().map(group).collect::<Html>() }
                    { letters(&holding.letters, page) }
                    { files(holding, page) }
                </>
            }
            </details>
        </section>
    }
}

/// What a file's row needs of the page: the run, whom to tell, which file is open.
type Page<'a> = (&'a Show, &'a Props, &'a UseStateHandle<Option<u32>>);

/// So many rows of a list are shown, and all that changed; the others are folded.
const ROWS: usize = 10;
const SESSIONS: usize = 4;

/// A name or a value that anybody may have chosen, with every sign to be seen.
fn plain(text: &str) -> String {
    visible_line(text).into_owned()
}

fn list(rows: impl Iterator<Item = (Change, Html)>, most: usize) -> Html {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return html! {};
    }
    html! { <ul class="held">{ folded(rows, most) }</ul> }
}

/// The first rows and those that changed; the rest behind a word.
fn folded(rows: impl Iterator<Item = (Change, Html)>, most: usize) -> Html {
    let mut shown: Vec<Html> = Vec::new();
    let mut rest: Vec<Html> = Vec::new();
    for (index, (change, row)) in rows.enumerate() {
        let here = index < most || change != Change::Same;
        (if here { &mut shown } else { &mut rest }).push(row);
    }
    // One row more takes no more room than the word for it.
    if rest.len() == 1 {
        shown.append(&mut rest);
    }
    let more = (!rest.is_empty()).then(|| {
        let more = words::more(rest.len());
        html! {
            <li class="more"><details>
                <summary>{ more }</summary>
                <ul class="held">{ rest.into_iter().collect::<Html>() }</ul>
            </details></li>
        }
    });
    html! { <>{ shown.into_iter().collect::<Html>() }{ more }</> }
}

fn session(session: &Session) -> (Change, Html) {
    let changed = session.items.iter().any(|item| item.change != Change::Same);
    let gone = session.items.iter().all(|item| item.change == Change::Gone);
    let change = if changed {
        Change::Changed
    } else {
        Change::Same
    };
    let html = html! {
        <li class="session">
            <details open=true>
                <summary class="desk-fold"><h3>{ session.title.clone() }if gone { <small>{ words::IS_OVER }</small> }</h3></summary>
                { list(session.items.iter().map(|i| (i.change, item(i))), ROWS) }
            </details>
        </li>
    };
    (change, html)
}

fn group(group: &Group) -> Html {
    html! {
        <details open=true>
            <summary class="desk-fold"><h3>{ group.title }{ " " }<small>{ group.about.clone() }</small></h3></summary>
            { list(group.items.iter().map(|i| (i.change, noted(i, plain(&i.name)))), ROWS) }
        </details>
    }
}

fn letters(all: &[LetterRow], page: Page) -> Html {
    if all.is_empty() {
        return html! {};
    }
    let there = all
        .iter()
        .filter(|letter| letter.file.change != Change::Gone);
    let sum = words::letters(there.count());
    let one = |letter: &LetterRow| {
        let about = html! { <span class="aside where">{ plain(&capital(&letter.about)) }</span> };
        let row = opens(&letter.file, &letter.subject, about, page);
        (letter.file.change, row)
    };
    html! {
        <details open=true>
            <summary class="desk-fold"><h3>{ words::LETTERS }{ " " }<small>{ sum }</small></h3></summary>
            { list(all.iter().map(one), ROWS) }
        </details>
    }
}

fn files(holding: &Holding, page: Page) -> Html {
    let all = &holding.files;
    if all.is_empty() {
        return html! {};
    }
    let there = all.iter().filter(|file| file.change != Change::Gone);
    let bytes: u64 = there.clone().filter_map(|file| file.len).sum();
    let folders = there.clone().filter(|file| file.len.is_none()).count();
    let count = there.count() - folders;
    let sum = words::files(folders, count, bytes);
    html! {
        <details open=true>
            <summary class="desk-fold"><h3>{ words::FILES }{ " " }<small>{ sum }</small></h3></summary>
            { list(all.iter().map(|row| (row.change, file(row, page))), ROWS) }
        </details>
    }
}

fn file(row: &FileRow, page: Page) -> Html {
    if row.len.is_none() {
        let name = html! { <>{ plain(&row.path) }{ "/" }</> };
        return held(
            row.change,
            name,
            html! { <span class="aside">{ words::FOLDER }</span> },
        );
    }
    let (show, ..) = page;
    let mut arrivals = show.arrivals().iter();
    let arrival = arrivals.find(|a| show.timeline().event(a.event).arg == row.row);
    let about = arrival.map(|arrival| {
        let harmed = (!arrival.is_equal()).then_some("harmed");
        html! { <span class={classes!("aside", "where", harmed)}>{ capital(&in_words(arrival)) }</span> }
    });
    opens(row, &row.path, about.unwrap_or_default(), page)
}

/// A file opens in its row, and a letter, which has a name other than its path.
fn opens(row: &FileRow, name: &str, about: Html, (_, props, opened): Page) -> Html {
    let is_letter = name != row.path;
    let len = row.len.unwrap_or(0);
    let is_open = **opened == Some(row.row) && row.change != Change::Gone;
    let next = (!is_open).then_some(row.row);
    let toggle = {
        let opened = opened.clone();
        Callback::from(move |_: MouseEvent| opened.set(next))
    };
    let name = html! {
        <>
            <button class="file" aria-expanded={flag(is_open)} onclick={toggle}>{ plain(name) }</button>
            { about }
        </>
    };
    let size = html! { <span class="size">{ words::bytes(len) }</span> };
    html! {
        <>
            { held(row.change, name, size) }
            if is_open {
                <Opened page={props.clone()} row={row.row} name={row.path.clone()} {is_letter} />
            }
        </>
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
                <h3>{ words::FLOWS }</h3>
                { table(name, rows) }
            }
            if !routing.rules.is_empty() {
                <h3>{ words::FIREWALL }{ " " }<small>{ words::FIRST_RULE }</small></h3>
                <ol class="held rules">{ routing.rules.iter().map(rule).collect::<Html>() }</ol>
            }
            <h3>{ words::ROUTES }</h3>
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
        return html! { <p class="note">{ words::NO_FLOWS }</p> };
    }
    html! {
        <div class="wide" role="region" aria-label={words::flows_of(name)} tabindex="0">
            <table class="flows m">
                <thead><tr>{ words::FLOW_COLUMNS.map(|head| html! { <th scope="col">{ head }</th> }).into_iter().collect::<Html>() }</tr></thead>
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
        many => words::stopped(many),
    };
    held(change, name, html! { stopped })
}

fn socket(socket: &Socket) -> Html {
    let name = html! {
        <>
            <span class={classes!("tie", socket.stroke.class())}></span>
            { words::connection(socket.connection) }
            <span class="aside">{ socket.purpose }</span>
            if let Some(tie) = &socket.tie {
                <span class="aside where">{ capital(tie) }</span>
            }
            <span class="aside where">{ words::ends(socket.port, &socket.peer) }</span>
        </>
    };
    held(socket.change, name, html! { socket.state.clone() })
}

fn item(item: &Item) -> Html {
    noted(item, capital(&item.name))
}

fn noted(item: &Item, name: String) -> Html {
    held(
        item.change,
        html! { name },
        html! {
            <>
                { plain(&item.value) }
                if let Some((done, all)) = progress(&item.value).filter(|(done, all)| done < all) {
                    <progress max={all.to_string()} value={done.to_string()} aria-label={item.name.clone()}></progress>
                }
            </>
        },
    )
}

/// A sign and a word besides the colour.
fn sign(change: Change) -> (&'static str, Html) {
    match change {
        Change::Same => ("same", html! {}),
        Change::Changed => (
            "changed",
            html! { <><span class="sign" aria-hidden="true">{ "●" }</span><span class="unseen">{ words::CHANGED }</span></> },
        ),
        Change::Gone => ("gone", html! { <span class="sign">{ words::GONE }</span> }),
    }
}

fn held(change: Change, name: Html, value: Html) -> Html {
    let (class, sign) = sign(change);
    let inside = html! {
        <>
            <span class="name">
                { name }
                if change == Change::Changed { { " " }<span class="desk-changed">{ desk::CHANGED }</span> }
            </span>
            <span class="value">{ value }</span>
        </>
    };
    html! {
        <li {class}>
            if change == Change::Changed {
                <span class="sign" aria-hidden="true">{ "●" }</span>
            } else {
                { sign }
            }
            if change == Change::Gone { <s>{ inside }</s> } else { { inside } }
        </li>
    }
}
