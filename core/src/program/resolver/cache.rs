//! What was learnt of names, for as long as it may be kept (RFC 1034 §4.3.4, RFC 2308).
//!
//! Nothing wakes up to throw away what is out of date: it is not found any more.

use super::super::contract::Request;
use crate::base::sorted::Map;
use crate::base::{Duration, Time};
use crate::proto::dns::{Data, Kind, Message, Name, Question, Rcode, Record};
use std::collections::VecDeque;

/// So much is kept at most.
const ROOM: usize = 1000;
/// For how long at most, in seconds: a week, and of what is not there three hours (RFC 2308 §5).
const LONGEST_S: u32 = 7 * 86_400;
const LONGEST_NOTHING_S: u32 = 3 * 3600;
/// So many aliases are followed.
pub(in crate::program) const MOST_ALIASES: usize = 8;
/// So many values of a row are noted.
const SHOWN: usize = 6;

/// The cache of one program.
#[derive(Debug)]
pub(in crate::program) struct Cache {
    /// What its notes are called.
    group: &'static str,
    rows: Map<Question, Row>,
}

#[derive(Debug)]
struct Row {
    until: Time,
    held: Held,
    /// Whether it was an answer, rather than said by the way (RFC 2181 §5.4.1).
    is_answer: bool,
}

#[derive(Debug)]
enum Held {
    Records(Vec<Record>),
    /// There is nothing, and the SOA that says so.
    Nothing(Nothing, Option<Record>),
}

/// What it is that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::program) enum Nothing {
    NoData,
    NoName,
}

/// What is known of a question: the aliases on the way, and how they end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::program) struct Known {
    pub records: Vec<Record>,
    pub end: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::program) enum End {
    /// The last records are what was asked for.
    Found,
    /// There are none, and the SOA that says so.
    Nothing(Nothing, Option<Record>),
    /// The last alias leads here, and nothing is known of it.
    Alias(Name),
    /// The aliases do not end.
    Loop,
}

impl Cache {
    pub fn new(group: &'static str) -> Self {
        Self {
            group,
            rows: Map::new(),
        }
    }

    /// Forgets all.
    pub fn clear(&mut self, out: &mut VecDeque<Request>) {
        for question in std::mem::take(&mut self.rows).into_iter().map(|row| row.0) {
            out.push_back(self.note(&question, String::new()));
        }
    }

    /// What is known of a question. None where nothing is.
    pub fn find(&self, now: Time, asked: &Question) -> Option<Known> {
        let mut records = Vec::new();
        let mut name = asked.name.clone();
        for _ in 0..MOST_ALIASES {
            let end = match self.look(now, &name, asked.kind) {
                Some((Held::Records(found), left)) => {
                    records.extend(found.iter().map(|record| aged(record, left)));
                    End::Found
                }
                Some((Held::Nothing(what, soa), left)) => {
                    End::Nothing(*what, soa.as_ref().map(|soa| aged(soa, left)))
                }
                None => match self.alias(now, &name, asked.kind) {
                    Some(alias) => {
                        let Data::Cname(to) = &alias.data else {
                            return None;
                        };
                        name = to.clone();
                        records.push(alias);
                        continue;
                    }
                    None if records.is_empty() => return None,
                    None => End::Alias(name),
                },
            };
            return Some(Known { records, end });
        }
        let end = End::Loop;
        Some(Known { records, end })
    }

    /// Records known of a name, be it by the way.
    pub fn hints(&self, now: Time, name: &Name, kind: Kind) -> &[Record] {
        let name = name.clone();
        let row = self.rows.get(&Question { name, kind });
        match row.filter(|row| row.until > now).map(|row| &row.held) {
            Some(Held::Records(records)) => records,
            _ => &[],
        }
    }

    /// What an answer said, and for how long it holds.
    fn look(&self, now: Time, name: &Name, kind: Kind) -> Option<(&Held, u32)> {
        let fresh = |kind| {
            let name = name.clone();
            let row = self.rows.get(&Question { name, kind })?;
            let left = row.until.0.checked_sub(now.0).filter(|left| *left > 0)?;
            let left = u32::try_from(left.div_ceil(1_000_000_000)).unwrap_or(u32::MAX);
            row.is_answer.then_some((&row.held, left))
        };
        // That there is no such name holds for records of any kind.
        let none = fresh(Kind::Any).filter(|row| matches!(row.0, Held::Nothing(..)));
        none.or_else(|| fresh(kind))
    }

    fn alias(&self, now: Time, name: &Name, kind: Kind) -> Option<Record> {
        let (held, left) = self
            .look(now, name, Kind::Cname)
            .filter(|_| kind != Kind::Cname)?;
        match held {
            Held::Records(records) => records.first().map(|record| aged(record, left)),
            Held::Nothing(..) => None,
        }
    }

    /// Learns from an answer what the servers of a zone may say.
    pub fn learn(
        &mut self,
        now: Time,
        message: &Message,
        zone: &Name,
        out: &mut VecDeque<Request>,
    ) {
        let sections = [
            (&message.answers, true),
            (&message.authority, false),
            (&message.additional, false),
        ];
        for (records, is_answer) in sections {
            for (question, records) in sets(records, zone) {
                let by_the_way = [Kind::Ns, Kind::A, Kind::Aaaa];
                if is_answer || by_the_way.contains(&question.kind) {
                    let ttl_s = records.iter().map(|record| record.ttl_s).min();
                    let until = until(now, ttl_s.unwrap_or(0), LONGEST_S);
                    let held = Held::Records(records);
                    let row = Row {
                        until,
                        held,
                        is_answer,
                    };
                    self.put(now, question, row, out);
                }
            }
        }
        self.learn_nothing(now, message, zone, out);
    }

