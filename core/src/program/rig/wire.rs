//! How the ideal network does what programs ask for.

use super::{BOTH_WAYS, Conn, DELAY, Entry, Event, PATIENCE, Rig, What};
use crate::base::{ConnId, Converter, Duration, Transform};
use crate::program::contract::{
    CloseReason, Input, NameAnswer, NameData, NameError, NameKind, Request, Token, Turn,
};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

impl Rig {
    /// Tells a program what happened, and does what it asks for.
    pub(super) fn tell(&mut self, host: usize, input: Input<'_>) {
        self.hosts[host].program.handle(self.now, input);
        for _ in 0..100_000 {
            match self.hosts[host].program.poll_request() {
                Some(request) => self.ask(host, request),
                None => return,
            }
        }
        panic!("the requests do not end");
    }

    pub(super) fn write_down(&mut self, host: usize, what: What) {
        let time = self.now;
        self.log.push(Entry { time, host, what });
    }

    fn ask(&mut self, host: usize, request: Request) {
        match request {
            Request::Listen { token, addr, port } => self.listen(host, token, addr, port),
            Request::Unlisten { token } => drop(self.hosts[host].listeners.remove(&token)),
            Request::Connect {
                token,
                to,
                local_port,
            } => self.connect(host, token, to, local_port),
            Request::Send { conn, bytes, turn } => {
                assert!(bytes.len() <= 65_536, "a Send of at most 64 KiB");
                self.send(host, conn.index(), &bytes, turn);
            }
            Request::SendContent {
                conn,
                content,
                range,
                transform,
                turn,
            } => {
                let bytes = converted(&self.read_range(&content, range), transform);
                if self.send(host, conn.index(), &bytes, turn) {
                    let half = self.conns[conn.index()].sent - bytes.len().div_ceil(2) as u64;
                    self.later(BOTH_WAYS, host, Event::Sending(conn.index(), half));
                    self.later(BOTH_WAYS, host, Event::Sent(conn.index()));
                }
            }
            Request::Pause { conn } => self.conns[conn.index()].paused = true,
            Request::Resume { conn } => {
                self.later(Duration::ZERO, host, Event::Resumed(conn.index()));
            }
            Request::Finish { conn } => self.finish(conn.index()),
            Request::Abort { conn } => self.abort(conn.index()),
            Request::Resolve { token, name, kind } => {
                let answers = self.resolve(&name, kind);
                self.later(DELAY, host, Event::Resolved(token, answers));
            }
            Request::Answer { question, answers } => {
                self.write_down(host, What::Answer(question, answers));
            }
            Request::Note { key, value } => self.write_down(host, What::Note(key, value)),
            Request::Phase { name } => self.write_down(host, What::Phase(name)),
            Request::Outcome(outcome) => self.write_down(host, What::Outcome(outcome)),
            Request::Keeps { path, what } => self.write_down(host, What::Keeps(path, what)),
            Request::BindUdp { token, port } => self.bind(host, token, port),
            Request::SendTo {
                token,
                to,
                bytes,
                hop_limit,
                turn,
            } => {
                self.said(host, turn);
                self.send_to(host, token, to, (bytes, hop_limit));
            }
            Request::SendEcho {
                token,
                to,
                sequence,
                len,
                hop_limit,
                turn,
            } => {
                self.said(host, turn);
                self.send_echo(host, token, to, (sequence, len, hop_limit));
            }
        }
    }

    fn listen(&mut self, host: usize, token: Token, addr: Option<IpAddr>, port: Option<u16>) {
        let free = self.free_port(host);
        let host_at = &mut self.hosts[host];
        let at = SocketAddr::new(addr.unwrap_or(host_at.addr), port.unwrap_or(free));
        if host_at.listeners.values().any(|l| l.port() == at.port()) {
            return self.later(Duration::ZERO, host, Event::ListenFailed(token));
        }
        host_at.listeners.insert(token, at);
        self.later(Duration::ZERO, host, Event::Listening(token, at));
    }

