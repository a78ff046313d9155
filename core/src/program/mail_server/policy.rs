//! Who is welcome at a mail server, and whose letters go where.

use super::config::{MailServerConfig, Relays};
use crate::base::Time;
use crate::base::sorted::{Map, Set};
use crate::program::mailboxes::Mailboxes;
use crate::proto::smtp::{Mailbox, Path, Reply, parse};

/// What a server knows of its users.
#[derive(Debug)]
pub(super) struct Rules {
    hostname: String,
    domains: Vec<String>,
    /// Further names, and lists, by address.
    aliases: Map<String, Vec<Mailbox>>,
    /// Who has moved where, by address.
    moved: Map<String, Mailbox>,
    forwards_moved: bool,
    /// Until when a mailbox is busy, by address.
    busy: Map<String, Time>,
    quota: Option<u64>,
    relays: Relays,
    logins: Vec<Login>,
    /// Where letters to the bare name go (RFC 5321 §4.5.1).
    pub postmaster: Option<Mailbox>,
}

#[derive(Debug)]
struct Login {
    user: String,
    password: String,
    address: Mailbox,
}

/// Why a letter cannot lie in a mailbox: a reply that says so.
pub(super) type Refusal = Reply;

impl Rules {
    /// The error names an address that is none.
    pub fn new(config: &MailServerConfig) -> Result<Self, String> {
        let mut rules = Self {
            hostname: config.hostname.clone(),
            domains: config.domains.clone(),
            aliases: Map::new(),
            moved: Map::new(),
            forwards_moved: config.forwards_moved,
            busy: Map::new(),
            quota: config.quota,
            relays: config.relays,
            logins: Vec::new(),
            postmaster: None,
        };
        let first = rules.first_domain(&config.hostname).to_owned();
        rules.postmaster = parse::mailbox(&format!("postmaster@{first}")).ok();
        for (name, to) in &config.aliases {
            let to = to
                .iter()
                .map(|to| address(to))
                .collect::<Result<Vec<_>, _>>()?;
            for key in rules.keys(name)? {
                rules.aliases.insert(key, to.clone());
            }
        }
        for (name, to) in &config.moved {
            let to = address(to)?;
            for key in rules.keys(name)? {
                rules.moved.insert(key, to.clone());
            }
        }
        for (name, until) in &config.busy {
            for key in rules.keys(name)? {
                rules.busy.insert(key, *until);
            }
        }
        for login in &config.logins {
            rules.logins.push(Login {
                user: login.user.clone(),
                password: login.password.clone(),
                address: address(&login.address)?,
            });
        }
        Ok(rules)
    }

    /// The domain that this server speaks for.
    pub fn first_domain<'a>(&'a self, hostname: &'a str) -> &'a str {
        self.domains.first().map_or(hostname, String::as_str)
    }

    /// The addresses that a name stands for: itself, or that name in each domain.
    fn keys(&self, name: &str) -> Result<Vec<String>, String> {
        if name.contains('@') {
            return Ok(vec![address(name)?.key()]);
        }
        let domains = self.domains.iter();
        let keys = domains.map(|domain| Ok(address(&format!("{name}@{domain}"))?.key()));
        keys.collect()
    }

    /// Whose mailbox opens to this user name and password.
    pub fn login(&self, user: &str, password: &str) -> Option<&Mailbox> {
        let named = self.logins.iter().find(|login| login.user == user);
        named
            .filter(|login| login.password == password)
            .map(|login| &login.address)
    }

    /// The address of a user.
    pub fn address_of(&self, user: &str) -> Option<&Mailbox> {
        let named = self
            .logins
            .iter()
            .find(|login| login.user.eq_ignore_ascii_case(user));
        named.map(|login| &login.address)
    }

    /// Whether this server takes letters for the domain of this address; its own name is one.
    pub fn is_ours(&self, mailbox: &Mailbox) -> bool {
        let mut domains = self.domains.iter().chain([&self.hostname]);
        domains.any(|domain| domain.eq_ignore_ascii_case(mailbox.domain()))
    }

    /// Whether a user may send letters that say they are from this address: their own, or
    /// one whose letters they get.
    pub fn may_send_as(&self, user: &str, from: &Mailbox) -> bool {
        let Some(own) = self.address_of(user) else {
            return false;
        };
        let gets = |to: &Vec<Mailbox>| to.iter().any(|to| to.key() == own.key());
        own.key() == from.key() || self.aliases.get(&from.key()).is_some_and(gets)
    }

    /// The answer to RCPT, before mailboxes are looked into; `login` is who has logged in.
    pub fn welcome(&self, to: &Path, boxes: &Mailboxes, login: Option<&str>) -> Reply {
        let mailbox = match to {
            Path::Mailbox(mailbox) => mailbox,
            Path::Postmaster => return ok_recipient(),
            Path::Null => return unknown(to),
        };
        if !self.is_ours(mailbox) {
            return self.welcome_elsewhere(mailbox, login);
        }
        if let Some(moved) = self.moved.get(&mailbox.key()) {
            // RFC 5321 §3.4.
            return match self.forwards_moved {
                true => Reply::coded(251, "2.1.5", &format!("Moved; I pass it on to <{moved}>")),
                false => Reply::coded(551, "5.1.6", &format!("Moved; send it to <{moved}>")),
            };
        }
        let list = self.aliases.get(&mailbox.key());
        match list.is_some_and(|list| !list.is_empty()) || self.mailbox_of(mailbox, boxes).is_some()
        {
            true => ok_recipient(),
            false => unknown(to),
        }
    }

