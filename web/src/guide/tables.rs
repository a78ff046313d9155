//! What is drawn, in words: the field that is chosen, all fields, commands and replies.

use super::{Props, here, packet};
use crate::model::Guide;
use crate::says::guide as says;
use crate::words::Explained;
use wirestage_core::dissect::{FieldKind, Shows};
use wirestage_core::guide::{Chapter, Entry, Specimen, Word, Words};
use yew::prelude::*;

/// The field that is chosen: its value, and what it means.
pub fn detail(
    chapter: &Chapter,
    guide: &Guide,
    (specimen, field): (&Specimen, Option<usize>),
) -> Html {
    let Some(entry) = field.and_then(|field| specimen.sheet.fields.get(field)) else {
        return other(chapter, &guide.spot.item);
    };
    html! {
        <section class="detail" id="detail" aria-label={says::THE_FIELD} aria-live="polite">
            { title(entry.kind) }
            <dl class="facts">
                <dt>{ says::VALUE }</dt><dd>{ entry.value.clone() }</dd>
                if entry.kind.derived {
                    <dt>{ says::STANDS_IN }</dt><dd>{ says::NO_BYTES }</dd>
                } else {
                    <dt>{ says::STANDS_IN }</dt><dd>{ place(entry) }</dd>
                    <dt>{ says::BYTES }</dt><dd class="m">{ entry.bytes.clone() }</dd>
                }
            </dl>
            { meaning(entry.kind) }
        </section>
    }
}

/// A field that no specimen has, or what to do where none is chosen.
pub fn other(chapter: &Chapter, item: &str) -> Html {
    let Some(kind) = chapter.kind.fields.iter().find(|kind| kind.filter == item) else {
        if chapter.specimens.is_empty() {
            return html! {};
        }
        return html! {
            <section class="detail" id="detail">
                <p class="hint">{ says::CHOOSE }<kbd>{ "→" }</kbd>{ says::CHOOSE_BRINGS }</p>
            </section>
        };
    };
    html! {
        <section class="detail" id="detail" aria-label={says::THE_FIELD}>
            { title(kind) }
            { meaning(kind) }
        </section>
    }
}

fn title(kind: &FieldKind) -> Html {
    html! { <h2>{ kind.name }{ " " }<code>{ kind.filter }</code></h2> }
}

fn meaning(kind: &FieldKind) -> Html {
    html! {
        <>
            <p><Explained text={kind.meaning()} /></p>
            if !kind.more().is_empty() {
                <p class="more">{ kind.more() }</p>
            }
            <p class="reference">{ kind.reference() }</p>
            if let Shows::Names(names) = kind.shows {
                <details>
                    <summary>{ says::NAMED_VALUES }</summary>
                    <dl class="names">
                        { names.iter().map(|(number, name)| html! { <><dt class="m">{ *number }</dt><dd>{ *name }</dd></> }).collect::<Html>() }
                    </dl>
                </details>
            }
        </>
    }
}

/// `bits 4 to 7 of byte 12`, `bytes 14 and 15`.
fn place(entry: &Entry) -> String {
    let (start, end) = (entry.bits.start, entry.bits.end);
    let last = end.saturating_sub(1);
    let bytes = (start / 8, last / 8);
    if start % 8 == 0 && end % 8 == 0 {
        return says::bytes(bytes);
    }
    let from = bytes.0 * 8;
    says::bits_of((start - from, last - from), bytes)
}

