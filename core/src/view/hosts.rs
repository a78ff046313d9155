//! What each host holds at a moment, as plain rows, with what the step changed.

use super::outline::{Outline, Stroke};
use super::routers::{Routing, routing, what_it_does};
use crate::base::sorted::Set;
use crate::base::{ConnId, HostId};
use crate::timeline::{End, HostState, SocketState, State, Timeline};
use std::net::SocketAddr;
use std::ops::Range;

/// A host and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Which.
    pub host: HostId,
    /// Its name.
    pub name: String,
    /// Who sits there and what runs there: `Ada, ftp client`.
    pub about: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// Its ends of connections, those that are gone only where the step ended them.
    pub sockets: Vec<Socket>,
    /// The ports its programs listen at, and what they noted.
    pub items: Vec<Item>,
    /// What it holds as a router; none for hosts.
    pub router: Option<Routing>,
}

/// An end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Socket {
    /// The connection, counted from 1.
    pub connection: Option<u32>,
    /// How its line is drawn.
    pub stroke: Stroke,
    /// `control`, `data`, `mail`.
    pub purpose: &'static str,
    /// This end's port.
    pub port: u16,
    /// The other end: `server port 21`.
    pub peer: String,
    /// Where it stands: `open`, `closing: heard FIN`.
    pub state: String,
    /// What the step did to it.
    pub change: Change,
}

/// Something else that a host holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// `listens at`, `session 1: user`.
    pub name: String,
    /// `port 21`, `ada`.
    pub value: String,
    /// What the step did to it.
    pub change: Change,
}

/// What a step did to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Same,
    /// It is new, or other than before.
    Changed,
    /// It was there before the step, and is no more.
    Gone,
}

/// All hosts, in the order of the timeline's nodes, then all routers; nodes that hold nothing
/// ever are left out. `shown` are the events between the two states.
#[must_use]
pub fn holdings(
    timeline: &Timeline,
    outline: &Outline,
    states: [&State; 2],
    shown: &Range<usize>,
) -> Vec<Holding> {
    let nodes = timeline.nodes().iter().enumerate();
    let (hosts, boxes): (Vec<_>, Vec<_>) = nodes.partition(|(_, node)| node.kind == "host");
    let routers = boxes.into_iter().filter(|(_, node)| node.router.is_some());
    let all = hosts.into_iter().chain(routers);
    all.map(|(index, node)| {
        let host = HostId::from_index(index);
        let [before, after] = states.map(|state| state.host(host));
        let mut words: Vec<&str> = node.person.iter().chain(&node.runs).map(|w| &**w).collect();
        if let Some(router) = &node.router {
            words = what_it_does(router);
        }
        let mut items = listening(before, after);
        items.extend(notes(before, after));
        Holding {
            host,
            name: node.name.clone(),
            about: words.join(", "),
            addresses: match node.router {
                // Its sides say them.
                Some(_) => Vec::new(),
                None => node.addresses.iter().map(ToString::to_string).collect(),
            },
            sockets: sockets(timeline, outline, before, after),
            items,
            router: routing(timeline, host, states, shown),
        }
    })
    .collect()
}

fn sockets(
    timeline: &Timeline,
    outline: &Outline,
    before: &HostState,
    after: &HostState,
) -> Vec<Socket> {
    let ends = after.sockets.iter();
    ends.filter_map(|(&id, &state)| {
        let was = before.sockets.get(&id);
        let change = match (was == Some(&state), state) {
            (true, SocketState::Closed(_)) => return None,
            (true, _) => Change::Same,
            (false, SocketState::Closed(_)) => Change::Gone,
            (false, _) => Change::Changed,
        };
        Some(socket(timeline, outline, id, state, change))
    })
    .collect()
}

fn socket(
    timeline: &Timeline,
    outline: &Outline,
    id: ConnId,
    state: SocketState,
    change: Change,
) -> Socket {
    let end = timeline.end(id);
    let line = outline.line_of(id);
    Socket {
        connection: line.map(|(number, _)| number),
        stroke: line.map_or(Stroke::Housekeeping, |(_, line)| line.stroke),
        purpose: line.map_or("", |(_, line)| line.purpose),
        port: end.local.port(),
        peer: peer(timeline, end),
        state: in_words(end, state),
        change,
    }
}

fn peer(timeline: &Timeline, end: &End) -> String {
    let name = timeline.name_of(end.remote.ip());
    format!("{name} port {}", end.remote.port())
}

fn in_words(end: &End, state: SocketState) -> String {
    match state {
        SocketState::Opening if end.active => "calling".into(),
        SocketState::Opening => "answering".into(),
        SocketState::Open => "open".into(),
        SocketState::HeardFinish => "closing: heard FIN".into(),
        SocketState::Closed(reason) => format!("closed: {reason}"),
    }
}

fn listening(before: &HostState, after: &HostState) -> Vec<Item> {
    let all = before.listening.iter().chain(after.listening.iter());
    let all: Set<_> = all.collect();
    let at = |host: &HostState, place| host.listening.contains(place).then_some("");
    let all = all.into_iter();
    all.map(|place| Item {
        name: "listens at".into(),
        value: port(*place),
        change: change(at(before, place), at(after, place)),
    })
    .collect()
}

