//! What programs ask of their host, done.

use super::connection::{Conn, Tuple};
use super::echoes::Question;
use super::{Host, Listening};
use crate::base::{CloseReason, ConnId, Content, ProgramId, Transform, Turn};
use crate::net::wires::Wires;
use crate::program::{Input, NameAnswer, NameData, NameError, NameKind, Request, Token};
use crate::timeline::{Carried, End, KeptRecord, Listener, Moment, Note, TurnRecord};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;

/// How long names from a hosts file may be kept: as long as one likes.
const HOSTS_TTL_S: u32 = 86_400;

impl Host {
    pub(super) fn execute(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        request: Request,
    ) {
        match request {
            Request::Listen { token, addr, port } => {
                self.listen(wires, at, program, (token, addr, port));
            }
            Request::Unlisten { token } => self.unlisten(wires, at, program, token),
            Request::Connect {
                token,
                to,
                local_port,
            } => self.connect(wires, at, program, (token, to, local_port)),
            Request::Send { conn, bytes, turn } => self.send(wires, at, conn, bytes, turn),
            Request::SendContent {
                conn,
                content,
                range,
                transform,
                turn,
            } => self.send_content(wires, at, conn, (content, range, transform), turn),
            Request::Pause { conn } => self.with_conn(conn, |conn| conn.paused = true),
            Request::Resume { conn } => self.with_conn(conn, |conn| conn.paused = false),
            Request::Finish { conn } => self.with_conn(conn, |conn| conn.finish = true),
            Request::Abort { conn } => self.with_conn(conn, Conn::abort),
            Request::BindUdp { token, port } => self.bind(wires, at, program, (token, port)),
            Request::SendTo { .. } | Request::SendEcho { .. } => {
                self.send_unconnected(wires, at, program, request);
            }
            Request::Resolve { token, name, kind } => {
                self.resolve(wires, at, (program, token), (&name, kind));
            }
            Request::Answer { question, answers } => {
                if let Some((program, token)) = self.questions.remove(&question) {
                    self.answer(program, Input::Resolved { token, answers });
                    self.run_program(wires, at, program);
                }
            }
            Request::Note { key, value } => {
                let note = Note {
                    program,
                    key,
                    value,
                };
                wires.timeline.record_note(at, note);
            }
            Request::Phase { name } => {
                wires.timeline.record_phase(at, name);
            }
            Request::Outcome(outcome) => {
                wires.timeline.record_outcome(at, outcome);
            }
            Request::Keeps { path, what } => {
                let kept = KeptRecord {
                    program,
                    path,
                    what,
                };
                wires.timeline.record_kept(at, kept);
            }
        }
    }

    fn send_content(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        conn: ConnId,
        (content, range, transform): (Content, Range<u64>, Transform),
        turn: Option<Turn>,
    ) {
        let (pulled, within) = fetched(wires, &content, &range);
        let said = turn.map(|turn| (turn, Some((content, range, transform))));
        self.queue(wires, at, conn, said, |conn| {
            conn.outgoing.push_content(pulled, within, transform)
        });
    }

    /// Sends what needs no connection.
    fn send_unconnected(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        request: Request,
    ) {
        match request {
            Request::SendTo {
                token,
                to,
                bytes,
                hop_limit,
                turn,
            } => {
                let with = (hop_limit, turn);
                self.send_datagram(wires, at, program, (token, to, &bytes), with);
            }
            Request::SendEcho {
                token,
                to,
                sequence,
                len,
                hop_limit,
                turn,
            } => {
                let question = Question {
                    token,
                    to,
                    sequence,
                    len,
                    hop_limit,
                    turn,
                };
                self.send_echo(wires, at, program, question);
            }
            _ => {}
        }
    }

    fn listen(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        (token, addr, port): (Token, Option<IpAddr>, Option<u16>),
    ) {
        let unused = |port: u16, host: &Self| host.listeners.iter().all(|l| l.port != port);
        let Some(port) = self.choose_port(port, unused) else {
            return self.answer(program, Input::ListenFailed { token });
        };
        let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let listener = Listener {
            host: self.id,
            program,
            at: SocketAddr::new(addr.unwrap_or(any), port),
            udp: false,
        };
        let row = wires.timeline.record_listening(at, listener);
        self.listeners.push(Listening {
            program,
            token,
            addr,
            port,
            row,
        });
        let preferred = addr.or(self.addresses.first().copied()).unwrap_or(any);
        let at_endpoint = SocketAddr::new(preferred, port);
        let input = Input::Listening {
            token,
            at: at_endpoint,
        };
        self.answer(program, input);
    }

    fn unlisten(&mut self, wires: &mut Wires, at: Moment, program: ProgramId, token: Token) {
        let found = self
            .listeners
            .iter()
            .position(|l| l.program == program && l.token == token);
        if let Some(index) = found {
            let listener = self.listeners.remove(index);
            wires.timeline.record_unlistened(at, listener.row);
        }
    }

