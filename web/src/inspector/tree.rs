//! A packet's layers, each folded or unfolded, and their fields.

use super::packet::Lit;
use crate::parts::flag;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget};
use wirestage_core::dissect::{ShownField, ShownLayer};
use yew::prelude::*;

/// Layers that are unfolded only when the reader does it.
const FOLDED: [&str; 6] = ["Ethernet", "IPv4", "IPv6", "Text", "Data", "Padding"];

/// The number that an element, or the nearest around it, has in an attribute.
pub fn number_at(target: Option<EventTarget>, name: &str) -> Option<usize> {
    let target = target?.dyn_into::<Element>().ok()?;
    let found = target.closest(&format!("[{name}]")).ok().flatten()?;
    found.get_attribute(name)?.parse().ok()
}

/// The layers. A field is named by its place among all fields of the packet.
pub fn tree(layers: &[ShownLayer], lit: Option<&Lit>, light: &Callback<Option<usize>>) -> Html {
    let mut index = 0;
    let mut all = Vec::new();
    for (at, layer) in layers.iter().enumerate() {
        all.push(branch(at, layer, index, lit, light));
        index += layer.fields.len();
    }
    html! { <div class="tree">{ all.into_iter().collect::<Html>() }</div> }
}

fn branch(
    at: usize,
    layer: &ShownLayer,
    first: usize,
    lit: Option<&Lit>,
    light: &Callback<Option<usize>>,
) -> Html {
    let is_lit = lit.is_some_and(|lit| touches(&layer.range, lit));
    let fields = layer.fields.iter().enumerate();
    let mut active = None;
    let rows = fields.map(|(index, field)| {
        let on = lit.is_some_and(|lit| lit.holds(first + index, field));
        if on {
            active.get_or_insert(first + index);
        }
        leaf(first + index, field, on)
    });
    let rows: Html = rows.collect();
    let over = {
        let light = light.clone();
        Callback::from(move |event: PointerEvent| {
            light.emit(number_at(event.target(), "data-field"));
        })
    };
    let leave = light.reform(|_: PointerEvent| None);
    let label = format!("Fields of {}", layer.name);
    html! {
        <details key={format!("{}{at}", layer.name)} open={!FOLDED.contains(&layer.name)}>
            <summary class={is_lit.then_some("lit")}>
                <b>{ layer.name }</b>{ " " }<span class="aside">{ layer.summary.clone() }</span>
            </summary>
            <div class="fields m" role="listbox" aria-label={label} tabindex="0" aria-activedescendant={active.map(|index| format!("field-{index}"))}
                onpointerover={over} onpointerleave={leave} onfocus={start(light, lit, first)} onkeydown={walk(light, active, first..first + layer.fields.len())}>
                { rows }
            </div>
        </details>
    }
}

fn leaf(index: usize, field: &ShownField, on: bool) -> Html {
    html! {
        <div key={index} id={format!("field-{index}")} class={classes!("field", (field.name == "Line").then_some("text"), on.then_some("lit"))} role="option" aria-selected={flag(on)} data-field={index.to_string()}>
            <span>{ field.name }</span>
            <span class="value">{ field.value.clone() }</span>
        </div>
    }
}

fn touches(range: &std::ops::Range<usize>, lit: &Lit) -> bool {
    lit.bytes.start < range.end && range.start < lit.bytes.end
}

/// The focus lights the first field, where none of the packet's is lit.
fn start(light: &Callback<Option<usize>>, lit: Option<&Lit>, first: usize) -> Callback<FocusEvent> {
    let (light, none) = (light.clone(), lit.is_none());
    Callback::from(move |_| {
        if none {
            light.emit(Some(first));
        }
    })
}

/// Up and down, from field to field of the layer.
fn walk(
    light: &Callback<Option<usize>>,
    active: Option<usize>,
    fields: std::ops::Range<usize>,
) -> Callback<KeyboardEvent> {
    let light = light.clone();
    Callback::from(move |event: KeyboardEvent| {
        let last = fields.end.saturating_sub(1);
        let to = match (event.key().as_str(), active) {
            ("ArrowDown", Some(at)) => (at + 1).min(last),
            ("ArrowUp", Some(at)) => at.saturating_sub(1).max(fields.start),
            ("ArrowDown", None) | ("Home", _) => fields.start,
            ("ArrowUp", None) | ("End", _) => last,
            _ => return,
        };
        event.prevent_default();
        light.emit(Some(to));
    })
}
