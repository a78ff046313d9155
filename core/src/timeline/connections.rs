//! Connections: the two ends that hosts made, joined.

use super::{End, Timeline};
use crate::base::sorted::Map;
use crate::base::{ConnId, HostId};
use serde::Serialize;

/// A connection as both hosts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// The end that asked for it.
    pub client: ConnId,
    /// The end that was asked; none where the SYN never made one.
    pub server: Option<ConnId>,
}

impl Connection {
    /// The end that is not `end`.
    #[must_use]
    pub fn other(&self, end: ConnId) -> Option<ConnId> {
        if end == self.client {
            self.server
        } else {
            Some(self.client)
        }
    }
}

impl Timeline {
    /// All connections, in the order in which they were asked for.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        let mut asked: Map<ConnId, usize> = Map::new();
        let mut connections = Vec::new();
        for (index, end) in self.ends.iter().enumerate() {
            let id = ConnId::from_index(index);
            if end.active {
                asked.insert(id, connections.len());
                connections.push(Connection {
                    client: id,
                    server: None,
                });
            } else if let Some(&of) = end.asked_by.and_then(|asker| asked.get(&asker)) {
                // A SYN that comes twice may make a second end after the first is gone; the
                // one that opened counts.
                let server = &mut connections[of].server;
                if server.is_none_or(|first| self.end(first).opened.is_none()) {
                    *server = Some(id);
                }
            }
        }
        connections
    }

    /// For each end the number of its connection, counted from 1 as `connections` lists them.
    #[must_use]
    pub fn connection_numbers(&self) -> Vec<Option<u32>> {
        let mut numbers = vec![None; self.ends.len()];
        for (number, connection) in (1..).zip(self.connections()) {
            numbers[connection.client.index()] = Some(number);
            if let Some(server) = connection.server {
                numbers[server.index()] = Some(number);
            }
        }
        numbers
    }

    /// The other host's end of the connection that `end` belongs to.
    #[must_use]
    pub fn peer_of(&self, end: ConnId) -> Option<ConnId> {
        let asker = match self.end(end) {
            End { active: true, .. } => end,
            passive => passive.asked_by?,
        };
        let mut server = None;
        for (index, other) in self.ends.iter().enumerate() {
            let asked = !other.active && other.asked_by == Some(asker);
            let first: Option<ConnId> = server;
            if asked && first.is_none_or(|first| self.end(first).opened.is_none()) {
                server = Some(ConnId::from_index(index));
            }
        }
        if end == asker {
            server
        } else {
            server.filter(|server| *server == end).map(|_| asker)
        }
    }

    /// The ends that `host` has or had.
    pub fn ends_of(&self, host: HostId) -> impl Iterator<Item = (ConnId, &End)> {
        self.ends
            .iter()
            .enumerate()
            .filter(move |(_, end)| end.host == host)
            .map(|(index, end)| (ConnId::from_index(index), end))
    }
}
