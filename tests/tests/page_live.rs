//! The page follows a run that goes on, and the reader may step back in it. The programs of
//! another run stand for the reader's own, and the test itself is the session's server.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use wirestage_core::base::{Duration, Time};
use wirestage_core::capture::Tap;
use wirestage_core::live::{Journal, Live, Plan};
use wirestage_core::run::Run;
use wirestage_core::save::{self, Choice, Format};
use wirestage_core::scenario::{catalogue, load};
use wirestage_core::simulation::Options;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::outline::Outline;
use wirestage_core::view::transcript;
use wirestage_tests::browser::{Axe, Browser, DESK, Key, Moment, PHONE, Page, Site, serving};
use wirestage_tests::tools;

/// No answer of the journal is longer.
const MOST: usize = 1 << 20;
/// A seed that JavaScript's numbers cannot hold.
const SEED: u64 = u64::MAX - 4;

/// What a page is told.
#[derive(Default)]
struct Told {
    plan: Option<String>,
    journal: Vec<u8>,
    /// Nobody is answered any more.
    stopped: bool,
}

/// A session as `wirestage shell --page` has it, without a shell.
struct Session {
    run: Live,
    /// The reader's programs: the same host, in a run where somebody stands in for the other.
    outside: Live,
    journal: Journal,
    now: Time,
    told: Arc<Mutex<Told>>,
    server: Option<(SocketAddr, JoinHandle<()>)>,
}

fn plan(host: &str, size: &str) -> Plan {
    let entry = catalogue::find("ftp-download").expect("it is in the catalogue");
    Plan {
        source: entry.id.to_owned(),
        id: entry.id.to_owned(),
        text: entry.text.to_owned(),
        settings: vec![("size".into(), size.into())],
        seed: SEED,
        host: host.to_owned(),
    }
}

fn live(plan: &Plan) -> Live {
    let loaded = load(&plan.id, &plan.text, &plan.settings).expect("it loads");
    let options = Options {
        seed: plan.seed,
        ..Options::default()
    };
    Live::begin(&plan.source, loaded.scenario, &options, Some(&plan.host)).expect("it begins")
}

impl Session {
    /// A session in which the reader is the laptop and nothing has happened yet; and a page,
    /// or a loud skip.
    fn open(name: &str, size: &str) -> Option<(Self, Page)> {
        let plan = plan("laptop", size);
        let run = live(&plan);
        let mut outside = live(&self::plan("server", size));
        outside.begin_story(Time::ZERO);
        let told = Told {
            plan: Some(serde_json::to_string(&plan).expect("a plan is JSON")),
            ..Told::default()
        };
        let mut session = Self {
            run,
            outside,
            journal: Journal::default(),
            now: Time::ZERO,
            told: Arc::new(Mutex::new(told)),
            server: None,
        };
        let at = session.serve("127.0.0.1:0")?;
        let site = Site::at(format!("http://{at}/"));
        let browser = Browser::start(name)?;
        Some((session, Page { browser, site }))
    }

