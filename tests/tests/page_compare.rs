//! Two runs beside each other in Chromium: by keyboard alone, for everybody, on a phone.

use wirestage_core::compare::{Comparison, Side, text};
use wirestage_core::view::outline::Outline;
use wirestage_tests::Run;
use wirestage_tests::browser::{Axe, DESK, Findings, Key, PHONE, PROJECTOR, Page};

const MODES: &str = "#/compare/ftp-download?with=ftp-download%3Fmode%3Dactive";

/// Presses Tab until something has the focus.
fn tab_to(page: &Page, selector: &str) {
    for _ in 0..200 {
        if has_focus(page, selector) {
            return;
        }
        page.browser.key(Key::Tab);
    }
    panic!("Tab never comes to {selector}");
}

fn has_focus(page: &Page, selector: &str) -> bool {
    let script = format!("return String(document.activeElement.matches({selector:?}))");
    page.browser.text(&script) == "true"
}

fn hash(page: &Page) -> String {
    page.browser.text("return location.hash")
}

/// Presses a key and waits until what it does is drawn.
fn key(page: &Page, key: Key) {
    page.browser.key(key);
    page.browser.settle();
}

/// Waits until both runs are compared.
fn compared(page: &Page) {
    page.browser.until("document.querySelector('#cmp-first')");
    page.ready();
}

#[test]
fn two_runs_are_compared_by_keyboard_alone() {
    let Some(page) = Page::served("page-compare-keys") else {
        return;
    };
    page.open("/ftp-download?at=3");
    key(&page, Key::Char('c'));
    compared(&page);
    page.rest();
    assert_eq!(hash(&page), MODES, "the lesson against its first knob");
    let first = page.text("#cmp-first");
    assert!(first.contains("Who opens the data connection"), "{first}");
    assert!(first.contains("PASV: the client calls."), "{first}");
    assert!(first.contains("PORT: the server calls back."), "{first}");
    // It opens at the first difference; both ladders show it.
    let here = page.text("#cmp-here");
    assert!(
        here.contains("laptop says PASV") && here.contains("laptop says PORT"),
        "{here}"
    );
    let at = page.text("#place");
    key(&page, Key::Char('n'));
    assert_ne!(page.text("#place"), at, "N goes to the next difference");
    let call = page.text("#cmp-here");
    assert!(call.contains("laptop calls server"), "{call}");
    page.browser.shift_key(Key::Char('N'));
    page.browser.settle();
    assert_eq!(page.text("#place"), at, "and Shift+N back");
    key(&page, Key::Right);
    page.rest();
    let fragment = hash(&page);
    assert!(
        fragment.starts_with(MODES) && fragment.contains("&at="),
        "{fragment}"
    );
    let shown = (
        page.text("#place"),
        page.text("#cmp-here"),
        page.text("#cmp-numbers"),
    );
    page.browser.reload();
    compared(&page);
    let again = (
        page.text("#place"),
        page.text("#cmp-here"),
        page.text("#cmp-numbers"),
    );
    assert_eq!(again, shown, "the address reopens it");
    page.assert_quiet();
}

#[test]
fn sides_are_swapped_and_knobs_turned_by_keyboard() {
    let Some(page) = Page::served("page-compare-knobs") else {
        return;
    };
    page.open("/ftp-download?at=3");
    let before = page.moment();
    key(&page, Key::Char('c'));
    compared(&page);
    page.rest();
    // Sides are swapped, and a knob of one of them is turned.
    key(&page, Key::Char('x'));
    compared(&page);
    assert!(
        page.text("#cmp-first").contains("PORT"),
        "{}",
        page.text("#cmp-first")
    );
    page.rest();
    assert_eq!(
        hash(&page),
        "#/compare/ftp-download?mode=active&with=ftp-download"
    );
    tab_to(
        &page,
        ".cmp-side:nth-of-type(2) [data-cmp-knob=mode] select",
    );
    page.browser.type_text("e");
    page.browser
        .until("location.hash.endsWith('with=ftp-download%3Fmode%3Dextended')");
    compared(&page);
    assert!(
        page.text("#cmp-first").contains("EPSV"),
        "{}",
        page.text("#cmp-first")
    );
    // The browser's Back takes that back, and then leads to the lesson as it was.
    page.browser.history_back();
    page.browser
        .until("location.hash.endsWith('?mode=active&with=ftp-download')");
    compared(&page);
    page.open("/ftp-download?at=3");
    key(&page, Key::Char('c'));
    compared(&page);
    page.rest();
    tab_to(&page, "#back-to-lesson");
    key(&page, Key::Enter);
    page.browser
        .until("document.querySelector('#caption, .cap h1')");
    page.rest();
    assert_eq!(page.moment().without_live(), before.without_live());
    page.assert_quiet();
}

