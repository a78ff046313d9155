//! What each host holds at a moment, as plain rows, with what the step changed.

use super::notes::{Dialogue, Heading, ORDER, Told, host_at, is_for_answers, place, reads};
use super::outline::{Outline, Stroke};
use super::routers::{Routing, routing, what_it_does};
use super::words::grouped_bytes;
use crate::base::sorted::{Map, Set};
use crate::base::{ConnId, HostId, Kept};
use crate::dissect::letterhead;
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
    /// Whether it is off.
    pub off: bool,
    /// What its server noted of each session.
    pub sessions: Vec<Session>,
    /// What else it noted, under headings: the queue, mailboxes, names it has learnt.
    pub groups: Vec<Group>,
    /// The letters that its programs keep.
    pub letters: Vec<LetterRow>,
    /// The other files and folders that its programs keep.
    pub files: Vec<FileRow>,
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
    /// Which words agreed on it, and which use it: `for RETR report.pdf, agreed by 227`.
    pub tie: Option<String>,
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

/// A session of a server, and what the server remembers of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What it is called: `Session 1`.
    pub title: String,
    /// What is known of it: user, folder, what moves.
    pub items: Vec<Item>,
}

/// Items of a sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What stands above them: `Queue`.
    pub title: &'static str,
    /// What that means, or how many there are.
    pub about: String,
    /// They themselves.
    pub items: Vec<Item>,
}

/// A letter in a mailbox, or one that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterRow {
    /// Where it lies as a file.
    pub file: FileRow,
    /// What it is about.
    pub subject: String,
    /// `letter 1 for grace@example.net, from Ada <ada@example.org>`.
    pub about: String,
}

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// Where: `/docs/report.pdf`.
    pub path: String,
    /// How many bytes it has; none for a folder.
    pub len: Option<u64>,
    /// Which row of the timeline's table says what it holds.
    pub row: u32,
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
        let (sessions, noted, groups) = notes(timeline, before, after);
        items.extend(noted);
        let (letters, files) = files(timeline, before, after);
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
            off: states[1].off.contains(&host),
            items,
            sessions,
            groups,
            letters,
            files,
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
        tie: line.and_then(|(_, line)| Some(line.tie.as_ref()?.words())),
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
    let all: Set<_> = all.filter(|place| !is_for_answers(**place)).collect();
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

/// Whether a note says what the host's ports and files say already: the port it listens at
/// (what hinders listening is not told yet), or a file that is there.
fn is_told(after: &HostState, ports: &[String], key: &(u16, String), value: &String) -> bool {
    let what = key.1.as_str();
    let is_there = |kind, path: fn(&str) -> String| {
        let rest = what.strip_prefix(kind);
        rest.is_some_and(|rest| after.files.contains_key(&(key.0, path(rest))))
    };
    (what == "listens" && ports.contains(value))
        || is_there("file.", |name| ["/", name].concat())
        || is_there("inbox.", |number| ["/mail/", number, ".eml"].concat())
}

/// What is noted of sessions, what else, and what of it stands under headings.
fn notes(
    timeline: &Timeline,
    before: &HostState,
    after: &HostState,
) -> (Vec<Session>, Vec<Item>, Vec<Group>) {
    let keys: Set<_> = before.notes.keys().chain(after.notes.keys()).collect();
    let ports: Vec<String> = after.listening.iter().map(|place| port(*place)).collect();
    let mut sessions: Map<(Dialogue, u64), Vec<Item>> = Map::new();
    let mut groups: Map<Heading, (Option<String>, Vec<Item>)> = Map::new();
    let mut others = Vec::new();
    for key in keys {
        let (was, now) = (before.notes.get(key), after.notes.get(key));
        let Some(value) = now.or(was) else { continue };
        let what = key.1.as_str();
        if is_told(after, &ports, key, value) {
            continue;
        }
        let change = change(was.map(String::as_str), now.map(String::as_str));
        let item = |name: String, value: String| Item {
            name,
            value,
            change,
        };
        match place(what) {
            Told::Not => {}
            Told::Dialogue(kind, number, name) => {
                let number = number.parse().unwrap_or(u64::MAX);
                let value = match name {
                    "with" => host_at(timeline, value),
                    _ => grouped_bytes(value),
                };
                let item = item(name.to_owned(), value);
                sessions.or_default((kind, number)).push(item);
            }
            Told::Under(heading, name) => {
                let (name, value) = reads(timeline, heading, name, value);
                groups.or_default(heading).1.push(item(name, value));
            }
            Told::Sum(heading) => groups.or_default(heading).0 = now.cloned(),
            Told::Alone(name) => others.push(item(name, grouped_bytes(value))),
        }
    }
    let sessions = sessions.into_iter().map(|((kind, number), mut items)| {
        let place = |item: &Item| ORDER.iter().position(|(_, name)| *name == item.name);
        items.sort_by_key(|item| place(item).unwrap_or(ORDER.len()));
        let title = [kind.word(), " ", &number.to_string()].concat();
        Session { title, items }
    });
    let groups = groups.into_iter().map(|(heading, (sum, items))| {
        let (title, about) = heading.words();
        let about = match sum.as_deref() {
            Some("0") if items.is_empty() => "empty".to_owned(),
            _ => about.to_owned(),
        };
        Group {
            title,
            about,
            items,
        }
    });
    (sessions.collect(), others, groups.collect())
}

