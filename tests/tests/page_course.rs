//! The course in Chromium, by keys alone: finding a scenario, going on where one was, done marks,
//! the settings, the worksheet, and what is printed of it.

use serde_json::json;
use wirestage_tests::browser::{Axe, DESK, Findings, Key, PHONE, PROJECTOR, Page};

/// What has the focus, in a word: its id, else the scenario it opens.
fn focused(page: &Page) -> String {
    page.browser.text(
        "const e = document.activeElement;
         return e.id || e.dataset.scenario || e.dataset.value || e.tagName;",
    )
}

/// Presses Tab until something has the focus.
fn tab_to(page: &Page, id: &str) {
    for _ in 0..80 {
        if focused(page) == id {
            return;
        }
        page.browser.key(Key::Tab);
    }
    panic!("Tab never reaches {id}; it is at {}", focused(page));
}

fn hits(page: &Page) -> Vec<String> {
    let all = page
        .browser
        .eval("return [...document.querySelectorAll('#found a.hit')].map(a => a.dataset.scenario)");
    let all = all.as_array().cloned().unwrap_or_default();
    all.iter()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect()
}

#[test]
fn a_scenario_is_found_and_opened_by_keys_alone() {
    let Some(page) = Page::served("page-find") else {
        return;
    };
    // Given the front page, `/` leads to the field, and each letter filters at once.
    page.open("/");
    assert_eq!(
        page.browser
            .eval("return document.querySelectorAll('.lesson').length"),
        json!(12)
    );
    page.browser.key(Key::Char('/'));
    page.browser.settle();
    assert_eq!(focused(&page), "find");
    page.browser.type_text("42");
    page.browser.settle();
    let wide = hits(&page);
    page.browser.type_text("5");
    page.browser.settle();
    let narrow = hits(&page);
    assert!(narrow.len() < wide.len(), "{wide:?}, then {narrow:?}");
    assert!(narrow.contains(&"ftp-active-nat".to_owned()), "{narrow:?}");
    assert!(
        page.text("#found-count")
            .contains(&narrow.len().to_string())
    );
    page.rest();
    assert_eq!(page.moment().fragment, "#/?find=425");

    // Arrows go through what is found, and back to the field; letters go on in it.
    page.browser.key(Key::Down);
    assert_eq!(focused(&page), narrow[0]);
    page.browser.key(Key::Down);
    assert_eq!(focused(&page), narrow[1]);
    page.browser.key(Key::End);
    assert_eq!(Some(&focused(&page)), narrow.last());
    page.browser.key(Key::Home);
    page.browser.key(Key::Up);
    assert_eq!(focused(&page), "find");

    // The second link of a find leads to the very turn.
    let there = page.text("#found .there");
    assert!(there.starts_with("425 in turn "), "{there}");

    // Enter opens the first; Back finds again.
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#lesson')");
    page.ready();
    let opened = page.moment().fragment;
    assert!(opened.starts_with(&format!("#/{}", narrow[0])), "{opened}");
    page.browser.history_back();
    page.browser.until("document.querySelector('#found')");
    page.ready();
    assert_eq!((hits(&page), page.value("#find")), (narrow, "425".into()));

    // Nothing fits: what to do stands there. Escape leads back to the lessons.
    page.open("/?find=xyzzy");
    assert_eq!(hits(&page), [""; 0]);
    assert!(page.text("#found-count").contains("xyzzy"));
    assert!(page.shows(".nothing a[href='#/?find=425']"));
    page.browser.key(Key::Char('/'));
    page.browser.key(Key::Escape);
    page.browser.settle();
    assert!(page.shows(".lesson") && !page.shows("#found"));
    page.assert_quiet();
}

#[test]
fn a_symptom_finds_and_an_address_finds_again() {
    let Some(page) = Page::served("page-symptom") else {
        return;
    };
    page.open("/?find=hangs+after+150");
    let found = hits(&page);
    assert!(
        found.iter().take(3).any(|id| id == "ftp-active-nat"),
        "{found:?}"
    );
    assert!(page.text("#found .sees").contains("hangs after 150"));
    page.browser.reload();
    page.ready();
    assert_eq!(hits(&page), found);
    // A code that a knob brings: the link turns the knob, and goes to where it is said.
    page.open("/?find=421");
    let link = "return document.querySelector('#found .there').getAttribute('href')";
    let link = page.browser.text(link);
    page.open(link.trim_start_matches('#'));
    let said = page.text("#panel-step .wire");
    assert!(said.starts_with("421"), "{link} shows: {said}");
    // Without a word, everything is listed.
    page.open("/?find=");
    assert!(hits(&page).len() >= 48);
    page.assert_quiet();
}

