//! The way through a run's events: what of them is told, and in which words.

mod again;
mod quoted;
mod whys;

use super::neighbours::Says;
use super::page::{Page, precise};
use super::traffic::{Traffic, Window, data_only};
use super::{Options, neighbours, network};
use crate::base::sorted::{Map, Set};
use crate::base::{
    CloseReason, ConnId, Duration, EventId, FrameId, HostId, ProgramId, Time, TurnKind,
};
use crate::timeline::{
    Act, Action, Chain, Connection, Event, Flow, Kind, Loss, NodeInfo, RunInfo, Timeline,
    TurnRecord,
};
use crate::view::notes::is_for_answers;
use crate::view::words::{counted, grouped_bytes, without_password, without_passwords};
use again::{AGAIN, Asked, Repeated, TWICE};
use std::borrow::Cow;
use std::net::IpAddr;

/// A silence shorter than this is not told.
const LONG: Duration = Duration::from_secs(1);

/// How wide the column of speakers and hearers must be.
pub(super) fn widest_who(timeline: &Timeline) -> usize {
    let name = |host| timeline.node(host).name.chars().count();
    // A host may have something to tell and no connection, and so may a router.
    let speaks = |node: &&NodeInfo| matches!(node.kind.as_str(), "host" | "router");
    let hosts = timeline.nodes().iter().filter(speaks);
    let pairs = timeline.connections();
    let pairs = pairs.iter().filter_map(|c| {
        let server = timeline.end(c.server?).host;
        Some(name(timeline.end(c.client).host) + name(server) + 3)
    });
    let lone = hosts.map(|node| node.name.chars().count());
    let bare = timeline.events().iter().filter_map(|event| {
        let who = network::addressed(timeline, event)?;
        Some(who.chars().count())
    });
    pairs.chain(lone).chain(bare).max().unwrap_or(0)
}

/// Each caption where it is said first: read in one go, it would tire the second time.
fn first_captions(info: &RunInfo) -> Map<EventId, Vec<&str>> {
    let mut said = Set::new();
    let mut at: Map<EventId, Vec<&str>> = Map::new();
    for caption in &info.captions {
        if said.insert(caption.say.as_str()) {
            at.or_default(caption.event).push(&caption.say);
        }
    }
    at
}

/// Goes through the events in order and writes what is worth telling.
pub(super) struct Walk<'a> {
    timeline: &'a Timeline,
    info: &'a RunInfo,
    pub traffic: Traffic,
    pub page: Page,
    /// The first event that is not told.
    next: usize,
    options: Options,
    connections: Vec<Connection>,
    numbers: Vec<Option<u32>>,
    /// The connections on which nothing but data was said.
    data_only: Set<u32>,
    phase: Option<&'static str>,
    last: Time,
    /// What people did before this event is told.
    acted_until: EventId,
    /// Like things that happened since the last row, each told in one row.
    repeated: Vec<Repeated>,
    /// What was asked or answered about a hardware address last, if no row came since.
    asked: Option<Asked>,
    /// Whose questions about which address nobody heard, and where.
    unheard: Vec<(HostId, IpAddr, String)>,
    losses: Map<u32, Loss<'a>>,
    /// The rows of routers' tables.
    flows: Map<(HostId, u32), &'a Flow>,
    /// The paths at which programs keep something.
    kept: Set<(HostId, ProgramId, &'a str)>,
    /// What is said at an event for the first time.
    captions: Map<EventId, Vec<&'a str>>,
    /// Why events happened, where that is told.
    whys: Map<EventId, &'a Chain>,
}

impl<'a> Walk<'a> {
    pub fn new(
        timeline: &'a Timeline,
        info: &'a RunInfo,
        traffic: Traffic,
        page: Page,
        options: Options,
    ) -> Self {
        let numbers = timeline.connection_numbers();
        Self {
            timeline,
            info,
            traffic,
            page,
            next: 0,
            options,
            connections: timeline.connections(),
            data_only: data_only(timeline, &numbers),
            numbers,
            phase: None,
            last: Time::ZERO,
            acted_until: EventId(0),
            repeated: Vec::new(),
            asked: None,
            unheard: Vec::new(),
            losses: timeline.losses().map(|l| (l.event.0, l)).collect(),
            flows: Map::new(),
            kept: Set::new(),
            captions: first_captions(info),
            whys: whys::told(timeline, info),
        }
    }

