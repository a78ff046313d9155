//! The command line, read into what to do.

mod compare;
mod shell;

pub use compare::{CompareOrder, Which};
pub use shell::{LiveOrder, ReplayOrder, ShellOrder};

use crate::chart;
use crate::fault::Fault;
use crate::help::Topic;
use crate::output::Output;
use crate::serve::DEFAULT_PORT;
use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value, ValueExt};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::str::FromStr;
use wirestage_core::versus::NAME;
use wirestage_core::view::charts::Ask;

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Show a page of help.
    Help(Topic),
    /// Show the version.
    Version,
    /// Show the catalogue.
    List {
        /// For programs rather than people.
        json: bool,
    },
    /// Run a scenario.
    Run(Order),
    /// Show two runs beside each other.
    Compare(CompareOrder),
    /// Show what stands in frames.
    Fields(FieldsOrder),
    /// Look for mistakes in scenario files.
    Check(Vec<PathBuf>),
    /// Show a JSON Schema.
    Schema(Described),
    /// Write a profile for Wireshark to a folder.
    Profile(PathBuf),
    /// Compare FTP with SMTP and HTTP, in all rows or in one.
    Versus(Option<String>),
    /// Serve the page to browsers on this machine.
    Serve {
        /// Where it is served; 0 for a port that is free.
        port: u16,
        /// Whether a browser is opened.
        open: bool,
    },
    /// A shell in a scenario's network.
    Shell(ShellOrder),
    /// A capture of a real interface.
    Live(LiveOrder),
    /// Frames for a real interface.
    Replay(ReplayOrder),
    /// What the program starts itself with for a shell: its own affair.
    Stage(Vec<OsString>),
}

/// What a JSON Schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Described {
    /// Scenario files.
    Scenario,
    /// Runs saved as JSON.
    Timeline,
}

/// What to run, and what to make of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// A name of the catalogue, or a file.
    pub scenario: OsString,
    /// Knobs and their values.
    pub settings: Vec<(String, String)>,
    /// Where all chance comes from.
    pub seed: Option<u64>,
    /// Where captures are taken.
    pub tap: Option<String>,
    /// Which frames are shown and written; all if it is not said.
    pub filter: Option<String>,
    /// Files to write; the transcript goes to standard output if there are none.
    pub outputs: Vec<Output>,
    /// Show passwords in the transcript.
    pub passwords: bool,
    /// The chart that is wanted instead of the run.
    pub chart: Option<Ask>,
    /// Tell why things went wrong, rather than all that was said.
    pub why: Option<Asked>,
}

/// What is to be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whatever was lost, refused or sent back.
    All,
    /// A packet, counted from 1.
    Packet(u64),
}

/// Which frames to show, and what of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FieldsOrder {
    /// A capture; or a name of the catalogue, or a scenario's file.
    pub source: OsString,
    /// Knobs and their values, for a scenario.
    pub settings: Vec<(String, String)>,
    /// Where all chance comes from, for a scenario.
    pub seed: Option<u64>,
    /// Where a scenario's capture is taken.
    pub tap: Option<String>,
    /// Which frames.
    pub filter: Option<String>,
    /// Which fields; the usual columns where there are none.
    pub names: Vec<String>,
    /// Whether the first line holds the names.
    pub header: bool,
    /// Whether the frames are read twice, so that later ones can tell of earlier ones.
    pub twice: bool,
}

