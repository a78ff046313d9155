//! The same file by each of the three, counted, and what it weighs.

use super::{cells, classes_of, head, name_of, row_id};
use crate::model::Versus;
use crate::says::versus as says;
use std::rc::Rc;
use wirestage_core::versus::{Answers, COLUMNS, COUNTS, Source, Weight, address_of, pieces};
use wirestage_core::view::words::grouped;
use yew::prelude::*;

/// How long a bar is that is as long as there is room, and how high its parts are: so that
/// they differ not by colour alone.
const LONG: u64 = 1000;
const HIGH: [u64; 4] = [20, 20, 12, 8];
const PARTS: [&str; 4] = ["file", "growth", "words", "headers"];

/// The part of the page.
pub fn part(answers: &Rc<Answers>, place: &Versus) -> Html {
    let rows = COUNTS.iter().enumerate().map(|(index, row)| {
        let cell = |column: usize| {
            let claim = &row.cells[column];
            let answer = &answers.claims[index * COLUMNS.len() + column];
            let pieces = pieces(claim, answer).into_iter();
            html! {
                <td role="cell">
                    <span class="vs-column" aria-hidden="true">{ COLUMNS[column] }</span>
                    { pieces.map(cells::piece).collect::<Html>() }
                </td>
            }
        };
        html! {
            <tr key={row.id} id={row_id(row.id)} class={classes_of(row.id, place)} role="row">
                <th scope="row" role="rowheader">{ name_of(row.id, row.name) }</th>
                { (0..COLUMNS.len()).map(cell).collect::<Html>() }
            </tr>
        }
    });
    let (id, name) = says::SAME_FILE;
    html! {
        <section id={row_id(id)}>
            <h2>{ name }</h2>
            <div class="vs-scroll">
                <table class="vs-table vs-counts" role="table">
                    { head() }
                    <tbody role="rowgroup">
                        { rows.collect::<Html>() }
                        { weights(answers.weights.as_ref()) }
                    </tbody>
                </table>
            </div>
            <p class="vs-try"><a href={address_of(Source::ThreeWays, None)}>{ says::TRY }</a></p>
        </section>
    }
}

/// What the bytes are: a bar for each of the three, then a row for each part of it.
fn weights(weights: Option<&[Weight; 3]>) -> Html {
    let names = Weight::default().parts().map(|(name, _)| name);
    let part = |part: usize| {
        let number = |weight: &Weight| grouped(weight.parts()[part].1);
        let cell = |column: usize| {
            let number = weights.map(|weights| number(&weights[column]));
            html! {
                <td role="cell">
                    <span class="vs-column" aria-hidden="true">{ COLUMNS[column] }</span>
                    { cells::piece(wirestage_core::versus::Piece::Figure(number.as_deref())) }
                </td>
            }
        };
        html! {
            <tr class="vs-row vs-weight" role="row">
                <th scope="row" role="rowheader">
                    <svg class="vs-swatch" width="14" height="20" aria-hidden="true">{ rect(part, 0, 14) }</svg>
                    { says::BYTES_OF }{ " " }{ names[part] }
                </th>
                { (0..COLUMNS.len()).map(cell).collect::<Html>() }
            </tr>
        }
    };
    html! {
        <>
            <tr class="vs-bars" aria-hidden="true">
                <td></td>
                { (0..COLUMNS.len()).map(|column| html! { <td>{ bar(weights, column) }</td> }).collect::<Html>() }
            </tr>
            { (0..names.len()).map(part).collect::<Html>() }
        </>
    }
}

/// A bar, as long as the longest is where it weighs most.
fn bar(weights: Option<&[Weight; 3]>, column: usize) -> Html {
    let longest = weights.map_or(0, |all| all.iter().map(Weight::all).max().unwrap_or(0));
    let mut parts = Vec::new();
    let mut x = 0;
    if let Some(weights) = weights {
        for (index, (_, bytes)) in weights[column].parts().into_iter().enumerate() {
            let wide = (bytes * LONG).checked_div(longest).unwrap_or(0);
            parts.push(rect(index, x, wide));
            x += wide;
        }
    }
    html! {
        <>
            <span class="vs-column">{ COLUMNS[column] }</span>
            <svg class="vs-bar" viewBox="0 0 1000 20" preserveAspectRatio="none" height="20">{ parts }</svg>
        </>
    }
}

/// A part of a bar.
fn rect(part: usize, x: u64, wide: u64) -> Html {
    let high = HIGH[part];
    html! {
        <rect class={classes!("vs-part", PARTS[part])} x={x.to_string()} y={(20 - high).to_string()} width={wide.to_string()} height={high.to_string()} />
    }
}
