//! The way to a server: its name, its addresses one after the other, and the connection.

use super::fetching::Fetching;
use super::handing::Handing;
use super::{Cx, sentences};
use crate::base::{ConnId, Time};
use crate::program::contract::{CloseReason, NameAnswer, NameError, NameKind, Request};
use crate::program::desk::Desk;
use crate::proto::Engine;
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

/// A connection to a server, or the way to it, and what is to be done there.
#[derive(Debug)]
pub(super) struct Session {
    pub number: u32,
    server: String,
    port: u16,
    stage: Stage,
    pub errand: Errand,
}

#[derive(Debug)]
enum Stage {
    /// The server's name is being asked for.
    Resolving,
    /// A connection is being opened, to the first of these addresses.
    Connecting(VecDeque<IpAddr>),
    /// The dialogue is under way.
    Open(ConnId),
    Over,
}

/// What is to be done at the server.
#[derive(Debug)]
pub(super) enum Errand {
    Hand(Box<Handing>),
    Fetch(Box<Fetching>),
}

impl Session {
    /// Sets out for a server.
    pub fn open(
        number: u32,
        (server, port): (String, u16),
        errand: Errand,
        desk: &mut Desk,
    ) -> Self {
        desk.ask(Request::Phase { name: "connect" });
        let mut session = Self {
            number,
            server,
            port,
            stage: Stage::Resolving,
            errand,
        };
        match session.server.parse::<IpAddr>() {
            Ok(addr) => session.connect(VecDeque::from([addr]), desk),
            Err(_) => {
                let token = desk.token_for(number);
                desk.ask(Request::Resolve {
                    token,
                    name: session.server.clone(),
                    kind: NameKind::Addresses,
                });
            }
        }
        session
    }

    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    pub fn deadline(&self) -> Option<Time> {
        self.errand.poll_timeout()
    }

    fn connect(&mut self, addrs: VecDeque<IpAddr>, desk: &mut Desk) {
        if let Some(addr) = addrs.front() {
            let token = desk.token_for(self.number);
            desk.ask(Request::Connect {
                token,
                to: SocketAddr::new(*addr, self.port),
                local_port: None,
            });
        }
        self.stage = Stage::Connecting(addrs);
    }

    pub fn resolved(&mut self, answers: Result<Vec<NameAnswer>, NameError>, cx: &mut Cx<'_>) {
        let address = |answer: NameAnswer| answer.address();
        let addrs = answers.map(|all| all.into_iter().filter_map(address).collect::<VecDeque<_>>());
        match addrs {
            Ok(addrs) if !addrs.is_empty() => self.connect(addrs, cx.desk),
            other => {
                let error = other.err().unwrap_or(NameError::NoData);
                self.fail(sentences::no_name(&self.server, error), cx);
            }
        }
    }

    pub fn connected(&mut self, conn: ConnId, cx: &mut Cx<'_>) {
        cx.desk.conns.insert(conn, self.number);
        self.stage = Stage::Open(conn);
        match &mut self.errand {
            Errand::Hand(handing) => handing.connected(cx),
            Errand::Fetch(fetching) => fetching.connected(cx),
        }
    }

    /// Tries the server's next address, or gives up.
    pub fn not_connected(&mut self, reason: CloseReason, cx: &mut Cx<'_>) {
        let Stage::Connecting(addrs) = &mut self.stage else {
            return;
        };
        addrs.pop_front();
        let addrs = std::mem::take(addrs);
        if addrs.is_empty() {
            let Self { server, port, .. } = self;
            let text = format!("No connection to {server}, port {port}: {reason}.");
            return self.fail(text, cx);
        }
        self.connect(addrs, cx.desk);
    }

    fn fail(&mut self, why: String, cx: &mut Cx<'_>) {
        self.stage = Stage::Over;
        match &mut self.errand {
            Errand::Hand(handing) => handing.fail(why, cx),
            Errand::Fetch(_) => super::tell(cx.desk, false, None, why),
        }
    }

    /// Does what the dialogue's engine puts out.
    pub fn say(&mut self, cx: &mut Cx<'_>) {
        let Stage::Open(conn) = self.stage else {
            return;
        };
        let over = match &mut self.errand {
            Errand::Hand(handing) => handing.say(conn, cx),
            Errand::Fetch(fetching) => fetching.say(conn, cx),
        };
        if over {
            self.stage = Stage::Over;
        }
    }
}

impl Errand {
    pub fn heard(&mut self, now: Time, bytes: &[u8]) {
        match self {
            Self::Hand(handing) => act(handing.engine(), |engine| engine.handle_input(now, bytes)),
            Self::Fetch(fetching) => {
                act(fetching.engine(), |engine| engine.handle_input(now, bytes));
            }
        }
    }

    pub fn eof(&mut self, now: Time) {
        match self {
            Self::Hand(handing) => act(handing.engine(), |engine| engine.handle_eof(now)),
            Self::Fetch(fetching) => act(fetching.engine(), |engine| engine.handle_eof(now)),
        }
    }

    pub fn time_out(&mut self, now: Time) {
        match self {
            Self::Hand(handing) => act(handing.engine(), |engine| engine.handle_timeout(now)),
            Self::Fetch(fetching) => act(fetching.engine(), |engine| engine.handle_timeout(now)),
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        match self {
            Self::Hand(handing) => handing.poll_timeout(),
            Self::Fetch(fetching) => fetching.poll_timeout(),
        }
    }
}

fn act<E: Engine>(engine: Option<&mut E>, act: impl FnOnce(&mut E)) {
    if let Some(engine) = engine {
        act(engine);
    }
}
