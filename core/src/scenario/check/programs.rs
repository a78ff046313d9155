//! People, domains and programs: who sits where, what runs there, and who serves whom.

use super::network::HostFiles;
use crate::base::{Content, HostId, Span};
use crate::scenario::file::{FileFile, HostFile, OnOff, RunsWord, ScenarioFile};
use crate::scenario::model::{
    Domain, File, FtpServer, FtpUser, Login, MailServer, MailUser, Mailbox, NodeKind, Person, Runs,
    Scenario,
};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::At;
use std::collections::{BTreeMap, BTreeSet};

/// Fills in domains, people and programs.
pub(super) fn read(
    file: &ScenarioFile,
    hosts: &HostFiles<'_>,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    domains(file, hosts, scenario, problems);
    people(hosts, scenario, problems);
    if problems.failed() {
        return;
    }
    for (index, host) in hosts.iter().enumerate() {
        let Some(host) = host else { continue };
        let id = HostId::from_index(index);
        let mut runs = Vec::new();
        let mut words = BTreeSet::new();
        for word in host.runs.iter().flat_map(|r| &r.0) {
            if !words.insert(word.value as u8) {
                problems.error(word.span, "this program runs here already", "write it once");
            }
            let at = Place {
                id,
                host,
                span: word.span,
            };
            let program = match word.value {
                RunsWord::FtpClient => at.ftp_user(hosts, scenario, problems),
                RunsWord::FtpServer => Some(at.ftp_server(scenario, problems)),
                RunsWord::MailClient => at.mail_user(hosts, scenario, problems),
                RunsWord::MailServer => Some(at.mail_server(scenario, problems)),
            };
            runs.extend(program);
        }
        idle_keys(host, &scenario.nodes[index].name, problems);
        match &mut scenario.nodes[index].kind {
            NodeKind::Host(host) => host.runs = runs,
            NodeKind::Switch => switch_is_bare(host, problems),
        }
    }
}

/// The user name a person has by default: small letters, points for blanks.
pub(super) fn user_of(person: &str) -> String {
    let words: Vec<String> = person.split_whitespace().map(str::to_lowercase).collect();
    words.join(".")
}

/// A password that protects nothing; everybody watches it go by.
fn password_of(person: &str) -> String {
    const WORDS: [&str; 8] = [
        "lighthouse",
        "marzipan",
        "trombone",
        "hedgehog",
        "paperclip",
        "snowflake",
        "teapot",
        "umbrella",
    ];
    match person {
        "Ada" => "analytical".into(),
        "Grace" => "compiler".into(),
        other => WORDS[usize::try_from(hash(other) % 8).expect("below eight")].into(),
    }
}

/// FNV-1a: a number that stays the same for the same name, for ever and everywhere.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Mail domains, with their exchangers and mailboxes.
fn domains(
    file: &ScenarioFile,
    hosts: &HostFiles<'_>,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    let servers = running(hosts, RunsWord::MailServer);
    for (name, domain) in &file.domains.0 {
        if !is_example(&name.value) {
            problems.error(
                name.span,
                format!("`{}` may be somebody's domain", short(&name.value)),
                "take example.com, example.net, example.org, or one that ends in .example or .test",
            );
            continue;
        }
        let mut mx = Vec::new();
        for host in domain.mx.iter().flat_map(|m| &m.0) {
            mx.extend(named(host, &servers, "mail server", scenario, problems));
        }
        if domain.mx.is_none() {
            match servers[..] {
                [one] => mx.push(one),
                [] => problems.error(
                    name.span,
                    format!("nobody takes letters for `{}`", name.value),
                    "let a host run a \"mail server\"",
                ),
                _ => problems.error(
                    name.span,
                    format!("which host takes letters for `{}`?", name.value),
                    "add mx = [\"…\"], the preferred one first",
                ),
            }
        }
        let mut people: Vec<Mailbox> = Vec::new();
        for person in domain.people.iter().flat_map(|p| &p.0) {
            if !is_person(person, problems) {
                continue;
            }
            let address = format!("{}@{}", user_of(&person.value), name.value);
            if people.iter().any(|p| p.address == address) {
                problems.error(
                    person.span,
                    format!("{address} stands twice"),
                    "list each person once",
                );
            }
            let person = person.value.clone();
            people.push(Mailbox { person, address });
        }
        let name = name.value.clone();
        scenario.domains.push(Domain { name, mx, people });
    }
}

