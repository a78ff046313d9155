//! The timeline as JSON, with a version number.
//!
//! Everything is streamed: no second copy of the run is made, whatever its size. Each
//! event, frame and step stands on a line of its own, so that two runs can be compared.

use super::{
    Act, Arrival, Connection, Drop, Event, Frame, Kind, Link, Matter, RunInfo, Step, StepSize, Tie,
    Timeline, Timer,
};
use crate::base::digits::push_hex;
use crate::base::{CloseReason, ConnId, EventId, FrameId, Kept, ProgramId, Time};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::ser::Formatter;
use std::io::{self, Write};
use std::net::SocketAddr;

/// Raised whenever a reader of an older version would misread a newer file.
pub const JSON_VERSION: u32 = 1;

/// The JSON Schema of what is written here, for programs that read it.
pub const JSON_SCHEMA: &str = include_str!("timeline.schema.json");

/// Writes a timeline and what it is a run of.
///
/// # Errors
/// Those of the writer.
pub fn to_json<W: Write>(timeline: &Timeline, info: &RunInfo, writer: W) -> io::Result<()> {
    let view = View {
        timeline,
        info,
        connections: timeline.connections(),
        numbers: timeline.connection_numbers(),
    };
    let mut serializer = serde_json::Serializer::with_formatter(writer, OneLineEach::default());
    view.serialize(&mut serializer)?;
    serializer.into_inner().write_all(b"\n")
}

/// A timeline with its connections counted.
struct View<'a> {
    timeline: &'a Timeline,
    info: &'a RunInfo,
    connections: Vec<Connection>,
    /// By end: the number of its connection.
    numbers: Vec<Option<u32>>,
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", &JSON_VERSION)?;
        let generator = concat!("Wirestage ", env!("CARGO_PKG_VERSION"));
        map.serialize_entry("generator", generator)?;
        map.serialize_entry("run", self.info)?;
        map.serialize_entry("command", &self.info.command())?;
        map.serialize_entry("address", &self.info.address())?;
        map.serialize_entry("nodes", self.timeline.nodes())?;
        map.serialize_entry("links", &Rows(|| self.links()))?;
        map.serialize_entry("connections", &Rows(|| self.connections()))?;
        map.serialize_entry("events", &Rows(|| self.events()))?;
        map.serialize_entry("frames", &Rows(|| self.frames()))?;
        map.serialize_entry("packet_steps", &Rows(|| self.steps(StepSize::Packet)))?;
        map.serialize_entry("turn_steps", &Rows(|| self.steps(StepSize::Turn)))?;
        map.serialize_entry("phase_steps", &Rows(|| self.steps(StepSize::Phase)))?;
        map.serialize_entry("outcomes", &Rows(|| self.outcomes()))?;
        let mut arrivals = self.timeline.arrivals();
        arrivals.extend(self.timeline.letters());
        map.serialize_entry("arrivals", &Rows(|| self.arrivals(&arrivals)))?;
        map.serialize_entry("whys", &Rows(|| self.whys()))?;
        map.end()
    }
}

/// Serializes what an iterator yields, one by one.
struct Rows<F>(F);

impl<F, I> Serialize for Rows<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[derive(Serialize)]
struct LinkRow<'a> {
    name: &'a str,
    ends: [&'a str; 2],
}

#[derive(Serialize)]
struct ConnectionRow<'a> {
    connection: u32,
    client: EndRow<'a>,
    server: Option<EndRow<'a>>,
    /// What ties it to words on another connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    tie: Option<&'a Tie>,
}

#[derive(Serialize)]
struct EndRow<'a> {
    end: ConnId,
    host: &'a str,
    program: ProgramId,
    address: SocketAddr,
    opening: EventId,
    opened: Option<EventId>,
    closed: Option<EventId>,
    reason: Option<CloseReason>,
}

