//! Why something went wrong: told below the row of what did.

use super::Walk;
use crate::base::EventId;
use crate::base::sorted::Map;
use crate::timeline::{Chain, Event, RunInfo, Timeline};

/// The chains that are told, by the event that they explain.
pub(super) fn told<'a>(timeline: &Timeline, info: &'a RunInfo) -> Map<EventId, &'a Chain> {
    let worth = timeline.worth_telling(&info.whys).into_iter();
    worth.map(|chain| (chain.event, chain)).collect()
}

impl Walk<'_> {
    /// What an event came of, without the event itself, which the row above tells.
    pub(super) fn why(&mut self, event: Event) {
        let Some(chain) = self.whys.remove(&event.id) else {
            return;
        };
        self.tell_pending();
        let trouble = chain.trouble.as_ref();
        let trouble = trouble.filter(|trouble| trouble.event != event.id);
        self.page.why(&match trouble {
            Some(trouble) => format!("why: {}", trouble.words()),
            None => "why:".to_owned(),
        });
        let before = chain
            .links
            .split_last()
            .map_or(&[][..], |(_, before)| before);
        for link in before {
            let who = self.name(link.host);
            self.page.link(link.time, &format!("{who}: {}", link.says));
        }
    }
}
