//! The page can be read and used: at every step, in every window, by everybody.

use std::time::Duration;
use wirestage_core::scenario::catalogue::CATALOGUE;
use wirestage_tests::browser::{DESK, Findings, Key, Look, PHONE, PROJECTOR, Page, TABLET};

/// The smallest text allowed, in pixels: at a desk, and on a projector.
const LEAST: u32 = 13;
const LEAST_PRESENTING: u32 = 20;
const PICTURES: &str = "#stage, #ladder";
/// By each size of step, so many steps from the start and half as many before the end. Turns are
/// what readers take; a packet's step has the same stage, with one letter on it.
const SIZES: [(&str, usize); 3] = [("packet", 16), ("turn", 50), ("phase", 12)];

#[test]
fn at_a_desk_every_label_can_be_read_at_every_step() {
    labels_at_every_step("page-labels-desk", DESK, LEAST);
}

#[test]
fn on_a_tablet_every_label_can_be_read_at_every_step() {
    labels_at_every_step("page-labels-tablet", TABLET, LEAST);
}

#[test]
fn on_a_phone_every_label_can_be_read_at_every_step() {
    labels_at_every_step("page-labels-phone", PHONE, LEAST);
}

#[test]
fn on_a_projector_every_label_can_be_read_at_every_step() {
    labels_at_every_step("page-labels-projector", PROJECTOR, LEAST_PRESENTING);
}

fn labels_at_every_step(name: &str, look: Look, least: u32) {
    let Some(page) = Page::served(name) else {
        return;
    };
    page.browser.look(look.still());
    page.open("/");
    let mut findings = Findings::default();
    for query in ["?", "?mode=active&", "?size=1MB&delay=100ms&"] {
        for scenario in CATALOGUE {
            if scenario.id != "ftp-download" && query != "?" {
                continue;
            }
            for (size, many) in SIZES {
                // Elsewhere than at a desk the same words stand at other places: turns show all.
                if look.width != DESK.width && size != "turn" && scenario.id != "ftp-download" {
                    continue;
                }
                page.follow(&format!("/{}{query}by={size}", scenario.id));
                if look.width == PROJECTOR.width && !page.presents() {
                    page.browser.key(Key::Char('.'));
                    page.browser.settle();
                }
                let what = format!("{} {query} by {size}", scenario.id);
                label_faults(&page, many, (least, &what), &mut findings);
            }
        }
    }
    findings.assert_none();
    page.assert_quiet();
}

/// From start to end; of a long run, its first steps and its last.
fn label_faults(page: &Page, many: usize, (least, what): (u32, &str), findings: &mut Findings) {
    let mut walk = |button: &str, often: usize| {
        let found = page
            .browser
            .label_faults_along((least, PICTURES), (button, often));
        for (place, faults) in found {
            findings.add(&format!("{what}, {place}"), &faults);
        }
    };
    walk("#next", many);
    if !page.is_disabled("#next") {
        page.browser.key(Key::End);
        page.browser.settle();
        walk("#back", many / 2);
    }
}

#[test]
fn a_phone_shows_it_all_in_its_width() {
    let Some(page) = Page::served("page-phone") else {
        return;
    };
    page.browser.look(PHONE);
    for address in [
        "/",
        "/ftp-download",
        "/ftp-download?at=9&tab=step",
        "/ftp-download?at=9&tab=dialogue",
        "/ftp-download?at=9&tab=hosts",
        "/ftp-download?by=packet&at=9&packet=12&tab=packets",
        "/mail-submit?at=99",
        "/ftp-ascii-image?at=9999",
        "/ftp-ascii-image?at=9999&tab=hosts",
        "/ftp-upload-site?at=9999&tab=hosts",
    ] {
        page.open(address);
        assert_eq!(page.browser.width_faults(), [""; 0], "{address}");
    }

    page.open("/ftp-download");
    assert!(!page.shows("[data-knob=mode]"), "knobs are folded");
    assert!(page.shows("#next"));
    let [_, next, _, height] = page.browser.frame("#next");
    let [_, back, ..] = page.browser.frame("#back");
    assert!(
        (next - back).abs() < height / 2.0,
        "Next and Back in one row"
    );
    let [_, top, _, high] = page.browser.frame(".transport");
    assert!(top + high <= 844.5, "the transport stays in sight");
    assert!(
        high < 2.0 * height,
        "the transport is one row: {high} of {height}"
    );
    page.click("#knobs-toggle");
    assert!(page.shows("[data-knob=mode]"), "knobs are unfolded");
    assert_eq!(page.browser.width_faults(), [""; 0]);
    page.click("#knobs-toggle");

    // A finger to the left is forwards, to the right back, upwards neither.
    let [x, y, width, height] = page.browser.frame("#stage");
    let (middle, y) = (x + width / 2.0, y + height / 2.0);
    let start = page.moment();
    page.browser
        .swipe((middle + 90.0, y), (middle - 90.0, y + 4.0));
    let first = page.moment_after(&start);
    assert_eq!(first.count().map(|count| count.0), Some(1));
    page.browser
        .swipe((middle, y + 40.0), (middle - 10.0, y - 40.0));
    page.browser.settle();
    assert_eq!(page.moment().place, first.place);
    // Upwards scrolls: the stage may stand elsewhere now.
    let [_, y, _, height] = page.browser.frame("#stage");
    let y = y + height / 2.0;
    page.browser.swipe((middle - 90.0, y), (middle + 90.0, y));
    assert_eq!(page.moment_after(&first).place, start.place);
    page.assert_quiet();
}