/// The letters, and the other files and folders. Folders of mailboxes say nothing that the
/// mailboxes do not.
fn files(
    timeline: &Timeline,
    before: &HostState,
    after: &HostState,
) -> (Vec<LetterRow>, Vec<FileRow>) {
    let keys: Set<_> = before.files.keys().chain(after.files.keys()).collect();
    let (mut letters, mut files) = (Vec::new(), Vec::new());
    for key in keys {
        let (was, now) = (before.files.get(key), after.files.get(key));
        let Some(file) = now.or(was) else { continue };
        let row = FileRow {
            path: key.1.clone(),
            len: file.len,
            row: file.row,
            change: match (was == now, now) {
                (true, _) => Change::Same,
                (false, Some(_)) => Change::Changed,
                (false, None) => Change::Gone,
            },
        };
        if row.len.is_none() && is_mailbox(&row.path) {
            continue;
        }
        match letter(timeline, row) {
            Ok(letter) => letters.push(letter),
            Err(file) => files.push(file),
        }
    }
    (letters, files)
}

/// Whose letter lies at a path, and which it is: `/mail/grace@example.net/1.eml`; what was
/// fetched is nobody's, `/mail/1.eml`.
pub(in crate::view) fn letter_at(path: &str) -> Option<(&str, &str)> {
    let name = path.strip_prefix("/mail/")?.strip_suffix(".eml")?;
    let (mailbox, number) = name.rsplit_once('/').unwrap_or(("", name));
    let is_number = number.bytes().all(|b| b.is_ascii_digit());
    let fits = mailbox.is_empty() || mailbox.contains('@');
    (is_number && fits).then_some((mailbox, number))
}

fn is_mailbox(path: &str) -> bool {
    let below = path.strip_prefix("/mail");
    below.is_some_and(|below| below.is_empty() || below.contains('@'))
}

/// The letter that a file is, or else the file.
fn letter(timeline: &Timeline, file: FileRow) -> Result<LetterRow, FileRow> {
    // Its head is at its beginning.
    const HEAD: u64 = 4096;
    let Some((mailbox, number)) = letter_at(&file.path).filter(|_| file.len.is_some()) else {
        return Err(file);
    };
    let head = match &timeline.kept(file.row).what {
        Some(Kept::File(content)) => {
            letterhead(&timeline.content_in(content, 0..content.len().min(HEAD)))
        }
        _ => letterhead(b""),
    };
    let mut about = ["letter ", number].concat();
    if !mailbox.is_empty() {
        about += " for ";
        about += mailbox;
    }
    if !head.from.is_empty() {
        about += ", from ";
        about += &head.from;
    }
    Ok(LetterRow {
        subject: match head.subject.is_empty() {
            true => "(no subject)".into(),
            false => head.subject,
        },
        about,
        file,
    })
}

/// How far something is, where a value says it: `12 000 of 40 000 bytes`.
#[must_use]
pub fn progress(value: &str) -> Option<(u64, u64)> {
    let text = value.strip_suffix(" bytes")?;
    let (done, all) = text.rsplit_once(" of ")?;
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    // A name may stand before the number.
    let from = done.rfind(|c: char| !c.is_ascii_digit() && c != '\u{a0}' && c != ' ');
    let done = done.get(from.map_or(0, |at| at + 1)..).unwrap_or_default();
    let (done, all) = (digits(done).parse().ok()?, digits(all).parse().ok()?);
    (all > 0 && done <= all).then_some((done, all))
}