/// Reads the command line; the first word is the program's name.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command, Fault> {
    let mut parser = Parser::from_iter(words);
    let Some(first) = parser.next().map_err(usage(Topic::All))? else {
        return Err(Fault::input(format!(
            "say what to do\n\n{}",
            Topic::All.usage()
        )));
    };
    let word = match first {
        Short('h') | Long("help") => return Ok(Command::Help(Topic::All)),
        Short('V') | Long("version") => return nothing_more(parser, Command::Version),
        Value(word) => word,
        other => return Err(usage(Topic::All)(other.unexpected())),
    };
    let word = word.to_string_lossy();
    match &*word {
        "help" => help(parser),
        "list" => list(parser),
        "run" => run(parser),
        "compare" => compare::compare(parser),
        "fields" => fields(parser),
        "check" => check(parser),
        "schema" => schema(parser),
        "profile" => profile(parser),
        NAME => versus(parser),
        "serve" => serve(parser),
        "shell" => shell::shell(parser),
        "live" => shell::live(parser),
        "replay" => shell::replay(parser),
        "shell-inside" | "shell-init" => stage(&word, parser),
        other => {
            let text = format!("there is no command `{other}`\n\n{}", Topic::All.usage());
            Err(Fault::input(text))
        }
    }
}

fn help(mut parser: Parser) -> Result<Command, Fault> {
    let mut topic = Topic::All;
    while let Some(arg) = parser.next().map_err(usage(Topic::All))? {
        match arg {
            Value(word) if topic == Topic::All => {
                let word = word.to_string_lossy();
                topic = Topic::named(&word)
                    .ok_or_else(|| Fault::input(format!("there is no help on `{word}`")))?;
            }
            Short('h') | Long("help") => {}
            other => return Err(usage(Topic::All)(other.unexpected())),
        }
    }
    Ok(Command::Help(topic))
}

fn list(mut parser: Parser) -> Result<Command, Fault> {
    let mut json = false;
    while let Some(arg) = parser.next().map_err(usage(Topic::List))? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::List)),
            Long("json") => json = true,
            other => return Err(usage(Topic::List)(other.unexpected())),
        }
    }
    Ok(Command::List { json })
}

fn run(mut parser: Parser) -> Result<Command, Fault> {
    let wrong = usage(Topic::Run);
    let mut order = Order::default();
    let mut scenario = None;
    while let Some(arg) = parser.next().map_err(&wrong)? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Run)),
            Value(word) if scenario.is_none() => scenario = Some(word),
            Long("set") => {
                let word = text(&mut parser, Topic::Run)?;
                order.settings.push(setting(&word)?);
            }
            Long("seed") => order.seed = Some(seed(&mut parser, Topic::Run)?),
            Long("tap") => order.tap = Some(text(&mut parser, Topic::Run)?),
            Long("filter") if order.filter.is_some() => {
                return Err(Fault::input(
                    "--filter is there twice: join the two with && or ||",
                ));
            }
            Long("filter") => order.filter = Some(text(&mut parser, Topic::Run)?),
            Short('o') | Long("output") => {
                let path = PathBuf::from(parser.value().map_err(&wrong)?);
                let output = Output::of(path).map_err(Fault::Input)?;
                order.outputs.push(output);
            }
            Long("passwords") => order.passwords = true,
            Long("chart") => {
                order.chart = Some(chart::named(&text(&mut parser, Topic::Run)?)?);
            }
            Long("why") => order.why = Some(asked(&mut parser)?),
            other => return Err(wrong(other.unexpected())),
        }
    }
    if order.why.is_some() && order.filter.is_some() {
        return Err(Fault::input(
            "--why and --filter ask for different texts: give one of them",
        ));
    }
    order.scenario = scenario.ok_or_else(|| {
        Fault::input(format!(
            "say which scenario to run; `wirestage list` shows them\n\n{}",
            Topic::Run.usage()
        ))
    })?;
    Ok(Command::Run(order))
}