    fn welcome_elsewhere(&self, to: &Mailbox, login: Option<&str>) -> Reply {
        let passes_on = match self.relays {
            Relays::Nobody => false,
            Relays::LoggedIn => login.is_some(),
            Relays::Anyone => true,
        };
        match passes_on {
            true => ok_recipient(),
            // RFC 5321 §3.6.2.
            false => {
                let text = format!("I do not pass on letters to {}", to.domain());
                Reply::coded(550, "5.7.1", &text)
            }
        }
    }

    /// Why a letter of so many bytes cannot lie in the mailbox of an address now, if so.
    pub fn refuses(
        &self,
        now: Time,
        to: &Mailbox,
        size: u64,
        boxes: &Mailboxes,
    ) -> Option<Refusal> {
        // RFC 5321 §4.5.1. What nobody else can be told ends there, too.
        if self.is_postmaster(to) {
            return None;
        }
        let key = to.key();
        if self.busy.get(&key).is_some_and(|until| now < *until) {
            let text = format!("Somebody works on the mailbox of <{to}>, try again later");
            return Some(Reply::coded(450, "4.2.1", &text));
        }
        let quota = self.quota?;
        let full = boxes.bytes(to).saturating_add(size) > quota;
        full.then(|| Reply::coded(552, "5.2.2", &format!("The mailbox of <{to}> is full")))
    }

    fn is_postmaster(&self, to: &Mailbox) -> bool {
        self.postmaster
            .as_ref()
            .is_some_and(|p| p.key() == to.key())
    }

    /// The one mailbox in which letters to `to` land, where they land in one here.
    pub fn mailbox_of(&self, to: &Mailbox, boxes: &Mailboxes) -> Option<Mailbox> {
        if boxes.has(to) {
            return Some(to.clone());
        }
        // RFC 5321 §4.5.1: every domain served has a postmaster.
        let is_postmaster = to.local().eq_ignore_ascii_case("postmaster");
        let postmaster = self.postmaster.clone();
        postmaster.filter(|_| is_postmaster && self.is_ours(to))
    }

    /// Where letters to `to` go in the end: mailboxes here, and addresses elsewhere, each once.
    pub fn expand(&self, to: &Path, boxes: &Mailboxes) -> Vec<Mailbox> {
        let mut ends = Vec::new();
        let first = match to {
            Path::Mailbox(mailbox) => Some(mailbox.clone()),
            Path::Postmaster => self.postmaster.clone(),
            Path::Null => None,
        };
        let mut seen = Set::new();
        let mut open: Vec<Mailbox> = first.clone().into_iter().collect();
        while let Some(next) = open.pop() {
            let key = next.key();
            let again = !seen.insert(key.clone());
            let moved = self.moved.get(&key).map(std::slice::from_ref);
            let further = moved.or(self.aliases.get(&key).map(Vec::as_slice));
            match further {
                // A list that names itself means the mailbox of that name.
                _ if again && !boxes.has(&next) => {}
                Some(further) if !again => open.extend(further.iter().rev().cloned()),
                _ if self.is_ours(&next) => {
                    ends.push(self.mailbox_of(&next, boxes).unwrap_or(next));
                }
                _ => ends.push(next),
            }
        }
        if ends.is_empty() {
            // Aliases that lead nowhere: nobody is known by that name.
            ends.extend(first);
        }
        let mut served = Set::new();
        ends.retain(|end| served.insert(end.key()));
        ends
    }

    /// The answer to VRFY (RFC 5321 §3.5.3).
    pub fn verify(&self, asked: &str, boxes: &Mailboxes) -> Reply {
        let name = bare(asked);
        let Ok(found) = self.named(name) else {
            return Reply::coded(550, "5.1.1", &format!("No such user here: {name}"));
        };
        if !self.is_ours(&found) {
            let text = "I cannot tell: that is none of my domains";
            return Reply::coded(252, "2.0.0", text);
        }
        match self.welcome(&Path::Mailbox(found.clone()), boxes, None) {
            reply if reply.code == 250 => Reply::coded(250, "2.1.5", &format!("<{found}>")),
            reply => reply,
        }
    }

    /// The answer to EXPN (RFC 5321 §3.5.2): lists are told to who has logged in.
    pub fn expansion(&self, asked: &str, login: Option<&str>) -> Reply {
        if login.is_none() {
            // RFC 5321 §7.3.
            return Reply::coded(502, "5.7.0", "I tell who is on a list only to my own users");
        }
        let name = bare(asked);
        let list = self.named(name).ok();
        let Some(all) = list.and_then(|list| self.aliases.get(&list.key())) else {
            return Reply::coded(550, "5.1.1", &format!("No such list here: {name}"));
        };
        if all.is_empty() {
            return Reply::coded(550, "5.1.1", &format!("Nobody is on the list {name}"));
        }
        let mut reply = Reply::coded(250, "2.1.5", "");
        let code = reply.lines.first().cloned().unwrap_or_default();
        let code = code.trim_end();
        reply.lines = all.iter().map(|to| format!("{code} <{to}>")).collect();
        reply
    }

    /// The address that somebody means who may have left out the domain.
    fn named(&self, name: &str) -> Result<Mailbox, String> {
        match name.contains('@') {
            true => address(name),
            false => address(&format!("{name}@{}", self.first_domain("localhost"))),
        }
    }
}

fn bare(asked: &str) -> &str {
    asked.trim().trim_start_matches('<').trim_end_matches('>')
}

fn ok_recipient() -> Reply {
    Reply::coded(250, "2.1.5", "OK")
}

fn unknown(to: &Path) -> Reply {
    Reply::coded(550, "5.1.1", &format!("No such user here: {to}"))
}

/// Reads an address; the error says why it is none.
pub(super) fn address(text: &str) -> Result<Mailbox, String> {
    let why = |fault: parse::Fault| format!("\"{text}\" is no mail address: {}", fault.why);
    parse::mailbox(text).map_err(why)
}
