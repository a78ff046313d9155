//! The lesson view: knobs above, stage and ladder at the left, the inspector at the right,
//! the transport below.

mod caption;
mod export;
mod flights;
mod header;
pub mod help;
pub mod knobs;
mod live;
pub mod look;
mod picture;
mod rungs;
mod transport;

use crate::inspector::Inspector;
use crate::model::{Address, Looks, Menu, Motion, Msg, Session, Settings, Show, Speed};
use crate::paper::Preview;
use crate::parts::{Tell, says};
use crate::says::lesson as words;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::base::visible::visible;
use wirestage_core::view::ladder::Folds;
use yew::prelude::*;

/// All that the lesson shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub show: Rc<Show>,
    pub address: Address,
    pub packet: Option<FrameId>,
    /// How far the next run has come, while one is made.
    pub running: Option<String>,
    /// The session that the run is in, where it is live.
    pub live: Option<Session>,
    /// The last place there is.
    pub last: usize,
    /// Steps that came since the reader left the end of a live run.
    pub new_steps: usize,
    pub trouble: Option<String>,
    pub note: Option<String>,
    pub can_undo: bool,
    pub can_redo: bool,
    pub spoken: String,
    pub folds: Folds,
    pub motion: Motion,
    pub playing: bool,
    pub frozen: bool,
    pub speed: Speed,
    pub menu: Option<Menu>,
    pub header_open: bool,
    pub knobs_open: bool,
    pub present: bool,
    pub blank: bool,
    pub wide: bool,
    pub passwords: bool,
    pub tap: Option<String>,
    pub settings: Settings,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub model: Seen,
    pub tell: Tell,
}

/// The lesson view.
#[component]
pub fn Lesson(props: &Props) -> Html {
    let Props { model: whole, tell } = props;
    if let Some(paper) = whole.address.paper {
        let show = Rc::clone(&whole.show);
        return html! { <Preview {show} {paper} settings={whole.settings.clone()} tell={tell.clone()} /> };
    }
    // What is looked at in packets changes nothing but the inspector.
    let mut seen = whole.clone();
    seen.address.looks = Looks::default();
    html! {
        <div id="lesson">
            <header::Header seen={seen.clone()} tell={tell.clone()} />
            <knobs::Knobs seen={seen.clone()} tell={tell.clone()} />
            <main class={classes!("stage-and-inspector", seen.wide.then_some("desk-wide"))}>
                <section class="left" aria-label={words::STAGE_AND_LADDER}>
                    <caption::Caption show={Rc::clone(&seen.show)} place={seen.address.place} />
                    <picture::Picture seen={seen.clone()} tell={tell.clone()} />
                </section>
                if !seen.present {
                    <aside aria-label={words::INSPECTOR}>
                        <Inspector
                            show={Rc::clone(&seen.show)}
                            place={seen.address.place}
                            packet={seen.packet}
                            tab={seen.address.tab}
                            looks={whole.address.looks.clone()}
                            passwords={seen.passwords}
                            wide={seen.wide}
                            tell={tell.clone()}
                        />
                    </aside>
                }
            </main>
            <transport::Transport seen={seen.clone()} tell={tell.clone()} />
            <knobs::Note seen={seen.clone()} tell={tell.clone()} />
            <div id="live" class="unseen" aria-live="polite" role="status">{ visible(&seen.spoken).into_owned() }</div>
            if seen.menu == Some(Menu::Help) {
                <help::Help tell={tell.clone()} />
            }
            if seen.blank {
                <button id="blank" aria-label={words::SHOW_AGAIN} onclick={says(tell, Msg::Blank)}></button>
            }
            <crate::paper::Unseen show={Rc::clone(&seen.show)} />
        </div>
    }
}

/// What is shown while the first run is made.
pub fn waiting(progress: &str, tell: &Tell) -> Html {
    html! {
        <main id="waiting">
            <p><span role="status">{ words::WORKING }</span>{ ": " }{ progress.to_owned() }{ " …" }</p>
            <button class="btn" onclick={says(tell, Msg::Cancel)}>{ words::STOP }</button>
        </main>
    }
}
