//! The project's chores: `cargo xtask demo | test | dist | check | bench | …`.

mod bench;
mod browser;
mod check;
mod demo;
mod dist;
mod page;
mod project;
mod run;
mod setup;
mod test;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

/// What a chore comes to: whether it found everything well, or why it could not even look.
type Verdict = Result<bool, Box<dyn Error>>;

const HELP: &str = "\
cargo xtask CHORE

  demo [--no-open] [--port N]
                        the page, in a browser, from 127.0.0.1
  page [--quick | --learn]
                        the page in a folder, for any server that hands out files;
                        --quick builds it soon instead of small, for a look;
                        --learn first opens all lessons in a browser to find out which
                        functions can come last (web/page/rare.txt)
  dist                  the page as a folder (raw, .gz, .br), as one .html, and inside
                        the program; says how large each is
  check                 formatting, clippy, core for wasm32, and the project's own rules
                        (arrows between rooms, lengths, lints, first lines, words)
  test [--setup]        check, then every test; --setup first installs what they need
                        (Debian packages, Rust components, axe), and needs root or sudo
  bench [--peers] [--setup] [--runs N]
                        speed and memory of the release build; --peers also times ns-3,
                        and a plain cable beside the door of `wirestage shell`, run
                        for run in turn, against the bounds; N pairs, default 5
  bench web [--setup] [--runs N]
                        speed of the page in a browser
  shots [--setup]       pictures of the page, as a browser draws it
  help                  this text

Environment
  CI, WIRESTAGE_REQUIRE_TOOLS=1   a missing tool is a failure, not a skip
  CARGO_TARGET_DIR                where everything built or measured goes
";

fn main() -> ExitCode {
    match dispatch(std::env::args_os().skip(1).collect()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(args: Vec<OsString>) -> Verdict {
    // The measuring child takes a command line as it is, options and all.
    if args.first().is_some_and(|a| a == bench::measure::CHILD) {
        return bench::measure::child(&args[1..]);
    }
    let mut parser = lexopt::Parser::from_args(args);
    let mut chore: Option<String> = None;
    let mut options = Options::default();
    while let Some(arg) = parser.next()? {
        match arg {
            lexopt::Arg::Value(name) if chore.is_none() => {
                chore = Some(name.to_string_lossy().into());
            }
            lexopt::Arg::Value(name) if chore.as_deref() == Some("bench") && name == "web" => {
                chore = Some("bench web".into());
            }
            lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => chore = Some("help".into()),
            lexopt::Arg::Long("setup") => options.setup = true,
            lexopt::Arg::Long("peers") => options.peers = true,
            lexopt::Arg::Long("quick") => options.quick = true,
            lexopt::Arg::Long("learn") => options.learn = true,
            lexopt::Arg::Long("no-open") => options.no_open = true,
            lexopt::Arg::Long("port") => {
                options.port = Some(parser.value()?.to_string_lossy().into());
            }
            lexopt::Arg::Long("runs") => {
                let text = parser.value()?;
                options.runs = Some(number_of_runs(&text.to_string_lossy())?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let chore = chore.unwrap_or_else(|| "help".into());
    options.refuse_what_does_not_fit(&chore)?;
    match chore.as_str() {
        "demo" => demo::run(&options),
        "page" => page::run(options.quick, options.learn),
        "dist" => dist::run(),
        "check" => check::run(),
        "test" => test::run(options.setup),
        "bench" => bench::run(&options),
        "bench web" => browser::bench(options.setup, options.runs),
        "shots" => browser::shots(options.setup),
        "help" => {
            print!("{HELP}");
            Ok(true)
        }
        other => Err(format!("no chore is called '{other}'; see `cargo xtask help`").into()),
    }
}

fn number_of_runs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!("--runs takes a number from 1 on, not '{text}'")),
    }
}

/// The options of all chores together.
#[derive(Debug, Default)]
struct Options {
    setup: bool,
    peers: bool,
    quick: bool,
    learn: bool,
    runs: Option<usize>,
    no_open: bool,
    port: Option<String>,
}

impl Options {
    fn refuse_what_does_not_fit(&self, chore: &str) -> Result<(), String> {
        let needs_tools = ["test", "bench", "bench web", "shots"];
        let given = [
            ("--setup", self.setup, needs_tools.contains(&chore)),
            ("--peers", self.peers, chore == "bench"),
            ("--quick", self.quick, chore == "page"),
            ("--learn", self.learn, chore == "page" && !self.quick),
            ("--runs", self.runs.is_some(), chore.starts_with("bench")),
            ("--no-open", self.no_open, chore == "demo"),
            ("--port", self.port.is_some(), chore == "demo"),
        ];
        for (name, is_given, fits) in given {
            if is_given && !fits {
                return Err(format!(
                    "{name} is no option of `{chore}`; see `cargo xtask help`"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_usage_is_refused() {
        let run = |args: &[&str]| dispatch(args.iter().map(OsString::from).collect());
        for args in [
            &["dance"][..],
            &["check", "--peers"],
            &["test", "--runs", "3"],
            &["bench", "--runs", "0"],
            &["check", "now"],
            &["test", "web"],
            &["page", "--port", "80"],
            &["dist", "--quick"],
            &["dist", "--learn"],
            &["page", "--quick", "--learn"],
            &["dist", "--no-open"],
        ] {
            assert!(run(args).is_err(), "{args:?}");
        }
        assert!(run(&["help"]).unwrap());
    }
}