/// Whether a domain is nobody's: RFC 2606, RFC 6761 §6.
pub(super) fn is_example(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let sound = domain.len() <= 200
        && labels.iter().all(|l| {
            let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            (1..=63).contains(&l.len())
                && l.bytes().all(letters)
                && !l.starts_with('-')
                && !l.ends_with('-')
        });
    let reserved = match labels[..] {
        [.., "example", "com" | "net" | "org"] => true,
        [.., _, "example" | "test"] => true,
        _ => false,
    };
    sound && reserved
}

/// Whether a person's name can become a user name and a mail address.
fn is_person(name: &At<String>, problems: &mut Problems) -> bool {
    let sound = |b: u8| b.is_ascii_alphanumeric() || b == b' ' || b == b'-';
    let text = name.value.as_str();
    let fits = text.len() <= 40
        && text.bytes().all(sound)
        && text.starts_with(|c: char| c.is_ascii_alphabetic());
    if !fits {
        problems.error(
            name.span,
            format!("`{}` cannot be a person's name here", short(text)),
            "use up to 40 plain letters: it becomes a user name and a mail address",
        );
    }
    fits
}

/// Who sits where.
fn people(hosts: &HostFiles<'_>, scenario: &mut Scenario, problems: &mut Problems) {
    let mut seats: BTreeMap<String, usize> = BTreeMap::new();
    for (index, file) in hosts.iter().enumerate() {
        let Some((file, name)) = file.and_then(|f| Some((f, f.person.as_ref()?))) else {
            continue;
        };
        if !is_person(name, problems) {
            continue;
        }
        if let Some(other) = seats.insert(user_of(&name.value), index) {
            problems.error(
                name.span,
                format!(
                    "{} sits at `{}` already",
                    name.value, scenario.nodes[other].name
                ),
                "seat each person once",
            );
        }
        let text =
            |key: &Option<At<String>>, or: String| key.as_ref().map_or(or, |t| t.value.clone());
        let login = Login {
            user: text(&file.user, user_of(&name.value)),
            password: text(&file.password, password_of(&name.value)),
        };
        for word in [&file.user, &file.password].into_iter().flatten() {
            one_word(word, problems);
        }
        let address = address_of(&name.value, scenario);
        if let NodeKind::Host(host) = &mut scenario.nodes[index].kind {
            let name = name.value.clone();
            host.person = Some(Person {
                name,
                login,
                address,
            });
        }
    }
}

/// The mail address a domain gives a person.
pub(super) fn address_of(person: &str, scenario: &Scenario) -> Option<String> {
    let mut boxes = scenario.domains.iter().flat_map(|d| &d.people);
    let found = boxes.find(|b| b.person == person)?;
    Some(found.address.clone())
}

/// User names, passwords and file names go on a line of the protocol.
fn one_word(word: &At<String>, problems: &mut Problems) {
    let sound = |c: char| c.is_ascii_graphic();
    if word.value.is_empty() || word.value.len() > 60 || !word.value.chars().all(sound) {
        problems.error(
            word.span,
            format!("`{}` does not fit here", short(&word.value)),
            "use up to 60 plain letters, digits and signs, without blanks",
        );
    }
}

