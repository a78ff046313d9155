//! The page as one component: it holds the state, and does in the browser what the state asks.

use crate::browser;
use crate::compare::{self, Beside};
use crate::focus;
use crate::front::Front;
use crate::guide::FieldGuide;
use crate::keys;
use crate::lesson::Lesson;
use crate::model::job::Making;
use crate::model::{Effect, Job, Model, Msg, Settings, Show};
use crate::more::{more, when_here};
use crate::parts::Tell;
use crate::png;
use crate::says::more::WAITS;
use crate::says::{ladder, messages};
use crate::versus::{Proving, VersusPage};
use crate::watch::{Heard, Watch};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{KeyboardEvent, MessageChannel};
use wirestage_core::base::Kept;
use wirestage_core::capture::Tap;
use wirestage_core::save::{self, Choice, Format};
use wirestage_core::view::sheet::Ground;
use wirestage_core::view::transcript;
use yew::prelude::*;

/// A slice of a run, in milliseconds: with what else is done and some delay, half a frame.
const SLICE_MS: f64 = 3.0;
/// The address is written when the reader rests: browsers count how often it changes.
const REST_MS: u32 = 250;
/// How long a step is shown while playing, at the usual speed.
const STEP_MS: u32 = 1_800;

/// What the component is told: messages of the page, and its own. Until the page's second file is
/// here, they wait.
pub enum Told {
    Page(Msg),
    Slice,
    /// The runs of FTP against SMTP go on.
    Prove,
    Rested,
    /// The page's second file is here.
    Whole,
    /// Something of a session, which was the page's so-manieth.
    Heard(u32, Heard),
}

/// The page.
pub struct App {
    model: Model,
    job: Option<Making>,
    /// The runs of FTP against SMTP, once they have begun.
    proving: Option<Proving>,
    /// The session that is followed, and the number of the last one.
    watch: Option<Watch>,
    watched: u32,
    /// Calls back at once, but lets the browser do its own work first.
    again: MessageChannel,
    _again: Closure<dyn Fn()>,
    _listeners: Vec<EventListener>,
    waiting: Option<Timeout>,
    resting: Option<Timeout>,
    /// The fragment that was written last: the browser tells of it as of any other.
    written: String,
    /// What was told before the page's second file was here.
    early: Vec<Told>,
    /// When the reader's last message came, until what it did is shown.
    since: Option<f64>,
    /// Where the components say what happens: always the same, so that one that shows nothing
    /// new is not drawn again.
    tell: Tell,
    /// What had the focus before the reader's last message.
    focused: Option<String>,
    /// What is to have it now.
    wanted: Option<&'static str>,
}

impl Component for App {
    type Message = Told;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let again = MessageChannel::new().expect("browsers have channels");
        let link = ctx.link().clone();
        let told = Closure::new(move || link.send_message(Told::Slice));
        again
            .port1()
            .set_onmessage(Some(told.as_ref().unchecked_ref()));
        let visit = Msg::Visit(browser::fragment());
        ctx.link().send_message(Told::Page(visit));
        when_here(ctx.link().callback(|()| Told::Whole));
        Self {
            model: Model::new(Settings::read(&browser::kept())),
            job: None,
            proving: None,
            watch: None,
            watched: 0,
            again,
            _again: told,
            _listeners: listeners(ctx),
            waiting: None,
            resting: None,
            written: browser::fragment(),
            early: Vec::new(),
            since: None,
            tell: ctx.link().callback(Told::Page),
            focused: None,
            wanted: None,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, told: Told) -> bool {
        let Some(more) = more() else {
            self.early.push(told);
            return true;
        };
        // In the order in which it was told.
        let mut shown = false;
        for early in std::mem::take(&mut self.early) {
            shown |= (more.update)(self, ctx, early);
        }
        (more.update)(self, ctx, told) | shown
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match more() {
            // What was told is taken before anything of it is shown.
            Some(more) if self.early.is_empty() => (more.view)(self, ctx),
            _ if is_front(&browser::fragment()) => self.front(None),
            _ => html! { <main id="waiting"><p role="status">{ WAITS }</p></main> },
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.mark();
        if let Some(watch) = &mut self.watch {
            watch.drawn();
        }
        // While the hosts are at work there may be nothing to give it to.
        self.focused = self.focused.take().filter(|focused| !focus::keep(focused));
        if let Some(wanted) = self.wanted.take() {
            focus::go(wanted);
        }
        if let Some(since) = self.since.take() {
            measure("wirestage:step", since);
        }
    }
}

/// Whether a fragment leads to the front page.
fn is_front(fragment: &str) -> bool {
    let path = fragment.trim_start_matches(['#', '/']);
    path.is_empty() || path.starts_with('?')
}

impl App {
    /// What the page is told, once all of it is here.
    pub fn take_told(&mut self, ctx: &Context<Self>, told: Told) -> bool {
        let before = self.focused.clone();
        if self.focused.is_none() {
            let folds = matches!(told, Told::Page(Msg::Fold(_)));
            self.focused = focus::phase().filter(|_| folds).or_else(focus::now);
        }
        let shown = self.does(ctx, told);
        // Where nothing is drawn, nothing loses the focus: it may go elsewhere before the next.
        if !shown {
            self.focused = before;
        }
        shown
    }