#[test]
fn a_reader_goes_on_where_they_were() {
    let Some(page) = Page::served("page-continue") else {
        return;
    };
    page.open("/");
    assert!(!page.shows("#continue") && !page.shows("#progress"));
    tab_to(&page, "begin");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#lesson')");
    page.ready();
    for _ in 0..3 {
        page.browser.key(Key::Right);
    }
    page.rest();
    let there = page.moment().fragment;
    page.open("/");
    let button = page.text("#continue");
    assert!(
        button.contains("lesson 1") && button.contains("turn 3 of "),
        "{button}"
    );
    tab_to(&page, "continue");
    page.browser.key(Key::Enter);
    page.browser.until("document.querySelector('#lesson')");
    page.ready();
    assert_eq!(page.moment().fragment, there);

    // At the end the lesson is done; the card says so, and the next lesson is the first way on.
    page.browser.key(Key::End);
    page.rest();
    assert!(page.text("#next-lesson").contains("Lesson 2"));
    page.open("/");
    assert!(page.shows("a[data-scenario=ftp-download].done .tick"));
    assert!(page.text("#progress").starts_with("1 of 12"));
    assert!(page.text("#go-on").contains("lesson 2"));
    // What hangs on a lesson opens by key.
    page.browser
        .eval("document.querySelector('.hanging summary').focus()");
    page.browser.key(Key::Enter);
    page.browser.settle();
    assert!(page.shows(".hanging a[data-scenario=lost-segment]"));
    page.assert_quiet();
}

#[test]
fn colours_text_and_motion_are_chosen_kept_and_forgotten() {
    let Some(page) = Page::served("page-themes") else {
        return;
    };
    let ground = "return getComputedStyle(document.documentElement).backgroundColor";
    let root = |name: &str| {
        let script = format!("return document.documentElement.dataset.{name}");
        page.browser.text(&script)
    };
    page.open("/ftp-download?at=9");
    let mut grounds = Vec::new();
    for theme in ["light", "dark", "high-light", "high-dark"] {
        page.click("#look");
        page.click(&format!("[data-theme-choice={theme}]"));
        page.browser.key(Key::Escape);
        page.browser.settle();
        assert_eq!(
            (root("theme").as_str(), focused(&page).as_str()),
            (theme, "look")
        );
        grounds.push(page.browser.text(ground));
    }
    grounds.sort();
    grounds.dedup();
    assert_eq!(grounds.len(), 4, "{grounds:?}");
    page.click("#look");
    page.click("[data-size-choice=largest]");
    page.click("[data-motion-choice=reduced]");
    page.browser.reload();
    page.ready();
    assert_eq!(
        [root("theme"), root("size"), root("motion")],
        ["high-dark", "largest", "reduced"]
    );
    // Nothing travels then.
    page.browser.key(Key::Right);
    page.browser.settle();
    let moving = "return document.getAnimations().filter(a => a.playState === 'running').length";
    assert_eq!(page.browser.eval(moving), json!(0));
    page.rest();

    // Forgetting asks once, says what goes, and leaves no trace.
    page.click("#look");
    page.click("#forget");
    assert!(page.text(".forget").contains("your place"));
    page.click("#forget-keep");
    assert_eq!(root("theme"), "high-dark");
    page.click("#forget");
    page.click("#forget-really");
    page.browser.settle();
    assert_eq!(
        [root("theme"), root("size"), root("motion")],
        ["auto", "normal", "auto"]
    );
    assert_eq!(page.browser.eval("return localStorage.length"), json!(0));
    page.assert_quiet();
}

