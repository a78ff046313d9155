//! Which command announced each data connection of FTP, and which one used it.
//!
//! The words are matched with the connection by order and by who listens at which port. The
//! address may be another than the listener's: NAT changes it, and a host may announce what
//! is not its own.

use crate::base::sorted::Map;
use crate::base::{EventId, HostId, TurnKind};
use crate::dissect::{DataWord, of_command, of_reply};
use crate::timeline::{Connection, Kind, Tie, Timeline};
use std::net::IpAddr;

/// For each connection, as `connections` lists them, what ties it to words on another one.
#[must_use]
pub fn ties(timeline: &Timeline) -> Vec<Option<Tie>> {
    let connections = timeline.connections();
    let announced = announced(timeline, &connections);
    let all = connections.iter();
    all.map(|connection| {
        let found = announced.iter().rev();
        let found = found
            .map(|said| (said.fits(timeline, connection), said))
            .filter(|(fits, _)| *fits > 0);
        // Of those that fit alike the last one counts.
        let best = found.reduce(|one, next| if next.0 > one.0 { next } else { one })?;
        Some(best.1.tie(timeline))
    })
    .collect()
}

/// Words that announced a data connection, and what came of them on the same connection.
struct Announced {
    /// The control connection, counted from 1.
    control: u32,
    event: EventId,
    by: &'static str,
    at: Option<IpAddr>,
    port: u16,
    /// Who listens.
    speaker: HostId,
    /// Who is to call.
    hearer: Option<HostId>,
    asked: Option<EventId>,
    used: Option<EventId>,
    /// Whether the bytes were about to come for what is in `used`.
    begun: bool,
    /// The event of the next announcement there.
    until: Option<EventId>,
}

/// What is known of a control connection so far.
#[derive(Default)]
struct Control {
    /// The last announcement on it.
    last: Option<usize>,
    asked: Option<EventId>,
}

fn announced(timeline: &Timeline, connections: &[Connection]) -> Vec<Announced> {
    let numbers = timeline.connection_numbers();
    let mut all: Vec<Announced> = Vec::new();
    let mut controls: Map<u32, Control> = Map::new();
    for event in timeline.events().iter().filter(|e| e.kind == Kind::Turn) {
        let said = timeline.turn(event.arg);
        let word = match said.turn.kind {
            TurnKind::Command => of_command(&said.turn.text),
            TurnKind::Reply => of_reply(&said.turn.text),
            TurnKind::Data | TurnKind::Probe => None,
        };
        let number = said.conn.and_then(|conn| numbers[conn.index()]);
        let (Some(word), Some(conn), Some(number)) = (word, said.conn, number) else {
            continue;
        };
        let control = controls.or_default(number);
        let last = control.last.map(|at| &mut all[at]);
        match (word, last) {
            (DataWord::Asks, _) => control.asked = Some(event.id),
            (DataWord::Announces { by, at, port }, last) => {
                if let Some(last) = last {
                    last.until = Some(event.id);
                }
                let is_reply = said.turn.kind == TurnKind::Reply;
                control.last = Some(all.len());
                let hearer = connections[number as usize - 1].other(conn);
                all.push(Announced {
                    control: number,
                    event: event.id,
                    by,
                    at,
                    port,
                    speaker: event.host,
                    hearer: hearer.map(|end| timeline.end(end).host),
                    asked: control.asked.take().filter(|_| is_reply),
                    used: None,
                    begun: false,
                    until: None,
                });
            }
            (DataWord::Uses, Some(last)) if last.used.is_none() => last.used = Some(event.id),
            (DataWord::Begins, Some(last)) => last.begun |= last.used.is_some(),
            // Another command may still use it.
            (DataWord::Refuses, Some(last)) if !last.begun => last.used = None,
            _ => {}
        }
    }
    all
}

impl Announced {
    /// How well a connection fits: not at all, by who was to call, or by who listens.
    fn fits(&self, timeline: &Timeline, connection: &Connection) -> u8 {
        let caller = timeline.end(connection.client);
        let in_time =
            self.event < caller.opening && self.until.is_none_or(|until| caller.opening < until);
        if !in_time {
            return 0;
        }
        let server = connection.server.map(|server| timeline.end(server));
        let listens = server.is_some_and(|s| s.host == self.speaker && s.local.port() == self.port);
        let calls = self.hearer == Some(caller.host) && caller.remote.port() == self.port;
        match (listens, calls) {
            (true, _) => 3,
            (false, true) if self.at == Some(caller.remote.ip()) => 2,
            (false, true) => 1,
            (false, false) => 0,
        }
    }

    fn tie(&self, timeline: &Timeline) -> Tie {
        let text = |event: EventId| timeline.turn(timeline.event(event).arg).turn.text.clone();
        Tie {
            control: self.control,
            announced: self.event,
            by: self.by.to_owned(),
            asked: self.asked,
            used: self.used,
            use_of: self.used.map(text).unwrap_or_default(),
        }
    }
}
