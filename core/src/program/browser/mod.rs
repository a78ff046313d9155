//! A person's browser: fetches what is typed, one page or file after the other, and keeps it.

#[cfg(test)]
mod tests;

use super::contract::{
    CloseReason, Input, Kept, NameAnswer, NameError, NameKind, Outcome, Program, Request, Token,
    Turn,
};
use super::files::last_name;
use super::http_turns;
use crate::base::content::Part;
use crate::base::{ConnId, Content, Duration, Time};
use crate::proto::engine::{Engine, Output};
use crate::proto::http::parse::path_of;
use crate::proto::http::typed::{self, Url};
use crate::proto::http::{self, Client, ClientReport, Response};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

/// How long it waits when nothing comes.
const PATIENCE: Duration = Duration::from_secs(120);

/// So often in a row a server may say that the page is elsewhere.
const MOST_HOPS: u8 = 5;

/// A file is noted this often on its way.
const NOTES: u64 = 20;

/// The program.
#[derive(Debug, Default)]
pub struct Browser {
    queue: VecDeque<String>,
    visit: Option<Visit>,
    deadline: Option<Time>,
    last_token: Token,
    requests: VecDeque<Request>,
}

/// One page or file on its way.
#[derive(Debug)]
struct Visit {
    url: Url,
    /// How often a server has said that it is elsewhere.
    hops: u8,
    /// What it is called here.
    name: String,
    way: Way,
    /// What the server answered.
    answer: Option<(Response, Option<u64>)>,
    /// How many bytes came, head and body, and when to note that next.
    came: u64,
    next_note: u64,
    /// What the next bytes say.
    turn: Option<Turn>,
}

/// How far the connection has come.
#[derive(Debug)]
enum Way {
    /// The host's name is being looked up.
    Resolving(Token),
    /// It is being opened.
    Connecting(Token, SocketAddr),
    /// It is open.
    Open(ConnId, Box<Client>),
}

