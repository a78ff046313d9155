//! What the real side says on a connection, recorded as turns.

use crate::base::{ConnId, EventId};
use crate::program::ftp_turns;
use crate::program::overheard::{Overheard, Said};
use crate::timeline::{Moment, Timeline, TurnRecord};
use std::net::SocketAddr;

/// What is overheard on a connection.
#[derive(Debug, Default)]
pub(super) struct Speech {
    /// Where commands and replies are spoken.
    pub ear: Option<Box<Overheard>>,
    /// Where files are carried.
    pub file: Option<File>,
    /// The turn said last.
    last: Option<EventId>,
}

/// What a data connection carries.
#[derive(Debug)]
pub(super) struct File {
    /// The session's control connection.
    pub control: (SocketAddr, SocketAddr),
    name: String,
    /// Its turn, once it has begun.
    turn: Option<EventId>,
    /// Whether all that is to be known of it is told.
    told: bool,
}

impl File {
    /// What a session's data connection carries.
    pub fn of(control: (SocketAddr, SocketAddr)) -> Self {
        Self {
            control,
            name: String::new(),
            turn: None,
            told: false,
        }
    }

    /// Whether something of it has come in.
    pub fn is_begun(&self) -> bool {
        self.turn.is_some()
    }
}

impl Speech {
    /// The real side says these bytes. Answers the first turn that they carry.
    pub fn says(
        &mut self,
        timeline: &mut Timeline,
        at: Moment,
        end: ConnId,
        (offset, bytes): (u64, &[u8]),
    ) -> Option<EventId> {
        let mut first = None;
        for said in self.ear.as_mut()?.says(offset, bytes) {
            match said {
                Said::Phase(name) => {
                    timeline.record_phase(at, name);
                }
                Said::Turn { range, turn } => {
                    let record = TurnRecord {
                        conn: Some(end),
                        to: None,
                        range,
                        turn,
                        carried: None,
                    };
                    let event = timeline.record_turn(at, record);
                    self.last = Some(event);
                    first.get_or_insert(event);
                }
                Said::More(to, turn) => {
                    if let Some(last) = self.last {
                        timeline.amend_turn(last, to, turn);
                    }
                }
            }
        }
        first
    }

    /// Bytes of a file come in, up to there. Answers its turn where it begins with them.
    pub fn carries(
        &mut self,
        timeline: &mut Timeline,
        at: Moment,
        end: ConnId,
        (until, name): (u64, Option<String>),
    ) -> Option<EventId> {
        let file = self.file.as_mut()?;
        if let Some(turn) = file.turn {
            timeline.amend_turn(turn, until, None);
            return None;
        }
        file.name = name?;
        let mut turn = ftp_turns::data(&file.name, until);
        // How long it will be nobody knows yet.
        if let Some(cut) = turn.meaning.rfind(',') {
            turn.meaning.truncate(cut);
        }
        let record = TurnRecord {
            conn: Some(end),
            to: None,
            range: (0, until),
            turn,
            carried: None,
        };
        file.turn = Some(timeline.record_turn(at, record));
        file.turn
    }

    /// A file has come in whole, or no more of it will come.
    pub fn has_carried(&mut self, timeline: &mut Timeline, len: u64) {
        if let Some(file) = &mut self.file
            && let Some(turn) = file.turn
            && !file.told
        {
            file.told = true;
            timeline.amend_turn(turn, len, Some(ftp_turns::data(&file.name, len)));
        }
    }
}