    fn does(&mut self, ctx: &Context<Self>, told: Told) -> bool {
        match told {
            Told::Slice if self.job.is_some() => return self.slice(ctx),
            Told::Slice => return self.go_along(ctx, Watch::slice),
            Told::Prove => return self.prove(ctx),
            Told::Heard(number, heard) if number == self.watched => {
                return self.go_along(ctx, |watch| watch.hear(heard));
            }
            Told::Heard(..) => return false,
            Told::Whole => {}
            Told::Rested => {
                // What is being made has its place in the address already.
                if self.model.wanted.is_none() {
                    self.write(false);
                }
                browser::keep(&self.model.settings.written());
                return false;
            }
            Told::Page(Msg::Visit(fragment)) if fragment == self.written && self.is_shown() => {
                return false;
            }
            Told::Page(msg) => {
                self.since.get_or_insert_with(browser::now_ms);
                if let Msg::Visit(fragment) = &msg {
                    self.written.clone_from(fragment);
                }
                self.take(ctx, msg);
            }
        }
        true
    }

    /// All that can be seen, once all of the page is here.
    pub fn whole(&self, _: &Context<Self>) -> Html {
        let tell = self.tell.clone();
        let model = &self.model;
        if let Some(guide) = &model.guide {
            return html! {
                <FieldGuide guide={guide.clone()} back={back(model)} settings={model.settings.clone()} {tell} />
            };
        }
        if let Some(open) = &model.compare {
            return html! { <Beside seen={compare::seen(model, open)} {tell} /> };
        }
        if let Some(place) = &model.versus {
            return html! {
                <VersusPage place={place.clone()} answers={model.answers.clone()} back={back(model)} settings={model.settings.clone()} {tell} />
            };
        }
        match &model.show {
            Some(show) => html! { <Lesson model={lesson(model, show)} {tell} /> },
            None if model.wanted.is_some() => crate::lesson::waiting(&model.progress, &tell),
            None => {
                let find = model.front.find.as_ref();
                self.front(crate::front::results(find, &model.settings, &tell))
            }
        }
    }

