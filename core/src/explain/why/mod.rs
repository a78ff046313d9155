//! Why: the way from any event back to its root, in the few links that a teacher would tell.
//!
//! The recorded causes are followed backwards. Where they go in small circles, as
//! acknowledgements do, the way leads from a segment to what was said in it at once; where a
//! loss, a timer or a host that is off stands beside the way, it is taken in. Of all that, at
//! most seven links are told.

mod choose;
mod index;
mod matters;
mod rank;
mod says;
mod trouble;
mod walk;

pub use index::Index;
pub use matters::{matter, matters};

use crate::base::EventId;
use crate::timeline::{Chain, Link, Matter, RunInfo, Timeline};
use says::Speaker;
use walk::Walk;

/// The most links that are told, and the fewest where there is so much to tell.
pub const MOST: usize = 7;
/// See `MOST`.
pub const FEWEST: usize = 3;
/// The most words of a link.
pub const WORDS: usize = 12;

impl Index {
    /// Why an event happened. The index must have followed the timeline that far.
    #[must_use]
    pub fn chain(&self, (timeline, info): (&Timeline, &RunInfo), event: EventId) -> Chain {
        let walk = Walk::from(timeline, self, event);
        let matter = matter(timeline, timeline.event(event));
        let trouble = trouble::trouble(timeline, matter, &walk.nodes);
        // An automatic answer, too, goes out in nobody's name.
        let is_bounce = matter != Matter::Bounced || trouble.is_some();
        let matter = if is_bounce { matter } else { Matter::Nothing };
        let chosen = choose::choose(timeline, info, &walk.nodes);
        let speaker = Speaker::of(timeline, info, self, &walk.nodes);
        let links = chosen.into_iter().map(|node| {
            let at = timeline.event(node.event);
            Link {
                event: node.event,
                frame: speaker.frame_of(at),
                time: at.time,
                host: at.host,
                says: speaker.says(node),
            }
        });
        Chain {
            event,
            matter,
            links: links.collect(),
            trouble,
        }
    }
}

/// Why an event happened. To ask about many, keep an `Index`.
#[must_use]
pub fn chain(run: (&Timeline, &RunInfo), event: EventId) -> Chain {
    let mut index = Index::default();
    index.follow(run.0);
    index.chain(run, event)
}

/// Why each packet was lost, each no was said, each connection broke, and each letter came
/// back, in order.
#[must_use]
pub fn whys(run: (&Timeline, &RunInfo)) -> Vec<Chain> {
    let mut index = Index::default();
    index.follow(run.0);
    let all = matters(run.0).into_iter();
    let chains = all.map(|event| index.chain(run, event));
    chains.filter(|why| why.matter != Matter::Nothing).collect()
}
