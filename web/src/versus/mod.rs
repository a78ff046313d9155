//! FTP against SMTP and HTTP: what is counted, the table, what is commonly said.

mod cells;
mod counts;
mod proving;

pub use proving::Proving;

use crate::browser::{self, document};
use crate::focus;
use crate::lesson::look::Look;
use crate::model::{Settings, Versus};
use crate::parts::Tell;
use crate::says::versus as says;
use crate::words::Explained;
use cells::Cell;
use std::rc::Rc;
use wirestage_core::versus::{
    Answers, COLUMNS, COUNTS, GROUPS, Group, Row, SAYINGS, Saying, Source, file_name, ids, text,
};
use yew::prelude::*;

#[derive(Clone, Properties, PartialEq)]
pub struct Props {
    pub place: Versus,
    /// What is known; none before the first run is over.
    pub answers: Option<Rc<Answers>>,
    /// The lesson that lies under it: its address and title.
    pub back: Option<(String, String)>,
    pub settings: Settings,
    pub tell: Tell,
}

/// The page.
#[component]
pub fn VersusPage(props: &Props) -> Html {
    let Props {
        place, back, tell, ..
    } = props;
    let empty = use_memo((), |()| Answers::default());
    let answers = props.answers.clone().unwrap_or(empty);
    use_effect_with(place.clone(), bring_up);
    let parts = [says::SAME_FILE, says::TABLE, says::SAID];
    let progress = says::progress(answers.runs, Source::ALL.len());
    let is_lost = !place.row.is_empty()
        && !ids().any(|id| id == place.row)
        && !parts.iter().any(|(id, _)| *id == place.row);
    html! {
        <div id="versus" data-proved={if answers.are_all() { "yes" } else { "no" }}>
            <header class="vs-top">
                <a class="logo" href="#/" title={says::ALL}>{ "Wirestage" }</a>
                <b class="vs-name">{ says::LINK }</b>
                <span class="grow"></span>
                if let Some((address, title)) = back {
                    <a class="btn" id="back-to-lesson" href={address.clone()}><span aria-hidden="true">{ "◀ " }</span>{ title.clone() }</a>
                }
                { crate::guide::link() }
                <Look settings={props.settings.clone()} tell={tell.clone()} />
            </header>
            <main>
                if is_lost {
                    <p class="trouble" role="alert">{ says::LOST }</p>
                }
                <h1>{ says::TITLE }</h1>
                <p class="vs-sub"><Explained text={says::ABOUT} /></p>
                <nav class="vs-parts" aria-label={says::PARTS}>
                    { parts.into_iter().map(|(id, name)| html! { <a href={Versus::at(id).fragment()}>{ name }</a> }).collect::<Html>() }
                </nav>
                <p class="vs-progress">
                    <span id="versus-progress">{ progress.clone() }</span>
                    <span class="unseen" role="status">{ answers.are_all().then_some(progress) }</span>
                    { save(&answers) }
                    { print() }
                </p>
                { counts::part(&answers, place) }
                { table(&answers, place) }
                { sayings(&answers, place) }
            </main>
        </div>
    }
}

/// The way here.
pub fn link() -> Html {
    html! { <a class="btn" id="versus-link" href={Versus::default().fragment()}>{ says::LINK }</a> }
}

/// Whether a layer is one of the three.
pub fn compares(layer: &str) -> bool {
    COLUMNS.iter().any(|name| name.eq_ignore_ascii_case(layer))
}

/// What an address names is brought into view; a proof that was followed has the focus again.
fn bring_up(place: &Versus) {
    if place.row.is_empty() {
        browser::window().scroll_to_with_x_and_y(0.0, 0.0);
        return;
    }
    if let Some(row) = document().get_element_by_id(&row_id(&place.row)) {
        row.scroll_into_view();
    }
    let proof = cells::proof_id(&place.row, place.proof);
    if let Some(proof) = document().get_element_by_id(&proof) {
        focus::give(&proof);
    }
}

/// How rows are found.
fn row_id(row: &str) -> String {
    format!("row-{row}")
}

/// A row's name, which is a link to it.
fn name_of(id: &'static str, name: &'static str) -> Html {
    html! { <a href={Versus::at(id).fragment()} title={says::ANCHOR}>{ name }</a> }
}

