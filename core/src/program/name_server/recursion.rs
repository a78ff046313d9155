//! Finds out what others know: from the nearest known servers down, each sending it to the next
//! (RFC 1034 §5.3.3).

use super::zones::{self, End as Tells};
use super::{Client, NameServer, Via};
use crate::base::{Duration, Time};
use crate::program::contract::Request;
use crate::program::resolver::cache::{End, Known, MOST_ALIASES, Nothing, read};
use crate::program::resolver::inquiry::Query;
use crate::proto::dns::{Data, Kind, Message, Name, Question, Rcode, Record};
use std::net::IpAddr;

/// So long it tries, so that whoever asked is still there (a resolver asks twice, 5 s each time);
/// and so long it waits for each server, the first time and the second.
const LIMIT: Duration = Duration::from_secs(8);
const PATIENCE: [Duration; 2] = [Duration::from_millis(1500), Duration::from_secs(3)];
/// So often it asks for one question, whomever.
const MOST_ASKED: u32 = 30;
/// So many questions are asked for others at a time, and so many may wait for each.
const MOST_TASKS: usize = 256;
const MOST_CLIENTS: usize = 64;
/// A question for a server's address may raise another: so deep.
const DEEPEST: u32 = 4;
/// Of so many servers whose addresses are not known it is asked for them.
const MOST_HOSTS: usize = 2;
/// So many steps are taken without asking anybody.
const MOST_STEPS: usize = 32;

/// A question that others wait for.
#[derive(Debug)]
pub(super) struct Task {
    question: Question,
    clients: Vec<Client>,
    /// Tasks that wait for a server's address, which this one finds out.
    parents: Vec<u32>,
    depth: u32,
    pub until: Time,
    /// What is asked now: the question, or where its aliases led.
    asking: Question,
    /// The aliases on the way there, and what was found.
    records: Vec<Record>,
    aliases: usize,
    /// The servers that are asked, and the zone they are servers of.
    zone: Name,
    servers: Vec<IpAddr>,
    /// How often one of them was asked, and any at all.
    turn: usize,
    asked: u32,
    is_asking: bool,
    /// How many tasks find out addresses for it.
    children: u32,
    /// What its note says, once there is one.
    noted: Option<Question>,
}

/// The servers of a zone.
struct Servers {
    zone: Name,
    addresses: Vec<IpAddr>,
    /// Those whose address is not known.
    hosts: Vec<Name>,
}

impl NameServer {
    /// Finds out for somebody.
    pub(super) fn find_out(&mut self, now: Time, client: Client) {
        let shared = self.tasks.values_mut().find(|task| {
            let fits = task.depth == 0 && task.question == client.question;
            fits && task.clients.len() < MOST_CLIENTS
        });
        if let Some(task) = shared {
            return task.clients.push(client);
        }
        let key = self.new_task(now, client.question.clone(), 0);
        match key.and_then(|key| self.tasks.get_mut(&key)) {
            Some(task) => {
                task.clients.push(client);
                self.go_on(now, self.last_task);
            }
            None => self.tell(now, client, Rcode::SERVER_FAILURE, &[], &[]),
        }
    }

    /// Tells somebody what was found out.
    fn tell(
        &mut self,
        now: Time,
        client: Client,
        code: Rcode,
        answers: &[Record],
        authority: &[Record],
    ) {
        let question = Some(client.question);
        let mut message = Message::answer_to(&client.header, question, code);
        message.answers = answers.to_vec();
        message.authority = authority.to_vec();
        self.reply(now, client.via, client.extensions, message);
        if let Via::Stream(conn) = client.via {
            self.answered.push_back(conn);
        }
    }

    fn new_task(&mut self, now: Time, question: Question, depth: u32) -> Option<u32> {
        if self.tasks.len() >= MOST_TASKS || depth > DEEPEST {
            return None;
        }
        self.last_task = self.last_task.wrapping_add(1);
        let task = Task {
            asking: question.clone(),
            question,
            clients: Vec::new(),
            parents: Vec::new(),
            depth,
            until: now + LIMIT,
            records: Vec::new(),
            aliases: 0,
            zone: Name::default(),
            servers: Vec::new(),
            turn: 0,
            asked: 0,
            is_asking: false,
            children: 0,
            noted: None,
        };
        self.tasks.insert(self.last_task, task);
        Some(self.last_task)
    }

