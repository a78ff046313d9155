//! The first stage inside: makes the reader's namespaces and network, and starts the second.

use super::plan::{CARD, DOOR, Place};
use super::signals::{Signals, exit_code};
use super::{mounts, namespaces, pipes, terminal};
use crate::netlink::{Features, Routes, Veth};
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::{getegid, getppid, sethostname};
use std::ffi::OsString;
use std::fs;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// What the program starts itself with to become this stage.
pub const WORD: &str = "shell-inside";

/// What this stage is told on its command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    /// The pipe with the plan, which breaks when the program ends.
    pub lifeline: RawFd,
    /// The pipe on which is said how it goes.
    pub say: RawFd,
    /// Whose child this is.
    pub parent: i32,
    /// What is run inside, and all it is told.
    pub command: Vec<OsString>,
}

/// Does all of it. The answer is the exit code.
pub fn run(order: &Order) -> u8 {
    let Ok(mut say) = pipes::write_end(order.say) else {
        return 1;
    };
    match begin(order, &mut say) {
        Ok(code) => code,
        Err(why) => {
            // Where nobody listens, nobody is left to tell.
            let _ = writeln!(say, "{why}");
            1
        }
    }
}

fn begin(order: &Order, say: &mut File) -> Result<u8, String> {
    let told = |what: &str, e: &dyn std::fmt::Display| format!("cannot {what}: {e}");
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(|e| told("stay with the program", &e))?;
    if getppid().as_raw() != order.parent {
        return Err("the program has ended".to_owned());
    }
    let lifeline = pipes::read_end(order.lifeline).map_err(|e| told("read the plan", &e))?;
    let mut lifeline = BufReader::new(lifeline);
    let mut line = String::new();
    let read = lifeline.read_line(&mut line);
    read.map_err(|e| told("read the plan", &e))?;
    let place: Place = serde_json::from_str(&line).map_err(|e| told("read the plan", &e))?;
    let spaces = CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWPID;
    unshare(spaces).map_err(|e| {
        let ways = namespaces::ways_out_now();
        format!("cannot make the namespaces of the shell: {e}\n{ways}")
    })?;
    // The host's own name would be told to others, in EHLO for example.
    let _ = sethostname(&place.host);
    connect(&place, order.parent).map_err(|e| {
        let ways = namespaces::ways_out_now();
        format!("cannot make the network of the shell: {e}\n{ways}")
    })?;
    mounts::lay(&place).map_err(|e| told("put names in their place", &e))?;
    writeln!(say, "made").map_err(|e| told("tell the program", &e))?;
    line.clear();
    match lifeline.read_line(&mut line) {
        Ok(count) if count > 0 => {}
        _ => return Err("the program has ended".to_owned()),
    }
    Routes::open()
        .and_then(|mut routes| routes.wait_until_carrying(CARD))
        .map_err(|e| told("use the cable", &e))?;
    let started = Command::new("/proc/self/exe")
        .arg0("wirestage")
        .arg(super::init::WORD)
        .arg(order.lifeline.to_string())
        .arg(i32::from(terminal::is_ours(&io::stdin())).to_string())
        .arg("--")
        .args(&order.command)
        .spawn();
    let child = started.map_err(|e| told("start the second stage", &e))?;
    let _ = pipes::forget(order.lifeline);
    let signals = Signals::catch().map_err(|e| told("watch the shell", &e))?;
    let status = signals.until_gone(
        child.id().cast_signed(),
        lifeline.get_ref(),
        false,
        |child, signal| {
            let _ = nix::sys::signal::kill(child, signal);
        },
    );
    let code = exit_code(status.map_err(|e| told("watch the shell", &e))?);
    // The network stays until connections have had time to end: the program says when.
    let _ = writeln!(say, "{code}");
    signals.until_broken(lifeline.get_ref());
    Ok(code)
}

/// The cable, and the host's end of it.
fn connect(place: &Place, parent: i32) -> io::Result<()> {
    be_quiet(place);
    let mut routes = Routes::open()?;
    routes.make_veth(Veth {
        name: CARD,
        mac: place.mac,
        peer: DOOR,
        peer_in: parent.cast_unsigned(),
        mtu: place.mtu,
    })?;
    let _ = routes.keep_quiet(CARD);
    let _ = routes.one_segment(CARD);
    if let Ok(mut features) = Features::open() {
        features.all_off(CARD);
    }
    routes.up("lo")?;
    let index = routes.link(CARD)?.index;
    for (ip, mac) in &place.neighbours {
        routes.add_neighbour(index, *ip, *mac)?;
    }
    routes.up(CARD)?;
    for (ip, prefix) in &place.addresses {
        routes.add_address(index, *ip, *prefix)?;
    }
    for gateway in &place.gateways {
        routes.add_gateway(index, *gateway)?;
    }
    Ok(())
}

/// Settings of the kernel for this network. Where they cannot be written, as in some
/// containers, the network works as well, with a little more talk on it.
fn be_quiet(place: &Place) {
    let group = getegid();
    let own = format!("{group} {group}");
    let set = |name: &str, value: &str| fs::write(format!("/proc/sys/net/{name}"), value);
    // Whoever may use groups that are not mapped sets the first, others the second.
    if set("ipv4/ping_group_range", "0 2147483647").is_err() {
        let _ = set("ipv4/ping_group_range", &own);
    }
    let _ = set("ipv4/ip_unprivileged_port_start", "0");
    quiet_ipv6(place.speaks_ipv6());
}

/// Nothing is said over IPv6 unasked, and nothing at all where the scenario has none.
pub fn quiet_ipv6(spoken: bool) {
    let off = if spoken { "0" } else { "1" };
    for (name, value) in [
        ("disable_ipv6", off),
        ("accept_ra", "0"),
        ("autoconf", "0"),
        ("router_solicitations", "0"),
        ("dad_transmits", "0"),
        ("accept_dad", "0"),
        ("addr_gen_mode", "1"),
    ] {
        for which in ["all", "default"] {
            let _ = fs::write(format!("/proc/sys/net/ipv6/conf/{which}/{name}"), value);
        }
    }
}
