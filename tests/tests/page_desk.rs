//! The inspector's desk by keys alone: charts, tables, the transcript, passwords, codes, what
//! opens on a host; and each address opens it again.

use wirestage_core::view::charts::{Ask, chart_sheet};
use wirestage_core::view::transcript::{Options, transcript};
use wirestage_tests::Run;
use wirestage_tests::browser::{Axe, DESK, Findings, Key, PHONE, Page};

/// Goes from one thing that takes keys to the next, until this one has the focus.
fn tab_to(page: &Page, selector: &str) {
    for _ in 0..90 {
        page.browser.key(Key::Tab);
        let here = format!("return String(document.activeElement?.matches({selector:?}) ?? false)");
        if page.browser.text(&here) == "true" {
            return;
        }
    }
    panic!("no key leads to {selector}");
}

/// The name of what has the focus.
fn focus(page: &Page) -> String {
    let script = "return document.activeElement?.id ?? ''";
    page.browser.text(script)
}

fn attribute(page: &Page, selector: &str, name: &str) -> String {
    let script =
        format!("return document.querySelector({selector:?})?.getAttribute({name:?}) ?? ''");
    page.browser.text(&script)
}

#[test]
fn a_chart_is_gone_through_by_keys_and_its_address_opens_it_again() {
    let Some(page) = Page::served("page-desk-charts") else {
        return;
    };
    page.browser.look(DESK.still());
    page.open("/ftp-download?tab=charts");
    page.browser.until("document.querySelector('#chart')");
    tab_to(&page, "#chart");
    // From the first point to the second; Enter goes to its step.
    page.browser.key(Key::Home);
    page.browser.settle();
    let first = attribute(&page, "#chart", "aria-label");
    assert!(
        first.contains("packet ") && first.contains("number 0"),
        "{first}"
    );
    page.browser.key(Key::Right);
    page.browser.key(Key::Right);
    page.browser.settle();
    let third = attribute(&page, "#chart", "aria-label");
    assert_ne!(first, third);
    page.browser.key(Key::Enter);
    page.browser.settle();
    let words = third.split("packet ").nth(1).unwrap();
    let number: String = words.chars().take_while(char::is_ascii_digit).collect();
    page.rest();
    let moment = page.moment();
    assert!(
        moment.fragment.contains(&format!("packet={number}")),
        "{moment:?}"
    );
    assert_eq!(moment.tab, "tab-charts");

    // Another chart, as a table, by keys; the address says so and opens it again.
    tab_to(&page, "[data-chart=flight]");
    page.browser.key(Key::Enter);
    tab_to(&page, "#as-table");
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert!(page.shows("#chart-table"));
    page.rest();
    let address = page.moment().fragment;
    assert!(
        address.contains("chart=flight") && address.contains("as=table"),
        "{address}"
    );
    let rows = page.text("#chart-table tbody");
    page.browser.reload();
    page.ready();
    page.browser.until("document.querySelector('#chart-table')");
    assert_eq!(page.text("#chart-table tbody"), rows);
    page.assert_quiet();
}

#[test]
fn the_page_saves_the_chart_that_the_program_draws() {
    let Some(page) = Page::served("page-desk-saves") else {
        return;
    };
    page.open("/mail-attachment?tab=charts&chart=weight");
    page.browser.until("document.querySelector('#chart')");
    let words = page.text("#panel-charts");
    assert!(
        words.contains("Letter: base64") && words.contains("RFC 2045"),
        "{words}"
    );
    page.click("#save-chart");
    let (name, bytes) = page.browser.downloaded();
    assert_eq!(name, "mail-attachment-weight.svg");
    let run = Run::of("mail-attachment", &[]);
    let ask = Ask::read("weight").unwrap();
    let drawn = chart_sheet(&run.timeline, &run.info, ask).unwrap();
    assert!(bytes == drawn.as_bytes(), "{} bytes", bytes.len());
    page.assert_quiet();
}

/// What is said, however it stands in lines: rules are no words.
fn words(text: &str) -> Vec<&str> {
    let is_word = |word: &&str| !word.chars().all(|c| matches!(c, '─' | '═'));
    let mut words: Vec<&str> = text.split_whitespace().filter(is_word).collect();
    words.sort_unstable();
    words
}

