//! The box that tells causes, by keyboard alone, and its address.

use wirestage_tests::browser::{Key, Page};

/// What has the focus.
fn focused(page: &Page) -> String {
    let id = page.browser.eval("return document.activeElement?.id ?? ''");
    id.as_str().unwrap_or_default().to_owned()
}

/// Presses Tab until an element has the focus.
fn tab_to(page: &Page, id: &str) {
    for _ in 0..200 {
        if focused(page) == id {
            return;
        }
        page.browser.key(Key::Tab);
    }
    panic!("Tab does not come to #{id}");
}

/// The links, as they are read.
fn links(page: &Page) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('#why-links .why-says')].map(e => e.innerText)";
    let texts = page.browser.eval(script);
    let texts = texts.as_array().cloned().unwrap_or_default();
    let text = |text: &serde_json::Value| text.as_str().unwrap_or_default().to_owned();
    texts.iter().map(text).collect()
}

/// The link that is marked as the place where the reader is.
fn marked(page: &Page) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('#why-links [aria-current]')].map(e => e.id)";
    let ids = page.browser.eval(script);
    let ids = ids.as_array().cloned().unwrap_or_default();
    let text = |text: &serde_json::Value| text.as_str().unwrap_or_default().to_owned();
    ids.iter().map(text).collect()
}

/// From the start to the reply that says no, by keys.
fn to_the_refusal(page: &Page) {
    // Before any step there is nothing to ask about, and that is said.
    page.browser.key(Key::Char('w'));
    page.browser.settle();
    assert!(
        page.text("#note").contains("Why is asked of a step"),
        "{}",
        page.text("#note")
    );
    for _ in 0..60 {
        if page.text("#panel-step .wire").starts_with("425") {
            break;
        }
        let before = page.moment();
        page.browser.key(Key::Right);
        let _ = page.moment_after(&before);
    }
    assert_eq!(page.text("#why"), "Why was it refused?");
    assert_eq!(links(page), [""; 0], "it is closed until somebody asks");
}

#[test]
fn a_no_is_traced_back_by_keyboard_alone() {
    let Some(page) = Page::served("page-why") else {
        return;
    };
    page.open("/ftp-active-nat");
    to_the_refusal(&page);
    page.browser.key(Key::Char('w'));
    page.rest();
    assert_eq!(focused(&page), "why");
    let refused = page.moment();
    assert_eq!(refused.asked("why"), Some("1"));
    let told = links(&page);
    assert!((3..=7).contains(&told.len()), "{told:?}");
    assert!(told[0].contains("Ada types “get report.pdf”"), "{told:?}");
    assert!(told.iter().any(|link| link.contains("PORT")), "{told:?}");
    assert!(told[told.len() - 1].contains("425"), "{told:?}");
    let trouble = page.text(".why-trouble");
    assert!(trouble.contains("internet: no route"), "{trouble}");

    // Each link is a place to go to; what is explained stays.
    let lost = told
        .iter()
        .position(|link| link.contains("drops the SYN"))
        .unwrap();
    let id = format!("why-{lost}");
    tab_to(&page, &id);
    page.browser.key(Key::Enter);
    let there = page.moment_after(&refused);
    assert!(there.count() < refused.count(), "{there:?}");
    page.rest();
    assert_eq!(links(&page), told);
    assert_eq!(focused(&page), id);
    assert!(marked(&page).contains(&id), "{:?}", marked(&page));
    let there = page.moment();
    let event = there.asked("why").unwrap_or_default().to_owned();
    assert!(
        event.parse::<u32>().is_ok_and(|event| event > 1),
        "{there:?}"
    );

    // The address opens the same.
    page.open(there.fragment.trim_start_matches('#'));
    assert_eq!(page.moment().place, there.place);
    assert_eq!(
        (links(&page), marked(&page).contains(&id)),
        (told.clone(), true)
    );

    // The step that is shown now may be explained instead; then the box is closed.
    tab_to(&page, "why-here");
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert_eq!(
        focused(&page),
        "why",
        "the button that went away hands on the focus"
    );
    let own = links(&page);
    assert!(own != told && own.len() < told.len(), "{own:?}");
    page.browser.key(Key::Enter);
    page.rest();
    assert_eq!(links(&page), [""; 0]);
    assert_eq!(page.moment().asked("why"), None);
    page.assert_quiet();
}

#[test]
fn a_packet_that_was_lost_is_explained_by_its_loss() {
    let Some(page) = Page::served("page-why-packet") else {
        return;
    };
    page.open("/ftp-active-nat?by=packet&at=47&why=1");
    assert_eq!(page.text("#why"), "Why was it lost?");
    let told = links(&page);
    assert!(
        told[told.len() - 1].contains("internet drops the SYN"),
        "{told:?}"
    );
    // What went well is explained, too; an address that means nothing is passed over.
    page.open("/ftp-download?at=5&why=1");
    assert_eq!(page.text("#why"), "Why?");
    assert!(links(&page).len() >= 2, "{:?}", links(&page));
    assert!(!page.shows(".why-trouble"));
    page.open("/ftp-download?at=5&why=4000000000");
    assert!(links(&page).len() >= 2, "{:?}", links(&page));
    page.open("/ftp-download?at=5&why=nonsense");
    assert_eq!(links(&page), [""; 0]);
    page.assert_quiet();
}
