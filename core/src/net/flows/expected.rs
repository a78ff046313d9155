//! Connections that the helper expects: who will call where, and where that leads.

use super::ports::Lease;
use super::table::Key;
use crate::base::Time;
use crate::base::sorted::Map;
use crate::timeline::Protocol;
use std::net::{IpAddr, SocketAddr};

/// Who will call, from any port, and where.
type Call = (IpAddr, SocketAddr);

/// A connection that will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Where it leads.
    pub goes_to: SocketAddr,
    /// The port outside that is kept for it.
    pub lease: Option<Lease>,
    /// How long it is waited for.
    pub until: Time,
}

/// All of them. They are few: one for each file under way.
#[derive(Debug, Default)]
pub struct Expected {
    calls: Map<Call, Connection>,
    next_at: Option<Time>,
}

impl Expected {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// The one that a packet would begin.
    pub fn find(&self, (protocol, from, to): Key) -> Option<&Connection> {
        let found = self.calls.get(&(from.ip(), to));
        found.filter(|_| protocol == Protocol::Tcp)
    }

    /// The one that a packet begins, which is expected no more.
    pub fn take(&mut self, key: Key) -> Option<Connection> {
        let found = self.find(key).copied();
        if found.is_some() {
            self.calls.remove(&(key.1.ip(), key.2));
        }
        found
    }

    /// Expects one. Answers the port of one that it takes the place of.
    pub fn add(&mut self, call: Call, connection: Connection) -> Option<Lease> {
        let next_at = self
            .next_at
            .map_or(connection.until, |at| at.min(connection.until));
        self.next_at = Some(next_at);
        self.calls.insert(call, connection)?.lease
    }

    /// When the next one may have been waited for too long.
    pub fn next_at(&self) -> Option<Time> {
        self.next_at
    }

    /// Gives up those that did not come. Answers their ports.
    pub fn forget(&mut self, now: Time) -> Vec<Lease> {
        let mut leases = Vec::new();
        if self.next_at.is_none_or(|at| at > now) {
            return leases;
        }
        self.next_at = None;
        let next_at = &mut self.next_at;
        self.calls.retain(|_, connection| {
            if connection.until <= now {
                leases.extend(connection.lease);
                return false;
            }
            *next_at = Some(next_at.map_or(connection.until, |at| at.min(connection.until)));
            true
        });
        leases
    }
}
