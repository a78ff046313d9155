//! A header as the RFCs draw it: 32 bits a row, on a phone 16.

use crate::browser::is_narrow;
use crate::model::{Go, Guide, Msg};
use crate::parts::{Tell, flag, says};
use crate::says::guide as words;
use wirestage_core::guide::{Entry, Piece, Row, Sheet};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub guide: Guide,
    pub tell: Tell,
}

/// The drawing: one list, in which arrows go from field to field.
#[component]
pub fn Drawing(props: &Props) -> Html {
    let Props { guide, tell } = props;
    let (form, chosen) = guide.chosen();
    let Some((chapter, specimen)) = guide
        .chapter
        .as_ref()
        .and_then(|chapter| Some((chapter, chapter.specimens.get(form)?)))
    else {
        return html! {};
    };
    let sheet = &specimen.sheet;
    let width = if is_narrow() { 16 } else { 32 };
    let onkeydown = keys(tell, width);
    let active = chosen
        .and_then(|field| sheet.cell_of(field))
        .map(|cell| format!("cell-{cell}"));
    let numbers = (0..width).map(|bit| html! { <span>{ bit }</span> });
    let rows = sheet.rows(width);
    html! {
        <div id="drawing" class={classes!("bits", (width == 16).then_some("narrow"))} role="listbox" tabindex="0"
            aria-label={words::drawing(chapter.kind.name, specimen.title, width)}
            aria-activedescendant={active} {onkeydown}>
            <span class="at" aria-hidden="true">{ words::BYTE }</span>
            <span class="ruler" aria-hidden="true">{ numbers.collect::<Html>() }</span>
            { rows.iter().map(|row| self::row(props, (sheet, chosen), row, width)).collect::<Html>() }
        </div>
    }
}

fn keys(tell: &Tell, width: u32) -> Callback<KeyboardEvent> {
    let tell = tell.clone();
    Callback::from(move |event: KeyboardEvent| {
        let go = match event.key().as_str() {
            "ArrowRight" => Go::Next,
            "ArrowLeft" => Go::Back,
            "ArrowUp" => Go::Up(width),
            "ArrowDown" => Go::Down(width),
            "Home" => Go::First,
            "End" => Go::Last,
            _ => return,
        };
        if !event.ctrl_key() && !event.alt_key() && !event.meta_key() {
            event.prevent_default();
            tell.emit(Msg::Guide(go));
        }
    })
}

fn row(props: &Props, (sheet, chosen): (&Sheet, Option<usize>), row: &Row, width: u32) -> Html {
    let piece = |piece: &Piece| self::piece(props, (sheet, chosen), (row, piece), width);
    html! {
        <>
            <span class="at m" aria-hidden="true">{ row.at }</span>
            { row.pieces.iter().map(piece).collect::<Html>() }
        </>
    }
}

fn piece(
    props: &Props,
    (sheet, chosen): (&Sheet, Option<usize>),
    (row, piece): (&Row, &Piece),
    width: u32,
) -> Html {
    let cell = &sheet.cells[piece.cell];
    let entry = cell.field.and_then(|field| sheet.fields.get(field));
    let is_chosen = chosen.is_some_and(|field| {
        let bits = &sheet.fields[field].bits;
        bits.start < cell.bits.end && cell.bits.start < bits.end && sheet.cell_of(field).is_some()
    });
    let class = classes!(
        "piece",
        format!("w{}", piece.bits.min(width)),
        (!piece.first).then_some("goes-on"),
        (!piece.last).then_some("open-end"),
        (row.open > 0).then_some("left-out"),
        is_chosen.then_some("chosen"),
    );
    let onclick: Option<Callback<MouseEvent>> = cell
        .field
        .map(|field| says(&props.tell, Msg::Guide(Go::To(field))));
    let Some(entry) = entry.filter(|_| piece.named) else {
        let text = if row.open > 0 {
            words::left_out(row.open)
        } else {
            String::new()
        };
        return html! { <span {class} aria-hidden="true" {onclick}>{ text }</span> };
    };
    let name = entry.kind.name;
    let short = short(entry, piece.bits);
    let is_short = short != name;
    html! {
        <span {class} role="option" id={format!("cell-{}", piece.cell)} aria-selected={flag(is_chosen)} title={name} {onclick}>
            <b aria-hidden={is_short.then_some("true")}>{ short }</b>
            if is_short {
                <span class="unseen">{ name }</span>
            }
            { " " }
            <i>{ short_value(entry) }</i>
        </span>
    }
}

/// A name that fits into so many columns: whole, or its first letters.
fn short(entry: &Entry, bits: u32) -> String {
    let name = entry.kind.name;
    let roomy = match bits {
        0..=3 => name.len() <= 3,
        4..=7 => name.split([' ', '-']).all(|word| word.len() <= 8) && name.len() < 18,
        _ => true,
    };
    if roomy {
        name.to_owned()
    } else {
        entry.initials()
    }
}

/// Where there is little room, the number alone.
fn short_value(entry: &Entry) -> String {
    match entry.bits.len() {
        0..8 => entry.number.to_string(),
        _ => entry.value.clone(),
    }
}