/// The hosts that run a program.
fn running(hosts: &HostFiles<'_>, program: RunsWord) -> Vec<HostId> {
    let runs = |file: &HostFile| {
        file.runs
            .iter()
            .flat_map(|r| &r.0)
            .any(|r| r.value == program)
    };
    let found = hosts
        .iter()
        .enumerate()
        .filter(|(_, f)| f.is_some_and(runs));
    found.map(|(i, _)| HostId::from_index(i)).collect()
}

/// The host of this name, which must be one of `servers`.
fn named(
    name: &At<String>,
    servers: &[HostId],
    what: &str,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Option<HostId> {
    let id = scenario.node(&name.value);
    if let Some(id) = id.filter(|id| servers.contains(id)) {
        return Some(id);
    }
    let names = servers
        .iter()
        .map(|s| scenario.nodes[s.index()].name.as_str());
    let message = match id {
        Some(_) => format!("`{}` runs no {what}", name.value),
        None => format!("there is no host `{}`", short(&name.value)),
    };
    let mut help = did_you_mean(&name.value, names, &format!("each {what}"));
    if help.is_empty() {
        help = format!("let a host run \"{what}\"");
    }
    problems.error(name.span, message, help);
    None
}

/// A program's place: its host, what the file says of it, and where.
struct Place<'f> {
    id: HostId,
    host: &'f HostFile,
    span: Span,
}

impl Place<'_> {
    fn ftp_user(
        &self,
        hosts: &HostFiles<'_>,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<Runs> {
        let server = self.server(hosts, RunsWord::FtpServer, "ftp server", scenario, problems)?;
        let login = self.person(scenario, problems)?.login.clone();
        let mode = self.host.mode.as_ref().map(|m| m.value).unwrap_or_default();
        Some(Runs::FtpUser(FtpUser {
            server,
            mode,
            login,
        }))
    }

    fn mail_user(
        &self,
        hosts: &HostFiles<'_>,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<Runs> {
        let server = self.server(
            hosts,
            RunsWord::MailServer,
            "mail server",
            scenario,
            problems,
        )?;
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
        let person = person.name.clone();
        Some(Runs::MailUser(MailUser {
            server,
            person,
            address,
        }))
    }

    fn ftp_server(&self, scenario: &Scenario, problems: &mut Problems) -> Runs {
        let mut files = Vec::new();
        for (name, file) in self.host.files.iter().flat_map(|f| &f.value.0) {
            one_word(name, problems);
            if name.value.contains('/') {
                problems.error(
                    name.span,
                    "a file's name has no `/`",
                    "there are no folders",
                );
            }
            let content = match &file.value {
                FileFile::Size(len) if *len > MOST_BYTES => {
                    problems.error(file.span, "this file is too large", "write 4 GB at most");
                    continue;
                }
                FileFile::Size(len) => Content::Generated {
                    seed: hash(&name.value),
                    len: *len,
                },
                FileFile::Text(text) => Content::from_bytes(text.text.as_bytes()),
            };
            files.push(File {
                name: name.value.clone(),
                content,
            });
        }
        let everybody = || scenario.hosts().filter_map(|(_, h)| h.person.as_ref());
        let logins = match &self.host.logins {
            None => everybody()
                .map(|p| Login {
                    user: user_of(&p.name),
                    password: password_of(&p.name),
                })
                .collect(),
            Some(logins) => {
                let mut known = Vec::new();
                for (user, password) in &logins.value.0 {
                    one_word(user, problems);
                    one_word(password, problems);
                    known.push(Login {
                        user: user.value.clone(),
                        password: password.value.clone(),
                    });
                }
                known
            }
        };
        let port_check = self
            .host
            .port_check
            .as_ref()
            .is_none_or(|p| p.value == OnOff::On);
        Runs::FtpServer(FtpServer {
            files,
            logins,
            port_check,
        })
    }

    fn mail_server(&self, scenario: &Scenario, problems: &mut Problems) -> Runs {
        let ours: Vec<&Domain> = scenario
            .domains
            .iter()
            .filter(|d| d.mx.contains(&self.id))
            .collect();
        let first = ours.first().copied().or(scenario.domains.first());
        if first.is_none() {
            problems.error(
                self.span,
                "a mail server needs a domain",
                "add [domains], \"example.net\" = { people = [\"Ada\"] }",
            );
        }
        let domain = first.map_or("example.net", |d| d.name.as_str());
        let host = scenario.nodes[self.id.index()].name.to_lowercase();
        Runs::MailServer(MailServer {
            name: format!("{host}.{domain}"),
            domains: ours.iter().map(|d| d.name.clone()).collect(),
            mailboxes: ours.iter().flat_map(|d| d.people.clone()).collect(),
        })
    }

    /// The host that serves this client.
    fn server(
        &self,
        hosts: &HostFiles<'_>,
        program: RunsWord,
        what: &str,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<HostId> {
        let servers = running(hosts, program);
        if let Some(name) = &self.host.server {
            return named(name, &servers, what, scenario, problems);
        }
        match servers[..] {
            [one] => return Some(one),
            [] => problems.error(
                self.span,
                format!("there is no {what} for this client"),
                format!("add runs = \"{what}\" to a host"),
            ),
            _ => problems.error(
                self.span,
                format!("which {what} does this client use?"),
                "add server = \"…\", a host's name",
            ),
        }
        None
    }

    fn person<'s>(&self, scenario: &'s Scenario, problems: &mut Problems) -> Option<&'s Person> {
        let person = scenario.host(self.id).and_then(|h| h.person.as_ref());
        if person.is_none() {
            problems.error(
                self.span,
                "nobody sits here to use this client",
                "add person = \"Ada\"",
            );
        }
        person
    }
}

