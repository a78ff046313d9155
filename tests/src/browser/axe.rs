//! axe, the judge of what people with other senses and hands can use.

use super::Browser;
use super::labels::{Faults, lines};
use crate::tools;
use serde_json::{Value, json};

/// The judge's own program, which runs in the page.
#[derive(Debug)]
pub struct Axe {
    program: String,
}

impl Axe {
    /// The one that is named to us or lies in the build folder, or a loud skip.
    #[must_use]
    pub fn require() -> Option<Self> {
        let usual = crate::target_dir().join("npm/node_modules/axe-core/axe.min.js");
        let path = tools::require_file("axe-core", "WIRESTAGE_AXE", Some(&usual), tools::SETUP)?;
        let program = std::fs::read_to_string(&path);
        Some(Self {
            program: program.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        })
    }

    /// What it finds in the page as it stands, a line for each rule that is broken. Beside its
    /// usual rules it measures what is pressed (WCAG 2.5.8).
    #[must_use]
    pub fn faults(&self, browser: &Browser) -> Faults {
        self.run(
            browser,
            &json!({ "rules": { "target-size": { "enabled": true } } }),
        )
    }

    /// The same, of the contrast of texts with what lies behind them alone: all that colours
    /// can change.
    #[must_use]
    pub fn contrast_faults(&self, browser: &Browser) -> Faults {
        self.run(browser, &json!({ "runOnly": ["color-contrast"] }))
    }

    fn run(&self, browser: &Browser, options: &Value) -> Faults {
        if browser.eval("return !window.axe") == json!(true) {
            browser.eval(&self.program);
        }
        // What a bar that stays in sight lies over is scrolled from under it.
        let script = "const options = { resultTypes: ['violations'], ...arguments[0] };
            const isFault = node => !node.any.some(c => c.message.includes('obscured'));
            return axe.run(document, options).then(found =>
               found.violations.map(rule => ({ ...rule, nodes: rule.nodes.filter(isFault) }))
                 .filter(rule => rule.nodes.length).map(rule => `${rule.id} (${rule.help}): ` +
                 rule.nodes.slice(0, 4).map(node => node.html.slice(0, 160) + ' ' +
                   node.any.concat(node.all, node.none).map(c => c.message).slice(0, 1)
                 ).join(' | ')));";
        lines(&browser.eval_with(script, &json!([options])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_without_a_name_is_found() {
        let Some((axe, browser)) = Axe::require().zip(Browser::start("axe")) else {
            return;
        };
        for (button, faults) in [("Next", 0), ("", 1)] {
            let file = browser.scratch().file("axe.html");
            let text = format!(
                "<!doctype html><html lang=en><title>a</title><main><h1>A</h1>\
                 <button>{button}</button></main>"
            );
            std::fs::write(&file, text).unwrap();
            browser.go(&format!("file://{}", file.display()));
            let found = axe.faults(&browser);
            assert_eq!(found.len(), faults, "{button}: {found:?}");
        }
    }
}
