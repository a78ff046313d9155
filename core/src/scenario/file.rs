//! The shape of a scenario file; `fields` reads it. The comments here are the descriptions in the JSON Schema.

use super::model::{
    Arp, Auth, Congestion, FtpMode, IpFamily, KnobType, Level, LineEnds, Names, Nat, Relays,
    Trouble,
};
use super::value::{
    At, Choices, Count, Limit, Many, Ordered, Patience, Period, Rate, Room, Size, Word,
};

/// A scenario: hosts on a network, what people do there, and what to say about it.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, extend("required" = ["title", "links", "hosts"])))]
pub struct ScenarioFile {
    /// A few words. Required.
    pub title: Option<At<String>>,
    /// A sentence or two.
    pub summary: Option<At<String>>,
    /// Where it stands in the course: `files`, `mail` or `networks`, and a lesson's number if it carries one.
    pub course: Option<At<String>>,
    /// How it stands to its lesson.
    pub level: Option<At<Level>>,
    /// What somebody sees who looks for this: `hangs after 150`. The page finds it by these words.
    pub symptoms: Option<Many<String>>,
    /// Which version of IP the programs use: 4 or 6.
    pub ip: Option<At<IpFamily>>,
    /// Whether hosts ask for each other's hardware addresses, or know them from the start.
    pub arp: Option<At<Arp>>,
    /// How hosts find each other's addresses: from a name server, or from a file on each of them. `dns` where a host runs a name server, `hosts` otherwise, if not said.
    pub names: Option<At<Names>>,
    /// Who is joined to whom: `laptop - switch - router - server`. What stands left of a router is its inside. Required.
    pub links: Option<Many<String>>,
    /// The hosts and routers by name. Required.
    pub hosts: Option<Ordered<HostFile>>,
    /// Changes links: `all` of them, or one by its ends, `laptop-server`.
    pub link: Ordered<LinkFile>,
    /// Domains by name: `example.net`; the root of all names is `.`.
    pub domains: Ordered<DomainFile>,
    /// What a reader can change, by name.
    pub knobs: Ordered<KnobFile>,
    /// What people do, in order.
    pub story: Vec<Ordered<At<StoryValue>>>,
    /// What to say, and when.
    pub captions: Vec<At<CaptionFile>>,
}

