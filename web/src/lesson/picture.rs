//! Stage above ladder, in the same columns. Of the ladder only what can be seen is drawn.

use super::Seen;
use super::flights::Flights;
use super::rungs::Bar;
use crate::drawing;
use crate::model::settings::Size;
use crate::model::{Msg, Show};
use crate::parts::Tell;
use crate::says::ladder as words;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver, TouchEvent};
use wirestage_core::base::FrameId;
use wirestage_core::view::draw::lanes::Lanes;
use wirestage_core::view::draw::letters::Sizes;
use wirestage_core::view::ladder::{self, Folds, Plan};
use wirestage_core::view::moment::Moment;
use wirestage_core::view::outline::Place;
use wirestage_core::view::stage;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub seen: Seen,
    pub tell: Tell,
}

/// Beyond what can be seen of the ladder this much is drawn on either side, in screens: enough
/// for a step further at once, and for scrolling once the reader rests.
const NEAR: f64 = 0.25;
const WIDE: f64 = 1.0;
/// How long a reader stays at a step who rests there.
const REST_MS: u32 = 200;

/// What is told to the component.
pub enum Told {
    /// The room changed, or what of the ladder can be seen.
    Look,
    /// The reader rests.
    Rested,
    /// One finger; none where there are several, which zoom.
    Touched(Option<(i32, i32)>),
    Lifted(i32, i32),
}

/// Stage and ladder.
pub struct Picture {
    scroller: NodeRef,
    /// The room: how wide, and which part of the ladder can be seen.
    width: i32,
    top: Cell<i32>,
    height: i32,
    /// How much of the ladder is drawn beyond that, in screens.
    beyond: Cell<f64>,
    resting: Option<Timeout>,
    /// How far the ladder is scrolled, as it was last told: to ask for it while the page is being
    /// changed would have the browser lay out what is changed further at once.
    scrolled: Cell<i32>,
    observer: Option<(ResizeObserver, Closure<dyn Fn()>)>,
    touched: Option<(i32, i32)>,
    /// The step for which the ladder was scrolled.
    scrolled_for: Option<(u32, i32)>,
    /// What is to be seen of the ladder: the lines of the step.
    /// Known when it is drawn, and needed when it stands on the page.
    here: Cell<Option<(f64, f64)>>,
    /// How high the ladder is.
    whole: Cell<f64>,
    /// The lines that were laid last.
    laid: RefCell<Option<Laid>>,
}

/// Lines of a ladder: of which run, and as they were wanted.
struct Laid {
    show: Rc<Show>,
    wanted: Wanted,
    plan: Rc<Plan>,
}

/// How the ladder is wanted: its folds, the size of its text, and whether there is little room.
type Wanted = (Folds, f64, bool);

