//! The field guide and the glossary: read by keyboard alone, in every window, by everybody.

use wirestage_core::dissect::LAYERS;
use wirestage_core::guide::{Chapter, Sheet, layer_named};
use wirestage_tests::browser::{Axe, DESK, Findings, Key, PHONE, Page};
use wirestage_tests::runs::Run;

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

#[test]
fn the_guide_is_read_by_keyboard_alone() {
    let Some(page) = Page::served("page-guide-keys") else {
        return;
    };
    page.open("/");
    tab_to(&page, "#field-guide");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#guide h1')");
    tab_to(&page, "#guide nav [href='#/guide/tcp']");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#drawing')");
    assert_eq!(
        page.browser.text("return document.title"),
        "TCP · Field guide · Wirestage"
    );
    tab_to(&page, "#drawing");
    page.browser.key(Key::Right);
    page.browser.settle();
    assert!(page.text("#detail").contains("tcp.srcport"));
    page.browser.key(Key::Right);
    page.browser.settle();
    assert!(page.text("#detail").contains("Destination port"));
    page.browser.key(Key::Home);
    page.browser.key(Key::Right);
    page.rest();
    assert_eq!(hash(&page), "#/guide/tcp/tcp.dstport");
    page.browser.reload();
    page.ready();
    assert!(
        page.text("#detail").contains("Destination port"),
        "as before"
    );
    assert_eq!(page.text(".piece.chosen b"), "Destination port");

    tab_to(&page, "#guide-search");
    page.browser.type_text("425");
    page.browser.settle();
    tab_to(&page, "#guide main a");
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert_eq!(hash(&page), "#/guide/ftp/425");
    assert!(page.text("#guide tr.here").contains("425"));
    page.browser.history_back();
    page.browser.settle();
    assert_eq!(hash(&page), "#/guide/tcp/tcp.dstport");
    page.assert_quiet();
}

#[test]
fn the_guide_shows_the_bytes_of_the_lesson_and_leads_back_to_it() {
    let Some(page) = Page::served("page-guide-run") else {
        return;
    };
    page.open("/ftp-download?at=9");
    let before = page.moment();
    page.browser.key(Key::Char('?'));
    page.browser.settle();
    tab_to(&page, "dialog [href='#/guide']");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#guide h1')");
    tab_to(&page, "#guide nav [href='#/guide/tcp']");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#drawing')");
    assert!(
        page.text(".source").contains("packet"),
        "{}",
        page.text(".source")
    );
    let run = Run::of("ftp-download", &[]);
    let chapter = Chapter::of(layer_named("tcp").unwrap(), Some(&run.timeline));
    let entry = &chapter.specimens[0].sheet.fields[0];
    assert!(
        page.text("#cell-0")
            .contains(entry.value.split(' ').next().unwrap())
    );
    tab_to(&page, "#back-to-lesson");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#caption')");
    page.browser.settle();
    let after = page.moment();
    assert_eq!((after.place, after.caption), (before.place, before.caption));
    page.assert_quiet();
}

#[test]
fn a_word_of_a_caption_opens_its_note_and_escape_closes_it() {
    let Some(page) = Page::served("page-guide-words") else {
        return;
    };
    page.open("/ftp-download");
    for _ in 0..40 {
        if page.shows("#caption .word") {
            break;
        }
        page.browser.key(Key::Right);
        page.browser.settle();
    }
    tab_to(&page, "#caption .word");
    page.browser.settle();
    assert!(page.shows(".explained"), "the focus opens it");
    let [left, top, width, height] = page.browser.frame(".explained");
    assert!(left >= 0.0 && top >= 0.0 && left + width <= 1440.5 && top + height <= 900.5);
    page.browser.key(Key::Escape);
    page.browser.settle();
    assert!(!page.shows(".explained"), "Escape closes it");
    assert!(has_focus(&page, ".word"), "and the word keeps the focus");
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert!(page.shows(".explained"), "Enter opens it");
    page.browser.key(Key::Tab);
    assert!(has_focus(&page, ".explained a"));
    page.browser.key(Key::Enter);
    page.browser
        .until("document.querySelector('#guide .term.here')");
    assert!(hash(&page).starts_with("#/guide/words/"));
    page.assert_quiet();
}

#[test]
fn axe_finds_nothing_in_the_guide() {
    let Some((page, axe)) = Page::served("page-guide-axe").zip(Axe::require()) else {
        return;
    };
    let mut findings = Findings::default();
    for look in [DESK, DESK.dark(), PHONE, PHONE.dark()] {
        page.browser.look(look.still());
        for address in [
            "/guide",
            "/guide/nowhere",
            "/guide/tcp/tcp.flags.syn",
            "/guide/tcp/tcp.len",
            "/guide/icmpv6/icmpv6.nd.ra.flag.m",
            "/guide/ftp/425",
            "/guide/imf",
            "/guide/words/nat",
        ] {
            page.open(address);
            let what = format!("{address} at {}, dark: {}", look.width, look.dark);
            findings.add(&what, &axe.faults(&page.browser));
            findings.add(&what, &page.browser.width_faults());
        }
        page.open("/handshake?at=3");
        if page.shows(".word") {
            page.click(".word");
            page.browser.settle();
            findings.add("a word", &axe.faults(&page.browser));
        }
    }
    findings.assert_none();
    page.assert_quiet();
}

#[test]
fn over_lessons_each_header_is_drawn_whole_and_words_have_their_lines() {
    let (mut lines, mut from_runs) = (0, 0);
    for id in [
        "ftp-download",
        "mail-ada-grace",
        "one-file-three-ways",
        "mail-read",
    ] {
        let run = Run::of(id, &[]);
        for kind in LAYERS {
            let chapter = Chapter::of(kind, Some(&run.timeline));
            for one in &chapter.specimens {
                assert_whole(&format!("{id}, {}: {}", kind.name, one.title), &one.sheet);
                from_runs += usize::from(one.from.is_some());
            }
            let words = chapter.words.iter().flat_map(|table| &table.rows);
            lines += words.filter(|word| word.line.is_some()).count();
        }
    }
    assert!(from_runs > 40, "{from_runs} specimens are from runs");
    assert!(lines > 30, "{lines} words have a line");
}

/// The cells cover each bit once.
fn assert_whole(what: &str, sheet: &Sheet) {
    let mut at = 0;
    for cell in &sheet.cells {
        assert_eq!(cell.bits.start, at, "{what}");
        at = cell.bits.end;
    }
    assert_eq!(at, sheet.bits, "{what}");
}
