//! The resolved scenario: every default filled in, every name an index, nothing left to check.

mod mail;
mod names;
mod network;
mod when;

pub use mail::{Auth, Domain, Exchanger, MailServer, MailUser, Mailbox, Relays};
pub use names::{NO_DOMAIN, NameServer, Names, Trouble};
pub use network::{
    Addresses, Congestion, Fault, Firewall, Forward, Link, Mischief, Nat, Pattern, Port, Protocol,
    Route, Router, Rule, Shape, Standing, Tcp, Verdict, Victims,
};
pub use when::{PacketKind, When};

use crate::base::{Content, Duration, HostId, Letter, LinkId, Span};
use crate::proto::mail::typed::Line;
use crate::proto::{console, http, mail as letters};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

/// What to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name in the catalogue, or its file's name without the ending.
    pub id: String,
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub summary: String,
    /// What it is about.
    pub group: Group,
    /// Its number in the course, for the lessons that carry it.
    pub lesson: Option<u8>,
    /// How it stands to the lesson.
    pub level: Level,
    /// What somebody sees who looks for this: `hangs after 150`.
    pub symptoms: Vec<String>,
    /// Which addresses the programs use.
    pub ip: IpFamily,
    /// Whether hosts ask for each other's hardware addresses, or know them.
    pub arp: Arp,
    /// How hosts find each other's addresses.
    pub names: Names,
    /// Hosts and switches in the order in which `links` names them. A `HostId` is an index here.
    pub nodes: Vec<Node>,
    /// Links in file order. A `LinkId` is an index here.
    pub links: Vec<Link>,
    /// Domains in file order.
    pub domains: Vec<Domain>,
    /// What a reader can change.
    pub knobs: Vec<Knob>,
    /// What people do, in order.
    pub story: Vec<Story>,
    /// What to say, and when.
    pub captions: Vec<Caption>,
}

/// What a scenario is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Fetching and storing files.
    Files,
    /// Sending and reading letters.
    Mail,
    /// What lies below: links, addresses, connections.
    Networks,
}

/// How a scenario stands to its lesson.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum Level {
    /// The lesson itself.
    #[default]
    Lesson,
    /// The same, closer.
    Deeper,
    /// The same, gone wrong.
    #[cfg_attr(feature = "schema", schemars(rename = "break it"))]
    BreakIt,
}

/// Which version of IP the programs use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IpFamily {
    /// IPv4.
    #[default]
    V4,
    /// IPv6.
    V6,
}

/// How hosts learn each other's hardware addresses (ARP, or neighbour discovery with IPv6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum Arp {
    /// They ask, and it is seen.
    #[default]
    Shown,
    /// They know from the start.
    Prefilled,
}

/// A host, or a box between hosts.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name, one word, unique.
    pub name: String,
    /// The domain it belongs to.
    pub domain: String,
    /// What it is.
    pub kind: NodeKind,
    /// Where the file names it first.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A computer with addresses and programs; it has exactly one link.
    Host(Host),
    /// Joins its links into one segment, and sends each frame where it belongs.
    Switch,
    /// Joins its links into one segment, and repeats each frame on all of them.
    Hub,
    /// Passes packets between the segments of its links.
    Router(Router),
}

/// A computer.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// Who sits there.
    pub person: Option<Person>,
    /// What runs there, in file order.
    pub runs: Vec<Runs>,
    /// Its addresses.
    pub address: Addresses,
    /// The router it gives what is for other networks, where there is one.
    pub gateway: Option<(Ipv4Addr, Ipv6Addr)>,
    /// How its connections behave.
    pub tcp: Tcp,
    /// When it is off, in order; for good where no end is said.
    pub down: Vec<(Duration, Option<Duration>)>,
}

/// Someone at a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As the story names them: `Ada`.
    pub name: String,
    /// How they log in.
    pub login: Login,
    /// Their mail address, where a domain lists them.
    pub address: Option<String>,
}

/// A user name and its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The user name.
    pub user: String,
    /// The password, harmless and seen by all.
    pub password: String,
}

/// A program and its settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Runs {
    /// Fetches and stores files for the person of its host.
    FtpUser(FtpUser),
    /// Keeps files.
    FtpServer(FtpServer),
    /// Shows what an FTP server keeps, as pages.
    WebPage(WebPage),
    /// Fetches pages for the person of its host.
    Browser,
    /// Hands in letters for the person of its host, and fetches them.
    MailUser(MailUser),
    /// Sends letters with nobody there.
    MailRobot(MailUser),
    /// Takes letters, passes them on and keeps mailboxes.
    MailServer(MailServer),
    /// Tells the addresses that belong to names.
    NameServer(NameServer),
    /// Hands out files over HTTP.
    WebServer(WebServer),
    /// Asks the network itself what the person of its host types.
    Console,
    /// Says back what it hears (RFC 862).
    EchoServer,
    /// Hears everything and says nothing (RFC 863).
    DiscardServer(DiscardServer),
}

