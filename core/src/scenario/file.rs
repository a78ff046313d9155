//! The shape of a scenario file; `fields` reads it. The comments here are the descriptions in the JSON Schema.

use super::model::{Arp, FtpMode, IpFamily, KnobType, Level};
use super::value::{At, Choices, Count, Many, Ordered, Period, Rate, Word};

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
    /// Which version of IP the programs use: 4 or 6.
    pub ip: Option<At<IpFamily>>,
    /// Whether hosts ask for each other's hardware addresses, or know them from the start.
    pub arp: Option<At<Arp>>,
    /// Who is joined to whom: `laptop - switch - server`. Required.
    pub links: Option<Many<String>>,
    /// The hosts by name. Required.
    pub hosts: Option<Ordered<HostFile>>,
    /// Changes links: `all` of them, or one by its ends, `laptop-server`.
    pub link: Ordered<LinkFile>,
    /// Mail domains by name.
    pub domains: Ordered<DomainFile>,
    /// What a reader can change, by name.
    pub knobs: Ordered<KnobFile>,
    /// What people do, in order.
    pub story: Vec<Ordered<At<StoryValue>>>,
    /// What to say, and when.
    pub captions: Vec<At<CaptionFile>>,
}

/// A host and what runs there.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct HostFile {
    /// What it is. A name such as `switch` or `switch2` says so by itself.
    pub is: Option<At<Is>>,
    /// Who sits there: `Ada`.
    pub person: Option<At<String>>,
    /// The user name this person logs in with, if not their own in small letters.
    pub user: Option<At<String>>,
    /// The password this person logs in with.
    pub password: Option<At<String>>,
    /// What runs there.
    pub runs: Option<Many<RunsWord>>,
    /// Which host the clients here use. The only one that serves them, if not said.
    pub server: Option<At<String>>,
    /// Who opens the data connection of an FTP client here.
    pub mode: Option<At<FtpMode>>,
    /// Whether an FTP server here lets `PORT` name the client's own address only.
    pub port_check: Option<At<OnOff>>,
    /// The files of an FTP server here: a size, or `{ text = "…" }`.
    pub files: Option<At<Ordered<At<FileFile>>>>,
    /// Who may log in to an FTP server here: user names and passwords. Everybody in the scenario, if not said.
    pub logins: Option<At<Ordered<At<String>>>>,
    /// Its addresses, one of each version of IP.
    pub address: Option<Many<String>>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum Is {
    /// A computer.
    Host,
    /// A box that joins links into one segment.
    Switch,
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
    /// Hands in letters.
    #[cfg_attr(feature = "schema", schemars(rename = "mail client"))]
    MailClient,
    /// Takes letters and keeps mailboxes.
    #[cfg_attr(feature = "schema", schemars(rename = "mail server"))]
    MailServer,
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
    /// This text.
    Text(TextFile),
}

/// A file with a text of its own.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct TextFile {
    /// The text.
    pub text: String,
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
}

/// A mail domain.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct DomainFile {
    /// The hosts that take its letters, the preferred one first. The only mail server, if not said.
    pub mx: Option<Many<String>>,
    /// Who has a mailbox there.
    pub people: Option<Many<String>>,
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
    /// The subject line.
    pub subject: Option<At<String>>,
    /// The text.
    pub text: Option<At<String>>,
}

/// What to say at a moment.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default, rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, extend("required" = ["when", "say"])))]
pub struct CaptionFile {
    /// The moment: `HOST says VERB`, `HOST replies CODE`, `HOST asks TYPE NAME`, `packet lost at HOST`, `connection opens` or `connection closes`. Required.
    pub when: Option<At<String>>,
    /// At most twelve words. Required.
    pub say: Option<At<String>>,
}
