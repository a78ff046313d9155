//! The page, by the names it gives its parts.

use super::{Browser, Key, PATIENCE, Site};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The page in a browser.
#[derive(Debug)]
pub struct Page {
    /// The browser.
    pub browser: Browser,
    /// Where the page comes from.
    pub site: Site,
}

/// What the page shows at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The fragment of the address.
    pub fragment: String,
    /// `9/17 · 0.265 s`
    pub place: String,
    /// The heading.
    pub caption: String,
    /// What is read aloud.
    pub live: String,
    /// The size of step.
    pub by: String,
    /// Where the scrubber stands.
    pub scrubber: String,
    /// The tab that is open.
    pub tab: String,
    /// What is marked in the ladder.
    pub ladder: Vec<String>,
    /// What is marked in the list of the open panel: `packets 8`, `dialogue 3`.
    pub panel: Vec<String>,
    /// Each knob that has buttons, with its value.
    pub knobs: Vec<String>,
}

impl Page {
    /// The page as the program serves it, in a browser of its own, or a loud skip.
    #[must_use]
    pub fn served(name: &str) -> Option<Self> {
        let site = Site::served()?;
        let browser = Browser::start(name)?;
        Some(Self { browser, site })
    }

    /// The page as one file, opened without any server, or a loud skip.
    #[must_use]
    pub fn single_file(name: &str) -> Option<Self> {
        let site = Site::single_file()?;
        let browser = Browser::start(name)?;
        Some(Self { browser, site })
    }

    /// Opens the page anew with this fragment, such as `/ftp-download?at=3`, and waits until
    /// it can be used.
    pub fn open(&self, fragment: &str) {
        self.browser.go("about:blank");
        let address = format!("{}#{fragment}", self.site.address());
        self.browser.go(&address);
        self.ready();
    }

    /// Goes to another fragment of the page that is open, as a link does, and waits until it can
    /// be used: much sooner than opening it anew.
    pub fn follow(&self, fragment: &str) {
        let script = "const there = '#' + arguments[0];
            if (location.hash === there) return;
            const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            return (async () => {
              const heard = new Promise((done) => addEventListener('hashchange', done, { once: true }));
              location.hash = there;
              await heard;
              await drawn();
            })();";
        self.browser.eval_with(script, &json!([fragment]));
        self.ready();
    }

    /// Waits until the page can be used.
    pub fn ready(&self) {
        self.browser.until("document.body.dataset.ready === 'yes'");
        self.browser.settle();
    }