/// All fields, those of the specimen with their values, then those that it lacks.
pub fn fields(chapter: &Chapter, guide: &Guide, specimen: Option<&Specimen>) -> Html {
    let chosen = guide.chosen().1;
    let rows = specimen
        .into_iter()
        .flat_map(|one| one.sheet.fields.iter().enumerate());
    let rows = rows.map(|(index, entry)| {
        let sheet = specimen.map(|one| &one.sheet);
        let spot = sheet.map(|sheet| guide.spot_of(sheet, index)).unwrap_or_default();
        let bits = if entry.kind.derived {
            "–".to_owned()
        } else {
            format!("{}–{}", entry.bits.start, entry.bits.end.saturating_sub(1))
        };
        let is_here = chosen == Some(index);
        html! {
            <tr class={classes!(is_here.then_some("here"))}>
                <th scope="row" class={format!("depth-{}", entry.depth.min(3))}>
                    <a href={spot.fragment()} aria-current={is_here.then_some("true")}>{ entry.kind.name }</a>
                </th>
                <td class="m bits-of">{ bits }</td>
                <td class="value">{ entry.value.clone() }</td>
                <td>{ entry.kind.meaning() }</td>
                <td class="reference">{ entry.kind.reference() }</td>
            </tr>
        }
    });
    let rows: Vec<Html> = rows.collect();
    html! {
        <>
            if !rows.is_empty() {
                <h2>{ says::ALL_FIELDS }{ " " }<small>{ says::IN_BITS }</small></h2>
                <div class="wide-table"><table class="fields-table">
                    <thead><tr><th scope="col">{ says::FIELD }</th><th scope="col">{ says::BITS }</th><th scope="col">{ says::VALUE }</th><th scope="col">{ says::MEANING }</th><th scope="col">{ says::DEFINED_IN }</th></tr></thead>
                    <tbody>{ rows }</tbody>
                </table></div>
            }
            { others(chapter, guide, specimen) }
        </>
    }
}

/// Fields that other forms and other runs have.
fn others(chapter: &Chapter, guide: &Guide, specimen: Option<&Specimen>) -> Html {
    let layer = chapter.kind.filter;
    let is_shown = |kind: &FieldKind| {
        let mut shown = specimen.into_iter().flat_map(|one| &one.sheet.fields);
        shown.any(|entry| entry.kind.filter == kind.filter)
    };
    let rest = chapter.kind.fields.iter().filter(|kind| !is_shown(kind));
    let rows = rest.map(|kind| {
        let is_here = guide.spot.item == kind.filter;
        html! {
            <tr class={classes!(is_here.then_some("here"))}>
                <th scope="row"><a href={here(layer, kind.filter)}>{ kind.name }</a></th>
                <td>{ kind.meaning() }</td>
                <td class="reference">{ kind.reference() }</td>
            </tr>
        }
    });
    let rows: Vec<Html> = rows.collect();
    if rows.is_empty() {
        return html! {};
    }
    let title = if specimen.is_some() {
        says::OTHER_FIELDS
    } else {
        says::ITS_FIELDS
    };
    html! {
        <>
            <h2>{ title }</h2>
            <div class="wide-table"><table class="fields-table">
                <thead><tr><th scope="col">{ says::FIELD }</th><th scope="col">{ says::MEANING }</th><th scope="col">{ says::DEFINED_IN }</th></tr></thead>
                <tbody>{ rows }</tbody>
            </table></div>
        </>
    }
}

/// Commands, replies and digits.
pub fn words(chapter: &Chapter, props: &Props) -> Html {
    chapter
        .words
        .iter()
        .map(|table| one_table(table, props))
        .collect()
}

fn one_table(table: &Words, props: &Props) -> Html {
    let spot = &props.guide.spot;
    let lines = table.rows.iter().any(|word| word.line.is_some());
    let line = |word: &Word| match (&word.line, &props.back) {
        (Some((frame, line)), Some((address, _))) => html! {
            <><span class="m">{ line.clone() }</span>{ " " }<small>{ packet(address, frame.index()) }</small></>
        },
        _ => html! {},
    };
    let row = |word: &Word| {
        let is_here = spot.item == word.word;
        html! {
            <tr class={classes!(is_here.then_some("here"), is_here.then_some("here-row"))}>
                <th scope="row"><a class="m" href={here(&spot.layer, &word.word)}>{ word.word.clone() }</a></th>
                <td>{ word.meaning }</td>
                if lines { <td class="line">{ line(word) }</td> }
                <td class="reference">{ word.reference }</td>
            </tr>
        }
    };
    html! {
        <>
            <h2>{ table.title }</h2>
            <div class="wide-table"><table class="fields-table">
                <thead><tr>
                    <th scope="col">{ says::WORD }</th><th scope="col">{ says::MEANING }</th>
                    if lines { <th scope="col">{ says::IN_THIS_RUN }</th> }
                    <th scope="col">{ says::DEFINED_IN }</th>
                </tr></thead>
                <tbody>{ table.rows.iter().map(row).collect::<Html>() }</tbody>
            </table></div>
        </>
    }
}