    /// The front page, which stands there before the rest.
    fn front(&self, results: Option<Html>) -> Html {
        let (model, tell) = (&self.model, self.tell.clone());
        html! {
            <Front settings={model.settings.clone()} trouble={model.trouble.clone()} find={model.front.find.clone()} {results} {tell} />
        }
    }
}

/// The lesson that lies under the guide: its address and title.
fn back(model: &Model) -> Option<(String, String)> {
    let show = model.show.as_ref()?;
    Some((model.address.fragment(), show.run.info.title.clone()))
}

/// The lesson gets all it shows as one value, made anew for each view.
fn lesson(model: &Model, show: &Rc<Show>) -> crate::lesson::Seen {
    crate::lesson::Seen {
        show: Rc::clone(show),
        address: model.address.clone(),
        packet: model.packet(),
        running: model.wanted.is_some().then(|| model.progress.clone()),
        live: model.live,
        last: model.last(show, model.address.place),
        new_steps: model.new_steps(),
        trouble: model.trouble.clone(),
        note: model.note.clone(),
        can_undo: !model.past.is_empty(),
        can_redo: !model.future.is_empty(),
        spoken: model.spoken.clone(),
        folds: model.folds.clone(),
        motion: model.motion,
        playing: model.playing,
        frozen: model.frozen,
        speed: model.speed,
        menu: model.menu,
        header_open: model.header_open,
        knobs_open: model.knobs_open,
        present: model.present,
        blank: model.blank,
        wide: model.wide,
        passwords: model.passwords,
        tap: model.tap.clone(),
        settings: model.settings.clone(),
    }
}

impl App {
    fn is_shown(&self) -> bool {
        let model = &self.model;
        let finds = model.front.find.is_some();
        finds || model.is_covered() || model.show.is_some() || model.wanted.is_some()
    }

    fn take(&mut self, ctx: &Context<Self>, msg: Msg) {
        for effect in self.model.update(msg) {
            self.perform(ctx, effect);
        }
    }

    fn perform(&mut self, ctx: &Context<Self>, effect: Effect) {
        match effect {
            Effect::Run => self.begin(ctx),
            Effect::Stop => {
                self.job = None;
                if !self.model.address.is_live() {
                    self.watch = None;
                }
            }
            Effect::Prove => self.prove_on(ctx),
            Effect::Ask => {
                self.go_along(ctx, Watch::ask_again);
            }
            Effect::Write { push: true } => self.write(true),
            Effect::Write { push: false } => {
                let rested = ctx.link().callback(|()| Told::Rested);
                let timeout = Timeout::new(REST_MS, move || rested.emit(()));
                self.resting = Some(timeout);
            }
            Effect::Shown => browser::document().set_title(&self.model.title()),
            Effect::Remember => browser::keep(&self.model.settings.written()),
            Effect::Wait => {
                let tick = ctx.link().callback(|()| Told::Page(Msg::Tick));
                let ms = self.model.speed.of(STEP_MS);
                self.waiting = Some(Timeout::new(ms, move || tick.emit(())));
            }
            Effect::Download(format) => {
                if let Some(text) = self.download(format) {
                    ctx.link().send_message(Told::Page(Msg::Say(text)));
                }
            }
            Effect::Picture => self.draw_picture(ctx),
            Effect::HandOver(row) => {
                if let Some(text) = self.hand_over(row) {
                    ctx.link().send_message(Told::Page(Msg::Say(text)));
                }
            }
            Effect::HandOverPart(..) | Effect::SaveChart => {
                if let Some(text) = crate::save::desk(&self.model, effect) {
                    ctx.link().send_message(Told::Page(Msg::Say(text)));
                }
            }
            Effect::SaveComparison => {
                if let Some(text) = compare::save(&self.model) {
                    ctx.link().send_message(Told::Page(Msg::Say(text)));
                }
            }
            Effect::Copy => self.copy(ctx),
            Effect::Focus(selector) => self.wanted = Some(selector),
        }
        if !self.model.playing {
            self.waiting = None;
        }
    }

    fn begin(&mut self, ctx: &Context<Self>) {
        let Some(address) = self.model.making() else {
            return;
        };
        self.watch = None;
        if address.is_live() {
            self.job = None;
            self.watched += 1;
            let number = self.watched;
            let heard = move |heard| Told::Heard(number, heard);
            self.watch = Some(Watch::begin(ctx.link().callback(heard)));
            return;
        }
        match Job::begin(address) {
            Ok(job) => {
                // Where another run was in the making, its next slice is due already.
                if self.job.replace(Making::Runs(job)).is_none() {
                    ctx.link().send_message(Told::Slice);
                }
            }
            Err(trouble) => self.take(ctx, Msg::Failed(trouble)),
        }
    }

