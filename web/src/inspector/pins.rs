//! Fields that are watched from packet to packet: what each is here, and what it was before.

use crate::model::Msg;
use crate::parts::{Tell, says};
use crate::says::packet as words;
use wirestage_core::base::FrameId;
use wirestage_core::view::reading::{Leaves, is_amount, kind_named, split};
use wirestage_core::view::words::grouped;
use yew::prelude::*;

/// The strip of watched fields. `before` is the last packet of the same side of the connection.
pub fn pins(
    pins: &[String],
    read: &Leaves,
    before: Option<&(FrameId, Leaves)>,
    tell: &Tell,
) -> Html {
    if pins.is_empty() {
        return html! {};
    }
    let one = |(at, pin): (usize, &String)| {
        let (filter, _) = split(pin);
        let name = kind_named(filter).map_or_else(|| pin.clone(), |kind| kind.name.to_owned());
        let unpin = says::<MouseEvent>(tell, Msg::Pin(pin.clone()));
        html! {
            <li key={pin.clone()} data-pin={pin.clone()}>
                <button id={format!("pin-{at}")} class="name" title={pin.clone()} onclick={says::<MouseEvent>(tell, Msg::Field(Some(pin.clone())))}>{ name.clone() }</button>
                { value(pin, read, before) }
                <button class="unpin" aria-label={words::unpin(&name)} onclick={unpin}>{ "✕" }</button>
            </li>
        }
    };
    let all = pins.iter().enumerate().map(one);
    html! { <ul id="pins" class="pins" aria-label={words::PINNED}>{ all.collect::<Html>() }</ul> }
}

/// `77 → 88, +11`.
fn value(pin: &str, read: &Leaves, before: Option<&(FrameId, Leaves)>) -> Html {
    let Some((now, number, amount)) = found(read, pin) else {
        return html! { <span class="aside">{ words::NOT_HERE }</span> };
    };
    let was = before.and_then(|(id, read)| Some((id, found(read, pin)?)));
    let Some((id, (was, earlier, _))) = was else {
        return html! { <span class="m"><b>{ now }</b></span> };
    };
    let when = words::earlier(id.index() + 1);
    if was == now {
        return html! { <span class="m" title={when}><b>{ now }</b><span class="aside">{ words::AS_BEFORE }</span></span> };
    }
    let by = match number.checked_sub(earlier) {
        Some(more) => format!("+{}", grouped(more)),
        None => format!("−{}", grouped(earlier - number)),
    };
    html! {
        <span class="m" title={when}>
            <span class="aside">{ was }{ " → " }</span><b>{ now }</b>
            if amount { { " " }<span class="by">{ by }</span> }
        </span>
    }
}

/// A field's value in a packet: in words, as a number, and whether that is an amount.
fn found<'a>(read: &'a Leaves, pin: &str) -> Option<(&'a str, u64, bool)> {
    let node = read.nodes.get(read.find(pin)?)?;
    let (layer, field) = read.line(node)?;
    Some(match field {
        Some(field) => (&field.value, node.number, is_amount(field.kind)),
        None => (&layer.summary, 0, false),
    })
}