    /// Tells of so many events more, at most. Answers whether there are others.
    pub fn go_on(&mut self, most: usize) -> bool {
        let all = self.timeline.events().len();
        let end = all.min(self.next + most);
        for event in self.timeline.events().range(self.next..end) {
            self.page.at = Some(event.id);
            self.silence(event.time);
            match event.kind {
                Kind::Phase => self.phase(event),
                Kind::Acted => self.acted(event),
                Kind::Listening => self.listening(event),
                Kind::Opening => self.opening(event),
                Kind::Opened => self.opened(event),
                Kind::HeardFinish => self.heard_finish(event),
                Kind::Closed => self.closed(event),
                Kind::Turn => self.turn(event),
                Kind::Dropped | Kind::Discarded => self.lost(event),
                Kind::LinkDown => self.link(event, "goes down"),
                Kind::LinkUp => self.link(event, "comes up again"),
                Kind::HostDown => self.power(event, "goes off"),
                Kind::HostUp => self.power(event, "comes up again"),
                Kind::Sent => self.sent(event),
                Kind::Started
                | Kind::Delivered
                | Kind::Timer
                | Kind::Unlistened
                | Kind::Note
                | Kind::Outcome => {}
                Kind::Flow => self.flow(event),
                Kind::Kept => self.kept(event),
            }
            self.caption(event);
            self.why(event);
        }
        self.next = end;
        if end == all {
            self.tell_pending();
        }
        end < all
    }

    fn caption(&mut self, event: Event) {
        for say in self.captions.remove(&event.id).unwrap_or_default() {
            self.tell_pending();
            self.page.caption(say);
        }
    }

    fn silence(&mut self, now: Time) {
        let gap = now.since(self.last);
        self.last = now;
        if gap >= LONG {
            if !self.repeated.is_empty() {
                self.tell_pending();
            }
            self.page.silence(gap);
        }
    }

    /// A row of a router's table that translates is told when it is made, and when it is
    /// forgotten.
    fn flow(&mut self, event: Event) {
        let record = self.timeline.flow(event.arg);
        let row = (event.host, record.row);
        let known = match &record.flow {
            Some(flow) => self.flows.insert(row, flow),
            None => self.flows.remove(&row),
        };
        let text = match (&record.flow, known) {
            (Some(flow), None) if flow.is_translated() => network::translates(flow),
            (None, Some(flow)) if flow.is_translated() => network::forgets(flow),
            _ => return,
        };
        self.row(event.time, None, self.name(event.host), &text);
    }

    /// What a program keeps from now on. What it starts with is not told.
    fn kept(&mut self, event: Event) {
        let kept = self.timeline.kept(event.arg);
        let place = (event.host, kept.program, kept.path.as_str());
        let known = match kept.what {
            Some(_) => !self.kept.insert(place),
            None => self.kept.remove(&place),
        };
        let cause = event.cause.map(|cause| self.timeline.event(cause).kind);
        if matches!(cause, Some(Kind::Started | Kind::HostUp)) {
            return;
        }
        let text = network::keeps(kept, known);
        self.row(event.time, None, self.name(event.host), &text);
    }

    fn power(&mut self, event: Event, what: &str) {
        let who = self.name(event.host).to_owned();
        self.row(event.time, None, &who, what);
    }

    fn link(&mut self, event: Event, what: &str) {
        let text = format!("the link {what}");
        self.row(event.time, None, &self.speaker(event), &text);
    }

    fn row(&mut self, time: Time, connection: Option<u32>, who: &str, text: &str) {
        self.tell_pending();
        self.page.row(time, connection, who, text);
    }

    fn phase(&mut self, event: Event) {
        let name = self.timeline.phase(event.arg);
        if self.phase != Some(name) {
            self.phase = Some(name);
            self.tell_pending();
            self.page.phase(name);
        }
    }

    /// All that a person does at one moment is one row.
    fn acted(&mut self, event: Event) {
        if event.id < self.acted_until {
            return;
        }
        let events = self.timeline.events();
        let mut text = self.timeline.action(event.arg).person.clone();
        let mut verb = "";
        let at_once = events
            .range(event.id.index()..events.len())
            .take_while(|e| e.time == event.time)
            .filter(|e| e.kind == Kind::Acted && e.host == event.host);
        for acted in at_once {
            self.acted_until = EventId(acted.id.0 + 1);
            let (does, what) = self.action(self.timeline.action(acted.arg));
            let comma = if verb.is_empty() { "" } else { "," };
            text += &if does == verb {
                format!("{comma} {what}")
            } else {
                format!("{comma} {does} {what}")
            };
            verb = does;
        }
        let who = self.name(event.host).to_owned();
        self.row(event.time, None, &who, &text);
    }

