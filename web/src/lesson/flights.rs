//! Packets that move: each rides its path once, when the reader steps forwards, and then rests.

use crate::browser;
use crate::drawing::number;
use crate::model::{Motion, Speed};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::Element;
use wirestage_core::view::draw::between;
use wirestage_core::view::stage::{Flight, Progress};
use yew::prelude::*;

/// How long a step's packets take at the usual speed.
const FLIGHT_MS: u32 = 1_100;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub flights: Vec<Flight>,
    pub motion: Motion,
    pub speed: Speed,
    /// They hang where they are.
    pub frozen: bool,
}

/// Told at each frame while something moves.
pub struct Frame;

/// The packets of a step.
pub struct Flights {
    root: NodeRef,
    /// How much of the step has been shown: 0 to 1.
    at: f64,
    last_ms: Option<f64>,
    asked: Option<(i32, Closure<dyn FnMut()>)>,
}

impl Component for Flights {
    type Message = Frame;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            root: NodeRef::default(),
            at: 1.0,
            last_ms: None,
            asked: None,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.motion.serial != old.motion.serial {
            let moves = props.motion.forward && !browser::is_still();
            self.at = if moves { 0.0 } else { 1.0 };
            self.last_ms = None;
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, _: Frame) -> bool {
        self.asked = None;
        let now = browser::now_ms();
        let past = self.last_ms.map_or(0.0, |last| now - last);
        self.last_ms = Some(now);
        let whole = f64::from(ctx.props().speed.of(FLIGHT_MS));
        self.at = (self.at + past / whole).min(1.0);
        self.put(ctx);
        self.ask(ctx);
        false
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let flights = &ctx.props().flights;
        let one = |flight: &Flight| {
            let (width, height) = flight.size;
            let Stand {
                place,
                share,
                shown,
            } = self.stand(flights, flight);
            let label = match flight.progress {
                Some(progress) => progress.words(share),
                None => flight.label.clone(),
            };
            html! {
                <g class={flight.class.clone()} transform={place} visibility={shown}>
                    <rect x={number(-width / 2.0)} y={number(-height / 2.0)} width={number(width)} height={number(height)} rx="4" />
                    if let Some(progress) = flight.progress {
                        <rect class="gone" x={number(1.5 - width / 2.0)} y={number(1.5 - height / 2.0)} width={number(filled(flight, &progress, share))} height={number(height - 3.0)} rx="3" />
                    }
                    <text text-anchor="middle" y={number(height * 0.18)}>{ label }</text>
                </g>
            }
        };
        html! {
            <g id="flights" ref={self.root.clone()}>
                { flights.iter().map(one).collect::<Html>() }
            </g>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        self.put(ctx);
        self.ask(ctx);
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.stop();
    }
}

impl Flights {
    /// Puts each packet where it is now. What stands there already is left alone, so that the
    /// browser has nothing to lay out for it.
    fn put(&self, ctx: &Context<Self>) {
        let Some(root) = self.root.cast::<Element>() else {
            return;
        };
        let flights = &ctx.props().flights;
        let packets = root.children();
        for (index, flight) in (0..).zip(flights) {
            let Some(packet) = packets.item(index) else {
                return;
            };
            let Stand {
                place,
                share,
                shown,
            } = self.stand(flights, flight);
            set(&packet, "transform", &place);
            fill(&packet, flight, share);
            set(&packet, "visibility", shown);
        }
        let stage = root.parent_element();
        let fallen = stage.and_then(|stage| stage.query_selector(".fallen").ok().flatten());
        if let Some(fallen) = fallen {
            set(&fallen, "visibility", seen(!self.falls(flights)));
        }
    }

    /// How a packet stands on the stage now.
    fn stand(&self, flights: &[Flight], flight: &Flight) -> Stand {
        let length = (flight.ends - flight.starts).max(0.01);
        let gone = between((self.at - flight.starts) / length, 0.0, 1.0);
        let share = eased(gone);
        let (x, y) = flight.at(share);
        let begun = self.at >= flight.starts;
        // What has arrived makes room for what comes after it.
        let is_over = match flight.lost {
            Some(_) => !self.falls(flights),
            None => self.is_followed(flights, flight),
        };
        Stand {
            place: format!("translate({} {})", number(x), number(y)),
            share,
            shown: seen(begun && !(gone >= 1.0 && is_over)),
        }
    }

    /// Whether something still falls: what was lost lies on the stage once all of it has fallen.
    fn falls(&self, flights: &[Flight]) -> bool {
        let mut lost = flights.iter().filter(|flight| flight.lost.is_some());
        lost.any(|flight| self.at < flight.ends)
    }

    fn is_followed(&self, flights: &[Flight], flight: &Flight) -> bool {
        let mut others = flights.iter();
        others.any(|other| other.starts >= flight.ends && self.at >= other.starts)
    }

    /// Asks for the next frame while anything moves.
    fn ask(&mut self, ctx: &Context<Self>) {
        if self.at >= 1.0 || ctx.props().frozen || ctx.props().flights.is_empty() {
            self.stop();
            self.last_ms = None;
            return;
        }
        if self.asked.is_some() {
            return;
        }
        let link = ctx.link().clone();
        let frame = Closure::<dyn FnMut()>::new(move || link.send_message(Frame));
        let id = browser::window().request_animation_frame(frame.as_ref().unchecked_ref());
        if let Ok(id) = id {
            self.asked = Some((id, frame));
        }
    }

    fn stop(&mut self) {
        if let Some((id, _)) = self.asked.take() {
            let _ = browser::window().cancel_animation_frame(id);
        }
    }
}

/// How a packet stands on the stage.
struct Stand {
    place: String,
    /// How much of its way lies behind it: 0 to 1.
    share: f64,
    shown: &'static str,
}

fn seen(is_seen: bool) -> &'static str {
    if is_seen { "visible" } else { "hidden" }
}

/// Sets an attribute that is to be another.
fn set(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        let _ = element.set_attribute(name, value);
    }
}

/// How wide that part of a file is that has gone.
fn filled(flight: &Flight, progress: &Progress, share: f64) -> f64 {
    (flight.size.0 - 3.0) * progress.share(share)
}

/// A file fills as it goes, and says how much of it has gone.
fn fill(packet: &Element, flight: &Flight, share: f64) {
    let Some(progress) = flight.progress else {
        return;
    };
    let find = |selector| packet.query_selector(selector).ok().flatten();
    if let Some(gone) = find(".gone") {
        set(&gone, "width", &number(filled(flight, &progress, share)));
    }
    // The text's own node: it is drawn anew when the label changes.
    if let Some(text) = find("text").and_then(|text| text.first_child()) {
        let words = progress.words(share);
        if text.node_value().as_deref() != Some(&words) {
            text.set_node_value(Some(&words));
        }
    }
}

/// Slow at first and at last.
fn eased(t: f64) -> f64 {
    t * t * (3.0 - 2.0 * t)
}
