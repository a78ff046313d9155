//! Ports at the router's outside addresses, lent to those inside.
//!
//! One inside, address and port, has one port outside, whomever it calls (RFC 4787 REQ-1),
//! and no two have the same (REQ-3). It is their own port where that is free.

use super::Forward;
use crate::base::sorted::Map;
use crate::timeline::Protocol;
use std::net::{IpAddr, SocketAddr};

/// A port outside, in use by somebody inside.
pub type Lease = (Protocol, SocketAddr);

/// Below it are ports that not everybody may use; a port stays on its side (RFC 4787 REQ-3).
const FIRST_FREE: u16 = 1024;
/// How many ports next to the wanted one are tried before the search goes on where the last
/// one ended.
const NEAR: u32 = 16;

/// Who has which port.
#[derive(Debug)]
pub struct Ports {
    forwards: Vec<Forward>,
    lent: Map<Lease, Loan>,
    by_inside: Map<(Protocol, IpAddr, SocketAddr), u16>,
    last: u16,
}

#[derive(Debug)]
struct Loan {
    inside: SocketAddr,
    /// How many rows and expectations it serves.
    uses: u32,
}

impl Ports {
    /// All ports free but those that lead inside.
    pub fn new(forwards: Vec<Forward>) -> Self {
        Self {
            forwards,
            lent: Map::new(),
            by_inside: Map::new(),
            last: FIRST_FREE,
        }
    }

    /// The port at `outside` of one inside. None where all are in use.
    pub fn lend(&mut self, protocol: Protocol, outside: IpAddr, inside: SocketAddr) -> Option<u16> {
        let who = (protocol, outside, inside);
        let port = match self.by_inside.get(&who) {
            Some(port) => *port,
            None => self.find(protocol, outside, inside)?,
        };
        self.by_inside.insert(who, port);
        let lease = (protocol, SocketAddr::new(outside, port));
        let make = || Loan { inside, uses: 0 };
        self.lent.get_or_insert_with(lease, make).uses += 1;
        Some(port)
    }

    /// A port that is needed once less.
    pub fn give_back(&mut self, lease: Lease) {
        let Some(loan) = self.lent.get_mut(&lease) else {
            return;
        };
        loan.uses -= 1;
        if loan.uses == 0 {
            let (protocol, at) = lease;
            self.by_inside.remove(&(protocol, at.ip(), loan.inside));
            self.lent.remove(&lease);
        }
    }

    /// Whether nobody has any.
    #[cfg(test)]
    pub fn is_idle(&self) -> bool {
        self.lent.is_empty() && self.by_inside.is_empty()
    }

    fn find(&mut self, protocol: Protocol, outside: IpAddr, inside: SocketAddr) -> Option<u16> {
        let is_free = |port: u16| {
            let leads_elsewhere = self.forwards.iter().any(|forward| {
                (forward.protocol, forward.port) == (protocol, port) && forward.to != inside
            });
            let lease = (protocol, SocketAddr::new(outside, port));
            !leads_elsewhere && !self.lent.contains_key(&lease)
        };
        let wanted = inside.port();
        if is_free(wanted) {
            return Some(wanted);
        }
        // The number of an echo may be any.
        let (first, end) = match protocol {
            Protocol::Icmp => (0, 0x1_0000),
            _ if wanted < FIRST_FREE => (1, u32::from(FIRST_FREE)),
            _ => (u32::from(FIRST_FREE), 0x1_0000),
        };
        let count = end - first;
        let after = |port: u16, by: u32| {
            let place = (u32::from(port).saturating_sub(first) + by) % count;
            u16::try_from(first + place).ok()
        };
        let near = (1..=NEAR).filter_map(|by| after(wanted, by));
        let all = (1..=count).filter_map(|by| after(self.last, by));
        let found = near.chain(all).find(|port| is_free(*port))?;
        self.last = found;
        Some(found)
    }
}
