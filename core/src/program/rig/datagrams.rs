//! Datagrams and echoes over the ideal network, and the routers that throw them away.

use super::{BOTH_WAYS, DELAY, Event, Rig, What};
use crate::base::Duration;
use crate::program::contract::{Input, Token, Turn, Unreachable};
use std::net::{IpAddr, SocketAddr};

/// With which hop limit an echo arrives.
const HOP_LIMIT: u8 = 64;

/// What becomes of a datagram on its way.
enum Way {
    Reaches(usize),
    Fails(IpAddr, Unreachable),
    IsLost,
}

impl Rig {
    pub(super) fn said(&mut self, host: usize, turn: Option<Turn>) {
        if let Some(turn) = turn {
            self.write_down(host, What::Datagram(turn));
        }
    }

    pub(super) fn bind(&mut self, host: usize, token: Token, port: Option<u16>) {
        let port = port.unwrap_or_else(|| self.free_port(host));
        let host_at = &mut self.hosts[host];
        if host_at.bound.values().any(|bound| *bound == port) {
            return self.later(Duration::ZERO, host, Event::ListenFailed(token));
        }
        host_at.bound.insert(token, port);
        let at = SocketAddr::new(host_at.addr, port);
        self.later(Duration::ZERO, host, Event::Listening(token, at));
    }

    pub(super) fn send_to(
        &mut self,
        host: usize,
        token: Token,
        to: SocketAddr,
        (bytes, hop_limit): (Vec<u8>, Option<u8>),
    ) {
        let port = self.hosts[host].bound[&token];
        let from = SocketAddr::new(self.hosts[host].addr, port);
        match self.way(host, to.ip(), hop_limit) {
            Way::Reaches(target) if self.hosts[target].bound.values().any(|p| *p == to.port()) => {
                self.later(DELAY, target, Event::Datagram(to.port(), from, bytes));
            }
            Way::Reaches(_) => {
                let gone = Event::Undelivered(token, to.port(), to.ip(), Unreachable::Port);
                self.later(BOTH_WAYS, host, gone);
            }
            Way::Fails(who, why) => {
                let gone = Event::Undelivered(token, to.port(), who, why);
                self.later(BOTH_WAYS, host, gone);
            }
            Way::IsLost => {}
        }
    }

    pub(super) fn send_echo(
        &mut self,
        host: usize,
        token: Token,
        to: IpAddr,
        (sequence, len, hop_limit): (u16, u16, Option<u8>),
    ) {
        let answer = match self.way(host, to, hop_limit) {
            Way::Reaches(_) => Event::Echoed(token, to, sequence, len),
            Way::Fails(who, why) => Event::Undelivered(token, sequence, who, why),
            Way::IsLost => return,
        };
        self.later(BOTH_WAYS, host, answer);
    }

    /// Tells a program of what came in a datagram.
    pub(super) fn arrive(&mut self, host: usize, event: &Event) {
        match event {
            Event::Datagram(port, from, bytes) => {
                let bound = self.hosts[host].bound.iter().find(|(_, p)| *p == port);
                let Some((&token, _)) = bound else { return };
                let to = SocketAddr::new(self.hosts[host].addr, *port);
                let (from, bytes) = (*from, &bytes[..]);
                self.tell(
                    host,
                    Input::Datagram {
                        token,
                        from,
                        to,
                        bytes,
                    },
                );
            }
            Event::Echoed(token, from, sequence, len) => self.tell(
                host,
                Input::Echoed {
                    token: *token,
                    from: *from,
                    sequence: *sequence,
                    len: *len,
                    hop_limit: HOP_LIMIT,
                },
            ),
            Event::Undelivered(token, sequence, from, reason) => self.tell(
                host,
                Input::Undelivered {
                    token: *token,
                    sequence: *sequence,
                    from: *from,
                    reason: *reason,
                },
            ),
            other => panic!("{other:?} is no datagram"),
        }
    }

    fn way(&self, from: usize, to: IpAddr, hop_limit: Option<u8>) -> Way {
        let Some(target) = self.hosts.iter().position(|host| host.addr == to) else {
            return Way::Fails(self.hosts[from].addr, Unreachable::Net);
        };
        let routers = self.ways.get(&target).map_or(&[][..], |way| &way[..]);
        let last = usize::from(hop_limit.unwrap_or(HOP_LIMIT).max(1)) - 1;
        match routers.get(last) {
            Some(Some(router)) => Way::Fails(*router, Unreachable::HopLimit),
            Some(None) => Way::IsLost,
            None if self.hosts[target].gone || self.blocked.contains(&(from, target)) => {
                Way::IsLost
            }
            None => Way::Reaches(target),
        }
    }
}
