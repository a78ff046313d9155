//! Keeps the focus where the reader left it, when what had it goes away or is disabled; who comes
//! to another page stands at its heading.

use crate::browser::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, SvgElement};

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
    ("#why-here", &["#why"]),
    ("#blank", &["#next", "#back"]),
    (NODE, &["#tree [tabindex='0']", "#next"]),
    (PIN, &["#pins button", "#tree [tabindex='0']"]),
];

/// How lines of a packet's tree are found, and the buttons of fields that are watched.
const NODE: &str = "#node-";
const PIN: &str = "#pin-";

/// How phases of the ladder are found.
const PHASE: &str = "#ladder [data-phase=\"";

/// Where a page begins: who opened it by a link that is gone goes on from there.
const HEADING: &str = "main h1, #caption";

/// Who takes it where nobody else can: behind a black screen there is nothing.
const LAST: [&str; 2] = [HEADING, "#blank"];

/// What has the focus, as a selector; for what stands in a menu, the menu's button; for what has
/// no name, its panel or the page's heading.
pub fn now() -> Option<String> {
    let element = document().active_element()?;
    let within = |selector: &str| element.closest(selector).ok().flatten();
    if element.tag_name() == "BODY" || within("dialog").is_some() {
        return None;
    }
    if element.matches("a[href^='#/']").unwrap_or(false) {
        return Some(HEADING.to_owned());
    }
    if let Some(menu) = within(".menu-at") {
        let button = menu.first_element_child()?;
        return Some(format!("#{}", button.id()));
    }
    if within(".toast").is_some() {
        return Some("#next".to_owned());
    }
    let named = [Some(element.clone()), within("[role=tabpanel]")];
    let mut ids = named.into_iter().flatten().map(|element| element.id());
    let id = ids.find(|id| !id.is_empty());
    Some(id.map_or_else(|| HEADING.to_owned(), |id| format!("#{id}")))
}

/// The phase that has the focus: folding draws the ladder anew, and moves its elements.
pub fn phase() -> Option<String> {
    let phase = document().active_element()?.get_attribute("data-phase")?;
    Some(format!("{PHASE}{phase}\"]"))
}

/// Gives the focus back, where it was lost. Answers whether anything has it now.
pub fn keep(before: &str) -> bool {
    let active = document().active_element();
    let is_kept = |element: Element| element.tag_name() != "BODY" && is_usable(&element);
    if !before.starts_with(PHASE) && active.is_some_and(is_kept) {
        return true;
    }
    let stand_ins = STAND_INS.iter().filter(|(lost, _)| {
        let is_numbered = matches!(*lost, NODE | PIN);
        *lost == before || is_numbered && before.starts_with(lost)
    });
    let stand_ins = stand_ins.flat_map(|pair| pair.1.iter().copied());
    for selector in [before].into_iter().chain(stand_ins).chain(LAST) {
        let found = document().query_selector(selector).ok().flatten();
        if let Some(element) = found.filter(is_usable) {
            if selector == HEADING {
                stand_at(&element);
            } else {
                give(&element);
            }
            return true;
        }
    }
    false
}

/// Gives a heading the focus, and scrolls nothing: a page may know better where its reader was.
fn stand_at(heading: &Element) {
    if !heading.has_attribute("tabindex") {
        let _ = heading.set_attribute("tabindex", "-1");
    }
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"preventScroll".into(), &true.into());
    let focus = js_sys::Reflect::get(heading, &"focus".into());
    if let Some(focus) = focus
        .ok()
        .and_then(|f| f.dyn_into::<js_sys::Function>().ok())
    {
        let _ = focus.call1(heading, &options);
    }
}

/// Whether it is seen and not disabled.
fn is_usable(element: &Element) -> bool {
    let seen = element.get_bounding_client_rect().width() > 0.0;
    let style = window().get_computed_style(element).ok().flatten();
    let hidden = style.and_then(|style| style.get_property_value("visibility").ok());
    seen && hidden.as_deref() != Some("hidden") && !element.matches(":disabled").unwrap_or(false)
}

/// A menu that the focus has left is closed, as a click beside it would.
pub fn leave_menus(event: &Event) {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let scrim = document()
        .query_selector(".menu-at > .scrim")
        .ok()
        .flatten();
    let (Some(target), Some(scrim)) = (target, scrim) else {
        return;
    };
    let menu = scrim.parent_element();
    if !menu.is_some_and(|menu| menu.contains(Some(&target)))
        && let Some(scrim) = scrim.dyn_ref::<HtmlElement>()
    {
        scrim.click();
    }
}

/// Gives the first element of a selector the focus; of several selectors, that of the first
/// which can take it.
pub fn go(selectors: &str) {
    let found = selectors.split(", ");
    let found = found.filter_map(|one| document().query_selector(one).ok().flatten());
    let mut found = found.filter(is_usable);
    if let Some(element) = found.next() {
        give(&element);
    }
}

/// Gives an element the focus; a list can have it, though Tab passes it over.
pub fn give(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        if element.tab_index() < 0 && !element.has_attribute("tabindex") {
            let _ = element.set_attribute("tabindex", "-1");
        }
        let _ = element.focus();
    } else if let Some(element) = element.dyn_ref::<SvgElement>() {
        let _ = element.focus();
    }
}
