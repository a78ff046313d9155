//! Bytes: sixteen a row where there is room, else eight; and as letters. The packet's own, or
//! those of a message that was put together.

use super::packet::{Lit, to_packet};
use crate::model::Show;
use crate::parts::{Tell, flag};
use crate::says::packet as words;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use wirestage_core::base::FrameId;
use wirestage_core::base::digits::push_hex;
use wirestage_core::base::sorted::Set;
use wirestage_core::view::reading::Leaves;
use yew::prelude::*;

const HALF: usize = 8;
/// Bytes that are shown unless the reader wants all: every header, and a letter's beginning.
const FIRST: usize = 128;
/// The most that are shown at the same time.
const MOST: usize = 4_096;
/// Rows that a page is.
const PAGE: usize = 8;

/// What is shown.
pub struct Bytes<'a> {
    pub show: &'a Show,
    pub packet: FrameId,
    pub read: &'a Leaves,
    /// Whose bytes: 0 the packet's own, else a message's.
    pub source: u8,
    /// The byte that the keys have come to.
    pub cursor: usize,
    pub lit: Option<&'a Lit>,
    /// Whether the reader wants all.
    pub all: bool,
}

impl Bytes<'_> {
    /// Where passwords lie that are not shown.
    fn hidden(&self) -> impl Iterator<Item = &Range<usize>> {
        let all = self.read.hidden.iter();
        all.filter(|hidden| hidden.0 == self.source)
            .map(|hidden| &hidden.1)
    }

    fn is_hidden(&self, at: usize) -> bool {
        self.hidden().any(|hidden| hidden.contains(&at))
    }
}

/// The bytes. Told are a byte that is pointed at, one that is chosen, and a message.
pub fn bytes(
    bytes: &Bytes,
    tell: &Tell,
    (point, choose, turn): (&Callback<Option<usize>>, &Callback<usize>, &Callback<u8>),
    all: UseStateSetter<bool>,
) -> Html {
    let whole = match usize::from(bytes.source).checked_sub(1) {
        None => bytes.show.timeline().bytes(bytes.packet),
        Some(at) => bytes
            .read
            .gathered
            .get(at)
            .map_or(&[][..], |whole| &whole.bytes),
    };
    let lit = bytes
        .lit
        .map(|lit| lit.within(bytes.read, bytes.packet, bytes.source));
    let lit = lit.unwrap_or_default();
    let window = window(bytes, whole.len());
    let cuts = cuts(bytes, &lit, &window);
    let halves = (window.start / HALF..window.end.div_ceil(HALF)).map(|half| {
        let from = half * HALF;
        let range = from..(from + HALF).min(window.end);
        let runs = |how: Written| runs((whole, bytes), &range, &cuts, &lit, how);
        half_line(half, range.len(), [runs((hex, " ")), runs((letters, ""))])
    });
    let halves: Html = halves.collect();
    let over = {
        let point = point.clone();
        Callback::from(move |event: PointerEvent| point.emit(byte_at(&event)))
    };
    let click = {
        let choose = choose.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(at) = byte_at(&event) {
                choose.emit(at);
            }
        })
    };
    let more = Callback::from(move |_: MouseEvent| all.set(true));
    html! {
        <>
            { sources(bytes, turn) }
            { pieces(bytes, tell) }
            <div id="bytes" class="bytes m" role="application" aria-roledescription={words::BYTES} aria-label={spoken(bytes, whole)} tabindex="0"
                onpointermove={over} onpointerleave={point.reform(|_: PointerEvent| None)}
                onclick={click} onkeydown={keys(choose, bytes.cursor, whole.len())}>
                { halves }
            </div>
            if window.len() < whole.len() && !bytes.all {
                <button class="btn" onclick={more}>{ words::show_all(whole.len()) }</button>
            } else if window.len() < whole.len() {
                <p class="aside">{ words::window(&window, whole.len()) }</p>
            }
        </>
    }
}

/// Which bytes are shown: from the first, or as many around the cursor as can be.
fn window(bytes: &Bytes, len: usize) -> Range<usize> {
    if !bytes.all && bytes.cursor < FIRST {
        return 0..len.min(FIRST);
    }
    let start = bytes.cursor.min(len) / MOST * MOST;
    start..len.min(start + MOST)
}

