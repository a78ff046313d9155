//! A run in numbers: round trips, connections, packets, bytes.

use crate::base::sorted::Map;
use crate::base::{CloseReason, ConnId, Time, TurnKind};
use crate::timeline::{End, Remark, Timeline};
use crate::view::facts::Facts;

/// What a run costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// How often somebody waits for an answer: to a call, to words, to a question, to a ping.
    pub round_trips: u64,
    /// Connections that were asked for.
    pub connections: u64,
    /// Questions about names.
    pub lookups: u64,
    /// How often one side speaks.
    pub turns: u64,
    /// Packets on all links.
    pub packets: u64,
    /// How many of them were lost.
    pub lost: u64,
    /// Bytes of all packets on all links.
    pub wire: u64,
    /// Bytes of packets where they were sent first, headers and all.
    pub sent: u64,
    /// Bytes of files and letters, each counted once.
    pub content: u64,
    /// When the last packet was sent or arrived.
    pub time: Time,
}

impl Counts {
    /// Those of a run.
    #[must_use]
    pub fn of(timeline: &Timeline) -> Self {
        let facts = Facts::of(timeline);
        let frames = timeline.frames();
        let bytes = |first: bool| {
            let frames = frames.iter().filter(|f| !first || f.forwards.is_none());
            frames.map(|frame| frame.slot.len() as u64).sum()
        };
        let turns = timeline.turns().iter();
        let data = turns.filter(|said| said.turn.kind == TurnKind::Data);
        Self {
            round_trips: round_trips(timeline),
            connections: facts.connections,
            lookups: facts.lookups,
            turns: timeline.turns().len() as u64,
            packets: facts.packets,
            lost: facts.lost,
            wire: bytes(false),
            sent: bytes(true),
            content: data.map(|said| said.range.1 - said.range.0).sum(),
            time: facts.time,
        }
    }

    /// What was sent besides files and letters: headers, handshakes, words, and all that was
    /// sent again.
    #[must_use]
    pub fn overhead(&self) -> u64 {
        self.sent.saturating_sub(self.content)
    }

    /// The same, in hundredths of all that was sent.
    #[must_use]
    pub fn overhead_percent(&self) -> u64 {
        (self.overhead() * 100 + self.sent / 2) / self.sent.max(1)
    }
}

/// A call that was answered is one; so is each stretch of answers that nobody interrupts, each
/// answer about a name, and each of the network's own.
fn round_trips(timeline: &Timeline) -> u64 {
    let calls = timeline.ends().iter();
    let answered =
        |end: &&End| end.opened.is_some() || matches!(end.reason, Some(CloseReason::Refused));
    let mut trips = calls.filter(|end| end.active).filter(answered).count() as u64;
    let numbers = timeline.connection_numbers();
    let connection = |end: ConnId| numbers[end.index()].ok_or(end);
    let mut answering: Map<Result<u32, ConnId>, bool> = Map::new();
    for said in timeline.turns() {
        let answers = said.turn.kind == TurnKind::Reply;
        let Some(conn) = said.conn else {
            trips += u64::from(answers);
            continue;
        };
        let was = answering.insert(connection(conn), answers);
        trips += u64::from(answers && was != Some(true));
    }
    let echoes = timeline.events().iter().filter(|event| {
        let remark = timeline.remark(event);
        matches!(remark, Some(Remark::Icmp(_)))
    });
    trips + echoes.count() as u64
}