impl Component for Picture {
    type Message = Told;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            scroller: NodeRef::default(),
            width: 0,
            top: Cell::new(0),
            height: 600,
            beyond: Cell::new(NEAR),
            resting: None,
            scrolled: Cell::new(0),
            observer: None,
            touched: None,
            scrolled_for: None,
            here: Cell::new(None),
            whole: Cell::new(0.0),
            laid: RefCell::default(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, told: Told) -> bool {
        match told {
            Told::Look => self.look(),
            Told::Rested => {
                self.resting = None;
                self.beyond.replace(WIDE) < WIDE
            }
            Told::Touched(at) => {
                self.touched = at;
                false
            }
            Told::Lifted(x, y) => {
                if let Some((from_x, from_y)) = self.touched.take() {
                    swipe(&ctx.props().tell, x - from_x, y - from_y);
                }
                false
            }
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        ctx.props().seen != old.seen
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { seen, tell } = ctx.props();
        let show = &seen.show;
        let place = seen.address.place;
        let last = Place {
            at: place.at.saturating_sub(1),
            ..place
        };
        let before = show.state(show.outline.seen(last));
        let state = show.state(show.outline.seen(place));
        let moment = Moment {
            timeline: show.timeline(),
            outline: &show.outline,
            place,
            before: &before,
            state: &state,
            packet: seen.packet.filter(|_| seen.address.packet.is_some()),
        };
        let lanes = self.lanes(seen);
        let drawn = stage::draw(&moment, &lanes);
        let folds = Folds {
            rungs: seen.address.rungs.clone(),
            ..seen.folds.clone()
        };
        let large = folds.rungs.lanes(&lanes);
        let plan = self.plan(show, place, folds, &large);
        self.here.set(place_in_ladder(&plan, place));
        self.whole.set(plan.height);
        let ahead = self.ahead(seen);
        if self.is_far(ahead, self.height) {
            // What will be seen then is drawn at once.
            self.top.set(ahead);
            self.beyond.set(NEAR);
        }
        let (top, height) = (f64::from(self.top.get()), f64::from(self.height));
        let more = self.beyond.get() * height;
        let lines = plan.visible(top - more, top + height + more);
        // Counted from its own top, most of a long ladder looks the same wherever it is.
        let from = plan
            .lines
            .get(lines.start)
            .map_or(0.0, |line| line.y.floor());
        let rungs = ladder::draw_from(&plan, lines, &moment, &large, from);
        let link = ctx.link();
        let choose = choose(tell, show);
        html! {
            <>
                <div class="stage-box" onclick={choose.clone()}
                    ontouchstart={link.batch_callback(|event| touched(&event))} ontouchend={link.batch_callback(|event| lifted(&event))}>
                    <svg id="stage" class="drawing" width={drawing::number(lanes.width)} height={drawing::number(drawn.drawing.height)} role="img" aria-label={drawn.drawing.title.clone()}>
                        { drawing::shapes(&drawn.drawing.shapes) }
                        <Flights flights={drawn.flights} motion={seen.motion} speed={seen.speed} frozen={seen.frozen} />
                    </svg>
                </div>
                <Bar show={Rc::clone(show)} rungs={seen.address.rungs.clone()} tell={tell.clone()} />
                <div id="ladder-scroll" ref={self.scroller.clone()} onclick={choose} onkeydown={fold(tell)} tabindex="0" role="region" aria-label={words::LADDER}
                    onscroll={link.callback(|_| Told::Look)}
                    ontouchstart={link.batch_callback(|event| touched(&event))} ontouchend={link.batch_callback(|event| lifted(&event))}>
                    <svg id="ladder" class="drawing" width={drawing::number(lanes.width)} height={drawing::number(plan.height)} role="group" aria-label={words::WHOLE}>
                        <g transform={format!("translate(0 {from})")}>{ drawing::shapes(&rungs.shapes) }</g>
                    </svg>
                </div>
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.observe(ctx);
        }
        let seen = &ctx.props().seen;
        let due = self.due(seen);
        let goes_on = self.scrolled_for != Some(due);
        if goes_on {
            self.scrolled_for = Some(due);
            self.scroll();
        }
        if self.beyond.get() < WIDE && (goes_on || self.resting.is_none()) {
            let link = ctx.link().clone();
            let rested = move || link.send_message(Told::Rested);
            self.resting = Some(Timeout::new(REST_MS, rested));
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        if let Some((observer, _)) = self.observer.take() {
            observer.disconnect();
        }
    }
}

impl Picture {
    /// The ladder's lines at a place: those that were laid last, where they are the same.
    fn plan(&self, show: &Rc<Show>, place: Place, folds: Folds, lanes: &Lanes) -> Rc<Plan> {
        let wanted = (folds, lanes.sizes.text, lanes.narrow);
        let mut laid = self.laid.borrow_mut();
        if let Some(laid) = laid.as_mut()
            && Rc::ptr_eq(&laid.show, show)
            && laid.wanted == wanted
            && Rc::make_mut(&mut laid.plan).goes_to(&show.outline, place)
        {
            return Rc::clone(&laid.plan);
        }
        let plan = Plan::of(show.timeline(), &show.outline, place, &wanted.0, lanes);
        let plan = Rc::new(plan);
        *laid = Some(Laid {
            show: Rc::clone(show),
            wanted,
            plan: Rc::clone(&plan),
        });
        plan
    }

    fn lanes(&self, seen: &Seen) -> Lanes {
        let sizes = match (seen.present, seen.settings.size) {
            (true, _) => Sizes::PROJECTOR,
            (false, Size::Largest) => Sizes::PROJECTOR,
            (false, Size::Large) => Sizes::LARGE,
            (false, Size::Normal) => Sizes::DESK,
        };
        let width = f64::from(self.width.max(200));
        let (show, place) = (&seen.show, seen.address.place);
        stage::lanes(show.timeline(), &show.outline, place, width, sizes)
    }

    /// Takes the measure of the room; answers whether it changed.
    fn look(&mut self) -> bool {
        let Some(scroller) = self.scroller.cast::<Element>() else {
            return false;
        };
        let now = (
            scroller.client_width(),
            scroller.scroll_top(),
            scroller.client_height(),
        );
        self.scrolled.set(now.1);
        if now.0 == self.width && now.2 == self.height && !self.is_far(now.1, now.2) {
            return false;
        }
        (self.width, self.height) = (now.0, now.2);
        self.top.set(now.1);
        self.beyond.set(WIDE);
        true
    }

    /// Whether something new is to be drawn where the ladder is scrolled to: half of what is drawn
    /// beyond what could be seen is in sight.
    fn is_far(&self, top: i32, height: i32) -> bool {
        let half = self.beyond.get() / 2.0 * f64::from(height.max(1));
        f64::from((top - self.top.get()).abs()) >= half
    }

    fn observe(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        let resized = Closure::<dyn Fn()>::new(move || link.send_message(Told::Look));
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref());
        if let (Ok(observer), Some(scroller)) = (observer, self.scroller.cast::<Element>()) {
            observer.observe(&scroller);
            self.observer = Some((observer, resized));
        }
        ctx.link().send_message(Told::Look);
    }

    /// What the ladder is scrolled for, once: a step, in a width.
    fn due(&self, seen: &Seen) -> (u32, i32) {
        (seen.motion.serial, self.width)
    }

    /// Scrolls the ladder, and nothing else, so that the step is seen with three rows around it.
    fn scroll(&self) {
        let scroller = self.scroller.cast::<HtmlElement>();
        if let Some(scroller) = scroller
            && let Some(top) = self.wanted()
        {
            scroller.set_scroll_top(top);
            self.scrolled.set(top);
        }
    }

    /// How far the ladder is scrolled once all stands on the page.
    fn ahead(&self, seen: &Seen) -> i32 {
        let is_due = self.scrolled_for != Some(self.due(seen));
        let wanted = self.wanted().filter(|_| is_due);
        wanted.unwrap_or_else(|| pixels(self.stays()))
    }

    /// How far it is scrolled if nobody scrolls it: one that has become shorter not beyond its end.
    fn stays(&self) -> f64 {
        let end = (self.whole.get() - f64::from(self.height)).max(0.0);
        f64::from(self.scrolled.get()).min(end)
    }

    /// How far the ladder is to be scrolled; none where the step is seen.
    fn wanted(&self) -> Option<i32> {
        let (top, bottom) = self.here.get()?;
        let room = f64::from(self.height);
        let margin = (3.0 * 36.0_f64).min(room / 3.0);
        let now = self.stays();
        let wanted = if top - margin < now {
            top - margin
        } else if bottom + margin > now + room {
            // What is higher than the room is seen from its top.
            (bottom + margin - room).min(top - margin)
        } else {
            return None;
        };
        Some(pixels(wanted.max(0.0)))
    }
}

fn pixels(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    let pixels = value as i32;
    pixels
}

/// Where in the ladder the step's lines are: top and bottom.
fn place_in_ladder(plan: &Plan, place: Place) -> Option<(f64, f64)> {
    let Some(Range { start, end }) = plan.here else {
        // The start is at the top; the end below.
        let y = if place.at == 0 { 0.0 } else { plan.height };
        return Some((y, y));
    };
    let last = plan.lines.get(end.checked_sub(1)?)?;
    Some((plan.lines.get(start)?.y, last.y + last.height))
}

/// What was clicked says where to go.
fn choose(tell: &Tell, show: &Rc<Show>) -> Callback<MouseEvent> {
    let (tell, show) = (tell.clone(), Rc::clone(show));
    Callback::from(move |event: MouseEvent| {
        let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
            return;
        };
        if let Some(phase) = number_of(&target, "data-phase") {
            tell.emit(Msg::Fold(phase));
        } else if let Some(packet) = number_of(&target, "data-packet") {
            tell.emit(Msg::Choose(Some(FrameId::from_index(packet))));
        } else if let Some(row) = number_of(&target, "data-row")
            && let Some(row) = show.outline.rows.get(row)
        {
            let size = wirestage_core::timeline::StepSize::Turn;
            tell.emit(Msg::GoTo(show.outline.place_of(size, row.events.start)));
        }
    })
}

