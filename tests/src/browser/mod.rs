//! Chromium, driven from outside: a fresh profile each time, real keys, a real download folder.
//!
//! What a test asks for and does not get is a panic that says what was asked, where the
//! page stood, and what its console said. A picture of the page is kept beside it.

mod axe;
mod driver;
mod focus;
mod input;
mod labels;
mod log;
mod look;
mod page;
pub mod serving;
mod site;
mod steps;
mod views;

mod wire;

pub use axe::Axe;
pub use focus::Focus;
pub use input::Key;
pub use labels::{Faults, Findings};
pub use look::{DESK, Look, PHONE, PROJECTOR, TABLET};
pub use page::{Moment, Page};
pub use site::Site;
pub use views::{VIEWS, View, Way};

use crate::{Scratch, tools};
use driver::Driver;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a page may take for anything.
const PATIENCE: Duration = Duration::from_secs(15);

/// A browser with one window.
#[derive(Debug)]
pub struct Browser {
    driver: Driver,
    scratch: Scratch,
}

impl Browser {
    /// A browser that keeps its console and all its requests, or a loud skip.
    #[must_use]
    pub fn start(name: &str) -> Option<Self> {
        Self::with(name, &json!({ "browser": "ALL", "performance": "ALL" }))
    }

    /// A browser that does nothing beside showing the page: for measuring.
    #[must_use]
    pub fn unwatched(name: &str) -> Option<Self> {
        Self::with(name, &json!({ "browser": "ALL" }))
    }

    fn with(name: &str, logs: &Value) -> Option<Self> {
        tools::require("chromium")?;
        let tool = tools::require("chromedriver")?;
        let scratch = Scratch::new(name);
        for folder in ["profile", "downloads"] {
            std::fs::create_dir(scratch.file(folder)).expect("a folder in our own");
        }
        let profile = format!("--user-data-dir={}", scratch.file("profile").display());
        let mut arguments = ARGUMENTS.to_vec();
        arguments.push(&profile);
        let capabilities = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": logs,
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": {
                    "download.default_directory": scratch.file("downloads"),
                    "download.prompt_for_download": false,
                    "profile.default_content_setting_values.automatic_downloads": 1,
                },
            },
        });
        let driver = Driver::start(&tool, &capabilities);
        let browser = Self { driver, scratch };
        browser.look(DESK);
        // The browser's own first page asks for much.
        browser.go("about:blank");
        let _ = (browser.complaints(), browser.requests());
        Some(browser)
    }

    /// Opens an address and waits until it is loaded.
    pub fn go(&self, address: &str) {
        self.post("url", &json!({ "url": address }));
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.post("refresh", &json!({}));
    }

    /// The browser's Back.
    pub fn history_back(&self) {
        self.post("back", &json!({}));
    }

    /// The browser's Forward.
    pub fn history_forward(&self) {
        self.post("forward", &json!({}));
    }

    /// The address as it stands in the browser's bar.
    #[must_use]
    pub fn address(&self) -> String {
        let address = self.driver.get("url").unwrap_or_default();
        address.as_str().unwrap_or_default().to_owned()
    }

    /// Runs the body of a function in the page and returns what it returns; a promise is
    /// waited for.
    pub fn eval(&self, script: &str) -> Value {
        self.eval_with(script, &json!([]))
    }

    /// The same, with `arguments` for the function.
    pub fn eval_with(&self, script: &str, arguments: &Value) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.post("execute/sync", &body)
    }

    /// What a script returns, as text. Empty where it returns nothing.
    #[must_use]
    pub fn text(&self, script: &str) -> String {
        let value = self.eval(script);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an expression is true.
    pub fn until(&self, expression: &str) {
        self.until_within(PATIENCE, expression);
    }

    /// Waits so long until an expression is true.
    pub fn until_within(&self, patience: Duration, expression: &str) {
        let script = format!("try {{ return !!({expression}); }} catch (e) {{ return false; }}");
        let end = Instant::now() + patience;
        while self.eval(&script) != Value::Bool(true) {
            assert!(
                Instant::now() < end,
                "waited {patience:?} in vain for `{expression}` at {}\nconsole: {:#?}",
                self.address(),
                self.complaints()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until what was asked for is drawn.
    pub fn settle(&self) {
        self.eval(
            "return new Promise(done =>
               requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));",
        );
    }

    /// The bytes of the one file the page has just saved, and its name. The folder is empty
    /// again afterwards.
    #[must_use]
    pub fn downloaded(&self) -> (String, Vec<u8>) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let [file] = self.downloads().as_slice() {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let bytes = std::fs::read(file).expect("a file that was saved can be read");
                std::fs::remove_file(file).expect("a file of ours can go");
                return (name.into_owned(), bytes);
            }
            assert!(
                Instant::now() < end,
                "one file should have been saved: {:?}\nconsole: {:#?}",
                self.downloads(),
                self.complaints()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Files that are there; none while one is still being written.
    fn downloads(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.scratch.file("downloads"));
        let entries = entries.expect("the folder of downloads");
        let paths = entries.map_while(Result::ok).map(|entry| entry.path());
        let paths: Vec<PathBuf> = paths.collect();
        let unfinished = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with('.') || name.ends_with(".crdownload")
        };
        if paths.iter().any(unfinished) {
            return Vec::new();
        }
        paths
    }

    /// The folder of this browser, gone with it.
    #[must_use]
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// What the window shows, as a PNG.
    #[must_use]
    pub fn picture(&self) -> Vec<u8> {
        let picture = self.driver.get("screenshot").unwrap_or_default();
        base64(picture.as_str().unwrap_or_default())
    }

    /// A command of the browser's debugging protocol.
    pub fn cdp(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", &body)
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let answer = self.driver.post(command, body);
        answer.unwrap_or_else(|error| {
            let mut body = body.to_string();
            body.truncate(body.floor_char_boundary(300));
            panic!("{command}: {error}\nasked: {body}\nat: {}", self.address())
        })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::fs::write(self.scratch.file("page.png"), self.picture()).ok();
        }
    }
}

const ARGUMENTS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    // Containers share little memory: 64 MB, which large pages fill.
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1440,900",
];

/// The bytes behind base64 text. What is no base64 is passed over.
fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for letter in text.bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(base64("SGVsbG8="), b"Hello");
        assert_eq!(base64("AAEC/f7/"), [0, 1, 2, 253, 254, 255]);
    }

    #[test]
    fn a_page_is_opened_and_asked() {
        let Some(browser) = Browser::start("browser") else {
            return;
        };
        let file = browser.scratch().file("a.html");
        let text = "<title>a</title><body><script>console.error('no good')</script>\
                    <img src='https://example.invalid/x.png'>";
        std::fs::write(&file, text).unwrap();
        browser.go(&format!("file://{}", file.display()));
        assert_eq!(browser.text("return document.title"), "a");
        assert_eq!(browser.eval("return innerWidth"), json!(1440));
        assert!(browser.complaints().iter().any(|c| c.contains("no good")));
        let asked = browser.requests();
        assert!(asked.iter().any(|a| a.ends_with("/x.png")), "{asked:?}");
        assert_eq!(browser.picture()[..4], *b"\x89PNG");
    }
}