    /// Answers pages from here on.
    fn serve(&mut self, at: &str) -> Option<SocketAddr> {
        let how = "cargo xtask test";
        let folder = tools::require_file("the page", "WIRESTAGE_PAGE", None, how)?;
        let listener = TcpListener::bind(at).expect("a port on loopback");
        let at = listener.local_addr().expect("it has an address");
        self.told().stopped = false;
        let told = Arc::clone(&self.told);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if told.lock().expect("nobody panics").stopped {
                    return;
                }
                let answer = |path: &str| {
                    let told = told.lock().expect("nobody panics");
                    body(path, &folder, &told)
                };
                let answered = stream.and_then(|stream| serving::reply(&stream, &answer));
                // A browser may change its mind.
                drop(answered);
            }
        });
        self.server = Some((at, thread));
        Some(at)
    }

    /// Answers nobody from here on; says where it was.
    fn stop(&mut self) -> Option<SocketAddr> {
        let (at, thread) = self.server.take()?;
        self.told().stopped = true;
        drop(TcpStream::connect(at));
        thread.join().expect("the server ends");
        Some(at)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().expect("nobody panics")
    }

    /// Goes on for so many milliseconds of the run.
    fn goes_on(&mut self, ms: u64) {
        for _ in 0..ms {
            self.now += Duration::from_millis(1);
            self.run.advance(self.now);
            self.outside.advance(self.now);
            while let Some(frame) = self.run.next_out() {
                self.outside.enter(self.now, frame);
            }
            while let Some(frame) = self.outside.next_out() {
                self.journal.frame(self.now, frame);
                self.run.enter(self.now, frame);
            }
        }
        self.journal.now(self.now);
        self.tell();
    }

    fn tell(&self) {
        self.told().journal = self.journal.bytes().to_vec();
    }

    fn is_over(&mut self) {
        self.journal.over(self.now);
        self.tell();
    }

    /// The run as the program has it.
    fn so_far(&self) -> Run {
        self.run.so_far()
    }

    fn steps(&self, size: StepSize) -> usize {
        let run = self.so_far();
        Outline::of(&run.timeline, &run.info).steps(size)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop();
    }
}

fn body(path: &str, folder: &Path, told: &Told) -> Option<Vec<u8>> {
    if path == "/live/plan" {
        return told.plan.clone().map(String::into_bytes);
    }
    if let Some(from) = path.strip_prefix("/live/journal?from=") {
        let rest = told.journal.get(from.parse().ok()?..)?;
        return Some(rest[..rest.len().min(MOST)].to_vec());
    }
    assert!(!path[1..].contains(['/', '?']), "{path}");
    serving::file(folder, path)
}

/// Waits until the last step of the run is shown.
fn until_along(page: &Page, session: &Session, size: StepSize) {
    let steps = session.steps(size);
    let place = "document.querySelector('#place').textContent";
    page.browser
        .until(&format!("{place}.startsWith('{steps}/{steps} ')"));
    page.browser.settle();
}

fn assert_fair(page: &Page, axe: Option<&Axe>, what: &str) {
    if let Some(axe) = axe {
        let found = axe.faults(&page.browser);
        assert!(found.is_empty(), "{what}: {found:#?}");
    }
}

#[test]
fn the_page_goes_along_with_a_session_and_the_reader_may_step_back() {
    let Some((mut session, page)) = Session::open("page-live", "40 kB") else {
        return;
    };
    let axe = Axe::require();
    let axe = axe.as_ref();
    page.browser.look(DESK.still());
    page.open("/live");
    assert_tells_what_to_type(&page);
    assert_fair(&page, axe, "before anything has happened");

    // When it goes on, the page goes along, step by step, without a word in the address.
    for ms in [60, 140, 200] {
        session.goes_on(ms);
        until_along(&page, &session, StepSize::Turn);
    }
    page.rest();
    assert_eq!(page.moment().fragment, "#/live");
    assert!(page.is_disabled("#next"));
    page.click("[data-by=packet]");
    until_along(&page, &session, StepSize::Packet);
    assert_fair(&page, axe, "while it goes on");

    // When the reader steps back, nothing moves while the run grows.
    let after = stays_back(&page, &mut session, axe);

    // A reload finds the place again; the button, and the key, take the reader along.
    page.browser.reload();
    page.ready();
    let again = page.moment();
    assert_eq!(
        (&again.fragment, &again.caption),
        (&after.fragment, &after.caption)
    );
    page.click("#follow");
    until_along(&page, &session, StepSize::Packet);
    assert!(!page.shows("#follow"));
    page.browser.key(Key::Home);
    page.browser.key(Key::End);
    session.goes_on(100);
    until_along(&page, &session, StepSize::Packet);

    // When it is over, the end is shown, and every file is the program's.
    session.goes_on(2_000);
    session.is_over();
    page.browser
        .until("document.querySelector('#standing')?.textContent.includes('over')");
    page.click("#tab-step");
    page.browser.settle();
    let end = page.text("[role=tabpanel]");
    assert!(
        page.moment().place.starts_with("end"),
        "{:?}",
        page.moment()
    );
    let command = format!("wirestage shell ftp-download --as laptop --seed {SEED} --page");
    assert!(end.contains(&command), "{end}");
    assert_fair(&page, axe, "at the end");
    assert_saves_what_the_program_has(&page, &session);
    page.assert_quiet();
}