    /// Answers from what is known, or chooses whom to ask.
    fn go_on(&mut self, now: Time, key: u32) {
        for _ in 0..MOST_STEPS {
            let Some(task) = self.tasks.get_mut(&key) else {
                return;
            };
            let mut referred = None;
            if let Some(told) = zones::tell(&self.config.zones, &task.asking) {
                if let Some(Data::Cname(to)) = told.answers.last().map(|record| &record.data)
                    && told.end != Tells::All
                {
                    task.asking.name = to.clone();
                }
                task.aliases += told.answers.len();
                task.records.extend(told.answers);
                match told.end {
                    Tells::All => return self.end(now, key, told.rcode, &told.authority),
                    Tells::Alias(_) if task.aliases > MOST_ALIASES => break,
                    Tells::Alias(_) => continue,
                    Tells::Referral(zone) => {
                        referred = Some((zone, told.authority, told.additional));
                    }
                }
            }
            let asking = task.asking.clone();
            if let Some(known) = self.cache.find(now, &asking) {
                if !self.learnt(now, key, known) {
                    return;
                }
                continue;
            }
            let servers = self.nearest(now, &asking.name, referred.as_ref());
            return self.turn_to(now, key, servers);
        }
        self.end(now, key, Rcode::SERVER_FAILURE, &[]);
    }

    /// Takes what is known of what is asked. Answers whether the task goes on.
    fn learnt(&mut self, now: Time, key: u32, known: Known) -> bool {
        let Some(task) = self.tasks.get_mut(&key) else {
            return false;
        };
        task.aliases += known.records.len();
        task.records.extend(known.records);
        let (code, authority) = match known.end {
            End::Found => (Rcode::NO_ERROR, Vec::new()),
            End::Nothing(Nothing::NoData, soa) => (Rcode::NO_ERROR, soa.into_iter().collect()),
            End::Nothing(Nothing::NoName, soa) => (Rcode::NO_SUCH_NAME, soa.into_iter().collect()),
            End::Alias(name) if task.aliases <= MOST_ALIASES => {
                task.asking.name = name;
                return true;
            }
            End::Alias(_) | End::Loop => (Rcode::SERVER_FAILURE, Vec::new()),
        };
        self.end(now, key, code, &authority);
        false
    }

    /// The servers nearest to a name that are known of.
    fn nearest(
        &self,
        now: Time,
        name: &Name,
        referred: Option<&(Name, Vec<Record>, Vec<Record>)>,
    ) -> Option<Servers> {
        for zone in name.upwards() {
            if let Some((_, servers, glue)) = referred.filter(|(at, ..)| *at == zone) {
                return Some(self.servers(now, zone, servers, glue));
            }
            let known = self.cache.hints(now, &zone, Kind::Ns);
            if !known.is_empty() {
                let servers = self.servers(now, zone, known, &[]);
                // Servers within their own zone can be asked only where their address is known.
                if !servers.addresses.is_empty() || !servers.hosts.is_empty() {
                    return Some(servers);
                }
                continue;
            }
            let mut hints = self.config.hints.iter();
            if let Some((_, addresses)) = hints.find(|(at, _)| *at == zone) {
                return Some(Servers {
                    zone,
                    addresses: addresses.clone(),
                    hosts: Vec::new(),
                });
            }
        }
        None
    }

    /// The kind of record that holds addresses of servers as it asks them.
    fn address_kind(&self) -> Kind {
        match self.config.ipv6 {
            true => Kind::Aaaa,
            false => Kind::A,
        }
    }

