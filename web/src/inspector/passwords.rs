//! The one switch that shows passwords, wherever some are hidden.

use crate::model::{Msg, Show};
use crate::parts::{Tell, flag, says};
use crate::says::desk;
use std::rc::Rc;
use wirestage_core::base::TurnKind;
use wirestage_core::view::words::without_passwords;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub on: bool,
    pub tell: Tell,
}

/// The switch; nothing where nobody said a password.
#[component]
pub fn Passwords(props: &Props) -> Html {
    let Props { show, on, tell } = props;
    let any = use_memo(Rc::clone(show), |show| has_any(show));
    if !*any {
        return html! {};
    }
    let about = if *on {
        desk::PASSWORDS_SHOWN
    } else {
        desk::PASSWORDS_HIDDEN
    };
    html! {
        <p class="desk-passwords">
            <button class="chip" aria-pressed={flag(*on)} onclick={says(tell, Msg::Passwords(!on))}>{ desk::SHOW_PASSWORDS }</button>
            <span class="aside">{ about }</span>
        </p>
    }
}

fn has_any(show: &Show) -> bool {
    let turns = show.timeline().turns().iter();
    let mut commands = turns.filter(|record| record.turn.kind == TurnKind::Command);
    commands.any(|record| without_passwords(&record.turn).0 != record.turn.text)
}
