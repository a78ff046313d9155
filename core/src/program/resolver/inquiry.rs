//! Questions on their way to name servers, each to one server: in a datagram, and over TCP
//! where the answer is too long for one. Resolvers, name servers and consoles ask with it.

use super::super::contract::{Input, Request, Token};
use super::super::dns_turns;
use crate::base::sorted::Map;
use crate::base::{ConnId, Duration, Rng, Time};
use crate::proto::dns::{
    Extensions, Message, PORT, Question, Rcode, Stream, StreamReport, emit, parse,
};
use crate::proto::engine::{Engine, Output};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

/// Its tokens begin here; a program's own lie below.
const TOKENS: Token = 1 << 24;
/// How long an answer in a datagram may be (RFC 6891 §6.2.5): such a frame fits everywhere.
const SIZE: u16 = 1232;
/// The ports that questions leave from.
const PORTS: u64 = 1 << 14;
const FIRST_PORT: u16 = 49_152;
/// So long the network may take to say that a datagram did not arrive, and of so many servers
/// it is known that they were asked.
const COMPLAINTS: Duration = Duration::from_secs(5);
const MOST_RECENT: usize = 64;
/// So often a port is looked for.
const MOST_PORTS: u8 = 8;

/// A question to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::program) struct Query {
    pub question: Question,
    pub server: IpAddr,
    /// Whether the server is to find out.
    pub recursion: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::program) enum Failure {
    TimedOut,
    /// Nobody can be asked there.
    Unreachable,
    /// What came is no answer.
    Garbled,
}

/// What came of a question.
pub(in crate::program) type Answered = (u32, Result<Message, Failure>);

/// All questions of one program.
#[derive(Debug)]
pub(in crate::program) struct Inquiry {
    rng: Rng,
    port: Port,
    pending: Map<u32, Pending>,
    /// Whom datagrams were sent to not long ago.
    recent: VecDeque<(Time, IpAddr)>,
    last_token: Token,
    pub requests: VecDeque<Request>,
    answered: VecDeque<Answered>,
}

/// The port that datagrams leave from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    None,
    /// Asked for, so often.
    Wanted(u8),
    Bound,
}

#[derive(Debug)]
struct Pending {
    query: Query,
    id: u16,
    /// Whether it speaks of extensions.
    extended: bool,
    patience: Duration,
    until: Time,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// In a datagram, once there is a port.
    Datagram,
    Connecting(Token),
    Connected(ConnId, Box<Stream>),
}

impl Inquiry {
    pub fn new(rng: Rng) -> Self {
        Self {
            rng,
            port: Port::None,
            pending: Map::new(),
            recent: VecDeque::new(),
            last_token: TOKENS,
            requests: VecDeque::new(),
            answered: VecDeque::new(),
        }
    }

    /// Asks a server; what comes of it is known by `key`. What was asked by it before is
    /// forgotten.
    pub fn ask(&mut self, now: Time, key: u32, query: Query, patience: Duration) {
        self.cancel(key);
        let pending = Pending {
            query,
            id: self.new_id(),
            extended: true,
            patience,
            until: now + patience,
            way: Way::Datagram,
        };
        self.pending.insert(key, pending);
        self.send(now, key);
    }

    /// Does not wait for an answer any more.
    pub fn cancel(&mut self, key: u32) {
        if let Some(Way::Connected(conn, _)) = self.pending.remove(&key).map(|p| p.way) {
            self.requests.push_back(Request::Abort { conn });
        }
    }

    /// The host goes down.
    pub fn stop(&mut self) {
        self.pending.clear();
        self.answered.clear();
        self.requests.clear();
        self.recent.clear();
        self.port = Port::None;
    }