fn change(was: Option<&str>, now: Option<&str>) -> Change {
    match (was == now, now) {
        (true, _) => Change::Same,
        (false, Some(_)) => Change::Changed,
        (false, None) => Change::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{FileState, States, sample};

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
    fn a_session_is_one_thing_and_files_change_where_they_do() {
        let mut before = HostState::default();
        let mut after = HostState::default();
        let notes = [
            ("session.10.user", "grace"),
            ("session.2.transfer", "report.pdf, 12000 of 40000 bytes"),
            ("session.2.dir", "/docs"),
            ("session.2.peer", "192.0.2.10"),
            ("sessions", "2 of 2"),
            ("file.new.txt", "7 of 7 bytes"),
        ];
        for (key, value) in notes {
            after.notes.insert((0, key.into()), value.into());
        }
        let file = |len, row| FileState { len, row };
        before
            .files
            .insert((0, "/old.txt".into()), file(Some(1), 0));
        for host in [&mut before, &mut after] {
            host.files.insert((0, "/docs".into()), file(None, 1));
        }
        after.files.insert((0, "/new.txt".into()), file(Some(7), 2));
        let timeline = Timeline::default();
        let (sessions, others, groups) = super::notes(&timeline, &before, &after);
        assert_eq!(groups, []);
        let told = sessions.iter().map(|session| {
            let items = session.items.iter().map(|item| item.name.as_str());
            format!(
                "{}: {}",
                session.title,
                items.collect::<Vec<_>>().join(", ")
            )
        });
        let told: Vec<String> = told.collect();
        assert_eq!(
            told,
            ["Session 2: with, folder, transfers", "Session 10: user"]
        );
        let others: Vec<_> = others.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(others, ["sessions"], "the file is told as a file");
        let (letters, files) = super::files(&timeline, &before, &after);
        assert_eq!(letters, []);
        let files: Vec<_> = files.iter().map(|f| (f.path.as_str(), f.change)).collect();
        let expected = [
            ("/docs", Change::Same),
            ("/new.txt", Change::Changed),
            ("/old.txt", Change::Gone),
        ];
        assert_eq!(files, expected);
    }

    #[test]
    fn a_mail_servers_notes_stand_under_headings() {
        let mut after = HostState::default();
        let before = HostState::default();
        let notes = [
            ("mailbox.grace@example.net", "1 letter"),
            ("queue", "1"),
            ("queue.1", "for ada@example.org: not tried yet"),
            ("sending.2.by", "mx.example.org"),
            ("sending.2.to", "example.org"),
            ("name.example.org.MX", "10 mx.example.org (until 9 s)"),
        ];
        for (key, value) in notes {
            after.notes.insert((0, key.into()), value.into());
        }
        let (sessions, others, groups) = super::notes(&Timeline::default(), &before, &after);
        assert_eq!((sessions.len(), others.len()), (1, 0));
        let told = groups.iter().map(|group| {
            let item = &group.items[0];
            format!("{}: {} = {}", group.title, item.name, item.value)
        });
        let told: Vec<String> = told.collect();
        let expected = [
            "Queue: Letter 1 for ada@example.org = not tried yet",
            "Mailboxes: grace@example.net = 1 letter",
            "Names it has learnt: MX example.org = 10 mx.example.org (until 9 s)",
        ];
        assert_eq!(told, expected);
        assert_eq!(
            letter_at("/mail/grace@example.net/12.eml"),
            Some(("grace@example.net", "12"))
        );
        assert_eq!(letter_at("/mail/3.eml"), Some(("", "3")));
        assert_eq!(letter_at("/mail/notes/3.eml"), None);
    }

    #[test]
    fn progress_is_read_where_a_value_tells_it() {
        assert_eq!(
            progress("report.pdf, 12000 of 40 000 bytes"),
            Some((12_000, 40_000))
        );
        assert_eq!(progress("5 of 40 bytes"), Some((5, 40)));
        assert_eq!(progress("2 of 2"), None);
        assert_eq!(progress("report of 9 bytes"), None);
        assert_eq!(progress("0 of 0 bytes"), None);
    }
}
