//! Where in a run each of a scenario's captions belongs.

use super::packets::{Seen, Watch};
use crate::base::{CloseReason, ConnId, HostId, LinkId, TurnKind};
use crate::scenario::model::{Scenario, When};
use crate::timeline::{Caption, Drop, Event, FlowRecord, FlowState, Kind, Timeline};

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
    let mut watch = Watch::of(timeline, scenario);
    let mut placed = Vec::new();
    for at in timeline.events().iter() {
        let packet = watch.see(at);
        if packet.is_none() && !may_have_one(at.kind) {
            continue;
        }
        let waiting = scenario.captions.iter().enumerate();
        let here = waiting.filter(|(_, caption)| match &packet {
            Some(packet) => is_sent(at, packet, &caption.when),
            None => is_moment(timeline, at, &caption.when),
        });
        placed.extend(here.map(|(caption, _)| Placed { caption, at }));
    }
    placed
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
    !matches!(
        kind,
        Kind::Sent | Kind::Delivered | Kind::Timer | Kind::Note | Kind::Listening
    )
}

fn is_sent(event: Event, packet: &Seen, when: &When) -> bool {
    match when {
        When::Sends { host, what } => event.host == *host && packet.is(*what),
        When::Repeats { host, what } => event.host == *host && packet.repeats(*what),
        _ => false,
    }
}

fn is_moment(timeline: &Timeline, event: Event, when: &When) -> bool {
    match when {
        When::Says { host, verb } => says(timeline, event, *host, verb, |_| true),
        When::Replies { host, code } => says(timeline, event, *host, &code.to_string(), |kind| {
            kind == TurnKind::Reply
        }),
        When::PacketLost { host } => {
            let is_lost = lost(timeline, event).is_some();
            event.host == *host && is_lost && !timeline.is_lost_on_link(&event)
        }
        When::PacketLostOn { link } => lost(timeline, event)
            .filter(|_| timeline.is_lost_on_link(&event))
            .is_some_and(|d| timeline.frame(d.frame).link == *link),
        When::Forbids { host } => {
            event.host == *host && lost(timeline, event).is_some_and(|d| d.rule.is_some())
        }
        When::GivesUp { host } => {
            event.kind == Kind::Closed
                && event.host == *host
                && timeline.end(ConnId(event.arg)).reason == Some(CloseReason::TimedOut)
        }
        When::Translates { host } => flow(timeline, event, *host).is_some_and(|record| {
            let flow = record.flow.as_ref();
            flow.is_some_and(|flow| flow.state == FlowState::New && flow.is_translated())
        }),
        When::Forgets { host } => {
            flow(timeline, event, *host).is_some_and(|record| record.flow.is_none())
        }
        When::LinkDown { link } => event.kind == Kind::LinkDown && is_of(event, *link),
        When::LinkUp { link } => event.kind == Kind::LinkUp && is_of(event, *link),
        When::HostDown { host } => event.kind == Kind::HostDown && event.host == *host,
        When::HostUp { host } => event.kind == Kind::HostUp && event.host == *host,
        When::ConnectionOpens => event.kind == Kind::Opened && is_caller(timeline, event),
        // One that never opened does not close.
        When::ConnectionCloses => {
            event.kind == Kind::Closed
                && is_caller(timeline, event)
                && timeline.end(ConnId(event.arg)).opened.is_some()
        }
        When::Asks { host, kind, name } => {
            is_about(timeline, event, *host, (TurnKind::Command, kind, name))
        }
        When::Answers { host, kind, name } => {
            is_about(timeline, event, *host, (TurnKind::Reply, kind, name))
        }
        When::Sends { .. } | When::Repeats { .. } => false,
    }
}

fn lost(timeline: &Timeline, event: Event) -> Option<&Drop> {
    let is_loss = matches!(event.kind, Kind::Dropped | Kind::Discarded);
    is_loss.then(|| timeline.dropped(event.arg))
}

fn flow(timeline: &Timeline, event: Event, host: HostId) -> Option<&FlowRecord> {
    let is_flow = event.kind == Kind::Flow && event.host == host;
    is_flow.then(|| timeline.flow(event.arg))
}