    /// Runs for half a frame; answers whether anything is to be shown of it.
    fn slice(&mut self, ctx: &Context<Self>) -> bool {
        let Some(mut job) = self.job.take() else {
            return false;
        };
        let since = browser::now_ms();
        let name = match job.is_over() {
            true => "wirestage:finish",
            false => "wirestage:slice",
        };
        let made = job.advance(browser::now_ms, since + SLICE_MS);
        measure(name, since);
        if let Some(show) = made {
            self.take(ctx, Msg::Ran(Rc::new(show)));
        } else {
            if !job.is_over() {
                self.take(ctx, Msg::Progress(job.progress()));
            }
            self.job = Some(job);
            let _ = self.again.port2().post_message(&true.into());
        }
        true
    }

    /// The runs of FTP against SMTP go on as soon as the browser has done its own work.
    fn prove_on(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        let proving = self.proving.get_or_insert_default();
        proving.wait(move || link.send_message(Told::Prove));
    }

    /// Runs them for half a frame, while their page is open.
    fn prove(&mut self, ctx: &Context<Self>) -> bool {
        let is_open = self.model.versus.is_some();
        let Some(proving) = self.proving.as_mut().filter(|_| is_open) else {
            return false;
        };
        let since = browser::now_ms();
        let news = proving.advance(since + SLICE_MS);
        measure("wirestage:slice", since);
        if proving.is_over() {
            self.proving = None;
        } else {
            self.prove_on(ctx);
        }
        match news {
            Some(answers) => {
                self.take(ctx, Msg::Proved(Rc::new(answers)));
                true
            }
            None => false,
        }
    }

    /// Lets the session that is followed do something; answers whether anything is to be shown
    /// of it.
    fn go_along(&mut self, ctx: &Context<Self>, does: impl FnOnce(&mut Watch) -> Vec<Msg>) -> bool {
        let Some(watch) = &mut self.watch else {
            return false;
        };
        let msgs = does(watch);
        if watch.wants_slice() {
            let _ = self.again.port2().post_message(&true.into());
        }
        let any = !msgs.is_empty();
        for msg in msgs {
            self.take(ctx, msg);
        }
        any
    }

    /// Writes the address of what is shown. Where the browser has gone elsewhere meanwhile, and
    /// has not told of it yet, that stays.
    fn write(&mut self, push: bool) {
        self.resting = None;
        if browser::fragment() != self.written {
            return;
        }
        let fragment = self.model.fragment();
        if fragment != self.written {
            browser::write_fragment(&fragment, push);
            self.written = browser::fragment();
        }
    }

    /// Answers what to tell, if anything.
    fn download(&self, format: Format) -> Option<String> {
        let show = self.model.show.as_ref()?;
        let timeline = show.timeline();
        let named = self.model.tap.as_deref();
        let tap = named.and_then(|name| Tap::named(timeline, name).ok());
        let choice = Choice {
            tap: tap.unwrap_or_else(|| Tap::first(timeline)),
            transcript: transcript::Options::default(),
        };
        let mut bytes = Vec::new();
        let name = self.model.file_name(format);
        let seen = (timeline, &show.run.info);
        let rungs = &self.model.address.rungs;
        let written = if format == Format::Svg && !rungs.is_usual() {
            // The picture is the one on the screen.
            bytes = show.sheet(rungs, Ground::AsIs).text.into_bytes();
            Ok(())
        } else {
            save::write(format, seen, choice, &mut bytes)
        };
        let saved = written.is_ok() && browser::download(&name, &bytes).is_ok();
        Some(match (saved, format) {
            (false, _) => messages::not_saved(&name),
            (true, Format::Pcapng) => messages::saved_capture(&name),
            (true, _) => messages::saved(&name),
        })
    }