    /// What a person does, and with what.
    fn action(&self, action: &Action) -> (&'static str, String) {
        match &action.act {
            Act::Type(line) => ("types", format!("“{}”", self.typed(line))),
            Act::Write(letter) => {
                let to = letter.to.join(", ");
                ("writes", format!("“{}” to {to}", letter.subject))
            }
        }
    }

    fn listening(&mut self, event: Event) {
        let listener = self.timeline.listener(event.arg);
        if is_for_answers((listener.at, listener.udp)) {
            return;
        }
        let udp = if listener.udp { "UDP " } else { "" };
        let text = format!("listens at {udp}port {}", listener.at.port());
        let who = self.name(event.host).to_owned();
        self.row(event.time, None, &who, &text);
    }

    fn opening(&mut self, event: Event) {
        let id = ConnId(event.arg);
        let end = self.timeline.end(id);
        if !end.active {
            return;
        }
        let (from, to) = (end.local.port(), end.remote.port());
        let purpose = self.purpose(id);
        let callee = match self.hearer(id) {
            Some(_) => String::new(),
            None => format!(" at {}", end.remote.ip()),
        };
        let text = format!("calls port {to}{callee} from port {from}{purpose}");
        self.row(event.time, self.number(id), &self.who(id), &text);
    }

    fn opened(&mut self, event: Event) {
        let id = ConnId(event.arg);
        let end = self.timeline.end(id);
        if end.active {
            let took = event.time.since(self.timeline.event(end.opening).time);
            let text = format!("connected after {}", precise(took));
            self.row(event.time, self.number(id), &self.who(id), &text);
        }
    }

    /// Told of the hearer alone: the FIN was sent earlier, often with the last words.
    fn heard_finish(&mut self, event: Event) {
        let id = ConnId(event.arg);
        if let Some(speaker) = self.hearer(id) {
            let who = self.name(self.timeline.end(id).host);
            let text = format!("hears that {} has no more to say (FIN)", self.name(speaker));
            self.row(event.time, self.number(id), who, &text);
        }
    }

    fn closed(&mut self, event: Event) {
        let id = ConnId(event.arg);
        let reason = self.timeline.end(id).reason;
        let reason = reason.expect("a closed end has its reason");
        let both = self
            .other(id)
            .and_then(|other| self.timeline.end(other).closed)
            .is_some_and(|other| other < event.id);
        let host = self.name(self.timeline.end(id).host).to_owned();
        match reason {
            CloseReason::Finished if both => {
                self.row(
                    event.time,
                    self.number(id),
                    &host,
                    "the connection is closed",
                );
            }
            CloseReason::Finished => {}
            other => {
                let text = format!("✕ the connection is gone: {other}");
                self.row(event.time, self.number(id), &host, &text);
            }
        }
    }

    fn turn(&mut self, event: Event) {
        let said = self.timeline.turn(event.arg);
        let (mut text, meaning) = if self.options.show_passwords {
            (said.turn.text.clone(), said.turn.meaning.clone())
        } else {
            without_passwords(&said.turn)
        };
        match said.turn.kind {
            // Only questions about names are asked outside of connections.
            TurnKind::Command if said.conn.is_none() => text.push('?'),
            TurnKind::Data => text = self.data(said),
            TurnKind::Command | TurnKind::Reply | TurnKind::Probe => {}
        }
        let number = said.conn.and_then(|conn| self.number(conn));
        let who = match said.conn {
            Some(conn) => self.who(conn),
            None => self.speaker(event),
        };
        self.row(event.time, number, &who, &text);
        self.page
            .meaning(&grouped_bytes(&meaning), said.turn.reference);
        if said.turn.kind == TurnKind::Data {
            self.quote(said);
        }
    }

    fn data(&self, said: &TurnRecord) -> String {
        let bytes = counted(said.range.1 - said.range.0, "byte");
        let text = format!("▤ {}: {bytes}", said.turn.text);
        let way = said
            .conn
            .and_then(|conn| self.traffic.carried(conn, said.range));
        match way {
            Some(way) => {
                let segments = counted(way.segments as u64, "segment");
                let took = precise(way.to.since(way.from));
                format!("{text} in {segments}, {took}")
            }
            None => text,
        }
    }

