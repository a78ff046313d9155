//! What is known of a file or a list on its way.

use super::job::{Bring, Step};
use super::{CloseReason, Time, Token};
use crate::base::ConnId;
use crate::proto::ftp::typed::Midway;
use crate::proto::ftp::{Class, Command, Reply};
use std::net::SocketAddr;

/// A file or a list on its way.
#[derive(Debug)]
pub(super) struct Transfer {
    /// What it is for.
    pub(super) step: Step,
    pub(super) data: Data,
    /// What the server was asked for; none before that.
    pub(super) asked: Option<Command>,
    /// The connection that it goes over, or went.
    pub(super) conn: Option<ConnId>,
    /// The server said that it begins.
    pub(super) begun: bool,
    /// How many bytes have come, or have arrived there.
    pub(super) moved: u64,
    /// How many should, where that is known.
    pub(super) size: Option<u64>,
    /// At how many bytes to note progress next.
    pub(super) next_note: u64,
    /// What came of a list.
    pub(super) text: Vec<u8>,
    /// Whether line ends change on the way.
    pub(super) converts: bool,
    /// How many CRs stood before a LF, and whether the last byte was a CR.
    pub(super) line_ends: (u64, bool),
    /// How many bytes are on their way there, as long as not all have arrived.
    pub(super) sending: Option<u64>,
    /// The reply that ended it.
    pub(super) ended: Option<Reply>,
    /// The server has closed the data connection well.
    pub(super) closed: bool,
    /// Why the data connection broke, where it did.
    pub(super) broken: Option<CloseReason>,
    /// What happens midway, as long as it has not happened.
    pub(super) midway: Option<(Midway, u64)>,
    /// ABOR or STAT, said meanwhile.
    pub(super) late: Option<Late>,
    /// Until when the data connection may stay open after all was said.
    pub(super) linger: Option<Time>,
}

/// A command that was said while the file was on its way.
#[derive(Debug)]
pub(super) struct Late {
    pub(super) command: Command,
    /// Whether it was typed: then it ends with an outcome of its own.
    pub(super) typed: bool,
    pub(super) reply: Option<Reply>,
}

/// How far the data connection has come.
#[derive(Debug)]
pub(super) enum Data {
    /// Nothing was done yet, or all is over.
    None,
    /// Active: the host looks for a port, or the server may connect.
    Listening(Token),
    /// Passive: being opened.
    Connecting(Token, SocketAddr),
    /// It is open.
    Open(ConnId),
}

impl Data {
    pub(super) fn awaits(&self, token: Token) -> bool {
        matches!(self, Self::Listening(ours) if *ours == token)
    }
}

impl Transfer {
    pub(super) fn new(step: Step, converts: bool) -> Self {
        let midway = match &step {
            Step::Fetch(fetch) => fetch.midway,
            Step::Bring(bring) => bring.midway,
            _ => None,
        };
        Self {
            step,
            data: Data::None,
            asked: None,
            conn: None,
            begun: false,
            moved: 0,
            size: None,
            next_note: u64::MAX,
            text: Vec::new(),
            converts,
            line_ends: (0, false),
            sending: None,
            ended: None,
            closed: false,
            broken: None,
            midway,
            late: None,
            linger: None,
        }
    }

    pub(super) fn is_on(&self, conn: ConnId) -> bool {
        matches!(self.data, Data::Open(ours) if ours == conn)
    }

    /// Where it begins.
    pub(super) fn from(&self) -> u64 {
        match &self.step {
            Step::Fetch(fetch) => fetch.from,
            Step::Bring(bring) => bring.from,
            _ => 0,
        }
    }

    /// Where the server is told that it begins: nothing is told of what is added.
    pub(super) fn rest(&self) -> u64 {
        match &self.step {
            Step::Bring(bring) if bring.appends => 0,
            _ => self.from(),
        }
    }

    /// Up to where the file is here, or there.
    pub(super) fn reached(&self) -> u64 {
        self.from() + self.moved
    }

    pub(super) fn command(&self, no_facts: bool) -> Command {
        match &self.step {
            Step::Fetch(fetch) => Command::Retr(fetch.name.clone()),
            Step::Bring(bring) if bring.appends => Command::Appe(bring.to.clone()),
            Step::Bring(bring) => Command::Stor(bring.to.clone()),
            Step::Look(look) => look.command(no_facts),
            _ => Command::Noop,
        }
    }

    /// The file's name here, where it is one.
    pub(super) fn own_name(&self) -> Option<&str> {
        match &self.step {
            Step::Fetch(fetch) => Some(&fetch.save_as),
            Step::Bring(bring) => Some(&bring.name),
            _ => None,
        }
    }

    /// The file's name as it was typed.
    pub(super) fn name(&self) -> &str {
        match &self.step {
            Step::Fetch(fetch) => &fetch.name,
            Step::Bring(bring) => &bring.name,
            _ => "the list",
        }
    }

    pub(super) fn lingers(&self) -> bool {
        self.linger.is_some()
    }

    pub(super) fn deadline(&self) -> Option<Time> {
        self.linger
    }

    /// The transfer is broken off, or is about to be.
    pub(super) fn aborts(&self) -> bool {
        let late = self.late.as_ref();
        late.is_some_and(|late| late.command == Command::Abor)
    }

    /// Whether what was said meanwhile has no answer yet.
    pub(super) fn awaits_late(&self) -> bool {
        self.late.as_ref().is_some_and(|late| late.reply.is_none())
    }

    /// Whether ABOR came in time.
    pub(super) fn is_cut(&self, reply: &Reply) -> bool {
        let whole = match &self.step {
            Step::Bring(_) => self.size == Some(self.reached()),
            _ => self.closed || matches!(self.data, Data::Open(_)),
        };
        self.aborts() && (reply.class() != Class::Completion || !whole)
    }

    /// How long the file is that came, or went.
    pub(super) fn bytes(&self) -> u64 {
        match &self.step {
            Step::Bring(Bring { appends: true, .. }) => self.moved,
            Step::Fetch(_) => self.reached() - self.pairs(),
            _ => self.reached(),
        }
    }

    /// How many line ends became shorter.
    pub(super) fn pairs(&self) -> u64 {
        match self.converts {
            true => self.line_ends.0,
            false => 0,
        }
    }

    pub(super) fn count_line_ends(&mut self, bytes: &[u8]) {
        let (count, was_cr) = &mut self.line_ends;
        for byte in bytes {
            *count += u64::from(*was_cr && *byte == b'\n');
            *was_cr = *byte == b'\r';
        }
    }
}
