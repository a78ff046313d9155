//! Whole lessons by keyboard alone: from the front page to the end, and on to the next.

use wirestage_tests::browser::{Key, Page};

#[test]
fn the_first_lesson_needs_no_mouse() {
    takes_the_lesson("ftp-download");
}

#[test]
fn a_call_that_never_arrives_needs_no_mouse() {
    takes_the_lesson("ftp-active-nat");
}

#[test]
fn a_letters_way_needs_no_mouse() {
    takes_the_lesson("mail-ada-grace");
}

#[test]
fn a_letter_refused_needs_no_mouse() {
    takes_the_lesson("mail-refused");
}

#[test]
fn a_mailbox_read_needs_no_mouse() {
    takes_the_lesson("mail-read");
}

/// Given a reader on the front page with a keyboard, and nothing else.
fn takes_the_lesson(id: &str) {
    let Some(page) = Page::served(&format!("lesson-{id}")) else {
        return;
    };
    page.open("/");
    // When they go to its card and open it, they are in it, at its start.
    page.tab_to(&format!("a[data-scenario={id}]"));
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#lesson')");
    page.ready();
    let start = page.moment();
    assert_eq!(page.hash(), format!("#/{id}"));
    assert_eq!(start.count().map(|count| count.0), Some(0), "{start:?}");
    page.assert_focus_is_seen("after the card");

    goes_forth(&page, &start, 4);
    looks_at_the_tabs(&page);
    let last = goes_to_the_end(&page);
    assert!(last.live.starts_with("End."), "{last:?}");
    assert!(page.shows("#panel-step .outcomes"), "the end is told");
    turns_a_knob(&page);
    goes_on(&page, id);
    page.assert_quiet();
}

/// So many steps, each of them seen.
fn goes_forth(page: &Page, from: &wirestage_tests::browser::Moment, steps: usize) {
    let mut seen = from.clone();
    for _ in 0..steps {
        page.browser.key(Key::Right);
        seen = page.moment_after(&seen);
        assert!(!seen.caption.is_empty(), "{seen:?}");
        page.assert_focus_is_seen(&seen.place);
    }
}

/// Each tab, by arrows, and the panel of each by Tab.
fn looks_at_the_tabs(page: &Page) {
    page.tab_to("[role=tab][aria-selected=true]");
    let first = page.moment();
    let mut tabs = Vec::new();
    loop {
        let tab = page.moment().tab;
        assert!(page.has_focus(&format!("#{tab}")), "{tab} has the focus");
        let panel = page.text("[role=tabpanel]:not([hidden])");
        assert!(!panel.trim().is_empty(), "{tab} shows something");
        page.browser.key(Key::Tab);
        page.assert_focus_is_seen(&format!("below {tab}"));
        page.browser.shift_key(Key::Tab);
        if !page.has_focus(&format!("#{tab}")) {
            page.back_to(&format!("#{tab}"));
        }
        tabs.push(tab);
        page.browser.key(Key::Right);
        page.browser.settle();
        if page.moment().tab == first.tab {
            break;
        }
    }
    assert!(tabs.len() >= 4, "{tabs:?}");
    assert_eq!(page.moment().place, first.place, "tabs do not move");
}

/// From wherever the reader is, by →; what has the focus stays in sight.
fn goes_to_the_end(page: &Page) -> wirestage_tests::browser::Moment {
    // Away from the tabs, whose arrows are their own.
    page.browser.key(Key::Tab);
    let mut seen = page.moment();
    let steps = seen.count().map_or(0, |count| count.1);
    for _ in 0..=steps {
        if page.is_disabled("#next") {
            return seen;
        }
        page.browser.key(Key::Right);
        let next = page.moment_after(&seen);
        assert!(!next.caption.is_empty(), "{next:?}");
        page.assert_focus_is_seen(&next.place);
        seen = next;
    }
    panic!("{steps} steps, and no end: {seen:?}");
}

/// The knobs stand before the lesson. What one changes is told, and taken back.
fn turns_a_knob(page: &Page) {
    page.rest();
    let before = page.moment();
    let other =
        "[data-knob] button[aria-pressed=false]:not([data-value='10 MB']), [data-knob] select";
    page.back_to(other);
    let is_list = page.has_focus("select");
    page.browser
        .key(if is_list { Key::Down } else { Key::Enter });
    page.browser.until("document.querySelector('#note')");
    page.ready();
    let turned = page.moment();
    assert_ne!(turned.knobs, before.knobs, "a knob was turned");
    page.assert_focus_is_seen("after a knob");
    // `U` would be a letter in a list's own search.
    page.tab_to("#undo");
    page.browser.key(Key::Enter);
    page.browser
        .until("document.querySelector('#undo').disabled");
    page.ready();
    page.assert_focus_is_seen("after undo");
    page.rest();
    let after = page.moment();
    assert_eq!(after.without_live(), before.without_live());
}

/// To the next lesson.
fn goes_on(page: &Page, id: &str) {
    page.tab_to("#next-lesson");
    let next = page
        .browser
        .text("return document.querySelector('#next-lesson').getAttribute('href')");
    page.browser.key(Key::Enter);
    page.browser.until(&format!(
        "location.hash !== '#/{id}' && document.querySelector('#caption')"
    ));
    page.ready();
    page.rest();
    assert_eq!(page.hash(), next);
    let there = page.moment();
    assert_eq!(there.count().map(|count| count.0), Some(0), "{there:?}");
    page.assert_focus_is_seen("in the next lesson");
    page.browser.key(Key::Right);
    assert_eq!(
        page.moment_after(&there).count().map(|count| count.0),
        Some(1)
    );
}
