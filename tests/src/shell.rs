//! Sessions of `wirestage shell`: who opens them, from where, and how long they may take.

use crate::{Scratch, program, tools};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

/// Who opens a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever runs the tests.
    Myself,
    /// Somebody who may do nothing on this machine.
    Nobody,
}

/// No session of a test may take longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The number of the user that owns nothing.
const NOBODY: u32 = 65_534;

impl Who {
    /// Whoever runs the tests; where that is root, somebody who may do nothing as well.
    #[must_use]
    pub fn all() -> &'static [Self] {
        if am_root() {
            &[Self::Myself, Self::Nobody]
        } else {
            &[Self::Myself]
        }
    }

    /// A call of a program as this user.
    #[must_use]
    pub fn command(self, program: &Path) -> Command {
        let mut command = match self {
            Self::Myself => Command::new(program),
            Self::Nobody => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={NOBODY}"));
                command.arg(format!("--regid={NOBODY}"));
                command.args(["--clear-groups", "--no-new-privs", "--"]);
                command.arg(program);
                command
            }
        };
        command.stdin(Stdio::null());
        command
    }

    /// Whether the kernel lets this user make a network of their own.
    fn may_make_networks(self) -> bool {
        let mut command = self.command(Path::new("unshare"));
        command.args(["-Urn", "ip", "link", "add", "try0", "type", "veth"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

/// Whether root runs the tests.
#[must_use]
pub fn am_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A folder to open sessions from, with the program in it. It goes with its test.
#[derive(Debug)]
pub struct Desk {
    scratch: Scratch,
    who: Who,
    wirestage: PathBuf,
}

impl Desk {
    /// A desk, or a loud skip and `None` where the kernel forbids such sessions.
    #[must_use]
    pub fn require(name: &str, who: Who) -> Option<Self> {
        if !who.may_make_networks() {
            let how = "run the tests where user namespaces are allowed";
            tools::tell_skip("the right to make network namespaces", how);
            return None;
        }
        Some(Self::new(name, who))
    }

    /// A desk, whatever the kernel says.
    #[must_use]
    pub fn new(name: &str, who: Who) -> Self {
        let scratch = Scratch::for_everybody(name);
        let wirestage = scratch.file("bin-wirestage");
        let built = program::path();
        if fs::hard_link(built, &wirestage).is_err() {
            fs::copy(built, &wirestage).expect("a copy of the program");
        }
        let everybody = fs::Permissions::from_mode(0o755);
        fs::set_permissions(scratch.path(), everybody).expect("own folder");
        for folder in ["work", "tmp"] {
            let folder = scratch.file(folder);
            fs::create_dir(&folder).expect("a folder in an empty one");
            if who == Who::Nobody {
                chown(&folder, Some(NOBODY), Some(NOBODY)).expect("root gives");
            }
        }
        Self {
            scratch,
            who,
            wirestage,
        }
    }

    /// Who sits here.
    #[must_use]
    pub fn who(&self) -> Who {
        self.who
    }

    /// The working folder.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.scratch.file("work")
    }

    /// The folder for what only passes.
    #[must_use]
    pub fn passing(&self) -> PathBuf {
        self.scratch.file("tmp")
    }

    /// A file in the working folder.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.work().join(name)
    }

    /// Lays a file there, for all to read.
    #[must_use]
    pub fn lay(&self, name: &str, text: &str) -> PathBuf {
        let file = self.file(name);
        fs::write(&file, text).expect("own folder");
        file
    }

    /// A call of a program from this desk.
    #[must_use]
    pub fn call(&self, program: &Path) -> Command {
        let mut command = self.who.command(program);
        command.current_dir(self.work());
        command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command.env("TMPDIR", self.passing());
        command.env("HOME", self.work());
        command
    }

    /// A call of `wirestage`.
    #[must_use]
    pub fn wirestage(&self, args: &[&str]) -> Command {
        let mut command = self.call(&self.wirestage);
        command.args(args);
        command
    }

    /// Where the program lies.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.wirestage
    }

    /// A whole session: `wirestage shell` with these words, then a script in sh.
    #[must_use]
    pub fn session(&self, args: &[&str], script: &str) -> Said {
        let words = [&["shell"], args, &["--", "sh", "-c", script]].concat();
        said(&mut self.wirestage(&words))
    }
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Said {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output …
    pub out: String,
    /// … and to standard error.
    pub err: String,
    /// How long it took.
    pub took: Duration,
}

impl Said {
    /// The exit code. Panics where a signal ended it.
    #[must_use]
    pub fn code(&self) -> i32 {
        let code = self.status.code();
        code.unwrap_or_else(|| panic!("no exit code: {self:?}"))
    }

    /// What it wrote to standard output. Panics with all it said unless it ended well.
    #[must_use]
    #[track_caller]
    pub fn well(&self) -> &str {
        assert!(
            self.status.success(),
            "{} after {:?}\n── out\n{}\n── err\n{}",
            self.status,
            self.took,
            self.out,
            self.err
        );
        &self.out
    }
}

/// Runs a command to its end, which must come soon. Panics where it does not, or where
/// something that it left behind still holds its output.
#[must_use]
#[track_caller]
pub fn said(command: &mut Command) -> Said {
    let mut started = Started::of(command);
    let end = started.since + PATIENCE;
    while started.child.try_wait().expect("a child").is_none() {
        if Instant::now() > end {
            started.child.kill().ok();
            let (out, err) = (started.out.all(), started.err.all());
            panic!("{command:?} does not end\n── out\n{out}\n── err\n{err}");
        }
        thread::sleep(Duration::from_millis(5));
    }
    started.ended()
}

/// A command that goes on.
#[derive(Debug)]
pub struct Started {
    /// Its process.
    pub child: Child,
    /// When it was started.
    pub since: Instant,
    out: Stream,
    err: Stream,
}

impl Started {
    /// Starts a command whose output is gathered.
    #[must_use]
    #[track_caller]
    pub fn of(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let since = Instant::now();
        let child = command.spawn();
        let mut child = child.unwrap_or_else(|e| panic!("cannot run {command:?}: {e}"));
        let out = Stream::of(child.stdout.take().expect("a pipe"));
        let err = Stream::of(child.stderr.take().expect("a pipe"));
        Self {
            child,
            since,
            out,
            err,
        }
    }

    /// Waits until it has said something on either stream, and answers the line.
    #[track_caller]
    pub fn line_with(&mut self, part: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            for stream in [&mut self.out, &mut self.err] {
                let text = stream.so_far();
                let lines = text.split_inclusive('\n');
                let mut whole = lines.filter(|line| line.ends_with('\n'));
                if let Some(line) = whole.find(|line| line.contains(part)) {
                    return line.trim_end().to_owned();
                }
            }
            let ended = self.child.try_wait().expect("a child");
            assert!(
                ended.is_none() && Instant::now() < end,
                "it does not say {part:?}, {ended:?}: {} {}",
                self.out.so_far(),
                self.err.so_far()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it said, once it has ended.
    #[must_use]
    #[track_caller]
    pub fn ended(mut self) -> Said {
        let status = self.child.wait().expect("a child");
        let took = self.since.elapsed();
        Said {
            status,
            out: self.out.all(),
            err: self.err.all(),
            took,
        }
    }
}

/// One stream of a command's output, gathered beside.
#[derive(Debug)]
struct Stream {
    pieces: Receiver<Vec<u8>>,
    bytes: Vec<u8>,
}

impl Stream {
    fn of(mut pipe: impl Read + Send + 'static) -> Self {
        let (sender, pieces) = channel();
        thread::spawn(move || {
            let mut piece = vec![0; 65_536];
            loop {
                match pipe.read(&mut piece) {
                    Ok(0) => break,
                    Ok(count) => {
                        if sender.send(piece[..count].to_vec()).is_err() {
                            break;
                        }
                    }
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        });
        Self {
            pieces,
            bytes: Vec::new(),
        }
    }

    fn so_far(&mut self) -> String {
        while let Ok(piece) = self.pieces.try_recv() {
            self.bytes.extend(piece);
        }
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// All of it; its end comes when nobody holds the pipe any more.
    #[track_caller]
    fn all(&mut self) -> String {
        loop {
            match self.pieces.recv_timeout(Duration::from_secs(10)) {
                Ok(piece) => self.bytes.extend(piece),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    panic!("somebody still holds its output: {}", self.so_far())
                }
            }
        }
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A file of the network's own, to run sessions in: `ftp`, with the laptop's mode of NAT and
/// the size of the file.
#[must_use]
pub fn behind_a_router(nat: &str, size: &str) -> String {
    format!(
        r#"
title = "A file from beyond a router"
links = ["laptop - router - internet - server"]
[hosts]
laptop = {{ person = "Ada", runs = "ftp client" }}
router = {{ nat = "{nat}" }}
server = {{ runs = "ftp server", files = {{ "report.pdf" = "{size}" }} }}
[link.all]
delay = "2 ms"
rate  = "1 Gbit/s"
[[story]]
Ada = ["login", "get report.pdf", "quit"]
"#
    )
}

/// What the first FTP server of a scenario keeps as its first file.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn kept(scenario: &wirestage_core::scenario::Scenario) -> Vec<u8> {
    use wirestage_core::scenario::model::Runs;
    let mut runs = scenario.hosts().flat_map(|(_, host)| &host.runs);
    let file = runs.find_map(|runs| match runs {
        Runs::FtpServer(server) => server.files.first(),
        _ => None,
    });
    let content = file.and_then(|file| file.content.as_ref());
    let content = content.expect("a server keeps a file");
    content.read(0..content.len())
}
