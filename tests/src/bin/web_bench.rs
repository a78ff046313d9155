//! How fast the page is, each figure beside its bound.
//!
//! `web_bench [--runs N]`: N fresh browsers for the time to start, 7 if not given.

use serde_json::{Value, json};
use std::process::ExitCode;
use wirestage_tests::Browser;
use wirestage_tests::browser::{Page, Site};

/// From the first request to a page that can be used.
const BOUND_START_MS: f64 = 1_000.0;
/// A frame of a screen.
const BOUND_STEP_MS: f64 = 16.0;
/// Half of one: the longest that a run may keep the page from answering.
const BOUND_SLICE_MS: f64 = 8.0;
/// A long run: some hundred thousand events.
const LONG: &str = "/ftp-download?size=10MB";
const STEPS: u32 = 300;
/// The longest run that the page offers: a hundred thousand packets.
const LARGE: &str = "/ftp-download?size=100MB&rate=1Gbit%2Fs";
/// What browsers call a long task.
const BOUND_TASK_MS: f64 = 50.0;
/// One step further; at each end the way turns round.
const STEP: &str = "window.goes ??= '#next';
    if (document.querySelector(goes).disabled) goes = goes === '#next' ? '#back' : '#next';
    document.querySelector(goes).click();";
/// To places all over the run, far from each other.
const SEEK: &str = "const scrubber = document.querySelector('#scrubber');
    scrubber.value = Math.floor(scrubber.max * ((i * 0.618) % 1));
    scrubber.dispatchEvent(new Event('input', { bubbles: true }));";
/// From byte to byte.
const HOVER: &str = "const halves = document.querySelectorAll('#bytes .hex');
    const over = halves[(i * 7) % halves.length];
    const room = over.getBoundingClientRect();
    const clientX = room.left + room.width * ((i * 0.618) % 1);
    const how = { bubbles: true, clientX, clientY: room.top + 2 };
    over.dispatchEvent(new PointerEvent('pointermove', how));";
/// All over the ladder.
const SCROLL: &str = "const ladder = document.querySelector('#ladder-scroll');
    ladder.scrollTop = (ladder.scrollHeight - ladder.clientHeight) * ((i * 0.618) % 1);";
/// All over the list of packets.
const SCROLL_LIST: &str = "const list = document.querySelector('#packets');
    list.scrollTop = (list.scrollHeight - list.clientHeight) * ((i * 0.618) % 1);";
/// What is done in the longest run: its name, the tab where it is done, and how the `i`th is done.
const ACTS: &[(&str, &str, &str)] = &[
    ("step", "step", STEP),
    ("seek", "step", SEEK),
    ("hover over bytes", "step", HOVER),
    ("scroll of the ladder", "step", SCROLL),
    ("seek with all hosts", "hosts", SEEK),
    ("seek with all packets", "packets", SEEK),
    ("scroll of all packets", "packets", SCROLL_LIST),
    ("seek with charts", "charts", SEEK),
    ("seek with the text", "text", SEEK),
];

