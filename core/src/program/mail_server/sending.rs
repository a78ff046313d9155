//! The sending half: letters for one domain on their way to whoever takes them.
//!
//! A channel asks for the domain's exchangers, opens a connection to the first that answers,
//! and hands on what is due for the domain, letter after letter. Where nobody answers, all
//! that is due waits for its next try.

use super::office::Office;
use super::queue::{Fate, Trouble};
use super::routing;
use crate::base::{ConnId, Time};
use crate::program::contract::{
    CloseReason, NameAnswer, NameError, NameKind, Request, Token, Turn,
};
use crate::program::mail_turns;
use crate::proto::smtp::client::{Client, ClientOptions, Delivery, Envelope, Failure, Report};
use crate::proto::smtp::states::ClientState;
use crate::proto::smtp::{Mailbox, Prompt, Verb};
use crate::proto::{Engine, Output};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

/// Where servers take letters from each other.
const PORT: u16 = 25;
/// So many recipients are named for one letter at a time (RFC 5321 §4.5.3.1.8).
const MOST_RECIPIENTS: usize = 100;
/// So many letters go over one connection; then others have their turn.
const MOST_LETTERS: u32 = 100;

/// The way to one domain.
#[derive(Debug)]
pub(super) struct Channel {
    number: u32,
    /// Where the letters go, in small letters.
    domain: String,
    /// The exchangers that have not been asked yet, the next first.
    hosts: VecDeque<String>,
    /// The exchanger that is asked now.
    host: String,
    /// Its addresses that have not been tried yet, the next first.
    addrs: VecDeque<IpAddr>,
    stage: Stage,
    /// Why the last that was tried did not take anything.
    trouble: Option<Fate>,
    /// What is handed over now: the letter and its recipients.
    job: Option<u32>,
    /// How many letters have gone over the connection.
    letters: u32,
}

#[derive(Debug)]
enum Stage {
    /// The domain's exchangers are asked for.
    Exchangers(Token),
    /// An exchanger's addresses are asked for.
    Addresses(Token),
    /// A connection is being opened.
    Connecting(Token),
    /// The dialogue is under way.
    Talking(Box<Talk>),
    /// Nothing more will happen.
    Over,
}

#[derive(Debug)]
struct Talk {
    conn: ConnId,
    engine: Client,
    /// What the next `Send` says.
    turn: Option<Turn>,
}

/// What a recipient's answer means.
enum Verdict {
    /// This has become of it.
    Is(Fate),
    /// Somebody else may take it; else this becomes of it.
    Elsewhere(Fate),
}

impl Channel {
    /// The way to a domain, for which something is due.
    pub fn open(now: Time, number: u32, domain: &str, office: &mut Office) -> Self {
        let mut channel = Self {
            number,
            domain: domain.to_ascii_lowercase(),
            hosts: VecDeque::new(),
            host: String::new(),
            addrs: VecDeque::new(),
            stage: Stage::Over,
            trouble: None,
            job: None,
            letters: 0,
        };
        channel.note("to", domain, office);
        match routing::literal(domain) {
            Some(address) => {
                channel.host = domain.to_owned();
                channel.addrs.extend(address);
                channel.connect_next(now, office);
            }
            None => {
                let name = "look up the exchanger";
                office.desk.ask(Request::Phase { name });
                let token = channel.resolve(domain, NameKind::Mx, office);
                channel.stage = Stage::Exchangers(token);
            }
        }
        channel
    }

    pub fn domain(&self) -> &str {
        &self.domain
    }

    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    pub fn deadline(&self) -> Option<Time> {
        match &self.stage {
            Stage::Talking(talk) => talk.engine.poll_timeout(),
            _ => None,
        }
    }

    fn resolve(&self, name: &str, kind: NameKind, office: &mut Office) -> Token {
        let token = office.desk.token_for(self.number);
        let name = name.to_owned();
        office.desk.ask(Request::Resolve { token, name, kind });
        token
    }

    pub fn resolved(
        &mut self,
        now: Time,
        token: Token,
        answers: Result<Vec<NameAnswer>, NameError>,
        office: &mut Office,
    ) {
        match self.stage {
            Stage::Exchangers(asked) if asked == token => {
                match office.exchangers(&self.domain, answers) {
                    Ok(hosts) => {
                        self.hosts = hosts.into();
                        self.ask_next_host(now, office);
                    }
                    Err(fate) => self.end(now, &fate, office),
                }
            }
            Stage::Addresses(asked) if asked == token => {
                match answers {
                    Ok(answers) => {
                        self.addrs = answers.iter().filter_map(NameAnswer::address).collect();
                    }
                    Err(error) => self.has_no_address(error),
                }
                self.connect_next(now, office);
            }
            _ => {}
        }
    }

