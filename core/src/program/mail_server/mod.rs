//! A mail server: takes letters in, keeps mailboxes, and hands on what is for elsewhere.
//!
//! `receiving` is a server to its clients, `sending` a client of other servers, `fetching`
//! hands letters to those they are for. Behind all of them is the `office`, which asks
//! `policy` who is welcome, keeps the `queue`, and writes `bounces`; `routing` says who
//! takes letters for a domain. `reading` is for who sits at the server itself.

mod bounces;
mod config;
mod fetching;
mod greylist;
mod office;
mod policy;
mod queue;
mod reading;
mod receiving;
mod routing;
mod sending;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod tests_harm;
#[cfg(test)]
mod tests_relay;
#[cfg(test)]
mod tests_retry;
#[cfg(test)]
pub(crate) mod tests_sender;
#[cfg(test)]
mod tests_users;

pub use config::{MailLogin, MailServerConfig, Relays};

use super::contract::{Input, Program, Request, Token};
use super::mailboxes::Mailboxes;
use crate::base::sorted::Map;
use crate::base::{ConnId, Duration, Time};
use crate::proto::{Engine, pop3};
use fetching::{Fetching, Locks};
use office::Office;
use receiving::{Away, Session};
use sending::Channel;
use std::net::IpAddr;

/// So many clients are served at a time, and so many of one address: 421 to all others, and
/// to as many again, nothing.
const MOST_SESSIONS: usize = 100;
const MOST_OF_ONE: usize = 20;
/// To so many domains letters are on their way at a time.
const MOST_CHANNELS: usize = 20;
/// RFC 1939 §3: a session that says nothing stays for ten minutes at least.
const POP_IDLE: Duration = Duration::from_secs(600);

/// The program.
#[derive(Debug)]
pub struct MailServer {
    office: Office,
    listeners: Map<Token, u16>,
    sessions: Map<u32, Session>,
    fetchings: Map<u32, Fetching>,
    locks: Locks,
    channels: Map<u32, Channel>,
    /// The number of the last of all three.
    last: u32,
    is_up: bool,
    /// Whether the mailboxes have been told of.
    told: bool,
}

impl MailServer {
    /// A server that has not started yet. The error names an address that is none.
    pub fn new(config: MailServerConfig) -> Result<Self, String> {
        Ok(Self {
            office: Office::new(config)?,
            listeners: Map::new(),
            sessions: Map::new(),
            fetchings: Map::new(),
            locks: Locks::default(),
            channels: Map::new(),
            last: 0,
            is_up: false,
            told: false,
        })
    }

    /// The mailboxes it keeps.
    #[must_use]
    pub fn mailboxes(&self) -> &Mailboxes {
        &self.office.boxes
    }

    /// What waits: each letter's number, and whom it still has to go to.
    #[must_use]
    pub fn waiting(&self) -> Vec<(u32, String)> {
        let all = self.office.queue.all();
        all.map(|(id, going)| (id, going.to.to_string())).collect()
    }

    /// Listens, and goes on with what is in the queue.
    fn start(&mut self) {
        self.is_up = true;
        let pop = self.office.config.pop.then_some(pop3::PORT);
        let ports: Vec<u16> = self
            .office
            .config
            .ports
            .iter()
            .copied()
            .chain(pop)
            .collect();
        for port in ports {
            let token = self.office.desk.token_for(0);
            self.listeners.insert(token, port);
            self.office.desk.ask(Request::Listen {
                token,
                addr: None,
                port: Some(port),
            });
        }
        if !std::mem::replace(&mut self.told, true) {
            self.office.tell_boxes();
        }
    }

    /// The host goes down: mailboxes and queue are on its disk, all else is forgotten.
    fn stop(&mut self) {
        self.is_up = false;
        self.office.forget();
        for channel in self.channels.values_mut() {
            if channel.is_unsure() {
                self.office.unsure();
            }
            channel.forget(&mut self.office);
        }
        for session in self.sessions.values_mut() {
            session.forget(&mut self.office);
        }
        for fetching in self.fetchings.values_mut() {
            fetching.close(&mut self.office, &mut self.locks);
        }
        self.channels.clear();
        self.sessions.clear();
        self.fetchings.clear();
        self.listeners.clear();
        self.office.desk.note_sessions(None);
    }

