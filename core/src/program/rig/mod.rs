//! An ideal network in memory that joins a few programs, for testing them without TCP.
//!
//! It keeps the contract and nothing else: bytes arrive in order after a fixed delay, in
//! pieces of a chosen size; time is virtual. What programs say and note is written down.

mod datagrams;
mod scripted;
mod wire;

pub use scripted::Scripted;

use super::contract::{
    CloseReason, Input, Kept, Letter, NameAnswer, NameData, NameError, NameKind, Outcome, Program,
    Token, Turn, Unreachable,
};
use crate::base::{ConnId, Content, Duration, Time};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// How long bytes travel.
const DELAY: Duration = Duration::from_millis(10);
/// How long an answer takes.
const BOTH_WAYS: Duration = Duration::from_millis(20);
/// How long a host waits for an answer that does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// The network and its hosts.
pub struct Rig {
    /// The present moment.
    pub now: Time,
    /// All that was said, noted and reached, in order.
    pub log: Vec<Entry>,
    hosts: Vec<Host>,
    names: BTreeMap<String, Vec<NameData>>,
    events: BTreeMap<(Time, u64), (usize, Event)>,
    next_event: u64,
    conns: Vec<Conn>,
    piece: usize,
    blocked: Vec<(usize, usize)>,
    /// The routers on the way to each host, the nearest first.
    ways: BTreeMap<usize, Vec<Hop>>,
    /// The first connection into this host to carry so many bytes is reset.
    reset: Option<(usize, u64)>,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub time: Time,
    /// On which host.
    pub host: usize,
    /// What.
    pub what: What,
}

/// What a program did that a reader may see.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It said something.
    Turn(ConnId, Turn),
    /// It said something in a datagram, or asked for an echo.
    Datagram(Turn),
    /// It noted a key's new value.
    Note(String, String),
    /// A phase began.
    Phase(&'static str),
    /// Something asked for ended.
    Outcome(Outcome),
    /// Its files changed.
    Keeps(String, Option<Kept>),
    /// It answered a question for a name.
    Answer(u32, Result<Vec<NameAnswer>, NameError>),
}

/// A router on the way to a host: none for one that throws away and says nothing.
type Hop = Option<IpAddr>;

struct Host {
    addr: IpAddr,
    program: Box<dyn Program>,
    gone: bool,
    next_port: u16,
    listeners: BTreeMap<Token, SocketAddr>,
    /// Ports for datagrams.
    bound: BTreeMap<Token, u16>,
}

/// One end of a connection; its id is its place in `conns`.
struct Conn {
    host: usize,
    peer: Option<usize>,
    local: SocketAddr,
    sent: u64,
    received: Vec<u8>,
    finished: bool,
    closed: bool,
    paused: bool,
    held: VecDeque<Event>,
}

#[derive(Clone, Debug)]
enum Event {
    Started,
    Stopped,
    Typed(String, String),
    Wrote(String, Letter),
    Asked(u32, String, NameKind),
    Listening(Token, SocketAddr),
    ListenFailed(Token),
    /// A SYN arrives, from this end, at this address.
    Knock(Token, usize, SocketAddr),
    Connected(Token, usize),
    ConnectFailed(Token, CloseReason),
    Data(usize, Vec<u8>),
    Sending(usize, u64),
    Sent(usize),
    Eof(usize),
    Closed(usize, CloseReason),
    Resumed(usize),
    Resolved(Token, Result<Vec<NameAnswer>, NameError>),
    /// A datagram: at which port, from where, what.
    Datagram(u16, SocketAddr, Vec<u8>),
    Echoed(Token, IpAddr, u16, u16),
    Undelivered(Token, u16, IpAddr, Unreachable),
}

/// What comes next.
enum Next {
    Event((Time, u64)),
    Deadline(usize),
}

impl Rig {
    /// A network without hosts that delivers up to `piece` bytes at a time.
    pub fn new(piece: usize) -> Self {
        Self {
            now: Time::ZERO,
            log: Vec::new(),
            hosts: Vec::new(),
            names: BTreeMap::new(),
            events: BTreeMap::new(),
            next_event: 0,
            conns: Vec::new(),
            piece,
            blocked: Vec::new(),
            ways: BTreeMap::new(),
            reset: None,
        }
    }

