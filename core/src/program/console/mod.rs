//! A person at a command line: pings, finds the way, opens a connection and talks on it.
//!
//! Lines are done one after the other. `ping`, `route` and `dig` are what takes several questions;
//! here are the lines, and the connection.

mod dig;
mod ping;
mod route;
#[cfg(test)]
mod tests;
pub(super) mod words;

use super::contract::{
    CloseReason, Input, NameAnswer, NameError, NameKind, Outcome, Program, Request, Token,
};
use super::resolver::inquiry::Inquiry;
use crate::base::{ConnId, Content, Duration, Rng, Time, Transform};
use crate::proto::console::{Line, parse};
use dig::Dig;
use ping::Ping;
use route::Route;
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use words::{gone, took};

/// How long an answer is waited for, and the other side's end.
const PATIENCE: Duration = Duration::from_secs(60);
/// What comes in bulk is noted each time so much has come.
const NOTED: u64 = 10_000;
/// A longer piece of what comes is bulk rather than a line.
const LINE: usize = 512;

/// What a console is told before it starts.
#[derive(Clone, Debug)]
pub struct ConsoleConfig {
    /// Where the text that `send` sends comes from, and the numbers of questions.
    pub rng: Rng,
    /// Whom `dig` asks.
    pub name_servers: Vec<IpAddr>,
}

/// The program.
#[derive(Debug)]
pub struct Console {
    rng: Rng,
    name_servers: Vec<IpAddr>,
    inquiry: Inquiry,
    /// Lines that were typed and are not begun.
    waiting: VecDeque<Line>,
    doing: Option<Doing>,
    talk: Option<Talk>,
    /// The binding that datagrams leave from.
    udp: Option<Token>,
    next_token: Token,
    /// How many hops are noted.
    hops: usize,
    requests: VecDeque<Request>,
}

/// A line under way.
#[derive(Debug)]
struct Doing {
    line: Line,
    since: Time,
    step: Step,
}

/// What is waited for.
#[derive(Debug)]
enum Step {
    /// An address.
    Resolving(Token),
    /// A port for datagrams to this address.
    Binding(Token, IpAddr),
    /// Echoes.
    Pinging(Ping),
    /// The way.
    Tracing(Route),
    /// An answer of a name server.
    Digging(Dig),
    /// A connection to the first of these addresses.
    Connecting(Token, VecDeque<IpAddr>),
    /// That all that was sent has arrived.
    Sending,
    /// That something comes, until then.
    Hearing(Time),
    /// A moment.
    Waiting(Time),
    /// That the connection is closed, until then.
    Closing(Time),
}

/// The connection.
#[derive(Debug)]
struct Talk {
    conn: ConnId,
    heard: u64,
    /// Whether something came that nobody has waited for yet.
    has_news: bool,
    /// The other side sends no more.
    is_over: bool,
}

impl Console {
    /// A console at which nobody has typed yet.
    #[must_use]
    pub fn new(config: ConsoleConfig) -> Self {
        Self {
            inquiry: Inquiry::new(config.rng.fork("questions")),
            rng: config.rng,
            name_servers: config.name_servers,
            waiting: VecDeque::new(),
            doing: None,
            talk: None,
            udp: None,
            next_token: 0,
            hops: 0,
            requests: VecDeque::new(),
        }
    }

    fn typed(&mut self, now: Time, text: &str) {
        match parse(text) {
            Ok(line) => {
                self.waiting.push_back(line);
                self.next_line(now);
            }
            Err(fault) => self.tell(false, format!("{}; {}.", fault.message, fault.help)),
        }
    }

    /// Begins the next line, unless one is under way.
    fn next_line(&mut self, now: Time) {
        while self.doing.is_none() {
            let Some(line) = self.waiting.pop_front() else {
                return;
            };
            self.begin(now, line);
        }
    }

    fn begin(&mut self, now: Time, line: Line) {
        if line.needs_connection() && self.talk.is_none() {
            return self.tell(false, format!("{line}: skipped, there is no connection."));
        }
        match &line {
            Line::Ping { .. } => self.phase("ping"),
            Line::Traceroute { .. } => self.phase("find the way"),
            Line::Dig { .. } => self.phase("ask for the name"),
            Line::Connect { .. } if self.talk.is_some() => {
                let why = "there is a connection already; close it first";
                return self.tell(false, format!("{line}: {why}."));
            }
            Line::Connect { .. } => self.phase("open the connection"),
            Line::Say(_) | Line::Send(_) | Line::Hear => self.phase("talk"),
            Line::Close | Line::Abort => self.phase("close"),
            Line::Wait(_) => {}
        }
        let step = match (&line, &self.talk) {
            (Line::Wait(time), _) => Some(Step::Waiting(now + *time)),
            (line, Some(_)) if line.needs_connection() => self.talks(now, line),
            (Line::Dig { server: None, .. }, _) => {
                let servers = self.name_servers.clone();
                Dig::new(&line, servers).map(Step::Digging)
            }
            (line, _) => self.resolve(line),
        };
        if let Some(step) = step {
            let since = now;
            self.doing = Some(Doing { line, since, step });
            self.go_on(now);
        }
    }

