//! A run counted a second time, from its raw frames and events: what stands in frames is read
//! here byte by byte, and nothing of the core's outline, lines or counters is used.

use wirestage_core::base::{CloseReason, EventId, FrameId, Kept, Time, TurnKind};
use wirestage_core::timeline::{Kind, Timeline};
use wirestage_core::versus::{Find, Measure, On, Shape};

/// A segment as its sender sent it.
#[derive(Debug)]
pub struct Segment {
    /// From, and to: address and port.
    pub ends: [(String, u16); 2],
    /// SYN, ACK, FIN.
    pub flags: (bool, bool, bool),
    /// What it carries.
    pub payload: Vec<u8>,
    /// All of the frame's bytes.
    pub wire: u64,
    /// When it left.
    pub sent: Time,
    /// When it, or what became of it on the way, reached the host that it was for.
    pub came: Option<Time>,
    /// Who sent it.
    pub host: String,
}

/// A call: both ends, which kind of connection it is for, and who calls whom.
#[derive(Debug)]
pub struct Call {
    ends: [(String, u16); 2],
    on: On,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// When.
    pub at: Time,
}

/// A run taken apart.
pub struct Recount<'a> {
    timeline: &'a Timeline,
    /// All that hosts sent by TCP, in order.
    pub segments: Vec<Segment>,
    /// All calls, in order.
    pub calls: Vec<Call>,
}

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

fn address(bytes: &[u8]) -> String {
    let parts: Vec<String> = bytes.iter().map(u8::to_string).collect();
    parts.join(".")
}

/// Both ends of a segment, its flags, and what it carries.
type Read = ([(String, u16); 2], u8, Vec<u8>);

/// RFC 894, RFC 791, RFC 9293: ends, flags and payload of a frame over IPv4.
fn read(frame: &[u8]) -> Option<Read> {
    let ip = frame.get(14..).filter(|_| frame[12..14] == [8, 0])?;
    if ip[9] != 6 {
        return None;
    }
    let (header, total) = (usize::from(ip[0] & 15) * 4, number(&ip[2..4]));
    let tcp = &ip[header..total];
    let port = |at: usize| u16::try_from(number(&tcp[at..at + 2])).unwrap();
    let ends = [
        (address(&ip[12..16]), port(0)),
        (address(&ip[16..20]), port(2)),
    ];
    let start = usize::from(tcp[12] >> 4) * 4;
    Some((ends, tcp[13], tcp[start..].to_vec()))
}

impl<'a> Recount<'a> {
    /// Takes a run apart.
    #[must_use]
    pub fn of(timeline: &'a Timeline) -> Self {
        let mut segments: Vec<Segment> = Vec::new();
        // Which segment each frame carries on.
        let mut carries: Vec<Option<usize>> = Vec::new();
        for (index, frame) in timeline.frames().iter().enumerate() {
            let bytes = timeline.bytes(FrameId::from_index(index));
            let sender = timeline.node(frame.from);
            let mut of = frame.forwards.and_then(|before| carries[before.index()]);
            if let Some((ends, flags, payload)) = read(bytes).filter(|_| sender.kind == "host") {
                of = Some(segments.len());
                segments.push(Segment {
                    ends,
                    flags: (flags & 2 != 0, flags & 16 != 0, flags & 1 != 0),
                    payload,
                    wire: bytes.len() as u64,
                    sent: timeline.event(frame.sent).time,
                    came: None,
                    host: sender.name.clone(),
                });
            }
            carries.push(of);
        }
        for event in timeline
            .events()
            .iter()
            .filter(|e| e.kind == Kind::Delivered)
        {
            if let Some(of) = carries[event.arg as usize] {
                let to = &segments[of].ends[1].0;
                let addresses = &timeline.node(event.host).addresses;
                if addresses.iter().any(|own| own.to_string() == *to) {
                    segments[of].came.get_or_insert(event.time);
                }
            }
        }
        let calls = calls(timeline, &segments);
        Self {
            timeline,
            segments,
            calls,
        }
    }

    /// The segments of connections of a kind.
    fn on(&self, on: On) -> impl Iterator<Item = (&Segment, bool)> {
        self.segments.iter().filter_map(move |segment| {
            let called = self.call_of(segment)?;
            let fits = called.on == on || on == On::Ftp && is_ftp(called.on);
            fits.then_some((segment, called.ends == segment.ends))
        })
    }

    fn call_of(&self, segment: &Segment) -> Option<&Call> {
        let [from, to] = &segment.ends;
        let both = [[from.clone(), to.clone()], [to.clone(), from.clone()]];
        self.calls.iter().find(|call| both.contains(&call.ends))
    }

