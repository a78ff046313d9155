//! FTP against SMTP and HTTP in the page: read by keyboard alone, in every window, by everybody.

use wirestage_core::versus::{Answers, GROUPS, SAYINGS, Source, address_of, claims, ids, text};
use wirestage_tests::browser::{Axe, DESK, Findings, Key, Look, PHONE, PROJECTOR, Page, TABLET};
use wirestage_tests::wirestage;

/// Presses Tab until something has the focus.
fn tab_to(page: &Page, selector: &str) {
    for _ in 0..300 {
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

fn proved(page: &Page) {
    page.browser
        .until("document.querySelector('#versus[data-proved=yes]')");
    page.browser.settle();
}

fn is_in_view(page: &Page, selector: &str) -> bool {
    let [_, top, _, height] = page.browser.frame(selector);
    let window = page.browser.eval("return innerHeight").as_f64().unwrap();
    top >= -1.0 && top + height.min(100.0) <= window
}

#[test]
fn a_proof_is_followed_and_left_by_keyboard_alone() {
    let Some(page) = Page::served("page-versus-keys") else {
        return;
    };
    page.open("/");
    tab_to(&page, "#versus-link");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#versus h1')");
    assert_eq!(hash(&page), "#/ftp-and-smtp");
    // The words stand before the figures do.
    assert!(page.text("#row-ports").contains("from server to server"));
    assert_eq!(
        page.browser.text("return document.title"),
        "FTP against SMTP, and HTTP · Wirestage"
    );
    proved(&page);
    assert!(
        page.text("#versus-progress")
            .contains(&Source::ALL.len().to_string())
    );
    assert!(
        !page.text("#versus main").contains('…'),
        "all figures are there"
    );

    tab_to(&page, "#proof-ports-3");
    let left = page.browser.eval("return scrollY");
    page.browser.key(Key::Enter);
    page.ready();
    page.browser.until("document.querySelector('#caption')");
    let (row, proof) = (ids().position(|id| id == "ports").unwrap(), 2);
    // Each row has a cell for each of the three.
    let index = row * 3;
    let (_, source, _) = claims().nth(index).unwrap().proofs[proof];
    let answers = Answers::now();
    let shown = answers.claims[index].proofs[proof].as_ref().unwrap();
    assert_eq!(hash(&page), address_of(source, Some(shown.at)));
    assert!(page.text("body").contains("20 → 56228"), "{}", shown.label);

    page.browser.history_back();
    page.browser.until("document.querySelector('#versus h1')");
    page.browser.settle();
    assert_eq!(hash(&page), "#/ftp-and-smtp?row=ports&proof=3");
    assert!(has_focus(&page, "#proof-ports-3"), "where the reader was");
    assert!(is_in_view(&page, "#proof-ports-3"));
    proved(&page);
    let back = page.browser.eval("return scrollY").as_f64().unwrap();
    assert!(
        (back - left.as_f64().unwrap()).abs() < 900.0,
        "{back}, {left}"
    );
    // What was known is known still: no run is made again.
    assert!(!page.text("#versus main").contains('…'));
    page.browser.history_forward();
    page.browser.until("document.querySelector('#caption')");
    page.browser.history_back();
    page.browser.until("document.querySelector('#versus h1')");
    page.assert_quiet();
}

#[test]
fn each_row_has_an_address_that_is_opened_there() {
    let Some(page) = Page::served("page-versus-rows") else {
        return;
    };
    let rows = GROUPS.iter().flat_map(|group| group.rows).map(|row| row.id);
    let rows = rows.chain(SAYINGS.iter().map(|saying| saying.id));
    for (index, id) in rows.enumerate() {
        if index % 5 == 0 {
            page.open(&format!("/ftp-and-smtp?row={id}"));
        } else {
            let script = format!("location.hash = '#/ftp-and-smtp?row={id}'");
            page.browser.eval(&script);
            page.browser.settle();
        }
        proved(&page);
        assert!(is_in_view(&page, &format!("#row-{id}")), "{id}");
        assert!(page.shows(&format!("#row-{id}.here")), "{id} is marked");
    }
    page.open("/ftp-and-smtp");
    tab_to(&page, "#row-state th a");
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert_eq!(hash(&page), "#/ftp-and-smtp?row=state");
    page.browser.reload();
    page.ready();
    proved(&page);
    assert!(page.shows("#row-state.here") && is_in_view(&page, "#row-state"));
    page.open("/ftp-and-smtp?row=weather");
    assert!(page.text("#versus [role=alert]").contains("Nothing"));
    page.assert_quiet();
}

#[test]
fn it_can_be_read_and_left_while_the_runs_are_made() {
    let Some(page) = Page::served("page-versus-busy") else {
        return;
    };
    page.open("/ftp-and-smtp");
    page.browser.eval("location.hash = '#/ftp-download?at=9'");
    page.browser.until("document.querySelector('#caption')");
    page.browser.settle();
    assert_eq!(page.moment().count().map(|(at, _)| at), Some(9));
    page.browser.history_back();
    page.browser.until("document.querySelector('#versus h1')");
    assert!(page.shows("#back-to-lesson"), "the lesson lies below");
    proved(&page);
    // In slices, so that the page answers meanwhile.
    let slices = "return performance.getEntriesByName('wirestage:slice').length";
    assert!(page.browser.eval(slices).as_u64().unwrap() > 20);
    tab_to(&page, "#back-to-lesson");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#caption')");
    page.assert_quiet();
}

#[test]
fn what_it_saves_is_what_the_program_prints() {
    let Some(page) = Page::served("page-versus-text") else {
        return;
    };
    page.open("/ftp-and-smtp");
    proved(&page);
    tab_to(&page, "#versus-save");
    page.browser.key(Key::Enter);
    let (name, bytes) = page.browser.downloaded();
    assert_eq!(name, "ftp-and-smtp.txt");
    let saved = String::from_utf8(bytes).unwrap();
    let printed = wirestage().arg("ftp-and-smtp").output().unwrap().stdout;
    assert_eq!(saved, String::from_utf8(printed).unwrap());
    assert_eq!(Some(saved), text(&Answers::now(), None));
    page.assert_quiet();
}

#[test]
fn it_fits_every_window_and_can_be_read_by_everybody() {
    let (Some(page), Some(axe)) = (Page::served("page-versus-looks"), Axe::require()) else {
        return;
    };
    let mut findings = Findings::default();
    let small = Look {
        width: 640,
        height: 480,
        ..DESK
    };
    for look in [
        DESK,
        DESK.dark(),
        TABLET,
        small,
        PHONE,
        PHONE.dark(),
        PROJECTOR,
        DESK.print(),
    ] {
        page.browser.look(look);
        for fragment in ["/ftp-and-smtp", "/ftp-and-smtp?row=types"] {
            page.open(fragment);
            proved(&page);
            let place = format!("{fragment} {}×{}", look.width, look.height);
            findings.add(&place, &page.browser.width_faults());
            if !look.print {
                let labels = page.browser.label_faults(13, "#versus .drawing");
                findings.add(&place, &labels);
                findings.add(&place, &axe.faults(&page.browser));
            }
        }
    }
    findings.assert_none();
    page.assert_quiet();
}
