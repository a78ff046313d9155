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
    let parts: Html = parts.iter().enumerate().map(sheet).collect();
    let text = transcript(&run.timeline, &run.info, transcript::Options::default());
    html! {
        <div id="print">
            { parts }
            <pre>{ text }</pre>
        </div>
    }
}

/// The height of what of a picture goes on one sheet, in the picture's own units.
const SHEET: f64 = 1200.0;

/// A picture, on as many sheets as it needs: browsers do not break one.
fn sheet((index, part): (usize, &Drawing)) -> Html {
    let id = format!("paper-{index}");
    let mut pieces = Vec::new();
    let mut top = 0.0;
    while top < part.height {
        let height = SHEET.min(part.height - top);
        let [y, width, height] = [top, part.width, height].map(drawing::number);
        let tall = (part.height > SHEET / 2.0).then_some("tall");
        pieces.push(html! {
            <svg class={classes!("drawing", tall)} viewBox={format!("0 {y} {width} {height}")} aria-hidden="true">
                if top == 0.0 {
                    <defs><g id={id.clone()}>{ drawing::shapes(&part.shapes) }</g></defs>
                }
                <use href={format!("#{id}")} />
            </svg>
        });
        top += SHEET;
    }
    pieces.into_iter().collect()
}
