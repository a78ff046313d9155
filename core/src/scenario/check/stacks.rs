//! What belongs where: the settings of a host's connections, and keys that mean nothing at
//! a node of their kind.

use super::network::HostFiles;
use super::{faults, mail};
use crate::base::{Duration, Span};
use crate::scenario::file::{HostFile, OnOff, TcpFile};
use crate::scenario::model::{NodeKind, Scenario, Tcp};
use crate::scenario::problem::Problems;
use crate::scenario::value::{At, Many};

/// Tells keys that stand at the wrong kind of node, and fills in how connections behave.
pub(super) fn read(files: &HostFiles<'_>, scenario: &mut Scenario, problems: &mut Problems) {
    for (index, file) in files.iter().enumerate() {
        let Some(file) = file else { continue };
        let node = &mut scenario.nodes[index];
        let word = node.kind.word();
        let (hosts, routers) = match &node.kind {
            NodeKind::Host(_) => (true, false),
            NodeKind::Router(_) => (false, true),
            NodeKind::Switch | NodeKind::Hub => (false, false),
        };
        let wrong = |keys: &[Key], help: &str, problems: &mut Problems| {
            for (key, span) in keys {
                if let Some(span) = span {
                    problems.error(*span, format!("a {word} has no `{key}`"), help);
                }
            }
        };
        if !hosts {
            let help = "put it at a host; is = \"host\" makes this one";
            wrong(&of_hosts(file), help, problems);
            wrong(&mail::of_clients(file), help, problems);
            wrong(&mail::of_robots(file), help, problems);
            wrong(&mail::of_servers(file), help, problems);
            wrong(&mail::of_name_servers(file), help, problems);
        }
        if !routers {
            let help = "put it at a router; is = \"router\" makes this one";
            wrong(&of_routers(file), help, problems);
        }
        if !hosts && !routers {
            let help = "it has no addresses of its own; put it at a host or a router";
            wrong(&[("address", first(file.address.as_ref()))], help, problems);
        }
        let NodeKind::Host(host) = &mut node.kind else {
            continue;
        };
        if let Some(tcp) = &file.tcp {
            host.tcp = settings(&tcp.value, problems);
        }
        if let Some(down) = &file.down {
            host.down = faults::down(down, "host", problems);
        }
    }
}

/// A key, and where its value stands, if it is said.
pub(super) type Key = (&'static str, Option<Span>);

pub(super) fn first<T>(values: Option<&Many<T>>) -> Option<Span> {
    values?.0.first().map(|value| value.span)
}

/// Where a key's value stands, if it is said.
pub(super) fn at<T>(key: Option<&At<T>>) -> Option<Span> {
    key.map(|key| key.span)
}

fn of_hosts(file: &HostFile) -> [Key; 32] {
    [
        ("person", at(file.person.as_ref())),
        ("domain", at(file.domain.as_ref())),
        ("down", first(file.down.as_ref())),
        ("pipelining", at(file.pipelining.as_ref())),
        ("user", at(file.user.as_ref())),
        ("password", at(file.password.as_ref())),
        ("runs", first(file.runs.as_ref())),
        ("server", at(file.server.as_ref())),
        ("mode", at(file.mode.as_ref())),
        ("announces", at(file.announces.as_ref())),
        ("trusts", at(file.trusts.as_ref())),
        ("retries", at(file.retries.as_ref())),
        ("retry-after", at(file.retry_after.as_ref())),
        ("files", at(file.files.as_ref())),
        ("folders", first(file.folders.as_ref())),
        ("line-ends", at(file.line_ends.as_ref())),
        ("logins", at(file.logins.as_ref())),
        ("anonymous", at(file.anonymous.as_ref())),
        ("guests", at(file.guests.as_ref())),
        ("port-check", at(file.port_check.as_ref())),
        ("extended", at(file.extended.as_ref())),
        ("sessions", at(file.sessions.as_ref())),
        ("attempts", at(file.attempts.as_ref())),
        ("idle", at(file.idle.as_ref())),
        ("data-patience", at(file.data_patience.as_ref())),
        ("disk", at(file.disk.as_ref())),
        ("quota", at(file.quota.as_ref())),
        ("passive-ports", at(file.passive_ports.as_ref())),
        ("passive-address", at(file.passive_address.as_ref())),
        ("tcp", at(file.tcp.as_ref())),
        ("pause", at(file.pause.as_ref())),
        ("pause-after", at(file.pause_after.as_ref())),
    ]
}

fn of_routers(file: &HostFile) -> [Key; 6] {
    [
        ("nat", at(file.nat.as_ref())),
        ("forwards", first(file.forwards.as_ref())),
        ("nat-table", at(file.nat_table.as_ref())),
        ("nat-timeout", at(file.nat_timeout.as_ref())),
        ("firewall", at(file.firewall.as_ref())),
        ("routes", first(file.routes.as_ref())),
    ]
}

/// What holds where the file says nothing is the stack's own.
fn settings(file: &TcpFile, problems: &mut Problems) -> Tcp {
    let mut tcp = Tcp::default();
    if let Some(congestion) = &file.congestion {
        tcp.congestion = congestion.value;
    }
    if let Some(nagle) = &file.nagle {
        tcp.nagle = nagle.value == OnOff::On;
    }
    if let Some(delay) = &file.delayed_ack {
        tcp.delayed_ack = delay.value.0;
        // RFC 1122 §4.2.3.2.
        if delay.value.0 >= Some(Duration::from_millis(500)) {
            let help = "write less than 500 ms, or off";
            problems.error(delay.span, "an acknowledgement may not wait so long", help);
        }
    }
    if let Some(window) = &file.window {
        match u32::try_from(window.value.0) {
            Ok(bytes @ 1..=MOST_WINDOW) => tcp.window = bytes,
            _ => problems.error(
                window.span,
                "a window cannot be of this size",
                "write something from 1 B to 16 MiB",
            ),
        }
    }
    if let Some(backlog) = &file.backlog {
        tcp.backlog = backlog.value.0;
        if backlog.value.0 == 0 {
            problems.error(
                backlog.span,
                "nobody could ever connect",
                "write 1 at least",
            );
        }
    }
    if let Some(mss) = &file.mss {
        // RFC 9293 §3.7.1 counts neither header.
        match u16::try_from(mss.value.0) {
            Ok(bytes @ 8..=8960) => tcp.mss = Some(bytes),
            _ => problems.error(
                mss.span,
                "a segment cannot be of this size",
                "write a number of bytes from 8 to 8960, such as 1460",
            ),
        }
    }
    patience(file, &mut tcp, problems);
    tcp
}

/// How long a connection waits for what.
fn patience(file: &TcpFile, tcp: &mut Tcp, problems: &mut Problems) {
    if let Some(silence) = &file.keep_alive {
        tcp.keep_alive = silence.value.0;
        if silence.value.0.is_some_and(|time| time < LEAST_PATIENCE) {
            problems.error(
                silence.span,
                "this asks without end",
                "write 1 s or more, or off",
            );
        }
    }
    for (key, place) in [
        (&file.connect_timeout, &mut tcp.connect_timeout),
        (&file.give_up, &mut tcp.give_up),
    ] {
        if let Some(time) = key {
            *place = time.value.0;
            if time.value.0 < LEAST_PATIENCE {
                problems.error(
                    time.span,
                    "nobody could ever answer in time",
                    "write 1 s or more",
                );
            }
        }
    }
}

/// Less would end or ask before an answer can come.
const LEAST_PATIENCE: Duration = Duration::from_secs(1);

/// As much as the budget of a run can bear, and more than a lesson needs.
const MOST_WINDOW: u32 = 16 << 20;
