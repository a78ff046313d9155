//! Whether every text can be read: none upon another, none cut off, none too small.

use super::Browser;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is wrong, a line each.
pub type Faults = Vec<String>;

/// What was found wrong on a walk: each kind of fault once, with the first place and how often.
#[derive(Debug, Default)]
pub struct Findings {
    found: BTreeMap<String, (String, usize)>,
}

impl Findings {
    /// Adds what was found at a place. Faults that differ in numbers or in their
    /// example alone are of one kind.
    pub fn add(&mut self, place: &str, faults: &[String]) {
        for fault in faults {
            let kind = match fault.split_once(", such as") {
                Some((kind, _)) => kind.to_owned(),
                None => fault.replace(|c: char| c.is_ascii_digit(), ""),
            };
            let first = || (format!("{place}: {fault}"), 0);
            self.found.entry(kind).or_insert_with(first).1 += 1;
        }
    }

    /// Fails where anything was found.
    pub fn assert_none(&self) {
        let told = self.found.values();
        let told = told.map(|(first, times)| format!("{times} × {first}"));
        let told: Vec<String> = told.collect();
        assert!(
            told.is_empty(),
            "{} kinds of faults:\n{}",
            told.len(),
            told.join("\n")
        );
    }
}

impl Browser {
    /// Looks at the texts as they stand in the window right now. `least` is the smallest
    /// size allowed, in CSS pixels; the texts of `pictures` must also keep apart.
    #[must_use]
    pub fn label_faults(&self, least: u32, pictures: &str) -> Faults {
        let faults = self.eval_with(include_str!("labels.js"), &json!([least, pictures]));
        lines(&faults)
    }

    /// The same at each place on the way, pressing a button up to so often: where something is
    /// wrong, and what.
    #[must_use]
    pub fn label_faults_along(
        &self,
        (least, pictures): (u32, &str),
        (button, often): (&str, usize),
    ) -> Vec<(String, Faults)> {
        let script = format!(
            "const look = function () {{ {} }};\n{}",
            include_str!("labels.js"),
            include_str!("along.js")
        );
        let found = self.eval_with(&script, &json!([least, pictures, often, button]));
        let places = found.as_array().map(Vec::as_slice).unwrap_or_default();
        let place = |value: &Value| {
            let mut faults = lines(value);
            (faults.remove(0), faults)
        };
        places.iter().map(place).collect()
    }

    /// What cannot be read or reached in this window: cut off, or beyond its edges.
    #[must_use]
    pub fn cut_faults(&self) -> Faults {
        lines(&self.eval(include_str!("cut.js")))
    }

    /// Whether the page can be scrolled sideways, and by what.
    #[must_use]
    pub fn width_faults(&self) -> Faults {
        lines(&self.eval(
            "const page = document.documentElement;
             const over = page.scrollWidth - page.clientWidth;
             if (over <= 0) return [];
             const wide = [...document.body.querySelectorAll('*')]
               .filter(e => e.getBoundingClientRect().right > page.clientWidth + 1)
               .map(e => e.tagName + (e.id ? '#' + e.id : '') + ' .' + e.className);
             return [`the page is ${over} px too wide: ${wide.slice(0, 8).join(', ')}`];",
        ))
    }
}

/// The texts of an array.
pub fn lines(value: &Value) -> Faults {
    let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    values.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_found() {
        let Some(browser) = Browser::start("labels") else {
            return;
        };
        let faults_of = |text: &str| {
            let file = browser.scratch().file("labels.html");
            std::fs::write(&file, text).unwrap();
            browser.go(&format!("file://{}", file.display()));
            browser.label_faults(13, "svg")
        };
        let picture = |texts: &str| {
            format!(
                "<!doctype html><meta charset=utf-8><svg id=p width=400 height=100 font-size=16>{texts}</svg>"
            )
        };
        let apart =
            "<text x=10 y=40>one</text><text x=10 y=62>two</text><text x=80 y=40>three</text>";
        assert_eq!(faults_of(&picture(apart)), [""; 0]);

        for (wrong, what) in [
            (
                "<text x=10 y=40>one two</text><text x=50 y=45>three</text>",
                "overlap",
            ),
            (
                "<text x=380 y=40>beyond the edge</text>",
                "beyond the picture",
            ),
            (
                "<text x=10 y=40 font-size=12>small</text>",
                "12.0 px, under 13",
            ),
            (
                "<g transform='scale(.5)'><text x=10 y=40>shrunk</text></g>",
                "8.0 px, under 13",
            ),
        ] {
            let faults = faults_of(&picture(wrong));
            assert_eq!(faults.len(), 1, "{wrong}: {faults:?}");
            assert!(faults[0].contains(what), "{faults:?}");
        }
        let hidden = "<text x=10 y=40>one</text><text x=10 y=40 visibility=hidden>two</text>";
        assert_eq!(faults_of(&picture(hidden)), [""; 0]);
    }

    #[test]
    fn what_is_cut_off_is_found() {
        let Some(browser) = Browser::start("cut") else {
            return;
        };
        let long = "a text that is longer than the box in which it stands";
        for (style, title, fault) in [
            ("", "", ""),
            ("width: 60px; overflow: hidden", "", "cuts off"),
            ("width: 60px; overflow: hidden", long, ""),
            ("width: 60px; overflow: auto", "", ""),
            (
                "width: 60px; overflow: hidden; text-overflow: ellipsis",
                "",
                "",
            ),
            (
                "height: 8px; overflow: hidden; white-space: normal",
                "",
                "above or below",
            ),
            (
                "position: fixed; left: 1400px",
                "",
                "beyond the window's side",
            ),
            (
                "position: fixed; top: 890px",
                "",
                "below or above the window",
            ),
            ("margin-left: 1400px", "", "sideways"),
        ] {
            let file = browser.scratch().file("cut.html");
            let text = format!(
                "<!doctype html><meta charset=utf-8><style>p {{ white-space: nowrap; {style} }}</style>\
                 <p title='{title}'>{long}</p>"
            );
            std::fs::write(&file, text).unwrap();
            browser.go(&format!("file://{}", file.display()));
            let faults = browser.cut_faults();
            let is_as_said = match fault {
                "" => faults.is_empty(),
                said => faults.iter().any(|found| found.contains(said)),
            };
            assert!(is_as_said, "{style} {title}: {faults:?}");
        }
    }

    #[test]
    #[should_panic(expected = "2 × here: 9 px")]
    fn faults_of_a_kind_are_told_once() {
        let mut findings = Findings::default();
        findings.assert_none();
        findings.add("here", &["9 px".to_owned()]);
        findings.add("there", &["12 px".to_owned()]);
        findings.assert_none();
    }

    #[test]
    fn a_page_that_is_too_wide_is_found() {
        let Some(browser) = Browser::start("width") else {
            return;
        };
        for (width, faults) in [("100%", 0), ("2000px", 1)] {
            let file = browser.scratch().file("width.html");
            let text = format!("<!doctype html><p id=p style='width:{width}'>text");
            std::fs::write(&file, text).unwrap();
            browser.go(&format!("file://{}", file.display()));
            assert_eq!(browser.width_faults().len(), faults, "{width}");
        }
    }
}
