//! The page while its files are still on their way: what is here is shown, what is asked for is
//! done, and what is missing is said.

use std::path::PathBuf;
use std::time::Duration;
use wirestage_core::course::{self, Card};
use wirestage_core::scenario::model::Level;
use wirestage_tests::browser::serving::{self, Held};
use wirestage_tests::browser::{Browser, Page, Site};
use wirestage_tests::tools;

/// Counts how often something is needed of the last file before it is here.
const COUNT_WANTS: &str = "const bring = window.bringRest;
window.wants = 0;
window.bringRest = () => { window.wants += 1; bring(); };";

/// The page from a server that says what happens to files whose names begin with this.
fn open(
    name: &str,
    held: &'static str,
    answer: impl Fn(Option<Vec<u8>>) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> Option<Page> {
    let how = "cargo xtask test";
    let folder: PathBuf = tools::require_file("the page", "WIRESTAGE_PAGE", None, how)?;
    let site = Site::answered(move |path| {
        let file = serving::file(&folder, path);
        if path[1..].starts_with(held) {
            return answer(file);
        }
        file
    });
    let browser = Browser::unwatched(name)?;
    Some(Page { browser, site })
}

/// The page from a server that holds such files back.
fn holding(name: &str, held_back: &'static str) -> Option<(Page, Held)> {
    let held = Held::default();
    let waits = held.clone();
    let page = open(name, held_back, move |file| {
        waits.wait();
        file
    })?;
    Some((page, held))
}

#[test]
fn a_lesson_is_gone_through_before_the_last_file_is_here() {
    let Some((page, held)) = holding("page-start-held", "rest-") else {
        return;
    };
    let is_lesson = |card: &Card| card.lesson.is_some() && card.level == Level::Lesson;
    let lessons = course::cards().into_iter().filter(is_lesson);
    let lessons: Vec<String> = lessons.map(|card| card.id).collect();
    assert!(lessons.len() >= 12);
    for lesson in lessons {
        page.open(&format!("/{lesson}"));
        page.browser.eval(COUNT_WANTS);
        page.walk_on();
        let place = page.moment().place;
        assert!(!place.starts_with("0/"), "{lesson} stays at {place}");
        assert_eq!(
            page.browser.eval("return window.wants"),
            0,
            "{lesson} waits for the last file: `cargo xtask page --learn`"
        );
    }

    // What needs it has it fetched, and what the reader does is not lost.
    let soon = held;
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        soon.let_go();
    });
    page.browser.eval("document.querySelector('#back').click()");
    page.browser
        .eval("document.querySelector('#tab-packets').click()");
    page.browser
        .until("document.querySelector('#packets .here')");
    let fault = "return document.querySelector('#fault')?.textContent ?? ''";
    assert_eq!(page.browser.text(fault), "");
}

#[test]
fn the_front_page_is_shown_before_the_later_files_are_here() {
    let Some((page, held)) = holding("page-start-front", "later-") else {
        return;
    };
    page.browser.go(page.site.address());
    page.browser
        .until("document.querySelector('main a[href*=ftp-download]')");
    page.browser
        .eval("document.querySelector('main a[href*=ftp-download]').click()");
    page.browser.settle();
    held.let_go();
    page.ready();
    page.browser.until("document.querySelector('#next')");
}

#[test]
fn a_file_that_is_missing_is_said() {
    for missing in ["later-", "rest-"] {
        let Some(page) = open("page-start-missing", missing, |_| None) else {
            return;
        };
        page.browser
            .go(&format!("{}#/ftp-download", page.site.address()));
        page.browser.until("document.querySelector('#fault')");
        let fault = page
            .browser
            .text("return document.querySelector('#fault').textContent");
        assert!(
            fault.starts_with("The page did not arrive whole."),
            "{fault}"
        );
    }
}