fn fields(mut parser: Parser) -> Result<Command, Fault> {
    let wrong = usage(Topic::Fields);
    let mut order = FieldsOrder::default();
    let mut source = None;
    while let Some(arg) = parser.next().map_err(&wrong)? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Fields)),
            Value(word) if source.is_none() => source = Some(word),
            Short('e') | Long("field") => order.names.push(text(&mut parser, Topic::Fields)?),
            Long("filter") => order.filter = Some(text(&mut parser, Topic::Fields)?),
            Long("header") => order.header = true,
            Short('2') | Long("twice") => order.twice = true,
            Long("set") => {
                let word = text(&mut parser, Topic::Fields)?;
                order.settings.push(setting(&word)?);
            }
            Long("seed") => order.seed = Some(seed(&mut parser, Topic::Fields)?),
            Long("tap") => order.tap = Some(text(&mut parser, Topic::Fields)?),
            other => return Err(wrong(other.unexpected())),
        }
    }
    order.source = source.ok_or_else(|| {
        Fault::input(format!(
            "say which capture or scenario to read\n\n{}",
            Topic::Fields.usage()
        ))
    })?;
    Ok(Command::Fields(order))
}

fn check(mut parser: Parser) -> Result<Command, Fault> {
    let mut files = Vec::new();
    while let Some(arg) = parser.next().map_err(usage(Topic::Check))? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Check)),
            Value(word) => files.push(PathBuf::from(word)),
            other => return Err(usage(Topic::Check)(other.unexpected())),
        }
    }
    if files.is_empty() {
        let text = format!("say which files to check\n\n{}", Topic::Check.usage());
        return Err(Fault::input(text));
    }
    Ok(Command::Check(files))
}

fn schema(mut parser: Parser) -> Result<Command, Fault> {
    let wrong = usage(Topic::Schema);
    let mut of = None;
    while let Some(arg) = parser.next().map_err(&wrong)? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Schema)),
            Value(word) if of.is_none() => {
                of = Some(match &*word.to_string_lossy() {
                    "scenario" => Described::Scenario,
                    "timeline" => Described::Timeline,
                    other => {
                        let text = format!("there is no schema of `{other}`");
                        let usage = Topic::Schema.usage();
                        return Err(Fault::input(format!("{text}\n\n{usage}")));
                    }
                });
            }
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Command::Schema(of.unwrap_or(Described::Scenario)))
}

fn profile(mut parser: Parser) -> Result<Command, Fault> {
    let wrong = usage(Topic::Profile);
    let mut folder = None;
    while let Some(arg) = parser.next().map_err(&wrong)? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Profile)),
            Short('o') | Long("output") if folder.is_none() => {
                folder = Some(PathBuf::from(parser.value().map_err(&wrong)?));
            }
            other => return Err(wrong(other.unexpected())),
        }
    }
    let folder = folder.ok_or_else(|| {
        let usage = Topic::Profile.usage();
        Fault::input(format!("say where the profile is to lie\n\n{usage}"))
    })?;
    Ok(Command::Profile(folder))
}

fn versus(mut parser: Parser) -> Result<Command, Fault> {
    let mut row = None;
    while let Some(arg) = parser.next().map_err(usage(Topic::Versus))? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Versus)),
            Value(word) if row.is_none() => row = Some(word.to_string_lossy().into_owned()),
            other => return Err(usage(Topic::Versus)(other.unexpected())),
        }
    }
    Ok(Command::Versus(row))
}

fn serve(mut parser: Parser) -> Result<Command, Fault> {
    let (mut port, mut open) = (DEFAULT_PORT, true);
    while let Some(arg) = parser.next().map_err(usage(Topic::Serve))? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Serve)),
            Long("port") => port = number("--port", &mut parser, Topic::Serve)?,
            Long("no-open") => open = false,
            other => return Err(usage(Topic::Serve)(other.unexpected())),
        }
    }
    Ok(Command::Serve { port, open })
}

/// All its words, as they are: they were written by this program.
fn stage(word: &str, mut parser: Parser) -> Result<Command, Fault> {
    let mut words = vec![word.into()];
    words.extend(parser.raw_args().map_err(usage(Topic::All))?);
    Ok(Command::Stage(words))
}

fn nothing_more(mut parser: Parser, command: Command) -> Result<Command, Fault> {
    match parser.next().map_err(usage(Topic::All))? {
        None => Ok(command),
        Some(other) => Err(usage(Topic::All)(other.unexpected())),
    }
}

