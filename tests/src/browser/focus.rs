//! The page by keyboard alone: where the focus is, and whether it can be seen there.

use super::{Key, Page};
use serde_json::{Value, json};

/// So many presses of Tab lead round every view.
const ROUND: usize = 1200;

/// What has the focus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The element, as it is told to people who repair the page; empty where nothing has it.
    pub name: String,
    /// Whether it is what was looked for.
    pub is_found: bool,
    /// What is wrong with how it is seen.
    pub fault: Option<String>,
}

impl Page {
    /// What has the focus; whether it is an element of the selector.
    #[must_use]
    pub fn focus(&self, selector: &str) -> Focus {
        let seen = self
            .browser
            .eval_with(include_str!("focus.js"), &json!([selector]));
        Focus {
            name: seen["name"].as_str().unwrap_or_default().to_owned(),
            is_found: seen["found"] == Value::Bool(true),
            fault: seen["fault"].as_str().map(str::to_owned),
        }
    }

    /// Whether an element of the selector has the focus.
    #[must_use]
    pub fn has_focus(&self, selector: &str) -> bool {
        self.focus(selector).is_found
    }

    /// Presses Tab until an element of the selector has the focus. Panics where it does not come
    /// there, or where the focus cannot be seen on its way.
    pub fn tab_to(&self, selector: &str) {
        self.tab_until(selector, || self.browser.key(Key::Tab));
    }

    /// The same backwards, with Shift.
    pub fn back_to(&self, selector: &str) {
        self.tab_until(selector, || self.browser.shift_key(Key::Tab));
    }

    fn tab_until(&self, selector: &str, press: impl Fn()) {
        let mut trail = Vec::new();
        for _ in 0..ROUND {
            press();
            let focus = self.focus(selector);
            // At the page's end the focus goes to the browser's own buttons, and comes back.
            let is_fault = focus.fault.filter(|_| !focus.name.is_empty());
            assert_eq!(is_fault, None, "on the way to `{selector}`: {trail:?}");
            if focus.is_found {
                return;
            }
            trail.push(focus.name);
        }
        panic!(
            "no press of Tab leads to `{selector}` at {}: {trail:#?}",
            self.browser.address()
        );
    }

    /// Fails where nothing has the focus, or where it cannot be seen.
    pub fn assert_focus_is_seen(&self, what: &str) {
        assert_eq!(self.focus("*").fault, None, "{what}");
    }

    /// What is wrong with the order in which Tab goes: it is that of the page's own text.
    #[must_use]
    pub fn order_faults(&self) -> Vec<String> {
        super::labels::lines(&self.browser.eval(
            "return [...document.querySelectorAll('[tabindex]')].filter(e => e.tabIndex > 0)
               .map(e => `${e.outerHTML.slice(0, 80)} pushes itself before others`);",
        ))
    }

    /// Shows the page in these colours until it is loaded again, without a hand on its menu.
    pub fn wear(&self, theme: &str) {
        let script = "document.documentElement.dataset.theme = arguments[0];
            return new Promise(done => requestAnimationFrame(() => setTimeout(done)));";
        self.browser.eval_with(script, &json!([theme]));
    }

    /// The stops of a whole round of Tab, from where the focus is now, and what is wrong there.
    #[must_use]
    pub fn tab_round(&self) -> (Vec<String>, Vec<String>) {
        let (mut stops, mut faults) = (Vec::new(), Vec::new());
        self.browser
            .eval("document.activeElement?.blur(); window.stopped = new Set();");
        let mut pauses = 0;
        for _ in 0..ROUND {
            self.browser.key(Key::Tab);
            let focus = self.focus("*");
            // At the page's end the focus goes to the browser's own buttons, and comes back.
            if focus.name.is_empty() {
                pauses += 1;
                if pauses > 4 {
                    return (stops, faults);
                }
                continue;
            }
            let is_known = self.browser.eval(
                "const here = document.activeElement;
                 if (stopped.has(here)) return true;
                 stopped.add(here); return false;",
            );
            if is_known == Value::Bool(true) {
                return (stops, faults);
            }
            faults.extend(focus.fault);
            stops.push(focus.name);
        }
        faults.push(format!("{ROUND} presses of Tab lead nowhere"));
        (stops, faults)
    }
}