/// A host and what runs there, or a box between hosts.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct HostFile {
    /// What it is. A name such as `switch`, `hub2`, `router-b` or `internet` says so by itself.
    pub is: Option<At<Is>>,
    /// Who sits there: `Ada`.
    pub person: Option<At<String>>,
    /// The domain it belongs to: its full name is its name and this. The domain that names it, or its person's, if not said.
    pub domain: Option<At<String>>,
    /// When it is off: `10 s to 1 h`, `from 5 s`; or `nothing`.
    pub down: Option<Many<String>>,
    /// The user name this person logs in with, if not their own in small letters; an FTP web page is a guest, if not said.
    pub user: Option<At<String>>,
    /// The password this person logs in with, or the FTP web page or the mail robot here.
    pub password: Option<At<String>>,
    /// What runs there.
    pub runs: Option<Many<RunsWord>>,
    /// Which host the clients here use. The only one that serves them, if not said.
    pub server: Option<At<String>>,
    /// Who opens the data connection of an FTP client here, or how an FTP web page asks for one. `passive`, if not said.
    pub mode: Option<At<FtpMode>>,
    /// The address that an active FTP client here is to be called back at: `own address`, `router's address`, or one such as `192.0.2.7`. Its own, if not said.
    pub announces: Option<At<String>>,
    /// Where a passive FTP client here connects to: `any address` that the server names, or the `server's address` whatever it names. `any address`, if not said.
    pub trusts: Option<At<Trusts>>,
    /// How often an FTP client here tries again what failed for the moment. 0, if not said.
    pub retries: Option<At<Count>>,
    /// How long it waits before it does. 5 s, if not said. How long a mail server here waits before it tries to pass a letter on again. 30 min, if not said.
    pub retry_after: Option<At<Period>>,
    /// The files here, by path, for FTP, for a web server, or to go with letters: a size, `{ text = "…" }` or `{ image = "20 kB" }`.
    pub files: Option<At<Ordered<At<FileFile>>>>,
    /// Folders here, besides those that the files lie in: `inbox`.
    pub folders: Option<Many<String>>,
    /// How lines of text end in the files here. `lf`, if not said.
    pub line_ends: Option<At<LineEnds>>,
    /// Who may log in to an FTP or mail server here: user names, each with a password, or `{ password = "…", home = "…", may = "…" }`. Everybody in the scenario, or everybody with a mailbox here, if not said.
    pub logins: Option<At<Ordered<At<LoginFile>>>>,
    /// Whether guests may log in to an FTP server here, as `anonymous`. They may, if not said.
    pub anonymous: Option<At<OnOff>>,
    /// Where guests of an FTP server here find themselves, and what they may do. They may read everything, if not said.
    pub guests: Option<At<GuestsFile>>,
    /// Whether an FTP server here lets `PORT` name the client's own address only. `on`, if not said.
    pub port_check: Option<At<OnOff>>,
    /// Whether an FTP server here knows `EPSV` and `EPRT`, and a mail server `EHLO`. `on`, if not said.
    pub extended: Option<At<OnOff>>,
    /// How many sessions an FTP server here has at a time: a number, or `any`, which holds if not said.
    pub sessions: Option<At<Limit>>,
    /// After how many wrong passwords an FTP server here ends a session. 3, if not said.
    pub attempts: Option<At<Count>>,
    /// After how long a silence an FTP or mail server here ends a session, or `off`. `off`, if not said; at a mail server, what the protocol's rules want.
    pub idle: Option<At<Patience>>,
    /// How long an FTP server here waits for a data connection, and for what comes over it. 60 s, if not said.
    pub data_patience: Option<At<Period>>,
    /// How many bytes the disk of an FTP or mail server here holds, or `any`, which holds if not said.
    pub disk: Option<At<Room>>,
    /// How many bytes each user of an FTP server here may keep, or each mailbox of a mail server, or `any`, which holds if not said.
    pub quota: Option<At<Room>>,
    /// The ports at which an FTP server here waits for data connections: `50000-50009`, or `any`, which holds if not said.
    pub passive_ports: Option<At<String>>,
    /// The address that an FTP server here names for passive data connections: `own address`, `router's address`, or one such as `192.0.2.7`. Its own, if not said.
    pub passive_address: Option<At<String>>,
    /// The port of its server that a mail client here hands letters in at: 25, or 587, where it logs in first. 25, if not said.
    pub port: Option<At<Count>>,
    /// How a mail client here says its user name and password. `plain`, if not said.
    pub auth: Option<At<Auth>>,
    /// Whether a mail client or server here makes use of `PIPELINING`, and a server offers it. `on`, if not said.
    pub pipelining: Option<At<OnOff>>,
    /// Whether a mail client here doubles the dot at the start of a line. `on`, if not said.
    pub stuffs_dots: Option<At<OnOff>>,
    /// The host that a mail client here fetches letters from. Its server, if not said.
    pub fetches_from: Option<At<String>>,
    /// Whether a mail client here leaves at the server what it has fetched. `off`, if not said.
    pub leaves_letters: Option<At<OnOff>>,
    /// The letters that a mail robot here sends, each at its time.
    pub sends: Option<At<Vec<At<SendFile>>>>,
    /// The mail address that a mail robot here sends from: `shop@example.org`.
    pub sender: Option<At<String>>,
    /// The largest letter that a mail server here takes. 10 MiB, if not said.
    pub max_letter: Option<At<Size>>,
    /// How many recipients a letter to a mail server here may have. 100, if not said.
    pub max_recipients: Option<At<Count>>,
    /// Further names of mailboxes of a mail server here, and lists: `{ sales = ["Grace", "alan@example.org"] }`.
    pub aliases: Option<At<Ordered<Many<String>>>>,
    /// Who has moved away from a mail server here, and where to: `{ Alan = "alan@example.org" }`, or `nowhere`.
    pub moved: Option<At<Ordered<At<String>>>>,
    /// Whether it passes their letters on, or only tells where to. `on`, if not said.
    pub forwards_moved: Option<At<OnOff>>,
    /// Mailboxes of a mail server here that are locked up to a time of the run, or `off`: `{ Grace = "5 min" }`.
    pub busy: Option<At<Ordered<At<Patience>>>>,
    /// For how long a mail server here sends away whom it does not know yet, or `off`. `off`, if not said.
    pub greylists: Option<At<Patience>>,
    /// Whose letters to elsewhere a mail server here passes on. `logged in`, if not said.
    pub relays: Option<At<Relays>>,
    /// The hosts that a mail server here turns away, or `nobody`, which holds if not said.
    pub blocks: Option<Many<String>>,
    /// After how long a mail server here tells a sender that the letter is late, or `off`. 4 h, if not said.
    pub warns_after: Option<At<Patience>>,
    /// After how long a mail server here gives a letter up. 5 days, if not said.
    pub gives_up_after: Option<At<Period>>,
    /// How many servers a letter may have come past at a mail server here. 100, if not said.
    pub max_hops: Option<At<Count>>,
    /// Whether letters can be fetched from a mail server here, by POP3. `on`, if not said.
    pub pop: Option<At<OnOff>>,
    /// Whether a name server here finds out for others what it does not know itself. `on`, if not said.
    pub recursive: Option<At<OnOff>>,
    /// What a name server here answers. `yes`, if not said.
    pub answers: Option<At<Trouble>>,
    /// The largest answer that a name server here sends in a datagram; a longer one is asked for again over TCP. 512 B, if not said.
    pub largest_answer: Option<At<Size>>,
    /// Its addresses, one of each version of IP; at a router, for each of its ports.
    pub address: Option<Many<String>>,
    /// How the connections of a host behave.
    pub tcp: Option<At<TcpFile>>,
    /// How long a discard server stops reading: `3 s`, or `off`.
    pub pause: Option<At<Patience>>,
    /// After how many bytes it does: at once, if not said.
    pub pause_after: Option<At<Size>>,
    /// Whether a router hides the IPv4 addresses on its left side behind its own.
    pub nat: Option<At<Nat>>,
    /// Ports of a router that lead inside: `tcp 2121 to server:21`.
    pub forwards: Option<Many<String>>,
    /// How many flows a router remembers at a time. 65536, if not said.
    pub nat_table: Option<At<Count>>,
    /// How long a router remembers a silent TCP connection. 124 min, if not said.
    pub nat_timeout: Option<At<Period>>,
    /// What a router lets through: rules by name, tried in order, and `otherwise`. A rule is a verdict and what it fits: `drop inbound new`, `accept established related`, `reject tcp from laptop to port 20-21`.
    pub firewall: Option<At<Ordered<At<String>>>>,
    /// Routes of a router besides those it is given: `10.0.0.0/8 by internet`.
    pub routes: Option<Many<String>>,
}