/// Before anything has happened the page says who the reader is, and what to do.
fn assert_tells_what_to_type(page: &Page) {
    let badge = page.text("#badge");
    assert!(
        badge.contains("live") && badge.contains("You are laptop"),
        "{badge}"
    );
    let start = page.text("[role=tabpanel]");
    assert!(start.contains("curl ftp://server/report.pdf"), "{start}");
    assert!(page.is_disabled("#next") && page.is_disabled("#play"));
    assert!(page.is_disabled("[data-knob=mode] button"));
    assert_eq!(page.value("[data-knob=size] select"), "40 kB");
}

/// A reader who steps back stays where they are while the run grows; what they see then.
fn stays_back(page: &Page, session: &mut Session, axe: Option<&Axe>) -> Moment {
    page.browser.key(Key::Left);
    page.browser.key(Key::Left);
    page.click("#tab-packets");
    page.rest();
    let scrolled = "return document.querySelector('#ladder-scroll').scrollTop + ' ' +
                    document.querySelector('#packets').scrollTop + ' ' +
                    ['#ladder', '#packets', '#caption'].map(part =>
                        document.querySelector(part).getBoundingClientRect().top)";
    let (before, stood) = (page.moment(), page.browser.text(scrolled));
    let steps = session.steps(StepSize::Packet);
    for _ in 0..3 {
        session.goes_on(120);
        let new = session.steps(StepSize::Packet) - steps;
        let told = "(document.querySelector('#new-steps')?.textContent ?? '')";
        page.browser
            .until(&format!("{told}.startsWith('{new} new')"));
    }
    let after = page.moment();
    assert_eq!(after.fragment, before.fragment);
    assert_eq!(after.count().map(|c| c.0), before.count().map(|c| c.0));
    assert_eq!(
        (&after.caption, &after.panel),
        (&before.caption, &before.panel)
    );
    assert_eq!(page.browser.text(scrolled), stood, "nothing moved");
    assert_fair(page, axe, "stepped back");
    after
}

fn assert_saves_what_the_program_has(page: &Page, session: &Session) {
    let run = session.so_far();
    assert!(run.timeline.frames().len() > 60);
    for format in Format::ALL {
        let choice = Choice {
            tap: Tap::first(&run.timeline),
            transcript: transcript::Options::default(),
        };
        let mut expected = Vec::new();
        save::write(*format, (&run.timeline, &run.info), choice, &mut expected).unwrap();
        let (name, bytes) = page.export(format.ending());
        assert_eq!(name, format!("ftp-download.{}", format.ending()));
        assert!(bytes == expected, "{name} is not what the program has");
    }
}

#[test]
fn a_phone_follows_too() {
    let Some((mut session, page)) = Session::open("page-live-phone", "40 kB") else {
        return;
    };
    page.browser.look(PHONE.still());
    page.open("/live");
    session.goes_on(500);
    until_along(&page, &session, StepSize::Turn);
    assert!(page.shows("#badge"));
    let overflows = "return document.documentElement.scrollWidth > innerWidth";
    assert_eq!(page.browser.eval(overflows), false);
    page.click("#back");
    session.goes_on(200);
    page.browser.until("document.querySelector('#new-steps')");
    assert_eq!(page.browser.eval(overflows), false);
    assert_fair(&page, Axe::require().as_ref(), "on a phone");
    page.click("#follow");
    until_along(&page, &session, StepSize::Turn);
    page.assert_quiet();
}