#[test]
fn one_transport_steps_both_and_a_table_says_the_same() {
    let Some(page) = Page::served("page-compare-steps") else {
        return;
    };
    page.open(&format!("{}&at=0", MODES.trim_start_matches('#')));
    compared(&page);
    assert_eq!(page.text("#place"), "start");
    let mut shown = Vec::new();
    while !page.is_disabled("#next") {
        key(&page, Key::Right);
        let band = page.browser.text(
            "const bands = [...document.querySelectorAll('.cmp-ladder .cmp-band')];
             return bands.map(b => b.getAttribute('y') + ' ' + b.getAttribute('height')).join('|')",
        );
        let (a, b) = band.split_once('|').expect("both ladders show the step");
        assert_eq!(a, b, "at one height");
        shown.push(page.text("#cmp-here"));
        assert!(shown.len() < 60, "it ends");
    }
    key(&page, Key::Char('t'));
    let rows = "return String(document.querySelectorAll('.cmp-table tbody tr').length)";
    assert_eq!(page.browser.text(rows), shown.len().to_string());
    page.rest();
    assert!(hash(&page).ends_with("&as=table"), "{}", hash(&page));
    key(&page, Key::Home);
    for words in &shown {
        key(&page, Key::Right);
        assert_eq!(page.text("#cmp-here"), *words);
        let inside = "const room = document.querySelector('#cmp-turns').getBoundingClientRect();
            const row = document.querySelector('tr[aria-current]').getBoundingClientRect();
            return String(row.top >= room.top && row.bottom <= room.bottom + 1)";
        assert_eq!(page.browser.text(inside), "true", "{words}");
    }
    page.assert_quiet();
}

#[test]
fn the_text_that_is_saved_is_what_the_program_prints() {
    let Some(page) = Page::served("page-compare-text") else {
        return;
    };
    page.open("/compare/ftp-active-nat?with=ftp-active-nat%3Fnat%3Dhelper");
    compared(&page);
    tab_to(&page, "#cmp-save");
    key(&page, Key::Enter);
    let (name, bytes) = page.browser.downloaded();
    assert_eq!(name, "compare-ftp-active-nat.txt");
    let runs = [
        Run::of("ftp-active-nat", &[]),
        Run::of("ftp-active-nat", &[("nat", "helper")]),
    ];
    let outlines = [0, 1].map(|side| Outline::of(&runs[side].timeline, &runs[side].info));
    let sides = [0, 1].map(|side| Side {
        timeline: &runs[side].timeline,
        info: &runs[side].info,
        outline: &outlines[side],
    });
    let told = text(&Comparison::of(sides), sides);
    assert_eq!(String::from_utf8(bytes).unwrap(), told);
    page.assert_quiet();
}

#[test]
fn what_cannot_be_compared_is_told_and_pairs_are_offered() {
    let Some(page) = Page::served("page-compare-odd") else {
        return;
    };
    page.open("/compare");
    assert!(page.shows(".cmp-begin .cmp-card"));
    tab_to(&page, ".cmp-begin .cmp-card");
    key(&page, Key::Enter);
    compared(&page);
    assert!(
        page.text("#cmp-first")
            .contains("Who opens the data connection")
    );
    page.open("/compare/no-such?with=ftp-download");
    page.browser.until("document.querySelector('#trouble')");
    assert!(
        page.text("#trouble").contains("no-such"),
        "{}",
        page.text("#trouble")
    );
    page.open("/compare/ftp-download?size=many&with=ftp-download");
    page.browser.until("document.querySelector('#trouble')");
    assert!(
        page.text("#trouble").contains("Run A"),
        "{}",
        page.text("#trouble")
    );
    page.assert_quiet();
}

#[test]
fn axe_finds_nothing_where_runs_are_compared() {
    let Some((page, axe)) = Page::served("page-compare-axe").zip(Axe::require()) else {
        return;
    };
    let mut findings = Findings::default();
    for look in [DESK, DESK.dark(), PHONE, PHONE.dark()] {
        page.browser.look(look.still());
        for address in [
            "/compare",
            "/compare/ftp-download?with=ftp-download%3Fmode%3Dactive",
            "/compare/ftp-download?with=mail-ada-grace&as=table",
            "/compare/mail-ada-grace?with=mail-ada-grace&as=picture&at=4",
        ] {
            page.open(address);
            let what = format!("{address} at {}, dark: {}", look.width, look.dark);
            findings.add(&what, &axe.faults(&page.browser));
            findings.add(&what, &page.browser.width_faults());
        }
    }
    page.browser.look(PROJECTOR.still());
    page.open("/compare/ftp-download?with=ftp-download%3Fmode%3Dactive");
    key(&page, Key::Char('p'));
    assert!(page.shows("#leave"));
    findings.add("presenting", &axe.faults(&page.browser));
    findings.add("presenting", &page.browser.width_faults());
    key(&page, Key::Escape);
    assert!(!page.shows("#leave"), "Escape leaves it");
    findings.assert_none();
    page.assert_quiet();
}
