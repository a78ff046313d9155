//! The command lines of `shell`, `live` and `replay`.

use super::{Command, number, seed, setting, text, usage};
use crate::fault::Fault;
use crate::help::Topic;
use crate::output::Output;
use crate::serve::DEFAULT_PORT;
use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;
use wirestage_core::base::units::parse_time;

/// A shell in a scenario's network.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ShellOrder {
    /// A name of the catalogue, or a file.
    pub scenario: OsString,
    /// Whom the reader stands in for.
    pub host: Option<String>,
    /// Knobs and their values.
    pub settings: Vec<(String, String)>,
    /// Where all chance comes from.
    pub seed: Option<u64>,
    /// Where captures are taken.
    pub tap: Option<String>,
    /// Files to write.
    pub outputs: Vec<Output>,
    /// Where the page is served, if it is.
    pub page: Option<PageOrder>,
    /// End the command when everybody else is done, and judge by how that went.
    pub until_done: bool,
    /// What is run; nothing for the reader's own shell.
    pub command: Vec<OsString>,
}

/// How the page is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOrder {
    /// Where; 0 for a port that is free.
    pub port: u16,
    /// Whether a browser is opened.
    pub open: bool,
}

/// A capture of a real interface.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LiveOrder {
    /// Which.
    pub interface: String,
    /// Files to write; a line for each frame if there are none.
    pub outputs: Vec<Output>,
    /// After how many frames it ends.
    pub count: Option<u64>,
    /// After which time it ends.
    pub length: Option<Duration>,
}

/// Frames for a real interface.
#[derive(Debug, PartialEq, Eq)]
pub struct ReplayOrder {
    /// A capture, or a scenario.
    pub source: OsString,
    /// Knobs of a scenario and their values.
    pub settings: Vec<(String, String)>,
    /// Where all chance of a scenario comes from.
    pub seed: Option<u64>,
    /// Where in a scenario the frames are taken.
    pub tap: Option<String>,
    /// Where they go.
    pub interface: String,
    /// How much faster than they were, in thousandths.
    pub speed: u64,
    /// Even onto a network that others use.
    pub allow_real: bool,
}

/// As fast as it was.
const PLAIN_SPEED: u64 = 1000;

pub(super) fn shell(mut parser: Parser) -> Result<Command, Fault> {
    let wrong = usage(Topic::Shell);
    let mut order = ShellOrder::default();
    let mut scenario = None;
    let (mut page, mut port, mut open) = (false, None, true);
    while let Some(arg) = parser.next().map_err(&wrong)? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Shell)),
            Value(word) if scenario.is_none() => scenario = Some(word),
            // All that follows is the command's own.
            Value(word) => {
                order.command.push(word);
                order.command.extend(parser.raw_args().map_err(&wrong)?);
            }
            Long("as") => order.host = Some(text(&mut parser, Topic::Shell)?),
            Long("set") => {
                let word = text(&mut parser, Topic::Shell)?;
                order.settings.push(setting(&word)?);
            }
            Long("seed") => order.seed = Some(seed(&mut parser, Topic::Shell)?),
            Long("tap") => order.tap = Some(text(&mut parser, Topic::Shell)?),
            Short('o') | Long("output") => order.outputs.push(output(&mut parser, Topic::Shell)?),
            Long("page") => page = true,
            Long("port") => port = Some(number("--port", &mut parser, Topic::Shell)?),
            Long("no-open") => open = false,
            Long("until-done") => order.until_done = true,
            other => return Err(wrong(other.unexpected())),
        }
    }
    order.scenario = scenario.ok_or_else(|| {
        Fault::input(format!(
            "say in which scenario; `wirestage list` shows them\n\n{}",
            Topic::Shell.usage()
        ))
    })?;
    if !page && (port.is_some() || !open) {
        let option = if open { "--port" } else { "--no-open" };
        return Err(Fault::input(format!(
            "{option} is for the page: add --page"
        )));
    }
    if order.until_done && order.command.is_empty() {
        let text = "--until-done ends a command, and none is given: add -- COMMAND";
        return Err(Fault::input(text));
    }
    order.page = page.then(|| PageOrder {
        port: port.unwrap_or(DEFAULT_PORT),
        open,
    });
    Ok(Command::Shell(order))
}

