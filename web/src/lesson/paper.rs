//! The lesson on paper: the ladder and the transcript. It is made when the page is printed.

use crate::browser;
use crate::model::Show;
use gloo_events::EventListener;
use std::rc::Rc;
use wirestage_core::view::transcript::{self, transcript};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
}

/// What is printed.
#[component]
pub fn Paper(props: &Props) -> Html {
    let printing = use_state_eq(|| false);
    {
        let printing = printing.clone();
        use_effect_with((), move |()| {
            let listen = |name: &'static str, on: bool| {
                let printing = printing.clone();
                EventListener::new(&browser::window(), name, move |_| printing.set(on))
            };
            let listeners = [listen("beforeprint", true), listen("afterprint", false)];
            move || drop(listeners)
        });
    }
    if !*printing {
        return html! {};
    }
    let run = &props.show.run;
    let text = transcript(&run.timeline, &run.info, transcript::Options::default());
    html! {
        <div id="print">
            <pre>{ text }</pre>
        </div>
    }
}