#[derive(Serialize)]
struct FrameRow<'a> {
    id: FrameId,
    link: &'a str,
    from: &'a str,
    end: Option<ConnId>,
    sent: EventId,
    #[serde(skip_serializing_if = "Option::is_none")]
    forwards: Option<FrameId>,
    len: usize,
    bytes: String,
}

#[derive(Serialize)]
struct StepRow {
    opens: EventId,
    first: usize,
    last: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
}

/// How a file that came compares with the one that was sent, or a letter's text with what
/// somebody wrote.
#[derive(Serialize)]
struct ArrivalRow<'a> {
    host: &'a str,
    sender: &'a str,
    equal: bool,
    #[serde(flatten)]
    arrival: &'a Arrival,
}

#[derive(Serialize)]
struct OutcomeRow<'a> {
    event: EventId,
    host: &'a str,
    ok: bool,
    code: Option<u16>,
    text: &'a str,
}

/// Why something happened: what it came of, in order, and what decided it.
#[derive(Serialize)]
struct WhyRow<'a> {
    event: EventId,
    matter: Matter,
    trouble: Option<TroubleRow<'a>>,
    links: Vec<ReasonRow<'a>>,
}

#[derive(Serialize)]
struct TroubleRow<'a> {
    event: EventId,
    place: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct ReasonRow<'a> {
    event: EventId,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<FrameId>,
    time_ns: Time,
    host: &'a str,
    says: &'a str,
}

impl View<'_> {
    fn name(&self, node: crate::base::HostId) -> &str {
        &self.timeline.node(node).name
    }

    fn links(&self) -> impl Iterator<Item = LinkRow<'_>> {
        self.timeline.links().iter().map(|link| LinkRow {
            name: &link.name,
            ends: link.ends.map(|end| self.name(end)),
        })
    }

    fn connections(&self) -> impl Iterator<Item = ConnectionRow<'_>> {
        (1..)
            .zip(&self.connections)
            .map(|(connection, both)| ConnectionRow {
                connection,
                client: self.end(both.client),
                server: both.server.map(|end| self.end(end)),
                tie: self.info.tie(connection),
            })
    }

    fn end(&self, id: ConnId) -> EndRow<'_> {
        let end = self.timeline.end(id);
        EndRow {
            end: id,
            host: self.name(end.host),
            program: end.program,
            address: end.local,
            opening: end.opening,
            opened: end.opened,
            closed: end.closed,
            reason: end.reason,
        }
    }

    fn events(&self) -> impl Iterator<Item = EventRow<'_>> {
        let row = |event| EventRow { view: self, event };
        self.timeline.events().iter().map(row)
    }

    fn frames(&self) -> impl Iterator<Item = FrameRow<'_>> {
        (0..)
            .map(FrameId)
            .zip(self.timeline.frames())
            .map(|(id, frame): (FrameId, &Frame)| FrameRow {
                id,
                link: &self.timeline.link(frame.link).name,
                from: self.name(frame.from),
                end: frame.conn,
                sent: frame.sent,
                forwards: frame.forwards,
                len: frame.slot.len(),
                bytes: hex(self.timeline.bytes(id)),
            })
    }

    fn steps(&self, size: StepSize) -> impl Iterator<Item = StepRow> {
        self.timeline.steps(size).into_iter().map(|step: Step| {
            let opens = self.timeline.event(step.opens);
            let named = opens.kind == Kind::Phase;
            StepRow {
                opens: step.opens,
                first: step.events.start,
                last: step.events.end - 1,
                name: named.then(|| self.timeline.phase(opens.arg)),
            }
        })
    }

    fn arrivals<'a>(&'a self, all: &'a [Arrival]) -> impl Iterator<Item = ArrivalRow<'a>> {
        all.iter().map(|arrival| ArrivalRow {
            host: self.name(arrival.host),
            sender: self.name(arrival.sender),
            equal: arrival.is_equal(),
            arrival,
        })
    }

    fn whys(&self) -> impl Iterator<Item = WhyRow<'_>> {
        self.info.whys.iter().map(|why| WhyRow {
            event: why.event,
            matter: why.matter,
            trouble: why.trouble.as_ref().map(|trouble| TroubleRow {
                event: trouble.event,
                place: &trouble.place,
                reason: &trouble.reason,
            }),
            links: why.links.iter().map(|link| self.reason(link)).collect(),
        })
    }

    fn reason<'a>(&'a self, link: &'a Link) -> ReasonRow<'a> {
        ReasonRow {
            event: link.event,
            frame: link.frame,
            time_ns: link.time,
            host: self.name(link.host),
            says: &link.says,
        }
    }

    fn outcomes(&self) -> impl Iterator<Item = OutcomeRow<'_>> {
        let events = self.timeline.events().iter();
        events.filter(|e| e.kind == Kind::Outcome).map(|event| {
            let outcome = self.timeline.outcome(event.arg);
            OutcomeRow {
                event: event.id,
                host: self.name(event.host),
                ok: outcome.ok,
                code: outcome.code,
                text: &outcome.text,
            }
        })
    }
}