pub(super) fn live(mut parser: Parser) -> Result<Command, Fault> {
    let wrong = usage(Topic::Live);
    let mut order = LiveOrder::default();
    let mut interface = None;
    while let Some(arg) = parser.next().map_err(&wrong)? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Live)),
            Long("iface") => interface = Some(text(&mut parser, Topic::Live)?),
            Short('o') | Long("output") => {
                let output = output(&mut parser, Topic::Live)?;
                if !output.format.is_capture() {
                    let path = output.path.display();
                    let text = format!("{path} is no capture: live writes .pcapng and .pcap");
                    return Err(Fault::input(text));
                }
                order.outputs.push(output);
            }
            Long("count") => order.count = Some(number("--count", &mut parser, Topic::Live)?),
            Long("for") => {
                let word = text(&mut parser, Topic::Live)?;
                let time = parse_time(&word);
                let time = time.map_err(|e| Fault::input(format!("--for: {e}")))?;
                order.length = Some(Duration::from_nanos(time.0));
            }
            other => return Err(wrong(other.unexpected())),
        }
    }
    order.interface = interface.ok_or_else(|| no_interface(Topic::Live))?;
    Ok(Command::Live(order))
}

pub(super) fn replay(mut parser: Parser) -> Result<Command, Fault> {
    let wrong = usage(Topic::Replay);
    let (mut source, mut interface) = (None, None);
    let mut order = ReplayOrder {
        source: OsString::new(),
        settings: Vec::new(),
        seed: None,
        tap: None,
        interface: String::new(),
        speed: PLAIN_SPEED,
        allow_real: false,
    };
    while let Some(arg) = parser.next().map_err(&wrong)? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(Topic::Replay)),
            Value(word) if source.is_none() => source = Some(word),
            Long("iface") => interface = Some(text(&mut parser, Topic::Replay)?),
            Long("set") => {
                let word = text(&mut parser, Topic::Replay)?;
                order.settings.push(setting(&word)?);
            }
            Long("seed") => order.seed = Some(seed(&mut parser, Topic::Replay)?),
            Long("tap") => order.tap = Some(text(&mut parser, Topic::Replay)?),
            Long("speed") => order.speed = speed(&text(&mut parser, Topic::Replay)?)?,
            Long("allow-real-network") => order.allow_real = true,
            other => return Err(wrong(other.unexpected())),
        }
    }
    order.source = source.ok_or_else(|| {
        let usage = Topic::Replay.usage();
        Fault::input(format!(
            "say which capture or scenario to replay\n\n{usage}"
        ))
    })?;
    order.interface = interface.ok_or_else(|| no_interface(Topic::Replay))?;
    Ok(Command::Replay(order))
}

fn output(parser: &mut Parser, topic: Topic) -> Result<Output, Fault> {
    let path = PathBuf::from(parser.value().map_err(usage(topic))?);
    Output::of(path).map_err(Fault::Input)
}

fn no_interface(topic: Topic) -> Fault {
    let usage = topic.usage();
    Fault::input(format!("say which interface: --iface NAME\n\n{usage}"))
}

