//! A host's resolver: asks a name server for the host's programs, and keeps what it learnt.

pub(in crate::program) mod cache;
pub(in crate::program) mod inquiry;
#[cfg(test)]
mod tests;

use super::contract::{Input, NameAnswer, NameData, NameError, NameKind, Program, Request};
use crate::base::sorted::Map;
use crate::base::{Duration, Rng, Time};
use crate::proto::dns::{Data, Kind, Name, Question, Rcode, Record};
use cache::{Cache, End, Known, MOST_ALIASES, Nothing};
use inquiry::{Failure, Inquiry, Query};
use std::collections::VecDeque;
use std::net::IpAddr;

/// So many questions are asked at a time, and so many programs wait for each.
const MOST_QUESTIONS: usize = 256;
const MOST_ASKERS: usize = 256;

/// What a resolver is told before it starts.
#[derive(Clone, Debug)]
pub struct ResolverConfig {
    /// The name servers, the first one asked first.
    pub servers: Vec<IpAddr>,
    /// What is put behind a name without a point, one after the other: the host's own domain first.
    pub search: Vec<String>,
    /// Whether addresses are those of IPv6.
    pub ipv6: bool,
    /// How long it waits for an answer.
    pub patience: Duration,
    /// How often it asks each server.
    pub tries: u32,
    /// For question numbers.
    pub rng: Rng,
}

/// The program.
#[derive(Debug)]
pub struct Resolver {
    config: ResolverConfig,
    inquiry: Inquiry,
    cache: Cache,
    searches: Map<u32, Search>,
    last_search: u32,
    requests: VecDeque<Request>,
}

/// What programs want to know, and how far it has come.
#[derive(Debug)]
struct Search {
    /// What was asked for, as it was asked.
    wanted: (Name, bool, NameKind),
    /// The questions of the host that it answers.
    askers: Vec<u32>,
    /// Names that it may mean, and kinds of address: the first one is asked for now.
    questions: VecDeque<Question>,
    /// What is asked now: the first question, or where its aliases led.
    asking: Question,
    /// The aliases on the way there.
    aliases: Vec<Record>,
    /// How many times a server was asked this.
    asked: u32,
    /// Whether a note says whom it asks.
    is_noted: bool,
    /// Servers that answered, though they had no answer: they are not asked again.
    helpless: Vec<IpAddr>,
    /// Who is asked now.
    server: Option<IpAddr>,
    /// Whether anybody is there who has no answer.
    has_failed: bool,
    /// Whether it could not be found out of a name whether it is there.
    is_unknown: bool,
    /// Whether a name was there, though it had no such records.
    is_there: bool,
}

impl Resolver {
    /// A resolver that has not started yet.
    #[must_use]
    pub fn new(config: ResolverConfig) -> Self {
        Self {
            inquiry: Inquiry::new(config.rng.fork("questions")),
            config,
            cache: Cache::new("name"),
            searches: Map::new(),
            last_search: 0,
            requests: VecDeque::new(),
        }
    }

    fn asked(&mut self, now: Time, question: u32, name: &str, kind: NameKind) {
        let is_absolute = name.ends_with('.');
        let wanted = (Name::new(name), is_absolute, kind);
        let known = self.searches.values_mut().find(|s| s.wanted == wanted);
        if let Some(search) = known.filter(|search| search.askers.len() < MOST_ASKERS) {
            return search.askers.push(question);
        }
        let mut questions = self.questions(&wanted);
        let asking = questions.pop_front();
        let Some(asking) = asking.filter(|_| self.searches.len() < MOST_QUESTIONS) else {
            let error = match questions.is_empty() && self.searches.len() < MOST_QUESTIONS {
                true => NameError::NoSuchName,
                false => NameError::Failed,
            };
            return self.answer(question, Err(error));
        };
        self.last_search = self.last_search.wrapping_add(1);
        let search = Search {
            wanted,
            askers: vec![question],
            questions,
            asking,
            aliases: Vec::new(),
            asked: 0,
            is_noted: false,
            helpless: Vec::new(),
            server: None,
            has_failed: false,
            is_unknown: false,
            is_there: false,
        };
        self.searches.insert(self.last_search, search);
        self.go_on(now, self.last_search);
    }