    /// Draws the run as pixels, and saves them.
    fn draw_picture(&self, ctx: &Context<Self>) {
        let Some(show) = &self.model.show else {
            return;
        };
        let sheet = show.sheet(&self.model.address.rungs, Ground::Paper);
        let name = format!("{}.png", show.run.info.id);
        let link = ctx.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            let drawn = png::of_svg(sheet.text, sheet.size).await;
            let saved = drawn.and_then(|(bytes, scale)| {
                browser::download(&name, &bytes)?;
                Ok(scale)
            });
            let text = match saved {
                Ok(scale) => ladder::saved(&name, scale),
                Err(_) => ladder::not_drawn(&name),
            };
            link.send_message(Told::Page(Msg::Say(text)));
        });
    }

    /// Saves a file as a host keeps it. Answers what to tell.
    fn hand_over(&self, row: u32) -> Option<String> {
        let timeline = self.model.show.as_ref()?.timeline();
        let kept = timeline.kept(row);
        let Some(Kept::File(content)) = &kept.what else {
            return None;
        };
        let name = kept.path.rsplit('/').next().unwrap_or_default();
        Some(crate::save::told(name, &timeline.content(content)))
    }

    fn copy(&mut self, ctx: &Context<Self>) {
        self.write(false);
        let address = browser::window().location().href().unwrap_or_default();
        let copied = browser::copy(&address);
        let link = ctx.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            let copied = match copied {
                Some(copied) => wasm_bindgen_futures::JsFuture::from(copied).await.is_ok(),
                None => false,
            };
            let text = if copied {
                messages::COPIED
            } else {
                messages::NOT_COPIED
            };
            link.send_message(Told::Page(Msg::Say(text.to_owned())));
        });
    }

    /// What style sheets and tests steer by.
    fn mark(&self) {
        let model = &self.model;
        browser::mark_root("data-theme", model.settings.theme.word());
        browser::mark_root("data-size", model.settings.size.word());
        browser::mark_root("data-motion", model.settings.motion.word());
        let on_paper = model.address.paper.is_some();
        let in_lesson = model.show.is_some() && !model.is_covered() && !on_paper;
        let in_compare = model.compare.is_some() && model.guide.is_none();
        browser::mark_body("in-compare", in_compare);
        browser::mark_body("present", model.present && in_lesson);
        browser::mark_body("in-lesson", in_lesson);
        let whole = more().is_some() && self.early.is_empty();
        let usable = whole || is_front(&browser::fragment());
        let ready = model.is_ready();
        if let Some(body) = browser::document().body() {
            let word = if ready && whole { "yes" } else { "no" };
            let first = body.get_attribute("data-usable").is_none();
            let _ = body.set_attribute("data-ready", word);
            if first && ready && usable {
                let _ = body.set_attribute("data-usable", "");
                let _ = browser::performance().mark("wirestage:interactive");
            }
        }
    }
}

/// How long something took, for those who measure.
fn measure(name: &str, since: f64) {
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"start".into(), &since.into());
    let _ = js_sys::Reflect::set(&options, &"end".into(), &browser::now_ms().into());
    let performance = browser::performance();
    let measure = js_sys::Reflect::get(&performance, &"measure".into());
    if let Some(measure) = measure
        .ok()
        .and_then(|m| m.dyn_into::<js_sys::Function>().ok())
    {
        let _ = measure.call2(&performance, &name.into(), &options);
    }
}

/// Keys, and the address when it changes from outside.
fn listeners(ctx: &Context<App>) -> Vec<EventListener> {
    let window = browser::window();
    let link = ctx.link().clone();
    let key = gloo_events::EventListenerOptions::enable_prevent_default();
    let keys = EventListener::new_with_options(&window, "keydown", key, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if let Some(msg) = keys::says(event) {
            if msg != Msg::Escape {
                event.prevent_default();
            }
            link.send_message(Told::Page(msg));
        }
    });
    let link = ctx.link().clone();
    let address = EventListener::new(&window, "hashchange", move |_| {
        link.send_message(Told::Page(Msg::Visit(browser::fragment())));
    });
    let menus = EventListener::new(&window, "focusin", focus::leave_menus);
    vec![keys, address, menus]
}
