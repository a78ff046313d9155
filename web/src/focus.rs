//! Keeps the focus where the reader left it, when what had it goes away or is disabled.

use crate::browser::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, SvgElement};

/// Who takes the focus for whom, the first that can. Where a button ends a row of presses, no
/// other button follows it that the next press would press.
const STAND_INS: &[(&str, &[&str])] = &[
    ("#next", &["#scrubber", "#back"]),
    ("#back", &["#scrubber", "#next"]),
    ("#to-start", &["#scrubber", "#next"]),
    ("#follow", &["#scrubber", "#back"]),
    ("#ask-again", &["#follow", "#scrubber"]),
    ("#undo", &["#redo"]),
    ("#redo", &["#undo"]),
    ("#present", &["#leave"]),
    ("#cmp-next", &["#scrubber", "#back"]),
    ("#cmp-go", &["#next", "#scrubber"]),
    ("#leave", &["#present"]),
    (NODE, &["#tree [tabindex='0']", "#next"]),
    (PIN, &["#pins button", "#tree [tabindex='0']"]),
];

/// How lines of a packet's tree are found, and the buttons of fields that are watched.
const NODE: &str = "#node-";
const PIN: &str = "#pin-";

/// How phases of the ladder are found.
const PHASE: &str = "#ladder [data-phase=\"";

/// What has the focus, as a selector; for what stands in a menu, the menu's button.
pub fn now() -> Option<String> {
    let element = document().active_element()?;
    let within = |selector: &str| element.closest(selector).ok().flatten();
    if let Some(menu) = within(".menu-at") {
        let button = menu.first_element_child()?;
        return Some(format!("#{}", button.id()));
    }
    if within(".toast").is_some() {
        return Some("#next".to_owned());
    }
    let id = element.id();
    (!id.is_empty() && within("dialog").is_none()).then(|| format!("#{id}"))
}

/// The phase that has the focus: folding draws the ladder anew, and moves its elements.
pub fn phase() -> Option<String> {
    let phase = document().active_element()?.get_attribute("data-phase")?;
    Some(format!("{PHASE}{phase}\"]"))
}

/// Gives the focus back, where it was lost.
pub fn keep(before: &str) {
    let active = document().active_element();
    let is_kept = |element: Element| element.tag_name() != "BODY" && is_usable(&element);
    if !before.starts_with(PHASE) && active.is_some_and(is_kept) {
        return;
    }
    let stand_ins = STAND_INS.iter().filter(|(lost, _)| {
        let is_numbered = matches!(*lost, NODE | PIN);
        *lost == before || is_numbered && before.starts_with(lost)
    });
    let stand_ins = stand_ins.flat_map(|pair| pair.1.iter().copied());
    for selector in [before].into_iter().chain(stand_ins) {
        let found = document().query_selector(selector).ok().flatten();
        if let Some(element) = found.filter(is_usable) {
            give(&element);
            return;
        }
    }
}

/// Whether it is seen and not disabled.
fn is_usable(element: &Element) -> bool {
    let seen = element.dyn_ref::<HtmlElement>();
    let seen = seen.is_none_or(|element| element.offset_parent().is_some());
    seen && !element.matches(":disabled").unwrap_or(false)
}

/// Gives the first element of a selector the focus.
pub fn go(selector: &str) {
    if let Some(element) = document().query_selector(selector).ok().flatten() {
        give(&element);
    }
}

/// Gives an element the focus.
pub fn give(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    } else if let Some(element) = element.dyn_ref::<SvgElement>() {
        let _ = element.focus();
    }
}