    /// The next question that is done.
    pub fn poll(&mut self) -> Option<Answered> {
        self.answered.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<Time> {
        self.pending.values().map(|pending| pending.until).min()
    }

    /// Takes what happened. Answers whether it was about one of its questions.
    pub fn handle(&mut self, now: Time, input: &Input<'_>) -> bool {
        match input {
            Input::Listening { token, .. } if *token == TOKENS => {
                self.port = Port::Bound;
                self.send_all(now);
            }
            Input::ListenFailed { token } if *token == TOKENS => self.no_port(),
            Input::Datagram {
                token, from, bytes, ..
            } if *token == TOKENS => self.hear(now, *from, bytes),
            Input::Undelivered {
                token,
                sequence,
                from,
                ..
            } if *token == TOKENS => self.undelivered(*sequence, *from),
            Input::Connected { token, conn, .. } if *token > TOKENS => {
                self.connected(now, *token, *conn);
            }
            Input::ConnectFailed { token, .. } if *token > TOKENS => {
                let is = |way: &Way| matches!(way, Way::Connecting(asked) if asked == token);
                if let Some(key) = self.find(is) {
                    self.done(key, Err(Failure::Unreachable));
                }
            }
            Input::Data { conn, bytes, .. } => {
                return self.stream(now, *conn, |stream| stream.handle_input(now, bytes));
            }
            Input::Eof { conn } => {
                return self.stream(now, *conn, |stream| stream.handle_eof(now));
            }
            Input::Closed { conn, .. } => return self.closed(*conn),
            Input::Timeout => {
                self.time_out(now);
                return false;
            }
            _ => return false,
        }
        true
    }

    fn time_out(&mut self, now: Time) {
        let late = self.pending.iter().filter(|(_, p)| p.until <= now);
        let late: Vec<u32> = late.map(|(key, _)| *key).collect();
        for key in late {
            self.done(key, Err(Failure::TimedOut));
        }
    }

    fn new_id(&mut self) -> u16 {
        let [a, b, ..] = self.rng.next_u64().to_le_bytes();
        let mut id = u16::from_le_bytes([a, b]);
        while self.pending.values().any(|pending| pending.id == id) {
            id = id.wrapping_add(1);
        }
        id
    }

    fn bind(&mut self, tries: u8) {
        self.port = Port::Wanted(tries);
        let offset = u16::try_from(self.rng.below(PORTS)).unwrap_or(0);
        // RFC 5452 §9.2: nobody is to guess it. Any will do at last.
        let port = (tries < MOST_PORTS).then_some(FIRST_PORT + offset);
        let token = TOKENS;
        self.requests.push_back(Request::BindUdp { token, port });
    }

    fn no_port(&mut self) {
        match self.port {
            Port::Wanted(tries) if tries < MOST_PORTS => self.bind(tries + 1),
            _ => {
                self.port = Port::None;
                let keys: Vec<u32> = self.pending.keys().copied().collect();
                for key in keys {
                    self.done(key, Err(Failure::Unreachable));
                }
            }
        }
    }

    fn send_all(&mut self, now: Time) {
        let keys: Vec<u32> = self.pending.keys().copied().collect();
        for key in keys {
            self.send(now, key);
        }
    }

    /// Sends a question in a datagram, as soon as there is a port.
    fn send(&mut self, now: Time, key: u32) {
        match self.port {
            Port::None => self.bind(0),
            Port::Wanted(_) => {}
            Port::Bound => {
                let Some(pending) = self.pending.get(&key) else {
                    return;
                };
                if matches!(pending.way, Way::Datagram) {
                    let request = Request::SendTo {
                        token: TOKENS,
                        to: SocketAddr::new(pending.query.server, PORT),
                        bytes: emit::whole(&pending.message()),
                        hop_limit: None,
                        turn: Some(dns_turns::question(&pending.query.question)),
                    };
                    self.requests.push_back(request);
                    self.recent.retain(|(at, _)| *at + COMPLAINTS > now);
                    self.recent.truncate(MOST_RECENT);
                    self.recent.push_front((now, pending.query.server));
                }
            }
        }
    }

    fn find(&self, is: impl Fn(&Way) -> bool) -> Option<u32> {
        let mut pending = self.pending.iter();
        pending.find(|(_, p)| is(&p.way)).map(|(key, _)| *key)
    }

    /// A datagram came: an answer is one to a question that was asked of who sent it
    /// (RFC 5452 §9.1).
    fn hear(&mut self, now: Time, from: SocketAddr, bytes: &[u8]) {
        let parsed = parse::parse(bytes);
        let Some(header) = parsed.header.filter(|header| header.is_answer) else {
            return;
        };
        let is = |p: &Pending| {
            let sent = matches!(p.way, Way::Datagram) && self.port == Port::Bound;
            sent && p.id == header.id && SocketAddr::new(p.query.server, PORT) == from
        };
        let found = self.pending.iter().find(|(_, pending)| is(pending));
        if let Some(key) = found.map(|(key, _)| *key) {
            self.hear_message(now, key, parsed);
        }
    }

    /// Takes a message that has the right number and comes from the right server.
    fn hear_message(&mut self, now: Time, key: u32, parsed: parse::Parsed) {
        let Some(pending) = self.pending.get_mut(&key) else {
            return;
        };
        // What does not fit into a datagram may be cut anywhere.
        let is_cut = parsed.header.is_some_and(|header| header.truncated);
        let asked = parsed.questions.first().map(|asked| &asked.question);
        let says_nothing = asked.is_none() && parsed.records.is_empty();
        if !says_nothing && asked != Some(&pending.query.question) {
            return;
        }
        if is_cut && matches!(pending.way, Way::Datagram) {
            return self.connect(now, key);
        }
        let Some(message) = parsed.message() else {
            return self.done(key, Err(Failure::Garbled));
        };
        // RFC 6891 §6.2.2: who does not know the extensions is asked without.
        let code = message.header.rcode;
        let minds = code == Rcode::FORMAT_ERROR || code == Rcode::NOT_IMPLEMENTED;
        if minds && pending.extended && matches!(pending.way, Way::Datagram) {
            pending.extended = false;
            return self.send(now, key);
        }
        self.done(key, Ok(message));
    }

    /// The network says that a datagram did not arrive: whose it was is known where the server
    /// itself says it, or no other was asked of late.
    fn undelivered(&mut self, port: u16, from: IpAddr) {
        let mut recent = self.recent.iter().map(|recent| recent.1);
        let first = recent.next();
        let only = first.filter(|first| recent.all(|server| server == *first));
        let lost = |p: &Pending| {
            let server = p.query.server;
            let is_it = server == from || Some(server) == only;
            is_it && matches!(p.way, Way::Datagram) && port == PORT
        };
        let lost = self.pending.iter().filter(|(_, pending)| lost(pending));
        let keys: Vec<u32> = lost.map(|(key, _)| *key).collect();
        for key in keys {
            self.done(key, Err(Failure::Unreachable));
        }
    }

    fn connect(&mut self, now: Time, key: u32) {
        self.last_token += 1;
        let token = self.last_token;
        if let Some(pending) = self.pending.get_mut(&key) {
            pending.way = Way::Connecting(token);
            pending.until = now + pending.patience + pending.patience;
            self.requests.push_back(Request::Connect {
                token,
                to: SocketAddr::new(pending.query.server, PORT),
                local_port: None,
            });
        }
    }

    fn connected(&mut self, now: Time, token: Token, conn: ConnId) {
        let is = |way: &Way| matches!(way, Way::Connecting(asked) if *asked == token);
        let key = self.find(is);
        let Some(pending) = key.and_then(|key| self.pending.get_mut(&key)) else {
            // Nobody waits for it any more.
            return self.requests.push_back(Request::Abort { conn });
        };
        let mut stream = Stream::new(now, pending.patience);
        stream.send(now, &emit::whole(&pending.message()));
        let turn = dns_turns::question(&pending.query.question);
        if let Some(Output::Send(bytes)) = stream.poll_output() {
            let turn = Some(turn);
            self.requests.push_back(Request::Send { conn, bytes, turn });
        }
        pending.way = Way::Connected(conn, Box::new(stream));
    }

    /// Lets something happen to the stream of a connection, and hears what it says.
    fn stream(&mut self, now: Time, conn: ConnId, happens: impl FnOnce(&mut Stream)) -> bool {
        let Some(key) = self.of_conn(conn) else {
            return false;
        };
        if let Some(Way::Connected(_, stream)) = self.pending.get_mut(&key).map(|p| &mut p.way) {
            happens(stream);
        }
        while let Some(Way::Connected(_, stream)) = self.pending.get_mut(&key).map(|p| &mut p.way) {
            match stream.poll_output() {
                Some(Output::Report(StreamReport::Message(bytes))) => {
                    let parsed = parse::parse(&bytes);
                    let id = self.pending.get(&key).map(|p| p.id);
                    if parsed
                        .header
                        .is_some_and(|h| h.is_answer && Some(h.id) == id)
                    {
                        self.hear_message(now, key, parsed);
                    }
                }
                Some(Output::Report(StreamReport::Ended(_))) => {
                    self.done(key, Err(Failure::Garbled));
                }
                Some(_) => {}
                None => break,
            }
        }
        true
    }

    fn of_conn(&self, conn: ConnId) -> Option<u32> {
        self.find(|way| matches!(way, Way::Connected(known, _) if *known == conn))
    }

    fn closed(&mut self, conn: ConnId) -> bool {
        let key = self.of_conn(conn);
        if let Some(pending) = key.and_then(|key| self.pending.get_mut(&key)) {
            // There is nothing left to break off.
            pending.way = Way::Datagram;
        }
        if let Some(key) = key {
            self.done(key, Err(Failure::Unreachable));
        }
        key.is_some()
    }

    /// A question is done. Its connection is finished, or given up with it.
    fn done(&mut self, key: u32, answer: Result<Message, Failure>) {
        let Some(pending) = self.pending.remove(&key) else {
            return;
        };
        if let Way::Connected(conn, _) = pending.way {
            self.requests.push_back(match answer {
                Ok(_) => Request::Finish { conn },
                Err(_) => Request::Abort { conn },
            });
        }
        self.answered.push_back((key, answer));
    }
}

impl Pending {
    fn message(&self) -> Message {
        let question = self.query.question.clone();
        let mut message = Message::ask(self.id, question, self.query.recursion);
        message.extensions = self.extended.then_some(Extensions {
            size: SIZE,
            version: 0,
        });
        message
    }
}