    /// Adds a host and starts its program; gives the host's number.
    pub fn host(&mut self, addr: &str, program: impl Program + 'static) -> usize {
        let host = self.hosts.len();
        self.hosts.push(Host {
            addr: addr.parse().expect("an address"),
            program: Box::new(program),
            gone: false,
            next_port: 49_152,
            listeners: BTreeMap::new(),
            bound: BTreeMap::new(),
        });
        self.later(Duration::ZERO, host, Event::Started);
        host
    }

    /// Gives a name an address.
    pub fn name(&mut self, name: &str, addr: &str) {
        let addr = NameData::Address(addr.parse().expect("an address"));
        self.names.entry(name.to_owned()).or_default().push(addr);
    }

    /// Gives a domain a mail exchanger.
    pub fn mx(&mut self, domain: &str, preference: u16, exchanger: &str) {
        let mx = NameData::Mx(preference, exchanger.to_owned());
        self.names.entry(domain.to_owned()).or_default().push(mx);
    }

    /// A person types a line.
    pub fn types(&mut self, host: usize, person: &str, text: &str) {
        let typed = Event::Typed(person.to_owned(), text.to_owned());
        self.later(Duration::ZERO, host, typed);
    }

    /// A person writes a letter.
    pub fn writes(&mut self, host: usize, person: &str, letter: Letter) {
        let wrote = Event::Wrote(person.to_owned(), letter);
        self.later(Duration::ZERO, host, wrote);
    }

    /// Connections from one host to another no longer open: the SYN is lost.
    pub fn block(&mut self, from: usize, to: usize) {
        self.blocked.push((from, to));
    }

    /// Datagrams and echoes to `host` pass these routers; an empty name is one that is silent.
    pub fn routers(&mut self, host: usize, routers: &[&str]) {
        let way = routers.iter().map(|addr| addr.parse().ok()).collect();
        self.ways.insert(host, way);
    }

    /// The first connection into `host` that carries `bytes` bytes is reset.
    pub fn reset_after(&mut self, host: usize, bytes: u64) {
        self.reset = Some((host, bytes));
    }

    /// The host falls silent for ever, and its peers are not told.
    pub fn vanish(&mut self, host: usize) {
        self.hosts[host].gone = true;
    }

    /// The host is shut down: its program stops, its connections are reset.
    pub fn stop(&mut self, host: usize) {
        self.later(Duration::ZERO, host, Event::Stopped);
    }

    /// The host comes up again, after `after`.
    pub fn start_again(&mut self, host: usize, after: Duration) {
        self.later(after, host, Event::Started);
    }

    /// Another program of the host asks its resolver, which is the program there.
    pub fn asks(&mut self, host: usize, question: u32, name: &str, kind: NameKind) {
        let asked = Event::Asked(question, name.to_owned(), kind);
        self.later(Duration::ZERO, host, asked);
    }

    /// Runs until nothing is left to happen.
    pub fn run(&mut self) {
        self.run_up_to(self.now + Duration::from_secs(100 * 3600));
        assert!(self.next().is_none(), "the run does not end");
    }

    /// Runs all that happens up to `end`, and waits until then.
    pub fn run_until(&mut self, end: Time) {
        self.run_up_to(end);
        self.now = self.now.max(end);
    }

    fn run_up_to(&mut self, end: Time) {
        for _ in 0..5_000_000 {
            let Some((time, what)) = self.next().filter(|(time, _)| *time <= end) else {
                return;
            };
            self.now = self.now.max(time);
            match what {
                Next::Event(key) => {
                    let (host, event) = self.events.remove(&key).expect("just found");
                    self.happen(host, event);
                }
                Next::Deadline(host) => {
                    self.tell(host, Input::Timeout);
                    let next = self.hosts[host].program.poll_timeout();
                    assert!(next.is_none_or(|t| t > self.now), "a deadline that stays");
                }
            }
        }
        panic!("too much happens");
    }

    /// The bytes of a content, received and converted ones included.
    pub fn read(&self, content: &Content) -> Vec<u8> {
        self.read_range(content, 0..content.len())
    }

    /// What a host said last of what lies at each path: none for a folder.
    pub fn kept(&self, host: usize) -> BTreeMap<&str, Option<Vec<u8>>> {
        let mut kept = BTreeMap::new();
        for what in self.of(host) {
            match what {
                What::Keeps(path, None) => drop(kept.remove(path.as_str())),
                What::Keeps(path, Some(Kept::Folder)) => drop(kept.insert(path.as_str(), None)),
                What::Keeps(path, Some(Kept::File(content))) => {
                    kept.insert(path.as_str(), Some(self.read(content)));
                }
                _ => {}
            }
        }
        kept
    }