/// The classes of a row, of which the address may name this one.
fn classes_of(id: &str, place: &Versus) -> Classes {
    classes!("vs-row", (place.row == id).then_some("here"))
}

fn save(answers: &Rc<Answers>) -> Html {
    let known = Rc::clone(answers);
    let onclick = Callback::from(move |_: MouseEvent| {
        let all = text(&known, None).unwrap_or_default();
        // A browser that refuses says so itself.
        let _ = browser::download(&file_name(), all.as_bytes());
    });
    html! { <button id="versus-save" class="btn" disabled={!answers.are_all()} {onclick}>{ says::SAVE }</button> }
}

fn print() -> Html {
    let onclick = Callback::from(|_: MouseEvent| {
        let _ = browser::window().print();
    });
    html! { <button id="versus-print" class="btn" {onclick}>{ says::PRINT }</button> }
}

/// The table: its claims stand behind those of what is counted.
fn table(answers: &Rc<Answers>, place: &Versus) -> Html {
    let mut at = COUNTS.len() * COLUMNS.len();
    let mut groups = Vec::new();
    for group in &GROUPS {
        groups.push(self::group(group, at, answers, place));
        at += group.rows.len() * COLUMNS.len();
    }
    let (id, name) = says::TABLE;
    html! {
        <section id={row_id(id)} aria-labelledby="vs-table-name">
            <h2 id="vs-table-name">{ name }</h2>
            <div class="vs-scroll">
                <table class="vs-table" role="table">
                    { head() }
                    { groups }
                </table>
            </div>
        </section>
    }
}

/// The columns' heads.
fn head() -> Html {
    let column = |name: &'static str| html! { <th scope="col" role="columnheader">{ name }</th> };
    html! {
        <thead role="rowgroup">
            <tr role="row">
                <th scope="col" role="columnheader"><span class="unseen">{ says::ROW }</span></th>
                { COLUMNS.into_iter().map(column).collect::<Html>() }
            </tr>
        </thead>
    }
}

fn group(group: &'static Group, from: usize, answers: &Rc<Answers>, place: &Versus) -> Html {
    let rows = group.rows.iter().enumerate();
    let rows =
        rows.map(|(index, row)| self::row(row, from + index * COLUMNS.len(), answers, place));
    html! {
        <tbody role="rowgroup">
            <tr class="vs-group" role="row"><th colspan="4" scope="rowgroup" role="rowheader">{ group.name }</th></tr>
            { rows.collect::<Html>() }
        </tbody>
    }
}

fn row(row: &'static Row, from: usize, answers: &Rc<Answers>, place: &Versus) -> Html {
    let mut proofs = 0;
    let mut cells = Vec::new();
    for (column, claim) in row.cells.iter().enumerate() {
        cells.push(html! {
            <td role="cell">
                <span class="vs-column" aria-hidden="true">{ COLUMNS[column] }</span>
                <Cell row={row.id} first={proofs + 1} index={from + column} answers={Rc::clone(answers)} />
            </td>
        });
        proofs += claim.proofs.len();
    }
    html! {
        <tr key={row.id} id={row_id(row.id)} class={classes_of(row.id, place)} role="row">
            <th scope="row" role="rowheader">{ name_of(row.id, row.name) }</th>
            { cells }
        </tr>
    }
}

/// What is commonly said.
fn sayings(answers: &Rc<Answers>, place: &Versus) -> Html {
    let from = answers.claims.len() - SAYINGS.len();
    let one = |(index, saying): (usize, &'static Saying)| {
        html! {
            <li key={saying.id} id={row_id(saying.id)} class={classes_of(saying.id, place)}>
                <h3><q>{ name_of(saying.id, saying.said) }</q></h3>
                <p class="vs-verdict">{ saying.verdict }{ "." }</p>
                <Cell row={saying.id} first={1} index={from + index} answers={Rc::clone(answers)} />
            </li>
        }
    };
    let (id, name) = says::SAID;
    html! {
        <section id={row_id(id)}>
            <h2>{ name }</h2>
            <ul class="vs-said">{ SAYINGS.iter().enumerate().map(one).collect::<Html>() }</ul>
        </section>
    }
}