/// How large a file may be: its frames are all kept.
const MOST_BYTES: u64 = 4_000_000_000;

/// Keys that change nothing, since what they are for does not run here.
fn idle_keys(file: &HostFile, name: &str, problems: &mut Problems) {
    use RunsWord::{FtpClient, FtpServer, MailClient};
    let runs = |words: &[RunsWord]| {
        file.runs
            .iter()
            .flat_map(|r| &r.0)
            .any(|r| words.contains(&r.value))
    };
    let keys = [
        (
            "mode",
            file.mode.as_ref().map(|k| k.span),
            &[FtpClient][..],
            "ftp client",
        ),
        (
            "files",
            file.files.as_ref().map(|k| k.span),
            &[FtpServer],
            "ftp server",
        ),
        (
            "logins",
            file.logins.as_ref().map(|k| k.span),
            &[FtpServer],
            "ftp server",
        ),
        (
            "port-check",
            file.port_check.as_ref().map(|k| k.span),
            &[FtpServer],
            "ftp server",
        ),
        (
            "server",
            file.server.as_ref().map(|k| k.span),
            &[FtpClient, MailClient],
            "client",
        ),
        (
            "user",
            file.user.as_ref().map(|k| k.span),
            &[FtpClient],
            "ftp client",
        ),
        (
            "password",
            file.password.as_ref().map(|k| k.span),
            &[FtpClient],
            "ftp client",
        ),
    ];
    for (key, span, words, what) in keys {
        if let Some(span) = span.filter(|_| !runs(words)) {
            problems.warning(
                span,
                format!("`{key}` changes nothing: `{name}` runs no {what}"),
                "take it out, or add the program to runs",
            );
        }
    }
}

/// A switch has neither people nor programs.
fn switch_is_bare(file: &HostFile, problems: &mut Problems) {
    let person = file.person.as_ref().map(|p| p.span);
    let runs = file.runs.as_ref().and_then(|r| r.0.first()).map(|r| r.span);
    let address = file
        .address
        .as_ref()
        .and_then(|a| a.0.first())
        .map(|a| a.span);
    for span in [person, runs, address].into_iter().flatten() {
        problems.error(
            span,
            "a switch has no people, programs or addresses",
            "put them at a host; is = \"host\" makes it one",
        );
    }
}