    /// A range of them.
    fn read_range(&self, content: &Content, range: Range<u64>) -> Vec<u8> {
        let received = |conn: ConnId, offset: u64| -> &[u8] {
            let offset = usize::try_from(offset).expect("small");
            &self.conns[conn.index()].received[offset..]
        };
        content.reader(range, &received).all()
    }

    /// All that arrived on a connection's end.
    pub fn received(&self, conn: ConnId) -> &[u8] {
        &self.conns[conn.index()].received
    }

    /// What a host received on all its connections, in the order they opened.
    pub fn heard(&self, host: usize) -> Vec<String> {
        let ends = self.conns.iter().filter(|c| c.host == host);
        ends.map(|c| String::from_utf8_lossy(&c.received).into_owned())
            .collect()
    }

    /// The same, as bytes.
    pub fn heard_bytes(&self, host: usize) -> Vec<Vec<u8>> {
        let ends = self.conns.iter().filter(|c| c.host == host);
        ends.map(|c| c.received.clone()).collect()
    }

    /// The local ports of a host's connections, in the order they opened.
    pub fn local_ports(&self, host: usize) -> Vec<u16> {
        let ends = self.conns.iter().filter(|c| c.host == host);
        ends.map(|c| c.local.port()).collect()
    }

    /// How many of a host's ends of connections are not closed.
    pub fn open(&self, host: usize) -> usize {
        let ends = self.conns.iter();
        ends.filter(|c| c.host == host && c.peer.is_some() && !c.closed)
            .count()
    }

    /// How many ports a host listens at.
    pub fn listening(&self, host: usize) -> usize {
        self.hosts[host].listeners.len()
    }

    /// The texts of all turns, in order.
    pub fn turns(&self) -> Vec<&str> {
        let turns = self.log.iter().filter_map(|e| match &e.what {
            What::Turn(_, turn) | What::Datagram(turn) => Some(turn.text.as_str()),
            _ => None,
        });
        turns.collect()
    }