/// The settings of a discard server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiscardServer {
    /// After how many bytes it stops reading, and for how long; never for none.
    pub pause: Option<(u64, Duration)>,
}

/// The settings of a web server.
#[derive(Clone, Debug, PartialEq)]
pub struct WebServer {
    /// What it hands out, in file order.
    pub files: Vec<File>,
}

/// The settings of an FTP client.
#[derive(Clone, Debug, PartialEq)]
pub struct FtpUser {
    /// The host it connects to.
    pub server: HostId,
    /// Who opens the data connection.
    pub mode: FtpMode,
    /// How it logs in.
    pub login: Login,
    /// What `PORT` names instead of the host's own address.
    pub announces: Option<Ipv4Addr>,
    /// Whether it connects to whatever address a 227 names.
    pub trusts: bool,
    /// How often it tries again, and after how long.
    pub retries: (u32, Duration),
    /// What it has to bring.
    pub files: Vec<File>,
    /// How its lines of text end.
    pub line_ends: LineEnds,
}

/// The settings of a web page that shows what an FTP server keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebPage {
    /// The host whose files it shows.
    pub server: HostId,
    /// How it logs in there.
    pub login: Login,
    /// Whether it asks for data connections with `EPSV`, whatever the addresses.
    pub extended: bool,
}

/// Who opens the data connection, and how that is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum FtpMode {
    /// The server does; the client says `PORT` (RFC 959 §4.1.2), or `EPRT` with IPv6.
    Active,
    /// The client does, after `PASV` (RFC 959 §4.1.2), or `EPSV` with IPv6.
    #[default]
    Passive,
    /// The client does, after `EPSV` (RFC 2428 §3), or `PASV` where that is refused.
    Extended,
}

/// How lines of text end in a host's files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum LineEnds {
    /// With LF.
    #[default]
    Lf,
    /// With CRLF.
    Crlf,
}

/// The settings of an FTP server.
#[derive(Clone, Debug, PartialEq)]
pub struct FtpServer {
    /// What it keeps, in file order.
    pub files: Vec<File>,
    /// Who may log in.
    pub logins: Vec<Account>,
    /// Where guests may log in, and what for; none where they may not.
    pub guests: Option<Place>,
    /// Whether `PORT` may name the client's own address only.
    pub port_check: bool,
    /// Whether `EPSV` and `EPRT` are offered.
    pub extended: bool,
    /// How many sessions there may be at a time.
    pub sessions: Option<u32>,
    /// After how many wrong passwords a session is cut.
    pub attempts: u32,
    /// After how long a silence a session ends.
    pub idle: Option<Duration>,
    /// How long it waits for a data connection.
    pub data_patience: Duration,
    /// How many bytes its disk holds.
    pub disk: Option<u64>,
    /// How many bytes each user may keep.
    pub quota: Option<u64>,
    /// The ports for passive data connections.
    pub passive_ports: Option<RangeInclusive<u16>>,
    /// The address that 227 names.
    pub passive_address: Option<Ipv4Addr>,
    /// How its lines of text end.
    pub line_ends: LineEnds,
}

/// Somebody who may log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Name and password.
    pub login: Login,
    /// Where, and what for.
    pub place: Place,
}

/// A folder that somebody sees as `/`, and what they may do there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub home: String,
    /// Whether they may read.
    pub reads: bool,
    /// Whether they may write.
    pub writes: bool,
}

/// A file or a folder of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path: `docs/report.pdf`.
    pub name: String,
    /// What it holds; none for a folder.
    pub content: Option<Content>,
}

/// Something a reader can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knob {
    /// What `--set` calls it.
    pub name: String,
    /// What the page calls it.
    pub label: String,
    /// Which places of the file it sets: `laptop.mode`.
    pub sets: Vec<String>,
    /// What it may be.
    pub values: KnobValues,
    /// What is put into the file for each choice, where that is not its name.
    pub stands_for: Vec<String>,
    /// What the file says.
    pub default: String,
    /// What it is in this scenario: the default, or what was asked for.
    pub value: String,
    /// Where the file names it.
    pub span: Span,
}

/// What a knob may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnobValues {
    /// One of these names.
    Choices(Vec<String>),
    /// Anything of a kind.
    Typed {
        /// Which kind.
        kind: KnobType,
        /// Values worth trying.
        suggestions: Vec<String>,
    },
}

/// Kinds of value a knob may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum KnobType {
    /// `40 kB`.
    Size,
    /// `100 Mbit/s`.
    Rate,
    /// `10 ms`.
    Time,
    /// `3`.
    Count,
    /// `2 %`.
    Percent,
}