    /// Calls for connections of a kind.
    pub fn calls_on(&self, on: On) -> impl Iterator<Item = &Call> {
        let calls = self.calls.iter();
        calls.filter(move |call| call.on == on || on == On::Ftp && is_ftp(call.on))
    }

    /// All that one side says on them, one after the other. Nothing is lost where this is asked.
    fn said(&self, on: On, by_client: bool) -> Vec<u8> {
        let said = self.on(on).filter(|(_, client)| *client == by_client);
        said.flat_map(|(segment, _)| segment.payload.clone())
            .collect()
    }

    /// The bytes of files and letters: on a connection of their own, after HTTP's head, between
    /// 354 and the dot.
    fn data(&self, on: On) -> u64 {
        match on {
            On::Data | On::Ftp => {
                self.said(On::Data, true).len() as u64 + self.said(On::Data, false).len() as u64
            }
            On::Http => {
                let said = self.said(on, false);
                (said.len() - (place(&said, b"\r\n\r\n") + 4)) as u64
            }
            _ => {
                let said = self.said(on, true);
                let start = place(&said, b"DATA\r\n") + 6;
                (place(&said[start..], b"\r\n.\r\n") + 5) as u64
            }
        }
    }

    /// When the first byte of a file or a letter came to the other side.
    fn first_byte(&self, on: On) -> Time {
        let first = match on {
            On::Ftp => self.on(On::Data).find(|(s, _)| !s.payload.is_empty()),
            On::Http => {
                let mut head = place(&self.said(on, false), b"\r\n\r\n") + 4;
                self.on(on).find(|(segment, client)| {
                    let here = !client && segment.payload.len() > head;
                    if !client && !here {
                        head -= segment.payload.len();
                    }
                    here
                })
            }
            _ => {
                let mut asked = false;
                self.on(on).find(|(segment, client)| {
                    let here = asked && *client && !segment.payload.is_empty();
                    asked |= !client && place_in(&segment.payload, b"354 ").is_some();
                    here
                })
            }
        };
        first.unwrap().0.came.unwrap()
    }

    /// Steps that fit, by their events, in order: read from what programs said and from what
    /// became of connections.
    #[must_use]
    pub fn steps(&self, find: &Find) -> Vec<(EventId, String)> {
        let mut steps = Vec::new();
        for event in self.timeline.events().iter() {
            let (host, end, text) = match (find.shape, event.kind) {
                (Shape::Says(_) | Shape::Replies(_) | Shape::Brings, Kind::Turn) => {
                    let said = self.timeline.turn(event.arg);
                    let fits = match (find.shape, said.turn.kind) {
                        (Shape::Says(word), TurnKind::Command) => begins(&said.turn.text, word),
                        (Shape::Replies(code), TurnKind::Reply) => begins(&said.turn.text, code),
                        (Shape::Brings, TurnKind::Data) => true,
                        _ => false,
                    };
                    if !fits {
                        continue;
                    }
                    (event.host, said.conn, said.turn.text.clone())
                }
                (Shape::Calls, Kind::Opening) => {
                    let end = wirestage_core::base::ConnId(event.arg);
                    if !self.timeline.end(end).active {
                        continue;
                    }
                    (event.host, Some(end), String::new())
                }
                (Shape::Finishes, Kind::HeardFinish) => {
                    let end = wirestage_core::base::ConnId(event.arg);
                    let other = self.timeline.peer_of(end).expect("it has two ends");
                    (self.timeline.end(other).host, Some(end), String::new())
                }
                (Shape::Breaks, Kind::Closed) => {
                    let end = wirestage_core::base::ConnId(event.arg);
                    if self.timeline.end(end).reason == Some(CloseReason::Finished) {
                        continue;
                    }
                    (event.host, Some(end), String::new())
                }
                _ => continue,
            };
            let by = find.by.is_empty() || self.timeline.node(host).name == find.by;
            let on = find
                .on
                .is_none_or(|on| end.is_some_and(|end| self.is_on(end, on)));
            if by && on && text.contains(find.with) {
                steps.push((event.id, text));
            }
        }
        steps
    }

    /// Whether an end is one of a connection of a kind.
    fn is_on(&self, end: wirestage_core::base::ConnId, on: On) -> bool {
        let end = self.timeline.end(end);
        let named = |at: std::net::SocketAddr| (at.ip().to_string(), at.port());
        let mut ends = [named(end.local), named(end.remote)];
        if !end.active {
            ends.reverse();
        }
        self.calls_on(on).any(|call| call.ends == ends)
    }