    fn connect(&mut self, host: usize, token: Token, to: SocketAddr, port: Option<u16>) {
        let port = port.unwrap_or_else(|| self.free_port(host));
        let local = SocketAddr::new(self.hosts[host].addr, port);
        let Some(target) = self.hosts.iter().position(|h| h.addr == to.ip()) else {
            let failed = Event::ConnectFailed(token, CloseReason::NoRoute);
            return self.later(Duration::ZERO, host, failed);
        };
        if self.hosts[target].gone || self.blocked.contains(&(host, target)) {
            let failed = Event::ConnectFailed(token, CloseReason::TimedOut);
            return self.later(PATIENCE, host, failed);
        }
        let end = self.new_end(host, local);
        self.later(DELAY, target, Event::Knock(token, end, to));
    }

    pub(super) fn knock(&mut self, host: usize, token: Token, from: usize, at: SocketAddr) {
        let caller = self.conns[from].host;
        let listeners = self.hosts[host].listeners.iter();
        let found = listeners
            .filter(|(_, l)| **l == at)
            .map(|(token, _)| *token)
            .next();
        let Some(listener) = found else {
            let failed = Event::ConnectFailed(token, CloseReason::Refused);
            return self.later(DELAY, caller, failed);
        };
        let end = self.new_end(host, at);
        self.conns[end].peer = Some(from);
        self.conns[from].peer = Some(end);
        self.later(DELAY, caller, Event::Connected(token, from));
        let (conn, local, remote) = self.names_of(end);
        self.tell(
            host,
            Input::Accepted {
                token: listener,
                conn,
                local,
                remote,
            },
        );
    }

    fn new_end(&mut self, host: usize, local: SocketAddr) -> usize {
        self.conns.push(Conn {
            host,
            peer: None,
            local,
            sent: 0,
            received: Vec::new(),
            finished: false,
            closed: false,
            paused: false,
            held: VecDeque::new(),
        });
        self.conns.len() - 1
    }

    pub(super) fn names_of(&self, end: usize) -> (ConnId, SocketAddr, SocketAddr) {
        let conn = &self.conns[end];
        let peer = &self.conns[conn.peer.expect("connected")];
        (ConnId::from_index(end), conn.local, peer.local)
    }

    /// Sends, and says whether there was a connection to send on.
    fn send(&mut self, host: usize, end: usize, bytes: &[u8], turn: Option<Turn>) -> bool {
        let conn = &mut self.conns[end];
        assert_eq!(
            conn.host, host,
            "a program sends on a connection not its own"
        );
        assert!(
            !conn.finished || conn.closed,
            "a program sends after Finish"
        );
        if conn.closed {
            return false;
        }
        conn.sent += bytes.len() as u64;
        let peer = conn.peer.expect("connected");
        let to = self.conns[peer].host;
        if let Some(turn) = turn {
            self.write_down(host, What::Turn(ConnId::from_index(end), turn));
        }
        if self.hosts[to].gone {
            let timed_out = Event::Closed(end, CloseReason::TimedOut);
            self.later(PATIENCE, host, timed_out);
        }
        for piece in bytes.chunks(self.piece) {
            self.later(DELAY, to, Event::Data(peer, piece.to_vec()));
        }
        true
    }

    pub(super) fn data(&mut self, host: usize, end: usize, bytes: &[u8]) {
        let conn = &mut self.conns[end];
        let offset = conn.received.len() as u64;
        conn.received.extend_from_slice(bytes);
        let total = conn.received.len() as u64;
        let id = ConnId::from_index(end);
        self.tell(
            host,
            Input::Data {
                conn: id,
                offset,
                bytes,
            },
        );
        if self.reset.is_some_and(|(at, n)| at == host && total >= n) {
            self.reset = None;
            let peer = self.conns[end].peer.expect("connected");
            self.closed(host, end, CloseReason::Reset);
            self.closed(self.conns[peer].host, peer, CloseReason::Reset);
        }
    }