fn port((at, udp): (SocketAddr, bool)) -> String {
    let udp = if udp { "UDP " } else { "" };
    format!("{udp}port {}", at.port())
}

fn notes(before: &HostState, after: &HostState) -> Vec<Item> {
    let keys: Set<_> = before.notes.keys().chain(after.notes.keys()).collect();
    let ports: Vec<String> = after.listening.iter().map(|place| port(*place)).collect();
    let told = keys.into_iter().filter_map(|key| {
        let (was, now) = (before.notes.get(key), after.notes.get(key));
        let value = now.or(was)?;
        // The port is told already; what hinders listening is not.
        if key.1 == "listens" && ports.contains(value) {
            return None;
        }
        Some(Item {
            name: plain(&key.1),
            value: value.clone(),
            change: change(was.map(String::as_str), now.map(String::as_str)),
        })
    });
    told.collect()
}

fn change(was: Option<&str>, now: Option<&str>) -> Change {
    match (was == now, now) {
        (true, _) => Change::Same,
        (false, Some(_)) => Change::Changed,
        (false, None) => Change::Gone,
    }
}

/// `session.1.user` is `session 1: user`; other keys say which thing after what it is.
fn plain(key: &str) -> String {
    let Some((kind, rest)) = key.split_once('.') else {
        return key.to_owned();
    };
    if kind != "session" {
        return match kind {
            "sent" => format!("letter {rest} sent"),
            _ => format!("{kind} {rest}"),
        };
    }
    let Some((number, what)) = rest.split_once('.') else {
        return format!("{kind} {rest}");
    };
    let what = match what {
        "peer" => "with",
        "type" => "type of files",
        "mode" => "data connection",
        "transfer" => "transfers",
        "from" => "envelope from",
        "to" => "envelope to",
        other => other,
    };
    format!("session {number}: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{States, sample};

    /// All that changes from event to event, in the words of the view.
    fn story() -> Vec<String> {
        let timeline = sample::timeline();
        let outline = Outline::of(&timeline, &sample::info());
        let mut states = States::new(&timeline);
        let mut told = Vec::new();
        for count in 1..=timeline.events().len() {
            let before = states.after(&timeline, count - 1);
            let after = states.after(&timeline, count);
            for holding in holdings(&timeline, &outline, [&before, &after], &(count - 1..count)) {
                let name = &holding.name;
                for socket in holding.sockets.iter().filter(|s| s.change != Change::Same) {
                    let (peer, state) = (&socket.peer, &socket.state);
                    told.push(format!("{name} {}: {peer} {state}", socket.purpose));
                }
                for item in holding.items.iter().filter(|i| i.change != Change::Same) {
                    let gone = if item.change == Change::Gone {
                        " gone"
                    } else {
                        ""
                    };
                    told.push(format!("{name} {} {}{gone}", item.name, item.value));
                }
            }
        }
        told
    }

    #[test]
    fn each_change_is_shown_in_the_step_that_makes_it() {
        let story = story();
        let at = |wanted: &str| {
            let found = story.iter().position(|line| line == wanted);
            found.unwrap_or_else(|| panic!("{wanted} in {story:#?}"))
        };
        let listens = at("server listens at port 21");
        let calls = at("laptop control: server port 21 calling");
        let open = at("laptop control: server port 21 open");
        assert!(listens < calls && calls < open);
        let closed = story
            .iter()
            .filter(|l| l.contains("closed: both sides finished"));
        assert_eq!(closed.count(), 2, "each end once: {story:#?}");
    }

    #[test]
    fn what_is_gone_is_shown_once_and_then_no_more() {
        let timeline = sample::timeline();
        let outline = Outline::of(&timeline, &sample::info());
        let mut states = States::new(&timeline);
        let end = states.after(&timeline, timeline.events().len());
        let held = holdings(&timeline, &outline, [&end, &end], &(0..0));
        let purposes = held.iter().flat_map(|host| &host.sockets);
        let purposes: Vec<&str> = purposes.map(|socket| socket.purpose).collect();
        // The data connection is over, the control connection goes on.
        assert_eq!(purposes, ["control", "control"]);
        let start = states.after(&timeline, 0);
        let all = holdings(&timeline, &outline, [&end, &start], &(0..0));
        let items = all.iter().flat_map(|host| &host.items);
        assert!(items.clone().count() > 0);
        assert!(items.clone().all(|item| item.change == Change::Gone));
    }

    #[test]
    fn keys_are_told_in_plain_words() {
        assert_eq!(plain("session.1.mode"), "session 1: data connection");
        assert_eq!(plain("file.report.pdf"), "file report.pdf");
        assert_eq!(plain("mailbox.ada@example.net"), "mailbox ada@example.net");
        assert_eq!(plain("sent.2"), "letter 2 sent");
        assert_eq!(plain("draft"), "draft");
    }
}