    /// A figure, computed a second time.
    #[must_use]
    pub fn figure(&self, measure: Measure) -> String {
        let call = |on, nth| self.calls_on(on).nth(nth).unwrap();
        let sum = |on, of: fn(&Segment) -> u64| -> u64 { self.on(on).map(|(s, _)| of(s)).sum() };
        let carried = |on| sum(on, |segment| segment.payload.len() as u64);
        let wire = |on| sum(on, |segment| segment.wire);
        let part = |on, client| self.said(on, client).len() as u64 * 100 / carried(on);
        match measure {
            Measure::Lines(on, by) => {
                let mine = self.calls_on(on);
                let many = mine.filter(|call| by.is_empty() || call.from == by).count();
                format!("{many} connection{}", if many == 1 { "" } else { "s" })
            }
            Measure::Port(on, nth) => call(on, nth).ends[1].1.to_string(),
            Measure::PortFrom(on, nth) => call(on, nth).ends[0].1.to_string(),
            Measure::Caller(on, nth) => call(on, nth).from.clone(),
            Measure::Callee(on, nth) => call(on, nth).to.clone(),
            Measure::Packets(on) => spaced(self.on(on).count() as u64),
            Measure::Wire(on) => spaced(wire(on)),
            Measure::Headers(on) => spaced(wire(on) - carried(on)),
            Measure::Words(on) => spaced(carried(on) - self.data(on)),
            Measure::Data(on) => spaced(self.data(on)),
            Measure::Extra(on, of) => {
                let file = self.data(of);
                format!("{} %", (wire(on) - file) * 100 / file)
            }
            Measure::FromServer(on) => format!("{} %", part(on, false)),
            Measure::FromClient(on) => format!("{} %", part(on, true)),
            Measure::Highest(on) => {
                let bytes = [self.said(on, true), self.said(on, false)].concat();
                bytes.iter().max().unwrap().to_string()
            }
            Measure::Trips(on) => self.trips(on),
            Measure::Took(on) => self.took(on),
            other => self.other_figure(other),
        }
    }

    fn other_figure(&self, measure: Measure) -> String {
        let step = |find: &Find| self.steps(find).swap_remove(find.nth);
        let word = |text: &str, nth: usize| text.split_whitespace().nth(nth).unwrap().to_owned();
        match measure {
            Measure::Count(find) => self.steps(&find).len().to_string(),
            Measure::Quote(find) => {
                let said = step(&find);
                let line = said.1.lines().next().unwrap().to_owned();
                // The outline asks with a sign.
                let asks = self.timeline.event(said.0);
                let is_name = self.timeline.turn(asks.arg).conn.is_none();
                if is_name { line + "?" } else { line }
            }
            Measure::Code(find) => word(&step(&find).1, 0),
            Measure::Word(find, nth) => word(&step(&find).1, nth),
            Measure::Head(find, name) => {
                let text = step(&find).1;
                let after = text.split_once(name).unwrap().1;
                after.lines().next().unwrap().trim().to_owned()
            }
            Measure::When(find) => {
                let time = self.timeline.event(step(&find).0).time;
                let seconds = time.0 / 1_000_000_000;
                let minutes = seconds / 60;
                if minutes < 10 {
                    time.to_string()
                } else {
                    format!("{minutes} min")
                }
            }
            Measure::Before(find) => self.before(step(&find).0).to_string(),
            Measure::Heard(host) => self.heard(host),
            Measure::Sent => spaced(self.kept().0),
            Measure::Kept => spaced(self.kept().1),
            Measure::Size => {
                let said = self.said(On::Smtp, true);
                let size = place(&said, b"SIZE=") + 5;
                let digits = said[size..].iter().take_while(|byte| byte.is_ascii_digit());
                String::from_utf8(digits.copied().collect()).unwrap()
            }
            Measure::Lost => {
                let drops = self.timeline.events().iter();
                let many = drops.filter(|event| event.kind == Kind::Dropped).count();
                format!("{many} packet{}", if many == 1 { "" } else { "s" })
            }
            Measure::Reason => {
                let mut drops = self.timeline.events().iter();
                let drop = drops.find(|event| event.kind == Kind::Dropped).unwrap();
                let lost = self.timeline.dropped(drop.arg);
                let rule = &self
                    .timeline
                    .rule(lost.rule.expect("a rule decided it"))
                    .name;
                let node = &self.timeline.node(drop.host).name;
                format!("at {node} (firewall: {rule})")
            }
            other => panic!("{other:?} is counted above"),
        }
    }