    fn finish(&mut self, end: usize) {
        let conn = &mut self.conns[end];
        if conn.finished || conn.closed {
            return;
        }
        conn.finished = true;
        let peer = conn.peer.expect("connected");
        self.later(DELAY, self.conns[peer].host, Event::Eof(peer));
        self.close_if_both_finished(end);
    }

    /// Closes both ends a little after the second has finished.
    pub(super) fn close_if_both_finished(&mut self, end: usize) {
        let peer = self.conns[end].peer.expect("connected");
        if self.conns[end].finished && self.conns[peer].finished {
            for end in [end, peer] {
                let closed = Event::Closed(end, CloseReason::Finished);
                self.later(BOTH_WAYS, self.conns[end].host, closed);
            }
        }
    }

    fn abort(&mut self, end: usize) {
        if self.conns[end].closed {
            return;
        }
        let host = self.conns[end].host;
        let aborted = Event::Closed(end, CloseReason::Aborted);
        self.later(Duration::ZERO, host, aborted);
        if let Some(peer) = self.conns[end].peer {
            let reset = Event::Closed(peer, CloseReason::Reset);
            self.later(DELAY, self.conns[peer].host, reset);
        }
    }

    pub(super) fn closed(&mut self, host: usize, end: usize, reason: CloseReason) {
        if !std::mem::replace(&mut self.conns[end].closed, true) {
            let conn = ConnId::from_index(end);
            self.tell(host, Input::Closed { conn, reason });
        }
    }

    /// Hands over what waited, as long as the program goes on reading.
    pub(super) fn resumed(&mut self, host: usize, end: usize) {
        self.conns[end].paused = false;
        while !self.conns[end].paused {
            match self.conns[end].held.pop_front() {
                Some(event) => self.happen(host, event),
                None => return,
            }
        }
    }

    pub(super) fn stopped(&mut self, host: usize) {
        self.tell(host, Input::Stopped);
        self.hosts[host].listeners.clear();
        for end in 0..self.conns.len() {
            if self.conns[end].host == host && !self.conns[end].closed {
                self.conns[end].closed = true;
                if let Some(peer) = self.conns[end].peer {
                    let reset = Event::Closed(peer, CloseReason::Reset);
                    self.later(DELAY, self.conns[peer].host, reset);
                }
            }
        }
    }

    fn resolve(&self, name: &str, kind: NameKind) -> Result<Vec<NameAnswer>, NameError> {
        let all = self.names.get(name).ok_or(NameError::NoSuchName)?;
        let wanted = all.iter().filter(|data| match kind {
            NameKind::Addresses => matches!(data, NameData::Address(_)),
            NameKind::A => matches!(data, NameData::Address(IpAddr::V4(_))),
            NameKind::Aaaa => matches!(data, NameData::Address(IpAddr::V6(_))),
            NameKind::Mx => matches!(data, NameData::Mx(..)),
            NameKind::Cname | NameKind::Ns | NameKind::Ptr => matches!(data, NameData::Name(_)),
            NameKind::Txt | NameKind::Soa => matches!(data, NameData::Text(_)),
        });
        let answers: Vec<NameAnswer> = wanted
            .map(|data| NameAnswer {
                data: data.clone(),
                ttl_s: 3600,
            })
            .collect();
        if answers.is_empty() {
            return Err(NameError::NoData);
        }
        Ok(answers)
    }

    pub(super) fn free_port(&mut self, host: usize) -> u16 {
        let port = self.hosts[host].next_port;
        self.hosts[host].next_port += 1;
        port
    }
}

fn converted(bytes: &[u8], transform: Transform) -> Vec<u8> {
    let mut converter = Converter::new(transform);
    let mut out = Vec::new();
    converter.push(bytes, &mut out);
    converter.finish(&mut out);
    out
}