#[test]
fn what_came_stays_when_the_session_is_gone() {
    let Some((mut session, page)) = Session::open("page-live-gone", "40 kB") else {
        return;
    };
    page.open("/live");
    session.goes_on(500);
    until_along(&page, &session, StepSize::Turn);
    let before = page.moment();
    // When the server is gone, the page asks a few times more, and then says so.
    let at = session.stop().expect("it was there");
    let patience = std::time::Duration::from_secs(40);
    let standing = |says: &str| {
        let text = "(document.querySelector('#standing')?.textContent ?? '')";
        page.browser
            .until_within(patience, &format!("{text}.includes('{says}')"));
    };
    standing("Asking again");
    standing("does not answer any more");
    assert_eq!(page.moment().caption, before.caption);
    page.browser.key(Key::Left);
    page.browser.settle();
    assert_ne!(page.moment().place, before.place);
    assert!(
        page.browser
            .complaints()
            .iter()
            .all(|c| c.contains("CONNECTION_REFUSED"))
    );
    // When it is back, it may be asked again.
    page.browser.key(Key::End);
    session.serve(&at.to_string());
    page.click("#ask-again");
    session.goes_on(200);
    until_along(&page, &session, StepSize::Turn);
    assert!(!page.shows("#standing"));
    page.assert_quiet();
}

#[test]
fn without_a_session_the_page_says_how_to_start_one() {
    let Some((session, page)) = Session::open("page-live-none", "40 kB") else {
        return;
    };
    session.told().plan = None;
    page.open("/live");
    page.rest();
    let how = "wirestage shell ftp-download --page";
    assert!(
        page.text("#trouble").contains(how),
        "{}",
        page.text("#trouble")
    );
    assert!(page.shows("#front"));
    // The browser itself complains of the plan that is not there, and of nothing else.
    let complaints = page.browser.complaints();
    assert!(
        complaints.iter().all(|c| c.contains("/live/plan")),
        "{complaints:?}"
    );
    page.assert_quiet();

    let Some(page) = Page::single_file("page-live-file") else {
        return;
    };
    page.open("/live");
    assert!(page.text("#trouble").contains(how));
    page.assert_quiet();
}

#[test]
fn a_long_session_leaves_the_page_quick() {
    let Some((mut session, page)) = Session::open("page-live-long", "20 MB") else {
        return;
    };
    session.goes_on(300);
    page.open("/live?by=packet&at=9");
    let before = page.moment();
    // Given tens of thousands of packets that come all the time.
    let mut slowest = std::time::Duration::ZERO;
    while session.run.timeline().frames().len() < 15_000 && session.now < Time(60_000_000_000) {
        session.goes_on(200);
        let since = std::time::Instant::now();
        page.browser.key(Key::Right);
        page.browser.key(Key::Left);
        page.browser
            .eval("return new Promise(requestAnimationFrame)");
        slowest = slowest.max(since.elapsed());
    }
    assert!(session.run.timeline().frames().len() >= 15_000);
    println!("two steps while it goes on took {slowest:?} at most");
    assert!(slowest < std::time::Duration::from_secs(3), "{slowest:?}");
    session.is_over();
    page.browser.until_within(
        std::time::Duration::from_secs(120),
        "document.querySelector('#standing')?.textContent.includes('over')",
    );
    let after = page.moment();
    assert_eq!((after.caption, after.panel), (before.caption, before.panel));
    let (_, bytes) = page.export("json");
    let run = session.so_far();
    let mut expected = Vec::new();
    let info = wirestage_core::save::explained(&run.timeline, &run.info);
    wirestage_core::timeline::to_json(&run.timeline, &info, &mut expected).unwrap();
    assert!(bytes == expected);
    page.assert_quiet();
}
