//! Mail: clients, robots and servers, and on what terms they work.

use super::letters::{self, address, domain_of, recipient};
use super::network::HostFiles;
use super::people::{one_word, password_of, user_of};
use super::programs::{Place, named, running};
use super::stacks::{Key, at, first};
use crate::base::{Duration, HostId};
use crate::scenario::file::{HostFile, LoginFile, OnOff, RunsWord};
use crate::scenario::model::{
    Domain, Login, MailServer, MailUser, Mailbox, Relays, Runs, Scenario,
};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::At;

/// The ports at which letters are handed in (RFC 5321 §4.5.4.2, RFC 6409 §3.1).
const PORTS: [u32; 2] = [25, 587];
/// What stands for none, for knobs to choose.
const NOBODY: &str = "nobody";
const NOWHERE: &str = "nowhere";

fn is_on(word: Option<&At<OnOff>>, usual: bool) -> bool {
    word.map_or(usual, |word| word.value == OnOff::On)
}

impl Place<'_> {
    /// The mail client of this place's person.
    pub(super) fn mail_client(
        &self,
        hosts: &HostFiles<'_>,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<Runs> {
        let server = self.mail_host(hosts, scenario, problems)?;
        let person = self.person(scenario, problems)?;
        let Some(address) = person.address.clone() else {
            problems.error(
                self.span,
                format!("{} has no mail address", person.name),
                format!(
                    "add [domains], \"example.net\" = {{ people = [\"{}\"] }}",
                    person.name
                ),
            );
            return None;
        };
        let own = (person.name.clone(), address, person.login.clone());
        let user = self.mail_user(hosts, server, own, scenario, problems);
        Some(Runs::MailUser(user))
    }

    /// A robot that sends letters.
    pub(super) fn mail_robot(
        &self,
        hosts: &HostFiles<'_>,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<Runs> {
        let server = self.mail_host(hosts, scenario, problems)?;
        let Some(sender) = &self.host.sender else {
            problems.error(
                self.span,
                "nobody knows whom this robot's letters come from",
                "add sender = \"shop@example.org\"",
            );
            return None;
        };
        let address = address(sender, problems)?;
        let mut boxes = scenario.domains.iter().flat_map(|d| &d.people);
        let person = boxes.find(|mailbox| mailbox.address.eq_ignore_ascii_case(&address));
        let local = address.split('@').next().unwrap_or_default();
        let name = person.map_or(local, |mailbox| mailbox.person.as_str());
        let text = |key: &Option<At<String>>, or: String| {
            key.as_ref().map_or(or, |text| text.value.clone())
        };
        for word in [&self.host.user, &self.host.password].into_iter().flatten() {
            one_word(word, problems);
        }
        let login = Login {
            user: text(&self.host.user, user_of(name)),
            password: text(&self.host.password, password_of(name)),
        };
        let own = (name.to_owned(), address, login);
        let user = self.mail_user(hosts, server, own, scenario, problems);
        let sends = self.host.sends.iter().flat_map(|sends| &sends.value);
        let sends: Vec<_> = sends
            .map(|letter| letters::sent(letter, &user.files, scenario, problems))
            .collect();
        if sends.is_empty() {
            problems.warning(
                self.span,
                "this robot sends nothing",
                "add sends = [{ at = \"2 s\", to = \"Grace\", subject = \"…\", text = \"…\" }]",
            );
        }
        Some(Runs::MailRobot(MailUser { sends, ..user }))
    }

    fn mail_host(
        &self,
        hosts: &HostFiles<'_>,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<HostId> {
        self.server(
            hosts,
            RunsWord::MailServer,
            "mail server",
            scenario,
            problems,
        )
    }

    fn mail_user(
        &self,
        hosts: &HostFiles<'_>,
        server: HostId,
        (person, address, login): (String, String, Login),
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> MailUser {
        let file = self.host;
        let port = file.port.as_ref();
        if let Some(port) = port.filter(|port| !PORTS.contains(&port.value.0)) {
            problems.error(
                port.span,
                format!("nobody takes letters at port {}", port.value.0),
                "write 25, or 587 to log in first",
            );
        }
        let servers = running(hosts, RunsWord::MailServer);
        let fetches_from = file.fetches_from.as_ref();
        let fetches_from =
            fetches_from.and_then(|name| named(name, &servers, "mail server", scenario, problems));
        MailUser {
            server,
            port: port
                .and_then(|p| u16::try_from(p.value.0).ok())
                .unwrap_or(25),
            person,
            address,
            login,
            auth: file
                .auth
                .as_ref()
                .map(|auth| auth.value)
                .unwrap_or_default(),
            pipelining: is_on(file.pipelining.as_ref(), true),
            stuffs_dots: is_on(file.stuffs_dots.as_ref(), true),
            fetches_from: fetches_from.unwrap_or(server),
            leaves_letters: is_on(file.leaves_letters.as_ref(), false),
            files: self.kept.to_vec(),
            sends: Vec::new(),
        }
    }

    /// A mail server at this place.
    pub(super) fn mail_server(&self, scenario: &Scenario, problems: &mut Problems) -> Runs {
        let file = self.host;
        let domains = scenario.domains.iter();
        let ours: Vec<&Domain> = domains.filter(|d| d.is_taken_by(self.id)).collect();
        if scenario.domains.is_empty() {
            problems.error(
                self.span,
                "a mail server needs a domain",
                "add [domains], \"example.net\" = { people = [\"Ada\"] }",
            );
        }
        let mailboxes: Vec<Mailbox> = ours.iter().flat_map(|d| d.people.clone()).collect();
        let node = &scenario.nodes[self.id.index()];
        let domains: Vec<&str> = ours.iter().map(|d| d.name.as_str()).collect();
        let first = domains.first().copied();
        let own = domains.iter().copied().find(|name| *name == node.domain);
        let here = Here {
            name: &node.name,
            mailboxes: &mailboxes,
            domain: own.or(first).unwrap_or(&node.domain),
            domains,
            scenario,
        };
        let retry_after = file.retry_after.as_ref().map(|time| time.value.0);
        let never = |time: Option<Duration>| time == Some(Duration::ZERO);
        if let Some(key) = file.retry_after.as_ref().filter(|_| never(retry_after)) {
            let message = "this server would try without end";
            problems.error(key.span, message, "write 1 s or more");
        }
        let idle = file.idle.as_ref();
        if let Some(idle) = idle.filter(|idle| never(idle.value.0)) {
            let message = "every session would end at once";
            problems.error(idle.span, message, "write 1 s or more, or off");
        }
        Runs::MailServer(MailServer {
            name: scenario.full_name(self.id),
            domains: ours.iter().map(|d| d.name.clone()).collect(),
            logins: here.logins(file, problems),
            pop: is_on(file.pop.as_ref(), true),
            max_letter: file.max_letter.as_ref().map(|size| size.value.0),
            max_recipients: self.max_recipients(problems),
            extended: is_on(file.extended.as_ref(), true),
            pipelining: is_on(file.pipelining.as_ref(), true),
            aliases: here.aliases(file, problems),
            moved: here.moved(file, problems),
            forwards_moved: is_on(file.forwards_moved.as_ref(), true),
            busy: here.busy(file, problems),
            quota: file.quota.as_ref().and_then(|q| q.value.0),
            disk: file.disk.as_ref().and_then(|d| d.value.0),
            greylists: file.greylists.as_ref().and_then(|g| g.value.0),
            relays: file.relays.as_ref().map_or(Relays::LoggedIn, |r| r.value),
            blocks: self.blocks(scenario, problems),
            retry_after: retry_after.unwrap_or(Duration::from_secs(30 * 60)),
            warns_after: file
                .warns_after
                .as_ref()
                .map_or(Some(Duration::from_secs(4 * 3600)), |time| time.value.0),
            gives_up_after: file
                .gives_up_after
                .as_ref()
                .map_or(Duration::from_secs(5 * 24 * 3600), |time| time.value.0),
            max_hops: file.max_hops.as_ref().map_or(100, |hops| hops.value.0),
            idle: idle.and_then(|idle| idle.value.0),
            mailboxes,
        })
    }

    fn max_recipients(&self, problems: &mut Problems) -> u32 {
        let Some(most) = &self.host.max_recipients else {
            return 100;
        };
        if most.value.0 == 0 {
            let message = "nobody could be written to";
            problems.error(most.span, message, "let a letter have at least 1 recipient");
        }
        most.value.0
    }

    fn blocks(&self, scenario: &Scenario, problems: &mut Problems) -> Vec<HostId> {
        let mut blocks = Vec::new();
        let named = self.host.blocks.iter().flat_map(|blocks| &blocks.0);
        for name in named.filter(|name| name.value != NOBODY) {
            let known = scenario.nodes.iter().filter(|n| n.kind.has_address());
            match scenario.node(&name.value) {
                Some(id) if scenario.nodes[id.index()].kind.has_address() => blocks.push(id),
                _ => problems.error(
                    name.span,
                    format!("there is no host `{}`", short(&name.value)),
                    did_you_mean(&name.value, known.map(|n| n.name.as_str()), "the hosts are"),
                ),
            }
        }
        blocks
    }
}

