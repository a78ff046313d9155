//! Where in a run each of a scenario's captions belongs.

use crate::base::{HostId, TurnKind};
use crate::scenario::model::{Scenario, When};
use crate::timeline::{Caption, Event, Kind, Timeline};

/// A caption at a moment that it waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Which of the scenario's captions.
    pub caption: usize,
    /// The moment.
    pub at: Event,
}

/// Every moment of a run that a caption of the scenario waits for, in order. Where two
/// wait for the same moment, both come, in the scenario's order.
#[must_use]
pub fn place(timeline: &Timeline, scenario: &Scenario) -> Vec<Placed> {
    let waiting = || scenario.captions.iter().enumerate();
    let events = timeline.events().iter();
    events
        .filter(|event| may_have_one(event.kind))
        .flat_map(|at| {
            waiting()
                .filter(move |(_, caption)| is_moment(timeline, at, &caption.when))
                .map(move |(caption, _)| Placed { caption, at })
        })
        .collect()
}

/// The captions of a run, as views take them.
#[must_use]
pub fn captions(timeline: &Timeline, scenario: &Scenario) -> Vec<Caption> {
    let placed = place(timeline, scenario).into_iter();
    placed
        .map(|placed| Caption {
            event: placed.at.id,
            frame: timeline.frame_of(placed.at),
            say: scenario.captions[placed.caption].say.clone(),
        })
        .collect()
}

/// Most events are frames going by: they are passed over before anything is compared.
fn may_have_one(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Turn | Kind::Dropped | Kind::Opened | Kind::Closed
    )
}

fn is_moment(timeline: &Timeline, event: Event, when: &When) -> bool {
    match when {
        When::Says { host, verb } => {
            says(timeline, event, *host, verb, |kind| kind != TurnKind::Reply)
        }
        When::Replies { host, code } => says(timeline, event, *host, &code.to_string(), |kind| {
            kind == TurnKind::Reply
        }),
        // Questions about names are datagrams; no program asks any yet.
        When::Asks { .. } => false,
        When::PacketLost { host } => event.kind == Kind::Dropped && event.host == *host,
        When::ConnectionOpens => event.kind == Kind::Opened && is_caller(timeline, event),
        When::ConnectionCloses => event.kind == Kind::Closed && is_caller(timeline, event),
    }
}

fn says(
    timeline: &Timeline,
    event: Event,
    host: HostId,
    verb: &str,
    kind: impl Fn(TurnKind) -> bool,
) -> bool {
    if event.kind != Kind::Turn || event.host != host {
        return false;
    }
    let turn = &timeline.turn(event.arg).turn;
    kind(turn.kind) && turn.verb == verb
}

/// Both ends open and close; the one that called speaks for both.
fn is_caller(timeline: &Timeline, event: Event) -> bool {
    timeline.end(crate::base::ConnId(event.arg)).active
}
