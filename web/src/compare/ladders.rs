//! Two ladders side by side, each below its stage, in one scroll. Of the ladders only what can
//! be seen is drawn.

use crate::drawing;
use crate::model::compare::side;
use crate::model::settings::Size;
use crate::model::{Compare, Msg, Settings, Show};
use crate::parts::Tell;
use crate::says::compare as words;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver};
use wirestage_core::compare::{Comparison, NAMES, Rungs, marks, rungs, unfoldable};
use wirestage_core::timeline::State;
use wirestage_core::view::draw::Shape;
use wirestage_core::view::draw::lanes::Lanes;
use wirestage_core::view::draw::letters::Sizes;
use wirestage_core::view::ladder;
use wirestage_core::view::moment::Moment;
use wirestage_core::view::outline::Place;
use wirestage_core::view::stage;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub made: Rc<Comparison>,
    pub shows: [Rc<Show>; 2],
    pub at: usize,
    /// Counts moves: after each the step is brought into sight.
    pub serial: u32,
    pub present: bool,
    pub settings: Settings,
    pub tell: Tell,
}

/// Both ladders.
pub struct Ladders {
    scroller: NodeRef,
    width: i32,
    top: i32,
    height: i32,
    observer: Option<(ResizeObserver, Closure<dyn Fn()>)>,
    /// The step for which it was scrolled.
    scrolled_for: Option<(usize, u32, i32)>,
    /// Where the pair that is shown lies. Known when it is drawn.
    here: Cell<Option<(f64, f64)>>,
}

/// The room changed, or what of it can be seen.
pub struct Look;

/// A side at its place.
struct At<'a> {
    show: &'a Show,
    place: Place,
    lanes: Lanes,
    before: State,
    state: State,
}

impl Component for Ladders {
    type Message = Look;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            scroller: NodeRef::default(),
            width: 0,
            top: 0,
            height: 600,
            observer: None,
            scrolled_for: None,
            here: Cell::new(None),
        }
    }

    fn update(&mut self, _: &Context<Self>, Look: Look) -> bool {
        self.look()
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let [a, b] = self.places(props);
        let pair = props.at.checked_sub(1);
        let sides = [side(a.show), side(b.show)];
        let laid = rungs(&props.made, sides, [&a.lanes, &b.lanes], pair);
        self.here.set(match pair {
            Some(pair) => laid.pairs.get(pair).map(|(y, height)| (*y, y + height)),
            None => Some((0.0, 0.0)),
        });
        let both = [&a, &b];
        let link = ctx.link();
        let one = |of: usize| {
            html! {
                <div class="cmp-column">
                    <p class="cmp-heading"><b class="cmp-name">{ NAMES[of] }</b>{ " " }{ heading(props, of) }</p>
                    { stage_of(both[of]) }
                </div>
            }
        };
        let rungs_of = |of: usize| self.ladder(props, &laid, of, both[of]);
        html! {
            <section class="cmp-left">
                <div class="cmp-columns cmp-stages">{ one(0) }{ one(1) }</div>
                <div ref={self.scroller.clone()} id="cmp-scroll" class="cmp-columns" tabindex="0" role="region" aria-label={words::TURNS}
                    onclick={choose(props)} onscroll={link.callback(|_| Look)}>
                    { rungs_of(0) }{ rungs_of(1) }
                </div>
            </section>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.observe(ctx);
        }
        let now = (ctx.props().at, ctx.props().serial, self.width);
        if self.scrolled_for != Some(now) {
            self.scrolled_for = Some(now);
            self.scroll();
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        if let Some((observer, _)) = self.observer.take() {
            observer.disconnect();
        }
    }
}

