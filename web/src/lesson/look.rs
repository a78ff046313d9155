//! The settings: colours, how large text is, whether things move, and forgetting it all.

use crate::browser::document;
use crate::focus;
use crate::model::Msg;
use crate::model::settings::{Moves, Settings, Size, Theme};
use crate::parts::{Tell, flag, says};
use crate::says::look as words;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub settings: Settings,
    pub tell: Tell,
}

/// The button and its menu, which keeps open for itself: the front page has no other.
#[component]
pub fn Look(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    let close = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(false))
    };
    let onkeydown = {
        let open = open.clone();
        Callback::from(move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                event.stop_propagation();
                open.set(false);
                if let Some(button) = document().get_element_by_id("look") {
                    focus::give(&button);
                }
            }
        })
    };
    html! {
        <span class="menu-at" {onkeydown}>
            <button id="look" class="btn" title={words::NAME} aria-expanded={flag(*open)} onclick={toggle}><span aria-hidden="true">{ words::SIGN }</span><span class="unseen">{ words::NAME }</span></button>
            if *open {
                <div class="scrim" onclick={close}></div>
                <div class="menu wide look" role="group" aria-label={words::NAME}>
                    { themes(props) }
                    <span class="lbl" id="look-text">{ words::TEXT }</span>
                    <span class="seg" role="group" aria-labelledby="look-text">{ Size::ALL.iter().map(|one| size(props, *one)).collect::<Html>() }</span>
                    <span class="lbl" id="look-motion">{ words::MOTION }</span>
                    <span class="seg" role="group" aria-labelledby="look-motion">{ Moves::ALL.iter().map(|one| motion(props, *one)).collect::<Html>() }</span>
                    <p class="hint">{ words::HINT }</p>
                    <Forget settings={props.settings.clone()} tell={props.tell.clone()} />
                </div>
            }
        </span>
    }
}

/// The colours, each with a sample of itself.
fn themes(props: &Props) -> Html {
    let one = |(theme, word): &(Theme, &'static str)| {
        let on = props.settings.theme == *theme;
        html! {
            <button aria-pressed={flag(on)} data-theme-choice={*word} onclick={says(&props.tell, Msg::Theme(*theme))}>
                <span class="sample" aria-hidden="true">{ words::SAMPLE }</span>{ words::theme(*theme) }
            </button>
        }
    };
    html! {
        <>
            <span class="lbl" id="look-colours">{ words::COLOURS }</span>
            <span class="themes" role="group" aria-labelledby="look-colours">{ Theme::ALL.iter().map(one).collect::<Html>() }</span>
        </>
    }
}

fn size(props: &Props, (size, word): (Size, &'static str)) -> Html {
    let on = props.settings.size == size;
    html! { <button aria-pressed={flag(on)} data-size-choice={word} onclick={says(&props.tell, Msg::Size(size))}>{ words::size(size) }</button> }
}

fn motion(props: &Props, (moves, word): (Moves, &'static str)) -> Html {
    let on = props.settings.motion == moves;
    html! { <button aria-pressed={flag(on)} data-motion-choice={word} onclick={says(&props.tell, Msg::Motion(moves))}>{ words::motion(moves) }</button> }
}

/// Forgets everything, after a second look at what that is.
#[component]
fn Forget(props: &Props) -> Html {
    let Props { settings, tell } = props;
    let asked = use_state_eq(|| false);
    let keep = use_node_ref();
    {
        let keep = keep.clone();
        use_effect_with(*asked, move |asked| {
            if let Some(keep) = keep.cast::<web_sys::Element>().filter(|_| *asked) {
                focus::give(&keep);
            }
        });
    }
    let ask = |on: bool| {
        let asked = asked.clone();
        Callback::from(move |_: MouseEvent| {
            asked.set(on);
            if let Some(look) = document().get_element_by_id("look").filter(|_| !on) {
                focus::give(&look);
            }
        })
    };
    if !*asked {
        return html! { <button id="forget" class="btn" onclick={ask(true)}>{ words::FORGET }</button> };
    }
    let forget = {
        let (tell, ask) = (tell.clone(), ask(false));
        Callback::from(move |event: MouseEvent| {
            tell.emit(Msg::Forget);
            ask.emit(event);
        })
    };
    html! {
        <div class="forget" role="group" aria-label={words::FORGET}>
            <p>{ words::goes(settings.done.len(), settings.last.is_some()) }</p>
            <button id="forget-really" class="btn" onclick={forget}>{ words::REALLY }</button>
            <button ref={keep} id="forget-keep" class="btn" onclick={ask(false)}>{ words::KEEP }</button>
        </div>
    }
}