    fn connect(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        (token, to, local_port): (Token, SocketAddr, Option<u16>),
    ) {
        let fail = |reason| Input::ConnectFailed { token, reason };
        let local_port = local_port.filter(|port| *port != 0);
        let address = self.address_like(to.ip());
        let Some(address) = address.filter(|_| to.port() != 0 && self.reaches(to.ip())) else {
            return self.answer(program, fail(CloseReason::NoRoute));
        };
        let tuple = |port| -> Tuple { (SocketAddr::new(address, port), to) };
        let unused = |port: u16, host: &Self| {
            !host.tuples.contains_key(&tuple(port))
                && (local_port.is_some() || !host.listeners.iter().any(|l| l.port == port))
        };
        let Some(port) = self.choose_port(local_port, unused) else {
            return self.answer(program, fail(CloseReason::NoPort));
        };
        let tuple = tuple(port);
        self.expect_neighbour(at, address, to.ip());
        self.ask_besides(wires, at, address, to.ip());
        let end = End::new(self.id, program, tuple, true);
        let (id, opening) = wires.timeline.record_opening(at, end);
        let width = self.width(address.is_ipv6());
        let mut conn = Conn::new(program, token, tuple, true, (&self.tcp, width));
        conn.turn = Some(opening);
        let context = self.stack.of(width).context();
        conn.socket()
            .connect(context, tuple.1, tuple.0)
            .expect("a fresh socket connects between two addresses and ports");
        self.conns.insert(id, Box::new(conn));
        self.tuples.insert(tuple, id);
        self.disturb(id);
    }

    fn send(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        conn: ConnId,
        bytes: Vec<u8>,
        turn: Option<Turn>,
    ) {
        let said = turn.map(|turn| (turn, None));
        self.queue(wires, at, conn, said, |conn| {
            conn.outgoing.push_bytes(bytes)
        });
    }

    /// Queues something on a connection and records what is said with it.
    fn queue(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        id: ConnId,
        said: Option<(Turn, Option<Carried>)>,
        push: impl FnOnce(&mut Conn) -> (u64, u64),
    ) {
        let Some(conn) = self.open_conn(id) else {
            return;
        };
        let range = push(conn);
        if let Some((turn, carried)) = said {
            let record = TurnRecord {
                conn: Some(id),
                to: None,
                range,
                turn,
                carried,
            };
            let event = wires.timeline.record_turn(at, record);
            conn.turn.get_or_insert(event);
        }
        self.spoken.push_back(id);
        self.disturb(id);
    }

    fn with_conn(&mut self, id: ConnId, change: impl FnOnce(&mut Conn)) {
        if let Some(conn) = self.open_conn(id) {
            change(conn);
            self.disturb(id);
        }
    }

    /// A connection that its program has not been told is gone. What is asked of one that
    /// is gone comes too late: nothing is said on it, and TIME-WAIT goes on undisturbed.
    fn open_conn(&mut self, id: ConnId) -> Option<&mut Conn> {
        let conn = self.conns.get_mut(&id)?;
        (!conn.told.closed).then_some(conn)
    }

    /// The port that is wanted, or else the next port of the moment, where it will do.
    pub(super) fn choose_port(
        &mut self,
        wanted: Option<u16>,
        will_do: impl Fn(u16, &Self) -> bool,
    ) -> Option<u16> {
        if wanted.is_some() {
            return wanted.filter(|port| will_do(*port, self));
        }
        for _ in 49_152..=u16::MAX {
            let port = self.next_port;
            self.next_port = port.checked_add(1).unwrap_or(49_152);
            if will_do(port, self) {
                return Some(port);
            }
        }
        None
    }

    /// Answers from the hosts file, or has the resolver answer.
    fn resolve(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        (program, token): (ProgramId, Token),
        (name, kind): (&str, NameKind),
    ) {
        let known = self.look_up(name, kind);
        let asks = self.resolver.filter(|resolver| *resolver != program);
        // Of a name that it knows, the file knows the addresses alone.
        let Some(resolver) = asks.filter(|_| known.is_err()) else {
            let answers = known;
            return self.answer(program, Input::Resolved { token, answers });
        };
        self.last_question = self.last_question.wrapping_add(1);
        let question = self.last_question;
        self.questions.insert(question, (program, token));
        let asked = Input::Asked {
            question,
            name,
            kind,
        };
        self.tell(wires, at, resolver, asked);
    }

    /// Answers from the hosts file.
    fn look_up(&self, name: &str, kind: NameKind) -> Result<Vec<NameAnswer>, NameError> {
        let literal = name.parse::<IpAddr>().ok().map(|addr| vec![addr]);
        let name = name.to_ascii_lowercase();
        let addresses = literal
            .or_else(|| self.names.get(&name).cloned())
            .ok_or(NameError::NoSuchName)?;
        let wanted = |addr: &IpAddr| match kind {
            NameKind::Addresses => true,
            NameKind::A => addr.is_ipv4(),
            NameKind::Aaaa => addr.is_ipv6(),
            _ => false,
        };
        let answer = |addr| NameAnswer {
            data: NameData::Address(addr),
            ttl_s: HOSTS_TTL_S,
        };
        let found = addresses.into_iter().filter(wanted).map(answer);
        let found: Vec<NameAnswer> = found.collect();
        match found.is_empty() {
            true => Err(NameError::NoData),
            false => Ok(found),
        }
    }
}

/// Content that was received lies in the timeline's frames, and what was made of it nowhere:
/// what of it is sent is gathered.
fn fetched(wires: &Wires, content: &Content, range: &Range<u64>) -> (Content, Range<u64>) {
    match content {
        Content::Bytes(_) | Content::Generated { .. } => (content.clone(), range.clone()),
        Content::Received { .. } | Content::Joined(_) | Content::Converted { .. } => {
            let bytes = wires.timeline.content_in(content, range.clone());
            let len = bytes.len() as u64;
            (Content::Bytes(bytes.into()), 0..len)
        }
    }
}