/// Something a person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Who.
    pub person: String,
    /// Where they sit.
    pub host: HostId,
    /// Not before this time of the run; otherwise as soon as what came before is done.
    pub at: Option<Duration>,
    /// What.
    pub does: Does,
    /// Where the file says so.
    pub span: Span,
}

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Types these lines, each when the one before is done.
    Types(Vec<String>),
    /// Writes a letter. Each `to` is a mail address by now.
    Writes(Letter),
}

/// What to say at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The moment.
    pub when: When,
    /// At most a dozen words.
    pub say: String,
    /// Where the file says when.
    pub span: Span,
}

/// Whether a line is one that a console understands.
#[must_use]
fn is_for_console(line: &str) -> bool {
    let verb = line.split_whitespace().next().unwrap_or("");
    console::WORDS.contains(&verb)
}

/// Whether a line is one that a browser understands.
#[must_use]
fn is_for_browser(line: &str) -> bool {
    let verb = line.split_whitespace().next().unwrap_or("");
    http::typed::WORDS.contains(&verb)
}

impl Host {
    /// Which of its programs a typed line is for: a console, an FTP client, a browser, a mail
    /// client, or a mail server where mailboxes lie.
    #[must_use]
    pub fn served_by(&self, line: &str) -> Option<usize> {
        let at = |fits: fn(&Runs) -> bool| self.runs.iter().position(fits);
        let console = at(|runs| matches!(runs, Runs::Console));
        let ftp = at(|runs| matches!(runs, Runs::FtpUser(_)));
        let browser = at(|runs| matches!(runs, Runs::Browser));
        let mail = at(|runs| matches!(runs, Runs::MailUser(_)));
        let mailboxes = at(|runs| matches!(runs, Runs::MailServer(_)));
        let usual = ftp.or(console).or(browser).or(mail).or(mailboxes);
        let special = match letters::typed::parse(line) {
            _ if is_for_browser(line) && browser.is_some() => browser,
            Ok(Line::Mail) => mailboxes,
            Ok(Line::Read(_)) => mail.or(mailboxes),
            Ok(_) => mail,
            Err(_) => None,
        };
        let asks = is_for_console(line);
        let asked = console.or(ftp).or(browser).filter(|_| asks);
        special.or(asked).or(usual)
    }
}

impl Scenario {
    /// The node with this name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<HostId> {
        let index = self.nodes.iter().position(|n| n.name == name)?;
        Some(HostId::from_index(index))
    }

    /// The host at `id`, or none for anything else.
    #[must_use]
    pub fn host(&self, id: HostId) -> Option<&Host> {
        match &self.nodes.get(id.index())?.kind {
            NodeKind::Host(host) => Some(host),
            NodeKind::Switch | NodeKind::Hub | NodeKind::Router(_) => None,
        }
    }

    /// The router at `id`, or none for anything else.
    #[must_use]
    pub fn router(&self, id: HostId) -> Option<&Router> {
        match &self.nodes.get(id.index())?.kind {
            NodeKind::Router(router) => Some(router),
            NodeKind::Host(_) | NodeKind::Switch | NodeKind::Hub => None,
        }
    }

    /// Every host with its id, in order.
    pub fn hosts(&self) -> impl Iterator<Item = (HostId, &Host)> {
        self.nodes.iter().enumerate().filter_map(|(i, n)| {
            let NodeKind::Host(host) = &n.kind else {
                return None;
            };
            Some((HostId::from_index(i), host))
        })
    }

    /// Every router with its id, in order.
    pub fn routers(&self) -> impl Iterator<Item = (HostId, &Router)> {
        let ids = (0..self.nodes.len()).map(HostId::from_index);
        ids.filter_map(|id| Some((id, self.router(id)?)))
    }

    /// The addresses of a node: one for a host, one for each port of a router.
    #[must_use]
    pub fn addresses(&self, id: HostId) -> Vec<Addresses> {
        match &self.nodes[id.index()].kind {
            NodeKind::Host(host) => vec![host.address],
            NodeKind::Router(router) => router.ports.iter().map(|port| port.address).collect(),
            NodeKind::Switch | NodeKind::Hub => Vec::new(),
        }
    }

    /// The links that end at a node.
    pub fn links_of(&self, node: HostId) -> impl Iterator<Item = (LinkId, &Link)> {
        self.links
            .iter()
            .enumerate()
            .filter(move |(_, l)| l.a == node || l.b == node)
            .map(|(i, l)| (LinkId::from_index(i), l))
    }
}

impl NodeKind {
    /// As the file calls it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Host(_) => "host",
            Self::Switch => "switch",
            Self::Hub => "hub",
            Self::Router(_) => "router",
        }
    }

    /// Whether packets can be for it.
    #[must_use]
    pub fn has_address(&self) -> bool {
        matches!(self, Self::Host(_) | Self::Router(_))
    }
}