    /// What is to be asked, one after the other, until there is an answer.
    fn questions(&self, (name, is_absolute, kind): &(Name, bool, NameKind)) -> VecDeque<Question> {
        let is_bare = name.depth() == 1 && !is_absolute && !self.config.search.is_empty();
        let names: Vec<Name> = match is_bare {
            true => {
                let search = self.config.search.iter();
                search
                    .map(|domain| name.below(&Name::new(domain)))
                    .collect()
            }
            false => vec![name.clone()],
        };
        let kinds: &[Kind] = match kind {
            // Who prefers IPv6 takes IPv4 where there is nothing else.
            NameKind::Addresses if self.config.ipv6 => &[Kind::Aaaa, Kind::A],
            NameKind::Addresses | NameKind::A => &[Kind::A],
            NameKind::Aaaa => &[Kind::Aaaa],
            NameKind::Mx => &[Kind::Mx],
            NameKind::Cname => &[Kind::Cname],
            NameKind::Txt => &[Kind::Txt],
            NameKind::Ns => &[Kind::Ns],
            NameKind::Ptr => &[Kind::Ptr],
            NameKind::Soa => &[Kind::Soa],
        };
        let names = names.into_iter().filter(Name::is_whole);
        let question = |name: &Name, kind| Question {
            name: name.clone(),
            kind,
        };
        names
            .flat_map(|name| kinds.iter().map(move |kind| question(&name, *kind)))
            .collect()
    }

    /// Answers a search from what is known, or asks the next server.
    fn go_on(&mut self, now: Time, key: u32) {
        for _ in 0..=MOST_ALIASES {
            let Some(search) = self.searches.get(&key) else {
                return;
            };
            let Some(known) = self.cache.find(now, &search.asking) else {
                return self.ask(now, key);
            };
            if !self.take(key, known) {
                return;
            }
        }
        self.end(key, &Err(NameError::Failed));
    }

    /// Takes what is known of what is asked. Answers whether the search goes on.
    fn take(&mut self, key: u32, known: Known) -> bool {
        let Some(search) = self.searches.get_mut(&key) else {
            return false;
        };
        search.aliases.extend(known.records);
        search.asked = 0;
        match known.end {
            End::Found => {
                let found = std::mem::take(&mut search.aliases);
                let answers = answers(&found, search.asking.kind);
                self.end(key, &Ok(answers));
                false
            }
            End::Alias(name) if search.aliases.len() <= MOST_ALIASES => {
                search.asking.name = name;
                true
            }
            End::Alias(_) | End::Loop => {
                self.end(key, &Err(NameError::Failed));
                false
            }
            End::Nothing(what, _) => {
                search.is_there |= what == Nothing::NoData;
                self.next_question(key)
            }
        }
    }

    /// Goes on to the next name that may be meant. Answers whether there is one.
    fn next_question(&mut self, key: u32) -> bool {
        let Some(search) = self.searches.get_mut(&key) else {
            return false;
        };
        search.aliases.clear();
        search.asked = 0;
        search.has_failed = false;
        search.helpless.clear();
        match search.questions.pop_front() {
            Some(question) => {
                search.asking = question;
                true
            }
            None => {
                let error = match (search.is_unknown, search.is_there) {
                    (true, _) => NameError::Failed,
                    (false, true) => NameError::NoData,
                    (false, false) => NameError::NoSuchName,
                };
                self.end(key, &Err(error));
                false
            }
        }
    }

    /// Asks the next server, unless all were asked often enough.
    fn ask(&mut self, now: Time, key: u32) {
        let Some(search) = self.searches.get_mut(&key) else {
            return;
        };
        let count = u32::try_from(self.config.servers.len()).unwrap_or(u32::MAX);
        let most = count.saturating_mul(self.config.tries.max(1));
        let mut server = None;
        while server.is_none() && search.asked < most {
            let index = search.asked.checked_rem(count).unwrap_or(0) as usize;
            search.asked += 1;
            let next = self.config.servers.get(index).copied();
            server = next.filter(|server| !search.helpless.contains(server));
        }
        let Some(server) = server else {
            let has_failed = search.has_failed || count == 0;
            search.is_unknown |= has_failed;
            self.note_asked(key, String::new());
            // Of another name the server may know more.
            if has_failed && self.next_question(key) {
                return self.go_on(now, key);
            }
            return self.end(key, &Err(NameError::TimedOut));
        };
        let round = 1 + (search.asked - 1) / count.max(1);
        let value = match round {
            1 => server.to_string(),
            round => format!("{server}, try {round}"),
        };
        search.server = Some(server);
        let question = search.asking.clone();
        self.note_asked(key, value);
        let query = Query {
            question,
            server,
            recursion: true,
        };
        self.inquiry.ask(now, key, query, self.config.patience);
    }

