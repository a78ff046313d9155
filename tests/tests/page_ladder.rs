//! The ladder's bar by keyboard alone: folded, filtered, to scale, larger; kept in the address,
//! taken back by undo, and in the pictures that are saved.

use serde_json::json;
use wirestage_tests::browser::{DESK, Key, PHONE, Page};

/// Opens a step and waits for it.
fn opened(name: &str, address: &str) -> Option<Page> {
    let page = Page::served(name)?;
    page.browser.look(DESK.still());
    page.open(address);
    Some(page)
}

/// Presses a letter and waits until what it does is drawn.
fn press(page: &Page, key: char) {
    page.browser.key(Key::Char(key));
    page.browser.settle();
}

/// How many elements a selector has.
fn count(page: &Page, selector: &str) -> usize {
    let script = "return document.querySelectorAll(arguments[0]).length";
    let count = page.browser.eval_with(script, &json!([selector]));
    count
        .as_u64()
        .and_then(|count| count.try_into().ok())
        .unwrap_or_default()
}

/// What has the focus, by its id.
fn focus(page: &Page) -> String {
    page.browser.text("return document.activeElement.id")
}

/// How large the ladder's letters are, in pixels.
fn letters(page: &Page) -> f64 {
    let script =
        "return parseFloat(getComputedStyle(document.querySelector('#ladder text')).fontSize)";
    page.browser.eval(script).as_f64().unwrap_or_default()
}

/// The query of the address, once it is written.
fn query(page: &Page) -> String {
    page.rest();
    let fragment = page.moment().fragment;
    fragment
        .split_once('?')
        .map_or_else(String::new, |(_, query)| query.to_owned())
}

#[test]
fn the_ladder_is_folded_enlarged_and_drawn_to_scale_by_keys_alone() {
    let Some(page) = opened("page-ladder", "/ftp-download?by=phase&at=1") else {
        return;
    };
    assert_eq!(count(&page, "#ladder .left-out"), 0);
    let usual = letters(&page);
    press(&page, 'f');
    assert!(
        count(&page, "#ladder .left-out") > 0,
        "what is folded leaves a line"
    );
    assert_eq!(query(&page), "by=phase&at=1&noise=handshakes,acks");
    press(&page, 's');
    press(&page, 'z');
    press(&page, 'z');
    assert!((letters(&page) / usual - 1.5).abs() < 0.01);
    let all = "by=phase&at=1&noise=handshakes,acks&time=scale&zoom=150";
    assert_eq!(query(&page), all);
    let spoken = page.text("#live");
    assert!(
        spoken.contains("150 percent") && spoken.contains("to scale"),
        "{spoken}"
    );

    // The address opens the same ladder again.
    let before = (
        page.moment().ladder,
        count(&page, "#ladder .left-out"),
        letters(&page),
    );
    page.browser.reload();
    page.ready();
    assert_eq!(query(&page), all);
    assert_eq!(
        (
            page.moment().ladder,
            count(&page, "#ladder .left-out"),
            letters(&page)
        ),
        before
    );

    // A step further the ladder is still so.
    page.browser.key(Key::Right);
    page.browser.settle();
    assert_eq!(query(&page), all.replace("at=1", "at=2"));
    page.assert_quiet();
}

#[test]
fn undo_takes_back_each_change_and_keeps_the_place() {
    let Some(page) = opened("page-ladder-undo", "/ftp-download?at=3") else {
        return;
    };
    press(&page, 'f');
    press(&page, 'z');
    page.browser.key(Key::Right);
    page.browser.settle();
    press(&page, 'u');
    assert_eq!(query(&page), "at=4&noise=handshakes,acks");
    press(&page, 'u');
    assert_eq!(query(&page), "at=4");
    press(&page, 'U');
    assert_eq!(query(&page), "at=4&noise=handshakes,acks");
    page.assert_quiet();
}