    /// The phases a host went through.
    pub fn phases(&self, host: usize) -> Vec<&'static str> {
        let phases = self.of(host).filter_map(|what| match what {
            What::Phase(name) => Some(*name),
            _ => None,
        });
        phases.collect()
    }

    /// How what was asked for on a host ended.
    pub fn outcomes(&self, host: usize) -> Vec<&Outcome> {
        let outcomes = self.of(host).filter_map(|what| match what {
            What::Outcome(outcome) => Some(outcome),
            _ => None,
        });
        outcomes.collect()
    }

    /// The values a key of a host's notes took, in order.
    pub fn history(&self, host: usize, key: &str) -> Vec<&str> {
        let values = self.of(host).filter_map(|what| match what {
            What::Note(k, value) if k == key => Some(value.as_str()),
            _ => None,
        });
        values.collect()
    }

    /// A host's notes as they stand now.
    pub fn notes(&self, host: usize) -> BTreeMap<&str, &str> {
        let mut notes = BTreeMap::new();
        for what in self.of(host) {
            match what {
                What::Note(key, value) if value.is_empty() => drop(notes.remove(key.as_str())),
                What::Note(key, value) => drop(notes.insert(key.as_str(), value.as_str())),
                _ => {}
            }
        }
        notes
    }

    fn of(&self, host: usize) -> impl Iterator<Item = &What> {
        let entries = self.log.iter().filter(move |e| e.host == host);
        entries.map(|e| &e.what)
    }

    /// What comes next: an event, or a host's deadline. Events win a tie.
    fn next(&self) -> Option<(Time, Next)> {
        let event = self.events.keys().next();
        let event = event.map(|key| (key.0, Next::Event(*key)));
        let deadlines = self.hosts.iter().enumerate().filter(|(_, h)| !h.gone);
        let deadline = deadlines
            .filter_map(|(host, h)| Some((h.program.poll_timeout()?, Next::Deadline(host))))
            .min_by_key(|(time, _)| *time);
        event.into_iter().chain(deadline).min_by_key(|next| next.0)
    }

    fn later(&mut self, delay: Duration, host: usize, event: Event) {
        let key = (self.now + delay, self.next_event);
        self.next_event += 1;
        self.events.insert(key, (host, event));
    }

    /// Gives an event back, unless its connection is paused (then it waits) or over.
    fn hold_or_forget(&mut self, event: Event) -> Option<Event> {
        if let Event::Data(conn, _) | Event::Eof(conn) | Event::Closed(conn, CloseReason::Finished) =
            &event
            && self.conns[*conn].paused
        {
            let conn = *conn;
            self.conns[conn].held.push_back(event);
            return None;
        }
        let over = match &event {
            Event::Sending(conn, _)
            | Event::Sent(conn)
            | Event::Eof(conn)
            | Event::Data(conn, _) => self.conns[*conn].closed,
            _ => false,
        };
        (!over).then_some(event)
    }

    fn happen(&mut self, host: usize, event: Event) {
        if self.hosts[host].gone {
            return;
        }
        let Some(event) = self.hold_or_forget(event) else {
            return;
        };
        match event {
            Event::Started => self.tell(host, Input::Started),
            Event::Stopped => self.stopped(host),
            Event::Typed(person, text) => {
                let (person, text) = (&person, &text);
                self.tell(host, Input::Typed { person, text });
            }
            Event::Wrote(person, letter) => {
                let (person, letter) = (&person, &letter);
                self.tell(host, Input::Wrote { person, letter });
            }
            Event::Asked(question, name, kind) => {
                let name = &name;
                self.tell(
                    host,
                    Input::Asked {
                        question,
                        name,
                        kind,
                    },
                );
            }
            Event::Listening(token, at) => self.tell(host, Input::Listening { token, at }),
            Event::ListenFailed(token) => self.tell(host, Input::ListenFailed { token }),
            Event::Knock(token, from, at) => self.knock(host, token, from, at),
            Event::Connected(token, end) => {
                let (conn, local, remote) = self.names_of(end);
                self.tell(
                    host,
                    Input::Connected {
                        token,
                        conn,
                        local,
                        remote,
                    },
                );
            }
            Event::ConnectFailed(token, reason) => {
                self.tell(host, Input::ConnectFailed { token, reason });
            }
            Event::Data(end, bytes) => self.data(host, end, &bytes),
            Event::Sending(end, bytes) => {
                let conn = ConnId::from_index(end);
                self.tell(host, Input::Sending { conn, bytes });
            }
            Event::Sent(end) => {
                let conn = ConnId::from_index(end);
                self.tell(host, Input::Sent { conn });
            }
            Event::Eof(end) => {
                let conn = ConnId::from_index(end);
                self.tell(host, Input::Eof { conn });
                self.close_if_both_finished(end);
            }
            Event::Closed(end, reason) => self.closed(host, end, reason),
            Event::Resumed(end) => self.resumed(host, end),
            Event::Resolved(token, answers) => self.tell(host, Input::Resolved { token, answers }),
            event @ (Event::Datagram(..) | Event::Echoed(..) | Event::Undelivered(..)) => {
                self.arrive(host, &event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(piece: usize) -> (Rig, usize, usize) {
        let mut rig = Rig::new(piece);
        let server = rig.host(
            "192.0.2.1",
            Scripted::server(7, "hello\r\n", &["one\r\n", ""]),
        );
        let client = rig.host(
            "192.0.2.2",
            Scripted::client("192.0.2.1:7", b"a\r\nb\r\n", false),
        );
        (rig, server, client)
    }

    #[test]
    fn bytes_arrive_in_order_and_both_ends_close() {
        for piece in [1, 3, 1000] {
            let (mut rig, server, client) = pair(piece);
            rig.run();
            assert_eq!(rig.heard(client), ["hello\r\none\r\n"]);
            assert_eq!(rig.heard(server), ["a\r\nb\r\n"]);
            assert_eq!((rig.open(client), rig.open(server)), (0, 0));
        }
    }

    #[test]
    fn a_blocked_host_hears_nothing() {
        let (mut rig, server, client) = pair(10);
        rig.block(client, server);
        rig.run();
        assert!(rig.heard(server).is_empty());
    }

    #[test]
    fn a_reset_ends_both_sides() {
        let (mut rig, server, client) = pair(1);
        rig.reset_after(server, 2);
        rig.run();
        assert_eq!(rig.heard(server), ["a\r"]);
        assert_eq!((rig.open(client), rig.open(server)), (0, 0));
    }
}
