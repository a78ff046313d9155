//! What can be measured of a run, as it stands in a cell.

use super::maker::Seen;
use super::tally::{On, Tally};
use super::{Find, Shape};
use crate::base::{FrameId, HostId, Time};
use crate::timeline::Kind;
use crate::view::outline::{Fate, Line, Row, What};
use crate::view::words::{counted, grouped};

/// Something of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How many connections there are: `2 connections`. Of one host alone, where it is named.
    Lines(On, &'static str),
    /// The port that the so-manieth calls.
    Port(On, usize),
    /// The port that it calls from.
    PortFrom(On, usize),
    /// Who calls.
    Caller(On, usize),
    /// Who is called.
    Callee(On, usize),
    /// Packets, each counted once.
    Packets(On),
    /// All bytes of them.
    Wire(On),
    /// Bytes of headers.
    Headers(On),
    /// Bytes of commands, replies and heads.
    Words(On),
    /// Bytes of files, letters and lists.
    Data(On),
    /// How much more than the file goes over the wire, in percent of the file. The file is as
    /// long as what goes over connections of the second kind.
    Extra(On, On),
    /// Which part of what was said comes from those who were called, in percent.
    FromServer(On),
    /// Which part comes from those who call.
    FromClient(On),
    /// The greatest byte that was sent.
    Highest(On),
    /// Round trips from the first call to the file's first byte.
    Trips(On),
    /// The time from the first call until the other side keeps the file.
    Took(On),
    /// How many steps there are of a kind.
    Count(Find),
    /// What was said: its first line.
    Quote(Find),
    /// Its first word.
    Code(Find),
    /// Its so-manieth word, counted from 0.
    Word(Find, usize),
    /// What a line of its head says.
    Head(Find, &'static str),
    /// When it was.
    When(Find),
    /// Steps in which something was said on its connection before it.
    Before(Find),
    /// Packets with words of TCP that reached this host.
    Heard(&'static str),
    /// The bytes of the first file that came over the network, before it went.
    Sent,
    /// The bytes that it has where it is kept.
    Kept,
    /// The bytes of the first letter, as MAIL announced them.
    Size,
    /// Packets that were lost.
    Lost,
    /// Why the first of them was.
    Reason,
}

impl Measure {
    /// What it is in a run; none where there is no such thing.
    pub(super) fn of(self, seen: &Seen) -> Option<String> {
        let line = |on, nth| lines(seen, on).nth(nth);
        let name = |host: HostId| seen.run.timeline.node(host).name.clone();
        Some(match self {
            Self::Lines(on, by) => {
                let by = |line: &&Line| by.is_empty() || name(line.from) == by;
                counted(lines(seen, on).filter(by).count() as u64, "connection")
            }
            Self::Port(on, nth) => line(on, nth)?.port.to_string(),
            Self::PortFrom(on, nth) => {
                let end = line(on, nth)?.ends.client;
                seen.run.timeline.end(end).local.port().to_string()
            }
            Self::Caller(on, nth) => name(line(on, nth)?.from),
            Self::Callee(on, nth) => name(line(on, nth)?.to?),
            Self::Count(find) => find
                .all(&seen.run.timeline, &seen.outline)
                .count()
                .to_string(),
            Self::Trips(on) => trips(seen, on)?,
            Self::Took(on) => took(seen, on)?,
            Self::Heard(host) => counted(heard(seen, host), "packet"),
            Self::Sent => grouped(seen.run.timeline.arrivals().first()?.sent),
            Self::Kept => grouped(seen.run.timeline.arrivals().first()?.kept),
            Self::Size => {
                let said = seen.row(super::find::says("MAIL"))?.1;
                grouped(said.text.split_once("SIZE=")?.1.trim().parse().ok()?)
            }
            Self::Lost => counted(seen.run.timeline.losses().count() as u64, "packet"),
            Self::Reason => {
                let loss = seen.run.timeline.losses().next()?;
                format!("{} ({})", loss.whereabouts(), loss.why())
            }
            Self::Quote(find)
            | Self::Code(find)
            | Self::Word(find, _)
            | Self::Head(find, _)
            | Self::When(find)
            | Self::Before(find) => self.of_row(seen, seen.row(find)?.1)?,
            _ => self.of_tally(seen)?,
        })
    }

    fn of_row(self, seen: &Seen, row: &Row) -> Option<String> {
        Some(match self {
            Self::Quote(_) => row.text.lines().next()?.to_owned(),
            Self::Code(_) => row.text.split([' ', '-']).next()?.to_owned(),
            Self::Word(_, nth) => row.text.split_whitespace().nth(nth)?.to_owned(),
            Self::Head(_, name) => {
                let said = |line: &str| Some(line.strip_prefix(name)?.trim().to_owned());
                row.text.lines().find_map(said)?
            }
            Self::When(_) => moment(row.time),
            _ => {
                let rows = seen.outline.rows.iter();
                let before = rows.take_while(|other| other.opens < row.opens);
                let said = before.filter(|other| {
                    other.connection == row.connection && matches!(other.what, What::Says(_))
                });
                said.count().to_string()
            }
        })
    }

    fn of_tally(self, seen: &Seen) -> Option<String> {
        let tally = |on| Tally::of(seen, on);
        let percent =
            |part: u64, whole: u64| Some(format!("{} %", (part * 100).checked_div(whole)?));
        Some(match self {
            Self::Packets(on) => grouped(tally(on).packets),
            Self::Wire(on) => grouped(tally(on).wire),
            Self::Headers(on) => grouped(tally(on).headers()),
            Self::Words(on) => grouped(tally(on).words()),
            Self::Data(on) => grouped(tally(on).data),
            Self::Highest(on) => tally(on).highest.to_string(),
            Self::Extra(on, of) => {
                let file = tally(of).data;
                percent(tally(on).wire.checked_sub(file)?, file)?
            }
            Self::FromServer(on) => percent(tally(on).from_server, tally(on).carried())?,
            Self::FromClient(on) => percent(tally(on).from_client, tally(on).carried())?,
            _ => return None,
        })
    }
}

/// In seconds; in minutes where they are many.
fn moment(time: Time) -> String {
    const MINUTE: u64 = 60_000_000_000;
    if time.0 < 10 * MINUTE {
        return time.to_string();
    }
    format!("{} min", time.0 / MINUTE)
}

fn lines(seen: &Seen, on: On) -> impl Iterator<Item = &Line> {
    let lines = seen.outline.connections.iter();
    lines.filter(move |line| on.has(line))
}

/// When the first byte of a step reached the one it was for.
fn reached(seen: &Seen, row: &Row) -> Option<Time> {
    let (timeline, first, to) = (&seen.run.timeline, row.carrier?, row.to?);
    let copies = (first.index()..timeline.frames().len()).map(FrameId::from_index);
    let mut copies = copies.filter(|frame| timeline.origin(*frame) == first);
    copies.find_map(|frame| match seen.outline.fate(timeline, frame) {
        Fate::Delivered(time, host) if host == to => Some(time),
        _ => None,
    })
}

/// What brings the file: the first that goes over connections of a kind.
fn file_of(seen: &Seen, on: On) -> Option<&Row> {
    let find = Find {
        shape: Shape::Brings,
        by: "",
        on: Some(on),
        with: "",
        nth: 0,
    };
    Some(seen.row(find)?.1)
}

/// In halves: a letter that is pushed goes one way.
fn trips(seen: &Seen, on: On) -> Option<String> {
    let timeline = &seen.run.timeline;
    let end = timeline.end(lines(seen, on).next()?.ends.client);
    let called = timeline.event(end.opening).time;
    let trip = timeline.event(end.opened?).time.since(called).0;
    let until = reached(seen, file_of(seen, on)?)?.since(called).0;
    let halves = (2 * until + trip / 2).checked_div(trip)?;
    let half = if halves % 2 == 1 { "½" } else { "" };
    Some(format!("{}{half}", halves / 2))
}

fn took(seen: &Seen, on: On) -> Option<String> {
    let timeline = &seen.run.timeline;
    let end = timeline.end(lines(seen, on).next()?.ends.client);
    let called = timeline.event(end.opening).time;
    let sent = file_of(seen, on)?.opens.index();
    let mut after = timeline.events().range(sent..timeline.events().len());
    let kept = after.find(|event| event.kind == Kind::Kept)?;
    Some(Time(kept.time.since(called).0).to_string())
}

/// Packets that carry words, and reached a host, whoever they were for.
fn heard(seen: &Seen, host: &str) -> u64 {
    let timeline = &seen.run.timeline;
    let is_heard = |index: &usize| {
        let frame = FrameId::from_index(*index);
        let here = matches!(
            seen.outline.fate(timeline, frame),
            Fate::Delivered(_, at) if timeline.node(at).name == host
        );
        let tcp = crate::base::headers::Tcp::read(timeline.bytes(frame));
        here && tcp.is_some_and(|tcp| !tcp.payload.is_empty())
    };
    (0..timeline.frames().len()).filter(is_heard).count() as u64
}