impl Ladders {
    fn places<'a>(&self, props: &'a Props) -> [At<'a>; 2] {
        let sizes = match (props.present, props.settings.size) {
            (true, _) => Sizes::PROJECTOR,
            (false, Size::Large) => Sizes::LARGE,
            (false, _) => Sizes::DESK,
        };
        // A gap lies between the two.
        let width = f64::from(((self.width - 12) / 2).max(200));
        let places = Compare::places(&props.made, props.at);
        [0, 1].map(|of| {
            let (show, place) = (&*props.shows[of], places[of]);
            let last = Place {
                at: place.at.saturating_sub(1),
                ..place
            };
            At {
                lanes: stage::lanes(show.timeline(), &show.outline, place, width, sizes),
                before: show.state(show.outline.seen(last)),
                state: show.state(show.outline.seen(place)),
                show,
                place,
            }
        })
    }

    /// What of a side's ladder can be seen.
    fn ladder(&self, props: &Props, laid: &Rungs, of: usize, at: &At<'_>) -> Html {
        let (top, height) = (f64::from(self.top), f64::from(self.height));
        let (from, to) = (top - height, top + 2.0 * height);
        let plan = &laid.plans[of];
        let moment = at.moment();
        let drawn = ladder::draw(plan, plan.visible(from, to), &moment, &at.lanes);
        let begun = laid.pairs.partition_point(|(y, height)| y + height < from);
        let ended = laid.pairs.partition_point(|(y, _)| *y < to);
        let marks = marks(&props.made, laid, (of, &at.lanes), begun..ended.max(begun));
        let shapes = unfoldable(drawn.shapes);
        html! {
            <svg class="drawing cmp-ladder" data-side={NAMES[of]} width={drawing::number(at.lanes.width)} height={drawing::number(laid.height)} role="group" aria-label={words::ladder(NAMES[of])}>
                { band(props, laid, at.lanes.width) }
                { drawing::shapes(&shapes) }
                { drawing::shapes(&marks) }
            </svg>
        }
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
        // What is drawn reaches a screen further: small scrolling needs nothing new.
        let near = (now.1 - self.top).abs() < now.2.max(1) / 2;
        if now.0 == self.width && now.2 == self.height && near {
            return false;
        }
        (self.width, self.top, self.height) = now;
        true
    }

    fn observe(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        let resized = Closure::<dyn Fn()>::new(move || link.send_message(Look));
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref());
        if let (Ok(observer), Some(scroller)) = (observer, self.scroller.cast::<Element>()) {
            observer.observe(&scroller);
            self.observer = Some((observer, resized));
        }
        ctx.link().send_message(Look);
    }

    /// Scrolls the ladders, and nothing else, so that the step is seen with rows around it.
    fn scroll(&self) {
        let scroller = self.scroller.cast::<HtmlElement>();
        let (Some(scroller), Some((top, bottom))) = (scroller, self.here.get()) else {
            return;
        };
        let room = f64::from(scroller.client_height());
        let margin = (3.0 * 36.0_f64).min(room / 3.0);
        let now = f64::from(scroller.scroll_top());
        let wanted = if top - margin < now {
            top - margin
        } else if bottom + margin > now + room {
            (bottom + margin - room).min(top - margin)
        } else {
            return;
        };
        #[expect(clippy::cast_possible_truncation, reason = "pixels")]
        scroller.set_scroll_top(wanted.max(0.0) as i32);
    }
}

impl At<'_> {
    fn moment(&self) -> Moment<'_> {
        Moment {
            timeline: self.show.timeline(),
            outline: &self.show.outline,
            place: self.place,
            before: &self.before,
            state: &self.state,
            packet: None,
        }
    }
}

/// What sets a side apart.
fn heading(props: &Props, of: usize) -> String {
    let told = props.made.apart[of].join(" · ");
    if told.is_empty() {
        words::SAME_SETTINGS.to_owned()
    } else {
        told
    }
}

/// The hosts of a side, and what stands between them.
fn stage_of(at: &At<'_>) -> Html {
    let drawn = stage::draw(&at.moment(), &at.lanes);
    let [width, height] = [at.lanes.width, drawn.drawing.height].map(drawing::number);
    html! {
        <svg class="drawing cmp-stage" {width} {height} role="img" aria-label={drawn.drawing.title.clone()}>
            { drawing::shapes(&drawn.drawing.shapes) }
        </svg>
    }
}

/// The pair that is shown, also where a side has nothing in it.
fn band(props: &Props, laid: &Rungs, width: f64) -> Html {
    let pair = props
        .at
        .checked_sub(1)
        .and_then(|pair| laid.pairs.get(pair));
    let Some((y, height)) = pair else {
        return html! {};
    };
    let shape = Shape::Rect {
        class: "cmp-band".into(),
        at: (0.0, *y),
        size: (width, *height),
        radius: 0.0,
    };
    drawing::shapes(&[shape])
}

/// A turn that was clicked is shown.
fn choose(props: &Props) -> Callback<MouseEvent> {
    let (tell, made) = (props.tell.clone(), Rc::clone(&props.made));
    Callback::from(move |event: MouseEvent| {
        let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
            return;
        };
        let row = attribute(&target, "data-row").and_then(|row| row.parse().ok());
        let Some(name) = attribute(&target, "data-side") else {
            return;
        };
        let of = usize::from(name == NAMES[1]);
        let row: Option<usize> = row;
        let mut pairs = made.pairs.iter();
        if let Some(at) = row.and_then(|row| pairs.position(|pair| pair.rows[of] == Some(row))) {
            tell.emit(Msg::Seek(at + 1));
        }
    })
}

fn attribute(target: &Element, name: &str) -> Option<String> {
    let found = target.closest(&format!("[{name}]")).ok().flatten()?;
    found.get_attribute(name)
}
