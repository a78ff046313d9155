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
    /// `wirestage compare`.
    Compare,
    /// `wirestage fields`.
    Fields,
    /// `wirestage check`.
    Check,
    /// `wirestage schema`.
    Schema,
    /// `wirestage profile`.
    Profile,
    /// `wirestage ftp-and-smtp`.
    Versus,
    /// `wirestage serve`.
    Serve,
    /// `wirestage shell`.
    Shell,
    /// `wirestage live`.
    Live,
    /// `wirestage replay`.
    Replay,
}

impl Topic {
    /// The page on a command.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "help" => Self::All,
            "list" => Self::List,
            "run" => Self::Run,
            "compare" => Self::Compare,
            "fields" => Self::Fields,
            "check" => Self::Check,
            "schema" => Self::Schema,
            "profile" => Self::Profile,
            "ftp-and-smtp" => Self::Versus,
            "serve" => Self::Serve,
            "shell" => Self::Shell,
            "live" => Self::Live,
            "replay" => Self::Replay,
            _ => return None,
        })
    }

    /// The whole page.
    pub fn text(self) -> &'static str {
        match self {
            Self::All => ALL,
            Self::List => LIST,
            Self::Run => RUN,
            Self::Compare => COMPARE,
            Self::Fields => FIELDS,
            Self::Check => CHECK,
            Self::Schema => SCHEMA,
            Self::Profile => PROFILE,
            Self::Versus => VERSUS,
            Self::Serve => SERVE,
            Self::Shell => SHELL,
            Self::Live => LIVE,
            Self::Replay => REPLAY,
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
            Self::Compare => "help compare",
            Self::Fields => "help fields",
            Self::Check => "help check",
            Self::Schema => "help schema",
            Self::Profile => "help profile",
            Self::Versus => "help ftp-and-smtp",
            Self::Serve => "help serve",
            Self::Shell => "help shell",
            Self::Live => "help live",
            Self::Replay => "help replay",
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
  compare SCENARIO --with SCENARIO
                          two runs turn by turn, and where they differ first
  fields FILE|SCENARIO    what stands in each frame of a capture or a run
  check FILE…             look for mistakes in scenario files of your own
  schema [timeline]       the JSON Schema of scenario files, for editors; or of runs
                          saved as JSON
  profile -o FOLDER       a profile for Wireshark: the page's colours, and captions
  ftp-and-smtp [ROW]      FTP against SMTP and HTTP, each cell proved by a run
  serve [OPTIONS]         the page: step through the scenarios in a browser
  shell SCENARIO [OPTIONS] [-- COMMAND…]
                          your own shell, or one command, in a scenario's network
  live --iface IF         capture a real interface
  replay FILE|SCENARIO --iface IF
                          put the frames of a capture or a run on an interface
  help [COMMAND]          this page, or the page on a command
  --version               the version

Begin with one of these:
  wirestage serve
  wirestage list
  wirestage run ftp-download
  wirestage run ftp-download -o download.pcapng      and open it in Wireshark
  wirestage shell ftp-download                       and fetch the file yourself

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
                 [--tap HOST|LINK|all] [--filter EXPR] [-o FILE]… [--passwords]
                 [--chart CHART] [--why [N]]

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
  --filter EXPR      only frames that pass, of those that the tap sees: a line for
                     each on standard output or in a .txt, or as a .pcapng or .pcap.
                     As in Wireshark: 'ftp.request.command == \"RETR\"', 'tcp.port in
                     {20, 21}', 'ip.src == 192.0.2.0/24 && !dns'. Or in plain words:
                     retr, 550, syn, lost, mail, 192.0.2.10, '\"any text\"'
  -o, --output FILE  save the run; the ending says how. Can be repeated
                       .pcapng  a capture for Wireshark, with comments
                       .pcap    a capture for older programs
                       .svg     the hosts and all turns as a picture, for browsers
                       .mmd     the turns as a Mermaid sequence diagram
                       .json    all events with their causes, all frames
                       .txt     the transcript
                     Without -o the transcript goes to standard output
  --passwords        show passwords in the transcript rather than ••••
  --chart CHART      a chart instead: sequence, throughput, flight or weight; of
                     the heaviest connection, or of connection 2: flight-2. As a
                     .svg with -o, as numbers in a .txt or on standard output
  --why [N]          why packets were lost, replies said no and letters came back:
                     the few causes of each, from the beginning on. With a number:
                     why packet N was sent, or lost, counted over all links as the
                     page counts

Examples:
  wirestage run ftp-download
  wirestage run ftp-active-nat --why
  wirestage run ftp-download --chart sequence -o numbers.svg
  wirestage run ftp-download --set mode=active --set size=1MB -o active.pcapng
  wirestage run mail-submit --tap server -o letter.pcap -o letter.svg
  wirestage run ftp-download --filter 'ftp || tcp.flags.syn == 1'
  wirestage run my-lesson.toml --seed 7 -o run.json

Exit code: 0 if the run came to its end, 1 if it had to be stopped (what was asked
for is still written) or could not be written, 2 if the command line, the filter
or the scenario is wrong. That no frame passes a filter is no failure.
";

const COMPARE: &str = "\
Runs two scenarios, or one with other knobs, and shows them beside each other: the
first difference that matters in words, all turns side by side, and what each costs
in round trips, connections, packets, bytes and time.

Usage: wirestage compare SCENARIO|FILE [--set KNOB=VALUE]… [--seed N]
                 [--with SCENARIO|FILE [--set KNOB=VALUE]… [--seed N]]

  --with SCENARIO    the second run; the scenario as it is if not given. Knobs and
                     seed after it are the second run's
  --set KNOB=VALUE   turn a knob; `wirestage list` names them. Can be repeated
  --seed N           other chance; 1 if not given

Between two turns stands how they compare: nothing where they are the same, ≈ the
same with something else in it, ≠ another one, ◀ or ▶ in one of the runs alone.

Examples:
  wirestage compare ftp-download --with ftp-download --set mode=active
  wirestage compare ftp-active-nat --set nat=helper
  wirestage compare ftp-download --with mail-submit

Exit code: 0 if both came to their end, alike or not; 1 if one had to be stopped, 2
if the command line or a scenario is wrong.
";

const FIELDS: &str = "\
Shows the frames of a capture or of a run, a line each: number, time, ends,
protocol, length, what it says; or the fields that you name, with tabs between.

Usage: wirestage fields CAPTURE|SCENARIO [--filter FILTER] [-e FIELD]… [--header]
                 [--twice] [--set KNOB=VALUE]… [--seed N] [--tap HOST|LINK|all]

CAPTURE is a file of Ethernet frames that ends in .pcapng or .pcap, of any size.

  --filter FILTER    only frames that it lets through, in Wireshark's language:
                     'tcp.flags.syn == 1 && ip.src == 192.0.2.0/24'
  -e, --field FIELD  a column: a field by Wireshark's name, such as tcp.seq; or
                     frame.number, frame.time_relative, frame.len, frame.protocols,
                     frame.comment, source, destination, protocol, info.
                     Several values of one frame have commas between them
  --header           the columns' names in the first line
  -2, --twice        read all of it before, so that frames also know what later
                     ones tell of them, such as where a command is answered

Examples:
  wirestage fields download.pcapng --filter ftp
  wirestage fields ftp-download -e frame.number -e ftp.request.command
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
Shows a JSON Schema: of scenario files, so that editors complete words and
underline mistakes, or of runs saved as JSON (`wirestage run … -o run.json`), for
programs that read them.

Usage: wirestage schema [scenario|timeline]

Examples:
  wirestage schema > scenario.schema.json
  wirestage schema timeline > timeline.schema.json
";

const PROFILE: &str = "\
Writes a profile for Wireshark: packets in the page's colours, a column for
captions, phases and turns, the hosts' names, and buttons for filters.

Usage: wirestage profile -o FOLDER
  -o, --output FOLDER   where; nothing may be there yet. Its name is the profile's

Wireshark takes it by Edit > Configuration Profiles > Import from directory, and at
once where it lies among your profiles already; `tshark -G folders` says where
they are.

Examples:
  wirestage profile -o ~/.config/wireshark/profiles/wirestage
  tshark -C wirestage --color -r download.pcapng

Exit code: 1 if it cannot be written, 2 if the command line is wrong.
";

const VERSUS: &str = "\
Compares FTP with SMTP and HTTP: the same file by each of them, a table of what they
are, and what is commonly said of them with what the packets show. Each figure is
computed from runs of the scenarios, which takes a moment; each cell names the steps
that show it, as addresses of the page.

Usage: wirestage ftp-and-smtp [ROW]
  ROW   this row or saying alone, by the word in parentheses after its name

Examples:
  wirestage ftp-and-smtp
  wirestage ftp-and-smtp ports
  wirestage ftp-and-smtp > ftp-and-smtp.txt

Exit code: 2 if the command line is wrong.
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

const SHELL: &str = "\
Opens your own shell with the network of a scenario instead of this machine's. You
stand in for one of its hosts: your programs speak to the simulated ones as if they
were far away, and every packet is seen. Nothing of it reaches a real network. It
needs Linux, and neither root nor a container.

Usage: wirestage shell SCENARIO|FILE [--as HOST] [--set KNOB=VALUE]… [--seed N]
                 [--tap HOST|LINK|all] [-o FILE]… [--page] [--port N] [--no-open]
                 [--until-done] [-- COMMAND…]

  --as HOST          whom you stand in for; the first person's host if not given.
                     As a server, you run the server: the others come to you as
                     soon as a program of yours listens
  --set KNOB=VALUE   turn a knob, as in `wirestage run`. Can be repeated
  --seed N           other chance, as in `wirestage run`
  --tap HOST|LINK|all
                     where the capture is taken; your own host if not given
  -o, --output FILE  save the session; the ending says how, as in `wirestage run`.
                     A capture grows as the session goes on: open it any time
  --page             show the session in a browser while it goes on
  --port N           where the page is served; 8080 if not given, 0 for a free port
  --no-open          print the page's address and open no browser
  --until-done       end the command when everybody else has done what the scenario
                     has them do, and exit with 0 if all of it went well, else 1
  -- COMMAND…        what to run instead of a shell

The names of the scenario's hosts are known: `curl ftp://server/report.pdf`. Where
somebody runs a name server, your programs ask it, and so may you: `dig`. Letters go
out with `curl smtp://…` and come in with `curl pop3://…`, or as your own mail
program has it. Time goes by as on the clock. Leave with `exit`.

Examples:
  wirestage shell ftp-download
  wirestage shell ftp-download --page -o session.pcapng
  wirestage shell ftp-download -- curl -O ftp://server/report.pdf
  wirestage shell ftp-download --as server --until-done -- python3 my_server.py
  wirestage shell mail-ada-grace -- dig example.net MX

Exit code: the command's own; 128 and the signal's number if a signal ended it; 127
if there is no such program. 1 if there can be no such shell here, 2 if the command
line or the scenario is wrong.
";

const LIVE: &str = "\
Captures what goes by on an interface of this machine, until you press Ctrl-C. It
needs Linux and the right to listen: root's, or the capability CAP_NET_RAW.

Usage: wirestage live --iface IF [-o FILE]… [--count N] [--for TIME]
  --iface IF         which interface
  -o, --output FILE  write a capture, .pcapng or .pcap. Can be repeated
                     Without -o each frame is a line on standard output
  --count N          end after so many frames
  --for TIME         end after this time: 500ms, 10s, 5min

Examples:
  sudo wirestage live --iface eth0
  sudo wirestage live --iface lo -o local.pcapng --for 10s

Exit code: 1 if it cannot capture or write, 2 if the command line is wrong.
";

const REPLAY: &str = "\
Puts the frames of a capture, or of a scenario's run, on an interface, each at its
time, for others to capture there. It needs Linux and the right to send: root's, or
the capability CAP_NET_RAW.

Usage: wirestage replay FILE|SCENARIO --iface IF [--speed X] [--set KNOB=VALUE]…
                 [--seed N] [--tap HOST|LINK|all] [--allow-real-network]

FILE is a capture that ends in .pcapng or .pcap, or a scenario of your own that
ends in .toml. SCENARIO is a name from `wirestage list`.

  --iface IF         where they go: loopback, or a TAP or dummy interface, or a veth
                     whose other end is here as well
  --speed X          so much faster than they were: 10, or 0.5 for half as fast
  --set, --seed, --tap
                     which run of a scenario, and where its frames are taken, as
                     in `wirestage run`
  --allow-real-network
                     send even where other machines would receive it

Examples:
  sudo ip link add class0 type dummy && sudo ip link set class0 up
  sudo wirestage replay ftp-download --iface class0
  sudo wirestage replay session.pcapng --iface class0 --speed 10

Exit code: 1 if frames cannot be sent, 2 if the command line or the file is wrong.
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
            Topic::Compare,
            Topic::Fields,
            Topic::Check,
            Topic::Schema,
            Topic::Profile,
            Topic::Versus,
            Topic::Serve,
            Topic::Shell,
            Topic::Live,
            Topic::Replay,
        ] {
            let text = topic.text();
            assert!(text.lines().all(|l| l.chars().count() <= 84), "{text}");
            assert!(topic.usage().starts_with("Usage: wirestage"));
        }
    }
}