/// Whose bytes may be shown.
fn sources(bytes: &Bytes, turn: &Callback<u8>) -> Html {
    if bytes.read.gathered.is_empty() {
        return html! {};
    }
    let one = |source: usize| {
        let words = match source.checked_sub(1) {
            None => words::THIS_PACKET.to_owned(),
            Some(at) => {
                let mut frames: Vec<u32> = (bytes.read.gathered[at].pieces.iter())
                    .map(|piece| piece.frame)
                    .collect();
                frames.dedup();
                let name = bytes
                    .read
                    .layers
                    .iter()
                    .find(|l| usize::from(l.source) == source);
                let name = name.map_or(words::PUT_TOGETHER, |layer| layer.name);
                words::message(name, frames.len())
            }
        };
        let on = usize::from(bytes.source) == source;
        let source = u8::try_from(source).unwrap_or(u8::MAX);
        html! {
            <button aria-pressed={flag(on)} onclick={turn.reform(move |_: MouseEvent| source)}>{ words }</button>
        }
    };
    let all = 0..=bytes.read.gathered.len();
    html! {
        <div class="seg" role="group" aria-label={words::WHOSE}>{ all.map(one).collect::<Html>() }</div>
    }
}

/// The packet that a byte of a message came in.
fn pieces(bytes: &Bytes, tell: &Tell) -> Html {
    let Some(whole) = usize::from(bytes.source).checked_sub(1) else {
        return html! {};
    };
    let mut at = 0;
    let Some(whole) = bytes.read.gathered.get(whole) else {
        return html! {};
    };
    let here = whole.pieces.iter().find(|piece| {
        at += piece.range.len();
        bytes.cursor < at
    });
    let Some(piece) = here else {
        return html! {};
    };
    let there = piece.range.end - (at - bytes.cursor);
    html! {
        <p class="aside">
            { words::came_as(bytes.cursor, there) }
            { to_packet(tell, piece.frame, words::packet(piece.frame)) }
        </p>
    }
}

/// The byte at the cursor, read aloud.
fn spoken(bytes: &Bytes, whole: &[u8]) -> String {
    let mut text = words::bytes_of(bytes.source > 0).to_owned();
    if let Some(byte) = whole.get(bytes.cursor) {
        text += &words::byte_at(bytes.cursor, whole.len());
        if bytes.is_hidden(bytes.cursor) {
            text.push_str(words::HIDDEN);
        } else {
            push_hex(&mut text, *byte);
        }
    }
    let lit = Lit::of_byte(bytes.read, bytes.source, bytes.cursor);
    let node = lit.and_then(|lit| bytes.read.nodes.get(lit.node));
    if let Some((layer, Some(field))) = node.and_then(|node| bytes.read.line(node)) {
        text += &words::stands_in(layer.name, field.name);
    }
    text
}

/// The cursor goes byte by byte, row by row, page by page.
fn keys(choose: &Callback<usize>, cursor: usize, len: usize) -> Callback<KeyboardEvent> {
    let choose = choose.clone();
    Callback::from(move |event: KeyboardEvent| {
        let Some(last) = len.checked_sub(1) else {
            return;
        };
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let row = row(event.current_target());
        let down = |by: usize| {
            if cursor + by > last {
                cursor
            } else {
                cursor + by
            }
        };
        let up = |by: usize| cursor.checked_sub(by).unwrap_or(cursor);
        let to = match event.key().as_str() {
            "ArrowRight" => down(1),
            "ArrowLeft" => up(1),
            "ArrowDown" => down(row),
            "ArrowUp" => up(row),
            "PageDown" => (cursor + row * PAGE).min(last),
            "PageUp" => cursor.saturating_sub(row * PAGE),
            "Home" => cursor / row * row,
            "End" => (cursor / row * row + row - 1).min(last),
            _ => return,
        };
        event.prevent_default();
        choose.emit(to);
    })
}

/// How many bytes stand in a row: both halves where there is room.
fn row(list: Option<web_sys::EventTarget>) -> usize {
    let list = list.and_then(|list| list.dyn_into::<Element>().ok());
    let half = |at| -> Option<i32> {
        let half = list.as_ref()?.query_selector_all(".half").ok()?.item(at)?;
        Some(half.dyn_into::<HtmlElement>().ok()?.offset_top())
    };
    let is_wide = half(0).is_some() && half(0) == half(1);
    if is_wide { 2 * HALF } else { HALF }
}