/// A mail server's name, its mailboxes, and the domains it takes letters for.
struct Here<'s> {
    name: &'s str,
    mailboxes: &'s [Mailbox],
    domains: Vec<&'s str>,
    /// Where names without a domain belong.
    domain: &'s str,
    scenario: &'s Scenario,
}

impl Here<'_> {
    /// The address of who is named here: a person with a mailbox, or a local name.
    fn local(&self, name: &At<String>, problems: &mut Problems) -> Option<String> {
        let mut boxes = self.mailboxes.iter();
        if let Some(found) = boxes.find(|mailbox| mailbox.person == name.value) {
            return Some(found.address.clone());
        }
        let value = match name.value.contains('@') {
            true => name.value.clone(),
            false => format!("{}@{}", user_of(&name.value), self.domain),
        };
        let span = name.span;
        let address = address(&At { value, span }, problems)?;
        let domain = domain_of(&address);
        if !self.domains.is_empty() && !self.domains.contains(&domain.as_str()) {
            problems.warning(
                span,
                format!("`{}` takes no letters for `{domain}`", self.name),
                format!("take a name of {}", self.domains.join(" or ")),
            );
        }
        Some(address)
    }

    /// The mailbox of an address (RFC 5321 §2.4: small and large letters mean the same).
    fn mailbox(&self, address: &str) -> Option<&Mailbox> {
        let mut boxes = self.mailboxes.iter();
        boxes.find(|mailbox| mailbox.address.eq_ignore_ascii_case(address))
    }

    /// Who may log in: those that the file lists, or everybody with a mailbox here.
    fn logins(&self, file: &HostFile, problems: &mut Problems) -> Vec<(Login, String)> {
        let Some(logins) = &file.logins else {
            let own = |mailbox: &Mailbox| {
                let login = Login {
                    user: user_of(&mailbox.person),
                    password: password_of(&mailbox.person),
                };
                (login, mailbox.address.clone())
            };
            return self.mailboxes.iter().map(own).collect();
        };
        let mut known = Vec::new();
        for (user, login) in &logins.value.0 {
            one_word(user, problems);
            let password = match &login.value {
                LoginFile::Password(text) => Some(text.clone()),
                LoginFile::Account(account) => {
                    account.password.as_ref().map(|text| text.value.clone())
                }
            };
            let password = password.unwrap_or_default();
            let value = password.clone();
            let span = login.span;
            one_word(&At { value, span }, problems);
            let local = |mailbox: &&Mailbox| mailbox.address.split('@').next() == Some(&user.value);
            let address = self.mailboxes.iter().find(local);
            let address = address.map(|mailbox| mailbox.address.clone());
            let user = user.value.clone();
            let or = format!("{user}@{}", self.domain);
            known.push((Login { user, password }, address.unwrap_or(or)));
        }
        known
    }

    fn aliases(&self, file: &HostFile, problems: &mut Problems) -> Vec<(String, Vec<String>)> {
        let mut aliases = Vec::new();
        for (name, to) in file.aliases.iter().flat_map(|a| &a.value.0) {
            let Some(alias) = self.local(name, problems) else {
                continue;
            };
            if let Some(mailbox) = self.mailbox(&alias) {
                problems.error(
                    name.span,
                    format!("{} has a mailbox of that name", mailbox.person),
                    "take another name, or write moved",
                );
            }
            let to = to.0.iter().filter(|to| to.value != NOBODY);
            let to = to.filter_map(|to| recipient(to, self.scenario, problems));
            aliases.push((alias, to.collect()));
        }
        aliases
    }

    fn moved(&self, file: &HostFile, problems: &mut Problems) -> Vec<(String, String)> {
        let moved = file.moved.iter().flat_map(|moved| &moved.value.0);
        let moved = moved.filter(|(_, to)| to.value != NOWHERE);
        moved
            .filter_map(|(who, to)| {
                let who = self.local(who, problems)?;
                let to = recipient(to, self.scenario, problems)?;
                Some((who, to))
            })
            .collect()
    }

    fn busy(&self, file: &HostFile, problems: &mut Problems) -> Vec<(String, Duration)> {
        let mut busy = Vec::new();
        for (who, until) in file.busy.iter().flat_map(|busy| &busy.value.0) {
            let Some(address) = self.local(who, problems) else {
                continue;
            };
            if self.mailbox(&address).is_none() {
                problems.error(
                    who.span,
                    format!("nobody called `{}` has a mailbox here", short(&who.value)),
                    did_you_mean(
                        &who.value,
                        self.mailboxes.iter().map(|m| m.person.as_str()),
                        "there are mailboxes of",
                    ),
                );
            }
            busy.extend(until.value.0.map(|until| (address, until)));
        }
        busy
    }
}

