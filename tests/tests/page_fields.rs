//! Every byte of a packet is explained on the page: tree, bytes and meaning go together, by keys
//! alone; fields have addresses, and can be watched; a filter says which packets are listed.

use wirestage_tests::browser::{Axe, DESK, Findings, Key, PHONE, Page};

const STEP: &str = "/ftp-download?by=packet&at=9";

/// The line of the tree that is chosen, by its name in filters.
fn chosen(page: &Page) -> String {
    page.browser.text(
        "const line = document.querySelector('#tree [aria-selected=true]');
         return line ? line.dataset.field : '';",
    )
}

/// What has the focus: a line's name in filters, or an id.
fn focused(page: &Page) -> String {
    page.browser
        .text("const at = document.activeElement; return at.dataset.field ?? at.id ?? at.tagName;")
}

/// The bytes that are lit, as they are written.
fn lit(page: &Page) -> String {
    page.browser.text(
        "return [...document.querySelectorAll('#bytes .hex .lit')].map(s => s.textContent).join(' ');",
    )
}

/// Where a byte stands in a column, in pixels of the window.
fn byte(page: &Page, column: &str, at: u32) -> (f64, f64) {
    let script = "const [column, at] = arguments;
        const half = document.querySelectorAll('#bytes .half')[Math.floor(at / 8)];
        half.scrollIntoView({ block: 'nearest', behavior: 'instant' });
        const room = half.querySelector(column).getBoundingClientRect();
        return [room.left + room.width * (at % 8 + 0.4) / 8, room.top + room.height / 2];";
    let found = page
        .browser
        .eval_with(script, &serde_json::json!([column, at]));
    let number = |i: usize| found[i].as_f64().expect("a byte has a place");
    (number(0), number(1))
}

/// The number of the byte that the cursor is at.
fn cursor(page: &Page) -> String {
    page.browser.text(
        "const cursor = document.querySelector('#bytes .letters .cursor');
         let at = 0;
         for (let node = cursor.previousSibling; node; node = node.previousSibling)
           at += node.textContent.length;
         return String(Number(cursor.closest('.half').dataset.at) + at);",
    )
}

/// Presses Tab until an element of this id, or a line of the tree, has the focus.
fn tab_to(page: &Page, wanted: &str) {
    for _ in 0..60 {
        page.browser.key(Key::Tab);
        let at = page.browser.text("return document.activeElement.id");
        if at == wanted || wanted == "tree" && at.starts_with("node-") {
            return;
        }
    }
    panic!("no Tab leads to {wanted}");
}

fn press(page: &Page, key: Key) {
    page.browser.key(key);
    page.browser.settle();
}

#[test]
fn tree_and_bytes_are_gone_through_by_keys_alone() {
    let Some(page) = Page::served("page-fields-keys") else {
        return;
    };
    page.open(STEP);
    let before = page.moment();
    tab_to(&page, "tree");
    page.browser.settle();
    assert_eq!(chosen(&page), "eth", "the focus chooses the first layer");
    assert!(page.text(".meaning").contains("IEEE 802.3"));

    // Ethernet is folded; TCP is not.
    press(&page, Key::Down);
    assert_eq!(chosen(&page), "ip");
    press(&page, Key::Right);
    press(&page, Key::Right);
    assert_eq!(chosen(&page), "ip.version", "unfolded, and entered");
    assert_eq!(lit(&page), "45");
    let bits = page.text(".flag-bits");
    assert!(bits.ends_with("0100 .... = 4"), "{bits}");
    press(&page, Key::Left);
    assert_eq!(chosen(&page), "ip", "back at what holds it");
    press(&page, Key::Left);
    press(&page, Key::Down);
    assert_eq!(chosen(&page), "tcp", "folded again");
    press(&page, Key::Char('d'));
    assert_eq!(chosen(&page), "tcp.dstport", "a letter finds a name");
    assert_eq!(focused(&page), "tcp.dstport", "the focus goes along");
    assert_eq!(lit(&page), "00 15", "its bytes are lit");
    assert!(
        page.text(".meaning").contains("RFC 9293"),
        "its meaning stands beside"
    );
    assert!(page.text(".meaning").contains("Bytes 36–37 of"));
    press(&page, Key::End);
    let last = chosen(&page);
    press(&page, Key::Home);
    assert_eq!(chosen(&page), "eth");
    assert_ne!(last, "eth");
    let place = page.moment().place;
    assert_eq!(place, before.place, "the page stays at its step");

    tab_to(&page, "bytes");
    the_field_goes_with_the_cursor(&page);
    let place = page.moment().place;
    assert_eq!(place, before.place, "the page stays at its step");
    page.assert_quiet();
}

