//! What hosts keep can be opened and saved from the page, by keys alone; the end says whether it
//! came as it was sent.

use wirestage_core::base::Kept;
use wirestage_core::timeline::Kind;
use wirestage_core::view::words::grouped;
use wirestage_tests::Run;
use wirestage_tests::browser::{Axe, DESK, Findings, Key, PHONE, Page};

const LESSON: &str = "/ftp-ascii-image?at=9999";
const OPENED: &str = "[role=tabpanel]:not([hidden]) pre.text";

/// What a host keeps at a path at the end of the lesson.
fn kept(host: &str, path: &str) -> Vec<u8> {
    let run = Run::of("ftp-ascii-image", &[]);
    let timeline = &run.timeline;
    let events = timeline.events().iter();
    let mut here = events.filter(|event| {
        event.kind == Kind::Kept
            && timeline.node(event.host).name == host
            && timeline.kept(event.arg).path == path
    });
    let last = here.next_back().expect("the host keeps it");
    match &timeline.kept(last.arg).what {
        Some(Kept::File(content)) => timeline.content(content),
        other => panic!("{path} at {host} is {other:?}"),
    }
}

/// Goes from one thing that takes keys to the next, until it is at this file.
fn tab_to(page: &Page, wanted: &str) {
    for _ in 0..60 {
        page.browser.key(Key::Tab);
        let here = page
            .browser
            .text("return document.activeElement?.innerText ?? ''");
        if here == wanted {
            return;
        }
    }
    panic!("no key leads to {wanted}");
}

#[test]
fn a_file_is_opened_and_saved_by_keys_byte_for_byte() {
    let Some(page) = Page::served("page-files") else {
        return;
    };
    page.open(&format!("{LESSON}&tab=hosts"));

    // A text opens as text, with the words it has.
    let poem = kept("server", "/poem.txt");
    tab_to(&page, "/poem.txt");
    page.browser.key(Key::Enter);
    page.browser.settle();
    let text = page.text(OPENED);
    assert_eq!(
        text.trim(),
        String::from_utf8(poem.clone()).unwrap().trim(),
        "all of it is shown"
    );
    tab_to(&page, "Save");
    page.browser.key(Key::Enter);
    let (name, bytes) = page.browser.downloaded();
    assert_eq!(name, "poem.txt");
    assert!(bytes == poem, "the page saved {bytes:?}");

    // The image that came is saved as it came: harmed.
    let (came, was) = (kept("laptop", "/photo.png"), kept("server", "/photo.png"));
    assert_ne!(came, was);
    page.open(&format!("{LESSON}&tab=hosts"));
    page.click(".host:first-child .file");
    assert!(page.text(OPENED).starts_with("89 50 4e 47 0d 0d 0a"));
    page.click(".host:first-child .held .btn");
    let (name, bytes) = page.browser.downloaded();
    assert_eq!(name, "photo.png");
    assert!(bytes == came, "{} bytes of {}", bytes.len(), came.len());
    page.assert_quiet();
}

#[test]
fn the_end_says_that_the_image_arrived_changed() {
    let Some(page) = Page::served("page-harmed") else {
        return;
    };
    page.open(LESSON);
    let told = page.text("#panel-step .outcomes .failed");
    let lengths = [
        kept("server", "/photo.png").len(),
        kept("laptop", "/photo.png").len(),
    ];
    let [sent, came] = lengths.map(|len| grouped(len as u64));
    for words in ["photo.png", "arrived changed", "byte 5", &*sent, &*came] {
        assert!(told.contains(words), "{words} is told: {told}");
    }
    let caption = page.moment().caption;
    assert!(caption.contains("changed"), "{caption}");

    // As bytes it comes as it was sent, and nothing has failed.
    page.open("/ftp-ascii-image?type=binary&at=9999");
    assert!(!page.shows("#panel-step .outcomes .failed"));
    let told = page.text("#panel-step .outcomes");
    assert!(told.contains("arrived as it was sent"), "{told}");
    page.assert_quiet();
}

#[test]
fn axe_finds_nothing_at_an_open_file() {
    let Some((page, axe)) = Page::served("page-files-axe").zip(Axe::require()) else {
        return;
    };
    let mut findings = Findings::default();
    for (look, what) in [
        (DESK.still(), "at a desk"),
        (DESK.still().dark(), "in the dark"),
        (PHONE.still(), "on a phone"),
    ] {
        page.browser.look(look);
        page.open(&format!("{LESSON}&tab=hosts"));
        // On a phone it lies below what is in sight.
        page.browser
            .eval("document.querySelector('.host .file').focus()");
        page.browser.key(Key::Enter);
        page.browser.settle();
        assert!(page.shows(OPENED), "{what}");
        findings.add(what, &axe.faults(&page.browser));
        findings.add(what, &page.browser.width_faults());
    }
    findings.assert_none();
    page.assert_quiet();
}
