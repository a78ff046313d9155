//! The lesson on paper: the ladder and the transcript. It is made when the page is printed.

use crate::browser;
use crate::drawing;
use crate::model::Show;
use gloo_events::EventListener;
use std::rc::Rc;
use wirestage_core::view::draw::Drawing;
use wirestage_core::view::sheet::drawings;
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
    let parts = drawings(&run.timeline, &run.info, &props.show.outline);
    let picture = |part: &Drawing| {
        let (width, height) = (drawing::number(part.width), drawing::number(part.height));
        html! {
            <svg class="drawing" viewBox={format!("0 0 {width} {height}")} aria-hidden="true">{ drawing::shapes(&part.shapes) }</svg>
        }
    };
    let text = transcript(&run.timeline, &run.info, transcript::Options::default());
    html! {
        <div id="print">
            { parts.iter().map(picture).collect::<Html>() }
            <pre>{ text }</pre>
        </div>
    }
}
