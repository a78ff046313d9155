//! Looking at packets: a field is chosen, fields are watched, a filter says which packets are listed.

use super::address::PINS;
use super::{Effect, Model, Msg, Tab};
use crate::says::messages;

impl Model {
    /// Takes a message about what is looked at in packets.
    pub(super) fn look_at(&mut self, msg: Msg) -> Vec<Effect> {
        let looks = &mut self.address.looks;
        match msg {
            Msg::Field(field) => looks.field = field,
            Msg::Pin(field) => {
                let pinned = looks.pins.iter().position(|pin| *pin == field);
                if let Some(at) = pinned {
                    looks.pins.remove(at);
                } else if !looks.pin(&field) {
                    return self.arrange(Msg::Say(messages::no_more_pins(PINS)));
                }
            }
            Msg::Sift(filter) => looks.filter = filter,
            Msg::SiftBy(filter) => {
                looks.filter = filter;
                return self.look_at(Msg::ToFilter);
            }
            Msg::ToFilter if self.show.is_none() => return vec![Effect::Focus("#find")],
            Msg::ToFilter if self.present => return Vec::new(),
            Msg::ToFilter => {
                self.address.tab = Tab::Packets;
                return vec![Effect::Write { push: false }, Effect::Focus("#filter")];
            }
            _ => return self.at_desk(&msg),
        }
        vec![Effect::Write { push: false }]
    }
}