#[test]
fn the_transcript_is_gone_through_line_by_line() {
    let Some(page) = Page::served("page-desk-text") else {
        return;
    };
    page.browser.look(DESK.still());
    page.open("/ftp-download");
    page.browser.type_text("t");
    page.browser.settle();
    assert_eq!(page.moment().tab, "tab-text");
    assert_eq!(focus(&page), "transcript");
    // All of it is there, the same words as the program's.
    let run = Run::of("ftp-download", &[]);
    let all = transcript(&run.timeline, &run.info, Options::default());
    assert_eq!(words(&page.text("#transcript")), words(&all));
    // A step forwards is a line further down, and a line further down is its step.
    page.browser.key(Key::Right);
    page.browser.settle();
    let marked = page.text("#transcript .here");
    let place = page.moment().place;
    for _ in 0..20 {
        page.browser.key(Key::Down);
        page.browser.settle();
    }
    assert_ne!(page.moment().place, place);
    assert_ne!(page.text("#transcript .here"), marked);
    page.browser.type_text("t");
    page.browser.settle();
    assert_eq!(page.moment().tab, "tab-step");
    page.assert_quiet();
}

#[test]
fn the_transcript_of_a_long_run_is_told_bit_by_bit() {
    let Some(page) = Page::served("page-desk-long-text") else {
        return;
    };
    page.browser.look(DESK.still());
    page.open("/ftp-download?size=100MB&rate=1Gbit%2Fs");
    // What stands beside the list while it is drawn.
    page.browser.eval(
        "window.told = [];
        const look = () => told.push(document.querySelector('#panel-text .note')?.innerText ?? '');
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });",
    );
    page.browser.type_text("t");
    // The focus is where the text will be.
    assert_eq!(focus(&page), "transcript");
    page.browser
        .until("document.querySelector('#transcript .here')");
    page.browser.settle();
    assert!(!page.text("#panel-text").contains("being written"));
    let seen = page.browser.text("return window.told.join('\\n')");
    assert!(seen.contains("being written"), "{seen}");
    let run = Run::of("ftp-download", &[("size", "100MB"), ("rate", "1Gbit/s")]);
    let all = transcript(&run.timeline, &run.info, Options::default());
    assert_eq!(words(&page.text("#transcript")), words(&all));
    page.assert_quiet();
}

#[test]
fn passwords_are_hidden_until_somebody_asks_for_them() {
    let Some(page) = Page::served("page-desk-passwords") else {
        return;
    };
    page.browser.look(DESK.still());
    page.open("/mail-login?tab=packets&filter=smtp.auth.password");
    page.browser
        .until("document.querySelector('#packets .option')");
    page.click("#packets .option");
    page.browser.settle();
    page.press("#tab-step");
    page.browser
        .until("document.querySelector('.packet[data-known]')");
    let word = "analytical";
    let hidden = page.text("#panel-step");
    assert!(
        hidden.contains("••••") && !hidden.contains(word),
        "{hidden}"
    );
    assert!(
        page.text("#bytes").contains("••"),
        "its bytes are hidden, too"
    );
    assert!(!page.text("#ladder").contains(word));
    // One switch shows them everywhere, and the address does not tell of it.
    page.rest();
    let before = page.moment().fragment;
    page.click(".desk-passwords button");
    page.browser
        .until("!document.querySelector('#bytes').textContent.includes('••')");
    let shown = page.text("#panel-step");
    assert!(shown.contains(word) && !shown.contains("••••"), "{shown}");
    page.rest();
    assert_eq!(page.moment().fragment, before);
    // It stays for the other tabs, and for other runs.
    page.press("#tab-text");
    page.browser.settle();
    assert!(!page.text("#transcript").contains("••••"));
    page.press("#tab-dialogue");
    page.browser.settle();
    assert!(!page.text("#dialogue").contains("••••"));
    page.click(".desk-passwords button");
    page.browser.settle();
    assert!(page.text("#dialogue").contains("••••"));
    page.assert_quiet();
}

