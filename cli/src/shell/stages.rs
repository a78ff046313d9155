//! The stages inside, seen from the program: how they are started, asked to end, and missed.

use super::inside::{self, quiet_ipv6};
use super::namespaces::{self, Entered};
use super::plan::{DOOR, Place};
use super::signals::Signals;
use super::{pipes, prompt};
use crate::fault::Fault;
use crate::netlink::{Features, Routes};
use crate::wire::{self, Receiver, Sender};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

/// The stages, and our end of the cable.
pub struct Stages {
    /// The first one.
    pub child: Child,
    /// Signals for us; the command gets its own.
    pub signals: Signals,
    /// Where frames go to the reader …
    pub sender: Sender,
    /// … and where they come from.
    pub receiver: Receiver,
    /// What the first stage says: in the end, the command's exit code.
    pub say: BufReader<File>,
    /// Breaks when the program ends.
    pub lifeline: File,
}

/// Starts the stages and joins the cable. The program must be in its namespaces, and have one
/// thread. The command waits for [`Stages::go`].
pub fn start(place: &Place, command: &[OsString], entered: Entered) -> Result<Stages, Fault> {
    quiet_ipv6(false);
    let (child, mut lifeline, say) =
        spawn(place, command, entered).map_err(|e| cannot("start", &e))?;
    // What was started has the signals as they were.
    let signals = Signals::catch().map_err(|e| cannot("watch", &e))?;
    let plan = serde_json::to_string(place).expect("plain values");
    // If nobody reads it, the reason is told on the other pipe.
    let _ = writeln!(lifeline, "{plan}");
    let mut say = BufReader::new(say);
    let mut word = String::new();
    let read = say.read_line(&mut word);
    read.map_err(|e| cannot("hear from", &e))?;
    if word != "made\n" {
        let _ = say.read_to_string(&mut word);
        let why = match word.trim_end() {
            "" => "the first stage of the shell ended before it had begun",
            why => why,
        };
        return Err(Fault::failed(why));
    }
    let (sender, receiver) = join().map_err(|e| cannot("join the cable to", &e))?;
    Ok(Stages {
        child,
        signals,
        sender,
        receiver,
        say,
        lifeline,
    })
}

fn spawn(place: &Place, command: &[OsString], entered: Entered) -> io::Result<(Child, File, File)> {
    let program = match entered {
        Entered::Plain => None,
        Entered::WithRights => Some(copy_of_program()?),
    };
    let path = program
        .as_ref()
        .map(|copy| format!("/proc/self/fd/{}", copy.as_raw_fd()));
    let (lifeline_end, lifeline) = pipes::to_child()?;
    let (say, say_end) = pipes::from_child()?;
    let child = Command::new(path.as_deref().unwrap_or("/proc/self/exe"))
        .arg0("wirestage")
        .arg(inside::WORD)
        .args([pipes::name(&lifeline_end), pipes::name(&say_end)])
        .arg(std::process::id().to_string())
        .arg("--")
        .args(command)
        .env(prompt::SCENARIO, &place.scenario)
        .env(prompt::HOST, &place.host)
        .spawn()?;
    // Only the stages were to have these rights.
    let _ = namespaces::hand_on(&[]);
    Ok((child, lifeline, say))
}

/// The program without the rights that its file gives to who runs it: with them the kernel
/// would take away those that are handed on (capabilities(7), on the ambient set).
fn copy_of_program() -> io::Result<OwnedFd> {
    let copy = memfd_create("wirestage", MFdFlags::MFD_CLOEXEC)?;
    io::copy(
        &mut File::open("/proc/self/exe")?,
        &mut File::from(copy.try_clone()?),
    )?;
    Ok(copy)
}

/// Our end of the cable.
fn join() -> io::Result<(Sender, Receiver)> {
    let mut routes = Routes::open()?;
    let _ = routes.keep_quiet(DOOR);
    let _ = routes.one_segment(DOOR);
    if let Ok(mut features) = Features::open() {
        features.all_off(DOOR);
    }
    // Whoever listens to an interface that is off hears of that first.
    routes.up(DOOR)?;
    routes.wait_until_carrying(DOOR)?;
    let index = routes.link(DOOR)?.index;
    wire::open(DOOR, index, true)
}

impl Stages {
    /// Lets the command begin.
    pub fn go(&mut self) -> Result<(), Fault> {
        writeln!(self.lifeline, "go").map_err(|e| cannot("start the command in", &e))
    }

    /// Who to ask for an end.
    pub fn asker(&self) -> Asker {
        Asker(Pid::from_raw(self.child.id().cast_signed()))
    }
}

/// Asks the stages to end.
#[derive(Clone, Copy, Debug)]
pub struct Asker(Pid);

impl Asker {
    /// Passes a signal on to all that runs inside. Two seconds later it ends, willing or not.
    pub fn ask(self, signal: Signal) {
        let _ = kill(self.0, signal);
    }

    /// The stage whose network is the reader's.
    pub fn process(self) -> i32 {
        self.0.as_raw()
    }
}

fn cannot(what: &str, error: &io::Error) -> Fault {
    Fault::failed(format!("cannot {what} the shell: {error}"))
}