    fn accept(&mut self, now: Time, token: Token, conn: ConnId, remote: IpAddr) {
        let port = self.listeners.get(&token).copied().unwrap_or_default();
        self.last += 1;
        let number = self.last;
        let office = &mut self.office;
        if port == pop3::PORT {
            if is_crowded(self.fetchings.values().map(|f| f.remote), remote) {
                return office.desk.ask(Request::Abort { conn });
            }
            office.desk.conns.insert(conn, number);
            let fetching = Fetching::new(now, (conn, remote), number, office, &mut self.locks);
            self.fetchings.insert(number, fetching);
        } else {
            let those = |away: bool| {
                let those = self.sessions.values();
                those
                    .filter(move |s| s.is_turned_away == away)
                    .map(Session::remote)
            };
            let away = match office.config.blocks.contains(&remote) {
                true => Some(Away::Blocked),
                false => is_crowded(those(false), remote).then_some(Away::Crowded),
            };
            if away.is_some() && is_crowded(those(true), remote) {
                return office.desk.ask(Request::Abort { conn });
            }
            office.desk.conns.insert(conn, number);
            let session = Session::new(now, conn, number, (remote, port), away, office);
            self.sessions.insert(number, session);
        }
        self.office.desk.live += 1;
        self.office.desk.note_sessions(None);
    }

    /// Passes something on to whoever speaks on a connection.
    fn with(&mut self, now: Time, conn: ConnId, heard: Heard<'_>) {
        if let Some(number) = self.office.desk.conns.get(&conn).copied() {
            self.with_number(now, number, heard);
        }
    }

    fn with_number(&mut self, now: Time, number: u32, heard: Heard<'_>) {
        let office = &mut self.office;
        if let Some(session) = self.sessions.get_mut(&number) {
            hear(&mut session.engine, now, heard);
            session.drain(now, office);
        } else if let Some(fetching) = self.fetchings.get_mut(&number) {
            hear(&mut fetching.engine, now, heard);
            fetching.drain(now, office, &mut self.locks);
        } else if let Some(channel) = self.channels.get_mut(&number) {
            channel.with(now, |engine| hear(engine, now, heard), office);
        }
    }

    fn closed(&mut self, now: Time, conn: ConnId) {
        self.with(now, conn, Heard::Eof);
        // Only now: an engine that hears of the end says goodbye to nobody.
        self.office.parted(conn);
        let Some(number) = self.office.desk.conns.remove(&conn) else {
            return;
        };
        if let Some(mut session) = self.sessions.remove(&number) {
            session.forget(&mut self.office);
        } else if let Some(mut fetching) = self.fetchings.remove(&number) {
            fetching.close(&mut self.office, &mut self.locks);
        } else {
            return;
        }
        self.office.desk.live = self.office.desk.live.saturating_sub(1);
        self.office.desk.note_sessions(None);
    }

    fn time_out(&mut self, now: Time) {
        let served = self.sessions.keys().chain(self.fetchings.keys());
        let numbers: Vec<u32> = served.chain(self.channels.keys()).copied().collect();
        for number in numbers {
            self.with_number(now, number, Heard::Timeout);
        }
        self.office.cut_off(now);
        self.office.warn(now);
        self.office.deliver_due(now);
    }

    /// Passes an answer on to the channel that has asked.
    fn on_channel(&mut self, token: Token, act: impl FnOnce(&mut Channel, &mut Office)) {
        let number = self.office.desk.tokens.remove(&token);
        if let Some(channel) = number.and_then(|number| self.channels.get_mut(&number)) {
            act(channel, &mut self.office);
        }
    }

    fn connected(&mut self, now: Time, token: Token, conn: ConnId) {
        let mut is_wanted = false;
        self.on_channel(token, |channel, office| {
            is_wanted = channel.connected(now, token, conn, office);
        });
        if !is_wanted {
            self.office.desk.ask(Request::Abort { conn });
        }
    }

    /// Opens a channel to each domain for which something is due.
    fn send_due(&mut self, now: Time) {
        self.close_channels();
        while let Some(domain) = self.next_domain(now) {
            self.last += 1;
            let channel = Channel::open(now, self.last, &domain, &mut self.office);
            self.channels.insert(self.last, channel);
            self.close_channels();
        }
    }

