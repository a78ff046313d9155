//! Long ways through the page, gone inside it: a call for the whole way instead of several for
//! each step.

use super::{Moment, Page, base64};
use serde_json::{Value, json};
use std::path::Path;

/// Longer ways are no way.
const MOST: usize = 1_000;

impl Page {
    /// Presses a key until a button cannot be pressed any more. What was seen after each time.
    ///
    /// The page hears of the key as of any other; that the system's keys come to it is for those
    /// to show who press them.
    #[must_use]
    pub fn walk(&self, key: &str, button: &str) -> Vec<Moment> {
        let script = include_str!("steps.js").replace("MOMENT", include_str!("moment.js"));
        let mut seen = Vec::new();
        // In parts, each within a driver's patience.
        loop {
            let part = self.browser.eval_with(&script, &json!([key, button, 100]));
            let part = part.as_array().map(Vec::as_slice).unwrap_or_default();
            seen.extend(part.iter().map(Moment::read));
            if part.len() < 100 {
                return seen;
            }
            assert!(seen.len() < MOST, "an end must come: {:?}", seen.last());
        }
    }

    /// What the page would save in a format, and how it would be called; nothing is saved.
    #[must_use]
    pub fn handed_out(&self, format: &str) -> (String, Vec<u8>) {
        let file = self
            .browser
            .eval_with(include_str!("handed_out.js"), &json!([format]));
        let text = |name: &str| file[name].as_str().unwrap_or_default().to_owned();
        let bytes = base64(&text("base64"));
        assert_eq!(Value::from(bytes.len()), file["size"], "{format} is whole");
        (text("name"), bytes)
    }

    /// Writes what the window shows to a file.
    pub fn take(&self, path: &Path) {
        std::fs::write(path, self.browser.picture()).expect("a picture can be written");
    }
}
