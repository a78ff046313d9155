//! Keys, and the buttons of presenter remotes, which are keys.

use crate::browser::{document, fragment};
use crate::model::paper::Paper;
use crate::model::{Address, Both, Do, Menu, Msg, Rung, Spot, Versus};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use wirestage_core::timeline::StepSize;

/// What a key says, if anything. Inside a field that takes text or arrows keys are the field's.
pub fn says(event: &KeyboardEvent) -> Option<Msg> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || event.default_prevented() {
        return None;
    }
    // What a dialog does not take itself is nobody's.
    if document()
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .is_some()
    {
        return None;
    }
    let key = event.key();
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    if key == "Escape" {
        return Some(Msg::Escape);
    }
    if let Some(target) = target
        && is_busy(&target, &key)
    {
        return None;
    }
    match elsewhere(&key) {
        Some(said) => said,
        None => in_lesson(&key, event.shift_key()),
    }
}

/// What a key says elsewhere than in a lesson, if anything; none where it says what it says there.
fn elsewhere(key: &str) -> Option<Option<Msg>> {
    let fragment = fragment();
    if Address::read(&fragment).scenario.is_none() {
        // The front page is a page to read: other keys scroll it.
        return Some((key == "/").then_some(Msg::ToFilter));
    }
    if document().get_element_by_id("paper").is_some() {
        // So is a sheet of paper.
        return Some(matches!(key, "h" | "H").then_some(Msg::Paper(None)));
    }
    if Versus::read(&fragment).is_some() {
        return Some(None);
    }
    if Spot::read(&fragment).is_some() {
        return Some(match key {
            "ArrowRight" => Some(Msg::Next),
            "ArrowLeft" => Some(Msg::Back),
            _ => None,
        });
    }
    Both::read(&fragment)?;
    let told = match key {
        "n" => Do::Leap(true),
        "N" => Do::Leap(false),
        "x" | "X" => Do::Swap,
        "t" | "T" => Do::OtherForm,
        _ => return None,
    };
    Some(Some(Msg::Compare(told)))
}

fn in_lesson(key: &str, shift: bool) -> Option<Msg> {
    Some(match (key, shift) {
        ("ArrowRight", false) | ("PageDown", _) => Msg::Next,
        ("ArrowLeft", false) | ("PageUp", _) => Msg::Back,
        ("ArrowRight", true) => Msg::Leap(true),
        ("ArrowLeft", true) => Msg::Leap(false),
        ("Home", _) => Msg::ToStart,
        ("End", _) => Msg::ToEnd,
        (" ", _) => Msg::Play,
        ("+" | "=", _) => Msg::Faster(true),
        ("-" | "−", _) => Msg::Faster(false),
        ("1", _) => Msg::By(StepSize::Packet),
        ("2", _) => Msg::By(StepSize::Turn),
        ("3", _) => Msg::By(StepSize::Phase),
        ("u", _) => Msg::Undo,
        ("U", _) => Msg::Redo,
        ("p" | "P", _) => return Some(Msg::TogglePresent),
        ("." | "b", _) => Msg::Blank,
        ("/", _) => Msg::ToFilter,
        ("t" | "T", _) => Msg::ToText,
        ("i" | "I", _) => Msg::Widen,
        ("f" | "F", _) => Msg::Rung(Rung::AllNoise),
        ("s" | "S", _) => Msg::Rung(Rung::OtherTime),
        ("z", _) => Msg::Rung(Rung::Zoom(true)),
        ("Z", _) => Msg::Rung(Rung::Zoom(false)),
        ("l" | "L", _) => Msg::ToLadderBar,
        ("h" | "H", _) => Msg::Paper(Some(Paper::Handout)),
        ("w" | "W", _) => Msg::AskWhy,
        ("c" | "C", _) => Msg::Compare(Do::Open),
        ("?", _) => Msg::Menu(Some(Menu::Help)),
        _ => return None,
    })
}

/// Whether the element that has the focus takes this key itself.
fn is_busy(target: &Element, key: &str) -> bool {
    let inside = |selector: &str| target.closest(selector).ok().flatten().is_some();
    // The buttons of a remote are for the page, wherever the mouse left the focus; the scrubber
    // goes as the page goes.
    let is_remote = matches!(key, "PageUp" | "PageDown");
    if inside("input[type=range]") {
        return matches!(key, "ArrowUp" | "ArrowDown");
    }
    if inside("select") {
        return !is_remote;
    }
    if inside("input, textarea") {
        return true;
    }
    match key {
        " " | "Enter" => inside("button, a, summary, [role=button]"),
        "ArrowRight" | "ArrowLeft" | "Home" | "End" => inside("[role=tablist], [role=grid]"),
        "PageUp" | "PageDown" => inside("[role=grid], [role=listbox]"),
        _ => false,
    }
}