    fn close_channels(&mut self) {
        let office = &mut self.office;
        self.channels.retain(|_, channel| {
            if channel.is_over() {
                channel.forget(office);
            }
            !channel.is_over()
        });
    }

    /// A domain to which a channel may be opened now.
    fn next_domain(&self, now: Time) -> Option<String> {
        if self.channels.len() >= MOST_CHANNELS {
            return None;
        }
        let mut due = self.office.queue.due(now);
        let next = due.find(|(_, going)| {
            !self.office.rules.is_ours(&going.to) && !self.has_channel(going.to.domain())
        });
        next.map(|(_, going)| going.to.domain().to_owned())
    }

    fn has_channel(&self, domain: &str) -> bool {
        let mut channels = self.channels.values();
        channels.any(|channel| channel.domain().eq_ignore_ascii_case(domain))
    }

    /// When something of the queue is due that waits for nothing but the time.
    fn next_due(&self) -> Option<Time> {
        let is_full = self.channels.len() >= MOST_CHANNELS;
        let waits = |going: &queue::Going| {
            self.office.rules.is_ours(&going.to)
                || !(is_full || self.has_channel(going.to.domain()))
        };
        let resting = self
            .office
            .queue
            .resting()
            .filter(|(_, going)| waits(going));
        resting.map(|(_, going)| going.next).min()
    }
}

/// Whether those who are there leave no room for one more from an address.
fn is_crowded(there: impl Iterator<Item = IpAddr> + Clone, remote: IpAddr) -> bool {
    there.clone().count() >= MOST_SESSIONS
        || there.filter(|from| *from == remote).count() >= MOST_OF_ONE
}

/// What the engine of a connection is told.
#[derive(Clone, Copy)]
enum Heard<'a> {
    Bytes(&'a [u8]),
    Eof,
    Timeout,
}

fn hear(engine: &mut impl Engine, now: Time, heard: Heard<'_>) {
    match heard {
        Heard::Bytes(bytes) => engine.handle_input(now, bytes),
        Heard::Eof => engine.handle_eof(now),
        Heard::Timeout if engine.poll_timeout().is_some_and(|due| due <= now) => {
            engine.handle_timeout(now);
        }
        Heard::Timeout => {}
    }
}

impl Program for MailServer {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started => self.start(),
            Input::Stopped => self.stop(),
            Input::Accepted {
                token,
                conn,
                remote,
                ..
            } => self.accept(now, token, conn, remote.ip()),
            Input::Data { conn, bytes, .. } => self.with(now, conn, Heard::Bytes(bytes)),
            Input::Eof { conn } => self.with(now, conn, Heard::Eof),
            Input::Closed { conn, .. } => self.closed(now, conn),
            Input::Timeout => self.time_out(now),
            Input::Resolved { token, answers } => self.on_channel(token, |channel, office| {
                channel.resolved(now, token, answers, office);
            }),
            Input::Connected { token, conn, .. } => self.connected(now, token, conn),
            Input::ConnectFailed { token, reason } => self.on_channel(token, |channel, office| {
                channel.connect_failed(now, token, reason, office);
            }),
            Input::Typed { person, text } => {
                let outcome = reading::typed(person, text, &mut self.office);
                self.office.desk.ask(Request::Outcome(outcome));
            }
            Input::Listening { .. }
            | Input::ListenFailed { .. }
            | Input::Sending { .. }
            | Input::Sent { .. }
            | Input::Datagram { .. }
            | Input::Echoed { .. }
            | Input::Undelivered { .. }
            | Input::Asked { .. }
            | Input::Wrote { .. } => {}
        }
        if self.is_up {
            self.send_due(now);
        }
        self.office.tell_queue();
    }

    fn poll_timeout(&self) -> Option<Time> {
        if !self.is_up {
            return None;
        }
        let sessions = self
            .sessions
            .values()
            .filter_map(|s| s.engine.poll_timeout());
        let fetchings = self
            .fetchings
            .values()
            .filter_map(|f| f.engine.poll_timeout());
        let channels = self.channels.values().filter_map(Channel::deadline);
        let engines = sessions.chain(fetchings).chain(channels);
        let office = &self.office;
        let warning = office.queue.next_warning().map(|(due, _)| due);
        let others = [self.next_due(), warning, office.next_parting()];
        engines.chain(others.into_iter().flatten()).min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.office.desk.requests.pop_front()
    }
}
