//! A name server: answers for the zones it has, and asks others for anybody who asks it to.

mod recursion;
mod sessions;
#[cfg(test)]
mod tests;
mod zones;

use super::contract::{Input, Program, Request};
use super::dns_turns;
use super::resolver::cache::Cache;
use super::resolver::inquiry::Inquiry;
use crate::base::sorted::Map;
use crate::base::{ConnId, Rng, Time};
use crate::proto::dns::parse::{Parsed, parse};
pub use crate::proto::dns::{Data, Name, Record, Soa, Zone};
use crate::proto::dns::{Extensions, Header, Kind, Message, PORT, Question, Rcode, emit};
use recursion::Task;
use sessions::Session;
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use zones::{End, Told};

const TOKEN_UDP: u32 = 0;
const TOKEN_TCP: u32 = 1;
/// The longest answer in a datagram for who does not say more (RFC 1035 §4.2.1).
const PLAIN: usize = 512;
/// Kinds that ask for more than records, such as a whole zone (RFC 1035 §3.2.3), and the one
/// that speaks of extensions, which nobody asks for.
const TRANSFERS: std::ops::RangeInclusive<u16> = 249..=254;
const OPT: u16 = 41;

/// What a name server is told before it starts.
#[derive(Clone, Debug)]
pub struct NameServerConfig {
    /// Its own name: `ns.example.net`.
    pub hostname: String,
    /// The zones that it is an authority for.
    pub zones: Vec<Zone>,
    /// Whether it finds out, for who wants it, what it is no authority for.
    pub recursive: bool,
    /// Whom it asks then: the servers of the root, or of each zone, the longest fitting first.
    pub hints: Vec<(Name, Vec<IpAddr>)>,
    /// It asks over IPv6; otherwise over IPv4.
    pub ipv6: bool,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
    /// The largest answer it sends in a datagram; longer ones are cut, and come over TCP.
    pub largest: usize,
    /// For question numbers and ports.
    pub rng: Rng,
}

/// What may be wrong with a name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It answers SERVFAIL.
    Fails,
    /// It does not answer.
    Silent,
    /// It answers REFUSED.
    Refuses,
}

/// The program.
#[derive(Debug)]
pub struct NameServer {
    config: NameServerConfig,
    inquiry: Inquiry,
    cache: Cache,
    tasks: Map<u32, Task>,
    last_task: u32,
    sessions: Map<ConnId, Session>,
    /// Who asked over these connections was told what took time.
    answered: VecDeque<ConnId>,
    requests: VecDeque<Request>,
}

/// Who asked, and what.
#[derive(Clone, Debug)]
struct Client {
    via: Via,
    header: Header,
    question: Question,
    extensions: Option<Extensions>,
}

/// How an answer gets back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Via {
    Datagram(SocketAddr),
    /// To another program of its own host, whom no wire lies between.
    Here(SocketAddr),
    Stream(ConnId),
}

impl NameServer {
    /// A name server that has not started yet.
    #[must_use]
    pub fn new(config: NameServerConfig) -> Self {
        Self {
            inquiry: Inquiry::new(config.rng.fork("questions")),
            config,
            cache: Cache::new("cache"),
            tasks: Map::new(),
            last_task: 0,
            sessions: Map::new(),
            answered: VecDeque::new(),
            requests: VecDeque::new(),
        }
    }

    fn start(&mut self) {
        let port = Some(PORT);
        let token = TOKEN_UDP;
        self.requests.push_back(Request::BindUdp { token, port });
        self.requests.push_back(Request::Listen {
            token: TOKEN_TCP,
            addr: None,
            port,
        });
    }

    /// The host goes down: all but the zones is forgotten.
    fn stop(&mut self) {
        self.inquiry.stop();
        let tasks: Vec<u32> = self.tasks.keys().copied().collect();
        for task in tasks {
            self.note_asked(task, String::new());
        }
        self.tasks.clear();
        self.answered.clear();
        if !self.sessions.is_empty() {
            self.sessions.clear();
            self.note_sessions();
        }
        self.cache.clear(&mut self.requests);
    }

    /// Takes a message. Answers whether somebody waits for an answer to it.
    fn take(&mut self, now: Time, via: Via, bytes: &[u8]) -> bool {
        let parsed = parse(bytes);
        // Whoever answered an answer would never end.
        let Some(header) = parsed.header.filter(|header| !header.is_answer) else {
            return false;
        };
        if self.config.trouble == Some(Trouble::Silent) {
            return false;
        }
        match self.judge(&header, parsed) {
            Ok((question, extensions)) => {
                let client = Client {
                    via,
                    header,
                    question,
                    extensions,
                };
                self.answer(now, client)
            }
            Err((rcode, question, extensions)) => {
                let message = Message::answer_to(&header, question, rcode);
                self.reply(now, via, extensions, message);
                false
            }
        }
    }