    /// What it shows now.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment::read(&self.browser.eval(include_str!("moment.js")))
    }

    /// What it shows once that is no longer what it showed before.
    #[must_use]
    pub fn moment_after(&self, before: &Moment) -> Moment {
        let end = Instant::now() + PATIENCE;
        loop {
            let moment = self.moment();
            if moment.place != before.place {
                return moment;
            }
            assert!(Instant::now() < end, "nothing moved: {moment:#?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a reader counts as resting: the address is written by then.
    pub fn rest(&self) {
        std::thread::sleep(Duration::from_millis(400));
        self.browser.settle();
    }

    /// Goes on turn by turn, to the end of the lesson or far into it.
    pub fn walk_on(&self) {
        let next = "const next = document.querySelector('#next');
            next.click();
            return next.disabled;";
        for _ in 0..60 {
            if self.browser.eval(next) == true {
                return;
            }
            self.browser.settle();
        }
    }

    /// Whether an element is there and can be seen.
    #[must_use]
    pub fn shows(&self, selector: &str) -> bool {
        let script = "const element = document.querySelector(arguments[0]);
                      return !!element && element.checkVisibility();";
        self.browser.eval_with(script, &json!([selector])) == Value::Bool(true)
    }

    /// The text of the first element of a selector, as it is read.
    #[must_use]
    pub fn text(&self, selector: &str) -> String {
        let script = "const element = document.querySelector(arguments[0]);
                      return element ? element.innerText ?? element.textContent : '';";
        let text = self.browser.eval_with(script, &json!([selector]));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Whether a button cannot be pressed.
    #[must_use]
    pub fn is_disabled(&self, selector: &str) -> bool {
        let script = "return document.querySelector(arguments[0]).disabled";
        self.browser.eval_with(script, &json!([selector])) == Value::Bool(true)
    }

    /// What stands in a field.
    #[must_use]
    pub fn value(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0]).value";
        let value = self.browser.eval_with(script, &json!([selector]));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Chooses a value from the list of a knob, as a hand would.
    pub fn choose(&self, knob: &str, value: &str) {
        let script = "const list = document.querySelector(`[data-knob=${arguments[0]}] select`);
            list.value = arguments[1];
            if (list.value !== arguments[1]) throw new Error('the list has no such value');
            list.dispatchEvent(new Event('input', { bubbles: true }));
            list.dispatchEvent(new Event('change', { bubbles: true }));";
        self.browser.eval_with(script, &json!([knob, value]));
        self.browser.settle();
    }

    /// Presses a button of the page and waits until what it does is drawn.
    pub fn click(&self, selector: &str) {
        self.browser.click(selector);
        self.browser.settle();
    }

    /// Presses a button by the page's own hand, and waits until what it does is drawn: for
    /// long walks, where real clicks would take too long.
    pub fn press(&self, selector: &str) {
        let script = "document.querySelector(arguments[0]).click();
            return new Promise(done => requestAnimationFrame(() => setTimeout(done)));";
        self.browser.eval_with(script, &json!([selector]));
    }

    /// The fragment of the address.
    #[must_use]
    pub fn hash(&self) -> String {
        self.browser.text("return location.hash")
    }

    /// The colours that the page's own menu offers, in its order.
    #[must_use]
    pub fn themes(&self) -> Vec<String> {
        self.open_look();
        let themes = self.browser.eval(
            "return [...document.querySelectorAll('[data-theme-choice]')]
               .map(choice => choice.dataset.themeChoice);",
        );
        self.browser.key(Key::Escape);
        self.browser.settle();
        super::labels::lines(&themes)
    }

    /// Chooses colours in the page's menu, and closes it.
    pub fn choose_theme(&self, theme: &str) {
        self.open_look();
        self.click(&format!("[data-theme-choice='{theme}']"));
        self.browser.key(Key::Escape);
        self.browser.settle();
        let root = "return document.documentElement.dataset.theme";
        assert_eq!(self.browser.text(root), theme);
    }

    fn open_look(&self) {
        self.show_header();
        if !self.shows("[data-theme-choice]") {
            self.click("#look");
        }
        self.browser
            .until("document.querySelector('[data-theme-choice]')");
    }

    /// Whether it presents.
    #[must_use]
    pub fn presents(&self) -> bool {
        self.shows("body.present")
    }

    /// On a phone, unfolds the header's buttons.
    pub fn show_header(&self) {
        if self.shows("#more[aria-expanded=false]") {
            self.click("#more");
        }
    }

    /// Saves the run in a format; the file's name and bytes.
    #[must_use]
    pub fn export(&self, format: &str) -> (String, Vec<u8>) {
        let item = format!("[data-export={format}]");
        if !self.shows(&item) {
            self.click("#export");
        }
        self.click(&item);
        self.browser.downloaded()
    }

    /// Fails where the console has an error or a warning, or a request left the page.
    pub fn assert_quiet(&self) {
        let complaints = self.browser.complaints();
        assert_eq!(complaints, [""; 0], "the console stays empty");
        let strangers: Vec<String> = self
            .browser
            .requests()
            .into_iter()
            .filter(|request| request != "about:blank" && !self.site.owns(request))
            .collect();
        assert_eq!(strangers, [""; 0], "no request leaves {:?}", self.site);
    }
}

impl Moment {
    /// What `moment.js` returned.
    pub(super) fn read(seen: &Value) -> Self {
        let text = |name: &str| seen[name].as_str().unwrap_or_default().to_owned();
        let texts = |name: &str| super::labels::lines(&seen[name]);
        Self {
            fragment: text("fragment"),
            place: text("place"),
            caption: text("caption"),
            live: text("live"),
            by: text("by"),
            scrubber: text("scrubber"),
            tab: text("tab"),
            ladder: texts("ladder"),
            panel: texts("panel"),
            knobs: texts("knobs"),
        }
    }

    /// The two numbers of a place such as `9/17 · 0.265 s`.
    #[must_use]
    pub fn count(&self) -> Option<(u32, u32)> {
        let (at, rest) = self.place.split_once('/')?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some((at.trim().parse().ok()?, digits.parse().ok()?))
    }

    /// The packets that are marked in the list of packets, by index.
    #[must_use]
    pub fn marked_packets(&self) -> Vec<&str> {
        let marks = self.panel.iter();
        marks
            .filter_map(|mark| mark.strip_prefix("packets "))
            .collect()
    }

    /// The same, but for what is read aloud: that tells how one came here, too.
    #[must_use]
    pub fn without_live(&self) -> Self {
        Self {
            live: String::new(),
            ..self.clone()
        }
    }

    /// The same, but for the address, which is written when the reader rests.
    #[must_use]
    pub fn without_address(&self) -> Self {
        Self {
            fragment: String::new(),
            ..self.clone()
        }
    }

    /// A value in the fragment's query, such as that of `at`.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        let (_, query) = self.fragment.split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_addresses_are_read() {
        let moment = Moment {
            place: "9/17 · 0.265 s".into(),
            fragment: "#/ftp-download?at=9&by=packet".into(),
            ..Moment::default()
        };
        assert_eq!(moment.count(), Some((9, 17)));
        assert_eq!(moment.asked("at"), Some("9"));
        assert_eq!(moment.asked("by"), Some("packet"));
        assert_eq!(moment.asked("a"), None);
    }
}