    fn has_no_address(&mut self, error: NameError) {
        let host = &self.host;
        let fate = match error {
            NameError::NoSuchName | NameError::NoData if *host == self.domain => {
                let said = format!("{host} has neither an exchanger nor an address");
                Fate::Failed(Trouble::own("5.1.2", said))
            }
            NameError::NoSuchName | NameError::NoData => {
                let said = format!("The exchanger {host} has no address");
                Fate::Failed(Trouble::own("5.4.4", said))
            }
            NameError::TimedOut | NameError::Failed => {
                let said = format!("Nobody could tell the address of {host}");
                Fate::Later(Trouble::own("4.4.3", said))
            }
        };
        self.has_trouble(fate);
    }

    /// Somebody who may be there later outweighs who never will.
    fn has_trouble(&mut self, fate: Fate) {
        if !matches!(
            (&self.trouble, &fate),
            (Some(Fate::Later(_)), Fate::Failed(_))
        ) {
            self.trouble = Some(fate);
        }
    }

    fn ask_next_host(&mut self, now: Time, office: &mut Office) {
        let Some(host) = self.hosts.pop_front() else {
            let nobody = || {
                let said = format!("There is no way to {}", self.domain);
                Fate::Failed(Trouble::own("5.4.4", said))
            };
            let fate = self.trouble.take().unwrap_or_else(nobody);
            return self.end(now, &fate, office);
        };
        self.note("by", &host, office);
        let token = self.resolve(&host, NameKind::Addresses, office);
        self.host = host;
        self.stage = Stage::Addresses(token);
    }

    /// Tries the next address, or the next host.
    fn connect_next(&mut self, now: Time, office: &mut Office) {
        let Some(addr) = self.addrs.pop_front() else {
            return self.ask_next_host(now, office);
        };
        office.desk.ask(Request::Phase { name: "hand it on" });
        let token = office.desk.token_for(self.number);
        office.desk.ask(Request::Connect {
            token,
            to: SocketAddr::new(addr, PORT),
            local_port: None,
        });
        self.stage = Stage::Connecting(token);
    }

    pub fn connect_failed(
        &mut self,
        now: Time,
        token: Token,
        reason: CloseReason,
        office: &mut Office,
    ) {
        if matches!(self.stage, Stage::Connecting(asked) if asked == token) {
            let said = format!("No connection to {}: {reason}", self.host);
            self.has_trouble(Fate::Later(Trouble::own("4.4.1", said)));
            self.connect_next(now, office);
        }
    }

    /// False where nobody waits for this connection any more.
    pub fn connected(
        &mut self,
        now: Time,
        token: Token,
        conn: ConnId,
        office: &mut Office,
    ) -> bool {
        if !matches!(self.stage, Stage::Connecting(asked) if asked == token) {
            return false;
        }
        let Some(envelope) = self.next_letter(now, office) else {
            self.stage = Stage::Over;
            return false;
        };
        let options = ClientOptions {
            hostname: office.config.hostname.clone(),
            pipelining: office.config.pipelining,
            one_letter: false,
            ..ClientOptions::default()
        };
        office.desk.conns.insert(conn, self.number);
        self.trouble = None;
        self.stage = Stage::Talking(Box::new(Talk {
            conn,
            engine: Client::new(now, options, envelope),
            turn: None,
        }));
        self.drain(now, office);
        true
    }

    /// The next letter that is due for this domain.
    fn next_letter(&mut self, now: Time, office: &mut Office) -> Option<Envelope> {
        let due = office
            .queue
            .take(now, &self.domain, self.number, MOST_RECIPIENTS);
        let (id, to) = due?;
        let letter = office.queue.get(id)?;
        self.job = Some(id);
        self.letters += 1;
        Some(Envelope {
            from: letter.from.clone(),
            to,
            letter: letter.bytes.clone(),
        })
    }

    /// Passes something on to the dialogue.
    pub fn with(&mut self, now: Time, act: impl FnOnce(&mut Client), office: &mut Office) {
        if let Stage::Talking(talk) = &mut self.stage {
            act(&mut talk.engine);
            self.drain(now, office);
        }
    }

    fn drain(&mut self, now: Time, office: &mut Office) {
        while let Stage::Talking(talk) = &mut self.stage {
            let conn = talk.conn;
            let Some(output) = talk.engine.poll_output() else {
                return;
            };
            match output {
                Output::Send(bytes) => {
                    office
                        .desk
                        .ask(mail_turns::send(conn, bytes, talk.turn.take()));
                }
                Output::Report(report) => self.hear(now, report, office),
                Output::Finish => {
                    office.desk.ask(Request::Finish { conn });
                    office.part(now, conn);
                    self.hung_up(now, conn, office);
                }
                Output::Abort => {
                    office.desk.ask(Request::Abort { conn });
                    self.hung_up(now, conn, office);
                }
            }
        }
    }