    /// Takes what came of questions.
    fn hear(&mut self, now: Time) {
        while let Some((key, answer)) = self.inquiry.poll() {
            let Some(search) = self.searches.get_mut(&key) else {
                continue;
            };
            let answer = match answer {
                Ok(message) => {
                    let code = message.header.rcode;
                    let is_good = [Rcode::NO_ERROR, Rcode::NO_SUCH_NAME].contains(&code);
                    let is_good = is_good && !message.is_referral();
                    if !is_good {
                        search.has_failed = true;
                        search.helpless.extend(search.server);
                    }
                    Some(message).filter(|_| is_good)
                }
                Err(failure) => {
                    search.has_failed |= failure == Failure::Garbled;
                    None
                }
            };
            match answer {
                Some(message) => {
                    let known = cache::read(&message, &search.asking, &Name::default());
                    self.note_asked(key, String::new());
                    let requests = &mut self.requests;
                    self.cache.learn(now, &message, &Name::default(), requests);
                    if self.take(key, known) {
                        self.go_on(now, key);
                    }
                }
                None => self.ask(now, key),
            }
        }
    }

    /// All who asked for it are told.
    fn end(&mut self, key: u32, answers: &Result<Vec<NameAnswer>, NameError>) {
        self.inquiry.cancel(key);
        self.note_asked(key, String::new());
        let Some(search) = self.searches.remove(&key) else {
            return;
        };
        for asker in search.askers {
            self.answer(asker, answers.clone());
        }
    }

    fn answer(&mut self, question: u32, answers: Result<Vec<NameAnswer>, NameError>) {
        self.requests
            .push_back(Request::Answer { question, answers });
    }

    /// Notes whom a search asks, or that it asks nobody any more.
    fn note_asked(&mut self, key: u32, value: String) {
        let Some(search) = self.searches.get_mut(&key) else {
            return;
        };
        if search.is_noted || !value.is_empty() {
            search.is_noted = !value.is_empty();
            let Question { name, kind } = &search.asking;
            let key = format!("asks.{name}.{kind}");
            self.requests.push_back(Request::Note { key, value });
        }
    }

    /// The host goes down: all that was learnt is forgotten.
    fn stop(&mut self) {
        self.inquiry.stop();
        let searches: Vec<u32> = self.searches.keys().copied().collect();
        for key in searches {
            self.note_asked(key, String::new());
        }
        self.searches.clear();
        self.cache.clear(&mut self.requests);
    }
}

/// What records say, the exchanger of letters preferred most first. All may be kept as long as
/// the aliases on the way to them.
fn answers(records: &[Record], kind: Kind) -> Vec<NameAnswer> {
    let ttl_s = records.iter().map(|record| record.ttl_s).min();
    let of_kind = records.iter().filter(|record| record.data.kind() == kind);
    let answer = |record: &Record| NameAnswer {
        data: match &record.data {
            Data::A(addr) => NameData::Address((*addr).into()),
            Data::Aaaa(addr) => NameData::Address((*addr).into()),
            Data::Mx(preference, host) => NameData::Mx(*preference, host.to_string()),
            Data::Ns(name) | Data::Cname(name) | Data::Ptr(name) => {
                NameData::Name(name.to_string())
            }
            Data::Txt(texts) => NameData::Text(texts.concat()),
            data @ (Data::Soa(_) | Data::Other(..)) => NameData::Text(data.to_string()),
        },
        ttl_s: ttl_s.unwrap_or(0),
    };
    let mut answers: Vec<NameAnswer> = of_kind.map(answer).collect();
    answers.sort_by_key(|answer| match answer.data {
        NameData::Mx(preference, _) => preference,
        _ => 0,
    });
    answers
}

impl Program for Resolver {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        self.inquiry.handle(now, &input);
        match input {
            Input::Stopped => self.stop(),
            Input::Asked {
                question,
                name,
                kind,
            } => self.asked(now, question, name, kind),
            _ => {}
        }
        self.hear(now);
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.inquiry.poll_timeout()
    }

    fn poll_request(&mut self) -> Option<Request> {
        let asked = self.inquiry.requests.pop_front();
        asked.or_else(|| self.requests.pop_front())
    }
}