    /// Learns that there is nothing (RFC 2308 §5).
    fn learn_nothing(
        &mut self,
        now: Time,
        message: &Message,
        zone: &Name,
        out: &mut VecDeque<Request>,
    ) {
        let Some(asked) = message.questions.first() else {
            return;
        };
        let known = read(message, asked, zone);
        let End::Nothing(what, Some(soa)) = known.end else {
            return;
        };
        let Data::Soa(says) = &soa.data else { return };
        let until = until(now, soa.ttl_s.min(says.minimum), LONGEST_NOTHING_S);
        let last = known.records.last().map(|record| &record.data);
        let name = match last {
            Some(Data::Cname(to)) => to.clone(),
            _ => asked.name.clone(),
        };
        let kind = match what {
            Nothing::NoName => Kind::Any,
            Nothing::NoData => asked.kind,
        };
        let row = Row {
            until,
            held: Held::Nothing(what, Some(soa)),
            is_answer: true,
        };
        self.put(now, Question { name, kind }, row, out);
    }

    fn put(&mut self, now: Time, question: Question, row: Row, out: &mut VecDeque<Request>) {
        if row.until <= now {
            return;
        }
        let known = self.rows.get(&question).filter(|known| known.until > now);
        if known.is_some_and(|known| known.is_answer && !row.is_answer) {
            return;
        }
        self.make_room(now, out);
        out.push_back(self.note(&question, row.show()));
        self.rows.insert(question, row);
    }

    /// Throws away what is out of date, or else what will be first.
    fn make_room(&mut self, now: Time, out: &mut VecDeque<Request>) {
        if self.rows.len() < ROOM {
            return;
        }
        let first = self.rows.values().map(|row| row.until).min();
        let limit = first.unwrap_or(now).max(now);
        let gone = self.rows.iter().filter(|(_, row)| row.until <= limit);
        let gone: Vec<Question> = gone.map(|(question, _)| question.clone()).collect();
        for question in gone {
            self.rows.remove(&question);
            out.push_back(self.note(&question, String::new()));
        }
    }

    fn note(&self, question: &Question, value: String) -> Request {
        let name = &question.name;
        let key = match (self.group, question.kind) {
            // That there is no such name is said of the name.
            (group, Kind::Any) => format!("{group}.{name}"),
            (group, kind) => format!("{group}.{name}.{kind}"),
        };
        Request::Note { key, value }
    }
}

impl Row {
    fn show(&self) -> String {
        let mut values: Vec<String> = match &self.held {
            Held::Records(records) => records.iter().map(|r| r.data.to_string()).collect(),
            Held::Nothing(Nothing::NoData, _) => vec!["no such records".into()],
            Held::Nothing(Nothing::NoName, _) => vec!["no such name".into()],
        };
        if values.len() > SHOWN {
            values.truncate(SHOWN);
            values.push("…".into());
        }
        format!("{} (until {})", values.join(", "), self.until)
    }
}

/// What an answer says of a question, told by the servers of a zone.
pub(in crate::program) fn read(message: &Message, asked: &Question, zone: &Name) -> Known {
    let mut records: Vec<Record> = Vec::new();
    let mut name = asked.name.clone();
    let told = || message.answers.iter().filter(|r| r.name.is_in(zone));
    for _ in 0..=MOST_ALIASES {
        let of_name = || told().filter(|record| record.name == name);
        let fits = |record: &&Record| {
            let kind = record.data.kind();
            kind == asked.kind || asked.kind == Kind::Any
        };
        let before = records.len();
        records.extend(of_name().filter(fits).cloned());
        if records.len() > before {
            let end = End::Found;
            return Known { records, end };
        }
        let alias = of_name().find_map(|record| match &record.data {
            Data::Cname(to) => Some((record.clone(), to.clone())),
            _ => None,
        });
        let Some((record, to)) = alias else {
            let end = nothing(message, name, !records.is_empty(), zone);
            return Known { records, end };
        };
        records.push(record);
        name = to;
    }
    let end = End::Loop;
    Known { records, end }
}

/// How an answer ends that has no records for a name.
fn nothing(message: &Message, name: Name, is_alias: bool, zone: &Name) -> End {
    let mut soas = message.authority.iter();
    let soa =
        soas.find(|r| r.data.kind() == Kind::Soa && name.is_in(&r.name) && r.name.is_in(zone));
    let what = match message.header.rcode {
        Rcode::NO_SUCH_NAME => Nothing::NoName,
        _ => Nothing::NoData,
    };
    match (soa, is_alias) {
        // Whether there is anything behind the alias nobody has said.
        (None, true) => End::Alias(name),
        (soa, _) => End::Nothing(what, soa.cloned()),
    }
}

/// Records that belong together: of one name and kind.
fn sets(records: &[Record], zone: &Name) -> Map<Question, Vec<Record>> {
    let mut sets: Map<Question, Vec<Record>> = Map::new();
    for record in records.iter().filter(|record| record.name.is_in(zone)) {
        let (name, kind) = (record.name.clone(), record.data.kind());
        sets.or_default(Question { name, kind })
            .push(record.clone());
    }
    sets
}

fn aged(record: &Record, left_s: u32) -> Record {
    Record {
        ttl_s: left_s.min(record.ttl_s),
        ..record.clone()
    }
}

fn until(now: Time, ttl_s: u32, most_s: u32) -> Time {
    // RFC 2181 §8: what would be negative is zero.
    let ttl_s = if ttl_s > i32::MAX.unsigned_abs() {
        0
    } else {
        ttl_s
    };
    now + Duration::from_secs(u64::from(ttl_s.min(most_s)))
}