/// The byte under the pointer. Its letters have one width, so its place tells which one it is, and
/// bytes need no elements of their own.
fn byte_at(event: &MouseEvent) -> Option<usize> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let column = target.closest(".hex, .letters").ok().flatten()?;
    let half = column.closest(".half").ok().flatten()?;
    let number = |name| half.get_attribute(name)?.parse::<u32>().ok();
    let (first, count) = (number("data-at")?, number("data-count")?);
    // Two digits and a space, or a letter.
    let (wide, gap) = match column.class_name().as_str() {
        "hex" => (3, 1),
        _ => (1, 0),
    };
    let room = column.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - room.left()) / room.width();
    let letter = share * f64::from(count * wide - gap);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "few"
    )]
    let at = letter.max(0.0) as u32 / wide;
    usize::try_from(first + at.min(count.checked_sub(1)?)).ok()
}

/// Where the light, the cursor and what is hidden begin and end.
fn cuts(bytes: &Bytes, lit: &[Range<usize>], window: &Range<usize>) -> Vec<usize> {
    let cuts: Set<usize> = lit
        .iter()
        .chain(bytes.hidden())
        .flat_map(|range| [range.start, range.end])
        .chain([bytes.cursor, bytes.cursor + 1])
        .filter(|cut| window.contains(cut))
        .collect();
    cuts.into_iter().collect()
}

/// How bytes are written, and what stands between them.
type Written = (fn(&[u8], bool) -> String, &'static str);

/// The bytes of a half row, those that look the same together.
fn runs(
    (whole, shown): (&[u8], &Bytes),
    range: &Range<usize>,
    cuts: &[usize],
    lit: &[Range<usize>],
    (write, between): Written,
) -> Html {
    let mut all = Vec::new();
    let mut at = range.start;
    // What is not marked needs no element.
    let mut plain = String::new();
    while at < range.end {
        let next = cuts.partition_point(|cut| *cut <= at);
        let end = cuts
            .get(next)
            .map_or(range.end, |cut| (*cut).min(range.end));
        let on = lit.iter().any(|lit| lit.contains(&at));
        let class = classes!(
            on.then_some("lit"),
            (at == shown.cursor).then_some("cursor")
        );
        if at > range.start {
            plain.push_str(between);
        }
        let bytes = write(&whole[at..end], shown.is_hidden(at));
        if class.is_empty() {
            plain.push_str(&bytes);
        } else {
            all.push(html! { { std::mem::take(&mut plain) } });
            all.push(html! { <span {class}>{ bytes }</span> });
        }
        at = end;
    }
    all.push(html! { { plain } });
    all.into_iter().collect()
}

fn hex(bytes: &[u8], is_hidden: bool) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        if is_hidden {
            text.push_str("••");
        } else {
            push_hex(&mut text, *byte);
        }
    }
    text
}

fn letters(bytes: &[u8], is_hidden: bool) -> String {
    if is_hidden {
        return "•".repeat(bytes.len());
    }
    let letter = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte),
        _ => '·',
    };
    bytes.iter().map(letter).collect()
}

/// A half of a line: where it begins, its bytes, and the same as letters, in columns.
fn half_line(half: usize, bytes: usize, [hex, letters]: [Html; 2]) -> Html {
    let offset = offset(half * HALF);
    let before = " ".repeat(6_usize.saturating_sub(offset.len()).max(1));
    let after = " ".repeat(2 + 3 * (HALF - bytes));
    html! {
        <div key={half} class="half" data-at={(half * HALF).to_string()} data-count={bytes.to_string()}>
            <span class="offset">{ offset }</span>
            { before }
            <span class="hex">{ hex }</span>
            { after }
            <span class="letters">{ letters }</span>
        </div>
    }
}

fn offset(at: usize) -> String {
    let mut text = String::new();
    let [first, second, rest @ ..] = u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes();
    if first > 0 || second > 0 {
        push_hex(&mut text, second);
    }
    for byte in rest {
        push_hex(&mut text, byte);
    }
    text
}