/// An event with the row of its side table inlined.
struct EventRow<'a> {
    view: &'a View<'a>,
    event: Event,
}

impl Serialize for EventRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (view, event) = (self.view, self.event);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &event.id)?;
        map.serialize_entry("time_ns", &event.time)?;
        map.serialize_entry("kind", &event.kind)?;
        map.serialize_entry("host", view.name(event.host))?;
        map.serialize_entry("cause", &event.cause)?;
        match event.kind {
            Kind::Started | Kind::HostDown | Kind::HostUp => {}
            Kind::Acted => view.put_action(&mut map, event.arg)?,
            Kind::Sent | Kind::Delivered => map.serialize_entry("frame", &event.arg)?,
            Kind::Dropped | Kind::Discarded => {
                view.put_drop(&mut map, event.arg)?;
            }
            Kind::Timer => view.put_timer(&mut map, event.arg)?,
            Kind::Opening | Kind::Opened | Kind::HeardFinish => {
                view.put_end(&mut map, ConnId(event.arg))?;
            }
            Kind::Closed => {
                view.put_end(&mut map, ConnId(event.arg))?;
                let reason = view.timeline.end(ConnId(event.arg)).reason;
                map.serialize_entry("reason", &reason)?;
            }
            Kind::Listening | Kind::Unlistened => {
                let listener = view.timeline.listener(event.arg);
                map.serialize_entry("program", &listener.program)?;
                map.serialize_entry("at", &listener.at)?;
                map.serialize_entry("udp", &listener.udp)?;
            }
            Kind::Turn => view.put_turn(&mut map, event.arg)?,
            Kind::Note => {
                let note = view.timeline.note(event.arg);
                map.serialize_entry("program", &note.program)?;
                map.serialize_entry("key", &note.key)?;
                map.serialize_entry("value", &note.value)?;
            }
            Kind::Flow => {
                let record = view.timeline.flow(event.arg);
                map.serialize_entry("row", &record.row)?;
                map.serialize_entry("flow", &record.flow)?;
            }
            Kind::Kept => view.put_kept(&mut map, event.arg)?,
            Kind::LinkDown | Kind::LinkUp => {
                let link = &view.timeline.links()[event.arg as usize];
                map.serialize_entry("link", &link.name)?;
            }
            Kind::Phase => map.serialize_entry("name", view.timeline.phase(event.arg))?,
            Kind::Outcome => {
                let outcome = view.timeline.outcome(event.arg);
                map.serialize_entry("ok", &outcome.ok)?;
                map.serialize_entry("code", &outcome.code)?;
                map.serialize_entry("text", &outcome.text)?;
            }
        }
        map.end()
    }
}

