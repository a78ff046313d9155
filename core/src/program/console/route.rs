//! Finding the way, as `traceroute` does: datagrams that may pass no router, then one,
//! then two. Each router that throws one away says so, and so it is known.

use super::words::{self, took};
use crate::base::{Duration, Time, Unreachable};
use crate::program::contract::{Request, Token};
use std::net::{IpAddr, SocketAddr};

/// A port at which nobody listens; each datagram goes to the next one.
const FIRST_PORT: u16 = 33_434;
/// The most routers it asks.
const MOST_HOPS: u8 = 15;
/// How often one is asked, and how long each answer is waited for.
const TRIES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(1);

/// A way that is being found.
#[derive(Debug)]
pub(super) struct Route {
    /// The binding that its datagrams leave from.
    token: Token,
    to: IpAddr,
    /// What is known of the way: who answered after how long, or nobody.
    pub hops: Vec<Option<(IpAddr, Duration)>>,
    /// The datagrams sent for the next hop: their ports, and when.
    tries: Vec<(u16, Time)>,
    port: u16,
    due: Time,
    end: Option<End>,
}

/// How it ended.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The target answered.
    Found,
    /// Somebody said that there is no way on.
    Blocked(Unreachable),
    /// It was not found within as many routers as are asked.
    TooFar,
}

impl Route {
    pub fn new(now: Time, token: Token, to: IpAddr) -> Self {
        Self {
            token,
            to,
            hops: Vec::new(),
            tries: Vec::new(),
            port: FIRST_PORT,
            due: now,
            end: None,
        }
    }

    pub fn due(&self) -> Time {
        self.due
    }

    pub fn token(&self) -> Token {
        self.token
    }

    pub fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// The next datagram, where it is time for one.
    pub fn ask(&mut self, now: Time) -> Option<Request> {
        if self.is_over() || self.due > now {
            return None;
        }
        if self.tries.len() >= TRIES {
            self.know(None);
        }
        if self.is_over() {
            return None;
        }
        let hop_limit = u8::try_from(self.hops.len() + 1).unwrap_or(u8::MAX);
        let port = self.port;
        self.port += 1;
        self.tries.push((port, now));
        self.due = now + PATIENCE;
        Some(Request::SendTo {
            token: self.token,
            to: SocketAddr::new(self.to, port),
            bytes: b"Is this the way?".to_vec(),
            hop_limit: Some(hop_limit),
            turn: Some(words::probe(self.to, port, hop_limit)),
        })
    }

    /// Somebody says that a datagram came no further. False where it is not waited for.
    pub fn hear(&mut self, now: Time, port: u16, from: IpAddr, why: Unreachable) -> bool {
        let Some((_, sent)) = self.tries.iter().find(|(of, _)| *of == port) else {
            return false;
        };
        let time = now.since(*sent);
        self.know(Some((from, time)));
        self.due = now;
        self.end = match why {
            Unreachable::HopLimit => self.end,
            // Nobody listens at that port: it has arrived.
            Unreachable::Port if from == self.to => Some(End::Found),
            other => Some(End::Blocked(other)),
        };
        true
    }

    /// The target itself answers a datagram. False where it is not waited for.
    pub fn answered(&mut self, now: Time, from: SocketAddr) -> bool {
        self.hear(now, from.port(), from.ip(), Unreachable::Port)
    }

    /// The next hop is known, or known to be silent.
    fn know(&mut self, hop: Option<(IpAddr, Duration)>) {
        self.hops.push(hop);
        self.tries.clear();
        if self.hops.len() >= usize::from(MOST_HOPS) {
            self.end = Some(End::TooFar);
        }
    }

    /// Whether the target was found.
    pub fn is_found(&self) -> bool {
        matches!(self.end, Some(End::Found))
    }

    /// `192.0.2.1 2.1 ms, *, 203.0.113.10 22.3 ms`.
    pub fn sum(&self) -> String {
        let hops = self.hops.iter().map(|hop| shown(*hop));
        let way = hops.collect::<Vec<_>>().join(", ");
        match self.end {
            Some(End::Blocked(why)) => format!("{way}, and no further: {why}"),
            Some(End::TooFar) => format!("{way}, and not found"),
            _ => way,
        }
    }
}

/// `192.0.2.1 2.1 ms`, or a star for nobody.
pub(super) fn shown(hop: Option<(IpAddr, Duration)>) -> String {
    hop.map_or("*".into(), |(who, time)| format!("{who} {}", took(time)))
}
