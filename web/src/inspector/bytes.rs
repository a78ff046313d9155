//! A packet's bytes: sixteen a row where there is room, else eight; and as letters.

use super::packet::Lit;
use super::tree::number_at;
use std::ops::Range;
use wirestage_core::base::sorted::Set;
use wirestage_core::dissect::ShownLayer;
use yew::prelude::*;

const HALF: usize = 8;
const HEX: &[u8; 16] = b"0123456789abcdef";

/// The bytes. `light` is told a byte that is pointed at.
pub fn bytes(
    bytes: &[u8],
    layers: &[ShownLayer],
    lit: Option<&Lit>,
    light: &Callback<Option<usize>>,
    step: &Callback<bool>,
) -> Html {
    let cuts = cuts(layers, lit);
    let halves = (0..bytes.len().div_ceil(HALF)).map(|half| {
        let from = half * HALF;
        let range = from..(from + HALF).min(bytes.len());
        let class = if half % 2 == 0 {
            "left-half"
        } else {
            "right-half"
        };
        html! {
            <div key={half} class={classes!("half", class)}>
                <span class="offset">{ offset(from) }</span>
                <span class="hex">{ runs(bytes, &range, &cuts, lit, hex) }</span>
                <span class="letters">{ runs(bytes, &range, &cuts, lit, letters) }</span>
            </div>
        }
    });
    let over = {
        let light = light.clone();
        Callback::from(move |event: PointerEvent| light.emit(number_at(event.target(), "data-at")))
    };
    let leave = light.reform(|_: PointerEvent| None);
    html! {
        <div class="bytes m" role="group" aria-label="Bytes; up and down go from field to field" tabindex="0"
            onpointerover={over} onpointerleave={leave} onkeydown={keys(step)}>
            { halves.collect::<Html>() }
        </div>
    }
}

fn keys(step: &Callback<bool>) -> Callback<KeyboardEvent> {
    let step = step.clone();
    Callback::from(move |event: KeyboardEvent| {
        let down = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return,
        };
        event.prevent_default();
        step.emit(down);
    })
}

/// Where one field ends and the next begins, and where the light does.
fn cuts(layers: &[ShownLayer], lit: Option<&Lit>) -> Vec<usize> {
    let fields = layers.iter().flat_map(|layer| &layer.fields);
    let cuts: Set<usize> = fields
        .flat_map(|field| [field.range.start, field.range.end])
        .chain(
            lit.into_iter()
                .flat_map(|lit| [lit.bytes.start, lit.bytes.end]),
        )
        .collect();
    cuts.into_iter().collect()
}

/// The bytes of a half row, those of a field together.
fn runs(
    bytes: &[u8],
    range: &Range<usize>,
    cuts: &[usize],
    lit: Option<&Lit>,
    write: fn(&[u8]) -> String,
) -> Html {
    let mut all = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let next = cuts.partition_point(|cut| *cut <= at);
        let end = cuts
            .get(next)
            .map_or(range.end, |cut| (*cut).min(range.end));
        let on = lit.is_some_and(|lit| lit.bytes.contains(&at));
        all.push(html! {
            <span class={on.then_some("lit")} data-at={at.to_string()}>{ write(&bytes[at..end]) }</span>
        });
        at = end;
    }
    all.into_iter().collect()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        push_hex(&mut text, *byte);
    }
    text
}

fn letters(bytes: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte),
        _ => '·',
    };
    bytes.iter().map(letter).collect()
}

fn offset(at: usize) -> String {
    let mut text = String::new();
    for byte in u16::try_from(at).unwrap_or(u16::MAX).to_be_bytes() {
        push_hex(&mut text, byte);
    }
    text
}

fn push_hex(text: &mut String, byte: u8) {
    text.push(char::from(HEX[usize::from(byte >> 4)]));
    text.push(char::from(HEX[usize::from(byte & 15)]));
}