    /// Servers of a zone, and the addresses of theirs that are known.
    fn servers(&self, now: Time, zone: Name, servers: &[Record], glue: &[Record]) -> Servers {
        let mut addresses = Vec::new();
        let mut hosts = Vec::new();
        for record in servers {
            let Data::Ns(host) = &record.data else {
                continue;
            };
            let kind = self.address_kind();
            let asked = Question {
                name: host.clone(),
                kind,
            };
            let cached = self.cache.hints(now, host, kind);
            let own = zones::tell(&self.config.zones, &asked);
            let own = own.iter().flat_map(|told| &told.answers);
            let glue = glue.iter().filter(|record| record.name == *host);
            let records = glue.chain(cached.iter()).chain(own);
            let known: Vec<IpAddr> = records
                .filter(|record| record.data.kind() == kind)
                .filter_map(address)
                .collect();
            if known.is_empty() && !host.is_in(&zone) {
                hosts.push(host.clone());
            }
            for addr in known {
                if !addresses.contains(&addr) {
                    addresses.push(addr);
                }
            }
        }
        Servers {
            zone,
            addresses,
            hosts,
        }
    }

    /// Asks these servers from now on, or first for their addresses.
    fn turn_to(&mut self, now: Time, key: u32, servers: Option<Servers>) {
        let Some(task) = self.tasks.get_mut(&key) else {
            return;
        };
        let Some(servers) = servers else {
            return self.end(now, key, Rcode::SERVER_FAILURE, &[]);
        };
        task.zone = servers.zone;
        task.servers = servers.addresses;
        task.turn = 0;
        // Whoever was asked has answered by now; an address that is found is what it waits for.
        task.is_asking = false;
        if !task.servers.is_empty() {
            return self.ask(now, key);
        }
        let depth = task.depth + 1;
        let (mut children, mut count) = (Vec::new(), 0);
        for name in servers.hosts.into_iter().take(MOST_HOSTS) {
            let kind = self.address_kind();
            let child = self.child(now, Question { name, kind }, depth, key);
            count += u32::from(child.is_some());
            // One that another waits for as well is under way already.
            children.extend(child.filter(|(_, is_new)| *is_new).map(|(key, _)| key));
        }
        if let Some(task) = self.tasks.get_mut(&key) {
            task.children += count;
        }
        if count == 0 {
            return self.end(now, key, Rcode::SERVER_FAILURE, &[]);
        }
        for child in children {
            self.go_on(now, child);
        }
    }

    /// A task that finds out a server's address; one of the same depth may do so already.
    /// Answers which, and whether it is a new one.
    fn child(
        &mut self,
        now: Time,
        question: Question,
        depth: u32,
        parent: u32,
    ) -> Option<(u32, bool)> {
        let same = |task: &Task| task.depth == depth && task.question == question;
        let known = self.tasks.iter().find(|(_, task)| same(task));
        let known = known.map(|(key, _)| *key);
        let key = match known {
            Some(key) => key,
            None => self.new_task(now, question, depth)?,
        };
        self.tasks.get_mut(&key)?.parents.push(parent);
        Some((key, known.is_none()))
    }

    /// Asks the next server. Each is asked twice at most.
    fn ask(&mut self, now: Time, key: u32) {
        let Some(task) = self.tasks.get_mut(&key) else {
            return;
        };
        let count = task.servers.len().max(1);
        let patience = PATIENCE.get(task.turn / count);
        let server = task.servers.get(task.turn % count).copied();
        let (Some(server), Some(patience), true) = (server, patience, task.asked < MOST_ASKED)
        else {
            task.is_asking = false;
            // An address may be found yet.
            if task.children == 0 || task.asked >= MOST_ASKED {
                self.end(now, key, Rcode::SERVER_FAILURE, &[]);
            }
            return;
        };
        task.turn += 1;
        task.asked += 1;
        task.is_asking = true;
        let question = task.asking.clone();
        let query = Query {
            question,
            server,
            recursion: false,
        };
        self.note_asked(key, server.to_string());
        self.inquiry.ask(now, key, query, *patience);
    }

    /// The server asked last is of no use: it is not asked again (RFC 1034 §5.3.3, step 4d).
    fn ask_others(&mut self, now: Time, key: u32) {
        if let Some(task) = self.tasks.get_mut(&key)
            && !task.servers.is_empty()
            && let Some(last) = task.turn.checked_sub(1)
        {
            let count = task.servers.len();
            task.servers.remove(last % count);
            task.turn = last / count * (count - 1) + last % count;
        }
        self.ask(now, key);
    }

    /// Takes what came of questions.
    pub(super) fn hear(&mut self, now: Time) {
        while let Some((key, answer)) = self.inquiry.poll() {
            match answer {
                Ok(message) => self.heard(now, key, &message),
                Err(_) => self.ask(now, key),
            }
        }
    }