    /// Asks for the address of the host that a line names.
    fn resolve(&mut self, line: &Line) -> Option<Step> {
        let name = line.host()?.to_owned();
        let token = self.token();
        let kind = NameKind::Addresses;
        self.requests
            .push_back(Request::Resolve { token, name, kind });
        Some(Step::Resolving(token))
    }

    /// Does what a line asks of the connection. None where it is done.
    fn talks(&mut self, now: Time, line: &Line) -> Option<Step> {
        let talk = self.talk.as_mut()?;
        let conn = talk.conn;
        let (request, step) = match line {
            Line::Say(text) => {
                // What is heard from now on answers it.
                talk.has_news = false;
                let turn = Some(words::say(text));
                let bytes = format!("{text}\r\n").into_bytes();
                (Request::Send { conn, bytes, turn }, None)
            }
            Line::Send(len) => {
                let len = *len;
                let seed = self.rng.next_u64();
                let request = Request::SendContent {
                    conn,
                    content: Content::Generated { seed, len },
                    range: 0..len,
                    transform: Transform::AsIs,
                    turn: Some(words::send(len)),
                };
                (request, Some(Step::Sending))
            }
            Line::Close => (
                Request::Finish { conn },
                Some(Step::Closing(now + PATIENCE)),
            ),
            Line::Abort => {
                self.talk = None;
                self.note("connection", "");
                (Request::Abort { conn }, None)
            }
            _ => return Some(Step::Hearing(now + PATIENCE)),
        };
        self.requests.push_back(request);
        step
    }

    fn resolved(&mut self, now: Time, answers: Result<Vec<NameAnswer>, NameError>) {
        let address = |answer: NameAnswer| answer.address();
        let found = answers.map(|all| all.into_iter().filter_map(address).collect::<VecDeque<_>>());
        let mut addrs = match found {
            Ok(addrs) if !addrs.is_empty() => addrs,
            other => {
                let why = words::no_name(other.err().unwrap_or(NameError::NoData));
                return self.end(now, false, why);
            }
        };
        let Some(doing) = &mut self.doing else {
            return;
        };
        // One family is one story: the preferred one, of which several may be tried.
        let v4 = addrs.front().is_some_and(IpAddr::is_ipv4);
        addrs.retain(|addr| addr.is_ipv4() == v4);
        // What is measured is the network, not the question where the host is.
        doing.since = now;
        let step = match (doing.line.clone(), addrs.front()) {
            (Line::Ping { count, .. }, Some(to)) => {
                Step::Pinging(Ping::new(now, self.token(), *to, count))
            }
            (Line::Traceroute { .. }, Some(to)) => self.trace(now, *to),
            (line @ Line::Dig { .. }, Some(_)) => match Dig::new(&line, addrs.into()) {
                Some(dig) => Step::Digging(dig),
                None => return,
            },
            _ => self.connect(addrs),
        };
        self.step(now, step);
    }

    /// Begins to find the way, from the port that was bound for it the first time.
    fn trace(&mut self, now: Time, to: IpAddr) -> Step {
        for hop in 1..=std::mem::take(&mut self.hops) {
            self.note(&format!("hop.{hop}"), "");
        }
        if let Some(udp) = self.udp {
            return Step::Tracing(Route::new(now, udp, to));
        }
        let (token, port) = (self.token(), None);
        self.requests.push_back(Request::BindUdp { token, port });
        Step::Binding(token, to)
    }

    fn connect(&mut self, addrs: VecDeque<IpAddr>) -> Step {
        let token = self.token();
        let line = self.doing.as_ref().map(|doing| &doing.line);
        if let (Some(Line::Connect { port, .. }), Some(addr)) = (line, addrs.front()) {
            self.requests.push_back(Request::Connect {
                token,
                to: SocketAddr::new(*addr, *port),
                local_port: None,
            });
            self.note("connection", "opening");
        }
        Step::Connecting(token, addrs)
    }

    fn connected(&mut self, now: Time, conn: ConnId, remote: SocketAddr) {
        self.talk = Some(Talk {
            conn,
            heard: 0,
            has_news: false,
            is_over: false,
        });
        self.note("connection", &format!("open, to {remote}"));
        let after = self.took(now);
        self.end(now, true, &format!("connected after {after}"));
    }

