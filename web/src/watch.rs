//! A session of `wirestage shell`, asked for its plan and then for its journal as long as it
//! lasts. What is shown of it is made anew a few times a second, and less often where that
//! takes long.

use crate::browser;
use crate::model::follower::Came;
use crate::model::{Follower, Msg, Show, Standing, Trouble};
use crate::says::messages;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Reflect, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, RequestCache, RequestInit, Response};
use wirestage_core::live::Plan;
use yew::Callback;

/// Where a session tells of itself.
const PLAN: &str = "live/plan";
const JOURNAL: &str = "live/journal?from=";
/// A slice of following, in milliseconds: with what else is done, half a frame.
const SLICE_MS: f64 = 4.0;
/// Between two questions: while the page is seen, and while it is not.
const ASK_MS: u32 = 250;
const HIDDEN_MS: u32 = 2_000;
/// An answer that is longer has more behind it.
const MUCH: usize = 64 * 1024;
/// No answer for so long is none.
const PATIENCE_MS: u32 = 5_000;
/// So often it is asked in vain, waiting longer each time, until it counts as gone.
const ATTEMPTS: u32 = 7;
/// Between two looks at the run; where one takes long, ten times as long as that.
const LOOK_MS: f64 = 250.0;
const SHARE: f64 = 10.0;
/// Between two times that the reader is told of something new aloud.
const ALOUD_MS: f64 = 5_000.0;

/// What comes from outside.
pub enum Heard {
    Plan(Result<Plan, Trouble>),
    /// What came next of the journal; whether it is worth to ask again where nothing did.
    Journal(Result<Vec<u8>, bool>),
    /// Time to ask.
    Due,
}

/// A session that is followed.
pub struct Watch {
    tell: Callback<Heard>,
    follower: Option<Follower>,
    /// There is something to do in the next slice, and whether that is asked for already.
    busy: bool,
    sliced: bool,
    /// It is asked at this moment.
    asking: bool,
    /// The last answer had more behind it.
    behind: bool,
    /// It will not be asked any more.
    done: bool,
    waiting: Option<Timeout>,
    /// How often it was asked in vain.
    failed: u32,
    /// How many events the last look has, and what time the page believes it was at zero.
    looked: Option<(usize, f64)>,
    /// When the last look began, until it is drawn; and when the next may be.
    since: Option<f64>,
    next_look: f64,
    told_aloud: f64,
}

impl Watch {
    /// Asks for the plan.
    pub fn begin(tell: Callback<Heard>) -> Self {
        let told = tell.clone();
        spawn_local(async move { told.emit(Heard::Plan(plan().await)) });
        Self {
            tell,
            follower: None,
            busy: false,
            sliced: false,
            asking: false,
            behind: true,
            done: false,
            waiting: None,
            failed: 0,
            looked: None,
            since: None,
            next_look: 0.0,
            told_aloud: browser::now_ms(),
        }
    }

    /// Takes what came; answers what the page is told.
    pub fn hear(&mut self, heard: Heard) -> Vec<Msg> {
        self.asking &= !matches!(heard, Heard::Journal(_));
        match heard {
            Heard::Plan(plan) => match plan.and_then(|plan| Follower::begin(&plan)) {
                Ok(follower) => {
                    self.follower = Some(follower);
                    self.ask();
                    Vec::new()
                }
                Err(trouble) => vec![Msg::Failed(trouble)],
            },
            Heard::Due => {
                self.ask();
                Vec::new()
            }
            Heard::Journal(Ok(bytes)) => {
                let was_silent = std::mem::take(&mut self.failed) > 0;
                self.behind = bytes.len() >= MUCH;
                if let Some(follower) = &mut self.follower {
                    follower.take(&bytes);
                    self.busy = true;
                }
                let answers = was_silent.then_some(Msg::Stands(Standing::Going));
                answers.into_iter().collect()
            }
            Heard::Journal(Err(again)) => self.unanswered(again),
        }
    }

    /// Asks once more, though the session seemed to be gone.
    pub fn ask_again(&mut self) -> Vec<Msg> {
        // The next answer is news.
        self.failed = 1;
        self.ask();
        vec![Msg::Stands(Standing::Silent)]
    }

    /// Whether a slice is to be asked for.
    pub fn wants_slice(&mut self) -> bool {
        let wants = self.busy && !self.sliced;
        self.sliced |= wants;
        wants
    }

    /// Goes along for half a frame; answers what the page is told.
    pub fn slice(&mut self) -> Vec<Msg> {
        self.sliced = false;
        let Some(follower) = self.follower.as_mut().filter(|_| self.busy) else {
            return Vec::new();
        };
        let came = follower.advance(browser::now_ms, browser::now_ms() + SLICE_MS);
        self.busy = came == Came::Partly;
        let standing = match came {
            Came::Partly if self.looked.is_none() => {
                let text = messages::followed(follower.now());
                return vec![Msg::Progress(text)];
            }
            Came::Partly => return self.look(false).into_iter().collect(),
            Came::Along => {
                let first = self.looked.is_none();
                if self.behind {
                    self.ask();
                } else {
                    self.wait(ASK_MS);
                }
                let look = !(first && self.behind);
                return look
                    .then(|| self.look(first))
                    .flatten()
                    .into_iter()
                    .collect();
            }
            Came::Over => Standing::Over,
            Came::Full => Standing::Full,
            Came::Broken => Standing::Broken,
        };
        self.done = true;
        let last = self.look(true).into_iter();
        last.chain([Msg::Stands(standing)]).collect()
    }