fn main() -> ExitCode {
    let runs = match runs(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(runs) => runs,
        Err(error) => {
            eprintln!("web_bench: {error}");
            return ExitCode::from(2);
        }
    };
    let Some(site) = Site::served() else {
        return ExitCode::FAILURE;
    };
    let mut fits = true;
    for (name, address) in [("the front page", ""), ("a lesson", "#/ftp-download")] {
        let times = starts(&site, address, runs);
        fits &= told(
            &format!("start of {name}, ms"),
            &times,
            Figure::Middle,
            BOUND_START_MS,
        );
    }
    let Some(browser) = Browser::unwatched("web-bench") else {
        return ExitCode::FAILURE;
    };
    let page = Page { browser, site };
    fits &= long_run(&page);
    fits &= large_run(&page);
    if fits {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn runs(args: &[String]) -> Result<usize, String> {
    match args {
        [] => Ok(7),
        [name, value] if name == "--runs" => {
            let runs = value.parse().ok().filter(|runs| *runs > 0);
            runs.ok_or_else(|| format!("--runs takes a number from 1 on, not '{value}'"))
        }
        _ => Err("it takes --runs N alone".to_owned()),
    }
}

/// The milliseconds until the page can be used, each in a browser that never saw it.
fn starts(site: &Site, fragment: &str, runs: usize) -> Vec<f64> {
    let one = || {
        let browser = Browser::unwatched("web-bench-start")?;
        browser.go(&format!("{}{fragment}", site.address()));
        let mark = "performance.getEntriesByName('wirestage:interactive')";
        browser.until(&format!("{mark}.length"));
        browser
            .eval(&format!("return {mark}[0].startTime"))
            .as_f64()
    };
    (0..runs).filter_map(|_| one()).collect()
}

/// Steps and seeks through a long run, and the slices in which it was made.
fn long_run(page: &Page) -> bool {
    page.open(LONG);
    let slices = taken(page, "wirestage:slice");
    let mut fits = told(
        "slice of a long run, ms",
        &slices,
        Figure::Worst,
        BOUND_SLICE_MS,
    );
    for size in ["packet", "turn"] {
        page.open(&format!("{LONG}&by={size}"));
        taken(page, "wirestage:step");
        let shown = done(page, STEP);
        let steps = taken(page, "wirestage:step");
        let name = format!("step by {size}");
        fits &= told(&format!("{name}, ms"), &steps, Figure::High, BOUND_STEP_MS);
        fits &= told(
            &format!("{name} and layout, ms"),
            &shown,
            Figure::High,
            BOUND_STEP_MS,
        );
    }
    page.open(&format!("{LONG}&by=packet"));
    taken(page, "wirestage:step");
    let shown = done(page, SEEK);
    let steps = taken(page, "wirestage:step");
    fits &= told("seek, ms", &steps, Figure::High, BOUND_STEP_MS);
    fits & told("seek and layout, ms", &shown, Figure::High, BOUND_STEP_MS)
}

/// What a reader does in a hundred thousand packets, and how long the page ever stands still.
fn large_run(page: &Page) -> bool {
    page.open(&format!("{LARGE}&by=packet"));
    let watch = "window.stood = [];
        const keep = list => { for (const task of list.getEntries()) stood.push(task.duration); };
        new PerformanceObserver(keep).observe({ type: 'longtask' });";
    page.browser.eval(watch);
    let mut fits = true;
    for (name, tab, act) in ACTS {
        // To open the tab counts, in a task of the page's own: one of the driver's is not told of.
        let open = format!(
            "window.stood.length = 0;
            return new Promise(done => setTimeout(() => {{
              document.querySelector('#tab-{tab}').click();
              setTimeout(done, 0);
            }}, 0));"
        );
        page.browser.eval(&open);
        let times = done(page, act);
        let name = format!("100,000 packets, {name}");
        fits &= told(
            &format!("{name} and layout, ms"),
            &times,
            Figure::High,
            BOUND_STEP_MS,
        );
        let stood = numbers(&page.browser.eval("return [0, ...window.stood]"));
        fits &= told(
            &format!("{name}, longest task, ms"),
            &stood,
            Figure::Worst,
            BOUND_TASK_MS,
        );
    }
    fits
}

/// Something done over and over; what each took until the browser had laid it out, with what the
/// page does when something was scrolled for it. The page answers in microtasks: they are waited
/// for, and no frame is painted in between, which would count for some and not for others.
fn done(page: &Page, act: &str) -> Vec<f64> {
    let script = format!(
        "return (async function (count) {{
        let scrolled;
        const told = () => {{ scrolled ??= performance.now(); }};
        addEventListener('scroll', told, {{ capture: true }});
        const laid = () => document.body.getBoundingClientRect();
        const frame = () => new Promise(done => requestAnimationFrame(() => {{
          laid();
          const took = scrolled === undefined ? 0 : performance.now() - scrolled;
          setTimeout(done, 0, took);
        }}));
        const times = [];
        // From here on in tasks of the page's own.
        await frame();
        for (let i = 1; i <= count; i += 1) {{
          scrolled = undefined;
          const since = performance.now();
          {{ {act} }}
          for (let turn = 0; turn < 20; turn += 1) await null;
          laid();
          const took = performance.now() - since;
          // What was scrolled by now is counted.
          scrolled = undefined;
          times.push(took + await frame());
        }}
        removeEventListener('scroll', told, {{ capture: true }});
        return times; }})(...arguments)"
    );
    numbers(&page.browser.eval_with(&script, &json!([STEPS])))
}

/// The page's own measures of a name since the last time.
fn taken(page: &Page, name: &str) -> Vec<f64> {
    let script = "const found = performance.getEntriesByName(arguments[0]).map(e => e.duration);
                  performance.clearMeasures(arguments[0]);
                  return found;";
    numbers(&page.browser.eval_with(script, &json!([name])))
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
    values.iter().filter_map(Value::as_f64).collect()
}

/// Which of several figures a bound is for.
#[derive(Clone, Copy)]
enum Figure {
    Middle,
    /// Nineteen of twenty are no higher.
    High,
    Worst,
}

/// Prints figures beside their bound; whether they keep it. None at all keep nothing.
fn told(name: &str, figures: &[f64], figure: Figure, bound: f64) -> bool {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |hundredths: usize| {
        let last = sorted.len().saturating_sub(1);
        sorted
            .get(last * hundredths / 100)
            .copied()
            .unwrap_or(f64::NAN)
    };
    let (middle, high, worst) = (at(50), at(95), at(100));
    let judged = match figure {
        Figure::Middle => middle,
        Figure::High => high,
        Figure::Worst => worst,
    };
    let fits = judged <= bound;
    let verdict = if fits { "keeps" } else { "BREAKS" };
    println!(
        "{name}: p50 {middle:.1}, p95 {high:.1}, max {worst:.1} of {}; {judged:.1} {verdict} {bound}",
        sorted.len()
    );
    fits
}