    /// Tries the next address, or gives up.
    fn connect_failed(&mut self, now: Time, mut addrs: VecDeque<IpAddr>, reason: CloseReason) {
        addrs.pop_front();
        if addrs.is_empty() {
            self.note("connection", "");
            let why = gone(reason, self.since(now));
            return self.end(now, false, &why);
        }
        let step = self.connect(addrs);
        self.step(now, step);
    }

    fn data(&mut self, now: Time, conn: ConnId, bytes: usize) {
        let Some(talk) = self.talk.as_mut().filter(|talk| talk.conn == conn) else {
            return;
        };
        let before = talk.heard / NOTED;
        talk.heard += bytes as u64;
        talk.has_news = true;
        if bytes <= LINE || talk.heard / NOTED != before {
            let heard = format!("{} bytes", talk.heard);
            self.note("heard", &heard);
        }
        self.go_on(now);
    }

    fn eof(&mut self, now: Time, conn: ConnId) {
        if let Some(talk) = self.talk.as_mut().filter(|talk| talk.conn == conn) {
            talk.is_over = true;
            self.note("connection", "the other side has finished");
            self.go_on(now);
        }
    }

    fn closed(&mut self, now: Time, conn: ConnId, reason: CloseReason) {
        if self.talk.take_if(|talk| talk.conn == conn).is_none() {
            return;
        }
        self.note("connection", "");
        let ok = reason == CloseReason::Finished;
        match self.doing.as_ref().map(|doing| &doing.step) {
            Some(Step::Closing(_)) if ok => {
                let after = self.took(now);
                self.end(now, true, &format!("closed after {after}"));
            }
            Some(Step::Closing(_) | Step::Sending | Step::Hearing(_)) => {
                let why = gone(reason, self.since(now));
                self.end(now, false, &why);
            }
            _ if !ok => self.tell(false, format!("The connection is gone: {reason}.")),
            _ => {}
        }
    }

    /// Looks whether what is waited for has come, and asks what is to be asked now.
    fn go_on(&mut self, now: Time) {
        let Some(doing) = &mut self.doing else { return };
        match &mut doing.step {
            Step::Pinging(ping) => {
                self.requests.extend(ping.ask(now));
                let (sum, ok) = (ping.sum(), ping.is_answered());
                let is_over = ping.is_over(now);
                self.note("ping", &sum);
                if is_over {
                    self.end(now, ok, &sum);
                }
            }
            Step::Tracing(route) => {
                self.requests.extend(route.ask(now));
                let news: Vec<_> = route.hops.iter().skip(self.hops).copied().collect();
                let end = route.is_over().then(|| (route.is_found(), route.sum()));
                for hop in news {
                    self.hops += 1;
                    self.note(&format!("hop.{}", self.hops), &route::shown(hop));
                }
                if let Some((ok, sum)) = end {
                    self.end(now, ok, &sum);
                }
            }
            Step::Digging(dig) => {
                let asks = dig.ask(now, &mut self.inquiry);
                if !asks {
                    let why = dig.why();
                    self.end(now, false, &why);
                }
            }
            Step::Hearing(until) => {
                let until = *until;
                self.hears(now, until);
            }
            Step::Waiting(until) if *until <= now => {
                self.doing = None;
                self.next_line(now);
            }
            Step::Closing(until) if *until <= now => {
                if let Some(Talk { conn, .. }) = self.talk.take() {
                    self.requests.push_back(Request::Abort { conn });
                    self.note("connection", "");
                }
                let after = took(PATIENCE);
                let why = format!("the other side does not finish, gave up after {after}");
                self.end(now, false, &why);
            }
            _ => {}
        }
    }

    fn hears(&mut self, now: Time, until: Time) {
        let Some(talk) = &mut self.talk else { return };
        let is_over = talk.is_over;
        if std::mem::take(&mut talk.has_news) {
            let text = match self.since(now) {
                Duration::ZERO => "an answer was there".to_owned(),
                time => format!("an answer after {}", took(time)),
            };
            self.end(now, true, &text);
        } else if is_over {
            self.end(now, false, "the other side has no more to say");
        } else if until <= now {
            let why = gone(CloseReason::TimedOut, PATIENCE);
            self.end(now, false, &why);
        }
    }

    /// The line goes on with another step.
    fn step(&mut self, now: Time, step: Step) {
        if let Some(doing) = &mut self.doing {
            doing.step = step;
        }
        self.go_on(now);
    }

    /// The line is done, or came to nothing.
    fn end(&mut self, now: Time, ok: bool, text: &str) {
        if let Some(doing) = self.doing.take() {
            self.tell(ok, format!("{}: {text}.", doing.line));
        }
        self.next_line(now);
    }

    /// The host goes down.
    fn stop(&mut self) {
        let undone = self.doing.take().map(|doing| doing.line);
        for line in undone.into_iter().chain(std::mem::take(&mut self.waiting)) {
            self.tell(false, format!("{line}: the computer went down."));
        }
        self.inquiry.stop();
        self.talk = None;
        self.udp = None;
        self.note("connection", "");
    }

