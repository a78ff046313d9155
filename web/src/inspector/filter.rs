//! Where a filter is typed: what is wrong with it, and what it may become.

use crate::model::Msg;
use crate::parts::{Tell, flag};
use crate::says::packet as words;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use wirestage_core::filter::{Completion, Fault, Filter, completions};
use yew::prelude::*;

/// Names that are offered at the same time.
const OFFERED: usize = 40;
/// After so long without a key what is wrong is told.
const REST_MS: u32 = 900;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The filter that holds.
    pub filter: String,
    /// How many packets it lets through, and of how many.
    pub count: String,
    pub tell: Tell,
}

/// Something that may stand where the reader types: from where to where, what, and what it is.
#[derive(Clone, Debug, PartialEq)]
struct Offer {
    at: std::ops::Range<usize>,
    text: String,
    says: &'static str,
}

/// What is typed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Typed {
    text: String,
    /// The byte that the next letter comes before.
    caret: usize,
    /// Whether names are offered, and which of them is chosen.
    is_open: bool,
    active: Option<usize>,
    /// Whether the reader rests, and is told what is wrong.
    rests: bool,
}

impl Typed {
    fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            caret: text.len(),
            rests: true,
            ..Self::default()
        }
    }

    fn offers(&self) -> Vec<Offer> {
        if !self.is_open {
            return Vec::new();
        }
        let found = completions(&self.text, self.caret);
        let begun = self.text.get(found.at.clone()).unwrap_or_default();
        let others = found.all.into_iter().filter(|name| name.text != begun);
        let offer = |name: Completion| Offer {
            at: found.at.clone(),
            text: name.text,
            says: name.says,
        };
        others.take(OFFERED).map(offer).collect()
    }

    /// With what was offered in its place.
    fn with(&self, offer: &Offer) -> Self {
        let mut text = self.text.clone();
        text.replace_range(offer.at.clone(), &offer.text);
        Self {
            caret: offer.at.start + offer.text.len(),
            text,
            rests: true,
            ..Self::default()
        }
    }
}

/// The filters that were typed and hold, or will in a moment: the reader types on meanwhile, and
/// when they come back they are nothing new.
struct Sent {
    holds: String,
    coming: VecDeque<String>,
}

impl Sent {
    fn after(filter: &str) -> Self {
        Self {
            holds: filter.to_owned(),
            coming: VecDeque::new(),
        }
    }

    fn send(&mut self, filter: &str) {
        if self.coming.back().unwrap_or(&self.holds) != filter {
            self.coming.push_back(filter.to_owned());
        }
    }

    /// A filter holds now: whether somebody else asked for it.
    fn is_from_elsewhere(&mut self, filter: &str) -> bool {
        let known = self.holds == filter;
        filter.clone_into(&mut self.holds);
        let place = self.coming.iter().position(|coming| coming == filter);
        match place {
            // Those before it were passed over.
            Some(place) => drop(self.coming.drain(..=place)),
            None if known => return false,
            None => self.coming.clear(),
        }
        place.is_none()
    }
}

/// The field, what is wrong, and what is offered.
#[component]
pub fn Sift(props: &Props) -> Html {
    let typed = use_state_eq(|| Typed::of(&props.filter));
    let sent = use_mut_ref(|| Sent::after(&props.filter));
    let input = use_node_ref();
    {
        let (typed, sent) = (typed.clone(), Rc::clone(&sent));
        use_effect_with(props.filter.clone(), move |filter| {
            if sent.borrow_mut().is_from_elsewhere(filter) && typed.text != *filter {
                typed.set(Typed::of(filter));
            }
        });
    }
    {
        let typed = typed.clone();
        use_effect_with((*typed).clone(), move |_| {
            let rest = (!typed.rests).then(|| {
                Timeout::new(REST_MS, move || {
                    typed.set(Typed {
                        rests: true,
                        ..(*typed).clone()
                    });
                })
            });
            move || drop(rest)
        });
    }
    let offers = typed.offers();
    let fault = Filter::parse(&typed.text).err();
    let told = fault.as_ref().filter(|_| typed.rests);
    let take = take(&typed, &sent, &input, &props.tell);
    let (oninput, onkeydown) = (oninput(&take), keys(&typed, &offers, &take));
    let onblur = {
        let typed = typed.clone();
        Callback::from(move |_: FocusEvent| {
            typed.set(Typed {
                is_open: false,
                active: None,
                rests: true,
                ..(*typed).clone()
            });
        })
    };
    let is_open = !offers.is_empty();
    let active = typed.active.filter(|at| *at < offers.len());
    html! {
        <div class="sift">
            <label for="filter" class="lbl">{ words::FILTER }</label>
            <div class="typing">
                <input id="filter" ref={input} type="text" class="m" role="combobox" autocomplete="off" autocapitalize="off" spellcheck="false"
                    placeholder={words::EXAMPLE} value={typed.text.clone()}
                    aria-expanded={flag(is_open)} aria-controls="offers" aria-autocomplete="list" aria-invalid={flag(told.is_some())}
                    aria-describedby="sift-says" aria-activedescendant={active.map(|at| format!("offer-{at}"))}
                    {oninput} {onkeydown} {onblur} />
                <ul id="offers" class="menu" role="listbox" aria-label={words::NAMES} hidden={!is_open}>
                    { offers.iter().enumerate().map(|(at, offer)| option(at, offer, active, &typed, &take)).collect::<Html>() }
                </ul>
            </div>
            <div id="sift-says" aria-live="polite">
                if let Some(fault) = told { { wrong(&typed.text, fault) } }
                else { <p class="aside count">{ props.count.clone() }</p> }
            </div>
        </div>
    }
}

