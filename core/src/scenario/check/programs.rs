//! Programs: what runs where, and who serves whom.

use super::network::HostFiles;
use super::people::{self, hash, one_word, password_of, user_of};
use crate::base::sorted::Set;
use crate::base::{Content, Duration, HostId, Span};
use crate::scenario::file::{FileFile, HostFile, OnOff, RunsWord, ScenarioFile};
use crate::scenario::model::{
    Account, DiscardServer, Domain, File, FtpServer, FtpUser, LineEnds, Login, MailServer,
    MailUser, NodeKind, Person, Place as FtpPlace, Runs, Scenario,
};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::At;

/// Fills in domains, people and programs.
pub(super) fn read(
    file: &ScenarioFile,
    hosts: &HostFiles<'_>,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    people::domains(file, hosts, scenario, problems);
    people::seats(hosts, scenario, problems);
    if problems.failed() {
        return;
    }
    for (index, host) in hosts.iter().enumerate() {
        let Some(host) = host else { continue };
        let id = HostId::from_index(index);
        let mut runs = Vec::new();
        let mut words = Set::new();
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
                RunsWord::Console => at.person(scenario, problems).map(|_| Runs::Console),
                RunsWord::EchoServer => Some(Runs::EchoServer),
                RunsWord::DiscardServer => Some(Runs::DiscardServer(at.discard_server(problems))),
            };
            runs.extend(program);
        }
        idle_keys(host, &scenario.nodes[index].name, problems);
        if let NodeKind::Host(host) = &mut scenario.nodes[index].kind {
            host.runs = runs;
        }
    }
}

/// The hosts that run a program.
pub(super) fn running(hosts: &HostFiles<'_>, program: RunsWord) -> Vec<HostId> {
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
pub(super) fn named(
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
            announces: None,
            trusts: true,
            retries: (0, Duration::from_secs(5)),
            files: Vec::new(),
            line_ends: LineEnds::default(),
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
            if matches!(file.value, FileFile::Size(len) if len > MOST_BYTES) {
                problems.error(file.span, "this file is too large", "write 2 GB at most");
            }
            let content = match &file.value {
                FileFile::Size(len) => Content::Generated {
                    seed: hash(&name.value),
                    len: *len,
                },
                FileFile::Text(text) => Content::from_bytes(text.text.as_bytes()),
            };
            files.push(File {
                name: name.value.clone(),
                content: Some(content),
            });
        }
        let everybody = || scenario.hosts().filter_map(|(_, h)| h.person.as_ref());
        let logins = match &self.host.logins {
            None => everybody()
                .map(|p| account(user_of(&p.name), password_of(&p.name)))
                .collect(),
            Some(logins) => {
                let mut known = Vec::new();
                for (user, password) in &logins.value.0 {
                    one_word(user, problems);
                    one_word(password, problems);
                    known.push(account(user.value.clone(), password.value.clone()));
                }
                known
            }
        };
        let is_on = |word: &Option<At<OnOff>>| word.as_ref().is_none_or(|w| w.value == OnOff::On);
        let anonymous = is_on(&self.host.anonymous);
        let port_check = is_on(&self.host.port_check);
        Runs::FtpServer(FtpServer {
            files,
            logins,
            guests: anonymous.then(|| place(false)),
            port_check,
            extended: true,
            sessions: None,
            attempts: 3,
            idle: None,
            data_patience: Duration::from_secs(60),
            disk: None,
            quota: None,
            passive_ports: None,
            passive_address: None,
            line_ends: LineEnds::default(),
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
        let host = scenario.nodes[self.id.index()].name.to_ascii_lowercase();
        Runs::MailServer(MailServer {
            name: format!("{host}.{domain}"),
            domains: ours.iter().map(|d| d.name.clone()).collect(),
            mailboxes: ours.iter().flat_map(|d| d.people.clone()).collect(),
        })
    }

    fn discard_server(&self, problems: &mut Problems) -> DiscardServer {
        let pause = self.host.pause.as_ref().and_then(|p| p.value.0);
        let after = self.host.pause_after.as_ref();
        if let Some(after) = after.filter(|_| self.host.pause.is_none()) {
            problems.error(
                after.span,
                "`pause-after` means nothing without `pause`",
                "add pause = \"3 s\"",
            );
        }
        DiscardServer {
            pause: pause.map(|pause| (after.map_or(0, |a| a.value.0), pause)),
        }
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

fn account(user: String, password: String) -> Account {
    Account {
        login: Login { user, password },
        place: place(true),
    }
}

fn place(writes: bool) -> FtpPlace {
    FtpPlace {
        home: "/".to_owned(),
        reads: true,
        writes,
    }
}

/// How large a file may be: its frames are all kept, and a run may fill 3 GB with them.
const MOST_BYTES: u64 = 2_000_000_000;

/// Keys that change nothing, since what they are for does not run here.
fn idle_keys(file: &HostFile, name: &str, problems: &mut Problems) {
    use RunsWord::{DiscardServer, FtpClient, FtpServer, MailClient};
    let runs = |words: &[RunsWord]| {
        file.runs
            .iter()
            .flat_map(|r| &r.0)
            .any(|r| words.contains(&r.value))
    };
    let of_ftp_clients = [
        ("mode", span(file.mode.as_ref())),
        ("user", span(file.user.as_ref())),
        ("password", span(file.password.as_ref())),
    ];
    let of_ftp_servers = [
        ("files", span(file.files.as_ref())),
        ("logins", span(file.logins.as_ref())),
        ("anonymous", span(file.anonymous.as_ref())),
        ("port-check", span(file.port_check.as_ref())),
    ];
    let of_clients = [("server", span(file.server.as_ref()))];
    let of_discard_servers = [("pause", span(file.pause.as_ref()))];
    let programs: [(&[_], &[_], _); 4] = [
        (&of_ftp_clients, &[FtpClient], "ftp client"),
        (&of_ftp_servers, &[FtpServer], "ftp server"),
        (&of_clients, &[FtpClient, MailClient], "client"),
        (&of_discard_servers, &[DiscardServer], "discard server"),
    ];
    for (keys, words, what) in programs {
        let idle = keys.iter().filter(|_| !runs(words));
        for (key, span) in idle.filter_map(|(key, span)| Some((key, (*span)?))) {
            problems.warning(
                span,
                format!("`{key}` changes nothing: `{name}` runs no {what}"),
                "take it out, or add the program to runs",
            );
        }
    }
}

fn span<T>(key: Option<&At<T>>) -> Option<Span> {
    key.map(|key| key.span)
}