    fn heard(&mut self, now: Time, key: u32, message: &Message) {
        let Some(task) = self.tasks.get(&key) else {
            return;
        };
        let code = message.header.rcode;
        if ![Rcode::NO_ERROR, Rcode::NO_SUCH_NAME].contains(&code) {
            return self.ask_others(now, key);
        }
        let zone = task.zone.clone();
        if message.is_referral() {
            return self.referred(now, key, message, &zone);
        }
        let known = read(message, &task.asking, &zone);
        let says_nothing = matches!(known.end, End::Nothing(_, None));
        if says_nothing && !message.header.authoritative {
            return self.ask_others(now, key);
        }
        self.cache.learn(now, message, &zone, &mut self.requests);
        if self.learnt(now, key, known) {
            self.go_on(now, key);
        }
    }

    /// A server sends it on: to servers of a zone below its own, above what is asked.
    fn referred(&mut self, now: Time, key: u32, message: &Message, zone: &Name) {
        let Some(task) = self.tasks.get(&key) else {
            return;
        };
        let to = message.authority.iter().find(|record| {
            let leads_on = record.name.is_in(zone) && record.name != *zone;
            record.data.kind() == Kind::Ns && leads_on && task.asking.name.is_in(&record.name)
        });
        let Some(to) = to.map(|record| record.name.clone()) else {
            return self.ask_others(now, key);
        };
        self.cache.learn(now, message, zone, &mut self.requests);
        let is_told = |record: &&Record| record.name == to;
        let servers: Vec<Record> = message.authority.iter().filter(is_told).cloned().collect();
        let may_tell = |record: &&Record| record.name.is_in(zone);
        let glue: Vec<Record> = message
            .additional
            .iter()
            .filter(may_tell)
            .cloned()
            .collect();
        let servers = self.servers(now, to, &servers, &glue);
        self.turn_to(now, key, Some(servers));
    }

    /// Everybody who waits is told.
    fn end(&mut self, now: Time, key: u32, code: Rcode, authority: &[Record]) {
        self.inquiry.cancel(key);
        self.note_asked(key, String::new());
        let Some(task) = self.tasks.remove(&key) else {
            return;
        };
        let records = match code {
            Rcode::SERVER_FAILURE => &[],
            _ => &task.records[..],
        };
        for client in task.clients {
            self.tell(now, client, code, records, authority);
        }
        let found: Vec<IpAddr> = task.records.iter().filter_map(address).collect();
        for parent in task.parents {
            let Some(task) = self.tasks.get_mut(&parent) else {
                continue;
            };
            task.children = task.children.saturating_sub(1);
            for addr in &found {
                if !task.servers.contains(addr) {
                    task.servers.push(*addr);
                }
            }
            if !task.is_asking {
                self.ask(now, parent);
            }
        }
    }

    pub(super) fn time_out_tasks(&mut self, now: Time) {
        let late = self.tasks.iter().filter(|(_, task)| task.until <= now);
        let late: Vec<u32> = late.map(|(key, _)| *key).collect();
        for key in late {
            self.end(now, key, Rcode::SERVER_FAILURE, &[]);
        }
    }

    /// Notes whom a task asks, or that it asks nobody any more.
    pub(super) fn note_asked(&mut self, key: u32, server: String) {
        let Some(task) = self.tasks.get_mut(&key) else {
            return;
        };
        let asking = Some(task.asking.clone()).filter(|_| !server.is_empty());
        let before = std::mem::replace(&mut task.noted, asking.clone());
        let note = |question: Question, value| Request::Note {
            key: format!("asks.{}.{}", question.name, question.kind),
            value,
        };
        if let Some(before) = before.filter(|before| asking.as_ref() != Some(before)) {
            self.requests.push_back(note(before, String::new()));
        }
        if let Some(asking) = asking {
            self.requests.push_back(note(asking, server));
        }
    }
}

fn address(record: &Record) -> Option<IpAddr> {
    match record.data {
        Data::A(addr) => Some(addr.into()),
        Data::Aaaa(addr) => Some(addr.into()),
        _ => None,
    }
}