    /// What was looked at last is drawn: all that took is what it costs.
    pub fn drawn(&mut self) {
        if let Some(since) = self.since.take() {
            let took = browser::now_ms() - since;
            self.next_look = since + (took * SHARE).max(LOOK_MS);
        }
    }

    /// A look at the run as it is now, where there is something new to see and time for it.
    fn look(&mut self, at_once: bool) -> Option<Msg> {
        let follower = self.follower.as_ref()?;
        let since = browser::now_ms();
        if !at_once && since < self.next_look {
            return None;
        }
        let now = follower.now();
        #[expect(clippy::cast_precision_loss, reason = "milliseconds")]
        let zero_ms = since - (now.0 / 1_000_000) as f64;
        let events = follower.events();
        let known = |(seen, zero): &(usize, f64)| *seen == events && (zero - zero_ms).abs() < 2e3;
        if !at_once && self.looked.as_ref().is_some_and(known) {
            return None;
        }
        let is_new = self.looked.is_some_and(|(seen, _)| seen != events);
        let aloud = is_new && since - self.told_aloud >= ALOUD_MS;
        if aloud {
            self.told_aloud = since;
        }
        self.looked = Some((events, zero_ms));
        let show = Rc::new(Show::new(follower.so_far()));
        self.since = Some(since);
        Some(Msg::Grew {
            show,
            now,
            zero_ms,
            aloud,
        })
    }

    fn unanswered(&mut self, again: bool) -> Vec<Msg> {
        self.failed += 1;
        if !again || self.failed >= ATTEMPTS {
            // It goes on with what it has: nothing more comes.
            let first = self.looked.is_none();
            let look = first.then(|| self.look(true)).flatten();
            return look
                .into_iter()
                .chain([Msg::Stands(Standing::Gone)])
                .collect();
        }
        self.wait(ASK_MS << self.failed.min(4));
        match self.failed {
            1 => Vec::new(),
            _ => vec![Msg::Stands(Standing::Silent)],
        }
    }

    fn ask(&mut self) {
        let idle = !self.done && !self.asking;
        let Some(follower) = self.follower.as_ref().filter(|_| idle) else {
            return;
        };
        self.asking = true;
        let (from, tell) = (follower.taken(), self.tell.clone());
        self.waiting = None;
        spawn_local(async move { tell.emit(Heard::Journal(journal(from).await)) });
    }

    fn wait(&mut self, ms: u32) {
        let ms = if browser::document().hidden() {
            ms.max(HIDDEN_MS)
        } else {
            ms
        };
        let tell = self.tell.clone();
        self.waiting = Some(Timeout::new(ms, move || tell.emit(Heard::Due)));
    }
}

/// The plan of the session where the page comes from.
async fn plan() -> Result<Plan, Trouble> {
    // A page from a disk may ask nobody.
    let served = browser::window().location().protocol();
    if served.is_ok_and(|protocol| protocol == "file:") {
        return Err(Trouble::NoSession);
    }
    read_plan().await.ok_or(Trouble::NoSession)
}

async fn read_plan() -> Option<Plan> {
    let answer = asked(PLAN).await.ok().filter(Response::ok)?;
    let text = JsFuture::from(answer.text().ok()?)
        .await
        .ok()?
        .as_string()?;
    let plan = js_sys::JSON::parse(&text).ok()?;
    let of = |name: &str| Reflect::get(&plan, &name.into()).ok();
    let word = |name: &str| of(name)?.as_string();
    let pair = |pair: JsValue| {
        let pair: Array = pair.dyn_into().ok()?;
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    let settings: Array = of("settings")?.dyn_into().ok()?;
    let settings: Option<Vec<(String, String)>> = settings.iter().map(pair).collect();
    // Numbers of JavaScript are not long enough for every seed. Inside a text no quote stands
    // without a backslash.
    let (_, seed) = text.split_once("\"seed\":")?;
    let seed = seed.trim_start();
    let end = seed.find(|c: char| !c.is_ascii_digit())?;
    Some(Plan {
        source: word("source")?,
        id: word("id")?,
        text: word("text")?,
        settings: settings?,
        seed: seed[..end].parse().ok()?,
        host: word("host")?,
    })
}

/// What came of the journal since; else whether it is worth to ask again.
async fn journal(from: u64) -> Result<Vec<u8>, bool> {
    let answer = asked(&format!("{JOURNAL}{from}")).await;
    let answer = answer.map_err(|_| true)?;
    if !answer.ok() {
        return Err(false);
    }
    let bytes = answer.array_buffer().map_err(|_| true)?;
    let bytes = JsFuture::from(bytes).await.map_err(|_| true)?;
    Ok(Uint8Array::new(&bytes).to_vec())
}

async fn asked(address: &str) -> Result<Response, JsValue> {
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoStore);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let asked = browser::window().fetch_with_str_and_init(address, &options);
    JsFuture::from(asked).await?.dyn_into()
}
