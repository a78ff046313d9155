//! What a host keeps, opened: a text as text, a picture as a picture, a letter taken apart.

use super::Props;
use crate::model::{Msg, Show};
use crate::parts::says;
use crate::says::{desk, hosts};
use wirestage_core::base::Kept;
use wirestage_core::base::visible::{visible, visible_line};
use wirestage_core::proto::mail::base64;
use wirestage_core::proto::mail::read::{Part, Read, read};
use yew::prelude::*;

/// So much of a text is shown.
const TEXT: usize = 4_000;
/// So much of a letter is taken apart, and so large may a picture be.
const LETTER: u64 = 4 << 20;
const PICTURE: usize = 2 << 20;
/// What every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The headers that mail programs show.
const HEADERS: [&str; 5] = ["From", "To", "Cc", "Date", "Subject"];

#[derive(Properties, PartialEq)]
pub struct KeptProps {
    pub page: Props,
    /// Which row of the timeline's table says what it holds.
    pub row: u32,
    /// What it is called.
    pub name: String,
    pub is_letter: bool,
}

/// What is open.
#[component]
pub fn Opened(props: &KeptProps) -> Html {
    let show = &props.page.show;
    let len = if props.is_letter {
        LETTER
    } else {
        PICTURE as u64
    };
    let bytes = use_memo((show.clone(), props.row), |(show, row)| {
        beginning(show, *row, len)
    });
    let as_it_came = use_state_eq(|| false);
    let save = html! {
        <button class="btn" onclick={says(&props.page.tell, Msg::SaveFile(props.row))}>{ desk::SAVE }</button>
    };
    let Some((bytes, all)) = (*bytes).as_ref() else {
        return html! {};
    };
    if !props.is_letter || *as_it_came {
        return html! {
            <li class="opened">
                { shown(bytes, *all, &props.name) }
                <span class="desk-bar">
                    { save }
                    if props.is_letter { { turn(&as_it_came) } }
                </span>
            </li>
        };
    }
    html! {
        <li class="opened">
            { letter(&read(bytes), props) }
            <span class="desk-bar">{ save }{ turn(&as_it_came) }</span>
        </li>
    }
}

fn turn(as_it_came: &UseStateHandle<bool>) -> Html {
    let (on, set) = (**as_it_came, as_it_came.setter());
    let onclick = Callback::from(move |_: MouseEvent| set.set(!on));
    html! { <button class="btn" aria-pressed={crate::parts::flag(on)} {onclick}>{ desk::AS_IT_CAME }</button> }
}

/// Its bytes from the first, and how many there are of them.
fn beginning(show: &Show, row: u32, most: u64) -> Option<(Vec<u8>, u64)> {
    let timeline = show.timeline();
    let Some(Kept::File(content)) = &timeline.kept(row).what else {
        return None;
    };
    let all = content.len();
    // Of a text less is shown; a picture needs all of it.
    let head = timeline.content_in(content, 0..all.min(TEXT as u64));
    let wants_all = all <= most && (head.starts_with(PNG) || most == LETTER);
    let bytes = match wants_all {
        true => timeline.content_in(content, 0..all),
        false => head,
    };
    Some((bytes, all))
}

/// A text as text, a picture as a picture, anything else as numbers.
fn shown(bytes: &[u8], all: u64, name: &str) -> Html {
    let is_whole = bytes.len() as u64 == all;
    if is_whole && bytes.starts_with(PNG) && is_picture(bytes) {
        return picture(bytes, name);
    }
    let cut = bytes.len().min(TEXT);
    let text = String::from_utf8_lossy(&bytes[..cut]);
    // The last letter may have been cut through.
    let text = match cut < bytes.len() || !is_whole {
        true => text.trim_end_matches(char::REPLACEMENT_CHARACTER),
        false => &*text,
    };
    let binary = |c: char| c == char::REPLACEMENT_CHARACTER || c == '\0';
    let text = if text.contains(binary) {
        numbers(bytes)
    } else {
        let more = if (cut as u64) < all { "…" } else { "" };
        format!("{}{more}", visible(text))
    };
    html! { <pre class="text" tabindex="0">{ text }</pre> }
}

/// Whether all the pieces that a PNG needs are there and whole: what was harmed is no picture.
fn is_picture(bytes: &[u8]) -> bool {
    let mut rest = &bytes[PNG.len()..];
    while let [a, b, c, d, kind @ ..] = rest {
        let len = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let Some(next) = kind.get(4 + len + 4..) else {
            return false;
        };
        if kind.starts_with(b"IEND") {
            return true;
        }
        rest = next;
    }
    false
}

fn picture(bytes: &[u8], name: &str) -> Html {
    let src = format!("data:image/png;base64,{}", base64::encode(bytes));
    html! { <img class="desk-picture" {src} alt={desk::picture(&visible_line(name))} /> }
}

fn numbers(bytes: &[u8]) -> String {
    let lines = bytes.chunks(8).take(16).map(|line| {
        let numbers = line.iter().map(|byte| format!("{byte:02x}"));
        numbers.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A letter as a mail program shows it.
fn letter(letter: &Read, props: &KeptProps) -> Html {
    let header = |name: &'static str| {
        let value = letter.header(name)?;
        let value = visible_line(value).into_owned();
        Some(html! { <><dt>{ name }</dt><dd>{ value }</dd></> })
    };
    let text = letter.text();
    let cut = text
        .char_indices()
        .nth(TEXT)
        .map_or(text.len(), |(at, _)| at);
    let more = if cut < text.len() { "…" } else { "" };
    let parts = letter.parts.iter().enumerate();
    let files = parts.filter(|(_, part)| part.name.is_some());
    html! {
        <div class="desk-letter">
            <dl class="facts">{ HEADERS.into_iter().filter_map(header).collect::<Html>() }</dl>
            if text.trim().is_empty() {
                <p class="note">{ desk::NO_TEXT }</p>
            } else {
                <pre class="text" tabindex="0">{ visible(&text[..cut]).into_owned() }{ more }</pre>
            }
            { files.map(|(at, part)| file(at, part, props)).collect::<Html>() }
        </div>
    }
}

/// A file that came with a letter.
fn file(at: usize, part: &Part, props: &KeptProps) -> Html {
    let name = part.name.as_deref().unwrap_or_default();
    let is_picture =
        part.bytes.starts_with(PNG) && part.bytes.len() <= PICTURE && is_picture(&part.bytes);
    let save = says(&props.page.tell, Msg::SavePart(props.row, at));
    html! {
        <div class="desk-part">
            <span class="desk-bar">
                <b>{ "▤ " }{ visible_line(name).into_owned() }</b>
                <span class="aside">{ hosts::bytes(part.bytes.len() as u64) }</span>
                <button class="btn" onclick={save}>{ desk::SAVE }</button>
            </span>
            if is_picture { { picture(&part.bytes, name) } }
        </div>
    }
}
