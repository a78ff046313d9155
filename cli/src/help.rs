//! The pages of `wirestage help`.

/// A page of help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The program.
    All,
    /// `wirestage list`.
    List,
    /// `wirestage run`.
    Run,
    /// `wirestage check`.
    Check,
    /// `wirestage schema`.
    Schema,
    /// `wirestage serve`.
    Serve,
}

impl Topic {
    /// The page on a command.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "help" => Self::All,
            "list" => Self::List,
            "run" => Self::Run,
            "check" => Self::Check,
            "schema" => Self::Schema,
            "serve" => Self::Serve,
            _ => return None,
        })
    }

    /// The whole page.
    pub fn text(self) -> &'static str {
        match self {
            Self::All => ALL,
            Self::List => LIST,
            Self::Run => RUN,
            Self::Check => CHECK,
            Self::Schema => SCHEMA,
            Self::Serve => SERVE,
        }
    }

    /// The lines on how to call it, and where more is said.
    pub fn usage(self) -> String {
        let lines = self.text().lines();
        let usage: Vec<&str> = lines
            .skip_while(|line| !line.starts_with("Usage:"))
            .take_while(|line| !line.is_empty())
            .collect();
        let more = match self {
            Self::All => "help",
            Self::List => "help list",
            Self::Run => "help run",
            Self::Check => "help check",
            Self::Schema => "help schema",
            Self::Serve => "help serve",
        };
        format!("{}\nMore: wirestage {more}", usage.join("\n"))
    }
}

const ALL: &str = "\
Wirestage shows how files and letters travel over a network. It simulates hosts
that speak real FTP and SMTP over real TCP/IP, and tells you all they said.

Usage: wirestage COMMAND …
  list [--json]           the scenarios that come with the program
  run SCENARIO [OPTIONS]  run one, read it as text or save it as a capture
  check FILE…             look for mistakes in scenario files of your own
  schema                  the JSON Schema of scenario files, for editors
  serve [OPTIONS]         the page: step through the scenarios in a browser
  help [COMMAND]          this page, or the page on a command
  --version               the version

Begin with one of these:
  wirestage serve
  wirestage list
  wirestage run ftp-download
  wirestage run ftp-download -o download.pcapng      and open it in Wireshark

Exit code: 0 if all went well, 1 if a run failed, 2 if the command line or a
file it names is wrong. A server that says no is no failure: that is the lesson.
";

const LIST: &str = "\
Shows the scenarios that come with the program, with their knobs.

Usage: wirestage list [--json]
  --json   an array of objects: id, title, group, level, summary, taps, knobs

Examples:
  wirestage list
  wirestage list --json
";

const RUN: &str = "\
Runs a scenario from beginning to end in virtual time: an hour takes a moment.

Usage: wirestage run SCENARIO|FILE [--set KNOB=VALUE]… [--seed N]
                 [--tap HOST|LINK|all] [-o FILE]… [--passwords]

SCENARIO is a name from `wirestage list`. FILE is a scenario of your own, a name
that ends in .toml or has a / in it.

  --set KNOB=VALUE   turn a knob; `wirestage list` names them. Can be repeated
  --seed N           other sequence numbers and ports, other chance; 1 if not given.
                     Same scenario, knobs and seed give the same bytes, always
  --tap HOST|LINK|all
                     where the capture is taken. At a host: what it sends and what
                     reaches it. On a link, `laptop-server`: each frame as it is
                     sent. `all`: everywhere, so each frame is seen more than once,
                     and Wireshark takes the second time for a retransmission.
                     The first person's host if not given
  -o, --output FILE  save the run; the ending says how. Can be repeated
                       .pcapng  a capture for Wireshark, with comments
                       .pcap    a capture for older programs
                       .svg     the hosts and all turns as a picture, for browsers
                       .mmd     the turns as a Mermaid sequence diagram
                       .json    all events with their causes, all frames
                       .txt     the transcript
                     Without -o the transcript goes to standard output
  --passwords        show passwords in the transcript rather than ••••

Examples:
  wirestage run ftp-download
  wirestage run ftp-download --set mode=active --set size=1MB -o active.pcapng
  wirestage run mail-submit --tap server -o letter.pcap -o letter.svg
  wirestage run my-lesson.toml --seed 7 -o run.json

Exit code: 0 if the run came to its end, 1 if it had to be stopped (what was asked
for is still written) or could not be written, 2 if the command line or the
scenario is wrong.
";

const CHECK: &str = "\
Looks for mistakes in scenario files. Each is told as file:line:column with what
to do about it. The scenario is also tried out, knob by knob, for captions that are
never said. Warnings are told, too, but do not fail the check.

Usage: wirestage check FILE…

Examples:
  wirestage check my-lesson.toml
  wirestage check scenarios/*.toml

Exit code: 0 if all files can run, 2 if one of them cannot.
";

const SCHEMA: &str = "\
Shows the JSON Schema of scenario files. Editors that know it complete words and
underline mistakes.

Usage: wirestage schema

Example:
  wirestage schema > scenario.schema.json
";

const SERVE: &str = "\
Serves the page to browsers on this machine, prints its address, and opens it.
Nobody else can reach it. It is there until you press Ctrl-C.

Usage: wirestage serve [--port N] [--no-open]
  --port N    where; 8080 if not given, and 0 takes a port that is free
  --no-open   print the address and open no browser

Examples:
  wirestage serve
  wirestage serve --port 0 --no-open

Exit code: 1 if the page cannot be served, 2 if the command line is wrong.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_fits_a_terminal_and_says_how_to_call_it() {
        for topic in [
            Topic::All,
            Topic::List,
            Topic::Run,
            Topic::Check,
            Topic::Schema,
            Topic::Serve,
        ] {
            let text = topic.text();
            assert!(text.lines().all(|l| l.chars().count() <= 84), "{text}");
            assert!(topic.usage().starts_with("Usage: wirestage"));
        }
    }
}