/// `2`, `0.5`, `10x`: in thousandths.
fn speed(word: &str) -> Result<u64, Fault> {
    let digits = word.strip_suffix('x').unwrap_or(word);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let read = || {
        if part.len() > 3
            || whole.is_empty()
            || !digits.bytes().all(|b| b == b'.' || b.is_ascii_digit())
        {
            return None;
        }
        let whole: u64 = whole.parse().ok()?;
        let part: u64 = format!("{part:0<3}").parse().ok()?;
        let speed = whole.checked_mul(PLAIN_SPEED)?.checked_add(part)?;
        (1..=1_000_000 * PLAIN_SPEED)
            .contains(&speed)
            .then_some(speed)
    };
    read().ok_or_else(|| {
        Fault::input(format!(
            "--speed takes how much faster, such as 10 or 0.5, not `{word}`"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, Fault> {
        super::super::parse(line.split_whitespace().map(OsString::from))
    }

    fn wrong(line: &str) -> String {
        match read(line) {
            Err(Fault::Input(text)) => text,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn shell(line: &str) -> ShellOrder {
        match read(line) {
            Ok(Command::Shell(order)) => order,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_shell_is_read_with_all_it_may_say() {
        let order = shell(
            "wirestage shell ftp-download --as server --set size=1MB --seed 7 --tap laptop \
             -o a.pcapng --page --port 0 --no-open --until-done -- python3 -m pyftpdlib -p 21",
        );
        assert_eq!(order.scenario, "ftp-download");
        assert_eq!(order.host.as_deref(), Some("server"));
        assert_eq!(order.settings, [("size".to_owned(), "1MB".to_owned())]);
        assert_eq!(
            (order.seed, order.tap.as_deref()),
            (Some(7), Some("laptop"))
        );
        assert_eq!(order.outputs.len(), 1);
        let page = PageOrder {
            port: 0,
            open: false,
        };
        assert_eq!(order.page, Some(page));
        assert!(order.until_done);
        assert_eq!(order.command, ["python3", "-m", "pyftpdlib", "-p", "21"]);
    }

    #[test]
    fn what_follows_the_command_is_its_own() {
        let order = shell("wirestage shell ftp-download curl -o x --page ftp://server/");
        assert_eq!(
            order.command,
            ["curl", "-o", "x", "--page", "ftp://server/"]
        );
        assert!(order.outputs.is_empty() && order.page.is_none());
        let order = shell("wirestage shell ftp-download -- -h");
        assert_eq!(order.command, ["-h"]);
    }

    #[test]
    fn a_capture_is_read_with_all_it_may_say() {
        let line = "wirestage live --iface eth0 -o a.pcap --count 5 --for 1.5s";
        let Ok(Command::Live(order)) = read(line) else {
            panic!("{:?}", read(line));
        };
        assert_eq!((order.interface.as_str(), order.count), ("eth0", Some(5)));
        assert_eq!(order.length, Some(Duration::from_millis(1500)));
        assert_eq!(order.outputs.len(), 1);
    }

    #[test]
    fn a_replay_is_read_with_all_it_may_say() {
        let line = "wirestage replay a.pcap --iface lo --speed 0.5 --allow-real-network";
        let Ok(Command::Replay(order)) = read(line) else {
            panic!("{:?}", read(line));
        };
        assert_eq!((order.speed, order.allow_real), (500, true));
        for (word, thousandths) in [("2", 2000), ("10x", 10_000), ("1.25", 1250), ("0.001", 1)] {
            assert_eq!(speed(word), Ok(thousandths), "{word}");
        }
        for word in [
            "0",
            "",
            "x",
            "-1",
            ".5",
            "1.2345",
            "1e3",
            "99999999999999999999",
            "1.2.3",
        ] {
            assert!(speed(word).is_err(), "{word}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(wrong("wirestage shell").contains("in which scenario"));
        assert!(wrong("wirestage shell a --port 1").contains("add --page"));
        assert!(wrong("wirestage shell a --no-open").contains("--no-open is for the page"));
        assert!(wrong("wirestage shell a --page --port x").contains("`x`"));
        assert!(wrong("wirestage shell a --until-done").contains("-- COMMAND"));
        assert!(wrong("wirestage shell a --passwords").contains("--passwords"));
        assert!(wrong("wirestage live").contains("--iface NAME"));
        assert!(wrong("wirestage live --iface a -o b.svg").contains("no capture"));
        assert!(wrong("wirestage live --iface a --for long").contains("--for"));
        assert!(wrong("wirestage live --iface a --count few").contains("`few`"));
        assert!(wrong("wirestage replay --iface a").contains("which capture"));
        assert!(wrong("wirestage replay a.pcap").contains("--iface NAME"));
        assert!(wrong("wirestage replay a --iface b --speed fast").contains("`fast`"));
    }
}
