//! A run full of HTML, script and signs that turn others round is shown as text in every tab:
//! nothing of it runs, nothing is fetched, and the policy has nothing to forbid.

use std::path::PathBuf;
use wirestage_core::base::Time;
use wirestage_core::live::{Journal, Plan};
use wirestage_tests::browser::{Browser, DESK, Page, Site, serving};
use wirestage_tests::tools;

const TEXT: &str = include_str!("../hostile/everything.toml");

/// What a session tells a page: what it runs, and what came in.
struct Told {
    folder: PathBuf,
    plan: String,
    journal: Vec<u8>,
}

/// Serves the page and a session that is over; a loud skip where there is no page.
fn open(name: &str) -> Option<Page> {
    let folder = tools::require_file("the page", "WIRESTAGE_PAGE", None, "cargo xtask test")?;
    let plan = Plan {
        source: "hostile.toml".into(),
        id: "<img src=x onerror=alert(10)>".into(),
        text: TEXT.into(),
        settings: Vec::new(),
        seed: 1,
        // Nobody asks this host for anything: the story is the others'.
        host: "guest".into(),
    };
    let mut journal = Journal::default();
    journal.story(Time::ZERO);
    journal.over(Time(120_000_000_000));
    let told = Told {
        folder,
        plan: serde_json::to_string(&plan).expect("a plan is JSON"),
        journal: journal.bytes().to_vec(),
    };
    Some(Page {
        browser: Browser::start(name)?,
        site: Site::answered(move |path| body(path, &told)),
    })
}

fn body(path: &str, told: &Told) -> Option<Vec<u8>> {
    if path == "/live/plan" {
        return Some(told.plan.clone().into_bytes());
    }
    if let Some(from) = path.strip_prefix("/live/journal?from=") {
        return told.journal.get(from.parse().ok()?..).map(<[u8]>::to_vec);
    }
    serving::file(&told.folder, path)
}

/// What on the page is none of its own.
fn strangers(page: &Page) -> String {
    page.browser.text(
        "const odd = [...document.querySelectorAll('script, img, iframe, object, embed, style, \
         link, base, form, [onerror], [onload], [onclick]')];\
         const ours = (e) => e.matches('head script[src^=\"page-\"], head script[src^=\"boot-\"], \
         body > script[src^=\"page-\"], body > script[src^=\"boot-\"], head link[href^=\"page-\"], link[rel=icon], link[rel=preload], img[src^=\"data:image/png\"]');\
         return odd.filter((e) => !ours(e)).map((e) => e.outerHTML.slice(0, 90)).join(' ')",
    )
}

/// Signs on the page that nobody sees.
fn unseen(page: &Page) -> String {
    page.browser.text(
        "const odd = /[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u00ad\\u061c\
         \\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]/;\
         const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);\
         const found = [];\
         while (walk.nextNode()) {\
           const text = walk.currentNode.textContent;\
           const at = walk.currentNode.parentElement;\
           if (odd.test(text) && !at.closest('script')) \
             found.push(at.className + ' ' + JSON.stringify(text.slice(0, 60)));\
         }\
         return found.join(' | ')",
    )
}

#[test]
fn nothing_that_was_said_becomes_more_than_text() {
    let Some(page) = open("page-hostile") else {
        return;
    };
    page.browser.look(DESK.still());
    page.browser
        .eval("window.alerted = 0; window.alert = () => { window.alerted += 1 }");
    page.open("/live");
    page.browser
        .eval("window.alerted = 0; window.alert = () => { window.alerted += 1 }");
    page.browser.eval("location.hash = '#/live?at=4'");
    page.browser
        .until("document.querySelectorAll('#ladder [data-row]').length > 0");
    for place in ["0", "4", "9", "14", "9999"] {
        for tab in ["step", "dialogue", "hosts", "packets", "charts", "text"] {
            page.browser
                .eval(&format!("location.hash = '#/live?at={place}&tab={tab}'"));
            page.browser
                .until(&format!("document.querySelector('#panel-{tab}')"));
            page.browser.settle();
            let what = format!("at {place}, {tab}");
            assert_eq!(strangers(&page), "", "{what}");
            assert_eq!(unseen(&page), "", "{what}");
        }
    }
    // Files and letters that are open.
    page.browser
        .eval("location.hash = '#/live?at=9999&tab=hosts'");
    page.browser
        .until("document.querySelectorAll('.host .file').length > 1");
    let files = page
        .browser
        .eval("return document.querySelectorAll('.host .file').length");
    let files = files.as_u64().expect("a number");
    for index in 0..files {
        page.browser.eval(&format!(
            "document.querySelectorAll('.host .file')[{index}].click()"
        ));
        page.browser.until("document.querySelector('.opened')");
        page.browser.settle();
        assert_eq!(strangers(&page), "", "file {index}");
        assert_eq!(unseen(&page), "", "file {index}");
    }
    let text = page.text("body");
    assert!(text.contains("<script>"), "it is there, as text");
    assert_eq!(page.browser.text("return String(window.alerted)"), "0");
    assert_quiet(&page);
}

#[test]
fn an_address_full_of_script_is_text_as_well() {
    let Some(page) = Page::served("page-hostile-address") else {
        return;
    };
    for address in [
        "/%3Cscript%3Ealert(1)%3C/script%3E",
        "/ftp-download?size=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E",
        "/ftp-download?tab=packets&filter=%3Cscript%3Ealert(1)%3C/script%3E",
        "/ftp-download?tab=charts&chart=%22%3E%3Cscript%3E&as=%3Cb%3E",
        "/guide/%3Cscript%3E/%3Cimg+src=x%3E",
    ] {
        page.open(address);
        page.browser.settle();
        assert_eq!(strangers(&page), "", "{address}");
    }
    page.assert_quiet();
}

/// The console is empty, and no request left the page.
fn assert_quiet(page: &Page) {
    let complaints = page.browser.complaints();
    let silent = |line: &&String| !line.contains("favicon");
    let complaints: Vec<&String> = complaints.iter().filter(silent).collect();
    assert_eq!(complaints, [""; 0], "the policy has nothing to forbid");
    let requests = page.browser.requests();
    let strangers = requests
        .iter()
        .filter(|request| *request != "about:blank" && !page.site.owns(request));
    assert_eq!(strangers.collect::<Vec<_>>(), [""; 0]);
}
