//! The inspector's desk: which chart is shown and how, passwords, the transcript, how wide it is.

use super::{Effect, Model, Msg, Show, Tab};
use std::rc::Rc;

impl Model {
    /// Takes a message about the inspector.
    pub(super) fn at_desk(&mut self, msg: &Msg) -> Vec<Effect> {
        let looks = &mut self.address.looks;
        match msg {
            Msg::Chart(ask) => looks.chart = *ask,
            Msg::AsTable(on) => looks.as_table = *on,
            Msg::SaveChart => return vec![Effect::SaveChart],
            Msg::ToText if self.present => return Vec::new(),
            Msg::ToText => {
                let is_there = self.address.tab == Tab::Text;
                self.address.tab = if is_there { Tab::Step } else { Tab::Text };
                let focus = if is_there { "#tab-step" } else { "#transcript" };
                return vec![Effect::Write { push: false }, Effect::Focus(focus)];
            }
            Msg::Passwords(on) => {
                self.passwords = *on;
                if let Some(show) = self.show.take() {
                    self.show = Some(told(&show, *on));
                }
                return Vec::new();
            }
            Msg::Widen => {
                if self.present {
                    return Vec::new();
                }
                self.wide = !self.wide;
                return Vec::new();
            }
            _ => return self.ask_why(msg),
        }
        vec![Effect::Write { push: false }]
    }

    /// A run with its passwords as the reader wants them.
    pub(super) fn with_passwords(&self, show: &Rc<Show>) -> Rc<Show> {
        match self.passwords {
            true => told(show, true),
            false => Rc::clone(show),
        }
    }
}

fn told(show: &Rc<Show>, on: bool) -> Rc<Show> {
    let outline = show
        .outline
        .with_passwords(show.timeline(), &show.run.info, on);
    Rc::new(show.told(outline))
}