#[test]
fn a_worksheet_is_laid_out_by_key_and_its_address_opens_it() {
    let Some(page) = Page::served("page-worksheet") else {
        return;
    };
    page.open("/ftp-active-nat?at=9");
    page.browser.key(Key::Char('h'));
    page.browser.settle();
    assert_eq!(focused(&page), "print-now");
    assert!(page.text("#print").contains("Turn by turn"));
    assert!(page.text("#print").contains("425"), "the handout tells");
    page.click("[data-paper=worksheet]");
    page.rest();
    assert_eq!(
        page.moment().fragment,
        "#/ftp-active-nat?at=9&paper=worksheet"
    );
    let blanks = "return document.querySelectorAll('#print .blanks [data-blank]').length";
    let count = page.browser.eval(blanks);
    assert!(
        count.as_u64().is_some_and(|n| (6..=12).contains(&n)),
        "{count}"
    );
    let answers = "return document.querySelectorAll('#answers > ol:first-of-type > li').length";
    assert_eq!(page.browser.eval(answers), count);
    // What is to be found out does not stand in the lines.
    assert!(!page.text("#print .blanks").contains("425 "));
    assert!(page.text("#answers").contains("425"));

    page.browser.reload();
    page.ready();
    assert_eq!(page.browser.eval(blanks), count);

    // On paper there are no buttons, and the answers begin a sheet of their own.
    page.browser.look(DESK.print());
    assert!(!page.shows("#print-now") && page.shows("#answers"));
    let breaks = "return getComputedStyle(document.querySelector('#answers h2')).breakBefore";
    assert_eq!(page.browser.text(breaks), "page");
    page.browser.look(DESK);

    page.browser.key(Key::Escape);
    page.browser.settle();
    assert!(page.shows("#lesson") && !page.shows("#paper"));
    assert_eq!(focused(&page), "next");
    page.rest();
    assert_eq!(page.moment().fragment, "#/ftp-active-nat?at=9");
    page.assert_quiet();
}

/// Every new view in every theme, wide and narrow: axe finds nothing, and nothing is wider than
/// the window.
#[test]
fn the_course_is_for_everybody() {
    let Some((page, axe)) = Page::served("page-course-axe").zip(Axe::require()) else {
        return;
    };
    let mut findings = Findings::default();
    for look in [DESK, PHONE] {
        page.browser.look(look.still());
        for theme in ["light", "dark", "high-light", "high-dark"] {
            page.open("/");
            page.rest();
            page.browser.eval_with(
                "localStorage.setItem('wirestage', 'theme ' + arguments[0] + '\\ndone ftp-download\\nlast #/handshake?at=2')",
                &json!([theme]),
            );
            for address in [
                "/",
                "/?find=425",
                "/?find=xyzzy",
                "/ftp-download?at=9999",
                "/ftp-active-nat?paper=worksheet",
                "/ftp-active-nat?paper=handout",
            ] {
                page.open(address);
                let what = format!("{address}, {theme}");
                findings.add(&what, &axe.faults(&page.browser));
                let wide = "return document.documentElement.scrollWidth - innerWidth";
                let over = page.browser.eval(wide).as_i64().unwrap_or(0);
                if over > 0 {
                    findings.add(&what, &[format!("{over} px wider than the window")]);
                }
            }
            page.open("/");
            page.click("#look");
            page.click("#forget");
            findings.add(&format!("settings, {theme}"), &axe.faults(&page.browser));
        }
    }
    findings.assert_none();
}

/// For a projector the end card's way out is not needed, but nothing is cut off.
#[test]
fn presenting_cuts_nothing_off() {
    let Some(page) = Page::served("page-course-present") else {
        return;
    };
    page.browser.look(PROJECTOR.still());
    page.open("/mail-ada-grace?at=9");
    page.browser.key(Key::Char('p'));
    page.browser.settle();
    assert!(page.presents());
    for key in [Key::Home, Key::Right, Key::End] {
        page.browser.key(key);
        page.browser.settle();
        let cut = "return [...document.querySelectorAll('#caption, .where, .transport button, #place, #stage text, #ladder text')]
            .filter(e => e.checkVisibility())
            .filter(e => { const b = e.getBoundingClientRect();
                return b.width && (b.left < -1 || b.right > innerWidth + 1 || e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'hidden'); })
            .map(e => (e.id || e.tagName) + ': ' + e.textContent)";
        assert_eq!(page.browser.eval(cut), json!([]));
    }
    page.assert_quiet();
}
