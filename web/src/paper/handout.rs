//! The handout: who is who, the numbers, each turn with what a teacher says of it, the ladder.

use super::{foot, head, outcomes};
use crate::drawing;
use crate::model::Show;
use crate::parts::capital;
use crate::says::paper as words;
use wirestage_core::view::draw::Drawing;
use wirestage_core::view::facts::{Facts, addresses};
use wirestage_core::view::outline::Row;
use wirestage_core::view::sheet::drawings;
use yew::prelude::*;

/// More turns than a class reads: the rest stands in the transcript.
const TURNS: usize = 120;

/// The sheets.
pub fn handout(show: &Show) -> Html {
    let run = &show.run;
    let [_, stage, ladder, _] = drawings(&run.timeline, &run.info, &show.outline);
    html! {
        <>
            { head(show, html! {}) }
            { sheet("stage", &stage) }
            <h2>{ words::CAST }</h2>
            <table class="cast-table"><tbody>{ cast(show) }</tbody></table>
            <h2>{ words::OUTCOME }</h2>
            <ul class="plain">{ outcomes(show) }</ul>
            <p>{ words::facts(&Facts::of(&run.timeline)) }</p>
            <h2>{ words::TURNS }</h2>
            { turns(show) }
            <h2 class="new-sheet">{ words::LADDER }</h2>
            { sheet("ladder", &ladder) }
            { foot(show) }
        </>
    }
}

fn cast(show: &Show) -> Html {
    let timeline = show.timeline();
    let nodes = timeline.nodes().iter().enumerate();
    let one = |(index, node): (usize, &wirestage_core::timeline::NodeInfo)| {
        let host = wirestage_core::base::HostId::from_index(index);
        let mut what: Vec<&str> = node.person.iter().map(String::as_str).collect();
        what.extend(node.runs.iter().map(String::as_str));
        if what.is_empty() {
            what.push(&node.kind);
        }
        html! {
            <tr>
                <th scope="row">{ node.name.clone() }</th>
                <td>{ what.join(", ") }</td>
                <td class="m">{ addresses(timeline, host).join(", ") }</td>
            </tr>
        }
    };
    nodes.map(one).collect()
}

/// Each turn, phase by phase.
fn turns(show: &Show) -> Html {
    let rows = &show.outline.rows;
    let phase = |phase: &wirestage_core::view::outline::Phase| {
        let rows = phase.rows.clone().take_while(|index| *index < TURNS);
        let rows: Vec<Html> = rows.map(|index| turn(show, index)).collect();
        if rows.is_empty() {
            return html! {};
        }
        html! {
            <tbody>
                if !phase.name.is_empty() {
                    <tr class="phase-row"><th colspan="4" scope="rowgroup">{ capital(phase.name) }</th></tr>
                }
                { rows }
            </tbody>
        }
    };
    let more = rows.len().saturating_sub(TURNS);
    html! {
        <>
            <table class="turns-table">
                <thead><tr>{ words::COLUMNS.iter().map(|name| html! { <th scope="col">{ *name }</th> }).collect::<Html>() }</tr></thead>
                { show.outline.phases.iter().map(phase).collect::<Html>() }
            </table>
            if more > 0 { <p class="aside">{ words::more(more) }</p> }
        </>
    }
}

fn turn(show: &Show, index: usize) -> Html {
    let row = &show.outline.rows[index];
    let lost = (row.lost > 0).then_some("lost-row");
    html! {
        <tr class={classes!(lost)}>
            <td class="number">{ index + 1 }</td>
            <td class="who">{ who(show, row) }</td>
            <td class="m">{ first_line(&row.label).to_owned() }</td>
            <td>
                { row.captions.iter().map(|say| html! { <p><b>{ say.clone() }</b></p> }).collect::<Html>() }
                if row.captions.is_empty() { { capital(&row.meaning) } }
                if row.lost > 0 { <span class="lost">{ " " }{ words::LOST }</span> }
            </td>
        </tr>
    }
}

fn who(show: &Show, row: &Row) -> String {
    let name = |host| show.timeline().node(host).name.as_str();
    match row.to {
        Some(to) => format!("{} → {}", name(row.from), name(to)),
        None => name(row.from).to_owned(),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The height of what of a picture goes on one sheet, in the picture's own units.
const SHEET: f64 = 1200.0;

/// A picture, on as many sheets as it needs: browsers do not break one.
fn sheet(name: &str, part: &Drawing) -> Html {
    let id = format!("paper-{name}");
    let mut pieces = Vec::new();
    let mut top = 0.0;
    while top < part.height {
        let height = SHEET.min(part.height - top);
        let [y, width, height] = [top, part.width, height].map(drawing::number);
        let tall = (part.height > SHEET / 2.0).then_some("tall");
        pieces.push(html! {
            <svg class={classes!("drawing", tall)} viewBox={format!("0 {y} {width} {height}")} aria-hidden="true">
                if top == 0.0 {
                    <defs><g id={id.clone()}>{ drawing::on_paper(&part.shapes) }</g></defs>
                }
                <use href={format!("#{id}")} />
            </svg>
        });
        top += SHEET;
    }
    pieces.into_iter().collect()
}