impl Browser {
    /// A browser that waits for what is typed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn run_next(&mut self) {
        while self.visit.is_none() {
            let Some(line) = self.queue.pop_front() else {
                return;
            };
            match typed::parse(&line) {
                Ok(url) => self.open(url, 0),
                Err(fault) => {
                    let text = [&*fault.message, ": ", &fault.help, "."].concat();
                    self.outcome(false, None, text);
                }
            }
        }
    }

    fn open(&mut self, url: Url, hops: u8) {
        self.requests.push_back(Request::Phase { name: "connect" });
        let path = path_of(&url.target).unwrap_or_default();
        let name = match path.ends_with('/') || path.is_empty() {
            true => "index.html",
            false => last_name(&path),
        };
        self.last_token += 1;
        let token = self.last_token;
        let host = url.host.clone();
        let address = host.parse::<IpAddr>();
        let mut visit = Visit {
            name: name.to_owned(),
            url,
            hops,
            way: Way::Resolving(token),
            answer: None,
            came: 0,
            next_note: u64::MAX,
            turn: None,
        };
        match address {
            Ok(address) => {
                let request = visit.connect(token, address);
                self.requests.push_back(request);
            }
            Err(_) => self.requests.push_back(Request::Resolve {
                token,
                name: host,
                kind: NameKind::Addresses,
            }),
        }
        self.visit = Some(visit);
    }

    fn resolved(&mut self, token: Token, answers: Result<Vec<NameAnswer>, NameError>) {
        let Some(visit) = &mut self.visit else { return };
        if !matches!(visit.way, Way::Resolving(ours) if ours == token) {
            return;
        }
        let mut addresses = answers.into_iter().flatten();
        let found = addresses.find_map(|answer| answer.address());
        match found {
            Some(address) => {
                self.last_token += 1;
                let request = visit.connect(self.last_token, address);
                self.requests.push_back(request);
            }
            None => {
                let text = ["No address is known for ", &visit.url.host, "."].concat();
                self.end(false, None, text);
            }
        }
    }

    fn connected(&mut self, token: Token, conn: ConnId) {
        match &mut self.visit {
            Some(visit) if matches!(visit.way, Way::Connecting(ours, _) if ours == token) => {
                let request = http::Request::new("GET", &visit.url.authority, &visit.url.target);
                visit.way = Way::Open(conn, Box::new(Client::new(request)));
                let name = "ask for the page";
                self.requests.push_back(Request::Phase { name });
            }
            _ => self.requests.push_back(Request::Abort { conn }),
        }
    }

    fn connect_failed(&mut self, token: Token, reason: CloseReason) {
        if let Some(visit) = &self.visit
            && let Way::Connecting(ours, to) = visit.way
            && ours == token
        {
            let host = &visit.url.host;
            let text = format!("{host} cannot be reached at {to}: {reason}.");
            self.end(false, None, text);
        }
    }

    /// Lets the engine of this connection act, and does what it says.
    fn on_conn(&mut self, conn: ConnId, act: impl FnOnce(&mut Client)) {
        if let Some(client) = self.visit.as_mut().and_then(|visit| visit.client(conn)) {
            act(client);
            self.say(conn);
        }
    }

    fn say(&mut self, conn: ConnId) {
        loop {
            let visit = self.visit.as_mut();
            let output = visit.and_then(|visit| visit.client(conn)?.poll_output());
            match output {
                Some(Output::Send(bytes)) => {
                    let turn = self.visit.as_mut().and_then(|visit| visit.turn.take());
                    self.requests.push_back(Request::Send { conn, bytes, turn });
                }
                Some(Output::Report(report)) => self.told(conn, report),
                Some(Output::Finish | Output::Abort) | None => return,
            }
        }
    }

    fn told(&mut self, conn: ConnId, report: ClientReport) {
        let Some(visit) = &mut self.visit else { return };
        match report {
            ClientReport::Says(request) => visit.turn = Some(http_turns::request(&request)),
            ClientReport::Answer(response, length) => {
                visit.next_note = length.map_or(u64::MAX, |length| length.div_ceil(NOTES));
                visit.came = 0;
                visit.answer = Some((response, length));
                let name = "receive the answer";
                self.requests.push_back(Request::Phase { name });
            }
            ClientReport::Done(parts) => {
                self.requests.push_back(Request::Finish { conn });
                self.received(whole(conn, parts));
            }
            ClientReport::Cut { len, of } => {
                self.requests.push_back(Request::Finish { conn });
                let of = of.map_or(String::new(), |of| format!(" of {of}"));
                let text = format!("{} broke off after {len} bytes{of}.", visit.name);
                self.end(false, None, text);
            }
            ClientReport::Broken(why) => {
                self.requests.push_back(Request::Abort { conn });
                let text = [&*visit.url.host, " ", why, "."].concat();
                self.end(false, None, text);
            }
        }
    }

    /// All has come.
    fn received(&mut self, content: Content) {
        let Some(Visit {
            url,
            hops,
            name,
            answer: Some((response, _)),
            ..
        }) = self.visit.take()
        else {
            return;
        };
        // It is elsewhere (RFC 9110 §15.4).
        if [301, 302, 303, 307, 308].contains(&response.code)
            && hops < MOST_HOPS
            && let Some(location) = response.fields.get("Location")
            && let Some(there) = url.elsewhere(location)
        {
            return self.open(there, hops + 1);
        }
        let len = content.len();
        let ok = response.code / 100 == 2;
        if ok {
            self.note(&name, [&*len.to_string(), " bytes"].concat());
            let path = ["/", &name].concat();
            let what = Some(Kept::File(content));
            self.requests.push_back(Request::Keeps { path, what });
        }
        let (host, code, reason) = (url.host, response.code, response.reason);
        let text = format!("{host} answered {code} {reason}: {name}, {len} bytes.");
        self.end(ok, Some(code), text);
    }

    /// Bytes came: the body is counted, and the count noted now and then.
    fn count(&mut self, bytes: u64) {
        let Some(visit) = &mut self.visit else { return };
        visit.came += bytes;
        if let Some((_, Some(length))) = visit.answer
            && visit.came >= visit.next_note
            && visit.came < length
        {
            let step = length.div_ceil(NOTES).max(1);
            visit.next_note = (visit.came / step + 1) * step;
            let name = visit.name.clone();
            let value = format!("{} of {length} bytes", visit.came);
            self.note(&name, value);
        }
    }

    fn closed(&mut self, conn: ConnId, reason: CloseReason) {
        if let Some(visit) = &mut self.visit
            && visit.client(conn).is_some()
        {
            let text = [&*visit.url.host, " hung up: ", &reason.to_string(), "."].concat();
            self.end(false, None, text);
        }
    }

    fn time_out(&mut self, now: Time) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            if let Some(Visit {
                way: Way::Open(conn, _),
                ..
            }) = self.visit
            {
                self.requests.push_back(Request::Abort { conn });
            }
            if self.visit.is_some() {
                self.end(false, None, "Nothing came for two minutes.".to_owned());
            }
        }
    }

    fn note(&mut self, name: &str, value: String) {
        let key = ["file.", name].concat();
        self.requests.push_back(Request::Note { key, value });
    }

    fn end(&mut self, ok: bool, code: Option<u16>, text: String) {
        self.visit = None;
        self.outcome(ok, code, text);
    }

    fn outcome(&mut self, ok: bool, code: Option<u16>, text: String) {
        let outcome = Outcome { ok, code, text };
        self.requests.push_back(Request::Outcome(outcome));
    }
}

impl Visit {
    fn connect(&mut self, token: Token, address: IpAddr) -> Request {
        let to = SocketAddr::new(address, self.url.port);
        self.way = Way::Connecting(token, to);
        Request::Connect {
            token,
            to,
            local_port: None,
        }
    }

    fn client(&mut self, conn: ConnId) -> Option<&mut Client> {
        match &mut self.way {
            Way::Open(ours, client) if *ours == conn => Some(client),
            _ => None,
        }
    }
}

/// A body's parts as one.
fn whole(conn: ConnId, parts: Vec<(u64, u64)>) -> Content {
    let part = |(start, len)| Part {
        content: Content::Received { conn, start, len },
        range: 0..len,
    };
    Content::joined(parts.into_iter().map(part))
}

impl Program for Browser {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Typed { text, .. } => self.queue.push_back(text.to_owned()),
            Input::Resolved { token, answers } => self.resolved(token, answers),
            Input::Connected { token, conn, .. } => {
                self.connected(token, conn);
                self.say(conn);
            }
            Input::ConnectFailed { token, reason } => self.connect_failed(token, reason),
            Input::Data { conn, bytes, .. } => {
                self.on_conn(conn, |client| client.handle_input(now, bytes));
                self.count(bytes.len() as u64);
            }
            Input::Eof { conn } => self.on_conn(conn, |client| client.handle_eof(now)),
            Input::Closed { conn, reason } => self.closed(conn, reason),
            Input::Timeout => self.time_out(now),
            Input::Stopped => {
                self.queue.clear();
                if self.visit.is_some() {
                    self.end(false, None, "This host was switched off.".to_owned());
                }
            }
            _ => {}
        }
        self.run_next();
        self.deadline = self.visit.is_some().then(|| now + PATIENCE);
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.deadline
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