    /// From the first call to the first byte, in halves of the first handshake's round trip.
    fn trips(&self, on: On) -> String {
        let (call, _) = self.on(on).next().unwrap();
        let mut answers = self
            .on(on)
            .filter(|(s, client)| !client && s.flags.0 && s.flags.1);
        let answer = answers.next().unwrap().0.came.unwrap();
        let seconds = |time: Time| time.since(call.sent).0 as f64;
        let halves = (seconds(self.first_byte(on)) / seconds(answer) * 2.0).round() / 2.0;
        let whole = halves.trunc();
        let half = if halves > whole { "½" } else { "" };
        format!("{whole}{half}")
    }

    /// Until the other side has it: FTP's client when it hears 226, HTTP's when the last byte is
    /// there, SMTP's server when it says 250.
    fn took(&self, on: On) -> String {
        let (call, _) = self.on(on).next().unwrap();
        let last = match on {
            On::Ftp => {
                let mut said = self.on(On::Control);
                let done = said.find(|(segment, _)| place_in(&segment.payload, b"226 ").is_some());
                done.unwrap().0.came
            }
            On::Http => {
                let said = self
                    .on(on)
                    .filter(|(s, client)| !client && !s.payload.is_empty());
                said.last().unwrap().0.came
            }
            _ => {
                let queued = b"queued as";
                let mut said = self.on(on);
                let done = said.find(|(segment, _)| place_in(&segment.payload, queued).is_some());
                done.map(|(segment, _)| segment.sent)
            }
        };
        Time(last.unwrap().since(call.sent).0).to_string()
    }

    /// Lines said on the same connection before a turn.
    fn before(&self, of: EventId) -> usize {
        let conn = |event| {
            let said = self.timeline.turn(event).conn.unwrap();
            let end = self.timeline.end(said);
            let mut ends = [end.local, end.remote];
            ends.sort();
            ends
        };
        let own = conn(self.timeline.event(of).arg);
        let turns = self
            .timeline
            .events()
            .iter()
            .take_while(|event| event.id < of);
        let turns = turns.filter(|event| {
            event.kind == Kind::Turn && self.timeline.turn(event.arg).conn.is_some()
        });
        turns.filter(|event| conn(event.arg) == own).count()
    }

    fn heard(&self, host: &str) -> String {
        let here = self.timeline.events().iter().filter(|event| {
            event.kind == Kind::Delivered && self.timeline.node(event.host).name == host
        });
        let words = here.filter(|event| {
            let bytes = self.timeline.bytes(FrameId(event.arg));
            read(bytes).is_some_and(|(_, _, payload)| !payload.is_empty())
        });
        format!("{} packets", words.count())
    }

    /// The bytes of the image at the server, and at the laptop.
    fn kept(&self) -> (u64, u64) {
        let mut kept = [0, 0];
        for event in self
            .timeline
            .events()
            .iter()
            .filter(|e| e.kind == Kind::Kept)
        {
            let row = self.timeline.kept(event.arg);
            if let (Some(Kept::File(content)), true) = (&row.what, row.path.ends_with(".png")) {
                let at = usize::from(self.timeline.node(event.host).name == "laptop");
                kept[at] = self.timeline.content(content).len() as u64;
            }
        }
        (kept[0], kept[1])
    }
}

fn is_ftp(on: On) -> bool {
    matches!(on, On::Control | On::Data)
}

/// Each SYN that asks for a connection, once. What is neither for a known port nor from a user's
/// program is FTP's for data.
fn calls(timeline: &Timeline, segments: &[Segment]) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for segment in segments {
        let asks = segment.flags.0 && !segment.flags.1;
        if !asks || calls.iter().any(|call| call.ends == segment.ends) {
            continue;
        }
        let on = match segment.ends[1].1 {
            21 => On::Control,
            25 | 587 => On::Smtp,
            80 => On::Http,
            110 => On::Pop,
            _ => On::Data,
        };
        let to = segment.ends[1].0.parse().expect("an address");
        calls.push(Call {
            ends: segment.ends.clone(),
            on,
            from: segment.host.clone(),
            to: timeline.name_of(to),
            at: segment.sent,
        });
    }
    calls
}

fn begins(text: &str, word: &str) -> bool {
    let after = text.strip_prefix(word).and_then(|rest| rest.chars().next());
    text == word || after.is_some_and(|c| !c.is_alphanumeric())
}

fn place_in(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|some| some == what)
}

fn place(bytes: &[u8], what: &[u8]) -> usize {
    place_in(bytes, what).expect("it is said")
}

/// `40 000`, as the page writes it.
fn spaced(number: u64) -> String {
    if number < 1000 {
        return number.to_string();
    }
    format!("{} {:03}", spaced(number / 1000), number % 1000)
}
