//! Programs: what runs where, and who serves whom.

use super::network::HostFiles;
use super::stacks::{Key, at, first};
use super::{domains, ftp, kept, mail, people, records};
use crate::base::sorted::Set;
use crate::base::{HostId, Span};
use crate::scenario::file::{HostFile, OnOff, RunsWord, ScenarioFile};
use crate::scenario::model::{
    DiscardServer, File, FtpMode, Login, NameServer, Names, NodeKind, Person, Runs, Scenario,
    WebPage, WebServer,
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
    scenario.names = file.names.as_ref().map_or_else(
        || match running(hosts, RunsWord::NameServer)[..] {
            [] => Names::Hosts,
            _ => Names::Dns,
        },
        |names| names.value,
    );
    domains::read(file, hosts, scenario, problems);
    people::seats(hosts, scenario, problems);
    domains::belong(hosts, scenario, problems);
    records::read(file, scenario, problems);
    if problems.failed() {
        return;
    }
    for (index, host) in hosts.iter().enumerate() {
        let Some(host) = host else { continue };
        let id = HostId::from_index(index);
        let mut runs = Vec::new();
        let mut words = Set::new();
        let kept = kept::kept(host, problems);
        for word in host.runs.iter().flat_map(|r| &r.0) {
            if !words.insert(word.value as u8) {
                problems.error(word.span, "this program runs here already", "write it once");
            }
            let place = Place {
                id,
                host,
                kept: &kept,
                span: word.span,
            };
            let program = match word.value {
                RunsWord::FtpClient => place.ftp_client(hosts, scenario, problems),
                RunsWord::FtpServer => Some(Runs::FtpServer(place.ftp_server(scenario, problems))),
                RunsWord::FtpWebPage => place.web_page(hosts, scenario, problems),
                RunsWord::Browser => place.person(scenario, problems).map(|_| Runs::Browser),
                RunsWord::MailClient => place.mail_client(hosts, scenario, problems),
                RunsWord::MailRobot => place.mail_robot(hosts, scenario, problems),
                RunsWord::MailServer => Some(place.mail_server(scenario, problems)),
                RunsWord::NameServer => Some(Runs::NameServer(place.name_server(problems))),
                RunsWord::WebServer => Some(Runs::WebServer(WebServer {
                    files: kept.clone(),
                })),
                RunsWord::Console => place.person(scenario, problems).map(|_| Runs::Console),
                RunsWord::EchoServer => Some(Runs::EchoServer),
                RunsWord::DiscardServer => {
                    Some(Runs::DiscardServer(place.discard_server(problems)))
                }
            };
            runs.extend(program);
        }
        let name = &scenario.nodes[index].name;
        idle_keys(host, name, problems);
        ftp::idle_keys(file, host, name, &runs, problems);
        if let NodeKind::Host(host) = &mut scenario.nodes[index].kind {
            host.runs = runs;
        }
    }
    domains::name_servers(scenario);
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
pub(super) struct Place<'f> {
    /// The host.
    pub id: HostId,
    /// What the file says of it.
    pub host: &'f HostFile,
    /// The files and folders there.
    pub kept: &'f [File],
    /// Where the file names the program.
    pub span: Span,
}

