//! The address holds all that a reader sees: whoever opens it sees the same.

use wirestage_tests::browser::{Key, Page, Way};

/// Where a reader begins, what they do, and what of it the address must hold then.
type Journey = (&'static str, &'static [Way], &'static [&'static str]);

const JOURNEYS: &[Journey] = &[
    // A step, by turns, by packets and by phases.
    (
        "/ftp-download",
        &[press(Key::Right), press(Key::Right)],
        &["at=2"],
    ),
    (
        "/ftp-download",
        &[press(Key::Char('1')), press(Key::Right), press(Key::Right)],
        &["by=packet", "at=2"],
    ),
    (
        "/mail-ada-grace",
        &[press(Key::Char('3')), press(Key::Right), press(Key::Right)],
        &["by=phase", "at=2"],
    ),
    ("/mail-refused", &[press(Key::End)], &["at="]),
    // A packet that the step does not show by itself.
    (
        "/ftp-download?at=5",
        &[Way::Click(".carriers .chip:last-child")],
        &["at=5", "packet="],
    ),
    // Each tab.
    (
        "/ftp-download?at=9",
        &[Way::Click("#tab-dialogue")],
        &["at=9", "tab=dialogue"],
    ),
    (
        "/ftp-manage?at=20",
        &[Way::Click("#tab-hosts")],
        &["at=20", "tab=hosts"],
    ),
    (
        "/ftp-download?at=9",
        &[Way::Click("#tab-packets")],
        &["at=9", "tab=packets"],
    ),
    // A field, and one that is watched.
    (
        "/ftp-download?by=packet&at=9",
        &[Way::Click("#tree .leaf.in")],
        &["by=packet", "at=9", "field="],
    ),
    (
        "/ftp-download?by=packet&at=9&field=tcp.ack",
        &[Way::Click("#pin-it"), press(Key::Right)],
        &["at=10", "field=tcp.ack", "pins=tcp.ack"],
    ),
    // A filter, its own words escaped.
    (
        "/ftp-download?at=9&tab=packets",
        &[
            press(Key::Char('/')),
            Way::Type("tcp.port == 21 && ftp"),
            press(Key::Enter),
        ],
        &["tab=packets", "filter=tcp.port+%3D%3D+21+%26%26+ftp"],
    ),
    // Knobs: one of several, a list, and chance.
    (
        "/ftp-download?at=9",
        &[Way::Click("[data-knob=mode] [data-value=active]")],
        &["mode=active", "at="],
    ),
    (
        "/ftp-download?size=12+kB&mode=active&seed=7&by=packet&at=9",
        &[press(Key::Right)],
        &["size=12+kB", "mode=active", "seed=7", "by=packet", "at=10"],
    ),
];

const fn press(key: Key) -> Way {
    Way::Key(key)
}

/// Everything that can be read, but what tells how the reader came here.
const ALL_TEXT: &str = "const page = document.querySelector('#lesson').cloneNode(true);
    page.querySelectorAll('#live, #note, #print, #undo, #redo, #flights, title').forEach(e => e.remove());
    return [...page.querySelectorAll('*')].filter(e => !e.closest('#ladder')).map(e =>
      [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('|') +
      ['aria-selected', 'aria-pressed', 'aria-checked', 'aria-current', 'aria-expanded', 'value']
        .map(name => e.hasAttribute(name) ? `[${name} ${e.getAttribute(name)}]` : '').join(''))
      .filter(text => text.trim()).join('\\n');";

#[test]
fn every_key_of_an_address_brings_back_what_was_seen() {
    let Some(page) = Page::served("page-addresses") else {
        return;
    };
    for (from, way, held) in JOURNEYS {
        page.open(from);
        for step in *way {
            match *step {
                Way::Click(selector) => page.click(selector),
                Way::Key(key) => page.browser.key(key),
                Way::Type(text) => page.type_slowly(text),
            }
            page.ready();
        }
        page.rest();
        let address = page.hash();
        for part in *held {
            assert!(address.contains(part), "{from}: {part} stands in {address}");
        }
        let (moment, text) = (page.moment(), page.browser.text(ALL_TEXT));
        assert!(text.len() > 500, "{address}: {text}");
        // When somebody else opens it
        page.open(address.trim_start_matches('#'));
        page.rest();
        let there = page.moment();
        assert_eq!(there.without_live(), moment.without_live(), "{address}");
        let again = page.browser.text(ALL_TEXT);
        for (here, there) in text.lines().zip(again.lines()) {
            assert_eq!(there, here, "{address}");
        }
        assert_eq!(again, text, "{address}");
        assert_eq!(page.hash(), address, "it stays as it was");
    }
    page.assert_quiet();
}