/// How the connections of a host behave.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct TcpFile {
    /// How it finds out how fast it may send. `cubic`, if not said.
    pub congestion: Option<At<Congestion>>,
    /// Whether a small segment waits while another is unacknowledged. `on`, if not said.
    pub nagle: Option<At<OnOff>>,
    /// How long an acknowledgement may wait for more to say, or `off`. 40 ms, if not said.
    pub delayed_ack: Option<At<Patience>>,
    /// The largest window it offers. 512 KiB, if not said.
    pub window: Option<At<Size>>,
    /// How many connections wait to be accepted at one port. 128, if not said.
    pub backlog: Option<At<Count>>,
    /// The largest segment it takes, in bytes. What its link takes, if not said.
    pub mss: Option<At<Count>>,
    /// After how long a silence it asks whether the other side is still there, or `off`. `off`, if not said.
    pub keep_alive: Option<At<Patience>>,
    /// How long it waits for an answer to its first segment. 60 s, if not said.
    pub connect_timeout: Option<At<Period>>,
    /// How long it waits for an acknowledgement. 300 s, if not said.
    pub give_up: Option<At<Period>>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum Is {
    /// A computer.
    Host,
    /// A box that joins links into one segment, and sends each frame where it belongs.
    Switch,
    /// A box that joins links into one segment, and repeats each frame on all of them.
    Hub,
    /// A box that passes packets between segments.
    Router,
}

