//! Which stretches of its program the page runs while a reader opens lessons and goes through them
//! turn by turn, all of them: their numbers, a line each. The page is one that tells what it runs.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;
use wirestage_core::scenario::catalogue::CATALOGUE;
use wirestage_tests::browser::serving::{self, Held};
use wirestage_tests::browser::{Browser, Key, Page, Site};
use wirestage_tests::tools;

/// What the page has run until now, and when the reader rests.
const CALLED: &str = "const rest = new Promise(done => setTimeout(done, 700));
return rest.then(() => wasm_bindgen()).then(({ called }) => {
    const bytes = new Uint8Array(called.buffer), numbers = [];
    bytes.forEach((byte, number) => { if (byte) numbers.push(number); });
    return numbers;
});";
/// What a reader may do with the front page as soon as it stands there.
const FIRST_PRESSES: &str = "const press = { key: 'Tab', bubbles: true };
document.body.dispatchEvent(new KeyboardEvent('keydown', press));
document.querySelector('main a[href*=ftp-download]').click();";
/// How long a reader lets it play.
const PLAYS: Duration = Duration::from_millis(700);
/// How long the page has for itself, where all of it is not here yet.
const ALONE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let how = "cargo xtask page --learn";
    let folder = tools::require_file("the page", "WIRESTAGE_PAGE", None, how);
    let (Some(folder), Some(browser)) = (folder, Browser::unwatched("page-calls")) else {
        return ExitCode::FAILURE;
    };
    let held = Held::default();
    let waits = held.clone();
    let site = Site::answered(move |path| {
        if path.starts_with("/later-") {
            waits.wait();
        }
        serving::file(&folder, path)
    });
    let page = Page { browser, site };
    let mut called = BTreeSet::new();
    let mut tell = || {
        let numbers = page.browser.eval(CALLED);
        let numbers = numbers.as_array().into_iter().flatten();
        called.extend(numbers.filter_map(serde_json::Value::as_u64));
    };

    // From the front page to a lesson, before and after the second file came.
    page.browser.go(page.site.address());
    page.browser
        .until("document.querySelector('main a[href*=ftp-download]')");
    std::thread::sleep(ALONE);
    page.browser.eval(FIRST_PRESSES);
    std::thread::sleep(ALONE);
    held.let_go();
    page.ready();
    tell();
    page.open("");
    page.follow("/ftp-download");
    tell();
    for entry in CATALOGUE {
        page.open(&format!("/{}", entry.id));
        tell();
        walk(&page);
        tell();
    }
    if called.is_empty() {
        eprintln!("page_calls: this page does not tell what it runs");
        return ExitCode::FAILURE;
    }
    for number in called {
        println!("{number}");
    }
    ExitCode::SUCCESS
}

/// Through a lesson: by keys, back, playing, and turn by turn to its end, or far into it.
fn walk(page: &Page) {
    page.browser.key(Key::Right);
    page.browser.key(Key::Right);
    page.browser.key(Key::Left);
    for wait in [PLAYS, Duration::ZERO] {
        page.browser.eval("document.querySelector('#play').click()");
        std::thread::sleep(wait);
    }
    page.walk_on();
}