fn is_of(event: Event, link: LinkId) -> bool {
    event.arg == u32::from(link.0)
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

/// Whether it is a question for a name, or the answer: `MX example.net`, and what was found
/// after a colon.
fn is_about(
    timeline: &Timeline,
    event: Event,
    host: HostId,
    (kind, verb, name): (TurnKind, &str, &str),
) -> bool {
    if event.kind != Kind::Turn || event.host != host {
        return false;
    }
    let turn = &timeline.turn(event.arg).turn;
    let asked = turn.text.split(':').next().unwrap_or("");
    let names_it = asked
        .strip_prefix(verb)
        .is_some_and(|rest| rest.trim().trim_end_matches('.').eq_ignore_ascii_case(name));
    turn.kind == kind && turn.verb == verb && names_it
}

/// Both ends open and close; the one that called speaks for both.
fn is_caller(timeline: &Timeline, event: Event) -> bool {
    timeline.end(ConnId(event.arg)).active
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Duration, LinkId, Span};
    use crate::scenario::model::{self, Arp, Group, IpFamily, Level, PacketKind};
    use crate::timeline::sample::{self, Flags, LAPTOP, LINK, SERVER, Script};
    use crate::timeline::{Flow, FlowMaker, Protocol};

    /// A scenario that waits for these moments.
    fn waiting(moments: &[When]) -> Scenario {
        let caption = |when: &When| model::Caption {
            when: when.clone(),
            say: format!("{when:?}"),
            span: Span::default(),
        };
        Scenario {
            id: String::new(),
            title: String::new(),
            summary: String::new(),
            group: Group::Networks,
            lesson: None,
            level: Level::Lesson,
            ip: IpFamily::V4,
            arp: Arp::Shown,
            names: model::Names::Hosts,
            nodes: Vec::new(),
            links: Vec::new(),
            domains: Vec::new(),
            knobs: Vec::new(),
            story: Vec::new(),
            captions: moments.iter().map(caption).collect(),
            symptoms: Vec::new(),
        }
    }

    /// How often each moment comes, and when first, in milliseconds.
    fn moments(timeline: &Timeline, moments: &[When]) -> Vec<(usize, Option<u64>)> {
        let placed = place(timeline, &waiting(moments));
        let of = |caption| placed.iter().filter(move |p| p.caption == caption);
        let first = |caption| of(caption).next().map(|p| p.at.time.0 / 1_000_000);
        (0..moments.len())
            .map(|c| (of(c).count(), first(c)))
            .collect()
    }

    fn sends(host: HostId, what: PacketKind) -> When {
        When::Sends { host, what }
    }

    #[test]
    fn packets_are_known_by_what_they_are() {
        let timeline = sample::timeline();
        let found = moments(
            &timeline,
            &[
                sends(LAPTOP, PacketKind::Syn),
                sends(SERVER, PacketKind::SynAck),
                sends(SERVER, PacketKind::Syn),
                sends(SERVER, PacketKind::Data),
                sends(SERVER, PacketKind::Fin),
                When::Repeats {
                    host: SERVER,
                    what: PacketKind::Data,
                },
                When::Repeats {
                    host: LAPTOP,
                    what: PacketKind::Data,
                },
                When::PacketLostOn { link: LINK },
                When::PacketLostOn { link: LinkId(7) },
                When::PacketLost { host: SERVER },
            ],
        );
        let expected = [
            (2, Some(0)),
            (2, Some(10)),
            (0, None),
            (4, Some(30)),
            (1, Some(2100)),
            (1, Some(2090)),
            (0, None),
            (1, Some(80)),
            (0, None),
            (0, None),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn who_gives_up_has_asked_again() {
        let mut s = Script::new();
        let end = s.opening(LAPTOP, true, (49152, 21));
        for _ in 0..3 {
            let syn = s.sends(end, &Flags("S"), 0, b"");
            s.is_lost(syn);
            s.now += Duration::from_secs(1);
        }
        let at = s.at(LAPTOP);
        s.timeline.record_closed(at, end, CloseReason::TimedOut);
        let again = When::Repeats {
            host: LAPTOP,
            what: PacketKind::Syn,
        };
        let gives_up = |host| When::GivesUp { host };
        let found = moments(&s.timeline, &[again, gives_up(LAPTOP), gives_up(SERVER)]);
        assert_eq!(found, [(2, Some(1000)), (1, Some(3000)), (0, None)]);
    }

    #[test]
    fn a_router_translates_and_forgets_and_links_go_down_and_up() {
        let mut s = Script::new();
        let flow = |state| Flow {
            protocol: Protocol::Tcp,
            from: "192.168.1.10:49152".parse().unwrap(),
            to: "203.0.113.10:21".parse().unwrap(),
            seen_from: "203.0.113.1:49152".parse().unwrap(),
            goes_to: "203.0.113.10:21".parse().unwrap(),
            state,
            made_by: FlowMaker::Packet,
            forgotten_at: s.now,
        };
        let flows = [
            Some(flow(FlowState::New)),
            Some(flow(FlowState::Open)),
            None,
        ];
        for flow in flows {
            let at = s.at(SERVER);
            s.timeline.record_flow(at, FlowRecord { row: 3, flow });
            s.now += Duration::from_secs(1);
        }
        for up in [false, true] {
            s.timeline.record_link(s.now, LINK, up);
            s.now += Duration::from_secs(1);
        }
        let found = moments(
            &s.timeline,
            &[
                When::Translates { host: SERVER },
                When::Translates { host: LAPTOP },
                When::Forgets { host: SERVER },
                When::LinkDown { link: LINK },
                When::LinkUp { link: LINK },
            ],
        );
        let once = |second: u64| (1, Some(second * 1000));
        assert_eq!(found, [once(0), (0, None), once(2), once(3), once(4)]);
    }
}
