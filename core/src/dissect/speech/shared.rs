//! What is said on one connection about another: which data connections FTP agreed on.

use crate::dissect::talks::{End, Place};

/// What connections know of each other.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Shared {
    deals: Vec<Deal>,
    /// Data connections that are not open yet, and the deals about them.
    expected: Vec<(Expected, usize)>,
}

/// A data connection that was agreed on.
#[derive(Debug)]
pub(super) struct Deal {
    /// By which command, as a packed word.
    pub method: u64,
    /// In which frame its port was named.
    pub frame: u32,
    /// The server opens it.
    pub is_active: bool,
    pub is_open: bool,
    /// What it is for, once a command said so.
    pub asked: Option<Asked>,
    /// The last reply to that command has come.
    pub is_over: bool,
    pub moved: Moved,
}

/// A command that moves bytes over a data connection.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Its verb, as a packed word.
    pub verb: u64,
    pub place: Place,
    /// By the numbers of the table: a file, a list, names.
    pub carries: u64,
    pub to_server: bool,
    /// Where in the file the first byte belongs, where that is known.
    pub offset: Option<u64>,
}

/// What a data connection has carried.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moved {
    pub bytes: u64,
    /// The frames of the first and the last bytes.
    pub frames: Option<(u32, u32)>,
}

/// Who waits for a data connection, and who will open it.
#[derive(Debug)]
pub(super) struct Expected {
    /// As it was named.
    pub listener: End,
    /// The addresses that both have on the control connection: NAT may have changed them, and
    /// not what is named.
    pub listener_there: [u8; 16],
    pub opener_there: [u8; 16],
}

/// Data connections that are waited for at once; older ones will not come.
const MOST: usize = 256;

impl Shared {
    /// Both sides agree on a data connection; answers the deal's number.
    pub(super) fn agree(
        &mut self,
        (method, is_active): (u64, bool),
        frame: u32,
        who: Expected,
    ) -> usize {
        if self.expected.len() == MOST {
            self.expected.remove(0);
        }
        let deal = self.deals.len();
        self.expected.push((who, deal));
        self.deals.push(Deal {
            method,
            frame,
            is_active,
            is_open: false,
            asked: None,
            is_over: false,
            moved: Moved::default(),
        });
        deal
    }

    /// Nobody waits for this one any more.
    pub(super) fn forget(&mut self, deal: usize) {
        self.expected.retain(|(_, of)| *of != deal);
    }

    pub(super) fn deal(&mut self, deal: usize) -> Option<&mut Deal> {
        self.deals.get_mut(deal)
    }

    /// A connection opens. Answers the deal it was agreed on by, and who of both listens: the
    /// two are in doubt where no SYN was seen.
    pub fn opens(&mut self, opener: End, other: End) -> Option<(usize, End)> {
        let found = self.find(opener, other).map(|at| (at, other));
        let found = found.or_else(|| self.find(other, opener).map(|at| (at, opener)));
        let (at, listener) = found?;
        let (_, deal) = self.expected.remove(at);
        self.deals.get_mut(deal)?.is_open = true;
        Some((deal, listener))
    }

    /// Who fits best: by all addresses, else by the listener's, else by the port alone where
    /// only one waits at it.
    fn find(&self, opener: End, listener: End) -> Option<usize> {
        let same_port = |row: &&(Expected, usize)| row.0.listener.port == listener.port;
        if !self.expected.iter().any(|row| same_port(&row)) {
            return None;
        }
        let listens = |who: &Expected| {
            who.listener.port == listener.port
                && (who.listener.addr == listener.addr || who.listener_there == listener.addr)
        };
        let fits = |who: &Expected| listens(who) && who.opener_there == opener.addr;
        let last =
            |fits: &dyn Fn(&Expected) -> bool| self.expected.iter().rposition(|(who, _)| fits(who));
        let alone = || match self.expected.iter().filter(same_port).count() {
            1 => last(&|who| who.listener.port == listener.port),
            _ => None,
        };
        last(&fits).or_else(|| last(&listens)).or_else(alone)
    }
}