    fn hear(&mut self, now: Time, report: Report, office: &mut Office) {
        let Stage::Talking(talk) = &mut self.stage else {
            return;
        };
        match report {
            Report::Says(command) => talk.turn = Some(mail_turns::command(&command)),
            Report::HandsOver => {
                let letter = self.job.and_then(|id| office.queue.get(id));
                talk.turn = letter.map(|letter| mail_turns::letter(&letter.bytes));
            }
            Report::Hears { .. } => {}
            Report::Ended(deliveries) => self.ended(now, deliveries, office),
            Report::Free => {
                let next = match self.letters < MOST_LETTERS && self.trouble.is_none() {
                    true => self.next_letter(now, office),
                    false => None,
                };
                if let Stage::Talking(talk) = &mut self.stage {
                    let goes_on = match next {
                        Some(envelope) => talk.engine.hand_over(now, envelope),
                        None => talk.engine.leave(now),
                    };
                    goes_on.expect("the engine has just said that it is free");
                }
            }
        }
    }

    /// A letter's dialogue has ended, for each recipient in some way.
    fn ended(&mut self, now: Time, deliveries: Vec<Delivery>, office: &mut Office) {
        let Some(id) = self.job.take() else {
            return;
        };
        let is_unsure = |delivery: &Delivery| {
            matches!(
                &delivery.result,
                Err(Failure::Lost {
                    awaited: Prompt::Letter
                } | Failure::TimedOut {
                    awaited: Prompt::Letter
                })
            )
        };
        if deliveries.iter().any(is_unsure) {
            office.unsure();
        }
        let mut fates: Vec<(Mailbox, Fate)> = Vec::new();
        for Delivery { to, result } in deliveries {
            match verdict(result, &self.host) {
                Verdict::Is(fate) => fates.push((to, fate)),
                Verdict::Elsewhere(fate) => self.has_trouble(fate),
            }
        }
        office.settle(now, id, fates);
        office.queue.put_back(self.number);
    }

    /// The connection is over, for this side.
    fn hung_up(&mut self, now: Time, conn: ConnId, office: &mut Office) {
        office.desk.conns.remove(&conn);
        self.stage = Stage::Over;
        if self.trouble.is_some() {
            self.connect_next(now, office);
        }
    }

    /// This becomes of all that is due for the domain.
    fn end(&mut self, now: Time, fate: &Fate, office: &mut Office) {
        self.stage = Stage::Over;
        while let Some((id, to)) = office
            .queue
            .take(now, &self.domain, self.number, usize::MAX)
        {
            let fates = to.into_iter().map(|to| (to, fate.clone())).collect();
            office.settle(now, id, fates);
        }
    }

    /// Takes back what was noted.
    pub fn forget(&mut self, office: &mut Office) {
        self.note("by", "", office);
        self.note("to", "", office);
    }

    /// Whether a letter has gone out whose answer is still awaited.
    pub fn is_unsure(&self) -> bool {
        match &self.stage {
            Stage::Talking(talk) => talk.engine.state() == ClientState::Letter,
            _ => false,
        }
    }

    fn note(&self, what: &str, value: &str, office: &mut Office) {
        office
            .desk
            .note(format!("sending.{}.{what}", self.number), value);
    }
}

/// What the end of a dialogue means for a recipient.
fn verdict(result: Result<crate::proto::smtp::Reply, Failure>, host: &str) -> Verdict {
    let failure = match result {
        Ok(_) => return Verdict::Is(Fate::Taken),
        Err(failure) => failure,
    };
    let own = |status: &str, said: String| Fate::Later(Trouble::own(status, said));
    match failure {
        Failure::Refused { reply, to } => {
            let trouble = Trouble::heard(&reply, Some(host));
            let at_hello = matches!(
                to,
                Prompt::Connection | Prompt::Command(Verb::Ehlo | Verb::Helo)
            );
            match reply.is_permanent() {
                true => Verdict::Is(Fate::Failed(trouble)),
                // RFC 5321 §3.8: 421 says that this host is not there now.
                false if at_hello || reply.code == 421 => Verdict::Elsewhere(Fate::Later(trouble)),
                false => Verdict::Is(Fate::Later(trouble)),
            }
        }
        Failure::Lost {
            awaited: Prompt::Letter,
        }
        | Failure::TimedOut {
            awaited: Prompt::Letter,
        } => {
            let said = format!("No answer of {host} to the letter: it may arrive twice");
            Verdict::Is(own("4.4.2", said))
        }
        Failure::Lost { .. } => {
            Verdict::Elsewhere(own("4.4.2", format!("{host} broke off the connection")))
        }
        Failure::TimedOut { .. } => {
            Verdict::Elsewhere(own("4.4.2", format!("{host} did not answer in time")))
        }
        Failure::Nonsense { said, .. } => Verdict::Elsewhere(own(
            "4.5.0",
            format!("{host} said what no mail server says: {said}"),
        )),
        // RFC 6152 §3: whoever cannot turn it into ASCII sends it back.
        Failure::EightBit => {
            let said = format!("{host} takes ASCII only, and the letter is more");
            Verdict::Is(Fate::Failed(Trouble::own("5.6.3", said)))
        }
        Failure::NoLogin => Verdict::Is(own("4.7.0", format!("{host} wants no login"))),
    }
}