/// `size=1MB`.
fn setting(word: &str) -> Result<(String, String), Fault> {
    match word.split_once('=') {
        Some((knob, value)) if !knob.trim().is_empty() => {
            Ok((knob.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(Fault::input(format!(
            "--set takes KNOB=VALUE, such as --set size=1MB, not `{word}`"
        ))),
    }
}

/// What comes behind `--why`: a packet's number, or nothing.
fn asked(parser: &mut Parser) -> Result<Asked, Fault> {
    let is_number = |word: &OsStr| {
        let word = word.as_encoded_bytes();
        !word.is_empty() && word.iter().all(u8::is_ascii_digit)
    };
    let behind = |parser: &mut Parser| parser.try_raw_args()?.next_if(is_number);
    let Some(word) = parser.optional_value().or_else(|| behind(parser)) else {
        return Ok(Asked::All);
    };
    let number = word
        .to_string_lossy()
        .parse()
        .ok()
        .filter(|number| *number > 0);
    number.map(Asked::Packet).ok_or_else(|| {
        let word = word.to_string_lossy();
        Fault::input(format!(
            "--why takes the number of a packet, such as --why 12, not `{word}`"
        ))
    })
}

/// Where all chance comes from.
fn seed(parser: &mut Parser, topic: Topic) -> Result<u64, Fault> {
    number("--seed", parser, topic)
}

/// A number that this type can hold.
fn number<N>(option: &str, parser: &mut Parser, topic: Topic) -> Result<N, Fault>
where
    N: FromStr + Bounded,
{
    let word = text(parser, topic)?;
    word.parse().map_err(|_| {
        let most = N::MOST;
        Fault::input(format!(
            "{option} takes a number from 0 to {most}, not `{word}`"
        ))
    })
}

/// A kind of number, and how large it can be.
trait Bounded {
    const MOST: u64;
}

impl Bounded for u16 {
    const MOST: u64 = u16::MAX as u64;
}

impl Bounded for u64 {
    const MOST: u64 = u64::MAX;
}

fn text(parser: &mut Parser, topic: Topic) -> Result<String, Fault> {
    let value = parser.value().map_err(usage(topic))?;
    value.string().map_err(usage(topic))
}

/// A usage fault, with the lines that say how it goes.
fn usage(topic: Topic) -> impl Fn(lexopt::Error) -> Fault {
    move |error| Fault::input(format!("{error}\n\n{}", topic.usage()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, Fault> {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn wrong(line: &str) -> String {
        match read(line) {
            Err(Fault::Input(text)) => text,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_run_is_read_with_all_it_may_say() {
        let line = "wirestage run ftp-download --set size=1MB --set=mode=active --seed 7 \
                    --tap laptop --filter ftp -o a.pcap --output=b.txt --passwords";
        let Ok(Command::Run(order)) = read(line) else {
            panic!("{:?}", read(line));
        };
        assert_eq!(order.scenario, "ftp-download");
        let settings = [("size", "1MB"), ("mode", "active")];
        assert_eq!(
            order.settings,
            settings.map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        assert_eq!(order.seed, Some(7));
        assert_eq!(order.tap.as_deref(), Some("laptop"));
        assert_eq!(order.filter.as_deref(), Some("ftp"));
        assert_eq!(order.outputs.len(), 2);
        assert!(order.passwords);
        for (line, why) in [
            ("run x --why", Some(Asked::All)),
            ("run --why x", Some(Asked::All)),
            ("run x --why 12 --seed 1", Some(Asked::Packet(12))),
            ("run x --why=12", Some(Asked::Packet(12))),
            ("run x", None),
        ] {
            let Ok(Command::Run(order)) = read(&format!("wirestage {line}")) else {
                panic!("{line}");
            };
            assert_eq!(
                (order.scenario.to_str(), order.why),
                (Some("x"), why),
                "{line}"
            );
        }
        assert!(wrong("wirestage run x --why=last").contains("`last`"));
        assert!(wrong("wirestage run x --why 0").contains("`0`"));
        assert!(wrong("wirestage run x --why --filter ftp").contains("one of them"));
    }

    #[test]
    fn help_is_found_in_each_place_where_it_is_looked_for() {
        for (line, topic) in [
            ("wirestage --help", Topic::All),
            ("wirestage -h", Topic::All),
            ("wirestage help", Topic::All),
            ("wirestage help run", Topic::Run),
            ("wirestage run --help", Topic::Run),
            ("wirestage run x --set a=b -h", Topic::Run),
            ("wirestage check --help", Topic::Check),
            ("wirestage list -h", Topic::List),
            ("wirestage schema --help", Topic::Schema),
            ("wirestage profile -h", Topic::Profile),
            ("wirestage ftp-and-smtp -h", Topic::Versus),
            ("wirestage serve -h", Topic::Serve),
            ("wirestage help shell", Topic::Shell),
            ("wirestage shell x --as y -h", Topic::Shell),
            ("wirestage live -h", Topic::Live),
            ("wirestage replay --help", Topic::Replay),
        ] {
            assert_eq!(read(line), Ok(Command::Help(topic)), "{line}");
        }
        assert_eq!(read("wirestage --version"), Ok(Command::Version));
        assert_eq!(read("wirestage -V"), Ok(Command::Version));
    }

    #[test]
    fn the_page_is_served_where_it_is_wanted() {
        let serve = |port, open| Ok(Command::Serve { port, open });
        assert_eq!(read("wirestage serve"), serve(DEFAULT_PORT, true));
        assert_eq!(read("wirestage serve --port 0 --no-open"), serve(0, false));
    }

    #[test]
    fn a_schema_is_that_of_scenarios_unless_another_is_named() {
        let of = |described| Ok(Command::Schema(described));
        assert_eq!(read("wirestage schema"), of(Described::Scenario));
        assert_eq!(read("wirestage schema scenario"), of(Described::Scenario));
        assert_eq!(read("wirestage schema timeline"), of(Described::Timeline));
    }

    #[test]
    fn protocols_are_compared_in_all_rows_or_in_one() {
        let versus = |row: Option<&str>| Ok(Command::Versus(row.map(str::to_owned)));
        assert_eq!(read("wirestage ftp-and-smtp"), versus(None));
        assert_eq!(read("wirestage ftp-and-smtp ports"), versus(Some("ports")));
        assert!(wrong("wirestage ftp-and-smtp ports names").contains("names"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(wrong("wirestage").contains("Usage"));
        assert!(wrong("wirestage rum").contains("no command `rum`"));
        assert!(wrong("wirestage run").contains("which scenario"));
        assert!(wrong("wirestage run a b").contains("\"b\""));
        assert!(wrong("wirestage run a --sed 1").contains("--sed"));
        assert!(wrong("wirestage run a --set size").contains("KNOB=VALUE"));
        assert!(wrong("wirestage run a --set =5").contains("KNOB=VALUE"));
        assert!(wrong("wirestage run a --seed many").contains("`many`"));
        assert!(wrong("wirestage run a --seed").contains("--seed"));
        assert!(wrong("wirestage run a --filter").contains("--filter"));
        assert!(wrong("wirestage run a --filter ftp --filter tcp").contains("twice"));
        assert!(wrong("wirestage run a -o b.gif").contains(".pcapng"));
        assert!(wrong("wirestage check").contains("which files"));
        assert!(wrong("wirestage schema more").contains("no schema of `more`"));
        assert!(wrong("wirestage schema timeline more").contains("more"));
        assert!(wrong("wirestage profile").contains("where the profile"));
        assert!(wrong("wirestage profile here").contains("here"));
        assert!(wrong("wirestage profile -o a -o b").contains("-o"));
        assert!(wrong("wirestage serve --port 65536").contains("`65536`"));
        assert!(wrong("wirestage serve here").contains("here"));
        assert!(wrong("wirestage help nothing").contains("`nothing`"));
    }
}