    /// Whether a message is a question that can be answered, or what is wrong with it.
    fn judge(&self, header: &Header, parsed: Parsed) -> Result<Asked, Refusal> {
        let is_twice = parsed.has_extensions_twice();
        let asked = parsed.questions.len();
        let class = parsed.questions.first().map(|asked| asked.class);
        let first = parsed.questions.first().map(|asked| asked.question.clone());
        if header.opcode != 0 {
            return Err((Rcode::NOT_IMPLEMENTED, None, None));
        }
        let (Some(message), Some(question), 1, false) = (parsed.message(), first, asked, is_twice)
        else {
            return Err((Rcode::FORMAT_ERROR, None, None));
        };
        let extensions = message.extensions;
        let rcode = match self.config.trouble {
            _ if extensions.is_some_and(|known| known.version > 0) => Rcode::BAD_VERSION,
            Some(Trouble::Fails) => Rcode::SERVER_FAILURE,
            Some(Trouble::Refuses) => Rcode::REFUSED,
            // Of another class than the Internet's nothing is known here.
            _ if message.questions.is_empty() => Rcode::REFUSED,
            _ if TRANSFERS.contains(&question.kind.number()) => Rcode::REFUSED,
            _ if question.kind == Kind::Other(OPT) => Rcode::FORMAT_ERROR,
            _ => return Ok((question, extensions)),
        };
        let question = Some(question).filter(|_| class.is_some_and(|class| class == 1));
        Err((rcode, question, extensions))
    }

    /// Answers from the zones, or finds out, or refuses. Answers whether that takes time.
    fn answer(&mut self, now: Time, client: Client) -> bool {
        let told = zones::tell(&self.config.zones, &client.question);
        let finds_out = self.config.recursive && client.header.wants_recursion;
        let is_all = told.as_ref().is_some_and(|told| told.end == End::All);
        if finds_out && !is_all {
            self.find_out(now, client);
            return true;
        }
        let told = told.unwrap_or(Told {
            rcode: Rcode::REFUSED,
            ..Told::default()
        });
        let refers = matches!(told.end, End::Referral(_)) && told.answers.is_empty();
        let is_refused = told.rcode == Rcode::REFUSED;
        let question = Some(client.question);
        let mut message = Message::answer_to(&client.header, question, told.rcode);
        message.header.authoritative = !refers && !is_refused;
        message.answers = told.answers;
        message.authority = told.authority;
        message.additional = told.additional;
        self.reply(now, client.via, client.extensions, message);
        false
    }

    /// Sends an answer, cut to what the other can take.
    fn reply(&mut self, now: Time, via: Via, extensions: Option<Extensions>, mut message: Message) {
        message.header.offers_recursion = self.config.recursive;
        let largest = self.config.largest;
        message.extensions = extensions.map(|_| Extensions {
            size: u16::try_from(largest.max(PLAIN)).unwrap_or(u16::MAX),
            version: 0,
        });
        // RFC 6891 §6.2.5: a smaller size than that of old means that of old.
        let takes = extensions.map_or(PLAIN, |known| PLAIN.max(known.size.into()));
        let most = match via {
            Via::Datagram(_) => takes.min(largest),
            Via::Here(_) | Via::Stream(_) => emit::LARGEST,
        };
        let bytes = emit::within(&message, most);
        message.header.truncated = bytes.get(2).is_some_and(|flags| flags & 2 != 0);
        let turn = Some(dns_turns::answer(&message));
        match via {
            Via::Datagram(to) | Via::Here(to) => self.requests.push_back(Request::SendTo {
                token: TOKEN_UDP,
                to,
                bytes,
                hop_limit: None,
                turn,
            }),
            Via::Stream(conn) => self.send(now, conn, &bytes, turn),
        }
    }

    fn note(&mut self, key: String, value: String) {
        self.requests.push_back(Request::Note { key, value });
    }
}

/// What is asked, and which extensions the one knows who asks.
type Asked = (Question, Option<Extensions>);
/// Why it is not answered, and the same as far as it is known.
type Refusal = (Rcode, Option<Question>, Option<Extensions>);

impl Program for NameServer {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        let is_answer = self.inquiry.handle(now, &input);
        match input {
            Input::Started => self.start(),
            Input::Stopped => self.stop(),
            Input::Datagram {
                token: TOKEN_UDP,
                from,
                to,
                bytes,
            } => {
                let via = match from.ip() == to.ip() {
                    true => Via::Here(from),
                    false => Via::Datagram(from),
                };
                self.take(now, via, bytes);
            }
            Input::Timeout => {
                self.time_out_tasks(now);
                self.time_out_sessions(now);
            }
            input if !is_answer => self.session(now, &input),
            _ => {}
        }
        self.hear(now);
        self.have_answered(now);
    }

    fn poll_timeout(&self) -> Option<Time> {
        let asked = self.inquiry.poll_timeout();
        let tasks = self.tasks.values().map(|task| task.until);
        let sessions = self.sessions.values().filter_map(Session::due);
        tasks.chain(sessions).chain(asked).min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        let asked = self.inquiry.requests.pop_front();
        asked.or_else(|| self.requests.pop_front())
    }
}
