//! The page is stepped, forwards and back, and every part of it shows the same moment.

use wirestage_core::scenario::catalogue::CATALOGUE;
use wirestage_tests::browser::{Key, Moment, Page};

/// Each size of step, with its key, and how many of them are stepped through one by one: a
/// long run has no other kind of packet than a short one.
const SIZES: [(char, &str, u32); 3] = [
    ('1', "packet", 40),
    ('2', "turn", 50),
    ('3', "phase", u32::MAX),
];

#[test]
fn a_run_is_stepped_to_its_end_and_back_by_keyboard_alone() {
    let Some(page) = Page::served("page-steps") else {
        return;
    };
    for scenario in CATALOGUE {
        for (key, size, most) in SIZES {
            page.open(&format!("/{}", scenario.id));
            page.browser.key(Key::Char(key));
            page.browser.settle();
            let steps = page.moment().count().map_or(0, |count| count.1);
            if steps > most {
                continue;
            }
            let what = format!("{} by {size}", scenario.id);
            let start = page.moment();
            assert_eq!(start.by, size, "{what}");
            let (at, steps) = start.count().expect("a start counts its steps");
            assert_eq!(at, 0, "{what}: it starts before the first step");

            let forth = walk(&page, "ArrowRight", &what);
            let counts: Vec<_> = forth.iter().filter_map(Moment::count).collect();
            let expected: Vec<_> = (1..=steps).map(|at| (at, steps)).collect();
            assert_eq!(counts, expected, "{what}: every step is counted");
            let end = forth.last().expect("a run has an end");
            assert!(end.place.starts_with("end"), "{what}: {end:?}");
            assert!(end.live.starts_with("End."), "{what}: {end:?}");
            assert!(
                page.shows("#panel-step .outcomes"),
                "{what}: the end is told"
            );

            let back = walk(&page, "ArrowLeft", &what);
            assert_eq!(back.len(), forth.len(), "{what}: as many steps back");
            let same = |(there, here): (&Moment, &Moment)| {
                // Of a long phase only what is scrolled to is drawn: it begins alike.
                let begins = |moment: &Moment| -> Vec<String> {
                    moment.ladder.iter().take(4).cloned().collect()
                };
                assert_eq!(
                    (&there.place, &there.caption, begins(there)),
                    (&here.place, &here.caption, begins(here)),
                    "{what}: a step is the same from both sides"
                );
            };
            forth[..forth.len() - 1]
                .iter()
                .rev()
                .zip(&back)
                .for_each(same);
            let again = back.last().map(|moment| &moment.place);
            assert_eq!(again, Some(&start.place), "{what}: back at the start");
            page.assert_quiet();
        }
    }
}

/// Presses a key until nothing moves any more; what was seen after each time.
fn walk(page: &Page, key: &str, what: &str) -> Vec<Moment> {
    let button = if key == "ArrowRight" {
        "#next"
    } else {
        "#back"
    };
    let mut last = page.moment();
    let seen = page.walk(key, button);
    for moment in &seen {
        assert_ne!(moment.live, last.live, "{what}: each step is read aloud");
        assert!(!moment.caption.is_empty(), "{what}: {moment:?}");
        last.clone_from(moment);
    }
    seen
}

#[test]
fn phases_and_a_presenters_remote_move_as_the_keys_do() {
    let Some(page) = Page::served("page-remote") else {
        return;
    };
    page.open("/ftp-download");
    let start = page.moment();
    page.browser.key(Key::PageDown);
    let first = page.moment_after(&start);
    assert_eq!(first.count().map(|count| count.0), Some(1));
    page.browser.key(Key::PageUp);
    assert_eq!(page.moment_after(&first).place, start.place);

    // Three phases forth and three back, in steps of turns.
    let mut seen = vec![page.moment()];
    for _ in 0..3 {
        page.browser.shift_key(Key::Right);
        let next = page.moment_after(&seen[seen.len() - 1]);
        assert_eq!(next.by, "turn");
        seen.push(next);
    }
    let at = |moment: &Moment| moment.count().map_or(0, |count| count.0);
    assert!(at(&seen[3]) >= 3 && at(&seen[3]) > at(&seen[2]), "{seen:?}");
    for before in seen.iter().take(3).rev() {
        page.browser.shift_key(Key::Left);
        page.browser.settle();
        assert_eq!(page.moment().place, before.place);
    }
    page.assert_quiet();
}

#[test]
fn keys_in_a_field_belong_to_the_field() {
    let Some(page) = Page::served("page-fields") else {
        return;
    };
    page.open("/ftp-download?at=3");
    let before = page.moment();
    page.choose("size", "Other…");
    page.browser.type_text("12 kB");
    for key in [Key::Left, Key::Home, Key::End, Key::Right] {
        page.browser.key(key);
    }
    page.browser.settle();
    assert_eq!(page.moment().place, before.place);
    assert_eq!(page.value("[data-knob=size] input"), "12 kB");
    page.assert_quiet();
}

#[test]
fn every_way_to_a_step_shows_the_same_moment() {
    let Some(page) = Page::served("page-seek") else {
        return;
    };
    page.open("/ftp-download?by=packet&tab=packets");
    let start = page.moment();
    page.browser.key(Key::End);
    let end = page.moment_after(&start);
    assert!(end.place.starts_with("end"), "{end:?}");
    page.browser.key(Key::Home);
    assert_eq!(page.moment_after(&end).place, start.place);

    // Nine steps by key: stage, ladder and list show the same packet.
    for _ in 0..9 {
        page.browser.key(Key::Right);
    }
    page.browser.settle();
    let ninth = page.moment();
    assert_eq!(ninth.count().map(|count| count.0), Some(9));
    assert_eq!(ninth.marked_packets(), ["8"], "{ninth:?}");
    assert!(!ninth.ladder.is_empty(), "{ninth:?}");

    // The same by the scrubber's own keys, from one before.
    page.browser
        .eval("document.querySelector('#scrubber').focus()");
    page.browser.key(Key::Left);
    let eighth = page.moment_after(&ninth);
    assert_eq!(eighth.scrubber, "8");
    page.browser.key(Key::Right);
    let again = page.moment_after(&eighth);
    assert_eq!(again.without_address(), ninth.without_address());

    // A click in the middle of the scrubber.
    page.click("#scrubber");
    let middle = page.moment();
    let (at, steps) = middle.count().expect("the middle is a step");
    assert!(at.abs_diff(steps / 2) <= 1, "{middle:?}");
    assert_eq!(middle.marked_packets(), [(at - 1).to_string()]);

    // A packet in the list, and another in the ladder.
    page.browser.eval("document.activeElement.blur()");
    let index = page.browser.text(
        "const list = document.querySelector('#packets').getBoundingClientRect();
         return [...document.querySelectorAll('#packets [aria-selected=false]')].find(row =>
           row.getBoundingClientRect().top > list.top + 40).dataset.index;",
    );
    page.click(&format!("#packets [data-index='{index}']"));
    let chosen = page.moment();
    let number = index.parse::<u32>().expect("an index is a number") + 1;
    assert_eq!(
        chosen.count().map(|count| count.0),
        Some(number),
        "{chosen:?}"
    );
    assert_eq!(chosen.marked_packets(), [index.as_str()]);
    page.open("/ftp-download?at=9");
    let row = page
        .browser
        .text("return document.querySelector('#ladder [data-row]:not(.here)').dataset.row");
    page.click(&format!("#ladder [data-row='{row}'] text"));
    let there = page.moment();
    let mark = format!("row {row}");
    assert!(there.ladder.iter().any(|m| m.contains(&mark)), "{there:?}");
    page.assert_quiet();
}