/// A program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RunsWord {
    /// Fetches and stores files.
    #[cfg_attr(feature = "schema", schemars(rename = "ftp client"))]
    FtpClient,
    /// Keeps files.
    #[cfg_attr(feature = "schema", schemars(rename = "ftp server"))]
    FtpServer,
    /// A page at port 80 that shows what an FTP server keeps.
    #[cfg_attr(feature = "schema", schemars(rename = "ftp web page"))]
    FtpWebPage,
    /// Fetches pages and files from such a page.
    #[cfg_attr(feature = "schema", schemars(rename = "browser"))]
    Browser,
    /// Hands in letters, and fetches them.
    #[cfg_attr(feature = "schema", schemars(rename = "mail client"))]
    MailClient,
    /// Sends letters with nobody there.
    #[cfg_attr(feature = "schema", schemars(rename = "mail robot"))]
    MailRobot,
    /// Takes letters, passes them on and keeps mailboxes.
    #[cfg_attr(feature = "schema", schemars(rename = "mail server"))]
    MailServer,
    /// Tells the addresses that belong to names.
    #[cfg_attr(feature = "schema", schemars(rename = "name server"))]
    NameServer,
    /// Hands out its files at port 80.
    #[cfg_attr(feature = "schema", schemars(rename = "web server"))]
    WebServer,
    /// Asks the network itself: `ping`, `traceroute`, `connect`.
    #[cfg_attr(feature = "schema", schemars(rename = "console"))]
    Console,
    /// Says back what it hears, at port 7 of TCP and UDP.
    #[cfg_attr(feature = "schema", schemars(rename = "echo server"))]
    EchoServer,
    /// Hears everything and says nothing, at port 9 of TCP and UDP.
    #[cfg_attr(feature = "schema", schemars(rename = "discard server"))]
    DiscardServer,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum OnOff {
    /// On.
    On,
    /// Off.
    Off,
}

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub enum FileFile {
    /// So much text made for the purpose.
    Size(u64),
    /// What is told of it.
    Made(MadeFile),
}

/// A file with a text of its own, or an image.
#[derive(Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct MadeFile {
    /// The text. Either this or `image`.
    pub text: Option<At<String>>,
    /// The size of an image, a PNG with a picture of its own. Either this or `text`.
    pub image: Option<At<Size>>,
}

/// Somebody who may log in to an FTP server.
#[derive(Debug, PartialEq, Eq)]
pub enum LoginFile {
    /// With this password, to everything.
    Password(String),
    /// With more to say.
    Account(AccountFile),
}

/// How somebody may log in to an FTP server, and what they may do there.
#[derive(Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, extend("required" = ["password"])))]
pub struct AccountFile {
    /// The password. Required.
    pub password: Option<At<String>>,
    /// The folder that they see as the root. Everything, if not said.
    pub home: Option<At<String>>,
    /// What they may do there. `read and write`, if not said.
    pub may: Option<At<May>>,
}

/// Where guests find themselves, and what they may do.
#[derive(Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct GuestsFile {
    /// The folder that they see as the root. Everything, if not said.
    pub home: Option<At<String>>,
    /// What they may do there. `read`, if not said.
    pub may: Option<At<May>>,
}

/// What somebody may do with files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum May {
    /// Fetch them, and see what there is.
    #[cfg_attr(feature = "schema", schemars(rename = "read"))]
    Read,
    /// Bring them: a drop box.
    #[cfg_attr(feature = "schema", schemars(rename = "write"))]
    Write,
    /// Both.
    #[cfg_attr(feature = "schema", schemars(rename = "read and write"))]
    Both,
    /// Neither.
    #[cfg_attr(feature = "schema", schemars(rename = "nothing"))]
    Nothing,
}

/// Where an FTP client connects to for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Trusts {
    /// Wherever the server says.
    #[cfg_attr(feature = "schema", schemars(rename = "any address"))]
    Any,
    /// The address of the server, whatever it says.
    #[cfg_attr(feature = "schema", schemars(rename = "server's address"))]
    Server,
}