#[test]
fn a_connection_is_hidden_from_its_list_by_keys_alone() {
    let Some(page) = opened("page-ladder-list", "/ftp-download?by=phase&at=3") else {
        return;
    };
    press(&page, 'l');
    assert_eq!(focus(&page), "noise-handshakes", "L leads to the bar");
    for _ in 0..20 {
        if focus(&page) == "rungs-lines" {
            break;
        }
        page.browser.key(Key::Tab);
    }
    assert_eq!(focus(&page), "rungs-lines");
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert!(page.shows("[data-connection='2'][aria-pressed=true]"));
    // The second of the list.
    page.browser.key(Key::Tab);
    page.browser.key(Key::Tab);
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert!(page.shows("[data-connection='2'][aria-pressed=false]"));
    page.browser.key(Key::Escape);
    page.browser.settle();
    assert!(!page.shows("[data-connection='2']"));
    assert_eq!(
        focus(&page),
        "rungs-lines",
        "Escape leads back to the button"
    );
    assert_eq!(query(&page), "by=phase&at=3&hide=2");
    assert!(page.text("#rungs-lines").contains("1 of 2"));
    assert!(count(&page, "#ladder .left-out") > 0);
    page.assert_quiet();
}

#[test]
fn on_a_phone_the_bar_opens_by_a_button_and_stays_in_the_width() {
    let Some(page) = opened("page-ladder-phone", "/ftp-download?at=3") else {
        return;
    };
    page.browser.look(PHONE.still());
    page.browser.settle();
    assert!(!page.shows("#zoom-in"));
    page.click("#rungs-toggle");
    assert!(page.shows("#zoom-in"));
    assert_eq!(page.browser.width_faults(), [""; 0]);
    page.click("#zoom-in");
    assert_eq!(page.text("#zoom"), "125 %");
    assert_eq!(page.browser.label_faults(13, "#stage, #ladder"), [""; 0]);
    page.assert_quiet();
}

#[test]
fn a_picture_is_saved_as_pixels_and_as_shapes_with_the_ladder_as_it_stands() {
    let Some(page) = opened("page-ladder-png", "/ftp-download?at=3") else {
        return;
    };
    let (_, usual) = page.export("svg");
    let (name, pixels) = page.export("png");
    assert_eq!(name, "ftp-download.png");
    let (width, height) = drawn(&page, &pixels, &usual);
    assert!(width > 1000 && height > 1000, "{width} × {height}");

    // With noise folded away both are lower.
    press(&page, 'f');
    let (_, folded) = page.export("svg");
    let (_, pixels) = page.export("png");
    let (_, less) = drawn(&page, &pixels, &folded);
    assert!(less < height, "{less} and {height}");
    let text = String::from_utf8(folded).expect("an SVG is text");
    assert!(text.contains("left-out") && !text.contains("SYN · SYN-ACK"));
    page.assert_quiet();
}

/// A PNG of twice the size of an SVG, with letters and lines on it; its size.
fn drawn(page: &Page, png: &[u8], svg: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    let size = (number(16), number(20));
    let text = std::str::from_utf8(svg).expect("an SVG is text");
    let length = |name: &str| {
        let from = text.find(name).expect("an SVG has a size") + name.len();
        let number = text[from..].split('"').next().unwrap_or_default();
        number.parse::<f64>().expect("a length is a number")
    };
    for (pixels, units) in [
        (size.0, length(" width=\"")),
        (size.1, length(" height=\"")),
    ] {
        assert!(
            (f64::from(pixels) - 2.0 * units).abs() <= 1.0,
            "{pixels} for {units}"
        );
    }
    // The browser reads it, and counts its colours.
    let script = "return (async () => {
        const picture = await createImageBitmap(new Blob([new Uint8Array(arguments[0])]));
        const canvas = new OffscreenCanvas(picture.width, picture.height);
        const pen = canvas.getContext('2d');
        pen.drawImage(picture, 0, 0);
        const dots = new Uint32Array(pen.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
        const colours = new Map();
        for (const dot of dots) colours.set(dot, (colours.get(dot) ?? 0) + 1);
        const most = Math.max(...colours.values());
        return [colours.size, most / dots.length];
    })();";
    let seen = page.browser.eval_with(script, &json!([png]));
    let colours = seen[0].as_u64().unwrap_or_default();
    let ground = seen[1].as_f64().unwrap_or_default();
    assert!(colours > 20, "{colours} colours");
    assert!((0.5..0.995).contains(&ground), "{ground} of it is empty");
    size
}