fn the_field_goes_with_the_cursor(page: &Page) {
    press(page, Key::Home);
    for _ in 0..4 {
        press(page, Key::Down);
    }
    assert_eq!(
        chosen(page),
        "ip.dst",
        "byte 32 is written in the fifth row of eight"
    );
    for _ in 0..4 {
        press(page, Key::Right);
    }
    assert_eq!(chosen(page), "tcp.dstport");
    assert_eq!(lit(page), "00 15");
    assert_eq!(focused(page), "bytes", "the focus stays in the bytes");
    press(page, Key::End);
    assert_eq!(chosen(page), "tcp.seq_raw");
    press(page, Key::PageUp);
    assert_eq!(chosen(page), "eth.dst");
    press(page, Key::PageDown);
}

#[test]
fn tree_and_bytes_light_each_other_up_under_the_pointer() {
    let Some(page) = Page::served("page-fields-pointer") else {
        return;
    };
    page.open(STEP);
    page.click("[data-field='tcp.dstport']");
    assert_eq!(
        (chosen(&page).as_str(), lit(&page).as_str()),
        ("tcp.dstport", "00 15")
    );
    let (x, y) = byte(&page, ".hex", 38);
    page.browser.click_at(x, y);
    assert_eq!(chosen(&page), "tcp.seq_raw");
    let (x, y) = byte(&page, ".letters", 37);
    page.browser.click_at(x, y);
    assert_eq!(chosen(&page), "tcp.dstport");
    assert_eq!(cursor(&page), "37");
    let (x, y) = byte(&page, ".hex", 41);
    page.browser.click_at(x, y);
    assert_eq!(chosen(&page), "tcp.seq_raw");
    // What is pointed at is lit, and what is chosen stays.
    page.browser.eval(
        "document.querySelector(\"[data-field='tcp.window_size_value']\")
           .dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))",
    );
    page.browser.settle();
    assert_eq!(lit(&page).split(' ').count(), 2);
    assert_eq!(chosen(&page), "tcp.seq_raw");
    assert!(page.shows(".leaf.lit[data-field='tcp.window_size_value']"));
    page.assert_quiet();
}

#[test]
fn a_fields_address_survives_a_reload_and_the_way_back() {
    let Some(page) = Page::served("page-fields-address") else {
        return;
    };
    page.open(STEP);
    page.click("[data-field='tcp.ack']");
    page.rest();
    assert_eq!(page.moment().asked("field"), Some("tcp.ack"));
    let (lit_before, means) = (lit(&page), page.text(".meaning"));
    page.browser.reload();
    page.ready();
    page.browser.settle();
    assert_eq!(chosen(&page), "tcp.ack");
    assert_eq!((lit(&page), page.text(".meaning")), (lit_before, means));
    // The second option of its kind, in another packet.
    page.open("/ftp-download?by=packet&at=3&field=tcp.option_kind.2");
    assert_eq!(chosen(&page), "tcp.option_kind.2");
    page.browser.eval("location.hash = '#/mail-submit'");
    page.browser.settle();
    page.ready();
    page.browser.history_back();
    page.browser.settle();
    page.ready();
    page.browser.settle();
    assert_eq!(chosen(&page), "tcp.option_kind.2");
    page.browser.history_forward();
    page.browser.settle();
    page.ready();
    assert!(page.moment().fragment.starts_with("#/mail-submit"));
    page.assert_quiet();
}

#[test]
fn a_pinned_field_is_watched_from_step_to_step() {
    let Some(page) = Page::served("page-fields-pins") else {
        return;
    };
    page.open("/ftp-download?by=packet&at=4&field=tcp.ack");
    page.click("#pin-it");
    let pin = "[data-pin='tcp.ack']";
    let first = page.text(pin);
    assert!(first.contains("acknowledgment number"), "{first}");
    let mut seen = Vec::new();
    for _ in 0..6 {
        press(&page, Key::Char('1'));
        page.browser.eval("document.activeElement.blur()");
        press(&page, Key::Right);
        seen.push(page.text(pin));
    }
    assert!(
        seen.iter()
            .any(|text| text.contains('→') && text.contains('+')),
        "{seen:?}"
    );
    page.rest();
    assert_eq!(page.moment().asked("pins"), Some("tcp.ack"));
    page.browser.reload();
    page.ready();
    page.browser.settle();
    assert_eq!(page.text(pin), seen[5]);
    // A question about an address has no such field.
    page.open("/dns-lookup?by=packet&at=1&pins=tcp.ack");
    assert!(
        page.text(pin).contains("not in this packet"),
        "{}",
        page.text(pin)
    );
    page.click(".unpin");
    assert!(!page.shows(pin));
    page.rest();
    assert_eq!(page.moment().asked("pins"), None);
    page.assert_quiet();
}