/// Takes what is typed; what is understood holds at once.
fn take(
    typed: &UseStateHandle<Typed>,
    sent: &Rc<RefCell<Sent>>,
    input: &NodeRef,
    tell: &Tell,
) -> Callback<Typed> {
    let (typed, sent) = (typed.clone(), Rc::clone(sent));
    let (input, tell) = (input.clone(), tell.clone());
    Callback::from(move |next: Typed| {
        if let Some(input) = input.cast::<HtmlInputElement>()
            && input.value() != next.text
        {
            input.set_value(&next.text);
            let caret = next.text[..next.caret].encode_utf16().count();
            let caret = u32::try_from(caret).unwrap_or(0);
            let _ = input.set_selection_range(caret, caret);
        }
        if next.text != typed.text && Filter::parse(&next.text).is_ok() {
            let filter = next.text.trim().to_owned();
            sent.borrow_mut().send(&filter);
            tell.emit(Msg::Sift(filter));
        }
        typed.set(next);
    })
}

fn oninput(take: &Callback<Typed>) -> Callback<InputEvent> {
    let take = take.clone();
    Callback::from(move |event: InputEvent| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        let text = input.value();
        let units = input.selection_start().ok().flatten();
        let units = units.map_or(usize::MAX, |units| units as usize);
        let mut seen = 0;
        let before = text.char_indices().find(|(_, c)| {
            seen += c.len_utf16();
            seen > units
        });
        let caret = before.map_or(text.len(), |(at, _)| at);
        take.emit(Typed {
            is_open: caret > 0,
            text,
            caret,
            active: None,
            rests: false,
        });
    })
}

fn keys(
    typed: &UseStateHandle<Typed>,
    offers: &[Offer],
    take: &Callback<Typed>,
) -> Callback<KeyboardEvent> {
    let (typed, offers, take) = (typed.clone(), offers.to_vec(), take.clone());
    Callback::from(move |event: KeyboardEvent| {
        let now = (*typed).clone();
        let count = offers.len();
        let next = match event.key().as_str() {
            "ArrowDown" if count == 0 => Typed {
                is_open: true,
                active: Some(0),
                ..now
            },
            "ArrowDown" => Typed {
                active: Some(now.active.map_or(0, |at| (at + 1) % count)),
                ..now
            },
            "ArrowUp" if count > 0 => Typed {
                active: Some(now.active.unwrap_or(0).checked_sub(1).unwrap_or(count - 1)),
                ..now
            },
            "Enter" => match now.active.and_then(|at| offers.get(at)) {
                Some(offer) => now.with(offer),
                None => Typed {
                    is_open: false,
                    rests: true,
                    ..now
                },
            },
            "Escape" if count > 0 => Typed {
                is_open: false,
                active: None,
                ..now
            },
            "Escape" if !now.text.is_empty() => Typed::of(""),
            _ => return,
        };
        event.prevent_default();
        take.emit(next);
    })
}

fn option(
    at: usize,
    offer: &Offer,
    active: Option<usize>,
    typed: &Typed,
    take: &Callback<Typed>,
) -> Html {
    let next = typed.with(offer);
    // The press itself, before the field loses the focus.
    let onpointerdown = take.reform(move |event: PointerEvent| {
        event.prevent_default();
        next.clone()
    });
    html! {
        <li key={at} id={format!("offer-{at}")} role="option" aria-selected={flag(active == Some(at))} {onpointerdown}>
            <span class="m">{ offer.text.clone() }</span><span class="aside">{ offer.says }</span>
        </li>
    }
}

/// The place that was not understood, and why.
fn wrong(text: &str, fault: &Fault) -> Html {
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
    let (from, to) = (fault.at.start.min(text.len()), fault.at.end.min(text.len()));
    let marked = match part(from..to) {
        empty if empty.is_empty() => "\u{a0}".to_owned(),
        marked => marked,
    };
    html! {
        <>
            <p class="m wrong" aria-hidden="true">{ part(0..from) }<mark>{ marked }</mark>{ part(to..text.len()) }</p>
            <p class="fault">{ fault.says.clone() }</p>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_late_and_is_nothing_new() {
        let mut sent = Sent::after("");
        assert!(!sent.is_from_elsewhere(""));
        sent.send("tcp");
        sent.send("tcp.flags");
        sent.send("tcp.flags");
        assert!(!sent.is_from_elsewhere("tcp"));
        assert!(!sent.is_from_elsewhere("tcp.flags"));
        assert!(sent.is_from_elsewhere("ftp"));
        assert!(sent.is_from_elsewhere("tcp"), "undone by somebody");
        // Where several came at once, the first was never shown.
        sent.send("udp");
        sent.send("dns");
        assert!(!sent.is_from_elsewhere("dns"));
        assert!(sent.is_from_elsewhere("udp"));
        // What holds already does not come again.
        sent.send("udp");
        assert!(sent.is_from_elsewhere("dns"));
    }
}