    /// How long the line under way has taken.
    fn since(&self, now: Time) -> Duration {
        let since = self.doing.as_ref().map(|doing| doing.since);
        since.map_or(Duration::ZERO, |since| now.since(since))
    }

    fn took(&self, now: Time) -> String {
        took(self.since(now))
    }

    fn tell(&mut self, ok: bool, text: String) {
        let code = None;
        self.requests
            .push_back(Request::Outcome(Outcome { ok, code, text }));
    }

    fn phase(&mut self, name: &'static str) {
        self.requests.push_back(Request::Phase { name });
    }

    fn note(&mut self, key: &str, value: &str) {
        self.requests.push_back(Request::Note {
            key: key.to_owned(),
            value: value.to_owned(),
        });
    }

    fn token(&mut self) -> Token {
        self.next_token += 1;
        self.next_token
    }
}

impl Program for Console {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        let is_answer = self.inquiry.handle(now, &input);
        self.dug(now);
        if is_answer {
            return;
        }
        let step = self.doing.as_mut().map(|doing| &mut doing.step);
        match (input, step) {
            (Input::Stopped, _) => self.stop(),
            (Input::Typed { text, .. }, _) => self.typed(now, text),
            (Input::Resolved { token, answers }, Some(Step::Resolving(asked)))
                if token == *asked =>
            {
                self.resolved(now, answers);
            }
            (Input::Listening { token, .. }, Some(Step::Binding(asked, to))) if token == *asked => {
                let to = *to;
                self.udp = Some(token);
                self.step(now, Step::Tracing(Route::new(now, token, to)));
            }
            (Input::ListenFailed { token }, Some(Step::Binding(asked, _))) if token == *asked => {
                self.end(now, false, "no port is free");
            }
            (
                Input::Connected {
                    token,
                    conn,
                    remote,
                    ..
                },
                Some(Step::Connecting(asked, _)),
            ) if token == *asked => self.connected(now, conn, remote),
            // Nobody waits for it any more.
            (Input::Connected { conn, .. }, _) => {
                self.requests.push_back(Request::Abort { conn });
            }
            (Input::ConnectFailed { token, reason }, Some(Step::Connecting(asked, addrs)))
                if token == *asked =>
            {
                let addrs = std::mem::take(addrs);
                self.connect_failed(now, addrs, reason);
            }
            (Input::Data { conn, bytes, .. }, _) => self.data(now, conn, bytes.len()),
            (Input::Sent { conn }, Some(Step::Sending))
                if self.talk.as_ref().is_some_and(|talk| talk.conn == conn) =>
            {
                let after = self.took(now);
                self.end(now, true, &format!("arrived after {after}"));
            }
            (Input::Eof { conn }, _) => self.eof(now, conn),
            (Input::Closed { conn, reason }, _) => self.closed(now, conn, reason),
            (input, Some(step)) => {
                let is_news = step.hears(now, &input);
                if is_news {
                    self.go_on(now);
                }
            }
            _ => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        match &self.doing.as_ref()?.step {
            Step::Pinging(ping) => Some(ping.due()),
            Step::Tracing(route) => Some(route.due()),
            Step::Digging(_) => self.inquiry.poll_timeout(),
            Step::Hearing(until) | Step::Waiting(until) | Step::Closing(until) => Some(*until),
            Step::Resolving(_) | Step::Binding(..) | Step::Connecting(..) | Step::Sending => None,
        }
    }

    fn poll_request(&mut self) -> Option<Request> {
        let asked = self.inquiry.requests.pop_front();
        asked.or_else(|| self.requests.pop_front())
    }
}

impl Step {
    /// Takes what the network answers, and whether time has passed. False where it is no news.
    fn hears(&mut self, now: Time, input: &Input<'_>) -> bool {
        match (self, input) {
            (_, Input::Timeout) => true,
            (
                Self::Pinging(ping),
                Input::Echoed {
                    token, sequence, ..
                },
            ) => *token == ping.token() && ping.hear(now, *sequence, None),
            (
                Self::Pinging(ping),
                Input::Undelivered {
                    token,
                    sequence,
                    from,
                    reason,
                },
            ) => *token == ping.token() && ping.hear(now, *sequence, Some((*from, *reason))),
            (
                Self::Tracing(route),
                Input::Undelivered {
                    token,
                    sequence,
                    from,
                    reason,
                },
            ) => *token == route.token() && route.hear(now, *sequence, *from, *reason),
            (Self::Tracing(route), Input::Datagram { token, from, .. }) => {
                *token == route.token() && route.answered(now, *from)
            }
            _ => false,
        }
    }
}