    fn lost(&mut self, event: Event) {
        let loss = &self.losses[&event.id.0];
        let bytes = self.timeline.bytes(loss.frame);
        let conn = self.timeline.frame(loss.frame).conn;
        let from = self.timeline.frame(self.timeline.origin(loss.frame)).from;
        let place = format!("lost {}: {}", loss.whereabouts(), loss.why());
        let what = (network::kind_of(bytes), place);
        if let Some(Says::Asks(address)) = neighbours::read(bytes) {
            let text = format!("✕ {} {}", what.0, what.1);
            return self.unheard(event.time, (from, address, text));
        }
        let who = conn.map_or_else(|| self.name(from).to_owned(), |conn| self.who(conn));
        let connection = conn.and_then(|conn| self.number(conn));
        self.repeat(event.time, connection, who, what);
    }

    fn sent(&mut self, event: Event) {
        let frame = FrameId(event.arg);
        let of = self.timeline.frame(frame);
        if of.conn.is_none() && of.forwards.is_none() {
            if let Some(says) = neighbours::read(self.timeline.bytes(frame)) {
                self.asked(event, says);
            } else if let Some(text) = network::remark(self.timeline, event) {
                self.row(event.time, None, &self.speaker(event), &text);
            }
        }
        let Some(conn) = of.conn else { return };
        if self.traffic.alive.contains(&frame) {
            let text = "asks whether the other side is still there (keep-alive)";
            self.row(event.time, self.number(conn), &self.who(conn), text);
        }
        if let Some(window) = self.traffic.windows.get(&frame).copied() {
            let text = network::of_window(window);
            self.row(event.time, self.number(conn), &self.who(conn), text);
            if window == Window::Asks {
                return;
            }
        }
        // A link made this frame, from one of the same node.
        let is_copy = of
            .forwards
            .is_some_and(|f| self.timeline.frame(f).from == of.from);
        let happened = if is_copy {
            TWICE
        } else if self.traffic.again.contains(&frame) {
            AGAIN
        } else {
            return;
        };
        let what = (
            network::kind_of(self.timeline.bytes(frame)),
            happened.to_owned(),
        );
        self.repeat(event.time, self.number(conn), self.who(conn), what);
    }

    /// What a connection turned out to be for, where another one of the same programs differs.
    fn purpose(&self, end: ConnId) -> Cow<'static, str> {
        let Some(number) = self.number(end) else {
            return "".into();
        };
        if let Some(tie) = self.info.tie(number) {
            return format!(", {}", tie.words()).into();
        }
        let parties = self.parties(number);
        let is_data = |number: u32| self.data_only.contains(&number);
        let numbers = (1..).take(self.connections.len());
        let mut others = numbers.filter(|n| is_data(*n) != is_data(number));
        if !others.any(|n| self.parties(n) == parties) {
            "".into()
        } else if is_data(number) {
            ", for data".into()
        } else {
            ", for commands".into()
        }
    }

    /// The programs at a connection's two ends, whoever called.
    fn parties(&self, number: u32) -> Set<(HostId, ProgramId)> {
        let connection = &self.connections[number as usize - 1];
        let ends = [Some(connection.client), connection.server];
        let ends = ends.into_iter().flatten().map(|id| self.timeline.end(id));
        ends.map(|end| (end.host, end.program)).collect()
    }

    /// A line with its password hidden, unless it is to be seen.
    fn typed(&self, line: &str) -> String {
        if self.options.show_passwords {
            line.to_owned()
        } else {
            without_password(line)
        }
    }

    /// `laptop → server`, or the speaker alone where nobody heard.
    fn who(&self, speaker: ConnId) -> String {
        let host = self.name(self.timeline.end(speaker).host);
        match self.hearer(speaker) {
            Some(hearer) => format!("{host} → {}", self.name(hearer)),
            None => host.to_owned(),
        }
    }

    fn hearer(&self, speaker: ConnId) -> Option<HostId> {
        let end = self.other(speaker)?;
        Some(self.timeline.end(end).host)
    }

    fn other(&self, end: ConnId) -> Option<ConnId> {
        let number = self.number(end)?;
        self.connections[number as usize - 1].other(end)
    }

    /// Who has what happens outside of connections.
    fn speaker(&self, event: Event) -> String {
        let pair = network::addressed(self.timeline, event);
        pair.unwrap_or_else(|| self.name(event.host).to_owned())
    }

    fn number(&self, end: ConnId) -> Option<u32> {
        self.numbers[end.index()]
    }

    fn name(&self, host: HostId) -> &'a str {
        &self.timeline.node(host).name
    }
}
