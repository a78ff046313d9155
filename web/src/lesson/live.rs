//! A live run: that it is one, for how long, who the reader is in it; and the way back to
//! where it has come.

use super::Seen;
use crate::browser;
use crate::model::{Msg, Session, Standing};
use crate::parts::{Tell, says};
use crate::says::lesson as words;
use gloo_timers::callback::Interval;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub seen: Seen,
    pub tell: Tell,
}

/// That the run goes on, and who the reader is in it. Nothing in a run that is not live.
#[component]
pub fn Badge(props: &Props) -> Html {
    let seen = &props.seen;
    let Some(session) = seen.live else {
        return html! {};
    };
    let (class, word) = match session.standing {
        Standing::Going => ("going", words::LIVE),
        Standing::Silent => ("", words::MAYBE_LIVE),
        _ => ("", words::WAS_LIVE),
    };
    let host = seen.show.run.info.stands_in.clone().unwrap_or_default();
    html! {
        <span id="badge" class={classes!("badge", class)}>
            <span class="dot" aria-hidden="true">{ "●" }</span>
            <b>{ word }</b>
            <Clock {session} />
            <span class="you">{ words::YOU_ARE }<b>{ host }</b></span>
        </span>
    }
}

#[derive(Properties, PartialEq)]
struct ClockProps {
    session: Session,
}

/// How late it is in the run: `0:42`.
#[component]
fn Clock(props: &ClockProps) -> Html {
    let Session {
        standing,
        now,
        zero_ms,
        ..
    } = props.session;
    let tick = use_force_update();
    let goes = standing == Standing::Going;
    use_effect_with(goes, move |goes| {
        let every = goes.then(|| Interval::new(1_000, move || tick.force_update()));
        move || drop(every)
    });
    let told = now.0 / 1_000_000_000;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds of a session"
    )]
    let passed = ((browser::now_ms() - zero_ms).max(0.0) / 1e3) as u64;
    let seconds = if goes { passed } else { told };
    html! { <span class="clock">{ format!("{}:{:02}", seconds / 60, seconds % 60) }</span> }
}

/// What came since the reader left the end of the run, and the way back there; or what is to
/// be said of the session.
#[component]
pub fn Along(props: &Props) -> Html {
    let Props { seen, tell } = props;
    let Some(session) = seen.live else {
        return html! {};
    };
    let follows = seen.address.follows;
    html! {
        <span class="along">
            if session.standing != Standing::Going {
                <span id="standing">{ session.standing.says() }</span>
            }
            if session.standing == Standing::Gone {
                <button id="ask-again" class="btn" onclick={says(tell, Msg::AskAgain)}>{ words::ASK_AGAIN }</button>
            }
            if follows && session.standing == Standing::Going {
                <span class="lbl">{ words::KEPT }</span>
            } else if !follows {
                if seen.new_steps > 0 {
                    <span id="new-steps">{ words::new_steps(seen.new_steps) }</span>
                }
                <button id="follow" class="btn" title={words::END_KEY} onclick={says(tell, Msg::ToEnd)}>
                    { if session.standing.is_end() { words::TO_END } else { words::FOLLOW } }
                </button>
            }
        </span>
    }
}