const ALL_FOUND: &str = "parseInt(document.querySelector('.count').innerText) ===
    document.querySelectorAll('#packets [role=option]').length";

#[test]
fn a_filter_narrows_the_list_and_says_what_is_wrong_with_it() {
    let Some(page) = Page::served("page-fields-filter") else {
        return;
    };
    page.open("/ftp-download?by=packet&at=9");
    press(&page, Key::Char('/'));
    assert_eq!(focused(&page), "filter", "a key leads there");
    let all = page.text(".count");
    page.browser.type_text("tcp.flags.syn == 1 ");
    // All of it was read once every packet that is counted has its line.
    page.browser.until(ALL_FOUND);
    let some = page.text(".count");
    assert!(
        some.contains(" of ") && some.ends_with(&all),
        "{some}, {all}"
    );
    let rows = "return String(document.querySelectorAll('#packets [role=option]').length)";
    assert_eq!(
        page.browser.text(rows),
        some.split(' ').next().unwrap_or_default()
    );
    page.rest();
    assert_eq!(
        page.moment().asked("filter"),
        Some("tcp.flags.syn+%3D%3D+1")
    );
    // What is wrong is told, with its place; the list stays.
    page.browser.type_text("&& tcp.prot == 21");
    press(&page, Key::Enter);
    assert_eq!(page.text(".wrong mark"), "tcp.prot");
    assert!(
        page.text(".fault").contains("tcp.port"),
        "{}",
        page.text(".fault")
    );
    assert_eq!(
        page.browser.text(rows),
        some.split(' ').next().unwrap_or_default()
    );
    // Escape empties it.
    press(&page, Key::Escape);
    assert_eq!(
        (page.value("#filter"), page.text(".count")),
        (String::new(), all)
    );
    // Names are offered, and taken by key.
    page.browser.type_text("ftp.req");
    page.browser
        .until("!document.querySelector('#offers').hidden");
    press(&page, Key::Down);
    press(&page, Key::Enter);
    assert!(
        page.value("#filter").starts_with("ftp.request"),
        "{}",
        page.value("#filter")
    );
    assert!(!page.shows("#offers"));
    assert!(page.text(".count").contains(" of "));
    // From a field to what has the same value.
    page.open("/ftp-download?by=packet&at=9&field=tcp.dstport");
    page.browser.eval("[...document.querySelectorAll('.does button')].find(b => b.textContent.startsWith('Filter')).click()");
    page.browser.settle();
    assert!(
        page.value("#filter").starts_with("tcp.dstport == "),
        "{}",
        page.value("#filter")
    );
    assert!(page.text(".count").contains(" of "));
    page.assert_quiet();
}

#[test]
fn axe_finds_nothing_in_fields_by_day() {
    axe_finds_nothing("page-fields-axe", false);
}

#[test]
fn axe_finds_nothing_in_fields_by_night() {
    axe_finds_nothing("page-fields-axe-dark", true);
}

fn axe_finds_nothing(name: &str, dark: bool) {
    let Some((page, axe)) = Page::served(name).zip(Axe::require()) else {
        return;
    };
    let mut findings = Findings::default();
    for look in [DESK.still(), PHONE.still()] {
        let look = if dark { look.dark() } else { look };
        page.browser.look(look);
        for address in [
            "/ftp-download?by=packet&at=9&field=tcp.ack&pins=tcp.ack,tcp.window_size,dns.id",
            "/ftp-download?by=packet&at=9&field=tcp.flags.syn",
            "/mail-submit?at=14&field=ip",
            "/dns-lookup?by=packet&at=2&field=dns",
            "/ftp-download?by=packet&at=9&tab=packets&filter=tcp.flags.syn",
            "/ftp-download?by=packet&at=9&tab=packets&filter=tcp.prot",
        ] {
            page.open(address);
            let what = format!("{address} at {}", look.width);
            findings.add(&what, &axe.faults(&page.browser));
            findings.add(&what, &page.browser.width_faults());
        }
        page.open("/ftp-download?at=9&tab=packets");
        press(&page, Key::Char('/'));
        page.browser.type_text("tcp.");
        press(&page, Key::Down);
        assert!(page.shows("#offers [aria-selected=true]"));
        let what = format!("what is offered at {}", look.width);
        findings.add(&what, &axe.faults(&page.browser));
    }
    findings.assert_none();
    page.assert_quiet();
}
