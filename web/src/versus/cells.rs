//! A cell: words with figures, and links to the steps that show it.

use crate::browser;
use crate::model::Versus;
use crate::says::versus as says;
use std::rc::Rc;
use wirestage_core::versus::{Answers, Claim, Piece, Proof, Shown, address_of, claims, pieces};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its row.
    pub row: &'static str,
    /// The number of its first proof within the row, counted from 1.
    pub first: usize,
    /// Which of all claims.
    pub index: usize,
    pub answers: Rc<Answers>,
}

/// How proofs are found.
pub fn proof_id(row: &str, number: usize) -> String {
    format!("proof-{row}-{number}")
}

/// A cell.
#[component]
pub fn Cell(props: &Props) -> Html {
    let Some(claim) = claims().nth(props.index) else {
        return html! {};
    };
    let proofs = claim.proofs.iter().enumerate();
    let proofs = proofs.map(|(nth, proof)| {
        let shown = props.answers.claims[props.index].proofs[nth].as_ref();
        self::proof(props.row, props.first + nth, proof, shown)
    });
    html! {
        <>
            <p class="vs-says">
                { words(claim, props) }
                if !claim.reference.is_empty() {
                    { " " }<span class="reference">{ claim.reference }</span>
                }
            </p>
            if !claim.proofs.is_empty() {
                <ul class="vs-proofs" aria-label={says::STEPS}>{ proofs.collect::<Html>() }</ul>
            }
        </>
    }
}

/// Words and figures, in order.
fn words(claim: &'static Claim, props: &Props) -> Html {
    let pieces = pieces(claim, &props.answers.claims[props.index]).into_iter();
    pieces.map(piece).collect()
}

/// A part of what is said.
pub fn piece(piece: Piece) -> Html {
    match piece {
        Piece::Words(words) => html! { <>{ words }</> },
        Piece::Figure(Some(figure)) => html! { <b class="vs-figure">{ figure.to_owned() }</b> },
        Piece::Figure(None) => html! {
            <b class="vs-figure waits"><span aria-hidden="true">{ "…" }</span><span class="unseen">{ says::WAITS }</span></b>
        },
    }
}

/// A link to a step. Who follows it and comes back finds it again: the address that is left
/// behind names it.
fn proof(row: &'static str, number: usize, proof: &'static Proof, shown: Option<&Shown>) -> Html {
    let (label, source, _) = *proof;
    let at = shown.map(|shown| shown.at);
    let onclick = Callback::from(move |event: MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let left = Versus {
            row: row.to_owned(),
            proof: number,
        };
        browser::write_fragment(&left.fragment(), false);
    });
    html! {
        <li>
            <a id={proof_id(row, number)} href={address_of(source, at)} title={says::leads_to(source.scenario(), at)} {onclick}>{ label }</a>
            <code class="m">{ shown.map_or("…", |shown| shown.label.as_str()).to_owned() }</code>
        </li>
    }
}