#[test]
fn a_reply_s_digits_are_explained_where_it_is() {
    let Some(page) = Page::served("page-desk-codes") else {
        return;
    };
    page.browser.look(DESK.still());
    page.open("/ftp-active-nat?tab=dialogue");
    let names = page.text("#dialogue");
    assert!(names.contains("425: "), "each code is named: {names}");
    let at = "[...document.querySelectorAll('#dialogue .option')]\
              .findIndex((row) => row.querySelector('.wire').textContent.startsWith('425'))";
    page.browser.eval(&format!(
        "document.querySelector(`#dialogue-${{{at}}}`).click()"
    ));
    page.browser.settle();
    let digits = page.text("#dialogue .desk-digits");
    for word in ["4yz", "x2z", "xy5", "data connection"] {
        assert!(digits.contains(word), "{word}: {digits}");
    }
    page.press("#tab-step");
    page.browser.settle();
    assert!(page.text("#panel-step .desk-digits").contains("4yz"));
    page.assert_quiet();
}

#[test]
fn letters_and_pictures_open_and_hosts_fold() {
    let Some(page) = Page::served("page-desk-kept") else {
        return;
    };
    page.browser.look(DESK.still());
    page.open("/mail-attachment?at=9999&tab=hosts");
    page.browser
        .eval("[...document.querySelectorAll('.file')].at(-1).focus()");
    let letters = "[...document.querySelectorAll('.host .file')]\
                   .find((file) => !file.textContent.startsWith('/'))";
    page.browser.eval(&format!("{letters}.focus()"));
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('.desk-letter')");
    let letter = page.text(".desk-letter");
    assert!(
        letter.contains("Subject") && letter.contains("photo.png"),
        "{letter}"
    );
    assert!(!letter.contains("base64"), "it is taken apart: {letter}");
    // The picture that came with it is a picture, and saved as it was sent.
    page.browser
        .until("document.querySelector('.desk-picture').naturalWidth > 0");
    page.click(".desk-part button");
    let (name, bytes) = page.browser.downloaded();
    assert_eq!(name, "photo.png");
    assert!(bytes.starts_with(b"\x89PNG"), "{} bytes", bytes.len());
    // A host folds by keys.
    page.browser
        .eval("document.querySelector('.host summary').focus()");
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert!(!page.shows(".host:first-child .held"));
    page.assert_quiet();
}

#[test]
fn the_inspector_widens_and_narrows() {
    let Some(page) = Page::served("page-desk-wide") else {
        return;
    };
    page.browser.look(DESK.still());
    page.open("/ftp-download?at=5&tab=charts");
    let width = || page.browser.frame("aside")[2];
    let narrow = width();
    page.browser.type_text("i");
    page.browser.settle();
    assert!(width() > 1.6 * narrow, "{} and {narrow}", width());
    assert_eq!(attribute(&page, "#widen", "aria-pressed"), "true");
    page.browser.key(Key::Escape);
    page.browser.settle();
    assert!((width() - narrow).abs() < 1.0);
    page.assert_quiet();
}

#[test]
fn axe_finds_nothing_at_the_desk() {
    let Some((page, axe)) = Page::served("page-desk-axe").zip(Axe::require()) else {
        return;
    };
    let mut findings = Findings::default();
    for (look, what) in [
        (DESK.still(), "at a desk"),
        (DESK.still().dark(), "in the dark"),
        (PHONE.still(), "on a phone"),
    ] {
        page.browser.look(look);
        for address in [
            "/lost-segment?at=6&tab=charts",
            "/lost-segment?at=6&tab=charts&chart=flight&as=table",
            "/mail-attachment?at=6&tab=charts&chart=weight",
            "/mail-login?at=8&tab=text",
            "/mail-login?at=8&tab=dialogue",
            "/mail-attachment?at=9999&tab=hosts",
        ] {
            page.open(address);
            page.browser.settle();
            let at = format!("{address} {what}");
            findings.add(&at, &axe.faults(&page.browser));
            findings.add(&at, &page.browser.width_faults());
        }
    }
    findings.assert_none();
    page.assert_quiet();
}