/// Keys of mail clients and robots.
pub(super) fn of_clients(file: &HostFile) -> [Key; 5] {
    [
        ("port", at(file.port.as_ref())),
        ("auth", at(file.auth.as_ref())),
        ("stuffs-dots", at(file.stuffs_dots.as_ref())),
        ("fetches-from", at(file.fetches_from.as_ref())),
        ("leaves-letters", at(file.leaves_letters.as_ref())),
    ]
}

/// Keys of mail robots alone.
pub(super) fn of_robots(file: &HostFile) -> [Key; 2] {
    [
        ("sends", at(file.sends.as_ref())),
        ("sender", at(file.sender.as_ref())),
    ]
}

/// Keys of mail servers.
pub(super) fn of_servers(file: &HostFile) -> [Key; 13] {
    [
        ("max-letter", at(file.max_letter.as_ref())),
        ("max-recipients", at(file.max_recipients.as_ref())),
        ("aliases", at(file.aliases.as_ref())),
        ("moved", at(file.moved.as_ref())),
        ("forwards-moved", at(file.forwards_moved.as_ref())),
        ("busy", at(file.busy.as_ref())),
        ("greylists", at(file.greylists.as_ref())),
        ("relays", at(file.relays.as_ref())),
        ("blocks", first(file.blocks.as_ref())),
        ("warns-after", at(file.warns_after.as_ref())),
        ("gives-up-after", at(file.gives_up_after.as_ref())),
        ("max-hops", at(file.max_hops.as_ref())),
        ("pop", at(file.pop.as_ref())),
    ]
}

/// Keys of name servers.
pub(super) fn of_name_servers(file: &HostFile) -> [Key; 3] {
    [
        ("recursive", at(file.recursive.as_ref())),
        ("answers", at(file.answers.as_ref())),
        ("largest-answer", at(file.largest_answer.as_ref())),
    ]
}