fn number_of(target: &Element, name: &str) -> Option<usize> {
    let found = target.closest(&format!("[{name}]")).ok().flatten()?;
    found.get_attribute(name)?.parse().ok()
}

/// A phase that has the focus is folded by Enter and Space.
fn fold(tell: &Tell) -> Callback<KeyboardEvent> {
    let tell = tell.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.key() != "Enter" && event.key() != " " {
            return;
        }
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        if let Some(phase) = target.and_then(|target| number_of(&target, "data-phase")) {
            event.prevent_default();
            tell.emit(Msg::Fold(phase));
        }
    })
}

fn touched(event: &TouchEvent) -> Option<Told> {
    let touches = event.touches();
    let touch = touches.get(0)?;
    let single = touches.length() == 1;
    let at = (touch.client_x(), touch.client_y());
    Some(Told::Touched(single.then_some(at)))
}

fn lifted(event: &TouchEvent) -> Option<Told> {
    let touch = event.changed_touches().get(0)?;
    Some(Told::Lifted(touch.client_x(), touch.client_y()))
}

/// To the left is forwards, as pages turn.
fn swipe(tell: &Tell, x: i32, y: i32) {
    if x.abs() > 45 && x.abs() > 2 * y.abs() {
        tell.emit(if x < 0 { Msg::Next } else { Msg::Back });
    }
}