/// What a link is like.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct LinkFile {
    /// How long a bit travels, one way. 10 ms, if not said.
    pub delay: Option<At<Period>>,
    /// How many bits a second, each way. 100 Mbit/s, if not said.
    pub rate: Option<At<Rate>>,
    /// How many frames may wait at each end. 1000, if not said.
    pub queue: Option<At<Count>>,
    /// How much longer a frame may travel, each by chance. 0 ms, if not said.
    pub jitter: Option<At<Period>>,
    /// The longest IP packet it takes, in bytes. 1500, if not said.
    pub mtu: Option<At<Count>>,
    /// Which frames it loses: a share, `1 %`, or some, `first data segment of the file`, `2nd to 4th SYN from laptop`; or `nothing`.
    pub lose: Option<Many<String>>,
    /// Which frames arrive twice.
    pub duplicate: Option<Many<String>>,
    /// Which frames those behind them overtake.
    pub reorder: Option<Many<String>>,
    /// Of which frames one bit is flipped.
    pub corrupt: Option<Many<String>>,
    /// When it is down: `2 s to 4 s`, `from 5 s`; or `nothing`.
    pub down: Option<Many<String>>,
}

/// A domain.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct DomainFile {
    /// The hosts that take its letters, the preferred one first; or with a preference each, the smallest number first: `20 mx2`. `.` says that it takes no letters, `none` that nobody is named. The only mail server, if not said.
    pub mx: Option<Many<String>>,
    /// Who has a mailbox there.
    pub people: Option<Many<String>>,
    /// The hosts whose name servers know it. All of them, if not said.
    pub ns: Option<Many<String>>,
    /// The host that the domain's own name stands for. It takes the letters where `mx` names nobody.
    pub host: Option<At<String>>,
    /// Further records by name: `{ www = "CNAME server", "@" = "TXT v=spf1 -all" }`.
    pub records: Ordered<Many<String>>,
    /// For how long others may keep what they are told of it. 1 h, if not said.
    pub ttl: Option<At<Period>>,
}

/// Something a reader can change.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, extend("required" = ["label", "sets"])))]
pub struct KnobFile {
    /// What the page calls it. Required.
    pub label: Option<At<String>>,
    /// The place it sets, or several: `laptop.mode`, `link.all.rate`, `server.files."report.pdf"`. Required.
    pub sets: Option<Many<String>>,
    /// All it may be: words to put there, or names and what to put there for each. Either this or `type`.
    pub choices: Option<Choices>,
    /// The kind of value it takes. Either this or `choices`.
    pub r#type: Option<At<KnobType>>,
    /// Values worth trying, with `type`.
    pub suggestions: Option<Many<Word>>,
}

/// What a person does: lines they type, or a letter they write.
#[derive(Debug)]
pub enum StoryValue {
    /// Lines they type.
    Lines(Vec<At<String>>),
    /// A letter they write.
    Letter(LetterFile),
}

/// A letter.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, extend("required" = ["send-to"])))]
pub struct LetterFile {
    /// People or mail addresses. Required.
    pub send_to: Option<Many<String>>,
    /// Who gets a copy, or `nobody`.
    pub cc: Option<Many<String>>,
    /// Who gets a copy that the others do not know of, or `nobody`.
    pub bcc: Option<Many<String>>,
    /// The mail address that it claims to come from, where that is not its writer's.
    pub from: Option<At<String>>,
    /// The subject line.
    pub subject: Option<At<String>>,
    /// The text.
    pub text: Option<At<String>>,
    /// Files of the host that go with it, or `nothing`.
    pub attach: Option<Many<String>>,
}

/// A letter that a mail robot sends.
#[derive(Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, extend("required" = ["to"])))]
pub struct SendFile {
    /// When, after the host has come up. 0 s, if not said.
    pub at: Option<At<Period>>,
    /// People or mail addresses. Required.
    pub to: Option<Many<String>>,
    /// Who gets a copy, or `nobody`.
    pub cc: Option<Many<String>>,
    /// Who gets a copy that the others do not know of, or `nobody`.
    pub bcc: Option<Many<String>>,
    /// The subject line.
    pub subject: Option<At<String>>,
    /// The text.
    pub text: Option<At<String>>,
    /// Files of the host that go with it, or `nothing`.
    pub attach: Option<Many<String>>,
}

/// What to say at a moment.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, extend("required" = ["when", "say"])))]
pub struct CaptionFile {
    /// The moment: `HOST says VERB`, `HOST replies CODE`, `HOST asks TYPE NAME`, `HOST answers TYPE NAME`, `packet lost at HOST`, `connection opens` or `connection closes`. Required.
    pub when: Option<At<String>>,
    /// At most twelve words. Required.
    pub say: Option<At<String>>,
}