impl Place<'_> {
    fn ftp_client(
        &self,
        hosts: &HostFiles<'_>,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<Runs> {
        let server = self.server(hosts, RunsWord::FtpServer, "ftp server", scenario, problems)?;
        let login = self.person(scenario, problems)?.login.clone();
        let user = self.ftp_user(server, login, scenario, problems);
        Some(Runs::FtpUser(user))
    }

    fn web_page(
        &self,
        hosts: &HostFiles<'_>,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<Runs> {
        let server = self.server(hosts, RunsWord::FtpServer, "ftp server", scenario, problems)?;
        if server == self.id {
            let message = "this page would have to call its own host";
            let help = "let it run on another host than the ftp server";
            problems.error(self.span, message, help);
        }
        let mut text = |key: Option<&At<String>>, or: &str| {
            key.inspect(|word| people::one_word(word, problems))
                .map_or_else(|| or.to_owned(), |word| word.value.clone())
        };
        let login = Login {
            user: text(self.host.user.as_ref(), "anonymous"),
            password: text(self.host.password.as_ref(), "guest"),
        };
        let mode = self.host.mode.as_ref();
        if let Some(mode) = mode.filter(|mode| mode.value == FtpMode::Active) {
            problems.error(
                mode.span,
                "an ftp web page opens its data connections itself",
                "write mode = \"passive\" or \"extended\"",
            );
        }
        Some(Runs::WebPage(WebPage {
            server,
            login,
            extended: mode.is_some_and(|mode| mode.value == FtpMode::Extended),
        }))
    }

    fn name_server(&self, problems: &mut Problems) -> NameServer {
        let file = self.host;
        let usual = NameServer::default();
        let largest = file.largest_answer.as_ref();
        // RFC 1035 §4.2.1, RFC 6891 §6.2.5.
        let fits = |size: u64| {
            u32::try_from(size)
                .ok()
                .filter(|n| (512..=4096).contains(n))
        };
        if let Some(size) = largest.filter(|size| fits(size.value.0).is_none()) {
            let message = "no name server's limit is of this size";
            problems.error(size.span, message, "write something from 512 B to 4096 B");
        }
        NameServer {
            recursive: file
                .recursive
                .as_ref()
                .map_or(usual.recursive, |word| word.value == OnOff::On),
            trouble: file
                .answers
                .as_ref()
                .map_or(usual.trouble, |word| word.value),
            largest: largest
                .and_then(|size| fits(size.value.0))
                .unwrap_or(usual.largest),
        }
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
    pub(super) fn server(
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

    pub(super) fn person<'s>(
        &self,
        scenario: &'s Scenario,
        problems: &mut Problems,
    ) -> Option<&'s Person> {
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

/// Keys that change nothing, since what they are for does not run here.
fn idle_keys(file: &HostFile, name: &str, problems: &mut Problems) {
    use RunsWord::{
        DiscardServer, FtpClient, FtpServer, FtpWebPage, MailClient, MailRobot, MailServer,
        NameServer, WebServer,
    };
    let runs = |words: &[RunsWord]| {
        file.runs
            .iter()
            .flat_map(|r| &r.0)
            .any(|r| words.contains(&r.value))
    };
    let logins = [
        ("user", at(file.user.as_ref())),
        ("password", at(file.password.as_ref())),
    ];
    let kept = [
        ("files", at(file.files.as_ref())),
        ("folders", first(file.folders.as_ref())),
    ];
    let mode = [("mode", at(file.mode.as_ref()))];
    let line_ends = [("line-ends", at(file.line_ends.as_ref()))];
    let retry_after = [("retry-after", at(file.retry_after.as_ref()))];
    let pipelining = [("pipelining", at(file.pipelining.as_ref()))];
    let server = [("server", at(file.server.as_ref()))];
    let pause = [("pause", at(file.pause.as_ref()))];
    let ftp_clients: &[RunsWord] = &[FtpClient, FtpWebPage];
    let mail_clients: &[RunsWord] = &[MailClient, MailRobot];
    let clients: &[RunsWord] = &[FtpClient, FtpWebPage, MailClient, MailRobot];
    let servers: &[RunsWord] = &[FtpServer, MailServer];
    let holders: &[RunsWord] = &[FtpClient, FtpServer, WebServer, MailClient, MailRobot];
    let programs: [(&[Key], &[RunsWord], &str); 15] = [
        (&mode, ftp_clients, "ftp client"),
        (&logins, clients, "client that logs in"),
        (&of_ftp_clients(file), &[FtpClient], "ftp client"),
        (&of_ftp_servers(file), &[FtpServer], "ftp server"),
        (&of_servers(file), servers, "ftp or mail server"),
        (&kept, holders, "program that has files"),
        (&line_ends, &[FtpClient, FtpServer], "ftp client or server"),
        (
            &retry_after,
            &[FtpClient, MailServer],
            "ftp client or mail server",
        ),
        (
            &pipelining,
            &[MailClient, MailRobot, MailServer],
            "mail client or server",
        ),
        (&mail::of_clients(file), mail_clients, "mail client"),
        (&mail::of_robots(file), &[MailRobot], "mail robot"),
        (&mail::of_servers(file), &[MailServer], "mail server"),
        (&mail::of_name_servers(file), &[NameServer], "name server"),
        (&server, clients, "client"),
        (&pause, &[DiscardServer], "discard server"),
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

fn of_ftp_clients(file: &HostFile) -> [Key; 3] {
    [
        ("announces", at(file.announces.as_ref())),
        ("trusts", at(file.trusts.as_ref())),
        ("retries", at(file.retries.as_ref())),
    ]
}

fn of_ftp_servers(file: &HostFile) -> [Key; 8] {
    [
        ("anonymous", at(file.anonymous.as_ref())),
        ("guests", at(file.guests.as_ref())),
        ("port-check", at(file.port_check.as_ref())),
        ("sessions", at(file.sessions.as_ref())),
        ("attempts", at(file.attempts.as_ref())),
        ("data-patience", at(file.data_patience.as_ref())),
        ("passive-ports", at(file.passive_ports.as_ref())),
        ("passive-address", at(file.passive_address.as_ref())),
    ]
}

/// Keys that FTP and mail servers share.
fn of_servers(file: &HostFile) -> [Key; 5] {
    [
        ("logins", at(file.logins.as_ref())),
        ("extended", at(file.extended.as_ref())),
        ("idle", at(file.idle.as_ref())),
        ("disk", at(file.disk.as_ref())),
        ("quota", at(file.quota.as_ref())),
    ]
}
