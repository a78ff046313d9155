//! Nothing a reader does is lost: knobs, undo, reload, Back and Forward, addresses.

use wirestage_tests::browser::{Key, Page};

#[test]
fn a_knob_keeps_the_place_and_undo_brings_all_back() {
    let Some(page) = Page::served("page-knobs") else {
        return;
    };
    // Given a reader at the ninth turn, with the hosts before them.
    page.open("/ftp-download?at=9&tab=hosts");
    let before = page.moment();
    let panel = page.text("[role=tabpanel]:not([hidden])");
    assert!(!panel.is_empty());

    // When they turn a knob, they stay about where they were, and are told what changed.
    page.click("[data-knob=mode] [data-value=active]");
    page.ready();
    let turned = page.moment();
    assert_eq!(turned.asked("mode"), Some("active"));
    assert!(
        turned.knobs.contains(&"mode=active".to_owned()),
        "{turned:?}"
    );
    assert_ne!(turned.count().map(|count| count.0), Some(0));
    assert_eq!(turned.tab, before.tab);
    let note = page.text("#note");
    assert!(note.contains("Re-run"), "{note}");
    assert!(turned.live.contains("Re-run"), "{turned:?}");

    // Undo, by the note's own button: exactly what was there.
    page.click("#note button");
    page.ready();
    page.rest();
    assert_eq!(page.moment().without_live(), before.without_live());
    assert_eq!(page.text("[role=tabpanel]:not([hidden])"), panel);

    page.click("#redo");
    page.ready();
    page.rest();
    assert_eq!(page.moment().without_live(), turned.without_live());

    // Reset asks nothing, and undo brings it back.
    page.click("#reset");
    page.ready();
    page.rest();
    let reset = page.moment();
    assert!(
        reset.knobs.contains(&"mode=passive".to_owned()),
        "{reset:?}"
    );
    assert_eq!(reset.count().map(|count| count.0), Some(0), "{reset:?}");
    page.browser.key(Key::Char('u'));
    page.ready();
    page.rest();
    assert_eq!(page.moment().without_live(), turned.without_live());
    page.assert_quiet();
}

#[test]
fn a_value_that_cannot_be_is_refused_and_nothing_is_lost() {
    let Some(page) = Page::served("page-typed") else {
        return;
    };
    page.open("/ftp-download?at=9");
    let before = page.moment();
    page.choose("size", "Other…");
    page.browser.type_text("a lot");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#trouble')");
    let trouble = page.text("#trouble");
    assert!(trouble.contains("a lot"), "it names the value: {trouble}");
    page.ready();
    page.rest();
    let after = page.moment();
    assert_eq!(after.without_live(), before.without_live());

    // And one that can be is taken.
    page.choose("size", "Other…");
    page.browser.type_text("12 kB");
    page.browser.key(Key::Enter);
    page.browser.until("location.hash.includes('size=')");
    page.ready();
    assert_eq!(page.moment().asked("size"), Some("12+kB"));
    assert!(!page.shows("#trouble"));
    page.assert_quiet();
}

#[test]
fn reload_back_and_forward_keep_what_is_shown() {
    let Some(page) = Page::served("page-reload") else {
        return;
    };
    page.open("/ftp-download?mode=active&seed=2&by=packet&at=9&packet=12&tab=packets");
    let before = page.moment();
    assert_eq!(before.by, "packet");
    assert_eq!(before.tab, "tab-packets");
    assert_eq!(before.count().map(|count| count.0), Some(9), "{before:?}");
    assert!(
        before.knobs.contains(&"mode=active".to_owned()),
        "{before:?}"
    );
    page.browser.reload();
    page.ready();
    assert_eq!(page.moment(), before);

    // Another scenario by the front page, and all the way back and forth.
    page.click("a.logo");
    page.ready();
    assert!(page.shows("#front"));
    page.click("a[data-scenario=mail-ada-grace]");
    page.ready();
    page.browser.key(Key::Right);
    page.rest();
    let mail = page.moment();
    assert_eq!(mail.fragment, "#/mail-ada-grace?at=1");
    page.browser.history_back();
    page.browser.until("document.querySelector('#front')");
    page.browser.history_back();
    page.browser.until("document.querySelector('#lesson')");
    page.ready();
    assert_eq!(page.moment().without_live(), before.without_live());
    // One at a time: a browser forgets a step that is asked for while it takes another.
    page.browser.history_forward();
    page.browser.until("document.querySelector('#front')");
    page.browser.history_forward();
    page.browser.until("location.hash.includes('mail')");
    page.ready();
    assert_eq!(page.moment().without_live(), mail.without_live());
    page.assert_quiet();
}

#[test]
fn back_leads_from_a_turned_knob_to_the_knob_before() {
    let Some(page) = Page::served("page-back") else {
        return;
    };
    page.open("/ftp-download?at=5");
    let before = page.moment();
    page.click("[data-knob=mode] [data-value=active]");
    page.ready();
    page.browser.history_back();
    page.browser.until("!location.hash.includes('mode')");
    page.ready();
    assert_eq!(page.moment().without_live(), before.without_live());
    page.assert_quiet();
}

#[test]
fn an_address_made_by_hand_is_never_a_blank_page() {
    let Some(page) = Page::served("page-broken") else {
        return;
    };
    for (address, told) in [
        ("/nope", "nope"),
        ("/ftp-download?mode=weird", "weird"),
        ("/ftp-download?size=a+lot", "a lot"),
        ("/ftp-download?colour=red", "colour"),
        ("/ftp-download?&&=&%", "%"),
    ] {
        page.open(address);
        let here = "document.querySelector('#trouble')?.textContent";
        page.browser
            .until(&format!("({here} ?? '').includes('{told}')"));
        assert!(page.shows("#front") || page.shows("#lesson"), "{address}");
    }
    for (address, place) in [
        ("/ftp-download?at=99999", "end"),
        ("/ftp-download?at=-1", "0/"),
        ("/ftp-download?at=many&by=mile&tab=nose&packet=0", "0/"),
        ("/ftp-download?packet=99999&at=2", "2/"),
        ("/ftp-download?&&at=2&&", "2/"),
    ] {
        page.open(address);
        let moment = page.moment();
        assert!(moment.place.starts_with(place), "{address}: {moment:?}");
        assert!(!moment.caption.is_empty(), "{address}");
    }
    for address in ["", "/", "/?at=3"] {
        page.open(address);
        assert!(page.shows("#front"), "{address}");
    }
    page.assert_quiet();
}