impl View<'_> {
    fn put_action<M: SerializeMap>(&self, map: &mut M, arg: u32) -> Result<(), M::Error> {
        let action = self.timeline.action(arg);
        map.serialize_entry("person", &action.person)?;
        match &action.act {
            Act::Type(line) => map.serialize_entry("types", line),
            Act::Write(letter) => map.serialize_entry("writes", letter),
        }
    }

    fn put_drop<M: SerializeMap>(&self, map: &mut M, arg: u32) -> Result<(), M::Error> {
        let Drop {
            frame,
            reason,
            rule,
        } = self.timeline.dropped(arg);
        map.serialize_entry("frame", frame)?;
        map.serialize_entry("reason", reason)?;
        if let Some(rule) = rule {
            map.serialize_entry("rule", &self.timeline.rule(*rule).name)?;
        }
        Ok(())
    }

    fn put_timer<M: SerializeMap>(&self, map: &mut M, arg: u32) -> Result<(), M::Error> {
        let (of, end, program) = match *self.timeline.timer(arg) {
            Timer::Stack(end) => ("stack", Some(end), None),
            Timer::GiveUp(end) => ("give_up", Some(end), None),
            Timer::Program(program) => ("program", None, Some(program)),
            Timer::Host => ("host", None, None),
            Timer::Router => ("router", None, None),
        };
        map.serialize_entry("of", of)?;
        if let Some(end) = end {
            self.put_end(map, end)?;
        }
        if let Some(program) = program {
            map.serialize_entry("program", &program)?;
        }
        Ok(())
    }

    /// What lies at a path: `folder`, `file` with its `len`, or `nothing` any more.
    fn put_kept<M: SerializeMap>(&self, map: &mut M, arg: u32) -> Result<(), M::Error> {
        let kept = self.timeline.kept(arg);
        map.serialize_entry("program", &kept.program)?;
        map.serialize_entry("path", &kept.path)?;
        match &kept.what {
            None => map.serialize_entry("what", "nothing"),
            Some(Kept::Folder) => map.serialize_entry("what", "folder"),
            Some(Kept::File(content)) => {
                map.serialize_entry("what", "file")?;
                map.serialize_entry("len", &content.len())
            }
        }
    }

    fn put_end<M: SerializeMap>(&self, map: &mut M, end: ConnId) -> Result<(), M::Error> {
        map.serialize_entry("connection", &self.numbers[end.index()])?;
        map.serialize_entry("end", &end)
    }

    fn put_turn<M: SerializeMap>(&self, map: &mut M, arg: u32) -> Result<(), M::Error> {
        let said = self.timeline.turn(arg);
        if let Some(conn) = said.conn {
            self.put_end(map, conn)?;
        }
        if let Some(to) = said.to {
            map.serialize_entry("to", &to)?;
        }
        map.serialize_entry("from_byte", &said.range.0)?;
        map.serialize_entry("to_byte", &said.range.1)?;
        map.serialize_entry("says", &said.turn.kind)?;
        map.serialize_entry("verb", &said.turn.verb)?;
        map.serialize_entry("text", &said.turn.text)?;
        map.serialize_entry("meaning", &said.turn.meaning)?;
        map.serialize_entry("reference", &said.turn.reference)
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        push_hex(&mut text, *byte);
    }
    text
}

/// Breaks the line before each entry of the outermost object and of the arrays in it.
#[derive(Default)]
struct OneLineEach {
    depth: u32,
}

impl OneLineEach {
    fn open<W: Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn close<W: Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        let last_line = self.depth == 0 || (self.depth == 1 && bracket == b"]");
        let line: &[u8] = if last_line { b"\n" } else { b"" };
        writer.write_all(line)?;
        writer.write_all(bracket)
    }
}

impl Formatter for OneLineEach {
    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        let comma: &[u8] = if first { b"" } else { b"," };
        writer.write_all(comma)?;
        let line: &[u8] = if self.depth == 2 { b"\n  " } else { b"" };
        writer.write_all(line)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        let comma: &[u8] = if first { b"" } else { b"," };
        writer.write_all(comma)?;
        let line: &[u8] = if self.depth == 1 { b"\n" } else { b"" };
        writer.write_all(line)
    }
}