#[test]
fn a_small_window_needs_no_sideways_scrolling() {
    let Some(page) = Page::served("page-widths") else {
        return;
    };
    for width in [320, 600, 899, 901, 1024, 1280, 1920] {
        page.browser.look(Look { width, ..DESK });
        for address in ["/", "/ftp-download?at=9", "/mail-submit?at=3&tab=packets"] {
            page.open(address);
            assert_eq!(page.browser.width_faults(), [""; 0], "{address} at {width}");
        }
    }
    page.assert_quiet();
}

#[test]
fn nothing_moves_where_nothing_should() {
    let Some(page) = Page::served("page-still") else {
        return;
    };
    // Where each packet is drawn, and whatever a style sheet moves.
    const WHERE: &str = "return JSON.stringify([
        [...document.querySelectorAll('#flights *')].map(e => e.getAttribute('transform')),
        document.getAnimations().filter(a => a.playState === 'running').length])";
    for (look, moves) in [(DESK, true), (DESK.still(), false)] {
        page.browser.look(look);
        page.open("/ftp-download?by=packet&at=5");
        page.browser.key(Key::Right);
        let first = page.browser.text(WHERE);
        assert!(first.contains("translate"), "a packet is drawn: {first}");
        std::thread::sleep(Duration::from_millis(200));
        let second = page.browser.text(WHERE);
        assert_eq!(first != second, moves, "{look:?}: {first}, then {second}");
        assert!(moves || second.ends_with(",0]"), "nothing runs: {second}");
    }
    page.assert_quiet();
}

#[test]
fn presenting_shows_stage_and_ladder_alone() {
    let Some(page) = Page::served("page-present") else {
        return;
    };
    page.browser.look(PROJECTOR);
    page.open("/ftp-download?at=9");
    let before = page.moment();
    page.click("#present");
    assert!(page.presents());
    assert!(!page.shows("aside"));
    for part in ["#stage", "#ladder", "#caption", "#next"] {
        assert!(page.shows(part), "{part}");
    }
    page.browser.key(Key::PageDown);
    let next = page.moment_after(&before);
    assert_eq!(next.count().map(|c| c.0), before.count().map(|c| c.0 + 1));
    // A remote's black screen, and back.
    page.browser.key(Key::Char('.'));
    page.browser.settle();
    assert!(page.shows("#blank"));
    page.browser.key(Key::Char('.'));
    page.browser.settle();
    assert!(!page.shows("#blank"));
    page.browser.key(Key::Escape);
    page.browser.settle();
    assert!(!page.presents());
    assert_eq!(page.moment().place, next.place);
    page.assert_quiet();
}

#[test]
fn paper_carries_the_transcript() {
    let Some(page) = Page::served("page-print") else {
        return;
    };
    page.open("/ftp-download?at=9");
    assert!(!page.shows("#print"));
    page.browser.look(DESK.print());
    page.browser.eval("dispatchEvent(new Event('beforeprint'))");
    page.browser.settle();
    assert!(page.shows("#print"));
    let printed = page.text("#print");
    for line in ["RETR report.pdf", "226 ", "221 "] {
        assert!(printed.contains(line), "{line} is printed: {printed}");
    }
    assert!(!page.shows("#next"), "paper has no buttons");
    page.browser.eval("dispatchEvent(new Event('afterprint'))");
    page.browser.look(DESK);
    page.browser.settle();
    assert!(!page.shows("#print") && page.shows("#next"));
    page.assert_quiet();
}

#[test]
fn colours_and_text_are_chosen_and_kept() {
    let Some(page) = Page::served("page-settings") else {
        return;
    };
    let ground = "return getComputedStyle(document.documentElement).backgroundColor";
    page.open("/ftp-download");
    let light = page.browser.text(ground);
    page.click("#look");
    page.click("[data-theme-choice=dark]");
    let dark = page.browser.text(ground);
    assert_ne!(light, dark);
    page.click("[data-size-choice=large]");
    let size = "return getComputedStyle(document.documentElement).fontSize";
    let large = page.browser.text(size);
    page.browser.reload();
    page.ready();
    assert_eq!(page.browser.text(ground), dark);
    assert_eq!(page.browser.text(size), large);
    // What the machine prefers counts for a reader who chose nothing.
    page.click("#look");
    page.click("[data-theme-choice=auto]");
    assert_eq!(page.browser.text(ground), light);
    page.browser.look(DESK.dark());
    assert_eq!(page.browser.text(ground), dark);
    page.assert_quiet();
}
